"""Labelled values: which words stand behind which label.

A label stands at the beginning of a line or of a table cell. Its value runs to the next label
of the genre, to the end of the cell, or to the end of the paragraph. A label followed by
another label has no value, whatever stands further down.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from fonds.converters.genre import FieldRule, Genre, PatternRule
from fonds.extract.lines import BLANK
from fonds.extract.reading import Reading
from fonds.source import Span

_TABULAR: Final = "\t|"
#: What stands between a label and its value: white space, and the dots and rules of a form as OCR reads them.
_LEADER: Final = regex.compile(r"(?:[ \t\r\xa0\u200b\ufeff\n:*|]|[=—–_~«.,;-]{1,4}(?=[ \t\xa0]))*")
_PLACEHOLDER: Final = regex.compile(r"^[\W_]*(?:n/?a|none|not stated|unknown|nil)?[\W_]*$", regex.IGNORECASE)
_BLANK_LINE: Final = regex.compile(r"\n[ \t\xa0]*\n")
_PARAGRAPH_END: Final = regex.compile(r"\n[ \t\xa0]*\n|\t|\|")


@dataclass(frozen=True, slots=True)
class Found:
    """A value in its place: the rule, the span of the value, and of its label (None for a pattern)."""

    rule: FieldRule | PatternRule
    start: int
    end: int
    label: Span | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A label that has no value."""

    rule: FieldRule
    label: Span


@dataclass(frozen=True, slots=True)
class _Label:
    begin: int  # of what stands before it and belongs to it
    start: int
    end: int
    rule: FieldRule | None
    lone: bool
    cell: bool


def _alternatives(labels: Sequence[str]) -> str:
    """A pattern for labels, the longest first."""
    longest_first = sorted(labels, key=lambda label: (-len(label), label))
    return "|".join(r"[ \t\xa0]{1,3}".join(map(regex.escape, label.split())) for label in longest_first)


@lru_cache(maxsize=64)
def _labels(fields: tuple[FieldRule, ...], headings: tuple[str, ...]) -> regex.Pattern[str]:
    """A label where one may begin, with the sign that it is one; or a variant of a label."""
    every = _alternatives((*(label for rule in fields for label in rule.labels), *headings))
    inline = [rule for rule in fields if rule.inline]
    within = _alternatives([label for rule in inline for label in rule.labels])
    begins = r"(?:^[ \t\xa0*#•>|-]*(?:\d{1,2}\.\s)?|(?<=[\t|])[ \xa0]*|(?<=[ \xa0]{2}))"
    spaced = r"(?<=[ \xa0])"
    mark = (
        r"(?P<mark>[ \t\xa0*]{0,12}:[*]{0,2}|(?=\t|\||[ \xa0]{2,}|[ \t\xa0]*$)"
        r"|(?<=\p{Lu}[.,)]?)(?=[ \xa0]\S))"
    )
    patterns = [rf"{begins}(?P<label>{every}){mark}"]
    if within:
        patterns.append(rf"{spaced}(?P<label>{within}){mark}")
    for rule in fields:
        if rule.variants:
            where = rf"(?:^\W{{0,4}}|{spaced})" if rule.inline else r"^\W{0,4}"
            patterns.append(rf"{where}(?P<label>{rule.variants})(?P<mark>(?=\W|$))")
    return regex.compile("|".join(patterns), regex.MULTILINE)


def read_fields(reading: Reading, genre: Genre) -> tuple[tuple[Found, ...], tuple[Missing, ...]]:
    """The labelled and the patterned values of a genre and its covers, and the labels without one."""
    every = [_read(reading, layer) for layer in (*genre.covers, genre)]
    return (
        tuple(
            sorted(
                (item for found, _ in every for item in found),
                key=lambda item: (item.start, item.end, item.rule.name),
            )
        ),
        tuple(item for _, missing in every for item in missing),
    )


def _read(reading: Reading, genre: Genre) -> tuple[list[Found], list[Missing]]:
    found: list[Found] = []
    missing: list[Missing] = []
    for area in _areas(reading, _zones(genre.fields)):
        labels = _occurrences(reading, genre, area)
        for index, label in enumerate(labels):
            if label.rule is None:
                continue
            limit = labels[index + 1].begin if index + 1 < len(labels) else area.end
            value = _accepted(reading.text.content, label.rule, _value(reading.text.content, label, limit))
            if value is None:
                missing.append(Missing(label.rule, Span(label.start, label.end)))
            else:
                found.append(Found(label.rule, value.start, value.end, Span(label.start, label.end)))
    found.extend(_patterned(reading, genre))
    held = {item.rule.name for item in found}
    kept = [item for item in found if not held.intersection(item.rule.unless)]
    return kept, [item for item in missing if item.rule.name not in held]


def _areas(reading: Reading, names: Collection[str]) -> Iterator[Span]:
    """The stretches in which labels or wordings may stand: neighbouring zones of these names as one."""
    area: Span | None = None
    for zone in reading.zones:
        if zone.name in names:
            if area is not None and not reading.text.content[area.end : zone.start].strip(BLANK + "\n"):
                area = Span(area.start, zone.end)
                continue
            if area is not None:
                yield area
            area = zone.span
    if area is not None:
        yield area


@lru_cache(maxsize=64)
def _zones(fields: tuple[FieldRule, ...]) -> frozenset[str]:
    """The zones in which labels may stand."""
    return frozenset(zone for rule in fields for zone in rule.zones)


@lru_cache(maxsize=64)
def _by_label(fields: tuple[FieldRule, ...]) -> dict[str, FieldRule]:
    """The rules by their labels."""
    return {label: rule for rule in fields for label in rule.labels}


@lru_cache(maxsize=64)
def _by_variant(fields: tuple[FieldRule, ...]) -> dict[str, FieldRule]:
    """The rules by the patterns of what OCR makes of their labels."""
    return {rule.variants: rule for rule in fields if rule.variants}


def _occurrences(reading: Reading, genre: Genre, area: Span) -> list[_Label]:
    by_label, by_variant = _by_label(genre.fields), _by_variant(genre.fields)
    if not by_label and not by_variant:
        return []
    labels: list[_Label] = []
    content = reading.text.content
    # a label is searched from the start of its line, so that ^ means what it says
    begin = content.rfind("\n", 0, area.start) + 1
    for match in _labels(genre.fields, genre.headings).finditer(content, begin, area.end):
        start, _end = match.span("label")
        rule = _rule_for(match["label"], by_label, by_variant)
        if rule is not None and reading.zone_at(start) not in rule.zones:
            continue
        after = content[match.end() : area.end]
        newline = after.find("\n")
        rest = after if newline < 0 else after[:newline]
        lone = not rest.strip(BLANK + "|*")
        cell = match.end() < len(content) and content[match.end()] in _TABULAR
        bare = not match["mark"] and not lone and not cell and rest[:2].strip()
        if bare and not match["label"].isupper() and " ".join(match["label"].split()) in by_label:
            continue
        labels.append(_Label(match.start(), start, match.end(), rule, lone, cell))
    return labels


def _rule_for(
    label: str, by_label: dict[str, FieldRule], by_variant: dict[str, FieldRule]
) -> FieldRule | None:
    """The rule that a label belongs to; None for a heading."""
    plain = " ".join(label.split())
    if plain in by_label:
        return by_label[plain]
    return next((rule for variant, rule in by_variant.items() if _whole(variant).fullmatch(label)), None)


def _value(content: str, label: _Label, limit: int) -> Span | None:
    """The span of the value between a label and the next one."""
    start, end = label.end, limit
    if label.cell:
        while start < end and content[start] in _TABULAR + BLANK:
            if content[start] in _TABULAR and content[start + 1 : start + 2] in (*_TABULAR, "\n", ""):
                return None  # an empty cell
            start += 1
        stops = [content.find(mark, start, end) for mark in (*_TABULAR, "\n")]
        end = min((stop for stop in stops if stop >= 0), default=end)
    elif not label.lone:
        end = _paragraph_end(content, start, end)
    else:
        while start < end and content[start] in BLANK + "\n|*":
            start += 1
    leader = _LEADER.match(content, start, end)
    start = leader.end() if leader else start
    while end > start and content[end - 1] in BLANK + "\n*|":
        end -= 1
    return Span(start, end) if end > start else None


def _paragraph_end(content: str, start: int, end: int) -> int:
    """Where the paragraph that goes on at `start` ends: at a blank line or a cell's border."""
    for match in _PARAGRAPH_END.finditer(content, start, end):
        if content[start : match.start()].strip(BLANK):
            return int(match.start())
    return end


def _accepted(content: str, rule: FieldRule, value: Span | None) -> Span | None:
    """The value, or its first paragraph, if it is what the rule says a value must look like."""
    if value is None or _PLACEHOLDER.match(content[value.start : value.end]):
        return None
    if rule.pattern is None:
        return value
    whole = content[value.start : value.end]
    first = _BLANK_LINE.split(whole, maxsplit=1)[0].rstrip(BLANK)
    return next(
        (
            Span(value.start, value.start + len(words))
            for words in (whole, first)
            if _whole(rule.pattern).fullmatch(words)
        ),
        None,
    )


def _patterned(reading: Reading, genre: Genre) -> Iterator[Found]:
    for rule in genre.patterns:
        compiled = _compiled(rule.regex)
        for area in _areas(reading, rule.zones):
            for match in compiled.finditer(reading.text.content, area.start, area.end):
                start, end = match.span("value")
                if start < end:
                    yield Found(rule, start, end, None)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.MULTILINE)


@lru_cache(maxsize=256)
def _whole(pattern: str) -> regex.Pattern[str]:
    """A pattern for all of a label or value."""
    return regex.compile(pattern)
