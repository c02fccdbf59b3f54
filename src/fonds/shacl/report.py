"""What validation found, as a value, and as rdflib, CSV and HTML."""

from __future__ import annotations

import csv
import hashlib
import html
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fonds.shacl.terms import SH

if TYPE_CHECKING:
    from rdflib import Graph

_COLUMNS: Final = ("severity", "focus", "path", "value", "message", "shape", "passage", "quote")


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One result of validation.

    `focus` is the node at fault, `path` the property, `value` the offending value if there is
    one, `shape` the property shape, `component` the constraint of SHACL that failed. `passage`
    and `quote` name a passage that supports the node, where the graph holds evidence for it.
    """

    focus: str
    path: str
    value: str
    message: str
    shape: str
    component: str
    severity: str = "Violation"
    passage: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something about the check itself.

    `kind` is `fallback` (the shapes, or a value, are beyond the compiled engine, and pySHACL
    checked in its place), `size` (the statements are too many for pySHACL, and the compiled engine
    alone checked) or `engine` (the two engines disagree; the verdict of pySHACL stands).
    """

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What validation found. Warnings and hints do not keep a graph from conforming.

    `checked` counts documents, `compared` those of them that both engines checked.
    """

    violations: tuple[Violation, ...] = ()
    checked: int = 1
    compared: int = 0
    notes: tuple[Note, ...] = ()

    @property
    def conforms(self) -> bool:
        return not any(item.severity == "Violation" for item in self.violations)

    @property
    def disagreements(self) -> tuple[Note, ...]:
        """Where the two engines disagree: an error of fonds, or of pySHACL, worth reporting."""
        return tuple(note for note in self.notes if note.kind == "engine")

    @property
    def graph(self) -> Graph:
        """The report as an rdflib graph (`sh:ValidationReport`), without blank nodes."""
        from rdflib import RDF, RDFS, XSD, Graph, Literal, URIRef

        sh = SH
        graph = Graph()
        graph.bind("sh", sh)
        whole = hashlib.sha256(repr(self.violations).encode()).hexdigest()[:16]
        report = URIRef(f"urn:fonds:report:{whole}")
        graph.add((report, RDF.type, URIRef(sh + "ValidationReport")))
        graph.add((report, URIRef(sh + "conforms"), Literal(self.conforms, datatype=XSD.boolean)))
        for note in self.notes:
            graph.add((report, RDFS.comment, Literal(note.message, lang="en")))
        for item in self.violations:
            key = hashlib.sha256(repr(item).encode()).hexdigest()[:16]
            node = URIRef(f"urn:fonds:result:{key}")
            graph.add((report, URIRef(sh + "result"), node))
            graph.add((node, RDF.type, URIRef(sh + "ValidationResult")))
            severity = item.severity if _is_iri(item.severity) else sh + item.severity
            graph.add((node, URIRef(sh + "resultSeverity"), URIRef(severity)))
            graph.add((node, URIRef(sh + "resultMessage"), Literal(item.message, lang="en")))
            for name, value in (
                ("focusNode", item.focus),
                ("resultPath", item.path),
                ("sourceShape", item.shape),
                ("sourceConstraintComponent", item.component),
            ):
                if _is_iri(value):
                    graph.add((node, URIRef(sh + name), URIRef(value)))
            if item.value:
                value_term = URIRef(item.value) if _is_iri(item.value) else Literal(item.value)
                graph.add((node, URIRef(sh + "value"), value_term))
        return graph

    def to_csv(self) -> str:
        """The report as CSV (RFC 4180), one line for each result."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(_COLUMNS)
        for item in self.violations:
            writer.writerow([_harmless(getattr(item, name)) for name in _COLUMNS])
        return out.getvalue()

    def to_html(self) -> str:
        """The report as one HTML page without scripts: what is wrong, where, how to mend it."""
        verdict = "conforms" if self.conforms else f"{len(self.violations)} results"
        rows = "\n".join(_row(item) for item in self.violations)
        body = (
            f"<table><thead><tr><th>What is wrong, and how to mend it</th><th>Where</th><th>Words</th></tr>"
            f"</thead><tbody>\n{rows}\n</tbody></table>"
            if self.violations
            else "<p>Every statement keeps to the shapes.</p>"
        )
        notes = "".join(f"<p>{html.escape(note.message)}</p>\n" for note in self.notes)
        checked = (
            f"{self.checked}, of them by both engines: {self.compared}" if self.compared else self.checked
        )
        return _PAGE.format(verdict=html.escape(verdict), checked=checked, body=notes + body)


def merge(reports: Iterable[Report]) -> Report:
    """Several reports as one, results sorted and none twice."""
    together = list(reports)
    return Report(
        violations=tuple(sorted({item for report in together for item in report.violations})),
        checked=sum(report.checked for report in together),
        compared=sum(report.compared for report in together),
        notes=tuple(sorted({note for report in together for note in report.notes})),
    )


_PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Validation report</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .5rem; border-bottom: 1px solid #bbb }}
code {{ font-size: .85rem; overflow-wrap: anywhere }}
blockquote {{ margin: 0; padding-left: .5rem; border-left: 3px solid #767676 }}
</style></head><body>
<h1>Validation report: {verdict}</h1>
<p>Documents checked: {checked}.</p>
{body}
</body></html>
"""


def _row(item: Violation) -> str:
    value = f"<br>Value: <code>{html.escape(item.value)}</code>" if item.value else ""
    quote = f"<blockquote>{html.escape(item.quote)}</blockquote>" if item.quote else ""
    return (
        f"<tr><td>{html.escape(item.message)}{value}<br><small>{html.escape(item.severity)}, "
        f"<code>{html.escape(item.shape)}</code></small></td>"
        f"<td><code>{html.escape(item.focus)}</code><br><code>{html.escape(item.path)}</code></td>"
        f"<td>{quote}</td></tr>"
    )


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _is_iri(value: str) -> bool:
    return ":" in value and not any(char in value for char in ' <>"{}|\\^`\n')
