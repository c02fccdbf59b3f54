"""Where the description comes from, in PROV-O: file, run, software, and the chain of custody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from fonds.rdf.claims import Cast, frame
from fonds.rdf.generic import moment
from fonds.rdf.iris import Minter
from fonds.rdf.rico_events import DEEDS
from fonds.rdf.terms import DCTERMS, LABEL, PROV, TYPE, XSD, Literal, Triple
from fonds.record import Event, Record, Resolved

_CLASSES: Final = {
    "person": "Person",
    "organisation": "Organization",
    "group": "Organization",
    "family": "Organization",
    "role": "Agent",
    "agent": "Agent",
}

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?")


@cache
def software_version() -> str:
    """The version of fonds that is installed, `unknown` in a tree that is not."""
    try:
        return version("fonds")
    except PackageNotFoundError:
        return "unknown"


def describe(resolved: Resolved, mint: Minter) -> Iterator[Triple]:
    """How the description of a record was made, and how the record came to the file."""
    cast = Cast.of(resolved, mint)
    source = resolved.record.source
    file = mint.instantiation(source.sha256)
    release = software_version()
    run, software = mint.run(source.sha256, release), mint.software(release)
    yield (software, TYPE, PROV + "SoftwareAgent")
    yield (software, LABEL, Literal(f"fonds {release}"))
    yield (run, TYPE, PROV + "Activity")
    yield (run, PROV + "used", file)
    for witness in resolved.record.witnesses:
        yield (run, PROV + "used", mint.instantiation(witness.sha256))
        yield (mint.instantiation(witness.sha256), TYPE, PROV + "Entity")
    yield (run, PROV + "wasAssociatedWith", software)
    yield (file, TYPE, PROV + "Entity")
    if source.origin and source.origin.startswith(("http://", "https://")):
        origin = mint.agent(source.origin)
        yield (origin, TYPE, PROV + "Entity")
        yield (file, PROV + "wasDerivedFrom", origin)
    if source.retrieved and _TIME.fullmatch(source.retrieved):
        # Z is the canonical form of a time zone that is none.
        retrieved = source.retrieved.replace("+00:00", "Z")
        yield (file, PROV + "generatedAtTime", Literal(retrieved, XSD + "dateTime"))
    for record in resolved.record.walk():
        yield from _description(record, file, run, mint)
        if record.unit is None:  # the file of a finding aid does not come from what it describes
            yield from _custody(record, file, cast, mint)
        for event in record.events:
            yield from _event(record, event, cast, mint)


def _description(record: Record, file: str, run: str, mint: Minter) -> Iterator[Triple]:
    description = mint.description(record.id)
    yield (description, TYPE, PROV + "Entity")
    yield (description, DCTERMS + "subject", mint.record(record.id))
    yield (description, PROV + "wasDerivedFrom", file)
    yield (description, PROV + "wasGeneratedBy", run)
    if mint.day:
        yield (description, DCTERMS + "created", Literal(mint.day, XSD + "date"))


def _custody(record: Record, file: str, cast: Cast, mint: Minter) -> Iterator[Triple]:
    original = mint.record(record.id)
    yield (original, TYPE, PROV + "Entity")
    held = original
    if record.party("translator"):
        held = mint.translation(record.id)
        yield (held, TYPE, PROV + "Entity")
        yield (held, PROV + "wasDerivedFrom", original)
    yield (file, PROV + "wasDerivedFrom", held)
    for party in record.parties:
        kind = DEEDS.get(party.role)
        agent = cast.agent(party.mention) if kind else None
        if kind is None or agent is None or agent.kind == "place":
            continue
        told = [event for event in record.events if event.kind == kind]
        words = told[0].evidence if told else party.mention.evidence
        start = words.start if told else party.mention.name_start
        deed = mint.activity(record.id, kind, start, frame(record, words))
        yield (deed, TYPE, PROV + "Activity")
        yield (deed, PROV + "wasAssociatedWith", cast.iris[agent.key])
        yield (cast.iris[agent.key], TYPE, PROV + _CLASSES[agent.kind])
        if kind == "translation":
            yield (deed, PROV + "used", original)
            yield (held, PROV + "wasGeneratedBy", deed)
        elif kind == "transcription":
            yield (file, PROV + "wasGeneratedBy", deed)
        else:
            yield (deed, PROV + "used", held)


def _event(record: Record, event: Event, cast: Cast, mint: Minter) -> Iterator[Triple]:
    activity = mint.activity(record.id, event.kind, event.evidence.start, event.evidence.path)
    yield (activity, TYPE, PROV + "Activity")
    yield (activity, PROV + "used", mint.record(record.id))
    for performer in event.performers:
        agent = cast.agent(performer.mention)
        if agent and agent.kind != "place":
            yield (activity, PROV + "wasAssociatedWith", cast.iris[agent.key])
            yield (cast.iris[agent.key], TYPE, PROV + _CLASSES[agent.kind])
    place = cast.agent(event.place) if event.place else None
    if place and place.kind == "place":
        yield (activity, PROV + "atLocation", cast.iris[place.key])
        yield (cast.iris[place.key], TYPE, PROV + "Location")
    when = moment(event.date) if event.date else None
    if when and when.datatype == XSD + "dateTime":
        yield (activity, PROV + "endedAtTime", when)
