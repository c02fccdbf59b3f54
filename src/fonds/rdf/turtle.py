"""Turtle and TriG (W3C Recommendations, 25 February 2014), sorted and readable.

The same statements give the same bytes, in whatever order they come: subjects, predicates
(`a` first) and objects are sorted, and only prefixes in use are declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fonds.rdf.terms import PREFIXES, TYPE, Triple
from fonds.rdf.tokens import CHUNK, Tokens, by_subject, encoded, in_order


def turtle(
    triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES, base: str | None = None
) -> bytes:
    """Statements as Turtle.

    With `base` (an http(s) IRI that ends in `/`) the IRIs below it are written relative to it,
    where every parser is sure to undo that. Raises `OutputError` for a term that Turtle cannot
    hold, such as an IRI with a space.
    """
    tokens = Tokens(prefixes, base=base, short=True)
    blocks = _blocks(triples, tokens)
    return _joined(tokens, blocks)


def blocks(
    groups: Mapping[str, list[Triple]], prefixes: Mapping[str, str] = PREFIXES, base: str | None = None
) -> tuple[bytes, dict[str, bytes]]:
    """The head of `turtle(...)`, and what it writes of each subject, in order.

    `groups` are the statements by subject. Head (unless it is empty) and blocks, with a newline between
    each two, are the bytes of `turtle`; the block of a subject is the same whatever stands beside it.
    Raises `OutputError` for a term that Turtle cannot hold.
    """
    tokens = Tokens(prefixes, base=base, short=True)
    made = {subject: _block(subject, groups[subject], tokens) for subject in sorted(groups)}
    tokens.verify()
    return _head(tokens, tokens.declared()), made


def head(prefixes: Mapping[str, str], base: str | None = None) -> bytes:
    """The head of a file in which these prefixes are in use."""
    return _head(Tokens(prefixes, base=base, short=True), dict(sorted(prefixes.items())))


def in_use(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """Those of the prefixes that `turtle` declares for some triples, and their namespaces."""
    tokens = Tokens(prefixes, short=True)
    for subject, predicate, term in triples:
        tokens[subject]
        if predicate != TYPE:  # which is written as `a`
            tokens[predicate]
        tokens[term]
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
    tokens = Tokens(prefixes, base=base, short=True)
    head = _head(tokens, dict(sorted(prefixes.items())))
    pieces = [head] if head else []
    size = 0
    for subject, group in in_order(triples):
        pieces.append(_block(subject, group, tokens))
        size += len(pieces[-1])
        if size >= CHUNK:
            tokens.release()
            # the newline that parts these from the next
            yield b"\n".join([*pieces, b""])
            pieces, size = [], 0
    tokens.release()
    if pieces:
        yield b"\n".join(pieces)


def trig(
    layers: Mapping[str, Iterable[Triple]],
    prefixes: Mapping[str, str] = PREFIXES,
    base: str | None = None,
) -> bytes:
    """Named graphs as TriG: from the IRI of each graph to its statements; `""` is the default graph."""
    tokens = Tokens(prefixes, base=base, short=True)
    parts: list[bytes] = []
    for name in sorted(layers):
        blocks = _blocks(layers[name], tokens)
        if name and blocks:
            blocks = [encoded(f"{tokens[name]} {{\n"), *blocks, b"}\n"]
        parts += blocks
    return _joined(tokens, parts)


def _joined(tokens: Tokens, parts: list[bytes]) -> bytes:
    tokens.verify()
    head = _head(tokens, tokens.declared())
    return b"\n".join([head, *parts] if head else parts)


def _head(tokens: Tokens, declared: Mapping[str, str]) -> bytes:
    lines = [f"@base <{tokens.base}> .\n"] if tokens.base is not None else []
    lines += [f"@prefix {prefix}: <{space}> .\n" for prefix, space in declared.items()]
    return encoded("".join(lines))


def _blocks(triples: Iterable[Triple], tokens: Tokens) -> list[bytes]:
    """One block of Turtle for each subject, in order."""
    groups = by_subject(triples)
    return [_block(subject, groups[subject], tokens) for subject in sorted(groups)]


def _block(subject: str, group: list[Triple], tokens: Tokens) -> bytes:
    objects: dict[str, str] = {}
    several: dict[str, set[str]] = {}
    for _, predicate, term in group:
        token = tokens[term]
        if predicate not in objects:
            objects[predicate] = token
        elif predicate in several:
            several[predicate].add(token)
        else:
            several[predicate] = {objects[predicate], token}
    for predicate, many in several.items():
        objects[predicate] = " ,\n        ".join(sorted(many))
    lines = [f"a {objects.pop(TYPE)}"] if TYPE in objects else []
    lines += [f"{tokens[predicate]} {objects[predicate]}" for predicate in sorted(objects)]
    return encoded(f"{tokens[subject]} " + " ;\n    ".join(lines) + " .\n")
