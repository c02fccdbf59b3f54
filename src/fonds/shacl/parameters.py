"""What a shape says, read from the statements of the shapes, and what is said where it says it wrongly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from fonds.errors import ConfigError
from fonds.rdf.terms import RDF, XSD, Literal, Term
from fonds.shacl.data import Data
from fonds.shacl.terms import SH, Blank, name
from fonds.shacl.values import fits, read

FIRST: Final = RDF + "first"
REST: Final = RDF + "rest"
NIL: Final = RDF + "nil"
_WHOLE: Final = re.compile(r"[+]?[0-9]+\Z|-0+\Z")


class Unsupported(Exception):  # no error of the user: pySHACL decides then
    """A constraint that is not compiled."""


def by_name(term: Term) -> tuple[bool, tuple[str, ...] | str]:
    """A key that sorts literals before IRIs and blank nodes."""
    if isinstance(term, Literal):
        return False, (term.lexical, term.datatype, term.language or "")
    return True, term


@dataclass(frozen=True, slots=True)
class Shapes:
    """The statements of the shapes, and the file in which each node was first described."""

    data: Data
    files: Mapping[Term, str] = field(default_factory=dict)

    def values(self, node: Term, parameter: str) -> list[Term]:
        """The values of `sh:<parameter>`, sorted."""
        return sorted(self.data.objects(SH + parameter).get(node, ()), key=by_name)

    def refuse(self, node: Term, words: str) -> NoReturn:
        """Raise `ConfigError`, which names the file, and the shape or the one that it is part of."""
        named, below = node, 0
        while isinstance(named, Blank) and below < 100:
            named = next(iter(self.data.referring(named)), Literal(""))
            below += 1
        paths = [f" for <{path}>" for path in self.values(node, "path") if type(path) is str]
        inside = f", in a nameless shape{''.join(paths[:1])}" if below else ""
        raise ConfigError(
            words,
            place=f"{self.files.get(node, 'the shapes')}: <{name(named)}>{inside}",
            remedy="mend the shapes",
        )

    def items(self, node: Term, head: Term) -> list[Term]:
        """The members of a list. Raises `ConfigError` if it is none, naming the shape `node`."""
        members: list[Term] = []
        seen: set[Term] = set()
        while head != NIL:
            first = self.data.objects(FIRST).get(head, [])
            rest = self.data.objects(REST).get(head, [])
            if len(first) != 1 or len(rest) != 1 or head in seen:
                self.refuse(node, "has a list that is broken")
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return members


@dataclass(frozen=True, slots=True)
class Given:
    """One shape and its parameters."""

    shapes: Shapes
    node: Term
    has_path: bool

    def all(self, parameter: str) -> list[Term]:
        """The values of `sh:<parameter>`, sorted."""
        return self.shapes.values(self.node, parameter)

    def refuse(self, words: str) -> NoReturn:
        self.shapes.refuse(self.node, words)

    def one(self, parameter: str) -> Term:
        """The only value of a parameter. Raises `ConfigError` if there are more."""
        values = self.all(parameter)
        if len(values) != 1:
            self.refuse(f"has {len(values)} values of sh:{parameter}, and one is allowed")
        return values[0]

    def on_property(self, parameter: str) -> None:
        """Raise `ConfigError` for a parameter that only a property shape may have."""
        if not self.has_path:
            self.refuse(f"has no sh:path, which sh:{parameter} needs")

    def count(self, parameter: str) -> int:
        """A whole number, not below zero."""
        value = self.one(parameter)
        if (
            not isinstance(value, Literal)
            or not fits(value, value.datatype)
            or not _WHOLE.match(value.lexical)
        ):
            self.refuse(f"has sh:{parameter} {name(value)!r}, which is no whole number from zero on")
        return int(value.lexical)

    def exact_count(self, parameter: str) -> int:
        """A whole number, not below zero, of the datatype `xsd:integer`, as the standard asks."""
        value = self.one(parameter)
        if not isinstance(value, Literal) or value.datatype != XSD + "integer":
            self.refuse(f"has sh:{parameter} {name(value)!r}, which is no xsd:integer")
        return self.count(parameter)

    def literals(self, parameter: str) -> list[Literal]:
        """Values that are literals. Raises `ConfigError` for another."""
        found = []
        for value in self.all(parameter):
            if not isinstance(value, Literal):
                self.refuse(f"has sh:{parameter} <{value}>, which is no literal")
            found.append(value)
        return found

    def predicates(self, parameter: str) -> list[str]:
        """Values that are properties."""
        found = []
        for value in self.all(parameter):
            if not isinstance(value, str) or isinstance(value, Blank):
                self.refuse(f"has sh:{parameter} {name(value)!r}, which is no property")
            found.append(value)
        return found

    def flag(self, parameter: str) -> bool:
        """Whether any value of a parameter is true."""
        return any(isinstance(value, Literal) and read(value).value is True for value in self.all(parameter))

    def items(self, head: Term) -> list[Term]:
        return self.shapes.items(self.node, head)
