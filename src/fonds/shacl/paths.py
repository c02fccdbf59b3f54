"""Property paths (SHACL, 2.3.1), compiled to functions from a node to its value nodes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from fonds.rdf.terms import Literal, Term
from fonds.shacl.data import Data
from fonds.shacl.parameters import FIRST, NIL, REST, Given, Shapes, Unsupported
from fonds.shacl.terms import SH, Blank, name

#: From a node to the nodes at the end of the path.
Step = Callable[[Term], Collection[Term]]
#: A path, bound to the statements of a document.
Path = Callable[[Data], Step]

#: How deep pySHACL follows a path; one list item is one level.
_DEEPEST: Final = 10


def simple(node: Term) -> bool:
    """Whether a path is a single property."""
    return isinstance(node, str) and not isinstance(node, Blank)


def single(shapes: Shapes, node: Term) -> tuple[str, bool] | None:
    """The property of a path that is a single one, and whether it is walked backwards; else None."""
    if simple(node):
        return name(node), False
    inner = shapes.values(node, "inversePath")
    if inner and simple(inner[0]) and not shapes.data.objects(FIRST).get(node):
        return name(inner[0]), True
    return None


def compiled(given: Given, node: Term, inverse: bool = False, depth: int = 0) -> Path:
    """A path as a function; with `inverse` walked backwards.

    Raises `ConfigError` for what is no path, `Unsupported` for one that pySHACL reads in a way
    of its own: deeper than it goes, or a sequence walked backwards, of which it keeps the order.
    """
    if isinstance(node, Literal):
        given.refuse(f"has the path {node.lexical!r}, and a path is no literal")
    if simple(node):
        return _predicate(node, inverse)
    if depth >= _DEEPEST:
        raise Unsupported("a path of more than ten levels")
    shapes = given.shapes
    if shapes.data.objects(FIRST).get(node):
        if inverse:
            raise Unsupported("sh:inversePath of a sequence")
        return _sequence(given, node, depth)
    for kind, make in _KINDS.items():
        if inner := shapes.values(node, kind):
            return make(given, inner[0], inverse, depth + 1)
    given.refuse("has a path that is none")


def _predicate(predicate: str, inverse: bool) -> Path:
    def path(data: Data) -> Step:
        found = data.subjects(predicate) if inverse else data.objects(predicate)
        return lambda node: found.get(node, ())

    return path


def _sequence(given: Given, node: Term, depth: int) -> Path:
    members = given.items(node)
    if len(members) < 2:
        given.refuse("has a path in a list of one")
    parts = [compiled(given, member, False, depth + number + 1) for number, member in enumerate(members)]

    def path(data: Data) -> Step:
        steps = [part(data) for part in parts]

        def walk(start: Term) -> Collection[Term]:
            reached: Collection[Term] = (start,)
            for step in steps:
                reached = {end for one in reached for end in step(one)}
            return reached

        return walk

    return path


def _inverse(given: Given, inner: Term, inverse: bool, depth: int) -> Path:
    return compiled(given, inner, not inverse, depth)


def _alternative(given: Given, inner: Term, inverse: bool, depth: int) -> Path:
    members = given.items(inner)
    if len(members) < 2:
        given.refuse("has sh:alternativePath with fewer than two paths")
    parts = [compiled(given, member, inverse, depth) for member in members]

    def path(data: Data) -> Step:
        steps = [part(data) for part in parts]
        return lambda start: {end for step in steps for end in step(start)}

    return path


def _closure(given: Given, inner: Term, inverse: bool, depth: int) -> Path:
    part = compiled(given, inner, inverse, depth)

    def path(data: Data) -> Step:
        step = part(data)

        def walk(start: Term) -> Collection[Term]:
            reached: set[Term] = set()
            ahead = list(step(start))
            while ahead:
                node = ahead.pop()
                if node not in reached:
                    reached.add(node)
                    ahead += step(node)
            return reached

        return walk

    return path


def _with_start(make: Callable[[Given, Term, bool, int], Path]) -> Callable[[Given, Term, bool, int], Path]:
    def made(given: Given, inner: Term, inverse: bool, depth: int) -> Path:
        part = make(given, inner, inverse, depth)

        def path(data: Data) -> Step:
            step = part(data)
            return lambda start: {start, *step(start)}

        return path

    return made


#: In the order in which pySHACL looks for them.
_KINDS: Final[Mapping[str, Callable[[Given, Term, bool, int], Path]]] = {
    "inversePath": _inverse,
    "alternativePath": _alternative,
    "zeroOrMorePath": _with_start(_closure),
    "oneOrMorePath": _closure,
    "zeroOrOnePath": _with_start(compiled),
}

_MARKS: Final = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def written(shapes: Shapes, node: Term, depth: int = 0) -> str:
    """A path for people: one property as its IRI, one backwards with `^`, others as SPARQL has them."""
    if simple(node) or isinstance(node, Literal) or depth > _DEEPEST:
        return name(node) if depth == 0 or isinstance(node, Literal) else f"<{name(node)}>"
    if shapes.data.objects(FIRST).get(node):
        return _joined(shapes, node, "/", depth)
    if inner := shapes.values(node, "inversePath"):
        if depth == 0 and simple(inner[0]):
            return f"^{inner[0]}"
        return f"^{written(shapes, inner[0], depth + 1)}"
    if inner := shapes.values(node, "alternativePath"):
        return _joined(shapes, inner[0], "|", depth)
    for kind, mark in _MARKS.items():
        if inner := shapes.values(node, kind):
            return written(shapes, inner[0], depth + 1) + mark
    return ""


def _joined(shapes: Shapes, head: Term, mark: str, depth: int) -> str:
    parts: list[str] = []
    while head != NIL and len(parts) <= _DEEPEST:
        parts += (written(shapes, member, depth + 1) for member in shapes.data.objects(FIRST).get(head, ()))
        head = next(iter(shapes.data.objects(REST).get(head, ())), NIL)
    whole = mark.join(parts)
    return f"({whole})" if depth else whole


#: The predicates with which a path is written.
VOCABULARY: Final = frozenset(SH + kind for kind in _KINDS)
