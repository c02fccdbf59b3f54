"""The grammar of organisations' names: a type word, the words before it, and its tail.

"Far East Commission", "Ministry of Foreign Affairs", "Soviet mission in Tokyo": a type word names
nothing alone. What makes it a name is a head of capitalised words, or a tail that says of what.
In a line set in capitals, where case tells nothing, only known words count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import regex

from fonds.extract.organisation_grammar import Grammar, TypeWord
from fonds.extract.places import Find
from fonds.extract.vocabulary import Hit
from fonds.extract.words import Word, Words

#: A blank and the first letter of every word that a tail may begin with.
_TAIL_BEGINS: Final = frozenset(f" {letter}" for letter in "aAdfFiIoO")
_ORDINAL: Final = regex.compile(r"\d{1,3}(?:st|nd|rd|th|d)", regex.IGNORECASE)
_ACRONYM: Final = regex.compile(r"[A-ZÀ-ÞА-Я]{2,6}")
_SEAT: Final = regex.compile(r" (?:in|at|IN|AT) ")
_OWNER: Final = regex.compile(r" of (?:the )?([A-Z]{2,6})\b")
_OPENING: Final = regex.compile(r" (?:of|for|on|in|at|OF|FOR|ON|IN|AT)(?: the| THE)? ")
_LINK: Final = regex.compile(r" (of|for|on|OF|FOR|ON|des|de|für)( the| THE| la| las| los)? ")
_JOINED: Final = regex.compile(r" (?=[^\W_])|,? (?:and|AND|&|y|et|und) |, (?=[A-Z][a-z]+(?:, | and ))")
_LONGEST_ACRONYM: Final = 6  # letters
_LONGEST_NAME: Final = 9  # words
#: A line at least this wide is taken to be broken by its width, not by its sense.
_FULL_LINE: Final = 45


class NameFind(NamedTuple):
    """An organisation found in the prose view. `sure` is false for a name made of common words."""

    start: int
    end: int
    sure: bool


@dataclass(frozen=True)
class NameReader:
    """Reads organisations' names from the words of one document."""

    words: Words
    hits: Sequence[Hit]
    grammar: Grammar
    acronyms: frozenset[str]
    place_starts: dict[int, Find]
    place_ends: dict[int, Find]

    def finds(self) -> Iterator[NameFind]:
        """The names in the order of their type words; they may overlap."""
        text, grammar = self.words.plain, self.grammar
        for number, start, end in self.hits:
            if (start and (text[start - 1].isalnum() or text[start - 1] in "-'&")) or (
                end < len(text) and (text[end].isalnum() or text[end] == "-")
            ):
                continue
            kind = grammar.types[number]
            found = self._lower(kind, start, end) if kind.lower else self._capitalised(kind, start, end)
            if found is not None:
                yield found

    def _capitalised(self, kind: TypeWord, start: int, end: int) -> NameFind | None:
        text = self.words.plain
        capitals = self.words.in_capitals(start)
        if text[start:end].isupper() and not capitals:
            return None
        head = self._head(start, capitals, kind.name in self.grammar.lists["joined"])
        tail = self._tail(kind, start, end, head < start)
        seat = self.grammar.lists["seated"]
        if kind.plural and not (kind.name in seat and _SEAT.match(text, end) and tail > end):
            return None
        if tail == end and head == start:
            return None
        head_words = text[head:start].split()
        known = [word for word in head_words if self._telling(word)] or self._has_place(head, start)
        if kind.weak and not known and not (tail > end and self._known_at(end, tail)):
            return None
        if capitals and head == start and not self._known_at(end, tail):
            return None
        if capitals and kind.weak and not self._told_in_capitals(head_words, head, start):
            return None
        if text[head:tail] in self.grammar.lists["not_names"]:
            return None
        previous = self.words.before(head)
        if previous is not None:
            if previous.text in self.grammar.lists["titles"]:
                return None
            if self._unbound(previous, tail) and not (kind.name == "Government" and known):
                return None
        return NameFind(head, tail, bool(known) or tail > end)

    def _told_in_capitals(self, head_words: list[str], head: int, start: int) -> bool:
        """Whether the words before a weak type word in capitals make it a name.

        "TRAINING CENTER" is any such centre, and "STATE ARMY NAVY AIR" a row of addressees.
        """
        if not head_words or all(word in self.grammar.boxes or word in self.acronyms for word in head_words):
            return False
        return self._has_place(head, start) or any(
            word.casefold() in self.grammar.adjectives or _ORDINAL.fullmatch(word) for word in head_words
        )

    def _lower(self, kind: TypeWord, start: int, end: int) -> NameFind | None:
        """A type word in lower case, which needs the right word straight before it."""
        head, text = start, self.words.plain
        place = self.place_ends.get(start - 1)
        word = self.words.before(start)
        if word is None and place is None:
            return None
        adjective = bool(word) and word is not None and word.text.casefold() in self.grammar.adjectives
        acronym = bool(word) and word is not None and word.text in self.acronyms
        if kind.lower == "lower_case_any":
            head = self._head(start, capitals=False)
        elif kind.lower == "lower_case_after_acronym" and acronym and word is not None:
            head = word.start
        elif kind.lower in {"lower_case", "lower_case_of_acronym"} and (adjective or place):
            head = place.start if place else self._adjectives(start)
        if head == start or self.words.in_capitals(start):
            return None
        previous = self.words.before(head)
        tail = end
        if kind.lower == "lower_case_of_acronym":
            owner = _OWNER.match(text, end)
            if owner is None or owner.group(1) not in self.acronyms:
                return None
            tail = owner.end()
        elif kind.lower == "lower_case":
            if text[end : end + 1] == "s":
                return None
            tail = self._seat(end, plural=False)
        if previous is not None and self._unbound(previous, tail):
            return None
        return NameFind(head, tail, sure=True)

    def _unbound(self, article: Word, end: int) -> bool:
        """Whether an indefinite article belongs to the name itself: "a Control Commission" names none.

        In "a Foreign Ministry official" it belongs to the official.
        """
        if article.text.casefold() not in self.grammar.lists["indefinite"]:
            return False
        following = self.words.after(end)
        return (
            following is None
            or not following.text.islower()
            or following.text in self.grammar.lists["function_words"]
        )

    def _adjectives(self, start: int) -> int:
        """Where the adjectives of nationality that end before `start` begin."""
        at, word = start, self.words.before(start)
        while word is not None and word.text.casefold() in self.grammar.adjectives:
            at = word.start
            word = self.words.before(at)
        return at

    def _head(self, start: int, capitals: bool, joins: bool = False) -> int:
        """Where the capitalised words before a type word begin; `start` if there are none.

        With `joins` any two names may be joined by "and", as in companies' names.
        """
        at, count = start, 0
        while count < _LONGEST_NAME:
            place = self.place_ends.get(at - 1)
            if place is not None and self._blank(place.end, at):
                at, count = place.start, count + 1
                continue
            word = self.words.last(at - 1)
            if word is None or not self._blank(word.end, at):
                break
            if word.text.casefold() in {"and", "&"} and count:
                left = self.words.last(word.start - 1)
                first = self.words.plain[at:start].split()[0]
                if (
                    left is not None
                    and self._blank(left.end, word.start)
                    and self._names(left, capitals)
                    and (left.text.casefold() in self.grammar.subjects or joins)
                    and first.casefold() not in self.grammar.adjectives
                ):
                    at, count = left.start, count + 2
                    continue
                break
            if not self._names(word, capitals):
                break
            at, count = word.start, count + 1
        return self._trimmed(at, start)

    def _trimmed(self, at: int, start: int) -> int:
        """A head without the words that only lead up to a name."""
        for word in self.words.plain[at:start].split():
            if word not in self.grammar.not_in_name and word.strip(".") not in self.grammar.not_in_name:
                break
            at += len(word) + 1
        return min(at, start)

    def _blank(self, end: int, start: int) -> bool:
        """Whether only a blank, or the break of a full line, lies between two positions."""
        gap = self.words.content[end:start]
        if gap in {" ", "\u00a0", " & "}:
            return True
        if gap.strip(" \r") == "\n":
            line_start, line_end = self.words.line_at(end)
            return line_end - line_start >= _FULL_LINE
        return False

    def _names(self, word: Word, capitals: bool) -> bool:
        """Whether a word can be part of a name."""
        text = word.text
        if text[0].isdecimal() and _ORDINAL.fullmatch(text):
            return True
        folded = text.casefold()
        known = (
            folded in self.grammar.subjects
            or folded in self.grammar.adjectives
            or folded in self.grammar.type_parts
        )
        if capitals:
            return known or text in self.acronyms
        if not text[0].isupper():
            return False
        if known:
            return True
        if text in self.grammar.not_in_name and text not in self.grammar.inside_name:
            return False
        return not text.endswith("'s")

    def _telling(self, word: str) -> bool:
        folded = word.casefold()
        return bool(
            folded in self.grammar.subjects
            or folded in self.grammar.adjectives
            or (len(word) <= _LONGEST_ACRONYM and _ACRONYM.fullmatch(word))
            or _ORDINAL.fullmatch(word)
        )

    def _has_place(self, start: int, end: int) -> bool:
        return start < end and not self.place_starts.keys().isdisjoint(range(start, end))

    def _known_at(self, end: int, tail: int) -> bool:
        """Whether a tail begins with a place or a word of the tables."""
        opening = _OPENING.match(self.words.plain, end)
        if opening is None or opening.end() >= tail:
            return False
        if opening.end() in self.place_starts:
            return True
        return self._telling(self.words.plain[opening.end() : tail].split()[0].strip(","))

    def _tail(self, kind: TypeWord, start: int, end: int, headed: bool) -> int:
        """Where the name ends after its type word and tail."""
        if self.words.plain[end : end + 2] not in _TAIL_BEGINS:
            return end  # most type words have no tail
        lists, at = self.grammar.lists, end
        if kind.name in lists["seated"] and (seat := self._seat(end, kind.plural)) > end:
            return seat
        for _ in range(3):
            link = _LINK.match(self.words.plain, at)
            if link is None:
                break
            by = link.group(1).casefold()
            if at > end and by not in {"of", "de"}:
                break
            if (by == "for" and kind.name not in lists["for_tail"]) or (
                by == "on" and kind.name not in lists["on_tail"]
            ):
                break
            stop = self._object(kind, link.end(), bool(link.group(2)), headed and at == end)
            if stop is None or (
                by == "for" and (not self._known_at(at, stop) or (headed and link.end() in self.place_starts))
            ):
                break
            at = stop
        return self._seat(at, plural=False) if at > end and kind.name in lists["seated"] else at

    def _seat(self, end: int, plural: bool) -> int:
        """The end of "in Tokyo", "at Stockholm", "in Hungary and Romania" after a type word."""
        link = _SEAT.match(self.words.plain, end)
        place = self.place_starts.get(link.end()) if link else None
        if place is None:
            return end
        if plural and self.words.plain[place.end : place.end + 5] == " and ":
            second = self.place_starts.get(place.end + 5)
            return second.end if second else place.end
        return place.end

    def _object(self, kind: TypeWord, at: int, with_the: bool, headed: bool) -> int | None:
        """The end of the capitalised words of a tail that begin at `at`, None if there are none."""
        capitals = self.words.in_capitals(at)
        end: int | None = None
        owner = kind.name not in self.grammar.lists["bodies"]
        for count in range(_LONGEST_NAME):
            place = self.place_starts.get(at)
            if place is not None:
                end = place.end
            else:
                word = self.words.at(at)
                if word is None:
                    break
                office = (
                    kind.name == "Office" and with_the and word.text in self.grammar.lists["named_offices"]
                )
                if not office and (not self._names(word, capitals) or len(word.text) < 2):
                    break
                if not count and headed and owner and with_the and self._typed(at):
                    return None  # "Japanese Section of the Ministry …": two names
                end = word.end
                if word.text == "St" and self.words.plain[end : end + 2] == ". ":
                    end += 1
            following = self._next(end)
            if following is None:
                break
            at = following
        return end

    def _typed(self, at: int) -> bool:
        """Whether what begins at `at` is an organisation's name of its own."""
        words = self.words.plain[at : at + 60].split()[:4]
        return any(self._is_type(word.strip(",.;")) for word in words)

    def _next(self, end: int) -> int | None:
        """Where the next word of a tail may begin: after a blank, "and", or a comma of a list."""
        text = self.words.plain
        joined = _JOINED.match(text, end)
        if joined is None:
            return None
        at = joined.end()
        if joined.group() == " ":
            return at if self._blank(end, at) else None
        word = self.words.at(at)
        if word is None:
            return None
        lower = word.text.casefold()
        if lower in self.grammar.adjectives or self._is_type(word.text):
            return None
        return at if lower in self.grammar.subjects and word.text[0].isupper() else None

    def _is_type(self, word: str) -> bool:
        return word in self.grammar.forms
