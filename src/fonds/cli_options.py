"""What the commands share: options, names from registries, and where words and results go."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fonds.errors import BudgetError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from fonds.config import Config
    from fonds.source import Source

#: Exit code of a command that worked and has something to report.
FINDINGS: Final = 1

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program to read.")
output_option = click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where to write; - is standard output, the default."
)
document_argument = click.argument("document", metavar="DOCUMENT")
encoding_option = click.option("--encoding", help="The encoding of the document, if not UTF-8.")
base_option = click.option(
    "--base", envvar="FONDS_BASE", help="The IRI that all others begin with; default: that of fonds.toml."
)


class Choice(click.ParamType):  # type: ignore[type-arg]  # arguments only since click 8.4
    """One of the names in a registry, which is read only when a name or the help is asked for."""

    name = "name"

    def __init__(self, names: Callable[[], list[str]]) -> None:
        self.names = names

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(self.names())}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.names():
            self.fail(f"{value!r} is none of {', '.join(self.names())}", param, ctx)
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in self.names() if name.startswith(incomplete)]


def graph_formats() -> list[str]:
    """The formats in which RDF is written, by name."""
    from fonds.rdf.write import FORMATS

    return list(FORMATS)


def layers() -> list[str]:
    """The layers of a description, by name."""
    from fonds.rdf.describe import LAYERS

    return list(LAYERS)


def emit(data: bytes | str, output: str) -> None:
    """Write a result to standard output (`-`), or to a file, which appears whole or not at all."""
    raw = data.encode("utf-8") if isinstance(data, str) else data
    if output == "-":
        sys.stdout.buffer.write(raw)
        return
    from fonds import atomic

    atomic.write_bytes(Path(output), raw)


def say(words: str) -> None:
    """Talk to the user, on standard error."""
    click.echo(words, err=True)


def collection_of(document: str) -> Config | None:
    """The collection that a document lies in, if it does."""
    from fonds.config import find

    return None if document == "-" else find(document)


def source_of(document: str, encoding: str | None, config: Config | None) -> Source:
    """The document named on the command line, read as its collection says."""
    from fonds.harvest.origin import told
    from fonds.source import MAX_BYTES, Source

    if document == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise BudgetError(f"more than {MAX_BYTES} bytes", place="standard input", remedy="split the text")
        return Source(data, "standard input", encoding=encoding)
    if config is None:
        return told(Source.read(document, encoding=encoding), Path(document))
    source = config.source(Path(document).absolute())
    return replace(source, encoding=encoding) if encoding else source
