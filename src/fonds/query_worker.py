"""The process in which queries run, so that one that takes too long or too much can be ended.

It is started by `fonds.dataset` with the files to load, answers on standard output, one line of
JSON for each line of JSON on standard input, and ends when its input does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import orjson
import pyoxigraph as ox

from fonds.errors import FondsError, QueryError, SourceError
from fonds.rdf.read import opened, rdf_format
from fonds.rdf.terms import PREFIXES
from fonds.rdf.write import format_for
from fonds.sparql import check


def load(files: Iterable[Path]) -> ox.Store:
    """A store in memory that holds some files. Raises `SourceError` naming the one that is broken."""
    store = ox.Store()
    for file in files:
        try:
            name = format_for(file)
            with opened(file, name) as stream:
                store.bulk_load(input=stream, format=rdf_format(name), base_iri=file.resolve().as_uri())
        except SyntaxError as error:
            place = f"{file}, line {error.lineno}" if error.lineno else str(file)
            raise SourceError(str(error.msg), place=place, remedy="build the dump again") from error
        except (OSError, EOFError) as error:
            cause = getattr(error, "strerror", None) or str(error)
            raise SourceError(cause, place=str(file), remedy="build the dump again") from error
    return store


def answer(store: ox.Store, request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request. Raises `QueryError` if the query is refused or fails."""
    query = request["query"]
    check(query)
    try:
        result = store.query(query, prefixes=dict(PREFIXES), use_default_graph_as_union=True)
        if isinstance(result, ox.QueryBoolean):
            truth = "true" if result else "false"
            return {"kind": "ask", "variables": ["answer"], "rows": [[[truth]]], "complete": True}
        if isinstance(result, ox.QuerySolutions):
            names = [variable.value for variable in result.variables]
            rows, complete = _cut(result, request)
            return {"kind": "select", "variables": names, "rows": rows, "complete": complete}
        names = ["subject", "predicate", "object"]
        triples = ((triple.subject, triple.predicate, triple.object) for triple in result)
        rows, complete = _cut(triples, request)
        return {"kind": "construct", "variables": names, "rows": rows, "complete": complete}
    except SyntaxError as error:
        raise QueryError(f"the query does not parse: {error.msg}", remedy="mend the query") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query failed: {error}", remedy="mend the query") from error


def _cut(solutions: Iterable[Any], request: dict[str, Any]) -> tuple[list[list[Any]], bool]:
    """The rows within the limits, and whether those are all."""
    rows: list[list[Any]] = []
    size = 0
    for solution in solutions:
        row = [_plain(term) for term in solution]
        size += sum(len(cell) if isinstance(cell, str) else len(cell[0]) for cell in row if cell is not None)
        if len(rows) >= request["rows"] or size > request["size"]:
            return rows, False
        rows.append(row)
    return rows, True


def _plain(term: Any) -> Any:
    """An IRI as a string, a literal as a list, an unbound variable as None."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.Literal):
        if term.language is not None:
            return [term.value, None, term.language]
        return [term.value, term.datatype.value]
    return str(term)


def main() -> None:
    """Serve until the input ends. Arguments: how much memory may be used, in bytes; then the files."""
    memory, *files = sys.argv[1:]
    with suppress(ImportError, ValueError, OSError):  # not on Windows; not above a limit set before
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    # Whatever else prints must not get into the answers.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        store = load(map(Path, files))
    except FondsError as error:
        _say(out, _refusal(error))
        return
    _say(out, {"ready": True})
    for line in sys.stdin.buffer:
        try:
            reply = answer(store, orjson.loads(line))
        except FondsError as error:
            reply = _refusal(error)
        except MemoryError:
            reply = {"error": "the query used too much memory", "remedy": "ask for less at once"}
        _say(out, reply)


def _refusal(error: FondsError) -> dict[str, Any]:
    kind = "source" if isinstance(error, SourceError) else "query"
    return {"error": error.message, "place": error.place, "remedy": error.remedy, "kind": kind}


def _say(out: IO[bytes], reply: dict[str, Any]) -> None:
    out.write(orjson.dumps(reply, option=orjson.OPT_APPEND_NEWLINE))
    out.flush()


if __name__ == "__main__":
    main()
