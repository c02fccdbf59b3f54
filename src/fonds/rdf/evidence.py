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

from collections.abc import Iterable, Iterator
from typing import Final

from fonds.rdf.claims import Cast, frame
from fonds.rdf.iris import Minter
from fonds.rdf.terms import DCTERMS, FONDS, OA, RDF, STRING, TYPE, XSD, Claim, Literal, Triple
from fonds.record import Evidence, Finding, Mention, Record, Resolved

_ANNOTATION = OA + "Annotation"
_MOTIVE = OA + "motivatedBy"
_BODY = OA + "hasBody"
_TARGET = OA + "hasTarget"
_SELECTOR = OA + "hasSelector"
_INTEGER = XSD + "nonNegativeInteger"
_RULE = FONDS + "rule"
_ZONE = FONDS + "zone"
_STATUS = FONDS + "status"
_CERTAINTY = FONDS + "certainty"
_REASON = FONDS + "reason"

#: The reason given for a statement that nothing supports. There should be none such.
UNSUPPORTED: Final = "no passage and no reason is given"

#: What the fragments of a PDF mean, by the name that the Web Annotation Data Model gives.
_PDF_FRAGMENTS: Final = "http://tools.ietf.org/rfc/rfc3778"

_Span = tuple[str, int, int, str | None]


def describe(resolved: Resolved, claims: Iterable[Claim], mint: Minter) -> Iterator[Triple]:
    """The evidence of some claims, of the mentions and of the findings of a record."""
    spans: dict[_Span, Evidence] = {}
    yield from _supports(resolved, claims, spans, mint)
    cast = Cast.of(resolved, mint)
    for record in resolved.record.walk():
        for mention in record.mentions:
            yield from _mention(mention, cast, spans, mint)
        yield from _dates(record, spans, mint)
        for finding in record.findings:
            yield from _finding(record, finding, spans, mint)
    for span, evidence in spans.items():
        yield from _passage(mint.passage(*span), evidence, mint)


def _see(evidence: Evidence, spans: dict[_Span, Evidence], mint: Minter) -> str:
    """The IRI of a passage, noted for description."""
    span = (evidence.source, evidence.start, evidence.end, evidence.path)
    spans.setdefault(span, evidence)
    return mint.passage(*span)


def _passage(iri: str, evidence: Evidence, mint: Minter) -> Iterator[Triple]:
    position, quote = f"{iri}/position", f"{iri}/quote"
    yield (iri, TYPE, OA + "SpecificResource")
    yield (iri, OA + "hasSource", mint.instantiation(evidence.source))
    if evidence.path is None:
        yield (iri, _SELECTOR, position)
    else:
        element = f"{iri}/element"
        yield (iri, _SELECTOR, element)
        yield (element, TYPE, OA + "XPathSelector")
        yield (element, RDF + "value", Literal(evidence.path))
        yield (element, OA + "refinedBy", position)
    if evidence.page is not None:
        # where to look; the position counts in the whole text (Web Annotation Data Model, section 4.2.1)
        page = f"{iri}/page"
        yield (iri, _SELECTOR, page)
        yield (page, TYPE, OA + "FragmentSelector")
        yield (page, RDF + "value", Literal(f"page={evidence.page}"))
        yield (page, DCTERMS + "conformsTo", _PDF_FRAGMENTS)
    yield (iri, _SELECTOR, quote)
    yield (position, TYPE, OA + "TextPositionSelector")
    yield (position, OA + "start", Literal(str(evidence.start), _INTEGER))
    yield (position, OA + "end", Literal(str(evidence.end), _INTEGER))
    yield (quote, TYPE, OA + "TextQuoteSelector")
    yield (quote, OA + "exact", Literal(evidence.quote))


def _supports(
    resolved: Resolved, claims: Iterable[Claim], spans: dict[_Span, Evidence], mint: Minter
) -> Iterator[Triple]:
    # One annotation for each passage and manner. Evidence that is the same object needs no new look
    # (comparing is dearer); the object is kept beside, so that no other can take its identity.
    known: dict[tuple[int, str | None], tuple[str, Evidence | None]] = {}
    source = resolved.record.source.sha256
    stated: set[Triple] = set()
    reasons: set[str] = set()
    for triple, evidence, reason in claims:
        if triple[1] == TYPE:
            continue
        statement = mint.statement(triple)
        if triple not in stated:
            stated.add(triple)
            yield (statement, TYPE, RDF + "Statement")
            yield (statement, RDF + "subject", triple[0])
            yield (statement, RDF + "predicate", triple[1])
            yield (statement, RDF + "object", triple[2])
        for item in evidence:
            entry = known.get((id(item), reason))
            if entry is None:
                support, triples = _support(item, reason, spans, mint)
                entry = known[id(item), reason] = support, item
                yield from triples
            yield (entry[0], _BODY, statement)
        if not evidence:
            why = reason or UNSUPPORTED
            support = mint.file_support(source, why)
            if why not in reasons:
                reasons.add(why)
                yield (support, TYPE, _ANNOTATION)
                yield (support, _MOTIVE, OA + "describing")
                yield (support, _TARGET, mint.instantiation(source))
                yield (support, _STATUS, Literal("external"))
                yield (support, _REASON, Literal(why, STRING, "en"))
            yield (support, _BODY, statement)


def _support(
    evidence: Evidence, reason: str | None, spans: dict[_Span, Evidence], mint: Minter
) -> tuple[str, list[Triple]]:
    status = "inferred" if reason and evidence.status == "stated" else evidence.status
    reasons = dict.fromkeys(why for why in (evidence.reason, reason) if why)
    premises = [_see(premise, spans, mint) for premise in evidence.premises]
    manner = "\n".join((evidence.rule, status, evidence.certainty, *reasons, *premises))
    iri = mint.support(evidence, manner)
    triples: list[Triple] = [
        (iri, TYPE, _ANNOTATION),
        (iri, _MOTIVE, OA + "describing"),
        (iri, _TARGET, _see(evidence, spans, mint)),
        (iri, _RULE, Literal(evidence.rule)),
        (iri, _ZONE, Literal(evidence.zone)),
        (iri, _STATUS, Literal(status)),
        (iri, _CERTAINTY, Literal(evidence.certainty)),
    ]
    triples += [(iri, _REASON, Literal(why, STRING, "en")) for why in reasons]
    triples += [(iri, FONDS + "premise", premise) for premise in premises]
    return iri, triples


def _mention(mention: Mention, cast: Cast, spans: dict[_Span, Evidence], mint: Minter) -> Iterator[Triple]:
    evidence = mention.evidence
    iri = mint.mention(evidence.source, mention.name_start, mention.name_end, mention.kind, evidence.path)
    yield (iri, TYPE, _ANNOTATION)
    yield (iri, _MOTIVE, OA + "identifying")
    yield (iri, _TARGET, _see(evidence, spans, mint))
    yield (iri, _RULE, Literal(evidence.rule))
    yield (iri, _ZONE, Literal(evidence.zone))
    entry = cast.identified.get(mention.id)
    agent = cast.iris.get(entry.agent) if entry else None
    if entry is None or agent is None:
        yield (iri, OA + "bodyValue", Literal(mention.name))
        return
    yield (iri, _BODY, agent)
    yield (iri, FONDS + "identificationRule", Literal(entry.rule))
    yield (iri, _CERTAINTY, Literal(entry.certainty))
    yield (iri, _REASON, Literal(entry.reason, STRING, "en"))


def _dates(record: Record, spans: dict[_Span, Evidence], mint: Minter) -> Iterator[Triple]:
    for date in record.dates:
        evidence = date.evidence
        start, end, path = evidence.start, evidence.end, evidence.path
        iri = mint.mention(evidence.source, start, end, f"date-{date.role}", path)
        yield (iri, TYPE, _ANNOTATION)
        yield (iri, _MOTIVE, OA + "identifying")
        yield (iri, _BODY, mint.date(record.id, date.role, start, end, frame(record, evidence)))
        yield (iri, _TARGET, _see(evidence, spans, mint))
        yield (iri, _RULE, Literal(evidence.rule))
        yield (iri, _ZONE, Literal(evidence.zone))
        yield (iri, _CERTAINTY, Literal(evidence.certainty))


def _finding(
    record: Record, finding: Finding, spans: dict[_Span, Evidence], mint: Minter
) -> Iterator[Triple]:
    # a passage of another file is only pointed at: the record of that file describes it
    passages = [
        _see(evidence, spans, mint)
        if evidence.source == record.source.sha256
        else mint.passage(evidence.source, evidence.start, evidence.end, evidence.path)
        for evidence in finding.evidence
    ]
    iri = mint.finding(record.id, finding.kind, "\n".join((finding.message, *passages)))
    yield (iri, TYPE, FONDS + "Finding")
    yield (iri, TYPE, _ANNOTATION)
    yield (iri, _MOTIVE, OA + "commenting")
    yield (iri, FONDS + "findingKind", Literal(finding.kind))
    yield (iri, OA + "bodyValue", Literal(finding.message))
    yield (iri, _TARGET, mint.record(record.id))
    for passage in passages:
        yield (iri, _TARGET, passage)
