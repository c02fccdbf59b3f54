"""Statements in sorted runs, and their merging (external merge sort): memory does not grow.

What is sorted is all that is said of one subject: its token as N-Quads writes it, the rest of each
of its lines, and marks for what is counted. Two orders are needed, since N-Quads sorts the lines
(`<…/1/a>` before `<…/1>`, by the bracket) and Turtle the IRIs.
"""

from __future__ import annotations

import marshal
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fonds.building import spool
from fonds.building.spool import Corrupt, Ref, mark, packed, unpacked
from fonds.dump import AGENTS, COUNTED
from fonds.rdf.terms import DCTERMS, OA, TYPE, Literal

if TYPE_CHECKING:
    from fonds.rdf.iris import Minter
    from fonds.rdf.terms import Triple

#: A subject: its sorting key, its marks, and its lines without the subject, each with its newline.
Piece = tuple[bytes, int, bytes]
KEY: Final = itemgetter(0)

#: Marks of a subject: it stands in agents.ttl; it counts as an agent or place; it is a statement of
#: rights; it is a statement of the archival description; the evidence speaks of it.
NAMED, AGENT, RIGHTS, STATED, SPOKEN = (1 << bit for bit in range(5))
#: The first of the marks that say in which layer a subject stands.
LAYERS: Final = 8

#: Runs that are merged at a time, and bytes of statements in memory for each of them.
FAN: Final = 64
_FRAME: Final = 400_000
#: Packed bytes of statements that are sorted in memory to make a run: some twenty times as many bytes.
PACKED: Final = 800_000


@dataclass(frozen=True, slots=True)
class Context:
    """Where the statements of single records are kept, and where runs go."""

    pieces: Path
    runs: Path


def layer_mark(position: int) -> int:
    """The mark of a layer by its position among the layers."""
    return 1 << (LAYERS + position)


def pieces_of(layers: Mapping[str, Iterable[Triple]], mint: Minter, first: int = 0) -> list[Piece]:
    """The subjects of some statements, in the order of N-Quads; `first` is the first layer's position."""
    from fonds.manifest import graph_iri
    from fonds.rdf.nquads import nquads

    marks: dict[str, int] = {}
    for position, (name, triples) in enumerate(layers.items(), first):
        bit = layer_mark(position)
        for subject in {triple[0] for triple in triples}:
            marks[subject] = marks.get(subject, 0) | bit
        if name in ("rico", "generic"):
            _classes(triples, name, marks)
    for iri, bits in supports(mint, layers.get("rico", ()), layers.get("evidence", ())).items():
        marks[iri] = marks.get(iri, 0) | bits
    data = nquads(
        (*triple, graph_iri(mint.base, layer)) for layer, triples in layers.items() for triple in triples
    )
    found = {f"<{iri}> ".encode(): bits for iri, bits in marks.items()}
    rests: dict[bytes, list[bytes]] = {token: [] for token in found}
    for line in data.split(b"\n")[:-1]:
        end = line.index(b" ") + 1
        rests[line[:end]].append(line[end:])
    return sorted(
        (token, bits, b"\n".join([*rests[token], b""]) if rests[token] else b"")
        for token, bits in found.items()
    )


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
    for subject, predicate, thing in known:
        if predicate == f"{OA}hasBody" and isinstance(thing, str) and subject not in empty:
            found[thing] = found.get(thing, 0) | SPOKEN
    return found


def run(context: Context, task: tuple[str, tuple[Ref, ...], bool]) -> list[str]:
    """Sort the statements of some records into a run, and into one by IRI if asked; their names."""
    name, refs, by_iri = task
    kept = spool.at(context.pieces)
    found: list[Piece] = []
    for ref in refs:
        found += marshal.loads(kept.read(ref))  # noqa: S302 - packed by a process of this build
    found.sort(key=KEY)
    lines = united(found)
    write(context.runs / name, [lines])
    if not by_iri:
        return [name]
    write(
        context.runs / f"{name}-iri", [sorted((iri_of(token), marks, rests) for token, marks, rests in lines)]
    )
    return [name, f"{name}-iri"]


def iri_of(token: bytes) -> bytes:
    """The IRI in a token with its brackets and the space behind it."""
    return token[1:-2]


def join(context: Context, task: tuple[str, tuple[str, ...]]) -> str:
    """Merge some runs into one, named as the task says, and delete them."""
    name, names = task
    paths = [context.runs / one for one in names]
    write(context.runs / name, merged(paths))
    for path in paths:
        path.unlink()
    return name


def united(batch: list[Piece]) -> list[Piece]:
    """Sorted pieces with each subject once."""
    made: list[Piece] = []
    for piece in batch:
        if made and made[-1][0] == piece[0]:
            made[-1] = _both(made[-1], piece)
        else:
            made.append(piece)
    return made


def _both(one: Piece, other: Piece) -> Piece:
    """What two runs say of one subject."""
    if one[2] == other[2]:
        lines = one[2]
    else:
        each = sorted({*one[2].split(b"\n"), *other[2].split(b"\n")} - {b""})
        lines = b"\n".join([*each, b""])
    return one[0], one[1] | other[1], lines


def write(path: Path, batches: Iterable[list[Piece]]) -> None:
    """Write a run in frames, each with its size and checksum."""
    with path.open("wb") as stream:
        for frame in _frames(batches):
            data = packed(marshal.dumps(frame))
            stream.write(len(data).to_bytes(4, "big") + mark(data) + data)


def _frames(batches: Iterable[list[Piece]]) -> Iterator[list[Piece]]:
    frame: list[Piece] = []
    size = 0
    for batch in batches:
        for piece in batch:
            frame.append(piece)
            size += len(piece[0]) + len(piece[2])
            if size > _FRAME:
                yield frame
                frame, size = [], 0
    if frame:
        yield frame


def read(path: Path) -> Iterator[list[Piece]]:
    """The frames of a run. Raises `Corrupt`."""
    with path.open("rb") as stream:
        while head := stream.read(20):
            data = stream.read(int.from_bytes(head[:4], "big"))
            if mark(data) != head[4:]:
                raise Corrupt(f"{path.name}: not what was written")
            yield marshal.loads(unpacked(data))  # noqa: S302


def merged(paths: Iterable[Path]) -> Iterator[list[Piece]]:
    """The subjects of all runs in order, each once, in batches. Raises `Corrupt`.

    All that does not sort after the end of any frame in memory is sorted at once: runs of what is
    sorted already cost Python's sort little more than one comparison each.
    """
    readers = [_Reader(path) for path in paths]
    live = [reader for reader in readers if reader.frame]
    while live:
        bound = min(reader.frame[-1][0] for reader in live)
        batch = [piece for reader in live for piece in reader.until(bound)]
        live = [reader for reader in live if reader.frame]
        batch.sort(key=KEY)
        yield united(batch)


class _Reader:
    """A run that is being merged: what is in memory of it, and from where on it is not yet taken."""

    def __init__(self, path: Path) -> None:
        self._frames = read(path)
        self.frame: list[Piece] = next(self._frames, [])
        self._start = 0

    def until(self, bound: bytes) -> list[Piece]:
        """Take all of the frame that does not sort after `bound`."""
        start, end = self._start, bisect_right(self.frame, bound, lo=self._start, key=KEY)
        taken, self._start = self.frame[start:end], end
        if end == len(self.frame):
            self.frame, self._start = next(self._frames, []), 0
        return taken


def groups(refs: Iterable[Ref]) -> Iterator[tuple[Ref, ...]]:
    """The statements of as many records as make a run, one group after the other."""
    group: list[Ref] = []
    size = 0
    for ref in refs:
        group.append(ref)
        size += ref.size
        if size >= PACKED:
            yield tuple(group)
            group, size = [], 0
    if group:
        yield tuple(group)
