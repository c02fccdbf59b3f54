"""The first pass over a collection: read the documents, and plan which records are described.

It looks first into what earlier builds have kept, under a digest of all that reading a document depends
on, and gives only the rest to the workers. The second pass is `fonds.building.renewing`.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fonds.building import keys, reading, shuffle
from fonds.building.progress import Progress, Watch
from fonds.building.reading import Context as Reading
from fonds.building.state import State, ref
from fonds.building.workers import Failed, Workers
from fonds.config import Config
from fonds.dump import Issue
from fonds.naming import renamed

if TYPE_CHECKING:
    from pathlib import Path

    from fonds.agents.decisions import Decisions
    from fonds.building.cluster import Cluster

_MEGABYTE: Final = 1_000_000
#: Documents that are identified at a time, and how many times from which on other processes are worth
#: their start.
_AT_ONCE: Final = 64
_FEW: Final = 128


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
    """A document to be read: its place in the order, its name, key, SHA-256 and size in bytes.

    Without key and SHA-256 it could not be read here.
    """

    n: int
    name: str
    key: bytes | None
    sha: str | None
    size: int


def read(run: Run, decisions: Decisions | None) -> int:
    """The first pass: each document that is not known is converted. Returns how many there are."""
    state, config = run.state, run.config
    cuts = decisions.cuts if decisions is not None else {}
    context = state.context(Reading(config, cuts, state.pieces, keys.reading(config)))
    total = _identify(run, context)

    def unknown() -> Iterator[Wanted]:
        query = "SELECT n, name, key, sha, size FROM wanted WHERE source IS NULL AND n"
        yield from (Wanted(*row) for row in state.each(query))

    def limit(wanted: Wanted) -> float:
        return config.time_limit * (1 + wanted.size // _MEGABYTE)

    new = state.one("SELECT count(*) FROM wanted WHERE source IS NULL")[0]
    for done, (wanted, outcome) in enumerate(run.workers.map(reading.read, context, unknown(), limit), 1):
        _keep(run, wanted, outcome)
        run.tell("reading", done, new)
    state.commit()
    return total


def _identify(run: Run, context: Path) -> int:
    """Note each document, with its number if it is known. Returns how many there are."""
    state = run.state
    total = sum(1 for _ in run.config.names())
    stream = run.config.names()
    some = iter(lambda: list(islice(stream, _AT_ONCE)), [])
    done = 0
    for batch, outcome in run.workers.map(reading.identify, context, some, least=_FEW):
        found = [(None, None, 0)] * len(batch) if isinstance(outcome, Failed) else outcome
        for name, (key, sha, size) in zip(batch, found, strict=True):
            known = state.one("SELECT n FROM source WHERE key = ?", key) if key is not None else None
            done += 1
            state.put("wanted", [(done, name, key, sha, size, None, known[0] if known else None)])
        run.tell("checking", done, total)
    state.commit()
    return done


def _keep(run: Run, wanted: Wanted, outcome: Any) -> None:
    """Keep the records of a document, or why there are none."""
    state, (n, name, key, sha, _) = run.state, wanted
    failed = isinstance(outcome, Failed)
    if failed:
        outcome = given_up(outcome, name, "", run.config.time_limit)
    if isinstance(outcome, Issue):
        run.left_out += 1
        issue = pickle.dumps(outcome)
        # the same bytes fail in the same way; what depends on the machine is tried again
        if key is None or failed:
            state.store.execute("UPDATE wanted SET issue = ? WHERE n = ?", (issue, n))
        else:
            source = _source(state, key, issue)
            state.store.execute("UPDATE wanted SET source = ? WHERE n = ?", (source, n))
        return
    if key is None:  # it changed under our hands: what was read now holds for this build
        parts = list(reading.portions(outcome, state.pieces))
        key = keys.digest("changing", name, [one.ref.mark for part in parts for one in part])
        sha = reading.record_at(state.pieces, parts[0][0].ref).source.sha256
    source, at = _source(state, key, None), 0
    for part in reading.portions(outcome, state.pieces):
        numbered = list(enumerate(part, at))
        at += len(part)
        state.put("record", ((source, m, one.id, *one.ref, one.asks) for m, one in numbered))
        state.put("tells", ((source, m, i, *told) for m, one in numbered for i, told in enumerate(one.tells)))
        state.put("signature", ((mark, source, m) for m, one in numbered for mark in one.signatures))
    state.store.execute("UPDATE wanted SET key = ?, sha = ?, source = ? WHERE n = ?", (key, sha, source, n))


def _source(state: State, key: bytes, issue: bytes | None) -> int:
    """Note that a document is known, and by which number."""
    made = state.store.execute("INSERT OR IGNORE INTO source (key, issue) VALUES (?, ?)", (key, issue))
    if made.rowcount:
        return int(made.lastrowid or 0)
    known = int(state.one("SELECT n FROM source WHERE key = ?", key)[0])
    for table in ("record", "tells", "signature"):
        state.store.execute(f"DELETE FROM {table} WHERE source = ?", (known,))  # noqa: S608
    state.store.execute("UPDATE source SET issue = ? WHERE n = ?", (issue, known))
    return known


def given_up(failed: Failed, document: str, record: str, limit: int) -> Issue:
    """Why a document or record on which a worker gave up is left out."""
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
    wanted = state.each(
        "SELECT w.n, w.name, w.sha, w.source, coalesce(w.issue, s.issue) FROM wanted AS w "
        "LEFT JOIN source AS s ON s.n = w.source WHERE w.n"
    )
    for _, name, sha, source, issue in wanted:
        if issue is not None:
            run.report(pickle.loads(issue))  # noqa: S301 - pickled by this or an earlier build
            continue
        ids = [row[0] for row in state.rows("SELECT id FROM record WHERE source = ? ORDER BY n", source)]
        first = state.one("SELECT name FROM plan WHERE sha = ? ORDER BY n LIMIT 1", sha)
        if first is not None:
            message = f"the same bytes as {first[0]}, so described once"
            run.report(Issue(name, ids[0], "duplicate", message))
            continue
        _place(run, (name, sha, source), ids, cuts)
        state.settle()
    with state.sorting():
        told = state.rows(
            "SELECT t.family, t.normal, t.known, p.n * 1000000 + t.i AS place "
            "FROM plan AS p CROSS JOIN tells AS t ON t.source = p.source AND t.n = p.at "
            "WHERE p.moves IS NULL UNION ALL SELECT family, normal, known, place FROM retold ORDER BY 1, 2, 4"
        )
        shuffle.gather(told, state.work / "names.db", state.context(state.work), run.workers)
    state.attach(state.work / "names.db")


def _place(run: Run, document: tuple[str, str, int], ids: list[str], cuts: Any) -> None:
    """Give each record of a document an id of its own."""
    state, (name, sha, source) = run.state, document
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
    placed = enumerate(zip(finals, moves, strict=True))
    state.put(
        "plan",
        (
            (None, name, sha, source, at, final, final.casefold(), pickle.dumps(made) if made else None)
            for at, (final, made) in placed
        ),
    )
    for at, made in enumerate(moves):
        if made:  # what a record tells of names holds its id
            query = "SELECT file, start, size, mark FROM record WHERE source = ? AND n = ?"
            record = reading.record_at(state.pieces, ref(state.one(query, source, at)), made)
            place = state.one("SELECT n FROM plan WHERE fold = ?", finals[at].casefold())[0] * 1000000
            tells = reading.told(record, cuts)[0]
            state.put("retold", ((*told, place + i) for i, told in enumerate(tells)))
