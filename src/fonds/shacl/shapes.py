"""Shapes, compiled: which nodes are shapes, what their targets are, and the whole program."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from fonds.rdf.terms import OWL, RDFS, TYPE, Literal, Term
from fonds.shacl import paths
from fonds.shacl.composed import COMPOSED, Parts
from fonds.shacl.constraints import CONSTRAINTS
from fonds.shacl.data import SUBCLASS, Data
from fonds.shacl.evaluation import Reporter, Result, Shape
from fonds.shacl.parameters import Given, Shapes, Unsupported
from fonds.shacl.proofs import Claims, by_column, doubts, proof
from fonds.shacl.terms import SH, name
from fonds.shacl.values import read

#: How many shapes deep a shape may refer to shapes; pySHACL gives up at 15.
_DEEPEST: Final = 100


#: The focus nodes of a shape in the statements of a document.
Target = Callable[[Data], Collection[Term]]


@dataclass(frozen=True, slots=True)
class Program:
    """The shapes that have targets, what their proofs claim, and the number of all shapes."""

    targets: tuple[tuple[tuple[Target, ...], Shape], ...]
    claims: Claims
    shapes: int

    def results(self, data: Data, *, quick: bool = True) -> list[Result]:
        """All results, in no particular order; without `quick` each node is looked at.

        Raises `Undecided`.
        """
        data.doubts = doubts(self.claims, data) if quick else None
        results: list[Result] = []
        for targets, shape in self.targets:
            focus = targets[0](data)
            if len(targets) > 1:
                focus = frozenset(focus).union(*(target(data) for target in targets[1:]))
            shape.failing(data, focus, results)
        return results


def compiled(shapes: Shapes) -> Program:
    """The program of some shapes.

    Raises `ConfigError` for a shape that is wrong, `Unsupported` for one that only pySHACL knows.
    """
    maker = _Maker(shapes)
    targets = []
    for node in _shapes(shapes):
        shape = maker.shape(node)
        if aims := _targets(shapes, node):
            targets.append((tuple(aims), shape))
    claims = by_column(shape.proof for shape in maker.made.values())
    return Program(tuple(targets), claims, len(maker.made))


#: Parameters of which pySHACL knows more than SHACL Core.
_BEYOND: Final = ("sparql", "js")
_EXPECT_SHAPE: Final = ("property", "node", "not", "qualifiedValueShape")
_EXPECT_SHAPES: Final = ("and", "or", "xone")
_TARGETS: Final = ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")


def _shapes(shapes: Shapes) -> list[Term]:
    """The nodes that are shapes (SHACL, 2.1), as far as pySHACL finds them."""
    data = shapes.data
    typed = data.subjects(TYPE)
    for kind in typed.get(SH + "ConstraintComponent", ()):
        if not name(kind).startswith(SH):
            raise Unsupported(f"the constraint component <{name(kind)}>")
    for beyond in _BEYOND:
        if data.objects(SH + beyond):
            raise Unsupported(f"sh:{beyond}")
    found: dict[Term, None] = {}
    for kind in ("NodeShape", "PropertyShape"):
        found |= dict.fromkeys(typed.get(SH + kind, ()))
    for parameter in (*_TARGETS, "property", "node"):
        found |= dict.fromkeys(data.objects(SH + parameter))
    for parameter in _EXPECT_SHAPE:
        found |= dict.fromkeys(data.subjects(SH + parameter))
    for parameter in _EXPECT_SHAPES:
        for node, heads in data.objects(SH + parameter).items():
            for head in heads:
                members = shapes.items(node, head)
                if not members:
                    shapes.refuse(node, f"has an empty list for sh:{parameter}")
                found |= dict.fromkeys(members)
    return list(found)


def _targets(shapes: Shapes, node: Term) -> list[Target]:
    aims: list[Target] = []

    def instances(of: Term) -> Target:
        return lambda data: data.instances(of)

    def subjects(predicate: str) -> Target:
        return lambda data: data.objects(predicate)

    def objects(predicate: str) -> Target:
        return lambda data: data.subjects(predicate)

    classes = shapes.data.objects(TYPE).get(node, ())
    meta = {RDFS + "Class", OWL + "Class", *shapes.data.subjects(SUBCLASS).get(RDFS + "Class", ())}
    of = [*shapes.values(node, "targetClass"), *([node] if meta.intersection(classes) else ())]
    aims += (instances(one) for one in of)
    if nodes := shapes.values(node, "targetNode"):
        aims.append(lambda data: nodes)
    aims += (subjects(one) for one in shapes.values(node, "targetSubjectsOf") if isinstance(one, str))
    aims += (objects(one) for one in shapes.values(node, "targetObjectsOf") if isinstance(one, str))
    return aims


class _Maker:
    """Compiles shapes, each once."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.made: dict[Term, Shape] = {}
        self.open: list[Term] = []

    def shape(self, node: Term) -> Shape:
        found = self.made.get(node)
        if found is not None:
            return found
        if isinstance(node, Literal):
            raise Unsupported(f"the literal {node.lexical!r} as a shape")
        if node in self.open:
            raise Unsupported(f"shapes that refer to themselves (<{name(node)}>)")
        if len(self.open) > _DEEPEST:
            raise Unsupported(f"shapes that refer to shapes {_DEEPEST} deep (<{name(self.open[0])}>)")
        self.open.append(node)
        found = self.made[node] = self._shape(node)
        self.open.pop()
        return found

    def _shape(self, node: Term) -> Shape:
        shapes = self.shapes
        path = shapes.values(node, "path")
        given = Given(shapes, node, bool(path))
        if len(path) > 1:
            given.refuse("has more than one sh:path")
        kinds = shapes.data.objects(TYPE).get(node, ())
        if path and SH + "NodeShape" in kinds:
            given.refuse("is an sh:NodeShape, and has an sh:path all the same")
        if not path and SH + "PropertyShape" in kinds:
            given.refuse("is an sh:PropertyShape without an sh:path")
        shape = Shape(
            path[0] if path and isinstance(path[0], str) and paths.simple(path[0]) else None,
            paths.compiled(given, path[0]) if path else None,
        )
        if off := given.all("deactivated"):
            if len(off) > 1 or not isinstance(off[0], Literal):
                given.refuse("has an sh:deactivated that is not one literal")
            if read(off[0]).value:
                return shape
        report = Reporter(given)
        for parameter, (component, make) in CONSTRAINTS.items():
            if given.all(parameter):
                shape.checks += (report.check(component, flag) for flag in make(given))

        for parameter, compose in COMPOSED.items():
            if given.all(parameter):
                shape.checks += compose(Parts(given, report, self.shape))
        present = [parameter for parameter in (*CONSTRAINTS, *COMPOSED) if given.all(parameter)]
        shape.proof = proof(given, paths.single(shapes, path[0]) if path else None, present, self.shape)
        if not path and present == ["class"] and len(of := given.all("class")) == 1:
            shape.of = of[0]
        return shape
