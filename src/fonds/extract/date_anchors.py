"""What an incomplete date is told from: the year of "July 28", the day of "yesterday".

First comes a day that the caller gives, then the same day elsewhere in the text with its year,
then the date just before it if that is of another time, then the document's own date, and for
years alone the nearest date that the text states. Whatever is told so is marked as inferred.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from fonds.extract.date_values import DateValue, Expression, Point, and_reason, nearest_year, resolve
from fonds.extract.date_words import Spelling
from fonds.extract.own_date import choose_document_date, consistent_reference
from fonds.extract.reading import Reading
from fonds.record import DateStatement, Evidence, Status
from fonds.source import View

#: How far apart, in code points, a date and one that lends it its year may stand.
_CARRY: Final = 400
#: How many days a story must lie from the document for its dates to lend each other years.
_ANOTHER_TIME: Final = 400
#: Roles of dates that belong to the time of the text; not those of reviews and catalogues.
_TEXTUAL: Final = frozenset({"mentioned", "received", "arrived", "sent", "dated"})


@dataclass(frozen=True, slots=True)
class Anchor:
    """A day from which incomplete dates are told. A firm one also resolves "yesterday"."""

    day: date
    reason: str
    firm: bool = True
    premises: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchors:
    """All that the incomplete dates of one document can be told from."""

    own: Anchor | None
    elsewhere: dict[tuple[int | None, int | None], Anchor]
    starts: tuple[int, ...]
    days: tuple[DateStatement, ...]

    def of(self, found: Expression, at: int, before: tuple[int, date] | None, prose: View) -> Anchor | None:
        """The anchor of one expression at a position of the running text.

        `before` is the end and the day of the last complete date.
        """
        if found.value.complete or any(point.pointer for point in found.value.points):
            return self.own
        same = self.elsewhere.get((found.point.month, found.point.day))
        return same or self._carried(before, at, prose) or self.own or self._nearest(prose.position(at))

    def _carried(self, before: tuple[int, date] | None, at: int, prose: View) -> Anchor | None:
        """The date just before, in the same paragraph and of another time than the document."""
        if before is None or at - before[0] > _CARRY or "\n\n" in prose.content[before[0] : at]:
            return None
        if self.own and abs((self.own.day - before[1]).days) <= _ANOTHER_TIME:
            return None
        return Anchor(before[1], f"the date before it, {before[1]}", firm=False)

    def _nearest(self, at: int) -> Anchor | None:
        """The stated day that stands nearest in the text."""
        if not self.days:
            return None
        index = bisect_left(self.starts, at)
        beside = self.days[max(0, index - 1) : index + 1]
        nearest = min(beside, key=lambda statement: abs(statement.evidence.start - at))
        reason = f"{nearest.edtf}, the nearest day that the text states; it bears no date of its own"
        day = date.fromisoformat(str(nearest.latest))
        return Anchor(day, reason, firm=False, premises=(nearest.evidence,))


def given_anchor(reference: str | None) -> Anchor | None:
    """The anchor of a reference date, ISO 8601; of a month or year its last day."""
    if not reference:
        return None
    year, month, day, *_ = *(int(part) for part in reference[:10].split("-")), None, None
    bounds = Point(year, month, day).bounds()
    return Anchor(bounds[1], f"the reference date {reference}") if bounds else None


def anchors_of(
    reading: Reading, found: Sequence[Expression], stated: Sequence[DateStatement], given: Anchor | None
) -> Anchors:
    """The anchors of a document, of which `stated` are the complete dates."""
    own = given or _own(stated, reading)
    days = [d for d in stated if d.role in _TEXTUAL and d.latest and d.latest == d.earliest]
    days.sort(key=lambda statement: statement.evidence.start)
    starts = tuple(statement.evidence.start for statement in days)
    return Anchors(own, _elsewhere(found, own), starts, tuple(days))


def _own(stated: Sequence[DateStatement], reading: Reading) -> Anchor | None:
    """The document's own date, or one that agrees with the dates in its text."""
    own = choose_document_date(stated, reading)
    told = consistent_reference(([own] if own else []) + [d for d in stated if d.role == "mentioned"])
    if own and told:
        return Anchor(date.fromisoformat(told[0]), told[1], premises=(own.evidence,))
    return None


def _elsewhere(
    found: Sequence[Expression], own: Anchor | None
) -> dict[tuple[int | None, int | None], Anchor]:
    """Days, and months of a time near the document's, that the text gives in one year only."""
    years: dict[tuple[int | None, int | None], set[int]] = {}
    for expression in found:
        point = expression.point
        if point.month and point.year and expression.value.complete:
            years.setdefault((point.month, point.day), set()).add(point.year)
    told: dict[tuple[int | None, int | None], Anchor] = {}
    for (month, day), each in years.items():
        year = min(each)
        if len(each) == 1 and month and (day or not own or abs(year - own.day.year) < 2):
            reason = f"the same {'day' if day else 'month'} elsewhere in the text"
            told[month, day] = Anchor(date(year, min(month, 12), min(day or 15, 28)), reason, firm=False)
    return told


def speaks_of_future(spelling: Spelling, found: Expression) -> bool:
    """Whether the words around an expression say that it is still to come."""
    first = found.first
    while first > max(0, found.first - 12) and spelling.spelled[first - 1] not in "._;!":
        first -= 1
    around = spelling.words[first : found.last + 6]
    return not spelling.vocabulary.forward.isdisjoint(around)


def tell(found: Expression, near: Anchor | None, *, forward: bool = False) -> Expression | None:
    """The expression with its years and days told from an anchor; None if it needs one and has none.

    A day without a year stays without one if there is no anchor.
    """
    if found.value.complete:
        return found
    pointing = any(point.pointer for point in found.value.points)
    if near is None:
        return None if pointing else found
    if pointing and not near.firm:
        return None
    value = _told_value(found.value, near.day, forward)
    if value is None or (found.rule == "day-time" and not _close(value, near.day)):
        return None
    status: Status = "inferred" if found.status == "stated" else found.status
    what = "told from" if pointing else "year from"
    return replace(
        found, value=value, status=status, reason=and_reason(found.reason, f"{what} {near.reason}")
    )


def _told_value(value: DateValue, near: date, forward: bool) -> DateValue | None:
    told: list[Point] = []
    for point in value.points:
        if point.pointer:
            told.extend(resolve(point, near, forward=forward))
        elif point.year:
            told.append(point)
        else:  # the end of a range is the next such day after its start
            last = told[-1].bounds() if told else None
            told.append(nearest_year(point, last[1] if last else near, forward=forward))
    if not all(point.valid and point.pointer is None for point in told):
        return None
    if len(told) == len(value.points):
        return DateValue(tuple(told), value.form)
    if value.form in ("from", "to"):
        return DateValue((told[0 if value.form == "from" else -1],), value.form)
    return DateValue(tuple(told), "range")


def _close(value: DateValue, day: date) -> bool:
    span = value.points[0].bounds()
    return span is not None and abs((span[0] - day).days) <= 3
