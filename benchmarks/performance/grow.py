"""Collections of any size for measuring, grown from a few real documents.

    python -m benchmarks.performance.grow [SOURCE_FOLDER] OUT --documents N [--seed 1] [--short]

Each grown document is one of the documents in SOURCE_FOLDER (by default the demo corpus) with other persons,
places, dates and numbers. THE DOCUMENTS ARE SYNTHETIC: a person in them is a given name and a surname joined
by chance, nobody of that name did what they tell, and they are for measuring alone. With --short they grow
from excerpts of these documents, of some 700 bytes (`excerpts.py`).

Persons recur as they do in archives: a document draws from a pool in which the person of rank r is met with
a probability that goes with 1/(r + 10) (the law of Zipf and Mandelbrot), and the pool grows more slowly than
the collection (Heaps' law). What document n looks like depends on the seed, the source folder and n alone: it
can be made again, or anew, apart from all others, and memory does not grow. OUT becomes a collection, with a
thousand documents to a folder.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from benchmarks.performance.excerpts import excerpts
from fonds.converters import convert, text_of
from fonds.lexicon import load
from fonds.record import Mention
from fonds.source import Source

CORPUS: Final = Path(__file__).parents[2] / "corpus" / "documents"
#: Documents in one folder of the grown collection.
FOLDER: Final = 1000
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SHORT: Final = tuple(month[:3].lower() for month in MONTHS)
#: How many persons a collection of n documents knows: this many, and those that each document adds.
_FIRST, _RATE, _SLOWNESS = 20, 5.0, 0.65
#: What is added to a rank: else the first person alone would be in half of all documents.
_SHARED: Final = 10
#: Years by which the dates of a document are moved at most, to either side.
_YEARS: Final = 8
#: Coprime to every power of ten, so that the long numbers of one source differ in all that grow from it.
_STEP: Final = 7919
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+")


class Slot(NamedTuple):
    """Words of a source that differ in each document: of what kind, for whom or what, and as they stand."""

    kind: str
    key: str
    text: str
    at: int = 0


class Name(NamedTuple):
    """A synthetic person."""

    given: tuple[str, str]
    family: str


Template = tuple[str | Slot, ...]


@cache
def tables() -> dict[str, tuple[str, ...]]:
    """Given names, surnames, towns and countries, in an order that has nothing to do with the alphabet."""
    places = load("places")
    doubtful = {*places["doubtful"], *places["after_the"], *places["also_persons"]}
    towns = [entry.split(";")[0] for group in places["city"].values() for entry in group]
    found = {
        "given": load("given_names")["names"].split(),
        "family": load("surnames")["names"].split(),
        "city": [town for town in towns if town not in doubtful],
        "country": [entry.split(";")[0] for group in places["country"].values() for entry in group],
    }
    return {
        kind: tuple(sorted({name for name in names if name.isalpha() and len(name) > 2}, key=_mixed))
        for kind, names in found.items()
    }


def _mixed(name: str) -> str:
    return sha256(name.encode()).hexdigest()


@cache
def _kinds() -> dict[str, str]:
    """Of each name of a place, whether it is a country or a town."""
    places = load("places")
    return {
        name.strip().casefold(): kind
        for kind in ("city", "country")
        for group in places[kind].values()
        for entry in group
        for name in entry.split(";")
    }


def pool(n: int) -> int:
    """How many persons a collection of n documents may name."""
    return int(_FIRST + _RATE * n**_SLOWNESS)


@lru_cache(maxsize=65536)
def person(seed: int, rank: int) -> Name:
    """The person of some rank in the pool; frequent names are more frequent, as they are in life."""
    draw = Random(f"{seed}/person/{rank}").random

    def one(names: tuple[str, ...]) -> str:
        return names[int(len(names) * draw() ** 2)]

    given, family = tables()["given"], tables()["family"]
    return Name((one(given), one(given)), one(family))


@lru_cache(maxsize=1024)
def templates(path: Path, short: bool = False) -> tuple[Template, ...]:
    """A source, or its excerpts if it has any, divided into what stays and what differs."""
    cut = [Source(text.encode(), path.name) for text in excerpts(path)] if short else []
    return tuple(map(template, cut or [Source.read(path)]))


def template(source: Source) -> Template:
    """A source divided into what stays and what differs, by what fonds reads in it."""
    text = str(text_of(source).content)
    slots: dict[int, Slot] = {}
    for record in convert(source):
        for one in record.walk():
            for date in one.dates:
                for part in (date.evidence, *date.evidence.premises):
                    slots.update(_dated(text, part.start, part.end))
            for mention in one.mentions:
                slots.update(_named(text, mention))
    families = {slot.text.casefold(): slot.key for slot in slots.values() if slot.kind == "family"}
    for match in _TOKEN.finditer(text):
        word = match[0]
        if match.start() not in slots and word[0].isupper() and word.casefold() in families:
            slots[match.start()] = Slot("family", families[word.casefold()], word)
        elif match.start() not in slots and word[0].isdecimal() and len(word) > 2:
            slots[match.start()] = Slot("number", word, word)
    parts: list[str | Slot] = []
    end = 0
    for start, slot in sorted(slots.items()):
        if start >= end:
            parts += (text[end:start], slot)
            end = start + len(slot.text)
    return (*parts, text[end:])


def _dated(text: str, start: int, end: int) -> Iterator[tuple[int, Slot]]:
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        if word.isdecimal():
            kind = "year" if len(word) == 4 and word[0] in "12" else "day" if len(word) < 3 else ""
        else:
            short = word[:3].lower()
            known = short in _SHORT and (len(word) < 5 or word.title() in MONTHS)
            kind = "month" if known else ""
        if kind:
            yield match.start(), Slot(kind, word.casefold(), word)


def _named(text: str, mention: Mention) -> Iterator[tuple[int, Slot]]:
    """The parts of a name: the family name, and forenames or initials by their number."""
    if mention.kind == "place":
        start, end = mention.name_start, mention.name_end
        if text[start:end].casefold() in _kinds():
            yield start, Slot("place", text[start:end].casefold(), text[start:end])
        return
    if mention.kind != "person":
        return
    words = list(_TOKEN.finditer(text, mention.name_start, mention.name_end))
    written = mention.parts.family if mention.parts else None
    last = (written or mention.name).split()[-1:] or [""]
    family = next((word for word in reversed(words) if word[0].casefold() in last[0].casefold()), None)
    if family is None or len(family[0]) < 3:
        return
    key = family[0].casefold()
    yield family.start(), Slot("family", key, family[0])
    for at, word in enumerate(word for word in words if word is not family and word[0][0].isupper()):
        yield word.start(), Slot("initial" if len(word[0]) == 1 else "given", key, word[0], at)


class Grower:
    """Grows documents from the texts of a folder; `document(n)` does not depend on those before it."""

    def __init__(self, folder: Path = CORPUS, seed: int = 1, short: bool = False) -> None:
        self.paths = sorted(path for path in folder.rglob("*.txt") if path.is_file())
        self.seed, self.short = seed, short
        if not self.paths:
            raise SystemExit(f"{folder}: no text files to grow from")

    def document(self, n: int, variant: int = 0) -> str:
        """Document number n, from 0; another `variant` is the same document, changed."""
        turn, at = divmod(n, len(self.paths))
        among = templates(self.paths[at], self.short)
        parts = among[turn % len(among)]
        fill = _Filling(self.seed, n, variant)
        return "".join(part if isinstance(part, str) else fill(part) for part in parts)


class _Filling:
    """What one document says in its slots, the same wherever it says it."""

    def __init__(self, seed: int, n: int, variant: int) -> None:
        self.seed, self.n = seed, n
        self._draw = Random(f"{seed}/{n}/{variant}").random
        self._years = int(self._draw() * (2 * _YEARS + 1)) - _YEARS
        self._months = int(self._draw() * 12)
        self._days = int(self._draw() * 28)
        self._known: dict[tuple[str, str], str | Name] = {}
        self._fill: dict[str, Callable[[Slot], str]] = {
            "family": lambda slot: self._person(slot.key).family,
            "given": lambda slot: self._person(slot.key).given[slot.at % 2],
            "initial": lambda slot: self._person(slot.key).given[slot.at % 2][0],
            "place": self._place,
            "year": lambda slot: self._year(slot.text),
            "month": self._month,
            "day": self._day,
            "number": self._number,
        }

    def __call__(self, slot: Slot) -> str:
        made = self._fill[slot.kind](slot)
        return made.upper() if len(slot.text) > 1 and slot.text.isupper() else made

    def _person(self, key: str) -> Name:
        found = self._known.get(("person", key))
        if not isinstance(found, Name):
            low = _SHARED + 1
            rank = int(low * ((pool(self.n) + low) / low) ** self._draw()) - _SHARED
            found = person(self.seed, rank)
            self._known["person", key] = found
        return found

    def _place(self, slot: Slot) -> str:
        names = tables()[_kinds()[slot.key]]
        found = self._known.setdefault(("place", slot.key), names[int(len(names) ** self._draw()) - 1])
        return str(found)

    def _year(self, text: str) -> str:
        """A year near it; one of our own time is not moved on, since a date may be too late to be read."""
        return str(int(text) + (self._years if int(text) < 1990 else -abs(self._years)))

    def _month(self, slot: Slot) -> str:
        month = MONTHS[(_SHORT.index(slot.key[:3]) + self._months) % 12]
        return month if slot.key.title() in MONTHS and len(slot.key) > 3 else month[:3]

    def _day(self, slot: Slot) -> str:
        """A number of a date, as valid as it was: a month, a day, or the end of a year."""
        number = int(slot.text)
        if number > 31:
            return f"{(number + self._years) % 100:02}"
        low, size = (1, 12) if number < 13 else (13, 16)
        made = str(low + (number - low + self._days) % size)
        return made.zfill(2) if slot.text.startswith("0") else made

    def _number(self, slot: Slot) -> str:
        size = len(slot.text)
        if size == 4 and 1800 <= int(slot.text) < 2100:
            return self._year(slot.text)
        if size > 4:
            # beyond as many documents as have numbers of this length, longer ones
            size = size if self.n < 10**size else len(str(self.n)) + 1
            return f"{(int(slot.text) + self.n * _STEP) % 10**size:0{size}}"
        if slot.text.startswith("0"):  # a time, more often than not
            return slot.text
        made = str(int(10 ** (size - 1) * (1 + 9 * self._draw())))
        return str(self._known.setdefault(("number", slot.text), made))


def place(out: Path, n: int) -> Path:
    """Where document number n of a collection lies."""
    return out / "documents" / f"{n // FOLDER:05}" / f"{n:08}.txt"


def grow(
    source: Path, out: Path, numbers: Iterable[int], seed: int = 1, variant: int = 0, short: bool = False
) -> int:
    """Write these documents of the collection `out`; returns how many bytes they have."""
    grower = Grower(source, seed, short)
    out.mkdir(parents=True, exist_ok=True)
    (out / "fonds.toml").write_text(
        'base = "https://example.org/grown/"\ntitle = "Synthetic documents, for measuring alone"\n', "utf-8"
    )
    written = 0
    for n in numbers:
        path = place(out, n)
        path.parent.mkdir(parents=True, exist_ok=True)
        written += path.write_bytes(grower.document(n, variant).encode())
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.performance.grow",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", type=Path, nargs="?", default=CORPUS, help="folder with plain texts")
    parser.add_argument("out", type=Path, help="the collection to make")
    parser.add_argument("--documents", type=int, default=1000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="documents of one paragraph")
    given = parser.parse_args(arguments)
    written = grow(given.source, given.out, range(given.documents), given.seed, short=given.short)
    print(f"{given.out}: {given.documents:,} synthetic documents, {written / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
