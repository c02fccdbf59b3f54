"""Persons, groups, bodies and places, their names and offices, and their part in a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from fonds.rdf.claims import Cast, Relation, is_a, said, text, tier
from fonds.rdf.iris import Minter
from fonds.rdf.rico_events import date
from fonds.rdf.rico_units import class_of
from fonds.rdf.terms import FONDS, LABEL, OWL, RDFS, RICO, Claim
from fonds.record import Agent, Certainty, Evidence, Mention, Party, Position, Record, Resolved

#: The class of RiC-O for each kind. An office named without its holder is a Position.
CLASSES: Final = {
    "person": "Person",
    "family": "Family",
    "group": "Group",
    "role": "Position",
    "organisation": "CorporateBody",
    "place": "Place",
    "agent": "Agent",
}

#: Kinds in which, by RiC-O, an office may exist and a person be a member.
_GROUPS: Final = frozenset({"family", "group", "organisation"})

_ELSEWHERE = "a form found in another document, or given by the authority file or a table of names"


class Part(NamedTuple):
    """How RiC-O says that an agent has a role: a class of relation, and a shortcut if there is one."""

    relation: str
    shortcut: str | None


#: Each role, towards the record, its translation or its file (`_subject`).
PARTS: Final[dict[str, Part]] = {
    "author": Part("AuthorshipRelation", RICO + "hasAuthor"),
    "creator": Part("CreationRelation", RICO + "hasCreator"),
    "origination": Part("OrganicProvenanceRelation", RICO + "hasOrganicProvenance"),
    "collector": Part("OrganicProvenanceRelation", RICO + "hasCollector"),
    "associate": Part("Relation", None),
    "sender": Part("OrganicProvenanceRelation", RICO + "hasSender"),
    "addressee": Part("OrganicProvenanceRelation", RICO + "hasAddressee"),
    "copy-recipient": Part("OrganicProvenanceRelation", FONDS + "hasCopyRecipient"),
    "signatory": Part("CreationRelation", RICO + "hasCreator"),
    "drafter": Part("CreationRelation", RICO + "hasCreator"),
    "issuer": Part("CreationRelation", RICO + "hasCreator"),
    "clearance": Part("OrganicProvenanceRelation", RICO + "hasOrganicProvenance"),
    "translator": Part("CreationRelation", RICO + "hasCreator"),
    "transcriber": Part("CreationRelation", RICO + "hasCreator"),
    "contributor": Part("Relation", None),
    "editor": Part("Relation", None),
    "donor": Part("Relation", None),
}

_OF_THE_FILE: Final = frozenset({"contributor", "donor", "editor", "transcriber"})


def agents(resolved: Resolved, cast: Cast, mint: Minter) -> Iterator[Claim]:
    """Who and what appears in a record: label, names, links, candidates, likenesses."""
    for agent in resolved.agents:
        yield from _agent(agent, cast, mint)
    for likeness in resolved.likenesses:
        kinds = [cast.agents[key].kind for key in (likeness.first, likeness.second) if key in cast.agents]
        place = "place" in kinds
        first, second = (
            mint.place(key) if place else mint.agent(key) for key in (likeness.first, likeness.second)
        )
        evidence = tuple(
            cast.appearances[key][0].evidence
            for key in (likeness.first, likeness.second)
            if key in cast.appearances
        )
        relation = Relation(
            "Relation" if place else "AgentToAgentRelation",
            mint.likeness(likeness.first, likeness.second),
            first,
            second,
            likeness.certainty,
            directed=False,
        )
        yield from relation.claims(*evidence, reason=likeness.reason)
        context = mint.concept("role", "possibly-the-same")
        yield said(relation.iri, RICO + "relationHasContext", context, *evidence, reason=likeness.reason)
        yield said(
            relation.iri,
            RICO + "relationSource",
            text(likeness.reason, "en"),
            *evidence,
            reason=likeness.reason,
        )
        if likeness.against:
            yield said(
                relation.iri,
                RICO + "note",
                text(f"against: {likeness.against}", "en"),
                *evidence,
                reason=likeness.reason,
            )


def _agent(agent: Agent, cast: Cast, mint: Minter) -> Iterator[Claim]:
    iri = cast.iris[agent.key]
    mentions = cast.appearances.get(agent.key, ())
    first: dict[str, Mention] = {}
    for mention in mentions:
        first.setdefault(mention.name.casefold(), mention)
    seen, why = _witness(agent.label, first, mentions)
    label = text(agent.label)
    yield is_a(iri, CLASSES[agent.kind])
    yield said(iri, LABEL, label, *seen, reason=why)
    yield said(iri, RICO + "name", label, *seen, reason=why)
    has_name, class_name = (
        ("hasOrHadPlaceName", "PlaceName") if agent.kind == "place" else ("hasOrHadAgentName", "AgentName")
    )
    for form in dict.fromkeys((agent.label, *agent.names)):
        node = mint.name(agent.key, form)
        witness = first.get(form.casefold())
        seen, why = ((witness.evidence,), None) if witness else ((), _ELSEWHERE)
        yield is_a(node, class_name)
        yield said(node, RICO + "textualValue", text(form), *seen, reason=why)
        yield said(iri, RICO + has_name, node, *seen, reason=why)
        if witness and witness.doubt:
            yield said(node, RICO + "note", text(witness.doubt), witness.evidence)
    if agent.note:
        yield said(
            iri, RICO + "note", text(agent.note), reason="a note of the authority file or of a curator"
        )
    yield from _links(agent, iri, cast, mint)


def _witness(
    form: str, first: dict[str, Mention], mentions: tuple[Mention, ...]
) -> tuple[tuple[Evidence, ...], str | None]:
    if form.casefold() in first:
        return (first[form.casefold()].evidence,), None
    if mentions:
        return (mentions[0].evidence,), "the name in full is " + _ELSEWHERE
    return (), _ELSEWHERE


def _links(agent: Agent, iri: str, cast: Cast, mint: Minter) -> Iterator[Claim]:
    entries = [cast.identified[mention.id] for mention in cast.appearances.get(agent.key, ())]
    sure = bool(agent.authority and entries) and all(entry.certainty == "certain" for entry in entries)
    for link in agent.links:
        yield said(
            iri,
            (OWL + "sameAs") if sure else (RDFS + "seeAlso"),
            mint.agent(link),
            reason="the authority file states it"
            if sure
            else "the authority file states it of an entry that is not certainly meant",
        )
    for candidate in agent.candidates:
        entry = mint.place(candidate) if agent.kind == "place" else mint.agent(candidate)
        yield said(
            iri,
            FONDS + "candidate",
            entry,
            reason="an entry of the authority file that fits; nothing decides between the candidates",
        )


def parties(record: Record, cast: Cast, mint: Minter) -> Iterator[Claim]:
    """What agents have to do with a record, its translation or its file."""
    together: dict[tuple[str, str], list[Party]] = {}
    for party in record.parties:
        agent = cast.agent(party.mention)
        if agent:
            together.setdefault((party.role, agent.key), []).append(party)
    for (role, key), same in together.items():
        evidence = tuple(cast.witness(party.mention, party.evidence) for party in same)
        certainty = tier(evidence)
        part = PARTS[role]
        # A place is no agent: "to Moscow" says where, not who.
        name = "Relation" if cast.agents[key].kind == "place" else part.relation
        subject = _subject(record, role, mint)
        shortcut = part.shortcut
        if role == "author" and class_of(record) != "Record":
            shortcut = RICO + "hasCreator"  # by RiC-O only a record has an author
        if shortcut and name != "Relation" and certainty != "possible":
            yield said(subject, shortcut, cast.iris[key], *evidence)
        relation = Relation(name, mint.relation(record.id, role, key), subject, cast.iris[key], certainty)
        yield from relation.claims(*evidence)
        of_creation = name in ("AuthorshipRelation", "CreationRelation")
        predicate = RICO + ("creationWithRole" if of_creation else "relationHasContext")
        yield said(relation.iri, predicate, mint.concept("role", role), *evidence)
        for party in same:
            if party.note:
                yield said(relation.iri, RICO + "note", text(party.note), party.evidence)


def _subject(record: Record, role: str, mint: Minter) -> str:
    if role == "translator":
        return mint.translation(record.id)
    return mint.instantiation(record.source.sha256) if role in _OF_THE_FILE else mint.record(record.id)


class _Held(NamedTuple):
    """A position with its holder, its organisation if that is a group, and its relation."""

    position: Position
    holder: Agent
    body: Agent | None
    iri: str
    evidence: Evidence


def positions(record: Record, cast: Cast, mint: Minter) -> Iterator[Claim]:
    """Offices, ranks and memberships that the record gives to persons."""
    found: dict[str, list[_Held]] = {}
    for position in record.positions:
        holder = cast.agent(position.holder)
        if holder is None:
            continue
        body = cast.agent(position.organisation) if position.organisation else None
        body = body if body and body.kind in _GROUPS else None
        when = f"at-{position.period.evidence.start}" if position.period else position.state or "undated"
        scope = body.key if body else record.id
        iri = mint.relation(record.id, position.kind, holder.key, f"{scope}/{position.title}", when)
        evidence = cast.witness(position.holder, position.evidence)
        found.setdefault(iri, []).append(_Held(position, holder, body, iri, evidence))
    for same in found.values():
        certainty = tier(held.evidence for held in same)
        for held in same:
            yield from _position(record, held, certainty, cast, mint)


def _position(record: Record, held: _Held, certainty: Certainty, cast: Cast, mint: Minter) -> Iterator[Claim]:
    position, holder, body, iri, evidence = held
    who, person = cast.iris[holder.key], holder.kind == "person"
    if position.kind == "rank" and person:
        kind, source, target = "TypeRelation", mint.concept("rank", position.title), who
        shortcut = (who, RICO + "hasOrHadOccupationOfType", source)
    elif position.kind == "membership" and person and body:
        kind, source, target = "MembershipRelation", cast.iris[body.key], who
        shortcut = (who, RICO + "isOrWasMemberOf", source)
    else:
        kind, source = ("PositionHoldingRelation" if person else "Relation"), who
        target = mint.position(body.key if body else f"of/{record.id}", position.title)
        shortcut = (who, RICO + "occupiesOrOccupied", target)
        yield from _office(target, position, cast.iris[body.key] if body else None)
    if person and certainty != "possible":
        yield said(*shortcut, evidence)
    if kind == "TypeRelation" and certainty != "possible" and not (position.period or position.state):
        return  # the shortcut says it all
    yield from Relation(kind, iri, source, target, certainty).claims(evidence)
    if kind == "MembershipRelation":
        yield said(iri, RICO + "note", text(position.title), evidence)
    if position.state:
        yield said(iri, RICO + "relationState", text(position.state, "en"), evidence)
    if position.period:
        node, claims = date(record, position.period, mint)
        yield said(iri, RICO + "relationHasDate", node, position.period.evidence)
        yield from claims


def _office(iri: str, position: Position, body: str | None) -> Iterator[Claim]:
    evidence = position.evidence
    title = text(position.title)
    yield is_a(iri, "Position")
    yield said(iri, LABEL, title, evidence)
    yield said(iri, RICO + "name", title, evidence)
    if body and position.organisation:
        yield said(iri, RICO + "existsOrExistedIn", body, position.organisation.evidence)
