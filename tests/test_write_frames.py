"""Subjects of the same form are written with the same frame, and in all formats at once: nobody can tell."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from readers import BASE, by_oxigraph, truth
from test_write_terms import IRIS, LITERALS, QUICK

from fonds.rdf import frames, jsonld, nquads, turtle
from fonds.rdf.formats import formats
from fonds.rdf.frames import told
from fonds.rdf.terms import LABEL, OA, PREFIXES, RDF, RICO, STRING, TYPE, XSD, Literal, Term, Triple
from fonds.rdf.tokens import names

SOME = settings(QUICK, max_examples=100)
#: Few subjects and predicates, so that many statements meet in one frame and in one slot.
SUBJECTS = [f"{BASE}a", f"{BASE}a/1", f"{BASE}a!b", f"{BASE}é", "urn:x:a"]
NAMES = [TYPE, LABEL, f"{RDF}object", f"{OA}hasBody", f"{BASE}100%25s", "urn:x:p"]
TERMS = st.one_of(st.sampled_from([*SUBJECTS, f"{RICO}Record"]), IRIS, LITERALS)


TRIPLES = st.lists(st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(NAMES), TERMS), max_size=30)
#: Several objects in one slot whose tokens sort otherwise than they do, and a literal among the types.
SLOTS: list[Triple] = [
    *(
        (BASE, f"{OA}hasBody", iri)
        for iri in (f"{BASE}a", f"{BASE}a/1", f"{BASE}a!b", f"{RICO}Record", "urn:x:a")
    ),
    *((BASE, TYPE, kind) for kind in (f"{RICO}Record", f"{OA}Annotation", Literal("odd"), f"{BASE}Thing")),
    (BASE, LABEL, Literal("a")),
    (BASE, LABEL, Literal("a", STRING, "en")),
    (BASE, LABEL, Literal("a", f"{XSD}date")),
    (BASE, LABEL, f"{BASE}a"),
]


@SOME
@given(TRIPLES, st.sampled_from([None, BASE]))
@example(SLOTS, None)
@example(SLOTS, BASE)
@example([*SLOTS, *SLOTS[::-1]], BASE)
def test_many_statements_of_few_forms_come_back(triples: list[Triple], base: str | None) -> None:
    expected = truth(triples)
    assert by_oxigraph(turtle.turtle(triples, base=base), ox.RdfFormat.TURTLE) == expected
    assert by_oxigraph(jsonld.jsonld(triples), ox.RdfFormat.JSON_LD) == expected
    assert by_oxigraph(nquads.ntriples(triples), ox.RdfFormat.N_TRIPLES) == expected


def plain_lines(triples: list[Triple]) -> bytes:
    """N-Triples as the simplest program writes them."""

    def token(term: Term) -> str:
        if isinstance(term, str):
            return f"<{term}>"
        return str(ox.Literal(term.lexical, datatype=ox.NamedNode(term.datatype)))

    return "".join(sorted({f"{token(s)} {token(p)} {token(o)} .\n" for s, p, o in triples})).encode()


@SOME
@given(
    st.lists(
        st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(NAMES), st.sampled_from(SUBJECTS)), max_size=30
    )
)
def test_lines_in_frames_are_those_written_one_by_one(triples: list[Triple]) -> None:
    assert nquads.ntriples(triples) == plain_lines(triples)


@SOME
@given(st.lists(TRIPLES, max_size=3), st.sampled_from([None, BASE]))
@example([SLOTS, SLOTS[:4], SLOTS[3:]], BASE)
@example([[("oa:body", LABEL, Literal("a scheme that is a prefix"))], SLOTS], None)
def test_all_formats_at_once_are_each_of_them(layers: list[list[Triple]], base: str | None) -> None:
    graphs = {f"{BASE}graph/{number}": triples for number, triples in enumerate(layers)}
    made = formats({graph: told(triples) for graph, triples in graphs.items()}, base)
    triples = [triple for layer in layers for triple in layer]
    order = sorted({triple[0] for triple in triples})
    assert sorted(made.blocks) == sorted(made.nodes) == sorted(made.lines) == order
    assert turtle.whole(made.head, [made.blocks[iri] for iri in order]) == turtle.turtle(triples, base=base)
    assert jsonld.whole(made.declared, [made.nodes[iri] for iri in order]) == jsonld.jsonld(triples)
    starts = {iri: f"<{iri}> ".encode() for iri in order}
    lines = [
        starts[iri] + line for iri in order for line in made.lines[iri].splitlines(keepends=True) if line
    ]
    quads = nquads.nquads((*triple, graph) for graph, some in graphs.items() for triple in some)
    assert sorted(lines) == quads.splitlines(keepends=True)


@pytest.mark.parametrize("count", [frames._LONG, frames._LONG + 50])
def test_a_subject_with_very_many_objects_is_not_remembered(count: int) -> None:
    """Its text is as long as what is written, and no other subject will have as many."""
    triples: list[Triple] = [(BASE, f"{OA}hasBody", f"{BASE}{number}") for number in range(count)]
    assert by_oxigraph(turtle.turtle(triples), ox.RdfFormat.TURTLE) == truth(triples)
    known = turtle._frames(tuple(PREFIXES.items()), None)
    assert all(len(form[0]) < frames._LONG for form in known)


def test_the_frames_of_ever_new_forms_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_REMEMBERED", 10)
    triples: list[Triple] = [(f"{BASE}{n}", f"{BASE}p{n}", Literal(str(n))) for n in range(100)]
    written = turtle.turtle(triples)
    assert by_oxigraph(written, ox.RdfFormat.TURTLE) == truth(triples)
    known = turtle._frames(tuple(PREFIXES.items()), None)
    assert len(known) <= 10


def test_prefixes_of_forgotten_frames_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which prefixes are in use is known of the file, not of the frames that happen to be in memory."""
    monkeypatch.setattr(frames, "_REMEMBERED", 1)
    triples: list[Triple] = [(f"{BASE}1", LABEL, Literal("a")), (f"{BASE}2", f"{OA}exact", Literal("b"))]
    for _ in range(2):
        assert turtle.turtle(triples).startswith(b"@prefix oa: <")
        assert b'"rdfs": "' in jsonld.jsonld(triples)


TERMS_TOLD: list[tuple[str, str, str]] = [
    (f"{BASE}a/b", "relative", "below the base"),
    (f"{BASE}a/../b", "plain", "a parser would remove the dots"),
    (f"{BASE}a%20b", "plain", "percent-encoded, so written whole"),
    (f"{OA}exact", "named", "in a namespace"),
    (f"{OA}a/b", "plain", "a slash would need an escape"),
]


@pytest.mark.parametrize(("iri", "kind", "why"), TERMS_TOLD, ids=[row[2] for row in TERMS_TOLD])
def test_terms_are_told_apart_once_for_all_formats(iri: str, kind: str, why: str) -> None:
    found = names(PREFIXES, BASE).sorted_out([iri, Literal("a")])
    assert [name for name in ("relative", "named", "plain") if iri in getattr(found, name)] == [kind], why
    assert found.iris == {iri: iri.encode()}
    assert found.literals == [Literal("a")]
