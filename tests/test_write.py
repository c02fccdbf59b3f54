"""What is written can be read by others, means the same in every format, and is readable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from readers import (
    BASE,
    CABLE,
    SAMPLE,
    by_oxigraph,
    by_pyld,
    by_rapper,
    parsed,
    rdf_format_of,
    truth,
)

from fonds.rdf.jsonld import context, jsonld, jsonld_for_html
from fonds.rdf.nquads import nquads, ntriples
from fonds.rdf.terms import (
    LABEL,
    OA,
    PREFIXES,
    RICO,
    SCHEMA,
    TYPE,
    XSD,
    Literal,
    Triple,
)
from fonds.rdf.turtle import trig, turtle
from fonds.rdf.write import (
    FORMATS,
    from_rdflib,
    rdfxml,
    serialise,
    to_rdflib,
)

# --- what other programs read ---------------------------------------------------------------


@pytest.mark.parametrize("base", [None, BASE, "https://example.org/"])
def test_turtle_is_read_alike_by_rdflib_oxigraph_and_rapper(base: str | None) -> None:
    data = turtle(SAMPLE, base=base)
    count = len(set(SAMPLE))
    assert by_oxigraph(data, ox.RdfFormat.TURTLE) == truth(SAMPLE)
    graph = parsed(data, "turtle")
    assert len(graph) == count
    assert isomorphic(graph, to_rdflib(SAMPLE))
    raptor = by_rapper(data, "turtle")
    assert len(set(raptor)) == count
    assert isomorphic(parsed("\n".join(raptor).encode(), "ntriples"), graph)


def test_jsonld_means_the_same_to_pyld_rdflib_and_oxigraph() -> None:
    data = jsonld(SAMPLE)
    expected = by_oxigraph(turtle(SAMPLE), ox.RdfFormat.TURTLE)
    assert by_pyld(data) == expected
    assert by_oxigraph(data, ox.RdfFormat.JSON_LD) == expected
    graph = rdflib.Graph()
    graph.parse(data=data, format="json-ld")
    assert isomorphic(graph, parsed(turtle(SAMPLE), "turtle"))


@pytest.mark.parametrize(
    ("writer", "form"),
    [(ntriples, ox.RdfFormat.N_TRIPLES), (rdfxml, ox.RdfFormat.RDF_XML)],
    ids=["ntriples", "rdfxml"],
)
def test_the_other_formats_mean_the_same(
    writer: Callable[[Iterable[Triple]], bytes], form: ox.RdfFormat
) -> None:
    assert by_oxigraph(writer(SAMPLE), form) == truth(SAMPLE)
    assert len(parsed(writer(SAMPLE), writer.__name__)) == len(set(SAMPLE))


def test_named_graphs_keep_their_statements() -> None:
    layers = {BASE + "rico": SAMPLE[:6], BASE + "evidence": SAMPLE[6:], "": SAMPLE[:2]}
    quads = [(*triple, name) for name, triples in layers.items() for triple in triples]
    as_trig = set(ox.parse(trig(layers), format=ox.RdfFormat.TRIG))
    as_nquads = set(ox.parse(nquads(quads), format=ox.RdfFormat.N_QUADS))
    assert as_trig == as_nquads
    assert len(as_trig) == len(set(quads))
    dataset = rdflib.Dataset()
    dataset.parse(data=trig(layers), format="trig")
    assert len(list(dataset.quads((None, None, None, None)))) == len(set(quads))


# --- what the files look like ---------------------------------------------------------------


def test_turtle_is_sorted_and_short() -> None:
    assert turtle(SAMPLE, base=BASE).decode() == (
        "@base <https://example.org/archive/> .\n"
        "@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .\n"
        "@prefix oa: <http://www.w3.org/ns/oa#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix rico: <https://www.ica.org/standards/RiC/ontology#> .\n"
        "@prefix schema: <https://schema.org/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "<record/cable-3523> a rico:Record ,\n"
        "        schema:CreativeWork ;\n"
        '    rdfs:label "Телеграмма № 3523 🛰"@ru ;\n'
        "    rico:hasAddressee <agent/beria> ,\n"
        "        <agent/molotov> ;\n"
        "    rico:hasSender <https://example.org/other#stalin> ;\n"
        '    rico:scopeAndContent "Two lines,\\none \\"quoted\\" \\\\ and a tab\\t."@zh-Hant ;\n'
        '    rico:title "Cable No. 3523, Stalin to “Cdes.” Molotov"@en .\n'
        "\n"
        "<record/cable-3523#passage> oa:end 200 ;\n"
        '    oa:exact "STRICTLY SECRET </script><!--" ;\n'
        '    oa:start "185"^^xsd:nonNegativeInteger ;\n'
        "    schema:isAccessibleForFree true .\n"
        "\n"
        '<record/cable-3523/date> rico:expressedDate "0120 4 November 1945" ;\n'
        '    rico:normalizedDateValue "1945-11-04"^^edtf:EDTF .\n'
        "\n"
        "<urn:isbn:0451450523> a schema:Book .\n"
    )


def test_jsonld_is_a_readable_tree() -> None:
    tree = json.loads(jsonld(SAMPLE))
    assert list(tree) == ["@context", "@graph"]
    assert sorted(tree["@context"]) == ["edtf", "oa", "rdfs", "rico", "schema", "xsd"]
    assert [node["@id"] for node in tree["@graph"]] == sorted({triple[0] for triple in SAMPLE})
    cable, passage, date, _ = tree["@graph"]
    assert cable["@type"] == ["rico:Record", "schema:CreativeWork"]
    assert cable["rico:hasAddressee"] == [{"@id": BASE + "agent/beria"}, {"@id": BASE + "agent/molotov"}]
    assert cable["rdfs:label"] == {"@value": "Телеграмма № 3523 🛰", "@language": "ru"}
    assert date["rico:normalizedDateValue"] == {"@value": "1945-11-04", "@type": "edtf:EDTF"}
    assert date["rico:expressedDate"] == "0120 4 November 1945"
    assert passage["oa:end"] == 200
    assert passage["schema:isAccessibleForFree"] is True


def test_nquads_are_the_unique_lines_in_byte_order() -> None:
    quads = [(*triple, graph) for triple in SAMPLE for graph in (BASE + "g", BASE + "g/1", "")]
    quads += [
        (subject, TYPE, RICO + "Record", "") for subject in (CABLE + "-2", CABLE + "+", CABLE + "\u00e9")
    ]
    written = nquads(quads).splitlines(keepends=True)
    assert written == sorted(set(written))
    assert len(written) == len(set(quads))
    assert ntriples(SAMPLE).splitlines() == sorted(set(ntriples(SAMPLE).splitlines()))


def test_the_shared_context_is_the_one_that_files_use() -> None:
    shared = context()["@context"]
    assert {key: shared[key] for key in PREFIXES} == PREFIXES
    assert set(shared) - set(PREFIXES) == {"@version", "id", "type"}
    short = {"@context": shared, "id": CABLE, "type": "rico:Record"}
    assert by_pyld(json.dumps(short).encode()) == truth([(CABLE, TYPE, RICO + "Record")])


#: Nothing to write is no mistake: a layer may be empty.
@pytest.mark.parametrize("name", FORMATS)
def test_no_statements_make_a_valid_file(name: str) -> None:
    assert by_oxigraph(serialise([], name), rdf_format_of(name)) == set()


LOCAL_NAMES = [
    # IRI, its token in Turtle, why
    (RICO + "Record", "rico:Record", "a plain name"),
    (SCHEMA + "a/b", "<https://schema.org/a/b>", "a slash would need an escape"),
    (SCHEMA + "a.", "<https://schema.org/a.>", "a trailing dot would end the statement"),
    (SCHEMA + "a.b", "<https://schema.org/a.b>", "older parsers trip over a dot"),
    (SCHEMA, "<https://schema.org/>", "nothing is left for the local part"),
    (SCHEMA + "3d", "schema:3d", "Turtle allows a leading digit"),
    (SCHEMA + "-a", "<https://schema.org/-a>", "Turtle allows no leading hyphen"),
    (SCHEMA + "été", "<https://schema.org/été>", "letters beyond ASCII differ between parsers"),
    (SCHEMA + "a%20b", "<https://schema.org/a%20b>", "a percent sign has rules of its own"),
    (BASE + "record/1", "<record/1>", "below the base"),
    (BASE + "record/1#date", "<record/1#date>", "a fragment below the base"),
    (BASE, f"<{BASE}>", "the base itself"),
    (BASE + "a:b", f"<{BASE}a:b>", "would be read as a scheme"),
    (BASE + "/a", f"<{BASE}/a>", "would be read from the root of the host"),
    (BASE + "a/../b", f"<{BASE}a/../b>", "a parser would remove the dots"),
    (BASE + "a//b", f"<{BASE}a//b>", "some parsers fold the slashes"),
    (BASE + "?q", f"<{BASE}?q>", "a query alone"),
    (BASE + "#f", f"<{BASE}#f>", "a fragment alone"),
    (BASE[:-1], f"<{BASE[:-1]}>", "above the base"),
]


@pytest.mark.parametrize(("iri", "token", "why"), LOCAL_NAMES, ids=[row[2] for row in LOCAL_NAMES])
def test_names_are_shortened_only_where_that_is_safe(iri: str, token: str, why: str) -> None:
    triples: list[Triple] = [(CABLE, TYPE, iri)]
    data = turtle(triples, base=BASE)
    assert f" a {token} .\n" in data.decode(), why
    assert by_oxigraph(data, ox.RdfFormat.TURTLE) == truth(triples)
    assert isomorphic(parsed(data, "turtle"), to_rdflib(triples))
    if "/../" not in iri:  # rapper removes dots from absolute IRIs too, against RFC 3986
        assert by_rapper(data, "turtle") == [f"<{CABLE}> <{TYPE}> <{escaped(iri)}> ."]


def escaped(iri: str) -> str:
    return "".join(char if char.isascii() else f"\\u{ord(char):04X}" for char in iri)


SHORT = [
    (Literal("4", XSD + "integer"), "4", "canonical"),
    (Literal("-4", XSD + "integer"), "-4", "canonical"),
    (Literal("04", XSD + "integer"), '"04"^^xsd:integer', "the zero would be lost elsewhere"),
    (Literal("+4", XSD + "integer"), '"+4"^^xsd:integer', "the sign would be lost elsewhere"),
    (Literal("-0", XSD + "integer"), '"-0"^^xsd:integer', "not canonical"),
    (Literal("٣", XSD + "integer"), '"٣"^^xsd:integer', "a digit, but none of XML Schema"),
    (Literal("4 ", XSD + "integer"), '"4 "^^xsd:integer', "ill-typed stays as it is"),
    (Literal("true", XSD + "boolean"), "true", "canonical"),
    (Literal("1", XSD + "boolean"), '"1"^^xsd:boolean', "legal, not canonical"),
    (Literal("0.550", XSD + "decimal"), '"0.550"^^xsd:decimal', "decimals are never shortened"),
    (Literal("12345678901234567890", XSD + "integer"), "12345678901234567890", "JSON numbers lose it"),
]


@pytest.mark.parametrize(
    ("literal", "token", "why"), SHORT, ids=[f"{row[0].lexical} {row[2]}" for row in SHORT]
)
def test_numbers_and_booleans_keep_their_spelling(literal: Literal, token: str, why: str) -> None:
    triples: list[Triple] = [(CABLE, OA + "start", literal)]
    data = turtle(triples)
    assert f" oa:start {token} .\n" in data.decode(), why
    assert by_oxigraph(data, ox.RdfFormat.TURTLE) == truth(triples)
    assert by_oxigraph(jsonld(triples), ox.RdfFormat.JSON_LD) == truth(triples)
    assert by_pyld(jsonld(triples)) == truth(triples)
    assert from_rdflib(to_rdflib(triples)) == triples


def test_a_prefix_that_is_also_a_scheme_is_not_used_in_jsonld() -> None:
    """`geo:52,13` would be expanded as a name with the prefix `geo`."""
    prefixes = {**PREFIXES, "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#"}
    triples: list[Triple] = [
        ("geo:52.5,13.4", prefixes["geo"] + "lat", Literal("52.5")),
        ("geo:52.5,13.4", TYPE, SCHEMA + "Place"),
    ]
    for read in (by_pyld, lambda data: by_oxigraph(data, ox.RdfFormat.JSON_LD)):
        assert read(jsonld(triples, prefixes)) == truth(triples)


def test_a_namespace_without_a_separator_stays_a_prefix_in_jsonld() -> None:
    triples: list[Triple] = [(CABLE, "https://example.org/term_title", Literal("Cable"))]
    data = jsonld(triples, {"t": "https://example.org/term_"})
    assert json.loads(data)["@graph"][0]["t:title"] == "Cable"
    assert by_pyld(data) == truth(triples)


def test_the_longest_namespace_names_a_term() -> None:
    triples: list[Triple] = [(CABLE, TYPE, "https://example.org/a/b/C")]
    prefixes = {"a": "https://example.org/a/", "b": "https://example.org/a/b/"}
    assert b" a b:C ." in turtle(triples, prefixes)


def test_a_literal_as_type_is_kept() -> None:
    triples: list[Triple] = [(CABLE, TYPE, Literal("odd")), (CABLE, TYPE, RICO + "Record")]
    assert by_oxigraph(jsonld(triples), ox.RdfFormat.JSON_LD) == truth(triples)
    assert by_oxigraph(turtle(triples), ox.RdfFormat.TURTLE) == truth(triples)


# --- embedding ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!-- <script>", "</SCRIPT >", "a < b"]
)
def test_embedded_jsonld_cannot_leave_its_script(text: str) -> None:
    triples: list[Triple] = [(CABLE, LABEL, Literal(text))]
    data = jsonld_for_html(triples)
    assert b"<" not in data
    assert b"\\u003c" in data
    assert json.loads(data) == json.loads(jsonld(triples))
