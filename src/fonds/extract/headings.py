"""What a document calls itself: its title, its documentary form, its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import regex

from fonds import lexicon
from fonds.extract.lines import BLANK, lines_of
from fonds.extract.reading import Reading
from fonds.record import Identifier, TextValue
from fonds.source import Span

_LABEL: Final = regex.compile(r"(?i)^(?:subject|subj|re|title|betreff?|concerning|topic)\s?[:.]\s*")
_ADDRESSED: Final = regex.compile(
    r"(?i)^\W*(?:office )?memorandum\s(?:for|to)\b|^\W*(?:letter|note|personal letter)\sto\b"
)
#: A pattern tied to the beginning of a line, and by nothing else in it.
_AT_LINE: Final = regex.compile(r"\(\?m\)\^(?:[^^]|\[\^)*$")
_DECORATION: Final = "*_#~[]():.–— \t\xa0"


def find_title(reading: Reading) -> TextValue | None:
    """The title: the archive's or the editor's, else the subject line; None if there is neither."""
    for zone in reading.named("title"):
        return _value(reading, zone.start, zone.end, "title.heading")
    for zone in reading.named("subject"):
        for line in lines_of(reading.text, zone.span, folder=reading.lexicon):
            match = _LABEL.match(line.words)
            if match and line.words[match.end() :].strip():
                end = _rest_of_paragraph(reading, line.start, zone.end)
                return _value(reading, line.start + match.end(), end, "title.subject")
    return None


def _rest_of_paragraph(reading: Reading, start: int, limit: int) -> int:
    blank = regex.search(r"\n[ \t\xa0]*\n", reading.text.content, pos=start, endpos=limit)
    return blank.start() if blank else limit


def _value(reading: Reading, start: int, end: int, rule: str) -> TextValue:
    content = reading.text.content
    while end > start and content[end - 1] in BLANK + "\n*#":
        end -= 1
    while start < end and content[start] in BLANK + "\n*#":
        start += 1
    return TextValue(value=" ".join(content[start:end].split()), evidence=reading.evidence(start, end, rule))


@lru_cache(maxsize=8)
def _forms(folder: str | None) -> tuple[tuple[str, regex.Pattern[str]], ...]:
    return tuple(
        (entry["name"], regex.compile(entry["pattern"]))
        for entry in lexicon.load("correspondence", folder)["form"]
    )


@lru_cache(maxsize=4096)
def _likely(first: str, folder: str | None) -> tuple[tuple[str, regex.Pattern[str]], ...]:
    """The forms whose names may begin so."""
    return tuple(form for form in _forms(folder) if form[1].match(first, partial=True))


def find_form(reading: Reading, title: TextValue | None) -> TextValue | None:
    """The documentary form as the document states it: in a heading of its own, else in its title."""
    lines = [
        line
        for zone in reading.named("letterhead", "title", "routing", "dateline", "other")
        for line in lines_of(reading.text, zone.span, folder=reading.lexicon)
    ]
    for line in lines:
        words = line.words.strip(_DECORATION)
        for name, form in _likely(words[:2], reading.lexicon):
            if form.fullmatch(words):
                at = line.start + line.words.index(words)
                return TextValue(value=name, evidence=reading.evidence(at, at + len(words), "form.heading"))
    starts = [(line.start, line.words, "form.routing") for line in lines if _addressed(line.words)]
    if (
        title is not None
        and title.evidence.rule != "title.subject"
        and not title.evidence.rule.startswith("field.")
    ):
        starts.insert(0, (title.evidence.start, title.evidence.quote, "form.title"))
    for start, words, rule in starts:
        for name, form in _likely(words[:2], reading.lexicon):
            match = form.match(words)
            if match and not words[match.end() : match.end() + 1].isalpha():
                return TextValue(value=name, evidence=reading.evidence(start, start + match.end(), rule))
    return None


def _addressed(words: str) -> bool:
    return _ADDRESSED.match(words) is not None


class _Number(NamedTuple):
    """How numbers of a scheme are written; `broken` is a pattern of theirs that begins with a line break."""

    scheme: str
    zones: tuple[str, ...]
    pattern: regex.Pattern[str]
    broken: regex.Pattern[str] | None

    def occurrences(self, content: str, span: Span) -> Iterator[regex.Match[str]]:
        """Where such numbers stand in a span: a search for line breaks passes over most of a text."""
        if span.start and self.broken and not self.broken.search(content, span.start - 1, span.end):
            return iter(())
        found: Iterator[regex.Match[str]] = self.pattern.finditer(content, span.start, span.end)
        return found


@lru_cache(maxsize=8)
def _numbers(folder: str | None) -> tuple[_Number, ...]:
    return tuple(
        _Number(
            entry["scheme"],
            tuple(entry["zones"]),
            regex.compile(entry["pattern"]),
            regex.compile(entry["pattern"].replace("^", r"\n", 1))
            if _AT_LINE.match(entry["pattern"])
            else None,
        )
        for entry in lexicon.load("correspondence", folder)["number"]
    )


def find_numbers(reading: Reading, known: Sequence[Identifier]) -> Iterator[Identifier]:
    """Numbers that the document carries, besides those of labelled fields, each once."""
    seen = {(number.scheme, number.value) for number in known}
    taken = [number.evidence.span for number in known]
    for number in _numbers(reading.lexicon):
        scheme = number.scheme
        for zone in reading.named(*number.zones):
            for match in number.occurrences(reading.text.content, zone.span):
                start, end = match.span("value")
                evidence = reading.evidence(start, end, f"number.{scheme}")
                key = (scheme, match["value"])
                if key not in seen and not any(evidence.span.meets(span) for span in taken):
                    seen.add(key)
                    taken.append(evidence.span)
                    yield Identifier(value=match["value"], scheme=scheme, evidence=evidence)


@lru_cache(maxsize=8)
def _identifying(folder: str | None) -> dict[str, str]:
    table = lexicon.load("correspondence", folder)["number"]
    return {entry["scheme"]: entry["identity"] for entry in table if "identity" in entry}


def archive_number(reading: Reading, numbers: Iterable[Identifier]) -> str | None:
    """The number under which an archive keeps the document, with the archive's sign before it.

    Taken from the first number of a scheme that the table says to identify documents.
    """
    signs = _identifying(reading.lexicon)
    found = [number for number in numbers if number.scheme in signs]
    first = min(found, key=lambda number: number.evidence.start, default=None)
    return f"{signs[first.scheme]}-{first.value}" if first else None
