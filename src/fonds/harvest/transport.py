"""Connections that go only where they may, and no longer than they may.

requests asks urllib3 for a connection, and urllib3 asks the class below. It resolves the name,
checks the addresses, and connects to one of these addresses: between check and connection no name
is looked up again, so a server of names that changes its answer gains nothing. The name itself stays
in the Host header and in the TLS handshake, whose certificate is checked against it.

urllib3 counts a time limit from byte to byte, so a server that sends one byte a second is never too
slow. Here the limit holds for the whole answer.
"""

from __future__ import annotations

import io
import os
import socket
from contextlib import suppress
from http.client import HTTPResponse
from time import monotonic
from typing import Any, Final

from requests import Session
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from fonds.harvest.addresses import resolved
from fonds.harvest.settings import HarvestOptions, Refused, Unreachable, World

#: How long to look, in seconds, whether a server sends more than it announced.
_LOOK: Final = 0.2


class _Timed(io.RawIOBase):
    """What comes from a socket until its time is over."""

    def __init__(self, taken: socket.socket) -> None:
        self._socket = taken
        self._raw = taken.makefile("rb", buffering=0)
        left = taken.gettimeout()
        self.until = None if left is None else monotonic() + left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.until is not None:
            left = self.until - monotonic()
            if left <= 0:
                raise TimeoutError("the time for the whole answer is over")
            self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer that is read within its time, and ends where it says."""

    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp.close()
        self._timed = _Timed(sock)
        self.fp = io.BufferedReader(self._timed)

    def _close_conn(self) -> None:
        whole, reader = self.length == 0 and not self.chunked, self.fp
        longer = whole and self.status == 200 and self._more(reader)
        super()._close_conn()  # type: ignore[misc]
        if longer:
            raise Refused("sends more bytes than its Content-Length states")

    def _more(self, reader: io.BufferedReader) -> bool:
        until = monotonic() + _LOOK
        self._timed.until = until if self._timed.until is None else min(until, self._timed.until)
        with suppress(OSError, ValueError):
            return bool(reader.peek(1))
        return False


def _connected(connection: HTTPConnection, options: HarvestOptions, world: World) -> socket.socket:
    """A socket to an address of the host of a connection that was checked."""
    numbers = resolved(
        connection._dns_host, connection.port, lookup=world.lookup, allow_private=options.allow_private
    )
    failure: OSError | None = None
    seconds = connection.timeout if isinstance(connection.timeout, int | float) else options.seconds
    until = monotonic() + seconds
    for number in numbers:
        try:
            made = socket.create_connection((number, connection.port), max(0.01, until - monotonic()))
        except OSError as error:
            failure = error
            continue
        for option in connection.socket_options or ():
            made.setsockopt(*option)
        return made
    raise Unreachable(f"cannot connect: {(failure and failure.strerror) or failure}")


class _Adapter(HTTPAdapter):
    """requests over connections to checked addresses."""

    def __init__(self, options: HarvestOptions, world: World) -> None:
        self._classes = _pools(options, world)
        super().__init__(max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = self._classes


def _pools(options: HarvestOptions, world: World) -> dict[str, Any]:
    """The classes by which urllib3 connects, for these options.

    `_new_conn` is what urllib3's own SOCKS support overrides too.
    """

    class Plain(HTTPConnection):
        response_class = _Answer

        def _new_conn(self) -> socket.socket:
            return _connected(self, options, world)

    class Secure(HTTPSConnection):
        response_class = _Answer

        def _new_conn(self) -> socket.socket:
            return _connected(self, options, world)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class _Session(Session):
    """A session that leaves redirects alone: to look for the next, requests reads all of their body."""

    def get_redirect_target(self, resp: Any) -> None:
        return None


class _NoCookies(RequestsCookieJar):
    """Cookies are neither kept nor sent."""

    def set_cookie(self, cookie: Any, *arguments: Any, **named: Any) -> None:
        return None


def session(options: HarvestOptions, world: World) -> Session:
    """A session without proxies, passwords, cookies and redirects, over connections to checked addresses.

    A proxy would resolve the names itself, so those in the environment are not used; nor are the
    passwords in ~/.netrc. REQUESTS_CA_BUNDLE names the certificates to trust, if it is set.
    """
    made = _Session()
    made.trust_env = False
    made.cookies = _NoCookies()
    made.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
    made.headers.clear()
    made.headers.update(
        {"User-Agent": options.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "close"}
    )
    made.adapters.clear()
    adapter = _Adapter(options, world)
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    return made
