"""Plain text to a record: zones first, then everything that may stand in each zone.

    text ─► genre ─► zones ─► constituents ─► mentions, dates, references, markings ─► record

The genre file adds zones and labelled fields; without one the general reading for letters,
cables, telegrams and memoranda does alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from fonds.record import DateStatement, Mention, Record, Related, SourceInfo, Zone
from fonds.source import Source, Span, Text

_LETTERS: Final = regex.compile(r"\p{L}{2}")


def sniff(source: Source) -> bool:
    """Text is what nothing else claims: only XML, HTML and PDF are turned away."""
    head = source.data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return not head.startswith(
        (b"<?xml", b"<!doctype", b"<html", b"<tei", b"<ead", b"%pdf", b"pk\x03\x04", b"{\\rtf")
    )


def convert(source: Source, options: Options) -> Iterator[Record]:
    """One record of one text, its constituents inside. Raises `UnknownFormat` if it has no words."""
    if not _LETTERS.search(source.text.content):
        raise UnknownFormat("the text has no words", place=source.name, remedy="leave the file out")
    yield read(source, _genre(source.text, source, options), options)


def _genre(text: Text, source: Source, options: Options) -> Genre | None:
    if options.genre is None:
        return genres.detect(text.content, options.genres)
    known = genres.available(options.genres)
    if options.genre not in known:
        raise ConfigError(
            f"no genre {options.genre!r}", place=source.name, remedy=f"known genres are {', '.join(known)}"
        )
    return known[options.genre]


def read(source: Source, genre: Genre | None, options: Options) -> Record:
    """The record of a text in a given genre; None is the general reading."""
    text = source.text
    span = Span(0, len(text))
    given = genres.zones_of(genre, text, span) if genre else ()
    zones = layout.zones_of(text, span, given=given, lexicon=options.lexicon)
    constituents = related.find_constituents(text, zones, options.lexicon)
    holes = [part.span for part in constituents]
    if holes:
        outside = [zone for zone in given if not any(zone.span.meets(hole) for hole in holes)]
        zones = layout.zones_of(text, span, given=outside, holes=holes, lexicon=options.lexicon)
    reading = Reading(text, zones, span, options.lexicon)
    main = _read(reading, source, genre, options, None)
    own = main.dated()
    parts = []
    for number, part in enumerate(constituents, 1):
        heading = [Zone("title", *part.heading)] if part.heading else []
        inner = layout.zones_of(text, part.span, given=heading, lexicon=options.lexicon)
        draft = _read(Reading(text, inner, part.span, options.lexicon), source, None, options, own)
        parts.append(draft.record(f"{main.id}-{part.relation}-{number}", genre=part.relation))
    linked = _linked(main.related, constituents, tuple(part.id for part in parts))
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
    draft.dates = _ordered(dated, reading)
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
    draft.positions = list(
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
    taken = sorted({mention.evidence.span for mention in (*where, *bodies)})
    people = names.find_persons(reading, taken=taken)
    unique = {mention.id: mention for mention in (*where, *bodies, *people)}
    return tuple(sorted(unique.values(), key=lambda m: (m.name_start, m.name_end, m.kind)))


def _ordered(found: Sequence[DateStatement], reading: Reading) -> list[DateStatement]:
    """The document's own date first among the dates in the role `dated`, else the text's order."""
    own = dates.choose_document_date(found, reading)
    if own is None:
        return list(found)
    same = [d for d in found if d.evidence.span == own.evidence.span and d.role in (own.role, "mentioned")]
    return [own, *(d for d in found if d not in same)]


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
    spoken: Sequence[Related], constituents: Sequence[related.Constituent], ids: Sequence[str]
) -> tuple[Related, ...]:
    """The documents spoken of, each tied to the constituent record that it is."""
    result = list(spoken)
    for part, record_id in zip(constituents, ids, strict=True):
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


def _titled(part: Record, linked: Sequence[Related]) -> Record:
    """A constituent without a heading takes the words by which the covering document calls it."""
    named = next((item for item in linked if item.record == part.id), None)
    if named is None:
        return part
    return replace(part, title=part.title or named.title)
