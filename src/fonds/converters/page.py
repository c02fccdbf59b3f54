"""The text of a web page.

The text is what a reader finds on the page without any style sheet, in the order of the file:

- Left out is what is never shown as text: scripts, styles, templates, the head, form fields,
  pictures and other embedded things, and what is meant for browsers without scripts. Nothing
  else is: what only shows after a click is read as well.
- White space runs together to one space, except in `pre`; no-break spaces stay.
- A block begins on a new line; paragraphs, headings, lists and tables are set apart by a blank
  line. The cells of a row stand on one line with tabs between them, unless one holds a table, a
  list, a heading or several paragraphs: then every cell is a block.

- The number of a note (a superscript that is a link) is set off by a space and written in superscript
  digits, as the page shows it, so that it is no part of a name or a number.

Offsets count in this text. It is made from the tree that the HTML standard prescribes, the one that
every browser builds, so the words are found on the page by their quote.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import regex
from selectolax.lexbor import LexborHTMLParser

from fonds.converters.page_encoding import decoded
from fonds.errors import BudgetError
from fonds.record import Zone
from fonds.source import Source, Text, checked

#: Deepest nesting of elements read.
MAX_DEPTH: Final = 5_000


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_UNSEEN: Final = _names(
    "script style template noscript head title iframe object embed applet svg math canvas audio video "
    "select datalist textarea input img picture map noframes frameset"
)
#: Elements that begin on a line of their own (HTML Standard, section 15.3), and those that stand apart.
_LINES: Final = _names(
    "address article aside body center details dialog dd dir div dt fieldset figcaption footer form "
    "header hgroup html legend li listing main menu nav optgroup option plaintext search section summary "
    "tbody tfoot thead tr caption xmp td th"
)
_APART: Final = _names("blockquote dl figure h1 h2 h3 h4 h5 h6 hr ol p pre table ul")
#: In a cell, what shows that the row is a layout and not a line of values.
_WIDE: Final = _names("table ul ol dl h1 h2 h3 h4 h5 h6 blockquote pre")
_ROLES: Final = _names("navigation search banner contentinfo menu menubar")
_SECTIONS: Final = _names("article aside main nav section")
#: Elements without content, and those that the parser closes by itself: they do not nest.
_FLAT: Final = _names(
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th tbody thead "
    "tfoot option optgroup colgroup caption rp rt"
)
_NOTE: Final = regex.compile(r"\s*[\[(]?(?:\d{1,3}|[*†‡§])[\])]?\s*")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SPACE: Final = regex.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True)
class Page:
    """A web page: its text, the zones that its markup tells, its tree, and doubts about its encoding."""

    text: Text
    zones: tuple[Zone, ...]
    tree: LexborHTMLParser
    doubt: str | None = None


def read_page(source: Source) -> Page:
    """The page that a source holds.

    Raises `EncodingError` if its bytes are not in its encoding, `BudgetError` if elements are
    nested too deeply or a line is too long, `SourceError` if it holds no text.
    """
    content, encoding, doubt = decoded(source)
    _check_depth(content, source.name)
    tree = LexborHTMLParser(content)
    writer = _Writer()
    _write(tree, writer)
    text = checked("".join(writer.parts), source.name)
    zones = sorted(writer.zones, key=lambda zone: zone.start)
    return Page(Text(text, encoding, source.sha256), tuple(zones), tree, doubt)


# --- depth


@cache
def _tags() -> regex.Pattern[str]:
    return regex.compile(
        r"<!--.*?(?:-->|\Z)|<(?:script|style)\b.*?(?:</(?:script|style)|\Z)|<(/?)([a-z][a-z0-9]*)",
        regex.IGNORECASE | regex.DOTALL,
    )


def _check_depth(content: str, name: str) -> None:
    """Refuse what is nested too deeply before it is parsed: the time that takes grows with the square."""
    if content.count("<") <= MAX_DEPTH:
        return
    opened: dict[str, int] = {}
    depth = 0
    for match in _tags().finditer(content):
        tag = (match[2] or "").lower()
        if not tag or tag in _FLAT:
            continue
        if not match[1]:
            opened[tag] = opened.get(tag, 0) + 1
            depth += 1
        elif opened.get(tag):
            opened[tag] -= 1
            depth -= 1
        if depth > MAX_DEPTH:
            raise BudgetError(
                f"elements are nested more than {MAX_DEPTH} deep",
                place=f"{name}, line {content.count(chr(10), 0, match.start()) + 1}",
                remedy="no page is nested like this; leave the file out",
            )


# --- text


class _Writer:
    """Puts words, breaks and tabs together; breaks are written only before words."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.breaks = 0
        self.space = False
        self.fresh = True  # nothing stands on the line yet
        self.tabs = 0
        self.row = -1  # where the words of the row begin, -1 outside rows
        self.zones: list[Zone] = []
        self.open: list[_Open] = []

    def words(self, data: str, *, kept: bool) -> None:
        plain = data if kept else _SPACE.sub(" ", data)
        bare = plain.strip("\n" if kept else " ")
        if kept and not self.tabs:
            self.breaks = max(self.breaks, len(plain) - len(plain.lstrip("\n")))
        if not bare:
            self.space = self.space or (bool(plain) and not kept)
            return
        self.flush()
        if not self.fresh and (self.space or (plain[0] == " " and not kept)):
            self._put(" ")
        for zone in self.open:
            zone.start = self.length if zone.start < 0 else zone.start
        self._put(bare)
        self.fresh = False
        self.space = plain[-1] == " " and not kept
        if kept:
            self.breaks = len(plain) - len(plain.rstrip("\n"))

    def flush(self) -> None:
        """Write the breaks and tabs that are due."""
        if self.breaks and self.length:
            self._put("\n" * self.breaks)
            self.fresh = True
        self.breaks = 0
        if self.tabs:
            self._put("\t" * self.tabs)
            self.tabs, self.fresh, self.space = 0, True, False

    def line(self, breaks: int) -> None:
        """End the line; 2 leaves a blank one. What opens a cell ends no line."""
        if not self.tabs:
            self.breaks = max(self.breaks, breaks)
        self.space = False

    def cell(self) -> None:
        """Go on to the next cell of a row."""
        if self.length > self.row:  # the breaks after the last words belong to the cell before
            self.breaks = 0
        self.tabs += 1
        self.space = False

    def end_row(self) -> None:
        """End the row; its empty cells are only kept behind words."""
        if self.tabs and self.length > self.row:
            self.breaks = 0
            self.flush()
        self.tabs, self.row = 0, -1

    def enter(self, name: str, node: int) -> None:
        self.open.append(_Open(name, node))

    def leave(self, node: int) -> None:
        if self.open and self.open[-1].node == node:
            zone = self.open.pop()
            if zone.start >= 0:
                self.zones.append(Zone(zone.name, zone.start, self.length))

    def _put(self, data: str) -> None:
        self.parts.append(data)
        self.length += len(data)


@dataclass
class _Open:
    """A zone that is being written."""

    name: str
    node: int
    start: int = -1


def walk(tree: LexborHTMLParser) -> Generator[tuple[Any, bool], bool | None, None]:
    """Every node under the root, once when it begins and, an element, once more when it ends (True).

    A caller that sends True on the way in is spared what is inside.
    """
    node: Any = tree.root
    top = node.mem_id if node is not None else None
    while node is not None:
        skip = yield node, False
        below = None if skip or not node.is_element_node else node.first_child
        if below is not None:
            node = below
            continue
        while node is not None:
            if node.is_element_node:
                yield node, True
            if node.mem_id == top:
                return
            beside = node.next
            if beside is not None:
                node = beside
                break
            node = node.parent


def _write(tree: LexborHTMLParser, writer: _Writer) -> None:
    survey = _surveyed(tree)
    sections = kept = 0
    stream = walk(tree)
    skip = False
    while True:
        try:
            node, ending = stream.send(skip or None)
        except StopIteration:
            return
        skip = False
        if node.is_text_node:
            writer.words(node.text_content or "", kept=kept > 0)
            continue
        if not node.is_element_node:
            continue
        tag = node.tag
        skip = not ending and tag in _UNSEEN
        if tag == "sup" and not ending and _is_note(node):
            writer.space = skip = True
            writer.words(node.text(deep=True).strip().translate(_RAISED), kept=False)
        if tag == "br":
            writer.breaks += not ending and writer.breaks < 2
            writer.space = False
        sections += (tag in _SECTIONS) * (-1 if ending else 1)
        kept += (tag in ("pre", "listing", "xmp", "plaintext")) * (-1 if ending else 1)
        _break(node, tag, ending, survey.layout, writer)
        if ending:
            writer.leave(node.mem_id)
        elif not writer.open:
            if _is_navigation(node, tag, sections) and node.mem_id != survey.banner:
                writer.enter("navigation", node.mem_id)
            elif node.mem_id == survey.heading:
                writer.enter("title", node.mem_id)
            elif survey.notes and tag in _LINES | _APART and node.id in survey.notes:
                writer.enter("footnote", node.mem_id)


def _break(node: Any, tag: str, ending: bool, layout: frozenset[int], writer: _Writer) -> None:
    """The line break, or the tab, that an element stands for."""
    if tag in ("td", "th") and writer.row >= 0:
        if not ending and node.prev is not None and _has_cell_before(node):
            writer.cell()
        return
    if tag == "tr" and node.mem_id not in layout:
        if ending:
            writer.end_row()
        writer.line(1)
        if not ending:
            writer.row = writer.length
        return
    if tag in _APART and writer.row < 0:
        writer.line(2)
    elif tag in _LINES or tag in _APART:
        writer.line(1)


def _is_note(node: Any) -> bool:
    linked = node.parent.tag == "a" or node.css_first("a") is not None
    return linked and bool(_NOTE.fullmatch(node.text(deep=True)))


def _has_cell_before(node: Any) -> bool:
    before = node.prev
    while before is not None and before.tag not in ("td", "th"):
        before = before.prev
    return before is not None


def _is_navigation(node: Any, tag: str, sections: int) -> bool:
    """Whether an element is a landmark that leads elsewhere (ARIA in HTML, section 4)."""
    if tag == "nav" or (tag in ("header", "footer") and sections == 0):
        return True
    return node.attributes.get("role") in _ROLES


def _note(opened: list[int], node: int, ending: bool) -> None:
    if ending:
        opened.pop()
    else:
        opened.append(node)


@dataclass(frozen=True)
class _Survey:
    """What must be known of a page before it is read: the rows that are layout, the only first-level
    heading and the banner in which it stands (-1 if there is none), and the ids of its notes."""

    layout: frozenset[int]
    heading: int
    banner: int
    notes: frozenset[str]


def _surveyed(tree: LexborHTMLParser) -> _Survey:
    layout: set[int] = set()
    notes: set[str] = set()
    rows: list[int] = []
    headers: list[int] = []
    paragraphs: list[int] = []
    headings: list[tuple[int, int]] = []
    for node, ending in walk(tree):
        tag = node.tag
        if tag == "tr":
            _note(rows, node.mem_id, ending)
        elif tag == "header":
            _note(headers, node.mem_id, ending)
        elif ending:
            continue
        elif tag in ("td", "th"):
            paragraphs = [0]
        elif tag == "p" and rows and paragraphs:
            paragraphs[0] += 1
            if paragraphs[0] > 1:
                layout.add(rows[-1])
        elif tag in _WIDE and rows:
            layout.add(rows[-1])
        elif tag == "a" and (node.css_first("sup") is not None or node.parent.tag == "sup"):
            notes.add((node.attributes.get("href") or "").rpartition("#")[2])
        if tag == "h1" and not ending:
            headings.append((node.mem_id, headers[0] if headers else -1))
    heading, banner = headings[0] if len(headings) == 1 else (-1, -1)
    return _Survey(frozenset(layout), heading, banner, frozenset(notes - {""}))
