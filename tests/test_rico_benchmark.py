"""The counting of what two programs make of one file: against files and statements made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from ead_samples import EAD2002

from benchmarks.rico_converter import __main__ as command
from benchmarks.rico_converter import engines, graphs, lost, sources
from fonds.rdf.terms import EDTF, LABEL, RDF, RICO, TYPE, XSD, Literal, Triple

BASE = "https://example.org/"
EAC = """<eac-cpf xmlns="urn:isbn:1-931666-33-4" xmlns:xlink="http://www.w3.org/1999/xlink"><cpfDescription>
<identity><nameEntry><part>Ministry</part><useDates><dateRange><fromDate standardDate="1920">1920</fromDate>
</dateRange></useDates></nameEntry></identity><relations>
<cpfRelation cpfRelationType="temporal-later"><relationEntry>Office</relationEntry></cpfRelation>
<cpfRelation cpfRelationType="identity" xlink:href="https://example.org/1"/>
<resourceRelation resourceRelationType="creatorOf"><relationEntry>Files</relationEntry></resourceRelation>
</relations></cpfDescription></eac-cpf>"""


def file(folder: Path, content: str) -> Path:
    path = folder / "a.xml"
    path.write_text(content, "utf-8")
    return path


def test_a_finding_aid_is_counted_without_what_is_internal(tmp_path: Path) -> None:
    found, names = sources.finding_aid(sources.read(file(tmp_path, EAD2002)))
    assert found == {
        "units": 8,
        "units with a date": 5,
        "agents by name": 5,
        "agents with a part in a unit": 3,
        "index terms": 7,
    }
    assert "karpinskyalexander" in names


def test_an_authority_record_is_counted(tmp_path: Path) -> None:
    found, names = sources.authority_record(sources.read(file(tmp_path, EAC)))
    assert found == {
        "relations: temporal": 1,
        "relations to records: creatorOf": 1,
        "names of the agents": 1,
        "things with a date": 1,
    }
    assert names == {"ministry"}


DATE = Literal("1920", EDTF)
UNIT: list[Triple] = [
    (f"{BASE}aid", TYPE, f"{RICO}Record"),
    (f"{BASE}u", TYPE, f"{RICO}RecordSet"),
    (f"{BASE}u", f"{RICO}isOrWasDescribedBy", f"{BASE}aid"),
    (f"{BASE}u", f"{RICO}hasCreator", f"{BASE}p"),
    (f"{BASE}u", f"{RICO}hasCreator", f"{BASE}p"),
    (f"{BASE}u", f"{RICO}hasOrHadSubject", f"{BASE}s"),
    (f"{BASE}p", TYPE, f"{RICO}Person"),
    (f"{BASE}p", LABEL, Literal("Fersman, Alexander")),
]


@pytest.mark.parametrize(
    ("more", "dated", "why"),
    [
        ([], 0, "no date"),
        ([(f"{BASE}u", f"{RICO}date", Literal("about 1920"))], 0, "words that no program reads"),
        ([(f"{BASE}u", f"{RICO}beginningDate", Literal("1920", XSD + "gYear"))], 1, "a date stated of it"),
        (
            [
                (f"{BASE}u", f"{RICO}hasCreationDate", f"{BASE}d"),
                (f"{BASE}d", TYPE, f"{RICO}Date"),
                (f"{BASE}d", f"{RICO}normalizedDateValue", DATE),
            ],
            1,
            "a date of its own",
        ),
        (
            [
                (f"{BASE}u", f"{RICO}hasCreator", f"{BASE}p"),
                (f"{BASE}p", f"{RICO}beginningDate", Literal("1883", XSD + "gYear")),
            ],
            0,
            "when the creator was born is no date of the unit",
        ),
    ],
)
def test_statements_about_units_are_counted(more: list[Triple], dated: int, why: str) -> None:
    found = graphs.finding_aid([*UNIT, *more], {"fersmanalexander", "einsteinalbert"})
    assert found["units with a date"] == dated, why
    assert (found["units"], found["agents by name"]) == (1, 1)
    assert (found["agents with a part in a unit"], found["index terms"]) == (1, 1)


def test_faults_are_seen_without_shapes() -> None:
    graph: list[Triple] = [
        (f"{BASE}u", TYPE, f"{RICO}RecordSet"),
        (f"{BASE}u", f"{RICO}hasCreator", f"{BASE}nobody"),
        (f"{BASE}u", f"{RICO}hasOrHadHolder", f"{BASE}known"),
        (f"{BASE}u", f"{RICO}date", "_:b"),
        (f"{BASE}u", f"{RICO}wrote", Literal("x")),
    ]
    names = {"RecordSet": True, "hasCreator": True, "hasOrHadHolder": True, "date": False}
    assert graphs.faults([graph, graph], BASE, {f"{BASE}known"}, names) == {
        "local IRIs that nothing is said of": 1,
        "blank nodes": 1,
        "statements": 5,
        "statements with a term that RiC-O 1.1 has not": 1,
        "statements with a term that RiC-O announces to remove": 1,
    }


@pytest.mark.parametrize(
    ("thing", "gone", "why"),
    [
        (Literal("Given, to the  ACADEMY"), 0, "spaces, signs and case may change"),
        (Literal("<p>Given to the Academy</p>", RDF + "XMLLiteral"), 0, "markup in a value"),
        ("https://example.org/given%20to%20the%20academy", 0, "an IRI that is made of it"),
        (Literal("Given to"), 17, "half of it is not it"),
        (Literal("the Academy, to whom it was given"), 17, "its words in another order"),
        (Literal("<p>Given to</p><p>the Academy</p>", RDF + "XMLLiteral"), 0, "markup between its words"),
    ],
)
def test_text_is_lost_that_stands_nowhere(thing: str | Literal, gone: int, why: str) -> None:
    assert lost.lost(["Given to the Academy", " \n "], [(BASE, LABEL, thing)]) == (17, gone), why


def test_both_are_given_the_same_text(tmp_path: Path) -> None:
    spaced = file(tmp_path, EAD2002.replace("<ead>", '<ead xmlns="urn:isbn:1-931666-22-9">'))
    assert "<!DOCTYPE" not in engines.as_it_stands(spaced)
    assert "xmlns" in engines.as_it_stands(spaced)
    assert "xmlns" not in engines.prepared(spaced)


def test_without_a_checkout_it_is_skipped_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([str(tmp_path), str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("skipped: ")
    assert "no checkout of RiC-O Converter" in told.err


def test_the_written_figures_are_those_of_the_page() -> None:
    """The tables in the documentation are made from the file of results, not by hand."""
    import json

    figures = json.loads((command.ROOT / "benchmarks" / "rico_converter" / "results.json").read_text("utf-8"))
    page = (command.ROOT / "docs" / "comparison.md").read_text("utf-8")
    for line in command.markdown(figures):
        assert line in page
    assert figures["commit"][:12] in page
