"""How the archival description is put together: claims, relations, and who appears in a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from fonds.rdf.iris import Minter
from fonds.rdf.terms import RICO, STRING, TYPE, Claim, Literal, Term
from fonds.record import Agent, Certainty, Evidence, Identification, Mention, Record, Resolved, TextValue

#: Tiers, best first.
TIERS: Final[tuple[Certainty, ...]] = ("certain", "probable", "possible")

_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_RANK = {tier: rank for rank, tier in enumerate(TIERS)}


def worst(*tiers: Certainty) -> Certainty:
    """The lowest of some tiers: a statement is no surer than what it rests on."""
    return max(tiers, key=_RANK.__getitem__)


def best(*tiers: Certainty) -> Certainty:
    """The highest of some tiers: a second witness does not weaken the first."""
    return min(tiers, key=_RANK.__getitem__)


def text(value: str, language: str | None = None) -> Literal:
    """Words as a literal, tagged only where their language is known."""
    return Literal(value, STRING, language)


def frame(record: Record, evidence: Evidence) -> str | None:
    """What the offsets of some evidence count in, where that is not the text of the record."""
    return evidence.path if evidence.source == record.source.sha256 else f"{evidence.source} {evidence.path}"


def flat(quote: str) -> str:
    """Words on one line, each space single."""
    return " ".join(quote.split())


def tier(evidence: Iterable[Evidence]) -> Certainty:
    """The tier of a claim that several witnesses support."""
    return best(*(one.certainty for one in evidence))


def is_a(subject: str, name: str) -> Claim:
    """The claim that something is of a class of RiC-O."""
    return Claim((subject, TYPE, RICO + name))


def said(subject: str, predicate: str, thing: Term, *evidence: Evidence, reason: str | None = None) -> Claim:
    """A claim with what it rests on. `reason` says why where evidence does not say all."""
    return Claim((subject, predicate, thing), evidence, reason)


def tag_of(language: TextValue) -> str | None:
    """The BCP 47 tag of a language of a record, if its converter gave one."""
    if language.language:
        return language.language
    return language.value if _TAG.fullmatch(language.value) else None


def title_language(record: Record) -> str | None:
    """The language of the title: its own, or that of the record if it stands in the record itself.

    The archive may title a record in another language, and a translation is not the record.
    """
    title = record.title
    if title is None or title.language:
        return title.language if title else None
    tags = {tag_of(value) for value in record.languages}
    if len(tags) != 1 or title.evidence.zone == "title" or record.party("translator"):
        return None
    return tags.pop()


@dataclass(frozen=True)
class Relation:
    """A relation as a thing of its own, so that it can carry its certainty, role and dates.

    `name` is a class of RiC-O. A relation without direction connects its two ends.
    """

    name: str
    iri: str
    source: str
    target: str
    certainty: Certainty
    directed: bool = True

    def claims(self, *evidence: Evidence, reason: str | None = None) -> Iterator[Claim]:
        yield is_a(self.iri, self.name)
        source, target = (
            ("relationHasSource", "relationHasTarget")
            if self.directed
            else ("relationConnects", "relationConnects")
        )
        yield said(self.iri, RICO + source, self.source, *evidence, reason=reason)
        yield said(self.iri, RICO + target, self.target, *evidence, reason=reason)
        yield said(self.iri, RICO + "relationCertainty", text(self.certainty), *evidence, reason=reason)


@dataclass(frozen=True)
class Cast:
    """Who appears in a record and its parts.

    `agents` and `iris` are by agent key, `identified` by mention id; `appearances` are the
    mentions of each agent, in the order of the text.
    """

    agents: dict[str, Agent]
    iris: dict[str, str]
    identified: dict[str, Identification]
    appearances: dict[str, tuple[Mention, ...]]

    @classmethod
    def of(cls, resolved: Resolved, mint: Minter) -> Cast:
        agents = {agent.key: agent for agent in resolved.agents}
        identified = {entry.mention: entry for entry in resolved.identifications}
        appearances: dict[str, list[Mention]] = {}
        for record in resolved.record.walk():
            for mention in record.mentions:
                entry = identified.get(mention.id)
                if entry is not None and entry.agent in agents:
                    appearances.setdefault(entry.agent, []).append(mention)
        return cls(
            agents,
            {key: mint.entity(agent) for key, agent in agents.items()},
            identified,
            {key: tuple(mentions) for key, mentions in appearances.items()},
        )

    def agent(self, mention: Mention) -> Agent | None:
        """The agent that a mention names, None if nothing was decided."""
        entry = self.identified.get(mention.id)
        return self.agents.get(entry.agent) if entry else None

    def witness(self, mention: Mention, evidence: Evidence) -> Evidence:
        """Evidence of the part that a mention has, as evidence of the part of its agent.

        It is no surer than the identification of the agent.
        """
        entry = self.identified.get(mention.id)
        if entry is None or worst(evidence.certainty, entry.certainty) == evidence.certainty:
            return evidence
        reason = f"{evidence.reason}; {entry.reason}" if evidence.reason else entry.reason
        return replace(evidence, certainty=entry.certainty, reason=reason)
