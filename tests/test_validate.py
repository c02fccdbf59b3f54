"""The shapes: a good graph conforms, and each constraint alone is seen when it alone is broken."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH

from fonds.errors import ConfigError
from fonds.validate import Report, Violation, merge, shapes_files, validate

GOOD = Path(__file__).parent / "data" / "good.ttl"
FRESH = URIRef("https://example.org/good/fresh")


def shapes() -> Graph:
    graph = Graph()
    for path in shapes_files():
        graph.parse(path)
    return graph


SHAPES = shapes()


def constraints() -> Iterator[tuple[URIRef, URIRef]]:
    """Every constraint of every property shape."""
    for shape in sorted(SHAPES.subjects(RDF.type, SH.PropertyShape)):
        for predicate in sorted(set(SHAPES.predicates(shape))):
            if predicate not in (RDF.type, SH.path, SH.message):
                yield shape, predicate


def focus_of(graph: Graph, shape: URIRef) -> URIRef:
    """A node of the good graph that the shape looks at and, where it can, that has the property."""
    node_shape = SHAPES.value(None, SH.property, shape)
    targets = sorted(SHAPES.objects(node_shape, SH.targetClass))
    nodes = sorted({node for target in targets for node in graph.subjects(RDF.type, target)})
    path = SHAPES.value(shape, SH.path)
    having = (
        [node for node in nodes if list(graph.objects(node, path))] if isinstance(path, URIRef) else nodes
    )
    return (having or nodes)[0]


def broken(shape: URIRef, constraint: URIRef) -> Graph:
    """The good graph with one constraint violated and as little else changed as can be."""
    graph = Graph().parse(GOOD)
    node = focus_of(graph, shape)
    path = SHAPES.value(shape, SH.path)
    if not isinstance(path, URIRef):  # an inverse path: a second node to which nothing leads
        for predicate, thing in list(graph.predicate_objects(node)):
            graph.add((FRESH, predicate, thing))
        return graph
    values = sorted(graph.objects(node, path))
    value = values[0] if values else None

    def put(new) -> None:
        graph.remove((node, path, value))
        graph.add((node, path, new))

    if constraint == SH.minCount:
        for one in values[: len(values) - int(SHAPES.value(shape, SH.minCount)) + 1]:
            graph.remove((node, path, one))
    elif constraint == SH.maxCount:
        most = int(SHAPES.value(shape, SH.maxCount))
        extra = _like(graph, value, most)
        for new in extra:
            graph.add((node, path, new))
    elif constraint == SH.nodeKind:
        graph.add((node, path, Literal("words") if SHAPES.value(shape, SH.nodeKind) == SH.IRI else FRESH))
    elif constraint == SH.minLength:
        put(Literal(""))
    elif constraint in (SH.datatype, SH.pattern):
        # what another shape compares with this value goes first, or stays comparable
        graph.remove((node, URIRef("https://w3id.org/fonds/ns#earliest"), None))
        put(Literal("341", datatype=XSD.integer) if str(value) == "341" else Literal("!"))
    elif constraint == SH["in"]:
        put(URIRef("https://example.org/other") if isinstance(value, URIRef) else Literal("perhaps"))
    elif constraint in (SH["class"], SH["or"]):
        graph.add((node, path, FRESH))
    elif constraint in (SH.lessThanOrEquals, SH.lessThan):
        late = Literal("2001-01-01", datatype=XSD.date)
        put(late if constraint == SH.lessThanOrEquals else Literal("999", datatype=XSD.nonNegativeInteger))
    else:
        raise AssertionError(f"no way to break {constraint}")
    return graph


def _like(graph: Graph, value, most: int) -> list:
    """Values that are each allowed alone, so that only their number is wrong."""
    if isinstance(value, Literal):
        other = {
            "certain": "probable",
            "possible": "certain",
            "stated": "inferred",
            "false": "true",
        }
        if str(value) == "1945-11-04":
            return [Literal(f"1945-11-{day}", datatype=value.datatype) for day in ("05",)]
        if str(value) == "313":
            return [Literal("312", datatype=value.datatype)]
        if str(value) == "341":
            return [Literal("342", datatype=value.datatype)]
        if len(str(value)) == 64:
            return [Literal("a" * 64)]
        return [Literal(other.get(str(value), f"{value} 1"), datatype=value.datatype)]
    classes = list(graph.objects(value, RDF.type))
    same = [n for c in classes for n in graph.subjects(RDF.type, c) if n != value] if classes else []
    new = [*same]
    while len(new) < most:
        for predicate, thing in list(graph.predicate_objects(value)):
            graph.add((FRESH, predicate, thing))
        for predicate in SHAPES.objects(None, SH.inversePath):
            for subject in list(graph.subjects(predicate, value)):
                graph.add((subject, predicate, FRESH))
        if str(value).startswith("http://www.w3.org/ns/oa#"):
            new.append(URIRef("http://www.w3.org/ns/oa#identifying"))
        else:
            new.append(FRESH)
    return new[:most]


def test_the_good_graph_conforms_and_uses_every_shape():
    graph = Graph().parse(GOOD)
    report = validate(graph)
    assert report.violations == ()
    used = set(graph.objects(None, RDF.type))
    for target in SHAPES.objects(None, SH.targetClass):
        same_shape = {
            c for s in SHAPES.subjects(SH.targetClass, target) for c in SHAPES.objects(s, SH.targetClass)
        }
        assert used & same_shape, f"the good graph has no {target}"


@pytest.mark.parametrize(
    ("shape", "constraint"),
    list(constraints()),
    ids=lambda term: term.rpartition("#")[2],
)
def test_each_constraint_alone_is_seen(shape, constraint):
    report = validate(broken(shape, constraint))
    assert not report.conforms
    assert {item.shape for item in report.violations} == {str(shape)}, [i.message for i in report.violations]


def test_every_property_shape_says_how_to_mend():
    for shape in SHAPES.subjects(RDF.type, SH.PropertyShape):
        message = str(SHAPES.value(shape, SH.message))
        assert (len(message) > 30 and ":" in message) or "exactly one" in message or "tier" in message, shape


def test_every_constraint_in_a_list_is_well_formed():
    for predicate in (SH["in"], SH["or"]):
        for head in SHAPES.objects(None, predicate):
            assert len(Collection(SHAPES, head)) >= 2


def test_the_report_in_all_its_forms():
    graph = Graph().parse(GOOD)
    graph.remove(
        (URIRef("https://example.org/good/record"), None, Literal("Cable, Stalin to Molotov", lang="en"))
    )
    report = validate(graph)
    rows = list(csv.DictReader(io.StringIO(report.to_csv())))
    assert [row["focus"] for row in rows] == ["https://example.org/good/record"]
    assert rows[0]["quote"] == "sent at 0120 4 November 1945"
    assert "add rdfs:label" in report.to_html()
    assert (None, SH.conforms, Literal(False)) in report.graph
    assert len(list(report.graph.subjects(RDF.type, SH.ValidationResult))) == 1


def test_a_report_of_hostile_words_is_harmless():
    item = Violation(
        focus="x:y",
        path="x:p",
        value="<script>alert(1)</script>",
        message="=1+1",
        shape="x:s",
        component="x:c",
    )
    report = Report((item,))
    assert "<script>" not in report.to_html()
    assert "'=1+1" in report.to_csv()


def test_merging_counts_documents_and_keeps_each_result_once():
    item = Violation(focus="x:y", path="x:p", value="", message="wrong", shape="x:s", component="x:c")
    merged = merge([Report((item,)), Report((item,)), Report()])
    assert (merged.violations, merged.checked, merged.conforms) == ((item,), 3, False)


def test_a_warning_does_not_keep_a_graph_from_conforming():
    item = Violation(
        focus="x:y", path="x:p", value="", message="odd", shape="x:s", component="x:c", severity="Warning"
    )
    assert Report((item,)).conforms


BAD_SHAPES = [
    ("not Turtle", "this is no Turtle", "mend the Turtle"),
    ("no shape", "<x:a> <x:b> <x:c> .", "no shape in it"),
]


@pytest.mark.parametrize(("why", "content", "says"), BAD_SHAPES, ids=[row[0] for row in BAD_SHAPES])
def test_bad_shapes_are_named(tmp_path, why, content, says):
    path = tmp_path / "house.ttl"
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=says) as caught:
        validate(Graph(), shapes=path)
    assert "house.ttl" in str(caught.value)


def test_missing_shapes(tmp_path):
    with pytest.raises(ConfigError, match="no shapes here"):
        validate(Graph(), shapes=tmp_path)


@pytest.mark.parametrize("predicate", ["hasSender", "hasAddressee", "hasAuthor"])
@pytest.mark.parametrize(
    ("kind", "allowed", "why"),
    [
        ("Agent", True, "the source does not say what it is"),
        ("Family", True, "a family writes and receives letters"),
        ("Place", False, "a place is no agent"),
        ("Record", False, "nor is a document"),
    ],
)
def test_a_party_may_be_an_agent_of_any_kind_and_of_none(predicate, kind, allowed, why):
    rico = "https://www.ica.org/standards/RiC/ontology#"
    graph = Graph().parse(GOOD)
    record = next(graph.subjects(URIRef(rico + "hasSender")))
    graph.add((FRESH, RDF.type, URIRef(rico + kind)))
    for label in ("http://www.w3.org/2000/01/rdf-schema#label", rico + "name"):
        graph.add((FRESH, URIRef(label), Literal("Whoever wrote")))
    graph.add((record, URIRef(rico + predicate), FRESH))
    seen = {item.shape.rpartition("#")[2] for item in validate(graph, engine="checked").violations}
    assert (f"Record-{predicate.removeprefix('has').lower()}" not in seen) == allowed, why
    assert {item.shape for item in validate(graph, engine="compiled").violations} == {
        item.shape for item in validate(graph, engine="pyshacl").violations
    }
