"""What captures of real papers brought up: statements that no shape allows, and dates that nobody stated."""

from __future__ import annotations

import pytest

import fonds
from fonds.extract.dates import parse_date
from fonds.source import Source

HEAD = "AGENCY : CIA\nRECORD NUMBER : 104-10001-10001\n\n"


def read(text: str) -> fonds.Record:
    return fonds.convert(Source(text.encode(), "paper.txt"))


CONFORMING = [
    (
        HEAD + "DATE : 01/01/1900\nDATE OF LAST REVIEW : 12/01/97\n",
        "the century of a review is told by its label, wherever its date is read",
    ),
    (
        "MEMORANDUM\n\n14 December 1966\n\nThe meeting will be on 12 or 1 November. Please confirm.\n",
        "one of two days, of which the later stands first",
    ),
    (
        "INFORMATION REPORT\n\nREPORT NO.: TDCS-3/485,732\nDATE DISTR.: 3 September 1961\n\nThe talks went on.\n\n"
        "REPORT NO.: TDCS -3/485,732\n\n2. They ended in August.\n",
        "one number, written with a blank and without",
    ),
]


@pytest.mark.parametrize(("text", "why"), CONFORMING, ids=[why for _, why in CONFORMING])
def test_captures_conform(text: str, why: str) -> None:
    record = read(text)
    assert record.dates
    report = fonds.validate(fonds.graph(record))
    assert report.conforms, (why, [violation.message for violation in report.violations])


def test_a_review_has_one_date() -> None:
    record = read(CONFORMING[0][0])
    reviewed = {date.edtf for date in record.dates if date.role == "reviewed"}
    reviewed |= {event.date.edtf for event in record.events if event.kind == "review" and event.date}
    assert reviewed == {"1997-12-01"}


@pytest.mark.parametrize(
    ("words", "expected", "why"),
    [
        ("12 or 1 November 1966", ("1966-11-01", "1966-11-12"), "the later day first"),
        ("1 or 12 November 1966", ("1966-11-01", "1966-11-12"), "the earlier day first"),
        ("1959 or 1958", ("1958-01-01", "1959-12-31"), "years"),
    ],
)
def test_a_choice_lies_between_its_first_and_its_last_day(
    words: str, expected: tuple[str, str], why: str
) -> None:
    found = parse_date(words)
    assert found is not None
    assert (found.earliest, found.latest) == expected, why


@pytest.mark.parametrize("words", ["00/00/00", "00-00-00", "0/0/00"])
def test_zeros_alone_are_no_date(words: str) -> None:
    assert parse_date(words) is None
    assert read(HEAD + f"DATE : {words}\nPAGES : 2\n").dates == ()
