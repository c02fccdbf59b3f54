"""The statements of a dump: which files hold them, by what they are known, and loading them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from importlib.metadata import version
from io import BufferedReader
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from fonds.errors import SourceError

if TYPE_CHECKING:
    import pyoxigraph as ox

#: How many times larger N-Quads are than what gzip or Zstandard makes of them, at most.
_PACKED: Final = 20
#: Bytes of N-Quads of a dump that are loaded at a time, and of a line that are read to its end.
PART: Final = 100_000_000
_LINE: Final = 1 << 24
#: Changes when the layout of a store does.
_FORMAT: Final = "1"


def files_of(dump: str | Path) -> tuple[Path, ...]:
    """The N-Quads of a dump, whole or in shards, or one RDF file."""
    path = Path(dump)
    if path.is_file():
        return (path.resolve(),)
    for pattern in _PATTERNS:
        found = sorted(path.glob(pattern)) if path.is_dir() else []
        if found:
            return tuple(file.resolve() for file in found)
    raise SourceError(
        "no dump is here", place=str(dump), remedy="make one with fonds build, or name an RDF file"
    )


_PATTERNS: Final = tuple(
    stem + suffix for stem in ("all.nq", "all-*.nq", "*.nq", "quads/*.nq") for suffix in ("", ".gz", ".zst")
)


def weight(file: Path) -> int:
    """How many bytes of N-Quads a file holds, roughly."""
    size = file.stat().st_size
    return size * _PACKED if file.suffix.lower() in (".gz", ".zst") else size


def key(dump: Path, files: Iterable[Path]) -> str:
    """A name for what these files hold, without reading them.

    The manifest tells one dump from another, as it holds the SHA-256 of every file and is written
    last. A file that is younger than its manifest, or has none, is known by its time.
    """
    found = hashlib.sha256(f"{_FORMAT} {version('pyoxigraph')}\n".encode())
    listed = dump / "manifest.json"
    written = 0
    if dump.is_dir() and listed.is_file():
        with listed.open("rb") as stream:
            found.update(hashlib.file_digest(stream, "sha256").digest())
        written = listed.stat().st_mtime_ns
    for file in files:
        told = file.stat()
        time = told.st_mtime_ns if told.st_mtime_ns > written else 0
        found.update(f"{file.name} {told.st_size} {time}\n".encode())
        if not written:
            found.update(os.fsencode(file))
    return found.hexdigest()[:24]


def missing(dump: Path, files: Iterable[Path]) -> list[str]:
    """The files of statements that the manifest lists and that are not there."""
    listed = dump / "manifest.json"
    if not listed.is_file():
        return []
    there = {file.name for file in files}
    gone = []
    with listed.open("rb") as stream:
        for line in stream:  # of a large dump it has millions
            if line.startswith(b'    "all') and line.endswith(b": {\n"):
                name = line.decode().split('"')[1]
                if name not in there:
                    gone.append(name)
    return gone


class _Reading:
    """A file, or one part of it after the other: up to the end of the line in which so many bytes end.

    It remembers whether it was the file that failed, and not where it is loaded to.
    """

    def __init__(self, stream: IO[bytes], part: int | None) -> None:
        self.stream = stream
        self.fault: Exception | None = None
        self.before = self.ended = False
        self.lines = 0  # of the parts before
        self._part = part
        self._left, self._seen = part or 0, 0

    def next(self) -> bool:
        """Go on to the next part, if there is one."""
        if self.ended or (self._part is None and self.before):
            return False
        self.before = True
        self.lines, self._left = self._seen, self._part or 0
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            return self.stream.read(size) if self._part is None else self._some(size)
        except Exception as error:  # whatever the library for the compression raises
            self.fault = error
            raise

    def _some(self, size: int) -> bytes:
        if self._left <= 0:
            return b""
        data = self.stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        if not data:
            self.ended = True
        elif self._left <= 0 and not data.endswith(b"\n"):
            data += self.stream.readline(_LINE)
        self._seen += data.count(b"\n")
        return data


def fill(store: ox.Store, file: Path, *, part: int | None = None) -> None:
    """Load a file. Raises `SourceError` if it is broken, the errors of pyoxigraph if the store is.

    With `part` N-Quads are loaded so many bytes at a time, which keeps memory small. That is for files
    without blank nodes, such as those of a dump: in each part they would be others.
    """
    from fonds.rdf.read import opened as unpacked
    from fonds.rdf.read import rdf_format
    from fonds.rdf.write import format_for

    packed = file.suffix.lower() == ".zst"
    name = format_for(file.with_suffix("") if packed else file)
    source: _Reading | None = None
    try:
        with _zstandard(file) if packed else unpacked(file, name) as stream:
            source = _Reading(stream, part if name == "nquads" else None)
            while source.next():
                store.bulk_load(
                    input=source,  # type: ignore[arg-type]  # it asks for no more than read
                    format=rdf_format(name),
                    base_iri=file.as_uri(),
                )
    except SyntaxError as error:
        line = error.lineno and error.lineno + (source.lines if source else 0)
        place = f"{file}, line {line}" if line else str(file)
        raise SourceError(str(error.msg), place=place, remedy="build the dump again") from error
    except Exception as error:
        fault = source.fault if source else error
        if fault is None or isinstance(error, SourceError):
            raise
        cause = getattr(fault, "strerror", None) or str(fault)
        raise SourceError(cause, place=str(file), remedy="build the dump again") from error


def _zstandard(file: Path) -> IO[bytes]:
    try:
        import zstandard
    except ImportError as error:
        raise SourceError(
            "the library for zstd is not installed",
            place=str(file),
            remedy="install it with: pip install 'fonds[zstd]'",
        ) from error
    stream: IO[bytes] = BufferedReader(zstandard.open(file, "rb"))  # which knows no lines itself
    return stream


def in_memory(files: Iterable[Path]) -> ox.Store:
    """A store in memory that holds some files. Raises `SourceError` naming the one that is broken."""
    import pyoxigraph as ox

    store = ox.Store()
    for file in files:
        fill(store, file)
    return store
