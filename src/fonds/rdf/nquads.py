"""N-Triples and N-Quads (W3C Recommendations, 25 February 2014) as sorted, unique lines.

The order is that of the bytes, as `LC_ALL=C sort -u` would leave it, so files written apart
can be merged line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain

from fonds.rdf.frames import Form, Frame, Frames, Row, Slot, Told, frame, kept, terms, told
from fonds.rdf.terms import Quad, Term, Triple
from fonds.rdf.tokens import Terms, Tokens, encoded


def ntriples(triples: Iterable[Triple]) -> bytes:
    """Statements as N-Triples. Raises `OutputError` for a term that cannot be written."""
    return of_layers({"": triples})


def nquads(quads: Iterable[Quad]) -> bytes:
    """Statements with their graphs as N-Quads; `""` is the default graph.

    Raises `OutputError` for a term that cannot be written.
    """
    layers: dict[str, list[Triple]] = {}
    for subject, name, thing, graph in quads:
        layers.setdefault(graph, []).append((subject, name, thing))
    return of_layers(layers)


def lines(triples: Iterable[Triple], graph: str) -> list[str]:
    """The lines of one graph, each with its newline, sorted and without doubles.

    The lines of several graphs and documents merge (`heapq.merge`) into the order of `nquads`
    by the lines themselves. Raises `OutputError` for a term that cannot be written.
    """
    written = of_layers({graph: triples}).decode()
    # not splitlines: strings may hold other characters at which it splits
    return [f"{line}\n" for line in written.split("\n")[:-1]]


class Writer:
    """What writes the sorted lines of subjects, without the subject, each with its newline."""

    def __init__(self) -> None:
        # IRIs without their brackets, which stand in the frames, and literals
        self._table: dict[Term, bytes] = {}
        self._tokens = Tokens()

    def learn(self, found: Terms) -> None:
        """Make the tokens of terms. Raises `OutputError` for a term that cannot be written."""
        self._table.update(found.iris)
        literal = self._tokens.literal
        self._table.update({term: encoded(literal(term)) for term in found.literals})

    def lines(self, said: Told, graph: str) -> dict[str, bytes]:
        """The lines of each subject in a graph. Raises `OutputError` for a term that cannot be written."""
        self.learn(self._tokens.names.sorted_out(terms([said])))
        return dict(chain.from_iterable([self.write(graph, form, rows) for form, rows in said.items()]))

    def write(self, graph: str, form: Form, rows: Iterable[Row]) -> list[tuple[str, bytes]]:
        """Subjects of one form with their lines in a graph; their terms were learned."""
        return _frames(graph)[form].filled(rows, self._table)


def united(graphs: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    """The lines of each subject in all graphs."""
    made: dict[str, bytes] = {}
    several: set[str] = set()
    for lines in graphs:
        both = {subject: made[subject] + lines[subject] for subject in made.keys() & lines.keys()}
        several.update(both)
        made.update(lines)
        made.update(both)
    for subject in several:
        made[subject] = b"\n".join([*sorted(made[subject].split(b"\n")[:-1]), b""])
    return made


def of_layers(layers: Mapping[str, Iterable[Triple]]) -> bytes:
    """Statements as N-Quads, by the IRI of their graph; `""` is the default graph.

    Raises `OutputError` for a term that cannot be written.
    """
    writer = Writer()
    made = united([writer.lines(told(triples), graph) for graph, triples in layers.items()])
    # The token of a subject, not its IRI, gives the order of lines: its bracket sorts unlike
    # the end of a string.
    blocks = sorted([(f"<{subject}> ".encode(), lines) for subject, lines in made.items()])
    return b"".join([start + lines[:-1].replace(b"\n", b"\n" + start) + b"\n" for start, lines in blocks])


@lru_cache(maxsize=64)
def _frames(graph: str) -> Frames:
    """The frames of the lines of a subject in one graph, remembered: every document uses the same few."""
    tokens = Tokens()
    end = f"{tokens[graph].decode()} .\n" if graph else ".\n"

    def made(form: Form) -> Frame:
        row, kinds = form
        found: dict[tuple[str, bool], list[int]] = {}
        for place, (name, kind) in enumerate(zip(row, kinds, strict=True)):
            found.setdefault((f"{tokens[name].decode()} ", issubclass(kind, str)), []).append(place)
        lines, slots = ["%.0b"], []  # the subject is left out
        for (name, named), slot in sorted(found.items()):
            start, close = ("<", ">") if named else ("", "")
            several = len(slot) > 1  # then the bracket stands in the order too
            lines.append(kept(f"{name}{start}") + "%b" + kept(f"{'' if several else close} {end}"))
            slots.append(Slot(slot, f" {end}{name}{start}", close))
        return frame("".join(lines), slots)

    return Frames(made)
