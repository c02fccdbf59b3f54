"""Markings of classification, dissemination and handling, and the signs of redaction.

A marking stands on a line of its own, alone or beside a number of the form; in a sentence
"secret" is a word. Running markings of later pages repeat the first: each value is given once as
applied and once as struck through, with the words of its first place. `~~…~~` is strike-through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, get_args

import ahocorasick_rs
import regex

from fonds.extract.reading import Reading
from fonds.extract.words import plain
from fonds.lexicon import load
from fonds.record import Marking
from fonds.source import Span

Kind = Literal["classification", "handling", "dissemination", "redaction"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
#: Tables of the lexicon beside the kinds: what kind their words make a marking.
ALSO: Final[dict[str, Kind]] = {"suffix": "classification", "downgrading": "handling"}

#: Zones in which no marking stands.
SILENT_ZONES: Final = frozenset(
    {
        "navigation",
        "legal-notice",
        "rights",
        "catalogue-summary",
        "repository",
        "credit",
        "footnote",
        "constituent",
    }
)
#: Zones in which a line of capitals may be a sentence of a cable.
TEXT_ZONES: Final = frozenset({"body", "subject", "salutation"})

_LONGEST_LINE: Final = 120
#: What may stand around and between markings without being words.
_FRAME: Final = " \t\u00a0#*_~[](){}<>|:;,./\\–—‑-'\"“”•·=&"
_STRUCK: Final = regex.compile(r"~~(?=\S)(.+?)(?<=\S)~~")
_WITHHELD: Final = regex.compile(
    r"\[(?:less than )?(?:\d+|one|two|three|four|five|six|a|an|portion of)?[^\[\]\n]{0,40}?"
    r"\b(?:not declassified|withheld|redacted|excised|deleted)\]"
)
#: A word with hyphens or blanks between its letters.
_SPACED: Final = regex.compile(r"\b(?:\p{Lu}[-—] ?){2,}\p{Lu}\b|\b(?:\p{Lu} ){3,}\p{Lu}\b")
_SPACING: Final = regex.compile(r"[-— ]")
_CONTINUED: Final = regex.compile(r"\(?cont(?:inue)?'?d\.?\)?", regex.IGNORECASE)


@dataclass(frozen=True)
class _Terms:
    machine: Any
    kinds: tuple[str, ...]
    values: tuple[str, ...]
    weak: frozenset[str]


@dataclass(frozen=True)
class _Term:
    """A marking word at its place in the text."""

    start: int
    end: int
    kind: str
    value: str


@dataclass(frozen=True)
class _Line:
    """A line that carries markings: where they stand, their words, and whether they are struck."""

    start: int
    end: int
    terms: tuple[_Term, ...]
    struck: bool
    number: int


@lru_cache(maxsize=4)
def _terms(lexicon: str | None) -> _Terms:
    table = load("markings", lexicon)
    forms: dict[str, tuple[str, str]] = {}
    for kind in (*KINDS, *ALSO, "labels", "codewords"):
        for words in table[kind].values():
            for word in map(plain, words):
                upper = word.upper()
                spellings = (
                    [upper]
                    if kind in {"redaction", "codewords"}
                    else [word[0].upper() + word[1:], word.title(), upper]
                )
                if kind == "redaction":
                    spellings.append(word)
                if kind == "classification":
                    if word.isalpha() and len(word) > 3:
                        spellings += ["-".join(upper), " ".join(upper), "-".join(upper).replace("-", "—")]
                    elif all(part.isalpha() for part in word.split()):
                        spellings.append(" ".join("-".join(part) for part in upper.split()))
                for spelling in spellings:
                    forms.setdefault(spelling, (kind, upper))
    return _Terms(
        machine=ahocorasick_rs.AhoCorasick(list(forms), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest),
        kinds=tuple(kind for kind, _ in forms.values()),
        values=tuple(value for _, value in forms.values()),
        weak=frozenset(plain(word).upper() for words in table["weak"].values() for word in words),
    )


def find_markings(reading: Reading) -> tuple[Marking, ...]:
    """The markings of a document, each value once as applied and once as struck, in order of place.

    A level and the words on the next line that go with it are one marking: `CONFIDENTIAL / Security
    Information`. A level that is part of a fuller marking is not given again by itself.
    """
    seen: list[tuple[frozenset[str], str]] = []
    markings: list[Marking] = []
    for block in _blocks(_without_options(list(_lines(reading)))):
        state: Literal["applied", "struck"] = "struck" if block[0].struck else "applied"
        terms = [term for line in block for term in line.terms]
        values = frozenset(term.value for term in terms)
        if any(values <= other and state == was for other, was in seen):
            continue
        seen.append((values, state))
        kind = _kind(terms)
        text = reading.text.content
        markings.append(
            Marking(
                value=" / ".join(_tidy(text[line.start : line.end]) for line in block),
                kind=kind,
                state=state,
                evidence=reading.evidence(block[0].start, block[-1].end, f"marking.{kind}"),
            )
        )
    markings += _withheld(reading)
    return tuple(sorted(markings, key=lambda marking: marking.evidence.start))


def _kind(terms: list[_Term]) -> Kind:
    """The kind of the words of a marking, the weightiest first."""
    kinds = {ALSO.get(term.kind, term.kind) for term in terms}
    order: tuple[Kind, ...] = ("classification", "dissemination", "handling", "redaction")
    return next(kind for kind in order if kind in kinds)


def _withheld(reading: Reading) -> Iterator[Marking]:
    """Editors' notes that words were withheld, which may stand in a sentence; each wording once."""
    seen = set()
    for found in _WITHHELD.finditer(reading.text.content, reading.span.start, reading.span.end):
        if found.group() not in seen and reading.zone_at(found.start()) not in SILENT_ZONES:
            seen.add(found.group())
            evidence = reading.evidence(found.start(), found.end(), "marking.withheld")
            yield Marking(
                value=found.group().strip("[]"), kind="redaction", state="applied", evidence=evidence
            )


def _lines(reading: Reading) -> Iterator[_Line]:
    """The lines that hold markings and nothing that would make them a sentence."""
    table = _terms(reading.lexicon)
    text = plain(reading.text.content[reading.span.start : reading.span.end])
    offset = reading.span.start
    by_line: dict[int, list[_Term]] = {}
    for number, start, end in table.machine.find_matches_as_indexes(text):
        if _inside_word(text, start, end):
            continue
        at = offset + start
        line = reading.text.line_of(at)
        by_line.setdefault(line, []).append(
            _Term(at, offset + end, table.kinds[number], table.values[number])
        )
    spans = reading.text.lines()
    for number, found in by_line.items():
        span = spans[number - 1]
        if span.end - span.start > _LONGEST_LINE or reading.zone_at(found[0].start) in SILENT_ZONES:
            continue
        yield from _read(reading, span, found, number, table.weak)


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return (bool(before) and before.isalnum()) or (bool(after) and after.isalnum())


def _read(
    reading: Reading, span: Span, found: list[_Term], number: int, weak: frozenset[str]
) -> Iterator[_Line]:
    """What one line marks, if it is a line of markings."""
    text = reading.text.content
    struck = [
        Span(span.start + match.start(), span.start + match.end())
        for match in _STRUCK.finditer(text[span.start : span.end])
    ]
    for strike in struck:
        inside = tuple(term for term in found if strike.start <= term.start and term.end <= strike.end)
        if inside and not _rest(text, Span(strike.start, strike.end), inside):
            yield _Line(strike.start, strike.end, _real(inside), True, number)
    terms = tuple(
        term for term in found if not any(strike.start <= term.start < strike.end for strike in struck)
    )
    while terms and terms[0].kind == "labels":
        terms = terms[1:]
    real = _real(terms)
    if not real or real[0].kind == "codewords" or all(term.value in weak for term in real):
        return
    whole = Span(min(span.start, real[0].start), span.end)
    rest = _rest(text, whole, (*found, *_as_terms(struck)))
    start, end = real[0].start, real[-1].end
    if _CONTINUED.fullmatch(rest.strip(_FRAME)):
        rest = ""
    if rest:
        ends_in_only = (
            real[0].kind == "classification" and rest.isupper() and rest.rstrip(_FRAME).endswith("ONLY")
        )
        if ends_in_only and real[0].start - span.start <= 4:
            end = span.start + len(text[span.start : span.end].rstrip(_FRAME))
        else:
            run = _run(text, real)
            beside = text[run[-1].end : span.end] + text[span.start : run[0].start]
            if (
                real[0].kind != "classification"
                or not text[run[0].start : run[-1].end].isupper()
                or any(map(str.islower, beside))
                or not any(map(str.isdigit, beside))
                or reading.zone_at(run[0].start) in TEXT_ZONES
                or text[span.start : run[0].start].strip(_FRAME + "0123456789")
            ):
                return
            real, end = run, run[-1].end
    yield _Line(start, end, real, False, number)


def _as_terms(spans: list[Span]) -> Iterator[_Term]:
    return (_Term(span.start, span.end, "struck", "") for span in spans)


def _real(terms: tuple[_Term, ...]) -> tuple[_Term, ...]:
    return tuple(term for term in terms if term.kind != "labels")


def _rest(text: str, span: Span, terms: tuple[_Term, ...]) -> str:
    """What is left of a line without its markings and the frame around them."""
    left, at = [], span.start
    for term in sorted(terms, key=lambda term: term.start):
        if term.start >= at:
            left.append(text[at : term.start])
            at = term.end
    left.append(text[at : span.end])
    return " ".join(part.strip(_FRAME) for part in left if part.strip(_FRAME)).strip()


def _run(text: str, terms: tuple[_Term, ...]) -> tuple[_Term, ...]:
    """The terms that follow one another with nothing but frame between them."""
    run = [terms[0]]
    for term in terms[1:]:
        if text[run[-1].end : term.start].strip(_FRAME):
            break
        run.append(term)
    return tuple(run)


def _levels(line: _Line) -> set[str]:
    return {term.value for term in line.terms if term.kind == "classification"}


def _without_options(lines: list[_Line]) -> list[_Line]:
    """The lines without those of a form that offers all levels to choose from."""
    kept: list[_Line] = []
    group: list[_Line] = []
    for line in [*lines, None]:
        if line is not None and (not group or line.number - group[-1].number <= 1):
            group.append(line)
            continue
        offered = {level for each in group for level in _levels(each)}
        choice = len(offered) > 2 or ("UNCLASSIFIED" in offered and len(offered) > 1)
        if not (choice and not any(each.struck for each in group)):
            kept += group
        group = [line] if line is not None else []
    return kept


def _blocks(lines: list[_Line]) -> Iterator[tuple[_Line, ...]]:
    """A level together with the words on the lines straight after it that are no level themselves."""
    block: list[_Line] = []
    for line in lines:
        joins = (
            bool(block)
            and not line.struck
            and not block[-1].struck
            and line.number == block[-1].number + 1
            and bool(_levels(block[0]))
            and not _levels(line)
            and not any(term.kind in {"redaction", "downgrading"} for term in line.terms)
        )
        if not joins and block:
            yield tuple(block)
            block = []
        block.append(line)
    if block:
        yield tuple(block)


def _tidy(words: str) -> str:
    """A marking without strike-through, frame and letter-spacing."""
    tidy = " ".join(words.replace("~~", "").split())
    return str(_SPACED.sub(lambda found: _SPACING.sub("", found.group()), tidy))
