"""Dates as EAD and EAC-CPF mark them up: words, a normal form beside them, beginnings and ends.

The normal form is ISO 8601 (a date, or two with a slash), sometimes EDTF. It decides; the words
are read only where there is none. Element and attribute names differ between the standards in
case alone, so they are compared in lower case.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from lxml import etree

from fonds.converters.xml_source import local, words_of
from fonds.converters.xml_stream import Part, attribute_of, value_of
from fonds.record import DateRole, DateStatement, Evidence, Finding, Status

_POINT: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?|(\d\d)(\d\d))?(?:T[\d:.,+Z-]*)?")
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
_LIBRARY: Final = re.compile(r"[-\dXYu?~%./\[\]{},]{3,60}")
#: How an attribute says that a date has no end, or none that is known.
_OPEN: Final = frozenset({"open", "ongoing", "present", "9999", "9999-12-31", "..", "99991231"})
_UNKNOWN: Final = frozenset({"unknown", ""})
#: Words of `@certainty` and the sign that EDTF has for them.
_QUALIFIERS: Final = {
    "approximate": "~",
    "approximately": "~",
    "approx": "~",
    "approx.": "~",
    "ca": "~",
    "ca.": "~",
    "circa": "~",
    "inferred": "?",
    "possibly": "?",
    "probable": "?",
    "probably": "?",
    "questionable": "?",
    "uncertain": "?",
}
_NORMAL: Final = ("normal", "standarddate", "standardDate")
_PLAIN: Final = re.compile(r"\d{4}(?:-\d\d){0,2}")


class Value(NamedTuple):
    """A date in EDTF and the first and last day that it means (ISO 8601, None where open)."""

    edtf: str
    earliest: str | None
    latest: str | None


@lru_cache(maxsize=8192)
def normal(value: str) -> Value | None:
    """The date that a normal form says; None if it says none, or an end before its beginning."""
    first, slash, last = (part.strip() for part in value.partition("/"))
    if not slash:
        return _point(first)
    return interval(first, last)


def interval(first: str, last: str) -> Value | None:
    """The time from one normal form to another. An end that is open or not known is left open."""
    if last.casefold() in _OPEN | _UNKNOWN or first.casefold() in _OPEN | _UNKNOWN:
        one = None if first.casefold() in _OPEN | _UNKNOWN else _point(first)
        two = None if last.casefold() in _OPEN | _UNKNOWN else _point(last)
        if one is None and two is None:
            return None
        start = one.edtf if one else ""
        end = two.edtf if two else ".." if last.casefold() in _OPEN else ""
        if not start and first.casefold() in _OPEN:
            start = ".."
        return Value(f"{start}/{end}", one.earliest if one else None, two.latest if two else None)
    one, two = _point(first), _point(last)
    if one is None or two is None or (one.earliest and two.latest and one.earliest > two.latest):
        return None
    if one.edtf.endswith("-01-01") and two.edtf.endswith("-12-31"):
        # whole years, written as days because the form has no other way: nobody knew the days
        one = Value(one.edtf[:4], one.earliest, one.latest)
        two = Value(two.edtf[:4], two.earliest, two.latest)
    edtf = one.edtf if one.edtf == two.edtf else f"{one.edtf}/{two.edtf}"
    return Value(edtf, one.earliest, two.latest)


def _point(value: str) -> Value | None:
    found = _POINT.fullmatch(value)
    if found is None:
        return _by_library(value)
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    try:
        if month is None:
            return Value(year, f"{year}-01-01", f"{year}-12-31") if int(year) else None
        if day is None:
            last = monthrange(int(year), int(month))[1]
            return Value(f"{year}-{month}", f"{year}-{month}-01", f"{year}-{month}-{last:02d}")
        exact = date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
    return Value(exact, exact, exact)


def _by_library(value: str) -> Value | None:
    """A date of EDTF that is more than a day, month or year."""
    if not _LIBRARY.fullmatch(value):
        return None
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed: Any = parse_edtf(value)
        bounds = [f"{t.tm_year:04d}-{t.tm_mon:02d}-{t.tm_mday:02d}" for t in
                  (parsed.lower_strict(), parsed.upper_strict())]  # fmt: skip
    except (EDTFParseException, AttributeError, TypeError, ValueError, OverflowError):
        return None
    return Value(value, *bounds)


def dates_in(
    part: Part, element: etree._Element, role: DateRole, rule: str
) -> Iterator[tuple[DateStatement, Finding | None]]:
    """The dates of an element such as `unitdate`, `dateset` or `useDates`, and what is odd about each.

    `role` is what they are dates of, `rule` the id of the rule.
    """
    name = local(element).casefold()
    if name == "daterange":
        found = _range(part, element, role, rule)
        if found is not None:
            yield found, None
        return
    within = element.iterchildren("*") if len(element) else ()
    inner = [child for child in within if local(child).casefold() in _STRUCTURES]  # a note is no date
    if inner and name not in ("unitdate", "date", "datesingle"):
        for child in inner:
            yield from dates_in(part, child, role, rule)
        return
    if name in _NOT_DATES:
        return
    single = _single(part, element, role, rule)
    if single is not None:
        yield single


_STRUCTURES: Final = frozenset({"date", "dateset", "datesingle", "daterange", "unitdate"})
_NOT_DATES: Final = frozenset({"unitdatestructured", "dateset", "existdates", "usedates"})


def _single(
    part: Part, element: etree._Element, role: DateRole, rule: str
) -> tuple[DateStatement, Finding | None] | None:
    words = words_of(element)
    stated = attribute_of(element, *_NORMAL)
    witness = part.attribute(element, stated, rule) if stated else None
    evidence = part.evidence(element, rule, premises=(witness,) if witness else ())
    if evidence is None:
        if witness is None:
            return None
        evidence, witness = witness, None
    value = normal(" ".join(element.get(stated, "").split())) if stated else _bounded(element)
    finding = None
    if value is None and not _foreign(element):
        value, evidence = _read(words, evidence)
    elif value is not None and stated and not _foreign(element):
        finding = _conflict(words, value, evidence, witness)
    statement = DateStatement(
        role=role,
        edtf=_qualified(value.edtf, element) if value else None,
        evidence=evidence,
        earliest=value.earliest if value else None,
        latest=value.latest if value else None,
    )
    return statement, finding


def _range(part: Part, element: etree._Element, role: DateRole, rule: str) -> DateStatement | None:
    ends = {local(child).casefold(): child for child in element.iterchildren("*")}
    first, last = ends.get("fromdate"), ends.get("todate")
    witnesses = [
        witness
        for end in (first, last)
        if end is not None and (name := attribute_of(end, *_NORMAL))
        if (witness := part.attribute(end, name, rule))
    ]
    evidence = part.evidence(element, rule)
    if evidence is None:
        if not witnesses:
            return None
        evidence, *witnesses = witnesses
    one, two = _normal_of(first), _normal_of(last)
    value = interval(one, two) if one or two else None
    texts = [words_of(end) for end in (first, last)]
    if value is None and not (one or two):
        begin, end = (_read(text, evidence)[0] for text in texts)
        if begin or end:
            value = interval(begin.edtf if begin else "", end.edtf if end else _absent(last))
    written = " - ".join(texts) if all(texts) else next((text for text in texts if text), None)
    return DateStatement(
        role=role,
        edtf=_qualified(value.edtf, element) if value else None,
        evidence=replace(evidence, premises=tuple(witnesses)),
        earliest=value.earliest if value else None,
        latest=value.latest if value else None,
        words=written,
    )


def _normal_of(end: etree._Element | None) -> str:
    """The normal form of a beginning or an end; empty if it is missing."""
    if end is None:
        return ""
    stated = value_of(end, *_NORMAL)
    if stated is None and (value_of(end, "status") or "").casefold() == "ongoing":
        return "open"
    return stated or ""


def _absent(end: etree._Element | None) -> str:
    return "open" if end is not None and words_of(end).casefold() in _OPEN else ""


def _bounded(element: etree._Element) -> Value | None:
    """One date between two others, where nothing else is stated: one of a set in EDTF."""
    first = value_of(element, "notbefore", "notBefore")
    last = value_of(element, "notafter", "notAfter")
    found = interval(first, last) if first and last else None
    return Value(f"[{found.edtf.replace('/', '..')}]", found.earliest, found.latest) if found else None


def _read(words: str, evidence: Evidence) -> tuple[Value | None, Evidence]:
    """The date that words say, with evidence that says how they were read.

    Words that name years outside of what was read say more than one date, and then none is chosen.
    """
    found = _in_words(words) if words else None
    if found is None:
        return None, evidence
    value, status, reason = found
    if status == "stated":
        return value, evidence
    return value, replace(evidence, status=status, certainty="probable", reason=reason)


@lru_cache(maxsize=8192)
def _in_words(words: str) -> tuple[Value, Status, str | None] | None:
    """The date that words say, how it was read, and why it was read so if it is not simply stated."""
    from fonds.extract.dates import parse_date

    found = parse_date(words)
    if found is None:
        return None
    low = int(found.earliest[:4]) if found.earliest else -9999
    high = int(found.latest[:4]) if found.latest else 9999
    if any(not low - 1 <= int(year) <= high + 1 for year in _YEAR.findall(words)):
        return None
    return Value(found.edtf, found.earliest, found.latest), found.status, found.reason


def _conflict(words: str, value: Value, evidence: Evidence, witness: Evidence | None) -> Finding | None:
    """Words and a normal form that name times apart."""
    read, _ = _read(words, evidence)
    if read is None or None in (read.earliest, read.latest, value.earliest, value.latest):
        return None
    if str(read.earliest) <= str(value.latest) and str(value.earliest) <= str(read.latest):
        return None
    message = f"the words {words!r} say {read.edtf}, their normal form {value.edtf}; the normal form is taken"
    quoted = (replace(evidence, premises=()), *((witness,) if witness else ()))
    return Finding(kind="conflict", message=message, evidence=quoted)


def _foreign(element: etree._Element) -> bool:
    """Whether the words are of a calendar that cannot be read as the Gregorian one."""
    calendar = (value_of(element, "calendar") or "gregorian").casefold()
    return calendar != "gregorian"


def _qualified(edtf: str, element: etree._Element) -> str:
    sign = _QUALIFIERS.get((value_of(element, "certainty") or "").casefold())
    if sign is None:
        return edtf
    return "/".join(point + sign if _PLAIN.fullmatch(point) else point for point in edtf.split("/"))
