"""Positions: the words of an office, whose it is, and when."""

from __future__ import annotations

import pytest

from fonds.extract.name_lexicon import name_lexicon
from fonds.extract.names import find_persons
from fonds.extract.position_phrases import nouns_of
from fonds.extract.positions import find_positions
from fonds.extract.reading import Reading
from fonds.record import Mention, Position
from fonds.source import Source, Span


def read(content: str) -> tuple[Reading, tuple[Mention, ...]]:
    reading = Reading(Source.of(content).text, (), Span(0, len(content)))
    return reading, find_persons(reading)


def positions(content: str) -> list[Position]:
    return list(find_positions(*read(content)))


@pytest.mark.parametrize(
    ("word", "noun"),
    [
        ("Chief", True),
        ("ministers", True),  # the plural in s
        ("Chairmen", True),  # in men
        ("secretaries", True),  # in ies
        ("SECRETARY", True),
        ("Section", False),
        ("the", False),
    ],
)
def test_nouns_of_offices(word: str, noun: bool) -> None:
    assert (word.lower() in nouns_of(name_lexicon().context("holders"))) is noun


STATED = [
    ("met Soviet Foreign Minister Molotov", [("Molotov", "Soviet Foreign Minister", "office", None)], "a title is an office"),
    ("Mr. Ambassador Harriman came", [("Harriman", "Ambassador", "office", None)], "the form of address is left out"),
    ("Lt. General Kuzma Derevyanko", [("Kuzma Derevyanko", "Lt. General", "rank", None)], "a rank"),
    ("Allied Supreme Commander Douglas MacArthur", [("Douglas MacArthur", "Allied Supreme Commander", "office", None)], "a commander's office is no rank"),
    ("Anatoly Anatolyevich Rozanov, Chief of the Japanese Section of the Ministry of Foreign Affairs, and Colonel X",
     [("Anatoly Anatolyevich Rozanov", "Chief of the Japanese Section of the Ministry of Foreign Affairs", "office", None)], "an apposition with two complements"),
    ("Nikolay Ivanovich Generalov, who is now Soviet Ambassador to Australia.",
     [("Nikolay Ivanovich Generalov", "Soviet Ambassador to Australia", "office", "present")], "now"),
    ("Mr. Generalov was formerly the political advisor to Lt. General Kuzma Derevyanko and had",
     [("Generalov", "political advisor to Lt. General Kuzma Derevyanko", "office", "past"), ("Kuzma Derevyanko", "Lt. General", "rank", None)], "formerly, and a person in the complement"),
    ("In the past Mr. Okano was a member of the Comintern Executive Committee.",
     [("Okano", "member of the Comintern Executive Committee", "membership", "past")], "a cue before the sentence"),
    ("The leader of this Japanese group was Prince Higashi-Kuni.",
     [("Higashi-Kuni", "leader of this Japanese group", "office", None)], "the office first; a plain past tense says nothing"),
    ("one Shimura (sic), the Japanese teacher at the Soviet Mission in Tokyo. Shimura had",
     [("Shimura", "Japanese teacher at the Soviet Mission in Tokyo", "office", None)], "a sign of doubt in between"),
    ("Georgiy Ivanovich Pavlychev and Fedor Il'ich Kunov, both members of the Soviet Mission.",
     [("Georgiy Ivanovich Pavlychev", "members of the Soviet Mission", "membership", None), ("Fedor Il'ich Kunov", "members of the Soviet Mission", "membership", None)], "both"),
    ("and then officials of the CC Department of International Information Cdes. Ponomarev and Baranov, who",
     [("Ponomarev", "officials of the CC Department of International Information", "office", None), ("Baranov", "officials of the CC Department of International Information", "office", None)], "an office before a list with a shared title"),
    ("ordered Andrey Ivanovich Ygnitskiy of the trade mission to continue",
     [("Andrey Ivanovich Ygnitskiy", "of the trade mission", "membership", None)], "belonging"),
    ("The Ambassador in Russia (Francis) to the Secretary of State (Lansing)",
     [("Francis", "Ambassador in Russia", "office", None), ("Lansing", "Secretary of State", "office", None)], "holders in brackets, two offices"),
    (
        "The Secretary of State to the Chargé in Spain (Wilson)",
        [("Wilson", "Chargé in Spain", "office", None)],
        "the nearer of two offices",
    ),
    ("Thomas D. Jones, Acting Chairman of the War Trade Board", [("Thomas D. Jones", "Acting Chairman of the War Trade Board", "office", None)], "an apposition at the end of the text"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "expected", "why"), STATED, ids=[case[2] for case in STATED])
def test_states(content: str, expected: list[tuple[str, str, str, str | None]], why: str) -> None:
    found = [(p.holder.name, p.title, p.kind, p.state) for p in positions(content)]
    assert sorted(found, key=str) == sorted(expected, key=str), why


NONE = [
    ("Mr. Harriman left for Tokyo.", "a form of address is no office"),
    ("Prince Higashi-Kuni did not want to meet.", "nobility is no office"),
    ("Mr. Pavlychev, in his reports to the Ministry of Foreign Affairs, said", "a comma alone is no apposition"),
    ("Mr. Molotov told the leader of the group that", "an office that is somebody else's"),
    ("Faithfully yours,\nMr. Olney,\nThe Secretary of State", "an address below a signature"),
    ("Mr. Rozanov is a very close friend of Mr. Savelyev", "a friend holds no office"),
    ("talks with Mr. Chirac, Chancellor, and others", "a noun alone may be somebody else's title"),
    ("They ordered Mr. Savelyev of the necessity to leave", "belonging to no body"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "why"), NONE, ids=[case[1] for case in NONE])
def test_states_nothing(content: str, why: str) -> None:
    assert positions(content) == [], why


def test_evidence_covers_the_name_and_the_office() -> None:
    (position,) = positions("In the past Mr. Okano was a member of the Comintern Executive Committee.")
    assert (
        position.evidence.quote == "In the past Mr. Okano was a member of the Comintern Executive Committee"
    )
    assert position.evidence.rule == "positions/statement"


def test_organisation_in_the_words_of_the_office_is_attached() -> None:
    content = "Mr. Rozanov, Chief of the Japanese Section of the Ministry of Foreign Affairs, came"
    reading, persons = read(content)
    start = content.index("Ministry")
    end = content.index(", came")
    ministry = Mention(
        id="organisation-1",
        kind="organisation",
        name=content[start:end],
        name_start=start,
        name_end=end,
        evidence=reading.evidence(start, end, "organisations/known"),
    )
    (position,) = find_positions(reading, persons, [ministry])
    assert position.organisation is ministry
    assert position.title == "Chief of the Japanese Section of the Ministry of Foreign Affairs"


def test_known_body_ends_where_its_mention_ends() -> None:
    content = "with Vasily Savelyev of the Soyuz Tokyo office in spring"
    reading, persons = read(content)
    start = content.index("Soyuz")
    body = Mention(
        id="organisation-1",
        kind="organisation",
        name="Soyuz",
        name_start=start,
        name_end=start + 5,
        evidence=reading.evidence(start, start + 5, "organisations/known"),
    )
    (position,) = find_positions(reading, persons, [body])
    assert (position.title, position.organisation) == ("of the Soyuz", body)
    assert position.evidence.certainty == "probable"
