"""Who wrote to whom, what happened to a message, what other documents it speaks of.

Each case is a short text of a kind that archives hold, read without a genre file.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.converters import Options, convert
from fonds.converters.examples import flatten
from fonds.record import Record
from fonds.source import Source

BODY = "The question that was raised in our last conversation has been considered and a decision was taken on it.\n"


def read(text: str) -> Record:
    (record,) = convert(Source.of(text), options=Options(period=(1890, 1999)))
    return record


CASES = [
    (
        "between commas who each party is, and to whom it goes below",
        "The Duke de Loulé, minister of foreign affairs, to Mr. Harvey, United States minister.\n\nLisbon, May 4, 1864.\n\n"
        f"{BODY}\nI am, sir, &c.,\n\nDUKE DE LOULÉ.\n\nHon. James E. Harvey,\nMinister of the United States.\n",
        {"party.sender": ["Loulé"], "party.addressee": ["Harvey"], "party.signatory": ["DE LOULÉ"]},
        [],
    ),
    (
        "an office behind the name of the sender, and many of one office as addressees",
        f"Mr. Black (Secretary of State) to all the ministers of the United States.\n\nWashington, May 4, 1861.\n\n{BODY}",
        {"party.sender": ["Black"], "party.addressee": ["ministers of the United States"]},
        ["party.signatory"],
    ),
    (
        "whoever signed a memorandum for the files sent it",
        f"MEMORANDUM FOR THE RECORD\n\n3 May 1961\n\n{BODY}\nWalter B. Smith\nChief, Support Branch\n",
        {"party.signatory": ["Walter B. Smith"], "party.sender": ["Walter B. Smith"]},
        ["party.addressee"],
    ),
    (
        "a paper that is no letter has no sender",
        f"STUDY OF THE RECORD\n\n3 May 1961\n\n{BODY}\nWalter B. Smith\nChief, Support Branch\n",
        {"party.signatory": ["Walter B. Smith"]},
        ["party.addressee", "party.sender"],
    ),
    (
        "a cable with a clock for each step",
        "CABLE\n\nfrom SOCHI\n\nsent at 0120 4 November 1945\n\narrived at the CC for decipherment at 0245\n\n4 November 1945"
        f"\n\nMOSCOW, VKP(b) CC,\n\nto Cdes. MOLOTOV and BERIA\n\n{BODY}\nSTALIN\n\n"
        "deciphered at 0315 4 November 1945. Four copies printed.\n\nKozlov, Ivanov",
        {
            "form": ["cable"],
            "date.sent": ["1945-11-04"],
            "party.signatory": ["STALIN"],
            "event.dispatch.place": ["SOCHI"],
            "event.decipherment": ["1945-11-04"],
            "event.decipherment.deciphered-by": ["Kozlov", "Ivanov"],
            "field.copies-made": ["4"],
        },
        ["party.copy-recipient"],
    ),
    (
        "operators are no parties",
        f"TELEGRAM\n\nfrom Sochi   to Cde. MOLOTOV\n\n11 November 1945\n\n{BODY}\nSent by Poskrebyshev.\n\nReceived by Petrova\n\nat 2240\n\n11 November 1945",
        {
            "party.addressee": ["MOLOTOV"],
            "event.dispatch.sent-by": ["Poskrebyshev"],
            "event.reception.received-by": ["Petrova"],
            "event.dispatch.place": ["Sochi"],
        },
        ["party.sender", "party.signatory"],
    ),
    (
        "a memorandum with copies and an attachment",
        "AUG 12 1953\n\nMemorandum for Mr. C. D. Jackson\n\nSubject: Trade with Finland\n\n"
        f"I hope the attached study will be of help to you in connection with your letter of July 28 on trade with Finland.\n\n{BODY}\n"
        "WALTER B. SMITH\n\nAttachment\n\nTrade of the Soviet Union with\nFinland (Conf.)\n\nCopies to:\n\nGeneral Cutler\nMr. Allen Dulles",
        {
            "title": ["Trade with Finland"],
            "date.dated": ["1953-08-12"],
            "party.addressee": ["C. D. Jackson"],
            "party.signatory": ["WALTER B. SMITH"],
            "party.sender": ["WALTER B. SMITH"],
            "party.copy-recipient": ["Cutler", "Allen Dulles"],
            "related.attachment": ["Trade of the Soviet Union with Finland (Conf.)"],
        },
        [],
    ),
    (
        "where somebody belongs is no second recipient",
        f"COPY FOR MR. ALLEN DULLES, CIA\n\nMemorandum for Mr. C. D. Jackson\n\n{BODY}",
        {"party.copy-recipient": ["ALLEN DULLES"], "party.addressee": ["C. D. Jackson"]},
        ["party.sender"],
    ),
    (
        "an editor's heading",
        f"Mr. Olney to Mr. Buchanan.\n\nDepartment of State,\nWashington, December 31, 1896.\n\nSir: {BODY}\nRichard Olney.",
        {
            "title": ["Mr. Olney to Mr. Buchanan."],
            "party.sender": ["Olney"],
            "party.addressee": ["Buchanan"],
            "date.dated": ["1896-12-31"],
            "party.signatory": ["Richard Olney"],
        },
        [],
    ),
    (
        "a subject that holds the word to is no address",
        f"Memorandum for Mr. C. D. Jackson\n\nSubject: Soviet Gestures to Japan\n\n{BODY}",
        {"title": ["Soviet Gestures to Japan"], "party.addressee": ["C. D. Jackson"]},
        ["party.sender"],
    ),
    (
        "an office with its holder on each side",
        f"The Ambassador in Russia (Francis) to the Secretary of State\n\nPetrograd, May 4, 1917.\n\n{BODY}\nFrancis",
        {
            "party.sender": ["Ambassador in Russia", "Francis"],
            "party.addressee": ["Secretary of State"],
            "party.signatory": ["Francis"],
            "event.writing.place": ["Petrograd"],
        },
        [],
    ),
    (
        "a side that no list knows is taken as written, so that the other is not lost",
        f"The Secretary of State to the Diplomatic Representatives in All Countries\n\nWashington, May 4, 1917.\n\n{BODY}\nLansing",
        {
            "party.sender": ["Secretary of State"],
            "party.addressee": ["Diplomatic Representatives in All Countries"],
        },
        [],
    ),
    (
        "an office that is an office to somebody leads to no addressee",
        f"The Political Adviser to SCAP (Sebald) to the Department of State\n\nTokyo, May 4, 1951.\n\n{BODY}\nSebald",
        {"party.sender": ["Political Adviser to SCAP", "Sebald"], "party.addressee": ["Department of State"]},
        [],
    ),
    (
        "a firm",
        f"The Secretary of State to the Nash Motors Co.\n\nWashington, May 4, 1917.\n\n{BODY}\nLansing",
        {"party.sender": ["Secretary of State"], "party.addressee": ["Nash Motors Co."]},
        [],
    ),
    (
        "the form and the number that editors set before the sender",
        f"55. Telegram From the Embassy in Japan to the Department of State\n\nTokyo, May 4, 1962.\n\n{BODY}",
        {
            "party.sender": ["Embassy in Japan"],
            "party.addressee": ["Department of State"],
        },
        [],
    ),
    (
        "several holders of one office",
        f"The Secretary of State to the American Delegates to the Preparatory Commission (Gibson and Wilson)\n\nWashington, May 4, 1930.\n\n{BODY}\nStimson",
        {"party.addressee": ["American Delegates to the Preparatory Commission", "Gibson", "Wilson"]},
        [],
    ),
    (
        "a paper by the holder of an office has an author and no addressee",
        f"Memorandum by the Assistant Secretary of State (White)\n\n{BODY}",
        {"party.author": ["Assistant Secretary of State", "White"]},
        ["party.addressee", "party.sender"],
    ),
    (
        "a town that no table knows, before a state",
        f"Mr. Adam to Mr. Sherman.\n\nBritish Embassy,\nManchester, Mass., July 21, 1897.\n\nSir: {BODY}",
        {"event.writing.place": ["Manchester"]},
        [],
    ),
    (
        "a town that no table knows, before the day",
        f"Mr. Adam to Mr. Sherman.\n\nBritish Embassy,\nBalboa Heights, July 21, 1897.\n\nSir: {BODY}",
        {"event.writing.place": ["Balboa Heights"]},
        [],
    ),
    (
        "a town before its country",
        f"Mr. Baker to Mr. Sherman.\n\nManagua, Nicaragua, July 21, 1897.\n\nSir: {BODY}",
        {"event.writing.place": ["Managua"]},
        [],
    ),
    (
        "an office is no place",
        f"Lord Salisbury to Mr. Hay.\n\nForeign Office, July 21, 1897.\n\nSir: {BODY}",
        {"date.dated": ["1897-07-21"]},
        ["event.writing.place"],
    ),
    (
        "a place without a day",
        f"The Ambassador in France (Sharp) to the Secretary of State\n\nParis, undated.\n\n{BODY}\nSharp",
        {"event.writing.place": ["Paris"]},
        ["date.dated"],
    ),
    (
        "documents that are only spoken of",
        "TELEGRAM\n\nIn the autumn the Soviet Mission in Japan received a circular cable from the Ministry of Foreign Affairs which was addressed to all Soviet embassies.\n\n"
        "I received your draft reply to Harriman’s note about the control mechanism for Japan. It is not satisfactory in two of its points.\n",
        {
            "related.mentioned": [
                "circular cable from the Ministry of Foreign Affairs",
                "Harriman’s note about the control mechanism for Japan",
            ],
            "related.reply-to": ["draft reply to Harriman’s note about the control mechanism for Japan"],
        },
        ["related.attachment"],
    ),
    (
        "a document that nothing tells apart is not worth a record",
        f"LETTER\n\nThe report was long and the letter was short, and the memorandum of the matter was never written by anybody.\n\n{BODY}",
        {},
        ["related.mentioned"],
    ),
]


@pytest.mark.parametrize(("why", "text", "expected", "absent"), CASES, ids=[case[0] for case in CASES])
def test_reading_correspondence(why, text, expected, absent):
    values = flatten(read(text))
    got = {key: sorted(values.get(key, ())) for key in expected}
    assert got == {key: sorted(wanted) for key, wanted in expected.items()}
    assert [key for key in absent if key in values] == []


def test_an_attachment_in_the_same_file_becomes_a_record_of_its_own():
    text = (
        "AUG 12 1953\n\nMemorandum for Mr. C. D. Jackson\n\nThe attached paper was written in this Department and may be of use to you.\n\n"
        "WALTER B. SMITH\n\nAttachment\n\nSoviet Gestures\nToward Finland (Conf.)\n\nSECRET\n\nSOVIET GESTURES TOWARD FINLAND\n\n"
        "The Soviet Union returned a number of ships in the course of the year, as it had said that it would, on September 18, 1952.\n\nAugust 4, 1950\n"
    )
    record = read(text)
    (part,) = record.parts
    assert part.title is not None
    assert part.title.value == "SOVIET GESTURES TOWARD FINLAND"
    assert record.related[0].record == part.id
    assert text[part.span.start : part.span.end].startswith("SECRET\n\nSOVIET")
    assert part.date is not None
    assert part.date.edtf == "1950-08-04"
    assert {finding.kind for finding in record.findings} == {"impossible-date", "distant-dates"}


LETTER = f"Mr. Tower to Mr. Sherman.\n\nVienna, July 6, 1897.\n\nSir: {BODY}\nI have, etc.,\n\nCharlemagne Tower.\n\n"
NOTE = f"Vienna, June 22, 1897.\n\nSir: {BODY}\nAccept, etc.,\n\nBartlett Tripp.\n\n"

ENCLOSURES = [
    ("an editor's label and a head", LETTER + f"[Inclosure in No. 6.]\n\nMr. Tripp to Mr. Tower.\n\n{NOTE}",
     [("enclosure", "Mr. Tripp to Mr. Tower.", "1897-06-22", "Bartlett Tripp")]),
    ("two of them, one without a head", LETTER + f"[Inclosure 1.]\n\n{NOTE}[Subinclosure 2.—Translation.]\n\n{NOTE}",
     [("enclosure", "Inclosure 1", "1897-06-22", "Bartlett Tripp"),
      ("enclosure", "Subinclosure 2.—Translation", "1897-06-22", "Bartlett Tripp")]),
    ("a letter of the alphabet, no brackets", LETTER + f"APPENDIX B\n\n{NOTE}", [("enclosure", "APPENDIX B", "1897-06-22", "Bartlett Tripp")]),
    ("a form named below the signature", LETTER + f"Memorandum of the conditions required by the Government\n\n{BODY}\nVienna, June 22, 1897.\n",
     [("attachment", "Memorandum of the conditions required by the Government", "1897-06-22", None)]),
    ("only mentioned", LETTER + "[Inclosure not printed.]\n", []),
    ("only listed", LETTER + "Enclosures:\n\nEnclosure 1\nEnclosure 2\n", []),
    ("the document is itself an enclosure", f"Mr. Tripp to Mr. Tower.\n\n[Inclosure 2 in No. 6.]\n\n{NOTE}", []),
    ("a form named inside the text", f"{BODY}\nMemorandum of the conditions required by the Government\n\n{BODY}", []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), ENCLOSURES, ids=[row[0] for row in ENCLOSURES])
def test_enclosures_below_the_letter_are_records_of_their_own(why, text, expected):
    record = read(text)
    found = [
        (
            part.genre,
            part.title.value if part.title else None,
            part.date.edtf if part.date else None,
            next((party.mention.name for party in part.party("signatory")), None),
        )
        for part in record.parts
    ]
    assert found == expected
    assert [part.id for part in record.parts] == [
        f"{record.id}-{relation}-{number}" for number, (relation, *_) in enumerate(expected, 1)
    ]
    if text.startswith(LETTER):
        assert [party.mention.name for party in record.party("signatory")] == ["Charlemagne Tower"]
        assert record.date is not None
        assert record.date.edtf == "1897-07-06"
    for part in record.walk():
        quoted = [party.evidence for party in part.parties] + [item.evidence for item in part.related]
        assert all(text[one.start : one.end] == one.quote for one in quoted)


LINES = ["", "[Inclosure 1.]", "[Enclosure", "ENCLOSURE A", "Attachment", "Memorandum of the talks", "I am, etc.,", "Page",
         "Mr. Tripp to Mr. Tower.", "Vienna, June 22, 1897.", "[Translation]", "SECRET", BODY.strip(), "John Hay", "Copies to:"]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=14))
def test_whatever_the_order_of_lines_parts_lie_apart_and_quote_the_text(lines):
    text = "\n".join(lines)
    if not text.strip():
        return
    record = read(text)
    spans = [part.span for part in record.parts]
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    for part in record.walk():
        assert all(text[p.evidence.start : p.evidence.end] == p.evidence.quote for p in part.parties)


def test_a_name_with_supplied_letters_is_read_whole_and_quoted_as_it_stands():
    record = read(f"Memorandum of the Counselor for the Department of State\n\n{BODY}\nF[rank] L. P[olk]\n")
    (party,) = record.party("signatory")
    assert (party.mention.name, party.evidence.quote) == ("Frank L. Polk", "F[rank] L. P[olk]")


def test_a_quoted_draft_becomes_a_record_of_its_own():
    paragraph = (
        "The Government has considered the proposal with care and regrets that it cannot accept it as it stands. "
        * 3
    )
    text = f"TELEGRAM\n\nI am sending you a draft reply to the proposal. Please examine it with care.\n\n“{paragraph}\n\n1. {paragraph}\n\n2. {paragraph}”\n\nSent by Poskrebyshev."
    record = read(text)
    (part,) = record.parts
    assert record.related[0].record == part.id
    assert text[part.span.start] == "“"
    assert text[part.span.end - 1] == "”"
    assert part.title is not None
    assert part.title.value == "draft reply to the proposal"


def test_every_quote_is_what_stands_in_the_text():
    for _, text, _, _ in CASES:
        for part in read(text).walk():
            evidence = [m.evidence for m in part.mentions] + [p.evidence for p in part.parties]
            evidence += [d.evidence for d in part.dates] + [r.evidence for r in part.related]
            for item in evidence:
                assert text[item.start : item.end] == item.quote


CONFLICTS = [
    (
        "deciphered before it was sent",
        "CABLE\n\nsent at 2240 11 November 1945\n\n"
        + BODY
        + "\nSTALIN\n\ndeciphered at 0315 11 November 1945.",
        "impossible-order",
    ),
    (
        "another hand signed",
        f"Letter, Molotov to Stalin\n\nto Cde. STALIN\n\n{BODY}\nL. BERIA",
        "title-against-signature",
    ),
]


@pytest.mark.parametrize(("why", "text", "kind"), CONFLICTS, ids=[row[0] for row in CONFLICTS])
def test_contradictions_are_reported_and_both_readings_kept(why, text, kind):
    record = read(text)
    found = [finding for finding in record.findings if finding.kind == kind]
    assert len(found) == 1
    assert len(found[0].evidence) == 2


LANGUAGES = [
    (
        "en",
        "The decision that was taken by the council of the ministers on this question is not known to us, and it is in the hands of the ",
    ),
    (
        "fr",
        "La décision que le conseil des ministres a prise sur cette question ne nous est pas connue et elle est dans les mains de la ",
    ),
    (
        "de",
        "Die Entscheidung, die der Rat der Minister in dieser Frage getroffen hat, ist uns nicht bekannt und liegt in den Händen des ",
    ),
    (
        "ru",
        "Решение, которое совет министров принял по этому вопросу, нам не известно, и оно находится в руках у них, как и в прошлом, ",
    ),
]


@pytest.mark.parametrize(("tag", "text"), LANGUAGES)
def test_the_language_of_the_text_is_inferred(tag, text):
    record = read(text * 4 + ".\n")
    assert [(value.value, value.evidence.status) for value in record.languages] == [(tag, "inferred")]


def test_a_short_text_has_no_language():
    assert read("TELEGRAM\n\nAgreed. Come at once with all the papers that you have.\n").languages == ()
