"""The two programs, each as one that turns a file into statements."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lxml import etree

from fonds.agents.resolve import resolve
from fonds.converters import convert
from fonds.rdf.describe import describe, objects, vocabulary
from fonds.rdf.iris import Minter
from fonds.rdf.terms import STRING, Literal, Term, Triple
from fonds.record import Record
from fonds.source import Source
from fonds.validate import validate

#: Where the stylesheets stand in a checkout.
RESOURCES: Final = "ricoconverter/ricoconverter-convert/src/main/resources"
#: Layers of fonds that describe; the evidence quotes the whole text, and would hide what was lost.
LAYERS: Final = ("rico", "generic", "provenance")
#: Stylesheets by the folder of the data that they convert.
SHEETS: Final = {"ead2002": "xslt_ead/main.xslt", "eac-cpf": "xslt_eac/main.xslt"}


@dataclass(frozen=True)
class Output:
    """The statements of one file, and how often a shape was violated (None: there are no shapes)."""

    triples: frozenset[Triple]
    violations: int | None = None


class Fonds:
    """fonds as it is installed."""

    name = "fonds"

    def __init__(self) -> None:
        self.mint = Minter("https://example.org/archive/")
        self.base = self.mint.base
        self.known = frozenset({self.mint.dataset()})

    def records(self, path: Path) -> tuple[Record, ...]:
        return convert(Source.read(path))

    def output(self, path: Path) -> Output:
        made: set[Triple] = set()
        violations = 0
        for resolved in resolve(self.records(path)):
            layers = describe(resolved, self.mint)
            violations += len(validate([one for layer in layers.values() for one in layer]).violations)
            made.update(triple for name in LAYERS for triple in layers[name])
        return Output(frozenset({*made, *vocabulary(self.mint, objects(made))}), violations)


class Converter:
    """RiC-O Converter's stylesheets with the parameters that they come with."""

    name = "RiC-O Converter"
    base = "https://rdf.archives-nationales.culture.gouv.fr/"

    def __init__(self, checkout: Path, folder: str, data: Path) -> None:
        """Raises `ImportError` without saxonche, `FileNotFoundError` if the checkout has no stylesheet."""
        from saxonche import PySaxonProcessor

        sheet = checkout / RESOURCES / SHEETS[folder]
        if not sheet.is_file():
            raise FileNotFoundError(sheet)
        self.processor = PySaxonProcessor(license=False)
        with _silence():
            self.sheet = self.processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(sheet))
        # relations to agents whose files lie beside this one are followed there
        self.sheet.set_parameter(
            "INPUT_FOLDER", self.processor.make_string_value(str((data / folder).resolve()))
        )
        self.known = frozenset(
            quad.subject.value
            for path in sorted((checkout / RESOURCES / "vocabularies").glob("*.rdf"))
            for quad in _parsed(path.read_bytes(), self.base)
        )

    def transform(self, xml: str) -> str:
        """RDF/XML of a file. What the stylesheets say to the standard error is not shown."""
        with _silence():
            return self.sheet.transform_to_string(xdm_node=self.processor.parse_xml(xml_text=xml)) or ""

    def output(self, path: Path, *, helped: bool = True) -> Output:
        xml = prepared(path) if helped else as_it_stands(path)
        made = (
            (_name(quad.subject), quad.predicate.value, _term(quad.object))
            for quad in _parsed(self.transform(xml).encode(), self.base)
        )
        return Output(frozenset(made))


def as_it_stands(path: Path) -> str:
    """A file without its document type, as RiC-O Converter reads it: the DTD is not loaded."""
    return etree.tostring(_tree(path).getroot(), encoding="unicode")


def prepared(path: Path) -> str:
    """A finding aid without its namespace too, which the stylesheets for EAD do not know."""
    tree = _tree(path)
    if etree.QName(tree.getroot()).localname == "ead":
        for element in tree.iter("*"):
            element.tag = etree.QName(element).localname
        etree.cleanup_namespaces(tree)
    return etree.tostring(tree.getroot(), encoding="unicode")


def _tree(path: Path) -> Any:
    return etree.parse(str(path), etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))


def _parsed(data: bytes, base: str) -> Iterator[Any]:
    import pyoxigraph as ox

    return iter(ox.parse(data, format=ox.RdfFormat.RDF_XML, base_iri=base, lenient=True))


def _name(node: Any) -> str:
    import pyoxigraph as ox

    return f"_:{node.value}" if isinstance(node, ox.BlankNode) else str(node.value)


def _term(node: Any) -> Term:
    import pyoxigraph as ox

    if not isinstance(node, ox.Literal):
        return _name(node)
    if node.language:
        return Literal(node.value, language=node.language)
    return Literal(node.value, node.datatype.value if node.datatype else STRING)


@contextmanager
def _silence() -> Iterator[None]:
    """SaxonC writes its warnings where Python cannot take them: to the file that is standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
