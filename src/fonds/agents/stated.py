"""Who is meant, where markup says it: a reference (`Mention.ref`) goes before every likeness of names.

Names with the same reference are one agent, however they are spelled; names with different ones are
never one. A name without a reference stays with the names that it was found to belong to, if they
have but one reference between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fonds.agents.cluster import Cluster, Ground
from fonds.agents.match import Name, mention_name
from fonds.record import Mention

RULE: Final = "agent/stated-reference"


def by_reference(found: tuple[Cluster, ...]) -> tuple[Cluster, ...]:
    """The clusters with their references: divided where they have several, joined where they share one."""
    if not any(mention.ref for cluster in found for mention in cluster.mentions):
        return found
    made: list[Cluster] = []
    where: dict[int, int] = {}
    known: dict[tuple[str, str], int] = {}
    for at, cluster in enumerate(found):
        for part in _divided(cluster):
            key = (part.kind, part.ref) if part.ref else None
            if key is not None and key in known:
                made[known[key]] = _joined(made[known[key]], part)
            else:
                if key is not None:
                    known[key] = len(made)
                made.append(part)
            where.setdefault(at, known[key] if key is not None else len(made) - 1)
    return tuple(_renumbered(cluster, at, where, made) for at, cluster in enumerate(made))


def in_own_list(ref: str) -> bool:
    """Whether a reference points to a list of its own file (`FILE#ID`), so that it names nobody elsewhere."""
    return "#" in ref and "://" not in ref


def agent_key(ref: str) -> str:
    """The key of an agent that a reference names, the same in all documents, by http or https."""
    return f"id/{ref.partition('://')[2] or ref}"


def is_agent_key(key: str) -> bool:
    """Whether a key is that of a reference, as `agent_key` makes it."""
    return key.startswith("id/")


def _divided(cluster: Cluster) -> list[Cluster]:
    """The cluster itself where it has one reference or none, else one cluster for each."""
    refs = list(dict.fromkeys(mention.ref for mention in cluster.mentions if mention.ref))
    if len(refs) < 2:
        return [replace(cluster, ref=refs[0], grounds=_grounds(cluster))] if refs else [cluster]
    groups: dict[str | None, list[Mention]] = {ref: [] for ref in refs}
    for mention in cluster.mentions:
        groups.setdefault(_owner(mention, cluster) if mention.ref is None else mention.ref, []).append(
            mention
        )
    parts = []
    for ref, mentions in groups.items():
        grounds = tuple(
            ground
            for mention, ground in zip(cluster.mentions, cluster.grounds, strict=True)
            if any(mention is one for one in mentions)
        )
        part = replace(cluster, mentions=tuple(mentions), grounds=grounds, ref=ref)
        parts.append(replace(part, grounds=_grounds(part), names=_names(part, cluster)))
    return parts


def _owner(mention: Mention, cluster: Cluster) -> str | None:
    """The reference that all other mentions of exactly this name have, None if they have several."""
    refs = {other.ref for other in cluster.mentions if other.ref and other.name == mention.name}
    return refs.pop() if len(refs) == 1 else None


def _names(part: Cluster, whole: Cluster) -> tuple[Name, ...]:
    """The personal names of a cluster that those of its mentions in a part are."""
    own = dict.fromkeys(replace(mention_name(mention), text="") for mention in part.mentions)
    kept = tuple(name for name in whole.names if replace(name, text="") in own)
    return kept if part.kind == "person" else whole.names


def _grounds(cluster: Cluster) -> tuple[Ground, ...]:
    return tuple(
        Ground(RULE, "certain", f"the source says who is meant: {mention.ref}") if mention.ref else ground
        for mention, ground in zip(cluster.mentions, cluster.grounds, strict=True)
    )


def _joined(one: Cluster, other: Cluster) -> Cluster:
    pairs = sorted(
        [*zip(one.mentions, one.grounds, strict=True), *zip(other.mentions, other.grounds, strict=True)],
        key=lambda pair: (pair[0].name_start, pair[0].id),
    )
    names = dict.fromkeys((*one.names, *other.names))
    return replace(
        one,
        mentions=tuple(mention for mention, _ in pairs),
        grounds=tuple(ground for _, ground in pairs),
        names=tuple(sorted(names, key=lambda name: name.fullness, reverse=True)),
        rivals=(*one.rivals, *other.rivals),
        alike=(*one.alike, *other.alike),
    )


def _renumbered(cluster: Cluster, at: int, where: dict[int, int], made: Sequence[Cluster]) -> Cluster:
    """Rivals and likenesses by their new numbers; a reference leaves no doubt between two that have one."""

    def open_to(other: int) -> bool:
        return other != at and not (cluster.ref and made[other].ref)

    return replace(
        cluster,
        rivals=tuple(sorted({where[old] for old in cluster.rivals if open_to(where[old])}))
        if not cluster.ref
        else (),
        alike=tuple(sorted({(where[old], why) for old, why in cluster.alike if open_to(where[old])})),
    )
