"""Two captures of one document: two scans, two transcriptions, two copies in one collection.

That two files hold one document is told by an archive's record number that both bear, or by the
same title, date and parties; and in either case by the names in them, of which most must be the
same. What was read in both is then compared word by word: a word that only one of them has, beside
one that only the other has and that looks like it, is one place read in two ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from rapidfuzz.distance import Levenshtein

from fonds.agents.match import fold, mention_name
from fonds.record import Evidence, Finding, Record

#: Schemes whose numbers an archive gives to one document only.
RECORD_NUMBERS: Final = frozenset({"record-number", "record-id"})
#: The share of names of the poorer capture that must stand in the other, and how many at least: where
#: a record number speaks for it, and where only title, date and parties do. Those who wrote to each
#: other wrote several letters on one day, so their own names do not count there.
NUMBERED: Final = (0.4, 3)
ALIKE: Final = (0.75, 4)
#: The share of the longer text that the shorter one has at least, where no number speaks for it.
LENGTHS: Final = 0.6
#: Letters by which two readings of one place differ at most, and the shortest that is compared.
LETTERS: Final = 2
LENGTH: Final = 5
#: Differences that one finding lists.
LISTED: Final = 12
#: Captures of one document that are compared with each other; more are a label, not a number.
_CROWD: Final = 8


class Reading(NamedTuple):
    """Something read: what it is, its value folded for comparison, and the words."""

    what: str
    value: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Capture:
    """What one file says, as far as another capture of the same document could say it otherwise."""

    record: str
    source: str
    name: str
    length: int
    numbers: frozenset[str]
    names: frozenset[str]
    parties: frozenset[str]
    readings: tuple[Reading, ...]


def signatures(record: Record) -> Iterator[tuple[str, ...]]:
    """What another capture of the same document would share; not yet proof that it is one."""
    for identifier in record.identifiers:
        if identifier.scheme in RECORD_NUMBERS:
            yield "number", identifier.scheme, identifier.value
    own = record.date
    parties = sorted({fold(party.mention.name) for party in record.parties if party.mention.kind == "person"})
    if record.title is not None and own is not None and own.edtf and parties:
        title = fold(record.title.value)
        if len(title.split()) > 2:
            yield "title", title, own.edtf, *parties


def groups(records: Iterable[Record]) -> dict[str, tuple[str, ...]]:
    """For each record the other records that may capture the same document."""
    found: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for record in records:
        for signature in signatures(record):
            found.setdefault(signature, []).append((record.source.name, record.id))
    alike: dict[str, dict[str, None]] = {}
    for members in found.values():
        if 1 < len(members) <= _CROWD:
            for _, one in members:
                alike.setdefault(one, {}).update((other, None) for _, other in members if other != one)
    return {one: tuple(sorted(others)) for one, others in alike.items()}


def captures(records: Iterable[Record], wanted: Iterable[str]) -> dict[str, Capture]:
    """What the records of these ids say."""
    ids = frozenset(wanted)
    return {record.id: _capture(record) for record in records if record.id in ids}


def differing(one: Capture, other: Capture) -> Finding | None:
    """What two captures of one document read differently, None if nothing, or if they are not that."""
    if one.source == other.source or not _same(one, other):
        return None
    pairs = list(_pairs(one, other))[:LISTED]
    if not pairs:
        return None
    told = "; ".join(f"{a.what}: {_words(a)} and {_words(b)}" for a, b in pairs)
    return Finding(
        kind="differing-captures",
        message=f"{one.name} and {other.name} capture the same document and differ: {told}",
        evidence=tuple(item.evidence for pair in pairs for item in pair),
    )


def _capture(record: Record) -> Capture:
    names = {fold(m.name) for one in record.walk() for m in one.mentions if m.kind == "person"}
    numbers = (number.value for number in record.identifiers if number.scheme in RECORD_NUMBERS)
    return Capture(
        record=record.id,
        source=record.source.sha256,
        name=record.source.name,
        length=record.source.length,
        numbers=frozenset(numbers),
        names=frozenset(names),
        parties=frozenset(fold(party.mention.name) for party in record.parties),
        readings=tuple(_readings(record)),
    )


def _readings(record: Record) -> Iterator[Reading]:
    for one in record.walk():
        if one.date is not None and one.date.edtf and one is record:
            yield Reading("date", one.date.edtf, one.date.evidence)
        for identifier in one.identifiers:
            yield Reading(f"{identifier.scheme}", fold(identifier.value), identifier.evidence)
        for mention in one.mentions:
            if mention.kind == "person" and mention_name(mention).family:
                yield Reading("name", mention_name(mention).normal, mention.evidence)
        for date in one.dates:
            if date.edtf and date.evidence.status == "stated" and date is not one.date:
                yield Reading("date in the text", date.edtf, date.evidence)


def _same(one: Capture, other: Capture) -> bool:
    """Whether two files hold the same document, by the names in them."""
    numbered = bool(one.numbers & other.numbers)
    if not numbered and min(one.length, other.length) < LENGTHS * max(one.length, other.length):
        return False
    own = frozenset() if numbered else one.parties | other.parties
    small, large = sorted((one.names - own, other.names - own), key=lambda names: (len(names), sorted(names)))
    share, least = NUMBERED if numbered else ALIKE
    if len(small) < least:
        return False
    return sum(any(_near(name, known) for known in large) for name in sorted(small)) >= share * len(small)


def _near(one: str, other: str) -> bool:
    return one == other or (
        min(len(one), len(other)) >= LENGTH
        and Levenshtein.distance(one, other, score_cutoff=LETTERS) <= LETTERS
    )


def _pairs(one: Capture, other: Capture) -> Iterator[tuple[Reading, Reading]]:
    """One place read in two ways: each reading stands in one capture only, and they look alike."""
    here, there = _only(one, other), _only(other, one)
    taken: set[tuple[str, str]] = set()
    for reading in here:
        fitting = [
            known
            for known in there
            if known.what == reading.what
            and (known.what, known.value) not in taken
            and _alike(reading, known)
        ]
        if len(fitting) == 1:
            taken.add((fitting[0].what, fitting[0].value))
            yield reading, fitting[0]


def _only(one: Capture, other: Capture) -> list[Reading]:
    """The readings of a capture that the other does not have, each once."""
    known = Counter((reading.what, reading.value) for reading in other.readings)
    found: dict[tuple[str, str], Reading] = {}
    for reading in one.readings:
        if not known[reading.what, reading.value]:
            found.setdefault((reading.what, reading.value), reading)
    return list(found.values())


def _alike(one: Reading, other: Reading) -> bool:
    a, b = (fold(reading.evidence.quote) for reading in (one, other))
    return (
        a != b
        and min(len(a), len(b)) >= LENGTH
        and Levenshtein.distance(a, b, score_cutoff=LETTERS) <= LETTERS
    )


def _words(reading: Reading) -> str:
    return f"“{' '.join(reading.evidence.quote.split())}”"
