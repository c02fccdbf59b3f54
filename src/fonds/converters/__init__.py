"""Converters: from a source to records, one converter for each format.

A converter is two plain callables: `sniff(source) -> bool` says whether it reads a source,
`convert(source, options) -> Iterator[Record]` does. Another package adds its own through the
entry-point group `fonds.converters`: an object with these two attributes and a `description`. Where
offsets count in another text than the bytes decode to, `text_of(source) -> Text` gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Final, cast

from fonds.errors import ConfigError, UnknownFormat
from fonds.record import Finding, Record
from fonds.source import Source, Text

if TYPE_CHECKING:
    from lxml import etree

    from fonds.converters.beside import Metadata


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may tell a converter.

    `genre` fixes the genre by id instead of detecting it; `genres` is a folder of genre files,
    `lexicon` a folder of tables that replace those of fonds; `period` the years from which the
    collection comes, used for two-digit years; `holder` the institution that holds what a finding
    aid describes, where the finding aid does not say; `metadata` a catalogue of the documents.
    """

    genre: str | None = None
    genres: str | None = None
    lexicon: str | None = None
    period: tuple[int, int] | None = None
    holder: str | None = None
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True)
class Converter:
    """A format that fonds reads.

    `text_of` gives the text of a source in which offsets count; without it that is what its bytes
    decode to.
    """

    description: str
    sniff: Callable[[Source], bool]
    convert: Callable[[Source, Options], Iterator[Record]]
    text_of: Callable[[Source], Text] | None = None


def _lazily(room: str, description: str, *signs: bytes) -> Converter:
    """The converter in a module of this package, which is imported on first use.

    Bytes with none of its `signs` are not read by it, so that plain text loads no reader of markup.
    """

    def own() -> Any:
        return import_module(f"fonds.converters.{room}")

    def sniff(source: Source) -> bool:
        hinted = not signs or any(sign in source.data for sign in signs)
        return hinted and bool(own().sniff(source))

    def convert(source: Source, options: Options) -> Iterator[Record]:
        yield from own().convert(source, options)

    def text_of(source: Source) -> Text:
        read = getattr(own(), "text_of", None)
        text: Text = read(source) if read else source.text
        return text

    return Converter(description, sniff, convert, text_of)


#: The converters that come with fonds, by name, the most specific first.
CONVERTERS: Final[dict[str, Converter]] = {
    "ead": _lazily("ead", "EAD 2002 and EAD3: finding aids, one record for each unit", b"<"),
    "eac": _lazily("eac", "EAC-CPF 1.0 and 2.0: authority records of persons, families and bodies", b"<"),
    "tei": _lazily("tei", "TEI P5: letters and other texts, correspondences, edited volumes", b"<"),
    "html": _lazily("html", "web pages: their text, and the metadata embedded in them", b"<"),
    "pdf": _lazily("pdf", "PDF with a text layer (needs the extra pdf)", b"%PDF"),
    "docx": _lazily("docx", "Word documents (.docx)", b"PK", b"\xd0\xcf\x11\xe0"),
    "text": _lazily("text", "plain text: letters, cables, memoranda, reports; genre files"),
}


@cache
def available() -> dict[str, Converter]:
    """All converters, those of other packages first.

    Raises `ConfigError` if two packages claim one name, or if a converter cannot be loaded.
    """
    found: dict[str, Converter] = {}
    origin: dict[str, str] = dict.fromkeys(CONVERTERS, "fonds")
    for point in sorted(entry_points(group="fonds.converters"), key=lambda point: (point.name, point.value)):
        package = point.dist.name if point.dist else point.value
        if point.name in origin:
            raise ConfigError(
                f"two packages claim the converter {point.name!r}: {origin[point.name]} and {package}",
                place="entry points",
                remedy="uninstall one of the two",
            )
        origin[point.name] = package
        found[point.name] = _loaded(point, package)
    return found | CONVERTERS


def _loaded(point: EntryPoint, package: str) -> Converter:
    """The converter of another package."""
    place = f"the converter {point.name!r} of {package}"
    try:
        own = point.load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            f"cannot be loaded: {error}", place=place, remedy=f"mend or uninstall {package}"
        ) from error
    for name in ("description", "sniff", "convert"):
        if not hasattr(own, name):
            raise ConfigError(
                f"{point.value} has no {name}", place=place, remedy=f"mend or uninstall {package}"
            )
    return Converter(own.description, own.sniff, own.convert, getattr(own, "text_of", None))


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


def text_of(source: Source) -> Text:
    """The text of a source in which the offsets of its records count.

    Raises `SourceError` or `UnknownFormat`.
    """
    read = available()[detect(source)].text_of
    return read(source) if read else source.text


def texts_of(source: Source, records: Iterable[Record]) -> Iterator[Text]:
    """For each record of a source the text in which its span and zones count.

    In a source with markup that of the element which holds the record, else `text_of`. Raises what
    `text_of` does.
    """
    from fonds.converters.xml_source import Markup
    from fonds.converters.xml_source import text_of as string_value

    markup: Markup | None = None
    whole: Text | None = None
    for record in records:
        if record.path is None:
            whole = whole or text_of(source)
            yield whole
        else:
            markup = markup or Markup(source)
            (element,) = cast("list[etree._Element]", markup.root.xpath(record.path))
            yield Text(string_value(element), record.source.encoding, source.sha256)


def stream(source: Source, *, options: Options | None = None) -> Iterator[Record]:
    """The records of a source, one after the other: a converter that reads lazily is not hurried.

    Raises what `convert` does, also after some records.
    """
    given = options or Options()
    found = available()[detect(source)].convert(source, given)
    first = next(found, None)
    if first is None:
        return
    if source.doubt is not None:
        doubt = Finding(kind="harvest-mismatch", message=source.doubt)
        first = replace(first, findings=(*first.findings, doubt))
    second = next(found, None)
    if given.metadata is not None and second is None:  # an entry of a catalogue is about one record
        from fonds.converters import beside

        first = beside.merge(first, given)
    yield first
    if second is not None:
        yield second
        yield from found


def convert(source: Source, *, options: Options | None = None) -> tuple[Record, ...]:
    """The records of a source. Raises `SourceError` or `UnknownFormat`."""
    return tuple(stream(source, options=options))
