"""Genre files: what an archivist may write, what an error says, and what the rules find."""

from __future__ import annotations

import pytest

from fonds.converters import fields, genre
from fonds.errors import ConfigError
from fonds.extract.layout import zones_of
from fonds.extract.reading import Reading
from fonds.source import Source, Span

MINIMAL = """
id = "despatch"
name = "Despatch"
[detect]
all = ["DESPATCH"]
"""

ERRORS = [
    ("not TOML", "id = [", "mend the TOML|Invalid|Unclosed"),
    ("no detection", 'id = "x"\nname = "X"', r"no \[detect\] table"),
    ("no name", 'id = "x"\n[detect]', "key 'name' is missing"),
    (
        "unknown key",
        MINIMAL.replace("name", "colour = 1\nname"),
        "unknown key 'colour'.*known keys are id, name",
    ),
    (
        "unknown key in a zone",
        MINIMAL + '[[zone]]\nname = "body"\nshape = "round"',
        r"\[\[zone\]\] 1: unknown key 'shape'",
    ),
    ("unknown zone", MINIMAL + '[[zone]]\nname = "cellar"\nline = "x"', "unknown zone 'cellar'"),
    (
        "unknown type",
        MINIMAL + '[[field]]\nname = "a"\nlabels = ["A"]\ntype = "colour"\nzones = ["body"]',
        "unknown type 'colour'",
    ),
    (
        "unknown role",
        MINIMAL + '[[field]]\nname = "a"\nlabels = ["A"]\ntype = "date"\nrole = "burned"\nzones = ["body"]',
        "unknown role 'burned'",
    ),
    ("broken pattern", MINIMAL + "[[zone]]\nname = 'body'\nline = '('", "pattern '\\('"),
]


@pytest.mark.parametrize(("why", "content", "says"), ERRORS, ids=[row[0] for row in ERRORS])
def test_a_wrong_genre_file_says_where(why, content, says):
    with pytest.raises(ConfigError, match=says) as caught:
        genre.parse(content, "despatch.toml")
    assert caught.value.place.startswith("despatch.toml")


def test_a_folder_replaces_and_adds(tmp_path):
    (tmp_path / "own.toml").write_text(MINIMAL, "utf-8")
    (tmp_path / "memo.toml").write_text(MINIMAL.replace("despatch", "memorandum"), "utf-8")
    found = genre.available(str(tmp_path))
    assert found["despatch"].name == "Despatch"
    assert found["memorandum"].name == "Despatch"
    assert "wilson-page" in found


def test_two_files_with_one_id(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(MINIMAL, "utf-8")
    with pytest.raises(ConfigError, match="taken by"):
        genre.available(str(tmp_path))


def test_a_missing_folder():
    with pytest.raises(ConfigError, match="no such folder"):
        genre.available("/nowhere/at/all")


GENRE = genre.parse(
    r"""
id = "form"
name = "A form"
headings = ["Remarks"]
[detect]
any = ["COUNTRY", "Record ID"]
[[zone]]
name = "form-grid"
begin = "^COUNTRY|^Record ID|^Donors|^Author"
[[field]]
name = "country"
labels = ["COUNTRY"]
type = "text"
zones = ["form-grid"]
[[field]]
name = "number"
labels = ["REPORT NO."]
type = "identifier"
zones = ["form-grid"]
[[field]]
name = "date"
labels = ["DATE DISTR."]
type = "date"
role = "distributed"
zones = ["form-grid"]
[[field]]
name = "record"
labels = ["Record ID"]
type = "identifier"
zones = ["form-grid"]
pattern = '\d{3,9}'
[[field]]
name = "donors"
labels = ["Donors"]
type = "parties"
role = "donor"
zones = ["form-grid"]
[[field]]
name = "author"
labels = ["Author(s)"]
type = "parties"
role = "author"
zones = ["form-grid"]
""",
    "form.toml",
)

FIELDS = [
    ("cells", "COUNTRY\tPoland\tREPORT NO.\tCS-12", {"country": "Poland", "number": "CS-12"}, set()),
    ("an empty cell", "COUNTRY\t\tREPORT NO.\tCS-12", {"number": "CS-12"}, {"country"}),
    (
        "colons",
        "COUNTRY: Poland\nREPORT NO: x\nDATE DISTR.: 4 May 1955",
        {"country": "Poland\nREPORT NO: x", "date": "4 May 1955"},
        set(),
    ),
    (
        "colons, one a paragraph",
        "COUNTRY: Poland\n\nDATE DISTR. : 4 May 1955",
        {"country": "Poland", "date": "4 May 1955"},
        set(),
    ),
    (
        "capitals without a colon",
        "COUNTRY Poland\nDATE DISTR. 4 May 1955",
        {"country": "Poland", "date": "4 May 1955"},
        set(),
    ),
    (
        "the value below the label",
        "Record ID\n\n208877\n\nDonors\n\nLeon Levy Foundation",
        {"record": "208877", "donors": "Leon Levy Foundation"},
        set(),
    ),
    (
        "a label followed by a label",
        "Record ID\n\nDonors\n\nLeon Levy Foundation",
        {"donors": "Leon Levy Foundation"},
        {"record"},
    ),
    ("a value of the wrong kind", "Record ID\n\nLeon Levy Foundation", {}, {"record"}),
    ("a heading stops a value", "Author(s):\n\nRemarks\n\nMany remarks stand here", {}, {"author"}),
    ("a placeholder is no value", "COUNTRY: --\n\nREPORT NO.: N/A", {}, {"country", "number"}),
    (
        "a word that begins like a label",
        "Record ID\n\n4711\n\nThe COUNTRYSIDE is green",
        {"record": "4711"},
        set(),
    ),
]


@pytest.mark.parametrize(("why", "content", "expected", "gaps"), FIELDS, ids=[row[0] for row in FIELDS])
def test_labelled_values(why, content, expected, gaps):
    text = Source.of(content).text
    span = Span(0, len(text))
    given = genre.zones_of(GENRE, text, span)
    reading = Reading(text, zones_of(text, span, given=given), span)
    found, missing = fields.read_fields(reading, GENRE)
    values = {item.rule.name: content[item.start : item.end] for item in found}
    assert values == expected
    assert {item.rule.name for item in missing} == gaps


def test_detection_counts_and_excludes():
    rule = genre.parse(
        'id = "a"\nname = "A"\n[detect]\nany = ["one", "two", "three"]\nat_least = 2\nnone = ["stop"]',
        "a.toml",
    )
    assert rule.fits("one and two")
    assert not rule.fits("one alone")
    assert not rule.fits("one, two, stop")


def test_the_genres_of_fonds_carry_examples():
    for item in genre.available().values():
        assert len(item.examples) >= 2, f"{item.id} needs a positive and a negative example"
        assert any(example.absent for example in item.examples)
