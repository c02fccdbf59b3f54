"""Every figure against one counted by hand: a small document of 1955 with known rights and wrongs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.errors import ConfigError, SourceError
from fonds.evaluate import Evaluation, evaluate
from fonds.evaluation.document import evidence_of
from fonds.evaluation.measures import Link, Score, b_cubed, folded, pair_spans, pairwise
from fonds.record import (
    Agent,
    ArchivalReference,
    DateStatement,
    Event,
    Evidence,
    Exemption,
    Field,
    Identification,
    Identifier,
    Level,
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
)
from fonds.source import Source, Span

WORDS = """May 7, 1955
Telegram, Bulganin to Zhukov
TOP SECRET
sent at 0120 7 May 1955
to Cde. ZHUKOV
Marshal Zhukov met the President in Geneva in July. Khrushchev told Bulganin.
The Ministry of Defence agreed. Bulganin and his aide left.
BULGANIN
Copies: Molotov
☐ DECLASSIFIED 1972
RGASPI, f. 17, op. 3, d. 12, l. 8. Translated by Gary Goldberg.
"""


class Paper:
    """A text in which annotations and findings are made by naming words and their occurrence."""

    def __init__(self, words: str, name: str) -> None:
        self.source = Source(words.encode(), name)
        self.text = self.source.text
        self.count = 0

    def at(self, words: str, nth: int = 0) -> Span:
        start = -1
        for _ in range(nth + 1):
            start = self.text.content.index(words, start + 1)
        return Span(start, start + len(words))

    def gold(self, words: str, nth: int = 0, **more: Any) -> dict[str, Any]:
        start, end = self.at(words, nth)
        return {"start": start, "end": end, "surface": words, **more}

    def gold_person(self, words: str, person: str, nth: int = 0, kind: str = "name") -> dict[str, Any]:
        start, end = self.at(words, nth)
        entry = self.gold(words, nth, person=person, kind=kind)
        return {**entry, "name_start": start, "name_end": end, "name": words}

    def evidence(self, words: str, nth: int = 0, **more: Any) -> Evidence:
        start, end = self.at(words, nth)
        return Evidence(
            source=self.text.sha256, start=start, end=end, quote=words, zone="body", rule="test.rule", **more
        )

    def mention(self, words: str, nth: int = 0, kind: Any = "person") -> Mention:
        self.count += 1
        evidence = self.evidence(words, nth)
        return Mention(
            id=f"m{self.count}",
            kind=kind,
            name=words,
            name_start=evidence.start,
            name_end=evidence.end,
            evidence=evidence,
        )

    def value(self, words: str, nth: int = 0) -> TextValue:
        return TextValue(value=words, evidence=self.evidence(words, nth))

    def date(self, role: Any, edtf: str | None, words: str, nth: int = 0, **more: Any) -> DateStatement:
        return DateStatement(role=role, edtf=edtf, evidence=self.evidence(words, nth), **more)

    def record(self, **more: Any) -> Record:
        info = SourceInfo(
            sha256=self.text.sha256,
            name=self.source.name,
            size=len(self.source.data),
            length=len(self.text),
            encoding="utf-8",
        )
        return Record(id="one", source=info, genre="test", span=Span(0, len(self.text)), **more)


def resolved(
    record: Record, named: dict[str, list[Mention]], links: dict[str, str] | None = None
) -> Resolved:
    """A record in which each agent is named by some mentions; `links` are authority IRIs."""
    agents = tuple(
        Agent(
            key=key,
            kind="person",
            label=key,
            names=(key,),
            links=((links or {})[key],) if key in (links or {}) else (),
        )
        for key in named
    )
    decisions = tuple(
        Identification(mention=m.id, agent=key, rule="test.rule", certainty="certain", reason="by hand")
        for key, mentions in named.items()
        for m in mentions
    )
    return Resolved(record=record, agents=agents, identifications=decisions)


def run(
    tmp_path: Path, papers: list[tuple[Paper, dict[str, Any], Resolved]], persons: Any = None
) -> Evaluation:
    for paper, gold, _ in papers:
        content = {"seed": paper.source.name, "sha256": paper.text.sha256, **gold}
        (tmp_path / f"{paper.source.name}.json").write_text(json.dumps(content), "utf-8")
    if persons is not None:
        (tmp_path / "persons.json").write_text(json.dumps({"persons": persons}), "utf-8")
    texts = {paper.text.sha256: paper.text for paper, _, _ in papers}
    return evaluate([one for _, _, one in papers], tmp_path, texts=texts)


def row(evaluation: Evaluation, title: str, *starts: str) -> dict[str, Any]:
    """The row of a table that begins with these cells, by column."""
    table = next(table for table in evaluation.tables if table.title == title)
    cells = next(cells for cells in table.rows if cells[: len(starts)] == starts)
    return dict(zip(table.columns, cells, strict=True))


@pytest.fixture
def paper() -> Paper:
    return Paper(WORDS, "telegram.txt")


PEOPLE = [
    ("Bulganin", "bulganin", 0),
    ("Zhukov", "zhukov", 0),
    ("ZHUKOV", "zhukov", 0),
    ("Zhukov", "zhukov", 1),
    ("Khrushchev", "khrushchev", 0),
    ("Bulganin", "bulganin", 1),
    ("Bulganin", "bulganin", 2),
    ("BULGANIN", "bulganin", 0),
    ("Molotov", "molotov", 0),
    ("Gary Goldberg", "goldberg", 0),
]


def gold_people(paper: Paper) -> list[dict[str, Any]]:
    people = [paper.gold_person(words, person, nth) for words, person, nth in PEOPLE]
    people.append(paper.gold_person("his aide", "aide", kind="nominal"))
    people.append(paper.gold_person("the President", "president", kind="role"))
    return people


def test_persons_exact_and_overlapping_spans(tmp_path: Path, paper: Paper) -> None:
    exact = [paper.mention(words, nth) for words, _, nth in PEOPLE[:3]]
    wide = paper.mention("Marshal Zhukov")  # overlaps, not exact
    aide = paper.mention("aide")  # a nominal: never a false positive of names
    wrong = paper.mention("Geneva")  # a place taken for a person
    president = paper.mention("President", kind="role")
    record = paper.record(mentions=(*exact, wide, aide, wrong, president))
    result = run(tmp_path, [(paper, {"person_mentions": gold_people(paper)}, resolved(record, {}))])
    # 10 names annotated; 3 exact, 1 overlapping; found: those 4 and Geneva (the aide is not counted)
    overlap = row(result, "Persons", "all documents", "overlap")
    assert (overlap["gold"], overlap["hit"], overlap["found"], overlap["right"]) == (10, 4, 5, 4)
    assert (overlap["precision"], overlap["recall"]) == (0.8, 0.4)
    assert overlap["F1"] == pytest.approx(2 * 0.8 * 0.4 / 1.2, abs=1e-4)
    exact_row = row(result, "Persons", "telegram.txt", "exact")
    assert (exact_row["hit"], exact_row["precision"], exact_row["recall"]) == (3, 0.6, 0.3)
    assert row(result, "Persons without a name", "nominal")["hit"] == 1
    assert row(result, "Persons without a name", "role")["hit"] == 1
    verdicts = [(m.measure, m.verdict) for m in result.misses]
    assert verdicts.count(("person", "missed")) == 6
    assert verdicts.count(("person", "invented")) == 1
    assert verdicts.count(("person span", "wrong")) == 1
    geneva = next(m for m in result.misses if m.verdict == "invented")
    assert geneva.words == "Geneva"
    # forty characters on either side, blanks folded
    assert geneva.before == "KOV Marshal Zhukov met the President in"
    assert geneva.after == "in July. Khrushchev told Bulganin. The"


def test_two_documents_are_summed_not_averaged(tmp_path: Path, paper: Paper) -> None:
    other = Paper("Letter of Molotov.\n", "letter.txt")
    first = [paper.mention(words, nth) for words, _, nth in PEOPLE[:2]]
    letter = {"person_mentions": [other.gold_person("Molotov", "molotov")]}
    result = run(
        tmp_path,
        [
            (
                paper,
                {"person_mentions": gold_people(paper)},
                resolved(paper.record(mentions=tuple(first)), {}),
            ),
            (other, letter, resolved(other.record(mentions=(other.mention("Molotov"),)), {})),
        ],
    )
    total = row(result, "Persons", "all documents", "exact")
    assert (total["gold"], total["hit"], total["recall"]) == (11, 3, round(3 / 11, 4))  # not (0.2 + 1) / 2
    assert row(result, "Persons", "letter.txt", "exact")["recall"] == 1.0
    assert row(result, "Persons", "telegram.txt", "exact")["recall"] == 0.2


def test_who_is_who(tmp_path: Path, paper: Paper) -> None:
    found = [paper.mention(words, nth) for words, _, nth in PEOPLE]
    bulganin = [found[0], found[5], found[6]]  # BULGANIN, the signature, is kept apart
    zhukov = [found[1], found[2], found[3], found[4]]  # Khrushchev is wrongly added
    named = {"a": bulganin, "b": [found[7]], "c": zhukov, "d": [found[8]], "e": [found[9]]}
    record = paper.record(mentions=tuple(found))
    result = run(tmp_path, [(paper, {"person_mentions": gold_people(paper)}, resolved(record, named))])
    # gold pairs: 4 Bulganin -> 6, 3 Zhukov -> 3; found pairs: 3 -> 3, 4 -> 6; right: 3 and 3
    pairs = row(result, "Who is who", "pairwise, within a document")
    assert (pairs["gold"], pairs["hit"], pairs["found"], pairs["right"]) == (9, 6, 9, 6)
    cubed = row(result, "Who is who", "B-cubed, over the collection")
    # recall: Bulganin 3 x 3/4 + 1 x 1/4, Zhukov 3 x 1, Khrushchev, Molotov, Goldberg 1 each
    assert cubed["recall"] == pytest.approx((2.25 + 0.25 + 3 + 3) / 10, abs=1e-4)
    # precision: a 3 x 1, b 1, c: Zhukov 3 x 3/4, Khrushchev 1/4, d 1, e 1
    assert cubed["precision"] == pytest.approx((3 + 1 + 2.25 + 0.25 + 2) / 10, abs=1e-4)


def test_identity_over_the_collection_and_mentions_not_found() -> None:
    links = [
        Link("one", "molotov", "x"),
        Link("two", "molotov", "y"),  # the same man, taken for another in the second document
        Link("two", "stalin", None),  # not found
        Link("two", "stalin", "z"),
    ]
    within, over = pairwise(links, within=True), pairwise(links, within=False)
    assert (within.gold, within.hit, within.found) == (1, 0, 0)
    assert (over.gold, over.hit, over.found) == (2, 0, 0)
    assert b_cubed(links, within=True).recall == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert b_cubed(links, within=False).recall == pytest.approx((0.5 + 0.5 + 0 + 0.5) / 4)
    assert b_cubed(links, within=False).precision == 1.0


def test_links_to_authorities(tmp_path: Path, paper: Paper) -> None:
    found = [paper.mention(words, nth) for words, _, nth in PEOPLE]
    named = {
        "a": [found[0], found[5], found[6], found[7]],
        "b": [found[1], found[2], found[3]],
        "c": [found[4]],
        "d": [found[8]],
        "e": [found[9]],
    }
    iri = "https://history.state.gov/people/"
    links = {"a": iri + "1", "b": iri + "99", "e": iri + "5"}
    persons = [
        {"id": "bulganin", "external": {"hsg_people": "1"}, "identity_status": "certain"},
        {"id": "zhukov", "external": {"hsg_people": "2"}, "identity_status": "certain"},
        {"id": "khrushchev", "external": {"hsg_people": "3"}, "identity_status": "likely: the premier"},
        {"id": "molotov", "external": {"hsg_people": "4", "wikidata": "uncertain"}},
        {"id": "goldberg", "external": {"hsg_people": None}},
    ]
    record = paper.record(mentions=tuple(found))
    result = run(
        tmp_path, [(paper, {"person_mentions": gold_people(paper)}, resolved(record, named, links))], persons
    )
    by_mention = row(result, "Links to authorities", "hsg_people", "mention")
    # Bulganin 4 linked; Zhukov 3 wrong; Khrushchev no match (only likely); Molotov missed; Goldberg invented
    wanted = {"gold": 10, "linked": 4, "no match": 1, "wrong": 3, "missed": 1, "invented": 1}
    assert {key: by_mention[key] for key in wanted} == wanted
    assert (by_mention["accuracy"], by_mention["precision of links"]) == (0.5, 0.5)
    by_person = row(result, "Links to authorities", "hsg_people", "person")
    assert (by_person["gold"], by_person["accuracy"], by_person["precision of links"]) == (5, 0.4, 0.3333)
    bare = replace(
        resolved(record, named), agents=(Agent(key="authority/1", kind="person", label="B", names=("B",)),)
    )
    bare = replace(
        bare,
        identifications=tuple(
            replace(one, agent="authority/1") for one in bare.identifications if one.agent == "a"
        ),
    )
    again = run(tmp_path, [(paper, {"person_mentions": gold_people(paper)}, bare)], persons)
    assert row(again, "Links to authorities", "hsg_people", "mention")["linked"] == 4, (
        "a number without address"
    )
    table = next(t for t in result.tables if t.title == "Links to authorities")
    assert {cells[0] for cells in table.rows} == {"hsg_people"}, "what is uncertain is not scored"


def test_dates(tmp_path: Path, paper: Paper) -> None:
    gold = {
        "dates": [
            paper.gold("May 7, 1955", role="dated", edtf="1955-05-07"),
            paper.gold("sent at 0120 7 May 1955", role="sent", edtf="1955-05-07", time="01:20"),
            paper.gold("1972", role="declassified", edtf="1972", confidence="low"),
        ],
        "date_mentions": [paper.gold("July", edtf="1955-07", accept=["1955-07~"])],
    }
    dates = (
        paper.date("dated", "1955-05-07", "May 7, 1955"),  # all right
        paper.date("dated", "1955-05-07", "0120 7 May 1955", time="01:30"),  # role and time wrong
        paper.date("mentioned", "1955-07~", "July"),  # another accepted reading
        paper.date("mentioned", "0017", "17"),  # invented: a fond is no year
    )
    result = run(tmp_path, [(paper, gold, resolved(paper.record(dates=dates), {}))])

    def counts(measure: str) -> tuple[Any, ...]:
        cells = row(result, "Dates", measure)
        return cells["gold"], cells["hit"], cells["found"], cells["right"]

    assert counts("found") == (3, 3, 4, 3), "a date of low confidence that was not found does not count"
    assert counts("exact span") == (3, 2, 4, 2)
    assert counts("EDTF") == (3, 3, 4, 3)
    assert counts("role") == (3, 2, 4, 2)
    assert counts("EDTF and role") == (3, 2, 4, 2)
    assert counts("time of day") == (1, 0, 1, 0)
    assert counts("found, dates")[:2] == (2, 2)
    assert counts("EDTF and role, dates")[:2] == (2, 1)
    assert counts("EDTF and role, date_mentions")[:2] == (1, 1)
    told = {(m.verdict, m.expected, m.found) for m in result.misses}
    assert ("wrong", "sent 1955-05-07", "dated 1955-05-07") in told
    assert ("invented", None, "mentioned 0017") in told
    assert len(told) == 2


def test_one_span_may_carry_two_dates(tmp_path: Path, paper: Paper) -> None:
    gold = {
        "dates": [
            paper.gold("May 7, 1955", role="dated", edtf="1955-05-07"),
            paper.gold("May 7, 1955", role="received", edtf="1955-05-07?", accept_roles=["sent", "filed"]),
        ]
    }
    one = resolved(paper.record(dates=(paper.date("dated", "1955-05-07", "May 7, 1955"),)), {})
    cells = row(run(tmp_path, [(paper, gold, one)]), "Dates", "EDTF and role")
    assert (cells["gold"], cells["hit"], cells["found"], cells["right"]) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("role", "inside", "edtf", "right", "why"),
    [
        ("attachment_dated", True, "1955-05-07", 1, "the date of a part"),
        ("attachment_dated", False, "1955-05-07", 0, "the date of the whole record is another claim"),
        ("dated", True, "1955-05-07", 0, "the date of a part is not that of the record"),
        ("dated", False, "1955-05-07", 1, "the plain case"),
        ("dated", False, None, 0, "words that name no date that can be computed"),
    ],
)
def test_a_part_has_its_own_date(
    tmp_path: Path, paper: Paper, role: str, inside: bool, edtf: str, right: int, why: str
) -> None:
    gold = {"dates": [paper.gold("7 May 1955", role=role, edtf="1955-05-07")]}
    date = paper.date("dated", edtf, "7 May 1955")
    part = paper.record(dates=(date,)) if inside else None
    record = paper.record(parts=(part,)) if part else paper.record(dates=(date,))
    assert row(run(tmp_path, [(paper, gold, resolved(record, {}))]), "Dates", "EDTF and role")["hit"] == right


def field(paper: Paper, tmp_path: Path, key: str, gold: Any, one: Resolved, **more: Any) -> tuple[int, ...]:
    cells = row(run(tmp_path, [(paper, {key: gold, **more}, one)]), "Fields", key)
    return tuple(cells[name] for name in ("gold", "correct", "wrong", "missed", "invented"))


TITLE = "Telegram, Bulganin to Zhukov"


@pytest.mark.parametrize(
    ("gold", "found", "counts", "why"),
    [
        (TITLE, TITLE, (1, 1, 0, 0, 0), "right"),
        (TITLE, "TOP SECRET", (1, 0, 1, 0, 0), "another value stands there"),
        (TITLE, None, (1, 0, 0, 1, 0), "nothing stands there"),
        (None, TITLE, (0, 0, 0, 0, 1), "the annotator found none"),
        (None, None, (0, 0, 0, 0, 0), "rightly none"),
    ],
)
def test_a_single_value(
    tmp_path: Path, paper: Paper, gold: str | None, found: str | None, counts: tuple[int, ...], why: str
) -> None:
    annotated = paper.gold(gold, value=gold) if gold else None
    record = paper.record(title=paper.value(found) if found else None)
    assert field(paper, tmp_path, "title", annotated, resolved(record, {})) == counts, why


def test_a_key_that_is_absent_is_not_scored(tmp_path: Path, paper: Paper) -> None:
    record = paper.record(title=paper.value(TITLE))
    result = run(tmp_path, [(paper, {"dates": [], "weather": {"value": "fair"}}, resolved(record, {}))])
    assert [table.title for table in result.tables if table.title == "Fields"] == []
    assert result.not_scored == ("weather",)


def test_parties_by_span_and_by_person(tmp_path: Path, paper: Paper) -> None:
    signature, title = paper.mention("BULGANIN"), paper.mention("Bulganin")
    zhukov, molotov = paper.mention("ZHUKOV"), paper.mention("Molotov")

    def party(role: Any, mention: Mention) -> Party:
        return Party(role=role, mention=mention, evidence=mention.evidence)

    record = paper.record(
        mentions=(signature, title, zhukov, molotov),
        parties=(
            party("sender", title),  # read from the title, annotated at the signature: the same person
            party("signatory", signature),  # once more: a person counts once
            party("sender", molotov),  # invented
            party("addressee", zhukov),
        ),
    )
    one = resolved(record, {"bulganin": [signature, title], "zhukov": [zhukov], "molotov": [molotov]})
    people = gold_people(paper)
    senders = [paper.gold("BULGANIN", person="bulganin", role="signatory")]
    assert field(paper, tmp_path, "senders", senders, one, person_mentions=people) == (1, 1, 0, 0, 1)
    addressees = [paper.gold("ZHUKOV", person="zhukov"), paper.gold("The Ministry of Defence", org="mod")]
    assert field(paper, tmp_path, "addressees", addressees, one, person_mentions=people) == (2, 1, 0, 1, 0)
    copies = [paper.gold("Molotov", person="molotov")]
    assert field(paper, tmp_path, "copies_to", copies, one, person_mentions=people) == (1, 0, 0, 1, 0)


def test_a_box_without_a_mark_asserts_nothing(tmp_path: Path, paper: Paper) -> None:
    mention = paper.mention("Molotov")
    record = paper.record(
        mentions=(mention,),
        parties=(Party(role="copy-recipient", mention=mention, evidence=mention.evidence),),
        events=(Event(kind="declassification", evidence=paper.evidence("☐ DECLASSIFIED")),),
    )
    one = resolved(record, {"molotov": [mention]})
    unmarked = [paper.gold("Molotov", organisation="molotov-office", marked=None)]
    assert field(paper, tmp_path, "copies_to", unmarked, one) == (0, 0, 0, 0, 1)
    unchecked = [paper.gold("☐ DECLASSIFIED", event="declassified", negated=True)]
    assert field(paper, tmp_path, "declassification", unchecked, one) == (0, 0, 0, 0, 1)


def test_archival_reference_step_by_step(tmp_path: Path, paper: Paper) -> None:
    words = "RGASPI, f. 17, op. 3, d. 12, l. 8."
    gold = paper.gold(words, repository="RGASPI", fond="17", opis="3", delo="12", leaves="8", leaf_first="8")
    levels = (Level("fonds", "17", "f."), Level("opis", "3", "op."), Level("delo", "21", "d."))
    wrong = ArchivalReference(repository="RGASPI", levels=levels, evidence=paper.evidence(words))
    right = replace(wrong, levels=(*levels[:2], Level("delo", "12", "d.")), leaves="8")
    result = run(
        tmp_path, [(paper, {"archival_reference": gold}, resolved(paper.record(references=(wrong,)), {}))]
    )
    assert row(result, "Fields", "archival_reference")["wrong"] == 1
    assert row(result, "Fields", "archival_reference, fonds")["correct"] == 1
    assert row(result, "Fields", "archival_reference, delo")["wrong"] == 1
    assert row(result, "Fields", "archival_reference, leaves")["missed"] == 1
    every = row(result, "Fields", "all fields")
    assert (every["gold"], every["wrong"]) == (1, 1), "the steps are not counted twice"
    one = resolved(paper.record(references=(right,)), {})
    assert field(paper, tmp_path, "archival_reference", gold, one) == (1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("values", "counts", "why"),
    [
        (("TOP SECRET",), (1, 1, 0, 0, 0), "the whole marking"),
        (("TOP", "SECRET"), (1, 1, 0, 0, 0), "the same words, read as two markings"),
        (("SECRET",), (1, 0, 0, 1, 0), "half a marking is another marking"),
        (("TOP SECRET", "CONFIDENTIAL"), (1, 1, 0, 0, 1), "one that does not stand there"),
        ((), (1, 0, 0, 1, 0), "none"),
    ],
)
def test_markings(
    tmp_path: Path, paper: Paper, values: tuple[str, ...], counts: tuple[int, ...], why: str
) -> None:
    evidence = paper.evidence("TOP SECRET")
    markings = tuple(
        Marking(value=value, kind="classification", state="applied", evidence=evidence) for value in values
    )
    gold = [paper.gold("TOP SECRET", value="TOP SECRET", status="original marking")]
    assert (
        field(paper, tmp_path, "classification", gold, resolved(paper.record(markings=markings), {}))
        == counts
    )


def test_struck_markings(tmp_path: Path, paper: Paper) -> None:
    marking = Marking(
        value="TOP SECRET", kind="classification", state="applied", evidence=paper.evidence("TOP SECRET")
    )
    gold = {"classification": [paper.gold("TOP SECRET", value="TOP SECRET", status="struck through")]}
    result = run(tmp_path, [(paper, gold, resolved(paper.record(markings=(marking,)), {}))])
    assert row(result, "Fields", "classification")["correct"] == 1
    assert row(result, "Fields", "classification, struck or not")["wrong"] == 1


def test_other_fields(tmp_path: Path, paper: Paper) -> None:
    goldberg = paper.mention("Gary Goldberg")
    molotov = paper.mention("Molotov")
    geneva = paper.mention("Geneva", kind="place")
    office = paper.evidence("Marshal Zhukov")
    zhukov = paper.mention("Zhukov", 1)
    event = Event(
        kind="dispatch",
        evidence=paper.evidence("sent at 0120"),
        place=geneva,
        performers=(Performer(role="sent-by", mention=molotov, evidence=molotov.evidence),),
        exemptions=(Exemption(code="(2)(A)", meaning=None, evidence=paper.evidence("op. 3")),),
    )
    attached = Related(
        relation="attachment",
        title=paper.value("The Ministry of Defence agreed"),
        evidence=paper.evidence("agreed"),
    )
    record = paper.record(
        mentions=(goldberg, molotov, zhukov, geneva),
        parties=(Party(role="translator", mention=goldberg, evidence=goldberg.evidence),),
        identifiers=(
            Identifier(value="17", scheme="report-number", evidence=paper.evidence("17")),
            Identifier(value="12", scheme="record-id", evidence=paper.evidence("12")),
        ),
        languages=(TextValue(value="en", evidence=paper.evidence("May", status="inferred"), language="en"),),
        fields=(Field(name="country", value="Geneva", evidence=paper.evidence("Geneva")),),
        positions=(Position(holder=zhukov, title="Marshal", kind="rank", evidence=office),),
        rights=(paper.value("RGASPI, f. 17, op. 3"),),
        events=(event,),
        related=(attached,),
    )
    gold = {
        "text_language": "en",
        "person_mentions": gold_people(paper),
        "translator": paper.gold("Gary Goldberg", person="goldberg"),
        "contributor": None,
        "handling": [paper.gold("Molotov", person="molotov"), paper.gold("l. 8", person=None)],
        "numbers": [paper.gold("17", value="1 7"), paper.gold("3", value="3", confidence="low")],
        "record_id": None,
        "language": None,
        "country": paper.gold("Geneva", value="Geneva (Switzerland)"),
        "place_sent": None,
        "positions": [paper.gold("Marshal Zhukov", person="zhukov", position="rank: Marshal")],
        "rights": paper.gold("op. 3", value="a statement"),
        "attachments": [paper.gold("agreed", value="a paper")],
        "foia_exemptions": [paper.gold("op. 3", code="3(b)(2)(A)")],
        "summary": None,
    }
    one = resolved(record, {"goldberg": [goldberg], "molotov": [molotov], "zhukov": [zhukov]})
    result = run(tmp_path, [(paper, gold, one)])

    def counts(key: str) -> tuple[Any, ...]:
        cells = row(result, "Fields", key)
        return tuple(cells[name] for name in ("gold", "correct", "wrong", "missed", "invented"))

    right, none = (1, 1, 0, 0, 0), (0, 0, 0, 0, 0)
    assert counts("translator") == right
    assert counts("contributor") == none
    assert counts("handling") == right, "who is not named need not be found"
    assert counts("numbers") == right, "blanks in a number do not matter, a doubtful one need not be found"
    assert counts("record_id") == (0, 0, 0, 0, 1)
    assert counts("language") == none, "a language that was guessed rightly is no claim about the document"
    assert counts("country") == right
    assert counts("place_sent") == (0, 0, 0, 0, 1)
    assert counts("positions") == right
    assert counts("rights") == right
    assert counts("attachments") == right
    assert counts("foia_exemptions") == right
    assert counts("summary") == none
    total = row(result, "Fields", "all fields")
    assert (total["gold"], total["correct"], total["invented"]) == (8, 8, 2)


def test_organisations_and_places(tmp_path: Path, paper: Paper) -> None:
    gold = {
        "organisations": [
            paper.gold("The Ministry of Defence", org="mod"),
            paper.gold("Copies", org="party", kind="event"),  # not an organisation: need not be found
        ],
        "places": [paper.gold("Geneva", place="Geneva")],
    }
    ministry = paper.mention("Ministry of Defence", kind="organisation")  # without the article
    record = paper.record(mentions=(ministry, paper.mention("July", kind="place")))
    result = run(tmp_path, [(paper, gold, resolved(record, {}))])
    assert row(result, "Organisations", "all documents", "exact")["F1"] == 1.0
    places = row(result, "Places", "all documents", "overlap")
    assert (places["gold"], places["hit"], places["found"], places["F1"]) == (1, 0, 1, 0.0)
    assert all(table.title != "Persons" for table in result.tables), "persons were not annotated"


def test_evidence_that_does_not_quote_the_text_is_counted(tmp_path: Path, paper: Paper) -> None:
    good = paper.evidence("May 7, 1955")
    shifted = replace(good, start=good.start + 1, end=good.end + 1)
    foreign = replace(good, source="0" * 64)
    date = DateStatement(role="dated", edtf="1955-05-07", evidence=replace(good, premises=(shifted, foreign)))
    result = run(tmp_path, [(paper, {"dates": []}, resolved(paper.record(dates=(date,)), {}))])
    quotes = row(result, "Quotations", "evidence")
    assert (quotes["found"], quotes["right"], quotes["share"]) == (3, 1, 0.3333)
    assert result.misquoted == 2
    assert [m.verdict for m in result.misses if m.measure == "evidence of test.rule"] == ["misquoted"] * 2


def test_evidence_is_found_wherever_it_hides(paper: Paper) -> None:
    inner = paper.evidence("July")
    outer = paper.evidence("May 7, 1955", premises=(inner,))
    part = paper.record(title=TextValue(value="x", evidence=inner))
    record = paper.record(dates=(DateStatement(role="dated", edtf=None, evidence=outer),), parts=(part,))
    assert list(evidence_of(record)) == [outer, inner, inner]


GOOD_ENTRY = {"start": 0, "end": 3, "surface": "May", "role": "dated", "edtf": "1955"}


@pytest.mark.parametrize(
    ("content", "said", "why"),
    [
        ("{", "not a JSON file", "broken JSON"),
        ("[]", "not a JSON object", "another shape"),
        ("{}", "sha256", "no document is named"),
        ({"sha256": "0" * 64}, "0" * 64, "no document has this hash"),
        ({"dates": [{"role": "dated"}]}, "dates[0]", "a date without a place"),
        ({"dates": [{**GOOD_ENTRY, "role": "cooked"}]}, "dates[0].role", "no such role"),
        ({"dates": [{**GOOD_ENTRY, "surface": "Mai"}]}, "dates[0].surface", "other words stand there"),
        ({"dates": [{**GOOD_ENTRY, "end": 10**6}]}, "dates[0].start", "outside the text"),
        ({"dates": [{**GOOD_ENTRY, "start": "0"}]}, "dates[0].start", "not a number"),
        ({"dates": [{**GOOD_ENTRY, "accept": "1955"}]}, "dates[0].accept", "one text, not a list of texts"),
        ({"attachments": [{"embedded_span": ["1", 2]}]}, "attachments[0].embedded_span", "no offsets"),
        ({"person_mentions": [{**GOOD_ENTRY, "kind": "beast"}]}, "person_mentions[0].kind", "no such kind"),
        (
            {"title": {"parts": [GOOD_ENTRY, {**GOOD_ENTRY, "end": 4}]}},
            "title.parts[1].surface",
            "deep inside",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_bad_gold_is_refused(tmp_path: Path, paper: Paper, content: Any, said: str, why: str) -> None:
    if isinstance(content, dict):
        content = json.dumps({"sha256": paper.text.sha256, **content})
    (tmp_path / "bad.json").write_text(content, "utf-8")
    with pytest.raises(ConfigError) as caught:
        evaluate([resolved(paper.record(), {})], tmp_path, texts={paper.text.sha256: paper.text})
    assert said in str(caught.value)
    assert "bad.json" in str(caught.value)


def test_gold_of_another_version_names_both_hashes(tmp_path: Path, paper: Paper) -> None:
    gold = {"seed": "telegram.txt", "sha256": "a" * 64}
    (tmp_path / "telegram.json").write_text(json.dumps(gold), "utf-8")
    with pytest.raises(ConfigError) as caught:
        evaluate([resolved(paper.record(), {})], tmp_path)
    assert "a" * 64 in str(caught.value)
    assert paper.text.sha256 in str(caught.value)


def test_folder_without_gold_and_two_files_for_one_document(tmp_path: Path, paper: Paper) -> None:
    with pytest.raises(ConfigError, match="no gold file"):
        evaluate([], tmp_path)
    with pytest.raises(ConfigError, match="no such folder"):
        evaluate([], tmp_path / "nowhere")
    for name in ("one.json", "two.json"):
        (tmp_path / name).write_text(json.dumps({"sha256": paper.text.sha256}), "utf-8")
    with pytest.raises(ConfigError, match=r"one\.json describes the same document"):
        evaluate([], tmp_path)


def test_text_is_read_again_from_its_origin(tmp_path: Path, paper: Paper) -> None:
    folder = tmp_path / "gold"
    folder.mkdir()
    gold = {"sha256": paper.text.sha256, "title": paper.gold(TITLE, value=TITLE)}
    (folder / "one.json").write_text(json.dumps(gold), "utf-8")
    file = tmp_path / "telegram.txt"
    file.write_bytes(paper.source.data)
    record = paper.record(title=paper.value(TITLE))
    one = resolved(replace(record, source=replace(record.source, origin=str(file))), {})
    assert evaluate([one], folder).figure("Fields", "title", "correct") == 1
    file.write_bytes(b"changed")
    with pytest.raises(SourceError, match="changed since it was read"):
        evaluate([one], folder)
    with pytest.raises(SourceError, match="not at hand"):
        evaluate([resolved(record, {})], folder)


def test_json_is_the_same_whatever_the_order_of_documents(tmp_path: Path, paper: Paper) -> None:
    other = Paper("Letter of Molotov.\n", "letter.txt")
    cases = [
        (paper, {"person_mentions": gold_people(paper)}, resolved(paper.record(), {})),
        (
            other,
            {"person_mentions": [other.gold_person("Molotov", "molotov")]},
            resolved(other.record(), {}),
        ),
    ]
    one, two = run(tmp_path, cases), run(tmp_path, cases[::-1])
    assert one.to_json() == two.to_json()
    content = json.loads(one.to_json())
    assert content["documents"] == ["letter.txt", "telegram.txt"]
    assert content["tables"][0]["rows"][0]["precision"] is None, "0 of 0 is no figure"
    assert len(content["misses"]) == 11


spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 8)).map(lambda pair: Span(pair[0], pair[0] + pair[1])),
    max_size=12,
)


@given(spans, spans)
def test_pairs_overlap_and_are_one_to_one(gold: list[Span], found: list[Span]) -> None:
    pairs = pair_spans(gold, found)
    assert len(set(pairs.values())) == len(pairs)
    assert all(gold[g].meets(found[f]) for g, f in pairs.items())
    left = set(range(len(found))) - set(pairs.values())
    for g in set(range(len(gold))) - set(pairs):
        assert not any(gold[g].meets(found[f]) for f in left), "two that overlap are not both left alone"


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=1, max_size=12))
def test_perfect_identity_scores_one(mentions: list[tuple[str, str]]) -> None:
    links = [Link(document, person, f"agent of {person}") for document, person in mentions]
    for within in (True, False):
        assert b_cubed(links, within=within).f1 == pytest.approx(1.0)
        assert pairwise(links, within=within).f1 in (1.0, None)


def test_a_score_without_counts_has_no_value() -> None:
    assert (Score().precision, Score().recall, Score().f1) == (None, None, None)
    assert Score(gold=1, found=1).f1 == 0.0


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Yan’an", "yan'an"),
        ("TOP  SECRET\n", "Top Secret"),
        ("“Council”.", '"council"'),
        ("1953–54", "1953-54"),
    ],
)
def test_words_are_compared_folded(one: str, two: str) -> None:
    assert folded(one) == folded(two)


ROOT = Path(__file__).parents[1]
GOLD = ROOT.parent / "shared" / "data" / "gold"


@pytest.mark.skipif(not GOLD.is_dir(), reason="the annotations are not part of the project")
def test_the_five_documents() -> None:
    """The whole way from files to figures; floors below what was measured, so that a fall is seen."""
    from fonds.document import convert_all, resolve

    sources = [Source.read(path) for path in sorted((ROOT / "corpus" / "documents").glob("*.txt"))]
    texts = {source.sha256: source.text for source in sources}
    records = [record for source in sources for record in convert_all(source)]
    result = evaluate(resolve(records), GOLD, texts=texts)
    assert len(result.documents) == 5
    assert result.misquoted == 0
    for title, floor in (("Persons", 0.95), ("Organisations", 0.85), ("Places", 0.9)):
        assert row(result, title, "all documents", "exact")["F1"] >= floor, title
    assert row(result, "Dates", "EDTF and role")["F1"] >= 0.9
    assert row(result, "Who is who", "pairwise, over the collection")["precision"] == 1.0
    every = row(result, "Fields", "all fields")
    assert every["correct"] >= 0.85 * every["gold"]
    assert every["invented"] <= 5
