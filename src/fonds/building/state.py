"""What a build keeps beside the dump, so that the next one need not begin anew.

One folder, safe to delete, never part of the dump:

    CACHEDIR.TAG    by which backups, and fonds itself, know the folder as one to do without
    lock            held by the build that is writing here
    state.db        which documents and records are known, under the digest of all that they depend on
    state.sum       checksum of state.db after a build that ended in order
    pieces/         records as they were read, and their statements
    runs/           the statements of many records, sorted
    documents/      the files of single records; a dump shares them (hard links)
    kept/           the files of the whole collection, shared likewise, and an index of them
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
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any, Final

from fonds.building import spool, workers
from fonds.building.spool import Corrupt, Ref
from fonds.errors import OutputError

#: The tag that tells backups to leave a folder out (Cache Directory Tagging Specification 0.6).
_TAG: Final = "Signature: 8a477f597d28d172789f06886806bc55\n# What fonds build keeps. Safe to delete.\n"
#: Changes when the tables do.
_FORMAT: Final = "3"
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
        "SELECT n, file, start, size, mark FROM result WHERE file = ?",
        "UPDATE result SET file = ?, start = ?, size = ?, mark = ? WHERE n = ?",
    ),
)
#: What the files of the dump hold is, when a build ends, what it has made.
_HELD_MOVES: Final = (
    "INSERT OR REPLACE INTO held SELECT h.id, h.tag, t.file, t.start, t.size, t.mark "
    "FROM held AS h JOIN result AS t ON t.id = h.id AND t.mark = h.mark"
)

#: Numbers, not digests, join the tables: what is added stands behind what is there, so that each document
#: costs the same however many there are.
_KEPT: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source (n INTEGER PRIMARY KEY, key BLOB UNIQUE, issue BLOB);
CREATE TABLE IF NOT EXISTS record (source INT, n INT, id TEXT, file INT, start INT, size INT, mark BLOB,
    asks BLOB, PRIMARY KEY (source, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tells (source INT, n INT, i INT, family TEXT, normal TEXT, known BLOB,
    PRIMARY KEY (source, n, i)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS signature (mark BLOB, source INT, n INT,
    PRIMARY KEY (mark, source, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (n INTEGER PRIMARY KEY, id TEXT UNIQUE, fixed BLOB, key BLOB, lost INT,
    outcome BLOB, cites BLOB, files BLOB, described BLOB, file INT, start INT, size INT, mark BLOB);
CREATE TABLE IF NOT EXISTS dumped (name TEXT PRIMARY KEY, size INT, changed INT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, tag INT, name TEXT, mark BLOB, old_mark BLOB)
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_name ON run (name);
CREATE TABLE IF NOT EXISTS held (id TEXT PRIMARY KEY, tag INT, file INT, start INT, size INT, mark BLOB);
CREATE INDEX IF NOT EXISTS by_tag ON held (tag);
"""
_BRIEF: Final = ("wanted", "plan", "issue", "retold", "alike", "todo", "change")
_OF_THIS_BUILD: Final = """
CREATE TABLE wanted (n INTEGER PRIMARY KEY, name TEXT, key BLOB, sha TEXT, size INT, issue BLOB, source INT);
CREATE TABLE plan (n INTEGER PRIMARY KEY, name TEXT, sha TEXT, source INT, at INT, id TEXT, fold TEXT UNIQUE,
    moves BLOB);
CREATE INDEX by_sha ON plan (sha);
CREATE INDEX by_source ON plan (source, at);
CREATE INDEX by_record ON plan (id);
CREATE TABLE issue (n INTEGER PRIMARY KEY, document TEXT, record TEXT, kind TEXT, lost INT, issue BLOB);
CREATE TABLE retold (family TEXT, normal TEXT, known BLOB, place INT);
CREATE TABLE alike (n INT, other INT, PRIMARY KEY (n, other)) WITHOUT ROWID;
CREATE TABLE todo (n INTEGER PRIMARY KEY, fixed BLOB, base BLOB, outcome BLOB);
CREATE TABLE change (n INTEGER PRIMARY KEY, id TEXT UNIQUE, tag INT, file INT, start INT, size INT, mark BLOB,
    old_file INT, old_start INT, old_size INT, old_mark BLOB);
"""
#: Of the journal, once it has been worked in.
_JOURNAL: Final = 64_000_000
#: Pages that are held, in kibibytes: with the indices of a million documents in them, each insert into one
#: costs no reading.
_PAGES: Final = 32_000
#: Rows that are read at a time while others are written.
_ROWS: Final = 1000


class State:
    """The open state folder of a build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pieces = folder / "pieces"
        self.runs = folder / "runs"
        self.documents = folder / "documents"
        self.kept = folder / "kept"
        self.work = folder / "work"
        self._settled = monotonic()
        shutil.rmtree(self.work, ignore_errors=True)
        for inner in (self.pieces, self.runs, self.documents, self.kept, self.work):
            inner.mkdir(exist_ok=True)
        self.store = _store(folder)
        held = f"SELECT DISTINCT file FROM ({_PIECES} UNION ALL SELECT file, size FROM held)"  # noqa: S608
        needed = {file for (file,) in self.store.execute(held)}
        if not needed <= {spool.number(path) for path in spool.files(self.pieces)}:
            raise Corrupt("pieces are missing")
        self.store.executescript("".join(f"DROP TABLE IF EXISTS {name};" for name in _BRIEF))
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

    def each(self, query: str, *given: Any) -> Iterator[Any]:
        """The rows of a query whose first column is a number that grows, a thousand at a time.

        The query ends with a condition that this column is more than `?`. While a query is open the
        journal cannot be begun anew, so one that lasts as long as a pass would let it grow with the
        collection.
        """
        last = -1
        query = f"{query} > ? ORDER BY 1 LIMIT {_ROWS}"
        while rows := self.store.execute(query, (*given, last)).fetchall():
            last = rows[-1][0]
            yield from rows

    def put(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows to a table; those with the key of an old one replace it."""
        stream = iter(rows)
        first = next(stream, None)
        if first is not None:
            query = f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(first))})"  # noqa: S608
            self.store.executemany(query, chain((first,), stream))

    @contextmanager
    def sorting(self) -> Iterator[None]:
        """Let what must be sorted pass through the folder of this build, not that for temporary files.

        There it may be in memory. A setting of SQLite for this whole process, so only for a while.
        """
        self._outside(f"PRAGMA temp_store_directory = '{str(self.work).replace(chr(39), chr(39) * 2)}'")
        try:
            yield
        finally:
            self._outside("PRAGMA temp_store_directory = ''")

    def attach(self, path: Path) -> None:
        """Let queries ask the names of the collection."""
        self._outside("ATTACH ? AS names", str(path))
        self.store.execute(f"PRAGMA names.cache_size = -{_PAGES // 2}")

    def _outside(self, query: str, *given: Any) -> None:
        """What SQLite refuses within a transaction."""
        self.store.execute("COMMIT")
        self.store.execute(query, given)
        self.store.execute("BEGIN")
        self._settled = monotonic()

    def context(self, value: Any) -> Path:
        """A file with what workers need to know, which they open by its path."""
        data = pickle.dumps(value, protocol=5)
        path = self.work / f"context-{spool.mark(data).hex()}"
        path.write_bytes(data)
        return path

    def prune(self) -> None:
        """Forget what this build did not need: documents that are gone, results that were replaced."""
        from fonds.building import kept
        from fonds.rdf.iris import segment

        self.store.execute(
            "CREATE TEMP TABLE gone AS SELECT n FROM source "
            "WHERE n NOT IN (SELECT source FROM wanted WHERE source IS NOT NULL)"
        )
        if self.one("SELECT 1 FROM gone") is not None:
            for table in ("record", "tells", "signature"):
                self.store.execute(f"DELETE FROM {table} WHERE source IN (SELECT n FROM gone)")  # noqa: S608
            self.store.execute("DELETE FROM source WHERE n IN (SELECT n FROM gone)")
        self.store.execute("DROP TABLE gone")
        needed = "EXISTS (SELECT 1 FROM plan WHERE plan.id = result.id)"
        for n, id_ in self.each(f"SELECT n, id FROM result WHERE NOT {needed} AND n"):  # noqa: S608
            for suffix in ("ttl", "jsonld"):
                (self.documents / f"{segment(id_)}.{suffix}").unlink(missing_ok=True)
            self.store.execute("DELETE FROM result WHERE n = ?", (n,))
        sorted_ = {name for (name,) in self.rows("SELECT DISTINCT name FROM run")}
        self.commit()
        for path in self.runs.iterdir():
            if path.name not in sorted_:
                path.unlink()
        kept.tidy(self)
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
        if moving:
            self.store.execute(_HELD_MOVES)
        self.commit()
        spool.forget()
        for number in moving | (files.keys() - live.keys()):
            files[number].unlink(missing_ok=True)

    def close(self, *, sound: bool) -> None:
        """Close all files. A `sound` end leaves a checksum, by which damage is seen later."""
        if sound:
            self.store.execute("COMMIT")
            self.store.executescript("".join(f"DROP TABLE {name};" for name in _BRIEF))
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
    for pragma in (
        *("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"),
        *(f"journal_size_limit = {_JOURNAL}", f"cache_size = -{_PAGES}", "secure_delete = OFF"),
    ):
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
