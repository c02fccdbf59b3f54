"""How fast a dump is opened and the named questions are answered, beside pyoxigraph and rdflib, in one run.

    python -m benchmarks.store DUMP [--copies 6] [--seconds 120] [--scratch FOLDER]

DUMP is grown to so many copies of itself, in each of which all IRIs are others. It is loaded, opened
again in a new process, and asked every question in two ways, one after the other: through an `Engine`,
which checks the query and keeps to limits in a process of its own, and with pyoxigraph's `Store.query`
alone, every row read into Python, also in a process of its own. Where a question has a parameter that
keeps the answer small, it is asked with that too. Times are processor times of the process that answers
and of the one that asks; how many rows there were is said with them, and a question that takes longer
than it may is named as such by both.

rdflib, in memory, gets the five documents of the corpus, and so does an `Engine` beside it.
The table is also written as `results/store.json`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson
from pyoxigraph import QuerySolutions
from rich.console import Console
from rich.table import Table

from fonds import __version__, build
from fonds.dataset import QUESTIONS, Engine, Limits
from fonds.errors import QueryError
from fonds.loading import files_of
from fonds.rdf.terms import PREFIXES
from fonds.store import MEMORY, find, opened

RESULTS = Path(__file__).parent / "results" / "store.json"
CORPUS = Path(__file__).parents[1] / "corpus"
OPEN = """
import sys, time
start = time.perf_counter()
import fonds
dataset = fonds.open(sys.argv[1], store=sys.argv[2], say=print)
print(time.perf_counter() - start, time.process_time())
"""


def grown(dump: Path, target: Path, copies: int) -> int:
    """Write copies of a dump into one file, each with IRIs of its own; the number of statements."""
    base = json.loads((dump / "manifest.json").read_bytes())["base"].encode()
    count = 0
    target.parent.mkdir(parents=True, exist_ok=True)
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


def spent(pid: int) -> float:
    """The processor time of another process, in seconds (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def by_engine(engine: Engine, name: str, given: dict[str, str]) -> dict[str, float | int] | None:
    """Processor seconds for the answer as it arrives, and with every row as strings."""
    assert engine._process is not None
    pid = engine._process.pid
    before = spent(pid) + time.process_time()
    try:
        answer = engine.query(name, parameters=given)
    except QueryError:
        engine.query("ASK {}")  # it has to start again
        return None
    arrived = spent(pid) + time.process_time() - before
    count = len(answer.rows)
    read = spent(pid) + time.process_time() - before
    return {"rows": count, "seconds": round(arrived, 3), "seconds with rows": round(read, 3)}


def by_itself(send: Connection, ask: Callable[[str], int], query: str) -> None:
    ask("SELECT * {}")  # opens what there is to open
    start = time.process_time()
    count = ask(query)
    send.send((count, time.process_time() - start))


def limited(ask: Callable[[str], int], query: str, seconds: float) -> dict[str, float | int] | None:
    """Ask in a copy of this process, which can be ended."""
    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=by_itself, args=(send, ask, query))
    process.start()
    try:
        if receive.poll(seconds):
            count, took = receive.recv()
            return {"rows": count, "seconds": round(took, 3)}
        return None
    finally:
        process.kill()
        process.join()


def parameters(name: str) -> list[dict[str, str]]:
    """A question as it stands, and with words for its first parameter."""
    return [{}, {next(iter(QUESTIONS[name].parameters)): "minister"}]


def beside_pyoxigraph(dump: Path, store: Path, seconds: float) -> list[dict[str, Any]]:
    place = find(dump, store)
    held = cache(lambda: opened(place)[0])

    def alone(query: str) -> int:
        found = held().query(query, prefixes=dict(PREFIXES), use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        return len([tuple(row) for row in found])

    rows = []
    with Engine(dump, Limits(seconds=seconds, rows=10**9, size=10**11), store=store) as engine:
        engine.query("ASK {}")
        for name in QUESTIONS:
            for given in parameters(name):
                own = limited(alone, QUESTIONS[name].filled(given), seconds)
                ours = by_engine(engine, name, given) if own else None
                row: dict[str, Any] = {"question": name, "with": given, "pyoxigraph": own, "fonds": ours}
                if own and ours:
                    assert own["rows"] == ours["rows"], name
                    row["ratio"] = round(ours["seconds"] / max(own["seconds"], 0.001), 2)
                    row["ratio with rows"] = round(ours["seconds with rows"] / max(own["seconds"], 0.001), 2)
                rows.append(row)
                print(json.dumps(row), file=sys.stderr, flush=True)
    return rows


def beside_rdflib(seconds: float) -> dict[str, Any]:
    from rdflib import Dataset

    with tempfile.TemporaryDirectory() as scratch:
        dump = Path(scratch) / "dump"
        build(CORPUS, dump)
        start = time.process_time()
        dataset = Dataset(default_union=True)
        dataset.parse(dump / "all.nq", format="nquads")
        for prefix, space in PREFIXES.items():
            dataset.bind(prefix, space)
        loading = time.process_time() - start
        rows = []

        def theirs(query: str) -> int:
            return len(list(dataset.query(query)))

        with Engine(dump, Limits(seconds=seconds, rows=10**9, size=10**11), store=MEMORY) as engine:
            engine.query("ASK {}")
            for name in QUESTIONS:
                ours = by_engine(engine, name, {})
                other = limited(theirs, QUESTIONS[name].sparql, seconds)
                row: dict[str, Any] = {"question": name, "rdflib": other, "fonds": ours}
                if ours:
                    least = max(ours["seconds with rows"], 0.01)  # no processor time is finer
                    row["fonds is faster by"] = round((other["seconds"] if other else seconds) / least, 1)
                rows.append(row)
                print(json.dumps(row), file=sys.stderr, flush=True)
        return {"statements": len(dataset), "loading": round(loading, 2), "questions": rows}


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("dump", type=Path)
    given.add_argument("--copies", type=int, default=6)
    given.add_argument("--seconds", type=float, default=120)
    given.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "fonds-benchmark-store")
    asked = given.parse_args()
    large, store = asked.scratch / "large.nq", asked.scratch / "stores"
    count = grown(asked.dump, large, asked.copies)
    documents = json.loads((asked.dump / "manifest.json").read_bytes())["documents"] * asked.copies
    command = [sys.executable, "-c", OPEN, str(large), str(store)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    loading = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    times = []
    for _ in range(5):
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        times.append((float(said[0]), float(said[1])))
    stated = {
        "fonds": __version__,
        "pyoxigraph": version("pyoxigraph"),
        "rdflib": version("rdflib"),
        "documents": documents,
        "statements": count,
        "loading, processor seconds": round(loading, 1),
        "loaded statements per processor second": round(count / loading),
        "opening, seconds": round(min(wall for wall, _ in times), 3),
        "opening, processor seconds with the start of Python": round(min(cpu for _, cpu in times), 3),
        "questions": beside_pyoxigraph(large, store, asked.seconds),
        "rdflib on the corpus": beside_rdflib(asked.seconds),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_bytes(orjson.dumps(stated, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    show(stated)


def show(stated: dict[str, Any]) -> None:
    table = Table(title=f"{stated['documents']:,} documents, {stated['statements']:,} statements")
    for heading in ("question", "with", "rows", "pyoxigraph", "fonds", "ratio", "ratio with rows"):
        table.add_column(heading, justify="left" if heading in ("question", "with") else "right")
    for row in stated["questions"]:
        own, ours = row["pyoxigraph"] or {}, row["fonds"] or {}
        cells = (own.get("rows", "-"), own.get("seconds", "too long"), ours.get("seconds", "too long"))
        ratios = (row.get("ratio", ""), row.get("ratio with rows", ""))
        words = ", ".join(f"{name}={value}" for name, value in row["with"].items())
        table.add_row(row["question"], words, *map(str, (*cells, *ratios)))
    Console().print(table)


if __name__ == "__main__":
    main()
