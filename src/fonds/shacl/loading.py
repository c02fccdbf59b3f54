"""The shapes of a file or a folder: read once, and kept as statements, as a program and for pySHACL."""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from fonds.errors import ConfigError, SourceError, UnknownFormat
from fonds.rdf.terms import Term, Triple
from fonds.shacl.data import Data
from fonds.shacl.parameters import Shapes, Unsupported
from fonds.shacl.shapes import Program, compiled
from fonds.shacl.terms import to_graph, with_blanks


def shapes_files(shapes: str | Path | None = None) -> list[Path]:
    """The Turtle files of the shapes, sorted by name. Raises `ConfigError` if there are none."""
    if shapes is None:
        packaged = Path(str(files("fonds"))) / "shapes"
        # in a checkout the shapes lie at the top of the project
        folder = packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "shapes"
    else:
        folder = Path(shapes)
    found = sorted(folder.glob("*.ttl")) if folder.is_dir() else [folder] if folder.is_file() else []
    if not found:
        raise ConfigError(
            "no shapes here", place=str(folder), remedy="name a Turtle file or a folder of them"
        )
    return found


class Loaded:
    """Shapes, in the three forms in which they are used; each is made when first asked for."""

    def __init__(self, triples: list[Triple], places: dict[Term, str], place: str) -> None:
        self.triples = triples
        self.shapes = Shapes(Data(triples), places)
        self.place = place

    @cached_property
    def program(self) -> Program | Unsupported:
        """The compiled shapes, or why they are not compiled. Raises `ConfigError` for a wrong shape."""
        try:
            return compiled(self.shapes)
        except Unsupported as reason:
            return reason

    @cached_property
    def harvested(self) -> Any:
        """What pySHACL keeps of the shapes; making it costs twice the check of a document.

        Raises `ConfigError` for shapes that pySHACL refuses, or if there is none.
        """
        from pyshacl.errors import ReportableRuntimeError
        from pyshacl.shapes_graph import ShapesGraph

        harvested = ShapesGraph(to_graph(self.triples))
        try:
            held = harvested.shapes
        except ReportableRuntimeError as error:
            raise ConfigError(str(error), place=self.place, remedy="mend the shapes") from error
        if not held:
            raise ConfigError("no shape in it", place=self.place, remedy="add a sh:NodeShape")
        return harvested


@lru_cache(maxsize=8)
def load(shapes: str | None) -> Loaded:
    """The shapes of a file or a folder; None: those of fonds.

    Raises `ConfigError`, which names the file and the line, if one cannot be read or holds no shape.
    """
    triples: list[Triple] = []
    places: dict[Term, str] = {}
    for path in shapes_files(shapes):
        for triple in _read(path):
            places.setdefault(triple[0], str(path))
            triples.append(triple)
    loaded = Loaded(triples, places, shapes or "the shapes of fonds")
    program = loaded.program
    if isinstance(program, Program) and not program.shapes:
        raise ConfigError("no shape in it", place=loaded.place, remedy="add a sh:NodeShape")
    return loaded


def _read(path: Path) -> list[Triple]:
    from fonds.rdf.read import read_triples
    from fonds.rdf.write import format_for

    try:
        form = format_for(path)
    except UnknownFormat:
        form = "turtle"
    try:
        return list(with_blanks(read_triples(path, form)))
    except SourceError as error:
        what = {"turtle": "Turtle"}.get(form, form)
        raise ConfigError(
            error.message, place=error.place, remedy=f"mend the {what} of the shapes"
        ) from error
