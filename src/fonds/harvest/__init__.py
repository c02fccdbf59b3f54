"""Harvesting: pages of the web into a folder, politely and safely, with a record of each.

    harvest = fonds.harvest(["https://example.org/letters/1.html"], "letters/documents")
    harvest.fetched, harvest.failures

The record, `harvest.jsonl` beside the pages, says where each is from; a build states it. See
`docs/harvest.md`.

    addresses   which URLs and numeric addresses are fetched from
    transport   connections to checked addresses only, within their time
    pace        when a host may be asked again
    robots      what a site permits
    body        unpacking and counting what comes in
    fetch       one page: redirects, attempts, errors
    names       the file name of a page
    journal     the harvest record
    origin      what the record says of a file, for a build
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fonds.errors import ConfigError, OutputError
from fonds.harvest.settings import HarvestOptions, Refused, Unreachable, World, stamp

if TYPE_CHECKING:
    from fonds.harvest.fetch import Fetcher, Trail
    from fonds.harvest.journal import Visit

__all__ = ["Failure", "Harvest", "HarvestOptions", "harvest"]

#: Called with a URL, what became of it, how many are done, and of how many.
Watch = Callable[[str, str, int, int], None]

#: What may become of a URL.
FETCHED: Final = "fetched"
UNCHANGED: Final = "unchanged"
PRESENT: Final = "present"
FAILED: Final = "failed"


class Failure(NamedTuple):
    """A URL that was not fetched, and why."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What a harvest did.

    `fetched` pages are new or new again, `unchanged` ones were asked for and stayed as they were,
    `present` ones were there from an earlier run and not asked for. `record` is the harvest record.
    """

    folder: str
    record: str
    fetched: int = 0
    unchanged: int = 0
    present: int = 0
    failures: tuple[Failure, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether every page is there."""
        return not self.failures

    def to_json(self) -> str:
        """The summary as one JSON object."""
        failures = [failure._asdict() for failure in self.failures]
        stated = {name: getattr(self, name) for name in ("folder", "record", FETCHED, UNCHANGED, PRESENT)}
        return json.dumps({**stated, FAILED: failures}, indent=2, ensure_ascii=False)

    def to_text(self) -> str:
        """The summary in a few lines, and one for each page that failed."""
        lines = [
            f"harvest     {self.folder}",
            f"fetched     {self.fetched}",
            *([f"unchanged   {self.unchanged}"] if self.unchanged else []),
            *([f"present     {self.present}"] if self.present else []),
            *([f"failed      {len(self.failures)}"] if self.failures else []),
            *(f"  {failure.url}: {failure.reason}" for failure in self.failures),
        ]
        return "\n".join(lines)


def harvest(
    urls: Iterable[str],
    folder: str | Path,
    *,
    options: HarvestOptions | None = None,
    watch: Watch | None = None,
    world: World | None = None,
) -> Harvest:
    """Fetch pages into `folder`, one after another, and say what became of them.

    Each URL is fetched once, whatever its fragment. A page that is there from an earlier run, with
    the bytes that its record states, is not asked for again, so that an interrupted run goes on
    where it was; with `options.refresh` it is asked whether it has changed. A page that cannot be
    fetched is a failure in the result and a line in the record. `world` stands in for clock and
    names in tests.

    Raises `ConfigError` if there are no URLs or the record of an earlier run is broken,
    `OutputError` if the folder cannot be written.
    """
    from fonds.harvest import journal
    from fonds.harvest.fetch import Fetcher

    options, world = options or HarvestOptions(), world or World()
    wanted, failures = _wanted(urls)
    if not wanted and not failures:
        raise ConfigError("no URLs to harvest", remedy="name one, or a file that lists them")
    target = Path(folder)
    file = target / journal.NAME
    counts = {FETCHED: 0, UNCHANGED: 0, PRESENT: 0}
    total, done = len(wanted) + len(failures), 0
    with journal.opened(target) as record, closing(Fetcher(options, world)) as fetcher:
        known = _known(file)
        run = _Run(target, fetcher, {visit.file: url for url, visit in known.items() if visit.file}, world)
        for failure in failures:
            done += 1
            line = journal.Visit(
                url=failure.url, final_url=failure.url, time=stamp(world), error=failure.reason
            )
            record.add(line)
            _tell(watch, failure.url, FAILED, done, total)
        for url in wanted:
            before = _intact(target, known.get(url))
            if before is not None and not options.refresh:
                outcome = PRESENT
            else:
                visit, outcome = run.visit(url, before)
                record.add(visit)
                if visit.error is not None:
                    failures.append(Failure(url, visit.error))
            if outcome in counts:
                counts[outcome] += 1
            done += 1
            _tell(watch, url, outcome, done, total)
    return Harvest(folder=str(target), record=str(file), failures=tuple(failures), **counts)


def _tell(watch: Watch | None, url: str, outcome: str, done: int, total: int) -> None:
    if watch is not None:
        watch(url, outcome, done, total)


def _wanted(urls: Iterable[str]) -> tuple[list[str], list[Failure]]:
    """Each URL once, in its normal form and in the order given, and those that are none."""
    from fonds.harvest.addresses import clean, shown

    wanted: dict[str, None] = {}
    failures: dict[Failure, None] = {}
    for url in urls:
        try:
            wanted[clean(url)] = None
        except Refused as error:
            failures[Failure(shown(url), error.message)] = None
    return list(wanted), list(failures)


def _known(file: Path) -> dict[str, Visit]:
    """The latest line of each URL under which its page was kept."""
    from fonds.harvest.journal import visits

    return {
        visit.url: visit
        for visit in visits(file)
        if visit.file and visit.error is None and visit.status != 304
    }


def _intact(folder: Path, visit: Visit | None) -> Visit | None:
    """The line, if the file it names is there with the bytes it states."""
    if visit is None or visit.file is None:
        return None
    try:
        with (folder / visit.file).open("rb") as stream:
            same = hashlib.file_digest(stream, "sha256").hexdigest() == visit.sha256
    except OSError:
        return None
    return visit if same else None


@dataclass(frozen=True, slots=True)
class _Run:
    """Where pages go, who fetches them, and which names the folder has given to which URLs."""

    folder: Path
    fetcher: Fetcher
    taken: dict[str, str]
    world: World

    def visit(self, url: str, before: Visit | None) -> tuple[Visit, str]:
        """Fetch one URL: the line for the record, and what became of it."""
        from fonds.harvest.fetch import Trail
        from fonds.harvest.journal import Visit, content_type

        trail = Trail(url=url, final_url=url)
        saved: dict[str, Any] = {}

        def receive(found: Trail, chunks: Iterator[bytes]) -> None:
            saved.update(self._saved(found, chunks))

        error, new = None, False
        try:
            new = self.fetcher.page(trail, receive, _conditions(before))
        except (Refused, Unreachable) as failure:
            error = failure.message + (f" ({failure.remedy})" if failure.remedy else "")
        media_type, charset = content_type(trail.headers.get("content-type"))
        line = Visit(
            url=url,
            final_url=trail.final_url,
            time=stamp(self.world),
            redirects=tuple(trail.redirects),
            status=trail.status,
            headers=trail.headers,
            media_type=media_type,
            charset=charset,
            error=error,
            attempts=trail.attempts,
        )
        if error is not None:
            return line, FAILED
        if new:
            same = before is not None and before.sha256 == saved["sha256"] and before.file == saved["file"]
            return replace(line, **saved), UNCHANGED if same else FETCHED
        if before is None:
            raise AssertionError("only a page that is there is asked whether it has changed")
        kept = {name: getattr(before, name) for name in ("sha256", "size", "media_type", "charset", "file")}
        return replace(line, **kept), UNCHANGED

    def _saved(self, trail: Trail, chunks: Iterator[bytes]) -> dict[str, Any]:
        """Write the bytes of a page, whole or not at all; what the record says of them."""
        from fonds import atomic
        from fonds.harvest.names import name_of

        name = name_of(trail.url, trail.media_type, self.taken)
        digest, size = hashlib.sha256(), 0
        if (self.folder / name).is_symlink():
            raise OutputError(
                "is a link, which could lead out of the folder",
                place=str(self.folder / name),
                remedy="remove it",
            )
        with atomic.opened(self.folder / name) as stream:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
            if not size:
                raise Refused("the answer holds no bytes")
        self.taken[name] = trail.url
        return {"file": name, "sha256": digest.hexdigest(), "size": size}


def _conditions(before: Visit | None) -> tuple[str, Mapping[str, str]] | None:
    """The URL that answered the last time, and the headers that ask it for what is new since."""
    from fonds.harvest.journal import validators

    if before is None:
        return None
    headers = validators(before.headers)
    return (before.final_url, headers) if headers else None
