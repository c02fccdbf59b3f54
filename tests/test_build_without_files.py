"""A collection may do without files of single records, which take most of the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fonds import build
from fonds.config import read
from fonds.errors import ConfigError

CORPUS = Path(__file__).parents[1] / "corpus"


def content(dump: Path) -> dict[str, bytes]:
    return {
        path.relative_to(dump).as_posix(): path.read_bytes()
        for path in sorted(dump.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """The shortest document of the corpus."""
    folder = tmp_path / "collection"
    (folder / "documents").mkdir(parents=True)
    shortest = min((CORPUS / "documents").glob("*.txt"), key=lambda path: path.stat().st_size)
    shutil.copy(shortest, folder / "documents")
    return folder


def stated(collection: Path, files: str) -> None:
    (collection / "fonds.toml").write_text(
        f'base = "https://example.org/"\n[build]\nfiles = {files}\n', "utf-8"
    )


def test_all_else_is_as_it_is_with_them(collection: Path, tmp_path: Path) -> None:
    stated(collection, "true")
    build(collection, tmp_path / "with")
    stated(collection, "false")
    build(collection, tmp_path / "without")
    whole, lean = content(tmp_path / "with"), content(tmp_path / "without")
    assert {name for name in whole if name.startswith("documents/")}
    assert lean == {name: data for name, data in whole.items() if not name.startswith("documents/")}
    # neither in the state, which is where the disk would be filled
    assert not list((tmp_path / "without.state" / "documents").iterdir())


def test_they_come_back_when_they_are_wanted_again(collection: Path, tmp_path: Path) -> None:
    stated(collection, "false")
    build(collection, tmp_path / "dump")
    stated(collection, "true")
    build(collection, tmp_path / "dump")
    build(collection, tmp_path / "fresh")
    assert content(tmp_path / "dump") == content(tmp_path / "fresh")
    assert list((tmp_path / "dump" / "documents").glob("*.jsonld"))


def test_no_number_stands_for_yes_or_no(collection: Path) -> None:
    stated(collection, "0")
    with pytest.raises(ConfigError, match=r"build\.files must be true or false"):
        read(collection)
