"""Persons linked to a general authority file: the people file of the Office of the Historian.

16,312 persons of two centuries, read as any such file (`scope` general), against volumes that are
resolved as the collections they are, and against the demo documents. Who is meant by the names that
the editors marked stands in `people.toml`; it was looked up by hand. A mention is right if it is
linked to that entry, or left without a link where the file has no such person.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy.case import Case, errata
from benchmarks.accuracy.plain import Mark, Plain, documents
from fonds.agents import authority
from fonds.agents.resolve import resolve
from fonds.converters import convert
from fonds.evaluation.fields import Counts
from fonds.evaluation.gold import Entry, GoldPerson, read_gold
from fonds.evaluation.names import score_names
from fonds.evaluation.values import Read
from fonds.record import Resolved
from fonds.source import Source, Text

FILE: Final = Path("authority", "hsg_people.jsonl.gz")
LINKS: Final = "links made"
ANSWERS: Final = "link, or no match"
#: Volumes and persons that the rules were developed with: of two volumes surnames from A to K.
KNOWN: Final = ("frus1917Supp02v02",)
PARTED: Final = "l"


def cases(data: Path, limit: int | None = None) -> Iterator[Case]:
    """One case for each document and part (developed with, held out) that has persons to link."""
    file = data / FILE
    if not file.is_file():
        return
    people = authority.read(file)
    folder = data / "frus"
    found: list[Case] = [*_seeds(data, people)]
    for volume in (*sorted(folder.glob("volumes/*.xml")), *sorted(folder.glob("excerpts/*.xml"))):
        found += _volume(volume, limit, people)
    yield from sorted(found, key=lambda case: case.group)


def _volume(volume: Path, limit: int | None, people: authority.Authority) -> Iterator[Case]:
    name = volume.stem.partition("_")[0]
    plains = list(islice(documents(volume), limit))
    sources = [Source(plain.content.encode(), f"{plain.id}.txt") for plain in plains]
    records = [tuple(convert(source)) for source in sources]
    resolved = resolve([record for each in records for record in each], people)
    for plain, source, own in zip(plains, sources, records, strict=True):
        read = Read(source.text, tuple(islice(resolved, len(own))))
        gold = [(mark, who) for mark in _marked(name, plain) if (who := _who(name, plain, mark)) is not None]
        entries = [Entry(m.name, {"start": m.span.start, "end": m.span.end}) for m, _ in gold]
        mentions = score_names("person", entries, read, ()).by_entry
        for part in ("developed with", "held out"):
            case = Case(f"links to an authority, {part}", f"{name} {plain.id}")
            for (mark, who), mention in zip(gold, mentions, strict=True):
                held = name not in KNOWN and _surname(plain.quote(mark)) >= PARTED
                if mention is not None and held == (part == "held out"):
                    _judge(case, who, _given(read, read.agent_of(mention)), (read.text, mark))
            if case.marks:
                yield case


def _seeds(data: Path, people: authority.Authority) -> Iterator[Case]:
    """The demo documents, whose persons were looked up in the same file."""
    sources = {s.sha256: s for s in map(Source.read, sorted((data / "seeds").glob("*.txt")))}
    gold = read_gold(data / "gold")
    read: dict[str, list[Resolved]] = {}
    for one in resolve((record for source in sources.values() for record in convert(source)), people):
        read.setdefault(one.record.source.sha256, []).append(one)
    for sha256, resolved in read.items():
        if sha256 not in gold.documents:
            continue
        text = sources[sha256].text
        one = Read(text, tuple(resolved))
        names = [
            e for e in gold.documents[sha256].get("person_mentions") if e.data.get("kind", "name") == "name"
        ]
        case = Case("links to an authority, developed with", resolved[0].record.source.name)
        for entry, mention in zip(names, score_names("person", names, one, ()).by_entry, strict=True):
            who = _accepted(gold.persons.get(str(entry.data.get("person"))))
            if mention is not None and who is not None and entry.name_span is not None:
                mark = Mark("persName", entry.name_span, {}, ())
                _judge(case, who, _given(one, one.agent_of(mention)), (text, mark))
        yield case


def _accepted(person: GoldPerson | None) -> tuple[str, ...] | None:
    known = person.accepts("hsg_people") if person else ()
    return tuple(one or "" for one in known) or None


def _given(read: Read, key: str | None) -> str:
    """The number of the entry that an agent was linked to, empty if to none."""
    agent = read.agents.get(key) if key else None
    return (agent.authority or "").rpartition("/")[2] if agent else ""


def _judge(case: Case, who: tuple[str, ...], given: str, where: tuple[Text, Mark]) -> None:
    """Count one mention. `who` are the right answers, the empty one for no match."""
    text, mark = where
    right = given in who
    verdict = "correct" if right else "wrong" if given and any(who) else "invented" if given else "missed"
    gold = int(any(who) and (bool(given) or "" not in who))
    if gold or given:
        case.add(LINKS, Counts(gold=gold, **{verdict: 1}))
    case.add(ANSWERS, Counts(1, int(right), int(bool(given) and not right), int(not given and not right)))
    if not right:
        case.miss(LINKS, verdict, " or ".join(who), given or None, (text, mark.span))


def _marked(volume: str, plain: Plain) -> Iterator[Mark]:
    for mark in plain.marks:
        slip = (f"{volume} {plain.id}", f"person {plain.quote(mark)}") in errata("frus")
        if mark.name == "persName" and not slip:
            yield mark


def _who(volume: str, plain: Plain, mark: Mark) -> tuple[str, ...] | None:
    """The numbers that are right for a marked name, an empty one for no match; None if not looked up."""
    table, words = people().get(volume, {}), " ".join(plain.quote(mark).split())
    pointed = mark.attributes.get("corresp")
    keys = (f"{plain.id} {words}", pointed or words)
    known = next((table[key] for key in keys if key in table), None)
    return (known,) if isinstance(known, str) else tuple(known) if known is not None else None


def _surname(words: str) -> str:
    return words.rsplit(maxsplit=1)[-1].casefold()


@cache
def people() -> Mapping[str, Any]:
    """Whom the marked names mean, by volume: see `people.toml` beside this file."""
    return tomllib.loads((Path(__file__).parent / "people.toml").read_text("utf-8"))
