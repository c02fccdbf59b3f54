"""fonds: linked data from archival documents, in which every statement quotes its words.

    record = fonds.convert("cable.txt")       # a frozen Record
    graph = fonds.graph(record)               # an rdflib Graph
    report = fonds.validate(graph)            # SHACL: report.conforms, report.violations
    fonds.write(graph, "cable.jsonld")        # the suffix picks the format
    summary = fonds.build("corpus", "dump")   # a whole collection
    dataset = fonds.open("dump")              # an rdflib Dataset on Oxigraph, for SPARQL

A name is imported when it is first used, so that `import fonds` costs next to nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fonds.build import Summary, build
    from fonds.converters import Options
    from fonds.dataset import open, query  # noqa: A004 - read as fonds.open, like zipfile.open
    from fonds.document import convert, convert_all, graph, resolve
    from fonds.errors import (
        BudgetError,
        ConfigError,
        EncodingError,
        FondsError,
        OutputError,
        QueryError,
        SourceError,
        UnknownFormat,
    )
    from fonds.evaluate import Evaluation, evaluate
    from fonds.explain import explain
    from fonds.harvest import Harvest, HarvestOptions, harvest
    from fonds.rdf.write import write
    from fonds.record import Record, Resolved
    from fonds.source import Source
    from fonds.validate import Report, validate

__version__ = "0.1.0"

__all__ = [
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

_ROOMS = {
    "build": ("Summary", "build"),
    "converters": ("Options",),
    "dataset": ("open", "query"),
    "document": ("convert", "convert_all", "graph", "resolve"),
    "errors": (
        "BudgetError",
        "ConfigError",
        "EncodingError",
        "FondsError",
        "OutputError",
        "QueryError",
        "SourceError",
        "UnknownFormat",
    ),
    "evaluate": ("Evaluation", "evaluate"),
    "explain": ("explain",),
    "harvest": ("Harvest", "HarvestOptions", "harvest"),
    "rdf.write": ("write",),
    "record": ("Record", "Resolved"),
    "source": ("Source",),
    "validate": ("Report", "validate"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'fonds' has no attribute {name!r}")
    value = getattr(import_module(f"fonds.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


class _Package(ModuleType):
    """Keeps `fonds.build` the function after `fonds/build.py` has been imported.

    Python binds an imported room to its name in the package, which would hide the function
    of the same name, depending on who imported what first.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        hides = isinstance(value, ModuleType) and name in _HOME
        super().__setattr__(name, getattr(value, name) if hides else value)


sys.modules[__name__].__class__ = _Package
