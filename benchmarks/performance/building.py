"""Builds of grown collections: time per document, memory, two processes, and the second build."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.performance.grow import CORPUS, grow, place
from benchmarks.performance.timing import FONDS, Run, run

#: One document in so many is changed before the last build, at this place among them.
CHANGED, AT = 100, 7
#: What is added to it: words that name nobody, as when a transcription is completed.
ADDED = "\n\nI have your letter, and the files that came with it.\n"


def collection(scratch: Path, count: int) -> Path:
    """A grown collection of so many documents."""
    folder = scratch / f"collection-{count}"
    grow(CORPUS, folder, range(count))
    return folder


def build(folder: Path, jobs: int) -> Run:
    dump = folder.with_name(f"{folder.name}-dump-{jobs}")
    return run([*FONDS, "build", folder, "-o", dump, "--jobs", str(jobs), "--json"])


def row(kind: str, count: int, jobs: int, done: Run) -> dict[str, Any]:
    told = json.loads(done.output) if done.output else {}
    if done.code not in (0, 1) or not told:
        raise SystemExit(f"the build failed with exit code {done.code}")
    return {
        "build": kind,
        "documents": count,
        "jobs": jobs,
        "left out": len(told["left_out"]),
        "triples": sum(told["triples"].values()),
        "cpu, s": round(done.cpu, 2),
        "clock, s": round(done.wall, 2),
        "cpu, ms per document": round(1000 * done.cpu / count, 2),
        "memory of all processes, MiB": round(done.memory),
        "memory of the largest, MiB": round(done.largest),
    }


def measured(sizes: Sequence[int], scratch: Path, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """Each size is built by one process and by two; the second dump again, unchanged and changed."""

    def made(kind: str, folder: Path, count: int, jobs: int) -> dict[str, Any]:
        found = row(kind, count, jobs, build(folder, jobs))
        say(f"{kind} build of {count:,}, {jobs} jobs: {found['cpu, ms per document']} ms a document")
        return found

    for count in sizes:
        folder = collection(scratch, count)
        yield made("first", folder, count, 1)
        # the dump of one process is not needed any more
        for old in scratch.glob(f"{folder.name}-dump-1*"):
            shutil.rmtree(old)
        yield made("first", folder, count, 2)
        yield made("unchanged", folder, count, 2)
        for number in range(AT, count, CHANGED):
            with place(folder, number).open("a", encoding="utf-8") as file:
                file.write(ADDED)
        yield made("1 % changed", folder, count, 2)
        for old in scratch.glob(f"{folder.name}*"):
            shutil.rmtree(old)


def volumes(folder: Path, scratch: Path) -> dict[str, Any]:
    """Whole volumes in TEI, built by two processes."""
    made = scratch / "volumes"
    (made / "documents").mkdir(parents=True)
    (made / "fonds.toml").write_text('base = "https://example.org/volumes/"\n', "utf-8")
    paths = sorted(folder.glob("*.xml"))
    if not paths:
        raise SystemExit(f"{folder}: no volumes in XML")
    for path in paths:
        shutil.copy(path, made / "documents")
    done = build(made, 2)
    told = row("volumes", len(paths), 2, done)
    records = json.loads(done.output)["records"]
    return {
        "volumes": len(paths),
        "megabytes": round(sum(path.stat().st_size for path in paths) / 1e6, 1),
        "records": records,
        **{key: told[key] for key in ("triples", "left out", "cpu, s", "clock, s")},
        "memory of all processes, MiB": told["memory of all processes, MiB"],
        "cpu, ms per record": round(1000 * done.cpu / records, 2),
        "records/s on two cores, of processor time": round(2 * records / done.cpu, 1),
    }
