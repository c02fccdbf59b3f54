"""What a unit of a finding aid holds itself, found while the file is read, and where each part stands.

A part is a child of the unit that is no unit, or a child of a `dsc` in it. Units that have closed are
gone from the tree, so the places of elements are counted as they pass.

An overview (`dsc` of the type `analyticover`) lists units that another `dsc` of the same file describes
in full. Then it is a part itself: its words are kept, and its components are no units once more.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from fonds.converters.ead_terms import COMPONENTS, CONTAINERS, DIALECT, OVERVIEW, is_component
from fonds.converters.xml_source import local
from fonds.converters.xml_stream import events, speaks_of, value_of
from fonds.source import Source

#: An element that is whole, and the XPath that leads to it.
Placed = tuple[etree._Element, str]


@dataclass(slots=True)
class _Holder:
    """An element whose children pass: the last of them that is still there, and its number.

    The children of a holder that is a part itself are no parts: they are read with it.
    """

    element: etree._Element
    path: str
    gathers: bool = True
    last: etree._Element | None = None
    number: int = 0


def repeats(source: Source) -> bool:
    """Whether a finding aid has an overview of units that it lists in full elsewhere.

    A file that names the type nowhere is not read for this. Raises what `xml_stream.events` does.
    """
    if not speaks_of(source, OVERVIEW):
        return False
    overview = listed = False
    for opens, element in events(source, *COMPONENTS):
        if opens and in_overview(element):
            overview = True
        elif opens:
            listed = True
        elif (above := element.getparent()) is not None:
            above.remove(element)
        if overview and listed:
            return True
    return False


def in_overview(element: etree._Element) -> bool:
    """Whether an element stands in an overview."""
    return any(_is_overview(above) for above in element.iterancestors("{*}dsc"))


def _is_overview(element: etree._Element) -> bool:
    return local(element) == "dsc" and value_of(element, *DIALECT.dsc_type) == OVERVIEW


class Parts:
    """The parts of one unit, each told once, in the order of the file.

    `overviews` says that overviews are parts: what they list is listed in full elsewhere.
    """

    def __init__(self, element: etree._Element, path: str, *, overviews: bool = False) -> None:
        self._holders = [_Holder(element, path)]
        self._overviews = overviews

    def before(self, unit: etree._Element) -> tuple[list[Placed], str]:
        """The parts that have passed when another unit opens in this one, and the XPath of that unit."""
        found: list[Placed] = []
        top = self._holders[0].element
        way = [unit]
        while (above := way[-1].getparent()) is not None and above is not top:
            way.append(above)
        path = ""
        for level, node in enumerate(reversed(way)):
            holder = self._holders[level]
            if holder.last is not node:
                self._close(level + 1, found)
                self._pass(holder, node, found)
                holder.number += 1
                path = f"{holder.path}/*[{holder.number}]"
                if node is not unit:  # which will be gone
                    holder.last = node
                    container = self._holds_units(node)
                    if holder.gathers and not container:
                        found.append((node, path))
                    self._holders.append(_Holder(node, path, holder.gathers and container))
        return found, path

    def rest(self) -> list[Placed]:
        """The parts that have passed since, once the unit has closed."""
        found: list[Placed] = []
        self._close(0, found)
        return found

    def _close(self, level: int, found: list[Placed]) -> None:
        """Let all holders from a level inwards pass to their end."""
        while len(self._holders) > level:
            self._pass(self._holders.pop(), None, found)

    def _holds_units(self, element: etree._Element) -> bool:
        return local(element) in CONTAINERS and not (self._overviews and _is_overview(element))

    def _pass(self, holder: _Holder, until: etree._Element | None, found: list[Placed]) -> None:
        """Let the children of a holder pass, up to one of them, or all."""
        last = holder.last
        following = holder.element.iterchildren("*") if last is None else last.itersiblings("*")
        for node in following:
            if node is until:
                return
            holder.last = node
            holder.number += 1
            if not holder.gathers or is_component(local(node)):
                continue
            path = f"{holder.path}/*[{holder.number}]"
            if self._holds_units(node):
                self._pass(_Holder(node, path), None, found)
            else:
                found.append((node, path))
