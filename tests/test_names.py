"""Persons: what shows one, where its name begins and ends, and what only looks like one."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.extract import name_lexicon as name_lexicon_room
from fonds.extract.name_lexicon import GIVEN, name_lexicon
from fonds.extract.name_parts import is_patronymic, split_name
from fonds.extract.name_tokens import tokenise
from fonds.extract.names import find_persons
from fonds.extract.reading import Reading
from fonds.record import Mention, NameParts, Zone
from fonds.source import Source, Span

ROOT = Path(__file__).parents[1]
DOCUMENTS = ROOT / "corpus" / "documents"
GOLD = ROOT.parent / "shared" / "data" / "gold"


def reading(content: str, *zones: tuple[str, str]) -> Reading:
    """A reading of `content`; each zone is its name and the words it covers."""
    text = Source.of(content).text
    placed = [Zone(name, content.index(words), content.index(words) + len(words)) for name, words in zones]
    return Reading(text, tuple(sorted(placed, key=lambda zone: zone.start)), Span(0, len(text)))


def mentions(content: str, kind: str = "person") -> list[Mention]:
    return [mention for mention in find_persons(reading(content)) if mention.kind == kind]


def names(content: str, kind: str = "person") -> list[str]:
    return [mention.name for mention in mentions(content, kind)]


NAMES = [
    # A title before the name
    ("They met Mr. Harriman today.", ["Harriman"], "a form of address"),
    ("a note to Mr. Ambassador Harriman on 9 November", ["Harriman"], "two titles in a row"),
    ("Generalissimo Stalin contains inaccurate elements", ["Stalin"], "a rank alone"),
    ("They saw General-Colonel F. F. Kuznetsov.", ["F. F. Kuznetsov"], "a rank with a hyphen, initials"),
    ("Lt. General Kuzma N. Nikolayevich Derevyanko left.", ["Kuzma N. Nikolayevich Derevyanko"], "an abbreviated rank, an expanded initial"),
    ("rebukes Soviet Minister of Foreign Affairs Molotov for it", ["Molotov"], "an office with a complement"),
    ("Prime Minister Sato’s recent visit", ["Sato"], "a possessive ending is no part of the name"),
    ("the words of Premier Yen Chia-kan", ["Yen Chia-kan"], "a family name that is a currency as well"),
    ("He saw ambassador Harriman and comrade Vyshinsky.", ["Harriman", "Vyshinsky"], "titles in small letters"),
    ("General de Gaulle and M. van Vollenhoven came.", ["de Gaulle", "van Vollenhoven"], "particles after a title"),
    ("A dispatch to W. L. F. C. van Rappard came.", ["W. L. F. C. van Rappard"], "particles after initials"),
    ("Mr. Tower said no.", ["Tower"], "any word is a surname after Mr."),
    ("(fnu) RELOVA is an officer", ["RELOVA"], "first name unknown"),
    # A title shared by a list
    ("to Cdes. MOLOTOV, BERIA, MALENKOV, and MIKOYAN", ["MOLOTOV", "BERIA", "MALENKOV", "MIKOYAN"], "a plural title"),
    ("Messrs. White, Page, and Polk were there.", ["White", "Page", "Polk"], "ordinary words in such a list"),
    # The name itself
    ("V. MOLOTOV\nL. BERIA\n", ["V. MOLOTOV", "L. BERIA"], "signatures in capitals, one to a line"),
    ("by Nikolay Ivanovich Generalov, who", ["Nikolay Ivanovich Generalov"], "a patronymic"),
    ("with Vasily I. [Il'inh] Savelyev of it", ["Vasily I. [Il'inh] Savelyev"], "an expansion in brackets"),
    ("Works closely with ERNESTO \"CHE\" GUEVARA.", ['ERNESTO "CHE" GUEVARA'], "a nickname in quotes"),
    ("met Jose Antonio PORTUONDO Valdor there", ["Jose Antonio PORTUONDO Valdor"], "a Spanish surname in capitals"),
    ("one Amable SANCHEZ Borroto and others", ["Amable SANCHEZ Borroto"], "an unknown given name before capitals"),
    ("officer named Carlos *LOPEZ Avalos with", ["Carlos *LOPEZ Avalos"], "an indexer's asterisk"),
    ("talks with Chiang Ching-kuo in Tokyo", ["Chiang Ching-kuo"], "East Asian order stays"),
    ("BROTHER OF NGO DINH DIEM SAID", ["NGO DINH DIEM"], "a last syllable that is a word"),
    ("Memorandum of Walter Hines Page to him", ["Walter Hines Page"], "an ordinary word at the end"),
    ("JOHN D. MORRISON, JR.\nActing General Counsel", ["JOHN D. MORRISON, JR."], "a suffix"),
    ("SUBJECT: KOSTIKOV, Valeriy Vladimirovich\n", ["KOSTIKOV, Valeriy Vladimirovich"], "the family name first, with a comma"),
    ("Cable for Shtykov:\n\nS H T Y K O V\n", ["Shtykov", "S H T Y K O V"], "letters spaced out"),
    ("Contributed by Sergey Radchenko and translated by Gary Goldberg.", ["Sergey Radchenko", "Gary Goldberg"], "given names"),
    ("had talks with Thomas\nCoons about it", ["Thomas Coons"], "a name over a line end"),
    ("letter of von Thielmann to him", ["von Thielmann"], "a Germanic particle"),
    # An office beside the name
    ("The Ambassador in Great Britain (Page) to the Secretary of State", ["Page"], "the holder in brackets"),
    ("The Chargé in Brazil (Washington) to the Secretary", ["Washington"], "a place is a name where the office has one"),
    ("Mr. Olney to Mr. Buchanan.", ["Olney", "Buchanan"], "sender and addressee"),
    ("My dear Phillips: I enclose", ["Phillips"], "a salutation"),
    # Established once, found everywhere
    ("Mr. Harriman left. HARRIMAN'S note and Harriman's53 text, pro-Harriman.", ["Harriman", "HARRIMAN", "Harriman", "Harriman"], "capitals, possessive, footnote digit, prefix"),
    ("Mr. Harriman and Mr. Stalin met. Then Mr. Harriman Stalin rejected. Stalin left. Harriman too.",
     ["Harriman", "Stalin", "Harriman", "Stalin", "Stalin", "Harriman"], "two names side by side"),
    ("Mr. Page wrote. Page 3 is lost. See the Page Building. It was from Page.", ["Page", "Page"], "an ordinary word needs a name's place"),
    ("Gen. Marshall spoke. The Marshall Plan worked.", ["Marshall", "Marshall"], "a person's policy names the person"),
    # Surroundings
    ("through one Shimura (sic), the Japanese teacher at the Mission. Shimura had come.", ["Shimura", "Shimura"], "one X (sic), the teacher"),
    ("Sent by Poskrebyshev.\nReceived by Petrova", ["Poskrebyshev", "Petrova"], "hands of a dispatch"),
    ("benefit of the Yoshida Government. The Yoshida Government fell.", ["Yoshida", "Yoshida"], "a government"),
    ("not all of a post-Stalin development, since Stalin's death", ["Stalin", "Stalin"], "an adjective made of a name"),
    ("deciphered at 0315.\n\nKhokhlov, Kozlov, Ivanov, Parshin\n", ["Khokhlov", "Kozlov", "Ivanov", "Parshin"], "a line of hands"),
    ("Mr. Otroshchenko came. Otroshchenko and Genserslov were angry. Otroshchenko, Genserslov, and the rest", ["Otroshchenko", "Otroshchenko", "Genserslov", "Otroshchenko", "Genserslov"], "company makes a person of a misread name"),
    ("Cde. Filippov [Stalin] agreed.", ["Filippov", "Stalin"], "a cover name and its gloss"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "expected", "why"), NAMES, ids=[case[2] for case in NAMES])
def test_finds(content: str, expected: list[str], why: str) -> None:
    assert names(content) == expected, why


NONE = [
    ("The Soviet Government and the United States agreed in Moscow.", "bodies and places"),
    ("support from Blavatnik Family Foundation", "a foundation is no person"),
    ("Mexico City, San Jose and Port Stanley in August 1950", "places that hold given names"),
    ("The U.S. Embassy and the U. S. Congress met at 5 P.M.", "initials of bodies and hours"),
    ("AMFAUNA-26 was in Habana. JMWAVE and UPI knew.", "cryptonyms and acronyms"),
    ("S E C R E T\n\nT O P S E C R E T\n", "a marking spaced out"),
    ("the S.S. Oscar Fredrik and S.S. Ryndam sailed", "ships"),
    ("Antonio Miguel & Co. of Lisbon", "a firm"),
    ("KNISH MEANS BROTHERHOOD. WILL TIRE OF PER ORIGINATOR", "words in capitals that are names as well"),
    ("A. Summary\nB. Conclusions\nC. Officials of the country", "letters of a list"),
    ("the President August 17, 1917", "a month after a title"),
    ("Director General de Inteligencia; Direccion General de Inteligencia", "a Spanish office"),
    ("1. Mainichi said editorially that agreement was poor.", "a newspaper says, too"),
    ("the McCarran Act and the Smith Act", "laws"),
    ("Yesterday Told When Stations", "capitals at the head of sentences"),
    ("the W. German Army, the E. European States", "points of the compass"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "why"), NONE, ids=[case[1] for case in NONE])
def test_finds_no_person(content: str, why: str) -> None:
    assert names(content) == [], why


def test_title_belongs_to_the_evidence_and_not_to_the_name() -> None:
    (mention,) = mentions("met Soviet Foreign Minister Molotov twice")
    assert (mention.name, mention.titles) == ("Molotov", ("Soviet Foreign Minister",))
    assert mention.evidence.quote == "Soviet Foreign Minister Molotov"
    assert mention.id == "person-28-35"


def test_shared_title_is_kept_and_stays_out_of_the_evidence() -> None:
    found = mentions("officials Cdes. Ponomarev and Baranov")
    assert [(m.evidence.quote, m.titles) for m in found] == [
        ("Ponomarev", ("Cdes.",)),
        ("Baranov", ("Cdes.",)),
    ]


def test_doubt_of_an_editor_is_kept() -> None:
    (mention,) = mentions("[handwritten: store. ?M. Mayorov?]")
    assert (mention.name, mention.doubt, mention.evidence.quote) == ("M. Mayorov", "?", "?M. Mayorov?")
    found = mentions("through one Shimura (sic), the teacher. Shimura left.")
    assert [m.doubt for m in found] == ["(sic)", None]


def test_what_surroundings_alone_show_is_only_probable() -> None:
    (mention,) = mentions("Received by Petrova")
    assert (mention.evidence.rule, mention.evidence.certainty) == ("names/context", "probable")


@pytest.mark.parametrize(
    ("content", "held", "expected", "why"),
    [
        ("Mr. Ford and the Ford Foundation", "Ford Foundation", ["Ford"], "the body's name is not the person"),
        ("Mr. Yoshida. The Yoshida Government fell", "Yoshida Government", ["Yoshida", "Yoshida"], "a government is the person's"),
        ("the office of President Kennedy today", "office of President Kennedy", ["Kennedy"], "a title shows the person"),
        ("Gary Goldberg wrote", "Gary", ["Gary Goldberg"], "a name that reaches beyond what is held wins"),
    ],
)  # fmt: skip
def test_taken_spans(content: str, held: str, expected: list[str], why: str) -> None:
    span = Span(content.index(held), content.index(held) + len(held))
    found = find_persons(reading(content), taken=[span])
    assert [m.name for m in found if m.kind == "person"] == expected, why


@pytest.mark.parametrize(
    ("zone", "expected", "why"),
    [
        ("body", ["Khrushchev", "Khrushchev", "Brezhnev"], "all evidence counts in running text"),
        ("form-grid", ["Khrushchev", "Khrushchev"], "among labels a name must show itself or be known"),
        ("rights", [], "a notice of rights names nobody of the document"),
    ],
)
def test_zones_decide_what_may_speak(zone: str, expected: list[str], why: str) -> None:
    content = "Cde. Khrushchev; Khrushchev; sent by Brezhnev"
    found = find_persons(reading(content, (zone, content)))
    assert [mention.name for mention in found] == expected, why


def test_nested_spans_hold_what_lies_in_the_outer_one() -> None:
    content = "the Kremlin Molotov Moscow Institute; told Molotov that Molotov's plan"
    spans = [Span(4, 36), Span(4, 11), Span(20, 26)]
    found = find_persons(reading(content), taken=spans)
    assert [mention.name_start for mention in found] == [43, 56]


def test_signature_zone_vouches_for_a_lone_surname() -> None:
    content = "We agree.\nLangstroth\nmore text"
    assert names(content) == []
    found = find_persons(reading(content, ("signature", "Langstroth")))
    assert [(m.name, m.evidence.rule) for m in found] == [("Langstroth", "names/signature")]


def test_furniture_between_the_halves_of_a_name_is_skipped() -> None:
    content = "talked with Andrey\nSECRET\nSmirnov again"
    found = find_persons(reading(content, ("furniture", "SECRET\n")))
    (person,) = [mention for mention in found if mention.kind == "person"]
    assert person.evidence.quote == "Andrey\nSECRET\nSmirnov"
    assert person.name == "Andrey Smirnov"


@pytest.mark.parametrize(
    ("content", "expected", "why"),
    [
        ("when the Supreme Commander acted", ["Supreme Commander"], "an office without a name"),
        ("The Secretary of State to the Ambassador in Spain", ["Secretary of State", "Ambassador in Spain"], "two offices, not one"),
        ("the Supreme Commander Douglas MacArthur", [], "with a name it is a title"),
        ("Ambassador. Director", [], "without an article it may be a heading"),
    ],
)  # fmt: skip
def test_roles(content: str, expected: list[str], why: str) -> None:
    assert names(content, "role") == expected, why


def test_groups_stand_where_nothing_follows_them() -> None:
    content = "11 November 1945 for the five\n"
    found = find_persons(reading(content, ("routing", content)))
    assert [(m.kind, m.name) for m in found] == [("group", "the five")]
    assert find_persons(reading("the unanimity of the four powers")) == ()


PARTS = [
    ("Stalin", NameParts(family="Stalin"), "a surname alone"),
    ("V. M. Molotov", NameParts(initials="V. M.", family="Molotov"), "initials"),
    ("V.M. Molotov", NameParts(initials="V. M.", family="Molotov"), "initials run together"),
    ("Nikolay Ivanovich Generalov", NameParts(given="Nikolay", patronymic="Ivanovich", family="Generalov"), "a patronymic"),
    ("Fedor I. Lylich Kunov", NameParts(given="Fedor", initials="I.", patronymic="Lylich", family="Kunov"), "a misread patronymic after its initial"),
    ("Vasily I. [Il'inh] Savelyev", NameParts(given="Vasily", initials="I.", patronymic="Il'inh", family="Savelyev"), "a bracket"),
    ("BELOKON VALENTIN ANATOLEYEVICH", NameParts(family="BELOKON", given="VALENTIN", patronymic="ANATOLEYEVICH"), "family name first"),
    ("Jose Antonio PORTUONDO Valdor", NameParts(given="Jose Antonio", family="PORTUONDO Valdor"), "a surname in capitals"),
    ("Chiang Ching-kuo", NameParts(family="Chiang", given="Ching-kuo"), "East Asian order"),
    ("Hirota Shigeru", NameParts(family="Hirota", given="Shigeru"), "Japanese order"),
    ("Mao Zedong", NameParts(family="Mao", given="Zedong"), "pinyin"),
    ("van Vollenhoven", NameParts(particle="van", family="Vollenhoven"), "a particle"),
    ("JOHN D. MORRISON, JR.", NameParts(given="JOHN", initials="D.", family="MORRISON", suffix="JR."), "a suffix"),
    ("KOSTIKOV, Valeriy Vladimirovich", NameParts(family="KOSTIKOV", given="Valeriy Vladimirovich"), "with a comma"),
    ("S H T Y K O V", NameParts(family="SHTYKOV"), "spaced out"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected", "why"), PARTS, ids=[case[2] for case in PARTS])
def test_parts(name: str, expected: NameParts, why: str) -> None:
    assert split_name(name) == expected, why


def test_parts_of_nothing() -> None:
    assert split_name("[ ]") is None


@pytest.mark.parametrize(
    "word", ["Ivanovich", "Semenovitch", "Petrovna", "Il'ich", "Fominichna", "ANATOLEYEVICH"]
)
def test_patronymics(word: str) -> None:
    assert is_patronymic(word)


@pytest.mark.parametrize("word", ["Molotov", "Rich", "Munich", "Ulrich", "Savelyev"])
def test_no_patronymics(word: str) -> None:
    assert not is_patronymic(word)


@settings(deadline=None)  # the first example loads the tables
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=200))
def test_tokens_quote_the_content(content: str) -> None:
    at = 0
    for token in tokenise(content, name_lexicon()):
        assert content[token.start : token.end] == token.text
        assert token.start >= at
        at = token.end


def test_remembered_words_are_cut_as_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (
        "Mr. Molotov's post-Stalin plan; V. M. Molotov, Gen. STALIN. Yu. Zhukov's d’accord Mr. X. It's. No."
    )
    lexicon = replace(name_lexicon(), pieces={})
    fresh = tokenise(content, lexicon)
    assert tokenise(content, lexicon) == fresh
    assert "Molotov's" in lexicon.pieces
    monkeypatch.setattr(name_lexicon_room, "_PIECES", 2)
    assert tokenise(f"{content}\nPonomarev, Baranov, Rozanov", lexicon)[: len(fresh)] == fresh
    assert len(lexicon.pieces) <= 2  # they are dropped before they are too many


@settings(deadline=None)  # the first example loads the tables
@given(
    st.lists(
        st.sampled_from(
            ["Mr. ", "Molotov", "STALIN's", " and ", ", ", ".\n\n", "V. M. ", "(sic)", "[", "]", "the ", "General ", "de ", "S S", "?", "’", "\u00ad", "é", "Yu. ", "Cdes. ", "War", "post-"]
        ),
        max_size=30,
    ).map("".join)
)  # fmt: skip
def test_offsets_hold_for_any_text(content: str) -> None:
    if not content.strip("\ufeff \t\r\n\xa0\u00ad"):
        return
    found = find_persons(reading(content))
    assert len({mention.id for mention in found}) == len(found)
    for mention in found:
        quote = content[mention.name_start : mention.name_end]
        assert mention.name == " ".join(quote.replace("-\n", "-").split())
        assert mention.evidence.quote == content[mention.evidence.start : mention.evidence.end]
        assert mention.evidence.start <= mention.name_start < mention.name_end <= mention.evidence.end


def test_own_tables_replace_the_packaged_ones(tmp_path: Path) -> None:
    given_names = 'names = "Zzyzx"\nwords = ""\n'
    (tmp_path / "given_names.toml").write_text(given_names, "utf-8")
    assert names("letter of Zzyzx Quorve to them") == []
    content = Source.of("letter of Zzyzx Quorve to them").text
    found = find_persons(Reading(content, (), Span(0, len(content)), str(tmp_path)))
    assert [mention.name for mention in found] == ["Zzyzx Quorve"]


def test_no_word_is_both_a_given_name_and_an_ambiguous_one() -> None:
    lexicon = name_lexicon()
    ambiguous = set(lexicon.context("common")) & {
        word for flag, words in lexicon.flags if flag == GIVEN for word in words
    }
    assert ambiguous == set()


@cache
def gold(name: str) -> dict[str, object]:
    path = GOLD / f"{name}.json"
    if not path.is_file():
        pytest.skip("the annotated documents are not here")
    loaded: dict[str, object] = json.loads(path.read_text("utf-8"))
    return loaded


#: The annotators' names of zones, where they differ from ours.
ZONES = {
    "catalogue_date": "catalogue-date",
    "donor_credit": "credit",
    "summary": "catalogue-summary",
    "repository_metadata": "repository",
    "attachment": "body",
    "classification": "marking",
    "review_stamp": "stamp",
    "registry_stamp": "stamp",
    "release_stamp": "stamp",
    "transmission": "processing",
    "legal_notice": "legal-notice",
    "form_grid": "form-grid",
}


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_agrees_with_the_annotators(path: Path) -> None:
    annotated = gold(path.name)
    text = Source.read(path).text
    zones = sorted(annotated["zones"], key=lambda zone: zone["start"])  # type: ignore[call-overload]
    placed = tuple(Zone(ZONES.get(z["zone"], z["zone"]), z["start"], z["end"]) for z in zones)
    found = find_persons(Reading(text, placed, Span(0, len(text))))
    spans = {(m.name_start, m.name_end) for m in found if m.kind == "person"}
    expected = {
        (m["name_start"], m["name_end"])
        for m in annotated["person_mentions"]  # type: ignore[attr-defined]
        if m["kind"] == "name"
    }
    right = len(spans & expected)
    assert 2 * right / (len(spans) + len(expected)) >= 0.97
