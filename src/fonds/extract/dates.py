"""Every date in a document, with its role, its EDTF value and the words that support it.

`find_dates` reads a document, `parse_date` one value such as the cell of a form. The grammar
is in `date_points` and `date_grammar`, the vocabulary in `data/months.toml`, the roles in
`date_roles`, what completes an incomplete date in `date_anchors`. What a text leaves out (a
year, a century, the day from which "yesterday" is told) is taken from the rest of the document,
and then the status is `inferred` and the reason says from what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Final, Literal

from fonds.extract.date_anchors import anchors_of, given_anchor, speaks_of_future, tell
from fonds.extract.date_grammar import read
from fonds.extract.date_roles import Placed, places, roles
from fonds.extract.date_values import Expression, and_reason, century_of
from fonds.extract.date_words import spell, vocabulary
from fonds.extract.own_date import choose_document_date, consistent_reference
from fonds.extract.reading import Reading
from fonds.record import Certainty, DateRole, DateStatement, Evidence, Status
from fonds.source import Span

__all__ = ["ParsedDate", "choose_document_date", "consistent_reference", "find_dates", "parse_date"]

Convention = Literal["dmy", "mdy"]
_RECEIPT: Final = re.compile(
    r"[.\s]*[\[(](?P<words>[Rr]eceived(?: at)? (?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?\s?"
    r"(?P<half>[apAP])\.?\s?[mM]\.?)\s?[\])]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """What one value says. The fields are those of `DateStatement`; `precision` is that of the
    first point: `day`, `month`, `season`, `year`, `decade` or `century`."""

    edtf: str
    precision: str
    time: str | None = None
    time_zone: str | None = None
    modifier: str | None = None
    earliest: str | None = None
    latest: str | None = None
    status: Status = "stated"
    reason: str | None = None

    def statement(self, role: DateRole, evidence: Evidence) -> DateStatement:
        """The value as a statement in a role, with its evidence."""
        return DateStatement(
            role=role,
            edtf=self.edtf,
            evidence=evidence,
            time=self.time,
            time_zone=self.time_zone,
            modifier=self.modifier,
            earliest=self.earliest,
            latest=self.latest,
        )


def find_dates(
    reading: Reading, *, period: tuple[int, int] | None = None, reference: str | None = None
) -> tuple[DateStatement, ...]:
    """All dates of a document, in the order of the text.

    `period` (first and last year) decides the century of two-digit years. `reference` (ISO 8601,
    a day, month or year) is the day from which years left out and words such as "yesterday" are
    told; without it the document's own date serves. Dates that would need one and have none
    are left out.
    """
    known = vocabulary(reading.lexicon)
    prose = reading.prose
    spelling = spell(prose.content, known)
    found = _completed(read(spelling), period, reference)
    spans = [Span(spelling.starts[e.first], spelling.ends[e.last]) for e in found]
    kept = [
        (e, span)
        for e, span in zip(found, spans, strict=True)
        if e.lead != "form-line" or reading.zone_at(prose.position(span.start)) == "stamp"
    ]
    found, spans = [e for e, _ in kept], [span for _, span in kept]
    placed = [
        roles(place, expression, prose.content, known)
        for place, expression in zip(places(found, spans, reading), found, strict=True)
    ]
    whole = [
        [_statement(reading, e, role) for role in each] if e.value.complete else None
        for e, each in zip(found, placed, strict=True)
    ]
    stated = [statement for statements in whole if statements for statement in statements]
    anchors = anchors_of(reading, found, stated, given_anchor(reference))
    result: list[DateStatement] = []
    before: tuple[int, date] | None = None
    for span, expression, each, complete in zip(spans, found, placed, whole, strict=True):
        if complete is None:
            near = anchors.of(expression, span.start, before, prose)
            told = tell(expression, near, forward=speaks_of_future(spelling, expression))
            if told is not None and told.value.edtf() is not None:
                premises = near.premises if near and told is not expression else ()
                result.extend(_statement(reading, told, role, premises) for role in each)
        elif expression.value.edtf() is not None:
            result.extend(complete)
            bounds = expression.value.bounds()
            if bounds[1] and expression.value.precision in ("day", "month"):
                before = span.end, date.fromisoformat(bounds[1])
    result.extend(_same_day_receipts(reading, result))
    return tuple(sorted(result, key=lambda d: (d.evidence.start, d.evidence.end)))


def _same_day_receipts(reading: Reading, found: list[DateStatement]) -> list[DateStatement]:
    """ "[Received 5:25 p.m.]" below a dateline: the time is stated, the day is that of the dateline."""
    receipts = []
    for own in found:
        if own.role != "dated" or own.earliest != own.latest:
            continue
        match = _RECEIPT.match(reading.text.content, own.evidence.end)
        if match is None or not 1 <= int(match["hour"]) <= 12:
            continue
        hour = int(match["hour"]) % 12 + (12 if match["half"] in "pP" else 0)
        evidence = reading.evidence(
            match.start("words"),
            match.end("words"),
            "date.same-day-receipt",
            status="inferred",
            certainty="probable",
            reason=f"only the time is given; the day is taken from the date before it, {own.edtf}",
            premises=(own.evidence,),
        )
        time = f"{hour:02d}:{match['minute'] or '00'}"
        receipts.append(replace(own, role="received", evidence=evidence, time=time, time_zone=None))
    return receipts


def parse_date(
    value: str,
    *,
    period: tuple[int, int] | None = None,
    reference: str | None = None,
    convention: Convention | None = None,
) -> ParsedDate | None:
    """The date that one value says, such as "30 March 1954" or "To Early 1954"; None if none.

    `period` and `reference` are as for `find_dates`; `convention` is the order of day and month
    in numeric dates, where the document at hand shows it.
    """
    found = read(spell(value, vocabulary()), lone=True)
    found = _completed(found, period, reference, convention)
    first = next((e for e in found if not e.weak), found[0] if found else None)
    told = tell(first, given_anchor(reference)) if first else None
    edtf = told.value.edtf() if told else None
    if told is None or edtf is None:
        return None
    earliest, latest = _bounds(told)
    return ParsedDate(
        edtf=edtf,
        precision=told.value.precision,
        time=told.time,
        time_zone=told.time_zone,
        modifier=told.modifier,
        earliest=earliest,
        latest=latest,
        status=told.status,
        reason=told.reason,
    )


def _completed(
    found: list[Expression],
    period: tuple[int, int] | None,
    reference: str | None,
    convention: Convention | None = None,
) -> list[Expression]:
    """The expressions with the order of day and month and the century settled."""
    years = [
        p.year
        for e in found
        for p in e.value.points
        if p.year and p.digits == 4 and p.scale == 1 and not p.pointer
    ]
    near = int(reference[:4]) if reference else int(median(years)) if years else None
    orders = _orders(found)
    basis = (
        "the period given"
        if period
        else "the other years of the document"
        if near
        else "the twentieth century"
    )
    done = []
    for expression in found:
        settled = _ordered(expression, orders, convention)
        points = tuple(century_of(point, period, near) for point in settled.value.points)
        if points != settled.value.points:
            settled = replace(
                settled,
                value=replace(settled.value, points=points),
                status="inferred" if settled.status == "stated" else settled.status,
                reason=and_reason(settled.reason, f"century from {basis}"),
            )
        if all(point.valid for point in points):
            done.append(settled)
    return done


def _orders(found: Iterable[Expression]) -> dict[str, Convention]:
    """For each separator, the order that the unmistakable numeric dates of the document show."""
    shown: dict[str, set[Convention]] = {}
    for expression in found:
        if expression.parts:
            mark, one, two = expression.parts
            if one > 12 or two > 12:
                shown.setdefault(mark, set()).add("dmy" if one > 12 else "mdy")
    return {mark: next(iter(orders)) for mark, orders in shown.items() if len(orders) == 1}


def _ordered(found: Expression, orders: dict[str, Convention], given: Convention | None) -> Expression:
    if found.parts is None:
        return found
    mark, one, two = found.parts
    if one > 12 or two > 12 or one == two:
        return found
    shown = given or orders.get(mark)
    order: Convention = shown or ("dmy" if mark == "." else orders.get("/", orders.get("-", "mdy")))
    month, day = (one, two) if order == "mdy" else (two, one)
    point = replace(found.point, month=month, day=day)
    found = replace(found, value=replace(found.value, points=(point, *found.value.points[1:])))
    if shown or mark == ".":
        return found
    words = "month before day" if order == "mdy" else "day before month"
    basis = "as in the document's other dates" if orders else "as in United States usage"
    return replace(found, status="inferred", reason=f"read as {words}, {basis}")


def _certainty(found: Expression) -> Certainty:
    if found.status == "stated":
        return "certain"
    return "possible" if found.parts or found.rule == "day-time" else "probable"


_TIERS: Final[tuple[Certainty, ...]] = ("certain", "probable", "possible")


def _bounds(found: Expression) -> tuple[str | None, str | None]:
    """The first and the last day meant; "before May" ends in April, "after May" begins in June."""
    earliest, latest = found.value.bounds()
    edge = found.point.bounds()
    if edge and found.modifier == "before":
        latest = (edge[0] - timedelta(days=1)).isoformat()
    elif edge and found.modifier == "after":
        earliest = (edge[1] + timedelta(days=1)).isoformat()
    return earliest, latest


def _statement(
    reading: Reading, found: Expression, placed: Placed, premises: tuple[Evidence, ...] = ()
) -> DateStatement:
    value = found.value
    if placed.status == "inferred" and value.form == "one":
        value = replace(value, points=(replace(value.points[0], mark="?"),))
    certainty = max(_certainty(found), placed.certainty, key=_TIERS.index)
    span = reading.prose.span(placed.start, placed.end)
    evidence = reading.evidence(
        span.start,
        span.end,
        f"date.{found.rule}",
        status=found.status if found.status != "stated" else placed.status,
        certainty=certainty,
        reason=and_reason(found.reason, placed.reason) if placed.reason else found.reason,
        premises=premises,
    )
    earliest, latest = _bounds(found)
    return DateStatement(
        role=placed.role,
        edtf=value.edtf(),
        evidence=evidence,
        time=found.time,
        time_zone=found.time_zone,
        modifier=found.modifier,
        earliest=earliest,
        latest=latest,
    )
