"""Which sorted runs hold the statements of the collection: those of earlier builds, and new ones.

As in a log-structured merge tree: what is new is sorted into runs of its own, and the smallest runs are
joined when there are too many to be merged at once. What has changed in a run is passed over, until
that is so much of it that the rest is sorted anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from fonds.building import sorting
from fonds.building.sorting import FAN, Context, Run
from fonds.building.state import ref

if TYPE_CHECKING:
    from fonds.building import passes
    from fonds.building.spool import Ref
    from fonds.building.state import State

#: Runs from which on other processes are worth their start to sort them.
_RUNS: Final = 3
#: A run of which one part in so many has changed is given up.
_STALE: Final = 4

#: Whether what a run holds of a record is still said.
_VALID: Final = (
    "EXISTS (SELECT 1 FROM result AS t JOIN plan AS p ON p.id = t.id "
    "WHERE t.id = run.id AND t.mark = run.mark AND NOT t.lost)"
)
_UNSORTED: Final = (
    "SELECT p.n, p.id, t.file, t.start, t.size, t.mark FROM plan AS p JOIN result AS t ON t.id = p.id "
    "WHERE NOT t.lost AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = t.id AND run.mark = t.mark) "
    "AND p.n > ? ORDER BY p.n LIMIT 1000"
)


def runs(build: passes.Run, *, whole: bool) -> list[Run]:
    """Runs with all statements of this build, few enough to be merged at once.

    `whole` runs hold the blocks of Turtle and the nodes of JSON-LD too.
    """
    state = build.state
    kind = "whole" if whole else "lines"
    state.store.execute("DELETE FROM run WHERE name NOT LIKE ?", (f"{kind}-%",))
    _give_up(state)
    context = state.context(Context(state.pieces, state.runs, whole))
    names = _unused(state, kind)
    held: dict[str, list[tuple[int, str, bytes]]] = {}
    tag = state.one("SELECT coalesce(max(tag), 0) FROM run")[0]

    def unsorted() -> Iterator[tuple[Ref, int]]:
        nonlocal tag
        last = 0
        # what was found is noted meanwhile, so no query may stay open
        while found := state.store.execute(_UNSORTED, (last,)).fetchall():
            for last, id_, *where in found:  # noqa: B007 - the last one is needed
                tag += 1
                members.append((tag, id_, where[3]))
                yield ref(where), tag

    def tasks() -> Iterator[tuple[str, tuple[tuple[Ref, int], ...]]]:
        for group in sorting.groups(unsorted()):
            name = next(names)
            held[name] = members[: len(group)]
            del members[: len(group)]
            yield name, group

    members: list[tuple[int, str, bytes]] = []
    for done, (task, outcome) in enumerate(build.workers.map(sorting.run, context, tasks(), least=_RUNS), 1):
        name = _done(outcome)
        state.put("run", ((at, name, id_, mark) for at, id_, mark in held.pop(task[0])))
        build.tell("sorting", done, 0)
    while len(found := _runs(state)) > FAN:
        _joined(
            build, context, sorted(found, key=lambda run: (run.path.stat().st_size, run.path.name)), names
        )
    state.commit()
    return found


def _give_up(state: State) -> None:
    """Forget runs of which too much has changed."""
    query = f"SELECT name, count(*), sum({_VALID}) FROM run GROUP BY name"  # noqa: S608
    for name, held, valid in state.store.execute(query).fetchall():
        if (held - valid) * _STALE > held:
            state.store.execute("DELETE FROM run WHERE name = ?", (name,))


def _runs(state: State) -> list[Run]:
    stale: dict[str, set[int]] = {}
    query = f"SELECT name, tag FROM run WHERE NOT {_VALID}"  # noqa: S608
    for name, tag in state.rows(query):
        stale.setdefault(name, set()).add(tag)
    names = [name for (name,) in state.rows("SELECT DISTINCT name FROM run ORDER BY name")]
    return [Run(state.runs / name, frozenset(stale.get(name, ()))) for name in names]


def _joined(build: passes.Run, context: Any, found: list[Run], names: Iterator[str]) -> None:
    """Join the smallest runs, as many as there are too many."""
    state = build.state
    many = -(-(len(found) - FAN) // (FAN - 1))
    tasks = [
        (next(names), tuple(group))
        for group in (found[at : at + FAN] for at in range(0, many * FAN, FAN))
        if group
    ]
    for (name, group), outcome in build.workers.map(sorting.join, context, tasks, least=_RUNS):
        _done(outcome)
        for run in group:
            state.store.executemany("DELETE FROM run WHERE tag = ?", ((tag,) for tag in sorted(run.stale)))
            state.store.execute("UPDATE run SET name = ? WHERE name = ?", (name, run.path.name))
    state.commit()  # before the files go, or a build that is killed here would miss them
    for _, group in tasks:
        for run in group:
            run.path.unlink()


def _unused(state: State, kind: str) -> Iterator[str]:
    """Names that no run has, nor a remainder of one."""
    number = max((int(path.name.rpartition("-")[2]) for path in state.runs.iterdir()), default=0)
    while True:
        number += 1
        yield f"{kind}-{number:08}"


def _done(outcome: Any) -> Any:
    """What a worker made; that it died of sorting is no fault of a document."""
    from fonds.building.workers import Failed
    from fonds.errors import OutputError

    if isinstance(outcome, Failed):
        raise OutputError(
            f"the statements cannot be sorted: {outcome.reason}",
            remedy="see that there is memory enough, and build again: it goes on from here",
        )
    return outcome
