"""Stamps and distribution boxes: what they assert, and what an empty label or box leaves open."""

from __future__ import annotations

import pytest
from zoned import annotated, is_quoted, needs_gold, zoned

from fonds.extract.stamps import find_distribution, find_stamps
from fonds.record import Event


def told(event: Event) -> str:
    """An event in short."""
    parts = [event.kind]
    if event.date:
        parts.append(f"{event.date.role} {event.date.edtf}")
    parts += [f"{performer.role} {performer.mention.name}" for performer in event.performers]
    if event.authority:
        parts.append(f"under {event.authority.value}")
    parts += [f"{exemption.code} {exemption.meaning or '-'}" for exemption in event.exemptions]
    if event.result:
        parts.append(f"result {event.result.value}")
    return "; ".join(parts)


REVIEW = (
    "DOCUMENT NO. 13\nNO CHANGE IN CLASS. {}\n{} DECLASSIFIED\nCLASS. CHANGED TO: TS S C 2011\n"
    "NEXT REVIEW DATE: 2030\nAUTH: HR 70-2\nDATE 2030 REVIEWER: 018557"
)

STAMPS = [
    ("2025 RELEASE UNDER THE PRESIDENT JOHN F. KENNEDY ASSASSINATION RECORDS ACT OF 1992", "release; declassified 2025; under PRESIDENT JOHN F. KENNEDY ASSASSINATION RECORDS ACT OF 1992", "the year before the act"),
    ("104-10101-10239 2025 RELEASE UNDER THE PRESIDENT JOHN F. KENNEDY ASSASSINATION RECORDS ACT OF 1992", "release; declassified 2025; under PRESIDENT JOHN F. KENNEDY ASSASSINATION RECORDS ACT OF 1992", "after a record number"),
    ("Approved For Release 2003/08/13 : CIA-RDP80R01731R000400380003-9", "release; declassified 2003-08-13", "before a number"),
    ("Declassified in Part - Sanitized Copy Approved for Release 2012/11/08 : CIA-RDP90-00965R000100110001-2", "declassification; declassified 2012-11-08; result Declassified in Part - Sanitized Copy", "only a part"),
    ("Declassified and Approved for Release by the Central Intelligence Agency Date: 2005", "declassification; declassified 2005; released-by Central Intelligence Agency", "by whom"),
    ("DECLASSIFIED\nE.O. 11652, Sec. 3(E) and 5(D) or (E)\nNND 760050\nBy RHP NARS, Date 12/5/77", "declassification; declassified 1977-12-05; declassified-by NARS; under E.O. 11652, Sec. 3(E) and 5(D) or (E) NND 760050", "an executive order"),
    ("ALL FBI INFORMATION CONTAINED\nHEREIN IS UNCLASSIFIED\nDATE 10-14-93 BY SP5", "declassification; declassified 1993-10-14; declassified-by FBI", "one agency's share"),
    ("CIA HISTORICAL REVIEW PROGRAM\nRELEASE IN FULL\n1998", "release; declassified 1998; under CIA HISTORICAL REVIEW PROGRAM; result RELEASE IN FULL", "a review program"),
    ("DATE OF LAST REVIEW: 9/10/2000", "review; reviewed 2000-09-10", "the last review"),
    ("3 JUN 1954\nRid/TSCO", "registration; stamped 1954-06-03", "a registry's date and symbol"),
    (REVIEW.format("☒", "☐"), "review; under HR 70-2; result NO CHANGE IN CLASS.", "a checked box asserts, an unchecked one does not"),
    (REVIEW.format("☐", "☒"), "declassification; under HR 70-2; result DECLASSIFIED", "the other box checked"),
    (REVIEW.format("☐", "☐"), "review; under HR 70-2", "no box checked"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "event", "why"), STAMPS, ids=[case[2] for case in STAMPS])
def test_stamps(text: str, event: str, why: str) -> None:
    reading = zoned(("stamp", text))
    events, findings = find_stamps(reading)
    assert [told(found) for found in events] == [event], why
    assert findings == ()
    for found in events:
        parts = (found.date, found.authority, found.result, *found.performers, *found.exemptions)
        assert all(is_quoted(part.evidence, reading) for part in parts if part is not None)
        assert is_quoted(found.evidence, reading)


def test_exemptions_are_codes_of_the_act_printed_below() -> None:
    reading = zoned(
        ("stamp", "Declassified and Approved for Release by the Central Intelligence Agency Date: 2005\n\n"
         "EXEMPTIONS Section 3(b) (2)(A) Privacy (2)(B) Methods/Sources (2)(G) Foreign Relations\n\n"
         "NAZI WAR CRIMES DISCLOSURE ACT")
    )  # fmt: skip
    ((event,), _) = find_stamps(reading)
    assert event.authority is not None
    assert event.authority.value == "NAZI WAR CRIMES DISCLOSURE ACT"
    assert [(e.code, e.meaning, e.evidence.quote) for e in event.exemptions] == [
        ("3(b)(2)(A)", "Privacy", "(2)(A) Privacy"),
        ("3(b)(2)(B)", "Methods/Sources", "(2)(B) Methods/Sources"),
        ("3(b)(2)(G)", "Foreign Relations", "(2)(G) Foreign Relations"),
    ]


def test_labels_without_values_are_findings_and_no_values() -> None:
    reading = zoned(("stamp", "NO CHANGE IN CLASS. ☐\nNEXT REVIEW DATE:\nAUTH:\nREVIEWER:"))
    ((event,), findings) = find_stamps(reading)
    assert (event.date, event.authority, event.result) == (None, None, None)
    assert [finding.kind for finding in findings] == ["missing-value"] * 3
    assert [finding.evidence[0].quote for finding in findings] == ["NEXT REVIEW DATE:", "AUTH:", "REVIEWER:"]
    _, findings = find_stamps(zoned(("stamp", "DATE OF LAST REVIEW :")))
    assert [finding.kind for finding in findings] == ["missing-value"]


def test_when_the_next_review_is_due_is_not_the_date_of_this_one() -> None:
    ((event,), _) = find_stamps(zoned(("stamp", REVIEW.format("☒", "☐"))))
    assert event.date is None


def test_a_stamp_on_every_page_is_one_event() -> None:
    stamp = "2025 RELEASE UNDER THE PRESIDENT JOHN F. KENNEDY ASSASSINATION RECORDS ACT OF 1992"
    events, _ = find_stamps(zoned(("stamp", stamp), ("body", "Text."), ("furniture", stamp)))
    assert len(events) == 1


@pytest.mark.parametrize(
    ("zone", "text", "why"),
    [
        ("body", "The papers were approved for release by the Agency.", "a sentence about a release"),
        ("body", "He was released under the Act of 1992.", "a sentence about a man"),
        ("body", "DECLASSIFIED DOCUMENTS ARE RARE", "a sentence in capitals"),
        ("body", "3 June 1954\nRome", "a dateline"),
        ("footnote", "Approved For Release 2003/08/13", "a citation"),
    ],
)
def test_what_is_no_stamp(zone: str, text: str, why: str) -> None:
    assert find_stamps(zoned((zone, text))) == ((), ()), why


def test_marked_boxes_are_copy_recipients_and_others_nothing() -> None:
    reading = zoned(("distribution", "STATE\tX\tARMY\tX\tNAVY\t\tFBI\t\tAEC\t\t"))
    assert [(p.role, p.mention.name, p.evidence.quote) for p in find_distribution(reading)] == [
        ("copy-recipient", "STATE", "STATE\tX"),
        ("copy-recipient", "ARMY", "ARMY\tX"),
    ]


def test_a_misread_label_is_possible_and_says_why() -> None:
    reading = zoned(("distribution", "DATE\tEV\tX\tARMY\tX\tNAVY\tX"))
    first = find_distribution(reading)[0]
    assert (first.mention.name, first.evidence.quote) == ("DATE", "DATE\tEV\tX")
    assert (first.evidence.certainty, first.evidence.status) == ("possible", "inferred")
    assert first.evidence.reason is not None
    assert "Department of State" in first.evidence.reason


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("DATE\tX\nCOPIES\tX", "a form without agencies"),
        ("ARMY\tX", "one label alone is no grid"),
        ("SIR\t10/45681\t\t10/B\tX\tOCT\tX", "office symbols"),
        ("The ARMY and the NAVY X", "a sentence"),
    ],
)
def test_what_is_no_distribution_grid(text: str, why: str) -> None:
    assert find_distribution(zoned(("distribution", text))) == (), why


@needs_gold
def test_stamps_and_boxes_of_the_annotated_documents() -> None:
    for gold, reading in annotated():
        events, _ = find_stamps(reading)
        spans = {
            (event.evidence.start, event.evidence.end) for event in events if event.kind != "registration"
        }
        stamped = {(s["start"], s["end"]) for s in gold["declassification"] if not s.get("negated")}
        assert spans == stamped, gold["seed"]
        codes = [exemption.code for event in events for exemption in event.exemptions]
        assert codes == [e["code"] for e in gold["foia_exemptions"] if e["code"] != "STAT"]
        boxes = {(party.evidence.start, party.evidence.end) for party in find_distribution(reading)}
        marked = {
            (copy["start"], copy["end"])
            for copy in gold["copies_to"]
            if copy.get("marked") or copy.get("as_written")
        }
        assert boxes == marked, gold["seed"]
