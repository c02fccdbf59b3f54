"""Genre files: how an archivist describes a kind of document without programming.

A genre is one TOML file: how to detect it, its zones by the lines that open them, its labelled
fields and what they mean, and examples that run as tests (`fonds genre test FILE`). The keys
are those of the dataclasses below; an unknown key is an error that names it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import regex

from fonds.errors import ConfigError
from fonds.extract.lines import Line, is_prose, lines_of
from fonds.extract.reading import ZONES
from fonds.record import DateRole, PartyRole, Zone
from fonds.source import Span, Text

#: What the value of a field may be.
FieldType = Literal[
    "date", "identifier", "parties", "text", "reference", "language", "place", "grade", "number"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detect:
    """Patterns of which all of `all`, and `at_least` of `any`, must occur in the text, and none of `none`."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    at_least: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRule:
    """A zone: the line or lines that it takes up.

    `line` takes each single line that it matches. `begin` opens a zone that ends before the
    next line matching `end`, or with the document. `after` takes the line that follows a zone
    already found, `before` the paragraph that precedes it (only running text, with `prose`).
    `within` limits the search to the first lines of the document, `first` to one hit.
    """

    name: str
    line: str | None = None
    begin: str | None = None
    end: str | None = None
    after: str | None = None
    before: str | None = None
    within: int | None = None
    first: bool = False
    prose: bool = False
    confirm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """A labelled value.

    `labels` are the label's spellings, known OCR variants among them; `zones` where it may
    stand. The value ends at the next label of the genre. With `pattern`, a value that does not
    match as a whole is no value. `role`, `scheme` and `to` say what the value is of its type.
    `identity` marks the number that identifies the document in its archive.
    """

    name: str
    labels: tuple[str, ...]
    type: FieldType
    zones: tuple[str, ...]
    role: str | None = None
    scheme: str | None = None
    to: str | None = None
    pattern: str | None = None
    identity: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule:
    """A value recognised by its wording: each named group of `regex` is one field.

    `groups` maps group names to field names; the field takes its meaning from `fields`.
    """

    name: str
    regex: str
    type: FieldType
    zones: tuple[str, ...]
    role: str | None = None
    scheme: str | None = None
    to: str | None = None
    identity: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and what must be read in it; `absent` names what must not."""

    text: str
    expect: Mapping[str, Any] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    detected: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """A kind of document. `headings` are labels that never have a value of their own."""

    id: str
    name: str
    detect: Detect
    description: str = ""
    priority: int = 50
    prefix: str = ""
    catalogue: bool = False
    headings: tuple[str, ...] = ()
    zones: tuple[ZoneRule, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    patterns: tuple[PatternRule, ...] = ()
    examples: tuple[Example, ...] = ()
    place: str = ""

    def fits(self, content: str) -> bool:
        """Whether a text is of this genre."""
        rule = self.detect
        if any(not _pattern(p).search(content) for p in rule.all):
            return False
        if any(_pattern(p).search(content) for p in rule.none):
            return False
        return not rule.any or sum(bool(_pattern(p).search(content)) for p in rule.any) >= rule.at_least


@lru_cache(maxsize=2048)
def _pattern(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.MULTILINE)


#: The tables of a genre file and the classes that hold them.
_TABLES: dict[str, type] = {"zone": ZoneRule, "field": FieldRule, "pattern": PatternRule, "example": Example}
_PLURAL = {"zone": "zones", "field": "fields", "pattern": "patterns", "example": "examples"}


def parse(content: str, place: str) -> Genre:
    """Read a genre file's text. Raises `ConfigError` naming file, table and key."""
    try:
        raw = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(error), place=place, remedy="mend the TOML") from error
    tables = {name: raw.pop(name, []) for name in _TABLES}
    detect = raw.pop("detect", None)
    if not isinstance(detect, dict):
        raise ConfigError("no [detect] table", place=place, remedy="say how the genre is recognised")
    values = {
        _PLURAL[name]: tuple(
            _make(_TABLES[name], entry, f"{place}: [[{name}]] {number}")
            for number, entry in enumerate(entries, 1)
        )
        for name, entries in tables.items()
    }
    genre: Genre = _make(
        Genre, {**raw, "detect": _make(Detect, detect, f"{place}: [detect]"), **values, "place": place}, place
    )
    _check(genre)
    return genre


def _make(kind: type, entry: Any, place: str) -> Any:
    if not isinstance(entry, dict):
        raise ConfigError("not a table", place=place, remedy="write it as a TOML table")
    known = {f.name: f for f in fields(kind)}
    for key in entry:
        if key not in known or (kind is Genre and key in _TABLES):
            names = ", ".join(k for k in known if k not in ("place",))
            raise ConfigError(f"unknown key {key!r}", place=place, remedy=f"known keys are {names}")
    for name, f in known.items():
        if f.default is MISSING and f.default_factory is MISSING and name not in entry:
            raise ConfigError(f"key {name!r} is missing", place=place, remedy="add it")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()})


def _check(genre: Genre) -> None:
    """What the types alone do not catch: zones, roles and patterns that exist."""
    choices: dict[str, tuple[str, ...]] = {
        "date": get_args(DateRole),
        "parties": get_args(PartyRole),
        "grade": ("source", "content"),
    }
    rules: tuple[FieldRule | PatternRule, ...] = (*genre.fields, *genre.patterns)
    for rule in rules:
        place = f"{genre.place}: {rule.name}"
        if rule.type not in get_args(FieldType):
            raise ConfigError(
                f"unknown type {rule.type!r}",
                place=place,
                remedy=f"use one of {', '.join(get_args(FieldType))}",
            )
        allowed = choices.get(rule.type)
        if allowed and rule.role not in allowed:
            raise ConfigError(
                f"unknown role {rule.role!r}", place=place, remedy=f"use one of {', '.join(allowed)}"
            )
    for name in [z.name for z in genre.zones] + [zone for rule in rules for zone in rule.zones]:
        if name not in ZONES:
            raise ConfigError(
                f"unknown zone {name!r}", place=genre.place, remedy=f"use one of {', '.join(ZONES)}"
            )
    patterns = [*genre.detect.all, *genre.detect.any, *genre.detect.none]
    patterns += [p for z in genre.zones for p in (z.line, z.begin, z.end, z.confirm) if p]
    patterns += [f.pattern for f in genre.fields if f.pattern] + [p.regex for p in genre.patterns]
    for pattern in patterns:
        try:
            _pattern(pattern)
        except regex.error as error:
            raise ConfigError(f"pattern {pattern!r}: {error}", place=genre.place, remedy="mend it") from error


def load(path: str | Path) -> Genre:
    """Read one genre file. Raises `ConfigError`."""
    try:
        content = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(error), place=str(path), remedy="check the path") from error
    return parse(content, str(path))


@lru_cache(maxsize=8)
def available(folder: str | None = None) -> dict[str, Genre]:
    """All genres by id: those that come with fonds, and the user's, which replace them."""
    genres = [
        parse(entry.read_text("utf-8"), f"genres/{entry.name}")
        for entry in sorted((files("fonds.converters") / "genres").iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    ]
    found = {genre.id: genre for genre in genres}
    if folder is not None:
        if not Path(folder).is_dir():
            raise ConfigError("no such folder of genre files", place=folder, remedy="check [genres] folder")
        own: dict[str, Genre] = {}
        for file in sorted(Path(folder).glob("*.toml")):
            genre = load(file)
            if genre.id in own:
                raise ConfigError(
                    f"genre id {genre.id!r} is taken by {own[genre.id].place}",
                    place=str(file),
                    remedy="rename one",
                )
            own[genre.id] = genre
        found |= own
    return dict(sorted(found.items()))


def detect(content: str, folder: str | None = None) -> Genre | None:
    """The genre of a text, the one with the highest priority if several fit; None if none does."""
    fitting = [genre for genre in available(folder).values() if genre.fits(content)]
    return max(fitting, key=lambda genre: (genre.priority, genre.id), default=None)


def zones_of(genre: Genre, text: Text, span: Span) -> tuple[Zone, ...]:
    """The zones that the genre's own rules find, sorted, the earlier rule winning an overlap."""
    lines = lines_of(text, span)
    found: list[Zone] = []
    for rule in genre.zones:
        for zone in _apply(rule, lines, found):
            if not any(zone.span.meets(other.span) for other in found):
                found.append(zone)
    return tuple(sorted(found, key=lambda zone: zone.start))


def _apply(rule: ZoneRule, lines: tuple[Line, ...], found: list[Zone]) -> list[Zone]:
    inside = lines[: rule.within] if rule.within else lines
    if rule.line:
        hits = [
            Zone(rule.name, line.start, line.end) for line in inside if _pattern(rule.line).search(line.words)
        ]
        return hits[:1] if rule.first else hits
    if rule.begin:
        return _regions(rule, inside, lines)
    if rule.after:
        anchor = next((zone for zone in found if zone.name == rule.after), None)
        line = next((line for line in lines if anchor and line.start >= anchor.end), None)
        return [Zone(rule.name, line.start, line.end)] if line and _confirmed(rule, line.words) else []
    if rule.before:
        anchor = next((zone for zone in found if zone.name == rule.before), None)
        above = [line for line in lines if anchor and line.end <= anchor.start]
        return _paragraph_before(rule, above)
    return []


def _confirmed(rule: ZoneRule, words: str) -> bool:
    return rule.confirm is None or bool(_pattern(rule.confirm).search(words))


def _regions(rule: ZoneRule, inside: tuple[Line, ...], lines: tuple[Line, ...]) -> list[Zone]:
    zones: list[Zone] = []
    at = -1
    for line in inside:
        if line.start < at or not _pattern(rule.begin or "").search(line.words):
            continue
        rest = [other for other in lines if other.start >= line.start]
        if not _confirmed(rule, "\n".join(other.words for other in rest)):
            continue
        stop = next(
            (i for i, other in enumerate(rest[1:], 1) if rule.end and _pattern(rule.end).search(other.words)),
            len(rest),
        )
        zones.append(Zone(rule.name, line.start, rest[stop - 1].end))
        at = zones[-1].end
        if rule.first:
            break
    return zones


def _paragraph_before(rule: ZoneRule, above: list[Line]) -> list[Zone]:
    if not above:
        return []
    last = above[-1]
    paragraph = [line for line in above if line.block == last.block]
    words = " ".join(line.words for line in paragraph)
    if (rule.prose and not is_prose(words)) or not _confirmed(rule, words):
        return []
    return [Zone(rule.name, paragraph[0].start, last.end)]
