"""Units of archival description in RiC-O: their kind, their place, who holds them, what they are about.

A unit with the level `item` is a Record, or a RecordPart where it lies in another item; every other
unit is a RecordSet, since RiC calls one or more records that are kept together so. What a finding
aid says in prose goes to the property that RiC-O has for it, else to a note with the name of the
element. No datatype property is used that RiC-O 1.1 announces to remove.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from fonds.rdf.claims import Cast, is_a, said, text
from fonds.rdf.iris import Minter
from fonds.rdf.terms import LABEL, OWL, RDFS, RICO, RST, Claim
from fonds.record import Field, Record

if TYPE_CHECKING:
    from fonds.description import DigitalObject, Heading, IndexTerm, Unit

#: Units of an archival hierarchy for which the vocabulary of RiC has a type of its own.
SET_TYPES: Final = {
    "fonds": RST + "Fonds",
    "fond": RST + "Fonds",
    "collection": RST + "Collection",
    "series": RST + "Series",
    "delo": RST + "File",
    "file": RST + "File",
    "folder": RST + "File",
}

#: Levels of EAD in plain words.
_LEVELS: Final = {
    "recordgrp": "record group",
    "subgrp": "subgroup",
    "subfonds": "subfonds",
    "subseries": "subseries",
}
_ITEMS: Final = frozenset({"item"})

#: Elements that have a property of their own; the others become notes.
FIELDS: Final = {
    "abstract": RICO + "generalDescription",
    "accessrestrict": RICO + "conditionsOfAccess",
    "accruals": RICO + "accruals",
    "acqinfo": RICO + "history",
    "appraisal": RICO + "history",
    "arrangement": RICO + "recordResourceStructure",
    "bioghist": RICO + "history",
    "custodhist": RICO + "history",
    "extent": RICO + "recordResourceExtent",
    "physdesc": RICO + "physicalOrLogicalExtent",
    "processinfo": RICO + "history",
    "scopecontent": RICO + "scopeAndContent",
    "userestrict": RICO + "conditionsOfUse",
}
#: Properties that only a record set may have, by RiC-O.
_OF_SETS: Final = frozenset({RICO + "accruals"})

#: How a date is tied to a record set: all its records were made then, or most of them.
SET_DATES: Final = {
    "dated": "hasOrHadAllMembersWithCreationDate",
    "bulk": "hasOrHadMostMembersWithCreationDate",
    "published": "hasPublicationDate",
}

#: The property and the scheme of concepts for each kind of index term.
_TERMS: Final = {
    "subject": "subject",
    "title": "subject",
    "function": "activitytype",
    "occupation": "occupation",
    "genre": "form",
}

#: Documentary forms that the root element of a file states.
_FORMS: Final = {
    "finding-aid": ("finding-aid", "the file is a finding aid: its root element is ead"),
    "authority-record": (
        "authority-record",
        "the file is an authority record in EAC-CPF",
    ),
}

_ENCLOSED: Final = "the finding aid describes it inside the other"


def class_of(record: Record) -> str:
    """The class of RiC-O to which a record belongs."""
    if record.unit is None:
        return "RecordSet" if record.level and record.level not in _ITEMS else "Record"
    if record.level not in _ITEMS:
        return "RecordSet"
    above = record.unit.above
    return "RecordPart" if above is not None and above.level in _ITEMS else "Record"


def describe(record: Record, cast: Cast, mint: Minter) -> Iterator[Claim]:
    """What is said of a record as a unit: nothing, of one that no finding aid describes."""
    iri = mint.record(record.id)
    form = _FORMS.get(record.genre)
    if form:
        yield said(iri, RICO + "hasDocumentaryFormType", mint.concept("form", form[0]), reason=form[1])
    if class_of(record) == "RecordSet" and record.level:
        yield from _kind(iri, record, mint)
    unit = record.unit
    if unit is None:
        yield from references(record, cast, mint)
        if record.parent:
            above = mint.record(record.parent)
            if record.above:
                yield from _headed(above, "RecordSet", record.above)
            yield said(iri, RICO + "isDirectlyIncludedIn", above, reason="its text stands inside the other")
        return
    yield from _place(iri, record, unit, mint)
    yield from _holder(iri, unit, mint)
    for identifier in record.identifiers:
        yield said(iri, RICO + "identifier", text(identifier.value), identifier.evidence)
    yield from _terms(iri, record, unit, mint)
    for one in unit.objects:
        yield from _object(iri, one, mint)
    yield from references(record, cast, mint)
    yield from _histories(iri, record, cast)


def _kind(iri: str, record: Record, mint: Minter) -> Iterator[Claim]:
    kind = set_type(str(record.level), mint)
    evidence = record.unit.level_evidence if record.unit else None
    if evidence is not None:
        yield said(iri, RICO + "hasRecordSetType", kind, evidence)
    else:
        yield said(iri, RICO + "hasRecordSetType", kind, reason="the markup of the file says so")


def set_type(level: str, mint: Minter) -> str:
    """The type of a record set by its level."""
    return SET_TYPES.get(level.casefold()) or mint.concept("recordsettype", _LEVELS.get(level, level))


def _place(iri: str, record: Record, unit: Unit, mint: Minter) -> Iterator[Claim]:
    """The finding aid, and the unit that includes this one."""
    aid = mint.record(unit.finding_aid.id)
    file = mint.instantiation(record.source.sha256)
    yield from _headed(aid, "Record", unit.finding_aid)
    yield said(aid, RICO + "hasOrHadDigitalInstantiation", file, reason="the text was read in this file")
    yield said(iri, RICO + "isOrWasDescribedBy", aid, reason="the finding aid describes it")
    if unit.above is None:
        return
    above = mint.record(unit.above.id)
    if class_of(record) == "RecordPart":
        yield said(iri, RICO + "isDirectConstituentOf", above, reason=_ENCLOSED)
        return
    if unit.above.level in _ITEMS:
        # a set inside an item has no property of its own in RiC-O
        yield said(iri, RICO + "isOrWasPartOf", above, reason=_ENCLOSED)
        return
    yield from _headed(above, "RecordSet", unit.above)
    yield said(iri, RICO + "isDirectlyIncludedIn", above, reason=_ENCLOSED)


def _headed(iri: str, name: str, heading: Heading) -> Iterator[Claim]:
    """Class and label of something that is described elsewhere, as they are there."""
    yield is_a(iri, name)
    if heading.title:
        yield said(iri, LABEL, text(heading.title.value, heading.title.language), heading.title.evidence)
    else:
        yield said(iri, LABEL, text(heading.id), reason=UNTITLED)


#: The reason for a label that is no title.
UNTITLED: Final = "no title is stated, so the identifier stands for it"


def _holder(iri: str, unit: Unit, mint: Minter) -> Iterator[Claim]:
    if unit.holder is None:
        return
    holder, name = mint.repository(unit.holder), text(unit.holder)
    witness = (unit.holder_evidence,) if unit.holder_evidence else ()
    reason = None if witness else "stated in fonds.toml for all finding aids that do not name their holder"
    yield is_a(holder, "CorporateBody")
    yield said(holder, LABEL, name, *witness, reason=reason)
    yield said(holder, RICO + "name", name, *witness, reason=reason)
    yield said(iri, RICO + "hasOrHadHolder", holder, *witness, reason=reason)


def _terms(iri: str, record: Record, unit: Unit, mint: Minter) -> Iterator[Claim]:
    forms = sum(term.kind == "genre" for term in unit.terms)
    for term in unit.terms:
        concept = term_iri(term, mint)
        yield said(concept, LABEL, text(term.value), term.evidence)
        predicate = "hasOrHadSubject"
        if term.kind == "genre" and class_of(record) == "RecordSet":
            predicate = "hasOrHadSomeMembersWithDocumentaryFormType"
        elif term.kind == "genre":
            # of several forms none can be called the form of the record
            predicate = "hasDocumentaryFormType" if forms == 1 and not record.form else "hasOrHadType"
        yield said(iri, RICO + predicate, concept, term.evidence)
        if term.ref and term.ref.startswith(("http://", "https://")):
            yield said(concept, RDFS + "seeAlso", mint.agent(term.ref), term.evidence)


def term_iri(term: IndexTerm, mint: Minter) -> str:
    """The concept of an index term: the same for all units under the same words."""
    return mint.concept(_TERMS[term.kind], term.value)


def _object(iri: str, one: DigitalObject, mint: Minter) -> Iterator[Claim]:
    node = mint.linked_file(one.href)
    yield is_a(node, "Instantiation")
    if one.title:
        yield said(node, LABEL, text(one.title.value, one.title.language), one.title.evidence)
    else:
        yield said(node, LABEL, text(one.href), one.evidence, reason="the link has no words of its own")
    yield said(node, RICO + "identifier", text(one.href), one.evidence)
    yield said(iri, RICO + "hasOrHadDigitalInstantiation", node, one.evidence)
    if one.href.startswith(("http://", "https://")):
        yield said(node, RDFS + "seeAlso", mint.agent(one.href), one.evidence)


def references(record: Record, cast: Cast, mint: Minter) -> Iterator[Claim]:
    """What the source gives for who is meant: a number of the agent, or its IRI elsewhere."""
    for mention in record.mentions:
        agent = cast.agent(mention) if mention.ref else None
        if agent is None or mention.ref is None:
            continue
        iri, evidence = cast.iris[agent.key], cast.witness(mention, mention.evidence)
        if mention.ref.startswith(("http://", "https://")):
            elsewhere = mint.agent(mention.ref)
            if elsewhere != iri:
                yield said(iri, OWL + "sameAs", elsewhere, evidence)
        else:
            yield said(iri, RICO + "identifier", text(mention.ref), evidence)


def _histories(iri: str, record: Record, cast: Cast) -> Iterator[Claim]:
    """The history of the creator, where there is one creator; else it stays with the unit."""
    makers = [party.mention for party in record.parties if party.mention.evidence.zone == "origination"]
    keys = {agent.key for maker in makers if (agent := cast.agent(maker))}
    subject = cast.iris[next(iter(keys))] if len(keys) == 1 else iri
    for field in record.fields:
        if field.name == "bioghist" and subject != iri:
            yield said(subject, RICO + "history", text(field.value, field.language), field.evidence)
        elif field.name == "bioghist":
            yield said(iri, RICO + "note", text(f"bioghist: {field.value}", field.language), field.evidence)


def field(iri: str, record: Record, one: Field, first: bool) -> Iterator[Claim]:
    """A field of a unit, by its element; `first` says that no field before it has its name."""
    if one.name == "bioghist":
        return  # of the creator: `_histories`
    predicate = FIELDS.get(one.name)
    if predicate in _OF_SETS and class_of(record) != "RecordSet":
        predicate = None
    if one.name == "scopecontent" and (record.summary or not first):
        predicate = None  # a record has one summary
    if predicate is None:
        yield said(iri, RICO + "note", text(f"{one.name}: {one.value}", one.language), one.evidence)
    else:
        yield said(iri, predicate, text(one.value, one.language), one.evidence)


def date_link(record: Record, role: str) -> str | None:
    """The property between a record set and a date in a role; None if it has none of its own."""
    return SET_DATES.get(role) if class_of(record) == "RecordSet" else None


def language_link(record: Record) -> str:
    """The property between a unit and a language."""
    return "hasOrHadSomeMembersWithLanguage" if class_of(record) == "RecordSet" else "hasOrHadLanguage"
