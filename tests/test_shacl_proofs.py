"""What a look at columns proves is what a look at each node finds, and conforming documents need no other."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from benchmarks.shapes import agreement, invented, mutations
from fonds.errors import ConfigError
from fonds.rdf.read import read_triples
from fonds.rdf.terms import RDF, RDFS, STRING, TYPE, XSD, Literal, Term, Triple
from fonds.shacl import constraints, proofs
from fonds.shacl.data import Data
from fonds.shacl.loading import Loaded, load
from fonds.shacl.shapes import Program
from fonds.shacl.terms import SH, Blank
from fonds.shacl.values import Undecided
from fonds.validate import ENGINES

CORPUS = Path(__file__).parents[1] / "corpus" / "expected"
GOOD = Path(__file__).parent / "data" / "good.ttl"
EX = "https://example.org/"
P, Q, C, D = (EX + name for name in "pqCD")
NODES = [f"{EX}n{number}" for number in range(4)]
DAYS = [Literal(f"1945-11-{day:02}", XSD + "date") for day in (4, 5, 30)]
NUMBERS = [Literal(words, XSD + "nonNegativeInteger") for words in ("3", "12", "012", "313")]


def program(*asked: tuple[str, Term], path: Term = P, triples: tuple[Triple, ...] = ()) -> Program:
    """The nodes of class C, and what is asked of their values under a path."""
    shape = [
        (EX + "S", SH + "targetClass", C),
        (EX + "S", SH + "property", EX + "P"),
        (EX + "P", SH + "path", path),
        *((EX + "P", SH + parameter, value) for parameter, value in asked),
    ]
    made = Loaded([*shape, *triples], {}, "a test").program
    assert isinstance(made, Program), made
    return made


def members(head: str, *items: Term) -> tuple[Triple, ...]:
    """A list, from a node on."""
    cells = [head, *(f"{head}-{number}" for number in range(1, len(items))), RDF + "nil"]
    return tuple(
        triple
        for number, item in enumerate(items)
        for triple in (
            (cells[number], RDF + "first", item),
            (cells[number], RDF + "rest", cells[number + 1]),
        )
    )


def both(compiled: Program, triples: list[Triple]) -> Counter[object] | None:
    """The results, the same with proofs and without them; None where only pySHACL decides."""
    data = Data(triples)
    try:
        thorough = Counter[object](compiled.results(Data(triples), quick=False))
    except Undecided:
        return None
    assert Counter[object](compiled.results(data)) == thorough
    return thorough


def proven(compiled: Program, triples: list[Triple]) -> bool:
    """Whether no node needs to be looked at."""
    data = Data(triples)
    assert compiled.results(data) == []
    return all(
        shape.proof is not None and shape.proof.holds(data, target(data))
        for targets, shape in compiled.targets
        for target in targets
    )


def integer(number: int) -> Literal:
    return Literal(str(number), XSD + "integer")


# --- what is proven, and what is left to a look at each node

IS_D: tuple[Triple, ...] = ((EX + "isD", SH + "class", D), (EX + "isC", SH + "class", C))
ONE_OF = (*members(EX + "list", EX + "isC", EX + "isD"), *IS_D)
CASES = {
    "a value each": ([("minCount", integer(1))], [(P, "a")], True),
    "two values each, one after another": ([("minCount", integer(2))], [(P, NODES[2]), (P, NODES[3])], True),
    "more than asked for": ([("minCount", integer(2))], [(P, NODES[n]) for n in (1, 2, 3)], False),
    "one value at most": ([("maxCount", integer(1))], [(P, "a")], True),
    "two values at most": ([("maxCount", integer(2))], [(P, "a"), (P, "b")], True),
    "one value, said twice, is one": ([("maxCount", integer(1))], [(P, "a"), (P, "a")], False),
    "a tag in other letters is the same tag": (
        [("maxCount", integer(1))],
        [(P, Literal("a", STRING, "en")), (P, Literal("a", STRING, "EN"))],
        False,
    ),
    "IRIs": ([("nodeKind", SH + "IRI")], [(P, NODES[3])], True),
    "IRIs or nodes without a name": ([("nodeKind", SH + "BlankNodeOrIRI")], [(P, Blank("_:b"))], True),
    "a class": ([("class", D)], [(P, NODES[3])], True),
    "two classes": ([("class", D), ("class", C)], [(TYPE, D), (P, NODES[0])], True),
    "one of two classes": ([("or", EX + "list")], [(P, NODES[3]), (P, NODES[0])], True),
    "whole numbers": ([("datatype", XSD + "nonNegativeInteger")], [(P, one) for one in NUMBERS], True),
    "a sign is left to rdflib": (
        [("datatype", XSD + "integer")],
        [(P, Literal("-3", XSD + "integer"))],
        False,
    ),
    "days": ([("datatype", XSD + "date")], [(P, one) for one in DAYS], True),
    "other datatypes are left to rdflib": (
        [("datatype", XSD + "gYear")],
        [(P, Literal("1945", XSD + "gYear"))],
        False,
    ),
    "truth": ([("datatype", XSD + "boolean")], [(P, Literal("true", XSD + "boolean"))], True),
    "strings": ([("datatype", STRING)], [(P, "a")], True),
    "length": ([("minLength", integer(1)), ("maxLength", integer(3))], [(P, "abc")], True),
    "the length of an IRI": ([("minLength", integer(20))], [(P, NODES[3])], True),
    "lengths of IRIs and words": ([("minLength", integer(1))], [(P, NODES[3]), (P, "a")], False),
    "patterns": ([("pattern", Literal("^a")), ("pattern", Literal("c$"))], [(P, "abc")], True),
    "a start before its end": ([("lessThan", Q)], [(P, NUMBERS[0]), (Q, NUMBERS[1])], True),
    "numbers are not compared as text": ([("lessThan", Q)], [(P, NUMBERS[1]), (Q, NUMBERS[3])], True),
    "a day at the latest": ([("lessThanOrEquals", Q)], [(P, DAYS[0]), (Q, DAYS[0])], True),
    "nothing to compare with": ([("lessThan", Q)], [(P, NUMBERS[0])], False),
    "two ends": ([("lessThan", Q)], [(P, NUMBERS[0]), (Q, NUMBERS[1]), (Q, NUMBERS[3])], False),
    "numbers too long for Python": (
        [("lessThan", Q)],
        [(P, Literal("1" * 5000, XSD + "integer")), (Q, Literal("2" * 5000, XSD + "integer"))],
        False,
    ),
    "no values, and none asked for": ([("datatype", STRING), ("class", D)], [], True),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_proven(case: str) -> None:
    asked, values, sure = CASES[case]
    compiled = program(*asked, triples=ONE_OF)
    triples: list[Triple] = [(NODES[0], TYPE, C), (NODES[3], TYPE, D)]
    triples += [(NODES[0], p, Literal(o) if o in ("a", "b", "abc") else o) for p, o in values]
    assert both(compiled, triples) == Counter()
    assert proven(compiled, triples) == sure


FAULTS = {
    "a node that lacks it": ([("minCount", integer(1))], []),
    "two where each needs two, and one said twice": (
        [("minCount", integer(2))],
        [(NODES[0], P, NODES[1]), (NODES[0], P, NODES[1])],
    ),
    "none allowed": ([("maxCount", integer(0))], [(NODES[0], P, NODES[1])]),
    "a literal that is no IRI": ([("nodeKind", SH + "IRI")], [(NODES[0], P, Literal("a"))]),
    "a node without a name is no IRI": ([("nodeKind", SH + "IRI")], [(NODES[0], P, Blank("_:b"))]),
    "of no class": ([("class", D)], [(NODES[0], P, NODES[1])]),
    "of another class than asked": ([("or", EX + "list")], [(NODES[0], P, NODES[1])]),
    "words that fit no number": (
        [("datatype", XSD + "nonNegativeInteger")],
        [(NODES[0], P, Literal("", XSD + "nonNegativeInteger"))],
    ),
    "a day that never was": (
        [("datatype", XSD + "date")],
        [(NODES[0], P, Literal("1945-02-30", XSD + "date"))],
    ),
    "a tag is no string": ([("datatype", STRING)], [(NODES[0], P, Literal("a", STRING, "en"))]),
    "nothing": ([("minLength", integer(1))], [(NODES[0], P, Literal(""))]),
    "a number that is not less": ([("lessThan", Q)], [(NODES[0], P, NUMBERS[1]), (NODES[0], Q, NUMBERS[2])]),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_is_at_fault_is_never_proven(case: str) -> None:
    asked, triples = FAULTS[case]
    found = both(program(*asked, triples=ONE_OF), [(NODES[0], TYPE, C), *triples])
    assert found is not None
    assert found.total() == 1


def test_a_fault_of_others_is_no_fault() -> None:
    compiled = program(("maxCount", integer(1)), ("datatype", STRING))
    triples: list[Triple] = [(NODES[0], TYPE, C), (NODES[0], P, Literal("a"))]
    triples += [(NODES[1], P, NODES[2]), (NODES[1], P, NODES[3])]  # not of the class
    assert both(compiled, triples) == Counter()
    assert not proven(compiled, triples)


def test_what_property_shapes_ask_of_values_is_not_asked_of_the_node() -> None:
    # the shape of the values has a path that is no single property
    path = ((Blank("_:path"), SH + "zeroOrMorePath", P),)
    inner = ((EX + "P", SH + "property", EX + "I"), (EX + "I", SH + "path", Q))
    asks = ((EX + "I", SH + "minCount", integer(1)),)
    compiled = program(path=Blank("_:path"), triples=(*path, *inner, *asks))
    triples: list[Triple] = [(NODES[0], TYPE, C), (NODES[0], P, NODES[1]), (NODES[0], Q, NODES[2])]
    found = both(compiled, triples)
    assert found is not None
    assert found.total() == 1


def test_a_tag_in_other_letters_is_the_same_node() -> None:
    back = ((Blank("_:back"), SH + "inversePath", P), (EX + "S", SH + "targetObjectsOf", P))
    compiled = program(("maxCount", integer(1)), path=Blank("_:back"), triples=back)
    tags = [Literal("a", STRING, tag) for tag in ("en", "EN")]
    found = both(compiled, [(NODES[0], P, tags[0]), (NODES[1], P, tags[1])])
    assert found is not None
    assert found.total() == 1


def test_a_class_below_and_a_node_typed_twice() -> None:
    compiled = program(("minCount", integer(1)), ("class", C))
    triples: list[Triple] = [(NODES[0], TYPE, D), (NODES[0], TYPE, D), (D, RDFS + "subClassOf", C)]
    assert both(compiled, [*triples, (NODES[0], P, NODES[0])]) == Counter()
    assert both(compiled, triples) != Counter()


# --- documents of all kinds

POOLS: list[list[Term]] = [
    list(NODES),
    [Literal(words) for words in ("a", "ab", "abc", "")],
    [Literal(words, STRING, tag) for words in ("a", "ab") for tag in ("en", "EN")],
    list(NUMBERS),
    [Literal(words, XSD + "integer") for words in ("1", "2", "-3", "٣", "x")],
    list(DAYS),
    [Literal(words, XSD + "boolean") for words in ("true", "false", "1")],
    [NODES[0], Literal("a"), Literal("1945", XSD + "gYear")],
    [NODES[0], Blank("_:b")],
]
ASKED: dict[str, list[Term]] = {
    "class": [C, D],
    "datatype": [
        XSD + name for name in ("string", "nonNegativeInteger", "integer", "date", "boolean", "gYear")
    ],
    "nodeKind": [SH + kind for kind in ("IRI", "Literal", "BlankNodeOrIRI", "IRIOrLiteral")],
    "minCount": [integer(number) for number in range(3)],
    "maxCount": [integer(number) for number in range(3)],
    "minLength": [integer(number) for number in range(3)],
    "maxLength": [integer(number) for number in (1, 2, 30)],
    "pattern": [Literal("^[a-z0-9]"), Literal("[0-9]$")],
    "lessThan": [P, Q],
    "lessThanOrEquals": [P, Q],
    "in": [EX + "values", EX + "nodes"],
    "or": [EX + "list"],
}
LISTS = (*members(EX + "values", *POOLS[1], *POOLS[2][::2]), *members(EX + "nodes", *NODES[:2]), *ONE_OF)


def test_all_that_is_proven_is_tried() -> None:
    assert set(ASKED) == {*proofs._CLAIMS, "minCount", "or"}
    assert set(ASKED) - {"or"} <= set(constraints.CONSTRAINTS)


@st.composite
def documents(draw: st.DrawFn) -> list[Triple]:
    """Mostly orderly: the values of a property are of one kind, and come in the order of their nodes."""
    triples: list[Triple] = [(node, TYPE, draw(st.sampled_from([C, C, D]))) for node in NODES]
    for predicate in (P, Q):
        pool = draw(st.sampled_from(POOLS))
        each = draw(st.integers(0, 2))
        for node in NODES:
            values = draw(
                st.lists(st.sampled_from(pool), min_size=each, max_size=each, unique=draw(st.booleans()))
            )
            triples += [(node, predicate, value) for value in values]
    if draw(st.booleans()):
        triples += draw(st.lists(st.sampled_from(triples), max_size=2))
    if draw(st.booleans()):
        odd = st.tuples(st.sampled_from(NODES), st.sampled_from([P, Q]), st.sampled_from([*chain(*POOLS)]))
        triples += draw(st.lists(odd, max_size=2))
    return draw(st.permutations(triples)) if draw(st.integers(0, 3)) == 0 else triples


@st.composite
def programs(draw: st.DrawFn) -> Program:
    parameters = draw(st.lists(st.sampled_from(sorted(ASKED)), min_size=1, max_size=3, unique=True))
    asked = [(parameter, draw(st.sampled_from(ASKED[parameter]))) for parameter in parameters]
    back = (Blank("_:back"), SH + "inversePath", P)
    return program(*asked, path=draw(st.sampled_from([P, P, P, Blank("_:back")])), triples=(back, *LISTS))


@given(programs(), documents())
def test_a_look_at_columns_finds_what_a_look_at_each_node_finds(
    compiled: Program, triples: list[Triple]
) -> None:
    found = both(compiled, triples)
    if found == Counter():
        event("proven" if proven(compiled, triples) else "conforms, and each node was looked at")


def test_proofs_are_not_idle() -> None:
    """Of random documents that conform many are proven, or the test above would show little."""
    outcomes = Counter[bool]()
    random = Random(0)
    for _ in range(300):
        parameter = random.choice([name for name in ASKED if name != "or"])
        compiled = program((parameter, random.choice(ASKED[parameter])), triples=LISTS)
        pool = random.choice(POOLS)
        triples: list[Triple] = [(node, TYPE, C) for node in NODES]
        triples += [(node, P, random.choice(pool)) for node in NODES]
        if both(compiled, triples) == Counter():
            outcomes[proven(compiled, triples)] += 1
    assert outcomes[True] > outcomes[False] > 0


def test_every_construct_at_random() -> None:
    compared = proven_in_part = 0
    for seed in range(400):
        random = Random(seed)
        try:
            with agreement.quiet():
                compiled = Loaded(invented.shapes(random), {}, f"seed {seed}").program
        except ConfigError:
            continue
        assert isinstance(compiled, Program)
        for _ in range(4):
            triples = invented.data(random, random.randrange(1, 25))
            with agreement.quiet():
                compared += both(compiled, triples) is not None
            data = Data(triples)
            doubts = proofs.doubts(compiled.claims, data)
            proven_in_part += len(doubts) < sum(map(len, compiled.claims.values()))
    assert compared > 1000
    assert proven_in_part > 50


# --- our shapes


@pytest.fixture(scope="module")
def graphs() -> list[list[Triple]]:
    return [graph for _, graph in mutations.documents(CORPUS, GOOD)]


def test_our_documents_are_proven(graphs: list[list[Triple]]) -> None:
    """Few shapes need a look at nodes: else checking a document costs several times as much."""
    compiled = load(None).program
    assert isinstance(compiled, Program)
    for triples in graphs:
        data = Data(triples)
        assert compiled.results(data) == []
        assert data.doubts is not None
        assert len(data.doubts) <= 3
        looked_at = [
            len(focus)
            for targets, shape in compiled.targets
            if (focus := targets[0](data)) and (shape.proof is None or not shape.proof.holds(data, focus))
        ]
        assert sum(looked_at) < 20 + len(data.column(TYPE).distinct) / 20


def test_spoilt_documents(graphs: list[list[Triple]]) -> None:
    compiled = load(None).program
    assert isinstance(compiled, Program)
    faulty = 0
    with agreement.quiet():
        for seed in range(150):
            random = Random(seed)
            whole = random.choice(graphs)
            triples, _ = mutations.mutated(mutations.piece(whole, random, 300), random)
            faulty += bool(both(compiled, triples))
    assert faulty > 100


def test_the_three_engines_on_orderly_documents() -> None:
    """The same shapes and documents as above, with pySHACL as the judge."""
    random = Random(1)
    told = Counter[bool]()
    for _ in range(60):
        parameter = random.choice(sorted(ASKED))
        shape = [
            (EX + "S", SH + "targetClass", C),
            (EX + "S", SH + "property", EX + "P"),
            (EX + "P", SH + "path", P),
            (EX + "P", SH + parameter, random.choice(ASKED[parameter])),
            *LISTS,
        ]
        loaded = Loaded(shape, {}, "a test")
        pool = random.choice(POOLS[:-1])
        triples: list[Triple] = [(node, TYPE, C) for node in NODES]
        triples += [(node, predicate, random.choice(pool)) for node in NODES for predicate in (P, Q)]
        with agreement.quiet():
            expected, found = (
                agreement.outcome(engine, triples, loaded) for engine in ("pyshacl", "compiled")
            )
        if not isinstance(expected, str) and not isinstance(found, str):
            assert found.violations == expected.violations
            told[expected.conforms] += 1
    assert min(told[True], told[False]) > 10
    assert set(ENGINES) == {"checked", "compiled", "pyshacl"}


def test_reading_one_document(graphs: list[list[Triple]]) -> None:
    """The statements can be had back, each as often as it was said."""
    triples = list(read_triples(GOOD))
    assert Counter(Data(triples + triples[:3]).triples()) == Counter(triples + triples[:3])
