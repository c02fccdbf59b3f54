"""Who is who inside one document.

All mentions of a file, attachments included, are gathered into clusters: one for each agent.
How persons are told apart stands in `fonds.agents.people`, the rest in `fonds.agents.bodies`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final, NamedTuple

from fonds.agents.name import Name
from fonds.record import Certainty, Kind, Mention, Record

#: The order of mentions in a text.
PLACE: Final = attrgetter("name_start", "id")


class Ground(NamedTuple):
    """Why a mention belongs to its cluster: rule id, certainty and reason in words."""

    rule: str
    certainty: Certainty
    reason: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """The mentions of one agent in one document, in the order of the text.

    `grounds` stand beside `mentions`. `names` are the distinct personal names, fullest first.
    `rivals` are the numbers of the clusters that a name fits equally well, `alike` those of
    clusters that it may be, with the reason. `ref` is what the source gives for who is meant.
    """

    kind: Kind
    mentions: tuple[Mention, ...]
    grounds: tuple[Ground, ...]
    names: tuple[Name, ...] = ()
    canonical: str | None = None
    rivals: tuple[int, ...] = ()
    alike: tuple[tuple[int, str], ...] = ()
    ref: str | None = None

    @property
    def head(self) -> Name | None:
        """The fullest personal name."""
        return self.names[0] if self.names else None

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles before the name, each once, in the order of the text."""
        return tuple(dict.fromkeys(title for mention in self.mentions for title in mention.titles))


def mentions_of(record: Record) -> tuple[Mention, ...]:
    """Every mention of a record and its parts, each once, in the order of the text."""
    found: dict[str, Mention] = {}
    for one in record.walk():
        inner: list[Mention | None] = [*one.mentions, *(party.mention for party in one.parties)]
        for position in one.positions:
            inner += [position.holder, position.organisation]
        for event in one.events:
            inner += [event.place, event.destination, *(performer.mention for performer in event.performers)]
        for related in one.related:
            inner += [*related.senders, *related.addressees, *related.receivers]
        for mention in inner:
            if mention is not None:
                found.setdefault(mention.id, mention)
    return tuple(sorted(found.values(), key=PLACE))


def clusters(record: Record) -> tuple[Cluster, ...]:
    """The agents of one document, in the order of their first mention."""
    from fonds.agents.bodies import bodies
    from fonds.agents.people import people
    from fonds.agents.stated import by_reference

    mentions = mentions_of(record)
    persons = people([mention for mention in mentions if mention.kind == "person"])
    found = [*persons, *bodies(mention for mention in mentions if mention.kind != "person")]
    order = sorted(range(len(found)), key=lambda at: (found[at].mentions[0].name_start, at))
    number = {old: new for new, old in enumerate(order)}
    return by_reference(tuple(_numbered(found[old], number) for old in order))


def _numbered(cluster: Cluster, number: dict[int, int]) -> Cluster:
    """A cluster that speaks of others by their new numbers."""
    if not cluster.rivals and not cluster.alike:
        return cluster
    return replace(
        cluster,
        rivals=tuple(sorted(number[rival] for rival in cluster.rivals)),
        alike=tuple(sorted((number[other], why) for other, why in cluster.alike)),
    )
