"""Comparing personal names.

A name is read into its parts (`read_name`), folded for comparison, and two names are compared
(`compare`): they conflict, or they agree in so many forenames, or only in the surname. What
counts as one spelling of a name stands in `data/transliteration.toml`, titles and ranks in
`data/agents.toml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from fonds.lexicon import load
from fonds.record import Mention, NameParts

#: Apostrophes, soft signs, hyphens and dots: one spelling has them and another leaves them out.
_DROPPED: Final = dict.fromkeys(map(ord, "'’‘ʼʹ′`´-‐‑."))
#: Square brackets hold what an editor filled in: F[rank] L. P[olk].
_BRACKETS: Final = dict.fromkeys(map(ord, "[]"))
_POSSESSIVE: Final = re.compile(r"(?:['’]s)?\d*$")
_EXPANDED: Final = re.compile(r"\b(\w)\((\w+)\)")
_ASIDE: Final = re.compile(r"\([^()]*\)|[“\"][^”\"]*[”\"]")
_GLUED: Final = re.compile(r"(?<=\b\w\.)(?=\w)")
_NO_NAME: Final = re.compile(r"[^\w'’‘ʼʹ′`´.,\s‐‑-]+")
_EASTERN: Final = re.compile(r"\w+['’]?\w*-[a-z]['’\w]*$")
#: The number of a sovereign: Haakon VII, Christian X.
_REGNAL: Final = re.compile(r"[IVX]+\Z")
_PATRONYMIC: Final = re.compile(r"(?:ovi(?:t?ch|c)|evi(?:t?ch|c)|l?yi?ch|ilich)$")
_MATRONYMIC: Final = re.compile(r"(?:ovna|evna|ichna|inichna)$")


@dataclass(frozen=True, slots=True)
class Name:
    """A personal name ready to be compared.

    `text` is the name as written. `family` is folded, `key` is the same for all spellings of
    it. `forenames` are folded and in order, patronymics included; an initial ends in a dot.
    `sex` is `m`, `f` or empty; `wife` says that a title such as Mrs. stands before it.
    """

    text: str
    family: str
    key: str
    forenames: tuple[str, ...] = ()
    suffix: str = ""
    sex: str = ""
    wife: bool = False

    @property
    def full(self) -> bool:
        """Whether a forename is written out, so that the name can stand for one person."""
        return bool(self.family) and any(not is_initial(part) for part in self.forenames)

    @property
    def fullness(self) -> tuple[int, int, int]:
        """How complete the name is: forenames written out, forenames in all, letters."""
        whole = sum(not is_initial(part) for part in self.forenames)
        return whole, len(self.forenames), sum(map(len, self.forenames))

    @property
    def normal(self) -> str:
        """The folded name in one line: the same for two people exactly if their names are."""
        return " ".join((*self.forenames, self.family, self.suffix, "mrs" if self.wife else "")).strip()


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


def is_initial(forename: str) -> bool:
    """Whether a folded forename is only an initial."""
    return forename.endswith(".")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Letters only, lower case, without accents, apostrophes and hyphens; Cyrillic in Latin."""
    if text.isascii():
        return " ".join(text.casefold().translate(_DROPPED).split())
    letters = _table("transliteration")["letters"]
    text = "".join(letters.get(c, c) for c in unicodedata.normalize("NFC", text.casefold().replace("й", "y")))
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.translate(_DROPPED).split())


@lru_cache(maxsize=65536)
def spelling_key(family: str) -> str:
    """What all spellings of a folded family name have in common.

    Names of fewer than five letters are their own key: a fold would make them other names.
    """
    if len(family) < 5:
        return family
    table = _table("transliteration")
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


def mention_name(mention: Mention) -> Name:
    """The name of a mention, with what its titles say of sex."""
    return _mention_name(mention.name, mention.parts, mention.titles)


@lru_cache(maxsize=16384)
def _mention_name(name: str, parts: NameParts | None, titles: tuple[str, ...]) -> Name:
    found = read_name(name, parts)
    words = title_tokens(name, titles)
    table = _words()
    sex = "f" if words & table["female"] else "m" if words & table["male"] else found.sex
    wife = bool(words & table["wife"])
    if (sex, wife) == (found.sex, found.wife):
        return found
    return Name(found.text, found.family, found.key, found.forenames, found.suffix, sex, wife)


@lru_cache(maxsize=65536)
def read_name(text: str, parts: NameParts | None = None, family: str | None = None) -> Name:
    """Read a personal name as written, `Family, Given` or `Given Family`.

    `parts` and `family` say which words are the family name, where that is known.
    """
    written = text.strip()
    text = _POSSESSIVE.sub("", written).translate(_BRACKETS)
    text = _ASIDE.sub(" ", _EXPANDED.sub(r"\1\2", text))
    text = _GLUED.sub(" ", _NO_NAME.sub(" ", text))
    words = _words()
    if parts is not None and parts.family:
        family = parts.family
    if parts is not None and not parts.family and (parts.given or parts.patronymic):
        given = tuple(_forename(token) for token in text.replace(",", " ").split() if fold(token))
        return Name(written, "", "", _collapse(given), "", _sex(given))
    head, comma, tail = text.partition(",")
    suffix = ""
    if comma and not _is_suffix(tail):
        forenames, suffix = _tail(tail)
        surname = head.split()
        known = fold(family) if family else ""
        if known and known not in fold(head) and known in fold(tail):
            surname, forenames = tail.split(), _without_ranks(surname)
    else:
        tokens = text.replace(",", " ").split()
        while len(tokens) > 1 and (_numbered(tokens[-1]) or _honour(tokens[-1])):
            suffix = suffix or _suffixes().get(
                fold(tokens[-1]), fold(tokens[-1]) if _REGNAL.match(tokens[-1]) else ""
            )
            tokens.pop()
        surname, forenames = _split(tokens, family)
    if parts is not None and parts.suffix:
        suffix = _suffixes().get(fold(parts.suffix), fold(parts.suffix))
    while len(surname) > 1 and fold(surname[0]) in words["particles"]:
        surname = surname[1:]
    core = fold("".join(surname))
    if core.startswith("al") and surname and surname[0][:3].casefold() in {"al-", "el-"}:
        core = core[2:]
    folded = _collapse(tuple(_forename(token) for token in forenames if fold(token)))
    return Name(written, core, spelling_key(core), folded, suffix, _sex(folded))


def compounds(name: Name) -> Iterator[Name]:
    """Other readings of a name whose family name, before its comma, has several words.

    "Riaño y Gayangos, Juan" may be called Riaño, and in "Cecil Spring Rice" nothing says that the
    family name has two words.
    """
    head, comma, _ = name.text.partition(",")
    words = [word for word in head.split() if word.isalpha() and fold(word) not in _words()["ranks"]]
    while len(words) > 1 and _particle(words[0]):
        words = words[1:]
    parts = [word for word in words if not _particle(word)]
    if not comma or len(parts) < 2 or not all(word[0].isupper() for word in parts):
        return
    first, *middle, last = map(fold, parts)
    yield replace(name, family=first, key=spelling_key(first))
    if len(parts) == len(words):
        yield replace(name, family=last, key=spelling_key(last), forenames=(*name.forenames, first, *middle))


@lru_cache(maxsize=65536)
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
    return name.family in _words()["common"]


def near(one: Name, other: Name) -> bool:
    """Whether two names that conflict still share surname and first forename."""
    if one.key != other.key or not one.forenames or not other.forenames:
        return False
    return _agree(one.forenames[0], other.forenames[0]) > 0


def _why(one: Name, other: Name) -> str:
    for a, b in zip(one.forenames, other.forenames, strict=False):
        if not _agree(a, b):
            what = "initials" if is_initial(a) or is_initial(b) else "given names"
            if _PATRONYMIC.search(a) and _PATRONYMIC.search(b):
                what = "patronymics"
            return f"the {what} conflict ({one.text} and {other.text})"
    return f"the given names conflict ({one.text} and {other.text})"


@lru_cache(maxsize=65536)
def _agree(one: str, other: str) -> int:
    """0 no, 1 in the initial, 2 written out. Initials of two letters (Yu., Kh.) count whole."""
    a, b = one.rstrip("."), other.rstrip(".")
    if is_initial(one) or is_initial(other):
        short, long = sorted((a, b), key=len)
        pairs: list[str] = _table("transliteration")["initials"]["pairs"]
        same = long.startswith(short) or (short[:1] + long[:1] in pairs or long[:1] + short[:1] in pairs)
        return int(bool(same))
    if a == b or spelling_key(a) == spelling_key(b):
        return 2
    return 2 if _given().get(a, frozenset()) & _given().get(b, frozenset()) else 0


def _split(tokens: list[str], family: str | None) -> tuple[list[str], list[str]]:
    """Family name and forenames of a name in its usual order."""
    wanted = fold(family).replace(" ", "") if family else ""
    if wanted:
        for size in range(1, len(tokens) + 1):
            for start in range(len(tokens) - size, -1, -1):
                if fold("".join(tokens[start : start + size])) == wanted:
                    # A given name may follow the family name (Chiang Ching-kuo).
                    before = tokens[:start]
                    while before and _particle(before[-1]):
                        before.pop()
                    rest = before + tokens[start + size :]
                    return tokens[start : start + size], _without_ranks(rest)
        return [wanted], _without_ranks(tokens)
    if len(tokens) == 2 and _EASTERN.match(tokens[1]):
        return tokens[:1], tokens[1:]
    at = len(tokens) - 1
    while at > 0 and _particle(tokens[at - 1]):
        at -= 1
    return tokens[max(at, 0) :], _without_ranks(tokens[: max(at, 0)])


def _tail(tail: str) -> tuple[list[str], str]:
    """Forenames and suffix of what follows the comma in `Family, Given, Jr.`"""
    tokens: list[str] = []
    suffix = ""
    for token in tail.replace(",", " ").split():
        known = _suffixes().get(fold(token))
        if known and tokens:
            suffix = known
        elif not _honour(token):
            tokens.append(token)
    return _without_ranks(tokens), suffix


def _without_ranks(tokens: list[str]) -> list[str]:
    """Forenames without ranks before them, unless nothing but such words is there (Warren, Earl)."""
    words = _words()
    at = 0
    while at < len(tokens) and fold(tokens[at]) in words["ranks"] and not _cut_short(tokens[at]):
        at += 1
    return [token for token in tokens[at:] if not (token.islower() and _particle(token))]


def _particle(token: str) -> bool:
    words, folded = _words(), fold(token)
    return folded in words["particles"] and (token.islower() or folded not in words["given_too"])


def _sex(forenames: tuple[str, ...]) -> str:
    """What a Slavic patronymic says of the sex of its bearer."""
    if any(map(_PATRONYMIC.search, forenames)):
        return "m"
    return "f" if any(map(_MATRONYMIC.search, forenames)) else ""


def _forename(token: str) -> str:
    folded = fold(token)
    if token.endswith(".") and folded in _short():
        return _short()[folded]
    letters = sum(c.isalpha() for c in token)
    abbreviated = token.endswith(".") and (letters <= 2 or (letters == 3 and folded.startswith(("sh", "zh"))))
    return folded + "." if letters == 1 or abbreviated else folded


def _collapse(forenames: tuple[str, ...]) -> tuple[str, ...]:
    """An initial and its expansion after it (`N. Nikolayevich`) are one forename."""
    return tuple(
        part
        for part, then in zip(forenames, (*forenames[1:], ""), strict=False)
        if not (is_initial(part) and then and not is_initial(then) and then.startswith(part[:-1]))
    )


def _numbered(token: str) -> bool:
    """Whether a last word is Jr., III or the number of a sovereign."""
    return fold(token) in _suffixes() or bool(_REGNAL.match(token))


def _cut_short(token: str) -> bool:
    return token.endswith(".") and fold(token) in _short()


def _is_suffix(tail: str) -> bool:
    tokens = tail.replace(",", " ").split()
    return all(fold(token) in _suffixes() or _honour(token) for token in tokens)


def _honour(token: str) -> bool:
    return token.isupper() and fold(token) in _words()["honours"]


def _table(name: str) -> dict[str, Any]:
    return load(name)


@cache
def _inside() -> re.Pattern[str]:
    return re.compile(
        "|".join(sorted(map(re.escape, _table("transliteration")["inside"]), key=len, reverse=True))
    )


@cache
def _given() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(_table("transliteration")["given"]["groups"]):
        for name in group:
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


@cache
def _suffixes() -> dict[str, str]:
    return dict(_table("agents")["names"]["suffixes"])


@cache
def _short() -> dict[str, str]:
    return dict(_table("agents")["names"]["short"])


@cache
def _words() -> dict[str, frozenset[str]]:
    """The word lists of `agents.toml`, folded."""
    table = _table("agents")
    lists = {**table["titles"], **table["names"]}
    return {name: frozenset(map(fold, words)) for name, words in lists.items()}


@lru_cache(maxsize=16384)
def title_tokens(name: str, titles: tuple[str, ...]) -> frozenset[str]:
    """The words of titles, and of those that stand inside the name, before its last word."""
    ranks = _words()["ranks"]
    inside = [word for word in map(fold, name.split()[:-1]) if word in ranks]
    return frozenset((*inside, *(word for title in titles for word in fold(title).split())))


def courteous(name: str, titles: tuple[str, ...]) -> bool:
    """Whether a title stands before it that goes with a given name alone (Lord Robert)."""
    return bool(title_tokens(name, titles) & _words()["courtesy"])


def title_words(titles: tuple[str, ...]) -> frozenset[str]:
    """The words of titles that can tell one office from another."""
    words = {word for title in titles for word in re.findall(r"\w+", fold(title))}
    weak = frozenset(map(fold, _table("agents")["office"]["weak"])) | _words()["address"]
    return frozenset(word for word in words if word not in weak)
