"""From resolved records to statements in layers: order, determinism, other people's layers, and the page."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph
import pytest
from graphs import MINT, ntriples
from samples import SAMPLES, agent, cable, memorandum, report

from fonds.errors import ConfigError
from fonds.rdf import describe as registry
from fonds.rdf.describe import LAYERS, describe, layers, ordered
from fonds.rdf.iris import Minter
from fonds.rdf.terms import (
    DCTERMS,
    LABEL,
    SCHEMA,
    Literal,
    Term,
    Triple,
)
from fonds.record import Resolved


@pytest.mark.parametrize("name", SAMPLES)
def test_triples_are_sorted_without_doubles(name: str) -> None:
    for triples in describe(SAMPLES[name](), MINT).values():
        assert len(triples) == len(set(triples))
        assert [t[0] for t in triples] == sorted(t[0] for t in triples)
        assert ordered(reversed(triples)) == triples


def test_the_same_bytes_with_any_hash_seed() -> None:
    program = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); from samples import SAMPLES;"
        "from fonds.rdf.describe import describe, vocabulary, objects; from fonds.rdf.iris import Minter;"
        "m = Minter('https://example.org/archive/');"
        "d = [describe(f(), m) for f in SAMPLES.values()];"
        "v = vocabulary(m, {o for one in d for t in one.values() for o in objects(t)});"
        "print(hashlib.sha256(repr((d, v)).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program, str(Path(__file__).parent)],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_a_document_is_described_alike_whatever_stands_beside_it() -> None:
    alone = describe(report(), MINT)
    describe(memorandum(), MINT)
    assert describe(report(), MINT) == alone


def test_layers_can_be_picked() -> None:
    assert list(describe(memorandum(), MINT, ["rico"])) == ["rico"]
    with pytest.raises(ConfigError, match="no layer is called 'marc'"):
        describe(memorandum(), MINT, ["marc"])


def test_other_packages_add_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    def mine(resolved: Resolved, _claims: object, mint: Minter) -> list[Triple]:
        return [(mint.record(resolved.record.id), DCTERMS + "type", Literal("mine"))]

    def installed(*names: str) -> None:
        points = [
            SimpleNamespace(name=name, value=f"package_{i}:layer", load=lambda: mine)
            for i, name in enumerate(names)
        ]
        monkeypatch.setattr(registry, "entry_points", lambda group: points)
        layers.cache_clear()

    try:
        installed("mine")
        assert list(describe(memorandum(), MINT)) == [*LAYERS, "mine"]
        installed("mine", "mine")
        with pytest.raises(ConfigError, match=r"package_0:layer and by package_1:layer"):
            describe(memorandum(), MINT)
    finally:
        layers.cache_clear()


def test_an_empty_record_says_little_and_fails_nowhere() -> None:
    full = memorandum().record
    bare = replace(
        full, title=None, form=None, dates=(), mentions=(), parties=(), markings=(), events=(), related=(),
        findings=(), parts=(),
    )  # fmt: skip
    made = describe(Resolved(record=bare, agents=(agent("x", "y", "person", "Z"),), identifications=()), MINT)
    assert (MINT.record(bare.id), LABEL, Literal(bare.id)) in made["rico"]
    assert (MINT.record(bare.id), SCHEMA + "name", Literal(bare.id, language="und")) in made["generic"]


def test_the_worked_example_is_what_is_written() -> None:
    """Every triple that docs/model.md shows is one that the sample cable gives."""
    page = (Path(__file__).parents[1] / "docs" / "model.md").read_text("utf-8")
    made = {triple for triples in describe(cable(), MINT).values() for triple in triples}
    shown = 0
    for block in re.findall(r"^```turtle\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        for quad in pyoxigraph.parse(block.encode(), format=pyoxigraph.RdfFormat.TURTLE):
            thing = quad.object
            if isinstance(thing, pyoxigraph.Literal):
                term: Term = (
                    Literal(thing.value, language=thing.language)
                    if thing.language
                    else Literal(thing.value, thing.datatype.value)
                )
            else:
                term = thing.value
            assert (quad.subject.value, quad.predicate.value, term) in made
            shown += 1
    assert shown == 40


def test_the_query_of_the_page_leads_to_the_words() -> None:
    page = (Path(__file__).parents[1] / "docs" / "model.md").read_text("utf-8")
    (query,) = re.findall(r"^```sparql\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    store = pyoxigraph.Store()
    made = describe(cable(), MINT)
    store.load(ntriples([*made["rico"], *made["evidence"]]).encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    rows = [tuple(value.value for value in row) for row in store.query(query)]
    quote = "Khokhlov, Kozlov, Ivanov, Parshin"
    assert (MINT.agent("wcda-208877/khokhlov"), quote, "inferred", "probable") in rows
    assert len(rows) == 6  # four operators, the translator, the contributor
