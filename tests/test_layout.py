"""Zones of letters, cables and memoranda: what each line is, by wording and neighbourhood."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds import lexicon
from fonds.extract.layout import is_date_line, zones_of
from fonds.extract.lines import (
    apart,
    is_addressed,
    is_name,
    is_office,
    is_prose,
    kind_of,
    lines_of,
    without_office,
)
from fonds.extract.reading import ZONES
from fonds.record import Zone
from fonds.source import Source, Span

CORPUS = Path(__file__).parents[1] / "corpus" / "documents"

KINDS = [
    ("STRICTLY SECRET", "marking", "a classification alone on a line"),
    ("~~CONFIDENTIAL~~", "marking", "struck through by the transcriber"),
    ("S E C R E T", "marking", "spaced out by OCR"),
    ("SECRET/CONTROL - US AND BRITISH OFFICIALS ONLY", "marking", "with a dissemination control"),
    ("Secret talks were held in the spring of that year", None, "the word begins a sentence"),
    ("- 5 -", "furniture", "a page number"),
    ("Page 2 of 7", "furniture", "a page number in words"),
    ("-------", "furniture", "a drawn rule"),
    ("1945", None, "a year alone is no page number"),
    ("Copies to:", "distribution", "the head of a list"),
    ("cc: Mr. Bohlen", "distribution", "a carbon copy"),
    ("ARMY\tX\tNAVY\tX\tAIR\tX", "distribution", "ticked boxes of a form"),
    ("☐ DECLASSIFIED", "stamp", "a box"),
    ("Declassified and Approved for Release by the Central Intelligence Agency", "stamp", "a release"),
    ("2025 RELEASE UNDER THE PRESIDENT JOHN F. KENNEDY ASSASSINATION RECORDS ACT OF 1992", "stamp", "a law"),
    ("Memorandum for Mr. C. D. Jackson", "routing", "to whom, without a colon"),
    ("TO : Chief, Support Branch", "routing", "to whom, with a colon"),
    ("from SOCHI", "routing", "the place of sending"),
    ("sent at 0120 4 November 1945", "routing", "a verb and a clock"),
    ("11 November 1945 for the five", "routing", "the day and the readers"),
    ("Subject: Soviet Gestures to Japan", "subject", "a subject line"),
    ("Dear Comrade Kim Il Sung:", "salutation", "a salutation"),
    ("deciphered at 0315 4 November 1945. Four copies printed.", "processing", "a cipher clerk's note"),
    ("Received by Petrova", "processing", "an operator"),
    ("Attachment", "attachment-note", "the label of an attachment"),
    ("[handwritten: to the archive]", "annotation", "an editor's bracket"),
    ("Mr. Olney to Mr. Buchanan.", "title", "one party to another"),
    ("The matter was put to the Council", None, "prose with the word to"),
    ("Washington, D. C.", None, "a place alone"),
    ("[Inclosure 2 in No. 6.—Translation.]", "attachment-note", "an editor's label above an enclosure"),
    ("[Snbinclosure in No. 10.]", "attachment-note", "the same, u misread as n"),
    ("[Annexation was refused by the Senate.]", None, "a sentence in brackets"),
    ("Believe me [etc.]", "signature", "a compliment cut short by an editor"),
    ("And in so doing I avail, etc.", "signature", "a compliment that begins with another word"),
    ("Bread, meat, wine, etc.", None, "a list that ends with etc."),
    ("[seal]", "signature", "a seal beside a signature"),
    ("I am, sir, &c.,", "signature", "a compliment that closes with &c."),
    ("With high consideration, your obedient servant,", "signature", "a compliment with another beginning"),
    ("He was never your obedient servant in this", None, "no compliment, but a sentence"),
    ("Flour, salt, &c.", None, "a list that ends with &c."),
    ("[*Inclosure.]", "attachment-note", "a star marks the page of an earlier edition"),
    (
        "Mr. Dayton, United States minister, to Mr. Seward, Secretary of State.",
        "title",
        "between commas who each party is",
    ),
    ("Mr. Dayton, our minister, wrote to Mr. Seward.", None, "a verb before to"),
    ("Mr. Seward to ministers of the United States in Europe.", "title", "to many of one office"),
    ("Mr. Seward to meet the minister.", None, "to before a verb"),
    (
        "The Chairman of the American Delegation on the Preparatory Commission (Gibson) to the Secretary of State",
        "title",
        "a long office with its holder",
    ),
    (
        "John Foster Dulles, Consultant to the Secretary of State, to the Prime Minister of Japan (Yoshida)",
        "title",
        "a name without a title, an office to somebody",
    ),
    ("Memorandum by the Assistant Secretary of State (White)", "title", "a paper by the holder of an office"),
    ("The road from Sochi to the coast was closed for a week", None, "prose with two places and to"),
]


@pytest.mark.parametrize(("words", "kind", "why"), KINDS, ids=[row[2] for row in KINDS])
def test_the_wording_of_a_line(words, kind, why):
    assert kind_of(words) == kind


PROSE = [
    ("I hope the attached memorandum will be helpful in connection with your inquiry.", True, "a sentence"),
    ("1. The first phase has been completed there.", True, "a numbered paragraph"),
    ("Economic Cooperation Division", False, "a heading"),
    ("V. MOLOTOV", False, "a signature"),
    (
        "REQUEST TRACES AND PERMISSION TO APPROACH THE SUBJECT WHO LIVES IN THE CITY",
        True,
        "a cable in capitals",
    ),
]


@pytest.mark.parametrize(("words", "expected", "why"), PROSE, ids=[row[2] for row in PROSE])
def test_running_text(words, expected, why):
    assert is_prose(words) is expected


NAMES = [
    ("WALTER S. SMITH", True, "capitals with an initial"),
    ("V. MOLOTOV", True, "an initial"),
    ("STALIN", True, "a surname alone"),
    ("/s/ John Foster Dulles", True, "a conformed signature"),
    ("Charles de Gaulle", True, "a particle"),
    ("CONFIDENTIAL", False, "a marking"),
    ("CONCLUSION:", False, "a heading"),
    ("Document Information", False, "a label of a catalogue"),
    ("Rid/TSCO", False, "an office code"),
    ("3 JUN 1954", False, "a date"),
    ("F[rank] L. P[olk]", True, "letters that an editor supplied"),
    ("[seal] J. Ramsay MacDonald", True, "beside a seal"),
    ("W. L. F. C. v. Rappard", True, "four initials and a particle"),
    ("Day, Acting.", True, "who acted for the head of an office"),
    ("Mr. Hugh S. Gibson", False, "nobody signs with Mr.: a list"),
    ("Page", False, "a word that heads a page"),
]


@pytest.mark.parametrize(("words", "expected", "why"), NAMES, ids=[row[2] for row in NAMES])
def test_lines_that_could_be_signatures(words, expected, why):
    assert is_name(words) is expected


OFFICES = [
    ("Chief, Support Branch", True, "an office and its unit"),
    ("WH/SA/CI", True, "the symbol of an office"),
    ("Acting Secretary of State.", True, "an office held for another"),
    ("Chief, Support Branch:", False, "a label"),
    ("Paris, France", False, "a place"),
    ("Chief", False, "a word alone heads a column"),
]


@pytest.mark.parametrize(("words", "expected", "why"), OFFICES, ids=[row[2] for row in OFFICES])
def test_lines_that_could_be_offices(words, expected, why):
    assert is_office(words) is expected


HOLDERS = [
    ("DAVIS, Acting Secretary.", "DAVIS", "a name and an office"),
    ("Hamilton Fish, Secretary of State.", "Hamilton Fish", "a long office"),
    ("Day, Acting.", "Day", "who acted"),
    ("Paris, France.", "Paris, France.", "a place and its country"),
    ("HAMILTON FISH.", "HAMILTON FISH.", "no office"),
    ("Davis, Fish, Secretary", "Davis, Fish, Secretary", "a list"),
]


@pytest.mark.parametrize(("words", "expected", "why"), HOLDERS, ids=[row[2] for row in HOLDERS])
def test_a_name_without_its_office(words, expected, why):
    assert without_office(words) == expected


ADDRESSES = [
    ("Hon. William H. Seward,", True, "a style"),
    ("His Excellency Mr. Drouyn de Lhuys,", True, "a style in two words"),
    ("Norman B. Judd, Esq.", True, "a style behind the name"),
    ("Baron Gerolt, &c., &c., &c.,", True, "titles left out"),
    ("WILLIAM H. SEWARD.", False, "a name alone"),
    ("Secretary of State.", False, "an office alone"),
    ("M. Campbell,", True, "a French style, and the line goes on"),
    ("M. D. L. LANE, Consul,", False, "the first of several initials"),
    ("M. Márquez Sterling", False, "perhaps an initial"),
    ("Mr. Dayton has written to me again.", False, "a sentence"),
]


@pytest.mark.parametrize(("words", "expected", "why"), ADDRESSES, ids=[row[2] for row in ADDRESSES])
def test_lines_that_say_to_whom_a_letter_goes(words, expected, why):
    assert is_addressed(words) is expected


PAGES = [
    ("[288] *Mr. Dayton to Mr. Seward.", "Mr. Dayton to Mr. Seward.", "the page begins with the line"),
    ("[293] Sir: It was the *15th of May.", "Sir: It was the *15th of May.", "or within it"),
    ("[1] See the letter to Mr. Seward.", "[1] See the letter to Mr. Seward.", "a note has no star"),
    ("[288] *", "[288] *", "nothing else on the line"),
]


@pytest.mark.parametrize(("words", "expected", "why"), PAGES, ids=[row[2] for row in PAGES])
def test_the_page_of_an_earlier_edition_is_no_part_of_a_line(words, expected, why):
    (line,) = lines_of(Source.of(words).text, Span(0, len(words)))
    assert (line.words, words[line.start : line.end]) == (expected, expected)


DATES = [
    ("AUG 12 1953", True, "a stamp"),
    ("November 6, 1945", True, "an archive's date line"),
    ("Department of State, Washington, December 31, 1896.", True, "a dateline with the place"),
    ("Bonn, 31 October 1997", True, "place and day"),
    ("05.IV.63", True, "a Roman month"),
    ("The meeting of 4 May 1950 was long and led to nothing at all.", False, "a sentence"),
    ("NO. 12 1953", False, "a number and a year"),
    ("Managua, June 19 [sic], 1930—9 p.m.", True, "an editor's sic inside"),
    ("[Rio de Janeiro] May 29, 1929.", True, "a place that an editor supplied"),
    ("Vienna, May 13, 1897. (Received May 27.", True, "a bracket that the capture left open"),
    ("Paris, June 15, 1864—noon.", True, "the hour in words"),
    ("Paris, June 15, 1864—nobody came.", False, "other words behind the day"),
    ("[Received May 29 in the course of the same afternoon and sent on at once]", False, "a note"),
]


@pytest.mark.parametrize(("words", "expected", "why"), DATES, ids=[row[2] for row in DATES])
def test_date_lines(words, expected, why):
    assert is_date_line(words) is expected


LETTER = """SECRET

Bonn, 31 October 1997

Dear Mr. President:

I have the honor to inform you that the conversations were concluded yesterday in a friendly spirit.

SECRET

- 2 -

The second part of the conversations will be taken up again in the spring of the coming year.

KONRAD ADENAUER

Attachment

Minutes of the Conversation

Copies to:

Mr. Bohlen
General Cutler
"""


TEXT = (
    "The question that was raised in our last conversation has been considered and a decision was taken.\n\n"
)
HEAD = "The Ambassador in Great Britain (Page) to the Secretary of State\n\nLondon, May 4, 1917.\n\n"

ENDS = [
    ("one word at the very end, named in the head", HEAD + TEXT + "Page\n", ["Page"]),
    ("a word at the end that heads pages, named nowhere", "London, May 4, 1917.\n\n" + TEXT + "Page\n", []),
    ("below a short last sentence", HEAD + TEXT + "Repeated to Berne.\n\nPage\n", ["Page"]),
    ("below a compliment cut short", HEAD + TEXT + "Believe me [etc.]\n\nWalter H. Page\n", ["Believe me [etc.]", "Walter H. Page"]),
    ("for whom it was signed", HEAD + TEXT + "Accept [etc.]\n\nFor the Secretary of State:\n\nWilbur J. Carr\n",
     ["Accept [etc.]", "For the Secretary of State:", "Wilbur J. Carr"]),
    ("an editor's note follows", HEAD + TEXT + "Page\n\n[For a letter of the same day that was sent to the Department on this question, see the volume of 1918.]\n", ["Page"]),
    ("names in a list are none", HEAD + "The delegates whom the President has chosen for this conference in the coming spring are:\n\n"
     "Hugh S. Gibson\n\nAllen W. Dulles\n\n" + TEXT, []),
]  # fmt: skip


LETTERS = "Mr. Seward to Mr. Judd.\n\nWashington, May 4, 1861.\n\n" + TEXT
ENDS += [
    ("to whom it goes stands below", LETTERS + "I am, &c.,\n\nWILLIAM H. SEWARD.\n\nNorman B. Judd, Esq.,\nBerlin.\n",
     ["I am, &c.,", "WILLIAM H. SEWARD."]),
    ("the addressee without a style", LETTERS + "WILLIAM H. SEWARD.\n\nN. B. Judd\nBerlin\n", ["WILLIAM H. SEWARD."]),
    ("an initial that is no style, below a compliment", LETTERS + "Accept, etc.,\n\nM. Romero.\n", ["Accept, etc.,", "M. Romero."]),
    ("no signature, only to whom it goes", LETTERS + "Hon. Norman B. Judd,\nBerlin.\n", []),
    ("an initial that is no style, of whom the head names", LETTERS.replace("Seward", "Romero") + "M. ROMERO.\n", ["M. ROMERO."]),
    ("the office stands above", LETTERS + "The Governor of Paris,\n\nTROCHU.\n", ["The Governor of Paris,", "TROCHU."]),
    ("a second signature", LETTERS + "U. S. GRANT.\n\nHamilton Fish, Secretary of State.\n",
     ["U. S. GRANT.", "Hamilton Fish, Secretary of State."]),
    ("a name and an office in one line", HEAD + TEXT + "PAGE, Acting Secretary.\n", ["PAGE, Acting Secretary."]),
    ("an editor's note in brackets", LETTERS + "WILLIAM H. SEWARD.\n\n[For this see Mr. Judd, No. 4.]\n", ["WILLIAM H. SEWARD."]),
    ("an office below the name, then a list with numbers", TEXT + "Richard Helms\nChief, Support Branch\n\nAllen Dulles - 53160\n",
     ["Richard Helms", "Chief, Support Branch"]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), ENDS, ids=[row[0] for row in ENDS])
def test_where_a_document_is_signed(why, content, expected):
    text = Source.of(content).text
    zones = [zone for zone in zones_of(text, Span(0, len(text))) if zone.name == "signature"]
    assert [line for zone in zones for line in text.quote(zone.span).split("\n") if line] == expected


def test_an_address_is_a_zone_of_its_own():
    content = (
        LETTERS + "I am, &c.,\n\nWILLIAM H. SEWARD.\n\nHis Excellency Norman B. Judd,\nMinister, Berlin.\n"
    )
    text = Source.of(content).text
    assert [
        text.quote(zone.span) for zone in zones_of(text, Span(0, len(text))) if zone.name == "address"
    ] == ["His Excellency Norman B. Judd,\nMinister, Berlin."]


TITLES = [
    ("a heading of the edition above", "No. 3.—Limits of the stay of foreign ships in the harbors of the island.\n\n" + LETTERS, True),
    ("no dateline follows", "The stay of foreign ships in the harbors of the island was limited.\n\nMr. Seward to Mr. Judd.\n\n" + TEXT, False),
    ("offices that read like prose", "Mr. de Lhuys, minister of foreign affairs, to Mr. Dayton, minister of the States.\n\nParis, May 4, 1864.\n\n" + TEXT, True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "titled"), TITLES, ids=[row[0] for row in TITLES])
def test_where_a_title_stands(why, content, titled):
    text = Source.of(content).text
    assert any(zone.name == "title" for zone in zones_of(text, Span(0, len(text)))) is titled


def test_a_letter_with_a_page_break():
    text = Source.of(LETTER).text
    zones = zones_of(text, Span(0, len(text)))
    found = [(zone.name, LETTER[zone.start : zone.end].split("\n", maxsplit=1)[0]) for zone in zones]
    assert found == [
        ("marking", "SECRET"),
        ("dateline", "Bonn, 31 October 1997"),
        ("salutation", "Dear Mr. President:"),
        (
            "body",
            "I have the honor to inform you that the conversations were concluded yesterday in a friendly spirit.",
        ),
        ("furniture", "SECRET"),
        (
            "body",
            "The second part of the conversations will be taken up again in the spring of the coming year.",
        ),
        ("signature", "KONRAD ADENAUER"),
        ("attachment-note", "Attachment"),
        ("distribution", "Copies to:"),
    ]


def test_a_note_in_brackets_goes_on_over_blank_lines():
    content = (
        "[handwritten: keep in the classified\n\narchive]\n\n"
        + "The text of the letter goes on for many words. " * 3
    )
    text = Source.of(content).text
    first = zones_of(text, Span(0, len(text)))[0]
    assert (first.name, content[first.start : first.end]) == (
        "annotation",
        "[handwritten: keep in the classified\n\narchive]",
    )


def test_given_zones_and_holes_are_left_alone():
    text = Source.of(LETTER).text
    given = [Zone("title", 0, 6)]
    hole = Span(LETTER.index("Minutes"), LETTER.index("Copies"))
    zones = zones_of(text, Span(0, len(text)), given=given, holes=[hole])
    assert zones[0] == given[0]
    assert Zone("constituent", *hole) in zones
    others = [zone for zone in zones if zone.name != "constituent"]
    assert not any(zone.span.meets(hole) for zone in others)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_zones_of_the_corpus_are_sorted_disjoint_and_known(path):
    text = Source.read(path).text
    zones = zones_of(text, Span(0, len(text)))
    assert all(a.end <= b.start for a, b in itertools.pairwise(zones))
    assert {zone.name for zone in zones} <= set(ZONES)
    covered = sum(zone.end - zone.start for zone in zones)
    assert covered > 0.9 * len(text.content.strip())


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aA1 .\n\t[]☐-“”TOSECRET:,", max_size=300))
def test_no_text_breaks_the_zones(content):
    if not content.strip():
        return
    text = Source.of(content).text
    zones = zones_of(text, Span(0, len(text)))
    assert all(a.end <= b.start for a, b in itertools.pairwise(zones))
    assert all(0 <= zone.start < zone.end <= len(text) for zone in zones)


def test_a_text_without_blank_lines_has_a_paragraph_a_line():
    text = Source.of("one\ntwo\nthree").text
    assert [line.block for line in lines_of(text, Span(0, len(text)))] == [0, 1, 2]


@given(
    st.text("aB é\u0301ßǅⅧ²٣中_-.’ \xa0\u200b\t", max_size=60), st.sampled_from([r"\p{L}+", r"[^\W\d_]{2,}"])
)
def test_words_that_stand_apart_are_words_as_others_are(content, word):
    whole, rest = apart(content)
    found = [*(part for part in whole if regex.fullmatch(word, part)), *regex.findall(word, rest)]
    assert sorted(found) == sorted(regex.findall(word, content))


#: A line of each class that is looked for only where the text holds one of its signs.
SIGNED = [
    ("information AFFECTING the National Defense", "legal-notice", "in capitals"),
    ("It falls WITHIN THE MEANING OF the espionage laws", "legal-notice", "of a law"),
    ("Title 18, sections 793 and 794, U. S. C.", "legal-notice", "its place in the code"),
    ("NAZI WAR CRIMES DISCLOSURE ACT", "stamp", "the name of an act"),
    ("Four copies made", "processing", "how many copies there are"),
    ("NO CHANGE ☒", "stamp", "a box, and nothing else of a stamp"),
    ("(Army)\tX\t(Navy)\tX", "distribution", "boxes of a table"),
    ("I renew the assurances of my high consideration, ETC.", "signature", "a compliment cut short"),
    ("Accept my regards, &c.", "signature", "with the sign for it"),
    ("[SEAL]", "signature", "a seal"),
    ("[L. S.]", "signature", "a seal, in Latin"),
]


@pytest.mark.parametrize(("words", "kind", "why"), SIGNED, ids=[row[2] for row in SIGNED])
def test_a_class_is_looked_for_where_its_sign_stands(words, kind, why):
    text = Source.of(f"It was said so.\n\n{words}\n\nIt was done.").text
    assert [line.kind for line in lines_of(text, Span(0, len(text)))] == [None, kind, None]
    assert kind_of(words) == kind


def test_the_table_names_the_signs_in_small_letters():
    """A text is compared in small letters: another sign would never be found."""
    signs = [sign for entry in lexicon.load("layout")["line"] for sign in entry.get("holds", ())]
    assert signs
    assert all(sign == sign.casefold() for sign in signs)


@given(st.data())
def test_lines_of_a_part_are_those_of_the_whole_but_for_its_holes(data):
    """Whole lines are taken over from the reading of the whole text; paragraphs are counted anew."""
    content = data.draw(st.text("ab.\n [1]*", min_size=1, max_size=60))
    text = Source.of(f"a{content}").text
    hole = Span(*sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))))))
    every = lines_of(text, Span(0, len(text)))
    left = lines_of(text, Span(0, len(text)), [hole])
    untouched = [line for line in every if not line.span.meets(hole)]
    ends = {(line.start, line.end) for line in left}
    assert all((line.start, line.end) in ends for line in untouched if not line.words[0].isspace())
    assert all(line.words == text.quote(line.span) and line.kind == kind_of(line.words) for line in left)
    assert all(one.block <= other.block for one, other in itertools.pairwise(left))
