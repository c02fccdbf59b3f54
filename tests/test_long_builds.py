"""What shows that a large build is flat: short documents, stages that are told apart, disk that is minded."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import fonds
from benchmarks.performance import __main__ as command
from benchmarks.performance import flat, grow, tables, timing
from benchmarks.performance.excerpts import excerpts
from benchmarks.performance.stages import Stages, size
from fonds.source import Source

SOURCES = sorted(grow.CORPUS.glob("*.txt"))


@pytest.mark.parametrize("n", range(5))
def test_an_excerpt_is_a_short_document_of_the_same_genre(n: int) -> None:
    text = SOURCES[n].read_text("utf-8")
    found = excerpts(SOURCES[n])
    assert len(found) > 2
    for one in found:
        assert 300 < len(one.encode()) < 1000
        assert fonds.convert(Source(one.encode(), "excerpt.txt")).genre == fonds.convert(SOURCES[n]).genre
        assert all(line in text for line in one.splitlines())  # nothing is made up


def test_a_document_that_is_all_body_is_cut_after_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("Memorandum\n\n" + "It rained on the day of the parade in the town. " * 90, "utf-8")
    (one,) = excerpts(path)
    assert len(one) < 1000
    assert one.endswith("in the town.\n")


def test_a_document_with_nothing_to_cut_is_grown_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Dear Sir,\nYes.\nSincerely,\nCharles Darwin\n", "utf-8")
    assert excerpts(tmp_path / "one.txt") == []
    assert "Yes." in grow.Grower(tmp_path, short=True).document(3)


def test_short_documents_depend_on_number_and_seed_and_take_turns() -> None:
    one, other = grow.Grower(short=True), grow.Grower(short=True)
    made = [one.document(n) for n in range(400)]
    assert [other.document(n) for n in reversed(range(400))] == made[::-1]
    assert len(set(made)) == 400
    assert 400 < sum(len(text.encode()) for text in made) / 400 < 900
    # what the text begins with tells the excerpts of one memorandum apart
    bodies = {re.sub(r"\W.*", "", text.split("\n\n")[5], flags=re.DOTALL) for text in made[3::5]}
    assert len(bodies) > 5


def test_long_numbers_of_a_million_documents_differ() -> None:
    slot = grow.Slot("number", "18851", "18851")
    numbers = [n for k in (0, 10**5, 2 * 10**5, 10**6) for n in range(max(k - 50, 0), k + 50)]
    assert len({grow._Filling(1, n, 0)(slot) for n in numbers}) == len(numbers)
    assert len(grow._Filling(1, 99_999, 0)(slot)) == 5


TELLS = """
import json, sys, time
def tell(stage, done, total):
    print(json.dumps({"stage": stage, "done": done, "total": total}), file=sys.stderr, flush=True)
def work(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
time.sleep(0.3)
tell("reading", 1, 2); work(0.4); tell("reading", 2, 2)
work(0.2); tell("describing", 1, 2000)
held = bytearray(80_000_000); work(0.5)
print("a warning", file=sys.stderr)
tell("describing", 2000, 2000)
print("{}")
"""


def test_stages_are_told_apart(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    done = timing.run([sys.executable, "-c", TELLS], watching=stages)
    assert done.code == 0
    assert list(stages.found) == ["starting", "reading", "planning", "describing"]
    spent = {name: stage.cpu for name, stage in stages.found.items()}
    assert 0.3 < spent["reading"] < 0.6
    assert 0.1 < spent["planning"] < 0.4
    assert 0.4 < spent["describing"] < 1
    assert sum(spent.values()) == pytest.approx(done.cpu, abs=0.05)
    assert stages.found["describing"].memory > stages.found["reading"].memory + 60
    assert stages.found["describing"].largest <= stages.found["describing"].memory
    assert [(one["stage"], one["done"]) for one in stages.passed] == [("describing", 2000)]


def test_the_time_of_a_process_is_that_which_it_knows_of_itself() -> None:
    before, known = timing.spent(os.getpid()), time.process_time()
    while time.process_time() < known + 0.2:
        pass
    assert timing.spent(os.getpid()) - before == pytest.approx(0.2, abs=0.06)


def test_shared_files_are_counted_once(tmp_path: Path) -> None:
    for name in ("state", "dump"):
        (tmp_path / name / "documents").mkdir(parents=True)
    kept = tmp_path / "state" / "documents" / "a.ttl"
    kept.write_bytes(b"x" * 100_000)
    os.link(kept, tmp_path / "dump" / "documents" / "a.ttl")
    (tmp_path / "dump" / "all.nq").write_bytes(b"x" * 200_000)
    whole = size([tmp_path / "state"])
    assert 100_000 <= whole < 140_000
    assert 200_000 <= size([tmp_path / "dump"], shared=False) < 240_000


def test_a_size_is_built_and_one_that_needs_too_much_disk_is_not(tmp_path: Path) -> None:
    said: list[str] = []
    plan = flat.Plan([3, 10**7], files=False, disk=5.0)
    built, refused = flat.measured(plan, tmp_path, said.append)
    assert built["documents"] == 3
    assert {"reading", "planning", "describing", "sorting", "writing"} <= {*built["stages"]}
    spent = sum(stage["cpu, ms per document"] for stage in built["stages"].values())
    assert spent == pytest.approx(built["cpu, ms per document"], rel=0.1)
    assert built["disk, GB"]["at most"] > 0
    assert built["pace, ms"] > 1
    assert 10 < built["memory, shared once, MiB"] <= built["memory of all processes, MiB"]
    assert refused == {"documents": 10**7, flat.LEFT_OUT: refused[flat.LEFT_OUT]}
    assert "would need" in refused[flat.LEFT_OUT]
    # of what was built nothing is left
    assert [path.name for path in tmp_path.iterdir()] == ["collection"]
    text = "\n".join(tables.markdown({"measured": {}, "long": [built, refused]}))
    assert "10,000,000 documents are left out: their build would need" in text
    assert "| MiB, 3 short documents, all processes | ≤ 600 |" in text


def row(documents: int, cpu: float, memory: int) -> dict[str, Any]:
    stage = {"cpu, ms per document": cpu, "memory of all processes, MiB": memory}
    return {
        "documents": documents,
        "cpu, ms per document": cpu,
        "clock, s": 1.0,
        "pace, ms": 40.0,
        "memory of all processes, MiB": memory,
        "memory of the largest, MiB": memory,
        "memory, shared once, MiB": memory,
        "disk, GB": {"state": 1.0},
        "stages": {"reading": stage},
    }


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (  # what ten thousand cost is compared, what a thousand cost is not
            [row(1000, 30.0, 300), row(10_000, 20.0, 400), row(100_000, 21.0, 500)],
            {
                "processor time of a document differs, 10,000 to 100,000": "5.00 | yes",
                "MiB, 100,000": "500 | yes",
            },
        ),
        (
            [row(10_000, 20.0, 400), row(100_000, 23.0, 500), row(1_000_000, 21.0, 650)],
            {
                "processor time of a document differs, 10,000 to 1,000,000": "15.0 | no",
                "memory differs, 100,000 to 1,000,000": "30.0 | no",
                "MiB, 1,000,000": "650 | no",
            },
        ),
        ([row(10_000, 20.0, 400)], {"MiB, 10,000": "400 | open"}),
    ],
)
def test_the_tables_say_whether_it_is_flat(rows: list[dict[str, Any]], told: dict[str, str]) -> None:
    lines = tables.markdown({"measured": {}, "long": rows})
    for what, verdict in told.items():
        (line,) = [line for line in lines if what in line]
        assert line.endswith(f"| {verdict} |")
    assert all("differs" not in line or any(what in line for what in told) for line in lines)


def test_results_are_written_after_each_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "figures.json"
    file.write_text(json.dumps({"builds": ["kept"]}), "utf-8")

    def measured(plan: flat.Plan, scratch: Path, say: Any) -> Any:
        assert (plan.sizes, plan.short, plan.files, plan.disk) == ([10, 20], True, False, 7.0)
        yield row(10, 20.0, 400)
        raise KeyboardInterrupt

    monkeypatch.setattr(flat, "measured", measured)
    asked = [
        "--part",
        "builds",
        "--long",
        "--lean",
        "--disk",
        "7",
        "--sizes",
        "10",
        "20",
        "--json",
        str(file),
    ]
    with pytest.raises(KeyboardInterrupt):
        command.main(asked)
    kept = json.loads(file.read_text("utf-8"))
    assert kept["builds"] == ["kept"]
    assert [one["documents"] for one in kept["long"]] == [10]
    assert kept["measured"]["long"]["processors"]
