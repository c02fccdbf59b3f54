"""The errors of fonds.

    FondsError
    ├── SourceError          a document cannot be read
    │   ├── EncodingError    its bytes are not text in the stated encoding
    │   └── BudgetError      it is larger, deeper or longer than the budget allows
    ├── UnknownFormat        no converter recognises it
    ├── ConfigError          fonds.toml, a genre file, an authority or a shapes file is wrong
    ├── QueryError           a query is refused or does not parse
    └── OutputError          a result cannot be written

Every error carries where it happened (`place`) and what to do next (`remedy`).
"""

from __future__ import annotations


class FondsError(Exception):
    """Something fonds cannot do.

    `message` says what is wrong, `place` where (a file, with line or byte if known),
    `remedy` what to do next.
    """

    def __init__(self, message: str, *, place: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        then = f" ({self.remedy})" if self.remedy else ""
        return f"{where}{self.message}{then}"


class SourceError(FondsError):
    """A document cannot be read."""


class EncodingError(SourceError):
    """The bytes of a document are not text in the stated or detected encoding."""


class BudgetError(SourceError):
    """A document is larger than the budget allows; which limit, and how to raise it, is said."""


class UnknownFormat(FondsError):
    """No converter recognises a document."""


class ConfigError(FondsError):
    """A file that steers fonds (fonds.toml, genre, authority, shapes) is wrong."""


class QueryError(FondsError):
    """A SPARQL query is refused or does not parse."""


class OutputError(FondsError):
    """A result cannot be written."""
