"""A collection into a dump: read, resolve, describe, validate, write.

Two passes, so that a collection need not fit into memory as statements: the first converts
each document and learns the names in all of them, the second takes one document at a time from
record to checked statements. Both may run in several processes; the bytes are the same.

A document that cannot be read, or whose statements violate a shape, is reported and left out.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from fonds import dump
from fonds.config import Config, knowledge, options
from fonds.config import read as read_config
from fonds.dump import Issue, Summary
from fonds.errors import ConfigError, FondsError, OutputError, SourceError
from fonds.naming import apart
from fonds.rdf.terms import Triple
from fonds.record import Record, Resolved

if TYPE_CHECKING:
    from fonds.agents.authority import Authority
    from fonds.agents.checks import Checks
    from fonds.agents.resolve import Index
    from fonds.agents.settle import Rulings
    from fonds.source import Text
    from fonds.validate import Report

__all__ = ["Summary", "build"]

#: Called with the stage, how many are done, and of how many.
Watch = Callable[[str, int, int], None]

#: Documents handed to each process at a time.
_BATCH: Final = 32

Item = TypeVar("Item")
Shared = TypeVar("Shared")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Context:
    """What the second pass needs besides the record itself."""

    config: Config
    index: Index
    authority: Authority | None
    rulings: Rulings
    checks: Checks
    folder: Path


@dataclass(frozen=True, slots=True)
class _Described:
    """One record after the second pass: its statements by layer and what SHACL says, or what failed."""

    record: Record
    layers: dict[str, list[Triple]]
    report: Report
    failure: Issue | None = None


def build(
    collection: str | Path, output: str | Path, *, jobs: int = 1, watch: Watch | None = None
) -> Summary:
    """Build the dump of a collection into the folder `output`, and say what was made.

    `jobs` is the number of processes. An earlier dump is replaced when the new one is complete,
    and not at all if the build fails. Without the environment variable SOURCE_DATE_EPOCH no time
    is written, so two builds of the same documents are the same bytes.

    Raises `ConfigError` if fonds.toml or a file that it names is wrong, `SourceError` if there
    are no documents, `OutputError` if the dump cannot be written.
    """
    from fonds import atomic
    from fonds.agents import resolve
    from fonds.agents.checks import Checks
    from fonds.agents.settle import Rulings, settle
    from fonds.manifest import is_dump

    config = read_config(collection)
    target = Path(output)
    if target.resolve().is_relative_to(config.documents.resolve()):
        raise OutputError(
            "lies among the documents, so the next build would read it",
            place=str(target),
            remedy="name a folder outside",
        )
    paths = config.paths()
    if not paths:
        raise SourceError(
            "no documents here", place=str(config.documents), remedy="put text files into this folder"
        )
    authority, decisions = knowledge(config)
    say = watch or (lambda stage, done, total: None)

    with atomic.folder(target, ours=is_dump) as folder, TemporaryFile() as spool:
        (folder / "documents").mkdir()
        collected = dump.Collected()
        count = _first_pass(config, paths, _map(_convert, paths, jobs, config), spool, collected, say)
        index = resolve.index(_records(spool), decisions)
        rulings = Rulings()
        if decisions is not None:
            rulings = settle(_records(spool), index, authority, decisions)
            rulings.check()
            collected.issues += (
                Issue(Path(decisions.path).name, "", f.kind, f.message) for f in rulings.moot
            )
        checks = Checks.of(lambda: _records(spool), config.period)
        context = _Context(config, index, authority, rulings, checks, folder)
        for done, item in enumerate(_map(_describe, _records(spool), jobs, context), 1):
            collected.add(item.record, item.layers, item.report, item.failure)
            say("describing", done, count)
        summary = dump.write(folder, config, collected, len(paths))
    say("done", len(paths), len(paths))
    return replace(summary, output=str(target))


def _first_pass(
    config: Config,
    paths: list[Path],
    outcomes: Iterator[tuple[Record, ...] | Issue],
    spool: IO[bytes],
    collected: dump.Collected,
    say: Watch,
) -> int:
    """Put the records of all documents on the spool, each under an id of its own, and count them."""
    taken: dict[str, str] = {}
    seen: dict[str, str] = {}
    count = 0
    for done, (path, outcome) in enumerate(zip(paths, outcomes, strict=True), 1):
        name = config.name(path)
        say("reading", done, len(paths))
        if isinstance(outcome, Issue):
            collected.issues.append(outcome)
            continue
        first = seen.setdefault(outcome[0].source.sha256, name)
        if first != name:
            message = f"the same bytes as {first}, so described once"
            collected.issues.append(Issue(name, outcome[0].id, "duplicate", message))
            continue
        unique = apart(outcome, taken)
        for one, record in zip(outcome, unique, strict=True):
            if one.id.casefold() in taken or (record.id != one.id and unique[0].id == outcome[0].id):
                other = taken.get(one.id.casefold(), name)
                message = f"{other} has the id {one.id} too; this one is {record.id}"
                collected.issues.append(Issue(name, record.id, "identifier", message))
        for record in unique:
            taken[record.id.casefold()] = name
            pickle.dump(record, spool, protocol=pickle.HIGHEST_PROTOCOL)
            count += 1
    return count


def _convert(config: Config, path: Path) -> tuple[Record, ...] | Issue:
    """The records of one document, or why there are none."""
    from fonds.converters import convert

    name = config.name(path)
    try:
        records = convert(config.source(path), options=options(config))
    except ConfigError:
        raise
    except Exception as error:  # a fault of ours must not cost the user the other documents
        return _lost(error, "unreadable", name)
    if not records:
        return Issue(name, "", "unreadable", "no record was found in it", lost=True)
    return records


def _lost(error: Exception, kind: str, document: str, record: str = "") -> Issue:
    """Why a document is left out. An error that is not ours to raise is a defect of fonds."""
    if isinstance(error, FondsError):
        return Issue(document, record, kind, str(error), lost=True)
    last = traceback.extract_tb(error.__traceback__)[-1]
    words = f"{type(error).__name__}: {' '.join(str(error).split())}"
    message = f"fonds failed: {words} ({Path(last.filename).name}, line {last.lineno})"
    return Issue(document, record, "defect", message, lost=True)


def _records(spool: IO[bytes]) -> Iterator[Record]:
    """The records on the spool, which this process has written itself."""
    spool.seek(0)
    while True:
        try:
            yield pickle.load(spool)  # noqa: S301
        except EOFError:
            return


def converted(config: Config) -> tuple[list[Record], dict[str, Text]]:
    """The records of a collection, and the text of each document by SHA-256.

    Documents that cannot be read, or stand there twice, are left out; `build` says which.
    """
    from fonds.converters import text_of

    records: list[Record] = []
    texts: dict[str, Text] = {}
    taken: dict[str, str] = {}
    for path in config.paths():
        outcome = _convert(config, path)
        if isinstance(outcome, Issue) or outcome[0].source.sha256 in texts:
            continue
        texts[outcome[0].source.sha256] = text_of(config.source(path))
        for record in apart(outcome, taken):
            records.append(record)
            taken[record.id.casefold()] = record.source.name
    return records, texts


def resolved_of(collection: str | Path) -> tuple[list[Resolved], dict[str, Text]]:
    """The resolved records of a collection, and the texts, as `converted` reads them.

    Raises `ConfigError`.
    """
    from fonds.agents import resolve

    config = read_config(collection)
    records, texts = converted(config)
    lexicon = str(config.lexicon) if config.lexicon else None
    return list(resolve.resolve(records, *knowledge(config), lexicon, config.period)), texts


def _describe(context: _Context, record: Record) -> _Described:
    """One record: who is who, its statements, the verdict, and the files of its own."""
    from fonds.agents import resolve
    from fonds.agents.checks import checked
    from fonds.manifest import minter
    from fonds.rdf.describe import describe
    from fonds.validate import Report, validate

    config = context.config
    try:
        lexicon = str(config.lexicon) if config.lexicon else None
        resolved = resolve.resolve_record(record, context.index, context.authority, context.rulings, lexicon)
        resolved = checked(resolved, context.checks, context.authority)
        layers = describe(resolved, minter(config))
        statements = [triple for layer in layers.values() for triple in layer]
        report = validate(statements, shapes=config.shapes)
        if report.conforms:
            dump.write_document(context.folder / "documents", record.id, config.base, statements)
    except (ConfigError, OSError):
        raise
    except Exception as error:  # as above: one document, not the build
        return _Described(record, {}, Report(), _lost(error, "invalid", record.source.name, record.id))
    return _Described(resolved.record, layers, report)


_shared: Any = None


def _share(value: Any) -> None:
    global _shared
    _shared = value


def _call(function: Callable[[Any, Any], Any], item: Any) -> Any:
    return function(_shared, item)


def _map(
    function: Callable[[Shared, Item], Result], items: Iterable[Item], jobs: int, shared: Shared
) -> Iterator[Result]:
    """`function(shared, item)` for each item, in order, in `jobs` processes."""
    if jobs == 1:
        yield from (function(shared, item) for item in items)
        return
    from concurrent.futures import ProcessPoolExecutor
    from functools import partial
    from multiprocessing import get_context

    stream = iter(items)
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_share, initargs=(shared,)) as pool:
        # in batches, since a pool takes in all that it is given at once
        while batch := list(islice(stream, jobs * _BATCH)):
            yield from pool.map(partial(_call, function), batch, chunksize=max(1, len(batch) // (jobs * 4)))
