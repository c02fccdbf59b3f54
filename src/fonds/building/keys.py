"""Digests of all that a step of a build reads: the same digest, the same result.

They err to one side: a changed comment in a rule does the work again. Times of change are never
asked, only content.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, distribution, entry_points, requires, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fonds.errors import SourceError

if TYPE_CHECKING:
    from fonds.agents.settle import Rulings
    from fonds.config import Config

_GROUPS: Final = ("fonds.converters", "fonds.layers")


def digest(*parts: object) -> bytes:
    """A digest of 16 bytes of some values, by how Python writes them."""
    found = blake2b(digest_size=16)
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogatepass")
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.digest()


@cache
def program() -> bytes:
    """Of fonds itself, its data, Python, and the packages that it stands on or that add to it."""
    root = Path(str(files("fonds")))
    rules = (path for path in root.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".pyo"))
    points = [point for group in _GROUPS for point in entry_points(group=group)]
    added = sorted({(point.value, point.dist.version if point.dist else "") for point in points})
    return digest(sys.version, _contents(rules, root), _needed(), added)


def _needed() -> list[tuple[str, str]]:
    try:
        stated = requires("fonds") or []
        names = {line.split(";")[0].strip().rstrip(")").split("[")[0] for line in stated}
        plain = {"".join(_leading(name)) for name in names}
        return sorted((name, version(name)) for name in plain if _installed(name))
    except PackageNotFoundError:
        return []


def _leading(words: str) -> Iterable[str]:
    for char in words:
        if not (char.isalnum() or char in "-_."):
            return
        yield char


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _contents(paths: Iterable[Path], root: Path) -> bytes:
    found = sorted((path.relative_to(root).as_posix(), path) for path in paths)
    return digest(*(part for name, path in found for part in (name, path.read_bytes())))


def tree(path: Path | None) -> bytes:
    """Of a file, or of all files below a folder; of nothing, if there is none."""
    if path is None:
        return b""
    if path.is_file():
        return digest(path.name, path.read_bytes())
    return _contents((one for one in path.rglob("*") if one.is_file()), path)


def reading(config: Config) -> bytes:
    """Of what the first pass reads besides the document."""
    metadata = config.metadata
    return digest(
        *(b"reading", program(), config.period, config.holder, config.max_bytes),
        *(tree(config.genres), tree(config.lexicon)),
        *((repr(metadata.fields), metadata.match, metadata.key, metadata.absent) if metadata else ()),
        tree(metadata.file) if metadata else b"",
    )


def source(
    config: Config, name: str, given: bytes, cuts: Mapping[str, object]
) -> tuple[bytes, str, int] | None:
    """The key of one document, the SHA-256 of its bytes and their number; None if it cannot be read.

    `given` is `reading(config)`, `cuts` what a curator has decided about names, by document.
    """
    try:
        read = config.source(config.documents / name)
        beside = config.metadata.companion(name) if config.metadata else None
        about = beside.read_bytes() if beside is not None and beside.is_file() else None
    except (SourceError, OSError):
        return None
    stated = [getattr(read, field.name) for field in fields(read) if field.name != "data"]
    return digest(given, read.sha256, stated, about, cuts.get(read.sha256[:16])), read.sha256, len(read.data)


def dataset(config: Config) -> bytes:
    """Of what a build reads besides the documents: fonds.toml, the files that it names, the time."""
    from fonds.manifest import built_at
    from fonds.validate import shapes_files

    shapes = [(path.name, path.read_bytes()) for path in shapes_files(config.shapes)]
    return digest(repr(config), built_at(), tree(config.authority), tree(config.review), shapes)


def describing(config: Config) -> bytes:
    """Of what the second pass reads besides the record and who is who in it."""
    from fonds.manifest import minter
    from fonds.validate import shapes_files

    shapes = [(path.name, path.read_bytes()) for path in shapes_files(config.shapes)]
    stated = config.period, config.files
    return digest(b"describing", program(), minter(config), stated, tree(config.lexicon), shapes)


def deciding(config: Config, rulings: Rulings) -> bytes:
    """Of what decides who is who, besides the record and the names of the collection."""
    ruled = [
        (key, ruling.key, sorted(ruling.refused), ruling.unlinked, ruling.reason, ruling.label)
        for key, ruling in sorted(rulings.agents.items())
    ]
    return digest(tree(config.authority), ruled, sorted(rulings.apart), sorted(rulings.cuts.items()))
