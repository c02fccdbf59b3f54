"""Which attributes of a standard its reader takes, which say nothing, and which are kept as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, cast

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
        self._names = lru_cache(maxsize=4096)(self._names_of)

    def is_read(self, element: str, attribute: str) -> bool:
        """Whether the reader of an element takes an attribute for what it says."""
        if attribute not in self.used:
            return False
        elements = self.used[attribute]
        return elements is None or element in elements

    def kept(self, part: Part, element: etree._Element, rule: str) -> Sequence[Field]:
        """The attributes of an element that no reader takes, unless they say nothing."""
        keys = cast("list[str]", element.keys())
        names = self._names(local(element), tuple(keys)) if keys else ()
        return [
            Field(name=name, value=evidence.quote, evidence=evidence)
            for full, name in names
            if (evidence := part.attribute(element, full, rule)) is not None
        ]

    def _names_of(self, element: str, attributes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Those of the attributes of an element that are kept, and the name of the field of each."""
        kept = []
        for full in sorted(attributes):
            name = full.rpartition("}")[2]
            if not (self.is_read(element, name) or name in self.technical or _SCHEMA in full):
                kept.append((full, f"{element}/@{name}"))
        return tuple(kept)
