"""A small description, and what other programs read in what is written of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld as pyld

from fonds.rdf.terms import (
    EDTF,
    LABEL,
    OA,
    RICO,
    SCHEMA,
    TYPE,
    XSD,
    Literal,
    Triple,
)
from fonds.rdf.write import (
    FORMATS,
)

BASE = "https://example.org/archive/"
CABLE = BASE + "record/cable-3523"

#: A small description with every kind of term that occurs in real ones.
SAMPLE: list[Triple] = [
    (CABLE, RICO + "title", Literal("Cable No. 3523, Stalin to “Cdes.” Molotov", language="en")),
    (CABLE, TYPE, RICO + "Record"),
    (CABLE, TYPE, SCHEMA + "CreativeWork"),
    (
        CABLE,
        RICO + "scopeAndContent",
        Literal('Two lines,\none "quoted" \\ and a tab\t.', language="zh-Hant"),
    ),
    (CABLE, LABEL, Literal("Телеграмма № 3523 🛰", language="ru")),
    (CABLE, RICO + "hasAddressee", BASE + "agent/molotov"),
    (CABLE, RICO + "hasAddressee", BASE + "agent/beria"),
    (CABLE, RICO + "hasAddressee", BASE + "agent/beria"),
    (CABLE, RICO + "hasSender", "https://example.org/other#stalin"),
    (CABLE + "/date", RICO + "normalizedDateValue", Literal("1945-11-04", EDTF)),
    (CABLE + "/date", RICO + "expressedDate", Literal("0120 4 November 1945")),
    (CABLE + "#passage", OA + "start", Literal("185", XSD + "nonNegativeInteger")),
    (CABLE + "#passage", OA + "end", Literal("200", XSD + "integer")),
    (CABLE + "#passage", SCHEMA + "isAccessibleForFree", Literal("true", XSD + "boolean")),
    (CABLE + "#passage", OA + "exact", Literal("STRICTLY SECRET </script><!--")),
    ("urn:isbn:0451450523", TYPE, SCHEMA + "Book"),
]


def parsed(data: bytes, form: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.parse(data=data, format={"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml"}[form])
    return graph


def by_oxigraph(data: bytes, form: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(data, format=form)}


def by_rapper(data: bytes, syntax: str) -> list[str]:
    program = shutil.which("rapper")
    if program is None:
        pytest.skip("rapper is not installed")
    done = subprocess.run(
        [program, "-q", "-i", syntax, "-o", "ntriples", "-", "https://example.org/nowhere/"],
        input=data,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def no_network(url: str, options: object = None) -> Any:
    raise AssertionError(f"asked for {url}")


def by_pyld(data: bytes) -> set[ox.Triple]:
    quads = pyld.to_rdf(json.loads(data), {"documentLoader": no_network, "format": "application/n-quads"})
    return by_oxigraph(quads.encode(), ox.RdfFormat.N_QUADS)


def truth(triples: Iterable[Triple]) -> set[ox.Triple]:
    """The statements as pyoxigraph's own terms, made without any writer."""

    def node(term: str | Literal) -> Any:
        if isinstance(term, str):
            return ox.NamedNode(term)
        if term.language is not None:
            return ox.Literal(term.lexical, language=term.language)
        return ox.Literal(term.lexical, datatype=ox.NamedNode(term.datatype))

    return {ox.Triple(node(s), node(p), node(o)) for s, p, o in triples}


def lowered(triples: Iterable[Triple]) -> set[Triple]:
    """Parsers may put language tags in lower case, as their values are (RDF 1.1 Concepts, 3.3)."""
    return {
        (s, p, o._replace(language=o.language.lower()) if isinstance(o, Literal) and o.language else o)
        for s, p, o in triples
    }


def rdf_format_of(name: str) -> ox.RdfFormat:
    form = ox.RdfFormat.from_media_type(FORMATS[name].media_type)
    assert form is not None
    return form
