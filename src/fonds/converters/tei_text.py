"""The text of a TEI element: where each element stands in it, its zones, and how readers see it.

Evidence counts in the string value of one element, usually the `div` of a document. The readers of
plain text see the same words laid out on lines, and what they find is brought back to the string
value by `Layout.anchored`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple, TypeVar, cast

import regex
from lxml import etree

from fonds.converters.xml_source import Markup, local, text_of, trimmed, xpath_of
from fonds.extract.reading import Reading
from fonds.lexicon import load
from fonds.record import Certainty, Evidence, Mention, Status, Zone
from fonds.source import Span, Text

_T = TypeVar("_T")
_BLANK: Final = regex.compile(r"\s")


class Elements(NamedTuple):
    """The tables that say how elements of TEI are laid out."""

    zones: dict[str, str]
    swallowing: frozenset[str]
    lasting: frozenset[str]
    source_notes: frozenset[str]
    blocks: frozenset[str]
    breaks: frozenset[str]
    constituents: frozenset[str]
    divisions: frozenset[str]


@lru_cache(maxsize=4)
def elements_of(lexicon: str | None) -> Elements:
    table = load("tei", lexicon)
    return Elements(
        {name: zone for zone, names in table["zones"].items() for name in names},
        frozenset(table["swallowing"]["zones"]),
        frozenset(table["lasting"]["zones"]),
        frozenset(table["source_notes"]["types"]),
        frozenset(table["blocks"]["elements"]),
        frozenset(table["blocks"]["breaks"]),
        frozenset(table["constituents"]["elements"]),
        frozenset(table["constituents"]["divisions"]),
    )


def is_constituent(element: etree._Element, table: Elements) -> bool:
    """Whether an element holds the text of another document."""
    name = local(element)
    return name in table.constituents or (
        name == "div" and element.get("type") in (*table.divisions, "document")
    )


@dataclass(frozen=True)
class Layout:
    """One element as text.

    `content` is its string value; `spans` says where each of its elements stands in it. `cuts` are
    the places at which its text breaks into lines, each with the newlines that stand for it.
    """

    markup: Markup
    element: etree._Element
    path: str
    content: str
    spans: dict[etree._Element, Span]
    cuts: tuple[tuple[int, str], ...]
    lexicon: str | None = None

    @classmethod
    def of(cls, markup: Markup, element: etree._Element, lexicon: str | None = None) -> Layout:
        table = elements_of(lexicon)
        starts: dict[etree._Element, int] = {}
        spans: dict[etree._Element, Span] = {}
        cuts: dict[int, str] = {}
        at = 0
        for event, node in etree.iterwalk(element, events=("start", "end")):
            if mark := _break(node, table):
                cuts[at] = max(mark, cuts.get(at, ""), key=len)
            if event == "start":
                starts[node] = at
                at += len(node.text or "")
            else:
                spans[node] = Span(starts.pop(node), at)
                at += len(node.tail or "") if node is not element else 0
        inner = tuple((cut, mark) for cut, mark in sorted(cuts.items()) if 0 < cut < at)
        return cls(markup, element, xpath_of(element), text_of(element), spans, inner, lexicon)

    # --- words of elements

    def span(self, element: etree._Element) -> Span:
        """Where the words of an element stand, without blanks and without notes at its ends."""
        whole = self.spans[element]
        runs = [
            part
            for start, end, note in _runs(element, whole.start)
            if not note and (part := trimmed(self.content, start, end)) and part.start < part.end
        ]
        return Span(runs[0].start, runs[-1].end) if runs else Span(whole.start, whole.start)

    def words(self, element: etree._Element) -> str:
        """The words of an element on one line, without notes; a line break is a space."""
        start = self.spans[element].start
        table = elements_of(self.lexicon)
        breaks = [
            self.spans[each].start for each in element.iter() if each is not element and _break(each, table)
        ]
        kept = []
        for begin, end, note in _runs(element, start):
            if not note:
                kept.append(" " if begin in breaks else "")
                kept.append(self.content[begin:end])
        return " ".join("".join(kept).split())

    def flat(self, span: Span) -> str:
        """The words at a span on one line; a line break is a space."""
        moved = self._forth(span)
        return " ".join(self.text.content[moved.start : moved.end].split())

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
        for start, end, name in self._named_runs(root):
            part = trimmed(self.content, start, end)
            if part.start == part.end or name == "other":
                continue
            if found and found[-1].name == name != "constituent" and _blank(self.content, found[-1], part):
                found[-1] = Zone(name, found[-1].start, part.end)
            else:
                found.append(Zone(name, *part))
        return tuple(found)

    def _named_runs(self, root: etree._Element) -> Iterator[tuple[int, int, str]]:
        table = elements_of(self.lexicon)
        at = self.spans[root].start
        names: list[str] = []
        skip: etree._Element | None = None
        for event, node in etree.iterwalk(root, events=("start", "end")):
            if skip is not None:
                if event == "end" and node is skip:
                    skip = None
                    tail = len(node.tail or "")
                    yield at, at + tail, names[-1]
                    at += tail
                continue
            if event == "start":
                if node is not root and is_constituent(node, table):
                    skip = node
                    span = self.spans[node]
                    yield span.start, span.end, "constituent"
                    at = span.end
                    continue
                names.append(_zone(node, names[-1] if names else "other", table))
                length = len(node.text or "")
                yield at, at + length, names[-1]
            else:
                names.pop()
                length = len(node.tail or "") if node is not root else 0
                if names:
                    yield at, at + length, names[-1]
            at += length

    # --- as the readers of plain text see it

    @cached_property
    def _laid(self) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
        """The text on lines, and where each piece of it begins in the original and on the lines."""
        pieces: list[str] = []
        before, after = [0], [0]
        size = 0
        at = 0
        for cut, mark in (*self.cuts, (len(self.content), "")):
            piece = _BLANK.sub(" ", self.content[at:cut])
            pieces += [piece, mark]
            size += len(piece) + len(mark)
            before.append(cut)
            after.append(size)
            at = cut
        return "".join(pieces), tuple(before), tuple(after)

    @cached_property
    def text(self) -> Text:
        """The text on lines: each block a paragraph, white space of the file as spaces."""
        return Text(self._laid[0], "utf-8", self.markup.source.sha256)

    def reading(self, zones: tuple[Zone, ...], span: Span) -> Reading:
        """A share of the text for the readers; zones and span count in the string value."""
        moved = tuple(Zone(zone.name, *self._forth(zone.span)) for zone in zones)
        return Reading(self.text, moved, self._forth(span), self.lexicon)

    def _forth(self, span: Span) -> Span:
        _, before, after = self._laid
        first = bisect_right(before, span.start) - 1
        last = bisect_right(before, max(span.start, span.end - 1)) - 1
        end = after[last] + span.end - before[last]
        return Span(min(after[first] + span.start - before[first], end), end)

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
            return tuple(self._anchored(item) for item in value)
        if not is_dataclass(value) or isinstance(value, type):
            return value
        moved = {field.name: self._anchored(getattr(value, field.name)) for field in fields(value)}
        if isinstance(value, Mention):
            name = self._back(Span(value.name_start, value.name_end))
            moved |= {"name_start": name.start, "name_end": name.end}
        return replace(value, **moved)


def _zone(element: etree._Element, around: str, table: Elements) -> str:
    name = local(element)
    if name == "note" and around not in ("footnote", "repository"):
        return "repository" if element.get("type") in table.source_notes else "footnote"
    if around in table.swallowing:
        return around
    own = table.zones.get(name)
    if own is None or (own == "body" and around in table.lasting):
        return around
    return own


def _break(element: etree._Element, table: Elements) -> str:
    """What stands for an element where text is broken into lines; nothing inside a word."""
    name = local(element)
    if name in table.blocks:
        return "\n\n"
    return "\n" if name in table.breaks and element.get("break") != "no" else ""


def _runs(element: etree._Element, start: int) -> Iterator[tuple[int, int, bool]]:
    """The pieces of text in an element: start, end, and whether it stands in a note inside it."""
    at, depth = start, 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        inner = node is not element and local(node) in ("note", "app")
        if event == "start":
            depth += inner
            length = len(node.text or "")
        else:
            depth -= inner
            length = len(node.tail or "") if node is not element else 0
        if length:
            yield at, at + length, depth > 0
        at += length


def _blank(content: str, zone: Zone, part: Span) -> bool:
    return not content[zone.end : part.start].strip()
