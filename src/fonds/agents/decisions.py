"""The file in which a curator decides who is who.

A CSV file, one decision in a row. `first` and `second` are places in documents, written
`9f6577e499bcd537/3607-3640`: the first sixteen digits of the SHA-256 of the file, and the first
and last offset (code points, end exclusive) of a name in it. Where the offsets count in something else
than the text of the file, a hash of that follows: of the XPath of an element, or of the catalogue that
speaks of the file (`9f6577e499bcd537/0-17-5c2e0d1f`). What a document is called, which
rules read it and what else is in the collection may all change; the place stays the same for as
long as the text does. `second` may also be an entry of the authority file. `decision` is one of

    same         both are one agent; or the first is the entry
    different    they are two; where they were one, the first goes its own way
    link IRI     the first is this entry of the authority file
    no link      the first is no entry of the authority file

Rows without a decision are skipped, and columns that are not named here are the curator's own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, NamedTuple

from fonds.agents.match import hash8
from fonds.errors import ConfigError
from fonds.record import Mention

Word = Literal["same", "different", "link", "no link"]

#: What a spreadsheet would take for a formula (OWASP, CSV Injection).
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_PLACE: Final = re.compile(r"([0-9a-f]{16})/(\d+)-(\d+)(?:-([0-9a-f]{8}))?\Z")
_ENTRY: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|authority/)[^\s<>\"{}|\\^`]+\Z")
_REMEDY: Final = "write same, different, link and an IRI, or no link"


class Place(NamedTuple):
    """Where a name stands: the first 16 digits of the SHA-256 of the document's file, and the offsets.

    `frame` is a hash of what the offsets count in, empty if that is the text of the file.
    """

    source: str
    start: int
    end: int
    frame: str = ""

    def __str__(self) -> str:
        return f"{self.source}/{self.start}-{self.end}" + (f"-{self.frame}" if self.frame else "")

    @classmethod
    def of(cls, mention: Mention, source: str) -> Place:
        """Where a mention stands; `source` is the SHA-256 of the file of its document, or its beginning."""
        evidence = mention.evidence
        other = "" if evidence.source.startswith(source[:16]) else evidence.source
        frame = " ".join(word for word in (other, evidence.path) if word)
        return cls(source[:16], mention.name_start, mention.name_end, hash8(frame) if frame else "")

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that a text writes, None if it is none."""
        found = _PLACE.match(text)
        return cls(found[1], int(found[2]), int(found[3]), found[4] or "") if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One row: about `first`, and `second` or an authority `entry`. `line` is its line in the file.

    `documents` are the records that the row names beside the places; empty if it names none.
    """

    line: int
    word: Word
    first: Place
    second: Place | None = None
    entry: str = ""
    note: str = ""
    documents: tuple[str, str] = ("", "")


class Cut(NamedTuple):
    """A decision on two places in one document."""

    first: Place
    second: Place
    same: bool
    note: str


@dataclass(frozen=True)
class Decisions:
    """What a curator has decided, in the order of the file `path`."""

    path: str = "-"
    rows: tuple[Decision, ...] = ()

    @classmethod
    def read(cls, path: str | Path) -> Decisions:
        """Read the file of a curator.

        Raises `ConfigError` with file and line if it is no table, if a decision is none of the
        four, or if two decisions contradict each other.
        """
        sheet = Sheet.read(path)
        made = cls(str(path), tuple(d for row in sheet.rows if (d := _decision(row, str(path)))))
        groups = Groups(str(path))
        for row in made.rows:
            groups.take(row, str(row.first), str(row.second) if row.second else None, row.entry)
        return made

    @cached_property
    def cuts(self) -> dict[str, tuple[Cut, ...]]:
        """The decisions within one document, by its hash."""
        found: dict[str, list[Cut]] = {}
        for row in self.rows:
            if row.second is not None and row.first.source == row.second.source:
                cut = Cut(row.first, row.second, row.word == "same", row.note)
                if row.word in ("same", "different"):
                    found.setdefault(row.first.source, []).append(cut)
        return {source: tuple(cuts) for source, cuts in found.items()}

    def error(self, line: int, what: str, remedy: str) -> ConfigError:
        """An error with its place in the file."""
        return ConfigError(what, place=f"{self.path}, line {line}", remedy=remedy)


class Row(NamedTuple):
    """One row of a sheet: the number of its first line, its cells by column, and as they stand."""

    line: int
    cells: dict[str, str]
    raw: tuple[str, ...]

    def cell(self, column: str) -> str:
        """A cell as the curator means it, without the sign that keeps spreadsheets harmless."""
        text = " ".join(self.cells.get(column, "").split())
        return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text


@dataclass(frozen=True)
class Sheet:
    """A CSV file as it is: its columns, its rows, and how it is written."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str = ","

    @classmethod
    def read(cls, path: str | Path) -> Sheet:
        """Read a table with the columns first and decision; `;` and tabs may divide cells too.

        Raises `ConfigError` with file and line.
        """
        try:
            text = Path(path).read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError(
                "not UTF-8", place=str(path), remedy="save it from the spreadsheet as CSV UTF-8"
            ) from error
        except OSError as error:
            raise ConfigError(
                f"cannot be read: {error.strerror or error}", place=str(path), remedy="check the file"
            ) from error
        head = text.partition("\n")[0]
        delimiter = max(",;\t", key=head.count)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            columns = tuple(cell.strip() for cell in next(rows, []))
            for name in ("first", "second", "decision"):
                if columns.count(name) != 1:
                    what = f"no column {name!r}" if name not in columns else f"two columns {name!r}"
                    raise ConfigError(
                        what, place=f"{path}, line 1", remedy="keep the columns that fonds review writes"
                    )
            found, line = [], rows.line_num + 1
            for row in rows:
                if any(cell.strip() for cell in row):
                    cells = dict(zip(columns, row, strict=False))
                    found.append(Row(line, cells, tuple(row)))
                line = rows.line_num + 1
        except csv.Error as error:
            raise ConfigError(
                str(error), place=f"{path}, line {rows.line_num}", remedy="mend the CSV"
            ) from error
        return cls(columns, tuple(found), delimiter)


def _decision(row: Row, path: str) -> Decision | None:
    where = f"{path}, line {row.line}"
    stated = row.cell("decision")
    if not stated:
        return None
    word, _, entry = stated.partition(" ")
    word = word.casefold()
    if stated.casefold() == "no link":
        word, entry = "no link", ""
    if word not in ("same", "different", "link", "no link") or (entry and word != "link"):
        raise ConfigError(f"unknown decision {stated!r}", place=where, remedy=_REMEDY)
    if word == "link" and not _ENTRY.match(entry):
        raise ConfigError(f"{entry!r} is not an IRI", place=where, remedy="write link and the whole address")
    first = _place(row.cell("first"), "first", where)
    second: Place | None = None
    if word in ("same", "different"):
        if _ENTRY.match(row.cell("second")):
            entry = row.cell("second")
        else:
            second = _place(row.cell("second"), "second", where)
        if first == second:
            raise ConfigError("first and second are one place", place=where, remedy="name two places")
    return Decision(
        line=row.line,
        word=word,  # type: ignore[arg-type]
        first=first,
        second=second,
        entry=entry,
        note=row.cell("note"),
        documents=(row.cell("first_document"), row.cell("second_document")),
    )


def _place(text: str, column: str, where: str) -> Place:
    found = Place.read(text)
    if found is None:
        what = f"no place in the column {column}" if not text else f"{text!r} is no place in a document"
        raise ConfigError(what, place=where, remedy="copy it from the list that fonds review writes")
    return found


@dataclass
class Side:
    """What has been decided so far about one agent, each with the line that says so."""

    keys: list[str]
    entry: tuple[str, int] | None = None
    refused: dict[str, int] = field(default_factory=dict)
    unlinked: int | None = None
    others: dict[str, int] = field(default_factory=dict)
    joined: int = 0


class Groups:
    """Agents that are the same, gathered decision by decision; a contradiction is an error.

    Agents are any strings. Those that have been joined share one `Side`.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._parent: dict[str, str] = {}
        self._sides: dict[str, Side] = {}

    def take(self, row: Decision, first: str, second: str | None, entry: str) -> None:
        """Add one decision. Raises `ConfigError` if it contradicts an earlier one."""
        side = self.side(first)
        if row.word == "no link":
            side.unlinked = side.unlinked or row.line
        elif second is not None and row.word == "same":
            side = self._join(row.line, first, second)
        elif second is not None:
            side.others.setdefault(second, row.line)
            self.side(second).others.setdefault(first, row.line)
        elif row.word == "different":
            side.refused.setdefault(entry, row.line)
        elif side.entry and side.entry[0] != entry:
            self._refuse(row.line, f"{first} would be both {side.entry[0]} and {entry}", side.entry[1])
        else:
            side.entry = side.entry or (entry, row.line)
        self._check(row.line, first, side)

    def side(self, key: str) -> Side:
        """What is decided about an agent."""
        return self._sides.setdefault(self._root(key), Side([key]))

    def sides(self) -> Iterable[Side]:
        """All agents that any decision speaks of, those that are the same once."""
        return self._sides.values()

    def _root(self, key: str) -> str:
        self._parent.setdefault(key, key)
        while self._parent[key] != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def _join(self, line: int, one: str, other: str) -> Side:
        first, second = self.side(one), self.side(other)
        if first is second:
            return first
        if first.entry and second.entry and first.entry[0] != second.entry[0]:
            what = f"{one} is {first.entry[0]}, and {other} is {second.entry[0]}"
            self._refuse(line, what, max(first.entry[1], second.entry[1]))
        del self._sides[self._root(other)]
        self._parent[self._root(other)] = self._root(one)
        first.keys += second.keys
        first.entry = first.entry or second.entry
        first.refused = {**second.refused, **first.refused}
        first.unlinked = first.unlinked or second.unlinked
        first.others = {**second.others, **first.others}
        first.joined = line
        return first

    def _check(self, line: int, key: str, side: Side) -> None:
        entry, stated = side.entry or ("", 0)
        if entry and side.unlinked:
            self._refuse(line, f"{key} is {entry}, yet no entry", min(stated, side.unlinked))
        if entry in side.refused:
            self._refuse(line, f"{key} is and is not {entry}", min(stated, side.refused[entry]))
        for other, parted in side.others.items():
            known = self.side(other)
            if known is side:
                earlier = parted if parted < line else side.joined
                self._refuse(line, f"{key} and {other} are said to be different and the same", earlier)
            if entry and known.entry and known.entry[0] == entry:
                earlier = min(stated, known.entry[1], parted)
                self._refuse(line, f"{key} and {other} are different, yet both are {entry}", earlier)

    def _refuse(self, line: int, what: str, earlier: int) -> None:
        raise ConfigError(
            f"{what} (see line {earlier} too)",
            place=f"{self.path}, line {line}",
            remedy="remove one of the two decisions",
        )
