"""Which SPARQL queries may run: those that only read, and only read what has been opened.

Refused are updates, SERVICE (a request to another server), and FROM and FROM NAMED (graphs by
address). A query has to pass twice: once by its words, read exactly as Oxigraph reads them, and
once by the tree that another parser makes of it. So it is not enough to deceive one of the two.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from fonds.errors import QueryError

#: Longest query, in code points. People write queries of a few thousand.
MAX_LENGTH: Final = 100_000

_REFUSED: Final = {
    "SERVICE": "asks another server (SERVICE)",
    "FROM": "names graphs to read (FROM)",
    "LOAD": "loads a document (LOAD)",
    "INSERT": "changes data (INSERT)",
    "DELETE": "changes data (DELETE)",
    "CLEAR": "changes data (CLEAR)",
    "DROP": "changes data (DROP)",
    "CREATE": "changes data (CREATE)",
    "ADD": "changes data (ADD)",
    "MOVE": "changes data (MOVE)",
    "COPY": "changes data (COPY)",
}
#: What can stand right before the colon of a name with an empty prefix.
_AS_PREFIX: Final = {"SERVICE": ("SERVICE", "SERVICESILENT"), "FROM": ("FROM", "FROMNAMED")}
#: The same in the tree of rdflib.
_REFUSED_NODES: Final = {"ServiceGraphPattern": "SERVICE", "DatasetClause": "FROM"}

_READING: Final = frozenset({"SelectQuery", "ConstructQuery", "DescribeQuery", "AskQuery"})

_REMEDY: Final = "ask with SELECT, ASK, CONSTRUCT or DESCRIBE about the graphs that are there"


def check(query: str, *, like: str | None = None) -> None:
    """Raise `QueryError` unless the query is SPARQL 1.1 that only reads.

    `like` is a query that has passed, and of which this is a copy with values for parameters: since
    those are whole literals, reading the words is then enough, which is a hundred times faster.
    To be called where a crash or a long time does no harm: parsers can be made to suffer.
    """
    if len(query) > MAX_LENGTH:
        raise QueryError(f"the query has {len(query)} characters", remedy=f"keep it below {MAX_LENGTH}")
    _check_words(query)
    if like is None:
        _check_tree(query)


@cache
def _words() -> re.Pattern[str]:
    """Tokens of SPARQL 1.1 (section 19.8) in which a keyword cannot hide.

    Time grows with the length alone: nothing is scanned to the end twice.
    """
    return re.compile(
        r"""
          (?P<comment> \#[^\n\r]* )
        | (?P<long> '{3} (?: [^'\\] | \\. | '(?!'') )*+ '{3} | "{3} (?: [^"\\] | \\. | "(?!"") )*+ "{3} )
        | (?P<unclosed> '{3} | "{3} )
        | (?P<string> ' (?: [^'\\\n\r] | \\. )*+ ' | " (?: [^"\\\n\r] | \\. )*+ " )
        | (?P<iri> < (?: [^<>"{}|^`\\\x00-\x20] | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} )*+ > )
        | (?P<prefix> [\w.-]{0,99}+ ) : (?: [\w.:%-] | \\[_~.\-!$&'()*+,;=/?\#@%] )*
        | (?P<variable> [?$]\w+ )
        | (?P<language> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
        | (?P<word> [^\W\d]\w* )
        | (?P<escape> \\ )
        """,
        re.VERBOSE | re.DOTALL,
    )


#: An escape for a character of ASCII. Some parsers undo it before they look for quotes.
_HIDDEN: Final = re.compile(r"\\u00[0-7][0-9A-Fa-f]|\\U000000[0-7][0-9A-Fa-f]")


def _check_words(query: str) -> None:
    if hidden := _HIDDEN.search(query):
        raise QueryError(
            f"the query writes an ordinary character as {hidden[0]}", remedy="write the character itself"
        )
    for match in _words().finditer(query):
        # Oxigraph wants no space after a keyword, so one may hide in a longer word, or in what
        # looks like a prefix.
        word, prefix = (match["word"] or "").upper(), (match["prefix"] or "").upper()
        for keyword in _REFUSED:
            if keyword in word or prefix.endswith(_AS_PREFIX.get(keyword, ())):
                _refuse(keyword, _line(query, match.start()))
        if match["escape"] or match["unclosed"]:
            fault = "a backslash stands outside of a string" if match["escape"] else "a string has no end"
            raise QueryError(fault, place=_line(query, match.start()), remedy="mend the query")


def _check_tree(query: str) -> None:
    from pyparsing import ParseException, ParseResults
    from rdflib.plugins.sparql.parser import parseQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    try:
        parsed = parseQuery(query)
    except ParseException as error:
        raise QueryError(
            f"the query is not SPARQL 1.1: {_tidy(error.msg)}",
            place=f"line {error.lineno}, column {error.column}",
            remedy="mend the query",
        ) from error
    except RecursionError as error:
        raise QueryError("the query is nested too deeply", remedy="take it apart") from error
    waiting: list[Any] = [parsed]
    kinds: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, CompValue):
            kinds.add(node.name)
            if node.name in _REFUSED_NODES:
                _refuse(_REFUSED_NODES[node.name], None)
            waiting.extend(node.values())
        elif isinstance(node, list | tuple | ParseResults):
            waiting.extend(node)
    if not kinds & _READING:
        raise QueryError("the query is none that reads", remedy=_REMEDY)


def _refuse(word: str, place: str | None) -> None:
    raise QueryError(f"refused: the query {_REFUSED[word]}", place=place, remedy=_REMEDY)


def _line(query: str, position: int) -> str:
    return f"line {query.count(chr(10), 0, position) + 1}"


def _tidy(message: str) -> str:
    """The first words of a parser's message; rdflib's lists every alternative."""
    return message if len(message) <= 120 else message[:120] + "…"
