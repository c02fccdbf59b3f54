"""How long a short command takes, Python's own start included."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.performance.timing import FONDS, run

#: One document, converted and validated by a program that uses the library.
ONE = "import sys, fonds; sys.exit(not fonds.validate(fonds.graph(fonds.convert(sys.argv[1]))).conforms)"
#: How the tables call it.
PROGRAM = "fonds.validate(fonds.graph(fonds.convert(…)))"


def measured(document: Path, scratch: Path, rounds: int = 7) -> dict[str, dict[str, float]]:
    """Seconds by command, the median of some rounds."""
    turtle = scratch / "one.ttl"
    commands: dict[str, Sequence[str | Path]] = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "fonds --version": (*FONDS, "--version"),
        "fonds --help": (*FONDS, "--help"),
        "fonds convert, one document": (*FONDS, "convert", document, "-o", turtle),
        "fonds validate, its Turtle": (*FONDS, "validate", turtle),
        PROGRAM: (sys.executable, "-c", ONE, document),
    }
    found = {}
    for name, command in commands.items():
        runs = [run(command) for _ in range(rounds)]
        if any(one.code for one in runs):
            raise SystemExit(f"{name}: exit code {runs[0].code}")
        found[name] = {
            "cpu, s": round(median(one.cpu for one in runs), 3),
            "clock, s": round(median(one.wall for one in runs), 3),
        }
    return found
