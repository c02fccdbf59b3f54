"""The questions of a review as a table that a curator fills in, and the rows filled in already."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from fonds.agents.cluster import mentions_of
from fonds.agents.decisions import FORMULA, Place, Sheet
from fonds.agents.review import Case, Passage, passage
from fonds.record import Mention, Record, Resolved

if TYPE_CHECKING:
    from fonds.source import Text

#: Columns of the table, in order. Read back are first, second, the documents, decision and note.
COLUMNS: Final = (
    "kind",
    "first",
    "second",
    "first_name",
    "second_name",
    "first_document",
    "second_document",
    "first_file",
    "second_file",
    "first_xpath",
    "second_xpath",
    "first_passage",
    "second_passage",
    "for",
    "against",
    "certainty",
    "decision",
    "note",
)


def decided_cases(sheet: Sheet, resolved: Iterable[Resolved], texts: Mapping[str, Text]) -> tuple[Case, ...]:
    """The rows of a curator's file that hold a decision, with the passages as they are now."""
    places = [Place.read(row.cell(name)) for row in sheet.rows for name in ("first", "second")]
    known = _named({place for place in places if place is not None}, resolved)
    found = []
    for row in sheet.rows:
        if not row.cell("decision"):
            continue
        shown: list[Passage | None] = []
        for column in ("first", "second"):
            place = Place.read(row.cell(column))
            if place is not None and place in known:
                shown.append(passage(*known[place], texts)._replace(place=place))
            elif place is not None:
                told = (row.cell(f"{column}_{name}") for name in ("document", "name", "file", "xpath"))
                document, name, file, xpath = told
                shown.append(Passage(document, place, "", name, "", file, xpath))
            else:
                shown.append(None)
        first, second = shown
        if first is not None:
            found.append(
                Case(
                    kind=row.cell("kind") or "decided",
                    first=first,
                    second=second,
                    first_name=row.cell("first_name") or first.quote,
                    second_name=row.cell("second_name") or (second.quote if second else ""),
                    reason=row.cell("for"),
                    against=row.cell("against"),
                    certainty=row.cell("certainty"),
                    entry="" if second else row.cell("second"),
                    description="" if second else row.cell("second_passage"),
                    decision=row.cell("decision"),
                    note=row.cell("note"),
                    line=row.line,
                )
            )
    return tuple(found)


def _named(places: Container[Place], resolved: Iterable[Resolved]) -> dict[Place, tuple[Record, Mention]]:
    """Who is named at some places, and in which record."""
    found: dict[Place, tuple[Record, Mention]] = {}
    for one in resolved:
        for mention in mentions_of(one.record):
            place = Place.of(mention, one.record.source.sha256)
            if place in places:
                found.setdefault(place, (one.record, mention))
    return found


def table(cases: Iterable[Case], kept: Sheet | None = None) -> str:
    """The cases as CSV. Cells that a spreadsheet would compute begin with an apostrophe.

    With `kept`, a file that exists, its columns, its order and every row in which the curator has
    written something stay exactly as they are; the cases follow, without those that stand there.
    """
    stream = io.StringIO(newline="")
    rows = kept_rows(kept) if kept else ()
    columns = kept.columns if kept else COLUMNS
    columns = (*columns, *(name for name in COLUMNS if name not in columns))
    writer = csv.writer(stream, delimiter=kept.delimiter if kept else ",", lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(row for _, row in rows)
    known = {refs for refs, _ in rows}
    for case in cases:
        if frozenset(case.refs) not in known:
            cells = dict(zip(COLUMNS, map(_harmless, case.cells()), strict=True))
            writer.writerow([cells.get(name, "") for name in columns])
    return stream.getvalue()


def kept_rows(sheet: Sheet) -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """The rows in which a curator has written: a decision, a note, or a column of their own."""
    own = [name for name in sheet.columns if name not in COLUMNS or name in ("decision", "note")]
    own.append("")  # cells beyond the last column
    return tuple(
        (frozenset((row.cell("first"), row.cell("second"))), row.raw)
        for row in sheet.rows
        if any(row.cell(name) for name in own) or len(row.raw) > len(sheet.columns)
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
