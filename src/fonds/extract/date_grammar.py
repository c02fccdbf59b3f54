"""Expressions of a date: points with their hedges and time of day, joined to ranges and choices.

What a rule in `fonds.extract.date_points` found alone is here read with its neighbours:
"approximately 1946 to 1950", "at 0120 4 November 1945", "since early 1947". A bare year or
month name becomes a date only in such company.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from fonds.extract.date_points import points
from fonds.extract.date_values import DateValue, Expression, Point
from fonds.extract.date_words import Spelling

_CLOCK: Final = r"(?:[nm][.:][nm]a?|na|n?N|[CY])h?z?"
_TIME_AFTER: Final = re.compile(rf"[,.\-]?\|?T?{_CLOCK}")
_TIME_BEFORE: Final = re.compile(rf"T?{_CLOCK},?w?[|_]?$")
_RANGE: Final = re.compile(r"\|?(?:-|/|c?t\|?c?)\|?")
_AND: Final = re.compile(r",?\|?&\|?c?")
_OR: Final = re.compile(r",?\|?v\|?c?")
#: What EDTF writes as an open end, and what the words say beyond that.
_OPEN: Final = {
    "since": ("from", None),
    "after": ("from", "after"),
    "before": ("to", "before"),
    "until": ("to", None),
    "by": ("to", "by"),
}
#: Leads after which a month's name that is also a word can be nothing else.
_MONTH_LEADS: Final = frozenset({"plain", "since", "until"})


def read(spelling: Spelling, *, lone: bool = False) -> list[Expression]:
    """All expressions of a date, in order and without overlap.

    Weak ones are kept only where a lead, a hedge or a companion makes them dates, or all of
    them if the text is a lone value (`lone`), such as the cell of a form.
    """
    letters = spelling.letters
    joined: list[Expression] = []
    floor = 0  # what firm expressions have taken
    for point in points(spelling, letters):
        hedged = _doubted(_hedged(point, spelling, floor), letters, lone)
        expression = _with_time(hedged, spelling, letters, floor)
        while joined and joined[-1].first >= expression.first:
            joined.pop()  # a clock time that looked like a year
        if joined and expression.first <= joined[-1].last:
            continue
        both = _join(joined[-1], expression, spelling, letters) if joined else None
        if both:
            joined[-1] = both
        else:
            joined.append(expression)
        if not joined[-1].weak:
            floor = joined[-1].last + 1
    opened = [_opened(expression, spelling, letters, lone) for expression in joined]
    return [_marked(e) for e in opened if lone or _stands(e, spelling, letters)]


def _hedged(found: Expression, spelling: Spelling, floor: int) -> Expression:
    """The expression with the words before it that say about, early, late and the like."""
    first, modifier, approximate = found.first, found.modifier, found.approximate
    while first > floor:
        at = first - 1
        while at >= floor and spelling.spelled[at] in "|c-.":
            at -= 1
        phrase = spelling.phrase(at)
        if phrase is None or phrase[1] < floor:
            break
        kind, start = phrase
        between = set(spelling.spelled[at + 1 : first])
        abbreviated = len(spelling.words[at]) <= 2
        if kind in spelling.vocabulary.modifiers and not modifier and "." not in between:
            modifier = kind
        elif kind == "approximately" and "-" not in between and ("." in between) <= abbreviated:
            if len(spelling.words[at]) == 1 and "." not in between:
                break  # "Appendix C 1952"
            approximate = True
        else:
            break
        first = start
    if first == found.first:
        return found
    return replace(found, first=first, modifier=modifier, approximate=approximate)


def _doubted(found: Expression, letters: str, lone: bool) -> Expression:
    """The expression with an editor's question mark: "[1950?]", "November 1945 (?)"."""
    after = letters[found.last + 1 : found.last + 4]
    length = 3 if after.startswith("(?)") else 1 if after.startswith("?]") or (lone and after == "?") else 0
    if not length or found.value.form != "one":
        return found
    value = replace(found.value, points=(replace(found.point, mark="?"),))
    return replace(found, last=found.last + length, value=value)


def _with_time(found: Expression, spelling: Spelling, letters: str, floor: int) -> Expression:
    """The expression with the time of day that stands after or before it."""
    if found.value.precision != "day" and (found.point.pointer is None or found.point.pointer.unit != "day"):
        return found
    if found.time is None and (match := _TIME_AFTER.match(letters, found.last + 1)):
        time = _clock(spelling, match.start(), match.end())
        loose = letters[match.end() : match.end() + 1] in ("", "|", "_", ";", ")", "]", "!", ".", ",")
        marked = set(match[0]) & set("TahzN:")
        if time and (marked or (loose and "C" in match[0] and match[0][0] in "C,")):
            zone = _zone(spelling, match.start(), match.end())
            return replace(found, last=match.end() - 1, time=time, time_zone=zone)
    start = max(floor, found.first - 9)
    if found.time is None and (match := _TIME_BEFORE.search(letters[start : found.first])):
        first, end = start + match.start(), found.first
        time = _clock(spelling, first, end)
        word = next((spelling.words[i] for i in range(first, end) if letters[i] == "w"), "on")
        if time and word == "on" and set(match[0]) & set("TahzN:"):
            zone = _zone(spelling, first, end)
            return replace(found, first=first, time=time, time_zone=zone)
    return found


def _zone(spelling: Spelling, first: int, end: int) -> str | None:
    """The time zone as written, if there is one."""
    for at in range(first, end):
        if spelling.spelled[at] == "z":
            return spelling.text[spelling.starts[at] : spelling.ends[at]]
    return None


def _clock(spelling: Spelling, first: int, end: int) -> str | None:
    """The time of day, HH:MM."""
    spelled, values = spelling.spelled, spelling.values
    numbers = [i for i in range(first, end) if spelled[i] in "nmCY"]
    noon = next((values[i] for i in range(first, end) if spelled[i] == "N"), None)
    if noon:
        return f"{noon[0]:02d}:{noon[1]:02d}"
    if spelled[numbers[0]] in "CY":
        hour, minute = divmod(values[numbers[0]], 100)
    else:
        hour, minute = values[numbers[0]], values[numbers[1]] if len(numbers) > 1 else 0
    half = next((i for i in range(first, end) if spelled[i] == "a"), None)
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if values[half] else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _marked(found: Expression) -> Expression:
    """The expression with "approximately" written into its points."""
    if not found.approximate:
        return found
    value = found.value
    marked = tuple(replace(point, mark="~") for point in value.points)
    return replace(found, value=replace(value, points=marked), approximate=False)


def _join(one: Expression, two: Expression, spelling: Spelling, letters: str) -> Expression | None:
    """Two expressions as one range or choice, None if they are two dates."""
    gap = letters[one.last + 1 : two.first]
    if len(gap) > 5 or two.value.form != "one" or one.time or two.time:
        return None
    start, end = one.value.points[-1], two.point
    if start.pointer or end.pointer:
        return None
    lead = spelling.phrase(_before(one.first, spelling))
    between = lead is not None and lead[0] == "between"
    from_here = lead is not None and lead[0] == "from"
    value: DateValue | None = None
    if _OR.fullmatch(gap):
        value = _choice(
            _marked(one).value, _marked(replace(two, approximate=one.approximate or two.approximate)).value
        )
    elif one.value.form == "range" and (_AND.fullmatch(gap) or gap == ",") and _follows(start, end):
        value = _range(one.value, _marked(two).value)  # January, February and March
    elif gap == "," and start.precision == end.precision == "month" and _follows(start, end):
        value = _range(one.value, two.value)
    elif one.value.form in ("one", "choice") and (
        _RANGE.fullmatch(gap.removeprefix(",") if from_here else gap)
        or (_AND.fullmatch(gap) and (between or _follows(start, end)))
    ):
        if gap == "/" and start.day and end.day:
            return _two_calendars(one, two)
        both_hedged = one.approximate and not from_here
        value = _range(
            _marked(one).value, _marked(replace(two, approximate=two.approximate or both_hedged)).value
        )
    if value is None:
        return None
    modifier = one.modifier or two.modifier
    reason = one.reason or two.reason
    status = "corrected" if reason else "stated"
    return Expression(one.first, two.last, "range", value, modifier=modifier, status=status, reason=reason)  # type: ignore[arg-type]


def _before(first: int, spelling: Spelling) -> int:
    """The place of the last word before `first`, line breaks, articles and colons passed over."""
    at = first - 1
    while at >= 0 and spelling.spelled[at] in "|c[:":
        at -= 1
    return at


def _follows(one: Point, two: Point) -> bool:
    """Whether two months or years stand side by side in the calendar."""
    if one.precision == two.precision == "month" and one.month and two.month:
        if one.year and two.year:
            return two.year * 12 + two.month == one.year * 12 + one.month + 1
        return not one.year and one.month % 12 + 1 == two.month
    if one.precision != two.precision or one.precision not in ("year", "decade"):
        return False
    return (two.year or 0) - (one.year or 0) == one.scale


def _lend_year(one: Point, two: Point) -> tuple[Point, Point] | None:
    """The two ends, each with a year if one of them has it; None if they cannot be a range."""
    if one.year is None and two.year is None:
        return (one, two) if one.precision == two.precision else None
    if one.year is None or two.year is None:
        if one.month is None or two.month is None:
            return None
        turn = (one.month, one.day or 0) > (two.month, two.day or 0)
        if one.year is None and two.year is not None:
            one = replace(one, year=two.year - turn, digits=two.digits)
        elif one.year is not None:
            two = replace(two, year=one.year + turn, digits=one.digits)
    return (one, two) if one.digits == two.digits else None


def _range(one: DateValue, two: DateValue) -> DateValue | None:
    lent = _lend_year(one.points[-1], two.points[0])
    if lent is None or not (lent[0].valid and lent[1].valid):
        return None
    first, last = (point.bounds() for point in lent)
    if first and last and not (first[0] < last[1] and last[0].year - first[0].year <= 150):
        return None
    if one.form == "choice":
        lent = replace(one.points[0], mark="?"), lent[1]
    if one.form == "range":
        whole = _lend_year(one.points[0], lent[1])
        return DateValue(whole, "range") if whole else None
    return DateValue(lent, "range")


def _choice(one: DateValue, two: DateValue) -> DateValue | None:
    """ "1948 or 1949"; at the end of a range the later one, marked as uncertain."""
    lent = _lend_year(one.points[-1], two.points[0])
    if lent is None or lent[0].precision != lent[1].precision:
        return None
    if one.form == "range":
        return DateValue((one.points[0], replace(lent[1], mark="?")), "range")
    if one.form not in ("one", "choice"):
        return None
    return DateValue((*one.points[:-1], *lent), "choice")


def _two_calendars(one: Expression, two: Expression) -> Expression | None:
    """ "October 20/November 1, 1897": one day in the Julian and the Gregorian calendar."""
    lent = _lend_year(one.point, two.point)
    if lent is None or not (lent[0].valid and lent[1].valid):
        return None
    old, new = (point.bounds() for point in lent)
    if not old or not new or not 10 <= (new[0] - old[0]).days <= 13:
        return None
    reason = "given in the Julian and the Gregorian calendar; the Gregorian day is taken"
    return replace(two, first=one.first, value=DateValue((lent[1],)), rule="two-calendars", reason=reason)


def _opened(found: Expression, spelling: Spelling, letters: str, lone: bool) -> Expression:
    """The expression with the preposition before it, as an open end or as its lead."""
    at = _before(found.first, spelling)
    phrase = spelling.phrase(at)
    cell = at <= 0 or letters[at - 1] in "|_!" or spelling.text[spelling.starts[at] - 1] == "\t"
    if found.value.form == "one" and letters[at : at + 1] == "t" and at >= 0 and (lone or cell):
        phrase = phrase if phrase and phrase[0] == "until" else ("until", at)  # "To Early 1954"
    if phrase is None or phrase[0] == "approximately" or phrase[0] in spelling.vocabulary.modifiers:
        line = letters[max(0, found.first - 12) : found.first].rpartition("|")[2]
        closed = letters[found.last + 1 : found.last + 2] in ("", "|", "_")
        return replace(found, lead="form-line") if closed and ":" in line and found.weak else found
    kind, first = phrase
    if kind in _OPEN and found.value.form == "one":
        form, modifier = _OPEN[kind]
        value = DateValue(found.value.points, "from" if form == "from" else "to")
        return replace(found, first=first, value=value, lead=kind, modifier=found.modifier or modifier)
    if kind == "between" and found.value.form == "all":
        ends = DateValue((found.value.points[0], found.value.points[-1]), "range")
        return replace(found, first=first, lead=kind, value=ends)
    if kind in ("from", "between") and found.value.form == "range":
        return replace(found, first=first, lead=kind)
    return replace(found, lead=kind)


def _stands(found: Expression, spelling: Spelling, letters: str) -> bool:
    """Whether an expression is a date, not a number, a name or a word."""
    if found.lead == "never":
        return False
    after = letters[found.last + 1 : found.last + 2]
    next_word = spelling.words[found.last + 1] if after else ""
    if not found.weak:
        return found.value.precision != "year" or next_word not in spelling.vocabulary.units
    hedged = found.approximate or found.modifier is not None or found.lead is not None
    before = letters[found.first - 1] if found.first else ""
    if found.rule in ("year", "years"):
        if after in ("h", "$") or next_word in spelling.vocabulary.units:
            return False
        return hedged or (before == "(" and after == ")")
    if found.rule == "bare-season":
        return found.modifier is not None and after != "o"
    if letters[found.last] == "W" or letters[found.first] == "W":
        if found.lead not in _MONTH_LEADS and found.modifier not in spelling.vocabulary.modifiers:
            return False
        follower = spelling.text[spelling.starts[found.last + 1] :][:2] if after == "w" else ""
        return not (follower[:1].isupper() and follower[1:].islower())
    return hedged and found.lead != "label"
