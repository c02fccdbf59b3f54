"""The agents and places that metadata names: a name in a column is read as catalogues write names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from typing import Final

import regex

from fonds.converters.meaning import PLACEHOLDER, Meaning, Value
from fonds.extract import names, organisations, places
from fonds.extract.name_parts import split_name
from fonds.extract.reading import Reading
from fonds.extract.within import mentions_in
from fonds.record import Evidence, Kind, Mention
from fonds.source import Span, Text

_INVERTED: Final = regex.compile(r"\p{Lu}[\p{L}'’ -]+, \p{Lu}[^,]*(?:, [\p{L}\d.–-]+)?")
_BODY: Final = regex.compile(r"\p{Lu}[\p{L} ]{3,}\. \p{Lu}.+")


def mentions_of(value: Value, lexicon: str | None) -> Iterator[Mention]:
    """The agents that a value names; a semicolon or a bar stands between several."""
    exact = value.words == value.evidence.quote
    at = 0
    for piece in regex.split(r"\s*[;|]\s*", value.words) if exact else [value.words]:
        start = value.words.index(piece, at)
        at = start + len(piece)
        if PLACEHOLDER.match(piece):
            continue
        evidence = value.evidence
        if exact:
            first = evidence.start + start
            evidence = replace(evidence, start=first, end=first + len(piece), quote=piece)
        yield _mention(piece.strip() if exact else " ".join(piece.split()), evidence, value.meaning, lexicon)


def _mention(words: str, evidence: Evidence, said: Meaning, lexicon: str | None) -> Mention:
    kind: Kind | None = said.kind
    found = None if kind else _read(words, lexicon)
    titles: tuple[str, ...] = ()
    name, offset = words, 0
    if found is not None:
        kind, titles, name, offset = found.kind, found.titles, found.name, found.name_start
    elif kind is None:
        kind, sure = _kind(words, said.role)
        if not sure:
            evidence = replace(evidence, certainty="probable")
    bare = regex.sub(r"\s*[(\[].*", "", name)
    place = f"{evidence.source}{evidence.path}{evidence.start}-{evidence.end}"
    exact = words == evidence.quote
    return Mention(
        id=f"{kind}-{blake2b(place.encode(), digest_size=8).hexdigest()}",
        kind=kind,
        name=name,
        name_start=evidence.start + offset * exact,
        name_end=evidence.start + offset + len(name) if exact else evidence.end,
        evidence=evidence,
        titles=titles,
        parts=split_name(bare, lexicon) if kind == "person" else None,
    )


def _read(words: str, lexicon: str | None) -> Mention | None:
    """The one agent that the extractors find in the words, if it takes up all of them."""
    reading = Reading(Text(words, "utf-8", ""), (), Span(0, len(words)), lexicon)
    where = places.find_places(reading)
    bodies = organisations.find_organisations(reading)
    taken = sorted({mention.evidence.span for mention in (*where, *bodies)})
    people = names.find_persons(reading, taken=taken)
    whole = [one for one in (*bodies, *people, *where) if one.evidence.span == Span(0, len(words))]
    outer = mentions_in(whole, Span(0, len(words)))
    return next(iter((*outer, *whole)), None)


def _kind(words: str, role: str | None) -> tuple[Kind, bool]:
    """What a name is by its shape, as catalogues write names, and whether the shape is sure."""
    if _INVERTED.fullmatch(regex.sub(r"\s*[(\[].*", "", words)):
        return "person", True
    if _BODY.fullmatch(words):
        return "organisation", True
    return ("organisation" if role in ("donor", "issuer", "contributor") else "role"), False
