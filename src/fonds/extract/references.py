"""Archival references: where the original of a document lies.

`RGASPI, f. 558, op. 11, d. 98, ll. 0040-0041.` is read as a repository, the steps of its hierarchy
from the largest down, and the leaves. Only the document's own reference counts: one that opens its
line in the archive's block, at the head or in a stamp. What a footnote or a sentence of the text
cites lies elsewhere and is left alone.
Sigla, names and the labels of the steps are data (`repositories.toml`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import ahocorasick_rs
import regex

from fonds.extract.reading import Reading
from fonds.extract.words import plain
from fonds.lexicon import load
from fonds.record import ArchivalReference, Level
from fonds.source import Span

#: Zones that cite other documents, or none.
NEVER: Final = frozenset(
    {"navigation", "footnote", "legal-notice", "catalogue-summary", "rights", "constituent"}
)
#: Zones in which a reference may stand anywhere in a line.
FREE: Final = frozenset({"repository"})
#: Zones in which only forms count that nothing else looks like.
WARY: Final = frozenset({"body", "signature", "salutation", "subject"})

#: Where text stands, a longer line is a paragraph and no reference.
_LONGEST_LINE: Final = 240

_LEAD: Final = regex.compile(
    r"[\s#*>|(\[•–—-]*(?:(?:Sources?|Original Archive|Archive|Archival reference|Reference|Ref|Record Number|"
    r"RECORD NUMBER|Document Number|AGENCY RECORD NUMBER|Location|Original)\s*[:.]\s*)?"
)
#: A reference ends at its line's end, or at a full stop before the next sentence.
_END: Final = regex.compile(r"\.(?=\s+\p{Lu}\p{Ll}+)|\.?\s*$|\s\[|;(?=\s)")
_OPENS_STEPS: Final = regex.compile(r"\s*[,:(]|\s+[\w.'-]*\s?[0-9]")
_NUMBERS: Final = regex.compile(
    r"[0-9]+[a-zа-я]?(?:\s?[-–—]\s?[0-9]+[a-zа-я]?)?(?:,\s?[0-9]+(?:\s?[-–—]\s?[0-9]+)?)*"
)
#: Labels of leaves, between whose numbers commas may stand.
_LEAVES: Final = regex.compile(r"(?:ll|лл|pp|ff)\b", regex.IGNORECASE)
#: "(Microfilm)" says how a file is kept, not which it is.
_CARRIER: Final = regex.compile(r"\s*\([\p{L} ]+\)$")
_DIGIT: Final = regex.compile(r"[0-9]")
_LEAVES_ALONE: Final = regex.compile(r"(?:pp?\.\s?)?([0-9]+(?:\s?[-–—]\s?[0-9]+)?)")
_HOLDING: Final = regex.compile(
    r"(?P<holding>[A-Z]{1,4}[ -]?[0-9]{1,4})(?:/(?P<volume>[A-Z0-9][\w/. -]*[0-9A-Za-z]))?"
)
_DECIMAL: Final = regex.compile(
    r"(?P<label>File\sNos?\.?\s?)?(?P<file>[0-9]{3}(?:[a-z]\.|\.)[0-9A-Za-z.]{1,14})/(?P<document>[0-9]+(?:[-–][0-9]+)?(?:\s?½)?[a-z]?)\b"
)
_LOT: Final = regex.compile(r"(?P<label>Lot(?:\sFiles?)?)\s(?P<value>[0-9]{2}\s?[A-Z]{1,3}\s?[0-9]+)\b")
_RDP: Final = regex.compile(r"\bCIA-?RDP[0-9]{2}[-A-Z0-9]{1,3}[0-9A-Z]{4,8}[0-9]{8,12}-[0-9]\b")
_JFK: Final = regex.compile(r"(?P<number>1[0-9]{2}-[0-9]{5}-[0-9]{5})(?![\w-])")


@dataclass(frozen=True)
class _Tables:
    machine: Any
    names: tuple[str, ...]
    schemes: tuple[str, ...]
    label: regex.Pattern[str]
    kinds: dict[str, str]
    piece: regex.Pattern[str]


@lru_cache(maxsize=4)
def _tables(lexicon: str | None) -> _Tables:
    table = load("repositories", lexicon)
    names: dict[str, str] = {}
    for repository in table["repository"]:
        for name in (*repository["sigla"], repository["name"], *repository.get("other_names", ())):
            names.setdefault(plain(name), repository["scheme"])
    kinds = {
        label.rstrip(".").casefold(): kind for kind, labels in table["levels"].items() for label in labels
    }
    every = sorted({*kinds, *table["by_place"]}, key=lambda label: (-len(label), label))
    classes = sorted(form for forms in table["classes"].values() for form in forms)
    return _Tables(
        machine=ahocorasick_rs.AhoCorasick(list(names), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest),
        names=tuple(names),
        schemes=tuple(names.values()),
        label=regex.compile(
            rf"(?P<label>(?:{'|'.join(map(regex.escape, every))})\b'?\.?:?)\s?(?P<value>[^\s,;][^;]*)",
            regex.IGNORECASE,
        ),
        kinds=kinds,
        piece=regex.compile(
            rf"(?P<class>{'|'.join(classes)})\s?(?P<series>[0-9]{{1,4}})/(?P<piece>[0-9]+[A-Z]?)(?:/(?P<item>[0-9A-Z]+))?\b"
        ),
    )


def find_references(reading: Reading) -> tuple[ArchivalReference, ...]:
    """The document's own archival references, each once, in the order of the text.

    `repository` is as written, None where the reference names none. The quote holds the whole
    reference with its closing full stop.
    """
    tables = _tables(reading.lexicon)
    found: dict[tuple[object, ...], ArchivalReference] = {}
    for line in reading.text.lines():
        if line.end <= reading.span.start or line.start >= reading.span.end or line.start == line.end:
            continue
        raw = reading.text.content[line.start : line.end]
        if not _has_digit(raw):
            continue
        zone = reading.zone_at(line.start + len(raw) - len(raw.lstrip()))
        if zone in NEVER or (zone in WARY and line.end - line.start > _LONGEST_LINE):
            continue
        for reference in _in_line(reading, tables, line, plain(raw), zone):
            found.setdefault((reference.repository, reference.levels, reference.leaves), reference)
    return tuple(found.values())


def _has_digit(words: str) -> bool:
    return _DIGIT.search(words) is not None or (not words.isascii() and any(map(str.isdigit, words)))


def _in_line(
    reading: Reading, tables: _Tables, line: Span, text: str, zone: str
) -> Iterator[ArchivalReference]:
    """The references in a line, of which `text` are the words."""
    for number in _RDP.finditer(text) if "RDP" in text else ():
        yield _reference(
            reading, line, number.span(), None, [Level("number", number.group(), "")], None, "cia-rdp"
        )
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    numbered = text[start : start + 1].isdigit()
    if number := _JFK.match(text, start) if numbered else None:
        yield _reference(
            reading,
            line,
            number.span(),
            None,
            [Level("number", number.group("number"), "")],
            None,
            "record-number",
        )
        return
    if number := _DECIMAL.match(text, start) if numbered or text.startswith("File", start) else None:
        levels = [
            Level("file", number.group("file"), (number.group("label") or "").strip()),
            Level("document", number.group("document"), ""),
        ]
        yield _reference(reading, line, number.span(), None, levels, None, "decimal-file")
        return
    yield from _named(reading, tables, line, text, start, zone)


def _named(
    reading: Reading, tables: _Tables, line: Span, text: str, start: int, zone: str
) -> Iterator[ArchivalReference]:
    """References that begin with a repository, or with a step that stands for one."""
    raw = reading.text.content[line.start : line.end]
    begins: list[tuple[int, int, str]] = [
        (at, end, tables.schemes[number])
        for number, at, end in tables.machine.find_matches_as_indexes(text)
        if (at == start or zone in FREE or text[at - 2 : at] == "; ")
        and not (at and (text[at - 1].isalnum() or text[at - 1] in "-/"))
        and not (end < len(text) and (text[end].isalnum() or text[end] in "-/"))
    ]
    if not begins or begins[0][0] > start:
        begins.insert(0, (start, start, ""))
    floor = 0
    for at, after, scheme in begins:
        if at < floor:
            continue
        end_match = _END.search(text, after)
        end = end_match.start() if end_match else len(text)
        stop = end + 1 if text[end : end + 1] == "." else end
        body = raw[after:end]
        if scheme and not _OPENS_STEPS.match(body):
            continue
        levels, leaves = _steps(body, scheme, tables)
        if not any(map(str.isdigit, "".join(level.value for level in levels))):
            continue
        if not _unmistakable(levels) and not _sound(levels, scheme, zone, text[at:after]):
            continue
        floor = stop
        repository = text[at:after] or None
        rule = scheme or _scheme(levels)
        yield _reference(reading, line, (at, stop), repository, levels, leaves, rule)


def _scheme(levels: list[Level]) -> str:
    """The scheme that steps without a repository follow."""
    kinds = {level.kind for level in levels}
    return "fond" if "fonds" in kinds else "class-piece" if "piece" in kinds else "record-group"


def _sound(levels: list[Level], scheme: str, zone: str, repository: str) -> bool:
    """Whether what follows a repository's name is steps and not, say, a date."""
    told = any(level.label or level.kind in {"holding", "file", "piece", "lot"} for level in levels)
    if not scheme or scheme == "office":
        return bool(scheme) and any(
            level.kind in {"file", "lot", "job", "box", "folder", "record-group"} for level in levels
        )
    return told or zone in FREE or (zone not in WARY and scheme == "number" and repository.isupper())


def _unmistakable(levels: list[Level]) -> bool:
    """Whether steps form a reference even without a repository."""
    labelled = {level.kind for level in levels if level.label}
    kinds = {level.kind for level in levels}
    return (
        {"fonds", "opis"} <= labelled
        or {"record-group", "box"} <= labelled
        or {"record-group", "file"} <= kinds
        or {"record-group", "lot"} <= kinds
        or {"box", "folder"} <= labelled
        or "lot" in labelled
        or "piece" in kinds
    )


def _steps(body: str, scheme: str, tables: _Tables) -> tuple[list[Level], str | None]:
    """The steps in the words after a repository, and the leaves."""
    levels: list[Level] = []
    leaves: str | None = None
    for part in _parts(body):
        kinds = [level.kind for level in levels]
        labelled = tables.label.fullmatch(part)
        if scheme == "bestand" and not levels and (holding := _HOLDING.fullmatch(part)):
            levels.append(Level("holding", holding.group("holding"), ""))
            if holding.group("volume"):
                levels.append(Level("volume", holding.group("volume"), ""))
        elif labelled and any(map(str.isdigit, labelled.group("value"))):
            label, value = labelled.group("label"), _CARRIER.sub("", labelled.group("value")).strip()
            kind = _kind(label, kinds, tables)
            if kind == "leaves":
                leaves = value
            else:
                levels.append(Level(kind, value, label))
        elif lot := _LOT.fullmatch(part):
            levels.append(Level("lot", lot.group("value"), lot.group("label")))
        elif piece := tables.piece.fullmatch(part):
            levels.append(Level("department", piece.group("class"), ""))
            levels.append(Level("series", piece.group("series"), ""))
            levels.append(Level("piece", piece.group("piece"), ""))
            if piece.group("item"):
                levels.append(Level("item", piece.group("item"), ""))
        elif decimal := _DECIMAL.fullmatch(part):
            levels.append(Level("file", decimal.group("file"), (decimal.group("label") or "").strip()))
            levels.append(Level("document", decimal.group("document"), ""))
        elif levels and scheme != "number" and (alone := _LEAVES_ALONE.fullmatch(part)):
            leaves = alone.group(1)
        elif scheme or "record-group" in kinds:
            levels.append(Level("item" if any(map(str.isdigit, part)) else "series", part, ""))
        else:
            return levels, leaves
    return levels, leaves


def _parts(body: str) -> Iterator[str]:
    """The parts of a reference between commas; leaves with commas between their numbers stay whole."""
    pending = ""
    for part in body.lstrip(" ,:").split(","):
        tidy = part.strip()
        if pending and _LEAVES.match(pending) and _NUMBERS.fullmatch(tidy):
            pending += "," + part
            continue
        if pending:
            yield pending
        pending = tidy
    if pending:
        yield pending


def _kind(label: str, kinds: list[str], tables: _Tables) -> str:
    """The step that a label names, which for a few letters depends on the steps before it."""
    bare = label.strip(" .:'").casefold()
    if bare == "p":
        return "papka" if "opis" in kinds and "delo" not in kinds else "leaves"
    if bare in {"f", "ф"} and "fonds" in kinds:
        return "leaves"
    if bare in {"file", "file no"} and "fonds" in kinds:
        return "delo"
    return tables.kinds.get(bare) or tables.kinds.get(label.strip(" :").rstrip(".").casefold(), "item")


def _reference(
    reading: Reading,
    line: Span,
    span: tuple[int, int],
    repository: str | None,
    levels: list[Level],
    leaves: str | None,
    rule: str,
) -> ArchivalReference:
    evidence = reading.evidence(line.start + span[0], line.start + span[1], f"reference.{rule}")
    return ArchivalReference(repository=repository, levels=tuple(levels), evidence=evidence, leaves=leaves)
