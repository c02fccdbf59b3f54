"""What happened to a document, in the order in which its own notes tell it.

Dispatch, arrival, reception, decipherment and writing are read from the dates that the text
binds to a verb, the places in the lines above the text, and the operators named beside them.
Stamps of review and release are read in `stamps`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import regex

from fonds.extract.datelines import find_writing
from fonds.extract.lines import BLANK, lines_of
from fonds.extract.parties import address_lines, cued_segments
from fonds.extract.reading import Reading
from fonds.extract.within import mentions_in
from fonds.record import DateStatement, Event, Evidence, Field, Mention, Performer, TextValue
from fonds.source import Span

#: The kind of event that a date of each role dates.
KINDS: Final[dict[str, str]] = {
    "sent": "dispatch",
    "arrived": "arrival",
    "received": "reception",
    "deciphered": "decipherment",
}

_OPERATOR: Final = regex.compile(
    r"(?i)\b(?P<verb>sent|dispatched|transmitted|received|deciphered|decrypted|decoded|typed|printed|copied|encoded|encrypted)"
    r"\sby:?\s"
)
_VERB_EVENT: Final[dict[str, str]] = {
    "sent": "dispatch",
    "dispatched": "dispatch",
    "transmitted": "dispatch",
    "received": "reception",
    "deciphered": "decipherment",
    "decrypted": "decipherment",
    "decoded": "decipherment",
    "typed": "typing",
    "printed": "printing",
    "copied": "copying",
    "encoded": "encipherment",
    "encrypted": "encipherment",
}
_COPIES: Final = regex.compile(
    r"(?i)\b(?P<n>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\scopies\s"
    r"(?:were\s)?(?:printed|made|typed|run off)\b"
)
_NUMBERS: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_VIA: Final = regex.compile(
    r"(?m)(?:\b(?i:received|sent|transmitted)\s|^[^\n]{0,30}?(?i:cable|telegram|message),?\s)(?i:via|over|by)\s"
    r"(?P<value>VCh|VcH|V\.?Ch|(?i:HF|radio|telephone|courier|pouch|air pouch|cable|teletype|telex))\b"
)


def find_events(
    reading: Reading, mentions: Sequence[Mention], dates: Sequence[DateStatement]
) -> tuple[Event, ...]:
    """Dispatch, arrival, reception, decipherment and writing, in that order of kinds."""
    operators = list(_operators(reading, mentions))
    made: dict[str, Event] = {}
    for date in dates:
        kind = KINDS.get(date.role)
        if kind is None or kind in made:
            continue
        made[kind] = Event(
            kind=kind,
            evidence=date.evidence,
            date=date,
            performers=tuple(p for of, p in operators if of == kind)
            + tuple(_within(reading, mentions, date))
            + tuple(_listed_below(reading, mentions, date)),
        )
    for kind, performer in operators:
        if kind not in made:
            people = tuple(p for of, p in operators if of == kind)
            made[kind] = Event(kind=kind, evidence=performer.evidence, performers=people)
    origin, destination = _places(reading, mentions)
    if (origin or destination) and (origin or "dispatch" in made):
        base = made.get("dispatch")
        evidence = base.evidence if base else _place_evidence(reading, origin, "event.sent-from")
        made["dispatch"] = Event(
            kind="dispatch",
            evidence=evidence,
            date=base.date if base else None,
            performers=base.performers if base else (),
            place=origin,
            destination=destination,
        )
    writing = find_writing(reading, mentions, dates)
    notes = tuple(_notes(reading, mentions))
    return tuple(made.values()) + ((writing,) if writing else ()) + notes


def _operators(reading: Reading, mentions: Sequence[Mention]) -> Iterator[tuple[str, Performer]]:
    """Persons behind "sent by", "received by" and the like, in the notes around the text."""
    content = reading.text.content
    for zone in reading.named("processing", "routing", "other", "stamp"):
        for match in _OPERATOR.finditer(content, zone.start, zone.end):
            end = content.find("\n", match.end())
            line = Span(match.end(), zone.end if end < 0 else min(end, zone.end))
            verb = match["verb"].lower()
            for mention in mentions_in(mentions, line):
                if mention.kind == "person":
                    evidence = reading.evidence(match.start(), mention.evidence.end, "event.operator")
                    role = f"{verb}-by"
                    yield _VERB_EVENT[verb], Performer(role=role, mention=mention, evidence=evidence)


def _within(reading: Reading, mentions: Sequence[Mention], date: DateStatement) -> Iterator[Performer]:
    """The institution at which something arrived, named between the verb and the date."""
    for mention in mentions_in(mentions, date.evidence.span):
        if mention.kind == "organisation":
            evidence = reading.evidence(date.evidence.start, date.evidence.end, "event.arrived-at")
            yield Performer(role=f"{date.role}-at", mention=mention, evidence=evidence)


def _listed_below(reading: Reading, mentions: Sequence[Mention], date: DateStatement) -> Iterator[Performer]:
    """Names alone on the line below a note of decipherment: who they were is not stated."""
    if date.role != "deciphered":
        return
    content = reading.text.content
    zone = next((z for z in reading.zones if z.span.holds(date.evidence.span)), None)
    if zone is None:
        return
    for line in lines_of(reading.text, Span(date.evidence.end, zone.end), folder=reading.lexicon)[:3]:
        held = [m for m in mentions_in(mentions, line.span) if m.kind == "person"]
        rest = content[line.start : line.end]
        for mention in held:
            rest = rest.replace(mention.evidence.quote, "", 1)
        if len(held) > 1 and not rest.strip(BLANK + ",.;and"):
            for mention in held:
                evidence = reading.evidence(
                    mention.evidence.start,
                    mention.evidence.end,
                    "event.names-below",
                    status="inferred",
                    certainty="possible",
                    reason="the name stands below the note of decipherment; its role is not stated",
                    premises=(date.evidence,),
                )
                yield Performer(role="deciphered-by", mention=mention, evidence=evidence)
            return


def _notes(reading: Reading, mentions: Sequence[Mention]) -> Iterator[Event]:
    """Notes that somebody made on the document: their words, and the names in them."""
    for zone in reading.named("annotation"):
        evidence = reading.evidence(zone.start, zone.end, "event.annotation")
        words = " ".join(evidence.quote.strip("[]").split())
        performers = tuple(
            Performer(
                role="named-in-note",
                mention=mention,
                evidence=reading.evidence(
                    mention.evidence.start,
                    mention.evidence.end,
                    "event.name-in-note",
                    status="inferred",
                    certainty="possible",
                    reason="the name stands in a note on the document; whose note it is, is not stated",
                    premises=(evidence,),
                ),
            )
            for mention in mentions_in(mentions, zone.span)
            if mention.kind == "person"
        )
        note = TextValue(value=words, evidence=evidence)
        yield Event(kind="annotation", evidence=evidence, performers=performers, result=note)


def _places(reading: Reading, mentions: Sequence[Mention]) -> tuple[Mention | None, Mention | None]:
    """Where a message was sent from and to, as its routing lines say."""
    origin = destination = None
    places = [m for m in mentions if m.kind == "place"]
    for role, span, _ in cued_segments(reading):
        here = [p for p in places if span.holds(p.evidence.span)]
        lead = here and not reading.text.content[span.start : here[0].evidence.start].strip(BLANK)
        if not lead or any(
            m.kind == "person" and m.name_start < here[0].name_start for m in mentions_in(mentions, span)
        ):
            continue
        if role == "sender" and origin is None:
            origin = here[0]
        elif role == "addressee" and destination is None:
            destination = here[0]
    for line in address_lines(reading, mentions):
        destination = destination or next((p for p in places if line.holds(p.evidence.span)), None)
    return origin, destination


def _place_evidence(reading: Reading, place: Mention | None, rule: str) -> Evidence:
    if place is None:
        raise ValueError("no place to quote")
    return reading.evidence(place.evidence.start, place.evidence.end, rule)


def find_handling(reading: Reading) -> tuple[Field, ...]:
    """How a message was transmitted, and how many copies were made of it."""
    content = reading.text.content
    found: list[Field] = []
    for zone in reading.named("processing", "routing", "title", "letterhead", "other"):
        for match in _COPIES.finditer(content, zone.start, zone.end):
            word = match["n"].lower()
            number = word if word.isdigit() else str(_NUMBERS.index(word))
            evidence = reading.evidence(match.start(), match.end(), "field.copies-made")
            found.append(Field(name="copies-made", value=number, evidence=evidence))
        for match in _VIA.finditer(content, zone.start, zone.end):
            start, end = match.span("value")
            evidence = reading.evidence(start, end, "field.transmission")
            found.append(Field(name="transmission", value=match["value"], evidence=evidence))
    return tuple(found)
