"""A large dump is loaded into a store once, and opened at once; whatever is wrong with the store is mended."""

from __future__ import annotations

import contextlib
import gc
import gzip
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fonds import dataset, store
from fonds.dataset import MEMORY, Engine, Limits, query
from fonds.errors import OutputError, QueryError, SourceError
from fonds.rdf.nquads import nquads
from fonds.rdf.terms import LABEL, RICO, TYPE, Literal, Quad

BASE = "https://example.org/archive/"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def quads(count: int, name: str = "Letter") -> list[Quad]:
    graph = BASE + "graph/rico"
    found: list[Quad] = []
    for number in range(count):
        record = f"{BASE}record/{number:05}"
        found += [
            (record, TYPE, RICO + "Record", graph),
            (record, LABEL, Literal(f"{name} {number}"), graph),
        ]
    return found


def make(folder: Path, held: list[Quad], suffix: str = "") -> Path:
    """A dump of one file, or of two compressed ones, with a manifest as a build writes it."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    data = nquads(held)
    lines = data.splitlines(keepends=True)
    parts = {"all.nq": data}
    if suffix == ".gz":
        half = len(lines) // 2
        parts = {
            "all-00001.nq.gz": gzip.compress(b"".join(lines[:half]), mtime=0),
            "all-00002.nq.gz": gzip.compress(b"".join(lines[half:]), mtime=0),
        }
    elif suffix == ".zst":
        zstandard = pytest.importorskip("zstandard")
        parts = {"all-00001.nq.zst": zstandard.ZstdCompressor().compress(data)}
    for name, content in parts.items():
        (folder / name).write_bytes(content)
    from fonds import manifest

    manifest.write(
        folder / "manifest.json", {"fonds": "0"}, [("all-sources.txt", "0")], manifest.files(folder)
    )
    return folder


@pytest.fixture(autouse=True)
def every_dump_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SMALL", 100)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return make(tmp_path / "dump", quads(50))


class Heard(list[str]):
    """What was said."""

    def __call__(self, words: str) -> None:
        self.append(words)

    def told(self, *words: str) -> bool:
        return [any(word in line for word in words) for line in self] == [True] * len(words)


def stores(dump: Path) -> list[Path]:
    root = dump.with_name(f"{dump.name}.state") / "store"
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def count(dump: Path, heard: Heard, folder: Path | None = None) -> int:
    """The statements of a dump whose store can be kept, opened here."""
    place = store.find(dump, folder, heard)
    assert not place.temporary
    held, close = store.opened(place, heard)
    try:
        return len(held)
    finally:
        del held
        close()


def asked(dump: Path, heard: Heard) -> int:
    """The same, asked of a process of its own."""
    return int(query(dump, COUNT, say=heard).rows[0][0] or 0)


# --- loading once ---------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_dump_is_loaded_once(suffix: str, tmp_path: Path) -> None:
    target, heard = make(tmp_path / "dump", quads(50), suffix), Heard()
    assert asked(target, heard) == 100
    assert heard.told("is loaded into")
    (folder,) = stores(target)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.sst")}
    assert before
    assert count(target, heard) == 100
    opened = dataset.open(target, say=heard)
    assert len(list(opened.query("SELECT ?r { ?r a rico:Record }"))) == 50
    assert len(heard) == 1
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*.sst")}


def test_answers_do_not_depend_on_where_the_statements_are(dump: Path) -> None:
    asked = "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?s ?p ?o"
    held = query(dump, asked, store=MEMORY)
    assert not stores(dump)
    assert query(dump, asked, say=Heard()) == held


def test_a_small_dump_stays_in_memory(dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()
    monkeypatch.setattr(store, "SMALL", (dump / "all.nq").stat().st_size)
    opened = dataset.open(dump, say=heard)
    assert len(opened) == 100
    assert not stores(dump)
    assert not heard
    # Unless a store is named.
    assert count(dump, heard, dump.parent / "stores") == 100
    assert (dump.parent / "stores" / "lock").exists()


def test_a_store_on_disk_is_only_read(dump: Path) -> None:
    import rdflib

    opened = dataset.open(dump, say=Heard())
    graph = opened.graph(rdflib.URIRef(BASE + "graph/rico"))
    assert len(graph) == 100
    assert len(opened.graph(rdflib.URIRef("urn:none"))) == 0
    with pytest.raises(RuntimeError, match="read-write"):
        graph.add((rdflib.URIRef("urn:a"), rdflib.RDF.type, rdflib.RDFS.Resource))
    assert count(dump, Heard()) == 100


def test_the_state_is_one_that_a_build_accepts(dump: Path) -> None:
    from fonds.building import state

    count(dump, Heard())
    folder = dump.with_name("dump.state")
    assert (
        (folder / "CACHEDIR.TAG").read_text("utf-8").startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )
    with state.opened(folder) as kept:
        kept.prune()
    heard = Heard()
    assert count(dump, heard) == 100
    assert not heard


def test_the_file_of_somebody_else_can_be_opened_too(tmp_path: Path) -> None:
    path, heard = tmp_path / "catalogue.nq", Heard()
    path.write_bytes(nquads(quads(20)))
    assert count(path, heard) == count(path, heard) == 40
    path.write_bytes(nquads(quads(30)))
    assert count(path, heard) == 60
    assert heard.told("is loaded into", "is loaded into")


# --- a dump that changes --------------------------------------------------------------------


def test_a_changed_dump_is_loaded_anew_and_the_old_store_goes(dump: Path) -> None:
    heard = Heard()
    assert count(dump, heard) == 100
    first = stores(dump)
    make(dump, quads(60))
    assert count(dump, heard) == 120
    assert len(stores(dump)) == 1
    assert stores(dump) != first
    assert heard.told("is loaded into", "is loaded into")


def test_the_same_bytes_again_are_the_same_dump(dump: Path) -> None:
    heard = Heard()
    count(dump, heard)
    make(dump, quads(50))
    count(dump, heard)
    assert len(heard) == 1


def test_a_file_changed_by_hand_is_seen_although_the_manifest_is_not(dump: Path) -> None:
    heard = Heard()
    count(dump, heard)
    path = dump / "all.nq"
    path.write_bytes(path.read_bytes().replace(b"Letter 7", b"Letter x"))
    os.utime(path, ns=(time.time_ns() + 10**9, time.time_ns() + 10**9))
    assert query(dump, 'ASK { ?s rdfs:label "Letter x" }', say=heard)
    assert len(heard) == 2


def test_who_reads_keeps_the_old_store(dump: Path) -> None:
    opened = dataset.open(dump, say=Heard())
    make(dump, quads(60))
    assert count(dump, Heard()) == 120
    assert len(stores(dump)) == 2
    assert len(list(opened.query("SELECT ?r { ?r a rico:Record }"))) == 50


def test_an_engine_that_has_to_start_again_asks_the_dump_of_now(dump: Path) -> None:
    with Engine(dump, say=Heard()) as engine:
        assert engine.query(COUNT).rows == (("100",),)
        make(dump, quads(60))
        assert engine.query(COUNT).rows == (("100",),)
        engine.close()
        assert engine.query(COUNT).rows == (("120",),)


def test_a_lost_shard_is_named(tmp_path: Path) -> None:
    target = make(tmp_path / "dump", quads(50), ".gz")
    (target / "all-00002.nq.gz").unlink()
    with pytest.raises(SourceError, match=r"all-00002\.nq\.gz"):
        dataset.open(target, say=Heard())
    assert not [path for path in stores(target) if (path / "loaded.json").exists()]


def test_a_broken_file_leaves_no_store(dump: Path) -> None:
    with (dump / "all.nq").open("ab") as stream:
        stream.write(b"<urn:a> <urn:b> .\n")
    for use in (lambda: dataset.open(dump, say=Heard()), lambda: asked(dump, Heard())):
        with pytest.raises(SourceError, match=r"all\.nq, line 101"):
            use()
    assert not stores(dump)


# --- a store that is damaged ----------------------------------------------------------------


def _delete_state(folder: Path) -> None:
    shutil.rmtree(folder.parents[1])


def _cut_table(folder: Path) -> None:
    path = max(folder.rglob("*.sst"), key=lambda path: path.stat().st_size)
    os.truncate(path, path.stat().st_size // 2)


def _lose_table(folder: Path) -> None:
    next(folder.rglob("*.sst")).unlink()


def _lose_current(folder: Path) -> None:
    (folder / "data" / "CURRENT").unlink()


def _garble_manifest(folder: Path) -> None:
    path = next(folder.glob("data/MANIFEST-*"))
    path.write_bytes(bytes(len(path.read_bytes())))


def _garble_list(folder: Path) -> None:
    (folder / "loaded.json").write_bytes(b"{}")


def _lose_list(folder: Path) -> None:
    (folder / "loaded.json").unlink()


def _flip_bits(folder: Path) -> None:
    """The size stays, so only a query sees it."""
    for path in folder.rglob("*.sst"):
        data = bytearray(path.read_bytes())
        for place in range(0, len(data) - 200, 7):
            data[place] ^= 0xFF
        path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "words", "ask"),
    [
        (_delete_state, "is loaded into", count),
        (_lose_list, "is loaded into", count),
        (_garble_list, "is damaged", count),
        (_cut_table, "is damaged", count),
        (_lose_table, "is damaged", count),
        (_lose_current, "is damaged", count),
        (_garble_manifest, "is damaged", asked),
        (_flip_bits, "is damaged", asked),
    ],
)
def test_a_damaged_store_is_made_anew_with_a_word(
    harm: Callable[[Path], None], words: str, ask: Callable[[Path, Heard], int], dump: Path
) -> None:
    count(dump, Heard())
    (folder,) = stores(dump)
    harm(folder)
    heard = Heard()
    assert ask(dump, heard) == 100
    assert any(words in line for line in heard)
    heard.clear()
    assert count(dump, heard) == 100
    assert not heard


def test_what_a_killed_process_left_is_cleared_away(dump: Path) -> None:
    count(dump, Heard())
    (folder,) = stores(dump)
    left = folder.with_name(f".{'0' * 24}.part")
    left.mkdir()
    (left / "loaded.json").write_bytes(b"{}")
    theirs = folder.parent / ".theirs"
    theirs.mkdir()
    make(dump, quads(60))
    count(dump, Heard())
    assert not left.exists()
    assert theirs.exists()


# --- folders that cannot be written ---------------------------------------------------------


def test_where_the_state_cannot_be_a_temporary_store_does(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    dump.with_name("dump.state").write_text("no folder")
    heard = Heard()
    opened = dataset.open(dump, say=heard)
    assert heard.told("cannot be written", "is loaded into")
    assert len(list(opened.query("SELECT ?r { ?r a rico:Record }"))) == 50
    assert len(list(scratch.iterdir())) == 1
    del opened
    gc.collect()  # an rdflib Dataset knows itself
    assert not list(scratch.iterdir())
    heard.clear()
    with Engine(dump, Limits(seconds=20), say=heard) as engine:
        assert engine.query(COUNT).rows == (("100",),)
        engine.close()
        assert engine.query(COUNT).rows == (("100",),)
    assert heard.told("cannot be written", "is loaded into")
    del engine
    assert not list(scratch.iterdir())


def test_the_state_of_somebody_else_is_left_alone(dump: Path) -> None:
    theirs = dump.with_name("dump.state")
    theirs.mkdir()
    (theirs / "notes.txt").write_text("mine")
    heard = Heard()
    assert asked(dump, heard) == 100
    assert heard.told("not a folder that fonds made", "is loaded into")
    assert [path.name for path in theirs.iterdir()] == ["notes.txt"]


def test_a_named_folder_that_cannot_be_is_refused(dump: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError) as caught:
        dataset.open(dump, store=tmp_path / "file" / "stores", say=Heard())
    assert caught.value.remedy


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_loaded_dump_on_a_read_only_disk_is_read(dump: Path) -> None:
    count(dump, Heard())
    folders = [dump.with_name("dump.state"), *dump.with_name("dump.state").rglob("*")]
    for path in folders:
        path.chmod(0o555 if path.is_dir() else 0o444)
    heard = Heard()
    try:
        assert count(dump, heard) == 100
    finally:
        for path in folders:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert not heard


# --- several at once ------------------------------------------------------------------------

SCRIPT = """
import sys
from fonds import store
store.SMALL = 100
print(len(store.opened(store.find(sys.argv[1]), print)[0]))
"""


def test_two_at_once_load_once(tmp_path: Path) -> None:
    target = make(tmp_path / "dump", quads(3_000))
    asking = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, str(target)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate(timeout=120)[0] for one in asking]
    assert [lines.splitlines()[-1] for lines in said] == ["6000"] * 2
    assert "".join(said).count("is loaded into") == 1
    assert len(stores(target)) == 1


def test_several_stores_share_a_folder(dump: Path, tmp_path: Path) -> None:
    other, shared, heard = make(tmp_path / "other", quads(10)), tmp_path / "stores", Heard()
    assert count(dump, heard, shared) == 100
    assert count(other, heard, shared) == 20
    assert count(dump, heard, shared) == 100
    make(other, quads(11))
    assert count(other, heard, shared) == 22
    assert count(dump, heard, shared) == 100
    assert heard.told(*["is loaded into"] * 3)
    assert len([path for path in shared.iterdir() if path.is_dir()]) == 2


# --- limits and refusals hold on disk too ---------------------------------------------------


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
    with Engine(dump, Limits(seconds=0.5), say=heard) as running:
        with pytest.raises(QueryError, match="longer than"):
            running.query(f"SELECT (COUNT(*) AS ?n) {{ {patterns} }}")
        assert running.query(COUNT).rows == (("100",),)
    assert len(heard) == 1


# --- formats --------------------------------------------------------------------------------

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
