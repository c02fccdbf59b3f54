"""Who is who inside one document.

All mentions of a file, attachments included, are gathered into clusters: one for each agent.
For persons the fuller names come first, and each name joins the one cluster that it can belong
to. A name that fits two of them is left alone and says so: the document does not decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from fonds.agents.match import Name, compare, courteous, fold, is_common, mention_name, title_words
from fonds.agents.misreading import misreading
from fonds.lexicon import load
from fonds.record import Certainty, Kind, Mention, Record

#: Largest gap, in code points, between two names that stand in one list: ", and ".
_SIDE_BY_SIDE: Final = 6


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a mention belongs to its cluster: rule id, certainty and reason in words."""

    rule: str
    certainty: Certainty
    reason: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """The mentions of one agent in one document, in the order of the text.

    `grounds` stand beside `mentions`. `names` are the distinct personal names, fullest first.
    `rivals` are the numbers of the clusters that a name fits equally well, `alike` those of
    clusters that it may be, with the reason. `ref` is what the source gives for who is meant.
    """

    kind: Kind
    mentions: tuple[Mention, ...]
    grounds: tuple[Ground, ...]
    names: tuple[Name, ...] = ()
    canonical: str | None = None
    rivals: tuple[int, ...] = ()
    alike: tuple[tuple[int, str], ...] = ()
    ref: str | None = None

    @property
    def head(self) -> Name | None:
        """The fullest personal name."""
        return self.names[0] if self.names else None

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles before the name, each once, in the order of the text."""
        return tuple(dict.fromkeys(title for mention in self.mentions for title in mention.titles))


@dataclass(slots=True)
class _Draft:
    """A cluster while it grows."""

    names: list[Name]
    found: list[tuple[Mention, Ground]] = field(default_factory=list)
    rivals: list[_Draft] = field(default_factory=list)
    alike: list[tuple[_Draft, str]] = field(default_factory=list)

    @property
    def offices(self) -> frozenset[str]:
        return title_words(tuple(title for mention, _ in self.found for title in mention.titles))

    @property
    def head(self) -> Name:
        return max(self.names, key=lambda name: name.fullness)


def mentions_of(record: Record) -> tuple[Mention, ...]:
    """Every mention of a record and its parts, each once, in the order of the text."""
    found: dict[str, Mention] = {}
    for one in record.walk():
        inner: list[Mention | None] = [*one.mentions, *(party.mention for party in one.parties)]
        for position in one.positions:
            inner += [position.holder, position.organisation]
        for event in one.events:
            inner += [event.place, event.destination, *(performer.mention for performer in event.performers)]
        for related in one.related:
            inner += [*related.senders, *related.addressees, *related.receivers]
        for mention in inner:
            if mention is not None:
                found.setdefault(mention.id, mention)
    return tuple(sorted(found.values(), key=lambda mention: (mention.name_start, mention.id)))


def clusters(record: Record) -> tuple[Cluster, ...]:
    """The agents of one document, in the order of their first mention."""
    from fonds.agents.stated import by_reference

    mentions = mentions_of(record)
    persons = _persons([mention for mention in mentions if mention.kind == "person"])
    found = [*persons, *_others(mention for mention in mentions if mention.kind != "person")]
    order = sorted(range(len(found)), key=lambda at: (found[at].mentions[0].name_start, at))
    number = {old: new for new, old in enumerate(order)}
    ordered = (
        replace(
            found[old],
            rivals=tuple(sorted(number[rival] for rival in found[old].rivals)),
            alike=tuple(sorted((number[other], why) for other, why in found[old].alike)),
        )
        for old in order
    )
    return by_reference(tuple(ordered))


def _persons(mentions: list[Mention]) -> list[Cluster]:
    forms: dict[Name, list[Mention]] = {}
    for mention in mentions:
        forms.setdefault(replace(mention_name(mention), text=""), []).append(mention)
    ordered = sorted(forms.items(), key=lambda item: _rank(item[0], item[1]))
    drafts: list[_Draft] = []
    bearers: dict[str, list[_Draft]] = {}
    for form, group in ordered:
        name = replace(form, text=mention_name(group[0]).text)
        known = bearers.get(name.key, [])
        if not known and (given := _given_alone(name, group)):
            name, known = given, _of_given(given, drafts)
            if len(known) != 1:
                name, known = replace(form, text=name.text), []
        for draft in _place(name, group, known):
            drafts.append(draft)
            bearers.setdefault(name.key, []).append(draft)
    _misreadings(drafts)
    drafts = [draft for draft in drafts if draft.found]
    number = {id(draft): at for at, draft in enumerate(drafts)}
    return [_cluster(draft, number) for draft in drafts]


def _rank(name: Name, group: list[Mention]) -> tuple[bool, tuple[int, ...], int]:
    """Fuller names first; a name without a surname last of all."""
    return not name.family, tuple(-size for size in name.fullness), group[0].name_start


def _given_alone(name: Name, group: list[Mention]) -> Name | None:
    """The name read as a given name, where it is one or a title (Lord Robert) lets it be one."""
    if not name.family:
        return name
    if name.forenames or not all(courteous(mention.name, mention.titles) for mention in group):
        return None
    return replace(name, family="", key="", forenames=(name.family,))


def _of_given(name: Name, drafts: list[_Draft]) -> list[_Draft]:
    """The persons whose first forename is this one, which stands without a surname."""
    first = replace(name, family="-", key="-", forenames=name.forenames[:1])
    return [
        draft
        for draft in drafts
        if draft.head.family
        and compare(first, replace(draft.head, family="-", key="-", text=draft.head.text)).whole
    ]


def _place(name: Name, group: list[Mention], others: list[_Draft]) -> list[_Draft]:
    """Put mentions of one name into the clusters where they belong; return new clusters."""
    made: list[_Draft] = []
    parties = _by_office(name, group)
    for party in parties:
        draft: _Draft | None = None
        for mention in party:
            fitting = [
                known for known in (*others, *made) if known is not draft and _fits(name, mention, known)
            ]
            titled = _by_title(mention, fitting) if max(len(fitting), len(parties)) > 1 else None
            if titled is not None:
                why = f"the title “{', '.join(mention.titles)}” fits only {titled.head.text}"
                titled.found.append((mention, Ground("agent/title", "probable", why)))
            elif len(fitting) == 1 and len(parties) == 1:
                fitting[0].found.append((mention, _ground(name, mention, fitting[0])))
                if name.family and name not in fitting[0].names:
                    fitting[0].names.append(name)
            else:
                if draft is None:
                    other = len(parties) > 1 and title_words(mention.titles)
                    draft = _Draft([name], rivals=[] if other else fitting)
                draft.found.append((mention, _own(mention, draft)))
        if draft is not None:
            made.append(draft)
    return made


def _by_office(name: Name, group: list[Mention]) -> list[list[Mention]]:
    """The mentions of a common surname by the offices that tell its bearers apart.

    Those without an office stand last, or with the others if there is but one office.
    """
    if name.forenames or not is_common(name):
        return [group]
    offices: list[tuple[list[Mention], frozenset[str]]] = []
    plain: list[Mention] = []
    for mention in group:
        words = title_words(mention.titles)
        at = next((n for n, (_, office) in enumerate(offices) if words & office), None)
        if not words:
            plain.append(mention)
        elif at is None:
            offices.append(([mention], words))
        else:
            offices[at] = ([*offices[at][0], mention], offices[at][1] | words)
    if len(offices) < 2:
        return [group]
    return [*(found for found, _ in offices), *([plain] if plain else [])]


def _fits(name: Name, mention: Mention, draft: _Draft) -> bool:
    """Whether nothing speaks against a mention being one of the mentions of a cluster."""
    if not name.family:
        return True
    if draft.rivals and name.forenames:
        return False
    if any(compare(name, known).conflict for known in draft.names):
        return False
    if not name.forenames:
        woman = any(known.sex == "f" for known in draft.names)
        if name.sex == "f" and not (woman and name.wife == any(known.wife for known in draft.names)):
            return False
        if name.sex != "f" and any(known.wife for known in draft.names):
            return False
        offices, words = draft.offices, title_words(mention.titles)
        if is_common(name) and offices and words and not offices & words:
            return False
    return True


def _by_title(mention: Mention, fitting: list[_Draft]) -> _Draft | None:
    """The one cluster whose titles share a word with those of the mention."""
    words = set(fold(" ".join(mention.titles)).split()) - _address()
    found = [
        draft
        for draft in fitting
        if words & set(fold(" ".join(title for known, _ in draft.found for title in known.titles)).split())
    ]
    return found[0] if words and len(found) == 1 else None


@cache
def _address() -> frozenset[str]:
    return frozenset(map(fold, load("agents")["titles"]["address"])) | {"of", "the"}


def _own(mention: Mention, draft: _Draft) -> Ground:
    if draft.rivals:
        fits = " and ".join(sorted(rival.head.text for rival in draft.rivals))
        return Ground("agent/ambiguous", "certain", f"the name fits {fits} alike, so it stands for itself")
    if not draft.found:
        return Ground("agent/name", "certain", "the fullest form of this name in the document")
    return _same(mention.name, draft.found[0][0].name)


def _same(text: str, known: str) -> Ground:
    if text == known:
        return Ground("agent/same-name", "certain", f"the same name as “{known}” elsewhere in the document")
    if text.casefold() == known.casefold():
        return Ground("agent/same-name", "certain", f"the same name as “{known}”, differing only in capitals")
    return Ground("agent/same-name", "certain", f"the same name as “{known}”")


def _ground(name: Name, mention: Mention, draft: _Draft) -> Ground:
    """Why a mention joins the one cluster that it fits."""
    best = max(draft.names, key=lambda known: (compare(name, known).points, known.fullness))
    agreement = compare(name, best) if name.family else None
    if agreement is None:
        return Ground(
            "agent/given-name",
            "probable",
            f"the only person of this given name in the document is {best.text}",
        )
    if name.family == best.family and name.forenames == best.forenames:
        return _same(mention.name, best.text)
    if agreement.spelling:
        certainty: Certainty = "certain" if agreement.points else "probable"
        return Ground(
            "agent/spelling", certainty, f"“{name.text}” spells the surname of {best.text} differently"
        )
    if not name.forenames or not best.forenames:
        why = f"surname alone; the only person of this surname in the document is {best.text}"
        return Ground("agent/surname", "certain", why)
    what = "given name" if agreement.whole else "initial" if agreement.initials == 1 else "initials"
    return Ground("agent/forenames", "certain", f"surname and {what} agree with {best.text}")


def _misreadings(drafts: list[_Draft]) -> None:
    """Join names that scanning garbled to the right form in the same document."""
    beside = _beside(drafts)
    for wrong in sorted(drafts, key=lambda draft: len(draft.found)):
        rights = []
        for right in drafts:
            if right is wrong or not right.found or not wrong.found or id(right) in beside[id(wrong)]:
                continue  # two names side by side in one list are two persons
            company = sorted(
                draft.head.text for key, draft in beside[id(wrong)].items() if key in beside[id(right)]
            )
            if why := misreading(wrong.head, right.head, company[0] if company else None):
                rights.append((right, why))
        for right, why in rights:
            weight, other = _weight(right), _weight(wrong)
            if len(rights) == 1 and weight > other and not wrong.rivals and not right.rivals:
                ground = Ground("agent/misreading", "probable", why)
                right.found += [(mention, ground) for mention, _ in wrong.found]
                wrong.found = []
            elif weight >= other:
                wrong.alike.append((right, why))


def _weight(draft: _Draft) -> tuple[tuple[int, ...], int]:
    return draft.head.fullness, len(draft.found)


def _beside(drafts: list[_Draft]) -> dict[int, dict[int, _Draft]]:
    """For each cluster, those that stand next to it in some list of names."""
    found: dict[int, dict[int, _Draft]] = {id(draft): {} for draft in drafts}
    places = sorted(
        ((mention, draft) for draft in drafts for mention, _ in draft.found),
        key=lambda item: (item[0].name_start, item[0].id),
    )
    for (before, one), (after, other) in pairwise(places):
        if one is not other and 0 <= after.evidence.start - before.name_end <= _SIDE_BY_SIDE:
            found[id(one)][id(other)] = other
            found[id(other)][id(one)] = one
    return found


def _cluster(draft: _Draft, number: dict[int, int]) -> Cluster:
    found = sorted(draft.found, key=lambda item: (item[0].name_start, item[0].id))
    names = {replace(name, text=""): name for name in sorted(draft.names, key=_capitals)}
    return Cluster(
        "person",
        tuple(mention for mention, _ in found),
        tuple(ground for _, ground in found),
        tuple(sorted(names.values(), key=lambda name: name.fullness, reverse=True)),
        rivals=tuple(number[id(rival)] for rival in draft.rivals if id(rival) in number),
        alike=tuple((number[id(other)], why) for other, why in draft.alike if id(other) in number),
    )


def _capitals(name: Name) -> tuple[bool, str]:
    """Names not written in capitals last, so that they are kept."""
    return not name.text.isupper(), name.text


def _others(mentions: Iterable[Mention]) -> list[Cluster]:
    """Groups, roles, organisations and places: one for each name."""
    found: dict[tuple[Kind, str], list[Mention]] = {}
    for mention in mentions:
        found.setdefault((mention.kind, canonical(mention.kind, mention.name)), []).append(mention)
    _acronyms(found)
    made = []
    for (kind, name), group in found.items():
        group.sort(key=lambda mention: (mention.name_start, mention.id))
        full = max(group, key=lambda mention: (len(mention.name), -mention.name_start))
        grounds = []
        for at, mention in enumerate(group):
            if fold(mention.name) == fold(group[0].name) and at:
                grounds.append(_same(mention.name, group[0].name))
            elif at == 0 and len(group) == 1:
                grounds.append(
                    Ground("agent/name", "certain", "the only mention of this name in the document")
                )
            else:
                why = f"a form of the name “{full.name}” in this document"
                grounds.append(Ground("agent/name", "certain", why))
        made.append(Cluster(kind, tuple(group), tuple(grounds), canonical=name))
    return made


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


@lru_cache(maxsize=16384)
def canonical(kind: Kind, name: str) -> str:
    """The name under which mentions of an organisation or place belong together.

    From the gazetteers where they know it, else the folded name without its article.
    """
    return known_name(kind, name) or fold(name).removeprefix("the ")


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
