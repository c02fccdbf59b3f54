"""How fast a dump is opened and the named questions are answered, beside pyoxigraph and rdflib, in one run.

    python -m benchmarks.store DUMP [--copies N] [--seconds 20] [--json FILE]

DUMP is grown to N copies of itself, in each of which all IRIs are others, loaded by fonds (as one file and
as compressed shards) and by pyoxigraph alone, and opened in new processes. Every question is then asked with
pyoxigraph's `Store.query` alone, every row read into Python, and of an `Engine`, which checks the query and
keeps to limits in a process of its own. rdflib, in memory, gets the five documents of the corpus and some of
the questions, and so does an `Engine`.

Times are processor times, of the process that answers and of the one that asks (Linux). Whoever needs
more than `--seconds` of it for a question is stopped by the system, also if this process is gone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import orjson
from rich.console import Console
from rich.table import Table

from fonds import __version__, build
from fonds.dataset import QUESTIONS, Engine, Limits
from fonds.errors import QueryError
from fonds.loading import files_of
from fonds.rdf.terms import PREFIXES
from fonds.store import MEMORY, find, opened

CORPUS: Final = Path(__file__).parents[1] / "corpus"
#: How often a question is asked, and after how many seconds no more.
TIMES: Final = 3
LONG: Final = 5.0
#: What rdflib is asked too.
SOME: Final = ("name-forms", "releases", "shared-units", "timeline")
OPEN: Final = """
import sys, time
import fonds
start = time.process_time()
fonds.open(sys.argv[1], store=sys.argv[2], say=lambda words: None)
"""
#: The same with pyoxigraph alone; nothing of fonds is imported.
ALONE: Final = """
import sys, time
import pyoxigraph
start = time.process_time()
store = pyoxigraph.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1])
store.flush()
store.optimize()
"""
#: Seconds of processor time since `start`, and mebibytes at most.
TELL: Final = """
import resource
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
#: Statements in each of the compressed files that are loaded.
SHARD: Final = 1_000_000


def grown(dump: Path, target: Path, copies: int) -> int:
    """Write copies of a dump into one file, each with IRIs of its own; the number of statements."""
    base = json.loads((dump / "manifest.json").read_bytes())["base"].encode()
    count = 0
    with target.open("wb") as stream:
        for copy in range(copies):
            own = b"<%sn%d/" % (base, copy)
            for file in files_of(dump):
                with file.open("rb") as lines:
                    while block := lines.readlines(1 << 24):
                        data = b"".join(block)
                        count += len(block)
                        if copy:  # the graphs stay
                            data = data.replace(b"<" + base, own)
                            data = data.replace(own + b"graph/", b"<%sgraph/" % base)
                        stream.write(data)
    return count


def sharded(file: Path, folder: Path) -> Path:
    """The same statements as compressed files, as a build writes them of a large collection."""
    folder.mkdir()
    (folder / "manifest.json").write_bytes(b"{}\n")  # by which a dump is known
    with file.open("rb") as lines:
        number = 0
        while first := lines.readline():
            number += 1
            with gzip.open(folder / f"all-{number:05}.nq.gz", "wb", compresslevel=3) as shard:
                shard.writelines((first, *islice(lines, SHARD - 1)))
    return folder


def loading(file: Path, scratch: Path, count: int) -> dict[str, dict[str, float]]:
    """What loading takes: by fonds, by fonds from compressed shards, and by pyoxigraph alone."""
    found = {}
    for name, script, source in (
        ("fonds", OPEN, file),
        ("pyoxigraph", ALONE, file),
        ("fonds, shards", OPEN, sharded(file, scratch / "shards")),
    ):
        store = scratch / "loaded"
        seconds, memory = told(script, source, store)
        size = sum(path.stat().st_size for path in store.rglob("*.sst"))
        shutil.rmtree(store)
        found[name] = {
            "seconds": round(seconds, 1),
            "statements/s": round(count / seconds),
            "MiB of memory": round(memory),
            "bytes of disk per statement": round(size / count),
        }
        print(json.dumps({name: found[name]}), file=sys.stderr, flush=True)
    return found


def told(script: str, *arguments: str | Path) -> tuple[float, float]:
    """What a script in a new process takes: seconds of processor time, mebibytes of memory."""
    command = [sys.executable, "-c", script + TELL, *map(str, arguments)]
    seconds, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(memory)


def spent(pid: int) -> float:
    """The processor time of this process and another one, in seconds (Linux: clock_getcpuclockid)."""
    return time.clock_gettime((~pid << 3) | 2) + time.process_time()


# --- each way to ask ------------------------------------------------------------------------


def with_pyoxigraph(dump: Path, store: Path) -> Callable[[str], int]:
    held = opened(find(dump, store))[0]

    def ask(query: str) -> int:
        found: Any = held.query(query, prefixes=dict(PREFIXES), use_default_graph_as_union=True)
        return len([tuple(row) for row in found])

    return ask


def with_rdflib(dump: Path) -> Callable[[str], int]:
    from rdflib import Dataset

    dataset = Dataset(default_union=True)
    dataset.parse(dump / "all.nq", format="nquads")
    dataset.query("ASK {}")  # makes the grammar
    return lambda query: len(list(dataset.query(query, initNs=dict(PREFIXES))))


def best(once: Callable[[], int], clock: Callable[[], float]) -> tuple[int, float]:
    """Rows, and the seconds of the fastest of three, or of one that took long enough to be sure of."""
    took: list[float] = []
    while len(took) < TIMES and sum(took) < LONG:
        start = clock()
        count = once()
        took.append(clock() - start)
    return count, min(took)


def by_itself(send: Connection, make: Callable[[], Callable[[str], int]], query: str, seconds: int) -> None:
    ask = make()
    end = int(time.process_time() + seconds + TIMES * LONG) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (end, end))
    send.send(best(lambda: ask(query), time.process_time))


def limited(make: Callable[[], Callable[[str], int]], query: str, seconds: int) -> tuple[int, float] | None:
    """Rows and processor seconds in a process of its own; None if it is stopped."""
    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=by_itself, args=(send, make, query, seconds), daemon=True
    )
    process.start()
    send.close()
    try:
        count, took = receive.recv()
        return count, took
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def by_engine(engine: Engine, name: str) -> tuple[int, float] | None:
    """Rows and processor seconds for one answer with every row as strings; None if it took too long."""
    engine.query("ASK {}")  # it may have to start again
    assert engine._process is not None
    pid = engine._process.pid
    try:
        return best(lambda: len(engine.query(name).rows), lambda: spent(pid))
    except QueryError:
        return None


# --- side by side ---------------------------------------------------------------------------


def limits(seconds: int) -> Limits:
    """On a busy machine little of the time is processor time."""
    return Limits(seconds=seconds * 5, rows=10**9, size=10**11)


def row(
    name: str, label: str, other: tuple[int, float] | None, ours: tuple[int, float] | None
) -> dict[str, Any]:
    """One line of the table; the ratio is fonds divided by the other, of times over a millisecond."""
    found: dict[str, Any] = {"question": name}
    for who, answer in ((label, other), ("fonds", ours)):
        found[who] = round(answer[1], 4) if answer else None
    if other and ours:
        assert other[0] == ours[0], f"{name}: {other[0]} rows, and {ours[0]} from fonds"
        found["rows"] = ours[0]
        if other[1] > 0.001:
            found["ratio"] = float(f"{ours[1] / other[1]:.2g}")
    print(json.dumps(found), file=sys.stderr, flush=True)
    return found


def beside_pyoxigraph(dump: Path, store: Path, seconds: int) -> list[dict[str, Any]]:
    make = partial(with_pyoxigraph, dump, store)
    rows = []
    with Engine(dump, limits(seconds), store=store) as engine:
        for name, question in QUESTIONS.items():
            other = limited(make, question.sparql, seconds)
            rows.append(row(name, "pyoxigraph", other, by_engine(engine, name) if other else None))
    return rows


def beside_rdflib(scratch: Path, seconds: int) -> list[dict[str, Any]]:
    dump = scratch / "corpus"
    build(CORPUS, dump)
    rows = []
    with Engine(dump, limits(seconds), store=MEMORY) as engine:
        for name in SOME:
            other = limited(partial(with_rdflib, dump), QUESTIONS[name].sparql, seconds)
            rows.append(row(name, "rdflib", other, by_engine(engine, name)))
    return rows


def measured(dump: Path, copies: int, seconds: int) -> dict[str, Any]:
    """The whole table."""
    with tempfile.TemporaryDirectory(prefix="fonds-benchmark-") as folder:
        scratch = Path(folder)
        large, store = scratch / "large.nq", scratch / "stores"
        count = grown(dump, large, copies)
        loaded = loading(large, scratch, count)
        _, *opening = (told(OPEN, large, store)[0] for _ in range(4))
        return {
            "fonds": __version__,
            "pyoxigraph": version("pyoxigraph"),
            "rdflib": version("rdflib"),
            "documents": json.loads((dump / "manifest.json").read_bytes())["documents"] * copies,
            "statements": count,
            "loading": loaded,
            "opening": round(min(opening), 3),
            "limit": seconds,
            "beside pyoxigraph": beside_pyoxigraph(large, store, seconds),
            "beside rdflib, the corpus": beside_rdflib(scratch, seconds),
        }


def show(stated: dict[str, Any]) -> None:
    console = Console()
    console.print(
        f"{stated['documents']:,} documents, {stated['statements']:,} statements: "
        f"opened in {stated['opening']} s of processor time"
    )
    loaded = Table("loaded by", *next(iter(stated["loading"].values())))
    for who, figures in stated["loading"].items():
        loaded.add_row(who, *(f"{value:,}" for value in figures.values()))
    console.print(loaded)
    for title, rows in stated.items():
        if isinstance(rows, list):
            other = next(key for key in rows[0] if key in ("pyoxigraph", "rdflib"))
            table = Table("question", "rows", other, "fonds", "ratio", title=title)
            for line in rows:
                cells = (line.get("rows"), line[other], line["fonds"], line.get("ratio"))
                table.add_row(line["question"], *("-" if cell is None else str(cell) for cell in cells))
            console.print(table)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("dump", type=Path)
    given.add_argument("--copies", type=int, default=1)
    given.add_argument("--seconds", type=int, default=20, help="processor time for a question")
    given.add_argument("--json", type=Path, help="also write the figures into this file")
    asked = given.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that everything is cleared away
    stated = measured(asked.dump, asked.copies, asked.seconds)
    if asked.json:
        asked.json.write_bytes(orjson.dumps(stated, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    show(stated)


if __name__ == "__main__":
    main()
