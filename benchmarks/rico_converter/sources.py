"""What the files mark up, counted with XPath-like walks that neither program has a part in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from lxml import etree

_UNIT: Final = re.compile(r"archdesc|c(?:0[1-9]|1[0-2])?")
_AGENTS: Final = ("persname", "corpname", "famname")
_TERMS: Final = (*_AGENTS, "geogname", "subject", "genreform", "function", "occupation", "title")
_DATES: Final = ("date", "dateRange", "dateSet")
#: Elements that only hold the dates of what is around them.
_HOLDERS: Final = ("dateSet", "useDates", "existDates", "dateRange")


def plain(words: str) -> str:
    """Letters and digits alone, in lower case: what remains the same however a text is laid out."""
    return "".join(char for char in words.casefold() if char.isalnum())


def read(path: Path) -> Any:
    """The root of a file, without what is marked as internal, comments and processing instructions."""
    options = {"load_dtd": False, "no_network": True, "resolve_entities": False}
    root = etree.parse(str(path), etree.XMLParser(remove_comments=True, remove_pis=True, **options)).getroot()
    for element in [one for one in root.iter("*") if one.get("audience") == "internal"]:
        above = element.getparent()
        if above is not None:
            above.remove(element)
    return root


def texts(root: Any) -> Iterator[str]:
    """Each piece of text between two tags."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        piece = element.text if event == "start" else element.tail if element is not root else None
        if piece and piece.strip():
            yield piece


def finding_aid(root: Any) -> tuple[Counter[str], set[str]]:
    """Counts of a finding aid, and the names of agents in it."""
    found: Counter[str] = Counter()
    names: set[str] = set()
    for element in root.iter("*"):
        name = _local(element)
        if _UNIT.fullmatch(name):
            found["units"] += 1
            found["units with a date"] += any(_dated(inner) for inner in element if _local(inner) == "did")
        elif name in _AGENTS and plain(_words(element)):
            names.add(plain(_words(element)))
        above = {_local(one) for one in element.iterancestors()}
        if name in _AGENTS and ("origination" in above or ("controlaccess" in above and _role(element))):
            found["agents with a part in a unit"] += 1
        elif name in _TERMS and "controlaccess" in above and plain(_words(element)):
            found["index terms"] += 1
    found["agents by name"] = len(names)
    return found, names


def authority_record(root: Any) -> tuple[Counter[str], set[str]]:
    """Counts of an authority record, and the names that it gives to the agent described."""
    found: Counter[str] = Counter()
    names: set[str] = set()
    for element in root.iter("*"):
        name = _local(element)
        if name == "nameEntry":
            names.add(plain(_words(element, "part")))
        elif name == "cpfRelation":
            kind = (element.get("cpfRelationType") or "").partition("-")[0]
            if kind != "identity":  # a link, not a relation to another
                found[f"relations: {kind if kind in ('hierarchical', 'temporal') else 'other'}"] += 1
        elif name == "resourceRelation":
            kind = element.get("resourceRelationType") or ""
            found[f"relations to records: {kind if kind in ('creatorOf', 'subjectOf') else 'other'}"] += 1
        elif name == "function":
            found["functions"] += 1
    found["names of the agents"] = len(names)
    found["things with a date"] = len(_dated_things(root))
    return found, names


def _dated_things(root: Any) -> set[Any]:
    """What a date in normal form is stated of: the elements around dates, holders of dates apart."""
    things = set()
    for element in root.iter("*"):
        if not any(key.startswith("standardDate") for key in element.attrib):
            continue
        above = element if _local(element) == "eventDateTime" else element.getparent()
        while above is not None and (_local(above) in _HOLDERS or above is element):
            above = above.getparent()
        things.add(above)
    return things


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _words(element: Any, inner: str | None = None) -> str:
    if inner is None:
        return "".join(element.itertext())
    return " ".join("".join(one.itertext()) for one in element.iter("*") if _local(one) == inner)


def _dated(did: Any) -> bool:
    return any(_local(one) in ("unitdate", "unitdatestructured") for one in did.iter("*"))


def _role(element: Any) -> bool:
    return bool(element.get("role") or element.get("relator"))
