"""Work for the processes of tests: they import it by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from fonds.errors import ConfigError


def times(factor: int, item: int) -> tuple[int, int]:
    """A product, sooner for later items, and who made it."""
    time.sleep(0.02 / (1 + item))
    return factor * item, os.getpid()


def hang(_: int, item: int) -> int:
    """Never ends for one item; no signal but the last would end it."""
    while item == 3:
        pass
    return item


def die(_: int, item: int) -> int:
    """Takes its process with it for one item, always."""
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def stumble(folder: Path, item: int) -> int:
    """Takes its process with it for one item, the first time."""
    if item == 3 and not (folder / "stumbled").exists():
        (folder / "stumbled").touch()
        os._exit(9)
    return item


def refuse(_: int, item: int) -> int:
    """Raises for one item what ends the build."""
    if item == 3:
        raise ConfigError("no such table", place="rules.toml", remedy="mend it")
    return item


def chatter(_: int, item: int) -> int:
    """Prints, as code of others may."""
    print("something on standard output")
    return item
