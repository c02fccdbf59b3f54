"""TEI to plain text as a reader would type it, with the places of the markup in that text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from fonds.source import Span

_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
#: What stands before and after an element; the larger gap of two neighbours counts.
_GAPS = {
    **dict.fromkeys(("p", "head", "dateline", "closer", "signed", "note", "list", "table"), "\n\n"),
    **dict.fromkeys(("quote", "attachment", "postscript", "opener", "salute", "figure"), "\n\n"),
    **dict.fromkeys(("row", "item", "label", "lb"), "\n"),
    "cell": "\t",
}
_ORDER = ("", " ", "\t", "\n", "\n\n")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text that was marked up: its element, attributes, place, and what surrounds it."""

    name: str
    span: Span
    attributes: Mapping[str, str]
    path: tuple[str, ...]

    @property
    def own(self) -> bool:
        """Whether it belongs to the document itself, not to what the document encloses or quotes."""
        return "attachment" not in self.path and "quote" not in self.path


@dataclass(frozen=True, slots=True)
class Plain:
    """The text of one document, one paragraph per block, and all that was marked in it."""

    id: str
    content: str
    marks: tuple[Mark, ...]

    def quote(self, mark: Mark) -> str:
        return self.content[mark.span.start : mark.span.end]

    def at_the_edge(self, span: Span) -> bool:
        """Whether a span lies in the head or in the last three blocks of the document proper."""
        blocks = [m for m in self.marks if m.name in ("head", "p", "closer", "signed", "note") and m.own]
        edges = [m for m in blocks if m.name == "head"] + [m for m in blocks if m.name != "head"][-3:]
        return any(m.span.meets(span) for m in edges)


def documents(volume: Path) -> Iterator[Plain]:
    """The documents of a volume one after the other, footnotes left out."""
    for _, element in ElementTree.iterparse(volume, events=("end",)):
        if _local(element) == "div" and element.get("type") == "document":
            yield flatten(element)
            element.clear()


def flatten(element: ElementTree.Element) -> Plain:
    writer = _Writer()
    writer.walk(element, ())
    marks = sorted(writer.marks, key=lambda mark: (mark.span.start, -mark.span.end))
    return Plain(element.get(_XML_ID, ""), "".join(writer.parts) + "\n", tuple(marks))


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Writer:
    """Writes text with single blanks; a gap is written only when something follows it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.marks: list[Mark] = []
        self.length = 0
        self.gap = ""
        self.waiting: list[list[int]] = []

    def widen(self, gap: str) -> None:
        self.gap = max(self.gap, gap, key=_ORDER.index)

    def put(self, text: str | None) -> None:
        for piece in re.findall(r"\s+|\S+", text or ""):
            if piece.isspace():
                self.widen(" ")
                continue
            for part in (self.gap if self.length else "", piece):
                self.parts.append(part)
                self.length += len(part)
            self.gap = ""
            for opened in self.waiting:
                opened.append(self.length - len(piece))
            self.waiting.clear()

    def walk(self, element: ElementTree.Element, path: tuple[str, ...], before: str | None = None) -> None:
        name = _local(element)
        if not name or (name == "note" and element.get("rend") != "inline"):
            return
        gap = _GAPS.get(name, "")
        self.widen(gap if before is None else before)
        opened: list[int] = []
        self.waiting.append(opened)
        self.put(element.text)
        labelled = False
        for child in element:
            inner = _local(child)
            # "1." and what it numbers stand on one line.
            self.walk(child, (*path, name), " " if labelled and inner == "item" else None)
            labelled = inner == "label"
            self.put(child.tail)
        if opened:
            self.marks.append(Mark(name, Span(opened[0], self.length), dict(element.attrib), path))
        else:
            self.waiting = [other for other in self.waiting if other is not opened]
        self.widen(" " if name == "label" else gap)
