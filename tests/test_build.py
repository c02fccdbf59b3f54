"""A collection into a dump: what is written, that it is the same each time, and what goes wrong."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import fonds
from fonds import Options, Record, Source
from fonds.build import Summary, build
from fonds.building.pieces import SPOKEN, STATED, supports
from fonds.errors import ConfigError, OutputError, SourceError
from fonds.rdf.evidence import UNSUPPORTED
from fonds.rdf.frames import told
from fonds.rdf.iris import Minter
from fonds.rdf.read import read_triples
from fonds.rdf.terms import FONDS, LABEL, OA, TYPE, Literal, Triple

CORPUS = Path(__file__).parents[1] / "corpus"
BASE = "https://example.org/soviet-japan/"
FILES = {
    *("records.ttl", "records.jsonld", "agents.ttl", "agents.jsonld", "evidence.ttl", "provenance.ttl"),
    *("vocabulary.ttl", "dataset.ttl", "all.nq", "report.ttl", "report.csv", "report.html", "findings.csv"),
    "manifest.json",
}
LETTER = "Paris, 3 May 1899\n\nDear Sir,\n\nI have received your letter of 1 May 1899.\n\nYours truly,\nEmile Zola\n"


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return build(CORPUS, tmp_path_factory.mktemp("built") / "dump")


@pytest.fixture(scope="module")
def dump(summary: Summary) -> Path:
    return Path(summary.output)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    (folder / "documents").mkdir(parents=True)
    (folder / "fonds.toml").write_text('base = "https://example.org/letters/"\n', "utf-8")
    (folder / "documents" / "letter.txt").write_text(LETTER, "utf-8")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path.read_bytes(), format=ox.RdfFormat.N_QUADS))


def findings(folder: Path) -> list[dict[str, str]]:
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- what is written


def test_the_files_of_a_dump(dump: Path) -> None:
    written = set(content(dump))
    own = {name for name in written if name.startswith("documents/")}
    assert written - own == FILES
    assert len(own) == 2 * len(list((CORPUS / "documents").iterdir()))


def test_every_file_is_as_the_manifest_says(dump: Path) -> None:
    stated = json.loads((dump / "manifest.json").read_bytes())
    found = content(dump)
    del found["manifest.json"]
    assert stated["fonds"] == fonds.__version__
    assert stated["base"] == BASE
    assert stated["files"] == {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in found.items()
    }


def test_the_master_holds_every_layer_and_no_blank_node(dump: Path) -> None:
    found = quads(dump / "all.nq")
    nodes = {node for quad in found for node in (quad.subject, quad.object)}
    assert not [node for node in nodes if isinstance(node, ox.BlankNode)]
    graphs = {quad.graph_name.value for quad in found if isinstance(quad.graph_name, ox.NamedNode)}
    layers = ("dataset", "evidence", "generic", "provenance", "rico", "vocabulary")
    assert graphs == {f"{BASE}graph/{layer}" for layer in layers}


def test_the_master_is_sorted_without_doubles(dump: Path) -> None:
    lines = (dump / "all.nq").read_bytes().splitlines()
    assert lines == sorted(set(lines))


@pytest.mark.parametrize("name", ["records", "agents"])
def test_turtle_and_json_ld_say_the_same(dump: Path, name: str) -> None:
    assert set(read_triples(dump / f"{name}.ttl")) == set(read_triples(dump / f"{name}.jsonld"))


def test_turtle_and_json_ld_of_each_document_are_isomorphic(dump: Path) -> None:
    for path in sorted((dump / "documents").glob("*.ttl")):
        turtle = ox.Dataset(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
        jsonld = ox.Dataset(ox.parse(path.with_suffix(".jsonld").read_bytes(), format=ox.RdfFormat.JSON_LD))
        turtle.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        jsonld.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        assert len(turtle) > 100
        assert turtle == jsonld


def test_the_turtle_files_together_are_the_master(dump: Path) -> None:
    """Nothing is only in the one or the other."""
    parts = {
        "rico+generic": ("records.ttl", "agents.ttl"),
        **{layer: (f"{layer}.ttl",) for layer in ("evidence", "provenance", "vocabulary", "dataset")},
    }
    master: dict[str, set[tuple[str, ...]]] = {}
    for quad in quads(dump / "all.nq"):
        assert isinstance(quad.graph_name, ox.NamedNode)
        layer = quad.graph_name.value.removeprefix(f"{BASE}graph/")
        layer = "rico+generic" if layer in ("rico", "generic") else layer
        master.setdefault(layer, set()).add((str(quad.subject), str(quad.predicate), str(quad.object)))
    for layer, names in parts.items():
        found = {
            (str(triple.subject), str(triple.predicate), str(triple.object))
            for name in names
            for triple in ox.parse((dump / name).read_bytes(), format=ox.RdfFormat.TURTLE)
        }
        assert found == master[layer], layer


def test_an_agent_is_described_in_agents_alone(dump: Path) -> None:
    person = "https://www.ica.org/standards/RiC/ontology#Person"
    agents = {triple[0] for triple in read_triples(dump / "agents.ttl")}
    records = list(read_triples(dump / "records.ttl"))
    assert {triple[0] for triple in read_triples(dump / "agents.ttl") if triple[2] == person}
    assert not [triple for triple in records if triple[2] == person]
    assert not agents & {triple[0] for triple in records}


def test_the_dataset_counts_its_triples(dump: Path) -> None:
    void = "http://rdfs.org/ns/void#"
    found = list(read_triples(dump / "dataset.ttl"))
    counted = {
        s: int(thing.lexical) for s, p, thing in found if p == f"{void}triples" and not isinstance(thing, str)
    }
    held: dict[str, int] = {}
    for quad in quads(dump / "all.nq"):
        assert isinstance(quad.graph_name, ox.NamedNode)
        held[quad.graph_name.value] = held.get(quad.graph_name.value, 0) + 1
    del held[f"{BASE}graph/dataset"]  # it cannot count itself
    assert counted.pop(f"{BASE}dataset") == sum(held.values())
    assert counted == held


def test_no_time_and_no_licence_is_made_up(collection: Path, tmp_path: Path) -> None:
    dump = Path(build(collection, tmp_path / "dump").output)
    predicates = {triple[1] for triple in read_triples(dump / "dataset.ttl")}
    for name in ("dc/terms/issued", "dc/terms/license", "prov#endedAtTime", "schema.org/license"):
        assert not [predicate for predicate in predicates if predicate.endswith(name)]


def test_what_the_user_states_is_said(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (collection / "fonds.toml").open("a", encoding="utf-8") as stream:
        stream.write(
            'title = "Letters"\nlicense = "https://creativecommons.org/publicdomain/zero/1.0/"\n'
            'rights = "As printed."\npublisher = "The archive"\n'
        )
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    build(collection, tmp_path / "dump")
    said = (tmp_path / "dump" / "dataset.ttl").read_text("utf-8")
    for words in (
        '"Letters"',
        "creativecommons.org/publicdomain/zero/1.0/",
        '"As printed."',
        '"The archive"',
        "2001-09-09T01:46:40Z",
    ):
        assert words in said


def test_a_time_that_is_no_time(collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ConfigError, match="SOURCE_DATE_EPOCH"):
        build(collection, tmp_path / "dump")
    assert not (tmp_path / "dump").exists()


def test_the_summary_is_that_of_the_files(summary: Summary, dump: Path) -> None:
    held = quads(dump / "all.nq")
    assert summary.documents == 5
    assert summary.clean
    assert sum(summary.triples.values()) == len(held)
    assert sum(summary.findings.values()) == len({row["finding"] for row in findings(dump)})
    assert json.loads(summary.to_json())["records"] == summary.records
    assert "5 documents" in summary.to_text()


def test_every_statement_leads_to_its_words_or_to_a_reason(summary: Summary) -> None:
    assert summary.statements > 500
    assert summary.supported == summary.statements
    assert summary.coverage == 1.0


def test_the_count_of_supported_statements_can_be_short() -> None:
    mint = Minter("https://example.org/")
    triples: list[Triple] = [
        ("urn:a", LABEL, Literal(words)) for words in ("supported", "without reason", "unspoken")
    ]
    body, reason = f"{OA}hasBody", f"{FONDS}reason"
    evidence: list[Triple] = [
        ("urn:1", body, mint.statement(triples[0])),
        ("urn:2", body, mint.statement(triples[1])),
        ("urn:2", reason, Literal(UNSUPPORTED, language="en")),
    ]
    found = supports(mint, told([*triples, ("urn:a", TYPE, "urn:Thing")]), told(evidence))
    assert sum(bool(marks & STATED) for marks in found.values()) == 3, "classes say nothing about the world"
    assert sum(marks == STATED | SPOKEN for marks in found.values()) == 1


def test_findings_quote_the_documents(dump: Path) -> None:
    rows = [row for row in findings(dump) if row["quote"]]
    assert rows
    for row in rows:
        text = (CORPUS / "documents" / row["document"]).read_bytes().decode("utf-8")
        assert text[int(row["start"]) : int(row["end"])] == row["quote"]


def test_each_document_is_described_as_it_was_last_read_by_a_person(dump: Path) -> None:
    """After an intended change: `make expected`, and read the difference."""
    expected = {path.name: path.read_text("utf-8") for path in (CORPUS / "expected").glob("*.ttl")}
    found = {path.name: path.read_text("utf-8") for path in (dump / "documents").glob("*.ttl")}
    assert sorted(found) == sorted(expected)
    for name in sorted(found):
        assert found[name].splitlines() == expected[name].splitlines(), name


# --- the same bytes


def test_a_second_build_changes_no_byte(dump: Path) -> None:
    before = content(dump)
    build(CORPUS, dump)
    assert content(dump) == before


def test_hash_seed_place_and_number_of_processes_change_no_byte(dump: Path, tmp_path: Path) -> None:
    shutil.copytree(CORPUS, tmp_path / "elsewhere")
    for seed, jobs in (("0", "1"), ("1", "2")):
        code = f"import fonds; fonds.build('elsewhere', 'dump{seed}', jobs={jobs})"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"}
        # spawned workers import the main module, so the code stands in a file
        (tmp_path / "run.py").write_text(f"if __name__ == '__main__':\n    {code}\n", "utf-8")
        subprocess.run([sys.executable, "run.py"], cwd=tmp_path, env=environment, check=True)
        assert content(tmp_path / f"dump{seed}") == content(dump), f"seed {seed}, {jobs} processes"


def test_another_document_changes_no_iri_of_the_others(dump: Path, tmp_path: Path) -> None:
    shutil.copytree(CORPUS, tmp_path / "more")
    (tmp_path / "more" / "documents" / "000_a_letter.txt").write_text(LETTER, "utf-8")
    build(tmp_path / "more", tmp_path / "dump")
    mine = {name for name in content(dump) if name.startswith("documents/")}
    assert mine < set(content(tmp_path / "dump"))
    for name in sorted(mine):
        if name.endswith(".ttl"):
            assert (tmp_path / "dump" / name).read_bytes() == (dump / name).read_bytes(), name


# --- what goes wrong

BAD = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\t\n", "empty"),
    "binary": (b"GIF89a\x00\x01\x00\x01", "not a text file (NUL byte at byte 6)"),
    "latin-1": ("Le café fermé".encode("latin-1"), "byte 0xe9 at byte 6 (line 1) is not utf-8"),
    "broken": ("Genève".encode()[:4] + b"\nx", "byte 0xc3 at byte 3"),
    "wordless": (b"12 34 -- 56\n***\n", "the text has no words"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_document_that_cannot_be_read_is_reported_and_left_out(
    collection: Path, tmp_path: Path, kind: str
) -> None:
    data, message = BAD[kind]
    (collection / "documents" / "bad.txt").write_bytes(data)
    summary = build(collection, tmp_path / "dump")
    assert not summary.clean
    assert summary.left_out == ("bad.txt",)
    assert (summary.documents, summary.records) == (2, 1)
    rows = [row for row in findings(tmp_path / "dump") if row["kind"] == "unreadable"]
    assert len(rows) == 1
    assert rows[0]["document"] == "bad.txt"
    assert message in rows[0]["message"]


def test_a_line_of_50_megabytes_is_refused_by_name(collection: Path, tmp_path: Path) -> None:
    (collection / "documents" / "long.txt").write_bytes(b"a" * 50_000_000)
    summary = build(collection, tmp_path / "dump")
    assert summary.left_out == ("long.txt",)
    assert "50000000 bytes, over the limit of 20000000" in (tmp_path / "dump" / "findings.csv").read_text(
        "utf-8"
    )


def test_a_long_line_below_the_limit_of_bytes(collection: Path, tmp_path: Path) -> None:
    (collection / "documents" / "long.txt").write_bytes(b"a b\n" + b"a" * 300_000)
    assert build(collection, tmp_path / "dump").left_out == ("long.txt",)
    assert "line 2 has 300000 characters" in (tmp_path / "dump" / "findings.csv").read_text("utf-8")


def test_a_document_that_violates_a_shape_is_left_out(collection: Path, tmp_path: Path) -> None:
    (collection / "documents" / "second.txt").write_text(LETTER.replace("Zola", "Durkheim"), "utf-8")
    (collection / "rules.ttl").write_text(
        """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix rico: <https://www.ica.org/standards/RiC/ontology#> .
        <urn:rule> a sh:NodeShape ; sh:targetClass rico:Instantiation ;
            sh:property [ sh:path <http://www.w3.org/2000/01/rdf-schema#label> ; sh:pattern "^letter" ;
                sh:message "The file is not called a letter: rename it." ] .
        """,
        "utf-8",
    )
    with (collection / "fonds.toml").open("a", encoding="utf-8") as stream:
        stream.write('shapes.path = "rules.ttl"\n')
    summary = build(collection, tmp_path / "dump")
    assert summary.left_out == ("second.txt",)
    assert summary.records == 1
    assert summary.violations >= 1
    assert "rename it" in (tmp_path / "dump" / "report.csv").read_text("utf-8")
    assert "rename it" in (tmp_path / "dump" / "report.html").read_text("utf-8")
    assert "second.txt" not in (tmp_path / "dump" / "all.nq").read_text("utf-8")
    assert len(list((tmp_path / "dump" / "documents").glob("*.ttl"))) == 1


def test_a_fault_inside_fonds_costs_one_document_only(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fonds.converters

    read = fonds.converters.stream

    def faulty(source: Source, *, options: Options) -> Iterator[Record]:
        if source.name == "bad.txt":
            raise KeyError("a slip\nof ours")
        return read(source, options=options)

    monkeypatch.setattr(fonds.converters, "stream", faulty)
    (collection / "documents" / "bad.txt").write_text("Dear Sir", "utf-8")
    summary = build(collection, tmp_path / "dump")
    assert (summary.left_out, summary.records) == (("bad.txt",), 1)
    row = findings(tmp_path / "dump")[0]
    assert row["kind"] == "defect"
    assert re.fullmatch(r"fonds failed: KeyError: .*slip.* \(test_build\.py, line \d+\)", row["message"])


def test_shapes_that_do_not_parse(collection: Path, tmp_path: Path) -> None:
    (collection / "rules.ttl").write_text("@prefix sh: <http", "utf-8")
    with (collection / "fonds.toml").open("a", encoding="utf-8") as stream:
        stream.write('shapes.path = "rules.ttl"\n')
    with pytest.raises(ConfigError, match=r"rules\.ttl"):
        build(collection, tmp_path / "dump")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letters"]


def test_a_genre_file_with_an_unknown_key(collection: Path, tmp_path: Path) -> None:
    (collection / "genres").mkdir()
    (collection / "genres" / "own.toml").write_text(
        'id = "own"\nname = "Own"\ncolour = "red"\n[detect]\nall = ["x"]\n', "utf-8"
    )
    with (collection / "fonds.toml").open("a", encoding="utf-8") as stream:
        stream.write('genres.folder = "genres"\n')
    with pytest.raises(ConfigError, match=r"own\.toml.*colour"):
        build(collection, tmp_path / "dump")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letters"]


def test_no_documents(collection: Path, tmp_path: Path) -> None:
    (collection / "documents" / "letter.txt").unlink()
    with pytest.raises(SourceError, match="no documents here"):
        build(collection, tmp_path / "dump")
    assert not (tmp_path / "dump").exists()


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ('{"name": "a web application"}', "what browsers call a manifest"),
        ("", "an empty file"),
        ('{\n  "fonds": "0.1.0"', "one that breaks off is not trusted"),
        (None, "none"),
    ],
)
def test_a_folder_that_fonds_did_not_make_is_never_replaced(
    manifest: str | None, why: str, collection: Path, tmp_path: Path
) -> None:
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "thesis.odt").write_text("years of work")
    if manifest is not None:
        (tmp_path / "dump" / "manifest.json").write_text(manifest)
    with pytest.raises(OutputError, match="did not make it"):
        build(collection, tmp_path / "dump")
    assert (tmp_path / "dump" / "thesis.odt").read_text() == "years of work"


def test_an_output_among_the_documents(collection: Path) -> None:
    with pytest.raises(OutputError, match="among the documents"):
        build(collection, collection / "documents" / "dump")


def test_an_output_that_is_a_file(collection: Path, tmp_path: Path) -> None:
    (tmp_path / "dump").write_text("a file")
    with pytest.raises(OutputError, match="is a file"):
        build(collection, tmp_path / "dump")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_folder_that_cannot_be_written(collection: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(OutputError, match="locked"):
            build(collection, locked / "dump")
    finally:
        locked.chmod(stat.S_IRWXU)


def test_an_output_below_a_file_cannot_be_written(collection: Path, tmp_path: Path) -> None:
    """Holds for root as well, unlike a folder without permissions."""
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        build(collection, tmp_path / "file" / "dump")


def test_a_failed_build_keeps_the_earlier_dump(collection: Path, tmp_path: Path) -> None:
    build(collection, tmp_path / "dump")
    before = content(tmp_path / "dump")
    (collection / "rules.ttl").write_text("no Turtle", "utf-8")
    with (collection / "fonds.toml").open("a", encoding="utf-8") as stream:
        stream.write('shapes.path = "rules.ttl"\n')
    with pytest.raises(ConfigError):
        build(collection, tmp_path / "dump")
    assert content(tmp_path / "dump") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dump", "dump.state", "letters"]


# --- one id for one record


def test_the_same_bytes_twice_are_described_once(collection: Path, tmp_path: Path) -> None:
    (collection / "documents" / "same.txt").write_text(LETTER, "utf-8")
    summary = build(collection, tmp_path / "dump")
    assert (summary.documents, summary.records, summary.clean) == (2, 1, True)
    row = next(row for row in findings(tmp_path / "dump") if row["kind"] == "duplicate")
    assert row["document"] == "same.txt"
    assert "letter.txt" in row["message"]


def test_two_documents_that_claim_one_id(tmp_path: Path) -> None:
    shutil.copytree(CORPUS, tmp_path / "more")
    first = next((tmp_path / "more" / "documents").glob("001_*.txt"))
    (tmp_path / "more" / "documents" / "later.txt").write_bytes(first.read_bytes() + b"\nA second copy.\n")
    summary = build(tmp_path / "more", tmp_path / "dump")
    row = next(row for row in findings(tmp_path / "dump") if row["kind"] == "identifier")
    digest = hashlib.sha256((tmp_path / "more" / "documents" / "later.txt").read_bytes()).hexdigest()
    assert summary.documents == 6
    assert row["document"] == "later.txt"
    assert re.fullmatch(rf".+-{digest[:8]}", row["record"])
    assert first.name in row["message"]
    assert (tmp_path / "dump" / "documents" / f"{row['record']}.ttl").is_file()


def test_a_summary_without_statements_is_not_a_fault() -> None:
    summary = Summary(
        output="dump",
        documents=1,
        records=0,
        agents=0,
        triples={},
        statements=0,
        supported=0,
        findings={},
        violations=0,
    )
    assert summary.coverage == 1.0
