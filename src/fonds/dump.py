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
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fonds import __version__, manifest
from fonds.config import Config
from fonds.errors import OutputError
from fonds.rdf.iris import Minter, segment
from fonds.rdf.terms import DCTERMS, LABEL, OA, RICO, TYPE, Literal, Triple
from fonds.record import Evidence, Record

if TYPE_CHECKING:
    from fonds.validate import Report

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


@dataclass
class Collected:
    """What is gathered from one document after another while a dump is built."""

    layers: dict[str, set[Triple]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    records: int = 0

    def add(
        self, record: Record, layers: dict[str, list[Triple]], report: Report, failure: Issue | None = None
    ) -> None:
        """Take in one record, or only its report if it violates a shape, or what failed."""
        self.reports.append(report)
        if failure is None and not report.conforms:
            message = f"violates the shapes in {len(report.violations)} places; see report.html"
            failure = Issue(record.source.name, record.id, "invalid", message, lost=True)
        if failure is not None:
            self.issues.append(failure)
            return
        self.sources[record.source.name] = record.source.sha256
        self.records += sum(1 for _ in record.walk())
        for layer, triples in layers.items():
            self.layers.setdefault(layer, set()).update(triples)
        for part in record.walk():
            self.issues += (
                Issue(record.source.name, part.id, finding.kind, finding.message, finding.evidence)
                for finding in part.findings
            )


def turtle(triples: Iterable[Triple], base: str) -> bytes:
    """Statements as Turtle, with the IRIs of the dump relative to its base where Turtle allows that."""
    from fonds.rdf.tokens import Tokens
    from fonds.rdf.turtle import turtle as write_turtle

    try:
        Tokens(base=base)
    except OutputError:
        return write_turtle(triples)
    return write_turtle(triples, base=base)


def write_document(folder: Path, record: str, base: str, triples: Iterable[Triple]) -> None:
    """Everything about one record, as Turtle and as JSON-LD."""
    from fonds.rdf.jsonld import jsonld

    statements = list(triples)
    # both are made before either is written, so that no record is there by half
    written = {"ttl": turtle(statements, base), "jsonld": jsonld(statements)}
    for suffix, data in written.items():
        (folder / f"{segment(record)}.{suffix}").write_bytes(data)


def write(folder: Path, config: Config, collected: Collected, documents: int) -> Summary:
    """Write all files of a dump but those of single documents, and say what is in it."""
    from fonds.rdf import describe
    from fonds.rdf.jsonld import jsonld
    from fonds.rdf.nquads import nquads
    from fonds.rdf.write import from_rdflib
    from fonds.validate import merge

    mint = manifest.minter(config)
    layers = {layer: collected.layers.get(layer, set()) for layer in describe.layers()}
    used = {iri for triples in layers.values() for iri in describe.objects(triples)}
    lexicon = str(config.lexicon) if config.lexicon else None
    layers["vocabulary"] = set(describe.vocabulary(mint, used, lexicon))
    layers["dataset"] = set(
        manifest.describe(config, mint, layers, collected.sources.values(), _rights(layers["generic"]))
    )
    agents, records = _divided([*layers["rico"], *layers["generic"]])
    for name, triples in (("agents", agents), ("records", records)):
        (folder / f"{name}.ttl").write_bytes(turtle(triples, config.base))
        (folder / f"{name}.jsonld").write_bytes(jsonld(triples))
    for name in ("evidence", "provenance", "vocabulary", "dataset"):
        (folder / f"{name}.ttl").write_bytes(turtle(layers[name], config.base))
    quads = (
        (*triple, manifest.graph_iri(config.base, layer))
        for layer, triples in layers.items()
        for triple in triples
    )
    (folder / "all.nq").write_bytes(nquads(quads))

    report = merge(collected.reports)
    (folder / "report.ttl").write_bytes(turtle(from_rdflib(report.graph), config.base))
    (folder / "report.csv").write_text(report.to_csv(), "utf-8", newline="")
    (folder / "report.html").write_text(report.to_html(), "utf-8", newline="")
    issues = sorted(collected.issues, key=lambda issue: (issue.document, issue.record))
    (folder / "findings.csv").write_text(
        to_csv(issues, {sha256: name for name, sha256 in collected.sources.items()}), "utf-8", newline=""
    )

    stated, supported = coverage(mint, layers)
    summary = Summary(
        output=str(folder),
        documents=documents,
        records=collected.records,
        agents=len({triple[0] for triple in agents if triple[1] == TYPE and triple[2] in COUNTED}),
        triples={layer: len(triples) for layer, triples in layers.items()},
        statements=stated,
        supported=supported,
        findings=dict(sorted(Counter(issue.kind for issue in issues).items())),
        violations=len(report.violations),
        left_out=tuple(sorted({issue.document for issue in issues if issue.lost})),
    )
    _write_manifest(folder, config, summary, collected.sources)
    return summary


def to_csv(issues: Iterable[Issue], names: Mapping[str, str] | None = None) -> str:
    """Findings as a table: one line for each passage, or one for a finding without any.

    `names` are the documents by SHA-256; a finding may quote a document besides its own.
    """
    known = names or {}
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(("finding", "document", "record", "kind", "message", "start", "end", "quote"))
    for number, issue in enumerate(issues, 1):
        head = (number, issue.document, issue.record, issue.kind, issue.message)
        for evidence in issue.evidence:
            document = known.get(evidence.source, issue.document)
            table.writerow((number, document, *head[2:], evidence.start, evidence.end, evidence.quote))
        if not issue.evidence:
            table.writerow((*head, "", "", ""))
    return stream.getvalue()


def _divided(triples: Iterable[Triple]) -> tuple[list[Triple], list[Triple]]:
    """The triples about agents and places, and the others, by the class of their subject."""
    known = list(triples)
    named = {subject for subject, predicate, thing in known if predicate == TYPE and thing in AGENTS}
    return (
        [triple for triple in known if triple[0] in named],
        [triple for triple in known if triple[0] not in named],
    )


def _rights(triples: Iterable[Triple]) -> list[str]:
    """The rights statements that documents print: of those with the same words, the first."""
    known = list(triples)
    found = {s for s, p, thing in known if p == TYPE and thing == DCTERMS + "RightsStatement"}
    words: dict[str, str] = {}
    for subject, predicate, thing in known:
        if subject in found and predicate == LABEL and isinstance(thing, Literal):
            words[thing.lexical] = min(subject, words.get(thing.lexical, subject))
    return sorted(set(words.values()))


def coverage(mint: Minter, layers: dict[str, set[Triple]]) -> tuple[int, int]:
    """How many statements the archival description has, and how many of them the evidence speaks of."""
    from fonds.rdf.evidence import UNSUPPORTED

    unsaid = Literal(UNSUPPORTED, language="en")
    empty = {subject for subject, predicate, thing in layers["evidence"] if thing == unsaid}
    spoken = {
        thing
        for subject, predicate, thing in layers["evidence"]
        if predicate == f"{OA}hasBody" and subject not in empty
    }
    stated = [mint.statement(triple) for triple in layers["rico"] if triple[1] != TYPE]
    return len(stated), sum(statement in spoken for statement in stated)


def _write_manifest(folder: Path, config: Config, summary: Summary, sources: dict[str, str]) -> None:
    """The last file: what the others are, so that anybody can check that they are whole."""
    import orjson

    stated = {
        "fonds": __version__,
        "base": config.base,
        "documents": summary.documents,
        "records": summary.records,
        "agents": summary.agents,
        "triples": summary.triples,
        "left_out": summary.left_out,
        "sources": dict(sorted(sources.items())),
        "files": manifest.files(folder),
    }
    (folder / manifest.NAME).write_bytes(
        orjson.dumps(stated, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )
