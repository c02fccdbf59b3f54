"""Authority files that are tables: CSV, and one JSON object on each line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, Final, get_args

import orjson

from fonds.agents.authority import COLUMNS, LINKS, MAX_BYTES, Entry, Office
from fonds.errors import ConfigError
from fonds.record import Kind

_ROLE: Final = re.compile(r"(?P<title>[^()]+?)\s*(?:\((?P<start>[^()/]*)/(?P<end>[^()/]*)\))?\s*\Z")


def from_csv(data: bytes, path: str, languages: tuple[str, ...]) -> list[Entry]:
    rows = csv.reader(io.StringIO(_text(data, path), newline=""), strict=True)
    # One entry may have any number of variants; the module's own limit is put back.
    limit = csv.field_size_limit(MAX_BYTES)
    try:
        return list(_cells(rows, path))
    except csv.Error as error:
        raise ConfigError(str(error), place=f"{path}, line {rows.line_num}", remedy="mend the CSV") from error
    finally:
        csv.field_size_limit(limit)


def _cells(rows: Any, path: str) -> Iterator[Entry]:
    header = [cell.strip().casefold() for cell in next(rows, [])]
    unknown = [cell for cell in header if cell not in COLUMNS]
    if unknown or not {"id", "name"} <= set(header):
        what = f"unknown column {unknown[0]!r}" if unknown else "the columns id and name are required"
        raise ConfigError(what, place=f"{path}, line 1", remedy=f"the columns are {', '.join(COLUMNS)}")
    line = rows.line_num + 1
    for row in rows:
        place, line = f"line {line}", rows.line_num + 1
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise ConfigError(
                f"{len(row)} cells under {len(header)} columns",
                place=f"{path}, {place}",
                remedy="quote cells that hold commas",
            )
        cells = {column: cell.strip() for column, cell in zip(header, row, strict=True)}
        yield _from_cells(cells, place, path)


def _from_cells(cells: dict[str, str], place: str, path: str) -> Entry:
    def many(column: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in cells.get(column, "").split("|") if part.strip())

    return Entry(
        iri=cells["id"],
        label=cells["name"],
        kind=_kind(cells.get("kind") or "person", f"{path}, {place}"),
        names=many("variants"),
        birth=cells.get("birth") or None,
        death=cells.get("death") or None,
        offices=tuple(map(_office, many("roles"))),
        links=many("links"),
        sources=many("source"),
        scope="collection" if cells.get("scope") == "collection" else "general",
        place=place,
    )


def from_jsonl(data: bytes, path: str, languages: tuple[str, ...]) -> Iterator[Entry]:
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            item = orjson.loads(line)
            yield _from_item(item, place, path)
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
            what = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise ConfigError(
                f"not an entry: {what}",
                place=f"{path}, {place}",
                remedy="each line is a JSON object with id and name (or preferred)",
            ) from error


def _from_item(item: dict[str, Any], place: str, path: str) -> Entry:
    variants = [each["name"] if isinstance(each, dict) else each for each in item.get("variants", ())]
    seen = [
        url for each in item.get("variants", ()) if isinstance(each, dict) for url in each.get("sources", ())
    ]
    other = item.get("other", {})
    links = [LINKS[key].format(value) for key, value in item.get("authorities", {}).items() if key in LINKS]
    roles = [_office(role) for role in item.get("roles", ())]
    return Entry(
        iri=str(item["id"]),
        label=item.get("preferred") or item["name"],
        kind=_kind(item.get("kind") or "person", f"{path}, {place}"),
        names=tuple(dict.fromkeys((*item.get("alternates", ()), *variants))),
        birth=_plain(item.get("birth") or other.get("birth-year")),
        death=_plain(item.get("death") or other.get("death-year")),
        offices=(*roles, *_remarks(other.get("remarks", ""))),
        links=(*links, *item.get("links", ())),
        sources=tuple(dict.fromkeys((*item.get("source", "").split(), *seen))),
        scope="collection" if item.get("scope") == "collection" else "general",
        place=place,
    )


def _remarks(text: str) -> Iterator[Office]:
    """The offices of free remarks: paragraphs, each followed by the addresses of its sources."""
    for paragraph in re.split(r"\n\s*\n", text):
        title = " ".join(word for word in paragraph.split() if not word.startswith(("http:", "https:")))
        if title:
            yield Office(title=title)


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            "not UTF-8", place=f"{path}, line {line}", remedy="save the file as UTF-8"
        ) from error


def _kind(word: str, place: str) -> Kind:
    for kind in get_args(Kind):
        if word == kind:
            return kind  # type: ignore[no-any-return]
    raise ConfigError(
        f"unknown kind {word!r}", place=place, remedy=f"write one of {', '.join(get_args(Kind))}"
    )


def _office(text: str) -> Office:
    found = _ROLE.match(text)
    if found is None:
        return Office(title=text)
    return Office(title=found["title"], start=found["start"] or None, end=found["end"] or None)


def _plain(value: object) -> str | None:
    return None if value in (None, "") else str(value)
