"""The metadata embedded in a page: what is read, where it stands, and what contradicts the text."""

from __future__ import annotations

import pytest
from lxml import html as lxml_html

from fonds.converters import convert
from fonds.converters.embedded import find_values
from fonds.converters.examples import flatten
from fonds.converters.json_text import MAX_DEPTH, scalars
from fonds.converters.page import read_page
from fonds.document import graph
from fonds.record import Evidence, Record
from fonds.source import Source
from fonds.validate import validate
from tests.quotes import evidence_in

LETTER = """<p>March 30, 1954</p><p>Dear Mr. Dulles:</p>
<p>The Foreign Minister told me this morning that the Government would consider the proposals at once.</p>
<p>John M. Allison</p>"""


def read(head: str, body: str = LETTER, attributes: str = "") -> Record:
    content = f"<!DOCTYPE html><html {attributes}><head>{head}</head><body>{body}</body></html>"
    (record,) = convert(Source(content.encode(), "page.html"))
    return record


def ld(content: str) -> str:
    return f'<script type="application/ld+json">{content}</script>'


PERSON = '{"@type": "Person", "name": "Allison, John M."}'
VALUES = [
    ("Dublin Core", '<meta name="DC.title" content="A despatch">', "title", "A despatch"),
    ("in terms of DCMI", '<meta name="dcterms.created" content="1954-03-30">', "date.dated", "1954-03-30"),
    ("by a property", '<meta property="dc:creator" content="Allison, John M.">', "party.author", "Allison, John M."),
    ("what citation managers read", '<meta name="citation_author" content="Allison, John M.">', "party.author", "Allison, John M."),
    ("the day of publication is not that of the document", '<meta name="citation_publication_date" content="1985/06/01">', "date.published", "1985-06-01"),
    ("a moment is a day", '<meta property="article:published_time" content="2011-11-20T09:30:00-05:00">', "date.uploaded", "2011-11-20"),
    ("Open Graph", '<meta property="og:title" content="A despatch">', "title", "A despatch"),
    ("the title, without the name of the site", "<title>A despatch | The archive</title>", "title", "A despatch"),
    ("the address of the page", '<link rel="canonical" href="https://example.org/1">', "identifier.web-page", "https://example.org/1"),
    ("the language of the original", '<meta name="DC.language" content="Russian">', "language", "ru"),
    ("an archival reference", '<meta name="DC.source" content="RGASPI, f. 558, op. 11, d. 98, l. 8">', "reference.delo", "98"),
    ("JSON-LD", ld('{"@type": "Manuscript", "dateCreated": "1954-03-30"}'), "date.dated", "1954-03-30"),
    ("a node with a name", ld(f'{{"@type": ["Thing", "Message"], "sender": [{PERSON}]}}'), "party.sender", "Allison, John M."),
    ("a node elsewhere in the graph", ld(f'{{"@graph": [{{"@type": "Report", "author": {{"@id": "#a"}}}}, {PERSON[:-1]}, "@id": "#a"}}]}}'), "party.author", "Allison, John M."),
    ("of full IRIs", ld('{"@type": "https://schema.org/Book", "https://schema.org/dateCreated": "1954"}'), "date.dated", "1954"),
    ("escapes", ld(r'{"@type": "Article", "name": "S\u0101to \u2013 talks"}'), "title", "Sāto – talks"),
    ("a script that states its encoding", '<script type="application/LD+json; charset=utf-8">{"@type": "Article", "dateCreated": "1954-03-30"}</script>', "date.dated", "1954-03-30"),
    ("as XHTML wraps scripts", ld('//<![CDATA[\n{"@type": "Article", "name": "A despatch"}\n//]]>'), "title", "A despatch"),
    ("as old browsers want it", ld('<!--\n{"@type": "Article", "name": "A despatch"}\n-->'), "title", "A despatch"),
    ("a list of nodes", ld('[{"@type": "WebSite"}, {"@type": "Report", "dateCreated": "1954-03-30"}]'), "date.dated", "1954-03-30"),
    ("what a page is about", ld('{"@type": "WebPage", "name": "Page", "mainEntity": {"@type": "Message", "name": "A despatch"}}'), "title", "A despatch"),
    ("an identifier of its own kind", ld('{"@type": "Article", "identifier": {"@type": "PropertyValue", "value": "A-7"}}'), "identifier.identifier", "A-7"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "head", "key", "value"), VALUES, ids=[row[0] for row in VALUES])
def test_what_metadata_says(why: str, head: str, key: str, value: str) -> None:
    assert value in flatten(read(head)).get(key, ()), flatten(read(head))


NOTHING = [
    ("a tag that nobody listed", '<meta name="generator" content="Drupal 7">'),
    ("an empty value", '<meta name="DC.title" content=" "><meta name="DC.creator" content="n/a">'),
    ("the site is not the document", ld('{"@type": "WebSite", "name": "The archive"}')),
    ("nor is the way to it", ld('{"@type": "BreadcrumbList", "itemListElement": [{"name": "Home"}]}')),
    ("a document in another one", ld('{"@type": "WebSite", "hasPart": {"@type": "Article", "name": "Other"}}')),
    ("no value", ld('{"@type": "Article", "name": null, "author": []}')),
    ("an address without a host", '<link rel="canonical" href="/1">'),
]  # fmt: skip


@pytest.mark.parametrize(("why", "head"), NOTHING, ids=[row[0] for row in NOTHING])
def test_what_metadata_does_not_say(why: str, head: str) -> None:
    assert flatten(read(head)) == flatten(read("")) | {"id": (read(head).id,)}


MICRODATA = """<div itemscope itemtype="https://schema.org/Article">
<h1 itemprop="name">A despatch</h1><meta itemprop="dateCreated" content="1954-03-30">
<span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Allison, John M.</b></span>
<time itemprop="datePublished" datetime="1985-06-01">last June</time>
<span itemscope itemtype="https://schema.org/Product"><i itemprop="name">An advertisement</i></span></div>
<p property="dc:rights">Public domain.</p>"""


def test_microdata_and_rdfa() -> None:
    values = flatten(read("", LETTER + MICRODATA))
    assert values["date.published"] == ("1985-06-01",)
    assert "Allison, John M." in values["party.author"]
    assert "An advertisement" not in {*values["title"], *values.get("field.title", ())}
    assert [one.value for one in read("", LETTER + MICRODATA).rights] == ["Public domain."]


RDFA = """<div vocab="{vocab}" typeof="{type}"><h1 property="name">A despatch</h1>
<meta property="dateReceived" content="1954-04-02"><p property="author" typeof="Person"><b property="name">Allison, John M.</b></p>
<p property="about" typeof="Place"><i property="name">Tokyo</i></p></div>"""


@pytest.mark.parametrize(
    ("vocab", "kind", "read_it", "why"),
    [
        ("https://schema.org/", "Article", True, "RDFa Lite: names without a prefix are of the vocabulary"),
        ("http://schema.org", "schema:Message", True, "an old address, and a type with a prefix"),
        ("https://schema.org/", "Product", False, "an item that is no document"),
        ("http://xmlns.com/foaf/0.1/", "Article", False, "another vocabulary"),
    ],
)
def test_rdfa_with_a_vocabulary(vocab: str, kind: str, read_it: bool, why: str) -> None:
    values = flatten(read("", "<p>The note was answered.</p>" + RDFA.format(vocab=vocab, type=kind)))
    said = (values.get("title"), values.get("date.received"), values.get("party.author"))
    expected = (("A despatch",), ("1954-04-02",), ("Allison, John M.",))
    # a heading of the page is its title, whatever the markup says of it
    assert said[1:] == (expected[1:] if read_it else (None, None)), why
    assert ("Tokyo" in values.get("mention.place", ())) or not read_it


def test_the_place_of_a_value_is_found_in_the_page() -> None:
    head = "".join(row[1] for row in VALUES)
    record = read(head, LETTER + MICRODATA, 'lang="en"')
    content = f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{LETTER + MICRODATA}</body></html>'
    tree = lxml_html.fromstring(read_page(Source(content.encode(), "page.html")).tree.html)
    found = [one for one in evidence_in(record) if one.path is not None]
    assert len({one.path for one in found}) > 10
    for one in found:
        (place,) = tree.getroottree().xpath(one.path)
        words = str(place) if isinstance(place, str) else "".join(place.itertext())
        assert words[one.start : one.end] == one.quote, one


def conflict(record: Record) -> list[tuple[str, ...]]:
    return [
        tuple(one.quote for one in finding.evidence)
        for finding in record.findings
        if finding.kind == "conflicting-witnesses"
    ]


CONFLICTS = [
    ("another day", '<meta name="DC.created" content="1954-03-31">', [("March 30, 1954", "1954-03-31")]),
    ("the same day in other words", '<meta name="DC.created" content="30 March 1954">', []),
    ("less exact, but no contradiction", '<meta name="DC.created" content="1954">', []),
    ("a day of something else", '<meta name="citation_date" content="1985-06-01">', []),
    ("another author", '<meta name="DC.creator" content="Murphy, Robert D.">', [("John M. Allison", "Murphy, Robert D.")]),
    ("the same author the other way round", '<meta name="DC.creator" content="Allison, John M.">', []),
    ("an office does not exclude its holder", ld('{"@type": "Article", "author": "Ambassador in Japan"}'), []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "head", "expected"), CONFLICTS, ids=[row[0] for row in CONFLICTS])
def test_two_witnesses(why: str, head: str, expected: list[tuple[str, ...]]) -> None:
    assert conflict(read(head)) == expected


def test_both_values_are_kept_and_the_text_goes_first() -> None:
    record = read(
        '<meta name="DC.created" content="1954-03-31"><meta name="DC.creator" content="Murphy, Robert D.">'
    )
    assert [one.edtf for one in record.dates if one.role == "dated"] == ["1954-03-30", "1954-03-31"]
    assert record.date is not None
    assert record.date.evidence.path is None
    assert [one.mention.name for one in record.party("author")] == ["John M. Allison", "Murphy, Robert D."]
    assert validate(graph(record)).conforms


def test_titles_about_different_things_contradict() -> None:
    body = f"<h1>Letter, Allison to Dulles</h1>{LETTER}"
    assert not conflict(read('<meta name="DC.title" content="Allison to Dulles, 30 March 1954">', body))
    record = read('<meta name="DC.title" content="Report on the harvest">', body)
    assert conflict(record) == [("Letter, Allison to Dulles", "Report on the harvest")]
    assert record.title is not None
    assert record.title.value == "Letter, Allison to Dulles"
    assert flatten(record)["field.title"] == ("Report on the harvest",)
    assert not conflict(read("<title>The archive</title>", body)), "the title of a page is often its site's"


BROKEN = ["{", '{"@type": "Article", "name": }', "<!-- x -->", "[" * 5000, '{"a":' * 300 + "1" + "}" * 300]


@pytest.mark.parametrize("content", BROKEN, ids=["open", "no value", "no JSON", "deep lists", "deep objects"])
def test_broken_json_is_a_finding_and_costs_nothing_else(content: str) -> None:
    record = read(ld(content) + '<meta name="DC.title" content="A despatch">')
    assert [finding.kind for finding in record.findings if "JSON-LD" in finding.message] == [
        "unread-metadata"
    ]
    assert record.title is not None
    assert record.title.value == "A despatch"


def test_a_page_full_of_tags_is_read_in_time() -> None:
    head = "".join(f'<meta name="DC.subject" content="Subject {n}">' for n in range(5000))
    values, _ = find_values(read_page(Source(f"<html><head>{head}</head><p>a".encode(), "page.html")))
    assert len(values) == 2000


def test_the_language_of_the_page_is_only_a_guess_at_that_of_the_text() -> None:
    (language,) = read("", "<p>Kurz und gut.", 'lang="de-AT"').languages
    assert language.value == "de-AT"
    assert language.evidence.status == "inferred"


JSON = [
    ("a list of objects", '[{"a": "x", "b": [1, {"c": true}]}]', [((0, "a"), "x"), ((0, "b", 0), "1"), ((0, "b", 1, "c"), "true")]),
    ("signs inside strings", '{"a,:{": "]\\"}"}', [(("a,:{",), ']"}')]),
    ("null is no value", '{"a": null, "b": 0}', [(("b",), "0")]),
    ("half a pair of surrogates", '{"a": "\\ud83d x"}', [(("a",), "� x")]),
    ("a lone value", '"a"', [((), "a")]),
    ("empty containers", '{"a": {}, "b": [], "c": ""}', [(("c",), "")]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), JSON, ids=[row[0] for row in JSON])
def test_json_with_places(why: str, content: str, expected: list[tuple[tuple[object, ...], str]]) -> None:
    found = scalars(content)
    assert [(one.path, one.value) for one in found] == expected
    for one in found:
        assert content[one.start : one.end] == one.value or "\\" in content[one.start : one.end]


def test_json_is_refused_when_too_deep() -> None:
    assert scalars("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH)[0].value == "1"
    with pytest.raises(ValueError, match="nested more than"):
        scalars("[" * (MAX_DEPTH + 1) + "1" + "]" * (MAX_DEPTH + 1))


def test_evidence_holds_only_in_the_same_text() -> None:
    def at(start: int, end: int, path: str | None = None, source: str = "a") -> Evidence:
        return Evidence(source=source, start=start, end=end, quote="", zone="", rule="", path=path)

    assert at(0, 9).holds(at(2, 3))
    assert not at(0, 9).holds(at(2, 3, "/html"))
    assert not at(0, 9).holds(at(2, 3, source="b"))
