"""The groups, roles, organisations and places of one document: one for each name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from fonds.agents.cluster import PLACE, Cluster, Ground
from fonds.agents.spelling import fold
from fonds.record import Kind, Mention

_ONLY: Final = Ground("agent/name", "certain", "the only mention of this name in the document")


def bodies(mentions: Iterable[Mention]) -> list[Cluster]:
    """The clusters of mentions that are of no person."""
    found: dict[tuple[Kind, str], list[Mention]] = {}
    for mention in mentions:
        found.setdefault((mention.kind, canonical(mention.kind, mention.name)), []).append(mention)
    _acronyms(found)
    made = []
    for (kind, name), group in found.items():
        group.sort(key=PLACE)
        made.append(Cluster(kind, tuple(group), _grounds(group), canonical=name))
    return made


def _grounds(group: list[Mention]) -> tuple[Ground, ...]:
    """Why each mention belongs to a cluster, of those that are given in the order of the text."""
    if len(group) == 1:
        return (_ONLY,)
    full = max(group, key=lambda mention: (len(mention.name), -mention.name_start))
    form = Ground("agent/name", "certain", f"a form of the name “{full.name}” in this document")
    first = group[0].name
    folded = fold(first)
    others = (same(one.name, first) if fold(one.name) == folded else form for one in group[1:])
    return (form, *others)


def _acronyms(found: dict[tuple[Kind, str], list[Mention]]) -> None:
    """Join an acronym to the one organisation of the document that it abbreviates."""
    for kind, name in sorted(found):
        text = found[kind, name][0].name
        if kind != "organisation" or not (text.isupper() and 3 <= len(text) <= 8 and text.isalpha()):
            continue
        meant = [
            key
            for key in found
            if key[0] == kind and len(key[1].split()) > 1 and _initials(found[key][0].name) == text
        ]
        if len(meant) == 1:
            found[meant[0]] += found.pop((kind, name))


def _initials(text: str) -> str:
    words = text.replace("-", " ").split()
    return "".join(word[0] for word in words if word[:1].isupper() and word.casefold() != "the")


def same(text: str, known: str) -> Ground:
    """Why a mention belongs to a cluster whose name it bears."""
    if text == known:
        return Ground("agent/same-name", "certain", f"the same name as “{known}” elsewhere in the document")
    if text.casefold() == known.casefold():
        return Ground("agent/same-name", "certain", f"the same name as “{known}”, differing only in capitals")
    return Ground("agent/same-name", "certain", f"the same name as “{known}”")


@lru_cache(maxsize=8192)
def canonical(kind: Kind, name: str) -> str:
    """The name under which mentions of an organisation or place belong together.

    From the gazetteers where they know it, else the folded name without its article.
    """
    return known_name(kind, name) or fold(name).removeprefix("the ")


@lru_cache(maxsize=8192)
def known_name(kind: Kind, name: str) -> str | None:
    """The name that the gazetteers give to an organisation or place, None if they know it not."""
    try:
        if kind == "place":
            from fonds.extract.places import canonical_place

            return canonical_place(name)
        if kind == "organisation":
            from fonds.extract.organisations import canonical_organisation

            return canonical_organisation(name)
    except ImportError:
        return None
    return None
