"""Personal names, read into their parts.

`read_name` takes a name as it is written and makes a `Name` of it, folded for comparison
(`fonds.agents.match`). Titles, ranks and particles stand in `data/agents.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from fonds.agents.spelling import fold, spelling_key
from fonds.lexicon import load
from fonds.record import Mention, NameParts

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
PATRONYMIC: Final = re.compile(r"(?:ovi(?:t?ch|c)|evi(?:t?ch|c)|l?yi?ch|ilich)$")
_WORD: Final = re.compile(r"\w+")
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

    def __hash__(self) -> int:
        # names are looked up often, and differ in these nearly always
        return hash((self.text, self.key, self.forenames))

    @property
    def full(self) -> bool:
        """Whether a forename is written out, so that the name can stand for one person."""
        return bool(self.family) and any(not is_initial(part) for part in self.forenames)

    @property
    def fullness(self) -> tuple[int, int, int]:
        """How complete the name is: forenames written out, forenames in all, letters."""
        return _fullness(self.forenames)

    @property
    def form(self) -> Name:
        """The name apart from how it is written."""
        return self.written("")

    def written(self, text: str) -> Name:
        """The same name, written in another way."""
        return Name(text, self.family, self.key, self.forenames, self.suffix, self.sex, self.wife)

    @property
    def normal(self) -> str:
        """The folded name in one line: the same for two people exactly if their names are."""
        return " ".join((*self.forenames, self.family, self.suffix, "mrs" if self.wife else "")).strip()


def is_initial(forename: str) -> bool:
    """Whether a folded forename is only an initial."""
    return forename.endswith(".")


@lru_cache(maxsize=8192)
def _fullness(forenames: tuple[str, ...]) -> tuple[int, int, int]:
    whole = sum(not is_initial(part) for part in forenames)
    return whole, len(forenames), sum(map(len, forenames))


def mention_name(mention: Mention) -> Name:
    """The name of a mention, with what its titles say of sex."""
    return _mention_name(mention.name, mention.parts, mention.titles)


@lru_cache(maxsize=8192)
def _mention_name(name: str, parts: NameParts | None, titles: tuple[str, ...]) -> Name:
    found = read_name(name, parts)
    words = title_tokens(name, titles)
    table = name_words()
    sex = "f" if words & table["female"] else "m" if words & table["male"] else found.sex
    wife = bool(words & table["wife"])
    if (sex, wife) == (found.sex, found.wife):
        return found
    return Name(found.text, found.family, found.key, found.forenames, found.suffix, sex, wife)


@lru_cache(maxsize=8192)
def read_name(text: str, parts: NameParts | None = None, family: str | None = None) -> Name:
    """Read a personal name as written, `Family, Given` or `Given Family`.

    `parts` and `family` say which words are the family name, where that is known.
    """
    written = text.strip()
    text = _POSSESSIVE.sub("", written).translate(_BRACKETS)
    text = _ASIDE.sub(" ", _EXPANDED.sub(r"\1\2", text))
    text = _GLUED.sub(" ", _NO_NAME.sub(" ", text))
    words = name_words()
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


def inverted(text: str) -> bool:
    """Whether a name is written `Family, Given`; what follows the comma in "Polk, Jr." is a suffix."""
    _, comma, tail = text.partition(",")
    return bool(comma) and not _is_suffix(tail)


def possessive(text: str) -> bool:
    """Whether a name ends in the sign of a possessive or the number of a note."""
    found = _POSSESSIVE.search(text)
    return found is not None and bool(found[0])


def compounds(name: Name) -> Iterator[Name]:
    """Other readings of a name whose family name, before its comma, has several words.

    "Riaño y Gayangos, Juan" may be called Riaño, and in "Cecil Spring Rice" nothing says that the
    family name has two words.
    """
    head, comma, _ = name.text.partition(",")
    words = [word for word in head.split() if word.isalpha() and fold(word) not in name_words()["ranks"]]
    while len(words) > 1 and _particle(words[0]):
        words = words[1:]
    parts = [word for word in words if not _particle(word)]
    if not comma or len(parts) < 2 or not all(word[0].isupper() for word in parts):
        return
    first, *middle, last = map(fold, parts)
    yield replace(name, family=first, key=spelling_key(first))
    if len(parts) == len(words):
        yield replace(name, family=last, key=spelling_key(last), forenames=(*name.forenames, first, *middle))


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
    words = name_words()
    at = 0
    while at < len(tokens) and fold(tokens[at]) in words["ranks"] and not _cut_short(tokens[at]):
        at += 1
    return [token for token in tokens[at:] if not (token.islower() and _particle(token))]


def _particle(token: str) -> bool:
    words, folded = name_words(), fold(token)
    return folded in words["particles"] and (token.islower() or folded not in words["given_too"])


def _sex(forenames: tuple[str, ...]) -> str:
    """What a Slavic patronymic says of the sex of its bearer."""
    if any(map(PATRONYMIC.search, forenames)):
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
    return token.isupper() and fold(token) in name_words()["honours"]


@cache
def _suffixes() -> dict[str, str]:
    return dict(load("agents")["names"]["suffixes"])


@cache
def _short() -> dict[str, str]:
    return dict(load("agents")["names"]["short"])


@cache
def name_words() -> dict[str, frozenset[str]]:
    """The word lists of `agents.toml`, folded."""
    table = load("agents")
    lists = {**table["titles"], **table["names"]}
    return {name: frozenset(map(fold, words)) for name, words in lists.items()}


@lru_cache(maxsize=8192)
def title_tokens(name: str, titles: tuple[str, ...]) -> frozenset[str]:
    """The words of titles, and of those that stand inside the name, before its last word."""
    ranks = name_words()["ranks"]
    inside = [word for word in map(fold, name.split()[:-1]) if word in ranks]
    return frozenset((*inside, *(word for title in titles for word in fold(title).split())))


def courteous(name: str, titles: tuple[str, ...]) -> bool:
    """Whether a title stands before it that goes with a given name alone (Lord Robert)."""
    return bool(title_tokens(name, titles) & name_words()["courtesy"])


@lru_cache(maxsize=8192)
def title_words(titles: tuple[str, ...]) -> frozenset[str]:
    """The words of titles that can tell one office from another."""
    return frozenset(word for title in titles for word in _WORD.findall(fold(title))) - _weak()


@cache
def _weak() -> frozenset[str]:
    return frozenset(map(fold, load("agents")["office"]["weak"])) | name_words()["address"]
