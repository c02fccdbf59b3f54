"""Shapes and data made at random, with every construct of SHACL Core: the same seed, the same shapes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from fonds.rdf.terms import OWL, RDF, RDFS, TYPE, XSD, Literal, Term, Triple
from fonds.shacl.terms import SH, Blank

EX = "https://example.org/"
PREDICATES = [EX + name for name in "pqr"]
CLASSES = [EX + name for name in ("A", "B", "C", "D")]
NODES: list[Term] = [*(f"{EX}n{number}" for number in range(4)), Blank("_:x")]
LITERALS = [
    *(Literal(word) for word in ("", "a", "b", "ab", "42", "true")),
    *(Literal(word, language=tag) for word in ("a", "ab") for tag in ("en", "EN", "en-GB", "de")),
    *(Literal(word, XSD + "integer") for word in ("1", "2", "02", "-3", "x")),
    *(Literal(word, XSD + "decimal") for word in ("1.0", "2.5", "x")),
    *(Literal(word, XSD + "double") for word in ("1.0E0", "INF", "NaN")),
    *(Literal(word, XSD + "date") for word in ("2001-01-01", "2001-02-30", "1999-12-31", "2001-01-01Z")),
    *(
        Literal(word, XSD + "dateTime")
        for word in ("2001-01-01T00:00:00", "2001-01-01T00:00:00Z", "2001-13-01T00:00:00")
    ),
    *(Literal(word, XSD + "boolean") for word in ("true", "1", "maybe")),
    Literal("1", XSD + "nonNegativeInteger"),
    Literal("2001", XSD + "gYear"),
    Literal("z", EX + "datatype"),
]
TAGGED = [literal for literal in LITERALS if literal.language]


def data(random: Random, size: int) -> list[Triple]:
    """Statements about a few nodes, with literals of every kind."""
    found: list[Triple] = []
    for _ in range(size):
        subject = random.choice(NODES)
        assert isinstance(subject, str)
        if random.random() < 0.25:
            found.append((subject, TYPE, random.choice(CLASSES)))
        else:
            # few blank nodes: pySHACL fails on one that it should compare
            nodes = NODES if random.random() < 0.2 else NODES[:-1]
            words = TAGGED if random.random() < 0.4 else LITERALS
            term = random.choice(words if random.random() < 0.6 else nodes)
            found.append((subject, random.choice(PREDICATES), term))
    for _ in range(random.randrange(3)):
        found.append((random.choice(CLASSES), RDFS + "subClassOf", random.choice(CLASSES)))
    return found


class Shapes:
    """A writer of shapes, one constraint after another."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.triples: list[Triple] = []
        self.blanks = 0

    def say(self, node: str, parameter: str, value: Term) -> None:
        self.triples.append((node, SH + parameter, value))

    def blank(self) -> Blank:
        self.blanks += 1
        return Blank(f"_:s{self.blanks}")

    def list(self, members: list[Term]) -> str:
        head: str = RDF + "nil"
        for member in reversed(members):
            cell = self.blank()
            self.triples += [(cell, RDF + "first", member), (cell, RDF + "rest", head)]
            head = cell
        return head

    def shape(self, name: str, depth: int, path: bool) -> str:
        """A shape with some constraints; returns its node."""
        if path:
            self.say(name, "path", self.path(2))
        possible = [*VALUES, *(PAIRS + PAIRS if path else ()), *(SHAPES if depth else ())]
        for made in dict.fromkeys(self.random.sample(possible, k=self.random.randint(1, 3))):
            made(self, name, depth)
        if self.random.random() < 0.15:
            self.say(name, "severity", SH + self.random.choice(["Warning", "Info", "Violation"]))
        if self.random.random() < 0.3:
            self.say(name, "message", Literal(f"Look at {name}.", language="en"))
        if self.random.random() < 0.04:
            self.say(name, "deactivated", Literal("true", XSD + "boolean"))
        return name

    def inner(self, depth: int, path: bool | None = None) -> str:
        path = self.random.random() < 0.6 if path is None else path
        return self.shape(self.blank(), depth - 1, path)

    def path(self, depth: int) -> str:
        if not depth or self.random.random() < 0.6:
            return self.random.choice(PREDICATES)
        kind = self.random.choice(
            ["sequence", "inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"]
        )
        if kind == "sequence":
            return self.list([self.path(depth - 1) for _ in range(self.random.randint(2, 3))])
        node = self.blank()
        inner = self.path(0 if kind == "inversePath" else depth - 1)
        if kind == "alternativePath":
            inner = self.list([inner, self.path(depth - 1)])
        self.say(node, kind, inner)
        return node


Constraint = Callable[[Shapes, str, int], None]


def _one(parameter: str, values: list[Term]) -> Constraint:
    return lambda shapes, name, depth: shapes.say(name, parameter, shapes.random.choice(values))


def _number(parameter: str, most: int) -> Constraint:
    numbers: list[Term] = [Literal(str(number), XSD + "integer") for number in range(most)]
    return _one(parameter, numbers)


def _members(parameter: str, values: list[Term]) -> Constraint:
    def constraint(shapes: Shapes, name: str, depth: int) -> None:
        shapes.say(name, parameter, shapes.list(shapes.random.sample(values, k=2)))

    return constraint


def _pattern(shapes: Shapes, name: str, depth: int) -> None:
    shapes.say(name, "pattern", Literal(shapes.random.choice(["^a", "b$", "[0-9]", "A", "^$"])))
    if shapes.random.random() < 0.4:
        shapes.say(name, "flags", Literal(shapes.random.choice(["i", "m", "im"])))


def _closed(shapes: Shapes, name: str, depth: int) -> None:
    shapes.say(name, "closed", Literal("true", XSD + "boolean"))
    shapes.say(name, "ignoredProperties", shapes.list([TYPE, shapes.random.choice(PREDICATES)]))


def _refers(parameter: str, path: bool | None) -> Constraint:
    return lambda shapes, name, depth: shapes.say(name, parameter, shapes.inner(depth, path))


def _refers_list(parameter: str) -> Constraint:
    def constraint(shapes: Shapes, name: str, depth: int) -> None:
        members: list[Term] = [shapes.inner(depth) for _ in range(shapes.random.randint(1, 3))]
        shapes.say(name, parameter, shapes.list(members))

    return constraint


def _qualified(shapes: Shapes, name: str, depth: int) -> None:
    """A property shape with a qualified count, and a sibling beside it."""
    for _ in range(2):
        one = shapes.blank()
        shapes.say(name, "property", one)
        shapes.say(one, "path", shapes.random.choice(PREDICATES))
        shapes.say(one, "qualifiedValueShape", shapes.inner(depth))
        _number(shapes.random.choice(["qualifiedMinCount", "qualifiedMaxCount"]), 3)(shapes, one, depth)
        if shapes.random.random() < 0.5:
            shapes.say(one, "qualifiedValueShapesDisjoint", Literal("true", XSD + "boolean"))


_BOUNDS: list[Term] = [
    one for one in LITERALS if one.datatype.startswith(XSD) and one.lexical not in ("", "x")
]
_KINDS: list[Term] = [
    SH + kind
    for kind in ("IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
]
_DATATYPES: list[Term] = [
    *sorted({one.datatype for one in LITERALS}),
    RDF + "langString",
]
_TAGS: list[Term] = [Literal(tag) for tag in ("en", "de", "en-gb", "ru", "*")]

VALUES: list[Constraint] = [
    _one("class", list(CLASSES)),
    _one("datatype", _DATATYPES),
    _one("nodeKind", _KINDS),
    _one("minExclusive", _BOUNDS),
    _one("minInclusive", _BOUNDS),
    _one("maxExclusive", _BOUNDS),
    _one("maxInclusive", _BOUNDS),
    _number("minLength", 4),
    _number("maxLength", 4),
    _pattern,
    _members("languageIn", _TAGS),
    _one("equals", list(PREDICATES)),
    _one("disjoint", list(PREDICATES)),
    _one("hasValue", [*LITERALS, *NODES[:3]]),
    _members("in", [*LITERALS, *NODES[:3]]),
]
PAIRS: list[Constraint] = [
    _number("minCount", 4),
    _number("maxCount", 3),
    _one("uniqueLang", [Literal("true", XSD + "boolean")]),
    _one("lessThan", list(PREDICATES)),
    _one("lessThanOrEquals", list(PREDICATES)),
]
SHAPES: list[Constraint] = [
    _refers("property", path=True),
    _refers("property", path=True),
    _refers("node", path=False),
    _refers("not", path=None),
    _refers_list("and"),
    _refers_list("or"),
    _refers_list("xone"),
    _qualified,
    _closed,
]


def shapes(random: Random) -> list[Triple]:
    """A few shapes with targets of every kind."""
    made = Shapes(random)
    for number in range(random.randint(1, 3)):
        name = f"{EX}shape{number}"
        made.shape(name, depth=2, path=random.random() < 0.3)
        kind = random.choice(["targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "implicit"])
        if kind == "implicit":
            name_of = CLASSES[number]
            made.triples = [
                (name_of if s == name else s, p, name_of if o == name else o) for s, p, o in made.triples
            ]
            meta = random.choice([RDFS + "Class", OWL + "Class"])
            made.triples += [(name_of, TYPE, meta), (name_of, TYPE, SH + "NodeShape")]
            made.triples = [t for t in made.triples if not (t[0] == name_of and t[1] == SH + "path")]
            continue
        values: list[Term] = {
            "targetClass": list(CLASSES),
            "targetNode": [*LITERALS[:3], *(node for node in NODES if not isinstance(node, Blank))],
        }.get(kind, list(PREDICATES))
        made.say(name, kind, random.choice(values))
    return made.triples
