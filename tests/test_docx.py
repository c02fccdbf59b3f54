"""Word documents: paragraphs and tables as lines, and archives that should not be opened."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from fonds.converters import convert, detect, text_of
from fonds.errors import BudgetError, FondsError, SourceError, UnknownFormat
from fonds.source import Source
from tests.quotes import check

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def p(words: str) -> str:
    return (
        f"<w:p><w:pPr><w:pStyle w:val='x'/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{words}</w:t></w:r></w:p>"
    )


def make(body: str, **parts: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:part {W}>{content}</w:part>")
    return out.getvalue()


def text(body: str, **parts: str) -> str:
    return text_of(Source(make(body, **parts), "a.docx")).content


BOX = "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{0}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{0}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
TEXTS = [
    ("paragraphs are lines", p("a") + p("b"), {}, "a\nb"),
    ("an empty paragraph is a blank line", p("a") + "<w:p/>" + p("b"), {}, "a\n\nb"),
    ("runs join", "<w:p><w:r><w:t>Mos</w:t></w:r><w:hyperlink><w:r><w:t>cow</w:t></w:r></w:hyperlink></w:p>", {}, "Moscow"),
    ("tabs and breaks", "<w:p><w:r><w:t>TO:</w:t><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p>", {}, "TO:\ta\nb"),
    ("rows are lines with tabs", f"<w:tbl><w:tr><w:tc>{p('FROM:')}</w:tc><w:tc>{p('Tokyo')}{p('Embassy')}</w:tc></w:tr></w:tbl>", {}, "FROM:\tTokyo Embassy"),
    ("what was deleted is gone, what was added stays", f"<w:p><w:del>{'<w:r><w:delText>old</w:delText></w:r>'}</w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>", {}, "new"),
    ("a text box is read once", "<w:p>" + BOX.format(p("boxed")) + "<w:r><w:t>a</w:t></w:r></w:p>", {}, "a\nboxed"),
    ("codes of fields are no text", "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>7</w:t></w:r></w:p>", {}, "7"),
    ("header above, notes below", p("a"), {"header1": p("EMBASSY"), "header2": p("EMBASSY"), "footnotes": p("1. Not printed.")}, "EMBASSY\n\na\n\n1. Not printed."),
    ("comments are not the document's", p("a"), {"comments": p("check this")}, "a"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "parts", "expected"), TEXTS, ids=[row[0] for row in TEXTS])
def test_the_text_of_a_document(why: str, body: str, parts: dict[str, str], expected: str) -> None:
    assert text(body, **parts) == expected


def test_a_letter_is_read() -> None:
    words = "The Ambassador told me that the Soviet Government would propose to resume the talks at once."
    lines = ["March 30, 1954", "Dear Mr. Dulles:", words, "Sincerely yours,", "John M. Allison"]
    source = Source(make("<w:p/>".join(map(p, lines))), "letter.docx")
    assert detect(source) == "docx"
    (record,) = convert(source)
    assert record.date is not None
    assert record.date.edtf == "1954-03-30"
    assert [one.mention.name for one in record.party("signatory")] == ["John M. Allison"]
    assert check(record, {source.sha256: text_of(source).content}) > 5
    assert record.source.media_type.endswith("wordprocessingml.document")


def packed(name: str, data: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def with_size(data: bytes, size: int) -> bytes:
    """A zip whose directory says that its entry unpacks to `size` bytes."""
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 24] + size.to_bytes(4, "little") + data[at + 28 :]


BLANKS = b"<w:document " + W.encode() + b">" + b" " * 60_000_000
ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document ' + W + "><w:body/></w:document>"
REFUSED = [
    ("a zip bomb", packed("word/document.xml", BLANKS), BudgetError, "unpacks to more than"),
    ("a zip bomb that lies about its size", with_size(packed("word/document.xml", BLANKS), 100), FondsError, "unpacks to more|not a sound Word"),
    ("entities that grow", packed("word/document.xml", ENTITIES.encode()), SourceError, "entit"),
    ("nested beyond reason", make("<w:sdt>" * 1000 + p("a") + "</w:sdt>" * 1000), BudgetError, "nested more than"),
    ("cut off", make(p("a"))[:200], SourceError, "not a sound Word document"),
    ("not the XML of Word", packed("word/document.xml", b"<w:document"), SourceError, "word/document.xml"),
    ("a zip of something else, called .docx", packed("a.txt", b"a"), SourceError, "lacks word/document.xml"),
    ("encrypted, or a document of Word 97", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, SourceError, "encrypted, or in the old format"),
    ("no text", make("<w:p/>"), SourceError, "holds no text"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "error", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_bad_file_is_refused(why: str, data: bytes, error: type[FondsError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        convert(Source(data, "a.docx"))
    assert (caught.value.place or "").startswith("a.docx")
    assert caught.value.remedy


def test_another_zip_is_not_taken_for_a_document() -> None:
    with pytest.raises(UnknownFormat):
        detect(Source(packed("content.xml", b"<office/>"), "a.odt"))
