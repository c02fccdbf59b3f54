"""Literals as values, as rdflib reads them, so that every verdict is that of pySHACL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from fonds.rdf.terms import RDF, RDFS, STRING, XSD, Literal, Term
from fonds.shacl.terms import Blank, quiet, rdf_literal

LANGUAGE_STRING: Final = RDF + "langString"

#: What a value is in Python, for the datatypes that pySHACL looks at once more.
_PYTHON: Final[dict[str, type | tuple[type, ...]]] = {
    STRING: (str, bytes),
    LANGUAGE_STRING: (str, bytes),
    XSD + "integer": int,
    XSD + "float": float,
    XSD + "decimal": Decimal,
    XSD + "boolean": bool,
    XSD + "date": date,
    XSD + "time": time,
    XSD + "dateTime": datetime,
}
#: Datatypes in which every row of digits is a value.
_DIGITS: Final = frozenset({XSD + "integer", XSD + "nonNegativeInteger"})
#: Numbers with fewer digits are judged here; Python reads none of very many (CVE-2020-10735).
_LONG: Final = 1000
_DATE: Final = XSD + "date"
_BOOLEAN: Final = XSD + "boolean"


#: Whether one value is less than another, or less than or equal to it.
Compare = Callable[[Any, Any], bool]


class Undecided(Exception):  # no error of the user: pySHACL decides then
    """The closures cannot say what pySHACL would: it may fail on such a value."""


@lru_cache(maxsize=1 << 15)
def read(literal: Literal) -> Any:
    """The literal as one of rdflib, with its value in Python."""
    with quiet():
        return rdf_literal(literal)


def fits(literal: Literal, datatype: str) -> bool:
    """Whether a literal has a datatype and is no ill-typed one (SHACL, 4.1.2)."""
    if literal[1] == datatype and literal[2] is None:
        if datatype == STRING:
            return True
        words = literal[0]
        if datatype in _DIGITS and words.isdecimal() and words.isascii() and len(words) < _LONG:
            return True
        if datatype == _DATE and _is_day(words):
            return True
        if datatype == _BOOLEAN and words in ("true", "false"):
            return True
    return _fits(literal, datatype)


def all_fit(texts: Collection[str], datatype: str) -> bool:
    """Whether it is plain that all these words fit a datatype; there are some."""
    if datatype == STRING:
        return True
    if datatype in _DIGITS:
        joined = "".join(texts)
        return joined.isdecimal() and joined.isascii() and all(texts) and max(map(len, texts)) < _LONG
    if datatype == _DATE:
        return all(map(_is_day, texts))
    return datatype == _BOOLEAN and {"true", "false"}.issuperset(texts)


@lru_cache(maxsize=1 << 13)
def _is_day(words: str) -> bool:
    """Whether it is a day in its plain form, in which days sort as text: 1945-11-04."""
    if len(words) != 10 or not words.isascii():
        return False
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return words[4] == words[7] == "-"


@lru_cache(maxsize=1 << 15)
def _fits(literal: Literal, datatype: str) -> bool:
    found = read(literal)
    own = None if found.datatype is None else str(found.datatype)
    if own == datatype:
        return found.ill_typed is not True and isinstance(found.value, _PYTHON.get(datatype, object))
    if datatype == RDFS + "Literal":
        return True
    if datatype == RDFS + "Datatype" and own:
        return True
    if own is None and not found.language and datatype == STRING:
        return isinstance(found.value, (str, bytes))
    return datatype == LANGUAGE_STRING and bool(found.language)


def order(value: Term, bound: Literal) -> int | None:
    """-1, 0 or 1 as a value is below, at or above a bound; None if the two do not compare."""
    if not isinstance(value, Literal):
        return None
    if value.language and bound.language:  # rdflib sorts by the tag as written, which Data does not keep
        raise Undecided("a literal with a language has no order")
    left, right = read(value), read(bound)
    if isinstance(left.value, str) != isinstance(right.value, str):
        return None
    try:
        if left.eq(right):
            return 0
        # rdflib orders times of unlike kinds for the sake of sorting; here they do not compare
        if left.value.__class__ in (datetime, time):
            if left.value == right.value:
                return 0
            return 1 if left.value > right.value else -1
        return 1 if left > right else -1
    except (TypeError, NotImplementedError):
        return None
    except ArithmeticError as error:  # a decimal beside NaN
        raise Undecided(f"{value.lexical} and {bound.lexical} do not compare") from error


def all_below(texts: Sequence[str], others: Sequence[str], datatype: str, compare: Compare) -> bool:
    """Whether it is plain that each text is less than that beside it (or equal, as `compare` has it).

    All of them plainly fit the datatype.
    """
    if datatype in _DIGITS:
        return all(map(compare, map(int, texts), map(int, others)))
    return datatype == _DATE and all(map(compare, texts, others))


def below(value: Term, other: Term, *, or_equal: bool) -> bool:
    """Whether a value is less than another (or equal). Raises `Undecided`."""
    if value.__class__ is Literal and other.__class__ is Literal:
        one, two = value[0], other[0]
        # the common case by itself: an offset beside an offset, a day beside a day
        if (
            value[1] in _DIGITS
            and other[1] == value[1]
            and one.isdecimal()
            and two.isdecimal()
            and max(len(one), len(two)) < _LONG
        ):
            return int(one) <= int(two) if or_equal else int(one) < int(two)
        if value[1] == other[1] == _DATE and _is_day(one) and _is_day(two):
            return one <= two if or_equal else one < two
    return _below(value, other, or_equal)


@lru_cache(maxsize=1 << 12)
def _below(value: Term, other: Term, or_equal: bool) -> bool:
    left, right = _comparable(value), _comparable(other)
    # a literal of rdflib is a kind of str as well
    if (type(left) is str) != (type(right) is str):
        return False
    try:
        return bool(left <= right if or_equal else left < right)
    except (TypeError, ArithmeticError) as error:
        raise Undecided(f"{value!r} and {other!r} do not compare") from error


def _comparable(term: Term) -> Any:
    """What pySHACL compares: the text of an IRI or a string, any other literal as it is."""
    if isinstance(term, Blank):
        raise Undecided("a blank node has no order")
    if not isinstance(term, Literal):
        return str(term)
    found = read(term)
    return found.value if isinstance(found.value, str) else found
