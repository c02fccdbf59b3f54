"""Rows put in order outside of the engine stand as the engine would have put them."""

from __future__ import annotations

import time
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.ordering import Key, ordered, parted
from fonds.query_worker import answer

ANY = {"rows": 10_000, "size": 10**7}


@pytest.mark.parametrize(
    ("query", "rest", "keys"),
    [
        ("SELECT * {}\nORDER BY ?a", "SELECT * {}\n", [("a", False)]),
        ("SELECT * {}\n  order by ?a $b \n", "SELECT * {}\n  ", [("a", False), ("b", False)]),
        (
            "SELECT * { ?a ?b ?c } ORDER BY DESC(?a)\n asc( ?b )",
            "SELECT * { ?a ?b ?c } ",
            [("a", True), ("b", False)],
        ),
        ("SELECT ?a {} GROUP BY ?a\nORDER BY ?a", "SELECT ?a {} GROUP BY ?a\n", [("a", False)]),
    ],
)
def test_the_last_clause_is_taken_off(query: str, rest: str, keys: list[tuple[str, bool]]) -> None:
    assert parted(query) == (rest, tuple(Key(*key) for key in keys))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {}",
        "SELECT * {}\nORDER BY ?a LIMIT 3",  # which rows there are depends on the order
        "SELECT * {}\nORDER BY ?a\nVALUES ?a { 1 }",
        "SELECT * {}\nORDER BY STRLEN(?a)",  # what is not a cell of the answer
        "SELECT * {}\nORDER BY (?a)",
        "SELECT * { { SELECT ?a { ?a ?b ?c }\nORDER BY ?a } }",  # orders nothing that anybody sees
        "SELECT * {} ORDER BY ?b # } ORDER BY ?a",
        "SELECT * {} # ORDER BY ?a",
    ],
)
def test_any_other_clause_stays(query: str) -> None:
    assert parted(query) == (query, ())


@pytest.mark.parametrize("text", ["\nORDER BY ?a" * 8_000, "ORDER BY" + " ?a" * 30_000 + "!", "} " * 40_000])
def test_a_clause_is_looked_for_in_linear_time(text: str) -> None:
    start = time.process_time()
    assert parted(text + " {")[1] == ()
    assert time.process_time() - start < 1


CELLS = {
    "strings": [
        "",
        "a",
        "a b",
        "a!",
        'a"',
        "a\tb",
        "a\nb",
        "a\\",
        "a\\n",
        "Z",
        "é",
        "\U0001f600",
        "\uffee",
        "10",
        "9",
    ],
    "integers": [0, 3, 10, 9, -2, 10**17],
}


def cell(kind: str) -> st.SearchStrategy[Any]:
    """Terms of a kind, and what may stand beside them in a column."""
    literals = st.sampled_from(CELLS[kind]).map(ox.Literal)
    others = st.sampled_from([None, ox.NamedNode("urn:a"), ox.NamedNode("urn:a/b"), ox.NamedNode("urn:b")])
    return literals | others


rows = st.lists(st.tuples(cell("strings"), cell("integers")), max_size=12)
clause = st.permutations(["?a", "?b"]).flatmap(
    lambda names: st.tuples(*(st.sampled_from([name, f"DESC({name})"]) for name in names))
)


def values(table: list[tuple[Any, ...]]) -> str:
    said = ("(" + " ".join("UNDEF" if one is None else str(one) for one in row) + ")" for row in table)
    return "SELECT ?a ?b ?n { VALUES (?a ?b) { " + " ".join(said) + " } }"


@settings(max_examples=200, deadline=None)
@given(rows, clause)
def test_rows_stand_as_the_engine_puts_them(table: list[tuple[Any, ...]], by: tuple[str, ...]) -> None:
    query = values(table) + "\nORDER BY " + " ".join(by)
    found: Any = ox.Store().query(query)
    theirs = found.serialize(format=ox.QueryResultsFormat.TSV)
    plain, keys = parted(query)
    unordered: Any = ox.Store().query(plain)
    lines = unordered.serialize(format=ox.QueryResultsFormat.TSV).split(b"\n")[1:-1]
    assert ordered(lines, ["a", "b", "n"], keys) == theirs.split(b"\n")[1:-1]


@pytest.mark.parametrize(
    "cells",
    [
        [b'"2001-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'],
        [b"true"],
        [b'"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'],
        [b"9" * 5_000],  # no number to the engine, and slow to read
        [b'"a"', b"1"],
        [b'"a"', b'"a"@en'],
        [b'"a"@de', b'"a"@en'],
        [b"<<( <urn:a> <urn:b> <urn:c> )>>"],
    ],
)
def test_what_has_no_plain_order_is_left_to_the_engine(cells: list[bytes]) -> None:
    assert ordered(cells, ["a"], [Key("a", False)]) is None


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("SELECT ?a { VALUES ?a { 2.5 1.5 } }\nORDER BY ?a", b"1.5"),
        ("SELECT ?a { VALUES (?a ?b) { (1 2) (2 1) } }\nORDER BY ?b", b"2"),  # ordered by what is not shown
        ("SELECT (?b AS ?a) { VALUES ?b { 3 1 2 } }\nORDER BY ?a", b"1"),
        ("ASK {}\nORDER BY ?a", b"true"),
        ("CONSTRUCT { <urn:a> <urn:b> ?a } { VALUES ?a { 7 } }\nORDER BY ?a", b"<urn:a>"),
    ],
)
def test_every_query_is_answered_whoever_orders_it(query: str, first: bytes) -> None:
    reply, data = answer(ox.Store(), {"query": query, "shape": query, **ANY})
    assert reply["complete"]
    assert data.split(b"\n")[1].split(b"\t")[0] == first


@pytest.mark.parametrize(
    ("limits", "rows", "complete"),
    [
        ({"rows": 3, "size": 10**6}, [b"0", b"1", b"2"], False),  # the first in order, not the first found
        ({"rows": 10, "size": 10**6}, [b"%d" % n for n in range(10)], True),
        ({"rows": 10, "size": 5}, [b"0", b"1"], False),
        ({"rows": 0, "size": 10**6}, [], False),
    ],
)
def test_an_ordered_answer_is_cut_at_its_end(
    limits: dict[str, int], rows: list[bytes], complete: bool
) -> None:
    query = "SELECT ?a { VALUES ?a { " + " ".join(map(str, reversed(range(10)))) + " } }\nORDER BY ?a"
    reply, data = answer(ox.Store(), {"query": query, "shape": query, **limits})
    assert data == b"".join(row + b"\n" for row in [b"?a", *rows])
    assert reply["complete"] is complete


def test_an_answer_that_is_too_large_to_sort_here_is_ordered_by_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fonds.query_worker._SORTED", -100_000)
    query = "SELECT ?a { VALUES ?a { 3 1 2 } }\nORDER BY ?a"
    assert answer(ox.Store(), {"query": query, "shape": query, **ANY})[1] == b"?a\n1\n2\n3\n"
