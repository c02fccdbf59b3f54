"""The passes over a collection: read the documents, plan the records, describe them.

Each looks first into what earlier builds have kept, under a digest of all that the step reads, and
gives only the rest to the workers.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from fonds.building import keys, names, reading, shuffle
from fonds.building.describing import Context as Describing
from fonds.building.describing import Described, Task
from fonds.building.describing import describe as describe_one
from fonds.building.progress import Progress, Watch
from fonds.building.reading import Context as Reading
from fonds.building.state import State, ref
from fonds.building.workers import Failed, Workers
from fonds.config import Config
from fonds.dump import Issue
from fonds.naming import renamed

if TYPE_CHECKING:
    from fonds.agents.authority import Authority
    from fonds.agents.decisions import Decisions
    from fonds.agents.settle import Rulings
    from fonds.building.cluster import Cluster
    from fonds.record import Record

_MEGABYTE = 1_000_000
#: Records that may capture one document: more share a label, not a number.
_CROWD = 8


@dataclass
class Run:
    """One build: the collection, what is kept, who works, and who watches."""

    config: Config
    state: State
    workers: Workers | Cluster
    say: Watch
    findings: int = 0
    left_out: int = 0

    def tell(self, stage: str, done: int, total: int) -> None:
        self.say(Progress(stage, done, total, self.findings, self.left_out))
        self.state.settle()

    def report(self, issue: Issue) -> None:
        """Keep what a reader should know, in the order in which it is found."""
        row = (None, issue.document, issue.record, issue.kind, int(issue.lost), pickle.dumps(issue))
        self.state.put("issue", [row])


class Wanted(NamedTuple):
    """A document to be read: its place in the order, its name, its key if it has one, its size in bytes."""

    n: int
    name: str
    key: bytes | None
    size: int


def read(run: Run, decisions: Decisions | None) -> int:
    """The first pass: each document that is not known is converted. Returns how many there are."""
    state, config = run.state, run.config
    cuts = decisions.cuts if decisions is not None else {}
    total = sum(1 for _ in config.names())
    context = state.context(Reading(config, cuts, state.pieces))
    given = keys.reading(config)

    def unknown() -> Iterator[Wanted]:
        for n, name in enumerate(config.names(), 1):
            found = keys.source(config, name, given, cuts)
            key, sha = found if found is not None else (None, None)
            state.put("wanted", [(n, name, key, sha, None)])
            if key is None or state.one("SELECT 1 FROM source WHERE key = ?", key) is None:
                yield Wanted(n, name, key, (config.documents / name).stat().st_size)
            else:
                run.tell("reading", n, total)

    def limit(wanted: Wanted) -> float:
        return config.time_limit * (1 + wanted.size // _MEGABYTE)

    for wanted, outcome in run.workers.map(reading.read, context, unknown(), limit):
        _keep(run, wanted, outcome)
        run.tell("reading", wanted.n, total)
    state.commit()
    return total


def _keep(run: Run, wanted: Wanted, outcome: Any) -> None:
    """Keep the records of a document, or why there are none."""
    state = run.state
    if isinstance(outcome, Failed):
        outcome = _given_up(outcome, wanted.name, "", run.config.time_limit)
        run.left_out += 1
    elif isinstance(outcome, Issue) and wanted.key is not None:
        # the same bytes fail in the same way; what depends on the machine is tried again
        state.put("source", [(wanted.key, pickle.dumps(outcome))])
        run.left_out += 1
        return
    if isinstance(outcome, Issue):
        state.store.execute("UPDATE wanted SET issue = ? WHERE n = ?", (pickle.dumps(outcome), wanted.n))
        return
    key = wanted.key
    if key is None:  # it changed under our hands: what was read now holds for this build
        key = keys.digest("changing", wanted.name, [read.ref.mark for read in outcome])
        record = reading.record_at(state.pieces, outcome[0].ref)
        query = "UPDATE wanted SET key = ?, sha = ? WHERE n = ?"
        state.store.execute(query, (key, record.source.sha256, wanted.n))
    for n, one in enumerate(outcome):
        state.put("record", [(key, n, one.id, *one.ref)])
        state.put("tells", ((key, n, i, *told) for i, told in enumerate(one.tells)))
        state.put("asked", ((key, n, *asked) for asked in one.asks))
        state.put("signature", ((key, n, i, mark) for i, mark in enumerate(one.signatures)))
    state.put("source", [(key, None)])


def _given_up(failed: Failed, document: str, record: str, limit: int) -> Issue:
    if failed.late:
        message = f"it took longer than {limit} s (time_limit in fonds.toml, under [build])"
        return Issue(document, record, "time-limit", message, lost=True)
    return Issue(document, record, "defect", f"fonds failed: {failed.reason}", lost=True)


class _Taken:
    """The ids that records have already, in lower case."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __contains__(self, fold: object) -> bool:
        return self._state.one("SELECT 1 FROM plan WHERE fold = ?", fold) is not None

    def get(self, fold: str) -> str | None:
        row = self._state.one("SELECT name FROM plan WHERE fold = ?", fold)
        return row[0] if row else None


def plan(run: Run, decisions: Decisions | None) -> None:
    """Decide which records are described, and under which ids; join the names of all of them."""
    state = run.state
    cuts = decisions.cuts if decisions is not None else {}
    wanted = state.rows(
        "SELECT w.name, w.sha, w.key, coalesce(w.issue, s.issue) FROM wanted AS w "
        "LEFT JOIN source AS s ON s.key = w.key ORDER BY w.n"
    )
    for name, sha, key, issue in wanted:
        if issue is not None:
            run.report(pickle.loads(issue))  # noqa: S301 - pickled by this or an earlier build
            continue
        ids = [row[0] for row in state.rows("SELECT id FROM record WHERE source = ? ORDER BY n", key)]
        first = state.one("SELECT name FROM plan WHERE sha = ? ORDER BY n LIMIT 1", sha)
        if first is not None:
            message = f"the same bytes as {first[0]}, so described once"
            run.report(Issue(name, ids[0], "duplicate", message))
            continue
        _place(run, (name, sha, key), ids, cuts)
        state.settle()
    told = state.rows(
        "SELECT t.family, t.normal, t.known, p.n * 1000000 + t.i AS place "
        "FROM plan AS p CROSS JOIN tells AS t ON t.source = p.source AND t.n = p.at WHERE p.moves IS NULL "
        "UNION ALL SELECT family, normal, known, place FROM retold ORDER BY 1, 2, 4"
    )
    shuffle.gather(told, state.work / "names.db", state.context(state.work), run.workers)
    state.commit()
    state.store.execute("COMMIT")  # SQLite attaches no file within a transaction
    state.store.execute("ATTACH ? AS names", (str(state.work / "names.db"),))
    state.store.execute("BEGIN")


def _place(run: Run, document: tuple[str, str, bytes], ids: list[str], cuts: Any) -> None:
    """Give each record of a document an id of its own."""
    state, (name, sha, key) = run.state, document
    taken = _Taken(state)
    moves = renamed(ids, sha, taken)
    finals = []
    for id_, made in zip(ids, moves, strict=True):
        final = id_
        for move in made:
            final = move(final)
        finals.append(final)
    for id_, final in zip(ids, finals, strict=True):
        other = taken.get(id_.casefold())
        if other is not None or (final != id_ and finals[0] == ids[0]):
            message = f"{other or name} has the id {id_} too; this one is {final}"
            run.report(Issue(name, final, "identifier", message))
    for at, (final, made) in enumerate(zip(finals, moves, strict=True)):
        row = (None, name, sha, key, at, final, final.casefold(), pickle.dumps(made) if made else None)
        state.put("plan", [row])
        if made:  # what a record tells of names holds its id
            where = state.one(
                "SELECT file, start, size, mark FROM record WHERE source = ? AND n = ?", key, at
            )
            record = reading.record_at(state.pieces, ref(where), made)
            place = state.one("SELECT n FROM plan WHERE fold = ?", final.casefold())[0] * 1000000
            tells = reading.told(record, cuts)[0]
            state.put("retold", ((*told, place + i) for i, told in enumerate(tells)))


def records(run: Run) -> Iterator[Record]:
    """All records of the collection, in order, under the ids that they have in it."""
    query = (
        "SELECT p.moves, r.file, r.start, r.size, r.mark FROM plan AS p "
        "JOIN record AS r ON r.source = p.source AND r.n = p.at ORDER BY p.n"
    )
    for moves, *where in run.state.rows(query):
        yield reading.record_at(run.state.pieces, ref(where), pickle.loads(moves) if moves else ())  # noqa: S301


def describe(run: Run, authority: Authority | None, decisions: Decisions | None) -> None:
    """The second pass: each record whose outcome may have changed is described."""
    state, config = run.state, run.config
    rulings = _settled(run, authority, decisions)
    total = state.one("SELECT count(*) FROM plan")[0]
    known = state.work / "names.db"
    context = state.context(Describing(config, rulings, known, state.pieces, state.documents))
    given = keys.describing(config, rulings)
    at: dict[str, tuple[int, bytes]] = {}

    def changed() -> Iterator[Task]:
        query = (
            "SELECT p.n, p.source, p.at, t.key, t.described FROM plan AS p "
            "LEFT JOIN result AS t ON t.id = p.id ORDER BY p.n"
        )
        alike = _alike(run)
        for n, source, number, old, described in run.state.rows(query):
            task = _task(run, n, tuple(alike.get(n, ())))
            asked = names.asked(state.store, source, number)
            others = [(other.id, other.ref.mark) for other in task.alike]
            key = keys.digest(given, task.id, task.name, task.ref.mark, task.moves, asked, others)
            if key == old and _intact(run, task.id, pickle.loads(described)):  # noqa: S301
                run.tell("describing", n, total)
                continue
            at[task.id] = n, key
            yield task

    def limit(_: Task) -> float:
        return config.time_limit

    for task, made in run.workers.map(describe_one, context, changed(), limit):
        n, key = at.pop(task.id)
        outcome = made
        if isinstance(made, Failed):
            issue = _given_up(made, task.name, task.id, config.time_limit)
            outcome, key = Described(issues=(issue,), lost=True), b""  # tried again by the next build
        run.findings += len(outcome.issues)
        run.left_out += outcome.lost
        where = outcome.statements or (None,) * 4
        state.put("result", [(task.id, key, int(outcome.lost), pickle.dumps(outcome), *where)])
        run.tell("describing", n, total)
    state.commit()


def _settled(run: Run, authority: Authority | None, decisions: Decisions | None) -> Rulings:
    """What the decisions of a curator mean; those that mean nothing any more are reported."""
    from pathlib import Path

    from fonds.agents.settle import Rulings, settle

    if decisions is None:
        return Rulings()
    found = settle(records(run), names.index(run.state.work / "names.db"), authority, decisions)
    found.check()
    for finding in found.moot:
        run.report(Issue(Path(decisions.path).name, "", finding.kind, finding.message))
    return found


def _alike(run: Run) -> dict[int, list[int]]:
    """For each record those that may capture the same document, by their places in the plan."""
    query = (
        "SELECT s.mark, group_concat(p.n) FROM plan AS p CROSS JOIN signature AS s "
        "ON s.source = p.source AND s.n = p.at GROUP BY s.mark HAVING count(*) BETWEEN 2 AND ?"
    )
    found: dict[int, set[int]] = {}
    for _, members in run.state.rows(query, _CROWD):
        places = [int(place) for place in members.split(",")]
        for place in places:
            found.setdefault(place, set()).update(other for other in places if other != place)
    return {place: sorted(others) for place, others in found.items()}


def _task(run: Run, n: int, alike: tuple[int, ...] = ()) -> Task:
    query = (
        "SELECT p.id, p.name, p.moves, r.file, r.start, r.size, r.mark FROM plan AS p "
        "JOIN record AS r ON r.source = p.source AND r.n = p.at WHERE p.n = ?"
    )
    id_, name, moves, *where = run.state.one(query, n)
    others = tuple(_task(run, other) for other in alike)
    return Task(id_, name, ref(where), pickle.loads(moves) if moves else (), others)  # noqa: S301


def _intact(run: Run, record: str, described: Described) -> bool:
    """Whether the files of a record are there as they were written: a dump shares them."""
    from fonds.rdf.iris import segment

    for file in described.files:
        try:
            found = (run.state.documents / f"{segment(record)}.{file.suffix}").stat()
        except OSError:
            return False
        if (found.st_size, found.st_mtime_ns) != (file.size, file.changed):
            return False
    return True
