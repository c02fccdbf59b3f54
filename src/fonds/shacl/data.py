"""The statements of one document, indexed once for all shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from fonds.rdf.terms import RDFS, STRING, TYPE, Literal, Term, Triple

SUBCLASS: Final = RDFS + "subClassOf"

_NOTHING: Final[Mapping[Term, list[Term]]] = {}


class Data:
    """Statements by predicate and subject, and from there by object, by class or by subject.

    With `wanted` only the statements with these predicates are kept. A statement counts once,
    and language tags are compared in lower case (RDF 1.1 Concepts, 3.3).
    """

    __slots__ = ("_about", "_backward", "_forward", "_instances")

    def __init__(self, triples: Iterable[Triple], wanted: frozenset[str] | None = None) -> None:
        forward: dict[str, dict[Term, list[Term]]] = {predicate: {} for predicate in wanted or ()}
        for subject, predicate, term in triples:
            of = forward.get(predicate)
            if of is None:
                if wanted is not None:
                    continue
                of = forward[predicate] = {}
            if term.__class__ is Literal and term[2] is not None:
                term = _lowered(term)  # noqa: PLW2901
            if subject in of:
                of[subject].append(term)
            else:
                of[subject] = [term]
        for of in forward.values():
            for start, terms in of.items():
                if len(terms) > 1:
                    of[start] = list(dict.fromkeys(terms))
        self._forward = forward
        self._backward: dict[str, dict[Term, list[Term]]] = {}
        self._instances: dict[Term, frozenset[Term]] = {}
        self._about: dict[Term, list[tuple[str, Term]]] | None = None

    def objects(self, predicate: str) -> Mapping[Term, list[Term]]:
        """From each subject of a predicate to its objects."""
        return self._forward.get(predicate, _NOTHING)

    def subjects(self, predicate: str) -> Mapping[Term, list[Term]]:
        """From each object of a predicate to its subjects."""
        found = self._backward.get(predicate)
        if found is None:
            found = self._backward[predicate] = {}
            for subject, terms in self.objects(predicate).items():
                for term in terms:
                    found.setdefault(term, []).append(subject)
        return found

    def instances(self, of: Term) -> frozenset[Term]:
        """The SHACL instances of a class: of it or of a class below it, as the same statements say."""
        found = self._instances.get(of)
        if found is None:
            typed = self.subjects(TYPE)
            classes = [of]
            if below := self.subjects(SUBCLASS):
                for one in classes:
                    classes += (sub for sub in below.get(one, ()) if sub not in classes)
            found = frozenset(node for one in classes for node in typed.get(one, ()))
            self._instances[of] = found
        return found

    def about(self, node: Term) -> list[tuple[str, Term]]:
        """The predicates and objects of a subject."""
        if self._about is None:
            self._about = {}
            for predicate, of in self._forward.items():
                for subject, terms in of.items():
                    self._about.setdefault(subject, []).extend((predicate, term) for term in terms)
        return self._about.get(node, [])

    def referring(self, node: Term) -> list[Term]:
        """The subjects of statements about a node, looked for one by one."""
        return [subject for of in self._forward.values() for subject, terms in of.items() if node in terms]


def _lowered(literal: Literal) -> Literal:
    language = literal.language
    if language and literal.datatype == STRING and language.islower():
        return literal
    return Literal(literal.lexical, STRING, (language or "").lower() or None)
