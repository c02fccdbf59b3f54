"""Boxes of a distribution grid: which bodies a copy went to.

Intelligence reports print a row of agencies, each with a box: `ARMY ⇥ X ⇥ FBI ⇥ ⇥ AEC`. A marked
box is a copy sent; a box without a mark says nothing. A row counts as a grid when at least two of
its cells are labels of the table `organisations` (`[boxes]`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import regex
from rapidfuzz.distance import OSA

from fonds.extract.reading import Reading
from fonds.lexicon import load
from fonds.record import Mention, Party

_CELL: Final = regex.compile(r"[^\t|\n]+")
_MARKS: Final = frozenset({"X", "x", "☒", "☑", "✓", "[X]", "[x]"})
_FEWEST_LABELS: Final = 2
#: A misread label is at least this long and at most this many slips away from a label.
_SHORTEST_MISREAD: Final = 4
_SLIPS: Final = 2


class Box(NamedTuple):
    """A label of the prose view, with the body it stands for, and the end of its mark if it has one.

    `organisation` is None where the label was read only by its likeness to `likely`.
    """

    start: int
    end: int
    organisation: str | None
    marked_until: int | None
    likely: str | None = None


@lru_cache(maxsize=8)
def boxes(reading: Reading) -> tuple[Box, ...]:
    """All boxes of the distribution grids of a document, marked or not, in order."""
    labels: dict[str, str] = load("organisations", reading.lexicon)["boxes"]
    content = reading.prose.content
    found: list[Box] = []
    at = 0
    for line in content.splitlines(keepends=True):
        start, at = at, at + len(line)
        if "\t" in line or "|" in line:
            found += _row(content, start, at, labels)
    return tuple(found)


def _row(content: str, start: int, end: int, labels: dict[str, str]) -> list[Box]:
    cells = [
        (match.start() + len(match.group()) - len(match.group().lstrip()), match.group().strip())
        for match in _CELL.finditer(content, start, end)
        if match.group().strip()
    ]
    known = {text.strip(".:").upper() for _, text in cells} & labels.keys()
    if len(known) < _FEWEST_LABELS:
        return []
    row: list[Box] = []
    for index, (at, text) in enumerate(cells):
        if text in _MARKS:
            continue
        label = text.strip(".:").upper()
        following = cells[index + 1] if index + 1 < len(cells) else (0, "")
        if label in labels:
            until = following[0] + len(following[1]) if following[1] in _MARKS else None
            row.append(Box(at, at + len(text), labels[label], until))
        elif (likely := _misread(label, labels.keys() - known)) is not None:
            # Between a misread label and its mark a scrap of the frame may have been read as letters.
            after = cells[index + 2] if index + 2 < len(cells) else (0, "")
            mark = following if following[1] in _MARKS else after
            scrap = following[1] in _MARKS or (
                len(following[1]) <= _SLIPS and following[1].upper() not in labels
            )
            if scrap and mark[1] in _MARKS:
                row.append(Box(at, at + len(text), None, mark[0] + len(mark[1]), labels[likely]))
    return row


def _misread(label: str, candidates: set[str]) -> str | None:
    """The one label that `label` may be a misreading of."""
    if len(label) < _SHORTEST_MISREAD or not label.isalpha():
        return None
    near = [
        name
        for name in sorted(candidates)
        if len(name) >= _SHORTEST_MISREAD and OSA.distance(label, name) <= _SLIPS
    ]
    return near[0] if len(near) == 1 else None


def find_distribution(reading: Reading) -> tuple[Party, ...]:
    """The bodies whose box is marked, as copy recipients; unmarked boxes yield nothing.

    A label read by likeness alone is `possible`, and its reason names what it may be.
    """
    view = reading.prose
    parties = []
    for box in boxes(reading):
        if box.marked_until is None:
            continue
        name = view.span(box.start, box.end)
        whole = view.span(box.start, box.marked_until)
        clear = box.organisation is not None
        rule = "distribution.box" if clear else "distribution.misread-box"
        mention = Mention(
            id=f"organisation-{name.start}-{name.end}",
            kind="organisation",
            name=view.content[box.start : box.end],
            name_start=name.start,
            name_end=name.end,
            evidence=reading.evidence(
                name.start, name.end, rule, certainty="certain" if clear else "possible"
            ),
        )
        evidence = reading.evidence(
            whole.start,
            whole.end,
            rule,
            status="stated" if clear else "inferred",
            certainty="certain" if clear else "possible",
            reason=None if clear else f"the label may be a misreading of the box of {box.likely}",
        )
        parties.append(Party(role="copy-recipient", mention=mention, evidence=evidence))
    return tuple(parties)
