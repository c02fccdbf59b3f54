"""One large build after the other, each once: whether a document costs the same however many there are.

The documents are short ones (`excerpts.py`), so that a machine is done with hundreds of thousands within the
hour. All is built as a large collection is: by all processors, into compressed files of N-Quads.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import fonds
from benchmarks.performance.grow import CORPUS, grow
from benchmarks.performance.stages import Stages, size
from benchmarks.performance.timing import FONDS, Run, run

#: Statements in a file of N-Quads: as a build does it, but for the smallest collections.
SHARDS: Final = 1_000_000
#: What a row says of a size that was not built.
LEFT_OUT: Final = "left out, since it"
#: Seconds between two looks at the memory of a build.
_EVERY: Final = 0.2
#: Gigabytes that a short document, and a page, are thought to need before any was built.
_FIRST: Final = {True: 0.5e-3, False: 1.2e-3}
#: What a collection states that does without files of single records.
LEAN: Final = "[build]\nfiles = false\n"


class Plan(NamedTuple):
    """What is built: how many documents, whether short ones, with files of each record, on how many GB."""

    sizes: Sequence[int]
    short: bool = True
    files: bool = True
    disk: float | None = None


def measured(plan: Plan, scratch: Path, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """A row for each size, in rising order; one that needs more disk than there is only says so.

    The documents of one size are the first of the next. What has been built is deleted before more is.
    """
    collection, dump, there = scratch / "collection", scratch / "dump", 0
    state = scratch / "dump.state"
    each = _FIRST[plan.short] / (1 if plan.files else 4)
    for count in sorted({*plan.sizes}):
        need, room = each * count, 0.95 * shutil.disk_usage(scratch).free / 1e9 + each * there
        room = min(room, plan.disk or room)
        if need > room:
            why = f"would need {need:.0f} GB of disk, and has {room:.0f}"
            say(f"{count:,} documents: {why}")
            yield {"documents": count, LEFT_OUT: why}
            continue
        say(f"{count:,} documents: growing")
        grow(CORPUS, collection, range(there, count), short=plan.short)
        there = count
        if not plan.files:
            with (collection / "fonds.toml").open("a", encoding="utf-8") as stated:
                stated.write(LEAN)
        say(f"{count:,} documents: building")
        before, stages = pace(), Stages(scratch)
        command: list[str | Path] = [*FONDS, "build", collection, "-o", dump, "--json"]
        done = run([*command, "--shards", str(SHARDS), "--compress", "gzip"], every=_EVERY, watching=stages)
        found = row(count, done, stages) | {"pace, ms": round((before + pace()) / 2, 2)}
        sizes = [size([collection]), size([state]), size([dump], shared=False)]
        kept = dict(zip(("sources", "state", "dump, besides"), map(_gigabytes, sizes), strict=True))
        most = max(stages.filled + sizes[0], sum(sizes))
        found["disk, GB"] = kept | {"at most": _gigabytes(most)}
        found["documents are"] = "short" if plan.short else "pages"
        found["files of single records"] = plan.files
        each = most / count / 1e9
        say(f"{count:,} documents: {found['cpu, ms per document']} ms each, in {done.wall:.0f} s")
        shutil.rmtree(dump)
        shutil.rmtree(state)
        yield found


def row(count: int, done: Run, stages: Stages) -> dict[str, Any]:
    """What a build took, whole and by stage."""
    told = json.loads(done.output) if done.output else {}
    if done.code not in (0, 1) or not told:
        raise SystemExit(f"the build failed with exit code {done.code}")

    def each(seconds: float) -> float:
        return round(1000 * seconds / count, 3)

    return {
        "documents": count,
        "records left out": len(told["left_out"]),
        "triples": sum(told["triples"].values()),
        "cpu, ms per document": each(done.cpu),
        "clock, s": round(done.wall, 1),
        "memory of all processes, MiB": round(done.memory),
        "memory of the largest, MiB": round(done.largest),
        "memory, shared once, MiB": round(stages.once / 2**20),
        "stages": {
            name: {
                "cpu, ms per document": each(stage.cpu),
                "clock, s": round(stage.clock, 1),
                "memory of all processes, MiB": round(stage.memory),
                "memory of the largest, MiB": round(stage.largest),
            }
            for name, stage in stages.found.items()
        },
        "on the way": stages.passed,
    }


def pace() -> float:
    """Milliseconds of processor time for a piece of work that is always the same.

    If it takes longer beside one build than beside another, the machine has slowed down, not fonds.
    """
    paths = sorted(CORPUS.glob("*.txt"))

    def once() -> float:
        begun = time.process_time()
        for path in paths:
            fonds.convert(path)
        return 1000 * (time.process_time() - begun)

    once()  # what is made once for each process
    return median(once() for _ in range(9))


def _gigabytes(number: int) -> float:
    return round(number / 1e9, 3)
