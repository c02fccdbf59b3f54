"""Whom a name means that says too little by itself: what else the collection says of that surname.

A document that names only "Mr. Storer" is linked where another one of the same years gives the
fuller name or the office, both fit one entry of the authority file, and nothing that the collection
says of the surname in those years speaks of somebody else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fonds.agents.collection import CROWD, MANY
from fonds.agents.link import Link, Person, fits_entry, link_person
from fonds.agents.match import compare, is_common

if TYPE_CHECKING:
    from fonds.agents.authority import Authority, Entry
    from fonds.agents.collection import Index

#: Years that two documents may lie apart in which one surname means one person.
_YEARS: Final = 3
#: Names and offices of one surname in those years, beyond which the collection cannot tell who is meant.
_CROWD: Final = 2 * CROWD
#: Forms of a common surname that must name the same person.
_COMMON: Final = 1


def link_elsewhere(person: Person, index: Index, authority: Authority) -> Link:
    """The entry that a person is whose document says too little, by other documents of those years."""
    name = person.head
    if not person.alone or not name.family or (name.sex == "f" and not name.forenames):
        return Link()
    entries: dict[str, Entry] = {}
    witnesses: list[Person] = []
    others: list[Person] = []
    for other in _namesakes(person, index) or ():
        if compare(name, other.head).conflict:
            continue
        found = link_person(other, authority).entry
        if found is not None:
            entries[found.iri] = found
            witnesses.append(other)
        else:
            others.append(other)
    if len(entries) != 1 or (is_common(name) and len(witnesses) < _COMMON):
        return Link()
    (entry,) = entries.values()
    if not all(fits_entry(one, entry, authority) for one in (person, *others)):
        return Link()  # the collection names somebody else of this surname
    best = max(witnesses, key=lambda each: each.head.fullness)
    said = best.head.text if best.head.forenames else f"{best.head.text} ({best.titles[0]})"
    reason = (
        f"other documents of those years name {said}, who is the authority entry “{entry.label}”, "
        "and nobody else of that surname"
    )
    return Link(entry, "authority/elsewhere", "probable", reason)


def _namesakes(person: Person, index: Index) -> list[Person] | None:
    """Whom other documents of about the same time name by this surname, with forenames or an office.

    None if they are too many to be compared.
    """
    group = index.families.get(person.head.key, {})
    if person.first is None or person.last is None or len(group) > CROWD:
        return None
    early, late = person.first - _YEARS, person.last + _YEARS
    found: list[Person] = []
    for known in group.values():
        if known.first is None or known.last is None or known.first > late or known.last < early:
            continue
        other = known.person
        if other.head.forenames and (other.record != person.record or known.documents > 1):
            found.append(replace(other, first=max(known.first, early), last=min(known.last, late)))
        offices = sorted(office for office in known.offices if early <= office[1] <= late)
        if len(found) + len(offices) > _CROWD or any(title == MANY for title, _ in offices):
            return None
        for title, year in offices:
            found.append(replace(other, titles=(title,), first=year, last=year, alone=True))
    return found
