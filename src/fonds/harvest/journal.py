"""The harvest record: `harvest.jsonl`, one line of JSON for each page that was asked for.

Lines are only ever added, each with one write that reaches the disk before the next page is asked
for. A run that was killed can leave one torn line, at the end: readers pass over it, the next run
takes it away. A line answers a URL anew; the latest that names a file tells where its bytes are from.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from fonds.errors import ConfigError, OutputError

#: The name of the record in the folder of the pages.
NAME: Final = "harvest.jsonl"
#: The headers that are kept. None of them carries a secret, as `Set-Cookie` would.
HEADERS: Final = (
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "etag",
    "last-modified",
    "link",
)
_LONGEST: Final = 1_000  # of the value of a header, in characters
_PART: Final = re.compile(r"\.[a-z0-9-]+(?:\.[a-z0-9]+)?\.\d+-\d+\.part")
_ETAG: Final = re.compile(r'(?:W/)?"[!#-~]{0,500}"')
_HTTP_DATE: Final = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", re.ASCII)
_REMEDY: Final = "mend or remove the line; the page is then fetched again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One line: what became of one URL.

    `url` is the one asked for, in its normal form, `final_url` the one that answered, `redirects`
    those that led from one to the other. `time` is in UTC (ISO 8601). `status` is None if nobody
    answered, 304 if the page had not changed. `sha256`, `size` in bytes and `file` are those of
    the page after decompression, `media_type` and `charset` as the server states them, `error`
    the reason why there is none. `attempts` counts the requests for the page, redirects aside.
    """

    url: str
    final_url: str
    time: str
    redirects: tuple[str, ...] = ()
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    sha256: str | None = None
    size: int | None = None
    media_type: str | None = None
    charset: str | None = None
    file: str | None = None
    error: str | None = None
    attempts: int = 0

    def to_json(self) -> bytes:
        """The line, in ASCII, with its end."""
        return json.dumps(asdict(self), separators=(",", ":")).encode("ascii") + b"\n"


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that are written down, each value in one line and cut if it is very long."""
    found = {name: headers.get(name) for name in HEADERS}
    return {name: " ".join(value.split())[:_LONGEST] for name, value in found.items() if value is not None}


def content_type(stated: str | None) -> tuple[str | None, str | None]:
    """The media type and the character set that a Content-Type states (RFC 9110, section 8.3)."""
    kind, _, rest = (stated or "").partition(";")
    charset = re.search(r"""(?:^|;)\s*charset\s*=\s*["']?([\w.:-]{1,40})""", rest, re.IGNORECASE | re.ASCII)
    named = kind.strip().lower()
    known = re.fullmatch(r"[\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100}", named, re.ASCII)
    return (named if known else None), (charset[1].lower() if charset else None)


def validators(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that ask a server whether a page has changed since it sent these.

    What does not look like an entity tag or an HTTP date is not sent (RFC 9110, 8.8 and 13.1).
    """
    tag, since = headers.get("etag", ""), headers.get("last-modified", "")
    found = {"If-None-Match": tag} if _ETAG.fullmatch(tag) else {}
    return {**found, "If-Modified-Since": since} if _HTTP_DATE.fullmatch(since) else found


def visits(file: Path) -> Iterator[Visit]:
    """The lines of a record, in their order, without a torn one at the end.

    Raises `ConfigError` with the number of a line that is not one, or if the file cannot be read.
    """
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.endswith(b"\n"):
                    yield _visit(line, f"{file}, line {number}")
    except OSError as error:
        raise ConfigError(error.strerror or str(error), place=str(file)) from error


def _visit(line: bytes, place: str) -> Visit:
    try:
        stated = json.loads(line)
        made = Visit(**{**stated, "redirects": tuple(stated.get("redirects", ()))})
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigError("is not a line of a harvest record", place=place, remedy=_REMEDY) from error
    texts: tuple[Any, ...] = (made.url, made.final_url, made.time, *made.redirects)
    maybe = (made.sha256, made.media_type, made.charset, made.file, made.error)
    if (
        not all(isinstance(value, str) for value in texts)
        or not all(value is None or isinstance(value, str) for value in maybe)
        or not isinstance(made.headers, dict)
        or not all(isinstance(value, str) for value in made.headers.values())
    ):
        raise ConfigError("holds values of a wrong type", place=place, remedy=_REMEDY)
    if made.file is not None and (made.file in ("", ".", "..") or re.search(r"[/\\\x00]", made.file)):
        raise ConfigError("names a file outside its folder", place=place, remedy=_REMEDY)
    return made


class Journal:
    """A record that is open for one run."""

    def __init__(self, stream: IO[bytes], place: str) -> None:
        self._stream = stream
        self._place = place

    def add(self, visit: Visit) -> None:
        """Write a line, and see it reach the disk. Raises `OutputError`, and then no part of it stands."""
        end = self._stream.seek(0, os.SEEK_END)
        try:
            line = visit.to_json()
            while line:  # a disk that is nearly full takes a part first
                line = line[self._stream.write(line) :]
            os.fsync(self._stream.fileno())
        except OSError as error:
            with suppress(OSError):
                self._stream.truncate(end)
            raise OutputError(
                error.strerror or str(error), place=self._place, remedy="free some space, then run it again"
            ) from error


@contextmanager
def opened(folder: Path) -> Iterator[Journal]:
    """The record of a folder, which is made if it is not there, held against a second run.

    A torn line, and files that a killed run did not finish, are taken away. Raises `OutputError`.
    """
    file = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = file.open("r+b" if file.exists() else "x+b", buffering=0)
    except OSError as error:
        raise OutputError(
            error.strerror or str(error),
            place=str(file),
            remedy="name another folder, or change its permissions",
        ) from error
    with stream:
        _hold(stream, file)
        _mend(stream)
        for left in sorted(folder.iterdir()):
            if _PART.fullmatch(left.name):
                left.unlink(missing_ok=True)
        yield Journal(stream, str(file))


def _hold(stream: IO[bytes], file: Path) -> None:
    """Keep other processes out; the lock goes when its holder ends or is killed."""
    try:
        import fcntl
    except ImportError:  # Windows has no such locks
        return
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # some network file systems have no locks; one run at a time is then up to the user
        if error.errno in (errno.EAGAIN, errno.EACCES):
            raise OutputError(
                "another run is harvesting into this folder",
                place=str(file),
                remedy="wait until it has ended",
            ) from error


def _mend(stream: IO[bytes]) -> None:
    """Take away what stands after the last whole line."""
    end = stream.seek(0, os.SEEK_END)
    at = end
    while at > 0:
        start = max(0, at - 65_536)
        stream.seek(start)
        found = stream.read(at - start).rfind(b"\n")
        if found >= 0:
            at = start + found + 1
            break
        at = start
    if at < end:
        stream.truncate(at)
