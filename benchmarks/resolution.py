"""What it costs to tell who is who, in collections from ten thousand mentions to a million.

    python -m benchmarks.resolution [--mentions 1000000]

For each size the names of a synthetic collection are gathered on disk, as a build does it, and a sample
of its documents, evenly spread, is resolved: without an authority file, and with one that has some of its
persons. Times of a mention are processor times. Each size has a process of its own, of which the peak of
resident memory is shown after the names were gathered, and after all. The table is also written as
`results/resolution.json`.

THE DOCUMENTS ARE SYNTHETIC: a person in them is a given name and a surname joined by chance. Persons
recur as they do in archives (`benchmarks.performance.grow`): the person of rank r is met with a probability
of about 1/r, and the pool grows more slowly than the collection. Beside them one mention in ten is of one
surname, each time with other forenames, or alone with an office: a hundred thousand Smiths in a million.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.performance.grow import person, pool, tables
from fonds import __version__
from fonds.agents import resolve
from fonds.agents.authority import Authority, Entry
from fonds.agents.collection import Index
from fonds.building import names
from fonds.record import DateStatement, Evidence, Mention, Record, SourceInfo
from fonds.source import Span

RESULTS: Final = Path(__file__).parent / "results" / "resolution.json"
SIZES: Final = (10_000, 100_000, 1_000_000)
#: Mentions in a document, documents that are resolved, and persons in the authority file.
MENTIONS: Final = 12
SAMPLE: Final = 2_000
KNOWN: Final = 2_000
#: Documents resolved before, so that a process has read its tables.
WARMING: Final = 700
#: The surname of one mention in ten, and the offices of those who are named by it alone.
FREQUENT: Final = "Smith"
_OFFICES: Final = ("Assistant Secretary of State", "Ambassador to France", "Consul General", "Director")


def document(n: int, documents: int) -> Record:
    """Document number n of a collection, the same whenever it is made."""
    chance = Random(f"resolution/{n}")
    year = 1940 + chance.randrange(40)
    mentions: list[Mention] = []
    at = 0
    for _ in range(MENTIONS):
        title, name = _named(chance, documents)
        mentions.append(_mention(title, name, at, n))
        at = mentions[-1].evidence.end + 40
    dated = DateStatement(
        role="dated",
        edtf=str(year),
        evidence=mentions[0].evidence,
        earliest=f"{year}-01-01",
        latest=f"{year}-12-31",
    )
    ident = f"document-{n:07}"
    return Record(
        id=ident,
        source=SourceInfo(sha256=f"{n:064x}", name=ident, size=at, length=at, encoding="utf-8"),
        genre="synthetic",
        span=Span(0, at),
        mentions=tuple(mentions),
        dates=(dated,),
    )


def _named(chance: Random, documents: int) -> tuple[str, str]:
    """A title, and a name as documents write it: in full, with initials, or the surname alone."""
    if chance.random() < 0.1:
        if chance.random() < 0.2:
            return chance.choice(_OFFICES), FREQUENT
        return "", f"{chance.choice(tables()['given'])} {chance.choice(tables()['given'])} {FREQUENT}"
    found = person(1, int(pool(documents) ** chance.random()))
    form = chance.random()
    if form < 0.4:
        return "", f"{found.given[0]} {found.family}"
    if form < 0.6:
        return "", f"{found.given[0][0]}. {found.given[1][0]}. {found.family}"
    return ("Mr." if form < 0.9 else chance.choice(_OFFICES)), found.family


def _mention(title: str, name: str, at: int, n: int) -> Mention:
    whole = f"{title} {name}".strip()
    start = at + len(whole) - len(name)
    words = Evidence(
        source=f"{n:064x}", start=at, end=at + len(whole), quote=whole, zone="body", rule="synthetic"
    )
    return Mention(
        id=f"person-{at}",
        kind="person",
        name=name,
        name_start=start,
        name_end=words.end,
        evidence=words,
        titles=(title,) if title else (),
    )


def authority(documents: int) -> Authority:
    """A file with the persons who are met most, and their years."""
    entries = {}
    for rank in range(min(KNOWN, pool(documents))):
        found = person(1, rank)
        label = f"{found.family}, {found.given[0]} {found.given[1]}"
        entries[label] = Entry(
            iri=f"https://example.org/person/{rank}",
            label=label,
            names=(label,),
            birth=str(1890 + rank % 30),
        )
    return Authority(tuple(entries.values()), "synthetic")


def gathered(documents: int, folder: Path) -> Path:
    """The names of a collection on disk, as the first pass of a build leaves them."""
    path = folder / "names.db"
    with sqlite3.connect(folder / "told.db") as store:
        store.execute("PRAGMA journal_mode = OFF")
        store.execute("CREATE TABLE told (family TEXT, normal TEXT, known BLOB, place INT)")
        store.executemany("INSERT INTO told VALUES (?, ?, ?, ?)", _told(documents))
        names.gather(store.execute("SELECT * FROM told ORDER BY 1, 2, 4"), path)
    store.close()
    return path


def _told(documents: int) -> Iterator[tuple[str, str, bytes, int]]:
    for n in range(documents):
        for at, told in enumerate(names.told(document(n, documents))[0]):
            yield (*told, n * 1_000_000 + at)


def resolving(sample: Sequence[Record], index: Index, known: Authority | None) -> dict[str, float]:
    """Milliseconds of a mention, and of the slowest document at its best of three times."""
    start = time.process_time()
    for record in sample:
        resolve.resolve_record(record, index, known)
    spent = time.process_time() - start
    slowest = max(min(_once(record, index, known) for _ in range(3)) for record in sample)
    return {
        "ms per mention": round(spent * 1000 / len(sample) / MENTIONS, 4),
        "slowest document ms": round(slowest * 1000, 2),
    }


def _once(record: Record, index: Index, known: Authority | None) -> float:
    start = time.perf_counter()
    resolve.resolve_record(record, index, known)
    return time.perf_counter() - start


def measure(mentions: int) -> dict[str, Any]:
    """One size, in this process."""
    documents = mentions // MENTIONS
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        path = gathered(documents, Path(folder))
        spent = time.process_time() - start
        gathering = _peak()
        index = names.index(path)
        step = max(1, documents // SAMPLE)
        sample = [document(n, documents) for n in range(0, documents, step)]
        known = authority(documents)
        # what a process reads once, such as its tables, is no cost of a document
        warming = [document(n + 1, documents) for n in range(0, documents, max(1, documents // WARMING))]
        for record in warming:
            resolve.resolve_record(record, index, known)
        sizes = [len(group) for group in index.families.values()]
        return {
            "mentions": mentions,
            "documents": documents,
            "surnames": len(sizes),
            "names": sum(sizes),
            "names of one surname at most": max(sizes),
            "gathering ms per mention": round(spent * 1000 / mentions, 4),
            "alone": resolving(sample, index, None),
            "with authority": resolving(sample, index, known),
            "file MB": round(path.stat().st_size / 1e6, 1),
            "peak RSS after gathering MiB": gathering,
            "peak RSS MiB": _peak(),
        }


def _peak() -> int:
    """The most memory that this process has held, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Time and memory of telling who is who, by size.")
    parser.add_argument("--mentions", type=int, default=SIZES[-1], help="the largest collection measured")
    parser.add_argument("--one", action="store_true", help="this size alone, as JSON on standard output")
    given = parser.parse_args(arguments)
    if given.mentions < MENTIONS:
        parser.error(f"a document has {MENTIONS} mentions")
    if given.one:
        print(json.dumps(measure(given.mentions)))
        return 0
    sizes = sorted({*(size for size in SIZES if size < given.mentions), given.mentions})
    found = []
    print(f"{'mentions':>10}  {'gather':>8}  {'alone':>8}  {'authority':>9}  {'slowest':>8}  {'RSS MiB':>8}")
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.resolution", "--one", "--mentions", str(size)]
        one = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        found.append(one)
        alone, known = one["alone"], one["with authority"]
        slowest = max(alone["slowest document ms"], known["slowest document ms"])
        print(
            f"{size:>10,}  {one['gathering ms per mention']:>8.4f}  {alone['ms per mention']:>8.4f}  "
            f"{known['ms per mention']:>9.4f}  {slowest:>8.2f}  {one['peak RSS MiB']:>8}",
            flush=True,
        )
    RESULTS.parent.mkdir(exist_ok=True)
    told = {"fonds": __version__, "python": sys.version.split()[0], "sizes": found}
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
