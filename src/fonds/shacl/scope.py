"""What the constraints of a shape look at: focus nodes with their value nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from fonds.rdf.terms import Term
from fonds.shacl.data import Data


class Scope:
    """All focus nodes of a shape at once, so that a constraint that holds is soon done with.

    `values` are the value nodes of each focus node, in the same order; with None each focus node
    is its own value node. What is made of them is made when first asked for.
    """

    __slots__ = ("_flat", "_kinds", "_nodes", "data", "focus", "values")

    def __init__(self, data: Data, focus: Sequence[Term], values: Sequence[Collection[Term]] | None) -> None:
        self.data = data
        self.focus = focus
        self.values = [(node,) for node in focus] if values is None else values
        self._flat: Sequence[Term] | None = focus if values is None else None
        self._nodes: Collection[Term] | None = focus if values is None else None
        self._kinds: frozenset[type] | None = None

    @property
    def pairs(self) -> Iterable[tuple[Term, Collection[Term]]]:
        """Each focus node with its value nodes."""
        return zip(self.focus, self.values, strict=True)

    @property
    def flat(self) -> Sequence[Term]:
        """The value nodes of all focus nodes."""
        if self._flat is None:
            self._flat = list(chain.from_iterable(self.values))
        return self._flat

    @property
    def nodes(self) -> Collection[Term]:
        """The value nodes, each once."""
        if self._nodes is None:
            self._nodes = frozenset(self.flat)
        return self._nodes

    @property
    def kinds(self) -> frozenset[type]:
        """The classes of the value nodes: `str`, `Blank`, `Literal`."""
        if self._kinds is None:
            self._kinds = frozenset(map(type, self.flat))
        return self._kinds
