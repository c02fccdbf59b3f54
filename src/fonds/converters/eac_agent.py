"""What an authority record says of one agent: names, dates, facts, relations, and its own history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree

from fonds.converters.eac_relations import read_relation
from fonds.converters.eac_terms import (
    ATTRIBUTES,
    AUTHORIZED,
    BLOCKS,
    DIALECT,
    FACTS,
    GROUPS,
    HISTORIES,
    KINDS,
    VARIANT,
)
from fonds.converters.named import language, mention, reference, tag_of
from fonds.converters.structured_dates import dates_in
from fonds.converters.xml_source import child, children, elements, local, words_of
from fonds.converters.xml_stream import Part, leaves, lines_of, value_of
from fonds.description import AgentDescription, AgentFact, AgentRelation, NameForm, ResourceRelation
from fonds.record import (
    DateRole,
    DateStatement,
    Field,
    Finding,
    Identifier,
    Kind,
    Mention,
    Record,
    SourceInfo,
    TextValue,
)
from fonds.source import Span

_DATES: Final = ("date", "dateRange", "dateSet")
_JOINTS: Final = {"person": ", ", "family": ", "}


@dataclass
class Draft:
    """The values of one authority record, as they are gathered. `ref` says who is described."""

    part: Part
    scope: str
    ref: str
    lexicon: str | None = None
    kind: Kind = "agent"
    tag: str | None = None
    forms: list[NameForm] = field(default_factory=list)
    existence: list[DateStatement] = field(default_factory=list)
    ends: list[DateStatement] = field(default_factory=list)
    facts: list[AgentFact] = field(default_factory=list)
    histories: list[TextValue] = field(default_factory=list)
    relations: list[AgentRelation] = field(default_factory=list)
    resources: list[ResourceRelation] = field(default_factory=list)
    numbers: list[Identifier] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    languages: list[TextValue] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    # --- the authority record itself

    def control(self, control: etree._Element, *, keep: bool) -> None:
        """Number, language and sources; the rest is kept as it stands, once for a file."""
        for each in children(control, "recordId", "otherRecordId"):
            self._identifier(each, self.identifiers)
        for each in children(control, "languageDeclaration"):
            stated = child(each, "language")
            found = language(
                self.part, each if stated is None else stated, DIALECT.language, "eac.languageDeclaration"
            )
            if found is not None:
                self.languages.append(found)
        tags = {found.language for found in self.languages}
        self.tag = tags.pop() if len(tags) == 1 else None
        if not keep:
            return
        for each in children(control):
            if local(each) in ("recordId", "otherRecordId"):
                continue
            for leaf in leaves(each):
                self._leaf(leaf, each)

    def _leaf(self, leaf: etree._Element, section: etree._Element) -> None:
        if local(leaf) == "language" and local(section) == "languageDeclaration":
            return
        above = leaf.getparent()
        name = local(leaf) if above is None or leaf is section else f"{local(above)}/{local(leaf)}"
        self.keep(leaf, "source" if local(section) == "sources" else name)

    def _identifier(self, element: etree._Element, into: list[Identifier]) -> None:
        evidence = self.part.evidence(element, f"eac.{local(element)}")
        if evidence is not None:
            scheme = value_of(element, "localType") or local(element)
            into.append(Identifier(value=words_of(element), scheme=scheme, evidence=evidence))

    def keep(self, element: etree._Element, name: str) -> None:
        """Keep the words of an element as they stand."""
        evidence = self.part.evidence(element, f"eac.{local(element)}")
        value = "\n".join(lines_of(element, BLOCKS))
        if evidence is not None and value:
            self.fields.append(Field(name=name, value=value, evidence=evidence, language=self._tag(element)))

    def _tag(self, element: etree._Element) -> str | None:
        node: etree._Element | None = element
        while node is not None:
            stated = value_of(node, "lang", "languageOfElement")
            if stated:
                return tag_of(stated, value_of(node, "scriptCode", "scriptOfElement"))
            node = node.getparent()
        return self.tag

    def text(self, element: etree._Element, name: str) -> TextValue | None:
        evidence = self.part.evidence(element, f"eac.{name}")
        if evidence is None:
            return None
        value = "\n".join(lines_of(element, BLOCKS))
        return TextValue(value=value, evidence=evidence, language=self._tag(element))

    # --- the agent

    def describe(self, description: etree._Element) -> None:
        """Read one `cpfDescription`."""
        identity = child(description, "identity")
        if identity is not None:
            self._identity(identity)
        for section in children(description):
            name = local(section)
            if name == "description":
                for each in children(section):
                    self._described(each)
            elif name == "relations":
                for each in children(section):
                    read_relation(self, each)
            elif name != "identity":
                self.keep_leaves(section)

    def _identity(self, identity: etree._Element) -> None:
        kind = child(identity, "entityType")
        stated = (value_of(kind, "value") or words_of(kind)) if kind is not None else ""
        self.kind = KINDS.get(stated.casefold(), "agent")
        for each in children(identity):
            name = local(each)
            if name == "nameEntry":
                self._form(each, None)
            elif name in DIALECT.parallel:
                for entry in children(each, "nameEntry"):
                    self._form(entry, each)
            elif name in DIALECT.entity_id:
                self._identifier(each, self.numbers)
            elif name == "entityType":
                if words_of(each):
                    self.keep(each, "entityType")
            else:
                self.keep_leaves(each)

    def _form(self, entry: etree._Element, group: etree._Element | None) -> None:
        named = [part for part in children(entry, "part") if words_of(part)]
        if not named:
            return
        # one part is quoted itself; several are quoted with what stands between them
        quoted = named[0] if len(named) == 1 else entry
        found = mention(
            self.part,
            quoted,
            self.kind,
            "eac.nameEntry",
            zone="title",
            joint=_JOINTS.get(self.kind, ". "),
            ref=self.ref,
        )
        if found is None:
            return
        self.mentions.append(found)
        use = child(entry, "useDates")
        used = self._date(use, "use") if use is not None else None
        if used is None and group is not None and (use := child(group, "useDates")) is not None:
            used = self._date(use, "use")
        tag = value_of(entry, "lang", "languageOfElement")
        self.forms.append(
            NameForm(
                mention=found,
                form=_form_of(entry, group),
                language=tag_of(tag, value_of(entry, "scriptCode", "scriptOfElement")) if tag else None,
                use=used,
            )
        )
        for each in children(entry):
            if local(each) not in ("part", "useDates"):
                self.keep_leaves(each)

    def _date(self, element: etree._Element, role: DateRole) -> DateStatement | None:
        found = list(dates_in(self.part, element, role, f"eac.{local(element)}"))
        self.findings += [finding for _, finding in found if finding is not None]
        for other, _ in found[1:]:
            words = other.words or " ".join(other.evidence.quote.split())
            self.fields.append(Field(name=local(element), value=words, evidence=other.evidence))
        return found[0][0] if found else None

    def own_date(self, element: etree._Element, role: DateRole) -> DateStatement | None:
        """The date that stands in an element for what the element says."""
        dated = next(children(element, *_DATES), None)
        return self._date(dated, role) if dated is not None else None

    def _described(self, element: etree._Element) -> None:
        name = local(element)
        if name == "existDates":
            self._exists(element)
        elif name in FACTS:
            self._fact(element)
        elif name in GROUPS:
            for each in children(element):
                if local(each) in FACTS:
                    self._fact(each)
                else:
                    self.keep_leaves(each)
        elif name in HISTORIES:
            found = self.text(element, name)
            if found is not None:
                self.histories.append(found)
        else:
            self.keep(element, name)

    def _exists(self, element: etree._Element) -> None:
        for statement, finding in dates_in(self.part, element, "existence", "eac.existDates"):
            self.existence.append(statement)
            if finding is not None:
                self.findings.append(finding)
        for span in elements(element, "dateRange"):
            for name, role in (("fromDate", "beginning"), ("toDate", "end")):
                end = child(span, name)
                found = self._date(end, role) if end is not None else None  # type: ignore[arg-type]
                if found is not None and found.edtf:
                    self.ends.append(found)
        for each in children(element):
            if local(each) not in _DATES:
                self.keep_leaves(each)

    def _fact(self, element: etree._Element) -> None:
        kind = FACTS[local(element)]
        places = [each for each in children(element, *DIALECT.place) if words_of(each)]
        term = next((each for each in children(element, "term", "language") if words_of(each)), None)
        main = places[0] if kind == "place" and places else term
        if main is None:
            notes = children(element, "descriptiveNote", "citation")
            main = next((each for each in notes if words_of(each)), None)
        evidence = self.part.evidence(main, f"eac.{local(element)}") if main is not None else None
        if main is None or evidence is None:
            self.keep_leaves(element)
            return
        role = child(element, "placeRole")
        place = next((found for each in places[:1] if (found := self._place(each)) is not None), None)
        note = child(element, "descriptiveNote")
        self.facts.append(
            AgentFact(
                kind=kind,
                value=" ".join(lines_of(main, BLOCKS)),
                evidence=evidence,
                date=self.own_date(element, "validity"),
                place=place,
                role=words_of(role) or None,
                ref=value_of(main, *DIALECT.authority) or value_of(element, *DIALECT.authority),
                note=self.text(note, "descriptiveNote") if note is not None and note is not main else None,
            )
        )
        taken = (main, *places[:1])
        for each in children(element):
            if each not in taken and local(each) not in (*_DATES, "descriptiveNote"):
                kind_of = value_of(each, "localType")
                self.keep(each, f"{local(element)}/{kind_of or local(each)}")

    def _place(self, element: etree._Element) -> Mention | None:
        number = value_of(element, *DIALECT.authority)
        found = mention(
            self.part,
            element,
            "place",
            "eac.place",
            zone="description",
            ref=reference(number, None, self.scope) if number and number.startswith("http") else None,
        )
        if found is not None:
            self.mentions.append(found)
        return found

    # --- the rest

    def keep_leaves(self, element: etree._Element) -> None:
        for leaf in leaves(element):
            above = leaf.getparent()
            name = f"{local(above)}/{local(leaf)}" if above is not None else local(leaf)
            self.keep(leaf, name)

    def rest(self, root: etree._Element, others: list[etree._Element]) -> None:
        """What stands beside the descriptions (alternative sets), and the attributes that say something."""
        for each in children(root):
            if local(each) not in ("control", "cpfDescription", "multipleIdentities"):
                self.keep_leaves(each)
        for each in list(self.part.forgotten()):
            if not any(above in others for above in each.iterancestors()):
                self.keep_leaves(each)
        for element in root.iter("*"):
            self.fields.extend(ATTRIBUTES.kept(self.part, element, "eac.attribute"))

    def record(self, record_id: str, source: SourceInfo, genre: str) -> Record:
        """The frozen record. The agent is known by its authorized form, else by the first of all."""
        first = next((form for form in self.forms if form.form == "authorized"), self.forms[0])
        main = first.mention
        return Record(
            id=record_id,
            source=source,
            genre=genre,
            span=Span(0, source.length),
            title=TextValue(value=main.name, evidence=main.evidence, language=first.language),
            identifiers=tuple(self.identifiers),
            languages=tuple(self.languages),
            mentions=tuple(self.mentions),
            fields=tuple(self.fields),
            findings=tuple(self.findings),
            agent=AgentDescription(
                main=main,
                identifiers=tuple(self.numbers),
                forms=tuple(self.forms),
                existence=tuple(self.existence),
                ends=tuple(self.ends),
                facts=tuple(self.facts),
                histories=tuple(self.histories),
                relations=tuple(self.relations),
                resources=tuple(self.resources),
            ),
        )


def _form_of(entry: etree._Element, group: etree._Element | None) -> Literal["authorized", "variant"] | None:
    """Whether a name is authorized or a variant: by an element, by `@status`, or by its local type."""
    for element in (entry, group):
        if element is None:
            continue
        if child(element, "authorizedForm") is not None:
            return "authorized"
        if child(element, "alternativeForm") is not None:
            return "variant"
        for name in ("status", "localType"):
            stated = (value_of(element, name) or "").rpartition("#")[2].casefold()
            if stated in AUTHORIZED:
                return "authorized"
            if stated in VARIANT:
                return "variant"
    return None
