"""Short documents cut from long ones: the head, the beginning of one paragraph, and the close.

Most of what archives hold is short: telegrams, covering letters, notes of a paragraph. What frames the text
of a document (markings, addressees, date, subject, signature) stays as it is, so an excerpt is still one of
its genre; of stamps and blocks only the first line stays, and nothing of what is the same on every page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fonds.converters import convert, text_of
from fonds.record import Record, Zone
from fonds.source import Source

#: Code points that an excerpt has at most, and its paragraph at least, where there is so much.
SIZE: Final = 850
LEAST: Final = 120
#: What a paragraph may have in any case, however much there is around it.
_ROOM: Final = 240
#: Zones of the text itself, and those of which the first line will do if they are longer than this.
_BODY: Final = frozenset({"body", "constituent"})
_BLOCKS: Final = frozenset({"stamp", "repository", "distribution", "form-grid"})
_BLOCK: Final = 60
_LEFT_OUT: Final = frozenset(
    {"navigation", "catalogue-summary", "rights", "legal-notice", "furniture", "annotation", "other"}
)
_SENTENCE: Final = re.compile(r"(?<=[\w”\"’)][.!?])(?=\s+[A-Z“\"])")


def excerpts(path: Path) -> list[str]:
    """The excerpts of a document, one for each of its paragraphs that is long enough."""
    source = Source.read(path)
    text = str(text_of(source).content)
    record = next(iter(convert(source)))
    body = [zone for zone in record.zones if zone.name in _BODY]
    if not body:
        return []
    before = _frame(text, [zone for zone in record.zones if zone.end <= body[0].start])
    after = _frame(
        text, [zone for zone in record.zones if zone.start >= body[0].end and zone.name not in _BODY]
    )
    room = SIZE - len(before) - len(after)
    return [
        "\n\n".join(part for part in (before, words, after) if part) + "\n"
        for words in _openings(text, record, max(room, _ROOM))
    ]


def _frame(text: str, zones: list[Zone]) -> str:
    parts = []
    for zone in zones:
        if zone.name not in _LEFT_OUT:
            words = text[zone.start : zone.end].strip()
            if zone.name in _BLOCKS and len(words) > _BLOCK:
                words = _short(words.partition("\n")[0])
            parts.append(words)
    return "\n\n".join(dict.fromkeys(part for part in parts if part))


def _short(line: str) -> str:
    return line if len(line) <= 2 * _BLOCK else line[: 2 * _BLOCK].rpartition(" ")[0]


def _openings(text: str, record: Record, room: int) -> Iterator[str]:
    """The first sentences of each paragraph, as many as there is room for."""
    for one in record.walk():
        for zone in one.zones:
            if zone.name != "body":
                continue
            for paragraph in text[zone.start : zone.end].split("\n"):
                ends = [found.start() for found in _SENTENCE.finditer(paragraph)] + [len(paragraph)]
                fitting = [end for end in ends if LEAST <= end <= room]
                if fitting:
                    yield paragraph[: fitting[-1]].strip()
