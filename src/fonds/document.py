"""One document, from its path to its graph: the same steps that a build takes for many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fonds.config import EXAMPLE
from fonds.errors import FondsError
from fonds.record import Record, Resolved
from fonds.source import Source

if TYPE_CHECKING:
    from rdflib import Graph

    from fonds.agents.authority import Authority
    from fonds.agents.review import Decisions
    from fonds.converters import Options
    from fonds.rdf.terms import Triple


def convert_all(
    document: str | Path | Source, *, options: Options | None = None, encoding: str | None = None
) -> tuple[Record, ...]:
    """All records of a document: one of most, many of a finding aid or an edited volume.

    `document` is a path or a `Source`; `encoding` what the bytes are in, if not UTF-8 (with a
    path). A file in a folder of harvested pages has the origin that its harvest record states.

    Raises `SourceError` if it cannot be read, `UnknownFormat` if nothing recognises it.
    """
    from fonds.converters import Options, convert
    from fonds.harvest.origin import told

    if isinstance(document, Source):
        source = document
    else:
        source = told(Source.read(document, encoding=encoding), Path(document))
    return convert(source, options=options or Options())


def convert(
    document: str | Path | Source, *, options: Options | None = None, encoding: str | None = None
) -> Record:
    """The record of a document that is one record.

    What a letter in TEI says of the persons in its lists are records of agents beside it: `convert_all`
    returns them with it, and `graph` takes them all. Raises what `convert_all` does, and `FondsError` if
    the document holds several records, such as a volume or a finding aid.
    """
    records = convert_all(document, options=options, encoding=encoding)
    # an authority record is the document itself where there is nothing else
    found = [record for record in records if record.agent is None] or records
    if len(found) == 1:
        return found[0]
    name = document.name if isinstance(document, Source) else str(document)
    raise FondsError(
        _several(found) if found else "holds no record",
        place=name,
        remedy="use fonds.convert_all, which returns all of them; fonds.graph takes what it returns",
    )


def _several(records: Sequence[Record]) -> str:
    """What a file of several records holds: its first record says what it is as a whole."""
    first = records[0]
    what = f", the first a {first.level}" if first.level else ""
    return f"holds {len(records)} records{what}: {first.title.value if first.title else first.id}"


def resolve(
    records: Iterable[Record],
    *,
    authority: Authority | None = None,
    decisions: Decisions | None = None,
    lexicon: str | None = None,
) -> Iterator[Resolved]:
    """Decide which mention names which agent, over all records together.

    Lazy: the records are read twice, so pass a list. `authority` and `decisions` come from
    `fonds.agents.authority.read` and `fonds.agents.review.Decisions.read`, `lexicon` is the user's
    folder of tables.
    """
    from fonds.agents import resolve as room

    return room.resolve(records, authority, decisions, lexicon)


#: What can be described: one record or several, resolved or not. Those that are not resolved yet are
#: resolved together.
Subject = Record | Resolved | Iterable[Record | Resolved]


def triples(
    subject: Subject,
    *,
    base: str = EXAMPLE,
    layers: Iterable[str] | None = None,
) -> list[Triple]:
    """The statements about a record as plain tuples (`fonds.rdf.terms`), sorted, each once."""
    from fonds.rdf.describe import describe, ordered
    from fonds.rdf.iris import Minter

    given = (subject,) if isinstance(subject, Record | Resolved) else tuple(subject)
    raw = [one for one in given if isinstance(one, Record)]
    found = [*(one for one in given if isinstance(one, Resolved)), *resolve(raw)]
    mint = Minter(base)
    names = None if layers is None else tuple(layers)
    return ordered(
        triple for resolved in found for layer in describe(resolved, mint, names).values() for triple in layer
    )


def to_json(record: Record) -> bytes:
    """A record as JSON, with its evidence; what is absent is left out. Ends in a newline."""
    import orjson

    return orjson.dumps(_plain(record), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        named = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(content) for name, content in named if content not in (None, ())}
    return value


def graph(
    subject: Subject,
    *,
    base: str = EXAMPLE,
    layers: Iterable[str] | None = None,
) -> Graph:
    """The statements about a record, or several, as an rdflib Graph.

    `base` begins every IRI; `layers` are some of rico, generic, provenance and evidence, all
    if not given. Records are resolved together, so their agents are joined; pass what `resolve`
    returns to use an authority file.
    """
    from fonds.rdf.write import to_rdflib

    return to_rdflib(triples(subject, base=base, layers=layers))
