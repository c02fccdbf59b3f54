"""Every field of a gold file against the record: right, wrong, missed, invented.

`FIELDS` is the registry: for each key a reader and a comparison. A key that is not in it is not
scored, and `fonds.evaluate` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from fonds.evaluation import values
from fonds.evaluation.gold import Entry, GoldDocument
from fonds.evaluation.measures import Told, folded, tokens
from fonds.evaluation.values import RELEASE, Read, Reader, Value
from fonds.source import Span


@dataclass(frozen=True, slots=True)
class Counts:
    """How a field fared: annotated values, and what became of them."""

    gold: int = 0
    correct: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


#: Gold id of a person or organisation (`person:…`, `org:…`) -> keys of the agents it was found as.
Ties = Mapping[str, frozenset[str]]
Same = Callable[[Entry, Value, Ties], bool]


def same_text(entry: Entry, value: Value, ties: Ties) -> bool:
    """The same words, folded."""
    return bool({folded(text) for text in entry.texts} & {folded(text) for text in value.texts})


def same_code(entry: Entry, value: Value, ties: Ties) -> bool:
    """The same number or code, whatever blanks stand in it."""
    return bool(
        {folded(text).replace(" ", "") for text in entry.texts}
        & {folded(text).replace(" ", "") for text in value.texts}
    )


def same_place(entry: Entry, value: Value, ties: Ties) -> bool:
    """Overlapping spans: the wording may be cut differently."""
    span = entry.span
    return span is not None and any(span.meets(other) for other in value.spans)


def same_text_or_place(entry: Entry, value: Value, ties: Ties) -> bool:
    return same_text(entry, value, ties) or same_place(entry, value, ties)


def same_passage(entry: Entry, value: Value, ties: Ties) -> bool:
    """The value holds the annotated words: a longer quotation of the same passage is right."""
    words = folded(str(entry.data.get("surface", "")))
    return bool(words) and any(words in folded(text) for text in value.texts)


def same_party(entry: Entry, value: Value, ties: Ties) -> bool:
    """The same mention, or the same person elsewhere in the text."""
    return same_place(entry, value, ties) or same_holder(entry, value, ties)


def same_language(entry: Entry, value: Value, ties: Ties) -> bool:
    return any(folded(text).split("-")[0] in map(folded, value.texts) for text in entry.texts)


def same_marking(entry: Entry, value: Value, ties: Ties) -> bool:
    """The same words, or a part of them: one line of markings may be read as one or as several."""
    given = frozenset().union(*(tokens(text) for text in value.texts))
    return bool(given) and given <= tokens(str(entry.data.get("value", "")))


def same_reference(entry: Entry, value: Value, ties: Ties) -> bool:
    """Every step of the hierarchy, from the repository down to the leaves."""
    return set(reference_parts(entry)) <= set(value.parts)


def same_exemption(entry: Entry, value: Value, ties: Ties) -> bool:
    """The same provision; a form may print only the end of its code."""
    code = folded(str(entry.data.get("code", ""))).replace(" ", "")
    return any(code.endswith(folded(text).replace(" ", "")) for text in value.texts if folded(text))


def same_event(entry: Entry, value: Value, ties: Ties) -> bool:
    """An event of the same kind in the same passage."""
    words = folded(str(entry.data.get("event", "")))
    return same_place(entry, value, ties) and any(s in words and s in value.kind for s in RELEASE)


def same_position(entry: Entry, value: Value, ties: Ties) -> bool:
    """The same holder in the same passage, and a word of the title in common."""
    words = _singular(str(entry.data.get("position") or ""))
    return (
        same_place(entry, value, ties)
        and same_holder(entry, value, ties)
        and (not words or any(words & _singular(text) for text in value.texts))
    )


def _singular(text: str) -> set[str]:
    """The words of a title, so that one of the officials is an official."""
    return {word.removesuffix("s") for word in tokens(text)}


def same_holder(entry: Entry, value: Value, ties: Ties) -> bool:
    """The person whom the annotation means, whatever the span."""
    return entry.who is not None and bool(ties.get(entry.who, frozenset()) & set(value.agents))


def same_attachment(entry: Entry, value: Value, ties: Ties) -> bool:
    """The line that announces it, or the text of the attachment itself."""
    inside = entry.data.get("embedded_span")
    if isinstance(inside, list) and len(inside) == 2:
        body = Span(*inside)
        for span in value.spans:
            shared = min(span.end, body.end) - max(span.start, body.start)
            if 2 * shared > max(span.end - span.start, body.end - body.start):
                return True
    return same_text_or_place(entry, value, ties)


_LEVELS: Final = {"fond": "fonds", "file": "delo", "inventory": "opis", "leaf": "leaves"}
_NOT_LEVELS: Final = ("_name", "_source", "_first", "_last", "_note", "note", "surface", "value")


def reference_parts(entry: Entry) -> tuple[tuple[str, str], ...]:
    """The steps of an annotated archival reference: kind and number, folded."""
    return tuple(
        (_LEVELS.get(key, key).replace("_", "-"), folded(value))
        for key, value in entry.data.items()
        if isinstance(value, str) and not key.endswith(_NOT_LEVELS)
    )


#: Key of a gold file -> how the record says it, and when both say the same.
FIELDS: Final[Mapping[str, tuple[Reader, Same]]] = {
    "title": (values.titles, same_text),
    "subject": (values.subjects, same_text),
    "document_type": (values.forms, same_text),
    "numbers": (values.identifiers(never=("record-id", "requirement")), same_code),
    "record_id": (values.identifiers(only="record-id"), same_code),
    "requirement_no": (
        values.both(
            values.identifiers(only="requirement"), values.field_values("requirement-no", "requirement")
        ),
        same_code,
    ),
    "senders": (values.parties("sender", "signatory", "author"), same_party),
    "addressees": (values.parties("addressee"), same_party),
    "copies_to": (values.parties("copy-recipient"), same_party),
    "contributor": (values.parties("contributor"), same_party),
    "translator": (values.parties("translator"), same_party),
    "donors": (values.parties("donor"), same_party),
    "handling": (values.performers, same_party),
    "place_sent": (
        values.both(
            values.event_places(values.DISPATCH, destination=False), values.field_values("place-sent")
        ),
        same_text_or_place,
    ),
    "place_received": (
        values.both(
            values.event_places(values.ARRIVAL, destination=True), values.field_values("place-received")
        ),
        same_text_or_place,
    ),
    "place_acquired": (
        values.both(
            values.event_places(("acquisition",), destination=False), values.field_values("place-acquired")
        ),
        same_text_or_place,
    ),
    "transmission": (values.field_values("transmission"), same_text_or_place),
    "copies_made": (values.field_values("copies-made"), same_text_or_place),
    "classification": (values.markings, same_marking),
    "archival_reference": (values.references, same_reference),
    "language": (values.languages, same_language),
    "uploaded": (values.uploads, same_text),
    "rights": (values.rights, same_passage),
    "rights_contact": (values.field_values("rights-contact"), same_text),
    "attachments": (values.related("attachment", "enclosure", "draft"), same_attachment),
    "in_reply_to": (values.related("reply-to"), same_text_or_place),
    "summary": (values.summaries, same_text),
    "declassification": (values.releases, same_event),
    "foia_exemptions": (values.exemptions, same_exemption),
    "exemption_statute": (values.authorities, same_text_or_place),
    "country": (values.field_values("country"), same_text),
    "pages": (values.field_values("pages"), same_text),
    "source_evaluation": (values.gradings("source"), same_text),
    "content_appraisal": (values.gradings("content"), same_text),
    "positions": (values.positions, same_position),
    "legal_notice": (values.field_values("legal-notice"), same_text_or_place),
}


def score_fields(read: Read, gold: GoldDocument, ties: Ties) -> tuple[dict[str, Counts], list[Told]]:
    counts: dict[str, Counts] = {}
    told: list[Told] = []
    for key, (reader, same) in FIELDS.items():
        if key in gold.entries:
            held = list(reader(read))
            if key == "language" and not gold.get(key):  # a guess is not a claim about the document
                held = [v for v in held if not (v.kind == "detected" and gold.language in v.texts)]
            counts[key], misses = _field(key, gold.get(key), held, same, ties)
            told += misses
            if key == "archival_reference":
                counts.update(_steps(gold.get(key), held))
    if gold.get("classification"):
        counts["classification, struck or not"] = _struck(read, gold.get("classification"))
    return counts, told


def _field(
    key: str, entries: Sequence[Entry], held: Sequence[Value], same: Same, ties: Ties
) -> tuple[Counts, list[Told]]:
    """Compare two sets of values.

    A value that stands where another is right is wrong; one for which nothing is annotated is
    invented; what is left of the annotations was missed.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if not entry.denied:
            by = entry.who if same is same_party and entry.who else folded(" ".join(entry.texts[:1]))
            place = str(entry.data.get("position", "")) + (by or entry.place)
            groups.setdefault(place, []).append(entry)
    hits: dict[str, bool] = {}
    used: set[int] = set()
    for name, group in groups.items():
        near = [n for n, v in enumerate(held) if any(same(entry, v, ties) for entry in group)]
        used.update(near)
        hits[name] = bool(near) and (key != "classification" or _covered(group, held, near))
    lost = [g for name, g in groups.items() if not hits[name] and not all(e.optional for e in g)]
    rest = [value for n, value in enumerate(held) if n not in used]
    correct = sum(hits.values())
    wrong = min(len(lost), len(rest))
    counts = Counts(correct + len(lost), correct, wrong, len(lost) - wrong, len(rest) - wrong)
    told: list[Told] = []
    for n, group in enumerate(lost):
        other = rest[n].texts[0] if n < wrong and rest[n].texts else None
        want = group[0].texts[0] if group[0].texts else None
        told.append((key, "wrong" if n < wrong else "missed", want, other, group[0].span))
    for value in rest[wrong:]:
        span = value.spans[0] if value.spans else None
        told.append((key, "invented", None, value.texts[0] if value.texts else None, span))
    return counts, told


def _covered(group: Sequence[Entry], held: Sequence[Value], near: Sequence[int]) -> bool:
    words = frozenset().union(*(tokens(text) for n in near for text in held[n].texts))
    return all(tokens(str(entry.data.get("value", ""))) <= words for entry in group)


def _steps(entries: Sequence[Entry], held: Sequence[Value]) -> dict[str, Counts]:
    """Each step of an archival reference for itself."""
    counts: dict[str, Counts] = {}
    for entry in entries:
        for kind, number in reference_parts(entry):
            given = {text for value in held for step, text in value.parts if step == kind}
            right, wrong = number in given, bool(given) and number not in given
            key = f"archival_reference, {kind}"
            one = Counts(1, right, wrong, not given, 0)
            counts[key] = counts.get(key, Counts()) + one
    return counts


def _struck(read: Read, entries: Sequence[Entry]) -> Counts:
    """Whether a marking stands or was struck through, for each that was found where it stands."""
    total = Counts()
    markings = [marking for record in read.every for marking in record.markings]
    for entry in entries:
        states = {m.state for m in markings if entry.span and entry.span.meets(m.evidence.span)}
        if states and not entry.optional:
            want = "struck" if str(entry.data.get("status", "")).startswith("struck") else "applied"
            total += Counts(1, want in states, want not in states, 0, 0)
    return total
