"""The lines and paragraphs of a text, and what kind of line each looks like on its own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse
from typing import Any, Final

import regex

from fonds import lexicon
from fonds.source import Span, Text

#: White space that ends up around words in saved pages and OCR.
BLANK: Final = " \t\r\xa0\u200b\ufeff"

_WORD: Final = regex.compile(r"[^\W\d_]{2,}")
_ALNUM: Final = regex.compile(r"[\p{L}\p{N}☐-☒_=*~-]")
_NUMBERED: Final = regex.compile(r"^\(?(?:\d{1,2}|[a-z]|[IVX]{1,4})[.)]\s")
_NAME_LINE: Final = regex.compile(
    r"^(?:\(?[Ss]igned\)?[:.]?\s+|/s/\s*|s/\s*|\[(?:(?i:seal)|L\.\s?S\.)\.?\]\s*)?\[?"
    r"(?P<name>(?:(?:\p{Lu}\.\s?){1,5}|\p{Lu}[\p{L}'’.-]*\s)?"
    r"(?:(?:\p{Lu}\.|\p{Lu}[\p{L}'’-]+|de|del|la|von|van|der|du|al|el|y|bin|v\.|d['’])\s+){0,4}"
    r"\p{Lu}[\p{L}'’-]{2,}(?:,?\s(?:Jr|Sr|II|III)\.?)?)(?:,\sActing)?[\].,]?$"
)
#: Letters that an editor supplied inside a name: F[rank] L. P[olk].
_SUPPLIED: Final = regex.compile(r"(?<=\p{L})\[([\p{L}.,' -]{1,24})\]")
_SENTENCE: Final = regex.compile(r"^[\p{Lu}\d“\"(\[].*[.?!*][”\")\]]{0,2}$")
#: The page of an earlier edition, where a star in the line marks its beginning: "[288] *Mr. Dayton to …".
_MARGIN: Final = regex.compile(r"^\[\d{1,4}\][ \t]?(?=[^\n]{0,4000}?\*)\*?[ \t]?(?=[^\s*])")
_ADDRESSED: Final = regex.compile(r"^(?:Mr|Mrs|Miss|Messrs)\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its span without surrounding white space, and its paragraph.

    `kind` is the zone its wording alone suggests, None if none does.
    """

    start: int
    end: int
    words: str
    block: int
    kind: str | None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def lines_of(
    text: Text, span: Span, holes: Iterable[Span] = (), folder: str | None = None
) -> tuple[Line, ...]:
    """The lines in `span` that are not blank and do not lie in a hole.

    Paragraphs (`block`) end at blank lines; in a text without blank lines every line is one.
    """
    away = tuple(holes)
    if away:
        return _lines(text, span, away, folder)
    every, starts = _every_line(text, folder)
    first, last = bisect_left(starts, span.start), bisect_left(starts, span.end)
    cut = (first and every[first - 1].end > span.start) or (last and every[last - 1].end > span.end)
    return _lines(text, span, away, folder) if cut else every[first:last]


@lru_cache(maxsize=8)
def _every_line(text: Text, folder: str | None) -> tuple[tuple[Line, ...], tuple[int, ...]]:
    """The lines of a whole text, and where they start: most spans are whole lines of it."""
    found: list[Line] = []
    block, gap = 0, not text.paragraphed
    absent = _absent(text, folder)
    for whole in text.lines():
        words = text.quote(whole).strip(BLANK)
        if not words or not (words[0].isalnum() or _ALNUM.search(words)):
            gap = gap or not words
            continue
        block += bool(gap and found)
        gap = not text.paragraphed
        start = text.content.index(words, whole.start)
        page = _MARGIN.match(words) if words[0] == "[" else None
        if page:
            start, words = start + page.end(), words[page.end() :]
        found.append(Line(start, start + len(words), words, block, kind_of(words, folder, absent)))
    return tuple(found), tuple(line.start for line in found)


@lru_cache(maxsize=16)
def _lines(text: Text, span: Span, away: tuple[Span, ...], folder: str | None) -> tuple[Line, ...]:
    content = text.content
    absent = _absent(text, folder)
    known = {line.start: line for line in _every_line(text, folder)[0]}
    touched = {
        number
        for hole in away
        for number in range(text.line_of(hole.start) - 1, text.line_of(max(hole.start, hole.end - 1)))
    }
    found: list[Line] = []
    block, gap = 0, not text.paragraphed
    first = text.line_of(span.start) - 1
    for number, (whole, inside) in enumerate(_trimmed_lines(text)[first : text.line_of(span.end)], first):
        if whole.end <= span.start or whole.start >= span.end:
            continue
        own = inside
        if number in touched or whole.start < span.start or whole.end > span.end:
            within = Span(max(inside.start, span.start), min(inside.end, span.end))
            own = _trimmed(content, _outside(within, away))
        elif away and inside.start < inside.end and content[inside.start] in BLANK:
            own = _trimmed(content, inside)  # behind the page of an earlier edition
        if own.start >= own.end or not (content[own.start].isalnum() or _ALNUM.search(content, *own)):
            gap = gap or own.start >= own.end
            continue
        block += bool(gap and found)
        gap = not text.paragraphed
        line = known.get(own.start)
        if line is None or line.end != own.end:
            words = content[own.start : own.end]
            line = Line(*own, words, block, kind_of(words, folder, absent))
        elif line.block != block:
            line = Line(*own, line.words, block, line.kind)
        found.append(line)
    return tuple(found)


@lru_cache(maxsize=8)
def _trimmed_lines(text: Text) -> tuple[tuple[Span, Span], ...]:
    """Every line of a text, and the part of it between white space."""
    return tuple((line, _unpaged(text.content, _trimmed(text.content, line))) for line in text.lines())


def _unpaged(content: str, line: Span) -> Span:
    """A line without the page number of an earlier edition at its beginning."""
    if not content.startswith("[", line.start):
        return line
    page = _MARGIN.match(content[line.start : line.end])
    return Span(line.start + page.end(), line.end) if page else line


def _trimmed(content: str, span: Span) -> Span:
    """A span without the white space at its ends."""
    whole = content[span.start : span.end]
    left = span.start + len(whole) - len(whole.lstrip(BLANK))
    return Span(left, left + len(whole.strip(BLANK)))


def _outside(line: Span, holes: Iterable[Span]) -> Span:
    """The part of a line that no hole covers; empty if a hole covers its middle or all of it."""
    start, end = line
    for hole in holes:
        if hole.start <= start < hole.end:
            start = min(hole.end, end)
        if hole.start < end <= hole.end:
            end = max(hole.start, start)
    return Span(start, end)


@lru_cache(maxsize=1024)
def kind_of(words: str, folder: str | None = None, absent: frozenset[int] = frozenset()) -> str | None:
    """The zone that the wording of a line alone suggests, None if none does.

    `absent` are the numbers of classes of lines that the text is known to have none of.
    """
    for number, zone, pattern in _likely(words[:2], folder):
        if number not in absent and pattern.search(words):
            return zone
    return None


@lru_cache(maxsize=4096)
def _likely(first: str, folder: str | None) -> tuple[tuple[int, str, regex.Pattern[str]], ...]:
    """The classes of lines that may begin so: most patterns are tied to the beginning of a line."""
    return tuple(entry for entry in _classes(folder) if entry[2].search(first, partial=True))


@lru_cache(maxsize=8)
def _classes(folder: str | None) -> tuple[tuple[int, str, regex.Pattern[str]], ...]:
    """The classes of lines: number, zone and wording."""
    table: list[dict[str, Any]] = lexicon.load("layout", folder)["line"]
    return tuple(
        (number, entry["zone"], regex.compile(entry["pattern"], regex.V0))
        for number, entry in enumerate(table)
    )


@lru_cache(maxsize=8)
def _absent(text: Text, folder: str | None) -> frozenset[int]:
    """The numbers of the classes of lines of whose signs (`holds`) a text has none.

    Their wording may begin a line in any way, so the first letters of a line do not rule them out.
    """
    signs = enumerate(entry.get("holds", ()) for entry in lexicon.load("layout", folder)["line"])
    folded = text.content.casefold()
    return frozenset(number for number, own in signs if own and not any(sign in folded for sign in own))


@lru_cache(maxsize=8)
def _headings(folder: str | None) -> frozenset[str]:
    return frozenset(word.casefold() for word in lexicon.load("layout", folder)["not_names"])


@lru_cache(maxsize=1024)
def is_prose(words: str) -> bool:
    """Whether a line reads like running text: enough words, mostly uncapitalised, or a numbered one.

    The row of a table is none, however many words stand in its cells.
    """
    if words.count("|") > 1 or words.count("\t") > 1:
        return False
    whole, rest = apart(words)
    initials = [word[0] for word in whole if len(word) > 1]
    initials += [word[0] for word in _WORD.findall(rest)]
    if len(initials) >= 5 and _NUMBERED.match(words):
        return True
    if len(initials) < 8:
        return False
    lower = sum(map(str.islower, initials))
    return lower * 2 >= len(initials) or (words.isupper() and len(initials) >= 9)


@lru_cache(maxsize=256)
def apart(content: str) -> tuple[tuple[str, ...], str]:
    """The words of a text that stand between blanks and are letters alone, and the rest of it.

    Most words are such; to look for words among other signs takes longer, and the rest is short.
    """
    pieces = content.split()
    return tuple(filter(str.isalpha, pieces)), " ".join(filterfalse(str.isalpha, pieces))


def titled_words(lines: Iterable[Line]) -> frozenset[str]:
    """The words of the titles of the form "X to Y", in small letters."""
    words = " ".join(line.words for line in lines if line.kind == "title").split()
    return frozenset(word.strip("(),.").casefold() for word in words)


def sides_of_title(lines: Iterable[Line]) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a title "X to Y" that only the side of X has, and only that of Y, in small letters."""
    title = next((line.words for line in lines if line.kind == "title"), "")
    left, _, right = title.rpartition(" to ")
    one, other = (frozenset(w.strip("(),.").casefold() for w in side.split()) for side in (left, right))
    return (one - other, other - one) if left else (frozenset(), frozenset())


def is_sentence(words: str) -> bool:
    """Whether a line could be a short sentence: "Repeated to La Paz." """
    tokens = _WORD.findall(words)
    if len(tokens) < 3 or not _SENTENCE.match(words):
        return False
    lower = sum(token[0].islower() for token in tokens)
    return bool(2 * lower >= len(tokens) - 1)


def is_name(words: str, folder: str | None = None, known: frozenset[str] = frozenset()) -> bool:
    """Whether a line alone could be a signature: a name, perhaps with `(signed)` before it.

    Words that head a page rather than sign it are none, unless they are `known` as a name.
    """
    if len(words) > 45 or _ADDRESSED.match(words) or signed_name(words) is None:
        return False
    tokens = [token.casefold() for token in _WORD.findall(words)]
    return not any(token in _headings(folder) and token not in known for token in tokens)


#: The symbol of an office: WH/SA/CI.
_SYMBOL: Final = regex.compile(r"^\p{Lu}[\p{L}]{0,5}(?:/[\p{Lu}\d]{1,8}){1,4}(?:[ ,]|$)")


@lru_cache(maxsize=8)
def _offices(folder: str | None) -> frozenset[str]:
    table = lexicon.load("offices", folder)
    return frozenset(
        word.casefold() for key in ("heads", "weak", "modifiers") for word in str(table[key]).split()
    )


def is_office(words: str, folder: str | None = None) -> bool:
    """Whether a line could be the office of whoever signs above it: `Chief, Support Branch`, `WH/SA/CI`."""
    if len(words) > 70 or is_prose(words) or words[-1] in ":;":
        return False
    if _SYMBOL.match(words):
        return True
    tokens = _WORD.findall(words)
    return len(tokens) > 1 and tokens[0][0].isupper() and tokens[0].casefold() in _offices(folder)


@lru_cache(maxsize=8)
def _addressed(folder: str | None) -> regex.Pattern[str]:
    return regex.compile(lexicon.load("layout", folder)["addressed"], regex.V0)


def is_addressed(words: str, folder: str | None = None) -> bool:
    """Whether a line below a text says to whom it goes: `Hon. W. H. Seward`, `N. B. Judd, Esq., &c., &c.`"""
    return len(words) <= 90 and not is_sentence(words) and _addressed(folder).search(words) is not None


def without_office(words: str, folder: str | None = None) -> str:
    """A line without the office behind the name that it begins with: `DAVIS, Acting Secretary.`"""
    name, comma, office = words.partition(", ")
    held = comma and len(office) < 45 and "," not in office and not is_prose(office)
    tokens = _WORD.findall(office) if held else []
    return name if tokens and office[0].isupper() and tokens[0].casefold() in _offices(folder) else words


def signed_name(words: str) -> tuple[int, int, str] | None:
    """The name in a line of the form of a signature: where it begins and ends, and the name.

    Letters that an editor supplied in brackets are part of the name: F[rank] L. P[olk].
    """
    plain = _SUPPLIED.sub(r"\1", words) if "[" in words else words
    match = _NAME_LINE.match(plain)
    if match is None:
        return None
    start = match.start("name")
    return start, len(words) - (len(plain) - match.end("name")), match["name"]
