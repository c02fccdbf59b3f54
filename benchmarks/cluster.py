"""python -m benchmarks.cluster: what the leading process of a build costs, and what a Dask cluster adds.

The leading process alone cannot be multiplied by adding machines, so its share says how many are
worth having. Measured in processor time, of collections grown from the corpus, written as a large
collection is (sorted, compressed files of N-Quads).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.performance.grow import CORPUS, grow
from fonds.build import Manner, build
from fonds.building.progress import Progress

RESULTS: Final = Path(__file__).parent / "results" / "cluster.json"
#: Statements in a file: few, so that also small collections are written as large ones are.
SHARDS: Final = 100_000


class Stages:
    """Seconds of processor time that this process spends in each stage of a build."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._stage, self._since = "reading", time.process_time()

    def __call__(self, now: Progress) -> None:
        """Count what has passed since the last call for the stage that was under way."""
        at = time.process_time()
        self.spent[self._stage] = self.spent.get(self._stage, 0.0) + at - self._since
        self._stage, self._since = now.stage, at


def built(folder: Path, dump: Path, manner: Manner) -> dict[str, Any]:
    """Build once; processor time of this process by stage, and of its children when they have ended."""
    stages, before, begun = Stages(), children(), time.process_time()
    summary = build(folder, dump, jobs=2, watch=stages, manner=manner)
    return {
        "documents": summary.documents,
        "triples": sum(summary.triples.values()),
        "leading, s": round(time.process_time() - begun, 2),
        "leading by stage, s": {stage: round(spent, 3) for stage, spent in stages.spent.items()},
        "workers, s": round(children() - before, 2),
    }


def children() -> float:
    """Seconds of processor time of all processes that this one has waited for, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def size(folder: Path, pattern: str = "**/*") -> int:
    """Bytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file())


def measured(count: int, scratch: Path) -> dict[str, Any]:
    """One collection, on two processes and on a cluster of two workers."""
    folder = scratch / f"collection-{count}"
    grow(CORPUS, folder, range(count))
    local = built(folder, scratch / "local", Manner(shards=SHARDS))
    sizes = {
        "sources": size(folder / "documents"),
        "pieces in the state": size(scratch / "local.state" / "pieces"),
        # beside it lie the files of the dump, which are the same files under second names
        "index in the state": size(scratch / "local.state" / "kept", "*/index"),
        "tables in the state": size(scratch / "local.state", "state.db"),
        "files of records": size(scratch / "local" / "documents"),
        "N-Quads, gzip": size(scratch / "local", "all-*"),
    }
    told = on_cluster(folder, scratch / "cluster")
    same = content(scratch / "local") == content(scratch / "cluster")
    for made in scratch.iterdir():
        shutil.rmtree(made)
    return {"bytes per document": {key: value // count for key, value in sizes.items()}} | {
        "two processes": local,
        "two workers of Dask": told,
        "the same bytes": same,
    }


def on_cluster(folder: Path, dump: Path) -> dict[str, Any]:
    """Build on two workers of Dask on this machine; their start and their scheduler are counted too."""
    from distributed import LocalCluster

    before = children()
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        scheduler_port=0,
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
    ) as cluster:
        told = built(folder, dump, Manner(shards=SHARDS, scheduler=cluster.scheduler_address))
    return told | {"workers, s": round(children() - before, 2)}


def tables(figures: dict[str, Any]) -> list[str]:
    """What was measured, and what follows from it for more documents, as Markdown."""
    told_of = [one["two processes"]["leading by stage, s"] for one in reversed(figures["collections"])]
    stages = [stage for stage in dict.fromkeys(name for told in told_of for name in told) if stage != "done"]
    heads = ["documents", "statements", *stages, "leading, together", "workers", "workers, on Dask"]
    rows = [
        "ms of processor time per document:",
        "",
        f"| {' | '.join(heads)} |",
        f"|{' ---: |' * len(heads)}",
    ]
    for one in figures["collections"]:
        local, dask = one["two processes"], one["two workers of Dask"]
        count = local["documents"]
        spent = [local["leading by stage, s"].get(stage, 0.0) for stage in stages]
        cells = [*spent, local["leading, s"], local["workers, s"], dask["workers, s"]]
        told = [f"{1000 * cell / count:.2f}" for cell in cells]
        rows.append(f"| {count:,} | {local['triples']:,} | {' | '.join(told)} |")
    last = figures["collections"][-1]
    sizes = last["bytes per document"]
    rows += ["", "| bytes per document | |", "| --- | ---: |"]
    rows += [f"| {what} | {size:,} |" for what, size in sizes.items()]
    return [*rows, "", *arithmetic(last)]


def arithmetic(one: dict[str, Any]) -> list[str]:
    """What more documents need, if each costs what one of the largest collection measured did."""
    local, sizes = one["two processes"], one["bytes per document"]
    count = local["documents"]
    work, lead = local["workers, s"] / count, local["leading, s"] / count
    useful = round(work / lead)
    kept_there = ("pieces in the state", "index in the state", "tables in the state", "files of records")
    state = sum(sizes[name] for name in kept_there)
    kept: list[tuple[str, Callable[[int], str]]] = [
        ("statements, thousand million", lambda n: f"{n * local['triples'] / count / 1e9:,.1f}"),
        ("processor hours, workers", lambda n: f"{n * work / 3600:,.0f}"),
        ("processor hours, leading process", lambda n: f"{n * lead / 3600:,.0f}"),
        *(
            (f"hours on {cores:,} processors", partial(_hours, work, lead, cores))
            for cores in (2, useful, 4 * useful, 16 * useful)
        ),
        ("disk: state and files of records, TB", lambda n: f"{n * state / 1e12:.2f}"),
        ("disk: compressed N-Quads, TB", lambda n: f"{n * sizes['N-Quads, gzip'] / 1e12:.2f}"),
    ]
    sizes_ = (1_000_000, 10_000_000, 100_000_000)
    rows = [f"| documents | {' | '.join(f'{n:,}' for n in sizes_)} |", "| --- | ---: | ---: | ---: |"]
    return rows + [f"| {what} | {' | '.join(map(told, sizes_))} |" for what, told in kept]


def _hours(work: float, lead: float, cores: int, count: int) -> str:
    # as if the leading process did its share after the workers had done theirs: it is no more than that
    return f"{count * (work / cores + lead) / 3600:,.0f}"


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=(500, 1500), metavar="N")
    parser.add_argument("--scratch", type=Path, metavar="FOLDER", help="where collections are built")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE", help="where the figures go")
    parser.add_argument("--table", action="store_true", help="only show what was measured before")
    given = parser.parse_args(arguments)
    if given.table:
        print("\n".join(tables(json.loads(given.json.read_text("utf-8")))))
        return 0
    with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
        found = [measured(count, Path(scratch)) for count in given.sizes]
    figures = {"processors": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "collections": found}
    given.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    print("\n".join(tables(figures)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
