"""How far each rule can be trusted, from the cases in which it was right and wrong.

`data/rules.toml` holds the counts of each rule on annotated documents; a user replaces it by a
`rules.toml` in the lexicon folder. From the counts follows a tier, by the lower bound of the
score interval for a proportion (E. B. Wilson, "Probable Inference, the Law of Succession, and
Statistical Inference", Journal of the American Statistical Association 22, 1927, 209-212): the
share of right values that the cases vouch for at 95 %, however few they are. A value is never
surer than its rule, and never surer than the extractor that read it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt
from types import MappingProxyType
from typing import Any, Final

from fonds.errors import ConfigError
from fonds.lexicon import load
from fonds.record import Certainty

#: Tiers, best first.
TIERS: Final[tuple[Certainty, ...]] = ("certain", "probable", "possible")
#: Standard deviations of the normal distribution on either side that hold 95 %.
Z: Final = 1.959964

_RANK: Final = {tier: rank for rank, tier in enumerate(TIERS)}


def wilson(right: int, cases: int, z: float = Z) -> tuple[float, float]:
    """The bounds between which the true share of right values lies; 0 and 1 without a case.

    >>> low, high = wilson(9, 10)
    >>> f"{low:.4f} {high:.4f}"
    '0.5958 0.9821'
    """
    if not cases:
        return 0.0, 1.0
    share, square = right / cases, z * z
    middle = share + square / (2 * cases)
    spread = z * sqrt(share * (1 - share) / cases + square / (4 * cases * cases))
    whole = 1 + square / cases
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Lower bounds from which on a rule is `certain` and `probable`; below it is `possible`.

    Fewer than `least` cases say nothing.
    """

    certain: float
    probable: float
    least: int

    @property
    def flawless(self) -> int:
        """How many cases a rule needs to be `certain` if none is wrong."""
        return ceil(Z * Z * self.certain / (1 - self.certain))

    def tier(self, right: int, wrong: int) -> Certainty | None:
        """What the cases say, None if they are too few to say anything.

        Fewer than `flawless` are too few as well, unless they rule out that the rule is `certain`:
        a rule is not marked down because nobody has annotated more.
        """
        cases = right + wrong
        low, high = wilson(right, cases)
        if cases < self.least or (cases < self.flawless and high >= self.certain):
            return None
        return "certain" if low >= self.certain else "probable" if low >= self.probable else "possible"


@dataclass(frozen=True, slots=True)
class Measured:
    """The cases of one rule: in all, and (right, wrong) by the collection they come from.

    `tier` is None where they are too few.
    """

    rule: str
    right: int = 0
    wrong: int = 0
    on: tuple[tuple[str, int, int], ...] = ()
    tier: Certainty | None = None

    @property
    def least(self) -> float:
        """The share of right values that the cases vouch for: the lower bound of the interval."""
        return wilson(self.right, self.right + self.wrong)[0]

    @property
    def counts(self) -> str:
        """The counts in words: `right 812 of 815`."""
        cases = self.right + self.wrong
        return f"right {self.right} of {cases}" if cases else "no case annotated"

    @property
    def verdict(self) -> str:
        """The tier in words."""
        return self.tier or "not measured enough"


@lru_cache(maxsize=16)
def rules(folder: str | None = None) -> Mapping[str, Measured]:
    """All rules of the table, by id. `folder` is the user's folder of tables, if any.

    Raises `ConfigError` if a count or a threshold is not what it must be.
    """
    limits = thresholds(folder)
    place = _place(folder)
    found: dict[str, Measured] = {}
    for rule, entry in _part("rule", folder).items():
        right, wrong = _pair(entry, ("right", "wrong"), f"{place}: rule.{rule!r}")
        on = tuple(
            (name, *_pair(counts, (0, 1), f"{place}: rule.{rule!r}.on.{name}"))
            for name, counts in entry.get("on", {}).items()
        )
        found[rule] = Measured(rule, right, wrong, on, limits.tier(right, wrong))
    return MappingProxyType(found)


def measured(rule: str, folder: str | None = None) -> Measured:
    """The counts of a rule: none for a rule that the table does not know."""
    return rules(folder).get(rule) or Measured(rule)


def tier(rule: str, folder: str | None = None) -> Certainty | None:
    """The measured tier of a rule, None if it was not measured enough or is not known."""
    known = rules(folder).get(rule)
    return known.tier if known else None


@lru_cache(maxsize=4096)
def weaker(judged: Certainty, rule: str, folder: str | None = None) -> Certainty:
    """The judgement of an extractor, or the measured tier of its rule if that is lower."""
    known = tier(rule, folder)
    return known if known and _RANK[known] > _RANK[judged] else judged


def thresholds(folder: str | None = None) -> Thresholds:
    """The thresholds of a table, those of fonds if the user's table has none. Raises `ConfigError`."""
    given = _part("tiers", folder)
    place = f"{_place(folder)}: tiers"
    try:
        limits = Thresholds(given["certain"], given["probable"], given["least"])
    except KeyError as error:
        raise ConfigError(f"{error.args[0]} is missing", place=place, remedy="write all three") from error
    shares = (limits.probable, limits.certain)
    if not all(isinstance(share, float) and 0 < share < 1 for share in shares) or shares[0] > shares[1]:
        raise ConfigError(
            f"probable is {shares[0]!r} and certain {shares[1]!r}",
            place=place,
            remedy="write two shares between 0 and 1, the second not below the first",
        )
    if type(limits.least) is not int or limits.least < 1:
        raise ConfigError(f"least is {limits.least!r}", place=place, remedy="write a whole number from 1")
    return limits


def room(rule: str, folder: str | None = None) -> str | None:
    """The module whose docstring describes a rule, None if the table does not say."""
    rooms = _part("rooms", folder)
    begins = [start for start in rooms if rule.startswith(start)]
    return rooms[max(begins, key=len)] if begins else None


def _part(name: str, folder: str | None) -> Mapping[str, Any]:
    """A part of the table; what a user's table leaves out is taken from that of fonds."""
    table = load("rules", folder)
    part = table[name] if name in table else load("rules").get(name, {})
    if not isinstance(part, dict):
        raise ConfigError(f"{name} is no table", place=_place(folder), remedy=f"write [{name}]")
    return part


def _place(folder: str | None) -> str:
    return f"{folder}/rules.toml" if folder else "fonds/data/rules.toml"


def _pair(held: Any, keys: tuple[Any, Any], place: str) -> tuple[int, int]:
    try:
        right, wrong = (held[key] for key in keys)
    except (KeyError, IndexError, TypeError) as error:
        raise ConfigError("right or wrong is missing", place=place, remedy="write both counts") from error
    if not all(type(count) is int and count >= 0 for count in (right, wrong)):
        raise ConfigError(
            f"right is {right!r} and wrong {wrong!r}", place=place, remedy="write whole numbers from 0"
        )
    return right, wrong
