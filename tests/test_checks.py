"""Checks of a document against itself, against what is known of people, and against other captures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from people import mention as bare
from people import of_mentions
from test_build import findings

from fonds.agents import authority, captures, resolve
from fonds.agents.checks import Checks, checked
from fonds.build import build
from fonds.extract.conflicts import find_conflicts
from fonds.record import (
    DateRole,
    DateStatement,
    Evidence,
    Finding,
    Identifier,
    Mention,
    Party,
    Position,
    Record,
    TextValue,
    Zone,
)


def evidence(
    quote: str, start: int = 0, zone: str = "dateline", rule: str = "test", status="stated"
) -> Evidence:
    return Evidence(
        source="0" * 64, start=start, end=start + len(quote), quote=quote, zone=zone, rule=rule, status=status
    )


def dated(
    role: DateRole, day: str, *, time: str | None = None, zone: str = "dateline", start: int = 0, **more
) -> DateStatement:
    quote = more.pop("quote", day)
    return DateStatement(
        role=role,
        edtf=day,
        evidence=evidence(quote, start, zone, **more),
        time=time,
        earliest=day if len(day) == 10 else f"{day}-01-01",
        latest=day if len(day) == 10 else f"{day}-12-31",
    )


def record(*dates: DateStatement, body: int | None = 200, zones: tuple[Zone, ...] = ()) -> Record:
    made = of_mentions("r", [bare("X", 0)])
    own = (*zones, *((Zone("body", body, 900),) if body is not None else ()))
    return replace(made, mentions=(), dates=dates, zones=own)


def kinds(found) -> list[str]:
    return [finding.kind for finding in found]


# --- one document, without knowledge from outside

SEQUENCES = [
    ("on the same day", [("sent", "1945-11-04", None), ("received", "1945-11-04", None)], False),
    ("in the right order", [("sent", "1945-11-04", None), ("received", "1945-11-06", None)], False),
    (
        "the day before, as clocks of two continents show",
        [("sent", "1917-04-22", None), ("received", "1917-04-21", None)],
        False,
    ),
    ("days before", [("sent", "1917-04-22", None), ("received", "1917-04-19", None)], True),
    (
        "hours before, in another place",
        [("sent", "1917-04-22", "18:00"), ("received", "1917-04-22", "15:05")],
        False,
    ),
    (
        "more hours before than clocks differ",
        [("sent", "1945-11-11", "22:40"), ("deciphered", "1945-11-11", "03:15")],
        True,
    ),
    (
        "minutes before, by one clock",
        [("received", "1945-11-11", "22:40"), ("deciphered", "1945-11-11", "22:15")],
        True,
    ),
    (
        "a letter that arrives before its date",
        [("dated", "1897-12-29", None), ("received", "1897-12-07", None)],
        True,
    ),
    (
        "two of one role: which goes with which is not said",
        [("sent", "1917-04-22", None), ("received", "1917-04-19", None), ("received", "1917-04-24", None)],
        False,
    ),
]


@pytest.mark.parametrize(("why", "dates", "found"), SEQUENCES, ids=[row[0] for row in SEQUENCES])
def test_the_order_of_events(why, dates, found):
    made = record(*(dated(role, day, time=time, start=20 * n) for n, (role, day, time) in enumerate(dates)))
    assert kinds(find_conflicts(made)) == (["impossible-order"] if found else [])


def test_a_year_that_a_rule_supplied_contradicts_nothing():
    sent = dated("sent", "1917-04-22")
    assert kinds(find_conflicts(record(sent, dated("received", "1917-04-02", status="inferred")))) == []


OWN_DATES = [
    ("archive and dateline", ("1964-02-20", "dateline", 50), ("1964-02-21", "repository", 0), {}, True),
    (
        "the archive knows the month only",
        ("1964-02-20", "dateline", 50),
        ("1964", "repository", 0),
        {},
        False,
    ),
    (
        "a dateline below the text",
        ("1964-02-20", "dateline", 500),
        ("1964-02-21", "repository", 0),
        {},
        False,
    ),
    ("two letters in one file", ("1897-04-06", "dateline", 50), ("1897-02-12", "dateline", 500), {}, False),
    ("one under the other", ("1963-01-03", "dateline", 50), ("1964-01-03", "dateline", 62), {}, True),
    (
        "rows of a list, with no text below",
        ("1976-09-09", "dateline", 50),
        ("1976-09-14", "dateline", 62),
        {"body": None},
        False,
    ),
    (
        "the label of a form above the date",
        ("1962-01-25", "dateline", 50),
        ("1962-01-28", "repository", 0),
        {"zones": (Zone("form-grid", 30, 49),)},
        False,
    ),
]


@pytest.mark.parametrize(
    ("why", "one", "other", "more", "found"), OWN_DATES, ids=[row[0] for row in OWN_DATES]
)
def test_two_dates_of_one_document(why, one, other, more, found):
    made = [dated("dated", day, zone=zone, start=start) for day, zone, start in (one, other)]
    told = find_conflicts(record(*made, **more))
    assert kinds(told) == (["conflicting-dates"] if found else [])
    if found:
        assert told[0].evidence == (made[0].evidence, made[1].evidence)


def test_one_label_with_two_dates():
    one = dated("dated", "1960-12-15", zone="form-grid", rule="field.date-of-report")
    other = dated("dated", "1960-12-16", zone="form-grid", rule="field.date-of-report", start=400)
    assert kinds(find_conflicts(record(one, other))) == ["conflicting-dates"]
    garbled = dated(
        "dated", "1998-05-06", zone="form-grid", rule="field.date-of-report", quote="OF REVIEW: 05/06/1998"
    )
    assert kinds(find_conflicts(record(one, garbled))) == []


@pytest.mark.parametrize(
    ("release", "quote", "found"),
    [
        ("1951-05-03", "3 May 1951", True),
        ("1999-05-03", "3 May 1999", False),
        ("1915-08-09", "8/9/15", False),
    ],
    ids=["released before it was written", "released after", "a century that a rule supplied"],
)
def test_a_document_later_than_its_release(release, quote, found):
    made = record(dated("dated", "1953-08-12"), dated("declassified", release, start=90, quote=quote))
    assert kinds(find_conflicts(made)) == (["later-than-release"] if found else [])


@pytest.mark.parametrize(
    ("own", "text", "found"),
    [
        ("1950-08-04", "1952-09-18", ["impossible-date", "distant-dates"]),
        ("1950-08-04", "1950-09-18", ["distant-dates"]),
        ("1950-08-04", "1960-09-18", ["distant-dates"]),
        ("1953-08-04", "1953-08-18", []),
    ],
    ids=["years later", "a plan for next month", "later than the cover: a term", "nothing odd"],
)
def test_what_is_enclosed_is_held_against_its_cover(own, text, found):
    part = replace(record(dated("dated", own), dated("mentioned", text, zone="body", start=300)), id="r-1")
    made = replace(record(dated("dated", "1953-08-12")), parts=(part,))
    assert kinds(find_conflicts(made)) == found


@pytest.mark.parametrize(
    ("signed", "more", "found"),
    [
        ("T. B. Hohler", (), True),
        ("Cecil Spring Rice", (), False),
        ("Spring Rice, Jr.", (), False),
        ("Cecil Spring Bice", (), False),
        ("Sprîng Rîce", (), False),
        ("T. B. Hohler", (dated("dated", "1917-10-23", start=500),), False),
    ],
    ids=[
        "another signed",
        "himself",
        "himself with a suffix",
        "a misprint",
        "accents",
        "two letters in the file",
    ],
)
def test_the_sender_of_the_title_and_the_signature(signed, more, found):
    sender = bare("Spring Rice", 0)
    title = Party(role="sender", mention=sender, evidence=replace(sender.evidence, rule="party.title-from"))
    hand = bare(signed, 100)
    hand = Party(role="signatory", mention=hand, evidence=hand.evidence)
    made = replace(record(dated("dated", "1917-09-06"), *more), parties=(title, hand))
    assert kinds(find_conflicts(made)) == (["title-against-signature"] if found else [])


def test_one_of_those_who_wrote_together_may_sign():
    people = [
        bare(name, start) for name, start in (("Hamlin", 0), ("Jordan", 20), ("Charles Sumner Hamlin", 100))
    ]
    titled = [
        Party(role="sender", mention=one, evidence=replace(one.evidence, rule="party.title-from"))
        for one in people[:2]
    ]
    hand = Party(role="signatory", mention=people[2], evidence=people[2].evidence)
    assert find_conflicts(replace(record(dated("dated", "1897-11-17")), parties=(*titled, hand))) == ()


# --- what is known of people


def person(name: str, start: int, role: str) -> tuple[Mention, Party]:
    made = bare(name, start, zone="signature")
    return made, Party(role=role, mention=made, evidence=made.evidence)  # type: ignore[arg-type]


def letter(*people: tuple[str, str], day: str = "1953-03-20", start: int = 100) -> Record:
    """A letter of these people, each with a name and a role."""
    made = [person(name, start + 50 * n, role) for n, (name, role) in enumerate(people)]
    one = of_mentions("r", [mention for mention, _ in made])
    return replace(one, parties=tuple(party for _, party in made), dates=(dated("dated", day),))


def found_in(one: Record, known=None, period=None) -> list[Finding]:
    (resolved,) = resolve.resolve([one], known, period=period)
    return list(resolved.record.findings)


PEOPLE = (
    "id,name,birth,death,roles,scope",
    'https://x.org/stalin,"Stalin, Joseph",1878-12-18,1953-03-05,,collection',
    'https://x.org/molotov,"Molotov, Vyacheslav",1890,1986,Minister of Foreign Affairs (1939-05-03/1949-03-04)|'
    "Minister of Foreign Affairs (1953-03-05/1956-06-01),collection",
    'https://x.org/bidault,"Bidault, Georges Augustin",1899,1983,,',
    'https://x.org/clay,"Clay, Henry",,1852,,',
    'https://x.org/seward,"Seward, William Henry",1801,1872,,',
)


@pytest.fixture(scope="module")
def people(tmp_path_factory) -> authority.Authority:
    path = tmp_path_factory.mktemp("known") / "people.csv"
    path.write_text("\n".join(PEOPLE) + "\n", "utf-8")
    return authority.read(path)


LIVES = [
    ("addressed after his death", ("Joseph Stalin", "addressee"), "1953-03-20", ["dead-addressee"]),
    ("a copy after his death", ("Joseph Stalin", "copy-recipient"), "1953-03-20", ["dead-addressee"]),
    ("on the day of his death", ("Joseph Stalin", "addressee"), "1953-03-05", []),
    ("alive", ("Joseph Stalin", "signatory"), "1945-11-04", []),
    ("signed before he was born", ("Joseph Stalin", "signatory"), "1848-11-04", ["before-birth"]),
    ("years after, though no link is made", ("Joseph Stalin", "author"), "1964-05-06", ["dead-sender"]),
    ("the year of birth alone is known", ("Vyacheslav Molotov", "signatory"), "1890-05-06", []),
    (
        "two forenames agree with a general file",
        ("William Henry Seward", "addressee"),
        "1897-05-06",
        ["dead-addressee"],
    ),
    ("a namesake in a general file", ("Henry Clay", "addressee"), "1897-05-06", []),
    ("a bare surname", ("Stalin", "addressee"), "1964-05-06", []),
    ("who is only named may be dead", None, "1964-05-06", []),
]


@pytest.mark.parametrize(("why", "who", "day", "expected"), LIVES, ids=[row[0] for row in LIVES])
def test_the_living_write_and_receive(people, why, who, day, expected):
    one = (
        letter(who, day=day) if who else replace(letter(("Joseph Stalin", "addressee"), day=day), parties=())
    )
    told = found_in(one, people)
    assert kinds(told) == expected
    if expected:
        assert [len(finding.evidence) for finding in told] == [2]
        assert "authority file" in told[0].message


@pytest.mark.parametrize(
    ("day", "state", "found"),
    [
        ("1951-05-06", None, True),
        ("1951-05-06", "past", False),
        ("1945-05-06", None, False),
        ("1953-05-06", None, False),
        ("1949-04-20", None, False),
    ],
    ids=["between two terms", "called former", "first term", "second term", "weeks after the term"],
)
def test_a_title_is_borne_in_office(people, day, state, found):
    one = letter(("Vyacheslav Molotov", "signatory"), day=day)
    title = Position(
        holder=one.mentions[0],
        title="Minister of Foreign Affairs",
        kind="office",
        evidence=evidence("Minister of Foreign Affairs", 130),
        state=state,
    )
    assert kinds(found_in(replace(one, positions=(title,)), people)) == (["outside-office"] if found else [])


BOTH = [
    ("signed and addressed", [("Georges Bidault", "signatory"), ("Georges Bidault", "addressee")], True),
    ("signed and copied", [("Georges Bidault", "signatory"), ("G. Bidault", "copy-recipient")], True),
    ("two people", [("Georges Bidault", "signatory"), ("Suzanne Bidault", "addressee")], False),
    ("signed and sent", [("Georges Bidault", "signatory"), ("Georges Bidault", "sender")], False),
]


@pytest.mark.parametrize(("why", "who", "found"), BOTH, ids=[row[0] for row in BOTH])
def test_who_signs_does_not_receive(why, who, found):
    assert kinds(found_in(letter(*who))) == (["signatory-receives"] if found else [])


def test_a_recipient_whom_only_the_title_names_is_too_little():
    one = letter(("Georges Bidault", "signatory"), ("Georges Bidault", "addressee"))
    own, other = one.parties
    assert (
        kinds(
            found_in(
                replace(one, parties=(own, replace(other, evidence=replace(other.evidence, zone="title"))))
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("day", "found"), [("1953-08-12", False), ("1945-01-01", False), ("1955-01-01", True), ("1944", True)]
)
def test_a_date_outside_the_period_of_the_collection(day, found):
    one = letter(("Georges Bidault", "signatory"), day=day)
    assert kinds(found_in(one, period=(1945, 1954))) == (["outside-period"] if found else [])
    assert found_in(one) == []


def test_findings_of_a_part_stay_with_the_part(people):
    part = replace(letter(("Joseph Stalin", "addressee"), day="1964-05-06", start=500), id="r-1")
    whole = replace(letter(("Georges Bidault", "signatory"), day="1964-05-06"), parts=(part,))
    (resolved,) = resolve.resolve([whole], people)
    assert resolved.record.findings == ()
    assert kinds(resolved.record.parts[0].findings) == ["dead-addressee"]


def test_a_record_without_findings_is_the_same_object():
    one = letter(("Georges Bidault", "signatory"))
    (resolved,) = resolve.resolve([one])
    assert checked(resolved, Checks()) is resolved


# --- two captures of one document

REPORT = (
    "104-10176-10020\n\nSECRET\n\n3 May 1961\n\nMEMORANDUM FOR THE RECORD\n\nSUBJECT: Talks in Vienna\n\n"
    "1. Mr. Bruno Kreisky met Mr. Llewellyn Thompson and Mr. Andrei Gromyko. Mr. Kreisky said that the talks "
    "would go on, and Mr. Thompson agreed with {name} that nothing could be said before the summer.\n\n"
    "2. Mr. Dean Rusk and Mr. Chester Bowles were told on {day}.\n"
)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    (folder / "documents").mkdir(parents=True)
    (folder / "fonds.toml").write_text('base = "https://example.org/scans/"\n', "utf-8")
    return folder


def write(collection: Path, **texts: str) -> list[dict[str, str]]:
    """Put texts into a collection, build it, and read what it found about captures."""
    for name, text in texts.items():
        (collection / "documents" / f"{name}.txt").write_text(text, "utf-8")
    target = collection.parent / "dump"
    summary = build(collection, target)
    assert summary.violations == 0
    assert summary.clean
    return [row for row in findings(target) if row["kind"] == "differing-captures"]


def test_two_captures_that_differ_list_both_readings(collection):
    one = REPORT.format(name="Mr. Valerian Zorin", day="5 May 1961")
    other = REPORT.format(name="Mr. Valerian Zorln", day="6 May 1961")
    told = write(collection, clean=one, rough=other)
    assert {row["finding"] for row in told} == {told[0]["finding"]}
    assert {row["record"] for row in told} == {
        row["record"] for row in findings(collection.parent / "dump") if row["document"] == "rough.txt"
    }
    assert [(row["document"], row["quote"]) for row in told] == [
        ("clean.txt", "Mr. Valerian Zorin"),
        ("rough.txt", "Mr. Valerian Zorln"),
        ("clean.txt", "5 May 1961"),
        ("rough.txt", "6 May 1961"),
    ]
    assert "“Mr. Valerian Zorin” and “Mr. Valerian Zorln”" in told[0]["message"]
    for row in told:
        text = (collection / "documents" / row["document"]).read_text("utf-8")
        assert text[int(row["start"]) : int(row["end"])] == row["quote"]


def test_every_passage_of_such_a_finding_is_described_in_the_dump(collection):
    one = REPORT.format(name="Mr. Valerian Zorin", day="5 May 1961")
    write(collection, clean=one, rough=one.replace("Zorin", "Zorln"))
    lines = (collection.parent / "dump" / "all.nq").read_text("utf-8").splitlines()
    targets = {
        line.split()[2]
        for line in lines
        if "/finding/" in line.split()[0]
        and line.split()[1].endswith("hasTarget>")
        and "/passage/" in line.split()[2]
    }
    described = {line.split()[0] for line in lines if line.split()[1].endswith("#hasSource>")}
    assert len(targets) >= 2
    assert targets <= described


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("the same words", REPORT.format(name="Mr. Valerian Zorin", day="5 May 1961") + "\n"),
        (
            "another document under a number of the same series",
            REPORT.format(name="Mr. Valerian Zorln", day="6 May 1961")
            .replace("10020", "10021")
            .replace("3 May", "4 May"),
        ),
        (
            "another document that cites the number",
            "104-10176-10020\n\nSECRET\n\n9 May 1961\n\nMEMORANDUM FOR THE RECORD\n\nSUBJECT: Budget\n\n"
            "1. Mr. David Bell and Mr. Robert McNamara went through the figures with Mr. Valerian Zorln.\n",
        ),
    ],
    ids=["same words", "another number", "another text"],
)
def test_what_is_no_other_capture_is_not_compared(collection, why, other):
    assert (
        write(collection, one=REPORT.format(name="Mr. Valerian Zorin", day="5 May 1961"), other=other) == []
    )


NAMED = ("Konrad Adenauer", "Jean Monnet", "Dean Acheson", "Ernest Bevin", "Paul-Henri Spaak")


@pytest.mark.parametrize(
    ("names", "size", "found"),
    [
        (("Konrad Adenaner", *NAMED[1:]), 1000, True),
        (
            ("Konrad Adenaner", "Clement Attlee", "Alcide De Gasperi", "Joseph Bech", "Dirk Stikker"),
            1000,
            False,
        ),
        (("Konrad Adenaner", *NAMED[1:]), 300, False),
    ],
    ids=["the same names", "another letter between the same two on the same day", "an extract"],
)
def test_captures_are_found_by_title_date_and_parties_without_a_number(names, size, found):
    def made(ident: str, people: tuple[str, ...], length: int) -> Record:
        one = letter(("Georges Bidault", "signatory"), *((name, "mentioned") for name in people))
        quote = bare("Letter on the coal and steel plan", 0).evidence
        source = replace(one.source, sha256=ident * 64, name=ident, length=length)
        title = TextValue(value=quote.quote, evidence=quote)
        return replace(one, id=ident, source=source, title=title, parties=one.parties[:1])

    records = [made("a", NAMED, 1000), made("b", names, size)]
    assert captures.groups(records) == {"a": ("b",), "b": ("a",)}
    told = [kinds(one.record.findings) for one in resolve.resolve(records)]
    assert told == [[], ["differing-captures"] if found else []]


def test_a_number_that_many_files_bear_is_a_label():
    records = [replace(letter(("Georges Bidault", "signatory")), id=str(n)) for n in range(20)]
    number = Identifier(value="104-10176-10020", scheme="record-number", evidence=evidence("104-10176-10020"))
    assert captures.groups([replace(one, identifiers=(number,)) for one in records]) == {}
