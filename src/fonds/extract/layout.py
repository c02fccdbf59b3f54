"""The zones of a letter, cable, memorandum or report: the general reading, for any genre.

A document has a head, a body and a tail. The body runs from the first to the last line of
running text; wording (`data/layout.toml`) and neighbourhood decide about the lines around
and between. Nothing is decided by what a line is about.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import regex

from fonds.extract.lines import (
    Line,
    is_addressed,
    is_name,
    is_office,
    is_prose,
    is_sentence,
    lines_of,
    sides_of_title,
    signed_name,
    titled_words,
    without_office,
)
from fonds.record import Zone
from fonds.source import Span, Text

_DATE_LINE: Final = regex.compile(
    r"^(?:[\p{L}.,' ()-]{0,60}?[,\s])?(?:the\s)?"
    r"(?:\p{L}{3,9}\.?,?\s\d{1,2}(?:st|nd|d|rd|th)?[,.]?(?:\s\d{2,4})?"
    r"|\d{1,2}(?:st|nd|d|rd|th)?\.?(?:\sof)?\s\p{L}{3,9}\.?,?(?:\s\d{2,4})?"
    r"|\d{1,4}[./-](?:\d{1,2}|[IVX]{1,4})[./-]\d{2,4})"
    r"(?:[,.\s–—-]{1,3}\d{1,2}(?:[:.]?\d\d)?(?:\s?[ap]\.?\s?m\.?)?|[,.\s–—-]{1,3}(?:noon|midnight))?"
    r"[.,]?(?:\s?[\[(][^\[\]()]{0,60}(?:[\])]|$)){0,2}[.,\]]?$"
)
_UNDATED: Final = regex.compile(r"^\p{Lu}[\p{L}.' -]{2,40}, (?:undated|no date)\.?$")
_MONTH: Final = regex.compile(
    r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ma[iy]|avr|juin|juil|ao[uû]|okt|dez|ene|abr|dic|"
    r"yan|fevr|dek|iyu|я?нв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)\p{L}{0,7}\b"
)
_DIGITS_DATE: Final = regex.compile(r"^\d{1,4}[./-](?:\d{1,2}|[IVX]{1,4})[./-]\d{2,4}")
#: What an editor puts into a dateline: "June 19 [sic], 1930", "December 25 [and 26], 1917".
_INSERTED: Final = regex.compile(
    r"\s?\[(?:sic|and\s\d{1,2}|\?)\]|(?<=\p{L})\s?\[,|(?<=\p{L},?)\](?=[\s,])|^\["
)
_LIST: Final = regex.compile(r"^\p{Lu}[\p{L}'’-]+(?:(?:,| and|, and) \p{Lu}[\p{L}'’.-]+){1,9}\.?$")

#: For whom somebody signs: "For the Secretary of State:".
_PROXY: Final = regex.compile(
    r"^(?:\(?(?:For|By|Per|In the absence of)\s(?:the|order|direction)\b[^.]{0,70}"
    r"|[Tt]he \p{Lu}[\p{L} -]{3,50}|The [\p{L} -]{4,60},)$"
)

#: Who a party is, between commas: "Mr. Dayton, minister at Paris, to Mr. Seward, Secretary of State."
_APPOSITION: Final = regex.compile(r", (?!to\s)[^,]{3,60}(?=,\sto\s|\.?$)|\s\([^()]{2,60}\)(?=\sto\s)")

#: Above how many lines the title stands at most.
_HEADINGS: Final = 5
#: Zones that go on over the following short lines of the same kind of block.
_STICKY: Final = frozenset({"stamp", "distribution", "form-grid", "attachment-note", "legal-notice"})
#: Zones that may interrupt running text; the others only stand before or after it.
_INTERRUPTING: Final = frozenset(
    {"furniture", "marking", "stamp", "distribution", "attachment-note", "annotation"}
)
#: Zones whose first words also begin sentences: a long line is running text after all.
_WORDY: Final = frozenset({"routing", "processing", "title", "salutation", "signature"})
_PAGE_STAMP: Final = 8  # code points between two lines: more than blank lines, so known already
#: "Wade Thomas - 53160"
_COUNTED: Final = regex.compile(r"\s[-–—]{1,2}\s?(?:\p{Lu}\s)?\d{3,}$")
_LABEL_ONLY: Final = regex.compile(
    r"(?i)^(?:attachments?|enclosures?|annex|copies to|copy to|distribution|cc|c\.c\.)\s?:?$"
)


@lru_cache(maxsize=1024)
def is_date_line(words: str) -> bool:
    """Whether a line holds a date and little else, perhaps with the place of writing."""
    if "[" in words:
        words = _INSERTED.sub("", words)
    short = len(words) <= 110 and any(map(str.isdecimal, words))
    dated = short and (_DIGITS_DATE.match(words) or _MONTH.search(words)) and _DATE_LINE.match(words)
    return bool(dated or _UNDATED.match(words))


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
    names = _name_zones(lines, lexicon, titled if span.start > 0 and not _has_head(lines) else None)
    own = _joined(lines, names, [zone.start for zone in known] + [hole.start for hole in holes])
    hole_zones = [Zone("constituent", hole.start, hole.end) for hole in holes]
    return tuple(sorted([*known, *own, *hole_zones], key=lambda zone: zone.start))


def _has_head(lines: Sequence[Line]) -> bool:
    """Whether a dateline or a salutation stands before the text, as in a letter."""
    above = itertools.takewhile(lambda line: not is_prose(line.words), lines)
    return any(line.kind == "salutation" or is_date_line(line.words) for line in above)


def _name_zones(lines: Sequence[Line], lexicon: str | None, titled: int | None) -> list[str]:
    """A zone name for each line; `titled` is where the heading of a constituent ends."""
    notes = _closing_notes(lines)
    page = _Page(lines[: len(lines) - notes], lexicon)
    prose = page.prose
    first = next((i for i, own in enumerate(prose) if own), len(prose))
    last = next((i for i in range(len(prose) - 1, -1, -1) if prose[i]), -1)
    names: list[str] = []
    for index, line in enumerate(page.lines):
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
            names.append(_within(page, index, before))
        else:
            names.append(_tail(page, index, before))
    names += ["footnote"] * notes
    _salute(lines, names)
    return names


class _Page:
    """The lines of one document, which of them are running text, and whom its title names."""

    def __init__(self, lines: Sequence[Line], lexicon: str | None) -> None:
        self.lines = lines
        self.lexicon = lexicon
        self.prose = _prose(lines)
        self.known = titled_words(lines)
        self.writers, self.written_to = sides_of_title(lines)

    def signs(self, index: int) -> bool:
        """Whether a line could be a signature: it has the form of a name, perhaps with an office."""
        if index >= len(self.lines):
            return False
        words = without_office(self.lines[index].words, self.lexicon)
        return is_name(words, self.lexicon, self.known)

    def addressed(self, index: int) -> bool:
        """Whether a line says to whom the document goes, by its wording or as the title does."""
        words = self.lines[index].words
        name = signed_name(without_office(words, self.lexicon))
        last = name[2].casefold().split()[-1] if name else ""
        if last in self.writers:
            return False
        return is_addressed(words, self.lexicon) or (self.begins(index) and last in self.written_to)

    def signs_above(self, index: int) -> bool:
        """Whether a line has the form of a full name, and the next one is the office of its bearer."""
        if index + 1 >= len(self.lines) or len(self.lines[index].words.split()) < 2:
            return False
        return self.signs(index) and is_office(self.lines[index + 1].words, self.lexicon)

    def names(self, index: int) -> bool:
        """Whether the title names every word of a line."""
        words = [word.strip("(),.").casefold() for word in self.lines[index].words.split()]
        return self.known.issuperset(words)

    def begins(self, index: int) -> bool:
        """Whether a line begins a paragraph."""
        return index == 0 or self.lines[index].block != self.lines[index - 1].block


def _closing_notes(lines: Sequence[Line]) -> int:
    """How many lines at the end are paragraphs of prose in brackets: an editor's notes."""
    end = len(lines)
    while end:
        start = end - 1
        while start and lines[start - 1].block == lines[end - 1].block:
            start -= 1
        words = " ".join(line.words for line in lines[start:end])
        if not (start and words[0] == "[" and words[-1] == "]" and is_prose(words)):
            break
        end = start
    return len(lines) - end


def _open_bracket(lines: Sequence[Line], names: Sequence[str], index: int) -> bool:
    """Whether an editorial bracket opened above is not closed yet."""
    depth = 0
    for above in range(index - 1, max(-1, index - 6), -1):
        if names[above] != "annotation":
            break
        depth += lines[above].words.count("[") - lines[above].words.count("]")
    return depth > 0


def _prose(lines: Sequence[Line]) -> list[bool]:
    """Which lines are running text: prose themselves, or the short end of a paragraph of prose.

    In a text of a few words the short sentences below the last date line are.
    """
    prose = [
        (_reads_as_prose(line) and (line.kind is None or (line.kind in _WORDY and len(line.words) > 70)))
        or (line.kind == "salutation" and len(line.words) > 60)
        for line in lines
    ]
    for index in range(_headings_above(lines)):
        prose[index] = False
    for index, line in enumerate(lines):  # an editor's note above the text
        if prose[index] and not (line.words[0] == "[" and line.words[-1] == "]"):
            break
        prose[index] = False
    if not any(prose):
        dated = max((i for i, line in enumerate(lines) if is_date_line(line.words)), default=len(lines))
        return [
            i > dated and line.kind in (None, "routing") and is_sentence(line.words)
            for i, line in enumerate(lines)
        ]
    for index in range(1, len(lines)):
        line, above = lines[index], lines[index - 1]
        if prose[index] or not prose[index - 1] or line.block != above.block:
            continue
        unfinished = len(above.words) > 40 and above.words[-1] not in ":!?"
        if unfinished and line.kind not in ("furniture", "marking", "stamp", "distribution"):
            prose[index] = not is_name(line.words) or above.words[-1] not in ".,"
    return prose


def _headings_above(lines: Sequence[Line]) -> int:
    """How many lines stand above a title that a dateline or salutation follows: headings of the edition."""
    title = next((i for i, line in enumerate(lines[:_HEADINGS]) if line.kind == "title"), 0)
    opened = any(
        line.kind == "salutation" or is_date_line(line.words) for line in lines[title + 1 : title + 5]
    )
    return title if opened and all(len(line.words) <= 120 for line in lines[:title]) else 0


def _reads_as_prose(line: Line) -> bool:
    """Whether a line is prose; a title only if it is prose without the offices of the parties as well."""
    if line.kind != "title":
        return is_prose(line.words)
    words = line.words.partition(". ")[2] if line.words[0].isdigit() else line.words
    bare = _APPOSITION.sub("", words)
    return is_prose(words) and is_prose(bare) and len(bare) > 70


def _head(line: Line, before: str | None, joined: bool) -> str:
    if line.kind == "signature":
        return "letterhead"
    if line.kind:
        return line.kind
    if is_date_line(line.words):
        return "dateline"
    if joined and before in ("routing", "subject", "stamp"):
        return before
    if before in _STICKY and (joined or before == "form-grid"):
        return before
    return "letterhead"


def _within(page: _Page, index: int, before: str | None) -> str:
    """A line that is not prose, between the first and the last that is."""
    line, prose = page.lines[index], page.prose
    if line.kind in _INTERRUPTING:
        mid_sentence = line.kind in ("marking", "furniture") or line.words.isdigit()
        return "furniture" if mid_sentence else str(line.kind)
    if line.kind == "signature":
        return "signature"
    if (below := _below_signature(page, index, before)) is not None:
        return below
    above = page.lines[index - 1].words if index else ""
    if before == "attachment-note" and _LABEL_ONLY.match(above):
        return "attachment-note"
    if is_date_line(line.words) and not _between_prose(prose, index):
        return "stamp" if len(line.words) < 14 else "dateline"
    if page.signs_above(index) and before != "form-grid" and not _listed(page, index):
        return "signature"
    if before in _STICKY:
        return str(before)
    ends = index + 1 >= len(page.lines) or not prose[index + 1] or page.lines[index + 1].words[0] == "["
    if before in ("body", "signature") and ends and page.signs(index) and not _listed(page, index):
        plain = len(line.words.split()) > 1 or line.words.isupper() or page.names(index)
        if (page.begins(index) or before == "signature") and plain and not line.words.endswith(":"):
            return "signature"
    if before == "signature" and not page.begins(index):
        return "signature"
    return "body"


def _listed(page: _Page, index: int) -> bool:
    """Whether a name stands in a list that a colon opens: "the following were elected:"."""
    while index and not page.prose[index - 1] and len(page.lines[index - 1].words) < 60:
        index -= 1
    return index > 0 and page.lines[index - 1].words.endswith(":")


def _between_prose(prose: Sequence[bool], index: int) -> bool:
    return index > 0 and prose[index - 1] and index + 1 < len(prose) and prose[index + 1]


def _tail(page: _Page, index: int, before: str | None) -> str:
    line, above = page.lines[index], page.lines[index - 1].words if index else ""
    proxy = line.kind == "routing" and _PROXY.match(line.words) is not None
    if proxy and (before == "signature" or page.signs(index + 1)):
        return "signature"
    if line.kind and line.kind != "title":
        return "processing" if line.kind == "routing" else line.kind
    if (below := _below_signature(page, index, before, ends=True)) is not None:
        return below
    if page.signs_above(index) and before != "form-grid":
        return "signature"
    if before == "distribution" or (before == "attachment-note" and _LABEL_ONLY.match(above)):
        return str(before)
    if is_date_line(line.words):
        return "dateline"
    if before == "processing":
        return "processing"
    if before == "signature" and _apart(page, index):
        return "other"
    if before in ("body", "signature", "furniture", "dateline") and (
        page.signs(index) or _LIST.match(line.words) or _PROXY.match(line.words)
    ):
        return "signature"
    if before == "other" and page.begins(index) and page.signs(index):
        # the last word of a telegram, below words that are no sentence to themselves
        last = index + 1 == len(page.lines) and bool(page.known) and above[-1] in ".?!"
        if last or page.names(index):
            return "signature"
    if before == "body" and page.begins(index) and is_sentence(line.words):
        return "body"
    if before in _STICKY or (before == "signature" and not _apart(page, index)):
        return str(before)
    return "other"


def _below_signature(page: _Page, index: int, before: str | None, ends: bool = False) -> str | None:
    """The zone of a line below a signature that belongs to it no more; None if that is not known.

    `ends`: below the text of a letter an address may stand without a signature as well.
    """
    if before not in ("signature", "address"):
        unsigned = ends and page.known and page.begins(index) and before in ("body", "furniture", "other")
        wording = unsigned and is_addressed(page.lines[index].words, page.lexicon)
        return "address" if wording and page.addressed(index) else None
    line = page.lines[index]
    if page.lines[index - 1].kind == "signature" and page.signs(index):
        return None  # M. Romero below "Accept, etc.," signs it
    if page.addressed(index):
        return "address"
    if not page.begins(index):
        return "address" if before == "address" and not is_date_line(line.words) else None
    if line.words[0] == "[" and line.words[-1] == "]" and not page.signs(index):
        return "annotation"
    return "other" if len(line.words) > 90 and not _LIST.match(line.words) else None


def _apart(page: _Page, index: int) -> bool:
    """Whether a line stands on another page than the one above it, or has a number as lists do."""
    line = page.lines[index]
    return line.start - page.lines[index - 1].end > _PAGE_STAMP or bool(_COUNTED.search(line.words))


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
