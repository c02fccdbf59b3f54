"""Which entry of an authority file an agent of a document is.

A link needs more the less the file is about the collection. In a file of the collection's own
people an agreeing initial is enough, and even a surname that one entry alone bears. In a general
file of thousands a surname needs more: forenames, an office that agrees and its years, a fuller
form elsewhere in the collection (`fonds.agents.elsewhere`), or that of all its bearers in the file
one alone was active then, and that the file knows him from several sources of those years.
Dates and conflicting names veto. No link is a normal result; entries among which nothing decides
are kept as candidates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import Final, NamedTuple

from fonds.agents.authority import Authority, Entry, Facts, person_names
from fonds.agents.match import Agreement, Name, compare, fold, is_common, near
from fonds.agents.office import agreement as offices_agree
from fonds.agents.office import clauses, is_ranked, is_sole, telling
from fonds.lexicon import load
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
#: Ages between which someone is in the public eye, for whom a file gives no years but those of life.
_PUBLIC: Final = (25, 80)
#: Of the sources of the time, within so many years, that a file cites, how many at least and what share
#: must name someone whom a rare surname alone means.
_TIME: Final = 10
_SOURCES: Final = 3
_SHARE: Final = 0.1
#: The same share where others in the file bear the surname, which then is less rare outside it as well.
_SHARE_OF_SEVERAL: Final = 0.25
#: Bearers beyond which a surname is not rare in a file.
_RARE: Final = 4


@dataclass(frozen=True, slots=True)
class Person:
    """What one document says of one person, as far as it matters elsewhere.

    `key` is the agent's own key in this document, `shared` the one that the full name has in all
    documents. `titles` are those before the name and the offices that the document gives the person.
    `first` and `last` are the years of the document; `acting` says that the person wrote or received
    it. `alone` is false if the document names others of the surname, or if the name fits several persons.
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
    active: bool
    office: int


@lru_cache(maxsize=8192)
def link_person(person: Person, authority: Authority) -> Link:
    """The entry that a person of a document is, or the candidates."""
    name = person.head
    if not name.family or not (person.alone or name.forenames):
        return Link()
    if not name.forenames and authority.general and authority.count(name) > _RARE and not _titled(person):
        return Link(candidates=_alive(person, authority))  # a surname that many bear, and nothing else
    fits: list[_Fit] = []
    others: list[Entry] = []
    compared = 0
    for entry, forms in authority.bearers(name):
        compared += len(forms)
        if compared > _LIMIT:
            return Link(candidates=_iris(fit.entry for fit in fits))
        agreement = _best(person.names, forms)
        if agreement is None:
            others += [entry] if any(near(name, form) for form in forms) else []
            continue
        facts = authority.facts(entry)
        if not _out_of_time(person, entry, facts, agreement):
            dated, active = _dated(person, entry, facts), _active(person, entry, facts)
            fits.append(_Fit(entry, agreement, dated, active, _office(person, entry, authority)))
    fits.sort(key=lambda fit: (-fit.agreement.points, not fit.entry.born, -len(fit.entry.sources)))
    chosen = _chosen(fits)
    if chosen is None:
        return Link(candidates=_iris([*(fit.entry for fit in fits), *others]))
    verdict = _weigh(person, chosen, authority)
    if verdict is None:
        return Link(candidates=_iris(fit.entry for fit in fits))
    rule, certainty = verdict
    return Link(chosen.entry, rule, certainty, _reason(person, chosen, len(fits), authority))


def fits_entry(person: Person, entry: Entry, authority: Authority) -> bool:
    """Whether nothing that a document says of a person speaks against an entry: name, time or office."""
    forms = next((forms for known, forms in authority.bearers(person.head) if known is entry), ())
    agreement = _best(person.names, forms)
    if agreement is None:
        return False
    facts = authority.facts(entry)
    if _out_of_time(person, entry, facts, agreement) or not _active(person, entry, facts):
        return False
    # One man holds offices that a file leaves out; of a name that many bear they speak of another.
    rare = agreement.points > 0 or is_rare(person.head, authority)
    return rare or _office(person, entry, authority) >= 0


def _office(person: Person, entry: Entry, authority: Authority) -> int:
    """How far the titles of a person agree with the offices of an entry: see `fonds.agents.office`."""
    if not _titled(person):
        return 0
    return offices_agree(person.titles, authority.offices(entry), person.first, person.last)


def is_rare(name: Name, authority: Authority) -> bool:
    """Whether a surname is borne by few in the file, and is none of those that many people bear."""
    return authority.count(name) <= _RARE and not is_common(name)


@cache
def _words() -> frozenset[str]:
    """Words and given names that are surnames too: a scanner or a reader may have meant the word."""
    words = (*load("common_words")["words"].split(), *load("given_names")["names"].split())
    return frozenset(map(fold, words))


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


def _alive(person: Person, authority: Authority) -> tuple[str, ...]:
    """The first candidates of a surname whom their years do not rule out."""
    bearers = (entry for entry, forms in authority.bearers(person.head) if _best(person.names, forms))
    fitting = (e for e in bearers if not _out_of_time(person, e, authority.facts(e), Agreement(None)))
    return _iris(islice(fitting, CANDIDATES))


def _titled(person: Person) -> bool:
    """Whether some title may tell one office from another."""
    return bool(telling(person.titles)) or is_ranked(person.titles)


def _best(names: tuple[Name, ...], forms: tuple[Name, ...]) -> Agreement | None:
    """The best agreement of any name with any form, None if some name fits no form."""
    best: Agreement | None = None
    given = [form for form in forms if form.forenames]
    for name in names:
        # A form without forenames excuses no other forenames: "Macmillan" is not Ron.
        known = given if given and name.forenames else forms
        fitting = [each for form in known if (each := compare(name, form)).conflict is None]
        if not fitting:
            return None
        top = max(fitting, key=lambda each: (each.points, not each.spelling))
        if best is None or top.points > best.points:
            best = top
    return best


def _chosen(fits: list[_Fit]) -> _Fit | None:
    """The one entry that fits, or fits far better than those that say less."""
    if len(fits) == 1:
        return fits[0]
    if not fits:
        return None
    top = fits[0].agreement.points
    for level in (2, 1):
        by_office = [fit for fit in fits if fit.office >= level]
        if by_office and by_office[0].agreement.points == top and _one_person(by_office):
            return by_office[0]
        if by_office:
            break
    if top >= fits[1].agreement.points + 2:
        return fits[0]
    if top > 0:
        return fits[0] if fits[-1].agreement.points == top and _one_person(fits) else None
    # A file of the collection's own people has them all: who was active does not decide.
    active = [fit for fit in fits if fit.active or fit.entry.scope == "collection"]
    return active[0] if active and _one_person(active) else None


def _named(person: Person, entry: Entry, authority: Authority) -> int:
    """How many of the sources of the time that the file cites name an entry."""
    if person.first is None or person.last is None:
        return 0
    years = range(person.first - _TIME, person.last + _TIME + 1)
    return sum(year in years for year in authority.facts(entry).attested)


def _one_person(fits: list[_Fit]) -> bool:
    """Whether the entries are one, or several for one person: a file may have someone twice."""
    return all(_twins(one.entry, other.entry) for one, other in pairwise(fits))


@lru_cache(maxsize=4096)
def _twins(one: Entry, other: Entry) -> bool:
    """Whether two entries are of one person: a forename agrees, no year differs, an office is the same."""
    if any(a and b and a != b for a, b in ((one.born, other.born), (one.died, other.died))):
        return False
    forms, others = tuple(person_names(one)), tuple(person_names(other))
    if not any((found := compare(a, b)).conflict is None and found.whole for a in forms for b in others):
        return False
    heads = {clause.words for clause in clauses(one) if clause.office}
    return any(clause.words in heads for clause in clauses(other))


def _weigh(person: Person, fit: _Fit, authority: Authority) -> tuple[str, Certainty] | None:
    """Rule and certainty of a link to the one entry that fits, None if that is not enough."""
    points, office = fit.agreement.points, fit.office == 2
    woman = person.head.sex == "f" and not person.head.forenames
    own = fit.entry.scope == "collection"
    if points <= 0:
        if woman or not person.alone:
            return None
        if office:
            return "authority/office", "probable"
        if own:
            return "authority/title" if fit.office == 1 else "authority/surname", "probable"
        enough = not is_common(person.head) or is_sole(person.titles)
        if fit.office == 1 and enough and fit.dated and fit.active and not fit.agreement.spelling:
            return "authority/title", "probable"
        return ("authority/renown", "probable") if _renowned(person, fit, authority) else None
    rule = "authority/full-name" if fit.agreement.whole else "authority/initials"
    if own:
        return rule, "certain"
    common = is_common(person.head)
    if fit.office < 0 and not fit.agreement.whole:
        return None
    if points >= 3:
        return rule, "certain" if fit.dated or not common else "probable"
    if points == 2 and (fit.dated or office):
        sure = fit.agreement.whole and not common
        return rule, "certain" if office or sure else "probable"
    bearers = authority.count(person.head)
    if office or (fit.dated and not common and bearers <= (_RARE if fit.agreement.whole else 1)):
        return rule, "probable"
    return None


def _renowned(person: Person, fit: _Fit, authority: Authority) -> bool:
    """Whether a surname alone can mean nobody else in a general file, nor easily somebody outside it.

    The file itself says how rare the name is (its bearers) and how known the person was: how many of
    the sources of those years that it cites name him.
    """
    if person.first is None or person.last is None or fit.office < 0 or fit.agreement.spelling:
        return False
    every = sum(authority.sources.get(y, 0) for y in range(person.first - _TIME, person.last + _TIME + 1))
    share = _SHARE if authority.count(person.head) == 1 else _SHARE_OF_SEVERAL
    enough = _named(person, fit.entry, authority) >= max(_SOURCES, share * every)
    rare = is_rare(person.head, authority) and person.head.family not in _words()
    return rare and enough and fit.dated and fit.active


def _out_of_time(person: Person, entry: Entry, facts: Facts, agreement: Agreement) -> bool:
    """Whether the years of an entry rule it out for this document."""
    if person.first is None or person.last is None:
        return False
    if entry.born and entry.born + (_GROWN if person.acting else 0) > person.last:
        return True
    if entry.died:
        after = person.first - entry.died
        if after > (0 if person.acting else _REMEMBERED[agreement.points > 0]):
            return True
    if entry.scope == "collection" or facts.active is None:
        return False
    first, last = facts.active
    return not first - _ACTIVE <= person.last or not person.first <= last + _ACTIVE


def _dated(person: Person, entry: Entry, facts: Facts) -> bool:
    """Whether the entry was grown and alive, or in office, about the time of the document."""
    if person.first is None or person.last is None:
        return False
    if entry.died and person.first > entry.died + 1:
        return False
    if entry.born:
        return entry.born + _GROWN <= person.last <= (entry.died or entry.born + 90) + 1
    active = facts.active
    return active is not None and active[0] - _ABOUT <= person.last and person.first <= active[1] + _ABOUT


def _active(person: Person, entry: Entry, facts: Facts) -> bool:
    """Whether the entry may have been in the public eye then, as far as the file tells."""
    if person.first is None or person.last is None:
        return True
    if facts.active is not None:
        first, last = facts.active
        if first - _ABOUT <= person.last and person.first <= last + _ABOUT:
            return True
    if entry.born:
        last = entry.died or entry.born + _PUBLIC[1]
        return entry.born + _PUBLIC[0] <= person.last and person.first <= last
    return facts.active is None and not (entry.died and entry.died < person.first)


@lru_cache(maxsize=8192)
def office_agrees(titles: tuple[str, ...], entry: Entry) -> bool:
    """Whether all telling words of a title, two at least, stand in one office of the entry."""
    return offices_agree(titles, clauses(entry), None, None) == 2


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
    elif fit.office == 2:
        what = f"{surname} and office ({', '.join(person.titles)}) agree"
    elif fit.office == 1:
        what = f"{surname} and title ({', '.join(person.titles)}) agree"
    else:
        what = f"{surname} agrees, though it stands alone,"
    family = person.head.text.partition(",")[0].split()[-1]
    bearers = authority.count(person.head)
    if bearers == 1:
        rest = f"no other {family} in the authority"
    elif fitting == 1:
        rest = f"the other {bearers - 1} of that surname do not fit"
    elif agreement.points:
        rest = "others of that surname agree less"
    elif fit.office < 1:
        rest = "nobody else of that surname was active then"
    else:
        rest = "the office fits no other of that surname"
    return f"{what} with the authority entry “{label}”; {rest}"
