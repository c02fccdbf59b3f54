"""The commands that read: validate, query, explain, evaluate, genre, formats."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fonds.cli_options import (
    FINDINGS,
    Choice,
    collection_of,
    document_argument,
    emit,
    encoding_option,
    json_option,
    output_option,
    say,
    source_of,
)
from fonds.errors import ConfigError

if TYPE_CHECKING:
    from fonds.evaluation.document import Miss

_folder = click.Path(path_type=Path)


def _engines() -> list[str]:
    from fonds.validate import ENGINES

    return list(ENGINES)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--shapes", type=_folder, help="SHACL to use instead of that of fonds: a file or a folder.")
@click.option(
    "--engine",
    type=Choice(_engines),
    default="checked",
    show_default=True,
    help="What checks: compiled shapes, pySHACL, or the former checked by the latter.",
)
@click.option("--format", "form", type=click.Choice(["text", "csv", "html", "turtle"]), default="text")
@output_option
def validate(files: tuple[str, ...], shapes: Path | None, engine: str, form: str, output: str) -> None:
    """Check RDF files against SHACL shapes. A file that violates one gives exit code 1.

    \b
    Examples:
      fonds validate dump/documents/*.ttl
      fonds validate letter.ttl --shapes house-rules.ttl --format csv -o report.csv
      fonds validate catalogue.nq --shapes house-rules.ttl --engine compiled
    """
    from fonds.rdf.read import read_triples
    from fonds.shacl.terms import with_blanks
    from fonds.validate import merge
    from fonds.validate import validate as check

    reports = []
    for file in files:
        reports.append(report := check(with_blanks(read_triples(file)), shapes=shapes, engine=engine))
        for note in report.notes:
            say(f"{file}: {note.message}")
    whole = merge(reports)
    if form == "csv":
        emit(whole.to_csv(), output)
    elif form == "html":
        emit(whole.to_html(), output)
    elif form == "turtle":
        from fonds.rdf.write import serialise

        emit(serialise(whole.graph, "turtle"), output)
    else:
        lines = []
        for file, report in zip(files, reports, strict=True):
            lines.append(f"{file}: {'conforms' if report.conforms else 'does not conform'}")
            lines += [f"  {item.severity}: {item.focus}: {item.message}" for item in report.violations]
        emit("\n".join(lines) + "\n", output)
    if not whole.conforms or whole.disagreements:
        sys.exit(FINDINGS)


def _answers() -> list[str]:
    from fonds.result import FORMATS

    return list(FORMATS)


def _questions() -> str:
    from fonds.dataset import QUESTIONS

    lines = []
    for name, question in QUESTIONS.items():
        lines.append(f"{name}: {question.title}")
        lines += [f"  -p {parameter}=…  {words}" for parameter, words in question.parameters.items()]
    return "\n".join(lines)


def _show_questions(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(_questions())
        ctx.exit()


@click.command()
@click.argument("dump")
@click.argument("asked", metavar="QUESTION")
@click.option("--format", "form", type=Choice(_answers), default="table")
@click.option(
    "-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="A value for a question."
)
@click.option("--seconds", type=float, default=60, show_default=True, help="End a query that takes longer.")
@click.option("--rows", type=click.IntRange(1), default=10_000, show_default=True, help="Stop after so many.")
@click.option(
    "--store",
    metavar="FOLDER",
    help="Where a large dump is loaded, by default in its state; :memory: for nowhere.",
)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_questions,
    help="List the questions that have a name.",
)
@output_option
def query(
    dump: str,
    asked: str,
    form: str,
    given: tuple[str, ...],
    seconds: float,
    rows: int,
    store: str | None,
    output: str,
) -> None:
    """Ask a DUMP a QUESTION: the name of one, a file that ends in .rq, or SPARQL; - is standard input.

    The prefixes of fonds need not be declared. A query can only read.

    \b
    Examples:
      fonds query --list
      fonds query dump positions -p person=molotov
      fonds query dump 'SELECT ?title { ?record a rico:Record ; rico:title ?title }'
      fonds query dump question.rq --format csv -o answer.csv
      fonds query dump persons --store /scratch/stores --rows 1000000 --format tsv -o persons.tsv
    """
    from fonds.dataset import Limits
    from fonds.dataset import query as ask
    from fonds.result import FORMATS

    parameters = dict(_pair(one) for one in given)
    if asked == "-":
        asked = sys.stdin.buffer.read().decode("utf-8")
    # Who allows many rows also allows for what stands in them.
    limits = Limits(seconds=seconds, rows=rows, size=max(Limits().size, 1_000 * rows))
    result = ask(dump, asked, parameters=parameters, limits=limits, store=store, say=say)
    emit(FORMATS[form](result), output)
    if not result.complete:
        say(f"cut off after {len(result)} rows; allow more with --rows")


def _pair(given: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    if not sign:
        raise click.UsageError(f"-p {given}: write NAME=VALUE")
    return name, value


@click.command()
@document_argument
@click.option("--genre", "kind", help="The genre to read with, instead of the one detected.")
@encoding_option
@output_option
def explain(document: str, kind: str | None, encoding: str | None, output: str) -> None:
    """Show as a web page which rule read which words of DOCUMENT.

    \b
    Example:
      fonds explain letters/documents/cable.txt -o explained.html
    """
    from fonds import document as room
    from fonds.config import knowledge, options
    from fonds.converters import texts_of
    from fonds.explain import explain as show

    config = collection_of(document)
    source = source_of(document, encoding, config)
    given = options(config, genre=kind)
    records = room.convert_all(source, options=given)
    authority, decisions = knowledge(config)
    resolved = room.resolve(records, authority=authority, decisions=decisions, lexicon=given.lexicon)
    pages = zip(resolved, texts_of(source, records), strict=True)
    emit("".join(show(one, text, lexicon=given.lexicon) for one, text in pages), output)


@click.command()
@click.argument("collection", type=_folder)
@click.argument("gold", type=_folder)
@click.option("--misses", is_flag=True, help="Also list each disagreement with its passage.")
@json_option
@output_option
def evaluate(collection: Path, gold: Path, misses: bool, as_json: bool, output: str) -> None:
    """Measure what fonds reads in COLLECTION against annotations made by hand in the folder GOLD.

    Precision is the share of what was found that is right, recall the share of what is there
    that was found.

    \b
    Examples:
      fonds evaluate corpus gold
      fonds evaluate corpus gold --json -o figures.json
    """
    from fonds.build import resolved_of
    from fonds.evaluate import evaluate as measure

    resolved, texts = resolved_of(collection)
    measured = measure(resolved, gold, texts=texts)
    if as_json:
        emit(measured.to_json() + "\n", output)
        return
    tables = [_table(table.title, table.columns, table.rows) for table in measured.tables]
    if misses:
        tables.append("\n".join(map(_miss, measured.misses)) + "\n")
    emit("\n".join(tables), output)
    if measured.misquoted:
        sys.exit(FINDINGS)


def _miss(miss: Miss) -> str:
    """One disagreement on one line: where, what, and the passage."""
    place = miss.document if miss.start is None else f"{miss.document}:{miss.start}"
    passage = " ".join(f"{miss.before}[{miss.words}]{miss.after}".split())
    return f"{place}: {miss.measure} {miss.verdict}: {miss.expected or '-'} / {miss.found or '-'}: {passage}"


def _table(title: str, columns: tuple[str, ...], rows: tuple[tuple[object, ...], ...]) -> str:
    """Figures in columns that line up, a value that does not exist as a dash."""

    def shown(cell: object) -> str:
        return "-" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell)

    lines = [columns, *(tuple(map(shown, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = ("  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines)
    return "\n".join([title, *(f"  {line.rstrip()}" for line in body), ""])


@click.group()
def genre() -> None:
    """Genre files: how a kind of document is read."""


@genre.command("list")
@click.option("--folder", type=_folder, help="A folder with genre files of your own.")
def genre_list(folder: Path | None) -> None:
    """List the genres.

    \b
    Example:
      fonds genre list
    """
    from fonds.converters.genre import available

    known = available(str(folder) if folder else None)
    width = max(map(len, known))
    for name, kind in sorted(known.items()):
        click.echo(f"{name:{width}}  {kind.name}")


@genre.command("show")
@click.argument("name")
@click.option("--folder", type=_folder, help="A folder with genre files of your own.")
def genre_show(name: str, folder: Path | None) -> None:
    """Print the file of a genre, to copy and change.

    \b
    Example:
      fonds genre show memorandum > genres/circular.toml
    """
    from importlib.resources import files

    from fonds.converters.genre import available

    known = available(str(folder) if folder else None)
    if name not in known:
        raise ConfigError(f"no genre {name!r}", remedy=f"known genres are {', '.join(known)}")
    own = Path(known[name].place)
    packaged = files("fonds.converters") / known[name].place
    click.echo((own if folder and own.parent == folder else packaged).read_text("utf-8"), nl=False)


@genre.command("test")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def genre_test(files: tuple[str, ...]) -> None:
    """Run the examples that stand in genre files. One that fails gives exit code 1.

    \b
    Example:
      fonds genre test genres/circular.toml
    """
    from fonds.converters.examples import check

    failed = 0
    for file in files:
        checks = check(file)
        if not checks:
            say(f"{file}: holds no [[example]], so there is nothing to test")
        for one in checks:
            failed += not one.passed
            click.echo(f"{file}: example {one.number}: {'passed' if one.passed else 'FAILED'}")
            for failure in one.failures:
                click.echo(f"  {failure}")
    if failed:
        sys.exit(FINDINGS)


@click.command()
def formats() -> None:
    """List the formats that are read, the genres, and the formats that are written.

    \b
    Example:
      fonds formats
    """
    from fonds.converters import available
    from fonds.converters.genre import available as genres
    from fonds.rdf.write import FORMATS

    tables = (
        ("Read", {name: converter.description for name, converter in available().items()}),
        ("Genres of text", {name: kind.name for name, kind in sorted(genres().items())}),
        (
            "Written",
            {name: f"{form.media_type} ({', '.join(form.suffixes)})" for name, form in FORMATS.items()}
            | {"json": "the record as fonds reads it, for one document"},
        ),
    )
    for number, (title, entries) in enumerate(tables):
        click.echo(("\n" if number else "") + title)
        width = max(map(len, entries))
        for name, words in entries.items():
            click.echo(f"  {name:{width}}  {words}")


COMMANDS: Final = (validate, query, explain, evaluate, genre, formats)
