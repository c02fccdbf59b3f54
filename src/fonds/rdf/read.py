"""Statements read back from files, as plain tuples."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from fonds.errors import SourceError
from fonds.rdf.terms import STRING, Literal, Term, Triple
from fonds.rdf.write import GENID, format_for

if TYPE_CHECKING:
    import pyoxigraph as ox

#: The names under which pyoxigraph knows the formats of fonds.
_PARSERS: Final = {
    "turtle": "TURTLE",
    "jsonld": "JSON_LD",
    "nquads": "N_QUADS",
    "ntriples": "N_TRIPLES",
    "trig": "TRIG",
    "rdfxml": "RDF_XML",
}


def rdf_format(path_or_name: str | Path) -> ox.RdfFormat:
    """The format of pyoxigraph for a name or a path. Raises `UnknownFormat`."""
    import pyoxigraph as ox

    form: ox.RdfFormat = getattr(ox.RdfFormat, _PARSERS[format_for(path_or_name)])
    return form


def read_triples(path: str | Path, format: str | None = None) -> Iterator[Triple]:  # noqa: A002
    """The statements of an RDF file, in its order; the names of graphs are left out.

    The suffix picks the format unless `format` names one; `.gz` is unpacked. A relative IRI is
    resolved against the file's own. Blank nodes become IRIs made from the content of the file
    and the order in which they come. Nothing is fetched: a JSON-LD file needs its context
    inside. Raises `UnknownFormat`, or `SourceError` with the line of a mistake.
    """
    import pyoxigraph as ox

    file = Path(path)
    name = format_for(format or file)
    form = rdf_format(name)
    try:
        with opened(file, name) as stream:
            blanks = _Blanks(file)
            for quad in ox.parse(stream, format=form, base_iri=file.resolve().as_uri()):
                yield (
                    _name(quad.subject, blanks, file),
                    quad.predicate.value,
                    _term(quad.object, blanks, file),
                )
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise SourceError(
            f"not {form.name}: {error.msg}", place=f"{file}{line}", remedy="mend the file"
        ) from error
    except (OSError, EOFError) as error:
        raise SourceError(str(error), place=str(file), remedy="check the path and its permissions") from error


def opened(file: Path, name: str) -> IO[bytes]:
    """A file in the format `name` for reading, unpacked if its name ends in `.gz`.

    Raises `SourceError` for XML that declares entities: a few lines of them can stand for
    gigabytes, and pyoxigraph expands them.
    """
    pack = gzip.open if file.suffix.lower() == ".gz" else open
    stream: IO[bytes] = pack(file, "rb")  # type: ignore[assignment]
    if name != "rdfxml":
        return stream
    with stream:
        data = stream.read()
    # Without the NUL bytes, UTF-16 is read as well.
    if b"<!ENTITY" in data.replace(b"\0", b""):
        raise SourceError(
            "it declares XML entities", place=str(file), remedy="save it as Turtle, or write the entities out"
        )
    return BytesIO(data)


class _Blanks(dict[Any, str]):
    """An IRI for each blank node; the file is hashed only if it has any."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._stem = ""

    def __missing__(self, node: Any) -> str:
        if not self._stem:
            with self._file.open("rb") as stream:
                self._stem = hashlib.file_digest(stream, "sha256").hexdigest()[:16]
        self[node] = f"{GENID}{self._stem}-{len(self) + 1}"
        return self[node]


def _name(node: Any, blanks: _Blanks, file: Path) -> str:
    import pyoxigraph as ox

    if isinstance(node, ox.NamedNode):
        return node.value
    if isinstance(node, ox.BlankNode):
        return blanks[node]
    raise SourceError("a triple about a triple", place=str(file), remedy="use reification (RDF 1.1)")


def _term(node: Any, blanks: _Blanks, file: Path) -> Term:
    import pyoxigraph as ox

    if isinstance(node, ox.Literal):
        if node.language is not None:
            return Literal(node.value, STRING, node.language)
        return Literal(node.value, node.datatype.value)
    return _name(node, blanks, file)
