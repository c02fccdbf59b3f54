"""A collection into a dump: read, resolve, describe, validate, write.

Two passes, so that a collection need not fit into memory: the first converts each document and
learns the names in all of them, the second takes one record at a time to checked statements. Both
run in several processes, and leave what they found in a folder beside the dump, so that the next
build does only what has changed. The bytes of the dump depend on none of that.

A document that cannot be read, or whose statements violate a shape, is reported and left out.
"""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fonds.building.progress import Progress, Watch
from fonds.config import Config, knowledge
from fonds.config import read as read_config
from fonds.dump import Summary
from fonds.errors import ConfigError, OutputError, SourceError
from fonds.naming import apart
from fonds.record import Record, Resolved

if TYPE_CHECKING:
    from fonds.source import Text

__all__ = ["Summary", "build"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a build goes about it; nothing of this changes what the statements are.

    `time_limit`, `shards` and `compress` go before what fonds.toml says under `[build]`. `state` is the
    folder that a build keeps, by default beside the dump and named after it (`dump.state`).
    """

    time_limit: int | None = None
    shards: int | None = None
    compress: str | None = None
    state: Path | None = None


def build(
    collection: str | Path,
    output: str | Path,
    *,
    jobs: int | None = None,
    watch: Watch | None = None,
    manner: Manner | None = None,
) -> Summary:
    """Build the dump of a collection into the folder `output`, and say what was made.

    `jobs` is the number of processes, by default one for each processor. An earlier dump is replaced
    when the new one is complete, and not at all if the build fails. Without the environment variable
    SOURCE_DATE_EPOCH no time is written, so two builds of the same documents are the same bytes.
    What has not changed since the last build is not done again; after an interruption the next
    build goes on where this one ended.

    Raises `ConfigError` if fonds.toml or a file that it names is wrong, `SourceError` if there
    are no documents, `OutputError` if the dump cannot be written.
    """
    from fonds.building import state
    from fonds.building.spool import Corrupt

    config = read_config(collection)
    target = Path(output)
    given = manner or Manner()
    folder = given.state or beside(target)
    for made in (target, folder):
        if made.resolve().is_relative_to(config.documents.resolve()):
            raise OutputError(
                "lies among the documents, so the next build would read it",
                place=str(made),
                remedy="name a folder outside",
            )
    config = replace(
        config,
        time_limit=given.time_limit or config.time_limit,
        shards=given.shards or config.shards,
        compress=given.compress or config.compress,
    )
    if next(config.names(), None) is None:
        raise SourceError(
            "no documents here", place=str(config.documents), remedy="put text files into this folder"
        )
    say = watch or (lambda progress: None)
    try:
        return _built(config, target, folder, jobs, say)
    except Corrupt as error:
        say(Progress("reading", 0, 0, message=f"{folder} is damaged ({error}): everything is done anew"))
        state.clear(folder)
        return _built(config, target, folder, jobs, say)


def beside(output: Path) -> Path:
    """The folder that a build keeps for the dump in `output`, unless another is named."""
    whole = output.absolute()
    return whole.with_name(f"{whole.name}.state")


def _built(config: Config, target: Path, folder: Path, jobs: int | None, say: Watch) -> Summary:
    from fonds import atomic
    from fonds.building import passes, state
    from fonds.building.collecting import finish
    from fonds.building.spool import Corrupt
    from fonds.building.workers import Workers, cores
    from fonds.manifest import is_dump

    authority, decisions = knowledge(config)
    fresh = not folder.exists()
    workers = Workers(jobs or cores())
    try:
        with atomic.folder(target, ours=is_dump) as part, state.opened(folder) as kept, closing(workers):
            run = passes.Run(config, kept, workers, say)
            count = passes.read(run, decisions)
            passes.plan(run, decisions)
            passes.describe(run, authority, decisions)
            summary = finish(run, part, count)
            with suppress(OSError, Corrupt):  # the dump is whole, and the next build tidies up as well
                kept.prune()
    except ConfigError:
        if fresh:  # nothing was begun that is worth keeping
            state.discard(folder)
        raise
    say(Progress("done", count, count, sum(summary.findings.values()), len(summary.left_out)))
    return replace(summary, output=str(target))


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
        if not outcome or outcome[0].source.sha256 in texts:
            continue
        texts[outcome[0].source.sha256] = text_of(config.source(path))
        for record in apart(outcome, taken):
            records.append(record)
            taken[record.id.casefold()] = record.source.name
    return records, texts


def _convert(config: Config, path: Path) -> tuple[Record, ...]:
    """The records of one document, none if it cannot be read."""
    from fonds.config import options
    from fonds.converters import convert

    try:
        return convert(config.source(path), options=options(config))
    except ConfigError:
        raise
    except Exception:  # a fault of ours must not cost the user the other documents
        return ()


def resolved_of(collection: str | Path) -> tuple[list[Resolved], dict[str, Text]]:
    """The resolved records of a collection, and the texts, as `converted` reads them.

    Raises `ConfigError`.
    """
    from fonds.agents import resolve

    config = read_config(collection)
    records, texts = converted(config)
    lexicon = str(config.lexicon) if config.lexicon else None
    return list(resolve.resolve(records, *knowledge(config), lexicon, config.period)), texts
