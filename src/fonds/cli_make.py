"""The commands that make something: new, convert, build."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fonds.cli_options import (
    FINDINGS,
    Choice,
    base_option,
    collection_of,
    document_argument,
    emit,
    encoding_option,
    graph_formats,
    json_option,
    layers,
    output_option,
    say,
    source_of,
)

if TYPE_CHECKING:
    from fonds.record import Record
    from fonds.source import Source


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--base", required=True, help="The IRI that all others will begin with, ending in / or #.")
@click.option("--title", help="What the collection is called.")
def new(folder: Path, base: str, title: str | None) -> None:
    """Make an empty collection: FOLDER with fonds.toml and documents/.

    \b
    Example:
      fonds new letters --base https://example.org/letters/
    """
    from fonds.config import create

    for path in create(folder, base=base, title=title):
        say(f"made {path}")
    say(f"Put your documents into {folder / 'documents'}, then run: fonds build {folder} -o dump")


@click.command()
@document_argument
@click.option(
    "--format",
    "form",
    type=Choice(lambda: [*graph_formats(), "json"]),
    help="json is the record as fonds reads it; default: as the suffix of FILE says, or turtle.",
)
@click.option(
    "--layer", "chosen", multiple=True, type=Choice(layers), help="Only this layer; may be repeated."
)
@output_option
@base_option
@encoding_option
@click.option("--genre", help="The genre to read with, instead of the one detected.")
@click.option(
    "--coverage",
    "covered",
    is_flag=True,
    help="Say instead what became of each element of an XML file: mapped, kept or dropped.",
)
def convert(
    document: str,
    form: str | None,
    chosen: tuple[str, ...],
    output: str,
    base: str | None,
    encoding: str | None,
    genre: str | None,
    covered: bool,
) -> None:
    """Convert one DOCUMENT; - is standard input.

    \b
    Examples:
      fonds convert letters/documents/cable.txt
      fonds convert - --format jsonld < letter.txt
      fonds convert letter.txt --layer rico -o letter.ttl
      fonds convert finding-aid.xml --coverage
    """
    from fonds import document as room
    from fonds.config import EXAMPLE, check_base, knowledge, options
    from fonds.dump import turtle
    from fonds.rdf.write import format_for, serialise

    if form is None and not covered:
        form = "turtle" if output == "-" else format_for(output)
    config = collection_of(document)
    given = options(config, genre=genre)
    source = source_of(document, encoding, config)
    records = room.convert_all(source, options=given)
    if covered:
        emit(_coverage(source, records, form), output)
        return
    if form == "json":
        emit(b"".join(room.to_json(record) for record in records), output)
        return
    if base is None and config is None:
        say(f"no base IRI is stated, so {EXAMPLE} stands in for it; state yours with --base")
    base = check_base(base or (config.base if config else EXAMPLE), "--base")
    authority, decisions = knowledge(config)
    resolved = room.resolve(records, authority=authority, decisions=decisions, lexicon=given.lexicon)
    found = room.triples(resolved, base=base, layers=chosen or None)
    emit(turtle(found, base) if form == "turtle" else serialise(found, str(form)), output)


def _coverage(source: Source, records: tuple[Record, ...], form: str | None) -> str:
    """What became of the text of a file, as a table or as JSON."""
    from fonds.coverage import coverage

    if form not in (None, "json"):
        raise click.UsageError("--coverage is a table, or with --format json, JSON")
    told = coverage(source, records)
    return told.to_json() + "\n" if form else told.to_text()


def compressions() -> tuple[str, ...]:
    """How large collections can be compressed."""
    from fonds.config import COMPRESS

    return COMPRESS


@click.command()
@click.argument("collection", default=".")
@click.option("-o", "--output", default="dump", show_default=True, metavar="FOLDER")
@click.option("--jobs", type=click.IntRange(1), help="How many processes work; default: all processors.")
@click.option(
    "--time-limit",
    type=click.IntRange(1),
    metavar="SECONDS",
    help="What one document may take; default: 300.",
)
@click.option(
    "--shards",
    type=click.IntRange(1),
    metavar="STATEMENTS",
    help="A collection of more becomes several compressed files of N-Quads; default: 5000000.",
)
@click.option(
    "--compress",
    type=Choice(lambda: [*compressions()]),
    help="How these are compressed; default: gzip.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="What is kept for the next build, safe to delete; default: FOLDER.state beside the dump.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Work on the Dask cluster of this scheduler, such as tcp://host:8786.",
)
@json_option
def build(collection: str, output: str, jobs: int | None, as_json: bool, **manner: Any) -> None:
    """Build the dump of a COLLECTION, a folder with fonds.toml.

    A document that cannot be read, or whose statements violate a shape, is reported and left
    out; the exit code is then 1. An earlier dump is replaced only when the new one is complete.
    What has not changed since the last build is not done again, and a build that was stopped
    goes on where it ended. With --json, how far it has come is told on standard error.
    COLLECTION and the dump may be addresses such as s3://bucket/letters; then --state names a
    folder for copies of them.

    \b
    Examples:
      fonds build corpus -o dump
      fonds build corpus -o dump --jobs 4 --json
      fonds build archive -o dump --shards 1000000 --compress zstd
      fonds build /shared/archive -o /shared/dump --scheduler tcp://host:8786
    """
    from fonds.build import Manner
    from fonds.build import build as run
    from fonds.building import progress

    watcher = progress.events if as_json else progress.terminal if sys.stderr.isatty() else progress.log
    try:
        with watcher() as watch:
            summary = run(collection, output, jobs=jobs, watch=watch, manner=Manner(**manner))
    except KeyboardInterrupt:
        say("stopped; nothing is lost: run the same command again, and it goes on from here")
        raise SystemExit(INTERRUPTED) from None
    click.echo(summary.to_json() if as_json else summary.to_text())
    if not summary.clean:
        raise SystemExit(FINDINGS)


#: The exit code of a program that the user stopped: 128 and the number of the signal.
INTERRUPTED: Final = 130

COMMANDS: Final = (new, convert, build)
