"""Limits and refusals hold for a store on disk as well, and every term survives the way from one process to another."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from fonds import store
from fonds.dataset import Engine, Limits
from fonds.errors import QueryError
from fonds.rdf.terms import Literal
from tests.stores import COUNT, Heard, count, make, quads


@pytest.fixture(autouse=True)
def every_dump_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SMALL", 100)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return make(tmp_path / "dump", quads(50))


# --- limits and refusals hold on disk too ----------------------------------------------------


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> object:
    target = make(tmp_path_factory.mktemp("limits") / "dump", quads(500))
    with Engine(
        target, Limits(seconds=3, rows=40, size=2_000), store=target.parent / "stores", say=Heard()
    ) as made:
        yield made


@pytest.mark.parametrize(
    "sparql",
    [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <file:///etc/passwd>",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    ],
)
def test_what_could_do_harm_is_refused(sparql: str, engine: Engine) -> None:
    with pytest.raises(QueryError):
        engine.query(sparql)


@pytest.mark.parametrize(
    ("sparql", "rows", "complete"),
    [
        ("SELECT ?s { ?s a rico:Record } LIMIT 40", 40, True),
        ("SELECT ?s { ?s a rico:Record } LIMIT 41", 40, False),
        ("SELECT ?s { ?s a rico:Record }", 40, False),
        ("SELECT ?l { ?s rdfs:label ?l } LIMIT 0", 0, True),
        ("SELECT (STR(?s) AS ?a) (STR(?s) AS ?b) (STR(?s) AS ?c) { ?s a rico:Record }", 15, False),
        ("CONSTRUCT { ?s a rico:Thing } WHERE { ?s a rico:Record } LIMIT 10", 10, True),
        ("CONSTRUCT { ?s a rico:Thing } WHERE { ?s a rico:Record }", 12, False),
        ("ASK { ?s a rico:Record }", 1, True),
    ],
)
def test_an_answer_keeps_to_its_limits(sparql: str, rows: int, complete: bool, engine: Engine) -> None:
    answer = engine.query(sparql)
    assert answer.complete is complete
    assert len(answer.rows) == len(answer) == len(answer.terms)
    if complete:
        assert len(answer) == rows
    else:
        assert len(answer) <= 40
        assert len(answer.tsv.partition(b"\n")[2]) <= 2_000
        assert len(answer) >= rows - 3


def test_a_slow_query_is_ended_and_the_store_stays_whole(dump: Path) -> None:
    patterns = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))
    heard = Heard()
    count(dump, heard)
    with Engine(dump, Limits(seconds=2), say=heard) as running:
        with pytest.raises(QueryError, match="longer than"):
            running.query(f"SELECT (COUNT(*) AS ?n) {{ {patterns} }}")
        assert running.query(COUNT).rows == (("100",),)
    assert len(heard) == 1


# --- formats ---------------------------------------------------------------------------------

TERMS = (
    'SELECT * { VALUES (?a ?b) { (1 1.0) (true "x"@en) ("tab\\t line\\n \\"q\\" \\\\ \\r" UNDEF) (UNDEF UNDEF) '
    '("" <urn:a>) (1e3 "x"^^<urn:dt>) ("01"^^<http://www.w3.org/2001/XMLSchema#integer> "é 😀") } }'
)


def test_every_term_survives_the_way_through_the_process(engine: Engine) -> None:
    answer = engine.query(TERMS)
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert answer.terms[1] == (Literal("true", xsd + "boolean"), Literal("x", language="en"))
    assert answer.terms[2] == (Literal('tab\t line\n "q" \\ \r'), None)
    assert answer.terms[3] == (None, None)
    assert answer.terms[4] == (Literal(""), "urn:a")
    assert answer.terms[5][1] == Literal("x", "urn:dt")
    assert answer.rows[6][1] == "é 😀"
    bindings = json.loads(answer.to_json())["results"]["bindings"]
    assert [sorted(one) for one in bindings] == [sorted("ab"), sorted("ab"), ["a"], [], *[sorted("ab")] * 3]
    assert bindings[2]["a"]["value"] == 'tab\t line\n "q" \\ \r'
    assert answer.to_tsv().count("\n") == 8
    assert answer.to_csv().splitlines()[0] == "a,b"


def test_a_template_that_says_a_thing_twice_says_it_once(engine: Engine) -> None:
    answer = engine.query('CONSTRUCT { <urn:a> <urn:b> "tab\\t and  blank ." } WHERE { ?s a rico:Record }')
    assert answer.rows == (("urn:a", "urn:b", "tab\t and  blank ."),)


@pytest.mark.parametrize("form", ["to_table", "to_csv", "to_tsv", "to_json"])
def test_an_answer_without_rows_can_be_shown(form: str, engine: Engine) -> None:
    answer = engine.query("SELECT ?s ?x { ?s a rico:Nothing }")
    assert not answer
    assert answer.rows == answer.terms == ()
    assert "s" in getattr(answer, form)()
    nothing = engine.query("SELECT * {}")
    assert nothing.rows == ((),)
    with contextlib.suppress(ValueError):  # a table of no columns has no width
        getattr(nothing, form)()
