"""Tables and lists of values with the place of each: CSV, TSV, JSON, JSON Lines.

Offsets are code points in the decoded file, so that evidence can quote a catalogue as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import regex

from fonds.converters.json_text import Scalar, scalars

#: What may stand between two columns.
DELIMITERS: Final = ",;\t|"


class Cell(NamedTuple):
    """One value of an entry: its column, where it stands, and what it says.

    In JSON the column is the path of keys with dots between them, positions in lists left out.
    """

    column: str
    start: int
    end: int
    value: str


Entry = tuple[Cell, ...]


@cache
def _csv(delimiter: str) -> regex.Pattern[str]:
    sign = regex.escape(delimiter)
    return regex.compile(
        rf'(?:"(?P<quoted>(?:[^"]|"")*+)"|(?P<plain>(?!")[^{sign}\r\n]*+))(?P<end>{sign}|\r\n|\r|\n|\Z)'
    )


def read_csv(content: str) -> tuple[tuple[str, ...], tuple[Entry, ...]]:
    """The columns of a CSV text and its entries (RFC 4180; the delimiter is told from the first line).

    Raises `ValueError`, with the line, if a quotation mark is not closed or a row is too long.
    """
    rows = _rows(content)
    head = next(rows, ())
    columns = tuple(cell.value.strip() for cell in head)
    entries = []
    for row in rows:
        if len(row) > len(columns):
            line = content.count("\n", 0, row[0].start) + 1
            raise ValueError(f"line {line} has {len(row)} cells, the first line {len(columns)}")
        if any(cell.value for cell in row):
            entries.append(
                tuple(
                    cell._replace(column=name) for name, cell in zip(columns, row, strict=False) if cell.value
                )
            )
    return columns, tuple(entries)


def _rows(content: str) -> Iterator[tuple[Cell, ...]]:
    at = 1 if content.startswith("\ufeff") else 0
    line = regex.sub(r'"[^"]*"', "", content[at:].split("\n", 1)[0])
    delimiter = max(DELIMITERS, key=line.count)
    row: list[Cell] = []
    while at < len(content):
        match = _csv(delimiter).match(content, at)
        if match is None:
            number = content.count("\n", 0, at) + 1
            raise ValueError(f"line {number}: a quotation mark is not closed, or words follow it")
        if match["quoted"] is not None:
            start, end = match.span("quoted")
            row.append(Cell("", start, end, content[start:end].replace('""', '"')))
        else:
            start, end = match.span("plain")
            row.append(Cell("", start, end, content[start:end]))
        at = match.end()
        if match["end"] != delimiter:
            yield tuple(row)
            row = []
    if row:
        yield tuple(row)


def read_json(content: str) -> tuple[Entry, ...]:
    """The entries of a JSON text: one, or one for each object of a list. Raises `ValueError`."""
    entries: dict[int, list[Cell]] = {}
    for scalar in scalars(content):
        first = scalar.path[0] if scalar.path else 0
        entries.setdefault(first if isinstance(first, int) else 0, []).append(_cell(scalar, 0))
    return tuple(tuple(cells) for cells in entries.values())


def read_json_lines(content: str) -> tuple[Entry, ...]:
    """The entries of JSON Lines: one for each line that is not blank. Raises `ValueError`, with the line."""
    entries = []
    at = 0
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            try:
                entries.append(tuple(_cell(scalar, at) for scalar in scalars(line)))
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from error
        at += len(line) + 1
    return tuple(entries)


def _cell(scalar: Scalar, offset: int) -> Cell:
    column = ".".join(step for step in scalar.path if isinstance(step, str))
    return Cell(column, scalar.start + offset, scalar.end + offset, scalar.value)
