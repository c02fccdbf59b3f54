"""Units of archival description in general terms: schema:ArchiveComponent, and what it lies in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from fonds.rdf.claims import text
from fonds.rdf.iris import Minter
from fonds.rdf.rico_units import class_of, term_iri
from fonds.rdf.terms import DCTERMS, EDTF, SCHEMA, TYPE, Literal, Triple
from fonds.record import Record

if TYPE_CHECKING:
    from fonds.description import Unit

#: Fields of a unit that have a property here.
_FIELDS: Final = {
    "abstract": (SCHEMA + "description", DCTERMS + "description"),
    "scopecontent": (SCHEMA + "description", DCTERMS + "description"),
}
#: A name without a known language has this tag, as the Dutch profile for schema.org demands one.
_UNKNOWN: Final = "und"


def describe(record: Record, mint: Minter) -> Iterator[Triple]:
    """What is said of a unit, or of a record that lies in another."""
    iri = mint.record(record.id)
    if record.parent:
        yield (iri, SCHEMA + "isPartOf", mint.record(record.parent))
        yield (iri, DCTERMS + "isPartOf", mint.record(record.parent))
    if class_of(record) == "RecordSet":
        yield (iri, TYPE, SCHEMA + "Collection")
    unit = record.unit
    if unit is None:
        return
    yield (iri, TYPE, SCHEMA + "ArchiveComponent")
    for statement in record.dates:
        if statement.role == "dated" and statement.edtf:
            yield (iri, DCTERMS + "created", Literal(statement.edtf, EDTF))
    for field in record.fields:
        for name in _FIELDS.get(field.name, ()):
            if name.startswith(SCHEMA):
                yield (iri, name, text(field.value, field.language or _UNKNOWN))
            else:
                yield (iri, name, text(field.value, field.language))
    if unit.holder is not None:
        holder = mint.repository(unit.holder)
        yield (iri, SCHEMA + "holdingArchive", holder)
        yield (holder, TYPE, SCHEMA + "ArchiveOrganization")
        yield (holder, TYPE, SCHEMA + "Organization")
        yield (holder, SCHEMA + "name", text(unit.holder, _UNKNOWN))
    yield from _terms(iri, unit, mint)
    for one in unit.objects:
        node = mint.linked_file(one.href)
        title = one.title
        yield (iri, SCHEMA + "encoding", node)
        yield (node, TYPE, SCHEMA + "MediaObject")
        called = text(title.value, title.language or _UNKNOWN) if title else text(one.href, _UNKNOWN)
        yield (node, SCHEMA + "name", called)
        if one.href.startswith(("http://", "https://")):
            yield (node, SCHEMA + "contentUrl", mint.agent(one.href))


def _terms(iri: str, unit: Unit, mint: Minter) -> Iterator[Triple]:
    for term in unit.terms:
        concept = term_iri(term, mint)
        yield (concept, TYPE, SCHEMA + "DefinedTerm")
        yield (concept, SCHEMA + "name", text(term.value, _UNKNOWN))
        if term.kind == "genre":
            yield (iri, SCHEMA + "genre", concept)
            yield (iri, DCTERMS + "type", concept)
        else:
            yield (iri, SCHEMA + "about", concept)
            yield (iri, DCTERMS + "subject", concept)
