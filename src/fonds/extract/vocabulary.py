"""The words of all tables that finders of names look for, found in one pass over a text.

Tables of thousands of words do not stay near the processor, so going through them again for each
finder costs more than all else that is done with the hits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import ahocorasick_rs

from fonds.extract.gazetteer import gazetteer_of
from fonds.extract.organisation_grammar import grammar
from fonds.extract.organisation_tables import known_bodies
from fonds.extract.reading import Reading
from fonds.extract.related_wordings import signs
from fonds.extract.words import words_of

#: The number of a word in its table, and where it stands in the prose view.
Hit = tuple[int, int, int]

#: Verbs of the clauses that say what somebody did; most texts have none of them.
SERVING: Final = ("served", "serves", "acted", "acts", "worked", "works")
POSTED: Final = ("stationed", "posted")
#: Groups that a number stands for.
COUNTED: Final = tuple(
    f"the {number}" for number in ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
)
#: Of these tables every hit counts, of the others the first of those that overlap, the longest first.
_OVERLAPPING: Final = frozenset({"signs", "serving", "posted", "counted"})


class _Vocabulary(NamedTuple):
    """The automaton of all tables, and for each of its words the tables and numbers that it has there."""

    machine: Any
    tables: tuple[str, ...]
    owners: tuple[tuple[tuple[int, int], ...], ...]


@lru_cache(maxsize=4)
def _vocabulary(lexicon: str | None) -> _Vocabulary:
    gazetteer = gazetteer_of(lexicon)
    tables: dict[str, Sequence[str]] = {
        "places": gazetteer.patterns,
        "place-types": gazetteer.type_forms,
        "bodies": known_bodies(lexicon).patterns,
        "type-words": grammar(lexicon).forms,
        "signs": tuple(signs(lexicon)),
        "serving": SERVING,
        "posted": POSTED,
        "counted": COUNTED,
    }
    owners: dict[str, list[tuple[int, int]]] = {}
    for table, words in enumerate(tables.values()):
        for number, word in enumerate(words):
            owners.setdefault(word, []).append((table, number))
    return _Vocabulary(
        ahocorasick_rs.AhoCorasick(list(owners)), tuple(tables), tuple(map(tuple, owners.values()))
    )


@lru_cache(maxsize=8)
def hits_of(reading: Reading) -> dict[str, list[Hit]]:
    """The words of each table in a text, in order.

    The tables are `places`, `place-types`, `bodies`, `type-words`, `signs` (of another document),
    `serving` and `posted` (verbs), and `counted` (groups).

    White space and apostrophes are levelled (`fonds.extract.words.plain`). Whether a hit is a whole
    word, its finder asks.
    """
    vocabulary = _vocabulary(reading.lexicon)
    found: list[list[Hit]] = [[] for _ in vocabulary.tables]
    owners = vocabulary.owners
    for word, start, end in vocabulary.machine.find_matches_as_indexes(
        words_of(reading).plain, overlapping=True
    ):
        for table, number in owners[word]:
            found[table].append((number, start, end))
    return {
        table: hits if table in _OVERLAPPING else _first(hits)
        for table, hits in zip(vocabulary.tables, found, strict=True)
    }


def _first(hits: list[Hit]) -> list[Hit]:
    """Of hits that overlap the one that begins first, and of those the longest."""
    kept: list[Hit] = []
    floor = 0
    for hit in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
        if hit[1] >= floor:
            kept.append(hit)
            floor = hit[2]
    return kept
