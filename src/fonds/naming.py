"""Ids that no two records of a collection share, also where file names ignore case.

The records of one document are renamed together: a unit of a finding aid still lies in its parent.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fonds.record import Record

if TYPE_CHECKING:
    from fonds.description import Heading


@dataclass(frozen=True, slots=True)
class Move:
    """How the ids of a document change: `old`, and those that begin with it and a hyphen, to `new`.

    Other ids get `mark` behind them.
    """

    old: str
    new: str
    mark: str

    def __call__(self, name: str, /) -> str:
        if name == self.old or name.startswith(f"{self.old}-"):
            return self.new + name.removeprefix(self.old)
        return f"{name}-{self.mark}"


def apart(records: tuple[Record, ...], taken: Container[str]) -> tuple[Record, ...]:
    """The records of one document under ids that are not in `taken` (ids in lower case) nor doubled.

    Records that keep their ids are returned as they are.
    """
    if not records:
        return records
    moves = renamed([record.id for record in records], records[0].source.sha256, taken)
    return tuple(moved(record, made) for record, made in zip(records, moves, strict=True))


def renamed(ids: Sequence[str], sha256: str, taken: Container[str]) -> list[tuple[Move, ...]]:
    """For each record of a document how its id changes so that it is not in `taken` nor doubled.

    `ids` are those of the records in their order, `taken` ids in lower case, `sha256` the document's.
    """
    whole, number, found = None, 1, list(ids)
    while any(name.casefold() in taken for name in found):
        new = f"{ids[0]}-{sha256[:8]}" + (f"-{number}" if number > 1 else "")
        whole = Move(ids[0], new, sha256[:8])
        found = [whole(name) for name in ids]
        number += 1
    moves = []
    # many records may bear one id: where the last of them ended, the next goes on
    seen, last = set[str](), dict[str, int]()
    for own in found:
        name, number = own, last.get(own, 1)
        while name.casefold() in seen:
            number += 1
            name = f"{own}-{number}"
        last[own] = number
        seen.add(name.casefold())
        moves.append(tuple(filter(None, (whole, Move(own, name, "") if name != own else None))))
    return moves


def moved(record: Record, moves: Iterable[Move]) -> Record:
    """A record under its new id, one move after the other."""
    for move in moves:
        record = _moved(record, move)
    return record


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
        above=_headed(record.above, move) if record.above else None,
        unit=unit,
        parts=tuple(_moved(part, move) for part in record.parts),
        related=tuple(
            replace(item, record=move(item.record)) if item.record else item for item in record.related
        ),
    )


def _headed(heading: Heading, move: Callable[[str], str]) -> Heading:
    return replace(heading, id=move(heading.id))
