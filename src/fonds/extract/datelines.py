"""Where a document was written, as the line says that also says when: "Managua, June 19, 1930".

A town that no table knows is the place if it stands in a dateline just before the day
(rule `place.dateline`, probable). Of a town and its country the town is the place of writing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import regex

from fonds.extract.gazetteer import gazetteer_of, lookup_place
from fonds.extract.lines import lines_of
from fonds.extract.name_lexicon import BODY, CALENDAR, HONORIFIC, OFFICE, PEOPLE, RANK, WORD, name_lexicon
from fonds.extract.reading import Reading
from fonds.lexicon import load
from fonds.record import DateStatement, Event, Mention
from fonds.source import Span

_DAY: Final = regex.compile(
    r"\p{L}{3,9}\.?\s\d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th|d)?\.?(?:\sof)?\s\p{L}{3,9}|\bundated\b|\b\d{1,4}[./-]"
)
_TOWN: Final = regex.compile(r"\p{Lu}\p{Ll}[\p{L}'’-]*(?:\s\p{Lu}\p{Ll}[\p{L}'’-]*){0,2}")
_NO_DAY: Final = regex.compile(r"[\s,.\[]*(?:undated\b|\(Received\b|\[Received\b)")
_COMMON: Final = BODY | CALENDAR | HONORIFIC | OFFICE | PEOPLE | RANK
#: How far before the day the place may begin.
_REACH: Final = 140


def unknown_places(reading: Reading, known: Sequence[Mention]) -> tuple[Mention, ...]:
    """Towns in datelines that are not among the places and bodies `known`."""
    found = []
    for zone in reading.named("dateline"):
        for line in lines_of(reading.text, zone.span, folder=reading.lexicon):
            day = _DAY.search(line.words)
            before = line.words[: day.start()].rstrip(" ,.[(") if day else ""
            name = before.rpartition(", ")[2]
            start = line.start + len(before) - len(name)
            span = Span(start, start + len(name))
            if _is_town(name, reading.lexicon) and not any(m.evidence.span.meets(span) for m in known):
                found.append(
                    Mention(
                        id=f"place-{span.start}-{span.end}",
                        kind="place",
                        name=name,
                        name_start=span.start,
                        name_end=span.end,
                        evidence=reading.evidence(*span, "place.dateline", certainty="probable"),
                    )
                )
    return tuple(found)


def _is_town(name: str, folder: str | None) -> bool:
    """Whether words have the form of a town's name, and none is that of an office or a building."""
    if not _TOWN.fullmatch(name):
        return False
    words = name.split()
    if len(words) > 1 and words[-1].casefold() in load("places", folder)["town_words"]:
        words.pop()
        ordinary = 0
    else:
        ordinary = WORD
    lexicon = name_lexicon(folder)
    return not any(lexicon.kind(word) & _COMMON for word in words) and not lexicon.kind(words[-1]) & ordinary


def find_writing(
    reading: Reading, mentions: Sequence[Mention], dates: Sequence[DateStatement]
) -> Event | None:
    """The writing of a document: the place in its dateline, and the day if there is one."""
    places = sorted((m for m in mentions if m.kind == "place"), key=lambda m: m.name_start)
    for date in dates:
        at = date.evidence
        if date.role != "dated" or at.zone in ("body", "catalogue-date", "title"):
            continue
        place = _before_day(reading, places, at.start)
        if place is not None:
            evidence = reading.evidence(place.evidence.start, at.end, "event.dateline")
            return Event(kind="writing", evidence=evidence, date=date, place=place)
    for zone in reading.named("letterhead", "dateline"):
        for place in (p for p in places if zone.span.holds(p.evidence.span)):
            match = _NO_DAY.match(reading.text.content, place.evidence.end)
            if match and _begins_line(reading, place):
                evidence = reading.evidence(*place.evidence.span, "event.dateline-undated")
                return Event(kind="writing", evidence=evidence, place=place)
    return None


def _begins_line(reading: Reading, place: Mention) -> bool:
    start = reading.text.content.rfind("\n", 0, place.evidence.start) + 1
    return not reading.text.content[start : place.evidence.start].strip(" \t[(")


def _before_day(reading: Reading, places: Sequence[Mention], day: int) -> Mention | None:
    """The place that stands directly before the day, in the same paragraph."""
    content = reading.text.content
    start = max(content.rfind("\n\n", 0, day) + 1, day - _REACH, 0)
    near = [p for p in places if start <= p.evidence.start and p.evidence.end <= day]
    if not near or reading.zone_at(near[-1].evidence.start) in ("title", "body"):
        return None
    if not _gap(reading.lexicon).fullmatch(content, near[-1].evidence.end, day):
        return None
    return next(_towns_first(reading, near))


def _towns_first(reading: Reading, near: Sequence[Mention]) -> Iterator[Mention]:
    """The town before its country or state, then the place next to the day."""
    if len(near) > 1:
        town, wider = near[-2:]
        between = reading.text.content[town.evidence.end : wider.evidence.start]
        entries = [lookup_place(place.name, reading.lexicon) for place in (town, wider)]
        kinds = [entry.kind if entry else "" for entry in entries]
        if between.split() == [","] and kinds[1] in ("country", "region") and kinds[0] in ("city", ""):
            yield town
    yield near[-1]


@lru_cache(maxsize=8)
def _gap(folder: str | None) -> regex.Pattern[str]:
    """What may stand between the place and the day: marks, and the short name of a state."""
    states = "|".join(regex.escape(state) for state in sorted(gazetteer_of(folder).abbreviations))
    return regex.compile(rf"[\s,.\[\](–—-]{{0,4}}(?:(?:{states})[\s,.]{{0,3}})?")
