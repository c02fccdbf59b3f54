"""python -m benchmarks.shapes DOCUMENTS: the compiled shapes beside pySHACL, verdicts and times."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.shapes import agreement, jena, mutations
from fonds.rdf.nquads import ntriples
from fonds.rdf.read import read_triples
from fonds.rdf.terms import Triple
from fonds.shacl.loading import load
from fonds.shacl.terms import Blank, with_blanks
from fonds.validate import ENGINES


def seconds(call: Callable[[], object], rounds: int) -> float:
    """Processor time of the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def timed(graphs: dict[str, list[Triple]]) -> list[dict[str, Any]]:
    """What each document costs with each engine, in milliseconds."""
    loaded = load(None)
    rows = []
    for name, graph in graphs.items():
        spent = {}
        for engine, rounds in (("pyshacl", 3), ("compiled", 15)):
            call = ENGINES[engine]
            spent[engine] = 1000 * seconds(lambda call=call, graph=graph: call(graph, loaded), rounds)
        rows.append({"document": name, "triples": len(graph), **spent})
    return rows


def loading() -> dict[str, float]:
    """What the shapes of fonds cost once for each process, in milliseconds."""

    def read() -> object:
        load.cache_clear()
        return load(None)

    return {
        "compiled": 1000 * seconds(read, 3),
        "pyshacl": 1000 * seconds(lambda: (read(), load(None).harvested), 3),
    }


def measured(given: argparse.Namespace) -> dict[str, Any]:
    graphs = dict(mutations.documents(*given.documents))
    rows = timed(graphs)
    ratio = sum(row["pyshacl"] for row in rows) / sum(row["compiled"] for row in rows)
    found: dict[str, Any] = {
        "versions": {name: version(name) for name in ("fonds", "pyshacl", "rdflib")}
        | {"python": sys.version.split()[0]},
        "loading_ms": loading(),
        "documents": rows,
        "ratio_pyshacl": ratio,
        "microseconds_per_triple": 1000
        * sum(row["compiled"] for row in rows)
        / sum(row["triples"] for row in rows),
    }
    if given.jena:
        found |= beside_jena(given.jena, graphs, rows)
    if given.mutations:
        pieces = list(graphs.values())
        found["mutations"] = agreement.spoilt(pieces, given.mutations).as_json()
    if given.random:
        found["random"] = agreement.at_random(range(given.random)).as_json()
    return found


def beside_jena(jars: Path, graphs: dict[str, list[Triple]], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Jena's times for the whole documents, and its verdicts on these and on spoilt ones.

    Jena's check starts from its own graph in memory, ours from tuples that it has to sort out. So
    Jena is timed from a list of statements as well, and both from a file of N-Triples; and from its
    graph once more in a virtual machine that has checked the document so often that it gets no faster.
    """
    loaded = load(None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "document.nt")

        def from_file() -> object:
            return ENGINES["compiled"](with_blanks(read_triples(path)), loaded)

        all_graphs = list(graphs.values())
        warm, hot = (jena.checked(jars, all_graphs, rounds) for rounds in (jena.ROUNDS, jena.HOT))
        for row, graph, jena_says, at_best in zip(rows, all_graphs, warm, hot, strict=True):
            path.write_bytes(ntriples(graph))
            row["jena"] = 1000 * jena_says.check
            row["jena, hot"] = 1000 * at_best.check
            row["jena, from statements"] = 1000 * jena_says.from_statements
            row["jena, from statements, hot"] = 1000 * at_best.from_statements
            row["jena, from a file"] = 1000 * jena_says.with_reading
            row["compiled, from a file"] = 1000 * seconds(from_file, 7)
    random = Random(0)
    spoilt = [mutations.mutated(graph, random)[0] for graph in list(graphs.values()) * 20]
    spoilt = [graph for graph in spoilt if not any(isinstance(term, Blank) for t in graph for term in t)]
    # each once, as in a batch: the virtual machine has to warm up
    theirs = jena.checked(jars, spoilt, 1)
    with agreement.quiet():
        start = time.process_time()
        ours = [agreement.outcome("compiled", graph, loaded) for graph in spoilt]
        spent = time.process_time() - start
    pairs = [
        (not report.violations, jena_says.conforms)
        for report, jena_says in zip(ours, theirs, strict=True)
        if not isinstance(report, str)  # where pySHACL fails there is no verdict
    ]

    def ratio(theirs: str, ours: str = "compiled") -> float:
        return sum(row[theirs] for row in rows) / sum(row[ours] for row in rows)

    return {
        "ratio_jena": ratio("jena"),
        "ratio_jena_hot": ratio("jena, hot"),
        "ratio_jena_from_statements": ratio("jena, from statements"),
        "ratio_jena_from_statements_hot": ratio("jena, from statements, hot"),
        "ratio_jena_from_a_file": ratio("jena, from a file", "compiled, from a file"),
        "ratio_jena_each_once": sum(one.check for one in theirs) / spent,
        "jena_verdicts": {
            "documents": len(pairs),
            "same": sum(one == two for one, two in pairs),
            "not_conforming": sum(not one for one, _ in pairs),
        },
    }


def table(found: dict[str, Any]) -> list[str]:
    engines = [engine for engine in found["documents"][0] if engine not in ("document", "triples")]
    lines = [
        "| document | statements | " + " | ".join(f"{engine}, ms" for engine in engines) + " |",
        "| --- | ---: |" + " ---: |" * len(engines),
    ]
    for row in found["documents"]:
        cells = " | ".join(f"{row[engine]:.{1 if row[engine] >= 10 else 2}f}" for engine in engines)
        lines.append(f"| {row['document']} | {row['triples']:,} | {cells} |")
    lines += ["", f"{found['ratio_pyshacl']:.0f} times as fast as pySHACL"]
    if "ratio_jena" in found:
        same = found["jena_verdicts"]
        lines.append(
            f"{found['ratio_jena']:.1f} times as fast as Jena's check alone, {found['ratio_jena_hot']:.1f} "
            f"times in a hot machine; from statements {found['ratio_jena_from_statements']:.1f} times, "
            f"{found['ratio_jena_from_statements_hot']:.1f} times in a hot machine; from a file "
            f"{found['ratio_jena_from_a_file']:.1f} times, each document once "
            f"{found['ratio_jena_each_once']:.1f} times; "
            f"{same['same']} of {same['documents']} verdicts the same"
        )
    for part in ("mutations", "random"):
        if part in found:
            tally = found[part]
            lines.append(
                f"{part}: {tally['documents']} documents, {tally['not_conforming']} do not conform, "
                f"{tally['results']} results; {len(tally['differ'])} reports differ, pySHACL fails on "
                f"{tally['both_fail'] + tally['only_pyshacl_fails']}"
            )
            lines += tally["differ"][:10]
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shapes", description=__doc__)
    parser.add_argument("documents", type=Path, nargs="+", help="folders or files, documents or RDF")
    parser.add_argument("--mutations", type=int, default=0, metavar="N", help="so many spoilt pieces")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="so many random sets of shapes")
    parser.add_argument("--jena", type=Path, metavar="JARS", help="folder with the jars of Apache Jena")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything as JSON")
    given = parser.parse_args(arguments)
    for place in given.documents:
        if not place.exists():
            parser.error(f"there is no {place}")
    found = measured(given)
    print("\n".join(table(found)))
    if given.json:
        import orjson

        given.json.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    differ = [line for part in ("mutations", "random") for line in found.get(part, {}).get("differ", ())]
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
