"""The words around a place in a document, and whether its line is set in capitals.

In a line of capitals ("DEPARTMENT OF STATE", a cable) the case of a letter says nothing, so the
finders of names ask for known words there. Words are read where they are asked for: a document
has thousands, and a finder looks at a few dozen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import regex

from fonds.extract.reading import Reading

# One for one, so that offsets stay: white space of any kind, and the apostrophes.
_SAME_LENGTH: Final = (*((c, " ") for c in "\n\r\t\v\f\u00a0\u2007\u202f"), ("’", "'"), ("‘", "'"))
_WORD_PATTERN: Final = r"[^\W_](?:\w|&(?=\w)|['’.\-‑](?=[^\W_]))*"
_WORD: Final = regex.compile(_WORD_PATTERN)
_LAST_WORD: Final = regex.compile(f"(?r){_WORD_PATTERN}")
#: No word is longer, nor does a longer gap lie between two words of one name.
_REACH: Final = 64
#: A line with at least this many capitals counts as set in capitals when nearly all letters are.
_FEW_LETTERS: Final = 4


class Word(NamedTuple):
    """A word at its place in the prose view, with straight apostrophes."""

    start: int
    end: int
    text: str


def plain(text: str) -> str:
    """`text` with every white space a blank and straight apostrophes, of the same length."""
    for old, new in _SAME_LENGTH:
        text = text.replace(old, new)
    return text


@dataclass(frozen=True)
class Words:
    """The prose of a reading, as it stands and levelled by `plain`."""

    content: str
    _lines: dict[int, bool] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def plain(self) -> str:
        return plain(self.content)

    def last(self, position: int) -> Word | None:
        """The last word that ends at or before `position`, if it is near."""
        text = self.plain
        end = position - (text[position - 1 : position] == " ")
        start = text.rfind(" ", max(0, position - _REACH), end) + 1
        if start and (letters := text[start:end]).isalpha():
            return Word(start, end, letters)  # nearly always
        found = _LAST_WORD.search(text, max(0, position - _REACH), position)
        return Word(found.start(), found.end(), found.group()) if found else None

    def at(self, position: int) -> Word | None:
        """The word that begins at `position`."""
        found = _WORD.match(self.plain, position)
        return Word(found.start(), found.end(), found.group()) if found else None

    def before(self, position: int) -> Word | None:
        """The word that ends before `position`, if only blanks and a full stop lie between."""
        if self.plain[position - 1 : position] not in (" ", "-"):
            return None
        word = self.last(position)
        if word is None or word.end == position:
            return None
        return word if self.plain[word.end : position] in {" ", ". ", "  ", "-"} else None

    def after(self, position: int) -> Word | None:
        """The word that begins one blank after `position`."""
        return self.at(position + 1) if self.plain[position : position + 1] == " " else None

    def in_capitals(self, position: int) -> bool:
        """Whether the line at `position` is set in capitals (of a long line, the part around it)."""
        start, end = self.line_at(position)
        if end - start <= 2 * _REACH:
            if start not in self._lines:
                self._lines[start] = _capitals(self.content[start:end])
            return self._lines[start]
        return _capitals(self.content[max(start, position - _REACH) : min(end, position + _REACH)])

    def line_at(self, position: int) -> tuple[int, int]:
        """The start and end of the line at `position`, without its newline."""
        start = self.content.rfind("\n", 0, position) + 1
        end = self.content.find("\n", position)
        return start, len(self.content) if end < 0 else end


def _capitals(line: str) -> bool:
    if 7 * sum(map(line.count, "aeo")) > len(line):
        return False  # so many small letters leave no room: running text is told from them alone
    upper = sum(map(str.isupper, line))
    return upper >= _FEW_LETTERS and sum(map(str.islower, line)) * 6 <= upper


@lru_cache(maxsize=8)
def words_of(reading: Reading) -> Words:
    """The words of a reading; several finders ask for the same one."""
    return Words(reading.prose.content)
