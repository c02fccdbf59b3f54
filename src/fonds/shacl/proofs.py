"""Proofs that nodes conform to a shape, from a look at whole columns and at no single node.

Nearly all documents satisfy nearly all shapes. A proof says yes only where it is plain that no node is
at fault; where it says no, nothing is known, and the constraints themselves look at each node. So a
proof may ask for too much (that all values of a property are dates, whoever has them), never for too
little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import le, lt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fonds.rdf.terms import Term
from fonds.shacl.columns import Column
from fonds.shacl.constraints import kinds, patterns
from fonds.shacl.parameters import Given
from fonds.shacl.values import all_below

if TYPE_CHECKING:
    from fonds.shacl.data import Data
    from fonds.shacl.evaluation import Shape


#: Whether a column of a document, which is not empty, plainly has what is asked.
Test = Callable[["Data", Column, Any], bool]


class Claim(NamedTuple):
    """That something holds for all statements of a column, whatever nodes a shape looks at."""

    predicate: str
    backward: bool
    test: Test
    asked: Hashable


#: Claims by column.
Claims = Mapping[tuple[str, bool], Sequence[Claim]]


def by_column(proofs: Iterable[Proof | None]) -> Claims:
    """All that some proofs claim, each claim once."""
    found: dict[tuple[str, bool], dict[Claim, None]] = {}
    for one in proofs:
        for claim in one.claims if one is not None else ():
            found.setdefault(claim[:2], {})[claim] = None
    return {column: tuple(claims) for column, claims in found.items()}


def doubts(claims: Claims, data: Data) -> set[Claim]:
    """The claims that do not plainly hold."""
    found = set()
    for (predicate, backward), some in claims.items():
        if predicate in data:
            column = data.column(predicate, backward)
            for claim in some:
                if not claim.test(data, column, claim.asked):
                    found.add(claim)
    return found


@dataclass(frozen=True, slots=True)
class Proof:
    """Claims, and columns in which each node must have so many values."""

    claims: frozenset[Claim] = frozenset()
    needs: tuple[tuple[str, bool, int], ...] = ()

    def holds(self, data: Data, focus: Collection[Term]) -> bool:
        """Whether it shows that some nodes conform."""
        if data.doubts is None or not data.doubts.isdisjoint(self.claims):
            return False
        if self.needs:
            nodes = frozenset(focus)
            for predicate, backward, least in self.needs:
                if not data.column(predicate, backward).covers(nodes, least):
                    return False
        return True


def proof(
    given: Given, path: tuple[str, bool] | None, parameters: Collection[str], inner: Callable[[Term], Shape]
) -> Proof | None:
    """What proves that nodes conform to a shape with these parameters; None: nothing does.

    `path` is its path, if that is a single property: the predicate, and whether it is walked backwards.
    """
    if given.has_path and path is None:
        return None
    claims: set[Claim] = set()
    needs: list[tuple[str, bool, int]] = []
    for parameter in parameters:
        if path is None:  # of a node shape only what its property shapes ask can be proven
            if parameter != "property":
                return None
            for node in given.all(parameter):
                part = inner(node).proof
                if part is None:
                    return None
                claims |= part.claims
                needs += part.needs
        elif parameter == "maxCount" and path[1]:
            return None  # backwards a tag in other letters would make two nodes of one literal
        elif parameter == "minCount":
            if least := given.exact_count(parameter):
                needs.append((*path, least))
        elif parameter in _CLAIMS:
            asked, test = _CLAIMS[parameter]
            claims.add(Claim(*path, test, asked(given)))
        elif parameter == "or":
            for head in given.all(parameter):
                classes = frozenset(inner(member).of for member in given.items(head))
                if None in classes:
                    return None
                claims.add(Claim(*path, _of_one_class, classes))
        else:
            return None
    return Proof(frozenset(claims), tuple(dict.fromkeys(needs)))


def _of_all_classes(data: Data, column: Column, classes: Collection[Term]) -> bool:
    return all(data.instances(of).issuperset(column.ends) for of in classes)


def _of_one_class(data: Data, column: Column, classes: Collection[Term]) -> bool:
    left = set(column.ends)
    for of in classes:
        left -= data.instances(of)
    return not left


def _of_datatype(data: Data, column: Column, datatype: Term) -> bool:
    return column.plain == datatype


def _of_kind(data: Data, column: Column, allowed: frozenset[type]) -> bool:
    return allowed >= column.kinds


def _at_most(data: Data, column: Column, most: int) -> bool:
    return (column.single and most > 0) or max(Counter(column.starts).values()) <= most


def _not_shorter(data: Data, column: Column, least: int) -> bool:
    return column.texts is not None and min(map(len, column.texts)) >= least


def _not_longer(data: Data, column: Column, most: int) -> bool:
    return column.texts is not None and max(map(len, column.texts)) <= most


def _matching(data: Data, column: Column, found: Collection[Callable[[str], object]]) -> bool:
    texts = column.texts
    return texts is not None and all(search(text) for search in found for text in texts)


def _among(data: Data, column: Column, allowed: frozenset[Term]) -> bool:
    return allowed.issuperset(column.ends)


def _less(compare: Callable[[Any, Any], bool]) -> Test:
    def test(data: Data, column: Column, predicates: Collection[str]) -> bool:
        for predicate in predicates:
            other = data.column(predicate)
            texts, others = column.texts, other.texts
            if texts is None or others is None or column.plain != other.plain:
                return False
            if not (column.single and other.single):
                return False
            if column.starts != other.starts:
                one = dict(zip(column.starts, texts, strict=True))
                two = dict(zip(other.starts, others, strict=True))
                both = one.keys() & two.keys()
                texts, others = [one[node] for node in both], [two[node] for node in both]
            if not all_below(texts, others, column.plain, compare):
                return False
        return True

    return test


#: By parameter: what it asks for, and whether a column plainly has it.
_CLAIMS: Final[Mapping[str, tuple[Callable[[Given], Hashable], Test]]] = {
    "class": (lambda given: tuple(given.all("class")), _of_all_classes),
    "datatype": (lambda given: given.one("datatype"), _of_datatype),
    "nodeKind": (kinds, _of_kind),
    "maxCount": (lambda given: given.exact_count("maxCount"), _at_most),
    "minLength": (lambda given: given.count("minLength"), _not_shorter),
    "maxLength": (lambda given: given.count("maxLength"), _not_longer),
    "pattern": (lambda given: tuple(pattern.search for pattern in patterns(given)), _matching),
    "in": (lambda given: frozenset(given.items(given.one("in"))), _among),
    "lessThan": (lambda given: tuple(given.predicates("lessThan")), _less(lt)),
    "lessThanOrEquals": (lambda given: tuple(given.predicates("lessThanOrEquals")), _less(le)),
}
