"""Names of persons, organisations and places, and who is meant by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fonds.evaluation.fields import Ties
from fonds.evaluation.gold import Entry, GoldDocument, GoldPerson
from fonds.evaluation.measures import Link, Score, Told, pair_spans
from fonds.evaluation.values import Read
from fonds.record import Agent, Mention
from fonds.source import Span


@dataclass(frozen=True, slots=True)
class AuthorityLink:
    """Whether a mention, found as some agent, was linked to the right entry of an authority.

    `verdict` is `linked`, `no match` (both right), `wrong`, `missed` or `invented`.
    """

    authority: str
    person: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """How names fared. `ties` say as which agents fonds knows whom the annotations mean."""

    scores: Mapping[tuple[str, str], Score]
    apart: Mapping[str, Score]
    links: tuple[Link, ...]
    authority: tuple[AuthorityLink, ...]
    ties: Ties
    misses: tuple[Told, ...]


#: Kind of a mention -> the key of its annotations.
_KEYS: Final = {"person": "person_mentions", "organisation": "organisations", "place": "places"}


def score_mentions(name: str, read: Read, gold: GoldDocument, persons: Mapping[str, GoldPerson]) -> Mentions:
    """Measure the mentions of one document. Kinds that were not annotated are left out."""
    scores: dict[tuple[str, str], Score] = {}
    misses: list[Told] = []
    tied: Counter[tuple[str, str]] = Counter()
    links: tuple[Link, ...] = ()
    authority: tuple[AuthorityLink, ...] = ()
    apart = [entry for entry in gold.get("person_mentions") if entry.data.get("kind", "name") != "name"]
    for kind, key in _KEYS.items():
        if key in gold.entries:
            entries = [entry for entry in gold.get(key) if entry not in apart]
            found = score_names(kind, entries, read, apart if kind == "person" else ())
            scores.update(found.scores)
            misses.extend(found.misses)
            tied.update(ties_of(entries, found, read))
            if kind == "person":
                links = tuple(_links(name, entries, found, read))
                authority = tuple(authority_links(entries, found, read, persons))
    return Mentions(scores, score_apart(apart, read), links, authority, strongest(tied), tuple(misses))


def _links(name: str, entries: Sequence[Entry], found: Named, read: Read) -> Iterator[Link]:
    for n, (entry, mention) in enumerate(zip(entries, found.by_entry, strict=True)):
        # A mention for which nothing was decided stands for itself.
        agent = (read.agent_of(mention) or (name, n)) if mention else None
        yield Link(name, str(entry.data.get("person")), agent)


@dataclass(frozen=True, slots=True)
class Named:
    """The mention paired with each annotation, the counts, and what disagrees."""

    by_entry: list[Mention | None]
    scores: dict[tuple[str, str], Score]
    misses: list[Told]


def score_names(kind: str, gold: Sequence[Entry], read: Read, apart: Sequence[Entry]) -> Named:
    """Pair annotated names of one kind with mentions of that kind, and count.

    A mention over something annotated `apart` is not counted. An annotation that says what else
    it is (`kind`: an event, a treaty) is counted only when found.
    """
    content = read.text.content
    mentions = read.mentions(kind)
    wanted = [_bare(content, entry.name_span) for entry in gold]
    given = [_bare(content, Span(m.name_start, m.name_end)) for m in mentions]
    pairs = pair_spans(wanted, given)
    free = [
        n
        for n in range(len(given))
        if n not in pairs.values() and not any(e.span and e.span.meets(given[n]) for e in apart)
    ]
    loose = {n for n, entry in enumerate(gold) if kind == "organisation" and "kind" in entry.data}
    required = [n for n in range(len(gold)) if n in pairs or n not in loose]
    exact = sum(wanted[g] == given[f] for g, f in pairs.items())
    total, all_found = len(required), len(pairs) + len(free)
    misses: list[Told] = []
    for n in required:
        if n not in pairs:
            misses.append((kind, "missed", content[slice(*wanted[n])], None, wanted[n]))
        elif wanted[n] != given[pairs[n]]:
            other = given[pairs[n]]
            misses.append(
                (f"{kind} span", "wrong", content[slice(*wanted[n])], content[slice(*other)], other)
            )
    misses += [(kind, "invented", None, content[slice(*given[n])], given[n]) for n in free]
    scores = {
        (kind, "exact"): Score(total, exact, all_found, exact),
        (kind, "overlap"): Score(total, len(pairs), all_found, len(pairs)),
    }
    return Named([mentions[pairs[n]] if n in pairs else None for n in range(len(gold))], scores, misses)


def _bare(content: str, span: Span | None) -> Span:
    """A span without a leading article: whether it belongs to a name is a matter of style."""
    if span is None:
        return Span(0, 0)
    return Span(span.start + 4, span.end) if content[span.start : span.start + 4].lower() == "the " else span


def score_apart(entries: Sequence[Entry], read: Read) -> dict[str, Score]:
    """Unnamed persons, groups and roles: how many are mentioned at all, how many as such."""
    scores: dict[str, Score] = {}
    kinds = {"nominal": ("person", "role", "group"), "group": ("group",), "role": ("role",)}
    for entry in entries:
        kind = str(entry.data["kind"])
        hit = any(
            entry.span is not None and entry.span.meets(Span(m.name_start, m.name_end))
            for m in read.mentions(*kinds[kind])
        )
        scores[kind] = scores.get(kind, Score()) + Score(1, hit, hit, hit)
    return scores


def ties_of(gold: Sequence[Entry], found: Named, read: Read) -> Iterator[tuple[str, str]]:
    """Whom each annotation means, and the agent that fonds took the same words for."""
    for entry, mention in zip(gold, found.by_entry, strict=True):
        agent = read.agent_of(mention) if mention else None
        if agent and entry.who:
            yield entry.who, agent


def strongest(tied: Counter[tuple[str, str]]) -> Ties:
    """Tie each agent to the one whom most of its mentions name; to several when equal."""
    best: dict[str, int] = {}
    for (_, agent), n in tied.items():
        best[agent] = max(n, best.get(agent, 0))
    ties: dict[str, frozenset[str]] = {}
    for (who, agent), n in tied.items():
        if n == best[agent]:
            ties[who] = ties.get(who, frozenset()) | {agent}
    return ties


#: Where the entries of an authority are found: part of the IRI, or what a short key begins with.
#: An authority file whose entries have a number and no address gives keys such as `authority/1`.
AUTHORITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "hsg_people": ("history.state.gov", "hsg:", "hsg_people:", "authority/"),
    "wikidata": ("wikidata.org", "wd:", "wikidata:"),
    "viaf": ("viaf.org", "viaf:"),
}


def authority_links(
    entries: Sequence[Entry], found: Named, read: Read, persons: Mapping[str, GoldPerson]
) -> Iterator[AuthorityLink]:
    """Each name that was found, for each authority in which its person was looked up."""
    for entry, mention in zip(entries, found.by_entry, strict=True):
        person = persons.get(str(entry.data.get("person")))
        if person is None or mention is None:
            continue
        key = read.agent_of(mention)
        for authority in AUTHORITIES:
            right = person.accepts(authority)
            if right:
                given = _linked(read.agents.get(key) if key else None, authority)
                yield AuthorityLink(authority, person.id, _verdict(right, given))


def _linked(agent: Agent | None, authority: str) -> frozenset[str]:
    if agent is None:
        return frozenset()
    signs = AUTHORITIES[authority]
    links = (*agent.links, agent.authority or "", agent.key)
    return frozenset(
        link.rstrip("/").replace("#", "/").replace(":", "/").rsplit("/", 1)[-1]
        for link in links
        if any(link.startswith(sign) if sign.endswith((":", "/")) else sign in link for sign in signs)
    )


def _verdict(right: tuple[str | None, ...], given: frozenset[str]) -> str:
    if not given:
        return "no match" if None in right else "missed"
    if given <= set(right):
        return "linked"
    return "wrong" if any(right) else "invented"
