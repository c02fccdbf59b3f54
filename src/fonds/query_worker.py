"""The process in which queries run, so that one that takes too long or too much can be ended.

It is started by `fonds.dataset` with what to open, and ends when its input does. For each line of JSON
on standard input it writes one to standard output, and after it as many bytes as that says: the
answer as tab-separated values, which go from the engine to whoever asked without being taken apart.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import orjson
import pyoxigraph as ox

from fonds.errors import FondsError, OutputError, QueryError, SourceError
from fonds.ordering import Key, ordered, parted
from fonds.queries import QUESTIONS
from fonds.rdf.terms import PREFIXES
from fonds.sparql import check
from fonds.store import Place, opened

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: By these words RocksDB, on which Oxigraph stands, reports damage of its files.
_DAMAGE: Final = ("Corruption", "IO error", "No such file")
#: Queries that have passed the check. The questions of fonds are checked by its tests.
_passed: Final = {question.sparql for question in QUESTIONS.values()}
_REMEMBERED: Final = 1_000
#: Bytes of an answer up to which its rows are put in order here: they take some eight times as much memory.
_SORTED: Final = 100_000_000

#: The errors that opening and asking can end with, for whoever started this process.
KINDS: Final[dict[str, type[FondsError]]] = {
    "source": SourceError,
    "output": OutputError,
    "query": QueryError,
}

#: What is said of an answer, and the answer.
Reply = tuple[dict[str, Any], bytes]


class Full(Exception):
    """The answer has more rows or bytes than it may."""


class Damaged(Exception):
    """The files of the store on disk are broken."""


class Limited(BytesIO):
    """A file in memory that takes so many lines and bytes, and a little more."""

    def __init__(self, rows: int, size: int) -> None:
        super().__init__()
        self.lines = rows + 1  # the first one may hold names
        self.size = size + 100_000

    def write(self, data: Buffer) -> int:
        taken = bytes(data)
        self.lines -= taken.count(b"\n")
        self.size -= super().write(taken)
        if self.lines < 0 or self.size < 0:
            raise Full
        return len(taken)


def answer(store: ox.Store, request: dict[str, Any]) -> Reply:
    """The answer to one request. Raises `QueryError` if the query is refused or fails."""
    query, shape = request["query"], request["shape"]
    if shape not in _passed:
        check(shape)
        if len(_passed) > _REMEMBERED:
            _passed.clear()
        _passed.add(shape)
    check(query, like=shape)
    plain, keys = parted(query)
    try:
        found = _sorted(_asked(store, plain), keys, request) if keys else None
        return found or _taken(_asked(store, query), request)
    except SyntaxError as error:
        raise QueryError(f"the query does not parse: {error.msg}", remedy="mend the query") from error
    except (OSError, RuntimeError, ValueError) as error:
        if any(words in str(error) for words in _DAMAGE):
            raise Damaged(str(error)) from error
        raise QueryError(f"the query failed: {error}", remedy="mend the query") from error


def _asked(store: ox.Store, query: str) -> ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples:
    """What the engine answers; it goes on while that is read."""
    return store.query(query, prefixes=dict(PREFIXES), use_default_graph_as_union=True)


def _taken(result: ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples, request: dict[str, Any]) -> Reply:
    """An answer as the engine gives it, as far as it may go."""
    if isinstance(result, ox.QueryBoolean):
        truth = b"?answer\ntrue\n" if result else b"?answer\nfalse\n"
        return {"kind": "ask", "variables": ["answer"], "complete": True}, truth
    limited, complete = Limited(request["rows"], request["size"]), True
    try:
        if isinstance(result, ox.QuerySolutions):
            result.serialize(output=limited, format=ox.QueryResultsFormat.TSV)
        else:
            result.serialize(output=limited, format=ox.RdfFormat.N_TRIPLES)
    except Full:
        complete = False
    data = limited.getvalue()
    if isinstance(result, ox.QuerySolutions):
        kind, names = "select", [variable.value for variable in result.variables]
        head, _, data = data.partition(b"\n")
    else:
        kind, names = "construct", ["subject", "predicate", "object"]
        head, data = b"?subject\t?predicate\t?object", _triples(data)
    whole = _cut(data, request["rows"], request["size"])
    complete = complete and len(whole) == len(data)
    return {"kind": kind, "variables": names, "complete": complete}, head + b"\n" + whole


def _sorted(
    result: ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples,
    keys: tuple[Key, ...],
    request: dict[str, Any],
) -> Reply | None:
    """The answer to a query without its order, in that order; None if only the engine can make it."""
    if not isinstance(result, ox.QuerySolutions):
        return None
    names = [variable.value for variable in result.variables]
    if not {key.variable for key in keys} <= {*names}:
        return None
    limited = Limited(_SORTED, _SORTED)
    try:
        result.serialize(output=limited, format=ox.QueryResultsFormat.TSV)
    except Full:
        return None
    head, *rows = limited.getvalue().split(b"\n")[:-1]
    found = ordered(rows, names, keys)
    if found is None:
        return None
    some = b"".join([row + b"\n" for row in found[: request["rows"]]])
    whole = _cut(some, request["rows"], request["size"])
    complete = whole.count(b"\n") == len(rows)
    return {"kind": "select", "variables": names, "complete": complete}, head + b"\n" + whole


def _cut(data: bytes, rows: int, size: int) -> bytes:
    """The lines within the limits."""
    if data.count(b"\n") > rows:
        data = b"".join([row + b"\n" for row in data.split(b"\n", rows)[:rows]])
    return data if len(data) <= size else data[: data.rfind(b"\n", 0, size) + 1]


def _triples(data: bytes) -> bytes:
    """N-Triples as rows, each triple once: a graph has no doubles, but a template can make some."""
    lines = dict.fromkeys(line for line in data.split(b"\n") if line.endswith(b" ."))
    return b"".join(b"\t".join(line[:-2].replace(b"\t", b"\\t").split(b" ", 2)) + b"\n" for line in lines)


def main() -> None:
    """Serve until the input ends. Argument: what to open, and the bytes of memory that may be used."""
    given = orjson.loads(sys.argv[1])
    with suppress(ImportError, ValueError, OSError):  # not on Windows; not above a limit set before
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (given["memory"], given["memory"]))
    # Whatever else prints must not get into the answers.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    folder = Path(given["folder"]) if given["folder"] else None
    place = Place(Path(given["dump"]), tuple(map(Path, given["files"])), folder)
    try:
        # What holds the store open ends with this process.
        store, _ = opened(place, lambda words: _say(out, {"words": words}))
    except FondsError as error:
        _say(out, _refusal(error))
        return
    _say(out, {"ready": True})
    for line in sys.stdin.buffer:
        data = b""
        try:
            reply, data = answer(store, orjson.loads(line))
        except FondsError as error:
            reply = _refusal(error)
        except Damaged as error:
            reply = {"damaged": str(error)}
        except MemoryError:
            reply = {"error": "the query used too much memory", "remedy": "ask for less at once"}
        _say(out, reply, data)


def _refusal(error: FondsError) -> dict[str, Any]:
    kind = next((kind for kind in KINDS if isinstance(error, KINDS[kind])), "query")
    return {"error": error.message, "place": error.place, "remedy": error.remedy, "kind": kind}


def _say(out: IO[bytes], reply: dict[str, Any], data: bytes = b"") -> None:
    out.write(orjson.dumps({**reply, "bytes": len(data)}, option=orjson.OPT_APPEND_NEWLINE))
    out.write(data)
    out.flush()


if __name__ == "__main__":
    main()
