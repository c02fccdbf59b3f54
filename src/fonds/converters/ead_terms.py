"""What the elements of EAD mean, and how EAD 2002 and EAD3 differ.

EAD 2002: Encoded Archival Description, version 2002 (Society of American Archivists), with or
without its namespace. EAD3: version 1.1. Where both have a thing under two names, both names are
looked for, whatever version a file claims to be: files that mix them exist.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from fonds.converters.xml_attributes import Attributes
from fonds.record import DateRole, Kind

#: Namespaces of EAD; files made for the DTD of 2002 have none.
NAMESPACES: Final = {
    "": "EAD 2002",
    "urn:isbn:1-931666-22-9": "EAD 2002",
    "http://ead3.archivists.org/schema/": "EAD3",
    "http://ead3.archivists.org/schema/undeprecated/": "EAD3",
}


class Dialect(NamedTuple):
    """Names of one thing in EAD 2002 and EAD3, in this order."""

    header: tuple[str, ...] = ("eadheader", "control")
    identifier: tuple[str, ...] = ("eadid", "recordid")
    #: what kind of identifier, container or part of a name
    type: tuple[str, ...] = ("type", "localtype")
    dsc_type: tuple[str, ...] = ("type", "dsctype")
    date_type: tuple[str, ...] = ("type", "unitdatetype")
    #: number of an agent, place or term in an authority file
    authority: tuple[str, ...] = ("authfilenumber", "identifier")
    role: tuple[str, ...] = ("role", "relator")
    language: tuple[str, ...] = ("langcode",)
    script: tuple[str, ...] = ("scriptcode",)
    href: tuple[str, ...] = ("href",)
    #: what a link is called, if it has no words of its own
    link_title: tuple[str, ...] = ("title", "linktitle")
    description_language: tuple[str, ...] = ("langusage", "languagedeclaration")


DIALECT: Final = Dialect()

#: Elements that are a unit within another.
COMPONENTS: Final = ("c", *(f"c{depth:02d}" for depth in range(1, 13)))
_COMPONENTS: Final = frozenset(COMPONENTS)
#: Elements that hold units, directly in the unit that includes them.
CONTAINERS: Final = frozenset({"dsc"})
#: The type of a `dsc` that gives an overview of units, often of such as another lists in full.
OVERVIEW: Final = "analyticover"
#: Elements without meaning of their own: what they hold is read as if it stood in their place.
WRAPPERS: Final = frozenset({"descgrp", "daogrp", "daoset", "physdescset", "dsc", "thead"})

#: Elements that hold a name, and what it names. A `name` may be of anything.
NAMES: Final[dict[str, Kind]] = {
    "persname": "person",
    "famname": "family",
    "corpname": "organisation",
    "geogname": "place",
}
#: Index terms that name no agent or place.
TERMS: Final = {
    "subject": "subject",
    "genreform": "genre",
    "function": "function",
    "occupation": "occupation",
    "title": "title",
}
#: What stands between the parts of a name or term of EAD3.
JOINTS: Final = {"persname": ", ", "famname": ", ", "corpname": ". ", "name": ", "}
TERM_JOINT: Final = " -- "

#: What a date is the date of, by `@datechar`; `@type` bulk goes before it.
DATE_ROLES: Final[dict[str, DateRole]] = {
    "creation": "dated",
    "production": "dated",
    "publication": "published",
    "issue": "published",
    "issued": "published",
    "broadcast": "broadcast",
    "modified": "modified",
    "modification": "modified",
    "digitized": "uploaded",
}

#: Prose elements of a unit, where one stands in another: `acqinfo` in `custodhist`.
PROSE: Final = frozenset(
    {
        *("abstract", "accessrestrict", "accruals", "acqinfo", "altformavail", "appraisal", "arrangement"),
        *("bibliography", "bioghist", "controlaccess", "custodhist", "dao", "daogrp", "fileplan", "index"),
        *("legalstatus", "odd", "originalsloc", "otherfindaid", "phystech", "prefercite", "processinfo"),
        *("relatedmaterial", "scopecontent", "separatedmaterial", "userestrict"),
    }
)

#: Blocks: each begins a line of its own in the text of the element around it.
BLOCKS: Final = frozenset(
    {
        *("address", "addressline", "archref", "bibref", "blockquote", "chronitem", "chronitemset"),
        *("chronlist", "container", "controlnote", "dateset", "defitem", "descriptivenote", "dimensions"),
        *("div", "entry", "event", "eventgrp", "extent", "head", "head01", "head02", "head03", "index"),
        *("indexentry", "item", "label", "legalstatus", "list", "listhead", "note", "p", "physfacet"),
        *("relationentry", "row", "table", "tbody", "tgroup", "thead"),
    }
)

_DATED: Final = frozenset({"unitdate", "datesingle", "daterange", "fromdate", "todate"})
_NAMED: Final = frozenset(NAMES)

#: What the readers take, each on some elements, or on all (None).
_USED: Final[dict[str, frozenset[str] | None]] = {
    "audience": None,
    "level": None,
    "otherlevel": None,
    "lang": None,
    "normal": _DATED,
    "standarddate": _DATED,
    "notbefore": _DATED,
    "notafter": _DATED,
    "certainty": _DATED,
    "type": frozenset({"unitid", "unitdate", "container", "dsc"}),
    "localtype": frozenset({"unitid", "container", "part"}),
    "unitdatetype": None,
    "dsctype": None,
    "datechar": frozenset({"unitdate"}),
    "authfilenumber": _NAMED,
    "identifier": _NAMED,
    "role": _NAMED,
    "relator": _NAMED,
    "langcode": frozenset({"language"}),
    "scriptcode": frozenset({"language"}),
    "href": frozenset({"dao", "daoloc"}),
}

#: What says nothing of the records; coverage lists it as dropped.
_TECHNICAL: Final = frozenset(
    {
        *("id", "altrender", "render", "encodinganalog", "relatedencoding", "numeration", "continuation"),
        *("mark", "listtype", "actuate", "show", "arcrole", "linkrole", "xpointer", "entityref", "xlink"),
        *("era", "calendar", "rules", "langencoding", "countryencoding", "dateencoding", "base", "space"),
        *("repositoryencoding", "scriptencoding", "parent", "containerid", "target", "coverage", "cols"),
        *("physdescstructuredtype", "otherphysdescstructuredtype", "colname", "colnum", "colwidth"),
        *("colsep", "rowsep", "align", "valign"),
    }
)
#: What becomes of attributes; an attribute that is in neither table is kept as it stands.
ATTRIBUTES: Final = Attributes(_USED, _TECHNICAL)
is_read = ATTRIBUTES.is_read


def is_component(name: str) -> bool:
    """Whether an element is a unit within another: `c`, or `c01` to `c12`."""
    return name in _COMPONENTS
