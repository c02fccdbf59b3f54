"""Everything a record says, as one flat list: what, in which words, by which rule.

A page that explains a document, or a table for a curator, wants facts one after another rather
than a tree of values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Final, Literal

from fonds.certainty import Measured, measured
from fonds.extract.own_date import choice
from fonds.record import (
    Agent,
    DateStatement,
    Event,
    Evidence,
    Identification,
    Kind,
    Mention,
    Position,
    Record,
    Related,
    Resolved,
)
from fonds.source import Span

#: What a fact is about, for colours and legends.
Category = Literal[
    "person",
    "group",
    "organisation",
    "place",
    "date",
    "position",
    "marking",
    "reference",
    "event",
    "field",
]


_CATEGORIES: Final[dict[Kind, Category]] = {
    "person": "person",
    "family": "group",
    "group": "group",
    "role": "group",
    "organisation": "organisation",
    "place": "place",
    "agent": "group",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was read: `label` says what it is, `value` what it says.

    `more` are further particulars, term and text. `part` is the id of the part of the record to
    which it belongs, None for the record itself, `measured` how often the rule was right.
    """

    category: Category
    label: str
    value: str
    evidence: Evidence
    more: tuple[tuple[str, str], ...] = ()
    part: str | None = None
    measured: Measured | None = None


def facts_of(resolved: Resolved, *, lexicon: str | None = None) -> tuple[Fact, ...]:
    """All facts of a record and its parts, in the order of the text, each once.

    `lexicon` is the user's folder of tables, of which `rules.toml` holds the counts of the rules.
    """
    known = {one.mention: one for one in resolved.identifications}
    agents = {agent.key: agent for agent in resolved.agents}
    facts: dict[Fact, None] = {}
    for record in resolved.record.walk():
        part = record.id if record is not resolved.record else None
        for fact in _facts(record, known, agents):
            counts = measured(fact.evidence.rule, lexicon)
            facts.setdefault(Fact(*_fields(fact), part=part, measured=counts))
    order = sorted(
        enumerate(facts), key=lambda pair: (pair[1].evidence.start, -pair[1].evidence.end, pair[0])
    )
    return tuple(fact for _, fact in order)


def rules_of(resolved: Resolved, *, lexicon: str | None = None) -> tuple[tuple[Measured, int], ...]:
    """The rules by which a record was read and its agents were told apart, by id.

    With each go its counts on annotated documents, and how many passages or decisions are its own.
    """
    used: set[tuple[str, int, int]] = set()
    for record in resolved.record.walk():
        used |= {(one.rule, one.start, one.end) for one in _evidence(record)}
        own = choice(record.date) if record.date else None
        if own and record.date:
            used.add((own, record.date.evidence.start, record.date.evidence.end))
    rules = [rule for rule, _, _ in used] + [one.rule for one in resolved.identifications]
    return tuple((measured(rule, lexicon), count) for rule, count in sorted(Counter(rules).items()))


def _evidence(value: object) -> Iterator[Evidence]:
    """All evidence inside a value; the parts of a record are records of their own."""
    held: Iterable[object] = ()
    if isinstance(value, Evidence):
        yield value
    if isinstance(value, tuple):
        held = value
    elif is_dataclass(value):
        held = (getattr(value, field.name) for field in fields(value) if field.name != "parts")
    for inner in held:
        yield from _evidence(inner)


def _fields(fact: Fact) -> tuple[Category, str, str, Evidence, tuple[tuple[str, str], ...]]:
    return fact.category, fact.label, fact.value, fact.evidence, fact.more


def _facts(
    record: Record, known: Mapping[str, Identification], agents: Mapping[str, Agent]
) -> Iterator[Fact]:
    yield from _description(record)
    roles: dict[str, list[tuple[str, str]]] = {}
    for party in record.parties:
        note = f" ({party.note})" if party.note else ""
        own = Span(party.mention.name_start, party.mention.name_end)
        beyond = party.evidence.span not in (party.mention.evidence.span, own)
        where = f" from “{_short(party.evidence.quote)}”" if beyond else ""
        line = (f"{party.role}{note}", f"read by rule {party.evidence.rule}{where}")
        roles.setdefault(party.mention.id, []).append(line)
    mentions = {mention.id: mention for mention in record.mentions}
    for party in record.parties:
        mentions.setdefault(party.mention.id, party.mention)
    for mention in mentions.values():
        yield _mention(mention, roles.get(mention.id, []), known.get(mention.id), agents)
    for date in record.dates:
        yield _date(date)
    for position in record.positions:
        yield _position(position)
    for event in record.events:
        yield from _event(event)
    for related in record.related:
        yield _related(related)
    for marking in record.markings:
        yield Fact("marking", f"{marking.kind} marking, {marking.state}", marking.value, marking.evidence)
    for reference in record.references:
        levels = [f"{level.kind} {level.value}" for level in reference.levels]
        levels += [f"leaves {reference.leaves}"] if reference.leaves else []
        value = ", ".join([*([reference.repository] if reference.repository else []), *levels])
        yield Fact("reference", "archival reference", value, reference.evidence)


def _description(record: Record) -> Iterator[Fact]:
    for label, text in (("title", record.title), ("form", record.form), ("summary", record.summary)):
        if text:
            yield Fact("field", label, text.value, text.evidence, _some(language=text.language))
    for one in record.identifiers:
        yield Fact("reference", f"identifier, {one.scheme}", one.value, one.evidence)
    for label, texts in (("language", record.languages), ("rights", record.rights)):
        for text in texts:
            yield Fact("field", label, text.value, text.evidence, _some(language=text.language))
    for grading in record.gradings:
        yield Fact("field", f"grade of the {grading.aspect}", grading.value, grading.evidence)
    for field in record.fields:
        yield Fact("field", field.name, field.value, field.evidence)


def _mention(
    mention: Mention,
    roles: Iterable[tuple[str, str]],
    known: Identification | None,
    agents: Mapping[str, Agent],
) -> Fact:
    more = [("titles", ", ".join(mention.titles))] if mention.titles else []
    more += [("editor's doubt", mention.doubt)] if mention.doubt else []
    more += roles
    if known:
        agent = agents.get(known.agent)
        label = agent.label if agent else known.agent
        more.append(("names", f"{label} ({known.certainty}; rule {known.rule}): {known.reason}"))
        if agent and agent.candidates:
            more.append(("undecided between", ", ".join(agent.candidates)))
    return Fact(_CATEGORIES[mention.kind], mention.kind, mention.name, mention.evidence, tuple(more))


def _date(date: DateStatement) -> Fact:
    within = date.earliest != date.edtf or date.latest != date.edtf
    more = _some(
        time=date.time,
        zone=date.time_zone,
        modifier=date.modifier,
        earliest=date.earliest if within else None,
        latest=date.latest if within else None,
    )
    return Fact("date", f"date, {date.role}", date.edtf or "not computable", date.evidence, more)


def _position(position: Position) -> Fact:
    more = _some(
        holder=position.holder.name,
        organisation=position.organisation.name if position.organisation else None,
        period=position.period.edtf if position.period else None,
        held=position.state,
    )
    return Fact("position", position.kind, position.title, position.evidence, more)


def _event(event: Event) -> Iterator[Fact]:
    more = _some(
        date=event.date.edtf if event.date else None,
        place=event.place.name if event.place else None,
        destination=event.destination.name if event.destination else None,
        authority=event.authority.value if event.authority else None,
        result=event.result.value if event.result else None,
    )
    more += tuple((one.role, one.mention.name) for one in event.performers)
    yield Fact("event", "event", event.kind, event.evidence, more)
    if event.date:
        yield _date(event.date)
    for exemption in event.exemptions:
        more = _some(meaning=exemption.meaning)
        yield Fact("event", "exemption", exemption.code, exemption.evidence, more)


def _related(related: Related) -> Fact:
    more = _some(
        form=related.form,
        state=related.state,
        date=related.date.edtf if related.date else None,
        text="in this source" if related.record else "not held",
    )
    return Fact("event", f"related record, {related.relation}", related.title.value, related.evidence, more)


def _some(**named: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in named.items() if text)


def _short(words: str, most: int = 60) -> str:
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
