"""Turtle and TriG (W3C Recommendations, 25 February 2014), sorted and readable.

The same statements give the same bytes, in whatever order they come: subjects, predicates
(`a` first) and objects are sorted, and only prefixes in use are declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from fonds.rdf.frames import Form, Frame, Frames, Row, Slot, Told, frame, in_order, kept, places, terms, told
from fonds.rdf.terms import PREFIXES, TYPE, Term, Triple
from fonds.rdf.tokens import CHUNK, Tokens, encoded


def turtle(
    triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES, base: str | None = None
) -> bytes:
    """Statements as Turtle.

    With `base` (an http(s) IRI that ends in `/`) the IRIs below it are written relative to it,
    where every parser is sure to undo that. Raises `OutputError` for a term that Turtle cannot
    hold, such as an IRI with a space.
    """
    writer = Writer(prefixes, base)
    made = writer.blocks(told(triples))
    return whole(writer.head(), [made[subject] for subject in sorted(made)])


def whole(head: bytes, blocks: Sequence[bytes]) -> bytes:
    """A file of these blocks, in the order given."""
    return b"\n".join([head, *blocks] if head else blocks)


def blocks(
    groups: Mapping[str, list[Triple]], prefixes: Mapping[str, str] = PREFIXES, base: str | None = None
) -> tuple[bytes, dict[str, bytes]]:
    """The head of `turtle(...)`, and what it writes of each subject, in order.

    `groups` are the statements by subject. Head (unless it is empty) and blocks, with a newline between
    each two, are the bytes of `turtle`. Raises `OutputError` for a term that Turtle cannot hold.
    """
    writer = Writer(prefixes, base)
    made = writer.blocks(told(chain.from_iterable([groups[subject] for subject in sorted(groups)])))
    return writer.head(), dict(sorted(made.items()))


def head(prefixes: Mapping[str, str], base: str | None = None) -> bytes:
    """The head of a file in which these prefixes are in use."""
    return _head(Tokens(prefixes, base=base), dict(sorted(prefixes.items())))


def in_use(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """Those of the prefixes that `turtle` declares for some triples, and their namespaces."""
    used: set[Term] = set()
    for subject, predicate, term in triples:
        used.update((subject, term))
        if predicate != TYPE:  # which is written as `a`
            used.add(predicate)
    return used_by(used, prefixes)


def used_by(terms: Iterable[Term], prefixes: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """Those of the prefixes in which some terms are written, and their namespaces."""
    tokens = Tokens(prefixes, short=True)
    tokens.learn(tokens.names.sorted_out(terms))
    return tokens.declared()


def stream(
    triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES, base: str | None = None
) -> Iterator[bytes]:
    """Statements as Turtle, piece by piece, in memory for the statements of one subject.

    They come sorted by `terms.SUBJECT`; the order within a subject is free, and repeated ones are
    written once. All `prefixes` are declared: with `in_use(triples)` for them, the pieces together
    are the bytes of `turtle(triples, base=base)`. Raises `OutputError` for a term that
    Turtle cannot hold, and for statements out of order.
    """
    writer = Writer(prefixes, base)
    start = head(prefixes, base)
    pieces = [start] if start else []
    size = 0
    for said in in_order(triples):
        pieces += writer.blocks(said).values()
        size += len(pieces[-1])
        if size >= CHUNK:
            writer.tokens.release()
            # the newline that parts these from the next
            yield b"\n".join([*pieces, b""])
            pieces, size = [], 0
    if pieces:
        yield b"\n".join(pieces)


def trig(
    layers: Mapping[str, Iterable[Triple]],
    prefixes: Mapping[str, str] = PREFIXES,
    base: str | None = None,
) -> bytes:
    """Named graphs as TriG: from the IRI of each graph to its statements; `""` is the default graph."""
    writer = Writer(prefixes, base)
    parts: list[bytes] = []
    for name in sorted(layers):
        made = writer.blocks(told(layers[name]))
        blocks = [made[subject] for subject in sorted(made)]
        if name and blocks:
            blocks = [writer.tokens[name] + b" {\n", *blocks, b"}\n"]
        parts += blocks
    return whole(writer.head(), parts)


class Writer:
    """What writes subjects as blocks of Turtle, and knows which prefixes it used.

    The block of a subject is the same whatever stands beside it. Raises `OutputError` for prefixes and a base
    that cannot be such.
    """

    def __init__(self, prefixes: Mapping[str, str] = PREFIXES, base: str | None = None) -> None:
        self.tokens = Tokens(prefixes, base=base, short=True)
        self._known = _frames(tuple(prefixes.items()), base)

    def blocks(self, said: Told) -> dict[str, bytes]:
        """The block of each subject. Raises `OutputError` for a term that Turtle cannot hold."""
        self.tokens.learn(self.tokens.names.sorted_out(terms([said])))
        return dict(chain.from_iterable([self.write(form, rows) for form, rows in said.items()]))

    def write(self, form: Form, rows: Iterable[Row]) -> list[tuple[str, bytes]]:
        """Subjects of one form with their blocks; their terms were learned."""
        frame = self._known[form]
        self.tokens.used.update(frame.used)
        return frame.filled(rows, self.tokens)

    def head(self) -> bytes:
        """The head of a file with all that was written."""
        return _head(self.tokens, self.tokens.declared())


def _head(tokens: Tokens, declared: Mapping[str, str]) -> bytes:
    base = tokens.names.base
    lines = [f"@base <{base}> .\n"] if base is not None else []
    lines += [f"@prefix {prefix}: <{space}> .\n" for prefix, space in declared.items()]
    return encoded("".join(lines))


@lru_cache(maxsize=8)
def _frames(prefixes: tuple[tuple[str, str], ...], base: str | None) -> Frames:
    """The frames of blocks, remembered: every document uses the same few."""

    def made(form: Form) -> Frame:
        tokens = Tokens(dict(prefixes), base=base)
        found = places(form[0])
        if TYPE in found:
            found = {TYPE: found[TYPE], **found}  # first
        verbs = ["a" if name == TYPE else kept(tokens[name].decode()) for name in found]
        return frame(
            "%b " + " ;\n    ".join([f"{verb} %b" for verb in verbs]) + " .\n",
            [Slot(slot, " ,\n        ") for slot in found.values()],
            tokens.used,
        )

    return Frames(made)
