"""A second witness beside the text: metadata embedded in a page, an entry in a catalogue.

What it says is added to the record with evidence of its own. Where it contradicts the text both
values stay, and a finding of the kind `conflicting-witnesses` names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

import langcodes
import regex

from fonds.converters import Options
from fonds.converters.meaning import PLACEHOLDER, ZONE, Value
from fonds.converters.witness_agents import mentions_of
from fonds.extract import dates
from fonds.extract.reading import Reading
from fonds.record import (
    ArchivalReference,
    DateRole,
    DateStatement,
    Evidence,
    Field,
    Finding,
    Identifier,
    Mention,
    Party,
    PartyRole,
    Record,
    TextValue,
    Zone,
)
from fonds.source import Span, Text

_TIMED: Final = regex.compile(r"\d{4}-\d\d-\d\d(?=[T ]\d\d:?\d\d)")
#: The share of the words of the shorter text from which on two texts say the same.
_SHARED: Final = 0.5
_WORD: Final = regex.compile(r"[\p{L}\p{N}]+")


def merge(record: Record, values: Iterable[Value], options: Options) -> Record:
    """The record with what a second witness says, and findings where the two contradict."""
    for type_, batch in _batches(values):
        record = _MERGERS[type_](record, batch, options)
    return record


def _batches(values: Iterable[Value]) -> Iterator[tuple[str, list[Value]]]:
    """The values that say something, by what they say; parties by role, since they are compared at once."""
    batches: dict[tuple[str, str], list[Value]] = {}
    for value in values:
        if not PLACEHOLDER.match(value.words):
            said = value.meaning
            batches.setdefault((said.type, said.role or said.scheme or said.to or ""), []).append(value)
    for (type_, _), batch in batches.items():
        yield type_, batch


def _other(evidence: Evidence, value: Value) -> bool:
    """Whether evidence is of another witness than a value: of another file, or of the text of a page."""
    ours, theirs = evidence, value.evidence
    return (ours.source, ours.path is None) != (theirs.source, theirs.path is None)


def _conflict(what: str, ours: str, theirs: str, *evidence: Evidence) -> Finding:
    message = f"{what}: the text has {ours!r}, the metadata {theirs!r}"
    return Finding(kind="conflicting-witnesses", message=message, evidence=evidence)


def _with(record: Record, finding: Finding | None, **changed: Any) -> Record:
    found = (*record.findings, finding) if finding and finding not in record.findings else record.findings
    return replace(record, findings=found, **changed)


def _folded(words: str) -> str:
    return " ".join(_WORD.findall(words.casefold()))


def agree(one: str, other: str) -> bool:
    """Whether two texts say the same: one is part of the other, or they share most of their words.

    Cataloguers word a title in their own way; only one about something else contradicts.
    """
    first, second = _folded(one), _folded(other)
    if f" {first} " in f" {second} " or f" {second} " in f" {first} ":
        return True
    words, others = set(first.split()), set(second.split())
    return len(words & others) >= _SHARED * min(len(words), len(others))


# --- texts


def _merge_texts(record: Record, values: list[Value], options: Options) -> Record:
    for value in values:
        record = _merge_text(record, value)
    return record


def _merge_text(record: Record, value: Value) -> Record:
    to = value.meaning.to or "note"
    words = " ".join(value.words.split())
    said = TextValue(value=words, evidence=value.evidence)
    if to in ("title", "summary", "form"):
        ours: TextValue | None = getattr(record, to)
        if ours is None:
            return _with(record, None, **{to: said})
        if _folded(ours.value) == _folded(words) or value.meaning.weak:
            return record
        if to == "title" and not agree(ours.value, words):
            finding = _conflict(to, ours.value, words, ours.evidence, value.evidence)
            return _field(_with(record, finding), to, said)
        return _field(record, to, said)
    if to == "rights":
        if any(agree(one.value, words) for one in record.rights):
            return record
        return _with(record, None, rights=(*record.rights, said))
    held = [field for field in record.fields if field.name == to and _other(field.evidence, value)]
    if not held or any(agree(field.value, words) for field in held):
        return _field(record, to, said)
    finding = _conflict(to, held[0].value, words, held[0].evidence, value.evidence)
    return _field(_with(record, finding), to, said)


def _field(record: Record, name: str, said: TextValue) -> Record:
    new = Field(name=name, value=said.value, evidence=said.evidence)
    same = any(field.name == name and field.value == new.value for field in record.fields)
    return record if same else _with(record, None, fields=(*record.fields, new))


def _merge_identifiers(record: Record, values: list[Value], options: Options) -> Record:
    for value in values:
        scheme = value.meaning.scheme or value.meaning.to or "identifier"
        new = Identifier(value=" ".join(value.words.split()), scheme=scheme, evidence=value.evidence)
        held = [one for one in record.identifiers if one.scheme == scheme and _other(one.evidence, value)]
        finding = None
        if held and all(_folded(one.value) != _folded(new.value) for one in held):
            finding = _conflict(scheme, held[0].value, new.value, held[0].evidence, value.evidence)
        record = _with(record, finding, identifiers=(*record.identifiers, new))
    return record


def _merge_languages(record: Record, values: list[Value], options: Options) -> Record:
    for value in values:
        tag = _tag(value.words.strip())
        if tag is None:
            continue
        stated = [
            one for one in record.languages if one.evidence.status == "stated" and _other(one.evidence, value)
        ]
        if value.meaning.weak and record.languages:
            continue
        finding = None
        if stated and all(one.value.split("-")[0] != tag.split("-")[0] for one in stated):
            finding = _conflict("language", stated[0].value, tag, stated[0].evidence, value.evidence)
        said = TextValue(value=tag, evidence=value.evidence)
        record = _with(record, finding, languages=(*record.languages, said))
    return record


def _tag(words: str) -> str | None:
    """The BCP 47 tag of a language, given as a tag or by its name in English."""
    if langcodes.tag_is_valid(words):
        return langcodes.standardize_tag(words)
    try:
        return langcodes.find(words).to_tag()
    except LookupError:
        return None


# --- dates


def _merge_dates(record: Record, values: list[Value], options: Options) -> Record:
    for value in values:
        record = _merge_date(record, value, options)
    return record


def _merge_date(record: Record, value: Value, options: Options) -> Record:
    timed = _TIMED.match(value.words)
    words, evidence = value.words, value.evidence
    if timed and evidence.quote.startswith(timed[0]):
        words = timed[0]
        evidence = replace(evidence, end=evidence.start + len(words), quote=words)
    parsed = dates.parse_date(" ".join(words.split()), period=options.period, convention=value.meaning.order)
    if parsed is None or parsed.edtf is None:
        message = f"{words!r} is no date that can be read"
        return _with(record, Finding(kind="unread-value", message=message, evidence=(evidence,)))
    role = cast(DateRole, value.meaning.role)
    if parsed.status != "stated":
        evidence = replace(evidence, status=parsed.status, reason=parsed.reason)
    said = parsed.statement(role, evidence)
    held = [one for one in record.dates if one.role == role and one.edtf and _other(one.evidence, value)]
    finding: Finding | None = None
    if held and all(_apart(one, said) for one in held) and not value.meaning.weak:
        finding = _conflict(f"date, {role}", held[0].evidence.quote, words, held[0].evidence, evidence)
    return _with(record, finding, dates=(*record.dates, said))


def _apart(one: DateStatement, other: DateStatement) -> bool:
    """Whether two dates have no day in common."""
    if not (one.earliest and one.latest and other.earliest and other.latest):
        return False
    return one.latest < other.earliest or other.latest < one.earliest


# --- agents and places


def _merge_parties(record: Record, values: list[Value], options: Options) -> Record:
    role = cast(PartyRole, values[0].meaning.role)
    held = [party for party in record.party(role) if _other(party.evidence, values[0])]
    new = [
        Party(role=role, mention=mention, evidence=mention.evidence)
        for value in values
        for mention in mentions_of(value, options.lexicon)
    ]
    finding: Finding | None = None
    rivals = [
        (one, two)
        for one in held
        for two in new
        if (one.mention.kind == "person") == (two.mention.kind == "person")
    ]
    # a person and an office do not exclude each other
    if rivals and not any(_alike(one.mention, two.mention) for one, two in rivals):
        one, two = rivals[0]
        finding = _conflict(role, one.mention.name, two.mention.name, one.evidence, two.evidence)
    mentions = (*record.mentions, *(party.mention for party in new))
    return _with(record, finding, parties=(*record.parties, *new), mentions=mentions)


def _merge_mentions(record: Record, values: list[Value], options: Options) -> Record:
    new = [mention for value in values for mention in mentions_of(value, options.lexicon)]
    return _with(record, None, mentions=(*record.mentions, *new))


def _merge_places(record: Record, values: list[Value], options: Options) -> Record:
    placed = [replace(value, meaning=replace(value.meaning, kind="place")) for value in values]
    named = [value for value in placed if value.meaning.to]
    return _merge_mentions(_merge_texts(record, named, options), placed, options)


def _alike(one: Mention, other: Mention) -> bool:
    if one.parts and other.parts and one.parts.family and other.parts.family:
        return _folded(one.parts.family) == _folded(other.parts.family)
    return agree(one.name, other.name) or _abbreviates(one.name, other.name)


def _abbreviates(one: str, other: str) -> bool:
    """Whether the shorter name takes its letters from the longer, in their order: DIR, FBI, D/OS."""
    short, long = sorted(("".join(_WORD.findall(name.casefold())) for name in (one, other)), key=len)
    letters = iter(long)
    return len(short) <= 6 and short[:1] == long[:1] and all(letter in letters for letter in short)


def _keep(record: Record, values: list[Value], options: Options) -> Record:
    """A value of a type that has no place of its own beside the text: taken over as it stands."""
    named = [
        replace(value, meaning=replace(value.meaning, to=value.meaning.to or value.meaning.type))
        for value in values
    ]
    return _merge_texts(record, named, options)


def _merge_references(record: Record, values: list[Value], options: Options) -> Record:
    from fonds.extract import references

    found: list[ArchivalReference] = []
    for value in values:
        if value.words == value.evidence.quote:
            text = Text(value.words, "utf-8", value.evidence.source)
            reading = Reading(text, (Zone(ZONE, 0, len(text)),), Span(0, len(text)), options.lexicon)
            for one in references.find_references(reading):
                at = one.evidence
                start = value.evidence.start + at.start
                moved = replace(value.evidence, start=start, end=start + len(at.quote), quote=at.quote)
                found.append(replace(one, evidence=moved))
    held = {(one.repository, one.levels) for one in record.references}
    new = [one for one in found if (one.repository, one.levels) not in held]
    named = [
        replace(value, meaning=replace(value.meaning, to=value.meaning.to or "source-statement"))
        for value in values
    ]
    return _merge_texts(_with(record, None, references=(*record.references, *new)), named, options)


_MERGERS: Final[Mapping[str, Any]] = {
    "text": _merge_texts,
    "number": _merge_texts,
    "grade": _keep,
    "identifier": _merge_identifiers,
    "language": _merge_languages,
    "date": _merge_dates,
    "parties": _merge_parties,
    "mention": _merge_mentions,
    "place": _merge_places,
    "reference": _merge_references,
}
