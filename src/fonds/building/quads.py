"""All lines of N-Quads in order: one file, or compressed ones of so many statements each.

What is said of the dataset counts all else, so a few lines are known only when all others are written. The
chunks in which these belong are held back; all others wait in a file, or stay where they are in the files of
the last build, until the files are put together.
"""

from __future__ import annotations

import gzip
import struct
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import IO, Final, NamedTuple

from fonds.building import kept
from fonds.building.kept import Kept, Row
from fonds.errors import ConfigError

#: Bytes that are compressed by one thread at a time, chunk by chunk.
_TASK: Final = 1_000_000
#: Chunks that wait for those before them.
_ROWS: Final = 10_000
#: Level 6 makes files a fifth smaller than this, in more than twice the time.
_LEVEL: Final = 3
#: Where a chunk is until the end: its source, first byte, bytes, statements.
_PLACE: Final = struct.Struct("<qqqq")
_NEW, _OLD, _LATE = range(3)


class Packing(NamedTuple):
    """How N-Quads are compressed."""

    suffix: str
    pack: Callable[[bytes], bytes]
    unpack: Callable[[bytes], bytes]


class Quads:
    """The N-Quads while they are collected, chunk by chunk in order."""

    def __init__(self, folder: Path, old: Kept | None, packing: Packing | None, jobs: int) -> None:
        self.folder, self._old, self._packing, self._jobs = folder, old, packing, jobs
        self._new = (folder / "quads").open("wb", buffering=1 << 18)
        self._plan = (folder / "plan").open("wb", buffering=1 << 16)
        self._end = 0
        self._late: list[list[tuple[bytes, bytes]]] = []
        self._pool = ThreadPoolExecutor(jobs)  # without a thread until there is work for one
        pack = packing.pack if packing is not None else bytes
        self._squeeze = lambda texts: [pack(text) if text else b"" for text in texts]
        self._texts: list[bytes] = []
        self._size = 0
        #: What is being compressed, and where the chunks behind it are.
        self._waiting: deque[tuple[Future[list[bytes]], list[tuple[int, ...]]]] = deque()
        self._rows: list[tuple[int, ...]] = []

    def add(self, text: bytes, count: int) -> None:
        """A chunk of so many statements."""
        if self._packing is None:
            self._new.write(text)
            self._put((_NEW, self._end, len(text), count))
            self._end += len(text)
            return
        self._texts.append(text)
        self._size += len(text)
        self._put((_NEW, 0, 0, count))

    def keep(self, start: int, size: int, count: int) -> None:
        """A chunk that stands in the files of the last build."""
        self._put((_OLD, start, size, count))

    def hold(self, units: list[tuple[bytes, bytes]]) -> None:
        """A chunk to which something may be added: the tokens of its subjects, and their lines."""
        self._late.append(units)
        self._put((_LATE, len(self._late) - 1, 0, 0))

    def _put(self, row: tuple[int, ...]) -> None:
        if self._packing is None:
            self._plan.write(_PLACE.pack(*row))
            return
        self._rows.append(row)
        if self._size >= _TASK or len(self._rows) >= _ROWS:
            self._pack()

    def _pack(self) -> None:
        self._waiting.append((self._pool.submit(self._squeeze, self._texts), self._rows))
        self._texts, self._size, self._rows = [], 0, []
        while len(self._waiting) > 2 * self._jobs:
            self._settle()

    def _settle(self) -> None:
        task, rows = self._waiting.popleft()
        made = iter(task.result())
        for source, start, size, count in rows:
            if source == _NEW:
                at, length = self._end, self._new.write(next(made))
                self._end += length
            else:
                at, length = start, size
            self._plan.write(_PLACE.pack(source, at, length, count))

    def together(self, folder: Path, late: Mapping[bytes, bytes], shards: int) -> tuple[str, ...]:
        """Write the files, with the lines that are known only now by token; the names of the files.

        The bytes of each chunk go into a file of their own, for the next build. Compressed files hold at most
        so many statements each; a chunk that is larger is parted between subjects, and a subject never is.
        """
        if self._rows:
            self._pack()
        while self._waiting:
            self._settle()
        self._pool.shutdown()
        self._new.close()
        self._plan.close()
        new = Row([self.folder / "quads"])
        sources = (new, self._old.quads if self._old is not None else new)
        with (self.folder / kept.PLACES).open("wb", buffering=1 << 16) as places:
            if self._packing is None:
                names = self._one(folder / "all.nq", sources, late, places)
            else:
                files = _Shards(folder, self._packing, shards)
                self._several(files, sources, late, places)
                names = tuple(files.names)
        for row in sources:
            row.close()
        (self.folder / "quads").unlink()
        return names

    def _planned(self) -> Iterator[tuple[int, int, int, int]]:
        with (self.folder / "plan").open("rb") as stream:
            while data := stream.read(1000 * _PLACE.size):
                yield from _PLACE.iter_unpack(data)

    def _units(self, number: int, late: Mapping[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        """The subjects of a chunk that was held back, with what is known of them now."""
        made = []
        for token, lines in self._late[number]:
            known = {*lines.split(b"\n"), *late.get(token, b"").split(b"\n")} - {b""}
            made.append((token, b"".join(line + b"\n" for line in sorted(known))))
        return made

    def _one(
        self, path: Path, sources: tuple[Row, Row], late: Mapping[bytes, bytes], places: IO[bytes]
    ) -> tuple[str, ...]:
        copied = (0, 0, 0)
        with path.open("wb") as out:
            for source, start, size, _ in self._planned():
                length = size
                if source == _LATE:
                    sources[copied[0]].copy(out, *copied[1:])
                    copied = (0, 0, 0)
                    length = out.write(b"".join(lines for _, lines in self._units(start, late)))
                elif (source, start) == (copied[0], copied[1] + copied[2]):
                    copied = (source, copied[1], copied[2] + size)
                else:
                    sources[copied[0]].copy(out, *copied[1:])
                    copied = (source, start, size)
                places.write(length.to_bytes(8, _ORDER))
            sources[copied[0]].copy(out, *copied[1:])
        return (path.name,)

    def _several(
        self, files: _Shards, sources: tuple[Row, Row], late: Mapping[bytes, bytes], places: IO[bytes]
    ) -> None:
        for source, start, size, count in self._planned():
            if source == _LATE:
                length = files.add([lines for _, lines in self._units(start, late)])
            elif count > files.limit:
                length = files.add(_subjects(files.packing.unpack(sources[source].read(start, size))))
            else:
                length = size
                if size:
                    sources[source].copy(files.room(count), start, size)
            places.write(length.to_bytes(8, _ORDER))
        files.close()


_ORDER: Final = "little" if array("H", b"\1\0")[0] == 1 else "big"


def _subjects(text: bytes) -> list[bytes]:
    """The lines of each subject."""
    lines = text.split(b"\n")[:-1]
    groups = groupby(lines, lambda line: line[: line.index(b"> ")])
    return [b"".join(line + b"\n" for line in group) for _, group in groups]


class _Shards:
    """Compressed files of at most so many statements each, one after the other."""

    def __init__(self, folder: Path, packing: Packing, limit: int) -> None:
        self._folder, self.packing, self.limit = folder, packing, limit
        self._stream: IO[bytes] | None = None
        self._held = 0
        self.names: list[str] = []

    def room(self, count: int) -> IO[bytes]:
        """The file that takes so many statements more: the last one, or another."""
        if self._stream is None or (self._held and self._held + count > self.limit):
            self.close()
            self.names.append(f"all-{len(self.names) + 1:05}.nq.{self.packing.suffix}")
            # open until the next one is needed
            self._stream = (self._folder / self.names[-1]).open("wb")
            self._held = 0
        self._held += count
        return self._stream

    def add(self, units: list[bytes]) -> int:
        """Write a chunk, given as the lines of each subject, into as many files as it needs; its bytes."""
        counts = [unit.count(b"\n") for unit in units]
        if sum(counts) <= self.limit:
            return self._put(units, sum(counts))
        size, part, held = 0, 0, 0
        for at, count in enumerate(counts):
            if part < at and (self._held + held + count) > self.limit:
                size += self._put(units[part:at], held)
                part, held = at, 0
            held += count
        return size + self._put(units[part:], held)

    def _put(self, units: list[bytes], count: int) -> int:
        return self.room(count).write(self.packing.pack(b"".join(units))) if count else 0

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()


def packing(name: str) -> Packing:
    """How chunks are compressed; chunks one behind the other are a file again.

    So it is with members of gzip (RFC 1952, section 2.2) and frames of Zstandard (RFC 8878, section 3).
    Raises `ConfigError` if a library is missing.
    """
    if name == "gzip":
        # no time in the header: the same statements give the same bytes
        return Packing("gz", lambda data: gzip.compress(data, _LEVEL, mtime=0), gzip.decompress)
    try:
        import zstandard
    except ImportError as error:
        raise ConfigError(
            "the library for zstd is not installed",
            place="compress",
            remedy="install it with: pip install 'fonds[zstd]', or use gzip",
        ) from error

    def unpack(data: bytes) -> bytes:
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as stream:
            return bytes(stream.read())

    return Packing("zst", lambda data: zstandard.ZstdCompressor(level=3).compress(data), unpack)
