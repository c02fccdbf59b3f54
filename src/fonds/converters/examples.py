"""The examples inside genre files, run as tests, and the flat view of a record they are read by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fonds.converters import Options
from fonds.converters import genre as genres
from fonds.converters import text as texts
from fonds.converters.genre import Example, Genre
from fonds.record import Record
from fonds.source import Source


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one example: its number from 1, and what differs from what it expects."""

    number: int
    failures: tuple[str, ...]
    read: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not self.failures


def check(path: str | Path) -> tuple[Check, ...]:
    """Run the examples of a genre file. Raises `ConfigError` if the file is wrong."""
    return check_genre(genres.load(path))


def check_genre(genre: Genre) -> tuple[Check, ...]:
    """Run the examples of a genre."""
    return tuple(_check(genre, example, number) for number, example in enumerate(genre.examples, 1))


def _check(genre: Genre, example: Example, number: int) -> Check:
    source = Source.of(example.text, f"example {number}")
    failures: list[str] = []
    if genre.fits(source.text.content) != example.detected:
        failures.append(
            "the genre's [detect] " + ("misses it" if example.detected else "takes it by mistake")
        )
    record = texts.read(source, genre, Options())
    values = flatten(record)
    for key, expected in example.expect.items():
        wanted = tuple(str(v) for v in (expected if isinstance(expected, list | tuple) else [expected]))
        if set(wanted) != set(values.get(key, ())):
            failures.append(f"{key}: expected {list(wanted)}, read {list(values.get(key, ()))}")
    failures.extend(
        f"{key}: expected nothing, read {list(values[key])}" for key in example.absent if key in values
    )
    return Check(number, tuple(failures), values)


def flatten(record: Record) -> dict[str, tuple[str, ...]]:
    """A record as plain names and values: `title`, `date.sent`, `party.addressee`, `identifier.…`.

    Values stand in the order of the text, each once.
    """
    gathered: dict[str, list[str]] = {}
    for key, value in _pairs(record):
        held = gathered.setdefault(key, [])
        if value not in held:
            held.append(value)
    return {key: tuple(values) for key, values in sorted(gathered.items())}


def _pairs(record: Record) -> Iterator[tuple[str, str]]:
    yield "id", record.id
    yield "genre", record.genre
    for name, text in (("title", record.title), ("form", record.form), ("summary", record.summary)):
        if text is not None:
            yield name, text.value
    yield from ((f"identifier.{number.scheme}", number.value) for number in record.identifiers)
    yield from (
        ("language", language.value) for language in record.languages if language.evidence.status == "stated"
    )
    yield from ((f"date.{date.role}", date.edtf) for date in record.dates if date.edtf)
    yield from ((f"party.{party.role}", party.mention.name) for party in record.parties)
    yield from ((f"grading.{grading.aspect}", grading.value) for grading in record.gradings)
    yield from ((f"marking.{marking.state}", marking.value) for marking in record.markings)
    yield from ((f"field.{item.name}", item.value) for item in record.fields)
    yield from ((f"related.{item.relation}", item.title.value) for item in record.related)
    yield from ((f"position.{position.kind}", position.title) for position in record.positions)
    yield from ((f"mention.{mention.kind}", mention.name) for mention in record.mentions)
    for reference in record.references:
        if reference.repository:
            yield "reference.repository", reference.repository
        yield from ((f"reference.{level.kind}", level.value) for level in reference.levels)
        if reference.leaves:
            yield "reference.leaves", reference.leaves
    for event in record.events:
        if event.date and event.date.edtf:
            yield f"event.{event.kind}", event.date.edtf
        if event.place:
            yield f"event.{event.kind}.place", event.place.name
        yield from ((f"event.{event.kind}.{p.role}", p.mention.name) for p in event.performers)
