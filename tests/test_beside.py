"""A catalogue beside the documents: what is declared, what is merged, and what contradicts the text."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.build import build
from fonds.config import options, read
from fonds.converters import convert, text_of
from fonds.converters.examples import flatten
from fonds.converters.tables import read_csv, read_json, read_json_lines
from fonds.document import graph
from fonds.errors import BudgetError, ConfigError
from fonds.record import Record
from fonds.validate import validate
from tests.quotes import check, evidence_in

SHARED = Path(__file__).parents[2] / "shared" / "data"
LETTER = """March 30, 1954

Dear Mr. Dulles:

The Foreign Minister told me this morning that the Government would consider the proposals at once.

Sincerely yours,

John M. Allison
"""
ENTRY = {
    "title": "Letter, Allison to Dulles",
    "date": "03/30/1954",
    "writer": ["Allison, John M."],
    "place": {"name": "T\u014dky\u014d"},
    "rights": None,
    "pages": 2,
}
FIELDS = """
[metadata.fields]
title = "title"
date = { type = "date", role = "dated", order = "mdy" }
writer = "author"
"place.name" = "mention"
pages = { type = "number", to = "pages" }
rights = "rights"
"""


def collection(folder: Path, metadata: str, documents: dict[str, str], fields: str = FIELDS) -> Path:
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    (folder / "fonds.toml").write_text(
        f'base = "https://example.org/l/"\n[metadata]\n{metadata}\n{fields}', "utf-8"
    )
    for name, content in documents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8", newline="")
    return folder


def records(folder: Path) -> list[Record]:
    """The records of a collection, each quote compared with the file that it names."""
    config = read(folder)
    files = {sha256(path.read_bytes()).hexdigest(): path for path in folder.rglob("*") if path.is_file()}
    found = []
    for path in config.paths():
        source = config.source(path)
        (record,) = convert(source, options=options(config))
        texts = {name: file.read_bytes().decode("utf-8") for name, file in files.items()}
        assert check(record, texts | {source.sha256: text_of(source).content})
        assert {one.source for one in evidence_in(record)} <= {
            source.sha256,
            *(info.sha256 for info in record.witnesses),
        }
        found.append(record)
    return found


def test_a_file_beside_each_document(tmp_path: Path) -> None:
    (record,) = records(
        collection(
            tmp_path,
            "beside = '{key}.json'",
            {"documents/a.txt": LETTER, "documents/a.json": json.dumps(ENTRY, indent=1)},
        )
    )
    values = flatten(record)
    assert values["title"] == ("Letter, Allison to Dulles",)
    assert values["party.author"] == ("John M. Allison", "Allison, John M.")
    assert values["field.pages"] == ("2",)
    assert "T\u014dky\u014d" in {one.name for one in record.mentions}
    assert [(one.edtf, one.evidence.quote) for one in record.dates if one.role == "dated"] == [
        ("1954-03-30", "March 30, 1954"),
        ("1954-03-30", "03/30/1954"),
    ]
    assert not record.findings
    assert [(info.name, info.media_type) for info in record.witnesses] == [
        ("documents/a.json", "application/json")
    ]
    assert validate(graph(record)).conforms


TABLES = [
    ("commas", "catalogue.csv", "file,date,title\r\na,1954-03-31,\"Letter, with \"\"signs\"\"\"\r\nb,,x\r\n", 'Letter, with "signs"'),
    ("semicolons and a byte order mark", "catalogue.csv", "\ufefffile;date;title\na;1954-03-31;Letter, Allison\n", "Letter, Allison"),
    ("tabs", "catalogue.tsv", "file\tdate\ttitle\na\t1954-03-31\tLetter\n", "Letter"),
    ("a line break in a cell", "catalogue.csv", 'title,file,date\n"Letter,\nAllison",a,1954-03-31', "Letter, Allison"),
    ("JSON Lines", "catalogue.jsonl", '\n{"file": "a", "date": "1954-03-31", "title": "L\\u00e9tter"}\n{"file": "b"}\n', "Létter"),
    ("a list in JSON", "catalogue.json", '[{"file": "b"}, {"file": "a", "date": "1954-03-31", "title": " Letter "}]', "Letter"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "file", "content", "title"), TABLES, ids=[row[0] for row in TABLES])
def test_a_table_for_all(tmp_path: Path, why: str, file: str, content: str, title: str) -> None:
    folder = collection(
        tmp_path,
        f"file = '{file}'\nkey = 'file'",
        {"documents/a.txt": LETTER, "documents/c.txt": LETTER + "PS", file: content},
        '[metadata.fields]\ntitle = "title"\ndate = "dated"',
    )
    first, other = records(folder)
    assert first.title is not None
    assert first.title.value == title
    (finding,) = [one for one in first.findings if one.kind == "conflicting-witnesses"]
    assert [one.quote for one in finding.evidence] == ["March 30, 1954", "1954-03-31"]
    assert [one.edtf for one in first.dates if one.role == "dated"] == ["1954-03-30", "1954-03-31"]
    assert other.witnesses == ()
    assert not [one for one in other.findings if one.kind == "conflicting-witnesses"]


NAMES = [
    ("the name without its suffix", "", "letters/a.txt", "a", True),
    ("the name", "", "letters/a.txt", "a.txt", True),
    ("the path", "", "letters/a.txt", "letters/a.txt", True),
    ("a part of the name", "match = '^(\\d+)_'", "12_x__ocr.txt", "12", True),
    ("not a part of it by chance", "", "letters/ab.txt", "a", False),
    ("the case matters", "", "letters/A.txt", "a", False),
]


@pytest.mark.parametrize(("why", "match", "name", "key", "found"), NAMES, ids=[row[0] for row in NAMES])
def test_which_entry_is_meant(tmp_path: Path, why: str, match: str, name: str, key: str, found: bool) -> None:
    folder = collection(
        tmp_path,
        f"file = 'c.csv'\nkey = 'file'\n{match}",
        {f"documents/{name}": LETTER, "c.csv": f"file,title\n{key},Letter\n"},
        '[metadata.fields]\ntitle = "title"',
    )
    (record,) = records(folder)
    assert bool(record.witnesses) is found


def test_two_entries_about_one_document_are_not_chosen_from(tmp_path: Path) -> None:
    folder = collection(
        tmp_path,
        "file = 'c.csv'\nkey = 'file'",
        {"documents/a.txt": LETTER, "c.csv": "file,title\na,One\na,Two\n"},
        '[metadata.fields]\ntitle = "title"',
    )
    (record,) = records(folder)
    assert record.title is None
    assert [one.kind for one in record.findings] == ["ambiguous-metadata"]


def test_what_means_that_there_is_nothing(tmp_path: Path) -> None:
    content = "file,title,date,writer\na,[WITHHELD],00/00/0000,N/A\n"
    folder = collection(
        tmp_path,
        "file = 'c.csv'\nkey = 'file'\nabsent = ['[WITHHELD]', '00/00/0000']",
        {"documents/a.txt": LETTER, "c.csv": content},
        '[metadata.fields]\ntitle = "title"\ndate = "sent"\nwriter = "author"',
    )
    (record,) = records(folder)
    assert record.title is None
    assert {one.evidence.source for one in record.parties} == {record.source.sha256}
    assert not record.findings


def test_a_date_that_is_none_is_reported(tmp_path: Path) -> None:
    folder = collection(
        tmp_path,
        "file = 'c.csv'\nkey = 'file'",
        {"documents/a.txt": LETTER, "c.csv": "file,date\na,sometime\n"},
        '[metadata.fields]\ndate = "sent"',
    )
    (record,) = records(folder)
    assert [(one.kind, one.evidence[0].quote) for one in record.findings] == [("unread-value", "sometime")]


def test_a_broken_file_beside_a_document_costs_only_itself(tmp_path: Path) -> None:
    folder = collection(
        tmp_path, "beside = '{key}.json'", {"documents/a.txt": LETTER, "documents/a.json": '{"title": }'}
    )
    (record,) = records(folder)
    assert record.date is not None
    assert [one.kind for one in record.findings] == ["unread-metadata"]


DECLARED = [
    ("nothing is mapped", "file = 'c.csv'\nkey = 'a'", "", "no fields"),
    ("neither a table nor files", "key = 'a'", FIELDS, "either file or beside"),
    ("both", "file = 'c.csv'\nkey = 'a'\nbeside = '{key}.json'", FIELDS, "either file or beside"),
    ("no key", "file = 'c.csv'", FIELDS, "no key"),
    ("no such table", "file = 'd.csv'\nkey = 'a'", FIELDS, "does not exist"),
    ("a form that is not read", "file = 'c.xlsx'\nkey = 'a'", FIELDS, "is not read"),
    ("one name for all", "beside = 'metadata.json'", FIELDS, r"write it with \{key\}"),
    ("a broken pattern", "beside = '{key}.json'\nmatch = '('", FIELDS, r"metadata\.match"),
    ("an unknown key", "beside = '{key}.json'\ncolour = 1", FIELDS, "unknown key 'colour'"),
    ("an unknown type", "beside = '{key}.json'", "fields.a = { type = 'colour' }", "type is 'colour'"),
    ("a date of nothing", "beside = '{key}.json'", "fields.a = { type = 'date' }", "the role is missing"),
    ("an unknown role", "beside = '{key}.json'", "fields.a = { type = 'date', role = 'burned' }", "role is 'burned'"),
    ("a slip in a mapping", "beside = '{key}.json'", "fields.a = { type = 'text', too = 'x' }", "unknown key 'too'"),
    ("no mapping", "beside = '{key}.json'", "fields.a = 7", "neither a word nor a table"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "metadata", "fields", "says"), DECLARED, ids=[row[0] for row in DECLARED])
def test_a_slip_is_named(tmp_path: Path, why: str, metadata: str, fields: str, says: str) -> None:
    files = {"documents/a.txt": LETTER, "c.csv": "a\n", "c.xlsx": ""}
    with pytest.raises(ConfigError, match=says) as caught:
        read(collection(tmp_path, metadata, files, fields))
    assert (caught.value.place or "").startswith(str(tmp_path / "fonds.toml"))
    assert caught.value.remedy


UNREADABLE = [
    ("a column that is not there", "file,title\na,x\n", "no column 'date'.*its columns are file, title"),
    ("a quotation mark that is not closed", 'file,title,date\na,"x\n', "line 2.*not closed"),
    ("a row that is too long", "file,title,date\na,x,,y\n", "line 2 has 4 cells"),
]


@pytest.mark.parametrize(("why", "content", "says"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_a_broken_table_stops_the_build(tmp_path: Path, why: str, content: str, says: str) -> None:
    folder = collection(
        tmp_path,
        "file = 'c.csv'\nkey = 'file'",
        {"documents/a.txt": LETTER, "c.csv": content},
        '[metadata.fields]\ntitle = "title"\ndate = "dated"',
    )
    with pytest.raises(ConfigError, match=says):
        build(folder, tmp_path / "dump")


def test_metadata_among_the_documents_is_no_document(tmp_path: Path) -> None:
    folder = collection(
        tmp_path,
        "file = 'documents/c.csv'\nkey = 'file'",
        {"documents/a.txt": LETTER, "documents/c.csv": "file,title\na,Letter\n"},
        '[metadata.fields]\ntitle = "title"',
    )
    assert [path.name for path in read(folder).paths()] == ["a.txt"]


def test_a_build_says_where_the_words_stand(tmp_path: Path) -> None:
    folder = collection(
        tmp_path / "letters",
        "file = 'c.csv'\nkey = 'file'",
        {"documents/a.txt": LETTER, "documents/b.txt": LETTER + "PS", "c.csv": "file,title\na,One\nb,Two\n"},
        '[metadata.fields]\ntitle = "title"',
    )
    summary = build(folder, tmp_path / "dump")
    assert (summary.violations, summary.records, summary.coverage) == (0, 2, 1.0)
    written = (tmp_path / "dump" / "records.ttl").read_text("utf-8")
    assert written.count('rdfs:label "c.csv"') == 2  # the catalogue as a record, and its file
    assert "rico:describesOrDescribed" in written


def test_the_same_offsets_in_two_files_are_two_things(tmp_path: Path) -> None:
    folder = collection(
        tmp_path,
        "file = 'c.csv'\nkey = 'file'",
        {"documents/a.txt": f"Moscow\n{LETTER}", "c.csv": "d;file\nMarch 31, 1954;a\n"},
        '[metadata.fields]\nd = "dated"',
    )
    (record,) = records(folder)
    spans = [(one.evidence.start, one.evidence.end) for one in record.dates if one.role == "dated"]
    assert spans == [(7, 21), (7, 21)]
    query = "SELECT DISTINCT ?d { ?d a <https://www.ica.org/standards/RiC/ontology#Date> }"
    assert len(list(graph(record, layers=["rico"]).query(query))) == len(record.dates)


cells = st.text(st.sampled_from('ab ",;\n\r\t'), max_size=6)


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=6))
def test_csv_is_read_back_with_its_places(rows: list[list[str]]) -> None:
    quoted = "\r\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [["a", "b"], *rows]
    )
    columns, entries = read_csv(quoted)
    assert columns == ("a", "b")
    assert [[{c.column: c.value for c in e}.get(k, "") for k in "ab"] for e in entries] == [
        row for row in rows if any(row)
    ]
    for entry in entries:
        for cell in entry:
            assert quoted[cell.start : cell.end].replace('""', '"') == cell.value


def test_columns_of_json() -> None:
    (entry,) = read_json('{"a": {"b": ["x", "y"]}, "c": 1}')
    assert [(cell.column, cell.value) for cell in entry] == [("a.b", "x"), ("a.b", "y"), ("c", "1")]
    content = '{"a": 1}\n\n{"a": 2}'
    assert [[content[c.start : c.end] for c in entry] for entry in read_json_lines(content)] == [["1"], ["2"]]
    with pytest.raises(ValueError, match="line 2"):
        read_json_lines('{"a": 1}\n{')


@pytest.mark.skipif(not (SHARED / "wilson").is_dir(), reason="the shared material is not here")
def test_the_pages_of_the_wilson_center(tmp_path: Path) -> None:
    files = {
        f"documents/{path.name}": path.read_text("utf-8") for path in sorted((SHARED / "wilson").iterdir())
    }
    fields = """
        [metadata.fields]
        title = "title"
        original_publication_date = "dated"
        summary = "summary"
        authors = "author"
        document_contributors = "contributor"
        associated_people_orgs = "mention"
        source = { type = "reference" }
        original_upload_date = "uploaded"
        language = "language"
        rights = "rights"
        record_id = { type = "identifier", scheme = "record-id" }
        donors = "donor"
    """
    metadata = "beside = '{key}.meta.json'\nmatch = '^(.+)\\.body\\.txt$'"
    found = records(collection(tmp_path, metadata, files, fields))
    assert len(found) == 4
    for record in found:
        assert record.title
        assert record.summary
        assert [one.scheme for one in record.identifiers if one.evidence.rule == "catalogue.record-id"]
        assert {one.value for one in record.languages if one.evidence.status == "stated"} <= {"de", "ja"}
        assert record.references
        assert validate(graph(record)).conforms
    dated = [{one.edtf for one in record.dates if one.role == "dated"} for record in found]
    assert sum(len(days) == 1 for days in dated) >= 3, "text and catalogue name the same day"


def test_a_folder_that_leads_back_to_itself_is_walked_once(tmp_path: Path) -> None:
    folder = collection(
        tmp_path, "beside = '{key}.json'", {"documents/a.txt": LETTER, "documents/in/b.txt": LETTER}
    )
    try:
        (folder / "documents" / "in" / "again").symlink_to(folder / "documents", target_is_directory=True)
        (folder / "documents" / "nowhere").symlink_to(folder / "documents" / "nowhere")
    except OSError:
        pytest.skip("this system makes no links")
    assert [path.relative_to(folder).as_posix() for path in read(folder).paths()] == [
        "documents/a.txt",
        "documents/in/b.txt",
    ]


CYRILLIC = """30 марта 1954 года

Уважаемый товарищ министр!

Посол сообщил мне сегодня утром, что правительство рассмотрит предложения безотлагательно и даст ответ.

Вышинский
"""


def test_an_encoding_is_told_from_the_bytes_only_where_that_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.txt").write_bytes(CYRILLIC.encode("cp1251"))
    (tmp_path / "documents" / "b.txt").write_text(LETTER, "utf-8")
    stated = 'base = "https://example.org/l/"\n'
    (tmp_path / "fonds.toml").write_text(stated, "utf-8")
    assert build(tmp_path, tmp_path / "strict").left_out == ("a.txt",)
    (tmp_path / "fonds.toml").write_text(stated + 'encoding = "detect"\n', "utf-8")
    config = read(tmp_path)
    told, plain = (convert(config.source(path), options=options(config))[0] for path in config.paths())
    assert [one.kind for one in told.findings if one.kind.startswith("encoding")] == ["encoding-detected"]
    assert "Посол сообщил" in text_of(config.source(config.paths()[0])).content
    assert plain.source.encoding == "utf-8"
    assert not plain.findings


def test_a_catalogue_has_a_budget(tmp_path: Path) -> None:
    folder = collection(
        tmp_path,
        "file = 'c.csv'\nkey = 'file'",
        {"documents/a.txt": LETTER, "c.csv": "file,title\na,x\n"},
        '[metadata.fields]\ntitle = "title"',
    )
    with (folder / "c.csv").open("r+b") as file:
        file.truncate(500_000_000)
    config = read(folder)
    with pytest.raises(BudgetError, match="over the limit"):
        convert(config.source(config.paths()[0]), options=options(config))
