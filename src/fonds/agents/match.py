"""Comparing personal names.

Two names are compared (`compare`): they conflict, or they agree in so many forenames, or only in
the surname. How a name is read stands in `fonds.agents.name`, what is one spelling of it in
`fonds.agents.spelling`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from fonds.agents.name import (
    PATRONYMIC,
    Name,
    compounds,
    courteous,
    is_initial,
    mention_name,
    name_words,
    read_name,
    title_tokens,
    title_words,
)
from fonds.agents.spelling import fold, given_names, hash8, slug, spelling_key
from fonds.lexicon import load

__all__ = [
    "Agreement",
    "Name",
    "compare",
    "compounds",
    "courteous",
    "feminine",
    "fold",
    "hash8",
    "is_common",
    "is_initial",
    "mention_name",
    "near",
    "read_name",
    "slug",
    "spelling_key",
    "title_tokens",
    "title_words",
]


class Agreement(NamedTuple):
    """What a comparison found.

    `conflict` says in words why these cannot be one person; else `whole` forenames agree
    written out and `initials` agree in the first letter. `spelling` says that the family names
    are spelled differently, `later` that the first forename of one is missing in the other.
    """

    conflict: str | None
    whole: int = 0
    initials: int = 0
    spelling: bool = False
    later: bool = False

    @property
    def points(self) -> int:
        """Weight of the agreement: two for a name written out, one for an initial."""
        return 2 * self.whole + self.initials - self.later


@lru_cache(maxsize=8192)
def compare(one: Name, other: Name) -> Agreement:
    """Whether two names may be one person's, and how far they agree."""
    if one.key != other.key:
        return Agreement(f"the surnames differ ({one.text} and {other.text})")
    if one.sex and other.sex and one.sex != other.sex:
        return Agreement(f"the titles or patronymics are of a man and a woman ({one.text} and {other.text})")
    if one.wife != other.wife and one.forenames and other.forenames:
        return Agreement(f"a wife may bear her husband's name ({one.text} and {other.text})")
    if one.suffix != other.suffix and one.forenames and other.forenames:
        return Agreement(f"one is {one.suffix or 'without suffix'}, the other {other.suffix or 'without'}")
    spelling = one.family != other.family
    if not one.forenames or not other.forenames:
        return Agreement(None, spelling=spelling)
    short, long = sorted((one.forenames, other.forenames), key=len)
    for start in range(len(long) - len(short) + 1):
        scores = [_agree(a, b) for a, b in zip(short, long[start:], strict=False)]
        # A first forename left out ("Averell" for "W. Averell") needs one written out.
        if all(scores) and (start == 0 or 2 in scores):
            return Agreement(None, scores.count(2), scores.count(1), spelling, start > 0)
    if len(short) == 2 and len(long) > 2:
        scores = [_agree(short[0], long[0]), _agree(short[-1], long[-1])]
        if all(scores) and 2 in scores:  # a middle name left out; two initials would prove too little
            return Agreement(None, scores.count(2), scores.count(1), spelling)
    return Agreement(_why(one, other))


def feminine(one: str, other: str) -> bool:
    """Whether two folded family names differ only as those of a man and a woman do."""
    short, long = sorted((one, other), key=len)
    return (
        long == short + "a"
        or (long.endswith("aya") and long[:-3] == short.rstrip("iy"))
        or (long.endswith("ova") and short == long[:-3])
    )


def is_common(name: Name) -> bool:
    """Whether the family name is one of those that many people bear."""
    return name.family in name_words()["common"]


def near(one: Name, other: Name) -> bool:
    """Whether two names that conflict still share surname and first forename."""
    if one.key != other.key or not one.forenames or not other.forenames:
        return False
    return _agree(one.forenames[0], other.forenames[0]) > 0


def _why(one: Name, other: Name) -> str:
    for a, b in zip(one.forenames, other.forenames, strict=False):
        if not _agree(a, b):
            what = "initials" if is_initial(a) or is_initial(b) else "given names"
            if PATRONYMIC.search(a) and PATRONYMIC.search(b):
                what = "patronymics"
            return f"the {what} conflict ({one.text} and {other.text})"
    return f"the given names conflict ({one.text} and {other.text})"


@lru_cache(maxsize=8192)
def _agree(one: str, other: str) -> int:
    """0 no, 1 in the initial, 2 written out. Initials of two letters (Yu., Kh.) count whole."""
    a, b = one.rstrip("."), other.rstrip(".")
    if is_initial(one) or is_initial(other):
        short, long = sorted((a, b), key=len)
        pairs = _pairs()
        same = long.startswith(short) or short[:1] + long[:1] in pairs or long[:1] + short[:1] in pairs
        return int(same)
    if a == b or spelling_key(a) == spelling_key(b):
        return 2
    return 2 if given_names().get(a, frozenset()) & given_names().get(b, frozenset()) else 0


@cache
def _pairs() -> frozenset[str]:
    """Initials that stand for one letter of another alphabet."""
    return frozenset(load("transliteration")["initials"]["pairs"])
