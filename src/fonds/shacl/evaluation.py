"""A compiled shape at work: which focus nodes do not conform, and the results that say why."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from fonds.rdf.terms import Term
from fonds.shacl import paths
from fonds.shacl.constraints import Flag
from fonds.shacl.data import Data
from fonds.shacl.parameters import Given
from fonds.shacl.proofs import Proof
from fonds.shacl.scope import Scope
from fonds.shacl.terms import SH, name
from fonds.shacl.words import message


class Result(NamedTuple):
    """One result of validation, with terms as they are in the statements.

    `path` is written as `paths.written` does, and empty for a node shape. `details` are the
    results of a shape that `sh:node` refers to.
    """

    focus: Term
    path: str
    value: Term | None
    component: str
    shape: Term
    severity: str
    message: str
    details: tuple[Result, ...] = ()


#: Adds its results, if any are asked for, and returns the focus nodes at fault.
Check = Callable[[Scope, list[Result] | None], Collection[Term]]


class Shape:
    """A compiled shape."""

    __slots__ = ("checks", "of", "path", "predicate", "proof")

    def __init__(self, predicate: str | None, path: paths.Path | None) -> None:
        self.predicate = predicate
        self.path = path
        self.checks: list[Check] = []
        #: What shows quickly that nodes conform; None if nothing does.
        self.proof: Proof | None = Proof()
        #: The class, if to be of a class is all that it asks.
        self.of: Term | None = None

    def failing(
        self, data: Data, focus: Collection[Term], results: list[Result] | None = None
    ) -> Collection[Term]:
        """The focus nodes that do not conform; why not is added to `results`."""
        if not self.checks or not focus or (self.proof is not None and self.proof.holds(data, focus)):
            return ()
        nodes = list(focus)
        values: list[Collection[Term]] | None = None
        if self.predicate is not None:
            get = data.objects(self.predicate).get
            values = [get(node, ()) for node in nodes]
        elif self.path is not None:
            values = list(map(self.path(data), nodes))
        scope = Scope(data, nodes, values)
        failing: set[Term] = set()
        for check in self.checks:
            failing.update(check(scope, results))
        return failing


class Reporter:
    """Turns faults into results of one shape."""

    def __init__(self, given: Given) -> None:
        self.given = given
        path = given.all("path")
        self.path = paths.written(given.shapes, path[0]) if path else ""
        severities = given.all("severity")
        self.severity = name(severities[0]) if severities else SH + "Violation"

    def result(
        self, component: str, focus: Term, value: Term | None, details: tuple[Result, ...] = ()
    ) -> Result:
        said = message(self.given.shapes, self.given.node, component) or ""
        shape = self.given.node
        return Result(focus, self.path, value, SH + component, shape, self.severity, said, details)

    def check(self, component: str, flag: Flag) -> Check:
        said = message(self.given.shapes, self.given.node, component) or ""
        path, shape, severity, of = self.path, self.given.node, self.severity, SH + component

        def check(scope: Scope, results: list[Result] | None) -> Collection[Term]:
            faults = flag(scope)
            if not faults:
                return ()
            if results is not None:
                results += (Result(focus, path, value, of, shape, severity, said) for focus, value in faults)
            return {focus for focus, _ in faults}

        return check
