"""A build on a Dask cluster: the bytes of one machine, whatever dies, and errors that say what to do."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import tasks
from click.testing import CliRunner
from test_build_state import content, write

from fonds.build import Manner, build
from fonds.building import cluster, keys, workers
from fonds.building.cluster import Batch, Cluster, Place
from fonds.building.progress import Progress
from fonds.building.workers import Failed
from fonds.cli import main
from fonds.errors import ConfigError, OutputError

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")


class SameProgram(distributed.WorkerPlugin):  # type: ignore[misc]
    """Workers that start later have the fonds of now, also if somebody edits it meanwhile."""

    def __init__(self, program: bytes) -> None:
        self.program = program

    def setup(self, worker: Any) -> None:
        keys.program = lambda: self.program  # type: ignore[assignment]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A scheduler with two worker processes on this machine, which find the work of these tests."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    try:
        with distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            scheduler_port=0,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            local_directory=str(tmp_path_factory.mktemp("dask")),
            silence_logs=50,
        ) as found:
            with distributed.Client(found.scheduler_address, set_as_default=False) as client:
                client.register_plugin(SameProgram(keys.program()))
            yield found
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster is asked for the least work."""
    monkeypatch.setattr(workers, "FEW", 1)


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Letters enough that some are still to be read when a worker is killed."""
    folder = tmp_path_factory.mktemp("cluster") / "letters"
    (folder / "documents").mkdir(parents=True)
    (folder / "fonds.toml").write_text('base = "https://example.org/letters/"\n', "utf-8")
    for day in range(1, 27):
        write(folder, day, ("Emile Zola", "Alfred Dreyfus", "Georges Picquart")[day % 3])
    return folder


@pytest.fixture(scope="module")
def alone(collection: Path) -> Path:
    """The dump that one process makes of the letters, in several files; its state lies beside it."""
    build(collection, collection.with_name("alone"), jobs=1, manner=Manner(shards=1000))
    return collection.with_name("alone")


def kill_one(local: Any) -> int:
    """Kill the process of one worker, as the loss of a machine would."""
    process: int = local.workers[min(local.workers)].process.process.pid
    os.kill(process, signal.SIGKILL)
    return process


def results(
    local: Any,
    folder: Path,
    function: Callable[[Any, Any], Any],
    first: Any,
    count: int = 8,
    limit: float | None = None,
) -> list[Any]:
    context = folder / "context"
    context.write_bytes(pickle.dumps(first))
    with closing(Cluster(local.scheduler_address, (folder,))) as crew:
        told = crew.map(function, context, range(count), (lambda _: limit) if limit else None)
        return [result for _, result in told]


@pytest.mark.usefixtures("few")
def test_workers_that_are_killed_change_no_byte(
    local: Any, collection: Path, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One dies while documents are read, one while records are described; nothing is done here."""
    killed: dict[str, int] = {}

    def watch(progress: Progress) -> None:
        stage = progress.stage
        if stage in ("reading", "describing") and stage not in killed and progress.done >= 3:
            killed[stage] = kill_one(local)

    monkeypatch.chdir(collection.parent)  # paths that are relative here mean nothing on another machine
    manner = Manner(shards=1000, state=tmp_path / "state", scheduler=local.scheduler_address)
    build("letters", tmp_path / "dump", watch=watch, manner=manner)
    assert len(set(killed.values())) == 2
    found = content(tmp_path / "dump")
    assert len([name for name in found if name.startswith("all-")]) > 1
    assert found == content(alone)


@pytest.mark.usefixtures("few")
def test_the_second_build_on_the_cluster_does_nothing_twice(
    local: Any, collection: Path, alone: Path, tmp_path: Path
) -> None:
    """What one machine kept, the cluster does not do again."""
    kept = alone.with_name("alone.state")
    before = sorted(path.name for path in (kept / "pieces").iterdir())
    manner = Manner(shards=1000, state=kept, scheduler=local.scheduler_address)
    build(collection, tmp_path / "dump", manner=manner)
    assert content(tmp_path / "dump") == content(alone)
    assert sorted(path.name for path in (kept / "pieces").iterdir()) == before


@pytest.mark.usefixtures("few")
def test_workers_fetch_and_send(local: Any, collection: Path, alone: Path, tmp_path: Path) -> None:
    """From one file system to another, by way of the folders that all share."""
    manner = Manner(shards=1000, state=tmp_path / "state", scheduler=local.scheduler_address)
    build(collection.as_uri(), (tmp_path / "far").as_uri(), manner=manner)
    assert content(tmp_path / "far") == content(alone)


@pytest.mark.usefixtures("few")
def test_results_come_in_the_order_of_the_work_from_all_workers(local: Any, tmp_path: Path) -> None:
    local.wait_for_workers(2)  # one that was killed may still be starting
    found = results(local, tmp_path, tasks.times, 10, 120)
    assert [value for value, _ in found] == [10 * item for item in range(120)]
    makers = {maker for _, maker in found}
    assert len(makers) == 2
    assert os.getpid() not in makers


#: What becomes of the fourth of eight pieces of work: no Dask worker dies of it.
FATES: dict[str, tuple[Callable[[Any, int], int], object]] = {
    "work that hangs is given up": (tasks.hang, Failed(True, "it took longer than it may")),
    "work that kills is given up": (tasks.die, Failed(False, "two processes died of it (signal 9)")),
    "what others print does no harm": (tasks.chatter, 3),
}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("fate", FATES)
def test_one_piece_of_work_costs_no_other(fate: str, local: Any, tmp_path: Path) -> None:
    function, outcome = FATES[fate]
    before = {name: worker.process.process.pid for name, worker in local.workers.items()}
    assert results(local, tmp_path, function, tmp_path, limit=1.5) == [0, 1, 2, outcome, 4, 5, 6, 7]
    assert {name: worker.process.process.pid for name, worker in local.workers.items()} == before


@pytest.mark.usefixtures("few")
def test_what_ends_the_build_is_raised_here(local: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rules\.toml: no such table \(mend it\)"):
        results(local, tmp_path, tasks.refuse, 0)


def test_a_batch_that_workers_die_of_is_divided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask gives such a batch up after some workers; only the one piece of work in it is lost."""
    context = tmp_path / "context"
    context.write_bytes(pickle.dumps(0))
    tried: list[list[int]] = []

    class Future:
        def __init__(self, items: list[int]) -> None:
            self.items = items

        def result(self) -> list[int]:
            tried.append(self.items)
            if 3 in self.items:
                raise distributed.KilledWorker("work", "tcp://127.0.0.1:1", 4)
            return [10 * item for item in self.items]

    class Client:
        def submit(self, function: object, place: Place, batch: Batch, pure: bool) -> Future:
            return Future(batch.items)

    crew = Cluster.__new__(Cluster)
    crew.address, crew._client, crew._place = "tcp://127.0.0.1:1", Client(), Place("", b"", ())
    batch = Batch(tasks.times, context, list(range(8)), [1.0] * 8)
    answers = crew._answers(batch, crew._begun(batch))
    lost = Failed(False, "several workers of the cluster died of it")
    assert answers == [0, 10, 20, lost, 40, 50, 60, 70]
    assert len(tried) == 7


def test_batches_grow_and_lose_nothing() -> None:
    found = list(cluster.batches(range(100_000), 2))
    assert [item for batch in found for item in batch] == list(range(100_000))
    sizes = [len(batch) for batch in found]
    assert sizes[:32] == [1] * 32
    assert sizes[:-1] == sorted(sizes[:-1])
    assert max(sizes) == 1000


#: What a worker must have, and what is said of one that has it not.
UNFIT: dict[str, tuple[Callable[[Path], Place], str]] = {
    "another version": (lambda folder: Place("", b"another", (folder,)), "another version of fonds.*anew"),
    "a folder that is not shared": (
        lambda folder: Place("", keys.program(), (folder / "elsewhere",)),
        "does not see .*elsewhere.*all machines share",
    ),
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_a_worker_that_is_not_fit_refuses(unfit: str, tmp_path: Path) -> None:
    """Else it would leave documents out as unreadable, or write other bytes."""
    place, said = UNFIT[unfit]
    with pytest.raises(OutputError, match=said):
        cluster.work(place(tmp_path), Batch(tasks.times, tmp_path / "context", [1], None))


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch, collection: Path, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with pytest.raises(ConfigError, match=r"no scheduler answers \(start `dask scheduler`"):
        build(collection, tmp_path / "dump", manner=Manner(scheduler="tcp://127.0.0.1:1"))
    assert not (tmp_path / "dump").exists()


@pytest.mark.parametrize(
    "error",
    [distributed.client.FutureCancelledError("work", "lost"), distributed.comm.CommClosedError("closed")],
)
def test_a_scheduler_that_is_lost(error: Exception) -> None:
    """What Dask raises then says nothing to a user."""
    with (
        pytest.raises(OutputError, match=r"tcp://127\.0\.0\.1:1: the scheduler was lost.*goes on from here"),
        cluster._told("tcp://127.0.0.1:1"),
    ):
        raise error


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, collection: Path, tmp_path: Path) -> None:
    """The command says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    given = ["build", str(collection), "-o", str(tmp_path / "dump"), "--scheduler", "tcp://127.0.0.1:1"]
    told = CliRunner().invoke(main, given)
    assert told.exit_code != 0
    assert "pip install 'fonds[dask]'" in told.output


@pytest.mark.usefixtures("few")
def test_nothing_of_a_build_stays_on_the_cluster(local: Any, tmp_path: Path) -> None:
    found = results(local, tmp_path, tasks.times, 10, 40)
    with distributed.Client(local.scheduler_address, set_as_default=False) as client:
        assert set(client.run(_crews).values()) == {0}
    assert not [maker for _, maker in found if _works(maker)]


def _crews() -> int:
    return len(cluster._crews)


def _works(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
