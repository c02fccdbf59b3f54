"""The encoding of a web page: its byte order mark, what it declares, else UTF-8, else Windows-1252."""

from __future__ import annotations

import codecs
from functools import cache
from typing import Final

import regex

from fonds.errors import EncodingError, SourceError
from fonds.source import Source, guess

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: What pages call an encoding, and what is meant (WHATWG Encoding Standard, section 4.2).
_MEANT: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}


@cache
def _declarations() -> regex.Pattern[bytes]:
    return regex.compile(
        rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]+)""",
        regex.IGNORECASE,
    )


def declared(data: bytes) -> str | None:
    """The encoding that the beginning of a page declares, as Python calls it; None if it does not."""
    found = _declarations().search(data[:8192])
    if found is None:
        return None
    label: str = (found[1] or found[2]).decode("ascii", "replace")
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return label
    return _MEANT.get(name, name)


def decoded(source: Source) -> tuple[str, str, str | None]:
    """Content, encoding, and what is doubtful about it.

    Raises `EncodingError` if the bytes are not in the encoding, `SourceError` if there are none.
    """
    data = source.data
    if not data.strip():
        raise SourceError("the file is empty", place=source.name, remedy="remove it or restore its text")
    marked = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    encoding, doubt = source.encoding or marked or declared(data), None
    utf8 = _is_utf8(data)
    if encoding is None and utf8:
        encoding = "utf-8"
    elif encoding is None:
        encoding = guess(data) if source.detect else "cp1252"
        doubt = f"the page states no encoding and is not UTF-8; read as {encoding}"
    elif not (source.encoding or marked) and encoding != "utf-8" and utf8 and not data.isascii():
        # a page that was saved as UTF-8 keeps what it declared before
        doubt = f"the page declares {encoding}, but its bytes are UTF-8 and were read as such"
        encoding = "utf-8"
    try:
        return data.decode(encoding).removeprefix("\ufeff"), encoding, doubt
    except LookupError as error:
        raise EncodingError(
            f"unknown encoding {encoding!r}",
            place=source.name,
            remedy="state one Python knows, such as latin-1",
        ) from error
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"byte 0x{data[error.start]:02x} at byte {error.start} is not {encoding}",
            place=source.name,
            remedy='state the encoding: --encoding latin-1, or encoding = "latin-1" in fonds.toml',
        ) from error


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
