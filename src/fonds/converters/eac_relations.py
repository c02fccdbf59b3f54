"""The relations of an agent, to other agents and to records, as EAC-CPF 1.0 and 2.0 mark them up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from fonds.converters.eac_terms import DIALECT, KINDS, OF_BODIES, RELATIONS
from fonds.converters.named import mention, reference
from fonds.converters.xml_source import child, children, local, words_of
from fonds.converters.xml_stream import value_of
from fonds.description import AgentRelation, ResourceRelation
from fonds.record import Evidence, TextValue

if TYPE_CHECKING:
    from fonds.converters.eac_agent import Draft

#: What a relation of EAC-CPF 2.0 leads to, if not to an agent.
_RESOURCES: Final = frozenset({"resource", "record", "recordset", ""})
_DATES: Final = ("date", "dateRange", "dateSet")


def read_relation(draft: Draft, element: etree._Element) -> None:
    """Read one relation of the agent: to another agent, or to records; any other is kept as it stands."""
    name = local(element)
    target = child(element, "targetEntity")
    kind = (value_of(target, "targetType") or "").casefold() if target is not None else ""
    if name == "cpfRelation" or kind in KINDS:
        _to_agent(draft, element, target)
    elif name == "resourceRelation" or (name == "relation" and kind in _RESOURCES):
        _to_resource(draft, element, target)
    else:
        draft.keep_leaves(element)


def _to_agent(draft: Draft, element: etree._Element, target: etree._Element | None) -> None:
    named = child(element, "relationEntry") if target is None else target
    stated = value_of(element, "cpfRelationType") or words_of(child(element, "relationType"))
    kind_words = value_of(target, "targetType") if target is not None else value_of(element, "role")
    kind = KINDS.get((kind_words or "").rpartition("#")[2].rpartition("/")[2].casefold())
    if kind is None:
        kind = "organisation" if stated in OF_BODIES and draft.kind == "organisation" else "agent"
    number = value_of(element if target is None else target, *DIALECT.href)
    found = None
    if named is not None:
        ref = reference(number, None, draft.scope)
        found = mention(draft.part, named, kind, "eac.relation", zone="relation", joint=". ", ref=ref)
    if found is None:
        draft.keep_leaves(element)
        return
    draft.mentions.append(found)
    own = "" if stated in RELATIONS else stated
    draft.relations.append(
        AgentRelation(
            type=stated if stated in RELATIONS else None,
            other=found,
            evidence=replace(found.evidence, premises=_typed(draft, element)),
            role=" / ".join(words for words in (own, words_of(child(element, "targetRole"))) if words)
            or None,
            date=draft.own_date(element, "validity"),
            note=_note(draft, element),
        )
    )
    _beside(draft, element, ("relationEntry", "targetEntity", "relationType", "targetRole"))


def _to_resource(draft: Draft, element: etree._Element, target: etree._Element | None) -> None:
    named = child(element, "relationEntry") if target is None else target
    title = draft.text(named, "resourceRelation") if named is not None else None
    if title is None:
        draft.keep_leaves(element)
        return
    stated = value_of(element, "resourceRelationType") or words_of(child(element, "relationType"))
    draft.resources.append(
        ResourceRelation(
            type=stated or None,
            title=replace(title, value=" ".join(title.value.split())),
            evidence=replace(title.evidence, premises=_typed(draft, element)),
            href=value_of(element if target is None else target, *DIALECT.href),
            date=draft.own_date(element, "validity"),
            note=_note(draft, element),
        )
    )
    _beside(draft, element, ("relationEntry", "targetEntity", "relationType", "targetRole"))


def _typed(draft: Draft, element: etree._Element) -> tuple[Evidence, ...]:
    """The words that say what a relation is, in version 2.0."""
    words = children(element, "relationType", "targetRole")
    return tuple(found for each in words if (found := draft.part.evidence(each, "eac.relation")))


def _note(draft: Draft, element: etree._Element) -> TextValue | None:
    note = child(element, "descriptiveNote")
    return draft.text(note, "descriptiveNote") if note is not None else None


def _beside(draft: Draft, element: etree._Element, taken: tuple[str, ...]) -> None:
    """What stands in a relation and has no place of its own; of what is taken, all but the first."""
    seen: set[str] = set()
    for each in children(element):
        name = local(each)
        if name in (*_DATES, *taken, "descriptiveNote") and name not in seen:
            seen.add(name)
            continue
        draft.keep_leaves(each)
