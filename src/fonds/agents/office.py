"""Offices: what an authority file says of them, and whether a document says the same.

Remarks of an authority file are read clause by clause, each with the years that it names. An office
of a document agrees with a clause that holds all its telling words ("Ambassador in France" with
"Ambassador Extraordinary and Plenipotentiary (France)"), in those years. Which words of two
countries' names mean one country stands in `data/agents.toml`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from fonds.agents.match import fold, title_words
from fonds.lexicon import load

if TYPE_CHECKING:
    from fonds.agents.authority import Entry
    from fonds.record import Record

#: Years after the end of an office in which its holder may still be called by it.
_FORMER: Final = 10
_CLAUSE: Final = re.compile(r"[;|]|(?<=[a-z)]{2})\.\s(?=[A-Z])")
_SERVES: Final = re.compile(
    r"\s(?:to|of|for|with|under) (?:the )?(?=(?P<whom>(?:(?!and )[\w.’'-]+ ){0,2}[\w’'-]+))"
)
_YEAR: Final = re.compile(r"(?<!\d)(1[0-9]\d\d|20\d\d)(?:\s?[-–/]\s?(\d\d)(?!\d))?(?!\d)")
_SINCE: Final = re.compile(r"\b(?:from|after|since|beginning)\b", re.IGNORECASE)
_UNTIL: Final = re.compile(r"\b(?:until|through|before|prior to|to)\b", re.IGNORECASE)


class Clause(NamedTuple):
    """One office of an entry: its telling words, those that make it a junior one, first and last year if
    stated, and whether it speaks of somebody in arms."""

    words: frozenset[str]
    junior: frozenset[str] = frozenset()
    first: int | None = None
    last: int | None = None
    armed: bool = False

    @property
    def office(self) -> bool:
        """Whether it names an office: two telling words at least, and one for who holds it."""
        return len(self.words) > 1 and bool(self.words & _heads())

    def at(self, first: int | None, last: int | None) -> bool:
        """Whether someone may be called by this office from the year `first` to the year `last`."""
        if self.first is not None and last is not None and last < self.first - 1:
            return False
        return self.last is None or first is None or first <= self.last + _FORMER


def clauses(entry: Entry) -> tuple[Clause, ...]:
    """The offices of an entry, one for each clause."""
    found: dict[Clause, None] = {}
    for office in entry.offices:
        for part in _CLAUSE.split(office.title):
            own = _own(part)
            first, last = _years(part)
            first, last = _year(office.start) or first, _year(office.end) or last
            armed = bool(words_of(part) & (_list("military") | _list("arms")))
            found[Clause(telling((own,)), _junior(own), first, last, armed)] = None
    return tuple(found)


def held(record: Record) -> dict[str, tuple[str, ...]]:
    """The offices that a record and its parts say a person held, by id of the mention that names him.

    Who signs for an office that sent the document, and is not otherwise named as sender, may hold it.
    """
    found: dict[str, dict[str, None]] = {}
    for one in record.walk():
        for position in one.positions:
            if position.kind == "office":
                body = f", {position.organisation.name}" if position.organisation else ""
                found.setdefault(position.holder.id, {})[position.title + body] = None
        senders = [party.mention for party in one.parties if party.role == "sender"]
        if all(mention.kind == "role" for mention in senders):
            for party in one.parties:
                if party.role == "signatory" and party.mention.kind == "person":
                    found.setdefault(party.mention.id, {}).update(dict.fromkeys(m.name for m in senders))
    return {mention: tuple(titles) for mention, titles in found.items()}


def agreement(titles: tuple[str, ...], known: tuple[Clause, ...], first: int | None, last: int | None) -> int:
    """How far the titles of someone, from the year `first` to `last`, agree with the offices known of him.

    2: all telling words of one title, two at least, stand in one clause. 1: the one telling word of a
    title does. 0: the titles tell nothing. -1: they tell something, and no word of it is known; or
    they are military, and all that is known is civil.
    """
    best, shared, told = 0, False, False
    for title in titles:
        words, junior = telling((title,)), _junior(title)
        told = told or bool(words)
        if known and is_ranked((title,)) and not any(clause.armed for clause in known):
            return -1
        for clause in known:
            shared = shared or bool(words & clause.words)
            if words and words <= clause.words and junior == clause.junior and clause.at(first, last):
                # Whom a country sends says little of him as long as it does not say where.
                best = max(best, min(2, len(words - {"american"})))
    return best if best or shared or not told else -1


@lru_cache(maxsize=16384)
def telling(titles: tuple[str, ...]) -> frozenset[str]:
    """The words of titles that can tell one office from another, a country under one name."""
    return _title_words(tuple(_countries().sub(_country, fold(title)) for title in titles))


def _country(found: re.Match[str]) -> str:
    """One word for the country: the adjective where the name follows "of"."""
    noun, adjective = _names()[found["name"]]
    return adjective if found["of"] else noun


def _title_words(titles: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in title_words(titles) - _list("courtesy") if word.isalpha())


def _junior(title: str) -> frozenset[str]:
    """Words that make an office another, lower one: an assistant secretary is not the secretary."""
    return words_of(title) & _list("junior")


def is_ranked(titles: tuple[str, ...]) -> bool:
    """Whether a title is a military rank."""
    return any(words_of(title) & _list("military") for title in titles)


def is_sole(titles: tuple[str, ...]) -> bool:
    """Whether a title is of an office that one person holds in a country at one time."""
    return any(words_of(title) & _list("sole") for title in titles)


@lru_cache(maxsize=16384)
def words_of(text: str) -> frozenset[str]:
    """The words of a text, folded."""
    return frozenset(re.findall(r"\w+", fold(text)))


def _years(text: str) -> tuple[int | None, int | None]:
    """First and last year of a clause; "until 1953" has no first, "from 1951" no last."""
    years: list[int] = []
    for found in _YEAR.finditer(text):
        years.append(int(found[1]))
        if found[2]:
            years.append(int(found[1][:2] + found[2]))
    if not years:
        return None, None
    since, until = bool(_SINCE.search(text)), bool(_UNTIL.search(text))
    if len(years) == 1 and since != until:
        return (years[0], None) if since else (None, years[0])
    return min(years), max(years)


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date and date[:4].isdigit() else None


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(map(fold, load("agents")["office"][name]))


@cache
def _heads() -> frozenset[str]:
    """Words for those who hold an office, as an adviser "to the President" does not."""
    return frozenset(map(fold, load("offices")["heads"].split()))


def _own(part: str) -> str:
    """A clause up to the other office that it serves: "adviser to the Supreme Allied Commander"."""
    for found in _SERVES.finditer(part):
        if words_of(found["whom"]) & _heads():
            return part[: found.start()]
    return part


@cache
def _names() -> dict[str, tuple[str, str]]:
    """Each name of a country and each adjective, folded: what stands for it, alone and after "of"."""
    found: dict[str, tuple[str, str]] = {}
    for country in load("agents")["office"]["countries"]:
        noun, adjective = (fold(country[form][0]) for form in ("noun", "adjective"))
        found.update({fold(name): (adjective, adjective) for name in country["adjective"]})
        found.update({fold(name): (noun, adjective) for name in country["noun"]})
    return found


@cache
def _countries() -> re.Pattern[str]:
    names = sorted(map(re.escape, _names()), key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?P<of>of (?:the )?)?(?P<name>{'|'.join(names)})\b")
