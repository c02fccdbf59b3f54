"""The values that a document states, each with the words that support it.

What a `fonds.record.Record` is made of: evidence, texts, identifiers, dates, names of agents and places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fonds.source import Span

#: How a value came about: the document states it, it was inferred from what the document
#: states, a reading was corrected, or it comes from outside the document.
Status = Literal["stated", "inferred", "corrected", "external"]

#: Tiers, best first. A decimal would claim a precision that nobody has measured.
Certainty = Literal["certain", "probable", "possible"]

#: What a mention mentions. A role ("the Supreme Commander") and a group ("the five") are
#: not persons, whoever was meant. An agent is one whose kind is not stated.
Kind = Literal["person", "family", "group", "role", "organisation", "place", "agent"]

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
