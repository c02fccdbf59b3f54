"""What one document says, as frozen values, each with the words that support it.

Nothing here knows RDF. A `Record` is made by a converter, read by `resolve`, and turned
into statements by `fonds.rdf`. The terms are those of Records in Contexts (RiC-CM 1.0)
where it has one: record, instantiation, agent, position, activity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from fonds.source import Span

if TYPE_CHECKING:
    from fonds.description import AgentDescription, Heading, Unit

#: How a value came about: the document states it, it was inferred from what the document
#: states, a reading was corrected, or it comes from outside the document.
Status = Literal["stated", "inferred", "corrected", "external"]

#: Tiers, best first. A decimal would claim a precision that nobody has measured.
Certainty = Literal["certain", "probable", "possible"]

#: What a mention mentions. A role ("the Supreme Commander") and a group ("the five") are
#: not persons, whoever was meant. An agent is one whose kind is not stated.
Kind = Literal["person", "family", "group", "role", "organisation", "place", "agent"]

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

#: What a date is the date of.
DateRole = Literal[
    "dated",
    "sent",
    "received",
    "arrived",
    "deciphered",
    "distributed",
    "information",
    "acquired",
    "stamped",
    "declassified",
    "reviewed",
    "review-due",
    "uploaded",
    "published",
    "bulk",
    "broadcast",
    "modified",
    "existence",
    "beginning",
    "end",
    "use",
    "validity",
    "mentioned",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words that support a value.

    `source` is the SHA-256 of the source; `start`, `end` are code points, end exclusive, and
    `quote` is exactly what stands there. `zone` is the part of the document, `rule` the id of
    the rule that read it. A value that is not simply stated gives its `reason`, and the
    evidence of what it was derived from in `premises`.

    In a source with markup, `path` is the XPath of an element, and the offsets count in the
    text of that element (its string value, XPath 1.0, section 5). In a source with pages, `page`
    says on which the words begin, from 1.
    """

    source: str
    start: int
    end: int
    quote: str
    zone: str
    rule: str
    status: Status = "stated"
    certainty: Certainty = "certain"
    reason: str | None = None
    premises: tuple[Evidence, ...] = ()
    path: str | None = None
    page: int | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def holds(self, other: Evidence) -> bool:
        """Whether the words of `other` lie within these, in the same text."""
        return (self.source, self.path) == (other.source, other.path) and self.span.holds(other.span)


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a document, such as `letterhead`, `body` or `stamp`."""

    name: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextValue:
    """Words taken over as they stand: a title, a summary, a note. `language` is BCP 47."""

    value: str
    evidence: Evidence
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number or code. `value` is tidied, the quote is as written; `scheme` says whose it is."""

    value: str
    scheme: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class DateStatement:
    """A date and what it is the date of.

    `edtf` is Extended Date/Time Format (ISO 8601-2:2019, levels 0 to 2), None where the words
    name no date that can be computed. `time` is local `HH:MM`, `time_zone` as written.
    `modifier` keeps what EDTF cannot say (early, mid, late). `earliest` and `latest` are the
    first and last day meant, ISO 8601, None where open. `words` is how a date is written that markup
    takes apart into a beginning and an end; None where that is the quote.
    """

    role: DateRole
    edtf: str | None
    evidence: Evidence
    time: str | None = None
    time_zone: str | None = None
    modifier: str | None = None
    earliest: str | None = None
    latest: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameParts:
    """A personal name taken apart, as written."""

    given: str | None = None
    initials: str | None = None
    patronymic: str | None = None
    particle: str | None = None
    family: str | None = None
    suffix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An agent or place named in the text.

    `evidence` covers the whole mention with title and rank, `name` (at `name_start`,
    `name_end`) the name alone. `doubt` keeps the sign of an editor's doubt, such as `(sic)`. `ref`
    is what markup gives for who is meant: an IRI, or a number of the source's own authority file.
    """

    id: str
    kind: Kind
    name: str
    name_start: int
    name_end: int
    evidence: Evidence
    titles: tuple[str, ...] = ()
    parts: NameParts | None = None
    doubt: str | None = None
    ref: str | None = None


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
class Field:
    """A labelled value for which `Record` has no place of its own, such as `country`.

    `language` is BCP 47.
    """

    name: str
    value: str
    evidence: Evidence
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a reader should know: a conflict, a label without a value, a doubtful reading."""

    kind: str
    message: str
    evidence: tuple[Evidence, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """The decision that a mention names an agent: the rule that took it and its reason."""

    mention: str
    agent: str
    rule: str
    certainty: Certainty
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who or what mentions name: a person, group, role, organisation or place.

    `key` is the local part of its IRI, or a full IRI if the authority file gives one.
    `names` are the forms found, most complete first; `label` is the first of them, or what the
    authority entry is called.
    `authority` is the entry of the user's authority file, `links` external IRIs that it
    states. `candidates` are authority entries among which no decision was possible.
    """

    key: str
    kind: Kind
    label: str
    names: tuple[str, ...]
    titles: tuple[str, ...] = ()
    authority: str | None = None
    links: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Two agents that may be one, for a curator to decide: the reasons for and against."""

    first: str
    second: str
    certainty: Certainty
    reason: str
    against: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A record, its agents, and which mention names which agent.

    `identifications` has one entry for each mention of the record and its parts.
    """

    record: Record
    agents: tuple[Agent, ...]
    identifications: tuple[Identification, ...]
    likenesses: tuple[Likeness, ...] = ()
