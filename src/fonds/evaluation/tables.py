"""The figures of an evaluation as tables: over all documents, and for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fonds.evaluation.document import DocumentScore
from fonds.evaluation.fields import Counts
from fonds.evaluation.measures import Link, Score, b_cubed, pairwise

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Figures under a title. A cell is None where a figure has no value, such as 0 of 0."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


#: The row over all documents.
ALL: Final = "all documents"
_SCORE: Final = ("gold", "hit", "found", "right", "precision", "recall", "F1")
_COUNTS: Final = ("gold", "correct", "wrong", "missed", "invented")
_KINDS: Final = {"person": "Persons", "organisation": "Organisations", "place": "Places"}


def make_tables(documents: Sequence[DocumentScore]) -> Iterator[Table]:
    """All tables; one without rows was not annotated."""
    for kind, title in _KINDS.items():
        rows = [
            (name, span, *_cells(score))
            for span in ("exact", "overlap")
            for name, score in _each(documents, [d.names.get((kind, span)) for d in documents])
        ]
        yield Table(title, ("document", "span", *_SCORE), tuple(rows))
    apart = [(kind, *_cells(score)[:2]) for kind, score in _sum(d.apart for d in documents).items()]
    yield Table("Persons without a name", ("kind", "gold", "hit"), tuple(apart))
    yield Table("Who is who", ("measure", *_SCORE), tuple(_identity(documents)))
    yield Table(
        "Links to authorities",
        ("authority", "counted by", "gold", "linked", "no match", "wrong", "missed", "invented", *_LINKED),
        tuple(_authority(documents)),
    )
    dates = [(name, *_cells(score)) for name, score in _sum(d.dates for d in documents).items()]
    yield Table("Dates", ("measure", *_SCORE), tuple(dates))
    dated = _each(documents, [d.dates.get("EDTF and role") for d in documents])
    yield Table(
        "Dates by document", ("document", *_SCORE), tuple((name, *_cells(score)) for name, score in dated)
    )
    yield Table("Fields", ("field", *_COUNTS), tuple(_fields(documents)))
    quotes = [(name, *_cells(score)[2:5]) for name, score in _sum(d.quotes for d in documents).items()]
    yield Table("Quotations", ("offsets of", "found", "right", "share"), tuple(quotes))


def _cells(score: Score) -> tuple[Cell, ...]:
    counts = (score.gold, score.hit, score.found, score.right)
    return (
        *(int(n) if float(n).is_integer() else round(n, 4) for n in counts),
        *(None if n is None else round(n, 4) for n in (score.precision, score.recall, score.f1)),
    )


def _each(documents: Sequence[DocumentScore], given: Sequence[Score | None]) -> Iterator[tuple[str, Score]]:
    """The sum over all documents, then each document; nothing if no document was annotated."""
    scores = [(d.name, score) for d, score in zip(documents, given, strict=True) if score is not None]
    if scores:
        yield ALL, sum((score for _, score in scores), Score())
        yield from scores


def _sum(maps: Iterable[Mapping[str, Score]]) -> dict[str, Score]:
    total: dict[str, Score] = {}
    for scores in maps:
        for name, score in scores.items():
            total[name] = total.get(name, Score()) + score
    return total


def _identity(documents: Sequence[DocumentScore]) -> Iterator[tuple[Cell, ...]]:
    links: list[Link] = [link for document in documents for link in document.links]
    if links:
        for name, measure in (("pairwise", pairwise), ("B-cubed", b_cubed)):
            for within, where in ((True, "within a document"), (False, "over the collection")):
                yield f"{name}, {where}", *_cells(measure(links, within=within))


_LINKED: Final = ("accuracy", "precision of links")


def _authority(documents: Sequence[DocumentScore]) -> Iterator[tuple[Cell, ...]]:
    """By mention; and by person, who is right only if every mention found is right."""
    links = [link for document in documents for link in document.authority]
    order = ("linked", "no match", "missed", "invented", "wrong")
    for authority in dict.fromkeys(link.authority for link in links):
        some = [link for link in links if link.authority == authority]
        worst: dict[str, str] = {}
        for link in some:
            worst[link.person] = max(worst.get(link.person, order[0]), link.verdict, key=order.index)
        for by, verdicts in (("mention", [link.verdict for link in some]), ("person", list(worst.values()))):
            n = Counter(verdicts)
            linked = n["linked"] + n["wrong"] + n["invented"]
            yield (
                authority,
                by,
                len(verdicts),
                *(n[verdict] for verdict in ("linked", "no match", "wrong", "missed", "invented")),
                round((n["linked"] + n["no match"]) / len(verdicts), 4),
                round(n["linked"] / linked, 4) if linked else None,
            )


def _fields(documents: Sequence[DocumentScore]) -> Iterator[tuple[Cell, ...]]:
    total: dict[str, Counts] = {}
    for document in documents:
        for key, counts in document.fields.items():
            total[key] = total.get(key, Counts()) + counts
    if total:
        # A row with a comma looks closer at a field that is counted already.
        every = sum((counts for key, counts in total.items() if ", " not in key), Counts())
        for key, counts in (("all fields", every), *total.items()):
            yield key, counts.gold, counts.correct, counts.wrong, counts.missed, counts.invented
