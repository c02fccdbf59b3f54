"""What a record says under each key of a gold file: the values, taken out to be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from fonds.evaluation.measures import folded
from fonds.record import Agent, Evidence, Mention, Party, Record, Related, Resolved
from fonds.source import Span, Text

#: Stems of the events by which a record is reviewed and released.
RELEASE: Final = ("review", "declass", "release", "downgrad", "sanit")


@dataclass(frozen=True)
class Read:
    """Everything fonds read in one document: a source may hold several records."""

    text: Text
    resolved: tuple[Resolved, ...]

    @property
    def own(self) -> tuple[Record, ...]:
        """The outermost records."""
        return tuple(one.record for one in self.resolved)

    @cached_property
    def every(self) -> tuple[Record, ...]:
        """The records and all their parts."""
        return tuple(record for one in self.own for record in one.walk())

    @cached_property
    def agents(self) -> Mapping[str, Agent]:
        """The agents by key."""
        return {agent.key: agent for one in self.resolved for agent in one.agents}

    @cached_property
    def _named(self) -> Mapping[tuple[str, int, int], str]:
        spots = {}
        for one in self.resolved:
            decided = {known.mention: known.agent for known in one.identifications}
            for record in one.record.walk():
                for mention in record.mentions:
                    if mention.id in decided:
                        spots[mention.id, mention.name_start, mention.name_end] = decided[mention.id]
        return spots

    def agent_of(self, mention: Mention) -> str | None:
        """The key of the agent that a mention names, None where nothing was decided."""
        return self._named.get((mention.id, mention.name_start, mention.name_end))

    def mentions(self, *kinds: str) -> tuple[Mention, ...]:
        """The mentions of these kinds, in the order of the text, each span once."""
        spots = {
            (mention.name_start, mention.name_end): mention
            for record in reversed(self.every)
            for mention in reversed(record.mentions)
            if mention.kind in kinds
        }
        return tuple(spots[spot] for spot in sorted(spots))


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a record, ready to be compared: its wordings, where it stands, whom it names."""

    texts: tuple[str, ...]
    spans: tuple[Span, ...]
    agents: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    kind: str = ""


Reader = Callable[[Read], Iterable[Value]]


def _of(texts: Iterable[str | None], evidence: Iterable[Evidence], kind: str = "") -> Value:
    return Value(
        tuple(dict.fromkeys(text for text in texts if text)),
        tuple(dict.fromkeys(one.span for one in evidence)),
        kind=kind,
    )


def parties(*roles: str) -> Reader:
    def read(document: Read) -> Iterator[Value]:
        named = (party for record in document.own for party in record.parties if party.role in roles)
        return _people(document, named)

    return read


def _people(document: Read, named: Iterable[Party]) -> Iterator[Value]:
    groups: dict[str, list[Mention]] = {}
    for party in named:
        key = document.agent_of(party.mention) or f"mention {party.mention.id}"
        groups.setdefault(key, []).append(party.mention)
    for key, mentions in groups.items():
        spans = tuple(Span(mention.name_start, mention.name_end) for mention in mentions)
        yield Value(tuple(mention.name for mention in mentions), spans, (key,))


def performers(document: Read) -> Iterator[Value]:
    named = (
        Party(role="contributor", mention=performer.mention, evidence=performer.evidence)
        for record in document.every
        for event in record.events
        for performer in event.performers
        if performer.mention.kind == "person"  # an agency that released it is told with the event
    )
    return _people(document, named)


def field_values(*names: str) -> Reader:
    def read(document: Read) -> Iterator[Value]:
        for record in document.own:
            for one in record.fields:
                if one.name.replace("_", "-") in names:
                    yield _of((one.value, one.evidence.quote), (one.evidence,))

    return read


def identifiers(*, only: str = "", never: tuple[str, ...] = ()) -> Reader:
    def read(document: Read) -> Iterator[Value]:
        for record in document.own:
            for known in record.identifiers:
                scheme = known.scheme.replace("_", "-").replace(" ", "-")
                if only in scheme and not any(word in scheme for word in never):
                    yield _of((known.value, known.evidence.quote), (known.evidence,))

    return read


def both(*readers: Reader) -> Reader:
    return lambda document: [value for read in readers for value in read(document)]


def titles(document: Read) -> Iterator[Value]:
    for record in document.own:
        if record.title:
            yield _of((record.title.value, record.title.evidence.quote), (record.title.evidence,))


def subjects(document: Read) -> Iterable[Value]:
    values = list(field_values("subject")(document))
    return values or [v for v in titles(document) if _zone(document, v) in ("subject", "form-grid")]


def _zone(document: Read, value: Value) -> str:
    zones = (z for record in document.own for z in record.zones if z.span.meets(value.spans[0]))
    return next((zone.name for zone in zones), "other")


def forms(document: Read) -> Iterator[Value]:
    for record in document.own:
        if record.form:
            yield _of((record.form.value, record.form.evidence.quote), (record.form.evidence,))


def summaries(document: Read) -> Iterator[Value]:
    for record in document.own:
        if record.summary:
            yield _of((record.summary.value, record.summary.evidence.quote), (record.summary.evidence,))


def languages(document: Read) -> Iterator[Value]:
    for record in document.own:
        for one in record.languages:
            kind = "" if one.evidence.status == "stated" else "detected"
            yield _of((one.value, (one.language or "").split("-")[0]), (one.evidence,), kind)


def rights(document: Read) -> Iterator[Value]:
    for record in document.own:
        for one in record.rights:
            yield _of((one.value, one.evidence.quote), (one.evidence,))


def markings(document: Read) -> Iterator[Value]:
    seen: dict[str, list[Evidence]] = {}
    for record in document.every:
        for marking in record.markings:
            if marking.kind in ("classification", "dissemination"):
                seen.setdefault(folded(marking.value), []).append(marking.evidence)
    for value, evidence in seen.items():
        yield _of((value,), evidence)


def exemptions(document: Read) -> Iterator[Value]:
    for record in document.every:
        for event in record.events:
            for exemption in event.exemptions:
                yield _of((exemption.code, exemption.evidence.quote), (exemption.evidence,))
        for marking in record.markings:
            if marking.kind == "redaction":
                yield _of((marking.value,), (marking.evidence,))


def references(document: Read) -> Iterator[Value]:
    for record in document.own:
        for one in record.references:
            steps = [(level.kind.replace("_", "-"), folded(level.value)) for level in one.levels]
            steps += [("repository", folded(one.repository))] if one.repository else []
            steps += [("leaves", folded(one.leaves))] if one.leaves else []
            yield Value((one.evidence.quote,), (one.evidence.span,), parts=tuple(steps))


def uploads(document: Read) -> Iterator[Value]:
    for record in document.every:
        for date in record.dates:
            if date.role == "uploaded":
                yield _of((date.edtf, date.evidence.quote), (date.evidence,))


def releases(document: Read) -> Iterator[Value]:
    for record in document.every:
        for event in record.events:
            if any(stem in event.kind for stem in RELEASE):
                yield _of((event.evidence.quote,), (event.evidence,), event.kind)


def authorities(document: Read) -> Iterator[Value]:
    for record in document.every:
        for event in record.events:
            if event.authority:
                yield _of((event.authority.value,), (event.authority.evidence,))


#: Events whose place is where the record was sent from.
DISPATCH: Final = ("dispatch", "sending", "sent", "transmission")
#: Events whose place is where it arrived.
ARRIVAL: Final = ("arrival", "arrived", "receipt", "reception", "received")


def event_places(kinds: tuple[str, ...], *, destination: bool) -> Reader:
    def read(document: Read) -> Iterator[Value]:
        seen: dict[tuple[int, int], Value] = {}
        for record in document.own:
            for event in record.events:
                places = [event.place] if event.kind in kinds else []
                places += [event.destination] if destination else []
                for place in places:
                    if place is not None:
                        spot = Span(place.name_start, place.name_end)
                        seen[spot] = Value((place.name,), (spot,))
        yield from seen.values()

    return read


def related(*relations: str) -> Reader:
    def read(document: Read) -> Iterator[Value]:
        spans = {part.id: part.span for record in document.every for part in record.parts}
        for record in document.own:
            for one in record.related:
                if one.relation in relations:
                    yield _attached(one, spans)
            told = {one.record for one in record.related}
            if "attachment" in relations:
                for part in record.parts:
                    if part.id not in told:
                        yield Value((part.title.value,) if part.title else (), (part.span,))

    return read


def _attached(one: Related, spans: Mapping[str, Span]) -> Value:
    text = (spans[one.record],) if one.record is not None and one.record in spans else ()
    return Value((one.title.value,), (one.evidence.span, one.title.evidence.span, *text))


def gradings(aspect: str) -> Reader:
    def read(document: Read) -> Iterator[Value]:
        for record in document.every:
            for grading in record.gradings:
                if grading.aspect == aspect:
                    yield _of((grading.value,), (grading.evidence,))

    return read


def positions(document: Read) -> Iterator[Value]:
    for record in document.every:
        for held in record.positions:
            holder = document.agent_of(held.holder)
            yield Value((held.title,), (held.evidence.span,), (holder,) if holder else ())
