"""rdflib graphs, files and streams."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
import rdflib
from readers import (
    BASE,
    CABLE,
    SAMPLE,
    lowered,
    parsed,
)

from fonds.errors import OutputError, SourceError, UnknownFormat
from fonds.rdf.nquads import nquads, ntriples
from fonds.rdf.read import read_triples
from fonds.rdf.terms import (
    OA,
    TYPE,
    XSD,
    Literal,
)
from fonds.rdf.turtle import trig, turtle
from fonds.rdf.write import (
    FORMATS,
    format_for,
    from_rdflib,
    serialise,
    to_rdflib,
    write,
)

# --- rdflib ---------------------------------------------------------------------------------


def test_statements_survive_rdflib_unchanged() -> None:
    """rdflib rewrites `01` and `0.550` unless told not to."""
    odd = [*SAMPLE, (CABLE, OA + "start", Literal("01", XSD + "integer"))]
    assert set(from_rdflib(to_rdflib(odd))) == set(odd)
    assert from_rdflib(to_rdflib(odd)) == from_rdflib(to_rdflib(reversed(odd)))


def test_blank_nodes_become_the_same_iris_whatever_they_were_called() -> None:
    source = "<urn:a> <urn:p> [ <urn:q> _:x ] . _:x <urn:r> 'deep', 'er' ."
    first, second = rdflib.Graph(), rdflib.Graph()
    first.parse(data=source, format="turtle")
    second.parse(data=source.replace("_:x", "_:other"), format="turtle")
    triples = from_rdflib(first)
    assert triples == from_rdflib(second)
    assert len(triples) == 4
    assert len({s for s, _, _ in triples}) == 3
    assert parsed(turtle(triples), "turtle")


def test_a_dataset_keeps_its_graphs(tmp_path: Path) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=trig({BASE + "g": SAMPLE, "": SAMPLE[:1]}), format="trig")
    write(dataset, tmp_path / "all.nq")
    assert (tmp_path / "all.nq").read_bytes() == nquads(
        [*((*triple, BASE + "g") for triple in SAMPLE), (*SAMPLE[0], "")]
    )
    dataset.add((rdflib.BNode(), rdflib.RDF.type, rdflib.RDFS.Resource))
    with pytest.raises(OutputError, match="blank nodes"):
        write(dataset, tmp_path / "all.nq")


def test_a_formula_is_refused() -> None:
    graph = rdflib.ConjunctiveGraph()
    graph.parse(data="@prefix : <urn:x:> . { :a :b :c } :says :d .", format="n3")
    with pytest.raises(OutputError, match=r"RDF 1\.1"):
        from_rdflib(graph)


# --- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_files_come_back(name: str, packed: str, tmp_path: Path) -> None:
    path = tmp_path / f"cable{FORMATS[name].suffixes[0]}{packed}"
    write(SAMPLE, path)
    assert set(read_triples(path)) == lowered(SAMPLE)
    written = path.read_bytes()
    assert (gzip.decompress(written) if packed else written) == serialise(SAMPLE, name)
    write(to_rdflib(SAMPLE), path)
    assert path.read_bytes() == written


def test_streams_get_turtle_unless_told_otherwise(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    stream = io.BytesIO()
    write(SAMPLE, stream)
    write(SAMPLE, stream, "ntriples")
    assert stream.getvalue() == turtle(SAMPLE) + ntriples(SAMPLE)
    write(SAMPLE, "-")
    assert capfdbinary.readouterr().out == turtle(SAMPLE)
    with pytest.raises(OutputError, match="text"):
        write(SAMPLE, io.StringIO())  # type: ignore[arg-type]


GUESSES = [
    ("turtle", "turtle"),
    ("dump/records.ttl", "turtle"),
    ("CABLE.TTL", "turtle"),
    ("a.b.nq.gz", "nquads"),
    (Path("x.jsonld"), "jsonld"),
    ("x.rdf", "rdfxml"),
]


@pytest.mark.parametrize(("given_name", "name"), GUESSES)
def test_formats_are_guessed_from_the_suffix(given_name: str | Path, name: str) -> None:
    assert format_for(given_name) == name


@pytest.mark.parametrize("path", ["cable", "cable.txt", "cable.gz", ".ttl/x", "", "n3"])
def test_an_unknown_format_lists_the_choices(path: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        format_for(path)
    assert all(name in str(caught.value) for name in FORMATS)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "cable.ttl"
    write(SAMPLE, path)
    before = path.read_bytes()
    with pytest.raises(OutputError):
        write([(CABLE, TYPE, "a b")], path)
    assert path.read_bytes() == before
    assert [child.name for child in tmp_path.iterdir()] == ["cable.ttl"]


def test_a_broken_file_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b>\n")
    with pytest.raises(SourceError, match=r"broken\.ttl, line [23]"):
        list(read_triples(path))
    with pytest.raises(SourceError, match="No such file"):
        list(read_triples(tmp_path / "missing.ttl"))


def test_blank_nodes_of_a_file_become_stable_iris(tmp_path: Path) -> None:
    path = tmp_path / "blank.ttl"
    path.write_text("<urn:a> <urn:p> [ <urn:q> 'x' ], [ <urn:q> 'y' ] .")
    triples = list(read_triples(path))
    assert triples == list(read_triples(path))
    assert len({s for s, _, _ in triples}) == 3


def test_a_context_on_the_network_is_not_fetched(tmp_path: Path) -> None:
    path = tmp_path / "remote.jsonld"
    path.write_text('{"@context": "https://schema.org/", "@id": "urn:a", "name": "x"}')
    with pytest.raises(SourceError, match=r"(?i)context"):
        list(read_triples(path))


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="urn:x#">
<rdf:Description rdf:about="urn:a"><x:p>&b;</x:p></rdf:Description></rdf:RDF>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["bomb.rdf", "bomb.rdf.gz", "bomb.txt"])
def test_xml_entities_are_refused_before_parsing(name: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / name
    data = BOMB.encode(encoding)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    with pytest.raises(SourceError, match="XML entities"):
        list(read_triples(path, "rdfxml" if name.endswith(".txt") else None))
