"""Bytes, text, spans and views: offsets must always lead back to the untouched source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.errors import BudgetError, EncodingError, SourceError
from fonds.source import MAX_LINE, Source, Span

BAD = [
    ("empty file", b"", None, SourceError, "empty"),
    ("only white space", b" \n\xc2\xa0\n", None, SourceError, "no text"),
    ("binary file", b"%PDF\x00\x01\x02", None, SourceError, "NUL byte at byte 4"),
    ("Latin-1 read as UTF-8", "Molière à Paris\nfin".encode("latin-1"), None, EncodingError, "line 1"),
    ("broken UTF-8 on the second line", b"first\nsecond \xff\n", None, EncodingError, "line 2"),
    ("unknown encoding", b"abc", "klingon", EncodingError, "unknown encoding"),
    ("one endless line", b"a" * (MAX_LINE + 1), None, BudgetError, "line 1"),
    ("an endless line further down", b"short\n" + b"b" * (MAX_LINE + 1), None, BudgetError, "line 2"),
]


@pytest.mark.parametrize(("why", "data", "encoding", "error", "says"), BAD, ids=[row[0] for row in BAD])
def test_bad_input_names_file_and_place(why, data, encoding, error, says):
    with pytest.raises(error, match=says) as caught:
        _ = Source(data, "letter.txt", encoding=encoding).text
    assert caught.value.place == "letter.txt"
    assert caught.value.remedy


GOOD = [
    ("UTF-8", "Nº 5 à".encode(), None, "Nº 5 à", "utf-8"),
    ("a stated encoding", "Molière".encode("latin-1"), "latin-1", "Molière", "latin-1"),
    ("UTF-16 says so itself", "Молотов".encode("utf-16"), None, "Молотов", "utf-16"),
    ("Windows line ends stay", b"a\r\nb", None, "a\r\nb", "utf-8"),
]


@pytest.mark.parametrize(("why", "data", "encoding", "content", "name"), GOOD, ids=[row[0] for row in GOOD])
def test_decoding_changes_nothing(why, data, encoding, content, name):
    text = Source(data, "x", encoding=encoding).text
    assert (text.content, text.encoding) == (content, name)


def test_reading_a_file_that_is_too_large_names_the_limit(tmp_path):
    path = tmp_path / "big.txt"
    path.write_bytes(b"x" * 100)
    with pytest.raises(BudgetError, match="100 bytes, over the limit of 10"):
        Source.read(path, max_bytes=10)


def test_reading_what_is_not_there(tmp_path):
    with pytest.raises(SourceError, match="No such file"):
        Source.read(tmp_path / "missing.txt")


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=200))
def test_lines_cover_the_text(content):
    if not content.strip("\ufeff \t\r\n\xa0") or "\x00" in content or not content.strip():
        return
    text = Source.of(content).text
    lines = text.lines()
    assert "\n".join(content[a:b] + ("\r" if content[b : b + 1] == "\r" else "") for a, b in lines) == content
    for number, line in enumerate(lines, 1):
        assert text.line_of(line.start) == number


@given(st.data())
def test_every_view_position_leads_back(data):
    content = data.draw(st.text(alphabet="abc 🙂é\n", min_size=1, max_size=80).filter(lambda s: s.strip()))
    spans = data.draw(
        st.lists(st.tuples(st.integers(0, len(content)), st.integers(0, len(content))), max_size=6)
    )
    drop = [Span(min(a, b), max(a, b)) for a, b in spans]
    view = Source.of(content).text.view(drop)
    for at, char in enumerate(view.content):
        position = view.position(at)
        assert content[position] == char
        assert not any(a <= position < b for a, b in drop)
    assert len(view.content) == sum(not any(a <= i < b for a, b in drop) for i in range(len(content)))


def test_a_view_span_quotes_what_lies_between():
    text = Source.of("several\nPAGE 3\nthousand").text
    view = text.view([Span(8, 15)])
    assert view.content == "several\nthousand"
    assert text.quote(view.span(0, len(view.content))) == "several\nPAGE 3\nthousand"
    with pytest.raises(IndexError):
        view.span(3, 3)


SPANS = [
    (Span(0, 5), Span(1, 3), True, True),
    (Span(0, 5), Span(5, 6), False, False),
    (Span(0, 5), Span(4, 6), False, True),
    (Span(2, 2), Span(2, 2), True, False),
]


@pytest.mark.parametrize(("outer", "inner", "holds", "meets"), SPANS)
def test_span_relations(outer, inner, holds, meets):
    assert outer.holds(inner) is holds
    assert outer.meets(inner) is meets


@given(st.data())
def test_a_view_span_runs_from_its_first_position_to_its_last(data):
    content = data.draw(st.text("abc\n", min_size=1, max_size=30))
    places = st.integers(0, len(content))
    drop = [Span(*sorted(pair)) for pair in data.draw(st.lists(st.tuples(places, places), max_size=4))]
    view = Source.of(f"{content}.").text.view(drop)
    for start in range(len(view.content)):
        for end in range(start + 1, len(view.content) + 1):
            assert view.span(start, end) == (view.position(start), view.position(end - 1) + 1)


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [(-1, 2, "before it"), (2, 2, "empty"), (3, 2, "turned round"), (2, 7, "behind it")],
)
def test_a_span_outside_a_view_is_refused(start, end, why):
    view = Source.of("twelve signs").text.view([Span(0, 6)])
    with pytest.raises(IndexError):
        view.span(start, end)
