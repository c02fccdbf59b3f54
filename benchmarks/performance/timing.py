"""Processor time, which what else the machine does changes least, and what a command takes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, Protocol

#: The command of fonds, as this Python would run it.
FONDS = (sys.executable, "-c", "import sys; from fonds.cli import main; sys.argv[0] = 'fonds'; main()")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


class Clock:
    """Adds up seconds of processor time by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.process_time()
        try:
            yield
        finally:
            self.spent[stage] = self.spent.get(stage, 0.0) + time.process_time() - start


class Run(NamedTuple):
    """A command that has ended: seconds of all its processes, seconds on the clock, mebibytes at most.

    `memory` is that of all processes together, by sampling; `largest` that of the largest, as the
    system has counted it.
    """

    cpu: float
    wall: float
    memory: float
    largest: float
    code: int
    output: str


class Watching(Protocol):
    """Who watches a command while it runs."""

    def look(self, pid: int, memory: list[int]) -> None:
        """Called often, with the bytes that each of its processes holds."""

    def hear(self, line: bytes) -> None:
        """Called with each line of its standard error."""

    def end(self, cpu: float) -> None:
        """Called when it has ended, with the seconds that it has spent."""


def run(
    command: Sequence[str | Path],
    *,
    folder: Path | None = None,
    every: float = 0.05,
    watching: Watching | None = None,
) -> Run:
    """Run a command to its end, and look at its memory every so many seconds.

    Its standard error is let go if nobody is watching.
    """
    start = time.monotonic()
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        # modules are compiled once, as where fonds is installed
        env={name: told for name, told in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if watching else subprocess.DEVNULL,
    )
    ended = threading.Event()
    peak = [0]

    def sample() -> None:
        while not ended.wait(every):
            held = [_resident(pid) for pid in _tree(process.pid)]
            peak[0] = max(peak[0], sum(held))
            if watching:
                watching.look(process.pid, held)

    def listen(stream: IO[bytes]) -> None:
        for line in stream:
            if watching:
                watching.hear(line)

    threads = [threading.Thread(target=sample, daemon=True)]
    if process.stderr is not None:
        threads.append(threading.Thread(target=listen, args=(process.stderr,), daemon=True))
    for thread in threads:
        thread.start()
    assert process.stdout is not None
    try:
        with process.stdout:
            output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.terminate()  # a build that is told to end ends its own processes
        raise
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    for thread in threads:
        thread.join()
    if process.stderr is not None:
        process.stderr.close()
    largest = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    wall = time.monotonic() - start
    cpu = usage.ru_utime + usage.ru_stime
    if watching:
        watching.end(cpu)
    return Run(cpu, wall, max(peak[0] / 2**20, largest), largest, process.returncode, output)


def spent(pid: int) -> float:
    """Seconds of processor time of a process and all that it has started, where the system tells (Linux)."""
    ticks = 0
    for one in _tree(pid):
        try:
            # behind the name of the program, which may hold anything: proc(5), fields 14 to 17
            told = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, told[11:15]))
    return ticks / _TICKS


def _tree(pid: int) -> Iterator[int]:
    """A process and its descendants, where the system tells (Linux)."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        # a worker may have been started by another thread of its parent
        for task in Path(f"/proc/{pid}/task").iterdir():
            if task.name != str(pid):
                children += (task / "children").read_text()
    except OSError:
        return
    for child in children.split():
        yield from _tree(int(child))


def shared(pid: int) -> int:
    """Bytes that a process and its descendants hold, what they share counted once (Linux, PSS)."""
    total = 0
    for one in _tree(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
