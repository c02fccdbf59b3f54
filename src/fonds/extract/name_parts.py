"""A personal name taken apart: given name, initials, patronymic, particle, family name, suffix.

What the tables of names and the shape of the words decide is decided here (initials, Slavic
patronymics, a surname in capitals, East Asian order); only what is left goes to `nameparser`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nameparser import HumanName

from fonds.extract.name_lexicon import EASTERN, GIVEN, GIVEN_WORD, PARTICLE, SUFFIX, SURNAME, name_lexicon
from fonds.record import NameParts


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(r"[^\s,\[\]()\"“”?]+")


@cache
def _patronymic() -> re.Pattern[str]:
    return re.compile(
        r".{2,}(?:[oe]vi(?:t?ch|[cč])|ovna|evna|ichna|[iy]ni(?:t?ch|chna)|ovych|ivna)"
        r"|\w{0,2}[iy]l['’]?ich|(?:ily|kuzm|luk|fom)ich",
        re.IGNORECASE,
    )


def is_patronymic(word: str) -> bool:
    """Whether a word has the ending of a Slavic patronymic (Ivanovich, Petrovna, Il'ich)."""
    return _patronymic().fullmatch(word) is not None


@lru_cache(maxsize=8192)
def split_name(name: str, folder: str | None = None) -> NameParts | None:
    """The parts of a name as written, without titles; None if it holds no word.

    `folder` is the user's folder of tables, if any.
    """
    spaced = name.split()
    if len(spaced) > 3 and all(len(letter) == 1 for letter in spaced):
        return NameParts(family="".join(spaced))
    words = _piece().findall(re.sub(r"(?<=\w\.)(?=\w)", " ", name))
    lexicon = name_lexicon(folder)
    suffix = None
    if len(words) > 1 and lexicon.kind(words[-1]) & SUFFIX:
        suffix = words.pop()
    if not words:
        return None
    if "," in name.rstrip(", ") and suffix is None:
        return _by_parser(name)
    if len(words) == 1:
        return NameParts(family=words[0], suffix=suffix)
    return _split(words, suffix, folder)


def _split(words: list[str], suffix: str | None, folder: str | None) -> NameParts:
    lexicon = name_lexicon(folder)
    kinds = [lexicon.kind(word) for word in words]
    initials = [word for word in words if _is_initial(word)]
    patronymics = [
        word for at, word in enumerate(words[1:-1], 1) if is_patronymic(word) or _expands(words, at)
    ]
    if len(words) > 2 and is_patronymic(words[-1]) and not kinds[0] & GIVEN:
        return NameParts(family=words[0], given=" ".join(words[1:-1]), patronymic=words[-1], suffix=suffix)
    family_at = _family(words, kinds)
    family_end = len(words) if family_at >= 0 else 0
    if family_at < 0:  # East Asian order
        return NameParts(family=words[0], given=" ".join(words[1:]), suffix=suffix)
    particle_at = family_at
    while particle_at > 0 and kinds[particle_at - 1] & PARTICLE and not kinds[particle_at - 1] & GIVEN:
        particle_at -= 1
    given = [word for word in words[:particle_at] if word not in initials and word not in patronymics]
    return NameParts(
        given=" ".join(given) or None,
        initials=" ".join(initials) or None,
        patronymic=" ".join(patronymics) or None,
        particle=" ".join(words[particle_at:family_at]) or None,
        family=" ".join(words[family_at:family_end]),
        suffix=suffix,
    )


def _is_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1 or (word.endswith(".") and len(word) < 5)


def _expands(words: list[str], at: int) -> bool:
    """Whether the word is the patronymic that an initial before it stands for (I. [Il'inh])."""
    return (
        _is_initial(words[at - 1])
        and at > 1
        and words[at].lower().startswith(words[at - 1][0].lower())
        and len(words) > 3
    )


def _family(words: list[str], kinds: list[int]) -> int:
    """Where the family name begins, or -1 if it stands first in East Asian order."""
    full = [at for at, word in enumerate(words) if not _is_initial(word)]
    capitals = [at for at in full if words[at].isupper()]
    if capitals and len(capitals) < len(full) and not words[0].isupper():
        return capitals[0]  # Jose Antonio PORTUONDO Valdor
    eastern = kinds[0] & EASTERN and not kinds[0] & GIVEN
    if eastern and (
        words[1].rpartition("-")[2].islower() or (len(full) == len(words) <= 3 and not kinds[-1] & SURNAME)
    ):
        return -1
    if (
        len(words) == 2
        and kinds[1] & GIVEN
        and not kinds[0] & (GIVEN | GIVEN_WORD)
        and not _is_initial(words[0])
        and not kinds[1] & SURNAME
    ):
        return -1  # Hirota Shigeru
    if not full:
        return len(words) - 1
    last = full[-1]
    # Fernando Fuentes Coba, Manuel Artime Buesa: a Spanish double surname is left to nameparser's
    # plain reading, since Walter Bedell Smith looks the same.
    if last > 1 and words[last - 1].lower() in ("y", "e"):
        return last - 2 if last > 2 else last
    return last


def _by_parser(name: str) -> NameParts:
    """A name with a comma ("Tardieu, André"), as nameparser reads it."""
    parsed = HumanName(name)
    return NameParts(
        given=" ".join(part for part in (parsed.first, parsed.middle) if part) or None,
        family=parsed.last or None,
        suffix=parsed.suffix or None,
    )
