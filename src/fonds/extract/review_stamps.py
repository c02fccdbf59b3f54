"""Review stamps: the boxes of a classification review, and the date of the last review.

    DOCUMENT NO. 13 · NO CHANGE IN CLASS. ☒ · ☐ DECLASSIFIED · NEXT REVIEW DATE: 2030 · AUTH: HR 70-2

A checked box asserts what is printed beside it, an unchecked one nothing. `CLASS. CHANGED TO: TS S C`
lists what could have been chosen, and is no choice.
"""

from __future__ import annotations

from typing import Final

import regex

from fonds.extract.stamp_reader import DATE, SILENT_ZONES, StampReader, at, late
from fonds.record import Event, Finding
from fonds.source import Span

_REVIEW_ANCHOR: Final = late(r"NO CHANGE IN CLASS|CLASS\.? CHANGED TO|NEXT REVIEW DATE", regex.IGNORECASE)
_REVIEW_LINE: Final = late(
    r"DOC(?:UMENT)? NO|NO CHANGE IN|DECLASSIFIED|CHANGED TO|REVIEW DATE|AUTH\b|REVIEWER|^\W*DATE",
    regex.IGNORECASE,
)
_LAST_REVIEW: Final = late(rf"DATE OF LAST REVIEW[ \t]*:[ \t]*(?P<date>{DATE})?", regex.IGNORECASE)
_CHECKED: Final = late(r"[☒☑✓]|\[[Xx]\]")
_BOX: Final = late(r"[☐☒☑✓□]|\[[ Xx]?\]")


def find_reviews(stamps: StampReader, events: list[Event], findings: list[Finding]) -> None:
    """The review stamp with its boxes, and `DATE OF LAST REVIEW`."""
    for found in stamps.searched(_LAST_REVIEW()):
        date = stamps.date(found, "date", "reviewed", "stamp.last-review")
        if date is None:
            findings.append(stamps.missing(at(found), "stamp.last-review"))
        else:
            evidence = stamps.evidence(at(found), "stamp.last-review")
            events.append(Event(kind="review", evidence=evidence, date=date))
    read_until = -1
    for anchor in _REVIEW_ANCHOR().finditer(stamps.text, stamps.reading.span.start, stamps.reading.span.end):
        if anchor.start() < read_until or stamps.reading.zone_at(anchor.start()) in SILENT_ZONES:
            continue
        span = _review_block(stamps, anchor.start())
        read_until = span.end
        events.append(_review(stamps, span, findings))


def _review_block(stamps: StampReader, position: int) -> Span:
    """The lines of a review stamp around its anchor: those that carry one of its labels."""
    text = stamps.text
    start = text.rfind("\n", 0, position) + 1
    while start > stamps.reading.span.start:
        before = text.rfind("\n", 0, start - 1) + 1
        if not _REVIEW_LINE().search(text, before, start - 1):
            break
        start = before
    end = text.find("\n", position)
    end = len(text) if end < 0 else end
    while end < stamps.reading.span.end:
        after = text.find("\n", end + 1)
        after = len(text) if after < 0 else after
        if not _REVIEW_LINE().search(text, end + 1, after):
            break
        end = after
    words = text[start : min(end, stamps.reading.span.end)]
    return Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))


def _review(stamps: StampReader, span: Span, findings: list[Finding]) -> Event:
    rule = "stamp.review"
    text, result, released = stamps.text, None, False
    for line in regex.finditer(r"[^\n]+", text, pos=span.start, endpos=span.end):
        label = regex.search(r"NO CHANGE IN CLASS\.?|DECLASSIFIED", line.group(), regex.IGNORECASE)
        boxes = _BOX().findall(line.group())
        if label and len(boxes) == 1 and _CHECKED().fullmatch(boxes[0]):
            start = line.start() + label.start()
            result = stamps.value(Span(start, line.start() + label.end()), rule)
            released = label.group().casefold() == "declassified"
    authority = regex.search(
        r"AUTH\.?:[ \t]*(?P<value>[^\n]*\S)?", text, regex.IGNORECASE, span.start, span.end
    )
    due = regex.search(
        rf"NEXT REVIEW DATE:?[ \t]*(?P<date>{DATE})?", text, regex.IGNORECASE, span.start, span.end
    )
    reviewer = regex.search(
        r"REVIEWER:?[ \t]*(?P<value>\S[^\n]*)?", text, regex.IGNORECASE, span.start, span.end
    )
    for found, group in ((authority, "value"), (due, "date"), (reviewer, "value")):
        if found is not None and found.group(group) is None:
            findings.append(
                stamps.missing(Span(found.start(), found.start() + len(found.group().rstrip())), rule)
            )
    return Event(
        kind="declassification" if released else "review",
        evidence=stamps.evidence(Span(span.start, span.end), rule),
        # When the next review is due is a date of the record, not the date of this review.
        authority=stamps.value(at(authority, "value"), rule)
        if authority and authority.group("value")
        else None,
        result=result,
    )
