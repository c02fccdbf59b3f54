"""Who is who: in one document, over a collection, and in the user's authority file.

Two steps, so that a build can stream. `index` goes over all records once and keeps what lives
across documents; `resolve_record` then decides for one record at a time. The key of an agent
depends on its document, its full name or its authority entry, never on how many documents there
are. Whatever is not decided stays apart, with a `Likeness` that says what speaks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from fonds.agents.authority import Authority, Entry
from fonds.agents.checks import Checks, checked
from fonds.agents.cluster import Cluster, Ground
from fonds.agents.collection import CROWD as _CROWD
from fonds.agents.collection import LIFETIME, Index, Known, index
from fonds.agents.divide import CURATOR
from fonds.agents.identity import Found, found_in, key_by_name, key_of
from fonds.agents.label import label_in, written
from fonds.agents.link import Link, Person, link_person
from fonds.agents.match import compare, fold, is_common
from fonds.agents.settle import Rulings, settle
from fonds.agents.stated import is_agent_key
from fonds.certainty import weaker
from fonds.record import Agent, Certainty, Identification, Likeness, Record, Resolved

if TYPE_CHECKING:
    from fonds.agents.decisions import Decisions

__all__ = ["Decided", "Index", "decided", "index", "resolve", "resolve_record"]

_NONE: Final = Rulings()
_TIERS: Final[tuple[Certainty, ...]] = ("certain", "probable", "possible")


class Decided(NamedTuple):
    """A resolved record, and whose names the collection was asked who bears them (`Index.families`).

    Of each of these names, surname key and folded name, the one document matters by which the collection
    knows it; of the others only what it knows.
    """

    resolved: Resolved
    cites: tuple[tuple[str, str], ...]


def resolve(
    records: Iterable[Record],
    authority: Authority | None = None,
    decisions: Decisions | None = None,
    lexicon: str | None = None,
    period: tuple[int, int] | None = None,
) -> Iterator[Resolved]:
    """Resolve a whole collection, and check it. The records are kept in memory.

    `period` is the first and last year that the collection covers.
    `lexicon` is the user's folder of tables, of which `rules.toml` says how sure a decision is.
    Raises `ConfigError` if decisions contradict each other or name an entry that is not known.
    """
    kept = tuple(records)
    known = index(kept, decisions)
    rulings = settle(kept, known, authority, decisions) if decisions is not None else Rulings()
    checks = Checks.of(lambda: kept, period)
    for record in kept:
        yield checked(resolve_record(record, known, authority, rulings, lexicon), checks, authority)


def resolve_record(
    record: Record,
    index: Index,
    authority: Authority | None = None,
    rulings: Rulings = _NONE,
    lexicon: str | None = None,
) -> Resolved:
    """Decide for each mention of one record which agent it names."""
    return decided(record, index, authority, rulings, lexicon).resolved


def decided(
    record: Record,
    index: Index,
    authority: Authority | None = None,
    rulings: Rulings = _NONE,
    lexicon: str | None = None,
) -> Decided:
    """As `resolve_record`, and say whom of other documents it speaks of."""
    agents = found_in(record, authority, rulings.divided(record.source.sha256), index)
    found, described, own, links = agents
    keys: list[str] = []
    ruled: set[int] = set()
    called: dict[str, str] = {}
    grounds: list[tuple[Ground, ...]] = []
    for at, cluster in enumerate(found):
        ruling = None
        if rulings.agents:
            base, _ = key_of(cluster, described[at], own[at], Link(), index)
            ruling = rulings.of(own[at], base)
            links[at] = ruling.allowed(links[at])
        if ruling is None or ruling.key is None:
            key, ground = key_of(cluster, described[at], own[at], links[at], index)
        else:
            key, ground = ruling.key, Ground(CURATOR, "certain", ruling.reason)
            entry = authority.get(key) if authority else None
            links[at] = Link(entry, candidates=() if entry else links[at].candidates)
            ruled.add(at)
        if ruling is not None and ruling.label:
            called[key] = ruling.label
        keys.append(key)
        why = cluster.grounds if ground is None else tuple(_with(each, ground) for each in cluster.grounds)
        grounds.append(why)
    likenesses = [*_inside(found, keys, ruled)]
    cites: dict[tuple[str, str], None] = {}
    for at, person in enumerate(described):
        if person is None or links[at].entry is not None:
            continue
        known, fuller = _elsewhere(person, keys[at], index)
        if known is not None:
            cites[known.person.head.key, known.person.head.normal] = None
            if known.person.record != person.record:
                likenesses.append(_likeness(person, keys[at], known, fuller, authority, rulings))
    resolved = Resolved(
        record=record,
        agents=tuple(_agents(record, agents, keys, called, index)),
        identifications=tuple(_identifications(found, keys, grounds, lexicon)),
        likenesses=tuple(
            {
                (one.first, one.second): one
                for one in likenesses
                if one.first != one.second and not rulings.parted(one.first, one.second)
            }.values()
        ),
    )
    return Decided(resolved, tuple(cites))


def _with(ground: Ground, beyond: Ground) -> Ground:
    """Both reasons: why the mention belongs to its cluster, and what the cluster is."""
    worse = max(ground.certainty, beyond.certainty, key=_TIERS.index)
    if beyond.rule == CURATOR:  # what a person has decided comes first
        return Ground(CURATOR, worse, f"{beyond.reason}; {ground.reason}")
    rule = CURATOR if ground.rule == CURATOR else beyond.rule
    return Ground(rule, worse, f"{ground.reason}; {beyond.reason}")


def _agents(
    record: Record, found: Found, keys: list[str], called: dict[str, str], index: Index
) -> Iterator[Agent]:
    """The agents; `called` are the labels that follow from what a curator has decided."""
    groups: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        groups.setdefault(key, []).append(at)
    for key, group in groups.items():
        parts = [found.clusters[at] for at in group]
        entry: Entry | None = next((link.entry for at in group if (link := found.links[at]).entry), None)
        label = entry.label if entry else called.get(key)
        names = written(parts)
        yield Agent(
            key=key,
            kind=parts[0].kind,
            label=label or label_in(record, parts, [found.persons[at] for at in group], key, index, names),
            names=names,
            titles=_titles(parts),
            authority=entry.iri if entry else None,
            links=entry.links if entry else (),
            candidates=tuple(dict.fromkeys(iri for at in group for iri in found.links[at].candidates)),
        )


def _titles(parts: list[Cluster]) -> tuple[str, ...]:
    """The titles, each once whatever its case, in the order of the text."""
    found: dict[str, str] = {}
    for title in (title for part in parts for title in part.titles):
        if found.get(fold(title), "A").isupper():
            found[fold(title)] = title
    return tuple(found.values())


def _identifications(
    found: tuple[Cluster, ...], keys: list[str], grounds: list[tuple[Ground, ...]], lexicon: str | None
) -> Iterator[Identification]:
    """Whom each mention names, in the order of the text."""
    decided = [
        (mention.name_start, mention.id, key, ground)
        for cluster, key, why in zip(found, keys, grounds, strict=True)
        for mention, ground in zip(cluster.mentions, why, strict=True)
    ]
    for _, mention, key, (rule, certainty, reason) in sorted(decided):
        yield Identification(
            mention=mention,
            agent=key,
            rule=rule,
            certainty=weaker(certainty, rule, lexicon),
            reason=reason,
        )


def _inside(found: tuple[Cluster, ...], keys: list[str], ruled: set[int]) -> Iterator[Likeness]:
    """Agents of one document that may be one. A name that fits several is no riddle once decided."""
    for at, cluster in enumerate(found):
        for rival in cluster.rivals if at not in ruled else ():
            why = f"“{cluster.mentions[0].name}” may be {found[rival].mentions[0].name}"
            others = [found[other].head for other in cluster.rivals if other != rival]
            against = "it may as well be " + " or ".join(head.text for head in others if head)
            yield Likeness(
                first=keys[at], second=keys[rival], certainty="possible", reason=why, against=against
            )
        for other, why in cluster.alike:
            yield Likeness(first=keys[at], second=keys[other], certainty="possible", reason=why)


def _elsewhere(person: Person, key: str, index: Index) -> tuple[Known | None, bool]:
    """The one person elsewhere in the collection who may be this one, and whether by a forename as well."""
    name = person.head
    if not name.family or not person.alone:
        return None, False
    group = index.families.get(name.key, {})
    if len(group) > _CROWD:
        return None, False
    elsewhere = [
        known
        for known in group.values()
        if (known.person.record != person.record or known.documents > 1)
        and known.person.shared != key
        and not _apart(person, known)
    ]
    fuller = [known for known in elsewhere if known.person.head.forenames]
    if any(compare(one.person.head, other.person.head).conflict for one, other in combinations(fuller, 2)):
        return None, False  # several persons of this name: the collection cannot tell
    if not fuller and (is_common(name) or name.forenames):
        return None, False
    best = max(fuller or elsewhere, key=lambda known: known.person.head.fullness, default=None)
    return best, bool(fuller)


def _likeness(
    person: Person, key: str, known: Known, fuller: bool, authority: Authority | None, rulings: Rulings
) -> Likeness:
    """What speaks for a person to be someone of another document, `known`."""
    name, other = person.head, known.person
    link = link_person(other, authority) if authority is not None else Link()
    named = key_by_name(other, known.namesakes, is_agent_key(other.key))
    natural = link.entry.iri if link.entry else (named or other.key)
    second = rulings.final(other.key if other.key in rulings.agents else natural)
    if compare(name, other.head).points:
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
    against = "nothing but the name speaks for it"
    return Likeness(first=key, second=second, certainty=certainty, reason=why, against=against)


def _apart(person: Person, known: Known) -> bool:
    other = known.person.names[0]
    if other.wife != person.names[0].wife:
        return True
    years = [year for year in (person.first, person.last, known.first, known.last) if year is not None]
    # before the names, since to compare these costs most
    if len(years) == 4 and max(years) - min(years) > LIFETIME:
        return True
    return compare(person.names[0], other).conflict is not None
