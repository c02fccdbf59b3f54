"""Evidence, in Web Annotation: from any statement to the words that support it, and back.

- A *passage* is an `oa:SpecificResource` of the file, with a position and a quote: one IRI for
  one span, shared by all that it supports. In a source with markup the position counts in the text
  of an element, to which an `oa:XPathSelector` leads.
- A *mention* (`oa:identifying`) ties a passage to the agent, place or date that it names.
- *Support* (`oa:describing`) ties a passage to the statements that one rule read in it, each a
  resource with subject, predicate and object (`rdf:Statement`). Statements that no passage
  supports are tied to the file, with the reason.
- A *finding* (`oa:commenting`) is something that a reader should know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from fonds.rdf.claims import Cast, frame
from fonds.rdf.iris import Minter
from fonds.rdf.terms import DCTERMS, FONDS, OA, RDF, STRING, TYPE, XSD, Claim, Literal, Triple
from fonds.record import DateStatement, Evidence, Finding, Mention, Record, Resolved

_ANNOTATION = OA + "Annotation"
_SPECIFIC = OA + "SpecificResource"
_POSITION = OA + "TextPositionSelector"
_QUOTE = OA + "TextQuoteSelector"
_MOTIVE = OA + "motivatedBy"
_DESCRIBING = OA + "describing"
_IDENTIFYING = OA + "identifying"
_BODY = OA + "hasBody"
_BODY_VALUE = OA + "bodyValue"
_TARGET = OA + "hasTarget"
_SELECTOR = OA + "hasSelector"
_SOURCE = OA + "hasSource"
_START = OA + "start"
_END = OA + "end"
_EXACT = OA + "exact"
_STATEMENT = RDF + "Statement"
_SUBJECT = RDF + "subject"
_PREDICATE = RDF + "predicate"
_OBJECT = RDF + "object"
_VALUE = RDF + "value"
_INTEGER = XSD + "nonNegativeInteger"
_RULE = FONDS + "rule"
_ZONE = FONDS + "zone"
_STATUS = FONDS + "status"
_CERTAINTY = FONDS + "certainty"
_REASON = FONDS + "reason"
_PREMISE = FONDS + "premise"
_IDENTIFICATION_RULE = FONDS + "identificationRule"

#: The reason given for a statement that nothing supports. There should be none such.
UNSUPPORTED: Final = "no passage and no reason is given"

#: What the fragments of a PDF mean, by the name that the Web Annotation Data Model gives.
_PDF_FRAGMENTS: Final = "http://tools.ietf.org/rfc/rfc3778"

_Span = tuple[str, int, int, str | None]


def describe(resolved: Resolved, claims: Iterable[Claim], mint: Minter) -> list[Triple]:
    """The evidence of some claims, of the mentions and of the findings of a record."""
    sheet = _Sheet(mint)
    bodies = _statements(resolved, claims, sheet)
    cast = Cast.of(resolved, mint)
    for record in resolved.record.walk():
        for mention in record.mentions:
            _mention(mention, cast, sheet)
        for date in record.dates:
            _date(record, date, sheet)
        for finding in record.findings:
            _finding(record, finding, sheet)
    for support, statements in bodies.items():
        # after the type, where they will stand
        sheet.blocks[support][1:1] = [(support, _BODY, statement) for statement in sorted(statements)]
    return [triple for subject in sorted(sheet.blocks) for triple in sheet.blocks[subject]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What has been said: the triples of each subject, and the IRI of each passage.

    More than half of all triples are evidence, so each of them is made once, and where that is
    easy in the order in which it will be written.
    """

    mint: Minter
    blocks: dict[str, list[Triple]] = field(default_factory=dict)
    passages: dict[_Span, str] = field(default_factory=dict)

    def say(self, subject: str, triples: list[Triple]) -> None:
        known = self.blocks.get(subject)
        if known is None:
            self.blocks[subject] = triples
        elif known != triples:
            known += triples

    def passage(self, evidence: Evidence) -> str:
        """The IRI of a passage, which is described where it is first seen."""
        span = (evidence.source, evidence.start, evidence.end, evidence.path)
        iri = self.passages.get(span)
        if iri is None:
            iri = self.passages[span] = self.mint.passage(*span)
            _passage(iri, evidence, self)
        return iri


@lru_cache(maxsize=4096)
def _word(word: str) -> Literal:
    """A word of our own, such as the name of a rule: there are few, in many places."""
    return Literal(word)


def _passage(iri: str, evidence: Evidence, sheet: _Sheet) -> None:
    position, quote = f"{iri}/position", f"{iri}/quote"
    triples: list[Triple] = [
        (iri, TYPE, _SPECIFIC),
        (iri, _SELECTOR, position),
        (iri, _SELECTOR, quote),
        (iri, _SOURCE, sheet.mint.instantiation(evidence.source)),
    ]
    if evidence.path is not None:
        element = f"{iri}/element"
        triples[1] = (iri, _SELECTOR, element)
        sheet.say(
            element,
            [
                (element, TYPE, OA + "XPathSelector"),
                (element, _VALUE, Literal(evidence.path)),
                (element, OA + "refinedBy", position),
            ],
        )
    if evidence.page is not None:
        # where to look; the position counts in the whole text (Web Annotation Data Model, section 4.2.1)
        page = f"{iri}/page"
        triples.insert(1, (iri, _SELECTOR, page))
        sheet.say(
            page,
            [
                (page, TYPE, OA + "FragmentSelector"),
                (page, _VALUE, Literal(f"page={evidence.page}")),
                (page, DCTERMS + "conformsTo", _PDF_FRAGMENTS),
            ],
        )
    sheet.say(iri, triples)
    sheet.say(
        position,
        [
            (position, TYPE, _POSITION),
            (position, _END, Literal(str(evidence.end), _INTEGER)),
            (position, _START, Literal(str(evidence.start), _INTEGER)),
        ],
    )
    sheet.say(quote, [(quote, TYPE, _QUOTE), (quote, _EXACT, Literal(evidence.quote))])


def _statements(resolved: Resolved, claims: Iterable[Claim], sheet: _Sheet) -> dict[str, dict[str, None]]:
    """Each claim as a resource; which of them each support holds is given back."""
    mint, blocks = sheet.mint, sheet.blocks
    # One annotation for each passage and manner. Evidence that is the same object needs no new look
    # (comparing is dearer); the object is kept beside, so that no other can take its identity.
    known: dict[tuple[int, str | None], tuple[dict[str, None], Evidence]] = {}
    bodies: dict[str, dict[str, None]] = {}
    for triple, evidence, reason in claims:
        subject, predicate, thing = triple
        if predicate == TYPE:
            continue
        iri = mint.statement(triple)
        if iri not in blocks:
            blocks[iri] = [
                (iri, _OBJECT, thing),
                (iri, _PREDICATE, predicate),
                (iri, _SUBJECT, subject),
                (iri, TYPE, _STATEMENT),
            ]
        for item in evidence:
            entry = known.get((id(item), reason))
            if entry is None:
                support = _support(item, reason, sheet)
                entry = known[id(item), reason] = bodies.setdefault(support, {}), item
            entry[0][iri] = None
        if not evidence:
            support = _file_support(resolved.record.source.sha256, reason or UNSUPPORTED, sheet)
            bodies.setdefault(support, {})[iri] = None
    return bodies


def _support(evidence: Evidence, reason: str | None, sheet: _Sheet) -> str:
    status = "inferred" if reason and evidence.status == "stated" else evidence.status
    reasons = dict.fromkeys(why for why in (evidence.reason, reason) if why)
    premises = [sheet.passage(premise) for premise in evidence.premises]
    manner = "\n".join((evidence.rule, status, evidence.certainty, *reasons, *premises))
    iri = sheet.mint.support(evidence, manner)
    sheet.say(
        iri,
        [
            (iri, TYPE, _ANNOTATION),
            (iri, _TARGET, sheet.passage(evidence)),
            (iri, _MOTIVE, _DESCRIBING),
            (iri, _CERTAINTY, _word(evidence.certainty)),
            *((iri, _PREMISE, premise) for premise in premises),
            *((iri, _REASON, Literal(why, STRING, "en")) for why in reasons),
            (iri, _RULE, _word(evidence.rule)),
            (iri, _STATUS, _word(status)),
            (iri, _ZONE, _word(evidence.zone)),
        ],
    )
    return iri


def _file_support(sha256: str, why: str, sheet: _Sheet) -> str:
    iri = sheet.mint.file_support(sha256, why)
    if iri not in sheet.blocks:
        sheet.blocks[iri] = [
            (iri, TYPE, _ANNOTATION),
            (iri, _TARGET, sheet.mint.instantiation(sha256)),
            (iri, _MOTIVE, _DESCRIBING),
            (iri, _REASON, Literal(why, STRING, "en")),
            (iri, _STATUS, _word("external")),
        ]
    return iri


def _mention(mention: Mention, cast: Cast, sheet: _Sheet) -> None:
    evidence = mention.evidence
    iri = sheet.mint.mention(
        evidence.source, mention.name_start, mention.name_end, mention.kind, evidence.path
    )
    entry = cast.identified.get(mention.id)
    agent = cast.iris.get(entry.agent) if entry else None
    triples: list[Triple] = [
        (iri, TYPE, _ANNOTATION),
        (iri, _BODY_VALUE, Literal(mention.name)) if agent is None else (iri, _BODY, agent),
        (iri, _TARGET, sheet.passage(evidence)),
        (iri, _MOTIVE, _IDENTIFYING),
    ]
    if entry and agent:
        triples += (
            (iri, _CERTAINTY, _word(entry.certainty)),
            (iri, _IDENTIFICATION_RULE, _word(entry.rule)),
            (iri, _REASON, Literal(entry.reason, STRING, "en")),
        )
    triples += ((iri, _RULE, _word(evidence.rule)), (iri, _ZONE, _word(evidence.zone)))
    sheet.say(iri, triples)


def _date(record: Record, date: DateStatement, sheet: _Sheet) -> None:
    evidence, mint = date.evidence, sheet.mint
    start, end, path = evidence.start, evidence.end, evidence.path
    iri = mint.mention(evidence.source, start, end, f"date-{date.role}", path)
    sheet.say(
        iri,
        [
            (iri, TYPE, _ANNOTATION),
            (iri, _BODY, mint.date(record.id, date.role, start, end, frame(record, evidence))),
            (iri, _TARGET, sheet.passage(evidence)),
            (iri, _MOTIVE, _IDENTIFYING),
            (iri, _CERTAINTY, _word(evidence.certainty)),
            (iri, _RULE, _word(evidence.rule)),
            (iri, _ZONE, _word(evidence.zone)),
        ],
    )


def _finding(record: Record, finding: Finding, sheet: _Sheet) -> None:
    mint = sheet.mint
    # a passage of another file is only pointed at: the record of that file describes it
    passages = [
        sheet.passage(evidence)
        if evidence.source == record.source.sha256
        else mint.passage(evidence.source, evidence.start, evidence.end, evidence.path)
        for evidence in finding.evidence
    ]
    iri = mint.finding(record.id, finding.kind, "\n".join((finding.message, *passages)))
    sheet.say(
        iri,
        [
            (iri, TYPE, _ANNOTATION),
            (iri, TYPE, FONDS + "Finding"),
            (iri, _BODY_VALUE, Literal(finding.message)),
            *((iri, _TARGET, target) for target in (*passages, mint.record(record.id))),
            (iri, _MOTIVE, OA + "commenting"),
            (iri, FONDS + "findingKind", _word(finding.kind)),
        ],
    )
