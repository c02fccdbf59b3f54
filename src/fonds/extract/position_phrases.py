"""The words of an office: its noun, what stands before it, and its complement.

"Chief of the Japanese Section of the Ministry of Foreign Affairs", "political advisor to Lt.
General Derevyanko", "members of the Soviet Mission".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from fonds.extract.name_lexicon import BODY, NameLexicon
from fonds.record import Mention

#: How far the beginning of an office may lie from its end, in code points.
REACH: Final = 220
_MOST_MODIFIERS: Final = 6
_SPACE: Final = r"(?:[ \t]+|[ \t]*\n[ \t]*(?!\n))"
_WORD: Final = r"[^\W\d_][\w’'\-]*"
_CAPITAL: Final = r"[^\W\d_a-zß-öø-ÿ][\w’'\-]*"


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A compiled pattern of `_PATTERNS`; a blank in it stands for a blank or one line end."""
    return re.compile(_PATTERNS[name].replace(" ", _SPACE))


_PATTERNS: Final = {
    "word": _WORD,
    "space": " ",
    "doubt": r"\s*[(\[](?:sic|\?)[)\]]",
    "article": "(?:the|a|an|The|A|An|this|his|its|their) ",
    "apposition": (
        ", (?:(?P<both>both|all) )?(?:who )?(?:(?P<verb>is|was|had been|has been) )?"
        "(?:(?P<cue>now|then|formerly|previously|currently|presently|at present|once|late|until recently) )?"
    ),
    "statement": (
        " (?P<verb>is|was|became|had been|has been|served as|serves as|acts as|acted as) "
        "(?:(?P<cue>now|then|formerly|previously|currently|also|once|appointed|elected) )?"
    ),
    "earlier": r"(?:In the past|Formerly|Previously|At one time|In former years|Until recently),? $",
    "link": " (of|to|for|in|at|on|with|from) (?:(?:the|a|an|his|its|this|that) )?",
    "capitals": rf"{_CAPITAL}(?: (?:(?:and|of|for|de|the|&|of the) )?{_CAPITAL})*",
    "was": " (?P<verb>was|is) $",
    "belongs": " of the ",
    "as": ", as (?:(?:permanent|acting|former|first|chief) )?",
    "served": (
        r"[^.;\n]{0,120}?\b(?:he|she) (?:has |had |later |then )?"
        "(?:served|serves|acted|acts|worked|works) as "
    ),
    # a full stop behind an initial or a rank ends no sentence
    "stationed": (
        r"(?:[^.;\n]|(?<=\b[A-Z])\.|(?<=\b[A-Z][a-z])\.){0,200}?"
        rf"\b(?P<title>(?:stationed|posted) (?:in|at) (?:the )?{_CAPITAL}(?: {_CAPITAL})*)"
    ),
}


@dataclass(frozen=True, slots=True)
class Office:
    """An office in the text: where its title begins and ends, and the noun at its head."""

    start: int
    end: int
    head: str


@lru_cache(maxsize=8)
def nouns_of(holders: frozenset[str]) -> frozenset[str]:
    """The nouns of offices in small letters, singular and plural; of a chairman also the chair."""
    stems = {noun[:-3] for noun in holders if noun.endswith("man")}
    bare = {noun[:-1] for noun in holders if noun.endswith("y")}
    plural = (
        {f"{noun}s" for noun in holders} | {f"{stem}men" for stem in stems} | {f"{stem}ies" for stem in bare}
    )
    return holders | plural | stems | bare


class OfficeReader:
    """Reads offices in one text, in which persons and organisations are known."""

    def __init__(
        self,
        text: str,
        lexicon: NameLexicon,
        persons: Mapping[int, Mention],
        organisations: Sequence[Mention],
    ) -> None:
        """`persons` are the mentions by where their titles and names begin."""
        self.text = text
        self.lexicon = lexicon
        self.nouns = nouns_of(lexicon.context("holders"))
        self.stops = lexicon.context("stops")
        self.starts = persons
        self.bodies: dict[int, int] = {}
        for body in organisations:
            self.bodies[body.name_start] = max(body.name_end, self.bodies.get(body.name_start, 0))

    def words(self, office: Office) -> str:
        """The title as written, in one line."""
        return " ".join(self.text[office.start : office.end].replace("-\n", "-").split())

    def at(self, at: int, *, bare: bool) -> Office | None:
        """The office that begins at `at`, with its complement.

        Without an article only if `bare`, and then only if it begins with a capital or with the
        noun itself.
        """
        article = pattern("article").match(self.text, at)
        if article is None and not bare:
            return None
        start = here = article.end() if article else at
        head: re.Match[str] | None = None
        for count in range(_MOST_MODIFIERS + 1):
            word = pattern("word").match(self.text, here)
            if word is None or word.group().lower() in self.stops or (here in self.starts and here != start):
                break
            if word.group().lower() in self.nouns:
                head = word
            elif article is None and count == 0 and word.group()[0].islower():
                return None
            space = pattern("space").match(self.text, word.end())
            if space is None:
                break
            here = space.end()
        if head is None:
            return None
        return Office(start, self._complement(head.end(), head.group().lower()), head.group())

    def ending(self, end: int, *, capitals: bool = False) -> Office | None:
        """The longest office that ends at `end`; with `capitals`, one whose noun has a capital.

        A small noun alone ("agent") is a common word before a name, and no office.
        """
        text = self.text
        begin = max(0, end - REACH)
        # a word that a mark parts from the end belongs to no office that ends there
        begin = max(begin, *[text.rfind(mark, begin, end) + 1 for mark in ".;:,()"])
        words = list(pattern("word").finditer(text, begin, end))
        for at, word in enumerate(words):
            if word.group().lower() not in self.nouns:
                continue
            first = at
            while first and at - first < _MOST_MODIFIERS and self._modifies(words[first - 1], words[first]):
                first -= 1
            opening = words[first].group()
            if opening[0].islower() and self.with_article(words[first].start()) == words[first].start():
                first = at  # "and then officials of": small words before the noun are no part of it
            office = self.at(words[first].start(), bare=True)
            if office is None or office.end != end or office.head != word.group():
                continue
            plain = office.head.islower() and office.end == word.end()
            return None if plain or (capitals and office.head[0].islower()) else office
        return None

    def _modifies(self, word: re.Match[str], following: re.Match[str]) -> bool:
        return word.group().lower() not in self.stops and self.text[word.end() : following.start()] == " "

    def body(self, at: int) -> int:
        """Where the organisation named at `at` ends, -1 if none is named there."""
        if at in self.bodies:
            return self.bodies[at]
        match = pattern("capitals").match(self.text, at)
        here = self._before_person(at, match.end()) if match else at
        words = re.findall(r"[^\W\d_]+", self.text[at:here])
        known = bool(words) and self._is_body(words[-1])
        for _ in range(3):  # "the US section", "the trade mission"
            space = pattern("space").match(self.text, here) if here > at else None
            word = pattern("word").match(self.text, space.end() if space else here)
            if word is None or not word.group().islower() or word.group() in self.stops:
                break
            is_body = self._is_body(word.group())
            if not is_body and (known or match is not None):
                break
            here = word.end()
            if is_body:
                known = True
                break
        return here if known and here > at else -1

    def _is_body(self, word: str) -> bool:
        return bool(self.lexicon.kind(word) & BODY)

    def _complement(self, at: int, head: str) -> int:
        """Where the complement of an office ends: "of the Ministry of Foreign Affairs"."""
        end = at
        while (link := pattern("link").match(self.text, end)) is not None:
            here = link.end()
            person = self.starts.get(here)
            if person is not None:
                if link[1] not in ("to", "of"):
                    break
                end = person.name_end
                continue
            serves = end == at and head in self.lexicon.context("serving")
            if link[1] == "to" and not serves and self.at(here, bare=True):
                break  # "The Secretary of State to the Ambassador in Russia": two offices
            step = self._noun_phrase(here)
            if step < 0:
                break
            end = step
        return end

    def _noun_phrase(self, at: int) -> int:
        """Where the body or proper name at `at` ends, -1 if there is none."""
        body = self.body(at)
        if body > 0:
            return body
        match = pattern("capitals").match(self.text, at)
        return self._before_person(at, match.end()) if match else -1

    def _before_person(self, at: int, end: int) -> int:
        """`end`, or where the words before a person end that begins between `at` and `end`."""
        start = min((start for start in self.starts if at < start < end), default=None)
        if start is None:
            return end
        cut = self.text[at:start].rstrip()
        for word in (" and", " of", " for", " the"):
            cut = cut.removesuffix(word)
        return at + len(cut.rstrip(" ,"))

    def with_article(self, at: int) -> int:
        """`at`, or where an article right before it begins."""
        for article in ("the ", "The ", "a ", "A ", "an ", "An ", "this ", "This "):
            if self.text.startswith(article, max(0, at - len(article))) and at >= len(article):
                return at - len(article)
        return at
