"""Names joined in shares are the file that one process would have made."""

from __future__ import annotations

import pickle
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from test_build_state import CORPUS, content

from fonds.build import build
from fonds.building import names, shuffle, sorting
from fonds.building.workers import Failed, Workers
from fonds.config import read
from fonds.converters import convert
from fonds.errors import OutputError


@pytest.fixture(scope="module")
def rows() -> list[shuffle.Row]:
    """What the records of the corpus tell of names, and again as further records would."""
    config = read(CORPUS)
    told = [
        (*one, place)
        for place, path in enumerate(config.paths() * 2)
        for record in convert(config.source(path))
        for one in names.told(record)[0]
    ]
    return sorted(told, key=lambda row: (row[0], row[1], row[3]))


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """The names in a file. What is known holds sets, which are pickled in any order."""
    with closing(sqlite3.connect(path)) as store:
        known = [
            (family, normal, pickle.loads(data), *marks)
            for family, normal, data, *marks in store.execute("SELECT * FROM known")
        ]
        return {"known": known, "groups": store.execute("SELECT * FROM groups").fetchall()}


@pytest.mark.parametrize("size", [1, 7, 20, 10_000])
def test_shares_make_the_same_file(
    size: int, rows: list[shuffle.Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shuffle, "_SHARE", size)
    monkeypatch.setattr(shuffle, "_FRAME", 2)
    monkeypatch.setattr(shuffle, "_FEW", 10_000)  # in this process, so that nothing is started
    names.gather(rows, tmp_path / "whole.db")
    context = tmp_path / "context"
    context.write_bytes(pickle.dumps(tmp_path))
    with closing(Workers(2)) as workers:
        shuffle.gather(rows, tmp_path / "names.db", context, workers)
    assert tables(tmp_path / "names.db") == tables(tmp_path / "whole.db")
    assert len(tables(tmp_path / "whole.db")["groups"]) > 20
    assert {path.name for path in tmp_path.iterdir()} == {"context", "names.db", "whole.db"}


def test_no_surname_is_parted(
    rows: list[shuffle.Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shuffle, "_SHARE", 5)
    held = [list(shuffle._read(tmp_path / share)) for share in shuffle._shares(iter(rows), tmp_path)]
    assert [row for share in held for row in share] == rows
    surnames = [family for share in held for family in {row[0] for row in share}]
    assert len(held) > 3
    assert len(surnames) == len(set(surnames))


def test_a_dump_does_not_depend_on_the_shares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(CORPUS, tmp_path / "whole", jobs=1)
    monkeypatch.setattr(shuffle, "_SHARE", 10)
    monkeypatch.setattr(shuffle, "_FEW", 10_000)
    build(CORPUS, tmp_path / "shares", jobs=1)
    assert content(tmp_path / "shares") == content(tmp_path / "whole")


def test_a_process_that_dies_of_a_share(
    rows: list[shuffle.Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names that are missing would be wrong links, so the build ends."""
    monkeypatch.setattr(shuffle, "_SHARE", 5)
    monkeypatch.setattr(
        Workers,
        "map",
        lambda self, function, context, items, least: iter([(next(items), Failed(False, "signal 9"))]),
    )
    with pytest.raises(OutputError, match=r"names cannot be joined: signal 9 \(see that there is memory"):
        shuffle.gather(rows, tmp_path / "names.db", tmp_path / "context", Workers(1))


def test_a_share_is_joined_once_more_when_its_worker_dies_late(
    rows: list[shuffle.Row], tmp_path: Path
) -> None:
    """It has deleted what it read, but nobody was told."""
    (share,) = shuffle._shares(iter(rows), tmp_path)
    shuffle.join(tmp_path, share)
    before = tables(tmp_path / f"{share}.db")
    shuffle.join(tmp_path, share)
    assert tables(tmp_path / f"{share}.db") == before
    assert [path.name for path in tmp_path.iterdir()] == [f"{share}.db"]


def test_runs_are_merged_once_more_when_their_worker_dies_late(tmp_path: Path) -> None:
    for name in ("run-0-000000", "run-0-000001"):
        sorting.write(tmp_path / name, [[(name.encode(), 1, b"words\n", b"", b"", 1)]])
    context = sorting.Context(tmp_path, tmp_path, whole=False)
    runs = [tmp_path / name for name in ("run-0-000000", "run-0-000001")]
    task = "run-1-000000", tuple(runs)
    assert sorting.join(context, task) == "run-1-000000"
    for run in runs:
        run.unlink()
    assert sorting.join(context, task) == "run-1-000000"
    assert [len(batch) for batch in sorting.read(tmp_path / "run-1-000000")] == [2]
    assert [path.name for path in tmp_path.iterdir()] == ["run-1-000000"]
