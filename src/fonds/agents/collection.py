"""What lives across the documents of a collection: the personal names.

`index` goes over all records once. What it keeps is small: for each surname the names that occur,
one person who bears each, in how many documents and from when to when. It keeps them in memory; a
build keeps the same on disk (`fonds.building.names`), of which a process reads one surname at a time.

What is read of a surname to resolve one name is bounded, however many bear it: nothing is compared with
more than `CROWD` names, and of no year are more than `CROWD` offices kept. Beyond that the collection
does not tell who is meant, and the name stands for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from fonds.agents.cluster import Cluster, clusters
from fonds.agents.decisions import Decisions
from fonds.agents.divide import divide
from fonds.agents.known import CROWD, LIFETIME, MANY, Known, Life, Namesakes, Sum, joined, together
from fonds.agents.label import form_of
from fonds.agents.link import Person
from fonds.agents.name import Name
from fonds.agents.office import held, telling
from fonds.agents.spelling import hash8, slug
from fonds.agents.stated import agent_key, in_own_list
from fonds.record import Record

__all__ = [
    "CROWD",
    "LIFETIME",
    "MANY",
    "Index",
    "Known",
    "Life",
    "Namesakes",
    "index",
    "joined",
    "own_keys",
    "persons",
    "shared_key",
    "together",
    "told",
]

#: Zones of the archive's web page: what is named there is not of the document's time.
_LATER: Final = frozenset({"navigation", "credit", "repository", "rights", "catalogue-date", "stamp"})
#: Roles of those who wrote or received a document.
_ACTING: Final = frozenset(
    {"author", "sender", "signatory", "addressee", "copy-recipient", "drafter", "clearance"}
)
#: Roles of dates that tell when a document was made, best first.
_MADE: Final = ("dated", "sent", "received", "arrived", "distributed", "stamped")


@dataclass(frozen=True)
class Index:
    """What lives across documents: the personal names by surname."""

    families: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)

    def known(self, name: Name) -> Known | None:
        """What the collection knows of exactly this name."""
        return self.families.get(name.key, {}).get(name.normal)


def index(records: Iterable[Record], decisions: Decisions | None = None) -> Index:
    """Go over all records once and keep what lives across them, divided as a curator has decided."""
    cuts = decisions.cuts if decisions is not None else {}
    families: dict[str, dict[str, Known]] = {}
    many: dict[tuple[str, str], Sum] = {}
    for record in records:
        found = divide(clusters(record), cuts.get(record.source.sha256[:16], ()))
        for known in told(record, found, persons(record, found)):
            name = known.person.head.key, known.person.head.normal
            group = families.setdefault(name[0], {})
            before = group.setdefault(name[1], known)
            if before is not known:
                if name not in many:
                    many[name] = Sum(before)
                many[name].add(known)
    for (family, normal), told_ in many.items():
        families[family][normal] = told_.known()
    return Index(
        {key: {normal: known.concise() for normal, known in group.items()} for key, group in families.items()}
    )


def told(record: Record, found: tuple[Cluster, ...], described: list[Person | None]) -> Iterator[Known]:
    """What one record tells the collection: each personal name of it, as if there were no other record."""
    for cluster, person in zip(found, described, strict=True):
        # A name that fits several persons of its document tells others nothing.
        if person is None or not person.head.family or cluster.rivals:
            continue
        # what holds beyond the list decides by itself, and says nothing of others of that name
        own = cluster.ref is not None and in_own_list(cluster.ref)
        life = _life(record, cluster) if own else None
        yield Known(
            person,
            1,
            person.first,
            person.last,
            frozenset((cluster.ref,) if own and cluster.ref else ()),
            frozenset((life,) if life else ()),
            _offices(person),
            form_of(cluster, person.head),
        )


def _offices(person: Person) -> frozenset[tuple[str, int]]:
    """The offices that say who is meant by a surname alone, with the year."""
    if person.head.forenames or person.first is None:
        return frozenset()
    return frozenset((title, person.first) for title in person.titles if len(telling((title,))) > 1)


def persons(record: Record, found: tuple[Cluster, ...], own: list[str] | None = None) -> list[Person | None]:
    """For each cluster of a record what it says of a person, None for other agents.

    `own` is `own_keys(record, found)`, where that is known already.
    """
    years, acting = _times(record), _actors(record)
    own = own_keys(record, found) if own is None else own
    bearers = Counter(cluster.head.key for cluster in found if cluster.head is not None)
    offices = held(record)
    made: list[Person | None] = []
    for at, cluster in enumerate(found):
        head = cluster.head
        if head is None:
            made.append(None)
            continue
        spans = [years[mention.id] for mention in cluster.mentions if years.get(mention.id)]
        made.append(
            Person(
                record.id,
                own[at],
                cluster.names,
                None if cluster.rivals or _named_elsewhere(cluster) else shared_key(head),
                _titles(cluster, offices),
                min((span[0] for span in spans if span), default=None),
                max((span[1] for span in spans if span), default=None),
                any(mention.id in acting for mention in cluster.mentions),
                not cluster.rivals and bearers[head.key] == 1,
            )
        )
    return made


def _titles(cluster: Cluster, offices: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The titles before the name, and the offices that the record gives the person, each once."""
    given = (title for mention in cluster.mentions for title in offices.get(mention.id, ()))
    return tuple(dict.fromkeys((*cluster.titles, *given)))


def _named_elsewhere(cluster: Cluster) -> bool:
    """Whether the source says who is meant by something that holds beyond its own list of persons."""
    return cluster.ref is not None and not in_own_list(cluster.ref)


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


def _life(record: Record, cluster: Cluster) -> Life | None:
    """The years of a person whom a record of a list describes."""
    told = record.agent
    if told is None or not told.existence or told.main not in cluster.mentions:
        return None
    born, died = (day and day[:4] for day in (told.existence[0].earliest, told.existence[0].latest))
    return Life(int(born) if born else None, int(died) if died else None)


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
