"""Markings: which lines carry them, how they join, and the sentences that only sound like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zoned import annotated, is_quoted, needs_gold, zoned

from fonds.extract.markings import find_markings

LINES = [
    ("STRICTLY SECRET", [("STRICTLY SECRET", "classification")], "a level alone"),
    ("SECRET/CONTROL - US AND BRITISH OFFICIALS ONLY", [("SECRET/CONTROL - US AND BRITISH OFFICIALS ONLY", "classification")], "a level and who may read"),
    ("SECRET - UK AND FRENCH STAFF ONLY", [("SECRET - UK AND FRENCH STAFF ONLY", "classification")], "readers that no table holds"),
    ("CONFIDENTIAL\nSecurity Information", [("CONFIDENTIAL / Security Information", "classification")], "a second line goes with the level"),
    ("Secret\nIndefinite Duration", [("Secret / Indefinite Duration", "classification")], "in title case"),
    ("## SECRET/NOFORN\n## CONTINUED CONTROL", [("SECRET/NOFORN / ## CONTINUED CONTROL".replace("## ", ""), "classification")], "signs of a heading around it"),
    ("S-E-C-R-E-T/NO FOREIGN DISSEM", [("SECRET/NO FOREIGN DISSEM", "classification")], "letters set apart by hyphens"),
    ("C O N F I D E N T I A L", [("CONFIDENTIAL", "classification")], "letters set apart by blanks"),
    ("СОВ. СЕКРЕТНО", [("СОВ. СЕКРЕТНО", "classification")], "Russian"),
    ("VERTRAULICH", [("VERTRAULICH", "classification")], "German"),
    ("Très secret", [("Très secret", "classification")], "French"),
    ("[Confidential.]", [("Confidential", "classification")], "in an editor's brackets"),
    ("CLASSIFICATION: SECRET", [("SECRET", "classification")], "after its label"),
    ("TOP SECRET UMBRA", [("TOP SECRET UMBRA", "classification")], "with a code word"),
    ("NO FOREIGN DISSEM", [("NO FOREIGN DISSEM", "dissemination")], "who may not read, alone"),
    ("SPECIAL FOLDER", [("SPECIAL FOLDER", "handling")], "how to keep it"),
    ("GROUP 1", [("GROUP 1", "handling")], "when the level ends"),
    ("STAT", [("STAT", "redaction")], "the sign of words taken out"),
    ("He met [name not declassified] in Rome.", [("name not declassified", "redaction")], "the same inside a sentence"),
    ("CONFIDENTIAL NOFORN TDCS-3/513,760 IN 18750", [("CONFIDENTIAL NOFORN", "classification")], "beside a number of the form"),
    ("~~CONFIDENTIAL~~", [("CONFIDENTIAL", "classification")], "struck through"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values", "why"), LINES, ids=[case[2] for case in LINES])
def test_lines_that_mark(text: str, values: list[tuple[str, str]], why: str) -> None:
    reading = zoned(("letterhead", text), ("body", "He wrote that the talks had failed."))
    found = find_markings(reading)
    assert [(marking.value, marking.kind) for marking in found] == values, why
    assert all(is_quoted(marking.evidence, reading) for marking in found)


NONE = [
    ("body", "It was a secret meeting.", "a word in a sentence"),
    ("body", "SECRET TALKS WITH 3 MINISTERS", "a sentence of a cable"),
    ("letterhead", "SECRET SERVICE", "the name of a body"),
    ("letterhead", "SECRETARY OF STATE", "a longer word"),
    ("letterhead", "SECRET\nCONFIDENTIAL\nINTERNAL USE ONLY\nUNCLASSIFIED", "a form that offers all levels"),
    ("letterhead", "PERSONAL\n\nIMMEDIATE\n\nCONTROL", "boxes of a form"),
    ("letterhead", "CLASSIFICATION:", "a label without a value"),
    ("legal-notice", "SECRET", "a notice that explains the marking"),
    ("repository", "Confidential", "a word of the catalogue"),
]


@pytest.mark.parametrize(("zone", "text", "why"), NONE, ids=[case[2] for case in NONE])
def test_lines_that_do_not(zone: str, text: str, why: str) -> None:
    assert find_markings(zoned((zone, text))) == (), why


def test_struck_and_standing_forms_are_both_kept_and_repeats_are_not() -> None:
    reading = zoned(
        ("marking", "~~CONFIDENTIAL~~\n~~SECURITY INFORMATION~~"),
        ("body", "First page."),
        ("furniture", "~~Confidential~~\n\nSecurity Information"),
        ("body", "CONFIDENTIAL\nSecurity Information"),
        ("furniture", "CONFIDENTIAL"),
        ("furniture", "CONFIDENTIAL: SECURITY INFORMATION"),
    )
    assert [(m.value, m.state, m.evidence.quote) for m in find_markings(reading)] == [
        ("CONFIDENTIAL", "struck", "~~CONFIDENTIAL~~"),
        ("SECURITY INFORMATION", "struck", "~~SECURITY INFORMATION~~"),
        ("Security Information", "applied", "Security Information"),
        ("CONFIDENTIAL / Security Information", "applied", "CONFIDENTIAL\nSecurity Information"),
    ]


def test_a_downgraded_line_holds_both_states() -> None:
    reading = zoned(("marking", "~~TOP SECRET~~ UNCLASSIFIED"))
    assert [(m.value, m.state) for m in find_markings(reading)] == [
        ("TOP SECRET", "struck"),
        ("UNCLASSIFIED", "applied"),
    ]


@given(
    st.lists(
        st.sampled_from(
            ["SECRET", " ", "/", "~~", "\n", "NOFORN", "Confidential", "ONLY", "-", "3", "ﬁ", "a"]
        ),
        max_size=25,
    )
)
@settings(max_examples=100, deadline=None)
def test_every_marking_quotes_the_text(parts: list[str]) -> None:
    reading = zoned(("letterhead", "x\n" + "".join(parts)))
    found = find_markings(reading)
    assert all(is_quoted(marking.evidence, reading) for marking in found)
    assert all("~~" not in marking.value for marking in found)
    assert all(marking.evidence.quote.startswith("~~") for marking in found if marking.state == "struck")


@needs_gold
def test_markings_of_the_annotated_documents() -> None:
    for gold, reading in annotated():
        found = {(marking.evidence.start, marking.evidence.end) for marking in find_markings(reading)}
        wanted = [mark for mark in gold["classification"] if "filing instruction" not in mark["status"]]
        wanted += [mark for mark in gold["foia_exemptions"] if mark["code"] == "STAT"]
        first: dict[tuple[str, bool], tuple[int, int]] = {}
        for mark in sorted(wanted, key=lambda mark: mark.get("start", 0)):
            key = (mark["surface"].strip("~").casefold(), mark["surface"].startswith("~~"))
            first.setdefault(key, (mark["start"], mark["end"]))
        assert found == set(first.values()), gold["seed"]
