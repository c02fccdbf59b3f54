"""Stamps: release, declassification, review and registration.

A stamp tells what an archive or a registry did with the document, later than its own time. It is
read where it stands as a block of lines; a label without a value yields a finding, never a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from fonds.extract.distribution import find_distribution
from fonds.extract.reading import Reading
from fonds.extract.review_stamps import find_reviews
from fonds.extract.stamp_reader import DATE, StampReader, at, late
from fonds.record import Event, Exemption, Finding, TextValue
from fonds.source import Span

__all__ = ["find_distribution", "find_stamps"]

_RELEASE_UNDER: Final = late(
    r"(?:(?P<before>\d{4})\s+)?RELEASED? UNDER (?:THE )?"
    r"(?P<authority>[A-Z][A-Z0-9 .,'’&-]*?\bACT(?: OF \d{4})?)\b"
    rf"(?:[ \t]*\n?[ \t]*(?:DATE:? ?)?(?P<after>{DATE})(?=[ \t]*(?:\n|$)))?"
)
_APPROVED: Final = late(
    r"(?:(?P<declassified>Declassified)(?P<part> in Part)?[ ,–—-]*(?:and )?)?"
    r"(?P<copy>Sanitized Copy )?Approved for Release"
    r"(?: (?:by (?:the )?(?P<agency>[A-Z][A-Za-z. ]*?[A-Za-z]))"
    r"(?=[ \t]*(?:$|\n|,|\.|:|@| on\b| Date\b| \d)))?"
    rf"(?P<rest>[ ,:@]*(?:on )?(?:Date:?)?[ :@]*(?P<date>{DATE})?)",
    regex.IGNORECASE,
)
_ORDER: Final = late(
    r"^[ \t#*]*DECLASSIFIED[ \t]*(?:\n|[ \t])(?:(?!\n[ \t]*\n)[\s\S]){0,160}?"
    r"(?P<authority>(?:Authority:?[ \t]*)?(?:E\.? ?O\.? ?\d{5}[^\n]{0,60}|NND[ -]?\d{5,6}))",
    regex.MULTILINE | regex.IGNORECASE,
)
_ORDER_TAIL: Final = late(
    rf"\s{{0,3}}(?:(?P<project>(?:Authority:?[ \t]*)?NND[ -]?\d{{5,6}})\s{{0,3}})?"
    r"(?:By:?[ \t]*(?:[\w./]{1,12}[ \t,]+){0,3}?"
    r"(?:(?P<agency>NARS|NARA|NA|NLE|NLT|NLK|NLJ)\b[ \t,]*)?(?=Date|\n|$))?"
    rf"(?:\n?[ \t]*(?P<label>Date:?)[ \t]*(?P<date>{DATE})?)?",
    regex.IGNORECASE,
)
_UNCLASSIFIED: Final = late(
    r"ALL (?P<agency>[A-Z]{2,5}) INFORMATION CONTAINED\s+HEREIN IS UNCLASSIFIED"
    rf"(?:\s+DATE:?[ \t]*(?P<date>{DATE}))?",
    regex.IGNORECASE,
)
_PROGRAM: Final = late(
    r"(?P<authority>CIA HISTORICAL REVIEW PROGRAM)\s{1,3}"
    r"(?P<result>RELEASED? (?:IN FULL|IN PART|AS SANITIZED))"
    rf"(?:\s{{1,3}}(?P<date>{DATE}))?",
    regex.IGNORECASE,
)
_EXEMPTIONS: Final = late(
    r"EXEMPTIONS?:?[ \t]*(?P<section>Sec(?:tion|\.)[ \t]*\d+(?:\([a-z0-9]\))*)?(?P<list>[^\n]*)",
    regex.IGNORECASE,
)
_EXEMPTION: Final = late(r"(?P<code>(?:\([0-9A-Za-z]{1,2}\))+)[ \t]*(?P<meaning>[A-Z][A-Za-z /&-]*[a-z])?")
_ACT_LINE: Final = late(r"^[ \t]*(?P<act>[A-Z][A-Z ]+\bACT(?: OF \d{4})?)[ \t]*$", regex.MULTILINE)
_REGISTRY_DATE: Final = regex.compile(
    r"^[ \t]*(?P<date>\d{1,2} ?[A-Z][A-Za-z]{2,8}\.? ?\d{2,4}|[A-Z][A-Za-z]{2,8}\.? \d{1,2},? \d{4})"
    r"[ \t]*\r?\n"
    r"[ \t]*(?P<office>[A-Z][A-Za-z]{1,5}(?:/[A-Z]{1,6})+)[ \t]*$",
    regex.MULTILINE,
)


def find_stamps(reading: Reading) -> tuple[tuple[Event, ...], tuple[Finding, ...]]:
    """The events that stamps tell, each once, and what is wrong with the stamps, in order of place."""
    stamps = StampReader(reading)
    text = reading.text.content
    lowered = text[reading.span.start : reading.span.end].casefold()
    events: list[Event] = []
    findings: list[Finding] = []
    if "release" in lowered and "under" in lowered:
        events += _released_under(stamps)
    if "approved for release" in lowered:
        events += _approved(stamps)
    if "review program" in lowered:
        events += _programs(stamps)
    if "declassified" in lowered:
        _ordered(stamps, events, findings)
    if "information contained" in lowered:
        events += _unclassified(stamps)
    if (
        "review date" in lowered
        or "last review" in lowered
        or "in class" in lowered
        or "changed to" in lowered
    ):
        find_reviews(stamps, events, findings)
    events += _registered(stamps)
    unique: dict[tuple[object, ...], Event] = {}
    for event in sorted(events, key=lambda event: event.evidence.start):
        key = (
            event.kind,
            event.date.edtf if event.date else None,
            event.authority.value if event.authority else None,
            event.result.value if event.result else None,
        )
        unique.setdefault(key, event)
    return tuple(unique.values()), tuple(sorted(findings, key=lambda finding: finding.evidence[0].start))


def _released_under(stamps: StampReader) -> Iterator[Event]:
    """`2025 RELEASE UNDER THE … ACT OF 1992`."""
    for found in stamps.searched(_RELEASE_UNDER()):
        rule = "stamp.release-under-act"
        group = "before" if found.group("before") else "after"
        yield Event(
            kind="release",
            evidence=stamps.evidence(at(found), rule),
            date=stamps.date(found, group, "declassified", rule),
            authority=stamps.value(at(found, "authority"), rule),
        )


def _approved(stamps: StampReader) -> Iterator[Event]:
    """`Declassified and Approved for Release by …`, with the exemptions printed below."""
    for found in stamps.searched(_APPROVED()):
        rule = "stamp.approved-for-release"
        performers = []
        if found.group("agency"):
            performers.append(stamps.performer(at(found, "agency"), "released-by", rule))
        exemptions, act = _exemptions(stamps, found.end())
        end = found.end() if found.group("date") else found.start("rest")
        yield Event(
            kind="declassification" if found.group("declassified") else "release",
            evidence=stamps.evidence(Span(found.start(), end), rule),
            date=stamps.date(found, "date", "declassified", rule),
            performers=tuple(performers),
            authority=act,
            exemptions=exemptions,
            result=stamps.value(_words(found), rule) if found.group("part") or found.group("copy") else None,
        )


def _words(found: regex.Match[str]) -> Span:
    """Where a stamp says that only a part, or a sanitized copy, was released."""
    start = found.start("declassified") if found.group("declassified") else found.start("copy")
    return Span(start, found.end("copy") if found.group("copy") else found.end("part"))


def _exemptions(stamps: StampReader, position: int) -> tuple[tuple[Exemption, ...], TextValue | None]:
    """The provisions listed after a release stamp, and the act that they belong to."""
    limit = min(position + 400, stamps.reading.span.end)
    listed = _EXEMPTIONS().search(stamps.text, position, limit)
    exemptions = []
    if listed is not None:
        section = listed.group("section")
        prefix = regex.sub(r"^\D+", "", section) if section else ""
        for item in _EXEMPTION().finditer(stamps.text, *listed.span("list")):
            exemptions.append(
                Exemption(
                    code=prefix + item.group("code"),
                    meaning=item.group("meaning"),
                    evidence=stamps.evidence(at(item), "stamp.exemption"),
                )
            )
    act = _ACT_LINE().search(stamps.text, position, limit)
    return tuple(exemptions), stamps.value(at(act, "act"), "stamp.act") if act else None


def _programs(stamps: StampReader) -> Iterator[Event]:
    """`CIA HISTORICAL REVIEW PROGRAM / RELEASE IN FULL / 1998`."""
    for found in stamps.searched(_PROGRAM()):
        rule = "stamp.review-program"
        yield Event(
            kind="release",
            evidence=stamps.evidence(at(found), rule),
            date=stamps.date(found, "date", "declassified", rule),
            authority=stamps.value(at(found, "authority"), rule),
            result=stamps.value(at(found, "result"), rule),
        )


def _unclassified(stamps: StampReader) -> Iterator[Event]:
    """`ALL FBI INFORMATION CONTAINED HEREIN IS UNCLASSIFIED`."""
    for found in stamps.searched(_UNCLASSIFIED()):
        rule = "stamp.herein-unclassified"
        yield Event(
            kind="declassification",
            evidence=stamps.evidence(at(found), rule),
            date=stamps.date(found, "date", "declassified", rule),
            performers=(stamps.performer(at(found, "agency"), "declassified-by", rule),),
        )


def _ordered(stamps: StampReader, events: list[Event], findings: list[Finding]) -> None:
    """`DECLASSIFIED / E.O. 11652, Sec. 3(E) / NND 760050 / By … NARS, Date …`."""
    for found in stamps.searched(_ORDER()):
        rule = "stamp.executive-order"
        tail = _ORDER_TAIL().match(stamps.text, found.end())
        end = max(found.end(), tail.end()) if tail else found.end()
        performers = []
        date = None
        if tail is not None:
            if tail.group("agency"):
                performers.append(stamps.performer(at(tail, "agency"), "declassified-by", rule))
            date = stamps.date(tail, "date", "declassified", rule)
            if tail.group("label") and tail.group("date") is None:
                findings.append(stamps.missing(at(tail, "label"), rule))
        start, authority_end = found.span("authority")
        if tail is not None and tail.group("project"):
            authority_end = tail.end("project")
        authority_end -= len(stamps.text[start:authority_end]) - len(
            stamps.text[start:authority_end].rstrip()
        )
        end -= len(stamps.text[found.start() : end]) - len(stamps.text[found.start() : end].rstrip())
        first = found.start() + len(found.group()) - len(found.group().lstrip())
        events.append(
            Event(
                kind="declassification",
                evidence=stamps.evidence(Span(first, end), rule),
                date=date,
                performers=tuple(performers),
                authority=stamps.value(Span(start, authority_end), rule),
            )
        )


def _registered(stamps: StampReader) -> Iterator[Event]:
    """The date stamp of a registry: a date, and the office's symbol on the next line."""
    for found in stamps.searched(_REGISTRY_DATE):
        rule = "stamp.registry"
        if stamps.reading.zone_at(found.start("date")) not in {
            "stamp",
            "other",
            "furniture",
            "processing",
            "body",
        }:
            continue
        date = stamps.date(found, "date", "stamped", rule)
        if date is not None:
            start, end = found.start("date"), found.end("office")
            yield Event(kind="registration", evidence=stamps.evidence(Span(start, end), rule), date=date)
