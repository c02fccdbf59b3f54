"""Small dumps as a build writes them, and how many statements somebody finds in them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from fonds import manifest, store
from fonds.dataset import query
from fonds.rdf.nquads import nquads
from fonds.rdf.terms import LABEL, RICO, TYPE, Literal, Quad

BASE = "https://example.org/archive/"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def quads(count: int, name: str = "Letter") -> list[Quad]:
    graph = BASE + "graph/rico"
    found: list[Quad] = []
    for number in range(count):
        record = f"{BASE}record/{number:05}"
        found += [
            (record, TYPE, RICO + "Record", graph),
            (record, LABEL, Literal(f"{name} {number}"), graph),
        ]
    return found


def make(folder: Path, held: list[Quad], suffix: str = "") -> Path:
    """A dump of one file, or of two compressed ones, with a manifest as a build writes it."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    data = nquads(held)
    lines = data.splitlines(keepends=True)
    parts = {"all.nq": data}
    if suffix == ".gz":
        half = len(lines) // 2
        parts = {
            "all-00001.nq.gz": gzip.compress(b"".join(lines[:half]), mtime=0),
            "all-00002.nq.gz": gzip.compress(b"".join(lines[half:]), mtime=0),
        }
    elif suffix == ".zst":
        zstandard = pytest.importorskip("zstandard")
        parts = {"all-00001.nq.zst": zstandard.ZstdCompressor().compress(data)}
    for name, content in parts.items():
        (folder / name).write_bytes(content)
    manifest.write(
        folder / "manifest.json", {"fonds": "0"}, [("all-sources.txt", "0")], manifest.files(folder)
    )
    return folder


class Heard(list[str]):
    """What was said."""

    def __call__(self, words: str) -> None:
        self.append(words)

    def told(self, *words: str) -> bool:
        return [any(word in line for word in words) for line in self] == [True] * len(words)


def stores(dump: Path) -> list[Path]:
    root = dump.with_name(f"{dump.name}.state") / "store"
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def count(dump: Path, heard: Heard, folder: Path | None = None) -> int:
    """The statements of a dump whose store can be kept, opened here."""
    place = store.find(dump, folder, heard)
    assert not place.temporary
    held, close = store.opened(place, heard)
    try:
        return len(held)
    finally:
        del held
        close()


def asked(dump: Path, heard: Heard) -> int:
    """The same, asked of a process of its own."""
    return int(query(dump, COUNT, say=heard).rows[0][0] or 0)
