"""How fast each format is written, beside rdflib and pyoxigraph, in one run.

    python benchmarks/writers.py [statements]

The statements resemble real ones: records with titles and dates, agents, and three times as many
that say which words support them. Times are processor times, the best of three runs. Every
writer starts from the same tuples; the cost of making the other library's objects, which its
users pay too, is shown apart from that of its writer. The table is also written as
`results/writers.json`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import orjson
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from fonds import __version__
from fonds.rdf import jsonld as jsonld_files
from fonds.rdf import turtle as turtle_files
from fonds.rdf.jsonld import jsonld
from fonds.rdf.nquads import nquads, ntriples
from fonds.rdf.terms import (
    EDTF,
    FONDS,
    LABEL,
    OA,
    PREFIXES,
    RICO,
    SCHEMA,
    SUBJECT,
    TYPE,
    XSD,
    Literal,
    Triple,
)
from fonds.rdf.turtle import trig, turtle
from fonds.rdf.write import rdfxml, to_rdflib

BASE = "https://example.org/archive/"
#: rdflib takes seconds for what the others do at once: it gets this share.
SHARE = 8
RESULTS = Path(__file__).parent / "results" / "writers.json"


def synthetic(count: int) -> list[Triple]:
    """About `count` statements about cables, deterministic."""
    triples: list[Triple] = []
    add = triples.append
    number = 0
    while len(triples) < count:
        number += 1
        digest = sha256(str(number).encode()).hexdigest()
        record, file = f"{BASE}record/{number:06d}", f"{BASE}instantiation/{digest[:16]}"
        title = f"Cable No. {number}, to the “Centre”,\n“for\tinformation” \\ only"
        add((record, TYPE, RICO + "Record"))
        add((record, TYPE, SCHEMA + "CreativeWork"))
        add((record, LABEL, Literal(title, language="en")))
        add((record, RICO + "title", Literal(f"Cable No. {number}", language="en")))
        add((record, RICO + "hasOrHadInstantiation", file))
        add((file, TYPE, RICO + "Instantiation"))
        add((file, SCHEMA + "sha256", Literal(digest)))
        for role in ("dated", "sent"):
            date, day = f"{record}/date/{role}", number % 28 + 1
            add((record, RICO + "isAssociatedWithDate", date))
            add((date, TYPE, RICO + "Date"))
            add((date, RICO + "expressedDate", Literal(f"{day} November 1945", language="en")))
            add((date, RICO + "normalizedDateValue", Literal(f"1945-11-{day:02d}", EDTF)))
            add((date, SCHEMA + "dateCreated", Literal(f"1945-11-{day:02d}", XSD + "date")))
        for place in range(12):
            add((record, RICO + "hasOrHadSubject", agent := f"{BASE}agent/{(number * 7 + place) % 900}"))
            start = place * 37 + number % 50
            _passage(add, agent, file, start, f"Cdes. MOLOTOV, BERIA and MALENKOV ({start})")
    return triples[:count]


def _passage(add: Callable[[Triple], None], agent: str, file: str, start: int, quote: str) -> None:
    key = sha256(f"{file} {start}".encode()).hexdigest()[:16]
    mention, passage = f"{BASE}mention/{key}", f"{BASE}passage/{key}"
    add((mention, TYPE, OA + "Annotation"))
    add((mention, OA + "motivatedBy", OA + "identifying"))
    add((mention, OA + "hasBody", agent))
    add((mention, OA + "hasTarget", passage))
    add((mention, FONDS + "rule", Literal("names.title")))
    add((passage, TYPE, OA + "SpecificResource"))
    add((passage, OA + "hasSource", file))
    add((passage, OA + "hasSelector", passage + "/position"))
    add((passage, OA + "hasSelector", passage + "/quote"))
    add((passage + "/position", TYPE, OA + "TextPositionSelector"))
    add((passage + "/position", OA + "start", Literal(str(start), XSD + "nonNegativeInteger")))
    add((passage + "/position", OA + "end", Literal(str(start + len(quote)), XSD + "nonNegativeInteger")))
    add((passage + "/quote", TYPE, OA + "TextQuoteSelector"))
    add((passage + "/quote", OA + "exact", Literal(quote)))


def seconds(call: Callable[[], object], runs: int = 3) -> float:
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def ox_triples(triples: list[Triple]) -> list[ox.Triple]:
    node = ox.NamedNode

    def thing(term: str | Literal) -> ox.NamedNode | ox.Literal:
        if isinstance(term, str):
            return node(term)
        if term.language is not None:
            return ox.Literal(term.lexical, language=term.language)
        return ox.Literal(term.lexical, datatype=node(term.datatype))

    return [ox.Triple(node(s), node(p), thing(o)) for s, p, o in triples]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    triples = synthetic(count)
    few = triples[: count // SHARE]
    graph_name = BASE + "graph"
    quads = [(*triple, graph_name) for triple in triples]
    ordered = sorted(triples, key=SUBJECT)

    rates: dict[str, float] = {}
    ours: dict[str, Callable[[], object]] = {
        "fonds turtle": lambda: turtle(triples),
        "fonds ntriples": lambda: ntriples(triples),
        "fonds nquads": lambda: nquads(quads),
        "fonds jsonld": lambda: jsonld(triples),
        "fonds trig": lambda: trig({graph_name: triples}),
        "fonds turtle-stream": lambda: [*turtle_files.stream(ordered)],
        "fonds jsonld-stream": lambda: [*jsonld_files.stream(ordered)],
    }
    for name, call in ours.items():
        rates[name] = count / seconds(call)
    rates["fonds rdfxml"] = len(few) / seconds(lambda: rdfxml(few), 1)

    objects = ox_triples(triples)
    rates["pyoxigraph objects"] = count / seconds(lambda: ox_triples(triples))
    forms = {
        "turtle": ox.RdfFormat.TURTLE,
        "ntriples": ox.RdfFormat.N_TRIPLES,
        "jsonld": ox.RdfFormat.JSON_LD,
    }
    for name, form in forms.items():
        spent = seconds(lambda form=form: ox.serialize(objects, format=form, prefixes=dict(PREFIXES)))
        rates[f"pyoxigraph {name}"] = count / spent

    graph = to_rdflib(few)
    rates["rdflib objects"] = len(few) / seconds(lambda: to_rdflib(few), 1)
    for name, plugin in {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld"}.items():
        rates[f"rdflib {name}"] = len(few) / seconds(lambda plugin=plugin: graph.serialize(format=plugin), 1)

    rows = [row(name, rates) for name in rates]
    stated = {
        "fonds": __version__,
        "pyoxigraph": version("pyoxigraph"),
        "rdflib": version("rdflib"),
        "statements": count,
        "statements of rdflib": len(few),
        "writers": rows,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_bytes(orjson.dumps(stated, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    table = Table(title=f"{count:,} statements (rdflib: {len(few):,})")
    table.add_column("writer")
    for heading in ("statements/s", "fonds is faster by", "objects included"):
        table.add_column(heading, justify="right")
    for entry in rows:
        ratios = (f"{entry[key]} ×" if key in entry else "" for key in ("ratio", "ratio with objects"))
        table.add_row(str(entry["writer"]), f"{entry['per second']:,}", *ratios)
    Console().print(table)


def row(name: str, rates: dict[str, float]) -> dict[str, str | int | float]:
    """One writer: its statements a second, and by how much that of fonds for the format is faster."""
    entry: dict[str, str | int | float] = {"writer": name, "per second": round(rates[name])}
    library, form = name.split()
    if library != "fonds" and form != "objects":
        own = rates[f"fonds {form}"]
        entry["ratio"] = round(own / rates[name], 1)
        entry["ratio with objects"] = round(own * (1 / rates[name] + 1 / rates[f"{library} objects"]), 1)
    return entry


if __name__ == "__main__":
    main()
