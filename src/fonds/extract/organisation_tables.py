"""Bodies known by name or acronym, and what else the table says of them: see `organisations`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from fonds.extract.words import plain
from fonds.lexicon import load


@dataclass(frozen=True)
class Known:
    """The tables of bodies known by name, ready for use: `names` with the name under which each is kept."""

    names: dict[str, str]
    folded: dict[str, str]
    patterns: tuple[str, ...]
    metonyms: frozenset[str]
    not_in_capitals: frozenset[str]
    after_the: frozenset[str]
    sigla: frozenset[str]
    acronyms: frozenset[str]
    press: regex.Pattern[str]
    groups: frozenset[str]
    counted: frozenset[str]


@lru_cache(maxsize=4)
def known_bodies(lexicon: str | None) -> Known:
    """The bodies of the tables `organisations` and `repositories`."""
    table = load("organisations", lexicon)
    names: dict[str, str] = {}
    for entries in table["known"].values():
        for entry in entries:
            forms = [plain(form.strip()) for form in entry.split(";")]
            for form in forms:
                names.setdefault(form, forms[0])
    metonyms = frozenset(plain(name) for name in table["metonyms"])
    for name in sorted(metonyms):
        names.setdefault(name, name)
    sigla = set()
    for repository in load("repositories", lexicon)["repository"]:
        for form in (*repository["sigla"], repository["name"]):
            if len(form) > 3 and plain(form) not in names:
                names[plain(form)] = repository["name"]
                if form in repository["sigla"] and " " not in form:
                    sigla.add(plain(form))
    folded = {name.casefold(): canonical for name, canonical in reversed(names.items())}
    for name, canonical in list(names.items()):
        if len(name) > 3:
            names.setdefault(name.upper(), canonical)
    groups = frozenset(table["groups"])
    counted = frozenset(f"the {form}" for word in table["counted_groups"] for form in (word, word.title()))
    for name in sorted(groups | counted):
        names.setdefault(name, name)
    patterns = tuple(names)
    return Known(
        names=names,
        folded=folded,
        patterns=patterns,
        metonyms=metonyms,
        not_in_capitals=frozenset(table["words_in_capitals"]),
        after_the=frozenset(table["after_the"]),
        sigla=frozenset(sigla),
        acronyms=frozenset(name for name in patterns if regex.fullmatch(r"[A-ZÀ-Þ]{2,8}", name)),
        press=regex.compile(rf" ({'|'.join(map(regex.escape, table['press']))})\b"),
        groups=groups,
        counted=counted,
    )
