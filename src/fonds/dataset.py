"""Opening a dump, and asking it questions in SPARQL.

    dataset = fonds.open("dump")                          # an rdflib Dataset on Oxigraph
    fonds.query("dump", "SELECT ?r { ?r a rico:Record }").rows
    fonds.query("dump", "copied", parameters={"record": "3523"})

`query` is for questions from anywhere, also from strangers: they can only read, run in a process
of their own and are ended when they take too long. `open` is for the owner of the dump; what is
done with the Dataset changes no file. A small dump is held in memory, a larger one is loaded once
into a store on disk (`fonds.store`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fonds.errors import OutputError, QueryError
from fonds.queries import QUESTIONS, Question
from fonds.rdf.terms import PREFIXES
from fonds.result import Result
from fonds.store import MEMORY, Place, Say, discard, find, log, opened

if TYPE_CHECKING:
    import rdflib

__all__ = ["MEMORY", "QUESTIONS", "Engine", "Limits", "Question", "Result", "open", "query", "question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a query may take: seconds, rows and bytes (`size`) of the answer, bytes of memory.

    Time and memory end the query with an error; rows and bytes cut the answer off, which then says
    that it is not complete. Memory holds a small dump too, and is not limited on Windows.
    """

    seconds: float = 60.0
    rows: int = 10_000
    size: int = 10_000_000
    memory: int = 8 << 30


def open(  # noqa: A001 - read as fonds.open
    dump: str | Path, *, store: str | Path | None = None, say: Say | None = None
) -> rdflib.Dataset:
    """A dump as an rdflib Dataset on Oxigraph; its default graph is the union of all.

    `dump` is a folder that `fonds build` made, or an RDF file. One of up to 30 MB of N-Quads is read
    into memory, where it can be changed. A larger one is loaded into a store on disk, once, and can
    only be read; `store` names a folder for that, by default one in the state of the dump, or
    `":memory:"`. `say` is told what takes long, by default a logger.

    Raises `SourceError` if there is no dump or it is broken, `OutputError` if the store cannot be
    written.
    """
    from oxrdflib import OxigraphStore
    from rdflib import Dataset

    say = log if say is None else say
    place = find(dump, store, say)
    release = _passing(place)
    try:
        held, let_go = opened(place, say)
    except BaseException:
        release()
        raise

    class Reading(OxigraphStore):
        def add_graph(self, graph: rdflib.Graph) -> None:
            """Nothing: rdflib adds a graph when it is asked for, and here that cannot be."""

    kind = Reading if place.folder else OxigraphStore
    dataset = Dataset(store=kind(store=held), default_union=True)
    weakref.finalize(dataset, release)
    weakref.finalize(dataset, let_go)
    for prefix, space in PREFIXES.items():
        dataset.bind(prefix, space)
    return dataset


def query(
    dump: str | Path,
    question: str | Path,
    *,
    parameters: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    store: str | Path | None = None,
    say: Say | None = None,
) -> Result:
    """Ask a dump: by the name of one of `QUESTIONS`, by the path of an `.rq` file, or in SPARQL.

    The prefixes of fonds need not be declared. `parameters` give values to variables of a
    question; `store` and `say` are those of `open`. Raises `QueryError` if the query is refused,
    does not parse, takes too long or too much memory; `SourceError` if there is no dump,
    `OutputError` if its store cannot be written.
    """
    with Engine(dump, limits, store=store, say=say) as engine:
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
    asks often opens the dump once. Close it, or use it in a `with` block.
    """

    def __init__(
        self,
        dump: str | Path,
        limits: Limits | None = None,
        *,
        store: str | Path | None = None,
        say: Say | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._say = log if say is None else say
        self._dump = dump
        self._place = find(dump, store, self._say)
        # A folder for the time being serves for all the time of this engine.
        self._store = self._place.folder.parent if self._place.folder and self._place.temporary else store
        weakref.finalize(self, _passing(self._place))
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def query(self, asked: str | Path, *, parameters: Mapping[str, str] | None = None) -> Result:
        """Ask, as with `fonds.query`. Raises `QueryError`, `SourceError` or `OutputError`."""
        known = question(asked)
        request = {
            "query": known.filled(parameters or {}),
            "shape": known.sparql,
            "rows": self.limits.rows,
            "size": self.limits.size,
        }
        with self._lock:
            answer, data = self._ask(request)
            if "damaged" in answer:
                self._say(f"{self._place.folder} is damaged ({answer['damaged']}): it is made anew")
                self._stop()
                discard(self._place)
                answer, data = self._ask(request)
        if "damaged" in answer:
            raise OutputError(
                f"the store cannot be read: {answer['damaged']}",
                place=str(self._place.folder),
                remedy=f"look after the disk, or name {MEMORY} as the store",
            )
        if "error" in answer:
            raise QueryError(answer["error"], place=answer.get("place"), remedy=answer.get("remedy"))
        return Result(answer["kind"], tuple(answer["variables"]), data, answer["complete"])

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
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
            answer: dict[str, Any] = orjson.loads(reply) if reply.endswith(b"\n") else {}
            data = process.stdout.read(answer.get("bytes", 0))
        except BrokenPipeError:
            reply, answer, data = b"", {}, b""
        except BaseException:
            self._stop()
            raise
        finally:
            timer.cancel()
        if late or not answer or len(data) < answer["bytes"]:
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
        return answer, data

    def _started(self) -> subprocess.Popen[bytes]:
        import orjson

        from fonds.query_worker import KINDS

        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        self._place = place = find(self._dump, self._store, self._say)
        given = {
            "dump": str(place.dump),
            "files": [str(file) for file in place.files],
            "folder": str(place.folder) if place.folder else None,
            "memory": self.limits.memory,
        }
        # -P: a file in the working folder must not stand in for a module of the same name.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = process = subprocess.Popen(  # noqa: S603 - our own interpreter and paths
            [sys.executable, "-P", "-m", "fonds.query_worker", orjson.dumps(given).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        said: dict[str, Any] = {}
        try:
            while "ready" not in said:
                reply = process.stdout.readline()
                if not reply:
                    code = self._stop(ended=True)
                    raise QueryError(
                        f"the engine did not start (exit code {code})",
                        remedy="allow more memory, or build the dump again",
                    )
                said = orjson.loads(reply)
                if "words" in said:
                    self._say(said["words"])
                elif "error" in said:
                    raise KINDS[said["kind"]](said["error"], place=said["place"], remedy=said["remedy"])
        except BaseException:
            self._stop()
            raise
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


def _passing(place: Place) -> Callable[[], None]:
    """What deletes the store of a dump that could be loaded only for the time being."""
    root = place.folder.parent if place.folder and place.temporary else None
    return lambda: shutil.rmtree(root, ignore_errors=True) if root else None
