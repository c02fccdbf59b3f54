"""The second pass: from a record to checked statements, its own files, and its share of the dump."""

from __future__ import annotations

import marshal
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fonds.building import pieces, spool
from fonds.building.reading import lost, record_at
from fonds.building.spool import Corrupt, Ref
from fonds.config import Config
from fonds.dump import Issue
from fonds.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fonds.agents.authority import Authority
    from fonds.agents.checks import Checks
    from fonds.agents.collection import Index
    from fonds.agents.settle import Rulings
    from fonds.naming import Move
    from fonds.rdf.iris import Minter
    from fonds.rdf.terms import Triple
    from fonds.record import Record
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


def describe(context: Context, task: Task) -> Described:
    """One record: who is who, its statements, the verdict, and the files of its own.

    Raises `ConfigError`, `OSError` where the disk refuses, and `Corrupt`.
    """
    try:
        record = record_at(context.pieces, task.ref, task.moves)
        layers, report, issues, count = _stated(context, task, record)
        if not report.conforms:
            message = f"violates the shapes in {len(report.violations)} places; see report.html"
            issue = Issue(task.name, task.id, "invalid", message, lost=True)
            return Described(issues=(issue,), report=report, lost=True)
        written = pieces.written(layers, context.mint)
        concepts = _concepts(layers, context.mint)
    except (ConfigError, OSError, Corrupt):
        raise
    except Exception as error:  # a fault of ours costs one document, not the build
        return Described(issues=(lost(error, "invalid", task.name, task.id),), lost=True)
    return Described(
        count,
        sum(map(len, layers.values())),
        spool.at(context.pieces).append(marshal.dumps(written.pieces)),
        tuple(_file(context.documents, task.id, suffix, data) for suffix, data in written.files.items()),
        issues,
        report,
        {layer: tuple(sorted({triple[1] for triple in triples})) for layer, triples in layers.items()},
        concepts,
        prefixes=written.prefixes,
        clash=written.clash,
    )


def _stated(
    context: Context, task: Task, record: Record
) -> tuple[dict[str, list[Triple]], Report, tuple[Issue, ...], int]:
    """The statements about a record by layer, what SHACL says, and the findings."""
    from fonds.agents import resolve
    from fonds.agents.checks import checked
    from fonds.rdf.describe import describe as layers_of

    config = context.config
    lexicon = str(config.lexicon) if config.lexicon else None
    resolved = resolve.resolve_record(record, context.index, context.authority, context.rulings, lexicon)
    resolved = checked(resolved, _checks(context, task, record), context.authority)
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

    return validate((triple for layer in layers.values() for triple in layer), shapes=config.shapes)


def _checks(context: Context, task: Task, record: Record) -> Checks:
    from fonds.agents.captures import captures
    from fonds.agents.checks import Checks

    if not task.alike:
        return Checks(context.config.period)
    others = [record_at(context.pieces, other.ref, other.moves) for other in task.alike]
    ids = [other.id for other in others]
    known = captures((record, *others), (record.id, *ids))
    return Checks(context.config.period, {record.id: tuple(sorted(ids))}, known)


def _concepts(layers: dict[str, list[Triple]], mint: Minter) -> tuple[str, ...]:
    """The objects of which the vocabulary of the dump may have to speak."""
    from fonds.rdf.describe import objects
    from fonds.rdf.vocabulary import entries

    used: Iterable[str] = {iri for triples in layers.values() for iri in objects(triples)}
    spoken = {triple[0] for triple in entries(mint, used)}
    return tuple(sorted(iri for iri in used if iri in spoken))


def _file(folder: Path, record: str, suffix: str, data: bytes) -> File:
    """Write a file of a record, as a new one: what an earlier dump shares with it must not change."""
    from fonds.rdf.iris import segment

    path = folder / f"{segment(record)}.{suffix}"
    part = spool.part(path)
    part.write_bytes(data)
    part.replace(path)
    return File(suffix, len(data), sha256(data).hexdigest(), path.stat().st_mtime_ns)
