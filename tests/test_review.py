"""What a curator decides is read, checked, obeyed by every build, and never overwritten."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from people import mention, of_mentions
from people import record as bare
from tei_samples import VOLUME
from tei_samples import records as tei_records
from test_build import findings

from fonds import curate
from fonds.agents import authority, resolve, review, review_table
from fonds.agents.cluster import clusters
from fonds.agents.collection import index
from fonds.agents.decisions import Decision, Decisions, Groups, Place, Sheet
from fonds.agents.divide import spot
from fonds.agents.review_page import page
from fonds.agents.settle import settle
from fonds.build import build, resolved_of
from fonds.cli import main
from fonds.errors import ConfigError
from fonds.record import Record, Resolved
from fonds.source import Source, Text

CORPUS = Path(__file__).parents[1] / "corpus"
IRI = "https://x.org/molotov"


def record(ident: str, *names: str, year: int | None = None) -> tuple[Record, Text]:
    """A record of these names in a file of its own, and its text."""
    made = bare(ident, *names, year=year)
    content = list(" " * 400)
    for one in made.mentions:
        content[one.evidence.start : one.evidence.end] = one.evidence.quote
    text = Source.of("".join(content) + ident).text
    there = tuple(replace(m, evidence=replace(m.evidence, source=text.sha256)) for m in made.mentions)
    return replace(made, source=replace(made.source, sha256=text.sha256), mentions=there), text


PAIRS = [record("a", "V. M. Molotov"), record("b", "Molotov"), record("c", "Molotov", "Sergey Radchenko")]
RECORDS = [one for one, _ in PAIRS]
TEXTS = {text.sha256: text for _, text in PAIRS}


def at(number: int, mention: int = 0, records: list[Record] = RECORDS) -> str:
    """How the file calls a mention of a record."""
    there = records[number].mentions[mention]
    return str(Place(records[number].source.sha256[:16], there.name_start, there.name_end))


A, B, C = (at(number) for number in range(3))


def decisions(tmp_path: Path, *rows: str) -> Decisions:
    path = tmp_path / "review.csv"
    path.write_text("\n".join(("first,second,decision,note,first_document", *rows)) + "\n", "utf-8")
    return Decisions.read(path)


def resolved(records: list[Record], made: Decisions | None = None, known=None) -> list[Resolved]:
    return list(resolve.resolve(records, known, made))


def keys(records: list[Record], made: Decisions | None = None, known=None) -> list[list[str]]:
    return [[agent.key for agent in each.agents] for each in resolved(records, made, known)]


def cases(made: Decisions | None = None, known=None, records=RECORDS, texts=TEXTS) -> tuple[review.Case, ...]:
    return review.open_cases(resolved(records, made, known), texts, known, made)


def people(tmp_path: Path, *rows: str, header: str = "id,name,scope") -> authority.Authority:
    path = tmp_path / "people.csv"
    path.write_text("\n".join((header, *rows)) + "\n", "utf-8")
    return authority.read(path)


# --- the questions


def test_undecided_pairs_show_both_passages_and_the_reasons():
    found = cases()
    assert [case.refs for case in found] == [(B, A), (C, A)]
    case = found[0]
    assert str(case.first).strip() == ">>Molotov<<"
    assert case.first.document == "b"
    assert (case.second_name, case.kind, case.certainty) == ("V. M. Molotov", "undecided", "probable")
    assert case.reason
    assert case.against


def test_a_passage_shows_sixty_characters_on_each_side():
    text = Source.of("x" * 100 + "\n one Molotov\n two " + "y" * 100).text
    made = of_mentions("a", [mention("Molotov", text.content.index("Molotov"))])
    shown = review.passage(made, made.mentions[0], {"0" * 64: text})
    assert shown.before == "x" * 54 + " one "
    assert shown.after == " two " + "y" * 54


def test_a_name_in_markup_is_shown_with_its_file_and_xpath():
    """Its offsets count in an element: in the text of the file they would show other words."""
    document = tei_records(VOLUME, "volume.xml")[1]
    (stalin,) = (one for one in document.mentions if one.name == "Stalin")
    texts = {document.source.sha256: Text("x" * 10_000, "utf-8", document.source.sha256)}
    shown = review.passage(document, stalin, texts)
    assert (shown.quote, shown.file, shown.xpath) == ("Stalin", "volume.xml", "//*[@xml:id='d475']")
    assert Place.read(str(shown.place)) == shown.place == Place.of(stalin, document.source.sha256)
    assert shown.place.frame


def test_places_in_different_elements_and_files_are_different(tmp_path):
    """A decision about a name in one element says nothing of another name at the same offsets elsewhere."""
    made = of_mentions("a", [mention("Molotov", 0), mention("Radchenko", 40)])
    one, other = made.mentions
    sha256 = made.source.sha256
    moved = replace(other, name_start=one.name_start, name_end=one.name_end)
    in_element = replace(moved, evidence=replace(other.evidence, path="/*[1]"))
    in_catalogue = replace(moved, evidence=replace(other.evidence, source="c" * 64))
    places = [Place.of(each, sha256) for each in (one, in_element, in_catalogue)]
    assert len(set(places)) == 3
    assert [place.source for place in places] == [sha256[:16]] * 3
    found = clusters(replace(made, mentions=(one, replace(in_element, id="other"))))
    assert [spot(found, place)[1].name for place in places[:2]] == ["Molotov", "Radchenko"]
    assert spot(found, places[2]) is None


def test_a_decision_about_names_in_markup_is_obeyed(tmp_path):
    """A curator says that two names of a volume, in two documents, are one person's."""
    (tmp_path / "c" / "documents").mkdir(parents=True)
    volume = VOLUME.replace("No dated line", "<persName>Kennan</persName> saw it. No dated line")
    (tmp_path / "c" / "documents" / "v.xml").write_text(volume, "utf-8")
    (tmp_path / "c" / "fonds.toml").write_text('base = "https://example.org/v/"\n', "utf-8")
    asked = curate.review(tmp_path / "c")
    (case,) = (one for one in asked.cases if one.kind == "undecided")
    assert (case.first.file, case.first.xpath) == ("v.xml", "//*[@xml:id='d476']")
    assert str(case.first).endswith(">>Kennan<<")
    assert case.second is not None
    assert case.second.xpath == "//*[@xml:id='p_KGF1']"
    file = tmp_path / "c" / "decisions.csv"
    rows = f"first,second,decision\n{case.refs[0]},{case.refs[1]},same\n"
    file.write_text(rows, "utf-8")
    (tmp_path / "c" / "fonds.toml").write_text(
        'base = "https://example.org/v/"\n[review]\nfile = "decisions.csv"\n', "utf-8"
    )
    told, _ = resolved_of(tmp_path / "c")
    decided = curate.review(tmp_path / "c", every=True)
    assert case.refs not in [one.refs for one in decided.cases if not one.decision]
    (kept,) = (one for one in decided.cases if one.decision)
    assert (kept.first.quote, kept.second and kept.second.quote) == ("Kennan", "Kennan, George F.")
    assert not decided.moot
    keys = {
        agent.key
        for one in told
        for agent in one.agents
        if agent.kind == "person" and "Kennan" in agent.label
    }
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("names", "first", "second", "against"),
    [
        (("Sergey Radchenko", "Radchenko"), "Radchenko", "Sergey Radchenko", "nothing but the surname"),
        (("Vladimir Petrovich Ostrovskiy", "Vladimir Petrovich Ostrovsklv"), None, None, ""),
        (("Georgiy Malenkov", "Malcnkov"), "Malcnkov", "Georgiy Malenkov", "the letters as they stand"),
        (("Georgiy Malenkov", "G. Malenkov"), None, None, ""),
    ],
    ids=["bare surname", "two letters in the ending are another name", "misreading", "an initial agrees"],
)
def test_merges_in_a_document_that_rest_on_little(names, first, second, against):
    one, text = record("d", *names)
    found = cases(records=[one], texts={text.sha256: text})
    risky = [case for case in found if case.kind == "risky"]
    assert [(case.first_name, case.second_name) for case in risky] == ([(first, second)] if first else [])
    assert all(against in case.against for case in risky)


def test_an_inverted_name_that_was_merged_is_asked_about():
    text = Source.of(
        "Paris, 3 May 1964\n\nDear Sir,\n\nValeriy Kostikov came with me.\n\n"
        "Kostikov, Valeriy Vladimirovich\nconsular officer\n\nYours truly,\nPaul Kern\n"
    )
    from fonds import convert

    one = convert(text)
    found = cases(records=[one], texts={text.sha256: text.text})
    assert ["before the comma" in case.against for case in found if "," in case.first_name] == [True]


def test_a_link_by_surname_alone_is_asked_about_with_what_the_entry_says(tmp_path):
    known = people(
        tmp_path,
        f'{IRI},"Molotov, Vyacheslav",collection,1890,1986,Foreign Minister (1939/1949)',
        header="id,name,scope,birth,death,roles",
    )
    case = next(case for case in cases(known=known) if case.refs == (B, IRI))
    assert case.kind == "risky"
    assert case.description == "Molotov, Vyacheslav (1890–1986): Foreign Minister (1939–1949)"


def test_candidates_of_the_authority_are_listed_by_name(tmp_path):
    known = people(tmp_path, f'{IRI},"Molotov, Vyacheslav",')
    assert (B, IRI, "candidate", "Molotov, Vyacheslav") in [
        (*case.refs, case.kind, case.second_name) for case in cases(known=known)
    ]


# --- obeying


def test_the_table_can_be_filled_in_and_read_back(tmp_path):
    rows = list(csv.DictReader(io.StringIO(review_table.table(cases()))))
    assert tuple(rows[0]) == review_table.COLUMNS
    assert {row["decision"] for row in rows} == {""}
    rows[0]["decision"] = "Same "
    path = tmp_path / "review.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, review_table.COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    made = Decisions.read(path)
    assert keys(RECORDS, made)[:2] == [["a/v-m-molotov"], ["a/v-m-molotov"]]
    assert [case.refs for case in cases(made)] == [(C, A)]


def test_the_same_is_one_agent_with_the_curator_as_reason(tmp_path):
    made = decisions(tmp_path, f"{B},{A},same,see his diary,", f"{C},{B},same,,")
    done = resolved(RECORDS, made)
    assert {each.agents[0].key for each in done} == {"a/v-m-molotov"}
    told = [each.identifications[0] for each in done]
    assert told[0].rule == "agent/name"
    assert (told[1].rule, told[1].certainty) == ("curator", "certain")
    assert "see his diary" in told[1].reason
    assert "a curator decided that this is “Molotov” in b" in told[2].reason


def test_a_link_goes_to_all_that_are_the_same(tmp_path):
    made = decisions(tmp_path, f"{B},,link {IRI},,", f"{B},{C},same,,")
    assert [each[0] for each in keys(RECORDS, made)] == ["a/v-m-molotov", IRI, IRI]


def test_different_takes_a_pair_off_the_list(tmp_path):
    made = decisions(tmp_path, f"{A},{B},different,,")
    assert [case.refs for case in cases(made)] == [(C, A)]


def test_different_splits_a_name_off_in_its_document(tmp_path):
    one, text = record("d", "Sergey Radchenko", "Radchenko", "Molotov", "Radchenko")
    made = decisions(tmp_path, f"{at(0, 1, [one])},{at(0, 0, [one])},different,his brother,")
    done = resolved([one], made)[0]
    told = {each.mention: each for each in done.identifications}
    first, second, _, fourth = (told[mention.id] for mention in one.mentions)
    assert second.agent == fourth.agent != first.agent
    assert (second.rule, second.reason) == ("curator", "his brother")
    assert not [case for case in cases(made, None, [one], {text.sha256: text}) if case.kind == "risky"]


def test_different_between_two_places_of_one_name_splits_only_the_first(tmp_path):
    one, _ = record("d", "Radchenko", "Radchenko", "Radchenko")
    made = decisions(tmp_path, f"{at(0, 1, [one])},{at(0, 0, [one])},different,,")
    told = [each.agent for each in resolved([one], made)[0].identifications]
    assert told[0] == told[2] != told[1]


def test_a_risky_merge_that_is_confirmed_is_the_curators(tmp_path):
    one, text = record("d", "Sergey Radchenko", "Radchenko")
    made = decisions(tmp_path, f"{at(0, 1, [one])},{at(0, 0, [one])},same,,")
    done = resolved([one], made)[0]
    assert len(done.agents) == 1
    assert [each.rule for each in done.identifications] == ["agent/name", "curator"]
    assert cases(made, None, [one], {text.sha256: text}) == ()


def test_different_keeps_an_agent_out_of_a_shared_name(tmp_path):
    records = [record(ident, "Sergey Radchenko")[0] for ident in "abc"]
    (shared,) = {key for each in keys(records) for key in each}
    made = decisions(tmp_path, f"{at(1, 0, records)},{at(0, 0, records)},different,,")
    assert keys(records, made) == [[shared], ["b/sergey-radchenko"], [shared]]


def test_a_decision_speaks_of_the_agent_in_all_its_documents(tmp_path):
    records = [
        record("a", "Sergey Radchenko")[0],
        record("b", "Sergey Radchenko")[0],
        record("c", "S. Radchenko")[0],
    ]
    made = decisions(
        tmp_path, f"{at(0, 0, records)},,link {IRI},,", f"{at(2, 0, records)},{at(1, 0, records)},same,,"
    )
    assert keys(records, made) == [[IRI], [IRI], [IRI]]


@pytest.mark.parametrize("word", ["different", "no link"])
def test_an_agent_is_kept_from_an_authority_entry(tmp_path, word):
    known = people(tmp_path, f'{IRI},"Molotov, Vyacheslav",collection')
    made = decisions(tmp_path, f"{B},{IRI},{word},,")
    done = resolved(RECORDS, made, known)
    assert [each.agents[0].key for each in done] == [IRI, "b/molotov", IRI]
    assert done[1].agents[0].authority is None
    assert IRI not in done[1].agents[0].candidates
    assert not [case for case in cases(made, known) if case.refs == (B, IRI)]


def test_the_same_as_an_entry_is_a_link(tmp_path):
    known = people(tmp_path, f'{IRI},"Molotov, Vyacheslav",')
    done = resolved(RECORDS, decisions(tmp_path, f"{B},{IRI},same,,"), known)
    assert (done[1].agents[0].key, done[1].agents[0].label) == (IRI, "Molotov, Vyacheslav")


def test_a_link_that_the_entry_states_for_itself_leads_to_the_entry(tmp_path):
    known = people(
        tmp_path, f'{IRI},"Molotov, Vyacheslav",http://www.wikidata.org/entity/Q7321', header="id,name,links"
    )
    made = decisions(tmp_path, f"{B},,link http://www.wikidata.org/entity/Q7321,,")
    assert keys(RECORDS, made, known)[1] == [IRI]


def test_what_others_are_by_decision_a_rule_cannot_say(tmp_path):
    known = people(tmp_path, f'{IRI},"Molotov, Vyacheslav",collection')
    made = decisions(tmp_path, f"{B},,link {IRI},,", f"{C},{B},different,,")
    assert keys(RECORDS, made, known)[1:] == [[IRI], ["c/molotov", *keys(RECORDS)[2][1:]]]


# --- what is wrong, and what has become moot


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ((f"{A},{B},perhaps,,",), "line 2: unknown decision 'perhaps'"),
        ((f"{A},{B},same https://x.org/1,,",), "line 2: unknown decision"),
        ((f"{A},,same,,",), "line 2: no place in the column second"),
        ((f"{A},b/molotov,same,,",), "line 2: 'b/molotov' is no place"),
        ((f"{A},{A},same,,",), "line 2: first and second are one place"),
        ((f"{A},,link nowhere,,",), "line 2: 'nowhere' is not an IRI"),
        ((f"{A},{B},same,,", f"{B},{C},same,,", f"{A},{C},different,,"), "line 4"),
        ((f"{A},{C},different,,", f"{A},{B},same,,", f"{B},{C},same,,"), "line 4"),
        ((f"{A},{B},same,,", f"{B},{A},different,,"), "line 3"),
        ((f"{A},,link https://x.org/1,,", f"{A},,link https://x.org/2,,"), "line 3"),
        ((f"{A},,no link,,", f"{A},,link https://x.org/2,,"), "line 3"),
        ((f"{A},https://x.org/1,different,,", f"{A},,link https://x.org/1,,"), "line 3"),
        ((f"{A},,link https://x.org/1,,", f"{B},,link https://x.org/2,,", f"{A},{B},same,,"), "line 4"),
        ((f"{A},,link https://x.org/1,,", f"{B},,link https://x.org/1,,", f"{A},{B},different,,"), "line 4"),
        ((f'"{A},{B},same,,',), "unexpected end of data"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, rows, says):
    with pytest.raises(ConfigError) as caught:
        decisions(tmp_path, *rows)
    assert says in str(caught.value)


def test_deciding_the_same_twice_is_no_contradiction(tmp_path):
    made = decisions(
        tmp_path, f"{A},{B},same,,", f"{B},{A},same,,", f"{A},{C},different,,", f"{C},{A},different,,"
    )
    assert len(made.rows) == 4


def test_many_decisions_are_read_in_time(tmp_path):
    places = [f"{sha256(bytes([n % 256, n // 256])).hexdigest()[:16]}/0-7" for n in range(3000)]
    rows = [f"{one},{other},same,," for one, other in pairwise(places)]
    assert len(decisions(tmp_path, *rows).rows) == 2999


def test_an_entry_that_is_not_in_the_authority_is_refused_with_its_line(tmp_path):
    known = people(tmp_path, f'{IRI},"Molotov, Vyacheslav",collection')
    made = decisions(tmp_path, f"{A},{B},same,,", f"{A},,link {IRI}-2,,")
    with pytest.raises(ConfigError, match=r"review.csv, line 3: no entry"):
        resolved(RECORDS, made, known)


@pytest.mark.parametrize(
    ("place", "document", "says"),
    [
        ("0" * 16 + "/0-7", "z", "the document z is not in the collection any more"),
        ("0" * 16 + "/0-7", "b", "the text of b has changed"),
        (B.partition("/")[0] + "/300-307", "b", "nobody is named at 300–307 of b any more"),
    ],
    ids=["document gone", "text changed", "nobody named there"],
)
def test_a_decision_that_has_become_moot_is_reported_and_the_others_hold(tmp_path, place, document, says):
    made = decisions(tmp_path, f"{place},{A},same,,{document}", f"{B},{A},same,,")
    rulings = settle(RECORDS, index(RECORDS, made), None, made)
    rulings.check()
    ((finding),) = rulings.moot
    assert finding.kind == "moot-decision"
    assert finding.message == f"review.csv, line 2, decides nothing: {says}"
    assert keys(RECORDS, made)[1] == ["a/v-m-molotov"]


def test_a_document_that_never_was_there_is_an_error_with_its_line(tmp_path):
    made = decisions(tmp_path, f"{A},{B},same,,", f"{'0' * 16}/0-7,{A},same,,")
    rulings = settle(RECORDS, index(RECORDS, made), None, made)
    with pytest.raises(ConfigError, match=r"review.csv, line 3: no document has the SHA-256 0000"):
        rulings.check()


# --- the curator's file


def test_a_file_that_exists_keeps_every_word_of_the_curator(tmp_path):
    path = tmp_path / "mine.csv"
    own = f'{B},{A},same,"- of course, =SUM(1)",me\n'
    path.write_text(f"first,second,decision,note,who\n{own}{C},{A},,,\n{A},{C},,later,\n", "utf-8")
    text = review_table.table(cases(), Sheet.read(path))
    header, first, second, *rest = text.splitlines()
    assert header.startswith("first,second,decision,note,who,kind,")
    assert first + "\n" == own
    assert second == f"{A},{C},,later,"
    assert rest == []  # both open questions stand there already
    again = tmp_path / "again.csv"
    again.write_text(text, "utf-8")
    assert review_table.table(cases(), Sheet.read(again)) == text


def test_an_untouched_row_is_asked_afresh_and_one_that_is_settled_goes(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(review_table.table(cases()).replace(B, f"{'0' * 16}/0-7"), "utf-8")
    rows = list(csv.DictReader(io.StringIO(review_table.table(cases(), Sheet.read(path)))))
    assert [(row["first"], row["second"]) for row in rows] == [(B, A), (C, A)]


def test_cells_are_safe_in_a_spreadsheet():
    (case, _) = cases()
    cells = replace(case, first_name="=1+1", second_name="@x", reason="+1", against="-1").cells()
    assert [cell for cell in cells if cell.startswith(("=", "@", "+", "-"))]
    hostile = replace(case, first_name="=1+1", second_name="@x", reason="+1", against="-1", note="\t=1")
    (row,) = csv.reader(io.StringIO(review_table.table([hostile]).split("\n", 1)[1]))
    assert not [cell for cell in row if cell.startswith(("=", "@", "+", "-", "\t", "\r"))]
    assert {"'=1+1", "'@x", "'+1", "'-1"} <= set(row)


def test_the_page_holds_no_scripts_and_escapes_what_documents_say():
    case = cases()[0]
    hostile = replace(
        case,
        first=case.first._replace(quote="<script>alert(1)</script>", before='"><img src=x onerror=1>'),
        note="</dd><script>",
        description="<b>",
        second=None,
        entry="javascript:alert(1)",
    )
    text = page("<i>Letters</i>", [hostile, replace(hostile, decision="same")], ["<u>"])
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert "<script" not in text
    assert "<img" not in text
    assert 'href="javascript' not in text
    assert "&lt;i&gt;Letters" in text
    assert "&lt;u&gt;" in text
    assert text.count("<article") == 2
    assert text.count('href="#case-') == 2  # each question can be reached by keyboard
    assert "@media print" in text


# --- through a build


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    shutil.copytree(CORPUS, folder)
    (folder / "fonds.toml").write_text(
        'base = "https://example.org/x/"\n[review]\nfile = "decisions.csv"\n', "utf-8"
    )
    (folder / "decisions.csv").write_text(",".join(review_table.COLUMNS) + "\n", "utf-8")
    return folder


def agents_of(collection: Path, *places: str) -> list[str]:
    """The IRIs that the graph gives to those who are named at these places."""
    folder = collection.parent / "dump"
    build(collection, folder)
    text = (folder / "all.nq").read_text("utf-8")
    found = []
    for place in places:
        lines = [
            line
            for line in text.splitlines()
            if f"/mention/{place}/person> <http://www.w3.org/ns/oa#hasBody>" in line
        ]
        assert lines
        found.append(lines[0].split()[2])
    return found


def decide(collection: Path, refs: tuple[str, str], word: str, note: str = "") -> None:
    """Fill in the table as a curator would."""
    path = collection / "decisions.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    (row,) = [row for row in rows if (row["first"], row["second"]) == refs]
    row["decision"], row["note"] = word, note
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, review_table.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def test_a_decision_survives_rebuilds_and_added_documents(collection):
    file = collection / "decisions.csv"
    curate.save(curate.review(collection, file=file), file)
    asked = [case for case in curate.review(collection).cases if case.kind == "undecided" and case.second]
    one = next(case for case in asked if case.first.document != case.second.document)
    before = agents_of(collection, *one.refs)
    assert before[0] != before[1]

    decide(collection, one.refs, "same", "his office agrees")
    together = agents_of(collection, *one.refs)
    assert together[0] == together[1]
    graph = (collection.parent / "dump" / "evidence.ttl").read_text("utf-8")
    assert 'fonds:identificationRule "curator"' in graph
    assert "his office agrees" in graph
    assert one.refs not in [case.refs for case in curate.review(collection).cases]
    whole = curate.review(collection, every=True)
    assert ("same", "his office agrees") in [
        (case.decision, case.note) for case in whole.cases if case.refs == one.refs
    ]

    (collection / "documents" / "000.txt").write_text(
        "Paris, 3 May 1899\n\nDear Sir,\n\nI saw Émile Zola yesterday.\n\nYours truly,\nAnatole France\n",
        "utf-8",
    )
    assert agents_of(collection, *one.refs) == together

    decide(collection, one.refs, "different")
    assert agents_of(collection, *one.refs) == before


def test_a_document_that_changes_makes_its_decisions_moot_in_the_build(collection):
    file = collection / "decisions.csv"
    curate.save(curate.review(collection, file=file), file)
    case = curate.review(collection).cases[0]
    decide(collection, case.refs, "same")
    for path in (collection / "documents").iterdir():
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    build(collection, collection.parent / "dump")
    told = [row for row in findings(collection.parent / "dump") if row["kind"] == "moot-decision"]
    assert [row["document"] for row in told] == ["decisions.csv"]
    assert "has changed" in told[0]["message"] or "not in the collection" in told[0]["message"]
    assert curate.review(collection).moot


def test_building_in_processes_obeys_as_well(collection):
    file = collection / "decisions.csv"
    curate.save(curate.review(collection, file=file), file)
    decide(collection, curate.review(collection).cases[0].refs, "same")
    for number in (1, 2):
        build(collection, collection.parent / f"dump{number}", jobs=number)
    one, two = ((collection.parent / f"dump{number}" / "all.nq").read_bytes() for number in (1, 2))
    assert one == two


def test_the_command(collection, tmp_path):
    run = CliRunner()
    output, html = tmp_path / "out.csv", tmp_path / "out.html"
    done = run.invoke(main, ["review", str(collection), "-o", str(output), "--html", str(html)])
    assert done.exit_code == 0, done.output
    first = output.read_bytes()
    assert first.startswith("\ufeffkind,first".encode())
    assert html.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert run.invoke(main, ["review", str(collection), "-o", str(output)]).exit_code == 0
    assert output.read_bytes() == first
    shown = run.invoke(main, ["review", str(collection)])
    assert shown.stdout.splitlines()[0] == ",".join(review_table.COLUMNS)
    assert '"open":' in run.invoke(main, ["review", str(collection), "--json"]).stdout


def test_what_is_resolved_for_measuring_is_what_is_built(collection):
    (collection / "documents" / "copy.txt").write_bytes(
        next((collection / "documents").glob("001*")).read_bytes()
    )
    found, texts = resolved_of(collection)
    assert len(found) == len(texts) == 5


def test_a_link_beyond_any_authority_file_is_written_as_it_stands(collection):
    file = collection / "decisions.csv"
    curate.save(curate.review(collection, file=file), file)
    case = next(case for case in curate.review(collection).cases if case.kind == "undecided")
    decide(collection, case.refs, "link http://www.wikidata.org/entity/Q855")
    assert agents_of(collection, case.refs[0]) == ["<http://www.wikidata.org/entity/Q855>"]


PLACES = st.sampled_from("abcde")
DECISIONS = st.lists(
    st.tuples(PLACES, PLACES, st.booleans()).filter(lambda row: row[0] != row[1]), max_size=8
)


@given(DECISIONS)
def test_decisions_are_refused_exactly_if_they_contradict_each_other(rows):
    groups = Groups("-")
    made = [
        Decision(
            line=n, word="same" if same else "different", first=Place(one, 0, 1), second=Place(other, 0, 1)
        )
        for n, (one, other, same) in enumerate(rows, 2)
    ]
    reached = {one: {one} for one in "abcde"}
    for _ in rows:
        for one, other, same in rows:
            if same:
                joined = reached[one] | reached[other]
                reached.update(dict.fromkeys(joined, joined))
    wrong = any(not same and other in reached[one] for one, other, same in rows)
    try:
        for row, (one, other, _) in zip(made, rows, strict=True):
            groups.take(row, one, other, "")
    except ConfigError:
        assert wrong
    else:
        assert not wrong
