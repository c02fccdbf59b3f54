"""Dates in TEI: those of the attributes (att.datable.w3c, att.datable.iso), and those of a dateline.

`@when`, `@from` and `@to`, `@notBefore` and `@notAfter` become EDTF; `@cert` its certainty. The time of
day is kept to the minute: the seconds of a W3C date-time are there for its form.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

import regex
from lxml import etree

from fonds.converters.tei_names import Document, Named
from fonds.converters.xml_source import local
from fonds.extract import dates as date_reader
from fonds.extract.date_words import vocabulary
from fonds.record import Certainty, DateRole, DateStatement, Event, Evidence, Finding, Zone
from fonds.source import Span

_WHERE: Final = ("placeName", "settlement", "geogName", "name", "rs")
_POINT: Final = regex.compile(
    r"(?P<year>-?\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:T(?P<time>\d\d:\d\d)(?::\d\d(?:\.\d+)?)?)?)?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?"
)
#: A day as most datelines have it, perhaps with the hour.
_PLAIN_DAY: Final = regex.compile(
    r"(?P<month>\p{Lu}\p{L}+) (?P<day>[0-9]{1,2}), (?P<year>(?:1[5-9]|20)[0-9]{2})"
    r"(?:(?:—|, )(?:1[0-2]|[1-9]) [ap]\.m\.)?"
)
_YEARLESS: Final = regex.compile(r"--(?P<month>\d\d)(?:-(?P<day>\d\d))?")
#: Roles of a date that the words beside it give, and the event that it dates.
_EVENTS: Final = {"received": "reception", "arrived": "arrival", "sent": "dispatch"}
_CERTAINTY: Final[dict[str, Certainty]] = {"high": "certain", "medium": "probable", "low": "possible"}


class Point(NamedTuple):
    """One date of an attribute: EDTF, its first and last day if the year is known, time and zone."""

    edtf: str
    earliest: str | None
    latest: str | None
    time: str | None = None
    zone: str | None = None


class Dating(NamedTuple):
    """What the attributes of an element say of a date, and the attribute that says it."""

    edtf: str
    earliest: str | None
    latest: str | None
    time: str | None
    zone: str | None
    certainty: Certainty
    attribute: str


def point(value: str) -> Point | None:
    """A W3C or ISO 8601 date as EDTF, None if it is none or no day of the calendar."""
    written = value.strip()
    if match := _YEARLESS.fullmatch(written):
        month, day = int(match["month"]), int(match["day"] or 1)
        # 29 February exists in some year
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2000, month)[1]:
            return None
        return Point(
            "-".join(("XXXX", match["month"], *((match["day"],) if match["day"] else ()))), None, None
        )
    match = _POINT.fullmatch(written)
    if match is None:
        return None
    year = int(match["year"])
    parts = [part for part in (match["year"], match["month"], match["day"]) if part]
    if match["month"] is None:
        first, last = "01-01", "12-31"
    else:
        month = int(match["month"])
        if not 1 <= month <= 12:
            return None
        # the Gregorian rule also before 1582, as in ISO 8601; the year 4 is a leap year like the year 0
        length = calendar.monthrange(year if year > 0 else 4 + year % 400, month)[1]
        if match["day"] is not None and not 1 <= int(match["day"]) <= length:
            return None
        day = match["day"]
        first, last = f"{match['month']}-{day or '01'}", f"{match['month']}-{day or length}"
    known = year > 0
    return Point(
        "-".join(parts),
        f"{match['year']}-{first}" if known else None,
        f"{match['year']}-{last}" if known else None,
        match["time"],
        match["zone"] if match["time"] else None,
    )


def dating(element: etree._Element) -> Dating | None:
    """What the attributes of an element say; None without any that can be read."""

    def of(name: str) -> Point | None:
        value = element.get(name) or element.get(f"{name}-iso")
        return point(value) if value else None

    certainty = _CERTAINTY.get(element.get("cert") or "high", "probable")
    if (when := of("when")) is not None:
        edtf = f"{when.edtf}{_qualifier(element, certainty)}"
        return Dating(
            edtf, when.earliest, when.latest, when.time, when.zone, certainty, _name(element, "when")
        )
    # between @notBefore and @to something happened that @to ends; the span is then what both leave open
    least, most = of("notBefore"), of("notAfter")
    for names, written in ((("from", "to"), "{}/{}"), (("notBefore", "notAfter"), "[{}..{}]")):
        first, last = of(names[0]), of(names[1])
        if first is None and last is None:
            continue
        open_end = ".." if names[0] == "from" else ""
        edtf = written.format(first.edtf if first else open_end, last.edtf if last else open_end)
        attribute = _name(element, names[0] if first else names[1])
        begin, end = first or least, last or most
        earliest, latest = begin.earliest if begin else None, end.latest if end else None
        if earliest and latest and earliest > latest:
            return None
        return Dating(edtf, earliest, latest, None, None, certainty, attribute)
    return None


def _qualifier(element: etree._Element, certainty: Certainty) -> str:
    """EDTF's sign for what @cert and @precision say: uncertain, approximate, or both."""
    doubtful, rough = certainty != "certain", element.get("precision") in ("low", "medium")
    return "%" if doubtful and rough else "?" if doubtful else "~" if rough else ""


def _name(element: etree._Element, name: str) -> str:
    return name if element.get(name) else f"{name}-iso"


def unread(element: etree._Element) -> str | None:
    """An attribute that should be a date and is none: `@when="1897-13-01"`."""
    for name in ("when", "from", "to", "notBefore", "notAfter"):
        value = element.get(name)
        if value and point(value) is None:
            return f'@{name}="{value}"'
    return None


def statement(found: Dating, role: DateRole, evidence: Evidence) -> DateStatement:
    """The date in a role, supported by words or by the attribute itself."""
    return DateStatement(
        role=role,
        edtf=found.edtf,
        evidence=evidence,
        time=found.time,
        time_zone=found.zone,
        earliest=found.earliest,
        latest=found.latest,
    )


# --- in a document


def find_dates(
    document: Document, zones: tuple[Zone, ...]
) -> tuple[tuple[DateStatement, ...], tuple[Finding, ...]]:
    """The dates that are marked up and those that the dateline says besides; the document's own first."""
    layout = document.layout
    found: list[DateStatement] = []
    doubts: list[Finding] = []
    for element in document.own("date", "docDate"):
        value, span = dating(element), layout.span(element)
        zone = next((z.name for z in zones if z.span.holds(span)), "other")
        if span.start == span.end and next(element.iterancestors("{*}dateline"), None) is not None:
            zone = "dateline"  # a line without words is no zone of the text
        if value is None:
            if wrong := unread(element):
                evidence = layout.evidence(span, "tei.date", zone) if span.start < span.end else None
                message = f"{wrong} is not a date"
                doubts.append(
                    Finding(kind="unread-date", message=message, evidence=(evidence,) if evidence else ())
                )
            continue
        first = zone == "dateline" and not any(date.role == "dated" for date in found)
        if span.start == span.end:  # the editors date what bears no date: the words are the attribute's
            evidence = layout.markup.attribute(
                element, value.attribute, "tei.date", zone=zone, certainty=value.certainty
            )
        else:
            evidence = layout.evidence(span, "tei.date", zone, certainty=value.certainty)
        if evidence is None:
            continue
        found.append(statement(value, "dated" if first else "mentioned", evidence))
        if conflict := _disagreement(layout.flat(span), found[-1]):
            doubts.append(Finding(kind="conflicting-dates", message=conflict, evidence=(evidence,)))
    bounds = _stated_bounds(document)
    own = next((date for date in found if date.role == "dated"), None)
    doubts += _outside(bounds, own)
    if own is None and bounds is not None:
        own = bounds
        found.insert(0, own)
    taken = [date.evidence.span for date in found if date.evidence.path == layout.path]
    for zone_ in zones:
        if zone_.name == "dateline":
            found += _unmarked(document, zones, zone_.span, own, taken)
    found.sort(key=lambda date: (date.role != "dated", date.evidence.start))
    return tuple(found), tuple(doubts)


def _disagreement(words: str, date: DateStatement) -> str | None:
    """What is wrong where the editor's date is a day and the words name another day."""
    if date.earliest is None or date.earliest != date.latest:
        return None
    named = _day_of(words)
    if named is None or named == date.earliest:
        return None
    return f"the words “{words}” name {named}, the markup gives {date.earliest}"


@lru_cache(maxsize=4096)
def _day_of(words: str) -> str | None:
    """The day that words state: in a volume many documents bear the same.

    What is written like most, `January 5, 1897—4 p.m.`, needs no reader of dates.
    """
    plain = _PLAIN_DAY.fullmatch(words)
    letter, month = vocabulary().words.get(plain["month"].casefold(), ("", 0)) if plain else ("", 0)
    if plain and letter in ("M", "W") and 0 < int(plain["day"]) <= calendar.monthrange(2001, month)[1]:
        return f"{plain['year']}-{month:02d}-{int(plain['day']):02d}"
    parsed = date_reader.parse_date(words)
    stated = parsed is not None and parsed.status == "stated" and parsed.earliest == parsed.latest
    return parsed.earliest if parsed is not None and stated else None


def _stated_bounds(document: Document) -> DateStatement | None:
    """The first and last moment that the editors state for a document (FRUS): one day, or a span of days."""
    root, markup = document.root, document.layout.markup
    ends: list[Point | None] = []
    quoted: list[Evidence] = []
    for name in ("doc-dateTime-min", "doc-dateTime-max"):
        key = next((str(each) for each in root.attrib if str(each).endswith(f"}}{name}")), None)
        bound = point((root.get(key) or "").partition("T")[0]) if key is not None else None
        evidence = markup.attribute(root, key, "tei.document-date") if key is not None and bound else None
        ends.append(bound if evidence else None)
        quoted += [evidence] if evidence else []
    first, last = ends
    if not quoted or (first and last and (first.earliest or "") > (last.latest or "")):
        return None
    edtf = f"[{first.edtf if first else ''}..{last.edtf if last else ''}]"
    if first and last and first.edtf == last.edtf:
        edtf = first.edtf
    return DateStatement(
        role="dated",
        edtf=edtf,
        evidence=replace(quoted[0], premises=tuple(quoted[1:])),
        earliest=first.earliest if first else None,
        latest=last.latest if last else None,
    )


def _outside(bounds: DateStatement | None, dated: DateStatement | None) -> Iterator[Finding]:
    """The dated line and the attribute of the editors name different days."""
    if bounds is None or dated is None:
        return
    late = bounds.earliest and dated.latest and dated.latest < bounds.earliest
    early = bounds.latest and dated.earliest and dated.earliest > bounds.latest
    if late or early:
        message = f"the dated line gives {dated.edtf}, the editors' attribute {bounds.edtf}"
        evidence = (dated.evidence, bounds.evidence)
        yield Finding(kind="conflicting-dates", message=message, evidence=evidence)


def _unmarked(
    document: Document,
    zones: tuple[Zone, ...],
    span: Span,
    own: DateStatement | None,
    taken: Sequence[Span],
) -> Iterator[DateStatement]:
    """Dates of a dateline without markup: "[Received June 4, 11 a.m.]"."""
    layout = document.layout
    if (own is not None or taken) and not layout.speaks_of(span, vocabulary(layout.lexicon).cue):
        return  # only dates with a word such as "received" are wanted, and there is none
    kept = tuple(
        Zone("furniture" if zone.name in ("footnote", "repository") else zone.name, zone.start, zone.end)
        for zone in zones
        if span.holds(zone.span) or zone.span.meets(span)
    )
    reading = layout.reading(kept, span)
    reference = own.earliest if own else None
    for date in layout.anchored(date_reader.find_dates(reading, reference=reference)):
        at = date.evidence.span
        if (date.role == "dated" and own is None and not taken) or (
            date.role in _EVENTS and not any(at.meets(other) for other in taken)
        ):
            yield date


def find_events(named: Sequence[Named], own: Sequence[DateStatement]) -> Iterator[Event]:
    """Writing at a place, and what the dateline says of dispatch and reception."""
    named_there = [
        each.mention
        for each in named
        if each.mention.evidence.zone == "dateline" and local(each.element) in _WHERE
    ]
    # an office without a town is where it was written, too
    named_there.sort(key=lambda mention: mention.kind != "place")
    place = next(iter(named_there), None)
    dated = next((date for date in own if date.role == "dated" and date.evidence.zone == "dateline"), None)
    if place is not None:
        yield Event(kind="writing", evidence=place.evidence, date=dated, place=place)
    before: dict[str, int] = {}
    for date in own:
        if date.role in _EVENTS:
            kind = _EVENTS[date.role]
            evidence = _beyond(date.evidence, before.get(kind, 0))
            before[kind] = evidence.end
            yield Event(kind=kind, evidence=evidence, date=date)


def _beyond(evidence: Evidence, end: int) -> Evidence:
    """The words of an event without those of the one before it: "Received … 27 and … 28" are two."""
    if not evidence.start < end < evidence.end:
        return evidence
    rest = evidence.quote[end - evidence.start :].lstrip()
    return replace(evidence, start=evidence.end - len(rest), quote=rest)
