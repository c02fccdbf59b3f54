"""What a dump says about itself: a catalogue entry as RDF, and a list of its files.

The entry follows DCAT 3 (W3C Recommendation, 22 August 2024) for catalogues, VoID (W3C Interest
Group Note, 3 March 2011) for statistics, and PROV-O for the run that made the dump. Where the
files are hosted is not known here, so no address to download from is stated.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from fonds.config import Config
from fonds.errors import ConfigError
from fonds.rdf.iris import Minter
from fonds.rdf.provenance import software_version
from fonds.rdf.terms import (
    DCAT,
    DCTERMS,
    LABEL,
    PROV,
    SCHEMA,
    TYPE,
    VOID,
    XSD,
    Literal,
    Triple,
)

#: The list of files, written last.
NAME: Final = "manifest.json"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
#: Files of a dump that hold RDF as a whole: what they are, and their media type.
DISTRIBUTIONS: Final = {
    "agents.jsonld": ("Persons, groups, bodies, positions and places, as JSON-LD", "application/ld+json"),
    "agents.ttl": ("Persons, groups, bodies, positions and places, as Turtle", "text/turtle"),
    "all.nq": ("Everything, with one graph for each layer, as N-Quads", "application/n-quads"),
    "evidence.ttl": ("The words that support each statement, as Turtle", "text/turtle"),
    "provenance.ttl": ("How each record came from its file, as Turtle", "text/turtle"),
    "records.jsonld": ("Records, as JSON-LD", "application/ld+json"),
    "records.ttl": ("Records, as Turtle", "text/turtle"),
    "vocabulary.ttl": ("The concepts that the records use, as Turtle", "text/turtle"),
}
#: The same of a dump that is too large for whole files of Turtle.
SHARDED: Final = {
    "all": ("Everything, with one graph for each layer, as compressed N-Quads", "application/n-quads"),
    "vocabulary.ttl": DISTRIBUTIONS["vocabulary.ttl"],
}
#: How a manifest begins and ends.
_BEGUN: Final = b'{\n  "fonds": "'
_ENDED: Final = b"\n}\n"
_NAMESPACE: Final = re.compile(r".*[/#]")


def built_at() -> datetime | None:
    """The time that SOURCE_DATE_EPOCH states, in UTC; None without it, since no clock is read.

    Raises `ConfigError` if it is not a whole number of seconds
    (https://reproducible-builds.org/specs/source-date-epoch/).
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    if not stated:
        return None
    try:
        return datetime.fromtimestamp(int(stated), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigError(
            f"{stated!r} is not a time",
            place="SOURCE_DATE_EPOCH",
            remedy="give seconds since 1970-01-01, or unset it",
        ) from error


def minter(config: Config) -> Minter:
    """The namespace of a dump, and the day that its descriptions are dated: as stated, or none."""
    built = built_at()
    day = config.published or (built.date() if built else None)
    return Minter(config.base, day=day.isoformat() if day else None)


class Statistics(NamedTuple):
    """How much a graph holds: statements, distinct subjects, and the properties in use."""

    triples: int
    subjects: int
    properties: frozenset[str]

    @classmethod
    def of(cls, triples: Collection[Triple]) -> Statistics:
        """The statistics of some statements, each of which stands there once."""
        subjects = {triple[0] for triple in triples}
        return cls(len(triples), len(subjects), frozenset(triple[1] for triple in triples))


def describe(
    config: Config,
    mint: Minter,
    layers: Mapping[str, Statistics],
    sources: Iterable[str],
    rights: Iterable[str] = (),
    *,
    whole: bool = True,
) -> list[Triple]:
    """The catalogue entry of a dump.

    `layers` are its graphs by name, `sources` the SHA-256 of each document in it, sorted, `rights` the
    IRIs of statements that its documents print. That of a dump which has no `whole` files of Turtle does
    not list the documents, which may be millions: what was read for a record, its own run says.
    """
    dataset = mint.dataset()
    release = software_version()
    inputs: list[str] = []
    digest, count = hashlib.sha256(), 0
    for count, sha256 in enumerate(sources, 1):
        digest.update((sha256 if count == 1 else f"\n{sha256}").encode())
        if whole:
            inputs.append(sha256)
    run = mint.run(digest.hexdigest(), release)
    title = config.title or config.base
    found: list[Triple] = [
        (dataset, TYPE, DCAT + "Dataset"),
        (dataset, TYPE, VOID + "Dataset"),
        (dataset, TYPE, SCHEMA + "Dataset"),
        (dataset, TYPE, PROV + "Entity"),
        (dataset, DCTERMS + "title", Literal(title)),
        (dataset, SCHEMA + "name", Literal(title)),
        (dataset, VOID + "uriSpace", Literal(config.base)),
        (dataset, PROV + "wasGeneratedBy", run),
        (run, TYPE, PROV + "Activity"),
        (run, LABEL, Literal(f"build of {count} documents with fonds {release}", language="en")),
        (run, PROV + "wasAssociatedWith", mint.software(release)),
    ]
    found += ((run, PROV + "used", mint.instantiation(sha256)) for sha256 in inputs)
    found += _stated(config, mint, dataset)
    found += ((dataset, DCTERMS + "rights", iri) for iri in rights)
    when = built_at()
    if when is not None:
        time = Literal(when.strftime("%Y-%m-%dT%H:%M:%SZ"), XSD + "dateTime")
        found.append((run, PROV + "endedAtTime", time))
    if mint.day:
        found.append((dataset, DCTERMS + "issued", Literal(mint.day, XSD + "date")))
    found += _statistics(mint, dataset, layers)
    for name, (words, media) in (DISTRIBUTIONS if whole else SHARDED).items():
        file = f"{config.base}distribution/{name}"
        found += [
            (dataset, DCAT + "distribution", file),
            (file, TYPE, DCAT + "Distribution"),
            (file, DCTERMS + "title", Literal(words, language="en")),
            (file, DCAT + "mediaType", _MEDIA + media),
        ]
    return found


def _stated(config: Config, mint: Minter, dataset: str) -> Iterable[Triple]:
    """What the user says of the collection in fonds.toml."""
    if config.description:
        yield (dataset, DCTERMS + "description", Literal(config.description))
        yield (dataset, SCHEMA + "description", Literal(config.description))
    if config.license:
        yield (dataset, DCTERMS + "license", config.license)
        yield (dataset, SCHEMA + "license", config.license)
    if config.rights:
        statement = f"{config.base}rights/dataset"
        yield (dataset, DCTERMS + "rights", statement)
        yield (statement, TYPE, DCTERMS + "RightsStatement")
        yield (statement, LABEL, Literal(config.rights))
    if config.publisher:
        publisher = mint.agent(f"publisher/{config.publisher}")
        yield (dataset, DCTERMS + "publisher", publisher)
        yield (dataset, SCHEMA + "publisher", publisher)
        yield (publisher, TYPE, DCTERMS + "Agent")
        yield (publisher, LABEL, Literal(config.publisher))
        yield (publisher, SCHEMA + "name", Literal(config.publisher))


def _statistics(mint: Minter, dataset: str, layers: Mapping[str, Statistics]) -> Iterable[Triple]:
    """VoID: how many triples, subjects and properties, in each layer and, for triples, in all."""
    vocabularies: set[str] = set()
    for layer, held in sorted(layers.items()):
        graph = graph_iri(mint.base, layer)
        spaces = (_NAMESPACE.match(predicate) for predicate in held.properties)
        vocabularies |= {space[0] for space in spaces if space}
        yield (dataset, VOID + "subset", graph)
        yield (graph, TYPE, VOID + "Dataset")
        yield (graph, DCTERMS + "title", Literal(f"layer {layer}", language="en"))
        yield (graph, VOID + "triples", _number(held.triples))
        yield (graph, VOID + "distinctSubjects", _number(held.subjects))
        yield (graph, VOID + "properties", _number(len(held.properties)))
    yield (dataset, VOID + "triples", _number(sum(held.triples for held in layers.values())))
    for space in sorted(vocabularies):
        yield (dataset, VOID + "vocabulary", space)


def graph_iri(base: str, layer: str) -> str:
    """The IRI of the named graph that holds a layer."""
    return f"{base}graph/{layer}"


def _number(value: int) -> Literal:
    return Literal(str(value), XSD + "integer")


class File(NamedTuple):
    """A file of a dump: its path within it, size in bytes, SHA-256."""

    name: str
    size: int
    sha256: str


def files(folder: Path) -> list[File]:
    """The files that stand in a folder itself, sorted by name."""
    found = []
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        found.append(File(path.name, path.stat().st_size, digest))
    return found


def write(
    path: Path, stated: Mapping[str, Any], sources: Iterable[tuple[str, str]], listed: Iterable[File]
) -> None:
    """Write the manifest of a dump, line by line: what is `stated`, its documents, and its files.

    `sources` are names of documents with their SHA-256; these and the files come sorted by name.
    """
    import orjson

    with path.open("wb") as stream:
        head = orjson.dumps(dict(stated), option=orjson.OPT_INDENT_2)
        stream.write(head.removesuffix(b"\n}"))
        stream.write(b',\n  "sources": {')
        _members(stream, (b"%s: %s" % (orjson.dumps(name), orjson.dumps(sha)) for name, sha in sources))
        stream.write(b',\n  "files": {')
        _members(
            stream,
            (
                b'%s: {\n      "bytes": %d,\n      "sha256": %s\n    }'
                % (orjson.dumps(name), size, orjson.dumps(digest))
                for name, size, digest in listed
            ),
        )
        stream.write(_ENDED)


def _members(stream: IO[bytes], members: Iterable[bytes]) -> None:
    """The members of an object within the manifest, whose bracket is open."""
    before = b"\n    "
    for member in members:
        stream.write(before + member)
        before = b",\n    "
    stream.write(b"}" if before == b"\n    " else b"\n  }")


def is_dump(folder: Path) -> bool:
    """Whether fonds made a folder: only then may a build replace it.

    The manifest is looked at where it begins and ends, since it may list millions of files.
    """
    try:
        with (folder / NAME).open("rb") as stream:
            begun = stream.read(len(_BEGUN)) == _BEGUN
            stream.seek(-len(_ENDED), os.SEEK_END)
            return begun and stream.read() == _ENDED
    except OSError:
        return False
