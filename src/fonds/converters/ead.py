"""Finding aids in EAD 2002 and EAD3 to records: one for the finding aid and one for each unit.

A unit is `archdesc` or a component (`c`, `c01` to `c12`) at any depth. It is read when it closes
and is then let go, so that a file of any length takes the memory of one unit; units therefore come
before the unit that includes them. Ids are those of the finding aid with the `@id` of the unit, or
with its place and a hash of its number and title: no unit is ever merged with another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypedDict, Unpack

from lxml import etree

from fonds.converters import Options
from fonds.converters.ead_draft import Draft
from fonds.converters.ead_parts import Parts, Placed, in_overview, repeats
from fonds.converters.ead_terms import COMPONENTS, CONTAINERS, DIALECT, NAMESPACES
from fonds.converters.ead_unit import take
from fonds.converters.named import language, short_hash, short_id
from fonds.converters.xml_source import child, elements, local, parse, root_of, sniffed_root, words_of
from fonds.converters.xml_source import text_of as string_value
from fonds.converters.xml_stream import (
    Part,
    events,
    info,
    is_internal,
    leaves,
    refuse_entities,
    speaks_of,
    value_of,
)
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
    overviews: bool = False
    id: str = ""
    units: int = 0

    def __post_init__(self) -> None:
        self.parts = Parts(self.element, self.path, overviews=self.overviews)
        self.languages: dict[etree._Element, str | None] = {}
        known = self.above.languages if self.above else {}
        # the language around a unit need not be looked for in each of its parts again
        around = next((each for each in self.element.iterancestors() if each in known), None)
        if around is not None:
            self.languages[around] = known[around]

    @cached_property
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
        self.stack: list[_Open] = []
        self.ids: set[str] = set()
        self.described = False
        self.overviews = repeats(source)
        self.guards = speaks_of(source, "audience")

    def records(self) -> Iterator[Record]:
        """All records, as the elements of the file close."""
        first: etree._Element | None = None
        for opens, element in events(self.source, "archdesc", *COMPONENTS):
            if not opens:
                if self.stack and element is self.stack[-1].element:
                    yield from self._close()
            elif self.stack:
                if local(element) != "archdesc" and not (self.overviews and in_overview(element)):
                    self._open(element)
            elif local(element) == "archdesc" and _depth(element) == 2:
                if first is None:
                    first = element
                    yield self._finding_aid(element)
                else:
                    self._refuse_late(first, element)
                self._open(element)
        if first is not None:
            self._refuse_late(first, None)
        if not self.described:
            what = "no archdesc was found" if not self.ids else "its units hold no words"
            raise SourceError(
                f"the finding aid describes nothing: {what}",
                place=self.source.name,
                remedy="restore the description, or leave the file out",
            )

    def _refuse_late(self, description: etree._Element, until: etree._Element | None) -> None:
        """The header names the finding aid, so it must be there before the first record is made."""
        for element in description.itersiblings("*"):
            if element is until:
                return
            if local(element) not in ("archdesc", *CONTAINERS):
                raise SourceError(
                    f"{local(element)} stands after the description, where it is read too late",
                    place=f"{self.source.name}, line {element.sourceline}",
                    remedy="put the header and the front matter before archdesc",
                )

    def _finding_aid(self, description: etree._Element) -> Record:
        """What stands before the description: the header, and pages in front."""
        draft = Draft("", lexicon=self.options.lexicon)
        above = description.getparent()
        parts: list[Part] = []
        for at, element in enumerate(above if above is not None else (), 1):
            if element is description:  # more may be there than has been read
                break
            if local(element) not in CONTAINERS:
                refuse_entities(self.source, element)
                parts.append(Part(self.source.sha256, element, f"/*[1]/*[{at}]"))
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
        return _frozen(draft, self.aid.id, self.info, FINDING_AID)

    def _open(self, element: etree._Element) -> None:
        above = self.stack[-1] if self.stack else None
        place = ""
        if above is None:
            path = f"/*[1]/*[{1 + sum(1 for _ in element.itersiblings(preceding=True))}]"
        else:
            above.units += 1
            place = f"{above.place}.{above.units}".strip(".")
            parts, path = above.parts.before(element)
            self._name(above, parts)
        draft = Draft(self.aid.id, self.language, self.options.lexicon)
        internal = element.get("audience") == "internal" or (above is not None and above.internal)
        self.stack.append(_Open(element, path, place, draft, above, internal, self.overviews))

    def _name(self, unit: _Open, parts: Iterable[Placed]) -> None:
        """Read some parts of a unit, and give it its id: it has one as soon as a child needs it."""
        for element, path in parts:
            refuse_entities(self.source, element)
            part = Part(self.source.sha256, element, path, unit.languages)
            part.guarded = self.guards and is_internal(element)
            take(unit.draft, part)
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
        self._name(unit, unit.parts.rest())
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
            place = Unit(
                finding_aid=self.aid,
                level_evidence=unit.level_evidence(self.source.sha256),
                above=heading,
                holder=draft.holder,
                holder_evidence=draft.holder_evidence,
                terms=tuple(draft.terms),
                objects=tuple(draft.objects),
            )
            parent = above.id if above else None
            yield _frozen(draft, unit.id, self.info, UNIT, unit=place, level=unit.level, parent=parent)
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


def _depth(element: etree._Element) -> int:
    return 1 + sum(1 for _ in element.iterancestors())


class _Place(TypedDict, total=False):
    """Where the record of a unit stands, as the fields of `Record`."""

    unit: Unit
    level: str | None
    parent: str | None


def _frozen(draft: Draft, record_id: str, source: SourceInfo, genre: str, **place: Unpack[_Place]) -> Record:
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
        **place,
    )
