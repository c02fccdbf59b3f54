"""The measures of `benchmarks.accuracy`, each against a count made by hand on a few lines of text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks.accuracy import __main__ as command
from benchmarks.accuracy import case as cases
from benchmarks.accuracy import cia, frus, page, plain, report, wilson
from benchmarks.accuracy.case import QUOTED, READ, Case
from fonds import __version__
from fonds.evaluation.fields import Counts
from fonds.evaluation.measures import Score
from fonds.evaluation.values import Read
from fonds.record import (
    DateStatement,
    Event,
    Evidence,
    Kind,
    Mention,
    Party,
    PartyRole,
    Record,
    Resolved,
    SourceInfo,
)
from fonds.source import Source, Span

DATA = Path(__file__).parents[2] / "shared" / "data"
TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/frus/ns/1.0"><text>
<div type="document" xml:id="d7">
  <note rend="inline" type="source">File No. 12: Telegram</note>
  <head><hi>The Ambassador in France</hi> (<persName type="from" corresp="#a">Sharp</persName>) to the
    <gloss type="to">Secretary of State</gloss><note n="1">Copy in <persName>Page</persName>’s hand.</note></head>
  <dateline><placeName>American Embassy,<lb/>Paris</placeName>,
    <date when="1917-05-04T18:00:00">May 4, 1917, 6 p.m.</date></dateline>
  <p>Mr. <persName corresp="#b">Balfour</persName> agreed with
    <pb n="2"/><persName corresp="#c">Polk</persName>.</p>
  <list><label>1.</label> <item>Coal</item><label>2.</label><item>Oil</item></list>
  <closer><signed><persName corresp="#a">W. G. Sharp</persName></signed></closer>
  <frus:attachment><head><persName type="from">Cochin</persName> to <persName type="to">Sharp</persName></head>
    <dateline><date when="1917-04-30">April 30, 1917</date>.</dateline><p>Sir: Agreed.</p></frus:attachment>
</div></text></TEI>"""
WORDS = """File No. 12: Telegram

The Ambassador in France (Sharp) to the Secretary of State

American Embassy,
Paris, May 4, 1917, 6 p.m.

Mr. Balfour agreed with Polk.

1. Coal
2. Oil

W. G. Sharp

Cochin to Sharp

April 30, 1917.

Sir: Agreed.
"""


def letter() -> plain.Plain:
    return plain.flatten(next(iter(ElementTree.fromstring(TEI)[0])))


class Paper:
    """A record of which a test says, word by word, what was read."""

    def __init__(self, content: str) -> None:
        self.source = Source(content.encode(), "paper.txt")
        self.content = content

    def evidence(self, words: str, nth: int = 0) -> Evidence:
        start = -1
        for _ in range(nth + 1):
            start = self.content.index(words, start + 1)
        return Evidence(
            source=self.source.sha256,
            start=start,
            end=start + len(words),
            quote=words,
            zone="body",
            rule="test",
        )

    def mention(self, words: str, kind: Kind = "person", nth: int = 0, title: str = "") -> Mention:
        evidence = self.evidence(title + words, nth)
        start = evidence.start + len(title)
        return Mention(
            id=f"{words} {nth}",
            kind=kind,
            name=words,
            name_start=start,
            name_end=evidence.end,
            evidence=evidence,
        )

    def party(self, role: PartyRole, words: str, kind: Kind = "person", nth: int = 0) -> Party:
        mention = self.mention(words, kind, nth)
        return Party(role=role, mention=mention, evidence=mention.evidence)

    def date(self, words: str, edtf: str, time: str | None = None) -> DateStatement:
        return DateStatement(role="dated", edtf=edtf, time=time, evidence=self.evidence(words))

    def record(self, **values: Any) -> Record:
        info = SourceInfo(
            sha256=self.source.sha256, name="paper.txt", size=1, length=len(self.content), encoding="utf-8"
        )
        return Record(
            **{"id": "paper", "source": info, "genre": "letter", "span": Span(0, len(self.content)), **values}
        )

    def read(self, **values: Any) -> Read:
        return Read(
            self.source.text, (Resolved(record=self.record(**values), agents=(), identifications=()),)
        )


def judged(monkeypatch: pytest.MonkeyPatch, document: Read, *, name: str = "d7") -> Case:
    """The letter above, as if `document` were all that fonds reads in it."""
    monkeypatch.setattr(frus, "read", lambda case, source: document)
    one = letter()
    return frus.judge("v", plain.Plain(name, one.content, one.marks), True)


def test_markup_becomes_the_text_that_a_reader_sees() -> None:
    one = letter()
    assert one.content == WORDS
    assert one.id == "d7"


def test_every_mark_keeps_its_words_and_what_surrounds_it() -> None:
    one = letter()
    found = [
        (m.name, one.quote(m)) for m in one.marks if m.name in ("persName", "placeName", "date", "gloss")
    ]
    assert found == [
        ("persName", "Sharp"),
        ("gloss", "Secretary of State"),
        ("placeName", "American Embassy,\nParis"),
        ("date", "May 4, 1917, 6 p.m."),
        ("persName", "Balfour"),
        ("persName", "Polk"),
        ("persName", "W. G. Sharp"),
        ("persName", "Cochin"),
        ("persName", "Sharp"),
        ("date", "April 30, 1917"),
    ]
    inside = [one.quote(m) for m in one.marks if m.name == "persName" and "attachment" in m.path]
    assert inside == ["Cochin", "Sharp"]


def test_an_empty_element_leaves_no_mark_and_no_gap() -> None:
    one = plain.flatten(ElementTree.fromstring("<div><p><hi/>A</p><p><hi> </hi></p><p>B</p></div>"))
    assert one.content == "A\n\nB\n"
    assert [m.name for m in one.marks] == ["div", "p", "p"]


def test_a_right_reading_of_a_letter_has_no_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(WORDS)
    part = paper.record(
        id="part",
        span=Span(WORDS.index("Cochin"), len(WORDS)),
        dates=(paper.date("April 30, 1917", "1917-04-30"),),
    )
    dated = paper.date("May 4, 1917", "1917-05-04", "18:00")
    names = [paper.mention("Sharp"), paper.mention("Balfour", title="Mr. "), paper.mention("Polk")]
    names += [paper.mention("W. G. Sharp"), paper.mention("Cochin"), paper.mention("Sharp", nth=2)]
    document = paper.read(
        dates=(dated,),
        mentions=tuple(names),
        parts=(part,),
        events=(
            Event(kind="writing", evidence=dated.evidence, date=dated, place=paper.mention("Paris", "place")),
        ),
        parties=(
            paper.party("sender", "Ambassador in France", "role"),
            paper.party("sender", "Sharp"),
            paper.party("addressee", "Secretary of State", "role"),
            paper.party("signatory", "W. G. Sharp"),
        ),
    )
    case = judged(monkeypatch, document)
    assert case.misses == []
    assert case.marks == {
        "date": Counts(1, 1),
        "time of day": Counts(1, 1),
        "place of writing": Counts(1, 1),
        "sender, person": Counts(1, 1),
        "addressee, office": Counts(1, 1),
        "signatory": Counts(1, 1),
        "enclosure": Counts(1, 1),
        "date of an enclosure": Counts(1, 1),
        "persons, same span": Counts(6, 6),
        "persons, overlapping": Counts(6, 6),
        # No agents were decided, so each of the two mentions of Sharp that have an id stands alone.
        "who is who (B-cubed)": Score(4, 3.0, 4, 4.0),
    }


def test_a_wrong_reading_is_counted_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(WORDS)
    dated = paper.date("April 30, 1917", "1917-04-30")
    document = paper.read(
        dates=(dated,),
        mentions=(paper.mention("Coal"), paper.mention("Sharp"), paper.mention("G. Sharp")),
        events=(Event(kind="writing", evidence=dated.evidence, place=paper.mention("France", "place")),),
        parties=(
            paper.party("sender", "Ambassador in France", "role"),  # the office stands beside the person
            paper.party("sender", "Coal", "organisation"),
            paper.party("addressee", "Secretary of State", "person"),  # an office is no person
            paper.party("signatory", "Cochin"),  # who signed what is enclosed
        ),
    )
    case = judged(monkeypatch, document)
    assert case.marks == {
        "date": Counts(1, wrong=1),
        "time of day": Counts(1, missed=1),
        "place of writing": Counts(1, wrong=1),
        "sender, person": Counts(1, wrong=1),
        "addressee, office": Counts(1, wrong=1),
        "signatory": Counts(1, missed=1, invented=1),
        "enclosure": Counts(1, missed=1),
        "date of an enclosure": Counts(1, missed=1),
        "persons, same span": Counts(6, 1, wrong=1, missed=4, invented=1),
        "persons, overlapping": Counts(6, 2, missed=4, invented=1),
        "who is who (B-cubed)": Score(4, 1.0, 2, 2.0),
    }
    wrong = next(miss for miss in case.misses if miss.measure == "sender, person")
    assert (wrong.expected, wrong.found, wrong.words) == ("Sharp", "Coal (organisation)", "Sharp")
    assert wrong.before.endswith("The Ambassador in France (")


@pytest.mark.parametrize(
    ("words", "role", "kind", "invented"),
    [
        pytest.param("Polk", "sender", "person", 1, id="a name from the text is an invented sender"),
        pytest.param("W. G. Sharp", "sender", "person", 0, id="the signature below is no invention"),
        pytest.param("France", "sender", "organisation", 0, id="beside the name, on its side of the head"),
        pytest.param("France", "addressee", "organisation", 1, id="on the other side of the head"),
    ],
)
def test_a_second_party(
    monkeypatch: pytest.MonkeyPatch, words: str, role: PartyRole, kind: Kind, invented: int
) -> None:
    paper = Paper(WORDS)
    right = (paper.party("sender", "Sharp"), paper.party("addressee", "Secretary of State", "role"))
    case = judged(monkeypatch, paper.read(parties=(*right, paper.party(role, words, kind))))
    name = "sender, person" if role == "sender" else "addressee, office"
    assert case.marks[name] == Counts(1, 1, invented=invented)


def test_a_part_that_encloses_nothing_is_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(WORDS)
    part = paper.record(id="part", span=paper.evidence("1. Coal").span)
    case = judged(monkeypatch, paper.read(parts=(part,)))
    assert case.marks["enclosure"] == Counts(1, missed=1, invented=1)


def test_a_known_slip_is_counted_apart_with_what_the_text_says(monkeypatch: pytest.MonkeyPatch) -> None:
    slip = cases.Erratum("v d8", "date", "1917-05-04", "1917-05", "May 4")
    monkeypatch.setattr(cases, "errata", lambda collection: {("v d8", "date"): slip})
    paper = Paper(WORDS)
    case = judged(monkeypatch, paper.read(dates=(paper.date("May 4, 1917", "1917-05?"),)), name="d8")
    assert case.marks["date, slips of the markup"] == Counts(1, 1)
    assert "date" not in case.marks


def test_the_list_of_slips_is_complete_in_itself() -> None:
    for collection in ("frus", "cia"):
        assert cases.errata(collection)
        for (document, field), one in cases.errata(collection).items():
            assert (document, field) == (one.document, one.field)
            assert one.passage
            assert one.given != one.right


@pytest.mark.parametrize(
    ("day", "text", "words"),
    [
        ("1963-10-16", "RIO, 16 OCT 63 22Z", "16 OCT 63"),
        ("1963-10-16", "of October 16th, 1963.", "October 16th, 1963"),
        ("1963-02-20", "February 20,1963", "February 20,1963"),
        ("1982-05-21", "21 MAY\n1982", "21 MAY\n1982"),
        ("1993-11-19", "SECRET 191610Z NOV 93 STAFF", "191610Z NOV 93"),
        ("1962-06-13", "DATE: 6/13/1962", "6/13/1962"),
        ("1963-10-16", "16 November 1963", None),
        ("1963-10-06", "16 October 1963", None),
        ("1960-12-16", "16 December 1960s", "16 December 1960"),
        ("1960-12-16", "16 December 19601", None),
    ],
)
def test_whether_a_text_gives_a_day(day: str, text: str, words: str | None) -> None:
    span = cia.written(day, text)
    assert (text[slice(*span)] if span else None) == words


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("12/16/1960", "1960-12-16"),
        ("12/00/63", "1963-12"),
        ("00/00/1963", "1963"),
        ("01/01/0000", ""),
        ("", ""),
        ("undated", ""),
    ],
)
def test_the_catalogue_s_dates(given: str, value: str) -> None:
    assert cia.edtf(given) == value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("HART, RAMON R., CIA", "Mr. Ramon R. Hart", True),
        ("CHIEF OF STATION, JMWAVE", "Chief of Station", True),
        ("DCI", "Director of Central Intelligence", True),
        ("CHIEF, TASK FORCE W", "Chief, Special Affairs Staff", False),
        ("FBI", "CIA", False),
    ],
)
def test_two_wordings_of_one_party(one: str, other: str, same: bool) -> None:
    assert cia.alike(one, other) is same


def agency_files(folder: Path, **texts: str) -> Path:
    """A collection of one memorandum, catalogued, in two captures."""
    entry = {
        "record_number": "1-1",
        "files": {capture: f"{capture}.txt" for capture in cia.CAPTURES},
        "nara": {"doc_date": "06/27/1968", "from": "", "to": "DIRECTOR OF SECURITY"},
    }
    (folder / "cia").mkdir(parents=True)
    (folder / "cia" / "metadata.jsonl").write_text(json.dumps(entry) + "\n", "utf-8")
    for capture in cia.CAPTURES:
        (folder / "cia" / f"{capture}.txt").write_text(texts["clean" if capture == "gemini2025" else "rough"])
    return folder


def test_two_captures_are_compared_with_the_catalogue_and_each_other(tmp_path: Path) -> None:
    memorandum = (
        "27 June 1968\n\nMEMORANDUM FOR: Director of Security\n\nSUBJECT: Traces\n\n1. None were found.\n"
    )
    data = agency_files(tmp_path, clean=memorandum, rough=memorandum.replace("27 June 1968", "2? J~ne 1968"))
    clean, rough, both = list(cia.cases(data))
    assert (clean.group, rough.group, both.group) == (*cia.CAPTURES.values(), cia.BOTH)
    assert clean.marks["date"] == Counts(1, 1)
    assert clean.marks["addressee"] == Counts(1, 1)
    assert "sender" not in clean.marks
    assert "date" not in rough.marks
    assert rough.marks["date, lost in the capture"].gold == 0
    assert both.marks == {"same date": Score(gold=1, hit=0)}


def test_a_name_of_the_catalogue_counts_where_its_surname_stands() -> None:
    words = (
        "12 September 1996\n\nMemorandum\n\nPresident Kwaśniewski spoke with President Chirac in Warsaw.\n"
    )
    about = {
        "original_publication_date": "September 12, 1996",
        "document_contributors": ["Kwasniewski, Aleksander", "Yeltsin, Boris"],
        "authors": ["Germany. Chancellery"],
        "associated_places": ["Warsaw", "Poland"],
    }
    case = wilson.judge(Case("wilson", "x"), Source(words.encode(), "x.txt"), about)
    assert case.marks["date"] == Counts(1, 1)
    assert case.marks["person"] == Score(gold=1, hit=1)
    assert case.marks["place"] == Score(gold=1, hit=1)


def test_a_fault_in_reading_is_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object, **named: object) -> None:
        raise RuntimeError("no such rule")

    monkeypatch.setattr(cases, "convert", fail)
    case = Case("g", "d")
    assert cases.read(case, Source(b"Sir: I write.", "d.txt")) is None
    assert case.marks == {READ: Counts(1, missed=1)}
    assert case.misses[0].found == "RuntimeError: no such rule"


@pytest.mark.parametrize(
    ("expected", "found", "counts"),
    [
        ("a", "a", Counts(1, 1)),
        ("a", "b", Counts(1, wrong=1)),
        ("a", None, Counts(1, missed=1)),
        (None, "b", Counts(invented=1)),
        (None, None, Counts()),
    ],
)
def test_one_value_against_another(expected: str | None, found: str | None, counts: Counts) -> None:
    case = Case("g", "d")
    case.judge("m", expected, found, (None, None))
    assert case.marks == {"m": counts}
    assert len(case.misses) == (expected != found)


def test_intervals_are_the_same_each_time_and_hold_the_value() -> None:
    scores = [Score(1, n % 4 > 0, 1, n % 4 > 0) for n in range(200)]
    first = report.intervals(scores)
    assert first == report.intervals(scores)
    low, high = first["recall"] or (1.0, 0.0)
    # The normal approximation gives 0.75 ± 0.06.
    assert low == pytest.approx(0.69, abs=0.015)
    assert high == pytest.approx(0.81, abs=0.015)


def test_intervals_that_mean_nothing_are_left_out() -> None:
    assert report.intervals([Score(1, 1, 1, 1)])["recall"] is None
    assert report.intervals([Score(1, 0, 0, 0)] * 3)["precision"] is None
    assert report.intervals([Score(1, 0, 0, 0)] * 3)["f1"] == (0.0, 0.0)


def test_a_table_adds_up_and_names_the_worst() -> None:
    one, two = Case("g", "d1"), Case("g", "d2")
    one.judge("date", "1917", "1918", (None, None))
    two.judge("date", "1917", "1917", (None, None))
    two.marks[QUOTED] = Score(9, 9, 9, 9)
    (table,) = report.tables([one, two])
    assert [row[:7] for row in table.rows] == [
        (QUOTED, 1, 9, 9, None, None, None),
        ("date", 2, 2, 1, 1, 0, 0),
    ]
    assert table.rows[1][7] == "0.500 [0.00–1.00]"
    assert report.worst([one, two]) == {"g": [("d1", 1)]}
    lines = list(report.markdown([one, two], misses=True))
    assert "Most disagreements: d1 (1)." in lines
    assert lines[-1] == "g | d1 | date | wrong | expected '1917' | found '1918'"


def test_the_command_reads_a_folder(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "frus" / "volumes").mkdir(parents=True)
    (tmp_path / "frus" / "volumes" / "frus1917.xml").write_text(TEI, "utf-8")
    assert command.main([str(tmp_path), "--collection", "frus", "--json"]) == 0
    told = json.loads(capsysbinary.readouterr().out)
    (table,) = told["tables"]
    rows = {row["measure"]: row for row in table["rows"]}
    assert table["title"] == "frus1917"
    assert rows[READ]["correct"] == 1
    assert rows[QUOTED]["precision"] == {"value": 1.0}
    assert told["fonds"] == __version__
    assert rows["date"]["correct"] == 1
    assert {miss["document"] for miss in told["misses"]} <= {"frus1917 d7"}


def test_what_is_kept_has_no_passages_no_paths_and_is_the_same_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "frus" / "volumes").mkdir(parents=True)
    for name in ("frus1917", "frus1918"):
        (tmp_path / "frus" / "volumes" / f"{name}.xml").write_text(TEI.replace("Cochin", "Paul"), "utf-8")
    files = [tmp_path / f"{number}.json" for number in range(2)]
    for file in files:
        given = [str(tmp_path), "--collection", "frus", "--together", "both", "-o", str(file)]
        assert command.main(given) == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert str(tmp_path) not in files[0].read_text("utf-8")
    kept = json.loads(files[0].read_bytes())
    assert [table["title"] for table in kept["tables"]] == ["both"]
    assert all(miss.keys().isdisjoint({"before", "words", "after"}) for miss in kept["misses"])
    assert "### both" in capsys.readouterr().out, "the tables are printed all the same"


# --- the page

KEPT = {
    "known": {
        "tables": [
            {
                "title": "letters",
                "rows": [
                    dict.fromkeys(report.COLUMNS)
                    | {"measure": "date", "recall": {"value": 0.5, "from": 0.25, "to": 0.75}, "wrong": 1}
                ],
            }
        ]
    }
}


def test_a_table_is_written_into_its_place_and_nothing_else_changes() -> None:
    shown = "Before\n<!-- known: letters -->\nold\n<!-- end -->\nAfter\n"
    now = page.filled(shown, KEPT)
    assert "| date |  |  |  | 1 |  |  |  | 0.500 [0.25–0.75] |  |" in now.splitlines()
    assert now.startswith("Before\n<!-- known: letters -->\n\n| measure |")
    assert now.endswith("\n\n<!-- end -->\nAfter\n")
    assert "old" not in now
    assert page.filled(now, KEPT) == now
    with pytest.raises(KeyError):
        page.filled("<!-- known: cables -->\n<!-- end -->", KEPT)


def test_the_page_shows_what_was_measured() -> None:
    """`python -m benchmarks.accuracy.page` writes it."""
    kept, shown = page.results(), page.PAGE.read_text("utf-8")
    assert page.filled(shown, kept) == shown
    given = {(name, table["title"]) for name, one in kept.items() for table in one["tables"]}
    assert given == {(place["file"], place["group"]) for place in page.PLACE.finditer(shown)}
    for one in kept.values():
        assert f"Measured with fonds {one['fonds']};" in shown


def test_what_is_kept_adds_up() -> None:
    """Counts and shares of one row must fit each other, and no count may be left out on the way."""
    rows = [row for one in page.results().values() for table in one["tables"] for row in table["rows"]]
    assert len(rows) > 100
    for row in rows:
        if row["wrong"] is not None and row["expected"]:
            assert row["correct"] + row["wrong"] + row["missed"] == row["expected"], row
            assert row["recall"]["value"] == pytest.approx(row["correct"] / row["expected"], abs=5e-4)
        assert row["measure"] != READ or row["correct"] == row["documents"]


def test_the_command_says_which_folder_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main([str(tmp_path), "--collection", "wilson"])
    assert stopped.value.code == 2
    assert "has no folder wilson" in capsys.readouterr().err


@pytest.mark.skipif(not DATA.is_dir(), reason="the collections are not at hand")
class TestTheCollections:
    """On the real documents: what must hold however well fonds reads."""

    def test_the_markup_in_the_text_is_the_markup_extracted_before(self) -> None:
        """Two ways to take senders and addressees from the head must agree."""
        given = {}
        with (DATA / "frus" / "gold_from_markup.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                given[entry["volume"], entry["id"]] = entry
        seen = 0
        for one in plain.documents(DATA / "frus" / "volumes" / "frus1930v01.xml"):
            entry = given["frus1930v01", one.id]
            marks = [m for m in one.marks if "head" in m.path and "attachment" not in m.path]
            for type_ in ("from", "to"):
                words = [" ".join(one.quote(m).split()) for m in marks if m.attributes.get("type") == type_]
                assert words == [" ".join(held["text"].split()) for held in entry[type_]], one.id
                seen += len(words)
        assert seen > 1000

    @pytest.mark.parametrize("name", command.COLLECTIONS)
    def test_nothing_fails_and_every_quote_is_in_its_text(self, name: str) -> None:
        for case in command.COLLECTIONS[name](DATA, 5):
            if READ in case.marks:
                assert case.marks[READ] == Counts(1, 1), case.misses
                quoted = report.as_score(case.marks[QUOTED])
                assert quoted.right == quoted.found > 0

    @pytest.mark.parametrize(
        "one", cases.errata("cia").values(), ids=lambda one: f"{one.document} {one.field}"
    )
    def test_a_slip_of_the_catalogue_can_be_looked_up(self, one: cases.Erratum) -> None:
        with (DATA / "cia" / "metadata.jsonl").open(encoding="utf-8") as lines:
            held = {entry["record_number"]: entry for entry in map(json.loads, lines)}
        entry = held[one.document]
        assert entry["nara"]["doc_date" if one.field == "date" else one.field] == one.given
        assert one.passage in (DATA / "cia" / entry["files"]["gemini2025"]).read_text("utf-8")
