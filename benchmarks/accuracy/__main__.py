"""python -m benchmarks.accuracy DATA: read real documents, and say how much of them was read right."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

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
    given = parser.parse_args(arguments)
    absent = [name for name in given.collection or COLLECTIONS if not (given.data / name).is_dir()]
    if absent:
        parser.error(f"{given.data} has no folder {absent[0]}")
    cases: list[Case] = []
    for name in given.collection or COLLECTIONS:
        cases += COLLECTIONS[name](given.data, given.limit)
    if given.json:
        import orjson

        sys.stdout.buffer.write(orjson.dumps(report.as_json(cases), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        for line in report.markdown(cases, misses=given.misses):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
