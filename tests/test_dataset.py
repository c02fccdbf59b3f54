"""Opening a dump, asking it, and refusing what could do harm."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from test_sparql import REFUSED

from fonds import dataset
from fonds.dataset import Engine, Limits, Question, query, question
from fonds.errors import QueryError, SourceError
from fonds.rdf.nquads import nquads
from fonds.rdf.terms import LABEL, RICO, TYPE, XSD, Literal, Quad
from fonds.rdf.write import write
from fonds.result import Result

BASE = "https://example.org/archive/"
CABLE, LETTER = BASE + "record/cable", BASE + "record/letter"
QUADS: list[Quad] = [
    (CABLE, TYPE, RICO + "Record", BASE + "graph/rico"),
    (CABLE, LABEL, Literal("Cable 3523", language="en"), BASE + "graph/rico"),
    (CABLE, RICO + "hasSender", BASE + "agent/stalin", BASE + "graph/rico"),
    (LETTER, TYPE, RICO + "Record", BASE + "graph/rico"),
    (LETTER, LABEL, Literal("Letter, with “a SERVICE { inside"), BASE + "graph/rico"),
    (CABLE, BASE + "pages", Literal("4", XSD + "integer"), BASE + "graph/generic"),
]
ALL = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
#: Every triple with every triple, thirteen times over: no machine counts them all.
PATTERNS = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14))
SLOW = f"SELECT (COUNT(*) AS ?n) {{ {PATTERNS} }}"


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dump")
    (folder / "all.nq").write_bytes(nquads(QUADS))
    return folder


@pytest.fixture(scope="module")
def engine(dump: Path) -> Iterator[Engine]:
    with Engine(dump, Limits(seconds=20)) as running:
        yield running


# --- opening --------------------------------------------------------------------------------


def test_a_dump_opens_as_an_rdflib_dataset(dump: Path) -> None:
    opened = dataset.open(dump)
    assert isinstance(opened, rdflib.Dataset)
    assert len(opened) == len(QUADS)
    rows = list(opened.query("SELECT ?l { ?r a rico:Record ; rdfs:label ?l } ORDER BY ?l"))
    assert [str(row[0]) for row in rows] == ["Cable 3523", "Letter, with “a SERVICE { inside"]
    named = opened.graph(rdflib.URIRef(BASE + "graph/generic"))
    assert len(named) == 1


def test_what_is_done_to_an_open_dump_changes_no_file(dump: Path) -> None:
    before = (dump / "all.nq").read_bytes()
    opened = dataset.open(dump)
    graph = opened.graph(rdflib.URIRef(BASE + "graph/rico"))
    graph.remove((None, None, None))
    graph.add((rdflib.URIRef("urn:a"), rdflib.RDF.type, rdflib.RDFS.Resource))
    assert len(opened) == 2
    assert (dump / "all.nq").read_bytes() == before


@pytest.mark.parametrize("form", ["file.ttl", "file.jsonld", "file.nq.gz", "shards"])
def test_other_shapes_of_a_dump_open_too(form: str, tmp_path: Path) -> None:
    target = tmp_path / form
    if form == "shards":
        target.mkdir()
        for number, part in enumerate((QUADS[:3], QUADS[3:])):
            (target / f"{number:04}.nq.gz").write_bytes(gzip.compress(nquads(part)))
    else:
        write([quad[:3] for quad in QUADS], target)
    assert len(query(target, ALL)) == len(QUADS)
    assert len(dataset.open(target)) == len(QUADS)


BROKEN = [
    pytest.param(None, "no dump is here", id="nothing there"),
    pytest.param({"notes.txt": b""}, "no dump is here", id="another folder"),
    pytest.param({"all.nq": b"<urn:a> <urn:b> .\n"}, r"all\.nq", id="a broken line"),
    pytest.param({"all.nq.gz": b"no gzip"}, r"all\.nq\.gz", id="not compressed"),
    pytest.param({"all.nq": b"<urn:a> <urn:b> \xff ."}, r"all\.nq", id="not UTF-8"),
]


@pytest.mark.parametrize(("files", "message"), BROKEN)
def test_a_broken_dump_is_named(files: dict[str, bytes] | None, message: str, tmp_path: Path) -> None:
    target = tmp_path / "dump"
    if files is not None:
        target.mkdir()
        for name, data in files.items():
            (target / name).write_bytes(data)
    for use in (dataset.open, lambda dump: query(dump, ALL)):
        with pytest.raises(SourceError, match=message) as caught:
            use(target)
        assert caught.value.remedy


# --- asking ---------------------------------------------------------------------------------


def test_a_select_gives_rows_and_terms(engine: Engine) -> None:
    result = engine.query(
        "SELECT ?label ?pages { ?r rdfs:label ?label OPTIONAL { ?r ?p ?pages FILTER(isNumeric(?pages)) } } ORDER BY ?label"
    )
    assert result.variables == ("label", "pages")
    assert result.rows == (("Cable 3523", "4"), ("Letter, with “a SERVICE { inside", None))
    assert result.terms[0] == (Literal("Cable 3523", language="en"), Literal("4", XSD + "integer"))
    assert result.complete
    assert len(result) == 2


def test_an_ask_and_a_construct(engine: Engine) -> None:
    yes, no = engine.query("ASK { ?r a rico:Record }"), engine.query("ASK { ?r a rico:Event }")
    assert (bool(yes), bool(no)) == (True, False)
    assert json.loads(yes.to_json()) == {"head": {}, "boolean": True}
    assert yes.rows == (("true",),)
    made = engine.query("CONSTRUCT { ?r a schema:CreativeWork } WHERE { ?r a rico:Record }")
    assert sorted(row[0] or "" for row in made.rows) == [CABLE, LETTER]
    assert len(engine.query(f"DESCRIBE <{CABLE}>")) == 4


def test_named_graphs_can_be_asked(engine: Engine) -> None:
    result = engine.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    assert result.rows == ((BASE + "graph/generic", "1"), (BASE + "graph/rico", "5"))


def test_a_blank_node_in_an_answer(engine: Engine) -> None:
    result = engine.query("SELECT (BNODE() AS ?b) {}")
    assert (result.rows[0][0] or "").startswith("_:")
    assert json.loads(result.to_json())["results"]["bindings"][0]["b"]["type"] == "bnode"


def test_an_answer_as_csv_json_and_table(engine: Engine) -> None:
    result = engine.query("SELECT ?r ?label { ?r rdfs:label ?label } ORDER BY ?label")
    assert result.to_csv() == (
        f'r,label\r\n{CABLE},Cable 3523\r\n{LETTER},"Letter, with “a SERVICE {{ inside"\r\n'
    )
    assert json.loads(result.to_json()) == {
        "head": {"vars": ["r", "label"]},
        "results": {
            "bindings": [
                {
                    "r": {"type": "uri", "value": CABLE},
                    "label": {"type": "literal", "value": "Cable 3523", "xml:lang": "en"},
                },
                {
                    "r": {"type": "uri", "value": LETTER},
                    "label": {"type": "literal", "value": "Letter, with “a SERVICE { inside"},
                },
            ]
        },
    }
    assert result.to_table().splitlines() == [
        "r                                          label",
        "-----------------------------------------  --------------------------------",
        f"{CABLE}   Cable 3523",
        f"{LETTER}  Letter, with “a SERVICE {{ inside",
        "2 rows",
    ]


def test_a_table_keeps_to_its_width() -> None:
    long = Result("select", ("quote",), b'?quote\n"' + b"word\\n" * 100 + b'"\n\n', complete=False)
    lines = long.to_table().splitlines()
    assert lines[2] == ("word " * 100)[:59] + "…"
    assert lines[-1] == "cut off after 2 rows: there are more"
    assert Result("select", ("none",), b"?none\n").to_table().splitlines() == ["none", "----", "0 rows"]


def test_a_question_from_a_file_takes_parameters(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "titled.rq"
    path.write_text(
        "# Records by title\n# All records whose title holds some words.\n"
        "# parameter: words = words in the title\n"
        "SELECT ?r { VALUES ?words { UNDEF } ?r rdfs:label ?l\n"
        "  FILTER(!BOUND(?words) || CONTAINS(STR(?l), ?words)) } ORDER BY ?r\n"
    )
    known = question(path)
    assert (known.name, known.title) == ("titled", "Records by title")
    assert known.description == "All records whose title holds some words."
    assert known.parameters == {"words": "words in the title"}
    assert engine.query(path).rows == ((CABLE,), (LETTER,))
    assert engine.query(str(path), parameters={"words": "3523"}).rows == ((CABLE,),)
    # A value is data: it cannot become a part of the query.
    for value in ('") || true || ("', '" } ?r ?p ?o #', "\\", '\\" } #', "a\nb", "“a SERVICE {"):
        found = [row for row in (CABLE, LETTER) if row == LETTER and value == "“a SERVICE {"]
        assert [row[0] for row in engine.query(path, parameters={"words": value}).rows] == found
    with pytest.raises(QueryError, match="no parameter 'word'"):
        engine.query(path, parameters={"word": "3523"})


def test_a_parameter_needs_its_place() -> None:
    broken = Question.of("broken", "# Title\n# parameter: words = some words\nASK { ?r rdfs:label ?words }")
    with pytest.raises(QueryError, match="no place for 'words'"):
        broken.filled({"words": "x"})


@pytest.mark.parametrize("asked", ["nosuch", "nosuch.rq", Path("nosuch"), ""])
def test_an_unknown_question_is_told(asked: str | Path) -> None:
    with pytest.raises(QueryError):
        question(asked)


def test_comments_at_the_head_of_a_query_are_optional() -> None:
    assert Question.of("query", ALL).title == "query"
    assert Question.of("query", "# Title\n\n# no description\nASK {}").description == ""


# --- what is refused ------------------------------------------------------------------------


class Trap(http.server.BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - shared by the requests on purpose

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - the name is that of http.server

    def log_message(self, *_: object) -> None:
        pass


def test_no_query_makes_a_request(engine: Engine) -> None:
    """The engine could: it is only the check that stands between it and the network."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for sparql, _, _ in REFUSED:
            with pytest.raises(QueryError):
                engine.query(sparql.replace("127.0.0.1", f"127.0.0.1:{server.server_port}") or "{}")
        assert Trap.asked == []
    finally:
        server.shutdown()
        server.server_close()
    assert engine.query(ALL).complete


# --- limits ---------------------------------------------------------------------------------


def test_a_slow_query_is_ended_and_the_next_one_runs(dump: Path) -> None:
    with Engine(dump, Limits(seconds=1.5)) as engine:
        start = time.monotonic()
        with pytest.raises(QueryError, match=r"longer than 1\.5 s"):
            engine.query(SLOW)
        assert time.monotonic() - start < 10
        assert len(engine.query(ALL)) == len(QUADS)


def test_an_answer_is_cut_and_says_so(dump: Path) -> None:
    cut = query(dump, ALL, limits=Limits(rows=4))
    assert (len(cut), cut.complete) == (4, False)
    assert "cut off after 4 rows" in cut.to_table()
    whole = query(dump, ALL, limits=Limits(rows=len(QUADS)))
    assert (len(whole), whole.complete) == (len(QUADS), True)


def test_an_answer_cannot_grow_without_end(dump: Path) -> None:
    doubled = "CONCAT(?x, ?x, ?x, ?x, ?x, ?x, ?x, ?x, ?x, ?x)"
    sparql = f"SELECT ?y {{ BIND('0123456789' AS ?x) BIND({doubled} AS ?y) ?s ?p ?o }}"
    cut = query(dump, sparql, limits=Limits(size=250))
    assert (len(cut), cut.complete) == (2, False)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited where the system can")
def test_too_much_memory_ends_the_query_and_nothing_else(dump: Path) -> None:
    grown = "BIND('0123456789012345' AS ?x0) " + " ".join(
        f"BIND(CONCAT({', '.join([f'?x{i}'] * 16)}) AS ?x{i + 1})" for i in range(8)
    )
    with Engine(dump, Limits(memory=1 << 30, seconds=30)) as engine:
        with pytest.raises(QueryError):
            engine.query(f"SELECT (STRLEN(?x8) AS ?n) {{ {grown} }}")
        assert len(engine.query(ALL)) == len(QUADS)


@pytest.mark.parametrize("depth", [200, 5_000])
@pytest.mark.parametrize("signs", ["()", "{}"])
def test_deep_nesting_breaks_nothing(engine: Engine, depth: int, signs: str) -> None:
    left, right = signs[0] * depth, signs[1] * depth
    sparql = f"SELECT * {{ FILTER({left}1{right}) }}" if signs == "()" else f"SELECT * {left}{right}"
    with pytest.raises(QueryError):
        engine.query(sparql)
    assert len(engine.query(ALL)) == len(QUADS)


def test_xml_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.rdf"
    path.write_text('<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>')
    for use in (dataset.open, lambda dump: query(dump, ALL)):
        with pytest.raises(SourceError, match="XML entities"):
            use(path)


def test_threads_get_each_their_own_answer(engine: Engine) -> None:
    answers: dict[int, tuple[tuple[str | None, ...], ...]] = {}

    def ask(number: int) -> None:
        answers[number] = engine.query(f"SELECT ({number} AS ?n) {{}}").rows

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert answers == {number: ((str(number),),) for number in range(8)}


def test_the_process_ends_with_the_engine(dump: Path) -> None:
    engine = Engine(dump)
    engine.query("ASK {}")
    process = engine._process
    assert process is not None
    engine.close()
    assert process.poll() is not None
    engine.close()


SCRIPT = """
import sys
from fonds.dataset import query
print(len(query(sys.argv[1], "SELECT * { ?s ?p ?o }")))
"""


def test_a_script_without_a_main_guard_may_ask(dump: Path, tmp_path: Path) -> None:
    """And a file beside it that is called like a module of the engine is not imported."""
    (tmp_path / "orjson.py").write_text("raise SystemExit('imported the wrong module')")
    (tmp_path / "ask.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-P", str(tmp_path / "ask.py"), str(dump)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ},
    )
    assert (done.stdout, done.returncode) == (f"{len(QUADS)}\n", 0), done.stderr
