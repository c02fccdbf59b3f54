"""What the elements of EAC-CPF mean, and how versions 1.0 and 2.0 differ.

EAC-CPF: Encoded Archival Context, corporate bodies, persons and families (Society of American
Archivists), 1.0 (2010) and 2.0 (2022). Both names of a thing are looked for in every file.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from fonds.converters.xml_attributes import Attributes
from fonds.description import FactKind
from fonds.record import Kind

#: Namespaces of EAC-CPF.
NAMESPACES: Final = {
    "urn:isbn:1-931666-33-4": "EAC-CPF 1.0",
    "https://archivists.org/ns/eac/v2": "EAC-CPF 2.0",
}


class Dialect(NamedTuple):
    """Names of one thing in EAC-CPF 1.0 and 2.0, in this order."""

    root: tuple[str, ...] = ("eac-cpf", "eac")
    entity_id: tuple[str, ...] = ("entityId", "identityId")
    parallel: tuple[str, ...] = ("nameEntryParallel", "nameEntrySet")
    place: tuple[str, ...] = ("placeEntry", "placeName")
    source: tuple[str, ...] = ("sourceEntry", "reference")
    language: tuple[str, ...] = ("languageCode",)
    #: where a term or an agent is described, by number or IRI
    authority: tuple[str, ...] = ("valueURI", "vocabularySource", "vocabularySourceURI")
    href: tuple[str, ...] = ("href", "valueURI")


DIALECT: Final = Dialect()

#: What is described or related, by the words of either version; of `xlink:role` the last word counts.
KINDS: Final[dict[str, Kind]] = {
    "person": "person",
    "family": "family",
    "corporatebody": "organisation",
    "agent": "agent",
}

#: Elements that state one fact of the agent; their plurals only gather them.
FACTS: Final[dict[str, FactKind]] = {
    "function": "function",
    "occupation": "occupation",
    "legalStatus": "legal-status",
    "mandate": "mandate",
    "place": "place",
    "languageUsed": "language",
}
GROUPS: Final = frozenset(
    {"functions", "occupations", "legalStatuses", "mandates", "places", "languagesUsed", "localDescriptions"}
)
#: Elements that tell the history of the agent in prose.
HISTORIES: Final = frozenset({"biogHist", "generalContext"})

#: `localType` of a name, in some languages, that says which form it is.
AUTHORIZED: Final = frozenset({"authorized", "autorisée", "preferred", "autorisiert", "autorizada"})
VARIANT: Final = frozenset({"alternative", "variant", "parallel", "variante", "abweichend"})

#: Types of relation between agents in EAC-CPF 1.0; what the other is to the agent described.
RELATIONS: Final = frozenset(
    {
        *("identity", "hierarchical", "hierarchical-parent", "hierarchical-child", "temporal"),
        *("temporal-earlier", "temporal-later", "family", "associative"),
    }
)
#: Relations that corporate bodies have to corporate bodies alone.
OF_BODIES: Final = frozenset(
    {"hierarchical-parent", "hierarchical-child", "hierarchical", "temporal-earlier", "temporal-later"}
)

BLOCKS: Final = frozenset(
    {
        *("abstract", "address", "addressLine", "chronItem", "chronItemSet", "chronList", "citation"),
        *("descriptiveNote", "event", "head", "item", "level", "list", "outline", "p", "reference"),
        *("term", "placeEntry", "placeName", "placeRole"),
    }
) - {"reference"}

#: What the readers take, each on some elements, or on all (None).
_USED: Final[dict[str, frozenset[str] | None]] = {
    "lang": None,
    "languageOfElement": None,
    "scriptCode": None,
    "scriptOfElement": None,
    "languageCode": None,
    "standardDate": None,
    "notBefore": None,
    "notAfter": None,
    "certainty": None,
    "cpfRelationType": None,
    "resourceRelationType": None,
    "targetType": None,
    "localType": frozenset(
        {"nameEntry", "otherRecordId", "entityId", "identityId", "placeEntry", "placeName"}
    ),
    "status": frozenset({"nameEntry", "fromDate", "toDate"}),
    "href": frozenset({"cpfRelation", "resourceRelation"}),
    "valueURI": frozenset({"targetEntity"}),
    "value": frozenset({"entityType"}),
}
#: What says nothing of the agent; coverage lists it as dropped.
_TECHNICAL: Final = frozenset(
    {
        *("id", "type", "actuate", "show", "base", "style", "transliteration", "era", "calendar"),
        *("conventionDeclarationReference", "maintenanceEventReference", "sourceReference", "listType"),
        *("audience", "encodinganalog", "dateEncoding", "languageEncoding", "countryEncoding"),
        *("repositoryEncoding", "scriptEncoding", "render", "space"),
    }
)
#: What becomes of attributes; an attribute that is in neither table is kept as it stands.
ATTRIBUTES: Final = Attributes(_USED, _TECHNICAL)
is_read = ATTRIBUTES.is_read
