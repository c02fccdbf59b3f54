"""What statements say, counted in the same way whoever made them."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from benchmarks.rico_converter.sources import plain
from fonds.rdf.terms import EDTF, LABEL, OWL, RDF, RICO, TYPE, XSD, Literal, Triple

_UNITS: Final = {RICO + name for name in ("RecordSet", "Record", "RecordPart", "RecordResource")}
_AGENTS: Final = {RICO + name for name in ("Person", "Family", "CorporateBody", "Group", "Agent")}
_DATES: Final = {EDTF, XSD + "date", XSD + "gYear", XSD + "gYearMonth", XSD + "dateTime"}
_PARTS: Final = {
    RICO + name
    for name in ("hasOrganicProvenance", "hasCreator", "hasCollector", "hasAuthor", "hasAccumulator")
}
_INDEXED: Final = {
    *(RICO + f"hasOrHad{some}DocumentaryFormType" for some in ("SomeMembersWith", "AllMembersWith")),
    *(RICO + name for name in ("hasOrHadSubject", "hasDocumentaryFormType", "documents")),
}
#: Relations between agents, by the class of the relation.
_BETWEEN: Final = {
    "AgentHierarchicalRelation": "hierarchical",
    "GroupSubdivisionRelation": "hierarchical",
    "AgentTemporalRelation": "temporal",
    "FamilyRelation": "other",
    "AgentToAgentRelation": "other",
    "Relation": "other",
}


class Graph:
    """Statements by subject, with the types of each."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.said: dict[str, list[tuple[str, str | Literal]]] = defaultdict(list)
        self.types: dict[str, set[str]] = defaultdict(set)
        for subject, predicate, thing in triples:
            self.said[subject].append((predicate, thing))
            if predicate == TYPE and isinstance(thing, str):
                self.types[subject].add(thing)

    def of(self, classes: Collection[str]) -> set[str]:
        """The things of some classes."""
        return {subject for subject, types in self.types.items() if not types.isdisjoint(classes)}

    def units(self) -> set[str]:
        """Records and record sets, apart from the finding aid that describes them."""
        about = {RICO + "describesOrDescribed"}
        by = {
            thing
            for said in self.said.values()
            for predicate, thing in said
            if predicate == RICO + "isOrWasDescribedBy"
        }
        found = self.of(_UNITS) - {one for one in by if isinstance(one, str)}
        return {one for one in found if not any(predicate in about for predicate, _ in self.said[one])}

    def dated(self, subject: str) -> bool:
        """Whether a date that a program can read is stated of something, there or in a date of its own."""
        for predicate, thing in self.said[subject]:
            if not predicate.startswith(RICO):
                continue
            if isinstance(thing, Literal):
                if thing.datatype in _DATES:
                    return True
            elif RICO + "Date" in self.types[thing] and any(
                isinstance(value, Literal) and value.datatype in _DATES for _, value in self.said[thing]
            ):
                return True
        return False

    def names(self) -> set[str]:
        """The names and labels of agents."""
        found = set()
        for agent in self.of(_AGENTS):
            for predicate, thing in self.said[agent]:
                if isinstance(thing, Literal):
                    if predicate in (LABEL, RICO + "name"):
                        found.add(plain(thing.lexical))
                elif predicate == RICO + "hasOrHadAgentName":
                    values = (value for _, value in self.said[thing] if isinstance(value, Literal))
                    found.update(plain(value.lexical) for value in values)
        return found

    def pairs(self, subjects: set[str], predicates: Collection[str]) -> int:
        """How many different things some subjects are linked with."""
        return len(
            {
                (one, str(thing))
                for one in subjects
                for predicate, thing in self.said[one]
                if predicate in predicates
            }
        )


def finding_aid(triples: Iterable[Triple], names: set[str]) -> Counter[str]:
    """Counts that answer those of `sources.finding_aid`; `names` are those in the file."""
    graph = Graph(triples)
    units = graph.units()
    return Counter(
        {
            "units": len(units),
            "units with a date": sum(graph.dated(unit) for unit in units),
            "agents by name": len(names & graph.names()),
            "agents with a part in a unit": graph.pairs(units, _PARTS),
            "index terms": graph.pairs(units, _INDEXED),
        }
    )


def authority_record(triples: Iterable[Triple], names: set[str]) -> Counter[str]:
    """Counts that answer those of `sources.authority_record`."""
    graph = Graph(triples)
    found: Counter[str] = Counter()
    for types in graph.types.values():
        kinds = {kind for name, kind in _BETWEEN.items() if RICO + name in types}
        if kinds:
            found[f"relations: {min(kinds)}"] += 1
    made = {RICO + "OrganicProvenanceRelation", RICO + "CreationRelation"}
    records = graph.units()
    found["relations to records: creatorOf"] = len(graph.of(made)) or graph.pairs(records, _PARTS)
    found["relations to records: subjectOf"] = graph.pairs(records, {RICO + "hasOrHadSubject"})
    found["functions"] = sum(
        any(predicate == RICO + "hasActivityType" for predicate, _ in graph.said[one])
        for one in graph.of({RICO + "Activity"})
    )
    found["names of the agents"] = len(names & graph.names())
    found["things with a date"] = sum(
        graph.dated(one) for one in list(graph.said) if RICO + "Date" not in graph.types[one]
    )
    return found


def faults(
    outputs: Iterable[Iterable[Triple]], base: str, known: Collection[str], terms: Mapping[str, bool]
) -> Counter[str]:
    """What is wrong with the statements of all files together, seen without shapes.

    `known` are local IRIs that are described elsewhere; `terms` the names of RiC-O, each with
    whether it is there to stay.
    """
    triples = {triple for output in outputs for triple in output}
    subjects = {subject for subject, _, _ in triples} | set(known)
    linked = {thing for _, _, thing in triples if isinstance(thing, str) and thing.startswith(base)}
    used: Counter[str] = Counter()
    for _, predicate, thing in triples:
        term = thing if predicate == TYPE and isinstance(thing, str) else predicate
        if term.startswith(RICO):
            used[term.removeprefix(RICO)] += 1
    blank = {node for subject, _, thing in triples for node in (subject, thing) if str(node).startswith("_:")}
    return Counter(
        {
            "local IRIs that nothing is said of": len(linked - subjects),
            "blank nodes": len(blank),
            "statements": len(triples),
            "statements with a term that RiC-O 1.1 has not": sum(
                number for term, number in used.items() if term not in terms
            ),
            "statements with a term that RiC-O announces to remove": sum(
                number for term, number in used.items() if not terms.get(term, True)
            ),
        }
    )


def terms(ontology: Path, kept: Path) -> dict[str, bool]:
    """The names of RiC-O in its own file, each with whether the list of those that stay has it."""
    import pyoxigraph as ox

    with kept.open(encoding="utf-8", newline="") as file:
        stay = {row["term"] for row in csv.DictReader(file, delimiter="\t")}
    classes = {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "NamedIndividual")}
    found = {
        quad.subject.value.removeprefix(RICO)
        for quad in ox.parse(path=str(ontology), format=ox.RdfFormat.RDF_XML)
        if quad.predicate.value == RDF + "type" and quad.object.value in classes
    }
    return {name: name in stay for name in found if not name.startswith("http")}
