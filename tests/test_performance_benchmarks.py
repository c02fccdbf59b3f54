"""What measures the speed of fonds: the documents that are grown for it, the two ways, and the tables."""

from __future__ import annotations

import copy
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import fonds
from benchmarks.performance import __main__ as command
from benchmarks.performance import building, grow, tables, timing
from benchmarks.performance.paths import WRITING
from fonds.record import Record
from fonds.source import Source
from fonds.validate import SAMPLE

SOURCES = sorted(grow.CORPUS.glob("*.txt"))


def read(text: str, name: str = "document.txt") -> Record:
    return fonds.convert(Source(text.encode(), name))


def persons(record: Record) -> set[str]:
    return {one.name for part in record.walk() for one in part.mentions if one.kind == "person"}


def test_a_document_depends_on_its_number_and_the_seed_alone() -> None:
    one, other = grow.Grower(seed=1), grow.Grower(seed=1)
    ahead = [one.document(n) for n in range(7)]
    assert [other.document(n) for n in reversed(range(7))] == ahead[::-1]
    assert len(set(ahead)) == 7
    assert grow.Grower(seed=2).document(3) != ahead[3]
    assert one.document(3, variant=1) != ahead[3]


@pytest.mark.parametrize("n", range(5))
def test_a_grown_document_reads_as_its_source_does(n: int) -> None:
    source, grown = fonds.convert(SOURCES[n]), read(grow.Grower().document(n))
    assert grown.genre == source.genre
    assert {date.role for date in grown.dates} == {date.role for date in source.dates}
    assert {party.role for party in grown.parties} == {party.role for party in source.parties}
    # as many persons as before, but for a name that chance has made a place, or a word
    assert abs(len(persons(grown)) - len(persons(source))) <= 0.35 * len(persons(source))


@pytest.mark.parametrize("n", range(5))
def test_nobody_of_the_source_is_left_in_what_grows_from_it(n: int) -> None:
    grown = set(re.findall(r"\w+", grow.Grower().document(n)))
    names = {name.split()[-1] for name in persons(fonds.convert(SOURCES[n]))}
    assert names
    assert not {name for name in names if len(name) > 2} & grown


def test_some_persons_recur_and_most_do_not() -> None:
    grower = grow.Grower()
    seen: Counter[str] = Counter()
    for n in range(40):
        seen.update({name for name in persons(read(grower.document(n))) if " " in name})
    assert max(seen.values()) >= 3
    assert sum(count == 1 for count in seen.values()) > len(seen) / 2


def test_the_pool_of_persons_grows_more_slowly_than_the_collection() -> None:
    sizes = [grow.pool(10**power) for power in range(7)]
    assert all(small < large < 10 * small for small, large in pairwise(sizes))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B 123456, 3 May 1950", r"B \d{6}, \d{1,2} [A-Z][a-z]+ 19\d\d"),
        ("03 AUG 1953", r"\d\d [A-Z]{3} 19\d\d"),
        ("12.XI.47", r"12.XI.47"),  # what is no date to fonds stays, and so does what has no arabic number
    ],
)
def test_a_value_keeps_its_form(text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(f"Memorandum\n\n{text}\n\nDear Sir,\nI have your letter.\n", "utf-8")
    grown = grow.Grower(tmp_path).document(5)
    assert re.search(expected, grown) or expected == text


def test_a_collection_has_a_thousand_documents_to_a_folder(tmp_path: Path) -> None:
    written = grow.grow(grow.CORPUS, tmp_path, range(998, 1002))
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.txt"))
    folders = ["00000", "00000", "00001", "00001"]
    assert files == [
        f"documents/{folder}/{n:08}.txt" for folder, n in zip(folders, range(998, 1002), strict=True)
    ]
    assert written == sum((tmp_path / file).stat().st_size for file in files)
    before = (tmp_path / files[0]).read_bytes()
    grow.grow(grow.CORPUS, tmp_path, range(998, 999), variant=1)
    assert (tmp_path / files[0]).read_bytes() != before


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no text files"):
        grow.Grower(tmp_path)


def test_both_ways_are_timed_on_the_same_documents(tmp_path: Path) -> None:
    grow.grow(grow.CORPUS, tmp_path, range(1))
    graphs: list[Any] = []
    spent = command.one_round(tmp_path, range(1), graphs)
    assert all(seconds > 0 for way, stages in spent.items() for seconds in stages.values() if way != "size")
    assert len(graphs[0]) > 1000
    rates = command.ratios(spent)
    assert rates["after describing"] > rates["whole"] > 1


def test_a_command_is_timed_with_its_memory() -> None:
    done = timing.run([sys.executable, "-c", "b = bytearray(60_000_000); print(len(b))"])
    assert (done.code, done.output) == (0, "60000000\n")
    assert done.cpu > 0
    assert done.largest > 55
    assert done.memory >= done.largest
    assert timing.run([sys.executable, "-c", "raise SystemExit(3)"]).code == 3


def test_a_build_that_fails_is_no_measurement() -> None:
    with pytest.raises(SystemExit, match="exit code 2"):
        building.row("first", 10, 1, timing.Run(1, 1, 1, 1, 2, ""))


def built(kind: str, jobs: int, cpu: float) -> dict[str, Any]:
    head = {"build": kind, "documents": 1000, "jobs": jobs, "left out": 0, "triples": 5_000_000}
    return {
        **head,
        "cpu, s": cpu,
        "clock, s": cpu,
        "cpu, ms per document": cpu,
        "memory of all processes, MiB": 300,
        "memory of the largest, MiB": 100,
    }


FIGURES: dict[str, Any] = {
    "measured": {
        "path": {
            "system": "Linux",
            "processors": 2,
            "python": "3.11",
            "load at the start": 1.0,
            "load at the end": 1.0,
            "versions": {"fonds": "1"},
        }
    },
    "path": {
        "documents in a round": 2,
        "rounds": 1,
        "bytes per document": 6000,
        "triples per document": 5000,
        "ms per document": {
            "shared": {"read": 1.0, "convert": 9.0},
            "fonds": {"validate": 4.0, WRITING: 16.0},
            "plain": {
                "Graph.add": 50.0,
                "pyshacl.validate": 200.0,
                "serialize turtle": 200.0,
                "serialize json-ld": 80.0,
                "serialize nt": 20.0,
            },
            "kept": {"pySHACL, shapes kept": 150.0},
            "limits": {"reading the bytes": 0.1},
        },
        "ratios": {"whole": 18.7, "validation, pySHACL's shapes kept": 37.5},
        "spread of the ratio": [18.0, 19.0],
        "documents/s": {"fonds": 33.0, "fonds, of 6,000 bytes": 33.0, "plain": 1.8},
        "peers": {"rapper": "not installed", "parsing": {"fonds": 5.0}},
    },
    "start": {
        "fonds --help": {"cpu, s": 0.1, "clock, s": 0.1},
        "fonds.validate(fonds.graph(fonds.convert(…)))": {"cpu, s": 0.9, "clock, s": 0.9},
    },
    "builds": [built("first", 1, 50), built("first", 2, 52), built("1 % changed", 2, 2)],
}


def test_the_tables_say_which_goals_are_met() -> None:
    text = "\n".join(tables.markdown(FIGURES))
    assert "| times a plain rdflib + pySHACL script, whole path | ≥ 15 | 18.7 | yes |" in text
    assert "| documents/s of 6,000 bytes, one core | ≥ 150 | 33.0 | no |" in text
    assert "| seconds, one document converted and validated | ≤ 0.6 | 0.900 | no |" in text
    assert "| % of the full time, 1 % of 1,000 documents changed | ≤ 5 | 3.85 | yes |" in text
    assert "| MiB, 1,000 documents, two processes | ≤ 600 | 300 | open |" in text
    assert "| efficiency of two processes, 1,000 documents | ≥ 0.85 | 0.962 | yes |" in text
    assert f"| **together** | {30 + 200 / SAMPLE:.1f} | 560.0 |" in text
    worse = copy.deepcopy(FIGURES)
    worse["path"]["ratios"]["whole"] = 14.9
    assert "whole path | ≥ 15 | 14.9 | no |" in "\n".join(tables.markdown(worse))


def test_a_table_is_even() -> None:
    for part in "\n".join(tables.markdown(FIGURES)).split("\n\n"):
        if part.startswith("|"):
            assert len({line.count("|") for line in part.splitlines()}) == 1
