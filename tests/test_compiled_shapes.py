"""The compiled shapes say what pySHACL says: on the W3C suite, construct by construct, on spoilt documents."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from benchmarks.shapes import agreement, mutations
from fonds import validate as public_validate
from fonds.cli import main
from fonds.errors import ConfigError, FondsError
from fonds.rdf.read import read_triples
from fonds.rdf.terms import TYPE, Literal, Triple
from fonds.rdf.write import serialise
from fonds.shacl import composed, constraints, loading, paths
from fonds.shacl.data import Data
from fonds.shacl.loading import Loaded
from fonds.shacl.parameters import Shapes
from fonds.shacl.shapes import Program
from fonds.shacl.terms import SH, Blank, name, with_blanks
from fonds.validate import ENGINES, SAMPLE, validate

SUITE = Path(__file__).parents[2] / "shared" / "data" / "shacl-core"
CORPUS = Path(__file__).parents[1] / "corpus" / "expected"
GOOD = Path(__file__).parent / "data" / "good.ttl"
PREFIXES = """@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str, folder: Path, file: str = "data.ttl") -> list[Triple]:
    path = folder / file
    path.write_text(PREFIXES + text, "utf-8")
    return list(with_blanks(read_triples(path)))


# --- the W3C suite

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
#: Where pySHACL, which is the reference, says otherwise than the suite.
DEVIATIONS = {
    "property/uniqueLang-002.ttl": 'it takes sh:uniqueLang "1"^^xsd:boolean for true, and the suite does not'
}


def suite() -> list[str]:
    if not SUITE.is_dir():
        return []
    return sorted(
        str(path.relative_to(SUITE))
        for path in SUITE.rglob("*.ttl")
        if "sht:Validate" in path.read_text("utf-8")
    )


def expected(data: Data, test: str) -> Counter[tuple[object, ...]]:
    shapes = Shapes(data)

    def one(node: object, predicate: str):
        return next(iter(data.objects(predicate).get(node, ())), None)

    found: Counter[tuple[object, ...]] = Counter()
    for result in data.objects(SH + "result").get(one(test, MF + "result"), ()):
        path = one(result, SH + "resultPath")
        found[
            name(one(result, SH + "focusNode")),
            paths.written(shapes, path) if path else "",
            one(result, SH + "value"),
            one(result, SH + "sourceConstraintComponent"),
            name(one(result, SH + "sourceShape")),
            one(result, SH + "resultSeverity"),
        ] += 1
    return found


@pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C suite is not here")
def test_the_suite_is_whole() -> None:
    assert len(suite()) == 98


@pytest.mark.parametrize("file", suite())
@pytest.mark.filterwarnings("ignore")
def test_w3c_suite(file: str) -> None:
    here = Data(with_blanks(read_triples(SUITE / file)))
    (test,) = here.subjects(TYPE)[SHT + "Validate"]
    action = here.objects(MF + "action")[test][0]
    data, shapes = (
        list(with_blanks(read_triples(here.objects(SHT + part)[action][0].removeprefix("file://"))))
        for part in ("dataGraph", "shapesGraph")
    )
    loaded = Loaded(shapes, {}, file)
    program = loaded.program
    assert isinstance(program, Program), program
    found = Counter(
        (name(r.focus), r.path, r.value, r.component, name(r.shape), r.severity)
        for r in program.results(Data(data))
    )
    assert (found == expected(here, test)) == (file not in DEVIATIONS)
    with agreement.quiet():
        reference = ENGINES["pyshacl"](data, loaded)
    assert ENGINES["compiled"](data, loaded).violations == reference.violations
    assert bool(reference.violations) == bool(found)


# --- every construct alone; the numbers are of results, counted by hand

DATA = """
ex:a a ex:C ; ex:p "a"@en, "b"@en, "c"@de ; ex:q ex:b ; ex:n 1, 3 ; ex:m 2 .
ex:b a ex:Sub ; ex:p "long words" ; ex:q ex:c, [] ; ex:n "x"^^xsd:integer .
ex:c ex:p "a"@en ; ex:q ex:c .
ex:Sub rdfs:subClassOf ex:C .
"""
ON_P = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; {} ] ."
ON_N = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:n ; {} ] ."
ON_Q = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:q ; {} ] ."
CONSTRUCTS = {
    "class": (ON_Q.format("sh:class ex:C"), 2, "a subclass counts; ex:c and the nameless node have no type"),
    "datatype": (ON_N.format("sh:datatype xsd:integer"), 1, "x is no integer, whatever its datatype says"),
    "nodeKind": (ON_Q.format("sh:nodeKind sh:IRI"), 1, "one node has no name"),
    "minCount": (ON_P.format("sh:minCount 2"), 1, "ex:b has one"),
    "maxCount": (ON_P.format("sh:maxCount 2"), 1, "ex:a has three"),
    "minExclusive": (ON_N.format("sh:minExclusive 1"), 2, "1 is not above 1, and x is not a number"),
    "minInclusive": (ON_N.format("sh:minInclusive 1"), 1, "x"),
    "maxExclusive": (ON_N.format("sh:maxExclusive 3"), 2, "3 and x"),
    "maxInclusive": (ON_N.format("sh:maxInclusive 3"), 1, "x"),
    "minLength": (ON_Q.format("sh:minLength 3"), 1, "a node without a name has no length"),
    "maxLength": (ON_P.format("sh:maxLength 1"), 1, "long words"),
    "pattern": (ON_P.format('sh:pattern "^[AB]" ; sh:flags "i"'), 2, "c, and long words"),
    "languageIn": (ON_P.format('sh:languageIn ( "de" )'), 3, "two in English, one in none"),
    "uniqueLang": (ON_P.format("sh:uniqueLang true"), 1, "two in English"),
    "equals": (ON_Q.format("sh:equals ex:r"), 3, "nothing has ex:r"),
    "disjoint": (ON_Q.format("sh:disjoint ex:q"), 3, "a property is not disjoint with itself"),
    "lessThan": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:n ; sh:lessThan ex:m ] .",
        1,
        "3 is not below 2",
    ),
    "lessThanOrEquals": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:m ; sh:lessThanOrEquals ex:n ] .",
        1,
        "2 is above 1",
    ),
    "hasValue": (ON_Q.format("sh:hasValue ex:b"), 1, "ex:b lacks it"),
    "in": (ON_P.format('sh:in ( "a"@EN "c"@de )'), 2, "language tags have no case"),
    "property": ("ex:S sh:targetSubjectsOf ex:q ; sh:property [ sh:path ex:m ; sh:minCount 1 ] .", 2, "b, c"),
    "node": (ON_Q.format("sh:node [ sh:class ex:C ]"), 4, "two nodes, and for each why"),
    "not": (ON_Q.format("sh:not [ sh:class ex:C ]"), 1, "ex:b is one"),
    "and": (ON_Q.format("sh:and ( [ sh:class ex:C ] [ sh:nodeKind sh:IRI ] )"), 2, "ex:c and the nameless"),
    "or": (ON_Q.format("sh:or ( [ sh:class ex:C ] [ sh:hasValue ex:c ] )"), 1, "the nameless"),
    "xone": (
        ON_Q.format("sh:xone ( [ sh:class ex:C ] [ sh:nodeKind sh:IRI ] )"),
        2,
        "ex:b both, one neither",
    ),
    "qualifiedValueShape": (
        ON_Q.format("sh:qualifiedValueShape [ sh:class ex:C ] ; sh:qualifiedMinCount 1"),
        1,
        "ex:b refers to none",
    ),
    "closed": (
        "ex:S sh:targetNode ex:c ; sh:closed true ; sh:property [ sh:path ex:p ] .",
        1,
        "ex:q is not listed",
    ),
}
PATHS = {
    "sequence": ("( ex:q ex:q )", {"b": 1, "c": 1}),
    "inversePath": ("[ sh:inversePath ex:q ]", {"b": 1, "c": 2}),
    "alternativePath": ("[ sh:alternativePath ( ex:p ex:q ) ]", {"b": 3, "c": 2}),
    "zeroOrMorePath": ("[ sh:zeroOrMorePath ex:q ]", {"b": 3, "c": 1}),
    "oneOrMorePath": ("[ sh:oneOrMorePath ex:q ]", {"b": 2, "c": 1}),
    "zeroOrOnePath": ("[ sh:zeroOrOnePath ex:q ]", {"b": 3, "c": 1}),
}


def both(shapes: str, data: str, folder: Path) -> tuple[Loaded, list[Triple]]:
    return Loaded(turtle(shapes, folder, "shapes.ttl"), {}, "shapes.ttl"), turtle(data, folder)


def agreed(shapes: str, data: str, folder: Path) -> int:
    """The number of results, on which both engines agree without either asking the other."""
    loaded, triples = both(shapes, data, folder)
    found = ENGINES["compiled"](triples, loaded)
    with agreement.quiet():
        assert found.violations == ENGINES["pyshacl"](triples, loaded).violations
    assert found.notes == ()
    return len(found.violations)


def test_every_construct_has_a_case() -> None:
    assert set(CONSTRUCTS) == {*constraints.CONSTRAINTS, *composed.COMPOSED}
    assert {SH + kind for kind in PATHS} - {SH + "sequence"} == paths.VOCABULARY


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_construct(construct: str, tmp_path: Path) -> None:
    shapes, count, why = CONSTRUCTS[construct]
    assert agreed(shapes, DATA, tmp_path) == count, why


@pytest.mark.parametrize(
    ("path", "focus", "count"), [(p, f, c) for p in PATHS for f, c in PATHS[p][1].items()]
)
def test_path(path: str, focus: str, count: int, tmp_path: Path) -> None:
    shape = f"ex:S sh:targetNode ex:{focus} ; sh:property [ sh:path {PATHS[path][0]} ; sh:maxCount {{}} ] ."
    assert agreed(shape.format(count), DATA, tmp_path) == 0
    assert agreed(shape.format(count - 1), DATA, tmp_path) == 1


FINER = {
    "a class below a class below the target": (
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:maxCount 0 ] .",
        "ex:a a ex:D ; ex:p 1 . ex:D rdfs:subClassOf ex:Sub . ex:Sub rdfs:subClassOf ex:C .",
        1,
    ),
    "a class that is itself a shape": (
        "ex:C a owl:Class, sh:NodeShape ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
        "ex:a a ex:C .",
        1,
    ),
    "objects as targets, literals among them": (
        "ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI .",
        'ex:a ex:p "x", ex:b .',
        1,
    ),
    "a shape that is switched off": (
        "ex:S sh:targetClass ex:C ; sh:deactivated true ; sh:nodeKind sh:Literal .",
        "ex:a a ex:C .",
        0,
    ),
    "a statement said twice counts once": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] .",
        'ex:a ex:p "x"@en, "x"@EN . ex:a ex:p "x"@en .',
        0,
    ),
    "a string with its datatype spelled out is the same string": (
        'ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:in ( "x"^^xsd:string ) ; sh:maxCount 1 ] .',
        'ex:a ex:p "x", "x"^^xsd:string .',
        0,
    ),
    "qualified shapes that must not overlap": (
        """ex:S sh:targetNode ex:a ;
          sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:A ] ;
            sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ] ;
          sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:B ] ; sh:qualifiedMaxCount 0 ] .""",
        "ex:a ex:p ex:both . ex:both a ex:A, ex:B .",
        2,
    ),
    "xone counts a shape that stands twice twice": (
        "ex:S sh:targetNode ex:a ; sh:xone ( ex:T ex:T ) . ex:T a sh:NodeShape ; sh:class ex:C .",
        "ex:a a ex:C .",
        1,
    ),
    "a shape within a shape within a shape": (
        """ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ;
             sh:property [ sh:path ex:r ; sh:minCount 1 ] ] ] .""",
        "ex:a ex:p ex:b . ex:b ex:q ex:c, ex:d . ex:c ex:r 1 .",
        1,
    ),
    "days, one of them impossible": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:datatype xsd:date ] .",
        'ex:a ex:p "1945-11-04"^^xsd:date, "1945-02-30"^^xsd:date, "1945-11-04"^^xsd:dateTime .',
        2,
    ),
    "a number too long for Python is none": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:datatype xsd:integer ; sh:lessThan ex:q ] .",
        f"ex:a ex:p {'1' * 5000} ; ex:q {'2' * 5000} .",
        1,
    ),
    "severities are kept": (
        "ex:S sh:targetNode ex:a ; sh:severity sh:Warning ; sh:nodeKind sh:Literal .",
        "ex:a a ex:C .",
        1,
    ),
}


@pytest.mark.parametrize("case", FINER)
def test_finer_points(case: str, tmp_path: Path) -> None:
    shapes, data, count = FINER[case]
    assert agreed(shapes, data, tmp_path) == count


# --- spoilt documents, and shapes at random


@pytest.fixture(scope="module")
def graphs() -> list[list[Triple]]:
    return [graph for _, graph in mutations.documents(CORPUS, GOOD)][-3:]


def test_spoilt_documents(graphs: list[list[Triple]]) -> None:
    tally = agreement.spoilt(graphs, 120, size=40)
    assert tally.differ == []
    assert set(tally.kinds) == set(mutations.MUTATIONS)
    assert tally.not_conforming > 60
    assert len(tally.components) >= 8
    assert tally.left_to_pyshacl < 5


def test_shapes_at_random() -> None:
    tally = agreement.at_random(range(120))
    assert tally.differ == []
    assert 60 < tally.not_conforming < tally.same
    reachable = {component for component, _ in constraints.CONSTRAINTS.values()}
    assert reachable - set(tally.components) == set()


def test_the_comparison_can_fail(graphs: list[list[Triple]], monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = {**constraints.CONSTRAINTS, "minCount": ("MinCountConstraintComponent", lambda given: [])}
    monkeypatch.setattr("fonds.shacl.shapes.CONSTRAINTS", deaf)
    monkeypatch.setattr(agreement, "load", loading.load.__wrapped__)
    assert agreement.spoilt(graphs, 10, size=40).differ


# --- the engine that checks itself

PLAIN = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."


def test_what_is_flagged_goes_to_pyshacl(tmp_path: Path) -> None:
    loaded, triples = both(PLAIN, "ex:a a ex:C .", tmp_path)
    report = ENGINES["checked"](triples, loaded)
    assert (len(report.violations), report.compared, report.notes) == (1, 1, ())


def _sampled(loaded: Loaded, count: int) -> list[int]:
    found = []
    for number in range(count):
        node = f"https://example.org/{number}"
        triples: list[Triple] = [
            (node, TYPE, "https://example.org/C"),
            (node, "https://example.org/p", Literal("x")),
        ]
        if ENGINES["checked"](triples, loaded).compared:
            found.append(number)
        assert ENGINES["checked"](triples[::-1], loaded).compared == (number in found)
    return found


def test_the_sample_is_about_one_in_so_many(tmp_path: Path) -> None:
    loaded, _ = both(PLAIN, "", tmp_path)
    sampled = _sampled(loaded, 5 * SAMPLE)
    assert 1 <= len(sampled) <= 15
    # known by content, so that it is the same on every machine
    assert sampled == _sampled(loaded, 5 * SAMPLE)


@pytest.mark.parametrize("deaf", [True, False], ids=["it misses a result", "it invents one"])
def test_a_disagreement_is_said_aloud(deaf: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = (lambda given: []) if deaf else (lambda given: [lambda scope: [(f, None) for f in scope.focus]])
    monkeypatch.setattr(
        "fonds.shacl.shapes.CONSTRAINTS",
        {**constraints.CONSTRAINTS, "minCount": ("MinCountConstraintComponent", wrong)},
    )
    monkeypatch.setattr("fonds.shacl.shapes.proof", lambda *given: None)
    monkeypatch.setattr(sys.modules["fonds.validate"], "SAMPLE", 1)
    data = "ex:a a ex:C ." if deaf else "ex:a a ex:C ; ex:p 1 ."
    loaded, triples = both(PLAIN, data, tmp_path)
    report = ENGINES["checked"](triples, loaded)
    assert [note.kind for note in report.notes] == ["engine"]
    assert "disagree" in report.disagreements[0].message
    assert report.violations == ENGINES["pyshacl"](triples, loaded).violations
    assert "disagree" in report.to_html()


@pytest.mark.parametrize(("data", "kinds"), [("ex:a a ex:C .", ["size"]), ("ex:a a ex:D .", [])])
def test_a_large_document_stays_with_the_compiled_shapes(
    data: str, kinds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["fonds.validate"], "SAMPLE", 1)
    monkeypatch.setattr(sys.modules["fonds.validate"], "LARGE", 0)
    loaded, triples = both(PLAIN, data, tmp_path)
    report = ENGINES["checked"](triples, loaded)
    assert ([note.kind for note in report.notes], report.compared) == (kinds, 0)
    assert report.violations == ENGINES["pyshacl"](triples, loaded).violations


def test_equal_terms_of_a_file_are_one_object(tmp_path: Path) -> None:
    text = 'ex:a ex:p "a word" , _:b . ex:c ex:p "a word" , _:b .'
    ((_, p1, one), (_, _, two), (_, p2, three), (_, _, four)) = turtle(text, tmp_path)
    assert p1 is p2
    assert one is three
    assert two is four
    assert type(two) is Blank


BEYOND = {
    "SPARQL": (
        PLAIN + 'ex:S sh:sparql [ sh:select "SELECT $this WHERE { $this a ex:C }" ; sh:prefixes ex:x ] .',
        "sh:sparql",
    ),
    "a shape that refers to itself": (
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:node ex:S ; sh:minCount 1 ] .",
        "refer to themselves",
    ),
    "a sequence backwards, which pySHACL walks in the wrong order": (
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path [ sh:inversePath ( ex:p ex:q ) ] ; sh:minCount 1 ] .",
        "inversePath of a sequence",
    ),
    "a constraint component of one's own": (
        """ex:Own a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ;
            sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER (1 = 1) }" ] ."""
        + PLAIN,
        "constraint component",
    ),
}


@pytest.mark.parametrize("case", BEYOND)
@pytest.mark.parametrize("engine", ["compiled", "checked"])
def test_what_cannot_be_compiled_is_said_aloud(case: str, engine: str, tmp_path: Path) -> None:
    shapes, says = BEYOND[case]
    prefix = 'ex:x sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] . '
    loaded, triples = both(prefix + shapes, "ex:a a ex:C .", tmp_path)
    with agreement.quiet():
        report = ENGINES[engine](triples, loaded)
        assert report.violations == ENGINES["pyshacl"](triples, loaded).violations != ()
    assert [(note.kind, says in note.message) for note in report.notes] == [("fallback", True)]


def test_shapes_in_shapes_without_end_are_refused(tmp_path: Path) -> None:
    chain = "".join(f"ex:S{n} sh:node ex:S{n + 1} . " for n in range(3000))
    loaded, triples = both(f"ex:S0 sh:targetNode ex:a . {chain}", "ex:a a ex:C .", tmp_path)
    assert "100 deep" in str(loaded.program)
    with agreement.quiet(), pytest.raises(FondsError, match="too deep"):
        ENGINES["compiled"](triples, loaded)


def test_where_pyshacl_fails_the_others_do_not_guess(tmp_path: Path) -> None:
    shapes = "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:lessThan ex:q ] ."
    loaded, triples = both(shapes, "ex:a ex:p [] ; ex:q 1 .", tmp_path)
    for engine in ENGINES.values():
        with pytest.raises(FondsError, match="cannot be checked"):
            engine(triples, loaded)


# --- wrong shapes

WRONG = {
    "minCount without a path": (
        "ex:S sh:targetClass ex:C ; sh:minCount 1 .",
        "no sh:path, which sh:minCount",
    ),
    "minCount of no number": (ON_P.format('sh:minCount "many"'), "no xsd:integer"),
    "two of them": (ON_P.format("sh:maxCount 1, 2"), "2 values of sh:maxCount"),
    "a pattern that is none": (ON_P.format('sh:pattern "("'), "does not compile"),
    "a path that is none": ("ex:S sh:targetClass ex:C ; sh:property [ sh:path [ ] ] .", "path that is none"),
    "no path": ("ex:S sh:targetClass ex:C ; sh:property ex:P . ex:P sh:class ex:C .", "sh:property <"),
    "a broken list": (ON_P.format("sh:in [ rdf:first 1 ]"), "a list that is broken"),
    "an empty list": (ON_P.format("sh:or ()"), "an empty list"),
    "a kind of node that is none": (ON_P.format("sh:nodeKind sh:Iri"), "sh:nodeKind"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_shapes_are_named(case: str, tmp_path: Path) -> None:
    shapes, says = WRONG[case]
    turtle(shapes, tmp_path, "house.ttl")
    with pytest.raises(ConfigError, match=says) as caught:
        validate([], shapes=tmp_path / "house.ttl", engine="compiled")
    assert "house.ttl" in str(caught.value)
    assert "https://example.org/" in str(caught.value)


def test_turtle_that_does_not_parse_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "house.ttl"
    path.write_text("@prefix ex: <https://example.org/> .\nex:a ex:b\n", "utf-8")
    with pytest.raises(ConfigError, match=r"house\.ttl, line [23].*mend the Turtle"):
        validate([], shapes=path)


def test_an_engine_that_is_none() -> None:
    with pytest.raises(FondsError, match="checked, compiled, pyshacl"):
        public_validate([], engine="jena")


# --- messages, graphs of others, start


def test_the_words_of_a_shape_without_a_message(tmp_path: Path) -> None:
    loaded, triples = both(PLAIN, "ex:a a ex:C .", tmp_path)
    for engine in ENGINES.values():
        (item,) = engine(triples, loaded).violations
        assert item.message == "Has too few values: at least 1 needed. Path: https://example.org/p"


def test_the_message_in_english_is_taken(tmp_path: Path) -> None:
    shapes = PLAIN.replace("sh:minCount 1", 'sh:minCount 1 ; sh:message "Zu wenig."@de, "Too\\nfew."@en')
    loaded, triples = both(shapes, "ex:a a ex:C .", tmp_path)
    for engine in ENGINES.values():
        assert [item.message for item in engine(triples, loaded).violations] == ["Too few."]


def test_a_path_is_written_as_in_sparql(tmp_path: Path) -> None:
    shapes = """ex:S sh:targetNode ex:a ; sh:property
        [ sh:path ( ex:p [ sh:alternativePath ( ex:q [ sh:inversePath ex:r ] ) ] [ sh:zeroOrMorePath ex:s ] ) ;
          sh:minCount 1 ] ."""
    loaded, triples = both(shapes, "ex:a ex:x 1 .", tmp_path)
    e = "https://example.org/"
    for engine in ENGINES.values():
        (item,) = engine(triples, loaded).violations
        assert item.path == f"<{e}p>/(<{e}q>|^<{e}r>)/<{e}s>*"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_graph_of_rdflib_with_blank_nodes(engine: str, tmp_path: Path) -> None:
    from rdflib import Graph

    (tmp_path / "shapes.ttl").write_text(PREFIXES + ON_Q.format("sh:nodeKind sh:BlankNode"), "utf-8")
    graph = Graph().parse(data=PREFIXES + DATA)
    report = validate(graph, shapes=tmp_path / "shapes.ttl", engine=engine)
    assert sorted(item.value for item in report.violations) == [
        "https://example.org/b",
        "https://example.org/c",
    ]


def test_a_nameless_shape_has_the_same_name_on_every_run(tmp_path: Path) -> None:
    turtle(PLAIN, tmp_path, "shapes.ttl")
    names = set()
    for engine in ENGINES:
        loading.load.cache_clear()
        data: list[Triple] = [("https://example.org/a", TYPE, "https://example.org/C")]
        names |= {v.shape for v in validate(data, shapes=tmp_path / "shapes.ttl", engine=engine).violations}
    assert len(names) == 1


def test_a_document_that_conforms_needs_no_rdflib(tmp_path: Path) -> None:
    code = (
        "import sys; from fonds.rdf.read import read_triples; from fonds.validate import validate\n"
        f"report = validate(read_triples({str(GOOD)!r}), engine='compiled')\n"
        "print(report.conforms, [name for name in ('rdflib', 'pyshacl') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "True []\n"


# --- the command


@pytest.mark.parametrize("form", ["turtle", "ntriples", "nquads", "jsonld", "trig", "rdfxml"])
@pytest.mark.parametrize("engine", ENGINES)
def test_the_command_reads_every_format(form: str, engine: str, tmp_path: Path) -> None:
    suffix = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "rdfxml": "rdf"}.get(form, form)
    data: list[Triple] = [("https://example.org/a", TYPE, "https://example.org/C")]
    (tmp_path / f"data.{suffix}").write_bytes(serialise(data, form))
    turtle(PLAIN, tmp_path, "shapes.ttl")
    arguments = [
        "validate",
        tmp_path / f"data.{suffix}",
        "--shapes",
        tmp_path / "shapes.ttl",
        "--engine",
        engine,
    ]
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == 1
    assert "too few values" in result.stdout
    assert result.stderr == ""


def test_the_command_says_what_is_left_to_pyshacl(tmp_path: Path) -> None:
    turtle(BEYOND["a shape that refers to itself"][0], tmp_path, "shapes.ttl")
    turtle("ex:a a ex:D .", tmp_path, "data.ttl")
    arguments = ["validate", f"{tmp_path}/data.ttl", "--shapes", f"{tmp_path}/shapes.ttl"]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, "pySHACL checked" in result.stderr) == (0, True)
    assert "conforms" in result.stdout


# --- the index


def test_the_order_of_statements_does_not_matter(graphs: list[list[Triple]], tmp_path: Path) -> None:
    random = Random(1)
    loaded = loading.load(None)
    graph = mutations.mutated(graphs[0], random)[0]
    first = ENGINES["compiled"](graph, loaded)
    random.shuffle(graph)
    assert ENGINES["compiled"](graph, loaded) == first


def test_a_class_that_is_below_itself_ends() -> None:
    up = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
    data = Data([("x:a", up, "x:b"), ("x:b", up, "x:a"), ("x:n", TYPE, "x:a"), (Blank("_:n"), TYPE, "x:b")])
    assert data.instances("x:b") == {"x:n", "_:n"}


def test_an_index_counts_a_statement_once_and_a_column_as_often_as_it_was_said() -> None:
    said = ("x:a", "x:p", Literal("a", language="EN"))
    data = Data([said, said, ("x:a", "x:p", Literal("a", language="en")), ("x:a", "x:q", "x:b")])
    assert dict(data.objects("x:p")) == {"x:a": [Literal("a", language="en")]}
    assert dict(data.subjects("x:q")) == {"x:b": ["x:a"]}
    assert data.column("x:p").starts == ["x:a"] * 3
    assert data.column("x:q", backward=True).starts == ["x:b"]
    assert (dict(data.objects("x:r")), data.column("x:r").starts) == ({}, [])
