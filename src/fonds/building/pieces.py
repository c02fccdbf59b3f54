"""What one record contributes: the files of its own, and its share of each file of the whole dump.

A subject is written once, here, where processes work side by side: as lines of N-Quads, as a block of
Turtle and as a node of JSON-LD. The files of the whole collection are put together from these. Only
what several records say of one subject in different words is written again there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from fonds.dump import AGENTS, COUNTED
from fonds.errors import OutputError
from fonds.rdf import jsonld, turtle
from fonds.rdf.terms import DCTERMS, OA, PREFIXES, STRING, SUBJECT, TYPE, Literal
from fonds.rdf.tokens import Tokens, by_subject, check_iris

if TYPE_CHECKING:
    from fonds.rdf.iris import Minter
    from fonds.rdf.terms import Term, Triple

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

_SPACES: Final = tuple(PREFIXES.values())


class Written(NamedTuple):
    """What is written of a record: its files by suffix, its subjects, and the prefixes in use.

    `prefixes` are those of each file of the whole collection, as Turtle and as JSON-LD declare them;
    `clash`, prefixes that are also the scheme of an IRI.
    """

    files: dict[str, bytes]
    pieces: list[Piece]
    prefixes: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    clash: tuple[str, ...]


def written(layers: Mapping[str, list[Triple]], mint: Minter) -> Written:
    """Write the statements about one record. Raises `OutputError` for a term that cannot be written."""
    groups = by_subject(chain.from_iterable(layers.values()))
    head, blocks = turtle.blocks(groups, base=relative(mint.base))
    declared, nodes = jsonld.nodes(groups)
    files = {
        "ttl": b"\n".join([head, *blocks.values()] if head else blocks.values()),
        "jsonld": jsonld.whole(declared, nodes),
    }
    marks = marks_of(layers, mint)
    alone = _alone(layers)
    made: list[Piece] = []
    for iri, lines in lines_of(layers, mint.base, marks).items():
        layer = marks[iri] >> LAYERS
        block = blocks[iri] if lines and layer in alone else b""
        node = nodes[iri] if block and alone[layer] else b""
        made.append((iri.encode(), marks[iri], lines, block, node))
    made.sort()
    clash = sorted(_schemes(groups) & PREFIXES.keys())
    return Written(files, made, _prefixes(layers, marks), tuple(clash))


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
    marks = marks_of(layers, mint, first)
    found = lines_of(layers, mint.base, marks)
    return sorted((iri.encode(), marks[iri], lines, b"", b"") for iri, lines in found.items())


def lines_of(layers: Mapping[str, list[Triple]], base: str, subjects: Iterable[str]) -> dict[str, bytes]:
    """The lines of N-Quads of each subject, without it; of `subjects` also those without any line."""
    from fonds.manifest import graph_iri

    tokens = Tokens()
    rests: dict[str, list[str]] = {iri: [] for iri in subjects}
    for layer, triples in layers.items():
        check_iris([graph_iri(base, layer)])
        end = f" <{graph_iri(base, layer)}> .\n"
        for iri, group in groupby(triples, SUBJECT):
            rests[iri] += [f"{tokens[name]} {tokens[term]}{end}" for _, name, term in group]
    tokens.verify()
    check_iris(iri for iri, lines in rests.items() if lines)
    return {iri: "".join(sorted(set(lines))).encode() for iri, lines in rests.items()}


def marks_of(layers: Mapping[str, Iterable[Triple]], mint: Minter, first: int = 0) -> dict[str, int]:
    """The marks of each subject, and of each statement that is spoken of."""
    marks: dict[str, int] = {}
    for position, (name, triples) in enumerate(layers.items(), first):
        bit = layer_mark(position)
        for subject in {triple[0] for triple in triples}:
            marks[subject] = marks.get(subject, 0) | bit
        if name in _DESCRIPTION:
            _classes(triples, name, marks)
    for iri, bits in supports(mint, layers.get("rico", ()), layers.get("evidence", ())).items():
        marks[iri] = marks.get(iri, 0) | bits
    return marks


def _classes(triples: Iterable[Triple], layer: str, marks: dict[str, int]) -> None:
    for subject, predicate, thing in triples:
        if predicate != TYPE:
            continue
        if thing in AGENTS:
            marks[subject] |= NAMED | (AGENT if thing in COUNTED else 0)
        elif layer == "generic" and thing == DCTERMS + "RightsStatement":
            marks[subject] |= RIGHTS


def supports(mint: Minter, stated: Iterable[Triple], evidence: Iterable[Triple]) -> dict[str, int]:
    """The statements of the archival description, and those of which the evidence speaks, with marks.

    Classes are not counted: they say nothing about the world. Evidence that gives no reason does not
    speak of anything.
    """
    from fonds.rdf.evidence import UNSUPPORTED

    unsaid = Literal(UNSUPPORTED, language="en")
    known = list(evidence)
    empty = {subject for subject, _, thing in known if thing == unsaid}
    found: dict[str, int] = {}
    for triple in stated:
        if triple[1] != TYPE:
            found[mint.statement(triple)] = STATED
    body = f"{OA}hasBody"
    for subject, predicate, thing in known:
        if predicate == body and isinstance(thing, str) and subject not in empty:
            found[thing] = found.get(thing, 0) | SPOKEN
    return found


def _prefixes(
    layers: Mapping[str, list[Triple]], marks: Mapping[str, int]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The prefixes that each file of the whole collection has to declare for these statements."""
    told: dict[str, list[Triple]] = {}
    for layer, triples in layers.items():
        if layer in _DESCRIPTION:
            for triple in triples:
                told.setdefault("agents" if marks[triple[0]] & NAMED else "records", []).append(triple)
        elif layer in GROUPS:
            told[layer] = triples
    found = {}
    for file, triples in told.items():
        few = _telling_alone(triples)
        found[file] = tuple(turtle.in_use(few)), tuple(jsonld.in_use(few)) if file in TREES else ()
    return found


def _telling_alone(triples: list[Triple]) -> list[Triple]:
    """Few triples in which the same prefixes are in use as in many."""
    subjects = {triple[0] for triple in triples}
    predicates = sorted({triple[1] for triple in triples} - {TYPE})
    terms = [term for term in {triple[2] for triple in triples} | subjects if _telling(term)]
    # some subject that tells nothing, and some predicate that is in use anyway
    plain = next((iri for iri in subjects if not _telling(iri)), triples[0][0] if triples else "")
    common = predicates[0] if predicates else TYPE
    return [*((plain, name, plain) for name in predicates), *((plain, common, term) for term in terms)]


def _telling(term: Term) -> bool:
    """Whether a term may be written with a prefix, or has a scheme that could be taken for one."""
    if isinstance(term, str):
        return term.startswith(_SPACES) or "://" not in term
    return term[1] != STRING and term[2] is None


def _schemes(groups: Mapping[str, list[Triple]]) -> set[str]:
    """The schemes of IRIs that are not `scheme://…`."""
    iris = {term for group in groups.values() for _, _, term in group if isinstance(term, str)}
    return {iri.partition(":")[0] for iri in (*groups, *iris) if "://" not in iri}
