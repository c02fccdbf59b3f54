"""Genre files: how an archivist describes a kind of document without programming.

A genre is one TOML file: how to detect it, its zones by the lines that open them, its labelled
fields and what they mean, and examples that run as tests (`fonds genre test FILE`). The keys
are those of the dataclasses below; an unknown key is an error that names it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import regex

from fonds.converters.wordings import compiled, hits, lined, occurs
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
    `through` does the same, but takes in the last line that matches it among `reach` lines, or
    among those before `end`; if none does, the zone is its first line. `within` limits the search
    to the first lines of the document, `first` to one hit.
    """

    name: str
    line: str | None = None
    begin: str | None = None
    end: str | None = None
    through: str | None = None
    reach: int = 40
    after: str | None = None
    before: str | None = None
    within: int | None = None
    first: bool = False
    prose: bool = False
    confirm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """A labelled value.

    `labels` are the label's spellings, `variants` a pattern for what OCR makes of it; `zones`
    where it may stand, `inline` also between other words of a line. The value ends at the next
    label of the genre. With `pattern`, a value that does not match as a whole is no value; `each`
    finds several values in one. `role`, `scheme` and `to` say what the value is of its type.
    `identity` marks the number that identifies the document in its archive. `unless` names fields
    or patterns: the rule serves only where none of them has a value.
    """

    name: str
    labels: tuple[str, ...]
    type: FieldType
    zones: tuple[str, ...]
    role: str | None = None
    scheme: str | None = None
    to: str | None = None
    pattern: str | None = None
    variants: str | None = None
    each: str | None = None
    inline: bool = False
    identity: bool = False
    unless: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)  # what is prepared from the fields of a genre is often asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule:
    """A value recognised by its wording: the group `value` of `regex`.

    The other keys are those of `FieldRule`.
    """

    name: str
    regex: str
    type: FieldType
    zones: tuple[str, ...]
    role: str | None = None
    scheme: str | None = None
    to: str | None = None
    each: str | None = None
    identity: bool = False
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and what must be read in it; `absent` names what must not."""

    text: str
    expect: Mapping[str, Any] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    detected: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """A kind of document. `headings` are labels that never have a value of their own.

    A `cover` is a sheet, slip or heading that documents of any kind may carry: it is read besides
    the genre of the document itself, in whose `covers` it then stands.
    """

    id: str
    name: str
    detect: Detect
    description: str = ""
    priority: int = 50
    prefix: str = ""
    catalogue: bool = False
    cover: bool = False
    headings: tuple[str, ...] = ()
    zones: tuple[ZoneRule, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    patterns: tuple[PatternRule, ...] = ()
    examples: tuple[Example, ...] = ()
    covers: tuple[Genre, ...] = ()
    place: str = ""

    def fits(self, content: str) -> bool:
        """Whether a text is of this genre."""
        rule = self.detect
        if not all(occurs(wording, content) for wording in rule.all):
            return False
        if rule.any and not hits(rule.any, rule.at_least, content):
            return False
        return not any(occurs(wording, content) for wording in rule.none)


#: The tables of a genre file and the classes that hold them.
_TABLES: dict[str, type] = {"zone": ZoneRule, "field": FieldRule, "pattern": PatternRule, "example": Example}
_PLURAL = {"zone": "zones", "field": "fields", "pattern": "patterns", "example": "examples"}
#: What a genre file does not set.
_INNER = (*_PLURAL.values(), "covers", "place")


def parse(content: str, place: str, *, tried: bool = False) -> Genre:
    """Read a genre file's text. Raises `ConfigError` naming file, table and key.

    The patterns of a file that is `tried`, as those of fonds are by its tests, are compiled on first use.
    """
    try:
        raw = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(error), place=place, remedy="mend the TOML") from error
    tables = {name: raw.pop(name, []) for name in _TABLES}
    detect = raw.pop("detect", None)
    if not isinstance(detect, dict):
        raise ConfigError("no [detect] table", place=place, remedy="say how the genre is recognised")
    for key in _INNER:
        if key in raw:
            raise _unknown(Genre, key, place)
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
    if not tried:
        _compile(genre)
    return genre


def _make(kind: type, entry: Any, place: str) -> Any:
    if not isinstance(entry, dict):
        raise ConfigError("not a table", place=place, remedy="write it as a TOML table")
    known = {f.name: f for f in fields(kind)}
    for key in entry:
        if key not in known:
            raise _unknown(kind, key, place)
    for name, f in known.items():
        if f.default is MISSING and f.default_factory is MISSING and name not in entry:
            raise ConfigError(f"key {name!r} is missing", place=place, remedy="add it")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()})


def _unknown(kind: type, key: str, place: str) -> ConfigError:
    own = [f.name for f in fields(kind) if kind is not Genre or f.name not in _INNER]
    names = ", ".join([*own, *(_TABLES if kind is Genre else ())])
    return ConfigError(f"unknown key {key!r}", place=place, remedy=f"known keys are {names}")


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


def _compile(genre: Genre) -> None:
    """Whether every pattern of a genre is one."""
    rules: tuple[FieldRule | PatternRule, ...] = (*genre.fields, *genre.patterns)
    patterns = [*genre.detect.all, *genre.detect.any, *genre.detect.none]
    patterns += [p for z in genre.zones for p in (z.line, z.begin, z.end, z.through, z.confirm) if p]
    patterns += [p for f in genre.fields for p in (f.pattern, f.variants) if p]
    patterns += [rule.each for rule in rules if rule.each] + [p.regex for p in genre.patterns]
    for pattern in patterns:
        try:
            compiled(pattern)
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
        parse(entry.read_text("utf-8"), f"genres/{entry.name}", tried=True)
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
    """The genre of a text, the one with the highest priority if several fit; None if none does.

    Covers that fit are added to it; what they take up is no sign of another genre. Where nothing
    but covers fits, the first of them is the genre.
    """
    ordered = sorted(available(folder).values(), key=lambda genre: (-genre.priority, genre.id))
    covers = tuple(genre for genre in ordered if genre.cover and genre.fits(content))
    rest = _outside(covers, content) if covers else content
    fitting = next((genre for genre in ordered if not genre.cover and genre.fits(rest)), None)
    if fitting is None:
        return replace(covers[0], covers=covers[1:]) if covers else None
    return replace(fitting, covers=covers)


def _outside(covers: tuple[Genre, ...], content: str) -> str:
    """A text without the zones of covers that stand in front of it or are stamped on it."""
    text = Text(content, "utf-8", "")
    layers = replace(covers[0], covers=covers[1:])
    kept, at = [], 0
    for zone in zones_of(layers, text, Span(0, len(content))):
        kept.append(content[at : zone.start])
        at = zone.end
    return "".join((*kept, content[at:]))


def zones_of(genre: Genre, text: Text, span: Span) -> tuple[Zone, ...]:
    """The zones that the genre's own rules find, sorted, the earlier rule winning an overlap."""
    lines = lines_of(text, span)
    found: list[Zone] = []
    for rule in (rule for layer in (*genre.covers, genre) for rule in layer.zones):
        for zone in _apply(rule, lines, found):
            if not any(zone.span.meets(other.span) for other in found):
                found.append(zone)
    return tuple(sorted(found, key=lambda zone: zone.start))


def _apply(rule: ZoneRule, lines: tuple[Line, ...], found: list[Zone]) -> list[Zone]:
    inside = lines[: rule.within] if rule.within else lines
    if rule.line:
        search = lined(rule.line).search
        hits = [Zone(rule.name, line.start, line.end) for line in inside if search(line.words)]
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
    return rule.confirm is None or bool(compiled(rule.confirm).search(words))


def _regions(rule: ZoneRule, inside: tuple[Line, ...], lines: tuple[Line, ...]) -> list[Zone]:
    zones: list[Zone] = []
    at = -1
    begins = lined(rule.begin or "").search
    for line in inside:
        if line.start < at or not begins(line.words):
            continue
        rest = [other for other in lines if other.start >= line.start]
        if not _confirmed(rule, "\n".join(other.words for other in rest)):
            continue
        stop = _stop(rule, rest)
        zones.append(Zone(rule.name, line.start, rest[stop - 1].end))
        at = zones[-1].end
        if rule.first:
            break
    return zones


def _stop(rule: ZoneRule, rest: list[Line]) -> int:
    """How many lines a region has, the line that begins it being the first."""
    if rule.through:
        reach = min(_end(rule, rest[: rule.reach]), rule.reach)
        through = lined(rule.through).search
        hits = [i for i, line in enumerate(rest[:reach]) if through(line.words)]
        return hits[-1] + 1 if hits else 1
    return _end(rule, rest)


def _end(rule: ZoneRule, rest: list[Line]) -> int:
    """How many lines stand before the next one that matches `end`, the first line apart."""
    ends = lined(rule.end).search if rule.end else None
    return next((i for i, line in enumerate(rest[1:], 1) if ends and ends(line.words)), len(rest))


def _paragraph_before(rule: ZoneRule, above: list[Line]) -> list[Zone]:
    if not above:
        return []
    last = above[-1]
    paragraph = [line for line in above if line.block == last.block]
    words = " ".join(line.words for line in paragraph)
    if (rule.prose and not is_prose(words)) or not _confirmed(rule, words):
        return []
    return [Zone(rule.name, paragraph[0].start, last.end)]
