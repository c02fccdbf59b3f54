"""Each named question gives the rows that the demo documents hold, and obeys its parameters."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from samples import SAMPLES

from fonds.dataset import QUESTIONS, Engine, Limits
from fonds.rdf.describe import describe, objects, vocabulary
from fonds.rdf.iris import Minter
from fonds.rdf.nquads import nquads
from fonds.rdf.terms import LABEL, PREFIXES, RICO, TYPE, Literal, Triple
from fonds.record import Evidence
from fonds.sparql import check

BASE = "https://example.org/archive/"
DOCUMENTS = Path(__file__).parents[1] / "corpus" / "documents"
CABLE = "Cable No. 3523, Stalin to Cdes. Molotov, Beria, Malenkov, and Mikoyan"
REPORT = "Efforts to Establish Diplomatic Relations Between the USSR and Japan"
MEMORANDUM = "Soviet Gestures to Japan"


def letters() -> list[Triple]:
    """Three letters in two files of one series: Kennan to Bohlen, Bohlen to Harriman, Harriman to Davies."""
    people = ["Kennan", "Bohlen", "Harriman", "Davies"]
    series, files = BASE + "unit/series", [BASE + "unit/a", BASE + "unit/b"]
    found: list[Triple] = [(series, TYPE, RICO + "RecordSet"), (series, LABEL, Literal("Series"))]
    for name in people:
        found += [
            (BASE + "agent/" + name, TYPE, RICO + "Person"),
            (BASE + "agent/" + name, LABEL, Literal(name)),
        ]
    for file in files:
        found += [
            (file, TYPE, RICO + "RecordSet"),
            (file, LABEL, Literal("File " + file[-1])),
            (file, RICO + "hasRecordSetType", BASE + "recordsettype/file"),
            (file, RICO + "isDirectlyIncludedIn", series),
        ]
    for number, file in enumerate((files[0], files[0], files[1])):
        letter = f"{BASE}record/letter-{number}"
        found += [
            (letter, TYPE, RICO + "Record"),
            (letter, LABEL, Literal(f"Letter {number}")),
            (letter, RICO + "isDirectlyIncludedIn", file),
            (letter, RICO + "hasSender", BASE + "agent/" + people[number]),
            (letter, RICO + "hasAddressee", BASE + "agent/" + people[number + 1]),
        ]
    return found


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    mint = Minter(BASE)
    layers: dict[str, set[Triple]] = {"rico": set(letters())}
    for make in SAMPLES.values():
        for layer, triples in describe(make(), mint).items():
            layers.setdefault(layer, set()).update(triples)
    used = {iri for triples in layers.values() for iri in objects(triples)}
    layers["vocabulary"] = set(vocabulary(mint, used))
    folder = tmp_path_factory.mktemp("dump")
    quads = ((*triple, f"{BASE}graph/{layer}") for layer, triples in layers.items() for triple in triples)
    (folder / "all.nq").write_bytes(nquads(quads))
    with Engine(folder, Limits(seconds=60, rows=100_000)) as running:
        yield running


def rows(engine: Engine, name: str, *columns: str, **parameters: str) -> list[tuple[str | None, ...]]:
    """The rows of an answer, only some columns, in its order."""
    result = engine.query(name, parameters=parameters)
    assert result.complete
    wanted = [result.variables.index(column) for column in columns]
    return [tuple(row[index] for index in wanted) for row in result.rows]


# --- every question -------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_documented_and_only_reads(name: str) -> None:
    asked = QUESTIONS[name]
    assert asked.title != name
    assert asked.description.endswith(".")
    check(asked.sparql)
    check(asked.filled(dict.fromkeys(asked.parameters, 'a "quoted" \\ value')))


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_an_answer_that_no_value_turns_into_nonsense(name: str, engine: Engine) -> None:
    asked = QUESTIONS[name]
    whole = engine.query(name)
    assert whole.terms
    assert len(set(whole.terms)) == len(whole.terms)
    assert engine.query(name) == whole
    for parameter in asked.parameters:
        found = set(engine.query(name, parameters={parameter: "no such words, nowhere"}).terms)
        # A day of interest that is no day is after every day, or before every day.
        assert not found or parameter in ("from", "until")


def test_there_is_a_question_for_each_task() -> None:
    assert set(QUESTIONS) >= {
        *("support", "shared-units", "not-held", "releases", "contradictions", "copied"),
        *("two-steps", "positions", "name-forms", "timeline"),
    }


# --- one by one -----------------------------------------------------------------------------


def test_support_gives_the_words_and_their_place(engine: Engine) -> None:
    found = rows(
        engine,
        "support",
        "object",
        "status",
        "quote",
        "file",
        "start",
        "end",
        about=CABLE,
        property="hasSender",
    )
    assert found
    for name, status, quote, file, start, end in found:
        assert (name, status) == ("Stalin", "stated")
        text = (DOCUMENTS / str(file)).read_bytes().decode()
        assert text[int(start or 0) : int(end or 0)] == quote


def test_support_says_why_there_are_no_words(engine: Engine) -> None:
    found = rows(
        engine,
        "support",
        "status",
        "quote",
        "reason",
        about="8c1ca1aa0c93958f.txt",
        property="instantiationExtent",
    )
    assert found == [("external", None, "counted in the file")]


def test_shared_units_count_documents_at_every_level(engine: Engine) -> None:
    found = rows(engine, "shared-units", "archival_unit", "type", "documents", "document")
    assert found == [
        ("File a", "file", "2", "Letter 0"),
        ("File a", "file", "2", "Letter 1"),
        ("Series", None, "3", "Letter 0"),
        ("Series", None, "3", "Letter 1"),
        ("Series", None, "3", "Letter 2"),
    ]
    assert len(rows(engine, "shared-units", "document", unit="file")) == 2


def test_not_held_names_what_another_document_speaks_of(engine: Engine) -> None:
    found = rows(engine, "not-held", "document", "relation", "missing", "form", "state", "date")
    assert (
        CABLE,
        "isReplyTo",
        "draft reply to Harriman’s note about the control mechanism for Japan",
        "reply",
        "draft",
        None,
    ) in found
    assert [row[-1] for row in found if row[0] == REPORT] == ["mid-autumn 1953"]
    assert all(quote for (quote,) in rows(engine, "not-held", "quote"))
    assert rows(engine, "not-held", "document", record="cable no.") == [(CABLE,)]


def test_releases_give_authority_and_exemptions(engine: Engine) -> None:
    columns = ("what", "state", "date", "by", "authority", "exemption")
    law = "NAZI WAR CRIMES DISCLOSURE ACT"
    assert rows(engine, "releases", *columns, record="diplomatic") == [
        ("classification", "applied", None, None, None, None),
        ("declassification", None, "2005", "Central Intelligence Agency", law, "(2)(A) Privacy"),
        ("declassification", None, "2005", "Central Intelligence Agency", law, "(2)(B) Methods/Sources"),
    ]
    assert ("classification", "struck", None, None, None, None) in rows(
        engine, "releases", *columns, record=MEMORANDUM
    )


def test_contradictions_show_both_sides(engine: Engine) -> None:
    found = rows(engine, "contradictions", "document", "kind", "quote")
    assert found == [
        (MEMORANDUM, "conflicting-dates", "AUG 12 1953"),
        (MEMORANDUM, "conflicting-dates", "August 4, 1950"),
    ]


def test_copied_keeps_to_the_copies(engine: Engine) -> None:
    found = rows(engine, "copied", "recipient", "quote", record="3523")
    assert [name for name, _ in found] == ["Molotov", "Beria", "Malenkov", "Mikoyan", "3rd Unit"]
    assert rows(engine, "copied", "document", agent="dulles") == [(MEMORANDUM,)]


def test_two_steps_leaves_out_who_is_one_step_away(engine: Engine) -> None:
    columns = ("from", "first_document", "through", "second_document", "to")
    assert rows(engine, "two-steps", *columns, person="kennan") == [
        ("Kennan", "Letter 0", "Bohlen", "Letter 1", "Harriman")
    ]
    assert {row[0] for row in rows(engine, "two-steps", "to", person="Bohlen")} == {"Davies"}


def test_positions_with_their_time_as_written(engine: Engine) -> None:
    found = rows(engine, "positions", "holder", "title", "body", "date", "state")
    assert (
        "Anatoly Anatolyevich Rozanov",
        "Chief of the Japanese Section of the Ministry of Foreign Affairs",
        "Ministry of Foreign Affairs",
        None,
        None,
    ) in found
    assert ("Andrey Markovich Otroshchenko", "colonel", None, None, "rank") in found
    assert ("approximately 1946 to 1950", "past") in {row[3:] for row in found}
    assert {row[0] for row in rows(engine, "positions", "holder", position="ambassador")} == {
        "Harriman",
        "Nikolay Ivanovich Generalov",
    }
    # Generalov is found by a form of his name that is not his label.
    assert {row[0] for row in rows(engine, "positions", "holder", person="genserslov")} == {
        "Nikolay Ivanovich Generalov"
    }


def test_name_forms_that_need_a_person(engine: Engine) -> None:
    found = rows(engine, "name-forms", "agent", "question", "form", "reason")
    assert ("Shimura", "is a doubtful reading", "Shimura", "(sic)") in found
    kinds = [question for agent, question, *_ in found if agent == "Molotov"]
    assert kinds.count("may be an entry of the authority file") == 2
    assert kinds.count("may be the same as another") == 1


def test_the_timeline_orders_by_day_and_role(engine: Engine) -> None:
    found = rows(engine, "timeline", "earliest", "date_role", "edtf", "document")
    days = [row[0] for row in found if row[0]]
    assert days == sorted(days)
    assert [row[1] for row in found if row[3] == CABLE and (row[0] or "").startswith("1945")] == [
        "arrived",
        "dated",
        "deciphered",
        "sent",
    ]
    assert rows(engine, "timeline", "edtf", role="declassified") == [("2005",)]
    spring = rows(
        engine, "timeline", "date_role", "document", **{"from": "1954-01-01", "until": "1954-12-31"}
    )
    assert ("distributed", REPORT) in spring
    assert all(document != CABLE for _, document in spring)


def test_persons_count_documents_and_not_what_only_speaks_of_them(engine: Engine) -> None:
    assert rows(engine, "persons", "name", "form", "documents", person="genserslov") == [
        ("Nikolay Ivanovich Generalov", "Generalov", "1"),
        ("Nikolay Ivanovich Generalov", "Genserslov", "1"),
        ("Nikolay Ivanovich Generalov", "Nikolay Ivanovich Generalov", "1"),
    ]
    assert rows(engine, "persons", "name", "documents", person="Bohlen") == [("Bohlen", "2")]


# --- words in markup ------------------------------------------------------------------------

PATH = "//*[@xml:id='d475']/*[2]"


def in_markup(value: Any) -> Any:
    """The same with every passage in an element of a file with markup."""
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(in_markup(item) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    moved = replace(value, **{one.name: in_markup(getattr(value, one.name)) for one in fields(value)})
    return replace(moved, path=PATH) if isinstance(moved, Evidence) else moved


@pytest.fixture(scope="module")
def marked_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    mint, folder = Minter(BASE), tmp_path_factory.mktemp("marked-up")
    found = {
        (*triple, f"{BASE}graph/{layer}")
        for make in SAMPLES.values()
        for layer, triples in describe(in_markup(make()), mint).items()
        for triple in triples
    }
    (folder / "all.nq").write_bytes(nquads(found))
    with Engine(folder, Limits(seconds=60, rows=100_000)) as running:
        yield running


@pytest.mark.parametrize("name", ["support", "not-held", "copied", "contradictions"])
def test_a_question_finds_words_in_markup_as_in_a_text(name: str, engine: Engine, marked_up: Engine) -> None:
    """There the element is selected by an XPath, and the position refines that (oa:refinedBy)."""

    def quoted(one: Engine) -> list[tuple[str | None, ...]]:
        return [
            row for row in rows(one, name, "quote", "start", "end", "file", "xpath") if row[0] is not None
        ]

    plain, markup = quoted(engine), quoted(marked_up)
    assert {row[4] for row in plain} == {None}
    assert {row[4] for row in markup} == {PATH}
    assert all(None not in row for row in markup)
    assert {row[:4] for row in markup} == {row[:4] for row in plain}


# --- on a real build ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from fonds.build import build

    folder = tmp_path_factory.mktemp("built") / "dump"
    build(DOCUMENTS.parent, folder)
    return folder


@pytest.fixture(scope="module")
def built(dump: Path) -> Iterator[Engine]:
    with Engine(dump, Limits(seconds=60, rows=100_000)) as running:
        yield running


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_build_answers_every_question(name: str, built: Engine) -> None:
    answer = built.query(name)
    assert answer.complete
    assert answer.terms
    # The documents share persons; a row that stands twice would be an entity that does.
    assert len(set(answer.rows)) == len(answer)


def test_a_question_about_little_does_not_read_all_passages(dump: Path) -> None:
    """Oxigraph evaluates an OPTIONAL of several steps, and what follows a BIND, without what is bound outside."""
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(dump / "all.nq"), format=ox.RdfFormat.N_QUADS)

    def seconds(name: str) -> float:
        took = []
        for _ in range(3):
            start = time.process_time()
            found: Any = store.query(
                QUESTIONS[name].sparql, prefixes=dict(PREFIXES), use_default_graph_as_union=True
            )
            assert len(list(found)) > 5
            took.append(time.process_time() - start)
        return min(took)

    everything = seconds("support")
    for name in ("contradictions", "copied", "not-held", "positions"):
        assert seconds(name) < everything / 4, name


def test_every_passage_of_a_build_stands_in_its_file(built: Engine) -> None:
    texts: dict[str, str] = {}
    found = rows(built, "support", "quote", "file", "start", "end")
    quoted = [row for row in found if row[0] is not None]
    assert len(quoted) > 500
    for quote, file, start, end in quoted:
        name = str(file)
        if name not in texts:
            texts[name] = (DOCUMENTS / name).read_bytes().decode()
        assert texts[name][int(start or 0) : int(end or 0)] == quote
    assert len(texts) == len(list(DOCUMENTS.iterdir()))


def test_no_statement_of_a_build_stands_in_two_graphs(built: Engine) -> None:
    """The union of the graphs does not remove doubles, so counts would be wrong."""
    twice = built.query(
        "SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?p ?o } FILTER(STR(?g) < STR(?h)) } LIMIT 20"
    )
    assert twice.rows == ()


def test_a_build_sets_the_dates_of_memorandum_and_attachment_against_each_other(built: Engine) -> None:
    quotes = {quote for (quote,) in rows(built, "contradictions", "quote", record=MEMORANDUM)}
    assert {"AUG 12 1953", "August 4, 1950"} <= quotes
