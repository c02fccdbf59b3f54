"""A large dump is loaded into a store once, and opened at once, also by several; a changed one is loaded anew."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fonds import dataset, store
from fonds.dataset import MEMORY, Engine, query
from fonds.errors import SourceError
from fonds.rdf.nquads import nquads
from tests.stores import BASE, COUNT, Heard, asked, count, make, quads, stores


@pytest.fixture(autouse=True)
def every_dump_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SMALL", 100)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return make(tmp_path / "dump", quads(50))


# --- loading once ----------------------------------------------------------------------------


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


@pytest.mark.parametrize("part", [1, 7, 1_000, 10**9])
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_dump_is_loaded_part_by_part(
    suffix: str, part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part ends with a line, wherever it would be cut."""
    monkeypatch.setattr(store, "PART", part)
    held = quads(8)
    target = make(tmp_path / "dump", held, suffix)
    place = store.find(target, tmp_path / "stores", Heard())
    opened, close = store.opened(place, Heard())
    found = {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in opened}
    assert found == {(s, p, o if isinstance(o, str) else o.lexical) for s, p, o, _ in held}
    del opened
    close()


def test_a_fault_in_a_later_part_is_found_by_its_line(dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PART", 1_000)
    with (dump / "all.nq").open("ab") as stream:
        stream.write(b"<urn:a> <urn:b> .\n")
    with pytest.raises(SourceError, match=r"all\.nq, line 101"):
        count(dump, Heard())


def test_blank_nodes_of_somebody_else_are_not_parted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PART", 10)
    path = tmp_path / "theirs.nq"
    path.write_text("".join(f'_:a <urn:p> "{n:0100}" .\n' for n in range(20)), "utf-8")
    asked = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
    assert query(path, asked, store=tmp_path / "stores", say=Heard()).rows == (("1",),)


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


# --- a dump that changes ---------------------------------------------------------------------


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


# --- several at once -------------------------------------------------------------------------

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
