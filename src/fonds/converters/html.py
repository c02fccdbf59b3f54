"""Web pages, saved or harvested: the text of the page is read as any text, its metadata beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

import regex

from fonds.converters import Options, embedded, text, witness
from fonds.converters.page import read_page
from fonds.record import Finding, Record
from fonds.source import Source, Text

_SUFFIXES: Final = (".html", ".htm", ".xhtml", ".xht")


@cache
def _beginning() -> regex.Pattern[str]:
    return regex.compile(
        r"(?:\s|<\?xml\b[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|(?:html|head|body|title|meta)\b)",
        regex.IGNORECASE | regex.DOTALL,
    )


def sniff(source: Source) -> bool:
    """A page begins like one, or is called one and begins with a tag."""
    head = source.data[:4096]
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    words = head[: len(head) // 2 * 2].decode("utf-16" if wide else "latin-1", "replace")
    words = words.removeprefix("ï»¿").lstrip("\ufeff \t\r\n")
    if _beginning().match(words):
        return True
    called = source.name.lower().endswith(_SUFFIXES) or source.media_type == "text/html"
    return called and words.startswith("<") and not words.startswith("<?xml")


def text_of(source: Source) -> Text:
    """The text of the page, in which offsets count. Raises what `read_page` raises."""
    return read_page(source).text


def convert(source: Source, options: Options) -> Iterator[Record]:
    """One record of one page. Raises `SourceError`, and `UnknownFormat` if the page has no words."""
    page = read_page(source)
    if source.media_type == "text/plain":
        source = replace(source, media_type="text/html")
    record = text.convert_text(source, page.text, options, page.zones)
    values, findings = embedded.find_values(page, options.lexicon)
    record = witness.merge(record, values, options)
    if page.doubt:
        findings = (*findings, Finding(kind="encoding-detected", message=page.doubt))
    yield replace(record, findings=(*record.findings, *findings))
