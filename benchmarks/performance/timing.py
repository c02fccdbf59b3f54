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
from typing import NamedTuple

#: The command of fonds, as this Python would run it.
FONDS = (sys.executable, "-c", "import sys; from fonds.cli import main; sys.argv[0] = 'fonds'; main()")
_PAGE = os.sysconf("SC_PAGE_SIZE")


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


def run(command: Sequence[str | Path], *, folder: Path | None = None) -> Run:
    """Run a command to its end; its standard error is let go."""
    start = time.monotonic()
    process = subprocess.Popen(
        [str(word) for word in command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    ended = threading.Event()
    peak = [0]

    def sample() -> None:
        while not ended.wait(0.05):
            peak[0] = max(peak[0], sum(_resident(pid) for pid in _tree(process.pid)))

    watcher = threading.Thread(target=sample, daemon=True)
    watcher.start()
    assert process.stdout is not None
    with process.stdout:
        output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watcher.join()
    largest = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    wall = time.monotonic() - start
    cpu = usage.ru_utime + usage.ru_stime
    return Run(cpu, wall, max(peak[0] / 2**20, largest), largest, process.returncode, output)


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


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
