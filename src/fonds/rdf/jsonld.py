"""JSON-LD 1.1 (W3C Recommendation, 16 July 2020) as a readable tree.

The context stands in the file, so no processor needs the network. Nodes are sorted by `@id`,
properties and values as in the Turtle; a property with one value holds it bare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

import orjson

from fonds.errors import OutputError
from fonds.rdf.terms import PREFIXES, STRING, TYPE, XSD, Literal, Term, Triple
from fonds.rdf.tokens import CHUNK, Tokens, by_subject, check_datatype, check_language, in_order

_INTEGER = XSD + "integer"
_BOOLEANS = {"true": True, "false": False}
#: JSON numbers beyond this are not exact in every reader (RFC 8259, section 6).
_EXACT = 2**53

#: What stands before the first node of a graph, and before each other.
FIRST = b"\n    "
NEXT = b",\n    "


def context() -> dict[str, Any]:
    """The shared context that ships with fonds: all its prefixes, and `id` and `type` for short."""
    shared: dict[str, Any] = orjson.loads((files("fonds") / "rdf" / "context.jsonld").read_bytes())
    return shared


def jsonld(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Statements as JSON-LD. Raises `OutputError` for a term that cannot be written."""
    return whole(*nodes(by_subject(triples), prefixes))


def nodes(
    groups: Mapping[str, list[Triple]], prefixes: Mapping[str, str] = PREFIXES
) -> tuple[dict[str, str], dict[str, bytes]]:
    """The prefixes that `jsonld` declares, and what it writes of each subject, in order.

    `groups` are the statements by subject. The node of a subject is the same whatever stands beside it,
    as long as no IRI begins with a prefix as its scheme. Raises `OutputError` for a term that cannot
    be written.
    """
    tokens = Tokens(prefixes, brackets=("", ""))
    # Node by node: a tree of millions of small objects would be slow and large.
    made = {subject: _node(subject, groups[subject], tokens) for subject in sorted(groups)}
    tokens.verify()
    clash = tokens.schemes() & prefixes.keys()
    if clash:
        # `geo:1,2` would be read as a name with the prefix geo: do without that prefix.
        return nodes(groups, {prefix: space for prefix, space in prefixes.items() if prefix not in clash})
    return tokens.declared(), made


def whole(declared: Mapping[str, str], nodes: Mapping[str, bytes]) -> bytes:
    """A file of these nodes."""
    return b"".join(
        (head(declared), FIRST if nodes else b"", NEXT.join(nodes.values()), end(filled=bool(nodes)))
    )


def in_use(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """Those of the prefixes that `jsonld` declares for some triples, and their namespaces."""
    tokens = Tokens(prefixes, brackets=("", ""))
    for subject, predicate, term in triples:
        tokens[subject]
        if predicate != TYPE or not isinstance(term, str):  # else it is written as `@type`
            tokens[predicate]
        _value(term, tokens)
    clash = tokens.schemes()
    return {prefix: space for prefix, space in tokens.declared().items() if prefix not in clash}


def stream(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> Iterator[bytes]:
    """Statements as JSON-LD, piece by piece, in memory for the statements of one subject.

    They come sorted by `terms.SUBJECT`; the order within a subject is free, and repeated ones are
    written once. All `prefixes` are declared: with `in_use(triples)` for them, the pieces together
    are the bytes of `jsonld(triples)`. Raises `OutputError` for a term that cannot be written, such
    as an IRI whose scheme is one of the prefixes, and for statements out of order.
    """
    tokens = Tokens(prefixes, brackets=("", ""))
    pieces = [head(dict(sorted(prefixes.items())))]
    size, before = 0, FIRST
    for subject, group in in_order(triples):
        pieces += before, _node(subject, group, tokens)
        size, before = size + len(pieces[-1]), NEXT
        if size >= CHUNK:
            _release(tokens, prefixes)
            yield b"".join(pieces)
            pieces, size = [], 0
    _release(tokens, prefixes)
    yield b"".join((*pieces, end(filled=before is NEXT)))


def _release(tokens: Tokens, prefixes: Mapping[str, str]) -> None:
    for scheme in sorted(tokens.schemes() & prefixes.keys()):
        raise OutputError(
            f"an IRI begins with {scheme}: and would be read as a name with that prefix",
            remedy=f"leave out the prefix {scheme}",
        )
    tokens.release()


def head(declared: Mapping[str, str]) -> bytes:
    """What stands before the nodes of a file that declares these prefixes."""
    tree = _dumped({"@context": {name: _declared(space) for name, space in declared.items()}})
    return tree.removesuffix(b"\n}") + b',\n  "@graph": ['


def end(*, filled: bool) -> bytes:
    """What stands behind the nodes, if there are any."""
    return b"\n  ]\n}\n" if filled else b"]\n}\n"


def _dumped(tree: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(tree, option=orjson.OPT_INDENT_2)
    except orjson.JSONEncodeError as error:
        raise OutputError(
            f"a text of {tree['@id']!r} cannot be written: {error}",
            remedy="it holds a lone surrogate, so it was decoded wrongly: state its encoding",
        ) from error


def jsonld_for_html(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """The same, safe inside `<script type="application/ld+json">`: no text in it can end the script.

    `<` occurs only inside strings, where JSON may write it as an escape.
    """
    return jsonld(triples, prefixes).replace(b"<", b"\\u003c")


def _declared(space: str) -> str | dict[str, Any]:
    # Only a namespace that ends so is a prefix without saying it (JSON-LD 1.1, section 4.1.5).
    return space if space[-1] in ":/?#[]@" else {"@id": space, "@prefix": True}


def _node(subject: str, group: list[Triple], tokens: Tokens) -> bytes:
    # No string of JSON holds a raw newline, so each of them ends a line of the tree.
    return _dumped(_tree(subject, group, tokens)).replace(b"\n", b"\n    ")


def _tree(subject: str, group: list[Triple], tokens: Tokens) -> dict[str, Any]:
    terms: dict[str, Term] = {}
    several: dict[str, set[Term]] = {}
    for _, predicate, term in group:
        if predicate not in terms:
            terms[predicate] = term
        elif predicate in several:
            several[predicate].add(term)
        else:
            several[predicate] = {terms[predicate], term}
    node: dict[str, Any] = {"@id": tokens[subject]}
    if TYPE in terms:
        kinds = several.pop(TYPE, None) or {terms[TYPE]}
        del terms[TYPE]
        classes = sorted(tokens[kind] for kind in kinds if isinstance(kind, str))
        if classes:
            node["@type"] = classes[0] if len(classes) == 1 else classes
        # A literal as type is no class; it keeps its place as an ordinary value.
        others: set[Term] = {kind for kind in kinds if not isinstance(kind, str)}
        if others:
            terms[TYPE], several[TYPE] = Literal(""), others
    for predicate in sorted(terms):
        if predicate in several:
            values = [_value(term, tokens) for term in sorted(several[predicate], key=_order)]
            node[tokens[predicate]] = values[0] if len(values) == 1 else values
        else:
            node[tokens[predicate]] = _value(terms[predicate], tokens)
    return node


def _order(term: Term) -> tuple[int, str, str, str]:
    """Literals before IRIs, as their first characters sort in Turtle."""
    if isinstance(term, str):
        return 1, term, "", ""
    return 0, term.lexical, term.language or "", term.datatype


def _value(term: Term, tokens: Tokens) -> Any:
    if isinstance(term, str):
        return {"@id": tokens[term]}
    lexical, datatype, language = term
    if language is not None:
        check_language(language)
        return {"@value": lexical, "@language": language}
    if datatype == STRING:
        return lexical
    if datatype == _INTEGER and (number := _integer(term)) is not None:
        return number
    if datatype == XSD + "boolean" and lexical in _BOOLEANS:
        return _BOOLEANS[lexical]
    check_datatype(datatype)
    return {"@value": lexical, "@type": tokens[datatype]}


def _integer(literal: Literal) -> int | None:
    """The number, if a JSON reader is sure to give back the very same literal."""
    lexical = literal.lexical
    digits = lexical.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 16:
        return None
    number = int(lexical)
    return number if str(number) == lexical and abs(number) < _EXACT else None
