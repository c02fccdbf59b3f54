"""Where a harvested file is from, as its harvest record says, for the provenance of its records."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from fonds.harvest.journal import NAME, visits
from fonds.source import Source

#: What servers mean by a name (WHATWG Encoding Standard, section 4.2).
_MEANT: Final = {"ascii": "cp1252", "iso8859-1": "cp1252"}
#: Python's own ways to write text, which no server means and which would change the words.
_NO_CHARSET: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})


class Origin(NamedTuple):
    """The page behind a file: the URL that answered, when (UTC), and what it sent."""

    url: str
    time: str
    sha256: str
    charset: str | None


def origins(folder: Path) -> Mapping[str, Origin]:
    """The origin of each file of a folder by its name; empty without a harvest record.

    Raises `ConfigError` if the record is broken.
    """
    file = folder / NAME
    try:
        state = file.stat()
    except OSError:
        return {}
    return _read(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int, _size: int) -> Mapping[str, Origin]:
    found = {}
    for visit in visits(file):
        # a page that had not changed (304) is as it was when it was fetched
        if visit.file and visit.sha256 and visit.error is None and visit.status != 304:
            found[visit.file] = Origin(visit.final_url, visit.time, visit.sha256, visit.charset)
    return found


def told(source: Source, path: Path) -> Source:
    """A source with what the harvest record beside its file says: origin, time of retrieval, encoding.

    If the bytes are not those that were fetched, the source says so in `doubt`, and neither origin
    nor time are stated of it. The character set of the server counts only where the user states
    none and the bytes are not UTF-8, since many servers state one that is not true.
    """
    origin = origins(path.parent).get(path.name)
    if origin is None:
        return source
    if origin.sha256 != source.sha256:
        doubt = (
            f"the file is not what was fetched from {origin.url} at {origin.time}: the harvest record "
            f"states SHA-256 {origin.sha256}, its bytes have {source.sha256}"
        )
        return replace(source, doubt=doubt)
    encoding = source.encoding or _stated(origin.charset, source.data)
    return replace(source, origin=origin.url, retrieved=origin.time, encoding=encoding)


def _stated(charset: str | None, data: bytes) -> str | None:
    """What Python calls the character set of a server, if the bytes are text in it and are not UTF-8."""
    if charset is None or _is(data, "utf-8"):
        return None
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return None
    name = _MEANT.get(name, name)
    return name if name not in _NO_CHARSET and _is(data, name) else None


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True
