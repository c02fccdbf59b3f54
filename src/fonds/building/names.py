"""The personal names of a collection, on disk, and which of them a record asks for.

`told` is what one record tells of names, and asks of them. `gather` joins what all records tell;
`index` opens the outcome by its path, in any process. `asked` is a digest of everything in it
that resolving one record reads: as long as it stays the same, so does the outcome. By which document
the collection knows a name is part of that only for names of which the outcome speaks: else a changed
document, whose id is another one, would touch all in which somebody of the same surname is named.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fonds.agents.cluster import clusters
from fonds.agents.collection import CROWD as _CROWD
from fonds.agents.collection import Index, Known, joined, persons
from fonds.agents.collection import told as told_of
from fonds.agents.divide import divide
from fonds.building.keys import digest

if TYPE_CHECKING:
    from fonds.agents.decisions import Cut
    from fonds.record import Record

_CROWDED: Final = b"a crowd"
#: Surnames that a process remembers, each with up to `CROWD` names of some two kilobytes, and names of
#: surnames that too many bear.
_REMEMBERED: Final = 512
_NAMES: Final = 4096


#: A name of which a record tells: surname key, folded name, and what is known of it, pickled.
Told = tuple[str, str, bytes]
#: A name for which resolving a record asks, and whether it also asks for others of the surname.
Asked = tuple[str, str, bool]


def told(record: Record, cuts: tuple[Cut, ...] = ()) -> tuple[list[Told], list[Asked]]:
    """What a record tells of names, and for which it asks."""
    found = divide(clusters(record), cuts)
    described = persons(record, found)
    tells = [
        (known.person.head.key, known.person.head.normal, pickle.dumps(known, protocol=5))
        for known in told_of(record, found, described)
    ]
    asks: dict[tuple[str, str], bool] = {}
    for person in described:
        if person is not None:
            name = person.head.key, person.head.normal
            asks[name] = asks.get(name, False) or bool(person.head.family and person.alone)
    return tells, [(*name, beside) for name, beside in sorted(asks.items())]


def gather(rows: Iterable[tuple[str, str, bytes, int]], path: Path) -> None:
    """Join what records tell into a file at `path`.

    The rows come sorted by surname key, name, and the place in the collection where it is told. Names
    of one surname keep the order in which the collection tells of them first.
    """
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA journal_mode = OFF")
        store.execute("PRAGMA synchronous = OFF")
        store.execute(
            "CREATE TABLE known (family TEXT, normal TEXT, known BLOB, own BLOB, who BLOB, place INT, "
            "PRIMARY KEY (family, normal)) WITHOUT ROWID"
        )
        store.execute("CREATE TABLE groups (family TEXT PRIMARY KEY, beside BLOB, size INT) WITHOUT ROWID")
        for family, group in groupby(rows, key=itemgetter(0)):
            beside: list[tuple[int, bytes]] = []
            size = 0
            for normal, same in groupby(group, key=itemgetter(1)):
                known, place = _joined(same)
                size += 1
                data = pickle.dumps(known, protocol=5)
                own = digest(normal, known.namesakes)
                who = digest(known.person.record, known.person.key)
                row = family, normal, data, own, who, place
                store.execute("INSERT INTO known VALUES (?, ?, ?, ?, ?, ?)", row)
                if size <= _CROWD:
                    beside.append((place, _beside(normal, known)))
            mark = _CROWDED if size > _CROWD else digest(*(seen for _, seen in sorted(beside)))
            store.execute("INSERT INTO groups VALUES (?, ?, ?)", (family, mark, size))
    store.close()


def _joined(rows: Iterator[tuple[str, str, bytes, int]]) -> tuple[Known, int]:
    """One name from what each record tells of it, and where it is told first."""
    first = next(rows)
    # these bytes were written by `told`, in a process of this or an earlier build
    told = (pickle.loads(row[2]) for row in chain([first], rows))  # noqa: S301
    return joined(told).concise(), first[3]


def _beside(normal: str, known: Known) -> bytes:
    """What others of the surname see of a name, but for the document by which the collection knows it.

    Of its documents they see only whether there are several.
    """
    person = known.person
    names = [
        (name.text, name.family, name.forenames, name.suffix, name.sex, name.wife) for name in person.names
    ]
    return digest(
        *(
            normal,
            names,
            person.shared,
            person.titles,
            person.first,
            person.last,
            person.acting,
            person.alone,
        ),
        *(known.documents > 1, known.first, known.last, known.parted),
        *(known.namesakes.lives, sorted(known.offices)),
    )


class Families(Mapping[str, Mapping[str, Known]]):
    """The names by surname key, read from the file when they are asked for."""

    def __init__(self, path: Path) -> None:
        self._store = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        self._group = lru_cache(maxsize=_REMEMBERED)(self._read)
        self._one = lru_cache(maxsize=_NAMES)(self._named)

    def _read(self, family: str) -> Mapping[str, Known]:
        row = self._store.execute("SELECT size FROM groups WHERE family = ?", (family,)).fetchone()
        if row is None:
            return {}
        if row[0] > _CROWD:
            return Group(self._store, family, row[0], self._one)
        query = "SELECT normal, known FROM known WHERE family = ? ORDER BY place"
        rows = self._store.execute(query, (family,))
        return {normal: pickle.loads(known) for normal, known in rows}  # noqa: S301 - pickled by this build

    def _named(self, family: str, normal: str) -> Known | None:
        query = "SELECT known FROM known WHERE family = ? AND normal = ?"
        row = self._store.execute(query, (family, normal)).fetchone()
        return pickle.loads(row[0]) if row is not None else None  # noqa: S301 - pickled by this build

    def __getitem__(self, family: str) -> Mapping[str, Known]:
        found = self._group(family)
        if not found:
            raise KeyError(family)
        return found

    def __iter__(self) -> Iterator[str]:
        return (row[0] for row in self._store.execute("SELECT family FROM groups ORDER BY family"))

    def __len__(self) -> int:
        return int(self._store.execute("SELECT count(*) FROM groups").fetchone()[0])


class Group(Mapping[str, Known]):
    """The names of one surname, in the order in which the collection tells of them; none is held."""

    def __init__(
        self, store: sqlite3.Connection, family: str, size: int, one: Callable[[str, str], Known | None]
    ) -> None:
        self._store, self._family, self._size, self._one = store, family, size, one

    def __getitem__(self, normal: str) -> Known:
        found = self._one(self._family, normal)
        if found is None:
            raise KeyError(normal)
        return found

    def __iter__(self) -> Iterator[str]:
        query = "SELECT normal FROM known WHERE family = ? ORDER BY place"
        return iter([row[0] for row in self._store.execute(query, (self._family,))])

    def __len__(self) -> int:
        return self._size


def index(path: Path) -> Index:
    """The names that `gather` wrote, for `resolve_record`."""
    return Index(Families(path))


_NAME: Final = (
    "SELECT k.own, g.beside FROM names.groups AS g LEFT JOIN names.known AS k "
    "ON k.family = g.family AND k.normal = ? WHERE g.family = ?"
)
_WHO: Final = "SELECT who FROM names.known WHERE family = ? AND normal = ?"


def asked(store: sqlite3.Connection, asks: Iterable[Asked], cites: Iterable[tuple[str, str]] = ()) -> bytes:
    """A digest of all that resolving a record reads of the names of the collection.

    `cites` are the names of which it spoke when it was resolved last (`fonds.agents.resolve.Decided`).
    `store` holds the file of `gather` attached as `names`.
    """
    found: list[tuple[object, ...]] = []
    for family, normal, beside in asks:
        own, others = store.execute(_NAME, (normal, family)).fetchone() or (None, None)
        found.append((family, normal, own, others if beside else None))
    found += [(*name, *(store.execute(_WHO, name).fetchone() or ())) for name in cites]
    return digest(found)
