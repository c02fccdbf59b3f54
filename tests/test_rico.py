"""What the archival description says of a record, and what it does not say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from graphs import MINT, doubted, layer, subjects, things
from samples import SAMPLES, cable, party, report

from fonds.rdf.describe import describe
from fonds.rdf.terms import (
    DCTERMS,
    EDTF,
    FONDS,
    LABEL,
    LANG,
    OA,
    OWL,
    RDFS,
    RICO,
    SCHEMA,
    TYPE,
    XSD,
    Literal,
    Term,
)
from fonds.record import Performer


@pytest.mark.parametrize(
    ("sample", "predicate", "thing"),
    [
        pytest.param("cable", RICO + "hasAuthor", MINT.agent("wcda-208877/stalin"), id="author"),
        pytest.param("cable", RICO + "hasSender", MINT.agent("wcda-208877/stalin"), id="sender"),
        pytest.param("cable", FONDS + "hasCopyRecipient", MINT.agent("wcda-208877/3rd-unit"), id="a unit gets a copy"),
        pytest.param("cable", FONDS + "leaves", Literal("0040-0041"), id="leaves keep their zeros"),
        pytest.param("cable", FONDS + "copiesMade", Literal("4", XSD + "integer"), id="a count is a number"),
        pytest.param(
            "cable", RICO + "isDirectlyIncludedIn", MINT.base + "recordset/rgaspi/fonds-558/opis-11/delo-98",
            id="the file in which it lies",
        ),
        pytest.param("cable", RICO + "hasOrHadHolder", MINT.repository("RGASPI"), id="holder"),
        pytest.param(
            "cable", RICO + "hasOrHadSubject", MINT.agent("wcda-208877/harriman"), id="the summary is about him"
        ),
        pytest.param("cable", FONDS + "classificationMarking", Literal("STRICTLY SECRET"), id="marking as written"),
        pytest.param("report", RICO + "recordResourceExtent", Literal("3 pages"), id="a bare number gets its unit"),
        pytest.param(
            "report", RICO + "note", Literal("country: USSR (Far East)/Japan"), id="a label without a home is kept"
        ),
        pytest.param("report", RICO + "note", Literal("grading of the content: 3", language="en"), id="a grading"),
        pytest.param(
            "memorandum", RICO + "hasOrHadConstituent", MINT.record("memo-1953-08-12-attachment"), id="attachment"
        ),
        pytest.param("memorandum", RICO + "hasCreator", MINT.agent("memo-1953-08-12/smith"), id="who signs creates"),
    ],
)  # fmt: skip
def test_the_record_says(sample: str, predicate: str, thing: Term) -> None:
    record = MINT.record(SAMPLES[sample]().record.id)
    assert (record, predicate, thing) in layer("rico", sample)


@pytest.mark.parametrize(
    ("sample", "predicate", "thing"),
    [
        pytest.param(
            "cable", RICO + "hasOrHadSubject", MINT.agent("wcda-208877/stalin"),
            id="the sender stands in the title as sender, not as subject",
        ),
        pytest.param(
            "report", RICO + "hasOrHadSubject", MINT.agent("csdb-18851/molotov"), id="named in the body only"
        ),
        pytest.param(
            "cable", RICO + "hasAddressee", MINT.agent("wcda-208877/3rd-unit"), id="a copy is not an address"
        ),
        pytest.param("memorandum", RICO + "hasAuthor", MINT.agent("memo-1953-08-12/smith"), id="a signer need not write"),
        pytest.param("cable", RICO + "hasCreator", MINT.agent("wcda-208877/goldberg"), id="the translator's is the translation"),
        pytest.param("memorandum", FONDS + "classificationMarking", Literal("CONFIDENTIAL"), id="struck through"),
        pytest.param(
            "memorandum", RICO + "hasOrHadLegalStatus", MINT.concept("classification", "CONFIDENTIAL"), id="no status left"
        ),
    ],
)  # fmt: skip
def test_the_record_does_not_say(sample: str, predicate: str, thing: Term) -> None:
    record = MINT.record(SAMPLES[sample]().record.id)
    assert (record, predicate, thing) not in layer("rico", sample)


def test_a_struck_marking_differs_from_one_that_stands() -> None:
    rico = layer("rico", "memorandum")
    states = {
        str(thing[0]) if isinstance(thing, Literal) else thing: things(rico, s, FONDS + "markingState")
        for s, p, thing in rico
        if p == LABEL and (s, TYPE, FONDS + "Marking") in rico
    }
    assert states["CONFIDENTIAL"] == {MINT.concept("markingstate", "struck")}
    assert states["Security Information"] == {MINT.concept("markingstate", "applied")}


def test_the_text_in_the_file_is_the_translation() -> None:
    rico = layer("rico", "cable")
    original, held = MINT.record("wcda-208877"), MINT.translation("wcda-208877")
    file = MINT.instantiation(cable().record.source.sha256)
    assert subjects(rico, RICO + "hasOrHadDigitalInstantiation", file) == {held}
    assert (held, FONDS + "isTranslationOf", original) in rico
    assert (held, RICO + "hasCreator", MINT.agent("wcda-208877/goldberg")) in rico
    assert not things(rico, original, RICO + "hasOrHadLanguage")
    assert len(things(rico, held, RICO + "hasOrHadLanguage")) == 1


def test_a_relation_is_as_sure_as_its_weakest_leg() -> None:
    rico = layer("rico", "cable")
    (decipherment,) = subjects(rico, RICO + "hasActivityType", MINT.concept("activitytype", "decipherment"))
    relations = subjects(rico, RICO + "relationHasSource", decipherment)
    assert len(relations) == 4
    assert {t for one in relations for t in things(rico, one, RICO + "relationCertainty")} == {
        Literal("probable")
    }


def test_every_relation_has_one_certainty_and_both_ends() -> None:
    """Two witnesses of one relation must not leave it with two tiers."""
    for name in SAMPLES:
        rico = layer("rico", name)
        relations = {s for s, p, o in rico if p == TYPE and str(o).endswith("Relation")}
        for one in relations:
            assert len(things(rico, one, RICO + "relationCertainty")) == 1
            ends = [
                len(things(rico, one, RICO + name))
                for name in ("relationHasSource", "relationHasTarget", "relationConnects")
            ]
            assert ends in ([1, 1, 0], [0, 0, 2]), one


def test_two_witnesses_strengthen() -> None:
    resolved = cable()
    stalin = resolved.record.party("author")[0]
    weak = party("author", stalin.mention, replace(stalin.evidence, certainty="possible", rule="other"))
    rico = frozenset(
        describe(replace(resolved, record=replace(resolved.record, parties=(weak, stalin))), MINT)["rico"]
    )
    relation = MINT.relation("wcda-208877", "author", "wcda-208877/stalin")
    assert things(rico, relation, RICO + "relationCertainty") == {Literal("certain")}


@pytest.mark.parametrize(
    ("sample", "expressed", "value", "kind"),
    [
        pytest.param("cable", "November 4, 1945", Literal("1945-11-04", EDTF), "dated", id="a day"),
        pytest.param(
            "cable", "0120 4 November 1945", Literal("1945-11-04T01:20"), "sent", id="a minute is no second"
        ),
        pytest.param("report", "To Early 1954", Literal("../1954", EDTF), "information", id="an open range"),
        pytest.param("report", "mid-autumn 1953", Literal("1953-23", EDTF), "received", id="a season"),
    ],
)
def test_dates(sample: str, expressed: str, value: Literal, kind: str) -> None:
    rico = layer("rico", sample)
    dates = subjects(rico, RICO + "expressedDate", Literal(expressed))
    (date,) = {one for one in dates if (one, RICO + "hasDateType", MINT.concept("datetype", kind)) in rico}
    assert things(rico, date, RICO + "normalizedDateValue") == {value}


def test_a_mentioned_date_is_not_the_records() -> None:
    rico = layer("rico", "report")
    (date,) = subjects(rico, RICO + "expressedDate", Literal("April 1953"))
    assert not {s for s, _, o in rico if o == date}


def test_a_body_is_no_place() -> None:
    """The cable arrived "at the VKP CC": a body that took part, not a location."""
    rico = layer("rico", "cable")
    (arrival,) = subjects(rico, RICO + "hasActivityType", MINT.concept("activitytype", "arrival"))
    assert not things(rico, arrival, RICO + "hasOrHadLocation")
    assert things(rico, arrival, RICO + "hasOrHadParticipant") == {MINT.agent("wcda-208877/vkpb-cc")}


def test_a_record_only_mentioned_is_not_held() -> None:
    rico = layer("rico", "cable")
    (draft,) = things(rico, MINT.record("wcda-208877"), RICO + "isReplyTo")
    assert isinstance(draft, str)
    assert things(rico, draft, FONDS + "held") == {Literal("false", XSD + "boolean")}
    assert things(rico, draft, RICO + "hasRecordState") == {MINT.concept("recordstate", "draft")}
    assert not things(rico, draft, RICO + "hasOrHadDigitalInstantiation")


def test_what_is_only_possible_is_told_with_its_certainty_alone() -> None:
    """A shortcut cannot say how sure it is, so a mere possibility has none: only the relation."""
    made = describe(doubted(cable(), "possible"), MINT)
    rico, generic = frozenset(made["rico"]), frozenset(made["generic"])
    record = MINT.record("wcda-208877")
    assert not things(rico, record, RICO + "hasAuthor")
    assert not things(rico, record, RICO + "hasOrHadSubject")
    assert not things(generic, record, SCHEMA + "creator")
    relation = MINT.relation("wcda-208877", "author", "wcda-208877/stalin")
    assert things(rico, relation, RICO + "relationCertainty") == {Literal("possible")}


def test_support_is_no_surer_than_the_identification() -> None:
    """That the signer wrote is stated; that the signer is this agent is probable."""
    made = describe(doubted(cable(), "probable"), MINT)
    triple = (MINT.record("wcda-208877"), RICO + "hasAuthor", MINT.agent("wcda-208877/stalin"))
    assert triple in made["rico"]
    evidence = frozenset(made["evidence"])
    (support,) = subjects(evidence, OA + "hasBody", MINT.statement(triple))
    assert things(evidence, support, FONDS + "certainty") == {Literal("probable")}
    assert things(evidence, support, FONDS + "reason") == {Literal("the same name", language="en")}


def test_who_was_at_an_event_did_not_perform_it() -> None:
    resolved = cable()
    arrival = resolved.record.events[1]
    assert arrival.place
    there = Performer(role="arrived-at", mention=arrival.place, evidence=arrival.evidence)
    record = replace(resolved.record, events=(replace(arrival, place=None, performers=(there,)),))
    rico = frozenset(describe(replace(resolved, record=record), MINT)["rico"])
    iri = MINT.activity(record.id, "arrival", arrival.evidence.start)
    assert things(rico, iri, RICO + "hasOrHadParticipant") == {MINT.agent("wcda-208877/vkpb-cc")}
    assert not things(rico, iri, RICO + "isOrWasPerformedBy")


def test_a_place_is_addressed_by_no_property() -> None:
    """ "To Moscow" says where, not who: RiC-O takes agents only, so a plain relation keeps the words."""
    resolved = cable()
    moscow = next(m for m in resolved.record.mentions if m.name == "MOSCOW")
    record = replace(resolved.record, parties=(party("addressee", moscow),))
    rico = frozenset(describe(replace(resolved, record=record), MINT)["rico"])
    assert not things(rico, MINT.record(record.id), RICO + "hasAddressee")
    relation = MINT.relation(record.id, "addressee", "wcda-208877/moscow")
    assert things(rico, relation, TYPE) == {RICO + "Relation"}
    assert things(rico, relation, RICO + "relationHasTarget") == {MINT.place("wcda-208877/moscow")}


def test_a_group_holds_no_position() -> None:
    """In RiC-O a person occupies a position; that of a group is kept as a plain relation."""
    resolved = report()
    army = next(m for m in resolved.record.mentions if m.name == "ARMY")
    office = replace(resolved.record.positions[1], holder=army)
    record = replace(resolved.record, positions=(office,))
    rico = frozenset(describe(replace(resolved, record=record), MINT)["rico"])
    holder = MINT.agent("csdb-18851/army")
    assert not things(rico, holder, RICO + "occupiesOrOccupied")
    (relation,) = subjects(rico, RICO + "relationHasSource", holder) & subjects(rico, TYPE, RICO + "Relation")
    assert things(rico, relation, RICO + "relationState") == {Literal("present", language="en")}


def test_a_rank_with_a_period_keeps_it() -> None:
    resolved = report()
    rank, informer = resolved.record.positions[0], resolved.record.positions[-1]
    dated = replace(rank, period=informer.period)
    record = replace(resolved.record, positions=(dated,))
    rico = frozenset(describe(replace(resolved, record=record), MINT)["rico"])
    (relation,) = subjects(rico, TYPE, RICO + "TypeRelation")
    assert things(rico, relation, RICO + "relationHasDate")
    assert things(rico, MINT.agent("csdb-18851/otroshchenko"), RICO + "hasOrHadOccupationOfType") == {
        MINT.concept("rank", "Colonel")
    }


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        pytest.param("English", "en", LANG + "eng", id="a name with its tag"),
        pytest.param("de", None, LANG + "ger", id="a tag alone, by its bibliographic code"),
        pytest.param(
            "Sütterlin", None, MINT.base + "language/s%C3%BCtterlin", id="words that are no language"
        ),
    ],
)
def test_languages(value: str, language: str | None, expected: str) -> None:
    resolved = report()
    stated = replace(resolved.record.languages[0], value=value, language=language)
    record = replace(resolved.record, languages=(stated,))
    made = describe(replace(resolved, record=record), MINT)
    assert (MINT.record(record.id), RICO + "hasOrHadLanguage", expected) in made["rico"]
    assert (MINT.record(record.id), DCTERMS + "language", expected) in made["generic"]


def test_sameness_needs_a_sure_identification() -> None:
    """The authority's own link is owl:sameAs only where it is certain that its entry is meant."""
    link = "https://example.org/authority/macarthur"
    macarthur = MINT.agent("wcda-208877/macarthur")
    assert (macarthur, OWL + "sameAs", link) in layer("rico", "cable")
    resolved = cable()
    rico = frozenset(describe(doubted(resolved, "probable"), MINT)["rico"])
    assert (macarthur, OWL + "sameAs", link) not in rico
    assert (macarthur, RDFS + "seeAlso", link) in rico


def test_candidates_and_likenesses_assert_no_identity() -> None:
    rico = layer("rico", "report")
    molotov = MINT.agent("csdb-18851/molotov")
    assert things(rico, molotov, FONDS + "candidate") == {
        MINT.agent("hsg-1"),
        "https://example.org/people/vyacheslav-molotov",
    }
    assert not {p for _, p, _ in rico} & {OWL + "sameAs"}
    pair = MINT.likeness("csdb-18851/molotov", "wcda-208877/molotov")
    assert (pair, RICO + "relationHasContext", MINT.concept("role", "possibly-the-same")) in layer(
        "rico", "cable"
    )


def test_an_office_of_a_body_is_one_office() -> None:
    rico = layer("rico", "report")
    office = MINT.position(
        "csdb-18851/mfa", "Chief of the Japanese Section of the Ministry of Foreign Affairs"
    )
    assert (MINT.agent("csdb-18851/rozanov"), RICO + "occupiesOrOccupied", office) in rico
    assert (office, RICO + "existsOrExistedIn", MINT.agent("csdb-18851/mfa")) in rico


def test_a_name_with_sic_keeps_its_doubt() -> None:
    rico = layer("rico", "report")
    name = MINT.name("csdb-18851/shimura", "Shimura")
    assert things(rico, name, RICO + "note") == {Literal("(sic)")}
