"""How far a build has come: for a terminal, for a log, and for a program.

A watcher is called with a `Progress` whenever something is done; how often it speaks is its own affair.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from time import monotonic
from typing import IO, Final

#: Seconds between two lines of a log, and between two events for a program.
_SPARSE: Final = 30.0
_EVENTS: Final = 1.0
#: Seconds before the first line of a log: a short build says nothing.
_PATIENCE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done: the stage, how many pieces of it of how many, and what was found so far.

    `findings` counts what a reader should know, `left_out` documents or records that are not in the
    dump, `message` is something to say once. `total` is 0 where it is not known.
    """

    stage: str
    done: int
    total: int
    findings: int = 0
    left_out: int = 0
    message: str = ""


Watch = Callable[[Progress], None]


class Pace:
    """How fast a stage goes, from its first call on."""

    def __init__(self) -> None:
        self.stage = ""
        self._begun = 0.0
        self._before = 0

    def of(self, now: Progress) -> tuple[float, float | None]:
        """Pieces done in a second, and seconds that remain, None where that is not known."""
        if now.stage != self.stage:
            self.stage, self._begun, self._before = now.stage, monotonic(), now.done
        elapsed = monotonic() - self._begun
        rate = (now.done - self._before) / elapsed if elapsed > 0 else 0.0
        return rate, (now.total - now.done) / rate if rate and now.total else None


@contextmanager
def terminal(stream: IO[str] | None = None) -> Iterator[Watch]:
    """A watcher with a bar for each stage, on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    console = Console(file=stream or sys.stderr)
    bars = Bars(
        TextColumn("{task.description:<11}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[found]}"),
        console=console,
        transient=True,
    )
    pace = Pace()
    tasks: dict[str, object] = {}
    with bars:

        def watch(now: Progress) -> None:
            if now.message:
                console.print(now.message, markup=False, highlight=False)
                return
            if now.stage not in tasks:
                tasks[now.stage] = bars.add_task(now.stage, total=now.total or None, rate="", found="")
            rate, _ = pace.of(now)
            bars.update(
                tasks[now.stage],  # type: ignore[arg-type]
                completed=now.done,
                total=now.total or None,
                rate=f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s",
                found=_found(now),
            )

        yield watch


@contextmanager
def log(stream: IO[str] | None = None) -> Iterator[Watch]:
    """A watcher with plain lines, far apart: what was found in the last is not lost in a log."""
    out = stream or sys.stderr
    pace = Pace()
    spoken = [monotonic() - _SPARSE + _PATIENCE]

    def watch(now: Progress) -> None:
        rate, remaining = pace.of(now)
        if now.message:
            print(now.message, file=out, flush=True)
        elif monotonic() - spoken[0] >= _SPARSE:
            spoken[0] = monotonic()
            words = [f"{now.stage} {now.done:,}" + (f" of {now.total:,}" if now.total else "")]
            words.append(f"{rate:.1f} in a second")
            if remaining is not None:
                words.append(f"{_duration(remaining)} to go")
            if found := _found(now):
                words.append(found)
            print(", ".join(words), file=out, flush=True)

    yield watch


@contextmanager
def events(stream: IO[str] | None = None) -> Iterator[Watch]:
    """A watcher with one JSON object in a line: at the begin and end of a stage, else each second."""
    import orjson

    out = stream or sys.stderr
    pace = Pace()
    last = [0.0]

    def watch(now: Progress) -> None:
        begun = now.stage != pace.stage
        rate, remaining = pace.of(now)
        ended = now.total and now.done >= now.total
        if begun or ended or now.message or monotonic() - last[0] >= _EVENTS:
            last[0] = monotonic()
            event = {**asdict(now), "rate": round(rate, 2), "remaining": remaining and round(remaining, 1)}
            print(orjson.dumps(event).decode(), file=out, flush=True)

    yield watch


def _found(now: Progress) -> str:
    parts = [f"{now.findings:,} findings"] if now.findings else []
    parts += [f"{now.left_out:,} left out"] if now.left_out else []
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
    )
