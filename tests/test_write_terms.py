"""Which terms are written, which are refused, and that they all come back."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic
from readers import (
    BASE,
    CABLE,
    SAMPLE,
    by_oxigraph,
    by_pyld,
    parsed,
    truth,
)

from fonds.errors import OutputError
from fonds.rdf.jsonld import jsonld
from fonds.rdf.nquads import nquads, ntriples
from fonds.rdf.terms import (
    EDTF,
    LABEL,
    RDF,
    RICO,
    SCHEMA,
    STRING,
    TYPE,
    XSD,
    Literal,
    Triple,
)
from fonds.rdf.turtle import trig, turtle
from fonds.rdf.write import (
    FORMATS,
    from_rdflib,
    rdfxml,
    serialise,
    to_rdflib,
)

# --- what is refused ------------------------------------------------------------------------

NO_IRI = "is not an absolute IRI"
BAD = [
    ((BASE + "a b", TYPE, RICO + "Record"), NO_IRI, "a space in a subject"),
    ((CABLE, BASE + 'a"b', Literal("x")), NO_IRI, "a quote in a predicate"),
    ((CABLE, TYPE, BASE + "a>b"), NO_IRI, "a bracket would end the IRI and inject statements"),
    ((CABLE, TYPE, BASE + "a\nb"), NO_IRI, "a newline would end an N-Quads line"),
    ((CABLE, TYPE, BASE + "a\0b"), NO_IRI, "a NUL"),
    ((CABLE, TYPE, BASE + "a\\u0020"), NO_IRI, "an escape that a parser would undo"),
    ((CABLE, TYPE, BASE + "100%"), NO_IRI, "Oxigraph refuses to load a stray percent sign"),
    ((CABLE, TYPE, BASE + "[1]"), NO_IRI, "brackets must be percent-encoded"),
    ((CABLE, TYPE, BASE + "#a#b"), NO_IRI, "two fragments"),
    ((CABLE, TYPE, BASE + "\ud800"), "surrogate", "half a surrogate pair in an IRI"),
    ((CABLE, TYPE, "record/1"), NO_IRI, "a relative IRI"),
    ((CABLE, TYPE, ""), NO_IRI, "an empty IRI"),
    ((CABLE, TYPE, "_:b0"), NO_IRI, "a blank node in disguise"),
    ((CABLE, TYPE, RICO + "Record "), NO_IRI, "a space below a known prefix"),
    ((CABLE, LABEL, Literal("x\udc80")), "surrogate", "bytes smuggled through surrogateescape"),
    ((CABLE, LABEL, Literal("x", language="en_US")), "language tag", "an underscore in a language tag"),
    ((CABLE, LABEL, Literal("x", language="")), "language tag", "an empty language tag"),
    ((CABLE, LABEL, Literal("x", language='en" .')), "language tag", "an injection through the language"),
    ((CABLE, LABEL, Literal("x", RDF + "langString")), "no language", "a language string without one"),
    ((CABLE, LABEL, Literal("x", "date")), NO_IRI, "a relative datatype"),
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("triple", "message", "why"), BAD, ids=[row[2] for row in BAD])
def test_what_cannot_be_read_back_is_never_written(triple: Triple, message: str, why: str, name: str) -> None:
    with pytest.raises(OutputError, match=message):
        serialise([*SAMPLE, triple], name)


@pytest.mark.parametrize("prefixes", [{"a b": SCHEMA}, {"s": "https://schema.org/ "}, {"": SCHEMA}])
def test_bad_prefixes_are_refused(prefixes: dict[str, str]) -> None:
    with pytest.raises(OutputError):
        turtle([(CABLE, TYPE, "https://schema.org/ x"), (CABLE, TYPE, SCHEMA + "Book")], prefixes)


@pytest.mark.parametrize(
    "base", ["https://example.org", "urn:x:", "https://example.org/a", "https://e.org/?a/"]
)
def test_a_base_that_joins_in_odd_ways_is_refused(base: str) -> None:
    with pytest.raises(OutputError, match="cannot be a base"):
        turtle(SAMPLE, base=base)


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\x1f", "\ufffe"])
def test_xml_refuses_what_it_cannot_hold(char: str) -> None:
    with pytest.raises(OutputError, match="XML"):
        rdfxml([(CABLE, LABEL, Literal(f"a{char}b"))])


# --- properties -----------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TAGS = st.from_regex(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", fullmatch=True)
LITERALS = st.one_of(
    TEXT.map(Literal),
    st.builds(lambda text, tag: Literal(text, STRING, tag), TEXT, TAGS),
    st.tuples(TEXT, st.sampled_from([XSD + "integer", XSD + "date", EDTF, XSD + "boolean"])).map(
        lambda pair: Literal(*pair)
    ),
    st.builds(lambda number: Literal(str(number), XSD + "integer"), st.integers()),
)
PATHS = st.lists(
    st.sampled_from([*"abc/.-_~:;,!$&'()*+=@?0é字🛰", "%41", "../", "./", "//"]), max_size=12
).map("".join)
STARTS = [BASE, BASE + "#", SCHEMA, RICO, "urn:x:", "https://example.org/archive/a"]
IRIS = st.tuples(st.sampled_from(STARTS), PATHS).map("".join)
TRIPLES = st.lists(st.tuples(IRIS, IRIS, st.one_of(IRIS, LITERALS)), max_size=8)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(TRIPLES, st.sampled_from([None, BASE, "https://example.org/"]))
@example([(CABLE, LABEL, Literal("\x00\x7f\x85\u2028\ufeff\ufffe\uffff\U0010ffff"))], None)
@example([(CABLE, LABEL, Literal('"""\\'))], None)
def test_any_terms_come_back_from_turtle(triples: list[Triple], base: str | None) -> None:
    assert by_oxigraph(turtle(triples, base=base), ox.RdfFormat.TURTLE) == truth(triples)


@QUICK
@given(TRIPLES)
@example([(CABLE, LABEL, Literal("\x00\x7f\x85\u2028\ufeff\ufffe\uffff\U0010ffff"))])
def test_any_terms_come_back_from_nquads_trig_and_jsonld(triples: list[Triple]) -> None:
    expected = truth(triples)
    assert by_oxigraph(ntriples(triples), ox.RdfFormat.N_TRIPLES) == expected
    assert by_oxigraph(jsonld(triples), ox.RdfFormat.JSON_LD) == expected
    graph = BASE + "g"
    quads = ox.parse(nquads((*triple, graph) for triple in triples), format=ox.RdfFormat.N_QUADS)
    assert {quad.triple for quad in quads} == expected
    assert {quad.triple for quad in ox.parse(trig({graph: triples}), format=ox.RdfFormat.TRIG)} == expected


@QUICK
@given(st.lists(st.tuples(st.just(CABLE), st.just(LABEL), LITERALS), max_size=8))
def test_any_literal_comes_back_through_rdflib_and_pyld(triples: list[Triple]) -> None:
    assert set(from_rdflib(to_rdflib(triples))) == set(triples)
    graph = parsed(turtle(triples), "turtle")
    assert isomorphic(graph, parsed(ntriples(triples), "ntriples"))
    assert by_pyld(jsonld(triples)) == truth(triples)


@QUICK
@given(TRIPLES, st.randoms(use_true_random=False))
def test_the_order_of_the_statements_does_not_matter(triples: list[Triple], chance: random.Random) -> None:
    shuffled = [*triples, *triples]
    chance.shuffle(shuffled)
    for name in ("turtle", "jsonld", "ntriples", "trig", "nquads"):
        assert serialise(shuffled, name) == serialise(triples, name)


SEEDED = """
import sys
sys.path.insert(0, sys.argv[1])
from readers import SAMPLE
from fonds.rdf.write import FORMATS, serialise
for name in FORMATS:
    sys.stdout.buffer.write(serialise(set(SAMPLE), name))
"""


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", SEEDED, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 5000
