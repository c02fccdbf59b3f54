"""Where a document contradicts itself. Both readings are kept; the finding names them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fonds.record import DateStatement, Evidence, Finding, Marking, Record

#: Roles of dates in the order in which the events must have happened.
_ORDER = ("sent", "arrived", "received", "deciphered", "distributed", "declassified")


def find_conflicts(record: Record) -> tuple[Finding, ...]:
    """The contradictions that one document shows without any knowledge from outside."""
    return (
        *_own_dates(record),
        *_sequence(record),
        *_parts(record),
        *_markings(record),
        *_signatures(record),
    )


def _finding(kind: str, message: str, *evidence: Evidence) -> Finding:
    return Finding(kind=kind, message=message, evidence=evidence)


def _apart(first: DateStatement, second: DateStatement) -> bool:
    """Whether two dates have no day in common."""
    if not (first.earliest and first.latest and second.earliest and second.latest):
        return False
    return first.latest < second.earliest or second.latest < first.earliest


def _own_dates(record: Record) -> Iterator[Finding]:
    """The archive's date and the document's own disagree."""
    dated = [date for date in record.dates if date.role == "dated"]
    for date in dated[1:]:
        if _apart(dated[0], date):
            yield _finding(
                "conflicting-dates",
                f"dated {dated[0].evidence.quote!r} in one place and {date.evidence.quote!r} in another",
                dated[0].evidence,
                date.evidence,
            )


def _sequence(record: Record) -> Iterator[Finding]:
    """Received before it was sent, deciphered before it arrived."""
    known = [(role, date) for role in _ORDER for date in record.dates if date.role == role and date.earliest]
    for (role, date), (later, other) in pairwise(known):
        if role == later or date.earliest is None or other.latest is None:
            continue
        first = f"{date.earliest}T{date.time}" if date.time and other.time else date.earliest
        second = f"{other.latest}T{other.time}" if date.time and other.time else other.latest
        if second < first:
            yield _finding(
                "impossible-order",
                f"{later} ({other.evidence.quote!r}) lies before {role} ({date.evidence.quote!r})",
                date.evidence,
                other.evidence,
            )


def _parts(record: Record) -> Iterator[Finding]:
    """A constituent whose own date contradicts its text or the document that covers it."""
    for part in record.parts:
        own = part.date
        if own is None or own.latest is None:
            continue
        later = [
            date
            for date in part.dates
            if date is not own
            and date.evidence.status == "stated"
            and date.earliest
            and date.earliest > own.latest
        ]
        if later:
            latest = max(later, key=lambda date: date.earliest or "")
            yield _finding(
                "impossible-date",
                f"dated {own.evidence.quote!r}, yet its text speaks of {latest.evidence.quote!r}",
                own.evidence,
                latest.evidence,
            )
        cover = record.date
        if cover and cover.earliest and own.earliest and _years(cover.earliest) - _years(own.latest) >= 2:
            yield _finding(
                "distant-dates",
                f"sent under a document of {cover.evidence.quote!r}, but dated {own.evidence.quote!r}",
                own.evidence,
                cover.evidence,
            )


def _years(day: str) -> int:
    return int(day[:4])


def _markings(record: Record) -> Iterator[Finding]:
    """One marking struck through in one place and standing in another."""
    struck: dict[str, Marking] = {}
    for marking in record.markings:
        if marking.state == "struck":
            struck.setdefault(marking.value.casefold(), marking)
    for marking in record.markings:
        other = struck.get(marking.value.casefold())
        if marking.state == "applied" and other:
            yield _finding(
                "conflicting-markings",
                f"the marking {marking.value!r} is struck through in one place and stands in another",
                other.evidence,
                marking.evidence,
            )


def _signatures(record: Record) -> Iterator[Finding]:
    """Senders named in the title who did not sign, where others did."""
    titled = [
        p for p in record.senders if p.evidence.rule == "party.title-from" and p.mention.kind == "person"
    ]
    signed = record.party("signatory")
    if not titled or not signed:
        return
    families = {_family(p.mention.name) for p in signed}
    for party in titled:
        if _family(party.mention.name) not in families:
            yield _finding(
                "title-against-signature",
                f"the title names {party.mention.name!r} as sender; signed {signed[0].mention.name!r}",
                party.evidence,
                signed[0].evidence,
            )


def _family(name: str) -> str:
    return name.rpartition(" ")[2].casefold()
