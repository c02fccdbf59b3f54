"""Persons that a TEI file describes: `person` in a list, with names, birth, death, occupations, notes.

Each becomes a record that describes an agent, like an authority record. A person of whom the list gives
the name alone needs none: the name stands where it is mentioned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import regex
from lxml import etree

from fonds.converters.tei_header import header_date, header_mention, left, text_value
from fonds.converters.tei_names import Directory
from fonds.converters.xml_source import XML_ID, XML_LANG, child, children, elements, words_of
from fonds.description import AgentDescription, AgentFact, NameForm
from fonds.record import DateStatement, Field, Mention, Record, TextValue
from fonds.source import Span

_CHOSEN: Final = frozenset({"reg", "main", "preferred", "authorized"})
_PLAIN: Final = regex.compile(r"-?\d{4}(?:-\d\d){0,2}\??")
#: Elements that say more of a person, without a place of their own in a description.
_NOTES: Final = (
    "affiliation",
    "education",
    "faith",
    "floruit",
    "nationality",
    "socecStatus",
    "state",
    "trait",
)
#: Elements of which one at least makes a description of a person.
_TELLING: Final = ("birth", "death", "residence", "occupation", "note", *_NOTES)


def described(part: etree._Element) -> frozenset[etree._Element]:
    """The persons in lists of whom more is said than a name."""
    return frozenset(
        person for person in elements(part, "person") if next(children(person, *_TELLING), None) is not None
    )


def person_records(edition: etree._Element, directory: Directory, parent: Record) -> Iterator[Record]:
    """A record for each person whom the lists of an edition describe."""
    for number, person in enumerate(elements(edition, "person"), 1):
        identity = person.get(XML_ID) or f"person-{number}"
        forms = tuple(_forms(person, directory))
        if not forms:
            continue
        main = next((form.mention for form in forms if form.form == "authorized"), forms[0].mention)
        existence, unread = _existence(person, directory)
        facts = tuple(_facts(person, directory))
        histories = tuple(
            value
            for note in children(person, "note")
            if (value := text_value(directory.markup, note, "tei.person-note"))
        )
        fields = (*unread, *_fields(person, directory))
        if not (existence or facts or histories or fields):
            continue
        fields += tuple(left(directory.markup, person, (forms, existence, facts, histories, fields)))
        mentions = [form.mention for form in forms] + [fact.place for fact in facts if fact.place]
        yield Record(
            id=f"{directory.stem}-{identity}",
            source=parent.source,
            genre="tei-person",
            span=Span(0, len(words_of(person))),
            title=TextValue(value=main.name, evidence=main.evidence),
            dates=existence,
            mentions=tuple({mention.id: mention for mention in mentions}.values()),
            fields=fields,
            agent=AgentDescription(
                main=main, forms=forms, existence=existence, facts=facts, histories=histories
            ),
        )


def _forms(person: etree._Element, directory: Directory) -> Iterator[NameForm]:
    reference = directory.reference_of(person)
    for name in children(person, "persName"):
        mention = header_mention(name, "person", "tei.person", directory)
        if mention is not None:
            chosen = name.get("type") in _CHOSEN
            variant = not chosen and name.get("type") is not None
            yield NameForm(
                mention=replace(mention, ref=reference),
                form="authorized" if chosen else "variant" if variant else None,
                language=name.get(XML_LANG),
            )


def _existence(
    person: etree._Element, directory: Directory
) -> tuple[tuple[DateStatement, ...], tuple[Field, ...]]:
    """From birth to death; an end that cannot stand in an interval is kept in its own words."""
    ends: list[DateStatement | None] = []
    left: list[Field] = []
    for name in ("birth", "death"):
        element = child(person, name)
        date = _dated(element, directory) if element is not None else None
        plain = date is not None and date.edtf is not None and _PLAIN.fullmatch(date.edtf) is not None
        ends.append(date if plain else None)
        evidence = directory.markup.whole(element, f"tei.{name}") if element is not None else None
        if not plain and evidence is not None and element is not None:
            left.append(Field(name=name, value=words_of(element), evidence=evidence))
    born, died = ends
    first = born or died
    if first is None:
        return (), tuple(left)
    evidence = first.evidence
    if born and died:
        evidence = replace(evidence, premises=(died.evidence,))
    interval = f"{born.edtf if born else '..'}/{died.edtf if died else '..'}"
    statement = DateStatement(
        role="existence",
        edtf=interval,
        evidence=evidence,
        earliest=born.earliest if born else None,
        latest=died.latest if died else None,
    )
    return (statement,), tuple(left)


def _dated(element: etree._Element, directory: Directory) -> DateStatement | None:
    """The date of a birth or death: on the element, or on a `date` in it."""
    inner = next(elements(element, "date"), None)
    found = header_date(directory.markup, element, "existence")
    if found is None and inner is not None:
        found = header_date(directory.markup, inner, "existence")
    return found


def _facts(person: etree._Element, directory: Directory) -> Iterator[AgentFact]:
    markup = directory.markup
    for element in children(person, "occupation"):
        evidence = markup.whole(element, "tei.occupation")
        if evidence is not None:
            yield AgentFact(kind="occupation", value=words_of(element), evidence=evidence)
    for element in children(person, "birth", "death", "residence"):
        role = str(element.tag).rpartition("}")[2]
        for name in elements(element, "placeName", "settlement"):
            place: Mention | None = header_mention(name, "place", f"tei.{role}", directory)
            if place is not None and name.getparent() is element:
                yield AgentFact(
                    kind="place", value=place.name, evidence=place.evidence, place=place, role=role
                )


def _fields(person: etree._Element, directory: Directory) -> Iterator[Field]:
    for element in children(person, *_NOTES):
        evidence = directory.markup.whole(element, "tei.person-note")
        if evidence is not None:
            name = str(element.tag).rpartition("}")[2]
            yield Field(name=name, value=words_of(element), evidence=evidence)
