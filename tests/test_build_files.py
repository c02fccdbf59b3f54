"""The files of large collections: shards, compression, merging; and how a build tells of itself."""

from __future__ import annotations

import gzip
import io
import json
import marshal
import re
import shutil
import sqlite3
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_build_state import LETTER, content

import fonds
from fonds.build import Manner, build
from fonds.building import chunks, kept, pieces, progress, quads, sorting, spool, writing
from fonds.building.progress import Progress, Watch
from fonds.building.spool import Corrupt
from fonds.config import read
from fonds.errors import ConfigError
from fonds.rdf import describe
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


def test_what_a_large_collection_was_made_from_is_said_record_by_record(whole: Path, tmp_path: Path) -> None:
    """Its catalogue entry would list millions; nothing is lost, since the run of each record says it."""
    build(CORPUS, tmp_path / "dump", manner=Manner(shards=4000))
    used = "http://www.w3.org/ns/prov#used"

    def read_by(lines: bytes) -> set[bytes]:
        """The files that runs have read."""
        pattern = rb"^<[^>]*/run/[^>]*> <" + used.encode() + rb"> <([^>]*/instantiation/[^>]*)>"
        return set(re.findall(pattern, lines, re.MULTILINE))

    files = sorted((tmp_path / "dump").glob("all-*.nq.gz"))
    found = read_by(b"".join(gzip.decompress(file.read_bytes()) for file in files))
    assert len(found) == 5
    assert found == read_by((whole / "all.nq").read_bytes())
    entries = [read_triples(folder / "dataset.ttl") for folder in (whole, tmp_path / "dump")]
    assert [sum(triple[1] == used for triple in entry) for entry in entries] == [5, 0]


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


class Kept:
    """What of the state of a build the files of the collection need."""

    def __init__(self, folder: Path) -> None:
        self.kept, self.work, self.runs = (folder / name for name in ("kept", "work", "runs"))
        for path in (self.kept, self.work, self.runs):
            path.mkdir(parents=True)
        self.store = sqlite3.connect(":memory:", isolation_level=None)
        self.store.executescript(
            "CREATE TABLE meta (name PRIMARY KEY, value); CREATE TABLE run (id);"
            "CREATE TABLE held (id PRIMARY KEY, tag, file, start, size, mark);"
            "CREATE TABLE change (id, tag, file, start, size, mark)"
        )
        self.store.execute("BEGIN")

    def one(self, query: str) -> object:
        return self.store.execute(query).fetchone()

    def put(self, table: str, rows: list[tuple[object, ...]]) -> None:
        self.store.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", rows)


Layers = dict[str, list[Triple]]


def collected(
    folder: Path, state: Kept, before: dict[int, Layers], now: dict[int, Layers], shards: int | None
) -> writing.Tally:
    """Write the files of a collection of records, by their tags, after those of an earlier one."""
    mint, whole = Minter(BASE), shards is None
    packing = None if whole else quads.packing("gzip")
    folder.mkdir()
    old = kept.opened(state, b"key", packing.unpack if packing else None)  # type: ignore[arg-type]
    news = []
    for tag in sorted(before.keys() | now.keys()):
        refs = [kept_pieces(state, layers.get(tag), mint) for layers in (before if old else {}, now)]
        context = sorting.Context(state.work / "pieces", state.runs, whole)
        sorting.run(context, (f"run-{tag}", ((refs[0], refs[1], tag),)))
        news.append(state.runs / f"run-{tag}")
    tally = writing.Tally(BASE, tuple(describe.layers()))
    lines = quads.Quads(state.work, old, packing, 2)
    later = [f"{BASE}b", f"{BASE}z"]
    names = [(iri if whole else f"<{iri}> ").encode() for iri in later]
    files = writing.Files(folder, lines, old, tally, names)
    if whole:
        files.begin(writing.Heads({}, {}))
    late: list[sorting.Piece] = [(name, 0, b"", b"", b"", 0) for name in names]
    for chunk in chunks.renewed(old, sorting.merged(news, [late]), whole=whole):
        if isinstance(chunk, list):
            files.add(chunk)
        elif old is not None:
            files.keep(chunk, old.place(chunk))
    files.close()
    said = {f"<{iri}> ".encode(): f"<{iri}> <urn:p> <urn:late> <urn:g> .\n".encode() for iri in later}
    made = lines.together(folder, said, shards or 0)
    kept.keep(state, folder, b"key", made, files.bodies)  # type: ignore[arg-type]
    state.store.execute("COMMIT")
    state.store.execute("BEGIN")
    return tally


def kept_pieces(state: Kept, layers: Layers | None, mint: Minter) -> spool.Ref | None:
    if layers is None:
        return None
    (state.work / "pieces").mkdir(exist_ok=True)
    written = pieces.written({name: layers.get(name, []) for name in describe.layers()}, mint)
    return spool.at(state.work / "pieces").append(marshal.dumps(written.pieces))


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder, shards without what packs them."""
    return {
        name: gzip.decompress(data) if name.endswith(".gz") else data
        for name, data in content(folder).items()
    }


RECORDS = st.lists(st.tuples(TRIPLES, TRIPLES, TRIPLES), max_size=4).map(
    lambda told: {
        tag: {"rico": rico, "generic": generic, "evidence": evidence}
        for tag, (rico, generic, evidence) in enumerate(told, 1)
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(RECORDS, min_size=2, max_size=3), st.sampled_from([None, 3, 1000]), st.sampled_from([0, 1, 3])
)
def test_what_is_kept_of_earlier_collections_does_not_show(
    tmp_path_factory: pytest.TempPathFactory, told: list[dict[int, Layers]], shards: int | None, mask: int
) -> None:
    """Files, their cuts and the index are those of a first build, wherever chunks begin and shards end."""
    folder = tmp_path_factory.mktemp("kept")
    usual, chunks._MASK = chunks._MASK, mask
    frame, sorting._FRAME = sorting._FRAME, 40
    try:
        state, before = Kept(folder / "state"), {}
        for turn, now in enumerate(told):
            tally = collected(folder / f"{turn}", state, before, now, shards)
            before = now
        fresh = Kept(folder / "fresh")
        again = collected(folder / "first", fresh, {}, told[-1], shards)
    finally:
        chunks._MASK, sorting._FRAME = usual, frame
        spool.forget()
    assert content(folder / f"{len(told) - 1}") == content(folder / "first")
    assert tally == again
    last, first = max(state.kept.iterdir()), max(fresh.kept.iterdir())
    indices = [list(chunks.index(path / kept.INDEX)) for path in (last, first)]
    assert [chunk[:4] for chunk in indices[0]] == [chunk[:4] for chunk in indices[1]]
    frames = [[chunks.frame(chunk.frame) for chunk in index] for index in indices]
    assert frames[0] == frames[1]
    assert (last / kept.PLACES).read_bytes() == (first / kept.PLACES).read_bytes()
    expected = nquads(
        (*triple, f"{BASE}graph/{layer}")
        for layers in told[-1].values()
        for layer, triples in layers.items()
        for triple in triples
    )
    late = {f"<{BASE}{end}> <urn:p> <urn:late> <urn:g> .\n".encode() for end in "bz"}
    lines = {*expected.splitlines(keepends=True), *late}
    written = b"".join(data for name, data in sorted(files_of(folder / "first").items()) if ".nq" in name)
    # sorted by subject as N-Quads is, and lines within it
    assert written == b"".join(sorted(lines))
    for layer in ("rico", "generic", "evidence"):
        held = {triple for layers in told[-1].values() for triple in layers[layer]}
        assert tally.triples[layer] == len(held)
        assert tally.statistics({})[layer].subjects == len({triple[0] for triple in held})


@given(TRIPLES)
def test_statements_are_had_again_from_their_lines(triples: list[Triple]) -> None:
    written = pieces.pieces_of({"rico": triples}, Minter(BASE))
    found = {
        triple
        for iri, _, rests, _, _ in written
        for _, triple in writing.triples_of(iri.decode(), sorting.full(b"<%b> " % iri, rests), BASE)
    }
    assert found == set(triples)


@given(
    st.lists(st.text("ab/1-", max_size=5), max_size=30), st.lists(st.text("ab/1-", max_size=5), max_size=3)
)
def test_a_chunk_is_one_stretch_of_every_file(names: list[str], more: list[str]) -> None:
    """In the order of IRIs and in that of N-Quads; and one subject more cuts nothing else in two."""

    def cut(found: list[str]) -> list[list[bytes]]:
        cutter = chunks.Cutter(whole=True)
        pieces: list[sorting.Piece] = [
            (f"urn:{name}".encode(), 0, b"", b"", b"", 1) for name in sorted(set(found))
        ]
        made = [chunk for at in range(0, len(pieces), 3) for chunk in cutter.feed(pieces[at : at + 3])]
        return [[piece[0] for piece in chunk] for chunk in (*made, cutter.flush()) if chunk]

    usual, chunks._MASK = chunks._MASK, 1
    try:
        found, added = cut(names), cut([*names, *more])
    finally:
        chunks._MASK = usual
    tokens = [sorted(iri + b">" for iri in chunk) for chunk in found]
    assert [token for chunk in tokens for token in chunk] == sorted(
        token for chunk in tokens for token in chunk
    )
    starts = {chunk[0] for chunk in found[1:]}
    roots = tuple(f"urn:{name}".encode() for name in more)
    assert starts - {chunk[0] for chunk in added} <= {start for start in starts if start.startswith(roots)}


def test_a_change_writes_few_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All else is copied from the files of the last build."""
    shutil.copytree(CORPUS, tmp_path / "collection")
    written: list[int] = []
    copied: list[int] = []
    add, keep = writing.Files.add, writing.Files.keep
    monkeypatch.setattr(
        writing.Files, "add", lambda files, said: (written.append(len(said)), add(files, said))
    )
    monkeypatch.setattr(writing.Files, "keep", lambda files, *given: (copied.append(1), keep(files, *given)))
    build(tmp_path / "collection", tmp_path / "dump")
    assert not copied
    first = sum(written)
    written.clear()
    (tmp_path / "collection" / "documents" / "letter.txt").write_text(
        LETTER.format(day=3, more="", name="Emile Zola"), "utf-8"
    )
    build(tmp_path / "collection", tmp_path / "dump")
    assert sum(written) < 0.8 * first
    assert len(copied) > 10


@pytest.mark.parametrize("shards", [50, 4000])
def test_shards_that_are_put_together_from_others(shards: int, tmp_path: Path) -> None:
    shutil.copytree(CORPUS, tmp_path / "collection")
    manner = Manner(shards=shards)
    build(tmp_path / "collection", tmp_path / "dump", manner=manner)
    documents = tmp_path / "collection" / "documents"
    (documents / "letter.txt").write_text(LETTER.format(day=3, more="", name="Emile Zola"), "utf-8")
    build(tmp_path / "collection", tmp_path / "dump", manner=manner)
    max(documents.glob("0*.txt")).unlink()
    build(tmp_path / "collection", tmp_path / "dump", manner=manner)
    build(tmp_path / "collection", tmp_path / "first", manner=manner)
    assert content(tmp_path / "dump") == content(tmp_path / "first")


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
        list(sorting.merged([tmp_path / "run"]))


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


@pytest.mark.parametrize("system", [True, False])
def test_files_are_read_as_one(system: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the system copies, or cannot: another disk, another system."""
    if not system:
        monkeypatch.delattr("os.copy_file_range", raising=False)
    paths = [tmp_path / name for name in ("one", "two", "three")]
    for path, words in zip(paths, (b"abc", b"", b"defgh"), strict=True):
        path.write_bytes(words)
    row = kept.Row(paths)
    for start in range(8):
        for size in range(9 - start):
            assert row.read(start, size) == b"abcdefgh"[start : start + size]
            with (tmp_path / "copy").open("wb") as out:
                out.write(b"-")
                row.copy(out, start, size)
                out.write(b"-")
            assert (tmp_path / "copy").read_bytes() == b"-%b-" % b"abcdefgh"[start : start + size]
    row.close()
