"""The statements of a document with one predicate, as they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from operator import eq
from typing import Final, cast

from fonds.rdf.terms import Literal, Term
from fonds.shacl.values import all_fit

#: Sets of fewer nodes are not kept.
_FEW: Final = 16


class Sets:
    """Sets made of lists: of equal lists that are long the very same set."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[int, Term], tuple[list[Term], frozenset[Term]]] = {}

    def distinct(self, nodes: list[Term]) -> frozenset[Term]:
        """The nodes of a list, each once.

        The nodes of a class often come in the order in which they come under a predicate.
        """
        if len(nodes) < _FEW:  # a set is made as soon as it is found
            return frozenset(nodes)
        key = len(nodes), nodes[0]
        known = self._known.get(key)
        if known is not None and known[0] == nodes:
            return known[1]
        made = frozenset(nodes)
        self._known[key] = nodes, made
        return made


class Column:
    """Two lists in step: where the statements with one predicate start, and where they end.

    A statement may stand in them twice. What is made of them is made when first asked for.
    """

    __slots__ = ("_distinct", "_kinds", "_plain", "_sets", "_texts", "ends", "starts")

    def __init__(self, sets: Sets, starts: list[Term], ends: list[Term]) -> None:
        self._sets = sets
        self.starts = starts
        self.ends = ends
        self._distinct: frozenset[Term] | None = None
        self._kinds: frozenset[type] | None = None
        self._texts: Sequence[str] | None = None
        self._plain: str | None = None

    @property
    def distinct(self) -> frozenset[Term]:
        """The nodes that have a value here."""
        if self._distinct is None:
            self._distinct = self._sets.distinct(self.starts)
        return self._distinct

    @property
    def single(self) -> bool:
        """Whether no node has a second value."""
        return len(self.distinct) == len(self.starts)

    @property
    def kinds(self) -> frozenset[type]:
        """The classes of the values: `str`, `Blank`, `Literal`."""
        if self._kinds is None:
            self._kinds = frozenset(map(type, self.ends))
        return self._kinds

    @property
    def texts(self) -> Sequence[str] | None:
        """The words of the values if all are literals, the values themselves if all are IRIs."""
        if self._texts is None:
            if self.kinds == _LITERALS:
                self._texts = [value[0] for value in self.ends]
            elif self.kinds == _IRIS:
                self._texts = cast("list[str]", self.ends)
        return self._texts

    @property
    def plain(self) -> str:
        """The datatype of the values if all have the same and plainly fit it, else an empty string."""
        if self._plain is None:
            self._plain = ""
            if self.kinds == _LITERALS and self.texts is not None:
                literals = cast("list[Literal]", self.ends)
                datatypes = {literal[1] for literal in literals}
                languages = {literal[2] for literal in literals}
                if len(datatypes) == 1 and languages == _NO_LANGUAGE:
                    (datatype,) = datatypes
                    self._plain = datatype if all_fit(self.texts, datatype) else ""
        return self._plain

    def covers(self, nodes: frozenset[Term], least: int) -> bool:
        """Whether it is plain that each of some nodes has at least so many values.

        More than one only where every node has just so many, one after another.
        """
        if least == 1:
            # where the nodes come in the order of the column it is the very same set
            own = self.distinct
            return own is nodes or own >= nodes
        firsts = self.starts[::least]
        if len(firsts) != len(nodes) or self._sets.distinct(firsts) != nodes or Literal in self.kinds:
            return False
        rows = [self.ends[number::least] for number in range(least)]
        return all(self.starts[number::least] == firsts for number in range(1, least)) and not any(
            any(map(eq, one, two)) for one, two in combinations(rows, 2)
        )


_LITERALS: Final = frozenset({Literal})
_IRIS: Final = frozenset({str})
_NO_LANGUAGE: Final = frozenset({None})
