"""The statements of a dump: which files hold them, by what they are known, and loading them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from fonds.errors import SourceError

if TYPE_CHECKING:
    import pyoxigraph as ox

#: How many times larger N-Quads are than what gzip or Zstandard makes of them, at most.
_PACKED: Final = 20
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
    """A file that remembers whether it was the file that failed, and not where it is loaded to."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.fault: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self.stream.read(size)
        except Exception as error:  # whatever the library for the compression raises
            self.fault = error
            raise


def fill(store: ox.Store, file: Path) -> None:
    """Load a file. Raises `SourceError` if it is broken, the errors of pyoxigraph if the store is."""
    from fonds.rdf.read import opened as unpacked
    from fonds.rdf.read import rdf_format
    from fonds.rdf.write import format_for

    packed = file.suffix.lower() == ".zst"
    name = format_for(file.with_suffix("") if packed else file)
    source: _Reading | None = None
    try:
        with _zstandard(file) if packed else unpacked(file, name) as stream:
            source = _Reading(stream)
            store.bulk_load(
                input=source,  # type: ignore[arg-type]  # it asks for no more than read
                format=rdf_format(name),
                base_iri=file.as_uri(),
            )
    except SyntaxError as error:
        place = f"{file}, line {error.lineno}" if error.lineno else str(file)
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
    stream: IO[bytes] = zstandard.open(file, "rb")
    return stream


def in_memory(files: Iterable[Path]) -> ox.Store:
    """A store in memory that holds some files. Raises `SourceError` naming the one that is broken."""
    import pyoxigraph as ox

    store = ox.Store()
    for file in files:
        fill(store, file)
    return store
