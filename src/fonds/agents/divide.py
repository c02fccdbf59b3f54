"""Clusters of one document as a curator corrects them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from fonds.agents.cluster import Cluster, Ground
from fonds.agents.decisions import Cut, Place
from fonds.agents.match import Name, mention_name
from fonds.record import Mention

#: The rule of everything that a curator decides.
CURATOR: Final = "curator"


def spot(found: Iterable[Cluster], place: Place) -> tuple[int, Mention] | None:
    """The cluster and the mention at a place, None if nothing is named there.

    A name that is now read longer or shorter counts, if it is the only one that the place meets.
    """
    met: list[tuple[int, Mention]] = []
    for at, cluster in enumerate(found):
        for mention in cluster.mentions:
            here = Place.of(mention, place.source)
            if here == place:
                return at, mention
            if here.frame != place.frame:
                continue
            if mention.name_start < place.end and place.start < mention.name_end:
                met.append((at, mention))
    return met[0] if len(met) == 1 else None


def unit(cluster: Cluster, mention: Mention) -> tuple[Mention, ...]:
    """The mentions of a cluster that bear the same name as one of them: one row speaks for all."""
    form = _form(cluster, mention)
    return tuple(other for other in cluster.mentions if _form(cluster, other) == form)


def divide(found: tuple[Cluster, ...], cuts: Iterable[Cut]) -> tuple[Cluster, ...]:
    """The clusters with the mentions of `first` on their own where they are not those of `second`.

    New clusters stand at the end. Where a merge is confirmed the curator is its ground.
    """
    made = list(found)
    for cut in cuts:
        first, second = spot(made, cut.first), spot(made, cut.second)
        if first is None or second is None or first[0] != second[0]:
            continue
        at, mention = first
        leaving = unit(made[at], mention)
        if second[1] in leaving:  # one name in two places: only the place itself is meant
            leaving = (mention,)
        if cut.same:
            reason = cut.note or "a curator decided that both names are one agent's"
            made[at] = _confirmed(made[at], leaving, Ground(CURATOR, "certain", reason))
        else:
            reason = cut.note or f"a curator decided that this is not “{second[1].name}”"
            made[at], apart = _split(made[at], leaving, Ground(CURATOR, "certain", reason))
            made.append(apart)
    return tuple(made)


def _form(cluster: Cluster, mention: Mention) -> tuple[object, ...]:
    if cluster.kind != "person":
        return (mention.name.casefold(),)
    name = mention_name(mention)
    return name.normal, name.sex


def _confirmed(cluster: Cluster, chosen: tuple[Mention, ...], ground: Ground) -> Cluster:
    grounds = zip(cluster.mentions, cluster.grounds, strict=True)
    return replace(
        cluster, grounds=tuple(ground if mention in chosen else known for mention, known in grounds)
    )


def _split(cluster: Cluster, leaving: tuple[Mention, ...], ground: Ground) -> tuple[Cluster, Cluster]:
    staying = tuple(mention for mention in cluster.mentions if mention not in leaving)
    kept = tuple(
        known
        for mention, known in zip(cluster.mentions, cluster.grounds, strict=True)
        if mention not in leaving
    )
    # Both bear the cluster's own names again, the fullest first, as far as they are written there.
    return (
        replace(cluster, mentions=staying, grounds=kept, names=_names(cluster, staying)),
        Cluster(
            cluster.kind,
            leaving,
            (ground,) * len(leaving),
            names=_names(cluster, leaving),
            canonical=cluster.canonical,
        ),
    )


def _names(cluster: Cluster, mentions: tuple[Mention, ...]) -> tuple[Name, ...]:
    if cluster.kind != "person":
        return ()
    written = {replace(mention_name(mention), text="") for mention in mentions}
    kept = tuple(name for name in cluster.names if replace(name, text="") in written)
    found = dict.fromkeys(mention_name(mention) for mention in mentions)
    return kept or tuple(sorted(found, key=lambda name: name.fullness, reverse=True))
