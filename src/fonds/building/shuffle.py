"""The names of a large collection, joined by many processes: a shuffle by the key of the surname.

What records tell of names comes sorted by surname, and is cut between surnames into shares. Each is
joined by some process into a file of its own; put one behind the other, these are the same file that
one process would have made, since no name of one share bears on those of another.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fonds.building import names, spool
from fonds.building.workers import Failed
from fonds.errors import OutputError

if TYPE_CHECKING:
    from fonds.building.cluster import Cluster
    from fonds.building.workers import Workers

#: A name as a record tells of it: surname key, folded name, what is known of it, and where it is told.
Row = tuple[str, str, bytes, int]

#: Rows in a share, and in a frame of its file. One surname is never parted, so a share may be larger.
_SHARE: Final = 50_000
_FRAME: Final = 2_000
#: Shares from which on other processes are worth their start.
_FEW: Final = 3


def gather(rows: Iterable[Row], path: Path, context: Path, workers: Workers | Cluster) -> None:
    """Join what records tell into a file at `path`, as `names.gather` does, which says how rows come.

    `context` is a file with the pickled folder of `path`. Raises `OutputError` if a process dies of it.
    """
    stream = iter(rows)
    first = list(islice(stream, _SHARE))
    if len(first) < _SHARE:
        names.gather(first, path)
        return
    path.unlink(missing_ok=True)
    for share, outcome in workers.map(join, context, _shares(chain(first, stream), path.parent), least=_FEW):
        if isinstance(outcome, Failed):
            raise OutputError(
                f"the names cannot be joined: {outcome.reason}",
                remedy="see that there is memory enough, and build again: it goes on from here",
            )
        _append(path.parent / f"{share}.db", path)


def join(folder: Path, share: str) -> None:
    """Join one share into a file beside it."""
    file, made = folder / share, folder / f"{share}.db"
    if not made.exists():  # else done, by a worker that died before it could say so
        part = spool.part(made)
        names.gather(_read(file), part)
        part.replace(made)
    file.unlink(missing_ok=True)


def _shares(rows: Iterator[Row], folder: Path) -> Iterator[str]:
    """Write rows into files, cut between surnames, and name one after the other."""
    surnames = (group for _, group in groupby(rows, key=itemgetter(0)))
    for number, first in enumerate(surnames):
        share = f"names-{number:06}"
        with (folder / share).open("wb") as stream:
            written = _write(stream, first)
            while written < _SHARE and (more := next(surnames, None)) is not None:
                written += _write(stream, more)
        yield share


def _write(stream: Any, rows: Iterator[Row]) -> int:
    written = 0
    while frame := list(islice(rows, _FRAME)):
        data = marshal.dumps(frame)
        stream.write(len(data).to_bytes(4, "big") + data)
        written += len(frame)
    return written


def _read(path: Path) -> Iterator[Row]:
    with path.open("rb") as stream:
        while size := stream.read(4):
            # marshal.load reads a file in very small steps
            yield from marshal.loads(stream.read(int.from_bytes(size, "big")))  # noqa: S302 - written above


def _append(share: Path, path: Path) -> None:
    """Put the names of a share behind those that are there; their keys sort after them."""
    if not path.exists():
        share.replace(path)
        return
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode = OFF")
        store.execute("PRAGMA synchronous = OFF")
        store.execute("ATTACH ? AS share", (str(share),))
        store.execute("BEGIN")
        store.execute("INSERT INTO known SELECT * FROM share.known ORDER BY family, normal")
        store.execute("INSERT INTO groups SELECT * FROM share.groups ORDER BY family")
        store.execute("COMMIT")
    share.unlink()
