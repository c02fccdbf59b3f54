"""What lives across the documents of a collection: the personal names.

`index` goes over all records once. What it keeps is small: for each surname the names that occur,
one person who bears each, in how many documents and from when to when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from fonds.agents.cluster import Cluster, clusters
from fonds.agents.decisions import Decisions
from fonds.agents.divide import divide
from fonds.agents.link import Person
from fonds.agents.match import Name, hash8, slug
from fonds.agents.stated import agent_key
from fonds.record import Record

#: Zones of the archive's web page: what is named there is not of the document's time.
_LATER: Final = frozenset({"navigation", "credit", "repository", "rights", "catalogue-date", "stamp"})
#: Roles of those who wrote or received a document.
_ACTING: Final = frozenset(
    {"author", "sender", "signatory", "addressee", "copy-recipient", "drafter", "clearance"}
)
#: Roles of dates that tell when a document was made, best first.
_MADE: Final = ("dated", "sent", "received", "arrived", "distributed", "stamped")


@dataclass(frozen=True, slots=True)
class Known:
    """A name as the collection knows it: one person who bears it, and in how many documents."""

    person: Person
    documents: int = 1
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class Index:
    """What lives across documents: the personal names by surname."""

    families: dict[str, dict[str, Known]] = field(default_factory=dict)

    def known(self, name: Name) -> Known | None:
        """What the collection knows of exactly this name."""
        return self.families.get(name.key, {}).get(name.normal)


def index(records: Iterable[Record], decisions: Decisions | None = None) -> Index:
    """Go over all records once and keep what lives across them, divided as a curator has decided."""
    cuts = decisions.cuts if decisions is not None else {}
    families: dict[str, dict[str, Known]] = {}
    for record in records:
        found = divide(clusters(record), cuts.get(record.source.sha256[:16], ()))
        for cluster, person in zip(found, persons(record, found), strict=True):
            # A name that fits several persons of its document tells others nothing.
            if person is not None and person.head.family and not cluster.rivals:
                group = families.setdefault(person.head.key, {})
                group[person.head.normal] = _joined(group.get(person.head.normal), person)
    return Index(families)


def persons(record: Record, found: tuple[Cluster, ...]) -> list[Person | None]:
    """For each cluster of a record what it says of a person, None for other agents."""
    years, acting = _times(record), _actors(record)
    own = own_keys(record, found)
    made: list[Person | None] = []
    for at, cluster in enumerate(found):
        head = cluster.head
        if head is None:
            made.append(None)
            continue
        spans = [years[mention.id] for mention in cluster.mentions if years.get(mention.id)]
        rivals = [
            other
            for other in found
            if other is not cluster and other.head is not None and other.head.key == head.key
        ]
        made.append(
            Person(
                record.id,
                own[at],
                cluster.names,
                None if cluster.rivals or cluster.ref else shared_key(head),
                cluster.titles,
                min((span[0] for span in spans if span), default=None),
                max((span[1] for span in spans if span), default=None),
                any(mention.id in acting for mention in cluster.mentions),
                not cluster.rivals and not rivals,
            )
        )
    return made


def shared_key(name: Name) -> str | None:
    """The key that a full personal name has in all documents, None if the name is not full."""
    if not name.full:
        return None
    inverted = f"{' '.join(part.rstrip('.') for part in name.forenames)} {name.family} {name.suffix}"
    return f"name/{slug(inverted)}-{hash8(name.normal)}"


def own_keys(record: Record, found: tuple[Cluster, ...]) -> list[str]:
    """The key of each cluster of a record: unique in it, from its reference or its fullest name."""
    taken: dict[str, int] = {}
    keys = []
    for cluster in found:
        name = cluster.head.text if cluster.head else cluster.canonical or ""
        key = f"{record.id}/{slug(name.removesuffix('’s').removesuffix(chr(39) + 's'))}"
        if cluster.ref:
            key = agent_key(cluster.ref)
        if key in taken:
            key = f"{key}-{cluster.kind}"
        taken[key] = taken.get(key, 0) + 1
        keys.append(key if taken[key] == 1 else f"{key}-{taken[key]}")
    return keys


def _joined(known: Known | None, person: Person) -> Known:
    """What the collection knows of a name, with one more document."""
    if known is None:
        return Known(person, 1, person.first, person.last)
    first = min((year for year in (known.first, person.first) if year is not None), default=None)
    last = max((year for year in (known.last, person.last) if year is not None), default=None)
    # The document with the least id stands for all, whatever order they come in.
    one = min(known.person, person, key=lambda each: (each.record, each.key))
    return replace(known, person=one, documents=known.documents + 1, first=first, last=last)


def _actors(record: Record) -> frozenset[str]:
    return frozenset(
        party.mention.id for one in record.walk() for party in one.parties if party.role in _ACTING
    )


def _times(record: Record) -> dict[str, tuple[int, int] | None]:
    """For each mention the first and last year in which its part of the file was made."""
    times: dict[str, tuple[int, int] | None] = {}
    whole = _made(record)
    for one in record.walk():
        years = _made(one) or whole
        for mention in one.mentions:
            times[mention.id] = None if mention.evidence.zone in _LATER else years
        for party in one.parties:
            times.setdefault(party.mention.id, None if party.mention.evidence.zone in _LATER else years)
    return times


def _made(record: Record) -> tuple[int, int] | None:
    for role in _MADE:
        years = [
            int(day[:4])
            for date in record.dates
            if date.role == role
            for day in (date.earliest, date.latest)
            if day and day[:4].isdigit()
        ]
        if years:
            return min(years), max(years)
    return None
