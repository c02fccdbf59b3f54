"""What one record contributes: the files of its own, and its share of each file of the whole dump.

A subject is written once, here, where processes work side by side: as lines of N-Quads, as a block of
Turtle and as a node of JSON-LD. The files of the whole collection are put together from these. Only
what several records say of one subject in different words is written again there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from fonds.dump import AGENTS, COUNTED
from fonds.errors import OutputError
from fonds.rdf import jsonld, nquads, turtle, vocabulary
from fonds.rdf.formats import formats
from fonds.rdf.frames import objects, told
from fonds.rdf.terms import DCTERMS, OA, PREFIXES, STRING, TYPE, Literal
from fonds.rdf.tokens import SHORT, Tokens

if TYPE_CHECKING:
    from fonds.rdf.frames import Form, Row, Told
    from fonds.rdf.iris import Minter
    from fonds.rdf.terms import Term, Triple
    from fonds.rdf.tokens import Terms

#: A subject: its IRI, its marks, its lines without the subject (each with its newline), its block of
#: Turtle and its node of JSON-LD. These two are empty if no one file holds all that is said of it.
Piece = tuple[bytes, int, bytes, bytes, bytes]

#: Marks of a subject: it stands in agents.ttl; it counts as an agent or place; it is a statement of
#: rights; it is a statement of the archival description; the evidence speaks of it.
NAMED, AGENT, RIGHTS, STATED, SPOKEN = (1 << bit for bit in range(5))
#: The first of the marks that say in which layer a subject stands.
LAYERS: Final = 8

#: Files of the whole collection, by the layers of which they hold everything.
GROUPS: Final = ("agents", "records", "evidence", "provenance")
#: Those of them that are written as JSON-LD too.
TREES: Final = ("agents", "records")
_DESCRIPTION: Final = ("rico", "generic")
_BODY: Final = f"{OA}hasBody"


class Written(NamedTuple):
    """What is written of a record: its files by suffix, its subjects, and the prefixes in use.

    `prefixes` are those of each file of the whole collection, as Turtle and as JSON-LD declare them;
    `clash`, prefixes that are also the scheme of an IRI. `properties` are the predicates of each layer, and
    `concepts` the objects of which the vocabulary of the dump has to speak.
    """

    files: dict[str, bytes]
    pieces: list[Piece]
    prefixes: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    clash: tuple[str, ...]
    properties: dict[str, tuple[str, ...]]
    concepts: tuple[str, ...]


def written(layers: Mapping[str, list[Triple]], mint: Minter) -> Written:
    """Write the statements about one record. Raises `OutputError` for a term that cannot be written."""
    from fonds.manifest import graph_iri

    said = {layer: told(triples) for layer, triples in layers.items()}
    made = formats({graph_iri(mint.base, layer): some for layer, some in said.items()}, relative(mint.base))
    marks = marks_of(said, mint)
    alone = _alone(layers)
    pieces: list[Piece] = []
    subjects = sorted(made.blocks)
    for iri in subjects:
        tree = alone.get(marks[iri] >> LAYERS)
        block = made.blocks[iri] if tree is not None else b""
        node = made.nodes[iri] if tree else b""
        pieces.append((iri.encode(), marks[iri], made.lines[iri], block, node))
    silent = marks.keys() - made.blocks.keys()  # statements that are spoken of, and do not speak
    if silent:
        pieces = sorted([*pieces, *((iri.encode(), marks[iri], b"", b"", b"") for iri in silent)])
    return Written(
        {
            "ttl": turtle.whole(made.head, [made.blocks[iri] for iri in subjects]),
            "jsonld": jsonld.whole(made.declared, [made.nodes[iri] for iri in subjects]),
        },
        pieces,
        _prefixes(said, marks, made.terms),
        tuple(sorted(made.terms.schemes() & PREFIXES.keys())),
        {layer: tuple(sorted({*chain(*[names for names, _ in some])})) for layer, some in said.items()},
        tuple(sorted(objects(said.values(), vocabulary.spoken(mint, made.terms.iris)))),
    )


def _alone(layers: Iterable[str]) -> dict[int, bool]:
    """The marks of subjects of which one file holds everything: whether it is one of `TREES`."""
    bits = {layer: 1 << at for at, layer in enumerate(layers)}
    rico, generic = (bits.get(layer, 0) for layer in _DESCRIPTION)
    found = {marks: True for marks in (rico, generic, rico | generic) if marks}
    return {**found, **{bits[layer]: False for layer in GROUPS if layer in bits}}


def file_of(layer: str, marks: int) -> str | None:
    """The file of the whole collection in which a layer stands; None if N-Quads alone hold it."""
    if layer in _DESCRIPTION:
        return "agents" if marks & NAMED else "records"
    return layer if layer in GROUPS else None


@cache
def relative(base: str) -> str | None:
    """The base to which Turtle may write IRIs relative; None if there is no such."""
    try:
        Tokens(base=base)
    except OutputError:
        return None
    return base


def layer_mark(position: int) -> int:
    """The mark of a layer by its position among the layers."""
    return 1 << (LAYERS + position)


def pieces_of(layers: Mapping[str, list[Triple]], mint: Minter, first: int = 0) -> list[Piece]:
    """The subjects of some statements as N-Quads alone; `first` is the first layer's position."""
    from fonds.manifest import graph_iri

    said = {layer: told(triples) for layer, triples in layers.items()}
    writer = nquads.Writer()
    lines = nquads.united([writer.lines(some, graph_iri(mint.base, layer)) for layer, some in said.items()])
    marks = marks_of(said, mint, first)
    return sorted((iri.encode(), bits, lines.get(iri, b""), b"", b"") for iri, bits in marks.items())


def marks_of(layers: Mapping[str, Told], mint: Minter, first: int = 0) -> dict[str, int]:
    """The marks of each subject, and of each statement that is spoken of."""
    marks: dict[str, int] = {}
    for position, (layer, said) in enumerate(layers.items(), first):
        for (names, _), rows in said.items():
            for subject, things, _ in rows:
                bits = _classes(names, things, layer) if layer in _DESCRIPTION else 0
                marks[subject] = marks.get(subject, 0) | bits | layer_mark(position)
    for iri, bits in supports(mint, layers.get("rico", {}), layers.get("evidence", {})).items():
        marks[iri] = marks.get(iri, 0) | bits
    return marks


def _classes(names: tuple[str, ...], things: tuple[Term, ...], layer: str) -> int:
    """What the classes of a subject say of it."""
    bits = 0
    for name, thing in zip(names, things, strict=True):
        if name == TYPE and thing in AGENTS:
            bits |= NAMED | (AGENT if thing in COUNTED else 0)
        elif name == TYPE and layer == "generic" and thing == DCTERMS + "RightsStatement":
            bits |= RIGHTS
    return bits


def supports(mint: Minter, stated: Told, evidence: Told) -> dict[str, int]:
    """The statements of the archival description, and those of which the evidence speaks, with marks.

    Classes are not counted: they say nothing about the world. Evidence that gives no reason does not
    speak of anything.
    """
    from fonds.rdf.evidence import UNSUPPORTED

    unsaid = Literal(UNSUPPORTED, language="en")
    found = {
        mint.statement((subject, name, thing)): STATED
        for (names, _), rows in stated.items()
        for subject, things, _ in rows
        for name, thing in zip(names, things, strict=True)
        if name != TYPE
    }
    for (names, _), rows in evidence.items():
        bodies = [place for place, name in enumerate(names) if name == _BODY]
        if bodies:
            spoken = [things[place] for _, things, _ in rows if unsaid not in things for place in bodies]
            found.update({iri: found.get(iri, 0) | SPOKEN for iri in spoken if isinstance(iri, str)})
    return found


def _prefixes(
    layers: Mapping[str, Told], marks: Mapping[str, int], found: Terms
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The prefixes that each file of the whole collection has to declare for these statements."""
    files: dict[str, list[tuple[Form, list[Row]]]] = {layer: [] for layer in layers if layer in GROUPS}
    for layer, said in layers.items():
        for form, rows in said.items():
            parts = {file_of(layer, 0): rows}
            if layer in _DESCRIPTION:
                parts = {
                    file_of(layer, bit): [row for row in rows if marks[row[0]] & NAMED == bit]
                    for bit in (0, NAMED)
                }
            for file, some in parts.items():
                if file is not None and some:
                    files.setdefault(file, []).append((form, some))
    # of few terms does it show with which prefix they are written, or that a prefix cannot be used
    telling: set[Term] = {iri for iri in found.plain if "://" not in iri}
    telling.update(found.named, [term for term in found.literals if term[1] != STRING and term[2] is None])
    made = {}
    for file, forms in files.items():
        every = [row for _, rows in forms for row in rows]
        few = telling.intersection(chain.from_iterable([things for _, things, _ in every]))
        few |= telling.intersection([subject for subject, _, _ in every])
        # only of some types does it depend on the literal whether the datatype is written
        few = {term if isinstance(term, str) or term[1] in SHORT else term[1] for term in few}
        # a class is written without its predicate, but not by JSON-LD if it is a literal
        names = {pair for form, _ in forms for pair in zip(*form, strict=True)}
        few.update([name for name, _ in names if name != TYPE])
        odd = {TYPE} if (TYPE, Literal) in names else set()
        made[file] = tuple(turtle.used_by(few)), tuple(jsonld.used_by(few | odd)) if file in TREES else ()
    return made
