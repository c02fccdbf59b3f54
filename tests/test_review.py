"""What a curator decides is read, checked and obeyed."""

import csv
import io

import pytest
from people import record

from fonds.agents import authority, resolve, review
from fonds.errors import ConfigError

IRI = "https://x.org/molotov"


def collection():
    return [record("a", "V. M. Molotov"), record("b", "Molotov"), record("c", "Molotov", "Sergey Radchenko")]


def decisions(tmp_path, *rows: str) -> review.Decisions:
    path = tmp_path / "review.csv"
    path.write_text("\n".join(("first,second,decision,link", *rows)) + "\n", "utf-8")
    return review.Decisions.read(path)


def keys(records, made) -> list[list[str]]:
    return [[agent.key for agent in each.agents] for each in resolve.resolve(records, decisions=made)]


def test_undecided_pairs_show_both_passages_and_the_reasons():
    rows = review.undecided(resolve.resolve(collection()))
    assert [(row.first, row.second) for row in rows] == [
        ("b/molotov", "a/v-m-molotov"),
        ("c/molotov", "a/v-m-molotov"),
    ]
    row = rows[0]
    assert row.first_passage == "“Molotov” (b, 0–7)"
    assert row.second_passage == "“V. M. Molotov” (a, 0–13)"
    assert (row.second_name, row.certainty) == ("V. M. Molotov", "probable")
    assert row.reason
    assert row.against


def test_candidates_of_the_authority_are_listed_by_name(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(f'id,name\n{IRI},"Molotov, Vyacheslav"\n', "utf-8")
    known = authority.read(path)
    rows = review.undecided(resolve.resolve(collection(), known), known)
    assert ("b/molotov", IRI, "Molotov, Vyacheslav") in [
        (row.first, row.second, row.second_name) for row in rows
    ]


def test_the_list_can_be_filled_in_and_read_back(tmp_path):
    text = review.write(review.undecided(resolve.resolve(collection())))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == list(review.COLUMNS)
    path = tmp_path / "review.csv"
    path.write_text(text.replace("probable,,\n", "probable,same,\n"), "utf-8")
    made = review.Decisions.read(path)
    assert keys(collection(), made)[:2] == [["a/v-m-molotov"], ["a/v-m-molotov"]]
    assert not review.undecided(resolve.resolve(collection(), decisions=made))


def test_an_untouched_list_decides_nothing(tmp_path):
    path = tmp_path / "review.csv"
    path.write_text(review.write(review.undecided(resolve.resolve(collection()))), "utf-8")
    assert review.Decisions.read(path).same == {}


def test_the_same_is_one_agent_with_the_curator_as_reason(tmp_path):
    made = decisions(tmp_path, "b/molotov,a/v-m-molotov,same,", "c/molotov,b/molotov,same,")
    resolved = list(resolve.resolve(collection(), decisions=made))
    assert {each.agents[0].key for each in resolved} == {"a/v-m-molotov"}
    told = resolved[1].identifications[0]
    assert (told.rule, told.certainty) == ("review/same", "certain")
    assert "review.csv, line 2" in told.reason


def test_a_link_goes_to_its_iri_and_to_all_that_are_the_same(tmp_path):
    made = decisions(tmp_path, f"b/molotov,,link,{IRI}", "b/molotov,c/molotov,same,")
    assert [each[0] for each in keys(collection(), made)] == ["a/v-m-molotov", IRI, IRI]


def test_different_takes_a_pair_off_the_list(tmp_path):
    made = decisions(tmp_path, "a/v-m-molotov,b/molotov,different,")
    rows = review.undecided(resolve.resolve(collection(), decisions=made))
    assert [row.first for row in rows] == ["c/molotov"]


def test_different_keeps_an_agent_out_of_a_shared_name(tmp_path):
    records = [record("a", "Sergey Radchenko"), record("b", "Sergey Radchenko")]
    ((shared,), _) = keys(records, None)
    made = decisions(tmp_path, f"b/sergey-radchenko,{shared},different,")
    assert keys(records, made) == [[shared], ["b/sergey-radchenko"]]


def test_different_keeps_an_agent_from_an_authority_entry(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(f'id,name,scope\n{IRI},"Molotov, Vyacheslav",collection\n', "utf-8")
    made = decisions(tmp_path, f"b/molotov,{IRI},different,")
    found = list(resolve.resolve(collection(), authority.read(path), made))
    assert [each.agents[0].key for each in found] == [IRI, "b/molotov", IRI]
    assert found[1].agents[0].authority is None


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (("a/x,b/x,perhaps,",), "line 2: unknown decision 'perhaps'"),
        (("a/x,,same,",), "line 2: an agent is missing"),
        (("a/x,,link,nowhere",), "line 2: 'nowhere' is not an IRI"),
        (("a/x,b/x,,https://x.org/1",), "line 2: a link without a decision"),
        (
            ("a/x,b/x,same,", "b/x,c/x,same,", "c/x,a/x,different,"),
            "line 4: a/x and c/x are said to be different",
        ),
        (("a/x,,link,https://x.org/1", "a/x,,link,https://x.org/2"), "line 3: a/x would be both"),
        (
            ("a/x,,link,https://x.org/1", "b/x,,link,https://x.org/2", "a/x,b/x,same,"),
            "line 4: a/x would be both",
        ),
        (('"a/x,b/x,same,',), "unexpected end of data"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, rows, says):
    with pytest.raises(ConfigError) as caught:
        decisions(tmp_path, *rows)
    assert says in str(caught.value)


@pytest.mark.parametrize("key", ["zzz/molotov", "b/stalin", "name/nobody-00000000"])
def test_a_decision_about_nobody_is_refused(tmp_path, key):
    made = decisions(tmp_path, "a/v-m-molotov,b/molotov,same,", f"{key},a/v-m-molotov,same,")
    with pytest.raises(ConfigError, match=r"review.csv, line 3"):
        list(resolve.resolve(collection(), decisions=made))


def test_cells_are_safe_in_a_spreadsheet():
    row = review.Row("a/x", "b/x", "=1+1", "@x", "", "", "", "", "possible")
    assert next(csv.reader(io.StringIO(review.write([row]).split("\n", 1)[1])))[2:4] == ["'=1+1", "'@x"]
