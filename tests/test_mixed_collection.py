"""All formats in one collection: one dump, in which who is the same person is one, and is said to be why."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree
from mixed_samples import CABLE, collection
from tei_samples import LETTER, NS, VOLUME, records

import fonds.rdf
from fonds.agents.resolve import resolve
from fonds.build import Summary, build
from fonds.cli import main
from fonds.config import read
from fonds.converters import convert, detect, text_of
from fonds.dataset import Engine, Limits
from fonds.rdf.iris import SHARED
from fonds.record import Record
from fonds.source import Source
from tests.test_pdf import FIRST
from tests.test_pdf import make as pdf

pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")

BASE = "https://example.org/mixed/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return collection(tmp_path_factory.mktemp("mixed") / "collection")


@pytest.fixture(scope="module")
def built(folder: Path) -> tuple[Summary, Path]:
    return build(folder, folder / "dump"), folder / "dump"


@pytest.fixture(scope="module")
def engine(built: tuple[Summary, Path]) -> Iterator[Engine]:
    with Engine(built[1], Limits(seconds=60, rows=100_000)) as running:
        yield running


def rows(engine: Engine, question: str, *columns: str, **parameters: str) -> list[tuple[str | None, ...]]:
    result = engine.query(question, parameters=parameters)
    assert result.complete
    wanted = [result.variables.index(column) for column in columns]
    return [tuple(row[index] for index in wanted) for row in result.rows]


# --- the build


def test_there_is_a_document_of_every_format(folder: Path) -> None:
    config = read(folder)
    formats = {detect(config.source(path)) for path in config.paths()}
    assert formats == {"ead", "eac", "tei", "html", "pdf", "docx", "text"}


def test_all_formats_build_into_one_dump(built: tuple[Summary, Path]) -> None:
    summary, _ = built
    assert summary.left_out == ()
    assert (summary.documents, summary.violations, summary.coverage) == (11, 0, 1.0)
    assert summary.records > 20


def test_nothing_in_the_dump_leads_nowhere(engine: Engine) -> None:
    lost = engine.query(
        f"""SELECT DISTINCT ?thing WHERE {{
          ?s ?p ?thing . FILTER(ISIRI(?thing) && STRSTARTS(STR(?thing), "{BASE}"))
          FILTER NOT EXISTS {{ ?thing ?q ?o }}
        }}"""
    )
    assert lost.rows == ()


def test_no_id_is_shared(engine: Engine, built: tuple[Summary, Path]) -> None:
    """Each record and file has one name, and each file of the dump is one record, whatever the case."""
    twice = engine.query(
        """SELECT ?r WHERE { ?r a ?class ; rdfs:label ?label .
           FILTER(?class IN (rico:Record, rico:RecordSet, rico:Instantiation)) }
           GROUP BY ?r HAVING(COUNT(DISTINCT ?label) > 1)"""
    )
    assert twice.rows == ()
    assert engine.query("SELECT DISTINCT ?r WHERE { ?d prov:wasGeneratedBy ?run ; dcterms:subject ?r }").rows
    names = [path.name.casefold() for path in (built[1] / "documents").glob("*.ttl")]
    assert len(names) == len(set(names)) >= built[0].documents


def test_no_agent_or_place_is_called_by_two_names(engine: Engine) -> None:
    """One label, however many documents describe it; the other forms of the name stand beside it."""
    once = [
        "rdfs:label",
        "rico:name",
        "schema:name",
        "dcterms:title",
        "skos:prefLabel",
        "foaf:name",
        "schema:givenName",
    ]
    prefixes = """PREFIX schema: <https://schema.org/> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"""
    found = engine.query(
        f"""{prefixes} SELECT ?who ?p (COUNT(DISTINCT ?text) AS ?texts) WHERE {{
          ?who a ?class ; ?p ?text . FILTER(?p IN ({", ".join(once)}))
          FILTER(?class IN (rico:Agent, rico:Person, rico:Family, rico:Group, rico:CorporateBody, rico:Position,
            rico:Place))
        }} GROUP BY ?who ?p HAVING(COUNT(DISTINCT ?text) > 1)"""
    )
    assert (found.rows, found.complete) == ((), True)
    forms = engine.query(
        f"""{prefixes} SELECT ?form WHERE {{
          ?who rdfs:label "John M. Allison" ; schema:alternateName|rico:hasOrHadAgentName/rico:textualValue ?form
        }} ORDER BY ?form"""
    )
    assert {form for (form,) in forms.rows} >= {"Allison, John M.", "John M. Allison"}


def test_every_quote_of_the_dump_stands_where_it_is_said_to(engine: Engine, folder: Path) -> None:
    """In all formats: by offsets in the text, or by XPath and offsets in the text of that element."""
    config = read(folder)
    paths = {path.name: path for path in (*config.paths(), folder / "catalogue.csv")}
    trees: dict[str, etree._Element] = {}
    texts: dict[str, str] = {}
    kinds: set[tuple[str, bool]] = set()
    found = rows(engine, "support", "quote", "file", "xpath", "start", "end")
    quoted = [row for row in found if row[0] is not None]
    assert len(quoted) > 500
    for quote, file, xpath, start, end in quoted:
        path = paths[str(file)]
        kinds.add((path.suffix, xpath is not None))
        if xpath is None:
            if path.suffix == ".csv":
                texts[path.name] = path.read_bytes().decode()
            elif path.name not in texts:
                texts[path.name] = text_of(config.source(path)).content
            words = texts[path.name]
        else:
            if path.name not in trees:
                trees[path.name] = etree.parse(path, _Parsers.of(path)).getroot()
            (node,) = trees[path.name].xpath(xpath)
            words = str(node if isinstance(node, str) else node.xpath("string()"))
        assert words[int(start or 0) : int(end or 0)] == quote, (file, xpath)
    assert kinds >= {(".xml", True), (".txt", False), (".pdf", False), (".docx", False), (".html", False)}
    assert (".csv", False) in kinds


class _Parsers:
    """Comments and instructions are no text (XPath 1.0, section 5), so they are not in the tree."""

    @staticmethod
    def of(path: Path) -> etree.XMLParser | etree.HTMLParser:
        if path.suffix == ".html":
            return etree.HTMLParser(remove_comments=True)
        return etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False)


# --- the page that documents the IRIs

#: What may stand for each word of a pattern; all others stand for one segment.
_SEVERAL = {
    "KEY": r".+",
    "REF": r".+",
    "ENDS": r".+",
    "STEPS": r".+",
    "HASH": r"[0-9a-f]+",
    "SHA": r"[0-9a-f]{16}",
}


def _documented() -> dict[str, re.Pattern[str]]:
    """The patterns in the table of the page, each as a regular expression."""
    page = (Path(__file__).parents[1] / "docs" / "model.md").read_text("utf-8")
    table = page.partition("| pattern | what |\n| --- | --- |\n")[2].partition("\n\n")[0]
    found = {}
    for line in table.splitlines():
        for pattern in re.findall(r"`([^`]+)`", line.split(" | ")[0]):
            plain = re.escape(pattern.replace("[-PATH]", ""))
            made = re.sub(r"[A-Z]+", lambda word: _SEVERAL.get(word[0], r"[^/]+"), plain)
            selectors = r"(?:/(?:position|quote|element|page))?" if pattern.startswith("passage/") else ""
            found[pattern] = re.compile(made + selectors)
    return found


def test_every_iri_of_the_dump_follows_a_documented_pattern(engine: Engine) -> None:
    patterns = _documented()
    assert len(patterns) > 50
    found = engine.query(
        f'SELECT DISTINCT ?iri {{ {{ ?iri ?p ?o }} UNION {{ ?s ?p ?iri }} FILTER(STRSTARTS(STR(?iri), "{BASE}")) }}'
    )
    assert found.complete
    names = [str(iri).removeprefix(BASE) for (iri,) in found.rows if iri != BASE]
    assert len(names) > 2000
    assert [name for name in names if not any(one.fullmatch(name) for one in patterns.values())] == []


def test_every_pattern_of_the_minter_is_documented() -> None:
    """The first segments in `iris.py`, and the schemes that the rooms of `rdf` ask it for."""
    rooms = Path(fonds.rdf.__file__).parent
    minted = set(re.findall(r'f"\{self\.base\}([a-z]+)', (rooms / "iris.py").read_text("utf-8")))
    asked = {
        scheme
        for room in rooms.glob("*.py")
        for scheme in re.findall(r'mint\.concept\(\s*"([a-z]+)"', room.read_text("utf-8"))
    }
    assert len(minted) > 20
    assert len(asked) > 10
    documented = {re.split(r"[/`]", pattern)[0] for pattern in _documented()}
    assert (minted | asked | SHARED) - documented == set()
    fixed = {"catalogue", "linked", "translation", "mentioned", "repository", "file"}
    assert all(any(word in pattern for pattern in _documented()) for word in fixed)


# --- the named questions, for texts and for markup


@pytest.mark.parametrize(
    ("question", "files"),
    [
        ("support", {"volume.xml", "schiller.xml", "aid.xml", "kennan.xml", "cable.txt", "letter.pdf"}),
        ("contradictions", {"allison.txt", "catalogue.csv"}),
        ("not-held", {"schiller.xml"}),
    ],
)
def test_a_question_answers_for_every_format(question: str, files: set[str], engine: Engine) -> None:
    found = rows(engine, question, "quote", "file", "xpath", "start")
    assert files <= {str(file) for _, file, _, _ in found}
    for quote, file, xpath, start in found:
        if quote is not None:
            assert start is not None
            if not str(file).endswith(".html"):  # a page has words of its own and metadata in its markup
                assert (xpath is not None) == str(file).endswith(".xml"), (file, quote)


def test_words_of_a_volume_are_found_with_their_xpath(engine: Engine) -> None:
    found = rows(engine, "support", "object", "quote", "file", "xpath", property="hasSender")
    assert ("Kennan, George F.", "Kennan", "volume.xml", "//*[@xml:id='d475']") in found


def test_both_sides_of_a_contradiction_name_their_file(engine: Engine) -> None:
    found = rows(engine, "contradictions", "quote", "file", "xpath", record="proposals")
    assert found == [
        ("March 30, 1954", "allison.txt", None),
        ("1954-04-01", "catalogue.csv", None),
    ]


def test_each_finding_says_where_its_words_stand(built: tuple[Summary, Path], folder: Path) -> None:
    """File, and in markup the XPath: the offsets alone would point to other words."""
    with (built[1] / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["quote"]]
    files = {sha256(path.read_bytes()).hexdigest(): path for path in folder.rglob("*") if path.is_file()}
    assert {files[row["sha256"]].name for row in rows} >= {"catalogue.csv", "allison.txt", "volume.xml"}
    for row in rows:
        path = files[row["sha256"]]
        assert bool(row["xpath"]) == (path.suffix == ".xml"), row
        if row["xpath"]:
            (node,) = etree.parse(path).getroot().xpath(row["xpath"])
            words = str(node.xpath("string()"))
            assert words[int(row["start"]) : int(row["end"])] == row["quote"]


# --- who is who


def test_a_person_in_a_volume_an_authority_record_and_a_cable_is_one(engine: Engine) -> None:
    found = rows(engine, f"{_MENTIONS}", "who", "file", "rule", "reason")
    kennan = f"{BASE}agent/authority/n79-54945"
    reasons = {str(file): reason for who, file, _, reason in found if who == kennan}
    assert set(reasons) == {"volume.xml", "kennan.xml", "cable.txt"}
    assert "surname, given name and initial agree" in str(reasons["volume.xml"])
    assert "authority entry “Kennan, George F.”" in str(reasons["cable.txt"])
    assert "the source refers to n79-54945" in str(reasons["kennan.xml"])


def test_a_namesake_of_another_time_stays_another(engine: Engine) -> None:
    found = rows(engine, f"{_MENTIONS}", "who", "file")
    others = {who for who, file in found if file == "explorer.xml"}
    assert others == {f"{BASE}agent/id/n50-30405"}
    assert {file for who, file in found if who in others} == {"explorer.xml"}
    lives = rows(engine, _LIVES, "name", "life")
    assert ("Kennan, George", "1845-02-16/1924-05-10") in lives
    assert ("Kennan, George F.", "1904-02-16/2005-03-17") in lives


_MENTIONS = """SELECT ?who ?file ?rule ?reason WHERE {
  ?mention oa:motivatedBy oa:identifying ; oa:hasBody ?a ; fonds:identificationRule ?rule ;
      fonds:reason ?reason ; oa:hasTarget/oa:hasSource/rdfs:label ?file .
  ?a a rico:Person ; rdfs:label ?name . FILTER(CONTAINS(STR(?name), "Kennan"))
  BIND(STR(?a) AS ?who)
} ORDER BY ?who ?file ?reason"""

_LIVES = """SELECT ?name ?life WHERE {
  ?a a rico:Person ; rdfs:label ?name ; rico:isAssociatedWithDate/rico:normalizedDateValue ?life .
} ORDER BY ?name ?life"""


def _listed(stem: str, given: str, born: str, died: str, ids: str = "k") -> list[Record]:
    """An edition whose list describes one Kennan or, for each letter in `ids`, one of that name."""
    people = "".join(
        f'<person xml:id="{stem}-{one}"><persName><forename>{given}</forename> <surname>Kennan</surname>'
        f'</persName><birth when="{born}"/><death when="{died}"/></person>'
        for one in ids
    )
    return records(
        f'<TEI {NS} xml:id="{stem}"><teiHeader><profileDesc><particDesc><listPerson>{people}</listPerson>'
        "</particDesc></profileDesc></teiHeader><text><p>Text.</p></text></TEI>"
    )


def _kennans(found: list[Record]) -> set[str]:
    return {agent.key for one in resolve(found) for agent in one.agents if "Kennan" in agent.label}


@pytest.mark.parametrize(
    ("others", "agents", "why"),
    [
        ([records(VOLUME)], 1, "the list of a volume gives the full name that the cable has"),
        ([_listed("a", "George F.", "1904", "2005")], 1, "and so does a list with dates that fit"),
        ([_listed("a", "George F.", "1845", "1924")], 2, "who was dead sent no cable"),
        ([_listed("a", "George F.", "1940", "2005")], 2, "nor did a child"),
        ([_listed("a", "George F.", "1904", "2005", "kl")], 3, "a list that tells two apart is believed"),
        (
            [_listed("a", "George F.", "1904", "2005"), _listed("b", "George F.", "1845", "1924")],
            3,
            "two lists that contradict each other are of two persons, and the cable may mean neither",
        ),
        (
            [_listed("a", "George F.", "1904", "2005"), _listed("b", "George F.", "1904", "2005")],
            1,
            "two lists that agree are of one",
        ),
        ([_listed("a", "Robert", "1904", "2005")], 2, "another forename"),
    ],
)
def test_lists_of_persons_meet_other_documents_by_the_full_name(
    others: list[list[Record]], agents: int, why: str
) -> None:
    cable = list(convert(Source.of(CABLE, "cable.txt")))
    assert len(_kennans([record for group in others for record in group] + cable)) == agents, why


_TWO_LISTS = (
    *_listed("a", "George F.", "1904", "2005", "k"),
    *_listed("b", "George F.", "1845", "1924", "k"),
)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ([*_TWO_LISTS], [], "two lists part the name, so it is the key of nobody"),
        ([*convert(Source.of(CABLE, "cable.txt"))], [*_TWO_LISTS], "nor of the sender of a cable"),
        (
            [*_listed("a", "George F.", "1904", "2005")],
            [],
            "one list gives the key that the name has everywhere",
        ),
        ([*convert(Source.of(CABLE, "cable.txt"))], [], "and so does a document without a list"),
    ],
)
def test_a_likeness_is_to_an_agent_that_is_there(before: list[Record], after: list[Record], why: str) -> None:
    note = "Belgrade, May 5, 1962.\n\nMr. Kennan has told us that he will not come back before the summer.\n"
    found = list(resolve([*before, *after, *convert(Source.of(note, "note.txt"))]))
    keys = {agent.key for one in found for agent in one.agents}
    named = {key for one in found for likeness in one.likenesses for key in (likeness.first, likeness.second)}
    assert named, why
    assert named <= keys, why


def test_ids_used_in_two_files_are_made_apart_with_all_that_names_them(tmp_path: Path) -> None:
    """Two files of one volume: its documents still lie in their own volume."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "fonds.toml").write_text(f'base = "{BASE}"\n', "utf-8")
    (tmp_path / "documents" / "a.xml").write_text(VOLUME, "utf-8")
    (tmp_path / "documents" / "b.xml").write_text(VOLUME.replace("Answer to", "Reply to"), "utf-8")
    (tmp_path / "documents" / "c.xml").write_text(LETTER, "utf-8")
    summary = build(tmp_path, tmp_path / "dump")
    assert (summary.violations, summary.left_out) == (0, ())
    with Engine(tmp_path / "dump", Limits(seconds=60, rows=1000)) as running:
        found = rows(
            running,
            """SELECT ?volume (COUNT(?r) AS ?documents) WHERE {
            ?r rico:isDirectlyIncludedIn ?v . BIND(STR(?v) AS ?volume) FILTER(CONTAINS(?volume, "record/frus"))
            } GROUP BY ?volume ORDER BY ?volume""",
            "volume",
            "documents",
        )
    assert [count for _, count in found] == ["2", "2"], found


# --- what cannot be read

BAD: dict[str, tuple[bytes, str]] = {
    "locked.pdf": (pdf(FIRST, locked=True), "password"),
    "pictures.pdf": (pdf([]), "without a text layer"),
    "entities.xml": (
        f'<!DOCTYPE TEI [<!ENTITY f SYSTEM "file:///etc/passwd">]><TEI {NS}><text><p>&f;</p></text></TEI>'.encode(),
        "entity 'f'",
    ),
    "broken.xml": (f"<TEI {NS}>\n<text>\n</TEI>".encode(), "line 3"),
    "old.xml": (b"<TEI.2><teiHeader/></TEI.2>", "TEI P4"),
    "deep.xml": (f"<TEI {NS}>{'<div>' * 1000}{'</div>' * 1000}</TEI>".encode(), "nested more than"),
    "root.xml": (f"<facsimile {NS}/>".encode(), "<facsimile>"),
    "latin.txt": ("Präsident Wilson schrieb.".encode("latin-1"), "0xe4"),
    "empty.txt": (b"", "empty"),
    "word.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "NUL byte"),
}


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Each bad file with its reason, the good one in the dump, and exit code 1."""
    documents = tmp_path / "c" / "documents"
    documents.mkdir(parents=True)
    for name, (data, _) in BAD.items():
        (documents / name).write_bytes(data)
    (documents / "good.txt").write_text(CABLE, "utf-8")
    # a link that leads back into the folder, and one that leads to itself
    (documents / "again").symlink_to(documents, target_is_directory=True)
    (documents / "itself").symlink_to(documents / "itself")
    (tmp_path / "c" / "fonds.toml").write_text(f'base = "{BASE}"\n', "utf-8")
    done = CliRunner().invoke(main, ["build", str(tmp_path / "c"), "-o", str(tmp_path / "dump")])
    assert done.exit_code == 1, done.output
    with (tmp_path / "dump" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        told = {row["document"]: row["message"] for row in csv.DictReader(file) if row["document"] in BAD}
    assert set(told) == set(BAD)
    assert {name for name, (_, words) in BAD.items() if words not in told[name]} == set(), told
    assert "good.txt" in (tmp_path / "dump" / "records.ttl").read_text("utf-8")
