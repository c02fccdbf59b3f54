"""Who wrote to whom in a head of the form "X to Y", as editors and archives set it above a document.

Each side names persons ("Mr. Olney"), an office with its holder in parentheses ("the Ambassador
in Russia (Francis)"), or a body ("the British Embassy"). A side that no extractor knows is taken
as written, as an office or a body, if the other side is known; rules `party.head-office`,
`party.head-holder`, `party.head-name`, `party.head-body` (probable).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import regex

from fonds.extract.lines import kind_of, lines_of
from fonds.extract.name_lexicon import BODY, OFFICE, PLURAL, RANK, WORD, name_lexicon
from fonds.extract.name_parts import split_name
from fonds.extract.reading import Reading
from fonds.extract.within import mentions_in
from fonds.record import Mention
from fonds.source import Span

_TO: Final = regex.compile(r",?\s(?:addressed )?to\s(?=\S)")
_ABOUT: Final = regex.compile(
    r"[,;]?\s(?:about|concerning|regarding|on|transmitting|enclosing|reporting|re)\s"
)
#: The number that editors give a document: "55. Telegram From …".
_NUMBER: Final = regex.compile(r"\d{1,4}\.\s")
#: "Telegram from", "Memorandum by": the form before the sender.
_FORM: Final = regex.compile(r"(?:\p{Lu}[\p{L}-]+\s){1,4}?(?:[Ff]rom|[Bb]y)\s(?=\S)")
#: Offices that are offices to somebody: the "to" behind them leads to no addressee.
_ATTACHED: Final = regex.compile(
    r"(?i)\b(?:advis[eo]rs?|assistants?|consultants?|aides?|ambassadors?|ministers?|delegat(?:es?|ions?)|envoys?"
    r"|representatives?|counsell?ors?|commissioners?|missions?|secretary|attach[eé]s?|liaison|observers?)$"
)
_HOLDERS: Final = regex.compile(r"\s?\((?P<names>[^()]{2,80})\)$")
_NEXT: Final = regex.compile(r"(?<=\))(?:,|,?\s+and)\s+(?=(?:the|certain)\s)")
_NAME: Final = regex.compile(
    r"(?:\p{Lu}[\p{L}'’.-]*|\p{Lu}\.|de|del|della|da|di|do|dos|von|van|v\.|der|den|du|la|le|el|al|y|zu)"
    r"(?:\s(?:\p{Lu}[\p{L}'’.-]*|de|del|della|da|di|do|dos|von|van|v\.|der|den|du|la|le|el|al|y|zu|Jr\.)){0,4}"
)
_TITLED: Final = regex.compile(
    r"(?:Mr|Mrs|Miss|Sir|Lord|Lady|Count|Countess|Viscount|Baron|Marquis|Prince|Duke|Earl|Senhor|Señor|Senor|Herr"
    r"|Monsieur|M|Dr|Don)\.?\s(?=\p{L})"
)
_OFFICE: Final = regex.compile(
    r"(?:\p{Lu}[\p{L}'’.-]*|Chargé|\d[\w/-]*)"
    r"(?:,?\s(?:\p{Lu}[\p{L}'’.-]*|\d[\w/-]*|of|in|the|at|for|to|on|under|near|and|with|d’affaires|ad|interim"
    r"|de|du|des|von|van|except|excepting|accredited|then|temporarily)){0,24}"
)
_FIRM: Final = regex.compile(r"\b(?:Co|Company|Inc|Ltd|Limited|Corporation|Corp|Bros|Brothers|Sons|Cie)\b|&")
_ARTICLE: Final = regex.compile(r"(?i)(?:all\s+)?(?:the|an?)\s+|(?:all|certain)\s+")
_SHORTENED: Final = regex.compile(r"\b(?:Co|Jr|Sr|Ltd|Inc|Bros|Cie)$")
_BETWEEN: Final = regex.compile(r",?\sand\s|,\s")
_JOINS: Final = regex.compile(r"[\s,]*\band\s(?:the\s)?")
_EDGES: Final = " \t\r\n\xa0.,;"


class Head(NamedTuple):
    """Whom a head names on each side of "to", or as authors ("Memorandum by X")."""

    senders: tuple[Mention, ...] = ()
    addressees: tuple[Mention, ...] = ()
    authors: tuple[Mention, ...] = ()


def read_head(reading: Reading, mentions: Sequence[Mention], title: Span) -> Head | None:
    """The parties that a head names; None if the title has another form.

    Mentions that the head alone makes known are among them, and new.
    """
    head = _Side(reading, mentions)
    words = reading.text.quote(title)
    if not _is_head(reading, title, " ".join(words.split())):
        return None
    number = _NUMBER.match(words)
    begin = title.start + (number.end() if number else 0)
    start = form.end() if (form := _FORM.match(reading.text.content, begin, title.end)) else begin
    cuts = list(_TO.finditer(reading.text.content, start, title.end))
    if not cuts:
        by = head.side(Span(start, title.end)) if start > begin else ()
        return Head(authors=by) if by else None
    cut = min(cuts, key=lambda match: (head.rank(start, match.start()), match.start()))
    left, right = Span(start, cut.start()), head.before_topic(Span(cut.end(), title.end))
    if not mentions_in(mentions, left) and not mentions_in(mentions, right):
        return None
    return Head(head.side(left), head.side(right))


def _is_head(reading: Reading, title: Span, words: str) -> bool:
    """Whether a title is of the form of a head; of one that is a whole line that is known already."""
    own = lines_of(reading.text, title, folder=reading.lexicon)
    known = len(own) == 1 and own[0].words == words
    return (own[0].kind if known else kind_of(words, reading.lexicon)) == "title"


class _Side:
    """The text of a head and the mentions that are known in it."""

    def __init__(self, reading: Reading, mentions: Sequence[Mention]) -> None:
        self.reading = reading
        self.content = reading.text.content
        self.mentions = mentions
        self.lexicon = name_lexicon(reading.lexicon)

    def rank(self, start: int, end: int) -> int:
        """How well a side ends before a "to": behind a holder best, behind an office to somebody worst."""
        words = self.content[start:end].rstrip(_EDGES)
        return 0 if words.endswith(")") else 2 if _ATTACHED.search(words) else 1

    def before_topic(self, side: Span) -> Span:
        """The addressee's side without what the document is about."""
        last = self.content.rfind(")", side.start, side.end)
        topic = _ABOUT.search(self.content, max(side.start, last), side.end)
        return Span(side.start, topic.start() if topic else side.end)

    def side(self, span: Span) -> tuple[Mention, ...]:
        """Everyone on one side, in the order of the text."""
        found: list[Mention] = []
        at = span.start
        for match in (*_NEXT.finditer(self.content, span.start, span.end), None):
            found += self._party(self._trimmed(Span(at, match.start() if match else span.end)))
            at = match.end() if match else span.end
        return tuple({mention.id: mention for mention in found}.values())

    def _trimmed(self, span: Span) -> Span:
        words = self.content[span.start : span.end]
        start = span.start + len(words) - len(words.lstrip(_EDGES))
        closing = words.rstrip(_EDGES)
        # the full stop of "Co." and "Jr." is part of the name
        end = span.start + len(closing) + bool(_SHORTENED.search(closing))
        return Span(start, max(start, min(end, span.end)))

    def _party(self, span: Span) -> Iterator[Mention]:
        """One party: an office with its holders, persons, or a body."""
        holders = _HOLDERS.search(self.content, span.start, span.end)
        rest = self._trimmed(Span(span.start, holders.start())) if holders else span
        if article := _ARTICLE.match(self.content, rest.start, rest.end):
            rest = Span(article.end(), rest.end)
        inside = mentions_in(self.mentions, rest)
        if inside and inside[0].kind == "person":
            yield from self._persons(inside)
        elif any(m.evidence.span == rest or Span(m.name_start, m.name_end) == rest for m in inside):
            yield inside[0]
        elif made := self._as_written(rest):
            yield made
        else:
            yield from inside
        if holders:
            yield from self._holders(Span(*holders.span("names")))

    def _persons(self, inside: Sequence[Mention]) -> Iterator[Mention]:
        """Persons, and who is joined to them: what stands behind a comma only says who they are."""
        yield inside[0]
        for before, mention in pairwise(inside):
            between = self.content[before.evidence.end : mention.evidence.start]
            if mention.kind == "person" or _JOINS.fullmatch(between):
                yield mention

    def _holders(self, span: Span) -> Iterator[Mention]:
        """Who held the office: "(Gibson and Wilson)"."""
        at = span.start
        for match in (*_BETWEEN.finditer(self.content, span.start, span.end), None):
            one = Span(at, match.start() if match else span.end)
            at = match.end() if match else span.end
            known = [m for m in mentions_in(self.mentions, one) if m.kind == "person"]
            if known:
                yield from known
            elif _NAME.fullmatch(self.content, one.start, one.end) and not self._kinds(one) & (OFFICE | RANK):
                yield self._mention("person", one, "holder")

    def _kinds(self, span: Span) -> int:
        kinds = 0
        for word in self.content[span.start : span.end].split():
            kinds |= self.lexicon.kind(word.strip(",.()"))
        return kinds

    def _as_written(self, span: Span) -> Mention | None:
        """A side that nobody knows: an office, a firm, or a person with a title."""
        words = self.content[span.start : span.end]
        if _FIRM.search(words):
            return self._mention("organisation", span, "body")
        title = _TITLED.match(words)
        # what stands behind a comma only says who it is
        last = span.start + len(words.partition(", ")[0]) if title else span.end
        named = Span(span.start + title.end(), last) if title else span
        if title and _NAME.fullmatch(self.content, *named) and not self._kinds(named) & OFFICE:
            return self._mention("person", named, "name")
        kinds = self._kinds(span)
        if words[:1].islower() and self.lexicon.kind(words.split()[0].strip(",")) & (OFFICE | PLURAL):
            words = words[0].upper() + words[1:]  # "to all the ministers of the United States"
        if not _OFFICE.fullmatch(words):
            return None
        if kinds & (OFFICE | RANK | PLURAL):
            return self._mention("role", span, "office")
        if _ARTICLE.search(self.content[max(0, span.start - 4) : span.start]) or kinds & (BODY | WORD):
            return self._mention("organisation" if kinds & BODY else "role", span, "office")
        return self._mention("person", span, "name") if _NAME.fullmatch(words) and " " in words else None

    def _mention(self, kind: Literal["person", "role", "organisation"], span: Span, rule: str) -> Mention:
        name = " ".join(self.content[span.start : span.end].split())
        return Mention(
            id=f"{kind}-{span.start}-{span.end}",
            kind=kind,
            name=name,
            name_start=span.start,
            name_end=span.end,
            evidence=self.reading.evidence(span.start, span.end, f"party.head-{rule}", certainty="probable"),
            parts=split_name(name, self.reading.lexicon) if kind == "person" else None,
        )
