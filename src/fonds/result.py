"""The answer to a query, and how it is shown."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any, Literal

from fonds.rdf.terms import STRING, Term

#: Widest column of a table, in characters.
_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Result:
    """What a query answered.

    `terms` has a row for each solution of a SELECT, in the order of `variables`, with None where
    a variable is unbound. ASK gives one row with `true` or `false`, CONSTRUCT and DESCRIBE one
    for each triple. `complete` is False if a limit cut the answer off.
    """

    kind: Literal["select", "ask", "construct"]
    variables: tuple[str, ...]
    terms: tuple[tuple[Term | None, ...], ...]
    complete: bool = True

    @property
    def rows(self) -> tuple[tuple[str | None, ...], ...]:
        """The rows as strings: an IRI, or the lexical form of a literal."""
        return tuple(
            tuple(term if term is None or isinstance(term, str) else term.lexical for term in row)
            for row in self.terms
        )

    def __bool__(self) -> bool:
        """The answer to an ASK; of other queries, whether there is any row."""
        return self.rows == (("true",),) if self.kind == "ask" else bool(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def to_table(self) -> str:
        """Aligned columns for a person to read, each at most 60 characters wide."""
        lines = [self.variables, *(tuple(map(_cell, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        lines.insert(1, tuple("-" * width for width in widths))
        shown = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        count = len(self.terms)
        if not self.complete:
            shown.append(f"cut off after {count:,} rows: there are more")
        elif self.kind != "ask":
            shown.append(f"{count:,} row{'' if count == 1 else 's'}")
        return "\n".join(shown) + "\n"

    def to_csv(self) -> str:
        """SPARQL 1.1 Query Results CSV (W3C Recommendation, 21 March 2013)."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(self.variables)
        writer.writerows(self.rows)
        return stream.getvalue()

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON (W3C Recommendation, 21 March 2013)."""
        import orjson

        tree: dict[str, Any]
        if self.kind == "ask":
            tree = {"head": {}, "boolean": bool(self)}
        else:
            solutions = [
                {
                    name: _json(term)
                    for name, term in zip(self.variables, row, strict=True)
                    if term is not None
                }
                for row in self.terms
            ]
            tree = {"head": {"vars": list(self.variables)}, "results": {"bindings": solutions}}
        return orjson.dumps(tree, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _cell(value: str | None) -> str:
    flat = " ".join((value or "").split())
    return flat if len(flat) <= _WIDTH else flat[: _WIDTH - 1] + "…"


def _json(term: Term) -> dict[str, str]:
    if isinstance(term, str):
        return (
            {"type": "bnode", "value": term[2:]} if term.startswith("_:") else {"type": "uri", "value": term}
        )
    shown = {"type": "literal", "value": term.lexical}
    if term.language is not None:
        return {**shown, "xml:lang": term.language}
    return shown if term.datatype == STRING else {**shown, "datatype": term.datatype}
