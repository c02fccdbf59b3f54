"""The command line: a command is one call of the library.

Results go to standard output, talk to standard error; `-` is standard input or output. Exit
codes: 0 fine, 1 findings (a document left out, a shape violated, an example that fails),
2 wrong usage or bad input. Imports stand inside the commands, so that each starts fast.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Final

import click

from fonds import __version__, cli_harvest, cli_make, cli_read, cli_review, cli_rules
from fonds.errors import FondsError

BAD_INPUT: Final = 2
#: What a shell reports of a program that writes into a closed pipe (128 + SIGPIPE).
CLOSED_PIPE: Final = 141


class _Commands(click.Group):
    """Commands in the order in which they are used; errors as one plain line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except FondsError as error:
            if ctx.params.get("debug"):
                raise
            click.echo(f"fonds: {error}", err=True)
            ctx.exit(BAD_INPUT)
        except BrokenPipeError:
            # the reader has seen enough; what is left goes nowhere, without a word
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(CLOSED_PIPE)
        return result


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
def main(debug: bool) -> None:
    """Linked data from archival documents, in which every statement quotes its words.

    Exit codes: 0 fine, 1 findings, 2 wrong usage or bad input.

    \b
    Examples:
      fonds new letters --base https://example.org/letters/
      fonds build letters -o dump
      fonds query dump persons
    """


for command in (
    *cli_make.COMMANDS,
    *cli_harvest.COMMANDS,
    *cli_review.COMMANDS,
    *cli_read.COMMANDS,
    *cli_rules.COMMANDS,
):
    main.add_command(command)

if __name__ == "__main__":
    main()
