"""The values of one unit of a finding aid, as they are gathered."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from typing import cast

from lxml import etree

from fonds.converters.ead_terms import ATTRIBUTES, BLOCKS, DIALECT, JOINTS, NAMES, TERM_JOINT
from fonds.converters.named import mention, reference, tag_of
from fonds.converters.structured_dates import dates_in
from fonds.converters.xml_source import children, local, text_of
from fonds.converters.xml_stream import Part, lines_of, value_of
from fonds.description import DigitalObject, IndexTerm
from fonds.record import (
    DateRole,
    DateStatement,
    Evidence,
    Field,
    Finding,
    Identifier,
    Mention,
    Party,
    PartyRole,
    TextValue,
)


@dataclass
class Draft:
    """The values of one unit, as they are gathered.

    `scope` is the id of the finding aid, `language` the tag of the language that it is written in.
    """

    scope: str
    language: str | None = None
    lexicon: str | None = None
    title: TextValue | None = None
    summary: TextValue | None = None
    holder: str | None = None
    holder_evidence: Evidence | None = None
    identifiers: list[Identifier] = field(default_factory=list)
    languages: list[TextValue] = field(default_factory=list)
    dates: list[DateStatement] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    terms: list[IndexTerm] = field(default_factory=list)
    objects: list[DigitalObject] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def keep(
        self,
        part: Part,
        element: etree._Element,
        name: str,
        value: str | None = None,
        skip: tuple[etree._Element, ...] = (),
    ) -> None:
        """Keep the words of an element as they stand; its heading apart, and without those of `skip`."""
        heads = tuple(children(element, "head")) if len(element) else ()
        for head in heads:
            self.keep(part, head, f"{name}/head")
        evidence = part.evidence(element, f"ead.{name}", start=_after(element, heads))
        value = value if value is not None else "\n".join(lines_of(element, BLOCKS, (*heads, *skip)))
        if evidence is not None and value:
            tag = self.tag(part, element)
            self.fields.append(Field(name=name, value=value, evidence=evidence, language=tag))

    def tag(self, part: Part, element: etree._Element) -> str | None:
        """The language of the words of an element: as marked there, else that of the finding aid."""
        stated = part.language(element)
        return tag_of(stated) if stated else self.language

    def add_date(self, part: Part, element: etree._Element, role: DateRole) -> None:
        for statement, finding in dates_in(part, element, role, f"ead.{local(element)}"):
            self.dates.append(statement)
            if finding is not None:
                self.findings.append(finding)

    def add_mention(
        self, part: Part, element: etree._Element, zone: str, known: Container[str] = ()
    ) -> Mention | None:
        """The agent or place that an element names; those in `known` are not added again."""
        name = local(element)
        number = value_of(element, *DIALECT.authority)
        found = mention(
            part,
            element,
            NAMES[name],
            f"ead.{name}",
            zone=zone,
            joint=JOINTS.get(name, TERM_JOINT),
            ref=reference(number, value_of(element, "source"), self.scope),
        )
        if found is not None and found.id not in known:
            self.mentions.append(found)
        return found

    def add_party(
        self, part: Part, element: etree._Element, stated: str | None, role: str, zone: str
    ) -> None:
        """An agent with its part in the records; the words for that part are kept as a note."""
        found = self.add_mention(part, element, zone)
        if found is not None:
            evidence = replace(found.evidence, rule=f"ead.{role}")
            party = cast(PartyRole, role)
            self.parties.append(Party(role=party, mention=found, evidence=evidence, note=stated))

    def keep_attributes(self, part: Part, elements: Iterable[etree._Element]) -> None:
        """Keep the attributes that no reader takes, unless they say nothing of the records."""
        for element in elements:
            self.fields += ATTRIBUTES.kept(part, element, "ead.attribute")


def _after(element: etree._Element, heads: tuple[etree._Element, ...]) -> int:
    """Where the text of an element begins after the heading that opens it."""
    if not heads or (element.text or "").strip() or next(element.iterchildren("*")) is not heads[0]:
        return 0
    return len(element.text or "") + len(text_of(heads[0]))
