"""*Foreign Relations of the United States*: the plain text read, and compared with the editors' markup.

The head marks who wrote to whom, the dateline when and where, the name of a person stands in
`persName`. In volumes whose names point to a list of persons (`@corresp`) the editors marked those
persons wherever they are named; persons whom they left out of the list stay unmarked, so precision
is a lower bound there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.accuracy.case import Case, corrected, errata, read
from benchmarks.accuracy.frus_parties import judge_parties
from benchmarks.accuracy.plain import Mark, Plain, documents
from fonds.evaluation.fields import Counts
from fonds.evaluation.gold import Entry
from fonds.evaluation.measures import Link, b_cubed
from fonds.evaluation.names import score_names
from fonds.evaluation.values import Read
from fonds.record import Record
from fonds.source import Source, Span

#: Words that make the last line of a `placeName` an office, not a place.
_OFFICE: Final = re.compile(r"(?i)\b(?:department|office|legation|embassy|consulate)\b[^,]*$")


def cases(data: Path, limit: int | None = None) -> Iterator[Case]:
    """The documents of the volumes and excerpts, at most `limit` of each, in the order of the files."""
    folder = data / "frus"
    for volume in (*sorted(folder.glob("volumes/*.xml")), *sorted(folder.glob("excerpts/*.xml"))):
        group = volume.stem.partition("_")[0]
        throughout = bool(re.search(r"<persName[^>]*\scorresp=", volume.read_text("utf-8")))
        for plain in islice(documents(volume), limit):
            yield judge(group, plain, throughout)


def judge(group: str, plain: Plain, throughout: bool) -> Case:
    """Read one document and compare. `throughout`: persons are marked in the whole text."""
    case = Case(group, f"{group} {plain.id}")
    document = read(case, Source(plain.content.encode(), f"{plain.id}.txt"))
    if document is not None:
        _date(case, plain, document)
        _place(case, plain, document)
        judge_parties(case, plain, document)
        _enclosures(case, plain, document)
        if throughout:
            _persons(case, plain, document)
    return case


def _main(plain: Plain, name: str, inside: str) -> Mark | None:
    return next((m for m in plain.marks if m.name == name and inside in m.path and m.own), None)


def _date(case: Case, plain: Plain, document: Read) -> None:
    """The date in the dateline; without one, a date read elsewhere than above or below the text."""
    found = document.own[0].date
    mark = _main(plain, "date", "dateline")
    span = found.evidence.span if found else mark.span if mark else None
    where = (document.text, span)
    value = re.sub(r"[?~%]", "", found.edtf) if found and found.edtf else None
    if mark is None:
        line = next((m for m in plain.marks if m.name == "dateline" and m.own), None)
        if line and "undated" in plain.quote(line):
            case.judge("date", None, value, where)
        elif value is None or (found and plain.at_the_edge(found.evidence.span)):
            case.add("date, no dateline marked", Counts())
        else:
            case.judge("date, no dateline marked", None, value, where)
        return
    when = mark.attributes.get("when", "")
    right, slip = corrected("frus", case.document, "date", when[:10])
    case.judge("date, slips of the markup" if slip else "date", right, value, where)
    hour = when[11:16] or None
    case.judge("time of day", hour, found.time if found else None, where)


def _place(case: Case, plain: Plain, document: Read) -> None:
    mark = _main(plain, "placeName", "dateline")
    if mark is None:
        return
    line = plain.quote(mark).rpartition("\n")[2]
    town = Span(mark.span.end - len(line), mark.span.end)
    if _OFFICE.search(line):
        return
    events = [e for e in document.own[0].events if e.place and e.kind in ("writing", "dispatch")]
    place = next((e.place for e in events), None)
    spot = Span(place.name_start, place.name_end) if place else None
    found = place.name if place else None
    case.judge(
        "place of writing", line, line if spot and spot.meets(town) else found, (document.text, mark.span)
    )


def _enclosures(case: Case, plain: Plain, document: Read) -> None:
    """Enclosed documents printed below: found as parts, and each with its date."""
    parts: list[Record] = [part for record in document.own for part in record.parts]
    for mark in (m for m in plain.marks if m.name == "attachment" and m.own):
        title = " ".join(plain.content[mark.span.start :].split()[:8])
        inside = [p for p in parts if _covers(p.span, mark.span)]
        opening = Span(mark.span.start, min(mark.span.end, mark.span.start + 60))
        case.judge("enclosure", title, title if inside else None, (document.text, opening))
        dates = (m for m in plain.marks if m.name == "date" and mark.span.holds(m.span))
        date = next((m for m in dates if "dateline" in m.path), None)
        if date is not None and "when" in date.attributes:
            when = date.attributes["when"][:10]
            right, slip = corrected("frus", case.document, f"enclosure {when}", when)
            name = "date of an enclosure, slips of the markup" if slip else "date of an enclosure"
            own = next((p.date.edtf for p in inside if p.date), None)
            case.judge(name, right, own, (document.text, date.span))

    for part in parts:
        if not any(m.span.meets(part.span) for m in plain.marks if m.name in ("attachment", "quote")):
            title = " ".join(plain.content[part.span.start :].split()[:8])
            case.judge("enclosure", None, title, (document.text, Span(part.span.start, part.span.start + 60)))


def _covers(part: Span, enclosure: Span) -> bool:
    """Whether a part and an enclosure share more than half of both."""
    shared = min(part.end, enclosure.end) - max(part.start, enclosure.start)
    return 2 * shared > max(part.end - part.start, enclosure.end - enclosure.start)


def _persons(case: Case, plain: Plain, document: Read) -> None:
    names = [m for m in plain.marks if m.name == "persName"]
    marked = [m for m in names if (case.document, f"person {plain.quote(m)}") not in errata("frus")]
    entries = [Entry(m.name, {"start": m.span.start, "end": m.span.end}) for m in marked]
    named = score_names("person", entries, document, ())
    overlap = named.scores["person", "overlap"]
    # "Mr. Page" and "Lord Percy" are marked without and with the title: both are the same name.
    exact = {
        mark.span
        for mark, m in zip(marked, named.by_entry, strict=True)
        if m and mark.span in (Span(m.name_start, m.name_end), m.evidence.span)
    }
    gold, right, near, found = len(entries), len(exact), int(overlap.hit), int(overlap.found)
    case.add("persons, same span", Counts(gold, right, near - right, gold - near, found - near))
    case.add("persons, overlapping", Counts(gold, near, 0, gold - near, found - near))
    for measure, verdict, expected, other, span in named.misses:
        if not (verdict == "wrong" and span and any(one.meets(span) for one in exact)):
            case.miss(measure, verdict, expected, other, (document.text, span))
    links = [
        Link(case.document, who, (document.agent_of(mention) or (case.document, n)) if mention else None)
        for n, (mark, mention) in enumerate(zip(marked, named.by_entry, strict=True))
        if (who := mark.attributes.get("corresp"))
    ]
    case.marks["who is who (B-cubed)"] = b_cubed(links, within=True)
