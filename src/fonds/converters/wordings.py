"""The patterns of genre files, each compiled once, and the quick search of whole texts for them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import regex

#: A pattern that is a choice of wordings or letters at the beginning of a line, perhaps behind marks.
_CHOICE: Final = re.compile(r"(?:\(\?i\))?\^(?P<marks>(?:\\W|\[[^\]]*\])[*{},0-9]*)?(?:\(\?[i:]|\[)")
#: A pattern tied to the beginning of a line, behind its flags, by its first sign and by no other.
_TIED: Final = re.compile(r"(\(\?i\))?\^((?:(?!\(\?<)[^^\\]|\\[^A]|\[\^)*)")


def hits(patterns: tuple[str, ...], wanted: int, content: str) -> bool:
    """Whether so many of the patterns occur; no more of them are looked for than settle it."""
    for left, wording in zip(range(len(patterns), 0, -1), patterns, strict=True):
        if wanted <= 0 or wanted > left:
            break
        wanted -= occurs(wording, content)
    return wanted <= 0


def occurs(wording: str, content: str) -> bool:
    """Whether a pattern occurs in a text."""
    pattern, broken = _detector(wording)
    return pattern.search(f"\n{content}" if broken else content) is not None


@lru_cache(maxsize=2048)
def _detector(wording: str) -> tuple[regex.Pattern[str] | re.Pattern[str], bool]:
    """A pattern for whole texts, and whether it begins with the break before a line.

    `regex` is fast where a literal must occur. For a choice at the beginning of a line the break
    before it is looked for, since a search for one character passes over most of a text at once;
    where marks may stand between, `re` goes faster still.
    """
    choice, tied = _CHOICE.match(wording), _TIED.fullmatch(wording)
    if choice is None:
        return compiled(wording), False
    broken = rf"{tied[1] or ''}\n{tied[2]}" if tied else wording
    if choice["marks"]:
        try:
            return re.compile(broken, re.MULTILINE), tied is not None
        except re.error:  # what only the module `regex` knows
            pass
    return compiled(broken), tied is not None


@lru_cache(maxsize=2048)
def compiled(wording: str) -> regex.Pattern[str]:
    """A pattern, `^` and `$` standing for the ends of each line. Raises `regex.error`."""
    return regex.compile(wording, regex.MULTILINE)


@lru_cache(maxsize=2048)
def lined(wording: str) -> regex.Pattern[str]:
    """The same for the words of one line: `^` is then the beginning, and nothing is looked for elsewhere."""
    return regex.compile(wording)
