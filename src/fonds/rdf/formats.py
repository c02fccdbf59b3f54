"""The same statements as Turtle, JSON-LD and N-Quads at once: their terms are looked at only once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fonds.rdf import jsonld, nquads, turtle
from fonds.rdf.frames import Told, shared, terms, united
from fonds.rdf.tokens import Terms


class Formats(NamedTuple):
    """What is written of each subject, and what the files begin with.

    `blocks` are those of `turtle.turtle` and `head` is its head; `nodes` are those of `jsonld.jsonld`, and
    `declared` its prefixes; `lines` are those of `nquads.nquads` without the subject, each with its newline.
    `terms` are all subjects and objects.
    """

    head: bytes
    blocks: dict[str, bytes]
    declared: dict[str, str]
    nodes: dict[str, bytes]
    lines: dict[str, bytes]
    terms: Terms


def formats(graphs: Mapping[str, Told], base: str | None = None) -> Formats:
    """Write what is said in some graphs, by their IRIs; in Turtle and JSON-LD the graphs are merged.

    Raises `OutputError` for a term that cannot be written.
    """
    block, node, line = turtle.Writer(base=base), jsonld.Writer(), nquads.Writer()
    found = block.tokens.names.sorted_out(terms(graphs.values()))
    for writer in (block.tokens, node, line):
        writer.learn(found)
    several = shared(graphs.values())
    blocks: list[tuple[str, bytes]] = []
    nodes: list[tuple[str, bytes]] = []
    lines: list[dict[str, bytes]] = []
    for graph, said in graphs.items():
        mine: list[tuple[str, bytes]] = []
        for form, rows in said.items():  # in all formats one after the other: its terms are at hand then
            mine += line.write(graph, form, rows)
            alone = [row for row in rows if row[0] not in several]
            blocks += block.write(form, alone)
            nodes += node.write(form, alone)
        lines.append(dict(mine))
    for form, rows in united(graphs.values(), several).items():
        blocks += block.write(form, rows)
        nodes += node.write(form, rows)
    made = node.declared(), dict(nodes)
    if node.clash():
        made = jsonld.nodes_of(united(graphs.values(), dict(blocks)))
    return Formats(block.head(), dict(blocks), *made, nquads.united(lines), found)
