"""Validation of statements against SHACL shapes, with a report that says how to mend.

    report = validate(statements)                          # the shapes of fonds
    report = validate(graph, shapes="house-rules.ttl", engine="pyshacl")

pySHACL is the reference (SHACL, W3C Recommendation of 20 July 2017). For volume the same shapes
are compiled once to closures over tuples (`fonds.shacl`). Every document is checked on its own, so
that one broken literal cannot hide the findings of another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from zlib import crc32

from fonds.errors import FondsError
from fonds.rdf.terms import OA, RDF, Term, Triple
from fonds.shacl.data import Data
from fonds.shacl.evaluation import Result
from fonds.shacl.loading import Loaded, load, shapes_files
from fonds.shacl.parameters import Unsupported
from fonds.shacl.paths import written
from fonds.shacl.report import Note, Report, Violation, merge
from fonds.shacl.terms import SH, Blank, from_graph, name, to_graph
from fonds.shacl.values import Undecided
from fonds.shacl.words import message

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["ENGINES", "SAMPLE", "Note", "Report", "Violation", "merge", "shapes_files", "validate"]

#: Of the documents that the compiled shapes pass, one in so many goes to pySHACL as well.
SAMPLE: Final = 1024
#: Documents of more statements do not go to pySHACL, which would take minutes and gigabytes.
LARGE: Final = 200_000
#: By at least so many of its nodes, if it has them, a document is known.
_FEW: Final = 32


def validate(
    data: Graph | Iterable[Triple], *, shapes: str | Path | None = None, engine: str = "checked"
) -> Report:
    """Check statements, an rdflib graph or plain triples, against the shapes.

    `shapes` is a file or a folder of Turtle files; without it the shapes of fonds are used.
    `engine` is one of `ENGINES`: `checked` (compiled shapes; what they flag, and a sample of what
    they pass, goes to pySHACL, whose verdict stands, unless it is `LARGE`), `compiled` or `pyshacl`.
    All three give the same report; where one cannot decide, or two disagree, `notes` say so.

    Raises `ConfigError` if the shapes cannot be read or are wrong, `FondsError` if pySHACL fails
    on the data.
    """
    if engine not in ENGINES:
        raise FondsError(f"no engine {engine!r}", remedy=f"use one of {', '.join(ENGINES)}")
    loaded = load(str(shapes) if shapes is not None else None)
    # rdflib is loaded only if the caller has loaded it
    rdflib = sys.modules.get("rdflib")
    if rdflib is not None and isinstance(data, rdflib.Graph):
        return ENGINES[engine](from_graph(data), loaded)
    return ENGINES[engine](cast("Iterable[Triple]", data), loaded)


def _pyshacl(triples: Iterable[Triple], loaded: Loaded) -> Report:
    return _referred(Data(triples), loaded)


def _referred(data: Data, loaded: Loaded) -> Report:
    from pyshacl.graph_abstraction import DataGraph
    from pyshacl.validator import Validator

    harvested = loaded.harvested
    try:
        graph = to_graph(data.triples())
        validator = Validator(DataGraph.from_rdflib(graph), shacl_graph=harvested.graph)
        # the harvested shapes are kept: harvesting them again costs twice a document's check
        validator.shacl_graph = harvested
        _, report, _ = validator.run()  # type: ignore[no-untyped-call]
    except Exception as error:
        raise FondsError(
            f"the statements cannot be checked: {type(error).__name__}: {error}",
            remedy="look for a literal that does not fit its datatype",
        ) from error
    return _report(_read(report, loaded), data)


def _compiled(triples: Iterable[Triple], loaded: Loaded) -> Report:
    return _by_closures(Data(triples), loaded)


def _checked(triples: Iterable[Triple], loaded: Loaded) -> Report:
    data = Data(triples)
    report = _by_closures(data, loaded)
    if report.notes or not (report.violations or _in_sample(data)):
        return report
    if len(data) > LARGE:
        words = f"{len(data):,} statements: too many for pySHACL, so the compiled shapes alone checked"
        return Report(report.violations, notes=(Note("size", words),) if report.violations else ())
    reference = _referred(data, loaded)
    notes: tuple[Note, ...] = ()
    if set(report.violations) != set(reference.violations):
        missed = set(reference.violations) - set(report.violations)
        invented = set(report.violations) - set(reference.violations)
        first = min(missed | invented)
        words = (
            f"the compiled shapes and pySHACL disagree: {len(missed)} results of pySHACL are missing, "
            f"{len(invented)} are not its own, first {first.component.removeprefix(SH)} at {first.focus}; "
            "the report is that of pySHACL"
        )
        notes = (Note("engine", words),)
    return Report(reference.violations, compared=1, notes=notes)


#: The engines by name.
ENGINES: Final[dict[str, Callable[[Iterable[Triple], Loaded], Report]]] = {
    "checked": _checked,
    "compiled": _compiled,
    "pyshacl": _pyshacl,
}


def _by_closures(data: Data, loaded: Loaded) -> Report:
    program = loaded.program
    if isinstance(program, Unsupported):
        return _left_to_pyshacl(program, data, loaded)
    try:
        return _report(program.results(data), data)
    except Undecided as reason:
        return _left_to_pyshacl(reason, data, loaded)


def _left_to_pyshacl(reason: Exception, data: Data, loaded: Loaded) -> Report:
    words = f"{reason}: beyond the compiled engine, so pySHACL checked"
    return Report(_referred(data, loaded).violations, notes=(Note("fallback", words),))


def _in_sample(data: Data) -> bool:
    """Whether a document is one of those that pySHACL checks as well.

    It is known by the nodes of its smallest classes, a few of them, which hardly another document has:
    how many nodes and classes there are, and the first and the last of those few. So the answer is
    the same on every machine and in every order.
    """
    classes = sorted((len(nodes), str(of), nodes) for of, nodes in data.classes().items())
    few: list[Term] = []
    for _, _, nodes in classes:
        few += nodes
        if len(few) >= _FEW:
            break
    total = sum(size for size, _, _ in classes)
    known = f"{len(classes)} {total} {min(few, default='')} {max(few, default='')}"
    return crc32(known.encode("utf-8", "surrogatepass")) % SAMPLE == 0


def _read(report: Graph, loaded: Loaded) -> Iterator[Result]:
    """The results in a report of pySHACL, those inside others included."""
    from rdflib import RDF as RDF_NAMES
    from rdflib import URIRef

    for node in report.subjects(RDF_NAMES.type, URIRef(SH + "ValidationResult")):

        def one(name: str, result: Any = node) -> Any:
            return report.value(result, URIRef(SH + name))

        component = str(one("sourceConstraintComponent") or "")
        shape = _term(one("sourceShape"))
        path = one("resultPath")
        own = loaded.shapes.values(shape, "path")
        # pySHACL copies a path that is not a single property; the shape has the original
        shown = str(path) if isinstance(path, URIRef) else written(loaded.shapes, own[0]) if own else ""
        said = message(loaded.shapes, shape, component.removeprefix(SH))
        words = " ".join(str(one("resultMessage") or "The constraint does not hold.").split())
        yield Result(
            focus=_term(one("focusNode")),
            path=shown if path is not None else "",
            value=None if one("value") is None else _term(one("value")),
            component=component,
            shape=shape,
            severity=str(one("resultSeverity") or "Violation"),
            message=said or words,
        )


def _term(node: Any) -> Term:
    from rdflib import BNode
    from rdflib import Literal as RdfLiteral

    from fonds.rdf.terms import Literal

    if isinstance(node, RdfLiteral):
        return Literal(str(node))
    return Blank(f"_:{node}") if isinstance(node, BNode) else str(node or "")


def _report(results: Iterable[Result], data: Data) -> Report:
    found: set[Violation] = set()
    waiting = list(results)
    while waiting:
        result = waiting.pop()
        waiting += result.details
        passage, quote = _passage(data, result.focus)
        found.add(
            Violation(
                focus=name(result.focus),
                path=result.path,
                value="" if result.value is None else name(result.value),
                message=result.message,
                shape=name(result.shape),
                component=result.component,
                severity=result.severity.removeprefix(SH),
                passage=passage,
                quote=quote,
            )
        )
    return Report(tuple(sorted(found)))


_SUBJECT: Final = RDF + "subject"
_BODY: Final = OA + "hasBody"
_TARGET: Final = OA + "hasTarget"
_SELECTOR: Final = OA + "hasSelector"
_EXACT: Final = OA + "exact"


def _passage(data: Data, focus: Term) -> tuple[str, str]:
    """A passage that supports a statement about the node, and its words; empty if there is none."""
    bodies = [*sorted(data.subjects(_SUBJECT).get(focus, ()), key=name), focus]
    for body in bodies:
        for annotation in sorted(data.subjects(_BODY).get(body, ()), key=name):
            for target in sorted(data.objects(_TARGET).get(annotation, ()), key=name):
                for selector in sorted(data.objects(_SELECTOR).get(target, ()), key=name):
                    for words in sorted(map(name, data.objects(_EXACT).get(selector, ()))):
                        return name(target), words
    return "", ""
