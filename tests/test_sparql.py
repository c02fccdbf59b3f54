"""Only queries that read get past the check; what only looks harmful does too."""

from __future__ import annotations

import time

import pytest

from fonds.errors import QueryError
from fonds.sparql import check

REFUSED = [
    ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE", "a federated query"),
    ("SELECT * { service silent <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE", "silent, in lower case"),
    ("SELECT * { SERVICE#x\n<http://127.0.0.1/> {} }", "SERVICE", "a comment instead of a space"),
    (
        "SELECT * { BIND(<http://127.0.0.1/> AS ?u) SERVICE ?u { ?s ?p ?o } }",
        "SERVICE",
        "address in a variable",
    ),
    ("SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1/> {} } }", "SERVICE", "inside a filter"),
    ("SELECT (EXISTS { SERVICE <http://127.0.0.1/> {} } AS ?x) {}", "SERVICE", "inside an expression"),
    ("SELECT * { { SELECT * { SERVICE <http://127.0.0.1/> {} } } }", "SERVICE", "inside a subquery"),
    ("ASK { MINUS { SERVICE <http://127.0.0.1/> {} } }", "SERVICE", "inside a MINUS"),
    ("PREFIX : <http://127.0.0.1/> SELECT * { SERVICE:x { ?s ?p ?o } }", "SERVICE", "no space before a name"),
    ("PREFIX : <http://127.0.0.1/> SELECT * { SERVICESILENT:x { ?s ?p ?o } }", "SERVICE", "no space at all"),
    ("PREFIX : <http://127.0.0.1/> SELECT * FROMNAMED:x { ?s ?p ?o }", "FROM", "no space before a name"),
    ("SELECT * { SERVICESILENT<http://127.0.0.1/>{ ?s ?p ?o } }", "SERVICE", "no space between keywords"),
    ("SELECT * { ?s ?p 1SERVICE<http://127.0.0.1/>{} }", "SERVICE", "no space after a number"),
    ("SELECT * { \\u0053ERVICE <http://127.0.0.1/> {} }", "ordinary character", "an escaped letter"),
    (
        'SELECT * { ?s ?p "\\u0022 . SERVICE <http://127.0.0.1/> {} #" }',
        "ordinary character",
        "a hidden quote",
    ),
    (
        'SELECT * { ?s ?p "\\u005C" SERVICE <http://127.0.0.1/> {} #" }',
        "ordinary character",
        "a hidden escape",
    ),
    ("SELECT * { ?s ?p ?o \\ }", "backslash", "a stray escape"),
    ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "FROM", "a local file as graph"),
    ("SELECT * FROM NAMED <http://127.0.0.1/> { GRAPH ?g { ?s ?p ?o } }", "FROM", "a remote graph"),
    ("SELECT*FROM<http://127.0.0.1/>{?s ?p ?o}", "FROM", "no spaces at all"),
    ("ASKFROM<http://127.0.0.1/>{?s ?p ?o}", "FROM", "no space between keywords"),
    ("DESCRIBE <urn:a> FROM <http://127.0.0.1/>", "FROM", "in a DESCRIBE"),
    ("CONSTRUCT { ?s ?p ?o } FROM <http://127.0.0.1/> WHERE { ?s ?p ?o }", "FROM", "in a CONSTRUCT"),
    ("LOAD <http://127.0.0.1/>", "LOAD", "an update that fetches"),
    ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT", "an update"),
    ("DELETE WHERE { ?s ?p ?o }", "DELETE", "an update"),
    ("CLEAR ALL", "CLEAR", "an update"),
    ("DROP GRAPH <urn:g>", "DROP", "an update"),
    ("CREATE GRAPH <urn:g>", "CREATE", "an update"),
    ("ADD <urn:a> TO <urn:b>", "ADD", "an update"),
    ("COPY DEFAULT TO <urn:b>", "COPY", "an update"),
    ("MOVE DEFAULT TO <urn:b>", "MOVE", "an update"),
    ("WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "DELETE", "an update of one graph"),
    ("PREFIX x: <urn:x> INSERT DATA { x:a x:b x:c }", "INSERT", "an update behind a prefix"),
    ("SELECT * {} ; INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT", "an update behind a query"),
    ("SELECT * { ?s ?p }", "not SPARQL", "half a pattern"),
    ("", "not SPARQL", "nothing"),
    ("# only a comment", "not SPARQL", "only a comment"),
    ("SELECT * { ?s ?p ?o LATERAL { ?s ?p ?o } }", "not SPARQL", "an extension of one engine"),
    (f"SELECT * {{ ?s ?p '{'x' * 100_000}' }}", "characters", "longer than anybody writes"),
]


@pytest.mark.parametrize(
    ("sparql", "message", "why"), REFUSED, ids=[f"{row[1]}: {row[2]}" for row in REFUSED]
)
def test_what_could_do_harm_is_refused(sparql: str, message: str, why: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        check(sparql)
    assert caught.value.remedy, why


ALLOWED = [
    ("SELECT * { ?s ?p 'SERVICE <http://x/> { FROM LOAD' }", "keywords in a string"),
    ('SELECT * { ?s ?p """a "quoted" SERVICE\nFROM""" }', "keywords in a long string"),
    ("SELECT * { ?s ?p '''it''s SERVICE''' }", "quotes inside a long string"),
    ("SELECT * { ?s <urn:SERVICE:FROM> ?o } # SERVICE <http://x/> {}", "keywords in an IRI and a comment"),
    ("SELECT ?service ?from { ?service ?load ?from }", "variables called like keywords"),
    ("PREFIX x: <urn:x> SELECT * { ?s x:FROM ?o ; x:service ?p }", "names called like keywords"),
    ("SELECT * { ?s rdfs:label 'Kim Il S\\u016Fng'@en-GB }", "an escaped letter that is no ASCII"),
    ("SELECT * { ?s x:a\\'b ?o }", "an escaped quote in a name"),
    ("SELECT * { ?a ?b ?c FILTER(?a<?b&&?c>?a) }", "signs that look like an IRI"),
    ("SELECT ?s (GROUP_CONCAT(?o; separator=', ') AS ?x) { ?s a/^a|!a ?o } GROUP BY ?s", "a full query"),
    ("PREFIX address: <urn:x:> SELECT * { ?s address:loader ?o }", "a prefix that holds a keyword"),
    ("ASK {}", "the smallest query"),
]


@pytest.mark.parametrize(("sparql", "why"), ALLOWED, ids=[row[1] for row in ALLOWED])
def test_what_only_looks_harmful_is_allowed(sparql: str, why: str) -> None:
    check(sparql)


#: Texts for which a careless scanner looks at every character again and again.
EVIL = ["'", '"', "<", "a", "a.", "a-", ":", "'''\\", '"""\\', "'\\", "#", "\\", "@a-", "?", "{", "(", "<a"]


@pytest.mark.parametrize("sign", EVIL)
def test_no_text_slows_the_check(sign: str) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError):
        check((sign * 100_000)[:99_999])
    assert time.monotonic() - start < 5
