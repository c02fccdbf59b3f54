"""Documents whose text stands inside another: enclosures, attachments and quoted drafts.

An enclosure begins at the line that announces it (`[Inclosure 2 in No. 6.—Translation.]`,
`ENCLOSURE A`) or, below the signature, at a heading: the title that the covering document
states, or one that names a form of document. It runs to the next one or to the end; what an
enclosure encloses stands beside it. A line that only mentions an enclosure opens none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import regex

from fonds import lexicon
from fonds.extract.layout import is_date_line
from fonds.extract.lines import Line, is_name, is_prose, lines_of, titled_words
from fonds.record import Zone
from fonds.source import Span, Text

_ATTACHED: Final = regex.compile(r"(?i)\b(?:attached|enclosed|attachment|enclosure|annex|appended)\b")
#: One of which stands in every word of `_ATTACHED`; most texts have none.
_STEMS: Final = ("attach", "enclos", "annex", "append")
_TITLE_TAIL: Final = regex.compile(
    r"\s*\((?:[CSU]|TS|Conf\.?|Secret|Top Secret|Unclassified|[^()]{1,24})\)\s*$"
)
_REMARK: Final = regex.compile(r"^[\[(][^\[\]()]{2,120}[\])]\.?$")
_OPENING: Final = ("“", "«", "„")
_CLOSING: Final = ("”", "»", "“")
_MARKS: Final = regex.compile(f"[{''.join((*_OPENING, *_CLOSING))}]")
#: Zones that belong to the archive's page, not to the document: a constituent ends before them.
_PAGE: Final = ("repository", "rights", "catalogue-summary")
#: Zones in which the title of an attachment is stated, not set above its text.
_STATING: Final = frozenset({"attachment-note", "distribution", "stamp", *_PAGE})

Belonging = Literal["attachment", "enclosure", "draft"]


class Constituent(NamedTuple):
    """The place of a document that stands in another, and how it belongs to it.

    `label` is the line that announces it, `heading` its own title; either may be absent.
    """

    span: Span
    heading: Span | None
    relation: Belonging
    label: Span | None = None


class _Announcement(NamedTuple):
    """A kind of line that announces a document, and what must stand around it."""

    relation: Belonging
    needs: str
    pattern: regex.Pattern[str]


_STATED: Final = _Announcement("attachment", "a stated title", regex.compile(r"(?!)"))


class _Opening(NamedTuple):
    """Where a constituent begins, its heading, what announces it, and the line that does."""

    start: int
    heading: Span | None
    kind: _Announcement
    label: Span | None = None


def find_constituents(
    text: Text, zones: Sequence[Zone], folder: str | None = None
) -> tuple[Constituent, ...]:
    """The constituents of a text whose zones are known, in its order."""
    lines = lines_of(text, Span(0, len(text)), folder=folder)
    openings = list(_openings(lines, zones, folder))
    stated = _attachment(text, zones, folder)
    if stated is not None:
        openings = _joined(lines, [one for one in openings if one.kind.needs != "head"], stated)
    found = list(_closed(lines, openings, zones))
    limit = found[0].span.start if found else len(text)
    quoted = _quoted(text, [zone for zone in zones if zone.end <= limit], folder)
    return (quoted, *found) if quoted else tuple(found)


def _joined(lines: Sequence[Line], openings: list[_Opening], stated: _Opening) -> list[_Opening]:
    """The openings with the stated title among them; a label just above it announces the same document."""
    above = [one for one in openings if one.start <= stated.start]
    later = [one for one in openings if one.start > stated.start and one.heading != stated.heading]
    if above and not any(_is_text(line) for line in lines if above[-1].start <= line.start < stated.start):
        return [*above[:-1], above[-1]._replace(heading=stated.heading), *later]
    return [*above, stated, *later]


def _closed(
    lines: Sequence[Line], openings: Sequence[_Opening], zones: Sequence[Zone]
) -> Iterator[Constituent]:
    """Each opening with its end: the next opening, the archive's page, or the end of the text."""
    for number, opening in enumerate(openings):
        ends = [zone.start for zone in zones if zone.name in _PAGE and zone.start > opening.start]
        ends += [other.start for other in openings[number + 1 : number + 2]]
        end = min(ends, default=lines[-1].end)
        inside = (line.end for line in lines if line.start >= opening.start and line.end <= end)
        last = max(inside, default=end)
        yield Constituent(Span(opening.start, last), opening.heading, opening.kind.relation, opening.label)


@lru_cache(maxsize=8)
def _announcements(folder: str | None) -> tuple[_Announcement, ...]:
    return tuple(
        _Announcement(entry["relation"], entry["needs"], regex.compile(entry["pattern"]))
        for entry in lexicon.load("layout", folder)["opening"]
    )


def _announced(words: str, folder: str | None) -> _Announcement | None:
    for one in _likely(words[:2], folder):
        if one.pattern.search(words):
            return one
    return None


@lru_cache(maxsize=4096)
def _likely(first: str, folder: str | None) -> tuple[_Announcement, ...]:
    """The announcements that may begin so."""
    return tuple(one for one in _announcements(folder) if one.pattern.search(first, partial=True))


def _openings(lines: Sequence[Line], zones: Sequence[Zone], folder: str | None) -> Iterator[_Opening]:
    """The lines below the first text that announce a document, if a document follows."""
    page = max((zone.start for zone in zones if zone.name in _PAGE), default=None)
    first = next((i for i, line in enumerate(lines) if _is_text(line)), len(lines))
    known = titled_words(lines)
    marks = [
        (index, kind)
        for index in range(first + 1, len(lines))
        if (kind := _announced(lines[index].words, folder)) is not None
        and (page is None or lines[index].start < page)
        and (kind.needs != "signature above" or _closes(lines, index, known))
    ]
    after = 0
    for number, (index, kind) in enumerate(marks):
        if index < after:
            continue
        if kind.needs == "signature above":
            if _followed_by_text(lines, index):
                yield _Opening(lines[index].start, _block(lines, index), kind)
            continue
        after = index + 1
        while after < len(lines) and _goes_on(lines, after, folder):
            after += 1
        end = next((other for other, _ in marks[number + 1 :] if other >= after), len(lines))
        if end > after and _fits(kind.needs, lines[after:end]):
            label = Span(lines[index].start, lines[after - 1].end)
            yield _Opening(lines[index].start, _heading_below(lines, after, folder), kind, label)


def _goes_on(lines: Sequence[Line], index: int, folder: str | None) -> bool:
    """Whether a line still belongs to the label above: its bracket closes here, or it labels too."""
    line, above = lines[index], lines[index - 1]
    if above.words.startswith("[") and "]" not in above.words and line.block == above.block:
        return "]" in line.words
    return line.kind == "attachment-note" and _announced(line.words, folder) is not None


def _is_text(line: Line) -> bool:
    return line.kind == "signature" or is_prose(line.words)


def _fits(needs: str, inner: Sequence[Line]) -> bool:
    """Whether what follows a label is a document, not a list of documents or a note."""
    if needs == "lines":
        return len(inner) > 3
    if needs == "head":
        return inner[0].kind == "title" or (
            any(is_date_line(line.words) or line.kind == "salutation" for line in inner[:6])
            and any(is_prose(line.words) for line in inner[:12])
        )
    return True


def _closes(lines: Sequence[Line], index: int, known: frozenset[str]) -> bool:
    """Whether a document has just ended: a paragraph begins, below a name, a day or a compliment."""
    if lines[index].block == lines[index - 1].block:
        return False
    above = [line for line in lines[max(0, index - 5) : index] if line.kind not in ("marking", "furniture")]
    block = [line for line in above if line.block == above[-1].block] if above else []
    return any(
        line.kind == "signature" or is_name(line.words, None, known) or is_date_line(line.words)
        for line in block
    ) and not any(is_prose(line.words) for line in block)


def _heading_below(lines: Sequence[Line], index: int, folder: str | None) -> Span | None:
    """The heading just below a label: one party to another, or the name of a form of document."""
    while index + 1 < len(lines) and _REMARK.match(lines[index].words):
        index += 1
    line = lines[index]
    named = line.kind == "title" or bool(_form_named(folder).search(line.words))
    block = _block(lines, index)
    if not named or line.words[-1] in ",:" or block is None or index + 1 == len(lines):
        return None
    return block


@lru_cache(maxsize=8)
def _form_named(folder: str | None) -> regex.Pattern[str]:
    """A heading that names a form of document among its first words: "Circular Letter from …"."""
    words = "|".join(lexicon.load("layout", folder)["forms"])
    return regex.compile(rf"^(?=\p{{Lu}})(?:[\p{{L}}’'-]+\s){{0,2}}?(?i:{words})\b")


def _block(lines: Sequence[Line], index: int) -> Span | None:
    """The paragraph that begins at a line, if it is short enough for a heading."""
    own = [line for line in lines[index : index + 5] if line.block == lines[index].block]
    if any(is_date_line(line.words) for line in own):
        return lines[index].span
    span = Span(lines[index].start, own[-1].end)
    return span if span.end - span.start <= 300 else None


def _attachment(text: Text, zones: Sequence[Zone], folder: str | None) -> _Opening | None:
    """The heading after the signature that repeats the title stated for the attachment.

    Without a stated title, a heading in capitals after signature and attachment note will do.
    """
    signature = next((zone for zone in zones if zone.name == "signature"), None)
    if signature is None:
        return None
    notes = [zone for zone in zones if zone.name == "attachment-note" and zone.start >= signature.start]
    if not notes:
        before = text.content[: signature.start]
        small = before.lower()
        if not any(stem in small for stem in _STEMS) or not _ATTACHED.search(before):
            return None
    stated = {_key(title.words) for note in notes for title in stated_titles(text, note, folder)}
    after = lines_of(text, Span(signature.end, max(zone.end for zone in zones)), folder=folder)
    for index, line in enumerate(after):
        if any(zone.name in _STATING and zone.span.holds(line.span) for zone in zones):
            continue
        words = _heading(after, index)
        if not words:
            continue
        matches = _key(words) in stated
        capitals = words.isupper() and len(words) > 14 and line.kind is None and bool(notes)
        if matches or (capitals and not stated and _followed_by_text(after, index)):
            return _Opening(_page_top(after, index), line.span, _STATED)
    return None


def stated_titles(text: Text, note: Zone, folder: str | None) -> Iterator[Line]:
    """The titles in an attachment note, lines of one paragraph joined."""
    lines = [line for line in lines_of(text, note.span, folder=folder) if line.kind != "attachment-note"]
    blocks = sorted({line.block for line in lines})
    for block in blocks:
        own = [line for line in lines if line.block == block]
        words = " ".join(line.words for line in own)
        yield Line(own[0].start, own[-1].end, words, block, None)


def _key(words: str) -> str:
    """A title for comparison: letters and digits only, without a marking in parentheses at its end."""
    return "".join(c for c in _TITLE_TAIL.sub("", words).casefold() if c.isalnum())


def _heading(lines: Sequence[Line], index: int) -> str:
    """The words of the paragraph that begins at `index`, if it is short; else nothing."""
    if index and lines[index - 1].block == lines[index].block:
        return ""
    own = [line.words for line in lines[index : index + 4] if line.block == lines[index].block]
    words = " ".join(own)
    return words if len(words) <= 160 else ""


def _followed_by_text(lines: Sequence[Line], index: int) -> bool:
    return any(len(line.words) > 60 for line in lines[index + 1 : index + 6])


def _page_top(lines: Sequence[Line], index: int) -> int:
    """The start of the page: the paragraph of markings just above the heading belongs to it."""
    start = lines[index].start
    if index and lines[index - 1].kind == "marking":
        block = lines[index - 1].block
        start = min(line.start for line in lines[:index] if line.block == block and line.kind == "marking")
    return start


def _quoted(text: Text, zones: Sequence[Zone], folder: str | None) -> Constituent | None:
    """A quotation that opens a paragraph and closes several paragraphs further down."""
    for zone in zones:
        if zone.name != "body":
            continue
        lines = lines_of(text, zone.span, folder=folder)
        for index, line in enumerate(lines):
            if line.words[0] not in _OPENING or not index:
                continue
            close = _CLOSING[_OPENING.index(line.words[0])]
            end = _matching(text.content, line.start, zone.end, line.words[0], close)
            inside = [other for other in lines if other.start >= line.start and other.end <= end + 2]
            if end - line.start > 400 and len(inside) >= 3:
                return Constituent(Span(line.start, end + 1), None, "draft")
    return None


def _matching(content: str, start: int, limit: int, opening: str, closing: str) -> int:
    """The position of the closing mark that ends the quotation, -1 if there is none.

    Quotation marks inside nest; a mark left open by the capture ends at the last one there is.
    """
    depth, last = 0, -1
    for match in _MARKS.finditer(content, start, limit):
        mark, at = match[0], int(match.start())
        if mark == opening:
            depth += 1
        elif mark == closing:
            depth -= 1
            last = at
            if depth == 0:
                return at
    return last
