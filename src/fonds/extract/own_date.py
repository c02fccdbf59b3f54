"""Which of its dates is the document's own, and from which day its relative dates are told.

The rule in a date's evidence says how its words were read. That just this date is the document's
is a second reading; its ground stands in words at the end of the reason, and `choice` names it:
`own-date.label`, where a label calls it so, `own-date.dateline` and others by the zone, `own-date.head`
and `own-date.foot` by the place, `own-date.only-of-head` where nothing else may be it, and
`own-date.sent`, `own-date.deciphered`, `own-date.distributed` for the day that stands for the
missing one. A choice that measured badly makes the date less sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from fonds.certainty import weaker
from fonds.extract.date_roles import FOOT, LABELLED, RANKS, of_meeting_or_form
from fonds.extract.reading import Reading
from fonds.record import DateStatement

#: So many unlabelled days in the head of a document are a table.
_TABLE: Final = 4
_ROLE_RANKS: Final = {"dated": 0, "sent": 10, "deciphered": 11, "distributed": 12}
_OF: Final = " of the document"
_INSTEAD: Final = "; the document bears no other date of its own"
_ONLY: Final = "the only day above the text; nothing calls it the date"


def choice(own: DateStatement) -> str | None:
    """Id of the rule that chose a date as its document's own, None if none did (see above)."""
    reason = own.evidence.reason or ""
    if reason.endswith(_ONLY):
        return "own-date.only-of-head"
    if reason.endswith(_INSTEAD):
        return f"own-date.{own.role}"
    if own.role != "dated":
        return None
    if _is_labelled(own):
        return "own-date.label"
    where = reason.rpartition("; ")[2]
    return f"own-date.{where.removesuffix(_OF)}" if where.endswith(_OF) else None


def _is_labelled(statement: DateStatement) -> bool:
    evidence = statement.evidence
    return LABELLED in (evidence.reason or "") or evidence.rule.startswith("field.")


def _rank(statement: DateStatement, body: int | None) -> tuple[int, int, int, str, bool, int]:
    evidence = statement.evidence
    zone = evidence.zone
    below = body is not None and evidence.start > body
    rank = _ROLE_RANKS[statement.role] or RANKS.get(zone, 7 if zone in FOOT or below else 4)
    day = ""
    if rank < 10 and _is_labelled(statement) and rank != RANKS["repository"]:
        # of several labels the earliest: later ones date a copy; below the text they may be another's
        rank, day = (6 if below else 0), str(statement.earliest)
    precise = 0 if statement.earliest == statement.latest else 1
    return rank // 10, precise, rank, day, evidence.status == "inferred", evidence.start


def choose_document_date(
    dates: Iterable[DateStatement], reading: Reading | None = None
) -> DateStatement | None:
    """The document's own date among many, with the reason in its evidence; None if it has none.

    Preferred are the dateline, the letterhead, the routing block and the lines of the head, then
    the catalogue's date line, then the foot, then the day of sending, deciphering or
    distribution. Dates of receipt, registry, review and release are never chosen.
    """
    body = next((zone.start for zone in reading.zones if zone.name == "body"), None) if reading else None
    own = [d for d in dates if d.role in _ROLE_RANKS and d.earliest and d.latest]
    own = [d for d in own if d.evidence.certainty != "possible" or d.role == "dated"]
    if not own:
        return None
    best = min(own, key=lambda statement: _rank(statement, body))
    rank = _rank(best, body)[2]
    where = (
        f"day it was {best.role}{_INSTEAD}"
        if rank >= 10
        else "foot of the document"
        if rank in (6, 7)
        else "head of the document"
        if rank == 4
        else f"{best.evidence.zone}{_OF}"
    )
    if (best.evidence.reason or "").endswith(where):
        return best
    reason = f"{best.evidence.reason}; {where}" if best.evidence.reason else where
    return replace(best, evidence=replace(best.evidence, reason=reason))


def own_first(
    dates: Iterable[DateStatement], reading: Reading, period: tuple[int, int] | None = None
) -> list[DateStatement]:
    """The document's own date first, the others in the order given.

    A day outside the years of the collection is not taken for the document's where another may be it.

    Where several days claim to be the document's with the same right (two days one below the
    other, or the days of a table), none is known to be it, and all are only mentioned.
    """
    found = _within(list(dates), period)
    own = choose_document_date(found, reading)
    if own is None:
        return _only_of_head(found, reading)
    if own.role != "dated" and own.evidence.rule.startswith("field."):
        return found  # the label already says all
    claims = _rivals(found, own, reading)
    if claims:
        spans = {date.evidence.span for date in claims}
        reason = "one of several days that stand so; which one is the document's is not said"
        return [
            replace(d, role="mentioned", evidence=replace(d.evidence, reason=reason))
            if d.evidence.span in spans and d.role == "dated"
            else d
            for d in found
        ]
    same = [d for d in found if d.evidence.span == own.evidence.span and d.role in (own.role, "mentioned")]
    return [_as_sure(own, reading), *(d for d in found if d not in same)]


def _as_sure(own: DateStatement, reading: Reading) -> DateStatement:
    """The document's own date, no surer than the rule that chose it."""
    rule = choice(own)
    if rule is None or own.role != "dated":
        return own
    certainty = weaker(own.evidence.certainty, rule, reading.lexicon)
    return replace(own, evidence=replace(own.evidence, certainty=certainty))


#: Zones above the text in which documents bear their date.
_HEAD: Final = frozenset({"letterhead", "routing", "marking", "dateline", "other"})
#: What stands before a day that is spoken of.
_SPOKEN: Final = re.compile(
    r"(?i)(?:\b(?:dated|of|on|from|since|born|until|till|by|before|after|and|to|dob|dpob|ca)\b[ \t:,.]*"
    r"|[-–/(]\s*|\b[A-Z]{2,8}[-/ ]\d{2,7}\W{0,3})$"
)
#: Of what is inferred, a century alone leaves the day as it is written.
_CENTURY: Final = "century from"
#: A label that is none of the known ones says what else the day is of.
_LABEL: Final = re.compile(r"(?i)[a-z]{2,} +date\b|\bdate [a-z]")
_REFERRING: Final = re.compile(r"(?i)^\W{0,3}(?:refs?|reference|re|subj|subject|attachment|encl)\w*\b")


def _only_of_head(found: list[DateStatement], reading: Reading) -> list[DateStatement]:
    """The dates, the only full day above the text taken for the document's, as there is no better."""
    body = next((zone.start for zone in reading.zones if zone.name == "body"), reading.span.end)
    days = [date for date in found if date.evidence.start < body and _full_day_of_head(date)]
    if len({date.edtf for date in days}) != 1 or _of_something(days[0], reading.text.content):
        return found
    first = days[0]
    evidence = replace(first.evidence, certainty="possible", reason=_ONLY)
    dated = replace(first, role="dated", evidence=evidence)
    return [dated, *(date for date in found if date is not first)]


def _full_day_of_head(date: DateStatement) -> bool:
    """Whether a day that is only mentioned stands in a head, whole but perhaps for its century."""
    whole = date.earliest is not None and date.earliest == date.latest
    read = date.evidence.status == "stated" or _CENTURY in (date.evidence.reason or "")
    return date.role == "mentioned" and date.evidence.zone in _HEAD and whole and read


def _of_something(date: DateStatement, content: str) -> bool:
    """Whether the words around a day say of what it is: a reference, a label, a meeting, a form."""
    start, end = date.evidence.start, date.evidence.end
    line = content[content.rfind("\n", 0, start) + 1 : start]
    if _SPOKEN.search(line) or _REFERRING.match(line) or _LABEL.search(line):
        return True
    lines = content[: start - len(line)].rstrip().rsplit("\n", 2)[-2:]
    above = lines[-1] if lines else ""
    if len(lines) == 2 and lines[0].casefold().rstrip().endswith("date of"):  # a label in two lines
        above = f"{lines[0].rstrip()} {above}"
    labelled = not line.strip() and len(above) < 40 and _LABEL.search(above.rstrip(" :*"))
    return bool(labelled) or of_meeting_or_form(content, start, end)


def _within(found: list[DateStatement], period: tuple[int, int] | None) -> list[DateStatement]:
    """The dates, those outside the period only mentioned, if some that may be the document's lie in it."""
    if period is None:
        return found
    first, last = period
    days = [d for d in found if d.earliest and d.latest]
    out = [d for d in days if int((d.earliest or "0")[:4]) > last or int((d.latest or "0")[:4]) < first]
    inside = [d for d in days if d not in out and d.earliest == d.latest]
    if not inside or not any(d.role in _ROLE_RANKS for d in out):
        return found
    reason = f"outside the years of the collection, {first} to {last}, so not taken for the document's"
    return [
        replace(d, role="mentioned", evidence=replace(d.evidence, reason=reason))
        if d in out and d.role in _ROLE_RANKS
        else d
        for d in found
    ]


def _rivals(found: list[DateStatement], own: DateStatement, reading: Reading) -> list[DateStatement]:
    """The days that have as good a claim as `own`, itself included; none if there is but one."""
    body = next((zone.start for zone in reading.zones if zone.name == "body"), len(reading.text))
    bare = [
        date
        for date in found
        if date.role == "dated"
        and date.evidence.start < body
        and not date.evidence.rule.startswith("field.")
        and LABELLED not in (date.evidence.reason or "")
    ]
    if own.evidence.span not in {date.evidence.span for date in bare}:
        return []
    if len({date.edtf for date in bare}) >= _TABLE:
        return bare
    near = [date for date in bare if _beside(own, date, reading)]
    return [own, *near] if near else []


def _beside(own: DateStatement, other: DateStatement, reading: Reading) -> bool:
    """Whether nothing but a line break stands between two different days, written alike."""
    one, two = sorted((own.evidence.span, other.evidence.span))
    between = reading.text.content[one.end : two.start] if one.end <= two.start else "-"
    alike = other.edtf != own.edtf and other.evidence.status == own.evidence.status
    return alike and "\n" in between and not between.strip()


def consistent_reference(dates: Iterable[DateStatement]) -> tuple[str, str] | None:
    """A day, ISO 8601, from which the document's relative dates can be told, and why that day.

    Normally the document's own date. If two or more dates stated in its text lie more than a
    year after it and none near it, its year is doubtful: then the first year is taken in which
    the same day is later than all of them. None if the document has no date of its own.
    """
    known = tuple(dates)
    own = choose_document_date(known)
    if own is None or own.latest is None:
        return None
    day = date.fromisoformat(own.latest)
    explicit = sorted(
        date.fromisoformat(d.earliest)
        for d in known
        if d.role == "mentioned"
        and d.evidence.status == "stated"
        and d.earliest
        and d.evidence.reason is None
    )
    later = [other for other in explicit if other - day > timedelta(days=366)]
    near = [other for other in explicit if abs(other - day) <= timedelta(days=366)]
    if len(later) < 2 or near:
        return day.isoformat(), f"the document's own date, {own.edtf}"
    cited = later[-1].isoformat()
    for year in range(day.year, later[-1].year + 2):
        moved = date(year, day.month, min(day.day, 28) if day.month == 2 else day.day)
        if moved > later[-1] and sum(a != b for a, b in zip(str(year), str(day.year), strict=True)) == 1:
            return moved.isoformat(), (
                f"the document is dated {own.edtf}, but its text cites {cited}; "
                f"{moved} is the first such day after that"
            )
    return cited, f"the document is dated {own.edtf}, but its text cites {cited}, which is taken instead"
