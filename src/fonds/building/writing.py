"""The files of the whole collection, streamed from the merge of sorted runs."""

from __future__ import annotations

import gzip
import marshal
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Final

from fonds.building import sorting
from fonds.building.sorting import AGENT, NAMED, RIGHTS, SPOKEN, STATED, Piece
from fonds.errors import ConfigError, OutputError
from fonds.manifest import Statistics, graph_iri
from fonds.rdf import jsonld, turtle
from fonds.rdf.terms import LABEL, STRING, Literal, Term, Triple
from fonds.rdf.tokens import Tokens

#: Bytes that are compressed at a time: the same cuts whatever the batches, so the same bytes.
_CUT: Final = 4_000_000
#: Level 6 makes files a fifth smaller than this, in more than twice the time.
_LEVEL: Final = 3
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_PLAIN: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass
class Tally:
    """What is counted while the runs are merged."""

    base: str
    layers: tuple[str, ...]
    triples: Counter[str] = field(default_factory=Counter)
    marks: Counter[int] = field(default_factory=Counter)
    rights: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _alone(self) -> dict[int, str]:
        """The layer of a subject that stands in no other, by its marks."""
        return {1 << at: layer for at, layer in enumerate(self.layers)}

    def add(self, batch: list[Piece]) -> None:
        """Count merged subjects, each of which comes once."""
        self.marks.update(piece[1] for piece in batch)
        for token, marks, lines in batch:
            alone = self._alone.get(marks >> sorting.LAYERS)
            if alone is not None:
                self.triples[alone] += lines.count(b"\n")
            else:
                for layer in self.layers:
                    # no text holds a newline that is not escaped, so this is the end of a line
                    self.triples[layer] += lines.count(_end(self.base, layer))
            if marks & RIGHTS:
                self._rights(token, lines)

    def _rights(self, key: bytes, lines: bytes) -> None:
        """The rights statements that documents print: of those with the same words, the first."""
        iri = (sorting.iri_of(key) if key.startswith(b"<") else key).decode()
        for layer, triple in triples_of(iri, lines, self.base):
            if layer == "generic" and triple[1] == LABEL and isinstance(triple[2], Literal):
                words = triple[2].lexical
                self.rights[words] = min(iri, self.rights.get(words, iri))

    def count(self, *wanted: int) -> int:
        """How many subjects have all of these marks."""
        return sum(count for marks, count in self.marks.items() if all(marks & mark for mark in wanted))

    @property
    def agents(self) -> int:
        return self.count(AGENT)

    @property
    def stated(self) -> int:
        return self.count(STATED)

    @property
    def supported(self) -> int:
        return self.count(STATED, SPOKEN)

    def statistics(self, properties: dict[str, set[str]]) -> dict[str, Statistics]:
        """How much each layer holds."""
        return {
            layer: Statistics(
                self.triples[layer],
                self.count(sorting.layer_mark(at)),
                frozenset(properties.get(layer, ())),
            )
            for at, layer in enumerate(self.layers)
        }


def _end(base: str, layer: str) -> bytes:
    return f" <{graph_iri(base, layer)}> .\n".encode()


def triples_of(subject: str, lines: bytes, base: str) -> Iterator[tuple[str, Triple]]:
    """The statements in the lines of one subject, each with its layer."""
    start = len(graph_iri(base, ""))
    for line in lines.decode().split("\n")[:-1]:
        predicate, _, rest = line.partition(" ")
        cut = rest.rindex(" <")
        yield rest[cut + 2 + start : -3], (subject, predicate[1:-1], _term(rest[:cut]))


def _term(token: str) -> Term:
    """A term from its token, as `fonds.rdf.tokens` writes it into N-Quads."""
    if token[0] == "<":
        return token[1:-1]
    end = token.rindex('"')
    lexical, tail = token[1:end], token[end + 1 :]
    if "\\" in lexical:
        lexical = _ESCAPE.sub(_unescaped, lexical)
    if tail.startswith("@"):
        return Literal(lexical, language=tail[1:])
    return Literal(lexical, tail[3:-1] if tail else STRING)


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if code[0] in "uU" and len(code) > 1 else _PLAIN.get(code, code)


#: The groups into which the statements of a small collection are divided, the largest first.
GROUPS: Final = ("evidence", "records", "agents", "provenance")


class Kept:
    """Statements in a file of their own, to be gone through more than once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._frame: list[tuple[str, str, object]] = []
        path.touch()

    def add(self, triple: Triple) -> None:
        subject, predicate, thing = triple
        # marshal knows plain tuples alone, and is the fastest to read
        plain = (*thing,) if isinstance(thing, Literal) else thing
        self._frame.append((subject, predicate, plain))
        if len(self._frame) > 20_000:
            self.close()

    def close(self) -> None:
        """Write what is not written yet."""
        data = marshal.dumps(self._frame)
        with self.path.open("ab") as stream:
            stream.write(len(data).to_bytes(4, "big") + data)
        self._frame = []

    def __iter__(self) -> Iterator[Triple]:
        with self.path.open("rb") as stream:
            while size := stream.read(4):
                # marshal.load reads a file in very small steps
                frame = marshal.loads(stream.read(int.from_bytes(size, "big")))  # noqa: S302 - written above
                for subject, predicate, thing in frame:
                    yield subject, predicate, thing if isinstance(thing, str) else Literal(*thing)


def divide(batches: Iterable[list[Piece]], tally: Tally, work: Path) -> None:
    """Count merged subjects in the order of their IRIs, and put their statements into files by group."""
    kept = {name: Kept(work / f"{name}.statements") for name in GROUPS}
    for batch in batches:
        tally.add(batch)
        for key, marks, lines in batch:
            description = "agents" if marks & NAMED else "records"
            for layer, triple in triples_of(key.decode(), lines, tally.base):
                file = kept.get(description if layer in ("rico", "generic") else layer)
                if file is not None:
                    file.add(triple)
    for file in kept.values():
        file.close()


@dataclass(frozen=True, slots=True)
class Context:
    """Where the dump grows, where runs and statements stand, and the base of its IRIs."""

    part: Path
    work: Path
    base: str


def group(context: Context, name: str) -> str:
    """Write the files of one group of statements, as `divide` left them; or, for `all`, all of them."""
    if name == "all":
        whole(context.part / "all.nq", merged(context.work.glob("run-*[0-9]"), context.work / "added"))
        return name
    kept = Kept(context.work / f"{name}.statements")
    turtle_to(context.part / f"{name}.ttl", kept, context.base)
    if name in ("agents", "records"):
        jsonld_to(context.part / f"{name}.jsonld", kept)
    return name


def merged(runs: Iterable[Path], *others: Path) -> Iterator[list[Piece]]:
    """All that runs hold, and other files like them."""
    return sorting.merged([*sorted(runs), *others])


def turtle_to(path: Path, triples: Iterable[Triple], base: str) -> None:
    """Write statements, sorted by subject and gone through twice, as Turtle."""
    try:
        Tokens(base=base)
        relative: str | None = base
    except OutputError:
        relative = None
    _poured(path, turtle.stream(triples, turtle.in_use(triples), relative))


def jsonld_to(path: Path, triples: Iterable[Triple]) -> None:
    """Write statements, sorted by subject and gone through twice, as JSON-LD."""
    _poured(path, jsonld.stream(triples, jsonld.in_use(triples)))


def _poured(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)


def lines_of(batches: Iterable[list[Piece]]) -> Iterator[bytes]:
    """The lines of merged subjects, those of one subject together."""
    for batch in batches:
        for token, _, rests in batch:
            if rests:
                yield token + rests.replace(b"\n", b"\n" + token)[: -len(token)]


def whole(path: Path, batches: Iterable[list[Piece]]) -> None:
    """Write all statements into one file of N-Quads."""
    with path.open("wb", buffering=1 << 20) as stream:
        stream.writelines(lines_of(batches))


def shards(folder: Path, batches: Iterable[list[Piece]], size: int, compress: str, jobs: int) -> None:
    """Write all statements into compressed files of N-Quads, of at most `size` statements each.

    A subject is never parted, so a file may hold more if one subject does. Compressing goes on in
    `jobs` threads beside the merging.
    """
    squeeze = compressor(compress)
    suffix = {"gzip": "gz", "zstd": "zst"}[compress]
    with ThreadPoolExecutor(jobs) as pool, ExitStack() as stack:
        number = held = 0
        shard: _Shard | None = None
        for block in lines_of(batches):
            count = block.count(b"\n")
            if shard is None or (held and held + count > size):
                if shard is not None:
                    shard.close()
                number, held = number + 1, 0
                stream = stack.enter_context((folder / f"all-{number:05}.nq.{suffix}").open("wb"))
                shard = _Shard(stream, squeeze, pool, 2 * jobs)
            shard.add(block)
            held += count
        if shard is not None:
            shard.close()


class _Shard:
    """A compressed file while it grows: pieces of a fixed size, compressed apart, written in order."""

    def __init__(
        self, stream: IO[bytes], squeeze: Callable[[bytes], bytes], pool: ThreadPoolExecutor, waiting: int
    ) -> None:
        self._stream, self._squeeze, self._pool, self._waiting = stream, squeeze, pool, waiting
        self._blocks: list[bytes] = []
        self._size = 0
        self._pieces: list[Future[bytes]] = []

    def add(self, block: bytes) -> None:
        self._blocks.append(block)
        self._size += len(block)
        if self._size >= _CUT:
            self._cut()

    def close(self) -> None:
        self._cut()
        for piece in self._pieces:
            self._stream.write(piece.result())
        self._stream.close()

    def _cut(self) -> None:
        if self._blocks:
            self._pieces.append(self._pool.submit(self._squeeze, b"".join(self._blocks)))
            self._blocks, self._size = [], 0
        while len(self._pieces) > self._waiting:
            self._stream.write(self._pieces.pop(0).result())


def compressor(name: str) -> Callable[[bytes], bytes]:
    """What compresses a piece of a file; pieces one behind the other are a file again.

    So it is with members of gzip (RFC 1952, section 2.2) and frames of Zstandard (RFC 8878, section 3).
    Raises `ConfigError` if a library is missing.
    """
    if name == "gzip":
        # no time in the header: the same statements give the same bytes
        return lambda data: gzip.compress(data, _LEVEL, mtime=0)
    try:
        import zstandard
    except ImportError as error:
        raise ConfigError(
            "the library for zstd is not installed",
            place="compress",
            remedy="install it with: pip install 'fonds[zstd]', or use gzip",
        ) from error
    return lambda data: zstandard.ZstdCompressor(level=3).compress(data)
