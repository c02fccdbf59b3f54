"""Running text as the tokens that the reading of names works on: one pass, offsets kept.

A token is a capitalised word with its possessive ending cut off, an initial with its full stop,
a number, one other character, or a whole phrase of small words: names live between small words,
and a phrase costs no more than a word. Blank space is no token; what stood before one is its `gap`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from fonds.extract.name_lexicon import NameLexicon

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
    which `possessive` reports. `kind` is what the tables say of a capitalised word.
    """

    text: str
    start: int
    end: int
    shape: str
    gap: str
    possessive: bool = False
    kind: int = 0

    @property
    def first(self) -> str:
        """The first word, in lower case: `told` of the phrase `told him that`."""
        return self.text.split(None, 1)[0].lower()

    @property
    def last(self) -> str:
        """The last word, in lower case."""
        return self.text.rsplit(None, 1)[-1].lower()


#: Shapes that a name may begin with or hold.
CAPITAL: Final = frozenset({"title", "upper"})


#: A token as a part of a written word, whatever stands around: text, start and end from the beginning
#: of the word, shape, whether it is possessive, kind. A plain tuple, since thousands are remembered and
#: the collector of garbage need not look into those.
Piece = tuple[str, int, int, str, bool, int]


@cache
def _pattern() -> re.Pattern[str]:
    # Possessive quantifiers throughout: no backtracking, whatever the text.
    letters = r"(?:[^\W\d_]++[\u0300-\u036f]*+)++"
    small = r"(?:[a-zß-öø-ÿ]++)(?![^\W_a-zß-öø-ÿ]|[’'\-][^\W_]|\.)"
    return re.compile(
        rf"(\s*+)(?:({small}(?:[ ]{small})*+)"
        rf"|({letters}(?:(?:[’'ʹʼ‘\-‐‑–]|-\n(?=[a-zß-öø-ÿ])){letters})*+\.?)"
        r"|(\d++|\S))"
    )


def tokenise(content: str, lexicon: NameLexicon) -> list[Token]:
    """Cut `content` into tokens.

    An abbreviation (`Mr`, `Gen`) keeps the full stop that follows it as part of its token, as do
    initials of several letters (`Yu`, `Chas`).
    """
    tokens: list[Token] = []
    append, known = tokens.append, lexicon.pieces
    new = tuple.__new__  # a third of the time of the constructor, some hundred times a page
    at = 0
    for space, phrase, word, other in _pattern().findall(content):
        gap = space if space in (GLUED, BLANK) else _gap(space)
        at += len(space)
        if phrase:
            end = at + len(phrase)
            append(new(Token, (phrase, at, end, "lower", gap, False, 0)))
            at = end
        elif word:
            for text, start, end, shape, possessive, kind in known.get(word) or _remembered(word, lexicon):
                append(new(Token, (text, at + start, at + end, shape, gap, possessive, kind)))
                gap = GLUED
            at += len(word)
        else:
            end = at + len(other)
            shape = "number" if other.isdecimal() else "mark"
            append(new(Token, (other, at, end, shape, gap, False, 0)))
            at = end
    return tokens


def _remembered(word: str, lexicon: NameLexicon) -> tuple[Piece, ...]:
    """The pieces of a word, kept for the next time that it stands in a text."""
    pieces = tuple(_pieces(word, lexicon))
    lexicon.remember(word, pieces)
    return pieces


def _pieces(word: str, lexicon: NameLexicon) -> Iterator[Piece]:
    """A word, which may have an ending, a prefix or a full stop of its own, cut into tokens."""
    stop = word.endswith(".")
    word = word[:-1] if stop else word
    after = len(word)
    at = 0
    prefix, hyphen, rest = word.partition("-")
    if hyphen and prefix in PREFIXES and len(rest) > 1 and rest[0].isupper():
        yield prefix, 0, len(prefix), "lower", False, 0
        word, at = rest, len(prefix) + 1
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
        if shape == "letter" or text in lexicon.short_initials:
            text, end, stop, shape = text + ".", end + 1, False, "initial"
        elif text.lower() in lexicon.abbreviations:
            text, end, stop = text + ".", end + 1, False
    kind = lexicon.kind(text) if shape in CAPITAL or shape == "letter" else 0
    yield text, at, end, shape, possessive, kind
    if stop:
        yield ".", after, after + 1, "mark", False, 0


def _gap(space: str) -> str:
    lines = space.count("\n")
    return PARAGRAPH if lines > 1 else LINE if lines else BLANK
