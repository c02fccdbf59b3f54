"""An edited volume in TEI, such as those of Foreign Relations of the United States: one record for the
volume, one for each document in it.

A document is a `div[@type='document']`, or one of several `div[@type='letter']`. Its parent is the
volume. Documents inside it (`frus:attachment`, a nested document) are its constituents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from fonds.converters import Options
from fonds.converters.tei_correspondence import header_record, within
from fonds.converters.tei_header import identity
from fonds.converters.tei_names import Directory, Document
from fonds.converters.tei_reading import read
from fonds.converters.tei_text import Layout
from fonds.converters.xml_source import (
    XML_ID,
    Markup,
    children,
    elements,
    local,
    text_of,
    trimmed,
    xpath_of,
)
from fonds.description import Heading
from fonds.lexicon import load
from fonds.record import Identifier, Record, Zone
from fonds.source import Span

#: The parts of a text (TEI P5, default text structure).
_PARTS: Final = ("front", "body", "back")


def documents(edition: etree._Element, lexicon: str | None = None) -> tuple[etree._Element, ...]:
    """The documents of a volume, in order, not those inside another; none if the file is one text."""
    table = load("tei", lexicon)["volume"]
    kinds = frozenset((*table["always"], *table["several"]))
    found = tuple(
        division
        for division in elements(edition, "div")
        if division.get("type") in kinds
        and not any(above.get("type") in kinds for above in division.iterancestors("{*}div"))
    )
    if len(found) == 1 and found[0].get("type") not in table["always"]:
        return ()
    return found


def convert_volume(
    markup: Markup,
    edition: etree._Element,
    found: tuple[etree._Element, ...],
    options: Options,
    above: Heading | None = None,
) -> Iterator[Record]:
    """The volume, then the documents `found` in it, one at a time: what was given is not kept."""
    name = identity(markup, edition)
    directory = Directory(markup, name)
    info = markup.info("application/tei+xml")
    volume = within(header_record(markup, edition, directory, options, level="volume"), above)
    heading = Heading(id=volume.id, level=volume.level, title=volume.title)
    text = next(children(edition, "text"), None)
    if text is not None:
        content = text_of(text)
        zones = tuple(_around(text, content, frozenset(found)))
        volume = replace(volume, path=xpath_of(text), span=Span(0, len(content)), zones=zones)
    yield volume
    for number, division in enumerate(found, 1):
        layout = Layout.of(markup, division, options.lexicon)
        own = division.get(XML_ID) or f"document-{number}"
        record = read(Document(layout, division, directory), f"{name}-{own}", info, "tei-document")
        evidence = markup.attribute(division, "n", "tei.number")
        numbered: tuple[Identifier, ...] = ()
        if evidence is not None:
            numbered = (Identifier(value=evidence.quote, scheme="number in the volume", evidence=evidence),)
        yield replace(record, identifiers=numbered, parent=heading.id, above=heading)


def _around(text: etree._Element, content: str, found: frozenset[etree._Element]) -> Iterator[Zone]:
    """What of the text of a volume stands outside its documents: front matter, headings, indexes."""
    start = at = 0
    name = "body"
    walk = etree.iterwalk(text, events=("start", "end"))
    for event, node in walk:
        held = node in found
        turns = held or local(node) in _PARTS
        if event == "start":
            if turns:
                yield from _zone(name, content, start, at)
                name, start = name if held else local(node), at
            if held:
                at += len(text_of(node))
                walk.skip_subtree()
            else:
                at += len(node.text or "")
        else:
            if held:
                start = at
            elif turns:
                yield from _zone(name, content, start, at)
                start = at
            at += len(node.tail or "") if node is not text else 0
    yield from _zone(name, content, start, at)


def _zone(name: str, content: str, start: int, end: int) -> Iterator[Zone]:
    span = trimmed(content, start, end)
    if span.start < span.end:
        yield Zone(name, *span)
