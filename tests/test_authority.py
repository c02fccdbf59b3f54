"""Authority files: reading, refusing, looking up, linking."""

import gzip
import json
import pickle
import time
from pathlib import Path

import pytest

from fonds.agents import authority
from fonds.agents.link import Person, link_named, link_person
from fonds.agents.match import Name, read_name
from fonds.errors import ConfigError

CORPUS = Path(__file__).parents[1] / "corpus"
LARGE = Path(__file__).parents[2] / "shared" / "data" / "authority" / "hsg_people.jsonl.gz"

CSV = """id,name,variants,kind,birth,death,roles,links,source
https://example.org/p/1,"Molotov, Vyacheslav Mikhailovich","Molotov, V. M.|W. Molotow",person,1890,1986,\
Minister of Foreign Affairs (1939/1949)|Chairman,http://www.wikidata.org/entity/Q132899,https://example.org/source
2,"Smith, Walter Bedell",,,1895,1961,,,
3,Control Council,,organisation,,,,,
"""

TURTLE = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rico: <https://www.ica.org/standards/RiC/ontology#> .
@prefix schema: <https://schema.org/> .
@prefix fonds: <https://w3id.org/fonds/ns#> .
<http://x.org/s> fonds:scope "collection" .
<http://x.org/a> a skos:Concept ; skos:inScheme <http://x.org/s> ;
  skos:prefLabel "Molotow, Wjatscheslaw"@de, "Molotov, Vyacheslav"@en ; skos:altLabel "Молотов, Вячеслав"@ru ;
  skos:exactMatch <http://www.wikidata.org/entity/Q132899> .
<http://x.org/b> a rico:Person ; rico:hasOrHadAgentName <http://x.org/n> ; rico:hasBirthDate <http://x.org/d> ;
  rico:occupiesOrOccupied <http://x.org/o> .
<http://x.org/n> rico:textualValue "Harriman, W. Averell" .
<http://x.org/d> rico:normalizedDateValue "1891-11-15" .
<http://x.org/o> schema:name "Ambassador in the Soviet Union" ; schema:startDate "1943" ; schema:endDate "1946" .
<http://x.org/c> a schema:Person ; schema:familyName "Dulles" ; schema:givenName "Allen" .
"""


def save(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_csv(tmp_path):
    found = authority.read(save(tmp_path, "people.csv", CSV))
    molotov, smith, council = found.entries
    assert molotov.iri == "https://example.org/p/1"
    assert molotov.names == ("Molotov, V. M.", "W. Molotow")
    assert molotov.offices[0] == authority.Office(
        title="Minister of Foreign Affairs", start="1939", end="1949"
    )
    assert molotov.offices[1].title == "Chairman"
    assert (molotov.born, molotov.died) == (1890, 1986)
    assert smith.iri == "authority/2", "a bare number becomes a key of fonds"
    assert (council.kind, council.scope) == ("organisation", "general")
    assert authority.read(tmp_path / "people.csv", base="https://b.org/").entries[1].iri == "https://b.org/2"


def test_turtle_of_three_vocabularies(tmp_path):
    path = save(tmp_path, "people.ttl", TURTLE)
    skos, rico, schema = authority.read(path).entries
    assert skos.label == "Molotov, Vyacheslav"
    assert skos.scope == "collection"
    assert skos.links == ("http://www.wikidata.org/entity/Q132899",)
    assert "Молотов, Вячеслав" in skos.names
    assert authority.read(path, languages=("de",)).entries[0].label == "Molotow, Wjatscheslaw"
    assert (rico.label, rico.birth, rico.scope) == ("Harriman, W. Averell", "1891-11-15", "general")
    assert rico.offices == (
        authority.Office(title="Ambassador in the Soviet Union", start="1943", end="1946"),
    )
    assert (schema.label, schema.family, schema.given) == ("Dulles, Allen", "Dulles", "Allen")


@pytest.mark.parametrize("suffix", [".rdf", ".nt", ".jsonld"])
def test_other_forms_of_rdf_say_the_same(tmp_path, suffix):
    import pyoxigraph as ox

    forms = {".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES, ".jsonld": ox.RdfFormat.JSON_LD}
    path = tmp_path / f"people{suffix}"
    triples = [quad.triple for quad in ox.parse(TURTLE.encode(), format=ox.RdfFormat.TURTLE)]
    path.write_bytes(ox.serialize(triples, format=forms[suffix]))
    wanted = authority.read(save(tmp_path, "people.ttl", TURTLE))
    assert sorted(map(repr, authority.read(path).entries)) == sorted(map(repr, wanted.entries))


def test_json_lines_with_sourced_variants(tmp_path):
    item = {
        "id": "7",
        "preferred": "Jackson, Charles Douglas",
        "variants": [{"name": "Jackson, C.D.", "sources": ["https://s.org/1953"]}],
        "authorities": {"viaf": "1"},
        "other": {
            "birth-year": "1902",
            "remarks": "Special Assistant to the President, 1953–1954\n https://s.org/a",
        },
    }
    path = tmp_path / "people.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(item).encode() + b"\n\n"))
    (entry,) = authority.read(path).entries
    assert entry.offices[0].title == "Special Assistant to the President, 1953–1954"
    assert entry.active == (1953, 1954)
    assert entry.links == ("https://viaf.org/viaf/1",)
    assert entry.sources == ("https://s.org/1953",)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.xlsx", "", "no authority file ends in '.xlsx'"),
        ("a.csv", "id,name,varients\n", "line 1: unknown column 'varients'"),
        ("a.csv", "id,variants\n", "line 1: the columns id and name are required"),
        ("a.csv", "id,name\n1,A,B\n", "line 2: 3 cells under 2 columns"),
        ("a.csv", 'id,name\n1,"A\n', "unexpected end of data"),
        ("a.csv", "id,name\n1,\n", "line 2: an entry without id or name"),
        ("a.csv", "id,name,kind\n1,A,animal\n", "line 2: unknown kind 'animal'"),
        ("a.csv", "id,name,birth\n1,A,long ago\n", "line 2: birth 'long ago' is not a date"),
        ("a.csv", "id,name,birth,death\n1,A,1950,1940\n", "born in 1950 and dies in 1940"),
        ("a.csv", "id,name,links\n1,A,not an iri\n", "line 2: 'not an iri' is not an IRI"),
        ("a.csv", "id,name\n1,A\n1,B\n", "line 3: 1 stands here twice"),
        ("a.csv", "id,name,links\nu:a,A,u:b\nu:b,B,u:a\n", "in a circle: u:a → u:b → u:a"),
        ("a.csv", "id,name,links\nu:a,A,u:a\n", "in a circle: u:a → u:a"),
        ("a.csv", "id,name,links\nu:a,A,u:b|u:c\nu:b,B,\nu:c,C,\n", "said to be both u:b and u:c"),
        ("a.csv", "id,name,kind,links\nu:a,A,person,u:b\nu:b,B,place,\n", "their kind differs"),
        ("a.csv", "id,name,birth,links\nu:a,A,1900,u:b\nu:b,B,1910,\n", "their year of birth differs"),
        ("a.jsonl", '{"id": "1", "name": "A"}\n{oops\n', "line 2: not an entry"),
        ("a.jsonl", '{"name": "A"}\n', "line 1: not an entry: no 'id'"),
        ("a.jsonl", "[1]\n", "line 1: not an entry"),
        ("a.ttl", "<u:a> <u:b>\n\n 'c", "line 3: cannot be parsed"),
        ("a.ttl", "<u:a> a <http://xmlns.com/foaf/0.1/Person> .", "u:a has no label"),
        (
            "a.ttl",
            "<u:a> a <https://schema.org/Person>, <https://schema.org/Place> ; <https://schema.org/name> 'A' .",
            "said to be a person and a place",
        ),
        (
            "a.ttl",
            "@prefix owl: <http://www.w3.org/2002/07/owl#> . <u:a> a <https://schema.org/Person> ; "
            "<https://schema.org/name> 'A' ; owl:sameAs <u:z> ; owl:differentFrom <u:z> .",
            "said to be u:z and to differ from it",
        ),
        ("a.rdf", '<!DOCTYPE x [<!ENTITY a "b">]><x/>', "declares a document type or entities"),
        ("a.jsonld", '{"@context": "https://schema.org/", "@id": "u:a", "name": "x"}', "cannot be parsed"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(tmp_path, name, text, says):
    with pytest.raises(ConfigError) as caught:
        authority.read(save(tmp_path, name, text))
    assert says in str(caught.value).replace("authority/", "")
    assert str(tmp_path / name) in str(caught.value)
    assert caught.value.remedy


def test_a_second_heading_goes_to_its_entry(tmp_path):
    text = "id,name,links\nu:old,Djugashvili,u:new\nu:new,Stalin,http://www.wikidata.org/entity/Q855\n"
    (entry,) = authority.read(save(tmp_path, "a.csv", text)).entries
    assert (entry.iri, entry.names) == ("u:new", ("Djugashvili",))
    assert entry.links == ("http://www.wikidata.org/entity/Q855", "u:old")


def test_one_form_of_two_entries_is_no_error(tmp_path):
    text = 'id,name,variants\nu:a,"MacArthur, Douglas",\nu:b,"MacArthur, Douglas, II","MacArthur, Douglas"\n'
    found = authority.read(save(tmp_path, "a.csv", text))
    assert [entry.iri for entry in found.lookup("MacArthur", "Douglas")] == ["u:a", "u:b"]


def test_names_are_text_not_patterns(tmp_path):
    text = 'id,name\nu:a,"O(.*+?[{|^$\\, A."\nu:b,"(, ["\n'
    found = authority.read(save(tmp_path, "a.csv", text))
    assert [entry.iri for entry in found.lookup("O(.*+?[{|^$\\", "A.")] == ["u:a"]
    assert found.lookup(".*") == ()


def person(
    name: str, *, year: int | None = 1950, title: str = "", alone: bool = True, acting=False
) -> Person:
    return Person(
        "doc", "doc/x", (read_name(name),), titles=(title,) if title else (),
        first=year, last=year, alone=alone, acting=acting,
    )  # fmt: skip


PEOPLE = """id,name,variants,birth,death,roles
u:molotov,"Molotov, Vyacheslav Mikhailovich",,1890,1986,Minister of Foreign Affairs of the Soviet Union
u:vkuznetsov,"Kuznetsov, Vasily V.",,1901,1990,
u:nkuznetsov,"Kuznetsov, Nikolay Gerasimovich",,1904,1974,
u:wsmith,"Smith, Walter Bedell",Walter B. Smith,1895,1961,
u:mac,"MacArthur, Douglas",,1880,1964,
u:mac2,"MacArthur, Douglas, II",,1909,1997,
u:belmont,"Belmont, August",,1816,1890,
u:crosby,"Crosby, Elisha Oscar",,1818,1895,
u:harding,"Harding, Warren G.",,1865,1923,
u:petrov,"Petrov, Ivan",,,,
"""


@pytest.mark.parametrize(
    ("who", "own", "general", "why"),
    [
        (person("V. M. Molotov"), "u:molotov", "u:molotov", "both initials agree, and nobody else fits"),
        (person("V. Molotov"), "u:molotov", "u:molotov", "one initial, one bearer, in his lifetime"),
        (person("Molotov"), "u:molotov", None, "a surname alone links only in the collection's own file"),
        (
            person("Molotov", title="Soviet Minister of Foreign Affairs"),
            "u:molotov",
            "u:molotov",
            "the office agrees",
        ),
        (person("Molotov", alone=False), None, None, "the document names two of the surname"),
        (person("Kuznetsov"), None, None, "two bear the surname"),
        (person("F. F. Kuznetsov"), None, None, "conflicting initials veto"),
        (person("V. V. Kuznetsov"), "u:vkuznetsov", "u:vkuznetsov", "the other one conflicts"),
        (person("Walter S. Smith"), None, None, "one wrong initial vetoes"),
        (
            person("Douglas McArthur"),
            "u:mac",
            "u:mac",
            "another spelling; the second of the name has a suffix",
        ),
        (person("Douglas MacArthur II"), "u:mac2", "u:mac2", "the suffix tells them apart"),
        (person("August Belmont", year=1917), "u:belmont", None, "dead, though he may be spoken of"),
        (person("August Belmont", year=1917, acting=True), None, None, "the dead send no letters"),
        (person("Oscar Crosby", year=1890), "u:crosby", "u:crosby", "the first name is left out"),
        (person("W. P. G. Harding", year=1917), None, None, "another man with some of the initials"),
        (person("Ivan Petrov"), "u:petrov", None, "a common name, and no date to go with it"),
        (person("V. M. Molotov", year=1880), None, None, "not yet born"),
        (person("Lozovsky"), None, None, "no match is a normal result"),
    ],
)
def test_links_are_right_or_missing(tmp_path, who, own, general, why):
    path = save(tmp_path, "a.csv", PEOPLE)
    for scope, wanted in (("collection", own), ("general", general)):
        link = link_person(who, authority.read(path, scope=scope))
        assert (link.entry.iri if link.entry else None) == wanted, (scope, why)
        assert not link.entry or (link.rule and link.reason and link.entry.label in link.reason)


def test_what_does_not_decide_is_a_candidate(tmp_path):
    found = authority.read(save(tmp_path, "a.csv", PEOPLE), scope="collection")
    assert link_person(person("Kuznetsov"), found).candidates == ("u:vkuznetsov", "u:nkuznetsov")
    assert link_person(person("Walter S. Smith"), found).candidates == ("u:wsmith",)
    assert link_person(person("Molotov"), authority.read(tmp_path / "a.csv")).candidates == ("u:molotov",)


def test_a_reason_says_what_agrees_and_who_else_there_is(tmp_path):
    found = authority.read(save(tmp_path, "a.csv", PEOPLE), scope="collection")
    link = link_person(person("V. M. Molotov"), found)
    assert link.reason == (
        "surname and both initials agree with the authority entry “Molotov, Vyacheslav Mikhailovich”; "
        "no other Molotov in the authority"
    )
    assert link.certainty == "certain"
    assert link_person(person("Molotov"), found).certainty == "probable"


def test_bodies_are_linked_by_their_whole_name(tmp_path):
    text = "id,name,kind,variants\nu:a,Far Eastern Commission,organisation,FEC\nu:b,Council,organisation,\n"
    found = authority.read(save(tmp_path, "a.csv", text))
    assert link_named("organisation", ["the Far Eastern Commission"], found).entry.iri == "u:a"
    assert link_named("organisation", ["Council"], found) == (None, "", "certain", "", ("u:b",))
    assert link_named("place", ["Far Eastern Commission"], found).entry is None


def test_a_hundred_thousand_forms_of_one_name_cost_no_time(tmp_path):
    variants = "|".join(f"Li, Wei {number}" for number in range(100_000))
    found = authority.read(save(tmp_path, "a.csv", f'id,name,variants\nu:a,"Li, Wei","{variants}"\n'))
    found.count(read_name("Li"))
    start = time.perf_counter()
    link = link_person(person("Li Wei"), found)
    assert time.perf_counter() - start < 0.1
    assert link.entry is None


def test_an_authority_can_be_sent_to_another_process(tmp_path):
    found = authority.read(save(tmp_path, "people.csv", CSV))
    found.count(Name("Molotov", "molotov", "molotov"))
    again = pickle.loads(pickle.dumps(found))
    assert again.entries == found.entries
    assert [entry.iri for entry in again.lookup("Molotov")] == ["https://example.org/p/1"]


def test_the_authority_of_the_corpus():
    found = authority.read(CORPUS / "authority.ttl")
    assert len(found.entries) >= 12
    for entry in found.entries:
        assert entry.scope == "collection"
        assert entry.sources, f"{entry.label} has no source"
    (smith,) = found.lookup("Smith", "Walter B.")
    assert not found.lookup("Smith", "Walter S."), "no source knows this form of the name"
    assert smith.died == 1961
    assert found.get(smith.iri) is smith


@pytest.mark.skipif(not LARGE.is_file(), reason="the large authority file is not here")
def test_a_large_file_is_fast_and_links_no_surname_of_an_undated_document():
    found = authority.read(LARGE)
    found.count(read_name("Molotov"))
    assert len(found.entries) > 16_000
    surnames = sorted(key for key in found._persons if len(key) > 3)[::7]
    bare = [person(key.capitalize(), year=None) for key in surnames]
    assert not [who for who in bare if link_person(who, found).entry]
    names = [entry.label for entry in found.entries[::8]]
    start = time.perf_counter()
    for name in names:
        link_person(person(name, year=None), found)
    assert (time.perf_counter() - start) / len(names) < 0.005, (
        "a millisecond each, with room for a busy machine"
    )
