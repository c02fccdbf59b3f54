"""Authority files: persons, organisations and places that a user has described.

`read` takes a file by its suffix: RDF (SKOS, RiC-O, FOAF or schema.org), CSV, one JSON object on
each line, or an authority record in EAC-CPF; of these also a folder. An `Authority` is frozen and
indexed by surname, so that a lookup costs the same in a file of ten entries and of fifty thousand.

A file may say that it describes the people of the collection at hand (`scope`, value
`collection`; in RDF `fonds:scope` of the entry or its scheme). In such a file a surname that only
one entry bears is telling; in a general one it is not.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal

from fonds.agents.match import Name, compounds, fold, read_name, slug
from fonds.agents.office import Clause, clauses
from fonds.errors import BudgetError, ConfigError
from fonds.record import Kind

Scope = Literal["collection", "general"]

#: What reads a file: its bytes, path and languages to entries.
Reader = Callable[[bytes, str, tuple[str, ...]], Iterable["Entry"]]

#: Largest authority file read, in bytes after decompression.
MAX_BYTES: Final = 500_000_000
#: Columns of a CSV file; `id` and `name` are required.
COLUMNS: Final = ("id", "name", "variants", "kind", "birth", "death", "roles", "links", "source", "scope")
#: Where the identifiers of well-known authorities lead.
LINKS: Final = {
    "viaf": "https://viaf.org/viaf/{}",
    "wikidata": "http://www.wikidata.org/entity/{}",
    "gnd": "https://d-nb.info/gnd/{}",
    "lcnaf": "http://id.loc.gov/authorities/names/{}",
    "isni": "https://isni.org/isni/{}",
}

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")
_DATE: Final = re.compile(r"-?[0-9X]{4}")
_YEAR: Final = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office that an entry states, in its words; `start` and `end` are EDTF if stated."""

    title: str
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Someone or something in an authority file.

    `iri` is what an agent is called after it: a full IRI, or a key of fonds where the file has
    only a number. `names` are all forms, the label first. `birth` and `death` are EDTF. `links`
    are IRIs of the same thing elsewhere, `sources` where the file says that it knows this from.
    `place` is the line or subject of the entry, for messages; `ref` its number as other files cite it.
    """

    iri: str
    label: str
    kind: Kind = "person"
    names: tuple[str, ...] = ()
    family: str | None = None
    given: str | None = None
    birth: str | None = None
    death: str | None = None
    offices: tuple[Office, ...] = ()
    links: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    scope: Scope = "general"
    place: str = ""
    ref: str | None = None

    @property
    def born(self) -> int | None:
        """The year of birth, None where it is not stated in full."""
        return _year(self.birth)

    @property
    def died(self) -> int | None:
        """The year of death, None where it is not stated in full."""
        return _year(self.death)

    @property
    def active(self) -> tuple[int, int] | None:
        """First and last year that the offices or the addresses of the sources name, if any do."""
        words = [f"{office.title} {office.start or ''} {office.end or ''}" for office in self.offices]
        years = [int(year) for text in (*words, *self.sources) for year in _YEAR.findall(text)]
        return (min(years), max(years)) if years else None


@dataclass(frozen=True, slots=True)
class Facts:
    """What linking asks of an entry: first and last year of activity, and for each source that it cites
    the first year that the address names."""

    active: tuple[int, int] | None
    attested: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Authority:
    """The entries of an authority file, indexed by name. Two are equal only if they are one."""

    entries: tuple[Entry, ...]
    path: str = "-"

    @cached_property
    def _persons(self) -> dict[str, dict[int, tuple[Name, ...]]]:
        """For each surname the entries that bear it, and in which forms."""
        found: dict[str, dict[int, dict[tuple[str, ...], Name]]] = {}
        for number, entry in enumerate(self.entries):
            if entry.kind != "person":
                continue
            for name in (form for whole in person_names(entry) for form in (whole, *compounds(whole))):
                if name.key:
                    forms = found.setdefault(name.key, {}).setdefault(number, {})
                    forms.setdefault((name.family, *name.forenames, name.suffix), name)
        return {
            key: {number: tuple(forms.values()) for number, forms in bearers.items()}
            for key, bearers in found.items()
        }

    @cached_property
    def _names(self) -> dict[tuple[Kind, str], tuple[int, ...]]:
        found: dict[tuple[Kind, str], dict[int, None]] = {}
        for number, entry in enumerate(self.entries):
            if entry.kind != "person":
                for name in (entry.label, *entry.names):
                    found.setdefault((entry.kind, fold(name).removeprefix("the ")), {})[number] = None
        return {key: tuple(numbers) for key, numbers in found.items()}

    @cached_property
    def _by_iri(self) -> dict[str, Entry]:
        return {entry.iri: entry for entry in self.entries}

    @cached_property
    def _by_link(self) -> dict[str, Entry | None]:
        found: dict[str, Entry | None] = {}
        for entry in self.entries:
            for link in dict.fromkeys(
                _unschemed(link) for link in (entry.ref, entry.iri, *entry.links) if link
            ):
                found[link] = None if link in found else entry
        return found

    @cached_property
    def general(self) -> bool:
        """Whether no entry says that it is of the people of the collection."""
        return all(entry.scope == "general" for entry in self.entries)

    @cached_property
    def sources(self) -> dict[int, int]:
        """How many of the sources that the entries cite are of each year, as their addresses say."""
        documents = {source.partition("#")[0] for entry in self.entries for source in entry.sources}
        years = (_YEAR.findall(document) for document in documents)
        return dict(sorted(Counter(int(each[0]) for each in years if each).items()))

    @cached_property
    def _facts(self) -> dict[str, Facts]:
        return {}

    @cached_property
    def _offices(self) -> dict[str, tuple[Clause, ...]]:
        return {}

    def facts(self, entry: Entry) -> Facts:
        """What linking asks of one of the entries; read once, when it is first asked for."""
        found = self._facts.get(entry.iri)
        if found is None:
            documents = {source.partition("#")[0] for source in entry.sources}
            years = (_YEAR.findall(document) for document in documents)
            attested = tuple(sorted(int(each[0]) for each in years if each))
            found = self._facts[entry.iri] = Facts(entry.active, attested)
        return found

    def offices(self, entry: Entry) -> tuple[Clause, ...]:
        """The offices of one of the entries, clause by clause; read once, when they are first asked for."""
        found = self._offices.get(entry.iri)
        if found is None:
            found = self._offices[entry.iri] = clauses(entry)
        return found

    def get(self, iri: str) -> Entry | None:
        """The entry of this IRI."""
        return self._by_iri.get(iri)

    def identified(self, ref: str) -> Entry | None:
        """The entry that has this IRI or number, or alone links it, by http or https."""
        return self._by_iri.get(ref) or self._by_link.get(_unschemed(ref))

    def bearers(self, name: Name) -> Iterator[tuple[Entry, tuple[Name, ...]]]:
        """The persons of this surname, in any of its spellings, with their forms of it."""
        for number, forms in self._persons.get(name.key, {}).items():
            yield self.entries[number], forms

    def count(self, name: Name) -> int:
        """How many persons bear this surname."""
        return len(self._persons.get(name.key, ()))

    def lookup(self, family: str, given: str | None = None) -> tuple[Entry, ...]:
        """The persons whose names do not speak against these parts, in the order of the file."""
        from fonds.agents.match import compare

        wanted = read_name(f"{family}, {given}" if given else family, family=family)
        return tuple(
            entry
            for entry, forms in self.bearers(wanted)
            if any(compare(wanted, form).conflict is None for form in forms)
        )

    def named(self, kind: Kind, name: str) -> tuple[Entry, ...]:
        """The groups, organisations or places called exactly this, whatever the case."""
        return tuple(self.entries[at] for at in self._names.get((kind, fold(name).removeprefix("the ")), ()))

    def __getstate__(self) -> dict[str, Any]:
        return {"entries": self.entries, "path": self.path}


def _unschemed(iri: str) -> str:
    return iri.removeprefix("https://").removeprefix("http://").rstrip("/")


def person_names(entry: Entry) -> Iterator[Name]:
    """The names of a person, read; a form without comma is split where the inverted ones say."""
    family = entry.family
    for text in (entry.label, *entry.names):
        if family is None and "," in text:
            family = text.partition(",")[0]
    if entry.family and entry.given:
        yield read_name(f"{entry.family}, {entry.given}")
    for text in dict.fromkeys((entry.label, *entry.names)):
        known = family if family and "," not in text and fold(family) in fold(text) else None
        yield read_name(text, family=known)


def read(
    path: str | Path,
    *,
    languages: tuple[str, ...] = ("en",),
    base: str | None = None,
    scope: Scope | None = None,
) -> Authority:
    """Read an authority file, its form told by its suffix, or a folder of authority records (EAC-CPF).

    `languages` (BCP 47) says which label comes first where an RDF file has several. `base` makes
    IRIs of bare identifiers; `scope` overrides what the file says of itself.

    Raises `ConfigError` naming file and entry if it cannot be read or contradicts itself.
    """
    file = Path(path)
    files = sorted(file.rglob("*.xml")) if file.is_dir() else [file]
    if not files:
        raise ConfigError(
            "no authority record (.xml) in this folder", place=str(path), remedy="name a file, or fill it"
        )
    entries = [
        replace(entry, scope=scope) if scope else entry
        for each in files
        for entry in _reader(each)(_bytes(each), str(each), languages)
    ]
    return Authority(
        _joined([_checked(_named(entry, base), str(path)) for entry in entries], str(path)), str(path)
    )


def _reader(file: Path) -> Reader:
    name = file.name.casefold().removesuffix(".gz")
    suffix = "." + name.rpartition(".")[2]
    if suffix not in READERS:
        known = ", ".join(sorted(READERS))
        raise ConfigError(
            f"no authority file ends in {suffix!r}", place=str(file), remedy=f"give it one of {known}"
        )
    return READERS[suffix]


def _bytes(file: Path) -> bytes:
    try:
        if file.suffix == ".gz":
            with gzip.open(file) as stream:
                data = stream.read(MAX_BYTES + 1)
        else:
            with file.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        raise ConfigError(
            f"cannot be read: {error}", place=str(file), remedy="check the path and the file"
        ) from error
    if len(data) > MAX_BYTES:
        raise BudgetError(f"over {MAX_BYTES} bytes", place=str(file), remedy="split the authority file")
    return data


def _rdf(suffix: str) -> Reader:
    def reader(data: bytes, path: str, languages: tuple[str, ...]) -> Iterable[Entry]:
        from fonds.agents.authority_rdf import entries

        return entries(data, suffix, path, languages)

    return reader


def _lazily(room: str, name: str) -> Reader:
    """A reader that is imported when a file of its kind is read."""

    def reader(data: bytes, path: str, languages: tuple[str, ...]) -> Iterable[Entry]:
        found: Iterable[Entry] = getattr(import_module(f"fonds.agents.{room}"), name)(data, path, languages)
        return found

    return reader


#: How each kind of file is read. A reader takes bytes, path and languages.
READERS: Final[dict[str, Reader]] = {
    ".csv": _lazily("authority_tables", "from_csv"),
    ".jsonl": _lazily("authority_tables", "from_jsonl"),
    ".xml": _lazily("authority_eac", "entries"),
    **{suffix: _rdf(suffix) for suffix in (".ttl", ".nt", ".rdf", ".owl", ".jsonld")},
}


def _year(date: str | None) -> int | None:
    found = _DATE.match(date) if date else None
    return int(found[0]) if found and "X" not in found[0] else None


def _named(entry: Entry, base: str | None) -> Entry:
    """The entry under an IRI, or under a key of fonds if the file gives no IRI."""
    if _IRI.match(entry.iri):
        return entry
    return replace(entry, iri=f"{base}{entry.iri}" if base else f"authority/{slug(entry.iri)}")


def _checked(entry: Entry, path: str) -> Entry:
    where = f"{path}, {entry.place}"
    if not entry.label.strip() or not entry.iri.strip():
        raise ConfigError("an entry without id or name", place=where, remedy="give it both, or remove it")
    for what, date in (("birth", entry.birth), ("death", entry.death)):
        if date and not _DATE.match(date):
            raise ConfigError(
                f"{what} {date!r} is not a date", place=where, remedy="write YYYY or YYYY-MM-DD"
            )
    if entry.born and entry.died and entry.born > entry.died:
        raise ConfigError(
            f"{entry.label} is born in {entry.born} and dies in {entry.died}", place=where, remedy="mend one"
        )
    for link in entry.links:
        if not _IRI.match(link):
            raise ConfigError(f"{link!r} is not an IRI", place=where, remedy="write the whole address")
    return entry


def _joined(entries: list[Entry], path: str) -> tuple[Entry, ...]:
    """The entries with those merged that the file says are the same."""
    from fonds.agents.same import merge

    return merge(entries, path)
