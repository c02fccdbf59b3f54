"""Other documents: those whose text stands in the same source, and those only spoken of.

A constituent record is an attachment that follows its covering document, or a draft quoted in
full. A document that is only spoken of is not held; it is worth a record of its own only where
the text says something that tells it apart: whose it is, from whom, of what date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import regex

from fonds import lexicon
from fonds.extract.lines import BLANK, Line, lines_of
from fonds.extract.parties import mentions_in
from fonds.extract.reading import Reading
from fonds.record import DateStatement, Mention, Related, TextValue, Zone
from fonds.source import Span, Text

_ATTACHED: Final = regex.compile(r"(?i)\b(?:attached|enclosed|attachment|enclosure|annex|appended)\b")
_TITLE_TAIL: Final = regex.compile(
    r"\s*\((?:[CSU]|TS|Conf\.?|Secret|Top Secret|Unclassified|[^()]{1,24})\)\s*$"
)
_ARTICLE: Final = regex.compile(r"(?i)(?:an?|the|your|our|my)\s")
_FROM: Final = regex.compile(r"\bfrom\s(?:the\s|all\s)?$")
_OWN_DATE: Final = regex.compile(
    r"(?:,?\s(?:No\.?\s)?[\d/.-]+)?(?:\sfrom\s[^,;]{2,60})?,?\s?(?:of|dated|on)?\s?(?:the\s)?"
)
_RECEIVED: Final = regex.compile(r"\s(?:has\s|had\s)?received\s(?:an?\s|the\s)?")
_ADDRESSED: Final = regex.compile(
    r",?\s(?:which\s|that\s)?(?:was\s|were\s)?addressed\sto\s(?P<who>[^.;\n]{3,120})"
)
_EVERYONE: Final = regex.compile(r"all\s[^.,;:\n]{4,80}")
_OPENING: Final = ("“", "«", "„")
_CLOSING: Final = ("”", "»", "“")


Relation = Literal["attachment", "enclosure", "draft", "reply-to", "mentioned"]


class Constituent(NamedTuple):
    """The place of a document that stands in another: its span, its heading, how it belongs."""

    span: Span
    heading: Span | None
    relation: Literal["attachment", "draft"]


def find_constituents(
    text: Text, zones: Sequence[Zone], folder: str | None = None
) -> tuple[Constituent, ...]:
    """Attachments and quoted documents in a text whose zones are known."""
    attachment = _attachment(text, zones, folder)
    limit = attachment.span.start if attachment else len(text)
    quoted = _quoted(text, [zone for zone in zones if zone.end <= limit], folder)
    return tuple(part for part in (quoted, attachment) if part)


def _attachment(text: Text, zones: Sequence[Zone], folder: str | None) -> Constituent | None:
    """The heading after the signature that repeats the title stated for the attachment.

    Without a stated title, a heading in capitals after signature and attachment note will do.
    """
    signature = next((zone for zone in zones if zone.name == "signature"), None)
    if signature is None:
        return None
    notes = [zone for zone in zones if zone.name == "attachment-note" and zone.start >= signature.start]
    before = text.content[: signature.start]
    if not notes and not _ATTACHED.search(before):
        return None
    stated = {_key(title.words) for note in notes for title in _titles(text, note, folder)}
    after = lines_of(text, Span(signature.end, max(zone.end for zone in zones)), folder=folder)
    inside = {zone.name: zone for zone in zones}
    for index, line in enumerate(after):
        if any(
            zone.name
            in ("attachment-note", "distribution", "stamp", "repository", "rights", "catalogue-summary")
            and zone.span.holds(line.span)
            for zone in zones
        ):
            continue
        words = _heading(after, index)
        if not words:
            continue
        matches = _key(words) in stated
        capitals = words.isupper() and len(words) > 14 and line.kind is None and bool(notes)
        if matches or (capitals and not stated and _followed_by_text(after, index)):
            start = _page_top(after, index)
            tail = inside.get("repository") or inside.get("rights")
            summary = inside.get("catalogue-summary")
            ends = [zone.start for zone in (tail, summary) if zone and zone.start > start]
            end = min(ends, default=after[-1].end)
            last = [other for other in after if other.end <= end]
            return Constituent(Span(start, last[-1].end), line.span, "attachment")
    return None


def _titles(text: Text, note: Zone, folder: str | None) -> Iterator[Line]:
    """The titles in an attachment note, lines of one paragraph joined."""
    lines = [line for line in lines_of(text, note.span, folder=folder) if line.kind != "attachment-note"]
    blocks = sorted({line.block for line in lines})
    for block in blocks:
        own = [line for line in lines if line.block == block]
        words = " ".join(line.words for line in own)
        yield Line(own[0].start, own[-1].end, words, block, None)


def _key(words: str) -> str:
    """A title for comparison: letters and digits only, without a marking in parentheses at its end."""
    return "".join(c for c in _TITLE_TAIL.sub("", words).casefold() if c.isalnum())


def _heading(lines: Sequence[Line], index: int) -> str:
    """The words of the paragraph that begins at `index`, if it is short; else nothing."""
    if index and lines[index - 1].block == lines[index].block:
        return ""
    own = [line.words for line in lines[index : index + 4] if line.block == lines[index].block]
    words = " ".join(own)
    return words if len(words) <= 160 else ""


def _followed_by_text(lines: Sequence[Line], index: int) -> bool:
    return any(len(line.words) > 60 for line in lines[index + 1 : index + 6])


def _page_top(lines: Sequence[Line], index: int) -> int:
    """The start of the page: the paragraph of markings just above the heading belongs to it."""
    start = lines[index].start
    if index and lines[index - 1].kind == "marking":
        block = lines[index - 1].block
        start = min(line.start for line in lines[:index] if line.block == block and line.kind == "marking")
    return start


def _quoted(text: Text, zones: Sequence[Zone], folder: str | None) -> Constituent | None:
    """A quotation that opens a paragraph and closes several paragraphs further down."""
    for zone in zones:
        if zone.name != "body":
            continue
        lines = lines_of(text, zone.span, folder=folder)
        for index, line in enumerate(lines):
            if line.words[0] not in _OPENING or not index:
                continue
            close = _CLOSING[_OPENING.index(line.words[0])]
            end = _matching(text.content, line.start, zone.end, line.words[0], close)
            inside = [other for other in lines if other.start >= line.start and other.end <= end + 2]
            if end - line.start > 400 and len(inside) >= 3:
                return Constituent(Span(line.start, end + 1), None, "draft")
    return None


def _matching(content: str, start: int, limit: int, opening: str, closing: str) -> int:
    """The position of the closing mark that ends the quotation, -1 if there is none.

    Quotation marks inside nest; a mark left open by the capture ends at the last one there is.
    """
    depth, last = 0, -1
    for at in range(start, limit):
        if content[at] == opening:
            depth += 1
        elif content[at] == closing:
            depth -= 1
            last = at
            if depth == 0:
                return at
    return last


@lru_cache(maxsize=8)
def _patterns(folder: str | None) -> tuple[tuple[Relation, regex.Pattern[str]], ...]:
    words = sorted(lexicon.load("correspondence", folder)["forms_in_prose"], key=lambda w: (-len(w), w))
    form = "(?:" + "|".join(regex.escape(word).replace(r"\ ", r"\s") for word in words) + ")"
    tail = r"(?:\s[^.;:?!\n]{0,160}?)?"
    end = r"(?=[.;:?!,)]|\s(?:which|that|and|on\s\p{Lu}|is|are|was|were|has|have|to\sbe)\b|$)"
    return (
        (
            "attachment",
            regex.compile(
                r"(?m)(?:^|(?<=[.!?]\s))(?P<title>\p{Lu}[^.?!\n]{3,120}?)\s(?:is|are)\s"
                r"(?:attached|enclosed|appended)\b"
            ),
        ),
        (
            "draft",
            regex.compile(
                rf"(?i)\b(?:sending|forwarding|transmitting|submitting|enclosing)\s(?:to\s)?(?:you|herewith)?\s?"
                rf"(?P<title>(?:a|an|the|our|my)\s(?:\w+\s)?(?P<form>{form})\b[^.;\n]{{0,160}})(?=[.;]|$)"
            ),
        ),
        (
            "reply-to",
            regex.compile(
                rf"(?i)\b(?:received|refer(?:ring)?\sto|(?:reply|response|answer|connection|reference|regard)\s(?:to|with))"
                rf"\s(?P<title>your\s(?:\w+\s)??(?P<form>{form})\b{tail}){end}"
            ),
        ),
        (
            "mentioned",
            regex.compile(
                rf"(?<![\p{{L}}’'])(?P<title>(?:(?:an?|the|his|her|their)\s)?"
                rf"(?:\p{{L}}[\p{{L}}’'-]+\s){{0,2}}?(?P<form>{form})\s(?:of|dated|from|No\.)\s[^.;:?!\n]{{2,120}}?){end}"
            ),
        ),
        (
            "mentioned",
            regex.compile(
                rf"(?P<title>(?:\p{{Lu}}[\p{{L}}-]+\s)?\p{{Lu}}[\p{{L}}-]+[’']s\s(?P<form>{form})\s(?:about|of|on|to|concerning)\s[^.;:?!,\n]{{3,100}}?)(?=[.;:?!,]|$)"
            ),
        ),
        (
            "mentioned",
            regex.compile(
                rf"(?P<title>(?:an?|the)\s\p{{Lu}}[\p{{L}}]+\s(?P<form>{form})\sdated\s[^.;:?!,\n]{{3,40}}?)(?=[.;:?!,]|$)"
            ),
        ),
    )


def find_related(
    reading: Reading, mentions: Sequence[Mention], dates: Sequence[DateStatement]
) -> tuple[Related, ...]:
    """The documents that a text speaks of, none twice, in its order.

    A document may be named inside the name of another: the draft of a reply to a note.
    """
    found: list[Related] = list(_noted(reading))
    taken: list[Span] = []
    prose = reading.prose
    for relation, pattern in _patterns(reading.lexicon):
        for match in pattern.finditer(prose.content):
            span = prose.span(*match.span("title"))
            clash = any(span.meets(other) and not _nested(span, other) for other in taken)
            if clash or reading.zone_at(span.start) != "body":
                continue
            form = prose.span(*match.span("form")) if "form" in match.groupdict() else None
            related = _related(reading, relation, span, form, (mentions, dates))
            if related is not None:
                taken.append(span)
                found.append(related)
    return tuple(sorted(found, key=lambda r: r.evidence.start))


def _nested(inner: Span, outer: Span) -> bool:
    return outer.start + 8 < inner.start and inner.end <= outer.end


def _related(
    reading: Reading,
    relation: Relation,
    span: Span,
    form: Span | None,
    known: tuple[Sequence[Mention], Sequence[DateStatement]],
) -> Related | None:
    mentions, dates = known
    content = reading.text.content
    inside = [date for date in dates if span.holds(date.evidence.span) and _dates(content, date, form)]
    senders = tuple(a for a in mentions_in(mentions, span) if _sent_by(content, a, form))
    if relation == "mentioned" and not (senders or inside):
        return None
    named = " ".join(content[form.start : form.end].lower().split()) if form else ""
    words = content[span.start : span.end]
    article = _ARTICLE.match(words)
    at = span.start + (article.end() if article else 0)
    rule = f"related.{relation}"
    return Related(
        relation=relation,
        title=TextValue(
            value=" ".join(content[at : span.end].split()), evidence=reading.evidence(at, span.end, rule)
        ),
        evidence=reading.evidence(span.start, span.end, rule),
        form=(named if named == "draft" else named.removeprefix("draft ")) or None,
        state="draft" if named.startswith("draft") else None,
        date=inside[0] if inside else None,
        senders=senders,
        addressees=_addressed(reading, span, mentions),
        receivers=_received(content, span, mentions),
    )


def _dates(content: str, date: DateStatement, form: Span | None) -> bool:
    """Whether a date is the document's own: "letter of 4 May", not "reply about our changes of 4 May"."""
    at = form.end if form else date.evidence.start
    return bool(_OWN_DATE.fullmatch(content[at : date.evidence.start]))


def _sent_by(content: str, agent: Mention, form: Span | None) -> bool:
    """Whether an agent stands as the sender: "from X", "X's note", "a X statement"."""
    if _FROM.search(content[max(0, agent.evidence.start - 16) : agent.evidence.start]):
        return True
    between = content[agent.evidence.end : form.start] if form and form.start > agent.evidence.end else None
    return between in ("’s ", "'s ", " ")


def _received(content: str, span: Span, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The agent of "X received the letter from …"."""
    return tuple(
        mention
        for mention in mentions
        if mention.kind in ("person", "organisation", "group")
        and 0 < span.start - mention.evidence.end < 24
        and _RECEIVED.fullmatch(content[mention.evidence.end : span.start])
    )


def _addressed(reading: Reading, span: Span, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Whom a clause "which was addressed to …" behind the document names: agents, or all of a kind."""
    content = reading.text.content
    match = _ADDRESSED.match(content, span.end)
    if match is None:
        return ()
    known = mentions_in(mentions, Span(*match.span("who")))
    everyone = _EVERYONE.match(content, match.start("who"))
    if known or everyone is None:
        return known
    start, end = everyone.span()
    return (
        Mention(
            id=f"group-{start}-{end}",
            kind="group",
            name=content[start:end],
            name_start=start,
            name_end=end,
            evidence=reading.evidence(start, end, "related.addressed-to-all", certainty="probable"),
        ),
    )


def _noted(reading: Reading) -> Iterator[Related]:
    """The attachments that a note below the signature lists by title."""
    for zone in reading.named("attachment-note"):
        for title in _titles(reading.text, zone, reading.lexicon):
            evidence = reading.evidence(title.start, title.end, "related.attachment-note")
            words = " ".join(reading.text.content[title.start : title.end].split())
            if len(words.strip(BLANK)) > 3:
                yield Related(
                    relation="attachment", title=TextValue(value=words, evidence=evidence), evidence=evidence
                )
