"""The words of all tables in one pass, and the short ways that must find what the long ones do."""

from __future__ import annotations

import ahocorasick_rs
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from fonds.extract import words as room
from fonds.extract.gazetteer import gazetteer_of
from fonds.extract.organisation_grammar import grammar
from fonds.extract.organisation_tables import known_bodies
from fonds.extract.reading import Reading
from fonds.extract.related_wordings import Wording, signs, wordings
from fonds.extract.vocabulary import hits_of
from fonds.extract.words import Words, plain
from fonds.source import Source, Span

LETTER = (
    "The Secretary of State to the Ambassador in Great Britain (Page)\n\n"
    "Washington, October 24, 1917.\n\n"
    "The Ministry of Foreign Affairs and the New York Times of South Manchuria say that, in reply to your "
    "telegram of October 3, the five served in Hubei Province; see the Ambassador's note of May 4.\n"
)


def reading(content: str) -> Reading:
    return Reading(Source.of(content).text, (), Span(0, len(content)))


TABLES = {
    "places": lambda: gazetteer_of(None).patterns,
    "place-types": lambda: gazetteer_of(None).type_forms,
    "bodies": lambda: known_bodies(None).patterns,
    "type-words": lambda: grammar(None).forms,
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "content",
    [
        LETTER,
        LETTER.upper(),  # the forms in capitals
        "New York Yorkshire, United States of America and United States",  # one name in another
        "Ministry of Foreign AffairsForeign Ministry",  # names that touch
    ],
)
def test_a_table_has_the_hits_that_it_has_alone(table: str, content: str) -> None:
    alone = ahocorasick_rs.AhoCorasick(
        list(TABLES[table]()), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
    )
    assert hits_of(reading(content))[table] == alone.find_matches_as_indexes(plain(content))


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ("places", "Washington"),
        ("bodies", "New York Times"),  # longer than the place in it, and a table of its own
        ("type-words", "Ministry"),
        ("place-types", " Province"),
        ("signs", "telegram"),
        ("serving", "served"),
        ("counted", "the five"),
    ],
)
def test_each_table_finds_its_own_words(table: str, word: str) -> None:
    assert word in {plain(LETTER)[start:end] for _, start, end in hits_of(reading(LETTER))[table]}


def test_a_place_in_the_name_of_a_body_stays_a_place() -> None:
    found = hits_of(reading("The New York Times says so."))["places"]
    assert [(start, end) for _, start, end in found] == [(4, 12)]


def test_hits_lie_in_the_prose_alone() -> None:
    text = Source.of("Paris\n" + LETTER).text
    inner = Reading(text, (), Span(6, len(text)))
    places = hits_of(inner)["places"]
    assert places == hits_of(reading(LETTER))["places"]
    assert places


@given(
    st.lists(
        st.sampled_from(
            ["North ", "Korea", " ", "  ", ". ", "-", "U.S.", "St. ", "l’", "é", "\u0301", "2nd ", "²", "_", "a&b", "\n"]
        ),
        max_size=12,
    ).map("".join)
)  # fmt: skip
def test_words_are_those_that_the_pattern_finds(content: str) -> None:
    words = Words(content)
    for position in range(len(content) + 1):
        match = room._LAST_WORD.search(words.plain, max(0, position - room._REACH), position)
        expected = (match.start(), match.end(), match.group()) if match else None
        assert words.last(position) == expected
        gap = words.plain[match.end() : position] if match else ""
        assert words.before(position) == (expected if gap in {" ", ". ", "  ", "-"} else None)


def test_a_long_word_is_read_as_before() -> None:
    words = Words("x " + "a" * 100)
    assert words.last(102) == (102 - room._REACH, 102, "a" * room._REACH)


def in_full(wording: Wording, content: str) -> list[tuple[int, int]]:
    """What a wording matches if the whole text is gone through with its pattern."""
    return [match.span() for match in wording.pattern.finditer(content)]


def by_hearts(number: int, wording: Wording, content: str) -> list[tuple[int, int]]:
    starts = {
        match.end() if wording.follows else match.start()
        for sign, owners in signs(None).items()
        if number in owners
        for match in regex.finditer(regex.escape(sign), plain(content), overlapped=True)
    }
    return [match.span() for match in wording.matches(content, sorted(starts))]


SPOKEN = [
    "The reply of the Embassy is attached. A list of ports is enclosed, and maps are appended.",
    "I am sending you herewith a copy; I am transmitting the draft note of today; forwarding a telegram.",
    "Referring to your telegram of May 4 and in reply to your\nurgent letter of June 1, received your note.",
    "His letter of 4 May, her letter of 5 May and the circular telegram from Paris dated 6 May; notes of 7 May.",
    "See the Soviet Government’s note of 4 May. Mr. Molotov's letter on trade, Great Britain's reply to him.",
    "the Soviet note dated 4 May 1950, a Polish memorandum\ndated yesterday.",
    "a note verbale of the 4th of May from the letter of which the telegram of 3 May",
    "letter of letter of note from letter dated note of 5 May which",
]


@pytest.mark.parametrize("content", [*SPOKEN, " ".join(SPOKEN), "\n".join(reversed(SPOKEN))])
def test_hearts_leave_no_other_document_out(content: str) -> None:
    for number, wording in enumerate(wordings(None)):
        assert by_hearts(number, wording, content) == in_full(wording, content)


def test_each_wording_has_an_example() -> None:
    content = " ".join(SPOKEN)
    assert all(in_full(wording, content) for wording in wordings(None))


WORDS = regex.findall(
    r"\S+",
    "the a his your letter telegram note circular reply draft of from dated No. May Soviet Mr. X’s X's "
    "received enclosed is sending attached . , ; which and report concerning trade",
)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_hearts_find_what_the_patterns_find(content: str) -> None:
    for number, wording in enumerate(wordings(None)):
        assert by_hearts(number, wording, content) == in_full(wording, content)
