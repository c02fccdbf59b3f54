"""How fast each is, in megabytes of XML for each second of one core, once it is warm."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

from benchmarks.rico_converter.engines import Converter, Fonds, prepared
from fonds.agents.resolve import resolve
from fonds.rdf.describe import describe
from fonds.rdf.write import serialise
from fonds.validate import validate

#: What fonds does, each step with those before it.
STEPS: Final = ("convert", "resolve and describe", "validate", "write Turtle and N-Quads")


def measured(paths: Sequence[Path], fonds: Fonds, converter: Converter, rounds: int) -> dict[str, float]:
    """Megabytes a second by step of fonds, and of RiC-O Converter from XML to RDF/XML.

    The rounds of both alternate, so that what else the machine does is shared; the median counts.
    A first round of each is not counted. What lives by then is no longer looked through by the
    collector of garbage, as in the workers of a build.
    """
    texts = [prepared(path) for path in paths]
    size = sum(path.stat().st_size for path in paths) / 1e6
    times: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        found = {converter.name: _timed(lambda: [converter.transform(text) for text in texts])}
        found |= _steps(paths, fonds)
        if number:
            for name, seconds in found.items():
                times.setdefault(name, []).append(seconds)
        else:
            gc.collect()
            gc.freeze()
    gc.unfreeze()
    return {name: size / median(seconds) for name, seconds in times.items()}


def _steps(paths: Sequence[Path], fonds: Fonds) -> dict[str, float]:
    """Seconds from the start to the end of each step. A record is let go before the next, as in a build."""
    spent = dict.fromkeys(STEPS, 0.0)
    for path in paths:
        at = process_time()
        records = fonds.records(path)
        at = _until(at, spent, STEPS[0])
        for resolved in resolve(records):
            layers = describe(resolved, fonds.mint)
            at = _until(at, spent, STEPS[1])
            validate([triple for layer in layers.values() for triple in layer])
            at = _until(at, spent, STEPS[2])
            serialise(layers, "turtle")
            serialise({f"{fonds.base}graph/{name}": made for name, made in layers.items()}, "nquads")
            at = _until(at, spent, STEPS[3])
    total = 0.0
    return {step: (total := total + spent[step]) for step in STEPS}


def _until(start: float, spent: dict[str, float], step: str) -> float:
    """Count the time since `start` for a step, and say what time it is."""
    now = process_time()
    spent[step] += now - start
    return now


def _timed(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start
