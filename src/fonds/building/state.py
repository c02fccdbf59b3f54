"""What a build keeps beside the dump, so that the next one need not begin anew.

One folder, safe to delete, never part of the dump:

    CACHEDIR.TAG    by which backups, and fonds itself, know the folder as one to do without
    lock            held by the build that is writing here
    state.db        which documents and records are known, under the digest of all that they depend on
    state.sum       checksum of state.db after a build that ended in order
    pieces/         records as they were read, and their statements
    runs/           the statements of many records, sorted
    documents/      the files of single records; a dump shares them (hard links)
    work/           what only the build of the moment needs

Only the process of the build writes state.db; a build that is killed loses at most the last second.
"""

from __future__ import annotations

import os
import pickle
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from time import monotonic
from typing import Any, Final

from fonds.building import spool, workers
from fonds.building.spool import Corrupt, Ref
from fonds.errors import OutputError

#: The tag that tells backups to leave a folder out (Cache Directory Tagging Specification 0.6).
_TAG: Final = "Signature: 8a477f597d28d172789f06886806bc55\n# What fonds build keeps. Safe to delete.\n"
#: Changes when the tables do.
_FORMAT: Final = "2"
#: Seconds between two commits.
_SETTLED: Final = 1.0

#: Files of pieces below this size are put together when there are too many of them.
_SMALL: Final = 4_000_000
_MANY: Final = 16
_PIECES: Final = (
    "SELECT file, size FROM record UNION ALL SELECT file, size FROM result WHERE file IS NOT NULL"
)

#: The pieces of a file, and how their new place is noted.
_MOVES: Final = (
    (
        "SELECT source, n, file, start, size, mark FROM record WHERE file = ?",
        "UPDATE record SET file = ?, start = ?, size = ?, mark = ? WHERE source = ? AND n = ?",
    ),
    (
        "SELECT id, file, start, size, mark FROM result WHERE file = ?",
        "UPDATE result SET file = ?, start = ?, size = ?, mark = ? WHERE id = ?",
    ),
)

_KEPT: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source (key BLOB PRIMARY KEY, issue BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (source BLOB, n INT, id TEXT, file INT, start INT, size INT, mark BLOB,
    PRIMARY KEY (source, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tells (source BLOB, n INT, i INT, family TEXT, normal TEXT, known BLOB,
    PRIMARY KEY (source, n, i)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS asked (source BLOB, n INT, family TEXT, normal TEXT, beside INT,
    PRIMARY KEY (source, n, family, normal)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS signature (source BLOB, n INT, i INT, mark BLOB,
    PRIMARY KEY (source, n, i)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (id TEXT PRIMARY KEY, key BLOB, lost INT, described BLOB,
    file INT, start INT, size INT, mark BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dumped (name TEXT PRIMARY KEY, size INT, changed INT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (tag INTEGER PRIMARY KEY, name TEXT, id TEXT, mark BLOB);
CREATE INDEX IF NOT EXISTS by_id ON run (id, mark);
CREATE INDEX IF NOT EXISTS by_name ON run (name);
"""
_OF_THIS_BUILD: Final = """
DROP TABLE IF EXISTS wanted; DROP TABLE IF EXISTS plan; DROP TABLE IF EXISTS issue;
DROP TABLE IF EXISTS retold;
CREATE TABLE wanted (n INTEGER PRIMARY KEY, name TEXT, key BLOB, sha TEXT, issue BLOB);
CREATE TABLE plan (n INTEGER PRIMARY KEY, name TEXT, sha TEXT, source BLOB, at INT, id TEXT, fold TEXT UNIQUE,
    moves BLOB);
CREATE INDEX by_sha ON plan (sha);
CREATE INDEX by_source ON plan (source, at);
CREATE INDEX by_record ON plan (id);
CREATE TABLE issue (n INTEGER PRIMARY KEY, document TEXT, record TEXT, kind TEXT, lost INT, issue BLOB);
CREATE TABLE retold (family TEXT, normal TEXT, known BLOB, place INT);
"""


class State:
    """The open state folder of a build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pieces = folder / "pieces"
        self.runs = folder / "runs"
        self.documents = folder / "documents"
        self.work = folder / "work"
        self._settled = monotonic()
        shutil.rmtree(self.work, ignore_errors=True)
        for inner in (self.pieces, self.runs, self.documents, self.work):
            inner.mkdir(exist_ok=True)
        self.store = _store(folder)
        needed = {file for (file,) in self.store.execute(f"SELECT DISTINCT file FROM ({_PIECES})")}  # noqa: S608
        if not needed <= {spool.number(path) for path in spool.files(self.pieces)}:
            raise Corrupt("pieces are missing")
        self.store.executescript(_OF_THIS_BUILD)
        self.store.execute("BEGIN")

    def settle(self) -> None:
        """Commit, if the last time is long enough ago."""
        if monotonic() - self._settled > _SETTLED:
            self.commit()

    def commit(self) -> None:
        """Make all that was kept so far last, also if this process is killed."""
        self.store.execute("COMMIT")
        self.store.execute("BEGIN")
        self._settled = monotonic()

    def rows(self, query: str, *given: Any) -> Iterator[Any]:
        """The rows of a query, one after the other."""
        return self.store.execute(query, given)

    def one(self, query: str, *given: Any) -> Any:
        """The first row of a query, None if there is none."""
        return self.store.execute(query, given).fetchone()

    def put(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows to a table; those with the key of an old one replace it."""
        for row in rows:
            marks = ", ".join("?" * len(row))
            self.store.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)  # noqa: S608

    def context(self, value: Any) -> Path:
        """A file with what workers need to know, which they open by its path."""
        data = pickle.dumps(value, protocol=5)
        path = self.work / f"context-{spool.mark(data).hex()}"
        path.write_bytes(data)
        return path

    def prune(self) -> None:
        """Forget what this build did not need: documents that are gone, results that were replaced."""
        from fonds.rdf.iris import segment

        for table in ("source", "record", "tells", "asked", "signature"):
            key = "key" if table == "source" else "source"
            known = "(SELECT key FROM wanted WHERE key IS NOT NULL)"
            self.store.execute(f"DELETE FROM {table} WHERE {key} NOT IN {known}")  # noqa: S608
        gone = self.rows("SELECT id FROM result WHERE id NOT IN (SELECT id FROM plan)")
        for (id_,) in list(gone):
            for suffix in ("ttl", "jsonld"):
                (self.documents / f"{segment(id_)}.{suffix}").unlink(missing_ok=True)
            self.store.execute("DELETE FROM result WHERE id = ?", (id_,))
        sorted_ = {name for (name,) in self.rows("SELECT DISTINCT name FROM run")}
        self.commit()
        for path in self.runs.iterdir():
            if path.name not in sorted_:
                path.unlink()
        self._compact()

    def _compact(self) -> None:
        """Delete files of pieces that nothing needs; move the rest of those that are mostly unused."""
        live = dict(self.rows(f"SELECT file, sum(size) FROM ({_PIECES}) GROUP BY file"))  # noqa: S608
        files = {spool.number(path): path for path in spool.files(self.pieces)}
        sizes = {number: path.stat().st_size for number, path in files.items()}
        small = [number for number, size in sizes.items() if size < _SMALL]
        moving = {number for number in live if live[number] * 2 < sizes[number]}
        moving.update(small if len(small) > _MANY else ())
        spool.at(self.pieces).close()
        for number in sorted(moving & live.keys()):
            for select, update in _MOVES:
                for *where, file, start, size, mark in list(self.rows(select, number)):
                    moved = spool.at(self.pieces).move(Ref(file, start, size, mark))
                    self.store.execute(update, (*moved, *where))
        self.commit()
        spool.forget()
        for number in moving | (files.keys() - live.keys()):
            files[number].unlink(missing_ok=True)

    def close(self, *, sound: bool) -> None:
        """Close all files. A `sound` end leaves a checksum, by which damage is seen later."""
        if sound:
            self.store.execute("COMMIT")
            self.store.executescript(
                "DROP TABLE wanted; DROP TABLE plan; DROP TABLE issue; DROP TABLE retold;"
            )
            self.store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.store.close()
        spool.forget()
        workers.forget()
        shutil.rmtree(self.work, ignore_errors=True)
        if sound:
            (self.folder / "state.sum").write_text(_sum(self.folder))


def ref(row: Iterable[Any]) -> Ref:
    """A reference from its four columns."""
    return Ref(*row)


@contextmanager
def opened(folder: Path) -> Iterator[State]:
    """The state folder, made if there is none, and held against another build.

    Raises `OutputError` if another build holds it, if it is somebody else's folder, or if the disk
    refuses; `Corrupt` if it is damaged.
    """
    folder = folder.absolute()
    with held(folder):
        try:
            state = State(folder)
            try:
                yield state
            except BaseException:
                with suppress(sqlite3.Error):
                    state.store.execute("COMMIT")
                state.close(sound=False)
                raise
            state.close(sound=True)
        except sqlite3.DatabaseError as error:
            raise _translated(error, folder) from error


def clear(folder: Path) -> None:
    """Empty the state folder, if it is one of fonds."""
    spool.forget()
    workers.forget()
    if (folder / "CACHEDIR.TAG").is_file():
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in ("CACHEDIR.TAG", "lock"):
                path.unlink(missing_ok=True)


def discard(folder: Path) -> None:
    """Delete a state folder, if it is one of fonds."""
    if (folder / "CACHEDIR.TAG").is_file():
        shutil.rmtree(folder, ignore_errors=True)


def _store(folder: Path) -> sqlite3.Connection:
    path, told = folder / "state.db", folder / "state.sum"
    ended = told.read_text("utf-8", "replace") if told.is_file() else None
    if ended is not None and (not path.is_file() or ended != _sum(folder)):
        raise Corrupt("state.db is not what the last build left")
    store = sqlite3.connect(path, isolation_level=None)
    # one process alone writes and reads here, so the journal needs no shared memory
    for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
        store.execute(f"PRAGMA {pragma}")
    if ended is None and store.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        raise Corrupt("state.db is damaged")
    store.executescript(_KEPT)
    found = store.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
    if found is None:
        store.execute("INSERT INTO meta VALUES ('format', ?)", (_FORMAT,))
    elif found[0] != _FORMAT:
        raise Corrupt("another version of fonds left it")
    told.unlink(missing_ok=True)
    return store


def _sum(folder: Path) -> str:
    found = blake2b(digest_size=16)
    with (folder / "state.db").open("rb") as stream:
        while data := stream.read(1 << 20):
            found.update(data)
    return found.hexdigest()


def _translated(error: sqlite3.DatabaseError, folder: Path) -> Exception:
    """What went wrong: the disk, which the user must mend, or the file, which is made anew."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return OutputError(
            str(error),
            place=str(folder),
            remedy="free some space on the disk, or check its permissions, and build again",
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Corrupt(str(error))
    return error


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder against another build; the lock goes when its holder ends or is killed."""
    tag = folder / "CACHEDIR.TAG"
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not tag.is_file())):
        raise OutputError(
            "is not empty, and fonds did not make it",
            place=str(folder),
            remedy="name another folder for the state",
        )
    folder.mkdir(parents=True, exist_ok=True)
    tag.write_text(_TAG, "utf-8")
    with (folder / "lock").open("a+") as stream:
        try:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows does not let two processes write state.db either
            pass
        except BlockingIOError as error:
            stream.seek(0)
            raise OutputError(
                f"another build is writing this dump (process {stream.read().strip() or 'unknown'})",
                place=str(folder),
                remedy="wait until it has ended, or stop it",
            ) from error
        except OSError:  # some network file systems have no locks
            pass
        stream.truncate(0)
        stream.write(f"{os.getpid()}\n")
        stream.flush()
        yield
