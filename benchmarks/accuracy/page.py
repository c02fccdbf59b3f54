"""python -m benchmarks.accuracy.page: write the measured tables into docs/accuracy.md.

A line `<!-- FILE: GROUP -->` stands above the table of one group of `results/FILE.json`, a line
`<!-- end -->` below it; what is between them is written anew, everything else stays.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy import report

RESULTS: Final = Path(__file__).parent / "results"
PAGE: Final = Path(__file__).parents[2] / "docs" / "accuracy.md"
PLACE: Final = re.compile(
    r"^<!-- (?P<file>\w+): (?P<group>[^\n]+) -->\n(?P<table>.*?)^<!-- end -->$", re.M | re.S
)


def results(folder: Path = RESULTS) -> dict[str, dict[str, Any]]:
    """The measurements that are kept, by the name of their file without its ending."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def filled(page: str, kept: Mapping[str, Mapping[str, Any]]) -> str:
    """The page with the tables that the measurements have now.

    Raises `KeyError` if a place names a measurement or a group that is not there.
    """

    def written(place: re.Match[str]) -> str:
        groups = {table["title"]: table["rows"] for table in kept[place["file"]]["tables"]}
        lines = report.grid(report.table(place["group"], groups[place["group"]]))
        begin = f"<!-- {place['file']}: {place['group']} -->"
        return "\n".join((begin, "", *lines, "", "<!-- end -->"))

    return PLACE.sub(written, page)


def main() -> int:
    PAGE.write_text(filled(PAGE.read_text("utf-8"), results()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
