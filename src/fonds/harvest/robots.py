"""What a site permits, in its robots.txt (RFC 9309).

Parsed by protego: unlike `urllib.robotparser` it knows `*` and `$` in paths and takes the longest
rule that fits, not the first, as the standard wants.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from fonds.harvest.settings import PRODUCT

if TYPE_CHECKING:
    from protego import Protego

#: Of a robots.txt at least so many bytes must be read (RFC 9309, section 2.5); no more are.
MAX_BYTES: Final = 512_000


@dataclass(frozen=True, slots=True)
class Rules:
    """The robots.txt of a site: its rules, or in `closed` why nothing of the site may be fetched."""

    rules: Protego | None = None
    closed: str | None = None

    def refusal(self, url: str) -> str | None:
        """Why a URL may not be fetched; None if it may."""
        if self.closed is not None:
            return self.closed
        if self.rules is not None and not self.rules.can_fetch(url, PRODUCT):
            return "robots.txt of the site does not permit it"
        return None

    @property
    def delay(self) -> float:
        """The seconds between requests that the site asks for."""
        stated = self.rules.crawl_delay(PRODUCT) if self.rules is not None else None
        return float(stated or 0.0)


def address(url: str) -> str:
    """The URL of the robots.txt that speaks for a URL."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))


def beginning(chunks: Iterable[bytes]) -> bytes:
    """The first bytes of a robots.txt, up to `MAX_BYTES`; a line that is cut there is left out."""
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > MAX_BYTES:
            return bytes(found[: found.rfind(b"\n", 0, MAX_BYTES) + 1])
    return bytes(found)


def parsed(data: bytes) -> Rules:
    """The rules of a robots.txt, which is UTF-8 by its standard."""
    from protego import Protego

    return Rules(Protego.parse(data.decode("utf-8", "replace").removeprefix("\ufeff")))
