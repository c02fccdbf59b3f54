"""Harvesting, against servers that misbehave. Clock and names are the tests' own; nobody sleeps."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

import fonds
from fonds import config
from fonds.cli import main
from fonds.converters import convert
from fonds.errors import ConfigError, OutputError
from fonds.harvest import Harvest, HarvestOptions
from fonds.harvest.addresses import clean, is_public, joined, shown
from fonds.harvest.body import unpacked
from fonds.harvest.journal import NAME, Visit, content_type, opened, validators, visits
from fonds.harvest.names import name_of
from fonds.harvest.origin import origins
from fonds.harvest.pace import backoff, retry_after
from fonds.harvest.robots import parsed
from fonds.harvest.settings import Refused, Unreachable, World

PAGE = b"<!doctype html><title>Letter</title><p>Paris, 3 May 1899</p><p>Dear Sir,</p><p>I thank you.</p>"
OUTSIDE = "93.184.215.14"
START = datetime(2026, 1, 31, 12, tzinfo=UTC)

Answer = bytes | Callable[[socket.socket], None]


def answer(body: bytes = PAGE, status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    """An answer as it goes over the wire; `length` lies about its body."""
    stated = {
        "Content-Type": "text/html",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    if "Transfer-Encoding" not in stated:
        stated.setdefault("Content-Length", str(len(body) if length is None else length))
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in stated.items()), "", ""]
    return "\r\n".join(lines).encode("utf-8") + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, Location=location)


def dripping(before: bytes, each: bytes) -> Callable[[socket.socket], None]:
    """Sends something, then a little every few milliseconds, for as long as anybody listens."""

    def send(taken: socket.socket) -> None:
        taken.sendall(before)
        for _ in range(200):
            taken.sendall(each)
            time.sleep(0.01)

    return send


class Site:
    """A server on this machine that answers each path as told, one answer after the other."""

    def __init__(self, pages: dict[str, list[Answer]]) -> None:
        self.pages = {"/robots.txt": [answer(b"", "404 Not Found")], **pages}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                first = self.rfile.readline().decode("latin-1").split()
                headers = {}
                while line := self.rfile.readline().strip():
                    name, _, value = line.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                if len(first) < 2:
                    return
                site.asked.append((first[1], headers))
                told = site.pages.get(first[1], [answer(b"", "404 Not Found")])
                now = told.pop(0) if len(told) > 1 else told[0]
                try:
                    if callable(now):
                        now(self.request)
                    else:
                        self.request.sendall(now)
                except OSError:
                    pass  # nobody listens any more, as the tests want

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, robots.txt aside."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(**pages: Answer | list[Answer]) -> Site:
        told = {f"/{name}": page if isinstance(page, list) else [page] for name, page in pages.items()}
        made.append(Site(told))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self, names: dict[str, list[str]] | None = None) -> None:
        self.at = 0.0
        self.slept: list[float] = []
        self.names = names or {}
        self.looked: list[str] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.at += seconds

    def lookup(self, host: str, port: int, **how: Any) -> list[tuple[Any, ...]]:
        self.looked.append(host)
        if host not in self.names:
            return socket.getaddrinfo(host, port, **how)
        told = self.names[host]
        number = told.pop(0) if len(told) > 1 else told[0]
        return [(0, 0, 0, "", (part, port)) for part in number.split(",") if part]

    @property
    def world(self) -> World:
        return World(
            now=lambda: START + timedelta(seconds=self.at),
            tick=lambda: self.at,
            sleep=self.sleep,
            lookup=self.lookup,
        )


def run(urls: str | list[str], folder: Path, clock: Clock | None = None, **options: Any) -> Harvest:
    wanted = [urls] if isinstance(urls, str) else urls
    given_options = HarvestOptions(**{"allow_private": True, "retries": 0, "seconds": 5.0, **options})
    return fonds.harvest(wanted, folder, options=given_options, world=(clock or Clock()).world)


def lines(folder: Path) -> list[Visit]:
    return list(visits(folder / NAME))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != NAME)


# --- a page and its record


def test_a_page_and_what_the_record_says_of_it(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(
        letter=answer(
            Content_Type="text/html; charset=UTF-8",
            ETag='"a1"',
            Last_Modified="Tue, 06 Jan 2026 10:00:00 GMT",
            Set_Cookie="secret=1",
        )
    )
    url = there.url("/letter#page-2")
    summary = run([url, there.url("/letter")], tmp_path)
    (line,) = lines(tmp_path)
    (name,) = files(tmp_path)
    assert (summary.fetched, summary.failures, summary.clean) == (1, (), True)
    assert (tmp_path / name).read_bytes() == PAGE
    assert name.startswith("letter-")
    assert name.endswith(".html")
    assert line == Visit(
        url=there.url("/letter"),
        final_url=there.url("/letter"),
        time="2026-01-31T12:00:01Z",
        status=200,
        headers={
            "content-length": str(len(PAGE)),
            "content-type": "text/html; charset=UTF-8",
            "etag": '"a1"',
            "last-modified": "Tue, 06 Jan 2026 10:00:00 GMT",
        },
        sha256=hashlib.sha256(PAGE).hexdigest(),
        size=len(PAGE),
        media_type="text/html",
        charset="utf-8",
        file=name,
        attempts=1,
    )
    assert json.loads(summary.to_json()) == {
        "folder": str(tmp_path),
        "record": str(tmp_path / NAME),
        "fetched": 1,
        "unchanged": 0,
        "present": 0,
        "failed": [],
    }


def test_a_server_is_told_who_asks_and_no_more(
    site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login archivist password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    there = site(a=answer(Set_Cookie="seen=1"), b=answer())
    run([there.url("/a"), there.url("/b")], tmp_path / "pages", contact="archive@example.org")
    for _, headers in there.asked:
        assert headers == {
            "host": f"127.0.0.1:{there.port}",
            "user-agent": f"fonds/{fonds.__version__} (harvester of archival documents; archive@example.org)",
            "accept": "*/*",
            "accept-encoding": "gzip",
            "connection": "close",
        }
    assert len(there.asked) == 3


def test_source_date_epoch_is_the_time(
    site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    run(site(a=answer()).url("/a"), tmp_path)
    assert lines(tmp_path)[0].time == "1970-01-01T00:00:00Z"


# --- answers that are no page: what is said, and how often it was tried

GZIPPED = gzip.compress(PAGE, mtime=0)
FAILURES: list[tuple[str, Answer, dict[str, Any], str, int]] = [
    ("gone", answer(status="404 Not Found"), {}, "status 404", 1),
    ("refused for good, so not asked again", answer(status="403 Forbidden"), {}, "status 403", 1),
    ("no content", b"HTTP/1.1 204 No Content\r\n\r\n", {}, "status 204", 1),
    ("a part that nobody asked for", answer(status="206 Partial Content"), {}, "status 206", 1),
    ("not modified, though nothing was there", b"HTTP/1.1 304 Not Modified\r\n\r\n", {}, "status 304", 1),
    ("a redirect to nowhere", answer(b"", "302 Found"), {}, "status 302", 1),
    ("an empty page", answer(b""), {}, "no bytes", 1),
    ("unavailable for ever", answer(b"", "503 Service Unavailable"), {}, "status 503", 3),
    ("too many requests for ever", answer(b"", "429 Too Many Requests"), {}, "status 429", 3),
    ("an error of the server", answer(b"", "500 Internal Server Error"), {}, "status 500", 3),
    ("shorter than it states", answer(length=len(PAGE) + 7), {}, "7 more to come", 3),
    ("longer than it states", answer(length=20), {}, "more bytes than its Content-Length states", 1),
    ("too large, as it states", answer(length=10**12), {}, "more than 1000 bytes", 1),
    ("too large, as it comes", b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 3_000, {}, "more than 1000 bytes", 1),
    (
        "a length with more digits than a number",
        answer(Content_Length="1" + "0" * 5_000),
        {},
        "more than 1000 bytes",
        1,
    ),
    (
        "a bomb: a thousandfold when unpacked",
        answer(gzip.compress(b"0" * 600_000, mtime=0), Content_Encoding="gzip"),
        {},
        "more than 1000 bytes",
        1,
    ),
    (
        "a bomb in pieces that unpack to nothing",
        answer(gzip.compress(b"", mtime=0) * 100, Content_Encoding="gzip"),
        {},
        "more than 1000 bytes",
        1,
    ),
    ("gzip that breaks off", answer(GZIPPED[:-9], Content_Encoding="gzip"), {}, "ended too early", 3),
    ("gzip that is none", answer(Content_Encoding="gzip"), {}, "is stated to be gzip", 1),
    ("an encoding not asked for", answer(Content_Encoding="br"), {}, "encoded as br", 1),
    ("encoded twice", answer(Content_Encoding="gzip, gzip"), {}, "encoded as gzip, gzip", 1),
    ("another media type", answer(Content_Type="image/png"), {"types": ("text/html",)}, "image/png", 1),
    (
        "no media type, where one is wanted",
        b"HTTP/1.0 200 OK\r\n\r\nx",
        {"types": ("text/html",)},
        "no stated",
        1,
    ),
    ("no answer at all", b"", {}, "the connection broke", 3),
    ("not HTTP", b"220 mail.example.org ESMTP\r\n", {}, "the connection broke", 3),
    ("a thousand headers", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1_000 + b"\r\n", {}, "connection broke", 3),
    ("a header without end", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000, {}, "connection broke", 3),
    (
        "two lengths",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        {},
        "the connection broke",
        3,
    ),
    (
        "chunks that break off",
        answer(b"5\r\nhello\r\n", Transfer_Encoding="chunked"),
        {},
        "the connection broke",
        3,
    ),
    (
        "a chunk of no number",
        answer(b"zz\r\nhello\r\n0\r\n\r\n", Transfer_Encoding="chunked"),
        {},
        "the connection broke",
        3,
    ),
    ("slow headers", dripping(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), {"seconds": 0.08}, "within 0.08 s", 3),
    (
        "a line of headers without end",
        dripping(b"HTTP/1.1 200 OK\r\nA:", b"b"),
        {"seconds": 0.08},
        "within",
        3,
    ),
    ("continue, continue", dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), {"seconds": 0.08}, "within", 3),
    ("a slow body", dripping(answer(b"", length=900), b"x"), {"seconds": 0.08}, "within 0.08 s", 3),
    (
        "slow chunks",
        dripping(answer(b"", Transfer_Encoding="chunked"), b"1\r\nx\r\n"),
        {"seconds": 0.08},
        "within 0.08 s",
        3,
    ),
]


@pytest.mark.parametrize(
    ("reason", "told", "options", "said", "attempts"), FAILURES, ids=[f[0] for f in FAILURES]
)
def test_what_is_no_page(
    site: Callable[..., Site],
    tmp_path: Path,
    reason: str,
    told: Answer,
    options: dict[str, Any],
    said: str,
    attempts: int,
) -> None:
    there = site(page=told, fine=answer(b"fine"))
    urls = [there.url("/page"), there.url("/fine")]
    summary = run(urls, tmp_path, **{"retries": 2, "max_bytes": 1_000, **options})
    (failure,) = summary.failures
    assert failure.url == urls[0]
    assert said in failure.reason
    assert (summary.fetched, summary.clean) == (1, False), "the rest goes on"
    first, second = lines(tmp_path)
    assert (first.error, first.attempts, first.file, first.sha256) == (failure.reason, attempts, None, None)
    assert there.paths == ["/page"] * attempts + ["/fine"]
    assert files(tmp_path) == [second.file], "no half file is left"
    assert failure.reason in summary.to_text()


FINE: list[tuple[str, Answer, bytes]] = [
    ("gzip", answer(GZIPPED, Content_Encoding="gzip"), PAGE),
    ("gzip in two members", answer(GZIPPED + GZIPPED, Content_Encoding="x-gzip"), PAGE + PAGE),
    ("chunks", answer(b"5\r\nhello\r\n0\r\n\r\n", Transfer_Encoding="chunked"), b"hello"),
    ("until the connection closes", b"HTTP/1.0 200 OK\r\n\r\nhello", b"hello"),
    ("a length that is no number", answer(b"hello", length=None, Content_Length="five"), b"hello"),
    ("exactly as much as is permitted", answer(b"x" * 1_000), b"x" * 1_000),
    ("an interim answer first", b"HTTP/1.1 100 Continue\r\n\r\n" + answer(b"hello"), b"hello"),
]


@pytest.mark.parametrize(("reason", "told", "body"), FINE, ids=[f[0] for f in FINE])
def test_what_is_a_page(
    site: Callable[..., Site], tmp_path: Path, reason: str, told: Answer, body: bytes
) -> None:
    summary = run(site(page=told).url("/page"), tmp_path, max_bytes=1_000)
    assert summary.failures == ()
    assert (tmp_path / files(tmp_path)[0]).read_bytes() == body


@pytest.mark.parametrize(
    ("chunks", "encoding", "limit", "wanted"),
    [
        pytest.param([b"ab", b"cd"], None, 4, b"abcd", id="as it is"),
        pytest.param([b"ab", b"cd"], "identity", 4, b"abcd", id="said to be as it is"),
        pytest.param(
            [GZIPPED[i : i + 1] for i in range(len(GZIPPED))], "gzip", 1_000, PAGE, id="byte by byte"
        ),
        pytest.param([gzip.compress(b"y" * 300_000)], "gzip", 300_000, b"y" * 300_000, id="in many pieces"),
        pytest.param([], "gzip", 10, b"", id="nothing"),
    ],
)
def test_unpacking(chunks: list[bytes], encoding: str | None, limit: int, wanted: bytes) -> None:
    assert b"".join(unpacked(chunks, encoding, limit)) == wanted


def test_a_bomb_is_noticed_before_it_is_large() -> None:
    packed = gzip.compress(b"0" * 50_000_000, mtime=0)
    sizes: list[int] = []
    with pytest.raises(Refused, match="more than 100000 bytes"):
        sizes.extend(map(len, unpacked([packed], "gzip", 100_000)))
    assert max(sizes) <= 65_536
    assert sum(sizes) <= 100_000


# --- trying again


def test_a_server_that_recovers(site: Callable[..., Site], tmp_path: Path) -> None:
    clock = Clock()
    busy = answer(b"", "503 Service Unavailable")
    there = site(page=[busy, b"", answer(length=500), answer()])
    summary = run(there.url("/page"), tmp_path, clock, retries=3, rate=100.0)
    assert summary.fetched == 1
    assert clock.slept == [0.01, 1.0, 2.0, 4.0], "longer each time, and never by chance"
    assert [line.attempts for line in lines(tmp_path)] == [4]


@pytest.mark.parametrize(
    ("reason", "stated", "pause"),
    [
        ("seconds", "120", 120.0),
        ("a date, by the server's own clock", "Sat, 31 Jan 2026 08:02:00 GMT", 120.0),
        ("a date that is past, so the usual pause", "Sat, 31 Jan 2026 07:00:00 GMT", 1.0),
        ("shorter than the usual pause", "0", 1.0),
        ("neither", "soon", 1.0),
        ("a negative number is neither", "-5", 1.0),
        ("other digits are neither", "\u0663", 1.0),
    ],
)
def test_retry_after(
    site: Callable[..., Site], tmp_path: Path, reason: str, stated: str, pause: float
) -> None:
    clock = Clock()
    busy = answer(b"", "429 Too Many Requests", Retry_After=stated, Date="Sat, 31 Jan 2026 08:00:00 GMT")
    there = site(page=[busy, answer()])
    assert run(there.url("/page"), tmp_path, clock, retries=1, rate=100.0).fetched == 1
    assert clock.slept == [0.01, pause]


def test_who_asks_for_a_long_rest_gets_it(site: Callable[..., Site], tmp_path: Path) -> None:
    clock = Clock()
    busy = answer(b"", "503 Service Unavailable", Retry_After="86400")
    there = site(page=busy, other=answer())
    summary = run([there.url("/page"), there.url("/other")], tmp_path, clock, retries=4)
    assert there.paths == ["/page"], "the host is left alone, also for other pages"
    assert "asks to come back in 86400 s" in summary.failures[0].reason
    assert "asks to be left alone for 86400 s" in summary.failures[1].reason
    assert sum(clock.slept) < 10


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("10", 10.0), ("Sat, 31 Jan 2026 12:01:00 GMT", 60.0), ("", None), (None, None), ("9" * 40, None)],
)
def test_reading_retry_after(stated: str | None, seconds: float | None) -> None:
    assert retry_after(stated, START) == seconds


@given(
    st.text(max_size=40)
    | st.from_regex(r"[A-Z][a-z]{2}, \d{1,2} [A-Za-z]{3} \d{1,5} \d\d:\d\d:\d\d ?[-+A-Z0-9]*")
)
def test_any_retry_after_is_a_pause_or_none(stated: str) -> None:
    pause = retry_after(stated, START)
    assert pause is None or pause >= 0


def test_pauses_between_attempts() -> None:
    assert [backoff(number) for number in (1, 2, 3, 7, 1_000_000)] == [1.0, 2.0, 4.0, 60.0, 60.0]


def test_a_host_that_is_down(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    clock = Clock({"nowhere.example": [""]})
    summary = run(
        [f"http://127.0.0.1:{port}/a", f"http://127.0.0.1:{port}/b", "http://nowhere.example/"],
        tmp_path,
        clock,
    )
    assert [failure.reason for failure in summary.failures] == [
        "robots.txt of the site cannot be read: cannot connect: Connection refused",
        "robots.txt of the site cannot be read: cannot connect: Connection refused",
        "robots.txt of the site cannot be read: no address is known for nowhere.example (check the name)",
    ]


# --- politeness


def test_one_request_a_second_to_a_host(site: Callable[..., Site], tmp_path: Path) -> None:
    clock = Clock({"one.example": ["127.0.0.1"], "two.example": ["127.0.0.1"]})
    there = site(a=answer(), b=answer())
    urls = [there.url(path, host) for host in ("one.example", "two.example") for path in ("/a", "/b")]
    run(urls, tmp_path, clock)
    assert clock.slept == [1.0, 1.0, 1.0, 1.0], "robots.txt counts; another host need not wait"


def test_crawl_delay(site: Callable[..., Site], tmp_path: Path) -> None:
    clock = Clock()
    there = site(a=answer(), b=answer())
    there.pages["/robots.txt"] = [answer(b"User-agent: *\nCrawl-delay: 2.5\n")]
    run([there.url("/a"), there.url("/b")], tmp_path, clock)
    assert clock.slept == [2.5, 2.5]


def test_a_crawl_delay_that_is_too_long_to_wait_for(site: Callable[..., Site], tmp_path: Path) -> None:
    clock = Clock()
    there = site(a=answer())
    there.pages["/robots.txt"] = [answer(b"User-agent: *\nCrawl-delay: 1e9\n")]
    (failure,) = run(there.url("/a"), tmp_path, clock).failures
    assert "asks to be left alone" in failure.reason
    assert (there.paths, clock.slept) == ([], [])


HUGE = b"User-agent: *\nDisallow: /page\n" + b"Disallow: /other\n" * 40_000 + b"Allow: /page$\n"
STARS = b"User-agent: *\nDisallow: /" + b"*a" * 2_000 + b"b\n"
ROBOTS: list[tuple[str, Answer, str | None]] = [
    ("none", answer(b"", "404 Not Found"), None),
    ("kept from us, which is as if there were none", answer(b"", "403 Forbidden"), None),
    ("empty", answer(b""), None),
    ("a web page in its place", answer(PAGE), None),
    ("bytes that are no text", answer(bytes(range(256)) * 20), None),
    ("everybody", answer(b"User-agent: *\nDisallow: /\n"), "does not permit"),
    ("fonds by name, in other letters", answer(b"User-agent: FONDS\nDisallow: /p\n"), "does not permit"),
    (
        "fonds may what others may not",
        answer(b"User-agent: fonds\nAllow: /\n\nUser-agent: *\nDisallow: /\n"),
        None,
    ),
    ("another robot", answer(b"User-agent: other\nDisallow: /\n"), None),
    ("the longest rule counts, not the first", answer(b"User-agent: *\nDisallow: /\nAllow: /page\n"), None),
    ("a wildcard", answer(b"User-agent: *\nDisallow: /*ge$\n"), "does not permit"),
    ("after a byte order mark", answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n"), "does not permit"),
    (
        "compressed",
        answer(gzip.compress(b"User-agent: *\nDisallow: /"), Content_Encoding="gzip"),
        "not permit",
    ),
    ("huge: what stands first counts, the rest does not", answer(HUGE), "does not permit"),
    ("a rule to get lost in", answer(STARS), None),
    ("an error of the server closes the site", answer(b"", "500 Internal Server Error"), "status 500"),
    ("too many requests, likewise", answer(b"", "429 Too Many Requests"), "status 429"),
    ("too slow, likewise", dripping(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), "no whole answer"),
    ("a body too slow, likewise", dripping(answer(b"", length=900), b"#"), "no whole answer"),
    ("in a circle, likewise", redirect("/robots.txt"), "in a circle"),
    ("moved", redirect("/rules"), "does not permit"),
    ("moved to a file", redirect("file:///etc/passwd"), "not an http"),
]


@pytest.mark.parametrize(("reason", "told", "said"), ROBOTS, ids=[r[0] for r in ROBOTS])
def test_robots(
    site: Callable[..., Site], tmp_path: Path, reason: str, told: Answer, said: str | None
) -> None:
    there = site(page=answer(), rules=answer(b"User-agent: *\nDisallow: /page\n"))
    there.pages["/robots.txt"] = [told]
    long = "/page?" + "a" * 1_000
    there.pages[long] = [answer()]
    summary = run([there.url("/page"), there.url(long)], tmp_path, seconds=0.2)
    assert [path for path, _ in there.asked].count("/robots.txt") == 1, "once for a site"
    if said is None:
        assert (summary.fetched, summary.failures) == (2, ())
    else:
        assert said in summary.failures[0].reason
        assert "/page" not in there.paths


@given(
    st.lists(st.sampled_from(["User-agent: ", "Disallow: ", "Allow: ", "Crawl-delay: ", "*", "\n", "$", "%"]))
)
@example(["Crawl-delay: 1e400"])
def test_no_robots_txt_is_an_error(words: list[str]) -> None:
    rules = parsed("".join(words).encode() + b"\xff\x00")
    assert rules.delay >= 0
    assert rules.refusal("http://example.org/%D0%BF?a=b") in (
        None,
        "robots.txt of the site does not permit it",
    )


@given(st.binary(max_size=300))
def test_no_bytes_in_a_robots_txt_are_an_error(data: bytes) -> None:
    rules = parsed(b"User-agent: *\nDisallow: " + data)
    assert rules.delay >= 0
    assert rules.refusal("http://example.org/a") in (None, "robots.txt of the site does not permit it")


def test_robots_of_every_host_on_the_way(site: Callable[..., Site], tmp_path: Path) -> None:
    closed = site(page=answer())
    closed.pages["/robots.txt"] = [answer(b"User-agent: *\nDisallow: /\n")]
    there = site(page=redirect(closed.url("/page")))
    (failure,) = run(there.url("/page"), tmp_path).failures
    assert "does not permit" in failure.reason
    assert closed.paths == []


# --- redirects


def test_redirects_are_followed_and_written_down(site: Callable[..., Site], tmp_path: Path) -> None:
    other = site(end=answer(Content_Type="text/plain"))
    there = site(a=redirect("b?x=1#top", "301 Moved Permanently"), c=redirect(other.url("/end"), "308 Moved"))
    there.pages["/b?x=1"] = [redirect(there.url("/c"), "307 Temporary")]
    assert run(there.url("/a"), tmp_path).fetched == 1
    (line,) = lines(tmp_path)
    assert line.redirects == (there.url("/a"), there.url("/b?x=1"), there.url("/c"))
    assert (line.url, line.final_url, line.attempts) == (there.url("/a"), other.url("/end"), 1)


REDIRECTS: list[tuple[str, str, str]] = [
    ("a file", "file:///etc/passwd", "is not an http or https URL"),
    ("a script", "javascript:alert(1)", "is not an http or https URL"),
    ("another protocol", "ftp://example.org/a", "is not an http or https URL"),
    ("data", "data:text/html,hello", "is not an http or https URL"),
    ("with a password, which is not shown", "http://archivist:secret@example.org/", "holds a user name"),
    ("without a host", "https:///a", "is not a URL with a host"),
    ("no number for a port", "http://example.org:x/", "is not a URL with a host"),
    ("control characters", "http://example.org/\x01a", "holds control characters"),
    ("very long", "http://example.org/" + "a" * 3_000, "longer than 2000"),
    ("an unclosed bracket", "http://[::1/", "not a URL"),
    ("itself", "/page", "in a circle"),
    ("itself, with another fragment", "/page#2", "in a circle"),
]


@pytest.mark.parametrize(("reason", "location", "said"), REDIRECTS, ids=[r[0] for r in REDIRECTS])
def test_redirects_that_are_not_followed(
    site: Callable[..., Site], tmp_path: Path, reason: str, location: str, said: str
) -> None:
    there = site(page=redirect(location))
    summary = run(there.url("/page"), tmp_path, retries=2)
    assert said in summary.failures[0].reason
    assert "redirects" in summary.failures[0].reason
    assert there.paths == ["/page"]
    assert "secret" not in summary.to_text() + (tmp_path / NAME).read_text()


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("endless", dripping(redirect("/end").replace(b"Length: 0", b"Length: 999999999999"), b"x" * 999)),
        (
            "a bomb",
            answer(gzip.compress(b"0" * 9_000_000), "302 Found", Location="/end", Content_Encoding="gzip"),
        ),
        ("a lie", redirect("/end") + b"and more"),
    ],
)
def test_the_body_of_a_redirect_is_not_read(
    site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str, body: Answer
) -> None:
    from requests import Response

    monkeypatch.setattr(Response, "content", property(lambda _: pytest.fail("the body was read")))
    there = site(page=body, end=answer())
    assert run(there.url("/page"), tmp_path).fetched == 1


@pytest.mark.parametrize("location", ["/письмо".encode(), "/été".encode("latin-1"), b"/%D0%BF"])
def test_redirects_in_letters_of_any_sort(site: Callable[..., Site], tmp_path: Path, location: bytes) -> None:
    there = site(page=redirect("/HERE").replace(b"/HERE", location))
    for path in ("/%D0%BF%D0%B8%D1%81%D1%8C%D0%BC%D0%BE", "/%C3%A9t%C3%A9", "/%D0%BF"):
        there.pages[path] = [answer()]
    assert run(there.url("/page"), tmp_path).fetched == 1


def test_a_circle_is_named(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(a=redirect("/b"), b=redirect("/c"), c=redirect("/b"))
    (failure,) = run(there.url("/a"), tmp_path).failures
    circle = " to ".join(there.url(path) for path in ("/a", "/b", "/c", "/b"))
    assert failure.reason == f"redirects in a circle: {circle}"


def test_a_chain_without_end(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(**{f"p{number}": redirect(f"/p{number + 1}") for number in range(9)})
    (failure,) = run(there.url("/p0"), tmp_path, redirects=3).failures
    assert failure.reason == f"redirects more than 3 times, lastly to {there.url('/p4')}"
    assert there.paths == ["/p0", "/p1", "/p2", "/p3"]


# --- addresses


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Connections to one public address reach this machine; the numeric addresses connected to."""
    connected: list[str] = []
    genuine = socket.create_connection

    def connect(address: tuple[str, int], *arguments: Any, **named: Any) -> socket.socket:
        connected.append(address[0])
        host = "127.0.0.1" if address[0] == OUTSIDE else address[0]
        return genuine((host, address[1]), *arguments, **named)

    monkeypatch.setattr(socket, "create_connection", connect)
    return connected


def test_the_address_that_was_checked_is_connected_to(
    site: Callable[..., Site], tmp_path: Path, outside: list[str]
) -> None:
    """A server of names that answers otherwise the second time gains nothing."""
    clock = Clock({"archive.example": [OUTSIDE, OUTSIDE, "127.0.0.1"]})
    there = site(a=answer(), b=answer())
    urls = [there.url("/a", "archive.example"), there.url("/b", "archive.example")]
    summary = run(urls, tmp_path, clock, allow_private=False)
    assert outside == [OUTSIDE, OUTSIDE], "robots.txt and the first page, by number"
    assert clock.looked == ["archive.example"] * 3, "one look for each connection"
    assert [headers["host"] for _, headers in there.asked] == [f"archive.example:{there.port}"] * 2
    assert summary.failures[0].url == urls[1]
    assert (
        "archive.example has the address 127.0.0.1, which is not a public one" in summary.failures[0].reason
    )


@pytest.mark.parametrize(
    ("reason", "target"),
    [
        ("loopback", "http://127.0.0.1/"),
        ("a name for it", "http://localhost/"),
        ("another of the same network", "http://127.8.8.8/"),
        ("decimal", "http://2130706433/"),
        ("hexadecimal", "http://0x7f000001/"),
        ("octal", "http://0177.0.0.1/"),
        ("short", "http://127.1/"),
        ("nothing", "http://0/"),
        ("IPv6", "http://[::1]/"),
        ("IPv4 in IPv6", "http://[::ffff:127.0.0.1]/"),
        ("the same in hexadecimal", "http://[::ffff:7f00:1]/"),
        ("private", "http://10.0.0.1/"),
        ("the data of a cloud machine", "http://169.254.169.254/latest/meta-data/"),
        ("a name that leads inside", "http://inside.example/"),
        ("a name that leads to both", "http://both.example/"),
    ],
)
def test_addresses_that_are_not_public(
    site: Callable[..., Site], tmp_path: Path, outside: list[str], reason: str, target: str
) -> None:
    clock = Clock(
        {
            "archive.example": [OUTSIDE],
            "inside.example": ["192.168.1.1"],
            "both.example": [f"{OUTSIDE},10.0.0.1"],
        }
    )
    there = site(page=redirect(target))
    asked, led = target, there.url("/page", "archive.example")
    summary = run([asked, led], tmp_path, clock, allow_private=False, retries=2)
    assert ["which is not a public one" in failure.reason for failure in summary.failures] == [True, True]
    assert outside == [OUTSIDE, OUTSIDE], "nothing but the server that redirects was connected to"


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("93.184.215.14", True),
        ("1.1.1.1", True),
        ("2606:4700::1111", True),
        ("::ffff:1.1.1.1", True),
        ("64:ff9b::101:101", True),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),  # shared by customers of a provider, RFC 6598
        ("127.0.0.1", False),
        ("169.254.0.1", False),
        ("172.31.255.255", False),
        ("192.0.0.8", False),
        ("192.0.2.1", False),  # for documentation, RFC 5737
        ("192.88.99.1", False),
        ("192.168.0.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),  # IPv4-compatible
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),  # NAT64 to 10.0.0.1
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),  # 6to4 to 127.0.0.1
        ("2001:0:7f00:1::", False),  # Teredo
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("not a number", False),
    ],
)
def test_public_addresses(number: str, public: bool) -> None:
    assert is_public(number) is public


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for archive.example, and its key."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=archive.example"
    extension = ["-addext", "subjectAltName=DNS:archive.example"]
    try:
        done = subprocess.run(
            [*make.split(), *extension, "-keyout", file.with_name("key"), "-out", file.with_name("cert")],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("no openssl here")
    if done.returncode:
        pytest.skip("this openssl makes no such certificate")
    file.write_bytes(file.with_name("key").read_bytes() + file.with_name("cert").read_bytes())
    return file


@pytest.mark.parametrize(
    ("reason", "host", "trusted", "said"),
    [
        ("the name, not the address, is in handshake and certificate", "archive.example", True, None),
        ("a certificate for another name", "other.example", True, "no safe connection"),
        ("a certificate that nobody vouches for", "archive.example", False, "no safe connection"),
    ],
)
def test_tls(
    site: Callable[..., Site],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    certificate: Path,
    reason: str,
    host: str,
    trusted: bool,
    said: str | None,
) -> None:
    if trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.with_name("cert")))
    else:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    named: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: named.append(name)
    there = site(page=answer())
    plain = there.server.get_request

    def secure() -> tuple[socket.socket, Any]:
        taken, address = plain()
        taken.settimeout(2)
        return context.wrap_socket(taken, server_side=True), address

    monkeypatch.setattr(there.server, "get_request", secure)
    clock = Clock({host: ["127.0.0.1"]})
    summary = run(there.url("/page", host).replace("http:", "https:"), tmp_path, clock)
    assert named
    assert set(named) == {host}
    if said is None:
        assert summary.failures == ()
        assert there.paths == ["/page"]
    else:
        assert said in summary.failures[0].reason
        assert there.asked == []


# --- URLs


@pytest.mark.parametrize(
    ("reason", "url", "wanted"),
    [
        ("scheme and host in lower case", "HTTP://Example.ORG/A", "http://example.org/A"),
        ("a path where there is none", "http://example.org", "http://example.org/"),
        ("no fragment", "http://example.org/a#b", "http://example.org/a"),
        ("no port that goes without saying", "https://example.org:443/a", "https://example.org/a"),
        ("other ports stay", "http://example.org:443/a", "http://example.org:443/a"),
        (
            "letters of other scripts",
            "http://example.org/письмо",
            "http://example.org/%D0%BF%D0%B8%D1%81%D1%8C%D0%BC%D0%BE",
        ),
        ("what is encoded stays", "http://example.org/%d0%bf%2Fa", "http://example.org/%D0%BF%2Fa"),
        ("a space", " http://example.org/a b ", "http://example.org/a%20b"),
        ("a percent sign that stands for itself", "http://example.org/100%", "http://example.org/100%25"),
        ("a host in another script", "http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("steps upwards", "http://example.org/a/../../b", "http://example.org/b"),
        ("the query stays", "http://example.org/?q=a%20b&x", "http://example.org/?q=a%20b&x"),
        ("IPv6", "http://[2606:4700::1111]:80/", "http://[2606:4700::1111]/"),
    ],
)
def test_the_one_form_of_a_url(reason: str, url: str, wanted: str) -> None:
    assert clean(url) == wanted
    assert clean(wanted) == wanted


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "http or https"),
        ("example.org/a", "http or https"),
        ("file:///etc/passwd", "http or https"),
        ("http://", "with a host"),
        ("http:///a", "with a host"),
        ("http://:80/", "with a host"),
        ("http://[::1", "with a host"),
        ("http://example.org:99999/", "with a host"),
        ("http://a:b@example.org/", "user name"),
        ("http://@example.org/", "user name"),
        ("http://example.org\\@127.0.0.1/", "backslash"),
        ("http://example.org/\r\nHost: other", "control"),
        ("http://example.org/\ud800", "control"),
        ("http://①②⑦.0.0.1/", "with a host"),
        ("http://example.org/" + "a" * 2_000, "longer"),
    ],
)
def test_what_is_not_a_url_to_fetch(url: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        clean(url)


@given(st.text(max_size=60), st.sampled_from(["http://", "https://example.org/", "http://example.org", ""]))
def test_any_text_is_a_url_in_ascii_or_refused(text: str, start: str) -> None:
    try:
        made = clean(start + text)
    except Refused:
        return
    assert made.isascii()
    assert clean(made) == made
    assert made.startswith(("http://", "https://"))


@given(st.text(max_size=60))
def test_any_location_is_followed_or_refused(location: str) -> None:
    try:
        made = joined("http://example.org/a/b?c", location)
    except Refused as error:
        made = error.message.removeprefix("redirects to ")
        made = "http://example.org/" if made != error.message else "it should say what it redirects to"
    assert clean(made) == made


@given(st.text(max_size=40))
def test_a_password_is_never_shown(name: str) -> None:
    secret = "Geheimwort"
    word = name.replace("/", "").replace("?", "").replace("#", "")
    assert secret not in shown(f"https://{word}:{secret}@example.org/{name}")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://a:secret@example.org:80/b@c?d@e", "https://example.org:80/b@c?d@e"),
        ("https://a:sec/ret@example.org/b", "example.org/b"),
        ("https://a:sec?ret@example.org/b", "example.org/b"),
        ("https://a:sec#ret@example.org/b", "example.org/b"),
        ("https:/a:secret@example.org/b", "example.org/b"),
        ("https:a:secret@example.org/b", "example.org/b"),
        ("//a:secret@example.org/b", "//example.org/b"),
        ("https://example.org/@b", "https://example.org/@b"),
        ("https://[2606:4700::1111]:443/@b", "https://[2606:4700::1111]:443/@b"),
    ],
)
def test_a_url_as_it_is_shown(url: str, wanted: str) -> None:
    assert shown(url) == wanted


def test_a_url_with_a_password_is_refused_and_not_written(tmp_path: Path) -> None:
    summary = run("https://archivist:secret@example.org/a", tmp_path)
    assert summary.failures == (("https://example.org/a", "holds a user name or password"),)
    assert "secret" not in (tmp_path / NAME).read_text()
    assert "archivist" not in (tmp_path / NAME).read_text()


# --- names of files


@pytest.mark.parametrize(
    ("reason", "url", "media_type", "wanted"),
    [
        (
            "words of the path",
            "http://example.org/docs/Letter%20No.%202",
            "text/html",
            r"letter-no-2-HASH\.html",
        ),
        ("its own suffix, where the type is vague", "http://example.org/a.XML", "text/plain", r"a-HASH\.xml"),
        ("the type, where it is not", "http://example.org/a.php", "text/html", r"a-HASH\.html"),
        ("the type that is not known", "http://example.org/a.odt", "application/x-odt", r"a-HASH\.odt"),
        ("no type, no suffix", "http://example.org/a", None, r"a-HASH\.bin"),
        ("a site", "http://example.org/", "text/html", r"example-org-HASH\.html"),
        ("a folder", "http://example.org/docs/", "text/html", r"docs-HASH\.html"),
        ("another script", "http://example.org/%D0%BF", "text/html", r"page-HASH\.html"),
        ("accents", "http://example.org/%C3%A9t%C3%A9", "text/html", r"ete-HASH\.html"),
        ("upwards, encoded", "http://example.org/..%2F..%2Fetc%2Fpasswd", "text/plain", r"passwd-HASH\.txt"),
        ("a drive, encoded", "http://example.org/C%3A%5Ca%00b", "text/html", r"c-a-b-HASH\.html"),
        (
            "hidden",
            "http://example.org/.htaccess",
            "text/plain",
            r"htaccess-HASH\.txt",
        ),
        ("the record itself", "http://example.org/harvest.jsonl", None, r"harvest-HASH\.jsonl"),
        ("very long", "http://example.org/" + "a" * 500, "text/html", r"a{60}-HASH\.html"),
    ],
)
def test_the_name_of_a_file(reason: str, url: str, media_type: str | None, wanted: str) -> None:
    import re

    assert re.fullmatch(wanted.replace("HASH", "[0-9a-f]{8}"), name_of(url, media_type, {}))


def test_a_name_that_is_taken() -> None:
    first = name_of("http://example.org/a", "text/html", {})
    assert name_of("http://example.org/a", "text/html", {first: "http://example.org/a"}) == first
    second = name_of("http://example.org/a", "text/html", {first: "http://example.org/b"})
    assert second != first
    assert len(second) == len("a-.html") + 64


def test_pages_of_one_name(site: Callable[..., Site], tmp_path: Path) -> None:
    """Names that differ only in case, query or encoding are files of their own, on any system."""
    there = site(letter=answer(b"1"), Letter=answer(b"2"))
    there.pages.update(
        {"/letter?n=1": [answer(b"3")], "/b/letter": [answer(b"4")], "/%D0%BF": [answer(b"5")]}
    )
    paths = ("/letter", "/Letter", "/letter?n=1", "/b/letter", "/п", "/%d0%bf", "/letter#a")
    assert run([there.url(path) for path in paths], tmp_path).fetched == 5
    found = files(tmp_path)
    assert len({name.lower() for name in found}) == 5
    assert sorted((tmp_path / name).read_bytes() for name in found) == [b"1", b"2", b"3", b"4", b"5"]


# --- going on, and asking again


def test_a_second_run_goes_on(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(a=answer(b"1"), b=[answer(b"", "404 Not Found"), answer(b"2")])
    urls = [there.url("/a"), there.url("/b")]
    assert run(urls, tmp_path).fetched == 1
    second = run(urls, tmp_path)
    assert (second.fetched, second.present, second.clean) == (1, 1, True)
    assert there.paths == ["/a", "/b", "/b"], "what is there is not asked for"
    assert [line.status for line in lines(tmp_path)] == [200, 404, 200]


@pytest.mark.parametrize("harm", ["changed", "removed"])
def test_a_file_that_is_not_what_was_fetched_is_fetched_again(
    site: Callable[..., Site], tmp_path: Path, harm: str
) -> None:
    there = site(a=answer(b"1", ETag='"1"'))
    run(there.url("/a"), tmp_path)
    file = tmp_path / files(tmp_path)[0]
    file.write_bytes(b"other") if harm == "changed" else file.unlink()
    assert run(there.url("/a"), tmp_path, refresh=True).fetched == 1
    assert file.read_bytes() == b"1"
    assert "if-none-match" not in there.asked[-1][1], "the file is not there to be kept"


def test_a_run_that_is_cut_off_goes_on(
    site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in the midst of a body: no half file, and the next run ends as if nothing had been."""
    there = site(a=answer(b"1"), b=answer(b"2" * 200_000), c=answer(b"3"))
    urls = [there.url(path) for path in ("/a", "/b", "/c")]
    from fonds.harvest import fetch

    genuine = fetch.unpacked

    def cut(chunks: Any, encoding: str | None, limit: int) -> Iterator[bytes]:
        for number, chunk in enumerate(genuine(chunks, encoding, limit)):
            if number == 1:
                raise KeyboardInterrupt
            yield chunk

    with monkeypatch.context() as patch:
        patch.setattr(fetch, "unpacked", cut)
        with pytest.raises(KeyboardInterrupt):
            run(urls, tmp_path)
    assert len(files(tmp_path)) == 1
    summary = run(urls, tmp_path)
    assert (summary.fetched, summary.present) == (2, 1)
    assert there.paths == ["/a", "/b", "/b", "/c"]


def test_a_run_that_is_killed_goes_on(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(a=answer(b"1"), b=dripping(answer(b"", length=100_000), b"x"))
    code = (
        "import sys, fonds\n"
        "fonds.harvest(sys.argv[2:], sys.argv[1], options=fonds.HarvestOptions(allow_private=True, rate=1000.0))"
    )
    urls = [there.url("/a"), there.url("/b")]
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path), *urls])
    until = time.monotonic() + 20
    while not (left := list(tmp_path.glob(".b-*.part"))) and time.monotonic() < until:
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert left
    there.pages["/b"] = [answer(b"2")]
    summary = run(urls, tmp_path)
    assert (summary.fetched, summary.present) == (1, 1)
    assert len(files(tmp_path)) == 2, "the unfinished file is gone"


def test_conditional_requests(site: Callable[..., Site], tmp_path: Path) -> None:
    dated = "Tue, 06 Jan 2026 10:00:00 GMT"
    same = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    there = site(a=[answer(b"1", ETag='"1"', Last_Modified=dated), same, answer(b"new", ETag='"2"')])
    first = run(there.url("/a"), tmp_path)
    later = Clock()
    later.at = 3_600.0
    second = run(there.url("/a"), tmp_path, later, refresh=True)
    asked = there.asked[-1][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"1"', dated)
    assert (first.fetched, second.fetched, second.unchanged, second.clean) == (1, 0, 1, True)
    fetched, unchanged = lines(tmp_path)
    assert (unchanged.status, unchanged.file, unchanged.sha256) == (304, fetched.file, fetched.sha256)
    assert (unchanged.size, unchanged.media_type, unchanged.error) == (1, "text/html", None)
    assert (fetched.time, unchanged.time) == ("2026-01-31T12:00:01Z", "2026-01-31T13:00:01Z")
    assert origins(tmp_path)[files(tmp_path)[0]].time == fetched.time, "the bytes are from then"
    assert run(there.url("/a"), tmp_path, refresh=True).fetched == 1
    assert (tmp_path / files(tmp_path)[0]).read_bytes() == b"new"
    assert len(files(tmp_path)) == 1


def test_without_a_tag_the_bytes_tell(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(a=answer(b"1"))
    run(there.url("/a"), tmp_path)
    assert run(there.url("/a"), tmp_path, refresh=True).unchanged == 1


def test_a_tag_goes_only_to_the_url_that_gave_it(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(a=redirect("/b"), b=[answer(b"1", ETag='"1"'), b"HTTP/1.1 304 Not Modified\r\n\r\n"])
    run(there.url("/a"), tmp_path)
    assert run(there.url("/a"), tmp_path, refresh=True).unchanged == 1
    assert [(path, "if-none-match" in headers) for path, headers in there.asked[-2:]] == [
        ("/a", False),
        ("/b", True),
    ]


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({"etag": 'W/"a"'}, {"If-None-Match": 'W/"a"'}),
        ({"etag": "a"}, {}),
        ({"etag": '"a"\r\nX: y'}, {}),
        ({"etag": '"' + "a" * 900 + '"'}, {}),
        ({"last-modified": "yesterday"}, {}),
        ({"last-modified": "Tue, 06 Jan 2026 10:00:00 GMT\n"}, {}),
        ({}, {}),
    ],
)
def test_what_is_sent_back_to_a_server(headers: dict[str, str], sent: dict[str, str]) -> None:
    assert validators(headers) == sent


# --- the record


def test_hostile_headers_do_not_break_the_record(site: Callable[..., Site], tmp_path: Path) -> None:
    hostile = answer(
        b"1",
        ETag='"\u2028\x85\x00\x1b[31m"}\\',
        Last_Modified="a\r\n b",
        Content_Type='text/html; charset="x\u2028',
        Content_Disposition="attachment; filename=../../../etc/passwd",
        Link="x" * 60_000,
    )
    there = site(a=hostile, b=answer(b"2"))
    assert run([there.url("/a"), there.url("/b")], tmp_path).clean
    raw = (tmp_path / NAME).read_bytes()
    assert raw.isascii()
    assert raw.count(b"\n") == 2
    first = lines(tmp_path)[0]
    assert first.headers["last-modified"] == "a b"
    assert len(first.headers["link"]) == 1_000
    assert all("passwd" not in name for name in files(tmp_path))


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        ("text/html; charset=UTF-8", ("text/html", "utf-8")),
        ('Text/HTML;charset="windows-1251"; x=y', ("text/html", "windows-1251")),
        ("text/html; notcharset=a", ("text/html", None)),
        ("nonsense", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_media_types(stated: str | None, wanted: tuple[str | None, str | None]) -> None:
    assert content_type(stated) == wanted


@settings(max_examples=30)  # each reaches the disk
@given(st.dictionaries(st.sampled_from(["etag", "link"]), st.text(max_size=30)), st.text(max_size=30))
def test_what_is_written_is_read(tmp_path_factory: Any, headers: dict[str, str], error: str) -> None:
    visit = Visit(
        url="http://example.org/", final_url="http://example.org/", time="t", headers=headers, error=error
    )
    folder = tmp_path_factory.mktemp("record")
    with opened(folder) as journal:
        journal.add(visit)
        journal.add(visit)
    assert lines(folder) == [visit, visit]


@pytest.mark.parametrize("torn", [b"{", b'{"url":"http://example.org/b"}', b"x" * 200_000, b"\x00\xff"])
def test_a_torn_line_is_taken_away(site: Callable[..., Site], tmp_path: Path, torn: bytes) -> None:
    there = site(a=answer(b"1"), b=answer(b"2"))
    run(there.url("/a"), tmp_path)
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole + torn)
    assert len(lines(tmp_path)) == 1, "a reader passes over it"
    assert run([there.url("/a"), there.url("/b")], tmp_path).present == 1
    assert (tmp_path / NAME).read_bytes().startswith(whole)
    assert [line.url for line in lines(tmp_path)] == [there.url("/a"), there.url("/b")]


def test_nothing_but_a_torn_line(site: Callable[..., Site], tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'{"url":')
    assert run(site(a=answer()).url("/a"), tmp_path).fetched == 1
    assert len(lines(tmp_path)) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{}\n", "line 1: is not a line"),
        (b"[]\n", "line 1: is not a line"),
        (b"\n", "line 1: is not a line"),
        (b"\xff\n", "line 1: is not a line"),
        (b"[" * 100_000 + b"\n", "line 1: is not a line"),
        (b'{"url":"a","final_url":"a","time":"t","more":1}\n', "line 1: is not a line"),
        (b'{"url":1,"final_url":"a","time":"t"}\n', "line 1: holds values of a wrong type"),
        (b'{"url":"a","final_url":"a","time":"t","headers":{"etag":1}}\n', "wrong type"),
        (b'{"url":"a","final_url":"a","time":"t","file":"../../etc/passwd"}\n', "outside its folder"),
        (b'{"url":"a","final_url":"a","time":"t","file":".."}\n', "outside its folder"),
    ],
)
def test_a_broken_record_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    (tmp_path / NAME).write_bytes(line)
    with pytest.raises(ConfigError, match=said):
        run("http://127.0.0.1:1/", tmp_path)


def test_two_runs_at_once(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with opened(tmp_path), pytest.raises(OutputError, match="another run"), opened(tmp_path):
        pass


# --- the disk


def test_a_disk_that_is_full(
    site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fonds import atomic

    there = site(a=answer(b"1"), b=answer(b"2"))

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", full)
        with pytest.raises(OutputError, match="No space left"):
            run([there.url("/a"), there.url("/b")], tmp_path)
    assert files(tmp_path) == []
    assert lines(tmp_path) == []
    assert run([there.url("/a"), there.url("/b")], tmp_path).fetched == 2


def test_a_record_that_cannot_be_written_holds_no_half_line(tmp_path: Path) -> None:
    visit = Visit(url="http://example.org/", final_url="http://example.org/", time="t")
    with opened(tmp_path) as journal:
        journal.add(visit)
        genuine = journal._stream

        class Full:
            """Writes some bytes, then no more."""

            def __getattr__(self, name: str) -> Any:
                return getattr(genuine, name)

            def write(self, data: bytes) -> int:
                genuine.write(data[:9])
                raise OSError(28, "No space left on device")

        journal._stream = Full()  # type: ignore[assignment]
        with pytest.raises(OutputError, match="No space left"):
            journal.add(visit)
        journal._stream = genuine
        journal.add(visit)
    assert lines(tmp_path) == [visit, visit]


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        run("http://127.0.0.1:1/", tmp_path / "file")


def test_a_link_in_the_place_of_a_page(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(a=answer(b"1"))
    run(there.url("/a"), tmp_path / "pages")
    name = files(tmp_path / "pages")[0]
    (tmp_path / "pages" / name).unlink()
    (tmp_path / "pages" / name).symlink_to(tmp_path / "outside")
    with pytest.raises(OutputError, match="is a link"):
        run(there.url("/a"), tmp_path / "pages")
    assert not (tmp_path / "outside").exists()


# --- options


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rate": 0.0}, "above 0"),
        ({"rate": float("nan")}, "above 0"),
        ({"seconds": float("inf")}, "above 0"),
        ({"retries": -1}, "negative"),
        ({"max_bytes": -1}, "negative"),
        ({"types": ("html",)}, "no media type"),
        ({"contact": "a\r\nX: y"}, "cannot stand"),
        ({"contact": "é@example.org"}, "cannot stand"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        HarvestOptions(**options)


def test_nothing_to_fetch(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no URLs"):
        fonds.harvest([], tmp_path)


def test_unreachable_is_no_error_of_the_system() -> None:
    """An OSError would be taken for one of the disk on its way through the file that is written."""
    assert not issubclass(Unreachable, OSError)
    assert not issubclass(Refused, OSError)


# --- the command


def command(*arguments: str | Path, stdin: str | None = None) -> Any:
    return CliRunner().invoke(main, ["harvest", *map(str, arguments), "--rate", "1000"], input=stdin)


def test_the_command(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(a=answer(b"1"), b=answer(b"2"), c=answer(b"3"))
    listed = tmp_path / "urls.txt"
    listed.write_text(f"# letters\n{there.url('/a')}\n\n  {there.url('/b')}\r\n", "utf-8-sig")
    made = command(
        there.url("/a#x"), "--from", listed, "--from", "-", "-o", tmp_path / "pages", "--allow-private",
        stdin=there.url("/c"),
    )  # fmt: skip
    assert (made.exit_code, made.stderr) == (0, "")
    assert made.stdout == f"harvest     {tmp_path / 'pages'}\nfetched     3\n"
    piped = command("-", "-o", tmp_path / "pages", "--allow-private", stdin=f"# one\n{there.url('/a')}\n")
    assert piped.stdout.splitlines()[1:] == ["fetched     0", "present     1"]
    again = command(
        there.url("/missing"), there.url("/a"), "-o", tmp_path / "pages", "--allow-private", "--json"
    )
    assert again.exit_code == 1
    assert json.loads(again.stdout) == {
        "folder": str(tmp_path / "pages"),
        "record": str(tmp_path / "pages" / NAME),
        "fetched": 0,
        "unchanged": 0,
        "present": 1,
        "failed": [{"url": there.url("/missing"), "reason": "the server answers with status 404"}],
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "pages"],
        ["http://example.org/"],
        ["http://example.org/", "-o", "pages", "--type", "html"],
        ["http://example.org/", "-o", "pages", "--seconds", "0"],
        ["--from", "absent.txt", "-o", "pages"],
        ["--from", "latin-1.txt", "-o", "pages"],
        ["--from", "empty.txt", "-o", "pages"],
    ],
)
def test_wrong_usage(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("latin-1.txt").write_bytes("http://example.org/é".encode("latin-1"))
    Path("empty.txt").write_text("# nothing yet\n")
    assert command(*arguments).exit_code == 2
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_for_terminals(
    site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    import io

    from fonds import cli_harvest

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    there = site(a=answer(b"1"))
    done: list[str] = []
    fonds.harvest(
        [there.url("/a"), there.url("/missing")],
        tmp_path,
        options=HarvestOptions(allow_private=True),
        watch=cli_harvest._watch(done),
        world=Clock().world,
    )
    assert done == ["fetched", "failed"]
    shown_lines = screen.getvalue().replace("\033[K", "")
    wanted = f"\r1 of 2 fetched {there.url('/a')}\r2 of 2 failed {there.url('/missing')}\n"
    assert shown_lines == (wanted if terminal else "")


def test_stopped_by_the_user(
    site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = site(a=answer(b"1"), b=answer(b"2"))
    from fonds.harvest import fetch

    genuine = fetch.Fetcher.page

    def page(self: Any, trail: Any, *rest: Any) -> bool:
        if trail.url.endswith("/b"):
            raise KeyboardInterrupt
        return genuine(self, trail, *rest)

    monkeypatch.setattr(fetch.Fetcher, "page", page)
    made = command(there.url("/a"), there.url("/b"), "-o", tmp_path / "pages", "--allow-private")
    assert made.exit_code == 130
    assert made.stderr == "\nstopped after 1 pages; the same command goes on from here\n"
    assert len(lines(tmp_path / "pages")) == 1


# --- what a build makes of it


@pytest.fixture
def collection(site: Callable[..., Site], tmp_path: Path) -> tuple[Path, Site]:
    config.create(tmp_path / "letters", base="https://example.org/letters/")
    there = site(old=redirect("/letter"), letter=answer(Content_Type="text/html; charset=utf-8"))
    run(there.url("/old"), tmp_path / "letters" / "documents" / "web")
    return tmp_path / "letters", there


def test_a_build_states_where_a_page_is_from(collection: tuple[Path, Site], tmp_path: Path) -> None:
    folder, there = collection
    assert fonds.build(folder, tmp_path / "dump").clean, "the record is no document"
    stated = (tmp_path / "dump" / "provenance.ttl").read_text("utf-8")
    assert f"<{there.url('/letter')}>" in stated
    assert 'prov:generatedAtTime "2026-01-31T12:00:02Z"^^xsd:dateTime' in stated
    sha256 = hashlib.sha256(PAGE).hexdigest()
    graph = fonds.open(tmp_path / "dump")
    asked = """
        SELECT ?url ?time ?sha WHERE { GRAPH ?g { ?file prov:wasDerivedFrom ?url ; prov:generatedAtTime ?time }
        GRAPH ?h { ?file <https://schema.org/sha256> ?sha } FILTER(STRSTARTS(STR(?url), "http://127")) }"""
    (row,) = graph.query(asked, initNs={"prov": "http://www.w3.org/ns/prov#"})
    assert [str(value) for value in row] == [there.url("/letter"), "2026-01-31T12:00:02+00:00", sha256] or [
        str(value) for value in row
    ] == [there.url("/letter"), "2026-01-31T12:00:02Z", sha256]


def test_a_page_outside_a_collection(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(letter=answer())
    run(there.url("/letter"), tmp_path)
    record = fonds.convert(tmp_path / files(tmp_path)[0])
    assert (record.source.origin, record.source.retrieved) == (there.url("/letter"), "2026-01-31T12:00:01Z")
    made = CliRunner().invoke(main, ["convert", str(tmp_path / files(tmp_path)[0]), "--layer", "provenance"])
    assert f"prov:wasDerivedFrom <{there.url('/letter')}>" in made.stdout


def test_a_page_that_was_changed_after_it_was_fetched(collection: tuple[Path, Site], tmp_path: Path) -> None:
    folder, there = collection
    pages = folder / "documents" / "web"
    file = pages / files(pages)[0]
    file.write_bytes(PAGE.replace(b"1899", b"1898"))
    source = config.read(folder).source(file)
    assert (source.origin, source.retrieved) == (f"web/{file.name}", None)
    (record,) = convert(source)
    (finding,) = [found for found in record.findings if found.kind == "harvest-mismatch"]
    assert there.url("/letter") in finding.message
    assert hashlib.sha256(PAGE).hexdigest() in finding.message
    assert source.sha256 in finding.message
    fonds.build(folder, tmp_path / "dump")
    assert "harvest-mismatch" in (tmp_path / "dump" / "findings.csv").read_text("utf-8")
    assert there.url("/letter") not in (tmp_path / "dump" / "provenance.ttl").read_text("utf-8")


@pytest.mark.parametrize(
    ("reason", "charset", "body", "encoding"),
    [
        ("what the server states", "windows-1251", "Письмо".encode("cp1251"), "cp1251"),
        ("Latin-1 means Windows, as in browsers", "ISO-8859-1", "“à”".encode("cp1252"), "cp1252"),
        ("UTF-8 is UTF-8, whatever the server states", "iso-8859-1", "é".encode(), None),
        ("not what it states", "koi8-u-nonsense", b"\xff", None),
        ("a way to write text that would change it", "unicode_escape", b"\\x41\xff", None),
        ("no text encoding at all", "hex", b"\xff", None),
    ],
)
def test_the_encoding_that_a_server_states(
    site: Callable[..., Site], tmp_path: Path, reason: str, charset: str, body: bytes, encoding: str | None
) -> None:
    config.create(tmp_path / "letters", base="https://example.org/letters/")
    pages = tmp_path / "letters" / "documents"
    run(site(a=answer(body, Content_Type=f"text/plain; charset={charset}")).url("/a"), pages)
    collected = config.read(tmp_path / "letters")
    (path,) = collected.paths()
    assert collected.source(path).encoding == encoding


def test_a_broken_record_stops_a_build(collection: tuple[Path, Site], tmp_path: Path) -> None:
    folder, _ = collection
    with (folder / "documents" / "web" / NAME).open("ab") as stream:
        stream.write(b"{}\n")
    with pytest.raises(ConfigError, match="line 2"):
        fonds.build(folder, tmp_path / "dump")


def test_a_harvest_is_the_same_anywhere(site: Callable[..., Site], tmp_path: Path) -> None:
    there = site(a=answer(b"1"), b=answer(b"", "404 Not Found"))
    urls = [there.url("/b"), there.url("/a")]
    run(urls, tmp_path / "one")
    run(urls, tmp_path / "two")
    assert (tmp_path / "one" / NAME).read_bytes() == (tmp_path / "two" / NAME).read_bytes()
    assert files(tmp_path / "one") == files(tmp_path / "two")
