"""From a path to a graph in one step: files of one record, of a letter with its persons, of many records."""

from __future__ import annotations

from pathlib import Path

import pytest
from eac_samples import EAC1
from ead_samples import EAD2002
from tei_samples import LETTER, VOLUME

import fonds
from fonds.errors import FondsError

BASE = "https://example.org/letters/"


def _file(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_letter_that_describes_its_persons_is_one_record(tmp_path: Path) -> None:
    """What its list says of the persons are records of agents; asked for one record, it is the letter."""
    path = _file(tmp_path, "letter.xml", LETTER)
    record = fonds.convert(path)
    assert (record.id, record.agent) == ("schiller-1794-06-13", None)
    assert [one.agent is not None for one in fonds.convert_all(path)] == [False, True, True]


def test_a_letter_with_persons_becomes_a_graph_that_conforms_and_a_file(tmp_path: Path) -> None:
    record = fonds.convert(_file(tmp_path, "letter.xml", LETTER))
    graph = fonds.graph(record, base=BASE)
    assert fonds.validate(graph).conforms
    for suffix in ("ttl", "jsonld", "nt"):
        target = tmp_path / f"letter.{suffix}"
        fonds.write(graph, target)
        assert target.stat().st_size > 1000


def test_the_graph_of_all_records_joins_the_letter_and_the_persons(tmp_path: Path) -> None:
    """The sender of the letter is the person whose birth the list gives: one IRI, and all is said of it."""
    from rdflib import URIRef

    path = _file(tmp_path, "letter.xml", LETTER)
    graph = fonds.graph(fonds.convert_all(path), base=BASE)
    assert fonds.validate(graph).conforms
    rico = "https://www.ica.org/standards/RiC/ontology#"
    (sender,) = graph.objects(URIRef(f"{BASE}record/schiller-1794-06-13"), URIRef(f"{rico}hasSender"))
    described = set(graph.objects(None, URIRef(f"{rico}describesOrDescribed")))
    assert sender in described
    life = [
        str(value)
        for date in graph.objects(sender, URIRef(f"{rico}isAssociatedWithDate"))
        for value in graph.objects(date, URIRef(f"{rico}normalizedDateValue"))
    ]
    assert life == ["1759-11-10/1805-05-09"]
    # the letter alone speaks of the same agent, under the same IRI
    alone = fonds.graph(fonds.convert(path), base=BASE)
    assert (URIRef(f"{BASE}record/schiller-1794-06-13"), URIRef(f"{rico}hasSender"), sender) in alone


def test_records_and_resolved_records_may_be_mixed(tmp_path: Path) -> None:
    records = fonds.convert_all(_file(tmp_path, "letter.xml", LETTER))
    whole = set(fonds.graph(fonds.resolve(records), base=BASE))
    assert whole == set(fonds.graph(records, base=BASE))
    first = next(fonds.resolve(records[:1]))
    assert set(fonds.graph([first], base=BASE)) == set(fonds.graph([records[0]], base=BASE))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("volume.xml", VOLUME, "3 records, the first a volume: Foreign Relations of the United States, 1946"),
        ("aid.xml", EAD2002, "records"),
    ],
    ids=["volume", "finding aid"],
)
def test_a_file_of_several_records_names_the_function_for_it(
    name: str, content: str, words: str, tmp_path: Path
) -> None:
    path = _file(tmp_path, name, content)
    with pytest.raises(FondsError, match=words) as caught:
        fonds.convert(path)
    assert caught.value.place == str(path)
    assert "fonds.convert_all" in str(caught.value)
    assert fonds.validate(fonds.graph(fonds.convert_all(path), base=BASE)).conforms


def test_an_authority_record_is_the_record_of_its_file(tmp_path: Path) -> None:
    record = fonds.convert(_file(tmp_path, "person.xml", EAC1))
    assert record.agent is not None
