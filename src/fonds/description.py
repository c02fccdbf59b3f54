"""What archival description says beyond one document: its place in a hierarchy, and who agents are.

Made by the readers of finding aids (EAD) and of authority records (EAC-CPF). The terms are those
of ISAD(G), ISAAR(CPF) and Records in Contexts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fonds.record import DateStatement, Evidence, Identifier, Mention, TextValue

#: What an index term that is no name of an agent or place says: what the unit is about, what kind
#: of record it holds, or which function or occupation it documents.
TermKind = Literal["subject", "genre", "function", "occupation", "title"]

#: What a description states of an agent beside names, dates and relations.
FactKind = Literal["function", "occupation", "legal-status", "mandate", "place", "language"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A unit or a finding aid as another description names it: its id, level and title."""

    id: str
    level: str | None = None
    title: TextValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTerm:
    """A term under which a unit is indexed. `vocabulary` says whose term it is, `ref` is its number there."""

    kind: TermKind
    value: str
    evidence: Evidence
    vocabulary: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitalObject:
    """A digital copy or object that a finding aid links: its address, and what the link is called."""

    href: str
    evidence: Evidence
    title: TextValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Where a described unit stands: the finding aid, the unit that includes it, and who holds it.

    `above` is None for the unit that the finding aid describes as a whole. A `holder` without
    evidence is stated by the user in fonds.toml.
    """

    finding_aid: Heading
    level_evidence: Evidence | None = None
    above: Heading | None = None
    holder: str | None = None
    holder_evidence: Evidence | None = None
    terms: tuple[IndexTerm, ...] = ()
    objects: tuple[DigitalObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NameForm:
    """A form of the name of a described agent. `form` is None where the source does not say which it is."""

    mention: Mention
    form: Literal["authorized", "variant"] | None = None
    language: str | None = None
    use: DateStatement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFact:
    """Something stated of an agent: a function, an occupation, a place, a legal status, a mandate.

    `place` is the place named, `role` what it was to the agent, `date` when it held.
    """

    kind: FactKind
    value: str
    evidence: Evidence
    date: DateStatement | None = None
    place: Mention | None = None
    role: str | None = None
    ref: str | None = None
    note: TextValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRelation:
    """A relation of the agent to another. `type` is that of EAC-CPF 1.0, such as `temporal-earlier`:
    what the other is to the agent described. None where it is not stated."""

    type: str | None
    other: Mention
    evidence: Evidence
    role: str | None = None
    date: DateStatement | None = None
    note: TextValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRelation:
    """A relation of the agent to records or books: `creatorOf`, `subjectOf` or `other`."""

    type: str | None
    title: TextValue
    evidence: Evidence
    href: str | None = None
    date: DateStatement | None = None
    note: TextValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDescription:
    """What an authority record says of the agent that it describes.

    `main` is the name by which it is known: the first authorized form, else the first of all.
    `ends` are the beginning and the end of its existence, where each is stated.
    """

    main: Mention
    identifiers: tuple[Identifier, ...] = ()
    forms: tuple[NameForm, ...] = ()
    existence: tuple[DateStatement, ...] = ()
    ends: tuple[DateStatement, ...] = ()
    facts: tuple[AgentFact, ...] = ()
    histories: tuple[TextValue, ...] = ()
    relations: tuple[AgentRelation, ...] = ()
    resources: tuple[ResourceRelation, ...] = ()
