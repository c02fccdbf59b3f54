"""The rules of dates: which spellings name a day, a month, a season or a year.

Each alternative of `POINTS` is a rule; its name is the rule's id after `date.`, and its
builder in `_BUILDERS` says what the words mean or that they mean no date. Years left out,
two-digit years, the order of day and month and words such as "yesterday" stay open: they
need the rest of the document, which `fonds.extract.dates` has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from rapidfuzz.distance import OSA

from fonds.extract.date_numerals import (
    bare_year,
    century,
    day_time,
    decade,
    is_short_year,
    iso,
    numeric,
    one_point,
    roman_month,
    time_group,
    written_at,
    year_at,
    year_range,
)
from fonds.extract.date_values import DateValue, Expression, Point, Pointer
from fonds.extract.date_words import Spelling

_NAME: Final = r"(?:[MW]|[AX]\.?)"
_SPELLED_DAY: Final = r"(?:c?q?-?[qQ]y?c?o?|nO?\.?(?:y?c?o)?)"
_YEAR: Final = r"(?:e?\[?[YE]\??\]?|'?[mn])"
_DAYS: Final = r"nO?\.?(?:(?:,nO?)*,?[&v]c?|[-/t]c?)nO?\.?"

#: The letters with which a point may begin: most words of a text can begin none.
BEGINS: Final = re.compile(r"[nqQMWAXYEZSr]|c(?=[nmqQp'-])|l(?=[MWSDU|])|m(?=[-./])|w(?=n)|-(?=[qQ])")
#: Every way to name a point, the more complete before the less.
POINTS: Final = re.compile(
    r"(?P<military>Z\.?(?:[MAW]\.?'?[Ymn]?)?)"
    r"|(?P<day_time>n/C)"
    r"|(?P<iso>Y([-/.])[nm]\4[nm])"
    r"|(?P<numeric>[nm]([/.-])[nm]\6[YmnC])"
    r"|(?P<roman_month>n([./-]?)R\.?\8[Ymn])"
    rf"|(?P<days_month>{_DAYS}(?:c?o)?\|?{_NAME}(?:,?o?\|?{_YEAR})?)"
    rf"|(?P<day_month_year>{_SPELLED_DAY}-?\|?{_NAME}[,-]?o?\|?{_YEAR})"
    rf"|(?P<month_days>{_NAME}\|?{_DAYS}(?!a|[.:][nm]a)(?:[,.]?\|?{_YEAR})?)"
    rf"|(?P<month_day_year>{_NAME},nO?,Y|{_NAME}\|?c?nO?\??[,.]?\|?{_YEAR})"
    r"|(?P<year_month_day>Y[MAW]n)"
    r"|(?P<month_last>(?:nO?(?:c?o)?(?:[MW]|A\.?)|(?:[MW]|A\.?)(?:nO?)?),?(?:l(?![UMSDWAY])|o?(?:l|cp)U))"
    rf"|(?P<month_year>{_NAME},?-?\|?(?:c?o)?(?:e?\[?[YE]\??\]?|'[mn]|m))"
    rf"|(?P<day_month>{_SPELLED_DAY}\|?[MAW])"
    r"|(?P<month_day>(?:[MW]|A\.?)\|?(?:c?nO?|c?q?-?[qQ]))"
    r"|(?P<instant>c?nO?(?:(?:,&?|[&v])\|?c?nO?)*\|?(?:o?i\.?|o\|?(?:l|cp)\|?U))"
    r"|(?P<season>S\.?,?(?:c?o)?\|?Y|SolU)"
    r"|(?P<relative>l\|?[MWSDU]|cpU|r)"
    r"|(?P<decade>Y'?G|c'?m'?G)"
    r"|(?P<century>(?:nO|Q)-?k)"
    r"|(?P<misread_month>n\|?w[.,]?Y|wn,Y)"
    r"|(?P<years>Y[-/][Ymn])"
    r"|(?P<day_of_month>cnO(?!(?:,|,?&|v|-)c?n))"
    r"|(?P<bare_season>S)"
    r"|(?P<month>[MW])"
    r"|(?P<year>[YE])"
)


def points(spelling: Spelling, letters: str) -> Iterator[Expression]:
    """The points named in a text, in order, the longest reading at each place."""
    at = 0
    for begin in BEGINS.finditer(letters):
        first = begin.start()
        match = POINTS.match(letters, first) if first >= at else None
        if match is None:
            continue
        rule = str(match.lastgroup)
        build = _BUILDERS.get(rule, _calendar)
        found = build(spelling, first, match.end(), rule)
        if found is None:
            continue
        if all(point.valid for point in found.value.points):
            yield found
        at = found.last + 1  # "31 April 1950" is no day, and no April either


_YEARLESS: Final = {"day_month_year": "day_month", "month_day_year": "month_day", "month_year": "month"}


def _calendar(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    """Dates with a month's name: days, month and year as far as they are there."""
    spelled, values = spelling.spelled, spelling.values
    month = next(i for i in range(first, end) if spelled[i] in "MAWXR")
    last = end - 1
    while spelled[last] in "]?":
        last -= 1
    year: tuple[int, int, str | None] | None = None
    stop = end
    if rule == "year_month_day":
        year = year_at(spelling, first)
    elif last > month and (spelled[last] in "YE" or _is_year_place(spelling, rule, month, last)):
        if spelled[last] in "YE" or is_short_year(spelling, last, month):
            year = year_at(spelling, last)
        else:
            rule, stop = _YEARLESS.get(rule, rule), last
            while spelled[stop - 1] in ",|.'-o":
                stop -= 1
    numbers = [
        i
        for i in range(first, stop)
        if spelled[i] in "nqQ" and not (year and i == last and rule != "year_month_day")
    ]
    spelled_out = any(spelled[i] in "qQ" for i in numbers)
    if spelled_out and (not _plain_day(spelling, numbers, month)):
        return None
    if spelled[month] == "X" and (year is None or not numbers):
        return None
    days = [sum(values[i] for i in numbers)] if spelled_out else [values[i] for i in numbers]
    base = Point(
        year[0] if year else None,
        values[month],
        digits=year[1] if year else 0,
        mark="?" if "?" in spelled[first:stop] else "",
    )
    value = _of_days(base, days, spelled[first:stop])
    if value is None:
        return None
    corrected = year[2] if year else None
    return Expression(
        first,
        stop - 1,
        rule.replace("_", "-"),
        value,
        weak=rule == "month",
        status="corrected" if corrected else "stated",
        reason=corrected,
    )


def _is_year_place(spelling: Spelling, rule: str, month: int, last: int) -> bool:
    if rule == "month_days":
        return spelling.spelled[last - 1] in ",|.'" and "n" in spelling.spelled[month + 2 : last]
    return rule in ("day_month_year", "month_day_year", "month_year", "days_month", "roman_month", "military")


def _plain_day(spelling: Spelling, numbers: list[int], month: int) -> bool:
    """Whether a spelled-out number is a day: an ordinal with "of", or a number in capitals."""
    if numbers[0] > month:  # "on November first"
        before, after = spelling.words[month - 1] if month else "", spelling.spelled[numbers[-1] + 1 :][:1]
        at = numbers[-1] + 1
        closed = not after or not after[0].isalnum() or spelling.words[at] in spelling.vocabulary.after_day
        ordinal = spelling.spelled[numbers[-1]] == "Q"
        return closed or (ordinal and before in ("on", "of", "dated"))
    if spelling.spelled[numbers[-1]] == "Q":
        return "o" in spelling.spelled[numbers[-1] : month] or spelling.spelled[
            numbers[0] - 1 : numbers[0]
        ] == ["c"]
    return all(written_at(spelling, i).isupper() and len(spelling.words[i]) > 3 for i in numbers)


def _of_days(base: Point, days: list[int], spelled: list[str]) -> DateValue | None:
    """A month's or several of its days: a range if they are joined so or follow one another."""
    if not days:
        return DateValue((base,))
    listed = tuple(
        Point(base.year, base.month, day, base.digits, base.scale, base.mark, base.pointer) for day in days
    )
    if len(days) == 1:
        return DateValue(listed)
    if "v" in spelled:
        return DateValue(listed, "choice")
    if days != sorted(set(days)):
        return None
    consecutive = days == list(range(days[0], days[-1] + 1))
    if consecutive or "&" not in spelled:
        return DateValue((listed[0], listed[-1]), "range")
    return DateValue(listed, "all")


def _month_last(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    """ "November last", "the 25th of May last", "December of last year"."""
    spelled, values = spelling.spelled, spelling.values
    month = next(i for i in range(first, end) if spelled[i] in "MAW")
    day = next((values[i] for i in range(first, end) if spelled[i] == "n"), None)
    if spelled[end - 1] == "U":
        if values[end - 1] != "year":
            return None
        pointer = Pointer("year", values[end - 2])
        return one_point(first, end, rule, Point(day=day, month=values[month], pointer=pointer))
    after = spelled[end] if end < len(spelled) else "_"
    known = spelling.vocabulary.after_day
    if values[end - 1] == 0 or (after.isalnum() and spelling.words[end] not in known):
        return None
    pointer = Pointer("named-month", values[end - 1], values[month])
    return one_point(first, end, rule, Point(day=day, month=values[month], pointer=pointer))


def _instant(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    spelled, values = spelling.spelled, spelling.values
    days = [values[i] for i in range(first, end) if spelled[i] == "n"]
    sign = next(i for i in range(end - 1, first, -1) if spelled[i] in "ilp")
    if spelled[sign] in "lp" and values[end - 1] != "month":
        return None
    if spelled[first] == "c":
        first += 1
    value = _of_days(Point(digits=0, pointer=Pointer("month", values[sign])), days, spelled[first:end])
    return Expression(first, end - 1, rule, value) if value else None


def _season(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    season = spelling.values[first]
    if spelling.spelled[end - 1] == "Y":
        return one_point(first, end, rule, Point(spelling.values[end - 1], season))
    if spelling.values[end - 1] != "year":
        return None
    return one_point(first, end, rule, Point(month=season, pointer=Pointer("year", spelling.values[end - 2])))


def _relative(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    spelled, values = spelling.spelled, spelling.values
    if spelled[first] == "r":
        written = written_at(spelling, first)
        before = spelling.text[: spelling.starts[first]].rstrip(" ")[-1:]
        if written.istitle() and (before.isalpha() or before in "\"“‘'"):
            return None  # a title, such as "Tomorrow is Too Late"
        return one_point(first, end, rule, Point(digits=0, pointer=Pointer("day", values[first])))
    offset, what, value = values[first] or 0, spelled[end - 1], values[end - 1]
    if (spelled[first - 1] == "c" and first) or (end < len(spelled) and spelled[end] == "o" and what == "U"):
        return None  # "the last week", "the last year of the lease" count and do not point
    if what == "U":
        if value == "day" and offset > 0:
            return None  # "next morning" is told from another day
        return one_point(first, end, rule, Point(digits=0, pointer=Pointer(value, offset)))
    if what == "D":
        return (
            one_point(first, end, rule, Point(digits=0, pointer=Pointer("weekday", offset, value)))
            if offset
            else None
        )
    unit = "season" if what == "S" else "named-month"
    return one_point(first, end, rule, Point(month=value, digits=0, pointer=Pointer(unit, offset, value)))


def _misread_month(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    """A long word between day and year that is a month's name but for one or two letters."""
    at = (
        first
        if spelling.spelled[first] == "w"
        else next(i for i in range(first, end) if spelling.spelled[i] == "w")
    )
    day = next(i for i in range(first, end) if spelling.spelled[i] == "n")
    word = spelling.words[at]
    if len(word) < 5:
        return None
    near = {
        number
        for name, number in spelling.vocabulary.long_months
        if OSA.distance(word, name, score_cutoff=2) <= (2 if len(name) >= 7 else 1)
    }
    if len(near) != 1:
        return None
    point = Point(spelling.values[end - 1], near.pop(), spelling.values[day])
    reason = f"“{written_at(spelling, at)}” is taken as a misread month"
    return replace(one_point(first, end, rule, point), status="corrected", reason=reason)


def _day_of_month(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    """ "your telegram of the 3d", "on the 3d we met"; not "the 3d Unit", "the 19th Congress"."""
    known, words = spelling.vocabulary, spelling.words
    before = words[first - 1] if first else ""
    after = spelling.spelled[end] if end < len(words) else "_"
    open_after = not after.isalnum() or words[end] in known.after_day
    owner = words[first - 2] if first > 1 else ""
    if not open_after or not (before == "on" or (before == "of" and owner in known.papers)):
        return None
    point = Point(day=spelling.values[first + 1], digits=0, pointer=Pointer("past-day"))
    return one_point(first + 1, end, rule, point)


def _bare_season(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    return one_point(first, end, rule, Point(month=spelling.values[first], digits=0), weak=True)


def _bare_month(spelling: Spelling, first: int, end: int, rule: str) -> Expression | None:
    return one_point(first, end, rule, Point(month=spelling.values[first], digits=0), weak=True)


_BUILDERS: Final[dict[str, Callable[[Spelling, int, int, str], Expression | None]]] = {
    "military": time_group,
    "day_time": day_time,
    "iso": iso,
    "numeric": numeric,
    "roman_month": roman_month,
    "month_last": _month_last,
    "instant": _instant,
    "season": _season,
    "relative": _relative,
    "decade": decade,
    "century": century,
    "misread_month": _misread_month,
    "years": year_range,
    "day_of_month": _day_of_month,
    "bare_season": _bare_season,
    "month": _bare_month,
    "year": bare_year,
}
