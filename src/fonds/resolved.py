"""Who is who: the agents that the mentions of a record name, and the decisions that say so.

Made by `fonds.agents.resolve` of a record, which stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fonds.values import Certainty, Kind

if TYPE_CHECKING:
    from fonds.record import Record


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
    `names` are the forms found, most complete first. `label` is the same in all documents of a
    collection that name the agent: what the authority entry is called, else the best of the forms in
    which they write its full name; an agent of one document is called by the first of its names.
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
