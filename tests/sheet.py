"""A document under the pencil: how the samples are made by hand.

Offsets are looked up in the file, so every quote is what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fonds.record import (
    Agent,
    Evidence,
    Identification,
    Kind,
    Likeness,
    Mention,
    Party,
    PartyRole,
    Record,
    Resolved,
    SourceInfo,
    TextValue,
)
from fonds.source import Source, Span

DOCUMENTS = Path(__file__).parents[1] / "corpus" / "documents"


@dataclass
class Sheet:
    """A document under the pencil: quotes are found in it, mentions and agents are noted."""

    source: Source
    id: str
    mentions: list[Mention] = field(default_factory=list)
    who: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, start_of_name: str, record: str) -> Sheet:
        (path,) = DOCUMENTS.glob(f"{start_of_name}*")
        return cls(Source(path.read_bytes(), path.name, origin=f"documents/{path.name}"), record)

    def see(self, quote: str, zone: str, rule: str = "by-hand", after: str = "", **more: object) -> Evidence:
        """Evidence for words; `after` are words that stand before them."""
        content = self.source.text.content
        start = content.index(quote, content.index(after) + len(after) if after else 0)
        return Evidence(
            source=self.source.sha256,
            start=start,
            end=start + len(quote),
            quote=quote,
            zone=zone,
            rule=rule,
            **more,  # type: ignore[arg-type]
        )

    def name(
        self,
        agent: str,
        quote: str,
        zone: str,
        kind: Kind = "person",
        name: str = "",
        after: str = "",
        **more: object,
    ) -> Mention:
        """A mention of an agent, noted in the order in which mentions are made."""
        evidence = self.see(quote, zone, "name", after)
        name = name or quote
        start = evidence.start + quote.index(name)
        mention = Mention(
            id=f"{self.id}-m{len(self.mentions)}",
            kind=kind,
            name=name,
            name_start=start,
            name_end=start + len(name),
            evidence=evidence,
            **more,  # type: ignore[arg-type]
        )
        self.mentions.append(mention)
        self.who[mention.id] = agent
        return mention

    def text(self, quote: str, zone: str, language: str | None = None, after: str = "") -> TextValue:
        return TextValue(value=quote, language=language, evidence=self.see(quote, zone, after=after))

    def info(self) -> SourceInfo:
        return SourceInfo(
            sha256=self.source.sha256,
            name=self.source.name,
            size=len(self.source.data),
            length=len(self.source.text),
            encoding="utf-8",
            origin=self.source.origin,
        )

    def span(self) -> Span:
        return Span(0, len(self.source.text))

    def resolved(
        self, record: Record, agents: tuple[Agent, ...], likenesses: tuple[Likeness, ...] = ()
    ) -> Resolved:
        return Resolved(
            record=record,
            agents=agents,
            identifications=tuple(
                Identification(
                    mention=mention,
                    agent=agent,
                    rule="same-name",
                    certainty="certain",
                    reason="the same name",
                )
                for mention, agent in self.who.items()
            ),
            likenesses=likenesses,
        )


def party(
    role: PartyRole, mention: Mention, evidence: Evidence | None = None, note: str | None = None
) -> Party:
    return Party(role=role, mention=mention, evidence=evidence or mention.evidence, note=note)


def agent(record: str, key: str, kind: Kind, *names: str, **more: object) -> Agent:
    return Agent(key=f"{record}/{key}", kind=kind, label=names[0], names=names, **more)  # type: ignore[arg-type]
