"""PDF: the text layer, its pages, and what cannot be read."""

from __future__ import annotations

import sys
from io import BytesIO

import pytest

from fonds.converters import convert, detect, text_of
from fonds.converters import pdf as room
from fonds.document import triples
from fonds.errors import BudgetError, FondsError, SourceError, UnknownFormat
from fonds.rdf.terms import OA, RDF, Literal
from fonds.source import Source
from tests.quotes import check, evidence_in

pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")

FIRST = [
    "DEPARTMENT OF STATE",
    "",
    "March 30, 1954",
    "",
    "Dear Mr. Dulles:",
    "",
    "The Ambassador told me that the Soviet Government would propose to resume the talks",
    "which were broken off in Moscow (London) before the end of the",
]
SECOND = [
    "month, and that nothing more was known about it at the time of writing.",
    "",
    "Sincerely yours,",
    "",
    "JOHN M. ALLISON",
]


def make(*pages: list[str], locked: bool = False) -> bytes:
    """A PDF of these lines (ISO 32000-2), written by hand so that nothing else must be installed."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for lines in pages:
        shown = " ".join("({}) Tj T*".format(line.replace("(", r"\(").replace(")", r"\)")) for line in lines)
        stream = f"BT /F1 12 Tf 14 TL 72 740 Td {shown} ET"
        bodies.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        bodies.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {len(bodies)} 0 R >>"
        )
    lock = ""
    if locked:  # keys that no password opens
        bodies.append(f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>")
        lock = f" /Encrypt {len(bodies)} 0 R /ID [<{'00' * 16}> <{'00' * 16}>]"
    out = BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252"))
    table = out.tell()
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{rows}".encode())
    out.write(
        f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R{lock} >>\nstartxref\n{table}\n%%EOF\n".encode()
    )
    return out.getvalue()


def test_the_text_of_the_pages() -> None:
    source = Source(make(FIRST, SECOND), "letter.pdf")
    assert detect(source) == "pdf"
    text = text_of(source)
    first, second = text.content.split("\n\f\n")
    # gaps between lines are blank lines, the others are not
    assert first.split("\n") == FIRST
    assert second.split("\n") == SECOND
    assert text.pages == (0, len(first) + 3)
    assert text.sha256 == source.sha256


def test_evidence_says_on_which_page() -> None:
    source = Source(make(FIRST, SECOND), "letter.pdf")
    (record,) = convert(source)
    assert record.source.media_type == "application/pdf"
    assert record.date is not None
    assert (record.date.edtf, record.date.evidence.page) == ("1954-03-30", 1)
    (signed,) = record.party("signatory")
    assert (signed.mention.name, signed.evidence.page) == ("JOHN M. ALLISON", 2)
    assert check(record, {source.sha256: text_of(source).content}) > 5
    assert all(one.page in (1, 2) for one in evidence_in(record))


def test_the_page_is_in_the_graph() -> None:
    (record,) = convert(Source(make(FIRST, SECOND), "letter.pdf"))
    made = triples(record)
    pages = {s for s, p, o in made if o == OA + "FragmentSelector"}
    assert pages
    assert {o for s, p, o in made if s in pages and p == RDF + "value"} == {
        Literal("page=1"),
        Literal("page=2"),
    }


def test_a_sentence_goes_on_over_the_page() -> None:
    (record,) = convert(Source(make(FIRST, SECOND), "letter.pdf"))
    (body,) = [zone for zone in record.zones if zone.name == "body"]
    assert body.start < text_of(Source(make(FIRST, SECOND), "letter.pdf")).pages[1] < body.end


def test_a_page_without_text_is_reported() -> None:
    (record,) = convert(Source(make(FIRST, [], SECOND, []), "letter.pdf"))
    assert [one.message for one in record.findings if one.kind == "page-without-text"] == [
        "no text on pages 2, 4"
    ]


REFUSED = [
    ("encrypted", make(FIRST, locked=True), SourceError, "encrypted.*password"),
    ("pictures only", make([], []), SourceError, "without a text layer"),
    ("cut off", make(FIRST)[:300], SourceError, "not a sound PDF"),
    ("not a PDF at all", b"%PDF-1.7 and nothing else", SourceError, "not a sound PDF"),
    ("no words", make(["12", "--"]), UnknownFormat, "no words"),
]


@pytest.mark.parametrize(("why", "data", "error", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_bad_file_is_refused(why: str, data: bytes, error: type[FondsError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        convert(Source(data, "letter.pdf"))
    assert caught.value.place == "letter.pdf"
    assert caught.value.remedy


def test_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_PAGES", 1)
    with pytest.raises(BudgetError, match="2 pages, over the limit of 1"):
        convert(Source(make(FIRST, SECOND), "letter.pdf"))
    monkeypatch.setattr(room, "MAX_PAGES", 10)
    monkeypatch.setattr(room, "MAX_CHARACTERS", 300)
    with pytest.raises(BudgetError, match="more than 300 characters by page 2"):
        convert(Source(make(FIRST, SECOND), "letter.pdf"))


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(UnknownFormat, match="needs pypdfium2") as caught:
        convert(Source(make(FIRST), "letter.pdf"))
    assert 'pip install "fonds[pdf]"' in (caught.value.remedy or "")
