"""How names are spelled: what is one word in several spellings, and what may stand in an address.

What counts as one spelling of a name stands in `data/transliteration.toml`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, Final

from fonds.lexicon import load

#: Apostrophes, soft signs, hyphens and dots: one spelling has them and another leaves them out.
_DROPPED: Final = dict.fromkeys(map(ord, "'’‘ʼʹ′`´-‐‑."))


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Letters only, lower case, without accents, apostrophes and hyphens; Cyrillic in Latin."""
    if text.isascii():
        return " ".join(text.casefold().translate(_DROPPED).split())
    letters = _table()["letters"]
    text = "".join(letters.get(c, c) for c in unicodedata.normalize("NFC", text.casefold().replace("й", "y")))
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.translate(_DROPPED).split())


@lru_cache(maxsize=8192)
def spelling_key(family: str) -> str:
    """What all spellings of a folded family name have in common.

    Names of fewer than five letters are their own key: a fold would make them other names.
    """
    if len(family) < 5:
        return family
    table = _table()
    for start, put in table["start"].items():
        if family.startswith(start) and len(family) > len(start) + 2:
            family = put + family[len(start) :]
            break
    for end in sorted(table["end"], key=len, reverse=True):
        if family.endswith(end) and len(family) > len(end) + 1:
            family = family[: -len(end)] + table["end"][end]
            break
    key = _inside().sub(lambda found: str(table["inside"][found[0]]), family)
    return re.sub(r"(.)\1+", r"\1", key)


@lru_cache(maxsize=8192)
def slug(text: str) -> str:
    """A safe part of an IRI: `a-z`, `0-9` and hyphens. What cannot be written so is hashed."""
    folded = fold(text.replace("-", " ").replace("‑", " ").replace(".", " "))
    plain = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    lost = any(c.isalnum() and not c.isascii() for c in folded)
    if len(plain) > 60 or lost or not plain:
        return f"{plain[:50].strip('-') or 'x'}-{hash8(folded)}"
    return plain


def hash8(text: str) -> str:
    """The first eight hexadecimal digits of the SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()[:8]


@cache
def _inside() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _table()["inside"]), key=len, reverse=True)))


@cache
def given_names() -> dict[str, frozenset[int]]:
    """For each given name of which there are several forms the numbers of its groups (Bill, William)."""
    found: dict[str, set[int]] = {}
    for number, group in enumerate(_table()["given"]["groups"]):
        for name in group:
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def _table() -> dict[str, Any]:
    return load("transliteration")
