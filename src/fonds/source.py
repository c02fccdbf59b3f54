"""Bytes, text and the places in it.

A `Source` is immutable bytes. Its `Text` is the decoded code points with newlines as in the
file, so `text.content[start:end]` is always exactly what the file says. Clean-up never edits:
a `View` leaves parts out and maps every position back.

Offsets everywhere in fonds are Unicode code points, zero-based, end exclusive
(Web Annotation Data Model, section 4.2.5, TextPositionSelector).
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from fonds.errors import BudgetError, EncodingError, SourceError

#: Largest document read, in bytes, unless the caller says otherwise.
MAX_BYTES: Final = 20_000_000
#: Longest single line read, in code points, unless the caller says otherwise.
MAX_LINE: Final = 200_000

_NEWLINE: Final = re.compile(r"\n")
_BOMS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Span(NamedTuple):
    """A range of code points, end exclusive."""

    start: int
    end: int

    def holds(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Source:
    """A document as it was found: bytes, and where they come from.

    `name` is a file name or other short name, `origin` a path or URL if there is one,
    `retrieved` an ISO 8601 time from a harvest record, `encoding` what the user stated. With
    `detect`, an encoding that is neither stated nor UTF-8 is told from the bytes. `doubt` says what
    speaks against the bytes being those of their harvest record.
    """

    data: bytes
    name: str
    origin: str | None = None
    media_type: str = "text/plain"
    retrieved: str | None = None
    encoding: str | None = None
    detect: bool = False
    doubt: str | None = None

    @classmethod
    def read(cls, path: str | Path, *, encoding: str | None = None, max_bytes: int = MAX_BYTES) -> Source:
        """Read a file. Raises `SourceError` if it cannot be opened, `BudgetError` if too large."""
        file = Path(path)
        try:
            size = file.stat().st_size
            if size > max_bytes:
                raise BudgetError(
                    f"{size} bytes, over the limit of {max_bytes}",
                    place=str(file),
                    remedy="split the file, or raise max_bytes in fonds.toml",
                )
            data = file.read_bytes()
        except OSError as error:
            raise SourceError(
                error.strerror or str(error), place=str(file), remedy="check the path and its permissions"
            ) from error
        return cls(data, file.name, origin=str(path), encoding=encoding)

    @classmethod
    def of(cls, content: str, name: str = "-") -> Source:
        """A source made from a string, as if it had been a UTF-8 file."""
        return cls(content.encode("utf-8"), name)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def text(self) -> Text:
        """The decoded text. Raises `EncodingError`, `BudgetError` or `SourceError`."""
        return _decode(self)


@dataclass(frozen=True)
class Text:
    """The code points of a source, untouched, and the encoding that gave them.

    `pages` are the positions at which its pages begin, where the file has pages.
    """

    content: str
    encoding: str
    sha256: str
    pages: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.content)

    def quote(self, span: Span) -> str:
        """The words at `span`."""
        return self.content[span.start : span.end]

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in _NEWLINE.finditer(self.content)))

    def line_of(self, position: int) -> int:
        """The number, from 1, of the line on which `position` lies."""
        return bisect_right(self._line_starts, position)

    def page_of(self, position: int) -> int | None:
        """The number, from 1, of the page on which `position` lies; None without pages."""
        return max(1, bisect_right(self.pages, position)) if self.pages else None

    @cached_property
    def paragraphed(self) -> bool:
        """Whether blank lines set paragraphs apart; if not, every line is a paragraph."""
        return bool(re.search(r"\n[ \t\r\xa0]*\n", self.content.strip()))

    @cached_property
    def _lines(self) -> tuple[Span, ...]:
        starts = self._line_starts
        ends = [*(start - 1 for start in starts[1:]), len(self.content)]
        return tuple(
            Span(a, b - 1 if b > a and self.content[b - 1] == "\r" else b)
            for a, b in zip(starts, ends, strict=True)
        )

    def lines(self, within: Span | None = None) -> tuple[Span, ...]:
        """The span of each line, without its newline; with `within`, of each line that it touches."""
        if within is None:
            return self._lines
        first = bisect_right(self._line_starts, within.start) - 1
        last = bisect_right(self._line_starts, max(within.start, within.end - 1))
        return self._lines[first:last]

    def view(self, drop: Iterable[Span] = ()) -> View:
        """The text with some spans left out. Overlapping spans are fine."""
        kept: list[Span] = []
        at = 0
        for start, end in sorted(drop):
            if start > at:
                kept.append(Span(at, start))
            at = max(at, end)
        if at < len(self.content):
            kept.append(Span(at, len(self.content)))
        return View(self, tuple(kept))


@dataclass(frozen=True)
class View:
    """A text with parts left out; every position maps back to the untouched text."""

    text: Text
    kept: tuple[Span, ...]

    @cached_property
    def content(self) -> str:
        """What is left, joined."""
        return "".join(self.text.content[a:b] for a, b in self.kept)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, total = [], 0
        for a, b in self.kept:
            starts.append(total)
            total += b - a
        return tuple(starts)

    def position(self, at: int) -> int:
        """The position in the text of the code point at `at` in the view.

        Raises `IndexError` outside the view.
        """
        if not 0 <= at < len(self.content):
            raise IndexError(at)
        index = bisect_right(self._starts, at) - 1
        return self.kept[index].start + at - self._starts[index]

    def span(self, start: int, end: int) -> Span:
        """The span in the text of a non-empty span of the view.

        If something was left out in between, the result covers that as well: a quote is
        always contiguous in the source.
        """
        if not 0 <= start < end <= len(self.content):
            raise IndexError((start, end))
        starts = self._starts
        first = bisect_right(starts, start) - 1
        last = first
        if first + 1 < len(starts) and starts[first + 1] < end:
            last = bisect_right(starts, end - 1) - 1
        return Span(
            self.kept[first].start + start - starts[first], self.kept[last].start + end - starts[last]
        )


def _decode(source: Source) -> Text:
    data = source.data
    if not data.strip():
        raise SourceError("the file is empty", place=source.name, remedy="remove it or restore its text")
    encoding = source.encoding or next((name for bom, name in _BOMS if data.startswith(bom)), None)
    encoding = encoding or (guess(data) if source.detect else "utf-8")
    if b"\x00" in data and not encoding.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        raise SourceError(
            f"not a text file (NUL byte at byte {data.index(0)})",
            place=source.name,
            remedy="convert it to text first",
        )
    try:
        content = data.decode(encoding)
    except LookupError as error:
        raise EncodingError(
            f"unknown encoding {encoding!r}",
            place=source.name,
            remedy="name one Python knows, such as latin-1",
        ) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EncodingError(
            f"byte 0x{data[error.start]:02x} at byte {error.start} (line {line}) is not {encoding}",
            place=source.name,
            remedy='state the encoding: --encoding latin-1, or encoding = "latin-1" in fonds.toml',
        ) from error
    return Text(checked(content, source.name), encoding, source.sha256)


def guess(data: bytes) -> str:
    """UTF-8 if the bytes are that, else what charset-normalizer tells from them; UTF-8 if it cannot."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        found = from_bytes(data).best()
        return found.encoding if found else "utf-8"
    return "utf-8"


def checked(content: str, name: str) -> str:
    """The text of the document `name`, if it can be read.

    Raises `SourceError` if it holds no text, `BudgetError` if a line is longer than `MAX_LINE`.
    """
    if not content.strip("\ufeff \t\r\n\f\xa0"):
        raise SourceError("the file holds no text", place=name, remedy="remove it or restore its text")
    start = 0
    while start < len(content):
        end = content.find("\n", start)
        end = len(content) if end < 0 else end
        if end - start > MAX_LINE:
            raise BudgetError(
                f"line {content.count(chr(10), 0, start) + 1} has {end - start} characters, "
                f"over the limit of {MAX_LINE}",
                place=name,
                remedy="this is not a text document; break its lines or leave it out",
            )
        start = end + 1
    return content
