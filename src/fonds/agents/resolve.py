"""Who is who: in one document, over a collection, and in the user's authority file.

Two steps, so that a build can stream. `index` goes over all records once and keeps what lives
across documents; `resolve_record` then decides for one record at a time. The key of an agent
depends on its document, its full name or its authority entry, never on how many documents there
are. Whatever is not decided stays apart, with a `Likeness` that says what speaks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from fonds.agents.authority import Authority, Entry
from fonds.agents.cluster import Cluster, Ground, clusters, known_name, mentions_of
from fonds.agents.collection import Index, Known, index, own_keys, persons
from fonds.agents.link import Link, Person, link_named, link_person
from fonds.agents.match import compare, fold, is_common, mention_name, slug
from fonds.lexicon import load
from fonds.record import Agent, Certainty, Identification, Likeness, Record, Resolved

if TYPE_CHECKING:
    from fonds.agents.review import Decisions

__all__ = ["Index", "index", "resolve", "resolve_record"]

#: Years that the documents in which one person is named can be apart.
_LIFETIME: Final = 75
#: Different names of one surname, beyond which the collection cannot tell who is meant.
_CROWD: Final = 50
_TIERS: Final[tuple[Certainty, ...]] = ("certain", "probable", "possible")


def resolve(
    records: Iterable[Record], authority: Authority | None = None, decisions: Decisions | None = None
) -> Iterator[Resolved]:
    """Resolve a whole collection. The records are read twice, so they are kept in memory.

    Raises `ConfigError` if a decision names an agent that the collection does not have.
    """
    kept = tuple(records)
    known = index(kept)
    if decisions is not None:
        decisions.check(known)
    for record in kept:
        yield resolve_record(record, known, authority, decisions)


def resolve_record(
    record: Record,
    index: Index,
    authority: Authority | None = None,
    decisions: Decisions | None = None,
) -> Resolved:
    """Decide for each mention of one record which agent it names.

    Raises `ConfigError` if a decision names an agent that the record does not have.
    """
    found = clusters(record)
    described = persons(record, found)
    own = own_keys(record, found)
    if decisions is not None:
        decisions.check_record(record.id, own)
    links = _links(found, described, authority)
    keys: list[str] = []
    grounds: list[tuple[Ground, ...]] = []
    for at, cluster in enumerate(found):
        key, ground = _key(cluster, described[at], own[at], links[at], index)
        if decisions is not None:
            options = [
                own[at],
                key,
                *(person.shared for person in (described[at],) if person and person.shared),
            ]
            decided = decisions.decide(options, key, own[at])
            if decided is not None:
                key, ground = decided
                entry = authority.get(key) if authority else None
                links[at] = Link(entry, candidates=links[at].candidates)
        keys.append(key)
        grounds.append(tuple(_with(each, ground) for each in cluster.grounds))
    likenesses = [*_inside(found, keys)]
    for at, person in enumerate(described):
        if person is not None and links[at].entry is None:
            likenesses += _across(person, keys[at], index, authority)
    apart = decisions.apart if decisions is not None else frozenset()
    return Resolved(
        record=record,
        agents=tuple(_agents(found, keys, links)),
        identifications=tuple(_identifications(record, found, keys, grounds)),
        likenesses=tuple(
            {
                (one.first, one.second): one
                for one in likenesses
                if one.first != one.second
                and (min(one.first, one.second), max(one.first, one.second)) not in apart
            }.values()
        ),
    )


def _key(
    cluster: Cluster, person: Person | None, own: str, link: Link, index: Index
) -> tuple[str, Ground | None]:
    """The key of an agent, and the reason if it reaches beyond the document."""
    if link.entry is not None:
        return link.entry.iri, Ground(link.rule, link.certainty, link.reason)
    if person is not None:
        if person.shared is None:
            return own, None
        known = index.known(person.head)
        if known is None or known.documents < 2:
            return person.shared, None
        if known.first is not None and known.last is not None and known.last - known.first > _LIFETIME:
            return own, None
        why = f"the same full name in {known.documents} documents"
        return person.shared, Ground(
            "collection/full-name", "probable" if is_common(person.head) else "certain", why
        )
    name = cluster.canonical or ""
    if cluster.kind == "place":
        return slug(name), None
    if cluster.kind == "organisation" and _specific(cluster, name):
        return f"org/{slug(name)}", None
    return own, None


def _specific(cluster: Cluster, name: str) -> bool:
    """Whether the name of an organisation means the same body in every document."""
    if any(known_name("organisation", mention.name) for mention in cluster.mentions):
        return True
    table = load("agents")["organisation"]
    words = fold(name).replace(".", "").split()
    proper = [
        word
        for word in words
        if word.removesuffix("s") not in table["generic"] and word not in table["generic"]
    ]
    if len(words) < 2 or not proper:
        return False
    local = any(word in table["local"] for word in words)
    return not local or (len(proper) > 1 and " in " in f" {name} ")


def _links(
    found: tuple[Cluster, ...], described: list[Person | None], authority: Authority | None
) -> list[Link]:
    if authority is None:
        return [Link()] * len(found)
    links = []
    for cluster, person in zip(found, described, strict=True):
        if person is not None:
            links.append(link_person(person, authority) if not cluster.rivals else Link())
        else:
            names = dict.fromkeys((*(mention.name for mention in cluster.mentions), cluster.canonical or ""))
            links.append(link_named(cluster.kind, names, authority))
    taken: dict[str, list[int]] = {}
    for at, link in enumerate(links):
        if link.entry is not None and described[at] is not None:
            taken.setdefault(link.entry.iri, []).append(at)
    for iri, group in taken.items():
        heads = [person.head for at in group if (person := described[at]) is not None]
        if any(compare(one, other).conflict for one in heads for other in heads):
            # The document tells these apart, so the entry cannot be both of them.
            for at in group:
                links[at] = Link(candidates=(iri,))
    return links


def _with(ground: Ground, beyond: Ground | None) -> Ground:
    """Both reasons: why the mention belongs to its cluster, and what the cluster is."""
    if beyond is None:
        return ground
    worse = max(ground.certainty, beyond.certainty, key=_TIERS.index)
    return Ground(beyond.rule, worse, f"{ground.reason}; {beyond.reason}")


def _agents(found: tuple[Cluster, ...], keys: list[str], links: list[Link]) -> Iterator[Agent]:
    groups: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        groups.setdefault(key, []).append(at)
    for key, group in groups.items():
        parts = [found[at] for at in group]
        entry: Entry | None = next((link.entry for at in group if (link := links[at]).entry), None)
        names = _written(parts)
        yield Agent(
            key=key,
            kind=parts[0].kind,
            label=entry.label if entry else names[0],
            names=names,
            titles=_titles(parts),
            authority=entry.iri if entry else None,
            links=entry.links if entry else (),
            candidates=tuple(dict.fromkeys(iri for at in group for iri in links[at].candidates)),
        )


def _titles(parts: list[Cluster]) -> tuple[str, ...]:
    """The titles, each once whatever its case, in the order of the text."""
    found: dict[str, str] = {}
    for title in (title for part in parts for title in part.titles):
        if found.get(fold(title), "A").isupper():
            found[fold(title)] = title
    return tuple(found.values())


def _written(parts: list[Cluster]) -> tuple[str, ...]:
    """All forms of the name as written: the most complete first, capitals and misreadings last."""
    order: dict[str, tuple[bool, tuple[int, ...], bool]] = {}
    for part in parts:
        for mention, ground in zip(part.mentions, part.grounds, strict=True):
            size = mention_name(mention).fullness if part.head else (len(mention.name),)
            doubtful = ground.rule == "agent/misreading"
            order.setdefault(mention.name, (doubtful, tuple(-n for n in size), mention.name.isupper()))
    return tuple(sorted(order, key=lambda text: order[text]))


def _identifications(
    record: Record, found: tuple[Cluster, ...], keys: list[str], grounds: list[tuple[Ground, ...]]
) -> Iterator[Identification]:
    decided = {
        mention.id: (key, ground)
        for cluster, key, why in zip(found, keys, grounds, strict=True)
        for mention, ground in zip(cluster.mentions, why, strict=True)
    }
    for mention in mentions_of(record):
        key, ground = decided[mention.id]
        yield Identification(
            mention=mention.id, agent=key, rule=ground.rule, certainty=ground.certainty, reason=ground.reason
        )


def _inside(found: tuple[Cluster, ...], keys: list[str]) -> Iterator[Likeness]:
    """Agents of one document that may be one."""
    for at, cluster in enumerate(found):
        for rival in cluster.rivals:
            why = f"“{cluster.mentions[0].name}” may be {found[rival].mentions[0].name}"
            others = [found[other].head for other in cluster.rivals if other != rival]
            against = "it may as well be " + " or ".join(head.text for head in others if head)
            yield Likeness(
                first=keys[at], second=keys[rival], certainty="possible", reason=why, against=against
            )
        for other, why in cluster.alike:
            yield Likeness(first=keys[at], second=keys[other], certainty="possible", reason=why)


def _across(person: Person, key: str, index: Index, authority: Authority | None) -> Iterator[Likeness]:
    """The one person elsewhere in the collection who may be this one."""
    name = person.head
    group = index.families.get(name.key, {})
    if not name.family or not person.alone or len(group) > _CROWD:
        return
    elsewhere = [
        known
        for known in group.values()
        if (known.person.record != person.record or known.documents > 1)
        and known.person.shared != key
        and not _apart(person, known)
    ]
    fuller = [known for known in elsewhere if known.person.head.forenames]
    if any(compare(one.person.head, other.person.head).conflict for one in fuller for other in fuller):
        return  # several persons of this name: the collection cannot tell
    if not fuller and (is_common(name) or name.forenames):
        return
    best = max(fuller or elsewhere, key=lambda known: known.person.head.fullness, default=None)
    if best is None or best.person.record == person.record:
        return
    other = best.person
    link = link_person(other, authority) if authority is not None else Link()
    second = link.entry.iri if link.entry else (other.shared or other.key)
    agreement = compare(name, other.head)
    if agreement.points:
        why = f"surname and forenames agree with {other.head.text} in {other.record}"
        certainty: Certainty = "probable"
    elif fuller:
        why = (
            f"surname alone; the only person of this surname elsewhere in the collection is {other.head.text}"
        )
        certainty = "possible" if is_common(name) else "probable"
    else:
        why = f"the same rare surname stands alone in {other.record}"
        certainty = "possible"
    yield Likeness(
        first=key,
        second=second,
        certainty=certainty,
        reason=why,
        against="nothing but the name speaks for it",
    )


def _apart(person: Person, known: Known) -> bool:
    if compare(person.head, known.person.head).conflict or known.person.head.wife != person.head.wife:
        return True
    if None in (person.first, person.last, known.first, known.last):
        return False
    years = (person.first, person.last, known.first, known.last)
    return max(y for y in years if y is not None) - min(y for y in years if y is not None) > _LIFETIME
