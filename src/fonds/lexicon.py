"""Knowledge that rules draw on: titles, ranks, months, places, markings.

Each table is a TOML file in `fonds/data`. A user replaces one by putting a file of the same
name into a folder and naming it in `fonds.toml` (`[lexicon] folder = "…"`).
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from fonds.errors import ConfigError


@lru_cache(maxsize=64)
def load(table: str, folder: str | None = None) -> dict[str, Any]:
    """The table called `table` (`months`, `titles` …), from `folder` if it has one.

    Raises `ConfigError` if the file is not TOML or the table does not exist.
    """
    own = Path(folder) / f"{table}.toml" if folder else None
    if own is not None and own.is_file():
        content, place = own.read_text("utf-8"), str(own)
    else:
        packaged = files("fonds") / "data" / f"{table}.toml"
        if not packaged.is_file():
            raise ConfigError(
                f"no table called {table!r}", place=folder, remedy="see fonds/data for the names"
            )
        content, place = packaged.read_text("utf-8"), f"fonds/data/{table}.toml"
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(error), place=place, remedy="mend the TOML") from error
