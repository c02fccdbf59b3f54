"""A case for or against a rule, and the cases counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple

from fonds.certainty import Measured
from fonds.evaluation.document import evidence_of
from fonds.evaluation.values import Read
from fonds.extract.own_date import choice
from fonds.record import Evidence, Identification, Mention


class Verdict(NamedTuple):
    """Whether a value that a rule read is right; `right` is None where nothing says so or not.

    `where` and `words` lead to the value.
    """

    rule: str
    right: bool | None
    collection: str
    where: str
    words: str

    @classmethod
    def of(cls, evidence: Evidence, right: bool | None, collection: str, document: str) -> Verdict:
        """The case that a value makes for the rule in its evidence."""
        words = " ".join(evidence.quote.split())[:80]
        return cls(evidence.rule, right, collection, f"{document}:{evidence.start}", words)


def counted(verdicts: Iterable[Verdict]) -> dict[str, Measured]:
    """The cases of each rule, by rule id; a rule without any case is there with none."""
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for one in verdicts:
        cases = found[one.rule]
        if one.right is not None:
            cases.setdefault(one.collection, [0, 0])[not one.right] += 1
    return {
        rule: Measured(
            rule,
            sum(right for right, _ in found[rule].values()),
            sum(wrong for _, wrong in found[rule].values()),
            tuple((name, cases[0], cases[1]) for name, cases in sorted(found[rule].items())),
        )
        for rule in sorted(found)
    }


def emitted(document: Read, collection: str) -> Iterator[Verdict]:
    """Every rule that a document was read with, without a case."""
    rules = {one.rule for record in document.own for one in evidence_of(record)}
    chosen = (choice(date) for record in document.own for each in record.walk() for date in each.dates)
    rules |= {rule for rule in chosen if rule}
    rules |= {one.rule for resolved in document.resolved for one in resolved.identifications}
    for rule in sorted(rules):
        yield Verdict(rule, None, collection, "", "")


class Named(NamedTuple):
    """An annotated mention: who is meant, and what fonds decided."""

    who: Hashable
    decision: Identification
    where: str
    words: str


def named(
    pairs: Iterable[tuple[Hashable | None, Mention | None]], document: Read, name: str
) -> Iterator[Named]:
    """The decisions about annotated mentions: pairs of who is meant and what was found there."""
    decided = {one.mention: one for resolved in document.resolved for one in resolved.identifications}
    for who, mention in pairs:
        if who is not None and mention is not None and mention.id in decided:
            where = f"{name}:{mention.evidence.start}"
            yield Named(who, decided[mention.id], where, mention.evidence.quote)


def identified(named: Iterable[Named], collection: str) -> Iterator[Verdict]:
    """Whether mentions that were put together name the same person.

    An agent stands for the person whom most of its mentions name. An agent with a single
    annotated mention decides nothing, so it is no case.
    """
    agents: Mapping[str, list[Named]] = defaultdict(list)
    for one in named:
        agents[one.decision.agent].append(one)
    for agent in sorted(agents):
        group = agents[agent]
        count = Counter(one.who for one in group)
        meant = min(count, key=lambda who: (-count[who], str(who)))
        for one in group if len(group) > 1 else ():
            yield Verdict(one.decision.rule, one.who == meant, collection, one.where, one.words)
