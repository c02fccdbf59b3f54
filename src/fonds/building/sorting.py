"""Statements in sorted runs, and their merging (external merge sort): memory does not grow.

What is sorted is all that a record says of one subject, tagged with the record. A run holds what is new
since the last build: subjects of which records say something else than before, and those of which they
say nothing any more. In the first build that is everything.
"""

from __future__ import annotations

import marshal
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from fonds.building import spool
from fonds.building.pieces import Piece as Said
from fonds.building.spool import Corrupt, Ref, mark, packed, unpacked

#: What records say of a subject: as in `pieces.Piece`, but with whole lines, and the tag of the record, or
#: those of several. In a run of lines alone a token (`<…> `) stands for the IRI: it sorts as N-Quads does.
Piece = tuple[bytes, int, bytes, bytes, bytes, int | tuple[int, ...]]
KEY: Final = itemgetter(0)
#: In the place of the marks: the record says nothing of the subject any more.
GONE: Final = -1
#: A record whose statements are sorted: those of the last build, those of this one (None where there are
#: none), and its tag.
Change = tuple[Ref | None, Ref | None, int]

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


def run(context: Context, task: tuple[str, tuple[Change, ...]]) -> str:
    """Sort what some records say otherwise than before into a run; its name."""
    name, changes = task
    found: list[Piece] = []
    for before, now, tag in changes:
        old, new = (_pieces(context, ref) for ref in (before, now))
        same, named = set(old), {piece[0] for piece in new}
        found += [_piece(piece, tag, context.whole) for piece in new if piece not in same]
        gone = (piece[0] for piece in old if piece[0] not in named)
        found += [(iri if context.whole else b"<%b> " % iri, GONE, b"", b"", b"", tag) for iri in gone]
    found.sort(key=KEY)
    write(context.runs / name, [gathered(found)])
    return name


def _pieces(context: Context, ref: Ref | None) -> list[Said]:
    if ref is None:
        return []
    # packed by a process of this build or one before it
    made: list[Said] = marshal.loads(spool.at(context.pieces).read(ref))  # noqa: S302
    return made


def _piece(said: Said, tag: int, whole: bool) -> Piece:
    iri, marks, lines, block, node = said
    token = b"<%b> " % iri
    if whole:
        return iri, marks, full(token, lines), block, node, tag
    return token, marks, full(token, lines), b"", b"", tag


def full(token: bytes, lines: bytes) -> bytes:
    """The lines of a subject, from what stands in them behind its token."""
    # each newline ends a line, and all but the last begin another
    return token + lines[:-1].replace(b"\n", b"\n" + token) + b"\n" if lines else b""


def join(context: Context, task: tuple[str, tuple[Path, ...]]) -> str:
    """Merge some runs into one; its name."""
    name, runs = task
    if not (context.runs / name).exists():  # done, by a worker that died before it could say so
        write(context.runs / name, (gathered(batch) for batch in merged(runs)))
    return name


def tags_of(piece: Piece) -> tuple[int, ...]:
    """The records that say this of a subject."""
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
            same.setdefault(piece[:5], []).extend(tags_of(piece))
        made += [
            (*what, tags[0] if len(tags) == 1 else tuple(sorted(tags))) for what, tags in sorted(same.items())
        ]
    return made


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
            yield marshal.loads(unpacked(data))  # noqa: S302 - written by this build


def merged(runs: Iterable[Path], *more: Iterable[list[Piece]]) -> Iterator[list[Piece]]:
    """What runs hold, in order of subject; what is said of one stands in the same batch. Raises `Corrupt`.

    `more` are sorted frames that stand in no file. All that does not sort after the end of any frame in
    memory is sorted at once: runs of what is sorted already cost Python's sort little more than one
    comparison each.
    """
    readers = [_Reader(iter(frames)) for frames in (*map(read, runs), *more)]
    live = [reader for reader in readers if reader.frame]
    while live:
        bound = min(reader.frame[-1][0] for reader in live)
        batch = [piece for reader in live for piece in reader.until(bound)]
        live = [reader for reader in live if reader.frame]
        batch.sort(key=KEY)
        yield batch


class _Reader:
    """A run that is being merged: what is in memory of it, and from where on it is not yet taken."""

    def __init__(self, frames: Iterator[list[Piece]]) -> None:
        self._frames = frames
        self.frame: list[Piece] = next(self._frames, [])
        self._start = 0

    def until(self, bound: bytes) -> list[Piece]:
        """Take all of the frame that does not sort after `bound`."""
        start, end = self._start, bisect_right(self.frame, bound, lo=self._start, key=KEY)
        taken, self._start = self.frame[start:end], end
        if end == len(self.frame):
            self.frame, self._start = next(self._frames, []), 0
        return taken


def groups(changes: Iterable[Change]) -> Iterator[tuple[Change, ...]]:
    """The records of which the statements make a run, one group after the other."""
    group: list[Change] = []
    size = 0
    for change in changes:
        group.append(change)
        size += sum(ref.size for ref in change[:2] if ref is not None)
        if size >= PACKED:
            yield tuple(group)
            group, size = [], 0
    if group:
        yield tuple(group)
