"""Authority records: who is described, by which names, when, and in which relations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from eac_samples import BODY, EAC1, EAC2
from ead_samples import EAD2002, source
from lxml import etree
from test_ead import dangling, evidence_in
from test_terms import lint

from fonds.agents import authority
from fonds.agents.resolve import resolve
from fonds.agents.stated import agent_key
from fonds.converters import Options, convert, detect
from fonds.converters import eac as room
from fonds.converters.named import reference, role_of, tag_of
from fonds.coverage import coverage
from fonds.description import AgentDescription
from fonds.errors import ConfigError, FondsError, SourceError, UnknownFormat
from fonds.rdf.describe import describe, objects, vocabulary
from fonds.rdf.iris import Minter
from fonds.rdf.terms import LABEL, OWL, RICO, TYPE, Literal, Triple
from fonds.record import Record
from fonds.source import Source
from fonds.validate import validate

SHARED = Path(__file__).parents[2] / "shared" / "data" / "eac-cpf"
FILES = sorted(SHARED.glob("*.xml"))
MINT = Minter("https://example.org/archive/", "2026-01-31")
OWN = MINT.agent("id/ARAN_NP_0518")
real = pytest.mark.skipif(not FILES, reason="the shared authority records are not here")


def record(content: str) -> Record:
    (found,) = convert(source(content, "agent.xml"))
    return found


def told(content: str) -> AgentDescription:
    found = record(content).agent
    assert found is not None
    return found


def graph(*contents: str) -> set[Triple]:
    records = [one for content in contents for one in convert(source(content, "agent.xml"))]
    return {
        triple
        for resolved in resolve(records)
        for layer in describe(resolved, MINT).values()
        for triple in layer
    }


# --- what is read

BOTH = pytest.mark.parametrize("content", [EAC1, EAC2], ids=["1.0", "2.0"])


@BOTH
def test_both_versions_say_who_is_described(content: str) -> None:
    assert detect(source(content)) == "eac"
    agent = told(content)
    assert agent.main.kind == "person"
    assert agent.main.name == "Vernadsky, Vladimir"
    assert agent.main.parts is not None
    assert (agent.main.parts.family, agent.main.parts.given) == ("Vernadsky", "Vladimir")
    assert agent.main.ref == "ARAN_NP_0518"
    assert record(content).id == "aran-np-0518"


@BOTH
def test_both_versions_give_names_with_form_and_language(content: str) -> None:
    assert [(form.mention.name, form.form, form.language) for form in told(content).forms] == [
        ("Vernadsky, Vladimir", "authorized", "en"),
        ("Вернадский, Владимир Иванович", "variant", "ru"),
    ]


@pytest.mark.parametrize(("content", "edtf"), [(EAC1, "1863/1945"), (EAC2, "1863/..")], ids=["1.0", "2.0"])
def test_a_name_is_borne_for_a_time(content: str, edtf: str) -> None:
    used = told(content).forms[1].use
    assert used is not None
    assert (used.role, used.edtf) == ("use", edtf)


@BOTH
def test_both_versions_say_when_the_agent_lived(content: str) -> None:
    agent = told(content)
    assert [(date.edtf, date.words) for date in agent.existence] == [
        ("1863-03-12/1945-01-06", "12 March 1863 - 6 January 1945")
    ]
    assert [(date.role, date.edtf) for date in agent.ends] == [
        ("beginning", "1863-03-12"),
        ("end", "1945-01-06"),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("place", "Saint Petersburg", "a place"),
        ("occupation", "mineralogist", "an occupation, inside its plural"),
        ("function", "teaching", "a function"),
        ("mandate", "Statutes of the Academy", "a mandate"),
        ("legal-status", "academician", "a legal status, without a plural around it"),
    ],
)
def test_facts(kind: str, value: str, why: str) -> None:
    assert (kind, value) in [(fact.kind, fact.value) for fact in told(EAC1).facts], why


def test_facts_have_dates_places_roles_and_notes() -> None:
    facts = {fact.kind: fact for fact in told(EAC1).facts}
    assert facts["place"].role == "birth"
    assert facts["place"].place is not None
    assert facts["occupation"].date is not None
    assert facts["occupation"].date.edtf == "1885/1945"
    assert facts["function"].note is not None
    assert facts["function"].note.value == "In Moscow."


def test_histories_keep_their_paragraphs() -> None:
    assert [one.value for one in told(EAC1).histories] == [
        "An age of revolutions.",
        "He founded geochemistry.\nHe kept a diary.",
    ]


@pytest.mark.parametrize(
    ("content", "other", "kind", "type_", "role"),
    [
        (EAC1, "Vernadsky, George", "person", "family", None),
        (EAC1, "Vladimir Vernadsky", "agent", "identity", None),
        (EAC1, "Academy of Sciences", "agent", None, None),
        (EAC2, "Vernadsky, George", "person", None, "father of / son"),
        (EAC2, "Academy of Sciences", "organisation", "associative", None),
        (BODY, "Premier bureau", "organisation", "temporal-earlier", None),
        (BODY, "Division des affaires administratives", "organisation", "hierarchical-parent", None),
    ],
    ids=["family", "identity", "unstated", "own-type", "associative", "earlier", "above"],
)
def test_relations(content: str, other: str, kind: str, type_: str | None, role: str | None) -> None:
    found = next(one for one in told(content).relations if one.other.name == other)
    assert (found.other.kind, found.type, found.role) == (kind, type_, role)


@BOTH
def test_relations_to_records(content: str) -> None:
    assert [(one.type, one.title.value) for one in told(content).resources] == [("creatorOf", "Fond 518")]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("source", "Great Soviet Encyclopedia", "what the record rests on"),
        ("maintenanceAgency/agencyName", "Archive of the Academy of Sciences", "who keeps the record"),
        ("structureOrGenealogy", "Son of an economist.", "no property fits"),
        ("functionRelation/relationEntry", "research", "a relation to a function"),
        ("term/@vocabularySource", "f1", "where a term comes from"),
    ],
)
def test_what_has_no_place_of_its_own_is_kept(name: str, value: str, why: str) -> None:
    assert (name, value) in [(field.name, field.value) for field in record(EAC1).fields], why


def test_several_identities_are_several_records() -> None:
    inner = EAC1[EAC1.index("<cpfDescription>") : EAC1.index("</cpfDescription>") + len("</cpfDescription>")]
    other = inner.replace("Vernadsky", "Fersman")
    both = EAC1.replace(inner, f"<multipleIdentities>{inner}{other}</multipleIdentities>")
    found = convert(source(both))
    assert [one.id for one in found] == ["aran-np-0518", "aran-np-0518-identity-2"]
    refs = [one.agent.main.ref for one in found if one.agent]
    assert len(set(refs)) == 2


# --- references


@pytest.mark.parametrize(
    ("number", "origin", "expected", "why"),
    [
        ("https://viaf.org/viaf/1", "viaf", "https://viaf.org/viaf/1", "an IRI stays"),
        ("71398958", "viaf", "https://viaf.org/viaf/71398958", "a number of a known authority file"),
        ("n79021164", "naf", "http://id.loc.gov/authorities/names/n79021164", "by another of its names"),
        ("FRAN_NP_000005", None, "FRAN_NP_000005", "long, with letters and digits: one file's alone"),
        ("12", "local", "local/12", "a short number means something in its file only"),
        ("12", None, "aid/12", "and without a file it stays with the finding aid"),
        (None, "viaf", None, "no number, no reference"),
    ],
)
def test_numbers_of_authority_files(
    number: str | None, origin: str | None, expected: str | None, why: str
) -> None:
    assert reference(number, origin, "aid") == expected, why


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("aut", "author"),
        ("Author (aut)", "author"),
        ("http://id.loc.gov/vocabulary/relators/col", "collector"),
        ("Creator:", "creator"),
        ("producteur", "creator"),
        ("Correspondent (crp)", None),
    ],
)
def test_relators(words: str, role: str | None) -> None:
    assert role_of(words) == role


@pytest.mark.parametrize(
    ("code", "script", "tag"),
    [("fre", None, "fr"), ("fra", "Latn", "fr"), ("srp", "Latn", "sr-Latn"), ("xxx", None, None)],
)
def test_language_codes(code: str, script: str | None, tag: str | None) -> None:
    assert tag_of(code, script) == tag


def test_one_number_is_one_agent_in_all_files_and_two_are_two() -> None:
    cited = EAD2002.replace("71398958", "ARAN_NP_0518").replace('source="viaf" ', "")
    records = [*convert(source(EAC1)), *convert(source(cited))]
    keys = {
        agent.key: agent
        for resolved in resolve(records)
        for agent in resolved.agents
        if "Vernadsky" in agent.label
    }
    assert agent_key("ARAN_NP_0518") in keys
    assert set(keys[agent_key("ARAN_NP_0518")].names)
    assert agent_key("ARAN_NP_0519") in keys  # the son of the same surname stays himself


def test_names_alike_with_different_numbers_stay_apart() -> None:
    name = '<persname authfilenumber="PERSON_000{}">Ivanov, Ivan</persname>'
    content = (
        "<ead><eadheader/><archdesc><did><unittitle>F</unittitle><origination>"
        f"{name.format(1)}{name.format(2)}<persname>Ivanov, I.</persname></origination></did></archdesc></ead>"
    )
    (resolved,) = (one for one in resolve(convert(source(content))) if one.record.unit)
    keys = {entry.mention: entry.agent for entry in resolved.identifications}
    by_ref = {mention.ref: keys[mention.id] for mention in resolved.record.mentions}
    assert len(set(by_ref.values())) == 3


# --- in RDF


@pytest.fixture(scope="module")
def statements() -> set[Triple]:
    return graph(EAC1)


@pytest.mark.parametrize(
    ("predicate", "thing", "why"),
    [
        (TYPE, RICO + "Person", "who it is"),
        (LABEL, Literal("Vernadsky, Vladimir"), "the authorized form is the label"),
        (RICO + "identifier", Literal("ARAN_NP_0518"), "the number"),
        (RICO + "history", Literal("An age of revolutions.", language="en"), "history"),
        (RICO + "hasOrHadOccupationOfType", MINT.concept("occupation", "mineralogist"), "occupation"),
        (RICO + "hasOrHadLegalStatus", MINT.concept("legalstatus", "academician"), "legal status"),
        (RICO + "isOrWasRegulatedBy", MINT.rule(None, "Statutes of the Academy"), "mandate"),
        (RICO + "isAgentAssociatedWithAgent", MINT.agent("id/ARAN_NP_0519"), "a relative"),
        (OWL + "sameAs", MINT.agent("id/www.wikidata.org/entity/Q192112"), "identity"),
    ],
)
def test_what_is_stated_of_the_agent(statements: set[Triple], predicate: str, thing: Any, why: str) -> None:
    assert (OWN, predicate, thing) in statements, why


def test_the_record_is_about_the_agent(statements: set[Triple]) -> None:
    own = MINT.record("aran-np-0518")
    assert (own, RICO + "describesOrDescribed", OWN) in statements
    assert (own, RICO + "hasDocumentaryFormType", MINT.concept("form", "authority-record")) in statements


@pytest.mark.parametrize(("name", "edtf"), [("hasBeginningDate", "1863-03-12"), ("hasEndDate", "1945-01-06")])
def test_life_dates(statements: set[Triple], name: str, edtf: str) -> None:
    nodes = {o for s, p, o in statements if s == OWN and p == RICO + name}
    values = {o.lexical for s, p, o in statements if s in nodes and p == RICO + "normalizedDateValue"}
    assert values == {edtf}


def test_a_function_is_an_activity_of_the_agent(statements: set[Triple]) -> None:
    (activity,) = (s for s, p, o in statements if p == RICO + "isOrWasPerformedBy" and o == OWN)
    assert (activity, RICO + "hasActivityType", MINT.concept("activitytype", "teaching")) in statements
    assert any(s == activity and p == RICO + "occurredAtDate" for s, p, _ in statements)


def test_directions_of_relations_between_bodies() -> None:
    made = graph(BODY)
    own, earlier, above = (MINT.agent(f"id/FR_BODY_000{number}") for number in ("3531", "3000", "3532"))
    assert (own, RICO + "isSuccessorOf", earlier) in made
    assert (own, RICO + "isOrWasSubordinateTo", above) in made
    (relation,) = (s for s, p, o in made if p == TYPE and o == RICO + "AgentHierarchicalRelation")
    assert (relation, RICO + "relationHasSource", above) in made
    assert (relation, RICO + "relationHasTarget", own) in made
    assert any(s == relation and p == RICO + "relationHasDate" for s, p, _ in made)


def test_a_name_borne_twice_has_two_periods() -> None:
    made = graph(BODY)
    name = MINT.name("id/FR_BODY_0003531", "Bureau du personnel")
    relations = {s for s, p, o in made if p == RICO + "relationHasSource" and o == name}
    assert len(relations) == 2
    dates = {o for s, p, o in made if s in relations and p == RICO + "relationHasDate"}
    values = {o.lexical for s, p, o in made if s in dates and p == RICO + "normalizedDateValue"}
    assert values == {"1945/1951", "1961/1975"}


@pytest.mark.parametrize("content", [EAC1, EAC2, BODY], ids=["1.0", "2.0", "body"])
def test_each_record_conforms_and_all_terms_are_known(content: str) -> None:
    made = graph(content)
    report = validate(list(made))
    assert report.conforms, [(v.focus, v.message) for v in report.violations]
    made.update(vocabulary(MINT, objects(made)))
    assert lint(made) == []
    assert not dangling(made)


@pytest.mark.parametrize("content", [EAC1, EAC2, BODY], ids=["1.0", "2.0", "body"])
def test_every_quote_stands_where_its_path_leads_and_nothing_is_lost(content: str) -> None:
    tree = etree.fromstring(content.encode())
    for one in evidence_in(record(content)):
        nodes = tree.xpath(one.path)
        assert len(nodes) == 1, one.path
        text = nodes[0] if isinstance(nodes[0], str) else tree.xpath(f"string({one.path})")
        assert text[one.start : one.end] == one.quote
    assert coverage(source(content), [record(content)]).share == 1


# --- as an authority file


def test_a_file_and_a_folder_are_authority_files(tmp_path: Path) -> None:
    (tmp_path / "one.xml").write_text(EAC1, "utf-8")
    (tmp_path / "two.xml").write_text(BODY, "utf-8")
    one = authority.read(tmp_path / "one.xml")
    both = authority.read(tmp_path)
    assert [entry.label for entry in one.entries] == ["Vernadsky, Vladimir"]
    assert len(both.entries) == 2
    (entry,) = one.entries
    assert (entry.birth, entry.death, entry.kind) == ("1863-03-12", "1945-01-06", "person")
    assert [office.title for office in entry.offices] == ["mineralogist"]
    assert "https://viaf.org/viaf/71398958" in entry.links
    assert "http://www.wikidata.org/entity/Q192112" in entry.links


@pytest.mark.parametrize(
    ("number", "why"),
    [("ARAN_NP_0518", "its own number"), ("http://viaf.org/viaf/71398958", "a link, by http")],
)
def test_a_finding_aid_that_cites_the_number_names_the_entry(tmp_path: Path, number: str, why: str) -> None:
    (tmp_path / "one.xml").write_text(EAC1, "utf-8")
    known = authority.read(tmp_path)
    cited = EAD2002.replace("71398958", number).replace('source="viaf" ', "")
    whole = next(one for one in resolve(convert(source(cited)), known) if one.record.level == "fonds")
    linked = [agent.label for agent in whole.agents if agent.authority == known.entries[0].iri]
    assert linked == ["Vernadsky, Vladimir"], why


@pytest.mark.parametrize(
    ("files", "words"),
    [({}, "no authority record"), ({"a.xml": "<ead/>"}, "root element"), ({"a.xml": "<x"}, "well-formed")],
    ids=["empty", "wrong", "broken"],
)
def test_a_folder_that_is_no_authority_file(tmp_path: Path, files: dict[str, str], words: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=words):
        authority.read(tmp_path)


# --- errors


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ('<cpfDescription xmlns="urn:isbn:1-931666-33-4"/>', UnknownFormat, "cpfDescription"),
        ('<eac-cpf xmlns="http://www.tei-c.org/ns/1.0"/>', UnknownFormat, "tei-c"),
        ('<eac-cpf xmlns="urn:isbn:1-931666-33-4"><control/></eac-cpf>', SourceError, "no agent is named"),
        ('<eac-cpf xmlns="urn:isbn:1-931666-33-4">', SourceError, "well-formed"),
    ],
    ids=["root", "tei", "nameless", "broken"],
)
def test_errors_say_what_is_wrong(content: str, error: type[FondsError], words: str) -> None:
    with pytest.raises(error) as raised:
        list(room.convert(source(content), Options()))
    assert words in str(raised.value)
    assert raised.value.remedy


# --- real authority records


@real
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_real_authority_records(path: Path) -> None:
    origin = Source.read(path)
    records = convert(origin)
    (found,) = records
    assert found.agent is not None
    relations = sum(
        element.tag.rpartition("}")[2] == "cpfRelation" for element in etree.parse(str(path)).iter("*")
    )
    assert len(found.agent.relations) == relations
    assert coverage(origin, records).share >= 0.99
    (resolved,) = resolve(records)
    made = {triple for layer in describe(resolved, MINT).values() for triple in layer}
    report = validate(list(made))
    assert report.conforms, [(v.focus, v.message) for v in report.violations]
    made.update(vocabulary(MINT, objects(made)))
    assert lint(made) == []
    assert not dangling(made)
