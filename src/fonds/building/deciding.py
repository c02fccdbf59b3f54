"""Who is who in one record, and whether that is what it was when the record was described last.

Documents that come or go, an authority file or a curator's decision may change who is who anywhere;
mostly they do not. To see that costs a twentieth of describing a record again.
"""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, NamedTuple

from fonds.building.keys import digest
from fonds.building.reading import record_at

if TYPE_CHECKING:
    from fonds.agents.checks import Checks
    from fonds.building.describing import Context, Task
    from fonds.record import Record, Resolved

#: Names, by surname key and folded name, of which a record speaks that others bear.
Cites = tuple[tuple[str, str], ...]


class Decided(NamedTuple):
    """A record in which it is decided who is who, a digest of that, and names of which it speaks."""

    resolved: Resolved
    mark: bytes
    cites: Cites


class Before(NamedTuple):
    """A record, and the digest of who was who in it."""

    task: Task
    mark: bytes


def decided(context: Context, task: Task, record: Record) -> Decided:
    """Decide who is who in a record, and check it against all that is known."""
    from fonds.agents import resolve
    from fonds.agents.checks import checked

    config = context.config
    lexicon = str(config.lexicon) if config.lexicon else None
    found = resolve.decided(record, context.index, context.authority, context.rulings, lexicon)
    resolved = checked(found.resolved, _checks(context, task, record), context.authority)
    return Decided(resolved, _mark(resolved), found.cites)


def unmoved(context: Context, before: Before) -> Cites | None:
    """Of whom a record speaks, if it is still decided as it was; else None.

    Raises `OSError` where the disk refuses, and `Corrupt`.
    """
    record = record_at(context.pieces, before.task.ref, before.task.moves)
    try:
        found = decided(context, before.task, record)
    except Exception:  # whoever describes it meets the fault again, and reports it
        return None
    return found.cites if found.mark == before.mark else None


def _mark(resolved: Resolved) -> bytes:
    """A digest of all that was decided. What stands in the record as it was read is not part of it."""
    told = (
        [
            (a.key, a.kind, a.label, a.names, a.titles, a.authority, a.links, a.candidates, a.note)
            for a in resolved.agents
        ],
        [(one.mention, one.agent, one.rule, one.certainty, one.reason) for one in resolved.identifications],
        [(one.first, one.second, one.certainty, one.reason, one.against) for one in resolved.likenesses],
        [repr(part.findings) for part in resolved.record.walk() if part.findings],
    )
    # the second version of the format: later ones write what is the same object, not what is equal
    return digest(marshal.dumps(told, 2))


def _checks(context: Context, task: Task, record: Record) -> Checks:
    from fonds.agents.captures import captures
    from fonds.agents.checks import Checks

    if not task.alike:
        return Checks(context.config.period)
    others = [record_at(context.pieces, other.ref, other.moves) for other in task.alike]
    ids = [other.id for other in others]
    known = captures((record, *others), (record.id, *ids))
    return Checks(context.config.period, {record.id: tuple(sorted(ids))}, known)
