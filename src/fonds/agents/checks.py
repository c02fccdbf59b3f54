"""What a historian would check once it is known who is who.

Each check looks at one resolved record: who signed and who received it, when the people whom an
authority file knows lived and held office, whether its date lies in the time of the collection,
and what another capture of it reads differently. Nothing is changed and both readings are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import Final, NamedTuple

from fonds.agents.authority import Authority, Entry
from fonds.agents.captures import Capture, captures, differing, groups, signatures
from fonds.agents.link import office_agrees
from fonds.agents.match import compare, mention_name
from fonds.record import Agent, DateStatement, Finding, Identification, Party, PartyRole, Record, Resolved

#: Roles of those from whom a record goes out, and of those to whom it goes.
FROM: Final[frozenset[PartyRole]] = frozenset({"signatory"})
TO: Final[frozenset[PartyRole]] = frozenset({"addressee", "copy-recipient"})
#: Roles that only the living have.
ALIVE: Final[frozenset[PartyRole]] = TO.union(("author", "sender", "signatory", "drafter", "clearance"))
#: Days by which a title may precede an office or outlast it.
_SLACK: Final = 92


@dataclass(frozen=True)
class Checks:
    """What checks need to know of the whole collection.

    `period` is its first and last year; `alike` names for each record the others that may capture
    the same document, `captures` holds what each of these says.
    """

    period: tuple[int, int] | None = None
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    captures: Mapping[str, Capture] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Callable[[], Iterable[Record]], period: tuple[int, int] | None = None) -> Checks:
        """Go over the records, which `records` gives anew each time, and keep what checks need."""
        often = _often(records())
        alike = groups(one for one in records() if any(_mark(each) in often for each in signatures(one)))
        return cls(period, alike, captures(records(), alike) if alike else {})


def _often(records: Iterable[Record]) -> frozenset[bytes]:
    """The signatures that several records share; of the others, nearly all, only a few bytes are held."""
    once: set[bytes] = set()
    often: set[bytes] = set()
    for record in records:
        for mark in map(_mark, signatures(record)):
            (often if mark in once else once).add(mark)
    return frozenset(often)


def _mark(signature: tuple[str, ...]) -> bytes:
    return blake2b(repr(signature).encode("utf-8", "surrogatepass"), digest_size=8).digest()


class _Known(NamedTuple):
    """A resolved record, by mention and by agent."""

    resolved: Resolved
    told: dict[str, Identification]
    agents: dict[str, Agent]
    authority: Authority | None

    def agent(self, party: Party) -> Agent | None:
        told = self.told.get(party.mention.id)
        return self.agents[told.agent] if told is not None else None

    def sure(self, party: Party) -> bool:
        told = self.told.get(party.mention.id)
        return told is not None and told.certainty == "certain"


def checked(resolved: Resolved, checks: Checks, authority: Authority | None = None) -> Resolved:
    """The record with what the checks found added to the findings of the part that it concerns."""
    known = _Known(
        resolved,
        {told.mention: told for told in resolved.identifications},
        {agent.key: agent for agent in resolved.agents},
        authority,
    )
    record = _with(resolved.record, known)
    collection = (*_period(record, checks.period), *_captures(record, checks))
    if collection:
        record = replace(record, findings=(*record.findings, *collection))
    return resolved if record is resolved.record else replace(resolved, record=record)


def _with(record: Record, known: _Known) -> Record:
    found = (*_both_ends(record, known), *_lives(record, known), *_offices(record, known))
    parts = tuple(_with(part, known) for part in record.parts)
    if all(new is old for new, old in zip(parts, record.parts, strict=True)) and not found:
        return record
    return replace(record, parts=parts, findings=(*record.findings, *found))


def _both_ends(record: Record, known: _Known) -> Iterator[Finding]:
    """Someone who signed a record and also received it."""
    signed = {
        agent.key: party
        for party in record.parties
        if party.role in FROM and party.mention.kind == "person" and known.sure(party)
        if (agent := known.agent(party))
    }
    told: set[str] = set()
    for party in record.parties:
        agent = known.agent(party)
        if party.role not in TO or agent is None or agent.key not in signed or agent.key in told:
            continue
        if party.evidence.zone == "title":
            continue  # a name behind the office of a sender is easily taken for the addressee
        own = signed[agent.key]
        if party.mention.id != own.mention.id and known.sure(party):
            told.add(agent.key)
            how = "addressed" if party.role == "addressee" else "sent a copy"
            yield Finding(
                kind="signatory-receives",
                message=f"{agent.label} signed it and is also {how}",
                evidence=(own.evidence, party.evidence),
            )


def _dated(record: Record) -> DateStatement | None:
    """The date of a record, if the record states it to the day."""
    own = record.date
    exact = own is not None and own.earliest is not None and own.earliest == own.latest
    return own if own is not None and exact and own.evidence.status == "stated" else None


def _lives(record: Record, known: _Known) -> Iterator[Finding]:
    """A sender or addressee who was dead, or not yet born, on the day of the record."""
    own = _dated(record)
    if own is None or own.earliest is None or known.authority is None:
        return
    told: set[str] = set()
    for party in record.parties:
        agent = known.agent(party)
        if agent is None or party.role not in ALIVE or agent.key in told:
            continue
        entry = _entry(agent, party, known.authority)
        if entry is None:
            continue
        born, died = _first(entry.birth), _last(entry.death)
        role = party.role.replace("-", " ")
        if died is not None and own.earliest > died:
            kind, what = f"dead-{'addressee' if party.role in TO else 'sender'}", f"died in {entry.death}"
        elif born is not None and own.earliest < born:
            kind, what = "before-birth", f"was born in {entry.birth}"
        else:
            continue
        told.add(agent.key)
        yield Finding(
            kind=kind,
            message=f"{agent.label} is {role} on {own.earliest}; by the authority file {entry.label} {what}",
            evidence=(party.evidence, own.evidence),
        )


def _entry(agent: Agent, party: Party, authority: Authority) -> Entry | None:
    """The entry that an agent is, or the only one of its full name, which only time may rule out.

    A namesake is likelier than a letter to the dead, so two forenames must agree, or one in a file
    of the collection's own people.
    """
    if agent.authority is not None:
        return authority.get(agent.authority)
    name = mention_name(party.mention)
    if party.mention.kind != "person" or not name.full or agent.candidates:
        return None
    fitting = []
    for entry, forms in authority.bearers(name):
        agreements = [compare(name, form) for form in forms]
        points = max((each.points for each in agreements if each.conflict is None), default=0)
        if points >= (2 if entry.scope == "collection" else 3):
            fitting.append(entry)
    return fitting[0] if len(fitting) == 1 else None


def _offices(record: Record, known: _Known) -> Iterator[Finding]:
    """A party who bears the title of an office at a time when someone else held it."""
    own = _dated(record)
    if own is None or own.earliest is None or known.authority is None:
        return
    acting = {party.mention.id: party for party in record.parties if party.role in ALIVE}
    for position in record.positions:
        party = acting.get(position.holder.id)
        agent = known.agent(party) if party else None
        if agent is None or agent.authority is None or position.state == "past" or position.period:
            continue
        if position.kind != "office" or position.evidence.status != "stated":
            continue
        entry = known.authority.get(agent.authority)
        terms = [
            office
            for office in (entry.offices if entry else ())
            if entry and office_agrees((position.title,), replace(entry, offices=(office,)))
        ]
        if terms and not any(_held(office.start, office.end, own.earliest) for office in terms):
            years = ", ".join(f"{office.start or ''}–{office.end or ''}" for office in terms)
            yield Finding(
                kind="outside-office",
                message=f"{agent.label} is called {position.title} on {own.earliest}; in office {years}",
                evidence=(position.evidence, own.evidence),
            )


def _held(start: str | None, end: str | None, day: str) -> bool:
    """Whether an office may have been held on a day; an office without dates may always have been."""
    first, last, here = _first(start), _last(end), date.fromisoformat(day)
    early = first is not None and (date.fromisoformat(first) - here).days > _SLACK
    late = last is not None and (here - date.fromisoformat(last)).days > _SLACK
    return not early and not late


def _first(edtf: str | None) -> str | None:
    """The first day that a date of an authority file may mean; None if it is not that plain."""
    return _day(edtf, "01-01", "01")


def _last(edtf: str | None) -> str | None:
    """The last day that a date of an authority file may mean; a month counts to its 28th at least."""
    return _day(edtf, "12-31", "31")


def _day(edtf: str | None, rest: str, day: str) -> str | None:
    if edtf is None or not edtf.replace("-", "").isdigit() or edtf.startswith("-"):
        return None
    whole = {4: f"{edtf}-{rest}", 7: f"{edtf}-{day}", 10: edtf}.get(len(edtf))
    while whole is not None:
        try:
            return date.fromisoformat(whole).isoformat()
        except ValueError:  # the 31st of a shorter month
            if day != "31" or len(edtf) != 7 or whole.endswith("-27"):
                return None
            whole = f"{edtf}-{int(whole[-2:]) - 1:02}"
    return None


def _period(record: Record, period: tuple[int, int] | None) -> Iterator[Finding]:
    """A date outside the years that the collection covers. What is enclosed may well be older."""
    own = record.date
    if period is None or own is None or not (own.earliest and own.latest):
        return
    if int(own.latest[:4]) < period[0] or int(own.earliest[:4]) > period[1]:
        words = " ".join(own.evidence.quote.split())
        yield Finding(
            kind="outside-period",
            message=f"dated {words!r}, outside of the collection's period {period[0]}–{period[1]}",
            evidence=(own.evidence,),
        )


def _captures(record: Record, checks: Checks) -> Iterator[Finding]:
    """What other captures of the document read differently; told once, with the later file."""
    own = checks.captures.get(record.id)
    if own is None:
        return
    for other in checks.alike.get(record.id, ()):
        known = checks.captures[other]
        if (known.name, known.record) < (own.name, own.record):
            finding = differing(known, own)
            if finding is not None:
                yield finding
