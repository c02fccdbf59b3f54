"""The counting of right and wrong: each verdict against one made by hand on a few lines of text."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy.case import Case
from benchmarks.rules import __main__ as command
from benchmarks.rules import archives, seeds
from benchmarks.rules.verdict import Named, Verdict, counted, emitted, identified
from fonds.agents.resolve import resolve
from fonds.certainty import rules
from fonds.converters import convert
from fonds.evaluation.fields import Counts
from fonds.evaluation.gold import check_against, read_gold
from fonds.evaluation.values import Read
from fonds.record import Identification
from fonds.source import Source, Span

DATA = Path(__file__).parents[2] / "shared" / "data"
LETTER = """Mr. Conger to Mr. Sherman

Legation of the United States,
Peking, May 4, 1897.

Sir: I have the honor to report that the treaty was signed on April 9 in Moscow.

E. H. Conger
"""


def read(content: str = LETTER) -> Read:
    source = Source.of(content)
    return Read(source.text, tuple(resolve(convert(source))))


def case(rule: str, right: bool | None, collection: str = "letters") -> Verdict:
    return Verdict(rule, right, collection, "", "")


# --- counting


def test_cases_are_counted_by_rule_and_collection() -> None:
    found = counted(
        [case("b", True), case("a", None), case("b", False), case("b", True, "cables"), case("b", True)]
    )
    assert list(found) == ["a", "b"]
    assert (found["a"].right, found["a"].wrong, found["a"].on) == (0, 0, ())
    assert (found["b"].right, found["b"].wrong) == (3, 1)
    assert found["b"].on == (("cables", 1, 0), ("letters", 2, 1))


def test_the_written_table_is_read_back_and_keeps_its_head(tmp_path: Path) -> None:
    found = counted([case("b/x", True), case("b/x", False, "my cables"), case("a.y", None)])
    text = command.toml(found)
    (tmp_path / "rules.toml").write_text(text, "utf-8")
    known = rules(str(tmp_path))
    assert {rule: (one.right, one.wrong, one.on) for rule, one in known.items()} == {
        "a.y": (0, 0, ()),
        "b/x": (1, 1, (("letters", 1, 0), ("my cables", 0, 1))),
    }
    assert tomllib.loads(text)["tiers"]["certain"] == 0.95
    assert text.startswith("# How often each rule was right")
    assert (
        command.toml(
            counted(reversed([case("b/x", True), case("b/x", False, "my cables"), case("a.y", None)]))
        )
        == text
    )


def test_every_rule_that_reads_a_document_is_listed_even_without_a_case() -> None:
    listed = [one.rule for one in emitted(read(), "letters")]
    assert listed == sorted(set(listed))
    assert {"party.title-to", "agent/name", "event.dateline"} <= set(listed)


def test_a_mention_is_wrong_if_it_stands_with_those_of_another() -> None:
    def named(who: str, agent: str, rule: str = "agent/surname") -> Named:
        decision = Identification(mention="m", agent=agent, rule=rule, certainty="certain", reason="")
        return Named(who, decision, "", "")

    found = identified(
        [
            *(named("kellogg", "k"), named("kellogg", "k", "agent/name"), named("stimson", "k")),
            named("stimson", "s"),  # alone, so it decides nothing
        ],
        "letters",
    )
    assert Counter((one.rule, one.right) for one in found) == Counter(
        {("agent/surname", True): 1, ("agent/name", True): 1, ("agent/surname", False): 1}
    )


# --- against annotations


def annotated(tmp_path: Path, **entries: Any) -> Any:
    content = {"sha256": sha256(LETTER.encode()).hexdigest(), **entries}
    (tmp_path / "letter.json").write_text(json.dumps(content), "utf-8")
    gold = read_gold(tmp_path)
    document = next(iter(gold.documents.values()))
    check_against(document, read().text, tmp_path)
    return document


def spot(words: str, **more: Any) -> dict[str, Any]:
    start = LETTER.index(words)
    return {"start": start, "end": start + len(words), "surface": words, **more}


def judged(document: Any) -> dict[tuple[str, str], bool]:
    return {(one.rule, one.quote): right for one, right in seeds.judged(read(), document, {})}


@pytest.mark.parametrize(
    ("edtf", "role", "right", "why"),
    [
        ("1897-05-04", "dated", True, "day and role agree"),
        ("1897-05-05", "dated", False, "another day"),
        ("1897-05-04", "received", False, "another role"),
    ],
)
def test_each_date_is_a_case_for_its_own_rule(
    edtf: str, role: str, right: bool, why: str, tmp_path: Path
) -> None:
    found = judged(annotated(tmp_path, dates=[spot("May 4, 1897", edtf=edtf, role=role)]))
    assert found["date.month-day-year", "May 4, 1897"] is right, why
    assert found["date.month-day", "April 9"] is False, "a date that is not annotated is not there"


def test_names_are_cases_only_for_kinds_that_are_annotated(tmp_path: Path) -> None:
    found = judged(annotated(tmp_path, places=[spot("Moscow")]))
    assert {key: right for key, right in found.items() if key[0].startswith(("place", "names"))} == {
        ("place.gazetteer", "Moscow"): True,
        ("place.gazetteer", "Peking"): False,
    }


def test_a_party_is_judged_without_what_else_is_wrong(tmp_path: Path) -> None:
    person = {"name": "Sherman", "person": "sherman"}
    start = LETTER.index("Sherman")
    mention = spot("Mr. Sherman", **person, name_start=start, name_end=start + len("Sherman"))
    found = judged(
        annotated(
            tmp_path,
            person_mentions=[mention],
            addressees=[{"person": "sherman", **spot("Sherman")}],
            senders=[],
        )
    )
    assert found["party.title-to", "Mr. Sherman"] is True
    assert found["party.title-from", "Mr. Conger"] is False
    assert found["names/title", "Mr. Sherman"] is True


# --- by the comparisons of the accuracy benchmark


def test_parties_are_wrong_where_the_comparison_complains() -> None:
    document = read()
    one = Case("letters", "d1")
    one.add("sender, person", Counts(gold=1, correct=1))
    one.judge("addressee, person", "Tripp", "Sherman (person)", (document.text, None))
    found = {v.rule: v.right for v in archives.of_parties(one, document)}
    assert found == {"party.title-from": True, "party.title-to": False}, "no signature is compared"
    signed = document.own[0].party("signatory")[0].mention
    spot = Span(signed.name_start, signed.name_end)
    one.judge("signatory", None, signed.name, (document.text, spot))
    found = {v.rule: v.right for v in archives.of_parties(one, document)}
    assert found["party.signature"] is False, "nobody signed, says the comparison"


CLEAN = "clean capture (2025)"


@pytest.mark.parametrize(
    ("group", "measure", "counts", "near", "chosen", "words", "why"),
    [
        ("letters", "date", Counts(gold=1, correct=1), False, True, True, "the day agrees"),
        ("letters", "date", Counts(gold=1, wrong=1), False, False, False, "another day in the dateline"),
        ("letters", "date", Counts(invented=1), False, False, False, "the document is undated"),
        ("letters", "date", Counts(gold=1, missed=1), False, None, None, "nothing was found"),
        (CLEAN, "date", Counts(gold=1, wrong=1), False, False, None, "another date was chosen"),
        (CLEAN, "date", Counts(gold=1, wrong=1), True, False, False, "the same words were read otherwise"),
        (CLEAN, archives.LOST, Counts(invented=1), False, None, None, "the capture has another day"),
    ],
)
def test_what_was_read_and_what_was_chosen_are_two_cases(
    group: str, measure: str, counts: Counts, near: bool, chosen: bool | None, words: bool | None, why: str
) -> None:
    document = read()
    one = Case(group, "d1")
    one.add(measure, counts)
    date = document.own[0].date
    assert date is not None
    found = {v.rule: v.right for v in archives.of_date(one, document, date.evidence.span if near else None)}
    expected = {"own-date.dateline": chosen, "date.month-day-year": words}
    assert found == {rule: right for rule, right in expected.items() if right is not None}, why


@pytest.mark.skipif(not DATA.is_dir(), reason="the real material is not here")
def test_the_demo_documents_yield_cases(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([str(DATA), "--collection", "seeds"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("| rule | right | wrong |")
    rows = {cells[1].strip(): cells for line in lines[2:] if (cells := line.split("|"))}
    assert int(rows["names/title"][2]) > 30
    assert list(rows) == sorted(rows)
