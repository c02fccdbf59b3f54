"""Authority records in EAC-CPF 1.0 and 2.0 to records: one for each agent that a file describes.

The record is the authority record itself, about the agent that `Record.agent` describes. Whoever
it names is identified by number or IRI where the file gives one, so that the descriptions of a
collection, and the finding aids that use the same numbers, speak of the same agents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from fonds.converters import Options
from fonds.converters.eac_agent import Draft
from fonds.converters.eac_terms import DIALECT, NAMESPACES
from fonds.converters.named import reference, short_id
from fonds.converters.xml_source import child, children, elements, local, parse, sniffed_root, words_of
from fonds.converters.xml_source import text_of as string_value
from fonds.converters.xml_stream import Part, info
from fonds.errors import SourceError, UnknownFormat
from fonds.record import Record
from fonds.source import Source, Text

#: The genre of the record of an authority record.
AUTHORITY_RECORD: Final = "authority-record"


def sniff(source: Source) -> bool:
    """Whether the root element is that of EAC-CPF, or any element in one of its namespaces."""
    root = sniffed_root(source)
    return root is not None and (root.name == "eac-cpf" or root.namespace in NAMESPACES)


def convert(source: Source, options: Options) -> Iterator[Record]:
    """The record of each agent that the file describes: of one, unless it has several identities.

    Raises `UnknownFormat` if the root element is not that of EAC-CPF, `SourceError` if no agent is
    named or the file cannot be read as XML.
    """
    root = parse(source).getroot()
    namespace = etree.QName(root).namespace or ""
    if local(root) not in DIALECT.root or (namespace and namespace not in NAMESPACES):
        raise UnknownFormat(
            f"the root element is {local(root)} in the namespace {namespace!r}; "
            f"an authority record has {' or '.join(DIALECT.root)}",
            place=source.name,
            remedy=f"declare one of the namespaces {', '.join(NAMESPACES)}",
        )
    part = Part(source.sha256, root, "/*[1]")
    control = child(root, "control")
    number = child(control, "recordId")
    stem = short_id(words_of(number)) if words_of(number) else f"eac-{source.sha256[:12]}"
    described = [each for each in elements(root, "cpfDescription") if _named(each)]
    if not described:
        raise SourceError(
            "no agent is named in it (cpfDescription/identity/nameEntry)",
            place=source.name,
            remedy="restore the name, or leave the file out",
        )
    file = info(source)
    for at, description in enumerate(described, 1):
        ref = reference(words_of(number), None, stem) if at == 1 else f"{stem}/identity-{at}"
        draft = Draft(part, stem, ref or stem, options.lexicon)
        if control is not None:
            draft.control(control, keep=at == 1)
        draft.describe(description)
        if at == 1:
            draft.rest(root, described[1:])
        yield draft.record(stem if at == 1 else f"{stem}-identity-{at}", file, AUTHORITY_RECORD)


def _named(description: etree._Element) -> bool:
    identity = child(description, "identity")
    entries = elements(identity, "nameEntry") if identity is not None else ()
    return any(words_of(part) for entry in entries for part in children(entry, "part"))


def text_of(source: Source) -> Text:
    """The text of the file without its tags: what `fonds explain` shows."""
    return Text(string_value(parse(source).getroot()), "utf-8", source.sha256)
