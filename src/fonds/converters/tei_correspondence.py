"""A TEI file that is one text, such as a letter; and the data of a correspondence in its header.

`correspDesc` (TEI P5, Correspondence Metadata Interchange Format) says who sent the letter from where
and when, and who received it. Header and text are two witnesses: both are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import cast

from lxml import etree

from fonds.converters import Options
from fonds.converters import tei_header as head
from fonds.converters.tei_dates import unread
from fonds.converters.tei_names import Directory, Document
from fonds.converters.tei_persons import described
from fonds.converters.tei_reading import read
from fonds.converters.tei_text import Layout
from fonds.converters.xml_source import Markup, child, children, elements, local, words_of
from fonds.description import Heading
from fonds.lexicon import load
from fonds.record import (
    DateRole,
    DateStatement,
    Event,
    Evidence,
    Field,
    Finding,
    Mention,
    Party,
    PartyRole,
    Record,
    Related,
)
from fonds.source import Span


@dataclass
class _Told:
    """What `correspDesc` tells, as it is gathered."""

    parties: list[Party] = field(default_factory=list)
    dates: list[DateStatement] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)


def convert_text(
    markup: Markup, edition: etree._Element, options: Options, above: Heading | None = None
) -> Iterator[Record]:
    """The one record of a TEI file that is one text."""
    name = head.identity(markup, edition)
    directory = Directory(markup, name)
    header = header_record(markup, edition, directory, options)
    text = next(children(edition, "text"), None)
    if text is not None and words_of(text):
        layout = Layout.of(markup, text, options.lexicon)
        inner = read(Document(layout, text, directory), name, header.source, "tei-text")
        header = _joined(header, inner)
    yield within(header, above)


def within(record: Record, above: Heading | None) -> Record:
    """The record as a part of the volume or corpus `above`."""
    return replace(record, parent=above.id, above=above) if above else record


def header_record(
    markup: Markup,
    edition: etree._Element,
    directory: Directory,
    options: Options,
    level: str | None = None,
) -> Record:
    """What the header of an edition says, as a record without text."""
    header = child(edition, "teiHeader")
    header = edition if header is None else header
    responsible, notes = head.responsible(header, directory, options.lexicon)
    told = _correspondence(header, directory, options.lexicon)
    parties = (*told.parties, *responsible)
    mentions = {mention.id: mention for mention in (*told.mentions, *(party.mention for party in parties))}
    whole = Span(0, len(words_of(edition))) if level is None else Span(0, 0)
    record = Record(
        id=directory.stem,
        source=markup.info("application/tei+xml"),
        genre="tei-volume" if level else "tei-text",
        span=whole,
        title=head.title_of(markup, header),
        identifiers=head.identifiers(markup, header),
        summary=head.text_value(
            markup, child(header, "profileDesc", "abstract"), "tei.abstract", "catalogue-summary"
        ),
        languages=head.languages(markup, header),
        dates=(*told.dates, *head.published(markup, header)),
        mentions=tuple(mentions.values()),
        parties=parties,
        references=head.held(markup, header, options.lexicon),
        events=tuple(told.events),
        related=tuple(told.related),
        rights=head.rights(markup, header),
        fields=(*told.fields, *notes, *head.notes(markup, header)),
        findings=tuple(told.findings),
        level=level,
    )
    rest = head.left(markup, header, (record,), described(header)) if header is not edition else ()
    return replace(record, fields=(*record.fields, *rest))


def _correspondence(header: etree._Element, directory: Directory, lexicon: str | None) -> _Told:
    """The actions of `correspDesc`, and the place and date of `creation`."""
    markup, told = directory.markup, _Told()
    profile = child(header, "profileDesc")
    if profile is None:
        return told
    for description in children(profile, "correspDesc"):
        for action in children(description, "correspAction"):
            _action(action, directory, told, load("tei", lexicon)["action"], lexicon)
        for note in children(description, "note"):
            value = head.text_value(markup, note, "tei.correspDesc")
            if value is not None:
                told.fields.append(Field(name="note", value=value.value, evidence=value.evidence))
        for ref in elements(description, "ref"):
            title = head.text_value(markup, ref, "tei.correspContext")
            if title is not None:
                told.related.append(Related(relation="mentioned", title=title, evidence=title.evidence))
    creation = child(profile, "creation")
    if creation is not None:
        _creation(creation, directory, told)
    if not any(date.role == "dated" for date in told.dates):
        told.dates[:0] = [_as_dated(date) for date in told.dates if date.role == "sent"][:1]
    return told


def _action(
    action: etree._Element,
    directory: Directory,
    told: _Told,
    table: dict[str, dict[str, str]],
    lexicon: str | None,
) -> None:
    kind = table.get(action.get("type") or "")
    if kind is None:
        return
    rule = f"tei.corresp-{action.get('type')}"
    people: list[Mention] = []
    places: list[Mention] = []
    dates: list[DateStatement] = []
    for element in _within(action):
        named = head.kind_of(element, lexicon)
        if named is not None:
            mention = head.header_mention(element, named, rule, directory)
            (places if named == "place" else people).extend([mention] if mention else [])
        elif local(element) == "date":
            role = cast("DateRole", kind.get("date", "mentioned"))
            date = head.header_date(directory.markup, element, role)
            dates += [date] if date else []
            if wrong := unread(element):
                told.findings.append(Finding(kind="unread-date", message=f"{wrong} is not a date"))
    told.mentions += [*people, *places]
    if "party" in kind:
        told.parties += [
            Party(
                role=cast("PartyRole", kind["party"]),
                mention=mention,
                evidence=replace(mention.evidence, rule=rule),
            )
            for mention in people
        ]
    told.dates += dates
    whole: Evidence | None = dates[0].evidence if dates else places[0].evidence if places else None
    if whole is not None:
        date, place = next(iter(dates), None), next(iter(places), None)
        told.events.append(Event(kind=kind["event"], evidence=whole, date=date, place=place))


def _within(action: etree._Element) -> Iterator[etree._Element]:
    """The elements of an action, those of an address among them, but not the names within a name."""
    for element in children(action):
        if local(element) in ("address", "addrLine", "p", "ab"):
            yield from _within(element)
        else:
            yield element


def _creation(creation: etree._Element, directory: Directory, told: _Told) -> None:
    markup = directory.markup
    date = next(elements(creation, "date"), None)
    dated = head.header_date(markup, date if date is not None else creation, "dated")
    place = next(elements(creation, "placeName", "settlement"), None)
    written = head.header_mention(place, "place", "tei.creation", directory) if place is not None else None
    if dated is not None:
        told.dates.append(dated)
    if written is not None:
        told.mentions.append(written)
        told.events.append(Event(kind="writing", evidence=written.evidence, date=dated, place=written))


def _as_dated(sent: DateStatement) -> DateStatement:
    """The date of sending as the date of the letter, where no other is stated."""
    evidence = replace(
        sent.evidence,
        status="inferred",
        certainty="probable" if sent.evidence.certainty == "certain" else sent.evidence.certainty,
        reason="no date of writing is stated; the letter was sent on this date",
        premises=(sent.evidence,),
    )
    return replace(sent, role="dated", evidence=evidence)


def _joined(header: Record, text: Record) -> Record:
    """Header and text as one record. Where the text is dated, that is the date of the letter."""
    own = [date for date in text.dates if date.role == "dated"]
    told = [date for date in header.dates if not (own and date.role == "dated" and date.evidence.reason)]
    fields = list(header.fields) + list(text.fields)
    if header.title and text.title:
        fields.append(Field(name="heading", value=text.title.value, evidence=text.title.evidence))
    return replace(
        text,
        title=header.title or text.title,
        identifiers=header.identifiers,
        summary=header.summary,
        languages=header.languages or text.languages,
        dates=(*own, *told, *(date for date in text.dates if date.role != "dated")),
        mentions=(*text.mentions, *header.mentions),
        parties=(*header.parties, *text.parties),
        references=(*header.references, *text.references),
        events=(*header.events, *text.events),
        related=(*header.related, *text.related),
        rights=header.rights,
        fields=tuple(fields),
        findings=(*header.findings, *text.findings, *_disagreeing(own, told)),
    )


def _disagreeing(own: list[DateStatement], told: list[DateStatement]) -> Iterator[Finding]:
    """The letter bears one day and the header gives another as that on which it was sent."""
    for written in own[:1]:
        for date in told:
            days = (written.earliest, written.latest, date.earliest, date.latest)
            if date.role not in ("sent", "dated") or None in days:
                continue
            if (written.latest or "") < (date.earliest or "") or (date.latest or "") < (
                written.earliest or ""
            ):
                yield Finding(
                    kind="conflicting-dates",
                    message=f"the text is dated {written.edtf}, the header gives {date.edtf}",
                    evidence=(written.evidence, date.evidence),
                )
