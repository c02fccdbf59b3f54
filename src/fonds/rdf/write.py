"""Writing statements to files: the formats by name, and rdflib graphs in and out.

    write(graph, "cable.jsonld")              # the suffix picks the format
    write(triples, "-", "ntriples")           # standard output
    write({"https://example.org/g": triples}, "all.trig")

Every writer is deterministic: the same statements give the same bytes.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import TextIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from fonds import atomic
from fonds.errors import OutputError, UnknownFormat
from fonds.rdf import nquads, turtle
from fonds.rdf.jsonld import jsonld, jsonld_for_html
from fonds.rdf.nquads import ntriples
from fonds.rdf.terms import FONDS, PREFIXES, STRING, Literal, Term, Triple
from fonds.rdf.tokens import Tokens

if TYPE_CHECKING:
    import rdflib

__all__ = [
    "FORMATS",
    "Format",
    "format_for",
    "from_rdflib",
    "jsonld",
    "jsonld_for_html",
    "ntriples",
    "rdfxml",
    "serialise",
    "to_rdflib",
    "write",
]

#: From the IRI of a graph (`""` for the default graph) to its statements.
Layers = Mapping[str, Iterable[Triple]]

#: Where the blank nodes of somebody else's graph go (RDF 1.1 Concepts, section 3.5).
GENID: Final = FONDS.removesuffix("ns#") + ".well-known/genid/"

#: How rdflib calls the default graph of a Dataset.
_RDFLIB_DEFAULT: Final = "urn:x-rdflib:default"

#: Characters that no XML 1.0 document holds, not even escaped.
_NOT_XML: Final = {*range(0x20), 0xFFFE, 0xFFFF} - {0x9, 0xA, 0xD}


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write RDF: its file suffixes, its media type, and what turns layers into bytes.

    `graphs` says whether it keeps the names of graphs; if not, all layers are merged.
    """

    suffixes: tuple[str, ...]
    media_type: str
    serialise: Callable[[Layers], bytes]
    graphs: bool = False


def _merged(writer: Callable[[Iterable[Triple]], bytes]) -> Callable[[Layers], bytes]:
    return lambda layers: writer(triple for name in sorted(layers) for triple in layers[name])


def rdfxml(triples: Iterable[Triple]) -> bytes:
    """Statements as RDF/XML, for tools that read nothing else.

    Raises `OutputError` for a term that XML cannot hold, such as a control character.
    """
    import pyoxigraph as ox

    ordered = _sorted(triples)
    check = Tokens()
    for subject, predicate, term in ordered:
        check[subject], check[predicate]
        check[term]
        if not isinstance(term, str):
            bad = next((char for char in term.lexical if ord(char) in _NOT_XML), None)
            if bad is not None:
                raise OutputError(
                    f"the literal {term.lexical[:40]!r} holds {bad!r}, which XML cannot",
                    remedy="write Turtle or JSON-LD instead",
                )
    node = ox.NamedNode
    rows = [
        ox.Triple(node(subject), node(predicate), node(term) if isinstance(term, str) else _ox_literal(term))
        for subject, predicate, term in ordered
    ]
    try:
        written = ox.serialize(rows, format=ox.RdfFormat.RDF_XML, prefixes=dict(PREFIXES))
    except (OSError, ValueError) as error:
        raise OutputError(f"RDF/XML cannot hold this: {error}", remedy="write Turtle instead") from error
    return written or b""


def _ox_literal(literal: Literal) -> Any:
    import pyoxigraph as ox

    if literal.language is not None:
        return ox.Literal(literal.lexical, language=literal.language)
    return ox.Literal(literal.lexical, datatype=ox.NamedNode(literal.datatype))


#: The formats that fonds writes, by name.
FORMATS: Final[dict[str, Format]] = {
    "turtle": Format((".ttl",), "text/turtle", _merged(turtle.turtle)),
    "jsonld": Format((".jsonld",), "application/ld+json", _merged(jsonld)),
    "nquads": Format((".nq",), "application/n-quads", nquads.of_layers, graphs=True),
    "ntriples": Format((".nt",), "application/n-triples", _merged(ntriples)),
    "trig": Format((".trig",), "application/trig", turtle.trig, graphs=True),
    "rdfxml": Format((".rdf", ".owl", ".xml"), "application/rdf+xml", _merged(rdfxml)),
}


def format_for(path_or_name: str | Path) -> str:
    """The name of a format, from that name itself or from the suffix of a path (`.gz` aside).

    Raises `UnknownFormat`, which lists the choices.
    """
    name = str(path_or_name)
    if name in FORMATS:
        return name
    suffix = Path(name.lower().removesuffix(".gz")).suffix
    for known, form in FORMATS.items():
        if suffix and suffix in form.suffixes:
            return known
    choices = ", ".join(f"{known} ({' '.join(form.suffixes)})" for known, form in FORMATS.items())
    raise UnknownFormat(f"no format is known for {name!r}", remedy=f"use one of {choices}")


def serialise(data: rdflib.Graph | Layers | Iterable[Triple], format: str) -> bytes:  # noqa: A002
    """Statements as bytes in a format, by name.

    `data` is an iterable of triples, a mapping from graph to triples, or an rdflib Graph or
    Dataset. Raises `UnknownFormat` or `OutputError`.
    """
    return FORMATS[format_for(format)].serialise(_layers(data))


def write(
    data: rdflib.Graph | Layers | Iterable[Triple],
    target: str | Path | IO[bytes],
    format: str | None = None,  # noqa: A002
) -> None:
    """Write statements to a path, to `-` (standard output), or to an open binary file.

    The suffix of the path picks the format unless `format` names one; a path that ends in
    `.gz` is compressed; standard output and nameless files get Turtle. A file appears whole or
    not at all. Raises `UnknownFormat`, or `OutputError` if a term or the file cannot be written.
    """
    if isinstance(target, str | Path) and str(target) != "-":
        written = serialise(data, format or format_for(target))
        if str(target).lower().endswith(".gz"):
            # No time in the header: the same statements give the same bytes.
            written = gzip.compress(written, mtime=0)
        atomic.write_bytes(target, written)
        return
    stream = sys.stdout.buffer if isinstance(target, str | Path) else target
    if isinstance(stream, TextIOBase):
        raise OutputError("the file was opened for text", remedy='open it for bytes, with mode "wb"')
    stream.write(serialise(data, format or "turtle"))
    stream.flush()


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """The statements as an rdflib Graph, with the prefixes of fonds bound.

    Lexical forms are kept as they are: rdflib does not rewrite them.
    """
    from rdflib import Graph, URIRef
    from rdflib import Literal as RdfLiteral

    graph = Graph(bind_namespaces="none")
    for prefix, space in PREFIXES.items():
        graph.bind(prefix, space)
    iris: dict[str, URIRef] = {}

    def node(iri: str) -> URIRef:
        if iri not in iris:
            iris[iri] = URIRef(iri)
        return iris[iri]

    def thing(term: Term) -> URIRef | RdfLiteral:
        if isinstance(term, str):
            return node(term)
        if term.language is not None:
            return RdfLiteral(term.lexical, lang=term.language)
        # rdflib equates a plain literal with nothing else, so a string has no datatype there.
        datatype = None if term.datatype == STRING else node(term.datatype)
        return RdfLiteral(term.lexical, datatype=datatype, normalize=False)

    for subject, predicate, term in triples:
        graph.add((node(subject), node(predicate), thing(term)))
    return graph


def from_rdflib(graph: rdflib.Graph) -> list[Triple]:
    """The sorted statements of an rdflib Graph, or of all graphs of a Dataset.

    Blank nodes become IRIs below `GENID`, from a canonical form of the graph, so equal graphs
    give equal statements. Raises `OutputError` for what RDF 1.1 does not have, such as a
    formula.
    """
    from rdflib import BNode, Graph
    from rdflib.compare import to_canonical_graph

    rows = [*graph.triples((None, None, None))]
    if any(isinstance(term, BNode) for row in rows for term in row):
        plain = Graph()
        for row in rows:
            plain.add(row)
        rows = [*to_canonical_graph(plain).triples((None, None, None))]
    return _sorted((_iri(s), _iri(p), _term(o)) for s, p, o in rows)


def _iri(node: object) -> str:
    from rdflib import BNode, URIRef

    if isinstance(node, URIRef):
        return str(node)
    if isinstance(node, BNode):
        return GENID + str(node)
    raise OutputError(f"{node!r} is no subject, predicate or graph of RDF 1.1", remedy="leave it out")


def _term(node: object) -> Term:
    from rdflib import Literal as RdfLiteral

    if isinstance(node, RdfLiteral):
        return Literal(
            str(node), str(node.datatype or STRING) if not node.language else STRING, node.language
        )
    return _iri(node)


def _sorted(triples: Iterable[Triple]) -> list[Triple]:
    def key(triple: Triple) -> tuple[str, str, tuple[str, ...]]:
        term = triple[2]
        # Literals before IRIs: an empty string sorts before any scheme.
        shown = (term,) if isinstance(term, str) else ("", term.lexical, term.datatype, term.language or "")
        return triple[0], triple[1], shown

    return sorted(set(triples), key=key)


def _layers(data: Any) -> Layers:
    # rdflib is loaded only if the caller has loaded it.
    known = sys.modules.get("rdflib")
    if known is not None and isinstance(data, known.Dataset):
        layers: dict[str, list[Triple]] = {}
        for subject, predicate, term, graph in data.quads((None, None, None, None)):
            if any(isinstance(node, known.BNode) for node in (subject, term, graph)):
                raise OutputError(
                    "the dataset has blank nodes, which may be shared between its graphs",
                    remedy="give them IRIs first, or write one graph at a time",
                )
            name = "" if graph is None or str(graph) == _RDFLIB_DEFAULT else _iri(graph)
            layers.setdefault(name, []).append((_iri(subject), _iri(predicate), _term(term)))
        return layers
    if known is not None and isinstance(data, known.Graph):
        return {"": from_rdflib(data)}
    return data if isinstance(data, Mapping) else {"": data}
