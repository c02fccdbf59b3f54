"""Dates: what is found, what it means, what it is the date of, and what is left alone."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest
import regex
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.extract.date_points import BEGINS, POINTS
from fonds.extract.date_words import LETTERS
from fonds.extract.dates import (
    choose_document_date,
    consistent_reference,
    find_dates,
    parse_date,
)
from fonds.extract.own_date import own_first
from fonds.extract.reading import Reading
from fonds.record import DateStatement, Zone
from fonds.source import Source, Span

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


def reading(*parts: tuple[str, str] | str) -> Reading:
    """A reading of text without zones, or of (zone, text) parts set one below the other."""
    content, zones = "", []
    for part in parts:
        name, words = part if isinstance(part, tuple) else ("", part)
        content += "\n\n" if content else ""
        if name:
            zones.append(Zone(name, len(content), len(content) + len(words)))
        content += words
    text = Source.of(content).text
    return Reading(text, tuple(zones), Span(0, len(text)))


def body(words: str, **options: object) -> list[tuple[str, str | None]]:
    """Quotes and EDTF of the dates found in running text of 12 August 1953, unless said otherwise."""
    options.setdefault("reference", "1953-08-12")
    found = find_dates(reading(("body", words)), **options)  # type: ignore[arg-type]
    return [(d.evidence.quote, d.edtf) for d in found]


# --- one value -------------------------------------------------------------------------------

VALUES = [
    # value, EDTF, why
    ("30 March 1954", "1954-03-30", "day before month"),
    ("March 30, 1954", "1954-03-30", "month before day"),
    ("AUG 12 1953", "1953-08-12", "a date stamp has no comma"),
    ("the fifth of November 1945", "1945-11-05", "a day in words"),
    ("15th day of March, A. D. 1897", "1897-03-15", "legal style"),
    ("May 22nd, 1917", "1917-05-22", "ordinal ending"),
    ("August 3d, 1897", "1897-08-03", "American ordinal ending of the 19th century"),
    ("November\n6, 1945", "1945-11-06", "a date may run over a line end"),
    ("2019-07-15", "2019-07-15", "ISO 8601"),
    ("1953-11", "1953-11", "ISO month; no later year could end in 11"),
    ("12/00/63", "1963-12", "a catalogue's way to leave out the day"),
    ("00/00/63", "1963", "and the month"),
    ("10/14/50", "1950-10-14", "only month first is possible"),
    ("13.10.50", "1950-10-13", "only day first is possible"),
    ("4.5.1950", "1950-05-04", "points mean day first"),
    ("05.IV.63", "1963-04-05", "Roman month"),
    ("030915Z NOV 62", "1962-11-03", "date-time group"),
    ("To Early 1954", "../1954", "open start"),
    ("since 1947", "1947/..", "open end"),
    ("not later than 5 May 1950", "../1950-05-05", "a phrase of several words"),
    ("c. 1950", "1950~", "circa"),
    ("approximately December 1953", "1953-12~", "approximation of a month"),
    ("[1950?]", "1950?", "an editor's doubt"),
    ("October 24?, 1917", "1917-10-24?", "a doubt inside the date"),
    ("mid-autumn 1953", "1953-23", "EDTF seasons take no sign of approximation"),
    ("1950s", "195X", "decade"),
    ("19th century", "18XX", "century"),
    ("1945-1950", "1945/1950", "range of years"),
    ("1914-18", "1914/1918", "abbreviated range"),
    (
        "from approximately 1947 to 1948 or 1949",
        "1947~/1949?",
        "EDTF ranges hold no choice: the end is doubtful",
    ),
    ("approximately 1946 to 1950", "1946~/1950~", "without from, both ends are approximate"),
    ("ABOUT 1959 OR 1960", "[1959~,1960~]", "one of two years"),
    ("15.-17. May 1998", "1998-05-15/1998-05-17", "German style in a translation"),
    ("20./21. November 1997", "1997-11-20/1997-11-21", "the night between two days"),
    ("January 5-12, 1953", "1953-01-05/1953-01-12", "days after the month"),
    ("1 and 3 May 1945", "{1945-05-01,1945-05-03}", "two days that do not touch"),
    ("between May 5 and June 7, 1950", "1950-05-05/1950-06-07", "the first end borrows the year"),
    ("December 1952 to January 1953", "1952-12/1953-01", "each end has its year"),
    ("September/October 1963", "1963-09/1963-10", "stroke between months"),
    ("8/1/62-\n8/14/62", "1962-08-01/1962-08-14", "numeric range over a line end"),
    ("October 20/November 1, 1897", "1897-11-01", "two calendars; EDTF is Gregorian"),
    ("July 28", "XXXX-07-28", "no year, and none is invented"),
    ("le 1er mai 1945", "1945-05-01", "French"),
    ("1. Mai 1945", "1945-05-01", "German"),
    ("3 de marzo de 1950", "1950-03-03", "Spanish"),
    ("3 de março de 1950", "1950-03-03", "Portuguese"),
    ("3 maggio 1950", "1950-05-03", "Italian"),
    ("14 июля 1944 г.", "1944-07-14", "Russian"),
    ("14 iyulya 1944", "1944-07-14", "Russian in Latin letters"),
    ("24 ocroper 1961", "1961-10-24", "misread month between day and year"),
    ("January l945", "1945-01", "misread digit"),
    ("1207582 SEP 62", "1962-09-12", "a time group whose Z is misread"),
    ("1207582 tons", None, "a number that ends in 2"),
    ("RD", None, "no date at all"),
    ("", None, "an empty cell"),
    ("01/01/0000", None, "a catalogue's filler"),
    ("29 February 1953", None, "no such day; not the month either"),
    ("31 April 1950", None, "no such day"),
    ("CSDB- 18851", None, "a report number"),
    ("104-10-63-2", None, "a record number"),
    ("3", None, "a number"),
    ("l. 1, 2", None, "leaves"),
]


@pytest.mark.parametrize(("value", "edtf", "why"), VALUES, ids=[why for *_, why in VALUES])
def test_one_value(value: str, edtf: str | None, why: str) -> None:
    parsed = parse_date(value, period=(1890, 1999))
    assert (parsed and parsed.edtf) == edtf, why
    if edtf:
        parse_edtf(edtf)


def test_a_value_keeps_what_edtf_cannot_say() -> None:
    early = parse_date("To Early 1954")
    assert early is not None
    assert (early.modifier, early.earliest, early.latest) == ("early", None, "1954-12-31")
    group = parse_date("030915Z NOV 62")
    assert group is not None
    assert (group.time, group.time_zone, group.precision) == ("09:15", "Z", "day")
    before = parse_date("before May 1950")
    assert before is not None
    assert (before.edtf, before.modifier, before.latest) == ("../1950-05", "before", "1950-04-30")


def test_a_guessed_century_is_marked_and_follows_the_period() -> None:
    assert parse_date("5 May 12", period=(1880, 1920)).edtf == "1912-05-05"  # type: ignore[union-attr]
    nineteenth = parse_date("MAY 5 '97", period=(1880, 1920))
    twentieth = parse_date("MAY 5 '97", period=(1950, 1999))
    assert nineteenth is not None
    assert twentieth is not None
    assert (nineteenth.edtf, twentieth.edtf) == ("1897-05-05", "1997-05-05")
    assert nineteenth.status == "inferred"
    assert "period" in (nineteenth.reason or "")


def test_the_order_of_a_numeric_date_can_be_given() -> None:
    assert [parse_date("5/10/1950", convention=c).edtf for c in ("dmy", "mdy")] == [  # type: ignore[union-attr]
        "1950-10-05",
        "1950-05-10",
    ]
    guessed = parse_date("5/10/1950")
    assert guessed is not None
    assert guessed.status == "inferred"


# --- running text ----------------------------------------------------------------------------

TEXTS = [
    # text, expected (quote, EDTF) pairs, why
    ("your inquiry of July 28 on gestures", [("July 28", "1953-07-28")], "year from the document"),
    ("On April 6, the USSR returned", [("April 6", "1953-04-06")], "not the number of the year"),
    ("while in January the agency reported", [("January", "1953-01")], "the past is likelier"),
    ("which began last January.", [("last January", "1953-01")], "the last one before August"),
    (
        "policies initiated last autumn or earlier",
        [("last autumn", "1952-23")],
        "this autumn is still to come",
    ),
    ("beginning late last autumn.", [("late last autumn", "1952-23")], "modifier in front"),
    (
        "We met yesterday and meet again tomorrow.",
        [("yesterday", "1953-08-11"), ("tomorrow", "1953-08-13")],
        "days",
    ),
    ("he told us last week", [("last week", "1953-08-03/1953-08-09")], "Monday to Sunday"),
    ("in December last year", [("December last year", "1952-12")], "month of another year"),
    ("the note of April 10, of last year", [("April 10, of last year", "1952-04-10")], "day of another year"),
    ("at the 19th Party Congress in 1952", [("1952", "1952")], "a bare year after a preposition"),
    ("(August-September), when he acted", [("August-September", "1953-08/1953-09")], "months joined"),
    ("in August and September unchanged", [("August and September", "1953-08/1953-09")], "months that touch"),
    (
        "in January, February, and March",
        [("January, February, and March", "1953-01/1953-03")],
        "a run of months",
    ),
    ("your note of the 17th instant", [("17th instant", "1953-08-17")], "this month"),
    ("of the 23d and 27th ultimo", [("23d and 27th ultimo", "{1953-07-23,1953-07-27}")], "last month, twice"),
    ("on the 25th of May last, he", [("25th of May last", "1953-05-25")], "the last such day"),
    ("your telegram of the 3d.", [("3d", "1953-08-03")], "a paper has a day"),
    ("your telegram of the 30th.", [("30th", "1953-07-30")], "the last such day before the document"),
    ("January 5, 9 p. m. Your views", [("January 5, 9 p. m.", "1953-01-05")], "time after the day"),
    ("AS OF 1600 HOURS 23 NOVEMBER THERE", [("1600 HOURS 23 NOVEMBER", "1953-11-23")], "time before the day"),
    (
        "REPORT FROM MOSCOW EIGHTEEN JULY",
        [("EIGHTEEN JULY", "1953-07-18")],
        "a cable spells its days",
    ),
    ("the end of November 1952", [("the end of November 1952", "1952-11")], "modifier of several words"),
    ("after November 9 we left", [("after November 9", "1953-11-09/..")], "open end"),
    ("in the spring of 1951", [("spring of 1951", "1951-21")], "season"),
    ("the 1945-54 war", [], "a bare range in running text may be anything"),
    ("during the 1945-54 war", [("1945-54", "1945/1954")], "but not after a preposition"),
    ("We will visit Bonn in November.", [("November", "1953-11")], "what is to come lies ahead"),
    (
        "In May 1946 he left. In June he came back.",
        [("May 1946", "1946-05"), ("June", "1946-06")],
        "a story's own year",
    ),
    (
        "the Conference of February 1949, the February Conference",
        [("February 1949", "1949-02")],
        "a bare month needs a lead",
    ),
]


@pytest.mark.parametrize(("words", "expected", "why"), TEXTS, ids=[why for *_, why in TEXTS])
def test_running_text(words: str, expected: list[tuple[str, str]], why: str) -> None:
    assert body(words) == expected, why


NO_DATES = [
    ("He may march with the august company.", "verbs and adjectives"),
    ("May I ask March Street for August Bebel?", "names"),
    ("the 3rd Unit and the 19th Party Congress", "ordinals of things"),
    ("on the 38th parallel and on the 4th floor", "ordinals of places"),
    ("No. 1945, page 1950, Box 1946, paragraph 1952", "numbers with a label"),
    ("800 Japanese of which 170 are Communists", "counts"),
    ("a gift of $1950 and 1,945 men", "money and thousands"),
    ("he had 1945 rifles", "a number without a preposition"),
    ("in 1900 tons of coal", "a unit after the number"),
    ("f. 558, op. 11, d. 98, ll. 0040-0041", "archival reference"),
    ("calls 2-6301 and 201-253203", "telephone and file numbers"),
    ("sections 1.2.33 and 2.1.10", "paragraph numbers"),
    ("in fiscal year 1954", "not a calendar year"),
    ("the last week of the talks, the last year of the lease", "durations"),
    ("Appendix C 1952", "the letter C is not circa"),
    ("the fall of Saigon and the spring water", "seasons that are words"),
    ("the “Tomorrow is Too Late” Club", "a title"),
    ("paragraphs 793 and 794 of Title 18", "statutes"),
    ("10/45681 and 1/2/3", "office codes"),
]


@pytest.mark.parametrize(("words", "why"), NO_DATES, ids=[why for _, why in NO_DATES])
def test_what_is_no_date(words: str, why: str) -> None:
    assert body(words) == [], why


def test_relative_dates_without_a_reference_are_left_out() -> None:
    assert find_dates(reading(("body", "He came yesterday, on the 3d instant, last autumn."))) == ()


def test_what_is_inferred_says_so_and_from_what() -> None:
    found = find_dates(
        reading(("dateline", "AUG 12 1953"), ("body", "Your inquiry of July 28, and what came last autumn."))
    )
    own, inquiry, autumn = found
    assert own.role == "dated"
    for date_ in (inquiry, autumn):
        assert date_.evidence.status == "inferred"
        assert "1953-08-12" in (date_.evidence.reason or "")
        assert date_.evidence.premises[0].quote == "AUG 12 1953"


def test_the_order_of_numeric_dates_is_learnt_from_the_document() -> None:
    both = body("Seen 10/14/50, again 9/7/50; in the Soviet note 13.10.50 and 9.7.50.", period=(1945, 1960))
    assert both == [
        ("10/14/50", "1950-10-14"),
        ("9/7/50", "1950-09-07"),
        ("13.10.50", "1950-10-13"),
        ("9.7.50", "1950-07-09"),
    ]
    assert body("on 14/10/1950 and 9/7/1950")[1] == ("9/7/1950", "1950-07-09")


def test_the_day_before_a_time_is_no_year() -> None:
    (found,) = find_dates(reading(("processing", "sent at 1720 4 November 1945")))
    assert (found.role, found.edtf, found.time) == ("sent", "1945-11-04", "17:20")


# --- roles -----------------------------------------------------------------------------------


def roles(*parts: tuple[str, str] | str) -> list[tuple[str, str, str | None, str | None]]:
    return [(d.role, d.evidence.quote, d.edtf, d.time) for d in find_dates(reading(*parts))]


ROLES = [
    (
        (
            (
                "routing",
                "sent at 0120 4 November 1945\n\narrived at the VKP CC for decipherment at 0245\n\n4 November 1945",
            ),
        ),
        [
            ("sent", "sent at 0120 4 November 1945", "1945-11-04", "01:20"),
            (
                "arrived",
                "arrived at the VKP CC for decipherment at 0245\n\n4 November 1945",
                "1945-11-04",
                "02:45",
            ),
        ],
        "a clock above its date",
    ),
    (
        (("body", "Text."), ("processing", "deciphered at 0315 4 November 1945. Four copies printed.")),
        [("deciphered", "deciphered at 0315 4 November 1945", "1945-11-04", "03:15")],
        "cue, clock and date on a line",
    ),
    (
        (("body", "Text."), ("processing", "Received by Petrova\n\nat 2240\n\n11 November 1945")),
        [("received", "at 2240\n\n11 November 1945", "1945-11-11", "22:40")],
        "the operator's line stands above",
    ),
    (
        (("body", "Text."), ("processing", "6 November 1945\nreceived via VCh")),
        [
            ("dated", "6 November 1945", "1945-11-06", None),
            ("received", "6 November 1945\nreceived via VCh", "1945-11-06?", None),
        ],
        "which event the line dates is not said: both",
    ),
    (
        (("body", "Text."), ("processing", "11 November 1945\n\n\nSent by Poskrebyshev.")),
        [
            ("dated", "11 November 1945", "1945-11-11", None),
            ("sent", "11 November 1945\n\n\nSent by", "1945-11-11?", None),
        ],
        "the same above a sender's line",
    ),
    (
        (("dateline", "Buenos Ayres, February 1, 1897. (Received March 19.)"),),
        [
            ("dated", "February 1, 1897", "1897-02-01", None),
            ("received", "Received March 19", "1897-03-19", None),
        ],
        "receipt in brackets",
    ),
    (
        (("dateline", "London, April 22, 1930—2 p.m.\n[Received April 22—9:55 a.m.]"),),
        [
            ("dated", "April 22, 1930—2 p.m.", "1930-04-22", "14:00"),
            ("received", "Received April 22—9:55 a.m.", "1930-04-22", "09:55"),
        ],
        "times after a dash",
    ),
    (
        (("dateline", "Rio de Janeiro, March 4, 1930—5 p.m.\n[Received 5:25 p.m.]"),),
        [
            ("dated", "March 4, 1930—5 p.m.", "1930-03-04", "17:00"),
            ("received", "Received 5:25 p.m.", "1930-03-04", "17:25"),
        ],
        "a receipt on the same day gives only its time",
    ),
    (
        (("letterhead", "DATE TYPED\n12 May 65\nDATE DISPATCHED\nMAY 19 1965"), ("body", "Text.")),
        [("dated", "12 May 65", "1965-05-12", None), ("sent", "MAY 19 1965", "1965-05-19", None)],
        "a label belongs to what stands below it",
    ),
    (
        (("body", "Text."), ("stamp", "Declassified and Approved for Release by the Agency Date: 2005")),
        [("declassified", "2005", "2005", None)],
        "the release, not the document",
    ),
    (
        (("body", "Text."), ("stamp", "NEXT REVIEW DATE: 2030\nAUTH: HR 70-2\nDATE 2030 REVIEWER:")),
        [("review-due", "2030", "2030", None), ("reviewed", "2030", "2030", None)],
        "a review stamp",
    ),
    (
        (("body", "Text."), ("stamp", "3 JUN 1954\nRid/TSCO"), ("body", "More text.")),
        [("stamped", "3 JUN 1954", "1954-06-03", None)],
        "a registry stamp in the middle of the text",
    ),
    (
        (("repository", "Original Uploaded Date\n\n2019-07-15"),),
        [("uploaded", "2019-07-15", "2019-07-15", None)],
        "the label above the value",
    ),
    (
        (("repository", "Original Uploaded Date\n\nRecord ID\n\n208877"),),
        [],
        "a label without a value",
    ),
    (
        (
            ("routing", "from Sochi to Moscow\n\n11 November 1945 for the five"),
            ("body", "Our changes of 9 November."),
        ),
        [("dated", "11 November 1945", "1945-11-11", None), ("mentioned", "9 November", "1945-11-09", None)],
        "a date that begins a routing line",
    ),
    (
        (("form-grid", "REPORT NO. 1 DATE DISTR. 30 March 1954"), ("body", "Text.")),
        [("mentioned", "30 March 1954", "1954-03-30", None)],
        "labelled cells are left to the genre",
    ),
    (
        (("body", "The cable was received on 5 May 1950 and sent on."),),
        [("mentioned", "5 May 1950", "1950-05-05", None)],
        "running text is about other papers",
    ),
    (
        (("letterhead", "SECRET 191610Z NOV 93"), ("body", "Text.")),
        [("dated", "191610Z NOV 93", "1993-11-19", "16:10")],
        "the heading of a cable",
    ),
]


@pytest.mark.parametrize(("parts", "expected", "why"), ROLES, ids=[why for *_, why in ROLES])
def test_roles(parts: tuple[tuple[str, str], ...], expected: list[tuple[str, ...]], why: str) -> None:
    assert roles(*parts) == expected, why


def test_an_ambiguous_role_is_only_possible() -> None:
    received = find_dates(reading(("body", "Text."), ("processing", "6 November 1945\nreceived via VCh")))[1]
    assert (received.evidence.status, received.evidence.certainty) == ("inferred", "possible")


# --- the document's own date -----------------------------------------------------------------


def own(*parts: tuple[str, str]) -> tuple[str | None, str | None] | None:
    doc = reading(*parts)
    chosen = choose_document_date(find_dates(doc), doc)
    return (chosen.edtf, chosen.evidence.reason) if chosen else None


def test_the_dateline_goes_before_the_catalogue_and_the_foot() -> None:
    head = ("catalogue-date", "November 6, 1945")
    foot = ("processing", "8 November 1945")
    assert own(head, ("body", "Text."), foot) == ("1945-11-06", "catalogue-date of the document")
    assert own(head, ("dateline", "5 November 1945"), ("body", "Text."), foot) == (
        "1945-11-05",
        "dateline of the document",
    )
    assert own(("body", "Text."), foot) == ("1945-11-08", "foot of the document")


def test_receipt_and_release_are_never_the_documents_date() -> None:
    assert own(("body", "Text."), ("stamp", "Approved for Release Date: 2005\n3 JUN 1954")) is None
    assert own(("routing", "received at 0120 4 November 1945"), ("body", "Text.")) is None


#: Heads of documents, and the day that is their own.
HEADS = [
    ("a telegram that is cited", [("letterhead", "EMBASSY TELEGRAM NO. 984, DATED 26 AUGUST 1962")], None),
    ("a dispatch that is cited", [("letterhead", "UFGA 9274, 27 May 1963")], None),
    ("a place before the day is none", [("letterhead", "Washington, 27 May 1963")], "1963-05-27"),
    ("the day of a microfilm", [("letterhead", "MICROFILMED JAN 20 1964")], None),
    ("the print date of a catalogue's form", [("repository", "Identification Form Date: 5/7/2015")], None),
    ("another label", [("letterhead", "PLACE &\nDATE ACQ. 9 DECEMBER 1963")], None),
    ("the day of typing", [("other", "DATE TYPED 9 Jan 1964")], "1964-01-09"),
    (
        "a year in full before one cut short",
        [("dateline", "3 Jan. 64"), ("dateline", "3 January 1963")],
        "1963-01-03",
    ),
    ("two days below each other", [("dateline", "09 SEP 76\n14 SEP 76")], None),
    (
        "a table of days",
        [("letterhead", "1 May 1976\nOPEN\n3 May 1976\nOPEN\n5 May 1976\nOPEN\n9 May 1976\nCLOSED")],
        None,
    ),
    (
        "a label below the text is another document's",
        [("dateline", "24 OCT 1975"), ("body", "Text.\n" * 8), ("other", "DATE: 18 April 1968")],
        "1975-10-24",
    ),
    ("the only day above the text", [("other", "Harbor of Dover\nSea lane 3 May 1963 fog")], "1963-05-03"),
    ("two days above the text", [("other", "Sea lane 3 May 1963 fog\nSea lane 4 May 1963 fog")], None),
    ("the only day, of which the text speaks", [("other", "Sea lane since 3 May 1963 fog")], None),
    ("the only day, of what is referred to", [("other", "Ref Sea lane 3 May 1963 fog")], None),
    ("a label in two lines", [("letterhead", "DATE OF\nDOCUMENT\n9 DECEMBER 1963")], "1963-12-09"),
    ("a label in two lines, of another day", [("letterhead", "DATE OF\nBIRTH\n9 DECEMBER 1963")], None),
    ("a label that is not known", [("letterhead", "DEPARTURE DATE\n9 DECEMBER 1963")], None),
    ("a longer label", [("letterhead", "DEPARTURE DATE 9 DECEMBER 1963")], None),
    ("the hours of a meeting", [("letterhead", "25 May 1965, 1900-2030 hours")], None),
    ("the day of a printed form", [("letterhead", "FORM NO. 1151\n4 April 1963")], None),
]


@pytest.mark.parametrize(("why", "parts", "day"), HEADS, ids=[row[0] for row in HEADS])
def test_the_documents_own_day(why: str, parts: list[tuple[str, str]], day: str | None) -> None:
    doc = reading(*parts, *([("body", "Text.")] if parts[-1][0] != "other" else []))
    found = own_first(find_dates(doc, period=(1945, 1999)), doc)
    assert next((d.edtf for d in found if d.role == "dated"), None) == day, why


PERIODS = [
    ("both inside", "3 May 1963", "4 June 1964", "1963-05-03"),
    ("the first before the period", "3 May 1863", "4 June 1964", "1964-06-04"),
    ("no day inside", "3 May 1863", "4 June 1864", "1863-05-03"),
]


@pytest.mark.parametrize(("why", "head", "foot", "day"), PERIODS, ids=[row[0] for row in PERIODS])
def test_a_day_outside_the_period_gives_way(why: str, head: str, foot: str, day: str) -> None:
    doc = reading(("dateline", head), ("body", "Text."), ("dateline", foot))
    found = own_first(find_dates(doc), doc, (1945, 1999))
    assert next((d.edtf for d in found if d.role == "dated"), None) == day, why
    assert {d.edtf for d in found} >= {day}


def test_a_date_contradicted_by_later_dates_in_the_text_is_no_reference() -> None:
    text = "In the Council on September 18, 1952, and at the Congress in 1952. A policy begun last autumn."
    doc = reading(("body", text + "\n" + "More.\n" * 6), ("signature", "Dept of State\nAugust 4, 1950"))
    found = find_dates(doc)
    told = consistent_reference(found)
    assert told is not None
    assert told[0] == "1953-08-04"
    assert "1950-08-04" in told[1]
    assert "1952-09-18" in told[1]
    assert [d.edtf for d in found if d.evidence.quote == "last autumn"] == ["1952-23"]
    assert [d.edtf for d in found if d.role == "dated"] == ["1950-08-04"], "what is written stays"


def test_plans_do_not_contradict_a_date() -> None:
    doc = reading(
        ("dateline", "31 October 1997"), ("body", "The summit of 15 May 1998. On 20 October 1997 we met.")
    )
    told = consistent_reference(find_dates(doc))
    assert told == ("1997-10-31", "the document's own date, 1997-10-31")


def test_without_a_date_of_its_own_a_text_lends_years_from_its_nearest_date() -> None:
    found = find_dates(
        reading(("body", "On 5 May 1951 they met.\n\nOn June 3 they parted. Yesterday it rained."))
    )
    assert [d.edtf for d in found] == ["1951-05-05", "1951-06-03"]
    assert "nearest day" in (found[1].evidence.reason or "")


# --- the five documents ----------------------------------------------------------------------

GOLD_ROLES = {
    "attachment_dated": "dated",
    "arrived_for_decipherment": "arrived",
    "date_of_information": "information",
    "review_due": "review-due",
    "stamp_unassigned": "stamped",
    "review_date": "reviewed",
}
GOLD_ZONES = {
    "catalogue_date": "catalogue-date",
    "donor_credit": "credit",
    "transmission": "processing",
    "summary": "catalogue-summary",
    "repository_metadata": "repository",
    "classification": "marking",
    "date_stamp": "dateline",
    "distribution_header": "letterhead",
    "review_stamp": "stamp",
    "registry_stamp": "stamp",
    "release_stamp": "stamp",
    "attachment_note": "attachment-note",
    "attachment": "body",
    "form_grid": "form-grid",
    "legal_notice": "legal-notice",
}


def gold_documents() -> list[Path]:
    return sorted((SHARED / "data" / "gold").glob("0*.json"))


@pytest.mark.skipif(not gold_documents(), reason="the gold annotations are not at hand")
def test_every_annotated_date_is_found_and_nothing_else() -> None:
    counts = dict.fromkeys(("annotated", "edtf", "role", "span", "false"), 0)
    for path in gold_documents():
        gold = json.loads(path.read_text("utf-8"))
        text = Source.read(ROOT / "corpus" / "documents" / path.name.removesuffix(".json")).text
        zones = sorted(
            (Zone(GOLD_ZONES.get(z["zone"], z["zone"]), z["start"], z["end"]) for z in gold["zones"]),
            key=lambda zone: zone.start,
        )
        found = list(find_dates(Reading(text, tuple(zones), Span(0, len(text)))))
        for entry in gold["dates"] + [entry | {"role": "mentioned"} for entry in gold["date_mentions"]]:
            counts["annotated"] += 1
            role = GOLD_ROLES.get(entry["role"], entry["role"])
            near = [d for d in found if d.evidence.start < entry["end"] and entry["start"] < d.evidence.end]
            near.sort(key=lambda d: (d.role != role, abs(d.evidence.end - entry["end"])))
            if not near:
                continue
            best = near[0]
            found.remove(best)
            in_form = best.evidence.zone == "form-grid" and best.role == "mentioned"
            counts["edtf"] += best.edtf in {entry["edtf"], *entry.get("accept", ())}
            counts["role"] += in_form or best.role in {role, *entry.get("accept_roles", ())}
            counts["span"] += best.evidence.span == (entry["start"], entry["end"])
        counts["false"] += len(found)
    assert counts["edtf"] >= 0.98 * counts["annotated"], counts
    assert counts["role"] >= 0.98 * counts["annotated"], counts
    assert counts["span"] >= 0.95 * counts["annotated"], counts
    assert counts["false"] <= 1, counts


@pytest.mark.parametrize("path", sorted((ROOT / "corpus" / "documents").glob("*.txt")), ids=lambda p: p.stem)
def test_the_demo_documents_yield_valid_dates(path: Path) -> None:
    text = Source.read(path).text
    found = find_dates(Reading(text, (), Span(0, len(text))), period=(1945, 1991))
    assert found
    check(found, text.content)


def check(found: tuple[DateStatement, ...], content: str) -> None:
    """What must hold of any dates found in any text."""
    for statement in found:
        evidence = statement.evidence
        assert evidence.quote == content[evidence.start : evidence.end]
        assert evidence.rule.startswith("date.")
        assert statement.edtf is not None
        parse_edtf(statement.edtf)
        assert evidence.status == "stated" or evidence.reason
        if statement.earliest and statement.latest:
            assert date.fromisoformat(statement.earliest) <= date.fromisoformat(statement.latest)


# --- properties ------------------------------------------------------------------------------

FRAGMENTS = sorted(
    {value for value, *_ in VALUES} | {words for words, *_ in TEXTS} | {words for words, _ in NO_DATES}
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6), st.sampled_from([" ", "\n", "\n\n", ", "])
)
def test_whatever_is_put_together_is_quoted_exactly_and_is_valid(parts: list[str], between: str) -> None:
    words = between.join(parts)
    if not words.strip():
        return
    doc = reading(("body", words))
    check(find_dates(doc, reference="1953-08-12"), words)


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet="0123456789 ./-,:;()[]?'’–\n\xa0МайIVXZstndrh aMpril yeunofJD$", min_size=1, max_size=120
    )
)
def test_no_text_breaks_the_grammar(words: str) -> None:
    if words.strip("\ufeff \t\r\n\xa0"):
        check(find_dates(reading(words), reference="1953-08-12", period=(1940, 1960)), words)


@given(st.dates(date(1800, 1, 1), date(2029, 12, 31)))
def test_a_day_survives_every_way_of_writing_it(day: date) -> None:
    month = day.strftime("%B")
    for written in (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day:02d}-{month[:3].upper()}-{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        day.isoformat(),
    ):
        parsed = parse_date(written)
        assert parsed is not None, written
        assert (parsed.edtf, parsed.earliest, parsed.latest) == (day.isoformat(),) * 3, written


def test_the_same_text_gives_the_same_dates() -> None:
    words = "In May 1946, 10/14/50, last autumn and on the 3d instant."
    first = find_dates(reading(("body", words)), reference="1953-08-12")
    assert first == find_dates(reading(("body", words)), reference="1953-08-12")


@pytest.mark.parametrize(
    "words",
    [
        "1/" * 20000,
        "May " * 20000,
        "1, " * 20000,
        "19" * 20000,
        "the " * 20000 + "5",
        "\n \n" * 20000 + "May 1950",
    ],
    ids=["strokes", "months", "lists", "digits", "articles", "blank lines"],
)
def test_hostile_texts_take_linear_time(words: str) -> None:
    started = time.process_time()
    find_dates(reading(words), reference="1953-08-12")
    assert time.process_time() - started < 5


def test_no_date_begins_where_none_is_looked_for() -> None:
    """What may begin a point is told by two letters, and no rule of the grammar may say otherwise."""
    grammar = regex.compile(POINTS.pattern)
    letters = {*"".join(LETTERS), *",./:;()[]$?"}
    for one in sorted(letters):
        for other in sorted(letters):
            if grammar.match(one + other, partial=True):
                assert BEGINS.match(one + other), one + other
        if POINTS.match(one):
            assert BEGINS.match(one), one


YEARS = [
    ([1950], "50", "1950", "the only year"),
    ([1850, 1950, 1951], "50", "1950", "the one in the middle"),
    ([1850, 1951], "03", "1903", "between the two in the middle: nearer to 1903 than to 1803 or 2003"),
]


@pytest.mark.parametrize(("years", "short", "expected", "why"), YEARS, ids=[row[3] for row in YEARS])
def test_the_other_years_of_a_document_tell_the_century(years, short, expected, why) -> None:
    told = " ".join(f"It was said on 4 May {year}." for year in years)
    found = find_dates(reading(("body", f"{told} It was repeated on 7 June '{short}.")))
    assert [date.edtf for date in found][-1] == f"{expected}-06-07"
