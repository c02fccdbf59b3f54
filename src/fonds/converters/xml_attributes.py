"""Which attributes of a standard its reader takes, which say nothing, and which are kept as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from lxml import etree

from fonds.converters.xml_source import local
from fonds.converters.xml_stream import Part
from fonds.record import Field

_SCHEMA: Final = "XMLSchema-instance"


class Attributes:
    """The attributes of one standard.

    `used` are those that the readers take, each on some elements, or on all (None); `technical`
    those that steer programs, or repeat in a code what words say. The rest is kept.
    """

    def __init__(self, used: Mapping[str, frozenset[str] | None], technical: frozenset[str]) -> None:
        self.used = used
        self.technical = technical
        self._name = lru_cache(maxsize=4096)(self._name_of)

    def is_read(self, element: str, attribute: str) -> bool:
        """Whether the reader of an element takes an attribute for what it says."""
        if attribute not in self.used:
            return False
        elements = self.used[attribute]
        return elements is None or element in elements

    def kept(self, part: Part, element: etree._Element, rule: str) -> Iterator[Field]:
        """The attributes of an element that no reader takes, unless they say nothing."""
        for full in sorted(str(key) for key in element.attrib):
            name = self._name(local(element), full)
            evidence = part.attribute(element, full, rule) if name else None
            if name and evidence is not None:
                yield Field(name=name, value=evidence.quote, evidence=evidence)

    def _name_of(self, element: str, attribute: str) -> str | None:
        """The name of the field in which an attribute is kept, if it is."""
        name = attribute.rpartition("}")[2]
        if self.is_read(element, name) or name in self.technical or _SCHEMA in attribute:
            return None
        return f"{element}/@{name}"
