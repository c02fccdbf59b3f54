"""Annotations made by hand, against which a reading is measured.

One JSON file describes one document, `persons.json` says who the persons are. The format is
described in `docs/evaluation.md`. Everything is checked as it is read: an annotation that does
not fit its text would measure nothing, so it is an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from fonds.errors import ConfigError
from fonds.record import DateRole
from fonds.source import Span, Text

#: Name of the file that says who is who.
PERSONS: Final = "persons.json"
#: The kinds of person mention. Only a `name` is expected to be found by rules for names.
MENTION_KINDS: Final = ("name", "nominal", "group", "role")

#: Role in a gold file -> the roles a record may give the same date. `part` means that the date
#: belongs to an attachment or another part of the record.
DATE_ROLES: Final[Mapping[str, tuple[DateRole | str, ...]]] = {
    "dated": ("dated",),
    "sent": ("sent",),
    "received": ("received",),
    "arrived": ("arrived",),
    "arrived_for_decipherment": ("arrived",),
    "deciphered": ("deciphered",),
    "distributed": ("distributed",),
    "date_of_information": ("information",),
    "information": ("information",),
    "acquired": ("acquired",),
    "stamped": ("stamped",),
    "stamp_unassigned": ("stamped", "reviewed", "review-due"),
    "declassified": ("declassified",),
    "review_date": ("reviewed",),
    "reviewed": ("reviewed",),
    "review_due": ("review-due",),
    "uploaded": ("uploaded",),
    "published": ("published",),
    "attachment_dated": ("part dated",),
    "mentioned": ("mentioned",),
}

_REMEDY: Final = "mend the annotation; docs/evaluation.md describes the format"


@dataclass(frozen=True, slots=True)
class Entry:
    """One annotation: `place` is its key in the file, such as `dates[2]`; `data` what it says."""

    place: str
    data: Mapping[str, Any]

    @property
    def span(self) -> Span | None:
        """Where it stands, in code points of the untouched text; None if it stands nowhere."""
        if "start" in self.data:
            return Span(self.data["start"], self.data["end"])
        return None

    @property
    def name_span(self) -> Span | None:
        """Where the name alone stands, without title and rank."""
        if "name_start" in self.data:
            return Span(self.data["name_start"], self.data["name_end"])
        return self.span

    @property
    def texts(self) -> tuple[str, ...]:
        """The wordings that count as this value."""
        given = (self.data.get(key) for key in ("value", "as_written", "surface", "code", "place"))
        return tuple(dict.fromkeys(str(value) for value in given if value is not None))

    @property
    def who(self) -> str | None:
        """The id of the person, organisation or group that is meant."""
        for key in ("person", "organisation", "org", "group"):
            if self.data.get(key):
                return f"{'org' if key.startswith('org') else 'person'}:{self.data[key]}"
        return None

    @property
    def denied(self) -> bool:
        """The words stand there but assert nothing, such as an unchecked box."""
        return bool(self.data.get("negated")) or ("marked" in self.data and self.data["marked"] is None)

    @property
    def optional(self) -> bool:
        """Counted when found, not missed when absent: the annotator was not sure either."""
        data = self.data
        return (
            data.get("confidence") == "low"
            or str(data.get("basis", "")).startswith("detected")
            or "not a classification marking" in str(data.get("status", ""))
            or ("person" in data and data["person"] is None and self.who is None)
        )


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """The annotations of one document. A key that is absent was not annotated; `()` means none."""

    file: str
    sha256: str
    seed: str | None
    language: str | None
    entries: Mapping[str, tuple[Entry, ...]]

    def get(self, key: str) -> tuple[Entry, ...]:
        """The annotations under a key, none if the key is absent."""
        return self.entries.get(key, ())


@dataclass(frozen=True, slots=True)
class GoldPerson:
    """Who a person is. `external` maps an authority to an id, None (known to have none) or
    `uncertain` (nobody has checked)."""

    id: str
    external: Mapping[str, str | None]
    likely: bool

    def accepts(self, authority: str) -> tuple[str | None, ...]:
        """The ids that are right in an authority, `None` for no match; empty if not known.

        Where the identity is only likely, no match is right as well.
        """
        if authority not in self.external or self.external[authority] == "uncertain":
            return ()
        known = self.external[authority]
        return (known, None) if self.likely and known is not None else (known,)


@dataclass(frozen=True, slots=True)
class Gold:
    """A folder of annotations: documents by SHA-256, in the order of their file names."""

    documents: Mapping[str, GoldDocument]
    persons: Mapping[str, GoldPerson]


def read_gold(folder: Path) -> Gold:
    """Read all gold files of a folder.

    Raises `ConfigError`, naming the file and the key, if one is not in the format or if two
    describe the same document.
    """
    if not folder.is_dir():
        raise ConfigError(
            "no such folder", place=str(folder), remedy="name the folder that holds the gold files"
        )
    documents: dict[str, GoldDocument] = {}
    for file in sorted(folder.glob("*.json")):
        if file.name == PERSONS:
            continue
        document = _document(file)
        twin = documents.get(document.sha256)
        if twin is not None:
            _refuse(file, "sha256", f"{twin.file} describes the same document")
        documents[document.sha256] = document
    if not documents:
        raise ConfigError("no gold file", place=str(folder), remedy="a gold file is called *.json")
    persons = _persons(folder / PERSONS) if (folder / PERSONS).is_file() else {}
    return Gold(documents, persons)


def check_against(document: GoldDocument, text: Text, folder: Path) -> None:
    """Check that every annotation quotes the text. Raises `ConfigError` naming file and key."""
    file = folder / document.file
    for key, entries in document.entries.items():
        for entry in entries:
            for place, data in _nested(entry.place, entry.data):
                _check_quote(file, place, data, text)
            if key == "person_mentions" and entry.data.get("kind", "name") not in MENTION_KINDS:
                _refuse(file, f"{entry.place}.kind", f"not one of {', '.join(MENTION_KINDS)}")
            if key == "dates" and entry.data.get("role") not in DATE_ROLES:
                _refuse(file, f"{entry.place}.role", f"not one of {', '.join(DATE_ROLES)}")


def _document(file: Path) -> GoldDocument:
    content = _json(file)
    sha256 = content.get("sha256")
    if not isinstance(sha256, str) or len(sha256) != 64:
        _refuse(file, "sha256", "the SHA-256 of the document, 64 hexadecimal digits, is missing")
    entries: dict[str, tuple[Entry, ...]] = {}
    for key, value in content.items():
        if value is None:
            entries[key] = ()
        elif isinstance(value, dict):
            entries[key] = (Entry(key, value),)
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
            entries[key] = tuple(Entry(f"{key}[{n}]", item) for n, item in enumerate(value))
    for key in ("dates", "date_mentions", "person_mentions", "organisations", "places"):
        for entry in entries.get(key, ()):
            if entry.span is None:
                _refuse(file, entry.place, "start and end are missing")
    return GoldDocument(file.name, sha256.lower(), content.get("seed"), content.get("text_language"), entries)


def _persons(file: Path) -> dict[str, GoldPerson]:
    listed = _json(file).get("persons")
    if not isinstance(listed, list):
        _refuse(file, "persons", "a list of persons is missing")
    persons: dict[str, GoldPerson] = {}
    for n, person in enumerate(listed):
        if not isinstance(person, dict) or not isinstance(person.get("id"), str):
            _refuse(file, f"persons[{n}]", "a person needs an id")
        external = person.get("external") or {}
        if not isinstance(external, dict):
            _refuse(file, f"persons[{n}].external", "not an object")
        status = str(person.get("identity_status", ""))
        persons[person["id"]] = GoldPerson(
            person["id"],
            {key: value for key, value in external.items() if value is None or isinstance(value, str)},
            status.startswith("likely"),
        )
    return persons


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ConfigError(f"not a JSON file: {error}", place=str(file), remedy=_REMEDY) from error
    if not isinstance(content, dict):
        raise ConfigError("not a JSON object", place=str(file), remedy=_REMEDY)
    return content


def _nested(place: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield place, value
        for key, inner in value.items():
            yield from _nested(f"{place}.{key}", inner)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _nested(f"{place}[{n}]", inner)


_LISTS: Final = {"accept": str, "accept_roles": str, "embedded_span": int}
_QUOTES: Final = (("start", "end", "surface"), ("name_start", "name_end", "name"))


def _check_quote(file: Path, place: str, data: Mapping[str, Any], text: Text) -> None:
    for key, kind in _LISTS.items():
        held = data.get(key, [])
        if not isinstance(held, list) or not all(type(item) is kind for item in held):
            _refuse(file, f"{place}.{key}", f"not a list of {'texts' if kind is str else 'offsets'}")
    for first, last, words in _QUOTES:
        if first not in data and last not in data:
            continue
        start, end = data.get(first), data.get(last)
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            _refuse(
                file, f"{place}.{first}", f"{start!r} to {end!r} is no span of the text ({len(text)} long)"
            )
        quote = text.content[start:end]
        if data.get(words) != quote:
            _refuse(file, f"{place}.{words}", f"{data.get(words)!r}, but the text has {quote!r} there")


def _refuse(file: Path, key: str, message: str) -> NoReturn:
    raise ConfigError(message, place=f"{file}: {key}", remedy=_REMEDY)
