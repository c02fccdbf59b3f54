"""The only place where IRIs are minted.

An IRI is made from content: an identifier of the repository, words and offsets of the source,
or a hash. It does not change when another document is added, is plain ASCII without spaces,
and every segment of it is safe as a file name. The base is the user's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from urllib.parse import quote

from fonds.errors import ConfigError
from fonds.rdf.terms import LANG, Literal, Triple
from fonds.record import Agent, Evidence, Level

#: First segments of the IRIs of things that several documents may share.
SHARED: Final = frozenset(
    {
        "activitytype",
        "agent",
        "classification",
        "dataset",
        "datetype",
        "form",
        "identifiertype",
        "language",
        "legalstatus",
        "likeness",
        "markingstate",
        "markingtype",
        "name",
        "nameform",
        "occupation",
        "place",
        "position",
        "rank",
        "recordset",
        "recordsettype",
        "recordstate",
        "role",
        "rule",
        "scheme",
        "software",
        "subject",
    }
)

#: Units that a repository numbers anew within each larger unit: without one above them, "box 3"
#: in two documents need not be the same box.
_LOCAL_UNITS: Final = frozenset(
    {
        "box",
        "delo",
        "document",
        "enclosure",
        "folder",
        "frame",
        "item",
        "leaf",
        "opis",
        "page",
        "piece",
        "reel",
        "sheet",
        "volume",
    }
)

_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~-]{0,95}")
_BASE = re.compile(r"(?:https?://|urn:)[A-Za-z0-9](?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*(?:/|#)")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_WORD = re.compile(r"[^\W_]+")
_FULL = re.compile(r"https?://|urn:|info:")
_STATEMENT = blake2b(digest_size=12)
_LONGEST = 96  # of a slug, in characters before percent-encoding


def digest(content: str, size: int = 8) -> str:
    """A hash of `size` bytes of some words, in hexadecimal."""
    return blake2b(content.encode("utf-8"), digest_size=size).hexdigest()


@lru_cache(maxsize=8192)
def slug(words: str) -> str:
    """Words as one segment that can be read back: case and punctuation go, other scripts stay (encoded)."""
    plain = "-".join(_WORD.findall(unicodedata.normalize("NFC", words).casefold()))
    if not plain:
        return digest(words)
    if len(plain) > _LONGEST:
        plain = f"{plain[:_LONGEST].rstrip('-')}-{digest(words, 4)}"
    return quote(plain, safe="-")


@lru_cache(maxsize=8192)
def segment(name: str) -> str:
    """A name as one segment: itself where it is safe, else an ASCII slug and a hash."""
    if _SAFE.fullmatch(name):
        return name
    ascii_words = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    stem = "-".join(_WORD.findall(ascii_words.lower()))[:48].strip("-")
    return f"{stem}-{digest(name)}" if stem else digest(name)


@lru_cache(maxsize=8192)
def _path(key: str) -> str:
    if _FULL.match(key):
        return segment(key)
    return "/".join(segment(part) for part in key.split("/") if part) or digest(key)


@lru_cache(maxsize=4096)
def _statement(triple: Triple) -> str:
    # asked for twice, by the evidence and by who counts what is supported
    subject, predicate, thing = triple
    if isinstance(thing, Literal):
        thing = f'"{thing.lexical}"{thing.language or thing.datatype}'
    hashed = _STATEMENT.copy()  # half the cost of a new one, and every statement has one
    hashed.update(f"{subject}\n{predicate}\n{thing}".encode())
    return hashed.hexdigest()


@dataclass(frozen=True)
class Minter:
    """The namespace of a dump.

    `base` ends in `/` or `#`. `day` is the day on which the description was made (ISO 8601),
    where the caller states one: nothing here reads a clock.

    Raises `ConfigError` if the base is not an absolute IRI in plain ASCII with such an end.
    """

    base: str
    day: str | None = None

    def __post_init__(self) -> None:
        if not _BASE.fullmatch(self.base):
            raise ConfigError(
                f"{self.base!r} cannot be the base of IRIs",
                place="base",
                remedy="give an absolute http(s) IRI or a URN in plain ASCII that ends in / or #",
            )
        if self.day is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.day):
            raise ConfigError(f"{self.day!r} is not a day", place="day", remedy="write YYYY-MM-DD")

    def is_shared(self, iri: str) -> bool:
        """Whether an IRI names something that several documents may share (an agent, a fonds, a concept)."""
        if not iri.startswith(self.base):
            return True
        return iri[len(self.base) :].split("/", 1)[0] in SHARED

    # --- records and files

    def dataset(self) -> str:
        return f"{self.base}dataset"

    def record(self, record: str) -> str:
        return f"{self.base}record/{segment(record)}"

    def mentioned(self, record: str, title: str, start: int, path: str | None = None) -> str:
        """A record known only from the words of another, at `start`."""
        return f"{self.base}record/{segment(record)}/mentioned/{_at(path, start)}-{segment(title[:48])}"

    def translation(self, record: str) -> str:
        return f"{self.base}record/{segment(record)}/translation"

    def instantiation(self, sha256: str) -> str:
        return f"{self.base}instantiation/{sha256[:16]}"

    def catalogue(self, sha256: str) -> str:
        """A catalogue that speaks of records, known by its file."""
        return f"{self.base}record/catalogue-{sha256[:16]}"

    def linked_file(self, href: str) -> str:
        """A file that is not read but only linked, by its address."""
        return f"{self.base}instantiation/linked/{digest(href)}"

    def recordset(self, repository: str | None, levels: Sequence[Level], record: str) -> str:
        """The unit at the end of `levels`, shared by all documents that name the same one.

        A unit that only its place within a larger one identifies, or whose repository is not
        named, belongs to the record that names it.
        """
        if repository is None or not levels or levels[0].kind in _LOCAL_UNITS:
            scope = f"{slug(repository)}/of/{segment(record)}" if repository else f"of/{segment(record)}"
        else:
            scope = slug(repository)
        steps = "/".join(segment(f"{level.kind}-{level.value}") for level in levels)
        return f"{self.base}recordset/{scope}/{steps}"

    def identifier(self, record: str, scheme: str, value: str) -> str:
        return f"{self.base}identifier/{segment(record)}/{slug(scheme)}/{segment(value)}"

    def rights(self, record: str, start: int, path: str | None = None) -> str:
        return f"{self.base}rights/{segment(record)}/{_at(path, start)}"

    def marking(self, record: str, start: int, end: int, path: str | None = None) -> str:
        return f"{self.base}marking/{segment(record)}/{_at(path, start, end)}"

    def grading(self, record: str, aspect: str, start: int, path: str | None = None) -> str:
        return f"{self.base}grading/{segment(record)}/{aspect}-{_at(path, start)}"

    # --- agents, places, what they do

    def agent(self, key: str) -> str:
        """An agent: the key itself if it is an IRI."""
        return _iri(key) if _FULL.match(key) else f"{self.base}agent/{_path(key)}"

    def place(self, key: str) -> str:
        """A place: the key itself if it is an IRI."""
        return _iri(key) if _FULL.match(key) else f"{self.base}place/{_path(key)}"

    def entity(self, agent: Agent) -> str:
        """An agent or a place, as its kind says."""
        return self.place(agent.key) if agent.kind == "place" else self.agent(agent.key)

    def repository(self, name: str) -> str:
        """A holder known by the name in an archival reference."""
        return f"{self.base}agent/repository/{slug(name)}"

    def name(self, key: str, form: str) -> str:
        return f"{self.base}name/{_path(key)}/{segment(form)}"

    def position(self, scope: str, title: str) -> str:
        """An office: `scope` is the key of its organisation, or the id of the record that names it."""
        return f"{self.base}position/{_path(scope)}/{slug(title)}"

    def relation(self, record: str, role: str, *ends: str) -> str:
        return f"{self.base}relation/{segment(record)}/{slug(role)}/{'/'.join(_path(end) for end in ends)}"

    def likeness(self, first: str, second: str) -> str:
        """The pair of two agents, whichever is named first."""
        one, two = sorted((first, second))
        return f"{self.base}likeness/{_path(one)}/{_path(two)}"

    def activity(self, record: str, kind: str, start: int, path: str | None = None) -> str:
        return f"{self.base}activity/{segment(record)}/{slug(kind)}-{_at(path, start)}"

    def date(self, record: str, role: str, start: int, end: int, path: str | None = None) -> str:
        return f"{self.base}date/{segment(record)}/{slug(role)}-{_at(path, start, end)}"

    def rule(self, scope: str | None, name: str) -> str:
        """A rule; `scope` is the law it stands in, or the id of the record if the law is not named."""
        return f"{self.base}rule/{slug(scope)}/{segment(name)}" if scope else f"{self.base}rule/{slug(name)}"

    # --- vocabulary

    def scheme(self, name: str) -> str:
        return f"{self.base}scheme/{name}"

    def concept(self, scheme: str, value: str) -> str:
        return f"{self.base}{scheme}/{slug(value)}"

    def language(self, tag: str | None, words: str) -> str:
        """A language: of the Library of Congress if its BCP 47 tag is known, else of this dump."""
        code = _alpha3(tag) if tag else None
        return f"{LANG}{code}" if code else f"{self.base}language/{slug(words)}"

    # --- evidence and provenance

    def passage(self, sha256: str, start: int, end: int, path: str | None = None) -> str:
        """Words in a file; in one with markup `path` leads to the element in whose text they are counted."""
        return f"{self.base}passage/{sha256[:16]}/{_at(path, start, end)}"

    def mention(self, sha256: str, start: int, end: int, kind: str, path: str | None = None) -> str:
        return f"{self.base}mention/{sha256[:16]}/{_at(path, start, end)}/{kind}"

    def support(self, evidence: Evidence, manner: str) -> str:
        """The support that a passage gives in one manner (rule, status, certainty, reason)."""
        place = _at(evidence.path, evidence.start, evidence.end)
        return f"{self.base}support/{evidence.source[:16]}/{place}/{digest(manner, 6)}"

    def file_support(self, sha256: str, reason: str) -> str:
        """The support for what no passage says, for one reason."""
        return f"{self.base}support/{sha256[:16]}/file/{digest(reason, 6)}"

    def statement(self, triple: Triple) -> str:
        """A triple spoken of, by the hash of its terms."""
        return f"{self.base}statement/{_statement(triple)}"

    def finding(self, record: str, kind: str, message: str) -> str:
        return f"{self.base}finding/{segment(record)}/{slug(kind)}-{digest(message, 6)}"

    def run(self, sha256: str, version: str) -> str:
        return f"{self.base}run/{sha256[:16]}/{segment(version)}"

    def software(self, version: str) -> str:
        return f"{self.base}software/fonds-{segment(version)}"

    def description(self, record: str) -> str:
        return f"{self.base}description/{segment(record)}"


def _at(path: str | None, *offsets: int) -> str:
    """A place in a file: its offsets, and in a source with markup a hash of the path they count from."""
    place = "-".join([str(offset) for offset in offsets])
    return f"{place}-{digest(path, 6)}" if path else place


def _iri(key: str) -> str:
    """A full IRI with every character encoded that may not stand in one (RFC 3987, kept to ASCII)."""
    main, hash_sign, fragment = key.partition("#")
    made = quote(main, safe="/:?@!$&'()*+,;=%") + hash_sign + quote(fragment, safe="/:?@!$&'()*+,;=%")
    return _STRAY.sub("%25", made)


#: The codes, bibliographic (ISO 639-2), of the languages that `fonds.extract.language` tells.
_ALPHA3: Final = {
    **{"cs": "cze", "de": "ger", "en": "eng", "es": "spa", "fr": "fre", "hu": "hun"},
    **{"it": "ita", "nl": "dut", "pl": "pol", "pt": "por", "ro": "rum", "ru": "rus"},
}


@lru_cache(maxsize=512)
def _alpha3(tag: str) -> str | None:
    if tag in _ALPHA3:
        return _ALPHA3[tag]
    import langcodes  # takes long to load: only where a record states another language

    try:
        return langcodes.get(tag).to_alpha3(variant="B")
    except (LookupError, ValueError):
        return None
