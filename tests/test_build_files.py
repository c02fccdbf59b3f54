"""The files of large collections: shards, compression, merging; and how a build tells of itself."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_build_state import LETTER, content

import fonds
from fonds.build import Manner, build
from fonds.building import pieces, progress, sorting, writing
from fonds.building.progress import Progress, Watch
from fonds.building.spool import Corrupt
from fonds.config import read
from fonds.errors import ConfigError
from fonds.rdf.iris import Minter
from fonds.rdf.nquads import nquads
from fonds.rdf.read import read_triples
from fonds.rdf.terms import LABEL, TYPE, XSD, Literal, Term, Triple

CORPUS = Path(__file__).parents[1] / "corpus"
BASE = "https://example.org/"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(build(CORPUS, tmp_path_factory.mktemp("whole") / "dump").output)


# --- shards


@pytest.mark.parametrize("compress", ["gzip", "zstd"])
def test_a_large_collection_is_written_in_shards(compress: str, whole: Path, tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard") if compress == "zstd" else None
    summary = build(CORPUS, tmp_path / "dump", manner=Manner(shards=4000, compress=compress))
    files = sorted((tmp_path / "dump").glob("all-*.nq.*"))
    assert len(files) == -(-sum(summary.triples.values()) // 4000)
    parts = []
    for file in files:
        if zstandard is None:
            parts.append(gzip.decompress(file.read_bytes()))
        else:
            with zstandard.ZstdDecompressor().stream_reader(
                file.read_bytes(), read_across_frames=True
            ) as stream:
                parts.append(stream.read())
    lines = b"".join(parts).splitlines(keepends=True)
    assert all(part.count(b"\n") <= 4000 for part in parts)
    assert lines == sorted(set(lines))
    ours = f"<{read(CORPUS).base}graph/dataset> .\n".encode()
    expected = (whole / "all.nq").read_bytes().splitlines(keepends=True)
    # the catalogue entry names other files; nothing else differs
    assert [x for x in lines if not x.endswith(ours)] == [x for x in expected if not x.endswith(ours)]
    names = set(content(tmp_path / "dump"))
    assert {"dataset.ttl", "vocabulary.ttl", "report.html", "findings.csv", "manifest.json"} <= names
    assert not names & {"records.ttl", "agents.jsonld", "evidence.ttl", "all.nq"}
    assert {name for name in names if name.startswith("documents/")} == {
        name for name in content(whole) if name.startswith("documents/")
    }


def test_the_counts_do_not_depend_on_the_files(whole: Path, tmp_path: Path) -> None:
    """They are made by two merges in different orders."""
    summary = build(CORPUS, tmp_path / "dump", manner=Manner(shards=4000))
    stated = json.loads((whole / "manifest.json").read_bytes())
    found = json.loads((tmp_path / "dump" / "manifest.json").read_bytes())
    layers = set(stated["triples"]) - {"dataset"}
    assert {layer: found["triples"][layer] for layer in layers} == {
        layer: stated["triples"][layer] for layer in layers
    }
    assert (found["agents"], found["records"]) == (stated["agents"], stated["records"])
    assert summary.coverage == 1.0
    void = "http://rdfs.org/ns/void#"

    def counts(folder: Path) -> set[Triple]:
        return {
            triple
            for triple in read_triples(folder / "dataset.ttl")
            if triple[1].startswith(void) and triple[1] != f"{void}subset"
        }

    assert counts(tmp_path / "dump") == counts(whole)


def test_a_dump_in_shards_can_be_opened(tmp_path: Path) -> None:
    build(CORPUS, tmp_path / "dump", manner=Manner(shards=10_000))
    rows = fonds.open(tmp_path / "dump").query("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert int(str(next(iter(rows))[0])) > 20_000  # type: ignore[index]


def test_shards_have_no_time_in_them(tmp_path: Path) -> None:
    manner = Manner(shards=4000)
    build(CORPUS, tmp_path / "one", manner=manner)
    build(CORPUS, tmp_path / "two", manner=manner)
    assert content(tmp_path / "one") == content(tmp_path / "two")


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ("time_limit = 0", "build.time_limit is 0"),
        ("shards = -1", "build.shards is -1"),
        ('compress = "rar"', "use gzip or zstd"),
        ('shards = "many"', "build.shards must be a whole number"),
        ("sharding = 1", "unknown key 'sharding' in [build]"),
    ],
)
def test_what_fonds_toml_may_say_of_a_build(stated: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "fonds.toml").write_text(f'base = "{BASE}"\n[build]\n{stated}\n', "utf-8")
    with pytest.raises(ConfigError, match=re.escape(message)):
        read(tmp_path)


def test_fonds_toml_sets_the_size_of_shards(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "letter.txt").write_text(
        LETTER.format(day=3, more="", name="Emile Zola"), "utf-8"
    )
    (tmp_path / "fonds.toml").write_text(f'base = "{BASE}"\n[build]\nshards = 100\n', "utf-8")
    build(tmp_path, tmp_path / "dump")
    assert (tmp_path / "dump" / "all-00001.nq.gz").is_file()


# --- merging

IRIS = st.sampled_from([f"{BASE}{end}" for end in ("a", "a/b", "a#x", "a-b", "a1", "b", "é", "z")])
TERMS: st.SearchStrategy[Term] = st.one_of(
    IRIS,
    st.text("a\"\\\n\t\r\x00\x85\u2028é😀'", max_size=4).map(Literal),
    st.just(Literal("3", f"{XSD}integer")),
    st.just(Literal("drei", language="de")),
)
TRIPLES = st.lists(st.tuples(IRIS, st.sampled_from([LABEL, TYPE, f"{BASE}p"]), TERMS), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(TRIPLES, TRIPLES), max_size=5), st.booleans())
def test_merged_runs_are_the_quads_of_all_at_once(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[list[Triple], list[Triple]]], small: bool
) -> None:
    """In both orders, each statement once, whatever is in which run and however small the frames."""
    folder, mint = tmp_path_factory.mktemp("runs"), Minter(BASE)
    records = [{"rico": rico, "generic": generic} for rico, generic in told]
    frame, sorting._FRAME = sorting._FRAME, 40 if small else sorting._FRAME
    try:
        paths = []
        for number, layers in enumerate(records):
            paths.append(sorting.Run(folder / f"run-{number}"))
            written = [(*piece, number) for piece in pieces.pieces_of(layers, mint)]
            sorting.write(paths[-1].path, [written])
        batches = list(sorting.merged(paths))
    finally:
        sorting._FRAME = frame
    expected = nquads(
        (*triple, f"{BASE}graph/{layer}")
        for layers in records
        for layer, triples in layers.items()
        for triple in triples
    )
    assert b"".join(lines for batch in sorting.as_lines(batches) for _, lines in batch) == expected
    tally = writing.Tally(BASE, ("rico", "generic"))
    for batch in batches:
        tally.add(batch)
    for layer in ("rico", "generic"):
        held = {triple for layers in records for triple in layers[layer]}
        assert tally.triples[layer] == len(held)
        assert tally.statistics({})[layer].subjects == len({triple[0] for triple in held})
        read_back = {
            triple
            for batch in batches
            for iri, _, lines, *_ in batch
            for name, triple in writing.triples_of(iri.decode(), lines, BASE)
            if name == layer
        }
        assert read_back == held


def test_more_runs_than_are_merged_at_once_make_the_same_dump(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "PACKED", 1)
    monkeypatch.setattr("fonds.building.levels.FAN", 2)
    build(CORPUS, tmp_path / "dump")
    assert content(tmp_path / "dump") == content(whole)


def test_a_damaged_run_is_seen(tmp_path: Path) -> None:
    sorting.write(tmp_path / "run", [[(b"urn:a", 0, b"words" * 100, b"", b"", 1)]])
    data = bytearray((tmp_path / "run").read_bytes())
    data[-1] ^= 1
    (tmp_path / "run").write_bytes(bytes(data))
    with pytest.raises(Corrupt, match="not what was written"):
        list(sorting.merged([sorting.Run(tmp_path / "run")]))


def test_pieces_are_cut_at_the_same_places_whatever_the_batches(tmp_path: Path) -> None:
    """Compressed bytes must not tell how a build was interrupted."""
    chance = random.Random(5)
    told = [
        (b"urn:%05d" % n, 0, b'<urn:p> "%x" .\n' % chance.getrandbits(400), b"", b"", 1) for n in range(3000)
    ]
    for name, size in (("one", 3000), ("two", 7)):
        (tmp_path / name).mkdir()
        batches = (told[at : at + size] for at in range(0, 3000, size))
        writing.shards(tmp_path / name, batches, 1000, "gzip", 2)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert len(content(tmp_path / "one")) == 3


def test_the_documents_are_shared_with_the_state(tmp_path: Path) -> None:
    """So a rebuild writes none of them again."""
    build(CORPUS, tmp_path / "dump")
    for path in (tmp_path / "dump" / "documents").iterdir():
        assert path.samefile(tmp_path / "dump.state" / "documents" / path.name)


# --- how a build tells of itself

COURSE = [
    Progress("reading", 1, 400),
    Progress("reading", 200, 400, findings=2),
    Progress("reading", 400, 400, findings=3, left_out=1),
    Progress("reading", 0, 0, message="the state is damaged"),
    Progress("describing", 1, 0),
]


def told(watcher: object, monkeypatch: pytest.MonkeyPatch, seconds: float) -> str:
    """What a watcher writes, if so many seconds pass between two calls."""
    clock = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: clock[0])
    stream = io.StringIO()
    with watcher(stream) as watch:  # type: ignore[operator]
        speak: Watch = watch
        for step in COURSE:
            clock[0] += seconds
            speak(step)
    return stream.getvalue()


def test_a_log_has_plain_lines_far_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told(progress.log, monkeypatch, 30).splitlines()
    assert lines == [
        "reading 1 of 400, 0.0 in a second",
        "reading 200 of 400, 6.6 in a second, 30 s to go, 2 findings",
        "reading 400 of 400, 6.7 in a second, 0 s to go, 3 findings, 1 left out",
        "the state is damaged",
        "describing 1, 0.0 in a second",
    ]


def test_a_short_build_says_nothing_in_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(progress.log, monkeypatch, 1).splitlines() == ["the state is damaged"]


def test_a_program_gets_events(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [json.loads(line) for line in told(progress.events, monkeypatch, 2).splitlines()]
    assert [event["stage"] for event in events] == ["reading"] * 4 + ["describing"]
    assert events[1] == {
        **{"stage": "reading", "done": 200, "total": 400, "findings": 2, "left_out": 0, "message": ""},
        **{"rate": 99.5, "remaining": 2.0},
    }


def test_a_terminal_sees_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    with progress.terminal(stream) as watch:
        for step in COURSE[:4]:
            watch(step)
    said = stream.getvalue()
    for words in ("reading", "400/400", "3 findings, 1 left out", "the state is damaged"):
        assert words in said


def test_long_remainders_are_told_in_hours() -> None:
    assert [progress._duration(seconds) for seconds in (5, 65, 3720)] == ["5 s", "1 min 05 s", "1 h 02 min"]


def test_a_document_of_200_megabytes_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "fonds.toml").write_text(f'base = "{BASE}"\n', "utf-8")
    (tmp_path / "documents" / "letter.txt").write_text(
        LETTER.format(day=3, more="", name="Emile Zola"), "utf-8"
    )
    with (tmp_path / "documents" / "huge.txt").open("wb") as stream:
        stream.truncate(200_000_000)
    summary = build(tmp_path, tmp_path / "dump")
    assert (summary.left_out, summary.records) == (("huge.txt",), 1)
    assert "200000000 bytes" in (tmp_path / "dump" / "findings.csv").read_text("utf-8")


def test_every_file_in_shards_is_rdf(tmp_path: Path) -> None:
    build(CORPUS, tmp_path / "dump", manner=Manner(shards=9000))
    for file in (tmp_path / "dump").glob("all-*.nq.gz"):
        with gzip.open(file) as stream:
            assert len(list(ox.parse(stream.read(), format=ox.RdfFormat.N_QUADS))) > 1000


def test_lines_that_are_known_late_stand_where_they_belong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the system copies, or cannot: another disk, another system."""
    lines = writing.Lines(tmp_path / "all", ["urn:b", "urn:d"])
    lines.write(
        [
            [(b"<urn:a> ", b"<urn:a> x .\n"), (b"<urn:b> ", b"<urn:b> x .\n")],
            [(b"<urn:e> ", b"<urn:e> x .\n")],
        ]
    )
    late: list[sorting.Piece] = [(b"urn:b", 0, b"y .\n", b"", b"", 0), (b"urn:d", 0, b"y .\n", b"", b"", 0)]
    expected = b"<urn:a> x .\n<urn:b> x .\n<urn:b> y .\n<urn:d> y .\n<urn:e> x .\n"
    lines.put_together(tmp_path / "by the system", late)
    assert (tmp_path / "by the system").read_bytes() == expected
    monkeypatch.delattr("os.copy_file_range", raising=False)
    lines.put_together(tmp_path / "by hand", late)
    assert (tmp_path / "by hand").read_bytes() == expected
