"""Processes that do one piece of work after the other, with results in the order of the work.

A worker is a new Python that is told what to do by name and path; nothing is copied into it. A
worker that dies is replaced and its work given once to another; work that outlasts its limit of
time is given up with the worker. Little work is done in this process: to start another costs more.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from types import FrameType
from typing import Any, Final, NamedTuple

#: Pieces of work from which on other processes are worth their start (0.6 s each, on the machine where
#: a document took 0.05 s).
FEW: Final = 24
#: Pieces of work given to a worker ahead of time, so that it need not wait for this process.
_AHEAD: Final = 2
#: Results that may wait for one that comes before them, for each worker.
_WAITING: Final = 64


class Failed(NamedTuple):
    """Work that was given up: `late` if it outlasted its limit, else because workers died of it."""

    late: bool
    reason: str


@dataclass(eq=False)
class _Worker:
    """A process, and the numbers of the work that it has been given, the current one first."""

    process: subprocess.Popen[bytes]
    work: deque[int] = field(default_factory=deque)
    since: float = 0.0
    late: bool = False


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


@lru_cache(maxsize=8)
def _context(path: Path) -> Any:
    # a file of the state folder, which this build has written
    return pickle.loads(path.read_bytes())  # noqa: S301


def named(function: Callable[..., Any]) -> str:
    """How a worker finds a function."""
    return f"{function.__module__}:{function.__qualname__}"


def call(function: str, context: Path, item: Any) -> Any:
    """Do one piece of work."""
    room, _, name = function.partition(":")
    return getattr(import_module(room), name)(_context(context), item)


def forget() -> None:
    """Let go of contexts, whose files are about to be deleted."""
    _context.cache_clear()


class Workers:
    """Up to `jobs` processes, started when there is work for them."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._workers: list[_Worker] = []
        self._inbox: SimpleQueue[tuple[_Worker, tuple[str, Any] | None]] = SimpleQueue()

    def map(
        self,
        function: Callable[[Any, Any], Any],
        context: Path,
        items: Iterable[Any],
        limit: Callable[[Any], float] | None = None,
        least: int | None = None,
    ) -> Iterator[tuple[Any, Any]]:
        """Each item with `function(context, item)`, or with `Failed`, in order.

        `context` is a file with the pickled first argument, `limit` gives the seconds that an item may
        take. What the function raises is raised here. Fewer items than `least` are done in this process.
        """
        few = FEW if least is None else least
        stream = iter(items)
        first = list(islice(stream, few))
        if len(first) < few and not self._workers:
            yield from in_process(function, context, first, limit)
            return
        yield from self._spread(named(function), context, chain(first, stream), limit)

    def close(self) -> None:
        """End all workers at once, whatever they are doing."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.wait()
            for pipe in (worker.process.stdin, worker.process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
        self._workers.clear()

    def _spread(
        self,
        function: str,
        context: Path,
        items: Iterator[Any],
        limit: Callable[[Any], float] | None,
    ) -> Iterator[tuple[Any, Any]]:
        given: dict[int, Any] = {}
        done: dict[int, Any] = {}
        again: deque[int] = deque()
        suspects: set[int] = set()
        begun = out = 0
        ended = False
        while True:
            while not ended or again:
                worker = self._free()
                if worker is None:
                    break
                if again:
                    number = again.popleft()
                elif begun - out >= self.jobs * _WAITING:
                    break
                else:
                    try:
                        given[begun] = next(items)
                    except StopIteration:
                        ended = True
                        break
                    number, begun = begun, begun + 1
                self._give(worker, number, (function, context, given[number]))
            if not given:
                return
            for worker, answer in self._answers(given, limit):
                if answer is None:
                    self._bury(worker, again, suspects, done)
                    continue
                number = worker.work.popleft()
                worker.since = monotonic()
                if answer[0] == "raised":
                    raise answer[1]
                done[number] = answer[1]
            while out in done:
                yield given.pop(out), done.pop(out)
                out += 1

    def _free(self) -> _Worker | None:
        """A worker that can be given more, the one with least first; None if all have enough."""
        if len(self._workers) < self.jobs and all(worker.work for worker in self._workers):
            self._workers.append(self._started())
        worker = min(self._workers, key=lambda one: len(one.work))
        return worker if len(worker.work) < _AHEAD else None

    def _give(self, worker: _Worker, number: int, task: tuple[str, Path, Any]) -> None:
        if not worker.work:
            worker.since = monotonic()
        worker.work.append(number)
        pipe = worker.process.stdin
        with suppress(OSError):  # if it is dead, the end of its answers will say so
            pickle.dump(task, pipe, protocol=5)  # type: ignore[arg-type]
            pipe.flush()  # type: ignore[union-attr]

    def _answers(
        self, given: dict[int, Any], limit: Callable[[Any], float] | None
    ) -> Iterator[tuple[_Worker, tuple[str, Any] | None]]:
        """What has come in, at least one; a worker whose work is late is killed meanwhile."""
        while True:
            ends = {
                worker: worker.since + limit(given[worker.work[0]])
                for worker in self._workers
                if limit and worker.work and not worker.late
            }
            try:
                wait = min(ends.values()) - monotonic() if ends else None
                yield self._inbox.get(timeout=max(wait, 0.001) if wait is not None else None)
            except Empty:
                for worker, end in ends.items():
                    if monotonic() >= end:
                        worker.late = True
                        worker.process.kill()
                continue
            while not self._inbox.empty():
                yield self._inbox.get()
            return

    def _bury(self, worker: _Worker, again: deque[int], suspects: set[int], done: dict[int, Any]) -> None:
        """Take a dead worker out: what it was doing is done once more, what it had not begun too."""
        code = worker.process.wait()
        self._workers.remove(worker)
        if not worker.work:
            return
        number = worker.work.popleft()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        if worker.late:
            done[number] = Failed(True, "it took longer than it may")
        elif number in suspects:
            done[number] = Failed(False, f"two processes died of it ({how})")
        else:
            suspects.add(number)
            again.append(number)
        again.extend(worker.work)

    def _started(self) -> _Worker:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "fonds.building.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        worker = _Worker(process)
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()
        return worker

    def _listen(self, worker: _Worker) -> None:
        while True:
            try:
                answer = pickle.load(worker.process.stdout)  # type: ignore[arg-type]  # noqa: S301
            except Exception:  # the pipe has ended, or was cut off within an answer
                self._inbox.put((worker, None))
                return
            self._inbox.put((worker, answer))


class _Late(BaseException):
    """The limit of time is reached. No Exception: work must not take it for a fault of its own."""


def in_process(
    function: Callable[[Any, Any], Any],
    context: Path,
    items: Iterable[Any],
    limit: Callable[[Any], float] | None,
) -> Iterator[tuple[Any, Any]]:
    """Each item with what comes of it in this process; the limit holds where the system has an alarm."""
    name = named(function)
    for item in items:
        try:
            with _alarm(limit(item) if limit else None):
                result = call(name, context, item)
        except _Late:
            result = Failed(True, "it took longer than it may")
        yield item, result


@contextmanager
def _alarm(limit: float | None) -> Iterator[None]:
    main = threading.current_thread() is threading.main_thread()
    if limit is None or not main or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
