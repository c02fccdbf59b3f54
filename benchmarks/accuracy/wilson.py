"""Pages of a digital archive: the text of a document against what its catalogue says of it.

The catalogue names persons and places that are important; others are in the text as well, so only
recall is measured. A name counts only if its surname stands in the text (accents aside).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy.case import Case, read, words
from fonds.evaluation.measures import Score
from fonds.evaluation.values import Read
from fonds.source import Source, Span

_PEOPLE: Final = ("authors", "document_contributors", "associated_people_orgs")


def cases(data: Path, limit: int | None = None) -> Iterator[Case]:
    """The documents of the folder, at most `limit`, by name."""
    for body in sorted((data / "wilson").glob("*.body.txt"))[:limit]:
        stem = body.name.removesuffix(".body.txt")
        about = json.loads(body.with_name(f"{stem}.meta.json").read_text("utf-8"))
        yield judge(Case("wilson", stem), Source.read(body), about)


def judge(case: Case, source: Source, about: dict[str, Any]) -> Case:
    """Read the text of a page and compare it with the page's metadata."""
    document = read(case, source)
    if document is None:
        return case
    found = document.own[0].date
    day = datetime.strptime(about["original_publication_date"], "%B %d, %Y").date().isoformat()  # noqa: DTZ007
    seen = found.evidence.span if found else None
    case.judge("date", day, found.edtf if found else None, (document.text, seen))
    people = [name for key in _PEOPLE for name in about.get(key) or ()]
    names = [
        words(name) for agent in document.agents.values() if agent.kind == "person" for name in agent.names
    ]
    for person in dict.fromkeys(people):
        surname, comma, _ = person.partition(",")
        if comma:
            _expect(case, "person", surname, names, document)
    places = [words(mention.name) for mention in document.mentions("place")]
    for place in dict.fromkeys(about.get("associated_places") or ()):
        _expect(case, "place", place, places, document)
    return case


def _expect(case: Case, measure: str, name: str, held: list[frozenset[str]], document: Read) -> None:
    """Count a name that stands in the text; it is found if some value holds all its words."""
    spot = _spot(name, document.text.content)
    if spot is None:
        return
    hit = any(words(name) <= one for one in held)
    before = case.marks.get(measure, Score())
    if isinstance(before, Score):
        case.marks[measure] = before + Score(gold=1, hit=hit)
    if not hit:
        case.miss(measure, "missed", name, None, (document.text, spot))


def _spot(name: str, content: str) -> Span | None:
    tokens = [(words(m[0]), m.span()) for m in re.finditer(r"\w+", content)]
    wanted = [words(part) for part in name.split()]
    for n in range(len(tokens) - len(wanted) + 1):
        if all(tokens[n + k][0] == part for k, part in enumerate(wanted)):
            return Span(tokens[n][1][0], tokens[n + len(wanted) - 1][1][1])
    return None
