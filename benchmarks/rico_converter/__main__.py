"""python -m benchmarks.rico_converter CHECKOUT DATA: fonds and RiC-O Converter on the same files."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import fonds
from benchmarks.rico_converter import engines, graphs, lost, sources, speed

ROOT: Final = Path(__file__).parents[2]
#: How the files of a folder, and the statements made of them, are counted.
COUNTS: Final = {
    "ead2002": (sources.finding_aid, graphs.finding_aid),
    "eac-cpf": (sources.authority_record, graphs.authority_record),
}
TITLES: Final = {"ead2002": "finding aids (EAD 2002)", "eac-cpf": "authority records (EAC-CPF 1.0)"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rico_converter", description=__doc__)
    parser.add_argument("checkout", type=Path, help="a checkout of RiC-O Converter")
    parser.add_argument("data", type=Path, help="folder with ead2002, eac-cpf and ontologies in it")
    parser.add_argument("--rounds", type=int, default=5, help="how often the speed is taken (5)")
    parser.add_argument("--commit", help="of the checkout, if it has no .git")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    given = parser.parse_args(arguments)
    why = missing(given.checkout, given.data)
    if why:
        print(f"skipped: {why}", file=sys.stderr)
        return 0
    figures = compared(given.checkout, given.data, given.rounds)
    figures["commit"] = given.commit or commit(given.checkout)
    if given.json:
        given.json.write_text(f"{json.dumps(figures, indent=2, ensure_ascii=False)}\n", "utf-8")
    sys.stdout.writelines(f"{line}\n" for line in markdown(figures))
    return 0


def missing(checkout: Path, data: Path) -> str | None:
    """Why the two cannot be compared here; None if they can."""
    for folder, sheet in engines.SHEETS.items():
        if not (checkout / engines.RESOURCES / sheet).is_file():
            return f"{checkout} is no checkout of RiC-O Converter: {engines.RESOURCES}/{sheet} is not there"
        if not any((data / folder).glob("*.xml")):
            return f"{data} has no folder {folder} with XML files in it"
    try:
        import saxonche  # noqa: F401
    except ImportError:
        return "the stylesheets need SaxonC: pip install saxonche"
    return None


def commit(checkout: Path) -> str:
    """The commit of a checkout; empty if git does not know it."""
    if not (checkout / ".git").exists():
        return ""
    told = subprocess.run(
        ["git", "-C", str(checkout), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def compared(checkout: Path, data: Path, rounds: int) -> dict[str, Any]:
    """All figures, as they go into the JSON file."""
    ours = engines.Fonds()
    figures: dict[str, Any] = {"fonds": fonds.__version__, "folders": {}, "speed": {}}
    outputs: dict[str, list[engines.Output]] = {engines.Fonds.name: [], engines.Converter.name: []}
    theirs = None
    for folder in COUNTS:
        theirs = engines.Converter(checkout, folder, data)
        paths = sorted((data / folder).glob("*.xml"))
        figures["folders"][folder] = counted(folder, paths, ours, theirs, outputs)
        figures["speed"][folder] = speed.measured(paths, ours, theirs, rounds) if rounds else {}
    assert theirs is not None
    figures["saxonc"] = theirs.processor.version
    terms = graphs.terms(data / "ontologies" / "RiC-O_1-1.rdf", ROOT / "tests" / "terms" / "rico.tsv")
    figures["faults"] = {
        engine.name: graphs.faults(
            (one.triples for one in outputs[engine.name]), engine.base, engine.known, terms
        )
        for engine in (ours, theirs)
    }
    violations = sum(one.violations or 0 for one in outputs[ours.name])
    figures["faults"][ours.name]["violations of the shapes of fonds"] = violations
    return figures


def counted(
    folder: str,
    paths: Sequence[Path],
    ours: engines.Fonds,
    theirs: engines.Converter,
    outputs: dict[str, list[engines.Output]],
) -> dict[str, Any]:
    """Counts of one folder: in the files, and in what each program made of them."""
    stated, found = COUNTS[folder]
    totals: dict[str, Counter[str]] = {
        "in the files": Counter(),
        ours.name: Counter(),
        theirs.name: Counter(),
    }
    alone = 0
    for path in paths:
        root = sources.read(path)
        counts, names = stated(root)
        totals["in the files"] += counts
        texts = list(sources.texts(root))
        for engine in (ours, theirs):
            output = engine.output(path)
            outputs[engine.name].append(output)
            totals[engine.name] += found(output.triples, names)
            characters, gone = lost.lost(texts, output.triples)
            totals[engine.name]["characters of text that are lost"] += gone
        totals["in the files"]["characters of text that are lost"] += characters
        alone += bool(graphs.Graph(theirs.output(path, helped=False).triples).types)
    return {
        "files": len(paths),
        "megabytes": round(sum(path.stat().st_size for path in paths) / 1e6, 3),
        "read as they stand": {ours.name: len(paths), theirs.name: alone},
        **{name: dict(sorted(counts.items())) for name, counts in totals.items()},
    }


def markdown(figures: dict[str, Any]) -> Iterator[str]:
    """The figures as tables for the documentation."""
    ours, theirs = engines.Fonds.name, engines.Converter.name
    for folder, told in figures["folders"].items():
        yield f"| {told['files']} {TITLES[folder]} | in the files | {ours} | {theirs} |"
        yield "| --- | ---: | ---: | ---: |"
        read = told["read as they stand"]
        yield f"| files read as they stand | {told['files']} | {read[ours]} | {read[theirs]} |"
        for row, number in sorted(told["in the files"].items()):
            cells = [told[name].get(row, 0) for name in (ours, theirs)]
            yield f"| {row} | {number:,} | {' | '.join(f'{cell:,}' for cell in cells)} |"
        yield ""
    yield f"| all files together | {ours} | {theirs} |"
    yield "| --- | ---: | ---: |"
    faults = figures["faults"]
    for row in faults[ours]:
        cells = [faults[name].get(row) for name in (ours, theirs)]
        yield f"| {row} | {' | '.join('n/a' if cell is None else f'{cell:,}' for cell in cells)} |"
    yield ""
    if all(figures["speed"].values()):
        yield f"| MB of XML a second | {' | '.join(TITLES[folder] for folder in figures['speed'])} |"
        yield f"| --- |{' ---: |' * len(figures['speed'])}"
        for name in (theirs, *speed.STEPS):
            label = name if name == theirs else f"{ours}: {'to ' if name != speed.STEPS[0] else ''}{name}"
            yield f"| {label} | {' | '.join(f'{rates[name]:.2f}' for rates in figures['speed'].values())} |"


if __name__ == "__main__":
    sys.exit(main())
