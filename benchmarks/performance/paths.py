"""From a text to validated Turtle, JSON-LD and N-Quads: as fonds goes, and as a plain script would.

Both convert, resolve and describe with fonds, since nothing else reads such documents. The plain script
then does what the manuals of rdflib and pySHACL show: `Graph.add`, `Graph.serialize`, `pyshacl.validate` with
shapes that it has parsed once. A third way keeps pySHACL's own reading of the shapes from document to
document, which needs its internals.

As in a build, documents are converted first, and then described one at a time; what the ways do with a
document follows at once upon each other, so that all meet the same machine.
"""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyshacl
from pyshacl.graph_abstraction import DataGraph
from pyshacl.validator import Validator
from rdflib import Graph, URIRef
from rdflib import Literal as RdfLiteral

from benchmarks.performance.timing import Clock
from fonds.agents.resolve import Index, index, resolve_record
from fonds.building import packing, pieces
from fonds.converters import convert
from fonds.manifest import graph_iri
from fonds.rdf.describe import describe
from fonds.rdf.iris import Minter
from fonds.rdf.nquads import nquads
from fonds.rdf.terms import PREFIXES, STRING, Term, Triple
from fonds.record import Record
from fonds.shacl.loading import load, shapes_files
from fonds.source import Source
from fonds.validate import validate

BASE: Final = "https://example.org/grown/"
#: What a build does between its passes, and a plain script, which holds everything in memory, does not.
BETWEEN: Final = "keep between the passes"
#: All three formats, which a build makes together; a plain script makes one after the other.
WRITING: Final = "Turtle, JSON-LD, N-Quads"
SERIALIZED: Final = ("serialize turtle", "serialize json-ld", "serialize nt")
#: The third way.
KEPT: Final = "pySHACL, shapes kept"
Layers = dict[str, list[Triple]]
_MINT: Final = Minter(BASE)


def converted(paths: Sequence[Path], clock: Clock) -> tuple[list[bytes], Index]:
    """The first pass: the records, kept as a build keeps them, and the names in all of them."""
    kept: list[bytes] = []
    with clock("read"):
        sources = [Source.read(path) for path in paths]
        _ = [source.sha256 for source in sources]

    def records() -> Iterator[Record]:
        for source in sources:
            with clock("convert"):
                found = convert(source)
            for record in found:
                with clock(BETWEEN):
                    kept.append(packing.packed(record))
                yield record

    whole = Clock()
    with whole("pass"):
        known = index(records())
    clock.spent["index"] = whole.spent["pass"] - clock.spent["convert"] - clock.spent[BETWEEN]
    return kept, known


def described(packed: bytes, known: Index, clock: Clock) -> Layers:
    """The second pass, as far as both ways have it in common."""
    with clock(BETWEEN):
        record: Record = pickle.loads(packed)
    with clock("resolve"):
        resolved = resolve_record(record, known)
    with clock("describe"):
        return describe(resolved, _MINT)


def ours(layers: Layers, clock: Clock) -> bytes:
    """The way of fonds, from the statements of a document; returns its N-Quads."""
    triples = list(itertools.chain.from_iterable(layers.values()))
    with clock("validate"):
        report = validate(triples, engine="compiled")
    if report.violations or report.notes:
        raise SystemExit(f"a grown document does not conform: {[*report.violations, *report.notes][0]}")
    with clock(WRITING):
        pieces.written(layers, _MINT)
    return nquads((*triple, graph_iri(BASE, name)) for name, layer in layers.items() for triple in layer)


@cache
def _shapes() -> Graph:
    graph = Graph()
    for path in shapes_files():
        graph.parse(path)
    return graph


def _node(term: Term) -> Any:
    if isinstance(term, str):
        return URIRef(term)
    if term.language is not None:
        return RdfLiteral(term.lexical, lang=term.language)
    # rdflib equates a literal that is explicitly a string with no plain one, such as those of the shapes
    return RdfLiteral(term.lexical, datatype=None if term.datatype == STRING else URIRef(term.datatype))


def plain(layers: Layers, clock: Clock) -> Graph:
    """The way of a plain script, from the statements of a document; returns its graph."""
    shapes = _shapes()
    with clock("Graph.add"):
        graph = Graph()
        for prefix, space in PREFIXES.items():
            graph.bind(prefix, space)
        for triple in itertools.chain.from_iterable(layers.values()):
            graph.add(tuple(map(_node, triple)))
    with clock("pyshacl.validate"):
        conforms, _, words = pyshacl.validate(graph, shacl_graph=shapes)
    if not conforms:
        raise SystemExit(f"pySHACL disagrees: {words[:1000]}")
    for stage in SERIALIZED:
        with clock(stage):
            graph.serialize(format=stage.partition(" ")[2])
    return graph


def kept_shapes(graph: Graph, clock: Clock) -> None:
    """pySHACL with its own reading of the shapes kept, as fonds uses it for comparison."""
    shapes = load(None).harvested
    with clock(KEPT):
        validator = Validator(DataGraph.from_rdflib(graph), shacl_graph=shapes.graph)
        validator.shacl_graph = shapes
        validator.run()  # type: ignore[no-untyped-call]
