"""The answer to a query, and how it is shown.

It is kept as the engine wrote it, as tab-separated values, and turned into anything else when that is
asked for: another format straight away, terms of fonds or strings only for who looks at rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from fonds.rdf.terms import Literal as Words
from fonds.rdf.terms import Term

if TYPE_CHECKING:
    import pyoxigraph as ox

#: Widest column of a table, in characters.
_WIDTH = 60


@dataclass(frozen=True)
class Result:
    """What a query answered.

    `tsv` holds the answer as SPARQL 1.1 Query Results TSV, in UTF-8: a row for each solution of a
    SELECT. ASK gives one row with `true` or `false`, CONSTRUCT and DESCRIBE one for each triple.
    `complete` is False if a limit cut the answer off.
    """

    kind: Literal["select", "ask", "construct"]
    variables: tuple[str, ...]
    tsv: bytes
    complete: bool = True

    @cached_property
    def terms(self) -> tuple[tuple[Term | None, ...], ...]:
        """The rows in the order of `variables`, with None where a variable is unbound."""
        return tuple(tuple(map(_term, row)) for row in self._solutions())

    @cached_property
    def rows(self) -> tuple[tuple[str | None, ...], ...]:
        """The rows as strings: an IRI, or the lexical form of a literal."""
        return tuple(tuple(map(_text, row)) for row in self._solutions())

    def __bool__(self) -> bool:
        """The answer to an ASK; of other queries, whether there is any row."""
        return self.tsv.endswith(b"\ntrue\n") if self.kind == "ask" else len(self) > 0

    def __len__(self) -> int:
        return self.tsv.count(b"\n") - 1

    def to_table(self) -> str:
        """Aligned columns for a person to read, each at most 60 characters wide."""
        lines = [self.variables, *(tuple(map(_cell, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        lines.insert(1, tuple("-" * width for width in widths))
        shown = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        count = len(self)
        if not self.complete:
            shown.append(f"cut off after {count:,} rows: there are more")
        elif self.kind != "ask":
            shown.append(f"{count:,} row{'' if count == 1 else 's'}")
        return "\n".join(shown) + "\n"

    def to_csv(self) -> str:
        """SPARQL 1.1 Query Results CSV (W3C Recommendation, 21 March 2013)."""
        return self._serialised("CSV").decode()

    def to_tsv(self) -> str:
        """SPARQL 1.1 Query Results TSV (the same recommendation), which tells terms apart."""
        return self.tsv.decode()

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON (W3C Recommendation, 21 March 2013)."""
        if self.kind == "ask":
            return f'{{"head":{{}},"boolean":{"true" if self else "false"}}}\n'
        return self._serialised("JSON").decode() + "\n"

    def _solutions(self) -> ox.QuerySolutions:
        import pyoxigraph as ox

        found = ox.parse_query_results(self.tsv, format=ox.QueryResultsFormat.TSV)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - TSV holds nothing else
        return found

    def _serialised(self, name: str) -> bytes:
        import pyoxigraph as ox

        form: ox.QueryResultsFormat = getattr(ox.QueryResultsFormat, name)
        written = self._solutions().serialize(format=form)
        assert written is not None  # noqa: S101 - no file was given
        return written


#: What an answer can be shown as.
FORMATS: Final[dict[str, Callable[[Result], str]]] = {
    "table": Result.to_table,
    "csv": Result.to_csv,
    "tsv": Result.to_tsv,
    "json": Result.to_json,
}


def _cell(value: str | None) -> str:
    flat = " ".join((value or "").split())
    return flat if len(flat) <= _WIDTH else flat[: _WIDTH - 1] + "…"


def _text(term: Any) -> str | None:
    """A term of pyoxigraph as a string: what it holds, with a sign before a blank node."""
    import pyoxigraph as ox

    kind = type(term)
    if kind is ox.NamedNode or kind is ox.Literal:
        value: str = term.value
        return value
    return None if term is None else str(term)


def _term(term: Any) -> Term | None:
    """A term of pyoxigraph as one of fonds."""
    import pyoxigraph as ox

    if type(term) is ox.Literal:
        if term.language is not None:
            return Words(term.value, language=term.language)
        return Words(term.value, term.datatype.value)
    return _text(term)
