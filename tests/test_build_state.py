"""What a build keeps: what is done again and what is not, interruptions, damage, and two builds at once."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ead_samples import EAD2002

from fonds.agents import resolve
from fonds.build import Manner, build, converted
from fonds.building import deciding, describing, keys, names, packing, passes, reading, spool, state
from fonds.building.progress import Progress
from fonds.building.reading import Context
from fonds.config import read as read_config
from fonds.errors import OutputError

CORPUS = Path(__file__).parents[1] / "corpus"
LETTER = "Paris, {day} May 1899\n\nDear Sir,\n\nI have received your letter of 1 May 1899{more}.\n\nYours truly,\n{name}\n"


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Four letters, two of them signed by one person."""
    folder = tmp_path / "letters"
    (folder / "documents").mkdir(parents=True)
    (folder / "fonds.toml").write_text('base = "https://example.org/letters/"\n', "utf-8")
    for day, name in ((3, "Emile Zola"), (4, "Emile Zola"), (5, "Alfred Dreyfus"), (6, "Georges Picquart")):
        write(folder, day, name)
    return folder


def write(folder: Path, day: int, name: str, more: str = "") -> None:
    text = LETTER.format(day=day, name=name, more=more)
    (folder / "documents" / f"letter-{day}.txt").write_text(text, "utf-8")


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def undisturbed(collection: Path, tmp_path: Path) -> dict[str, bytes]:
    """The dump that a build makes which knows nothing from before."""
    fresh = tmp_path / "undisturbed"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(f"{fresh}.state", ignore_errors=True)
    build(collection, fresh)
    return content(fresh)


class Done:
    """Which documents are read and which records described, counted where the work is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []
        self.decided: list[str] = []
        self.described: list[str] = []
        read, unmoved, describe = reading.read, deciding.unmoved, describing.describe

        def reads(context: reading.Context, wanted: passes.Wanted) -> object:
            self.read.append(wanted.name)
            return read(context, wanted)

        def decides(context: describing.Context, before: deciding.Before) -> object:
            self.decided.append(before.task.name)
            return unmoved(context, before)

        def describes(context: describing.Context, task: describing.Task) -> object:
            self.described.append(task.name)
            return describe(context, task)

        reads.__module__, reads.__qualname__ = read.__module__, read.__qualname__
        decides.__module__, decides.__qualname__ = unmoved.__module__, unmoved.__qualname__
        describes.__module__, describes.__qualname__ = describe.__module__, describe.__qualname__
        monkeypatch.setattr(reading, "read", reads)
        monkeypatch.setattr(deciding, "unmoved", decides)
        monkeypatch.setattr(describing, "describe", describes)

    def since(self) -> tuple[list[str], list[str]]:
        found = self.read, self.described
        self.read, self.decided, self.described = [], [], []
        return found


# --- what is done again


def own_shapes(folder: Path) -> None:
    """Shapes of the collection's own, which are not those of fonds."""
    shutil.copytree(CORPUS.parent / "shapes", folder / "shapes")
    with min((folder / "shapes").glob("*.ttl")).open("a", encoding="utf-8") as stream:
        stream.write("# read by nobody yet\n")
    (folder / "fonds.toml").write_text(
        'base = "https://example.org/letters/"\nshapes.path = "shapes"\n', "utf-8"
    )


#: What changes, and which letters are read and which described again: no other.
CHANGES: dict[str, tuple[Callable[[Path], object], list[str], list[str]]] = {
    "nothing": (lambda folder: None, [], []),
    "a word of one document": (
        lambda folder: write(folder, 5, "Alfred Dreyfus", more=" with joy"),
        ["letter-5.txt"],
        ["letter-5.txt"],
    ),
    "a document of nobody else": (
        lambda folder: write(folder, 7, "Ferdinand Esterhazy"),
        ["letter-7.txt"],
        ["letter-7.txt"],
    ),
    # a third letter of Zola's: "the same full name in 3 documents" is said in all of them
    "a document of a person in others": (
        lambda folder: write(folder, 7, "Emile Zola"),
        ["letter-7.txt"],
        ["letter-3.txt", "letter-4.txt", "letter-7.txt"],
    ),
    # one bearer of the surname may be another: who bears it is compared again, and found to be the same
    "a document of a namesake": (
        lambda folder: write(folder, 7, "Mathieu Dreyfus"),
        ["letter-7.txt"],
        ["letter-7.txt"],
    ),
    "a document less": (lambda folder: (folder / "documents" / "letter-6.txt").unlink(), [], []),
    "the title of the collection": (
        lambda folder: (folder / "fonds.toml").write_text(
            'base = "https://example.org/letters/"\ntitle = "Letters"\n', "utf-8"
        ),
        [],
        [],
    ),
    "the shapes": (
        lambda folder: (folder / "fonds.toml").write_text(
            f'base = "https://example.org/letters/"\nshapes.path = "{CORPUS.parent / "shapes"}"\n', "utf-8"
        ),
        [],
        [],  # the same shapes, from another place
    ),
    "a shape": (
        own_shapes,
        [],
        ["letter-3.txt", "letter-4.txt", "letter-5.txt", "letter-6.txt"],
    ),
    "the period": (
        lambda folder: (folder / "fonds.toml").write_text(
            'base = "https://example.org/letters/"\nperiod = [1890, 1910]\n', "utf-8"
        ),
        ["letter-3.txt", "letter-4.txt", "letter-5.txt", "letter-6.txt"],
        ["letter-3.txt", "letter-4.txt", "letter-5.txt", "letter-6.txt"],
    ),
    "the base": (
        lambda folder: (folder / "fonds.toml").write_text('base = "https://example.org/other/"\n', "utf-8"),
        [],
        ["letter-3.txt", "letter-4.txt", "letter-5.txt", "letter-6.txt"],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_change_touches_is_done_again_and_nothing_else(
    change: str, collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(collection, tmp_path / "dump")
    done = Done(monkeypatch)
    alter, read, described = CHANGES[change]
    alter(collection)
    build(collection, tmp_path / "dump")
    assert done.since() == (read, described)
    assert content(tmp_path / "dump") == undisturbed(collection, tmp_path)


AUTHORITY = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <https://schema.org/> .

<https://example.org/people/1> a schema:Person ; skos:prefLabel "{name}" .
"""


def authority(folder: Path, name: str) -> None:
    (folder / "people.ttl").write_text(AUTHORITY.format(name=name), "utf-8")
    (folder / "fonds.toml").write_text(
        'base = "https://example.org/letters/"\nauthority.file = "people.ttl"\n', "utf-8"
    )


#: What changes besides the documents, and the letters of which it is decided again who is who, and those
#: that are described again: where someone else is meant now, no others.
WHO: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "an authority file in which nobody is": (lambda folder: authority(folder, "Clemenceau, Georges"), []),
    "an authority file in which one is": (
        lambda folder: authority(folder, "Dreyfus, Alfred"),
        ["letter-5.txt"],
    ),
}


@pytest.mark.parametrize("change", WHO)
def test_what_is_known_of_persons_touches_only_where_they_are_named(
    change: str, collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(collection, tmp_path / "dump")
    done = Done(monkeypatch)
    alter, described = WHO[change]
    alter(collection)
    build(collection, tmp_path / "dump")
    assert done.decided == [f"letter-{day}.txt" for day in (3, 4, 5, 6)]
    assert done.since() == ([], described)
    assert content(tmp_path / "dump") == undisturbed(collection, tmp_path)
    done.since()
    build(collection, tmp_path / "dump")  # what was decided is known
    assert (done.decided, *done.since()) == ([], [], [])


def test_records_of_one_document_come_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding aid of a hundred thousand units is not held as a whole by any process."""
    (tmp_path / "aid" / "documents").mkdir(parents=True)
    (tmp_path / "aid" / "fonds.toml").write_text('base = "https://example.org/aid/"\n', "utf-8")
    (tmp_path / "aid" / "documents" / "aran.xml").write_text(EAD2002, "utf-8")
    summary = build(tmp_path / "aid", tmp_path / "whole")
    assert summary.records > 3
    for portion in (1, 2):
        monkeypatch.setattr(reading, "_PORTION", portion)
        assert build(tmp_path / "aid", tmp_path / f"by-{portion}").records == summary.records
        assert content(tmp_path / f"by-{portion}") == content(tmp_path / "whole")
    largest = []
    portions = reading.portions
    monkeypatch.setattr(
        reading,
        "portions",
        lambda outcome, pieces: (largest.append(len(one)) or one for one in portions(outcome, pieces)),
    )
    build(tmp_path / "aid", tmp_path / "seen")
    assert max(largest) == 2
    assert sum(largest) == summary.records


def test_no_query_stays_open_over_a_pass(tmp_path: Path) -> None:
    """Rows come a thousand at a time, and what is written meanwhile goes from the journal to the tables."""
    with state.opened(tmp_path / "kept") as kept:
        kept.put("issue", ((None, f"{n}", "", "", 0, b"") for n in range(2500)))
        kept.commit()
        seen = []
        for n, name in kept.each("SELECT n, document FROM issue WHERE n"):
            seen.append((n, name))
            kept.store.execute("UPDATE issue SET issue = ? WHERE n = ?", (b"x" * 4000, n))
            if n % 500 == 0:
                kept.commit()
        assert seen == [(n + 1, f"{n}") for n in range(2500)]
        assert (tmp_path / "kept" / "state.db-wal").stat().st_size < 2500 * 4000


def test_what_is_sorted_passes_through_the_folder_of_the_build(tmp_path: Path) -> None:
    with state.opened(tmp_path / "kept") as kept:
        with kept.sorting():
            assert kept.one("PRAGMA temp_store_directory") == (str(kept.work),)
        assert kept.one("PRAGMA temp_store_directory") in (None, ("",))


def test_where_nothing_has_changed_nothing_is_written(collection: Path, tmp_path: Path) -> None:
    first = build(collection, tmp_path / "dump")
    before = (tmp_path / "dump").stat().st_ino
    said: list[Progress] = []
    assert build(collection, tmp_path / "dump", watch=said.append) == first
    assert "nothing has changed" in said[-1].message
    assert (tmp_path / "dump").stat().st_ino == before
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


#: What happens to a dump, which the next build mends though no document has changed.
MEDDLED: dict[str, Callable[[Path], object]] = {
    "a file less": lambda dump: (dump / "all.nq").unlink(),
    "a file more": lambda dump: (dump / "notes.txt").write_text("mine"),
    "a file with other words": lambda dump: (dump / "report.csv").write_text("none"),
    "all of it gone": shutil.rmtree,
}


@pytest.mark.parametrize("meddle", MEDDLED)
def test_a_dump_that_was_changed_is_written_again(meddle: str, collection: Path, tmp_path: Path) -> None:
    build(collection, tmp_path / "dump")
    MEDDLED[meddle](tmp_path / "dump")
    build(collection, tmp_path / "dump")
    assert content(tmp_path / "dump") == undisturbed(collection, tmp_path)


def test_what_fonds_toml_says_of_the_dump_is_no_small_thing(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Options and the time are compared too: to and fro, the bytes are those of a first build."""
    before = undisturbed(collection, tmp_path)
    build(collection, tmp_path / "dump")
    build(collection, tmp_path / "dump", manner=Manner(shards=100))
    assert (tmp_path / "dump" / "all-00001.nq.gz").is_file()
    build(collection, tmp_path / "dump")
    assert content(tmp_path / "dump") == before
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    build(collection, tmp_path / "dump")
    assert content(tmp_path / "dump") == undisturbed(collection, tmp_path) != before


def test_many_changes_one_after_the_other(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether runs are joined or not, the dump is that of a first build, and none of them is left."""
    monkeypatch.setattr("fonds.building.levels.FAN", 2)
    monkeypatch.setattr("fonds.building.sorting.PACKED", 1)
    for turn in range(4):
        write(collection, 5, "Alfred Dreyfus", more=" again" * turn)
        write(collection, 10 + turn, "Emile Zola")
        (collection / "documents" / f"letter-{8 + turn}.txt").unlink(missing_ok=True)
        build(collection, tmp_path / "dump")
        assert not list((tmp_path / "dump.state" / "runs").iterdir())
        assert content(tmp_path / "dump") == undisturbed(collection, tmp_path)


def test_a_changed_rule_does_everything_again(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(collection, tmp_path / "dump")
    monkeypatch.setattr(keys, "program", lambda: b"another version")
    done = Done(monkeypatch)
    build(collection, tmp_path / "dump")
    assert [len(names) for names in done.since()] == [4, 4]


def test_the_state_does_not_grow_with_every_build(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_MANY", 3)
    kept = tmp_path / "dump.state"
    sizes = []
    for turn in range(9):
        write(collection, 5, "Alfred Dreyfus", more=" again" * turn)
        build(collection, tmp_path / "dump")
        pieces = list((kept / "pieces").iterdir())
        assert len(pieces) <= 4
        sizes.append(sum(path.stat().st_size for path in pieces))
    assert max(sizes) < 2.1 * sizes[0]
    assert content(tmp_path / "dump") == undisturbed(collection, tmp_path)
    (collection / "documents" / "letter-6.txt").unlink()
    build(collection, tmp_path / "dump")
    assert len(list((kept / "documents").iterdir())) == 2 * 3


def test_a_crowd_here_is_no_smaller_than_a_crowd_in_resolving() -> None:
    """Else a name could change behind a crowd that resolving still looks at."""
    assert names._CROWD >= resolve._CROWD


def test_the_state_may_stand_elsewhere_and_be_deleted(collection: Path, tmp_path: Path) -> None:
    build(collection, tmp_path / "dump", manner=Manner(state=tmp_path / "kept"))
    before = content(tmp_path / "dump")
    assert not (tmp_path / "dump.state").exists()
    shutil.rmtree(tmp_path / "kept")
    build(collection, tmp_path / "dump", manner=Manner(state=tmp_path / "kept"))
    assert content(tmp_path / "dump") == before


def test_the_state_is_no_folder_of_somebody_else(collection: Path, tmp_path: Path) -> None:
    (tmp_path / "dump.state").mkdir()
    (tmp_path / "dump.state" / "thesis.odt").write_text("years of work")
    with pytest.raises(OutputError, match="did not make it"):
        build(collection, tmp_path / "dump")
    assert (tmp_path / "dump.state" / "thesis.odt").read_text() == "years of work"


# --- damage


def flip(path: Path, at: float) -> None:
    """Change one byte of a file, at a share of its length."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 0x55
    path.write_bytes(bytes(data))


def flip_all(folder: Path) -> None:
    for path in folder.iterdir():
        for share in range(1, 200):
            flip(path, share / 200)


def the_one(kept: Path, name: str) -> Path:
    """A file of those that a build goes on from."""
    (path,) = (kept / "kept").glob(f"*/{name}")
    return path


def quietly(path: Path, at: float) -> None:
    """Change one byte of a file, as a disk does that errs."""
    before = path.stat()
    flip(path, at)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


#: What is damaged, and whether everything must be done anew and is said to be.
DAMAGES: dict[str, tuple[Callable[[Path], object], bool]] = {
    "a byte of the tables": (lambda kept: flip(kept / "state.db", 0.6), True),
    "the head of the tables": (lambda kept: flip(kept / "state.db", 0.0), True),
    "no tables": (lambda kept: (kept / "state.db").unlink(), True),
    "tables that are no database": (lambda kept: (kept / "state.db").write_bytes(b"x" * 5000), True),
    # the statements stand in the files of the dump too: what is not needed is not read
    "a byte of the pieces": (lambda kept: flip_all(kept / "pieces"), False),
    # then the files of the collection are put together from the pieces
    "a file of the collection": (lambda kept: flip(the_one(kept, "evidence.ttl"), 0.5), False),
    "no file of the collection": (lambda kept: the_one(kept, "all.nq").unlink(), False),
    "another index": (lambda kept: flip(the_one(kept, "index"), 0.5), False),
    # a disk that errs changes no time
    "a byte of the index": (lambda kept: quietly(the_one(kept, "index"), 0.5), True),
    "a byte of the places": (lambda kept: quietly(the_one(kept, "places"), 0.3), True),
    "half an index": (lambda kept: os.truncate(the_one(kept, "index"), 2000), False),
    "no files of the collection": (lambda kept: shutil.rmtree(kept / "kept"), False),
    "no runs": (lambda kept: shutil.rmtree(kept / "runs"), False),
    "no pieces": (lambda kept: shutil.rmtree(kept / "pieces"), True),
    "a file of a record": (lambda kept: flip(min((kept / "documents").iterdir()), 0.5), False),
    "no files of records": (lambda kept: shutil.rmtree(kept / "documents"), False),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_is_seen_and_made_anew(damage: str, collection: Path, tmp_path: Path) -> None:
    build(collection, tmp_path / "dump")
    before = content(tmp_path / "dump")
    # what the dump shares with the state must not be damaged through it
    shutil.copytree(tmp_path / "dump", tmp_path / "copy")
    shutil.rmtree(tmp_path / "dump")
    harm, anew = DAMAGES[damage]
    harm(tmp_path / "dump.state")
    said: list[Progress] = []
    build(collection, tmp_path / "dump", watch=said.append)
    assert content(tmp_path / "dump") == before
    assert any("damaged" in progress.message for progress in said) == anew


def test_damaged_records_are_seen_when_they_are_needed(collection: Path, tmp_path: Path) -> None:
    build(collection, tmp_path / "dump")
    flip_all(tmp_path / "dump.state" / "pieces")
    own_shapes(collection)  # all is described again
    said: list[Progress] = []
    build(collection, tmp_path / "dump", watch=said.append)
    assert any("damaged" in progress.message for progress in said)
    assert content(tmp_path / "dump") == undisturbed(collection, tmp_path)


def test_a_piece_that_is_not_what_was_kept(tmp_path: Path) -> None:
    kept = spool.Spool(tmp_path)
    ref = kept.append(b"words")
    assert kept.read(ref) == b"words"
    kept.forget()
    flip(next(spool.files(tmp_path)), 0.9)
    with pytest.raises(spool.Corrupt, match="not what was kept"):
        spool.Spool(tmp_path).read(ref)


def test_records_come_back_as_they_were_packed() -> None:
    """Values of frozen classes with slots, which are packed apart, and all others as Python does it."""
    records, _ = converted(read_config(CORPUS))
    assert records
    for record in records:
        assert pickle.loads(packing.packed(record)) == record
    for value in (records[0].source, Context, Path("a"), {1: (None, "b")}):
        assert pickle.loads(packing.packed(value)) == value
    assert len(packing.packed(records)) < 1.1 * len(pickle.dumps(records, protocol=5))


# --- interruptions

RUN = """
import resource
import sys
from fonds.build import build
if __name__ == "__main__":
    if len(sys.argv) > 4:  # bytes that no file may exceed
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]),) * 2)
    build(sys.argv[1], sys.argv[2], jobs=int(sys.argv[3]))
"""


def start(tmp_path: Path, collection: Path, dump: Path, jobs: int = 1) -> subprocess.Popen[bytes]:
    (tmp_path / "run.py").write_text(RUN, "utf-8")
    command = [sys.executable, str(tmp_path / "run.py"), str(collection), str(dump), str(jobs)]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def test_killed_at_any_moment_the_next_build_ends_with_the_same_bytes(
    collection: Path, tmp_path: Path
) -> None:
    expected = undisturbed(collection, tmp_path)
    dump, chance = tmp_path / "dump", random.Random(1899)
    begun = time.monotonic()
    assert start(tmp_path, collection, tmp_path / "timed").wait() == 0
    whole = time.monotonic() - begun
    for _ in range(3):
        process = start(tmp_path, collection, dump)
        time.sleep(whole * chance.uniform(0.2, 1.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if dump.exists():  # a build may have ended before: then it is whole
            assert content(dump) == expected
    build(collection, dump)
    assert content(dump) == expected
    assert not (tmp_path / ".dump.part").exists()


class Killed(BaseException):
    """A signal of this test alone, where a process would be gone."""


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.3, 0.45, 0.55, 0.7, 0.8, 0.9])
def test_stopped_at_each_step_the_next_build_goes_on(share: float, collection: Path, tmp_path: Path) -> None:
    """By hand at every step, since signals seldom meet the narrow ones."""
    steps: list[Progress] = []
    build(collection, tmp_path / "undisturbed", watch=steps.append)
    expected, last = content(tmp_path / "undisturbed"), int(share * (len(steps) - 2))
    told: list[Progress] = []

    def watch(progress: Progress) -> None:
        told.append(progress)
        if len(told) > last:
            raise Killed

    with pytest.raises(Killed):
        build(collection, tmp_path / "dump", watch=watch)
    assert not (tmp_path / "dump").exists()
    build(collection, tmp_path / "dump")
    assert content(tmp_path / "dump") == expected


@pytest.mark.parametrize("limit", [4_000, 40_000, 90_000])
def test_a_full_disk_loses_nothing(limit: int, collection: Path, tmp_path: Path) -> None:
    """A limit on the size of files refuses writes in the middle, as a full disk does."""
    expected = undisturbed(collection, tmp_path)
    shutil.copytree(tmp_path / "undisturbed", tmp_path / "dump")
    write(collection, 3, "Emile Zola", more=" with joy")
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(collection), str(tmp_path / "dump"), "1", str(limit)],
        stderr=subprocess.PIPE,
    )
    _, told = process.communicate()
    assert process.returncode == 1
    assert b"OutputError" in told
    assert content(tmp_path / "dump") == expected, "the earlier dump stays whole"
    build(collection, tmp_path / "dump")
    assert content(tmp_path / "dump") == undisturbed(collection, tmp_path)


def test_two_builds_into_one_dump(collection: Path, tmp_path: Path) -> None:
    with (
        state.opened(tmp_path / "dump.state"),
        pytest.raises(OutputError, match=rf"another build .*process {os.getpid()}.*wait until"),
    ):
        build(collection, tmp_path / "dump")
    build(collection, tmp_path / "dump")


def test_the_lock_of_a_dead_build_does_not_hold(collection: Path, tmp_path: Path) -> None:
    build(collection, tmp_path / "dump")
    (tmp_path / "dump.state" / "lock").write_text("4194304\n")
    build(collection, tmp_path / "dump")


def test_nothing_of_this_build_stays_in_the_state(collection: Path, tmp_path: Path) -> None:
    build(collection, tmp_path / "dump")
    kept = tmp_path / "dump.state"
    assert sorted(path.name for path in kept.iterdir()) == [
        *("CACHEDIR.TAG", "documents", "kept", "lock", "pieces", "runs", "state.db", "state.sum")
    ]
    with sqlite3.connect(kept / "state.db") as store:
        tables = {row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {"meta", "source", "record", "tells", "signature", "result", "run", "held", "dumped"}
    assert "dump.state" not in (tmp_path / "dump" / "manifest.json").read_text("utf-8")
