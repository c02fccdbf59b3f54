"""The second pass: from a record to checked statements, its own files, and its share of the dump."""

from __future__ import annotations

import marshal
import pickle
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fonds.building import pieces, spool
from fonds.building.deciding import Cites, Decided, decided
from fonds.building.reading import lost, record_at
from fonds.building.spool import Corrupt, Ref
from fonds.config import Config
from fonds.dump import Issue
from fonds.errors import ConfigError

if TYPE_CHECKING:
    from fonds.agents.authority import Authority
    from fonds.agents.collection import Index
    from fonds.agents.settle import Rulings
    from fonds.naming import Move
    from fonds.rdf.iris import Minter
    from fonds.rdf.terms import Triple
    from fonds.record import Resolved
    from fonds.validate import Report


@dataclass(frozen=True)
class Context:
    """What the second pass needs besides the record itself. Names and authority are read by path."""

    config: Config
    rulings: Rulings
    names: Path
    pieces: Path
    documents: Path

    @cached_property
    def index(self) -> Index:
        from fonds.building import names

        return names.index(self.names)

    @cached_property
    def authority(self) -> Authority | None:
        from fonds.config import knowledge

        return knowledge(self.config)[0]

    @cached_property
    def mint(self) -> Minter:
        from fonds.manifest import minter

        return minter(self.config)


class Task(NamedTuple):
    """One record: its id in the collection, where it is kept, and what may capture the same document."""

    id: str
    name: str
    ref: Ref
    moves: tuple[Move, ...] = ()
    alike: tuple[Task, ...] = ()


class File(NamedTuple):
    """A file as it was written: its suffix, size in bytes, SHA-256, and when (in nanoseconds)."""

    suffix: str
    size: int
    sha256: str
    changed: int


@dataclass(frozen=True, slots=True)
class Described:
    """What became of one record: its statements (by reference), its files, and what to report."""

    records: int = 0
    triples: int = 0
    statements: Ref | None = None
    files: tuple[File, ...] = ()
    issues: tuple[Issue, ...] = ()
    report: Report | None = None
    properties: dict[str, tuple[str, ...]] = field(default_factory=dict)
    concepts: tuple[str, ...] = ()
    lost: bool = False
    prefixes: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    clash: tuple[str, ...] = ()

    def packed(self) -> bytes:
        """As it is kept, and goes from process to process: small, and as bytes that none need read."""
        return spool.packed(pickle.dumps(self, protocol=5))

    @classmethod
    def of(cls, data: bytes) -> Described:
        """What `packed` made, in a process of this or an earlier build. Raises `Corrupt`."""
        found: Described = pickle.loads(spool.unpacked(data))  # noqa: S301
        return found


class Kept(NamedTuple):
    """What the process of the build must know of a record that was described; the rest is packed.

    `outcome` is a digest of who is who in it, empty if that was not decided, `cites` are the names of
    others of which it speaks (`fonds.building.deciding`).
    """

    described: bytes
    lost: bool
    findings: int
    statements: Ref | None = None
    files: tuple[File, ...] = ()
    outcome: bytes = b""
    cites: Cites = ()


def describe(context: Context, task: Task) -> Kept:
    """One record: who is who, its statements, the verdict, and the files of its own.

    Raises `ConfigError`, `OSError` where the disk refuses, and `Corrupt`.
    """
    made, found = _described(context, task)
    kept = Kept(made.packed(), made.lost, len(made.issues), made.statements, made.files)
    return kept if found is None else kept._replace(outcome=found.mark, cites=found.cites)


def _described(context: Context, task: Task) -> tuple[Described, Decided | None]:
    try:
        record = record_at(context.pieces, task.ref, task.moves)
        found = decided(context, task, record)
        layers, report, issues, count = _stated(context, task, found.resolved)
        if not report.conforms:
            message = f"violates the shapes in {len(report.violations)} places; see report.html"
            issue = Issue(task.name, task.id, "invalid", message, lost=True)
            return Described(issues=(issue,), report=report, lost=True), found
        written = pieces.written(layers, context.mint)
    except (ConfigError, OSError, Corrupt):
        raise
    except Exception as error:  # a fault of ours costs one document, not the build
        return Described(issues=(lost(error, "invalid", task.name, task.id),), lost=True), None
    made = Described(
        count,
        sum(map(len, layers.values())),
        spool.at(context.pieces).append(marshal.dumps(written.pieces)),
        _files(context, task.id, written.files),
        issues,
        report,
        written.properties,
        written.concepts,
        prefixes=written.prefixes,
        clash=written.clash,
    )
    return made, found


def _stated(
    context: Context, task: Task, resolved: Resolved
) -> tuple[dict[str, list[Triple]], Report, tuple[Issue, ...], int]:
    """The statements about a record by layer, what SHACL says, and the findings."""
    from fonds.rdf.describe import describe as layers_of

    layers = layers_of(resolved, context.mint)
    parts = list(resolved.record.walk())
    issues = tuple(
        Issue(task.name, part.id, finding.kind, finding.message, finding.evidence)
        for part in parts
        for finding in part.findings
    )
    return layers, verdict(context.config, layers), issues, len(parts)


def verdict(config: Config, layers: dict[str, list[Triple]]) -> Report:
    """What the shapes say of the statements about one record."""
    from fonds.validate import validate

    return validate(chain.from_iterable(layers.values()), shapes=config.shapes)


def _files(context: Context, record: str, written: dict[str, bytes]) -> tuple[File, ...]:
    """The files of a record, unless the collection does without."""
    if not context.config.files:
        return ()
    return tuple(_file(context.documents, record, suffix, data) for suffix, data in written.items())


def _file(folder: Path, record: str, suffix: str, data: bytes) -> File:
    """Write a file of a record, as a new one: what an earlier dump shares with it must not change."""
    from fonds.rdf.iris import segment

    path = folder / f"{segment(record)}.{suffix}"
    part = spool.part(path)
    part.write_bytes(data)
    part.replace(path)
    return File(suffix, len(data), sha256(data).hexdigest(), path.stat().st_mtime_ns)
