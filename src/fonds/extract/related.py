"""Other documents that a text speaks of, whether or not their own text stands beside it.

A document that is only spoken of is not held; it is worth a record of its own only where the
text says something that tells it apart: whose it is, from whom, of what date. Those whose text
stands in the same source are found in `constituents`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import regex

from fonds.extract.constituents import stated_titles
from fonds.extract.lines import BLANK
from fonds.extract.reading import Reading
from fonds.extract.related_wordings import Relation, sign_owners, wordings
from fonds.extract.vocabulary import hits_of
from fonds.extract.within import mentions_in
from fonds.record import DateStatement, Mention, Related, TextValue
from fonds.source import Span

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


def find_related(
    reading: Reading, mentions: Sequence[Mention], dates: Sequence[DateStatement]
) -> tuple[Related, ...]:
    """The documents that a text speaks of, none twice, in its order.

    A document may be named inside the name of another: the draft of a reply to a note.
    """
    found: list[Related] = list(_noted(reading))
    taken: list[Span] = []
    prose = reading.prose
    for relation, match in _spoken_of(reading):
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


def _spoken_of(reading: Reading) -> Iterator[tuple[Relation, regex.Match[str]]]:
    """What matches in a text, wording by wording."""
    every = wordings(reading.lexicon)
    starts: list[set[int]] = [set() for _ in every]
    for number, start, end in hits_of(reading)["signs"]:
        for of in sign_owners(reading.lexicon)[number]:
            starts[of].add(end if every[of].follows else start)
    for wording, found in zip(every, starts, strict=True):
        for match in wording.matches(reading.prose.content, sorted(found)):
            yield wording.relation, match


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
        for title in stated_titles(reading.text, zone, reading.lexicon):
            evidence = reading.evidence(title.start, title.end, "related.attachment-note")
            words = " ".join(reading.text.content[title.start : title.end].split())
            if len(words.strip(BLANK)) > 3:
                yield Related(
                    relation="attachment", title=TextValue(value=words, evidence=evidence), evidence=evidence
                )
