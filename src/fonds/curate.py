"""The list of questions on who is who, for the curator of a collection.

    review = fonds.curate.review("letters")
    review.to_csv()                 # to fill in with a spreadsheet
    review.to_html()                # to read

The curator's file is named in fonds.toml (`[review] file = "decisions.csv"`) and belongs to the
curator: nothing that has been written into it is ever changed.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fonds.agents.decisions import Decisions, Sheet
from fonds.agents.review import KINDS, Case, open_cases
from fonds.agents.review_table import COLUMNS, decided_cases, kept_rows, table

if TYPE_CHECKING:
    from fonds.record import Finding


@dataclass(frozen=True, slots=True)
class Review:
    """The questions of a collection.

    `cases` are open, or all; `kept` is the file to which they will be added, `moot` are the
    decisions about what is no longer there. `unnamed` is the file that is written, if fonds.toml
    names none.
    """

    title: str
    cases: tuple[Case, ...]
    moot: tuple[Finding, ...] = ()
    kept: Sheet | None = None
    unnamed: str = ""

    @property
    def open(self) -> int:
        """How many questions are undecided."""
        return sum(not case.decision for case in self.cases)

    def to_csv(self) -> str:
        """The questions as a table; with a file to add to, that file and what is new."""
        return table(self.cases, self.kept)

    def to_html(self) -> str:
        """The questions as one page, without scripts."""
        from fonds.agents.review_page import page

        return page(self.title, self.cases, [finding.message for finding in self.moot])

    def to_json(self) -> str:
        """The questions and the moot decisions, for a program to read."""
        import orjson

        stated = {
            "open": self.open,
            "cases": [dict(zip(COLUMNS, case.cells(), strict=True)) for case in self.cases],
            "moot": [finding.message for finding in self.moot],
        }
        return orjson.dumps(stated, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()

    def to_text(self) -> str:
        """A few lines for a person to read."""
        kinds = Counter(case.kind for case in self.cases if not case.decision)
        told = ", ".join(f"{kind} {kinds[kind]}" for kind in KINDS if kinds[kind])
        decided = len(self.cases) - self.open
        line = f"{self.open} to decide" + (f" ({told})" if told else "")
        lines = [line + (f", {decided} decided" if decided else "")]
        lines += [finding.message for finding in self.moot]
        if self.unnamed:
            lines.append(
                f'a build obeys these decisions once fonds.toml names them: [review] file = "{self.unnamed}"'
            )
        return "\n".join(lines)


def review(collection: str | Path, *, file: str | Path | None = None, every: bool = False) -> Review:
    """The questions that a collection leaves open; with `every`, those that are decided too.

    `file` is where they will be written. If it exists, what a curator has written there is kept,
    and obeyed if fonds.toml names no file of decisions.

    Raises `ConfigError` if the decisions contradict each other or speak of what never was there.
    """
    from fonds.agents.collection import index
    from fonds.agents.resolve import resolve_record
    from fonds.agents.settle import Rulings, settle
    from fonds.build import converted
    from fonds.config import knowledge, read

    config = read(collection)
    target = Path(file) if file is not None else None
    kept = Sheet.read(target) if target is not None and target.is_file() else None
    authority, decisions = knowledge(config)
    unnamed = ""
    if target is not None and config.review is None:
        unnamed = Path(os.path.relpath(target, config.folder)).as_posix()
    if decisions is None and kept is not None:
        decisions = Decisions.read(str(target))
    records, texts = converted(config)
    known = index(records, decisions)
    rulings = settle(records, known, authority, decisions) if decisions is not None else Rulings()
    rulings.check()
    lexicon = str(config.lexicon) if config.lexicon else None
    resolved = [resolve_record(record, known, authority, rulings, lexicon) for record in records]
    cases = open_cases(resolved, texts, authority, decisions)
    if kept is not None:
        # a question that stands in the file with a note is asked there
        there = {refs for refs, _ in kept_rows(kept)}
        cases = tuple(case for case in cases if frozenset(case.refs) not in there)
    if every and decisions is not None:
        cases = (*cases, *decided_cases(Sheet.read(decisions.path), resolved, texts))
    return Review(config.title or config.folder.name, cases, rulings.moot, kept, unnamed)


def save(review: Review, file: str | Path) -> None:
    """Write the table to a file, whole or not at all. Raises `OutputError`.

    It begins with a byte order mark, by which spreadsheets know UTF-8.
    """
    from fonds import atomic

    atomic.write_bytes(file, review.to_csv().encode("utf-8-sig"))
