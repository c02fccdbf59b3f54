"""TEI: letters, correspondences and volumes; what the markup says, where it says so, and safe parsing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from graphs import MINT
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tei_samples import LETTER, NS, VOLUME, every_evidence, letter, quoted, records

from fonds.agents.resolve import resolve
from fonds.converters import Options, convert, detect, tei
from fonds.converters.tei_dates import dating, point
from fonds.converters.tei_text import Layout
from fonds.converters.xml_source import Markup, parse, text_of, xpath_of
from fonds.coverage import coverage
from fonds.errors import BudgetError, EncodingError, FondsError, SourceError, UnknownFormat
from fonds.rdf.describe import describe, objects, vocabulary
from fonds.rdf.terms import OA, RDF, TYPE, Literal, Triple
from fonds.record import Record
from fonds.source import Source, Span
from fonds.validate import validate

FRUS = Path(__file__).parents[2] / "shared" / "data" / "frus"


@pytest.fixture(scope="module")
def schiller() -> Record:
    return records(LETTER)[0]


@pytest.fixture(scope="module")
def volume() -> list[Record]:
    return records(VOLUME)


# --- the letter: header


def test_the_correspondence_names_both_ends(schiller: Record) -> None:
    assert [party.mention.name for party in schiller.senders] == ["Friedrich Schiller"]
    (goethe,) = schiller.addressees
    assert " ".join(goethe.mention.name.split()) == "Johann Wolfgang von Goethe"
    assert goethe.mention.ref == "https://d-nb.info/gnd/118540238"
    assert goethe.mention.parts
    assert (goethe.mention.parts.family, goethe.mention.parts.particle) == ("Goethe", "von")


def test_an_empty_name_leads_to_the_list_that_it_points_to(schiller: Record) -> None:
    """`<persName ref="#goethe"/>` says who, and the words stand in the list: the evidence is there."""
    (goethe,) = schiller.addressees
    assert goethe.evidence.path is not None
    assert goethe.evidence.path.startswith("//*[@xml:id='goethe']/")


def test_dates_of_the_correspondence(schiller: Record) -> None:
    dates = {date.role: date for date in schiller.dates}
    assert dates["sent"].edtf == "1794-06-13"
    assert (dates["received"].edtf, dates["received"].evidence.certainty) == (
        "[1794-06-14..1794-06-16]",
        "probable",
    )
    assert (dates["received"].earliest, dates["received"].latest) == ("1794-06-14", "1794-06-16")
    assert schiller.date
    assert (schiller.date.edtf, schiller.date.evidence.quote) == ("1794-06-13", "13. Juni 1794")
    assert dates["published"].edtf == "1959"


def test_an_attribute_is_a_witness(schiller: Record) -> None:
    """`<date when="1794-06-13"/>` has no words; the passage is the attribute itself."""
    sent = next(date for date in schiller.dates if date.role == "sent")
    assert sent.evidence.path is not None
    assert sent.evidence.path.endswith("/@when")
    assert quoted(LETTER, sent.evidence) == sent.evidence.quote == "1794-06-13"


def test_places_of_the_correspondence(schiller: Record) -> None:
    places = {event.kind: event.place.name for event in schiller.events if event.place}
    assert places == {"dispatch": "Jena", "reception": "Weimar", "writing": "Jena"}


def test_the_header_says_the_rest(schiller: Record) -> None:
    assert schiller.title
    assert schiller.title.value == "Friedrich Schiller an Johann Wolfgang von Goethe"
    assert schiller.summary
    assert schiller.summary.value == "Schiller asks Goethe to write for Die Horen."
    assert [value.value for value in schiller.languages] == ["de"]
    assert [(number.scheme, number.value) for number in schiller.identifiers] == [("edition", "27, 1")]
    assert [value.value for value in schiller.rights] == [
        "Free to use if the edition is named.",
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    roles = {party.role: party.mention.name for party in schiller.parties}
    assert (roles["author"], roles["editor"], roles["translator"]) == (
        "Friedrich Schiller",
        "Lieselotte Blumenthal",
        "Thomas Carlyle",
    )
    fields = [(field.name, field.value) for field in schiller.fields]
    assert ("keyword", "Die Horen") in fields
    assert ("responsibility", "encoded by the text centre") in fields
    assert not [value for _, value in fields if not value]


def test_where_the_manuscript_lies(schiller: Record) -> None:
    (reference,) = schiller.references
    assert reference.repository == "Goethe- und Schiller-Archiv"
    assert [(level.kind, level.value) for level in reference.levels] == [
        ("collection", "83"),
        ("shelfmark", "GSA 28/1050"),
    ]


def test_the_next_letter_is_spoken_of(schiller: Record) -> None:
    assert [related.title.value for related in schiller.related] == ["Goethe's answer of 24 June 1794"]


# --- the letter: text


def test_names_in_the_text(schiller: Record) -> None:
    named = {
        (m.kind, m.name, m.evidence.zone) for m in schiller.mentions if m.evidence.rule == "tei.persName"
    }
    assert ("person", "Fichte", "body") in named
    assert ("person", "von Humboldt", "body") in named
    assert [party.mention.name for party in schiller.party("signatory")] == ["F. Schiller"]


def test_a_pointer_that_leads_nowhere_is_reported(schiller: Record) -> None:
    (finding,) = schiller.findings
    assert finding.kind == "dangling-reference"
    assert "#humboldt" in finding.message
    assert [evidence.quote for evidence in finding.evidence] == ["von Humboldt"]


def test_zones_of_the_letter(schiller: Record) -> None:
    assert [zone.name for zone in schiller.zones] == [
        "dateline",
        "salutation",
        "body",
        "footnote",
        "signature",
    ]


def test_the_list_describes_persons() -> None:
    """Birth and death are not the letter's dates: they belong to a record of the person."""
    _, schiller, goethe = records(LETTER)
    assert (schiller.id, schiller.genre) == ("schiller-1794-06-13-schiller", "tei-person")
    assert schiller.agent
    (life,) = schiller.agent.existence
    assert (life.edtf, life.earliest, life.latest) == ("1759-11-10/1805-05-09", "1759-11-10", "1805-05-09")
    assert life.evidence.quote == "10 November 1759 in Marbach"
    assert [premise.quote for premise in life.evidence.premises] == ["9 May 1805 in Weimar"]
    places = [(fact.role, fact.value) for fact in schiller.agent.facts if fact.kind == "place"]
    assert places == [("birth", "Marbach"), ("death", "Weimar")]
    assert goethe.agent
    assert goethe.agent.main.ref == "https://d-nb.info/gnd/118540238"
    assert [premise.quote for premise in goethe.agent.existence[0].evidence.premises] == ["1832-03-22"]


@pytest.mark.parametrize(
    ("person", "life", "fields", "why"),
    [
        ('<birth when="1759"/>', "1759/..", [], "death is not stated, so the end is open"),
        ('<death when="1805"/>', "../1805", [], "nor is birth"),
        (
            '<birth notBefore="1758" notAfter="1760">about 1759</birth>',
            None,
            ["about 1759"],
            "no interval begins so",
        ),
        ("<birth>in Marbach</birth>", None, ["in Marbach"], "no date is made of a place"),
        ("<occupation>poet</occupation>", None, [], "an occupation alone is worth a record"),
    ],
)
def test_lives(person: str, life: str | None, fields: list[str], why: str) -> None:
    people = f'<particDesc><listPerson><person xml:id="s"><persName>Schiller</persName>{person}</person></listPerson></particDesc>'
    xml = f'<TEI {NS} xml:id="e"><teiHeader><profileDesc>{people}</profileDesc></teiHeader><text><p>Text.</p></text></TEI>'
    _, found = records(xml)
    assert found.agent
    assert [date.edtf for date in found.agent.existence] == ([life] if life else []), why
    assert [field.value for field in found.fields] == fields, why


def test_a_name_alone_is_no_description() -> None:
    people = '<particDesc><listPerson><person xml:id="s"><persName>Schiller</persName></person></listPerson></particDesc>'
    xml = (
        f"<TEI {NS}><teiHeader><profileDesc>{people}</profileDesc></teiHeader><text><p>Text.</p></text></TEI>"
    )
    assert len(records(xml)) == 1


# --- evidence


@pytest.mark.parametrize("xml", [LETTER, VOLUME], ids=["letter", "volume"])
def test_all_evidence_quotes_the_file(xml: str) -> None:
    """With nothing but the XPath and the offsets, another tool finds the words."""
    found = [one for record in records(xml) for one in every_evidence(record)]
    assert len(found) > 30
    for evidence in found:
        assert evidence.path
        assert evidence.quote
        assert quoted(xml, evidence) == evidence.quote


def test_names_stand_where_they_are_said_to(volume: list[Record]) -> None:
    for record in volume:
        for mention in (mention for part in record.walk() for mention in part.mentions):
            evidence = mention.evidence
            assert evidence.start <= mention.name_start < mention.name_end <= evidence.end
            words = evidence.quote[mention.name_start - evidence.start : mention.name_end - evidence.start]
            assert " ".join(words.split()) == mention.name


_WORDS = st.text("ab .é\n ", min_size=1, max_size=12)
_CONTENT = st.recursive(
    _WORDS,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>" if name != "lb" else "<lb/>",
        st.sampled_from(["p", "hi", "lb", "note", "head", "signed", "quote"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(_CONTENT, st.data())
@settings(max_examples=150, deadline=None)
def test_lines_lead_back_to_the_text(content: str, data: st.DataObject) -> None:
    """What a reader of plain text finds is brought back to the words that it was made from."""
    markup = Markup(Source.of(f'<TEI {NS}><text xml:id="t"><body>x{content}</body></text></TEI>'))
    layout = Layout.of(markup, next(markup.root.iter("{*}text")))
    assert layout.content == text_of(layout.element)
    assert layout.text.content.replace("\n", "") == "".join(
        " " if char.isspace() else char for char in layout.content
    )
    start = data.draw(st.integers(0, len(layout.content) - 1))
    end = data.draw(st.integers(start + 1, len(layout.content)))
    evidence = layout.evidence(Span(start, end), "test", "body")
    words = layout.content[start:end]
    if words.strip():
        back = layout.anchored(layout.laid_evidence(evidence))
        assert back.quote == words.strip()


# --- dates in attributes


@pytest.mark.parametrize(
    ("attributes", "edtf", "bounds", "why"),
    [
        ('when="1794"', "1794", ("1794-01-01", "1794-12-31"), "a year"),
        ('when="1796-02"', "1796-02", ("1796-02-01", "1796-02-29"), "a month of a leap year"),
        ('when="1794-06-13T21:30:00"', "1794-06-13", ("1794-06-13", "1794-06-13"), "the time apart"),
        ('when="--06-13"', "XXXX-06-13", (None, None), "a day of no year"),
        ('when="-0043-03-15"', "-0043-03-15", (None, None), "before our era: no xsd:date is computed"),
        ('when-iso="1794-06-13"', "1794-06-13", ("1794-06-13", "1794-06-13"), "the ISO attribute"),
        ('from="1794" to="1805"', "1794/1805", ("1794-01-01", "1805-12-31"), "all the time between"),
        ('from="1794"', "1794/..", ("1794-01-01", None), "open at the end"),
        ('to="1794"', "../1794", (None, "1794-12-31"), "open at the beginning"),
        ('notBefore="1794" notAfter="1796"', "[1794..1796]", ("1794-01-01", "1796-12-31"), "one day between"),
        ('notBefore="1794-05"', "[1794-05..]", ("1794-05-01", None), "at some time after"),
        ('notAfter="1794"', "[..1794]", (None, "1794-12-31"), "at some time before"),
        ('when="1794-06" cert="low"', "1794-06?", ("1794-06-01", "1794-06-30"), "the editor doubts"),
        ('when="1794-06" precision="low"', "1794-06~", ("1794-06-01", "1794-06-30"), "about then"),
        ('when="1794" precision="medium" cert="medium"', "1794%", ("1794-01-01", "1794-12-31"), "both"),
        ('when="1794" precision="high"', "1794", ("1794-01-01", "1794-12-31"), "exactly then"),
        ('from="1794" notAfter="1796"', "1794/..", ("1794-01-01", "1796-12-31"), "the end is bounded"),
        ('notBefore="1794-05" to="1796"', "../1796", ("1794-05-01", "1796-12-31"), "the beginning is"),
        ('notBefore-iso="1794" notAfter-iso="1796"', "[1794..1796]", ("1794-01-01", "1796-12-31"), "ISO"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value and "=" not in value else "",
)
def test_dates_in_attributes(
    attributes: str, edtf: str, bounds: tuple[str | None, str | None], why: str
) -> None:
    from edtf import parse_edtf

    found = dating(etree.fromstring(f"<date {attributes}/>"))
    assert found is not None, why
    assert (found.edtf, (found.earliest, found.latest)) == (edtf, bounds), why
    assert parse_edtf(found.edtf)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("1897-13-01", "no month 13"),
        ("1897-02-29", "no leap year"),
        ("13 June 1794", "words belong in the element"),
        ("", "nothing"),
        ("--02-30", "no such day in any year"),
        ("1794-06-13/1794-06-14", "two dates belong in two attributes"),
    ],
)
def test_no_date_is_made_of_what_is_none(value: str, why: str) -> None:
    assert point(value) is None, why


def test_a_date_that_cannot_be_read_is_reported() -> None:
    record = letter('<dateline><date when="1794-13-06">June 1794</date></dateline><p>Text.</p>')
    assert [finding.kind for finding in record.findings] == ["unread-date"]


def test_a_range_that_runs_backwards_is_no_date() -> None:
    assert dating(etree.fromstring('<date from="1805" to="1794"/>')) is None


def test_words_and_attribute_that_disagree_are_both_kept() -> None:
    record = letter('<dateline><date when="1794-06-15">June 13, 1794</date></dateline><p>Text.</p>')
    (finding,) = record.findings
    assert finding.kind == "conflicting-dates"
    assert "1794-06-13" in finding.message
    assert "1794-06-15" in finding.message
    assert record.date
    assert (record.date.edtf, record.date.evidence.quote) == ("1794-06-15", "June 13, 1794")


def test_text_and_header_that_disagree_are_both_kept() -> None:
    record = letter(
        '<dateline><date when="1794-06-13">13 June 1794</date></dateline><p>Text.</p>',
        '<correspDesc><correspAction type="sent"><date when="1794-06-10"/></correspAction></correspDesc>',
    )
    assert {(date.role, date.edtf) for date in record.dates} == {
        ("dated", "1794-06-13"),
        ("sent", "1794-06-10"),
    }
    (finding,) = record.findings
    assert finding.kind == "conflicting-dates"
    assert len(finding.evidence) == 2


def test_a_letter_without_a_date_takes_that_of_sending_as_inferred() -> None:
    record = letter(
        "<p>Text.</p>",
        '<correspDesc><correspAction type="sent"><date when="1794-06-13"/></correspAction></correspDesc>',
    )
    assert record.date
    assert (record.date.edtf, record.date.evidence.status) == ("1794-06-13", "inferred")
    assert record.date.evidence.premises


# --- what the header may hold


@pytest.mark.parametrize(
    ("profile", "expected", "why"),
    [
        (
            '<correspAction type="sent"><orgName>Cotta</orgName></correspAction>',
            {"sender": ["Cotta"]},
            "a firm",
        ),
        (
            '<correspAction type="sent"><persName>Schiller</persName><persName>Goethe</persName></correspAction>',
            {"sender": ["Schiller", "Goethe"]},
            "two senders",
        ),
        (
            '<correspAction type="sent"><persName/></correspAction>',
            {},
            "a label without a value yields nothing",
        ),
        (
            '<correspAction type="forwarded"><persName>Körner</persName></correspAction>',
            {},
            "who passed a letter on neither sent nor received it",
        ),
        ("<correspAction><persName>Schiller</persName></correspAction>", {}, "an action of no type"),
        (
            '<correspAction type="sent"><rs type="person">Schiller</rs></correspAction>',
            {"sender": ["Schiller"]},
            "a name by its type",
        ),
        (
            '<correspAction type="received"><name type="org">Cotta</name><address><addrLine>Herrn '
            "<persName>Goethe</persName></addrLine><settlement>Weimar</settlement></address></correspAction>",
            {"addressee": ["Cotta", "Goethe"]},
            "a firm by its type, and a name in an address; the town is no party",
        ),
    ],
)
def test_actions(profile: str, expected: dict[str, list[str]], why: str) -> None:
    record = letter("<p>Text.</p>", f"<correspDesc>{profile}</correspDesc>")
    found: dict[str, list[str]] = {}
    for party in record.parties:
        found.setdefault(party.role, []).append(party.mention.name)
    assert found == expected, why


def test_an_action_with_an_address_and_two_dates() -> None:
    """Both dates are kept; the event has the first, the place stands in the address."""
    action = (
        '<correspAction type="sent"><address><settlement>Jena</settlement></address><date when="1794-06-13"/>'
        '<date notAfter="1794-06-20">before the 20th</date><date when="1794-13-01"/></correspAction>'
    )
    record = letter("<p>Text.</p>", f"<correspDesc>{action}</correspDesc>")
    assert [date.edtf for date in record.dates if date.role == "sent"] == ["1794-06-13", "[..1794-06-20]"]
    (event,) = record.events
    assert event.date
    assert event.place
    assert (event.date.edtf, event.place.name) == ("1794-06-13", "Jena")
    assert [finding.message for finding in record.findings] == ['@when="1794-13-01" is not a date']


# --- nothing is lost in silence


@pytest.mark.parametrize("xml", [LETTER, VOLUME], ids=["letter", "volume"])
def test_all_text_of_a_file_is_mapped_or_kept(xml: str) -> None:
    source = Source.of(xml, "a.xml")
    told = coverage(source, tei.convert(source, Options()))
    assert (told.share, told.dropped) == (1.0, 0)
    assert min(told.mapped, told.kept) > 200
    attributes = {row.name: row.dropped for row in told.attributes}
    assert attributes["date/@when"] == 0


def test_coverage_follows_the_records() -> None:
    """A document that is left out is seen to be missing."""
    source = Source.of(VOLUME, "a.xml")
    told = coverage(source, [record for record in records(VOLUME) if not record.id.endswith("d475")])
    assert told.share < 0.6


def test_what_a_header_holds_besides_is_kept_as_notes() -> None:
    file = (
        "<notesStmt><note>With an envelope.</note></notesStmt><sourceDesc><msDesc><msIdentifier><idno>1</idno>"
        "</msIdentifier><physDesc><p>2 leaves</p></physDesc></msDesc></sourceDesc>"
    )
    record = letter("<p>Text.</p>", "<settingDesc><p>At <placeName>Jena</placeName>.</p></settingDesc>", file)
    assert [(field.name, field.value) for field in record.fields] == [
        ("notesStmt", "With an envelope."),
        ("physDesc", "2 leaves"),
        ("settingDesc", "At Jena."),
    ]
    assert all(field.evidence.path for field in record.fields)


def test_where_a_record_stands_in_its_file(volume: list[Record], schiller: Record) -> None:
    """`span` and `zones` count in the text of the element to which `path` leads."""
    for xml, record in ((VOLUME, volume[1]), (VOLUME, volume[0]), (LETTER, schiller)):
        assert record.path
        (element,) = etree.fromstring(xml.encode()).xpath(record.path)
        content = str(element.xpath("string()"))
        assert record.span == (0, len(content))
        assert all(content[zone.start : zone.end].strip() for zone in record.zones)
    front, body = volume[0].zones
    assert (front.name, body.name) == ("front", "body")
    text = etree.fromstring(VOLUME.encode()).xpath(f"string({volume[0].path})")
    assert str(text)[body.start : body.end] == "The Soviet Union"
    assert "Byrnes" in str(text)[front.start : front.end]


def test_a_person_without_an_id_is_described_as_well() -> None:
    person = '<person><persName>Schiller</persName><birth when="1759"/><sex>m</sex></person>'
    xml = f'<TEI {NS} xml:id="e"><teiHeader><profileDesc><particDesc><listPerson>{person}</listPerson></particDesc></profileDesc></teiHeader><text><p>Text.</p></text></TEI>'
    _, found = records(xml)
    assert found.id == "e-person-1"
    assert [(field.name, field.value) for field in found.fields] == [("sex", "m")]


def test_creation_gives_place_and_date_of_writing() -> None:
    record = letter(
        "<p>Text.</p>", '<creation>Written at <placeName>Jena</placeName>, <date when="1794"/></creation>'
    )
    assert record.date
    assert record.date.edtf == "1794"
    assert [(event.kind, event.place and event.place.name) for event in record.events] == [
        ("writing", "Jena")
    ]


# --- the volume


def test_a_volume_is_split_into_its_documents(volume: list[Record]) -> None:
    assert [(record.id, record.level, record.parent) for record in volume] == [
        ("frus1946v06", "volume", None),
        ("frus1946v06-d475", None, "frus1946v06"),
        ("frus1946v06-d476", None, "frus1946v06"),
    ]
    assert volume[0].title
    assert volume[0].title.value == "Foreign Relations of the United States, 1946, Volume VI"
    assert not volume[0].parties  # <editor role="primary"/> names nobody


def test_the_heading_gives_sender_and_addressee(volume: list[Record]) -> None:
    (sender,), (addressee,) = volume[1].senders, volume[1].addressees
    assert (sender.mention.kind, sender.mention.name) == ("person", "Kennan")
    assert (addressee.mention.kind, addressee.mention.name) == ("role", "Secretary of State")
    assert [party.mention.name for party in volume[1].party("signatory")] == ["Kennan"]
    assert [(p.holder.name, p.title) for p in volume[1].positions] == [
        ("Kennan", "Chargé in the Soviet Union")
    ]


def test_the_list_of_persons_gives_the_full_name(volume: list[Record]) -> None:
    entry = next(m for m in volume[1].mentions if m.id == "person-entry-p_KGF1")
    assert (entry.name, entry.ref) == ("Kennan, George F.", "frus1946v06#p_KGF1")
    assert entry.evidence.path == "//*[@xml:id='p_KGF1']"
    resolved = next(iter(resolve([volume[1]])))
    keys = {
        entry.agent
        for entry in resolved.identifications
        for mention in volume[1].mentions
        if mention.id == entry.mention and "Kennan" in mention.name
    }
    assert len(keys) == 1


def test_dateline(volume: list[Record]) -> None:
    record = volume[1]
    assert record.date
    assert (record.date.edtf, record.date.time) == ("1946-02-22", "21:00")
    received = next(date for date in record.dates if date.role == "received")
    assert (received.edtf, received.time, received.evidence.quote) == (
        "1946-02-22",
        "15:52",
        "Received February 22—3:52 p.m.",
    )
    assert [(event.kind, event.place and event.place.name) for event in record.events] == [
        ("writing", "Moscow"),
        ("reception", None),
    ]


def test_source_note_and_marking(volume: list[Record]) -> None:
    record = volume[1]
    (reference,) = record.references
    assert [level.value for level in reference.levels] == ["861.00", "2–2246"]
    assert record.form
    assert (record.form.value, record.form.evidence.quote) == ("telegram", "Telegram")
    assert [(marking.value, marking.kind) for marking in record.markings] == [("SECRET", "classification")]


def test_the_enclosure_is_a_record_of_its_own(volume: list[Record]) -> None:
    (part,) = volume[1].parts
    assert part.id == "frus1946v06-d475-enclosure-1"
    assert [p.mention.name for p in part.senders] == ["Molotov"]
    assert part.senders[0].mention.titles == ("Mr.",)
    assert [p.mention.name for p in part.party("signatory")] == ["V. Molotov"]
    assert part.date
    assert part.date.edtf == "1946-02-20"
    assert [(related.relation, related.record) for related in volume[1].related] == [("enclosure", part.id)]
    assert not any(m.name == "Molotov" for m in volume[1].mentions)


def test_a_document_without_a_dated_line_has_the_bounds_of_the_edition(volume: list[Record]) -> None:
    date = volume[2].date
    assert date
    assert (date.edtf, date.evidence.status) == ("[1946-03-01..1946-03-05]", "stated")
    assert date.evidence.path == "//*[@xml:id='d476']/@*[local-name()='doc-dateTime-min']"
    words = [quoted(VOLUME, one) for one in (date.evidence, *date.evidence.premises)]
    assert words == ["1946-03-01T00:00:00-05:00", "1946-03-05T23:59:59-05:00"]


def _bounded(attributes: str, dateline: str = "") -> Record:
    body = f'<div type="document" xml:id="d1" {attributes}>{dateline}<p>No date stands here.</p></div>'
    frus = 'xmlns:frus="http://history.state.gov/frus/ns/1.0"'
    return records(f'<TEI {NS} {frus} xml:id="v"><text><body>{body}</body></text></TEI>')[1]


@pytest.mark.parametrize(
    ("minimum", "maximum", "edtf", "bounds", "why"),
    [
        (
            "1946-03-01T00:00:00-05:00",
            "1946-03-01T23:59:59-05:00",
            "1946-03-01",
            ("1946-03-01",) * 2,
            "a day",
        ),
        (
            "1946-03-01",
            "1946-03-05",
            "[1946-03-01..1946-03-05]",
            ("1946-03-01", "1946-03-05"),
            "some day of five",
        ),
        ("1946", "1946", "1946", ("1946-01-01", "1946-12-31"), "a year"),
        ("1946-03-01", None, "[1946-03-01..]", ("1946-03-01", None), "the last moment is not stated"),
        (None, "1946-03-05", "[..1946-03-05]", (None, "1946-03-05"), "nor here the first"),
        ("1946-13-01", "1946-03-05", "[..1946-03-05]", (None, "1946-03-05"), "what is no date is left out"),
        ("1946-03-05", "1946-03-01", None, None, "a span that runs backwards"),
        ("undated", "", None, None, "words are no date"),
    ],
)
def test_the_editors_date_a_document(
    minimum: str | None,
    maximum: str | None,
    edtf: str | None,
    bounds: tuple[str | None, ...] | None,
    why: str,
) -> None:
    pairs = (("min", minimum), ("max", maximum))
    record = _bounded(
        " ".join(f'frus:doc-dateTime-{name}="{value}"' for name, value in pairs if value is not None)
    )
    date = record.date
    assert (date and date.edtf) == edtf, why
    if date is not None:
        assert (date.earliest, date.latest) == bounds
        assert (date.evidence.status, date.evidence.rule) == ("stated", "tei.document-date")


@pytest.mark.parametrize(
    ("line", "kinds", "why"),
    [
        ("1946-03-01", [], "both name the day"),
        ("1946-04-01", ["conflicting-dates"], "the dated line is later"),
        ("1946-02-01", ["conflicting-dates"], "or earlier"),
        ("1946", [], "a year that holds the day"),
    ],
)
def test_dated_line_and_editors_are_compared(line: str, kinds: list[str], why: str) -> None:
    attributes = 'frus:doc-dateTime-min="1946-03-01" frus:doc-dateTime-max="1946-03-01"'
    record = _bounded(attributes, f'<dateline><date when="{line}">{line}</date></dateline>')
    assert record.date
    assert record.date.edtf == line
    assert [finding.kind for finding in record.findings] == kinds, why


def test_an_empty_date_in_a_dateline_is_quoted_by_its_attribute() -> None:
    """Editors hide the date of an undated document in the dateline: nothing is printed there."""
    record = letter('<dateline rend="hidden"><date when="1794-06-13"/></dateline><p>Text.</p>')
    assert record.date
    assert (record.date.edtf, record.date.evidence.quote) == ("1794-06-13", "1794-06-13")
    assert record.date.evidence.path
    assert record.date.evidence.path.endswith("/@when")


def test_received_in_two_sections_is_two_events() -> None:
    """Each with its own words: an activity has one date."""
    line = '<date when="1917-12-25">December 25, 1917</date><lb/>[Received in sections, December 27, 5.03 a.m. and December 28, 6 a.m.]'
    record = letter(f"<dateline>{line}</dateline><p>Text.</p>")
    told = [(event.date and event.date.edtf, event.evidence.quote) for event in record.events]
    assert told == [
        ("1917-12-27", "Received in sections, December 27, 5.03 a.m."),
        ("1917-12-28", "and December 28, 6 a.m."),
    ]
    triples, _ = _described([record])
    assert not validate(triples).violations


def test_who_signs_what_he_is_said_to_receive_is_reported() -> None:
    xml = VOLUME.replace('type="from" corresp="#p_KGF1"', 'type="to" corresp="#p_KGF1"')
    document = records(xml)[1]
    assert "doubtful-party" in [finding.kind for finding in document.findings]
    assert [party.mention.name for party in document.addressees] == ["Kennan", "Secretary of State"]


@pytest.mark.parametrize(
    ("place", "expected", "why"),
    [
        ("Jena", [("place", "Jena")], "a town"),
        (
            "Legation of Spain,<lb/>Washington",
            [("organisation", "Legation of Spain"), ("place", "Washington")],
            "an office above a town is no part of the town's name",
        ),
        ("Department of State", [("organisation", "Department of State")], "an office is no place"),
        ("<settlement>Paris</settlement>", [("place", "Paris")], "a name inside a name counts once"),
    ],
)
def test_what_stands_in_a_dateline(place: str, expected: list[tuple[str, str]], why: str) -> None:
    record = letter(f"<dateline><placeName>{place}</placeName></dateline><p>Text.</p>")
    assert [(mention.kind, mention.name) for mention in record.mentions] == expected, why


@pytest.mark.parametrize(
    ("signed", "expected", "why"),
    [
        ("<persName>Kennan</persName>", ["Kennan"], "marked up"),
        ("Charlemagne Tower.", ["Charlemagne Tower"], "a surname that is also a word"),
        ("H[enry] L. S[timson]", ["H[enry] L. S[timson]"], "initials that the editor filled up"),
        ("John Hay,<lb/>Secretary of State", ["John Hay"], "the office on the next line is no name"),
        ("Secretary of State", [], "an office alone names nobody"),
        ("", [], "nothing"),
    ],
)
def test_signatures(signed: str, expected: list[str], why: str) -> None:
    record = letter(f"<p>Text of the letter.</p><closer><signed>{signed}</signed></closer>")
    assert [party.mention.name for party in record.party("signatory")] == expected, why


@pytest.mark.parametrize(
    ("kinds", "ids", "why"),
    [
        (["letter"], ["v"], "one letter is the text of its file"),
        (["letter", "letter"], ["v", "v-document-1", "v-document-2"], "several are a volume"),
        (["document"], ["v", "v-document-1"], "a document is one of a volume"),
        (["chapter", "chapter"], ["v"], "chapters are no documents"),
    ],
)
def test_what_makes_a_volume(kinds: list[str], ids: list[str], why: str) -> None:
    body = "".join(f'<div type="{kind}"><p>Text.</p></div>' for kind in kinds)
    found = records(f'<TEI {NS} xml:id="v"><text><body>{body}</body></text></TEI>')
    assert [record.id for record in found] == ids, why


def test_a_corpus_gives_its_letters_and_itself() -> None:
    inner = LETTER.split("?>", 1)[1]
    xml = f'<teiCorpus {NS} xml:id="horen"><teiHeader><fileDesc><titleStmt><title>Die Horen</title></titleStmt></fileDesc></teiHeader>{inner}</teiCorpus>'
    assert [(record.id, record.level, record.parent) for record in records(xml)][:2] == [
        ("horen", "collection", None),
        ("schiller-1794-06-13", None, "horen"),
    ]


def test_an_id_used_twice_does_not_lead_astray() -> None:
    """The file is invalid but readable; evidence then goes by position from the root."""
    xml = f'<TEI {NS}><text xml:id="a"><body><p xml:id="a">Written by <persName>Fichte</persName>.</p></body></text></TEI>'
    (record,) = records(xml)
    (mention,) = record.mentions
    assert mention.evidence.path == "/*[1]/*[1]"
    assert quoted_positions(xml, mention.evidence.path) == "Written by Fichte."


def quoted_positions(xml: str, path: str) -> str:
    return str(etree.fromstring(xml.encode(), etree.XMLParser(collect_ids=False)).xpath(f"string({path})"))


# --- what is refused


def _entities(declaration: str, use: str = "x") -> bytes:
    return f"<!DOCTYPE TEI [{declaration}]><TEI {NS}><text><body><p>{use}</p></body></text></TEI>".encode()


_LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{"&" + before + ";" * 1}&{before};">'
    for before, name in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize(
    ("data", "error", "words", "why"),
    [
        (
            _entities('<!ENTITY f SYSTEM "file:///etc/passwd">', "&f;"),
            SourceError,
            "entity 'f'",
            "reads a file",
        ),
        (
            _entities('<!ENTITY h SYSTEM "http://127.0.0.1/x">', "&h;"),
            SourceError,
            "entity 'h'",
            "calls a server",
        ),
        (_entities(_LAUGHS, "&h;"), SourceError, "entity 'a'", "grows without bound"),
        (
            _entities('<!ENTITY % p SYSTEM "http://127.0.0.1/p.dtd"> %p;'),
            SourceError,
            "parameter entity 'p'",
            "loads declarations",
        ),
        (_entities('<!ENTITY n "harmless">'), SourceError, "entity 'n'", "declared is enough"),
        (
            _entities('<!ENTITY f "x">')
            .decode()
            .replace("<!DOCTYPE", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE')
            .encode("utf-16"),
            SourceError,
            "entity 'f'",
            "another encoding hides nothing",
        ),
        (
            f'<!DOCTYPE TEI SYSTEM "tei.dtd"><TEI {NS}><text><p>caf&eacute;</p></text></TEI>'.encode(),
            SourceError,
            "eacute",
            "an entity of a DTD that is not loaded would be lost in silence",
        ),
        (
            f"<TEI {NS}>{'<div>' * 1000}{'</div>' * 1000}</TEI>".encode(),
            BudgetError,
            "nested more than 256 deep",
            "deep nesting",
        ),
        (
            f"<TEI {NS}><p>{'x' * 10_500_000}</p></TEI>".encode(),
            BudgetError,
            "over the limit",
            "one huge text",
        ),
        (f"<TEI {NS}>\n<text>\n</TEI>".encode(), SourceError, "line 3, column", "says where"),
        (b"<TEI", SourceError, "not well-formed", "cut off"),
        (f'<?xml version="1.0" encoding="UTF-7"?><TEI {NS}/>'.encode(), EncodingError, "encoding", "UTF-7"),
        (
            f"<TEI {NS}><p>".encode() + b"\xff</p></TEI>",
            SourceError,
            "line 1, column",
            "bytes that are no UTF-8",
        ),
        (b"", SourceError, "empty", "nothing"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_hostile_and_broken_files_are_refused(
    data: bytes, error: type[FondsError], words: str, why: str
) -> None:
    with pytest.raises(error) as caught:
        list(tei.convert(Source(data, "hostile.xml"), tei.Options()))
    assert words in str(caught.value), why
    assert caught.value.place is not None
    assert caught.value.place.startswith("hostile.xml")
    assert caught.value.remedy


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE TEI>",
        '<!DOCTYPE TEI SYSTEM "http://127.0.0.1:9/tei.dtd">',
        '<!DOCTYPE TEI PUBLIC "-//TEI P5" "file:///dev/stdin">',
        "<!DOCTYPE TEI [<!ELEMENT TEI ANY>]>",
    ],
    ids=["bare", "web address", "file", "element declaration"],
)
def test_a_harmless_doctype_is_read_and_nothing_is_loaded(doctype: str) -> None:
    tree = parse(Source.of(f"{doctype}<TEI {NS}><text><p>Jena</p></text></TEI>"))
    assert text_of(tree.getroot()) == "Jena"


def test_xinclude_is_not_followed() -> None:
    record = letter(
        '<p>a<include xmlns="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/>b.</p>'
    )
    assert record.span.end < 10


def test_a_file_of_entities_is_claimed_so_that_the_refusal_can_be_read() -> None:
    """`no converter recognises this document` would hide why."""
    source = Source(_entities('<!ENTITY f "x">'), "hostile.xml")
    assert detect(source) == "tei"
    with pytest.raises(SourceError, match="entity 'f'"):
        convert(source)


def test_comments_and_instructions_are_no_text() -> None:
    record = letter("<p>Signed by <!-- not --><?page 1?><persName>Fi<!-- c -->chte</persName>.</p>")
    assert [mention.name for mention in record.mentions] == ["Fichte"]


@pytest.mark.parametrize(
    ("xml", "claimed", "why"),
    [
        (f"<TEI {NS}/>", True, "by its root"),
        (f'<t:TEI xmlns:t="{tei.NAMESPACE}"/>', True, "with a prefix"),
        (f"<!-- c --><?p?><!DOCTYPE TEI><TEI {NS}/>", True, "after a prolog"),
        ("\ufeff" + f"<TEI {NS}/>", True, "after a byte order mark"),
        ("<TEI.2/>", True, "old TEI, to say that it is not read"),
        ("<ead/>", False, "a finding aid"),
        ('<TEI xmlns="urn:other"/>', False, "a namesake"),
        ("<html><body>TEI</body></html>", False, "a page"),
        ("TEI is a format", False, "plain text"),
        ("<TEI", False, "cut off before the root is known"),
    ],
)
def test_a_file_is_tei_by_its_root(xml: str, claimed: bool, why: str) -> None:
    assert tei.sniff(Source.of(xml, "any-name.txt")) is claimed, why


@pytest.mark.parametrize(
    ("xml", "error", "words"),
    [
        ("<TEI.2><teiHeader/></TEI.2>", SourceError, "TEI P4"),
        ("<TEI><teiHeader/></TEI>", SourceError, "no namespace"),
        (f"<text {NS}/>", UnknownFormat, "<text>"),
        ('<ead xmlns="urn:isbn:1-931666-22-9"/>', UnknownFormat, "<ead>"),
        (f"<TEI {NS}><facsimile/></TEI>", SourceError, "neither a teiHeader nor a text"),
    ],
    ids=["P4", "no namespace", "a part", "a finding aid", "nothing to read"],
)
def test_what_is_no_tei_says_so(xml: str, error: type[FondsError], words: str) -> None:
    with pytest.raises(error) as caught:
        list(tei.convert(Source.of(xml, "x.xml"), tei.Options()))
    assert words in str(caught.value)
    assert caught.value.remedy


# --- paths


def test_a_path_leads_to_its_element_in_any_tool() -> None:
    root = etree.fromstring(VOLUME.encode())
    for element in root.iter("*"):
        assert root.xpath(xpath_of(element)) == [element]


# --- RDF


def _described(found: list[Record]) -> tuple[list[Triple], set[str]]:
    triples: set[Triple] = set()
    for resolved in resolve(found):
        for layer in describe(resolved, MINT).values():
            triples |= set(layer)
    triples |= set(vocabulary(MINT, objects(triples)))
    return sorted(triples, key=str), {subject for subject, _, _ in triples}


@pytest.mark.parametrize("xml", [LETTER, VOLUME], ids=["letter", "volume"])
def test_the_graph_conforms_and_leads_nowhere_wrong(xml: str) -> None:
    triples, subjects = _described(records(xml))
    report = validate(triples)
    assert not report.violations
    things = {thing for _, _, thing in triples if not isinstance(thing, Literal)}
    assert not {iri for iri in subjects | things if iri.startswith("_:")}
    local = {iri for iri in things if iri.startswith(MINT.base)} - {MINT.dataset()}
    assert not local - subjects


def test_a_passage_has_an_xpath_refined_by_a_position() -> None:
    found = records(VOLUME)
    triples, _ = _described(found)
    date = found[1].date
    assert date
    evidence = date.evidence
    passage = MINT.passage(evidence.source, evidence.start, evidence.end, evidence.path)
    said = {(predicate, thing) for subject, predicate, thing in triples if subject == f"{passage}/element"}
    assert said == {
        (TYPE, OA + "XPathSelector"),
        (RDF + "value", Literal("//*[@xml:id='d475']")),
        (OA + "refinedBy", f"{passage}/position"),
    }
    selectors = {thing for s, p, thing in triples if (s, p) == (passage, OA + "hasSelector")}
    assert selectors == {f"{passage}/element", f"{passage}/quote"}


def test_the_same_offsets_in_two_elements_are_two_passages() -> None:
    one = MINT.passage("a" * 64, 0, 4, "/*[1]")
    assert one != MINT.passage("a" * 64, 0, 4, "/*[2]")
    assert MINT.date("r", "sent", 0, 4, "/*[1]") != MINT.date("r", "sent", 0, 4, "/*[2]")
    assert MINT.passage("a" * 64, 0, 4) == f"{MINT.base}passage/{'a' * 16}/0-4"


def test_the_same_records_with_any_hash_seed() -> None:
    program = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); from tei_samples import *;"
        "print(hashlib.sha256(repr([records(LETTER), records(VOLUME)]).encode()).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program, str(Path(__file__).parent)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_the_guide_shows_what_happens() -> None:
    import doctest

    page = Path(__file__).parents[1] / "docs" / "tei.md"
    done = doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert done.attempted >= 8
    assert done.failed == 0


# --- whole volumes, where they are at hand


def _bare(words: str) -> str:
    return "".join(words.split()).strip(".,;:")


@cache
def _volume(name: str) -> list[Record]:
    if not FRUS.is_dir():
        pytest.skip("the volumes are not at hand")
    (path,) = FRUS.glob(f"*/{name}*.xml")
    return list(convert(Source.read(path)))


@pytest.mark.parametrize("name", ["frus1897", "frus1917Supp02v02", "frus1930v01", "frus1952-54v14p2"])
def test_volumes_agree_with_the_markup(name: str) -> None:
    """Sender, addressee, date and place in at least 99 of 100 documents."""
    found = _volume(name)
    lines = (FRUS / "gold_from_markup.jsonl").read_text("utf-8").splitlines()
    gold = {row["id"]: row for row in map(json.loads, lines) if row["volume"] == name}
    assert {record.id for record in found[1:]} == {f"{name}-{key}" for key in gold}
    right: Counter[str] = Counter()
    for record in found[1:]:
        row = gold[record.id.removeprefix(f"{name}-")]
        right["sender"] += [_bare(p.mention.name) for p in record.senders] == [
            _bare(x["text"]) for x in row["from"]
        ]
        right["addressee"] += [_bare(p.mention.name) for p in record.addressees] == [
            _bare(x["text"]) for x in row["to"]
        ]
        days = [day["when"] for line in row["datelines"] for day in line["dates"] if day["when"]]
        date = record.date
        day = date and f"{date.edtf}{f'T{date.time}:00' if date.time else ''}"
        right["date"] += day == (days[0] if days else None)
        places = [place for line in row["datelines"] for place in line["place"]]
        written = [event.place.name for event in record.events if event.kind == "writing" and event.place]
        right["place"] += bool(places) == bool(written) and (
            not places or _bare(places[0]).endswith(_bare(written[0]))
        )
    assert {key: count for key, count in right.items() if count < 0.99 * len(gold)} == {}


@pytest.mark.parametrize("name", ["frus1917Supp02v02", "frus1952-54v14p2"])
def test_all_text_of_a_volume_is_mapped_or_kept(name: str) -> None:
    found = _volume(name)
    (path,) = FRUS.glob(f"*/{name}*.xml")
    assert coverage(Source.read(path), found).share >= 0.99


def test_documents_of_a_volume_conform() -> None:
    found = _volume("frus1917Supp02v02")
    sample = [found[0], *found[1 :: len(found) // 50][:50]]
    assert len(sample) == 51
    triples, subjects = _described(sample)
    report = validate(triples)
    assert not report.violations
    things = {thing for _, _, thing in triples if not isinstance(thing, Literal)}
    assert not {iri for iri in subjects | things if iri.startswith("_:")}
    assert not {iri for iri in things if iri.startswith(MINT.base)} - subjects - {MINT.dataset()}
