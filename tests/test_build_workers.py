"""Processes of a build: order, death, limits of time; and that the bytes depend on none of it."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import tasks
from test_build_state import content, write

import fonds.converters
from fonds import Options, Record, Source
from fonds.build import Manner, build
from fonds.building import workers
from fonds.building.progress import Progress
from fonds.building.workers import Failed, Workers
from fonds.errors import ConfigError

CORPUS = Path(__file__).parents[1] / "corpus"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are started for the least work."""
    monkeypatch.setattr(workers, "FEW", 1)


def results(
    folder: Path, function: Callable[[Any, Any], Any], first: Any, count: int = 8, limit: float | None = None
) -> list[Any]:
    context = folder / "context"
    context.write_bytes(pickle.dumps(first))
    workers.forget()
    with closing(Workers(2)) as crew:
        told = crew.map(function, context, range(count), (lambda _: limit) if limit else None)
        return [result for _, result in told]


@pytest.mark.usefixtures("few")
def test_results_come_in_the_order_of_the_work_from_all_processes(tmp_path: Path) -> None:
    found = results(tmp_path, tasks.times, 10, 300)
    assert [value for value, _ in found] == [10 * item for item in range(300)]
    makers = {maker for _, maker in found}
    assert len(makers) == 2
    assert os.getpid() not in makers


def test_little_work_is_done_here(tmp_path: Path) -> None:
    assert {maker for _, maker in results(tmp_path, tasks.times, 10, workers.FEW - 1)} == {os.getpid()}


#: What becomes of the fourth of eight pieces of work.
FATES: dict[str, tuple[Callable[[Any, int], int], object]] = {
    "a process that hangs is killed": (tasks.hang, Failed(True, "it took longer than it may")),
    "work that kills twice is given up": (tasks.die, Failed(False, "two processes died of it (signal 9)")),
    "work whose process dies once is done again": (tasks.stumble, 3),
    "what others print does no harm": (tasks.chatter, 3),
}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("fate", FATES)
def test_one_piece_of_work_costs_no_other(fate: str, tmp_path: Path) -> None:
    function, outcome = FATES[fate]
    found = results(tmp_path, function, tmp_path, limit=1.5)
    assert found == [0, 1, 2, outcome, 4, 5, 6, 7]


@pytest.mark.usefixtures("few")
def test_what_ends_the_build_is_raised_here(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rules\.toml: no such table \(mend it\)"):
        results(tmp_path, tasks.refuse, 0)


@pytest.mark.usefixtures("few")
def test_processes_end_with_the_build_and_with_its_death(tmp_path: Path) -> None:
    code = (
        "import os, pickle, signal, sys; from pathlib import Path; import tasks\n"
        "from fonds.building import workers\n"
        "workers.FEW = 1; path = Path(sys.argv[1]); path.write_bytes(pickle.dumps(1))\n"
        "for _, (_, maker) in workers.Workers(2).map(tasks.times, path, range(9)):\n"
        "    print(maker, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "context")],
        env=environment,
        stdout=subprocess.PIPE,
        check=False,
    )
    makers = {int(line) for line in done.stdout.split()}
    assert makers
    end = time.monotonic() + 10
    while any(Path(f"/proc/{maker}").exists() and alive(maker) for maker in makers):
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


@pytest.mark.usefixtures("few")
def test_a_process_that_is_killed_changes_no_byte(tmp_path: Path) -> None:
    build(CORPUS, tmp_path / "one", jobs=1)
    killed: list[int] = []

    def watch(progress: Progress) -> None:
        if progress.stage == "describing" and not killed:
            children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
            killed.append(int(children[0]))
            os.kill(killed[0], signal.SIGKILL)

    build(CORPUS, tmp_path / "two", jobs=2, watch=watch)
    assert killed
    assert content(tmp_path / "two") == content(tmp_path / "one")


def test_a_document_that_hangs_a_rule_is_left_out_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letters" / "documents").mkdir(parents=True)
    (tmp_path / "letters" / "fonds.toml").write_text('base = "https://example.org/letters/"\n', "utf-8")
    for day in (3, 4, 5):
        write(tmp_path / "letters", day, "Emile Zola")
    build(tmp_path / "letters", tmp_path / "warm")  # so that no import counts against the limit
    stream = fonds.converters.stream

    def slow(source: Source, *, options: Options) -> Iterator[Record]:
        while source.name == "letter-4.txt":
            pass
        return stream(source, options=options)

    monkeypatch.setattr(fonds.converters, "stream", slow)
    summary = build(tmp_path / "letters", tmp_path / "dump", manner=Manner(time_limit=2))
    assert (summary.left_out, summary.records) == (("letter-4.txt",), 2)
    assert summary.findings == {"time-limit": 1}
    assert "longer than 2 s" in (tmp_path / "dump" / "findings.csv").read_text("utf-8")
    monkeypatch.undo()
    assert build(tmp_path / "letters", tmp_path / "dump").clean


def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("fonds")
    shutil.copytree(CORPUS, tmp_path / "corpus")
    process = subprocess.Popen(
        [str(command), "build", str(tmp_path / "corpus"), "-o", str(tmp_path / "dump"), "--json"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    first = process.stderr.readline()  # it has begun
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert '"stage":"checking"' in first
    assert process.returncode == 130
    assert "run the same command again" in told
    assert not (tmp_path / "dump").exists()
