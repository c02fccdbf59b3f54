"""Collections and dumps on other file systems, such as `s3://` and `hdfs://`, by way of fsspec.

A collection is mirrored into a folder beside the state, of which only what has changed is fetched
again; a dump is made there and sent when it is complete, but for what was sent before. Its manifest
is the last file to be sent and the first to be taken away: a folder without one is no dump, so nobody
takes half of one for a whole.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fonds.atomic import MANIFEST
from fonds.building.keys import digest
from fonds.building.progress import Progress, Watch
from fonds.errors import ConfigError, OutputError, SourceError

if TYPE_CHECKING:
    from fonds.building.cluster import Cluster
    from fonds.building.workers import Workers

#: Files fetched or sent at a time: file systems on the network do many at once.
_AT_ONCE: Final = 128
#: What file systems tell of a file that changes when its content does, the surest first.
_TELLING: Final = (
    *("ETag", "etag", "md5Hash", "md5", "checksum", "generation", "VersionId", "content_md5"),
    *("mtime", "LastModified", "last_modified", "updated", "modificationTime", "modified", "created"),
)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
#: Stands where a dump is being sent, so that the next build may go on there.
_MARK: Final = f"{MANIFEST}.part"


class Place(NamedTuple):
    """A folder here, and the one elsewhere that it stands for."""

    folder: Path
    url: str


def is_remote(place: str | Path) -> bool:
    """Whether a place is an address such as `s3://bucket/letters`, not a path."""
    return isinstance(place, str) and _SCHEME.match(place) is not None


@contextmanager
def near(
    collection: str | Path,
    output: str | Path,
    state: Path | None,
    crew: Callable[..., Workers | Cluster],
    say: Watch,
) -> Iterator[tuple[Path, Path]]:
    """Folders here for a collection and a dump of which at least one is elsewhere.

    What is elsewhere is fetched before the block, and sent when it has ended without an error. It stands
    in a folder beside the state; `crew` makes who fetches and sends. Raises `ConfigError` if no state is
    stated, `SourceError` and `OutputError`.
    """
    from fonds.building.state import held

    if state is None:
        raise ConfigError(
            "documents or dump are on another file system",
            place=str(collection if is_remote(collection) else output),
            remedy="name a folder here in which fonds keeps its copy: --state FOLDER",
        )
    whole = state.absolute()
    kept = whole.with_name(f"{whole.name}.copies")
    with held(kept):
        source, made = Path(collection), Path(output)
        if is_remote(collection):
            source = kept / "collection"
            with closing(crew(kept)) as some:
                mirror(Place(source, str(collection)), some, say)
        if is_remote(output):
            made = kept / "dump"
        yield source, made
        if is_remote(output):
            with closing(crew(kept)) as some:
                send(Place(made, str(output)), some, say)
            # the state has the files of single records too, so this costs little to make again
            shutil.rmtree(made)


def mirror(place: Place, crew: Workers | Cluster, say: Watch) -> None:
    """Make the folder hold what the collection elsewhere holds; what has not changed is not fetched.

    Raises `SourceError` if something cannot be fetched.
    """
    place.folder.mkdir(parents=True, exist_ok=True)
    context = _context(place)
    with closing(sqlite3.connect(place.folder.with_name("listing.db"))) as store:
        store.execute("CREATE TABLE IF NOT EXISTS file (name TEXT PRIMARY KEY, mark BLOB) WITHOUT ROWID")
        store.execute("CREATE TEMP TABLE seen (name TEXT PRIMARY KEY, mark BLOB) WITHOUT ROWID")

        def changed() -> Iterator[str]:
            for name, size, mark in _listed(place.url):
                store.execute("INSERT INTO seen VALUES (?, ?)", (name, mark))
                known = store.execute("SELECT mark FROM file WHERE name = ?", (name,)).fetchone()
                if mark is None or known != (mark,) or _size(place.folder / name) != size:
                    store.execute("DELETE FROM file WHERE name = ?", (name,))
                    yield name

        done = 0
        for names, _ in crew.map(fetch, context, _by(_AT_ONCE, changed())):
            done += len(names)
            query = "INSERT OR REPLACE INTO file SELECT name, mark FROM seen WHERE name = ?"
            store.executemany(query, [(name,) for name in names])
            store.commit()
            say(Progress("fetching", done, 0))
        query = "SELECT name FROM file WHERE name NOT IN (SELECT name FROM seen)"
        for (name,) in store.execute(query).fetchall():
            (place.folder / name).unlink(missing_ok=True)
            store.execute("DELETE FROM file WHERE name = ?", (name,))
        store.commit()


def send(place: Place, crew: Workers | Cluster, say: Watch) -> None:
    """Put the dump in the folder where it shall be, in place of an earlier one.

    What was sent by an earlier build, and is the same on both sides, is not sent again. Raises
    `OutputError` if something that fonds did not make is there, or something cannot be sent.
    """
    fs, root = opened(place.url)
    with _refused(OutputError, place.url):
        here = {path.name for path in place.folder.iterdir()}
        _check(fs, root, place.url)
        fs.makedirs(root, exist_ok=True)
        fs.pipe_file(f"{root}/{_MARK}", b"{}\n")
        _remove(fs, f"{root}/{MANIFEST}")
    with closing(_sent(place)) as store:
        done = 0
        for sent, _ in crew.map(put, _context(place), _by(_AT_ONCE, _unsent(place.folder, store))):
            done += len(sent)
            say(Progress("sending", done, 0))
        with _refused(OutputError, place.url):
            for name, _, mark in _listed(place.url):
                if not (name.split("/")[0] in here and (place.folder / name).is_file()):
                    if name != _MARK:
                        _remove(fs, f"{root}/{name}")
                elif mark is not None:
                    row = name, *_state(place.folder / name), mark
                    store.execute("INSERT OR IGNORE INTO file VALUES (?, ?, ?, ?)", row)
            fs.put_file(str(place.folder / MANIFEST), f"{root}/{MANIFEST}")
            _remove(fs, f"{root}/{_MARK}")


def _sent(place: Place) -> sqlite3.Connection:
    """What was sent to a place: size and time of each file here, and by what it is known there.

    The table `there` holds what is there now.
    """
    path = place.folder.with_name(f"sent-{digest(place.url).hex()}.db")
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA synchronous = OFF")  # lost with the power, all is sent again
    columns = "(name TEXT PRIMARY KEY, size INT, changed INT, mark BLOB) WITHOUT ROWID"
    store.execute(f"CREATE TABLE IF NOT EXISTS file {columns}")
    store.execute("DROP TABLE IF EXISTS there")
    store.execute("CREATE TABLE there (name TEXT PRIMARY KEY, mark BLOB) WITHOUT ROWID")
    store.execute("BEGIN")
    listed = ((name, mark) for name, _, mark in _listed(place.url))
    store.executemany("INSERT INTO there VALUES (?, ?)", listed)
    store.execute("COMMIT")
    return store


def _unsent(folder: Path, store: sqlite3.Connection) -> Iterator[str]:
    """The files that are not there as they are here, but for the manifest."""
    query = "SELECT 1 FROM file JOIN there USING (name, mark) WHERE name = ? AND size = ? AND changed = ?"
    for name in _files(folder):
        if name != MANIFEST and store.execute(query, (name, *_state(folder / name))).fetchone() is None:
            # before it is sent, so that nothing is believed of a file that is sent in part
            store.execute("DELETE FROM file WHERE name = ?", (name,))
            yield name


def fetch(place: Place, names: tuple[str, ...]) -> None:
    """Bring some files here, each whole or not at all. Raises `SourceError`."""
    fs, root = opened(place.url)
    targets = [place.folder / name for name in names]
    parts = [target.with_name(f".{target.name}.{os.getpid()}.part") for target in targets]
    with _refused(SourceError, place.url):
        for folder in {target.parent for target in targets}:
            folder.mkdir(parents=True, exist_ok=True)
        fs.get([f"{root}/{name}" for name in names], [str(part) for part in parts])
        for part, target in zip(parts, targets, strict=True):
            part.replace(target)


def put(place: Place, names: tuple[str, ...]) -> None:
    """Send some files. Raises `OutputError`."""
    fs, root = opened(place.url)
    with _refused(OutputError, place.url):
        for folder in sorted({name.rpartition("/")[0] for name in names} - {""}):
            fs.makedirs(f"{root}/{folder}", exist_ok=True)
        fs.put([str(place.folder / name) for name in names], [f"{root}/{name}" for name in names])


def opened(url: str) -> tuple[Any, str]:
    """The file system of an address, and the path of the address on it. Raises `ConfigError`.

    Who may read and write there is the affair of the file system's own configuration: no
    address should hold a password, and none is written down.
    """
    try:
        import fsspec
    except ImportError as error:
        raise ConfigError(
            "the library for other file systems is not installed",
            place=url,
            remedy="install it with: pip install 'fonds[dask]'",
        ) from error
    try:
        fs, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise ConfigError(str(error), place=url, remedy="install the package that it names") from error
    return fs, root.rstrip("/")


def _listed(url: str) -> Iterator[tuple[str, int | None, bytes | None]]:
    """The files below an address: path from there, size in bytes, and what changes with the content.

    One folder after the other, so no list of all is held. Raises `SourceError`.
    """
    fs, root = opened(url)
    fs.invalidate_cache()  # other processes have written meanwhile
    with _refused(SourceError, url):
        for folder, _, found in fs.walk(root, detail=True):
            inner = folder.rstrip("/")[len(root) :].strip("/")
            for base, about in sorted(found.items()):
                name = f"{inner}/{base}" if inner else base
                if not _plain(name):
                    raise SourceError("no path that can be kept here", place=f"{url}/{name}")
                told = [str(about[key]) for key in _TELLING if about.get(key) is not None]
                size = about.get("size")
                yield name, size, digest(size, *told) if told else None


def _plain(name: str) -> bool:
    """Whether a path from elsewhere stays within the folder into which it is put."""
    odd = "\0" if os.sep == "/" else '\0\\:*?"<>|'
    return not {"", ".", ".."}.intersection(name.split("/")) and not set(odd).intersection(name)


def _files(folder: Path, start: str = "") -> Iterator[str]:
    """The files below a folder, without holding them all."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(folder / entry.name, f"{start}{entry.name}/")
            else:
                yield f"{start}{entry.name}"


def _by(size: int, names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    stream = iter(names)
    while some := tuple(islice(stream, size)):
        yield some


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _state(path: Path) -> tuple[int, int]:
    """Size in bytes and time of change, in nanoseconds: fonds changes no file but replaces it."""
    stated = path.stat()
    return stated.st_size, stated.st_mtime_ns


def _check(fs: Any, root: str, url: str) -> None:
    """Refuse a folder that holds what fonds did not put there."""
    if any(fs.exists(f"{root}/{name}") for name in (MANIFEST, _MARK)):
        return
    with suppress(FileNotFoundError):
        if fs.ls(root, detail=False):
            raise OutputError(
                "is not empty, and fonds did not make it", place=url, remedy="name a new folder"
            )


def _remove(fs: Any, path: str) -> None:
    with suppress(FileNotFoundError):
        fs.rm_file(path)


def _context(place: Place) -> Path:
    data = pickle.dumps(place, protocol=5)
    path = place.folder.with_name(f"context-{digest(data).hex()}")
    path.write_bytes(data)
    return path


@contextmanager
def _refused(kind: type[SourceError | OutputError], url: str) -> Iterator[None]:
    """What a file system raises, as an error of fonds. Each has errors of its own, so all are meant."""
    try:
        yield
    except (ConfigError, SourceError, OutputError):
        raise
    except Exception as error:
        words = " ".join(str(error).split()) or type(error).__name__
        remedy = "check the address and who may use it, and build again: it goes on from here"
        raise kind(words, place=url, remedy=remedy) from error
