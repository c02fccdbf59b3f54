"""The tables that make organisations' names, ready for use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from fonds.extract.words import plain
from fonds.lexicon import load

#: Lists of the table that are asked as they stand.
LISTS: Final = (
    "seated",
    "on_tail",
    "for_tail",
    "bodies",
    "titles",
    "indefinite",
    "function_words",
    "named_offices",
    "not_names",
    "joined",
)


class TypeWord(NamedTuple):
    """One way to write a type word. `lower` tells under which condition lower case will do."""

    name: str
    weak: bool
    plural: bool
    lower: str | None = None


@dataclass(frozen=True)
class Grammar:
    """The tables of `organisations.toml` that make names, ready for use."""

    forms: tuple[str, ...]
    types: tuple[TypeWord, ...]
    subjects: frozenset[str]
    type_parts: frozenset[str]
    boxes: frozenset[str]
    adjectives: frozenset[str]
    not_in_name: frozenset[str]
    inside_name: frozenset[str]
    lists: dict[str, frozenset[str]]


def _plural(word: str) -> str | None:
    if word.endswith(("s", ".", "é", "ía", "ia", "en", "um")):
        return None
    return word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word + "s"


@lru_cache(maxsize=4)
def grammar(lexicon: str | None) -> Grammar:
    """The grammar of the table `organisations`."""
    table = load("organisations", lexicon)
    forms: dict[str, TypeWord] = {}
    for weak, key in ((False, "types"), (True, "weak")):
        for name in table[key]:
            plural = _plural(name)
            for written, many in ((name, False), (plural, True)):
                if written is not None:
                    forms.setdefault(written, TypeWord(name, weak, many))
                    forms.setdefault(written.upper(), TypeWord(name, weak, many))
    for key in ("lower_case", "lower_case_any", "lower_case_after_acronym", "lower_case_of_acronym"):
        for name in table[key]:
            forms.setdefault(name, TypeWord(name.title(), False, False, lower=key))
    type_parts = {
        part.casefold()
        for name in (*table["types"], *table["weak"])
        for part in name.split()
        if part[0].isupper()  # not the "of" of "Court of Appeals"
    }
    return Grammar(
        forms=tuple(forms),
        types=tuple(forms.values()),
        subjects=frozenset(plain(word).casefold() for word in table["subjects"]),
        type_parts=frozenset(type_parts),
        boxes=frozenset(table["boxes"]),
        adjectives=frozenset(word.split()[-1].casefold() for word in table["adjectives"]),
        not_in_name=frozenset(table["not_in_name"]),
        inside_name=frozenset(table["inside_name"]),
        lists={key: frozenset(table[key]) for key in LISTS},
    )
