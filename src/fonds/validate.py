"""Validation of statements against SHACL shapes, with a report that says how to mend.

pySHACL decides (SHACL, W3C Recommendation of 20 July 2017). The shapes are read once for each
folder or file; every document is checked on its own, so that one broken literal cannot hide
the findings of another.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fonds.errors import ConfigError, FondsError
from fonds.rdf.terms import Triple

if TYPE_CHECKING:
    from rdflib import Graph

SH: Final = "http://www.w3.org/ns/shacl#"
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


@dataclass(frozen=True, slots=True)
class Report:
    """What validation found. Warnings and hints do not keep a graph from conforming."""

    violations: tuple[Violation, ...] = ()
    checked: int = field(default=1)

    @property
    def conforms(self) -> bool:
        return not any(item.severity == "Violation" for item in self.violations)

    @property
    def graph(self) -> Graph:
        """The report as an rdflib graph (`sh:ValidationReport`), without blank nodes."""
        from rdflib import RDF, XSD, Graph, Literal, URIRef

        sh = SH
        graph = Graph()
        graph.bind("sh", sh)
        whole = hashlib.sha256(repr(self.violations).encode()).hexdigest()[:16]
        report = URIRef(f"urn:fonds:report:{whole}")
        graph.add((report, RDF.type, URIRef(sh + "ValidationReport")))
        graph.add((report, URIRef(sh + "conforms"), Literal(self.conforms, datatype=XSD.boolean)))
        for item in self.violations:
            key = hashlib.sha256(repr(item).encode()).hexdigest()[:16]
            node = URIRef(f"urn:fonds:result:{key}")
            graph.add((report, URIRef(sh + "result"), node))
            graph.add((node, RDF.type, URIRef(sh + "ValidationResult")))
            graph.add((node, URIRef(sh + "resultSeverity"), URIRef(sh + item.severity)))
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
        return _PAGE.format(verdict=html.escape(verdict), checked=self.checked, body=body)


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


def merge(reports: Iterable[Report]) -> Report:
    """Several reports as one, results sorted and none twice."""
    together = list(reports)
    violations = sorted({item for report in together for item in report.violations})
    return Report(tuple(violations), sum(report.checked for report in together))


def validate(data: Graph | Iterable[Triple], *, shapes: str | Path | None = None) -> Report:
    """Check statements, an rdflib graph or plain triples, against the shapes.

    `shapes` is a Turtle file or a folder of them; without it the shapes of fonds are used.
    Raises `ConfigError` if they cannot be read, `FondsError` if pySHACL fails on the data.
    """
    from pyshacl.graph_abstraction import DataGraph
    from pyshacl.validator import Validator
    from rdflib import Graph

    from fonds.rdf.write import to_rdflib

    graph = data if isinstance(data, Graph) else to_rdflib(data)
    compiled = _compiled(str(shapes) if shapes is not None else None)
    validator = Validator(DataGraph.from_rdflib(graph), shacl_graph=compiled.graph)
    # the harvested shapes are kept: harvesting them again costs twice a document's check
    validator.shacl_graph = compiled
    try:
        _, report, _ = validator.run()  # type: ignore[no-untyped-call]
    except Exception as error:
        raise FondsError(
            f"the statements cannot be checked: {type(error).__name__}: {error}",
            remedy="look for a literal that does not fit its datatype",
        ) from error
    return Report(tuple(sorted(_violations(report, graph))))


def shapes_files(shapes: str | Path | None = None) -> list[Path]:
    """The Turtle files of the shapes, sorted by name. Raises `ConfigError` if there are none."""
    if shapes is None:
        packaged = Path(str(files("fonds"))) / "shapes"
        # in a checkout the shapes lie at the top of the project
        folder = packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "shapes"
    else:
        folder = Path(shapes)
    found = sorted(folder.glob("*.ttl")) if folder.is_dir() else [folder] if folder.is_file() else []
    if not found:
        raise ConfigError(
            "no shapes here", place=str(folder), remedy="name a Turtle file or a folder of them"
        )
    return found


@lru_cache(maxsize=4)
def _compiled(shapes: str | None) -> Any:
    from pyshacl.errors import ReportableRuntimeError
    from pyshacl.shapes_graph import ShapesGraph
    from rdflib import Graph

    graph = Graph()
    for path in shapes_files(shapes):
        try:
            graph.parse(
                data=path.read_text("utf-8"),
                format="turtle",
                publicID=path.as_uri() if path.is_absolute() else None,
            )
        except Exception as error:
            raise ConfigError(
                " ".join(str(error).split()) or type(error).__name__,
                place=str(path),
                remedy="mend the Turtle of the shapes",
            ) from error
    found = ShapesGraph(graph)
    try:
        held = found.shapes
    except ReportableRuntimeError as error:
        raise ConfigError(
            str(error), place=shapes or "the shapes of fonds", remedy="mend the shapes"
        ) from error
    if not held:
        raise ConfigError(
            "no shape in it", place=shapes or "the shapes of fonds", remedy="add a sh:NodeShape"
        )
    return found


def _violations(report: Graph, data: Graph) -> Iterator[Violation]:
    from rdflib import RDF, URIRef

    for node in report.subjects(RDF.type, URIRef(SH + "ValidationResult")):

        def one(name: str, result: Any = node) -> Any:
            return report.value(result, URIRef(SH + name))

        focus = one("focusNode")
        message = one("resultMessage")
        passage, quote = _passage(data, focus)
        yield Violation(
            focus=str(focus),
            path=_path(one("resultPath"), report),
            value="" if one("value") is None else str(one("value")),
            message=" ".join(str(message or "The constraint does not hold.").split()),
            shape=str(one("sourceShape") or ""),
            component=str(one("sourceConstraintComponent") or ""),
            severity=str(one("resultSeverity") or "Violation").removeprefix(SH),
            passage=passage,
            quote=quote,
        )


def _path(path: Any, report: Graph) -> str:
    from rdflib import URIRef

    if path is None:
        return ""
    inverse = report.value(path, URIRef(SH + "inversePath"))
    return f"^{inverse}" if inverse is not None else str(path)


def _passage(data: Graph, focus: Any) -> tuple[str, str]:
    """A passage that supports a statement about the node, and its words; empty if there is none."""
    from rdflib import RDF, URIRef

    from fonds.rdf.terms import OA

    statements = sorted(data.subjects(RDF.subject, focus), key=str)
    bodies = [*statements, focus]
    for body in bodies:
        for annotation in sorted(data.subjects(URIRef(OA + "hasBody"), body), key=str):
            for target in sorted(data.objects(annotation, URIRef(OA + "hasTarget")), key=str):
                for selector in data.objects(target, URIRef(OA + "hasSelector")):
                    exact = data.value(selector, URIRef(OA + "exact"))
                    if exact is not None:
                        return str(target), str(exact)
    return "", ""
