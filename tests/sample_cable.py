"""The cable of 4 November 1945, as the extractors and `resolve` would give it."""

from __future__ import annotations

from functools import cache

from sheet import Sheet, agent, party

from fonds.record import (
    ArchivalReference,
    DateStatement,
    Event,
    Field,
    Finding,
    Identifier,
    Level,
    Likeness,
    Marking,
    NameParts,
    Performer,
    Position,
    Record,
    Related,
    Resolved,
    TextValue,
)


@cache
def cable() -> Resolved:
    """A translated cipher cable on a web page: parties, three events, shelfmark, translator, donor."""
    sheet = Sheet.open("001", "wcda-208877")
    title = "Cable No. 3523, Stalin to Cdes. Molotov, Beria, Malenkov, and Mikoyan"
    key = "wcda-208877/{}".format
    stalin = sheet.name(key("stalin"), "Stalin", "title")
    sheet.name(key("harriman"), "Harriman", "body", after="draft reply to ")
    sheet.name(key("macarthur"), "MacArthur", "body")
    signed = sheet.name(key("stalin"), "STALIN", "signature", after="Americans’ proposals")
    addressees = [
        sheet.name(key(name.lower()), name, "routing", after="MOSCOW, VKP(b) CC")
        for name in ("MOLOTOV", "BERIA", "MALENKOV", "MIKOYAN")
    ]
    copies = [
        sheet.name(key(name.lower()), name, "routing", after="Sent to [handwritten: ")
        for name in ("Molotov", "Beria", "Malenkov", "Mikoyan")
    ]
    copies.append(sheet.name(key("3rd-unit"), "3rd Unit", "routing", "group"))
    sochi = sheet.name(key("sochi"), "SOCHI", "dateline", "place")
    moscow = sheet.name(key("moscow"), "MOSCOW", "routing", "place")
    committee = sheet.name(key("vkpb-cc"), "VKP CC", "dateline", "organisation")
    staff = [
        sheet.name(key(name.lower()), name, "processing", after="Four copies printed.")
        for name in ("Khokhlov", "Kozlov", "Ivanov", "Parshin")
    ]
    ambassador = sheet.name(
        key("harriman"), "American Ambassador Harriman", "catalogue-summary", name="Harriman",
        titles=("American Ambassador",),
    )  # fmt: skip
    commander = sheet.name(
        key("macarthur"), "Allied Supreme Commander Douglas McArthur", "catalogue-summary", name="Douglas McArthur",
        titles=("Allied Supreme Commander",), parts=NameParts(given="Douglas", family="McArthur"),
    )  # fmt: skip
    sheet.name(
        key("japan"), "Japan", "catalogue-summary", "place", after="control mechanism for Japan. Stalin"
    )
    radchenko = sheet.name(key("radchenko"), "Sergey Radchenko", "repository")
    goldberg = sheet.name(key("goldberg"), "Gary Goldberg", "repository")
    donor = sheet.name(
        key("blavatnik"), "Blavatnik Family Foundation", "repository", "organisation", after="Donors"
    )
    addressed = sheet.see("to Cdes. MOLOTOV, BERIA, MALENKOV, and MIKOYAN", "routing")
    deciphered = sheet.see("deciphered at 0315 4 November 1945", "processing")
    below = sheet.see(
        "Khokhlov, Kozlov, Ivanov, Parshin", "processing", "event.listed-below",
        status="inferred", certainty="probable", reason="names below the decipherment line", premises=(deciphered,),
    )  # fmt: skip
    sent = DateStatement(
        role="sent", edtf="1945-11-04", time="01:20", evidence=sheet.see("0120 4 November 1945", "dateline"),
        earliest="1945-11-04", latest="1945-11-04",
    )  # fmt: skip
    arrived = DateStatement(
        role="arrived",
        edtf="1945-11-04",
        time="02:45",
        evidence=sheet.see("0245\n\n4 November 1945", "dateline"),
    )
    done = DateStatement(
        role="deciphered",
        edtf="1945-11-04",
        time="03:15",
        evidence=sheet.see("0315 4 November 1945", "processing"),
    )
    record = Record(
        id="wcda-208877",
        source=sheet.info(),
        genre="wilson-page",
        span=sheet.span(),
        title=sheet.text(title, "title", "en"),
        form=TextValue(value="CABLE", evidence=sheet.see("CABLE", "routing")),
        identifiers=(
            Identifier(value="3523/sh", scheme="incoming-number", evidence=sheet.see("3523/sh", "dateline")),
            Identifier(value="208877", scheme="record-id", evidence=sheet.see("208877", "repository")),
        ),
        summary=sheet.text(
            sheet.see("Stalin responds", "catalogue-summary").quote
            + sheet.source.text.content.split("Stalin responds")[1].split("\n")[0],
            "catalogue-summary",
            "en",
        ),
        languages=(
            TextValue(
                value="English", language="en",
                evidence=sheet.see("First. I received", "body", status="inferred", reason="the words are English"),
            ),
        ),
        dates=(
            DateStatement(
                role="dated", edtf="1945-11-04", evidence=sheet.see("November 4, 1945", "catalogue-date"),
                earliest="1945-11-04", latest="1945-11-04",
            ),
            sent, arrived, done,
            DateStatement(role="uploaded", edtf="2019-07-15", evidence=sheet.see("2019-07-15", "repository")),
        ),
        mentions=tuple(sheet.mentions),
        parties=(
            party("author", signed),
            party("sender", stalin, sheet.see("Stalin to Cdes.", "title")),
            *(party("addressee", mention, addressed) for mention in addressees),
            *(party("copy-recipient", mention, note="handwritten") for mention in copies),
            party("contributor", radchenko, sheet.see("Contributed by Sergey Radchenko", "repository")),
            party("translator", goldberg, sheet.see("translated by Gary Goldberg", "repository")),
            party("donor", donor),
        ),
        positions=(
            Position(holder=ambassador, title="American Ambassador", kind="office", evidence=ambassador.evidence),
            Position(holder=commander, title="Allied Supreme Commander", kind="office", evidence=commander.evidence),
        ),
        references=(
            ArchivalReference(
                repository="RGASPI",
                levels=(
                    Level("fonds", "558", "f. 558"), Level("opis", "11", "op. 11"), Level("delo", "98", "d. 98"),
                ),
                leaves="0040-0041",
                evidence=sheet.see("RGASPI, f. 558, op. 11, d. 98, ll. 0040-0041", "repository"),
            ),
        ),
        markings=(
            Marking(
                value="STRICTLY SECRET", kind="classification", state="applied",
                evidence=sheet.see("STRICTLY SECRET", "marking"),
            ),
        ),
        events=(
            Event(
                kind="dispatch", evidence=sheet.see("from SOCHI\n\nsent at 0120 4 November 1945", "dateline"),
                date=sent, place=sochi, destination=moscow,
            ),
            Event(
                kind="arrival", date=arrived, place=committee,
                evidence=sheet.see("arrived at the VKP CC for decipherment at 0245\n\n4 November 1945", "dateline"),
            ),
            Event(
                kind="decipherment", evidence=deciphered, date=done,
                performers=tuple(Performer(role="deciphered-by", mention=one, evidence=below) for one in staff),
            ),
        ),
        related=(
            Related(
                relation="reply-to", form="reply", state="draft",
                title=sheet.text("draft reply to Harriman’s note about the control mechanism for Japan", "body"),
                evidence=sheet.see("I received your draft reply to Harriman’s note", "body"),
                senders=(addressees[0],),
            ),
        ),
        rights=(
            sheet.text(
                sheet.source.text.content.split("Rights\n\n")[1].split("\n")[0], "rights", "en"
            ),
        ),
        fields=(
            Field(name="copies-made", value="4", evidence=sheet.see("Four copies printed", "processing")),
        ),
        findings=(
            Finding(
                kind="label-without-value", message="“Author(s):” has no value",
                evidence=(sheet.see("Author(s):", "repository"),),
            ),
            Finding(kind="nothing-known", message="the language of the original is not stated"),
        ),
    )  # fmt: skip
    people = ("Stalin", "Molotov", "Beria", "Malenkov", "Mikoyan", "Khokhlov", "Kozlov", "Ivanov", "Parshin")
    agents = (
        *(agent(record.id, name.lower(), "person", name) for name in people),
        agent(record.id, "harriman", "person", "Harriman", titles=("American Ambassador",)),
        agent(
            record.id, "macarthur", "person", "Douglas McArthur", "MacArthur", authority="macarthur",
            links=("https://example.org/authority/macarthur",),
        ),
        agent(record.id, "radchenko", "person", "Sergey Radchenko"),
        agent(record.id, "goldberg", "person", "Gary Goldberg"),
        agent(record.id, "blavatnik", "organisation", "Blavatnik Family Foundation"),
        agent(record.id, "vkpb-cc", "organisation", "VKP(b) CC", "VKP CC"),
        agent(record.id, "3rd-unit", "group", "3rd Unit"),
        agent(record.id, "sochi", "place", "Sochi"),
        agent(record.id, "moscow", "place", "Moscow"),
        agent(record.id, "japan", "place", "Japan"),
    )  # fmt: skip
    likeness = Likeness(
        first="wcda-208877/molotov", second="csdb-18851/molotov", certainty="probable",
        reason="the same surname", against="no first name in either document",
    )  # fmt: skip
    return sheet.resolved(record, agents, (likeness,))
