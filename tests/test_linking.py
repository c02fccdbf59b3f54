"""Links to a general authority file: offices, renown, other documents, and what speaks against them."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from people import mention, of_mentions, record

from benchmarks.accuracy import links
from benchmarks.accuracy.case import Case
from benchmarks.accuracy.plain import Mark
from fonds.agents import authority, resolve
from fonds.agents.authority import Entry, Office
from fonds.agents.link import Link, Person, link_person
from fonds.agents.match import compare, compounds, read_name
from fonds.agents.office import agreement, clauses, held
from fonds.evaluation.fields import Counts
from fonds.record import Party, Position, Record
from fonds.source import Source, Span

LARGE = Path(__file__).parents[2] / "shared" / "data" / "authority" / "hsg_people.jsonl.gz"

VOLUMES = "|".join(f"https://s.org/{year}/persons#{year}" for year in range(1945, 1955))
PEOPLE = f"""id,name,variants,birth,death,roles,source
u:storer,"Storer, Bellamy",,1847,1922,Envoy Extraordinary and Minister Plenipotentiary (Belgium),
u:olney,"Olney, Richard",,1835,1917,Secretary of State,
u:page,"Page, Walter Hines",,1855,1918,Ambassador Extraordinary and Plenipotentiary (United Kingdom),
u:tpage,"Page, Thomas Nelson",,1853,1922,Ambassador Extraordinary and Plenipotentiary (Italy),
u:bliss,"Bliss, Robert Woods",,1875,1962,Ambassador Extraordinary and Plenipotentiary (Argentina),
u:macarthur,"MacArthur, Douglas",,1880,1964,"Supreme Commander for the Allied Powers, Japan",
u:macarthur2,"MacArthur, Douglas, II",,1909,1997,"Adviser to the Supreme Allied Commander, Europe",
u:molotov,"Molotov, Vyacheslav Mikhailovich",,1890,1986,Minister of Foreign Affairs of the Soviet Union,{VOLUMES}
u:khokhlov,"Khokhlov, Nikolay",,,,Officer,https://s.org/1953/persons#1
u:hay,"Hay, John",,,,Secretary of State (1898/1905),
u:hay2,"Hay, John Milton",,1838,1905,Secretary of State|Ambassador (United Kingdom),
u:adams,"Adams, Alva",,1850,1922,Senator from Colorado,
u:adams2,"Adams, Alva Blanchard",,1875,1941,Governor of Colorado,
u:rice,"Spring Rice, Cecil Arthur",,1859,1918,British Ambassador at Washington,
u:haakon,Haakon VII,,1872,1957,King of Norway,
u:wilson,"Wilson, Charles Stetson",,1873,1947,American Chargé d’Affaires in Russia,
u:johnson,"Johnson, Lyndon Baines",,1908,1973,President of the United States (1963/1969),
u:johnson2,"Johnson, Ural Alexis",,1908,1997,Ambassador Extraordinary and Plenipotentiary (Japan),
u:macmillan,"Macmillan, Harold",Macmillan,1894,1986,Prime Minister,{VOLUMES}
"""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> authority.Authority:
    path = tmp_path_factory.mktemp("authority") / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    return authority.read(path)


def person(name: str, title: str = "", year: int | None = 1950, **more: bool) -> Person:
    titles = tuple(title.split("|")) if title else ()
    return Person("doc", "doc/x", (read_name(name),), titles=titles, first=year, last=year, **more)


@pytest.mark.parametrize(
    ("who", "entry", "rule", "why"),
    [
        (person("Page", "Ambassador in Great Britain", 1917), "u:page", "authority/office", "the country has two names"),
        (person("Page", "Ambassador in Italy", 1917), "u:tpage", "authority/office", "the other one of the name"),
        (person("Page", "British Ambassador", 1917), None, "", "he whom Britain sends is not he who is sent there"),
        (person("Page", "Ambassador", 1917), None, "", "both are ambassadors"),
        (person("Page", year=1917), None, "", "two bear the surname"),
        (person("Page", "Ambassador in Great Britain", 1950), None, "", "long dead, whatever the office"),
        (person("Olney", "Mr.|Secretary", 1897), "u:olney", "authority/title", "one bearer, and a word of his office"),
        (person("Olney", "Assistant Secretary", 1897), None, "", "the assistant is not the secretary"),
        (person("Olney", "Mr.", 1897), None, "", "the file does not say that he was known"),
        (person("Molotov"), "u:molotov", "authority/renown", "a rare name, and named in all sources of the time"),
        (person("Molotov", year=1860), None, "", "not yet born"),
        (person("Molotov", year=1930), None, "", "no source of those years names him"),
        (person("Molotov", "Harbor Master"), None, "", "an office that the file does not know"),
        (person("Molotov", alone=False), None, "", "the document names two of the surname"),
        (person("Molotow"), None, "", "another spelling is not enough for a surname alone"),
        (person("Mrs. Molotov"), "u:molotov", "authority/renown", "without its title the name says nothing of sex"),
        (replace(person("x"), names=(replace(read_name("Molotov"), sex="f"),)), None, "", "not his wife"),
        (person("Khokhlov", year=1953), None, "", "one source is no renown, however rare the name"),
        (person("Ron MacMillan"), None, "", "a form without forenames excuses no other forenames"),
        (person("Macmillan"), "u:macmillan", "authority/renown", "but a surname alone is his"),
        (person("MacArthur", "Allied Supreme Commander"), "u:macarthur", "authority/office", "the adviser to the commander is not he"),
        (person("Bliss", "General", 1917), None, "", "a rank, where the file knows only civil offices"),
        (person("Bliss", "Ambassador in Argentina", 1930), "u:bliss", "authority/office", "the same man later"),
        (person("John Hay", year=1897), "u:hay2", "authority/full-name", "the file has him twice: name and office agree"),
        (person("Alva Adams", year=1900), None, "", "father and son: no office is the same"),
        (person("Cecil Spring Rice", year=1917), "u:rice", "authority/full-name", "a family name of two words"),
        (person("Spring Rice", "British Ambassador", 1917), "u:rice", "authority/full-name", "the first of two family names read as a forename"),
        (person("Haakon", "King", 1917), "u:haakon", "authority/title", "the number of a king is no surname"),
        (person("Wilson", "American Chargé", 1917), None, "", "a common name, and not said where"),
        (person("Johnson", "President", 1964), "u:johnson", "authority/title", "a common name, but there is one president"),
        (person("Johnson", "Ambassador", 1964), None, "", "a common name, and there are many ambassadors"),
    ],
)  # fmt: skip
def test_a_surname_in_a_general_file(people, who, entry, rule, why):
    link = link_person(who, people)
    assert (link.entry.iri if link.entry else None, link.rule) == (entry, rule), why
    if link.entry is not None:
        assert link.certainty != "certain" or rule == "authority/full-name"
        assert link.entry.label in link.reason


def test_in_a_file_of_the_collection_two_bearers_leave_a_surname_open(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        'id,name,roles\nu:a,"Kozlov, Frol",First Deputy Prime Minister (1958/1964)\n'
        'u:b,"Kozlov, Nikolay",Ambassador (1930/1940)\n',
        "utf-8",
    )
    found = authority.read(path, scope="collection")
    assert link_person(person("Kozlov", year=1960), found).candidates == ("u:a", "u:b")


def test_what_does_not_decide_is_kept_as_a_candidate(people):
    assert link_person(person("Page", year=1917), people).candidates == ("u:page", "u:tpage")
    assert link_person(person("Khokhlov", year=1953), people).candidates == ("u:khokhlov",)
    assert link_person(person("Bliss", "General", 1917), people).candidates == ("u:bliss",)
    assert link_person(person("Molotov", year=1860), people).candidates == (), "not yet born"


@pytest.mark.parametrize(
    ("title", "office", "level", "why"),
    [
        ("Ambassador in France", "Ambassador Extraordinary and Plenipotentiary (France).", 2, "one country"),
        ("Minister in Siam", "Envoy Extraordinary and Minister Plenipotentiary (Thailand)", 2, "its later name"),
        ("Soviet Foreign Minister", "Minister of Foreign Affairs of the Soviet Union", 2, "of a country is its adjective"),
        ("British Ambassador", "Ambassador in Great Britain", 0, "in a country is not"),
        ("French Ambassador", "U. S. Ambassador in France", 0, "the full stops of U. S. end no clause"),
        ("Secretary of State", "Assistant Secretary of State", 0, "a lower office"),
        ("Assistant Secretary of State", "Third Assistant Secretary of State; Under Secretary", 2, "the same lower office"),
        ("President", "Special Assistant to the President", -1, "he serves the president"),
        ("Ambassador", "Ambassador to Chile", 1, "one word only"),
        ("Ambassador in Chile", "Minister in Chile; Ambassador in Peru", 0, "two offices are not mixed"),
        ("Mr.", "Ambassador in Peru", 0, "a form of address tells nothing"),
        ("Dr.", "Ambassador in Peru", 0, "neither does a degree"),
        ("Harbor Master", "Ambassador in Peru", -1, "nothing in common"),
        ("Colonel", "Ambassador in Peru", -1, "a rank, and only civil offices"),
        ("Colonel", "Chief of Staff, United States Army", 0, "a rank, and somebody in arms"),
    ],
)  # fmt: skip
def test_how_far_an_office_agrees(title, office, level, why):
    entry = Entry(iri="u:x", label="X", offices=(Office(title=office),))
    assert agreement((title,), clauses(entry), 1950, 1950) == level, why


@pytest.mark.parametrize(
    ("office", "year", "agrees"),
    [
        ("Ambassador in Peru from 1951 until 1953", 1952, True),
        ("Ambassador in Peru from 1951 until 1953", 1949, False),
        ("Ambassador in Peru from 1951 until 1953", 1960, True),  # still called so
        ("Ambassador in Peru from 1951 until 1953", 1975, False),
        ("Ambassador in Peru, 1951–53", 1949, False),
        ("Ambassador in Peru until 1953", 1930, True),
        ("Ambassador in Peru after 1953", 1990, True),
        ("Ambassador in Peru", 1850, True),
    ],
)
def test_an_office_has_its_years(office, year, agrees):
    entry = Entry(iri="u:x", label="X", offices=(Office(title=office),))
    assert (agreement(("Ambassador in Peru",), clauses(entry), year, year) == 2) is agrees


def test_stated_years_of_an_office_win():
    entry = Entry(
        iri="u:x", label="X", offices=(Office(title="Ambassador in Peru", start="1951-03", end="1953"),)
    )
    (clause,) = clauses(entry)
    assert (clause.first, clause.last) == (1951, 1953)


@pytest.mark.parametrize(
    ("name", "others", "why"),
    [
        ("Riaño y Gayangos, Juan", ["riano"], "the first of two names"),
        ("Spring Rice, Cecil", ["spring", "rice"], "nobody can tell which is the family name"),
        ("Van Rappard, W.", [], "a particle is no name"),
        ("Spring Rice", [], "without a comma nothing is known"),
        ("Smith, Walter Bedell", [], "one word"),
    ],
)
def test_other_readings_of_a_family_name(name, others, why):
    assert [each.family for each in compounds(read_name(name))] == others, why


def test_a_compound_name_is_met_in_usual_order():
    (_, last) = compounds(read_name("Spring Rice, Cecil Arthur"))
    assert compare(read_name("Cecil Spring Rice"), last).conflict is None
    assert compare(read_name("John Rice"), last).conflict


# --- what a document, and the others of its collection, say


def headed(ident: str, office: str, name: str, year: int | None = 1917) -> Record:
    """A document of whom the head says the office: The Ambassador in Great Britain (Page)."""
    made = record(ident, name, year=year)
    holder = made.mentions[0]
    position = Position(holder=holder, title=office, kind="office", evidence=holder.evidence)
    return replace(made, positions=(position,))


def linked(records: list[Record], people: authority.Authority) -> list[str | None]:
    """The entry of the first person of each record."""
    return [one.agents[0].authority for one in resolve.resolve(records, people)]


def test_the_office_stands_in_the_document(people):
    assert linked([headed("a", "Ambassador in Great Britain", "Page")], people) == ["u:page"]


def test_who_signs_for_an_office_may_hold_it(people):
    role, name = mention("Secretary of State", 0, kind="role"), mention("Olney", 100)
    made = of_mentions("a", [role, name], year=1897, senders=(0,))
    signed = Party(role="signatory", mention=name, evidence=name.evidence)
    made = replace(made, parties=(*made.parties, signed))
    assert held(made) == {name.id: ("Secretary of State",)}
    (one,) = resolve.resolve([made], people)
    assert {agent.label: agent.authority for agent in one.agents}["Olney, Richard"] == "u:olney"


@pytest.mark.parametrize(
    ("records", "wanted", "why"),
    [
        (
            [record("a", "Bellamy Storer", year=1897), record("b", ("Mr.", "Storer"), year=1897)],
            ["u:storer", "u:storer"],
            "the other document has the full name",
        ),
        (
            [headed("a", "Ambassador in Great Britain", "Page"), record("b", "Page", year=1918)],
            ["u:page", "u:page"],
            "the other document has the office",
        ),
        (
            [
                headed("a", "Ambassador in Great Britain", "Page"),
                headed("b", "Ambassador in Italy", "Page"),
                record("c", "Page", year=1917),
            ],
            ["u:page", "u:tpage", None],
            "the collection knows two",
        ),
        (
            [record("a", "Bellamy Storer", year=1897), record("b", ("Mrs.", "Storer"), year=1897)],
            ["u:storer", None],
            "his wife",
        ),
        (
            [record("a", "Bellamy Storer", year=1897), record("b", "Storer", year=1907)],
            ["u:storer", None],
            "ten years later",
        ),
        (
            [
                record("a", "Bellamy Storer", year=1897),
                record("b", "George Storer", year=1897),
                record("c", "Storer", year=1897),
            ],
            ["u:storer", None, None],
            "another of the surname, who is not in the file",
        ),
        (
            [record("a", "Bellamy Storer", year=1897), record("b", "Storer")],
            ["u:storer", None],
            "an undated document",
        ),
        (
            [record("a", "Storer", year=1897), record("b", "Storer", year=1897)],
            [None, None],
            "nobody says more",
        ),
    ],
)
def test_other_documents_of_the_time(people, records, wanted, why):
    assert linked(records, people) == wanted, why
    assert linked(list(reversed(records)), people) == list(reversed(wanted)), "in any order"


def test_the_reason_names_the_other_form(people):
    made = [record("a", "Bellamy Storer", year=1897), record("b", "Storer", year=1897)]
    _, second = resolve.resolve(made, people)
    (one,) = second.identifications
    assert (one.rule, one.certainty) == ("authority/elsewhere", "probable")
    assert "Bellamy Storer" in one.reason


def test_a_surname_in_an_enclosure_is_that_of_the_covering_memorandum(people):
    enclosure = of_mentions("doc-part", [mention("Storer", 500)], year=1896)
    whole = replace(record("doc", "Bellamy Storer", year=1897), parts=(enclosure,))
    (one,) = resolve.resolve([whole], people)
    assert [each.agent for each in one.identifications] == ["u:storer", "u:storer"]


def test_a_woman_or_another_name_in_an_enclosure_is_not_he(people):
    enclosure = of_mentions("doc-part", [mention("Storer", 500, title="Mrs."), mention("George Storer", 600)])
    whole = replace(record("doc", "Bellamy Storer", year=1897), parts=(enclosure,))
    (one,) = resolve.resolve([whole], people)
    assert [agent.authority for agent in one.agents] == ["u:storer", None, None]


# --- files that are large, or odd


def generated(count: int) -> authority.Authority:
    """So many persons: ten bearers of each surname, all in office in their time."""
    letters = "abcdefghijklmnopqrstuvwxyz"

    def word(number: int) -> str:
        return "Q" + "".join(letters[number // 26**power % 26] + "u" for power in range(4))

    entries = tuple(
        Entry(
            iri=f"u:{number}",
            label=f"{word(number // 10)}, {word(number % 977)} {letters[number % 26].upper()}.",
            birth=str(1850 + number % 60),
            offices=(Office(title=f"Ambassador in {word(number % 150)} from 1900 until 1904"),),
        )
        for number in range(count)
    )
    return authority.Authority(entries)


def test_a_mention_costs_less_than_a_millisecond_in_a_hundred_thousand_persons():
    found = generated(100_000)
    found.count(read_name("Qu"))
    names = [entry.label for entry in islice(found.entries, 0, None, 331)]
    start = time.process_time()
    made = [
        link_person(person(name, "Ambassador in Peru" if number % 2 else "", 1902), found)
        for number, name in enumerate(names)
    ]
    spent = (time.process_time() - start) / len(names)
    assert (
        sum(
            link.entry is not None and link.entry.label == name
            for link, name in zip(made, names, strict=True)
        )
        > 250
    )
    assert spent < 0.003, "a millisecond, with room for a busy machine"


def test_ten_thousand_bearers_of_one_surname_cost_no_time():
    entries = tuple(Entry(iri=f"u:{n}", label=f"Li, Wei {n}") for n in range(10_000))
    found = authority.Authority(entries)
    found.count(read_name("Li"))
    start = time.process_time()
    outcomes = [link_person(person(name), found) for name in ("Li", "Li Wei", "Wei Li")]
    assert time.process_time() - start < 0.2
    assert not any(link.entry for link in outcomes)
    assert len(outcomes[0].candidates) == 10


def test_same_as_in_a_circle_of_three_loses_nothing_unsaid(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("id,name,links\nu:a,A,u:b\nu:b,B,u:c\nu:c,C,u:a\n", "utf-8")
    with pytest.raises(authority.ConfigError) as caught:
        authority.read(path)
    assert "u:a → u:b → u:c → u:a" in str(caught.value)
    assert caught.value.remedy


def test_metacharacters_in_names_titles_and_offices_are_text():
    odd = "O(.*+?[{|^$\\"
    entry = Entry(iri="u:a", label=f"{odd}, A.", offices=(Office(title=f"Head of {odd}; ((((a+)+)+"),))
    found = authority.Authority((entry,))
    assert link_person(person(f"{odd}, A."), found).candidates == ("u:a",)
    assert link_person(person(f"{odd}, A.", f"Head of {odd}"), found).entry is entry
    assert link_person(person(".*", "(?P<of>"), found) == link_person(person(".*"), found) == Link()


def test_a_remark_of_great_length_is_read_in_a_moment():
    entry = Entry(iri="u:a", label="A", offices=(Office(title="of the of the " * 20_000),))
    start = time.process_time()
    clauses(entry)
    assert time.process_time() - start < 2


@pytest.mark.skipif(not LARGE.is_file(), reason="the large authority file is not here")
def test_in_a_large_file_few_surnames_mean_somebody_by_themselves():
    found = authority.read(LARGE)
    surnames = [key for key in found._persons if len(key) > 3]
    outcomes = [
        link_person(person(next(iter(found._persons[key].values()))[0].family), found)
        for key in surnames[::5]
    ]
    made = [link for link in outcomes if link.entry is not None]
    assert 0 < len(made) < len(outcomes) / 30
    for link in made:
        named = [y for y in found.facts(link.entry).attested if 1940 <= y <= 1960]
        assert link.rule == "authority/renown"
        assert len(named) >= 0.1 * sum(found.sources.get(y, 0) for y in range(1940, 1961))
    assert not any(link_person(person(key.capitalize(), year=1800), found).entry for key in surnames[::50])


# --- the measure itself


@pytest.mark.parametrize(
    ("who", "given", "made", "answers", "why"),
    [
        (("7",), "7", Counts(1, 1), Counts(1, 1), "the right entry"),
        (("7", "8"), "8", Counts(1, 1), Counts(1, 1), "the file has the person twice"),
        (("7",), "9", Counts(1, 0, 1), Counts(1, 0, 1), "another entry"),
        (("7",), "", Counts(1, 0, 0, 1), Counts(1, 0, 0, 1), "no link where there is an entry"),
        (("",), "9", Counts(0, 0, 0, 0, 1), Counts(1, 0, 1), "a link where there is none"),
        (("",), "", None, Counts(1, 1), "no match is an answer"),
        (("7", ""), "", None, Counts(1, 1), "likely, so that no match is right as well"),
        (("7", ""), "7", Counts(1, 1), Counts(1, 1), "and so is the entry"),
    ],
)
def test_what_counts_as_a_right_answer(who, given, made, answers, why):
    case = Case("links", "d1")
    text = Source(b"Mr. Page", "d1.txt").text
    links._judge(case, who, given, (text, Mark("persName", Span(4, 8), {}, ())))
    assert case.marks.get(links.LINKS) == made, why
    assert case.marks[links.ANSWERS] == answers, why


def test_the_table_of_persons_names_entries_of_the_file():
    rows = [value for table in links.people().values() for value in table.values()]
    numbers = {number for value in rows for number in ([value] if isinstance(value, str) else value)} - {""}
    assert len(rows) > 250
    assert all(number.isdigit() for number in numbers)
    if LARGE.is_file():
        found = authority.read(LARGE)
        assert all(found.identified(number) or found.get(f"authority/{number}") for number in numbers)
