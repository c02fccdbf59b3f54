"""Who is who: inside a document, over a collection, and in an authority file."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from people import LIST, mention, of_mentions, record

from fonds.agents import authority, cluster, resolve
from fonds.record import Evidence, Mention, NameParts, Record, Resolved, SourceInfo
from fonds.source import Source, Span

ROOT = Path(__file__).parents[1]
GOLD = ROOT.parent / "shared" / "data" / "gold"


def groups(resolved: Resolved) -> list[list[str]]:
    """The names as written, grouped by agent, in the order of the text."""
    names = {each.id: " ".join((*each.titles, each.name)) for each in resolved.record.mentions}
    found: dict[str, list[str]] = {}
    for each in resolved.identifications:
        found.setdefault(each.agent, []).append(names[each.mention])
    return list(found.values())


def alone(made: Record) -> Resolved:
    (resolved,) = resolve.resolve([made])
    return resolved


@pytest.mark.parametrize(
    ("names", "wanted", "why"),
    [
        (
            ("V. Molotov", "Molotov", "V. MOLOTOV", "V. M. Molotov"),
            [["V. Molotov", "Molotov", "V. MOLOTOV", "V. M. Molotov"]],
            "initials, capitals and the bare surname",
        ),
        (
            ("MacArthur", "Douglas McArthur"),
            [["MacArthur", "Douglas McArthur"]],
            "two spellings of one surname",
        ),
        (
            (("General-Colonel", "F. F. Kuznetsov"), ("General", "Kuznetsov")),
            [["General-Colonel F. F. Kuznetsov", "General Kuznetsov"]],
            "title and surname",
        ),
        (
            ("Allen Dulles", "John Foster Dulles", "Dulles"),
            [["Allen Dulles"], ["John Foster Dulles"], ["Dulles"]],
            "a bare surname that fits two stays apart",
        ),
        (
            ("Allen Dulles", ("Secretary", "John Foster Dulles"), ("Secretary", "Dulles")),
            [["Allen Dulles"], ["Secretary John Foster Dulles", "Secretary Dulles"]],
            "unless its title tells",
        ),
        (
            (("Premier", "Li"), ("President", "Li"), "Li, Ruihuan"),
            [["Premier Li"], ["President Li"], ["Li, Ruihuan"]],
            "three bearers of a common surname",
        ),
        (
            ("Li, Peng", "Li, Xiannian", "Li, Ruihuan", "Li"),
            [["Li, Peng"], ["Li, Xiannian"], ["Li, Ruihuan"], ["Li"]],
            "given names conflict",
        ),
        (
            ("Harriman", ("Mrs.", "Harriman"), ("Mr.", "Harriman")),
            [["Harriman", "Mr. Harriman"], ["Mrs. Harriman"]],
            "the wife is not the husband",
        ),
        (
            ("Franklin Roosevelt", ("Mrs.", "Franklin Roosevelt")),
            [["Franklin Roosevelt"], ["Mrs. Franklin Roosevelt"]],
            "not even with his given name",
        ),
        (("Petrov", "Petrova"), [["Petrov"], ["Petrova"]], "a man's and a woman's form"),
        (
            ("Douglas MacArthur", "Douglas MacArthur II"),
            [["Douglas MacArthur"], ["Douglas MacArthur II"]],
            "a suffix vetoes",
        ),
        (
            (("Lord", "Robert Cecil"), ("Lord", "Robert"), "Cecil"),
            [["Lord Robert Cecil", "Lord Robert", "Cecil"]],
            "a title that goes with the given name",
        ),
        (
            ("Andrey Semenovitch Smirnov", "Andrey Andreyevich Smirnov"),
            [["Andrey Semenovitch Smirnov"], ["Andrey Andreyevich Smirnov"]],
            "patronymics conflict",
        ),
        (("Kuznetsova", "F. F. Kuznetsov"), [["Kuznetsova"], ["F. F. Kuznetsov"]], "no misreading"),
    ],
)
def test_inside_one_document(names, wanted, why):
    assert groups(alone(record("doc", *names))) == wanted, why


def test_the_order_of_the_text_does_not_matter():
    names = ["V. Molotov", "Molotov", "V. M. Molotov", "Allen Dulles", "John Foster Dulles", "Dulles"]
    forward = {frozenset(each) for each in groups(alone(record("doc", *names)))}
    backward = {frozenset(each) for each in groups(alone(record("doc", *reversed(names))))}
    assert forward == backward


def test_every_mention_is_identified_once_with_rule_and_reason():
    resolved = alone(
        record("doc", "V. Molotov", "Molotov", "Stalin", "Dulles", "Allen Dulles", "J. F. Dulles")
    )
    assert [each.mention for each in resolved.identifications] == [
        each.id for each in resolved.record.mentions
    ]
    assert {each.agent for each in resolved.identifications} == {agent.key for agent in resolved.agents}
    assert all(each.rule and each.reason for each in resolved.identifications)


def test_an_ambiguous_surname_names_both_whom_it_may_mean():
    resolved = alone(record("doc", "Allen Dulles", "John Foster Dulles", "Dulles"))
    assert len(resolved.likenesses) == 2
    for likeness in resolved.likenesses:
        assert likeness.first == "doc/dulles"
        assert likeness.certainty == "possible"
        assert "Dulles" in (likeness.against or "")
    assert {each.second.split("-")[0] for each in resolved.likenesses} == {"name/allen", "name/john"}


def test_a_misreading_joins_the_right_form_beside_the_same_person():
    made = record("doc", "Otroshchenko", "Nikolay Generalov", "Otroshchenko", "Genserslov", gap=LIST)
    resolved = alone(made)
    assert groups(resolved) == [["Otroshchenko", "Otroshchenko"], ["Nikolay Generalov", "Genserslov"]]
    last = resolved.identifications[-1]
    assert (last.rule, last.certainty) == ("agent/misreading", "probable")
    assert last.reason == (
        "“Genserslov” looks like a misreading of “Nikolay Generalov” in the same document: "
        "2 letters differ, and both stand beside Otroshchenko"
    )
    assert resolved.agents[1].names == ("Nikolay Generalov", "Genserslov")


def test_names_side_by_side_in_a_list_are_two_persons():
    made = record("doc", "Nikolay Generalov", "Genserslov", gap=LIST)
    assert groups(alone(made)) == [["Nikolay Generalov"], ["Genserslov"]]


def test_a_given_name_alone_belongs_to_the_only_one_who_bears_it():
    mentions = [mention("Helmut Kohl", 0), mention("Helmut", 50, parts=NameParts(given="Helmut"))]
    assert groups(alone(of_mentions("doc", mentions))) == [["Helmut Kohl", "Helmut"]]
    mentions.append(mention("Helmut Schmidt", 100))
    assert len(groups(alone(of_mentions("doc", mentions)))) == 3


def test_an_attachment_shares_the_people_of_its_memorandum():
    part = of_mentions("doc-part", [mention("Molotov", 500)], year=1950)
    whole = replace(record("doc", "V. M. Molotov", year=1953), parts=(part,))
    resolved = alone(whole)
    assert len(resolved.agents) == 1
    assert len(resolved.identifications) == 2


@pytest.mark.parametrize(
    ("kind", "names", "wanted"),
    [
        ("organisation", ("the Control Council", "Control Council"), ["doc/control-council"]),
        (
            "organisation",
            ("Overseas Economic Cooperation Fund", "OECF"),
            ["org/overseas-economic-cooperation-fund"],
        ),
        ("role", ("the Supreme Commander", "Supreme Commander"), ["doc/supreme-commander"]),
        ("group", ("the five",), ["doc/five"]),
        ("place", ("Yokohama", "YOKOHAMA"), ["yokohama"]),
    ],
)
def test_other_agents_are_one_for_each_name(kind, names, wanted):
    assert [agent.key for agent in alone(record("doc", *names, kind=kind)).agents] == wanted


def test_a_full_name_is_one_person_in_all_documents():
    first, second = resolve.resolve([record("a", "Sergey Radchenko"), record("b", "SERGEY RADCHENKO")])
    assert first.agents[0].key == second.agents[0].key
    assert first.agents[0].key.startswith("name/sergey-radchenko-")
    assert "the same full name in 2 documents" in first.identifications[0].reason


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Molotov", "Molotov", "two bare surnames"),
        ("V. M. Molotov", "Molotov", "a bare surname and a fuller form"),
        ("C. D. Jackson", "C. D. Jackson", "initials only"),
    ],
)
def test_what_is_less_than_a_full_name_stays_apart_in_two_documents(one, other, why):
    first, second = resolve.resolve([record("a", one), record("b", other)])
    assert first.agents[0].key != second.agents[0].key, why
    assert (first.agents[0].key[:2], second.agents[0].key[:2]) == ("a/", "b/")


def test_likeness_across_documents():
    full, bare, other = resolve.resolve(
        [record("a", "V. M. Molotov"), record("b", "Molotov"), record("c", "Smith", "Kozlov")]
    )
    (likeness,) = bare.likenesses
    assert (likeness.first, likeness.second) == ("b/molotov", "a/v-m-molotov")
    assert likeness.certainty == "probable"
    assert not full.likenesses
    assert not other.likenesses


def test_two_fuller_persons_elsewhere_leave_a_surname_alone():
    resolved = list(
        resolve.resolve(
            [record("a", "V. V. Kuznetsov"), record("b", "N. G. Kuznetsov"), record("c", "Kuznetsov")]
        )
    )
    assert not resolved[2].likenesses


def test_one_full_name_over_a_century_is_more_than_one_person():
    first, second = resolve.resolve(
        [record("a", "Henry Clark", year=1840), record("b", "Henry Clark", year=1950)]
    )
    assert first.agents[0].key != second.agents[0].key
    assert not first.likenesses + second.likenesses


def test_keys_do_not_change_when_a_document_is_added():
    records = [record("a", "V. Molotov", "Sergey Radchenko"), record("b", "Molotov", "Stalin")]
    before = [agent.key for each in resolve.resolve(records) for agent in each.agents]
    more = [record("0", "Vyacheslav Molotov", "Stalin"), *records, record("z", "Molotov", "Sergey Radchenko")]
    after = [agent.key for each in list(resolve.resolve(more))[1:3] for agent in each.agents]
    assert before == after


def test_keys_are_safe_and_unique():
    odd = ["周恩来", "../../etc/passwd", "Ł" * 300, "O'Neill <b>", "Molotov", "a/b"]
    made = replace(
        record("doc", *odd), mentions=(*record("doc", *odd).mentions, mention("Molotov", 9000, kind="place"))
    )
    keys = [agent.key for agent in alone(made).agents]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9/-]{1,80}", key) and ".." not in key for key in keys)


PEOPLE = """id,name,variants,kind,birth,death,scope
https://x.org/molotov,"Molotov, Vyacheslav Mikhailovich",,person,1890,1986,collection
https://x.org/harriman,"Harriman, W. Averell",,person,1891,1986,collection
https://x.org/kuznetsov,"Kuznetsov, Vasily V.",,person,1901,,collection
"""


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    return authority.read(path)


def test_an_authority_joins_documents(people):
    made = [record("a", "V. M. Molotov", year=1945), record("b", "Molotov", ("Mrs.", "Harriman"), year=1945)]
    first, second = resolve.resolve(made, people)
    assert first.agents[0].key == second.agents[0].key == "https://x.org/molotov"
    agent = first.agents[0]
    assert (agent.label, agent.names) == ("Molotov, Vyacheslav Mikhailovich", ("V. M. Molotov",))
    assert first.identifications[0].certainty == "certain"
    assert second.identifications[0].certainty == "probable"
    assert second.agents[1].key == "b/harriman", "his wife is not he"
    assert "no other Molotov in the authority" in first.identifications[0].reason


def test_an_entry_is_not_two_persons_of_one_document(people):
    (resolved,) = resolve.resolve([record("a", "V. V. Kuznetsov", "V. N. Kuznetsov", year=1950)], people)
    assert [agent.authority for agent in resolved.agents] == ["https://x.org/kuznetsov", None]
    (resolved,) = resolve.resolve(
        [record("a", "V. V. Kuznetsov", "N. Kuznetsov", "Kuznetsov", year=1950)], people
    )
    bare = resolved.agents[2]
    assert (bare.authority, bare.candidates) == (None, ())


def test_people_of_the_archive_are_not_of_the_time_of_the_document(people):
    mentions = [mention("Molotov", 0), mention("V. M. Molotov", 80, zone="repository")]
    (early,) = resolve.resolve([of_mentions("a", mentions[:1], year=1880)], people)
    assert early.agents[0].authority is None, "born later"
    (late,) = resolve.resolve([of_mentions("a", mentions[1:], year=1880)], people)
    assert late.agents[0].authority == "https://x.org/molotov", "the archive's own note is of another time"


def test_the_same_bytes_with_any_hash_seed():
    import subprocess
    import sys

    code = (
        "import sys; sys.path.insert(0, 'tests'); from people import record; from fonds.agents import resolve;"
        "names = ('Allen Dulles', 'J. F. Dulles', 'Dulles', 'Molotov', 'V. Molotov', 'Generalov', 'Genserslov');"
        "print(list(resolve.resolve([record('a', *names), record('b', *reversed(names))])))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(runs) == 1


# --- the five documents, with the mentions that an annotator marked


def gold_records() -> list[tuple[Record, dict[str, str]]]:
    kinds = {"name": "person", "nominal": "role", "group": "group"}
    made = []
    for path in sorted(GOLD.glob("00*.json")):
        data = json.loads(path.read_text("utf-8"))
        source = Source.read(ROOT / "corpus" / "documents" / data["seed"])
        text = source.text
        mentions, who = [], {}
        for item in data["person_mentions"]:
            span = Span(item["start"], item["end"])
            zone = "repository" if item["zone"].startswith("repository") else item["zone"]
            evidence = Evidence(
                source=source.sha256,
                start=span.start,
                end=span.end,
                quote=text.quote(span),
                zone=zone,
                rule="gold",
            )
            mentions.append(
                Mention(
                    id=item["id"],
                    kind=kinds[item["kind"]],
                    name=item["name"],
                    name_start=item["name_start"],
                    name_end=item["name_end"],
                    evidence=evidence,
                    titles=(item["title"],) if item.get("title") else (),
                )
            )
            if item["kind"] == "name":
                who[item["id"]] = item["person"]
        info = SourceInfo(
            sha256=source.sha256, name=data["seed"], size=len(source.data), length=len(text), encoding="utf-8"
        )
        made.append(
            (
                Record(
                    id=data["seed"][:3],
                    source=info,
                    genre="gold",
                    span=Span(0, len(text)),
                    mentions=tuple(mentions),
                ),
                who,
            )
        )
    return made


def pairs(found: dict[object, str]) -> set[tuple[object, object]]:
    return {(a, b) for a, b in combinations(sorted(found, key=str), 2) if found[a] == found[b]}


@pytest.mark.skipif(not GOLD.is_dir(), reason="the annotated documents are not here")
def test_the_annotated_documents():
    made = gold_records()
    people = authority.read(ROOT / "corpus" / "authority.ttl")
    records = [each for each, _ in made]
    for known in (None, people):
        right, found = {}, {}
        for (each, who), resolved in zip(made, resolve.resolve(records, known), strict=True):
            assert len(resolved.identifications) == len(each.mentions)
            for one in resolved.identifications:
                if one.mention in who:
                    right[each.id, one.mention] = who[one.mention]
                    found[each.id, one.mention] = one.agent
        inside = {pair for pair in pairs(right) if pair[0][0] == pair[1][0]}
        made_inside = {pair for pair in pairs(found) if pair[0][0] == pair[1][0]}
        assert made_inside == inside, "each document tells its own people apart"
        assert pairs(found) <= pairs(right), "no two persons are ever joined"
        if known is not None:
            assert pairs(found) == pairs(right), "the authority joins the rest"


@pytest.mark.skipif(not GOLD.is_dir(), reason="the annotated documents are not here")
def test_a_document_is_resolved_in_milliseconds():
    records = [each for each, _ in gold_records()]
    index = resolve.index(records)
    start = time.perf_counter()
    for each in records:
        resolve.resolve_record(each, index)
    assert (time.perf_counter() - start) / len(records) < 0.025, (
        "five milliseconds, with room for a busy machine"
    )


def test_an_acronym_before_the_name_that_it_stands_for_comes_first_in_its_cluster():
    """Mentions stand in the order of the text, whichever of them is the key: a label is told by the first."""
    made = record("a", "IPC", "Institute for Peace and Commerce", "IPC", kind="organisation")
    (found,) = cluster.clusters(made)
    assert [mention.name for mention in found.mentions] == ["IPC", "Institute for Peace and Commerce", "IPC"]
    assert len(found.grounds) == 3
