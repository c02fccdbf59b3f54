"""What a collection knows of one name: who bears it, in how many documents, and when.

Documents tell of it one by one (`fonds.agents.collection.told`), and `joined` adds that up in any order.
What is kept of a name is bounded: of no year are more than `CROWD` offices kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from fonds.agents.label import wording
from fonds.agents.link import Person
from fonds.agents.name import Name

#: Different names of one surname, or offices of one name in one year, beyond which the collection cannot
#: tell who is meant.
CROWD: Final = 50
#: What stands for the offices of a year in which there are more.
MANY: Final = ""
#: Age, in years, at which someone may write or receive a document.
_GROWN: Final = 15
#: Years after a death in which someone may still be spoken of.
_REMEMBERED: Final = 60
#: Years that the documents in which one person is named can be apart.
LIFETIME: Final = 75


class Life(NamedTuple):
    """The years of birth and death that a list of persons gives, where it does."""

    born: int | None
    died: int | None

    def contradicts(self, other: Life) -> bool:
        return any(a is not None and b is not None and a != b for a, b in zip(self, other, strict=True))

    def excludes(self, person: Person) -> bool:
        if person.first is None or person.last is None:
            return False
        if self.born is not None and person.last < self.born + (_GROWN if person.acting else 0):
            return True
        return self.died is not None and person.first > self.died + (0 if person.acting else _REMEMBERED)


class Namesakes(NamedTuple):
    """All that is read of a name to tell whether someone who bears it is whom other documents name.

    It says little on purpose: what it says changes as seldom as can be when documents are added.
    `documents` says in words in how many the name is, empty if in one; `lifetimes` whether these lie
    further apart than a lifetime; `parted`, `lives` and `form` are as in `Known`.
    """

    documents: str
    lifetimes: bool
    parted: bool
    lives: tuple[Life, ...]
    form: str

    def outlived(self, person: Person) -> bool:
        """Whether the person of a document cannot be whom the lists describe: not born, or long dead."""
        return any(life.excludes(person) for life in self.lives)


@dataclass(frozen=True, slots=True)
class Known:
    """A name as the collection knows it: one person who bears it, and in how many documents.

    `offices` are those that documents give to someone named by a surname alone, with the year.
    `listed` has the entries of lists to which files point for it, `lives` the years of birth and death
    that such lists give; `parted` says that the name does not tell apart those whom the lists do.
    `form` is how the name is best written, by `fonds.agents.label.wording`.
    """

    person: Person
    documents: int = 1
    first: int | None = None
    last: int | None = None
    listed: frozenset[str] = frozenset()
    lives: frozenset[Life] = frozenset()
    offices: frozenset[tuple[str, int]] = frozenset()
    form: str = ""

    @property
    def parted(self) -> bool:
        if not self.listed and not self.lives:
            return False
        files = {ref.partition("#")[0] for ref in self.listed}
        return len(files) < len(self.listed) or any(
            one.contradicts(other) for one in self.lives for other in self.lives
        )

    @property
    def namesakes(self) -> Namesakes:
        """What is read of this name for others who bear it."""
        apart = self.first is not None and self.last is not None and self.last - self.first > LIFETIME
        lives = tuple(sorted(self.lives, key=repr)) if self.lives else ()
        return Namesakes(_many(self.documents), apart, self.parted, lives, self.form)

    def concise(self) -> Known:
        """The same, without what would matter only if more documents were to come."""
        if not self.listed:
            return self
        by_file: dict[str, list[str]] = {}
        for ref in self.listed:
            by_file.setdefault(ref.partition("#")[0], []).append(ref)
        file = min((name for name, refs in by_file.items() if len(refs) > 1), default=None)
        return replace(self, listed=frozenset(sorted(by_file[file])[:2] if file is not None else ()))

    def __reduce__(self) -> tuple[Any, ...]:
        # plain tuples are written and read several times as fast as the classes
        who = self.person
        names = tuple((n.text, n.family, n.key, n.forenames, n.suffix, n.sex, n.wife) for n in who.names)
        person = (
            who.record,
            who.key,
            names,
            who.shared,
            who.titles,
            who.first,
            who.last,
            who.acting,
            who.alone,
        )
        lists = tuple(sorted(self.listed)), tuple(sorted(self.lives, key=repr)), tuple(sorted(self.offices))
        lives = tuple((life.born, life.died) for life in lists[1])
        return _known, (person, self.documents, self.first, self.last, self.form, lists[0], lives, lists[2])


def _many(count: int) -> str:
    """A number of documents in words: that of a few exactly, of more the round number that they reach."""
    if count < 2:
        return ""
    if count < 10:
        return f"{count} documents"
    step = 10 ** (len(str(count)) - 1)
    return f"at least {max(round_ * step for round_ in (1, 2, 5) if round_ * step <= count):,} documents"


def _known(
    person: tuple[Any, ...],
    documents: int,
    first: int | None,
    last: int | None,
    form: str,
    *lists: tuple[Any, ...],
) -> Known:
    """What is known of a name, from plain tuples."""
    record, key, names, *rest = person
    listed, lives, offices = lists
    return Known(
        Person(record, key, tuple(Name(*name) for name in names), *rest),
        documents,
        first,
        last,
        frozenset(listed),
        frozenset(Life(*life) for life in lives),
        frozenset(offices),
        form,
    )


def joined(told: Iterable[Known]) -> Known:
    """What several documents tell of one name, in whatever order; `told` is not empty.

    The cost is that of reading them, however many there are.
    """
    rest = iter(told)
    found = Sum(next(rest))
    for known in rest:
        found.add(known)
    return found.known()


def together(one: Known, other: Known) -> Known:
    """What two documents, or two halves of a collection, tell of one name."""
    return joined((one, other))


class Sum:
    """What is told of one name, while it is added up."""

    def __init__(self, known: Known) -> None:
        self._person = known.person
        self._documents = known.documents
        self._years = {year for year in (known.first, known.last) if year is not None}
        self._listed = set(known.listed)
        self._lives = set(known.lives)
        self._form = known.form
        self._offices: dict[int, set[str]] = {}
        self._hold(known.offices)

    def add(self, known: Known) -> None:
        own, other = self._person, known.person
        # The document with the least id stands for all, whatever order they come in.
        if (other.record, other.key) < (own.record, own.key):
            self._person = other
        if known.form != self._form:
            self._form = min(self._form, known.form, key=wording)
        self._documents += known.documents
        for year in (known.first, known.last):
            if year is not None and year not in self._years:
                years = {*self._years, year}
                self._years = {min(years), max(years)}
        self._listed |= known.listed
        self._lives |= known.lives
        self._hold(known.offices)

    def _hold(self, offices: Iterable[tuple[str, int]]) -> None:
        for title, year in offices:
            titles = self._offices.setdefault(year, set())
            if MANY not in titles:
                titles.add(title)
                if title == MANY or len(titles) > CROWD:
                    self._offices[year] = {MANY}

    def known(self) -> Known:
        offices = ((title, year) for year, titles in self._offices.items() for title in titles)
        return Known(
            self._person,
            self._documents,
            min(self._years, default=None),
            max(self._years, default=None),
            frozenset(self._listed),
            frozenset(self._lives),
            frozenset(offices),
            self._form,
        )
