"""What a word may be in a name: the tables of titles, ranks, offices, given names and surnames.

A word gets a *kind*, a sum of the flags below, worked out once and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final

from fonds.lexicon import load

WORD: Final = 1  # an ordinary word
PLACE: Final = 2
PEOPLE: Final = 4  # a people, language or creed
CALENDAR: Final = 8
BODY: Final = 16  # a word that names an institution, street or ship
NEVER: Final = 32  # a small word that begins sentences
GIVEN: Final = 64
GIVEN_WORD: Final = 128  # a given name that is a word or place as well
SURNAME: Final = 256
SURNAME_WORD: Final = 512  # a surname that is a word or place as well
HONORIFIC: Final = 1024
PLURAL: Final = 2048  # a title in the plural, before a list of names
RANK: Final = 4096
OFFICE: Final = 8192
WEAK: Final = 16384  # an office that is an ordinary word: no title of itself
MODIFIER: Final = 32768  # stands before a rank or office
PARTICLE: Final = 65536
EASTERN: Final = 131072  # a family name that stands first: Chinese, Korean, Vietnamese
SUFFIX: Final = 262144
UNCERTAIN: Final = 524288  # an honorific that may also be an initial or a name

TITLE: Final = HONORIFIC | PLURAL | RANK | OFFICE
#: What no name may hold, whatever stands before it.
BARRED: Final = NEVER | PEOPLE | CALENDAR | PLURAL
#: What a name holds only when something vouches for it.
COMMON: Final = WORD | PLACE | BODY | BARRED | TITLE | MODIFIER

_NUMERALS: Final = frozenset("IVXLC")
_MEMORY: Final = 200_000
_PIECES: Final = 10_000


def _words(table: dict[str, Any], *keys: str) -> set[str]:
    return {word.lower() for key in keys for word in str(table.get(key, "")).split()}


def _place_words(table: dict[str, Any], others: set[str]) -> set[str]:
    """The words of the places, without those that are names of persons as well."""
    words = {
        name.strip().lower()
        for section in table.values()
        if isinstance(section, dict)
        for entries in section.values()
        for entry in entries
        for name in str(entry).split(";")
    }
    doubtful = {str(word).lower() for word in table["doubtful"]}
    return (
        {part for word in words for part in word.split() if len(part) > 3 or part == word} - doubtful - others
    )


@dataclass(frozen=True)
class NameLexicon:
    """The tables, as sets of lower-case words by flag, and the kinds already worked out.

    `pieces` are words already cut into tokens (`fonds.extract.name_tokens`).
    """

    flags: tuple[tuple[int, frozenset[str]], ...]
    abbreviations: frozenset[str]
    short_initials: frozenset[str]
    lower_titles: frozenset[str]
    contexts: dict[str, frozenset[str]]
    endings: tuple[str, ...]
    pieces: dict[str, tuple[Any, ...]] = field(default_factory=dict, compare=False)
    _kinds: dict[str, int] = field(default_factory=dict, compare=False)

    @cached_property
    def _every(self) -> dict[str, int]:
        """The flags of each word of the tables."""
        every: dict[str, int] = {}
        for flag, words in self.flags:
            for word in words:
                every[word] = every.get(word, 0) | flag
        return every

    def kind(self, text: str) -> int:
        """The flags of a word as it stands in the text."""
        kind = self._kinds.get(text)
        if kind is None:
            if len(self._kinds) > _MEMORY:
                self._kinds.clear()
            kind = self._kinds[text] = self._classify(text)
        return kind

    def remember(self, word: str, pieces: tuple[Any, ...]) -> None:
        """Keep the pieces of a word, as long as they are not too many."""
        if len(self.pieces) >= _PIECES:
            self.pieces.clear()
        self.pieces[word] = pieces

    def context(self, name: str) -> frozenset[str]:
        """A list of context words, such as `saying` or `before`."""
        return self.contexts[name]

    def _classify(self, text: str) -> int:
        word = text.lower().replace("’", "'").replace("–", "-").replace("‑", "-").rstrip(".")
        if text.isupper() and set(text) <= _NUMERALS:
            return NEVER | (SUFFIX if text in ("II", "III", "IV") else 0)
        kind = self._look_up(word)
        if text.endswith(".") and word in self.contexts["dotted"]:
            kind |= OFFICE
        if not kind & (GIVEN | SURNAME | WORD) and self._is_word(word):
            kind |= WORD
        if kind or "-" not in word:
            return kind
        parts = [self._look_up(part) or (WORD if self._is_word(part) else 0) for part in word.split("-")]
        if any(part & (PEOPLE | CALENDAR) for part in parts):
            return PEOPLE
        if all(part & (RANK | OFFICE | MODIFIER) for part in parts):
            return parts[-1] & (RANK | OFFICE | MODIFIER | PLURAL) or RANK
        if all(part & (GIVEN | GIVEN_WORD) for part in parts):
            return GIVEN
        if all(part & (WORD | PLACE | BODY | NEVER) and not part & (SURNAME | GIVEN) for part in parts):
            return WORD
        return 0

    def _look_up(self, word: str) -> int:
        return self._every.get(word, 0)

    def _is_word(self, word: str) -> bool:
        """Whether the word, or the word without a regular ending, is an ordinary one."""
        common = self.contexts["common"]
        if word in common:
            return True
        for ending in ("s", "es", "ed", "d", "ing", "ly"):
            stem = word[: -len(ending)]
            if ending == "s" and stem[-1:] == "y" and stem[-2:-1] not in "aeiou":
                continue  # "denies", so that "Denys" is no word
            if word.endswith(ending) and len(stem) > 2 and (stem in common or stem + "e" in common):
                return True
        return word.endswith("ly") and len(word) > 6


@lru_cache(maxsize=8)
def name_lexicon(folder: str | None = None) -> NameLexicon:
    """The tables of names, from the user's folder where it has them."""
    titles, ranks, offices = (load(name, folder) for name in ("titles", "ranks", "offices"))
    given, surnames = load("given_names", folder), load("surnames", folder)
    others, contexts = load("not_persons", folder), load("name_contexts", folder)
    common = _words(load("common_words", folder), "words")
    given_words = _words(given, "words")
    every_title = _words(titles, "singular", "plural") | _words(ranks, "heads") | _words(offices, "heads")
    names = _words(given, "names") - given_words - every_title
    flags = {
        WORD: common,
        PLACE: _words(others, "places")
        | _place_words(load("places", folder), _words(surnames, "names", "words") | common),
        PEOPLE: _words(others, "peoples"),
        CALENDAR: _words(others, "calendar"),
        BODY: _words(others, "organisations"),
        NEVER: _words(others, "never"),
        GIVEN: names,
        GIVEN_WORD: given_words,
        SURNAME: _words(surnames, "names"),
        SURNAME_WORD: _words(surnames, "words"),
        HONORIFIC: _words(titles, "singular", "plural"),
        PLURAL: _words(titles, "plural") | _words(ranks, "plural") | _words(offices, "plural"),
        RANK: _words(ranks, "heads", "plural"),
        OFFICE: _words(offices, "heads", "plural", "short"),
        WEAK: _words(offices, "weak"),
        MODIFIER: _words(ranks, "parts") | _words(offices, "modifiers"),
        PARTICLE: _words(contexts, "particles"),
        EASTERN: _words(contexts, "eastern"),
        SUFFIX: _words(titles, "suffixes"),
        UNCERTAIN: _words(titles, "uncertain"),
    }
    lists = {key: frozenset(_words(contexts, key)) for key in contexts}
    lists["common"] = frozenset(common)
    lists["holders"] = frozenset(_words(offices, "holders", "members"))
    lists["stops"] = frozenset(_words(offices, "stops"))
    lists["serving"] = frozenset(_words(offices, "serving"))
    lists["unknown"] = frozenset(_words(titles, "unknown"))
    lists["plain"] = frozenset(_words(titles, "plain"))
    lists["dotted"] = frozenset(_words(offices, "dotted"))
    lists["before"] = frozenset(_words(others, "before"))
    lists["attributes"] = frozenset(_words(others, "attributes"))
    return NameLexicon(
        flags=tuple((flag, frozenset(words)) for flag, words in flags.items()),
        abbreviations=frozenset(_words(contexts, "abbreviations")),
        short_initials=frozenset(str(contexts["short_initials"]).split()),
        lower_titles=frozenset(_words(titles, "lower") | _words(ranks, "lower") | _words(offices, "lower")),
        contexts=lists,
        endings=tuple(str(contexts["endings"]).split()),
    )
