"""What the text of a TEI document states: dates, parties, places, references, markings, constituents.

The markup comes first: who is marked as sender is the sender. The readers of plain text are asked only
for what markup has no element for: the reference in a source note, a stamp of classification, when it
was received, an office beside a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal, cast

import regex
from lxml import etree

from fonds.converters.tei_dates import find_dates, find_events
from fonds.converters.tei_names import Document, Named, entries, find_names, signatures
from fonds.converters.tei_text import elements_of
from fonds.converters.xml_source import XML_LANG
from fonds.extract import headings, language, markings, names, positions, references
from fonds.lexicon import load
from fonds.record import (
    ArchivalReference,
    Field,
    Finding,
    Marking,
    Mention,
    Party,
    PartyRole,
    Position,
    Record,
    Related,
    SourceInfo,
    TextValue,
    Zone,
)

_PIECE: Final = regex.compile(r"[^:\[\]()—;]+")
_DECORATION: Final = " .,\t\n"


def read(document: Document, record_id: str, source: SourceInfo, genre: str) -> Record:
    """The record of a document and of the documents inside it."""
    layout, root = document.layout, document.root
    zones = layout.zones(root)
    named = find_names(layout, root, document.directory, zones)
    mentions = [each.mention for each in named]
    title = _title(document)
    own_dates, doubts = find_dates(document, zones)
    signed = tuple(_signed(document, zones, named))
    mentions += [party.mention for party in signed if not _among(mentions, party.mention)]
    listed, dangling = entries(named, document.directory)
    parts = tuple(_parts(document, record_id, source))
    source_notes = [note for note in document.own("note") if _is_source(note, document)]
    cited = tuple(_references(document, zones, source_notes))
    parties = (*_headed(document, named), *signed)
    return Record(
        id=record_id,
        source=source,
        genre=genre,
        path=layout.path,
        span=document.span,
        zones=zones,
        title=title,
        form=_form(document, zones, source_notes, title),
        languages=_languages(document, zones),
        dates=own_dates,
        mentions=tuple(sorted(mentions, key=lambda m: (m.name_start, m.name_end, m.kind))) + listed,
        parties=parties,
        positions=_positions(document, zones, mentions),
        references=cited,
        markings=_markings(document, zones),
        events=tuple(find_events(named, own_dates)),
        related=tuple(related for _, related in parts if related),
        fields=tuple(_notes(document, source_notes, cited)),
        findings=(*doubts, *dangling, *_misplaced(parties)),
        parts=tuple(record for record, _ in parts),
    )


def _among(mentions: Sequence[Mention], one: Mention) -> bool:
    """Whether a mention is one of some; most differ in their id, and need no closer look."""
    return any(other.id == one.id and other == one for other in mentions)


def _title(document: Document) -> TextValue | None:
    for head in document.own("head"):
        value = document.layout.words(head)
        if value:
            evidence = document.layout.evidence(document.layout.span(head), "tei.head", "title")
            return TextValue(value=value, evidence=evidence)
    return None


# --- parties


def _headed(document: Document, named: Sequence[Named]) -> Iterator[Party]:
    """Sender and addressee, as the heading marks them."""
    for each in named:
        if each.part is not None and each.mention.evidence.zone == "title":
            role = cast("PartyRole", each.part)
            yield Party(role=role, mention=each.mention, evidence=each.mention.evidence)


def _signed(document: Document, zones: tuple[Zone, ...], named: Sequence[Named]) -> Iterator[Party]:
    """Who signed: the names marked up in `signed`, else those that a reader finds there."""
    layout = document.layout
    seen: set[str] = set()
    for element in document.own("signed"):
        span = layout.whole(element)
        inside = [each.mention for each in named if span.holds(each.mention.evidence.span)]
        people: Sequence[Mention] = [mention for mention in inside if mention.kind == "person"]
        if not inside and layout.span(element).start < layout.span(element).end:
            reading = layout.reading(zones, span)
            people = layout.anchored(names.find_persons(reading)) or list(signatures(layout, element))
        for mention in people:
            if mention.id not in seen:
                seen.add(mention.id)
                evidence = replace(mention.evidence, rule="tei.signed")
                yield Party(role="signatory", mention=mention, evidence=evidence)


def _misplaced(parties: Sequence[Party]) -> Iterator[Finding]:
    """Who signed a document is marked as its addressee: the markup is likely to be wrong."""

    def same(one: Mention, other: Mention) -> bool:
        return one.ref == other.ref if one.ref and other.ref else one.name == other.name

    senders = [party.mention for party in parties if party.role == "sender"]
    for signed in (party for party in parties if party.role == "signatory"):
        for other in (party for party in parties if party.role == "addressee"):
            if same(signed.mention, other.mention) and not any(same(signed.mention, s) for s in senders):
                yield Finding(
                    kind="doubtful-party",
                    message=f"{other.mention.name} is marked as addressee and signed the document",
                    evidence=(other.evidence, signed.evidence),
                )


def _positions(
    document: Document, zones: tuple[Zone, ...], mentions: Sequence[Mention]
) -> tuple[Position, ...]:
    """Offices that the heading and the signature give beside a name."""
    layout = document.layout
    found: list[Position] = []
    for zone in zones:
        if zone.name not in ("title", "signature"):
            continue
        here = zone.span
        inside = [layout.laid(m) for m in mentions if here.holds(m.evidence.span)]
        if inside:
            reading = layout.reading((zone,), zone.span)
            found += layout.anchored(positions.find_positions(reading, inside))
    return tuple(found)


# --- notes, markings, languages


def _is_source(note: etree._Element, document: Document) -> bool:
    return note.get("type") in elements_of(document.layout.lexicon).source_notes


def _references(
    document: Document, zones: tuple[Zone, ...], notes: Sequence[etree._Element]
) -> Iterator[ArchivalReference]:
    layout = document.layout
    for note in notes:
        reading = layout.reading(zones, layout.whole(note))
        yield from layout.anchored(references.find_references(reading))


def _form(
    document: Document, zones: tuple[Zone, ...], notes: Sequence[etree._Element], title: TextValue | None
) -> TextValue | None:
    """The documentary form: a word of the source note ("611.94/2–2752: Telegram"), else of the title."""
    layout = document.layout
    pieces: list[Zone] = []
    for note in notes:
        span = layout.whole(note)
        for match in _PIECE.finditer(layout.content, span.start, span.end):
            words = match[0].strip(_DECORATION)
            if words:
                start = match.start() + match[0].index(words)
                pieces.append(Zone("letterhead", start, start + len(words)))
    if title is None and not pieces:
        return None
    reading = layout.excerpts(tuple(pieces), document.span)
    laid = replace(title, evidence=layout.laid_evidence(title.evidence)) if title else None
    form = headings.find_form(reading, laid)
    return layout.anchored(form) if form else None


def _notes(
    document: Document, notes: Sequence[etree._Element], cited: Sequence[ArchivalReference]
) -> Iterator[Field]:
    """What source notes say beside references: "[Paraphrase]", "Inclosure 1 in No. 1188"."""
    layout = document.layout
    for note in notes:
        span = layout.span(note)
        if span.start < span.end and not any(span.holds(each.evidence.span) for each in cited):
            evidence = layout.evidence(span, "tei.source-note", "repository")
            yield Field(name="source-note", value=layout.words(note), evidence=evidence)


def _markings(document: Document, zones: tuple[Zone, ...]) -> tuple[Marking, ...]:
    layout = document.layout
    reading = layout.reading(zones, document.span)
    found = layout.anchored(markings.find_markings(reading))
    return tuple(marking for marking in found if marking.evidence.zone not in ("footnote", "repository"))


def _languages(document: Document, zones: tuple[Zone, ...]) -> tuple[TextValue, ...]:
    layout = document.layout
    for node in (document.root, *document.root.iterancestors()):
        evidence = layout.markup.attribute(node, XML_LANG, "tei.language")
        if evidence is not None:
            return (TextValue(value=evidence.quote, evidence=evidence),)
    found = language.find_language(layout.reading(zones, document.span), by_lines=False)
    return (layout.anchored(found),) if found else ()


# --- documents inside the document


def _parts(document: Document, record_id: str, source: SourceInfo) -> Iterator[tuple[Record, Related | None]]:
    """The constituents of a document, each a record with its own dates and parties."""
    counts: dict[str, int] = {}
    for element in _next_constituents(document):
        inner = Document(document.layout, element, document.directory)
        notes = [note for note in inner.own("note") if _is_source(note, inner)]
        relation = _relation(" ".join(map(document.layout.words, notes)), document.layout.lexicon)
        counts[relation] = counts.get(relation, 0) + 1
        part = read(inner, f"{record_id}-{relation}-{counts[relation]}", source, relation)
        title = part.title
        if title is None and notes and (words := document.layout.words(notes[0])):
            evidence = document.layout.evidence(
                document.layout.span(notes[0]), "tei.source-note", "repository"
            )
            title = TextValue(value=words, evidence=evidence)
        related = None
        if title is not None:
            related = Related(relation=relation, title=title, evidence=title.evidence, record=part.id)
        yield part, related


def _next_constituents(document: Document) -> Iterator[etree._Element]:
    """The constituents of a document, without those inside another one."""
    layout = document.layout
    root = layout.places[document.root]
    number = root.number + 1
    while number < root.stop:
        node = layout.nodes[number]
        if node.constituent:
            yield node.element
        number = node.stop if node.constituent else number + 1


def _relation(words: str, lexicon: str | None) -> Literal["attachment", "enclosure"]:
    """How a document inside another belongs to it, by the words above it."""
    for entry in load("tei", lexicon)["relation"]:
        if regex.search(entry["pattern"], words):
            return cast("Literal['attachment', 'enclosure']", entry["relation"])
    return "attachment"
