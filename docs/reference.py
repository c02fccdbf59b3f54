"""Write docs/cli.md from the help of the commands; with --check, say whether it is up to date."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from fonds.cli import main

PAGE = Path(__file__).with_name("cli.md")
HEAD = """# Command line

Written by `make docs` from the help of the commands, so do not edit it here.

Results go to standard output, everything else to standard error; `-` is standard input or
output. Exit codes: 0 fine, 1 findings, 2 wrong usage or bad input.

To have the shell complete commands, options and names, add one of these lines to its start-up file:

    eval "$(_FONDS_COMPLETE=bash_source fonds)"          # bash, in ~/.bashrc
    eval "$(_FONDS_COMPLETE=zsh_source fonds)"           # zsh, in ~/.zshrc
    _FONDS_COMPLETE=fish_source fonds | source           # fish, in ~/.config/fish/completions/fonds.fish
"""


def commands(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[click.Context]:
    """A command and all below it, as contexts that know their full name."""
    settings = {**command.context_settings, "max_content_width": 88, "terminal_width": 88}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    yield context
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None:
                yield from commands(found, below, context)


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for context in commands(main, "fonds"):
        parts.append(f"## {context.command_path}\n\n```text\n{context.get_help()}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        if not PAGE.is_file() or PAGE.read_text("utf-8") != page():
            sys.exit(f"{PAGE.name} is not what the commands say: run make docs")
    else:
        PAGE.write_text(page(), "utf-8")
