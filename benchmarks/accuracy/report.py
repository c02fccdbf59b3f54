"""Cases as tables: sums, shares with their intervals, and the documents that fared worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

from benchmarks.accuracy.case import Case, Mark
from fonds.evaluation.document import Miss
from fonds.evaluation.fields import Counts
from fonds.evaluation.measures import Score
from fonds.evaluation.tables import Cell, Table

#: The same documents give the same intervals, on every machine.
SEED: Final = 1898
RESAMPLES: Final = 1000
#: Documents named as the worst of a group.
WORST: Final = 10
COLUMNS: Final = (
    "measure",
    "documents",
    "expected",
    "correct",
    "wrong",
    "missed",
    "invented",
    "precision",
    "recall",
    "F1",
)
_SHARES: Final = ("precision", "recall", "f1")


def as_score(mark: Mark) -> Score:
    """Counts as a score: what was found is right, wrong or invented."""
    if isinstance(mark, Score):
        return mark
    found = mark.correct + mark.wrong + mark.invented
    return Score(mark.gold, mark.correct, found, mark.correct)


def intervals(scores: Sequence[Score]) -> dict[str, tuple[float, float] | None]:
    """95 % intervals of precision, recall and F1: percentiles over documents drawn anew.

    Documents are drawn with replacement (Efron, "Bootstrap Methods", 1979), since the errors
    within one document hang together. None where a share has no value, or for one document.
    """
    kinds = Counter(scores)
    population, weights = list(kinds), list(kinds.values())
    random = Random(SEED)
    drawn: dict[str, list[float]] = {share: [] for share in _SHARES}
    for _ in range(RESAMPLES if len(scores) > 1 else 0):
        total = Score()
        for score, n in Counter(random.choices(population, weights, k=len(scores))).items():
            total += Score(n * score.gold, n * score.hit, n * score.found, n * score.right)
        for share in _SHARES:
            value = getattr(total, share)
            if share == "f1" and value is None and total.gold:
                value = 0.0  # nothing found of what is there
            if value is not None:
                drawn[share].append(value)
    return {share: _middle(sorted(values)) for share, values in drawn.items()}


def _middle(values: Sequence[float]) -> tuple[float, float] | None:
    if not values:
        return None
    cut = len(values) * 25 // 1000
    return values[cut], values[len(values) - 1 - cut]


def measured(cases: Iterable[Case]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each group, in the order in which they come, one for each measure.

    A row holds a value for each of `COLUMNS`; a share is `{"value", "from", "to"}`, without bounds
    where there is no interval. None where a figure has no value.
    """
    groups: dict[str, dict[str, list[Mark]]] = {}
    for case in cases:
        measures = groups.setdefault(case.group, {})
        for name, mark in case.marks.items():
            measures.setdefault(name, []).append(mark)
    return {
        group: [
            dict(zip(COLUMNS, _row(name, measures[name]), strict=True))
            for name in sorted(measures, key=_order)
        ]
        for group, measures in groups.items()
    }


def tables(cases: Iterable[Case]) -> Iterator[Table]:
    """The rows of `measured` as tables, with shares and bounds in words."""
    for group, rows in measured(cases).items():
        yield table(group, rows)


def table(title: str, rows: Iterable[Mapping[str, Any]]) -> Table:
    """One group of `measured` as a table."""
    return Table(title, COLUMNS, tuple(tuple(_shown(row[name]) for name in COLUMNS) for row in rows))


def _order(name: str) -> tuple[int, str]:
    """Whole documents first, then by name."""
    return (name not in ("read without a fault", "evidence quotes the text"), name)


def _row(name: str, marks: Sequence[Mark]) -> tuple[Any, ...]:
    scores = [as_score(mark) for mark in marks]
    total = sum(scores, Score())
    counts = [mark for mark in marks if isinstance(mark, Counts)]
    every = sum(counts, Counts())
    shown: tuple[Cell, ...] = (_plain(total.gold), _plain(total.hit), None, None, None)
    if len(counts) == len(marks):
        shown = (every.gold, every.correct, every.wrong, every.missed, every.invented)
    if not total.gold:  # where nothing is expected there is no share, only a number of inventions
        return (name, len(marks), *shown, None, None, None)
    spread = intervals(scores)
    return (name, len(marks), *shown, *(_share(getattr(total, s), spread[s]) for s in _SHARES))


def _plain(number: float) -> Cell:
    return int(number) if float(number).is_integer() else round(number, 1)


def _share(value: float | None, spread: tuple[float, float] | None) -> dict[str, float] | None:
    if value is None:
        return None
    bounds = {"from": round(spread[0], 6), "to": round(spread[1], 6)} if spread else {}
    return {"value": round(value, 6), **bounds}


def _shown(value: Any) -> Cell:
    if not isinstance(value, Mapping):
        cell: Cell = value
        return cell
    bounds = f" [{value['from']:.2f}–{value['to']:.2f}]" if "from" in value else ""
    return f"{value['value']:.3f}{bounds}"


def worst(cases: Iterable[Case]) -> dict[str, list[tuple[str, int]]]:
    """For each group the documents with the most disagreements, and how many."""
    groups: dict[str, list[tuple[str, int]]] = {}
    for case in cases:
        groups.setdefault(case.group, []).append((case.document, len(case.misses)))
    return {
        group: [one for one in sorted(held, key=lambda d: (-d[1], d[0])) if one[1]][:WORST]
        for group, held in groups.items()
    }


def markdown(cases: Sequence[Case], *, misses: bool = False) -> Iterator[str]:
    """The tables as lines of Markdown, and, if asked for, every disagreement with its passage."""
    bad = worst(cases)
    for table in tables(cases):
        yield from (f"### {table.title}", "", *grid(table), "")
        if bad[table.title]:
            named = ", ".join(f"{document} ({n})" for document, n in bad[table.title])
            yield from (f"Most disagreements: {named}.", "")
    if misses:
        for case in cases:
            for miss in case.misses:
                yield _line(case.group, miss)


def grid(table: Table) -> Iterator[str]:
    """A table as lines of Markdown, without its title."""
    yield f"| {' | '.join(table.columns)} |"
    yield f"| --- |{' ---: |' * (len(table.columns) - 1)}"
    for row in table.rows:
        yield f"| {' | '.join('' if cell is None else str(cell) for cell in row)} |"


def _line(group: str, miss: Miss) -> str:
    told = f"{group} | {miss.document} | {miss.measure} | {miss.verdict}"
    told += f" | expected {miss.expected!r} | found {miss.found!r}"
    return told + (f" | … {miss.before} ⟦{miss.words}⟧ {miss.after} …" if miss.start is not None else "")


def as_json(cases: Sequence[Case], *, passages: bool = True) -> dict[str, Any]:
    """Version of fonds, tables, worst documents and disagreements as plain values.

    Without `passages` a disagreement says what was expected and found, not the words around it.
    """
    from dataclasses import asdict

    from fonds import __version__

    left_out = () if passages else ("before", "words", "after", "end")
    return {
        "fonds": __version__,
        "tables": [{"title": title, "rows": rows} for title, rows in measured(cases).items()],
        "worst": worst(cases),
        "misses": [
            {
                "group": case.group,
                **{name: value for name, value in asdict(miss).items() if name not in left_out},
            }
            for case in cases
            for miss in case.misses
        ],
    }
