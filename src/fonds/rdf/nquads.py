"""N-Triples and N-Quads (W3C Recommendations, 25 February 2014) as sorted, unique lines.

The order is that of the bytes, as `LC_ALL=C sort -u` would leave it, so files written apart
can be merged line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fonds.rdf.terms import Quad, Triple
from fonds.rdf.tokens import Row, Tokens, by_subject, encoded


def ntriples(triples: Iterable[Triple]) -> bytes:
    """Statements as N-Triples. Raises `OutputError` for a term that cannot be written."""
    tokens = Tokens()

    def rests(group: list[Triple]) -> list[str]:
        return [f"{tokens[name]} {tokens[term]} .\n" for _, name, term in group]

    return _lines(triples, tokens, rests)


def nquads(quads: Iterable[Quad]) -> bytes:
    """Statements with their graphs as N-Quads; `""` is the default graph.

    Raises `OutputError` for a term that cannot be written.
    """
    tokens = Tokens()
    ends = {"": ".\n"}

    def rests(group: list[Quad]) -> list[str]:
        for *_, graph in group:
            if graph not in ends:
                ends[graph] = f"{tokens[graph]} .\n"
        return [f"{tokens[name]} {tokens[term]} {ends[graph]}" for _, name, term, graph in group]

    return _lines(quads, tokens, rests)


def lines(triples: Iterable[Triple], graph: str) -> list[str]:
    """The lines of one graph, each with its newline, sorted and without doubles.

    The lines of several graphs and documents merge (`heapq.merge`) into the order of `nquads`
    by the lines themselves. Raises `OutputError` for a term that cannot be written.
    """
    written = nquads((*triple, graph) for triple in triples).decode()
    # not splitlines: strings may hold other characters at which it splits
    return [f"{line}\n" for line in written.split("\n")[:-1]]


def _lines(statements: Iterable[Row], tokens: Tokens, rests: Callable[[list[Row]], list[str]]) -> bytes:
    blocks: dict[str, bytes] = {}
    for subject, group in by_subject(statements).items():
        # Within a subject only the rests of the lines differ, and they are short.
        unique = sorted(set(rests(group))) if len(group) > 1 else rests(group)
        start = f"{tokens[subject]} "
        blocks[start] = encoded(start + start.join(unique))
    tokens.verify()
    # The token of a subject, not its IRI, gives the order of lines: its bracket sorts unlike
    # the end of a string.
    return b"".join([blocks[start] for start in sorted(blocks)])
