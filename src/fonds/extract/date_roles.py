"""What a date is the date of, read from the words beside it and its place in the document.

A cue ("received", "deciphered at", "Original Uploaded Date") must stand directly beside the
date, never inside running text; a date alone on a line of the head or foot is the document's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from fonds.extract.date_values import Expression
from fonds.extract.date_words import Vocabulary
from fonds.extract.reading import Reading
from fonds.record import Certainty, DateRole, Status, Zone
from fonds.source import Span

#: Zones whose dates are spoken of and say nothing about the document, or are read elsewhere.
_SILENT: Final = frozenset(
    {"body", "form-grid", "title", "subject", "catalogue-summary", "footnote", "legal-notice", "credit"}
)
#: Zones that stand at the foot of a document.
FOOT: Final = frozenset({"signature", "processing", "distribution", "attachment-note", "annotation"})
#: Zones whose dates are the document's wherever they stand.
_OWN: Final = FOOT | {"dateline"}
#: Zones that may hold a date about the copy or the catalogue, never the document's own.
_AROUND: Final = frozenset({"repository", "rights", "navigation", "furniture"})
#: The order in which a document's own date is looked for.
RANKS: Final = {"dateline": 1, "letterhead": 2, "routing": 3, "catalogue-date": 5, "repository": 5}
#: The reason given for a date that a label calls that of the document.
LABELLED: Final = "labelled as the date"
_VERBS: Final = frozenset(
    {"sent", "received", "arrived", "deciphered", "distributed", "reviewed", "declassified"}
)
_WITH: Final = re.compile(r"\s+(?:by\b|(?:via|through|over)\s+\w+)")
#: How far along a line is looked, in code points.
_FAR: Final = 400
_FULL_LINE: Final = re.compile(r"^.*\S.*$", re.MULTILINE)
_HEADING: Final = re.compile(
    r"[ \t]*(?:[A-Z]+ |(?:[A-Z] )+)?(?:SECRET|CONFIDENTIAL|UNCLASSIFIED|UNCLAS|RESTRICTED)?[ \t]*"
)
#: A number or file symbol just before a date: that of another document ("No. 984, dated", "UFGA-11700,").
_CITED: Final = re.compile(
    r"(?:\b[Nn][Oo]s?\.?\s?[\w/-]*\d[\w/-]*|\b[A-Z]{1,8}[-/ ]{0,2}\d{2,7}(?:[/-]\d{1,4})?)\s?[,;(]?\s*$"
)
_CLOSED: Final = re.compile(r"[^()\[\]]{0,40}[)\]][ \t.]*(?:\n|$)")
#: The hours of a meeting behind its day: "25 May 1965, 1900-2030 hours".
_HOURS: Final = re.compile(r",?\s{0,2}\d{4}\s?[-–]\s?\d{4}\s{0,2}(?:hours|hrs|h\b)")
#: A label of its own that is none of the known ones: "DEPARTURE DATE", "2. DATE OF BIRTH".
_OTHER_DAY: Final = re.compile(
    r"^\W{0,4}(?:\d{1,2}\.\s)?(?:[^\W\d_]+[ /]){0,3}(?i:date)(?:[ /][^\W\d_]+){0,3}\W{0,4}$"
)
_UNFINISHED: Final = re.compile(r"(?i)^\W{0,4}(?:\d{1,2}\.\s)?date of\s*$")
#: The day on which a printed form was made: "FORM NO. 1151 (4-35)".
_FORM: Final = re.compile(r"(?i)\bform\s(?:no\.?\s?)?\d")
_CAPITALS: Final = re.compile(r"[A-Z]{2} $")
_LONGER: Final = re.compile(r" ?[A-Za-z]{2}")
_SENTENCE: Final = re.compile(r"[.;] +[A-Z]")
_BLANKS: Final = re.compile(r"\s*")
_TO: Final = re.compile(r"\s+to\b")
_RECEIPT: Final = re.compile(r"[(\[][^()\[\]]{0,60}[)\]]")
#: A line that is a place and nothing else may stand before the date of a head.
_SHORT_LINE: Final = 160


@dataclass(frozen=True, slots=True)
class Placed:
    """A role, and the words that give it: positions in the running text, end exclusive."""

    role: DateRole
    start: int
    end: int
    status: Status = "stated"
    certainty: Certainty = "certain"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: its span in the running text, its zone, its part of the page."""

    start: int
    end: int
    zone: str
    part: str  # head, body, edge (of the body), foot, stamp, around or silent
    line: int  # where its line begins and ends, or what is looked at of a very long one
    stop: int


def _role(cue: str, known: Vocabulary) -> DateRole:
    return known.cues[" ".join(cue.lower().rstrip(".").split())]  # type: ignore[return-value]


def places(expressions: Iterable[Expression], spans: list[Span], reading: Reading) -> Iterator[Place]:
    """Where each expression stands."""
    prose = reading.prose
    bodies = [zone for zone in reading.zones if zone.name == "body"]
    first, last = (bodies[0].start, bodies[-1].end) if bodies else (None, None)
    head, foot = _edges(prose.content) if first is None else _edges_of_body(prose.text.content, bodies)
    for _, span in zip(expressions, spans, strict=True):
        at = prose.position(span.start)
        zone = reading.zone_at(at)
        if zone in _AROUND:
            part = "around"
        elif zone == "body":
            part = "body" if head <= at < foot else "edge"
        elif zone in _SILENT:
            part = "silent"
        elif zone == "stamp":
            part = "stamp" if first is None or at > first else "head"
        elif first is None or last is None:
            part = "head" if span.start < head else "foot" if span.start >= foot else "body"
            part = "foot" if zone in FOOT else "head" if zone in RANKS else part
        else:
            part = "head" if at < first else "foot" if at >= last or zone in _OWN else "body"
        yield Place(span.start, span.end, zone, part, *_line(prose.content, span.start, span.end))


def _edges_of_body(content: str, bodies: list[Zone]) -> tuple[int, int]:
    """The end of the first two lines of the body and the start of its last three."""
    first, last = bodies[0], bodies[-1]
    starts = [m.start() for m in _FULL_LINE.finditer(content, first.start, min(first.end, first.start + 400))]
    ends = [m.start() for m in _FULL_LINE.finditer(content, max(last.start, last.end - 400), last.end)]
    return (starts[2] if len(starts) > 2 else first.start), (ends[-3] if len(ends) >= 3 else last.end)


def _edges(content: str) -> tuple[int, int]:
    """The end of the first ten lines and the start of the last four, for a text without zones."""
    starts = [match.start() for match in _FULL_LINE.finditer(content)]
    head = starts[10] if len(starts) > 10 else len(content)
    foot = starts[-4] if len(starts) > 14 else len(content)
    return head, foot


def roles(place: Place, found: Expression, content: str, known: Vocabulary) -> list[Placed]:
    """The roles of one expression; at least one, `mentioned` if nothing says more."""
    plain = Placed("mentioned", place.start, place.end)
    told = _in_bracket(place, content, known) or _labelled(place, content, known)
    if told:
        return [told]
    if place.part == "silent":
        return [plain]
    if place.part == "around":
        beside = _beside(place, found, content, known)
        return [beside if beside and beside.role != "dated" else plain]
    alone = _alone(place, content)
    if of_meeting_or_form(content, place.start, place.end) or (alone and _of_another(place, content, known)):
        return [plain]
    if place.part in ("body", "edge"):
        return [_in_body(place, found, alone, content) or plain]
    beside = _beside(place, found, content, known)
    if beside:
        return [beside]
    placed = [_by_place(place, found, alone, content) or plain]
    below = _above_cue(place, content, known) if alone else None
    if below:
        placed.append(below)
    return placed


def of_meeting_or_form(content: str, start: int, end: int) -> bool:
    """Whether the hours of a meeting follow a day, or the number of a printed form stands above it."""
    line, _ = _line(content, start, end)
    above = content[max(0, line - _FAR) : max(0, line - 1)].rsplit("\n", 1)[-1]
    return bool(_HOURS.match(content, end) or (_FORM.search(above) and not content[line:start].strip()))


def _of_another(place: Place, content: str, known: Vocabulary) -> bool:
    """Whether the line above, or a label in two lines, calls the day that of something else."""
    line = place.line
    lines = content[max(0, line - _FAR) : line].rstrip().rsplit("\n", 2)[-2:]
    above = lines[-1].strip(" \t\r\xa0") if lines else ""
    if len(lines) == 2 and _UNFINISHED.search(lines[0]):
        above = " ".join(" ".join(lines).split())
    return bool(_OTHER_DAY.match(above)) and above.strip(" \t*:.#").casefold() not in known.cues


def _line(content: str, start: int, end: int) -> tuple[int, int]:
    """Where the lines of a span begin and end; of a very long line only what lies around the span."""
    stop = content.find("\n", end, end + _FAR)
    first = content.rfind("\n", max(0, start - _FAR), start)
    return (first + 1 if first >= 0 else max(0, start - _FAR)), min(
        len(content), stop if stop >= 0 else end + _FAR
    )


def _alone(place: Place, content: str) -> bool:
    first, last = place.line, place.stop
    rest = content[first : place.start] + content[place.end : last]
    return not rest.strip(" \t\r\xa0.,;:*_~()[]|")


def _in_bracket(place: Place, content: str, known: Vocabulary) -> Placed | None:
    """ "(Received March 19.)" at the end of a line, whatever zone it is in."""
    before = content[max(0, place.start - 70) : place.start]
    opened = max(before.rfind("("), before.rfind("["))
    if opened < 0 or any(mark in before[opened:] for mark in ")]"):
        return None
    match = known.cue.match(before, opened + 1)
    closed = _CLOSED.match(content, place.end)
    if match is None or closed is None:
        return None
    role = _role(match.group(), known)
    if role == "dated" or place.stop - place.line > _SHORT_LINE:
        return None
    start = place.start - len(before) + match.start()
    return Placed(role, start, place.end)


def _labelled(place: Place, content: str, known: Vocabulary) -> Placed | None:
    """A label directly before the date: "DATE DISTR.", "TOR:", "Date:"; but forms are read elsewhere."""
    line = place.line
    prefix = content[line : place.start]
    if place.zone == "form-grid" or not (prefix.rstrip().endswith(":") or "DATE" in prefix):
        return None
    cues = list(known.cue.finditer(prefix))
    if not cues or prefix[cues[-1].end() :].strip(" \t\xa0:.*") or not cues[-1].group()[0].isupper():
        return None
    others = [cue for cue in cues if _role(cue.group(), known) != "dated"]
    cue = (others or cues)[-1]
    role = _role(cue.group(), known)
    if role != "dated":
        return Placed(role, place.start, place.end)
    if place.part in ("stamp", "around") or _CITED.search(prefix[: cue.start()]):
        return None
    longer = cue.group().isupper() and _CAPITALS.search(prefix[: cue.start()])  # DEPARTURE DATE
    if longer:
        return Placed("mentioned", place.start, place.end)
    return Placed(role, place.start, place.end, reason=LABELLED)


def _in_body(place: Place, found: Expression, alone: bool, content: str) -> Placed | None:
    """A date alone on a line of the text: at its edge the document's, in capitals a stamp."""
    plain = Placed("mentioned", place.start, place.end, certainty="probable")
    if place.part == "edge" and alone:
        return replace(plain, role="dated", reason="alone on a line at the edge of the text")
    if _heads_cable(place, found, content):
        return replace(plain, role="dated", reason="in the heading of a cable")
    if alone and content[place.start : place.end].isupper() and found.point.precision == "day":
        return replace(plain, role="stamped", reason="alone on a line and in capitals, like a date stamp")
    return None


def _heads_cable(place: Place, found: Expression, content: str) -> bool:
    """ "SECRET 191610Z NOV 93" """
    line = place.line
    return found.rule == "military" and bool(_HEADING.fullmatch(content[line : place.start]))


def _beside(place: Place, found: Expression, content: str, known: Vocabulary) -> Placed | None:
    """A cue on the same line, or a label or a cue with its operator on the line above."""
    line = place.line
    prefix = content[line : place.start]
    pattern = known.cue
    cues = [match for match in pattern.finditer(prefix) if _begins(prefix, match.start())]
    named = next((cue for cue in cues if _role(cue.group(), known) != "dated"), cues[0] if cues else None)
    if named:
        role = _role(named.group(), known)
        if role == "dated" and _CITED.search(prefix[: named.start()]):
            return None
        between = prefix[named.end() :]
        if named.group().lower() == "date" and _LONGER.match(between):
            return None  # a longer label: DATE ACQ.
        after = pattern.match(content[place.end : place.end + 30].lstrip(" \t\xa0:"))
        if role == "dated" and place.part == "stamp":  # "DATE 2030 REVIEWER:"
            role = _role(after.group(), known) if after else "stamped"
        if len(between) <= 90 and not _SENTENCE.search(between):
            label = ":" in between or role in ("dated", "uploaded", "published") or "\t" in between
            if role == "reviewed" and found.point.precision == "year":
                reason = "a year alone in a review stamp; its place on the form may be misread"
                return Placed(role, place.start, place.end, certainty="possible", reason=reason)
            return Placed(role, place.start if label else line + named.start(), place.end)
    lines = content[max(0, line - _FAR) : line].rstrip().rsplit("\n", 2)[-2:]
    above = lines[-1].strip(" \t\r\xa0") if lines else ""
    both = " ".join(" ".join(lines).split())
    cue = pattern.fullmatch(both)  # a label in two lines: DATE OF / INFO.
    above = both if cue else above
    cue = cue or pattern.match(above)
    if prefix.strip(" \t\xa0") or cue is None or len(above) > 60:
        return None
    rest = above[cue.end() :].strip(" \t\xa0:")
    role = _role(cue.group(), known)
    if not rest or (found.time and role in _VERBS and not any(c.isdigit() for c in rest)):
        return Placed(role, place.start, place.end)
    return None


def _begins(prefix: str, at: int) -> bool:
    """Whether a cue begins a line, a clause or a cell."""
    before = prefix[:at].rstrip(" \xa0")
    return not before or before[-1] in ".,;:([|\t*-–—" or before.lower().endswith((" and", "next", "date"))


def _by_place(place: Place, found: Expression, alone: bool, content: str) -> Placed | None:
    """`dated` for a date that stands where documents bear theirs, `stamped` in a stamp."""
    dated = Placed("dated", place.start, place.end)
    if place.zone == "catalogue-date" or (place.zone == "dateline" and found.lead in (None, "label")):
        return dated
    if place.part == "stamp":
        return replace(dated, role="stamped", certainty="probable" if alone else "possible")
    if found.value.form != "one":
        return None
    if _heads_cable(place, found, content):
        return dated
    first, last = place.line, place.stop
    before = content[first : place.start]
    after = _RECEIPT.sub("", content[place.end : last]).strip(" \t\r\xa0.,;[]")
    if alone:
        return dated
    if _CITED.search(before):
        return None
    head_like = place.part == "head" and len(before) + len(after) < _SHORT_LINE
    if head_like and not before.strip(" \t\xa0") and (place.zone == "routing" and len(after) < 40):
        return dated
    set_off = before.rstrip(" []").endswith((",", "\t", "—")) or before.endswith(("   ", "\xa0"))
    if (
        head_like
        and not after
        and place.zone == "routing"
        and found.lead is None
        and found.status == "stated"
    ):
        return replace(dated, certainty="probable", reason="ends a line of the routing block")
    if not after and set_off and (head_like or (place.part == "foot" and len(before) < 40)):
        return dated
    return None


def _above_cue(place: Place, content: str, known: Vocabulary) -> Placed | None:
    """A date alone on its line, above a line such as "received via VCh"."""
    end = place.stop
    rest = _BLANKS.match(content, end)
    at = rest.end() if rest else end
    cue = known.cue.match(content, at)
    _, stop = _line(content, at, at)
    if cue is None or stop - at > 60 or any(c.isdigit() for c in content[at:stop]):
        return None
    role = _role(cue.group(), known)
    if not content[cue.end() : stop].strip(" \t\r\xa0.:"):
        return None  # a label, whose value stands elsewhere
    if role not in _VERBS or _TO.match(content, cue.end()):
        return None
    how = _WITH.match(content, cue.end())
    finish = how.end() if how else cue.end()
    reason = f"stands directly above “{content[at:finish]}”; which of the two it dates is not said"
    return Placed(role, place.start, finish, status="inferred", certainty="possible", reason=reason)
