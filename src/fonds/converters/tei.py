"""TEI P5 (https://tei-c.org/release/doc/tei-p5-doc/en/html/): letters, volumes of documents, corpora.

    fonds convert letter.xml          one record: header and text
    fonds convert frus1930v01.xml     the volume, and a record for each div[@type='document']

A file is TEI by its root element, in the namespace of TEI, whatever its name. `docs/tei.md` says which
elements are read and what they become.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from fonds.converters import Options
from fonds.converters.tei_correspondence import convert_text, header_record, within
from fonds.converters.tei_header import identity
from fonds.converters.tei_names import Directory
from fonds.converters.tei_persons import person_records
from fonds.converters.tei_volume import convert_volume, documents
from fonds.converters.xml_source import Markup, child, local, root_of, sniffed_root
from fonds.converters.xml_source import text_of as string_value
from fonds.description import Heading
from fonds.errors import SourceError, UnknownFormat
from fonds.record import Record
from fonds.source import Source, Text

NAMESPACE: Final = "http://www.tei-c.org/ns/1.0"
_ROOTS: Final = ("TEI", "teiCorpus")
#: The root of TEI P4 and earlier, which had no namespace.
_OLD_ROOTS: Final = ("TEI.2", "teiCorpus.2")


def sniff(source: Source) -> bool:
    """Whether the root element is one of TEI; older and misdeclared TEI too, to say why it is refused."""
    root = sniffed_root(source)
    if root is None:
        return False
    if root.namespace == NAMESPACE:
        return True
    return not root.namespace and root.name in (*_ROOTS, *_OLD_ROOTS)


def convert(source: Source, options: Options) -> Iterator[Record]:
    """The records of a TEI file, in the order of the file.

    Raises `UnknownFormat` if the root element is another, `SourceError` if the file is no TEI P5 or
    cannot be read, `BudgetError` if it is nested too deeply.
    """
    root = root_of(source)
    if root.name in _OLD_ROOTS and not root.namespace:
        raise SourceError(
            f"<{root.name}> is TEI P4 or older, which is not read",
            place=source.name,
            remedy="convert it to TEI P5 with the stylesheet p4top5.xsl of the TEI Consortium",
        )
    if root.name not in _ROOTS or root.namespace not in ("", NAMESPACE):
        where = f" in the namespace {root.namespace}" if root.namespace else ""
        raise UnknownFormat(
            f"the root element is <{root.name}>{where}, not <TEI> in {NAMESPACE}",
            place=source.name,
            remedy="let fonds choose the converter, or convert the file to TEI P5",
        )
    if not root.namespace:
        raise SourceError(
            f"<{root.name}> is in no namespace, so its elements are not those of TEI",
            place=source.name,
            remedy=f'add xmlns="{NAMESPACE}" to the root element',
        )
    markup = Markup(source)
    yield from _edition(markup, markup.root, options)


def text_of(source: Source) -> Text:
    """The text of the whole file without its tags. Evidence counts in single elements, by their path.

    Raises `SourceError` or `BudgetError`.
    """
    markup = Markup(source)
    return Text(string_value(markup.root), markup.info().encoding, source.sha256)


def _edition(
    markup: Markup, edition: etree._Element, options: Options, above: Heading | None = None
) -> Iterator[Record]:
    inner = list(edition.iterchildren("{*}TEI", "{*}teiCorpus"))
    if local(edition) == "teiCorpus":
        directory = Directory(markup, identity(markup, edition))
        corpus = within(header_record(markup, edition, directory, options, level="collection"), above)
        yield corpus
        for each in inner:
            yield from _edition(
                markup, each, options, Heading(id=corpus.id, level=corpus.level, title=corpus.title)
            )
        return
    first: Record | None = None
    for record in _texts(markup, edition, options, above):
        first = first or record
        yield record
    if first is not None:
        yield from person_records(edition, Directory(markup, first.id), first)


def _texts(
    markup: Markup, edition: etree._Element, options: Options, above: Heading | None
) -> Iterator[Record]:
    if found := documents(edition, options.lexicon):
        yield from convert_volume(markup, edition, found, options, above)
    elif child(edition, "teiHeader") is None and child(edition, "text") is None:
        raise SourceError(
            "holds neither a teiHeader nor a text",
            place=markup.source.name,
            remedy="add the header that TEI demands",
        )
    else:
        yield from convert_text(markup, edition, options, above)
