"""What a result says: the message of its shape, or words of ours where the shape has none.

Both engines take the words from here, so a report does not depend on the engine. pySHACL's own
words for shapes without a message differ between two runs (it prints sets).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fonds.rdf.terms import Literal, Term
from fonds.shacl.parameters import FIRST, NIL, REST, Shapes
from fonds.shacl.paths import written
from fonds.shacl.terms import Blank, name

#: By constraint component, without its last word; the braces hold a parameter of the shape.
_WORDS: Final[Mapping[str, str]] = {
    "Class": "Is not of class {class}.",
    "Datatype": "Is not a literal of datatype {datatype}, or does not fit it.",
    "NodeKind": "Is not of the kind {nodeKind}.",
    "MinCount": "Has too few values: at least {minCount} needed.",
    "MaxCount": "Has too many values: at most {maxCount} allowed.",
    "MinExclusive": "Is not greater than {minExclusive}.",
    "MinInclusive": "Is less than {minInclusive}.",
    "MaxExclusive": "Is not less than {maxExclusive}.",
    "MaxInclusive": "Is greater than {maxInclusive}.",
    "MinLength": "Is shorter than {minLength} characters.",
    "MaxLength": "Is longer than {maxLength} characters.",
    "Pattern": "Does not match the pattern {pattern}.",
    "LanguageIn": "Is not in one of the languages {languageIn}.",
    "UniqueLang": "Has several values in one language.",
    "Equals": "Is not a value both here and of {equals}.",
    "Disjoint": "Is also a value of {disjoint}.",
    "LessThan": "Is not less than each value of {lessThan}.",
    "LessThanOrEquals": "Is not less than or equal to each value of {lessThanOrEquals}.",
    "Not": "Conforms to a shape that it must not conform to: {not}.",
    "And": "Does not conform to all of several shapes.",
    "Or": "Does not conform to any of several shapes.",
    "Xone": "Does not conform to exactly one of several shapes.",
    "Node": "Does not conform to the shape {node}.",
    "QualifiedMinCount": "Has too few values that conform to a shape: at least {qualifiedMinCount} needed.",
    "QualifiedMaxCount": "Has too many values that conform to a shape: at most {qualifiedMaxCount} allowed.",
    "Closed": "Has a property that the shape does not list.",
    "HasValue": "Does not have the value {hasValue}.",
    "In": "Is none of {in}.",
}


def message(shapes: Shapes, node: Term, component: str) -> str | None:
    """What a result of a shape says, on one line; None for a component that is not of SHACL Core.

    `component` is its local name. Of several messages the English one is taken, else the first.
    """
    messages = shapes.values(node, "message")
    if messages:
        ours = [one for one in messages if isinstance(one, Literal) and (one.language or "").startswith("en")]
        return " ".join(name((ours or messages)[0]).split())
    words = _WORDS.get(component.removesuffix("ConstraintComponent"))
    if words is None:
        return None
    start, brace, rest = words.partition("{")
    if brace:
        parameter, _, end = rest.partition("}")
        values = ", ".join(_shown(shapes, value) for value in shapes.values(node, parameter))
        words = f"{start}{values}{end}"
    path = shapes.values(node, "path")
    return f"{words} Path: {written(shapes, path[0])}" if path else words


def _shown(shapes: Shapes, term: Term) -> str:
    if isinstance(term, Literal):
        return f'"{term.lexical}"' if not term.lexical.isdecimal() else term.lexical
    if not isinstance(term, Blank) and term != NIL:
        return f"<{term}>"
    members: list[str] = []
    while (first := shapes.data.objects(FIRST).get(term)) and len(members) < 100:
        members.append("…" if isinstance(first[0], Blank) else _shown(shapes, first[0]))
        term = next(iter(shapes.data.objects(REST).get(term, ())), NIL)
    return ", ".join(members) or "a nameless shape"
