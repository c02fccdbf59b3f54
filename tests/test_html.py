"""Web pages: what their text is, that offsets hold, and what a hostile page can do."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.converters import convert, detect, text_of
from fonds.converters.examples import flatten
from fonds.converters.page import MAX_DEPTH, read_page
from fonds.errors import BudgetError, EncodingError, FondsError, SourceError, UnknownFormat
from fonds.source import MAX_BYTES, Source
from tests.quotes import check

PAGES = Path(__file__).with_name("pages")


def page(content: str | bytes, name: str = "page.html", **known: str) -> Source:
    return Source(content.encode() if isinstance(content, str) else content, name, **known)


def text(content: str | bytes) -> str:
    return text_of(page(content)).content


TEXTS = [
    ("white space runs together", "<p>a \n\t b  <b> c</b>d</p>", "a b cd"),
    ("no-break space stays", "<p>Source:&nbsp; x", "Source:\xa0 x"),
    ("blocks are lines", "<div>a</div><div>b<div>c</div></div>d", "a\nb\nc\nd"),
    ("paragraphs stand apart", "<p>a<p>b<h2>c</h2>d", "a\n\nb\n\nc\n\nd"),
    ("a line break", "<p>a<br>b<br/><br>c", "a\nb\n\nc"),
    ("a break at the end of a block is none", "<div>a<br></div><div>b</div>", "a\nb"),
    ("pre keeps its lines", "<pre>a\n  <b>b</b>\n\nc</pre>", "a\n  b\n\nc"),
    ("list items are lines", "<ul><li>a<li>b</ul>", "a\nb"),
    ("labels and values of a list", "<dl><dt>Source<dd>RGASPI<dt>Language<dd>Russian</dl>", "Source\nRGASPI\nLanguage\nRussian"),
    ("cells of a row", "<table><tr><th>Source:<td><p>RGASPI</p><tr><td>Language:<td>Russian</table>", "Source:\tRGASPI\nLanguage:\tRussian"),
    ("an empty cell is seen", "<table><tr><td>Source:<td><tr><td>Language:<td>Russian</table>", "Source:\t\nLanguage:\tRussian"),
    ("a row without words is none", "a<table><tr><td><td><tr><td>b</table>", "a\n\nb"),
    ("a row that lays out the page", "<table><tr><td><ul><li>Menu</ul><td><p>a<p>b</table>", "Menu\n\na\n\nb"),
    ("scripts and styles are not text", "<style>p{}</style><p>a<script>var b='<p>b';</script>c<template><p>d</template>", "ac"),
    ("the head is not text", "<head><title>T</title></head><body>a", "a"),
    ("form fields are not text", "a<select><option>b</select><textarea>c</textarea>d", "ad"),
    ("what a click shows is text", "<details><summary>More</summary><p hidden>a</details>", "More\n\na"),
    ("comments are not text", "a<!-- b --><!--> c -->d", "a c -->d"),
    ("entities", "<p>A &amp; B &lt;i&gt; &#1057;", "A & B <i> С"),
    ("a note is no part of a name", "<p>Gromyko's<sup><a href='#n'>53</a></sup> x<sup>2</sup>", "Gromyko's ⁵³ x2"),
    ("tags that are not closed", "<p>a<b>b<p>c<i>d", "ab\n\ncd"),
    ("tags in the wrong order", "<b><p>a</b>b</p></i></div>c", "ab\n\nc"),
    ("text beside a table's rows", "<table>a<tr><td>b</table>", "a\n\nb"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), TEXTS, ids=[row[0] for row in TEXTS])
def test_the_text_of_a_page(why: str, content: str, expected: str) -> None:
    assert text(f"<!DOCTYPE html><html><body>{content}") == expected


def zones(content: str) -> list[tuple[str, str]]:
    read = read_page(page(content))
    return [(zone.name, read.text.content[zone.start : zone.end]) for zone in read.zones]


ZONES = [
    ("navigation", "<nav><a>Home</a></nav><p>a", [("navigation", "Home")]),
    ("by its role", "<div role=navigation>Home</div><p>a", [("navigation", "Home")]),
    ("the banner and the foot of the page", "<header>Site</header><p>a<footer>Imprint</footer>", [("navigation", "Site"), ("navigation", "Imprint")]),
    ("the head of an article is not the banner", "<article><header>Moscow</header><p>a</article>", []),
    ("the banner may hold the title", "<header><h1>Letter</h1></header><p>a", [("title", "Letter")]),
    ("several first-level headings are no title", "<h1>One</h1><h1>Two</h1>", []),
    ("a note", "<p>a<sup><a href='#n1'>1</a></sup><p id=n1>Not printed.", [("footnote", "Not printed.")]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), ZONES, ids=[row[0] for row in ZONES])
def test_the_zones_that_markup_tells(why: str, content: str, expected: list[tuple[str, str]]) -> None:
    assert zones(f"<!DOCTYPE html><body>{content}") == expected


SNIFFS = [
    ("a page", "a.txt", b"<!DOCTYPE html><p>a", "html"),
    ("without doctype", "a", b"\n <HTML><p>a", "html"),
    ("XHTML", "a.xml", b'<?xml version="1.0"?>\n<!-- x -->\n<html xmlns="http://www.w3.org/1999/xhtml"><body>a', "html"),
    ("a fragment, by its name", "a.htm", b"<div>a</div>", "html"),
    ("UTF-16", "a.html", "<html><p>a".encode("utf-16"), "html"),
    ("a letter that begins with a bracket", "a.txt", b"<illegible> Dear Sir", "text"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "data", "expected"), SNIFFS, ids=[row[0] for row in SNIFFS])
def test_a_page_is_recognised(why: str, name: str, data: bytes, expected: str) -> None:
    assert detect(Source(data, name)) == expected


WORDS = "Посол сообщил: “да” "
ENCODINGS = [
    ("declared in the page", f'<meta charset="windows-1251"><p>{WORDS}'.encode("cp1251"), "cp1251", None),
    ("declared the old way", b'<meta http-equiv=content-type content="text/html; charset=koi8-r"><p>' + "Посол".encode("koi8-r"), "koi8-r", None),
    ("latin-1 means Windows-1252", "<meta charset=iso-8859-1><p>“ab”".encode("cp1252"), "cp1252", None),
    ("a byte order mark wins", b"\xef\xbb\xbf<meta charset=windows-1251><p>" + WORDS.encode(), "utf-8", None),
    ("UTF-16", f"<html><p>{WORDS}".encode("utf-16"), "utf-16", None),
    ("nothing is declared: UTF-8", f"<html><p>{WORDS}".encode(), "utf-8", None),
    ("nothing is declared, nor UTF-8", "<html><p>“Café” du Japon".encode("cp1252"), "cp1252", "states no encoding"),
    ("saved as UTF-8, declaring what it was", f"<meta charset=windows-1251><p>{WORDS}".encode(), "utf-8", "declares cp1251"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "encoding", "doubt"), ENCODINGS, ids=[row[0] for row in ENCODINGS])
def test_the_encoding_of_a_page(why: str, data: bytes, encoding: str, doubt: str | None) -> None:
    (record,) = convert(page(data))
    assert record.source.encoding == encoding
    told = [finding.message for finding in record.findings if finding.kind == "encoding-detected"]
    assert bool(told) == bool(doubt)
    assert not doubt or doubt in told[0]
    assert "�" not in text(data)


REFUSED = [
    ("nested beyond reason", "<html>" + "<div>" * (MAX_DEPTH + 2) + "a", BudgetError, "nested more than"),
    ("a million tags", "<html>" + "<b>" * 1_000_000, BudgetError, "nested more than"),
    ("one endless line", "<html><p>" + "a " * 150_000, BudgetError, "over the limit"),
    ("nothing but scripts", "<html><script>alert(1)</script>", SourceError, "holds no text"),
    ("no words", "<html><p>--- 12", UnknownFormat, "no words"),
    ("empty", "", SourceError, "empty"),
    ("not its encoding", b"<html><meta charset=utf-8><p>Caf\xe9", EncodingError, "is not utf-8"),
    ("an encoding that nobody knows", b"<html><meta charset=klingon><p>Caf\xe9", EncodingError, "unknown encoding"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "error", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_bad_page_is_refused(why: str, content: str | bytes, error: type[FondsError], says: str) -> None:
    begun = time.process_time()
    with pytest.raises(error, match=says) as caught:
        convert(page(content, "bad.html", media_type="text/html") if content else page("", "bad.html"))
    assert (caught.value.place or "").startswith("bad.html")
    assert caught.value.remedy
    assert time.process_time() - begun < 5


def test_a_thousand_levels_are_read() -> None:
    for tag in ("div", "b", "table><tr><td", "ul><li", "blockquote"):
        assert text("<html><body>" + f"<{tag}>" * 1000 + "words") == "words"


def test_a_page_of_fifty_megabytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "big.html").open("wb") as file:
        file.write(b"<html>")
        file.truncate(50_000_000)
    with pytest.raises(BudgetError, match=f"limit of {MAX_BYTES}"):
        Source.read(tmp_path / "big.html")


def test_a_long_page_takes_time_in_proportion() -> None:
    def taken(paragraphs: int) -> float:
        begun = time.process_time()
        text("<html>" + "<div class=a><p>some <b>words</b> of a page</p></div>\n" * paragraphs)
        return time.process_time() - begun

    taken(100)
    assert taken(20_000) < 12 * max(taken(4_000), 0.02)


HOSTILE = """<!DOCTYPE html><html><body onload="alert(1)"><p>The <a href="javascript:alert(2)">Minister</a>
&lt;script&gt;alert(3)&lt;/script&gt; was informed that the talks would be resumed in the spring of that year.</p>
<script>document.write("<p>The talks have failed")</script><script>/* </script ><p>Late words</p>
<iframe src="file:///etc/passwd">inside</iframe><object data="http://127.0.0.1/">inside</object>
<img src=x onerror=alert(4) alt="a picture"><meta http-equiv=refresh content="0;url=http://127.0.0.1/">
<svg><script>alert(5)</script><text>drawn</text></svg></body></html>"""


def test_scripts_neither_run_nor_are_read() -> None:
    (record,) = convert(page(HOSTILE))
    shown = text(HOSTILE)
    assert "have failed" not in shown
    assert "inside" not in shown
    assert "drawn" not in shown
    assert "<script>alert(3)</script>" in shown  # it is shown on the page as words
    assert check(record, {record.source.sha256: shown})


@pytest.mark.parametrize("file", sorted(path.name for path in PAGES.iterdir()))
def test_every_quote_stands_in_the_text(file: str) -> None:
    source = Source.read(PAGES / file)
    (record,) = convert(source)
    assert check(record, {source.sha256: text_of(source).content}) > 10
    assert record.source.sha256 == source.sha256
    assert record.source.size == len(source.data)
    assert record.source.length == len(text_of(source))
    assert record.source.media_type == "text/html"


LAYOUTS = [
    ("definition list", "wilson-definitions.html", {"id": "wcda-208877", "date.uploaded": "2012-02-14", "reference.delo": "98", "party.translator": "Gary Goldberg"}),
    ("headings followed by values", "wilson-headings.html", {"id": "wcda-112979", "date.dated": "1950-06-01", "reference.delo": "4", "party.donor": "Leon Levy Foundation", "title": "Letter, Shtykov to Vyshinsky"}),
    ("tables inside tables", "wilson-table.html", {"id": "wcda-112979", "date.dated": "1950-06-01", "date.uploaded": "2011-11-20", "reference.delo": "4", "title": "Letter, Shtykov to Vyshinsky"}),
    ("reading room of the CIA", "reading-room.html", {"id": "cia-rdp80-00810a001800340009-8", "genre": "information-report", "date.dated": "1953-08-12", "date.distributed": "1953-08-12", "date.information": "1953-07", "field.pages": "2"}),
    ("Foreign Relations of the United States", "frus.html", {"date.dated": "1954-03-30", "party.addressee": "Department of State", "party.signatory": "Allison"}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "file", "expected"), LAYOUTS, ids=[row[0] for row in LAYOUTS])
def test_the_pages_of_archives(why: str, file: str, expected: dict[str, str]) -> None:
    (record,) = convert(Source.read(PAGES / file))
    values = flatten(record)
    assert {key: values[key][0] for key in expected} == expected


def test_what_a_table_leaves_empty_has_no_value() -> None:
    (record,) = convert(Source.read(PAGES / "wilson-table.html"))
    assert "language" not in flatten(record)


def test_what_leads_elsewhere_is_not_read() -> None:
    for file in ("wilson-definitions.html", "frus.html"):
        (record,) = convert(Source.read(PAGES / file))
        shown = text_of(Source.read(PAGES / file)).content
        foot = shown.rindex("\n")
        assert not [one for one in record.mentions if one.evidence.start > foot and one.evidence.path is None]


TAGS = "<p> </p> <div> </div> <table> <tr> <td> </table> <br> <b> </b> <ul> <li> <pre> </pre> <nav> </nav> <h1> </h1>"
WORDY = [
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<",
    ">",
    " ",
    "\n",
    "&amp;",
    "&nbsp;",
    "Ж",
    "\U0001f600",
    "\x00",
]
NAMES = ["March 30, 1954", "Moscow", "Mr. Dulles", "Source", "Secret"]
pieces = st.lists(st.sampled_from([*TAGS.split(), *WORDY, *NAMES]), max_size=40)


@given(pieces)
@settings(max_examples=150, deadline=None)
def test_any_page_is_read_or_refused(parts: list[str]) -> None:
    source = page("<html>" + "".join(parts))
    try:
        (record,) = convert(source)
    except FondsError:
        return
    shown = text_of(source)
    check(record, {source.sha256: shown.content})
    assert all(0 <= one.start < one.end <= len(shown) for one in record.zones)
    assert all(a.end <= b.start for a, b in zip(record.zones, record.zones[1:], strict=False))
