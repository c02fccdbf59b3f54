"""PDF with a text layer.

The text is that of the pages one after another, in the order in which the file holds it, with its
line breaks. A gap between two lines that is half as wide again as the narrow ones of the page is a
blank line; between two pages stands a line with a form feed. Offsets count in this text, and evidence says
on which page the words begin. Needs pypdfium2, which the extra `pdf` installs.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from fonds.converters import Options, text
from fonds.errors import BudgetError, SourceError, UnknownFormat
from fonds.record import Finding, Record
from fonds.source import Source, Text, checked

#: Most characters of text read from one file, and most pages.
MAX_CHARACTERS: Final = 20_000_000
MAX_PAGES: Final = 10_000

_BETWEEN: Final = "\n\f\n"
#: PDFium marks a hyphen at the end of a line by one of these; the page shows a hyphen.
_HYPHENS: Final = {0x02: "-", 0xFFFE: "-", 0x0D: None, 0x00: None}
#: PDFium may only be called by one thread at a time.
_lock = threading.Lock()


def sniff(source: Source) -> bool:
    """A PDF says so in its first 1,024 bytes (ISO 32000-2, annex I)."""
    return b"%PDF-" in source.data[:1024]


def text_of(source: Source) -> Text:
    """The text of the pages.

    Raises `UnknownFormat` if pypdfium2 is not installed, `SourceError` if the file is damaged, wants
    a password or holds no text, `BudgetError` if it holds too much.
    """
    pages = _pages(source)
    if not any(page.strip() for page in pages):
        raise SourceError(
            "a PDF without a text layer: its pages are pictures",
            place=source.name,
            remedy="recognise the text first (OCR), for example with ocrmypdf",
        )
    starts, at = [], 0
    for page in pages:
        starts.append(at)
        at += len(page) + len(_BETWEEN)
    content = checked(_BETWEEN.join(pages), source.name)
    return Text(content, "utf-8", source.sha256, tuple(starts))


def convert(source: Source, options: Options) -> Iterator[Record]:
    """One record of one file. Raises what `text_of` raises."""
    read = text_of(source)
    record = text.convert_text(replace(source, media_type="application/pdf"), read, options)
    empty = [
        str(number)
        for number, (start, end) in enumerate(zip(read.pages, (*read.pages[1:], len(read)), strict=True), 1)
        if not read.content[start:end].strip()
    ]
    if empty:
        message = f"no text on {'page' if len(empty) == 1 else 'pages'} {', '.join(empty)}"
        record = replace(
            record, findings=(*record.findings, Finding(kind="page-without-text", message=message))
        )
    yield record


def _pages(source: Source) -> list[str]:
    try:
        import pypdfium2
    except ImportError as error:
        raise UnknownFormat(
            "to read PDF, fonds needs pypdfium2",
            place=source.name,
            remedy='install it: python -m pip install "fonds[pdf]"',
        ) from error
    with _lock:
        try:
            document = pypdfium2.PdfDocument(source.data)
        except pypdfium2.PdfiumError as error:
            raise _refusal(source, str(error)) from error
        try:
            return _texts(document, source)
        except pypdfium2.PdfiumError as error:
            raise _refusal(source, str(error)) from error
        finally:
            document.close()


def _texts(document: Any, source: Source) -> list[str]:
    if len(document) > MAX_PAGES:
        raise BudgetError(
            f"{len(document)} pages, over the limit of {MAX_PAGES}",
            place=source.name,
            remedy="split the file",
        )
    pages: list[str] = []
    total = 0
    for number in range(len(document)):
        page = document[number]
        layer = page.get_textpage()
        total += layer.count_chars()
        if total > MAX_CHARACTERS:
            raise BudgetError(
                f"more than {MAX_CHARACTERS} characters by page {number + 1}",
                place=source.name,
                remedy="split the file",
            )
        pages.append(_spaced(layer).translate(_HYPHENS).strip("\n"))
        layer.close()
        page.close()
    return pages


def _spaced(layer: Any) -> str:
    """The lines of a page, with a blank one where the page shows a gap."""
    count = layer.count_chars()
    words: str = layer.get_text_range() if count > 0 else ""
    if len(words) != count:  # then positions in the text are not those of the characters
        return words
    lines: list[tuple[str, float, float]] = []
    for match in re.finditer(r"[^\r\n]+", words):
        first = match.start() + len(match[0]) - len(match[0].lstrip())
        if first < match.end():
            _, bottom, _, top = layer.get_charbox(first, loose=True)
            lines.append((match[0].rstrip(), bottom, top - bottom))
    gaps = [above[1] - below[1] for above, below in pairwise(lines)]
    # the narrow ones are those within paragraphs, of which a page may have few
    narrow = sorted(gap for gap, (_, _, height) in zip(gaps, lines, strict=False) if gap > 0.7 * height)
    usual = narrow[len(narrow) // 10] if len(narrow) > 3 else None
    out = [lines[0][0]] if lines else []
    for (line, _, height), gap in zip(lines[1:], gaps, strict=True):
        wide = 1.5 * (usual if usual else 1.2 * height)
        out += ["", line] if gap > wide or gap < -height else [line]
    return "\n".join(out)


def _refusal(source: Source, words: str) -> SourceError:
    if "assword" in words or "ecurity" in words:
        return SourceError(
            "the PDF is encrypted and wants a password",
            place=source.name,
            remedy="save a copy without a password, for example with qpdf --decrypt",
        )
    return SourceError(f"not a sound PDF: {words}", place=source.name, remedy="save it anew, or leave it out")
