"""Organisations: names that type words make, bodies known by name, and generic words left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zoned import annotated, f1, is_quoted, needs_gold, zoned

from fonds.extract.organisations import canonical_organisation, find_organisations
from fonds.lexicon import load

NAMES = [
    ("the leader of the Japanese People’s Liberation League formed", ["Japanese People’s Liberation League"], "a head of several words"),
    ("officials of the CC Department of International Information Cdes. Ponomarev", ["CC Department of International Information"], "acronym, type word and tail, up to a title"),
    ("a member of the Comintern Executive Committee.", ["Comintern Executive Committee"], "a known body within a longer name"),
    ("MOSCOW, VKP(b) CC,", ["VKP(b) CC"], "a bracket inside an acronym"),
    ("Mikoyan, and the 3rd Unit", ["3rd Unit"], "a number makes a name of a common type word"),
    ("the Government of the United States has", ["Government of the United States"], "an of-tail with an article"),
    ("The Soviet Government cannot agree", ["Soviet Government"], "the article stays outside"),
    ("the existing Yoshida Government.", ["Yoshida Government"], "a government named after a person"),
    ("the US Government reply", ["US Government"], "a country before the type word"),
    ("While the Kremlin has encouraged", ["Kremlin"], "a house that stands for who rules in it"),
    ("the Soviet mission in Tokyo announced", ["Soviet mission in Tokyo"], "lower case after an adjective, with its seat"),
    ("a Japanese foreign office official noted", ["Japanese foreign office"], "the article belongs to the official"),
    ("the Kyodo news agency reported", ["Kyodo news agency"], "a news agency in lower case"),
    ("gifts from Peking Red Cross.", ["Peking Red Cross"], "named after a town"),
    ("the UN Security Council on", ["UN Security Council"], "an acronym before a known body is one name"),
    ("at the 19th Party Congress in 1952", ["19th Party Congress"], "a congress is a corporate body"),
    ("Dept of State\nAugust 4", ["Dept of State"], "an abbreviated type word"),
    ("the Control Commissions in Hungary and Romania, meaning", ["Control Commissions in Hungary and Romania"], "a plural with two seats"),
    ("Chief of the Japanese Section of the Ministry of Foreign Affairs", ["Japanese Section", "Ministry of Foreign Affairs"], "a section of a ministry: two names"),
    ("Chief of the US section of the MVD, arrived", ["US section of the MVD", "MVD"], "a lower-case section and the body that owns it"),
    ("school of the Central Committee of the Communist Party for", ["Central Committee of the Communist Party"], "the party belongs to its committee's name"),
    ("Honor and Merit Awards Board", ["Honor and Merit Awards Board"], "and inside a name"),
    ("the Ministry of Foreign Affairs of Japan and", ["Ministry of Foreign Affairs of Japan"], "two tails"),
    ("the Ministry of Trade and the KGB", ["Ministry of Trade", "KGB"], "and between two names"),
    ("American Embassy, London", ["American Embassy"], "a comma ends a name"),
    ("the Embassy at Constantinople", ["Embassy at Constantinople"], "a bare type word with its seat"),
    ("House Select Committee on\nAssassinations", ["House Select Committee on\nAssassinations"], "an on-tail over a line break"),
    ("the Oil and Gas Company of", ["Oil and Gas Company"], "a company's name"),
    ("support from Blavatnik Family Foundation", ["Blavatnik Family Foundation"], "a foundation"),
    ("the London Herald of Monday", ["London Herald"], "a newspaper by its town"),
    ("in the House of Commons today", ["House of Commons"], "a weak type word with a telling tail"),
    ("die Gestapo und das Auswärtige Amt; Auswärtiges Amt", ["Gestapo", "Auswärtiges Amt"], "another language"),
]  # fmt: skip

CAPITALS = [
    ("THE CUBAN EMBASSY IN MONTEVIDEO REPORTS", ["CUBAN EMBASSY IN MONTEVIDEO"], "an adjective tells in capitals too"),
    ("MINISTRY OF FOREIGN AFFAIRS TOLD HIM", ["MINISTRY OF FOREIGN AFFAIRS"], "known words of the matter end the tail"),
    ("CENTRAL INTELLIGENCE AGENCY", ["CENTRAL INTELLIGENCE AGENCY"], "a known name in capitals"),
    ("AT A TRAINING CENTER FOR THE NEW ADMINISTRATION", [], "common words in capitals name nothing"),
    ("THE CHIEF OF SECURITY SERVICE AND OF CABINET", ["SECURITY SERVICE"], "a preposition begins no name"),
    ("FIELD DISSEM STATE ARMY NAVY AIR", [], "a row of addressees"),
    ("HE WAS PICKED UP IN MID-NOVEMBER", [], "an acronym that is also a word"),
]  # fmt: skip

GENERIC = [
    ("the government and the ministry felt that the commission", "lower case"),
    ("the Ministry in Moscow felt that", "a bare type word, capitalised, with no seat of a mission"),
    ("getting out of the Mission, and the Commission’s seat", "bare type words refer to a name before"),
    ("be named a Control Commission or a Control Council", "an indefinite article names none"),
    ("all Soviet embassies and diplomatic posts", "a plural"),
    ("the American Embassies were told", "a capitalised plural"),
    ("relations with the Soviet Union", "a country whose name holds a type word"),
    ("dismiss the Japanese government as he sees fit", "a government in lower case is a phrase"),
    ("within the meaning of Title 18, Sections 793 and 794", "a section of a law"),
    ("the High Contracting Party", "capitals of diplomatic style"),
]


@pytest.mark.parametrize(("text", "names", "why"), NAMES + CAPITALS, ids=[c[2] for c in NAMES + CAPITALS])
def test_which_organisations_are_read(text: str, names: list[str], why: str) -> None:
    reading = zoned(("body", text))
    found = [mention for mention in find_organisations(reading) if mention.kind == "organisation"]
    assert [mention.name for mention in found] == names, why
    assert all(is_quoted(mention.evidence, reading) for mention in found)
    assert len({mention.id for mention in found}) == len(found)


@pytest.mark.parametrize(("text", "why"), GENERIC, ids=[case[1] for case in GENERIC])
def test_generic_words_are_no_names(text: str, why: str) -> None:
    assert [mention.name for mention in find_organisations(zoned(("body", text)))] == [], why


def test_a_counted_group_is_an_addressee_only_where_addressees_stand() -> None:
    routing = zoned(("routing", "11 November 1945 for the five"))
    assert [(m.kind, m.name) for m in find_organisations(routing)] == [("group", "the five")]
    assert find_organisations(zoned(("body", "He waited for the five"))) == ()
    assert find_organisations(zoned(("routing", "for the five years past"))) == ()


def test_zones_about_the_file_name_only_what_is_certain() -> None:
    reading = zoned(
        ("rights", "The History and Public Policy Program welcomes reuse of Digital Archive materials."),
        ("repository", "RGASPI, f. 558, op. 11, d. 98."),
        ("legal-notice", "by order of the War Department"),
    )
    assert [m.name for m in find_organisations(reading)] == ["History and Public Policy Program", "RGASPI"]


def test_a_siglum_in_the_text_may_be_something_else() -> None:
    assert find_organisations(zoned(("body", "THE SHAT AND THE RGVA WERE THERE"))) == ()


def test_labels_of_a_distribution_grid_are_organisations_marked_or_not() -> None:
    reading = zoned(("distribution", "ARMY\tX\tFBI\t\tOCT\tX"))
    assert [m.name for m in find_organisations(reading)] == ["ARMY", "FBI"]


CANONICAL = [
    ("Dept of State", "Department of State", "an abbreviation"),
    ("the CIA", "Central Intelligence Agency", "an acronym with its article"),
    ("UN", "United Nations", "a short acronym"),
    ("VKP CC", canonical_organisation("VKP(b) CC"), "two spellings of one body"),
    ("Soviet Government", "Government of the Soviet Union", "a government by its adjective"),
    ("Government of the USSR", "Government of the Soviet Union", "and by its country"),
    ("US Government", "Government of the United States", "and by an abbreviation"),
    ("department of state", "Department of State", "another case"),
    ("Government of Japan", "Government of Japan", "a country without an article"),
    ("Yoshida Government", None, "a government named after a person is not a country's"),
    ("Radio Committee", None, "a body that the table does not hold"),
]


@pytest.mark.parametrize(("name", "canonical", "why"), CANONICAL, ids=[case[2] for case in CANONICAL])
def test_canonical_names(name: str, canonical: str | None, why: str) -> None:
    assert canonical_organisation(name) == canonical, why


def test_the_tables_are_sound() -> None:
    table = load("organisations")
    names = [form for entries in table["known"].values() for entry in entries for form in entry.split("; ")]
    assert len(names) > 400
    assert all(form == form.strip() and form for form in names)
    assert set(table["seated"]) <= {*table["types"], *table["weak"]}
    for repository in load("repositories")["repository"]:
        assert repository["name"]
        assert repository["country"] == "" or len(repository["country"]) == 2
        assert repository["scheme"]


@given(
    st.lists(
        st.sampled_from(
            [
                "Ministry",
                " of ",
                "the ",
                "Foreign ",
                "Affairs",
                "\n",
                "Soviet ",
                "Mission",
                " in Tokyo",
                " and ",
                "’s ",
                "CIA",
                "🛰",
            ]
        ),
        max_size=25,
    )
)
@settings(max_examples=80, deadline=None)
def test_offsets_point_at_the_words(parts: list[str]) -> None:
    reading = zoned("x " + "".join(parts))
    for mention in find_organisations(reading):
        assert is_quoted(mention.evidence, reading)
        assert reading.text.content[mention.name_start : mention.name_end] == mention.name
        assert mention.name == mention.name.strip()


@needs_gold
def test_organisations_of_the_annotated_documents() -> None:
    found, wanted = set(), set()
    for number, (gold, reading) in enumerate(annotated()):
        shift = number * 1_000_000
        found |= {
            (shift + m.name_start, shift + m.name_end)
            for m in find_organisations(reading)
            if m.kind == "organisation"
        }
        wanted |= {(shift + body["start"], shift + body["end"]) for body in gold["organisations"]}
    assert f1(found, wanted) > 0.87
