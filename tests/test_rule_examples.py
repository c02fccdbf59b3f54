"""Every rule has a text in which it reads something, and one like it in which it does not."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from fonds.agents import authority
from fonds.agents.decisions import Decisions
from fonds.agents.resolve import resolve
from fonds.certainty import measured, room, rules
from fonds.converters import convert
from fonds.converters.genre import available
from fonds.evaluation.document import evidence_of
from fonds.extract.own_date import choice
from fonds.source import Source

ROOT: Final = Path(__file__).parents[1]
CORPUS: Final = sorted((ROOT / "corpus" / "documents").glob("*.txt"))
EXAMPLES: Final = tomllib.loads((Path(__file__).parent / "data" / "rule_examples.toml").read_text("utf-8"))
#: The parts of fonds that read, and so emit rules; the module left out holds the checks of genre files.
READERS: Final = sorted(
    path
    for part in ("agents", "converters", "extract")
    for path in (ROOT / "src" / "fonds" / part).rglob("*.py")
    if path.name != "examples.py"
)
RULE: Final = re.compile(r"(?:[a-z-]+[./][a-z][a-z-]*[a-z]|curator)")


def used(
    *sources: Source, people: authority.Authority | None = None, decided: Decisions | None = None
) -> set[str]:
    """The rules by which documents are read, together."""
    found: set[str] = set()
    for resolved in resolve([record for source in sources for record in convert(source)], people, decided):
        found |= {one.rule for one in evidence_of(resolved.record)}
        found |= {one.rule for one in resolved.identifications}
        found |= {rule for each in resolved.record.walk() for date in each.dates if (rule := choice(date))}
    return found


def read(example: dict[str, Any], which: str, folder: Path) -> set[str]:
    """The rules by which one text of an example is read, with the tables that the example brings."""
    texts = example[which]
    sources = [Source.of(text) for text in ([texts] if isinstance(texts, str) else texts)]
    for name in ("authority", "decisions"):
        (folder / f"{name}.csv").write_text(example.get(name, ""), "utf-8")
    people = authority.read(folder / "authority.csv") if "authority" in example else None
    decided = Decisions.read(folder / "decisions.csv") if "decisions" in example else None
    return used(*sources, people=people, decided=decided)


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_reads_where_it_should_and_not_where_it_should_not(rule: str, tmp_path: Path) -> None:
    assert rule in read(EXAMPLES[rule], "yes", tmp_path)
    assert rule not in read(EXAMPLES[rule], "no", tmp_path)


def of_genres() -> list[set[str]]:
    """The rules used on each example of the genre files, which run as tests of their own."""
    return [
        {rule for rule in used(Source.of(example.text)) if rule.startswith("field.")}
        for kind in available().values()
        for example in kind.examples
    ]


def emittable() -> Iterator[str]:
    """Every rule id: those written out in the modules, the fields of genres, and all that were counted."""
    for path in READERS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            held = node.value if isinstance(node, ast.Constant) else None
            if isinstance(held, str) and RULE.fullmatch(held) and room(held):
                yield held
    for kind in available().values():
        yield from (f"field.{one.name}" for one in (*kind.fields, *kind.patterns))
    yield from rules()


def test_every_rule_has_an_example_for_it_and_one_against_it() -> None:
    genres = of_genres()
    both = {rule for each in genres for rule in each if not all(rule in other for other in genres)}
    assert sorted(set(emittable()) - both - set(EXAMPLES)) == []


def test_every_rule_used_on_the_demo_documents_is_known() -> None:
    assert used(*map(Source.read, CORPUS)) <= set(emittable())


def test_a_rule_without_an_example_would_be_noticed() -> None:
    found = set(emittable())
    assert {"agent/surname", "authority/renown", "curator", "place.dateline", "field.through"} <= found
    assert "field.xyz" not in found


def test_every_rule_has_its_line_in_the_table() -> None:
    """With counts, or with the statement that there are none."""
    assert sorted(set(emittable()) - set(rules())) == []
    told = {measured(rule).counts for rule in EXAMPLES if not measured(rule).right + measured(rule).wrong}
    assert told == {"no case annotated"}


def test_an_example_is_of_a_rule_that_is_described_somewhere() -> None:
    assert [rule for rule in EXAMPLES if room(rule) is None] == []
    assert list(EXAMPLES) == sorted(EXAMPLES)
