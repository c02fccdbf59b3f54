"""The second pass over a collection: describe the records whose outcome may have changed.

A record is described again if what it is, or how records are described, has changed. If only what others
say has changed, or an authority file or a decision, it is first seen who is who in it now: mostly the same.
"""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from fonds.building import deciding, describing, keys, names, reading
from fonds.building.describing import Context, Described, Kept, Task
from fonds.building.passes import given_up
from fonds.building.state import ref
from fonds.building.workers import Failed
from fonds.dump import Issue

if TYPE_CHECKING:
    from pathlib import Path

    from fonds.agents.authority import Authority
    from fonds.agents.decisions import Decisions
    from fonds.agents.settle import Rulings
    from fonds.building.passes import Run
    from fonds.record import Record

#: Records that may capture one document: more share a label, not a number.
_CROWD: Final = 8
_TASK: Final = (
    "p.id, p.name, p.moves, r.file, r.start, r.size, r.mark FROM plan AS p "
    "JOIN record AS r ON r.source = p.source AND r.n = p.at"
)


def describe(run: Run, authority: Authority | None, decisions: Decisions | None) -> None:
    """Describe each record of which that is not known to come out as it did."""
    state, config = run.state, run.config
    rulings = _settled(run, authority, decisions)
    context = state.context(Context(config, rulings, state.work / "names.db", state.pieces, state.documents))
    _pair(run)
    _compare(run, keys.describing(config), keys.deciding(config, rulings))
    state.commit()
    _decide(run, context)
    state.commit()
    _describe(run, context)
    state.commit()


def _compare(run: Run, given: bytes, who: bytes) -> None:
    """Note which records are described, and of which it is first decided who is who.

    `given` is a digest of what describing reads, `who` of what decides who is who.
    """
    state = run.state
    total = state.one("SELECT count(*) FROM plan")[0]
    query = (
        "SELECT p.n, p.id, p.name, p.moves, r.mark, r.asks, t.fixed, t.key, t.outcome, t.cites, t.files "
        "FROM plan AS p JOIN record AS r ON r.source = p.source AND r.n = p.at "
        "LEFT JOIN result AS t ON t.id = p.id WHERE p.n"
    )
    for n, id_, name, moves, mark, asks, fixed, key, outcome, cites, files in state.each(query):
        own = keys.digest(given, id_, name, mark, moves)
        same = own == fixed and _intact(state.documents, id_, files)
        known = marshal.loads(cites) if same else ()  # noqa: S302 - written below
        asked = names.asked(state.store, reading.asked_in(asks))
        base = keys.digest(own, who, asked, _others(run, n))
        if not same or key != _key(run, base, known):
            state.put("todo", [(n, own, base, outcome if same and outcome else None)])
        run.tell("comparing", n, total)


def _key(run: Run, base: bytes, cites: deciding.Cites) -> bytes:
    """Of all on which a description rests, those of whom it speaks included."""
    return keys.digest(base, names.asked(run.state.store, (), cites))


def _decide(run: Run, context: Path) -> None:
    """Take out of what is to be done the records in which it is decided as before who is who."""
    state = run.state
    total = state.one("SELECT count(*) FROM todo WHERE outcome IS NOT NULL")[0]
    query = f"SELECT todo.n, todo.base, todo.outcome, {_TASK} JOIN todo ON todo.n = p.n "
    bases: dict[str, tuple[int, bytes]] = {}

    def moved() -> Iterator[deciding.Before]:
        for n, base, outcome, *task in state.each(f"{query} WHERE todo.outcome IS NOT NULL AND todo.n"):
            bases[task[0]] = n, base
            yield deciding.Before(_task(run, n, task), outcome)

    tasks = run.workers.map(deciding.unmoved, context, moved(), lambda _: run.config.time_limit)
    for done, (before, cites) in enumerate(tasks, 1):
        n, base = bases.pop(before.task.id)
        if cites is None or isinstance(cites, Failed):
            state.store.execute("UPDATE todo SET outcome = NULL WHERE n = ?", (n,))
        else:
            values = _key(run, base, cites), marshal.dumps(cites), before.task.id
            state.store.execute("UPDATE result SET key = ?, cites = ? WHERE id = ?", values)
        run.tell("deciding", done, total)


def _describe(run: Run, context: Path) -> None:
    state, config = run.state, run.config
    total = state.one("SELECT count(*) FROM todo WHERE outcome IS NULL")[0]
    query = f"SELECT todo.n, todo.fixed, todo.base, {_TASK} JOIN todo ON todo.n = p.n "
    marks: dict[str, tuple[bytes, bytes]] = {}

    def changed() -> Iterator[Task]:
        for n, fixed, base, *task in state.each(f"{query} WHERE todo.outcome IS NULL AND todo.n"):
            marks[task[0]] = fixed, base
            yield _task(run, n, task)

    tasks = run.workers.map(describing.describe, context, changed(), lambda _: config.time_limit)
    for done, (task, outcome) in enumerate(tasks, 1):
        fixed, base = marks.pop(task.id)
        made = outcome
        if isinstance(outcome, Failed):
            issue = given_up(outcome, task.name, task.id, config.time_limit)
            made = Kept(Described(issues=(issue,), lost=True).packed(), lost=True, findings=1)
        # what workers died of is tried again by the next build
        key = b"" if isinstance(outcome, Failed) else _key(run, base, made.cites)
        run.findings += made.findings
        run.left_out += made.lost
        files = marshal.dumps([(file.suffix, file.size, file.changed) for file in made.files])
        row = (task.id, fixed, key, int(made.lost), made.outcome, marshal.dumps(made.cites), files)
        state.put("result", [(None, *row, made.described, *(made.statements or (None,) * 4))])
        run.tell("describing", done, total)


def _settled(run: Run, authority: Authority | None, decisions: Decisions | None) -> Rulings:
    """What the decisions of a curator mean; those that mean nothing any more are reported."""
    from pathlib import Path

    from fonds.agents.settle import Rulings, settle

    if decisions is None:
        return Rulings()
    index = names.index(run.state.work / "names.db")
    found = settle(_spoken_of(run, decisions), index, authority, decisions)
    found.check()
    for finding in found.moot:
        run.report(Issue(Path(decisions.path).name, "", finding.kind, finding.message))
    return found


def _spoken_of(run: Run, decisions: Decisions) -> Iterator[Record]:
    """The records of which decisions speak, by id or by their file, in the order of the collection."""
    state = run.state
    found: set[int] = set()
    for row in decisions.rows:
        for place in (row.first, row.second):
            if place is not None:
                # in hexadecimal digits, of which none comes after f
                query = "SELECT n FROM plan WHERE sha BETWEEN ? AND ?"
                found.update(n for (n,) in state.rows(query, place.source, f"{place.source}g"))
        for document in row.documents:
            found.update(n for (n,) in state.rows("SELECT n FROM plan WHERE id = ?", document))
    for n in sorted(found):
        task = _task(run, n)
        yield reading.record_at(state.pieces, task.ref, task.moves)


def _pair(run: Run) -> None:
    """Note for each record which others may capture the same document."""
    state = run.state
    often = "SELECT mark FROM signature GROUP BY mark HAVING count(*) > 1"
    holders = (
        "SELECT p.n FROM signature AS s JOIN plan AS p ON p.source = s.source AND p.at = s.n "
        "WHERE s.mark = ? ORDER BY p.n"
    )
    for (mark,) in state.rows(often):
        held = [n for (n,) in state.rows(holders, mark)]
        if 1 < len(held) <= _CROWD:
            state.put("alike", ((n, other) for n in held for other in held if other != n))


def _others(run: Run, n: int) -> list[tuple[str, bytes]]:
    """The records that may capture the same document: their ids, and digests of them."""
    query = (
        "SELECT p.id, r.mark FROM alike AS a JOIN plan AS p ON p.n = a.other "
        "JOIN record AS r ON r.source = p.source AND r.n = p.at WHERE a.n = ? ORDER BY a.other"
    )
    return list(run.state.rows(query, n))


def _task(run: Run, n: int, row: list[Any] | None = None, *, alone: bool = False) -> Task:
    """A record as a worker needs to know it; `row` are its columns as in `_TASK`."""
    state = run.state
    id_, name, moves, *where = row or state.one(f"SELECT {_TASK} WHERE p.n = ?", n)
    others: tuple[Task, ...] = ()
    if not alone:
        alike = list(state.rows("SELECT other FROM alike WHERE n = ? ORDER BY other", n))
        others = tuple(_task(run, other, alone=True) for (other,) in alike)
    return Task(id_, name, ref(where), pickle.loads(moves) if moves else (), others)  # noqa: S301


def _intact(folder: Path, record: str, files: bytes) -> bool:
    """Whether the files of a record are there as they were written: a dump shares them."""
    from fonds.rdf.iris import segment

    for suffix, size, changed in marshal.loads(files):  # noqa: S302 - written above
        try:
            found = (folder / f"{segment(record)}.{suffix}").stat()
        except OSError:
            return False
        if (found.st_size, found.st_mtime_ns) != (size, changed):
            return False
    return True
