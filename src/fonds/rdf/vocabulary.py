"""Concepts: documentary forms, roles, kinds of date, activity, identifier, unit and marking.

A concept's IRI is made from its words (`form/information-report`), so a description can use it
without looking anything up. Labels and definitions come from the table `vocabulary`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import unquote

from fonds.lexicon import load
from fonds.rdf.iris import Minter
from fonds.rdf.terms import DCTERMS, LABEL, LANG, RICO, RST, SKOS, TYPE, Literal, Triple

#: The class of RiC-O to which the concepts of each scheme belong.
SCHEMES: Final = {
    "form": RICO + "DocumentaryFormType",
    "datetype": RICO + "DateType",
    "activitytype": RICO + "ActivityType",
    "role": RICO + "RoleType",
    "identifiertype": RICO + "IdentifierType",
    "recordsettype": RICO + "RecordSetType",
    "recordstate": RICO + "RecordState",
    "classification": RICO + "LegalStatus",
    "rank": RICO + "OccupationType",
    "occupation": RICO + "OccupationType",
    "subject": RICO + "Concept",
    "nameform": RICO + "Type",
    "legalstatus": RICO + "LegalStatus",
    "markingtype": RICO + "Type",
    "markingstate": RICO + "Type",
}


def words(slug: str) -> str:
    """The words from which a concept's IRI was made, without their case and punctuation."""
    return unquote(slug).replace("-", " ")


def label(scheme: str, slug: str, lexicon: str | None = None) -> tuple[str, str | None]:
    """The label of a concept and its language tag, None where the words are the document's own."""
    table = load("vocabulary", lexicon)
    entry = table.get(scheme, {}).get(slug)
    if entry is None:
        return words(slug), None
    return (entry if isinstance(entry, str) else entry[0]), table.get("language")


def spoken(mint: Minter, used: Iterable[str]) -> set[str]:
    """Those IRIs in `used` of which the vocabulary speaks: concepts, record set types and languages."""
    base, start = mint.base, len(mint.base)
    others = (RST, LANG, f"{base}language/")
    return {
        iri for iri in used if (iri.startswith(base) and _is_concept(iri[start:])) or iri.startswith(others)
    }


def _is_concept(path: str) -> bool:
    scheme, _, slug = path.partition("/")
    return scheme in SCHEMES and bool(slug)


def entries(mint: Minter, used: Iterable[str], lexicon: str | None = None) -> Iterator[Triple]:
    """What the vocabulary says of those IRIs in `used` that are concepts, record set types or languages.

    `used` may hold any IRIs in any order, such as all objects of a dump. Raises `ConfigError`
    if the user's table is not TOML.
    """
    table = load("vocabulary", lexicon)
    schemes: set[str] = set()
    for iri in sorted(spoken(mint, used)):
        if iri.startswith(RST):
            yield (iri, TYPE, SKOS + "Concept")
            yield (iri, TYPE, SCHEMES["recordsettype"])
            yield (iri, SKOS + "prefLabel", Literal(iri[len(RST) :], language="en"))
        elif iri.startswith(LANG) or iri.startswith(f"{mint.base}language/"):
            yield from _language(iri, table)
        else:
            scheme, _, slug = iri[len(mint.base) :].partition("/")
            schemes.add(scheme)
            yield from _concept(iri, scheme, slug, mint, lexicon)
    for scheme in sorted(schemes):
        title = table.get("schemes", {}).get(scheme, scheme)
        yield (mint.scheme(scheme), TYPE, SKOS + "ConceptScheme")
        yield (mint.scheme(scheme), SKOS + "prefLabel", Literal(title, language=table.get("language")))


def _concept(iri: str, scheme: str, slug: str, mint: Minter, lexicon: str | None) -> Iterator[Triple]:
    name, language = label(scheme, slug, lexicon)
    yield (iri, TYPE, SKOS + "Concept")
    yield (iri, TYPE, SCHEMES[scheme])
    yield (iri, SKOS + "inScheme", mint.scheme(scheme))
    yield (iri, SKOS + "prefLabel", Literal(name, language=language))
    entry = load("vocabulary", lexicon).get(scheme, {}).get(slug)
    if entry is not None and not isinstance(entry, str) and len(entry) > 1:
        yield (iri, SKOS + "definition", Literal(entry[1], language=language))


def _language(iri: str, table: dict[str, Any]) -> Iterator[Triple]:
    code = iri.rpartition("/")[2]
    yield (iri, TYPE, RICO + "Language")
    yield (iri, TYPE, DCTERMS + "LinguisticSystem")
    name = table.get("languages", {}).get(code)
    yield (iri, LABEL, Literal(name, language="en") if name else Literal(unquote(code)))


@cache
def own_terms() -> tuple[Triple, ...]:
    """The terms of fonds itself, as declared in `fonds.ttl`."""
    import pyoxigraph  # only where a dump is written

    def term(node: Any) -> str | Literal:
        if isinstance(node, pyoxigraph.Literal):
            return (
                Literal(node.value, node.datatype.value)
                if not node.language
                else Literal(node.value, language=node.language)
            )
        return str(node.value)

    content = (files("fonds.rdf") / "fonds.ttl").read_bytes()
    found = pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.TURTLE)
    return tuple((str(quad.subject.value), str(quad.predicate.value), term(quad.object)) for quad in found)
