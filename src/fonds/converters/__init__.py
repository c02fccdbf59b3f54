"""Converters: from a source to records, one converter for each format.

A converter is two plain callables: `sniff(source) -> bool` says whether it reads a source,
`convert(source, options) -> Iterator[Record]` does. Another package adds its own through the
entry-point group `fonds.converters`: an object with these two attributes and a `description`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Final

from fonds.errors import ConfigError, UnknownFormat
from fonds.record import Record
from fonds.source import Source


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may tell a converter.

    `genre` fixes the genre by id instead of detecting it; `genres` is a folder of genre files,
    `lexicon` a folder of tables that replace those of fonds; `period` the years from which the
    collection comes, used for two-digit years.
    """

    genre: str | None = None
    genres: str | None = None
    lexicon: str | None = None
    period: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Converter:
    """A format that fonds reads."""

    description: str
    sniff: Callable[[Source], bool]
    convert: Callable[[Source, Options], Iterator[Record]]


def _text_sniff(source: Source) -> bool:
    from fonds.converters import text

    return text.sniff(source)


def _text_convert(source: Source, options: Options) -> Iterator[Record]:
    from fonds.converters import text

    return text.convert(source, options)


#: The converters that come with fonds, by name, the most specific first.
CONVERTERS: Final[dict[str, Converter]] = {
    "text": Converter(
        "plain text: letters, cables, memoranda, reports; genre files", _text_sniff, _text_convert
    ),
}


@cache
def available() -> dict[str, Converter]:
    """All converters, those of other packages first. Raises `ConfigError` if two claim one name."""
    found: dict[str, Converter] = {}
    origin: dict[str, str] = dict.fromkeys(CONVERTERS, "fonds")
    for point in sorted(entry_points(group="fonds.converters"), key=lambda point: (point.name, point.value)):
        if point.name in origin:
            raise ConfigError(
                f"two converters are called {point.name!r}: {origin[point.name]} and {point.value}",
                remedy="uninstall one of the packages",
            )
        loaded = point.load()
        origin[point.name] = point.value
        found[point.name] = Converter(loaded.description, loaded.sniff, loaded.convert)
    return found | CONVERTERS


def detect(source: Source) -> str:
    """The name of the converter that reads a source. Raises `UnknownFormat` if none does."""
    for name, converter in available().items():
        if converter.sniff(source):
            return name
    raise UnknownFormat(
        "no converter recognises this document",
        place=source.name,
        remedy=f"fonds reads {', '.join(available())}; see `fonds formats`",
    )


def convert(source: Source, *, options: Options | None = None) -> tuple[Record, ...]:
    """The records of a source. Raises `SourceError` or `UnknownFormat`."""
    name = detect(source)
    return tuple(available()[name].convert(source, options or Options()))
