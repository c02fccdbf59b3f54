"""What became of the text of a file with markup: mapped, kept or dropped, and how many characters of each.

The measure does not ask the converter. It follows the evidence of the records back into the file:
what a value with a place of its own quotes is *mapped*; what only a field quotes that becomes a note is
*kept*, and so is the text of a document, to whose zones an XPath leads; all else is *dropped*. White
space is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from operator import itemgetter
from typing import Any, Final

from lxml import etree

from fonds.converters.xml_source import XML_ID, local, sniffed_root
from fonds.converters.xml_stream import events, refuse_entities
from fonds.errors import UnknownFormat
from fonds.record import Evidence, Field, Record
from fonds.source import Source

_DROPPED, _KEPT, _MAPPED, _COUNT = 0, 1, 2, 3
#: Beginning, end (exclusive) and state of words that evidence quotes.
_Mark = tuple[int, int, int]

#: The rooms that say which attributes a converter reads without quoting them, by root element.
_TERMS: Final = {
    "ead": "ead_terms",
    "eac-cpf": "eac_terms",
    "eac": "eac_terms",
    "TEI": "tei_header",
    "teiCorpus": "tei_header",
}


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

    The records are taken one by one, and the file is read once more as a stream: what stays in memory
    are the places that evidence quotes. Raises `UnknownFormat` if the file is not XML, and what
    `xml_source.parse` raises.
    """
    root_name = sniffed_root(source)
    if root_name is None:
        raise UnknownFormat(
            "coverage is counted by elements, and this file has none",
            place=source.name,
            remedy="give a file in XML; for text, fonds explain shows what was read",
        )
    marks: dict[str, list[_Mark]] = {}
    for record in records:
        for evidence, state in _evidence(record, source.sha256):
            marks.setdefault(evidence.path or "/*[1]", []).append((evidence.start, evidence.end, state))
        for part in record.walk():
            for zone in part.zones if part.path else ():
                marks.setdefault(part.path or "", []).append((zone.start, zone.end, _KEPT))
    room = _TERMS.get(root_name.name)
    reads = import_module(f"fonds.converters.{room}").is_read if room else None
    counts = _Counts(marks, reads)
    for opens, element in events(source):
        if opens:
            counts.open(element)
        else:
            refuse_entities(source, element)
            counts.close(element)
    return Coverage(source=source.name, elements=_rows(counts.elements), attributes=_rows(counts.attributes))


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


@dataclass(slots=True)
class _Open:
    """An element that is being counted: the paths that lead to it, and what became of its text.

    `begin` is where its text begins in that of the file; `states` has a byte for each character, as
    far as any is quoted by this element; `children` is how many have opened in it.
    """

    paths: tuple[str, ...]
    begin: int
    states: bytes
    children: int = 0


class _Counts:
    """Characters by name of element and of attribute, as a file is read from its beginning to its end."""

    def __init__(self, marks: Mapping[str, list[_Mark]], reads: Callable[[str, str], bool] | None) -> None:
        self.marks = marks
        self.reads = reads
        self.named = any(path.startswith("//") for path in marks)
        self.elements: dict[str, list[int]] = {}
        self.attributes: dict[str, list[int]] = {}
        self._stack: list[_Open] = []
        self._at = 0

    def open(self, element: etree._Element) -> None:
        """An element opens: its text is counted when more of the file has been read."""
        self._before(element)
        above = self._stack[-1] if self._stack else None
        number = 1
        if above is not None:
            above.children += 1
            number = above.children
        paths = tuple(f"{path}/*[{number}]" for path in (above.paths if above else ("",)))
        name = element.get(XML_ID) if self.named else None
        if name:
            paths = (*paths, f"//*[@xml:id='{name}']")
        own = [mark for path in paths for mark in self.marks.get(path, ())]
        self._stack.append(_Open(paths, self._at, _painted(own)))
        self.elements.setdefault(local(element), [0, 0, 0, 0])[_COUNT] += 1
        self._attributes(element, paths)

    def close(self, element: etree._Element) -> None:
        """An element closes, with all the text in it."""
        self._counted(element, element[-1] if len(element) else None)
        self._stack.pop()

    def _before(self, element: etree._Element) -> None:
        """The text that stands before an element that opens, in the element around it."""
        above = element.getparent()
        if above is not None:
            self._counted(above, element.getprevious())

    def _counted(self, element: etree._Element, last: etree._Element | None) -> None:
        """Count the text of an element since its last child that has closed, and let both go."""
        if last is None:
            self._text(local(element), element.text)
            element.text = None
        else:
            self._text(local(element), last.tail)
            element.remove(last)

    def _text(self, name: str, text: str | None) -> None:
        if not text:
            return
        row = self.elements[name]
        begin, self._at = self._at, self._at + len(text)
        states = bytes(len(text))
        for each in self._stack:
            own = each.states[begin - each.begin : self._at - each.begin]
            if any(own):
                states = bytes(map(max, states, own.ljust(len(text), b"\0")))
        if len(set(states)) == 1:
            row[states[0]] += len("".join(text.split()))
            return
        for char, state in zip(text, states, strict=True):
            if not char.isspace():
                row[state] += 1

    def _attributes(self, element: etree._Element, paths: tuple[str, ...]) -> None:
        for full, value in element.attrib.items():
            name = str(full).rpartition("}")[2]
            steps = (f"@{name}", f"@*[local-name()='{name}']", f"@xml:{name}")
            quoted = (
                mark[2] for path in paths for step in steps for mark in self.marks.get(f"{path}/{step}", ())
            )
            state = max(quoted, default=_DROPPED)
            if self.reads is not None and self.reads(local(element), name):
                state = _MAPPED
            row = self.attributes.setdefault(f"{local(element)}/@{name}", [0, 0, 0, 0])
            row[state] += sum(not char.isspace() for char in str(value))
            row[_COUNT] += 1


def _painted(marks: list[_Mark]) -> bytes:
    """The state of each character of an element, as far as it is quoted; the best of several counts."""
    states = bytearray(max((end for _, end, _ in marks), default=0))
    for start, end, state in sorted(marks, key=itemgetter(2)):
        states[start:end] = bytes((state,)) * (end - start)
    return bytes(states)


def _rows(counts: Mapping[str, list[int]]) -> tuple[Row, ...]:
    return tuple(
        Row(name=name, count=count, mapped=mapped, kept=kept, dropped=dropped)
        for name, (dropped, kept, mapped, count) in sorted(counts.items())
    )
