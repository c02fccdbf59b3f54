"""What tests of statements share: a minter, the layers of the samples, and ways to ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pyoxigraph
from samples import SAMPLES

from fonds.rdf.describe import describe
from fonds.rdf.iris import Minter
from fonds.rdf.terms import (
    Literal,
    Term,
    Triple,
)
from fonds.record import Certainty, Resolved

MINT = Minter("https://example.org/archive/", "2026-01-31")


@cache
def layer(name: str, of: str) -> frozenset[Triple]:
    return frozenset(describe(SAMPLES[of](), MINT)[name])


def things(graph: frozenset[Triple], subject: str, predicate: str) -> set[Term]:
    return {thing for s, p, thing in graph if s == subject and p == predicate}


def subjects(graph: frozenset[Triple], predicate: str, thing: Term) -> set[str]:
    return {s for s, p, o in graph if p == predicate and o == thing}


def doubted(resolved: Resolved, certainty: Certainty) -> Resolved:
    """The same, with every identification of a mention less sure."""
    return replace(
        resolved,
        identifications=tuple(replace(one, certainty=certainty) for one in resolved.identifications),
    )


def ntriples(triples: Sequence[Triple]) -> str:
    """Triples as N-Triples, for readers that are not ours."""
    lines = []
    for subject, predicate, thing in triples:
        if isinstance(thing, Literal):
            kind = (
                {"language": thing.language}
                if thing.language
                else {"datatype": pyoxigraph.NamedNode(thing.datatype)}
            )
            written = pyoxigraph.Literal(thing.lexical, **kind)  # type: ignore[arg-type]
        else:
            written = pyoxigraph.NamedNode(thing)
        lines.append(f"<{subject}> <{predicate}> {written} .")
    return "\n".join(lines)
