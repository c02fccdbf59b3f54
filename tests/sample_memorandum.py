"""The memorandum of 12 August 1953, as the extractors and `resolve` would give it."""

from __future__ import annotations

from functools import cache

from sheet import Sheet, agent, party

from fonds.record import (
    DateStatement,
    Event,
    Finding,
    Marking,
    Record,
    Related,
    Resolved,
    TextValue,
)
from fonds.source import Span


@cache
def memorandum() -> Resolved:
    """A covering memorandum with its attachment: struck markings, a review, two dates that conflict."""
    sheet = Sheet.open("003", "memo-1953-08-12")
    key = "memo-1953-08-12/{}".format
    jackson = sheet.name(
        key("jackson"), "Mr. C. D. Jackson", "routing", name="C. D. Jackson", titles=("Mr.",)
    )
    smith = sheet.name(key("smith"), "WALTER S. SMITH", "signature")
    cutler = sheet.name(key("cutler"), "General Cutler", "distribution", name="Cutler", titles=("General",))
    dulles = sheet.name(
        key("dulles"), "Mr. Allen Dulles", "distribution", name="Allen Dulles", titles=("Mr.",)
    )
    outer = tuple(sheet.mentions)
    state = sheet.name(key("state"), "Dept of State", "signature", "organisation")
    title = "Soviet and Communist Chinese\nGestures Toward Japan (Conf.)"
    content = sheet.source.text.content
    begin = content.index("CONFIDENTIAL\nSecurity Information\n\nSOVIET")
    due = DateStatement(
        role="review-due", edtf="2030", evidence=sheet.see("2030", "stamp", after="NEXT REVIEW DATE: ")
    )
    part = Record(
        id="memo-1953-08-12-attachment",
        source=sheet.info(),
        genre="memorandum",
        span=Span(begin, len(content)),
        title=sheet.text("SOVIET AND COMMUNIST CHINESE GESTURES TOWARD JAPAN", "title"),
        dates=(
            DateStatement(role="dated", edtf="1950-08-04", evidence=sheet.see("August 4, 1950", "signature")),
        ),
        mentions=tuple(sheet.mentions[len(outer) :]),
        parties=(party("issuer", state),),
    )
    record = Record(
        id="memo-1953-08-12",
        source=sheet.info(),
        genre="memorandum",
        span=Span(0, begin),
        title=sheet.text("Soviet Gestures to Japan", "subject"),
        form=TextValue(value="Memorandum", evidence=sheet.see("Memorandum", "letterhead")),
        dates=(
            DateStatement(role="dated", edtf="1953-08-12", evidence=sheet.see("AUG 12 1953", "stamp")),
            DateStatement(
                role="mentioned", edtf="1953-07-28",
                evidence=sheet.see(
                    "July 28", "body", status="inferred", certainty="probable",
                    reason="the year of the document", premises=(sheet.see("AUG 12 1953", "stamp"),),
                ),
            ),
            due,
        ),
        mentions=outer,
        parties=(
            party("addressee", jackson), party("signatory", smith),
            party("copy-recipient", cutler), party("copy-recipient", dulles),
        ),
        markings=(
            Marking(
                value="CONFIDENTIAL", kind="classification", state="struck",
                evidence=sheet.see("~~CONFIDENTIAL~~", "marking"),
            ),
            Marking(
                value="Security Information", kind="handling", state="applied",
                evidence=sheet.see("Security Information", "marking", after="~~Confidential~~"),
            ),
        ),
        events=(
            Event(
                kind="review", evidence=sheet.see("NO CHANGE IN CLASS. ☒", "stamp"), date=due,
                authority=TextValue(value="HR 70-2", evidence=sheet.see("HR 70-2", "stamp")),
                result=sheet.text("NO CHANGE IN CLASS.", "stamp"),
                exemptions=(),
            ),
        ),
        related=(
            Related(
                relation="attachment", title=sheet.text(title, "attachment-note"),
                evidence=sheet.see("Attachment\n\n" + title, "attachment-note"), record=part.id,
            ),
        ),
        findings=(
            Finding(
                kind="conflicting-dates", message="the attachment is dated three years before the memorandum",
                evidence=(sheet.see("AUG 12 1953", "stamp"), sheet.see("August 4, 1950", "signature")),
            ),
        ),
        parts=(part,),
    )  # fmt: skip
    agents = (
        agent(record.id, "jackson", "person", "C. D. Jackson", titles=("Mr.",)),
        agent(record.id, "smith", "person", "Walter S. Smith", note="signs in capitals"),
        agent(record.id, "cutler", "person", "Cutler", titles=("General",)),
        agent(record.id, "dulles", "person", "Allen Dulles", titles=("Mr.",)),
        agent(record.id, "state", "organisation", "Dept of State"),
    )
    return sheet.resolved(record, agents)
