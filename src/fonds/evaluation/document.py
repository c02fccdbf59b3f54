"""One document measured against its annotations: everything put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

from fonds.evaluation.dates import score_dates
from fonds.evaluation.fields import Counts, score_fields
from fonds.evaluation.gold import GoldDocument, GoldPerson
from fonds.evaluation.measures import Link, Score, Told, folded
from fonds.evaluation.names import AuthorityLink, score_mentions
from fonds.evaluation.values import Read
from fonds.record import Evidence
from fonds.source import Span, Text

#: How many characters of the text a miss shows on either side.
AROUND: Final = 40


@dataclass(frozen=True, slots=True)
class Miss:
    """One disagreement, with the passage in which it lies.

    `verdict` is `missed` (annotated, not found), `wrong` (found, but otherwise), `invented`
    (found, not annotated) or `misquoted` (the offsets do not give the words). `start` and `end`
    are code points, None where the annotation stands nowhere in the text.
    """

    document: str
    measure: str
    verdict: str
    expected: str | None
    found: str | None
    start: int | None = None
    end: int | None = None
    before: str = ""
    words: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """All that was measured in one document. `names` are by kind, and `exact` or `overlap`."""

    name: str
    names: Mapping[tuple[str, str], Score]
    apart: Mapping[str, Score]
    links: tuple[Link, ...]
    authority: tuple[AuthorityLink, ...]
    dates: Mapping[str, Score]
    fields: Mapping[str, Counts]
    quotes: Mapping[str, Score]
    misses: tuple[Miss, ...]


def score_document(read: Read, gold: GoldDocument, persons: Mapping[str, GoldPerson]) -> DocumentScore:
    """Measure one reading against annotations that were checked against its text."""
    name = read.own[0].source.name
    mentions = score_mentions(name, read, gold, persons)
    dates, date_misses = score_dates(read, gold)
    counts, field_misses = score_fields(read, gold, mentions.ties)
    quotes, quote_misses = score_quotes(read)
    told = (*mentions.misses, *date_misses, *field_misses, *quote_misses)
    return DocumentScore(
        name,
        mentions.scores,
        mentions.apart,
        mentions.links,
        mentions.authority,
        dates,
        counts,
        quotes,
        tuple(_miss(name, read.text, one) for one in told),
    )


def evidence_of(value: Any) -> Iterator[Evidence]:
    """All evidence inside a frozen value, premises included, in the order of its fields."""
    if isinstance(value, Evidence):
        yield value
    if is_dataclass(value):
        for one in fields(value):
            yield from evidence_of(getattr(value, one.name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from evidence_of(inner)


def score_quotes(read: Read) -> tuple[dict[str, Score], list[Told]]:
    """Whether all evidence quotes the text, and the names of mentions stand where they claim."""
    text, told = read.text, list[Told]()
    total = right = names = named = 0
    for record in read.own:
        for one in evidence_of(record):
            total += 1
            if one.quote and one.source == text.sha256 and text.content[one.start : one.end] == one.quote:
                right += 1
            else:
                told.append((f"evidence of {one.rule}", "misquoted", None, one.quote, one.span))
        for each in record.walk():
            for mention in each.mentions:
                names += 1
                named += folded(text.content[mention.name_start : mention.name_end]) == folded(mention.name)
    scores = {
        "evidence": Score(total, right, total, right),
        "names of mentions": Score(names, named, names, named),
    }
    return scores, told


def _miss(name: str, text: Text, told: Told) -> Miss:
    measure, verdict, expected, found, span = told
    if span is None:
        return Miss(name, measure, verdict, expected, found)
    cut = (Span(max(0, span.start - AROUND), span.start), span, Span(span.end, span.end + AROUND))
    before, words, after = (" ".join(text.quote(one).split()) for one in cut)
    return Miss(name, measure, verdict, expected, found, span.start, span.end, before, words, after)
