"""Every date of a document against its annotations: span, EDTF, role, time of day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fonds.evaluation.gold import DATE_ROLES, Entry, GoldDocument
from fonds.evaluation.measures import Score, Told
from fonds.evaluation.values import Read
from fonds.record import DateStatement


@dataclass(frozen=True, slots=True)
class _Dated:
    role: str
    date: DateStatement


def _all_dates(read: Read) -> list[_Dated]:
    """Every date once, in the order of the text. Periods of positions are scored with those."""
    found: dict[tuple[Any, ...], _Dated] = {}
    outermost = {id(record) for record in read.own}
    for record in read.every:
        whose = "" if id(record) in outermost else "part "
        held = [(whose + d.role if d.role == "dated" else d.role, d) for d in record.dates]
        held += [(event.date.role, event.date) for event in record.events if event.date]
        for one in record.related:
            if one.date:
                joined = one.relation in ("attachment", "enclosure", "draft")
                held.append(("part dated" if joined else "mentioned", one.date))
        for role, date in held:
            key = (date.evidence.start, date.evidence.end, role, date.edtf or "", date.time or "")
            found.setdefault(key, _Dated(role, date))
    return [found[key] for key in sorted(found)]


def _roles(entry: Entry) -> tuple[str, ...]:
    roles = DATE_ROLES[entry.data.get("role", "mentioned")]
    more = (role for other in entry.data.get("accept_roles", ()) for role in DATE_ROLES.get(other, ()))
    return tuple(dict.fromkeys((*roles, *more)))


def _edtf(entry: Entry) -> tuple[str | None, ...]:
    return (entry.data.get("edtf"), *entry.data.get("accept", ()))


_Fits = Callable[[Entry, _Dated], bool]
_DATE_MEASURES: Final[Mapping[str, _Fits]] = {
    "found": lambda gold, one: True,
    "exact span": lambda gold, one: gold.span == one.date.evidence.span,
    "EDTF": lambda gold, one: one.date.edtf in _edtf(gold),
    "role": lambda gold, one: one.role in _roles(gold),
    "EDTF and role": lambda gold, one: one.date.edtf in _edtf(gold) and one.role in _roles(gold),
    "time of day": lambda gold, one: one.date.time == gold.data["time"],
    "modifier": lambda gold, one: one.date.modifier == gold.data["modifier"],
}
_ONLY_WITH: Final = {"time of day": "time", "modifier": "modifier"}


def score_dates(read: Read, gold: GoldDocument) -> tuple[dict[str, Score], list[Told]]:
    """Measure the dates of one document, and list what disagrees.

    A date is found if a span of the record overlaps it. Recall counts annotations that some date
    of the record fits, precision dates of the record that fit some annotation: one span may carry
    two dates, such as the date of writing and that of receipt.
    """
    if "dates" not in gold.entries and "date_mentions" not in gold.entries:
        return {}, []
    found = _all_dates(read)
    scores: dict[str, Score] = {}
    for key in ("dates", "date_mentions"):
        for name in ("found", "EDTF and role"):
            counted = _counted(gold.get(key), found)
            scores[f"{name}, {key}"] = _date_score(counted, (), _DATE_MEASURES[name], found)
    entries = _counted((*gold.get("dates"), *gold.get("date_mentions")), found)
    for name, fits in _DATE_MEASURES.items():
        only = _ONLY_WITH.get(name)
        some = [entry for entry in entries if entry.data.get(only)] if only else entries
        given = [one for one in found if getattr(one.date, only)] if only else found
        scores[name] = _date_score(some, given, fits, given)
    return scores, _told(entries, (*gold.get("dates"), *gold.get("date_mentions")), found)


def _told(entries: Sequence[Entry], every: Sequence[Entry], found: Sequence[_Dated]) -> list[Told]:
    right = _DATE_MEASURES["EDTF and role"]
    told: list[Told] = []
    shown: set[int] = set()
    for entry in entries:
        near = [n for n, one in enumerate(found) if _meets(entry, one)]
        if not any(right(entry, found[n]) for n in near):
            shown.update(near)
            want = f"{entry.data.get('role', 'mentioned')} {entry.data.get('edtf')}"
            have = "; ".join(f"{found[n].role} {found[n].date.edtf}" for n in near) or None
            told.append(("date", "wrong" if near else "missed", want, have, entry.span))
    for n, one in enumerate(found):
        over = [entry for entry in every if _meets(entry, one)]
        if n not in shown and not any(right(entry, one) for entry in over):
            what = f"{one.role} {one.date.edtf}"
            told.append(("date", "wrong" if over else "invented", None, what, one.date.evidence.span))
    return told


def _meets(entry: Entry, one: _Dated) -> bool:
    return entry.span is not None and entry.span.meets(one.date.evidence.span)


def _counted(entries: Iterable[Entry], found: Sequence[_Dated]) -> list[Entry]:
    """An annotation of low confidence counts only where fonds has read something."""
    return [entry for entry in entries if not entry.optional or any(_meets(entry, one) for one in found)]


def _date_score(gold: Sequence[Entry], found: Sequence[_Dated], fits: _Fits, near: Sequence[_Dated]) -> Score:
    def agree(entry: Entry, one: _Dated) -> bool:
        return _meets(entry, one) and fits(entry, one)

    return Score(
        gold=len(gold),
        hit=sum(any(agree(entry, one) for one in near) for entry in gold),
        found=len(found),
        right=sum(any(agree(entry, one) for entry in gold) for one in found),
    )
