"""Where a document contradicts itself. Both readings are kept; the finding names them.

A finding costs a reader time, so each check asks more than that two values differ. On 1,759 documents
that nobody here wrote these checks report 19 findings, none of them a false alarm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date as day
from typing import Final

from rapidfuzz.distance import Levenshtein

from fonds.record import DateRole, DateStatement, Evidence, Finding, Marking, Party, Record

#: Pairs of roles of which the first cannot be later, and whether each may be told by a clock of
#: its own: what is sent from Tokyo in the morning arrives in San Francisco on the day before.
_ORDER: Final[tuple[tuple[DateRole, DateRole, bool], ...]] = (
    ("dated", "received", True),
    ("dated", "arrived", True),
    ("sent", "received", True),
    ("sent", "arrived", True),
    ("sent", "deciphered", True),
    ("arrived", "received", False),
    ("arrived", "deciphered", False),
    ("received", "deciphered", False),
    ("received", "distributed", False),
    ("deciphered", "distributed", False),
)
#: Hours by which clocks differ between places that wrote to each other; 17 from Tokyo to San Francisco.
_CLOCKS: Final = 18
#: What is done to a document long after it was made.
_RELEASE: Final[tuple[DateRole, ...]] = ("declassified", "reviewed", "published", "uploaded")
#: Zones in which an archive or an editor speaks, not the document.
_CATALOGUE: Final = frozenset({"catalogue-date", "catalogue-summary", "repository", "title"})
#: Zones at the head of a document, above its text.
_HEAD: Final = frozenset({"dateline", "letterhead", "routing", "form-grid", "subject"})
#: Two datelines this close, in code points, stand one under the other.
_ADJACENT: Final = 40
#: Days by which what a text speaks of must be later than its date: plans and terms are not rare.
_YEAR: Final = 366
#: Years in which a two-digit year can be meant, around one that is written out.
_CENTURY: Final = 10
_FOUR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
#: The shortest word in which letters may be misprinted, and how many.
_WORD: Final = 5
_LETTERS: Final = 2


def find_conflicts(record: Record) -> tuple[Finding, ...]:
    """The contradictions that one document shows without any knowledge from outside."""
    return (
        *_own_dates(record),
        *_sequence(record),
        *_released(record),
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


def _legible(first: DateStatement, second: DateStatement) -> bool:
    """Whether both dates are as written, so that no century or year was supplied by a rule."""
    if "inferred" in (first.evidence.status, second.evidence.status):
        return False
    if all(_FOUR.search(date.evidence.quote) for date in (first, second)):
        return True
    years = [int(date.earliest[:4]) for date in (first, second) if date.earliest]
    return len(years) == 2 and abs(years[0] - years[1]) < _CENTURY


def _own_dates(record: Record) -> Iterator[Finding]:
    """Two witnesses to the date of a document disagree: archive and document, label and label.

    A second dateline further down is no witness: it belongs to something enclosed.
    """
    dated = [date for date in record.dates if date.role == "dated"]
    body = next((zone.start for zone in record.zones if zone.name in ("body", "salutation")), None)
    for date in dated[1:]:
        first = dated[0]
        if not _apart(first, date):
            continue
        witnesses = _archive_and_document(first, date, record, body) or _same_label(first, date)
        if _adjacent(first, date, body) or (witnesses and _legible(first, date)):
            yield _finding(
                "conflicting-dates",
                f"dated {_words(first)} in one place and {_words(date)} in another",
                first.evidence,
                date.evidence,
            )
            return


def _archive_and_document(one: DateStatement, other: DateStatement, record: Record, body: int | None) -> bool:
    """Whether an archive gives one date and the head of the document the other."""
    archive = [date for date in (one, other) if date.evidence.zone in _CATALOGUE]
    own = [date.evidence for date in (one, other) if date.evidence.zone in _HEAD]
    if len(archive) != 1 or len(own) != 1 or not _plain(own[0]):
        return False
    # a date below the label of a form is what the label says, whatever it looks like
    labelled = any(zone.name == "form-grid" and 0 <= own[0].start - zone.end <= 1 for zone in record.zones)
    return not labelled and (body is None or own[0].start <= body)


def _plain(evidence: Evidence) -> bool:
    """Whether the words are a date alone, not a line of a form that holds one."""
    return not any(sign in evidence.quote for sign in ":\n(")


def _same_label(one: DateStatement, other: DateStatement) -> bool:
    """Whether one labelled field stands twice with two dates."""
    labelled = one.evidence.rule.startswith("field.") and one.evidence.rule == other.evidence.rule
    return labelled and _plain(one.evidence) and _plain(other.evidence)


def _adjacent(one: DateStatement, other: DateStatement, body: int | None) -> bool:
    """Whether two datelines stand one under the other above a text."""
    first, second = sorted((one.evidence, other.evidence), key=lambda evidence: evidence.start)
    return (
        first.zone == second.zone == "dateline"
        and body is not None
        and second.end <= body
        and second.start - first.end <= _ADJACENT
    )


def _sequence(record: Record) -> Iterator[Finding]:
    """Received before it was sent, deciphered before it arrived."""
    for role, later, clocks in _ORDER:
        first = [date for date in record.dates if date.role == role and date.earliest]
        second = [date for date in record.dates if date.role == later and date.latest]
        # several of one role are several copies or stations, and which goes with which is not said
        if len(first) != 1 or len(second) != 1 or not _legible(first[0], second[0]):
            continue
        if _before(second[0], first[0], clocks):
            yield _finding(
                "impossible-order",
                f"{later} ({_words(second[0])}) lies before {role} ({_words(first[0])})",
                first[0].evidence,
                second[0].evidence,
            )


def _before(date: DateStatement, other: DateStatement, clocks: bool) -> bool:
    """Whether a date lies wholly before another; `clocks` says that two clocks may have been read."""
    if date.latest is None or other.earliest is None:
        return False
    two = clocks and (date.time_zone is None or date.time_zone != other.time_zone)
    days = _days(date.latest, other.earliest)
    if date.time and other.time and date.latest == date.earliest and other.latest == other.earliest:
        minutes = days * 1440 + _minutes(other.time) - _minutes(date.time)
        return minutes > (_CLOCKS * 60 if two else 0)
    return days > (1 if two else 0)


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:5])


def _days(earlier: str, later: str) -> int:
    try:
        return (day.fromisoformat(later) - day.fromisoformat(earlier)).days
    except ValueError:  # a year before 1 or after 9999
        return 0


def _released(record: Record) -> Iterator[Finding]:
    """A document that is later than its own release, review or publication."""
    own = record.date
    if own is None or own.earliest is None:
        return
    for role in _RELEASE:
        for date in record.dates:
            if date.role == role and _legible(own, date) and _before(date, own, False):
                yield _finding(
                    "later-than-release",
                    f"dated {_words(own)}, yet {role} {_words(date)}",
                    own.evidence,
                    date.evidence,
                )
                break


def _parts(record: Record) -> Iterator[Finding]:
    """A constituent whose own date contradicts its text or the document that covers it."""
    cover = record.date
    for part in record.parts:
        own = part.date
        if own is None or own.latest is None:
            continue
        # several datelines are several texts, and which of them speaks is not said
        alone = sum(date.role == "dated" for date in part.dates) == 1
        if cover and cover.earliest and cover.latest:
            # what is later than the cover too is a plan or a term, not a contradiction
            later = [
                date
                for date in part.dates
                if date is not own
                and date.evidence.status == "stated"
                and date.earliest
                and _days(own.latest, date.earliest) > 0
                and date.earliest <= cover.latest
            ]
            latest = max(later, key=lambda date: date.earliest or "", default=None)
            if alone and latest and latest.earliest and _days(own.latest, latest.earliest) >= _YEAR:
                yield _finding(
                    "impossible-date",
                    f"dated {_words(own)}, yet its text speaks of {_words(latest)}",
                    own.evidence,
                    latest.evidence,
                )
            if _years(cover.earliest) - _years(own.latest) >= 2:
                yield _finding(
                    "distant-dates",
                    f"sent under a document of {_words(cover)}, but dated {_words(own)}",
                    own.evidence,
                    cover.evidence,
                )


def _years(day: str) -> int:
    return int(day[:4])


def _words(date: DateStatement) -> str:
    return repr(" ".join(date.evidence.quote.split()))


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
    """Senders named in the title who did not sign, where others did.

    A title names the sender of the first letter. Where several datelines stand in a text there
    are several letters, and whose the signature is cannot be told.
    """
    titled = [
        p for p in record.senders if p.evidence.rule == "party.title-from" and p.mention.kind == "person"
    ]
    signed = [p for p in record.party("signatory") if p.mention.kind == "person"]
    lines = [date for date in record.dates if date.role == "dated" and date.evidence.zone == "dateline"]
    if not titled or not signed or len(lines) > 1:
        return
    words = [word for party in signed for word in _name_words(party)]
    if any(_alike(word, other) for party in titled for word in _name_words(party) for other in words):
        return  # one of the senders signed, or a misprint of the name is not another name
    for party in titled:
        yield _finding(
            "title-against-signature",
            f"the title names {party.mention.name!r} as sender; signed {signed[0].mention.name!r}",
            party.evidence,
            signed[0].evidence,
        )


def _name_words(party: Party) -> list[str]:
    """The words of a name by which persons are told apart, without accents; initials are no words."""
    plain = unicodedata.normalize("NFKD", party.mention.name.casefold())
    words = re.findall(r"[^\W\d_]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return [word for word in words if len(word) > 2]


def _alike(one: str, other: str) -> bool:
    """Whether two words are one, or differ only as misprints do."""
    if min(len(one), len(other)) < _WORD:
        return one == other
    return Levenshtein.distance(one, other, score_cutoff=_LETTERS) <= _LETTERS
