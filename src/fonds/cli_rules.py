"""The command that lists the rules and how far each is to be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from fonds.cli_options import json_option


@click.command()
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with a rules.toml of your own.",
)
@json_option
def rules(folder: Path | None, as_json: bool) -> None:
    """List the rules: how often each was right on annotated documents, and how sure that makes it.

    "from" is the lower bound, at 95 %, of the share of values that are right.

    \b
    Example:
      fonds rules
    """
    from fonds.certainty import room
    from fonds.certainty import rules as known

    lexicon = str(folder) if folder else None
    entries = known(lexicon).values()
    if as_json:
        import orjson

        told = [
            {
                "rule": one.rule,
                "right": one.right,
                "wrong": one.wrong,
                "from": round(one.least, 4),
                "tier": one.tier,
                "on": {name: [right, wrong] for name, right, wrong in one.on},
                "described_in": room(one.rule, lexicon),
            }
            for one in entries
        ]
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))
        return
    rows = [("rule", "right", "wrong", "from", "so it is", "described in")]
    for one in entries:
        least = f"{one.least:.3f}" if one.right + one.wrong else "-"
        described = room(one.rule, lexicon) or "-"
        rows.append((one.rule, str(one.right), str(one.wrong), least, one.verdict, described))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if 0 < n < 4 else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        click.echo("  ".join(cells).rstrip())


COMMANDS: Final = (rules,)
