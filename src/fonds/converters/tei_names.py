"""Names in TEI: who or what an element names, and which entry of a list it points to.

`persName`, `orgName`, `placeName` and their kin, `name` and `rs` by their type, and `gloss` where it
says from or to whom a document goes. `@ref`, `@corresp`, `@sameAs` and `@key` say who is meant: an IRI
is kept as it is, a pointer into the file leads to the entry of a list, which gives the full name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, cast

import regex
from lxml import etree

from fonds.converters.tei_text import Layout, Node
from fonds.converters.xml_source import (
    XML_ID,
    Markup,
    child,
    children,
    elements,
    local,
    text_of,
    trimmed,
    words_of,
)
from fonds.extract.lines import signed_name
from fonds.extract.organisations import canonical_organisation, find_organisations
from fonds.extract.reading import Reading
from fonds.lexicon import load
from fonds.record import Evidence, Finding, Kind, Mention, NameParts, Zone
from fonds.source import Span, Text

_POINTERS: Final = ("ref", "corresp", "sameAs", "key")
_FULL: Final = regex.compile(r"(?:https?|urn|info):\S+")
#: Up to three words before a name, looked for from the name backwards.
_TITLE: Final = regex.compile(r"(?r)(?:(?<=^|[\s(\[“\"])[\p{L}-]+\.?\s+){1,3}$")
_WORD: Final = regex.compile(r"[\p{L}-]+")
#: A full stop that ends a sentence, not an abbreviation or initial.
_STOP: Final = regex.compile(r"(?<=\p{Ll}{2})(?<!\b(?:Jr|Sr|Esq))[.,;:]$|[,;:]$")
_STOPS: Final = frozenset(".,;:")
_NO_BRACKETS: Final = str.maketrans("", "", "[]")
_entry = etree.XPath("id($name)")


class Named(NamedTuple):
    """A mention, the element that names it, and the part that its type gives it (`from`, `to`)."""

    mention: Mention
    element: etree._Element
    part: str | None


@dataclass(frozen=True)
class Directory:
    """The lists of a file, to which names point. `stem` is the id of the file, used in references."""

    markup: Markup
    stem: str

    @cached_property
    def _entries(self) -> dict[str, etree._Element | None]:
        """Those that were looked for already: most names of a file point to a few of them."""
        return {}

    def entry(self, name: str) -> etree._Element | None:
        """The element with an `xml:id`."""
        known = self._entries
        if name not in known:
            found = cast("list[etree._Element]", _entry(self.markup.root, name=name))
            known[name] = found[0] if found else None
        return known[name]

    def reference(self, element: etree._Element) -> str | None:
        """What an element points to: an IRI if it or the entry that it points to gives one.

        Else `FILE#ID`, which holds beyond the file as well, else what stands there; None if nothing does.
        """
        given = [word for name in _POINTERS for word in (element.get(name) or "").split()]
        full = next((word for word in given if _FULL.fullmatch(word)), None)
        if full is not None or not given:
            return full
        for target in self.targets(element):
            entry = self.entry(target)
            if entry is not None and (stated := _stated(entry)):
                return stated
        return f"{self.stem}{given[0]}" if given[0].startswith("#") else given[0]

    def reference_of(self, entry: etree._Element) -> str:
        """What an entry of a list is called elsewhere: its IRI, else `FILE#ID`."""
        return _stated(entry) or f"{self.stem}#{entry.get(XML_ID) or ''}"

    def targets(self, element: etree._Element) -> tuple[str, ...]:
        """The ids in this file to which an element points."""
        given = [word for name in _POINTERS for word in (element.get(name) or "").split()]
        own = f"{self.stem}#"
        local_words = [word.removeprefix(self.stem) if word.startswith(own) else word for word in given]
        return tuple(dict.fromkeys(word[1:] for word in local_words if len(word) > 1 and word[0] == "#"))


def _stated(entry: etree._Element) -> str | None:
    """The IRI that an entry of a list gives for whom it describes."""
    names = children(entry, "persName", "orgName", "placeName", "name")
    given = [
        word for each in (entry, *names) for name in _POINTERS for word in (each.get(name) or "").split()
    ]
    given += [words_of(each) for each in children(entry, "idno")]
    return next((word for word in given if _FULL.fullmatch(word)), None)


def find_names(
    layout: Layout, root: etree._Element, directory: Directory, zones: tuple[Zone, ...]
) -> tuple[Named, ...]:
    """The names marked up in the document that `root` holds, in order; not those of its constituents.

    `zones` are those of the document.
    """
    table = load("tei", layout.lexicon)
    parties, naming = table["parties"], _naming(layout.lexicon)
    found: list[Named] = []
    # the elements that settle for those in them whether they stand inside a name, and what they settle
    around: list[tuple[Node, bool]] = []
    for node in layout.own(layout.places[root]):
        while around and around[-1][0].stop <= node.number:
            around.pop()
        kind = kind_of(node.element, layout) if node.name in naming else None
        if kind is not None and not (around and around[-1][1]):
            part = parties.get(node.element.get("type") or "")
            for span, of in _pieces(node, kind, layout):
                mention = _mention(layout, node.element, span, of, zones, directory)
                if mention is not None:
                    found.append(Named(mention, node.element, part))
        if node.element is root:
            continue
        if node.name in ("note", "app"):
            around.append((node, False))
        elif kind is not None:
            around.append((node, True))  # a town inside the name of a person is a part of that name
    unique = {named.mention.id: named for named in found}
    return tuple(sorted(unique.values(), key=lambda named: named.mention.name_start))


@lru_cache(maxsize=4)
def _naming(lexicon: str | None) -> frozenset[str]:
    """The elements that may hold a name."""
    return frozenset((*load("tei", lexicon)["names"], "name", "rs", "gloss"))


def kind_of(element: etree._Element, layout: Layout) -> Kind | None:
    """What an element names, None if it is no name."""
    table = load("tei", layout.lexicon)
    name, type_ = local(element), element.get("type") or ""
    if name in ("name", "rs"):
        return cast("Kind | None", table["name_types"].get(type_))
    if name == "gloss" and type_ in table["parties"]:
        return "organisation" if is_organisation(layout.words(element), layout.lexicon) else "role"
    return cast("Kind | None", table["names"].get(name))


@lru_cache(maxsize=4096)
def is_organisation(words: str, lexicon: str | None) -> bool:
    """Whether some words name an organisation, by the tables or by their type words."""
    if not words:
        return False
    if canonical_organisation(words, lexicon):
        return True
    zone = Zone("routing", 0, len(words))
    reading = Reading(Text(words, "utf-8", ""), (zone,), zone.span, lexicon)
    return any(
        mention.kind == "organisation"
        and mention.name_end == len(words)
        and mention.name_start <= len("the ")
        for mention in find_organisations(reading)
    )


def _pieces(node: Node, kind: Kind, layout: Layout) -> Iterator[tuple[Span, Kind]]:
    """What one element names: in a dateline a place on the line below an office names both."""
    whole = layout.span(node.element)
    if whole.start == whole.end:
        return
    if kind != "place" or next(node.element.iterancestors("{*}dateline"), None) is None:
        yield whole, kind
        return
    inside = layout.nodes[node.number + 1 : node.stop]
    inner = [each.start for each in inside if each.name == "lb" and whole.start < each.start < whole.end]
    edges = [whole.start, *inner, whole.end]
    lines = [trimmed(layout.content, a, b) for a, b in pairwise(edges)]
    lines = [_unstopped(layout.content, line) for line in lines if line.start < line.end]
    for at, line in enumerate(lines):
        if is_organisation(layout.flat(line), layout.lexicon):
            yield line, "organisation"
        elif at == len(lines) - 1:
            yield line, "place"


def _unstopped(content: str, span: Span) -> Span:
    """A name without the punctuation that follows it in the sentence."""
    words = content[span.start : span.end]
    if words[-1:] not in _STOPS:
        return span
    kept = words
    while (shorter := _STOP.sub("", kept).rstrip()) != kept and shorter:
        kept = shorter
    return Span(span.start, span.start + len(kept))


def _mention(
    layout: Layout,
    element: etree._Element,
    span: Span,
    kind: Kind,
    zones: tuple[Zone, ...],
    directory: Directory,
) -> Mention | None:
    span = _unstopped(layout.content, span)
    name = layout.flat(span)
    if not _WORD.search(name):
        return None
    titles, start = _titles(layout, element, span, kind)
    zone = next((zone.name for zone in zones if zone.start <= span.start < zone.end), "other")
    return Mention(
        id=f"{kind}-{span.start}-{span.end}",
        kind=kind,
        name=name,
        name_start=span.start,
        name_end=span.end,
        evidence=layout.evidence(Span(start, span.end), f"tei.{local(element)}", zone),
        titles=titles,
        parts=name_parts(element) if kind == "person" else None,
        ref=directory.reference(element),
    )


def _titles(layout: Layout, element: etree._Element, span: Span, kind: Kind) -> tuple[tuple[str, ...], int]:
    """The titles of a person, inside the element or right before it, and where they begin."""
    if kind != "person":
        return (), span.start
    within = elements(element, "roleName") if len(element) else ()
    inside = tuple(" ".join(text_of(each).split()) for each in within)
    before = _TITLE.search(layout.content[max(0, span.start - 60) : span.start])
    words = list(_WORD.finditer(before[0])) if before else []
    known = _honorifics(layout.lexicon)
    start, titles = span.start, list(inside)
    for word in reversed(words):
        if word[0].casefold() not in known or not word[0][0].isupper():
            break
        start = span.start - len(before[0] if before else "") + word.start()
        titles.insert(0, _with_stop(before[0] if before else "", word.end(), word[0]))
    return tuple(title for title in titles if title), start


def _with_stop(words: str, end: int, title: str) -> str:
    """A title as written: an abbreviation keeps its full stop."""
    return f"{title}." if words[end : end + 1] == "." else title


@lru_cache(maxsize=4)
def _honorifics(lexicon: str | None) -> frozenset[str]:
    """Forms of address and ranks that stand before a name."""
    singular = load("titles", lexicon)["singular"].split()
    return frozenset(word.casefold() for word in (*singular, *load("ranks", lexicon)["heads"].split()))


def name_parts(element: etree._Element) -> NameParts | None:
    """The parts of a personal name that are marked up, None if the family name is not."""

    if not len(element):
        return None

    def words(*names: str) -> str | None:
        return " ".join(word for each in elements(element, *names) for word in text_of(each).split()) or None

    family = words("surname")
    if family is None:
        return None
    return NameParts(
        given=words("forename"), family=family, particle=words("nameLink"), suffix=words("genName")
    )


def signatures(layout: Layout, signed: etree._Element) -> Iterator[Mention]:
    """Who signed, where no name is marked up and no reader knows one: the markup says that it is a name.

    Each line or item is read up to its first comma; "H[enry] L. S[timson]" is a name as well.
    """
    offices = frozenset(word.casefold() for word in load("offices", layout.lexicon)["heads"].split())
    items = list(elements(signed, "item")) or [signed]
    for item in items:
        whole = layout.span(item)
        first = min(
            (
                at
                for each in elements(item, "lb")
                if whole.start < (at := layout.places[each].start) < whole.end
            ),
            default=whole.end,
        )
        comma = layout.content.find(",", whole.start, first)
        bracket = layout.content.find("[", whole.start, first)
        end = comma if comma > 0 and not 0 <= bracket < comma else first
        span = _unstopped(layout.content, trimmed(layout.content, whole.start, end))
        name = layout.flat(span)
        plain = name.translate(_NO_BRACKETS)
        if signed_name(plain) is None or any(w.casefold() in offices for w in _WORD.findall(plain)):
            continue
        evidence = layout.evidence(
            span,
            "tei.signed",
            "signature",
            certainty="probable",
            reason="it stands where the document is signed",
        )
        yield Mention(
            id=f"person-{span.start}-{span.end}",
            kind="person",
            name=name,
            name_start=span.start,
            name_end=span.end,
            evidence=evidence,
        )


def entries(
    names: tuple[Named, ...], directory: Directory, *, place: str = "the file"
) -> tuple[tuple[Mention, ...], tuple[Finding, ...]]:
    """The entries of lists to which names point, as mentions, and the pointers that lead nowhere."""
    found: dict[str, Mention] = {}
    dangling: dict[str, list[Evidence]] = {}
    for named in names:
        for target in directory.targets(named.element):
            entry = directory.entry(target)
            if entry is None:
                dangling.setdefault(target, []).append(named.mention.evidence)
            elif target not in found:
                mention = entry_mention(entry, directory, named.mention.kind)
                if mention is not None:
                    found[target] = mention
    findings = tuple(
        Finding(
            kind="dangling-reference",
            message=f"the markup points to #{target}, which is not in {place}",
            evidence=tuple(evidence),
        )
        for target, evidence in dangling.items()
    )
    return tuple(found.values()), findings


def entry_mention(entry: etree._Element, directory: Directory, kind: Kind) -> Mention | None:
    """The main name of an entry in a list: of a person, a body or a place."""
    name = entry if local(entry) in ("persName", "orgName", "placeName") else None
    name = name if name is not None else next(children(entry, "persName", "orgName", "placeName"), None)
    if name is None:
        name = child(entry, "name")
    if name is None:
        return None
    content = text_of(name)
    span = _unstopped(content, trimmed(content))
    if not _WORD.search(content[span.start : span.end]):
        return None
    identity = entry.get(XML_ID) or ""
    evidence = directory.markup.evidence(name, *span, "tei.entry", zone="metadata")
    return Mention(
        id=f"{kind}-entry-{identity}",
        kind=kind,
        name=" ".join(content[span.start : span.end].split()),
        name_start=span.start,
        name_end=span.end,
        evidence=evidence,
        parts=name_parts(name),
        ref=directory.reference_of(entry),
    )


@dataclass(frozen=True)
class Document:
    """A document in a text: the element that holds it, its layout, and the lists that it points to."""

    layout: Layout
    root: etree._Element
    directory: Directory

    @property
    def span(self) -> Span:
        return self.layout.whole(self.root)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The elements of this document, without those of its constituents."""
        return tuple(self.layout.own(self.layout.places[self.root]))

    def own(self, *wanted: str) -> Iterator[etree._Element]:
        """The elements of this document with some names, without those of its constituents."""
        return (node.element for node in self.nodes if node.name in wanted)
