"""Who wrote, signed, received and was copied, from titles, routing lines, signatures and lists.

A mention becomes a party only by where it stands: in a title of the form "X to Y", behind a
cue (`from`, `to`, `copies to` …) at the beginning of a line above or below the text, or in the
signature. Operators (`sent by`, `received by`) are no parties: see `events`.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Final, cast

import regex

from fonds import lexicon
from fonds.extract.heads import read_head
from fonds.extract.lines import BLANK, Line, is_name, is_office, lines_of, signed_name, without_office
from fonds.extract.name_lexicon import OFFICE, RANK, name_lexicon
from fonds.extract.name_parts import split_name
from fonds.extract.reading import Reading
from fonds.extract.within import mentions_in
from fonds.record import Mention, Party, PartyRole
from fonds.source import Span

_TO: Final = regex.compile(r"\s(?:addressed )?to\s")
_ABOUT: Final = regex.compile(
    r"[,;]?\s(?:about|concerning|regarding|on|transmitting|enclosing|reporting|re)\s"
)
_SMALL: Final = regex.compile(
    r"(?i)\b(?:and|of|the|from|via|by|a|an|no|to|his|her|in|at|for|with|mr|messrs|cdes?|comrades?|\d[\w/-]*|[\p{L}]{1,4})\b\.?"
)
_HANDWRITTEN: Final = regex.compile(r"\[(?:hand-?written|in (?:pencil|ink)|by hand)\b")


def find_parties(reading: Reading, mentions: Sequence[Mention], title: Span | None) -> tuple[Party, ...]:
    """The parties of a document, each role and mention once, in the order of the text."""
    found = list(_from_title(reading, mentions, title))
    for role, mention, rule, note in _from_lines(reading, mentions):
        if role in ("addressee", "sender", "copy-recipient"):
            found.append(_party(reading, cast(PartyRole, role), mention, rule, note))
    found.extend(_from_signature(reading, mentions))
    found.extend(_issuer(reading, mentions))
    unique: dict[tuple[str, str], Party] = {}
    for party in found:
        unique.setdefault((party.role, party.mention.id), party)
    return tuple(sorted(unique.values(), key=lambda p: (p.mention.name_start, p.role)))


#: A memorandum that is sent to nobody but kept on file.
_FOR_RECORD: Final = regex.compile(r"(?im)^\W{0,4}memorandum for (?:the )?(?:record|files?)\b")


def derived_parties(reading: Reading, parties: Sequence[Party]) -> tuple[Party, ...]:
    """What follows from the parties that are stated: the signatory wrote and sent the document.

    An unsigned document is taken to be by its sender. Both are marked as inferred.
    """
    derived: list[Party] = []
    signatories = [party for party in parties if party.role == "signatory"]
    senders = [party for party in parties if party.role == "sender"]
    authors = [party for party in parties if party.role == "author"]
    addressed = any(party.role == "addressee" for party in parties)
    if signatories and not senders and (addressed or _FOR_RECORD.search(reading.text.content, *reading.span)):
        reason = (
            "signed a document that has an addressee" if addressed else "signed a memorandum for the files"
        )
        derived += [_inferred(reading, "sender", p, reason) for p in signatories]
    if not authors:
        basis = signatories or senders
        reason = "signed the document" if signatories else "named as the sender; the text bears no signature"
        derived += [_inferred(reading, "author", p, reason) for p in basis]
    return tuple(derived)


def _party(reading: Reading, role: PartyRole, mention: Mention, rule: str, note: str | None = None) -> Party:
    at = mention.evidence
    evidence = reading.evidence(at.start, at.end, rule, certainty=at.certainty)
    return Party(role=role, mention=mention, evidence=evidence, note=note)


def _inferred(reading: Reading, role: PartyRole, basis: Party, reason: str) -> Party:
    evidence = reading.evidence(
        basis.evidence.start,
        basis.evidence.end,
        f"party.{role}-from-{basis.role}",
        status="inferred",
        certainty="certain" if basis.role == "signatory" else "probable",
        reason=reason,
        premises=(basis.evidence,),
    )
    return Party(role=role, mention=basis.mention, evidence=evidence, note=basis.note)


def _from_title(reading: Reading, mentions: Sequence[Mention], title: Span | None) -> Iterator[Party]:
    """A title of the form "X to Y", if hardly anything but X stands before the "to"."""
    if title is None:
        return
    if (head := read_head(reading, mentions, title)) is not None:
        yield from (_party(reading, "sender", m, "party.title-from") for m in head.senders)
        yield from (_party(reading, "addressee", m, "party.title-to") for m in head.addressees)
        yield from (_party(reading, "author", m, "party.title-by") for m in head.authors)
        return
    content = reading.text.content
    for match in _TO.finditer(content, title.start, title.end):
        stop = _ABOUT.search(content, match.end(), title.end)
        left = mentions_in(mentions, Span(title.start, match.start()))
        right = mentions_in(mentions, Span(match.end(), stop.start() if stop else title.end))
        if not left or not right or not _only(reading, Span(title.start, match.start()), left):
            continue
        if not _only(reading, Span(match.end(), right[0].name_start), ()):
            continue
        yield from (_party(reading, "sender", m, "party.title-from") for m in left)
        yield from (_party(reading, "addressee", m, "party.title-to") for m in right)
        return


def _only(reading: Reading, span: Span, mentions: Sequence[Mention]) -> bool:
    """Whether a span holds nothing but these mentions, small words, and the name of a form."""
    content = reading.text.content
    rest, at = [], span.start
    for mention in mentions:
        rest.append(content[at : max(at, mention.evidence.start)])
        at = max(at, mention.evidence.end)
    rest.append(content[at : max(at, span.end)])
    words = " ".join(rest)
    for name, pattern in _forms(reading.lexicon):
        words = pattern.sub(" ", words) if name else words
    words = _SMALL.sub(" ", words)
    return len(regex.findall(r"\p{L}{2,}", words)) <= (1 if mentions else 2)


@lru_cache(maxsize=8)
def _forms(folder: str | None) -> tuple[tuple[str, regex.Pattern[str]], ...]:
    return tuple(
        (entry["name"], regex.compile(rf"\b(?:{entry['pattern']})\b"))
        for entry in lexicon.load("correspondence", folder)["form"]
    )


@lru_cache(maxsize=8)
def _cues(folder: str | None) -> regex.Pattern[str]:
    groups = "|".join(
        f"(?P<r{index}>{entry['pattern']})"
        for index, entry in enumerate(lexicon.load("correspondence", folder)["cue"])
    )
    return regex.compile(rf"(?:(?<![^\s\xa0])(?<=^|\n|[ \t\xa0]{{2}}|\d{{4}}\s))(?:{groups})")


@lru_cache(maxsize=4)
def cued_segments(reading: Reading) -> tuple[tuple[str, Span, str], ...]:
    """What stands behind each cue in the lines around the text: role, span of the value, zone."""
    return tuple(_segments(reading))


def _segments(reading: Reading) -> Iterator[tuple[str, Span, str]]:
    content = reading.text.content
    roles = [entry["role"] for entry in lexicon.load("correspondence", reading.lexicon)["cue"]]
    for zone in reading.named("routing", "distribution", "letterhead", "subject"):
        lines = lines_of(reading.text, zone.span, folder=reading.lexicon)
        role: str | None = None
        for index, line in enumerate(lines):
            hits = list(_cues(reading.lexicon).finditer(content, line.start, line.end + 1))
            begin = line.start
            if hits and hits[0].start() > line.start and role and not _new_paragraph(lines, index):
                yield role, Span(begin, hits[0].start()), zone.name
            for number, hit in enumerate(hits):
                role = roles[next(i for i in range(len(roles)) if hit.group(f"r{i}"))]
                end = hits[number + 1].start() if number + 1 < len(hits) else line.end
                yield role, Span(min(hit.end(), end), end), zone.name
            if not hits and role and (not _new_paragraph(lines, index) or zone.name == "distribution"):
                yield role, line.span, zone.name
            elif not hits:
                role = None


def _new_paragraph(lines: Sequence[Line], index: int) -> bool:
    return index > 0 and lines[index].block != lines[index - 1].block


def _from_lines(
    reading: Reading, mentions: Sequence[Mention]
) -> Iterator[tuple[str, Mention, str, str | None]]:
    content = reading.text.content
    for role, span, zone in cued_segments(reading):
        note = "handwritten" if _HANDWRITTEN.search(content, span.start, span.end) else None
        if zone == "letterhead" and role not in ("addressee", "sender"):
            continue
        before: Mention | None = None
        for mention in mentions_in(mentions, span):
            if not _affiliation(content, before, mention):
                yield role, mention, f"party.{zone}-{role}", note
            before = mention
    yield from _institution(reading, mentions)


def _affiliation(content: str, person: Mention | None, body: Mention) -> bool:
    """Whether a body only says where the person before it belongs: "Mr. Allen Dulles, CIA"."""
    return (
        person is not None
        and person.kind == "person"
        and body.kind == "organisation"
        and content[person.evidence.end : body.evidence.start].strip(BLANK + "(") in (",", "")
    )


def _institution(
    reading: Reading, mentions: Sequence[Mention]
) -> Iterator[tuple[str, Mention, str, str | None]]:
    """The institution in a line "PLACE, INSTITUTION," directly above the line that says to whom."""
    for line in address_lines(reading, mentions):
        for mention in mentions_in(mentions, line):
            if mention.kind == "organisation":
                yield "addressee", mention, "party.address-institution", "institutional address"


def address_lines(reading: Reading, mentions: Sequence[Mention]) -> Iterator[Span]:
    """Lines that hold a place and an institution and nothing else, just above a cue for the addressee."""
    content = reading.text.content
    starts = sorted(span.start for role, span, _ in cued_segments(reading) if role == "addressee")
    for zone in reading.named("routing", "letterhead"):
        for line in lines_of(reading.text, zone.span, folder=reading.lexicon):
            following = bisect_right(starts, line.end)
            if following == len(starts) or starts[following] - line.end > 12:
                continue
            places = [m for m in mentions if m.kind == "place" and line.span.holds(m.evidence.span)]
            if not places or _cues(reading.lexicon).match(content, line.start):
                continue
            held = [m.evidence.span for m in mentions if line.span.holds(m.evidence.span)]
            if not "".join(
                char
                for at, char in enumerate(line.words, line.start)
                if not any(span.start <= at < span.end for span in held)
            ).strip(BLANK + ",.;:"):
                yield line.span


def signed_persons(reading: Reading, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Who signed where no name is known: a line of the form of a name below a compliment.

    Without one, and where the words are also a place, the title must name whoever signed.
    """
    known: frozenset[str] | None = None
    kinds = name_lexicon(reading.lexicon)
    found: list[Mention] = []
    for zone in reading.named("signature"):
        start, end = zone.start, zone.end
        inside = [m for m in mentions if start < m.evidence.end and m.evidence.start < end]
        if any(mention.kind == "person" for mention in inside):
            continue
        known = known if known is not None else _titled(reading)
        closed = False
        lines = lines_of(reading.text, zone.span, folder=reading.lexicon)
        for line, below in itertools.zip_longest(lines, lines[1:]):
            closed = closed or line.kind == "signature"
            if line.kind:
                continue
            signed = without_office(line.words, reading.lexicon)
            name = signed_name(signed)
            if name is None or not is_name(signed, reading.lexicon, known):
                continue
            holds = below is not None and is_office(below.words, reading.lexicon)
            start, end, words = line.start + name[0], line.start + name[1], name[2]
            kind = reduce(or_, map(kinds.kind, words.split()))
            named = words.casefold().split()[-1] in known
            supplied = words != reading.text.content[start:end]  # an editor knew the name
            last = Span(end - len(words.split()[-1]), end)
            taken = any(m.evidence.span.meets(last) for m in inside)
            holds = holds or len(signed) < len(line.words)
            free = (closed or supplied or (holds and (" " in words or words.isupper()))) and not taken
            if not kind & (OFFICE | RANK) and (named or free):
                found.append(_signed(reading, start, end, words))
                break
    return tuple(found)


def _titled(reading: Reading) -> frozenset[str]:
    """The words of the title, in small letters."""
    return frozenset(
        word.strip("().,").casefold()
        for zone in reading.named("title")
        for word in reading.text.quote(zone.span).split()
    )


def _signed(reading: Reading, start: int, end: int, name: str) -> Mention:
    return Mention(
        id=f"person-{start}-{end}",
        kind="person",
        name=name,
        name_start=start,
        name_end=end,
        evidence=reading.evidence(start, end, "names/signature", certainty="probable"),
        parts=split_name(name, reading.lexicon),
    )


def _from_signature(reading: Reading, mentions: Sequence[Mention]) -> Iterator[Party]:
    for zone in reading.named("signature"):
        for mention in mentions_in(mentions, zone.span):
            if mention.kind == "person":
                yield _party(reading, "signatory", mention, "party.signature")


def _issuer(reading: Reading, mentions: Sequence[Mention]) -> Iterator[Party]:
    """The body that stands alone on the line above or below the date, as letterheads have it."""
    bodies: dict[tuple[int, int], Mention] = {}
    for mention in mentions:
        if mention.kind == "organisation":
            bodies.setdefault((mention.evidence.start, mention.evidence.end), mention)
    if not bodies:
        return
    around = [z for z in reading.zones if z.name in ("letterhead", "other", "dateline", "signature")]
    lines = [line for z in around for line in lines_of(reading.text, z.span, folder=reading.lexicon)]
    for index, line in enumerate(lines):
        alone = bodies.get((line.start, line.end))
        if alone is None or reading.zone_at(line.start) == "dateline":
            continue
        beside = [other for other in lines[max(0, index - 1) : index + 2] if other is not line]
        if any(reading.zone_at(other.start) == "dateline" for other in beside):
            yield _party(reading, "issuer", alone, "party.issuer-beside-date")
