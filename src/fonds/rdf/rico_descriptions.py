"""Agents as authority records describe them, in RiC-O: names, existence, functions, relations.

Relations between agents follow EAC-CPF 1.0. RiC-O has a class and a property for each but the
merely associative one, which is a plain relation. A relation whose type is not known says only that
the agents are associated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from fonds.rdf.claims import Cast, Relation, is_a, said, text
from fonds.rdf.iris import Minter, digest
from fonds.rdf.rico_events import date
from fonds.rdf.rico_units import references
from fonds.rdf.terms import LABEL, OWL, RDFS, RICO, Claim
from fonds.record import DateStatement, Evidence, Record

if TYPE_CHECKING:
    from fonds.description import AgentDescription, AgentFact, AgentRelation, NameForm, ResourceRelation


class _Kin(NamedTuple):
    """How RiC-O says what another agent is to this one: class, property, and which end comes first."""

    relation: str
    property: str
    first: str | None


_KIN: Final[dict[str | None, _Kin]] = {
    "hierarchical-parent": _Kin("AgentHierarchicalRelation", "isOrWasSubordinateTo", "other"),
    "hierarchical-child": _Kin("AgentHierarchicalRelation", "hasOrHadSubordinate", "own"),
    "hierarchical": _Kin("AgentHierarchicalRelation", "isAgentAssociatedWithAgent", None),
    "temporal-earlier": _Kin("AgentTemporalRelation", "isSuccessorOf", "other"),
    "temporal-later": _Kin("AgentTemporalRelation", "hasSuccessor", "own"),
    "temporal": _Kin("AgentTemporalRelation", "isAgentAssociatedWithAgent", None),
    "family": _Kin("FamilyRelation", "isAgentAssociatedWithAgent", None),
    "associative": _Kin("Relation", "isAgentAssociatedWithAgent", None),
}
_UNSTATED: Final = _Kin("Relation", "isAgentAssociatedWithAgent", None)

#: How records are tied to the agent that they come from, or are about.
_RESOURCES: Final = {"creatorOf": "hasCreator", "subjectOf": "hasOrHadSubject"}


def describe(record: Record, cast: Cast, mint: Minter) -> Iterator[Claim]:
    """What an authority record says of its agent; nothing, of another record."""
    told = record.agent
    agent = cast.agent(told.main) if told else None
    if told is None or agent is None:
        return
    iri, evidence = cast.iris[agent.key], told.main.evidence
    yield said(mint.record(record.id), RICO + "describesOrDescribed", iri, evidence)
    yield from references(record, cast, mint)
    for form in told.forms:
        yield from _form(iri, agent.key, record, form, mint)
    for number in told.identifiers:
        node = mint.identifier(record.id, number.scheme, number.value)
        scheme = mint.concept("identifiertype", number.scheme)
        yield is_a(node, "Identifier")
        yield said(node, RICO + "textualValue", text(number.value), number.evidence)
        yield said(node, RICO + "hasIdentifierType", scheme, number.evidence)
        yield said(iri, RICO + "hasOrHadIdentifier", node, number.evidence)
    yield from _existence(iri, record, told, mint)
    for history in told.histories:
        yield said(iri, RICO + "history", text(history.value, history.language), history.evidence)
    for fact in told.facts:
        yield from _fact(iri, agent.kind, record, fact, cast, mint)
    for relation in told.relations:
        yield from _relation(iri, record, relation, cast, mint)
    for resource in told.resources:
        yield from _resource(iri, record, resource, mint)


def _place_of(evidence: Evidence) -> str:
    """What tells two statements of one file apart: where they stand."""
    return "at-" + digest(f"{evidence.path} {evidence.start}", 4)


def _dated(iri: str, record: Record, when: DateStatement | None, mint: Minter) -> Iterator[Claim]:
    if when is not None:
        node, claims = date(record, when, mint)
        yield said(iri, RICO + "relationHasDate", node, when.evidence)
        yield from claims


def _form(iri: str, key: str, record: Record, form: NameForm, mint: Minter) -> Iterator[Claim]:
    """Which form of a name it is, its language, and when it was borne."""
    evidence = form.mention.evidence
    node = mint.name(key, form.mention.name)
    if form.form:
        yield said(node, RICO + "hasOrHadType", mint.concept("nameform", form.form), evidence)
    if form.language:
        note = text(f"language: {form.language}", "en")
        yield said(node, RICO + "note", note, evidence)
    if form.use:
        borne = mint.relation(record.id, "name", key, form.mention.name, _place_of(form.use.evidence))
        relation = Relation("AppellationRelation", borne, node, iri, "certain")
        yield from relation.claims(evidence)
        yield from _dated(borne, record, form.use, mint)


def _existence(iri: str, record: Record, told: AgentDescription, mint: Minter) -> Iterator[Claim]:
    for when in told.existence:
        node, claims = date(record, when, mint)
        yield said(iri, RICO + "isAssociatedWithDate", node, when.evidence)
        yield from claims
    for when in told.ends:
        node, claims = date(record, when, mint)
        name = "hasBeginningDate" if when.role == "beginning" else "hasEndDate"
        yield said(iri, RICO + name, node, when.evidence)
        yield from claims


def _fact(iri: str, kind: str, record: Record, fact: AgentFact, cast: Cast, mint: Minter) -> Iterator[Claim]:
    evidence, value = fact.evidence, text(fact.value)
    if fact.kind == "function":
        yield from _function(iri, record, fact, mint)
    elif fact.kind == "occupation" and kind == "person":
        concept = mint.concept("occupation", fact.value)
        yield said(concept, LABEL, value, evidence)
        yield said(iri, RICO + "hasOrHadOccupationOfType", concept, evidence)
        if fact.date:
            node = mint.relation(record.id, "occupation", fact.value, _place_of(evidence))
            yield from Relation("TypeRelation", node, concept, iri, "certain").claims(evidence)
            yield from _dated(node, record, fact.date, mint)
    elif fact.kind == "legal-status":
        concept = mint.concept("legalstatus", fact.value)
        yield said(concept, LABEL, value, evidence)
        yield said(iri, RICO + "hasOrHadLegalStatus", concept, evidence)
        if fact.date:
            node = mint.relation(record.id, "legal-status", fact.value, _place_of(evidence))
            yield from Relation("TypeRelation", node, concept, iri, "certain").claims(evidence)
            yield from _dated(node, record, fact.date, mint)
    elif fact.kind == "mandate":
        rule = mint.rule(None, fact.value)
        yield is_a(rule, "Rule")
        yield said(rule, LABEL, value, evidence)
        yield said(rule, RICO + "name", value, evidence)
        yield said(iri, RICO + "isOrWasRegulatedBy", rule, evidence)
    elif fact.kind == "place":
        yield from _place(iri, record, fact, cast, mint)
    else:
        yield said(iri, RICO + "note", text(f"{fact.kind}: {fact.value}"), evidence)
    if fact.note:
        note = text(f"{fact.value}: {fact.note.value}", fact.note.language)
        yield said(iri, RICO + "note", note, fact.note.evidence)


def _function(iri: str, record: Record, fact: AgentFact, mint: Minter) -> Iterator[Claim]:
    """A function is an activity of its kind that the agent performs, at a time where that is stated."""
    evidence = fact.evidence
    node = mint.activity(record.id, "function", evidence.start, evidence.path)
    kind = mint.concept("activitytype", fact.value)
    yield is_a(node, "Activity")
    yield said(node, LABEL, text(fact.value), evidence)
    yield said(kind, LABEL, text(fact.value), evidence)
    yield said(node, RICO + "hasActivityType", kind, evidence)
    yield said(node, RICO + "isOrWasPerformedBy", iri, evidence)
    if fact.ref and fact.ref.startswith(("http://", "https://")):
        yield said(kind, RDFS + "seeAlso", mint.agent(fact.ref), evidence)
    if fact.date:
        when, claims = date(record, fact.date, mint)
        yield said(node, RICO + "occurredAtDate", when, fact.date.evidence)
        yield from claims


def _place(iri: str, record: Record, fact: AgentFact, cast: Cast, mint: Minter) -> Iterator[Claim]:
    agent = cast.agent(fact.place) if fact.place else None
    if agent is None:
        yield said(iri, RICO + "note", text(f"place: {fact.value}"), fact.evidence)
        return
    place, evidence = cast.iris[agent.key], fact.evidence
    yield said(iri, RICO + "isAgentAssociatedWithPlace", place, evidence)
    if fact.role or fact.date:
        node = mint.relation(record.id, "place", agent.key, _place_of(evidence))
        yield from Relation("PlaceRelation", node, place, iri, "certain").claims(evidence)
        if fact.role:
            yield said(node, RICO + "relationHasContext", mint.concept("role", fact.role), evidence)
        yield from _dated(node, record, fact.date, mint)


def _relation(iri: str, record: Record, told: AgentRelation, cast: Cast, mint: Minter) -> Iterator[Claim]:
    agent = cast.agent(told.other)
    if agent is None or cast.iris[agent.key] == iri:
        return
    other, evidence = cast.iris[agent.key], cast.witness(told.other, told.evidence)
    if told.type == "identity":
        yield said(iri, OWL + "sameAs", other, evidence)
        return
    kin = _KIN.get(told.type, _UNSTATED)
    yield said(iri, RICO + kin.property, other, evidence)
    kind = told.type or "associated"
    node = mint.relation(record.id, kind, agent.key, _place_of(told.evidence))
    source, target = (other, iri) if kin.first == "other" else (iri, other)
    relation = Relation(
        kin.relation, node, source, target, evidence.certainty, directed=kin.first is not None
    )
    yield from relation.claims(evidence)
    if told.type:
        yield said(node, RICO + "relationHasContext", mint.concept("role", told.type), evidence)
    if told.role:
        yield said(node, RICO + "note", text(told.role), evidence)
    if told.note:
        yield said(node, RICO + "note", text(told.note.value, told.note.language), told.note.evidence)
    yield from _dated(node, record, told.date, mint)


def _resource(iri: str, record: Record, told: ResourceRelation, mint: Minter) -> Iterator[Claim]:
    """Records that the agent made, or that are about it. Whether they are one or many is not stated."""
    evidence = told.evidence
    node = mint.mentioned(record.id, told.title.value, evidence.start, evidence.path)
    title = text(told.title.value, told.title.language)
    yield is_a(node, "RecordResource")
    yield said(node, LABEL, title, evidence)
    yield said(node, RICO + "title", title, evidence)
    yield said(node, RICO + _RESOURCES.get(told.type or "", "isRelatedTo"), iri, evidence)
    if told.href:
        yield said(node, RICO + "identifier", text(told.href), evidence)
        if told.href.startswith(("http://", "https://")):
            yield said(node, RDFS + "seeAlso", mint.agent(told.href), evidence)
    if told.date:
        when, claims = date(record, told.date, mint)
        yield said(node, RICO + "isAssociatedWithDate", when, told.date.evidence)
        yield from claims
    if told.note:
        yield said(node, RICO + "note", text(told.note.value, told.note.language), told.note.evidence)
