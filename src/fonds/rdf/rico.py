"""The archival description, in Records in Contexts (RiC-O 1.1).

One direction of each relation is stated; RiC-O names the inverse of every one. Every claim
carries the passages that it rests on, or the reason why there are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fonds.rdf import rico_descriptions
from fonds.rdf import rico_units as units
from fonds.rdf.claims import Cast, flat, is_a, said, tag_of, text, title_language
from fonds.rdf.iris import Minter
from fonds.rdf.rico_agents import agents, parties, positions
from fonds.rdf.rico_events import date, events
from fonds.rdf.terms import FONDS, LABEL, RICO, TYPE, XSD, Claim, Literal, Term
from fonds.record import ArchivalReference, Field, Mention, Record, Related, Resolved

#: How a record is tied to a date in each role; for the others the link says no more than that.
_DATE_LINKS: Final = {"dated": "hasCreationDate", "published": "hasPublicationDate"}

#: Labelled values that have a property of their own; the others become notes.
FIELDS: Final = {
    "pages": RICO + "recordResourceExtent",
    "extent": RICO + "recordResourceExtent",
    "source": RICO + "recordResourceSourceOfInformation",
    "source-description": RICO + "recordResourceSourceOfInformation",
    "conditions-of-access": RICO + "conditionsOfAccess",
    "copies": FONDS + "copiesMade",
    "copies-made": FONDS + "copiesMade",
}

#: Being named here is a sign of what a record is about; being named in the body is a mention.
SUBJECT_ZONES: Final = {
    "title": "named in the title, and no party to the record",
    "subject": "named in the subject line, and no party to the record",
    "catalogue-summary": "named in the catalogue's summary, and no party to the record",
    "index": "an index term of the finding aid",
}

_RELATED: Final = {
    "attachment": "hasOrHadConstituent",
    "enclosure": "hasOrHadConstituent",
    "reply-to": "isReplyTo",
    # Whose draft it is the words often leave open, so no more than the kinship is stated.
    "draft": "hasGeneticLinkToRecordResource",
    "mentioned": "isRecordResourceAssociatedWithRecordResource",
}


def describe(resolved: Resolved, mint: Minter) -> Iterator[Claim]:
    """The archival description of a record, its parts, its file, and who appears in it."""
    cast = Cast.of(resolved, mint)
    for record in resolved.record.walk():
        yield from _record(record, mint)
        yield from units.describe(record, cast, mint)
        yield from rico_descriptions.describe(record, cast, mint)
        yield from _holding(record, mint)
        yield from _markings(record, mint)
        yield from events(record, cast, mint)
        yield from parties(record, cast, mint)
        yield from positions(record, cast, mint)
        yield from _related(record, cast, mint)
        yield from _subjects(record, cast, mint)
    yield from _file(resolved.record, mint)
    yield from _witnesses(resolved.record, mint)
    yield from agents(resolved, cast, mint)


def _record(record: Record, mint: Minter) -> Iterator[Claim]:
    iri = mint.record(record.id)
    yield is_a(iri, units.class_of(record))
    if record.title:
        title = text(record.title.value, title_language(record))
        yield said(iri, LABEL, title, record.title.evidence)
        yield said(iri, RICO + "title", title, record.title.evidence)
    else:
        yield said(iri, LABEL, text(record.id), reason=units.UNTITLED)
    if record.form:
        form = mint.concept("form", record.form.value)
        of_set = units.class_of(record) == "RecordSet"
        predicate = "hasOrHadType" if of_set else "hasDocumentaryFormType"
        yield said(iri, RICO + predicate, form, record.form.evidence)
    yield from _identifiers(iri, record, mint)
    if record.summary:
        summary = text(record.summary.value, record.summary.language)
        yield said(iri, RICO + "scopeAndContent", summary, record.summary.evidence)
    yield from _dates(iri, record, mint)
    yield from _texts(iri, record, mint)
    for grading in record.gradings:
        note = text(f"grading of the {grading.aspect}: {grading.value}", "en")
        yield said(iri, RICO + "note", note, grading.evidence)
    seen: set[str] = set()
    for field in record.fields:
        if record.unit:
            yield from units.field(iri, record, field, field.name not in seen)
            seen.add(field.name)
        else:
            yield from _field(iri, field)
    for part in record.parts:
        yield said(
            iri,
            RICO + "hasOrHadConstituent",
            mint.record(part.id),
            reason="its text stands inside the text of the other",
        )


def _identifiers(iri: str, record: Record, mint: Minter) -> Iterator[Claim]:
    first: dict[str, str] = {}
    for identifier in record.identifiers:
        evidence = identifier.evidence
        node = mint.identifier(record.id, identifier.scheme, identifier.value)
        quote = flat(evidence.quote)
        # The quote may hold the label too; it is the number as written if only spaces differ.
        spaced = quote.replace(" ", "") == identifier.value.replace(" ", "")
        written = quote if spaced else identifier.value
        yield is_a(node, "Identifier")
        if first.setdefault(node, written) == written:  # a number written in two ways is one number
            yield said(node, RICO + "textualValue", text(written), evidence)
        if identifier.value != first[node] or identifier.value != written:
            yield said(node, RICO + "normalizedValue", text(identifier.value), evidence)
        scheme = mint.concept("identifiertype", identifier.scheme)
        yield said(node, RICO + "hasIdentifierType", scheme, evidence)
        yield said(iri, RICO + "hasOrHadIdentifier", node, evidence)


def _dates(iri: str, record: Record, mint: Minter) -> Iterator[Claim]:
    for statement in record.dates:
        node, claims = date(record, statement, mint)
        yield from claims
        if statement.role == "uploaded":
            file = mint.instantiation(record.source.sha256)
            yield said(file, RICO + "isAssociatedWithDate", node, statement.evidence)
        elif statement.role != "mentioned":
            link = units.date_link(record, statement.role)
            link = link or _DATE_LINKS.get(statement.role, "isAssociatedWithDate")
            yield said(iri, RICO + link, node, statement.evidence)


def _texts(iri: str, record: Record, mint: Minter) -> Iterator[Claim]:
    """The text in the file: of the record itself, or of its translation where there is a translator."""
    file = mint.instantiation(record.source.sha256)
    translators = [party.evidence for party in record.party("translator")]
    known = "the text was read in this file"
    held = iri
    if translators:
        held = mint.translation(record.id)
        yield is_a(held, "Record")
        yield said(held, FONDS + "isTranslationOf", iri, *translators)
        title = record.title.value if record.title else record.id
        label = text(f"translation of {title}", "en")
        yield said(held, LABEL, label, *translators, reason="named after the record")
    if record.unit is None:  # the file holds the finding aid, not the unit that it describes
        yield said(held, RICO + "hasOrHadDigitalInstantiation", file, reason=known)
    for value in record.languages:
        language = mint.language(tag_of(value), value.value)
        # What the reader inferred from the words is the language of the words at hand.
        subject = held if value.evidence.status == "inferred" else iri
        yield said(subject, RICO + units.language_link(record), language, value.evidence)


def _field(iri: str, field: Field) -> Iterator[Claim]:
    predicate = FIELDS.get(field.name)
    thing: Term = text(field.value, field.language)
    if predicate is None:
        predicate, thing = RICO + "note", text(f"{field.name}: {field.value}", field.language)
    elif predicate == FONDS + "copiesMade":
        if not (field.value.isascii() and field.value.isdigit()):
            predicate, thing = RICO + "note", text(f"{field.name}: {field.value}")
        else:
            thing = Literal(str(int(field.value)), XSD + "integer")
    elif predicate == RICO + "recordResourceExtent" and field.value.isdigit():
        thing = text(f"{field.value} {field.name}")
    yield said(iri, predicate, thing, field.evidence)


def _holding(record: Record, mint: Minter) -> Iterator[Claim]:
    iri = mint.record(record.id)
    for reference in record.references:
        evidence = reference.evidence
        words = flat(evidence.quote)
        node = mint.identifier(record.id, "archival-reference", words)
        yield is_a(node, "Identifier")
        yield said(node, RICO + "textualValue", text(words), evidence)
        yield said(
            node, RICO + "hasIdentifierType", mint.concept("identifiertype", "archival-reference"), evidence
        )
        yield said(iri, RICO + "hasOrHadIdentifier", node, evidence)
        if reference.leaves:
            yield said(iri, FONDS + "leaves", text(reference.leaves), evidence)
        holder = None
        if reference.repository:
            holder = mint.repository(reference.repository)
            yield is_a(holder, "CorporateBody")
            yield said(holder, LABEL, text(reference.repository), evidence)
            yield said(holder, RICO + "name", text(reference.repository), evidence)
            yield said(iri, RICO + "hasOrHadHolder", holder, evidence)
        yield from _hierarchy(iri, record, reference, holder, mint)


def _hierarchy(
    iri: str, record: Record, reference: ArchivalReference, holder: str | None, mint: Minter
) -> Iterator[Claim]:
    evidence, why = reference.evidence, "minted from the archival reference"
    above = None
    names = [reference.repository] if reference.repository else []
    for depth, level in enumerate(reference.levels, 1):
        unit = mint.recordset(reference.repository, reference.levels[:depth], record.id)
        names.append(level.cited)
        kind = units.set_type(level.kind, mint)
        yield is_a(unit, "RecordSet")
        yield said(unit, LABEL, text(", ".join(names)), evidence, reason=why)
        yield said(unit, RICO + "identifier", text(level.cited), evidence)
        yield said(unit, RICO + "hasRecordSetType", kind, evidence)
        if above:
            yield said(unit, RICO + "isDirectlyIncludedIn", above, evidence, reason=why)
        elif holder:
            yield said(unit, RICO + "hasOrHadHolder", holder, evidence)
        above = unit
    if above:
        yield said(iri, RICO + "isDirectlyIncludedIn", above, evidence)


def _markings(record: Record, mint: Minter) -> Iterator[Claim]:
    iri = mint.record(record.id)
    for marking in record.markings:
        evidence = marking.evidence
        node = mint.marking(record.id, evidence.start, evidence.end, evidence.path)
        yield Claim((node, TYPE, FONDS + "Marking"))
        yield said(node, LABEL, text(marking.value), evidence)
        yield said(node, RICO + "hasOrHadType", mint.concept("markingtype", marking.kind), evidence)
        yield said(node, FONDS + "markingState", mint.concept("markingstate", marking.state), evidence)
        yield said(iri, FONDS + "hasMarking", node, evidence)
        if marking.kind == "classification" and marking.state == "applied":
            status = mint.concept("classification", marking.value)
            yield said(iri, FONDS + "classificationMarking", text(marking.value), evidence)
            yield said(iri, RICO + "hasOrHadLegalStatus", status, evidence)


def _related(record: Record, cast: Cast, mint: Minter) -> Iterator[Claim]:
    iri = mint.record(record.id)
    for related in record.related:
        evidence = related.evidence
        held = related.record is not None
        other = (
            mint.record(related.record)
            if related.record is not None
            else mint.mentioned(record.id, related.title.value, evidence.start, evidence.path)
        )
        yield said(iri, RICO + _RELATED[related.relation], other, evidence)
        if held:
            continue
        title = text(flat(related.title.value), related.title.language)
        yield is_a(other, "Record")
        yield said(other, LABEL, title, related.title.evidence)
        yield said(other, RICO + "title", title, related.title.evidence)
        yield said(
            other,
            FONDS + "held",
            Literal("false", XSD + "boolean"),
            evidence,
            reason="its text does not stand in the file",
        )
        yield from _traits(other, record, related, cast, mint)


def _traits(other: str, record: Record, related: Related, cast: Cast, mint: Minter) -> Iterator[Claim]:
    evidence = related.evidence
    if related.form:
        yield said(other, RICO + "hasDocumentaryFormType", mint.concept("form", related.form), evidence)
    if related.state:
        yield said(other, RICO + "hasRecordState", mint.concept("recordstate", related.state), evidence)
    if related.date:
        node, claims = date(record, related.date, mint)
        yield said(other, RICO + "isAssociatedWithDate", node, related.date.evidence)
        yield from claims
    for mentions, predicate in (
        (related.senders, "hasSender"),
        (related.addressees, "hasAddressee"),
        (related.receivers, "hasReceiver"),
    ):
        for mention in mentions:
            agent = cast.agent(mention)
            if agent and agent.kind != "place":
                evidence = cast.witness(mention, mention.evidence)
                if evidence.certainty != "possible":
                    yield said(other, RICO + predicate, cast.iris[agent.key], evidence)


def subject_reason(record: Record, mention: Mention) -> str | None:
    """Why a record is about what a mention names; None if it is only mentioned."""
    at = mention.evidence
    if record.title and record.title.evidence.holds(at):
        return SUBJECT_ZONES["title"]
    if any(field.name == "country" and field.evidence.holds(at) for field in record.fields):
        return "named as the country that the report is about"
    return SUBJECT_ZONES.get(mention.evidence.zone)


def _subjects(record: Record, cast: Cast, mint: Minter) -> Iterator[Claim]:
    iri = mint.record(record.id)
    engaged = {agent.key for party in record.parties if (agent := cast.agent(party.mention))}
    for mention in record.mentions:
        reason = subject_reason(record, mention)
        agent = cast.agent(mention) if reason else None
        if agent is None or agent.key in engaged:
            continue
        evidence = cast.witness(mention, mention.evidence)
        if evidence.certainty != "possible":
            yield said(iri, RICO + "hasOrHadSubject", cast.iris[agent.key], evidence, reason=reason)


def _witnesses(record: Record, mint: Minter) -> Iterator[Claim]:
    """The catalogues that speak of a record; each is a record itself, with a file."""
    for info in record.witnesses:
        iri, file = mint.catalogue(info.sha256), mint.instantiation(info.sha256)
        yield is_a(iri, "Record")
        yield said(iri, LABEL, text(info.name), reason="the name of the file")
        why = "the entry of the record was read in this file"
        yield said(iri, RICO + "describesOrDescribed", mint.record(record.id), reason=why)
        yield said(iri, RICO + "hasOrHadDigitalInstantiation", file, reason=why)
        yield is_a(file, "Instantiation")
        yield said(file, LABEL, text(info.name), reason="the name of the file")


def _file(record: Record, mint: Minter) -> Iterator[Claim]:
    source = record.source
    iri = mint.instantiation(source.sha256)
    yield is_a(iri, "Instantiation")
    yield said(iri, LABEL, text(source.name), reason="the name of the file")
    yield said(
        iri,
        RICO + "instantiationExtent",
        text(f"{source.size} bytes", "en"),
        reason="counted in the file",
    )
    for part in record.walk():
        for statement in part.rights:
            rights = text(statement.value, statement.language)
            yield said(iri, RICO + "conditionsOfUse", rights, statement.evidence)
