"""The information report of 30 March 1954, as the extractors and `resolve` would give it."""

from __future__ import annotations

import re
from functools import cache

from sheet import Sheet, agent, party

from fonds.record import (
    DateStatement,
    Event,
    Evidence,
    Exemption,
    Field,
    Finding,
    Grading,
    Identifier,
    Marking,
    Mention,
    Performer,
    Position,
    Record,
    Related,
    Resolved,
    TextValue,
)

_PEOPLE = {
    "otroshchenko": ("Andrey Markovich Otroshchenko", "Otroshchenko"),
    "generalov": ("Nikolay Ivanovich Generalov", "Generalov", "Genserslov"),
    "derevyanko": ("Kuzma N. Nikolayevich Derevyanko",),
    "molotov": ("Molotov",),
    "higashi-kuni": ("Higashi-Kuni",),
    "shimura": ("Shimura",),
    "pavlychev": ("Georgiy Ivanovich Pavlychev", "Pavlychev"),
    "kunov": ("Fedor I. Lylich Kunov",),
    "kotelnikov": ("Anatoliy F. Fedorovich Kotelnikov",),
    "ygnitskiy": ("Andrey M. Ivanovich Ygnitskiy",),
    "rozanov": ("Anatoly Anatolyevich Rozanov", "Rozanov"),
    "smirnov": ("Andrey Semenovitch Smirnov",),
    "savelyev": ("Vasily I. [Il'inh] Savelyev", "Savelyev"),
}
_RANKS = ("Lt. General", "Colonel", "Prince")


def _everyone(sheet: Sheet) -> None:
    """Notes every mention of a person in the report, longest form first at each place."""
    forms = {form: key for key, names in _PEOPLE.items() for form in names}
    pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    ranks = "|".join(map(re.escape, _RANKS))
    for found in re.finditer(rf"(?:({ranks}) )?\b({pattern})", sheet.source.text.content):
        rank, name = found[1], found[2]
        sheet.mentions.append(
            Mention(
                id=f"{sheet.id}-m{len(sheet.mentions)}",
                kind="person",
                name=name,
                name_start=found.start(2),
                name_end=found.end(2),
                evidence=Evidence(
                    source=sheet.source.sha256,
                    start=found.start(),
                    end=found.end(),
                    quote=found[0],
                    zone="body",
                    rule="personal-name",
                ),
                titles=(rank,) if rank else (),
                doubt="(sic)" if found.string.startswith(" (sic)", found.end()) else None,
            )
        )
        sheet.who[sheet.mentions[-1].id] = f"csdb-18851/{forms[name]}"


@cache
def report() -> Resolved:
    """An intelligence report from OCR: form grid, gradings, distribution, release, offices with periods."""
    sheet = Sheet.open("004", "csdb-18851")
    _everyone(sheet)
    first = {}
    for mention in sheet.mentions:
        first.setdefault(sheet.who[mention.id].partition("/")[2], mention)
    key = "csdb-18851/{}".format
    mission = sheet.name(
        key("soviet-mission"), "Soviet Mission", "body", "organisation", after="both members of the "
    )
    ministry = sheet.name(
        key("mfa"),
        "Ministry of Foreign Affairs",
        "body",
        "organisation",
        after="Chief of the Japanese Section of the ",
    )
    agency = sheet.name(key("cia"), "Central Intelligence Agency", "stamp", "organisation")
    sheet.name(key("japan"), "Japan", "subject", "place", after="Between the USSR and ")
    sheet.name(key("tokyo"), "Tokyo", "body", "place")
    sheet.name(key("ambassador-in-greece"), "the Soviet ambassador in Greece", "body", "role")
    posts = sheet.name(
        key("all-posts"), "all Soviet embassies and diplomatic posts throughout the world", "body", "group"
    )
    distribution = [
        sheet.name(key(name.lower()), name, "distribution", "group", after="DATE\tEV\tX")
        for name in ("ARMY", "NAVY", "AIR")
    ]
    law = TextValue(
        value="NAZI WAR CRIMES DISCLOSURE ACT", evidence=sheet.see("NAZI WAR CRIMES DISCLOSURE ACT", "stamp")
    )
    released = DateStatement(
        role="declassified",
        edtf="2005",
        evidence=sheet.see("2005", "stamp"),
        earliest="2005-01-01",
        latest="2005-12-31",
    )
    members = sheet.see(
        "Georgiy Ivanovich Pavlychev and Fedor I. Lylich Kunov, both members of the Soviet Mission", "body"
    )
    secret = "SECRET/CONTROL - US AND BRITISH OFFICIALS ONLY"
    record = Record(
        id="csdb-18851",
        source=sheet.info(),
        genre="information-report",
        span=sheet.span(),
        title=sheet.text("Efforts to Establish Diplomatic Relations Between the USSR and Japan", "subject"),
        form=TextValue(value="INFORMATION REPORT", evidence=sheet.see("INFORMATION REPORT", "letterhead")),
        identifiers=(
            Identifier(value="CSDB-18851", scheme="report-number", evidence=sheet.see("CSDB- 18851", "form-grid")),
            Identifier(value="44-47954", scheme="filing-reference", evidence=sheet.see("44-47954", "stamp")),
        ),
        languages=(
            TextValue(
                value="English", language="en",
                evidence=sheet.see("In April 1953", "body", status="inferred", reason="the words are English"),
            ),
        ),
        dates=(
            DateStatement(role="distributed", edtf="1954-03-30", evidence=sheet.see("30 March 1954", "form-grid")),
            DateStatement(
                role="information", edtf="../1954", modifier="early", latest="1954-04-30",
                evidence=sheet.see("To Early 1954", "form-grid"),
            ),
            DateStatement(role="stamped", edtf="1954-06-03", evidence=sheet.see("3 JUN 1954", "stamp")),
            DateStatement(role="mentioned", edtf="1953-04", evidence=sheet.see("April 1953", "body")),
            released,
        ),
        mentions=tuple(sheet.mentions),
        parties=tuple(
            party("copy-recipient", one, sheet.see(f"{one.name}\tX", "distribution")) for one in distribution
        ),
        positions=(
            Position(
                holder=first["otroshchenko"], title="Colonel", kind="rank", evidence=first["otroshchenko"].evidence
            ),
            Position(
                holder=first["generalov"], title="Soviet Ambassador to Australia", kind="office", state="present",
                evidence=sheet.see("Nikolay Ivanovich Generalov, who is now Soviet Ambassador to Australia", "body"),
            ),
            Position(holder=first["pavlychev"], title="member", kind="membership", evidence=members, organisation=mission),
            Position(holder=first["kunov"], title="member", kind="membership", evidence=members, organisation=mission),
            Position(
                holder=first["rozanov"], title="Chief of the Japanese Section of the Ministry of Foreign Affairs",
                kind="office", organisation=ministry,
                evidence=sheet.see(
                    "Rozanov, Chief of the Japanese Section of the Ministry of Foreign Affairs", "body"
                ),
            ),
            Position(
                holder=first["rozanov"], title="private informer to Savelyev", kind="office", state="past",
                evidence=sheet.see("he served as a private informer to Savelyev", "body"),
                period=DateStatement(
                    role="mentioned", edtf="1946~/1950~", evidence=sheet.see("approximately 1946 to 1950", "body")
                ),
            ),
        ),
        markings=(
            Marking(value=secret, kind="classification", state="applied", evidence=sheet.see(secret, "marking")),
        ),
        events=(
            Event(
                kind="declassification",
                evidence=sheet.see(
                    "Declassified and Approved for Release by the Central Intelligence Agency Date: 2005", "stamp"
                ),
                date=released,
                performers=(Performer(role="declassified-by", mention=agency, evidence=agency.evidence),),
                authority=law,
                exemptions=(
                    Exemption(code="(2)(A)", meaning="Privacy", evidence=sheet.see("(2)(A) Privacy", "stamp")),
                    Exemption(
                        code="(2)(B)", meaning="Methods/Sources", evidence=sheet.see("(2)(B) Methods/Sources", "stamp")
                    ),
                ),
            ),
        ),
        gradings=(
            Grading(
                aspect="source", value="2", evidence=sheet.see("Source is believed to be reliable (2).", "form-grid")
            ),
            Grading(aspect="content", value="3", evidence=sheet.see("Appraisal of Content: 3.", "form-grid")),
        ),
        related=(
            Related(
                relation="mentioned", form="circular cable",
                title=sheet.text("circular cable from the Ministry of Foreign Affairs", "body"),
                evidence=sheet.see("received a circular cable from the Ministry of Foreign Affairs", "body"),
                date=DateStatement(
                    role="received", edtf="1953-23", modifier="mid",
                    evidence=sheet.see("mid-autumn 1953", "body", certainty="probable"),
                ),
                senders=(ministry,), addressees=(posts,), receivers=(mission,),
            ),
        ),
        fields=(
            Field(name="pages", value="3", evidence=sheet.see("3", "form-grid", after="NO. OF PAGES\t")),
            Field(name="country", value="USSR (Far East)/Japan", evidence=sheet.see("USSR (Far East)/Japan", "form-grid")),
        ),
        findings=(
            Finding(
                kind="doubtful-name", message="Shimura is followed by (sic)",
                evidence=(sheet.see("Shimura (sic)", "body"),),
            ),
        ),
    )  # fmt: skip
    agents = (
        *(
            agent(
                record.id, name, "person", *forms,
                titles=("Colonel",) if name in ("otroshchenko", "smirnov") else (),
                candidates=("hsg-1", "https://example.org/people/vyacheslav-molotov") if name == "molotov" else (),
            )
            for name, forms in _PEOPLE.items()
        ),
        agent(record.id, "soviet-mission", "organisation", "Soviet Mission"),
        agent(record.id, "mfa", "organisation", "Ministry of Foreign Affairs"),
        agent(record.id, "cia", "organisation", "Central Intelligence Agency"),
        agent(record.id, "japan", "place", "Japan"),
        agent(record.id, "tokyo", "place", "Tokyo"),
        agent(record.id, "ambassador-in-greece", "role", "the Soviet ambassador in Greece"),
        agent(record.id, "all-posts", "group", posts.name),
        *(agent(record.id, one.name.lower(), "group", one.name) for one in distribution),
    )  # fmt: skip
    return sheet.resolved(record, agents)
