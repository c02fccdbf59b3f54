"""Terms as they are written down: IRIs checked and abbreviated, literals quoted and escaped.

Shared by the writers of Turtle, N-Quads and JSON-LD. A term that no parser could read back is
refused here, so that no writer ever leaves a broken file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeVar

from fonds.errors import OutputError
from fonds.rdf.terms import RDF, STRING, SUBJECT, XSD, Literal, Quad, Term, Triple

Row = TypeVar("Row", Triple, Quad)

#: Code points that a quoted string escapes (Turtle 1.1, section 6.4), with their escape. The
#: two non-characters are legal, but some parsers refuse them unless escaped.
ESCAPES: Final[dict[int, str]] = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)},
    **{ord(char): f"\\{letter}" for char, letter in zip('\b\t\n\f\r"\\', 'btnfr"\\', strict=True)},
}

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
#: The part of Turtle's PN_LOCAL that needs no escape and that every parser agrees on.
_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
#: A base on which, and a reference with which, resolution (RFC 3986, section 5) is plain joining.
_BASE: Final = re.compile(r"https?://[^/?#]+/(?:[^/?#.][^/?#]*/)*")
_REFERENCE: Final = re.compile(
    r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*+(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*+)*+(?:#[\w.~-]+)?"
)

_SHORT: Final[dict[str, re.Pattern[str]]] = {
    XSD + "boolean": re.compile("true|false"),
    XSD + "integer": re.compile("0|-?[1-9][0-9]*"),
}
_LANG_STRING: Final = RDF + "langString"

#: Tokens that a stream remembers, and bytes that it gathers before it yields them.
_REMEMBERED: Final = 20_000
CHUNK: Final = 1 << 18


@lru_cache(maxsize=8)
def _vocabulary(_names: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The prefix of each IRI that has one, remembered: every document uses the same few hundred."""
    return {}


def _prefix(iri: str, names: Iterable[tuple[str, str]]) -> str | None:
    for prefix, space in names:
        if iri.startswith(space) and _LOCAL.fullmatch(iri, len(space)):
            return prefix
    return None


class Tokens(dict[Term, str]):
    """From term to token, filled as terms are asked for.

    `prefixes` abbreviate; `base` makes IRIs below it relative where that is sure to be undone
    by every parser. `brackets` enclose an IRI that is not abbreviated. Ask `verify` before the
    tokens leave the house: each IRI is checked once, however often it is used.
    """

    def __init__(
        self,
        prefixes: Mapping[str, str] | None = None,
        *,
        base: str | None = None,
        brackets: tuple[str, str] = ("<", ">"),
        short: bool = False,
    ) -> None:
        super().__init__()
        self.used: set[str] = set()
        self.base = base
        self._prefixes = dict(prefixes or {})
        # The longest namespace wins where one lies inside another.
        self._names = sorted(self._prefixes.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        self._spaces = tuple(space for _, space in self._names)
        self._known = _vocabulary(tuple(self._names))
        # Whether no namespace can hold what lies below the base: most IRIs do, and need no look there.
        self._apart = base is not None and not any(
            space.startswith(base) or base.startswith(space) for space in self._spaces
        )
        self._open, self._close = brackets
        self._short = short
        self._languages: set[str] = set()
        self._datatypes: set[str] = set()
        self._full: list[str] = []
        for prefix, space in self._prefixes.items():
            if not _PREFIX.fullmatch(prefix):
                raise OutputError(f"{prefix!r} cannot be a prefix", remedy="use letters and digits")
            self._full.append(space)
        if base is not None and not _BASE.fullmatch(base):
            raise OutputError(
                f"{base!r} cannot be a base", remedy="use an http(s) IRI that ends in / and has no query"
            )

    def __missing__(self, term: Term) -> str:
        token = self[term] = self._iri(term) if isinstance(term, str) else self.literal(term)
        return token

    def _iri(self, iri: str) -> str:
        self._full.append(iri)
        below = self.base is not None and iri.startswith(self.base)
        if self._spaces and not (below and self._apart) and iri.startswith(self._spaces):
            prefix = self._known.get(iri) or _prefix(iri, self._names)
            if prefix is not None:
                if len(self._known) < _REMEMBERED:
                    self._known[iri] = prefix
                self.used.add(prefix)
                return f"{prefix}:{iri[len(self._prefixes[prefix]) :]}"
        if below:
            reference = iri[len(self.base or "") :]
            if _REFERENCE.fullmatch(reference):
                iri = reference
        return f"{self._open}{iri}{self._close}"

    def literal(self, literal: Literal) -> str:
        """A literal between quotes, with its language or datatype; short where `short` allows."""
        lexical, datatype, language = literal
        # Most literals need no escape, and these three tests are faster than a search.
        if '"' in lexical or "\\" in lexical or not lexical.isprintable():
            lexical = lexical.translate(ESCAPES)
        if language is not None:
            if language not in self._languages:
                check_language(language)
                self._languages.add(language)
            return f'"{lexical}"@{language}'
        if datatype == STRING:
            return f'"{lexical}"'
        if datatype not in self._datatypes:
            check_datatype(datatype)
            self._datatypes.add(datatype)
        if self._short and datatype in _SHORT and _SHORT[datatype].fullmatch(lexical):
            return lexical
        return f'"{lexical}"^^{self[datatype]}'

    def verify(self) -> None:
        """Raise `OutputError` if an IRI asked for so far, or a namespace, is not an absolute IRI."""
        check_iris(self._full)

    def release(self) -> None:
        """Verify, then forget, so that a stream of any length needs little memory."""
        self.verify()
        self._full.clear()
        if len(self) > _REMEMBERED:
            self.clear()

    def declared(self) -> dict[str, str]:
        """The prefixes in use and their namespaces, in order of prefix."""
        return {prefix: self._prefixes[prefix] for prefix in sorted(self.used)}

    def schemes(self) -> set[str]:
        """The schemes of the IRIs that are not `scheme://…`, such as `urn`."""
        found = (_SCHEME.match(iri) for iri in self._full if "://" not in iri)
        return {match[1] for match in found if match}


def check_iris(iris: Iterable[str]) -> None:
    """Raise `OutputError` unless all are absolute IRIs (RFC 3987) that every syntax can hold."""
    # pyoxigraph's own check: what passes here, Oxigraph will also load.
    from pyoxigraph import NamedNode

    for iri in iris:
        try:
            NamedNode(iri)
        except (ValueError, UnicodeEncodeError) as error:
            raise OutputError(
                f"{iri!r} is not an absolute IRI: {error}",
                remedy="begin it with a scheme such as https:, and percent-encode what no IRI may hold",
            ) from error


def check_language(tag: str) -> None:
    """Raise `OutputError` unless `tag` has the form of a language tag (BCP 47)."""
    if not _LANGUAGE.fullmatch(tag):
        raise OutputError(f"{tag!r} is not a language tag", remedy="use BCP 47, such as en or zh-Hant")


def check_datatype(datatype: str) -> None:
    """Raise `OutputError` for the datatype that only a literal with a language may have."""
    if datatype == _LANG_STRING:
        raise OutputError("a literal of type rdf:langString has no language", remedy="give it one")


def encoded(text: str) -> bytes:
    """UTF-8. Raises `OutputError` if the text holds half of a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        around = text[max(0, error.start - 30) : error.start + 10]
        raise OutputError(
            f"a lone surrogate U+{ord(text[error.start]):04X} after {around!r} cannot be written",
            remedy="the text was decoded wrongly: state its encoding",
        ) from error


def by_subject(statements: Iterable[Row]) -> dict[str, list[Row]]:
    """The triples or quads of each subject, in the order given."""
    groups: dict[str, list[Row]] = {}
    find = groups.get
    for statement in statements:
        group = find(statement[0])
        if group is None:
            groups[statement[0]] = [statement]
        else:
            group.append(statement)
    return groups


def in_order(triples: Iterable[Triple]) -> Iterator[tuple[str, list[Triple]]]:
    """Each subject with its triples, from triples that are sorted by `terms.SUBJECT`.

    Raises `OutputError` if they are not.
    """
    last = ""
    for subject, group in groupby(triples, SUBJECT):
        if subject < last:
            raise OutputError(f"{subject!r} comes after {last!r}", remedy="sort the statements by subject")
        last = subject
        yield subject, list(group)
