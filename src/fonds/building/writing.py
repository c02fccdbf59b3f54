"""The files of the whole collection, streamed from the merge of sorted runs."""

from __future__ import annotations

import gzip
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Final, NamedTuple

from fonds.building import pieces, sorting
from fonds.building.pieces import AGENT, GROUPS, LAYERS, RIGHTS, SPOKEN, STATED, TREES
from fonds.building.sorting import Piece
from fonds.errors import ConfigError
from fonds.manifest import Statistics, graph_iri
from fonds.rdf import jsonld, turtle
from fonds.rdf.terms import LABEL, PREFIXES, STRING, Literal, Term, Triple

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
        find = self._alone.get
        for iri, marks, lines, _, _, _ in batch:
            alone = find(marks >> LAYERS)
            if alone is not None:
                self.triples[alone] += lines.count(b"\n")
            else:
                for layer in self.layers:
                    # no text holds a newline that is not escaped, so this is the end of a line
                    self.triples[layer] += lines.count(_end(self.base, layer))
            if marks & RIGHTS:
                self._rights(iri.decode(), lines)

    def _rights(self, iri: str, lines: bytes) -> None:
        """The rights statements that documents print: of those with the same words, the first."""
        for layer, triple in triples_of(iri, lines, self.base):
            if layer == "generic" and triple[1] == LABEL and isinstance(triple[2], Literal):
                words = triple[2].lexical
                self.rights[words] = min(iri, self.rights.get(words, iri))

    def layer(self, marks: int) -> str:
        """A layer in which a subject with these marks stands; the first, if there are several."""
        bits = marks >> LAYERS
        return self.layers[(bits & -bits).bit_length() - 1]

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
                self.count(pieces.layer_mark(at)),
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


class Heads(NamedTuple):
    """The prefixes in use in each file, as Turtle and as JSON-LD, and those that are a scheme as well."""

    turtle: Mapping[str, Iterable[str]]
    jsonld: Mapping[str, Iterable[str]]
    clash: frozenset[str] = frozenset()


def files(folder: Path, batches: Iterable[list[Piece]], tally: Tally, heads: Heads, lines: Lines) -> None:
    """Write merged subjects, and count them: into the files that people look at, and into `lines`."""
    base = pieces.relative(tally.base)
    usable = {prefix: space for prefix, space in PREFIXES.items() if prefix not in heads.clash}
    with ExitStack() as stack:

        def opened(name: str, head: bytes) -> IO[bytes]:
            stream = stack.enter_context((folder / name).open("wb", buffering=1 << 18))
            stream.write(head)
            return stream

        blocks = {
            name: opened(f"{name}.ttl", turtle.head(_spaces(heads.turtle.get(name, ()), PREFIXES), base))
            for name in GROUPS
        }
        trees = {
            name: opened(f"{name}.jsonld", jsonld.head(_spaces(heads.jsonld.get(name, ()), usable)))
            for name in TREES
        }
        parted = {name: stream.tell() > 0 for name, stream in blocks.items()}
        filled = dict.fromkeys(TREES, False)

        def counted() -> Iterator[list[Piece]]:
            for batch in batches:
                tally.add(batch)
                found, nodes = _parts(batch, tally, usable if heads.clash else None)
                for name, some in found.items():
                    blocks[name].write((b"\n" if parted[name] else b"") + b"\n".join(some))
                    parted[name] = True
                for name, some in nodes.items():
                    trees[name].write(
                        (jsonld.NEXT if filled[name] else jsonld.FIRST) + jsonld.NEXT.join(some)
                    )
                    filled[name] = True
                yield batch

        lines.write(sorting.as_lines(counted()))
        for name, stream in trees.items():
            stream.write(jsonld.end(filled=filled[name]))


def _spaces(used: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    return {prefix: prefixes[prefix] for prefix in sorted(used) if prefix in prefixes}


def _parts(
    batch: list[Piece], tally: Tally, prefixes: Mapping[str, str] | None
) -> tuple[dict[str, list[bytes]], dict[str, list[bytes]]]:
    """What stands in which file of merged subjects, as blocks of Turtle and as nodes of JSON-LD.

    `prefixes` are stated if not all can be used in JSON-LD: then its nodes are written anew.
    """
    blocks: dict[str, list[bytes]] = {}
    nodes: dict[str, list[bytes]] = {}
    anew = _anew(batch, tally, prefixes)
    files: dict[int, str | None] = {}
    for iri, marks, lines, block, node, _ in batch:
        if not lines:
            continue
        if iri in anew:
            for name, other, tree in anew[iri]:
                blocks.setdefault(name, []).append(other)
                if tree:
                    nodes.setdefault(name, []).append(tree)
            continue
        if marks not in files:
            files[marks] = pieces.file_of(tally.layer(marks), marks)
        file = files[marks]
        if file is not None:
            blocks.setdefault(file, []).append(block)
            if node:
                nodes.setdefault(file, []).append(node)
    return blocks, nodes


def _anew(
    batch: list[Piece], tally: Tally, prefixes: Mapping[str, str] | None
) -> dict[bytes, list[tuple[str, bytes, bytes]]]:
    """Subjects that are written once more: file, block and node (if the file has any) of each."""
    told: dict[str, dict[str, list[Triple]]] = {}
    found: dict[bytes, list[tuple[str, bytes, bytes]]] = {}
    for iri, marks, lines, block, node, _ in batch:
        if lines and (not block or (prefixes is not None and node)):
            subject = iri.decode()
            found[iri] = []
            for layer, triple in triples_of(subject, lines, tally.base):
                file = pieces.file_of(layer, marks)
                if file is not None:
                    told.setdefault(file, {}).setdefault(subject, []).append(triple)
    for name, groups in told.items():
        blocks = turtle.blocks(groups, base=pieces.relative(tally.base))[1]
        nodes = jsonld.nodes(groups, prefixes or PREFIXES)[1] if name in TREES else {}
        for subject, block in blocks.items():
            found[subject.encode()].append((name, block, nodes.get(subject, b"")))
    return found


class Lines:
    """All lines of N-Quads in order, in a file, to be put together with a few that are not known yet.

    `later` are the IRIs of which something will be added; what is already known of them is held.
    """

    def __init__(self, path: Path, later: Iterable[str]) -> None:
        self._path = path
        self._later = sorted(f"<{iri}> ".encode() for iri in later)
        self._held: dict[bytes, bytes] = {}
        self._at: dict[bytes, int] = {}

    def write(self, batches: Iterable[list[tuple[bytes, bytes]]]) -> None:
        """Write tokens with their lines, which come in the order of N-Quads."""
        rest = iter(self._later)
        following = next(rest, None)
        with self._path.open("wb", buffering=1 << 20) as stream:
            for batch in batches:
                if following is None or (batch and batch[-1][0] < following):
                    stream.writelines(lines for _, lines in batch)
                    continue
                for token, lines in batch:
                    while following is not None and token >= following:
                        self._at[following] = stream.tell()
                        if token == following:
                            self._held[token] = lines
                        following = next(rest, None)
                    if token not in self._held:
                        stream.write(lines)
            for token in filter(None, (following, *rest)):
                self._at[token] = stream.tell()

    def put_together(self, path: Path, added: list[Piece]) -> None:
        """Write all into a file, with the lines that are known only now."""
        late = dict(pair for batch in sorting.as_lines([added]) for pair in batch)
        with path.open("wb") as out, self._path.open("rb", buffering=0) as stream:
            for token in self._later:
                _copy(stream, out, self._at[token] - stream.tell())
                known = {*self._held.get(token, b"").split(b"\n"), *late[token].split(b"\n")} - {b""}
                out.writelines(line + b"\n" for line in sorted(known))
            _copy(stream, out, self._path.stat().st_size - stream.tell())


def _copy(stream: IO[bytes], out: IO[bytes], size: int) -> None:
    """Copy so many bytes from an unbuffered file; the system does it in a third of the time, where it can."""
    out.flush()
    with suppress(AttributeError, OSError):
        while size > 0 and (done := os.copy_file_range(stream.fileno(), out.fileno(), size)):
            size -= done
    while size > 0 and (data := stream.read(min(size, _BLOCK))):
        out.write(data)
        size -= len(data)


_BLOCK: Final = 1 << 20


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
        for block in (lines for batch in sorting.as_lines(batches) for _, lines in batch if lines):
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
