"""The text of a TEI element: where each element stands in it, its zones, and how readers see it.

Evidence counts in the string value of one element, usually the `div` of a document. The readers of
plain text see the same words laid out on lines, and what they find is brought back to the string
value by `Layout.anchored`.

The tree is walked once: what follows asks the list of `Node`s that `Layout.of` makes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeVar, cast

import regex
from lxml import etree

from fonds.converters.xml_source import Markup, local, trimmed, xpath_of
from fonds.extract.reading import Reading
from fonds.lexicon import load
from fonds.record import Certainty, Evidence, Mention, Status, Zone
from fonds.source import Span, Text

_T = TypeVar("_T")
#: White space that is no space.
_BLANK: Final = regex.compile(r"[^\S ]")
_NOTES: Final = frozenset({"note", "app"})
#: Types of values in which no evidence stands.
_PLAIN: Final = frozenset({str, int, bool, type(None)})


class Elements(NamedTuple):
    """The tables that say how elements of TEI are laid out."""

    zones: dict[str, str]
    swallowing: frozenset[str]
    lasting: frozenset[str]
    source_notes: frozenset[str]
    marks: dict[str, str]
    constituents: frozenset[str]
    divisions: frozenset[str]


@lru_cache(maxsize=4)
def elements_of(lexicon: str | None) -> Elements:
    """The tables of elements; `marks` is what stands for an element where text is broken into lines."""
    table = load("tei", lexicon)
    marks = dict.fromkeys(table["blocks"]["breaks"], "\n")
    return Elements(
        {name: zone for zone, names in table["zones"].items() for name in names},
        frozenset(table["swallowing"]["zones"]),
        frozenset(table["lasting"]["zones"]),
        frozenset(table["source_notes"]["types"]),
        marks | dict.fromkeys(table["blocks"]["elements"], "\n\n"),
        frozenset(table["constituents"]["elements"]),
        frozenset((*table["constituents"]["divisions"], "document")),
    )


@dataclass(slots=True, eq=False)
class Node:
    """An element, and where it stands: `start` and `end` in the text, `number` in the list of nodes.

    The nodes inside it are those from the next up to `stop`, exclusive. `mark` is what stands for it
    where the text is broken into lines; `constituent` says that it holds the text of another document.
    """

    element: etree._Element
    name: str
    number: int
    start: int
    mark: str
    constituent: bool
    end: int = 0
    stop: int = 0


@dataclass(frozen=True)
class Layout:
    """One element as text.

    `content` is its string value; `nodes` are its elements in the order of the file, and `places`
    tells which of them an element is. `cuts` are the places at which its text breaks into lines, each
    with the newlines that stand for it.
    """

    markup: Markup
    element: etree._Element
    path: str
    content: str
    nodes: tuple[Node, ...]
    places: dict[etree._Element, Node]
    cuts: tuple[tuple[int, str], ...]
    lexicon: str | None = None

    @classmethod
    def of(cls, markup: Markup, element: etree._Element, lexicon: str | None = None) -> Layout:
        table = elements_of(lexicon)
        marks, constituents, divisions = table.marks, table.constituents, table.divisions
        nodes: list[Node] = []
        places: dict[etree._Element, Node] = {}
        opened: list[Node] = []
        cuts: dict[int, str] = {}
        pieces: list[str] = []
        at = 0
        for event, inner in etree.iterwalk(element, events=("start", "end")):
            if event == "start":
                name = local(inner)
                mark = marks.get(name, "")
                if mark == "\n" and inner.get("break") == "no":
                    mark = ""
                other = name in constituents or (name == "div" and inner.get("type") in divisions)
                node = places[inner] = Node(inner, name, len(nodes), at, mark, other)
                nodes.append(node)
                opened.append(node)
                words = inner.text
            else:
                node = opened.pop()
                node.end, node.stop = at, len(nodes)
                words = inner.tail if opened else None
            if node.mark and len(node.mark) > len(cuts.get(at, "")):
                cuts[at] = node.mark
            if words:
                pieces.append(words)
                at += len(words)
        lines = tuple((cut, mark) for cut, mark in sorted(cuts.items()) if 0 < cut < at)
        content = "".join(pieces)
        return cls(markup, element, xpath_of(element), content, tuple(nodes), places, lines, lexicon)

    # --- words of elements

    def whole(self, element: etree._Element) -> Span:
        """Where the text of an element stands."""
        node = self.places[element]
        return Span(node.start, node.end)

    def span(self, element: etree._Element) -> Span:
        """Where the words of an element stand, without blanks and without notes at its ends."""
        node = self.places[element]
        first = last = None
        for begin, end in self._outside_notes(node):
            part = trimmed(self.content, begin, end)
            if part.start < part.end:
                first, last = part.start if first is None else first, part.end
        return Span(node.start, node.start) if first is None or last is None else Span(first, last)

    def words(self, element: etree._Element) -> str:
        """The words of an element on one line, without notes; a line break is a space."""
        node = self.places[element]
        inside = self.nodes[node.number + 1 : node.stop]
        breaks = sorted({inner.start for inner in inside if inner.mark})
        kept = [
            self._broken(begin, breaks[bisect_left(breaks, begin) : bisect_left(breaks, end)], end)
            for begin, end in self._outside_notes(node)
        ]
        return " ".join("".join(kept).split())

    def _broken(self, start: int, breaks: Sequence[int], end: int) -> str:
        """The text from one place to another, with a space at each break."""
        if not breaks:
            return self.content[start:end]
        return " ".join([self.content[a:b] for a, b in pairwise((start, *breaks, end))])

    def _outside_notes(self, node: Node) -> Iterator[tuple[int, int]]:
        """The pieces of the text of an element that do not stand in a note inside it."""
        at, number = node.start, node.number + 1
        while number < node.stop:
            inner = self.nodes[number]
            if inner.name in _NOTES:
                if at < inner.start:
                    yield at, inner.start
                at, number = inner.end, inner.stop
            else:
                number += 1
        if at < node.end:
            yield at, node.end

    def flat(self, span: Span) -> str:
        """The words at a span on one line; a line break is a space."""
        start, end = span
        breaks = self._breaks
        inner = breaks[bisect_right(breaks, start) : bisect_left(breaks, end)]
        return " ".join(self._broken(start, inner, end).split())

    @cached_property
    def _breaks(self) -> tuple[int, ...]:
        return tuple([cut for cut, _ in self.cuts])

    def speaks_of(self, span: Span, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern is found in the words at a span, as the readers see them."""
        return pattern.search(self.text.content, *self._forth(span)) is not None

    def own(self, root: Node) -> Iterator[Node]:
        """The nodes of the document that `root` holds, itself first, without those of its constituents."""
        yield root
        number = root.number + 1
        while number < root.stop:
            node = self.nodes[number]
            if node.constituent:
                number = node.stop
            else:
                yield node
                number += 1

    def evidence(
        self,
        span: Span,
        rule: str,
        zone: str,
        *,
        status: Status = "stated",
        certainty: Certainty = "certain",
        reason: str | None = None,
    ) -> Evidence:
        """Evidence that quotes the string value of the element."""
        return Evidence(
            source=self.markup.source.sha256,
            start=span.start,
            end=span.end,
            quote=self.content[span.start : span.end],
            zone=zone,
            rule=rule,
            status=status,
            certainty=certainty,
            reason=reason,
            path=self.path,
        )

    # --- zones

    def zones(self, root: etree._Element) -> tuple[Zone, ...]:
        """The zones of the document that `root` holds, in order; constituents in it are one zone each."""
        found: list[Zone] = []
        for start, end, name in self._named_runs(self.places[root]):
            part = trimmed(self.content, start, end)
            if part.start == part.end or name == "other":
                continue
            if found and found[-1].name == name != "constituent" and _blank(self.content, found[-1], part):
                found[-1] = Zone(name, found[-1].start, part.end)
            else:
                found.append(Zone(name, *part))
        return tuple(found)

    def _named_runs(self, root: Node) -> Iterator[tuple[int, int, str]]:
        """The text of a document cut where its zones change; a zone may follow one of its own name."""
        table = elements_of(self.lexicon)
        named = table.zones.keys() | {"note"}
        at, name = root.start, "other"
        around: list[tuple[Node, str]] = []  # the elements that began a zone, and the zone outside of each
        number = root.number
        while number < root.stop:
            node = self.nodes[number]
            while around and around[-1][0].stop <= number:
                ended, outside = around.pop()
                yield at, ended.end, name
                at, name = ended.end, outside
            other = node.constituent and node is not root
            if not other and node.name not in named:
                number += 1
                continue
            own = "constituent" if other else _zone(node, name, table)
            if own != name:
                yield at, node.start, name
                around.append((node, name))
                at, name = node.start, own
            number = node.stop if other else number + 1
        for ended, outside in reversed(around):
            yield at, ended.end, name
            at, name = ended.end, outside
        yield at, root.end, name

    # --- as the readers of plain text see it

    @cached_property
    def _laid(self) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
        """The text on lines, and where each piece of it begins in the original and on the lines."""
        plain = _BLANK.sub(" ", self.content)
        pieces: list[str] = []
        before, after = [0], [0]
        size = 0
        at = 0
        for cut, mark in (*self.cuts, (len(plain), "")):
            pieces += [plain[at:cut], mark]
            size += cut - at + len(mark)
            before.append(cut)
            after.append(size)
            at = cut
        return "".join(pieces), tuple(before), tuple(after)

    @cached_property
    def text(self) -> Text:
        """The text on lines: each block a paragraph, white space of the file as spaces."""
        return Text(self._laid[0], "utf-8", self.markup.source.sha256)

    @cached_property
    def _moved(self) -> dict[int, tuple[tuple[Zone, ...], tuple[Zone, ...]]]:
        """Zones, by the identity of their tuple, and as the readers see them: many ask for the same."""
        return {}

    def reading(self, zones: tuple[Zone, ...], span: Span) -> Reading:
        """A share of the text for the readers; zones and span count in the string value."""
        known = self._moved.get(id(zones))
        if known is None:
            moved = tuple([Zone(zone.name, *self._forth(Span(zone.start, zone.end))) for zone in zones])
            known = self._moved[id(zones)] = zones, moved
        return Reading(self.text, known[1], self._forth(span), self.lexicon)

    def excerpts(self, zones: tuple[Zone, ...], span: Span) -> Reading:
        """Like `reading`, but of the text nothing is there beside the zones, each on lines of its own."""
        whole = self.reading(zones, span)
        pieces: list[str] = []
        at = 0
        for zone in whole.zones:
            pieces += [" " * (zone.start - at - 1), "\n" * (zone.start > at)]
            pieces.append(whole.text.content[max(zone.start, at) : zone.end])
            at = max(zone.end, at)  # a note in a note is there already
        return replace(whole, text=replace(whole.text, content="".join(pieces)))

    def _forth(self, span: Span) -> Span:
        _, before, after = self._laid
        start, end = span
        first = bisect_right(before, start) - 1
        last = bisect_right(before, max(start, end - 1)) - 1
        end += after[last] - before[last]
        return Span(min(after[first] + start - before[first], end), end)

    def _back(self, span: Span) -> Span:
        start, end = self._original(span.start), self._original(max(span.start, span.end - 1)) + 1
        return trimmed(self.content, start, min(end, len(self.content)))

    def _original(self, position: int) -> int:
        _, before, after = self._laid
        index = bisect_right(after, position) - 1
        limit = before[index + 1] if index + 1 < len(before) else len(self.content)
        return min(before[index] + position - after[index], limit)

    def laid(self, mention: Mention) -> Mention:
        """A mention as the readers see it."""
        name = self._forth(Span(mention.name_start, mention.name_end))
        evidence = self.laid_evidence(mention.evidence)
        return replace(mention, name_start=name.start, name_end=name.end, evidence=evidence)

    def laid_evidence(self, evidence: Evidence) -> Evidence:
        """Evidence in this element as the readers see it."""
        span = self._forth(evidence.span)
        quote = self.text.content[span.start : span.end]
        return replace(evidence, start=span.start, end=span.end, quote=quote, path=None)

    def anchored(self, value: _T) -> _T:
        """What a reader found, with every place in it brought back to the string value."""
        return cast("_T", self._anchored(value))

    def _anchored(self, value: Any) -> Any:
        if isinstance(value, Evidence):
            span = self._back(value.span)
            return replace(
                value,
                start=span.start,
                end=span.end,
                quote=self.content[span.start : span.end],
                path=self.path,
                premises=self._anchored(value.premises),
            )
        if type(value) is tuple:
            return tuple([self._anchored(item) for item in value]) if value else value
        moved: dict[str, Any] = {}
        for name in getattr(value, "__dataclass_fields__", ()):
            inner = getattr(value, name)
            if type(inner) not in _PLAIN:
                moved[name] = self._anchored(inner)
        if isinstance(value, Mention):
            span = self._back(Span(value.name_start, value.name_end))
            moved |= {"name_start": span.start, "name_end": span.end}
        return replace(value, **moved) if moved else value


def _zone(node: Node, around: str, table: Elements) -> str:
    if node.name == "note" and around not in ("footnote", "repository"):
        return "repository" if node.element.get("type") in table.source_notes else "footnote"
    if around in table.swallowing:
        return around
    own = table.zones.get(node.name)
    if own is None or (own == "body" and around in table.lasting):
        return around
    return own


def _blank(content: str, zone: Zone, part: Span) -> bool:
    return not content[zone.end : part.start].strip()
