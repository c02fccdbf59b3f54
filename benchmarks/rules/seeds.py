"""The annotated demo documents: each value alone against the annotations, as `fonds.evaluate` compares.

fonds was developed with these documents, so what they say in its favour is little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.rules.verdict import Named, Verdict, emitted, identified
from fonds.agents.resolve import resolve
from fonds.converters import convert
from fonds.evaluation.dates import score_dates
from fonds.evaluation.fields import FIELDS, Ties, score_fields
from fonds.evaluation.gold import GoldDocument, GoldPerson, check_against, read_gold
from fonds.evaluation.names import score_mentions, score_names
from fonds.evaluation.values import Read
from fonds.record import DateStatement, Event, Evidence, Record, Related
from fonds.source import Source

COLLECTION: Final = "seeds"
#: Kept when everything else is taken out of a record: what a value may refer to.
_KEPT: Final = ("id", "source", "genre", "span", "zones", "mentions", "parts")
_NOTHING: Final[dict[str, Any]] = {f.name: f.default for f in fields(Record) if f.name not in _KEPT}


def verdicts(data: Path) -> Iterator[Verdict]:
    """All cases of the documents in `data/seeds` with the gold in `data/gold`."""
    gold = read_gold(data / "gold")
    sources = [Source.read(path) for path in sorted((data / "seeds").glob("*.txt"))]
    resolved = list(resolve([record for source in sources for record in convert(source)]))
    named: list[Named] = []
    for source in sources:
        document = gold.documents.get(source.sha256)
        if document is None:
            continue
        check_against(document, source.text, data / "gold")
        own = tuple(one for one in resolved if one.record.source.sha256 == source.sha256)
        read = Read(source.text, own)
        yield from emitted(read, COLLECTION)
        yield from _judged(read, document, gold.persons)
        named += _named(read, document)
    yield from identified(named, COLLECTION)


def _judged(read: Read, gold: GoldDocument, persons: dict[str, GoldPerson]) -> Iterator[Verdict]:
    name = read.own[0].source.name
    ties = score_mentions(name, read, gold, persons).ties
    for evidence, right in _values(read, gold, persons, ties):
        where = f"{name}:{evidence.start}"
        yield Verdict(evidence.rule, right, COLLECTION, where, " ".join(evidence.quote.split())[:80])
