"""Finding aids: each unit once and in its place, everything that is said of it, and nothing lost."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from ead_samples import EAD3, EAD2002, NAMESPACED, NUMBERED, source
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from test_terms import lint

import fonds.coverage as coverage_room
from fonds.agents.resolve import resolve
from fonds.converters import CONVERTERS, Options, convert, detect
from fonds.converters import ead as room
from fonds.converters.structured_dates import normal
from fonds.converters.xml_stream import events
from fonds.coverage import coverage
from fonds.errors import FondsError, SourceError, UnknownFormat
from fonds.naming import apart
from fonds.rdf.describe import describe, objects, vocabulary
from fonds.rdf.iris import Minter
from fonds.rdf.terms import DCTERMS, EDTF, LABEL, OWL, RICO, RST, SCHEMA, TYPE, Literal, Triple
from fonds.record import Evidence, Record
from fonds.source import Source
from fonds.validate import validate

SHARED = Path(__file__).parents[2] / "shared" / "data"
FILES = sorted([*SHARED.glob("ead2002/*.xml"), *SHARED.glob("ead3/*.xml")])
MINT = Minter("https://example.org/archive/", "2026-01-31")
real = pytest.mark.skipif(not FILES, reason="the shared finding aids are not here")


def units(content: str = EAD2002, **options: Any) -> dict[str, Record]:
    """The records by title, or by id where there is none."""
    found = convert(source(content), options=Options(**options))
    return {record.title.value if record.title else record.id: record for record in found}


@pytest.fixture(scope="module")
def aid() -> dict[str, Record]:
    return units()


@pytest.fixture(scope="module")
def top(aid: dict[str, Record]) -> Record:
    return aid["Papers of Vladimir Vernadsky"]


def graph(records: tuple[Record, ...]) -> set[Triple]:
    return {
        triple
        for resolved in resolve(records)
        for layer in describe(resolved, MINT).values()
        for triple in layer
    }


# --- what is read


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (EAD2002, "EAD 2002 as its DTD has it, without a namespace"),
        (NAMESPACED, "EAD 2002 as its schema has it"),
        (EAD3, "EAD3"),
        (NUMBERED, "no XML declaration, numbered components"),
    ],
)
def test_each_form_of_ead_is_recognised(content: str, why: str) -> None:
    assert detect(source(content)) == "ead", why


def test_the_namespace_changes_nothing() -> None:
    plain, spaced = units(), units(NAMESPACED)
    assert list(plain) == list(spaced)
    for title, record in plain.items():
        other = spaced[title]
        assert (record.id, record.parent, record.level) == (other.id, other.parent, other.level)
        assert [field.value for field in record.fields] == [field.value for field in other.fields]


@pytest.mark.parametrize(
    ("title", "level", "parent"),
    [
        ("Papers of V. I. Vernadsky: a finding aid", None, None),
        ("Papers of Vladimir Vernadsky", "fonds", None),
        ("Manuscripts", "series", "Papers of Vladimir Vernadsky"),
        ("Diary, 1917", "file", "Manuscripts"),
        ("Letter to the Academy", "item", None),  # its parent has the title of its sister
        ("Enclosure", "item", "Letter to the Academy"),
        ("Photographs", "packet", "Papers of Vladimir Vernadsky"),
    ],
)
def test_every_level_is_a_record_in_its_place(
    aid: dict[str, Record], title: str, level: str | None, parent: str | None
) -> None:
    assert aid[title].level == level
    if parent is not None:
        assert aid[title].parent == aid[parent].id


@pytest.mark.parametrize(
    ("title", "parent"), [("A", "F"), ("B", "A"), ("C", "B"), ("D", "F"), ("F", None)], ids=str
)
def test_numbered_components_nest_by_their_place(title: str, parent: str | None) -> None:
    found = units(NUMBERED)
    assert found[title].parent == (found[parent].id if parent else None)


def test_two_units_with_one_number_and_title_stay_two() -> None:
    found = convert(source(EAD2002))
    twins = [record for record in found if record.title and record.title.value == "Diary, 1917"]
    assert len(twins) == 2
    assert twins[0].id != twins[1].id
    assert {twin.identifiers[0].value for twin in twins} == {"delo 1"}


@pytest.mark.parametrize(
    ("identifier", "why"),
    [
        ("aran-518", "the finding aid is called after its eadid"),
        ("aran-518-archdesc", "the whole has no @id"),
        ("aran-518-s1", "a component has one"),
    ],
)
def test_ids_come_from_the_file(identifier: str, why: str) -> None:
    assert identifier in {record.id for record in convert(source(EAD2002))}, why


def test_an_id_changes_with_what_it_names_and_not_with_its_sisters() -> None:
    """A unit without @id has its place and a hash of its number and title in its id."""
    before = {record.title.value: record.id for record in units(NUMBERED).values() if record.title}
    after = {
        record.title.value: record.id
        for record in units(NUMBERED.replace("<unittitle>C<", "<unittitle>C!<")).values()
        if record.title
    }
    assert before["B"] == after["B"]
    assert before["C"] != after["C!"]


def test_ids_that_differ_in_case_alone_are_told_apart() -> None:
    twice = NUMBERED.replace('<c01 level="series">', '<c01 level="series" id="a">').replace(
        "<c02 ", '<c02 id="A" '
    )
    found = [record for record in convert(source(twice)) if record.id.casefold().startswith("n-a")]
    assert len({record.id.casefold() for record in found}) == len(found) >= 3  # archdesc, a and A
    assert any(finding.kind == "identifier" for record in found for finding in record.findings)


def test_two_finding_aids_with_one_eadid_are_renamed_whole() -> None:
    first, second = (convert(source(EAD2002 + tail)) for tail in ("", "<!-- again -->"))
    taken = {record.id.casefold() for record in first}
    moved = apart(second, taken)
    ids = {record.id for record in moved}
    assert not {name.casefold() for name in ids} & taken
    for record in moved:
        assert record.parent is None or record.parent in ids
        assert record.unit is None or record.unit.finding_aid.id in ids
        assert record.unit is None or record.unit.above is None or record.unit.above.id == record.parent


# --- what is said of a unit


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("extent", "2,150 files", "an extent"),
        ("dimensions", "40 linear metres", "what has no place of its own keeps its name"),
        ("container", "box 1-40", "the number alone would not say of what"),
        ("abstract", "Scientific papers and letters.", "an abstract is not the scope"),
        ("arrangement", "Two series.", "arrangement"),
        ("custodhist", "Kept by the family until 1945.", "custody, without the acquisition inside it"),
        ("acqinfo", "Given to the Academy in 1946.", "an element inside another of its kind is read apart"),
        ("appraisal", "Nothing was destroyed.", "appraisal"),
        ("processinfo", "Described in 1962.", "processing"),
        ("accessrestrict", "Open.", "the heading is not part of the restriction"),
        ("accessrestrict/head", "Access", "and is kept"),
        ("userestrict", "Copies by permission.", "conditions of use"),
        ("phystech", "Fragile.", "kept as it stands"),
        ("bioghist", "Mineralogist and geochemist.", "the life of the creator"),
        ("repository/address", "Moscow", "the address is not part of the holder's name"),
        ("origination/@label", "Creator", "an attribute with words"),
        ("controlaccess/head", "Terms", "a heading of index terms"),
    ],
)
def test_prose_is_kept_under_the_name_of_its_element(top: Record, name: str, value: str, why: str) -> None:
    assert value in [field.value for field in top.fields if field.name == name], why


def test_the_scope_is_the_summary_with_its_paragraphs_apart(top: Record) -> None:
    assert top.summary is not None
    assert top.summary.value == "Manuscripts, diaries.\nLetters of Fersman, Alexander."
    assert top.summary.language == "en"


@pytest.mark.parametrize(
    ("title", "role", "edtf", "words"),
    [
        ("Papers of Vladimir Vernadsky", "dated", "1880/1945", "1880-1945"),
        ("Papers of Vladimir Vernadsky", "bulk", "1900/1940", "mostly 1900-1940"),
        ("Manuscripts", "dated", "1890~", "circa 1890"),
        ("Letter to the Academy", "dated", "1917-11-08", "8 November 1917"),
        ("Papers of V. I. Vernadsky: a finding aid", "published", "1980", "1980"),
    ],
)
def test_dates(aid: dict[str, Record], title: str, role: str, edtf: str, words: str) -> None:
    found = [date for date in aid[title].dates if date.role == role]
    assert [(date.edtf, date.evidence.quote) for date in found] == [(edtf, words)]


def test_a_date_in_a_title_is_read_and_the_title_left_whole() -> None:
    found = [record for record in convert(source(EAD2002)) if record.level == "file"]
    assert [date.edtf for record in found for date in record.dates] == ["1917"]


def test_words_that_are_no_date_are_kept_without_one(aid: dict[str, Record]) -> None:
    last = next(record for record in aid.values() if record.title is None)
    assert [(date.edtf, date.evidence.quote) for date in last.dates] == [(None, "dates not examined")]


@pytest.mark.parametrize(
    ("value", "edtf", "why"),
    [
        ("1801-01-01/2000-12-31", "1801/2000", "whole years written as days"),
        ("1982-03-01 / 1993-12-31", "1982-03-01/1993-12-31", "spaces around the slash"),
        ("1925/1925", "1925", "one year written as a range"),
        ("19500301/19511224", "1950-03-01/1951-12-24", "the short form of ISO 8601"),
        ("1950/open", "1950/..", "no end yet"),
        ("1950/9999", "1950/..", "a year that stands for no end"),
        ("192X", "192X", "EDTF itself"),
        ("1923-13", None, "no such month"),
        ("2000/1990", None, "the end before the beginning"),
        ("0000", None, "a year that stands for nothing"),
        ("last week", None, "words are not a normal form"),
    ],
)
def test_normal_forms(value: str, edtf: str | None, why: str) -> None:
    found = normal(value)
    assert (found.edtf if found else None) == edtf, why


@pytest.mark.parametrize(
    ("date", "edtf", "finding"),
    [
        ('<unitdate normal="1932">1923</unitdate>', "1932", True),
        ('<unitdate normal="1923">1923</unitdate>', "1923", False),
        ('<unitdate normal="1932-13">1923</unitdate>', "1923", False),
        ("<unitdate>1881-2003, bulk 1915-1946</unitdate>", None, False),
        ('<unitdate calendar="republican">an II</unitdate>', None, False),
        ('<unitdate normal="1920" certainty="approximate">1920</unitdate>', "1920~", False),
        ("<unitdatestructured><datesingle notbefore='1917' notafter='1920'>after the war</datesingle>"
         "</unitdatestructured>", "[1917..1920]", False),
        ("<unitdatestructured><daterange><fromdate standarddate='1917'/><todate>present</todate></daterange>"
         "</unitdatestructured>", "1917/", False),
    ],
    ids=["disagree", "agree", "bad-normal", "two-dates", "calendar", "about", "between", "no-end"],
)  # fmt: skip
def test_words_and_normal_form(date: str, edtf: str | None, finding: bool) -> None:
    content = f"<ead><eadheader/><archdesc><did><unittitle>F</unittitle>{date}</did></archdesc></ead>"
    record = units(content)["F"]
    assert [one.edtf for one in record.dates] == [edtf]
    assert bool(record.findings) is finding


@pytest.mark.parametrize(
    ("name", "role", "note", "why"),
    [
        ("Vernadsky, Vladimir Ivanovich, 1863-1945", "creator", "cre", "origination with a role"),
        ("Fersman, Alexander", "author", "aut", "an author is not a subject"),
        ("Karpinsky, Alexander", "associate", "Correspondent (crp)", "a role that the table does not know"),
    ],
)
def test_who_has_a_part_in_the_records(top: Record, name: str, role: str, note: str, why: str) -> None:
    assert (name, role, note) in [(p.mention.name, p.role, p.note) for p in top.parties], why


def test_index_terms_are_told_from_agents(top: Record) -> None:
    assert top.unit is not None
    assert [(term.kind, term.value) for term in top.unit.terms] == [
        ("subject", "Geochemistry"),
        ("subject", "Crimea -- History"),
        ("genre", "diaries"),
        ("function", "research"),
        ("occupation", "mineralogists"),
    ]
    indexed = {mention.name for mention in top.mentions if mention.evidence.zone == "index"}
    assert indexed == {"Einstein, Albert", "Crimea"}


def test_names_in_prose_are_mentions(top: Record) -> None:
    assert [m.name for m in top.mentions if m.evidence.zone == "scopecontent"] == ["Fersman, Alexander"]


def test_languages_have_tags(top: Record) -> None:
    assert [(one.value, one.language) for one in top.languages] == [("Russian", "ru"), ("French", "fr")]


def test_a_linked_object(aid: dict[str, Record]) -> None:
    found = [one for record in convert(source(EAD2002)) if record.unit for one in record.unit.objects]
    assert [one.href for one in found] == ["https://example.org/diary-1917"]


@pytest.mark.parametrize(
    ("content", "stated", "holder", "why"),
    [
        (EAD2002, None, "Archive of the Russian Academy of Sciences", "the finding aid names it"),
        (EAD2002, "Another", "Archive of the Russian Academy of Sciences", "which goes before fonds.toml"),
        (NUMBERED, "State Archive", "State Archive", "fonds.toml names it"),
        (NUMBERED, None, None, "nobody names it, so nobody is named"),
    ],
)
def test_the_holder_is_stated_or_absent(
    content: str, stated: str | None, holder: str | None, why: str
) -> None:
    whole = next(record for record in units(content, holder=stated).values() if record.level == "fonds")
    assert whole.unit is not None
    assert whole.unit.holder == holder, why


def test_what_is_internal_is_left_out_and_said_so(aid: dict[str, Record], top: Record) -> None:
    assert "Closed file" not in aid
    assert not any("moved" in field.value for field in top.fields)
    found = [f.message for record in aid.values() for f in record.findings if f.kind == "internal"]
    assert len(found) == 2
    assert all("audience" in message for message in found)


def test_ead3_says_the_same_in_other_words(top: Record) -> None:
    new = units(EAD3)["Papers of Vladimir Vernadsky"]
    assert [(i.value, i.scheme) for i in new.identifiers] == [(i.value, i.scheme) for i in top.identifiers]
    assert [date.edtf for date in new.dates] == ["1880/1945", "1900/1910", "1940"]
    assert [date.role for date in new.dates] == ["dated", "bulk", "bulk"]
    assert new.dates[0].words == "1880 - 1945"
    maker, old = new.parties[0].mention, top.parties[0].mention
    assert maker.name == "Vernadsky, Vladimir Ivanovich"
    assert maker.parts is not None
    assert maker.parts.family == "Vernadsky"
    assert maker.ref == old.ref == "https://viaf.org/viaf/71398958"
    values = {field.name: field.value for field in new.fields}
    assert values["extent"] == "2,150 files"
    assert values["container"] == "box 1-40"
    assert new.unit is not None
    assert [term.value for term in new.unit.terms] == ["Geochemistry -- Russia"]
    assert [one.title.value for one in new.unit.objects if one.title] == ["Scans"]


# --- evidence and coverage


def evidence_in(value: Any) -> list[Evidence]:
    if isinstance(value, Evidence):
        return [value, *value.premises]
    if isinstance(value, tuple):
        return [found for each in value for found in evidence_in(each)]
    if is_dataclass(value):
        return [found for each in fields(value) for found in evidence_in(getattr(value, each.name))]
    return []


@pytest.mark.parametrize("content", [EAD2002, NAMESPACED, EAD3, NUMBERED], ids=["2002", "ns", "3", "c01"])
def test_every_quote_stands_where_its_path_leads(content: str) -> None:
    tree = etree.fromstring(content.encode(), etree.XMLParser(remove_comments=True, load_dtd=False))
    found = [one for record in convert(source(content)) for one in evidence_in(record)]
    assert found
    for one in found:
        nodes = tree.xpath(one.path)
        assert len(nodes) == 1, one.path
        text = nodes[0] if isinstance(nodes[0], str) else tree.xpath(f"string({one.path})")
        assert text[one.start : one.end] == one.quote


@pytest.mark.parametrize(
    ("content", "dropped", "why"),
    [
        (EAD2002, len("Shelftobemoved.Closedfile"), "what is marked as internal"),
        (EAD3, 0, "all of it"),
        (NUMBERED, 0, "all of it"),
    ],
)
def test_nothing_is_lost_in_silence(content: str, dropped: int, why: str) -> None:
    told = coverage(source(content), convert(source(content)))
    assert told.dropped == dropped, why
    assert told.mapped > told.kept > 0 or content is NUMBERED


def test_coverage_tells_mapped_kept_and_dropped_apart() -> None:
    content = NUMBERED.replace(
        "<unittitle>F</unittitle>",
        "<unittitle>F</unittitle><physloc>shelf</physloc><note audience='internal'><p>secret</p></note>",
    )
    told = coverage(source(content), convert(source(content)))
    rows = {row.name: row for row in told.elements}
    assert (rows["eadid"].mapped, rows["physloc"].kept, rows["p"].dropped) == (1, 5, 6)
    assert told.mapped + told.kept + told.dropped == sum(row.characters for row in told.elements)
    assert "p" in told.to_text()
    assert b"share" in told.to_json().encode()


def test_coverage_counts_the_source_and_not_the_claims() -> None:
    """Records of which half is taken away cover less."""
    records = convert(source(EAD2002))
    whole = coverage(source(EAD2002), records)
    half = coverage(source(EAD2002), records[: len(records) // 2])
    assert half.share < whole.share
    assert coverage(source(EAD2002), ()).share == 0


# --- in RDF


@pytest.fixture(scope="module")
def statements() -> set[Triple]:
    return graph(convert(source(EAD2002)))


def iri(name: str) -> str:
    return MINT.record(f"aran-518-{name}")


@pytest.mark.parametrize(
    ("subject", "predicate", "thing", "why"),
    [
        ("archdesc", TYPE, RICO + "RecordSet", "a fonds is a set"),
        ("archdesc", RICO + "hasRecordSetType", RST + "Fonds", "of the kind that is stated"),
        ("s1", RICO + "isDirectlyIncludedIn", iri("archdesc"), "the hierarchy, upwards only"),
        ("archdesc", RICO + "isOrWasDescribedBy", MINT.record("aran-518"), "the finding aid"),
        ("archdesc", RICO + "hasOrHadHolder", MINT.repository("Archive of the Russian Academy of Sciences"),
         "the holder"),
        ("archdesc", RICO + "identifier", Literal("fond 518"), "the number"),
        ("archdesc", RICO + "recordResourceExtent", Literal("2,150 files", language="en"), "the extent"),
        ("archdesc", RICO + "conditionsOfAccess", Literal("Open.", language="en"), "access"),
        ("archdesc", RICO + "conditionsOfUse", Literal("Copies by permission.", language="en"), "use"),
        ("archdesc", RICO + "recordResourceStructure", Literal("Two series.", language="en"), "arrangement"),
        ("archdesc", RICO + "history", Literal("Given to the Academy in 1946.", language="en"), "acquisition"),
        ("archdesc", RICO + "note", Literal("phystech: Fragile.", language="en"), "the rest as a note"),
        ("archdesc", RICO + "hasOrHadSubject", MINT.concept("subject", "Geochemistry"), "a subject"),
        ("archdesc", RICO + "hasOrHadSomeMembersWithDocumentaryFormType", MINT.concept("form", "diaries"),
         "a genre of some records"),
        ("archdesc", DCTERMS + "created", Literal("1880/1945", EDTF), "for everyone else"),
        ("archdesc", TYPE, SCHEMA + "Collection", "a collection"),
        ("archdesc", TYPE, SCHEMA + "ArchiveComponent", "of an archive"),
    ],
)  # fmt: skip
def test_what_is_stated(statements: set[Triple], subject: str, predicate: str, thing: Any, why: str) -> None:
    assert (iri(subject), predicate, thing) in statements, why


def test_items_are_records_and_what_lies_in_them_parts(
    statements: set[Triple], aid: dict[str, Record]
) -> None:
    letter, enclosure = (MINT.record(aid[name].id) for name in ("Letter to the Academy", "Enclosure"))
    assert (letter, TYPE, RICO + "Record") in statements
    assert (enclosure, TYPE, RICO + "RecordPart") in statements
    assert (enclosure, RICO + "isDirectConstituentOf", letter) in statements


def test_the_life_belongs_to_the_one_creator(statements: set[Triple]) -> None:
    told = Literal("Mineralogist and geochemist.", language="en")
    subjects = {s for s, p, o in statements if p == RICO + "history" and o == told}
    assert subjects == {MINT.agent("id/viaf.org/viaf/71398958")}
    (person,) = subjects
    assert (person, OWL + "sameAs", "https://viaf.org/viaf/71398958") in statements


def test_an_author_is_not_a_subject(statements: set[Triple]) -> None:
    named = {s for s, p, o in statements if p == LABEL and o == Literal("Fersman, Alexander")}
    about = {o for _, p, o in statements if p == RICO + "hasOrHadSubject"}
    assert named
    assert not named & about


def test_the_file_holds_the_finding_aid_and_not_the_fonds(statements: set[Triple]) -> None:
    file = MINT.instantiation(source(EAD2002).sha256)
    held = {s for s, p, o in statements if p == RICO + "hasOrHadDigitalInstantiation" and o == file}
    assert held == {MINT.record("aran-518")}


@pytest.mark.parametrize("content", [EAD2002, EAD3, NUMBERED], ids=["2002", "3", "c01"])
def test_each_unit_conforms_alone_and_all_terms_are_known(content: str) -> None:
    made: set[Triple] = set()
    for resolved in resolve(convert(source(content))):
        own = [triple for layer in describe(resolved, MINT).values() for triple in layer]
        report = validate(own)
        assert report.conforms, [(v.focus, v.message) for v in report.violations]
        made.update(own)
    made.update(vocabulary(MINT, objects(made)))
    assert lint(made) == []
    assert not dangling(made)


def dangling(made: set[Triple]) -> set[str]:
    """Local IRIs that nothing is said of; the data set is described with the dump."""
    known = {subject for subject, _, _ in made} | {MINT.dataset()}
    return {o for _, _, o in made if isinstance(o, str) and o.startswith(MINT.base) and o not in known}


# --- errors


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ('<archdesc xmlns="urn:isbn:1-931666-22-9"/>', UnknownFormat, "the root element is archdesc"),
        ('<ead xmlns="http://www.tei-c.org/ns/1.0"/>', UnknownFormat, "not of EAD"),
        ("<ead><eadheader><eadid>x</eadid></eadheader></ead>", SourceError, "no archdesc"),
        ("<ead><eadheader/><archdesc level='fonds'><did/></archdesc></ead>", SourceError, "no words"),
        ("<ead><archdesc><did><unittitle>F</unittitle></did></archdesc><eadheader/></ead>", SourceError,
         "eadheader stands after"),
        ("<ead><eadheader></ead>", SourceError, "not well-formed"),
        ('<!DOCTYPE ead [<!ENTITY a "b">]><ead>&a;</ead>', SourceError, "entity"),
        ('<!DOCTYPE ead SYSTEM "ead.dtd"><ead><eadheader/><archdesc><did><unittitle>caf&eacute;</unittitle>'
         "</did></archdesc></ead>", SourceError, "eacute"),
    ],
    ids=["root", "tei", "no-archdesc", "empty", "order", "broken", "entities", "undeclared"],
)  # fmt: skip
def test_errors_say_what_is_wrong(content: str, error: type[FondsError], words: str) -> None:
    with pytest.raises(error) as raised:
        list(room.convert(source(content), Options()))
    assert words in str(raised.value)
    assert raised.value.remedy


def test_the_reader_claims_what_it_can_explain() -> None:
    assert room.sniff(source('<ead xmlns="http://www.tei-c.org/ns/1.0"/>'))
    assert not room.sniff(source("<TEI/>"))
    assert not room.sniff(source("ead"))
    assert "ead" in CONVERTERS


def long_aid(files: int) -> str:
    """A finding aid with so many files in one series."""
    unit = '<c level="file"><did><unittitle>File {0}</unittitle></did><scopecontent><p>{1}</p></scopecontent></c>'
    inner = "".join(unit.format(number, "Letters and reports. " * 20) for number in range(files))
    return NUMBERED.replace("<c01><did>", f"<c01>{inner}<did>")


def test_memory_does_not_grow_with_the_file() -> None:
    """While a long file is read, no more elements are alive than while a short one is."""

    def most(files: int) -> int:
        alive = 0
        reader = room._Reader(source(long_aid(files)), Options())
        for number, _ in enumerate(reader.records()):
            if number % 50 == 0 and reader.stack:
                alive = max(alive, sum(1 for _ in reader.stack[0].element.iter()))
        return alive

    # libxml2 reads ahead by blocks of 32 KiB, so some elements are there before their turn
    assert most(3000) <= most(600) + 200


# --- real finding aids


@real
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_real_finding_aids(path: Path) -> None:
    origin = Source.read(path)
    records = convert(origin)
    assert len({record.id.casefold() for record in records}) == len(records)
    components = sum(
        element.tag.rpartition("}")[2] in {"archdesc", "c", *(f"c{n:02d}" for n in range(1, 13))}
        for element in etree.parse(str(path)).iter("*")
    )
    assert len(records) == components + 1
    assert coverage(origin, records).share >= 0.99
    known = {record.id for record in records}
    assert all(record.parent is None or record.parent in known for record in records)
    made: set[Triple] = set()
    chosen = {0, 1, len(records) // 2, len(records) - 1}
    for number, resolved in enumerate(resolve(records)):
        own = [triple for layer in describe(resolved, MINT).values() for triple in layer]
        if number in chosen:
            report = validate(own)
            assert report.conforms, [(v.focus, v.message) for v in report.violations]
        made.update(own)
    made.update(vocabulary(MINT, objects(made)))
    assert lint(made) == []
    assert not dangling(made)
    assert not any(isinstance(thing, str) and thing.startswith("_:") for _, _, thing in made)
    assert (
        Counter(s for s, p, _ in made if p == LABEL and s.startswith(f"{MINT.base}record/")).most_common(1)[
            0
        ][1]
        == 1
    ), "a unit has one label, also where its parts name it"


# --- on the command line


def test_the_command_line_tells_coverage(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from fonds.cli import main

    file = tmp_path / "aid.xml"
    file.write_text(NUMBERED, "utf-8")
    table = CliRunner().invoke(main, ["convert", str(file), "--coverage"])
    assert table.exit_code == 0
    assert table.output.startswith("aid.xml: 100.00% of the text")
    told = CliRunner().invoke(main, ["convert", str(file), "--coverage", "--format", "json"])
    assert '"share": 1.0' in told.output
    assert CliRunner().invoke(main, ["convert", str(file), "--coverage", "--format", "turtle"]).exit_code == 2


def test_a_text_has_no_elements_to_count(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="no"):
        coverage(Source.of("Dear Sir,"), ())


@pytest.mark.parametrize("content", [EAD2002, EAD3], ids=["2002", "3"])
def test_the_general_view_conforms_to_the_profile_of_others(content: str) -> None:
    import pyshacl

    from fonds.rdf.write import to_rdflib

    profile = SHARED / "ontologies" / "nde-schema-profile.shacl.ttl"
    if not profile.is_file():
        pytest.skip("the shared profile is not here")
    made = {
        triple
        for resolved in resolve(convert(source(content)))
        for triple in describe(resolved, MINT, ["generic"])["generic"]
    }
    conforms, _, words = pyshacl.validate(to_rdflib(made), shacl_graph=str(profile), allow_warnings=True)
    assert conforms, words


# --- any file


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([EAD2002, EAD3]), st.lists(st.tuples(st.integers(0, 500), st.integers(0, 4)), max_size=6)
)
def test_whatever_is_missing_or_moved_nothing_is_lost_and_nothing_breaks(
    content: str, changes: list[tuple[int, int]]
) -> None:
    """Elements are taken out, emptied, doubled or moved: an error of ours, or all words are there."""
    plain = content.replace(' audience="internal"', "")
    tree = etree.fromstring(plain.encode(), etree.XMLParser(load_dtd=False, remove_comments=True))
    for number, change in changes:
        inner = [element for element in tree.iter("*") if element is not tree]
        if not inner:
            break
        element = inner[number % len(inner)]
        above, other = element.getparent(), inner[(number * 7) % len(inner)]
        if change == 0:
            above.remove(element)
        elif change == 1:
            element.text = None
        elif change == 2:
            above.insert(0, deepcopy(element))
        elif change == 3:
            element.attrib.update(dict.fromkeys(element.attrib, "1920/"))
        elif element not in list(other.iterancestors()) and other is not element:
            other.append(element)
    origin = source(etree.tostring(tree, encoding="unicode"))
    try:
        records = convert(origin)
    except FondsError:
        return
    assert len({record.id.casefold() for record in records}) == len(records)
    assert coverage(origin, records).share >= 0.99


# --- an overview of units that are listed in full


LISTED = "<dsc{0}><head>Contents</head><c01 level='series'><did><unitid>1</unitid><unittitle>Letters</unittitle></did>{1}</c01></dsc>"
NOTE = "<scopecontent><p>Family letters.</p></scopecontent>"


def overview(first: str, second: str = "") -> str:
    head = "<ead><eadheader><eadid>N</eadid></eadheader><archdesc level='fonds'><did><unittitle>F</unittitle></did>"
    return f"{head}{first}{second}<odd><p>Last.</p></odd></archdesc></ead>"


@pytest.mark.parametrize(
    ("content", "series", "noted", "why"),
    [
        (overview(LISTED.format(" type='analyticover'", NOTE), LISTED.format(" type='in-depth'", "")), 1, True,
         "the overview repeats"),
        (overview(LISTED.format(" type='in-depth'", ""), LISTED.format(" type='analyticover'", NOTE)), 1, True,
         "also where it comes last"),
        (overview(LISTED.format(" dsctype='analyticover'", NOTE), LISTED.format(" dsctype='in-depth'", "")), 1, True,
         "EAD3 names the attribute otherwise"),
        (overview(LISTED.format(" type='analyticover'", NOTE)), 1, False, "an overview alone is all there is"),
        (overview(LISTED.format(" type='combined'", NOTE)), 1, False, "both in one"),
        (overview(LISTED.format("", NOTE), LISTED.format("", "")), 2, False, "two lists of two things"),
    ],
    ids=["first", "last", "ead3", "alone", "combined", "two"],
)  # fmt: skip
def test_an_overview_makes_no_unit_twice(content: str, series: int, noted: bool, why: str) -> None:
    for text in (content, content.replace("<ead>", '<?xml version="1.0" encoding="UTF-16"?><ead>', 1)):
        data = text.encode("utf-16" if "UTF-16" in text else "utf-8")
        records = convert(Source(data, "aid.xml"))
        assert sum(record.level == "series" for record in records) == series, why
        notes = [field for record in records for field in record.fields if field.name == "overview"]
        assert [field.value for field in notes] == ["1 Letters Family letters."] * noted
        assert any(f.kind == "overview" for record in records for f in record.findings) is noted
        assert len({record.id for record in records}) == len(records)
        tree = etree.fromstring(data)
        for one in (one for record in records for one in evidence_in(record)):
            (node,) = tree.xpath(one.path)
            words = node if isinstance(node, str) else tree.xpath(f"string({one.path})")
            assert words[one.start : one.end] == one.quote
        assert coverage(Source(data, "aid.xml"), records).share == 1


def test_what_is_internal_in_an_overview_is_left_out_too() -> None:
    first = LISTED.format(" type='analyticover'", NOTE).replace("<c01", "<c01 audience='internal'")
    records = convert(source(overview(first, LISTED.format(" type='in-depth'", ""))))
    assert not any("Family" in field.value for record in records for field in record.fields)
    assert {finding.kind for record in records for finding in record.findings} == {"internal", "overview"}


# --- coverage as a stream


def test_coverage_takes_the_records_one_by_one() -> None:
    taken = []

    def told() -> Any:
        for record in convert(source(EAD2002)):
            taken.append(record.id)
            yield record

    found = coverage(source(EAD2002), told())
    assert found == coverage(source(EAD2002), convert(source(EAD2002)))
    assert len(taken) == len(convert(source(EAD2002)))


@pytest.mark.parametrize("content", [EAD2002, NAMESPACED, EAD3, NUMBERED], ids=["2002", "ns", "3", "c01"])
def test_coverage_counts_each_character_once(content: str) -> None:
    tree = etree.fromstring(content.encode(), etree.XMLParser(remove_comments=True, load_dtd=False))
    told = coverage(source(content), convert(source(content)))
    assert told.mapped + told.kept + told.dropped == len("".join("".join(tree.itertext()).split()))
    assert sum(row.count for row in told.elements) == sum(1 for _ in tree.iter("*"))
    values = [value for element in tree.iter("*") for value in element.attrib.values()]
    assert sum(row.characters for row in told.attributes) == len("".join("".join(values).split()))


def test_coverage_of_a_long_file_keeps_no_tree() -> None:
    """While a long file is counted, no more elements are alive than while a short one is."""

    def most(files: int) -> int:
        alive = 0
        counts = coverage_room._Counts({}, None)
        for number, (opens, element) in enumerate(events(source(long_aid(files)))):
            (counts.open if opens else counts.close)(element)
            if number % 500 == 0:
                alive = max(alive, sum(1 for _ in element.getroottree().iter()))
        assert counts.elements["c"][3] == files
        return alive

    assert most(3000) <= most(600) + 200
