"""How to harvest, and what harvesting needs of the machine."""

from __future__ import annotations

import math
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from fonds import __version__
from fonds.errors import ConfigError, FondsError
from fonds.source import MAX_BYTES

#: The name by which robots.txt files know fonds (RFC 9309, section 2.2.1: product token).
PRODUCT: Final = "fonds"
#: The longest that a run waits at once, in seconds, because a server asks for it.
PATIENCE: Final = 300.0

_CONTACT: Final = re.compile(r"[!-'*-:<-\[\]-~]{3,200}")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


class Refused(FondsError):
    """A page is not fetched, and asking again would not change that."""


class NotPublic(Refused):
    """A host has an address that is not one of the public internet."""


class Unreachable(FondsError):
    """A page could not be fetched; asking again may help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestOptions:
    """How to harvest.

    `rate` is the number of requests a second to one host, `retries` how often a request that
    failed for a passing reason is made again, `redirects` how many of them are followed. A page
    has at most `max_bytes`, counted after decompression, and `seconds` from the connection to its
    last byte. With `types` (`text/html`), pages of another media type are not fetched. `contact`,
    an address of mail or of a page without spaces, is told to the servers. `allow_private`
    permits addresses that are not public ones; `refresh` asks again for pages that are there.

    Raises `ConfigError` for a value that makes no sense.
    """

    rate: float = 1.0
    retries: int = 4
    redirects: int = 5
    max_bytes: int = MAX_BYTES
    seconds: float = 60.0
    types: tuple[str, ...] = ()
    contact: str | None = None
    allow_private: bool = False
    refresh: bool = False

    def __post_init__(self) -> None:
        for name in ("rate", "seconds"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise ConfigError("must be above 0", place=name, remedy=f"it is {getattr(self, name)} now")
        for name in ("retries", "redirects", "max_bytes"):
            if getattr(self, name) < 0:
                raise ConfigError("cannot be negative", place=name, remedy=f"it is {getattr(self, name)} now")
        for kind in self.types:
            if not _MEDIA_TYPE.fullmatch(kind):
                raise ConfigError(f"{kind!r} is no media type", place="types", remedy="write text/html")
        if self.contact is not None and not _CONTACT.fullmatch(self.contact):
            raise ConfigError(
                f"{self.contact!r} cannot stand in a request",
                place="contact",
                remedy="give an address of mail or of a page, in ASCII, without spaces and parentheses",
            )

    @property
    def user_agent(self) -> str:
        """What servers are told of who asks."""
        contact = f"; {self.contact}" if self.contact else ""
        return f"{PRODUCT}/{__version__} (harvester of archival documents{contact})"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The clock, the waiting and the names of hosts; a test puts its own in their place.

    `now` is the time in UTC, `tick` a clock that never goes back, in seconds, `sleep` waits for
    some seconds, and `lookup` is `socket.getaddrinfo`.
    """

    now: Callable[[], datetime] = _now
    tick: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    lookup: Callable[..., list[tuple[Any, ...]]] = socket.getaddrinfo


def stamp(world: World) -> str:
    """The time that the record states of a page (ISO 8601, UTC): SOURCE_DATE_EPOCH, or the clock's."""
    from fonds.manifest import built_at

    return (built_at() or world.now()).strftime("%Y-%m-%dT%H:%M:%SZ")
