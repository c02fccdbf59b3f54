"""The metadata embedded in a web page: JSON-LD, microdata, RDFa, meta elements, title, language.

What each tag means stands in `data/web_metadata.toml`. The evidence of a value leads to it by an
XPath, and its offsets count in the string value of that element or attribute; in JSON-LD, in the
script as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, NamedTuple

from fonds import lexicon
from fonds.converters.json_text import Scalar, scalars
from fonds.converters.meaning import ZONE, Meaning, Value, meaning, rule
from fonds.converters.page import Page
from fonds.record import Evidence, Finding, Kind
from fonds.source import MAX_LINE

#: The most elements with metadata that are looked at on one page.
MAX_ELEMENTS: Final = 2_000

_SCHEMA: Final = ("https://schema.org/", "http://schema.org/", "schema:")
_DUBLIN_CORE: Final = (
    "dcterms.",
    "dcterms:",
    "dct:",
    "dc:",
    "http://purl.org/dc/terms/",
    "http://purl.org/dc/elements/1.1/",
)


@dataclass(frozen=True)
class _Finder:
    """A page whose metadata is looked for, and the tables that say what it means."""

    page: Page
    meta: Mapping[str, Meaning]
    schema: Mapping[str, Meaning]
    types: Mapping[str, list[str]]

    def value(
        self, said: Meaning, path: str, content: str, name: str, kind: Kind | None = None
    ) -> Value | None:
        """The words of an element or attribute as a value; None if there are none."""
        start = len(content) - len(content.lstrip())
        words = content.strip()
        if not words or len(words) > MAX_LINE:
            return None
        return self.quoted(said, path, (start, start + len(words), words, words), name, kind)

    def quoted(
        self, said: Meaning, path: str, at: tuple[int, int, str, str], name: str, kind: Kind | None = None
    ) -> Value:
        """A value; `at` is where it starts and ends, how it is written, and what it says."""
        start, end, quote, words = at
        evidence = Evidence(
            source=self.page.text.sha256,
            start=start,
            end=end,
            quote=quote,
            zone=ZONE,
            rule=rule("html", name),
            path=path,
        )
        return Value(replace(said, kind=said.kind or kind), words, evidence)

    def kind(self, types: list[str]) -> Kind | None:
        """The kind of agent that a type of schema.org is."""
        kinds: tuple[Kind, ...] = ("person", "organisation", "place")
        return next((kind for kind in kinds if set(types) & set(self.types[kind])), None)


def find_values(page: Page, folder: str | None = None) -> tuple[tuple[Value, ...], tuple[Finding, ...]]:
    """What the metadata of a page says, the most exact first, and what in it cannot be read.

    `folder` is the user's folder of tables.
    """
    table = lexicon.load("web_metadata", folder)
    read = {
        part: {name: meaning(stated, f"web_metadata: {part}.{name}") for name, stated in table[part].items()}
        for part in ("meta", "schema")
    }
    finder = _Finder(page, read["meta"], read["schema"], table["types"])
    findings: list[Finding] = []
    values = [*_json_ld(finder, findings), *_microdata(finder), *_meta(finder), *_head(finder)]
    seen: set[tuple[Meaning, str]] = set()
    unique = []
    for value in values:
        if (value.meaning, value.words) not in seen:
            seen.add((value.meaning, value.words))
            unique.append(value)
    return tuple(unique), tuple(findings)


def xpath_of(node: Any) -> str:
    """The XPath of an element in the tree that browsers build: `/html/head/meta[3]`."""
    steps = []
    while node is not None and node.is_element_node:
        before = after = 0
        other = node.prev
        while other is not None:
            before += other.tag == node.tag
            other = other.prev
        other = node.next
        while other is not None and not (before or after):
            after += other.tag == node.tag
            other = other.next
        steps.append(f"{node.tag}[{before + 1}]" if before or after else node.tag)
        node = node.parent
    return "/" + "/".join(reversed(steps))


def _elements(finder: _Finder, selector: str) -> Iterator[Any]:
    yield from islice(finder.page.tree.css(selector), MAX_ELEMENTS)


# --- meta elements, title, language


def _meta(finder: _Finder) -> Iterator[Value]:
    for node in _elements(finder, "meta[content]"):
        given = node.attributes
        for name in dict.fromkeys((given.get("name"), given.get("property"))):
            key = _key(name or "")
            said = finder.meta.get(key) or finder.schema.get(_local(name or "") or "")
            content = given.get("content")
            if said is not None and content:
                found = finder.value(said, f"{xpath_of(node)}/@content", content, key)
                yield from [found] if found else []


def _key(name: str) -> str:
    low = name.strip().casefold()
    prefix = next((one for one in _DUBLIN_CORE if low.startswith(one)), None)
    return f"dc.{low[len(prefix) :]}" if prefix else low


def _local(name: str) -> str | None:
    """The name of a property of schema.org, None if it is of another vocabulary."""
    prefix = next((one for one in _SCHEMA if name.startswith(one)), None)
    return name[len(prefix) :] if prefix else None


def _head(finder: _Finder) -> Iterator[Value]:
    tree = finder.page.tree
    for node in tree.css('link[rel=canonical][href^="http"]')[:1]:
        said = Meaning(type="identifier", scheme="web-page")
        found = finder.value(said, f"{xpath_of(node)}/@href", node.attributes["href"] or "", "canonical")
        yield from [found] if found else []
    for node in tree.css("head > title")[:1]:
        content = node.text(deep=True)
        # "Letter to the Minister | Archive": what follows the bar is the site
        title = content.split(" | ")[0] if content.split(" | ")[0].strip() else content
        found = finder.value(Meaning(type="text", to="title", weak=True), xpath_of(node), title, "title")
        yield from [found] if found else []
    language = tree.root.attributes.get("lang") if tree.root is not None else None
    if language:
        found = finder.value(Meaning(type="language", weak=True), "/html/@lang", language, "lang")
        if found:
            reason = "the language that the page states for itself"
            yield replace(found, evidence=replace(found.evidence, status="inferred", reason=reason))


# --- microdata and RDFa


class _Syntax(NamedTuple):
    """The attributes that make an item, give its types, and name a property of it."""

    item: str
    types: str
    property: str


_MICRODATA: Final = _Syntax("itemscope", "itemtype", "itemprop")
_RDFA: Final = _Syntax("typeof", "typeof", "property")


def _microdata(finder: _Finder) -> Iterator[Value]:
    for node in _elements(finder, "[itemprop], [property]"):
        given = node.attributes
        if "itemprop" in given:
            for name in (given["itemprop"] or "").split():
                yield from _property(finder, node, name, _MICRODATA)
            continue
        for name in (given["property"] or "").split():
            if ":" not in name:
                if _vocabulary(node) in _SCHEMA:
                    yield from _property(finder, node, name, _RDFA)
            elif node.tag != "meta":  # those are read wherever they stand
                said = finder.meta.get(_key(name)) or finder.schema.get(_local(name) or "")
                yield from _element(finder, node, said, name)


def _property(finder: _Finder, node: Any, name: str, syntax: _Syntax) -> Iterator[Value]:
    """What a property says of the document that has it, or that has the item whose name it is."""
    owner = _owner(node, syntax)
    if owner is None:
        return
    if _describes(finder, owner, syntax):
        if syntax.item not in node.attributes:
            yield from _element(finder, node, finder.schema.get(name), name)
    elif (
        name == "name" and (above := _owner(owner, syntax)) is not None and _describes(finder, above, syntax)
    ):
        outer = (owner.attributes.get(syntax.property) or "").split()[:1]
        said = finder.schema.get(outer[0]) if outer else None
        kind = finder.kind(_types(owner, syntax))
        yield from _element(finder, node, said, outer[0] if outer else "", kind)


def _owner(node: Any, syntax: _Syntax) -> Any:
    """The item that a property belongs to."""
    above = node.parent
    while above is not None and above.is_element_node and syntax.item not in above.attributes:
        above = above.parent
    return above if above is not None and above.is_element_node else None


def _vocabulary(node: Any) -> str:
    """The vocabulary of names without a prefix (RDFa Core 1.1, section 7.4.3): the nearest `vocab`."""
    above = node
    while above is not None and above.is_element_node:
        if "vocab" in above.attributes:
            stated = above.attributes["vocab"] or ""
            return stated if stated.endswith(("/", "#")) else f"{stated}/"
        above = above.parent
    return ""


def _types(node: Any, syntax: _Syntax) -> list[str]:
    given = (node.attributes.get(syntax.types) or "").split()
    return [name.rpartition("/")[2].rpartition(":")[2] for name in given]


def _describes(finder: _Finder, item: Any, syntax: _Syntax) -> bool:
    return bool(set(_types(item, syntax)) & set(finder.types["document"]))


def _element(
    finder: _Finder, node: Any, said: Meaning | None, name: str, kind: Kind | None = None
) -> Iterator[Value]:
    """The value of a property that an element carries (HTML Standard, section 5.2.4)."""
    if said is None:
        return
    given = node.attributes
    attribute = next((one for one in ("content", "datetime") if given.get(one)), None)
    path = xpath_of(node)
    if attribute:
        found = finder.value(said, f"{path}/@{attribute}", given[attribute] or "", name, kind)
    else:
        found = finder.value(said, path, node.text(deep=True), name, kind)
    yield from [found] if found else []


# --- JSON-LD


#: What XHTML and old browsers want around a script, at its beginning and at its end.
_WRAPPING: Final = re.compile(
    r"\A\s*(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?://|/\*)?[ \t]*(?:\]\]>|-->)(?:\s*\*/)?\s*\Z"
)


def _json_ld(finder: _Finder, findings: list[Finding]) -> Iterator[Value]:
    for node in _elements(finder, "script[type]"):
        if (node.attributes["type"] or "").partition(";")[0].strip().casefold() != "application/ld+json":
            continue
        content = node.text(deep=True)
        path = xpath_of(node)
        try:
            graph = _Graph(scalars(_WRAPPING.sub(lambda found: " " * len(found[0]), content)))
        except ValueError as error:
            message = f"embedded JSON-LD cannot be read: {error}"
            findings.append(Finding(kind="unread-metadata", message=message))
            continue
        for item in graph.described(finder.types):
            yield from _properties(finder, graph, item, path, content)


_Path = tuple[str | int, ...]


class _Graph:
    """The values of a JSON-LD text by the node to which they belong."""

    def __init__(self, found: tuple[Scalar, ...]) -> None:
        self.nodes: dict[_Path, list[Scalar]] = {}
        self.types: dict[_Path, list[str]] = {}
        self.named: dict[str, _Path] = {}
        for scalar in found:
            at = len(scalar.path) - 1
            while at >= 0 and isinstance(scalar.path[at], int):
                at -= 1
            if at < 0:
                continue
            node, key = scalar.path[:at], scalar.path[at]
            self.nodes.setdefault(node, []).append(scalar)
            if key == "@type":
                self.types.setdefault(node, []).append(_local(scalar.value) or scalar.value)
            elif key == "@id":
                # the first node that says more than its name is the one meant
                self.named.setdefault(scalar.value, node)
        for node, held in self.nodes.items():
            for scalar in held:
                if scalar.path[-1] == "@id" and len(held) > 1:
                    self.named[scalar.value] = node

    def described(self, types: Mapping[str, list[str]]) -> list[_Path]:
        """The nodes that describe the document of the page: of those in no other, the first."""
        for wanted in (types["document"], types["page"]):
            fitting = [node for node, own in self.types.items() if set(own) & set(wanted)]
            outer = [
                node
                for node in fitting
                if all(isinstance(step, int) or step in ("@graph", "mainEntity") for step in node)
            ]
            if outer:
                return outer[:1]
        return []


def _properties(finder: _Finder, graph: _Graph, item: _Path, path: str, content: str) -> Iterator[Value]:
    for node, held in graph.nodes.items():
        if node[: len(item)] != item:
            continue
        rest = [step for step in node[len(item) :] if isinstance(step, str)]
        for scalar in held:
            key = str(next(step for step in reversed(scalar.path) if isinstance(step, str)))
            if not rest:  # "datePublished": "1954-03-30"
                name, target, kind = key, scalar, None
            elif len(rest) == 1 and key in ("name", "@value", "value"):
                name, target, kind = rest[0], scalar, finder.kind(graph.types.get(node, []))
            elif len(rest) == 1 and key == "@id" and len(held) == 1:
                aim = graph.named.get(scalar.value)
                found = [one for one in graph.nodes.get(aim, []) if one.path[-1] == "name"] if aim else []
                if not found or aim is None:
                    continue
                name, target, kind = rest[0], found[0], finder.kind(graph.types.get(aim, []))
            else:
                continue
            said = finder.schema.get(_local(name) or name)
            if said is not None and target.value.strip():
                at = (target.start, target.end, content[target.start : target.end], target.value)
                yield finder.quoted(said, path, at, name, kind)
