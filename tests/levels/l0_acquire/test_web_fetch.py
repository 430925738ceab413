"""Lists of URLs, fetched from a real server on this machine."""

import gzip
import io
import socket
import tarfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest
from support_l0 import verdicts

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l0 import FetchSettings, L0Settings
from darwin_spark.levels.l0_acquire import web_fetch, web_request
from darwin_spark.levels.l0_acquire.acquire import acquire
from darwin_spark.levels.l0_acquire.web_addresses import is_open

PAGE = b"<html><body>Tides.</body></html>"
ROBOTS = b"User-agent: *\nDisallow: /private\n"


def archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in (("p.tex", rb"\documentclass{a}\input{q}"), ("q.tex", b"q")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


PAGES: dict[str, tuple[bytes, str, dict[str, str]]] = {
    "robots.txt": (ROBOTS, "text/plain", {}),
    "page": (PAGE, "text/html; charset=latin-1", {"Date": "Tue, 01 Jan 2030 00:00:00 GMT"}),
    "private": (PAGE, "text/html", {}),
    "packed": (gzip.compress(PAGE), "text/html", {"Content-Encoding": "gzip"}),
    "paper.tar.gz": (archive(), "application/gzip", {}),
    "note": (b"Just words.", "text/markdown", {}),
    "long": (b"x" * 200_000, "text/plain", {}),
    "cut": (b"x" * 10, "text/plain", {"Content-Length": "1000"}),
}
REDIRECTS = {
    "loop": "/loop",
    "moved": "page",
    "inside": "http://169.254.169.254/latest/meta-data/",
    "file": "file:///etc/passwd",
}


class Site(BaseHTTPRequestHandler):
    """A small web site; `requests` records the path and time of each request."""

    requests: list[tuple[str, float]]

    def do_GET(self) -> None:
        type(self).requests.append((self.path, time.monotonic()))
        name = self.path.split("/")[1]
        if name in PAGES:
            content, kind, headers = PAGES[name]
            self.answer(content, kind, **headers)
        elif name in REDIRECTS:
            self.redirect(REDIRECTS[name])
        elif name == "drip":
            self.drip()
        elif name == "flaky":
            self.answer(PAGE, "text/html") if len(times_of(self.path)) > 2 else self.refuse(503)
        else:
            self.refuse(404)

    def answer(self, content: bytes, kind: str, **headers: str) -> None:
        self.send_response_only(200)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, status: int) -> None:
        self.send_response_only(status)
        self.end_headers()

    def redirect(self, target: str) -> None:
        self.send_response_only(302)
        self.send_header("Location", target)
        self.end_headers()

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(100):
            try:
                self.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.1)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    web_fetch.fetcher.cache_clear()
    handler = type("OneSite", (Site,), {"requests": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    handler.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    Site.current = handler  # type: ignore[attr-defined]
    yield handler.url  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def settings(**fetch: object) -> L0Settings:
    usual = {"allow_private": True, "delay_seconds": 0, "backoff_seconds": 0.01, "timeout_seconds": 5}
    return L0Settings(fetch=FetchSettings.model_validate({**usual, **fetch}))


def fetch(url: str, **options: object) -> list[Row]:
    listed = {"source": "s", "source_file": url, "uri": url, "version": "url-1", "bytes": 0, "is_url": True}
    return list(acquire(listed, settings(**options)))


def reason(url: str, **options: object) -> str:
    (row,) = fetch(url, **options)
    return row.get("reason") or row["verdict"]


def times_of(path: str) -> list[float]:
    return [when for requested, when in Site.current.requests if requested == path]  # type: ignore[attr-defined]


def test_a_page_is_kept_with_the_metadata_of_the_response(site: str) -> None:
    (row,) = fetch(f"{site}/page")
    assert (row["source_id"], row["media_type"], row["content"]) == (f"{site}/page", "text/html", PAGE)
    assert row["metadata"] == {
        "charset": "latin-1",
        "content_type": "text/html; charset=latin-1",
        "date": "Tue, 01 Jan 2030 00:00:00 GMT",
        "url": f"{site}/page",
    }
    assert fetch(f"{site}/note")[0]["media_type"] == "text/markdown"
    assert fetch(f"{site}/packed")[0]["content"] == PAGE


def test_an_archive_is_opened(site: str) -> None:
    (row,) = fetch(f"{site}/paper.tar.gz")
    assert (row["source_id"], row["media_type"]) == (f"{site}/paper.tar.gz!p.tex", "application/x-tex-project")


def test_a_fetched_page_above_the_inline_limit_is_kept_inline(site: str) -> None:
    web = settings().model_copy(update={"max_inline_bytes": 10})
    listed = {"source": "s", "source_file": "u", "uri": f"{site}/page", "version": "v", "bytes": 0, "is_url": True}
    (row,) = acquire(listed, web)
    assert row["content"] == PAGE


def test_redirects_are_followed_and_the_final_url_is_recorded(site: str) -> None:
    (row,) = fetch(f"{site}/moved")
    assert (row["source_id"], row["metadata"]["url"]) == (f"{site}/moved", f"{site}/page")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/gone", "http_404"),
        ("/private/x", "blocked_by_robots"),
        ("/loop", "too_many_redirects"),
        ("/file", "unsupported_scheme"),
        ("/cut", "connection_failed"),
    ],
)
def test_each_failure_has_its_reason(site: str, path: str, expected: str) -> None:
    assert reason(site + path) == expected


def test_a_response_above_the_limit_is_not_read_to_its_end(site: str) -> None:
    assert reason(f"{site}/long", max_bytes=100_000) == "object_too_large"


def test_a_redirect_to_a_private_address_is_refused(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The site itself is on this machine; only its address is allowed, as if it were a public one.
    monkeypatch.setattr("darwin_spark.levels.l0_acquire.web_addresses.is_open", lambda address: address == "127.0.0.1")
    assert reason(f"{site}/page", allow_private=False) == "kept"
    assert reason(f"{site}/inside", allow_private=False) == "blocked_address"


def test_a_request_to_a_busy_host_is_retried(site: str) -> None:
    assert reason(f"{site}/flaky", max_attempts=2) == "http_503"
    assert reason(f"{site}/flaky", max_attempts=2) == "kept"
    assert len(times_of("/flaky")) == 3
    assert {"http_503", "fetch_timeout"} <= web_fetch.TRANSIENT


def test_a_server_that_sends_byte_by_byte_times_out(site: str) -> None:
    begun = time.monotonic()
    assert reason(f"{site}/drip", timeout_seconds=0.6, max_attempts=1) == "fetch_timeout"
    assert time.monotonic() - begun < 2


def test_requests_to_one_host_are_delayed(site: str) -> None:
    for number in range(3):
        assert reason(f"{site}/page/{number}", delay_seconds=0.2) == "kept"
    times = sorted(when for _, when in Site.current.requests)  # type: ignore[attr-defined]
    assert len(times) == 4  # robots.txt once
    assert all(later - earlier > 0.15 for earlier, later in pairwise(times))


def test_robots_txt_can_be_ignored_by_a_setting(site: str) -> None:
    assert reason(f"{site}/private/x", respect_robots=False) == "kept"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8080/x",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "http://168.63.129.16/",
        "http://224.0.0.1/",
        "http://0.0.0.0/",
        "https://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fec0::1]/",
    ],
)
def test_private_addresses_are_refused(url: str) -> None:
    assert reason(url, allow_private=False) == "blocked_address"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:///etc/passwd", "unsupported_scheme"),
        ("ftp://x.org/a", "unsupported_scheme"),
        ("gopher://x.org/a", "unsupported_scheme"),
        ("just words", "unsupported_scheme"),
        ("http://", "malformed_url"),
        ("http://user:secret@x.org/", "malformed_url"),
        ("http://x.org:99999/", "malformed_url"),
        ("http://[::1/", "malformed_url"),
        ("http://no-such-host.invalid/", "unknown_host"),
    ],
)
def test_what_is_no_http_url_is_refused(url: str, expected: str) -> None:
    assert reason(url, max_attempts=1) == expected


def test_a_name_is_resolved_once_and_the_connection_uses_the_checked_address(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: a second look-up of the name would give another address."""
    answers = iter(["127.0.0.1"])
    real = socket.getaddrinfo

    def rebinding(host: str, *args: Any, **kwargs: Any) -> Any:
        return real(next(answers) if host == "rebind.test" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert reason(site.replace("127.0.0.1", "rebind.test") + "/page", respect_robots=False) == "kept"


def test_private_addresses_embedded_in_ipv6_addresses_are_refused() -> None:
    closed = ("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378::", "::ffff:169.254.169.254", "::", "ff02::1", "100.64.0.1")
    assert not any(is_open(address) for address in closed)
    assert all(is_open(address) for address in ("1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"))


def test_verdicts_of_a_list(site: str) -> None:
    urls = [f"{site}/page", f"{site}/gone"]
    assert verdicts(row for url in urls for row in fetch(url)) == {f"{site}/page": "kept", f"{site}/gone": "http_404"}


def test_a_long_robots_txt_is_obeyed_and_an_unreachable_one_forbids_all(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PAGES, "robots.txt", (ROBOTS + b"# more\n" * 100_000, "text/plain", {}))
    assert reason(f"{site}/private/x") == "blocked_by_robots"
    assert reason(f"{site}/page") == "kept"
    web_fetch.fetcher.cache_clear()
    monkeypatch.delitem(PAGES, "robots.txt")
    monkeypatch.setitem(REDIRECTS, "robots.txt", "/robots.txt")
    assert reason(f"{site}/page", max_attempts=1) == "robots_unreachable"
    monkeypatch.delitem(REDIRECTS, "robots.txt")
    assert reason(f"{site}/private/x", max_attempts=1) == "kept"


def test_the_deadline_includes_the_time_to_connect(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = web_request.HTTPConnection.connect

    def slowly(connection: web_request.HTTPConnection) -> None:
        time.sleep(0.5)
        connect(connection)

    monkeypatch.setattr(web_request.HTTPConnection, "connect", slowly)
    assert reason(f"{site}/drip", timeout_seconds=0.3, max_attempts=1, respect_robots=False) == "fetch_timeout"


def test_a_non_ascii_host_name_is_encoded_as_ascii() -> None:
    parts = web_request.checked("http://bücher.de:8080/ü")
    assert (parts.netloc, parts.hostname) == ("xn--bcher-kva.de:8080", "xn--bcher-kva.de")
