"""Whether the compiled shapes say what pySHACL says, on graphs that are spoilt or made at random."""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.shapes import invented, mutations
from fonds.errors import ConfigError, FondsError
from fonds.rdf.terms import Triple
from fonds.shacl.loading import Loaded, load
from fonds.validate import ENGINES, Report


@dataclass
class Tally:
    """How often the two agree. `differ` says where they do not."""

    documents: int = 0
    same: int = 0
    not_conforming: int = 0
    #: pySHACL fails on the data, and so does the other engine, which asks it
    both_fail: int = 0
    #: pySHACL fails on the data, and the closures know the verdict without the value at fault
    only_pyshacl_fails: int = 0
    #: the closures leave the document to pySHACL
    left_to_pyshacl: int = 0
    results: int = 0
    components: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    differ: list[str] = field(default_factory=list)

    def compare(self, triples: list[Triple], loaded: Loaded, label: str) -> None:
        """Check one document with both engines."""
        self.documents += 1
        expected, found = (outcome(engine, triples, loaded) for engine in ("pyshacl", "compiled"))
        if isinstance(found, str):
            if found == expected:
                self.both_fail += 1
            else:
                self.differ.append(f"{label}: compiled fails: {found}")
            return
        self.left_to_pyshacl += bool(found.notes)
        if isinstance(expected, str):
            self.only_pyshacl_fails += 1
            return
        self.not_conforming += bool(expected.violations)
        self.results += len(expected.violations)
        self.components.update(item.component.rpartition("#")[2] for item in expected.violations)
        if expected.violations == found.violations:
            self.same += 1
        else:
            odd = min(set(expected.violations).symmetric_difference(found.violations))
            self.differ.append(f"{label}: {odd}")

    def as_json(self) -> dict[str, Any]:
        return {
            "documents": self.documents,
            "same": self.same,
            "not_conforming": self.not_conforming,
            "results": self.results,
            "both_fail": self.both_fail,
            "only_pyshacl_fails": self.only_pyshacl_fails,
            "left_to_pyshacl": self.left_to_pyshacl,
            "differ": self.differ,
            "components": dict(sorted(self.components.items())),
            "kinds": dict(sorted(self.kinds.items())),
        }


def outcome(engine: str, triples: list[Triple], loaded: Loaded) -> Report | str:
    """The report, or why there is none."""
    try:
        return ENGINES[engine](triples, loaded)
    except FondsError as error:
        return str(error)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings of pySHACL about what is spoilt on purpose."""
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def spoilt(graphs: list[list[Triple]], count: int, size: int = 60, seed: int = 0) -> Tally:
    """`count` pieces of graphs, of about `size` statements each, spoilt and checked against our shapes.

    A graph of at most 300 statements is taken whole.
    """
    tally = Tally()
    loaded = load(None)
    with quiet():
        for number in range(count):
            random = Random(f"{seed} {number}")
            part = random.choice(graphs)
            if len(part) > 300:
                part = mutations.piece(part, random, random.randint(size // 3, size))
            triples, names = mutations.mutated(part, random)
            tally.kinds.update(names)
            tally.compare(triples, loaded, f"piece {number} ({', '.join(names)})")
    return tally


def at_random(seeds: Iterable[int]) -> Tally:
    """Shapes with every construct and data for them, made at random: three documents for each seed."""
    tally = Tally()
    with quiet():
        for seed in seeds:
            random = Random(seed)
            loaded = Loaded(invented.shapes(random), {}, f"seed {seed}")
            try:
                _ = loaded.program
            except ConfigError:  # an implicit class with a constraint that needs a path: no shape at all
                tally.kinds["refused shapes"] += 1
                continue
            for number in range(3):
                triples = invented.data(random, random.randrange(5, 40))
                tally.compare(triples, loaded, f"seed {seed}, data {number}")
    return tally
