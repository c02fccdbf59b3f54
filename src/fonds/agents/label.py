"""What an agent is called: one label, the same in every document that describes it.

The label is a form that is written somewhere. Where documents write one full name differently, the
collection's index holds the form that all of them take (`fonds.agents.known.Known.form`); it is the
least by `wording`, so that the order of the documents does not matter. The other forms stay its names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from fonds.agents.bodies import known_name
from fonds.agents.cluster import Cluster
from fonds.agents.name import Name, inverted, mention_name, possessive

if TYPE_CHECKING:
    from fonds.agents.collection import Index
    from fonds.agents.link import Person
    from fonds.record import Record

#: Words that titles write small.
_SMALL: Final = frozenset({"a", "an", "and", "at", "by", "de", "for", "in", "of", "on", "the", "to"})
#: Letters of a word in capitals from which it is no initials.
_SHOUTED: Final = 3


@lru_cache(maxsize=8192)
def wording(text: str) -> tuple[bool, bool, bool, int, int, str]:
    """The order of the ways to write one personal name, the fittest for a label first.

    A possessive or an editor's brackets come last, `Family, Given` after `Given Family`, capitals after
    small letters; then the longer form (initials with their dots), and that with more accents.
    """
    flawed = possessive(text) or any(sign in text for sign in "[](){}?")
    shouted = any(len(word) >= _SHOUTED and word.isupper() for word in text.replace(".", " ").split())
    return flawed, inverted(text), shouted, -len(text), -sum(not sign.isascii() for sign in text), text


def form_of(cluster: Cluster, head: Name) -> str:
    """The fittest of the forms in which a document writes the fullest name, `head`, of a person."""
    forms = {
        mention.name
        for mention, ground in zip(cluster.mentions, cluster.grounds, strict=True)
        if ground.rule != "agent/misreading" and mention_name(mention).normal == head.normal
    }
    return min(forms or {head.text}, key=wording)


def label_in(
    record: Record,
    parts: Sequence[Cluster],
    persons: Sequence[Person | None],
    key: str,
    index: Index,
    forms: Sequence[str] = (),
) -> str:
    """What an agent with this key is called, where no authority file and no curator says it.

    As the collection writes a full name that is the key; else the form that an authority record chose
    for the agent which it describes; else as the document writes it most completely. `persons` stand
    beside `parts`, the clusters of the agent; `forms` are `written(parts)`, where that is known already.
    """
    for person in persons:
        known = index.known(person.head) if person is not None and person.shared == key else None
        if known is not None and known.form:
            return label_of(parts[0], known.form)
    main = record.agent.main if record.agent else None
    if main is not None and any(main in part.mentions for part in parts):
        return main.name
    return label_of(parts[0], (forms or written(parts))[0])


def label_of(cluster: Cluster, name: str) -> str:
    """The label of an agent that a document writes like this.

    The gazetteer's name, else the name as written; bodies and names in capitals are written as
    titles are, so that "Soviet mission" and "SOVIET MISSION" have one label.
    """
    known = known_name(cluster.kind, name) or known_name(cluster.kind, cluster.mentions[0].name)
    if known is not None:
        return known
    if cluster.kind in ("organisation", "place") or (name.isupper() and len(name.split()) > 1):
        return " ".join(_capitalised(word, name.isupper()) for word in name.split())
    return name


def written(parts: Iterable[Cluster]) -> tuple[str, ...]:
    """All forms of the name as written: the most complete first, capitals and misreadings last."""
    order: dict[str, tuple[bool, tuple[int, ...], bool]] = {}
    for part in parts:
        person = part.head is not None
        for mention, ground in zip(part.mentions, part.grounds, strict=True):
            name = mention.name
            if name not in order:
                size = mention_name(mention).fullness if person else (len(name),)
                doubtful = ground.rule == "agent/misreading"
                order[name] = doubtful, tuple(-n for n in size), name.isupper()
    return tuple(sorted(order, key=order.__getitem__))


def _capitalised(word: str, shouted: bool) -> str:
    if word.casefold() in _SMALL:
        return word.casefold()
    if word.isupper() and not (shouted and len(word.rstrip(".")) > 3):
        return word
    parts = (part[:1].upper() + (part[1:].lower() if shouted else part[1:]) for part in word.split("-"))
    return "-".join(parts)
