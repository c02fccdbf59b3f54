"""Jena's SHACL on the same documents, where a folder of its jars is at hand."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.shapes.mutations import Graph
from fonds.shacl.loading import shapes_files


class Verdict(NamedTuple):
    """Whether a graph conforms, and the seconds of processor time of the best round.

    `check` starts from a graph that Jena has in memory, `from_statements` from a list of statements
    there, `with_reading` from a file of N-Triples.
    """

    conforms: bool
    check: float
    from_statements: float
    with_reading: float


#: Rounds per document; the first ones warm the machine up.
ROUNDS = 30
#: Rounds after which it gets no faster.
HOT = 300


def checked(jars: Path, graphs: Sequence[Graph], rounds: int = ROUNDS) -> list[Verdict]:
    """What Jena says of each graph. The graphs have no blank nodes."""
    from fonds.rdf.nquads import ntriples

    classpath = ":".join(str(jar) for jar in sorted(jars.glob("*.jar")))
    with tempfile.TemporaryDirectory() as folder:
        shapes = Path(folder, "shapes.ttl")
        shapes.write_text("\n".join(path.read_text("utf-8") for path in shapes_files()), "utf-8")
        names = []
        for number, graph in enumerate(graphs):
            names.append(f"{folder}/{number}.nt")
            Path(names[-1]).write_bytes(ntriples(graph))
        listed = Path(folder, "files")
        listed.write_text("\n".join(names), "utf-8")
        program = str(Path(__file__).with_name("Jena.java"))
        command = ["java", "-cp", classpath, program, str(shapes), str(rounds), str(listed)]
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"Jena does not run: {run.stderr[-2000:]}")
        lines = run.stdout.splitlines()
    found = [line.split() for line in lines if line.startswith(("true ", "false "))]
    return [
        Verdict(said == "true", *(int(nanoseconds) / 1e9 for nanoseconds in spent)) for said, *spent in found
    ]
