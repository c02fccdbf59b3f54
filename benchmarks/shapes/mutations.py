"""Graphs of real documents, in pieces, spoilt in many ways: the same seed gives the same graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from fonds.rdf.read import read_triples
from fonds.rdf.terms import LABEL, RDFS, TYPE, XSD, Literal, Term, Triple
from fonds.shacl.terms import Blank, with_blanks

Graph = list[Triple]
Mutation = Callable[[Graph, Random], None]

NOWHERE = "https://example.org/nowhere"
DATATYPES = [
    XSD + name
    for name in ("string", "date", "integer", "nonNegativeInteger", "boolean", "dateTime", "decimal", "gYear")
]
WORDS = [
    "",
    " ",
    "x",
    "0",
    "-1",
    "007",
    "12.5",
    "true",
    "yes",
    "1945-11-04",
    "1945-02-31",
    "1945",
    "Ж",
    "a" * 64,
]
LANGUAGES = ["en", "EN", "en-GB", "de", "ru", None]


def documents(*places: Path) -> Iterator[tuple[str, Graph]]:
    """The name and the statements of files, RDF or documents, and of those in folders, sorted by name.

    Equal terms are one object, as they are where statements are made and where the command reads them.
    """
    import fonds
    from fonds.rdf.write import from_rdflib

    paths = [path for place in places for path in (sorted(place.iterdir()) if place.is_dir() else [place])]
    for path in paths:
        if path.suffix in (".ttl", ".nt", ".jsonld"):
            yield path.name, list(with_blanks(read_triples(path)))
        else:
            yield path.name, list(with_blanks(from_rdflib(fonds.graph(fonds.convert(path)))))


def piece(graph: Graph, random: Random, size: int) -> Graph:
    """About `size` statements that hang together around some node."""
    touching: dict[str, list[int]] = {}
    for number, (subject, _, term) in enumerate(graph):
        touching.setdefault(subject, []).append(number)
        if isinstance(term, str):
            touching.setdefault(term, []).append(number)
    ahead = [random.choice(graph)[0]]
    seen: set[str] = set()
    taken: dict[int, None] = {}
    while ahead and len(taken) < size:
        node = ahead.pop(0)
        if node in seen or node not in touching:
            continue
        seen.add(node)
        around = touching[node]
        for number in around if len(around) <= size else random.sample(around, size // 2):
            taken[number] = None
            subject, _, term = graph[number]
            ahead += (one for one in (subject, term) if isinstance(one, str) and one not in seen)
    return [graph[number] for number in sorted(taken)]


def _some(graph: Graph, random: Random, kind: type | None = None) -> int | None:
    """The number of a statement. Each property is as likely as another, however often it occurs."""
    places: dict[str, list[int]] = {}
    for number, (_, predicate, term) in enumerate(graph):
        if kind is None or isinstance(term, kind):
            places.setdefault(predicate, []).append(number)
    return random.choice(random.choice(list(places.values()))) if places else None


def _any(graph: Graph, random: Random) -> int:
    number = _some(graph, random)
    assert number is not None
    return number


def _drop(graph: Graph, random: Random) -> None:
    graph.pop(_any(graph, random))


def _repeat(graph: Graph, random: Random) -> None:
    graph.append(graph[_any(graph, random)])


def _second_value(graph: Graph, random: Random) -> None:
    subject, predicate, _ = graph[_any(graph, random)]
    graph.append((subject, predicate, random.choice(graph)[2]))


def _other_predicate(graph: Graph, random: Random) -> None:
    number = _any(graph, random)
    subject, _, term = graph[number]
    graph[number] = (subject, random.choice(graph)[1], term)


def _swap_objects(graph: Graph, random: Random) -> None:
    one, two = _any(graph, random), _any(graph, random)
    (s1, p1, o1), (s2, p2, o2) = graph[one], graph[two]
    graph[one], graph[two] = (s1, p1, o2), (s2, p2, o1)


def _retype(graph: Graph, random: Random) -> None:
    classes = [term for _, predicate, term in graph if predicate == TYPE]
    if classes:
        graph.append((random.choice(graph)[0], TYPE, random.choice(classes)))


def _subclass(graph: Graph, random: Random) -> None:
    typed = [n for n, triple in enumerate(graph) if triple[1] == TYPE and isinstance(triple[2], str)]
    if typed:
        number = random.choice(typed)
        subject, _, of = graph[number]
        below = f"{NOWHERE}/class-{random.randrange(3)}"
        graph[number] = (subject, TYPE, below)
        graph.append((below, RDFS + "subClassOf", of))


def _literal(change: Callable[[Literal, Random], Term]) -> Mutation:
    def mutation(graph: Graph, random: Random) -> None:
        number = _some(graph, random, Literal)
        if number is not None:
            subject, predicate, term = graph[number]
            assert isinstance(term, Literal)
            graph[number] = (subject, predicate, change(term, random))

    return mutation


def _node(change: Callable[[str, Random], Term]) -> Mutation:
    def mutation(graph: Graph, random: Random) -> None:
        number = _some(graph, random, str)
        if number is not None:
            subject, predicate, term = graph[number]
            assert isinstance(term, str)
            graph[number] = (subject, predicate, change(term, random))

    return mutation


#: By what they do.
MUTATIONS: dict[str, Mutation] = {
    "drop a statement": _drop,
    "say it twice": _repeat,
    "give a second value": _second_value,
    "change the property": _other_predicate,
    "swap two objects": _swap_objects,
    "add a type": _retype,
    "move into a subclass": _subclass,
    "change the words": _literal(lambda old, random: old._replace(lexical=random.choice(WORDS))),
    "change the datatype": _literal(lambda old, random: Literal(old.lexical, random.choice(DATATYPES))),
    "change words and datatype": _literal(
        lambda old, random: Literal(random.choice(WORDS), random.choice(DATATYPES))
    ),
    "change the language": _literal(
        lambda old, random: Literal(old.lexical, language=random.choice(LANGUAGES))
    ),
    "a literal becomes an IRI": _literal(lambda old, random: f"{NOWHERE}/{random.randrange(3)}"),
    "a literal becomes a blank node": _literal(lambda old, random: Blank(f"_:b{random.randrange(3)}")),
    "an IRI becomes a literal": _node(lambda old, random: Literal(old)),
    "an IRI becomes another": _node(lambda old, random: f"{NOWHERE}/{random.randrange(3)}"),
}


def mutated(graph: Sequence[Triple], random: Random, most: int = 4) -> tuple[Graph, list[str]]:
    """A copy with one to `most` mutations, and their names."""
    copy = list(graph)
    names = random.choices(list(MUTATIONS), k=random.randint(1, most))
    for name in names:
        if not copy:
            copy.append((NOWHERE, LABEL, Literal("x")))
        MUTATIONS[name](copy, random)
    return copy, names
