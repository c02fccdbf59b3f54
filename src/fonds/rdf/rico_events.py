"""Dates, and what happened to a record: RiC-O Date, Activity and Rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from fonds.rdf.claims import Cast, Relation, flat, frame, is_a, said, text, tier
from fonds.rdf.iris import Minter
from fonds.rdf.terms import EDTF, FONDS, LABEL, RICO, XSD, Claim, Literal
from fonds.record import DateStatement, Event, Evidence, Party, Performer, Record

#: Parties whose part is best told as an activity: its kind, and whether it is done to the file
#: (a document is contributed to a web archive) or brings forth the text (a translation).
DEEDS: Final = {"contributor": "contribution", "translator": "translation", "transcriber": "transcription"}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LABEL_LENGTH = 100


def date(record: Record, statement: DateStatement, mint: Minter) -> tuple[str, Iterator[Claim]]:
    """The IRI of a date, and what is said of it."""
    evidence = statement.evidence
    iri = mint.date(record.id, statement.role, evidence.start, evidence.end, frame(record, evidence))
    return iri, _date(iri, statement, mint)


def _date(iri: str, statement: DateStatement, mint: Minter) -> Iterator[Claim]:
    evidence = statement.evidence
    yield is_a(iri, "Date")
    yield said(iri, RICO + "expressedDate", text(statement.words or flat(evidence.quote)), evidence)
    yield said(iri, RICO + "hasDateType", mint.concept("datetype", statement.role), evidence)
    if statement.edtf:
        value = Literal(statement.edtf, EDTF)
        if statement.time and _DAY.fullmatch(statement.edtf):
            # EDTF knows times to the second only; the second is not known and is not made up.
            value = text(f"{statement.edtf}T{statement.time}")
        yield said(iri, RICO + "normalizedDateValue", value, evidence)
    if statement.modifier:
        yield said(iri, RICO + "dateQualifier", text(statement.modifier), evidence)
    if statement.time:
        zone = f"as written: {statement.time_zone}" if statement.time_zone else "not stated"
        yield said(iri, RICO + "dateQualifier", text(f"to the minute; time zone {zone}", "en"), evidence)
    for name, day in (("earliest", statement.earliest), ("latest", statement.latest)):
        if day and _DAY.fullmatch(day):
            yield said(iri, FONDS + name, Literal(day, XSD + "date"), evidence)


def events(record: Record, cast: Cast, mint: Minter) -> Iterator[Claim]:
    """What happened to a record, and what its translator or contributor did."""
    subject = mint.record(record.id)
    for event in record.events:
        iri = mint.activity(record.id, event.kind, event.evidence.start, event.evidence.path)
        yield from _activity(subject, iri, event.kind, event.evidence, mint)
        yield from _circumstances(iri, record, event, cast, mint)
        yield from _performers(iri, record, event, cast, mint)
        yield from _rules(iri, record, event, mint)
    for party in record.parties:
        kind = DEEDS.get(party.role)
        if kind and not any(event.kind == kind for event in record.events):
            yield from _deed(record, party, kind, cast, mint)


def _activity(subject: str, iri: str, kind: str, evidence: Evidence, mint: Minter) -> Iterator[Claim]:
    words = flat(evidence.quote)
    label = words if len(words) <= _LABEL_LENGTH else words[: _LABEL_LENGTH - 1].rstrip() + "…"
    yield is_a(iri, "Activity")
    yield said(iri, LABEL, text(f"{kind}: {label}"), evidence, reason="named after its kind and its words")
    yield said(iri, RICO + "hasActivityType", mint.concept("activitytype", kind), evidence)
    yield said(subject, RICO + "isOrWasAffectedBy", iri, evidence)


def _circumstances(iri: str, record: Record, event: Event, cast: Cast, mint: Minter) -> Iterator[Claim]:
    if event.date:
        node, claims = date(record, event.date, mint)
        yield said(iri, RICO + "occurredAtDate", node, event.date.evidence)
        yield from claims
    for mention, predicate in (
        (event.place, RICO + "hasOrHadLocation"),
        (event.destination, FONDS + "hasDestination"),
    ):
        agent = cast.agent(mention) if mention else None
        if mention and agent:
            # "arrived at the Central Committee": a body is where it happened, but it is no place.
            place = agent.kind == "place"
            yield said(
                iri,
                predicate if place else RICO + "hasOrHadParticipant",
                cast.iris[agent.key],
                cast.witness(mention, mention.evidence),
            )
    if event.result:
        note = text(event.result.value, event.result.language)
        yield said(iri, RICO + "note", note, event.result.evidence)


def _performers(iri: str, record: Record, event: Event, cast: Cast, mint: Minter) -> Iterator[Claim]:
    together: dict[tuple[str, str], list[Performer]] = {}
    for performer in event.performers:
        agent = cast.agent(performer.mention)
        if agent:
            together.setdefault((performer.role, agent.key), []).append(performer)
    for (role, key), performers in together.items():
        evidence = tuple(cast.witness(p.mention, p.evidence) for p in performers)
        certainty = tier(evidence)
        # "arrived at the Committee": one took part, and did not perform.
        shortcut, name = (
            ("hasOrHadParticipant", "EventRelation")
            if role.endswith("-at") or cast.agents[key].kind == "place"
            else ("isOrWasPerformedBy", "PerformanceRelation")
        )
        if certainty != "possible":
            yield said(iri, RICO + shortcut, cast.iris[key], *evidence)
        node = mint.relation(record.id, f"{event.kind}-{event.evidence.start}", role, key)
        relation = Relation(name, node, iri, cast.iris[key], certainty)
        yield from relation.claims(*evidence)
        yield said(relation.iri, RICO + "relationHasContext", mint.concept("role", role), *evidence)


def _rules(iri: str, record: Record, event: Event, mint: Minter) -> Iterator[Claim]:
    law = None
    if event.authority:
        law = mint.rule(None, event.authority.value)
        evidence = event.authority.evidence
        name = text(event.authority.value, event.authority.language)
        yield is_a(law, "Rule")
        yield said(law, LABEL, name, evidence)
        yield said(law, RICO + "name", name, evidence)
        yield said(iri, RICO + "isOrWasRegulatedBy", law, evidence)
    for exemption in event.exemptions:
        # The same code means another thing in another law: without the law it stays with its record.
        scope = event.authority.value if event.authority else f"of {record.id}"
        rule = mint.rule(scope, exemption.code)
        evidence = exemption.evidence
        words = f"{exemption.code} {exemption.meaning}" if exemption.meaning else exemption.code
        yield is_a(rule, "Rule")
        yield said(rule, LABEL, text(words), evidence)
        yield said(rule, RICO + "name", text(words), evidence)
        yield said(iri, FONDS + "exemptionCited", rule, evidence)
        if law and event.authority:
            yield said(
                rule,
                RICO + "isOrWasPartOf",
                law,
                replace(evidence, status="inferred", premises=(event.authority.evidence,)),
                reason="code and law are cited together",
            )


def _deed(record: Record, party: Party, kind: str, cast: Cast, mint: Minter) -> Iterator[Claim]:
    agent = cast.agent(party.mention)
    if agent is None or agent.kind == "place":
        return
    evidence = cast.witness(party.mention, party.evidence)
    at = frame(record, party.mention.evidence)
    iri = mint.activity(record.id, kind, party.mention.name_start, at)
    subject = mint.record(record.id) if kind == "translation" else mint.instantiation(record.source.sha256)
    yield from _activity(subject, iri, kind, evidence, mint)
    yield said(iri, RICO + "isOrWasPerformedBy", cast.iris[agent.key], evidence)
    if kind == "translation":
        yield said(iri, RICO + "resultsOrResultedIn", mint.translation(record.id), evidence)
