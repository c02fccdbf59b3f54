"""What the decisions of a curator mean in a collection.

`settle` looks up the places of which they speak, gathers the agents that are the same, and gives
each the key that it has in every document. A decision speaks of an agent wherever it occurs; only
`different` between two names that were one agent takes the first of them, in its document, out
of it. Places that are no longer there make a decision moot: it is reported and does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

from fonds.agents.authority import Authority
from fonds.agents.collection import Index
from fonds.agents.decisions import Cut, Decision, Decisions, Groups, Place, Side
from fonds.agents.divide import spot
from fonds.agents.identity import found_in, key_of
from fonds.agents.label import label_in
from fonds.agents.link import Link
from fonds.errors import ConfigError
from fonds.record import Finding, Record

#: Kind of a finding: a decision on a hash that no document has, with no document named beside it.
UNKNOWN: Final = "unknown-document"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided about one agent: its key if a decision gives it one, and entries it is not.

    `label` is what the agent that has this key is called, empty if only its documents say.
    """

    key: str | None = None
    refused: frozenset[str] = frozenset()
    unlinked: bool = False
    reason: str = ""
    label: str = ""

    def allowed(self, link: Link) -> Link:
        """A link without the entries that the agent is not."""
        if self.unlinked:
            return Link()
        candidates = tuple(iri for iri in link.candidates if iri not in self.refused)
        if link.entry is not None and link.entry.iri in self.refused:
            return Link(candidates=candidates)
        return link._replace(candidates=candidates)


@dataclass(frozen=True)
class Rulings:
    """The decisions, settled: by key of agent, by pair of keys, and by hash of document.

    `moot` are decisions about what is no longer there.
    """

    agents: dict[str, Ruling] = field(default_factory=dict)
    apart: frozenset[tuple[str, str]] = frozenset()
    cuts: dict[str, tuple[Cut, ...]] = field(default_factory=dict)
    moot: tuple[Finding, ...] = ()
    path: str = "-"

    def check(self) -> None:
        """Raise `ConfigError` if a decision names a document that the collection cannot have had."""
        for finding in self.moot:
            if finding.kind == UNKNOWN:
                line, _, what = finding.message.partition(", decides nothing: ")
                place = str(Path(self.path).with_name(line))
                raise ConfigError(
                    what, place=place, remedy="copy the place from the list that fonds review writes"
                )

    def of(self, own: str, shared: str) -> Ruling:
        """What is decided about the agent that has these keys, in its document and beyond."""
        return self.agents.get(own) or self.agents.get(shared) or Ruling()

    def final(self, key: str) -> str:
        """The key that an agent has after all decisions."""
        ruling = self.agents.get(key)
        return ruling.key if ruling and ruling.key else key

    def divided(self, source: str) -> tuple[Cut, ...]:
        """The decisions within one document, by its SHA-256."""
        return self.cuts.get(source[:16], ())

    def parted(self, one: str, other: str) -> bool:
        """Whether two agents are decided to be two."""
        return (min(one, other), max(one, other)) in self.apart


class _Node(NamedTuple):
    """An agent at a place: its keys in its document and beyond, the entry it is, its name and label."""

    own: str
    base: str
    entry: str | None
    name: str
    record: str
    label: str

    @property
    def natural(self) -> str:
        return self.entry or self.base


class _Case(NamedTuple):
    """A decision whose places have been found."""

    row: Decision
    first: _Node
    second: _Node | None
    entry: str

    @property
    def leaves(self) -> bool:
        """Whether the first has to give up the name that it shares with the second."""
        return (
            self.row.word == "different" and self.second is not None and self.first.base == self.second.base
        )


def settle(
    records: Iterable[Record], index: Index, authority: Authority | None, decisions: Decisions
) -> Rulings:
    """Look up what the decisions speak of, and decide what follows for each agent.

    The records are gone through once and none is kept; those that no decision names, by the hash of their
    file or by id, may be left out. `index` must have been made with the same decisions.

    Raises `ConfigError` with file and line if decisions contradict each other or name an entry that the
    authority file does not have.
    """
    nodes, there = _nodes(records, index, authority, decisions)
    rows: list[_Case] = []
    moot: list[Finding] = []
    for row in decisions.rows:
        entry = _entry(row, authority, decisions) if row.entry else ""
        lost = [place for place in (row.first, row.second) if place and place not in nodes]
        if lost:
            moot.append(_moot(row, lost[0], there, decisions.path))
        else:
            rows.append(_Case(row, nodes[row.first], nodes[row.second] if row.second else None, entry))
    return replace(_ruled(rows, decisions), cuts=decisions.cuts, moot=tuple(moot))


def _nodes(
    records: Iterable[Record], index: Index, authority: Authority | None, decisions: Decisions
) -> tuple[dict[Place, _Node], frozenset[str]]:
    """The agent at each place; and which of the documents that decisions name are there, by hash or by id."""
    wanted: dict[str, dict[Place, None]] = {}
    for row in decisions.rows:
        for place in (row.first, row.second):
            if place is not None:
                wanted.setdefault(place.source, {})[place] = None
    nodes: dict[Place, _Node] = {}
    named = {document for row in decisions.rows for document in row.documents}
    there: set[str] = set()
    for record in records:
        source = record.source.sha256[:16]
        if record.id in named:
            there.add(record.id)
        if source not in wanted:
            continue
        there.add(source)
        found = found_in(record, authority, decisions.cuts.get(source, ()), index)
        for place in wanted[source]:
            spotted = spot(found.clusters, place)
            if spotted is None:
                continue
            at, mention = spotted
            cluster, person, own = found.clusters[at], found.persons[at], found.own[at]
            base, _ = key_of(cluster, person, own, Link(), index)
            entry = found.links[at].entry
            label = label_in(record, (cluster,), (person,), base, index)
            nodes[place] = _Node(own, base, entry.iri if entry else None, mention.name, record.id, label)
    return nodes, frozenset(there)


def _entry(row: Decision, authority: Authority | None, decisions: Decisions) -> str:
    """The entry that a decision names, by its own IRI or by one that it states for itself."""
    if authority is None or authority.get(row.entry) is not None:
        return row.entry
    found = [entry.iri for entry in authority.entries if row.entry in entry.links]
    if len(found) != 1:
        what = f"no entry of {authority.path} has the IRI {row.entry}"
        raise decisions.error(row.line, what, "copy the IRI from the authority file, or add the entry")
    return found[0]


def _moot(row: Decision, place: Place, there: frozenset[str], path: str) -> Finding:
    document = row.documents[0 if place == row.first else 1]
    kind, why = "moot-decision", f"the document {document} is not in the collection any more"
    if place.source in there:
        why = f"nobody is named at {place.start}–{place.end} of {document or place.source} any more"
    elif document in there:
        why = f"the text of {document} has changed"
    elif not document:
        kind, why = UNKNOWN, f"no document has the SHA-256 {place.source}…"
    # the name of the file alone: no path of the machine enters a dump
    return Finding(kind=kind, message=f"{Path(path).name}, line {row.line}, decides nothing: {why}")


def _ruled(rows: list[_Case], decisions: Decisions) -> Rulings:
    """The key of each agent after all decisions."""
    leaving = {case.first.own for case in rows if case.leaves}

    def stem(node: _Node) -> str:
        return node.own if node.own in leaving else node.base

    groups = Groups(decisions.path)
    known: dict[str, dict[_Node, None]] = {}
    reasons: dict[str, str] = {}
    confirmed: dict[str, str] = {}
    for case in rows:
        first, second = stem(case.first), stem(case.second) if case.second else None
        known.setdefault(first, {})[case.first] = None
        if case.second and second:
            known.setdefault(second, {})[case.second] = None
        if first == second and case.row.word == "same":
            # one already: confirmed here, or in their document if that is where they were merged
            if case.second and case.first.own != case.second.own:
                groups.side(first)
                confirmed.setdefault(case.first.own, _reason(case.row, case.second, ""))
            continue
        groups.take(case.row, first, second, case.entry)
        reasons.setdefault(first, _reason(case.row, case.second, case.entry))
        if second and case.row.word == "same":
            reasons.setdefault(second, _reason(case.row, case.first, case.entry))
    gone = _gone(rows, groups, stem)
    agents: dict[str, Ruling] = {}
    finals: dict[str, str] = {}
    for side in list(groups.sides()):
        members = {node: key for key in side.keys for node in known[key]}
        final = _key(list(members), side, gone.get(side.keys[0], frozenset()))
        label = min((final not in (node.natural, node.own), node.own, node.label) for node in members)[2]
        ruling = Ruling(None, frozenset(side.refused), side.unlinked is not None)
        for node, key in members.items():
            finals[node.own] = final
            changed = side.entry or final != node.natural or node.own in confirmed
            reason = reasons.get(key) or confirmed.get(node.own, "")
            agents[node.own] = replace(ruling, key=final if changed else None, reason=reason, label=label)
            if key == node.base != node.own:
                told = final if side.entry or (side.joined and final != key) else None
                called = label if final == (told or key) else ""
                agents[key] = replace(ruling, key=told, reason=reasons.get(key, ""), label=called)
    apart = {
        tuple(sorted((finals[case.first.own], finals[case.second.own] if case.second else case.entry)))
        for case in rows
        if case.row.word == "different"
    }
    return Rulings(agents, frozenset((one, other) for one, other in apart), path=decisions.path)


def _gone(rows: list[_Case], groups: Groups, stem: Callable[[_Node], str]) -> dict[str, frozenset[str]]:
    """For each agent the keys that it cannot have, since another has them who is someone else."""
    found: dict[str, frozenset[str]] = {}
    for case in rows:
        if case.second is None or case.row.word != "different":
            continue
        first, second = groups.side(stem(case.first)), groups.side(stem(case.second))
        taken = {case.second.base, case.second.natural} - {second.entry and case.second.natural}
        found[first.keys[0]] = found.get(first.keys[0], frozenset()) | frozenset(filter(None, taken))
        for one, other in ((first, second), (second, first)):
            if one.entry:  # what one is by decision, the other cannot be by a rule
                other.refused.setdefault(one.entry[0], case.row.line)
    return found


def _key(members: list[_Node], side: Side, gone: frozenset[str]) -> str:
    """The key of agents that are the same: an entry, else a name shared by documents, else the least."""
    if side.entry:
        return side.entry[0]
    linked = {node.entry for node in members if node.entry} - gone - set(side.refused)
    if len(linked) == 1 and not side.unlinked:  # two entries on which the rules disagree are no answer
        return min(linked)
    shared = sorted(node.base for node in members if node.base != node.own and node.base not in gone)
    return shared[0] if shared else min(node.own for node in members)


def _reason(row: Decision, other: _Node | None, entry: str) -> str:
    if row.note:
        return row.note
    whom = f"“{other.name}” in {other.record}" if other else f"the authority entry {entry}"
    if row.word == "no link":
        return "a curator decided that no entry of the authority file is meant"
    verb = "is not" if row.word == "different" else "is"
    return f"a curator decided that this {verb} {whom}"
