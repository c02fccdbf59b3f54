"""Places named in a document.

A table of countries, towns, regions and waters (`places.toml`) is looked up in one pass, longest
name first. Words around a find then widen it ("Northern China", "Habomai and Shikotan Islands"),
or speak against it ("General Jordan", "the San Francisco treaty"). Names that the table does not
hold are read where a type word shows a place ("Tatung Province", "Gulf of Chihli").
A place that is only a part of an organisation's name is left to the organisation, unless it says
where that organisation sits ("the Soviet mission in Tokyo").
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import regex

from fonds.extract.gazetteer import Gazetteer, Place, canonical_place, gazetteer_of, lookup_place
from fonds.extract.reading import Reading
from fonds.extract.vocabulary import Hit, hits_of
from fonds.extract.words import Word, Words, words_of
from fonds.record import Certainty, Mention

__all__ = ["Find", "canonical_place", "find_places", "lookup_place", "place_finds"]

#: Parts of a document whose place names say nothing about its matter.
SILENT_ZONES: Final = frozenset(
    {"navigation", "furniture", "legal-notice", "marking", "rights", "credit", "repository", "stamp"}
)

#: A name in capitals in a line that is not, next to a word in title case, is a family name.
_TITLE_WORD: Final = regex.compile(r"[A-ZÀ-Þ][^\W\d_]*[a-zà-ÿ]")
_INITIAL: Final = regex.compile(r"(?:^|[\s(.])[A-Z]\.[ ]?$")
_NAME: Final = r"[A-ZÀ-Þ][\w'-]*[^\W_]"
_TWO_NAMES: Final = regex.compile(rf"(?<![\w.'-])(?:{_NAME} )?{_NAME}$")
_ONE_NAME: Final = regex.compile(rf"(?:the )?{_NAME}(?: {_NAME})?")
_AFTER_COMMA: Final = regex.compile(r", *(\w[\w. ]*[\w.])")
#: A dateline: "Santiago, July 24, 1897", "Santiago, 24 July".
_DATE_AFTER: Final = regex.compile(r", *(?:\d{1,2}\b|[A-Z][a-z]{2,8}\.? \d)")
_SHORT_SYMBOL: Final = regex.compile(r"(?<![\w/])[A-Z]{1,3}/$")
#: Names that may be the pronoun in a line set in capitals.
_PRONOUNS: Final = frozenset({"US", "U S"})
_LOCATING: Final = regex.compile(r"\b(?:in|In|IN|at|At|AT|near)\b")


class Find(NamedTuple):
    """A place found in the prose view, before organisations are considered."""

    start: int
    end: int
    kind: str
    rule: str
    certainty: Certainty = "certain"


def find_places(reading: Reading) -> tuple[Mention, ...]:
    """The places named in a document, in the order of the text, as mentions of kind `place`.

    `name` is as written; `canonical_place` tells which place of the table it is.
    """
    # Organisations are found with the help of places; so the import cannot stand above.
    from fonds.extract.organisations import organisation_spans

    view = reading.prose
    taken = organisation_spans(reading)
    mentions: list[Mention] = []
    for find in place_finds(reading):
        span = view.span(find.start, find.end)
        if reading.zone_at(span.start) in SILENT_ZONES:
            continue
        if _swallowed(find, taken, view.content):
            continue
        evidence = reading.evidence(span.start, span.end, find.rule, certainty=find.certainty)
        mentions.append(
            Mention(
                id=f"place-{span.start}-{span.end}",
                kind="place",
                name=view.content[find.start : find.end],
                name_start=span.start,
                name_end=span.end,
                evidence=evidence,
            )
        )
    return tuple(mentions)


def _swallowed(find: Find, taken: Sequence[tuple[int, int]], content: str) -> bool:
    """Whether a place is a mere part of an organisation's name and not the seat of it.

    `taken` are the organisations, in order and apart from each other.
    """
    for start, end in taken[max(0, bisect_left(taken, (find.start,)) - 1) :]:
        if start >= find.end:
            return False
        if find.start < end:
            return not (start < find.start and _LOCATING.search(content, start, find.start))
    return False


@lru_cache(maxsize=8)
def place_finds(reading: Reading) -> tuple[Find, ...]:
    """What looks like a place in the prose view, organisations not yet considered."""
    gazetteer = gazetteer_of(reading.lexicon)
    words = words_of(reading)
    hits = hits_of(reading)
    known = list(_known(words, gazetteer, hits["places"]))
    starts = [find.start for find in known]
    typed = [
        find
        for find in _typed(words, gazetteer, hits["place-types"])
        if not any(other.start < find.end for other in _from(known, starts, find.start))
    ]
    return tuple(_coordinated(sorted([*known, *typed], key=lambda find: find.start), words, gazetteer))


def _from(finds: list[Find], starts: list[int], position: int) -> Iterator[Find]:
    """The finds that end after `position`, in order."""
    for find in finds[max(0, bisect_left(starts, position) - 1) :]:
        if find.end > position:
            yield find
            return


def _known(words: Words, gazetteer: Gazetteer, hits: Sequence[Hit]) -> Iterator[Find]:
    """Names of the table, widened by the words around them."""
    text, floor = words.plain, 0
    for number, name_start, name_end in hits:
        start, end = name_start, name_end
        if start < floor or _inside_word(text, start, end):
            continue
        place = gazetteer.places[gazetteer.patterns[number]]
        beside = before, after = words.before(start), words.after(end)
        certainty = _judged(words, gazetteer, start, end, (place, *beside))
        if certainty is None:
            continue
        rule = "place.gazetteer"
        if before is not None and (before.text in gazetteer.leading or not before.text.isalpha()):
            if qualified := gazetteer.qualifier.search(text, max(floor, start - 20), start):
                start, rule = qualified.start(1), "place.qualified"
            elif place.kind != "water" and (
                headed := gazetteer.before.search(text, max(floor, start - 20), start)
            ):
                start, rule = headed.start(1), "place.type-word"
        if (
            after is not None
            and (after.text in gazetteer.following or not after.text.isalpha())
            and (typed := gazetteer.after.match(text, end))
        ):
            end, rule = typed.end(1), "place.type-word"
        floor = end
        yield Find(start, end, place.kind, rule, certainty)


def _inside_word(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if before.isalnum() or before in "@_" or (before in ".'" and text[start - 2 : start - 1].isalnum()):
        return True
    return after.isalnum() or after == "_" or text[end : end + 2] in {"'n", "'i"}


def _judged(
    words: Words, gazetteer: Gazetteer, start: int, end: int, around: tuple[Place, Word | None, Word | None]
) -> Certainty | None:
    """How sure it is that the name at this place is a place; None where it is not.

    `around` are the place that the table has under the name, and the words beside it.
    """
    text, (place, _, after) = words.plain, around
    name = text[start:end]
    if name in gazetteer.after_the or name in _PRONOUNS:
        follows_the = text[max(0, start - 4) : start].casefold() == "the "
        led = name in gazetteer.after_the
        if led and (not follows_the or (after and _TITLE_WORD.match(after.text))):
            return None
        if name in _PRONOUNS and not follows_the and words.in_capitals(start):
            return None
    if name.isupper() and _in_symbol(text, start, end):
        return None
    if place.kind == "city" and after and after.text in gazetteer.cues["not_before"]:
        return None
    if _is_person(words, gazetteer, start, end, around):
        return None
    return _cleared(words, gazetteer, start, end, around) if name in gazetteer.doubtful else "certain"


def _is_person(
    words: Words, gazetteer: Gazetteer, start: int, end: int, around: tuple[Place, Word | None, Word | None]
) -> bool:
    """Whether the words before a name, or its capitals, show that a person bears it."""
    text, (place, before, after) = words.plain, around
    name = text[start:end]
    doubtful = name in gazetteer.doubtful
    if before is not None:
        titles, offices = gazetteer.cues["person_before"], gazetteer.cues["offices_before"]
        if before.text in titles or text[before.start : start].strip() in titles:
            return True
        if before.text in offices and (doubtful or name in gazetteer.cues["also_persons"]):
            return True
        if _after_given_name(words, gazetteer, before, start):
            return True
    if "." in text[max(0, start - 2) : start]:
        initial = _INITIAL.search(text, max(0, start - 4), start)
        if initial and (doubtful or initial.start() > words.line_at(start)[0]):
            return True
    if not name.isupper() or len(name) <= 3 or place.kind == "country" or words.in_capitals(start):
        return False
    # "Jose Xavier LIMA Hernandez": a family name set in capitals among other names.
    beside = any(word and _TITLE_WORD.match(word.text) for word in (before, after))
    return beside and not (before and before.text.casefold() in {"from", "to", "in", "at", "the", "of"})


def _cleared(
    words: Words, gazetteer: Gazetteer, start: int, end: int, around: tuple[Place, Word | None, Word | None]
) -> Certainty | None:
    """How sure a doubtful name is, by the words of place around it."""
    text, (_, before, after) = words.plain, around
    if (
        after
        and _TITLE_WORD.match(after.text)
        and not words.in_capitals(start)
        and not gazetteer.after.match(text, end)
    ):
        return None
    within = _AFTER_COMMA.match(text, end)
    if within and any(
        part in gazetteer.places or part in gazetteer.abbreviations for part in _openings(within.group(1))
    ):
        return "certain"
    if _DATE_AFTER.match(text, end):
        return "probable"
    if gazetteer.place_before.search(text, max(0, start - 16), start):
        # "from Jackson", "to Jackson" may well be a person.
        return "possible" if before and before.text.casefold() in {"from", "to"} else "probable"
    return None


def _after_given_name(words: Words, gazetteer: Gazetteer, before: Word, start: int) -> bool:
    """Whether the words before are given names: "George Washington", "David Starr Jordan"."""
    if words.plain[before.end : start] != " ":
        return False
    if before.text in gazetteer.given_names:
        return True
    if not before.text[0].isupper() or _TITLE_WORD.match(before.text) is None:
        return False
    earlier = words.before(before.start)
    return earlier is not None and earlier.text in gazetteer.given_names


def _in_symbol(text: str, start: int, end: int) -> bool:
    """Whether a name in capitals is a part of an office symbol such as `FE/KOBE` or `STATE/INR/DDR`."""
    led = text[start - 1 : start] == "/" and text[start - 2 : start - 1].isupper()
    return led and (
        text[end : end + 1] == "/" or _SHORT_SYMBOL.search(text, max(0, start - 6), start) is not None
    )


def _openings(words: str) -> Iterator[str]:
    """The first one, two and three of some words."""
    parts = words.split(" ")
    for count in range(1, min(len(parts), 3) + 1):
        yield " ".join(parts[:count])


def _typed(words: Words, gazetteer: Gazetteer, hits: Sequence[Hit]) -> Iterator[Find]:
    """Names that the table does not hold, with a word that says what kind of place they are."""
    text = words.plain
    for number, at, until in hits:
        capitals = words.in_capitals(at)
        if capitals:
            continue
        if number < gazetteer.first_before:
            state = text[at] == ","
            if until < len(text) and (text[until].isalnum() or text[until : until + 4] == " of "):
                continue
            head = _TWO_NAMES.search(text, max(0, at - 40), at)
            start = head.start() if head else at
            while start < at and text[start:at].split()[0].casefold() in gazetteer.not_a_name:
                start += len(text[start:at].split()[0]) + 1
            broken = words.content.rfind("\n", start, at)
            start = broken + 1 if broken >= 0 else start
            if start < at and not text[start:at].isupper():
                yield Find(start, at if state else until, "region", "place.type-word", "probable")
        elif not (at and (text[at - 1].isalnum() or text[at - 1] in "-'")):
            name = _ONE_NAME.match(text, until)
            previous = words.before(at)
            if (
                name is None
                or name.group().isupper()
                or name.group().split()[0].casefold() in gazetteer.not_a_name
            ):
                continue
            if (
                " " not in text[at : until - 1]
                and previous is not None
                and _TITLE_WORD.match(previous.text)
                and previous.text.casefold() not in gazetteer.not_a_name
            ):
                continue  # "Simon Lake", "Mr. Mount"
            yield Find(at, name.end(), "region", "place.type-word", "probable")


def _coordinated(finds: list[Find], words: Words, gazetteer: Gazetteer) -> Iterator[Find]:
    """Joins names that share a type word in the plural: "Habomai and Shikotan Islands"."""
    text = words.plain
    pending: Find | None = None
    for find in finds:
        if (
            pending is not None
            and text[pending.end : find.start] == " and "
            and pending.kind in {"region", "city"}
            and not gazetteer.after.search(" " + text[pending.start : pending.end])
            and (typed := gazetteer.after.search(text, find.start, find.end))
            and typed.group(1).casefold().endswith("s")
            and typed.end() == find.end
        ):
            pending = pending._replace(end=find.end, rule="place.coordination")
            continue
        if pending is not None:
            yield pending
        pending = find
    if pending is not None:
        yield pending
