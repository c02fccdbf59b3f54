"""What became of the text of a file with markup: mapped, kept or dropped, and how many characters of each.

The measure does not ask the converter. It follows the evidence of the records back into the file:
what a value with a place of its own quotes is *mapped*, what only a field quotes that becomes a note
is *kept*, and what nothing quotes is *dropped*. White space is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from typing import Any, Final

from lxml import etree

from fonds.converters.xml_source import local, parse, sniffed_root
from fonds.errors import UnknownFormat
from fonds.record import Evidence, Field, Record
from fonds.source import Source

_DROPPED, _KEPT, _MAPPED = 0, 1, 2

#: The tables that say which attributes a converter reads without quoting them, by root element.
_TERMS: Final = {"ead": "ead_terms", "eac-cpf": "eac_terms", "eac": "eac_terms"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The characters in all elements or attributes of one name. An attribute has the name `element/@name`."""

    name: str
    count: int
    mapped: int = 0
    kept: int = 0
    dropped: int = 0

    @property
    def characters(self) -> int:
        return self.mapped + self.kept + self.dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What became of one file. The rows are in the order of their names."""

    source: str
    elements: tuple[Row, ...]
    attributes: tuple[Row, ...]

    @property
    def mapped(self) -> int:
        """Characters of text that became values with a place of their own."""
        return sum(row.mapped for row in self.elements)

    @property
    def kept(self) -> int:
        """Characters of text that are kept as they stand, in notes."""
        return sum(row.kept for row in self.elements)

    @property
    def dropped(self) -> int:
        """Characters of text that nothing quotes."""
        return sum(row.dropped for row in self.elements)

    @property
    def share(self) -> float:
        """The share of the text that is mapped or kept, from 0 to 1; 1 if there is no text."""
        total = self.mapped + self.kept + self.dropped
        return (self.mapped + self.kept) / total if total else 1.0

    def to_json(self) -> str:
        import orjson

        stated = {
            "source": self.source,
            "mapped": self.mapped,
            "kept": self.kept,
            "dropped": self.dropped,
            "share": self.share,
            "elements": self.elements,
            "attributes": self.attributes,
        }
        return orjson.dumps(stated, option=orjson.OPT_INDENT_2).decode()

    def to_text(self) -> str:
        """A table for a person to read."""
        lines = [
            f"{self.source}: {self.share:.2%} of the text is mapped or kept "
            f"({self.mapped:,} mapped, {self.kept:,} kept, {self.dropped:,} dropped characters)"
        ]
        for title, rows in (("elements", self.elements), ("attributes", self.attributes)):
            width = max([len(title), *(len(row.name) for row in rows)])
            lines.append(f"{title:{width}}  {'count':>7} {'mapped':>9} {'kept':>9} {'dropped':>9}")
            lines += [
                f"{row.name:{width}}  {row.count:>7} {row.mapped:>9} {row.kept:>9} {row.dropped:>9}"
                for row in rows
            ]
        return "\n".join(lines) + "\n"


def coverage(source: Source, records: Iterable[Record]) -> Coverage:
    """What became of a file with markup in the records made from it.

    Raises `UnknownFormat` if the file is not XML, and what `xml_source.parse` raises.
    """
    root_name = sniffed_root(source)
    if root_name is None:
        raise UnknownFormat(
            "coverage is counted by elements, and this file has none",
            place=source.name,
            remedy="give a file in XML; for text, fonds explain shows what was read",
        )
    root = parse(source).getroot()
    places = _Places(root)
    states = bytearray(places.length)
    quoted: dict[str, int] = {}
    for record in records:
        for evidence, state in _evidence(record, source.sha256):
            _mark(evidence, state, places, states, quoted)
    room = _TERMS.get(root_name.name)
    reads = import_module(f"fonds.converters.{room}").is_read if room else None
    return Coverage(
        source=source.name,
        elements=tuple(_elements(places, states)),
        attributes=tuple(_attributes(places, quoted, reads)),
    )


def _evidence(record: Record, sha256: str) -> Iterator[tuple[Evidence, int]]:
    """The evidence of a record in one file, each with what it makes of its words."""
    from fonds.rdf import rico, rico_units

    mapped = {*rico_units.FIELDS, "bioghist"} if record.unit else set(rico.FIELDS)
    for found, holder in _walk(record, None):
        if found.source == sha256:
            note = isinstance(holder, Field) and holder.name not in mapped
            yield found, _KEPT if note else _MAPPED


def _walk(value: Any, holder: Any) -> Iterator[tuple[Evidence, Any]]:
    """All evidence in a value, with the field that it belongs to, if it belongs to one."""
    if isinstance(value, Evidence):
        yield value, holder
        for premise in value.premises:
            yield premise, holder
    elif isinstance(value, tuple):
        for each in value:
            yield from _walk(each, holder)
    elif is_dataclass(value):
        inside = value if isinstance(value, Field) else holder
        for each in fields(value):
            yield from _walk(getattr(value, each.name), inside)


class _Places:
    """Where each element of a tree stands in the text of the whole, by the path that leads to it."""

    def __init__(self, root: etree._Element) -> None:
        self.spans: dict[str, tuple[int, int]] = {}
        self.texts: list[tuple[str, int, str]] = []
        self.names: list[tuple[str, etree._Element]] = []
        self.root = root
        self.length = self._place(root)

    def _place(self, root: etree._Element) -> int:
        at = 0
        path: list[str] = []
        starts: list[int] = []
        counts = [0]
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                counts[-1] += 1
                path.append(f"/*[{counts[-1]}]")
                counts.append(0)
                starts.append(at)
                self.names.append(("".join(path), element))
                at = self._text(local(element), element.text, at)
                continue
            self.spans["".join(path)] = (starts.pop(), at)
            path.pop()
            counts.pop()
            above = element.getparent()
            if above is not None and element is not root:
                at = self._text(local(above), element.tail, at)
        return at

    def _text(self, name: str, text: str | None, at: int) -> int:
        if text:
            self.texts.append((name, at, text))
        return at + len(text or "")

    def span(self, path: str) -> tuple[int, int] | None:
        """The span of an element in the text of the whole, None if no path leads to one."""
        found = self.spans.get(path)
        if found is not None or path.startswith("/*["):
            return found
        try:
            nodes = self.root.xpath(path)
        except etree.XPathError:
            return None
        for each in nodes if isinstance(nodes, list) else ():
            if isinstance(each, etree._Element):
                return self.spans.get(_position(each))
        return None


def _position(element: etree._Element) -> str:
    steps = []
    node: etree._Element | None = element
    while node is not None:
        steps.append(f"/*[{1 + sum(1 for _ in node.itersiblings(preceding=True))}]")
        node = node.getparent()
    return "".join(reversed(steps))


def _mark(evidence: Evidence, state: int, places: _Places, states: bytearray, quoted: dict[str, int]) -> None:
    path, name = _split(evidence.path or "/*[1]")
    if name is not None:
        key = f"{path}@{name}"
        quoted[key] = max(state, quoted.get(key, 0))
        return
    span = places.span(path)
    if span is None:
        return
    for at in range(span[0] + evidence.start, min(span[0] + evidence.end, span[1])):
        states[at] = max(states[at], state)


def _split(path: str) -> tuple[str, str | None]:
    """A path, and the name of the attribute in which it ends, if it does."""
    above, at, last = path.rpartition("/@")
    if not at:
        return path, None
    return above, last.removeprefix("*[local-name()='").removesuffix("']")


def _elements(places: _Places, states: bytearray) -> Iterator[Row]:
    counts: dict[str, list[int]] = {}
    for _, element in places.names:
        counts.setdefault(local(element), [0, 0, 0, 0])[3] += 1
    for name, start, text in places.texts:
        row = counts[name]
        for offset, char in enumerate(text, start):
            if not char.isspace():
                row[states[offset]] += 1
    for name, (dropped, kept, mapped, count) in sorted(counts.items()):
        yield Row(name=name, count=count, mapped=mapped, kept=kept, dropped=dropped)


def _attributes(
    places: _Places, quoted: dict[str, int], reads: Callable[[str, str], bool] | None
) -> Iterator[Row]:
    counts: dict[str, list[int]] = {}
    for path, element in places.names:
        for full, value in element.attrib.items():
            name = str(full).rpartition("}")[2]
            state = quoted.get(f"{path}@{name}", _DROPPED)
            if reads is not None and reads(local(element), name):
                state = _MAPPED
            row = counts.setdefault(f"{local(element)}/@{name}", [0, 0, 0, 0])
            row[state] += sum(not char.isspace() for char in str(value))
            row[3] += 1
    for name, (dropped, kept, mapped, count) in sorted(counts.items()):
        yield Row(name=name, count=count, mapped=mapped, kept=kept, dropped=dropped)
