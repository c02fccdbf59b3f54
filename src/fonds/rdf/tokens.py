"""Terms as they are written down: IRIs checked and abbreviated, literals quoted and escaped.

Shared by the writers of Turtle, N-Quads and JSON-LD. A term that no parser could read back is
refused here, so that no writer ever leaves a broken file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from fonds.errors import OutputError
from fonds.rdf.terms import RDF, STRING, XSD, Literal, Term

#: Code points that a quoted string escapes (Turtle 1.1, section 6.4), with their escape. The
#: two non-characters are legal, but some parsers refuse them unless escaped.
ESCAPES: Final[dict[int, str]] = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)},
    **{ord(char): f"\\{letter}" for char, letter in zip('\b\t\n\f\r"\\', 'btnfr"\\', strict=True)},
}

#: The part of Turtle's PN_LOCAL that needs no escape and that every parser agrees on.
_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
#: A base on which, and a reference with which, resolution (RFC 3986, section 5) is plain joining.
_BASE: Final = re.compile(r"https?://[^/?#]+/(?:[^/?#.][^/?#]*/)*")
_REFERENCE: Final = re.compile(
    r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*+(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*+)*+(?:#[\w.~-]+)?"
)

#: How a literal of some datatypes looks that Turtle writes without quotes.
SHORT: Final[dict[str, re.Pattern[str]]] = {
    XSD + "boolean": re.compile("true|false"),
    XSD + "integer": re.compile("0|-?[1-9][0-9]*"),
}
_LANG_STRING: Final = RDF + "langString"

#: Tokens that a stream remembers, and bytes that it gathers before it yields them.
REMEMBERED: Final = 20_000
CHUNK: Final = 1 << 18


class Terms(NamedTuple):
    """Distinct terms of which the IRIs were checked, told apart at one look for all formats.

    `iris` are all IRIs, with their bytes. `relative` are those below the base, as references in brackets,
    where every parser is sure to undo that; `named` are those with a prefix, with that and with the name;
    `plain` are the others.
    """

    iris: dict[str, bytes]
    relative: dict[str, bytes]
    named: dict[str, tuple[str, str]]
    plain: list[str]
    literals: list[Literal]

    def schemes(self) -> set[str]:
        """The schemes of the IRIs without a prefix that are not `scheme://…`, such as `urn`."""
        return {iri.partition(":")[0] for iri in self.plain if "://" not in iri}


class Names:
    """Prefixes, and a base: how IRIs are abbreviated.

    Raises `OutputError` for a prefix, a namespace or a base that cannot be one.
    """

    def __init__(self, prefixes: Mapping[str, str], base: str | None = None) -> None:
        self.prefixes = dict(prefixes)
        self.base = base
        for prefix in self.prefixes:
            if not _PREFIX.fullmatch(prefix):
                raise OutputError(f"{prefix!r} cannot be a prefix", remedy="use letters and digits")
        check_iris(self.prefixes.values())
        if base is not None and not _BASE.fullmatch(base):
            raise OutputError(
                f"{base!r} cannot be a base", remedy="use an http(s) IRI that ends in / and has no query"
            )
        if base is not None:
            check_iris((base,))
        # The longest namespace wins where one lies inside another.
        self._spaces = sorted(self.prefixes.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        self._starts = tuple(self.prefixes.values())
        # Whether no namespace can hold what lies below the base: most IRIs do, and need no look there.
        self._apart = base is not None and not any(
            space.startswith(base) or base.startswith(space) for space in self._starts
        )
        # Every document uses the same few hundred.
        self._known: dict[str, tuple[str, str]] = {}

    def schemes(self) -> set[str]:
        """The schemes of the namespaces that are not `scheme://…`."""
        return {space.partition(":")[0] for space in self._starts if "://" not in space}

    def sorted_out(self, terms: Iterable[Term]) -> Terms:
        """Distinct terms, told apart. Raises `OutputError` for what is not an absolute IRI."""
        base, apart, known = self.base, self._apart, self._known
        relative: dict[str, bytes] = {}
        named: dict[str, tuple[str, str]] = {}
        plain: list[str] = []
        iris: list[str] = []
        literals: list[Literal] = []
        for term in terms:
            iris.append(term) if isinstance(term, str) else literals.append(term)
        start = len(base) if base is not None else 0
        for iri in iris:
            below = base is not None and iri.startswith(base)
            if not (below and apart):
                name = known.get(iri) or self._name(iri)
                if name is not None:
                    named[iri] = name
                    continue
            if below and _REFERENCE.fullmatch(iri, start):
                relative[iri] = f"<{iri[start:]}>".encode()
            else:
                plain.append(iri)
        check_iris(plain)
        # what follows the base is of characters that every IRI may hold, unless in other scripts
        check_iris(iri for iri in relative if not iri.isascii())
        return Terms({iri: iri.encode() for iri in iris}, relative, named, plain, literals)

    def _name(self, iri: str) -> tuple[str, str] | None:
        if not iri.startswith(self._starts):
            return None
        for prefix, space in self._spaces:
            if iri.startswith(space) and _LOCAL.fullmatch(iri, len(space)):
                check_iris((iri,))
                name = prefix, f"{prefix}:{iri[len(space) :]}"
                if len(self._known) < REMEMBERED:
                    self._known[iri] = name
                return name
        return None


@lru_cache(maxsize=16)
def _names(prefixes: tuple[tuple[str, str], ...], base: str | None) -> Names:
    return Names(dict(prefixes), base)


def names(prefixes: Mapping[str, str], base: str | None = None) -> Names:
    """The same names for the same prefixes and base, since they remember. Raises as `Names` does."""
    return _names(tuple(prefixes.items()), base)


class Tokens(dict[Term, bytes]):
    """From term to token, for terms that were learned or are asked for.

    `prefixes` abbreviate; `base` makes IRIs below it relative where that is sure to be undone
    by every parser. `brackets` enclose an IRI that is not abbreviated. Raises `OutputError` for a term
    that cannot be written.
    """

    def __init__(
        self,
        prefixes: Mapping[str, str] | None = None,
        *,
        base: str | None = None,
        short: bool = False,
    ) -> None:
        super().__init__()
        self.used: set[str] = set()
        self.names = names(prefixes or {}, base)
        self._short = short
        self._languages: set[str] = set()
        self._datatypes: dict[str, str] = {}

    def __missing__(self, term: Term) -> bytes:
        self.learn(self.names.sorted_out((term,)))
        return self[term]

    def learn(self, found: Terms) -> None:
        """Make the tokens of terms, sorted out by these names or, where there are none, by any."""
        plain: Iterable[str] = found.plain
        if self.names.base is not None:
            self.update(found.relative)
        else:
            plain = chain(plain, found.relative)
        if self.names.prefixes:
            self.update({iri: name.encode() for iri, (_, name) in found.named.items()})
            self.used.update([prefix for prefix, _ in found.named.values()])
        else:
            plain = chain(plain, found.named)
        self.update({iri: f"<{iri}>".encode() for iri in plain})
        self.update({literal: encoded(self.literal(literal)) for literal in found.literals})

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
        if self._short and datatype in SHORT and SHORT[datatype].fullmatch(lexical):
            return lexical
        end = self._datatypes.get(datatype)
        if end is None:
            check_datatype(datatype)
            end = self._datatypes[datatype] = f"^^{self[datatype].decode()}"
        return f'"{lexical}"{end}'

    def release(self) -> None:
        """Forget, so that a stream of any length needs little memory."""
        if len(self) > REMEMBERED:
            self.clear()

    def declared(self) -> dict[str, str]:
        """The prefixes in use and their namespaces, in order of prefix."""
        return {prefix: self.names.prefixes[prefix] for prefix in sorted(self.used)}


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
