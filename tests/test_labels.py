"""An agent has one label: whichever document describes it, in whatever order the documents come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from people import record

from fonds.agents.decisions import Decisions, Place
from fonds.agents.label import wording
from fonds.agents.resolve import resolve
from fonds.build import build, converted
from fonds.config import read as read_config
from fonds.dataset import Engine, Limits
from fonds.record import Record, Resolved

CORPUS = Path(__file__).parents[1] / "corpus"


def labels(found: Iterable[Resolved]) -> dict[str, set[str]]:
    """The labels of each agent, by its key."""
    made: dict[str, set[str]] = defaultdict(set)
    for each in found:
        for agent in each.agents:
            made[agent.key].add(agent.label)
    return dict(made)


@pytest.mark.parametrize(
    ("forms", "label", "why"),
    [
        (("Allison, John M.", "John M. Allison"), "John M. Allison", "a catalogue turns names round"),
        (("Allison, John M.",), "Allison, John M.", "a form that nobody writes is not made up"),
        (("JOHN M. ALLISON", "Allison, John M."), "John M. Allison", "capitals are a way to print a name"),
        (("JOHN M. ALLISON", "John M. Allison"), "John M. Allison", "a signature and a letterhead"),
        (("John M Allison", "John M. Allison"), "John M. Allison", "the dot of an initial is often lost"),
        (("Matyas Rakosi", "Mátyás Rákosi"), "Mátyás Rákosi", "a typewriter has no accents"),
        (("George F. Kennan’s", "Kennan, George F."), "Kennan, George F.", "no possessive is a name"),
        (
            ("James Roosevelt, Jr.", "Roosevelt, James, Jr."),
            "James Roosevelt, Jr.",
            "a suffix is no given name",
        ),
    ],
)
def test_documents_that_write_a_name_differently_have_one_label(
    forms: tuple[str, ...], label: str, why: str
) -> None:
    for order in permutations(forms):
        for numbers in permutations(range(len(forms))):
            records = [record(f"d{n}", form) for n, form in zip(numbers, order, strict=True)]
            found = list(resolve(records))
            assert labels(found) == {found[0].agents[0].key: {label}}, why
            written = [name for each in found for agent in each.agents for name in agent.names]
            assert sorted(written) == sorted(forms), "every form is kept"


def test_the_best_form_of_one_document_serves_the_others() -> None:
    records = [
        record("a", "Allison, John M.", "JOHN M. ALLISON", "Allison"),
        record("b", "Allison, John M."),
        record("c", "Mr. Dulles", "John M. Allison"),
    ]
    (found,) = (texts for key, texts in labels(resolve(records)).items() if key.startswith("name/"))
    assert found == {"John M. Allison"}


def test_an_agent_of_one_document_is_called_as_that_document_calls_it() -> None:
    """A surname alone is nobody's in other documents, and no label of theirs is borrowed."""
    found = list(resolve([record("a", "Allison"), record("b", "ALLISON"), record("c", "John M. Allison")]))
    assert [each.agents[0].label for each in found] == ["Allison", "ALLISON", "John M. Allison"]


def test_the_order_of_wordings_is_strict() -> None:
    """Two ways to write a name are never equal, or the order of the documents would decide."""
    forms = ["John M. Allison", "JOHN M. ALLISON", "Allison, John M.", "John M Allison", "[John] M. Allison"]
    assert len({wording(form) for form in forms}) == len(forms)
    assert min(forms, key=wording) == "John M. Allison"


def in_file(made: Record, sha256: str) -> Record:
    there = tuple(replace(one, evidence=replace(one.evidence, source=sha256)) for one in made.mentions)
    return replace(made, source=replace(made.source, sha256=sha256), mentions=there)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("one", "other", "label"),
    [
        ("John M. Allison", "J. Allison", "John M. Allison"),
        ("Allison, John M.", "Moore", "John M. Allison"),
    ],
)
def test_whom_a_curator_joins_has_one_label(
    tmp_path: Path, one: str, other: str, label: str, swapped: bool
) -> None:
    records = [in_file(record(f"d{n}", name), str(n) * 64) for n, name in enumerate((one, other))]
    third = in_file(record("d2", "John M. Allison"), "2" * 64)
    places = [
        str(Place(each.source.sha256[:16], each.mentions[0].name_start, each.mentions[0].name_end))
        for each in records
    ]
    file = tmp_path / "review.csv"
    first, second = places[::-1] if swapped else places
    file.write_text(f"first,second,decision,note,first_document\n{first},{second},same,,\n", "utf-8")
    found = labels(resolve([*records, third], None, Decisions.read(file)))
    assert list(found.values()) == [{label}]


def test_every_agent_of_the_corpus_has_one_label() -> None:
    records, _ = converted(read_config(CORPUS))
    found = labels(resolve(records))
    assert len(found) > 100
    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


def test_a_better_form_in_a_new_document_reaches_the_old_ones(tmp_path: Path) -> None:
    """A second build describes anew whom it now calls otherwise, and says what a first one would."""
    letter = "March 30, 1954\n\nDear Mr. Dulles:\n\nThe note will be answered.\n\nSincerely yours,\n\n{}\n"
    documents = tmp_path / "documents"
    documents.mkdir()
    (tmp_path / "fonds.toml").write_text('base = "https://example.org/l/"\n', "utf-8")
    (documents / "a.txt").write_text(letter.format("JOHN M ALLISON"), "utf-8")
    build(tmp_path, tmp_path / "dump")
    (documents / "b.txt").write_text(letter.format("John M. Allison"), "utf-8")
    build(tmp_path, tmp_path / "dump")
    build(tmp_path, tmp_path / "fresh")
    with Engine(tmp_path / "dump", Limits(seconds=60, rows=1000)) as engine:
        query = 'SELECT DISTINCT ?l WHERE { ?a a rico:Person ; rdfs:label ?l FILTER(CONTAINS(LCASE(?l), "allison")) }'
        assert [str(text) for (text,) in engine.query(query).rows] == ["John M. Allison"]
    for path in sorted((tmp_path / "fresh" / "documents").iterdir()):
        assert path.read_bytes() == (tmp_path / "dump" / "documents" / path.name).read_bytes()
