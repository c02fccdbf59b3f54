"""Running text as the tokens that the reading of names works on: one pass, offsets kept.

A token is a capitalised word with its possessive ending cut off, an initial with its full stop,
a number, one other character, or a whole phrase of small words: names live between small words,
and a phrase costs no more than a word. Blank space is no token; what stood before one is its `gap`.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache
from typing import Final, NamedTuple

#: Gap before a token: nothing, a blank, a line end, an empty line.
GLUED: Final = ""
BLANK: Final = " "
LINE: Final = "\n"
PARAGRAPH: Final = "\n\n"

#: Lower-case beginnings that leave the name behind them whole: `post-Stalin`, `pro-Castro`.
PREFIXES: Final = frozenset({"anti", "ex", "mid", "neo", "non", "post", "pre", "pro"})


class Token(NamedTuple):
    """A word, initial, number, mark, or a phrase of small words.

    `shape` is `title` (Stalin), `upper` (STALIN), `lower` (one small word or several),
    `initial` (F.), `letter` (a single capital without a stop), `number` or `mark`. `start` and
    `end` are positions in the content that was cut up; `end` leaves out a possessive ending,
    which `possessive` reports.
    """

    text: str
    start: int
    end: int
    shape: str
    gap: str
    possessive: bool = False

    @property
    def first(self) -> str:
        """The first word, in lower case: `told` of the phrase `told him that`."""
        return self.text.split(None, 1)[0].lower()

    @property
    def last(self) -> str:
        """The last word, in lower case."""
        return self.text.rsplit(None, 1)[-1].lower()


@cache
def _pattern() -> re.Pattern[str]:
    # Possessive quantifiers throughout: no backtracking, whatever the text.
    letters = r"(?:[^\W\d_]++[\u0300-\u036f]*+)++"
    small = r"(?:[a-zß-öø-ÿ]++)(?![^\W_a-zß-öø-ÿ]|[’'\-][^\W_]|\.)"
    return re.compile(
        rf"(\s*+)(?:({small}(?:[ ]{small})*+)"
        rf"|({letters}(?:(?:[’'ʹʼ‘\-‐‑–]|-\n(?=[a-zß-öø-ÿ])){letters})*+)(\.?)"
        r"|(\d++)|(\S))"
    )


def tokenise(content: str, abbreviations: Container[str] = (), initials: Container[str] = ()) -> list[Token]:
    """Cut `content` into tokens.

    An abbreviation (`mr`, `gen`; given in lower case, without its stop) keeps the full stop that
    follows it as part of its token; `initials` are initials of several letters (`Yu`, `Chas`).
    """
    tokens: list[Token] = []
    append = tokens.append
    at = 0
    for space, phrase, word, stop, number, mark in _pattern().findall(content):
        gap = space if space in (GLUED, BLANK) else _gap(space)
        at += len(space)
        if phrase:
            append(Token(phrase, at, at + len(phrase), "lower", gap))
            at += len(phrase)
        elif word:
            _word(tokens, word, (stop, gap), at, (abbreviations, initials))
            at += len(word) + len(stop)
        else:
            text = number or mark
            append(Token(text, at, at + len(text), "number" if number else "mark", gap))
            at += len(text)
    return tokens


def _word(
    tokens: list[Token],
    word: str,
    around: tuple[str, str],
    at: int,
    known: tuple[Container[str], Container[str]],
) -> None:
    """Add a word that may have an ending, a prefix or a full stop of its own."""
    stop, gap = around
    abbreviations, initials = known
    after = at + len(word)
    prefix, hyphen, rest = word.partition("-")
    if hyphen and prefix in PREFIXES and len(rest) > 1 and rest[0].isupper():
        tokens.append(Token(prefix, at, at + len(prefix), "lower", gap))
        word, at, gap = rest, at + len(prefix) + 1, GLUED
    possessive = len(word) > 3 and word[-1] in "sS" and word[-2] in "'’‘"
    text = word[:-2] if possessive else word
    end = at + len(text)
    if not text[0].isupper():
        shape = "lower"
    elif len(text) == 1:
        shape = "letter"
    else:
        shape = "upper" if text.isupper() else "title"
    if stop and not possessive:
        if shape == "letter" or text in initials:
            text, end, stop, shape = text + ".", end + 1, "", "initial"
        elif text.lower() in abbreviations:
            text, end, stop = text + ".", end + 1, ""
    tokens.append(Token(text, at, end, shape, gap, possessive))
    if stop:
        tokens.append(Token(".", after, after + 1, "mark", GLUED))


def _gap(space: str) -> str:
    lines = space.count("\n")
    return PARAGRAPH if lines > 1 else LINE if lines else BLANK
