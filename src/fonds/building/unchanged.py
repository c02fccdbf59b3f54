"""Whether a build has anything to do: whether all is as it was when the dump was made.

What a build reads is compared by content, the files of the dump by name, size and time of change.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fonds.building import keys

if TYPE_CHECKING:
    from fonds.building.state import State
    from fonds.config import Config
    from fonds.dump import Summary


def everything(config: Config, state: State) -> bytes | None:
    """A digest of all that a build reads, after the first pass; None if something is to be tried again."""
    if state.one("SELECT 1 FROM wanted WHERE key IS NULL OR issue IS NOT NULL") is not None:
        return None
    if state.one("SELECT 1 FROM result WHERE key = ?", b"") is not None:
        return None
    documents = b""
    for name, key in state.rows("SELECT name, key FROM wanted ORDER BY n"):
        documents = keys.digest(documents, name, key)
    return keys.digest(keys.reading(config), keys.dataset(config), documents)


def of_before(state: State, digest: bytes | None, dump: Path) -> Summary | None:
    """What the last build said of the dump, if this one would make the same; else None."""
    kept = state.one("SELECT value FROM meta WHERE name = 'everything'")
    if digest is None or kept is None or kept[0] != digest:
        return None
    known = 0
    for name, size, changed in _files(dump):
        row = state.one("SELECT size, changed FROM dumped WHERE name = ?", name)
        if row != (size, changed):
            return None
        known += 1
    if known != state.one("SELECT count(*) FROM dumped")[0]:
        return None
    summary: Summary = pickle.loads(state.one("SELECT value FROM meta WHERE name = 'summary'")[0])  # noqa: S301
    return summary


def keep(state: State, digest: bytes | None, dump: Path, summary: Summary) -> None:
    """Keep what the next build has to compare with."""
    state.store.execute("DELETE FROM dumped")
    state.put("dumped", _files(dump))
    state.put("meta", [("everything", digest), ("summary", pickle.dumps(summary))])


def _files(folder: Path, before: str = "") -> Iterator[tuple[str, int, int]]:
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(folder / entry.name, f"{before}{entry.name}/")
            else:
                stated = entry.stat(follow_symlinks=False)
                yield f"{before}{entry.name}", stated.st_size, stated.st_mtime_ns
