"""Organisations named in a document.

Three sources, in order of trust: bodies known by name or acronym (`organisations.toml`), archives
(`repositories.toml`), and names that a type word makes (`organisation_names`). A generic "the
government", "the commission" or "a control body" is no mention.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import regex

from fonds.extract.distribution import boxes
from fonds.extract.organisation_grammar import grammar
from fonds.extract.organisation_names import NameReader
from fonds.extract.organisation_tables import Known, known_bodies
from fonds.extract.places import canonical_place, place_finds
from fonds.extract.reading import Reading
from fonds.extract.vocabulary import Hit, hits_of
from fonds.extract.words import Words, plain, words_of
from fonds.lexicon import load
from fonds.record import Certainty, Kind, Mention

#: Zones that speak about the file, not the matter: only known names count there.
STRICT_ZONES: Final = frozenset({"rights", "credit", "repository"})
SILENT_ZONES: Final = frozenset({"navigation", "furniture", "legal-notice", "marking"})

#: Zones in which a bare number of persons is an addressee.
ADDRESS_ZONES: Final = frozenset({"routing", "dateline", "letterhead", "title"})

_STRONG_ENDING: Final = regex.compile(r"(?:Foundation|Program|Programme|Archives|Institute|University)$")
#: Names of countries that take the article.
_WITH_ARTICLE: Final = regex.compile(
    r"^Uni(?:ted|on)\b|\bRepublic\b|\b(?:Union|Kingdom|Empire|Islands|Netherlands|Philippines|Vatican)$"
)
_OF_THE: Final = regex.compile(r"\b(?:of|OF)(?: the| THE)? $")


class _Find(NamedTuple):
    start: int
    end: int
    rule: str
    kind: Kind = "organisation"
    certainty: Certainty = "certain"


def canonical_organisation(name: str, lexicon: str | None = None) -> str | None:
    """The name under which the table keeps a body: `Dept of State` is `Department of State`.

    A government is named after its country, however that is written. None for any other name.
    """
    known = known_bodies(lexicon)
    wanted = plain(" ".join(name.split()))
    wanted = wanted[4:] if wanted[:4].casefold() == "the " else wanted
    found = known.names.get(wanted) or known.folded.get(wanted.casefold())
    if found is not None:
        return found
    government = regex.fullmatch(
        r"(?P<of>.+?) (?:Government|Govt\.?)|(?:Government|Govt\.?) of (?:the )?(?P<of>.+)",
        wanted,
        regex.IGNORECASE,
    )
    if government is None:
        return None
    of = government.group("of")
    adjectives = load("organisations", lexicon)["adjectives"]
    country = canonical_place(of, lexicon) or next(
        (place for adjective, place in adjectives.items() if adjective.casefold() == of.casefold()), None
    )
    if country is None:
        return None
    return f"Government of the {country}" if _WITH_ARTICLE.search(country) else f"Government of {country}"


def find_organisations(reading: Reading) -> tuple[Mention, ...]:
    """The organisations and groups named in a document, in the order of the text.

    `name` is as written and without "the"; `canonical_organisation` tells which known body it is.
    """
    view = reading.prose
    mentions = []
    for find in _finds(reading):
        span = view.span(find.start, find.end)
        mentions.append(
            Mention(
                id=f"{find.kind}-{span.start}-{span.end}",
                kind=find.kind,
                name=view.content[find.start : find.end],
                name_start=span.start,
                name_end=span.end,
                evidence=reading.evidence(span.start, span.end, find.rule, certainty=find.certainty),
            )
        )
    return tuple(mentions)


def organisation_spans(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Where organisations stand in the prose view, in order, without those inside another one."""
    spans: list[tuple[int, int]] = []
    for find in _finds(reading):
        if not spans or find.start >= spans[-1][1]:
            spans.append((find.start, find.end))
    return tuple(spans)


@lru_cache(maxsize=8)
def _finds(reading: Reading) -> tuple[_Find, ...]:
    known = known_bodies(reading.lexicon)
    words = words_of(reading)
    places = place_finds(reading)
    finds = [
        _Find(box.start, box.end, "organisation.box")
        for box in boxes(reading)
        if box.organisation is not None
    ]
    hits = hits_of(reading)
    finds += _by_name(words, known, hits["bodies"])
    reader = NameReader(
        words=words,
        hits=hits["type-words"],
        grammar=grammar(reading.lexicon),
        acronyms=known.acronyms - known.not_in_capitals,
        place_starts={find.start: find for find in places},
        place_ends={find.end: find for find in places},
    )
    finds += [
        _Find(
            found.start,
            found.end,
            "organisation.type-word",
            certainty="certain" if found.sure else "probable",
        )
        for found in reader.finds()
    ]
    for place in places:
        if paper := known.press.match(words.content, place.end):
            finds.append(_Find(place.start, paper.end(), "organisation.press", certainty="probable"))
    merged = _merged(finds, words)
    whole_places = {(find.start, find.end) for find in places}
    return tuple(
        find
        for find in merged
        if (find.start, find.end) not in whole_places and _allowed(find, reading, known)
    )


def _by_name(words: Words, known: Known, hits: Sequence[Hit]) -> list[_Find]:
    text, finds = words.plain, []
    for number, start, end in hits:
        name = known.patterns[number]
        if not _stands_alone(text, start, end):
            continue
        if (
            text[end : end + 1] == "/"
            and name.isupper()
            and text[end + 1 : end + 2].isupper()
            and len(name) < 5
        ):
            continue  # an office symbol such as "CIA/IER" names a part, not the whole
        if name.isupper() and name in known.not_in_capitals and words.in_capitals(start):
            continue
        if (
            text[start:end].isupper()
            and len(name.split()) > 1
            and not words.in_capitals(start)
            and not known.acronyms.intersection(name.split())
        ):
            continue
        if name in known.after_the and text[max(0, start - 4) : start].casefold() != "the ":
            continue
        if name in known.counted:
            if _counted_address(words, start, end):
                finds.append(_Find(start, end, "group.counted", "group", "probable"))
        elif name in known.groups:
            finds.append(_Find(start, end, "group.known", "group", "probable"))
        else:
            rule = (
                "organisation.metonym"
                if name in known.metonyms
                else "organisation.siglum"
                if name in known.sigla
                else "organisation.known"
            )
            finds.append(_Find(start, end, rule))
    return finds


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a name is not a part of a longer word, address or office symbol ("DDP/CIA")."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before == "/":
        return not text[start - 2 : start - 1].isupper()
    return not (before and (before.isalnum() or before in "@_&")) and not (
        after and (after.isalnum() or after in "_&")
    )


def _counted_address(words: Words, start: int, end: int) -> bool:
    """Whether "the five" stands where an addressee does: after "to" or "for", at the end of its line."""
    previous = words.before(start)
    _, line_end = words.line_at(start)
    return (
        previous is not None
        and previous.text.casefold() in {"to", "for"}
        and not words.content[end:line_end].strip(" \t\r\u00a0.,;)")
    )


def _merged(finds: list[_Find], words: Words) -> list[_Find]:
    """Longest first; names that overlap become one; an acronym stays where it owns the rest."""
    merged: list[_Find] = []
    nested: list[_Find] = []
    for find in sorted(finds, key=lambda find: (find.start, -find.end, find.rule)):
        last = merged[-1] if merged else None
        if last is None or find.start >= last.end:
            merged.append(find)
        elif find.end > last.end:
            merged[-1] = _Find(last.start, find.end, last.rule, last.kind, last.certainty)
        elif (
            find.start > last.start
            and find.rule == "organisation.known"
            and words.plain[find.start : find.end].isupper()
            and _OF_THE.search(words.plain, last.start, find.start)
        ):
            nested.append(find)
    return sorted([*merged, *nested], key=lambda find: (find.start, -find.end))


def _allowed(find: _Find, reading: Reading, known: Known) -> bool:
    zone = reading.zone_at(reading.prose.position(find.start))
    if zone in SILENT_ZONES:
        return False
    if find.rule == "group.counted":
        return zone in ADDRESS_ZONES
    if find.rule == "organisation.siglum":
        # In the text of a document a siglum is as likely to be something else.
        return zone in STRICT_ZONES
    if zone in STRICT_ZONES:
        name = reading.prose.content[find.start : find.end]
        return find.rule == "organisation.known" or bool(_STRONG_ENDING.search(name))
    return True
