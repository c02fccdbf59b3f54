"""What one record says of its agents before any curator is asked: clusters, keys and links."""

from __future__ import annotations

from typing import NamedTuple

from fonds.agents.authority import Authority
from fonds.agents.bodies import known_name
from fonds.agents.cluster import Cluster, Ground, clusters
from fonds.agents.collection import Index, Namesakes, own_keys, persons
from fonds.agents.decisions import Cut
from fonds.agents.divide import divide
from fonds.agents.elsewhere import link_elsewhere
from fonds.agents.link import Link, Person, link_named, link_person, link_stated
from fonds.agents.match import compare, fold, is_common, slug
from fonds.agents.stated import in_own_list
from fonds.lexicon import load
from fonds.record import Record


class Found(NamedTuple):
    """The agents of one record, side by side: cluster, person, key of its own, link."""

    clusters: tuple[Cluster, ...]
    persons: list[Person | None]
    own: list[str]
    links: list[Link]


def found_in(
    record: Record, authority: Authority | None, cuts: tuple[Cut, ...] = (), index: Index | None = None
) -> Found:
    """The agents of a record, divided as a curator has decided, and the entries that they fit.

    `index` is what the other documents say, for those whom this one names too briefly.
    """
    found = divide(clusters(record), cuts)
    own = own_keys(record, found)
    described = persons(record, found, own)
    return Found(found, described, own, _links(found, described, authority, index))


def key_of(
    cluster: Cluster, person: Person | None, own: str, link: Link, index: Index
) -> tuple[str, Ground | None]:
    """The key of an agent, and the reason if it reaches beyond the document."""
    if link.entry is not None:
        return link.entry.iri, Ground(link.rule, link.certainty, link.reason)
    if cluster.ref and not in_own_list(cluster.ref):
        return own, None
    if person is not None:
        known = index.known(person.head)
        same = known.namesakes if known is not None else None
        key = key_by_name(person, same, cluster.ref is not None)
        if key is None:
            return own, None
        if same is None or not same.documents:
            return key, None
        return key, Ground(
            "collection/full-name",
            "probable" if is_common(person.head) else "certain",
            f"the same full name in {same.documents}",
        )
    if cluster.ref:
        return own, None
    name = cluster.canonical or ""
    if cluster.kind == "place":
        return slug(name), None
    if cluster.kind == "organisation" and _specific(cluster, name):
        return f"org/{slug(name)}", None
    return own, None


def key_by_name(person: Person, same: Namesakes | None, listed: bool) -> str | None:
    """The key that the full name of a person has in all documents, None if the name does not say who it is.

    `same` is what the collection knows of the name, `listed` whether the file points to its own list of
    persons: then the name alone does not tell apart whom such lists do.
    """
    if same is not None and (
        (listed and same.parted) or same.outlived(person) or (same.documents and same.lifetimes)
    ):
        return None
    return person.shared


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


def _link(person: Person, authority: Authority, index: Index | None) -> Link:
    """The entry that a person is, by the document itself or else by others of the collection."""
    link = link_person(person, authority)
    if link.entry is not None or index is None:
        return link
    other = link_elsewhere(person, index, authority)
    return other if other.entry is not None else link


def _links(
    found: tuple[Cluster, ...],
    described: list[Person | None],
    authority: Authority | None,
    index: Index | None,
) -> list[Link]:
    if authority is None:
        return [Link()] * len(found)
    links = []
    for cluster, person in zip(found, described, strict=True):
        stated = link_stated(cluster.ref, authority) if cluster.ref else Link()
        if stated.entry is not None or (cluster.ref and not in_own_list(cluster.ref)):
            links.append(stated)
        elif person is not None:
            links.append(_link(person, authority, index) if not cluster.rivals else Link())
        elif cluster.ref:
            links.append(Link())
        else:
            names = dict.fromkeys((*(mention.name for mention in cluster.mentions), cluster.canonical or ""))
            links.append(link_named(cluster.kind, names, authority))
    taken: dict[str, list[int]] = {}
    for at, link in enumerate(links):
        if link.entry is not None and described[at] is not None:
            taken.setdefault(link.entry.iri, []).append(at)
    for iri, group in taken.items():
        heads = [person.head for at in group if (person := described[at]) is not None]
        listed = {ref for at in group if (ref := found[at].ref) and in_own_list(ref)}
        if len(listed) > 1 or any(compare(one, other).conflict for one in heads for other in heads):
            # The document tells these apart, so the entry cannot be both of them.
            for at in group:
                links[at] = Link(candidates=(iri,))
    return links
