"""Word documents (.docx, ECMA-376): a zip with XML in it, read without Word.

Each paragraph is a line, a row of a table is a line with tabs between its cells. Headers stand
above the text, footnotes, endnotes and footers below it. What was deleted with changes tracked is
left out, and so are comments. Offsets count in this text.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

from fonds.converters import Options, text
from fonds.converters.xml_source import local, parse
from fonds.errors import BudgetError, SourceError
from fonds.record import Record
from fonds.source import Source, Text, checked

#: Most bytes of text that one file may unpack to.
MAX_UNPACKED: Final = 50_000_000

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_MAIN: Final = "word/document.xml"
_ORDER: Final = ("word/header", _MAIN, "word/footnotes.xml", "word/endnotes.xml", "word/footer")
_OLE: Final = b"\xd0\xcf\x11\xe0"
#: Deleted or moved text, and the picture of a text box for programs that cannot show it.
_ABSENT: Final = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText"})
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\xad"}


def sniff(source: Source) -> bool:
    """A zip that holds a Word document, or a file called .docx that should be one."""
    if source.data.startswith(b"PK\x03\x04"):
        return source.name.lower().endswith(".docx") or _MAIN in _names(source)
    return source.data.startswith(_OLE) and source.name.lower().endswith(".docx")


def text_of(source: Source) -> Text:
    """The text of the document.

    Raises `SourceError` if the file is damaged, encrypted or holds no text, `BudgetError` if it
    unpacks to more than `MAX_UNPACKED` bytes.
    """
    lines: list[str] = []
    for name, data in _parts(source):
        tree = parse(Source(data, f"{source.name}: {name}"))
        root = tree.getroot()
        found = [line.rstrip() for line in _lines(root)]
        if name != _MAIN:
            found = [line for line in found if line and line not in lines]
        if found and lines:
            lines.append("")
        lines += found
    content = checked("\n".join(lines).strip("\n"), source.name)
    return Text(content, "utf-8", source.sha256)


def convert(source: Source, options: Options) -> Iterator[Record]:
    """One record of one document. Raises what `text_of` raises."""
    yield text.convert_text(replace(source, media_type=MEDIA_TYPE), text_of(source), options)


def _names(source: Source) -> list[str]:
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return []


def _parts(source: Source) -> Iterator[tuple[str, bytes]]:
    """The parts of the document that hold text, in their order, unpacked within the budget."""
    if source.data.startswith(_OLE):
        raise SourceError(
            "the document is encrypted, or in the old format of Word",
            place=source.name,
            remedy="open it in Word and save a copy as .docx without a password",
        )
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            entries = [
                (at, info)
                for info in archive.infolist()
                for at, prefix in enumerate(_ORDER)
                if info.filename.startswith(prefix) and info.filename.endswith(".xml")
            ]
            if not any(info.filename == _MAIN for _, info in entries):
                raise _damaged(source, f"it lacks {_MAIN}")
            for _, info in sorted(entries, key=lambda entry: (entry[0], entry[1].filename)):
                # what the entry says of its size is not to be trusted
                with archive.open(info) as part:
                    data = part.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise BudgetError(
                        f"unpacks to more than {MAX_UNPACKED} bytes",
                        place=source.name,
                        remedy="no document of this size holds so much text; leave the file out",
                    )
                yield info.filename, data
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise _damaged(source, str(error)) from error
    except (RuntimeError, OSError) as error:  # an entry with a password; a broken stream
        raise _damaged(source, str(error)) from error


def _damaged(source: Source, words: str) -> SourceError:
    return SourceError(
        f"not a sound Word document: {words}", place=source.name, remedy="save it anew from Word, or as text"
    )


def _lines(body: Any) -> Iterator[str]:
    """The paragraphs and the rows of tables below an element."""
    for element in body:
        name = local(element)
        if name == "p":
            yield _words(element)
            for box in element.iter("{*}txbxContent"):
                if not any(local(above) == "Fallback" for above in box.iterancestors()):
                    yield from _lines(box)
        elif name == "tr":
            yield "\t".join(" ".join(_cell(cell)) for cell in element.iterchildren("{*}tc", "{*}sdt"))
        elif name not in _ABSENT:
            yield from _lines(element)


def _cell(cell: Any) -> Iterator[str]:
    yield from (" ".join(line.split()) for line in _lines(cell) if line.strip())


def _words(element: Any) -> str:
    """The words of a paragraph as they stand, without those of a text box in it."""
    parts: list[str] = []
    for child in element:
        name = local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in _SIGNS:
            parts.append(_SIGNS[name])
        elif name not in _ABSENT and name not in ("txbxContent", "pPr", "rPr", "p"):
            parts.append(_words(child))
    return "".join(parts)
