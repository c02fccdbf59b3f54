"""Terms as SHACL sees them: fonds knows no blank nodes, the graphs and shapes of others do."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from fonds.rdf.terms import STRING, Literal, Term, Triple
from fonds.rdf.write import GENID

if TYPE_CHECKING:
    from rdflib import Graph

SH: Final = "http://www.w3.org/ns/shacl#"


class Blank(str):
    """A blank node, by its label, which begins with `_:`."""

    __slots__ = ()


def name(term: Term) -> str:
    """A term as a report shows it: an IRI, the words of a literal, the bare label of a blank node."""
    if isinstance(term, Literal):
        return term.lexical
    return term[2:] if isinstance(term, Blank) else term


def with_blanks(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Statements of a file, in which blank nodes got IRIs (RDF 1.1 Concepts, 3.5), with blank nodes.

    Terms that are equal become one object, so that a large file takes little memory.
    """
    known = _Known()
    for subject, predicate, term in triples:
        yield known[subject], known[predicate], known[term]


class _Known(dict[Any, Any]):
    """Each term by itself, a blank node by its IRI."""

    def __missing__(self, term: Term) -> Term:
        blank = not isinstance(term, Literal) and term.startswith(GENID)
        made = self[term] = Blank(f"_:{term[len(GENID) :]}") if blank else term
        return made


def from_graph(graph: Any) -> list[Triple]:
    """The statements of an rdflib Graph, or of all graphs of a Dataset, blank nodes kept.

    A string with the explicit datatype `xsd:string` equals one without (RDF 1.1 Concepts, 3.3);
    in rdflib it does not.
    """
    from rdflib import Dataset

    rows: Iterable[tuple[Any, ...]] = graph.triples((None, None, None))
    if isinstance(graph, Dataset):
        rows = graph.quads((None, None, None, None))
    return [(_plain(row[0]), _plain(row[1]), _plain(row[2])) for row in rows]


def _plain(node: Any) -> Any:
    from rdflib import BNode
    from rdflib import Literal as RdfLiteral

    if isinstance(node, RdfLiteral):
        if node.language:
            return Literal(str(node), STRING, node.language)
        return Literal(str(node), str(node.datatype or STRING))
    return Blank(f"_:{node}") if isinstance(node, BNode) else str(node)


def to_graph(triples: Iterable[Triple]) -> Graph:
    """Statements as an rdflib Graph: lexical forms as they are, blank nodes under their labels."""
    from rdflib import BNode, Graph, URIRef

    graph = Graph(bind_namespaces="none")
    known: dict[Term, Any] = {}

    def node(term: Term) -> Any:
        if isinstance(term, Literal):
            return rdf_literal(term)
        found = known.get(term)
        if found is None:
            found = known[term] = BNode(term[2:]) if isinstance(term, Blank) else URIRef(term)
        return found

    with quiet():
        for subject, predicate, term in triples:
            graph.add((node(subject), node(predicate), node(term)))
    return graph


def rdf_literal(literal: Literal) -> Any:
    """A literal of rdflib; a plain one where the datatype is `xsd:string`."""
    from rdflib import Literal as RdfLiteral
    from rdflib import URIRef

    if literal.language:
        return RdfLiteral(literal.lexical, lang=literal.language)
    datatype = None if literal.datatype == STRING else URIRef(literal.datatype)
    return RdfLiteral(literal.lexical, datatype=datatype, normalize=False)


@contextmanager
def quiet() -> Iterator[None]:
    """No talk from rdflib about literals that do not fit their datatype: the report says it."""
    logger = logging.getLogger("rdflib.term")
    before = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Parsing weird boolean")
            yield
    finally:
        logger.disabled = before
