"""The same records for everyone else: schema.org and DCMI Metadata Terms on the same IRIs.

Conforms to the schema.org profile of the Dutch Digital Heritage Network (NDE), which wants a
language tag on every name: where the language is not known the tag is `und` (RFC 5646).
Dates stand here only where they are exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date as calendar_date
from typing import Final

from fonds.lexicon import load
from fonds.rdf import generic_units
from fonds.rdf.claims import Cast, flat, tag_of, text, title_language
from fonds.rdf.iris import Minter
from fonds.rdf.rico import subject_reason
from fonds.rdf.terms import DCTERMS, LABEL, SCHEMA, TYPE, XSD, Literal, Triple
from fonds.rdf.vocabulary import words
from fonds.record import Agent, DateStatement, Mention, Record, Resolved, TextValue

#: Classes by kind of agent; an office without its holder is neither person nor organisation.
_CLASSES: Final = {
    "person": "Person",
    "family": "Organization",
    "group": "Organization",
    "organisation": "Organization",
    "place": "Place",
    "role": "Occupation",
    "agent": "Thing",
}

#: Properties of a message or work by the role of an agent.
_ROLES: Final = {
    "author": ("schema:author", "schema:creator", "dcterms:creator"),
    "creator": ("schema:creator", "dcterms:creator"),
    "origination": ("schema:creator", "dcterms:creator"),
    "collector": ("schema:contributor", "dcterms:contributor"),
    "associate": ("dcterms:contributor",),
    "issuer": ("schema:creator", "dcterms:creator"),
    "sender": ("schema:sender",),
    "addressee": ("schema:toRecipient",),
    "copy-recipient": ("schema:ccRecipient",),
    "drafter": ("schema:contributor", "dcterms:contributor"),
    "signatory": ("schema:contributor", "dcterms:contributor"),
    "clearance": ("dcterms:contributor",),
    "contributor": ("dcterms:contributor",),
    "transcriber": ("dcterms:contributor",),
    "donor": ("schema:funder",),
    "editor": ("dcterms:contributor",),
}

#: These belong to messages only, by schema.org.
_OF_MESSAGES: Final = frozenset({"sender", "addressee", "copy-recipient"})

#: Zones that the archive or the web page wrote, not the record.
_NOT_THE_RECORD: Final = frozenset(
    {"navigation", "credit", "legal-notice", "repository", "rights", "furniture"}
)

_EXACT = re.compile(r"\d{4}(?:-(0[1-9]|1[0-2])(?:-\d{2})?)?")
_PERIOD = re.compile(r"(?:\.\.|\d{4}(?:-\d{2}){0,2})(?:/(?:\.\.|\d{4}(?:-\d{2}){0,2}))?")
_SPACES = {"schema": SCHEMA, "dcterms": DCTERMS}


def describe(resolved: Resolved, mint: Minter) -> Iterator[Triple]:
    """A record, its parts, its file and who appears in it, in general terms."""
    cast = Cast.of(resolved, mint)
    for record in resolved.record.walk():
        classes = _classes(record.form.value if record.form else "")
        yield from _work(mint.record(record.id), record, classes, mint)
        yield from _named(record, classes, cast, mint)
        yield from _dates(mint.record(record.id), record, classes)
        yield from _holding(mint.record(record.id), record, mint)
        yield from _details(mint.record(record.id), record, mint)
        yield from _translation(record, cast, mint)
        yield from _mentions(mint.record(record.id), record, cast)
        yield from _related(mint.record(record.id), record, mint)
        yield from _events(record, cast, mint)
        yield from generic_units.describe(record, mint)
    yield from _file(resolved.record, mint)
    for agent in resolved.agents:
        yield from _agent(agent, cast, mint)


def moment(statement: DateStatement) -> Literal | None:
    """A date as a typed literal, None unless it is exact: no doubt, no approximation, no range.

    With a time and no zone the literal is local, as the document leaves it.
    """
    value = statement.edtf or ""
    # A month above 12 is a season of EDTF.
    if not _EXACT.fullmatch(value) or statement.modifier or statement.evidence.certainty != "certain":
        return None
    if len(value) < len("YYYY-MM-DD"):
        return Literal(value, XSD + ("gYear" if len(value) == len("YYYY") else "gYearMonth"))
    try:
        calendar_date.fromisoformat(value)
    except ValueError:
        return None
    if statement.time and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", statement.time):
        zone = "Z" if statement.time_zone in ("Z", "UTC", "GMT") else ""
        return Literal(f"{value}T{statement.time}:00{zone}", XSD + "dateTime")
    return Literal(value, XSD + "date")


def _day(literal: Literal) -> Literal:
    """The day of a moment: some properties take no time."""
    if literal.datatype == XSD + "dateTime":
        return Literal(literal.lexical[: len("YYYY-MM-DD")], XSD + "date")
    return literal


def _name(value: str, language: str | None = None) -> Literal:
    return text(value, language or "und")


def _classes(form: str) -> frozenset[str]:
    found = set(re.findall(r"\w+", form.lower()))
    table = load("vocabulary").get("schema", {})
    return frozenset(name for name, signs in table.items() if found.intersection(signs))


def _work(iri: str, record: Record, classes: frozenset[str], mint: Minter) -> Iterator[Triple]:
    yield (iri, TYPE, SCHEMA + "CreativeWork")
    yield (iri, TYPE, DCTERMS + "BibliographicResource")
    for name in sorted(classes):
        yield (iri, TYPE, SCHEMA + name)
    yield from _title(iri, record)
    yield (iri, SCHEMA + "isPartOf", mint.dataset())
    if mint.day:
        yield (iri, SCHEMA + "sdDatePublished", Literal(mint.day, XSD + "date"))
    for part in record.parts:
        yield (iri, SCHEMA + "hasPart", mint.record(part.id))
        yield (iri, DCTERMS + "hasPart", mint.record(part.id))
    if record.form:
        form = mint.concept("form", record.form.value)
        yield (iri, SCHEMA + "genre", form)
        yield (iri, DCTERMS + "type", form)
        yield (form, TYPE, SCHEMA + "DefinedTerm")
        yield (form, SCHEMA + "name", _name(words(form.rpartition("/")[2])))
    # what a finding aid describes is not in its file
    if record.unit is None and not record.party("translator"):
        yield (iri, SCHEMA + "encoding", mint.instantiation(record.source.sha256))


def _title(iri: str, record: Record) -> Iterator[Triple]:
    title = record.title
    language = title_language(record)
    name = flat(title.value) if title else record.id
    yield (iri, SCHEMA + "name", _name(name, language))
    if title:
        yield (iri, DCTERMS + "title", text(name, language))


def _named(record: Record, classes: frozenset[str], cast: Cast, mint: Minter) -> Iterator[Triple]:
    iri = mint.record(record.id)
    for party in record.parties:
        agent = cast.agent(party.mention)
        if agent is None or agent.kind in ("place", "role"):
            continue
        if party.role in _OF_MESSAGES and "Message" not in classes:
            continue
        if cast.witness(party.mention, party.evidence).certainty == "possible":
            continue  # this view cannot say how sure it is
        for name in _ROLES.get(party.role, ()):
            space, _, local = name.partition(":")
            yield (iri, _SPACES[space] + local, cast.iris[agent.key])


def _dates(iri: str, record: Record, classes: frozenset[str]) -> Iterator[Triple]:
    for role, names in (
        ("dated", (SCHEMA + "dateCreated", DCTERMS + "created")),
        ("published", (SCHEMA + "datePublished", DCTERMS + "issued")),
        ("distributed", (DCTERMS + "issued",)),
        ("sent", (SCHEMA + "dateSent",)),
        ("received", (SCHEMA + "dateReceived",)),
    ):
        if role in ("sent", "received") and "Message" not in classes:
            continue
        moments = {found for date in record.dates if date.role == role and (found := moment(date))}
        # Two dates in one role are a conflict; both stand in the description, none here.
        if len(moments) == 1:
            found = moments.pop()
            message = role in ("sent", "received")
            # schema.org takes a time for messages, and a day alone would claim one.
            if not message or found.datatype == XSD + "dateTime":
                for name in names:
                    yield (iri, name, found if message else _day(found))
    for date in record.dates:
        if date.role == "information" and date.edtf and _PERIOD.fullmatch(date.edtf):
            yield (iri, SCHEMA + "temporalCoverage", text(date.edtf))


def _holding(iri: str, record: Record, mint: Minter) -> Iterator[Triple]:
    for reference in record.references:
        cited = flat(reference.evidence.quote)
        yield (iri, TYPE, SCHEMA + "ArchiveComponent")
        yield (iri, SCHEMA + "itemLocation", text(cited))
        yield (iri, DCTERMS + "bibliographicCitation", text(cited))
        if reference.repository:
            holder = mint.repository(reference.repository)
            yield (iri, SCHEMA + "holdingArchive", holder)
            yield (holder, TYPE, SCHEMA + "ArchiveOrganization")
            yield (holder, TYPE, SCHEMA + "Organization")
            yield (holder, SCHEMA + "name", _name(reference.repository))
        above, names = None, [reference.repository] if reference.repository else []
        for depth, level in enumerate(reference.levels, 1):
            unit = mint.recordset(reference.repository, reference.levels[:depth], record.id)
            names.append(level.cited)
            yield (unit, TYPE, SCHEMA + "Collection")
            yield (unit, SCHEMA + "name", _name(", ".join(names)))
            if above:
                yield (unit, SCHEMA + "isPartOf", above)
            above = unit
        if above:
            yield (iri, SCHEMA + "isPartOf", above)


def _details(iri: str, record: Record, mint: Minter) -> Iterator[Triple]:
    for identifier in record.identifiers:
        yield (iri, SCHEMA + "identifier", text(identifier.value))
        yield (iri, DCTERMS + "identifier", text(identifier.value))
    if record.summary:
        yield (iri, SCHEMA + "abstract", _name(record.summary.value, record.summary.language))
        yield (iri, DCTERMS + "abstract", text(record.summary.value, record.summary.language))
    for grading in record.gradings:
        node = mint.grading(record.id, grading.aspect, grading.evidence.start, grading.evidence.path)
        yield (iri, SCHEMA + "contentRating", node)
        yield (node, TYPE, SCHEMA + "Rating")
        yield (node, SCHEMA + "ratingValue", text(grading.value))
        yield (node, SCHEMA + "reviewAspect", text(grading.aspect))
        yield (node, SCHEMA + "ratingExplanation", text(flat(grading.evidence.quote)))
    for value in record.rights:
        node = mint.rights(record.id, value.evidence.start, value.evidence.path)
        yield (mint.instantiation(record.source.sha256), DCTERMS + "rights", node)
        yield (node, TYPE, DCTERMS + "RightsStatement")
        yield (node, LABEL, text(value.value, value.language))
    if not record.party("translator"):
        for language in record.languages:
            yield from _language(iri, language, mint)


def _language(iri: str, language: TextValue, mint: Minter) -> Iterator[Triple]:
    yield (iri, DCTERMS + "language", mint.language(tag_of(language), language.value))
    tag = tag_of(language)
    if tag:
        yield (iri, SCHEMA + "inLanguage", text(tag))


def _translation(record: Record, cast: Cast, mint: Minter) -> Iterator[Triple]:
    translators = record.party("translator")
    if not translators:
        return
    original, iri = mint.record(record.id), mint.translation(record.id)
    yield (iri, TYPE, SCHEMA + "CreativeWork")
    yield (iri, TYPE, DCTERMS + "BibliographicResource")
    yield from _title(iri, record)
    yield (iri, SCHEMA + "isPartOf", mint.dataset())
    if mint.day:
        yield (iri, SCHEMA + "sdDatePublished", Literal(mint.day, XSD + "date"))
    yield (iri, SCHEMA + "translationOfWork", original)
    yield (original, SCHEMA + "workTranslation", iri)
    yield (iri, SCHEMA + "encoding", mint.instantiation(record.source.sha256))
    for language in record.languages:
        yield from _language(iri if language.evidence.status == "inferred" else original, language, mint)
    for party in translators:
        agent = cast.agent(party.mention)
        if agent and agent.kind not in ("place", "role"):
            yield (iri, SCHEMA + "translator", cast.iris[agent.key])
            yield (iri, DCTERMS + "contributor", cast.iris[agent.key])


def _mentions(iri: str, record: Record, cast: Cast) -> Iterator[Triple]:
    engaged = {agent.key for party in record.parties if (agent := cast.agent(party.mention))}
    for mention in record.mentions:
        agent = cast.agent(mention)
        if agent is None or mention.evidence.zone in _NOT_THE_RECORD:
            continue
        yield (iri, SCHEMA + "mentions", cast.iris[agent.key])
        if subject_reason(record, mention) and agent.key not in engaged and agent.kind != "role":
            place = agent.kind == "place"
            yield (iri, SCHEMA + ("contentLocation" if place else "about"), cast.iris[agent.key])
            yield (iri, DCTERMS + ("spatial" if place else "subject"), cast.iris[agent.key])


def _related(iri: str, record: Record, mint: Minter) -> Iterator[Triple]:
    for related in record.related:
        if related.record is not None:
            continue
        evidence = related.evidence
        other = mint.mentioned(record.id, related.title.value, evidence.start, evidence.path)
        # Not a work of the dataset, which holds no text of it: so no schema:CreativeWork.
        yield (other, TYPE, DCTERMS + "BibliographicResource")
        for name in sorted(_classes(related.form or "")):
            yield (other, TYPE, SCHEMA + name)
        yield (other, DCTERMS + "title", text(flat(related.title.value), related.title.language))
        yield (iri, DCTERMS + "references", other)


def _events(record: Record, cast: Cast, mint: Minter) -> Iterator[Triple]:
    for event in record.events:
        ends = [
            (name, agent)
            for name, mention in (("fromLocation", event.place), ("toLocation", event.destination))
            if mention and (agent := cast.agent(mention)) and agent.kind == "place"
        ]
        if event.kind == "writing" and ends:
            yield (mint.record(record.id), SCHEMA + "locationCreated", cast.iris[ends[0][1].key])
        if event.kind != "dispatch" or not ends:
            continue
        iri = mint.activity(record.id, event.kind, event.evidence.start, event.evidence.path)
        yield (iri, TYPE, SCHEMA + "SendAction")
        yield (iri, SCHEMA + "object", mint.record(record.id))
        for name, agent in ends:
            yield (iri, SCHEMA + name, cast.iris[agent.key])


def _file(record: Record, mint: Minter) -> Iterator[Triple]:
    source = record.source
    iri = mint.instantiation(source.sha256)
    for info in (source, *record.witnesses):
        file = mint.instantiation(info.sha256)
        yield (file, TYPE, SCHEMA + "MediaObject")
        yield (file, SCHEMA + "name", _name(info.name))
        yield (file, SCHEMA + "encodingFormat", text(f"{info.media_type}; charset={info.encoding}"))
        yield (file, SCHEMA + "contentSize", text(f"{info.size} B"))
        yield (file, SCHEMA + "sha256", text(info.sha256))
    if source.origin and source.origin.startswith(("http://", "https://")):
        yield (iri, SCHEMA + "isBasedOn", mint.agent(source.origin))
    uploads = {found for date in record.dates if date.role == "uploaded" and (found := moment(date))}
    if len(uploads) == 1:
        yield (iri, SCHEMA + "uploadDate", _day(uploads.pop()))


def _agent(agent: Agent, cast: Cast, mint: Minter) -> Iterator[Triple]:
    iri = cast.iris[agent.key]
    yield (iri, TYPE, SCHEMA + _CLASSES[agent.kind])
    yield (iri, SCHEMA + "name", _name(agent.label))
    for form in agent.names:
        if form != agent.label:
            yield (iri, SCHEMA + "alternateName", text(form))
    for link in agent.links:
        yield (iri, SCHEMA + "sameAs", mint.agent(link))
    if agent.kind == "person":
        for title in agent.titles:
            yield (iri, SCHEMA + "honorificPrefix", text(title))
        yield from _parts(iri, agent, cast.appearances.get(agent.key, ()))


def _parts(iri: str, agent: Agent, mentions: tuple[Mention, ...]) -> Iterator[Triple]:
    whole = next((m for m in mentions if m.name == agent.label and m.parts), None)
    parts = whole.parts if whole else None
    if parts:
        for name, value in (
            ("givenName", parts.given),
            ("additionalName", parts.patronymic),
            ("familyName", " ".join(filter(None, (parts.particle, parts.family)))),
        ):
            if value:
                yield (iri, SCHEMA + name, text(value))
