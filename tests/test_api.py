"""The public names, and that they stay what they are whoever imports what first."""

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import fonds

PUBLIC = [
    "BudgetError",
    "ConfigError",
    "EncodingError",
    "Evaluation",
    "FondsError",
    "Harvest",
    "HarvestOptions",
    "Options",
    "OutputError",
    "QueryError",
    "Record",
    "Report",
    "Resolved",
    "Source",
    "SourceError",
    "Summary",
    "UnknownFormat",
    "build",
    "convert",
    "convert_all",
    "evaluate",
    "explain",
    "graph",
    "harvest",
    "open",
    "query",
    "resolve",
    "validate",
    "write",
]
CABLE = next((Path(__file__).parents[1] / "corpus" / "documents").glob("001_*.txt"))


def run(code: str) -> str:
    """What a fresh Python prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_public_names_are_these() -> None:
    assert fonds.__all__ == PUBLIC


def test_every_public_name_is_there() -> None:
    assert [name for name in PUBLIC if callable(getattr(fonds, name))] == PUBLIC
    assert set(PUBLIC) <= set(dir(fonds))


def test_what_a_type_checker_sees_is_what_python_imports() -> None:
    tree = ast.parse(Path(fonds.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == {name: f"fonds.{room}" for name, room in fonds._HOME.items()}
    assert sorted(seen) == PUBLIC


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(AttributeError, match="no attribute 'covert'"):
        _ = fonds.covert


@pytest.mark.parametrize("room", ["build", "evaluate", "explain", "harvest", "validate"])
def test_a_function_is_not_hidden_by_its_room(room: str) -> None:
    code = f"import fonds.{room}, fonds; import types; print(type(fonds.{room}).__name__)"
    assert run(code) == "function\n"


def test_import_is_cheap() -> None:
    heavy = "rdflib", "pyshacl", "pyoxigraph", "regex", "click", "orjson", "requests"
    assert run(f"import fonds, sys; print([name for name in {heavy} if name in sys.modules])") == "[]\n"


def test_version_is_that_of_the_package() -> None:
    assert fonds.__version__ == version("fonds")


def test_convert_and_graph() -> None:
    record = fonds.convert(CABLE)
    graph = fonds.graph(record, base="https://example.org/x/", layers=["rico"])
    assert record.date is not None
    assert record.date.edtf == "1945-11-04"
    subjects = {str(subject) for subject in graph.subjects()}
    assert f"https://example.org/x/record/{record.id}" in subjects
    assert all(subject.startswith(("https://example.org/x/", "http://id.loc.gov/")) for subject in subjects)


def test_graph_of_resolved_records_is_that_of_the_record() -> None:
    record = fonds.convert(CABLE)
    assert set(fonds.graph(record)) == set(fonds.graph(fonds.resolve([record])))


def test_graphs_can_be_joined() -> None:
    graph = fonds.graph(fonds.convert(CABLE), layers=["rico"])
    size = len(graph)
    graph += fonds.graph(fonds.convert(CABLE), layers=["generic"])
    assert len(graph) > size
