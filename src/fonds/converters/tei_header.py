"""The header of a TEI file: what the edition says of itself and of its source.

Title, those responsible, publication, rights, keywords, languages, and where the manuscript lies
(`msIdentifier`). The letter's own data (`correspDesc`) is read in `tei_correspondence`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Final, cast

import regex
from lxml import etree

from fonds.converters.tei_dates import dating, statement
from fonds.converters.tei_names import Directory, entry_mention, name_parts
from fonds.converters.xml_source import (
    XML_ID,
    XML_LANG,
    Markup,
    child,
    children,
    elements,
    local,
    text_of,
    trimmed,
    words_of,
    xpath_of,
)
from fonds.extract import dates as date_reader
from fonds.lexicon import load
from fonds.record import (
    ArchivalReference,
    DateRole,
    DateStatement,
    Evidence,
    Field,
    Identifier,
    Kind,
    Level,
    Mention,
    Party,
    PartyRole,
    TextValue,
)

_SLUG: Final = regex.compile(r"[^A-Za-z0-9._-]+")
#: Parts of a header that are never one note: each element in them says something of its own.
_DIVIDED: Final = frozenset(
    {
        *("teiHeader", "fileDesc", "titleStmt", "publicationStmt", "sourceDesc", "msDesc", "encodingDesc"),
        *("profileDesc", "correspDesc", "correspAction", "particDesc", "textClass", "keywords"),
        *("listPerson", "person", "listOrg", "listPlace", "revisionDesc"),
    }
)
_TITLES: Final = ("complete", "main", "")
_ROLES: Final[dict[str, PartyRole]] = {"author": "author", "editor": "editor"}


#: Attributes that the readers of TEI take without quoting them: who is meant, what kind of name, part,
#: date or language it is, and how sure it is. Dates that have words are quoted by their words.
_READ: Final = frozenset(
    {
        *("cert", "corresp", "from", "from-iso", "id", "ident", "key", "lang", "n", "notAfter"),
        *("notAfter-iso", "notBefore", "notBefore-iso", "precision", "ref", "sameAs", "to", "to-iso"),
        *("type", "when", "when-iso", "doc-dateTime-min", "doc-dateTime-max"),
    }
)


def is_read(_element: str, attribute: str) -> bool:
    """Whether the readers of TEI take an attribute for what it says of the text."""
    return attribute in _READ


def identity(markup: Markup, edition: etree._Element) -> str:
    """The id of an edition: its `xml:id`, else a hash of the file (with its place in a corpus)."""
    name = str(_SLUG.sub("-", edition.get(XML_ID) or "")).strip("-.")
    if name:
        return name
    number = (
        ""
        if edition is markup.root
        else f"-{1 + sum(1 for _ in edition.itersiblings(edition.tag, preceding=True))}"
    )
    return f"tei-{markup.source.sha256[:12]}{number}"


def text_value(
    markup: Markup, element: etree._Element | None, rule: str, zone: str = "metadata"
) -> TextValue | None:
    """The words of an element of the header; None if there are none."""
    if element is None:
        return None
    evidence = markup.whole(element, rule, zone=zone)
    if evidence is None:
        return None
    return TextValue(value=words_of(element), evidence=evidence, language=element.get(XML_LANG))


def title_of(markup: Markup, header: etree._Element) -> TextValue | None:
    """The title of the edition: the complete or main one, else the first."""
    statements = child(header, "fileDesc", "titleStmt")
    titles = [] if statements is None else [each for each in children(statements, "title") if words_of(each)]
    ranked = sorted(titles, key=lambda each: _rank(each.get("type") or ""))
    return text_value(markup, ranked[0], "tei.title", "title") if ranked else None


def _rank(kind: str) -> int:
    return _TITLES.index(kind) if kind in _TITLES else len(_TITLES)


def kind_of(element: etree._Element, lexicon: str | None) -> Kind | None:
    """What an element of the header names; `name` without a type is that of a person or body: a person."""
    table = load("tei", lexicon)
    name, type_ = local(element), element.get("type") or ""
    if name in ("name", "rs"):
        found = table["name_types"].get(type_, "person" if name == "name" and not type_ else None)
        return cast("Kind | None", found)
    found = table["names"].get(name)
    return "organisation" if found == "person" and type_.startswith("org") else cast("Kind | None", found)


def header_mention(element: etree._Element, kind: Kind, rule: str, directory: Directory) -> Mention | None:
    """Who or what an element of the header names: in its own words, else in the entry it points to."""
    markup = directory.markup
    content = text_of(element)
    span = trimmed(content)
    if span.start == span.end:
        listed = (directory.entry(target) for target in directory.targets(element))
        entry = next((each for each in listed if each is not None), None)
        return entry_mention(entry, directory, kind) if entry is not None else None
    evidence = markup.evidence(element, *span, rule)
    return Mention(
        id=f"{kind}-{evidence.path}",
        kind=kind,
        name=" ".join(content[span.start : span.end].split()),
        name_start=span.start,
        name_end=span.end,
        evidence=evidence,
        parts=name_parts(element) if kind == "person" else None,
        ref=directory.reference(element),
    )


def responsible(
    header: etree._Element, directory: Directory, lexicon: str | None
) -> tuple[list[Party], list[Field]]:
    """Authors, editors and translators of the edition; other responsibilities as they are worded."""
    parties: list[Party] = []
    notes: list[Field] = []
    place = child(header, "fileDesc", "titleStmt")
    for element in children(place, "author", "editor", "respStmt") if place is not None else ():
        role: PartyRole | None = _ROLES.get(local(element))
        if local(element) == "respStmt":
            role = _responsibility(" ".join(words_of(each) for each in children(element, "resp")), lexicon)
        for kind, name in _named(element):
            mention = header_mention(name, kind, f"tei.{local(element)}", directory)
            if mention is not None and role is not None:
                parties.append(Party(role=role, mention=mention, evidence=mention.evidence))
        evidence = directory.markup.whole(element, "tei.responsibility")
        if role is None and evidence is not None:
            notes.append(Field(name="responsibility", value=words_of(element), evidence=evidence))
    return parties, notes


def _responsibility(words: str, lexicon: str | None) -> PartyRole | None:
    for entry in load("tei", lexicon)["responsibility"]:
        if regex.search(entry["pattern"], words):
            return cast("PartyRole", entry["role"])
    return None


def _named(element: etree._Element) -> Iterator[tuple[Kind, etree._Element]]:
    """The names in an element; an author or editor without one is a person named by it all."""
    inner = list(elements(element, "persName", "orgName", "name"))
    for name in inner:
        body = local(name) == "orgName" or name.get("type") in ("org", "organisation", "organization")
        yield ("organisation" if body else "person"), name
    if not inner and local(element) != "respStmt":
        yield "person", element


def languages(markup: Markup, header: etree._Element) -> tuple[TextValue, ...]:
    usage = child(header, "profileDesc", "langUsage")
    found = []
    for element in children(usage, "language") if usage is not None else ():
        tag = (element.get("ident") or "").strip()
        evidence = markup.whole(element, "tei.language") or markup.attribute(element, "ident", "tei.language")
        if tag and evidence is not None:
            found.append(TextValue(value=tag, evidence=evidence))
    return tuple(found)


def identifiers(markup: Markup, header: etree._Element) -> tuple[Identifier, ...]:
    """The numbers of the edition that are not empty."""
    place = child(header, "fileDesc", "publicationStmt")
    found = []
    for element in elements(place, "idno") if place is not None else ():
        evidence = markup.whole(element, "tei.idno")
        if evidence is not None and local(cast("etree._Element", element.getparent())) != "msIdentifier":
            scheme = element.get("type") or "number of the edition"
            found.append(Identifier(value=words_of(element), scheme=scheme, evidence=evidence))
    return tuple(found)


def rights(markup: Markup, header: etree._Element) -> tuple[TextValue, ...]:
    """The terms of use as stated, and the licence they point to; none is concluded."""
    place = child(header, "fileDesc", "publicationStmt", "availability")
    if place is None:
        return ()
    found = []
    inner = [each for each in children(place) if words_of(each)] or [place]
    for element in inner:
        value = text_value(markup, element, "tei.availability")
        if value is not None:
            found.append(value)
    for element in elements(place, "licence"):
        evidence = markup.attribute(element, "target", "tei.licence")
        if evidence is not None:
            found.append(TextValue(value=evidence.quote, evidence=evidence))
    return tuple(found)


def published(markup: Markup, header: etree._Element) -> tuple[DateStatement, ...]:
    place = child(header, "fileDesc", "publicationStmt")
    element = child(place, "date")
    found = header_date(markup, element, "published") if element is not None else None
    return (found,) if found else ()


def header_date(markup: Markup, element: etree._Element, role: DateRole) -> DateStatement | None:
    """A date of the header: by its attributes, else by its words."""
    value = dating(element)
    if value is not None:
        evidence = markup.whole(element, "tei.date", certainty=value.certainty) or markup.attribute(
            element, value.attribute, "tei.date", certainty=value.certainty
        )
        return statement(value, role, evidence) if evidence else None
    parsed = date_reader.parse_date(words_of(element))
    evidence = markup.whole(element, "tei.date")
    if parsed is None or parsed.edtf is None or parsed.status != "stated" or evidence is None:
        return None
    return parsed.statement(role, evidence)


def notes(markup: Markup, header: etree._Element) -> Iterator[Field]:
    """Publisher, keywords, series and volume: labelled values without a place of their own."""
    wanted = [(child(header, "fileDesc", "publicationStmt", "publisher"), "publisher")]
    keywords = child(header, "profileDesc", "textClass")
    wanted += [(term, "keyword") for term in (elements(keywords, "term") if keywords is not None else ())]
    statements = child(header, "fileDesc", "titleStmt")
    for title in children(statements, "title") if statements is not None else ():
        if title.get("type") in ("series", "volumenumber", "sub"):
            wanted.append(
                (
                    title,
                    {"series": "series", "volumenumber": "volume"}.get(title.get("type") or "", "subtitle"),
                )
            )
    for element, name in wanted:
        value = text_value(markup, element, f"tei.{name}")
        if value is not None:
            yield Field(name=name, value=value.value, evidence=value.evidence)


def left(
    markup: Markup, part: etree._Element, said: Iterable[object], told: Container[etree._Element] = ()
) -> Iterator[Field]:
    """What a part of a header holds beside the values that are `said`, each element as a note.

    The elements in `told` have records of their own.
    """
    quoted = {one.path.partition("/@")[0] for value in said for one in _evidence_in(value) if one.path}
    yield from _left(markup, part, quoted, told)


def _evidence_in(value: object) -> Iterator[Evidence]:
    if isinstance(value, Evidence):
        yield value
        value = value.premises
    if type(value) is tuple:
        for each in value:
            yield from _evidence_in(each)
    elif is_dataclass(value) and not isinstance(value, Evidence):
        for each in fields(value):
            yield from _evidence_in(getattr(value, each.name))


def _left(
    markup: Markup, element: etree._Element, quoted: set[str], told: Container[etree._Element]
) -> Iterator[Field]:
    if element in told or xpath_of(element) in quoted or not words_of(element):
        return
    own = [element.text, *(each.tail for each in element)]
    inner = not any((words or "").strip() for words in own) and any(
        xpath_of(each) in quoted for each in element.iterdescendants("*")
    )
    evidence = None if inner or local(element) in _DIVIDED else markup.whole(element, "tei.header")
    if evidence is not None:
        yield Field(name=local(element), value=words_of(element), evidence=evidence)
        return
    for each in children(element):
        yield from _left(markup, each, quoted, told)


def held(markup: Markup, header: etree._Element, lexicon: str | None) -> tuple[ArchivalReference, ...]:
    """Where the manuscript lies: `msIdentifier` of the sources, from the repository down."""
    sources = child(header, "fileDesc", "sourceDesc")
    kinds: dict[str, str] = load("tei", lexicon)["identifier_steps"]
    found = []
    for element in elements(sources, "msIdentifier") if sources is not None else ():
        evidence = markup.whole(element, "tei.msIdentifier")
        steps: Sequence[Level] = [
            Level(kinds[local(each)], words_of(each), "")
            for each in children(element, *kinds)
            if words_of(each)
        ]
        repository = words_of(child(element, "repository")) or words_of(child(element, "institution")) or None
        if evidence is not None and (repository or steps):
            found.append(ArchivalReference(repository=repository, levels=tuple(steps), evidence=evidence))
    return tuple(found)
