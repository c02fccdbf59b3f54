"""A collection into a dump: read, resolve, describe, validate, write.

Two passes, so that a collection need not fit into memory: the first converts each document and
learns the names in all of them, the second takes one record at a time to checked statements. Both
run in several processes, and leave what they found in a folder beside the dump, so that the next
build does only what has changed. The bytes of the dump depend on none of that.

A document that cannot be read, or whose statements violate a shape, is reported and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, fields, replace
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
    from fonds.building.cluster import Cluster
    from fonds.building.workers import Workers
    from fonds.source import Text

__all__ = ["Summary", "build"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a build goes about it; nothing of this changes what the statements are.

    `time_limit`, `shards` and `compress` go before what fonds.toml says under `[build]`. `state` is the
    folder that a build keeps, by default beside the dump and named after it (`dump.state`). `scheduler` is
    the address of a Dask scheduler, whose workers do the work in the place of processes here.
    """

    time_limit: int | None = None
    shards: int | None = None
    compress: str | None = None
    state: Path | None = None
    scheduler: str | None = None


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
    build goes on where this one ended. Collection and output may be addresses that fsspec knows, such
    as `s3://bucket/letters`; `manner.state` must then be stated.

    Raises `ConfigError` if fonds.toml or a file that it names is wrong, or a scheduler does not answer,
    `SourceError` if there are no documents or they cannot be fetched, `OutputError` if the dump cannot
    be written.
    """
    from fonds.building import remote

    given = manner or Manner()
    say = watch or (lambda progress: None)
    if remote.is_remote(collection) or remote.is_remote(output):

        def crew(*shared: Path) -> Workers | Cluster:
            return _crew(given, jobs, shared)

        with remote.near(collection, output, given.state, crew, say) as (near, made):
            summary = _near(near, made, given, jobs, say)
        return replace(summary, output=str(output))
    return _near(Path(collection), Path(output), given, jobs, say)


def _near(collection: Path, target: Path, given: Manner, jobs: int | None, say: Watch) -> Summary:
    """Build from a folder into a folder."""
    from fonds.building import state
    from fonds.building.spool import Corrupt

    # a path that is relative means nothing on another machine
    config = read_config(collection.absolute() if given.scheduler else collection)
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

    def crew() -> Workers | Cluster:
        stated = (getattr(config, one.name) for one in fields(config))
        return _crew(given, jobs, [value for value in stated if isinstance(value, Path)])

    try:
        return _built(config, target, folder, crew, say)
    except Corrupt as error:
        say(Progress("reading", 0, 0, message=f"{folder} is damaged ({error}): everything is done anew"))
        state.clear(folder)
        return _built(config, target, folder, crew, say)


def _crew(given: Manner, jobs: int | None, shared: Iterable[Path]) -> Workers | Cluster:
    """Who does the work: processes here, or those of a cluster, which must see the shared folders."""
    if given.scheduler is None:
        from fonds.building.workers import Workers, cores

        return Workers(jobs or cores())
    from fonds.building.cluster import Cluster

    return Cluster(given.scheduler, shared)


def beside(output: Path) -> Path:
    """The folder that a build keeps for the dump in `output`, unless another is named."""
    whole = output.absolute()
    return whole.with_name(f"{whole.name}.state")


class _Unchanged(Exception):
    """The dump is already what this build would make."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary


def _built(
    config: Config, target: Path, folder: Path, crew: Callable[[], Workers | Cluster], say: Watch
) -> Summary:
    from fonds import atomic
    from fonds.building import passes, renewing, state, unchanged
    from fonds.building.collecting import finish
    from fonds.building.spool import Corrupt
    from fonds.building.worker import unhurried
    from fonds.manifest import is_dump

    authority, decisions = knowledge(config)
    fresh = not folder.exists()
    said = ""
    try:
        with atomic.folder(target, ours=is_dump) as part:
            with state.opened(folder) as kept, closing(crew()) as workers, unhurried():
                run = passes.Run(config, kept, workers, say)
                count = passes.read(run, decisions)
                digest = unchanged.everything(config, kept)
                before = unchanged.of_before(kept, digest, target)
                if before is None:
                    passes.plan(run, decisions)
                    renewing.describe(run, authority, decisions)
                    summary = finish(run, part, count)
                    # the dump is whole, and the next build tidies up as well
                    with suppress(OSError, Corrupt):
                        kept.prune()
                    unchanged.keep(kept, digest, part, summary)
            if before is not None:
                raise _Unchanged(before)  # so that the folder at `target` stays
    except _Unchanged as end:
        summary = end.summary
        said = "nothing has changed: the dump stays as it is"
    except ConfigError:
        if fresh:  # nothing was begun that is worth keeping
            state.discard(folder)
        raise
    say(Progress("done", count, count, sum(summary.findings.values()), len(summary.left_out), said))
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
