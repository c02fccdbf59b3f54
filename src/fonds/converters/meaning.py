"""What a column, a key or a tag of metadata means, and what one of them says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final, Literal, get_args

import regex

from fonds.converters.genre import FieldType
from fonds.errors import ConfigError
from fonds.record import DateRole, Evidence, Kind, PartyRole

#: The zone of what metadata says.
ZONE: Final = "repository"
#: What stands where there is no value.
PLACEHOLDER: Final = regex.compile(
    r"^[\W_]*(?:n/?a|none|null|not stated|unknown|undated|nil)?[\W_]*$", regex.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a column, a key or a tag says; the keys are those of a field in a genre file.

    `kind` says what sort of agent is named, where that is known; `order` whether day or month comes
    first in numeric dates. The type `mention` is an agent or place that the record is about or
    speaks of. A `weak` witness gives what is missing and contradicts nothing.
    """

    type: FieldType | Literal["mention"]
    role: str | None = None
    scheme: str | None = None
    to: str | None = None
    kind: Kind | None = None
    order: Literal["dmy", "mdy"] | None = None
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that a second witness says: its words, and where they stand."""

    meaning: Meaning
    words: str
    evidence: Evidence


def meaning(stated: Any, place: str) -> Meaning:
    """What a mapping states: a table, or one word for the plain cases.

    The word is the role of a date (`dated`, `sent` …) or of a party (`author`, `addressee` …),
    `language`, `mention`, or the name of a text (`title`, `summary`, `rights`, or one of your own).
    Raises `ConfigError` with `place`.
    """
    if isinstance(stated, str):
        if stated in get_args(DateRole):
            return Meaning(type="date", role=stated)
        if stated in get_args(PartyRole):
            return Meaning(type="parties", role=stated)
        if stated == "language":
            return Meaning(type="language")
        if stated == "mention":
            return Meaning(type="mention")
        return Meaning(type="text", to=stated)
    if not isinstance(stated, Mapping) or "type" not in stated:
        raise ConfigError(
            "neither a word nor a table with a type",
            place=place,
            remedy='write "title" or { type = "date", … }',
        )
    allowed: dict[str, tuple[object, ...]] = {
        "type": (*get_args(FieldType), "mention"),
        "kind": get_args(Kind),
        "order": ("dmy", "mdy"),
        "weak": (True, False),
        "role": {"date": get_args(DateRole), "parties": get_args(PartyRole)}.get(str(stated["type"]), ()),
    }
    known = [field.name for field in fields(Meaning)]
    for key, value in stated.items():
        if key not in known:
            raise ConfigError(
                f"unknown key {key!r}", place=place, remedy=f"known keys are {', '.join(known)}"
            )
        choices = allowed.get(key)
        if choices and value not in choices:
            raise ConfigError(
                f"{key} is {value!r}", place=place, remedy=f"use one of {', '.join(map(str, choices))}"
            )
    if stated["type"] in ("date", "parties") and "role" not in stated:
        raise ConfigError(
            "the role is missing", place=place, remedy='say which: role = "dated", role = "author"'
        )
    return Meaning(**stated)


@cache
def rule(witness: str, name: str) -> str:
    """The id of the rule by which a value of a witness was read: `html.citation-title`."""
    return f"{witness}.{regex.sub(r'[^a-z0-9]+', '-', name.casefold()).strip('-')}"
