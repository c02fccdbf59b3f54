"""A build as it goes: what each of its stages takes, as it tells of itself, and the disk that it fills."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

from benchmarks.performance import timing

#: What follows when a stage is through, before the build tells of the next one.
_AFTER: Final = {"reading": "planning"}
#: How much further a stage is each time when it is looked at: half a power of ten.
_STEP: Final = 10**0.5
#: Every how many looks it is asked what processes share, which takes longer.
_SELDOM: Final = 5
_BLOCK: Final = 512  # bytes, whatever the file system counts in (POSIX, st_blocks)


@dataclass
class Stage:
    """Seconds of processor time of all processes and on the clock; mebibytes of all, and of the largest."""

    cpu: float = 0.0
    clock: float = 0.0
    memory: float = 0.0
    largest: float = 0.0


class Stages:
    """Watches a build that tells of itself with --json, as `timing.run` lets it.

    `disk` is the folder by whose file system the disk is measured. After the run `found` has the stages in
    their order, `filled` the bytes by which that disk was fuller at most, and `passed` what had been spent
    by the time that so many documents were through a stage. `once` are the bytes that all processes held at
    most, with what they share counted once.
    """

    def __init__(self, disk: Path) -> None:
        self.found: dict[str, Stage] = {}
        self.passed: list[dict[str, Any]] = []
        self.filled = self.once = 0
        self._disk, self._free = disk, _free(disk)
        self._pid = 0
        self._stage, self._cpu, self._clock = "starting", 0.0, monotonic()
        self._next = 1000.0
        self._looks = 0

    def look(self, pid: int, memory: list[int]) -> None:
        """Take note of the bytes that each process holds now."""
        self._pid = pid
        stage = self.found.setdefault(self._stage, Stage())
        stage.memory = max(stage.memory, sum(memory) / 2**20)
        stage.largest = max(stage.largest, max(memory, default=0) / 2**20)
        self._looks += 1
        if self._looks % _SELDOM == 0:
            self.once = max(self.once, timing.shared(pid))
            self.filled = max(self.filled, self._free - _free(self._disk))

    def hear(self, line: bytes) -> None:
        """Take in one event."""
        try:
            told = json.loads(line)
            stage, done, total = str(told["stage"]), int(told["done"]), int(told["total"])
        except (ValueError, KeyError, TypeError):  # a warning of some library
            return
        cpu = timing.spent(self._pid) if self._pid else 0.0
        if stage != self._stage:
            self._turn(stage, cpu)
            self._next = 1000.0
        if done >= self._next and total:
            self.passed.append({"stage": stage, "done": done, "cpu, s": round(cpu, 2)})
            while self._next <= done:
                self._next *= _STEP
        if done >= total > 0 and stage in _AFTER:
            self._turn(_AFTER[stage], cpu)

    def end(self, cpu: float) -> None:
        """The process has ended; all of its processor time is known now."""
        self._turn("", cpu)

    def _turn(self, stage: str, cpu: float) -> None:
        now = monotonic()
        held = self.found.setdefault(self._stage, Stage())
        held.cpu += max(0.0, cpu - self._cpu)
        held.clock += now - self._clock
        self._stage, self._cpu, self._clock = stage, max(cpu, self._cpu), now


def _free(folder: Path) -> int:
    told = os.statvfs(folder)
    return told.f_bfree * told.f_frsize


def size(folders: Iterable[Path], shared: bool = True) -> int:
    """Bytes of disk that folders take; without `shared` those of files that have no other name besides."""
    return sum(
        told.st_blocks * _BLOCK
        for folder in folders
        for told in _files(folder)
        if shared or told.st_nlink == 1
    )


def _files(folder: Path) -> Iterator[os.stat_result]:
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
