"""From any statement to the words that support it, and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from graphs import MINT, layer, subjects, things
from samples import DOCUMENTS, SAMPLES, cable

from fonds.rdf.describe import describe
from fonds.rdf.terms import (
    EDTF,
    FONDS,
    OA,
    RDF,
    RICO,
    TYPE,
    XSD,
    Literal,
    Term,
)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_claim_of_the_archival_description_has_evidence(name: str) -> None:
    """100 %: a statement resource for each triple, in a support that has a passage or a reason."""
    evidence = layer("evidence", name)
    bodies: dict[Term, set[str]] = {}
    for subject, predicate, thing in evidence:
        if predicate == OA + "hasBody":
            bodies.setdefault(thing, set()).add(subject)
    passages = subjects(evidence, TYPE, OA + "SpecificResource")
    reasoned = {s for s, p, _ in evidence if p == FONDS + "reason"}
    aimed = {s for s, p, o in evidence if p == OA + "hasTarget" and o in passages}
    bare, claims = [], 0
    for triple in layer("rico", name):
        if triple[1] == TYPE:
            continue
        claims += 1
        supports = bodies.get(MINT.statement(triple), set())
        if not any(support in aimed or support in reasoned for support in supports):
            bare.append(triple)
    assert claims > 80
    assert bare == []


def test_the_count_of_evidence_can_fail() -> None:
    """A claim that nobody supports is told apart: its reason says that there is none."""
    from fonds.rdf import evidence
    from fonds.rdf.terms import Claim

    bare = Claim((MINT.record("a"), RICO + "title", Literal("x")))
    found = frozenset(evidence.describe(cable(), [bare], MINT))
    statement = MINT.statement(bare.triple)
    (support,) = subjects(found, OA + "hasBody", statement)
    assert things(found, support, FONDS + "reason") == {
        Literal("no passage and no reason is given", language="en")
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_every_reason_is_a_reason(name: str) -> None:
    assert not {
        thing
        for _, predicate, thing in layer("evidence", name)
        if predicate == FONDS + "reason"
        and isinstance(thing, Literal)
        and thing.lexical.startswith("no passage")
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_every_passage_quotes_the_file(name: str) -> None:
    evidence = layer("evidence", name)
    source = SAMPLES[name]().record.source
    content = (DOCUMENTS / source.name).read_bytes().decode("utf-8")
    passages = subjects(evidence, TYPE, OA + "SpecificResource")
    assert passages
    for passage in passages:
        assert things(evidence, passage, OA + "hasSource") == {MINT.instantiation(source.sha256)}
        (start,) = things(evidence, f"{passage}/position", OA + "start")
        (end,) = things(evidence, f"{passage}/position", OA + "end")
        (exact,) = things(evidence, f"{passage}/quote", OA + "exact")
        assert isinstance(start, Literal)
        assert isinstance(end, Literal)
        assert content[int(start.lexical) : int(end.lexical)] == exact[0]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_mention_leads_from_words_to_agent(name: str) -> None:
    resolved = SAMPLES[name]()
    evidence = layer("evidence", name)
    found = subjects(evidence, OA + "motivatedBy", OA + "identifying")
    mentions = [mention for record in resolved.record.walk() for mention in record.mentions]
    dates = {
        MINT.mention(d.evidence.source, d.evidence.start, d.evidence.end, f"date-{d.role}")
        for record in resolved.record.walk()
        for d in record.dates
    }
    assert len(found - dates) == len(mentions)
    agents = {entry.mention: entry.agent for entry in resolved.identifications}
    kinds = {one.key: one.kind for one in resolved.agents}
    for mention in mentions:
        iri = MINT.mention(mention.evidence.source, mention.name_start, mention.name_end, mention.kind)
        key = agents[mention.id]
        expected = MINT.place(key) if kinds[key] == "place" else MINT.agent(key)
        assert things(evidence, iri, OA + "hasBody") == {expected}


def test_a_mention_that_names_nobody_keeps_its_words() -> None:
    resolved = replace(cable(), identifications=())
    mention = resolved.record.mentions[0]
    evidence = frozenset(describe(resolved, MINT)["evidence"])
    iri = MINT.mention(mention.evidence.source, mention.name_start, mention.name_end, mention.kind)
    assert things(evidence, iri, OA + "bodyValue") == {Literal(mention.name)}
    assert not things(evidence, iri, OA + "hasBody")


def test_statements_keep_datatype_and_language() -> None:
    evidence = layer("evidence", "cable")
    spoken = {thing for _, predicate, thing in evidence if predicate == RDF + "object"}
    assert Literal("1945-11-04", EDTF) in spoken
    assert Literal("4", XSD + "integer") in spoken
    title = "Cable No. 3523, Stalin to Cdes. Molotov, Beria, Malenkov, and Mikoyan"
    assert Literal(title, language="en") in spoken


def test_one_support_holds_all_that_a_rule_read_in_one_passage() -> None:
    """The line that names four addressees supports all four, in one annotation."""
    evidence = layer("evidence", "cable")
    record = MINT.record("wcda-208877")
    supports = set()
    for name in ("molotov", "beria", "malenkov", "mikoyan"):
        triple = (record, RICO + "hasAddressee", MINT.agent(f"wcda-208877/{name}"))
        supports |= subjects(evidence, OA + "hasBody", MINT.statement(triple))
    assert len(supports) == 1


def test_an_inferred_value_says_so_and_names_its_premises() -> None:
    evidence, rico = layer("evidence", "memorandum"), layer("rico", "memorandum")
    date = next(s for s, p, o in rico if p == RICO + "expressedDate" and o == Literal("July 28"))
    statement = MINT.statement((date, RICO + "normalizedDateValue", Literal("1953-07-28", EDTF)))
    (support,) = subjects(evidence, OA + "hasBody", statement)
    assert things(evidence, support, FONDS + "status") == {Literal("inferred")}
    assert things(evidence, support, FONDS + "certainty") == {Literal("probable")}
    (premise,) = things(evidence, support, FONDS + "premise")
    assert things(evidence, f"{premise}/quote", OA + "exact") == {Literal("AUG 12 1953")}


def test_findings_can_be_asked_for() -> None:
    evidence = layer("evidence", "memorandum")
    (finding,) = subjects(evidence, FONDS + "findingKind", Literal("conflicting-dates"))
    targets = things(evidence, finding, OA + "hasTarget")
    assert MINT.record("memo-1953-08-12") in targets
    assert len(targets) == 3  # the record and the two passages that disagree
