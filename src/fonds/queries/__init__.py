"""Questions that historians ask of a dump, each a SPARQL query with a name.

A file `NAME.rq` begins with comments: the first line is the title, the next ones say what the
answer holds, and each parameter has a line of its own:

    # Who was copied
    # Every agent to whom a copy went, with the words that say so.
    # parameter: record = words in the title of the record

A parameter is a variable that the query leaves open, so that it also runs as it stands:

    VALUES ?record { UNDEF }
    FILTER(!BOUND(?record) || CONTAINS(LCASE(?title), LCASE(?record)))

A value takes the place of UNDEF as one literal, quoted by the writer of N-Quads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from fonds.errors import QueryError
from fonds.rdf.terms import Literal
from fonds.rdf.tokens import Tokens

_PARAMETER: Final = re.compile(r"parameter:\s*(\w+)\s*=\s*(.+)")


@dataclass(frozen=True, slots=True)
class Question:
    """A query with a title, a description, and its parameters: from name to meaning."""

    name: str
    title: str
    description: str
    parameters: dict[str, str]
    sparql: str

    @classmethod
    def of(cls, name: str, sparql: str) -> Question:
        """Read a query and the comments at its head."""
        words: list[str] = []
        parameters: dict[str, str] = {}
        for line in sparql.splitlines():
            if not line.startswith("#"):
                break
            text = line.lstrip("#").strip()
            if match := _PARAMETER.fullmatch(text):
                parameters[match[1]] = match[2]
            elif text:
                words.append(text)
        title, *rest = words or [name]
        return cls(name, title, " ".join(rest), parameters, sparql)

    def filled(self, values: Mapping[str, str]) -> str:
        """The query with values for parameters.

        Raises `QueryError` for a parameter that the question does not have.
        """
        sparql = self.sparql
        for name, value in sorted(values.items()):
            if name not in self.parameters:
                choices = ", ".join(self.parameters) or "none"
                raise QueryError(
                    f"{self.name} has no parameter {name!r}", remedy=f"its parameters are: {choices}"
                )
            literal = Tokens().literal(Literal(value)).replace("\\", r"\\")
            place = rf"(VALUES\s*\?{name}\s*\{{\s*)UNDEF(\s*\}})"
            sparql, count = re.subn(place, rf"\g<1>{literal}\g<2>", sparql, flags=re.IGNORECASE)
            if not count:
                raise QueryError(
                    f"{self.name} leaves no place for {name!r}",
                    remedy=f"write VALUES ?{name} {{ UNDEF }} into the query",
                )
        return sparql

    @classmethod
    def read(cls, path: str | Path) -> Question:
        """Read a query from a file. Raises `QueryError` if that is not possible."""
        file = Path(path)
        try:
            return cls.of(file.stem, file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            cause = getattr(error, "strerror", None) or "is not UTF-8"
            raise QueryError(cause, place=str(file), remedy="check the path") from error


def _packaged() -> dict[str, Question]:
    found = sorted(
        (item for item in files(__name__).iterdir() if item.name.endswith(".rq")),
        key=lambda item: item.name,
    )
    return {
        item.name.removesuffix(".rq"): Question.of(item.name.removesuffix(".rq"), item.read_text("utf-8"))
        for item in found
    }


#: The questions that come with fonds, by name.
QUESTIONS: Final[dict[str, Question]] = _packaged()
