"""One document and how its reading fared: what all adapters share."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from fonds.agents.resolve import resolve
from fonds.converters import Options, convert
from fonds.evaluation.document import AROUND, Miss, score_quotes
from fonds.evaluation.fields import Counts
from fonds.evaluation.measures import Score, folded
from fonds.evaluation.values import Read
from fonds.source import Source, Span, Text

#: A measure of one document: counts of values, or sums that need not be whole numbers.
Mark = Counts | Score
#: What `read` measures of every document.
READ = "read without a fault"
QUOTED = "evidence quotes the text"


@dataclass
class Case:
    """The measures of one document, in the order in which they were taken, and every disagreement.

    `group` is the part of the collection that is reported apart: a volume, a quality of capture.
    """

    group: str
    document: str
    marks: dict[str, Mark] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    def judge(self, measure: str, expected: str | None, found: str | None, where: Passage) -> None:
        """Count one value that was expected (None: none is there) against the one that was found."""
        if expected is None and found is None:
            self.add(measure, Counts())
        elif expected == found:
            self.add(measure, Counts(gold=1, correct=1))
        elif expected is None:
            self.add(measure, Counts(invented=1))
            self.miss(measure, "invented", None, found, where)
        elif found is None:
            self.add(measure, Counts(gold=1, missed=1))
            self.miss(measure, "missed", expected, None, where)
        else:
            self.add(measure, Counts(gold=1, wrong=1))
            self.miss(measure, "wrong", expected, found, where)

    def add(self, measure: str, mark: Counts) -> None:
        before = self.marks.get(measure, Counts())
        if isinstance(before, Score):
            raise TypeError(f"{measure} is measured in sums")
        self.marks[measure] = before + mark

    def miss(
        self, measure: str, verdict: str, expected: str | None, found: str | None, where: Passage
    ) -> None:
        text, span = where
        if text is None or span is None:
            self.misses.append(Miss(self.document, measure, verdict, expected, found))
            return
        cut = (Span(max(0, span.start - AROUND), span.start), span, Span(span.end, span.end + AROUND))
        before, words, after = (" ".join(text.quote(one).split()) for one in cut)
        self.misses.append(
            Miss(self.document, measure, verdict, expected, found, span.start, span.end, before, words, after)
        )


#: Where in which text a disagreement lies.
Passage = tuple[Text | None, Span | None]


def read(case: Case, source: Source, period: tuple[int, int] | None = None) -> Read | None:
    """What fonds reads in a source, alone in the world; None, and a miss, if it raises anything."""
    try:
        records = convert(source, options=Options(period=period))
        document = Read(source.text, tuple(resolve(records)))
        quotes, told = score_quotes(document)
    except Exception as error:  # a fault of any kind is a result here
        case.add(READ, Counts(gold=1, missed=1))
        case.miss(READ, "missed", None, f"{type(error).__name__}: {error}", (None, None))
        return None
    case.add(READ, Counts(gold=1, correct=1))
    case.marks[QUOTED] = quotes["evidence"]
    for measure, verdict, expected, found, span in told:
        case.miss(measure, verdict, expected, found, (document.text, span))
    return document


@dataclass(frozen=True, slots=True)
class Erratum:
    """A slip of those who described the document: what they give, and what its text says."""

    document: str
    field: str
    given: str
    right: str | None
    passage: str


@cache
def errata(collection: str) -> Mapping[tuple[str, str], Erratum]:
    """The known slips of a collection, by document and field, from `errata.toml` beside this file."""
    content = tomllib.loads((Path(__file__).parent / "errata.toml").read_text("utf-8"))
    every = [Erratum(**{"right": None, **entry}) for entry in content.get(collection, ())]
    return {(one.document, one.field): one for one in every}


def corrected(collection: str, document: str, field: str, given: str) -> tuple[str, bool]:
    """A value of the description, mended if it is a known slip, and whether it is one."""
    known = errata(collection).get((document, field))
    return (known.right or "", True) if known else (given, False)


def words(name: str) -> frozenset[str]:
    """The words of a name that tell it from others, folded, without accents."""
    return frozenset(tokens(name)) - _SMALL


def tokens(name: str) -> list[str]:
    """The words of a name in their order, folded, without accents."""
    plain = unicodedata.normalize("NFKD", folded(name))
    return "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split()


_SMALL: Final = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "via")
)
