"""Authority records in EAC-CPF to records."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.converters import Options
from fonds.converters.xml_source import parse, sniffed_root
from fonds.converters.xml_source import text_of as string_value
from fonds.errors import UnknownFormat
from fonds.record import Record
from fonds.source import Source, Text


def sniff(source: Source) -> bool:
    """Whether the root element is that of EAC-CPF."""
    root = sniffed_root(source)
    return root is not None and root.name in ("eac-cpf", "eac")


def convert(source: Source, options: Options) -> Iterator[Record]:
    """One record of one authority record."""
    raise UnknownFormat("not read yet", place=source.name)


def text_of(source: Source) -> Text:
    """The text of the file without its tags."""
    return Text(string_value(parse(source).getroot()), "utf-8", source.sha256)
