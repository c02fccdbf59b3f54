"""Packed pieces of data in files, each with the checksum by which a damaged one is known.

A piece is found again by its `Ref`. Files are only ever appended to, each by one process, so that
a process that is killed leaves at most a tail to which nothing refers.
"""

from __future__ import annotations

import os
import platform
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

#: Bytes after which a process begins another file: what is no longer used goes file by file.
_LARGE: Final = 64_000_000
#: Files that a process keeps open for reading.
_OPEN: Final = 64


class Corrupt(Exception):
    """What a build kept is damaged."""


class Ref(NamedTuple):
    """Where a piece stands: number of the file, first byte, size in bytes, checksum."""

    file: int
    start: int
    size: int
    mark: bytes


@cache
def _zstandard() -> Any:
    try:
        import zstandard
    except ImportError:  # an extra; zlib is slower and does the same
        return None
    return zstandard


def packed(data: bytes) -> bytes:
    """Data made small, quickly: by Zstandard where it is installed, else by zlib."""
    library = _zstandard()
    if library is not None:
        return b"z" + bytes(_compressor().compress(data))
    return b"d" + zlib.compress(data, 1)


def unpacked(data: bytes) -> bytes:
    """What `packed` was given. Raises `Corrupt`."""
    try:
        if data[:1] == b"d":
            return zlib.decompress(data[1:])
        return bytes(_decompressor().decompress(data[1:]))
    except Exception as error:
        raise Corrupt(f"a piece cannot be unpacked: {error}") from error


@cache
def _compressor() -> Any:
    return _zstandard().ZstdCompressor(level=1)


@cache
def _decompressor() -> Any:
    return _zstandard().ZstdDecompressor()


def mark(data: bytes) -> bytes:
    """A checksum of 16 bytes."""
    return blake2b(data, digest_size=16).digest()


def part(path: Path) -> Path:
    """Where this process alone writes what will be the file `path`, on whatever machine it is.

    On a cluster some work is done twice, at times at once, when a machine seems to be lost.
    """
    return path.with_name(f".{mark(f'{platform.node()}/{os.getpid()}/{path.name}'.encode()).hex()}.part")


class Spool:
    """A folder of pieces, to which this process appends in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stream: IO[bytes] | None = None
        self._file = 0
        self._end = 0
        self._open: dict[int, IO[bytes]] = {}

    def append(self, data: bytes) -> Ref:
        """Keep a piece. When this returns, another process can read it."""
        return self._append(packed(data))

    def move(self, ref: Ref) -> Ref:
        """Keep a piece of another file in that of this process. Raises `Corrupt`."""
        return self._append(self._packed(ref))

    def _append(self, small: bytes) -> Ref:
        stream = self._stream
        if stream is None or self._end > _LARGE:
            stream = self._begun()
        try:
            stream.write(small)
            stream.flush()
        except OSError:
            self.close()  # what was written of it must not shift the next piece
            raise
        ref = Ref(self._file, self._end, len(small), mark(small))
        self._end += len(small)
        return ref

    def read(self, ref: Ref) -> bytes:
        """A piece. Raises `Corrupt` if it is not what was kept."""
        return unpacked(self._packed(ref))

    def _packed(self, ref: Ref) -> bytes:
        try:
            stream = self._opened(ref.file)
            stream.seek(ref.start)
            data = stream.read(ref.size)
        except OSError as error:
            raise Corrupt(f"{name(ref.file)}: {error.strerror}") from error
        if mark(data) != ref.mark:
            raise Corrupt(f"{name(ref.file)}, byte {ref.start}: not what was kept there")
        return data

    def _opened(self, file: int) -> IO[bytes]:
        found = self._open.pop(file, None)
        if found is None:
            if len(self._open) >= _OPEN:
                self._open.pop(next(iter(self._open))).close()
            found = (self.folder / name(file)).open("rb")
        self._open[file] = found  # at the end: the first is the one not asked for longest
        return found

    def close(self) -> None:
        """End the file of this process; the next piece begins another."""
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
            self._stream = None

    def settle(self) -> None:
        """End the file of this process, so that other machines see all of it. Raises `OSError`."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()  # a file server may refuse what it is given only now

    def forget(self) -> None:
        """Close all files."""
        self.close()
        for stream in self._open.values():
            stream.close()
        self._open.clear()

    def _begun(self) -> IO[bytes]:
        self.close()
        self._file = max((number(path) for path in files(self.folder)), default=0)
        while True:
            self._file += 1
            with suppress(FileExistsError):
                # opened for as long as this process works: a context would close it
                self._stream = (self.folder / name(self._file)).open("xb")
                self._end = 0
                return self._stream


def name(file: int) -> str:
    """What the file of a number is called."""
    return f"{file:08}.pieces"


def number(path: Path) -> int:
    """The number of a file of pieces."""
    return int(path.name.partition(".")[0])


def files(folder: Path) -> Iterator[Path]:
    """The files of pieces in a folder."""
    return folder.glob("*.pieces")


_spools: Final[dict[Path, Spool]] = {}


def at(folder: Path) -> Spool:
    """The spool of a folder, one in each process."""
    return _spools.setdefault(folder, Spool(folder))


def settle() -> None:
    """End the files to which this process appends. Raises `OSError`."""
    for spool in _spools.values():
        spool.settle()


def forget() -> None:
    """Close all files of this process, since their folders are about to change."""
    for spool in _spools.values():
        spool.forget()
    _spools.clear()
