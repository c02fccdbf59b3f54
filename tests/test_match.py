"""Personal names: read into parts, and compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.agents.match import compare, fold, hash8, read_name, slug, spelling_key
from fonds.agents.misreading import errors, misreading
from fonds.record import NameParts


@pytest.mark.parametrize(
    ("text", "family", "forenames", "suffix", "why"),
    [
        ("V. M. Molotov", "molotov", ("v.", "m."), "", "initials keep their dot"),
        ("V.M. Molotov", "molotov", ("v.", "m."), "", "initials run together"),
        ("MOLOTOV", "molotov", (), "", "capitals are folded"),
        ("Molotov’s", "molotov", (), "", "a possessive is no part of the name"),
        ("Gromyko's53", "gromyko", (), "", "nor is a footnote number glued to it"),
        ("Stalin, Joseph", "stalin", ("joseph",), "", "inverted"),
        ("Smith, Lieutenant General Walter Bedell", "smith", ("walter", "bedell"), "", "rank in a list of persons"),
        ("Warren, Earl", "warren", ("earl",), "", "a given name that looks like a title"),
        ("Thomas S. Gates Jr.", "gates", ("thomas", "s."), "jr", "suffix at the end"),
        ("Nigro, Louis John, Jr.", "nigro", ("louis", "john"), "jr", "suffix after a comma"),
        ("Jackson, C(harles) D(ouglas)", "jackson", ("charles", "douglas"), "", "an editor's expansion"),
        ("F[rank] L. P[olk]", "polk", ("frank", "l."), "", "expansion in square brackets"),
        ("Kuzma N. Nikolayevich Derevyanko", "derevyanko", ("kuzma", "nikolayevich"), "", "an initial and its expansion"),
        ("Chiang Ching-kuo", "chiang", ("chingkuo",), "", "family name first, told by the hyphenated given name"),
        ("Charles de Gaulle", "gaulle", ("charles",), "", "a particle is not compared"),
        ("al-Maliki, Nouri", "maliki", ("nouri",), "", "an article is not compared"),
        ("Молотов, Вячеслав Михайлович", "molotov", ("vyacheslav", "mikhaylovich"), "", "Cyrillic"),
        ("Yu. V. Andropov", "andropov", ("yu.", "v."), "", "an initial of two letters"),
        (".*+?[(", "", (), "", "no letters, no name"),
    ],
)  # fmt: skip
def test_a_name_is_read_into_its_parts(text, family, forenames, suffix, why):
    name = read_name(text)
    assert (name.family, name.forenames, name.suffix) == (family, forenames, suffix), why


def test_known_parts_win_over_the_order_of_words():
    assert read_name("Zhou Enlai", NameParts(family="Zhou", given="Enlai")).forenames == ("enlai",)
    assert read_name("Helmut", NameParts(given="Helmut")).family == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zhukov", "Joukov"),
        ("Molotov", "Molotow"),
        ("MacArthur", "McArthur"),
        ("Savelyev", "Saveliev"),
        ("Savel'ev", "Savelyev"),
        ("Derevyanko", "Derevianko"),
        ("Vishinsky", "Vishinskii"),
        ("Bakhmeteff", "Bakhmetev"),
        ("Matthews", "Mathews"),
        ("Müller", "Muller"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert spelling_key(fold(one)) == spelling_key(fold(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Johnson", "Johnston"), ("Petrov", "Petrova"), ("Lee", "Li"), ("Smith", "Smyth"), ("Chou", "Zhou")],
)
def test_other_names_have_other_keys(one, other):
    assert spelling_key(fold(one)) != spelling_key(fold(other))


@pytest.mark.parametrize(
    ("one", "other", "whole", "initials", "why"),
    [
        ("V. Molotov", "V. M. Molotov", 0, 1, "an initial more"),
        ("J. V. Stalin", "Iosif Vissarionovich Stalin", 0, 2, "I and J begin one name"),
        ("W. Averell Harriman", "William Averell Harriman", 1, 1, "initial and name"),
        ("Averell Harriman", "William Averell Harriman", 1, 0, "the first forename left out"),
        ("Bill Rogers", "William P. Rogers", 1, 0, "a short form"),
        ("Andrei Smirnov", "Andrey Semenovitch Smirnov", 1, 0, "a transliteration"),
        ("Walter Smith", "Walter Bedell Smith", 1, 0, "a middle name left out"),
        ("Molotov", "V. M. Molotov", 0, 0, "a bare surname conflicts with nothing"),
    ],
)
def test_names_that_may_be_one_person(one, other, whole, initials, why):
    found = compare(read_name(one), read_name(other))
    assert (found.conflict, found.whole, found.initials) == (None, whole, initials), why
    assert compare(read_name(other), read_name(one))[:3] == found[:3], "comparing knows no order"


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("F. F. Kuznetsov", "V. V. Kuznetsov", "initials conflict"),
        ("Allen Dulles", "John Foster Dulles", "given names conflict"),
        ("Andrey Semenovich Smirnov", "Andrey Andreyevich Smirnov", "patronymics conflict"),
        ("Walter S. Smith", "Walter Bedell Smith", "initials conflict"),
        ("W. P. G. Harding", "Warren G. Harding", "initials conflict"),
        ("Douglas MacArthur", "Douglas MacArthur II", "without suffix"),
        ("Anna Petrovna Kuznetsov", "A. Ivanovich Kuznetsov", "a man and a woman"),
        ("Molotov", "Malenkov", "surnames differ"),
    ],
)
def test_names_that_cannot_be_one_person(one, other, reason):
    assert reason in (compare(read_name(one), read_name(other)).conflict or "")


@pytest.mark.parametrize(
    ("wrong", "right", "company", "expected", "why"),
    [
        ("Genserslov", "Nikolay Ivanovich Generalov", "Otroshchenko", True, "two letters and shared company"),
        ("Genserslov", "Nikolay Ivanovich Generalov", None, True, "letters that scanning confuses"),
        ("Kuznetsova", "F. F. Kuznetsov", None, False, "a woman's form of the name"),
        ("Johnston", "Lyndon Johnson", None, False, "too short, and another name"),
        ("Andersen", "Robert Anderson", None, False, "another surname: the endings differ"),
        ("Pavlyohev", "Georgiy Pavlychev", None, True, "one letter, easily confused"),
        ("A. Pavlychew", "Georgiy Pavlychev", None, False, "initials conflict"),
        ("Ponomarev", "Ponomarenko", None, False, "other endings"),
    ],
)
def test_misreadings(wrong, right, company, expected, why):
    assert bool(misreading(read_name(wrong), read_name(right), company)) is expected, why


def test_letters_that_scanning_confuses_count_half():
    assert errors("generalov", "generslov") == 0.5
    assert errors("burns", "bums") == 0.5
    assert errors("abc", "xyz") == 3


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_read_and_compared(one, other):
    a, b = read_name(one), read_name(other)
    assert bool(compare(a, b).conflict) == bool(compare(b, a).conflict)
    assert compare(a, a).conflict is None


@given(st.text(max_size=200))
def test_a_slug_is_safe_whatever_the_text(text):
    made = slug(text)
    assert made
    assert len(made) <= 60
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not made.startswith("-")


def test_slugs_of_names_that_lose_letters_stay_apart():
    assert slug("周恩来") != slug("毛泽东")
    assert slug("V. M. Molotov") == "v-m-molotov"
    assert slug("周恩来").endswith(hash8("周恩来"))
