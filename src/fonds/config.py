"""A collection: a folder with `fonds.toml` and documents.

`fonds.toml` states the one thing that fonds cannot know, the base of the IRIs, and whatever
else the user wants to state. Paths in it are relative to its folder. A key that is not known
is an error, since a misspelt option that is silently left out does harm unseen.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fonds import atomic
from fonds.errors import ConfigError, OutputError
from fonds.harvest.journal import NAME as RECORD
from fonds.harvest.origin import told
from fonds.source import MAX_BYTES, Source

if TYPE_CHECKING:
    from fonds.agents.authority import Authority
    from fonds.agents.review import Decisions
    from fonds.converters import Options
    from fonds.converters.beside import Metadata

#: The file that makes a folder a collection.
NAME: Final = "fonds.toml"
#: The base used where none is stated and nothing is published (reserved by RFC 2606).
EXAMPLE: Final = "https://example.org/"

#: The encoding stated where it should be told from the bytes.
DETECT: Final = "detect"

#: What may stand in fonds.toml: key, or table and key, and its type.
KEYS: Final[dict[str, Any]] = {
    "base": str,
    "title": str,
    "published": date,
    "description": str,
    "publisher": str,
    "license": str,
    "rights": str,
    "holder": str,
    "documents": str,
    "encoding": str,
    "max_bytes": int,
    "period": list,
    "encodings": dict,
    "genres": {"folder": str},
    "lexicon": {"folder": str},
    "authority": {"file": str},
    "review": {"file": str},
    "shapes": {"path": str},
    "build": {"time_limit": int, "shards": int, "compress": str, "files": bool},
    "metadata": {"file": str, "key": str, "beside": str, "match": str, "absent": list, "fields": dict},
}
_TYPES: Final[dict[type, str]] = {
    str: "text",
    int: "a whole number",
    bool: "true or false, without quotes",
    date: "a day such as 2026-01-31, without quotes",
    list: "a list",
    dict: "a table",
}
#: Seconds that one record, or one document for each megabyte begun, may take.
TIME_LIMIT: Final = 300
#: Statements in a file of N-Quads, of which a larger collection has several.
SHARDS: Final = 5_000_000
#: How large collections are compressed.
COMPRESS: Final = ("gzip", "zstd")
_AS_STATED: Final = ("title", "published", "description", "publisher", "rights", "holder")
_FORBIDDEN: Final = frozenset('<>"{}|^`\\ \t\r\n')


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What `fonds.toml` says, checked.

    `folder` is the collection, `base` the IRI that all others begin with (it ends in `/` or
    `#`), `documents` the folder that is read. `license` is an IRI, `rights` a statement in
    words, `published` the day that the description is dated; none is made up when absent.
    `encodings` names the encoding of single documents, `period` the first and last year that
    the collection covers. `holder` is the institution that holds what finding aids describe, where
    they do not say. `time_limit` are the seconds that a record may take, or a document for each megabyte
    begun. A collection of more than `shards` statements becomes several files of N-Quads, compressed
    with `compress`. Without `files` a dump has no Turtle and JSON-LD of each single record.
    """

    folder: Path
    base: str
    documents: Path
    title: str | None = None
    published: date | None = None
    description: str | None = None
    publisher: str | None = None
    license: str | None = None
    rights: str | None = None
    holder: str | None = None
    encoding: str | None = None
    max_bytes: int = MAX_BYTES
    period: tuple[int, int] | None = None
    encodings: dict[str, str] = field(default_factory=dict)
    genres: Path | None = None
    lexicon: Path | None = None
    authority: Path | None = None
    review: Path | None = None
    shapes: Path | None = None
    metadata: Metadata | None = None
    time_limit: int = TIME_LIMIT
    shards: int = SHARDS
    compress: str = COMPRESS[0]
    files: bool = True

    def names(self) -> Iterator[str]:
        """The paths of the documents within their folder, one after the other, in code point order.

        Hidden files are left out, and so are harvest records and the metadata that fonds.toml declares.
        """
        names = _below(self.documents, "")
        if self.metadata is None:
            yield from names
            return
        beside: set[Path | None] = set()
        if self.metadata.beside is not None:
            beside.update(self.metadata.companion(name) for name in _below(self.documents, ""))
        for name in names:
            if not self.metadata.is_catalogue(self.documents / name, beside):
                yield name

    def paths(self) -> list[Path]:
        """The documents, sorted by their path in code point order; `names` says which are left out."""
        return [self.documents / name for name in self.names()]

    def name(self, path: Path) -> str:
        """The path of a document within the folder of documents, with `/` on every system."""
        return path.relative_to(self.documents).as_posix()

    def source(self, path: Path) -> Source:
        """One document, read as fonds.toml says, and named by its path within the documents.

        No path of the machine enters, so that a collection builds the same bytes everywhere. What
        was harvested has the origin that its record states.

        Raises `SourceError` if it cannot be opened, `BudgetError` if it is too large.
        """
        name = self.name(path)
        read = Source.read(path, max_bytes=self.max_bytes)
        encoding = self.encodings.get(name, self.encoding)
        if encoding == DETECT:
            return told(Source(read.data, name, origin=name, detect=True), path)
        return told(Source(read.data, name, origin=name, encoding=encoding), path)


def read(collection: str | Path) -> Config:
    """Read the `fonds.toml` of a collection (the folder, or the file itself).

    Raises `ConfigError`, with the file and the key, if it is missing, does not parse, lacks
    the base IRI, holds an unknown key or a value of the wrong type, or names a missing file.
    """
    given = Path(collection)
    folder, file = (given.parent, given) if given.name == NAME else (given, given / NAME)
    if not file.is_file():
        raise ConfigError(
            f"no {NAME} here", place=str(folder), remedy=f"make a collection with: fonds new {folder}"
        )
    try:
        stated = tomllib.loads(file.read_bytes().decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(error), place=str(file), remedy="mend the TOML") from error
    except OSError as error:
        raise ConfigError(error.strerror or str(error), place=str(file)) from error
    for key, value in stated.items():
        _check(key, value, KEYS, str(file))

    def path(table: str, key: str) -> Path | None:
        value = stated.get(table, {}).get(key)
        if value is None:
            return None
        if not (folder / value).exists():
            raise ConfigError(
                f"{table}.{key} names {value!r}, which does not exist",
                place=str(file),
                remedy="paths are relative to the folder of fonds.toml",
            )
        return Path(folder / value)

    documents = folder / stated.get("documents", "documents")
    if not documents.is_dir():
        raise ConfigError(
            f"the folder of documents, {str(documents)!r}, does not exist",
            place=str(file),
            remedy='put the documents there, or name their folder: documents = "…"',
        )
    return Config(
        folder=folder,
        base=check_base(stated.get("base"), str(file)),
        documents=documents,
        **{
            key: stated[key]
            for key in ("title", "published", "description", "publisher", "rights", "holder")
            if key in stated
        },
        license=_license(stated.get("license"), str(file)),
        encoding=stated.get("encoding"),
        max_bytes=stated.get("max_bytes", MAX_BYTES),
        period=_period(stated.get("period"), str(file)),
        encodings=_encodings(stated.get("encodings", {}), str(file)),
        genres=path("genres", "folder"),
        lexicon=path("lexicon", "folder"),
        authority=path("authority", "file"),
        review=path("review", "file"),
        shapes=path("shapes", "path"),
        metadata=_metadata(stated.get("metadata"), folder, documents, str(file)),
        **_build(stated.get("build", {}), str(file)),
    )


def find(document: str | Path) -> Config | None:
    """The collection that a document belongs to, if it lies in one; at most three folders up."""
    for folder in list(Path(document).absolute().parents)[:3]:
        if (folder / NAME).is_file():
            config = read(folder)
            return config if Path(document).absolute().is_relative_to(config.documents.absolute()) else None
    return None


def check_base(value: str | None, place: str) -> str:
    """A base IRI, checked: absolute, http or https, and ending in `/` or `#`.

    Raises `ConfigError`, also if there is none: fonds cannot know where the user publishes.
    """
    if value is None:
        raise ConfigError(
            "no base IRI", place=place, remedy='state where the data will live: base = "https://…/"'
        )
    parts = urlsplit(value)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or not value.isascii()
        or _FORBIDDEN & set(value)
    ):
        raise ConfigError(
            f"base is {value!r}, which is not an absolute http(s) IRI in plain ASCII",
            place=place,
            remedy='write it like base = "https://example.org/archive/"',
        )
    if not value.endswith(("/", "#")):
        raise ConfigError(
            f"base is {value!r} and ends in neither / nor #",
            place=place,
            remedy=f'write base = "{value}/"',
        )
    return value


def _below(folder: Path, start: str) -> Iterator[str]:
    """The visible files below a folder, sorted by their whole path, without holding them all."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and entry.name != RECORD:
                # a folder sorts as what stands in it does: with the slash behind its name
                deep = entry.is_dir(follow_symlinks=False)
                # a link that leads to itself is no file for a path, and an error for an entry
                if deep or Path(entry.path).is_file():
                    found.append(f"{entry.name}/" if deep else entry.name)
    for name in sorted(found):
        if name.endswith("/"):
            yield from _below(folder / name, f"{start}{name}")
        else:
            yield f"{start}{name}"


def _check(key: str, value: Any, known: dict[str, Any], place: str, within: str = "") -> None:
    if key not in known:
        where = f" in [{within}]" if within else ""
        raise ConfigError(
            f"unknown key {key!r}{where}", place=place, remedy=f"known are: {', '.join(sorted(known))}"
        )
    wanted = known[key]
    kind = dict if isinstance(wanted, dict) else wanted
    # not isinstance: true is an int in Python, and a time of day a date
    if type(value) is not kind:
        name = f"{within}.{key}" if within else key
        raise ConfigError(f"{name} must be {_TYPES[kind]}", place=place, remedy=f"it is {value!r} now")
    if isinstance(wanted, dict):
        for inner, content in value.items():
            _check(inner, content, wanted, place, key)


def _license(value: str | None, place: str) -> str | None:
    if value is not None and (_FORBIDDEN & set(value) or urlsplit(value).scheme not in ("http", "https")):
        raise ConfigError(
            f"license is {value!r}, which is not an IRI",
            place=place,
            remedy='give the IRI of the licence, or its words: rights = "…"',
        )
    return value


def _period(value: list[Any] | None, place: str) -> tuple[int, int] | None:
    if value is None:
        return None
    if len(value) != 2 or not all(type(year) is int for year in value) or value[0] > value[1]:
        raise ConfigError(
            f"period is {value!r}", place=place, remedy="give the first and last year: period = [1945, 1954]"
        )
    return (value[0], value[1])


def _build(value: dict[str, Any], place: str) -> dict[str, Any]:
    for key in ("time_limit", "shards"):
        if value.get(key, 1) < 1:
            raise ConfigError(f"build.{key} is {value[key]}", place=place, remedy="give a number above 0")
    if value.get("compress", COMPRESS[0]) not in COMPRESS:
        raise ConfigError(
            f"build.compress is {value['compress']!r}", place=place, remedy=f"use {' or '.join(COMPRESS)}"
        )
    return value


def _encodings(value: dict[str, Any], place: str) -> dict[str, str]:
    for name, encoding in value.items():
        if not isinstance(encoding, str):
            raise ConfigError(f"encodings.{name} must be text", place=place, remedy=f"it is {encoding!r} now")
    return value


def _metadata(stated: dict[str, Any] | None, folder: Path, documents: Path, place: str) -> Metadata | None:
    if stated is None:
        return None
    from fonds.converters import beside

    return beside.declared(stated, folder, documents, place)


def options(config: Config | None, *, genre: str | None = None) -> Options:
    """What a converter should know of the collection, and the genre if the user names one."""
    from fonds.converters import Options

    if config is None:
        return Options(genre=genre)
    return Options(
        genre=genre,
        genres=str(config.genres) if config.genres else None,
        lexicon=str(config.lexicon) if config.lexicon else None,
        period=config.period,
        holder=config.holder,
        metadata=config.metadata,
    )


def knowledge(config: Config | None) -> tuple[Authority | None, Decisions | None]:
    """What the user knows of who is who: the authority file and the decisions. Raises `ConfigError`."""
    from fonds.agents import authority, review

    if config is None:
        return None, None
    return (
        authority.read(config.authority) if config.authority else None,
        review.Decisions.read(config.review) if config.review else None,
    )


def create(folder: str | Path, *, base: str, title: str | None = None) -> list[Path]:
    """Make an empty collection: its folder, `fonds.toml` and `documents/`. Returns what was made.

    Raises `ConfigError` if the base is no base, `OutputError` if there is a collection already
    or the folder cannot be written.
    """
    root = Path(folder)
    file = root / NAME
    check_base(base, "--base")
    if file.exists():
        raise OutputError("exists already", place=str(file), remedy="name another folder, or edit this file")
    template = (files("fonds") / "data" / "collection.toml").read_text("utf-8")
    stated = template.replace('"{base}"', _quoted(base)).replace('"{title}"', _quoted(title or root.name))
    try:
        (root / "documents").mkdir(parents=True, exist_ok=True)
        atomic.write_bytes(file, stated.encode("utf-8"))
    except OSError as error:
        raise OutputError(
            error.strerror or str(error), place=str(root), remedy="check its permissions"
        ) from error
    return [file, root / "documents"]


def _quoted(value: str) -> str:
    """A string as TOML writes it. Of JSON's escapes, all are TOML's too."""
    return json.dumps(value, ensure_ascii=False)
