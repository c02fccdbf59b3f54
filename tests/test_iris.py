"""IRIs that last, and the concepts among them."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph
import pytest
from graphs import MINT, layer
from hypothesis import given
from hypothesis import strategies as st
from samples import SAMPLES

from fonds.errors import ConfigError
from fonds.lexicon import load
from fonds.rdf.describe import describe, objects, vocabulary
from fonds.rdf.iris import _ALPHA3, Minter, segment, slug
from fonds.rdf.terms import (
    LABEL,
    LANG,
    RICO,
    RST,
    SKOS,
    TYPE,
    XSD,
    Literal,
)
from fonds.record import Level


@pytest.mark.parametrize(
    "base", ["https://example.org/archive/", "http://example.org/a#", "urn:example:archive/"]
)
def test_a_base_ends_in_slash_or_hash(base: str) -> None:
    assert Minter(base).record("a") == f"{base}record/a"


@pytest.mark.parametrize(
    "base",
    [
        pytest.param("https://example.org/archive", id="no end"),
        pytest.param("example.org/", id="not absolute"),
        pytest.param("https://example.org/a b/", id="a space"),
        pytest.param("https://example.org/ä/", id="not ASCII"),
        pytest.param("https://example.org/<x>/", id="a bracket"),
        pytest.param("javascript:alert(1)/", id="not a web address"),
        pytest.param("", id="nothing"),
    ],
)
def test_other_bases_are_refused(base: str) -> None:
    with pytest.raises(ConfigError, match="base") as caught:
        Minter(base)
    assert caught.value.remedy


def test_a_day_is_a_day() -> None:
    with pytest.raises(ConfigError):
        Minter(MINT.base, "yesterday")


@given(st.text(max_size=200))
def test_any_words_make_a_safe_segment(words: str) -> None:
    for made in (segment(words), slug(words)):
        assert re.fullmatch(r"[A-Za-z0-9._~%-]+", made)
        assert made not in (".", "..")
        assert not made.startswith((".", "-"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_different_names_make_different_segments(one: str, other: str) -> None:
    assert (one == other) == (segment(one) == segment(other))


@given(st.text(min_size=1, max_size=80))
def test_any_key_makes_a_safe_iri(key: str) -> None:
    for iri in (
        MINT.agent(key),
        MINT.agent(f"https://example.org/{key}"),
        MINT.record(key),
        MINT.name(key, key),
    ):
        pyoxigraph.NamedNode(iri)
        assert iri.isascii()
        assert not re.search(r"[\s<>\"{}|\\^`]", iri)
        assert "/../" not in urlsplit(MINT.record(key)).path


def test_a_unit_is_shared_by_documents_only_where_its_number_says_enough() -> None:
    fonds = [Level("fonds", "558", "f. 558")]
    box = [Level("box", "3", "box 3")]
    assert MINT.recordset("RGASPI", fonds, "a") == MINT.recordset("RGASPI", fonds, "b")
    assert MINT.recordset("RGASPI", box, "a") != MINT.recordset("RGASPI", box, "b")
    assert MINT.recordset(None, fonds, "a") != MINT.recordset(None, fonds, "b")


def test_what_is_shared_is_told_apart() -> None:
    assert MINT.is_shared(MINT.agent("stalin"))
    assert MINT.is_shared("https://example.org/elsewhere")
    assert not MINT.is_shared(MINT.record("a"))
    assert not MINT.is_shared(MINT.statement((MINT.record("a"), LABEL, Literal("x"))))


def test_a_law_tells_equal_codes_apart() -> None:
    assert MINT.rule("FREEDOM OF INFORMATION ACT", "(b)(1)") != MINT.rule("PRIVACY ACT", "(b)(1)")


@pytest.mark.parametrize("name", SAMPLES)
def test_iris_are_valid_ascii_and_there_is_no_blank_node(name: str) -> None:
    for triples in describe(SAMPLES[name](), MINT).values():
        for subject, predicate, thing in triples:
            for iri in (subject, predicate, *(() if isinstance(thing, Literal) else (thing,))):
                pyoxigraph.NamedNode(iri)
                assert iri.isascii()
                assert iri.startswith(("http://", "https://"))


@pytest.mark.parametrize("name", SAMPLES)
def test_literals_are_canonical(name: str) -> None:
    patterns = {
        XSD + "integer": r"0|-?[1-9]\d*",
        XSD + "nonNegativeInteger": r"0|[1-9]\d*",
        XSD + "boolean": r"true|false",
        XSD + "date": r"\d{4}-\d\d-\d\d",
        XSD + "dateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?",
    }
    for triples in describe(SAMPLES[name](), MINT).values():
        for _, _, thing in triples:
            if isinstance(thing, Literal) and thing.datatype in patterns:
                assert re.fullmatch(patterns[thing.datatype], thing.lexical)


def test_the_vocabulary_names_what_is_used_and_nothing_else() -> None:
    used = objects(layer("rico", "cable"))
    found = frozenset(vocabulary(MINT, used))
    cable_form = MINT.concept("form", "CABLE")
    assert (cable_form, TYPE, RICO + "DocumentaryFormType") in found
    assert (cable_form, SKOS + "prefLabel", Literal("cable", language="en")) in found
    assert (RST + "Fonds", TYPE, RICO + "RecordSetType") in found
    assert ("http://id.loc.gov/vocabulary/iso639-2/eng", LABEL, Literal("English", language="en")) in found
    assert MINT.concept("form", "INFORMATION REPORT") not in {s for s, _, _ in found}
    assert all(not iri.startswith(MINT.base + "role/") or iri in used for iri, _, _ in found)


def test_a_concept_in_another_script_can_be_read_back() -> None:
    iri = MINT.concept("form", "ТЕЛЕГРАММА")
    assert iri.isascii()
    assert (iri, SKOS + "prefLabel", Literal("телеграмма")) in vocabulary(MINT, [iri])


def test_a_user_may_rename_concepts(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.toml").write_text(
        'language = "de"\n[role]\nauthor = "Verfasser"\n', encoding="utf-8"
    )
    iri = MINT.concept("role", "author")
    assert (iri, SKOS + "prefLabel", Literal("Verfasser", language="de")) in vocabulary(
        MINT, [iri], str(tmp_path)
    )


def test_languages_that_are_told_have_the_codes_of_the_standard() -> None:
    """They are written down, so that no table of all languages need be loaded: it must agree with that."""
    import langcodes

    mint = Minter("https://example.org/")
    for tag in load("languages"):
        code = langcodes.get(tag).to_alpha3(variant="B")
        assert tag in _ALPHA3
        assert mint.language(tag, "") == f"{LANG}{code}"
