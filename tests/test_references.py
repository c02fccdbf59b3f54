"""Archival references: the spellings of many archives, and citations that are not the document's own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zoned import annotated, is_quoted, needs_gold, zoned

from fonds.extract.references import find_references
from fonds.record import ArchivalReference


def told(reference: ArchivalReference) -> str:
    """A reference in short: repository: kind=value [label] … leaves."""
    steps = " ".join(
        f"{level.kind}={level.value}" + (f" [{level.label}]" if level.label else "")
        for level in reference.levels
    )
    leaves = f" leaves={reference.leaves}" if reference.leaves else ""
    return f"{reference.repository or '-'}: {steps}{leaves}"


SPELLINGS = [
    ("RGASPI, f. 558, op. 11, d. 98, ll. 0040-0041.", "RGASPI: fonds=558 [f.] opis=11 [op.] delo=98 [d.] leaves=0040-0041", "zeros of the leaves are kept"),
    ("APRF, fond 45, opis 1, delo 334, listy 12-15", "APRF: fonds=45 [fond] opis=1 [opis] delo=334 [delo] leaves=12-15", "labels in full"),
    ("АПРФ, ф. 45, оп. 1, д. 334, лл. 12-15.", "АПРФ: fonds=45 [ф.] opis=1 [оп.] delo=334 [д.] leaves=12-15", "Cyrillic"),
    ("AVPRF, f. 0102, op. 12, p. 63, d. 4, ll. 5-7, 9, 12-14.", "AVPRF: fonds=0102 [f.] opis=12 [op.] papka=63 [p.] delo=4 [d.] leaves=5-7, 9, 12-14", "p. is a folder before the delo; leaves with commas"),
    ("RGANI, f. 89, per. 46, dok. 59, l. 3", "RGANI: fonds=89 [f.] perechen=46 [per.] document=59 [dok.] leaves=3", "a list and a document in place of opis and delo"),
    ("TsDA, Sofia, Fond 1-B, Opis 34, a.e. 89, l. 1-10.", "TsDA, Sofia: fonds=1-B [Fond] opis=34 [Opis] delo=89 [a.e.] leaves=1-10", "Bulgarian"),
    ("RG 59, Central Files, 611.61/3-1150", "-: record-group=59 [RG] series=Central Files file=611.61 document=3-1150", "a decimal file within its record group"),
    ("NARA, RG 263, Entry 24, Box 12, Folder 3", "NARA: record-group=263 [RG] entry=24 [Entry] box=12 [Box] folder=3 [Folder]", "box and folder"),
    ("NARA, RG 59, Microfilm roll 12", "NARA: record-group=59 [RG] reel=12 [Microfilm roll]", "a microfilm"),
    ("FO 371/56787", "-: department=FO series=371 piece=56787", "class and piece, no archive named"),
    ("Source: TNA, CAB 129/45", "TNA: department=CAB series=129 piece=45", "after a label"),
    ("PREM 8/1245", "-: department=PREM series=8 piece=1245", "another class"),
    ("National Archives, Kew, FO 371/1234, p. 5", "National Archives, Kew: department=FO series=371 piece=1234 leaves=5", "the archive in words"),
    ("BArch, B 136/59748, 403-410.", "BArch: holding=B 136 volume=59748 leaves=403-410", "a German holding"),
    ("SAPMO-BArch, DY 30/J IV 2/2A/1234, Bl. 5-7", "SAPMO-BArch: holding=DY 30 volume=J IV 2/2A/1234 leaves=5-7", "a holding with a long signature"),
    ("Lot 56 D 424", "-: lot=56 D 424 [Lot]", "a lot file"),
    ("Box 12, Folder 3", "-: box=12 [Box] folder=3 [Folder]", "a box and a folder, no archive named"),
    ("763.72119/1234", "-: file=763.72119 document=1234", "a decimal file"),
    ("File No. 861.00/288", "-: file=861.00 [File No.] document=288", "with its label"),
    ("500.A15a3/688: Telegram", "-: file=500.A15a3 document=688", "with letters, and a word after it"),
    ("CIA-RDP80R01731R000400380003-9", "-: number=CIA-RDP80R01731R000400380003-9", "one running number"),
    ("104-10074-10413", "-: number=104-10074-10413", "a record number"),
    ("Diplomatic Archives of the Ministry of Foreign Affairs of Japan, File A’0392 (Microfilm).", "Diplomatic Archives of the Ministry of Foreign Affairs of Japan: file=A’0392 [File]", "an archive without a siglum"),
    ("Harry S. Truman Library, President's Secretary's Files, Box 186.", "Harry S. Truman Library: series=President's Secretary's Files box=186 [Box]", "a presidential library"),
    ("Department of State, Central Files, 611.61/3-1150.", "Department of State: series=Central Files file=611.61 document=3-1150", "a living office with a file"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "parsed", "why"), SPELLINGS, ids=[case[2] for case in SPELLINGS])
def test_spellings(text: str, parsed: str, why: str) -> None:
    reading = zoned(("repository", text))
    (reference,) = find_references(reading)
    assert told(reference) == parsed, why
    assert is_quoted(reference.evidence, reading)
    assert text.removeprefix("Source: ").startswith(reference.evidence.quote)


def test_the_quote_ends_before_the_next_sentence() -> None:
    text = "RGASPI, f. 558, op. 11, d. 98, ll. 0040-0041. Contributed and translated by the editors."
    (reference,) = find_references(zoned(("repository", text)))
    assert reference.evidence.quote == "RGASPI, f. 558, op. 11, d. 98, ll. 0040-0041."


def test_two_references_on_one_line() -> None:
    text = "RGANI, f. 89, op. 46, d. 59; RGASPI, f. 17, op. 3, d. 5."
    assert [told(reference) for reference in find_references(zoned(("repository", text)))] == [
        "RGANI: fonds=89 [f.] opis=46 [op.] delo=59 [d.]",
        "RGASPI: fonds=17 [f.] opis=3 [op.] delo=5 [d.]",
    ]


def test_a_number_stamped_on_every_page_is_one_reference() -> None:
    stamp = "Approved For Release 2003/08/13 : CIA-RDP80R01731R000400380003-9"
    assert len(find_references(zoned(("stamp", stamp), ("body", "Text."), ("furniture", stamp)))) == 1


OTHERS = [
    ("footnote", "RGASPI, f. 558, op. 11, d. 98.", "a footnote cites another document"),
    ("body", "As RGASPI, f. 558, op. 11, d. 98 shows, he agreed.", "so does a sentence"),
    ("body", "He asked the National Archives, 12 times.", "an archive as an agent"),
    ("letterhead", "Department of State, Washington, June 25, 1897.", "a dateline is no hierarchy"),
    ("letterhead", "National Archives of Japan, June 5, 1950", "nor is that of an archive"),
    ("body", "A file of 1954, box 3 of the shelf", "common words in a sentence"),
    ("body", "The sum of 763.72 marks was paid", "a decimal number"),
    ("repository", "Source", "a label whose value was lost"),
    ("repository", "Original Archive\nRights", "labels only"),
]


@pytest.mark.parametrize(("zone", "text", "why"), OTHERS, ids=[case[2] for case in OTHERS])
def test_what_is_not_the_documents_own_reference(zone: str, text: str, why: str) -> None:
    assert find_references(zoned((zone, text))) == (), why


@given(st.text(alphabet="RGASPI, f.op.d.l.0123456789-/;:\n", max_size=120))
@settings(max_examples=80, deadline=None)
def test_every_reference_quotes_the_text(text: str) -> None:
    reading = zoned(("repository", "x\n" + text))
    for reference in find_references(reading):
        assert is_quoted(reference.evidence, reading)
        assert all(level.value in reference.evidence.quote for level in reference.levels)


@needs_gold
def test_references_of_the_annotated_documents() -> None:
    for gold, reading in annotated():
        found = find_references(reading)
        wanted = gold["archival_reference"]
        if wanted is None:
            assert found == (), gold["seed"]
            continue
        (reference,) = found
        assert (reference.evidence.start, reference.evidence.end) == (wanted["start"], wanted["end"])
        assert reference.repository == wanted["repository"]
        assert [level.value for level in reference.levels] == [wanted["fond"], wanted["opis"], wanted["delo"]]
        assert reference.leaves == wanted["leaves"]
