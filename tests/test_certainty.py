"""Tiers from counts: the interval, the thresholds, the table, and what becomes of them in a graph."""

from __future__ import annotations

import importlib
import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fonds.agents.resolve import resolve
from fonds.certainty import TIERS, Thresholds, measured, room, rules, thresholds, tier, weaker, wilson
from fonds.cli import main
from fonds.converters import Options, convert
from fonds.document import triples
from fonds.errors import ConfigError
from fonds.evaluation.document import evidence_of
from fonds.explain import explain
from fonds.extract.own_date import choice
from fonds.facts import rules_of
from fonds.rdf.terms import RICO, Literal
from fonds.record import Record, Resolved
from fonds.source import Source

CORPUS = sorted((Path(__file__).parents[1] / "corpus" / "documents").glob("*.txt"))
LIMITS = Thresholds(certain=0.95, probable=0.80, least=20)
LETTER = """Mr. Conger to Mr. Sherman

Legation of the United States,
Peking, May 4, 1897.

Sir: I have the honor to report that the treaty was signed this morning.

E. H. Conger
"""


def table(folder: Path, *lines: str, head: str = "") -> str:
    (folder / "rules.toml").write_text("\n".join((head, "[rule]", *lines, "")), "utf-8")
    return str(folder)


def read(folder: str | None = None) -> Resolved:
    source = Source.of(LETTER)
    return next(resolve(convert(source, options=Options(lexicon=folder)), lexicon=folder))


# --- the interval


@pytest.mark.parametrize(
    ("right", "cases", "low", "high", "why"),
    [
        # z² = 3.841459; all right: low = n / (n + z²); none right: high = z² / (n + z²)
        (20, 20, 20 / 23.841459, 1.0, "a flawless record is not proof"),
        (0, 20, 0.0, 3.841459 / 23.841459, "nor is a hopeless one"),
        (1, 1, 1 / 4.841459, 1.0, "one case says nearly nothing"),
        # half right: 1/2 ± z / (2 √(n + z²))
        (1, 2, 0.5 - 0.405469, 0.5 + 0.405469, "symmetrical at one half"),
        # middle (0.81 + 0.0192073) / 1.0384146 = 0.798532; spread 0.0792523 / 1.0384146 = 0.076321
        (81, 100, 0.722212, 0.874853, "the middle is drawn towards one half"),
        (0, 0, 0.0, 1.0, "without a case everything is possible"),
    ],
)
def test_bounds_computed_by_hand(right: int, cases: int, low: float, high: float, why: str) -> None:
    assert wilson(right, cases) == pytest.approx((low, high), abs=2e-6), why


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_bounds_enclose_the_share_and_more_right_cases_raise_both(right: int, wrong: int) -> None:
    low, high = wilson(right, right + wrong)
    assert 0 <= low <= high <= 1
    if right + wrong:
        assert low - 1e-12 <= right / (right + wrong) <= high + 1e-12
    better = wilson(right + 1, right + 1 + wrong)
    assert better[0] >= low - 1e-12
    assert better[1] >= high - 1e-12


# --- the thresholds


@pytest.mark.parametrize(
    ("right", "wrong", "expected", "why"),
    [
        (0, 0, None, "no case"),
        (19, 0, None, "fewer than the least number of cases"),
        (0, 19, None, "so are 19 that are wrong"),
        (20, 0, None, "flawless, but not even 73 could be wrong: nobody annotated more"),
        (72, 0, None, "the lower bound is 0.9493"),
        (73, 0, "certain", "the lower bound is 0.9500: the fewest cases that can be certain"),
        (72, 1, "probable", "one wrong of 73: 0.9264"),
        (35, 1, None, "the upper bound is 0.995, so it may be certain"),
        (25, 5, "possible", "the upper bound is 0.927, so it cannot, and the lower is 0.664"),
        (62, 8, "possible", "the upper bound is 0.941, the lower 0.790"),
        (63, 7, None, "the upper bound is 0.951"),
        (97, 3, "probable", "0.9155"),
        (1556, 0, "certain", "0.9975"),
        (0, 20, "possible", "never right"),
    ],
)
def test_tiers(right: int, wrong: int, expected: str | None, why: str) -> None:
    assert LIMITS.tier(right, wrong) == expected, why


def test_the_fewest_flawless_cases_follow_from_the_threshold() -> None:
    assert LIMITS.flawless == 73
    assert wilson(73, 73)[0] >= 0.95 > wilson(72, 72)[0]
    assert Thresholds(0.9, 0.7, 1).flawless == 35
    assert wilson(35, 35)[0] >= 0.9 > wilson(34, 34)[0]


@given(st.integers(73, 400), st.integers(0, 100))
def test_with_cases_enough_a_wrong_one_never_raises_the_tier(right: int, wrong: int) -> None:
    now, worse = LIMITS.tier(right, wrong), LIMITS.tier(right, wrong + 1)
    assert now is not None
    assert worse is not None
    assert TIERS.index(worse) >= TIERS.index(now)


# --- the table


def test_a_rule_that_the_table_does_not_know_keeps_the_judgement_of_its_extractor() -> None:
    assert tier("no.such-rule") is None
    assert measured("no.such-rule").counts == "no case annotated"
    assert measured("no.such-rule").verdict == "not measured enough"
    assert [weaker(judged, "no.such-rule") for judged in TIERS] == list(TIERS)


@pytest.mark.parametrize(
    ("judged", "rule", "expected"),
    [
        ("certain", "good", "certain"),
        ("probable", "good", "probable"),  # a good record does not raise a doubtful value
        ("certain", "fair", "probable"),
        ("possible", "fair", "possible"),
        ("certain", "poor", "possible"),
        ("certain", "young", "certain"),
    ],
)
def test_the_weaker_of_judgement_and_record(judged: Any, rule: str, expected: str, tmp_path: Path) -> None:
    folder = table(
        tmp_path,
        '"good" = { right = 100, wrong = 0 }',
        '"fair" = { right = 95, wrong = 5 }',
        '"poor" = { right = 50, wrong = 50 }',
        '"young" = { right = 1, wrong = 3 }',
    )
    assert weaker(judged, rule, folder) == expected


def test_a_table_of_ones_own_has_its_own_thresholds_or_those_of_fonds(tmp_path: Path) -> None:
    folder = table(tmp_path, '"a" = { right = 40, wrong = 0 }')
    assert thresholds(folder) == thresholds()
    assert tier("a", folder) is None
    (tmp_path / "strict").mkdir()
    head = "[tiers]\ncertain = 0.9\nprobable = 0.5\nleast = 5"
    other = table(tmp_path / "strict", '"a" = { right = 40, wrong = 0 }', head=head)
    assert tier("a", other) == "certain"
    assert "names/title" not in rules(other), "the table replaces that of fonds"
    assert room("names/title", other) == "fonds.extract.names"


@pytest.mark.parametrize(
    ("head", "line", "place", "words"),
    [
        ("", '"a" = { right = 1 }', "rules.toml: rule.'a'", "write both counts"),
        ("", '"a" = { right = -1, wrong = 0 }', "rules.toml: rule.'a'", "right is -1"),
        ("", '"a" = { right = 0.9, wrong = 0 }', "rules.toml: rule.'a'", "right is 0.9"),
        ("", '"a" = 5', "rules.toml: rule.'a'", "write both counts"),
        ("", '"a" = { right = 1, wrong = 0, on = { b = [1] } }', "rule.'a'.on.b", "write both counts"),
        ("[tiers]\ncertain = 0.9", "", "rules.toml: tiers", "probable is missing"),
        ("[tiers]\ncertain = 0.7\nprobable = 0.8\nleast = 9", "", "rules.toml: tiers", "certain 0.7"),
        ("[tiers]\ncertain = 95\nprobable = 80\nleast = 9", "", "rules.toml: tiers", "between 0 and 1"),
        ("[tiers]\ncertain = 0.9\nprobable = 0.8\nleast = 0", "", "rules.toml: tiers", "least is 0"),
        ("rooms = 3", "", "rules.toml", "rooms is no table"),
    ],
)
def test_a_faulty_table_is_refused_with_its_place(
    head: str, line: str, place: str, words: str, tmp_path: Path
) -> None:
    folder = table(tmp_path, line, head=head)
    with pytest.raises(ConfigError) as caught:
        room("a", folder) if "rooms" in head else rules(folder)
    assert place in str(caught.value)
    assert words in str(caught.value)


def test_the_table_of_fonds_adds_up_and_is_sorted() -> None:
    known = rules()
    assert list(known) == sorted(known)
    for one in known.values():
        assert (one.right, one.wrong) == (sum(r for _, r, _ in one.on), sum(w for _, _, w in one.on)), (
            one.rule
        )
    assert any(one.tier == "certain" for one in known.values())
    assert any(one.tier == "probable" for one in known.values())


def test_every_rule_is_described_in_a_module_with_a_docstring() -> None:
    for rule in rules():
        module = room(rule)
        assert module is not None, rule
        assert (importlib.import_module(module).__doc__ or "").strip(), module


# --- what a reading does with it


def same(value: Any) -> Any:
    """A value without its certainty."""
    if is_dataclass(value):
        return type(value), tuple(
            same(getattr(value, f.name)) for f in fields(value) if f.name != "certainty"
        )
    return tuple(map(same, value)) if isinstance(value, tuple) else value


def test_every_rule_used_on_the_demo_documents_stands_in_the_table() -> None:
    known = rules()
    for path in CORPUS:
        for resolved in resolve(convert(Source.read(path))):
            used = {one.rule for one in evidence_of(resolved.record)}
            used |= {one.rule for one in resolved.identifications}
            assert used <= set(known), path.name


def test_the_table_changes_how_sure_a_value_is_and_nothing_else(tmp_path: Path) -> None:
    # else the counts would depend on the table that is made from them
    empty = table(tmp_path)
    for path in CORPUS:
        with_it, without = (
            tuple(resolve(convert(Source.read(path), options=Options(lexicon=folder)), lexicon=folder))
            for folder in (None, empty)
        )
        assert same(with_it) == same(without)
        assert with_it != without, "some rule is less sure than its extractor says"


def party(record: Record, role: str) -> tuple[str, str]:
    one = next(party for party in record.parties if party.role == role)
    return one.evidence.rule, one.evidence.certainty


def relations(resolved: Resolved) -> tuple[set[str], bool]:
    """The certainties of the relation to the addressee, and whether the shortcut is written."""
    found = triples(resolved, layers=["rico"])
    sure = {
        thing.lexical
        for subject, predicate, thing in found
        if predicate == RICO + "relationCertainty" and "/addressee/" in subject and isinstance(thing, Literal)
    }
    return sure, any(predicate == RICO + "hasAddressee" for _, predicate, _ in found)


@pytest.mark.parametrize(
    ("line", "expected", "shortcut"),
    [
        ("", "certain", True),
        ('"party.title-to" = { right = 500, wrong = 1 }', "certain", True),
        ('"party.title-to" = { right = 180, wrong = 20 }', "probable", True),
        ('"party.title-to" = { right = 10, wrong = 90 }', "possible", False),
    ],
)
def test_the_relation_in_the_graph_is_as_sure_as_its_rule(
    line: str, expected: str, shortcut: bool, tmp_path: Path
) -> None:
    resolved = read(table(tmp_path, line))
    assert party(resolved.record, "addressee") == ("party.title-to", expected)
    assert relations(resolved) == ({expected}, shortcut)


def test_an_identification_is_as_sure_as_its_rule_too(tmp_path: Path) -> None:
    resolved = read(table(tmp_path, '"agent/name" = { right = 10, wrong = 90 }'))
    sure = {one.rule: one.certainty for one in resolved.identifications}
    assert sure == {"agent/surname": "certain", "agent/name": "possible"}
    assert party(resolved.record, "addressee")[1] == "certain"
    assert relations(resolved) == ({"possible"}, False)


# --- what is shown


def test_the_explained_page_tells_the_counts_of_each_rule(tmp_path: Path) -> None:
    line = '"party.title-to" = { right = 180, wrong = 20, on = { letters = [180, 20] } }'
    folder = table(tmp_path, line, '"names/title" = { right = 812, wrong = 3 }')
    resolved = read(folder)
    page = explain(resolved, Source.of(LETTER).text, lexicon=folder)
    assert "rule names/title (right 812 of 815, certain)" in page
    row = (
        "<td>party.title-to</td><td>1</td><td>180</td><td>20</td><td>probable</td><td>letters 180 of 200</td>"
    )
    assert row + "<td>fonds.extract.parties</td>" in page
    assert "<td>agent/surname</td><td>1</td><td>0</td><td>0</td><td>not measured enough</td><td></td>" in page
    assert f"(right {rules()['names/title'].right} of" not in page, "the user's own table is shown"


def test_the_rules_of_a_page_are_counted_by_passage() -> None:
    used = {one.rule: count for one, count in rules_of(read())}
    assert used["names/title"] == 2
    assert used["agent/name"] + used["agent/surname"] == len(read().identifications)
    assert list(used) == sorted(used)


def test_the_command_lists_the_rules_with_their_tiers(tmp_path: Path) -> None:
    folder = table(
        tmp_path, '"names/title" = { right = 95, wrong = 5 }', '"own.rule" = { right = 0, wrong = 0 }'
    )
    lines = CliRunner().invoke(main, ["rules", "--folder", folder]).output.splitlines()
    assert [line.split() for line in lines] == [
        ["rule", "right", "wrong", "from", "so", "it", "is", "described", "in"],
        ["names/title", "95", "5", "0.888", "probable", "fonds.extract.names"],
        ["own.rule", "0", "0", "-", "not", "measured", "enough", "-"],
    ]
    told = json.loads(CliRunner().invoke(main, ["rules", "--folder", folder, "--json"]).output)
    assert told[0] == {
        "rule": "names/title",
        "right": 95,
        "wrong": 5,
        "from": 0.8882,
        "tier": "probable",
        "on": {},
        "described_in": "fonds.extract.names",
    }
    assert told[1]["tier"] is None


# --- the choice of the document's own date

CHOSEN = [
    ("Paris, May 3, 1928.\n\nSir: The treaty was signed.\n", "own-date.dateline"),
    ("MEMORANDUM FOR: Chief, Archives\nDATE: 3 May 1961\n\nThe treaty was signed.\n", "own-date.label"),
    ("SECRET\n\nRETURN\n! May 3, 1963 x\n\nThe treaty was signed. It was kept.\n", "own-date.only-of-head"),
    ("CABLE\n\nfrom PARIS\n\nsent at 0120 4 November 1945\n\nThe treaty was signed.\n", "own-date.sent"),
]


@pytest.mark.parametrize(("text", "rule"), CHOSEN, ids=[rule for _, rule in CHOSEN])
def test_the_choice_of_a_date_is_named_by_its_reason(text: str, rule: str) -> None:
    (record,) = convert(Source.of(text))
    assert [found for date in record.dates if (found := choice(date))] == [rule]
    assert not rule.endswith("sent") or record.date is None, "the day of sending stays one"


def test_a_choice_that_measured_badly_makes_the_date_less_sure(tmp_path: Path) -> None:
    lexicon = table(tmp_path, '"own-date.dateline" = { right = 80, wrong = 10 }')
    (sure,) = convert(Source.of(LETTER))
    (unsure,) = convert(Source.of(LETTER), options=Options(lexicon=lexicon))
    assert sure.date is not None
    assert unsure.date is not None
    assert (sure.date.evidence.certainty, unsure.date.evidence.certainty) == ("certain", "probable")
    assert (sure.date.edtf, sure.date.evidence.reason) == (unsure.date.edtf, unsure.date.evidence.reason)
