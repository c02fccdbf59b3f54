"""Plain text to a record: zones first, then everything that may stand in each zone.

    text ─► genre ─► zones ─► constituents ─► mentions, dates, references, markings ─► record

The genre file adds zones and labelled fields; without one the general reading for letters,
cables, telegrams and memoranda does alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import regex

from fonds.converters import Options, fields
from fonds.converters import genre as genres
from fonds.converters.draft import Draft
from fonds.converters.genre import Genre
from fonds.errors import ConfigError, UnknownFormat
from fonds.extract import (
    conflicts,
    constituents,
    datelines,
    dates,
    events,
    headings,
    language,
    layout,
    markings,
    names,
    organisations,
    parties,
    places,
    positions,
    references,
    related,
    stamps,
)
from fonds.extract.reading import Reading
from fonds.record import Finding, Mention, Record, Related, SourceInfo, TextValue, Zone
from fonds.source import Source, Span, Text

_LETTERS: Final = regex.compile(r"\p{L}{2}")


def sniff(source: Source) -> bool:
    """Text is what nothing else claims: only XML, HTML, PDF and zip files are turned away."""
    head = source.data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return not head.startswith(
        (b"<?xml", b"<!doctype", b"<html", b"<tei", b"<ead", b"%pdf", b"pk\x03\x04", b"{\\rtf")
    )


def text_of(source: Source) -> Text:
    """The text of a source, as its bytes decode."""
    return source.text


def convert(source: Source, options: Options) -> Iterator[Record]:
    """One record of one text, its constituents inside. Raises `UnknownFormat` if it has no words."""
    record = convert_text(source, source.text, options)
    if source.detect and source.encoding is None and record.source.encoding != "utf-8":
        record = replace(record, findings=(*record.findings, encoding_told(record.source.encoding)))
    yield record


def convert_text(source: Source, text: Text, options: Options, marked: Iterable[Zone] = ()) -> Record:
    """The record of the text that a file holds, in the genre that fits.

    `marked` are zones that the file itself marks, such as the navigation of a web page. Raises
    `UnknownFormat` if the text has no words.
    """
    if not _LETTERS.search(text.content):
        raise UnknownFormat("the text has no words", place=source.name, remedy="leave the file out")
    return read(source, _genre(text, source, options), options, text=text, marked=marked)


def encoding_told(encoding: str) -> Finding:
    """That the encoding of a file is not stated, but told from its bytes."""
    message = f"read as {encoding}, which was told from the bytes: it is neither stated nor UTF-8"
    return Finding(kind="encoding-detected", message=message)


def _genre(text: Text, source: Source, options: Options) -> Genre | None:
    if options.genre is None:
        return genres.detect(text.content, options.genres)
    known = genres.available(options.genres)
    if options.genre not in known:
        raise ConfigError(
            f"no genre {options.genre!r}", place=source.name, remedy=f"known genres are {', '.join(known)}"
        )
    return known[options.genre]


def read(
    source: Source,
    genre: Genre | None,
    options: Options,
    *,
    text: Text | None = None,
    marked: Iterable[Zone] = (),
) -> Record:
    """The record of a text in a given genre; None is the general reading.

    `text` is the text of the file where that is not simply its bytes, `marked` as above.
    """
    text = text or source.text
    span = Span(0, len(text))
    told = tuple(marked)
    given = _outside(told, genres.zones_of(genre, text, span) if genre else ())
    zones = layout.zones_of(text, span, given=given, lexicon=options.lexicon)
    found = constituents.find_constituents(text, zones, options.lexicon)
    holes = [part.span for part in found]
    if holes:
        outside = [zone for zone in given if not any(zone.span.meets(hole) for hole in holes)]
        zones = layout.zones_of(text, span, given=outside, holes=holes, lexicon=options.lexicon)
    reading = Reading(text, zones, span, options.lexicon)
    main = _read(reading, source, genre, options, None)
    own = main.dated()
    parts = []
    for number, part in enumerate(found, 1):
        heads = (("attachment-note", part.label), ("title", part.heading))
        known = [Zone(name, *at) for name, at in heads if at]
        known = _outside([zone for zone in told if part.span.holds(zone.span)], known)
        inner = layout.zones_of(text, part.span, given=known, lexicon=options.lexicon)
        draft = _read(Reading(text, inner, part.span, options.lexicon), source, None, options, own)
        parts.append(draft.record(f"{main.id}-{part.relation}-{number}", genre=part.relation))
    linked = _linked(main.related, found, tuple(part.id for part in parts))
    linked = _announced(reading, linked, found, tuple(part.id for part in parts))
    parts = [_titled(part, linked) for part in parts]
    record = main.record(main.id, genre=genre.id if genre else "general")
    record = replace(record, related=linked, parts=tuple(parts))
    return replace(record, findings=(*record.findings, *conflicts.find_conflicts(record)))


def _read(
    reading: Reading, source: Source, genre: Genre | None, options: Options, reference: str | None
) -> Draft:
    """Everything one reading yields, gathered in a draft."""
    found, missing = fields.read_fields(reading, genre) if genre else ((), ())
    mentions = _mentions(reading)
    dated = dates.find_dates(reading, period=options.period, reference=reference)
    draft = Draft(reading, _info(source, reading.text), genre)
    draft.mentions = list(mentions)
    draft.dates = list(dated)
    draft.take_fields(found, missing, options.period)
    title = draft.title or headings.find_title(reading)
    draft.title = title
    draft.form = draft.form or headings.find_form(reading, title)
    draft.identifiers += headings.find_numbers(reading, draft.identifiers)
    draft.languages = draft.languages or [v for v in (language.find_language(reading),) if v]
    draft.parties += parties.find_parties(reading, draft.mentions, title.evidence.span if title else None)
    draft.drop_repeated_parties()
    draft.parties += parties.derived_parties(reading, draft.parties)
    draft.references = list(references.find_references(reading))
    draft.markings = list(markings.find_markings(reading))
    stamped, doubts = stamps.find_stamps(reading)
    draft.events = [*events.find_events(reading, draft.mentions, draft.dates), *draft.events]
    draft.take_stamps(stamped)
    draft.findings += doubts
    draft.parties += stamps.find_distribution(reading)
    draft.add_party_mentions()
    draft.fields += events.find_handling(reading)
    draft.related = list(related.find_related(reading, draft.mentions, draft.dates))
    draft.add_related_mentions()
    draft.positions += list(
        positions.find_positions(
            reading,
            [m for m in draft.mentions if m.kind in ("person", "role")],
            [m for m in draft.mentions if m.kind == "organisation"],
        )
    )
    return draft


def _mentions(reading: Reading) -> tuple[Mention, ...]:
    """Places, organisations and persons; a place inside an organisation's name stays both."""
    where = places.find_places(reading)
    bodies = organisations.find_organisations(reading)
    where = (*where, *datelines.unknown_places(reading, (*where, *bodies)))
    taken = sorted({mention.evidence.span for mention in (*where, *bodies)})
    people = names.find_persons(reading, taken=taken)
    signed = parties.signed_persons(reading, (*where, *bodies, *people))
    if signed:
        where = tuple(p for p in where if not any(p.evidence.span.meets(m.evidence.span) for m in signed))
        people = (*people, *signed)
    unique = {mention.id: mention for mention in (*where, *bodies, *people)}
    return tuple(sorted(unique.values(), key=lambda m: (m.name_start, m.name_end, m.kind)))


def _outside(told: Sequence[Zone], found: Sequence[Zone]) -> list[Zone]:
    """The zones that a file marks, and what they leave of other zones, in the order of the text."""
    pieces = list(told)
    for zone in found:
        at = zone.start
        for start, end in sorted(mark.span for mark in told if mark.span.meets(zone.span)):
            pieces += [Zone(zone.name, at, start)] if at < start else []
            at = max(at, end)
        pieces += [Zone(zone.name, at, zone.end)] if at < zone.end else []
    return sorted(pieces, key=lambda zone: zone.start)


def _info(source: Source, text: Text) -> SourceInfo:
    return SourceInfo(
        sha256=source.sha256,
        name=source.name,
        size=len(source.data),
        length=len(text),
        encoding=text.encoding,
        media_type=source.media_type,
        origin=source.origin,
        retrieved=source.retrieved,
    )


def _linked(
    spoken: Sequence[Related], found: Sequence[constituents.Constituent], ids: Sequence[str]
) -> tuple[Related, ...]:
    """The documents spoken of, each tied to the constituent record that it is."""
    result = list(spoken)
    for part, record_id in zip(found, ids, strict=True):
        fitting = [
            index
            for index, item in enumerate(result)
            if item.record is None
            and (item.relation == part.relation or (part.relation == "draft" and item.state == "draft"))
            and (part.relation == "attachment" or item.relation != "reply-to")
            and item.evidence.end <= part.span.start
        ]
        if fitting:
            index = fitting[-1] if part.relation == "draft" else fitting[0]
            result[index] = replace(result[index], record=record_id)
    return tuple(result)


def _announced(
    reading: Reading,
    linked: Sequence[Related],
    found: Sequence[constituents.Constituent],
    ids: Sequence[str],
) -> tuple[Related, ...]:
    """The documents spoken of, and those that a label announces.

    What the text calls enclosed is one of those whose text follows. Which one is certain only if
    there are as many; otherwise it is left out, since it is held.
    """
    labelled = [(part, record_id) for part, record_id in zip(found, ids, strict=True) if part.label]
    if not labelled:
        return tuple(linked)
    spoken = [r for r in linked if r.record is None and r.relation in ("attachment", "enclosure")]
    result = [r for r in linked if r not in spoken]
    for number, (part, record_id) in enumerate(labelled):
        if part.label is None or any(r.record == record_id for r in result):
            continue
        if len(spoken) == len(labelled):
            result.append(replace(spoken[number], record=record_id))
            continue
        quote = reading.text.quote(part.label)
        start = part.label.start + len(quote) - len(quote.lstrip("[( "))
        end = max(start + 1, part.label.end - len(quote) + len(quote.rstrip("]). ")))
        evidence = reading.evidence(*part.label, "related.label")
        title = TextValue(
            value=" ".join(reading.text.content[start:end].split()),
            evidence=reading.evidence(start, end, "related.label"),
        )
        result.append(Related(relation=part.relation, title=title, evidence=evidence, record=record_id))
    return tuple(sorted(result, key=lambda r: r.evidence.start))


def _titled(part: Record, linked: Sequence[Related]) -> Record:
    """A constituent without a heading takes the words by which the covering document calls it."""
    named = next((item for item in linked if item.record == part.id), None)
    if named is None:
        return part
    return replace(part, title=part.title or named.title)
