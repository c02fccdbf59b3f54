"""Files written piece by piece from sorted runs are those written at once."""

from __future__ import annotations

import heapq
import random
import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from readers import BASE, CABLE, SAMPLE, by_oxigraph, rdf_format_of, truth
from test_write_terms import QUICK, TRIPLES

from fonds.errors import OutputError
from fonds.rdf import jsonld, nquads, turtle
from fonds.rdf.terms import LABEL, OA, PREFIXES, RICO, SCHEMA, SUBJECT, TYPE, XSD, Literal, Triple

FEW = settings(QUICK, max_examples=50)

#: An integer that only Turtle writes without its datatype (JSON cannot be trusted with it), an IRI
#: whose scheme is a prefix, and a type that is no class: what declares prefixes in odd ways.
ODD: list[Triple] = [
    (CABLE, RICO + "width", Literal("12345678901234567890", XSD + "integer")),
    ("oa:body", OA + "hasBody", CABLE),
    (CABLE, TYPE, Literal("odd")),
]


def merged(runs: Iterable[list[Triple]]) -> Iterator[Triple]:
    """As an external sort does it: each run is sorted apart, with repetitions between them."""
    return heapq.merge(*(sorted(run, key=SUBJECT) for run in runs), key=SUBJECT)


@FEW
@given(st.lists(TRIPLES, max_size=4), st.sampled_from([None, BASE, SCHEMA]))
@example([SAMPLE, SAMPLE[::-1], SAMPLE[:5]], BASE)
@example([ODD], None)
@example([[(BASE, TYPE, SCHEMA + "a/b")]], SCHEMA)
@example([], None)
def test_turtle_in_pieces_is_the_turtle_at_once(runs: list[list[Triple]], base: str | None) -> None:
    triples = [triple for run in runs for triple in run]
    pieces = turtle.stream(merged(runs), turtle.in_use(triples), base)
    assert b"".join(pieces) == turtle.turtle(triples, base=base)


@FEW
@given(st.lists(TRIPLES, max_size=4))
@example([SAMPLE, SAMPLE[::-1], SAMPLE[:5]])
@example([ODD[:1]])
@example([SAMPLE, ODD])
@example([])
def test_jsonld_in_pieces_is_the_jsonld_at_once(runs: list[list[Triple]]) -> None:
    triples = [triple for run in runs for triple in run]
    pieces = jsonld.stream(merged(runs), jsonld.in_use(triples))
    assert b"".join(pieces) == jsonld.jsonld(triples)


@FEW
@given(st.dictionaries(st.sampled_from([BASE + "g", BASE + "g/1", ""]), TRIPLES), st.randoms())
@example({BASE + "g": [(CABLE, LABEL, Literal("\x85\u2028\x0b\x1c\n"))]}, random.Random(0))
def test_lines_of_several_graphs_merge_into_nquads(
    layers: dict[str, list[Triple]], chance: random.Random
) -> None:
    runs = [nquads.lines(triples, graph) for graph, triples in layers.items()]
    chance.shuffle(runs)
    quads = [(*triple, graph) for graph, triples in layers.items() for triple in triples]
    assert "".join(heapq.merge(*runs)).encode() == nquads.nquads(quads)


WRITERS: dict[str, Callable[[Iterable[Triple]], Iterator[bytes]]] = {
    "turtle": turtle.stream,
    "jsonld": jsonld.stream,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_stream_declares_all_its_prefixes_and_means_the_same(name: str) -> None:
    data = b"".join(WRITERS[name](merged([SAMPLE])))
    assert all(f"{prefix}:".encode() in data or f'"{prefix}"'.encode() in data for prefix in PREFIXES)
    assert by_oxigraph(data, rdf_format_of(name)) == truth(SAMPLE)


@pytest.mark.parametrize("name", WRITERS)
def test_statements_out_of_order_are_refused(name: str) -> None:
    """Else a subject would stand in two places, and the bytes depend on the order of the runs."""
    backwards = sorted(SAMPLE, key=SUBJECT, reverse=True)
    with pytest.raises(OutputError, match="comes after"):
        list(WRITERS[name](backwards))


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("count", [1, 50_000], ids=["in the first piece", "in a later piece"])
def test_a_stream_refuses_what_cannot_be_read_back(name: str, count: int) -> None:
    """Every term is checked before the piece that holds it leaves."""
    good = [(f"{BASE}{number:06d}", TYPE, RICO + "Record") for number in range(count)]
    written = WRITERS[name](iter([*good, (BASE + "~", TYPE, BASE + "a b")]))
    pieces: list[bytes] = []
    with pytest.raises(OutputError, match="is not an absolute IRI"):
        pieces.extend(written)
    assert not any(b"a b" in piece for piece in pieces)


def test_a_scheme_that_is_a_prefix_is_refused_by_a_stream_of_jsonld() -> None:
    """It cannot begin again without that prefix, as the writer of whole graphs does."""
    with pytest.raises(OutputError, match="leave out the prefix oa"):
        list(jsonld.stream(ODD[1:2]))


@pytest.mark.parametrize("name", WRITERS)
def test_the_memory_of_a_stream_does_not_grow(name: str) -> None:
    def peak(count: int) -> int:
        rows = ((f"{BASE}{n:07d}", RICO + "hasAuthor", f"{BASE}agent/{n}") for n in range(count))
        tracemalloc.start()
        try:
            written = sum(len(piece) for piece in WRITERS[name](rows))
            assert written > 50 * count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # beyond what a stream remembers, so that both are full
    assert peak(24_000) < 1.2 * peak(12_000)
