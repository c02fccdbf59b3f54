"""The files of the last build, from which the next one copies what has not changed.

They are those of the dump under a second name (hard links, where the disk can do that), with an index of
their chunks. They are used if they are as they were left, by size and time of change; else all is written
anew, with the same bytes.
"""

from __future__ import annotations

import os
import pickle
import shutil
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from fonds.building import chunks, levels
from fonds.building.chunks import Chunk
from fonds.building.sorting import Piece
from fonds.building.spool import Corrupt

if TYPE_CHECKING:
    from fonds.building.state import State

#: Files of the folder besides those of the dump: the index, and the bytes of each chunk in the N-Quads.
INDEX: Final = "index"
PLACES: Final = "places"
_BLOCK: Final = 1 << 20


#: Subjects with their marks and lines: the files in which they stand, and their blocks and nodes.
Known = dict[tuple[bytes, int, bytes], list[tuple[str, bytes, bytes]]]


class Body(NamedTuple):
    """A file of Turtle or JSON-LD: where the first of its units would begin, were it parted as others are."""

    name: str
    start: int
    parting: bytes

    @property
    def group(self) -> str:
        """What stands in it: `records`, of `records.ttl`."""
        return self.name.partition(".")[0]

    @property
    def tree(self) -> bool:
        """Whether it holds nodes of JSON-LD."""
        return self.name.endswith(".jsonld")


class Told(NamedTuple):
    """What is kept: under which key, in which folder, which files (name, size, time of change).

    `quads` are the files of N-Quads in their order, `bodies` the others, two for each group.
    """

    key: bytes
    folder: str
    files: tuple[tuple[str, int, int], ...]
    quads: tuple[str, ...]
    bodies: tuple[Body, ...]


class Kept:
    """The files of the last build. Iterating gives their chunks in order."""

    def __init__(self, folder: Path, told: Told, unpack: Callable[[bytes], bytes] | None) -> None:
        self.quads = Row([folder / name for name in told.quads])
        self.bodies = [Row([folder / body.name]) for body in told.bodies]
        self._told, self._folder, self._unpack = told, folder, unpack
        #: How subjects of the chunks asked for last are written of which the pieces do not tell that.
        self.known: Known = {}
        if sum(self._sizes()) != self.quads.size:
            raise Corrupt(f"{PLACES}: not what was written")
        #: Where the chunk begins that was given last, and the one before it: in the N-Quads, and each body.
        self._starts: dict[bytes, tuple[int, int, tuple[int, ...]]] = {}

    def _sizes(self) -> Iterator[int]:
        """The bytes of each chunk in the N-Quads."""
        with (self._folder / PLACES).open("rb") as stream:
            while data := stream.read(_BLOCK):
                yield from array("Q", data)

    def __iter__(self) -> Iterator[Chunk]:
        at, starts = 0, tuple(body.start for body in self._told.bodies)
        for chunk, size in zip(chunks.index(self._folder / INDEX), self._sizes(), strict=True):
            # the reader is at most two chunks ahead of the one who asks where they are
            if len(self._starts) > _AHEAD:
                del self._starts[next(iter(self._starts))]
            self._starts[chunk.first] = at, size, starts
            yield chunk
            at += size
            starts = tuple(map(int.__add__, starts, chunk.sizes))

    def place(self, chunk: Chunk) -> tuple[int, int, tuple[int, ...]]:
        """Where a chunk stands in the N-Quads, how many bytes, and where in each other file."""
        return self._starts[chunk.first]

    def lines(self, start: int, size: int) -> bytes:
        """Lines of the N-Quads."""
        data = self.quads.read(start, size)
        return self._unpack(data) if self._unpack is not None else data

    def pieces(self, chunk: Chunk) -> list[Piece]:
        """What records say of the subjects of a chunk. Raises `Corrupt`."""
        found = chunks.frame(chunk.frame)
        at, size, starts = self.place(chunk)
        count = len(found.names)
        whole = bool(self.bodies)
        if chunk.late:
            lines = [line for line in found.lines if isinstance(line, bytes)]
        else:
            sizes = [size for size in found.lines if isinstance(size, int)]
            lines = _parted(self.lines(at, size), sizes, order(found.names) if whole else None)
        units = [b""] * count, [b""] * count
        known: dict[int, list[tuple[str, bytes, bytes]]] = {}
        for group, (places, *sized) in found.units.items():
            data = [
                self._units(number, starts[number], chunk.sizes[number], sized[body.tree])
                for number, body in enumerate(self._told.bodies)
                if body.group == group
            ]
            nodes = data[1] if len(data) > 1 else [b""] * len(data[0])
            for n, block, node in zip(places or range(count), data[0], nodes, strict=True):
                if n in found.odd:
                    known.setdefault(n, []).append((group, block, node))
                else:
                    units[0][n], units[1][n] = block, node
        if len(self.known) > _KNOWN:
            self.known.clear()
        self.known.update(
            ((found.names[n], found.marks[n], lines[n]), written) for n, written in known.items()
        )
        made: list[Piece] = []
        rows = zip(found.names, found.marks, lines, *units, found.tags, strict=True)
        for n, row in enumerate(rows):
            made += found.odd.get(n, (row,))
        return made

    def _units(self, number: int, start: int, size: int, sizes: list[int]) -> list[bytes]:
        """The blocks or nodes in a stretch of a file."""
        parting = len(self._told.bodies[number].parting)
        # what would part the first from the one before it is not read
        data = self.bodies[number].read(start + parting, size - parting) if sizes else b""
        ends = list(accumulate(size + parting for size in sizes))
        return [data[end - size - parting : end - parting] for end, size in zip(ends, sizes, strict=True)]


def _parted(text: bytes, sizes: list[int], places: list[int] | None) -> list[bytes]:
    """The lines of each subject, which may stand in another order."""
    ordered = sizes if places is None else [sizes[n] for n in places]
    ends = accumulate(ordered)
    lines = [text[end - size : end] for end, size in zip(ends, ordered, strict=True)]
    if places is None:
        return lines
    found = [b""] * len(lines)
    for n, unit in zip(places, lines, strict=True):
        found[n] = unit
    return found


#: Chunks of which the place is known at a time.
_AHEAD: Final = 4
#: Subjects of which it is known how they are written, though several say different things of them.
_KNOWN: Final = 1000


def order(names: Sequence[bytes]) -> list[int] | None:
    """The places of sorted IRIs in the order of N-Quads; None if that is theirs."""
    keys = [name + b">" for name in names]
    places = sorted(range(len(keys)), key=keys.__getitem__)
    return None if places == list(range(len(keys))) else places


class Row:
    """Files that are read as one, each behind the other."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths = paths
        self._ends = list(accumulate(path.stat().st_size for path in paths))
        self.size = self._ends[-1] if paths else 0
        self._open: tuple[int, IO[bytes]] | None = None

    def _parts(self, start: int, size: int) -> Iterator[tuple[IO[bytes], int]]:
        """The open files in which a stretch lies, each at its place, and so many bytes of each."""
        number = bisect_right(self._ends, start)
        while size > 0:
            if self._open is None or self._open[0] != number:
                self.close()
                self._open = number, self._paths[number].open("rb", buffering=0)
            stream = self._open[1]
            stream.seek(start - (self._ends[number - 1] if number else 0))
            length = min(size, self._ends[number] - start)
            yield stream, length
            start, size, number = start + length, size - length, number + 1

    def read(self, start: int, size: int) -> bytes:
        """A stretch."""
        return b"".join(stream.read(length) for stream, length in self._parts(start, size))

    def copy(self, out: IO[bytes], start: int, size: int) -> None:
        """Copy a stretch to where another file is."""
        for stream, length in self._parts(start, size):
            copy(stream, out, length)

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


def copy(stream: IO[bytes], out: IO[bytes], size: int) -> None:
    """Copy so many bytes from an unbuffered file; the system does it in a third of the time, where it can."""
    out.flush()
    with suppress(AttributeError, OSError):
        while size > 0 and (done := os.copy_file_range(stream.fileno(), out.fileno(), size)):
            size -= done
    while size > 0 and (data := stream.read(min(size, _BLOCK))):
        out.write(data)
        size -= len(data)


def opened(state: State, key: bytes, unpack: Callable[[bytes], bytes] | None) -> Kept | None:
    """The files of the last build; None if there are none, or they are not as they were left.

    `key` is a digest of all that decides how the same statements are written. `unpack` is given where the
    N-Quads are compressed. Raises `Corrupt`.
    """
    row = state.one("SELECT value FROM meta WHERE name = 'kept'")
    if row is None:
        return None
    told: Told = pickle.loads(row[0])  # noqa: S301 - pickled by an earlier build
    folder = state.kept / told.folder
    if told.key != key or _stamps(folder, [name for name, *_ in told.files]) != told.files:
        return None
    return Kept(folder, told, unpack)


def keep(state: State, part: Path, key: bytes, quads: tuple[str, ...], bodies: tuple[Body, ...]) -> None:
    """Keep the files of the dump in `part` for the next build, with the index that stands in `state.work`."""
    number = max((int(path.name) for path in state.kept.iterdir()), default=0) + 1
    folder = state.kept / f"{number:08}"
    folder.mkdir()
    names = [*quads, *(body.name for body in bodies)]
    for name in names:
        share(part / name, folder / name)
    for name in (INDEX, PLACES):
        (state.work / name).rename(folder / name)
    told = Told(key, folder.name, _stamps(folder, [*names, INDEX, PLACES]), quads, bodies)
    state.store.execute("SAVEPOINT files")
    try:  # both or neither: what is kept, and what it holds
        state.put("meta", [("kept", pickle.dumps(told))])
        levels.hold(state)
    except BaseException:
        state.store.execute("ROLLBACK TO files")
        raise
    finally:
        state.store.execute("RELEASE files")


def tidy(state: State) -> None:
    """Delete what is no longer used."""
    row = state.one("SELECT value FROM meta WHERE name = 'kept'")
    used = pickle.loads(row[0]).folder if row is not None else None  # noqa: S301
    for path in state.kept.iterdir():
        if path.name != used:
            shutil.rmtree(path, ignore_errors=True)


def _stamps(folder: Path, names: list[str]) -> tuple[tuple[str, int, int], ...]:
    """Size and time of change of some files; nothing, if one is not there."""
    try:
        found = [(name, (folder / name).stat()) for name in names]
    except OSError:
        return ()
    return tuple((name, told.st_size, told.st_mtime_ns) for name, told in found)


def share(kept: Path, file: Path) -> None:
    """The same file at another place: a second name for it where the disk can do that, else a copy."""
    try:
        os.link(kept, file)
    except OSError:
        shutil.copyfile(kept, file)
