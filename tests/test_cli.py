"""The commands: what they print where, their exit codes, and what they say to bad input."""

from __future__ import annotations

import csv
import io
import json
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from fonds.cli import main

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
MEMORANDUM = next((CORPUS / "documents").glob("003_*.txt"))
LETTER = "Paris, 3 May 1899\n\nDear Sir,\n\nI have received your letter of 1 May 1899.\n\nYours truly,\nEmile Zola\n"


def fonds(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "dump"
    assert fonds("build", CORPUS, "-o", folder).exit_code == 0
    return folder


# --- the commands as a whole


def test_the_commands_in_the_order_of_use() -> None:
    assert list(main.commands) == [
        *(
            "new",
            "convert",
            "build",
            "harvest",
            "review",
            "validate",
            "query",
            "explain",
            "evaluate",
            "genre",
            "formats",
        ),
        "rules",
    ]


def test_every_command_shows_an_example() -> None:
    for name, command in main.commands.items():
        for one in getattr(command, "commands", {name: command}).values():
            assert "Example" in (one.help or ""), one.name


def test_the_page_in_docs_is_that_of_the_commands() -> None:
    module = runpy.run_path(str(ROOT / "docs" / "reference.py"))
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == module["page"]()


def test_version_is_quick_since_nothing_heavy_is_imported() -> None:
    code = "import sys; from fonds.cli import main; print(sorted(m for m in sys.modules if '.' not in m))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in (
        "rdflib",
        "pyshacl",
        "pyoxigraph",
        "regex",
        "orjson",
        "requests",
        "rich",
        "importlib_metadata",
    ):
        assert f"'{heavy}'" not in loaded
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "fonds.cli", "--version"], check=True, capture_output=True)
    assert time.perf_counter() - start < 2, "0.05 s on an idle machine; the bound is for a busy one"


def test_an_unknown_command() -> None:
    result = fonds("covnert", "x")
    assert result.exit_code == 2
    assert "covnert" in result.stderr


def test_a_reader_that_stops_early_is_no_error() -> None:
    script = f"{sys.executable} -m fonds.cli convert {MEMORANDUM} --format nquads | head -n 1"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 1
    assert "BrokenPipe" not in done.stderr
    assert "Traceback" not in done.stderr


# --- errors: one plain line that names file and place, exit code 2, no traceback

ERRORS = {
    "a file that is missing": (["convert", "missing.txt"], "missing.txt: No such file"),
    "an empty file": (["convert", "empty.txt"], "empty.txt: the file is empty"),
    "a binary file": (["convert", "binary.txt"], "binary.txt: not a text file (NUL byte at byte 3)"),
    "another encoding": (["convert", "latin.txt"], "latin.txt: byte 0xe9 at byte 3 (line 1) is not utf-8"),
    "no such encoding": (["convert", "letter.txt", "--encoding", "latin-99"], "unknown encoding 'latin-99'"),
    "no words": (["convert", "wordless.txt"], "wordless.txt: the text has no words"),
    "a format nobody reads": (["convert", "letter.rtf"], "letter.rtf: no converter recognises this document"),
    "a genre nobody knows": (["convert", "letter.txt", "--genre", "sonnet"], "no genre 'sonnet'"),
    "a base that is none": (["convert", "letter.txt", "--base", "letters"], "--base: base is 'letters'"),
    "a suffix nobody writes": (
        ["convert", "letter.txt", "-o", "letter.docx"],
        "no format is known for 'letter.docx'",
    ),
    "no collection": (["build", "."], ".: no fonds.toml here"),
    "a file for a folder": (
        ["convert", "letter.txt", "-o", "letter.txt/x.ttl", "--base", "https://example.org/"],
        "letter.txt/x.ttl: Not a directory",
    ),
    "broken RDF": (["validate", "broken.ttl"], "broken.ttl, line 1"),
    "shapes that do not parse": (["validate", "fine.ttl", "--shapes", "broken.ttl"], "broken.ttl, line 1: "),
    "a genre file with an unknown key": (["genre", "test", "genre.toml"], "genre.toml: "),
    "a genre to show that is none": (["genre", "show", "sonnet"], "no genre 'sonnet'"),
    "no dump": (["query", ".", "SELECT * {}"], "."),
    "a new base that is none": (["new", "letters", "--base", "letters"], "--base: base is 'letters'"),
}


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "empty.txt": b"",
        "binary.txt": b"abc\x00",
        "latin.txt": "café".encode("latin-1"),
        "letter.txt": LETTER.encode(),
        "wordless.txt": b"1 2 3\n",
        "letter.rtf": rb"{\rtf1 Dear Sir}",
        "broken.ttl": b"<urn:a> <urn:b",
        "fine.ttl": b"<urn:a> <urn:b> <urn:c> .",
        "genre.toml": b'id = "own"\nname = "Own"\ncolour = "red"\n[detect]\nall = ["x"]\n',
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("why", ERRORS)
def test_bad_input(bad: Path, why: str) -> None:
    arguments, message = ERRORS[why]
    before = sorted(bad.iterdir())
    result = fonds(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    line = result.stderr.removesuffix("\n")
    assert "\n" not in line
    assert line.startswith("fonds: ")
    assert message in line
    assert sorted(bad.iterdir()) == before, "nothing half written"


def test_debug_shows_where_an_error_arose(bad: Path) -> None:
    result = fonds("--debug", "convert", "empty.txt")
    assert type(result.exception).__name__ == "SourceError"


def test_a_file_of_one_line_of_50_megabytes(bad: Path) -> None:
    (bad / "long.txt").write_bytes(b"a" * 50_000_000)
    result = fonds("convert", "long.txt")
    assert result.exit_code == 2
    assert "long.txt: 50000000 bytes, over the limit of 20000000" in result.stderr


# --- new, build


def test_new_makes_a_collection_that_builds(tmp_path: Path) -> None:
    made = fonds("new", tmp_path / "letters", "--base", "https://example.org/letters/", "--title", "Letters")
    assert (made.exit_code, made.stdout) == (0, "")
    assert "documents" in made.stderr
    (tmp_path / "letters" / "documents" / "a.txt").write_text(LETTER, "utf-8")
    built = fonds("build", tmp_path / "letters", "-o", tmp_path / "dump")
    assert built.exit_code == 0
    assert built.stdout.startswith(f"{tmp_path / 'dump'}: 1 documents, 1 records")
    assert built.stderr == "", "progress is for a terminal"


def test_build_tells_a_program_in_json(tmp_path: Path) -> None:
    result = fonds("build", CORPUS, "-o", tmp_path / "dump", "--json")
    stated = json.loads(result.stdout)
    assert (result.exit_code, stated["documents"], stated["clean"], stated["left_out"]) == (0, 5, True, [])


def test_a_build_with_a_document_left_out_exits_with_1(tmp_path: Path) -> None:
    shutil.copytree(CORPUS, tmp_path / "corpus")
    (tmp_path / "corpus" / "documents" / "x.txt").write_bytes(b"")
    result = fonds("build", tmp_path / "corpus", "-o", tmp_path / "dump")
    assert result.exit_code == 1
    assert "left out    x.txt" in result.stdout
    assert len(list((tmp_path / "dump" / "documents").glob("*.ttl"))) == 5


# --- convert


def parsed(data: bytes | str, form: ox.RdfFormat) -> set[tuple[str, str, str]]:
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(data, format=form)}


def test_every_rdf_format_says_the_same() -> None:
    forms = {
        "turtle": ox.RdfFormat.TURTLE,
        "jsonld": ox.RdfFormat.JSON_LD,
        "nquads": ox.RdfFormat.N_QUADS,
        "ntriples": ox.RdfFormat.N_TRIPLES,
        "trig": ox.RdfFormat.TRIG,
        "rdfxml": ox.RdfFormat.RDF_XML,
    }
    said = {
        name: parsed(fonds("convert", MEMORANDUM, "--layer", "rico", "--format", name).stdout_bytes, form)
        for name, form in forms.items()
    }
    assert len(said["turtle"]) > 50
    assert all(found == said["turtle"] for found in said.values())


def test_a_document_of_a_collection_has_the_iris_of_its_dump(dump: Path) -> None:
    said = parsed(fonds("convert", MEMORANDUM).stdout_bytes, ox.RdfFormat.TURTLE)
    files = (dump / "documents").glob("*.ttl")
    held = [parsed(path.read_bytes(), ox.RdfFormat.TURTLE) for path in sorted(files)]
    subjects = [{triple[0] for triple in found} for found in held]
    assert any({triple[0] for triple in said} == found for found in subjects)


def test_standard_input_and_output() -> None:
    result = fonds("convert", "-", stdin=LETTER)
    assert result.exit_code == 0
    assert "https://example.org/" in result.stderr, "the stand-in for a base is spoken of"
    assert "@prefix rico:" in result.stdout


def test_the_suffix_picks_the_format(tmp_path: Path) -> None:
    result = fonds("convert", MEMORANDUM, "-o", tmp_path / "m.jsonld")
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads((tmp_path / "m.jsonld").read_bytes())["@graph"]


def test_json_quotes_the_words() -> None:
    result = fonds("convert", MEMORANDUM, "--format", "json")
    record = json.loads(result.stdout)
    text = MEMORANDUM.read_bytes().decode("utf-8")
    seen = []

    def quotes(value: object) -> None:
        if isinstance(value, dict):
            if "quote" in value:
                seen.append(value)
                assert text[value["start"] : value["end"]] == value["quote"]
            for inner in value.values():
                quotes(inner)
        elif isinstance(value, list):
            for inner in value:
                quotes(inner)

    quotes(record)
    assert len(seen) > 20


# --- validate, explain, genre, formats


def test_validate_says_which_file_conforms(dump: Path) -> None:
    files = sorted((dump / "documents").glob("*.ttl"))
    result = fonds("validate", *files)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"{file}: conforms" for file in files]


def test_validate_with_rules_of_the_house(tmp_path: Path) -> None:
    (tmp_path / "rules.ttl").write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> .
        <urn:rule> a sh:NodeShape ; sh:targetSubjectsOf <urn:b> ;
            sh:property [ sh:path <urn:b> ; sh:maxCount 1 ; sh:message "Say it once." ] .""",
        "utf-8",
    )
    (tmp_path / "data.ttl").write_text("<urn:a> <urn:b> <urn:c>, <urn:d> .", "utf-8")
    result = fonds("validate", tmp_path / "data.ttl", "--shapes", tmp_path / "rules.ttl")
    assert result.exit_code == 1
    assert "does not conform\n  Violation: urn:a: Say it once." in result.stdout
    table = fonds("validate", tmp_path / "data.ttl", "--shapes", tmp_path / "rules.ttl", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert [(row["focus"], row["message"]) for row in rows] == [("urn:a", "Say it once.")]


def test_explain_makes_a_page(tmp_path: Path) -> None:
    result = fonds("explain", MEMORANDUM, "-o", tmp_path / "page.html")
    assert result.exit_code == 0
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "I hope the attached memorandum will be helpful" in page


def test_a_genre_can_be_shown_changed_and_tested(tmp_path: Path) -> None:
    listed = fonds("genre", "list").stdout.splitlines()
    for name in (line.split()[0] for line in listed):
        shown = fonds("genre", "show", name)
        (tmp_path / f"{name}.toml").write_text(shown.stdout, "utf-8")
        tested = fonds("genre", "test", tmp_path / f"{name}.toml")
        assert tested.exit_code == 0, tested.output
        assert "passed" in tested.stdout


def test_a_genre_whose_example_fails(tmp_path: Path) -> None:
    shown = fonds("genre", "show", "memorandum").stdout
    (tmp_path / "own.toml").write_text(f'{shown}\n[[example]]\ntext = "A poem"\n', "utf-8")
    result = fonds("genre", "test", tmp_path / "own.toml")
    assert result.exit_code == 1
    assert "FAILED\n  the genre's [detect] misses it" in result.stdout


def test_formats_lists_what_is_registered() -> None:
    from fonds.converters import available
    from fonds.converters.genre import available as genres
    from fonds.rdf.write import FORMATS

    result = fonds("formats")
    for name in (*available(), *genres(), *FORMATS):
        assert f"  {name} " in result.stdout


# --- evaluate, query


def test_evaluate_against_annotations(tmp_path: Path) -> None:
    gold = ROOT.parent / "shared" / "data" / "gold"
    if not gold.is_dir():
        pytest.skip("no annotations here")
    shown = fonds("evaluate", CORPUS, gold)
    assert shown.exit_code == 0
    assert "precision" in shown.stdout
    told = json.loads(fonds("evaluate", CORPUS, gold, "--json").stdout)
    assert len(told["documents"]) == 5
