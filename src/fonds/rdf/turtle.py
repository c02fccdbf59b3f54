"""Turtle and TriG (W3C Recommendations, 25 February 2014), sorted and readable.

The same statements give the same bytes, in whatever order they come: subjects, predicates
(`a` first) and objects are sorted, and only prefixes in use are declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fonds.rdf.terms import PREFIXES, TYPE, Triple
from fonds.rdf.tokens import Tokens, by_subject, encoded


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
    head = [f"@base <{tokens.base}> ."] if tokens.base is not None else []
    head += [f"@prefix {prefix}: <{space}> ." for prefix, space in tokens.declared().items()]
    if head:
        parts = [encoded("\n".join(head) + "\n"), *parts]
    return b"\n".join(parts)


def _blocks(triples: Iterable[Triple], tokens: Tokens) -> list[bytes]:
    """One block of Turtle for each subject, in order."""
    blocks: dict[str, bytes] = {}
    literal = tokens.literal
    for subject, group in by_subject(triples).items():
        objects: dict[str, str] = {}
        several: dict[str, set[str]] = {}
        for _, predicate, term in group:
            token = tokens[term] if isinstance(term, str) else literal(term)
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
        blocks[subject] = encoded(f"{tokens[subject]} " + " ;\n    ".join(lines) + " .\n")
    return [blocks[subject] for subject in sorted(blocks)]
