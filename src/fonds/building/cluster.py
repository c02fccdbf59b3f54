"""Workers of a Dask cluster in the place of processes of this machine: the same work, the same bytes.

Work goes out in batches and comes back in its order. On each machine a process of
`fonds.building.workers` does it, one for each thread of a Dask worker: so a document that hangs or
kills costs no more than itself, and threads do not share one interpreter. When a machine is lost,
Dask gives its batches to others; what it had written is a remainder to which nothing refers.

Work and results pass through the scheduler, records and statements do not: those stand in the folders
that all machines share.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fonds.building import keys, spool, workers
from fonds.building.workers import Failed, Workers
from fonds.errors import ConfigError, OutputError

if TYPE_CHECKING:
    from distributed import Client, Future

#: Pieces of work in a batch, at most. A batch costs the scheduler some two milliseconds.
_BATCH: Final = 1000
#: A thread has been given so many pieces of work before batches grow beyond one, so that the last
#: batch, which others may have to wait for, is at most this part of what a thread does in all.
_SHARE: Final = 16
#: Batches given to a thread ahead of time, and results that may wait for one that comes before them.
_AHEAD: Final = 4
#: Seconds in which a scheduler must answer, and have a worker.
_PATIENCE: Final = 30


class Place(NamedTuple):
    """What a worker must have to do the work of a build: the same fonds, and the shared folders.

    `build` tells one build from another on the same cluster.
    """

    build: str
    program: bytes
    shared: tuple[Path, ...]


class Batch(NamedTuple):
    """Some pieces of work, and the seconds that each of them may take."""

    function: Callable[[Any, Any], Any]
    context: Path
    items: list[Any]
    limits: list[float] | None


class Cluster:
    """The workers of a Dask scheduler, to be used as `Workers` are.

    `shared` are files and folders that all machines must see under the same path. Raises
    `ConfigError` if the extra is not installed, or if no scheduler with a worker answers at `address`.
    """

    def __init__(self, address: str, shared: Iterable[Path]) -> None:
        self.address = address
        self.jobs = workers.cores()  # for what the leading process does in threads of its own
        self._client = _connected(address)
        self._place = Place(self._client.id, keys.program(), tuple(shared))

    def map(
        self,
        function: Callable[[Any, Any], Any],
        context: Path,
        items: Iterable[Any],
        limit: Callable[[Any], float] | None = None,
        least: int | None = None,
    ) -> Iterator[tuple[Any, Any]]:
        """Each item with `function(context, item)`, or with `Failed`, in order, as `Workers.map` does.

        Raises `OutputError` if a worker has another version of fonds or does not see a shared folder, or if
        the scheduler is lost.
        """
        few = workers.FEW if least is None else least
        stream = iter(items)
        first = list(islice(stream, few))
        if len(first) < few:
            yield from workers.in_process(function, context, first, limit)
            return
        threads = sum(self._client.nthreads().values()) or 1
        waiting: deque[tuple[Batch, Future]] = deque()
        try:
            for some in batches(chain(first, stream), threads):
                batch = Batch(function, context, some, [limit(item) for item in some] if limit else None)
                waiting.append((batch, self._begun(batch)))
                while waiting and (len(waiting) > _AHEAD * threads or waiting[0][1].done()):
                    yield from self._ended(*waiting.popleft())
            while waiting:
                yield from self._ended(*waiting.popleft())
        finally:
            self._client.cancel([future for _, future in waiting])

    def close(self) -> None:
        """End what works for this build on the cluster, whatever it is doing; the cluster stays."""
        if self._client.status == "running":
            with suppress(Exception):  # who cannot be reached any more has no part in it
                self._client.run(_end, self._place.build, on_error="ignore")
        self._client.close()

    def _begun(self, batch: Batch) -> Future:
        with _told(self.address):
            return self._client.submit(work, self._place, batch, pure=False)

    def _ended(self, batch: Batch, future: Future) -> Iterator[tuple[Any, Any]]:
        yield from zip(batch.items, self._answers(batch, future), strict=True)

    def _answers(self, batch: Batch, future: Future) -> list[Any]:
        """What was made of a batch. One that workers die of is divided, until it is known of what."""
        from distributed import KilledWorker

        try:
            with _told(self.address):
                found: list[Any] = future.result()
            return found
        except KilledWorker:
            if len(batch.items) == 1:
                return [Failed(False, "several workers of the cluster died of it")]
        middle = len(batch.items) // 2
        halves = [_cut(batch, slice(middle)), _cut(batch, slice(middle, None))]
        begun = [(half, self._begun(half)) for half in halves]
        return [answer for half, future in begun for answer in self._answers(half, future)]


def batches(items: Iterable[Any], threads: int) -> Iterator[list[Any]]:
    """Items in batches that grow: small ones first, so that all threads soon have work."""
    stream = iter(items)
    given = 0
    while batch := list(islice(stream, min(_BATCH, 1 + given // (_SHARE * threads)))):
        given += len(batch)
        yield batch


def _cut(batch: Batch, part: slice) -> Batch:
    limits = batch.limits[part] if batch.limits is not None else None
    return batch._replace(items=batch.items[part], limits=limits)


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise ConfigError(
            "the library for clusters is not installed",
            place="--scheduler",
            remedy="install it on every machine with: pip install 'fonds[dask]'",
        ) from error
    client = None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        missing = "no scheduler answers" if client is None else f"no worker within {_PATIENCE} s"
        if client is not None:
            client.close()
        raise ConfigError(
            missing,
            place=address,
            remedy="start `dask scheduler` and `dask worker ADDRESS`; an address looks like tcp://host:8786",
        ) from error
    return client


@contextmanager
def _told(address: str) -> Iterator[None]:
    """What Dask raises when its scheduler is gone, as an error of fonds."""
    from distributed.comm import CommClosedError

    try:
        yield
    except (CancelledError, CommClosedError) as error:
        raise OutputError(
            "the scheduler was lost, and with it what was under way",
            place=address,
            remedy="start it again, and build again: it goes on from here",
        ) from error


# --- what runs on the workers of the cluster

#: The process that works for each thread of this Dask worker, and for which build.
_crews: Final[dict[int, tuple[str, Workers]]] = {}


def work(place: Place, batch: Batch) -> list[Any]:
    """Do the work of a batch, in a process of this machine. Raises what the work raises."""
    _check(place)
    crew = _crew(place.build)
    # by identity: pieces of work need not be hashable
    limits = dict(zip(map(id, batch.items), batch.limits or (), strict=False))
    limit = (lambda item: limits[id(item)]) if batch.limits is not None else None
    try:
        found = [made for _, made in crew.map(batch.function, batch.context, batch.items, limit, least=0)]
        for _ in crew.map(settle, batch.context, (None,), least=0):
            pass
    except BaseException:
        crew.close()  # it may be in the midst of something
        raise
    return found


def settle(_context: Any, _item: None) -> None:
    """End the files that this process appends to: only then do other machines see all that is in them."""
    spool.settle()


def _check(place: Place) -> None:
    import socket

    if place.program != keys.program():
        raise OutputError(
            "has another version of fonds, of Python or of a library, so it might write other bytes",
            place=f"worker on {socket.gethostname()}",
            remedy="install the same on all machines, and start the workers anew",
        )
    for path in place.shared:
        if not path.exists():
            raise OutputError(
                f"does not see {path}",
                place=f"worker on {socket.gethostname()}",
                remedy="put the collection and --state into folders that all machines share",
            )


def _crew(build: str) -> Workers:
    """The process that works for this thread; one of an earlier build is ended."""
    thread = threading.get_ident()
    known, crew = _crews.get(thread, ("", None))
    if crew is None or known != build:
        if crew is not None:
            crew.close()
        crew = Workers(1)
        _crews[thread] = build, crew
    return crew


def _end(build: str) -> None:
    for thread, (known, crew) in list(_crews.items()):
        if known == build:
            del _crews[thread]
            crew.close()
