"""Whatever is wrong with a store is mended, and where none can be written another does."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fonds import dataset, store
from fonds.dataset import Engine, Limits
from fonds.errors import OutputError
from tests.stores import COUNT, Heard, asked, count, make, quads, stores


@pytest.fixture(autouse=True)
def every_dump_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SMALL", 100)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return make(tmp_path / "dump", quads(50))


# --- a store that is damaged -----------------------------------------------------------------


def _delete_state(folder: Path) -> None:
    shutil.rmtree(folder.parents[1])


def _cut_table(folder: Path) -> None:
    path = max(folder.rglob("*.sst"), key=lambda path: path.stat().st_size)
    os.truncate(path, path.stat().st_size // 2)


def _lose_table(folder: Path) -> None:
    next(folder.rglob("*.sst")).unlink()


def _lose_current(folder: Path) -> None:
    (folder / "data" / "CURRENT").unlink()


def _garble_manifest(folder: Path) -> None:
    path = next(folder.glob("data/MANIFEST-*"))
    path.write_bytes(bytes(len(path.read_bytes())))


def _garble_list(folder: Path) -> None:
    (folder / "loaded.json").write_bytes(b"{}")


def _lose_list(folder: Path) -> None:
    (folder / "loaded.json").unlink()


def _flip_bits(folder: Path) -> None:
    """The size stays, so only a query sees it."""
    for path in folder.rglob("*.sst"):
        data = bytearray(path.read_bytes())
        for place in range(0, len(data) - 200, 7):
            data[place] ^= 0xFF
        path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "words", "ask"),
    [
        (_delete_state, "is loaded into", count),
        (_lose_list, "is loaded into", count),
        (_garble_list, "is damaged", count),
        (_cut_table, "is damaged", count),
        (_lose_table, "is damaged", count),
        (_lose_current, "is damaged", count),
        (_garble_manifest, "is damaged", asked),
        (_flip_bits, "is damaged", asked),
    ],
)
def test_a_damaged_store_is_made_anew_with_a_word(
    harm: Callable[[Path], None], words: str, ask: Callable[[Path, Heard], int], dump: Path
) -> None:
    count(dump, Heard())
    (folder,) = stores(dump)
    harm(folder)
    heard = Heard()
    assert ask(dump, heard) == 100
    assert any(words in line for line in heard)
    heard.clear()
    assert count(dump, heard) == 100
    assert not heard


def test_what_a_killed_process_left_is_cleared_away(dump: Path) -> None:
    count(dump, Heard())
    (folder,) = stores(dump)
    left = folder.with_name(f".{'0' * 24}.part")
    left.mkdir()
    (left / "loaded.json").write_bytes(b"{}")
    theirs = folder.parent / ".theirs"
    theirs.mkdir()
    make(dump, quads(60))
    count(dump, Heard())
    assert not left.exists()
    assert theirs.exists()


# --- folders that cannot be written ----------------------------------------------------------


def test_where_the_state_cannot_be_a_temporary_store_does(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    dump.with_name("dump.state").write_text("no folder")
    heard = Heard()
    opened = dataset.open(dump, say=heard)
    assert heard.told("cannot be written", "is loaded into")
    assert len(list(opened.query("SELECT ?r { ?r a rico:Record }"))) == 50
    assert len(list(scratch.iterdir())) == 1
    del opened
    gc.collect()  # an rdflib Dataset knows itself
    assert not list(scratch.iterdir())
    heard.clear()
    with Engine(dump, Limits(seconds=20), say=heard) as engine:
        assert engine.query(COUNT).rows == (("100",),)
        engine.close()
        assert engine.query(COUNT).rows == (("100",),)
    assert heard.told("cannot be written", "is loaded into")
    del engine
    assert not list(scratch.iterdir())


def test_the_state_of_somebody_else_is_left_alone(dump: Path) -> None:
    theirs = dump.with_name("dump.state")
    theirs.mkdir()
    (theirs / "notes.txt").write_text("mine")
    heard = Heard()
    assert asked(dump, heard) == 100
    assert heard.told("not a folder that fonds made", "is loaded into")
    assert [path.name for path in theirs.iterdir()] == ["notes.txt"]


def test_a_named_folder_that_cannot_be_is_refused(dump: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError) as caught:
        dataset.open(dump, store=tmp_path / "file" / "stores", say=Heard())
    assert caught.value.remedy


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_loaded_dump_on_a_read_only_disk_is_read(dump: Path) -> None:
    count(dump, Heard())
    folders = [dump.with_name("dump.state"), *dump.with_name("dump.state").rglob("*")]
    for path in folders:
        path.chmod(0o555 if path.is_dir() else 0o444)
    heard = Heard()
    try:
        assert count(dump, heard) == 100
    finally:
        for path in folders:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert not heard
