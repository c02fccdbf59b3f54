"""Which URLs are fetched, and which addresses are connected to.

A name says nothing about where it leads, so the check is made on the numeric addresses that it
resolves to, in the moment of connecting, and the connection is made to just these (see
`transport`). All notations of an address (decimal, octal, hexadecimal) come out as one there.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from fonds.harvest.settings import NotPublic, Refused, Unreachable

_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 2_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\]")
_AUTHORITY: Final = re.compile(r"(?:[^:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?")
#: IPv6 networks that lead to an IPv4 address, and how far to the right it stands in bits
#: (RFC 6052 NAT64, RFC 3056 6to4, RFC 4291 section 2.5.5 mapped and compatible).
_WRAPPED: Final = (
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
    (ipaddress.IPv6Network("::/96"), 0),
)
#: Not public, and not known as such to all versions of Python (RFC 8215, RFC 3879, RFC 6890).
_LOCAL: Final = (
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("fec0::/10"),
    ipaddress.ip_network("2001::/23"),
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),
)


def clean(url: str) -> str:
    """The one form of a URL: ASCII, host in lower case, no fragment, no port that goes without saying.

    Raises `Refused` if it is not http(s), has no host, holds a user name or control characters, or
    is over 2,000 characters long.
    """
    from requests import Request
    from requests.exceptions import RequestException

    url = url.strip()
    place = shown(url)
    if _CONTROL.search(url):
        raise Refused("holds control characters or a backslash", place=place, remedy="mend the URL")
    if len(url) > _LONGEST:
        raise Refused(f"is longer than {_LONGEST} characters", place=place, remedy="shorten the URL")
    try:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS:
            raise Refused("is not an http or https URL", place=place, remedy="only these are fetched")
        if "@" in parts.netloc:
            raise Refused(
                "holds a user name or password",
                place=place,
                remedy="only public pages are fetched: leave it out",
            )
        made = urlsplit(str(Request("GET", url).prepare().url))
        port = made.port
    except (RequestException, ValueError) as error:
        raise Refused("is not a URL with a host", place=place, remedy="mend the URL") from error
    host = (made.hostname or "").lower()
    if not host or "@" in made.netloc or not host.isascii():
        raise Refused("is not a URL with a host", place=place, remedy="mend the URL")
    host = f"[{host}]" if ":" in host else host
    netloc = host if port is None or port == _PORTS[made.scheme] else f"{host}:{port}"
    return urlunsplit((made.scheme, netloc, made.path or "/", made.query, ""))


def joined(url: str, location: str) -> str:
    """Where a redirect from `url` leads, in its one form. Raises `Refused` as `clean` does."""
    try:
        target = urljoin(url, location.strip())
    except ValueError as error:
        raise Refused(f"redirects to {shown(location)}, which is not a URL", place=url) from error
    try:
        return clean(target)
    except Refused as error:
        raise Refused(f"redirects to {shown(target)}, which {error.message}", place=url) from error


def shown(url: str) -> str:
    """A URL as it may be shown and written: without user name and password, cut, in one line."""
    scheme, mark, rest = url.partition("//")
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    authority = rest[:end].rpartition("@")[2]
    plain = f"{scheme}{mark}{authority}{rest[end:]}" if mark else url
    # neither `http:name:word@host` nor `http://name:wo/rd@host` is a URL, but the secret is one
    if "@" in plain and not (mark and _AUTHORITY.fullmatch(authority)):
        plain = plain.rpartition("@")[2]
    return _CONTROL.sub("�", plain[:300])


def host_of(url: str) -> str:
    """The host of a URL, without its port."""
    return urlsplit(url).hostname or ""


def resolved(
    host: str, port: int, *, lookup: Callable[..., list[tuple[Any, ...]]], allow_private: bool
) -> list[str]:
    """The numeric addresses of a host, in the order in which the system gives them, each checked.

    Raises `Unreachable` if it has none, `NotPublic` if any of them is not public: a name that leads
    both outside and inside is not one to follow.
    """
    try:
        found = lookup(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"no address is known for {shown(host)}", remedy="check the name") from error
    numbers = list(dict.fromkeys(str(item[4][0]) for item in found))
    if not numbers:
        raise Unreachable(f"no address is known for {shown(host)}", remedy="check the name")
    for number in numbers:
        if not allow_private and not is_public(number):
            raise NotPublic(
                f"{shown(host)} has the address {number}, which is not a public one",
                remedy="allow it with --allow-private, if you trust the URLs",
            )
    return numbers


def is_public(number: str) -> bool:
    """Whether a numeric address is one of the public internet, also the one inside an IPv6 address."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if any(address in network for network in _LOCAL if network.version == address.version):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        for network, right in _WRAPPED:
            if address in network:
                inner = int(address) >> right & 0xFFFFFFFF
                return int(address) > 1 and is_public(str(ipaddress.IPv4Address(inner)))
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
