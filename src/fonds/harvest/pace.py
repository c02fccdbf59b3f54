"""When the next request may go to a host."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from fonds.harvest.settings import PATIENCE, Refused, World

#: The longest pause between two attempts that no server asked for, in seconds.
_LONGEST: Final = 60.0


def backoff(attempt: int) -> float:
    """The pause in seconds after failed attempt number `attempt` (from 1): 1, 2, 4 … up to 60."""
    return min(_LONGEST, 2.0 ** min(attempt - 1, 16))


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After asks for, as a number or as a date (RFC 9110, section 10.2.3).

    None if there is none or it is neither. `now` is the time on the clock of the server, if known.
    """
    stated = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,12}", stated):
        return float(stated)
    when = http_date(stated)
    return None if when is None else max(0.0, (when - now).total_seconds())


def http_date(value: str | None) -> datetime | None:
    """The time that an HTTP date names, None if it is not one."""
    try:
        when = parsedate_to_datetime((value or "")[:100])
    except (ValueError, TypeError, OverflowError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when


class Pace:
    """For each host, how long it is left alone between two requests, and until when.

    A name counts as one host, whatever its ports: they load the same machine.
    """

    def __init__(self, world: World, interval: float) -> None:
        self._world = world
        self._interval = interval
        self._intervals: dict[str, float] = {}
        self._free: dict[str, float] = {}

    def slow(self, host: str, interval: float) -> None:
        """Leave at least `interval` seconds between requests to a host, as its robots.txt asks."""
        self._intervals[host] = max(interval, self._intervals.get(host, self._interval))

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for some seconds from now."""
        self._free[host] = max(self._free.get(host, 0.0), self._world.tick() + seconds)

    def wait(self, host: str) -> None:
        """Wait until a host may be asked again, and count this as a request to it.

        Raises `Refused` if that would take longer than 300 seconds.
        """
        pause = self._free.get(host, 0.0) - self._world.tick()
        if pause > PATIENCE:
            raise Refused(
                f"{host} asks to be left alone for {pause:.0f} s, more than {PATIENCE:.0f} s",
                remedy="run the same command again later",
            )
        if pause > 0:
            self._world.sleep(pause)
        self._free[host] = self._world.tick() + self._intervals.get(host, self._interval)
