"""The one mutable thing between a reading and its record: values as they are gathered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

import regex

from fonds.converters.fields import Found, Missing
from fonds.converters.genre import Genre
from fonds.extract import dates
from fonds.extract.headings import archive_number
from fonds.extract.own_date import own_first
from fonds.extract.reading import Reading
from fonds.extract.within import mentions_in
from fonds.record import (
    ArchivalReference,
    DateRole,
    DateStatement,
    Event,
    Field,
    Finding,
    Grading,
    Identifier,
    Marking,
    Mention,
    Party,
    PartyRole,
    Position,
    Record,
    Related,
    SourceInfo,
    TextValue,
)
from fonds.source import Span

_SLUG = regex.compile(r"[^a-z0-9]+")
#: A memorandum for the record or the files is for nobody.
_NOBODY = regex.compile(r"(?i)\W*(?:the )?(?:records?|files?)\W*")
#: White space beside the marks of a number.
_BESIDE_MARKS = regex.compile(r"(?<=[-/])\s+|\s+(?=[-/])")
#: What may be the name of somebody: it begins with a capital or a number and holds a letter.
_NAMED = regex.compile(r"[\p{Lu}\d][^|]*\p{L}")
_LISTED = regex.compile(r"[^\n,;]+")
#: A second label on the line of a name: "Chief, Security Division Date: 1 July".
_NEXT_LABEL = regex.compile(r"[ \t]+\p{Lu}[\p{L}#]{0,12}[ \t]?#?:(?=[ \t_])")
#: Offices by their symbol, from the whole to the part: DDO/ISS/IP/EIS.
_SYMBOL = regex.compile(
    r"[)\],]{0,2}\s{0,3}(?P<symbol>[A-Z]{1,6}(?:&[A-Z])?(?:/[A-Z0-9&]{1,8}){1,6})(?![\w/&-])"
)


@dataclass
class Draft:
    """Values gathered from one reading; `record` freezes them."""

    reading: Reading
    source: SourceInfo
    genre: Genre | None
    title: TextValue | None = None
    form: TextValue | None = None
    summary: TextValue | None = None
    identifiers: list[Identifier] = field(default_factory=list)
    identity: str | None = None
    languages: list[TextValue] = field(default_factory=list)
    dates: list[DateStatement] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    references: list[ArchivalReference] = field(default_factory=list)
    markings: list[Marking] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    gradings: list[Grading] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    rights: list[TextValue] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Short and safe as a file name: the archive's number, the genre's identifier, or the hash."""
        prefix = self.genre.prefix if self.genre else ""
        number = archive_number(self.reading, self.identifiers)
        if number or self.identity:
            slug = _SLUG.sub("-", (number or self.identity or "").casefold()).strip("-")[:60]
            if slug:
                return f"{prefix}-{slug}" if prefix and not number else slug
        return f"{prefix or 'doc'}-{self.source.sha256[:12]}"

    def dated(self) -> str | None:
        """The day of the document, ISO 8601, as a reference for dates in its constituents."""
        own = next((date for date in self.dates if date.role == "dated"), None)
        return own.earliest if own else None

    def take_fields(
        self, found: Iterable[Found], missing: Iterable[Missing], period: tuple[int, int] | None
    ) -> None:
        """Turn labelled values into what they mean, and report labels without a value."""
        for item in found:
            self._take(item, period)
        self.dates = own_first(sorted(self.dates, key=lambda date: date.evidence.start), self.reading, period)
        for gap in missing:
            evidence = self.reading.evidence(gap.label.start, gap.label.end, f"field.{gap.rule.name}")
            self.findings.append(
                Finding(
                    kind="missing-value",
                    message=f"the label {evidence.quote!r} has no value",
                    evidence=(evidence,),
                )
            )
        for zone in self.reading.named("catalogue-summary"):
            evidence = self.reading.evidence(zone.start, zone.end, "zone.catalogue-summary")
            self.summary = self.summary or TextValue(
                value=" ".join(evidence.quote.split()), evidence=evidence
            )

    def _take(self, item: Found, period: tuple[int, int] | None) -> None:
        rule = item.rule
        evidence = self.reading.evidence(item.start, item.end, f"field.{rule.name}")
        words = " ".join(evidence.quote.split())
        if rule.type == "date":
            self._take_date(item, period)
        elif rule.type == "identifier":
            value = _BESIDE_MARKS.sub("", words)
            self.identifiers.append(
                Identifier(value=value, scheme=rule.scheme or rule.name, evidence=evidence)
            )
            if rule.identity and self.identity is None:
                self.identity = value
        elif rule.type == "parties":
            self._take_parties(item, cast(PartyRole, rule.role))
        elif rule.type == "language":
            self._take_languages(item)
        elif rule.type == "grade":
            aspect: Literal["source", "content"] = "source" if rule.role == "source" else "content"
            if not any(grade.aspect == aspect for grade in self.gradings):
                self.gradings.append(Grading(aspect=aspect, value=words, evidence=evidence))
        elif rule.type == "reference":
            pass  # `references` reads the zone
        else:
            self._take_text(TextValue(value=words, evidence=evidence), rule.to or rule.name)

    def _take_text(self, value: TextValue, to: str) -> None:
        if to == "title":
            self.title = self.title or value
        elif to == "form":
            self.form = self.form or value
        elif to == "summary":
            self.summary = self.summary or value
        elif to == "rights":
            self.rights.append(value)
        elif not any(field.name == to and field.value == value.value for field in self.fields):
            self.fields.append(Field(name=to, value=value.value, evidence=value.evidence))
        if to == "place-acquired":
            place = next(
                (
                    m
                    for m in self.mentions
                    if m.kind == "place" and value.evidence.span.holds(m.evidence.span)
                ),
                None,
            )
            if place is not None:
                self.events.append(Event(kind="acquisition", evidence=value.evidence, place=place))

    def _take_date(self, item: Found, period: tuple[int, int] | None) -> None:
        quote = self.reading.text.content[item.start : item.end]
        parsed = dates.parse_date(" ".join(quote.replace("_", " ").split()), period=period)
        if parsed is None:
            return
        same = [d for d in self.dates if Span(item.start, item.end).holds(d.evidence.span)]
        where = next((d.evidence.span for d in same if d.edtf == parsed.edtf), None)
        if where is None:
            first = quote.split("\n", 1)[0].rstrip()
            alone = dates.parse_date(" ".join(first.replace("_", " ").split()), period=period)
            short = alone is not None and alone.edtf == parsed.edtf
            where = Span(item.start, item.start + len(first) if short else item.end)
        elif "\n" in quote[: where.start - item.start].strip():
            return  # it stands further down, beside something else
        role = cast(DateRole, item.rule.role)
        evidence = self.reading.evidence(
            where.start, where.end, f"field.{item.rule.name}", status=parsed.status, reason=parsed.reason
        )
        span = evidence.span
        self.dates = [date for date in self.dates if not date.evidence.span.meets(span)]
        self.dates.append(parsed.statement(role, evidence))

    def _take_parties(self, item: Found, role: PartyRole) -> None:
        """Who stands behind a label: what is named there, else an office as written."""
        if item.rule.each:
            content = self.reading.text.content
            for match in regex.finditer(item.rule.each, content, pos=item.start, endpos=item.end):
                self._take_party(replace(item, start=match.start(), end=match.end()), role)
        else:
            self._take_party(replace(item, end=self._end_of_parties(item)), role)

    def _end_of_parties(self, item: Found) -> int:
        """Where the names end: before a date or another label on the first line."""
        content = self.reading.text.content
        line = content.find("\n", item.start, item.end)
        line = line if line >= 0 else item.end
        spans = [date.evidence.span for date in self.dates]
        ends = [start for start, end in spans if item.start < start and end == line]
        label = _NEXT_LABEL.search(content, item.start, line)
        end = min([*ends, *([label.start()] if label else [])], default=item.end)
        return item.start + len(content[item.start : end].rstrip())

    def _take_party(self, item: Found, role: PartyRole) -> None:
        if _NOBODY.fullmatch(self.reading.text.content, item.start, item.end):
            return
        inside = mentions_in(self.mentions, Span(item.start, item.end))
        lead = self.reading.text.content[item.start : inside[0].evidence.start] if inside else ""
        # "Chief, Support Branch" is an office, not the branch
        office = bool(inside) and inside[0].kind == "organisation" and any(char.isalpha() for char in lead)
        for mention in self._unnamed(item) if office or not inside else inside:
            at = mention.evidence
            evidence = self.reading.evidence(at.start, at.end, f"field.{item.rule.name}")
            self.parties.append(Party(role=role, mention=mention, evidence=evidence))
        self.positions.extend(self._offices(item, inside))

    def _offices(self, item: Found, inside: Sequence[Mention]) -> Iterator[Position]:
        """The office symbol that follows a name behind the same label, as DCD/FIO/PAO."""
        content = self.reading.text.content
        persons = [mention for mention in inside if mention.kind == "person"]
        for number, person in enumerate(persons, 1):
            end = persons[number].evidence.start if number < len(persons) else item.end
            match = _SYMBOL.match(content, person.evidence.end, end)
            if match:
                evidence = self.reading.evidence(
                    match.start("symbol"), match.end("symbol"), "position.office-symbol"
                )
                yield Position(holder=person, title=match["symbol"], kind="office", evidence=evidence)

    def _unnamed(self, item: Found) -> tuple[Mention, ...]:
        """A party that no extractor knows: an office if the words look like one, else a body.

        The label says that somebody stands there; who it is stays as written.
        """
        content = self.reading.text.content
        end = content.find("\n", item.start, item.end)
        end = item.end if end < 0 else end
        quote = content[item.start : end].strip()
        if quote.count("(") > quote.count(")"):
            quote = quote[: quote.rindex("(")].rstrip()
        if item.rule.role == "signatory" or len(quote) > 90 or not _NAMED.match(quote):
            return ()
        start = content.index(quote, item.start)
        kind = "organisation" if item.rule.role in ("donor", "issuer") else "role"
        evidence = self.reading.evidence(
            start, start + len(quote), f"field.{item.rule.name}", certainty="probable"
        )
        mention = Mention(
            id=f"{kind}-{start}-{start + len(quote)}",
            kind="organisation" if kind == "organisation" else "role",
            name=quote,
            name_start=start,
            name_end=start + len(quote),
            evidence=evidence,
        )
        self.mentions.append(mention)
        return (mention,)

    def _take_languages(self, item: Found) -> None:
        import langcodes  # its tables take long to load, and few genres name a language

        content = self.reading.text.content
        for match in _LISTED.finditer(content, item.start, item.end):
            name = match[0].strip()
            try:
                tag = langcodes.find(name).to_tag()
            except LookupError:
                continue
            start = content.index(name, match.start())
            evidence = self.reading.evidence(start, start + len(name), f"field.{item.rule.name}")
            self.languages.append(TextValue(value=tag, evidence=evidence))

    def drop_repeated_parties(self) -> None:
        """Keep each party once: what a label says goes before what a cue says."""
        unique: dict[tuple[str, str], Party] = {}
        for party in self.parties:
            unique.setdefault((party.role, party.mention.id), party)
        self.parties = list(unique.values())

    def take_stamps(self, events: Sequence[Event]) -> None:
        """What stamps tell: events, and mentions that only stamps know."""
        self.events.extend(events)
        laws = [event.authority.evidence.span for event in events if event.authority]
        # the year in the name of an act dates the act
        self.dates = [d for d in self.dates if not any(law.holds(d.evidence.span) for law in laws)]
        # one day is read once: the label of a stamp tells the century better than the other years do
        read = {(day.role, day.evidence.span): day for event in events if (day := event.date)}
        told = ((day, read.get((day.role, day.evidence.span), day)) for day in self.dates)
        self.dates = [other if other.edtf != day.edtf else day for day, other in told]
        for event in events:
            self._add(performer.mention for performer in event.performers)
            self._add(mention for mention in (event.place, event.destination) if mention)

    def add_party_mentions(self) -> None:
        """Mentions that only a distribution table knows belong to the record as well."""
        self._add(party.mention for party in self.parties)

    def add_related_mentions(self) -> None:
        """So do those that only the name of another document knows."""
        for item in self.related:
            self._add((*item.senders, *item.addressees, *item.receivers))

    def _add(self, mentions: Iterable[Mention]) -> None:
        known = {mention.id for mention in self.mentions}
        for mention in mentions:
            if mention.id not in known:
                known.add(mention.id)
                self.mentions.append(mention)

    def record(self, record_id: str, *, genre: str) -> Record:
        """The frozen record."""
        return Record(
            id=record_id,
            source=self.source,
            genre=genre,
            span=self.reading.span,
            zones=self.reading.zones,
            title=self.title,
            form=self.form,
            identifiers=tuple(self.identifiers),
            summary=self.summary,
            languages=tuple(self.languages),
            dates=tuple(self.dates),
            mentions=tuple(sorted(self.mentions, key=lambda m: (m.name_start, m.name_end, m.kind))),
            parties=tuple(self.parties),
            positions=tuple(self.positions),
            references=tuple(self.references),
            markings=tuple(self.markings),
            events=tuple(self.events),
            gradings=tuple(self.gradings),
            related=tuple(self.related),
            rights=tuple(self.rights),
            fields=tuple(self.fields),
            findings=tuple(self.findings),
        )
