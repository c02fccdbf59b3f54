"""Frames: what is written alike of all subjects of which the same is said.

Many subjects are told of in the same few ways, such as each passage of a source or each statement that
it supports. So statements are put together by form: the predicates of a subject, and whether the object of
each is an IRI. A writer makes the text of a form once, with a slot for each object, and fills it for one
subject after the other. Nothing here knows any vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, count, groupby, pairwise
from operator import itemgetter, lt, ne
from typing import Final, NamedTuple

from fonds.errors import OutputError
from fonds.rdf.terms import SUBJECT, Term, Triple

#: The predicates of a subject, and the type of the object of each: `str` or `Literal`.
Form = tuple[tuple[str, ...], tuple[type, ...]]
#: The tokens of a subject and of its objects.
Filling = tuple[bytes, ...]
#: A subject, the object of each predicate, and what picks the tokens of all these from any table at once.
Row = tuple[str, tuple[Term, ...], Callable[[Mapping[Term, bytes]], Filling]]
#: What is said, by form. A subject stands in one row; several objects of one predicate differ, and
#: follow each other, literals before IRIs.
Told = dict[Form, list[Row]]

#: Frames that a writer remembers, and predicates from which on none is.
_REMEMBERED: Final = 4_000
_LONG: Final = 100


class Frame(NamedTuple):
    """A text with slots (`%b`) for a subject and for the objects of its predicates.

    `order` puts the tokens of a subject and its objects into the order of the slots; it is None where they
    stand in it. `cuts` say which of them go into each slot; of several, which are sorted there, what parts
    them and what ends each; of one, what stands for its newlines, if they do not stay. They are None where
    each slot takes one token as it is. `used` are the prefixes in the text, and `schemes` those of its
    IRIs that are not `scheme://…`.
    """

    text: bytes
    order: Callable[[Filling], Filling] | None
    cuts: tuple[tuple[int | slice, bytes, bytes], ...] | None
    used: frozenset[str]
    schemes: frozenset[str]

    def filled(self, rows: Iterable[Row], tokens: Mapping[Term, bytes]) -> list[tuple[str, bytes]]:
        """Each subject with the text around its tokens."""
        text, order, cuts = self.text, self.order, self.cuts
        if cuts is None:
            if order is None:
                return [(subject, text % pick(tokens)) for subject, _, pick in rows]
            return [(subject, text % order(pick(tokens))) for subject, _, pick in rows]
        made = []
        for subject, _, pick in rows:
            filling = pick(tokens) if order is None else order(pick(tokens))
            parts = [
                (filling[cut].replace(b"\n", parting) if parting else filling[cut])
                if isinstance(cut, int)
                else parting.join(sorted([token + end for token in filling[cut]]))
                for cut, parting, end in cuts
            ]
            made.append((subject, text % tuple(parts)))
        return made


class Slot(NamedTuple):
    """The places of the objects in a slot; of several, what parts them and what ends each.

    `newline` stands for the newlines in a single one, if they do not stay.
    """

    places: Sequence[int]
    parting: str = ""
    end: str = ""
    newline: str = ""


def frame(text: str, slots: Iterable[Slot], used: Iterable[str] = (), schemes: Iterable[str] = ()) -> Frame:
    """The frame of a text with these slots behind that of the subject."""
    row = [0]
    cuts: list[tuple[int | slice, bytes, bytes]] = [(0, b"", b"")]
    for places, parting, end, newline in slots:
        at = len(row)
        row += [place + 1 for place in places]
        if len(places) == 1:
            cuts.append((at, newline.encode(), b""))
        else:
            cuts.append((slice(at, len(row)), parting.encode(), end.encode()))
    return Frame(
        text.encode(),
        None if row == sorted(row) else itemgetter(*row),
        tuple(cuts) if any(parting for _, parting, _ in cuts) else None,
        frozenset(used),
        frozenset(schemes),
    )


class Frames(dict[Form, Frame]):
    """From a form to its frame, made when it is first asked for."""

    def __init__(self, make: Callable[[Form], Frame]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, form: Form) -> Frame:
        made = self._make(form)
        if len(form[0]) < _LONG:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[form] = made
        return made


def places(names: Iterable[str]) -> dict[str, list[int]]:
    """The predicates in order, and where each stands in a row."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(name, []).append(place)
    return {name: found[name] for name in sorted(found)}


def kept(text: str) -> str:
    """A text as it stands in the text of a frame."""
    return text.replace("%", "%%")


def _add(made: Told, subject: str, names: tuple[str, ...], things: tuple[Term, ...]) -> None:
    form = names, tuple(map(type, things))
    known = made.get(form)
    if known is None:
        known = made[form] = []
    known.append((subject, things, itemgetter(subject, *things)))


def told(triples: Iterable[Triple]) -> Told:
    """What is said, by form; fastest where the triples are in order."""
    rows = list(triples)
    if not rows:
        return {}
    subjects, names, things = zip(*rows)  # noqa: B905 - all are triples
    kinds = tuple(map(type, things))
    starts = [0, *compress(count(1), map(ne, subjects, subjects[1:]))]
    each = [subjects[start] for start in starts]
    if not all(map(lt, each, each[1:])):
        return told(sorted(rows, key=SUBJECT))
    made: Told = {}
    for subject, start, end in zip(each, starts, [*starts[1:], len(rows)], strict=True):
        some = things[start:end]
        form = names[start:end], kinds[start:end]
        row = subject, some, itemgetter(subject, *some)
        if form in made:
            made[form].append(row)
        else:
            made[form] = [row]
    return _settled(made)


def _settled(made: Told) -> Told:
    """The same, where several objects of one predicate differ and are in order."""
    for form in [form for form in made if len({*form[0]}) < len(form[0])]:
        names, kinds = form
        same = [place for place, (one, other) in enumerate(pairwise(names)) if one == other]
        if len({*names}) + len(same) == len(names) and all(
            issubclass(kinds[place], str) and issubclass(kinds[place + 1], str) for place in same
        ):
            # as they are nearly always; an itemgetter gives a tuple of two or more
            ones, others = itemgetter(*same, same[0]), itemgetter(*[place + 1 for place in same], same[0] + 1)
            if all(all(map(lt, ones(things), others(things))) for _, things, _ in made[form]):
                continue
        for subject, things, _ in made.pop(form):
            few = sorted({*zip(names, things, strict=True)}, key=_rank)
            _add(made, subject, tuple([name for name, _ in few]), tuple([thing for _, thing in few]))
    return made


def _rank(said: tuple[str, Term]) -> tuple[str, int, str, str, str]:
    # literals before IRIs, as their first characters sort in Turtle
    name, thing = said
    if isinstance(thing, str):
        return name, 1, thing, "", ""
    return name, 0, thing.lexical, thing.language or "", thing.datatype


def in_order(triples: Iterable[Triple]) -> Iterator[Told]:
    """What is said of each subject, one after the other, from triples that are sorted by `terms.SUBJECT`.

    Raises `OutputError` if they are not.
    """
    last = ""
    for subject, group in groupby(triples, SUBJECT):
        if subject < last:
            raise OutputError(f"{subject!r} comes after {last!r}", remedy="sort the statements by subject")
        last = subject
        yield told(group)


def shared(layers: Iterable[Told]) -> set[str]:
    """The subjects of which several layers speak."""
    seen: set[str] = set()
    found: set[str] = set()
    for layer in layers:
        subjects = {row[0] for rows in layer.values() for row in rows}
        found |= seen & subjects
        seen |= subjects
    return found


def united(layers: Iterable[Told], subjects: Iterable[str]) -> Told:
    """What all layers say of some subjects."""
    parts: dict[str, list[tuple[Form, tuple[Term, ...]]]] = {subject: [] for subject in subjects}
    for layer in layers:
        for form, rows in layer.items():
            for subject, things, _ in rows:
                if subject in parts:
                    parts[subject].append((form, things))
    made: Told = {}
    for subject in sorted(parts):
        names = chain.from_iterable([form[0] for form, _ in parts[subject]])
        _add(
            made, subject, tuple(names), tuple(chain.from_iterable([things for _, things in parts[subject]]))
        )
    return _settled(made)


def terms(layers: Iterable[Told]) -> dict[Term, None]:
    """All subjects and objects, in the order in which they come: what is made of them then lies in order."""
    every = [row for said in layers for rows in said.values() for row in rows]
    things = chain.from_iterable([things for _, things, _ in every])
    return dict.fromkeys(chain([subject for subject, _, _ in every], things))


def objects(layers: Iterable[Told], few: set[str]) -> set[str]:
    """Those of a few IRIs that are objects."""
    rows = chain.from_iterable([rows for said in layers for rows in said.values()])
    return few.intersection(chain.from_iterable([things for _, things, _ in rows]))
