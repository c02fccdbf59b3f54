"""The end of a build: what became of all records, counted and written."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fonds import __version__, dump, manifest
from fonds.building import chunks, kept, keys, levels, pieces, quads, sorting, writing
from fonds.building.describing import Described
from fonds.building.passes import Run
from fonds.dump import Issue, Summary
from fonds.manifest import File, Statistics
from fonds.rdf import describe
from fonds.rdf.iris import segment

if TYPE_CHECKING:
    from fonds.rdf.terms import Triple
    from fonds.validate import Report


#: Reports of SHACL that are merged at a time.
_HELD = 1000


@dataclass
class Sums:
    """What is added up from one record after the other."""

    reports: list[Report] = field(default_factory=list)
    records: int = 0
    triples: int = 0
    properties: dict[str, set[str]] = field(default_factory=dict)
    concepts: set[str] = field(default_factory=set)
    turtle: dict[str, set[str]] = field(default_factory=dict)
    jsonld: dict[str, set[str]] = field(default_factory=dict)
    clash: set[str] = field(default_factory=set)

    def heads(self) -> writing.Heads:
        """What the files of the whole collection have to declare."""
        return writing.Heads(self.turtle, self.jsonld, frozenset(self.clash))

    def report(self, report: Report) -> None:
        """Take in what SHACL says of a record. Nearly always that is nothing, so few are held."""
        from fonds.validate import merge

        self.reports.append(report)
        if len(self.reports) >= _HELD:
            self.reports = [merge(self.reports)]


def finish(run: Run, part: Path, documents: int) -> Summary:
    """Write the files of the dump into `part`, and say what is in it."""
    from fonds.validate import merge

    (part / "documents").mkdir()
    sums = _summed(run, part / "documents")
    small = sums.triples <= run.config.shards
    layers, tally = _statements(run, part, sums, small)
    report = merge(sums.reports)
    _reports(run, part, report)
    state = run.state
    summary = Summary(
        output=str(part),
        documents=documents,
        records=sums.records,
        agents=tally.agents,
        triples={layer: held.triples for layer, held in layers.items()},
        statements=tally.stated,
        supported=tally.supported,
        findings=dict(state.rows("SELECT kind, count(*) FROM issue GROUP BY kind ORDER BY kind")),
        violations=len(report.violations),
        left_out=tuple(
            row[0] for row in state.rows("SELECT DISTINCT document FROM issue WHERE lost ORDER BY document")
        ),
    )
    _manifest(run, part, summary)
    return summary


def _summed(run: Run, folder: Path) -> Sums:
    """Add up what became of the records, and put their files into the dump."""
    from fonds.validate import Report

    state, sums = run.state, Sums()
    state.store.executescript(
        "DROP TABLE IF EXISTS file; CREATE TEMP TABLE file (name TEXT, size INT, sha TEXT); BEGIN"
    )
    query = "SELECT p.n, p.id, t.described FROM plan AS p JOIN result AS t ON t.id = p.id WHERE p.n"
    for n, record, data in state.each(query):
        told = Described.of(data)
        sums.report(told.report or Report())
        for issue in told.issues:
            run.report(issue)
        sums.records += told.records
        sums.triples += told.triples
        sums.concepts.update(told.concepts)
        for layer, properties in told.properties.items():
            sums.properties.setdefault(layer, set()).update(properties)
        sums.clash.update(told.clash)
        for group, (blocks, nodes) in told.prefixes.items():
            sums.turtle.setdefault(group, set()).update(blocks)
            sums.jsonld.setdefault(group, set()).update(nodes)
        for file in told.files:
            name = f"{segment(record)}.{file.suffix}"
            kept.share(state.documents / name, folder / name)
            state.put("file", [(f"documents/{name}", file.size, file.sha256)])
        run.tell("collecting", n, 0)
    return sums


def _statements(run: Run, part: Path, sums: Sums, small: bool) -> tuple[dict[str, Statistics], writing.Tally]:
    """Write all that is stated, and say how much each layer holds."""
    config, state = run.config, run.state
    mint = manifest.minter(config)
    tally = writing.Tally(config.base, tuple(describe.layers()))
    lexicon = str(config.lexicon) if config.lexicon else None
    concepts = describe.vocabulary(mint, sums.concepts, lexicon)

    def entry(layers: dict[str, Statistics]) -> list[Triple]:
        shas = (row[0] for row in state.rows(_SOURCES.format("sha", "sha")))
        rights = sorted(set(tally.rights.values()))
        return list(dict.fromkeys(manifest.describe(config, mint, layers, shas, rights, whole=small)))

    layers = {**tally.statistics(sums.properties), "vocabulary": Statistics.of(concepts)}
    # what is said of the dataset counts all else: of what it speaks is known, what it says is not
    later = sorted({triple[0] for triple in (*entry(layers), *concepts)})
    finished = _merged(run, part, tally, sums, None if small else quads.packing(config.compress), later)
    layers = {**tally.statistics(sums.properties), "vocabulary": Statistics.of(concepts)}
    added = {"vocabulary": concepts, "dataset": entry(layers)}
    layers["dataset"] = Statistics.of(added["dataset"])
    for name, stated in added.items():
        (part / f"{name}.ttl").write_bytes(dump.turtle(stated, config.base))
    late = {b"<%b> " % piece[0]: piece[2] for piece in pieces.pieces_of(added, mint, len(tally.layers))}
    finished({token: sorting.full(token, rests) for token, rests in late.items()})
    return layers, tally


def _merged(
    run: Run, part: Path, tally: writing.Tally, sums: Sums, packing: quads.Packing | None, later: list[str]
) -> Callable[[dict[bytes, bytes]], None]:
    """Write all but what is said `later` of some subjects; what is called with that, to end it."""
    config, state = run.config, run.state
    heads, whole = sums.heads(), packing is None
    key = keys.digest(
        b"files", keys.program(), tally.base, tally.layers, sorted(heads.clash), packing and packing.suffix
    )
    old = kept.opened(state, key, packing.unpack if packing is not None else None)
    if old is None:
        levels.forget(state)
    lines = quads.Quads(state.work, old, packing, run.workers.jobs)
    names = sorted((iri if whole else f"<{iri}> ").encode() for iri in later)
    files = writing.Files(part, lines, old, tally, names)
    if whole:
        files.begin(heads)
    runs = levels.runs(run, whole=whole)
    run.workers.close()  # one process merges: the memory of the others is its own now
    news = sorting.merged(runs, [[(name, 0, b"", b"", b"", 0) for name in names]])
    for done, chunk in enumerate(chunks.renewed(old, news, whole=whole), 1):
        if isinstance(chunk, list):
            files.add(chunk)
        elif old is not None:
            files.keep(chunk, old.place(chunk))
        run.tell("writing", done, 0)
    files.close()

    def finished(late: dict[bytes, bytes]) -> None:
        kept.keep(state, part, key, lines.together(part, late, config.shards), files.bodies)

    return finished


#: Documents of which something is in the dump; what is selected, and by what it is sorted.
_SOURCES = "SELECT DISTINCT {} FROM plan AS p JOIN result AS t ON t.id = p.id WHERE NOT t.lost ORDER BY {}"


def _reports(run: Run, part: Path, report: Report) -> None:
    """Write what SHACL says, and what a reader should know."""
    from fonds.rdf.write import from_rdflib

    (part / "report.ttl").write_bytes(dump.turtle(from_rdflib(report.graph), run.config.base))
    (part / "report.csv").write_text(report.to_csv(), "utf-8", newline="")
    (part / "report.html").write_text(report.to_html(), "utf-8", newline="")
    state = run.state

    def issues() -> Iterator[Issue]:
        for row in state.rows("SELECT issue FROM issue ORDER BY document, record, n"):
            yield pickle.loads(row[0])  # noqa: S301 - pickled by this or an earlier build

    def name_of(sha256: str) -> str | None:
        query = "SELECT p.name FROM plan AS p JOIN result AS t ON t.id = p.id WHERE p.sha = ? AND NOT t.lost"
        row = state.one(query, sha256)
        return row[0] if row else None

    with (part / "findings.csv").open("w", encoding="utf-8", newline="") as stream:
        dump.write_csv(stream, issues(), name_of)


def _manifest(run: Run, part: Path, summary: Summary) -> None:
    """Write the last file: what the others are, so that anybody can check that they are whole."""
    stated = {
        "fonds": __version__,
        "base": run.config.base,
        "documents": summary.documents,
        "records": summary.records,
        "agents": summary.agents,
        "triples": summary.triples,
        "left_out": summary.left_out,
    }
    own = manifest.files(part)
    before = [file for file in own if file.name < "documents/"]
    after = [file for file in own if file.name > "documents/"]

    def listed() -> Iterator[File]:
        yield from before
        for row in run.state.rows("SELECT name, size, sha FROM file ORDER BY name"):
            yield File(*row)
        yield from after

    with suppress(FileNotFoundError):
        (part / manifest.NAME).unlink()
    sources = run.state.rows(_SOURCES.format("name, sha", "name"))
    manifest.write(part / manifest.NAME, stated, sources, listed())
