"""Authority entries from RDF: SKOS concepts, and agents and places of RiC-O, FOAF or schema.org.

Parsed by pyoxigraph, which fetches nothing (no remote JSON-LD context, no external entity) and
names the line of a mistake. Each property that is read stands in one of the tables below.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from fonds.agents.authority import Entry, Office
from fonds.errors import ConfigError
from fonds.rdf.terms import DCTERMS, FONDS, OWL, PROV, RDFS, RICO, SCHEMA, SKOS, TYPE
from fonds.record import Kind

FOAF: Final = "http://xmlns.com/foaf/0.1/"
_SCHEMAS: Final = (SCHEMA, "http://schema.org/")

_FORMATS: Final = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}


def _schema(*names: str) -> tuple[str, ...]:
    return tuple(base + name for base in _SCHEMAS for name in names)


_KINDS: Final[dict[str, Kind]] = {
    RICO + "Person": "person",
    FOAF + "Person": "person",
    RICO + "CorporateBody": "organisation",
    FOAF + "Organization": "organisation",
    RICO + "Group": "group",
    RICO + "Family": "group",
    FOAF + "Group": "group",
    RICO + "Place": "place",
    **dict.fromkeys(_schema("Person"), "person"),
    **dict.fromkeys(_schema("Organization", "GovernmentOrganization", "ArchiveOrganization"), "organisation"),
    **dict.fromkeys(_schema("Place", "Country", "City", "AdministrativeArea"), "place"),
}
_LABELS: Final = (SKOS + "prefLabel", RDFS + "label", FOAF + "name", *_schema("name"), RICO + "name")
_VARIANTS: Final = (
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    FOAF + "nick",
    *_schema("alternateName"),
    RICO + "textualValue",
)
_NAME_NODES: Final = (RICO + "hasOrHadAgentName", RICO + "hasOrHadPlaceName", RICO + "hasOrHadName")
_FAMILY: Final = (FOAF + "familyName", FOAF + "lastName", *_schema("familyName"))
_GIVEN: Final = (FOAF + "givenName", FOAF + "firstName", *_schema("givenName"))
_BIRTH: Final = (*_schema("birthDate"), RICO + "birthDate", RICO + "hasBirthDate")
_DEATH: Final = (*_schema("deathDate"), RICO + "deathDate", RICO + "hasDeathDate")
_DATE_VALUE: Final = (RICO + "normalizedDateValue", RICO + "expressedDate", RDFS + "label")
_BEGIN: Final = (*_schema("startDate"), RICO + "beginningDate", RICO + "hasBeginningDate")
_END: Final = (*_schema("endDate"), RICO + "endDate", RICO + "hasEndDate")
_OFFICES: Final = (RICO + "occupiesOrOccupied", *_schema("hasOccupation", "jobTitle"))
_OFFICE_NAME: Final = (*_schema("roleName"), *_LABELS)
_LINKS: Final = (SKOS + "exactMatch", OWL + "sameAs", *_schema("sameAs"))
_SOURCES: Final = (DCTERMS + "source", PROV + "wasDerivedFrom", PROV + "hadPrimarySource")
_SCHEMES: Final = (SKOS + "inScheme", DCTERMS + "isPartOf", *_schema("isPartOf"))
_PLAIN: Final = {SKOS + "Concept", RICO + "Agent", FOAF + "Agent", RICO + "Thing"}


class _Value(NamedTuple):
    """An object: its text, whether it is a resource, and its language."""

    text: str
    node: bool
    language: str


_Graph = dict[str, dict[str, list[_Value]]]


def entries(data: bytes, suffix: str, path: str, languages: tuple[str, ...]) -> Iterator[Entry]:
    """The entries of an RDF file, in the order in which it names them.

    Raises `ConfigError` with the line of a mistake, or naming an entry without a label.
    """
    graph = _graph(data, suffix, path)
    for subject, about in graph.items():
        types = {value.text for value in about.get(TYPE, ())}
        kinds = sorted({_KINDS[each] for each in types if each in _KINDS})
        if not kinds and not types & _PLAIN:
            continue
        if len(kinds) > 1:
            raise ConfigError(
                f"{subject} is said to be a {kinds[0]} and a {kinds[1]}", place=path, remedy="keep one type"
            )
        yield _entry(subject, kinds[0] if kinds else "person", graph, path, languages)


def _graph(data: bytes, suffix: str, path: str) -> _Graph:
    if _FORMATS[suffix] is ox.RdfFormat.RDF_XML and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
        raise ConfigError(
            "declares a document type or entities", place=path, remedy="write the IRIs out, without entities"
        )
    graph: _Graph = {}
    try:
        for quad in ox.parse(data, format=_FORMATS[suffix]):
            found = graph.setdefault(_id(quad.subject), {}).setdefault(_id(quad.predicate), [])
            found.append(_value(quad.object))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f"{path}, line {line}" if line else path
        raise ConfigError(f"cannot be parsed: {error}", place=place, remedy="mend the file") from error
    return graph


def _id(term: object) -> str:
    return str(getattr(term, "value", term))


def _value(term: object) -> _Value:
    return _Value(_id(term), not isinstance(term, ox.Literal), str(getattr(term, "language", "") or ""))


def _entry(subject: str, kind: Kind, graph: _Graph, path: str, languages: tuple[str, ...]) -> Entry:
    about = graph[subject]
    names = [*_texts(about, _LABELS, languages), *_texts(about, _VARIANTS, languages)]
    for node in _nodes(about, _NAME_NODES):
        names += _texts(graph.get(node, {}), (*_VARIANTS, *_LABELS), languages)
    family, given = _first(about, _FAMILY), _first(about, _GIVEN)
    if not names and family:
        names = [f"{family}, {given}" if given else family]
    if not names:
        raise ConfigError(
            f"{subject} has no label", place=path, remedy="give it a skos:prefLabel or rdfs:label"
        )
    links = [value.text for value in _values(about, _LINKS) if value.node]
    distinct = [value.text for value in _values(about, (OWL + "differentFrom",))]
    if both := sorted(set(links) & set(distinct)):
        raise ConfigError(
            f"{subject} is said to be {both[0]} and to differ from it",
            place=path,
            remedy="keep one statement",
        )
    return Entry(
        iri=subject,
        label=names[0],
        kind=kind,
        names=tuple(dict.fromkeys(names[1:])),
        family=family,
        given=given,
        birth=_date(about, _BIRTH, graph),
        death=_date(about, _DEATH, graph),
        offices=tuple(_offices(about, graph, languages)),
        links=tuple(dict.fromkeys(links)),
        sources=tuple(dict.fromkeys(value.text for value in _values(about, _SOURCES))),
        scope="collection" if _own(subject, graph) else "general",
        place=f"<{subject}>",
    )


def _offices(about: dict[str, list[_Value]], graph: _Graph, languages: tuple[str, ...]) -> Iterator[Office]:
    for value in _values(about, _OFFICES):
        if not value.node:
            yield Office(title=value.text)
            continue
        node = graph.get(value.text, {})
        for title in _texts(node, _OFFICE_NAME, languages)[:1]:
            yield Office(title=title, start=_date(node, _BEGIN, graph), end=_date(node, _END, graph))


def _own(subject: str, graph: _Graph) -> bool:
    """Whether the entry, or the scheme that it is in, is stated to be of the collection."""
    places = [subject, *_nodes(graph[subject], _SCHEMES)]
    return any(
        value.text == "collection"
        for place in places
        for value in graph.get(place, {}).get(FONDS + "scope", ())
    )


def _date(about: dict[str, list[_Value]], properties: tuple[str, ...], graph: _Graph) -> str | None:
    for value in _values(about, properties):
        if not value.node:
            return value.text
        if stated := _first(graph.get(value.text, {}), _DATE_VALUE):
            return stated
    return None


def _values(about: dict[str, list[_Value]], properties: tuple[str, ...]) -> Iterator[_Value]:
    for name in properties:
        yield from about.get(name, ())


def _nodes(about: dict[str, list[_Value]], properties: tuple[str, ...]) -> list[str]:
    return [value.text for value in _values(about, properties) if value.node]


def _first(about: dict[str, list[_Value]], properties: tuple[str, ...]) -> str | None:
    return next((value.text for value in _values(about, properties) if not value.node), None)


def _texts(
    about: dict[str, list[_Value]], properties: tuple[str, ...], languages: tuple[str, ...]
) -> list[str]:
    """The literals of some properties: by property, then by preferred language, then as they stand."""
    order = {language.casefold(): at for at, language in enumerate((*languages, ""))}

    def rank(value: _Value) -> int:
        return order.get(value.language.casefold(), len(order))

    return [
        value.text
        for name in properties
        for value in sorted(about.get(name, ()), key=rank)
        if not value.node and value.text.strip()
    ]
