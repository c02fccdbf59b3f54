"""Finding aids in EAD 2002 and EAD3 to records: one for the finding aid and one for each unit.

A unit is `archdesc` or a component (`c`, `c01` to `c12`) at any depth. It is read when it closes
and is then let go, so that a file of any length takes the memory of one unit; units therefore come
before the unit that includes them. Ids are those of the finding aid with the `@id` of the unit, or
with its place and a hash of its number and title: no unit is ever merged with another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from fonds.converters import Options
from fonds.converters.ead_terms import CONTAINERS, DIALECT, NAMESPACES, is_component
from fonds.converters.ead_unit import Draft
from fonds.converters.named import language, short_hash, short_id
from fonds.converters.xml_source import child, elements, local, parse, root_of, sniffed_root, words_of
from fonds.converters.xml_source import text_of as string_value
from fonds.converters.xml_stream import Event, Part, events, info, leaves, refuse_entities, value_of
from fonds.description import Heading, Unit
from fonds.errors import SourceError, UnknownFormat
from fonds.record import Evidence, Finding, Identifier, Record, SourceInfo, TextValue
from fonds.source import Source, Span, Text

#: The genre of the record of a finding aid, and of a unit that it describes.
FINDING_AID: Final = "finding-aid"
UNIT: Final = "archival-unit"

_SAFE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,59}")


def sniff(source: Source) -> bool:
    """Whether the root element is `ead`, or any element in a namespace of EAD."""
    root = sniffed_root(source)
    return root is not None and (
        root.name == "ead" or (root.namespace in NAMESPACES and root.namespace != "")
    )


def convert(source: Source, options: Options) -> Iterator[Record]:
    """The finding aid, then its units, each before the one that includes it.

    Raises `UnknownFormat` if the root element is not that of a finding aid, `SourceError` if it
    describes nothing or the file cannot be read as XML.
    """
    root = root_of(source)
    if root.namespace not in NAMESPACES:
        raise UnknownFormat(
            f"the root element is ead, but in the namespace {root.namespace!r}, which is not of EAD",
            place=source.name,
            remedy=f"declare the namespace of the file: {', '.join(name for name in NAMESPACES if name)}",
        )
    if root.name != "ead":
        raise UnknownFormat(
            f"the root element is {root.name}; a finding aid has ead",
            place=source.name,
            remedy="give the whole finding aid, or put an ead element around it",
        )
    yield from _Reader(source, options).records()


def text_of(source: Source) -> Text:
    """The text of the file without its tags: what `fonds explain` shows. All of it is in memory."""
    return Text(string_value(parse(source).getroot()), "utf-8", source.sha256)


@dataclass
class _Open:
    """A unit that has opened and not closed yet."""

    element: etree._Element
    path: str
    place: str
    draft: Draft
    above: _Open | None = None
    internal: bool = False
    id: str = ""
    units: int = 0
    parts: list[tuple[etree._Element, str]] = field(default_factory=list)
    taken: int = 0

    @property
    def level(self) -> str | None:
        """The level as stated, `fonds`, `series` …; where the file has its own name for it, that name."""
        stated = value_of(self.element, "level")
        return value_of(self.element, "otherlevel") if stated == "otherlevel" else stated

    def level_evidence(self, sha256: str) -> Evidence | None:
        """The attribute that states the level."""
        name = "otherlevel" if value_of(self.element, "level") == "otherlevel" else "level"
        return Part(sha256, self.element, self.path).attribute(self.element, name, "ead.level")


class _Reader:
    """The state of reading one finding aid."""

    def __init__(self, source: Source, options: Options) -> None:
        self.source = source
        self.options = options
        self.info: SourceInfo = info(source)
        self.aid = Heading(id=f"ead-{source.sha256[:12]}")
        self.language: str | None = None
        self.front: list[tuple[etree._Element, str]] = []
        self.stack: list[_Open] = []
        self.ids: set[str] = set()
        self.described = False

    def records(self) -> Iterator[Record]:
        """All records, as the elements of the file close."""
        for event in events(self.source):
            name = local(event.element)
            if event.opens:
                if name == "archdesc" and len(event.position) == 2:
                    if not self.ids:
                        yield self._finding_aid()
                    self._open(event)
                elif self.stack and is_component(name):
                    self._open(event)
                else:
                    self._part(event, name)
            elif self.stack and event.element is self.stack[-1].element:
                yield from self._close()
        if not self.described:
            what = "no archdesc was found" if not self.ids else "its units hold no words"
            raise SourceError(
                f"the finding aid describes nothing: {what}",
                place=self.source.name,
                remedy="restore the description, or leave the file out",
            )

    def _part(self, event: Event, name: str) -> None:
        """Note a child of the unit that is open, or of the header, to be read when it is whole."""
        above = event.element.getparent()
        if above is None or name in CONTAINERS:
            return
        if self.stack:
            if above is self.stack[-1].element or local(above) in CONTAINERS:
                self.stack[-1].parts.append((event.element, event.path))
        elif len(event.position) == 2 and self.ids:
            raise SourceError(
                f"{name} stands after the description, where it is read too late",
                place=f"{self.source.name}, line {event.element.sourceline}",
                remedy="put the header and the front matter before archdesc",
            )
        elif len(event.position) == 2:
            self.front.append((event.element, event.path))

    def _finding_aid(self) -> Record:
        """What the header says, once all of it has been read."""
        draft = Draft("", lexicon=self.options.lexicon)
        for element, _ in self.front:
            refuse_entities(self.source, element)
        parts = [Part(self.source.sha256, element, path) for element, path in self.front]
        header = next((part for part in parts if part.name in DIALECT.header), None)
        number = None
        if header is not None:
            number = next(
                (one for name in DIALECT.identifier if (one := child(header.element, name)) is not None), None
            )
        if header is not None and number is not None and words_of(number):
            self.aid = Heading(id=short_id(words_of(number)))
        draft.scope = self.aid.id
        if header is not None:
            _read_header(draft, header, number)
        tags = {found.language for found in draft.languages}
        self.language = tags.pop() if len(tags) == 1 else None
        for part in parts:
            for element in leaves(part.element) if part is not header else ():
                draft.keep(part, element, local(element))
            draft.keep_attributes(part, part.element.iter("*"))
        self.aid = replace(self.aid, title=draft.title)
        self.ids.add(self.aid.id.casefold())
        self.front.clear()
        return _frozen(draft, self.aid.id, self.info, FINDING_AID)

    def _open(self, event: Event) -> None:
        above = self.stack[-1] if self.stack else None
        if above is not None:
            above.units += 1
            self._name(above)
        place = f"{above.place}.{above.units}".strip(".") if above else ""
        draft = Draft(self.aid.id, self.language, self.options.lexicon)
        unit = _Open(event.element, event.path, place, draft, above)
        unit.internal = event.element.get("audience") == "internal" or (above is not None and above.internal)
        self.stack.append(unit)

    def _name(self, unit: _Open) -> None:
        """Read what is there of a unit, and give it its id: both happen once, when a child needs them."""
        for element, path in unit.parts[unit.taken :]:
            refuse_entities(self.source, element)
            unit.draft.take(Part(self.source.sha256, element, path))
        unit.taken = len(unit.parts)
        if unit.id:
            return
        stated = (unit.element.get("id") or "").strip()
        if stated:
            last = stated if _SAFE.fullmatch(stated) else f"{short_id(stated)}-{short_hash(stated)}"
        elif not unit.place:
            last = "archdesc"
        else:
            words = [one.value for one in unit.draft.identifiers]
            words.append(unit.draft.title.value if unit.draft.title else "")
            last = f"{unit.place}-{short_hash(' / '.join(words))}"
        made = f"{self.aid.id}-{last}"
        number = 1
        while made.casefold() in self.ids:
            number += 1
            made = f"{self.aid.id}-{last}-{number}"
        if number > 1:
            message = f"{self.aid.id}-{last} is another unit of the finding aid too; this one is {made}"
            unit.draft.findings.append(Finding(kind="identifier", message=message))
        self.ids.add(made.casefold())
        unit.id = made

    def _close(self) -> Iterator[Record]:
        unit = self.stack.pop()
        self._name(unit)
        draft, above = unit.draft, unit.above
        if unit.internal:
            if above is not None and not above.internal:
                message = f"{local(unit.element)} is marked as internal (audience), so it is left out"
                above.draft.findings.append(Finding(kind="internal", message=message))
        else:
            self.described = self.described or bool(draft.title or draft.fields or draft.identifiers)
            draft.keep_attributes(Part(self.source.sha256, unit.element, unit.path), (unit.element,))
            if above is None and draft.holder is None:
                draft.holder = self.options.holder
            heading = Heading(id=above.id, level=above.level, title=above.draft.title) if above else None
            record = _frozen(draft, unit.id, self.info, UNIT)
            yield replace(
                record,
                level=unit.level,
                parent=above.id if above else None,
                unit=Unit(
                    finding_aid=self.aid,
                    level_evidence=unit.level_evidence(self.source.sha256),
                    above=heading,
                    holder=draft.holder,
                    holder_evidence=draft.holder_evidence,
                    terms=tuple(draft.terms),
                    objects=tuple(draft.objects),
                ),
            )
        unit.element.clear()
        holder = unit.element.getparent()
        if holder is not None and above is not None:
            holder.remove(unit.element)


def _read_header(draft: Draft, part: Part, number: etree._Element | None) -> None:
    """The header of a finding aid: title, number, languages and date; the rest is kept."""
    taken: set[etree._Element] = set()
    title = next(
        (each for each in elements(part.element, "titleproper") if value_of(each, "type") != "filing"), None
    )
    described = [each for name in DIALECT.description_language for each in elements(part.element, name)]
    for each in (one for above in described for one in elements(above, "language")):
        found = language(part, each, DIALECT.language, "ead.language")
        if found is not None:
            draft.languages.append(found)
            taken.add(each)
    if number is not None and (evidence := part.evidence(number, "ead.identifier")) is not None:
        draft.identifiers.append(Identifier(value=words_of(number), scheme=local(number), evidence=evidence))
        taken.add(number)
    if title is not None and (evidence := part.evidence(title, "ead.titleproper", zone="title")) is not None:
        tags = {found.language for found in draft.languages}
        tag = tags.pop() if len(tags) == 1 else None
        draft.title = TextValue(value=words_of(title), evidence=evidence, language=tag)
        taken.add(title)
    for statement in elements(part.element, "publicationstmt"):
        for each in elements(statement, "date"):
            before = len(draft.dates)
            draft.add_date(part, each, "published")
            if len(draft.dates) > before:
                taken.add(each)
    for element in leaves(part.element):
        if element in taken:
            continue
        above = element.getparent()
        prefix = f"{local(above)}/" if above is not None and element is not part.element else ""
        draft.keep(part, element, f"{prefix}{local(element)}")


def _frozen(draft: Draft, record_id: str, source: SourceInfo, genre: str) -> Record:
    return Record(
        id=record_id,
        source=source,
        genre=genre,
        span=Span(0, source.length),
        title=draft.title,
        summary=draft.summary,
        identifiers=tuple(draft.identifiers),
        languages=tuple(draft.languages),
        dates=tuple(draft.dates),
        mentions=tuple(draft.mentions),
        parties=tuple(draft.parties),
        fields=tuple(draft.fields),
        findings=tuple(draft.findings),
    )
