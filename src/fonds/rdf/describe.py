"""From a resolved record to statements, in layers.

A layer is a plain function of the resolved record, the claims of the archival description and
the minter. Other packages add layers through the entry point group `fonds.layers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.metadata import entry_points
from operator import lt
from typing import Final

from fonds.errors import ConfigError
from fonds.rdf import evidence, generic, provenance, rico
from fonds.rdf import vocabulary as concepts
from fonds.rdf.iris import Minter
from fonds.rdf.terms import Claim, Literal, Triple
from fonds.record import Resolved

Layer = Callable[[Resolved, Sequence[Claim], Minter], Iterable[Triple]]


def _rico(_resolved: Resolved, claims: Sequence[Claim], _mint: Minter) -> Iterable[Triple]:
    return (claim.triple for claim in claims)


def _generic(resolved: Resolved, _claims: Sequence[Claim], mint: Minter) -> Iterable[Triple]:
    return generic.describe(resolved, mint)


def _provenance(resolved: Resolved, _claims: Sequence[Claim], mint: Minter) -> Iterable[Triple]:
    return provenance.describe(resolved, mint)


#: The layers of fonds, by the name of the graph and file that each becomes.
LAYERS: Final[dict[str, Layer]] = {
    "rico": _rico,
    "generic": _generic,
    "provenance": _provenance,
    "evidence": evidence.describe,
}


@cache
def layers() -> dict[str, Layer]:
    """The layers of fonds and those of other installed packages.

    Raises `ConfigError` if two packages claim one name.
    """
    found = dict(LAYERS)
    origin = dict.fromkeys(found, "fonds")
    for point in sorted(entry_points(group="fonds.layers"), key=lambda point: (point.name, point.value)):
        if point.name in found:
            raise ConfigError(
                f"the layer {point.name!r} is claimed by {origin[point.name]} and by {point.value}",
                place="entry points",
                remedy="remove one of the two packages",
            )
        found[point.name], origin[point.name] = point.load(), point.value
    return found


def describe(resolved: Resolved, mint: Minter, names: Sequence[str] | None = None) -> dict[str, list[Triple]]:
    """What is said of a record: the sorted triples of each layer, without doubles.

    `names` picks layers; without it all are made. Raises `ConfigError` for a name that no
    package knows.
    """
    known = layers()
    wanted = tuple(known) if names is None else tuple(names)
    for name in wanted:
        if name not in known:
            raise ConfigError(
                f"no layer is called {name!r}", place="layers", remedy=f"choose from {', '.join(known)}"
            )
    claims = list(rico.describe(resolved, mint))
    return {name: ordered(known[name](resolved, claims, mint)) for name in wanted}


def vocabulary(mint: Minter, used: Iterable[str], lexicon: str | None = None) -> list[Triple]:
    """The concepts among the IRIs in `used`, their schemes, and the terms of fonds itself, sorted."""
    return ordered((*concepts.entries(mint, used, lexicon), *concepts.own_terms()))


def objects(triples: Iterable[Triple]) -> set[str]:
    """The IRIs that stand as objects: what `vocabulary` wants to know of a dump."""
    return {thing for _, _, thing in triples if not isinstance(thing, Literal)}


def ordered(triples: Iterable[Triple]) -> list[Triple]:
    """Triples without doubles, by subject, predicate and object; IRIs come before literals."""
    known = list(triples)
    try:
        if not all(map(lt, known, known[1:])):
            known = list(dict.fromkeys(known))
            known.sort()
    except TypeError:
        # Beside a literal stands an IRI or one with a language, and they cannot be compared. Where
        # they never meet, the order of the tuples themselves is the same, and faster.
        known = sorted(dict.fromkeys(known), key=_rank)
    return known


def _rank(triple: Triple) -> tuple[str, str, bool, str, str, str]:
    subject, predicate, thing = triple
    if isinstance(thing, Literal):
        return subject, predicate, True, thing.lexical, thing.datatype, thing.language or ""
    return subject, predicate, False, thing, "", ""
