"""Files and folders that appear whole or not at all.

A reader never sees half a file, and a build that fails, runs out of disk or is killed leaves
what was there before.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import IO, Final

from fonds.errors import OutputError

#: The file by which a folder is known as one that fonds made and may replace.
MANIFEST: Final = "manifest.json"

_REMEDIES: Final[dict[int | None, str]] = {
    errno.ENOSPC: "free some space on the disk",
    errno.EDQUOT: "free some space within your quota",
    errno.EROFS: "the disk is read-only: name a place on another",
    errno.EACCES: "change its permissions, or name another place",
    errno.EPERM: "change its permissions, or name another place",
    errno.ENOTDIR: "a part of the path is a file: name another place",
    errno.ENAMETOOLONG: "use a shorter name",
}


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a file so that it holds `data` wholly or is as it was before.

    Missing folders are made. Raises `OutputError` naming the file and the cause.
    """
    with opened(path) as stream:
        stream.write(data)


@contextmanager
def opened(path: str | Path) -> Iterator[IO[bytes]]:
    """A new binary file that takes the place of `path` when the block ends without an error.

    Until then it stands beside it under a name that begins with a dot. What is no regular
    file, such as a pipe or `/dev/stdout`, is written to directly.
    """
    target = Path(path)
    try:
        if target.is_symlink():
            target = target.resolve()
        if target.exists() and not target.is_file():
            _refuse_folder(target)
            with target.open("wb") as direct:
                yield direct
            return
        _make_parent(target)
        part, stream = _beside(target)
        try:
            with stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                part.chmod(stat.S_IMODE(target.stat().st_mode))
            os.replace(part, target)  # noqa: PTH105 - Path.replace hides the call that must be atomic
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        _settle(target.parent)
    except OSError as error:
        raise _failure(error, target) from error


@contextmanager
def folder(path: str | Path, *, ours: Callable[[Path], bool] | None = None) -> Iterator[Path]:
    """A new empty folder that takes the place of `path` when the block ends without an error.

    Until then it stands beside it as `.NAME.part`, locked against a second run; a remainder of
    a killed run is cleared away. A folder already at `path` is replaced if it is empty or if
    `ours` (by default: it has a manifest.json) says that fonds made it. Raises `OutputError`
    before anything is done if not, and whenever the disk refuses; then what was there stays.
    """
    target = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would replace a link's target
    if target.is_symlink():
        target = target.resolve()
    part, old = target.with_name(f".{target.name}.part"), target.with_name(f".{target.name}.old")
    try:
        _restore(old, target)
        _refuse_file(target)
        _refuse_foreign(target, ours or _has_manifest)
        _make_parent(target)
        part.mkdir(exist_ok=True)
        with _locked(part):
            _clear(part)
            try:
                yield part
                if target.exists():
                    # Asked again: somebody may have put a file there in the meantime.
                    _refuse_foreign(target, ours or _has_manifest)
                    _swap(part, target, old)
                else:
                    part.rename(target)
                _settle(target.parent)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
    except OSError as error:
        raise _failure(error, target) from error


def _swap(part: Path, target: Path, old: Path) -> None:
    target.rename(old)
    try:
        part.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _restore(old: Path, target: Path) -> None:
    """Mend a swap that was cut off between its two steps."""
    if old.is_dir():
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)


def _clear(part: Path) -> None:
    for item in part.iterdir():
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item)
        else:
            item.unlink()


def _has_manifest(target: Path) -> bool:
    return (target / MANIFEST).is_file()


def _refuse_file(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise OutputError("is a file, not a folder", place=str(target), remedy="name another folder")


def _refuse_folder(target: Path) -> None:
    if target.is_dir():
        raise OutputError("is a folder, not a file", place=str(target), remedy="name a file inside it")


def _refuse_foreign(target: Path, ours: Callable[[Path], bool]) -> None:
    if target.is_dir() and any(target.iterdir()) and not ours(target):
        raise OutputError(
            "is not empty, and fonds did not make it",
            place=str(target),
            remedy="name a new folder, or empty this one yourself",
        )


def _make_parent(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target)) from error


def _beside(target: Path) -> tuple[Path, IO[bytes]]:
    """A new file beside `target`, made with the permissions that the user's umask gives."""
    for number in count():
        # The end of the name may be cut: 255 bytes is the limit of most file systems.
        part = target.with_name(f".{target.name[:60]}.{os.getpid()}-{number}.part")
        with suppress(FileExistsError):
            return part, part.open("xb")
    raise AssertionError("count() does not end")


@contextmanager
def _locked(part: Path) -> Iterator[None]:
    """Hold the folder against another process; the lock goes when its holder ends or is killed."""
    try:
        import fcntl
    except ImportError:  # no such locks on Windows, where an open folder cannot be renamed either
        yield
        return
    handle = os.open(part, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(
                "another run is writing this folder", place=str(part), remedy="wait until it has ended"
            ) from error
        except OSError:
            # Some network file systems have no locks; one run at a time is then up to the user.
            pass
        yield
    finally:
        os.close(handle)


def _settle(parent: Path) -> None:
    """Make a rename outlast a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _failure(error: OSError, target: Path) -> OutputError:
    cause = error.strerror or str(error) or type(error).__name__
    remedy = _REMEDIES.get(error.errno, "check the path and the disk")
    named = str(error.filename or target)
    # Names of unfinished files mean nothing to a reader; any other file is the one to look at.
    place = str(target) if ".part" in named else named
    return OutputError(cause, place=place, remedy=remedy)
