"""Namespaces, literals and statements as plain tuples.

An IRI is a `str`, a literal a `Literal`; a triple is a tuple of three. rdflib objects are
made only where fonds meets its caller. There is no blank node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, Final, NamedTuple

from fonds.record import Evidence

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
RICO: Final = "https://www.ica.org/standards/RiC/ontology#"
RST: Final = "https://www.ica.org/standards/RiC/vocabularies/recordSetTypes#"
SCHEMA: Final = "https://schema.org/"
DCTERMS: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
OA: Final = "http://www.w3.org/ns/oa#"
DCAT: Final = "http://www.w3.org/ns/dcat#"
VOID: Final = "http://rdfs.org/ns/void#"
EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"
LANG: Final = "http://id.loc.gov/vocabulary/iso639-2/"
FONDS: Final = "https://w3id.org/fonds/ns#"

#: Prefixes in the order in which a file declares them.
PREFIXES: Final[dict[str, str]] = {
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "fonds": FONDS,
    "lang": LANG,
    "oa": OA,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "rico": RICO,
    "rst": RST,
    "schema": SCHEMA,
    "skos": SKOS,
    "void": VOID,
    "xsd": XSD,
}

TYPE: Final = RDF + "type"
LABEL: Final = RDFS + "label"
STRING: Final = XSD + "string"


class Literal(NamedTuple):
    """A literal in canonical lexical form. With a `language`, `datatype` is not used."""

    lexical: str
    datatype: str = STRING
    language: str | None = None


Term = str | Literal
Triple = tuple[str, str, Term]
#: A triple and the IRI of its graph; an empty string is the default graph.
Quad = tuple[str, str, Term, str]


#: The key by which runs of statements are sorted and merged for the streams of Turtle and JSON-LD:
#: the subject, in the order of its code points, which is that of its bytes in UTF-8.
SUBJECT: Final[Callable[[Any], str]] = itemgetter(0)


class Claim(NamedTuple):
    """A triple of the archival description and what it rests on.

    `evidence` are the passages that support it; without any, `reason` says why there is none.
    """

    triple: Triple
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None


def triples(claims: Iterable[Claim]) -> Iterable[Triple]:
    """The bare triples of some claims."""
    return (claim.triple for claim in claims)
