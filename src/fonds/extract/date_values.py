"""Days, months, seasons and years as values, and their spelling in EDTF.

EDTF is the Extended Date/Time Format, ISO 8601-2:2019. A `Point` is what one expression
names; a `DateValue` is a point, a range, a choice or an open end; an `Expression` is the words
that say it. Arithmetic here is on the
proleptic Gregorian calendar, as EDTF asks.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import itemgetter
from typing import Final, Literal

from fonds.record import Status

#: First and last month and day of the seasons of the northern hemisphere, wide enough for
#: both the meteorologist's and the astronomer's. Winter runs into the next year.
_SEASONS: Final = {21: (3, 1, 6, 21), 22: (6, 1, 9, 23), 23: (9, 1, 12, 22), 24: (12, 1, 3, 21)}


@dataclass(frozen=True, slots=True)
class Pointer:
    """A date told from the day of writing.

    `unit` is what is counted (`day`, `week`, `month`, `year`, `season`, `named-month`, `weekday`,
    `past-day`,
    `near-day`), `offset` how many units on, `value` which month, season or weekday.
    """

    unit: str
    offset: int = 0
    value: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One day, month, season, year, decade or century, as far as it is said.

    `month` is 1 to 12, or 21 to 24 for a season. `digits` is how many digits of the year
    were written, 0 if none. `scale` is 10 for a decade, 100 for a century. `pointer` is set
    as long as the value waits for a reference date.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    digits: int = 4
    scale: int = 1
    mark: Literal["", "~", "?"] = ""
    pointer: Pointer | None = None

    @property
    def precision(self) -> str:
        """`day`, `month`, `season`, `year`, `decade` or `century`."""
        if self.day:
            return "day"
        if self.month:
            return "season" if self.month > 20 else "month"
        return {1: "year", 10: "decade", 100: "century"}[self.scale]

    @property
    def valid(self) -> bool:
        """Whether such a day exists; 29 February is given the benefit of a missing year."""
        if self.year is not None and self.digits == 4 and not 1000 <= self.year <= 2100:
            return False
        if self.month is not None and not (1 <= self.month <= 12 or 21 <= self.month <= 24):
            return False
        if self.day is None or self.pointer:
            return self.day is None or 1 <= self.day <= 31
        year = self.year if self.year and self.digits == 4 else 2000
        return self.month is not None and 1 <= self.day <= monthrange(year, self.month)[1]

    def in_year(self, year: int) -> Point:
        """The point in a year of four digits."""
        return Point(year, self.month, self.day, 4, self.scale, self.mark, self.pointer)

    def edtf(self) -> str | None:
        """The point in EDTF, None if that has no form for it."""
        if self.pointer or (self.year is None and (self.month or 0) > 20):
            return None  # EDTF has no season of an unknown year
        year = "XXXX" if self.year is None else f"{self.year:04d}"
        if self.scale > 1:
            year = year[:3] + "X" if self.scale == 10 else year[:2] + "XX"
        text = year + (f"-{self.month:02d}" if self.month else "") + (f"-{self.day:02d}" if self.day else "")
        return text if self.precision == "season" else text + self.mark  # seasons take no mark

    def bounds(self) -> tuple[date, date] | None:
        """The first and the last day meant, None without a year."""
        if self.year is None or self.pointer:
            return None
        if self.day and self.month:
            day = date(self.year, self.month, self.day)
            return day, day
        if self.month and self.month > 20:
            first_month, first_day, last_month, last_day = _SEASONS[self.month]
            first = date(self.year, first_month, first_day)
            if last_month < first_month:  # "winter 1953" may begin or end in that year
                return date(self.year, 1, 1), date(self.year + 1, last_month, last_day)
            return first, date(self.year, last_month, last_day)
        if self.month:
            return date(self.year, self.month, 1), date(
                self.year, self.month, monthrange(self.year, self.month)[1]
            )
        first_year = self.year - self.year % self.scale
        return date(first_year, 1, 1), date(first_year + self.scale - 1, 12, 31)


@dataclass(frozen=True, slots=True)
class DateValue:
    """One or more points and how they belong together.

    `form` is `one`, `range` (from the first to the last), `choice` (one of them), `all`
    (each of them), `from` (open end) or `to` (open start).
    """

    points: tuple[Point, ...]
    form: Literal["one", "range", "choice", "all", "from", "to"] = "one"

    @property
    def complete(self) -> bool:
        """Whether no point waits for a reference date or a century."""
        return all(p.year is not None and p.digits == 4 and p.pointer is None for p in self.points)

    def edtf(self) -> str | None:
        """The value in EDTF, None if that has no form for it."""
        parts = [point.edtf() for point in self.points]
        if None in parts:
            return None
        first, last = str(parts[0]), str(parts[-1])
        if self.form == "one":
            return first
        if self.form == "range":
            return f"{first}/{last}"
        if self.form in ("choice", "all"):
            joined = ",".join(str(part) for part in parts)
            return f"[{joined}]" if self.form == "choice" else f"{{{joined}}}"
        edge = self.points[0]
        if edge.scale > 1 and (span := edge.bounds()):  # an open interval takes no decade
            first = str((span[0] if self.form == "from" else span[1]).year)
        return f"{first}/.." if self.form == "from" else f"../{first}"

    def bounds(self) -> tuple[str | None, str | None]:
        """The first and the last day meant, ISO 8601, None where open or unknown."""
        spans = [point.bounds() for point in self.points]
        first, last = spans[0], spans[-1]
        if self.form in ("choice", "all"):  # "12 or 1 November": listed in any order
            known = [span for span in spans if span]
            whole = len(known) == len(spans)
            first, last = (min(known), max(known, key=itemgetter(1))) if whole else (None, None)
        earliest = first[0].isoformat() if first and self.form != "to" else None
        latest = last[1].isoformat() if last and self.form != "from" else None
        return earliest, latest

    @property
    def precision(self) -> str:
        """The precision of the first point."""
        return self.points[0].precision


@dataclass(frozen=True, slots=True)
class Expression:
    """Words that express a date: letters `first` to `last`, inclusive, of a spelling.

    `weak` is set where the words alone may be something else (a bare year or month name).
    `lead` is the kind of phrase that stands before, such as `plain` or `since`. `parts` are
    the separator and the first two numbers of a numeric date whose order is open.
    """

    first: int
    last: int
    rule: str
    value: DateValue
    weak: bool = False
    time: str | None = None
    time_zone: str | None = None
    modifier: str | None = None
    approximate: bool = False
    lead: str | None = None
    parts: tuple[str, int, int] | None = None
    status: Status = "stated"
    reason: str | None = None

    @property
    def point(self) -> Point:
        """The first point of the value."""
        return self.value.points[0]


def and_reason(one: str | None, two: str) -> str:
    """Two reasons in one."""
    return f"{one}; {two}" if one else two


def nearest_year(point: Point, near: date, *, forward: bool = False) -> Point:
    """The point in the year that brings it nearest to a day.

    People leave the year out when it is the current one, so that year has an advantage of two
    months; and they write more of what was than of what will be, unless `forward` says so.
    """
    best: tuple[float, int] | None = None
    for year in (near.year, near.year - 1, near.year + 1):
        candidate = point.in_year(year)
        span = candidate.bounds() if candidate.valid else None
        if span is None:
            continue
        days = (span[0] + (span[1] - span[0]) / 2 - near).days
        weight = (0.7 if forward else 1.5) if days > 0 else 1.0
        distance = abs(days) * weight - (60 if year == near.year else 0)
        if best is None or distance < best[0]:
            best = distance, year
    return point if best is None else point.in_year(best[1])


def century_of(point: Point, period: tuple[int, int] | None, near: int | None) -> Point:
    """The point with its two-digit year in the century that fits the period, or lies nearest."""
    if point.digits != 2 or point.year is None:
        return point
    # A text names what was rather than what will be: a birth before the period, seldom a plan after it.
    latest = period[1] if period else (near or 1970) + 30
    years = [century + point.year for century in range(1600, 2100, 100) if century + point.year <= latest]
    if period:
        years = [year for year in years if year >= period[0]] or years[-1:]
    middle = near if near is not None else sum(period) // 2 if period else 1950
    return point.in_year(min(years, key=lambda year: abs(year - middle)))


def resolve(point: Point, near: date, *, forward: bool = False) -> tuple[Point, ...]:
    """What a pointer points to from a day: one point, or the two ends of a week.

    `forward` says that the words speak of what is to come.
    """
    pointer = point.pointer
    if pointer is None:
        return (point,)
    bare = replace(point, pointer=None, digits=4)
    unit, offset, value = pointer.unit, pointer.offset, pointer.value
    if unit == "day":
        return (_day(bare, near + timedelta(days=offset)),)
    if unit == "week":
        monday = near - timedelta(days=near.weekday()) + timedelta(days=7 * offset)
        return _day(bare, monday), _day(bare, monday + timedelta(days=6))
    if unit == "year":
        return (replace(bare, year=near.year + offset),)
    if unit == "weekday":
        return (_day(bare, _weekday(near, value, offset)),)
    if unit in ("past-day", "near-day"):
        return (_day_of_month(bare, near, later=forward or unit == "near-day", earlier=not forward),)
    if unit == "month":
        month = near.month - 1 + offset
        return (replace(bare, year=near.year + month // 12, month=month % 12 + 1),)
    return (_turn_of(replace(bare, month=value), near, offset),)


def _day(point: Point, day: date) -> Point:
    return replace(point, year=day.year, month=day.month, day=day.day)


def _weekday(near: date, weekday: int, offset: int) -> date:
    """The last such weekday before a day, or the next one after it."""
    step = (near.isoweekday() - weekday - 1) % 7 + 1
    if offset > 0:
        step = -((weekday - near.isoweekday() - 1) % 7 + 1)
    return near - timedelta(days=step)


def _day_of_month(point: Point, near: date, *, later: bool, earlier: bool) -> Point:
    """The day of that number before ("your telegram of the 3d"), after, or nearest to a day."""
    first = date(near.year, near.month, 1)
    months = (first - timedelta(days=40), first - timedelta(days=1), first, first + timedelta(days=31))
    candidates = [replace(point, year=month.year, month=month.month) for month in months[: 4 if later else 3]]
    days = [span[0] for candidate in candidates if candidate.valid and (span := candidate.bounds())]
    return _day(
        point,
        min(
            (day for day in days if day == near or (later if day > near else earlier)),
            key=lambda day: abs(day - near),
        ),
    )


def _turn_of(point: Point, near: date, offset: int) -> Point:
    """The last, this or the next one of a month or season: "last autumn", "November last"."""
    if offset == 0:
        return nearest_year(point, near)
    years = range(near.year - 1, near.year + 2)
    spans = [(year, replace(point, year=year).bounds()) for year in years if replace(point, year=year).valid]
    if offset < 0:
        past = [year for year, span in spans if span and span[1] < near]
        return replace(point, year=past[-1]) if past else point
    return replace(point, year=next(year for year, span in spans if span and span[0] > near))
