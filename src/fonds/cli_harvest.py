"""The command that fetches pages of the web: harvest."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click

from fonds.cli_options import FINDINGS, json_option, say

#: What a shell reports of a program that the user stopped (128 + SIGINT).
STOPPED: Final = 130


@click.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option(
    "-o", "--output", "folder", required=True, type=click.Path(path_type=Path), metavar="FOLDER",
    help="The folder for the pages and their record, harvest.jsonl.",
)  # fmt: skip
@click.option(
    "--from", "lists", multiple=True, metavar="FILE",
    help="A file with a URL on each line; - is standard input. Lines that begin with # are left out.",
)  # fmt: skip
@click.option("--rate", default=1.0, show_default=True, help="Requests a second to one host.")
@click.option("--retries", default=4, show_default=True, help="How often a request is made again.")
@click.option("--max-bytes", type=int, help="The largest page, in bytes; default: what fonds reads.")
@click.option("--seconds", default=60.0, show_default=True, help="The longest time for one page.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only this media type; may be repeated.")
@click.option("--contact", envvar="FONDS_CONTACT", help="An address at which servers may reach you.")
@click.option("--allow-private", is_flag=True, help="Permit addresses that are not public ones.")
@click.option("--refresh", is_flag=True, help="Ask again for pages that are there, if they have changed.")
@json_option
def harvest(
    urls: tuple[str, ...],
    folder: Path,
    lists: tuple[str, ...],
    max_bytes: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Fetch pages of the web into a FOLDER, politely, with a record of where each is from.

    Instead of a URL, - reads a list of them from standard input.

    The same command goes on where an earlier run was stopped. robots.txt is obeyed. A page that
    could not be fetched is named with the reason; the exit code is then 1.

    \b
    Examples:
      fonds harvest https://history.state.gov/historicaldocuments/frus1945v06/d1 -o letters/documents
      fonds harvest --from urls.txt -o letters/documents --contact archive@example.org
    """
    from fonds.errors import ConfigError
    from fonds.harvest import HarvestOptions
    from fonds.harvest import harvest as run
    from fonds.source import MAX_BYTES

    wanted = [url for name in urls for url in (_listed(name) if name == "-" else (name,))]
    wanted += (url for name in lists for url in _listed(name))
    if not wanted:
        raise click.UsageError("name a URL, or a file that lists them with --from")
    try:
        options = HarvestOptions(max_bytes=MAX_BYTES if max_bytes is None else max_bytes, **settings)  # type: ignore[arg-type]
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    done: list[str] = []
    try:
        summary = run(wanted, folder, options=options, watch=_watch(done))
    except KeyboardInterrupt:
        say(f"\nstopped after {len(done)} pages; the same command goes on from here")
        raise SystemExit(STOPPED) from None
    click.echo(summary.to_json() if as_json else summary.to_text())
    if not summary.clean:
        raise SystemExit(FINDINGS)


def _listed(name: str) -> Iterator[str]:
    """The URLs of a list, one on each line."""
    from fonds.errors import SourceError

    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        lines = data.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise SourceError(
            str(cause), place=name, remedy="name a text file with a URL on each line"
        ) from error
    for line in lines:
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _watch(done: list[str]) -> Callable[[str, str, int, int], None]:
    """Counts what is done, and tells a terminal."""
    terminal = sys.stderr.isatty()

    def watch(url: str, outcome: str, number: int, total: int) -> None:
        done.append(outcome)
        if terminal:
            click.echo(f"\r{number} of {total} {outcome} {url[:60]}\033[K", nl=number == total, err=True)

    return watch


COMMANDS: Final = (harvest,)
