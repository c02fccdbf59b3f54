"""The explained page: the text untouched, every tag closed, nothing hostile, nothing fetched."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
import tei_samples
from hypothesis import given
from hypothesis import strategies as st

from fonds.agents.resolve import resolve
from fonds.converters import convert, texts_of
from fonds.errors import SourceError
from fonds.explain import LEGEND, explain
from fonds.facts import facts_of
from fonds.record import (
    Agent,
    ArchivalReference,
    DateStatement,
    Event,
    Evidence,
    Exemption,
    Field,
    Finding,
    Grading,
    Identification,
    Identifier,
    Level,
    Likeness,
    Marking,
    Mention,
    Party,
    Performer,
    Position,
    Record,
    Related,
    Resolved,
    SourceInfo,
    TextValue,
    Zone,
)
from fonds.source import Source, Span, Text

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """A page taken apart; refuses a tag that is closed out of turn."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.lines: list[str] = []
        self.words: list[str] = []
        self.marked: dict[str, str] = {}
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        last, _ = self.open.pop()
        assert last == tag, f"</{tag}> closes <{last}>"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if any(attrs.get("class") == "line" for _, attrs in self.open):
            self.lines.append(data)
            for _, attrs in self.open:
                title = attrs.get("title")
                if title:
                    self.marked[title] = self.marked.get(title, "") + data

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.tags if "id" in attrs]


def evidence(text: Text, start: int, end: int, **more: Any) -> Evidence:
    given = {"zone": "body", "rule": "test.rule", **more}
    return Evidence(source=text.sha256, start=start, end=end, quote=text.content[start:end], **given)


def of(text: Text, words: str, **more: Any) -> Evidence:
    start = text.content.index(words)
    return evidence(text, start, start + len(words), **more)


def record_of(text: Text, **more: Any) -> Record:
    info = SourceInfo(sha256=text.sha256, name="paper.txt", size=1, length=len(text), encoding="utf-8")
    return Record(id="paper", source=info, genre="letter", span=Span(0, len(text)), **more)


def page_of(text: Text, record: Record, **more: Any) -> str:
    given = {"agents": (), "identifications": (), **more}
    return explain(Resolved(record=record, **given), text)


def fields_at(text: Text, spans: list[tuple[int, int]]) -> tuple[Field, ...]:
    return tuple(
        Field(name="note", value=f"v{n}", evidence=evidence(text, a, b)) for n, (a, b) in enumerate(spans)
    )


LETTER = """SECRET

May 7, 1955

To Marshal Zhukov, Ministry of Defence, Moscow

The Marshal writes of the meeting in Geneva & of <peace>.

N. Bulganin

RGASPI, f. 17
"""


@pytest.fixture
def letter() -> Text:
    return Source.of(LETTER).text


def mention(text: Text, words: str, kind: Any = "person", name: str | None = None, **more: Any) -> Mention:
    whole = of(text, words)
    start = text.content.index(name or words)
    return Mention(
        id=f"m-{words}",
        kind=kind,
        name=name or words,
        name_start=start,
        name_end=start + len(name or words),
        evidence=whole,
        **more,
    )


def full(text: Text) -> Resolved:
    zhukov = mention(text, "Marshal Zhukov", name="Zhukov", titles=("Marshal",), doubt="(sic)")
    bulganin = mention(text, "N. Bulganin")
    moscow = mention(text, "Moscow", "place")
    ministry = mention(text, "Ministry of Defence", "organisation")
    role = mention(text, "The Marshal", "role")
    date = DateStatement(
        role="dated",
        edtf="1955-05-07",
        time="01:20",
        evidence=of(
            text,
            "May 7, 1955",
            status="inferred",
            certainty="probable",
            reason="the convention of the document",
            premises=(of(text, "SECRET"),),
        ),
    )
    record = record_of(
        text,
        zones=(Zone("marking", 0, 6), Zone("body", LETTER.index("The Marshal"), LETTER.index("N. Bul"))),
        title=TextValue(value="Letter to Zhukov", evidence=of(text, "To Marshal Zhukov")),
        form=TextValue(value="letter", evidence=of(text, "To ")),
        summary=TextValue(value="On Geneva", evidence=of(text, "the meeting in Geneva")),
        identifiers=(Identifier(value="17", scheme="report-number", evidence=of(text, "17")),),
        languages=(TextValue(value="English", evidence=of(text, "writes"), language="en"),),
        rights=(TextValue(value="free", evidence=of(text, "writes")),),
        dates=(date,),
        mentions=(zhukov, bulganin, moscow, ministry, role),
        parties=(
            Party(role="addressee", mention=zhukov, evidence=of(text, "To Marshal Zhukov")),
            Party(role="signatory", mention=bulganin, evidence=bulganin.evidence, note="by hand"),
        ),
        positions=(
            Position(
                holder=zhukov,
                title="Marshal",
                kind="rank",
                evidence=zhukov.evidence,
                organisation=ministry,
                state="present",
            ),
        ),
        references=(
            ArchivalReference(
                repository="RGASPI",
                levels=(Level("fonds", "17", "f."),),
                leaves="8",
                evidence=of(text, "RGASPI, f. 17"),
            ),
        ),
        markings=(
            Marking(value="SECRET", kind="classification", state="struck", evidence=of(text, "SECRET")),
        ),
        events=(
            Event(
                kind="dispatch",
                evidence=of(text, "Moscow"),
                date=date,
                place=moscow,
                performers=(Performer(role="sent-by", mention=bulganin, evidence=bulganin.evidence),),
                exemptions=(Exemption(code="(b)(1)", meaning="defence", evidence=of(text, "of")),),
            ),
        ),
        gradings=(Grading(aspect="source", value="2", evidence=of(text, "7")),),
        related=(
            Related(
                relation="attachment",
                title=TextValue(value="the meeting", evidence=of(text, "the meeting")),
                evidence=of(text, "the meeting"),
            ),
        ),
        fields=(Field(name="country", value="Switzerland", evidence=of(text, "Geneva")),),
        findings=(
            Finding(kind="conflict", message="two dates: <both> kept", evidence=(of(text, "May 7, 1955"),)),
        ),
        parts=(record_of(text, title=TextValue(value="Part & parcel", evidence=of(text, "N. Bulganin"))),),
    )
    record = replace(record, parts=(replace(record.parts[0], id="paper-1"),))
    agent = Agent(
        key="zhukov",
        kind="person",
        label="Zhukov, Georgy",
        names=("Zhukov", "Marshal Zhukov"),
        authority="https://example.org/authority/zhukov",
        links=("javascript:alert(1)", "http://example.org/1"),
        candidates=("one", "another"),
    )
    known = Identification(
        mention=zhukov.id, agent="zhukov", rule="same.name", certainty="possible", reason="rank and surname"
    )
    like = Likeness(
        first="zhukov", second="other", certainty="possible", reason="surname", against="initials"
    )
    return Resolved(record=record, agents=(agent,), identifications=(known,), likenesses=(like,))


def test_every_part_of_a_record_appears(letter: Text) -> None:
    page = Page(explain(full(letter), letter))
    words = " ".join("".join(page.words).split())
    for told in (
        "date, dated: 1955-05-07",
        "inferred, probable because the convention of the document; rule test.rule",
        "from “SECRET” (test.rule)",
        "person: Zhukov",
        "editor's doubt: (sic)",
        "addressee: read by rule test.rule from “To Marshal Zhukov”",
        "signatory (by hand)",
        "names: Zhukov, Georgy (possible; rule same.name): rank and surname",
        "undecided between: one, another",
        "organisation: Ministry of Defence",
        "place: Moscow",
        "role: The Marshal",
        "rank: Marshal",
        "classification marking, struck: SECRET",
        "archival reference: RGASPI, fonds 17, leaves 8",
        "identifier, report-number: 17",
        "event: dispatch",
        "sent-by: N. Bulganin",
        "exemption: (b)(1)",
        "meaning: defence",
        "grade of the source: 2",
        "related record, attachment: the meeting",
        "country: Switzerland",
        "summary: On Geneva",
        "conflict: two dates: <both> kept (line 3)",
        "in part paper-1",
        "zhukov and other (possible): surname; against it: initials",
    ):
        assert told in words, told


def test_text_is_shown_untouched(letter: Text) -> None:
    assert Page(explain(full(letter), letter)).text == LETTER


def test_links_lead_somewhere_and_ids_are_unique(letter: Text) -> None:
    page = Page(explain(full(letter), letter))
    ids = page.ids()
    assert len(ids) == len(set(ids))
    inside = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a"]
    local = [href[1:] for href in inside if href.startswith("#")]
    assert set(local) <= set(ids)
    assert len(local) > 20
    # every mark leads to its fact and back
    marks = [one for one in ids if re.fullmatch(r"[A-Z]\d+", one)]
    assert marks
    for mark in marks:
        assert f"fact-{mark}" in ids
        assert {mark, f"fact-{mark}"} <= set(local)


def test_nothing_is_fetched_and_nothing_runs(letter: Text) -> None:
    page = Page(explain(full(letter), letter))
    policy = next(a for tag, a in page.tags if tag == "meta" and a.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on") or name == "src"]
    style = next(part for part in page.words if "color-scheme" in part)
    assert "url(" not in style
    assert "@import" not in style


def test_only_web_addresses_become_links(letter: Text) -> None:
    page = Page(explain(full(letter), letter))
    outside = [
        attrs["href"] for tag, attrs in page.tags if tag == "a" and not (attrs["href"] or "#").startswith("#")
    ]
    assert outside == ["https://example.org/authority/zhukov", "http://example.org/1"]
    assert "javascript:alert(1)" in "".join(page.words), "shown, but not as a link"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        '" onmouseover="alert(1)',
        "' autofocus onfocus='alert(1)",
        "<!-- --><svg/onload=alert(1)>",
        "&lt;b&gt; &amp; &#x3c;",
        "]]></div></section>",
    ],
)
def test_hostile_words_stay_words(hostile: str) -> None:
    """Text, title, zone, rule, agent, finding: wherever words from outside may come to stand."""
    text = Source.of(f"{hostile}\nsecond line\n", "evil.txt").text
    where = evidence(text, 0, len(hostile), rule=hostile, status="inferred", reason=hostile)
    who = Mention(
        id="m",
        kind="person",
        name=hostile,
        name_start=0,
        name_end=len(hostile),
        evidence=where,
        titles=(hostile,),
    )
    record = record_of(
        text,
        title=TextValue(value=hostile, evidence=where),
        zones=(Zone(hostile, 0, len(hostile)),),
        mentions=(who,),
        parties=(Party(role="sender", mention=who, evidence=where, note=hostile),),
        fields=(Field(name=hostile, value=hostile, evidence=where),),
        findings=(Finding(kind=hostile, message=hostile, evidence=(where,)),),
    )
    record = replace(record, genre=hostile, source=replace(record.source, name=hostile))
    agent = Agent(
        key=hostile, kind="person", label=hostile, names=(hostile,), links=(f"https://x/{hostile}",)
    )
    known = Identification(mention="m", agent=hostile, rule=hostile, certainty="certain", reason=hostile)
    page = Page(page_of(text, record, agents=(agent,), identifications=(known,)))
    plain = Page(page_of(Source.of("plain\n").text, record_of(Source.of("plain\n").text)))
    allowed = {tag for tag, _ in plain.tags} | {"span", "dl", "dt", "dd", "bdi", "b", "table", "thead", "tr"}
    allowed |= {"td", "th", "tbody", "li", "strong", "a", "ul", "div", "br"}
    assert {tag for tag, _ in page.tags} <= allowed
    names = {name for _, attrs in page.tags for name in attrs}
    assert not {name for name in names if name.startswith("on")}
    assert names <= {
        *("lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "title", "scope"),
        *("data-n", "aria-label", "dir", "rel"),
    }
    assert page.text == text.content


@pytest.mark.parametrize(
    ("spans", "why"),
    [
        ([(0, 10), (2, 5)], "one inside another"),
        ([(0, 10), (0, 10)], "the same twice"),
        ([(0, 6), (4, 10)], "crossing"),
        ([(0, 6), (6, 10)], "side by side"),
        ([(0, 8), (2, 12), (4, 6), (5, 20)], "crossing and nested"),
        ([(0, 40), (10, 30)], "over several lines"),
        ([(3, 15), (10, 40)], "crossing over a line end"),
    ],
)
def test_spans_that_overlap_nest(spans: list[tuple[int, int]], why: str) -> None:
    text = Source.of("first line\nsecond line & <b>\nthird line\n").text
    page = Page(page_of(text, record_of(text, fields=fields_at(text, spans))))
    assert page.text == text.content
    marked = sorted(page.marked.values())
    assert marked == sorted({text.content[a:b]: 0 for a, b in spans})


@given(st.text(alphabet="ab <&\r\n\u202e\u0301é", min_size=1, max_size=60), st.data())
def test_any_spans_over_any_text(words: str, data: st.DataObject) -> None:
    words += "x"
    text = Text(words, "utf-8", "0" * 64)
    pairs = st.tuples(st.integers(0, len(words) - 1), st.integers(1, 12))
    spans = [(a, min(len(words), a + n)) for a, n in data.draw(st.lists(pairs, max_size=8))]
    page = Page(page_of(text, record_of(text, fields=fields_at(text, spans))))
    assert page.text == words
    for n, (start, end) in enumerate(spans):
        held = [quote for title, quote in page.marked.items() if f"note: v{n} [" in title]
        assert held == [words[start:end]]


def test_not_by_colour_alone(letter: Text) -> None:
    """Each category has a letter and its own underline; what is unsure has a wavy line and words."""
    letters = [letter_ for letter_, _ in LEGEND.values()]
    assert len(letters) == len(set(letters))
    html = explain(full(letter), letter)
    borders = re.findall(r"\.c-(\w+) \{[^}]*border-bottom: ([^;]+);", html)
    assert {name for name, _ in borders} == set(LEGEND)
    assert len({style for _, style in borders}) == len(LEGEND)
    legend = Page(html).words
    assert "wavy line" in legend


def luminance(colour: str) -> float:
    digits = colour * 2 if len(colour) == 3 else colour
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_meets_wcag() -> None:
    """WCAG 2.2, 1.4.3: text 4.5 to 1; 1.4.11: lines 3 to 1 against the page."""
    text = Source.of("x\n").text
    html = page_of(text, record_of(text))
    ink = re.search(r"--ink: #(\w+)", html)
    dim = re.search(r"--dim: #(\w+)", html)
    assert ink
    assert dim
    grounds = re.findall(r"\.c-\w+ \{ background: #(\w+); border-bottom: \dpx \w+ #(\w+)", html)
    assert len(grounds) == len(LEGEND)
    for ground, line in grounds:
        for colour in (ink[1], dim[1]):
            assert (luminance(ground) + 0.05) / (luminance(colour) + 0.05) >= 4.5
        assert 1.05 / (luminance(line) + 0.05) >= 3


def test_a_text_that_is_not_the_records_is_refused(letter: Text) -> None:
    other = Source.of("another text\n").text
    with pytest.raises(SourceError, match="is not that of the record"):
        page_of(other, record_of(letter))


def test_facts_are_in_the_order_of_the_text_and_each_once(letter: Text) -> None:
    facts = facts_of(full(letter))
    starts = [fact.evidence.start for fact in facts]
    assert starts == sorted(starts)
    assert len(facts) == len(set(facts))
    dates = [fact for fact in facts if fact.category == "date"]
    assert len(dates) == 1, "the date of the event is the date of the record"


def test_same_input_same_page(letter: Text) -> None:
    assert explain(full(letter), letter) == explain(full(letter), letter)


def test_a_document_in_markup_is_shown_in_its_own_text() -> None:
    """Offsets count in the element that holds the record; what the header says stands beside, with its XPath."""
    for xml, at, marked, beside in (
        (tei_samples.LETTER, 0, ">F. Schiller</span>", "//*[@xml:id=&#x27;schiller-1794-06-13&#x27;]/*[1]"),
        (tei_samples.VOLUME, 1, ">Stalin</span>", "//*[@xml:id=&#x27;p_KGF1&#x27;], 0 to 17"),
    ):
        source = Source.of(xml, "a.xml")
        records = convert(source)
        text = list(texts_of(source, records))[at]
        page = explain(list(resolve(records))[at], text)
        assert marked in page
        assert beside in page
    # the finding about #humboldt leads to the line on which the name stands
    source = Source.of(tei_samples.LETTER, "a.xml")
    records = convert(source)
    page = explain(next(iter(resolve(records))), next(iter(texts_of(source, records))))
    assert re.search(r"dangling-reference.*#humboldt.*href=\"#line\d+\"", page)
