"""How much of a collection fonds reads right, measured against annotations made by hand.

The format of the annotations and the exact meaning of every figure are described in
`docs/evaluation.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from fonds.errors import ConfigError, SourceError
from fonds.evaluation.document import DocumentScore, Miss, score_document
from fonds.evaluation.fields import FIELDS
from fonds.evaluation.gold import Gold, GoldDocument, check_against, read_gold
from fonds.evaluation.tables import Cell, Table, make_tables
from fonds.evaluation.values import Read
from fonds.record import Resolved, SourceInfo
from fonds.source import Source, Text

__all__ = ["DocumentScore", "Evaluation", "Miss", "Table", "evaluate"]


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` measured.

    `without_gold` counts the documents that nobody annotated; `not_scored` are keys of the gold
    files that no measure uses.
    """

    documents: tuple[DocumentScore, ...]
    without_gold: int
    not_scored: tuple[str, ...]

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The figures, ready to print."""
        return tuple(table for table in make_tables(self.documents) if table.rows)

    @property
    def misses(self) -> tuple[Miss, ...]:
        """Every disagreement, by document and then by measure."""
        return tuple(miss for document in self.documents for miss in document.misses)

    @property
    def misquoted(self) -> int:
        """How many pieces of evidence do not quote the text. Anything but 0 is a fault of fonds."""
        return sum(int(d.quotes["evidence"].found - d.quotes["evidence"].right) for d in self.documents)

    def figure(self, title: str, row: str, column: str) -> Cell:
        """One cell, by the title of its table, the first cell of its row, and its column.

        Raises `KeyError` if there is none.
        """
        for table in self.tables:
            if table.title == title and column in table.columns:
                for cells in table.rows:
                    if cells[0] == row:
                        return cells[table.columns.index(column)]
        raise KeyError((title, row, column))

    def to_json(self) -> str:
        """All tables and misses as JSON, two blanks deep; the same input gives the same bytes."""
        import orjson

        content = {
            "documents": [document.name for document in self.documents],
            "without_gold": self.without_gold,
            "not_scored": list(self.not_scored),
            "tables": [
                {
                    "title": table.title,
                    "rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
                }
                for table in self.tables
            ],
            "misses": [asdict(miss) for miss in self.misses],
        }
        return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()


def evaluate(
    resolved: Iterable[Resolved], gold_folder: Path, *, texts: Mapping[str, Text] | None = None
) -> Evaluation:
    """Measure what fonds read against the gold files of a folder.

    `resolved` are the records of a collection with their agents. A document and its annotations
    belong together when they have the same SHA-256. `texts` gives the text of documents by
    SHA-256; a text that is not in it is read again from the origin of its record.

    Raises `ConfigError` if a gold file is not in the format, describes a text that is not among
    the documents, or does not quote it; `SourceError` if a text cannot be read again.
    """
    gold = read_gold(Path(gold_folder))
    found: dict[str, list[Resolved]] = {}
    names: dict[str, str] = {}
    others: set[str] = set()
    for one in resolved:
        info = one.record.source
        names[info.name] = info.sha256
        if info.sha256 in gold.documents:
            found.setdefault(info.sha256, []).append(one)
        else:
            others.add(info.sha256)
    scores: list[DocumentScore] = []
    for sha256, document in gold.documents.items():
        if sha256 not in found:
            raise _no_document(document, names, Path(gold_folder))
        text = _text(found[sha256][0].record.source, texts or {})
        check_against(document, text, Path(gold_folder))
        scores.append(score_document(Read(text, tuple(found[sha256])), document, gold.persons))
    return Evaluation(tuple(scores), len(others), _not_scored(gold))


def _no_document(document: GoldDocument, names: Mapping[str, str], folder: Path) -> ConfigError:
    message = f"describes a text with SHA-256 {document.sha256}, but no document has it"
    if document.seed is not None and document.seed in names:
        message = (
            f"describes a text with SHA-256 {document.sha256}, "
            f"but {document.seed} has SHA-256 {names[document.seed]}"
        )
    return ConfigError(
        message,
        place=f"{folder / document.file}: sha256",
        remedy="annotate the text as it is now, or evaluate the text that was annotated",
    )


def _text(info: SourceInfo, texts: Mapping[str, Text]) -> Text:
    from fonds.converters import text_of

    if info.sha256 in texts:
        return texts[info.sha256]
    if info.origin is None or not Path(info.origin).is_file():
        raise SourceError(
            "its text is not at hand", place=info.origin or info.name, remedy="pass it to evaluate in `texts`"
        )
    source = Source.read(info.origin, encoding=info.encoding)
    if source.sha256 != info.sha256:
        raise SourceError(
            f"changed since it was read: SHA-256 {source.sha256}, not {info.sha256}",
            place=info.origin,
            remedy="convert it again",
        )
    return text_of(source)


_KNOWN: Final = frozenset(FIELDS) | {"dates", "date_mentions", "person_mentions", "organisations", "places"}


def _not_scored(gold: Gold) -> tuple[str, ...]:
    used = {
        key for document in gold.documents.values() for key, entries in document.entries.items() if entries
    }
    return tuple(sorted(used - _KNOWN))
