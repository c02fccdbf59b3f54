"""A large XML file, one part after another, so that memory does not grow with the file.

`events` is lxml's iterparse with the safety of `xml_source`, and tells the place of each element:
by the time an element is read, those before it may be gone from the tree. A `Part` is an element
that is whole, with the XPath that leads to it, and makes evidence in it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from io import BytesIO
from typing import NamedTuple

from lxml import etree

from fonds.converters.xml_source import XML_LANG, libxml2_name, local, refusal, root_of, text_of, trimmed
from fonds.errors import SourceError
from fonds.record import Evidence, SourceInfo, Status
from fonds.source import Source


class Event(NamedTuple):
    """An element that opens (its content is not read yet) or closes (all of it is there).

    `position` leads to it: the number of each element on the way among its siblings, from 1.
    """

    opens: bool
    element: etree._Element
    position: tuple[int, ...]

    @property
    def path(self) -> str:
        """The XPath of the element."""
        return "".join(f"/*[{number}]" for number in self.position)


def events(source: Source) -> Iterator[Event]:
    """The elements of a file as they open and close. Whoever reads may remove what has closed, and
    must look for entities in it (`refuse_entities`).

    Raises what `xml_source.parse` raises; the size of the file is left to whoever made the source.
    """
    root_of(source)
    parser = etree.iterparse(
        BytesIO(source.data),
        events=("start", "end"),
        encoding=libxml2_name(source.encoding),
        attribute_defaults=False,
        dtd_validation=False,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        yield from _placed(parser)
    except etree.XMLSyntaxError as error:
        raise refusal(source, error) from error


def _placed(parser: etree.iterparse[tuple[str, etree._Element]]) -> Iterator[Event]:
    siblings = [0]
    position: list[int] = []
    for kind, element in parser:
        if kind == "start":
            siblings[-1] += 1
            position.append(siblings[-1])
            siblings.append(0)
            yield Event(True, element, tuple(position))
        else:
            yield Event(False, element, tuple(position))
            position.pop()
            siblings.pop()


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

    `quoted` are the elements in it of which evidence was made, so that nothing is forgotten.
    """

    def __init__(self, sha256: str, element: etree._Element, path: str) -> None:
        self.sha256 = sha256
        self.element = element
        self.quoted: set[etree._Element] = set()
        self._paths = {element: path}

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
        number = 1 + sum(1 for _ in element.itersiblings(preceding=True))
        made = self._paths[element] = f"{self.path(parent)}/*[{number}]"
        return made

    def evidence(
        self,
        element: etree._Element,
        rule: str,
        *,
        zone: str = "metadata",
        start: int = 0,
        end: int | None = None,
        status: Status = "stated",
        reason: str | None = None,
    ) -> Evidence | None:
        """The words of an element without white space at the ends; None if there are none.

        `start` and `end` are code points in its text, if not all of it is meant.
        """
        content = text_of(element)
        span = trimmed(content, start, end)
        if span.start >= span.end:
            return None
        self.quoted.add(element)
        return Evidence(
            source=self.sha256,
            start=span.start,
            end=span.end,
            quote=content[span.start : span.end],
            zone=zone,
            rule=rule,
            status=status,
            reason=reason,
            path=self.path(element),
        )

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


def attribute_of(element: etree._Element, *names: str) -> str | None:
    """The full name of the first of some attributes that has a value, whatever its namespace."""
    for name in names:
        if (element.get(name) or "").strip():
            return name
        for full in element.attrib:
            if isinstance(full, str) and full.endswith(f"}}{name}") and element.get(full, "").strip():
                return full
    return None


def value_of(element: etree._Element, *names: str) -> str | None:
    """The value of the first of some attributes that an element has, without white space at the ends."""
    name = attribute_of(element, *names)
    return element.get(name, "").strip() if name else None


def language_at(element: etree._Element) -> str | None:
    """The language stated nearest to an element, by its own markup, as it is written there."""
    node: etree._Element | None = element
    while node is not None:
        stated = (node.get(XML_LANG) or node.get("lang") or "").strip()
        if stated:
            return stated
        node = node.getparent()
    return None


def lines_of(
    element: etree._Element, blocks: frozenset[str], skip: Sequence[etree._Element] = ()
) -> list[str]:
    """The text of an element as lines, one for each block in it, each space single.

    Elements named in `blocks` begin and end a line, and so does `lb`; those in `skip` are left out.
    """
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
    texts = (element.text, *(inner.tail for inner in element))
    return any(char.isalnum() for text in texts if text for char in text)


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
