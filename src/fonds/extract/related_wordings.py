"""How a text speaks of another document: the patterns, and what makes looking for them cheap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import regex

from fonds import lexicon
from fonds.extract.words import plain

Relation = Literal["attachment", "enclosure", "draft", "reply-to", "mentioned"]


class Wording(NamedTuple):
    """How a text speaks of another document: the pattern, and what every match of it holds.

    That is a *heart*, which begins with one of the literal `signs`, or right after one if it
    `follows`. A match begins at its heart, or up to `back` words before it; `back` is None where
    only the length of a sentence bounds that.
    """

    relation: Relation
    signs: tuple[str, ...]
    heart: regex.Pattern[str]
    back: int | None
    pattern: regex.Pattern[str]
    follows: bool = False

    def matches(self, content: str, starts: Iterable[int]) -> Iterator[regex.Match[str]]:
        """The places in a text that match, in order and apart; `starts` are where hearts may begin."""
        hearts = [heart for at in starts if (heart := self.heart.match(content, at))]
        done = 0
        for number, heart in enumerate(hearts):
            if heart.start() < done:
                continue
            if self.back == 0:
                found = self.pattern.match(content, heart.start())
            else:
                start = max(done, _words_before(content, heart.start(), self.back))
                found = self.pattern.search(content, start, _reach(hearts, number))
            if found:
                yield found
                done = found.end()


#: How far the name of a document reaches around the heart, in code points.
_BEFORE: Final = 130
_AFTER: Final = 140


def _words_before(content: str, at: int, count: int | None) -> int:
    """Where the words before a position begin, `count` of them, as far as `_BEFORE`."""
    first = max(0, at - _BEFORE)
    if count is None:
        return first
    before = content[first:at].rsplit(None, count)
    return first + len(before[0]) if len(before) > count else first


def _reach(hearts: Sequence[regex.Match[str]], number: int) -> int:
    """How far the name around a heart may reach, with those of the hearts that are near it."""
    end: int = hearts[number].end() + _AFTER
    for heart in hearts[number + 1 :]:
        if heart.start() > end:
            break
        end = heart.end() + _AFTER
    return end


@lru_cache(maxsize=8)
def wordings(folder: str | None) -> tuple[Wording, ...]:
    """The wordings, for the forms of document of the table `correspondence`."""
    words = sorted(lexicon.load("correspondence", folder)["forms_in_prose"], key=lambda w: (-len(w), w))
    form = "(?:" + "|".join(regex.escape(word).replace(r"\ ", r"\s") for word in words) + ")"
    longest = max(len(word.split()) for word in words)
    tail = r"(?:\s[^.;:?!\n]{0,160}?)?"
    end = r"(?=[.;:?!,)]|\s(?:which|that|and|on\s\p{Lu}|is|are|was|were|has|have|to\sbe)\b|$)"
    adjoined = r"(?:attached|enclosed|appended)\b"
    sending = r"\b(?:sending|forwarding|transmitting|submitting|enclosing)\s"
    answering = (
        r"\b(?:received|refer(?:ring)?\sto"
        r"|(?:reply|response|answer|connection|reference|regard)\s(?:to|with))\s"
    )
    return (
        Wording(
            "attachment",
            ("attached", "enclosed", "appended"),
            regex.compile(rf"(?<=\s(?:is|are)\s){adjoined}"),
            None,
            regex.compile(
                rf"(?m)(?:^|(?<=[.!?]\s))(?P<title>\p{{Lu}}[^.?!\n]{{3,120}}?)\s(?:is|are)\s{adjoined}"
            ),
        ),
        Wording(
            "draft",
            _cased("sending", "forwarding", "transmitting", "submitting", "enclosing"),
            regex.compile(rf"(?i){sending}"),
            0,
            regex.compile(
                rf"(?i){sending}(?:to\s)?(?:you|herewith)?\s?"
                rf"(?P<title>(?:a|an|the|our|my)\s(?:\w+\s)?(?P<form>{form})\b[^.;\n]{{0,160}})(?=[.;]|$)"
            ),
        ),
        Wording(
            "reply-to",
            _cased("received", "refer", "reply", "response", "answer", "connection", "reference", "regard"),
            regex.compile(rf"(?i){answering}your\s"),
            0,
            regex.compile(rf"(?i){answering}(?P<title>your\s(?:\w+\s)??(?P<form>{form})\b{tail}){end}"),
        ),
        Wording(
            "mentioned",
            tuple(sorted({word.split()[-1] for word in words})),
            regex.compile(rf"\s(?:of|dated|from|No\.)\s(?<=\b{form}\s\S+\s)"),
            3 + longest,
            regex.compile(
                rf"(?<![\p{{L}}’'])(?P<title>(?:(?:an?|the|his|her|their)\s)?"
                rf"(?:\p{{L}}[\p{{L}}’'-]+\s){{0,2}}?(?P<form>{form})\s(?:of|dated|from|No\.)\s[^.;:?!\n]{{2,120}}?){end}"
            ),
            follows=True,
        ),
        Wording(
            "mentioned",
            ("'s",),
            regex.compile(rf"[’']s\s{form}\s(?:about|of|on|to|concerning)\s"),
            2,
            regex.compile(
                rf"(?P<title>(?:\p{{Lu}}[\p{{L}}-]+\s)?\p{{Lu}}[\p{{L}}-]+[’']s\s(?P<form>{form})\s(?:about|of|on|to|concerning)\s[^.;:?!,\n]{{3,100}}?)(?=[.;:?!,]|$)"
            ),
        ),
        Wording(
            "mentioned",
            ("dated",),
            regex.compile(rf"(?<=\b{form}\s)dated\s"),
            2 + longest,
            regex.compile(
                rf"(?P<title>(?:an?|the)\s\p{{Lu}}[\p{{L}}]+\s(?P<form>{form})\sdated\s[^.;:?!,\n]{{3,40}}?)(?=[.;:?!,]|$)"
            ),
        ),
    )


def _cased(*words: str) -> tuple[str, ...]:
    """Words in small letters, with a first capital, and in capitals."""
    return tuple(form for word in words for form in (word, word.capitalize(), word.upper()))


@lru_cache(maxsize=8)
def signs(folder: str | None) -> dict[str, tuple[int, ...]]:
    """The signs of all wordings, as they stand in levelled text, each with the wordings that it is of."""
    owners: dict[str, tuple[int, ...]] = {}
    for number, wording in enumerate(wordings(folder)):
        for sign in wording.signs:
            owners[plain(sign)] = (*owners.get(plain(sign), ()), number)
    return owners


@lru_cache(maxsize=8)
def sign_owners(folder: str | None) -> tuple[tuple[int, ...], ...]:
    """The wordings that each sign is of, by the number of the sign."""
    return tuple(signs(folder).values())
