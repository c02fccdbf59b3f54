"""What a collection knows of its names: the same in memory and on disk, and bounded however many bear one."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import mention, of_mentions, record

from fonds.agents import authority, cluster, elsewhere, people, resolve
from fonds.agents import known as knowing
from fonds.agents.authority import Authority, Entry, Office
from fonds.agents.checks import Checks
from fonds.agents.collection import CROWD, MANY, Index, Known, Life, index, joined, together
from fonds.agents.link import Person
from fonds.agents.name import read_name
from fonds.build import converted
from fonds.building import names
from fonds.config import read as read_config
from fonds.record import Evidence, Identifier, Record

CORPUS = Path(__file__).parents[1] / "corpus"


def on_disk(records: Iterable[Record], path: Path) -> Index:
    """The names of a collection in a file, as a build keeps them."""
    rows = [
        (*told, n * 1_000_000 + at)
        for n, each in enumerate(records)
        for at, told in enumerate(names.told(each)[0])
    ]
    names.gather(sorted(rows, key=lambda row: (row[0], row[1], row[3])), path)
    return names.index(path)


def held(found: Index) -> list[tuple[str, list[tuple[str, Known]]]]:
    """All that an index has, names of one surname in their order."""
    return [(family, list(found.families[family].items())) for family in sorted(found.families)]


def known(name: str, ident: str = "a", year: int | None = None, **more: object) -> Known:
    person = Person(ident, f"{ident}/x", (read_name(name),), first=year, last=year)
    return replace(Known(person, 1, year, year), **more)  # type: ignore[arg-type]


NAMES = st.sampled_from(
    [
        *("John Smith", "J. Smith", "Smith", "Mary Smith", "Smyth", "Allen W. Dulles", "Dulles", "A. Dulles"),
        *(
            "Smith, John",
            "JOHN SMITH",
            "Molotov",
            "V. M. Molotov",
            "Вячеслав Молотов",
            "Mrs",
            "Riaño",
            "O'Neill",
            "[x] (",
        ),
    ]
)
TITLES = st.sampled_from(["", "Mr.", "Mrs.", "Secretary of State", "Ambassador to France", "General"])
DOCUMENTS = st.lists(
    st.tuples(
        st.lists(st.tuples(TITLES, NAMES), min_size=1, max_size=5),
        st.none() | st.integers(min_value=1900, max_value=1999),
    ),
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS)
def test_memory_and_disk_hold_the_same(tmp_path: Path, documents: list[tuple[list[tuple[str, str]], int]]):
    records = [record(f"d{n}", *whom, year=year) for n, (whom, year) in enumerate(documents)]
    inside, file = index(records), on_disk(records, tmp_path / "names.db")
    assert held(inside) == held(file)
    assert len(inside.families) == len(file.families)
    assert file.families.get("nobody of this name") is None
    file_list = Authority((Entry(iri="https://example.org/1", label="Smith, John", birth="1900"),))
    for each in records:
        assert resolve.resolve_record(each, inside, file_list) == resolve.resolve_record(
            each, file, file_list
        )


def test_a_collection_is_resolved_alike_from_memory_and_from_disk(tmp_path: Path):
    records, _ = converted(read_config(CORPUS))
    entries = authority.read(CORPUS / "authority.ttl")
    # a surname that too many bear, read name by name from the disk
    crowd = [
        record(f"crowd-{n:03}", f"{chr(65 + n % 26)}{'aeiou'[n % 5]}{n} Stalin", "Stalin")
        for n in range(CROWD + 9)
    ]
    every = [*records, *crowd]
    inside, file = index(every), on_disk(every, tmp_path / "names.db")
    assert any(len(group) > CROWD for group in file.families.values())
    for known_entries in (None, entries):
        for each in every:
            assert resolve.resolve_record(each, file, known_entries) == resolve.resolve_record(
                each, inside, known_entries
            )
    assert held(inside) == held(file)


TOLD = st.builds(
    lambda name, ident, year, refs, life, titles: known(
        name,
        ident,
        year,
        listed=frozenset(refs),
        lives=frozenset(life),
        offices=frozenset((title, year) for title in titles) if year else frozenset(),
    ),
    st.just("John Smith"),
    st.integers(0, 999).map(str),
    st.none() | st.integers(1940, 1943),
    st.sets(st.sampled_from(["a#1", "a#2", "b#1", "c#1"]), max_size=2),
    st.sets(st.builds(Life, st.none() | st.integers(1900, 1902), st.none() | st.just(1960)), max_size=2),
    st.integers(0, 2).flatmap(lambda n: st.sampled_from([[], ["a"], [str(i + 40 * n) for i in range(40)]])),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(TOLD, min_size=1, max_size=6, unique_by=lambda one: one.person.record),
    st.randoms(use_true_random=False),
    st.integers(1, 8),
)
def test_what_documents_tell_adds_up_in_any_order_and_in_any_halves(told, chance, cut):
    whole = joined(told)
    other = list(told)
    chance.shuffle(other)
    assert joined(other) == whole
    halves = [half for half in (told[:cut], told[cut:]) if half]
    assert joined([joined(half) for half in halves]) == whole
    if len(halves) == 2:
        assert together(*map(joined, halves)) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole
    assert whole.concise().namesakes == whole.namesakes, "brevity costs nothing that is read"
    assert len(whole.concise().listed) in (0, 2)
    for year in (1940, 1941, 1942, 1943):
        titles = {title for title, when in whole.offices if when == year}
        every = {title for each in told for title, when in each.offices if when == year}
        assert titles == (every if len(every) <= CROWD else {MANY})


@pytest.mark.parametrize(
    ("count", "words", "why"),
    [
        (1, "", "one document shares nothing"),
        (2, "2 documents", "few are counted"),
        (9, "9 documents", "few are counted"),
        (10, "at least 10 documents", "one more changes nothing"),
        (11, "at least 10 documents", "one more changes nothing"),
        (20, "at least 20 documents", "the next round number is reached"),
        (99, "at least 50 documents", "below the next round number"),
        (123_456, "at least 100,000 documents", "a name of a large collection"),
    ],
)
def test_a_count_that_grows_seldom_changes_what_is_said(count: int, words: str, why: str):
    assert known("John Smith", documents=count).namesakes.documents == words, why


def smiths(count: int) -> list[Record]:
    """Documents that each name another Smith, and one by an office alone."""
    given = [f"{a}{b}{c}" for a in "BCDFGHKLMN" for b in "aeiou" for c in "bcdfghklmnprstvz"]
    return [
        record(
            f"s{n:05}",
            f"{given[n % len(given)].title()} {given[(n * 7) % 799].title()} Smith",
            year=1950,
        )
        for n in range(count)
    ] + [
        record(f"o{n:05}", (f"Consul in {name.title()}", "Smith"), year=1950)
        for n, name in enumerate(given[:count])
    ]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often names are compared, while the test runs."""
    calls = [0]
    for room in (resolve, elsewhere, people):
        before = room.compare

        def compare(one, other, before=before):
            calls[0] += 1
            return before(one, other)

        monkeypatch.setattr(room, "compare", compare)
    return calls


def test_a_surname_of_thousands_costs_a_document_no_more_than_one_of_fifty(
    counted: list[int], tmp_path: Path
):
    file_list = Authority(
        (
            Entry(
                iri="https://example.org/1",
                label="Smith, Jonathan",
                offices=(Office(title="Consul in Nice"),),
            ),
        )
    )
    spent = {}
    for size in (CROWD - 10, 20 * CROWD):
        found = on_disk(smiths(size), tmp_path / f"{size}.db")
        counted[0] = 0
        who = resolve.resolve_record(record("q", ("Mr.", "Smith"), year=1950), found, file_list)
        spent[size] = counted[0]
        assert who.agents[0].authority is None, "nobody can tell which of them is meant"
        bare = found.families["smith"]["smith"]
        assert len(bare.offices) <= CROWD
        assert len(pickle.dumps(bare)) < 10_000
    few, many = spent.values()
    assert many <= few


def test_a_document_with_a_thousand_of_one_surname_is_no_square_of_work(counted: list[int]):
    count = 600
    made = record(
        "directory",
        *(f"{chr(65 + n % 26)}{'aeiou'[n % 5]}{'bdgklmn' * (n // 26)} Smith" for n in range(count)),
    )
    found = cluster.clusters(made)
    assert len(found) > people._CROWD
    assert counted[0] < 3 * people._CROWD * count
    reasons = {ground.reason for each in found for ground in each.grounds if ground.rule == "agent/ambiguous"}
    assert any("too many to compare" in reason for reason in reasons)
    assert sorted(m.id for each in found for m in each.mentions) == sorted(m.id for m in made.mentions)


def test_persons_beyond_a_crowd_in_one_year_decide_nothing(monkeypatch: pytest.MonkeyPatch):
    """An office decides a link by what other documents say, until these say too much."""
    entry = Entry(
        iri="https://example.org/storer",
        label="Storer, Bellamy",
        offices=(Office(title="Ambassador in Austria-Hungary", start="1902", end="1906"),),
    )
    file_list = Authority((entry,))
    office = record("a", ("Ambassador in Austria-Hungary", "Storer"), year=1903)
    brief = record("b", ("Mr.", "Storer"), year=1904)
    assert resolve.resolve_record(brief, index([office, brief]), file_list).agents[0].authority == entry.iri
    monkeypatch.setattr(knowing, "CROWD", 0)
    twice = [office, record("c", ("Ambassador in Austria-Hungary", "Storer"), year=1903), brief]
    assert resolve.resolve_record(brief, index(twice), file_list).agents[0].authority is None


def fingerprint(records: list[Record], of: int, path: Path, cites: Iterable[tuple[str, str]] = ()) -> bytes:
    """What a build asks to know whether a record must be resolved again."""
    on_disk(records, path)
    store = sqlite3.connect(":memory:")
    store.execute("ATTACH ? AS names", (str(path),))
    return names.asked(store, names.told(records[of])[1], cites)


STORER = record("b", ("Mr.", "Storer"), year=1904)
OTHERS = [record(f"e{n}", "Theodore Roosevelt", year=1903) for n in range(10)]


@pytest.mark.parametrize(
    ("before", "added", "again", "why"),
    [
        ([STORER], record("a", ("Ambassador in Austria-Hungary", "Storer"), year=1903), True, "an office"),
        ([STORER], record("a", "Bellamy Storer", year=1903), True, "a fuller name of the surname"),
        ([STORER], record("a", "Maria Storer", year=1990), True, "whoever bears the surname, in any year"),
        ([STORER], record("a", "Elihu Root", year=1903), False, "somebody else"),
        (
            [record("a", "Theodore Roosevelt", year=1903), *OTHERS],
            record("z", "Theodore Roosevelt", year=1903),
            False,
            "one document more of someone who is in many",
        ),
        (
            [record("a", "Theodore Roosevelt", year=1903)],
            record("z", "Theodore Roosevelt", year=1903),
            True,
            "a second document makes the name one that documents share",
        ),
        (
            [record("a", "Theodore Roosevelt", year=1903), *OTHERS],
            record("z", "Theodore Roosevelt", year=1993),
            True,
            "a document too late for one lifetime",
        ),
    ],
)
def test_a_record_is_resolved_again_if_what_it_reads_has_changed(
    before: list[Record], added: Record, again: bool, why: str, tmp_path: Path
):
    one = fingerprint(before, 0, tmp_path / "one.db")
    other = fingerprint([*before, added], 0, tmp_path / "other.db")
    assert (one != other) is again, why
    changed = resolve.resolve_record(before[0], index(before)) != resolve.resolve_record(
        before[0], index([*before, added])
    )
    assert again or not changed, "what is not resolved again comes out the same"


def test_another_id_of_a_document_touches_only_those_who_speak_of_it(tmp_path: Path):
    """A word more in a file gives it another id; who is named there stays."""
    before = [
        record("b", "B. Storer", year=1904),
        record("c", "Bellamy Storer", "Elihu Root", year=1903),
        record("a", "Elihu Root", "Maria Storer", "Alice Storer", year=1990),
    ]
    after = [before[0], replace(before[1], id="d"), before[2]]
    decided = [resolve.decided(before[n], index(before)) for n in (0, 2)]
    assert decided[0].cites == (("storer", "bellamy storer"),)
    assert decided[0].resolved.likenesses
    assert decided[1].cites == ()
    for n, made in zip((0, 2), decided, strict=True):
        one = fingerprint(before, n, tmp_path / "one.db", made.cites)
        other = fingerprint(after, n, tmp_path / "other.db", made.cites)
        assert (one != other) is (n == 0)
        again = resolve.decided(after[n], index(after))
        assert (again != made) is (n == 0)


#: What happens to a document: it goes, it gets another id, or others are named in it.
FATES = st.one_of(
    st.none(), st.sampled_from(["0", "m", "zz"]), st.lists(st.tuples(TITLES, NAMES), min_size=1, max_size=3)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS, st.data())
def test_what_is_not_resolved_again_comes_out_the_same(
    tmp_path: Path, documents: list[tuple[list[tuple[str, str]], int]], data: st.DataObject
):
    """Whatever happens to another document: the digest errs to one side only."""
    records = [record(f"d{n}", *whom, year=year) for n, (whom, year) in enumerate(documents)]
    if len(records) < 2:
        return
    changed, fate = data.draw(st.integers(0, len(records) - 1)), data.draw(FATES)
    there = record(f"d{changed}", *fate, year=1950) if isinstance(fate, list) else records[changed]
    there = replace(there, id=fate + there.id) if isinstance(fate, str) else there
    after = [*records[:changed], *([there] if fate is not None else []), *records[changed + 1 :]]
    file_list = Authority((Entry(iri="https://example.org/1", label="Smith, John", birth="1900"),))
    for known_entries in (None, file_list):
        for n, each in enumerate(records):
            if n == changed:
                continue
            made = resolve.decided(each, index(records), known_entries)
            again = resolve.decided(each, index(after), known_entries)
            one = fingerprint(records, n, tmp_path / "one.db", made.cites)
            other = fingerprint(after, after.index(each), tmp_path / "other.db", made.cites)
            assert one != other or made == again


def numbered(ident: str, *numbers: str) -> Record:
    words = Evidence(source="0" * 64, start=0, end=1, quote="x", zone="body", rule="test")
    made = of_mentions(ident, [mention("Elihu Root", 0)])
    told = tuple(Identifier(value=number, scheme="record-number", evidence=words) for number in numbers)
    return replace(made, identifiers=told)


@pytest.mark.parametrize(
    ("records", "alike", "why"),
    [
        ([("a", "1"), ("b", "2")], {}, "two numbers are two documents"),
        ([("a", "1"), ("b", "1"), ("c", "2")], {"a": ("b",), "b": ("a",)}, "one number, two captures"),
        ([(f"r{n:02}", "1") for n in range(20)], {}, "a number that many bear is a label"),
        (
            [("a", "1", "2"), ("b", "2"), ("c", "1")],
            {"a": ("b", "c"), "b": ("a",), "c": ("a",)},
            "one capture shares a number with each of two others",
        ),
    ],
)
def test_checks_find_captures_that_share_a_number(
    records: list[tuple[str, ...]], alike: dict[str, tuple[str, ...]], why: str
):
    made = [numbered(*each) for each in records]
    found = Checks.of(lambda: iter(made))
    assert found.alike == alike, why
    assert set(found.captures) == set(alike)
