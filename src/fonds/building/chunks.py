"""The sorted statements in chunks, so that what has not changed since the last build is found in its files.

A chunk is some sixty subjects. Where one ends is told by the subjects themselves: one whose checksum falls
on a mask begins the next. So a subject more or less changes its own chunk, and no other. In N-Quads an IRI
stands behind those that continue it (`<…/1/a>` before `<…/1>`, by the bracket): such a family is never
parted, so that a chunk is one stretch of every file.

An index tells of each chunk, in order, what it adds to each file and to what is counted, and which records
say what of it. With that, and the files themselves, what the records say is had again.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from fonds.building.sorting import GONE, KEY, Piece, gathered, tags_of
from fonds.building.spool import Corrupt, mark, packed, unpacked

if TYPE_CHECKING:
    from fonds.building.kept import Kept

#: One subject in so many begins a chunk, on average.
_MASK: Final = 63
_BRACKET: Final = ord(">")
_TAG: Final = itemgetter(5)

#: What a chunk adds to the counts: subjects by their marks, statements by layer, rights by their words.
Counted = tuple[dict[int, int], tuple[int, ...], dict[str, str]]


class Chunk(NamedTuple):
    """What the index tells of a chunk.

    `first` is its first subject. A `late` one holds subjects of which something is said that is known only
    when all else is counted. `sizes` are the bytes that it adds to each file of Turtle and JSON-LD; `frame`
    holds who says what, packed.
    """

    first: bytes
    late: bool
    counted: Counted
    sizes: tuple[int, ...]
    frame: bytes


def put(stream: IO[bytes], chunk: Chunk) -> None:
    """Write a chunk into an index."""
    head = marshal.dumps(tuple(chunk[:4]))
    data = len(head).to_bytes(4, "big") + head + chunk.frame
    stream.write(len(data).to_bytes(4, "big") + mark(data) + data)


def index(path: Path) -> Iterator[Chunk]:
    """The chunks of an index. Raises `Corrupt`."""
    with path.open("rb", buffering=1 << 18) as stream:
        while lead := stream.read(20):
            data = stream.read(int.from_bytes(lead[:4], "big"))
            if mark(data) != lead[4:]:
                raise Corrupt(f"{path.name}: not what was written")
            end = 4 + int.from_bytes(data[:4], "big")
            first, late, counted, sizes = marshal.loads(data[4:end])  # noqa: S302 - written by a build
            yield Chunk(first, late, counted, sizes, data[end:])


class Cutter:
    """Cuts sorted pieces into chunks. `whole` ones are sorted by IRI, others by token."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._pieces: list[Piece] = []
        self._root: bytes | None = None

    @property
    def empty(self) -> bool:
        return not self._pieces

    def feed(self, batch: list[Piece]) -> Iterator[list[Piece]]:
        """The chunks that end in a batch. All pieces of a subject stand in the same batch."""
        start = 0
        for at in [at for at, piece in enumerate(batch) if not crc32(piece[0]) & _MASK]:
            key = batch[at][0]
            if at and key == batch[at - 1][0]:
                continue
            self._pieces += batch[start:at]
            start = at
            if self._pieces and self.closed(key):
                yield self.flush()
        self._pieces += batch[start:]

    def flush(self) -> list[Piece]:
        """End the chunk; its pieces."""
        found, self._pieces, self._root = self._pieces, [], None
        return found

    def closed(self, key: bytes) -> bool:
        """Whether no subject of this chunk stands behind `key` in N-Quads, though it sorts before."""
        if not self._whole:
            return True
        if self._root is not None and _continues(key, self._root):
            return False
        names = {piece[0] for piece in self._pieces}
        ends = (at for at, char in enumerate(key) if char < _BRACKET)
        self._root = next((key[:at] for at in ends if key[:at] in names), None)
        return self._root is None


def _continues(key: bytes, root: bytes) -> bool:
    return key.startswith(root) and len(key) > len(root) and key[len(root)] < _BRACKET


class News:
    """Sorted batches of what is new, taken up to one key after the other."""

    def __init__(self, batches: Iterator[list[Piece]]) -> None:
        self._batches = batches
        self._batch: list[Piece] = next(batches, [])

    def before(self, bound: bytes | None) -> bool:
        """Whether there is anything left before a key; with None, at all."""
        return bool(self._batch) and (bound is None or self._batch[0][0] < bound)

    def until(self, bound: bytes | None) -> Iterator[list[Piece]]:
        """Batches of all that is left before a key."""
        while self.before(bound):
            batch = self._batch
            if bound is not None and batch[-1][0] >= bound:
                end = next(at for at, piece in enumerate(batch) if piece[0] >= bound)
                self._batch = batch[end:]
                yield batch[:end]
                return
            self._batch = next(self._batches, [])
            yield batch


def renewed(kept: Kept | None, news: Iterator[list[Piece]], *, whole: bool) -> Iterator[Chunk | list[Piece]]:
    """All chunks in order: those that stand in the files of the last build, and the pieces of others.

    Where the subject is gone that parted a chunk from the one before it, both are cut anew.
    """
    cutter, rest = Cutter(whole=whole), News(news)
    unchanged: Chunk | None = None
    old: Iterator[Chunk] = iter(kept if kept is not None else ())
    chunk = next(old, None)
    if kept is None or chunk is None:
        for batch in rest.until(None):
            yield from cutter.feed(batch)
    while kept is not None and chunk is not None:
        following = next(old, None)
        bound = following.first if following is not None else None
        if not chunk.late and not rest.before(bound) and (cutter.empty or cutter.closed(chunk.first)):
            if not cutter.empty:
                yield cutter.flush()
            if unchanged is not None:
                yield unchanged
            unchanged = chunk
        else:
            if unchanged is not None and (chunk.late or rest.before(chunk.first + b"\0")):
                yield from cutter.feed(kept.pieces(unchanged))
            elif unchanged is not None:
                yield unchanged
            unchanged = None
            for batch in _changed(kept.pieces(chunk), rest.until(bound)):
                yield from cutter.feed(batch)
        chunk = following
    if unchanged is not None:
        yield unchanged
    if not cutter.empty:
        yield cutter.flush()


def _changed(old: list[Piece], news: Iterable[list[Piece]]) -> Iterator[list[Piece]]:
    """What is said of the subjects of a chunk, after all that is new."""
    start = 0
    for batch in news:
        end = start
        while end < len(old) and old[end][0] <= batch[-1][0]:
            end += 1
        yield _applied(old[start:end], batch)
        start = end
    yield old[start:]


def _applied(old: list[Piece], news: list[Piece]) -> list[Piece]:
    """Pieces of the last build, with what is new in their place."""
    if not old:
        return news
    said: dict[bytes, list[Piece]] = {key: list(group) for key, group in groupby(news, KEY)}
    found: list[Piece] = []
    for piece in old:
        new = said.get(piece[0])
        if new is None:
            found.append(piece)
            continue
        again = set(chain.from_iterable(map(tags_of, new)))
        left = tuple(tag for tag in tags_of(piece) if tag not in again)
        if left:
            found.append((*piece[:5], left[0] if len(left) == 1 else left))
    found += (piece for piece in news if piece[1] != GONE)
    found.sort(key=KEY)
    return found


class Frame(NamedTuple):
    """Who says what of the subjects of a chunk, without what stands in the files.

    Of each subject its name, marks and tags, and how many bytes its lines have (in a late chunk, its lines);
    for each file the places of the subjects in it (None for all), and how many bytes their blocks and nodes
    have; and by place what no file tells: what several say differently, and what stands in two files.
    """

    names: tuple[bytes, ...]
    marks: tuple[int, ...]
    tags: tuple[int | tuple[int, ...], ...]
    lines: tuple[int, ...] | tuple[bytes, ...]
    units: dict[str, tuple[list[int] | None, list[int], list[int]]]
    odd: dict[int, list[Piece]]

    def packed(self) -> bytes:
        return packed(marshal.dumps(tuple(self)))


def frame(data: bytes) -> Frame:
    """A frame that was packed. Raises `Corrupt`."""
    return Frame(*marshal.loads(unpacked(data)))  # noqa: S302


def united(pieces: list[Piece]) -> tuple[list[Piece], dict[int, list[Piece]]]:
    """Sorted pieces with each subject once, whoever says it; and by place what several say differently."""
    if len({piece[0] for piece in pieces}) == len(pieces):
        return pieces, {}
    made: list[Piece] = []
    several: dict[int, list[Piece]] = {}
    last = None
    for piece in gathered(pieces):
        if piece[0] != last:
            made.append(piece)
            last = piece[0]
            continue
        several.setdefault(len(made) - 1, [made[-1]]).append(piece)
        made[-1] = _both(made[-1], piece)
    return made, several


def _both(one: Piece, other: Piece) -> Piece:
    """What several say of one subject."""
    if one[2] == other[2]:
        return one[0], one[1] | other[1], *one[2:5], 0
    if not one[2] or not other[2]:
        full = one if one[2] else other
        return one[0], one[1] | other[1], *full[2:5], 0
    each = sorted({*one[2].split(b"\n"), *other[2].split(b"\n")} - {b""})
    return one[0], one[1] | other[1], b"\n".join([*each, b""]), b"", b"", 0
