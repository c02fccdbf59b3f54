"""What the machine and compiled code can do at best with the same bytes and the same statements."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

import pyoxigraph as ox

from benchmarks.performance.timing import Clock
from fonds.rdf.read import read_triples
from fonds.rdf.terms import PREFIXES, Term, Triple


def files(paths: Sequence[Path], clock: Clock) -> int:
    """What reading and hashing take; returns how many bytes there are."""
    with clock("reading the bytes"):
        datas = [path.read_bytes() for path in paths]
    with clock("SHA-256 of the bytes"):
        for data in datas:
            sha256(data).hexdigest()
    return sum(map(len, datas))


def statements(triples: Iterable[Triple], written: bytes, clock: Clock) -> None:
    """What pyoxigraph takes for the statements of a document, and for its N-Quads."""
    with clock("pyoxigraph: making its objects"):
        objects = [ox.Triple(_node(s), _node(p), _node(o)) for s, p, o in triples]
    for name, form in {"Turtle": ox.RdfFormat.TURTLE, "N-Triples": ox.RdfFormat.N_TRIPLES}.items():
        with clock(f"pyoxigraph: {name} from its objects"):
            ox.serialize(objects, format=form, prefixes=dict(PREFIXES))
    with clock("pyoxigraph: parsing the N-Quads"):
        for _ in ox.parse(written, format=ox.RdfFormat.N_QUADS):
            pass


def _node(term: Term) -> Any:
    if isinstance(term, str):
        return ox.NamedNode(term)
    if term.language is not None:
        return ox.Literal(term.lexical, language=term.language)
    return ox.Literal(term.lexical, datatype=ox.NamedNode(term.datatype))


def peers(graphs: Sequence[list[Triple]], jars: Path | None, rounds: int = 10) -> dict[str, Any]:
    """Rapper and Jena on the same statements; what is not installed says so."""
    from fonds.rdf.nquads import ntriples

    found: dict[str, Any] = {}
    statements = [triple for triples in graphs for triple in triples]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "all.nt")
        path.write_bytes(ntriples(statements) * rounds)
        count = path.read_bytes().count(b"\n")
        clock = Clock()
        with clock("pyoxigraph"):
            for _ in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES):
                pass
        with clock("fonds"):
            for _ in read_triples(path):
                pass
        if shutil.which("rapper"):
            before = _children()
            command = ["rapper", "--quiet", "--count", "--input", "ntriples", str(path)]
            subprocess.run(command, check=True, capture_output=True)
            clock.spent["rapper"] = _children() - before
        else:
            found["rapper"] = "not installed"
        found["parsing N-Triples, triples/s"] = {name: count / spent for name, spent in clock.spent.items()}
    if jars is None:
        found["Jena"] = "not given (--jena)"
        return found
    from benchmarks.shapes import jena
    from fonds.shacl.loading import load
    from fonds.validate import ENGINES

    loaded = load(None)
    clock = Clock()
    for triples in graphs:
        for _ in range(3):
            with clock("fonds"):
                ENGINES["compiled"](triples, loaded)
    theirs = jena.checked(jars, graphs)
    found["validation, ms per document"] = {
        "fonds": 1000 * clock.spent["fonds"] / 3 / len(graphs),
        "Jena": 1000 * sum(one.check for one in theirs) / len(graphs),
    }
    return found


def _children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
