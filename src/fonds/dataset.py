"""Opening a dump, and asking it questions in SPARQL.

    dataset = fonds.open("dump")                          # an rdflib Dataset on Oxigraph
    fonds.query("dump", "SELECT ?r { ?r a rico:Record }").rows
    fonds.query("dump", "copied", parameters={"record": "3523"})

`query` is for questions from anywhere, also from strangers: they can only read, run in a process
of their own and are ended when they take too long. `open` is for the owner of the dump; what is
done with the Dataset changes no file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fonds.errors import QueryError, SourceError
from fonds.queries import QUESTIONS, Question
from fonds.rdf.terms import PREFIXES, STRING, Literal, Term
from fonds.result import Result

if TYPE_CHECKING:
    import rdflib

__all__ = ["QUESTIONS", "Engine", "Limits", "Question", "Result", "open", "query", "question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a query may take: time, rows and characters of the answer, bytes of memory.

    Time and memory end the query with an error; rows and characters cut the answer off, which
    then says that it is not complete. Memory holds the dump too, and is not limited on Windows.
    """

    seconds: float = 60.0
    rows: int = 10_000
    size: int = 10_000_000
    memory: int = 8 << 30


def open(dump: str | Path) -> rdflib.Dataset:  # noqa: A001 - read as fonds.open
    """A dump in memory as an rdflib Dataset on Oxigraph; its default graph is the union of all.

    `dump` is a folder that `fonds build` made, or an RDF file. Raises `SourceError` if there
    is none or it is broken.
    """
    from oxrdflib import OxigraphStore
    from rdflib import Dataset

    from fonds.query_worker import load

    dataset = Dataset(store=OxigraphStore(store=load(_files(dump))), default_union=True)
    for prefix, space in PREFIXES.items():
        dataset.bind(prefix, space)
    return dataset


def query(
    dump: str | Path,
    question: str | Path,
    *,
    parameters: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Result:
    """Ask a dump: by the name of one of `QUESTIONS`, by the path of an `.rq` file, or in SPARQL.

    The prefixes of fonds need not be declared. `parameters` give values to variables of a
    question. Raises `QueryError` if the query is refused, does not parse, takes too long or
    too much memory; `SourceError` if there is no dump.
    """
    with Engine(dump, limits) as engine:
        return engine.query(question, parameters=parameters)


def question(name: str | Path) -> Question:
    """The question of that name, in that `.rq` file, or with that SPARQL.

    Raises `QueryError` if there is no such question or file.
    """
    text = str(name)
    if text in QUESTIONS:
        return QUESTIONS[text]
    if isinstance(name, Path) or ("\n" not in text and "{" not in text and text.endswith(".rq")):
        return Question.read(name)
    if len(text.split()) < 2 and "{" not in text:
        raise QueryError(
            f"no question is called {text!r}",
            remedy=f"choose from {', '.join(QUESTIONS)}, or give a .rq file or SPARQL",
        )
    return Question.of("query", text)


class Engine:
    """A process that holds a dump and answers queries, one at a time.

    It starts with the first query and again after one that had to be ended, so a program that
    asks often loads the dump once. Close it, or use it in a `with` block.
    """

    def __init__(self, dump: str | Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._files = _files(dump)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def query(self, asked: str | Path, *, parameters: Mapping[str, str] | None = None) -> Result:
        """Ask, as with `fonds.query`. Raises `QueryError` or `SourceError`."""
        request = {
            "query": question(asked).filled(parameters or {}),
            "rows": self.limits.rows,
            "size": self.limits.size,
        }
        with self._lock:
            return _result(self._ask(request))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        import orjson

        try:
            line = orjson.dumps(request, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError as error:
            raise QueryError(f"the query is not text: {error}", remedy="remove lone surrogates") from error
        process = self._started()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - pipes were asked for
        late = False

        def end() -> None:
            nonlocal late
            late = True
            process.kill()

        timer = Timer(self.limits.seconds, end)
        timer.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            reply = process.stdout.readline()
        except BrokenPipeError:
            reply = b""
        except BaseException:
            self._stop()
            raise
        finally:
            timer.cancel()
        if late or not reply.endswith(b"\n"):
            # Without a reply the process has ended by itself; its code says how.
            code = self._stop(ended=not late and not reply)
            if late:
                raise QueryError(
                    f"the query took longer than {self.limits.seconds:g} s and was ended",
                    remedy="ask for less, or allow more seconds",
                )
            raise QueryError(
                f"the query broke the engine (exit code {code})",
                remedy="it used too much memory or is nested too deeply: ask for less at once",
            )
        answer: dict[str, Any] = orjson.loads(reply)
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        import orjson

        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        # -P: a file in the working folder must not stand in for a module of the same name.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = process = subprocess.Popen(  # noqa: S603 - our own interpreter and paths
            [
                sys.executable,
                "-P",
                "-m",
                "fonds.query_worker",
                str(self.limits.memory),
                *map(str, self._files),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        reply = process.stdout.readline()
        if not reply:
            code = self._stop(ended=True)
            raise QueryError(
                f"the engine did not start (exit code {code})",
                remedy="allow more memory, or build the dump again",
            )
        said = orjson.loads(reply)
        if "error" in said:
            self._stop()
            raise SourceError(said["error"], place=said["place"], remedy=said["remedy"])
        return process

    def _stop(self, *, ended: bool = False) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        if not ended:
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        return process.wait()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _files(dump: str | Path) -> list[Path]:
    """The N-Quads of a dump, whole or in shards, or one RDF file."""
    path = Path(dump)
    if path.is_file():
        return [path.resolve()]
    for pattern in ("all.nq", "all.nq.gz", "*.nq", "*.nq.gz", "quads/*.nq.gz"):
        found = sorted(path.glob(pattern)) if path.is_dir() else []
        if found:
            return [file.resolve() for file in found]
    raise SourceError(
        "no dump is here", place=str(dump), remedy="make one with fonds build, or name an RDF file"
    )


def _result(answer: dict[str, Any]) -> Result:
    if "error" in answer:
        raise QueryError(answer["error"], place=answer.get("place"), remedy=answer.get("remedy"))
    rows = tuple(tuple(_term(cell) for cell in row) for row in answer["rows"])
    return Result(answer["kind"], tuple(answer["variables"]), rows, answer["complete"])


def _term(cell: Any) -> Term | None:
    if cell is None or isinstance(cell, str):
        return cell
    lexical, datatype, language = (*cell, None, None)[:3]
    return Literal(lexical, datatype or STRING, language)
