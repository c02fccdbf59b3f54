"""The constraints on values (SHACL, 4.1 to 4.5 and 4.8), each compiled to a function.

Such a function is given all focus nodes of a shape with their value nodes, and names the focus nodes
at fault, with the value at fault where one value is. Most first ask whether anything is wrong at all,
in one step that costs little. What is a fault is decided as pySHACL decides it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, Final

from fonds.rdf.terms import XSD, Literal, Term
from fonds.shacl.parameters import Given
from fonds.shacl.scope import Scope
from fonds.shacl.terms import SH, Blank
from fonds.shacl.values import Undecided, below, fits, order

#: Focus nodes at fault, each with the value at fault, or with None.
Faults = list[tuple[Term, Term | None]]
Flag = Callable[[Scope], Faults]


def _values(bad: Callable[[Term], bool]) -> Flag:
    """A constraint on each value alone."""
    return lambda scope: [(focus, value) for focus, values in scope.pairs for value in values if bad(value)]


def _class(given: Given) -> list[Flag]:
    def flag(of: Term) -> Flag:
        def faults(scope: Scope) -> Faults:
            known = scope.data.instances(of)
            if known.issuperset(scope.flat):
                return []
            return [(focus, value) for focus, values in scope.pairs for value in values if value not in known]

        return faults

    return [flag(of) for of in given.all("class")]


def _datatype(given: Given) -> list[Flag]:
    datatype = given.one("datatype")
    if not isinstance(datatype, str):
        given.refuse("has a literal as its sh:datatype")
    return [_values(lambda value: not isinstance(value, Literal) or not fits(value, datatype))]


_KINDS: Final[Mapping[str, frozenset[type]]] = {
    "IRI": frozenset({str}),
    "Literal": frozenset({Literal}),
    "BlankNode": frozenset({Blank}),
    "BlankNodeOrIRI": frozenset({Blank, str}),
    "BlankNodeOrLiteral": frozenset({Blank, Literal}),
    "IRIOrLiteral": frozenset({str, Literal}),
}


def kinds(given: Given) -> frozenset[type]:
    """The classes of the terms that `sh:nodeKind` allows."""
    kind = given.one("nodeKind")
    allowed = _KINDS.get(kind.removeprefix(SH)) if isinstance(kind, str) else None
    if allowed is None:
        given.refuse("has an sh:nodeKind that is none")
    return allowed


def _node_kind(given: Given) -> list[Flag]:
    allowed = kinds(given)

    def flag(scope: Scope) -> Faults:
        if allowed >= scope.kinds:
            return []
        return [
            (focus, value)
            for focus, values in scope.pairs
            for value in values
            if value.__class__ not in allowed
        ]

    return [flag]


def _min_count(given: Given) -> list[Flag]:
    given.on_property("minCount")
    least = given.exact_count("minCount")

    def flag(scope: Scope) -> Faults:
        if least == 1 and all(scope.values):  # nearly always
            return []
        return [(focus, None) for focus, values in scope.pairs if len(values) < least]

    return [flag]


def _max_count(given: Given) -> list[Flag]:
    given.on_property("maxCount")
    most = given.exact_count("maxCount")

    def flag(scope: Scope) -> Faults:
        if max(map(len, scope.values)) <= most:
            return []
        return [(focus, None) for focus, values in scope.pairs if len(values) > most]

    return [flag]


def _range(parameter: str, allowed: frozenset[int]) -> Callable[[Given], list[Flag]]:
    def made(given: Given) -> list[Flag]:
        def flag(bound: Literal) -> Flag:
            return _values(lambda value: order(value, bound) not in allowed)

        return [flag(bound) for bound in given.literals(parameter)]

    return made


def _min_length(given: Given) -> list[Flag]:
    least = given.count("minLength")
    if least == 0:
        return []
    slow = _values(lambda value: isinstance(value, Blank) or len(_text(value)) < least)

    def flag(scope: Scope) -> Faults:
        # of a literal its words, of an IRI its first letter: both are something if not empty
        flat = scope.flat
        named = str in scope.kinds and "" in flat
        if least == 1 and not named and Blank not in scope.kinds and all(map(_first, flat)):
            return []
        return slow(scope)

    return [flag]


_first: Final = itemgetter(0)


def _max_length(given: Given) -> list[Flag]:
    most = given.count("maxLength")
    return [_values(lambda value: isinstance(value, Blank) or len(_text(value)) > most)]


def _text(value: Term) -> str:
    return value[0] if isinstance(value, Literal) else value


#: The flags of XPath that pySHACL knows; it leaves the others out.
_FLAGS: Final = {"i": re.IGNORECASE, "m": re.MULTILINE}


def patterns(given: Given) -> list[re.Pattern[str]]:
    """What `sh:pattern` asks values to match."""
    letters = "".join(flag.lexical.lower() for flag in given.literals("flags")[:1])
    flags = 0
    for letter, value in _FLAGS.items():
        flags |= value if letter in letters else 0

    def compiled(pattern: Literal) -> re.Pattern[str]:
        try:
            return re.compile(pattern.lexical, flags)
        except re.error as error:
            given.refuse(f"has the sh:pattern {pattern.lexical!r}, which does not compile: {error}")

    return [compiled(pattern) for pattern in given.literals("pattern")]


def _pattern(given: Given) -> list[Flag]:
    def flag(search: Callable[[str], object]) -> Flag:
        return _values(lambda value: isinstance(value, Blank) or not search(_text(value)))

    return [flag(pattern.search) for pattern in patterns(given)]


def _language_in(given: Given) -> list[Flag]:
    allowed = set()
    for member in given.items(given.one("languageIn")):
        if not isinstance(member, Literal):
            given.refuse("has an sh:languageIn of other than language tags")
        allowed.add(member.lexical.lower())

    def bad(value: Term) -> bool:
        if not isinstance(value, Literal) or not value.language:
            return True
        language = value.language.lower()
        return not ("*" in allowed or language in allowed or language.partition("-")[0] in allowed)

    return [_values(bad)]


def _unique_lang(given: Given) -> list[Flag]:
    given.on_property("uniqueLang")
    value = given.one("uniqueLang")
    if not isinstance(value, Literal) or not fits(value, XSD + "boolean"):
        given.refuse("has an sh:uniqueLang that is neither true nor false")
    if not given.flag("uniqueLang"):
        return []

    def flag(scope: Scope) -> Faults:
        faults: Faults = []
        for focus, values in scope.pairs:
            tags = [value.language for value in values if isinstance(value, Literal) and value.language]
            faults += ((focus, None) for tag in set(tags) if tags.count(tag) > 1)
        return faults

    return [flag]


def _equals(given: Given) -> list[Flag]:
    return _beside(given, "equals", set.symmetric_difference)


def _disjoint(given: Given) -> list[Flag]:
    return _beside(given, "disjoint", set.intersection)


def _beside(given: Given, parameter: str, at_fault: Callable[..., set[Any]]) -> list[Flag]:
    """Each predicate of a parameter: which values stand wrongly beside those that it has."""

    def flag(predicate: str) -> Flag:
        def faults(scope: Scope) -> Faults:
            others = scope.data.objects(predicate)
            return [
                (focus, value)
                for focus, values in scope.pairs
                for value in at_fault(set(values), others.get(focus, ()))
            ]

        return faults

    return [flag(predicate) for predicate in given.predicates(parameter)]


def _less_than(parameter: str, or_equal: bool) -> Callable[[Given], list[Flag]]:
    def made(given: Given) -> list[Flag]:
        given.on_property(parameter)

        def flag(predicate: str) -> Flag:
            def faults(scope: Scope) -> Faults:
                others = scope.data.objects(predicate)
                if Blank in scope.kinds:
                    raise Undecided(f"a blank node has no order (sh:{parameter})")
                return [
                    (focus, value)
                    for focus, values in scope.pairs
                    for value in values
                    for other in others.get(focus, ())
                    if not below(value, other, or_equal=or_equal)
                ]

            return faults

        return [flag(predicate) for predicate in given.predicates(parameter)]

    return made


def _has_value(given: Given) -> list[Flag]:
    def flag(wanted: Term) -> Flag:
        return lambda scope: [(focus, None) for focus, values in scope.pairs if wanted not in values]

    return [flag(wanted) for wanted in given.all("hasValue")]


def _in(given: Given) -> list[Flag]:
    allowed = frozenset(given.items(given.one("in")))

    def flag(scope: Scope) -> Faults:
        if allowed.issuperset(scope.flat):
            return []
        return [(focus, value) for focus, values in scope.pairs for value in values if value not in allowed]

    return [flag]


#: By the parameter that a shape has: the constraint component, and what compiles it.
CONSTRAINTS: Final[Mapping[str, tuple[str, Callable[[Given], list[Flag]]]]] = {
    "class": ("ClassConstraintComponent", _class),
    "datatype": ("DatatypeConstraintComponent", _datatype),
    "nodeKind": ("NodeKindConstraintComponent", _node_kind),
    "minCount": ("MinCountConstraintComponent", _min_count),
    "maxCount": ("MaxCountConstraintComponent", _max_count),
    "minExclusive": ("MinExclusiveConstraintComponent", _range("minExclusive", frozenset({1}))),
    "minInclusive": ("MinInclusiveConstraintComponent", _range("minInclusive", frozenset({0, 1}))),
    "maxExclusive": ("MaxExclusiveConstraintComponent", _range("maxExclusive", frozenset({-1}))),
    "maxInclusive": ("MaxInclusiveConstraintComponent", _range("maxInclusive", frozenset({-1, 0}))),
    "minLength": ("MinLengthConstraintComponent", _min_length),
    "maxLength": ("MaxLengthConstraintComponent", _max_length),
    "pattern": ("PatternConstraintComponent", _pattern),
    "languageIn": ("LanguageInConstraintComponent", _language_in),
    "uniqueLang": ("UniqueLangConstraintComponent", _unique_lang),
    "equals": ("EqualsConstraintComponent", _equals),
    "disjoint": ("DisjointConstraintComponent", _disjoint),
    "lessThan": ("LessThanConstraintComponent", _less_than("lessThan", or_equal=False)),
    "lessThanOrEquals": (
        "LessThanOrEqualsConstraintComponent",
        _less_than("lessThanOrEquals", or_equal=True),
    ),
    "hasValue": ("HasValueConstraintComponent", _has_value),
    "in": ("InConstraintComponent", _in),
}
