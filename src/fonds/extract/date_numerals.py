"""Rules for dates that are mostly numbers: time groups, numeric dates, years, decades.

Each builder takes a spelling and the letters that its rule in `fonds.extract.date_points`
matched, and says what they mean, or None if they are no date.
"""

from __future__ import annotations

from dataclasses import replace

from fonds.extract.date_values import DateValue, Expression, Point, Pointer
from fonds.extract.date_words import Spelling


def one_point(first: int, end: int, rule: str, point: Point, weak: bool = False) -> Expression:
    return Expression(first, end - 1, rule.replace("_", "-"), DateValue((point,)), weak=weak)


def written_at(spelling: Spelling, at: int) -> str:
    return spelling.text[spelling.starts[at] : spelling.ends[at]]


def in_a_code(spelling: Spelling, first: int, end: int) -> bool:
    """Whether the numbers are part of a longer code, such as 104-10-63-2."""
    text, start, stop = spelling.text, spelling.starts[first], spelling.ends[end - 1]
    before, after = text[max(0, start - 2) : start], text[stop : stop + 2]
    return bool(
        (before and before[-1] in "-/.–#$" and not before[-2:-1].isspace() and before[:-1])
        or (after and after[0] in "-/.–%" and after[1:].isalnum())
    )


def year_at(spelling: Spelling, at: int) -> tuple[int, int, str | None]:
    """A year's value, its number of digits, and why it was corrected."""
    letter, value = spelling.spelled[at], spelling.values[at]
    if letter == "E":
        return value, 4, f"“{written_at(spelling, at)}” is taken as a misreading of {value}"
    return value, 4 if letter in "YC" else 2, None


def is_short_year(spelling: Spelling, at: int, month: int) -> bool:
    """Whether a number of two digits after a month, or month and day, is a year."""
    spelled = spelling.spelled
    following = "".join(spelled[at + 1 : at + 3])
    if spelling.ends[at] - spelling.starts[at] != 2 or following[:1] in ("a", "O", "h", "M", "A", "W"):
        return False
    if following[:1] in (".", ":", "/", "-") and following[1:] in ("n", "m", "0") and _touch(spelling, at):
        return False
    if spelled[at - 1] in "'-" or at == len(spelled) - 1:
        return True
    tight = written_at(spelling, month).isupper() or spelled[month] == "A"
    return tight or (spelled[at] == "m" and following[:1] not in ("w", "$"))


def _touch(spelling: Spelling, at: int) -> bool:
    return spelling.starts[at + 1] == spelling.ends[at] and spelling.starts[at + 2] == spelling.ends[at + 1]


def time_group(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    day, hour, minute = spelling.values[first]
    time = f"{hour:02d}:{minute:02d}"
    if end - first == 1 or spelling.spelled[end - 1] in ".'":
        stop = first + 1
        point = Point(day=day, digits=0, pointer=Pointer("near-day"))
    else:
        stop = end
        month = next((i for i in range(first, end) if spelling.spelled[i] in "MAW"), None)
        if month is None:
            return None
        year = year_at(spelling, end - 1) if spelling.spelled[end - 1] in "Ymn" else (None, 0, None)
        point = Point(year[0], spelling.values[month], day, digits=year[1])
    found = replace(one_point(first, stop, rule, point), time=time, time_zone="Z")
    written = written_at(spelling, first)
    if written.endswith("2"):
        return replace(found, status="corrected", reason=f"the last 2 of “{written}” is taken as a misread Z")
    return found


def day_time(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    """04/0120: a day and a time, believed later only if it falls on the days around the document."""
    if in_a_code(spelling, first, end):
        return None
    hour, minute = divmod(spelling.values[end - 1], 100)
    point = Point(day=spelling.values[first], digits=0, pointer=Pointer("near-day"))
    return replace(one_point(first, end, rule, point), time=f"{hour:02d}:{minute:02d}")


def iso(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    year, month, day = (spelling.values[i] for i in (first, first + 2, first + 4))
    if in_a_code(spelling, first, end) or (day and not month):
        return None
    return one_point(first, end, rule, Point(year, month or None, day or None))


def numeric(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    """Two numbers and a year; the order stays open unless only one order can be."""
    mark = spelling.words[first + 1]
    one, two = spelling.values[first], spelling.values[first + 2]
    year, digits, _ = year_at(spelling, end - 1)
    widths = [spelling.ends[i] - spelling.starts[i] for i in (first, first + 2, first + 4)]
    if in_a_code(spelling, first, end) or (not year and widths[2] == 4) or widths[2] == 1:
        return None
    if mark in ".-" and spelling.ends[end - 1] - spelling.starts[first] > sum(widths) + 2:
        return None  # "1. 2. 50" is a list
    if mark == "." and widths[2] == 2 and year < 32 and widths[:2] != [2, 2]:
        return None  # "2.1.10" is a paragraph
    if one > 31 or two > 31 or (one > 12 and two > 12):
        return None
    if not (one or two or year):
        return None  # 00/00/00 fills in a form and states nothing
    if not one or not two:  # 12/00/63 names a month, 00/00/63 a year
        return one_point(first, end, rule, Point(year, one or two or None, digits=digits))
    month, day = (two, one) if one > 12 or (mark == "." and two <= 12) else (one, two)
    found = one_point(first, end, rule, Point(year, month, day, digits=digits))
    return replace(found, parts=(mark, one, two))


def roman_month(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    tight = spelling.spelled[first + 1] in "./-"
    if in_a_code(spelling, first, end) or not (tight or spelling.spelled[end - 1] == "Y"):
        return None
    month = next(i for i in range(first, end) if spelling.spelled[i] == "R")
    year, digits, _ = year_at(spelling, end - 1)
    return one_point(
        first, end, rule, Point(year, spelling.values[month], spelling.values[first], digits=digits)
    )


def decade(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    at = next(i for i in range(first, end) if spelling.spelled[i] in "Ym")
    year, digits, _ = year_at(spelling, at)
    return None if year % 10 else one_point(at, end, rule, Point(year, digits=digits, scale=10))


def century(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    number = spelling.values[first]
    return one_point(first, end, rule, Point((number - 1) * 100, scale=100)) if 11 <= number <= 21 else None


def year_range(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    """1946-50 or 1946-1950; a second number that can be a month but no later year is one."""
    start, tail = spelling.values[first], spelling.values[end - 1]
    if in_a_code(spelling, first, end):
        return None
    if spelling.spelled[end - 1] != "Y":
        later = 0 < tail - start % 100 <= 60
        if spelling.ends[end - 1] - spelling.starts[end - 1] != 2:
            return None
        if spelling.words[first + 1] != "/" and 1 <= tail <= 12:
            return None if later else one_point(first, end, "month", Point(start, tail), weak=True)
        if not later:
            return None
        tail += start - start % 100
    if not 1500 <= start < tail <= start + 100:
        return None
    return Expression(first, end - 1, rule, DateValue((Point(start), Point(tail)), "range"), weak=True)


def bare_year(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    if in_a_code(spelling, first, end):
        return None
    year, _, corrected = year_at(spelling, first)
    if not 1800 <= year <= 2030:
        return None
    found = one_point(first, end, rule, Point(year), weak=True)
    return replace(found, status="corrected", reason=corrected) if corrected else found
