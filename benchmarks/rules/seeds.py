"""The annotated demo documents: each value alone against the annotations, as `fonds.evaluate` compares.

fonds was developed with these documents, so what they say in its favour is little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.rules.verdict import Named, Verdict, emitted, identified, named
from fonds.agents.resolve import resolve
from fonds.converters import convert
from fonds.evaluation.dates import score_dates
from fonds.evaluation.fields import FIELDS, Ties, score_fields
from fonds.evaluation.gold import GoldDocument, GoldPerson, check_against, read_gold
from fonds.evaluation.names import score_mentions, score_names
from fonds.evaluation.values import Read
from fonds.record import Event, Evidence, Record, Related
from fonds.source import Source

COLLECTION: Final = "seeds"
#: What a value may refer to; everything else is taken out of a record to look at one value.
_KEPT: Final = ("id", "source", "genre", "span", "zones", "mentions", "parts")
_NOTHING: Final[dict[str, Any]] = {
    f.name: f.default for f in fields(Record) if f.name not in _KEPT and f.default is not MISSING
}


def verdicts(data: Path) -> Iterator[Verdict]:
    """All cases of the documents in `data/seeds` with the annotations in `data/gold`."""
    gold = read_gold(data / "gold")
    sources = [Source.read(path) for path in sorted((data / "seeds").glob("*.txt"))]
    resolved = list(resolve([record for source in sources for record in convert(source)]))
    meant: list[Named] = []
    for source in sources:
        document = gold.documents.get(source.sha256)
        if document is None:
            continue
        check_against(document, source.text, data / "gold")
        own = tuple(one for one in resolved if one.record.source.sha256 == source.sha256)
        read = Read(source.text, own)
        yield from emitted(read, COLLECTION)
        for evidence, right in judged(read, document, gold.persons):
            yield Verdict.of(evidence, right, COLLECTION, source.name)
        entries = [e for e in document.get("person_mentions") if e.data.get("kind", "name") == "name"]
        found = score_names("person", entries, read, ()).by_entry
        pairs = zip((entry.who for entry in entries), found, strict=True)
        meant += named(pairs, read, source.name)
    yield from identified(meant, COLLECTION)


def judged(
    read: Read, gold: GoldDocument, persons: Mapping[str, GoldPerson]
) -> Iterator[tuple[Evidence, bool]]:
    """The evidence of every value on which the annotations say something, and whether it is right."""
    ties = score_mentions("", read, gold, persons).ties
    for record in read.every:
        for mention in record.mentions:
            alone = _alone(read, record, {"mentions": (mention,)})
            scores = score_mentions("", alone, gold, persons).scores
            score = scores.get((mention.kind, "exact"))
            if score is not None and score.found:
                yield mention.evidence, bool(score.right)
        for name, before, after, evidence in _values(record):
            with_it = _alone(read, record, {name: after})
            dated = score_dates(with_it, gold)[0].get("EDTF and role")
            if dated is not None and dated.found:
                yield evidence, bool(dated.right)
            right = _field(with_it, _alone(read, record, {name: before}), gold, ties)
            if right is not None:
                yield evidence, right


def _values(record: Record) -> Iterator[tuple[str, Any, Any, Evidence]]:
    """Each value of a record: the field it stands in, the field without and with it, its evidence."""
    for name, nothing in _NOTHING.items():
        held = getattr(record, name)
        for value in held if isinstance(held, tuple) else (held,) if held else ():
            if isinstance(value, Event):
                bare = replace(value, date=None, performers=(), authority=None, exemptions=())
                yield name, (), (bare,), value.evidence
                if value.date:
                    yield name, (bare,), (replace(bare, date=value.date),), value.date.evidence
                if value.authority:
                    yield name, (bare,), (replace(bare, authority=value.authority),), value.authority.evidence
                for performer in value.performers:
                    yield name, (bare,), (replace(bare, performers=(performer,)),), performer.evidence
                for exemption in value.exemptions:
                    yield name, (bare,), (replace(bare, exemptions=(exemption,)),), exemption.evidence
            elif isinstance(value, Related) and value.date:
                bare_one = replace(value, date=None)
                yield name, (), (bare_one,), value.evidence
                yield name, (bare_one,), (value,), value.date.evidence
            elif hasattr(value, "evidence") and isinstance(value.evidence, Evidence):
                yield name, nothing, (value,) if isinstance(held, tuple) else value, value.evidence


def _alone(read: Read, owner: Record, values: Mapping[str, Any]) -> Read:
    """The reading as if one record held these values and nothing else were read anywhere."""

    def bare(record: Record) -> Record:
        # other names stay, as whom a party or a position names, unless one name is the value
        own = values if record is owner else dict.fromkeys(values.keys() & {"mentions"}, ())
        told = {one.record for one in own.get("related", ())}
        parts = tuple(bare(part) for part in record.parts if part.id in told or owner in part.walk())
        return replace(record, **{**_NOTHING, "parts": parts, **own})

    return Read(read.text, tuple(replace(one, record=bare(one.record)) for one in read.resolved))


def _field(after: Read, before: Read, gold: GoldDocument, ties: Ties) -> bool | None:
    """Whether the value that `after` holds and `before` does not is right in every field it fills."""
    filled = [key for key, (reader, _) in FIELDS.items() if list(reader(after)) != list(reader(before))]
    counts = score_fields(after, gold, ties)[0]
    scored = [counts[key] for key in filled if key in counts]
    if not scored:
        return None
    return not any(one.wrong or one.invented for one in scored)
