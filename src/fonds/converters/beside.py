"""Catalogue metadata beside a text: a file next to each document, or one table for all.

Which, and what its columns mean, is declared in `fonds.toml`:

    [metadata]
    file = "catalogue.csv"          # a table: CSV, TSV, JSON or JSON Lines
    key = "number"                  # the column that names the document
    match = '^(\\d+)_'               # what of the file name it holds; else the name, or it without suffix

    [metadata.fields]
    title = "title"
    from = "sender"
    doc_date = { type = "date", role = "dated", order = "mdy" }

or, instead of the first two, `beside = "{key}.meta.json"`: the JSON file next to each document.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from fonds.converters import Options, tables, witness
from fonds.converters.meaning import ZONE, Meaning, Value, meaning, rule
from fonds.converters.tables import Entry
from fonds.errors import ConfigError
from fonds.record import Evidence, Finding, Record, SourceInfo
from fonds.source import MAX_BYTES, Source

_READERS: Mapping[str, str] = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
}


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What `fonds.toml` declares under `[metadata]`, checked.

    `root` is the folder of the collection, `documents` that of the documents; `fields` say what each
    column means. `file` is the table, `key` its column; `beside` the name of the file next to a
    document, with `{key}` in it; `match` takes the key out of the name of a document; what stands in
    `absent` is no value.
    """

    root: Path
    documents: Path
    fields: Mapping[str, Meaning]
    file: Path | None = None
    key: str | None = None
    beside: str | None = None
    match: str | None = None
    absent: tuple[str, ...] = ()

    def keys(self, name: str) -> list[str]:
        """By what a document of this name (its path within the documents) may be called in the catalogue."""
        file = name.rpartition("/")[2]
        if self.match is None:
            return list(dict.fromkeys((name, file, file.rpartition(".")[0] or file)))
        found = re.search(self.match, file)
        return [found[1] if found.re.groups else found[0]] if found else []

    def companion(self, name: str) -> Path | None:
        """The file that stands beside a document, whether or not it is there."""
        keys = self.keys(name)
        if self.beside is None or not keys:
            return None
        return (self.documents / name).parent / self.beside.replace("{key}", keys[-1])

    def is_catalogue(self, path: Path, names: set[Path | None]) -> bool:
        """Whether a file among the documents is metadata; `names` are the companions of all of them."""
        return path in names or (self.file is not None and path.absolute() == self.file.absolute())


def declared(stated: Mapping[str, Any] | None, root: Path, documents: Path, place: str) -> Metadata | None:
    """The `[metadata]` of a collection; None if there is none.

    Raises `ConfigError` with the file and the key.
    """
    if stated is None:
        return None
    given = stated.get("fields")
    if not given:
        raise ConfigError(
            "[metadata] has no fields",
            place=place,
            remedy='say what the columns mean: fields = { title = "title" }',
        )
    if ("file" in stated) == ("beside" in stated):
        raise ConfigError(
            "[metadata] needs either file or beside",
            place=place,
            remedy='name one table (file = "catalogue.csv"), or the file next to each document '
            '(beside = "{key}.json")',
        )
    if "file" in stated and "key" not in stated:
        raise ConfigError(
            "[metadata] has no key", place=place, remedy="name the column that names the documents: key = …"
        )
    if "beside" in stated and "{key}" not in stated["beside"]:
        raise ConfigError(
            f"metadata.beside is {stated['beside']!r}",
            place=place,
            remedy='write it with {key}: "{key}.json"',
        )
    file = root / stated["file"] if "file" in stated else None
    named = file.name if file else stated["beside"]
    if Path(named).suffix.lower() not in _READERS:
        raise ConfigError(
            f"metadata in {named!r} is not read", place=place, remedy=f"use one of {', '.join(_READERS)}"
        )
    if file is not None and not file.is_file():
        raise ConfigError(
            f"metadata.file names {stated['file']!r}, which does not exist",
            place=place,
            remedy="paths are relative to the folder of fonds.toml",
        )
    try:
        re.compile(stated.get("match", ""))
    except re.error as error:
        raise ConfigError(f"metadata.match: {error}", place=place, remedy="mend the pattern") from error
    return Metadata(
        root=root,
        documents=documents,
        fields={name: meaning(said, f"{place}: metadata.fields.{name}") for name, said in given.items()},
        file=file,
        key=stated.get("key"),
        beside=stated.get("beside"),
        match=stated.get("match"),
        absent=tuple(str(word) for word in stated.get("absent", ())),
    )


def merge(record: Record, options: Options) -> Record:
    """The record with what its entry in the catalogue says; unchanged if it has none.

    Raises `ConfigError` if the table cannot be read or lacks a column.
    """
    metadata = options.metadata
    if metadata is None:
        return record
    if metadata.file is not None:
        table = _table(metadata, metadata.file)
        rows = next(
            (found for key in metadata.keys(record.source.name) if (found := table.rows.get(key))), []
        )
        if len(rows) > 1:
            message = f"{len(rows)} entries of {table.info.name} are about this document; none was taken"
            return _found(record, Finding(kind="ambiguous-metadata", message=message))
        return _merged(record, rows[0], table, options) if rows else record
    beside = metadata.companion(record.source.name)
    if beside is None or not beside.is_file():
        return record
    try:
        table = _read(beside, metadata.root)
    except ValueError as error:
        message = f"{beside.name} cannot be read: {error}"
        return _found(record, Finding(kind="unread-metadata", message=message))
    if len(table.entries) != 1:
        message = f"{beside.name} holds {len(table.entries)} entries, not one; none was taken"
        return _found(record, Finding(kind="ambiguous-metadata", message=message))
    return _merged(record, table.entries[0], table, options)


def _found(record: Record, finding: Finding) -> Record:
    return replace(record, findings=(*record.findings, finding))


@dataclass(frozen=True)
class _Table:
    """A catalogue that has been read; `rows` are its entries by key, where one is declared."""

    info: SourceInfo
    content: str
    columns: tuple[str, ...] | None
    entries: tuple[Entry, ...]
    rows: Mapping[str, list[Entry]]


def _merged(record: Record, entry: Entry, table: _Table, options: Options) -> Record:
    metadata = options.metadata
    values = []
    for cell in entry:
        said = metadata.fields.get(cell.column) if metadata else None
        words = cell.value.strip()
        if metadata is None or said is None or not words or words in metadata.absent:
            continue
        # an escape in the file makes the words differ from what stands there
        lead = len(cell.value) - len(cell.value.lstrip()) if cell.end - cell.start == len(cell.value) else 0
        start, end = (
            cell.start + lead,
            cell.start + lead + len(words) if lead or _same(cell, table) else cell.end,
        )
        evidence = Evidence(
            source=table.info.sha256,
            start=start,
            end=end,
            quote=table.content[start:end],
            zone=ZONE,
            rule=rule("catalogue", cell.column),
        )
        values.append(Value(said, words, evidence))
    if not values:
        return record
    merged = witness.merge(record, values, options)
    return replace(merged, witnesses=(*merged.witnesses, table.info))


def _same(cell: tables.Cell, table: _Table) -> bool:
    return table.content[cell.start : cell.end] == cell.value


def _table(metadata: Metadata, file: Path) -> _Table:
    stat = file.stat()
    try:
        table = _keyed(file, metadata.root, metadata.key or "", stat.st_size, stat.st_mtime_ns)
    except ValueError as error:
        raise ConfigError(str(error), place=str(file), remedy="mend the catalogue") from error
    for column in (metadata.key or "", *metadata.fields):
        if table.columns is not None and column not in table.columns:
            raise ConfigError(
                f"no column {column!r}", place=str(file), remedy=f"its columns are {', '.join(table.columns)}"
            )
    return table


@lru_cache(maxsize=4)
def _keyed(file: Path, root: Path, key: str, size: int, changed: int) -> _Table:
    """A table by its key; `size` and time of change are there so that a changed file is read again."""
    table = _read(file, root)
    rows: dict[str, list[Entry]] = {}
    for entry in table.entries:
        for cell in entry:
            if cell.column == key:
                rows.setdefault(cell.value.strip(), []).append(entry)
    return replace(table, rows=rows)


def _read(file: Path, root: Path) -> _Table:
    """Raises `SourceError`, and `ValueError` if the content is not what the suffix says."""
    data = Source.read(file, max_bytes=10 * MAX_BYTES).data
    content = data.decode("utf-8")  # its error is a ValueError
    form = _READERS[file.suffix.lower()]
    columns: tuple[str, ...] | None = None
    if form == "application/json":
        entries = tables.read_json(content)
    elif form == "application/jsonl":
        entries = tables.read_json_lines(content)
    else:
        columns, entries = tables.read_csv(content)
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
    info = SourceInfo(
        sha256=hashlib.sha256(data).hexdigest(),
        name=name,
        size=len(data),
        length=len(content),
        encoding="utf-8",
        media_type=form,
        origin=name,
    )
    return _Table(info, content, columns, entries, {})
