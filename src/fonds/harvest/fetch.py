"""One page after another: robots.txt, the pace, redirects, attempts, and what can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import IncompleteRead
from typing import Final, TypeVar

import requests
from requests import Response
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from fonds.errors import FondsError
from fonds.harvest import robots
from fonds.harvest.addresses import host_of, joined, shown
from fonds.harvest.body import too_large, unpacked
from fonds.harvest.journal import content_type, kept
from fonds.harvest.pace import Pace, backoff, http_date, retry_after
from fonds.harvest.settings import PATIENCE, HarvestOptions, NotPublic, Refused, Unreachable, World
from fonds.harvest.transport import session

#: Answers with a page; 206 is a part that nobody asked for, 204 none.
_GOOD: Final = (200, 203)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_PIECE: Final = 65_536
#: Redirects of a robots.txt that are followed at least (RFC 9309, section 2.3.1.2).
_ROBOTS_REDIRECTS: Final = 5

Found = TypeVar("Found")


@dataclass(slots=True, kw_only=True)
class Trail:
    """What is known of a page so far, also when it ends in an error. Not frozen: it grows."""

    url: str
    final_url: str
    redirects: list[str] = field(default_factory=list)
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    attempts: int = 0

    @property
    def media_type(self) -> str | None:
        return content_type(self.headers.get("content-type"))[0]


#: Takes what is known of a page, and its bytes as they come in, and keeps them.
Receive = Callable[[Trail, Iterator[bytes]], None]


class Fetcher:
    """Asks for pages, one at a time, and remembers what the sites want."""

    def __init__(self, options: HarvestOptions, world: World) -> None:
        self._options = options
        self._world = world
        self._session = session(options, world)
        self._pace = Pace(world, 1.0 / options.rate)
        self._robots: dict[str, robots.Rules] = {}

    def close(self) -> None:
        """Let go of what is open."""
        self._session.close()

    def page(self, trail: Trail, receive: Receive, conditions: tuple[str, Mapping[str, str]] | None) -> bool:
        """Fetch `trail.url` and hand its bytes to `receive`; False if the page has not changed (304).

        `conditions` are a URL and the headers that ask it for what is new only. Raises `Refused` or
        `Unreachable`; `trail` then holds what is known.
        """

        def once() -> bool:
            with self._answer(trail, self._options.redirects, conditions, permit=True) as response:
                if response.status_code == 304 and conditions is not None:
                    return False
                self._good(response)
                kind = trail.media_type
                if self._options.types and kind not in self._options.types:
                    raise Refused(f"is {kind or 'of no stated media type'}, which is not asked for")
                length = response.headers.get("Content-Length", "")
                if length.isdecimal() and int(length[:20]) > self._options.max_bytes:
                    raise too_large(self._options.max_bytes)
                receive(trail, self._body(response, self._options.max_bytes))
            return True

        return self._tried(once, trail)

    # --- attempts

    def _tried(self, once: Callable[[], Found], trail: Trail) -> Found:
        """What `once` gives, at the latest after as many attempts as the options permit."""
        for attempt in range(1, self._options.retries + 2):
            try:
                return once()
            except Unreachable:
                if attempt > self._options.retries:
                    raise
                self._pace.rest(host_of(trail.final_url), backoff(attempt))
        raise AssertionError("the last attempt returns or raises")

    def _good(self, response: Response) -> None:
        """Raise what fits the status of an answer, if it is no page."""
        status = response.status_code
        if status in _GOOD:
            return
        if status != 429 and status < 500:
            raise Refused(f"the server answers with status {status}")
        asked = retry_after(response.headers.get("Retry-After"), self._server_time(response))
        if asked:
            self._pace.rest(host_of(str(response.url)), asked)
            if asked > PATIENCE:
                raise Refused(
                    f"the server answers with status {status} and asks to come back in {asked:.0f} s",
                    remedy="run the same command again later",
                )
        raise Unreachable(f"the server answers with status {status}")

    def _server_time(self, response: Response) -> datetime:
        when = http_date(response.headers.get("Date")) or self._world.now()
        return when.astimezone(UTC)

    # --- one attempt

    @contextmanager
    def _answer(
        self,
        trail: Trail,
        redirects: int,
        conditions: tuple[str, Mapping[str, str]] | None = None,
        *,
        permit: bool,
    ) -> Iterator[Response]:
        """The answer at the end of all redirects, each of which is checked like the first URL."""
        trail.redirects.clear()
        trail.final_url = trail.url
        while True:
            at = trail.final_url
            trail.status, trail.headers = None, {}
            if permit:
                self._permit(at)
            trail.attempts += not trail.redirects
            headers = conditions[1] if conditions and conditions[0] == at else {}
            with closing(self._ask(at, headers)) as response:
                trail.status, trail.headers = response.status_code, kept(response.headers)
                location = response.headers.get("Location")
                if response.status_code not in _REDIRECTS or not location:
                    yield response
                    return
            trail.final_url = self._next(trail, at, location, redirects)

    def _next(self, trail: Trail, at: str, location: str, most: int) -> str:
        with suppress(UnicodeError):  # headers come as Latin-1; most servers mean UTF-8
            location = location.encode("latin-1").decode("utf-8")
        target = joined(at, location)
        trail.redirects.append(at)
        if target in trail.redirects:
            raise Refused(f"redirects in a circle: {' to '.join(map(shown, [*trail.redirects, target]))}")
        if len(trail.redirects) > most:
            raise Refused(f"redirects more than {most} times, lastly to {shown(target)}")
        return target

    def _ask(self, url: str, headers: Mapping[str, str]) -> Response:
        self._pace.wait(host_of(url))
        with self._told():
            limit = Timeout(total=self._options.seconds)
            return self._session.get(
                url,
                headers=dict(headers),
                timeout=limit,  # type: ignore[arg-type]  # requests takes it; its stubs do not know
                stream=True,
                allow_redirects=False,
            )

    def _body(self, response: Response, limit: int) -> Iterator[bytes]:
        """The bytes of an answer; every failure of the network comes out as one of ours."""
        with self._told():
            raw = response.raw.stream(_PIECE, decode_content=False)
            yield from unpacked(raw, response.headers.get("Content-Encoding"), limit)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except FondsError:
            raise
        except requests.exceptions.SSLError as error:
            raise Refused(f"no safe connection: {_cause(error)}") from error
        except (requests.exceptions.Timeout, TimeoutError) as error:
            raise self._late() from error
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            if "timed out" in str(error) or "time for the whole" in str(error):
                raise self._late() from error
            raise Unreachable(f"the connection broke: {_cause(error)}") from error

    def _late(self) -> Unreachable:
        return Unreachable(f"no whole answer within {self._options.seconds:g} s")

    # --- robots.txt

    def _permit(self, url: str) -> None:
        """Raise `Refused` if robots.txt forbids a URL; learn how fast its site may be asked."""
        address = robots.address(url)
        if address not in self._robots:
            self._robots[address] = found = self._rules(address)
            self._pace.slow(host_of(url), found.delay)
            if found.delay > 0:
                self._pace.rest(host_of(url), found.delay)
        refusal = self._robots[address].refusal(url)
        if refusal is not None:
            raise Refused(refusal)

    def _rules(self, address: str) -> robots.Rules:
        """The rules of a site: none if it has no robots.txt, closed if it does not tell (RFC 9309, 2.3.1)."""
        trail = Trail(url=address, final_url=address)

        def once() -> robots.Rules:
            most = max(_ROBOTS_REDIRECTS, self._options.redirects)
            with self._answer(trail, most, permit=False) as response:
                if 400 <= response.status_code < 500 and response.status_code != 429:
                    return robots.Rules()
                self._good(response)
                # an endless one is read to its limit, not refused
                chunks = self._body(response, robots.MAX_BYTES * 1_000)
                return robots.parsed(robots.beginning(chunks))

        try:
            return self._tried(once, trail)
        except NotPublic as error:
            if not trail.redirects:  # the site itself lies there, not only its robots.txt
                return robots.Rules(closed=str(error))
            return robots.Rules(closed=f"robots.txt of the site cannot be read: {error}")
        except (Refused, Unreachable) as error:
            return robots.Rules(closed=f"robots.txt of the site cannot be read: {error}")


def _cause(error: BaseException) -> str:
    """The innermost reason of an error of the network, in few words."""
    seen = error
    for _ in range(10):
        inner = next((item for item in (*seen.args, seen.__cause__) if isinstance(item, BaseException)), None)
        inner = inner or getattr(seen, "reason", None)
        if not isinstance(inner, BaseException):
            break
        seen = inner
    if isinstance(seen, IncompleteRead):
        got = seen.partial if isinstance(seen.partial, int) else len(seen.partial)
        return f"the body ended after {got} bytes, with {seen.expected} more to come"
    words = getattr(seen, "strerror", None) or getattr(seen, "verify_message", None) or str(seen)
    return " ".join(shown(str(words)).split())[:200] or type(seen).__name__
