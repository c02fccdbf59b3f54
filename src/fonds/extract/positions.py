"""Offices, ranks and memberships that a document says a person held.

The words decide: a title before the name ("Soviet Foreign Minister Molotov", rule
`positions/title`), an office beside it ("Rozanov, Chief of the Japanese Section",
`positions/apposition`; "officials of the Department Cdes. Ponomarev and Baranov",
`positions/before`; "The Ambassador in Russia (Francis)", `positions/holder`), a statement
("Okano was a member of …", `positions/statement`; "The leader of this group was Prince
Higashi-Kuni", `positions/inverted`), or belonging ("Savelyev of the Soviet Mission",
`positions/of`). Whether the office is present or past is said only where the words say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from fonds.extract.name_lexicon import HONORIFIC, MODIFIER, OFFICE, PEOPLE, RANK, name_lexicon
from fonds.extract.position_phrases import REACH, Office, OfficeReader, pattern
from fonds.extract.reading import Reading
from fonds.extract.vocabulary import hits_of
from fonds.record import Mention, Position
from fonds.source import Span

State = Literal["present", "past"] | None
Kind = Literal["office", "rank", "membership"]

_PAST: Final = frozenset({"formerly", "previously", "once", "until recently"})
_PRESENT: Final = frozenset({"now", "currently", "presently", "at present"})


def find_positions(
    reading: Reading, persons: Sequence[Mention], organisations: Sequence[Mention] = ()
) -> tuple[Position, ...]:
    """Every office, rank and membership stated of one of `persons`, in the order of the text.

    An organisation of `organisations` that lies in the words of an office is its organisation.
    """
    people = sorted((m for m in persons if m.kind == "person"), key=lambda m: m.name_start)
    finder = _Finder(reading, people, organisations)
    found: dict[tuple[str, str], Position] = {}
    ranks: dict[str, list[str]] = {}
    for index in range(len(people)):
        for position in finder.positions(index):
            if position.kind == "rank" and _repeated(position, ranks):
                continue
            found.setdefault((position.holder.id, position.title), position)
    for role in persons:
        if role.kind == "role" and (other := finder.also(role)):
            found.setdefault((role.id, other.title), other)
    return tuple(sorted(found.values(), key=lambda p: (p.evidence.start, p.holder.name_start, p.title)))


#: Zones in which "Mr. X, BODY" says where somebody belongs.
_ADDRESSES: Final = frozenset({"routing", "distribution", "signature", "letterhead"})
#: Rules that conclude a little: who belongs to whom, or who "he" is.
_INDIRECT: Final = frozenset({"of", "affiliation", "clause", "stationed"})


class _Finder:
    """The persons of one text and the ways in which it says what they held."""

    def __init__(self, reading: Reading, people: Sequence[Mention], organisations: Sequence[Mention]) -> None:
        self.reading = reading
        self.text = reading.text.content
        self.people = people
        self.lexicon = name_lexicon(reading.lexicon)
        self.organisations = sorted(
            (m for m in organisations if m.kind == "organisation"), key=lambda m: (m.name_start, -m.name_end)
        )
        starts = {at: m for m in people for at in (m.evidence.start, m.name_start)}
        for index, person in enumerate(people):
            starts.setdefault(self._list_start(index), person)
        self.offices = OfficeReader(self.text, self.lexicon, starts, self.organisations)
        hits = hits_of(reading)
        self.serves, self.posts = bool(hits["serving"]), bool(hits["posted"])

    def positions(self, index: int) -> Iterator[Position]:
        """The positions stated of one mention."""
        person = self.people[index]
        after = max(person.name_end, person.evidence.end)
        doubt = pattern("doubt").match(self.text, after)
        after = doubt.end() if doubt else after
        mark = self.text[after : after + 1]
        yield from self._titles(person)
        if mark == ",":
            yield from self._apposition(index, after)
        else:
            yield from self._statement(person, after)
        yield from self._before(index)
        if mark == ",":
            yield from self._affiliation(person, after)
        else:
            yield from self._belonging(person, after)
        yield from self._clauses(index, after)

    def also(self, role: Mention) -> Position | None:
        """ "the Supreme Commander, as permanent Chairman of the body": one office with another."""
        match = pattern("as").match(self.text, role.name_end)
        office = self.offices.at(match.end(), bare=True) if match else None
        if office is None:
            return None
        return self._from_office(role, office, Span(role.evidence.start, office.end), "also", None)

    # Titles

    def _titles(self, person: Mention) -> Iterator[Position]:
        if person.evidence.start == person.name_start:
            return  # a title shared in a list: its words stand before the first name
        for title in person.titles:
            words = title.split()
            while words and self.lexicon.kind(words[0]) & HONORIFIC and not self._is_office(words[0]):
                words = words[1:]
            if not words or not any(self._is_office(word) for word in words):
                continue
            kind: Kind = "rank" if self._is_rank(words) else "office"
            yield self._position(
                person, " ".join(words), kind, Span(person.evidence.start, person.name_end), "title"
            )

    def _is_office(self, word: str) -> bool:
        return bool(self.lexicon.kind(word) & (OFFICE | RANK))

    def _is_rank(self, words: Sequence[str]) -> bool:
        """Whether the words are a rank: "Lt. General", but not "Supreme Commander"."""
        kinds = [self.lexicon.kind(word) for word in words]
        if not kinds[-1] & RANK or (kinds[-1] & OFFICE and len(words) > 1):
            return False
        return all(kind & RANK or (kind & (MODIFIER | PEOPLE) and not kind & OFFICE) for kind in kinds)

    # Offices after the name

    def _apposition(self, index: int, at: int) -> Iterator[Position]:
        """ "Rozanov, Chief of the Japanese Section", "Generalov, who is now Soviet Ambassador"."""
        match = pattern("apposition").match(self.text, at)
        if match is None or ("\n" in match.group() and self.text.startswith("The ", match.end())):
            return  # after a line end "The Secretary of State" is the address below a signature
        office = self.offices.at(match.end(), bare=True)
        if office is None or (match["verb"] is None and not self._closes(office.end)):
            return
        if self.offices.words(office) == office.head and office.start == match.end():
            return  # "President Chirac, Chancellor Kohl": the noun alone may belong to the next name
        holders = [*self._joined_before(index), self.people[index]] if match["both"] else [self.people[index]]
        span = Span(holders[0].evidence.start, office.end)
        for holder in holders:
            yield self._from_office(holder, office, span, "apposition", _state(match["verb"], match["cue"]))

    def _closes(self, at: int) -> bool:
        """Whether an apposition may end here: at a mark, a line end, or before a verb."""
        rest = self.text[at : at + 20]
        if not rest or rest[0] in ",.;:)]—\n" or rest.startswith(" ("):
            return True
        word = rest.split(None, 1)[0] if rest.strip() else ""
        # "the leader of the League formed in China"
        return word in ("and", "who", "was", "had", "has", "is") or (
            word.islower() and word.endswith(("ed", "ing"))
        )

    def _statement(self, person: Mention, at: int) -> Iterator[Position]:
        """ "Okano was a member of the Comintern Executive Committee"."""
        match = pattern("statement").match(self.text, at)
        if match is None:
            return
        bare = match["verb"].endswith("as") or match["cue"] in ("now", "appointed", "elected")
        office = self.offices.at(match.end(), bare=bare)
        if office is None:
            return
        start, state = person.evidence.start, _state(match["verb"], match["cue"])
        earlier = pattern("earlier").search(self.text, max(0, start - 24), start)
        if earlier:
            start, state = earlier.start(), "past"
        yield self._from_office(person, office, Span(start, office.end), "statement", state)

    def _belonging(self, person: Mention, at: int) -> Iterator[Position]:
        """ "Savelyev of the Soviet Mission"."""
        match = pattern("belongs").match(self.text, at)
        end = self.offices.body(match.end()) if match else -1
        if end > 0:
            title = " ".join(self.text[at:end].split())
            yield self._position(person, title, "membership", Span(person.evidence.start, end), "of")

    def _affiliation(self, person: Mention, at: int) -> Iterator[Position]:
        """ "Mr. Allen Dulles, CIA" in a line of address: where somebody belongs, as what is not said."""
        if self.reading.zone_at(person.name_start) not in _ADDRESSES or self.text[at : at + 2] != ", ":
            return
        body = next((m for m in self.organisations if m.name_start == at + 2), None)
        if body is not None and self.text[body.name_end : body.name_end + 1] in ("", "\n", ")", "]"):
            span = Span(person.evidence.start, body.name_end)
            yield self._position(person, body.name, "membership", span, "affiliation")

    def _clauses(self, index: int, at: int) -> Iterator[Position]:
        """Clauses whose subject is the person: "…, he served as an informer", "… stationed in Japan"."""
        if not self.serves and not self.posts:
            return
        person = self.people[index]
        following = self.people[index + 1].name_start if index + 1 < len(self.people) else len(self.text)
        served = pattern("served").match(self.text, at) if self.serves else None
        if served is not None and served.end() <= following:
            office = self.offices.at(served.end(), bare=True)
            if office is not None:
                yield self._from_office(
                    person, office, Span(person.evidence.start, office.end), "clause", "past"
                )
        if not self.posts or not self._begins_sentence(person):
            return
        posted = pattern("stationed").match(self.text, at)
        if posted is not None:
            title = " ".join(posted["title"].split())
            yield self._position(person, title, "office", Span(*posted.span("title")), "stationed", "past")

    def _begins_sentence(self, person: Mention) -> bool:
        at = person.evidence.start - 1
        while at >= 0 and self.text[at] in " \n":
            at -= 1
        return at < 0 or self.text[at] in ".:!?-–"

    # Offices before the name

    def _before(self, index: int) -> Iterator[Position]:
        """ "officials of the Department Cdes. A and B", "The leader of this group was Prince X",
        "The Ambassador in Russia (X)"."""
        person, text = self.people[index], self.text
        start = self._list_start(index)
        if start < 2 or self._is_office_title(person):
            return
        if text[start - 1] in "([" and text[person.name_end : person.name_end + 1] in (")", "]"):
            if (office := self.offices.ending(start - 2, capitals=True)) and text[start - 2] in " \n":
                span = Span(self.offices.with_article(office.start), person.name_end + 1)
                yield self._from_office(person, office, span, "holder", None)
            return
        was = pattern("was").search(text, max(0, start - 6), start)
        if was is None and text[start - 1] not in " \n":
            return
        office = self.offices.ending(was.start() if was else start - 1)
        if office is not None:
            span = Span(self.offices.with_article(office.start), person.name_end)
            state = _state(was["verb"], None) if was else None
            yield self._from_office(person, office, span, "inverted" if was else "before", state)

    def _list_start(self, index: int) -> int:
        """Where the words of a mention begin, the title that it shares with a list included."""
        person = self.people[index]
        if not person.titles or person.evidence.start < person.name_start:
            return person.evidence.start
        first = index
        while first and self.people[first - 1].titles == person.titles and self._joined(first):
            first -= 1
        begin = self.people[first].name_start
        if person.name_start - begin > REACH:
            return person.name_start
        title = person.titles[0]
        at = self.text.rfind(title, max(0, begin - len(title) - 3), begin)
        return at if at >= 0 else begin

    def _is_office_title(self, person: Mention) -> bool:
        return any(self._is_office(word) for title in person.titles for word in title.split())

    def _joined_before(self, index: int) -> list[Mention]:
        """The mentions that stand in one list with the mention at `index`, before it."""
        first = index
        while first and self._joined(first):
            first -= 1
        return list(self.people[first:index])

    def _joined(self, index: int) -> bool:
        """Whether a mention stands in one list with the one before it."""
        between = self.text[self.people[index - 1].name_end : self.people[index].evidence.start]
        return len(between) < 8 and between.strip() in (",", "and", ", and", "&")

    # Making a position

    def _from_office(self, holder: Mention, office: Office, span: Span, rule: str, state: State) -> Position:
        kind: Kind = "membership" if office.head.lower() in ("member", "members") else "office"
        return self._position(holder, self.offices.words(office), kind, span, rule, state)

    def _position(
        self, holder: Mention, title: str, kind: Kind, span: Span, rule: str, state: State = None
    ) -> Position:
        inside = [
            m
            for m in self.organisations
            if span.start <= m.name_start
            and m.name_end <= span.end
            and not m.evidence.span.meets(holder.evidence.span)
        ]
        certainty: Literal["certain", "probable"] = "probable" if rule in _INDIRECT else "certain"
        return Position(
            holder=holder,
            title=title,
            kind=kind,
            evidence=self.reading.evidence(span.start, span.end, f"positions/{rule}", certainty=certainty),
            organisation=max(inside, key=lambda m: m.name_end - m.name_start, default=None),
            state=state,
        )


def _repeated(position: Position, ranks: dict[str, list[str]]) -> bool:
    """Whether a rank only says again, perhaps in short, what a bearer of the surname was called before."""
    words = position.holder.name.split()
    known = ranks.setdefault(words[-1].casefold() if words else "", [])
    title = position.title.casefold()
    if any(title in earlier for earlier in known):
        return True
    known.append(title)
    return False


def _state(verb: str | None, cue: str | None) -> State:
    """Present or past, where a cue says so: a plain "was" may only be the tense of the report."""
    if cue in _PAST or (verb and verb.startswith("had")):
        return "past"
    if cue in _PRESENT or verb in ("is", "serves as", "acts as"):
        return "present"
    return None
