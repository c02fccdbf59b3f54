"""The constraints on shapes (SHACL, 4.6 to 4.8), each compiled to a check of all focus nodes at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from fonds.rdf.terms import RDF, RDFS, Literal, Term
from fonds.shacl.evaluation import Check, Reporter, Result, Shape
from fonds.shacl.parameters import Given
from fonds.shacl.scope import Scope
from fonds.shacl.terms import SH, Blank, name
from fonds.shacl.values import read


@dataclass(frozen=True, slots=True)
class Parts:
    """What such a constraint is made of: the shape that has it, and the shapes that it refers to."""

    given: Given
    report: Reporter
    inner: Callable[[Term], Shape]

    def members(self, parameter: str) -> list[list[Shape]]:
        """The shapes in the lists of a parameter."""
        return [
            [self.inner(member) for member in self.given.items(head)] for head in self.given.all(parameter)
        ]


def _property(parts: Parts) -> list[Check]:
    def check(inner: Shape) -> Check:
        def checked(scope: Scope, results: list[Result] | None) -> Collection[Term]:
            # a value that two focus nodes share is reported for each
            shared = results is not None and len(scope.flat) > len(scope.nodes)
            bad = frozenset(inner.failing(scope.data, scope.nodes, None if shared else results))
            if not bad:
                return ()
            if shared:
                for _, values in scope.pairs:
                    inner.failing(scope.data, bad.intersection(values), results)
            return {focus for focus, values in scope.pairs if not bad.isdisjoint(values)}

        return checked

    checks = []
    for node in parts.given.all("property"):
        inner = parts.inner(node)
        if inner.path is None:
            parts.given.refuse(
                f"has the sh:property <{name(node)}>, which is no property shape: it has no sh:path"
            )
        checks.append(check(inner))
    return checks


def _node(parts: Parts) -> list[Check]:
    of = "NodeConstraintComponent"

    def check(inner: Shape) -> Check:
        def checked(scope: Scope, results: list[Result] | None) -> Collection[Term]:
            bad = frozenset(inner.failing(scope.data, scope.nodes))
            if not bad:
                return ()
            at_fault = [(focus, value) for focus, values in scope.pairs for value in values if value in bad]
            if results is not None:
                for focus, value in at_fault:
                    details: list[Result] = []
                    inner.failing(scope.data, (value,), details)
                    results.append(parts.report.result(of, focus, value, tuple(details)))
            return {focus for focus, _ in at_fault}

        return checked

    checks = []
    for node in parts.given.all("node"):
        inner = parts.inner(node)
        if inner.path is not None:
            parts.given.refuse(f"has the sh:node <{name(node)}>, which is a property shape")
        checks.append(check(inner))
    return checks


def _judged(component: str, report: Reporter, bad: Callable[[Scope], Collection[Term]]) -> Check:
    """A check of values, of which `bad` says which are at fault."""

    def check(scope: Scope, results: list[Result] | None) -> Collection[Term]:
        wrong = frozenset(bad(scope))
        if not wrong:
            return ()
        at_fault = [(focus, value) for focus, values in scope.pairs for value in values if value in wrong]
        if results is not None:
            results += (report.result(component, focus, value) for focus, value in at_fault)
        return {focus for focus, _ in at_fault}

    return check


def _not(parts: Parts) -> list[Check]:
    def check(inner: Shape) -> Check:
        def bad(scope: Scope) -> Collection[Term]:
            return frozenset(scope.nodes).difference(inner.failing(scope.data, scope.nodes))

        return _judged("NotConstraintComponent", parts.report, bad)

    return [check(parts.inner(node)) for node in parts.given.all("not")]


def _and(parts: Parts) -> list[Check]:
    def check(members: list[Shape]) -> Check:
        def bad(scope: Scope) -> Collection[Term]:
            return {node for member in members for node in member.failing(scope.data, scope.nodes)}

        return _judged("AndConstraintComponent", parts.report, bad)

    return [check(members) for members in parts.members("and")]


def _or(parts: Parts) -> list[Check]:
    def check(members: list[Shape]) -> Check:
        def bad(scope: Scope) -> Collection[Term]:
            left = scope.nodes
            for member in members:
                left = member.failing(scope.data, left)
                if not left:
                    break
            return left

        return _judged("OrConstraintComponent", parts.report, bad)

    return [check(members) for members in parts.members("or")]


def _xone(parts: Parts) -> list[Check]:
    def check(members: list[Shape]) -> Check:
        def bad(scope: Scope) -> Collection[Term]:
            kept = dict.fromkeys(scope.nodes, 0)
            for member in members:
                failing = frozenset(member.failing(scope.data, scope.nodes))
                for node in kept:
                    kept[node] += node not in failing
            return [node for node, count in kept.items() if count != 1]

        return _judged("XoneConstraintComponent", parts.report, bad)

    return [check(members) for members in parts.members("xone")]


def _qualified(parts: Parts) -> list[Check]:
    if not parts.given.has_path:  # it has no meaning there (SHACL, 4.7.3), and pySHACL passes over it
        return []
    least = parts.given.count("qualifiedMinCount") if parts.given.all("qualifiedMinCount") else None
    most = parts.given.count("qualifiedMaxCount") if parts.given.all("qualifiedMaxCount") else None
    if least is None and most is None:
        parts.given.refuse(
            "has sh:qualifiedValueShape, and neither sh:qualifiedMinCount nor sh:qualifiedMaxCount"
        )

    def check(node: Term) -> Check:
        inner = parts.inner(node)
        siblings = [parts.inner(one) for one in _siblings(parts.given, node)]

        def checked(scope: Scope, results: list[Result] | None) -> Collection[Term]:
            good = frozenset(scope.nodes).difference(inner.failing(scope.data, scope.nodes))
            for sibling in siblings:
                good = good.intersection(sibling.failing(scope.data, good))
            failing = set()
            for focus, values in scope.pairs:
                count = sum(value in good for value in values)
                for wrong, component in (
                    (most is not None and count > most, "QualifiedMaxCountConstraintComponent"),
                    (least is not None and count < least, "QualifiedMinCountConstraintComponent"),
                ):
                    if wrong:
                        failing.add(focus)
                        if results is not None:
                            results.append(parts.report.result(component, focus, None))
            return failing

        return checked

    return [check(node) for node in parts.given.all("qualifiedValueShape")]


def _siblings(given: Given, of: Term) -> list[Term]:
    """The shapes that a value counted for `of` must not conform to as well (SHACL, 4.7.3)."""
    if not given.flag("qualifiedValueShapesDisjoint"):
        return []
    shapes = given.shapes
    found = {
        sibling
        for parent in shapes.data.subjects(SH + "property").get(given.node, ())
        for one in shapes.values(parent, "property")
        for sibling in shapes.values(one, "qualifiedValueShape")
    }
    return sorted(found - {of}, key=name)


def _closed(parts: Parts) -> list[Check]:
    closed = parts.given.one("closed")
    if not isinstance(closed, Literal):
        parts.given.refuse("has an sh:closed that is no literal")
    if not read(closed).value:
        return []
    listed = {
        path
        for one in parts.given.all("property")
        for path in parts.given.shapes.values(one, "path")
        if not isinstance(path, Blank)
    }
    for head in parts.given.all("ignoredProperties"):
        listed.update(parts.given.items(head))
    of = "ClosedConstraintComponent"

    def check(scope: Scope, results: list[Result] | None) -> Collection[Term]:
        failing = set()
        for focus, values in scope.pairs:
            for value in values:
                for predicate, term in scope.data.about(value):
                    if predicate in listed or (predicate, term) == _EVERYTHING:
                        continue
                    failing.add(focus)
                    if results is not None:
                        results.append(parts.report.result(of, focus, term)._replace(path=predicate))
        return failing

    return [check]


#: A type that says nothing: everything is a resource, and pySHACL does not count it.
_EVERYTHING: Final = (RDF + "type", RDFS + "Resource")

#: By the parameter that a shape has: what compiles it.
COMPOSED: Final[Mapping[str, Callable[[Parts], list[Check]]]] = {
    "property": _property,
    "node": _node,
    "not": _not,
    "and": _and,
    "or": _or,
    "xone": _xone,
    "qualifiedValueShape": _qualified,
    "closed": _closed,
}
