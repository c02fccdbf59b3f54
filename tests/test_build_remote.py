"""Collections and dumps on other file systems: what is fetched, what is sent, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_build_state import LETTER, content, write

from fonds.build import Manner, build
from fonds.building import remote
from fonds.building.progress import Progress
from fonds.building.workers import Workers
from fonds.cli import main
from fonds.errors import ConfigError, OutputError, SourceError

fsspec = pytest.importorskip("fsspec", reason="the extra dask is not installed")


@pytest.fixture
def store() -> Iterator[Any]:
    """The file system in memory of fsspec, empty."""
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]
    yield fs
    fs.store.clear()


@pytest.fixture
def letters(store: Any, tmp_path: Path) -> Path:
    """Three letters, here and at memory://letters."""
    folder = tmp_path / "letters"
    (folder / "documents" / "1899").mkdir(parents=True)
    (folder / "fonds.toml").write_text('base = "https://example.org/letters/"\n', "utf-8")
    for day, name in ((3, "Emile Zola"), (4, "Alfred Dreyfus"), (5, "Georges Picquart")):
        write(folder, day, name)
    store.put(str(folder), "/letters", recursive=True)
    return folder


def mirrored(folder: Path) -> list[int]:
    """How many files are fetched, as it is told."""
    told: list[Progress] = []
    with closing(Workers(1)) as crew:
        remote.mirror(remote.Place(folder / "mirror", "memory://letters"), crew, told.append)
    return [progress.done for progress in told]


def test_a_collection_and_its_dump_elsewhere_have_the_bytes_of_those_here(
    store: Any, letters: Path, tmp_path: Path
) -> None:
    build(letters, tmp_path / "dump", jobs=1)
    summary = build("memory://letters", "memory://dump", jobs=1, manner=Manner(state=tmp_path / "state"))
    expected = content(tmp_path / "dump")
    assert {name.removeprefix("/dump/"): store.cat(name) for name in store.find("/dump")} == expected
    assert summary.output == "memory://dump"
    build("memory://letters", tmp_path / "near", jobs=1, manner=Manner(state=tmp_path / "other"))
    assert content(tmp_path / "near") == expected


def test_the_command_takes_addresses(store: Any, letters: Path, tmp_path: Path) -> None:
    """A path would lose one of the two slashes."""
    given = ["build", "memory://letters", "-o", "memory://dump", "--state", str(tmp_path / "state")]
    told = CliRunner().invoke(main, given)
    assert (told.exit_code, told.output.splitlines()[0].partition(":")[0]) == (0, "memory")
    assert store.exists("/dump/manifest.json")
    assert not (tmp_path / "state.copies" / "dump").exists()


def test_only_what_changed_is_fetched_and_what_is_gone_goes(
    store: Any, letters: Path, tmp_path: Path
) -> None:
    assert mirrored(tmp_path) == [4]
    assert content(tmp_path / "mirror") == content(letters)
    assert mirrored(tmp_path) == []
    store.rm("/letters/documents/letter-3.txt")
    store.pipe("/letters/documents/letter-4.txt", LETTER.format(day=4, name="Emile Zola", more="").encode())
    (tmp_path / "mirror" / "documents" / "letter-5.txt").write_text("damaged", "utf-8")
    assert mirrored(tmp_path) == [2]
    names = {f"documents/letter-{day}.txt" for day in (4, 5)}
    assert set(content(tmp_path / "mirror")) == {"fonds.toml", *names}
    assert b"Zola" in content(tmp_path / "mirror")["documents/letter-4.txt"]


def test_a_file_of_which_nothing_is_told_is_fetched_each_time(
    store: Any, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Size alone does not show a change."""
    monkeypatch.setattr(remote, "_TELLING", ())
    assert mirrored(tmp_path) == [4]
    assert mirrored(tmp_path) == [4]


@pytest.mark.parametrize("name", ["../fonds.toml", "a/../../b", "/etc/passwd", "a//b", ".", "a\0b"])
def test_a_name_that_leads_out_of_the_mirror(
    name: str, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Object stores have no folders, so `..` may stand in a name."""
    walk = [("/letters", {}, {name: {"size": 1, "created": 1}})]
    monkeypatch.setattr(type(fsspec.filesystem("memory")), "walk", lambda *_, **__: iter(walk))
    with pytest.raises(SourceError, match="no path that can be kept here"):
        mirrored(tmp_path)


def send(store: Any, dump: Path) -> None:
    with closing(Workers(1)) as crew:
        remote.send(remote.Place(dump, "memory://dump"), crew, lambda progress: None)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """A folder like a dump."""
    folder = tmp_path / "dump"
    (folder / "documents").mkdir(parents=True)
    for name in ("manifest.json", "all.nq", "documents/a.ttl"):
        (folder / name).write_text(name, "utf-8")
    return folder


def test_the_manifest_goes_first_and_comes_last(
    store: Any, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no moment stands a manifest beside files that are not its own."""
    send(store, dump)
    (dump / "all.nq").write_text("other", "utf-8")
    (dump / "documents" / "a.ttl").unlink()
    seen: list[bool] = []
    put, rm_file = type(store).put_file, type(store).rm_file

    def spied(action: Callable[..., Any]) -> Callable[..., Any]:
        def act(self: Any, *given: Any, **more: Any) -> Any:
            if not str(given[0]).endswith(("manifest.json", "manifest.json.part")):
                seen.append(self.exists("/dump/manifest.json"))
            return action(self, *given, **more)

        return act

    monkeypatch.setattr(type(store), "put_file", spied(put))
    monkeypatch.setattr(type(store), "rm_file", spied(rm_file))
    send(store, dump)
    assert seen
    assert not any(seen)
    assert sorted(store.find("/dump")) == ["/dump/all.nq", "/dump/manifest.json"]
    assert store.cat("/dump/all.nq") == b"other"


def test_sending_that_broke_off_goes_on(store: Any, dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("no route to host")

    with monkeypatch.context() as broken:
        broken.setattr(type(store), "put", refuse)
        with pytest.raises(OutputError, match=r"memory://dump: no route to host \(.*build again"):
            send(store, dump)
    assert not store.exists("/dump/manifest.json")
    send(store, dump)
    assert len(store.find("/dump")) == 3


def alter_there(store: Any, dump: Path) -> None:
    store.pipe("/dump/documents/a.ttl", b"documents/A.ttl")


#: What happens between two times of sending, and what is sent the second time besides the manifest.
BETWEEN: dict[str, tuple[Callable[[Any, Path], object], list[str]]] = {
    "nothing": (lambda store, dump: None, []),
    "another file here": (lambda store, dump: (dump / "all.nq").write_text("others"), ["all.nq"]),
    "a new file here": (lambda store, dump: (dump / "b.ttl").write_text("b"), ["b.ttl"]),
    "somebody else wrote there": (alter_there, ["documents/a.ttl"]),
    "a file less there": (lambda store, dump: store.rm_file("/dump/all.nq"), ["all.nq"]),
    "all gone there": (lambda store, dump: store.rm("/dump", recursive=True), ["all.nq", "documents/a.ttl"]),
    "what is known of it gone": (
        lambda store, dump: [path.unlink() for path in dump.parent.glob("sent-*.db")],
        ["all.nq", "documents/a.ttl"],
    ),
}


@pytest.mark.parametrize("change", BETWEEN)
def test_what_is_the_same_on_both_sides_is_not_sent_again(
    change: str, store: Any, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(store, dump)
    alter, expected = BETWEEN[change]
    alter(store, dump)
    sent: list[str] = []
    put = remote.put
    spied = lambda place, names: (sent.extend(names), put(place, names))[1]  # noqa: E731
    spied.__module__, spied.__qualname__ = put.__module__, put.__qualname__
    monkeypatch.setattr(remote, "put", spied)
    send(store, dump)
    assert sorted(sent) == expected
    there = {name.removeprefix("/dump/"): store.cat(name) for name in store.find("/dump")}
    assert there == content(dump)


def test_what_fonds_did_not_make_is_left_alone(store: Any, dump: Path) -> None:
    store.pipe("/dump/diary.txt", b"dear diary")
    with pytest.raises(OutputError, match="not empty, and fonds did not make it"):
        send(store, dump)
    assert store.find("/dump") == ["/dump/diary.txt"]


def test_the_state_must_be_named(letters: Path) -> None:
    with pytest.raises(ConfigError, match="--state"):
        build("memory://letters", "memory://dump")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nosuch://box/letters", "nosuch"),
        ("s3://box/letters", "s3fs"),
    ],
)
def test_a_file_system_that_is_not_there(url: str, said: str) -> None:
    if said == "s3fs":
        pytest.importorskip("distributed")
        try:
            import s3fs  # noqa: F401
        except ImportError:
            pass
        else:
            pytest.skip("s3fs is installed")
    with pytest.raises(ConfigError, match=said):
        remote.opened(url)


@pytest.mark.parametrize(
    ("place", "far"),
    [
        ("s3://box/letters", True),
        ("file:///letters", True),
        ("letters", False),
        ("C:\\letters", False),
        ("C:/letters", False),
        (Path("s3://box"), False),
    ],
)
def test_an_address_is_no_path(place: str | Path, far: bool) -> None:
    assert remote.is_remote(place) is far
