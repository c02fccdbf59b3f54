"""The text of XML elements, read in few passes: the same as by the plain definition, on any tree."""

from __future__ import annotations

import calendar
import itertools
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tei_samples import NS, letter

from fonds.converters import Options, ead
from fonds.converters.tei_dates import _day_of
from fonds.converters.tei_text import Layout, _zone, elements_of
from fonds.converters.xml_source import Markup, local, text_of, trimmed, words_of
from fonds.converters.xml_stream import speaks_of
from fonds.extract.dates import parse_date
from fonds.record import Zone
from fonds.source import Source, Span

#: Elements of every kind that the layout tells apart.
_NAMES = (
    "p",
    "head",
    "note",
    "app",
    "lb",
    "hi",
    "dateline",
    "closer",
    "attachment",
    "list",
    "persName",
    "div",
)
_WORDS = st.sampled_from(["", " ", "\n  ", "a", "b c", " d", "e ", "\u00a0", "f\ng"])


def _tree(kids: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An element with text, and others in it with text behind each."""
    return st.builds(
        lambda name, text, inner: f"<{name}>{text}{''.join(inner)}</{name}>",
        st.sampled_from(_NAMES),
        _WORDS,
        st.lists(st.builds(str.__add__, kids, _WORDS), max_size=4),
    )


_TREES = st.recursive(
    st.sampled_from(["<lb/>", "<note/>", "<lb break='no'/>", "<hi>x</hi>"]), _tree, max_leaves=12
)


def _layout(tree: str) -> Layout:
    data = f"<TEI {NS}><text><body><div type='document'>{tree}</div></body></text></TEI>".encode()
    markup = Markup(Source(data, "tree.xml"))
    return Layout.of(markup, next(markup.root.iter("{*}div")))


def _runs(element: etree._Element, start: int) -> Iterator[tuple[int, int, bool]]:
    """The pieces of text in an element that are not empty, and whether each stands in a note inside it."""
    at, depth = start, 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        inner = node is not element and local(node) in ("note", "app")
        depth += inner if event == "start" else -inner
        words = node.text if event == "start" else node.tail if node is not element else None
        if words:
            yield at, at + len(words), depth > 0
            at += len(words)


@settings(deadline=None, max_examples=150)
@given(_TREES)
def test_spans_and_words_are_those_of_the_pieces_outside_of_notes(tree: str) -> None:
    layout = _layout(tree)
    assert layout.content == text_of(layout.element)
    for node in layout.nodes:
        assert layout.content[node.start : node.end] == text_of(node.element)
        told = [(a, b) for a, b, note in _runs(node.element, node.start) if not note]
        filled = [part for a, b in told if (part := trimmed(layout.content, a, b)).start < part.end]
        span = layout.span(node.element)
        assert span == (Span(filled[0].start, filled[-1].end) if filled else Span(node.start, node.start))
        breaks = {each.start for each in layout.nodes[node.number + 1 : node.stop] if each.mark}
        pieces = [f"{' ' * (a in breaks)}{layout.content[a:b]}" for a, b in told]
        assert layout.words(node.element) == " ".join("".join(pieces).split())
        laid = layout._forth(span)
        assert layout.flat(span) == " ".join(layout.text.content[laid.start : laid.end].split())


def _labels(element: etree._Element, around: str, layout: Layout) -> Iterator[str]:
    """For each character of an element the zone that it belongs to, each constituent under its own number."""
    own = _zone(layout.places[element], around, elements_of(None))
    yield from [own] * len(element.text or "")
    for inner in element:
        node = layout.places[inner]
        if node.constituent:
            yield from [f"constituent {node.number}"] * (node.end - node.start)
        else:
            yield from _labels(inner, own, layout)
        yield from [own] * len(inner.tail or "")


@settings(deadline=None, max_examples=150)
@given(_TREES)
def test_zones_are_the_stretches_of_words_that_belong_together(tree: str) -> None:
    layout = _layout(tree)
    labels = list(_labels(layout.element, "other", layout))
    assert len(labels) == len(layout.content)
    seen = [(at, label) for at, label in enumerate(labels) if not layout.content[at].isspace()]
    expected = []
    for label, stretch in itertools.groupby(seen, key=lambda entry: entry[1]):
        at = [position for position, _ in stretch]
        if label != "other":
            expected.append(Zone(label.split()[0], at[0], at[-1] + 1))
    assert list(layout.zones(layout.element)) == expected


@settings(deadline=None, max_examples=150)
@given(_TREES)
def test_words_on_one_line_keep_apart_what_the_file_keeps_apart(tree: str) -> None:
    element = etree.fromstring(f"<div>{tree}</div>")
    pieces: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        above = node.getparent()
        alone = above is not None and not any(
            (words or "").strip() for words in (above.text, *(each.tail for each in above))
        )
        pieces.append(" " if node.tag == "lb" or alone else "")
        pieces.append((node.text if event == "start" else node.tail) or "")
    assert words_of(element) == " ".join("".join(pieces).split())


def test_the_words_of_a_long_list_take_no_more_time_for_each_item() -> None:
    def seconds(items: int) -> float:
        element = etree.fromstring(f"<list>{'<item>one</item>' * items}</list>")
        start = time.process_time()
        assert words_of(element) == " ".join(["one"] * items)
        return time.process_time() - start

    few, many = min(seconds(1_000) for _ in range(5)), min(seconds(16_000) for _ in range(3))
    assert many < 80 * max(few, 1e-4)  # all items with all others would be 256 times as long


def test_the_usual_form_of_a_day_is_read_as_the_reader_of_dates_reads_it() -> None:
    months = (*calendar.month_name[1:], "Jan", "avril", "MAY", "may")
    days = (0, 1, 9, 10, 28, 29, 30, 31, 32)
    hours = ("", "—4 p.m.", ", 12 a.m.")
    for month, day, year, hour in itertools.product(months, days, (1600, 1897), hours):
        words = f"{month} {day}, {year}{hour}"
        found = parse_date(words)
        stated = found is not None and found.status == "stated" and found.earliest == found.latest
        assert _day_of(words) == (found.earliest if found and stated else None), words


@pytest.mark.parametrize(
    ("head", "form"),
    [
        ("<note type='source'>893.00/1: Telegram</note>", "telegram"),  # in the note
        ("<note type='source'>893.00/1 <note type='source'>: Telegram</note></note>", "telegram"),
        ("<note type='source'>893.00/1</note>", "memorandum"),  # else in the title
        ("", "memorandum"),
    ],
)
def test_the_form_is_found_though_the_lines_between_are_not_looked_at(head: str, form: str) -> None:
    between = "<p>A letter.</p><p>Telegram</p>" * 20
    told = f"<head>Memorandum by the Secretary</head>{between}{head}{between}"
    found = letter(body=told).form
    assert found is not None
    assert found.value == form
    assert found.evidence.quote.casefold() == form


@pytest.mark.parametrize("code", ["utf-8", "utf-16", "utf-16-be", "iso-8859-1"])
def test_what_is_internal_is_seen_in_every_encoding(code: str) -> None:
    plain = (
        f"<?xml version='1.0' encoding='{'utf-16' if '16' in code else code}'?><ead><eadheader><eadid>A1</eadid>"
        "</eadheader><archdesc level='fonds'><did><unittitle>Fonds</unittitle>"
        "<note audience='internal'><p>secret</p></note></did></archdesc></ead>"
    )
    bom = b"\xfe\xff" if code == "utf-16-be" else b""
    source = Source(bom + plain.encode(code), "aid.xml")
    assert speaks_of(source, "audience")
    assert not speaks_of(source, "analyticover")
    records = list(ead.convert(source, Options()))
    assert "secret" not in repr(records)
    assert any(finding.kind == "internal" for record in records for finding in record.findings)
