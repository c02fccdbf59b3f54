"""Where the statements of an opened dump are kept: a small one in memory, another in a store on disk.

A store is an Oxigraph database in a folder of its own, by default in the state of the dump:

    dump.state/store/
        <key>/data/         the database; read only once it is there
        <key>/loaded.json   written last: what was loaded, and the files of the database
        lock                held by the process that loads

The key is made of the manifest of the dump, so an unchanged dump is opened at once and a changed one
is loaded anew, after which the store of the earlier one is deleted. A store appears whole or not at
all, any number of processes can read it at the same time, and it can be deleted whenever none does.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fonds.errors import OutputError, SourceError
from fonds.loading import PART, files_of, fill, in_memory, key, missing, weight

if TYPE_CHECKING:
    import pyoxigraph as ox

#: What to name as the store of a dump that is to be held in memory, whatever its size.
MEMORY: Final = ":memory:"
#: Bytes of N-Quads up to which a dump is held in memory unless a store is named: about 150,000 statements.
SMALL: Final = 30_000_000

#: Says something to the user.
Say = Callable[[str], None]


def log(words: str) -> None:
    """Say something through the logger `fonds.store`, by default on standard error."""
    logging.getLogger("fonds.store").warning(words)


@dataclass(frozen=True, slots=True)
class Place:
    """The files of a dump, and the folder of its store; None if it is held in memory.

    The folder that holds a store for the time being is for whoever opens it to delete.
    """

    dump: Path
    files: tuple[Path, ...]
    folder: Path | None
    temporary: bool = False


def find(dump: str | Path, store: str | Path | None = None, say: Say = log) -> Place:
    """Where the statements of a dump are, or will be once it has been `opened`.

    `dump` is a folder that `fonds build` made, or an RDF file. `store` is a folder for stores, or
    `MEMORY`. Without it a dump of up to `SMALL` bytes is held in memory, the store of a larger one is in
    its state, or, where nothing can be written, in a folder for the time being. Raises `SourceError` if
    there is no dump, `OutputError` if the named folder cannot be written.
    """
    files = files_of(dump)
    whole = Path(dump).resolve()
    if store == MEMORY or (store is None and sum(map(weight, files)) <= SMALL):
        return Place(whole, files, None)
    root = Path(store).absolute() if store is not None else _beside(whole)
    name, passing = key(whole, files), False
    if not (root / name / _LOADED).is_file():
        try:
            _prepare(root)
        except OSError as error:
            cause = error.strerror or str(error)
            if store is not None:
                raise OutputError(cause, place=str(root), remedy="name another folder") from error
            root, passing = Path(tempfile.mkdtemp(prefix="fonds-store-")), True
            say(
                f"{_beside(whole)} cannot be written ({cause}): the dump is loaded into a folder that is "
                "deleted afterwards; name a folder for the store to keep it"
            )
    return Place(whole, files, root / name, passing)


def opened(place: Place, say: Say = log) -> tuple[ox.Store, Callable[[], None]]:
    """The statements of a dump, loaded if need be, and what to call when they are no longer needed.

    On disk they can only be read. Two processes that open a dump for the first time load it once.
    Raises `SourceError` naming the file that is broken, `OutputError` if the store cannot be written.
    """
    if place.folder is None:
        return in_memory(place.files), lambda: None
    found = _existing(place.folder)
    if not isinstance(found, tuple):
        with _alone(place.folder.parent, say):
            found = _existing(place.folder)  # another process may have loaded it in the meantime
            if not isinstance(found, tuple):
                if found:
                    say(f"{place.folder} is damaged ({found}): it is made anew")
                _load(place, place.folder, say)
                found = _existing(place.folder)
    if isinstance(found, tuple):
        return found
    raise OutputError(
        f"the store cannot be read: {found or 'it is gone'}",
        place=str(place.folder),
        remedy=f"delete this folder, or name {MEMORY} as the store",
    )


def discard(place: Place) -> None:
    """Give up a store that turned out to be damaged; the next who opens the dump loads it anew."""
    if place.folder is not None:
        with suppress(OSError):
            (place.folder / _LOADED).unlink()


# --- a store on disk ------------------------------------------------------------------------

_LOADED: Final = "loaded.json"
#: Names of stores, and of those that are being made or replaced.
_NAMES: Final = re.compile(r"[0-9a-f]{24}|(?P<passing>\.[0-9a-f]{24}\.(part|old))")
#: The tag that tells backups to leave a folder out (Cache Directory Tagging Specification 0.6).
_TAG: Final = "Signature: 8a477f597d28d172789f06886806bc55\n# Made from a dump by fonds. Safe to delete.\n"


def _beside(dump: Path) -> Path:
    """The folder for the store in the state of a dump."""
    from fonds.build import beside

    return beside(dump) / "store"


def _prepare(root: Path) -> None:
    """Make a folder for stores. Raises OSError if it cannot be written, or is somebody else's."""
    state = root.parent
    if root.name == "store" and state.name.endswith(".state") and not (state / "CACHEDIR.TAG").is_file():
        # The state of a build that has not been, or was deleted: tagged, so that a build accepts it.
        if state.exists() and (not state.is_dir() or any(state.iterdir())):
            raise NotADirectoryError(f"{state} is not a folder that fonds made")
        state.mkdir(parents=True, exist_ok=True)
        (state / "CACHEDIR.TAG").write_text(_TAG, "utf-8")
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("ab"):
        pass


def _existing(folder: Path) -> tuple[ox.Store, Callable[[], None]] | str:
    """An open store, and what to call when it is no longer needed; or what is wrong with it.

    The answer is empty if there is none.
    """
    import orjson
    import pyoxigraph as ox

    try:
        lock = _share(folder)
    except OSError:
        return ""
    try:
        stated = orjson.loads((folder / _LOADED).read_bytes())
        if stated["files"] != _sizes(folder / "data"):
            raise ValueError("files are gone or have another size")
        store = ox.Store.read_only(str(folder / "data"))
    except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
        lock()
        return str(error) or type(error).__name__
    return store, lock


def _load(place: Place, folder: Path, say: Say) -> None:
    """Make the store of a dump, and delete that of what stood at the same place before."""
    import orjson
    import pyoxigraph as ox

    from fonds import atomic

    if gone := missing(place.dump, place.files):
        raise SourceError(
            f"{len(gone)} of its files are gone, the first is {gone[0]}",
            place=str(place.dump),
            remedy="copy the dump again, or build it again",
        )
    root = folder.parent
    _clear(root, place.dump, keep=folder)
    size = sum(map(weight, place.files))
    about = f"some {size / 10**9:.1f} GB of statements" if size > 10**8 else "its statements"
    say(f"{place.dump} is loaded into {folder}, once: {about}")
    with atomic.folder(folder, ours=lambda _: True) as part:
        try:
            store = ox.Store(str(part / "data"))
            # a dump of fonds has no blank nodes; who knows of the file of somebody else
            at_once = PART if (place.dump / "manifest.json").is_file() else None
            for file in place.files:
                fill(store, file, part=at_once)
            store.flush()
            store.optimize()
            del store  # closes it
        except (OSError, RuntimeError) as error:
            raise OutputError(
                f"the store cannot be written: {error}",
                place=str(root),
                remedy="free some space on the disk, or name another folder for the store",
            ) from error
        stated = {"dump": str(place.dump), "files": _sizes(part / "data")}
        (part / _LOADED).write_bytes(orjson.dumps(stated, option=orjson.OPT_INDENT_2))


def _sizes(data: Path) -> dict[str, int]:
    """The files of a database that do not change when it is read."""
    return {
        path.name: path.stat().st_size
        for path in sorted(data.iterdir())
        if path.suffix == ".sst" or path.name.startswith(("MANIFEST", "CURRENT"))
    }


def _clear(root: Path, dump: Path, keep: Path) -> None:
    """Delete what was loaded from this dump before, and what a killed process left."""
    import orjson

    for folder in sorted(path for path in root.iterdir() if path.is_dir() and path != keep):
        known = _NAMES.fullmatch(folder.name)
        if known is None:
            continue
        if known["passing"]:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            stated: Any = orjson.loads((folder / _LOADED).read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(stated, dict) and stated.get("dump") == str(dump) and not _used(folder):
            shutil.rmtree(folder, ignore_errors=True)


# --- locks ----------------------------------------------------------------------------------


def _share(folder: Path) -> Callable[[], None]:
    """Hold a store against its deletion; what to call to let it go, which the end of a process does too."""
    handle = os.open(folder / _LOADED, os.O_RDONLY)
    with suppress(ImportError, OSError):  # not on Windows, nor on every network
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return lambda: _close(handle)


def _close(handle: int) -> None:
    with suppress(OSError):
        os.close(handle)


def _used(folder: Path) -> bool:
    """Whether somebody reads a store."""
    try:
        import fcntl
    except ImportError:
        return False
    handle = os.open(folder / _LOADED, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False


@contextmanager
def _alone(root: Path, say: Say) -> Iterator[None]:
    """Be the only one who loads into a folder; wait for another who does."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        stream = (root / "lock").open("ab")
    except OSError as error:
        raise OutputError(
            error.strerror or str(error), place=str(root), remedy="name another folder for the store"
        ) from error
    with stream:
        try:
            import fcntl

            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"another process loads into {root}: waiting")
                fcntl.flock(stream, fcntl.LOCK_EX)
        except (ImportError, OSError):
            pass
        yield
