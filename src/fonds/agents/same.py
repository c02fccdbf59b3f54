"""Entries of one authority file that the file says are the same.

An entry that points to another one is a second heading for it: its names go there. Entries that
point at each other in a circle, at two different entries, or at one that cannot be the same, are
refused, since only their author knows what was meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fonds.agents.authority import Entry
from fonds.errors import ConfigError


def merge(entries: Sequence[Entry], path: str) -> tuple[Entry, ...]:
    """The entries, each once, in order. Raises `ConfigError` for a circle or a contradiction."""
    by_iri: dict[str, Entry] = {}
    for entry in entries:
        if entry.iri in by_iri:
            raise ConfigError(
                f"{entry.iri} stands here twice, first at {by_iri[entry.iri].place}",
                place=f"{path}, {entry.place}",
                remedy="give each entry an id of its own",
            )
        by_iri[entry.iri] = entry
    target = {entry.iri: _target(entry, by_iri, path) for entry in entries}
    moved: dict[str, list[Entry]] = {}
    for entry in entries:
        if target[entry.iri] is not None:
            goal = _end(entry, target, by_iri, path)
            _agree(entry, goal, path)
            moved.setdefault(goal.iri, []).append(entry)
    if not moved:
        return tuple(entries)
    return tuple(_with(entry, moved.get(entry.iri, [])) for entry in entries if target[entry.iri] is None)


def _target(entry: Entry, by_iri: dict[str, Entry], path: str) -> str | None:
    """The entry of the same file that this one says it is."""
    inside = sorted({link for link in entry.links if link in by_iri})
    if len(inside) > 1:
        raise ConfigError(
            f"{entry.iri} is said to be both {inside[0]} and {inside[1]}",
            place=f"{path}, {entry.place}",
            remedy="keep one of the two links, or make one entry of all three",
        )
    return inside[0] if inside else None


def _end(entry: Entry, target: dict[str, str | None], by_iri: dict[str, Entry], path: str) -> Entry:
    seen = [entry.iri]
    while (goal := target[seen[-1]]) is not None:
        if goal in seen:
            raise ConfigError(
                f"entries point at each other in a circle: {' → '.join([*seen, goal])}",
                place=f"{path}, {entry.place}",
                remedy="let one entry be the heading and remove its link",
            )
        seen.append(goal)
    return by_iri[seen[-1]]


def _agree(one: Entry, other: Entry, path: str) -> None:
    for what, a, b in (
        ("kind", one.kind, other.kind),
        ("year of birth", one.born, other.born),
        ("year of death", one.died, other.died),
    ):
        if a is not None and b is not None and a != b:
            raise ConfigError(
                f"{one.iri} is said to be {other.iri}, but their {what} differs ({a} and {b})",
                place=f"{path}, {one.place}",
                remedy="remove the link or mend the entry",
            )


def _with(entry: Entry, others: Sequence[Entry]) -> Entry:
    if not others:
        return entry

    return replace(
        entry,
        names=tuple(dict.fromkeys((*entry.names, *(n for o in others for n in (o.label, *o.names))))),
        links=tuple(dict.fromkeys((*entry.links, *(o.iri for o in others), *_outer(entry, others)))),
        offices=tuple(dict.fromkeys((*entry.offices, *(office for o in others for office in o.offices)))),
        sources=tuple(dict.fromkeys((*entry.sources, *(source for o in others for source in o.sources)))),
        birth=entry.birth or next((o.birth for o in others if o.birth), None),
        death=entry.death or next((o.death for o in others if o.death), None),
    )


def _outer(entry: Entry, others: Sequence[Entry]) -> list[str]:
    own = {entry.iri, *(other.iri for other in others)}
    return [link for other in others for link in other.links if link not in own]
