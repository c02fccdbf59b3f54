"""Who wrote to whom in *Foreign Relations of the United States*: heads and signatures."""

from __future__ import annotations

import re
from typing import Final

from benchmarks.accuracy.case import Case, corrected, words
from benchmarks.accuracy.plain import Mark, Plain
from fonds.evaluation.fields import Counts
from fonds.evaluation.measures import pair_spans
from fonds.evaluation.values import Read
from fonds.record import Mention, PartyRole
from fonds.source import Span

_ROLES: Final[dict[str, PartyRole]] = {"from": "sender", "to": "addressee"}


def judge_parties(case: Case, plain: Plain, document: Read) -> None:
    """Compare senders, addressees and signatories with the markup."""
    for type_ in _ROLES:
        _parties(case, plain, document, type_)
    _signatories(case, plain, document)


def _signatories(case: Case, plain: Plain, document: Read) -> None:
    """Who signed: a name inside `signed`, or one that stands unmarked at the very end.

    The signatures of enclosures are not those of the document, and neither is the address below:
    whom the head names as the addressee.
    """
    heads = [m for m in plain.marks if m.name == "persName" and "head" in m.path and m.own]
    written_to = [words(plain.quote(m)) for m in heads if _type(case, plain, m) == "to"]
    signed = [m for m in plain.marks if m.name == "signed" and m.own and re.search(r"\w{3}", plain.quote(m))]
    people = [p.mention for p in document.own[0].party("signatory") if p.mention.kind == "person"]
    spots = sorted({Span(m.name_start, m.name_end) for m in people})
    pairs = pair_spans([m.span for m in signed], spots)
    inside = [spot for spot in spots if any(m.span.meets(spot) for m in signed)]
    for number, mark in enumerate(signed):
        name = plain.quote(mark)
        case.judge("signatory", name, name if number in pairs else None, (document.text, mark.span))
    for spot in spots:
        name = document.text.quote(spot)
        addressed = any(one and one <= words(name) for one in written_to)
        if spot not in inside and (addressed or not plain.at_the_edge(spot)):
            case.judge("signatory", None, name, (document.text, spot))


def _parties(case: Case, plain: Plain, document: Read, type_: str) -> None:
    """Who sent or received it, by the head: persons by name, offices as roles or bodies.

    No inventions are an office beside its holder, the holder whose signature stands below, a second
    name on the same side of the head, and whom the first words of a telegram name: "For Polk".
    """
    head = next((m for m in plain.marks if m.name == "head" and m.own), None)
    marks = [m for m in plain.marks if m.name in ("persName", "gloss") and "head" in m.path and m.own]
    sides = {key: [m for m in marks if _type(case, plain, m) == key] for key in _ROLES}
    gold = sides[type_]
    if head is None or not gold:
        return
    side = _side(plain, head, sides, type_)
    rest = [party.mention for party in document.own[0].party(_ROLES[type_])]
    lost: list[Mark] = []
    for mark in gold:
        fits = [m for m in rest if _same(plain, mark, m)]
        if fits:
            case.add(_measure(type_, mark), Counts(gold=1, correct=1))
            rest = [m for m in rest if m not in fits]
        else:
            lost.append(mark)
    others = [m for m in rest if not _allowed(plain, m, side, bool(lost), type_)]
    for number, mark in enumerate(lost):
        other = f"{others[number].name} ({others[number].kind})" if number < len(others) else None
        case.judge(_measure(type_, mark), plain.quote(mark), other, (document.text, mark.span))
    for mention in others[len(lost) :]:
        spot = Span(mention.name_start, mention.name_end)
        case.judge(_measure(type_, gold[0]), None, mention.name, (document.text, spot))


def _allowed(plain: Plain, mention: Mention, side: Span, lost: bool, type_: str) -> bool:
    """Whether a party that is not marked stands in the text as one: see `_parties`."""
    if side.holds(Span(mention.name_start, mention.name_end)):
        return mention.kind != "person" or not lost
    signed = [plain.quote(m) for m in plain.marks if m.name == "signed" and m.own]
    if type_ == "from" and mention.kind == "person" and any(words(mention.name) & words(s) for s in signed):
        return True
    before = plain.content[: mention.evidence.start].rpartition("\n")[2]
    return bool(re.match(rf"(?:\d+\.\s)?{'From' if type_ == 'from' else 'For'}\s[^.:]*$", before))


def _type(case: Case, plain: Plain, mark: Mark) -> str | None:
    given = mark.attributes.get("type")
    return corrected("frus", case.document, f"{given} {plain.quote(mark)}", given)[0] if given else None


def _measure(type_: str, mark: Mark) -> str:
    return f"{_ROLES[type_]}, {'person' if mark.name == 'persName' else 'office'}"


def _side(plain: Plain, head: Mark, sides: dict[str, list[Mark]], type_: str) -> Span:
    """The half of the head in which senders or addressees stand."""
    after = max((m.span.end for m in sides["from"]), default=head.span.start)
    cut = plain.content.find(" to ", after, head.span.end)
    if cut < 0:
        return head.span
    return Span(head.span.start, cut) if type_ == "from" else Span(cut, head.span.end)


def _same(plain: Plain, mark: Mark, mention: Mention) -> bool:
    """The same words or place in the text, and a person where a person is meant."""
    if (mark.name == "persName") != (mention.kind == "person"):
        return False
    one, other = words(plain.quote(mark)), words(mention.name)
    return mark.span.meets(Span(mention.name_start, mention.name_end)) or bool(
        one and other and (one <= other or other <= one)
    )
