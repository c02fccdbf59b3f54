"""Files and folders appear whole or not at all."""

# ruff: noqa: PT012 - what happens inside the block is what is tested

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fonds import atomic
from fonds.errors import OutputError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_written_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "new" / "deeper" / "records.ttl"
    atomic.write_bytes(target, b"one")
    atomic.write_bytes(str(target), b"two")
    assert target.read_bytes() == b"two"
    assert names(target.parent) == ["records.ttl"]


def test_a_file_gets_the_permissions_that_any_other_gets(tmp_path: Path) -> None:
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_bytes(b"")
    atomic.write_bytes(ours, b"")
    assert ours.stat().st_mode == plain.stat().st_mode
    ours.chmod(0o640)
    atomic.write_bytes(ours, b"again")
    assert ours.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.ttl", tmp_path / "link.ttl"
    real.write_bytes(b"old")
    link.symlink_to(real)
    atomic.write_bytes(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    atomic.write_bytes(pipe, b"through")
    assert reader.communicate(timeout=10)[0] == b"through"
    assert pipe.is_fifo()


#: What the disk may refuse, the call that refuses it, and what the error must advise.
REFUSALS = [
    pytest.param("fsync", errno.ENOSPC, "free some space", id="disk full while writing"),
    pytest.param("fsync", errno.EDQUOT, "quota", id="quota reached"),
    pytest.param("replace", errno.EACCES, "permissions", id="no permission to rename"),
    pytest.param("replace", errno.EIO, "check the path", id="an error nobody foresaw"),
]


@pytest.mark.parametrize(("call", "code", "remedy"), REFUSALS)
def test_a_refusal_keeps_the_old_file(
    call: str, code: int, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "records.ttl"
    target.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(OutputError) as caught:
        atomic.write_bytes(target, b"new")
    assert caught.value.place == str(target)
    assert caught.value.message == os.strerror(code)
    assert remedy in str(caught.value.remedy)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["records.ttl"]


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(OutputError, match="free some space"):
        atomic.write_bytes("/dev/full", b"x" * 100_000)


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    """Root may write into read-only folders, but nobody below a regular file."""
    (tmp_path / "file").write_bytes(b"")
    target = tmp_path / "file" / "below"
    for path in (target, target / "deeper"):
        with pytest.raises(OutputError, match=r"below.*: Not a directory \(.*name another place"):
            atomic.write_bytes(path, b"x")
        with (
            pytest.raises(OutputError, match=r"below.*: Not a directory \(.*name another place"),
            atomic.folder(path),
        ):
            raise AssertionError("must not get here")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    with pytest.raises(OutputError, match="permissions"):
        atomic.write_bytes(shut / "file", b"x")
    with pytest.raises(OutputError, match="permissions"), atomic.folder(shut / "dump"):
        pass


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"):
        atomic.write_bytes(tmp_path, b"x")


def test_an_error_in_the_block_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "all.nq"
    target.write_bytes(b"old")
    with pytest.raises(ValueError, match="halfway"), atomic.opened(target) as stream:
        stream.write(b"half")
        raise ValueError("halfway")
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["all.nq"]


def fill(target: Path, word: str) -> None:
    with atomic.folder(target) as part:
        (part / "documents").mkdir()
        (part / "documents" / "one.ttl").write_text(word)
        (part / "manifest.json").write_text("{}")


def test_a_dump_is_replaced_when_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "dump"
    fill(target, "first")
    fill(target, "second")
    assert (target / "documents" / "one.ttl").read_text() == "second"
    assert names(target.parent) == ["dump"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "dump").mkdir()
    fill(tmp_path / "dump", "word")
    assert names(tmp_path / "dump") == ["documents", "manifest.json"]


def test_a_failed_build_keeps_the_old_dump(tmp_path: Path) -> None:
    target = tmp_path / "dump"
    fill(target, "first")
    with pytest.raises(ValueError, match="halfway"), atomic.folder(target) as part:
        (part / "manifest.json").write_text("half")
        raise ValueError("halfway")
    assert (target / "documents" / "one.ttl").read_text() == "first"
    assert names(tmp_path) == ["dump"]


def test_a_folder_of_somebody_else_is_never_touched(tmp_path: Path) -> None:
    target = tmp_path / "thesis"
    target.mkdir()
    (target / "chapter1.txt").write_text("years of work")
    with pytest.raises(OutputError, match="did not make it"), atomic.folder(target):
        raise AssertionError("must not get here")
    assert (target / "chapter1.txt").read_text() == "years of work"
    assert names(tmp_path) == ["thesis"]


def test_the_caller_may_know_better_what_is_ours(tmp_path: Path) -> None:
    """Web projects have a manifest.json too."""
    fill(tmp_path / "app", "word")
    with (
        pytest.raises(OutputError, match="did not make it"),
        atomic.folder(tmp_path / "app", ours=lambda folder: (folder / "all.nq").exists()),
    ):
        raise AssertionError("must not get here")


def test_a_file_put_there_during_the_build_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "dump"
    with pytest.raises(OutputError, match="did not make it"), atomic.folder(target):
        target.mkdir()
        (target / "notes.txt").write_text("mine")
    assert (target / "notes.txt").read_text() == "mine"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "dump").write_text("")
    with pytest.raises(OutputError, match="is a file"), atomic.folder(tmp_path / "dump"):
        raise AssertionError("must not get here")


def test_a_full_disk_during_the_swap_puts_the_old_dump_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "dump"
    fill(target, "first")
    rename = Path.rename

    def refuse(self: Path, to: Path) -> Path:
        if self.name == ".dump.part":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OutputError, match="free some space"):
        fill(target, "second")
    assert (target / "documents" / "one.ttl").read_text() == "first"
    assert names(tmp_path) == ["dump"]


KILLED = """
import os, signal, sys
from pathlib import Path
from fonds import atomic
with atomic.folder(sys.argv[1]) as part:
    (part / "half").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_build_leaves_the_old_dump_and_does_not_hinder_the_next(tmp_path: Path) -> None:
    target = tmp_path / "dump"
    fill(target, "first")
    done = subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False, timeout=60)
    assert done.returncode == -9
    assert (target / "documents" / "one.ttl").read_text() == "first"
    assert names(tmp_path) == [".dump.part", "dump"]
    fill(target, "second")
    assert names(tmp_path) == ["dump"]
    assert names(target) == ["documents", "manifest.json"]


def test_a_swap_cut_off_in_the_middle_is_mended(tmp_path: Path) -> None:
    fill(tmp_path / ".dump.old", "first")
    with pytest.raises(ValueError, match="halfway"), atomic.folder(tmp_path / "dump"):
        raise ValueError("halfway")
    assert (tmp_path / "dump" / "documents" / "one.ttl").read_text() == "first"


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    target = tmp_path / "dump"
    with atomic.folder(target) as part:
        with pytest.raises(OutputError, match="another run"), atomic.folder(target):
            raise AssertionError("must not get here")
        (part / "manifest.json").write_text("{}")
    assert names(target) == ["manifest.json"]


def test_an_error_about_another_file_names_that_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, atomic.folder(tmp_path / "dump"):
        (tmp_path / "missing.txt").read_bytes()
    assert caught.value.place == str(tmp_path / "missing.txt")
