"""Every term that fonds writes exists in its vocabulary, and is used where that vocabulary lets it stand.

The plain lists in `terms/` are the vocabularies' own: RiC-O 1.1 without the datatype properties
whose removal it announces, Web Annotation, and of the others the terms that fonds may use.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from samples import SAMPLES

from fonds.rdf.describe import describe, objects, vocabulary
from fonds.rdf.iris import Minter
from fonds.rdf.terms import (
    DCAT,
    DCTERMS,
    FONDS,
    LANG,
    OA,
    OWL,
    PROV,
    RDF,
    RDFS,
    RICO,
    RST,
    SCHEMA,
    SKOS,
    STRING,
    TYPE,
    VOID,
    XSD,
    Literal,
    Triple,
)
from fonds.rdf.vocabulary import own_terms

ONTOLOGIES = Path(__file__).parents[2] / "shared" / "data" / "ontologies"
MINT = Minter("https://example.org/archive/", "2026-01-31")
SPACES = {
    "dcat": DCAT, "dcterms": DCTERMS, "fonds": FONDS, "oa": OA, "owl": OWL, "prov": PROV, "rdf": RDF,
    "rdfs": RDFS, "rico": RICO, "schema": SCHEMA, "skos": SKOS, "void": VOID,
}  # fmt: skip
#: What schema.org writes as a class of value is a literal in RDF.
_SCHEMA_VALUES = {
    "Text": {STRING},
    "Number": {XSD + "integer", XSD + "decimal"},
    "Date": {XSD + "date", XSD + "gYear", XSD + "gYearMonth"},
    "DateTime": {XSD + "dateTime"},
}


class Term:
    def __init__(self, kind: str, parents: set[str], domain: set[str], scope: set[str]) -> None:
        self.kind, self.parents, self.domain, self.range = kind, parents, domain, scope


@cache
def terms() -> dict[str, Term]:
    """All known terms by IRI."""
    found = {}
    for path in sorted((Path(__file__).parent / "terms").glob("*.tsv")):
        space = SPACES[path.stem]
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                found[space + row["term"]] = Term(
                    row["kind"], *(_iris(row[name], space) for name in ("parents", "domain", "range"))
                )
    return found | _own()


def _iris(cell: str | None, space: str) -> set[str]:
    return {_iri(name, space) for name in (cell or "").split("|") if name}


def _iri(name: str, space: str) -> str:
    prefix, colon, local = name.partition(":")
    if not colon:
        return space + name
    return {"xsd": XSD, **SPACES}[prefix] + local if not local.startswith("//") else name


def _own() -> dict[str, Term]:
    """The terms of fonds, from its own file."""
    about: dict[str, dict[str, set[str]]] = {}
    for subject, predicate, thing in own_terms():
        about.setdefault(subject, {}).setdefault(predicate, set()).add(str(thing))
    kinds = {OWL + "Class": "class", OWL + "ObjectProperty": "object", OWL + "DatatypeProperty": "datatype"}
    return {
        iri: Term(
            next(kinds[kind] for kind in said[TYPE] if kind in kinds),
            said.get(RDFS + "subClassOf", set()) | said.get(RDFS + "subPropertyOf", set()),
            said.get(RDFS + "domain", set()),
            {RICO + "Literal" if one == RDFS + "Literal" else one for one in said.get(RDFS + "range", set())},
        )
        for iri, said in about.items()
        if not said.get(TYPE, set()).isdisjoint(kinds)
    }


@cache
def ancestors(iri: str) -> frozenset[str]:
    """A class and all classes above it."""
    term = terms().get(iri)
    above = {iri}
    for parent in term.parents if term else ():
        above |= ancestors(parent)
    return frozenset(above)


def lint(triples: Iterable[Triple]) -> list[str]:
    """What is wrong with the terms of a graph: unknown ones, and uses outside domain and range."""
    graph = list(triples)
    types: dict[str, set[str]] = {}
    for subject, predicate, thing in graph:
        if predicate == TYPE:
            types.setdefault(subject, set()).update(ancestors(str(thing)))
    return sorted({fault for triple in graph for fault in _faults(triple, types)})


def _faults(triple: Triple, types: dict[str, set[str]]) -> Iterator[str]:
    subject, predicate, thing = triple
    known = terms()
    if predicate == TYPE:
        if str(thing) not in known or known[str(thing)].kind != "class":
            yield f"no class {thing}"
        return
    term = known.get(predicate)
    if term is None or term.kind in ("class", "individual"):
        yield f"no property {predicate}"
        return
    if term.domain and term.domain.isdisjoint(types.get(subject, ())):
        yield f"{predicate} on {subject}, which is {sorted(types.get(subject, ()))} and not {sorted(term.domain)}"
    if isinstance(thing, Literal):
        yield from _literal_faults(predicate, term, thing)
    elif term.kind == "datatype" or (term.range and all(map(_is_literal, term.range))):
        yield f"{predicate} has the IRI {thing}, and takes literals"
    else:
        yield from _iri_faults(predicate, term, thing, types)


def _is_literal(name: str) -> bool:
    local = name.rpartition("/")[2]
    return (
        name.startswith(XSD)
        or name.endswith("Literal")
        or (name.startswith(SCHEMA) and local in _SCHEMA_VALUES)
    )


def _literal_faults(predicate: str, term: Term, thing: Literal) -> Iterator[str]:
    if term.kind == "object":
        yield f"{predicate} has the literal {thing.lexical!r}, and takes a thing"
    datatypes: set[str] = set()
    for name in term.range:
        if name.endswith("Literal"):
            return
        if name.startswith(XSD):
            datatypes.add(name)
        elif name.startswith(SCHEMA):
            datatypes |= _SCHEMA_VALUES.get(name[len(SCHEMA) :], set())
    if term.range and thing.datatype not in datatypes:
        yield f"{predicate} has the literal {thing}, and takes {sorted(term.range)}"


def _iri_faults(predicate: str, term: Term, thing: str, types: dict[str, set[str]]) -> Iterator[str]:
    ours = thing.startswith((MINT.base, RST, LANG)) and thing != MINT.dataset()
    if not term.range or (SCHEMA + "URL" in term.range and not ours):
        return
    if thing in terms() and terms()[thing].kind == "individual":
        return
    if thing not in types and (not ours or RICO + "Thing" in term.range):
        return  # described elsewhere: by the dump as a whole, by another document, by somebody else
    if term.range.isdisjoint(types.get(thing, ())):
        yield f"{predicate} has {thing}, which is {sorted(types.get(thing, ()))} and not {sorted(term.range)}"


@cache
def everything(name: str) -> tuple[Triple, ...]:
    layers = describe(SAMPLES[name](), MINT)
    made = [triple for layer in layers.values() for triple in layer]
    return (*made, *vocabulary(MINT, objects(made)))


@pytest.mark.parametrize("name", SAMPLES)
def test_no_term_is_unknown_or_misplaced(name: str) -> None:
    assert lint(everything(name)) == []


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("layer", ["rico", "generic", "provenance"])
def test_each_layer_types_what_it_speaks_of(name: str, layer: str) -> None:
    """A layer is published alone, so it must not lean on the types that another layer states."""
    made = describe(SAMPLES[name](), MINT, [layer])[layer]
    words = vocabulary(MINT, objects(made))
    assert lint((*made, *words)) == []


RECORD = MINT.record("a")
AGENT = MINT.agent("b")
IS_RECORD = (RECORD, TYPE, RICO + "Record")


@pytest.mark.parametrize(
    ("graph", "fault"),
    [
        pytest.param([(RECORD, TYPE, RICO + "Dossier")], "no class", id="a class that RiC-O never had"),
        pytest.param([IS_RECORD, (RECORD, RICO + "wrote", AGENT)], "no property", id="an invented property"),
        pytest.param(
            [IS_RECORD, (RECORD, RICO + "creationDate", Literal("1945"))], "no property",
            id="a property whose removal is announced",
        ),
        pytest.param(
            [(AGENT, TYPE, RICO + "Person"), (AGENT, RICO + "scopeAndContent", Literal("x"))], "scopeAndContent on",
            id="a property of records on a person",
        ),
        pytest.param(
            [IS_RECORD, (RECORD, RICO + "hasSender", MINT.place("c")), (MINT.place("c"), TYPE, RICO + "Place")],
            "hasSender has", id="a place that sends",
        ),
        pytest.param([IS_RECORD, (RECORD, RICO + "hasSender", AGENT)], "hasSender has", id="an untyped object"),
        pytest.param(
            [IS_RECORD, (RECORD, RICO + "hasSender", Literal("Stalin"))], "takes a thing", id="a literal for a thing"
        ),
        pytest.param(
            [IS_RECORD, (RECORD, RICO + "title", AGENT)], "takes literals", id="a thing for a literal"
        ),
        pytest.param(
            [(RECORD, TYPE, SCHEMA + "Message"), (RECORD, SCHEMA + "dateSent", Literal("1945", XSD + "gYear"))],
            "dateSent has", id="a year where schema.org wants a time",
        ),
        pytest.param(
            [(RECORD, TYPE, SCHEMA + "CreativeWork"), (RECORD, SCHEMA + "toRecipient", AGENT)], "toRecipient on",
            id="an addressee of a work that is no message",
        ),
    ],
)  # fmt: skip
def test_the_lint_finds(graph: list[Triple], fault: str) -> None:
    assert any(fault in found for found in lint(graph)), lint(graph)


def test_a_subclass_inherits() -> None:
    """A CorporateBody is a Group is an Agent: it may send."""
    body = (AGENT, TYPE, RICO + "CorporateBody")
    assert lint([IS_RECORD, body, (RECORD, RICO + "hasSender", AGENT)]) == []


def test_own_terms_are_explained_and_anchored() -> None:
    """Each term of fonds has an English label and comment, and says where it may stand."""
    graph = set(own_terms())
    for iri, term in _own().items():
        said = {predicate: thing for subject, predicate, thing in graph if subject == iri}
        assert isinstance(said[RDFS + "label"], Literal)
        assert isinstance(said[RDFS + "comment"], Literal)
        assert said[RDFS + "comment"].language == "en"  # type: ignore[union-attr]
        if term.kind == "class":
            assert term.parents
        else:
            assert term.domain
            assert term.range
        for name in (term.parents | term.domain | term.range) - {RDFS + "Resource"}:
            assert name in terms() or _is_literal(name), f"{iri} leans on {name}, which does not exist"


def test_every_own_term_is_used() -> None:
    """A term that nothing writes is a promise that nobody keeps. `scope` is read, from authority files."""
    written = {FONDS + "scope"} | {
        term
        for name in SAMPLES
        for _, predicate, thing in everything(name)
        for term in (predicate, str(thing))
    }
    assert [iri for iri in _own() if iri not in written] == []


@pytest.mark.skipif(not ONTOLOGIES.is_dir(), reason="the ontologies are not here")
@pytest.mark.parametrize(("space", "file"), [("rico", "RiC-O_1-1.rdf"), ("oa", "oa.ttl")])
def test_the_lists_are_the_ontologies(space: str, file: str) -> None:
    """Each term of the list is named in the ontology's own file, and RiC-O's list is complete."""
    content = (ONTOLOGIES / file).read_text("utf-8")
    named = set(re.findall(r'(?:rdf:about="[^"]*#|\boa:)(\w+)', content))
    path = Path(__file__).parent / "terms" / f"{space}.tsv"
    listed = {line.split("\t")[0] for line in path.read_text("utf-8").splitlines()[1:]}
    assert listed <= named
    if space == "rico":
        own = set(re.findall(r'rdf:about="https://www\.ica\.org/standards/RiC/ontology#(\w+)"', content))
        unlisted = own - listed - {"RiCCMCorrespondingComponent", "closeTo"}  # two annotation properties
        assert {"date", "type", "creationDate", "birthDate", "ruleFollowed"} <= unlisted
        assert len(unlisted) == 25  # the datatype properties that "may be deprecated and removed later on"
