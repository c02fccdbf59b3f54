"""Every rule has a text in which it reads something, and one like it in which it does not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

import pytest

from fonds.agents.resolve import resolve
from fonds.certainty import room
from fonds.converters import convert
from fonds.converters.genre import available
from fonds.evaluation.document import evidence_of
from fonds.source import Source

CORPUS: Final = sorted((Path(__file__).parents[1] / "corpus" / "documents").glob("*.txt"))
EXAMPLES: Final = tomllib.loads((Path(__file__).parent / "data" / "rule_examples.toml").read_text("utf-8"))
#: Rules of the demo documents without an example. To be kept empty.
WITHOUT: Final[frozenset[str]] = frozenset()


def used(*sources: Source) -> set[str]:
    """The rules by which documents are read, together."""
    found: set[str] = set()
    for resolved in resolve([record for source in sources for record in convert(source)]):
        found |= {one.rule for one in evidence_of(resolved.record)}
        found |= {one.rule for one in resolved.identifications}
    return found


def sources(texts: str | list[str]) -> list[Source]:
    return [Source.of(text) for text in ([texts] if isinstance(texts, str) else texts)]


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_reads_where_it_should_and_not_where_it_should_not(rule: str) -> None:
    assert rule in used(*sources(EXAMPLES[rule]["yes"]))
    assert rule not in used(*sources(EXAMPLES[rule]["no"]))


def exemplified() -> set[str]:
    """Rules with examples here, and rules of genre files, whose own examples run as tests."""
    own = {
        rule
        for kind in available().values()
        for example in kind.examples
        for rule in used(Source.of(example.text))
        if rule.startswith("field.")
    }
    return own | set(EXAMPLES)


def test_every_rule_used_on_the_demo_documents_has_an_example() -> None:
    assert used(*map(Source.read, CORPUS)) - exemplified() == WITHOUT


def test_an_example_is_of_a_rule_that_is_described_somewhere() -> None:
    assert [rule for rule in EXAMPLES if room(rule) is None] == []
    assert list(EXAMPLES) == sorted(EXAMPLES)
