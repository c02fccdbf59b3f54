"""Ids that no two records of a collection share, also where file names ignore case.

The records of one document are renamed together: a unit of a finding aid still lies in its parent.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace
from typing import TYPE_CHECKING

from fonds.record import Record

if TYPE_CHECKING:
    from fonds.description import Heading


def apart(records: tuple[Record, ...], taken: Container[str]) -> tuple[Record, ...]:
    """The records of one document under ids that are not in `taken` (ids in lower case) nor doubled.

    Records that keep their ids are returned as they are.
    """
    if not records:
        return records
    old, sha256 = records[0].id, records[0].source.sha256[:8]
    found, number = records, 1
    while any(record.id.casefold() in taken for record in found):
        new = f"{old}-{sha256}" + (f"-{number}" if number > 1 else "")
        found = tuple(_moved(record, _mover(old, new, sha256)) for record in records)
        number += 1
    return _undoubled(found)


def _mover(old: str, new: str, sha256: str) -> Callable[[str], str]:
    """What an id becomes when the document is called `new` instead of `old`."""

    def move(name: str) -> str:
        if name == old or name.startswith(f"{old}-"):
            return new + name.removeprefix(old)
        return f"{name}-{sha256}"

    return move


def _undoubled(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """The records with a number after each id that one before them has."""
    seen: set[str] = set()
    made = []
    for record in records:
        name, number = record.id, 1
        while name.casefold() in seen:
            number += 1
            name = f"{record.id}-{number}"
        seen.add(name.casefold())
        made.append(record if name == record.id else _moved(record, _mover(record.id, name, "")))
    return tuple(made)


def _moved(record: Record, move: Callable[[str], str]) -> Record:
    """The record under its new id, and all that it names in its document under theirs."""
    unit = record.unit
    if unit is not None:
        unit = replace(
            unit,
            finding_aid=_headed(unit.finding_aid, move),
            above=_headed(unit.above, move) if unit.above else None,
        )
    return replace(
        record,
        id=move(record.id),
        parent=move(record.parent) if record.parent else None,
        unit=unit,
        parts=tuple(_moved(part, move) for part in record.parts),
        related=tuple(
            replace(item, record=move(item.record)) if item.record else item for item in record.related
        ),
    )


def _headed(heading: Heading, move: Callable[[str], str]) -> Heading:
    return replace(heading, id=move(heading.id))
