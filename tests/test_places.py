"""Places: which names are read, how far they reach, and what only looks like one."""

from __future__ import annotations

import string
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zoned import annotated, f1, is_quoted, needs_gold, zoned

from fonds.extract.gazetteer import KINDS
from fonds.extract.places import canonical_place, find_places, lookup_place
from fonds.lexicon import load

CASES = [
    ("He arrived in Moscow from Yan’an.", ["Moscow", "Yan’an"], "a curly apostrophe in the text"),
    ("from SOCHI", ["SOCHI"], "a town in capitals"),
    ("MOSCOW, VKP(b) CC,", ["MOSCOW"], "a line of capitals"),
    ("USSR (Far East)/Japan", ["USSR", "Far East", "Japan"], "a form's field with three places"),
    ("in Northern China", ["Northern China"], "a point of the compass belongs to the name"),
    ("from Communist China in March", ["Communist China"], "a political qualifier too"),
    ("off the Kamchatka peninsula.", ["Kamchatka peninsula"], "a type word in lower case"),
    ("the Habomai and Shikotan Islands.", ["Habomai and Shikotan Islands"], "one type word for two names"),
    ("Japan and the Kuril Islands", ["Japan", "Kuril Islands"], "but not where each stands for itself"),
    ("in the Gulf of Tonkin near Hainan Island", ["Gulf of Tonkin", "Hainan Island"], "type words"),
    ("refugees from Tatung Province", ["Tatung Province"], "a province that the table does not hold"),
    ("the tsar visited Two Islands", [], "a numeral names no islands"),
    ("the Russian Islands lie there", [], "an adjective of nationality names no islands"),
    ("in Tokyo, Japan", ["Tokyo", "Japan"], "town and country are two places"),
    ("New\nYork harbour", ["New\nYork harbour"], "a name broken over two lines"),
    ("in New Yorker circles", [], "the name of a people is no place"),
    ("Iranian and Soviet and Japanese officials", [], "adjectives are no places"),
    ("withdrawal of US troops and U. S. aid", ["US", "U. S."], "the country as an attribute"),
    ("HE TOLD US THAT THE US WOULD AGREE", ["US"], "in capitals the pronoun looks the same"),
    ("General Jordan met Mr. Washington", [], "a title before a family name"),
    ("met David Starr Jordan there", [], "given names before a family name"),
    ("the Shah and King Hussein of Jordan", ["Jordan"], "the same name as a country"),
    ("Jose Xavier LIMA Hernandez", [], "a family name in capitals"),
    ("a nice reading of mobile tours", [], "common words in lower case"),
    ("Reading the note, he agreed.", [], "a town's name that opens a sentence as a word"),
    ("born in Orlando, Florida", ["Orlando", "Florida"], "a state after the comma settles it"),
    ("Orlando agreed with Lloyd George", [], "without such words it may be a person"),
    ("Santiago, July 24, 1897.", ["Santiago"], "a dateline settles it too"),
    ("at Spring Lake, N. J., in summer", ["Spring Lake"], "an unknown town before a state"),
    ("the San Francisco treaty with Japan", ["Japan"], "a treaty is not the town it was made in"),
    ("The Pacific is wide; Pacific overtures", ["Pacific"], "some names need their article"),
    ("WH/LIMA 1  FE/KOBE 1", [], "office symbols of a routing sheet"),
    ("write to office@Moscow.example", [], "an address"),
    ("to Moskva, Москва and Moscou", ["Moskva", "Москва", "Moscou"], "other languages"),
]


@pytest.mark.parametrize(("text", "names", "why"), CASES, ids=[case[2] for case in CASES])
def test_which_places_are_read(text: str, names: list[str], why: str) -> None:
    reading = zoned(text)
    found = find_places(reading)
    assert [mention.name for mention in found] == names, why
    assert all(mention.kind == "place" and is_quoted(mention.evidence, reading) for mention in found)


INSIDE = [
    ("the Soviet mission in Tokyo announced", ["Tokyo"], "the seat of an organisation is a place"),
    ("the Government of the United States", [], "the body's own country is part of its name"),
    ("gifts from Peking Red Cross", [], "so is the town it is named after"),
    ("the Far East Commission should sit", [], "and the region"),
    ("Control Commissions in Hungary and Romania", ["Hungary", "Romania"], "two seats"),
]


@pytest.mark.parametrize(("text", "names", "why"), INSIDE, ids=[case[2] for case in INSIDE])
def test_places_inside_organisations(text: str, names: list[str], why: str) -> None:
    assert [mention.name for mention in find_places(zoned(text))] == names, why


@pytest.mark.parametrize("zone", ["legal-notice", "marking", "rights", "navigation", "stamp", "repository"])
def test_zones_that_name_no_places_of_the_matter(zone: str) -> None:
    reading = zoned((zone, "The United States and Japan"), ("body", "He went to Tokyo."))
    assert [mention.name for mention in find_places(reading)] == ["Tokyo"]


def test_page_furniture_between_two_words_is_covered_by_the_quote() -> None:
    reading = zoned("He came from New ", ("furniture", "- 5 -"), "York to Berlin.")
    first, second = find_places(zoned("He came from New York to Berlin."))
    assert (first.name, second.name) == ("New York", "Berlin")
    assert [mention.name for mention in find_places(reading)][-1] == "Berlin"
    assert all(is_quoted(mention.evidence, reading) for mention in find_places(reading))


CANONICAL = [
    ("Peiping", "Peking", "an older name"),
    ("MOSCOW", "Moscow", "in capitals"),
    ("the Soviet Union", "Soviet Union", "with its article"),
    ("USSR", "Soviet Union", "an abbreviation"),
    ("Communist China", "People's Republic of China", "a name given by others"),
    ("Kamchatka peninsula", "Kamchatka", "with a type word"),
    ("Yan’an", "Yan'an", "a curly apostrophe"),
    ("Island of Cuba", "Cuba", "with a type word before it"),
    ("Nowhere-on-Sea", None, "a place that the table does not hold"),
    ("", None, "nothing"),
]


@pytest.mark.parametrize(("name", "canonical", "why"), CANONICAL, ids=[case[2] for case in CANONICAL])
def test_canonical_names(name: str, canonical: str | None, why: str) -> None:
    assert canonical_place(name) == canonical, why


def _plain_letters(entry: str) -> tuple[str, str]:
    """Accents aside, as a reader looks a name up."""
    bare = unicodedata.normalize("NFKD", entry).encode("ascii", "ignore").decode()
    return bare.casefold(), entry


def test_the_table_is_sound() -> None:
    table = load("places")
    names: dict[str, str] = {}
    for kind in KINDS:
        for within, entries in table[kind].items():
            assert not within or lookup_place(within) is not None, f"{within} is no place of the table"
            assert entries == sorted(entries, key=_plain_letters)
            for entry in entries:
                forms = entry.split("; ")
                for form in forms:
                    assert form == form.strip(), form
                    assert form, entry
                    assert form not in names, f"{form} stands under {names.get(form)} and {entry}"
                    names[form] = entry
    assert len(names) > 4_000
    assert set(table["doubtful"]) <= set(names), "a doubtful name must be a name"


@given(
    st.lists(
        st.sampled_from(["Moscow", "in ", "Tokyo, ", "\n", "the ", "Gulf of ", " Islands", "’", "ß", "🛰 "]),
        max_size=20,
    )
)
@settings(max_examples=60, deadline=None)
def test_offsets_point_at_the_words(parts: list[str]) -> None:
    reading = zoned("x" + "".join(parts))
    for mention in find_places(reading):
        assert is_quoted(mention.evidence, reading)
        assert reading.text.content[mention.name_start : mention.name_end] == mention.name


@given(st.text(alphabet=string.printable, max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_text_is_too_strange(text: str) -> None:
    reading = zoned("." + text)
    spans = [(mention.name_start, mention.name_end) for mention in find_places(reading)]
    assert spans == sorted(spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@needs_gold
def test_places_of_the_annotated_documents() -> None:
    found, wanted = set(), set()
    for number, (gold, reading) in enumerate(annotated()):
        shift = number * 1_000_000
        found |= {(shift + m.name_start, shift + m.name_end) for m in find_places(reading)}
        wanted |= {(shift + place["start"], shift + place["end"]) for place in gold["places"]}
    assert f1(found, wanted) > 0.97
