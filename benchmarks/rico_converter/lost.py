"""Text that is in the file and nowhere in what was made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Final
from urllib.parse import unquote

from benchmarks.rico_converter.sources import plain
from fonds.rdf.terms import RDF, Literal, Triple

_TAG: Final = re.compile(r"<[^<>]*>")


def lost(texts: Iterable[str], triples: Iterable[Triple]) -> tuple[int, int]:
    """Characters of text in a file, and those of them that are lost; white space is not counted.

    Each piece of text between two tags is looked for as a whole, by its letters and digits, in each
    value and IRI of the statements. So a change of spaces, punctuation or case loses nothing, and
    a word that stands by chance in another place is not taken for the piece that is missing.
    """
    made = "\0".join(sorted({plain(_words(thing)) for _, _, thing in triples}))
    there: dict[str, bool] = {}
    total = gone = 0
    for piece in texts:
        key = plain(piece)
        if not key:
            continue
        number = sum(not char.isspace() for char in piece)
        total += number
        if key not in there:
            there[key] = key in made
        gone += 0 if there[key] else number
    return total, gone


def _words(thing: str | Literal) -> str:
    if not isinstance(thing, Literal):
        return unquote(thing)
    return unescape(_TAG.sub("", thing.lexical)) if thing.datatype == RDF + "XMLLiteral" else thing.lexical
