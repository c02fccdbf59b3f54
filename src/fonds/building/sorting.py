"""Statements in sorted runs, and their merging (external merge sort): memory does not grow.

What is sorted is all that is said of one subject, by its IRI, as Turtle sorts it. N-Quads sorts
the lines (`<…/1/a>` before `<…/1>`, by the bracket): `as_lines` turns the one order into the other.

Runs are kept from build to build. Each subject in a run is tagged with the records that say this of it,
so that those which have changed since can be passed over.
"""

from __future__ import annotations

import marshal
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from fonds.building import spool
from fonds.building.spool import Corrupt, Ref, mark, packed, unpacked

#: What records say of a subject: as in `pieces.Piece`, and the tag of the record, or those of several.
Piece = tuple[bytes, int, bytes, bytes, bytes, int | tuple[int, ...]]
KEY: Final = itemgetter(0)

#: Runs that are merged at a time, and bytes of statements in memory for each of them.
FAN: Final = 64
_FRAME: Final = 400_000
#: Packed bytes of statements that are sorted in memory to make a run: some twenty times as many bytes.
PACKED: Final = 800_000


@dataclass(frozen=True, slots=True)
class Context:
    """Where the statements of single records are kept, and where runs go.

    `whole` runs hold subjects as they stand in Turtle and JSON-LD too, others as N-Quads alone.
    """

    pieces: Path
    runs: Path
    whole: bool


class Run(NamedTuple):
    """A run: its file, and the tags of records that have changed or gone since it was written."""

    path: Path
    stale: frozenset[int] = frozenset()


def run(context: Context, task: tuple[str, tuple[tuple[Ref, int], ...]]) -> str:
    """Sort the statements of some records, each with its tag, into a run; its name."""
    name, refs = task
    kept = spool.at(context.pieces)
    found: list[Piece] = []
    for ref, tag in refs:
        pieces = marshal.loads(kept.read(ref))  # noqa: S302 - packed by a process of this build
        if context.whole:
            found += [(*piece, tag) for piece in pieces]
        else:
            found += [(iri, marks, lines, b"", b"", tag) for iri, marks, lines, _, _ in pieces]
    found.sort(key=KEY)
    write(context.runs / name, [gathered(found)])
    return name


def join(context: Context, task: tuple[str, tuple[Run, ...]]) -> str:
    """Merge some runs into one, without what is stale; its name."""
    name, runs = task
    if not (context.runs / name).exists():  # done, by a worker that died before it could say so
        write(context.runs / name, (gathered(batch) for batch in batches(runs)))
    return name


def _tags(piece: Piece) -> tuple[int, ...]:
    tags = piece[5]
    return (tags,) if isinstance(tags, int) else tags


def gathered(batch: list[Piece]) -> list[Piece]:
    """Sorted pieces, those that say the same joined under the tags of all."""
    made: list[Piece] = []
    for _, group in groupby(batch, KEY):
        first, *others = group
        if not others:
            made.append(first)
            continue
        same: dict[tuple[bytes, int, bytes, bytes, bytes], list[int]] = {}
        for piece in (first, *others):
            same.setdefault(piece[:5], []).extend(_tags(piece))
        made += [(*what, tags[0] if len(tags) == 1 else tuple(tags)) for what, tags in same.items()]
    return made


def united(batch: list[Piece]) -> list[Piece]:
    """Sorted pieces with each subject once, whoever says it."""
    made: list[Piece] = []
    last = None
    for piece in batch:
        if piece[0] == last:
            made[-1] = _both(made[-1], piece)
        else:
            made.append(piece)
            last = piece[0]
    return made


def _both(one: Piece, other: Piece) -> Piece:
    """What several say of one subject."""
    if one[2] == other[2]:
        return one[0], one[1] | other[1], *one[2:5], 0
    if not one[2] or not other[2]:
        full = one if one[2] else other
        return one[0], one[1] | other[1], *full[2:5], 0
    each = sorted({*one[2].split(b"\n"), *other[2].split(b"\n")} - {b""})
    return one[0], one[1] | other[1], b"\n".join([*each, b""]), b"", b"", 0


def as_lines(batches: Iterable[list[Piece]]) -> Iterator[list[tuple[bytes, bytes]]]:
    """From pieces in the order of their IRIs to their tokens and lines, in the order of N-Quads.

    An IRI waits for those that continue it with a character before the bracket.
    """
    waiting: list[Piece] = []
    for batch in batches:
        made: list[tuple[bytes, bytes]] = []
        for piece in batch:
            iri = piece[0]
            while waiting:
                before = waiting[-1][0]
                if iri.startswith(before) and iri[len(before)] < _BRACKET:
                    break
                made.append(_line(waiting.pop()))
            waiting.append(piece)
        yield made
    yield [_line(piece) for piece in reversed(waiting)]


_BRACKET: Final = ord(">")


def _line(piece: Piece) -> tuple[bytes, bytes]:
    token, rests = b"<" + piece[0] + b"> ", piece[2]
    # each newline ends a line, and all but the last begin another
    return token, token + rests[:-1].replace(b"\n", b"\n" + token) + b"\n" if rests else b""


def write(path: Path, batches: Iterable[list[Piece]]) -> None:
    """Write a run in frames, each with its size and checksum; it is there whole or not at all."""
    part = spool.part(path)
    with part.open("wb") as stream:
        for frame in _frames(batches):
            data = packed(marshal.dumps(frame))
            stream.write(len(data).to_bytes(4, "big") + mark(data) + data)
    part.replace(path)


def _frames(batches: Iterable[list[Piece]]) -> Iterator[list[Piece]]:
    """Pieces in frames of a size that fits; those of one subject stand in the same."""
    frame: list[Piece] = []
    size = 0
    for batch in batches:
        for piece in batch:
            if size > _FRAME and piece[0] != frame[-1][0]:
                yield frame
                frame, size = [], 0
            frame.append(piece)
            size += len(piece[0]) + len(piece[2]) + len(piece[3]) + len(piece[4])
    if frame:
        yield frame


def read(path: Path) -> Iterator[list[Piece]]:
    """The frames of a run. Raises `Corrupt`."""
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise Corrupt(f"{path.name}: not there") from error
    with stream:
        while head := stream.read(20):
            data = stream.read(int.from_bytes(head[:4], "big"))
            if mark(data) != head[4:]:
                raise Corrupt(f"{path.name}: not what was written")
            yield marshal.loads(unpacked(data))  # noqa: S302


def _fresh(run: Run) -> Iterator[list[Piece]]:
    """The frames of a run, without what nobody says any more."""
    stale = run.stale
    for frame in read(run.path):
        if not stale:
            yield frame
            continue
        left = [
            piece
            for piece in frame
            if (piece[5] not in stale if isinstance(piece[5], int) else not stale.issuperset(piece[5]))
        ]
        if left:
            yield left


def merged(runs: Iterable[Run]) -> Iterator[list[Piece]]:
    """The subjects of all runs in order, each once, in batches. Raises `Corrupt`."""
    return map(united, batches(runs))


def batches(runs: Iterable[Run]) -> Iterator[list[Piece]]:
    """What runs hold, in order of subject; what is said of one stands in the same batch. Raises `Corrupt`.

    All that does not sort after the end of any frame in memory is sorted at once: runs of what is
    sorted already cost Python's sort little more than one comparison each.
    """
    readers = [_Reader(run) for run in runs]
    live = [reader for reader in readers if reader.frame]
    while live:
        bound = min(reader.frame[-1][0] for reader in live)
        batch = [piece for reader in live for piece in reader.until(bound)]
        live = [reader for reader in live if reader.frame]
        batch.sort(key=KEY)
        yield batch


class _Reader:
    """A run that is being merged: what is in memory of it, and from where on it is not yet taken."""

    def __init__(self, run: Run) -> None:
        self._frames = _fresh(run)
        self.frame: list[Piece] = next(self._frames, [])
        self._start = 0

    def until(self, bound: bytes) -> list[Piece]:
        """Take all of the frame that does not sort after `bound`."""
        start, end = self._start, bisect_right(self.frame, bound, lo=self._start, key=KEY)
        taken, self._start = self.frame[start:end], end
        if end == len(self.frame):
            self.frame, self._start = next(self._frames, []), 0
        return taken


def groups(refs: Iterable[tuple[Ref, int]]) -> Iterator[tuple[tuple[Ref, int], ...]]:
    """The statements of as many records as make a run, one group after the other."""
    group: list[tuple[Ref, int]] = []
    size = 0
    for ref, tag in refs:
        group.append((ref, tag))
        size += ref.size
        if size >= PACKED:
            yield tuple(group)
            group, size = [], 0
    if group:
        yield tuple(group)
