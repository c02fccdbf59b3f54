"""What is left for a curator to decide.

`open_cases` lists three kinds of question, each with both passages and what speaks for and
against: agents that may be one (`undecided`), entries of the authority file among which nothing
decides (`candidate`), and merges that rest on little (`risky`: a bare surname, a misreading, an
inverted name, a link by surname). `fonds.agents.review_table` writes them for a spreadsheet;
`fonds.agents.decisions` reads what the curator has written beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from fonds.agents.cluster import Cluster, clusters, mentions_of
from fonds.agents.decisions import Decisions, Place
from fonds.agents.divide import CURATOR, divide, unit
from fonds.agents.match import is_common, mention_name
from fonds.record import Agent, Certainty, Mention, Record, Resolved

if TYPE_CHECKING:
    from fonds.agents.authority import Authority, Entry
    from fonds.source import Text

__all__ = ["KINDS", "Case", "Decisions", "Passage", "open_cases", "passage"]

Kind = Literal["undecided", "candidate", "risky"]

#: Code points shown before and after a name.
AROUND: Final = 60
#: The kinds of question, in the order in which they are asked.
KINDS: Final[tuple[str, ...]] = ("undecided", "candidate", "risky")

#: What speaks against a merge inside a document, by the rule that made it.
RISKY: Final = {
    "agent/surname": "nothing but the surname speaks for it: a relative or a namesake may be meant",
    "agent/given-name": "nothing but the given name speaks for it",
    "agent/misreading": "the letters as they stand are another name",
    "agent/spelling": "the surname is spelled differently, and nothing else agrees",
    "agent/title": "the name fits others in the document; only the title decides",
}
#: What speaks against the link of an agent to something beyond its document.
_BEYOND: Final = {
    "authority/surname": "no forename and no office agrees, only the surname",
    "authority/renown": "only the surname agrees, though the file names nobody else who was as known then",
    "authority/title": "only the surname and one word of the office agree",
    "authority/elsewhere": "this document gives only the surname; another document says who bears it",
    "collection/full-name": "many people bear this surname, and nothing but the name is compared",
}
_INVERTED: Final = "names/inverted"


class Passage(NamedTuple):
    """A name in its text: `before` and `after` are what stands around it, with single spaces.

    `file` is the name of the file in which it stands, which may be a catalogue; in a source with markup
    `xpath` leads to the element in whose text the offsets of `place` count.
    """

    document: str
    place: Place
    before: str
    quote: str
    after: str
    file: str = ""
    xpath: str = ""

    def __str__(self) -> str:
        return f"{self.before}>>{self.quote}<<{self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question: whether `first` and `second` are one agent.

    Each is a passage, or for `second` an entry of the authority file and how it describes itself.
    `decision` and `note` are what the curator has written, `line` where; 0 if nothing yet.
    """

    kind: str
    first: Passage
    second: Passage | None
    first_name: str
    second_name: str
    reason: str
    against: str
    certainty: str
    entry: str = ""
    description: str = ""
    decision: str = ""
    note: str = ""
    line: int = 0

    @property
    def refs(self) -> tuple[str, str]:
        """How the file calls the two."""
        return str(self.first.place), str(self.second.place) if self.second else self.entry

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        second = self.second
        return (
            self.kind,
            *self.refs,
            self.first_name,
            self.second_name,
            self.first.document,
            second.document if second else "",
            self.first.file,
            second.file if second else "",
            self.first.xpath,
            second.xpath if second else "",
            str(self.first),
            str(second) if second else self.description,
            self.reason,
            self.against,
            self.certainty,
            self.decision,
            self.note,
        )


class _Seen(NamedTuple):
    """Where an agent occurs: the record and the fullest of its mentions there."""

    record: Record
    mention: Mention
    agent: Agent


def open_cases(
    resolved: Iterable[Resolved],
    texts: Mapping[str, Text],
    authority: Authority | None = None,
    decisions: Decisions | None = None,
) -> tuple[Case, ...]:
    """What a curator may decide: kinds in a fixed order, each in the order of the documents.

    `resolved` are the records of a whole collection, resolved with the same `authority` and
    `decisions`; `texts` are the texts of their documents by SHA-256.
    """
    known = tuple(resolved)
    cuts = decisions.cuts if decisions else {}
    decided = {
        frozenset((str(row.first), str(row.second) if row.second else row.entry))
        for row in (decisions.rows if decisions else ())
    }
    room = _Room(texts, authority, _seen(known))
    found: dict[frozenset[str], Case] = {}
    for one in known:
        parts = divide(clusters(one.record), cuts.get(one.record.source.sha256[:16], ()))
        cases = (*room.likenesses(one), *room.candidates(one), *room.merges(one, parts), *room.links(one))
        for case in cases:
            pair = frozenset(case.refs)
            if pair not in decided:
                found.setdefault(pair, case)
    return tuple(sorted(found.values(), key=lambda case: KINDS.index(case.kind)))


def _seen(resolved: Iterable[Resolved]) -> dict[str, _Seen]:
    """For each agent the record in which it is best named, whatever order they come in."""
    found: dict[str, _Seen] = {}
    for one in resolved:
        mentions = {mention.id: mention for mention in mentions_of(one.record)}
        agents = {agent.key: agent for agent in one.agents}
        for told in one.identifications:
            mention = mentions[told.mention]
            new = _Seen(one.record, mention, agents[told.agent])
            old = found.get(told.agent)
            if old is None or _rank(new) < _rank(old):
                found[told.agent] = new
    return found


def _rank(seen: _Seen) -> tuple[tuple[int, ...], str, int]:
    mention = seen.mention
    size = mention_name(mention).fullness if mention.kind == "person" else (len(mention.name),)
    return tuple(-n for n in size), seen.record.id, mention.name_start


@dataclass(frozen=True, slots=True)
class _Room:
    """Where the cases of one record are made: the texts, the authority, and who occurs where."""

    texts: Mapping[str, Text]
    authority: Authority | None
    seen: Mapping[str, _Seen]

    def likenesses(self, one: Resolved) -> Iterator[Case]:
        """Agents that may be one."""
        here = _seen([one])
        for likeness in one.likenesses:
            first = here.get(likeness.first) or self.seen.get(likeness.first)
            second = here.get(likeness.second) or self.seen.get(likeness.second)
            if first and second:
                yield self._case(
                    "undecided", first, second, likeness.reason, likeness.against or "", likeness.certainty
                )

    def candidates(self, one: Resolved) -> Iterator[Case]:
        """Entries of the authority among which nothing decides."""
        for agent in one.agents:
            if agent.authority is None and self.authority is not None:
                others = len(agent.candidates) - 1
                against = (
                    f"{others} other entr{'y fits' if others == 1 else 'ies fit'} as well" if others else ""
                )
                for iri in agent.candidates:
                    reason = "the name fits this entry of the authority file, or nearly fits it"
                    entry = self.authority.get(iri)
                    if entry is not None:
                        yield self._linked(
                            "candidate",
                            self.seen[agent.key],
                            entry,
                            reason,
                            against or "nothing else decides for it",
                            "possible",
                        )

    def merges(self, one: Resolved, parts: Iterable[Cluster]) -> Iterator[Case]:
        """Names that were put together in one document on little ground."""
        agents = {told.mention: told.agent for told in one.identifications}
        by_key = {agent.key: agent for agent in one.agents}
        for cluster in parts:
            if cluster.head is None or len(cluster.mentions) < 2:
                continue
            agent = by_key[agents[cluster.mentions[0].id]]
            done: set[str] = set()
            for mention, ground in zip(cluster.mentions, cluster.grounds, strict=True):
                against = _against(cluster, mention, ground.rule, ground.certainty)
                if not against or mention.id in done:
                    continue
                same = unit(cluster, mention)
                done.update(other.id for other in same)
                rest = [other for other in cluster.mentions if other not in same]
                if rest:
                    fullest = min(rest, key=lambda other: _rank(_Seen(one.record, other, agent)))
                    yield self._case(
                        "risky",
                        _Seen(one.record, mention, agent),
                        _Seen(one.record, fullest, agent),
                        ground.reason,
                        against,
                        ground.certainty,
                    )

    def links(self, one: Resolved) -> Iterator[Case]:
        """Agents that were tied to something beyond their document on little ground."""
        here = _seen([one])
        told = {each.mention: each for each in one.identifications}
        for agent in one.agents:
            best = told[here[agent.key].mention.id]
            rule, reason, certainty = best.rule, best.reason, best.certainty
            if rule not in _BEYOND or certainty == "certain":
                continue
            entry = self.authority.get(agent.key) if self.authority else None
            elsewhere = self.seen[agent.key]
            if entry is not None:
                yield self._linked("risky", here[agent.key], entry, reason, _BEYOND[rule], certainty)
            elif elsewhere.record.id != one.record.id:
                yield self._case("risky", here[agent.key], elsewhere, reason, _BEYOND[rule], certainty)

    def _case(
        self, kind: Kind, first: _Seen, second: _Seen, reason: str, against: str, certainty: str
    ) -> Case:
        return Case(
            kind=kind,
            first=self._passage(first),
            second=self._passage(second),
            first_name=first.mention.name,
            second_name=second.mention.name,
            reason=reason,
            against=against,
            certainty=certainty,
        )

    def _linked(
        self, kind: Kind, first: _Seen, entry: Entry, reason: str, against: str, certainty: str
    ) -> Case:
        return Case(
            kind=kind,
            first=self._passage(first),
            second=None,
            first_name=first.mention.name,
            second_name=entry.label,
            reason=reason,
            against=against,
            certainty=certainty,
            entry=entry.iri,
            description=_described(entry),
        )

    def _passage(self, seen: _Seen) -> Passage:
        return passage(seen.record, seen.mention, self.texts)


def passage(record: Record, mention: Mention, texts: Mapping[str, Text]) -> Passage:
    """A name in its text; in markup and in other files no more stands around it than evidence quotes."""
    evidence = mention.evidence
    text = texts.get(evidence.source) if evidence.path is None else None
    content, offset = (text.content, 0) if text is not None else (evidence.quote, evidence.start)
    start, end = mention.name_start - offset, mention.name_end - offset
    before = " ".join(f"|{content[max(0, start - AROUND) : start]}|".split())[1:-1]
    after = " ".join(f"|{content[end : end + AROUND]}|".split())[1:-1]
    names = {info.sha256: info.name for info in (*record.witnesses, record.source)}
    return Passage(
        record.id,
        Place.of(mention, record.source.sha256),
        before,
        " ".join(content[start:end].split()),
        after,
        names.get(evidence.source, ""),
        evidence.path or "",
    )


def _against(cluster: Cluster, mention: Mention, rule: str, certainty: Certainty) -> str:
    """What speaks against a mention being of its cluster, empty if nothing is known to."""
    if rule == "agent/spelling" and certainty == "certain":
        return ""
    if rule in RISKY:
        common = rule == "agent/surname" and is_common(mention_name(mention))
        return RISKY[rule] + ("; it is a common one" if common else "")
    if mention.evidence.rule == _INVERTED and rule != CURATOR:
        return "the family name was taken to stand first, before the comma"
    return ""


def _described(entry: Entry) -> str:
    years = f" ({entry.birth or '?'}–{entry.death or '?'})" if entry.birth or entry.death else ""
    offices = "; ".join(
        office.title + (f" ({office.start or ''}–{office.end or ''})" if office.start or office.end else "")
        for office in entry.offices[:3]
    )
    return f"{entry.label}{years}" + (f": {offices}" if offices else "")
