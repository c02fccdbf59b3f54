"""The words of dates: a text is spelled as one letter per word, number or mark.

`4 November 1945` becomes `nMY`. Rules of grammar are then short regular expressions over
such a spelling, the same for every language in the table `months.toml`, and untroubled by
spaces and line breaks. The letters are listed at `LETTERS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import ahocorasick_rs

from fonds import lexicon
from fonds.source import Span

#: What each letter of a spelling stands for.
LETTERS: Final = {
    "n": "a number from 1 to 31, of one or two digits",
    "m": "any other number of one or two digits",
    "Y": "four digits from 1500 to 2099",
    "C": "four other digits that are a clock time, 0000 to 2359",
    "E": "a year with a letter misread for a digit",
    "0": "any other number, or one glued to a word",
    "Z": "a date-time group, 030915Z",
    "q": "a number spelled out, EIGHTEEN",
    "Q": "an ordinal spelled out, eighteenth",
    "O": "an ordinal ending: st, nd, rd, th, d",
    "G": "the s of a decade",
    "M": "a month's name that is nothing else",
    "A": "a month's abbreviation",
    "W": "a month's name that is also a word or a name",
    "X": "a month's name of another language that is a common word elsewhere",
    "R": "a Roman numeral up to XII",
    "S": "a season",
    "D": "a day of the week",
    "a": "a.m. or p.m.",
    "h": "hours",
    "z": "a time zone",
    "N": "noon or midnight",
    "T": "at",
    "r": "today, yesterday, tomorrow",
    "l": "last, this, next",
    "U": "morning, week, month, year",
    "i": "instant, ultimo, proximo",
    "c": "the",
    "o": "of",
    "t": "to",
    "&": "and",
    "v": "or",
    "p": "present, current",
    "y": "day",
    "e": "A. D.",
    "k": "century",
    "w": "any other word",
    "|": "a line break",
    "_": "a blank line",
    "-": "any dash",
    "'": "any apostrophe",
    "!": "any other mark",
}

#: One word, number or mark. The first alternative takes the words that can begin none of the others;
#: the blank before is taken along, since to look for the next beginning costs more.
_TOKEN: Final = re.compile(
    r" ?(?:((?:[b-km-oq-zB-HJ-OQ-Z]|[aApPlI][a-ln-z])[^\W\d_]*)"
    r"|\b([0-9]{6}(?:[zZ]|2(?= (?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC) [0-9]{2}\b)))\b"
    r"|\b(?=[0-9]{0,3}[A-Za-z])([lI1][89][0-9OoSsIlBb]{2})\b"
    r"|\b(A\. ?D\.)"
    r"|([0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)"
    r"|\b([aApP]\.?[ \xa0]?[mM]\b\.?)"
    r"|([^\W\d_]+)"
    r"|(\n(?:[^\S\n]*\n)*)"
    r"|([^\w\s]|_))"
)
_PLAIN, _GROUP, _MISREAD, _ERA, _NUMBER, _HALF, _WORD, _BREAK, _MARK = range(1, 10)
_MARKS: Final = {
    **{mark: mark for mark in ",./:;()[]$?"},
    **dict.fromkeys("-‐‑‒–—−", "-"),
    **dict.fromkeys("'’‘`´", "'"),
    **dict.fromkeys("£€", "$"),
}
#: Numbers near which a date may stand; a lone small number is nobody's date.
_NUMBERS: Final = re.compile(
    # The first set lets the search pass over most of a text at once.
    r"[0-9lI](?:(?<=[0-9])(?:[0-9]{3}|[./-][0-9IVX]|(?:st|nd|rd|th|d)\b)|(?<![02-9])[89][0-9OoSsIlBb]{2})"
)
#: How much around a clue is spelled, in code points: room for the longest phrase and range.
_AROUND: Final = 44
_MARK_LETTERS: Final = ",./:;()[]?-'!|_"
_DIGITS: Final = str.maketrans("lIoOsSbB", "11005588")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The table `months.toml`, arranged for looking up."""

    words: dict[str, tuple[str, Any]]
    roman: dict[str, int]
    suffixes: frozenset[str]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    modifiers: frozenset[str]
    units: frozenset[str]
    forward: frozenset[str]
    papers: frozenset[str]
    after_day: frozenset[str]
    cues: dict[str, str]
    cue: re.Pattern[str]
    long_months: tuple[tuple[str, int], ...]
    clues: ahocorasick_rs.AhoCorasick


@dataclass(frozen=True, slots=True)
class Spelling:
    """A text, spelled: letter `i` stands for the words from `starts[i]` to `ends[i]`.

    `values` holds numbers and what the table gives, `words` the words in lower case.
    """

    text: str
    spelled: list[str]
    starts: list[int]
    ends: list[int]
    values: list[Any]
    words: list[str]
    vocabulary: Vocabulary

    @property
    def letters(self) -> str:
        """The spelling as one string."""
        return "".join(self.spelled)

    def phrase(self, at: int) -> tuple[str, int] | None:
        """The kind of the longest phrase whose last word is at `at`, and where it begins."""
        for words, kind in self.vocabulary.phrases.get(self.words[at] if at >= 0 else "", ()):
            first = at - len(words) + 1
            if first >= 0 and tuple(self.words[first : at + 1]) == words:
                return kind, first
        return None


@lru_cache(maxsize=8)
def vocabulary(folder: str | None = None) -> Vocabulary:
    """The words of dates, from the user's folder of tables if it has them."""
    table = lexicon.load("months", folder)
    cues = {cue: role for role, listed in table["roles"].items() for cue in listed}
    words: dict[str, tuple[str, Any]] = {}

    def add(letter: str, names: list[str], value: Any = None) -> None:
        for name in names:
            words.setdefault(name, (letter, value))

    for letter, group in (("M", "sure"), ("W", "doubtful"), ("A", "short"), ("X", "foreign")):
        for number, names in table["months"][group].items():
            add(letter, names, int(number))
    for letter, group in (("S", "seasons"), ("D", "weekdays")):
        for number, names in table[group].items():
            add(letter, names, int(number))
    relative, connectors, time = table["relative"], table["connectors"], table["time"]
    for letter, values in (("r", "days"), ("l", "pointers"), ("U", "units")):
        for name, value in relative[values].items():
            add(letter, [name], value)
    for offset, group in enumerate(("ultimo", "instant", "proximo"), -1):
        add("i", relative[group], offset)
    add("N", time["noon"], (12, 0))
    add("N", time["midnight"], (0, 0))
    for letter, group in (("h", "hours"), ("z", "zones"), ("T", "at")):
        add(letter, time[group])
    for letter, group in zip("cot&vky", ("the", "of", "to", "and", "or", "century", "day"), strict=True):
        add(letter, connectors[group])
    add("p", relative["present"], 0)
    for value, name in enumerate(table["numbers"]["words"], 1):
        add("q", [name], value)
    for value, name in enumerate(table["numbers"]["ordinals"], 1):
        add("Q", [name], value)
    for letter, group in (("q", "tens"), ("Q", "tens-ordinals")):
        for name, value in table["numbers"][group].items():
            add(letter, [name], value)
    return Vocabulary(
        words=words,
        roman={numeral: number for number, numeral in enumerate(table["roman"]["numerals"], 1)},
        suffixes=frozenset(table["numbers"]["ordinal-suffixes"]),
        phrases=_phrases(table["approximations"] | table["modifiers"] | table["leads"]),
        modifiers=frozenset(table["modifiers"]),
        units=frozenset(table["years"]["units"]),
        forward=frozenset(relative["forward"]),
        papers=frozenset(table["nouns"]["papers"]),
        after_day=frozenset(table["nouns"]["after-day"]),
        cues=cues,
        cue=_cue(cues),
        long_months=tuple(
            (name, int(number))
            for number, names in table["months"]["sure"].items()
            for name in names
            if len(name) >= 5
        ),
        clues=ahocorasick_rs.AhoCorasick(
            sorted(word for word, (letter, _) in words.items() if letter in "MAWXSDriNlp"),
            matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
            implementation=ahocorasick_rs.Implementation.DFA,  # of few words: thrice as fast as the default
        ),
    )


def _cue(cues: Iterable[str]) -> re.Pattern[str]:
    """Any of the cues, the longest first."""
    ordered = sorted(cues, key=lambda cue: (-len(cue), cue))
    words = "|".join(re.escape(cue).replace(r"\ ", r"\s+") for cue in ordered)
    return re.compile(rf"\b(?:{words})\b\.?", re.IGNORECASE)


def _phrases(table: dict[str, list[str]]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Phrases by their last word, the longest first."""
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, listed in table.items():
        for phrase in listed:
            words = tuple(phrase.split())
            phrases.setdefault(words[-1], []).append((words, kind))
    return {last: tuple(sorted(found, key=lambda entry: -len(entry[0]))) for last, found in phrases.items()}


def spell(text: str, known: Vocabulary) -> Spelling:
    """Spell a text, letter by letter as in `LETTERS`."""
    spelling = Spelling(text, [], [], [], [], [], known)
    for window in _windows(text, known):
        _spell_window(spelling, window)
    return spelling


def _windows(text: str, known: Vocabulary) -> list[Span]:
    """The parts of a text in which a date may stand, whole words each."""
    clues = [match.start() for match in _NUMBERS.finditer(text)]
    folded = text.lower()
    if len(folded) != len(text):  # a few letters grow when lowered
        folded = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    for _, start, end in known.clues.find_matches_as_indexes(folded):
        if not (start and folded[start - 1].isalpha()) and not folded[end : end + 1].isalpha():
            clues.append(start)
    if not clues:
        return []
    clues.sort()
    windows: list[Span] = []
    first = before = clues[0]
    for clue in clues:
        if clue - before > 2 * _AROUND:
            windows.append(_around(text, first, before))
            first = clue
        before = clue
    windows.append(_around(text, first, before))
    return windows


def _around(text: str, first: int, last: int) -> Span:
    """What lies around the clues from `first` to `last`, whole words."""
    start, end = max(0, first - _AROUND), min(len(text), last + _AROUND)
    return Span(_to_space(text, start, -1), _to_space(text, end, 1))


def _to_space(text: str, at: int, step: int) -> int:
    """The next place, in one direction, where no word is cut."""
    while 0 < at < len(text) and not (text[at].isspace() or text[at - 1].isspace()):
        at += step
    return at


def _spell_window(spelling: Spelling, window: Span) -> None:
    letters, starts, ends, values, words = (
        spelling.spelled,
        spelling.starts,
        spelling.ends,
        spelling.values,
        spelling.words,
    )
    known = spelling.vocabulary
    listed, roman = known.words, known.roman
    last = "!"
    if letters:  # nothing may be read across a gap
        letters.append(last)
        starts.append(window.start)
        ends.append(window.start)
        values.append(None)
        words.append("")
    text, before = spelling.text, -1
    for match in _TOKEN.finditer(text, window.start, window.end):
        kind = match.lastindex or 0
        start, end = match.span(kind)
        glued, before = start == before, end
        written = text[start:end]
        word = ""
        value: Any = None
        if kind in (_PLAIN, _WORD):
            word = written.lower()
            if word in listed or written in roman:
                letter, value = _word(written, word, known)
            else:
                letter = "w"
            if last in "nmYC'":
                letter = _beside_number(letter, word, letters, known, glued)
        elif kind == _MARK:
            letter, word = _MARKS.get(written, "!"), written
        elif kind == _NUMBER:
            letter, value = _number(written)
            if last == "$" or (glued and last not in "MAW" + _MARK_LETTERS):
                letter = "0"
        elif kind == _BREAK:
            letter = "|" if written.count("\n") == 1 else "_"
        elif kind == _HALF:
            letter, word, value = "a", written.lower(), written[0] in "pP"
        elif kind == _GROUP:
            letter, value = _group(written)
        elif kind == _ERA:
            letter = "e"
        else:
            letter, value = _misread(written)
        letters.append(letter)
        starts.append(start)
        ends.append(end)
        values.append(value)
        words.append(word)
        last = letter


def _word(written: str, word: str, known: Vocabulary) -> tuple[str, Any]:
    """The letter and value of a word that the table lists, or of a Roman numeral."""
    found = known.words.get(word)
    if found is None:
        return "R", known.roman[written]
    if found[0] == "W" and written == word:
        return "w", None
    return found


def _number(written: str) -> tuple[str, int]:
    if "," in written:
        return "0", 0
    value = int(written) if len(written) <= 9 else 0
    if len(written) <= 2:
        return ("n" if 1 <= value <= 31 else "m"), value
    if len(written) == 4:
        if 1500 <= value <= 2099:
            return "Y", value
        if value < 2400 and value % 100 < 60:
            return "C", value
    return "0", value


def _group(written: str) -> tuple[str, Any]:
    day, hour, minute = int(written[:2]), int(written[2:4]), int(written[4:6])
    good = 1 <= day <= 31 and hour < 24 and minute < 60
    return ("Z" if good else "0"), (day, hour, minute)


def _misread(written: str) -> tuple[str, Any]:
    if sum(character.isdigit() for character in written) < 2:
        return "w", None
    return "E", int(written.translate(_DIGITS))


def _beside_number(letter: str, word: str, letters: list[str], known: Vocabulary, glued: bool) -> str:
    """The letter of a word that may belong to the number before it.

    A word glued to a number makes it part of a code, which is no number for our purposes.
    """
    last = letters[-1]
    if last in "nm" and word in known.suffixes and (glued or word != "d"):
        return "O"
    if not glued:
        return letter
    if word == "s" and (last in "Ym" or (last == "'" and len(letters) > 1 and letters[-2] in "Ym")):
        return "G"
    if last != "'" and letter not in "MAWahz":
        letters[-1] = "0"
    return letter
