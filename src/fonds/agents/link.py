"""Which entry of an authority file an agent of a document is.

A link needs more the less the file is about the collection. In a file of the collection's own
people an agreeing initial is enough, and even a surname that one entry alone bears. In a general
file of thousands a surname never links by itself: it needs forenames, or an office that agrees.
Dates and conflicting names veto. No link is a normal result; entries among which nothing
decides are kept as candidates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from fonds.agents.authority import Authority, Entry
from fonds.agents.match import Agreement, Name, compare, is_common, near, title_words
from fonds.record import Certainty, Kind

#: Forms of a name that are compared for one agent; a surname that needs more decides nothing.
_LIMIT: Final = 400
#: Entries kept as candidates.
CANDIDATES: Final = 10
#: Years after a death in which someone may still be spoken of by surname alone, and at all.
_REMEMBERED: Final = (25, 60)
#: Years around the offices of an entry in which it may be meant.
_ACTIVE: Final = 40
#: Years around them in which they speak for it.
_ABOUT: Final = 15
#: Age, in years, at which someone may write or receive a document.
_GROWN: Final = 15


@dataclass(frozen=True, slots=True)
class Person:
    """What one document says of one person, as far as it matters elsewhere.

    `key` is the agent's own key in this document, `shared` the one that the full name has in all
    documents. `first` and `last` are the years of the document; `acting` says that the person
    wrote or received it. `alone` is false if the document names others of the surname, or if the
    name fits several persons.
    """

    record: str
    key: str
    names: tuple[Name, ...]
    shared: str | None = None
    titles: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    acting: bool = False
    alone: bool = True

    @property
    def head(self) -> Name:
        return self.names[0]


class Link(NamedTuple):
    """The outcome: an entry with rule, certainty and reason, or candidates."""

    entry: Entry | None = None
    rule: str = ""
    certainty: Certainty = "certain"
    reason: str = ""
    candidates: tuple[str, ...] = ()


class _Fit(NamedTuple):
    entry: Entry
    agreement: Agreement
    dated: bool


@lru_cache(maxsize=8192)
def link_person(person: Person, authority: Authority) -> Link:
    """The entry that a person of a document is, or the candidates."""
    name = person.head
    if not name.family or not (person.alone or name.forenames):
        return Link()
    fits: list[_Fit] = []
    others: list[Entry] = []
    compared = 0
    for entry, forms in authority.bearers(name):
        compared += len(forms)
        if compared > _LIMIT:
            return Link(candidates=_iris(fit.entry for fit in fits))
        agreement = _best(person.names, forms)
        if agreement is not None and not _out_of_time(person, entry, agreement):
            fits.append(_Fit(entry, agreement, _dated(person, entry)))
        elif agreement is None and any(near(name, form) for form in forms):
            others.append(entry)
    fits.sort(key=lambda fit: -fit.agreement.points)
    chosen = _chosen(person, fits)
    if chosen is None:
        return Link(candidates=_iris([*(fit.entry for fit in fits), *others]))
    verdict = _weigh(person, chosen, authority)
    if verdict is None:
        return Link(candidates=_iris(fit.entry for fit in fits))
    rule, certainty = verdict
    return Link(chosen.entry, rule, certainty, _reason(person, chosen, len(fits), authority))


def link_named(kind: Kind, names: Iterable[str], authority: Authority) -> Link:
    """The entry of an organisation, place, group or role: only by its whole name."""
    found: dict[str, tuple[Entry, str]] = {}
    for name in names:
        for entry in authority.named(kind, name):
            found.setdefault(entry.iri, (entry, name))
    if not found:
        return Link()
    (entry, name), *rest = found.values()
    own = entry.scope == "collection"
    telling = own or kind == "place" or (kind == "organisation" and len(name.split()) > 1)
    if rest or not telling:
        return Link(candidates=tuple(found)[:CANDIDATES])
    reason = f"“{name}” is a name of the authority entry {entry.label}, and of no other entry"
    return Link(entry, "authority/name", "certain" if own else "probable", reason)


def link_stated(ref: str, authority: Authority) -> Link:
    """The entry that a reference in the source names: its IRI, its key, or a link that it alone has.

    A name that agrees is not asked for: the source says who is meant, and would have to be wrong.
    """
    entry = authority.identified(ref)
    if entry is None:
        return Link()
    reason = f"the source refers to {ref}, which is the authority entry “{entry.label}”"
    return Link(entry, "authority/reference", "certain", reason)


def _best(names: tuple[Name, ...], forms: tuple[Name, ...]) -> Agreement | None:
    """The best agreement of any name with any form, None if some name fits no form."""
    best: Agreement | None = None
    for name in names:
        fitting = [each for form in forms if (each := compare(name, form)).conflict is None]
        if not fitting:
            return None
        top = max(fitting, key=lambda each: (each.points, not each.spelling))
        if best is None or top.points > best.points:
            best = top
    return best


def _chosen(person: Person, fits: list[_Fit]) -> _Fit | None:
    """The one entry that fits, or fits far better than those that say less."""
    if len(fits) == 1:
        return fits[0]
    by_office = [fit for fit in fits if office_agrees(person.titles, fit.entry)]
    if len(by_office) == 1 and by_office[0].agreement.points == max(fit.agreement.points for fit in fits):
        return by_office[0]
    if len(fits) > 1 and fits[0].agreement.points >= fits[1].agreement.points + 2:
        return fits[0]
    return None


def _weigh(person: Person, fit: _Fit, authority: Authority) -> tuple[str, Certainty] | None:
    """Rule and certainty of a link to the one entry that fits, None if that is not enough."""
    points = fit.agreement.points
    office = office_agrees(person.titles, fit.entry)
    woman = person.head.sex == "f" and not person.head.forenames
    own = fit.entry.scope == "collection"
    if points <= 0:
        if woman or not person.alone or not (office or own):
            return None
        return ("authority/office", "probable") if office else ("authority/surname", "probable")
    rule = "authority/full-name" if fit.agreement.whole else "authority/initials"
    if own:
        return rule, "certain"
    common = is_common(person.head)
    if points >= 3:
        return rule, "certain" if fit.dated or not common else "probable"
    if points == 2 and (fit.dated or office):
        return rule, "certain" if office or not common else "probable"
    if office or (fit.dated and not common and authority.count(person.head) == 1):
        return rule, "probable"
    return None


def _out_of_time(person: Person, entry: Entry, agreement: Agreement) -> bool:
    """Whether the years of an entry rule it out for this document."""
    if person.first is None or person.last is None:
        return False
    if entry.born and entry.born + (_GROWN if person.acting else 0) > person.last:
        return True
    if entry.died:
        after = person.first - entry.died
        if after > (0 if person.acting else _REMEMBERED[agreement.points > 0]):
            return True
    if entry.scope == "collection" or entry.active is None:
        return False
    return not entry.active[0] - _ACTIVE <= person.last or not person.first <= entry.active[1] + _ACTIVE


def _dated(person: Person, entry: Entry) -> bool:
    """Whether the entry was grown and alive, or in office, about the time of the document."""
    if person.first is None or person.last is None:
        return False
    if entry.died and person.first > entry.died + 1:
        return False
    if entry.born:
        return entry.born + _GROWN <= person.last <= (entry.died or entry.born + 90) + 1
    active = entry.active
    return active is not None and active[0] - _ABOUT <= person.last and person.first <= active[1] + _ABOUT


@lru_cache(maxsize=8192)
def office_agrees(titles: tuple[str, ...], entry: Entry) -> bool:
    """Whether all telling words of the titles, two at least, stand in one office of the entry."""
    words = title_words(titles)
    if len(words) < 2:
        return False
    return any(words <= title_words((office.title,)) for office in entry.offices)


def _iris(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry.iri for entry in entries))[:CANDIDATES]


def _reason(person: Person, fit: _Fit, fitting: int, authority: Authority) -> str:
    agreement, label = fit.agreement, fit.entry.label
    surname = "surname (in another spelling)" if agreement.spelling else "surname"
    if agreement.whole and agreement.initials:
        what = f"{surname}, given name and initial agree"
    elif agreement.whole:
        what = f"{surname} and given name{'s' if agreement.whole > 1 else ''} agree"
    elif agreement.initials:
        what = f"{surname} and {'both initials' if agreement.initials == 2 else 'initial'} agree"
    elif office_agrees(person.titles, fit.entry):
        what = f"{surname} and office ({', '.join(person.titles)}) agree"
    else:
        what = f"{surname} agrees, though it stands alone,"
    family = person.head.text.split()[-1]
    bearers = authority.count(person.head)
    if bearers == 1:
        rest = f"no other {family} in the authority"
    elif fitting == 1:
        rest = f"the other {bearers - 1} of that surname do not fit"
    elif agreement.points:
        rest = "others of that surname agree less"
    else:
        rest = "the office fits no other of that surname"
    return f"{what} with the authority entry “{label}”; {rest}"
