"""JSON-LD 1.1 (W3C Recommendation, 16 July 2020) as a readable tree.

The context stands in the file, so no processor needs the network. Nodes are sorted by `@id`,
properties and values as in the Turtle; a property with one value holds it bare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any

import orjson

from fonds.errors import OutputError
from fonds.rdf.frames import Form, Frame, Frames, Row, Slot, Told, frame, in_order, kept, places, terms, told
from fonds.rdf.terms import PREFIXES, STRING, TYPE, XSD, Literal, Term, Triple
from fonds.rdf.tokens import CHUNK, REMEMBERED, Terms, check_datatype, check_language, names

_INTEGER = XSD + "integer"
_BOOLEAN = XSD + "boolean"
#: JSON numbers beyond this are not exact in every reader (RFC 8259, section 6).
_EXACT = 2**53

#: What stands before the first node of a graph, and before each other.
FIRST = b"\n    "
NEXT = b",\n    "

#: What stands before a property of a node, and before what lies within one.
_LINE = "\n      "
_INNER = "\n        "


def context() -> dict[str, Any]:
    """The shared context that ships with fonds: all its prefixes, and `id` and `type` for short."""
    shared: dict[str, Any] = orjson.loads((files("fonds") / "rdf" / "context.jsonld").read_bytes())
    return shared


def jsonld(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Statements as JSON-LD. Raises `OutputError` for a term that cannot be written."""
    declared, made = nodes_of(told(triples), prefixes)
    return whole(declared, [made[subject] for subject in sorted(made)])


def nodes(
    groups: Mapping[str, list[Triple]], prefixes: Mapping[str, str] = PREFIXES
) -> tuple[dict[str, str], dict[str, bytes]]:
    """The prefixes that `jsonld` declares, and what it writes of each subject, in order.

    `groups` are the statements by subject. Raises `OutputError` for a term that cannot be written.
    """
    said = told(chain.from_iterable([groups[subject] for subject in sorted(groups)]))
    declared, made = nodes_of(said, prefixes)
    return declared, dict(sorted(made.items()))


def nodes_of(said: Told, prefixes: Mapping[str, str] = PREFIXES) -> tuple[dict[str, str], dict[str, bytes]]:
    """The prefixes that `jsonld` declares, and what it writes of each subject.

    The node of a subject is the same whatever stands beside it, as long as no IRI begins with a prefix as its
    scheme. Raises `OutputError` for a term that cannot be written.
    """
    writer = Writer(prefixes)
    made = writer.nodes(said)
    clash = writer.clash()
    if clash:
        # `geo:1,2` would be read as a name with the prefix geo: do without that prefix.
        return nodes_of(said, {prefix: space for prefix, space in prefixes.items() if prefix not in clash})
    return writer.declared(), made


def whole(declared: Mapping[str, str], nodes: Sequence[bytes]) -> bytes:
    """A file of these nodes, in the order given."""
    return b"".join((head(declared), FIRST if nodes else b"", NEXT.join(nodes), end(filled=bool(nodes))))


def in_use(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """Those of the prefixes that `jsonld` declares for some triples, and their namespaces."""
    used: set[Term] = set()
    for subject, predicate, term in triples:
        # a class is written as `@type`
        named = predicate != TYPE or not isinstance(term, str)
        used.update((subject, predicate, term) if named else (subject, term))
    return used_by(used, prefixes)


def used_by(terms: Iterable[Term], prefixes: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """Those of the prefixes in which some terms are written, and their namespaces."""
    writer = Writer(prefixes)
    writer.learn(writer.names.sorted_out(terms))
    clash = writer.schemes
    return {prefix: space for prefix, space in writer.declared().items() if prefix not in clash}


def stream(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> Iterator[bytes]:
    """Statements as JSON-LD, piece by piece, in memory for the statements of one subject.

    They come sorted by `terms.SUBJECT`; the order within a subject is free, and repeated ones are
    written once. All `prefixes` are declared: with `in_use(triples)` for them, the pieces together
    are the bytes of `jsonld(triples)`. Raises `OutputError` for a term that cannot be written, such
    as an IRI whose scheme is one of the prefixes, and for statements out of order.
    """
    writer = Writer(prefixes)
    pieces = [head(dict(sorted(prefixes.items())))]
    size, before = 0, FIRST
    for said in in_order(triples):
        for node in writer.nodes(said).values():
            pieces += before, node
            size, before = size + len(node), NEXT
        if size >= CHUNK:
            _refuse(writer.clash())
            writer.release()
            yield b"".join(pieces)
            pieces, size = [], 0
    _refuse(writer.clash())
    yield b"".join((*pieces, end(filled=before is NEXT)))


def _refuse(clash: Iterable[str]) -> None:
    for scheme in sorted(clash):
        raise OutputError(
            f"an IRI begins with {scheme}: and would be read as a name with that prefix",
            remedy=f"leave out the prefix {scheme}",
        )


def head(declared: Mapping[str, str]) -> bytes:
    """What stands before the nodes of a file that declares these prefixes."""
    context = {"@context": {name: _declared(space) for name, space in declared.items()}}
    tree = orjson.dumps(context, option=orjson.OPT_INDENT_2)
    return tree.removesuffix(b"\n}") + b',\n  "@graph": ['


def end(*, filled: bool) -> bytes:
    """What stands behind the nodes, if there are any."""
    return b"\n  ]\n}\n" if filled else b"]\n}\n"


def jsonld_for_html(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """The same, safe inside `<script type="application/ld+json">`: no text in it can end the script.

    `<` occurs only inside strings, where JSON may write it as an escape.
    """
    return jsonld(triples, prefixes).replace(b"<", b"\\u003c")


def _declared(space: str) -> str | dict[str, Any]:
    # Only a namespace that ends so is a prefix without saying it (JSON-LD 1.1, section 4.1.5).
    return space if space[-1] in ":/?#[]@" else {"@id": space, "@prefix": True}


class Writer:
    """What writes subjects as nodes of JSON-LD, and knows which prefixes it used.

    Raises `OutputError` for prefixes that cannot be such.
    """

    def __init__(self, prefixes: Mapping[str, str] = PREFIXES) -> None:
        self.names = names(prefixes)
        self._known = _frames(tuple(prefixes.items()))
        self._values: dict[Term, bytes] = {}
        self._tails: dict[str, str] = {}
        self._used: set[str] = set()
        #: The schemes of all IRIs so far, and of the namespaces, that are not `scheme://…`.
        self.schemes: set[str] = self.names.schemes()

    def learn(self, found: Terms) -> None:
        """Make the values of terms, sorted out with the same prefixes. Raises `OutputError`."""
        values = self._values
        values.update(found.iris)
        values.update({iri: name.encode() for iri, (_, name) in found.named.items()})
        values.update({literal: self._literal(literal).encode() for literal in found.literals})
        self._used.update([prefix for prefix, _ in found.named.values()])
        self.schemes |= found.schemes()

    def nodes(self, said: Told) -> dict[str, bytes]:
        """The node of each subject. Raises `OutputError` for a term that cannot be written."""
        self.learn(self.names.sorted_out(terms([said])))
        return dict(chain.from_iterable([self.write(form, rows) for form, rows in said.items()]))

    def write(self, form: Form, rows: Iterable[Row]) -> list[tuple[str, bytes]]:
        """Subjects of one form with their nodes; their terms were learned."""
        frame = self._known[form]
        self._used |= frame.used
        self.schemes |= frame.schemes
        return frame.filled(rows, self._values)

    def _literal(self, literal: Literal) -> str:
        lexical, datatype, language = literal
        if language is not None:
            if language not in self._tails:
                check_language(language)
                self._tails[language] = f'"@language": "{language}"'
            return f'{{{_INNER}"@value": {_string(lexical)},{_INNER}{self._tails[language]}{_LINE}}}'
        if datatype == STRING:
            return _string(lexical)
        if datatype == _INTEGER and _exact(lexical):
            return lexical
        if datatype == _BOOLEAN and lexical in ("true", "false"):
            return lexical
        if datatype not in self._tails:
            check_datatype(datatype)
            self.learn(self.names.sorted_out((datatype,)))
            self._tails[datatype] = f'"@type": "{self._values[datatype].decode()}"'
        return f'{{{_INNER}"@value": {_string(lexical)},{_INNER}{self._tails[datatype]}{_LINE}}}'

    def release(self) -> None:
        """Forget, so that a stream of any length needs little memory."""
        if len(self._values) > REMEMBERED:
            self._values.clear()

    def clash(self) -> set[str]:
        """Prefixes that are also the scheme of an IRI: with them, no node can be trusted."""
        return self.schemes & self.names.prefixes.keys()

    def declared(self) -> dict[str, str]:
        """The prefixes in use and their namespaces, in order of prefix."""
        return {prefix: self.names.prefixes[prefix] for prefix in sorted(self._used)}


def _string(text: str) -> str:
    """A string of JSON."""
    if '"' not in text and "\\" not in text and text.isprintable():
        return f'"{text}"'
    try:
        return orjson.dumps(text).decode()
    except orjson.JSONEncodeError as error:
        raise OutputError(
            f"the text {text[:40]!r} cannot be written: {error}",
            remedy="it holds a lone surrogate, so it was decoded wrongly: state its encoding",
        ) from error


def _exact(lexical: str) -> bool:
    """Whether a JSON reader is sure to give back the very same integer."""
    digits = lexical.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 16:
        return False
    number = int(lexical)
    return str(number) == lexical and abs(number) < _EXACT


@lru_cache(maxsize=8)
def _frames(prefixes: tuple[tuple[str, str], ...]) -> Frames:
    """The frames of nodes, remembered: every document uses the same few."""
    named = names(dict(prefixes))

    def made(form: Form) -> Frame:
        row, kinds = form
        iris = [issubclass(kind, str) for kind in kinds]
        found = named.sorted_out(dict.fromkeys(row))
        used = set()
        lines, slots = ['"@id": "%b"'], []
        classes = [place for place, name in enumerate(row) if name == TYPE and iris[place]]
        if classes:
            lines.append('"@type": "%b"' if len(classes) == 1 else f'"@type": [{_INNER}"%b"{_LINE}]')
            slots.append(Slot(classes, f'",{_INNER}"'))
        for name, every in places(row).items():
            # a literal as type is no class, but an ordinary value
            others = [place for place in every if place not in classes]
            if others:
                prefix, key = found.named.get(name, ("", name))
                used.add(prefix)
                values = [f'{{{_INNER}"@id": "%b"{_LINE}}}' if iris[place] else "%b" for place in others]
                lines.append(f'"{kept(key)}": {_listed(values)}')
                slots += [Slot([place], newline="\n  " if len(others) > 1 else "") for place in others]
        text = f",{_LINE}".join(lines)
        return frame(f"{{{_LINE}{text}\n    }}", slots, used - {""}, found.schemes())

    return Frames(made)


def _listed(values: list[str]) -> str:
    """One value bare, several as a list in the tree."""
    if len(values) == 1:
        return values[0]
    inner = f",{_INNER}".join([value.replace("\n", "\n  ") for value in values])
    return f"[{_INNER}{inner}{_LINE}]"
