"""The zones of a letter, cable, memorandum or report: the general reading, for any genre.

A document has a head, a body and a tail. The body runs from the first to the last line of
running text; wording (`data/layout.toml`) and neighbourhood decide about the lines around
and between. Nothing is decided by what a line is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import regex

from fonds.extract.lines import Line, is_name, is_prose, lines_of
from fonds.record import Zone
from fonds.source import Span, Text

_DATE_LINE: Final = regex.compile(
    r"^(?:[\p{L}.,' ()-]{0,60}?[,\s])?(?:the\s)?"
    r"(?:\p{L}{3,9}\.?,?\s\d{1,2}(?:st|nd|d|rd|th)?[,.]?(?:\s\d{2,4})?"
    r"|\d{1,2}(?:st|nd|d|rd|th)?\.?(?:\sof)?\s\p{L}{3,9}\.?,?(?:\s\d{2,4})?"
    r"|\d{1,4}[./-](?:\d{1,2}|[IVX]{1,4})[./-]\d{2,4})"
    r"(?:[,.\s–—-]{1,3}\d{1,2}(?:[:.]?\d\d)?(?:\s?[ap]\.?\s?m\.?)?)?"
    r"[.,]?(?:\s?[\[(][^\[\]()]{0,60}[\])]){0,2}[.,\]]?$"
)
_MONTH: Final = regex.compile(
    r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ma[iy]|avr|juin|juil|ao[uû]|okt|dez|ene|abr|dic|"
    r"yan|fevr|dek|iyu|я?нв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)\p{L}{0,7}\b"
)
_DIGITS_DATE: Final = regex.compile(r"^\d{1,4}[./-](?:\d{1,2}|[IVX]{1,4})[./-]\d{2,4}")
_LIST: Final = regex.compile(r"^\p{Lu}[\p{L}'’-]+(?:(?:,| and|, and) \p{Lu}[\p{L}'’.-]+){1,9}\.?$")

#: Zones that go on over the following short lines of the same kind of block.
_STICKY: Final = frozenset({"stamp", "distribution", "form-grid", "attachment-note", "legal-notice"})
#: Zones that may interrupt running text; the others only stand before or after it.
_INTERRUPTING: Final = frozenset(
    {"furniture", "marking", "stamp", "distribution", "attachment-note", "annotation"}
)
#: Zones whose first words also begin sentences: a long line is running text after all.
_WORDY: Final = frozenset({"routing", "processing", "title", "salutation", "signature"})
_LABEL_ONLY: Final = regex.compile(
    r"(?i)^(?:attachments?|enclosures?|annex|copies to|copy to|distribution|cc|c\.c\.)\s?:?$"
)


def is_date_line(words: str) -> bool:
    """Whether a line holds a date and little else, perhaps with the place of writing."""
    return bool(
        len(words) <= 110 and _DATE_LINE.match(words) and (_MONTH.search(words) or _DIGITS_DATE.match(words))
    )


def zones_of(
    text: Text,
    span: Span,
    *,
    given: Iterable[Zone] = (),
    holes: Iterable[Span] = (),
    lexicon: str | None = None,
) -> tuple[Zone, ...]:
    """The zones of the document in `span`, sorted, not overlapping.

    `given` are zones that are already known (a genre's), `holes` the spans of constituent
    records; both are left as they are.
    """
    known = sorted(given, key=lambda zone: zone.start)
    away = [*(zone.span for zone in known), *holes]
    lines = lines_of(text, span, away, lexicon)
    if not lines:
        return tuple(known)
    titled = max((zone.end for zone in known if zone.name == "title"), default=None)
    names = _name_zones(lines, lexicon, titled if span.start > 0 else None)
    own = _joined(lines, names, [zone.start for zone in known] + [hole.start for hole in holes])
    hole_zones = [Zone("constituent", hole.start, hole.end) for hole in holes]
    return tuple(sorted([*known, *own, *hole_zones], key=lambda zone: zone.start))


def _name_zones(lines: Sequence[Line], lexicon: str | None, titled: int | None) -> list[str]:
    """A zone name for each line; `titled` is where the heading of a constituent ends."""
    prose = _prose(lines)
    first = next((i for i, line in enumerate(lines) if prose[i]), len(lines))
    last = next((i for i in range(len(lines) - 1, -1, -1) if prose[i]), -1)
    names: list[str] = []
    for index, line in enumerate(lines):
        if prose[index]:
            names.append("body")
            continue
        before = names[-1] if names else None
        joined = index > 0 and lines[index - 1].block == line.block
        if names and names[-1] == "annotation" and _open_bracket(lines, names, index):
            names.append("annotation")
        elif index < first and titled is not None and line.start >= titled and line.kind is None:
            names.append("body")
        elif index < first:
            names.append(_head(line, before, joined))
        elif index <= last:
            names.append(_within(lines, index, before, prose, lexicon))
        else:
            names.append(_tail(line, before, lines[index - 1].words if index else "", lexicon))
    _salute(lines, names)
    return names


def _open_bracket(lines: Sequence[Line], names: Sequence[str], index: int) -> bool:
    """Whether an editorial bracket opened above is not closed yet."""
    depth = 0
    for above in range(index - 1, max(-1, index - 6), -1):
        if names[above] != "annotation":
            break
        depth += lines[above].words.count("[") - lines[above].words.count("]")
    return depth > 0


def _prose(lines: Sequence[Line]) -> list[bool]:
    """Which lines are running text: prose themselves, or the short end of a paragraph of prose."""
    prose = [
        is_prose(line.words) and (line.kind is None or (line.kind in _WORDY and len(line.words) > 70))
        for line in lines
    ]
    for index in range(1, len(lines)):
        line, above = lines[index], lines[index - 1]
        if prose[index] or not prose[index - 1] or line.block != above.block:
            continue
        unfinished = len(above.words) > 40 and above.words[-1] not in ":!?"
        if unfinished and line.kind not in ("furniture", "marking", "stamp", "distribution"):
            prose[index] = not is_name(line.words) or above.words[-1] not in ".,"
    return prose


def _head(line: Line, before: str | None, joined: bool) -> str:
    if line.kind:
        return line.kind
    if is_date_line(line.words):
        return "dateline"
    if joined and before in ("routing", "subject", "stamp"):
        return before
    if before in _STICKY and (joined or before == "form-grid"):
        return before
    return "letterhead"


def _within(
    lines: Sequence[Line], index: int, before: str | None, prose: Sequence[bool], lexicon: str | None
) -> str:
    """A line that is not prose, between the first and the last that is."""
    line = lines[index]
    if line.kind in _INTERRUPTING:
        mid_sentence = line.kind in ("marking", "furniture") or line.words.isdigit()
        return "furniture" if mid_sentence else str(line.kind)
    if line.kind == "signature":
        return "signature"
    above = lines[index - 1].words if index else ""
    if before == "attachment-note" and _LABEL_ONLY.match(above):
        return "attachment-note"
    if is_date_line(line.words) and not _between_prose(prose, index):
        return "stamp" if len(line.words) < 14 else "dateline"
    if before in _STICKY:
        return str(before)
    ends = index + 1 >= len(lines) or not prose[index + 1]
    if before in ("body", "signature") and ends and is_name(line.words, lexicon):
        alone = line.block != lines[index - 1].block or before == "signature"
        plain = len(line.words.split()) > 1 or line.words.isupper()
        if alone and plain and not line.words.endswith(":"):
            return "signature"
    if before == "signature" and line.block == lines[index - 1].block:
        return "signature"
    return "body"


def _between_prose(prose: Sequence[bool], index: int) -> bool:
    return index > 0 and prose[index - 1] and index + 1 < len(prose) and prose[index + 1]


def _tail(line: Line, before: str | None, above: str, lexicon: str | None) -> str:
    if line.kind and line.kind != "title":
        return "processing" if line.kind == "routing" else line.kind
    if before == "distribution" or (before == "attachment-note" and _LABEL_ONLY.match(above)):
        return str(before)
    if is_date_line(line.words):
        return "dateline"
    if before == "processing":
        return "processing"
    if is_name(line.words, lexicon) and before in ("body", "signature", "furniture", "dateline"):
        return "signature"
    if _LIST.match(line.words) and before in ("body", "signature"):
        return "signature"
    if before in _STICKY or before == "signature":
        return str(before)
    return "other"


def _salute(lines: Sequence[Line], names: list[str]) -> None:
    """A salutation with its first sentence on the same line stays body; one alone is a zone."""
    for index, line in enumerate(lines):
        if line.kind == "salutation" and len(line.words) <= 60 and names[index] in ("body", "letterhead"):
            names[index] = "salutation"


def _joined(lines: Sequence[Line], names: Sequence[str], walls: Iterable[int]) -> list[Zone]:
    """Neighbouring lines of one zone as one zone, but never across a given zone or a hole."""
    fences = sorted(walls)
    zones: list[Zone] = []
    for line, name in zip(lines, names, strict=True):
        if zones and zones[-1].name == name:
            start = zones[-1].start
            if not any(start < fence < line.start for fence in fences):
                zones[-1] = Zone(name, start, line.end)
                continue
        zones.append(Zone(name, line.start, line.end))
    return zones
