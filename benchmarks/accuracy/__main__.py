"""python -m benchmarks.accuracy DATA: read real documents, and say how much of them was read right."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy import cia, frus, links, report, seeds, wilson
from benchmarks.accuracy.case import Case

COLLECTIONS: Final[dict[str, Callable[[Path, int | None], Iterator[Case]]]] = {
    "frus": frus.cases,
    "cia": cia.cases,
    "wilson": wilson.cases,
    "seeds": seeds.cases,
    "authority": links.cases,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with one folder for each collection")
    parser.add_argument(
        "--collection", choices=COLLECTIONS, action="append", help="only this one (repeatable)"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N documents of each part")
    parser.add_argument("--misses", action="store_true", help="also every disagreement, with its passage")
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    parser.add_argument(
        "--together", metavar="NAME", help="all volumes as one group of this name, not one for each"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="also write everything but the passages here, as JSON",
    )
    given = parser.parse_args(arguments)
    absent = [name for name in given.collection or COLLECTIONS if not (given.data / name).is_dir()]
    if absent:
        parser.error(f"{given.data} has no folder {absent[0]}")
    cases: list[Case] = []
    for name in given.collection or COLLECTIONS:
        found = COLLECTIONS[name](given.data, given.limit)
        joined = given.together if name == "frus" else None
        cases += (replace(case, group=joined) for case in found) if joined else found
    if given.output:
        given.output.write_bytes(_json(report.as_json(cases, passages=False)))
    if given.json:
        sys.stdout.buffer.write(_json(report.as_json(cases)))
    else:
        for line in report.markdown(cases, misses=given.misses):
            print(line)
    return 0


def _json(content: dict[str, Any]) -> bytes:
    import orjson

    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"


if __name__ == "__main__":
    sys.exit(main())
