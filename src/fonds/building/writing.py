"""The files of the whole collection, written chunk by chunk from the merge of sorted runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from fonds.building import chunks, kept, pieces
from fonds.building.chunks import Chunk, Counted, Frame
from fonds.building.kept import Body, Kept, Known, order
from fonds.building.pieces import AGENT, GROUPS, LAYERS, RIGHTS, SPOKEN, STATED, TREES
from fonds.building.quads import Quads
from fonds.building.sorting import Piece, gathered
from fonds.manifest import Statistics, graph_iri
from fonds.rdf import jsonld, turtle
from fonds.rdf.terms import LABEL, PREFIXES, STRING, Literal, Term, Triple

_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_PLAIN: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass
class Tally:
    """What is counted: statements by layer, subjects by their marks, and the rights that are stated."""

    base: str
    layers: tuple[str, ...]
    triples: Counter[str] = field(default_factory=Counter)
    marks: Counter[int] = field(default_factory=Counter)
    rights: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _ends(self) -> list[bytes]:
        return [_end(self.base, layer) for layer in self.layers]

    def counted(self, found: list[Piece], text: bytes) -> Counted:
        """What subjects add, each of which stands here once; `text` are all their lines."""
        marks = Counter(piece[1] for piece in found)
        bits = 0
        for mark in marks:
            bits |= mark >> LAYERS
        if bits & (bits - 1):
            # no text holds a newline that is not escaped, so this is the end of a line
            triples = tuple(text.count(end) if bits >> at & 1 else 0 for at, end in enumerate(self._ends))
        else:
            lines = text.count(b"\n")
            triples = tuple(lines if bits >> at & 1 else 0 for at in range(len(self.layers)))
        rights: dict[str, str] = {}
        if any(mark & RIGHTS for mark in marks):
            for iri, mark, lines_of, *_ in found:
                if mark & RIGHTS:
                    self._rights(iri.removeprefix(b"<").removesuffix(b"> ").decode(), lines_of, rights)
        return dict(marks), triples, rights

    def add(self, counted: Counted) -> None:
        """Add what was counted."""
        marks, triples, rights = counted
        self.marks.update(marks)
        for layer, count in zip(self.layers, triples, strict=True):
            self.triples[layer] += count
        for words, iri in rights.items():
            self.rights[words] = min(iri, self.rights.get(words, iri))

    def _rights(self, iri: str, lines: bytes, rights: dict[str, str]) -> None:
        """The rights statements that documents print: of those with the same words, the first."""
        for layer, triple in triples_of(iri, lines, self.base):
            if layer == "generic" and triple[1] == LABEL and isinstance(triple[2], Literal):
                words = triple[2].lexical
                rights[words] = min(iri, rights.get(words, iri))

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
        _, predicate, rest = line.split(" ", 2)
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


#: What stands in which file of subjects: their places (None for all), blocks of Turtle, nodes of JSON-LD.
Groups = dict[str, tuple[list[int] | None, Sequence[bytes], Sequence[bytes]]]


class Files:
    """The files of the whole collection while they are written.

    `whole` ones are those that people look at, and N-Quads; else there are N-Quads alone.
    """

    def __init__(
        self, folder: Path, quads: Quads, old: Kept | None, tally: Tally, late: Iterable[bytes]
    ) -> None:
        self._folder, self._quads, self._old, self._tally = folder, quads, old, tally
        self._late = frozenset(late)
        self._index = (quads.folder / kept.INDEX).open("wb", buffering=1 << 18)
        self._bodies: list[_Body] = []
        self._prefixes: Mapping[str, str] | None = None
        self.bodies: tuple[Body, ...] = ()

    def begin(self, heads: Heads) -> None:
        """Begin the files of Turtle and JSON-LD."""
        base = pieces.relative(self._tally.base)
        usable = {prefix: space for prefix, space in PREFIXES.items() if prefix not in heads.clash}
        self._prefixes = usable if heads.clash else None
        for name in GROUPS:
            head = turtle.head(_spaces(heads.turtle.get(name, ()), PREFIXES), base)
            self._open(f"{name}.ttl", head, b"\n" if head else b"", b"\n")
            if name in TREES:
                head = jsonld.head(_spaces(heads.jsonld.get(name, ()), usable))
                self._open(f"{name}.jsonld", head, jsonld.FIRST, jsonld.NEXT)
        self.bodies = tuple(body.told for body in self._bodies)

    def _open(self, name: str, head: bytes, first: bytes, parting: bytes) -> None:
        old = self._old.bodies[len(self._bodies)] if self._old is not None else None
        self._bodies.append(_Body(self._folder / name, head, first, parting, old))

    def keep(self, chunk: Chunk, place: tuple[int, int, tuple[int, ...]]) -> None:
        """A chunk that stands at some `place` in the files of the last build."""
        start, size, starts = place
        self._tally.add(chunk.counted)
        self._quads.keep(start, size, sum(chunk.counted[1]))
        for body, at, length in zip(self._bodies, starts, chunk.sizes, strict=True):
            body.keep(at, length)
        chunks.put(self._index, chunk)

    def add(self, said: list[Piece]) -> None:
        """A chunk, of which records say this."""
        found, several = chunks.united(said)
        names, marks, rests, blocks, nodes, tags = zip(*found, strict=True)
        whole, late = bool(self._bodies), not self._late.isdisjoint(names)
        if whole and (places := order(names)) is not None:
            text = b"".join([rests[at] for at in places])
        else:
            text = b"".join(rests)
        counted = self._tally.counted(found, text)
        self._tally.add(counted)
        if late:
            tokens = [b"<%b> " % name for name in names] if whole else names
            self._quads.hold(sorted(zip(tokens, rests, strict=True)))
        else:
            self._quads.add(text, sum(counted[1]))
        groups: Groups = {}
        odd = several
        if whole:
            file = self._alone(counted[0]) if all(blocks) and self._prefixes is None else None
            if file is not None:
                groups = {file: (None, blocks, nodes if file in TREES else ())}
            else:
                groups = _parts(
                    found, self._tally, self._prefixes, self._old.known if self._old is not None else {}
                )
                pieces_of = ((at, piece) for at, piece in enumerate(found) if piece[2] and not piece[3])
                odd = {**{at: [piece] for at, piece in pieces_of}, **several}
        sizes = []
        for body in self._bodies:
            part = groups.get(body.group)
            sizes.append(body.write(part[2] if body.tree else part[1]) if part is not None else 0)
        lengths = {
            name: (at, list(map(len, blocks)), list(map(len, nodes)))
            for name, (at, blocks, nodes) in groups.items()
        }
        if late:  # its lines in the files will not be those that are known now
            odd = {at: [] for at in range(len(names))}
            for piece in gathered(said):
                if piece[5] != 0:
                    odd[names.index(piece[0])].append(piece)
        lines = rests if late else tuple(map(len, rests))
        frame = Frame(names, marks, tags, lines, lengths, odd).packed()
        chunks.put(self._index, Chunk(names[0], late, counted, tuple(sizes), frame))

    def _alone(self, marks: Iterable[int]) -> str | None:
        """The one file in which subjects with such marks stand; None if there are several, or is none."""
        found = {pieces.file_of(self._tally.layer(mark), mark) if mark >> LAYERS else None for mark in marks}
        return found.pop() if len(found) == 1 else None

    def close(self) -> None:
        """End the files of Turtle and JSON-LD, and the index."""
        for body in self._bodies:
            body.close()
        self._index.close()


class _Body:
    """A file of blocks or nodes, with the same bytes between each two."""

    def __init__(self, path: Path, head: bytes, first: bytes, parting: bytes, old: kept.Row | None) -> None:
        self.group, _, suffix = path.name.partition(".")
        self.tree = suffix == "jsonld"
        self.told = Body(path.name, len(head) + len(first) - len(parting), parting)
        self._stream, self._first, self._parting, self._old = (
            path.open("wb", buffering=1 << 18),
            first,
            parting,
            old,
        )
        self._stream.write(head)
        self._kept = (0, 0)

    def write(self, units: Sequence[bytes]) -> int:
        """Write some units; the bytes that they add, with what parts each from the one before it."""
        if not units:
            return 0
        self._copied()
        data = self._parting.join(units)
        self._stream.write(self._lead() + data)
        return len(self._parting) + len(data)

    def keep(self, start: int, size: int) -> None:
        """Copy what some units add from the file of the last build."""
        if not size:
            return
        if sum(self._kept) != start:
            self._copied()
            self._kept = start, 0
        self._kept = self._kept[0], self._kept[1] + size

    def _lead(self) -> bytes:
        lead, self._first = self._first, self._parting
        return lead

    def _copied(self) -> None:
        start, size = self._kept
        if size and self._old is not None:
            self._stream.write(self._lead())
            self._old.copy(self._stream, start + len(self._parting), size - len(self._parting))
        self._kept = (0, 0)

    def close(self) -> None:
        self._copied()
        if self.tree:
            self._stream.write(jsonld.end(filled=self._first == self._parting))
        self._stream.close()
        if self._old is not None:
            self._old.close()


def _spaces(used: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    return {prefix: prefixes[prefix] for prefix in sorted(used) if prefix in prefixes}


def _parts(found: list[Piece], tally: Tally, prefixes: Mapping[str, str] | None, known: Known) -> Groups:
    """What stands in which file.

    `prefixes` are stated if not all can be used in JSON-LD: then its nodes are written anew.
    """
    parts: dict[str, tuple[list[int], list[bytes], list[bytes]]] = {}
    anew = _anew(found, tally, prefixes, known)
    files: dict[int, str | None] = {}
    for at, (iri, marks, lines, block, node, _) in enumerate(found):
        if not lines:
            continue
        if iri in anew:
            stated = anew[iri]
        else:
            if marks not in files:
                files[marks] = pieces.file_of(tally.layer(marks), marks)
            stated = [(file, block, node)] if (file := files[marks]) is not None else []
        for name, one, other in stated:
            if name not in parts:
                parts[name] = [], [], []
            places, blocks, nodes = parts[name]
            places.append(at)
            blocks.append(one)
            if other:
                nodes.append(other)
    return {**parts}


def _anew(
    found: list[Piece], tally: Tally, prefixes: Mapping[str, str] | None, known: Known
) -> dict[bytes, list[tuple[str, bytes, bytes]]]:
    """Subjects that are written once more: file, block and node (if the file has any) of each."""
    told: dict[str, dict[str, list[Triple]]] = {}
    made: dict[bytes, list[tuple[str, bytes, bytes]]] = {}
    for iri, marks, lines, block, node, _ in found:
        if lines and (not block or (prefixes is not None and node)):
            made[iri] = known.get((iri, marks, lines), [])
            if made[iri]:
                continue
            subject = iri.decode()
            for layer, triple in triples_of(subject, lines, tally.base):
                file = pieces.file_of(layer, marks)
                if file is not None:
                    told.setdefault(file, {}).setdefault(subject, []).append(triple)
    for name, groups in told.items():
        blocks = turtle.blocks(groups, base=pieces.relative(tally.base))[1]
        nodes = jsonld.nodes(groups, prefixes or PREFIXES)[1] if name in TREES else {}
        for subject, block in blocks.items():
            made[subject.encode()].append((name, block, nodes.get(subject, b"")))
    return made
