"""CIA documents, each in two captures, against the catalogue of the national archives.

A day that the catalogue gives is expected only where the capture still holds it, in whatever form;
where it does not, any date read is shown apart. Slips of the catalogue (`errata.toml`) are apart too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy.case import Case, errata, read, tokens, words
from fonds.evaluation.fields import Counts
from fonds.evaluation.measures import Score
from fonds.evaluation.values import Read
from fonds.record import DateStatement, PartyRole
from fonds.source import Source, Span

#: The captures and what they are called in the tables.
CAPTURES: Final = {"gemini2025": "clean capture (2025)", "2022": "rough capture (2022)"}
BOTH: Final = "clean against rough"
#: Years of the agency's documents, for two-digit years.
PERIOD: Final = (1945, 1999)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: What a catalogue writes where it names nobody.
_NOBODY: Final = re.compile(
    r"(?i)^\W*$|withheld|restricted|multi|^book cable$|^mfr$|^(?:memo )?for the record$"
)
_ROLES: Final[dict[str, PartyRole]] = {"from": "sender", "to": "addressee"}


def cases(data: Path, limit: int | None = None) -> Iterator[Case]:
    """For each document a case for each capture, and one for what the two have in common."""
    folder = data / "cia"
    with (folder / "metadata.jsonl").open(encoding="utf-8") as lines:
        for line in islice(lines, limit):
            entry = json.loads(line)
            number, catalogue = entry["record_number"], entry["nara"]
            dates: list[str | None] = []
            for capture, group in CAPTURES.items():
                source = Source.read(folder / entry["files"][capture])
                case = Case(group, number)
                document = read(case, source, PERIOD)
                if document is not None:
                    _date(case, document, catalogue["doc_date"])
                    for field in _ROLES:
                        _party(case, document, field, catalogue)
                    own = own_date(document)
                    dates.append(own.edtf if own else None)
                yield case
            if len(dates) == len(CAPTURES) and any(dates):
                yield _both(number, *dates)


def _both(number: str, clean: str | None, rough: str | None) -> Case:
    """Whether both captures of one document give the same date, where either gives one."""
    case = Case(BOTH, number, {"same date": Score(gold=1, hit=clean == rough)})
    if clean != rough:
        case.miss("same date", "wrong", clean, rough, (None, None))
    return case


def edtf(given: str) -> str:
    """A catalogue's `MM/DD/YYYY` as EDTF: zeros are unknown, `00/00/1963` is a year, `01/01/0000` nothing.

    >>> edtf("12/16/1960"), edtf("12/00/63"), edtf("00/00/1963"), edtf("01/01/0000"), edtf("")
    ('1960-12-16', '1963-12', '1963', '', '')
    """
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", given.strip())
    if match is None or not int(match[3]):
        return ""
    year = match[3] if len(match[3]) == 4 else f"19{match[3]}"
    month, day = (f"{int(match[n]):02d}" for n in (1, 2))
    if month == "00":
        return year
    return f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}"


def written(day: str, content: str) -> Span | None:
    """Where a text gives a day, `YYYY-MM-DD`, in figures, in words, or as a date-time group.

    >>> written("1963-10-16", "RIO, 16 OCT 63 22Z"), written("1963-10-16", "on 16 November 1963")
    (Span(start=5, end=14), None)
    """
    year, month, number = day.split("-")
    name = _MONTHS[int(month) - 1] + r"[a-z]*\.?"
    years, days, gap = rf"(?:{year}|'?{year[2:]})(?!\d)", rf"(?<!\d)0?{int(number)}", r"[\s,.\-]*"
    forms = (
        rf"{days}(?:st|nd|rd|th)?{gap}(?:of\s)?{name}{gap}{years}",
        rf"\b{name}{gap}{days}(?:st|nd|rd|th)?[\s,.\-]+{years}",
        rf"(?<!\d)0?{int(month)}/{days}/{years}",
        rf"(?<!\d){number}\s?\d{{4}}\s?Z?\s{name}{gap}{years}",
        rf"{year}-{month}-{number}",
    )
    hits = [hit.span() for form in forms if (hit := re.search(form, content, re.IGNORECASE))]
    return Span(*min(hits)) if hits else None


def own_date(document: Read) -> DateStatement | None:
    """The date of the document; without one, the day on which it was sent or distributed.

    The catalogue has one date for each document, and takes such a day for it as well.
    """
    record = document.own[0]
    others = [date for role in ("sent", "distributed") for date in record.dates if date.role == role]
    return record.date or next(iter(others), None)


def _date(case: Case, document: Read, given: str) -> None:
    found = own_date(document)
    value, seen = (found.edtf, found.evidence.span) if found else (None, None)
    slip = errata("cia").get((case.document, "date"))
    expected = (slip.right or "") if slip else edtf(given)
    if value and 0 < len(expected) < len("YYYY-MM-DD") and value.startswith(expected):
        value = expected
    spot = written(expected, document.text.content) if expected.count("-") == 2 else None
    if slip:
        case.judge("date, slips of the catalogue", expected, value, (document.text, seen or spot))
    elif not expected:
        case.add("date, none in the catalogue", Counts())
    elif expected.count("-") < 2:
        case.judge("date, partial in the catalogue", expected, value, (document.text, seen))
    elif spot is None:
        case.judge("date, lost in the capture", None, value, (document.text, seen))
    else:
        case.judge("date", expected, value, (document.text, seen or spot))


def _party(case: Case, document: Read, field: str, catalogue: Mapping[str, Any]) -> None:
    """The catalogue names one party, in its own wording: half of the words must be shared.

    An office is also right if its holder was found, with a position that shares them. Only compared
    where the words stand in the capture.
    """
    slip = errata("cia").get((case.document, field))
    given = str(slip.right if slip else catalogue[field])
    if _NOBODY.search(given) or not words(given) <= words(document.text.content):
        return
    parties = [p for record in document.own for p in record.party(_ROLES[field])]
    held = {p.mention.id: [p.mention.name, p.evidence.quote] for p in parties}
    for record in document.own:
        for position in record.positions:
            held.get(position.holder.id, []).append(position.title)
    near = any(alike(given, name) for names in held.values() for name in names)
    found = given if near else "; ".join(dict.fromkeys(p.mention.name for p in parties)) or None
    span = parties[0].evidence.span if parties else None
    name = _ROLES[field]
    case.judge(f"{name}, slips of the catalogue" if slip else name, given, found, (document.text, span))


def alike(one: str, other: str) -> bool:
    """Whether two wordings share half of the words of the shorter, or one is the initials of the other.

    A post may be named by its code.

    >>> alike("HART, RAMON R., CIA", "Mr. Ramon R. Hart"), alike("DCI", "Director of Central Intelligence")
    (True, True)
    >>> alike("GENEVA", "GNVA"), alike("ROME", "PARI")
    (True, False)
    >>> alike("CHIEF, TASK FORCE W", "Chief, Special Affairs Staff")
    False
    """
    shared = words(one) & words(other)
    if shared and 2 * len(shared) >= min(len(words(one)), len(words(other))):
        return True
    initials = "".join(word[0] for word in tokens(other) if word in words(other))
    if len(initials) > 2 and [initials] == tokens(one):
        return True
    return any(_code(a, b) or _code(b, a) for a in tokens(one)[:1] for b in tokens(other)[:1])


def _code(short: str, name: str) -> bool:
    """Whether a word is the code of a post: three or four letters of its name in their order."""
    rest = iter(name)
    return 3 <= len(short) <= 4 < len(name) and short[0] == name[0] and all(char in rest for char in short)
