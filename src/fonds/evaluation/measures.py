"""Precision, recall and F1, and the two usual measures of who is who.

Plain counting, with nothing that knows a record. Pairwise F1 counts pairs of mentions; B-cubed
(Bagga and Baldwin, "Algorithms for Scoring Coreference Chains", 1998) looks from each mention
at the two groups in which it stands, so that one large group does not decide everything.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

from fonds.source import Span


@dataclass(frozen=True, slots=True)
class Score:
    """Counts, and what follows from them.

    Of `gold` annotations `hit` were found; of `found` values `right` are right. Where values and
    annotations are paired one to one, `hit` equals `right`.
    """

    gold: float = 0
    hit: float = 0
    found: float = 0
    right: float = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.gold + other.gold, self.hit + other.hit, self.found + other.found, self.right + other.right
        )

    @property
    def precision(self) -> float | None:
        """The share of found values that are right, None if nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """The share of annotations that were found, None if there are none."""
        return self.hit / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall, None if either has no value."""
        precision, recall = self.precision, self.recall
        if precision is None or recall is None:
            return None
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def pair_spans(gold: Sequence[Span], found: Sequence[Span]) -> dict[int, int]:
    """Pair each annotation with at most one found span that overlaps it.

    Equal spans come first, then the longest overlap, then the order of the text. Returns the
    index of the found span for the index of each paired annotation.
    """
    order = sorted(range(len(found)), key=lambda n: found[n])
    candidates: list[tuple[bool, int, int, int]] = []
    for g, span in enumerate(gold):
        for f in order:
            other = found[f]
            if other.start >= span.end:
                break
            if span.meets(other):
                shared = min(span.end, other.end) - max(span.start, other.start)
                candidates.append((span != other, -shared, g, f))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, g, f in sorted(candidates):
        if g not in pairs and f not in taken:
            pairs[g] = f
            taken.add(f)
    return dict(sorted(pairs.items()))


@dataclass(frozen=True, slots=True)
class Link:
    """One annotated mention: who it names, and which agent fonds took it for (None: not found)."""

    document: str
    person: str
    agent: Hashable | None


def pairwise(links: Sequence[Link], *, within: bool) -> Score:
    """Pairs of mentions of one person, `within` each document or over the collection.

    Precision: of the pairs that fonds makes, those that are right. Recall: of all annotated
    pairs, those that fonds makes; a mention that was not found loses its pairs.
    """

    def pairs(keys: list[Hashable]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(keys).values())

    scope = [link.document if within else "" for link in links]
    both = list(zip(scope, links, strict=True))
    right = pairs([(s, k.person, k.agent) for s, k in both if k.agent is not None])
    return Score(
        gold=pairs([(s, k.person) for s, k in both]),
        hit=right,
        found=pairs([(s, k.agent) for s, k in both if k.agent is not None]),
        right=right,
    )


def b_cubed(links: Sequence[Link], *, within: bool) -> Score:
    """B-cubed `within` each document or over the collection.

    Precision is the mean over found mentions, recall the mean over all annotated mentions, to
    which a mention that was not found adds nothing.
    """
    scope = [link.document if within else "" for link in links]
    both = list(zip(scope, links, strict=True))
    persons = Counter((s, k.person) for s, k in both)
    agents = Counter((s, k.agent) for s, k in both if k.agent is not None)
    shared = Counter((s, k.person, k.agent) for s, k in both if k.agent is not None)
    found = [(s, k) for s, k in both if k.agent is not None]
    return Score(
        gold=len(links),
        hit=fsum(shared[s, k.person, k.agent] / persons[s, k.person] for s, k in found),
        found=len(found),
        right=fsum(shared[s, k.person, k.agent] / agents[s, k.agent] for s, k in found),
    )


_QUOTES: Final = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00ad": None})


def folded(words: str) -> str:
    """Words as they are compared: NFKC, lower case, plain quotes and dashes, single blanks."""
    plain = unicodedata.normalize("NFKC", words).translate(_QUOTES).casefold()
    return " ".join(plain.split()).strip(" .,;:")


def tokens(words: str) -> frozenset[str]:
    """The words and numbers of a text, folded."""
    return frozenset(re.findall(r"\w+", folded(words)))


#: A disagreement: measure, verdict, what was expected, what was found, and where.
Told = tuple[str, str, str | None, str | None, Span | None]
