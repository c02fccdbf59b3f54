"""Which sorted runs hold what is new: those that a build before this one began with, and new ones.

What the files of the last build hold of each record is noted (table `held`); what must become of each
stands in `change` while a build goes on. So a build sorts and merges what has changed, and no more; in a
first build that is everything, and the smallest runs are joined until there are few enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fonds.building import sorting
from fonds.building.sorting import FAN, Change, Context
from fonds.building.state import ref

if TYPE_CHECKING:
    from fonds.building import passes
    from fonds.building.state import State

#: Runs from which on other processes are worth their start to sort them.
_RUNS: Final = 3

#: Records of which the files of the last build hold something else than they shall, or nothing, or too much.
_CHANGES: Final = (
    "DELETE FROM change",
    """
    INSERT INTO change (id, file, start, size, mark, old_file, old_start, old_size, old_mark, tag)
    SELECT t.id, t.file, t.start, t.size, t.mark, h.file, h.start, h.size, h.mark, coalesce(h.tag, run.tag)
    FROM plan AS p JOIN result AS t ON t.id = p.id LEFT JOIN held AS h ON h.id = t.id
    LEFT JOIN run ON run.id = t.id
    WHERE NOT t.lost AND h.mark IS NOT t.mark ORDER BY p.n
    """,
    """
    INSERT INTO change (id, old_file, old_start, old_size, old_mark, tag)
    SELECT h.id, h.file, h.start, h.size, h.mark, h.tag FROM held AS h WHERE NOT EXISTS
    (SELECT 1 FROM plan AS p JOIN result AS t ON t.id = p.id WHERE p.id = h.id AND NOT t.lost) ORDER BY h.tag
    """,
)
#: Tags that no record has yet.
_TAGS: Final = (
    "UPDATE change SET tag = n + (SELECT max(coalesce((SELECT max(tag) FROM held), 0), "
    "coalesce((SELECT max(tag) FROM run), 0))) WHERE tag IS NULL"
)
#: Runs in which something is not as it shall become.
_OUTDATED: Final = (
    "SELECT DISTINCT name FROM run LEFT JOIN change AS c ON c.id = run.id AND c.tag = run.tag "
    "AND c.mark IS run.mark AND c.old_mark IS run.old_mark WHERE c.id IS NULL"
)
_UNSORTED: Final = (
    "SELECT n, id, tag, mark, old_mark, file, start, size, mark, old_file, old_start, old_size, old_mark "
    "FROM change WHERE id NOT IN (SELECT id FROM run) AND n"
)
#: What the files of this build hold.
_HELD: Final = (
    "DELETE FROM held WHERE id IN (SELECT id FROM change WHERE mark IS NULL)",
    "INSERT OR REPLACE INTO held SELECT id, tag, file, start, size, mark FROM change WHERE mark IS NOT NULL",
    "DELETE FROM change",
    "DELETE FROM run",
)


def runs(build: passes.Run, *, whole: bool) -> list[Path]:
    """Runs with all that is new, few enough to be merged at once.

    `whole` runs hold the blocks of Turtle and the nodes of JSON-LD too.
    """
    state = build.state
    kind = "whole" if whole else "lines"
    state.store.execute("DELETE FROM run WHERE name NOT LIKE ?", (f"{kind}-%",))
    for query in (*_CHANGES, _TAGS):
        state.store.execute(query)
    for (name,) in list(state.rows(_OUTDATED)):
        state.store.execute("DELETE FROM run WHERE name = ?", (name,))
    context = state.context(Context(state.pieces, state.runs, whole))
    names = _unused(state, kind)
    held: dict[str, list[tuple[Any, ...]]] = {}
    members: list[tuple[Any, ...]] = []

    def unsorted() -> Iterator[Change]:
        for _, id_, tag, mark, old, *refs in state.each(_UNSORTED):
            members.append((id_, tag, mark, old))
            now, before = (ref(where) if where[0] is not None else None for where in (refs[:4], refs[4:]))
            yield before, now, tag

    def tasks() -> Iterator[tuple[str, tuple[Change, ...]]]:
        for group in sorting.groups(unsorted()):
            name = next(names)
            held[name] = members[: len(group)]
            del members[: len(group)]
            yield name, group

    for done, (task, outcome) in enumerate(build.workers.map(sorting.run, context, tasks(), least=_RUNS), 1):
        name = _done(outcome)
        state.put("run", ((id_, tag, name, mark, old) for id_, tag, mark, old in held.pop(task[0])))
        build.tell("sorting", done, 0)
    while len(found := _runs(state)) > FAN:
        _joined(build, context, sorted(found, key=lambda path: (path.stat().st_size, path.name)), names)
    state.commit()
    return found


def hold(state: State) -> None:
    """Note that the files of this build hold what they should: from here the next one goes on."""
    for query in _HELD:
        state.store.execute(query)


def forget(state: State) -> None:
    """Note that there are no files from which a build could go on."""
    state.store.execute("DELETE FROM held")
    state.store.execute("DELETE FROM meta WHERE name = 'kept'")


def _runs(state: State) -> list[Path]:
    return [state.runs / name for (name,) in state.rows("SELECT DISTINCT name FROM run ORDER BY name")]


def _joined(build: passes.Run, context: Any, found: list[Path], names: Iterator[str]) -> None:
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
        for path in group:
            state.store.execute("UPDATE run SET name = ? WHERE name = ?", (name, path.name))
    state.commit()  # before the files go, or a build that is killed here would miss them
    for _, group in tasks:
        for path in group:
            path.unlink()


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
