"""python -m benchmarks.performance: how fast fonds is, in one run beside others and beside the limits."""

from __future__ import annotations

import argparse
import cProfile
import gc
import io
import os
import platform
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Final

import orjson

from benchmarks.performance import building, flat, limits, paths, starting, tables
from benchmarks.performance.grow import CORPUS, grow, place
from benchmarks.performance.timing import Clock
from fonds.building.worker import unhurried
from fonds.rdf.terms import Triple
from fonds.validate import SAMPLE

RESULTS: Final = Path(__file__).parents[1] / "results" / "performance.json"
SIZES: Final = (1_000, 3_000)
LONG: Final = (10_000, 30_000, 100_000)
PACKAGES: Final = ("fonds", "rdflib", "pyshacl", "pyoxigraph", "lxml", "orjson", "regex")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.performance", description=__doc__)
    parser.add_argument(
        "--part", choices=PARTS, action="append", help="only this; the file keeps the others (repeatable)"
    )
    parser.add_argument("--documents", type=int, default=20, metavar="N", help="documents in a round (20)")
    parser.add_argument(
        "--rounds", type=int, default=3, metavar="N", help="rounds, of new documents each (3)"
    )
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help="collections to build")
    parser.add_argument(
        "--long",
        action="store_true",
        help="in the place of the other builds large ones, each once, of short documents: by default "
        + ", ".join(f"{size:,}" for size in LONG),
    )
    parser.add_argument("--pages", action="store_true", help="with --long, of whole documents of the corpus")
    parser.add_argument(
        "--lean",
        action="store_true",
        help="with --long, without files of single records, a quarter of the disk",
    )
    parser.add_argument(
        "--disk", type=float, metavar="GB", help="with --long, leave out sizes that need more (default: all)"
    )
    parser.add_argument("--frus", type=Path, metavar="FOLDER", help="a folder with volumes in TEI")
    parser.add_argument("--jena", type=Path, metavar="JARS", help="a folder with the jars of Apache Jena")
    parser.add_argument("--scratch", type=Path, metavar="FOLDER", help="where collections are built")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE", help="where the figures go")
    given = parser.parse_args(arguments)
    figures: dict[str, Any] = (
        orjson.loads(given.json.read_bytes()) if given.part and given.json.exists() else {}
    )
    for part in given.part or PARTS:
        name = "long" if part == "builds" and given.long else part
        with tempfile.TemporaryDirectory(dir=given.scratch) as folder:
            before = machine()
            # written as it comes, so that a run that is cut short has not been for nothing
            for made in PARTS[part](given, Path(folder)):
                figures[name] = made
                figures.setdefault("measured", {})[name] = {**before, "load at the end": _load()}
                given.json.parent.mkdir(parents=True, exist_ok=True)
                options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
                given.json.write_bytes(orjson.dumps(figures, option=options))
    print("\n".join(tables.markdown(figures)))
    return 0


def _path(given: argparse.Namespace, scratch: Path) -> Iterator[dict[str, Any]]:
    _say("documents, one by one")
    figures, graphs = path(given.documents, given.rounds, scratch)
    _say("rapper and Jena")
    figures["peers"] = limits.peers(graphs[:5], given.jena)
    given.json.with_name(f"{given.json.stem}-profile.txt").write_text(profiled(scratch), "utf-8")
    yield figures


def _start(_: argparse.Namespace, scratch: Path) -> Iterator[dict[str, Any]]:
    _say("short commands")
    grow(CORPUS, scratch, range(1, 2))
    yield starting.measured(place(scratch, 1), scratch)


def _builds(given: argparse.Namespace, scratch: Path) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    if given.long:
        plan = flat.Plan(given.sizes or LONG, not given.pages, not given.lean, given.disk)
        found = flat.measured(plan, scratch, _say)
    else:
        found = building.measured(given.sizes or SIZES, scratch, _say)
    for row in found:
        rows.append(row)
        yield rows


def _volumes(given: argparse.Namespace, scratch: Path) -> Iterator[dict[str, Any]]:
    if given.frus is None:
        _say("volumes: skipped, since no folder is given (--frus)")
        return
    _say("volumes")
    yield building.volumes(given.frus, scratch)


#: What is measured, in this order.
PARTS: Final[dict[str, Callable[[argparse.Namespace, Path], Iterator[Any]]]] = {
    "path": _path,
    "start": _start,
    "builds": _builds,
    "volumes": _volumes,
}


def machine() -> dict[str, Any]:
    """What it was measured on, as far as it bears on the figures."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load at the start": _load(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def _load() -> float:
    return round(os.getloadavg()[0], 1)


def path(count: int, rounds: int, scratch: Path) -> tuple[dict[str, Any], list[list[Triple]]]:
    """Each stage in milliseconds for a document, and the ratios; also the statements of the last round.

    Each round has new documents, so that nothing remembered helps. A first one is not counted. What lives
    by then is no more looked through by the collector of garbage, and what is new seldom, for both ways.
    """
    folder = scratch / "documents"
    few = min(5, count)
    grow(CORPUS, folder, range(few + count * rounds))
    one_round(folder, range(few))
    gc.collect()
    gc.freeze()
    graphs: list[list[Triple]] = []
    with unhurried():  # as the workers of a build are
        found = [
            one_round(folder, range(first, first + count), graphs if number == rounds - 1 else None)
            for number, first in enumerate(range(few, few + count * rounds, count))
        ]
    gc.unfreeze()
    rates = [ratios(one) for one in found]
    spent = {
        kind: {stage: 1000 * median(one[kind][stage] for one in found) / count for stage in found[0][kind]}
        for kind in found[0]
        if kind != "size"
    }
    bytes_ = found[-1]["size"]["bytes"] / count
    shared = sum(spent["shared"].values())
    sample = (spent["kept"][paths.KEPT] + spent["plain"]["Graph.add"]) / SAMPLE
    whole = shared + sum(spent["fonds"].values()) + sample
    stated = {
        "documents in a round": count,
        "rounds": rounds,
        "bytes per document": round(bytes_),
        "triples per document": round(sum(map(len, graphs)) / count),
        "ms per document": spent,
        "ratios": {name: median(one[name] for one in rates) for name in rates[0]},
        "spread of the ratio": [end(one["whole"] for one in rates) for end in (min, max)],
        "documents/s": {
            "fonds": 1000 / whole,
            "fonds, of 6,000 bytes": 1000 / whole * bytes_ / 6000,
            "plain": 1000 / (shared - spent["shared"][paths.BETWEEN] + sum(spent["plain"].values())),
        },
    }
    return stated, graphs


Spent = dict[str, dict[str, float]]


def one_round(folder: Path, numbers: range, graphs: list[list[Triple]] | None = None) -> Spent:
    """Seconds by way and stage; each way starts with no garbage of another."""
    clocks = {kind: Clock() for kind in ("shared", "fonds", "plain", "kept", "limits")}
    files = [place(folder, n) for n in numbers]
    size = limits.files(files, clocks["limits"])
    kept, known = paths.converted(files, clocks["shared"])
    for packed in kept:
        layers = paths.described(packed, known, clocks["shared"])
        written = paths.ours(layers, clocks["fonds"])
        gc.collect()
        graph = paths.plain(layers, clocks["plain"])
        gc.collect()
        paths.kept_shapes(graph, clocks["kept"])
        del graph
        gc.collect()
        triples = [triple for layer in layers.values() for triple in layer]
        limits.statements(triples, written, clocks["limits"])
        if graphs is not None:
            graphs.append(triples)
        gc.collect()
    return {**{kind: clock.spent for kind, clock in clocks.items()}, "size": {"bytes": size}}


def ratios(one: Spent) -> dict[str, float]:
    """How many times as fast as the plain script fonds was in a round."""
    shared, own, plain, kept = (one[kind] for kind in ("shared", "fonds", "plain", "kept"))
    beyond = sum(own.values()) + (kept[paths.KEPT] + plain["Graph.add"]) / SAMPLE
    saved = plain["pyshacl.validate"] - kept[paths.KEPT]
    common, theirs = sum(shared.values()), sum(plain.values())
    alone = theirs + common - shared[paths.BETWEEN]
    return {
        "whole": alone / (common + beyond),
        "whole, pySHACL's shapes kept": (alone - saved) / (common + beyond),
        "after describing": theirs / beyond,
        "validation": plain["pyshacl.validate"] / own["validate"],
        "validation, pySHACL's shapes kept": kept[paths.KEPT] / own["validate"],
        "writing": (plain["Graph.add"] + sum(plain[stage] for stage in paths.SERIALIZED))
        / own[paths.WRITING],
    }


def profiled(scratch: Path, count: int = 20) -> str:
    """Where the time of a document goes, as text."""
    files = [place(scratch / "documents", n) for n in range(count)]
    files = [file for file in files if file.exists()]
    profile = cProfile.Profile(time.process_time)
    clock = Clock()
    one_round(scratch / "documents", range(1))  # what is made once for each process is not of interest here
    gc.collect()
    gc.freeze()
    profile.enable()
    kept, known = paths.converted(files, clock)
    for packed in kept:
        paths.ours(paths.described(packed, known, clock), clock)
    profile.disable()
    gc.unfreeze()
    said = io.StringIO()
    stats = pstats.Stats(profile, stream=said).strip_dirs()
    said.write(
        f"fonds {version('fonds')}, {len(files)} grown documents, cProfile (it slows small calls down)\n"
    )
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(40)
    return "\n".join(line.rstrip() for line in said.getvalue().splitlines()) + "\n"


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
