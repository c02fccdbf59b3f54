"""The persons of one document.

The fuller names come first, and each name joins the one cluster that it can belong to. A name that
fits two of them is left alone and says so: the document does not decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Final

from fonds.agents.bodies import same
from fonds.agents.cluster import Cluster, Ground
from fonds.agents.match import compare, is_common
from fonds.agents.misreading import LENGTH, misreading
from fonds.agents.name import Name, courteous, mention_name, title_words
from fonds.agents.spelling import fold
from fonds.lexicon import load
from fonds.record import Certainty, Mention

#: Largest gap, in code points, between two names that stand in one list: ", and ".
_SIDE_BY_SIDE: Final = 6
#: Persons of one surname in one document, beyond which further names of it are not compared with them.
_CROWD: Final = 200


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


def people(mentions: list[Mention]) -> list[Cluster]:
    """The clusters of mentions of persons; `rivals` and `alike` number them in this list."""
    forms: dict[Name, list[Mention]] = {}
    for mention in mentions:
        forms.setdefault(mention_name(mention).form, []).append(mention)
    ordered = sorted(forms.items(), key=lambda item: _rank(item[0], item[1]))
    drafts: list[_Draft] = []
    bearers: dict[str, list[_Draft]] = {}
    for form, group in ordered:
        name = form.written(mention_name(group[0]).text)
        known = bearers.get(name.key, [])
        if not known and (given := _given_alone(name, group)):
            name, known = given, _of_given(given, drafts)
            if len(known) != 1:
                name, known = form.written(name.text), []
        for draft in _place(name, group, known) if len(known) <= _CROWD else _uncompared(name, group):
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


def _uncompared(name: Name, group: list[Mention]) -> list[_Draft]:
    """A cluster of its own for a name of which the document has too many to compare it with each."""
    why = f"the document names over {_CROWD} others of this surname, too many to compare, so it stands alone"
    return [_Draft([name], [(mention, Ground("agent/ambiguous", "certain", why)) for mention in group])]


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
    return same(mention.name, draft.found[0][0].name)


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
        return same(mention.name, best.text)
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
    heads = {id(draft): draft.head for draft in drafts}
    # only long names that begin and end alike may be misreadings of each other
    shapes: dict[str, list[_Draft]] = {}
    for draft in drafts:
        shapes.setdefault(_shape(heads[id(draft)].family), []).append(draft)
    if all(len(group) == 1 for shape, group in shapes.items() if shape):
        return
    beside = _beside(drafts)
    for wrong in sorted(drafts, key=lambda draft: len(draft.found)):
        head = heads[id(wrong)]
        shape = _shape(head.family)
        if not shape or len(shapes[shape]) == 1 or is_common(head):
            continue
        rights = []
        for right in shapes[shape]:
            if right is wrong or not right.found or not wrong.found or id(right) in beside[id(wrong)]:
                continue  # two names side by side in one list are two persons
            if head.key == heads[id(right)].key:
                continue
            company = sorted(
                draft.head.text for key, draft in beside[id(wrong)].items() if key in beside[id(right)]
            )
            if why := misreading(head, heads[id(right)], company[0] if company else None):
                rights.append((right, why))
        for right, why in rights:
            weight, other = _weight(right), _weight(wrong)
            if len(rights) == 1 and weight > other and not wrong.rivals and not right.rivals:
                ground = Ground("agent/misreading", "probable", why)
                right.found += [(mention, ground) for mention, _ in wrong.found]
                wrong.found = []
            elif weight >= other:
                wrong.alike.append((right, why))


def _shape(family: str) -> str:
    """First letter and last two of a family name in which a misreading can be told, else nothing."""
    return family[0] + family[-2:] if len(family) >= LENGTH else ""


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
    names = {name.form: name for name in sorted(draft.names, key=_capitals)}
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
