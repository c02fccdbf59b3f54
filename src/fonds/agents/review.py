"""What a curator decides, and what is left to decide.

`undecided` lists the pairs of agents that may be one, each with a passage from both sides and
the reasons for and against; `write` puts them into a CSV file. The curator fills in the column
`decision`: `same`, `different`, or `link` with an IRI in the column `link`. `Decisions.read` takes
the file back; `resolve` obeys it in every later build. The file is the curator's own: nothing
here ever writes into it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from fonds.agents.cluster import Ground, mentions_of
from fonds.errors import ConfigError
from fonds.record import Resolved

if TYPE_CHECKING:
    from fonds.agents.authority import Authority
    from fonds.agents.resolve import Index

#: Columns of the file, in order. Only first, second, decision and link are read back.
COLUMNS: Final = (
    "first",
    "second",
    "first_name",
    "second_name",
    "first_passage",
    "second_passage",
    "for",
    "against",
    "certainty",
    "decision",
    "link",
)
_DECISIONS: Final = ("same", "different", "link")
_IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+\Z|urn:[^\s<>\"{}|\\^`]+\Z")
#: What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Row(NamedTuple):
    """Two agents that may be one: keys, names, a passage of each, and the reasons."""

    first: str
    second: str
    first_name: str
    second_name: str
    first_passage: str
    second_passage: str
    reason: str
    against: str
    certainty: str


@dataclass(frozen=True)
class Decisions:
    """What a curator has decided.

    `same` gives for each key the one that stands for all that are the same; `apart` are pairs
    that are different, each in order; `lines` says where each key stands in the file.
    """

    path: str = "-"
    same: dict[str, str] = field(default_factory=dict)
    apart: frozenset[tuple[str, str]] = frozenset()
    lines: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | Path) -> Decisions:
        """Read a CSV file that a curator has filled in; rows without a decision are skipped.

        Raises `ConfigError` with the line of an unknown word, a missing IRI or a contradiction.
        """
        try:
            text = Path(path).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cannot be read: {error}", place=str(path), remedy="check the file") from error
        found = _Sets(str(path))
        for line, cells in _rows(text, str(path)):
            _take(found, line, cells)
        return found.finish()

    def decide(self, options: Iterable[str], key: str, own: str) -> tuple[str, Ground] | None:
        """The key that a decision gives to an agent, None if none speaks of it.

        `options` are the keys under which the agent may be known, `own` the one of its document.
        """
        for option in options:
            known = self.same.get(option)
            if known is not None and known != key:
                why = f"decided by a curator ({self.path}, line {self.lines[option]})"
                return known, Ground("review/same", "certain", why)
        if key != own and _pair(own, key) in self.apart:
            why = f"kept apart by a curator ({self.path}, line {self.lines[own]})"
            return own, Ground("review/different", "certain", why)
        return None

    def check(self, index: Index) -> None:
        """Raise `ConfigError` with the line of a key that the collection cannot have."""
        for key, line in sorted(self.lines.items(), key=lambda item: (item[1], item[0])):
            if not index.knows(key):
                raise ConfigError(
                    f"no agent has the key {key!r}",
                    place=f"{self.path}, line {line}",
                    remedy="copy the key from a fresh list of undecided pairs",
                )

    def check_record(self, record: str, keys: Iterable[str]) -> None:
        """Raise `ConfigError` with the line of a key that the record does not have."""
        known = frozenset(keys)
        for key, line in self._of(record):
            if key not in known:
                raise ConfigError(
                    f"the record {record} has no agent {key!r}",
                    place=f"{self.path}, line {line}",
                    remedy="copy the key from a fresh list of undecided pairs",
                )

    def _of(self, record: str) -> Iterator[tuple[str, int]]:
        start = record + "/"
        return ((key, line) for key, line in self.lines.items() if key.startswith(start))


def undecided(resolved: Iterable[Resolved], authority: Authority | None = None) -> tuple[Row, ...]:
    """The pairs that a curator may decide: agents that are alike, and candidates of an authority.

    `authority` gives the names of its candidates.
    """
    names = {entry.iri: entry.label for entry in authority.entries} if authority else {}
    passages: dict[str, str] = {}
    pairs: dict[tuple[str, str], tuple[str, str, str]] = {}
    for one in resolved:
        mentions = {mention.id: mention for mention in mentions_of(one.record)}
        for agent in one.agents:
            names.setdefault(agent.key, agent.label)
            if agent.authority is None:
                for candidate in agent.candidates:
                    reason = "an entry of the authority file that the name fits or nearly fits"
                    pairs.setdefault((agent.key, candidate), (reason, "nothing decides for it", "possible"))
        for identification in one.identifications:
            if identification.agent not in passages and identification.mention in mentions:
                evidence = mentions[identification.mention].evidence
                where = f"{one.record.id}, {evidence.start}–{evidence.end}"
                passages[identification.agent] = f"“{evidence.quote}” ({where})"
        for likeness in one.likenesses:
            why = (likeness.reason, likeness.against or "", likeness.certainty)
            pairs.setdefault((likeness.first, likeness.second), why)
    return tuple(
        Row(
            first,
            second,
            names.get(first, ""),
            names.get(second, ""),
            passages.get(first, ""),
            passages.get(second, ""),
            *why,
        )
        for (first, second), why in sorted(pairs.items())
    )


def write(rows: Iterable[Row]) -> str:
    """The rows as CSV, with empty columns for the decision; cells are safe in a spreadsheet."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([*(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row), "", ""])
    return stream.getvalue()


def _rows(text: str, path: str) -> Iterator[tuple[int, dict[str, str]]]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(rows, [])]
        if missing := [name for name in ("first", "second", "decision") if name not in header]:
            raise ConfigError(
                f"no column {missing[0]!r}", place=f"{path}, line 1", remedy="keep the columns of the list"
            )
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                yield line, {name: cell.strip() for name, cell in zip(header, row, strict=False)}
            line = rows.line_num + 1
    except csv.Error as error:
        raise ConfigError(str(error), place=f"{path}, line {rows.line_num}", remedy="mend the CSV") from error


def _take(found: _Sets, line: int, cells: dict[str, str]) -> None:
    word, link = cells.get("decision", "").casefold(), cells.get("link", "")
    first, second = cells.get("first", ""), cells.get("second", "")
    if not word:
        if link:
            raise found.error(line, "a link without a decision", "write link in the column decision")
        return
    if word not in _DECISIONS:
        raise found.error(line, f"unknown decision {word!r}", f"write one of {', '.join(_DECISIONS)}")
    if not first or (word != "link" and not second):
        raise found.error(line, "an agent is missing", "fill in first and second")
    if word == "link":
        if not _IRI.match(link):
            raise found.error(line, f"{link!r} is not an IRI", "write the whole address in the column link")
        found.join(first, link, line)
    elif word == "same":
        found.join(first, second, line)
    else:
        found.part(first, second, line)


class _Sets:
    """Keys that are the same, gathered while the file is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.parent: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self.joined: list[tuple[int, str, str]] = []
        self.parted: dict[tuple[str, str], int] = {}

    def error(self, line: int, what: str, remedy: str) -> ConfigError:
        return ConfigError(what, place=f"{self.path}, line {line}", remedy=remedy)

    def join(self, one: str, other: str, line: int) -> None:
        self.joined.append((line, one, other))
        for key in (one, other):
            self.lines.setdefault(key, line)
        a, b = self._root(one), self._root(other)
        if a != b:
            if _IRI.match(a) and _IRI.match(b):
                raise self.error(line, f"{one} would be both {a} and {b}", "remove one of the two decisions")
            best, rest = sorted((a, b), key=_order)
            self.parent[rest] = best

    def part(self, one: str, other: str, line: int) -> None:
        for key in (one, other):
            self.lines.setdefault(key, line)
        self.parted.setdefault(_pair(one, other), line)

    def finish(self) -> Decisions:
        for (one, other), line in self.parted.items():
            if self._root(one) == self._root(other):
                last = max((n for n, *keys in self.joined if {one, other} & set(keys)), default=line)
                raise self.error(
                    max(line, last),
                    f"{one} and {other} are said to be different and the same (lines {line} and {last})",
                    "remove one of the two decisions",
                )
        same = {key: self._root(key) for key in self.parent}
        return Decisions(self.path, same, frozenset(self.parted), self.lines)

    def _root(self, key: str) -> str:
        self.parent.setdefault(key, key)
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key


def _order(key: str) -> tuple[bool, bool, str]:
    """An IRI stands for all that are the same, else a shared key, else the least."""
    return not _IRI.match(key), not key.startswith(("name/", "org/")), key


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)
