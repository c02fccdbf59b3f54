"""XML, read safely, and evidence in it.

Before anything is parsed the prolog is looked at: a file that declares entities is refused, and
nothing that it points to is ever loaded (no DTD, no external entity, no network). The tree holds
no comments and no processing instructions, so the text of an element is its string value
(XPath 1.0, section 5), in which the offsets of `Evidence` count.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Any, Final, NamedTuple, TypedDict, Unpack, cast
from xml.parsers import expat

from lxml import etree

from fonds.errors import BudgetError, EncodingError, SourceError
from fonds.record import Certainty, Evidence, SourceInfo, Status
from fonds.source import Source, Span

#: Deepest nesting of elements read; libxml2 stops here unless told otherwise.
MAX_DEPTH: Final = 256

XML: Final = "http://www.w3.org/XML/1998/namespace"
#: The name of the attribute `xml:id`.
XML_ID: Final = f"{{{XML}}}id"
#: The name of the attribute `xml:lang`.
XML_LANG: Final = f"{{{XML}}}lang"

#: How lxml is told to read: no DTD, no network, no entity is replaced, no limit is lifted; comments and
#: processing instructions are left out. Every parser of XML in fonds is made with these.
SAFE: Final[dict[str, Any]] = {
    "attribute_defaults": False,
    "dtd_validation": False,
    "load_dtd": False,
    "no_network": True,
    "resolve_entities": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}

_CHUNK: Final = 65_536
_BROKEN_IDS: Final = frozenset({etree.ErrorTypes.DTD_ID_REDEFINED, etree.ErrorTypes.DTD_XMLID_VALUE})
_string_value = etree.XPath("string()", smart_strings=False)
_by_id = etree.XPath("id($name)")


class Root(NamedTuple):
    """The name of the root element of a file; `namespace` is empty if it has none."""

    namespace: str
    name: str


class _RootSeenError(Exception):
    """The prolog is over."""


def sniffed_root(source: Source) -> Root | None:
    """The root element of what looks like XML, from its first bytes; None if there is none.

    A file that `parse` refuses has a root all the same: the converter that claims it can then say
    why it is refused.
    """
    # Right for UTF-16 as well, with or without a byte order mark.
    if not source.data[:256].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        return None
    try:
        return _root(source, refuse=False)
    except (expat.ExpatError, LookupError, ValueError):
        return None


def root_of(source: Source) -> Root:
    """The root element of a file, from its first bytes, without parsing the rest.

    Raises `SourceError` if the file declares entities or is no XML, `EncodingError` if it is in an
    encoding that is not read.
    """
    if not source.data or source.data.isspace():
        raise SourceError("the file is empty", place=source.name, remedy="remove it or restore its text")
    try:
        root = _root(source, refuse=True)
    except expat.ExpatError as error:
        words = expat.ErrorString(error.code)
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]:
            raise _unknown_encoding(source, words) from error
        raise _not_well_formed(source, words, error.lineno, error.offset + 1) from error
    except (LookupError, ValueError) as error:
        raise _unknown_encoding(source, str(error)) from error
    if root is None:
        raise _not_well_formed(source, "no element found", 1, 1)
    return root


def _root(source: Source, *, refuse: bool) -> Root | None:
    """The root element; with `refuse`, a declaration of an entity before it raises `SourceError`."""
    parser = expat.ParserCreate(source.encoding, namespace_separator=" ")
    found: list[str] = []

    def entity(name: str, is_parameter: int, *_rest: object) -> None:
        kind = "parameter entity" if is_parameter else "entity"
        raise SourceError(
            f"the {kind} {name!r} is declared: entities are not read, since they can load other files "
            "or grow without bound",
            place=f"{source.name}, line {parser.CurrentLineNumber}",
            remedy="replace the entity by its characters and remove its declaration",
        )

    def start(name: str, _attributes: dict[str, str]) -> None:
        found.append(name)
        raise _RootSeenError

    if refuse:
        parser.EntityDeclHandler = entity
    parser.StartElementHandler = start
    try:
        for at in range(0, len(source.data), _CHUNK):
            parser.Parse(source.data[at : at + _CHUNK], False)
        parser.Parse(b"", True)
    except _RootSeenError:
        namespace, _, name = found[0].rpartition(" ")
        return Root(namespace, name)
    return None


def parse(source: Source) -> etree._ElementTree:
    """The tree of a file, without comments and processing instructions.

    Raises `SourceError` if the file declares or uses entities or is not well-formed (with line and
    column), `BudgetError` if it is too large or nested too deeply, `EncodingError` if its bytes are
    not in its encoding.
    """
    root_of(source)
    try:
        tree, log = _read(source, collect_ids=True)
    except etree.XMLSyntaxError as error:
        # An id used twice makes a file invalid, but it can be read; its ids then name nothing.
        if _code(error) not in _BROKEN_IDS:
            raise refusal(source, error) from error
        try:
            tree, log = _read(source, collect_ids=False)
        except etree.XMLSyntaxError as second:
            raise refusal(source, second) from second
    # A second look, should the two parsers ever disagree about where the prolog ends.
    internal: Any = tree.docinfo.internalDTD
    for declared in internal.iterentities() if internal is not None else ():
        raise SourceError(f"the entity {declared.name!r} is declared", place=source.name, remedy="remove it")
    for entry in log:
        if entry.type == etree.ErrorTypes.WAR_UNDECLARED_ENTITY:
            raise SourceError(
                f"{entry.message}: DTDs are not loaded, so its characters are not known",
                place=f"{source.name}, line {entry.line}, column {entry.column}",
                remedy="replace the entity by its characters",
            )
    return tree


def _read(source: Source, *, collect_ids: bool) -> tuple[etree._ElementTree, Iterable[etree._LogEntry]]:
    parser = etree.XMLParser(encoding=libxml2_name(source.encoding), collect_ids=collect_ids, **SAFE)
    tree = etree.parse(BytesIO(source.data), parser)
    return tree, cast("Iterable[etree._LogEntry]", parser.error_log)


def _unknown_encoding(source: Source, words: str) -> EncodingError:
    return EncodingError(
        f"its encoding is not read: {words}", place=source.name, remedy="convert the file to UTF-8"
    )


def _not_well_formed(source: Source, words: str, line: int, column: int) -> SourceError:
    return SourceError(
        f"not well-formed XML: {words}",
        place=f"{source.name}, line {line}, column {column}",
        remedy="mend the file there; xmllint shows the place",
    )


def libxml2_name(encoding: str | None) -> str | None:
    """The name under which libxml2 knows an encoding that Python knows."""
    return codecs.lookup(encoding).name.replace("iso8859-", "iso-8859-") if encoding else None


def _code(error: etree.XMLSyntaxError) -> int | None:
    return cast("int | None", getattr(error, "code", None))


def refusal(source: Source, error: etree.XMLSyntaxError) -> SourceError:
    """What the parser refused, in the words of fonds: where it is, and what to do."""
    line, column = error.position
    words = (error.msg or "").rsplit(", line ", 1)[0].strip()
    if "depth" in words.lower():
        return BudgetError(
            f"elements are nested more than {MAX_DEPTH} deep",
            place=f"{source.name}, line {line}, column {column}",
            remedy="no finding aid or edition is nested like this; leave the file out",
        )
    if _code(error) == etree.ErrorTypes.ERR_RESOURCE_LIMIT or "huge" in words.lower():
        return BudgetError(
            "one text, name or attribute is over the limit of 10,000,000 bytes",
            place=f"{source.name}, line {line}, column {column}",
            remedy="break the text into elements, or leave the file out",
        )
    return _not_well_formed(source, words, line, column)


# --- elements


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def text_of(element: etree._Element) -> str:
    """The string value of an element: all text in it, as it stands."""
    return cast("str", _string_value(element)) if len(element) else element.text or ""


def words_of(element: etree._Element | None) -> str:
    """The text of an element on one line, each space single; empty if there is no element.

    Elements that follow each other with no text of their parent between them are apart, whether the
    file has a space there or not, and so is what a line break divides.
    """
    if element is None:
        return ""
    if not len(element):
        return " ".join((element.text or "").split())
    pieces: list[str] = []
    _gather(element, pieces)
    return " ".join("".join(pieces).split())


def _gather(element: etree._Element, pieces: list[str]) -> None:
    """The texts in an element, with a space where two of them are apart."""
    pieces.append(element.text or "")
    inside = list(element)
    # no text of its own, only elements and white space
    apart = not (element.text or "").strip() and not any((each.tail or "").strip() for each in inside)
    for each in inside:
        gap = " " if apart or local(each) == "lb" else ""
        pieces.append(gap)
        if len(each):
            _gather(each, pieces)
        else:
            pieces.append(each.text or "")
        pieces.append(gap)
        pieces.append(each.tail or "")


def trimmed(content: str, start: int = 0, end: int | None = None) -> Span:
    """A span of some text without the white space at its ends (which may leave nothing)."""
    part = content[start:end] if start or end is not None else content
    lead = len(part) - len(part.lstrip())
    return Span(start + lead, start + max(lead, len(part.rstrip())))


def xpath_of(element: etree._Element) -> str:
    """An XPath 1.0 that leads to one element: from the nearest `xml:id` above, by positions.

    It needs no namespace prefixes, so it can be used anywhere: `//*[@xml:id='d1']/*[3]`.
    """
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None:
        name = node.get(XML_ID)
        if name is not None and _is_named(node, name):
            return "/".join((f"//*[@xml:id='{name}']", *reversed(steps)))
        before = sum(1 for _ in node.itersiblings(preceding=True))
        steps.append(f"*[{before + 1}]")
        node = node.getparent()
    return "/" + "/".join(reversed(steps))


def _attribute_step(name: str) -> str:
    """The last step of a path to an attribute, without prefixes other than `xml`, which is always known."""
    namespace, _, own = name.rpartition("}")
    if not namespace:
        return f"@{own}"
    return f"@xml:{own}" if namespace[1:] == XML else f"@*[local-name()='{own}']"


def _is_named(element: etree._Element, name: str) -> bool:
    """Whether an id leads to this element; an id with a quotation mark is no id (XML Names)."""
    found = cast("list[etree._Element]", _by_id(element, name=name)) if "'" not in name else []
    return len(found) == 1 and found[0] is element


class Manner(TypedDict, total=False):
    """How evidence supports: as the fields of `Evidence`; the zone is `metadata` unless stated."""

    zone: str
    status: Status
    certainty: Certainty
    reason: str | None


class Markup:
    """A parsed source: its tree, and evidence in it. Not frozen, since lxml's trees are not."""

    def __init__(self, source: Source) -> None:
        """Raises what `parse` raises."""
        self.source = source
        self.tree = parse(source)
        self.root: etree._Element = self.tree.getroot()
        self._seen: tuple[etree._Element, str, str] | None = None

    @cached_property
    def _length(self) -> int:
        """Of the whole text, in code points."""
        return len(text_of(self.root))

    def info(self, media_type: str = "application/xml") -> SourceInfo:
        """What an instantiation needs; the length is that of the whole text, without tags."""
        stated = self.source.media_type
        return SourceInfo(
            sha256=self.source.sha256,
            name=self.source.name,
            size=len(self.source.data),
            length=self._length,
            encoding=self.source.encoding or (self.tree.docinfo.encoding or "utf-8").lower(),
            media_type=media_type if stated == "text/plain" else stated,
            origin=self.source.origin,
            retrieved=self.source.retrieved,
        )

    def evidence(
        self, element: etree._Element, start: int, end: int, rule: str, **manner: Unpack[Manner]
    ) -> Evidence:
        """The words at `start` to `end` (code points, end exclusive) in the text of an element."""
        if self._seen is None or self._seen[0] is not element:
            self._seen = element, xpath_of(element), text_of(element)
        _, path, content = self._seen
        return self._evidence(path, content, Span(start, end), rule, manner)

    def whole(self, element: etree._Element, rule: str, **manner: Unpack[Manner]) -> Evidence | None:
        """All the words of an element; None if it has none."""
        span = trimmed(text_of(element))
        return None if span.start == span.end else self.evidence(element, *span, rule, **manner)

    def attribute(
        self, element: etree._Element, name: str, rule: str, **manner: Unpack[Manner]
    ) -> Evidence | None:
        """The value of an attribute; None if it is missing or empty.

        `name` is as lxml has it (`when`, `{NAMESPACE}lang`). An attribute has a string value like an
        element: the path ends in its name, `…/@when`.
        """
        value = element.get(name) or ""
        span = trimmed(value)
        if span.start == span.end:
            return None
        path = f"{xpath_of(element)}/{_attribute_step(name)}"
        return self._evidence(path, value, span, rule, manner)

    def _evidence(self, path: str, content: str, span: Span, rule: str, manner: Manner) -> Evidence:
        return Evidence(
            source=self.source.sha256,
            start=span.start,
            end=span.end,
            quote=content[span.start : span.end],
            rule=rule,
            path=path,
            zone=manner.get("zone", "metadata"),
            status=manner.get("status", "stated"),
            certainty=manner.get("certainty", "certain"),
            reason=manner.get("reason"),
        )


@lru_cache(maxsize=256)
def _patterns(names: tuple[str, ...]) -> tuple[str, ...]:
    """How lxml is asked for elements of some local names, in any namespace or none."""
    return tuple(f"{{*}}{name}" for name in names)


def elements(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The descendants with one of some local names, in the order of the document."""
    yield from parent.iter(*_patterns(names))


def children(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children with one of some local names, in the order of the document; all without names."""
    yield from parent.iterchildren(*(_patterns(names) or ("*",)))


def child(parent: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element along a path of local names, None if there is none."""
    for name in path:
        if parent is None:
            return None
        parent = next(parent.iterchildren(f"{{*}}{name}"), None)
    return parent
