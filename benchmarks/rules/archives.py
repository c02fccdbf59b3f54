"""Volumes, agency documents and pages of an archive, by the comparisons of `benchmarks.accuracy`.

Each document is read and compared there; here the values that were compared are traced back to
the rules that read them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy import cia, frus, wilson
from benchmarks.accuracy.case import Case, errata
from benchmarks.accuracy.plain import Plain, documents
from benchmarks.rules.verdict import Named, Verdict, emitted, identified, named
from fonds.agents.resolve import resolve
from fonds.converters import Options, convert
from fonds.evaluation.fields import Counts
from fonds.evaluation.gold import Entry
from fonds.evaluation.names import score_names
from fonds.evaluation.values import Read
from fonds.extract.own_date import choice
from fonds.record import PartyRole, Record
from fonds.source import Source, Span

#: Measures of a case that say whether the document's own date is right.
OWN_DATE: Final = (
    "date",
    "date, no dateline marked",
    "date, slips of the markup",
    "date, slips of the catalogue",
    "date, partial in the catalogue",
)
#: The measure of a day that the capture does not hold: it says what was misread, not what was chosen.
LOST: Final = "date, lost in the capture"
_ROLES: Final[tuple[PartyRole, ...]] = ("sender", "addressee", "signatory")


def from_frus(data: Path) -> Iterator[Verdict]:
    """Own dates, parties and places of writing of every document; persons where all are marked."""
    folder = data / "frus"
    for volume in (*sorted(folder.glob("volumes/*.xml")), *sorted(folder.glob("excerpts/*.xml"))):
        group = volume.stem.partition("_")[0]
        throughout = bool(re.search(r"<persName[^>]*\scorresp=", volume.read_text("utf-8")))
        plains = list(documents(volume))
        sources = [Source(plain.content.encode(), f"{plain.id}.txt") for plain in plains]
        # together, so that rules that look beyond a document have their cases too
        resolved = resolve([record for source in sources for record in convert(source)])
        meant: list[Named] = []
        for plain, source, one in zip(plains, sources, resolved, strict=True):
            read = Read(source.text, (one,))
            case = frus.judge(group, plain, throughout)
            yield from emitted(read, group)
            yield from of_date(case, read)
            yield from of_place(case, read)
            yield from of_parties(case, read)
            if throughout:
                yield from of_persons(case, plain, read)
                meant += _meant(case, plain, read)
        yield from identified(meant, group)


def of_date(case: Case, read: Read, spot: Span | None = None) -> Iterator[Verdict]:
    """The rule that chose the document's own date, and the rule that read it.

    Which of several dates is the document's own is not what the rule says: where a catalogue has
    another, the rule that read it is wrong only if it read those words, `spot`, as another day.
    """
    own = read.own[0]
    date = own.date
    chosen = next((one for one in own.dates if choice(one)), None)
    fit = _fate(case, *OWN_DATE)
    if chosen is not None and fit is not None:
        evidence = replace(chosen.evidence, rule=choice(chosen) or "")
        yield Verdict.of(evidence, fit, case.group, case.document)
    right = _fate(case, *OWN_DATE, LOST)
    if date is None or right is None:
        return
    if right or case.group not in cia.CAPTURES.values() or (spot and spot.meets(date.evidence.span)):
        yield Verdict.of(date.evidence, right, case.group, case.document)


def of_place(case: Case, read: Read) -> Iterator[Verdict]:
    """The rule that read the event with the place of writing."""
    held = (e for e in read.own[0].events if e.place and e.kind in ("writing", "dispatch"))
    event = next(held, None)
    right = _fate(case, "place of writing")
    if event is not None and right is not None:
        yield Verdict.of(event.evidence, right, case.group, case.document)


def of_parties(case: Case, read: Read) -> Iterator[Verdict]:
    """The rules that read who wrote to whom, in roles for which the document says who it is.

    A party is wrong if the comparison found it where another was due, or where none was.
    """
    for role in _ROLES:
        if not any(measure.partition(",")[0] == role for measure in case.marks):
            continue
        complaints = [miss for miss in case.misses if miss.measure.partition(",")[0] == role]
        spots = {(m.start, m.end) for m in complaints if m.verdict == "invented"}
        others = {m.found for m in complaints if m.verdict == "wrong"}
        for party in read.own[0].party(role):
            mention = party.mention
            if role == "signatory" and mention.kind != "person":
                continue  # only names are compared
            wrong = (mention.name_start, mention.name_end) in spots
            wrong = wrong or f"{mention.name} ({mention.kind})" in others
            yield Verdict.of(party.evidence, not wrong, case.group, case.document)


def _marked(case: Case, plain: Plain) -> list[tuple[Entry, str | None]]:
    """The names that the editors marked, and the person to whom each points."""
    slips = errata("frus")
    return [
        (Entry(mark.name, {"start": mark.span.start, "end": mark.span.end}), mark.attributes.get("corresp"))
        for mark in plain.marks
        if mark.name == "persName" and (case.document, f"person {plain.quote(mark)}") not in slips
    ]


def of_persons(case: Case, plain: Plain, read: Read) -> Iterator[Verdict]:
    """The rules that read names of persons: right if the same words are marked, title aside.

    A person whom the editors left unmarked is right too (`unmarked.toml`).
    """
    entries = [entry for entry, _ in _marked(case, plain)]
    found = score_names("person", entries, read, ()).by_entry
    right = {
        (mention.name_start, mention.name_end)
        for entry, mention in zip(entries, found, strict=True)
        if mention and entry.span in (Span(mention.name_start, mention.name_end), mention.evidence.span)
    }
    left_out = _unmarked().get(case.document, ())
    for mention in read.mentions("person"):
        fits = (mention.name_start, mention.name_end) in right or mention.name in left_out
        yield Verdict.of(mention.evidence, fits, case.group, case.document)


@cache
def _unmarked() -> Mapping[str, list[str]]:
    """Names of persons that stand unmarked, by document."""
    content = tomllib.loads((Path(__file__).parent / "unmarked.toml").read_text("utf-8"))
    names: Mapping[str, list[str]] = content["frus"]
    return names


def _meant(case: Case, plain: Plain, read: Read) -> Iterator[Named]:
    marked = _marked(case, plain)
    found = score_names("person", [entry for entry, _ in marked], read, ()).by_entry
    pairs = ((who, mention) for (_, who), mention in zip(marked, found, strict=True))
    return named(pairs, read, case.document)


def from_cia(data: Path) -> Iterator[Verdict]:
    """Own dates, and senders and addressees where one is read, against the catalogue."""
    cases = {(case.group, case.document): case for case in cia.cases(data)}
    folder = data / "cia"
    for line in (folder / "metadata.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        for capture, group in cia.CAPTURES.items():
            read = _read(Source.read(folder / entry["files"][capture]), cia.PERIOD)
            case = cases[group, entry["record_number"]]
            spot = _day(case, read, entry["nara"])
            for one in (*emitted(read, "cia"), *of_date(case, read, spot), *_sole(case, read)):
                yield one._replace(collection="cia")


def _day(case: Case, read: Read, catalogue: Mapping[str, Any]) -> Span | None:
    """Where the capture gives the day that the catalogue does, if it does."""
    slip = errata("cia").get((case.document, "date"))
    day = (slip.right or "") if slip else cia.edtf(catalogue["doc_date"])
    return cia.written(day, read.text.content) if day.count("-") == 2 else None


def _sole(case: Case, read: Read) -> Iterator[Verdict]:
    """The rule that read the one sender or addressee; of several the catalogue need not name all."""
    for role in ("sender", "addressee"):
        parties = read.own[0].party(role)
        right = _fate(case, role, f"{role}, slips of the catalogue")
        if len(parties) == 1 and right is not None:
            yield Verdict.of(parties[0].evidence, right, case.group, case.document)


def from_wilson(data: Path) -> Iterator[Verdict]:
    """Own dates against the metadata of the page."""
    bodies = {case.document: case for case in wilson.cases(data)}
    for stem, case in bodies.items():
        read = _read(Source.read(data / "wilson" / f"{stem}.body.txt"), None)
        for one in (*emitted(read, "wilson"), *of_date(case, read)):
            yield one._replace(collection="wilson")


def _read(source: Source, period: tuple[int, int] | None) -> Read:
    records: tuple[Record, ...] = convert(source, options=Options(period=period))
    return Read(source.text, tuple(resolve(records)))


def _fate(case: Case, *measures: str) -> bool | None:
    """Whether what was found is right by these measures; None if nothing was found or compared."""
    marks: Mapping[str, object] = case.marks
    counts = sum((mark for name in measures if isinstance(mark := marks.get(name), Counts)), Counts())
    return False if counts.wrong or counts.invented else True if counts.correct else None
