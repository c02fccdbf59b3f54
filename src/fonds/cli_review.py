"""The command for curators: review."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from fonds.cli_options import emit, json_option, say


@click.command()
@click.argument("collection", type=click.Path(path_type=Path), default=".")
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help="Where to write the table; a file that exists keeps what is written in it. - is standard output.",
)
@click.option("--html", metavar="FILE", help="Write the questions as a web page too.")
@click.option("--all", "every", is_flag=True, help="Show what is decided as well.")
@json_option
def review(collection: Path, output: str, html: str | None, every: bool, as_json: bool) -> None:
    """List what is undecided on who is who in a COLLECTION, for a curator to decide.

    Fill in the column decision: same, different, link and an IRI, or no link. The file that
    fonds.toml names under [review] is obeyed by every build. Nothing that stands in FILE is
    overwritten: new questions are added below.

    \b
    Examples:
      fonds review letters -o letters/decisions.csv --html review.html
      fonds review letters --all
    """
    from fonds import curate

    made = curate.review(collection, file=None if output == "-" else output, every=every)
    if output != "-":
        curate.save(made, output)
    if as_json or output == "-":
        emit(made.to_json() if as_json else made.to_csv(), "-")
    if html is not None:
        emit(made.to_html(), html)
    say(made.to_text())


COMMANDS: Final = (review,)
