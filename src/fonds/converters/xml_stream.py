"""A large XML file, one part after another, so that memory does not grow with the file.

`events` is lxml's iterparse with the safety of `xml_source`. A `Part` is an element that is whole,
with the XPath that leads to it (those before it may be gone from the tree), and makes evidence in it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from io import BytesIO
from typing import Final, NamedTuple, cast

from lxml import etree

from fonds.converters.xml_source import (
    SAFE,
    XML_LANG,
    libxml2_name,
    local,
    refusal,
    root_of,
    text_of,
    trimmed,
)
from fonds.errors import SourceError
from fonds.record import Evidence, SourceInfo
from fonds.source import Source

#: A letter or digit, as `str.isalnum` has them.
_WORD: Final = re.compile(r"[^\W_]")


class Event(NamedTuple):
    """An element that opens (its content is not read yet) or closes (all of it is there)."""

    opens: bool
    element: etree._Element


def events(source: Source, *names: str) -> Iterator[Event]:
    """The elements of some local names (of all, without names) as they open and close.

    Whoever reads may remove what has closed, and must look for entities in it (`refuse_entities`).
    Raises what `xml_source.parse` raises; the size of the file is left to whoever made the source.
    """
    root_of(source)
    parser = etree.iterparse(
        BytesIO(source.data),
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in names] or None,
        encoding=libxml2_name(source.encoding),
        **SAFE,
    )
    try:
        for kind, element in parser:
            yield Event(kind == "start", element)
    except etree.XMLSyntaxError as error:
        raise refusal(source, error) from error


def refuse_entities(source: Source, element: etree._Element) -> None:
    """Raise `SourceError` if an entity stands in an element: DTDs are not loaded, so it would be lost."""
    for node in element.iter(etree.Entity):
        raise SourceError(
            f"the entity {node.text} stands here: DTDs are not loaded, so its characters are not known",
            place=f"{source.name}, line {node.sourceline}",
            remedy="replace the entity by its characters",
        )


def info(source: Source, media_type: str = "application/xml") -> SourceInfo:
    """What an instantiation needs of a file that is never in memory as a tree.

    The length is that of the file with its tags, in bytes, since nobody counts the text.
    """
    stated = source.media_type
    return SourceInfo(
        sha256=source.sha256,
        name=source.name,
        size=len(source.data),
        length=len(source.data),
        encoding=(source.encoding or "utf-8").lower(),
        media_type=media_type if stated == "text/plain" else stated,
        origin=source.origin,
        retrieved=source.retrieved,
    )


class Part:
    """An element that is whole, and the XPath that leads to it. Not frozen, since lxml's trees are not.

    `quoted` are the elements in it of which evidence was made, so that nothing is forgotten. `guarded`
    says that something in the part or around it is marked as not for the public (`is_internal`).
    """

    def __init__(
        self,
        sha256: str,
        element: etree._Element,
        path: str,
        languages: dict[etree._Element, str | None] | None = None,
    ) -> None:
        """`languages` are those known of elements already; parts of one whole may share them."""
        self.sha256 = sha256
        self.element = element
        self.quoted: set[etree._Element] = set()
        self.guarded = False
        self._paths = {element: path}
        self._languages = {} if languages is None else languages

    @property
    def name(self) -> str:
        """The name of the element without its namespace."""
        return local(self.element)

    def path(self, element: etree._Element) -> str:
        """The XPath of the element of the part or of one inside it."""
        known = self._paths.get(element)
        if known is not None:
            return known
        parent = element.getparent()
        if parent is None:
            raise ValueError("not an element of this part")
        made = self._paths[element] = f"{self.path(parent)}/*[{parent.index(element) + 1}]"
        return made

    def evidence(
        self,
        element: etree._Element,
        rule: str,
        *,
        zone: str = "metadata",
        start: int = 0,
        end: int | None = None,
        premises: tuple[Evidence, ...] = (),
    ) -> Evidence | None:
        """The words of an element without white space at the ends; None if there are none.

        `start` and `end` are code points in its text, if not all of it is meant.
        """
        content = text_of(element)
        part = content[start:end] if start or end is not None else content
        quote = part.strip()
        if not quote:
            return None
        start += part.index(quote[0])  # nothing but white space stands before it
        self.quoted.add(element)
        return Evidence(
            source=self.sha256,
            start=start,
            end=start + len(quote),
            quote=quote,
            zone=zone,
            rule=rule,
            premises=premises,
            path=self.path(element),
        )

    def language(self, element: etree._Element) -> str | None:
        """The language stated nearest to an element, by its own markup, as it is written there."""
        known = self._languages
        way: list[etree._Element] = []
        node: etree._Element | None = element
        found: str | None = None
        while node is not None and found is None:
            if node in known:
                found = known[node]
                break
            way.append(node)
            found = (node.get(XML_LANG) or node.get("lang") or "").strip() or None
            node = node.getparent()
        known.update(dict.fromkeys(way, found))
        return found

    def forgotten(self) -> Iterator[etree._Element]:
        """The outermost elements with words of their own that no evidence quotes, in order."""
        yield from _forgotten(self.element, self.quoted)

    def attribute(
        self, element: etree._Element, name: str, rule: str, *, zone: str = "metadata"
    ) -> Evidence | None:
        """The value of an attribute; None if it is missing or empty. The path ends in its name, `…/@normal`.

        A name with a namespace is written `@*[local-name()='href']`, so that no prefix is needed.
        """
        value = element.get(name)
        span = trimmed(value or "")
        if value is None or span.start >= span.end:
            return None
        simple = name.rpartition("}")[2]
        step = f"@*[local-name()='{simple}']" if name.startswith("{") else f"@{name}"
        return Evidence(
            source=self.sha256,
            start=span.start,
            end=span.end,
            quote=value[span.start : span.end],
            zone=zone,
            rule=rule,
            path=f"{self.path(element)}/{step}",
        )


def speaks_of(source: Source, name: str) -> bool:
    """Whether the name of an element, an attribute or a type may stand in a file."""
    codes = {"utf-8", "utf-16-le", "utf-16-be", source.encoding or "utf-8"}
    return any(name.encode(code).removeprefix(b"\xff\xfe") in source.data for code in codes)


def is_internal(element: etree._Element) -> bool:
    """Whether an element, something in it or something around it is marked as not for the public."""
    for inner in element.iter("*"):
        if inner.get("audience") == "internal":
            return True
    return any(above.get("audience") == "internal" for above in element.iterancestors())


def attribute_of(element: etree._Element, *names: str) -> str | None:
    """The full name of the first of some attributes that has a value, whatever its namespace."""
    keys = cast("list[str]", element.keys())
    if not keys:
        return None
    spaced = [key for key in keys if key[0] == "{"]
    for name in names:
        if name in keys and element.get(name, "").strip():
            return name
        for key in spaced:
            if key.endswith(f"}}{name}") and element.get(key, "").strip():
                return key
    return None


def value_of(element: etree._Element, *names: str) -> str | None:
    """The value of the first of some attributes that an element has, without white space at the ends."""
    name = attribute_of(element, *names)
    return element.get(name, "").strip() if name else None


def lines_of(
    element: etree._Element, blocks: frozenset[str], skip: Sequence[etree._Element] = ()
) -> list[str]:
    """The text of an element as lines, one for each block in it, each space single.

    Elements named in `blocks` begin and end a line, and so does `lb`; those in `skip` are left out.
    """
    if not len(element):
        line = " ".join((element.text or "").split())
        return [line] if line else []
    pieces: list[str] = []
    _gather(element, blocks, frozenset(skip), pieces)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\0"))
    return [line for line in lines if line]


def _gather(
    element: etree._Element, blocks: frozenset[str], skip: frozenset[etree._Element], pieces: list[str]
) -> None:
    pieces.append((element.text or "").replace("\0", ""))
    for inner in element:
        name = local(inner)
        apart = name in blocks or name == "lb"
        if inner not in skip:
            pieces.append("\0" if apart else "")
            _gather(inner, blocks, skip, pieces)
        pieces.append("\0" if apart or inner in skip else "")
        pieces.append((inner.tail or "").replace("\0", ""))


def own_words(element: etree._Element) -> bool:
    """Whether letters or digits stand directly in an element, outside of the elements in it."""
    if _WORD.search(element.text or ""):
        return True
    return any(inner.tail and _WORD.search(inner.tail) for inner in element)


def leaves(element: etree._Element) -> Iterator[etree._Element]:
    """The outermost elements that hold words themselves, in the order of the document."""
    if own_words(element):
        yield element
        return
    for inner in element.iterchildren("*"):
        yield from leaves(inner)


def _forgotten(element: etree._Element, quoted: Container[etree._Element]) -> Iterator[etree._Element]:
    if element in quoted:
        return
    if own_words(element):
        yield element
        return
    for inner in element.iterchildren("*"):
        yield from _forgotten(inner, quoted)
