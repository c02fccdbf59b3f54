"""The files of a dump, and what a build reports.

records.ttl, .jsonld    records: the archival description and the general view
agents.ttl, .jsonld     the same of persons, groups, bodies, positions and places
evidence.ttl            which words support which statement
provenance.ttl          how each record came from its file
vocabulary.ttl          the concepts that the records use
dataset.ttl             the whole described: DCAT 3, VoID, PROV-O
all.nq                  everything, one graph for each layer, sorted: the master
documents/<id>.ttl      everything about one record, and the same as .jsonld
report.ttl, .csv, .html what SHACL says
findings.csv            conflicts, missing values, documents that could not be read
manifest.json           size and SHA-256 of each file

A collection too large for whole files of Turtle has instead of these, and of all.nq:

all-00001.nq.gz …       everything, sorted, in compressed files of so many statements each
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Final, TextIO

from fonds.errors import OutputError
from fonds.rdf.terms import RICO, Triple
from fonds.record import Evidence

#: Classes whose members stand in agents.ttl rather than in records.ttl.
AGENTS: Final = frozenset(
    f"{RICO}{name}"
    for name in (
        *("Agent", "AgentName", "CorporateBody", "Family", "Group", "Mechanism", "Person"),
        *("Place", "PlaceName", "Position"),
    )
)
#: Those of them that a summary counts as agents and places.
COUNTED: Final = AGENTS - {f"{RICO}{name}" for name in ("AgentName", "PlaceName", "Position")}


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a reader of the dump should know about a document.

    `record` is empty where the document gave none. A document that is `lost` is not in the dump.
    """

    document: str
    record: str
    kind: str
    message: str
    evidence: tuple[Evidence, ...] = ()
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a build made.

    `agents` counts agents and places. `statements` are those of the archival description,
    `supported` how many of them lead to words of a document or to a reason why not.
    `findings` are counted by kind; `left_out` names the documents that are not in the dump.
    """

    output: str
    documents: int
    records: int
    agents: int
    triples: dict[str, int]
    statements: int
    supported: int
    findings: dict[str, int]
    violations: int
    left_out: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether every document is in the dump."""
        return not self.left_out

    @property
    def coverage(self) -> float:
        """The share of supported statements, from 0 to 1; 1 if there are none."""
        return self.supported / self.statements if self.statements else 1.0

    def to_json(self) -> str:
        import orjson

        stated = {**asdict(self), "clean": self.clean, "coverage": self.coverage}
        return orjson.dumps(stated, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()

    def to_text(self) -> str:
        """A few lines for a person to read."""
        layers = ", ".join(f"{layer} {count:,}" for layer, count in self.triples.items())
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.findings.items())
        lines = [
            f"{self.output}: {self.documents} documents, {self.records} records, "
            f"{self.agents} agents and places",
            f"triples     {sum(self.triples.values()):,} ({layers})",
            f"evidence    {self.supported:,} of {self.statements:,} statements ({self.coverage:.1%})",
            f"violations  {self.violations}",
            f"findings    {sum(self.findings.values())}" + (f" ({kinds})" if kinds else ""),
        ]
        lines += [f"left out    {name}" for name in self.left_out]
        return "\n".join(lines)


def turtle(triples: Iterable[Triple], base: str) -> bytes:
    """Statements as Turtle, with the IRIs of the dump relative to its base where Turtle allows that."""
    from fonds.rdf.tokens import Tokens
    from fonds.rdf.turtle import turtle as write_turtle

    try:
        Tokens(base=base)
    except OutputError:
        return write_turtle(triples)
    return write_turtle(triples, base=base)


def write_csv(
    stream: TextIO, issues: Iterable[Issue], name_of: Callable[[str], str | None] = lambda sha256: None
) -> None:
    """Write findings as a table: one line for each passage, or one for a finding without any.

    `name_of` names the document of a SHA-256; a finding may quote a document besides its own. The offsets
    count in the file with the SHA-256 of the row (which may be a catalogue), and in one with markup in
    the text of the element at the XPath.
    """
    table = csv.writer(stream, lineterminator="\n")
    place = ("start", "end", "quote", "xpath", "sha256")
    table.writerow(("finding", "document", "record", "kind", "message", *place))
    for number, issue in enumerate(issues, 1):
        head = (number, issue.document, issue.record, issue.kind, issue.message)
        for evidence in issue.evidence:
            document = name_of(evidence.source) or issue.document
            words = (evidence.start, evidence.end, evidence.quote, evidence.path or "", evidence.source)
            table.writerow((number, document, *head[2:], *words))
        if not issue.evidence:
            table.writerow((*head, *[""] * len(place)))
