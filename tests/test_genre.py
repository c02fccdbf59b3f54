"""Genre files: what an archivist may write, what an error says, and what the rules find."""

from __future__ import annotations

import pytest
import regex

from fonds.converters import Options, examples, fields, genre
from fonds.converters import text as texts
from fonds.converters.wordings import occurs
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
    (
        "broken variant of a label",
        MINIMAL + '[[field]]\nname = "a"\nlabels = ["A"]\nvariants = "["\ntype = "text"\nzones = ["body"]',
        r"pattern '\['",
    ),
    ("a key that fonds sets itself", 'covers = ["x"]' + MINIMAL, "unknown key 'covers'"),
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
    found, missing = read_form(GENRE, content)
    assert found == expected
    assert missing == gaps


def read_form(form: genre.Genre, content: str) -> tuple[dict[str, str], set[str]]:
    """The values of a form by the name of their field, and the fields whose label has none."""
    text = Source.of(content).text
    span = Span(0, len(text))
    given = genre.zones_of(form, text, span)
    reading = Reading(text, zones_of(text, span, given=given), span)
    found, missing = fields.read_fields(reading, form)
    values = {item.rule.name: content[item.start : item.end] for item in found}
    return values, {item.rule.name for item in missing}


SCAN = genre.parse(
    r"""
id = "scan"
name = "A form as OCR reads it"
[detect]
any = ["DATE"]
[[zone]]
name = "form-grid"
begin = "^COUNTRY"
through = "^END"
reach = 6
[[field]]
name = "country"
labels = ["COUNTRY"]
type = "text"
zones = ["form-grid"]
[[field]]
name = "date"
labels = ["DATE DISTR."]
variants = '(?i:[dp]a[tr]e [dp]ist[re]{1,2}[.,]?)'
inline = true
type = "date"
role = "distributed"
zones = ["form-grid"]
[[pattern]]
name = "lone-date"
regex = '^(?P<value>\d{1,2} \p{L}+ \d{4})$'
type = "date"
role = "distributed"
zones = ["form-grid"]
unless = ["date"]
""",
    "scan.toml",
)

SCANS = [
    (
        "a label in the middle of a line",
        "COUNTRY CUBA DATE DISTR. 4 May 1955\nEND",
        {"country": "CUBA", "date": "4 May 1955\nEND"},
    ),
    (
        "a label misread, dots before the value",
        "COUNTRY Cuba pare piste. = 4 May 1955\nEND",
        {"country": "Cuba", "date": "4 May 1955\nEND"},
    ),
    (
        "words that are no label",
        "COUNTRY Cuba, the date distant\nEND",
        {"country": "Cuba, the date distant\nEND"},
    ),
    (
        "a rule that steps in for another",
        "COUNTRY Cuba\n\n4 May 1955\nEND",
        {"country": "Cuba", "lone-date": "4 May 1955"},
    ),
    (
        "and does not where the other has a value",
        "COUNTRY Cuba DATE DISTR. 4 May 1955\n\n5 May 1955\nEND",
        {"country": "Cuba", "date": "4 May 1955"},
    ),
    (
        "below the last line of the zone",
        "COUNTRY Cuba\n\nEND\n\n4 May 1955",
        {"country": "Cuba"},
    ),
    (
        "a zone whose last line is missing is its first line",
        "COUNTRY Cuba\n\n4 May 1955",
        {"country": "Cuba"},
    ),
]


@pytest.mark.parametrize(("why", "content", "expected"), SCANS, ids=[row[0] for row in SCANS])
def test_labels_as_scans_have_them(why, content, expected):
    assert read_form(SCAN, content)[0] == expected


SLIP = """
id = "slip"
name = "A slip in front"
cover = true
priority = 90
[detect]
any = ["^SLIP"]
[[zone]]
name = "repository"
begin = "^SLIP"
through = "^DONE"
[[field]]
name = "date"
labels = ["DATE"]
type = "date"
role = "reviewed"
zones = ["repository"]
"""
MINUTES = """
id = "minutes-form"
name = "Minutes"
[detect]
any = ["^DATE:"]
[[field]]
name = "date"
labels = ["DATE"]
type = "date"
role = "dated"
zones = ["letterhead", "dateline", "routing"]
"""
SENTENCE = "The committee met in the morning and agreed that the road to the harbor should be mended.\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "slip.toml").write_text(SLIP, "utf-8")
    (tmp_path / "minutes.toml").write_text(MINUTES, "utf-8")
    return str(tmp_path)


def test_a_cover_is_read_besides_the_genre_of_the_document(folder):
    content = f"SLIP\nDATE: 5 May 1999\nDONE\n\nDATE: 4 May 1955\n\n{SENTENCE}"
    found = genre.detect(content, folder)
    assert found is not None
    assert (found.id, [cover.id for cover in found.covers]) == ("minutes-form", ["slip"])
    record = texts.read(Source.of(content), found, Options())
    assert [(date.role, date.edtf) for date in record.dates] == [
        ("dated", "1955-05-04"),
        ("reviewed", "1999-05-05"),
    ]


def test_what_stands_on_a_cover_is_no_sign_of_another_genre(folder):
    found = genre.detect(f"SLIP\nDATE: 5 May 1999\nDONE\n\n{SENTENCE}", folder)
    assert found is not None
    assert (found.id, found.covers) == ("slip", ())


PARTIES = [
    ("a date ends the name", "Director of Security 4 May 1967", ["Director of Security"], []),
    ("a label ends the name", "Chief, Research Division IRD#: 21642", ["Chief, Research Division"], []),
    ("a memorandum for the record is for nobody", "THE RECORD", [], []),
    ("an office by its symbol", "DDO/ISS/IP/EIS", ["DDO/ISS/IP/EIS"], []),
    ("a person and the symbol of his office", "Mr. Allen Dulles\nDCI/OA", ["Allen Dulles"], ["DCI/OA"]),
    ("a bracket that is not closed", "Chief of Station, JMWAVE (AKR", ["Chief of Station, JMWAVE"], []),
]


@pytest.mark.parametrize(("why", "words", "names", "offices"), PARTIES, ids=[row[0] for row in PARTIES])
def test_who_stands_behind_a_label(why, words, names, offices):
    form = genre.parse(
        MINIMAL
        + '[[field]]\nname = "reader"\nlabels = ["READER"]\ntype = "parties"\n'
        + 'role = "addressee"\nzones = ["letterhead", "form-grid"]\n'
        + '[[zone]]\nname = "form-grid"\nbegin = "^READER"\nend = "^$"\n',
        "despatch.toml",
    )
    record = texts.read(Source.of(f"DESPATCH\n\nREADER: {words}"), form, Options())
    told = [party for party in record.parties if party.evidence.rule == "field.reader"]
    assert [party.mention.name for party in told] == names
    assert [p.title for p in record.positions if p.evidence.rule == "position.office-symbol"] == offices


def test_the_number_of_the_archive_names_the_record():
    numbered = f"104-10106-10325\n\nREPORT NO. CS-12345\n\n{SENTENCE}"
    form = genre.available()["information-report"]
    assert texts.read(Source.of(numbered), form, Options()).id == "nara-104-10106-10325"
    assert texts.read(Source.of(f"see 404-10106-10325x\n\n{SENTENCE}"), None, Options()).id.startswith("doc-")


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


@pytest.mark.parametrize("name", sorted(genre.available()))
def test_the_examples_of_the_genres_of_fonds_are_read_as_they_say(name):
    checks = examples.check_genre(genre.available()[name])
    assert {check.number: check.failures for check in checks if not check.passed} == {}


#: Patterns of all ways to look for a wording in a whole text.
WORDINGS = [
    (r"DISPATCH", "a literal"),
    (r"^DISPATCH\b", "a literal at the beginning of a line"),
    (r"^(?:DISPATCH|CABLE)$", "a choice at the beginning of a line"),
    (r"^\W{0,3}(?:DISPATCH|CABLE)\b", "a choice behind marks"),
    (r"(?i)^\W{0,3}(?:dispatch|cable)\b", "the same in any letters"),
    (r"^\W{0,3}(?:\p{Lu}ABLE)\b", "with what only one engine knows"),
    (r"^[*#]*(?:DISPATCH|CABLE)(?!,)", "behind given marks, and what may not follow"),
    (r"^(?:CABLE|^DISPATCH)", "a second place at the beginning of a line"),
    (r"^(?:(?<!\n)CABLE)", "looking behind the beginning of a line"),
    (r"^[CD](?:ABLE|ISPATCH)$", "a choice of letters"),
    (r"^(?:[^^]ABLE)", "a sign that stands for itself"),
]
CONTENTS = [
    "DISPATCH",
    "a CABLE",
    "a\n** CABLE\nb",
    "\n\nDispatch",
    "#CABLE, b",
    "a\n-- DISPATCH",
    "a\r\nCABLE",
    "",
]


@pytest.mark.parametrize(("wording", "why"), WORDINGS, ids=[row[1] for row in WORDINGS])
def test_the_quick_search_finds_what_a_search_finds(wording, why):
    plain = regex.compile(wording, regex.MULTILINE)
    for content in CONTENTS:
        assert occurs(wording, content) == bool(plain.search(content)), content
