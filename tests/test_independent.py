"""The dump of the corpus in the hands of tools that fonds has no part in, and against the documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from readers import by_oxigraph, by_pyld, by_rapper
from test_terms import lint

from fonds.build import build
from fonds.rdf.terms import OA, RDF, RICO, SCHEMA, STRING, TYPE, Literal, Triple

CORPUS = Path(__file__).parents[1] / "corpus"
PROFILE = Path(__file__).parents[2] / "shared" / "data" / "ontologies" / "nde-schema-profile.shacl.ttl"
DOCUMENTS = ("000", "001", "002", "003", "004")


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("independent") / "dump"
    assert build(CORPUS, target).clean
    return target


@pytest.fixture(scope="module")
def triples(dump: Path) -> list[Triple]:
    return list(master(dump))


def master(dump: Path) -> Iterator[Triple]:
    for quad in ox.parse((dump / "all.nq").read_bytes(), format=ox.RdfFormat.N_QUADS):
        thing = quad.object
        if isinstance(thing, ox.Literal):
            datatype = STRING if thing.language else thing.datatype.value
            yield quad.subject.value, quad.predicate.value, Literal(thing.value, datatype, thing.language)
        else:
            yield quad.subject.value, quad.predicate.value, thing.value


def turtle_files(dump: Path) -> list[Path]:
    return sorted(dump.rglob("*.ttl"))


def test_rapper_and_oxigraph_count_the_same_in_every_turtle_file(dump: Path) -> None:
    for path in turtle_files(dump):
        data = path.read_bytes()
        assert len(set(by_rapper(data, "turtle"))) == len(by_oxigraph(data, ox.RdfFormat.TURTLE)), path.name


def test_pyld_expands_every_json_ld_file_to_the_graph_of_its_turtle(dump: Path) -> None:
    files = sorted(dump.rglob("*.jsonld"))
    assert len(files) == len(DOCUMENTS) + 2
    for path in files:
        turtle = by_oxigraph(path.with_suffix(".ttl").read_bytes(), ox.RdfFormat.TURTLE)
        assert by_pyld(path.read_bytes()) == turtle, path.name


def test_every_term_exists_and_fits(triples: list[Triple]) -> None:
    assert lint(triples) == []


def test_no_blank_node(dump: Path) -> None:
    for path in turtle_files(dump):
        for triple in by_oxigraph(path.read_bytes(), ox.RdfFormat.TURTLE):
            assert not isinstance(triple.subject, ox.BlankNode)
            assert not isinstance(triple.object, ox.BlankNode)


@pytest.mark.skipif(not PROFILE.is_file(), reason="the profile is not here")
def test_the_generic_layer_keeps_to_shapes_that_others_wrote(dump: Path) -> None:
    rdflib = pytest.importorskip("rdflib")
    pyshacl = pytest.importorskip("pyshacl")
    graph = rdflib.Graph()
    for quad in ox.parse((dump / "all.nq").read_bytes(), format=ox.RdfFormat.N_QUADS):
        if str(quad.graph_name).rstrip(">").endswith(("/generic", "/dataset")):
            graph.parse(data=f"{quad.subject} {quad.predicate} {quad.object} .", format="nt")
    assert len(graph) > 500
    conforms, _, words = pyshacl.validate(graph, shacl_graph=str(PROFILE), allow_warnings=True)
    assert conforms, words


def test_every_passage_quotes_what_stands_at_its_offsets(triples: list[Triple]) -> None:
    """Read from the dump alone: file by its hash, offsets in code points, words."""
    texts = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path.read_bytes().decode("utf-8")
        for path in (CORPUS / "documents").iterdir()
    }
    said: dict[tuple[str, str], str] = {}
    selectors: dict[str, list[str]] = {}
    for subject, predicate, thing in triples:
        value = thing.lexical if isinstance(thing, Literal) else thing
        if predicate == OA + "hasSelector":
            selectors.setdefault(subject, []).append(value)
        elif predicate in (OA + "start", OA + "end", OA + "exact", OA + "hasSource", SCHEMA + "sha256"):
            said[subject, predicate] = value
    checked = 0
    for passage, held in selectors.items():
        text = texts[said[said[passage, OA + "hasSource"], SCHEMA + "sha256"]]
        (position,) = [s for s in held if (s, OA + "start") in said]
        (quote,) = [s for s in held if (s, OA + "exact") in said]
        start, end = int(said[position, OA + "start"]), int(said[position, OA + "end"])
        assert text[start:end] == said[quote, OA + "exact"]
        checked += 1
    assert checked > 300


def test_every_statement_of_the_description_leads_to_its_words_or_to_a_reason(dump: Path) -> None:
    """One SPARQL query, asked of Oxigraph, finds every statement that has the one or the other."""
    store = ox.Store()
    store.bulk_load((dump / "all.nq").read_bytes(), format=ox.RdfFormat.N_QUADS)
    base = "https://example.org/soviet-japan/"
    question = f"""
        PREFIX oa: <{OA}> PREFIX rdf: <{RDF}> PREFIX fonds: <https://w3id.org/fonds/ns#>
        SELECT DISTINCT ?s ?p ?o {{
          GRAPH <{base}graph/evidence> {{
            ?statement rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o .
            ?support oa:hasBody ?statement .
            {{ ?support oa:hasTarget/oa:hasSelector/oa:exact ?quote }} UNION {{ ?support fonds:reason ?why }}
          }}
        }}"""
    rows: Any = store.query(question)
    supported = {(str(row["s"]), str(row["p"]), str(row["o"])) for row in rows}
    described = {
        (str(quad.subject), str(quad.predicate), str(quad.object))
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(f"{base}graph/rico"))
        if quad.predicate.value != TYPE
    }
    assert sorted(described - supported) == []
    assert len(described) > 1000


def test_nothing_in_the_dump_leads_to_a_record_that_is_not_in_it(triples: list[Triple]) -> None:
    base = "https://example.org/soviet-japan/"
    described = {subject for subject, predicate, _ in triples if predicate == TYPE}
    dangling = {
        thing
        for subject, predicate, thing in triples
        if isinstance(thing, str) and thing.startswith(base) and thing not in described
        if predicate.startswith(RICO)
    }
    assert sorted(dangling) == []
