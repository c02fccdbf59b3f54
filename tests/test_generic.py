"""The view for everyone else, and where the description comes from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from graphs import MINT, layer, ntriples, subjects, things
from samples import SAMPLES, cable

from fonds.rdf.describe import describe
from fonds.rdf.generic import moment
from fonds.rdf.iris import Minter
from fonds.rdf.terms import (
    SCHEMA,
    TYPE,
    XSD,
    Literal,
)
from fonds.record import DateStatement, Evidence

SHARED = Path(__file__).parents[2] / "shared"


def statement(edtf: str | None, **more: str) -> DateStatement:
    certainty = more.pop("certainty", "certain")
    evidence = Evidence(
        source="0" * 64, start=0, end=1, quote="x", zone="body", rule="r", certainty=certainty
    )  # type: ignore[arg-type]
    return DateStatement(role="dated", edtf=edtf, evidence=evidence, **more)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        pytest.param(statement("1945-11-04"), Literal("1945-11-04", XSD + "date"), id="a day"),
        pytest.param(statement("1945-11"), Literal("1945-11", XSD + "gYearMonth"), id="a month"),
        pytest.param(statement("1945"), Literal("1945", XSD + "gYear"), id="a year"),
        pytest.param(
            statement("1945-11-04", time="01:20"),
            Literal("1945-11-04T01:20:00", XSD + "dateTime"),
            id="local time",
        ),
        pytest.param(
            statement("1962-11-03", time="09:15", time_zone="Z"),
            Literal("1962-11-03T09:15:00Z", XSD + "dateTime"),
            id="Zulu time",
        ),
        pytest.param(statement("1953-23"), None, id="a season is no month"),
        pytest.param(statement("1953-12~"), None, id="approximate"),
        pytest.param(statement("1946/1950"), None, id="a range"),
        pytest.param(statement("1954", modifier="early"), None, id="a part of a year"),
        pytest.param(statement("1945-11-04", certainty="probable"), None, id="doubtful"),
        pytest.param(statement("1945-02-30"), None, id="a day that never was"),
        pytest.param(statement(None), None, id="words that name no date"),
    ],
)
def test_only_exact_dates_are_typed(date: DateStatement, expected: Literal | None) -> None:
    assert moment(date) == expected


def test_dates_that_disagree_are_left_out_of_the_generic_view() -> None:
    resolved = cable()
    other = replace(resolved.record.dates[0], edtf="1945-11-05")
    record = replace(resolved.record, dates=(*resolved.record.dates, other))
    generic = frozenset(describe(replace(resolved, record=record), MINT)["generic"])
    assert not things(generic, MINT.record(record.id), SCHEMA + "dateCreated")
    assert things(layer("generic", "cable"), MINT.record(record.id), SCHEMA + "dateCreated")


def test_mentions_leave_the_page_out() -> None:
    """The foundation that paid for the web page is not mentioned by the cable."""
    generic = layer("generic", "cable")
    mentioned = things(generic, MINT.record("wcda-208877"), SCHEMA + "mentions")
    assert MINT.agent("wcda-208877/harriman") in mentioned
    assert MINT.agent("wcda-208877/blavatnik") not in mentioned


def test_the_day_is_the_callers() -> None:
    timeless = describe(cable(), Minter(MINT.base))
    assert not [t for t in timeless["generic"] if t[1] == SCHEMA + "sdDatePublished"]
    assert (
        MINT.record("wcda-208877"),
        SCHEMA + "sdDatePublished",
        Literal("2026-01-31", XSD + "date"),
    ) in layer("generic", "cable")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the profile is not here")
@pytest.mark.parametrize("name", SAMPLES)
def test_the_generic_view_conforms_to_the_profile_for_datasets_of_works(name: str) -> None:
    rdflib = pytest.importorskip("rdflib")
    pyshacl = pytest.importorskip("pyshacl")
    shapes = SHARED / "data" / "ontologies" / "nde-schema-profile.shacl.ttl"
    graph = rdflib.Graph().parse(data=ntriples(describe(SAMPLES[name](), MINT)["generic"]), format="nt")
    conforms, _, words = pyshacl.validate(graph, shacl_graph=str(shapes), allow_warnings=True)
    assert conforms, words
    graph.remove(
        (rdflib.URIRef(MINT.record(SAMPLES[name]().record.id)), rdflib.URIRef(SCHEMA + "name"), None)
    )
    assert not pyshacl.validate(graph, shacl_graph=str(shapes), allow_warnings=True)[0]


def test_the_chain_from_software_to_original() -> None:
    graph = layer("provenance", "cable")
    prov = "http://www.w3.org/ns/prov#"
    file = MINT.instantiation(cable().record.source.sha256)
    held, original = MINT.translation("wcda-208877"), MINT.record("wcda-208877")
    assert (file, prov + "wasDerivedFrom", held) in graph
    assert (held, prov + "wasDerivedFrom", original) in graph
    (run,) = subjects(graph, prov + "used", file)
    (software,) = things(graph, run, prov + "wasAssociatedWith")
    assert (software, TYPE, prov + "SoftwareAgent") in graph
    assert (MINT.description("wcda-208877"), prov + "wasGeneratedBy", run) in graph


def test_a_file_from_the_web_names_its_page() -> None:
    resolved = cable()
    page = "https://digitalarchive.wilsoncenter.org/document/208877"
    source = replace(resolved.record.source, origin=page, retrieved="2026-01-30T10:00:00Z")
    layers_ = describe(replace(resolved, record=replace(resolved.record, source=source)), MINT)
    file = MINT.instantiation(source.sha256)
    assert (file, "http://www.w3.org/ns/prov#wasDerivedFrom", page) in layers_["provenance"]
    assert (file, SCHEMA + "isBasedOn", page) in layers_["generic"]
