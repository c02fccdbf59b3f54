"""The statements of one document in columns, one for each predicate, and indexed where a shape asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import TYPE_CHECKING, Final

from fonds.rdf.terms import RDFS, STRING, TYPE, Literal, Term, Triple
from fonds.shacl.columns import Column, Sets

if TYPE_CHECKING:
    from fonds.shacl.proofs import Claim

SUBCLASS: Final = RDFS + "subClassOf"


class Data:
    """Statements by predicate, and from there by subject, by object or by class.

    Most shapes are satisfied with a look at whole columns (`proofs`); only what they ask beyond it
    is indexed. In the indexes a statement counts once, and language tags are compared in lower case
    (RDF 1.1 Concepts, 3.3).
    """

    __slots__ = (
        "_about",
        "_backward",
        "_columns",
        "_forward",
        "_instances",
        "_lists",
        "_members",
        "_sets",
        "doubts",
    )

    def __init__(self, triples: Iterable[Triple]) -> None:
        # by predicate the subjects and the objects of its statements, in step
        lists: dict[str, tuple[list[Term], list[Term]]] = {}
        for subject, predicate, term in triples:
            try:
                subjects, terms = lists[predicate]
            except KeyError:
                subjects, terms = lists[predicate] = ([], [])
            subjects.append(subject)
            terms.append(term)
        #: Claims about its columns that are not plain; None where none was looked at.
        self.doubts: set[Claim] | None = None
        self._lists = lists
        self._columns: tuple[dict[str, Column], dict[str, Column]] = ({}, {})
        self._forward: dict[str, dict[Term, list[Term]]] = {}
        self._backward: dict[str, dict[Term, list[Term]]] = {}
        self._members: dict[Term, list[Term]] | None = None
        self._instances: dict[Term, frozenset[Term]] = {}
        self._sets = Sets()
        self._about: dict[Term, list[tuple[str, Term]]] | None = None

    def triples(self) -> Iterator[Triple]:
        """All statements, by predicate."""
        for predicate, (subjects, terms) in self._lists.items():
            yield from zip(subjects, repeat(predicate), terms)

    def __len__(self) -> int:
        """The number of statements, as often as they were said."""
        return sum(len(subjects) for subjects, _ in self._lists.values())

    def __contains__(self, predicate: str) -> bool:
        """Whether there is a statement with a predicate."""
        return predicate in self._lists

    def column(self, predicate: str, backward: bool = False) -> Column:
        """The statements with a predicate as they are, walked forwards or backwards."""
        columns = self._columns[backward]
        found = columns.get(predicate)
        if found is None:
            subjects, terms = self._lists.get(predicate, _NONE)
            found = columns[predicate] = Column(
                self._sets, *((terms, subjects) if backward else (subjects, terms))
            )
        return found

    def objects(self, predicate: str) -> Mapping[Term, list[Term]]:
        """From each subject of a predicate to its objects."""
        found = self._forward.get(predicate)
        if found is None:
            found = self._forward[predicate] = {}
            for subject, term in zip(*self._lists.get(predicate, _NONE), strict=True):
                if term.__class__ is Literal and term[2] is not None:
                    term = _lowered(term)  # noqa: PLW2901
                if subject in found:
                    found[subject].append(term)
                else:
                    found[subject] = [term]
            for subject, terms in found.items():
                if len(terms) > 1:
                    found[subject] = list(dict.fromkeys(terms))
        return found

    def subjects(self, predicate: str) -> Mapping[Term, list[Term]]:
        """From each object of a predicate to its subjects."""
        found = self._backward.get(predicate)
        if found is None:
            found = self._backward[predicate] = {}
            for subject, terms in self.objects(predicate).items():
                for term in terms:
                    found.setdefault(term, []).append(subject)
        return found

    def members(self) -> Mapping[Term, list[Term]]:
        """The nodes of each class, as its statements name them."""
        if self._members is None:
            self._members = {}
            for node, of in zip(*self._lists.get(TYPE, _NONE), strict=True):
                if of in self._members:
                    self._members[of].append(node)
                else:
                    self._members[of] = [node]
        return self._members

    def classes(self) -> Mapping[Term, frozenset[Term]]:
        """The nodes of each class, each once."""
        return {of: self._sets.distinct(nodes) for of, nodes in self.members().items()}

    def instances(self, of: Term) -> frozenset[Term]:
        """The SHACL instances of a class: of it or of a class below it, as the same statements say."""
        found = self._instances.get(of)
        if found is None:
            members = self.members()
            if SUBCLASS in self._lists:
                lists = [members[one] for one in self._below(of) if one in members]
                found = frozenset[Term]().union(*lists)
            else:
                found = self._sets.distinct(members[of]) if of in members else frozenset()
            self._instances[of] = found
        return found

    def _below(self, of: Term) -> list[Term]:
        """A class and those below it."""
        below = self.subjects(SUBCLASS)
        classes = [of]
        for one in classes:
            classes += (sub for sub in below.get(one, ()) if sub not in classes)
        return classes

    def about(self, node: Term) -> list[tuple[str, Term]]:
        """The predicates and objects of a subject."""
        if self._about is None:
            self._about = {}
            for predicate in self._lists:
                for subject, terms in self.objects(predicate).items():
                    self._about.setdefault(subject, []).extend((predicate, term) for term in terms)
        return self._about.get(node, [])

    def referring(self, node: Term) -> list[Term]:
        """The subjects of statements about a node, looked for one by one."""
        return [
            subject
            for subjects, terms in self._lists.values()
            for subject, term in zip(subjects, terms, strict=True)
            if term == node
        ]


_NONE: Final[tuple[list[Term], list[Term]]] = ([], [])


def _lowered(literal: Literal) -> Literal:
    language = literal.language
    if language and literal.datatype == STRING and language.islower():
        return literal
    return Literal(literal.lexical, STRING, (language or "").lower() or None)
