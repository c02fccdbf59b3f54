"""What one document says, as frozen values, each with the words that support it.

Nothing here knows RDF. A `Record` is made by a converter, read by `resolve`, and turned
into statements by `fonds.rdf`. The terms are those of Records in Contexts (RiC-CM 1.0)
where it has one: record, instantiation, agent, position, activity.

The values of which it is made (`fonds.values`) and what `resolve` makes of it (`fonds.resolved`)
can be imported from here as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from fonds.resolved import Agent, Identification, Likeness, Resolved
from fonds.source import Span
from fonds.values import (
    Certainty,
    DateRole,
    DateStatement,
    Evidence,
    Field,
    Finding,
    Identifier,
    Kind,
    Mention,
    NameParts,
    Status,
    TextValue,
    Zone,
)

if TYPE_CHECKING:
    from fonds.description import AgentDescription, Heading, Unit

__all__ = [
    "Agent",
    "ArchivalReference",
    "Certainty",
    "DateRole",
    "DateStatement",
    "Event",
    "Evidence",
    "Exemption",
    "Field",
    "Finding",
    "Grading",
    "Identification",
    "Identifier",
    "Kind",
    "Level",
    "Likeness",
    "Marking",
    "Mention",
    "NameParts",
    "Party",
    "PartyRole",
    "Performer",
    "Position",
    "Record",
    "Related",
    "Resolved",
    "SourceInfo",
    "Status",
    "TextValue",
    "Zone",
]

#: What an agent has to do with a record.
PartyRole = Literal[
    "author",
    "creator",
    "origination",
    "collector",
    "associate",
    "sender",
    "signatory",
    "addressee",
    "copy-recipient",
    "contributor",
    "editor",
    "translator",
    "transcriber",
    "donor",
    "issuer",
    "drafter",
    "clearance",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A mention in its role towards the record. `note` keeps how, such as `handwritten`."""

    role: PartyRole
    mention: Mention
    evidence: Evidence
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """An office, rank or membership that a person held, as the document words it."""

    holder: Mention
    title: str
    kind: Literal["office", "rank", "membership"]
    evidence: Evidence
    organisation: Mention | None = None
    period: DateStatement | None = None
    state: Literal["present", "past"] | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One step of an archival hierarchy: kind (`fonds`, `opis`, `delo`, `box` …) and its number.

    `label` is the word or sign before the number as written (`f.`), empty if there is none.
    """

    kind: str
    value: str
    label: str

    @property
    def cited(self) -> str:
        """The step as a reference cites it: `f. 558`."""
        return f"{self.label} {self.value}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivalReference:
    """Where the original lies. `levels` go from the largest unit down; leaves keep their zeros."""

    repository: str | None
    levels: tuple[Level, ...]
    evidence: Evidence
    leaves: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """A security or handling marking. `state` says whether it stands or was struck through."""

    value: str
    kind: Literal["classification", "handling", "dissemination", "redaction"]
    state: Literal["applied", "struck"]
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A provision under which words were withheld: its code, and its meaning where printed."""

    code: str
    meaning: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """Someone who took part in an event, in a stated role (`sent-by`, `deciphered-by` …)."""

    role: str
    mention: Mention
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to the record: dispatch, arrival, decipherment, review, release."""

    kind: str
    evidence: Evidence
    date: DateStatement | None = None
    place: Mention | None = None
    destination: Mention | None = None
    performers: tuple[Performer, ...] = ()
    authority: TextValue | None = None
    exemptions: tuple[Exemption, ...] = ()
    result: TextValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """A grade given to the source or the content of a report."""

    aspect: Literal["source", "content"]
    value: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another document that this one speaks of.

    `record` is the id of the constituent record if its text stands in the same source, else
    the document is not held. `relation` is how they belong together.
    """

    relation: Literal["attachment", "enclosure", "draft", "reply-to", "mentioned"]
    title: TextValue
    evidence: Evidence
    form: str | None = None
    state: str | None = None
    date: DateStatement | None = None
    senders: tuple[Mention, ...] = ()
    addressees: tuple[Mention, ...] = ()
    receivers: tuple[Mention, ...] = ()
    record: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """The file behind a record: what an instantiation needs to be found and checked again."""

    sha256: str
    name: str
    size: int
    length: int
    encoding: str
    media_type: str = "text/plain"
    origin: str | None = None
    retrieved: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One document, and everything fonds read in it.

    `id` is short, safe as a file name and the stem of every IRI of the record. `span` is the
    part of the source that the record takes up; `parts` are the constituent records found in
    it (an attachment, an embedded draft), each with its own dates and parties.

    An aggregation has a `level` (`fonds`, `series`, `file` …); `parent` is the id of the record
    or aggregation that directly includes this one, where they are described apart; `above` is what
    that is called, where a volume or corpus includes it. `unit` is what a finding aid says of its
    place, `agent` what an authority record says of the agent it describes.

    `witnesses` are other files that speak of the record and that evidence quotes, such as a catalogue.

    In a source with markup, `path` is the XPath of the element that holds the record: `span` and `zones`
    count in the text of that element.
    """

    id: str
    source: SourceInfo
    genre: str
    span: Span
    zones: tuple[Zone, ...] = ()
    title: TextValue | None = None
    form: TextValue | None = None
    identifiers: tuple[Identifier, ...] = ()
    summary: TextValue | None = None
    languages: tuple[TextValue, ...] = ()
    dates: tuple[DateStatement, ...] = ()
    mentions: tuple[Mention, ...] = ()
    parties: tuple[Party, ...] = ()
    positions: tuple[Position, ...] = ()
    references: tuple[ArchivalReference, ...] = ()
    markings: tuple[Marking, ...] = ()
    events: tuple[Event, ...] = ()
    gradings: tuple[Grading, ...] = ()
    related: tuple[Related, ...] = ()
    rights: tuple[TextValue, ...] = ()
    fields: tuple[Field, ...] = ()
    findings: tuple[Finding, ...] = ()
    parts: tuple[Record, ...] = field(default=())
    level: str | None = None
    parent: str | None = None
    above: Heading | None = None
    unit: Unit | None = None
    agent: AgentDescription | None = None
    witnesses: tuple[SourceInfo, ...] = ()
    path: str | None = None

    @property
    def date(self) -> DateStatement | None:
        """The date of the document itself: the first date in the role `dated`."""
        return next((date for date in self.dates if date.role == "dated"), None)

    def party(self, role: PartyRole) -> tuple[Party, ...]:
        """The parties in one role, in the order of the text."""
        return tuple(party for party in self.parties if party.role == role)

    @property
    def senders(self) -> tuple[Party, ...]:
        return self.party("sender")

    @property
    def addressees(self) -> tuple[Party, ...]:
        return self.party("addressee")

    @property
    def copy_recipients(self) -> tuple[Party, ...]:
        return self.party("copy-recipient")

    def walk(self) -> Iterator[Record]:
        """This record and all its parts, outermost first."""
        yield self
        for part in self.parts:
            yield from part.walk()
