"""What one unit of a finding aid says: each child of the unit is read by the table `READERS`.

What the table does not know is kept as it stands, in a field named after its element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from lxml import etree

from fonds.converters.ead_draft import Draft
from fonds.converters.ead_terms import (
    BLOCKS,
    DATE_ROLES,
    DIALECT,
    JOINTS,
    NAMES,
    OVERVIEW,
    PROSE,
    TERM_JOINT,
    TERMS,
    WRAPPERS,
    is_component,
)
from fonds.converters.named import SUBDIVISION, joined, language, name_of, reference, role_of, tag_of
from fonds.converters.xml_source import child, elements, local, words_of
from fonds.converters.xml_stream import (
    Part,
    attribute_of,
    is_internal,
    lines_of,
    own_words,
    value_of,
)
from fonds.description import DigitalObject, IndexTerm, TermKind
from fonds.record import (
    DateRole,
    Finding,
    Identifier,
    TextValue,
)


def take(draft: Draft, part: Part) -> None:
    """Read one child of a unit: what it says, and the attributes in it that nothing else reads."""
    if read(draft, part, part.element):
        for element in list(part.forgotten()):
            if not (part.guarded and is_internal(element)):
                above = element.getparent()
                prefix = f"{local(above)}/" if above is not None else ""
                draft.keep(part, element, f"{prefix}{local(element)}")
        draft.keep_attributes(part, part.element.iter("*"))


def read(draft: Draft, part: Part, element: etree._Element) -> bool:
    """Read an element; false if it is not for the public, and so left out."""
    name = local(element)
    if name not in WRAPPERS and name != "did" and _left_out(draft, part, element):
        return False
    READERS.get(name, _prose)(draft, part, element)
    return True


def _left_out(draft: Draft, part: Part, element: etree._Element) -> bool:
    """Whether an element is not for the public; that it is left out is a finding."""
    if not (part.guarded and is_internal(element)):
        return False
    message = f"{local(element)} is marked as internal (audience), so it is left out"
    draft.findings.append(Finding(kind="internal", message=message))
    return True


def _inside(draft: Draft, part: Part, element: etree._Element) -> None:
    """An element that only holds others."""
    if own_words(element):
        _prose(draft, part, element)
        return
    for inner in element.iterchildren("*"):
        read(draft, part, inner)


def _overview(draft: Draft, part: Part, element: etree._Element) -> None:
    """An overview of units that are described in full elsewhere, kept as it stands."""
    if value_of(element, *DIALECT.dsc_type) != OVERVIEW:
        _inside(draft, part, element)
        return
    for inner in element.iterchildren("*"):
        if not is_component(local(inner)):
            read(draft, part, inner)
        elif not _left_out(draft, part, inner):
            draft.keep(part, inner, "overview", words_of(inner))
            _named_in(draft, part, inner, "overview")
    message = "an overview repeats units that are described in full elsewhere: it is kept as notes"
    draft.findings.append(Finding(kind="overview", message=message))


def _head(draft: Draft, part: Part, element: etree._Element) -> None:
    above = element.getparent()
    draft.keep(part, element, f"{local(above)}/head" if above is not None else "head")


def _prose(draft: Draft, part: Part, element: etree._Element) -> None:
    """Words that are kept, and the agents and places that they name."""
    name = local(element)
    within = element.iterchildren("*") if len(element) else ()
    inner = tuple(each for each in within if local(each) in PROSE and local(each) != name)
    above = element.getparent()
    plain = name in ("p", "list", "note", "table") and above is not None
    draft.keep(part, element, f"{local(above)}/{name}" if plain and above is not None else name, skip=inner)
    for each in inner:
        read(draft, part, each)
    _named_in(draft, part, element, name)


def _named_in(draft: Draft, part: Part, element: etree._Element, zone: str) -> None:
    if not len(element) and local(element) not in NAMES:
        return
    known = {mention.id for mention in draft.mentions}
    for each in elements(element, *NAMES):
        draft.add_mention(part, each, zone, known)


def _scope(draft: Draft, part: Part, element: etree._Element) -> None:
    before = len(draft.fields)
    _prose(draft, part, element)
    for at, found in enumerate(draft.fields[before:], before):
        if found.name == "scopecontent" and draft.summary is None:
            draft.summary = TextValue(value=found.value, evidence=found.evidence, language=found.language)
            del draft.fields[at]
            return


def _title(draft: Draft, part: Part, element: etree._Element) -> None:
    evidence = part.evidence(element, "ead.unittitle", zone="title")
    if evidence is not None and draft.title is None:
        stated = part.language(element)
        tag = tag_of(stated) if stated else None
        draft.title = TextValue(value=words_of(element), evidence=evidence, language=tag)
    else:
        draft.keep(part, element, "unittitle")
    for each in elements(element, "unitdate", "unitdatestructured") if len(element) else ():
        _date(draft, part, each)
    _named_in(draft, part, element, "title")


def _identifier(draft: Draft, part: Part, element: etree._Element) -> None:
    evidence = part.evidence(element, "ead.unitid")
    if evidence is not None:
        scheme = value_of(element, *DIALECT.type) or "unitid"
        draft.identifiers.append(Identifier(value=words_of(element), scheme=scheme, evidence=evidence))


def _date(draft: Draft, part: Part, element: etree._Element) -> None:
    kind = (value_of(element, *DIALECT.date_type) or "").casefold()
    char = (value_of(element, "datechar") or "").casefold()
    role: DateRole = "bulk" if kind == "bulk" else DATE_ROLES.get(char, "dated")
    before = len(draft.dates)
    draft.add_date(part, element, role)
    if len(draft.dates) == before:
        draft.keep(part, element, local(element))


def _origination(draft: Draft, part: Part, element: etree._Element) -> None:
    found = list(elements(element, *NAMES))
    for each in found:
        stated = value_of(each, *DIALECT.role) or value_of(element, "label")
        role = role_of(stated, draft.lexicon) if stated else None
        role = role if role and role != "subject" else "origination"
        draft.add_party(part, each, stated, role, "origination")
    if not found or own_words(element) or any(elements(element, "name")):
        draft.keep(part, element, "origination")


def _repository(draft: Draft, part: Part, element: etree._Element) -> None:
    named = next(elements(element, "corpname", "name", "persname", "famname"), None)
    apart = tuple(each for each in element.iterchildren("*") if local(each) in ("address", "extptr"))
    name = name_of(named, JOINTS) if named is not None else " ".join(lines_of(element, BLOCKS, apart))
    evidence = part.evidence(element if named is None else named, "ead.repository")
    if draft.holder is None and name and evidence is not None:
        draft.holder, draft.holder_evidence = name, evidence
    else:
        draft.keep(part, element, "repository")
        return
    for each in apart:
        draft.keep(part, each, f"repository/{local(each)}")
    if named is not None and own_words(element):
        draft.keep(part, element, "repository")


def _extent(draft: Draft, part: Part, element: etree._Element) -> None:
    draft.keep(part, element, "extent")


def _physdesc(draft: Draft, part: Part, element: etree._Element) -> None:
    if own_words(element) or not len(element):
        draft.keep(part, element, "physdesc")
        return
    for inner in element.iterchildren("*"):
        if local(inner) in TERMS:
            _term(draft, part, inner)
        else:
            read(draft, part, inner)


def _physdesc_structured(draft: Draft, part: Part, element: etree._Element) -> None:
    quantity, unit = child(element, "quantity"), child(element, "unittype")
    value = " ".join(words for words in (words_of(quantity), words_of(unit)) if words)
    whole = all(local(inner) in ("quantity", "unittype") for inner in element.iterchildren("*"))
    if whole:
        draft.keep(part, element, "extent", value)
        return
    if value and quantity is not None:
        first, last = quantity, unit if unit is not None else quantity
        for one in dict.fromkeys((first, last)):
            draft.keep(part, one, "extent", value if one is last else None)
    for inner in element.iterchildren("*"):
        if local(inner) not in ("quantity", "unittype"):
            read(draft, part, inner)


def _languages(draft: Draft, part: Part, element: etree._Element) -> None:
    for each in elements(element, "language"):
        found = language(part, each, DIALECT.language, "ead.langmaterial")
        if found is not None:
            draft.languages.append(found)
    script = [each for each in elements(element, "script") if words_of(each)]
    for each in (*script, *elements(element, "descriptivenote")):
        draft.keep(part, each, f"langmaterial/{local(each)}")
    if own_words(element):
        draft.keep(part, element, "langmaterial")


def _container(draft: Draft, part: Part, element: etree._Element) -> None:
    kind = value_of(element, *DIALECT.type)
    words = words_of(element)
    draft.keep(part, element, "container", f"{kind} {words}" if kind and words else words)


def _object(draft: Draft, part: Part, element: etree._Element) -> None:
    name = attribute_of(element, *DIALECT.href)
    evidence = part.attribute(element, name, "ead.dao") if name else None
    notes = list(elements(element, "daodesc", "descriptivenote"))
    if evidence is None:
        _prose(draft, part, element)
        return
    title = None
    for note in notes:
        words = part.evidence(note, "ead.dao")
        if words is not None:
            value = " ".join(lines_of(note, BLOCKS))
            title = title or TextValue(value=value, evidence=words, language=draft.tag(part, note))
    draft.objects.append(DigitalObject(href=evidence.quote, evidence=evidence, title=title))
    for note in notes[1:]:
        draft.keep(part, note, "dao")


def _terms(draft: Draft, part: Part, element: etree._Element) -> None:
    """Index terms: an agent with a part in the records is no subject of them."""
    for inner in element.iterchildren("*"):
        name = local(inner)
        if name in NAMES:
            _indexed(draft, part, inner)
        elif name in TERMS:
            _term(draft, part, inner)
        elif name == "head":
            _head(draft, part, inner)
        elif name == "name":
            draft.keep(part, inner, "controlaccess/name")
        elif name == "controlaccess":
            read(draft, part, inner)
        else:
            _prose(draft, part, inner)
    if (element.text or "").strip():
        draft.keep(part, element, "controlaccess")


def _indexed(draft: Draft, part: Part, element: etree._Element) -> None:
    stated = value_of(element, *DIALECT.role)
    role = role_of(stated, draft.lexicon) if stated else "subject"
    whole = joined(element, JOINTS.get(local(element), TERM_JOINT))
    if role == "subject" or NAMES[local(element)] == "place":
        draft.add_mention(part, element, "index")
        if SUBDIVISION in whole:
            draft.terms.append(_made(draft, part, element, "subject", whole))
    else:
        draft.add_party(part, element, stated, role or "associate", "provenance")


def _term(draft: Draft, part: Part, element: etree._Element) -> None:
    value = joined(element, TERM_JOINT)
    if value:
        kind = cast(TermKind, TERMS[local(element)])
        draft.terms.append(_made(draft, part, element, kind, value))


def _made(draft: Draft, part: Part, element: etree._Element, kind: TermKind, value: str) -> IndexTerm:
    evidence = part.evidence(element, f"ead.{local(element)}", zone="index")
    assert evidence is not None  # noqa: S101  the element has words
    number, source = value_of(element, *DIALECT.authority), value_of(element, "source")
    return IndexTerm(
        kind=kind,
        value=value,
        evidence=evidence,
        vocabulary=source,
        ref=reference(number, source, draft.scope) if kind != "subject" or SUBDIVISION not in value else None,
    )


Reader = Callable[[Draft, Part, etree._Element], None]

#: How each element is read; the others are prose.
READERS: Final[dict[str, Reader]] = {
    "did": _inside,
    "head": _head,
    "unittitle": _title,
    "unitid": _identifier,
    "unitdate": _date,
    "unitdatestructured": _date,
    "origination": _origination,
    "repository": _repository,
    "physdesc": _physdesc,
    "physdescstructured": _physdesc_structured,
    "extent": _extent,
    "langmaterial": _languages,
    "container": _container,
    "dao": _object,
    "daoloc": _object,
    "scopecontent": _scope,
    "controlaccess": _terms,
    **dict.fromkeys(WRAPPERS, _inside),
    "dsc": _overview,
}
