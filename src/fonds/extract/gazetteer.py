"""The gazetteer: names of places, and the words that make, widen or forbid one.

The table `places` keeps each place under one name, with its other names and what it lies in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import regex

from fonds.extract.words import plain
from fonds.lexicon import load

_LETTERS: Final = regex.compile(r"[^\W\d_]+")
KINDS: Final = ("country", "city", "region", "water")


class Place(NamedTuple):
    """An entry of the table: its name there, its kind (one of `KINDS`), what it lies in."""

    name: str
    kind: str
    within: str | None


@dataclass(frozen=True)
class Gazetteer:
    """The table `places`, ready for use: names, and the words around them as patterns.

    `leading` are the last words of what `qualifier` and `before` match, `following` the first ones of
    what `after` matches.
    """

    places: dict[str, Place]
    patterns: tuple[str, ...]
    doubtful: frozenset[str]
    after_the: frozenset[str]
    cues: dict[str, frozenset[str]]
    before: regex.Pattern[str]
    headed: regex.Pattern[str]
    place_before: regex.Pattern[str]
    after: regex.Pattern[str]
    type_forms: tuple[str, ...]
    first_before: int
    abbreviations: frozenset[str]
    given_names: frozenset[str]
    not_a_name: frozenset[str]
    qualifier: regex.Pattern[str]
    leading: frozenset[str]
    following: frozenset[str]


def _forms(words: Iterable[str]) -> set[str]:
    """Words as written, with a first capital, and in capitals."""
    return {form for word in words for form in (word, word[0].upper() + word[1:], word.title(), word.upper())}


def _cased(words: Iterable[str]) -> str:
    """An alternation of all forms of some words, longest first."""
    forms = _forms(words)
    return "|".join(regex.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))


@lru_cache(maxsize=4)
def gazetteer_of(lexicon: str | None) -> Gazetteer:
    """The gazetteer of the user's folder of tables, or the packaged one."""
    table = load("places", lexicon)
    places: dict[str, Place] = {}
    for kind in KINDS:
        for within, entries in table.get(kind, {}).items():
            for entry in entries:
                names = [plain(name.strip()) for name in entry.split(";")]
                place = Place(names[0], kind, within or None)
                for name in names:
                    places.setdefault(name, place)
    doubtful = {plain(name) for name in table["doubtful"]}
    after_the = {plain(name) for name in table["after_the"]}
    for name, place in list(places.items()):
        capitals = name.upper()
        if capitals != name and len(capitals) == len(name):
            places.setdefault(capitals, place)
    doubtful |= {name.upper() for name in doubtful}
    after_the |= {name.upper() for name in after_the}
    patterns = tuple(places)
    after_any = [f" {word.title()}" for word in table["after_any"]]
    before_any = [f"{word} " for word in table["before"]]
    return Gazetteer(
        places=places,
        patterns=patterns,
        doubtful=frozenset(doubtful),
        after_the=frozenset(after_the),
        cues={
            key: frozenset(form for word in table[key] for form in (word, word.upper()))
            for key in ("person_before", "not_before", "also_persons", "offices_before")
        },
        before=regex.compile(rf"\b({_cased(table['before'])}) $"),
        headed=regex.compile(rf"^(?:{_cased(table['before'])}) "),
        place_before=regex.compile(rf"(?:^|[^\w])({_cased(table['place_before'])}) (?:the )?$"),
        after=regex.compile(rf" ({_cased(table['after'])})\b"),
        type_forms=(*after_any, *(f", {form}" for form in table["abbreviations"]), *before_any),
        first_before=len(after_any) + len(table["abbreviations"]),
        abbreviations=frozenset(table["abbreviations"]),
        given_names=frozenset(load("given_names", lexicon)["names"].split()) - frozenset(places),
        not_a_name=frozenset(table["not_a_name"])
        | {adjective.casefold() for adjective in load("organisations", lexicon)["adjectives"]},
        qualifier=regex.compile(rf"(?<![\w'-])({_cased(table['qualifiers'])})[ -]$"),
        leading=frozenset(
            part
            for form in _forms((*table["qualifiers"], *table["before"]))
            for part in _LETTERS.findall(form)[-1:]
        ),
        following=frozenset(part for form in _forms(table["after"]) for part in _LETTERS.findall(form)[:1]),
    )


def lookup_place(name: str, lexicon: str | None = None) -> Place | None:
    """The table's entry for a name, also with "the", in capitals, or with a type word at its end."""
    gazetteer = gazetteer_of(lexicon)
    wanted = plain(" ".join(name.split()))
    wanted = wanted[4:] if wanted[:4].casefold() == "the " else wanted
    found = gazetteer.places.get(wanted) or gazetteer.places.get(wanted.upper())
    if found is None:
        shorter = gazetteer.after.sub("", gazetteer.headed.sub("", wanted))
        found = gazetteer.places.get(shorter) if shorter != wanted else None
    return found


def canonical_place(name: str, lexicon: str | None = None) -> str | None:
    """The name under which the table keeps a place: `Peiping` is `Peking`. None if it has no such place."""
    found = lookup_place(name, lexicon)
    return found.name if found else None
