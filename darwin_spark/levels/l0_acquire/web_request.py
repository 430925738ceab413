"""Send one HTTP request to an address that `web_addresses` allows, with limits on time and size."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from darwin_spark.config.l0 import FetchSettings
from darwin_spark.levels.l0_acquire.web_addresses import AddressError, resolve

_BLOCK_BYTES = 65_536
_DEFAULT_PORTS = {"http": 80, "https": 443}


class FetchError(Exception):
    """A URL cannot be fetched. `wait`: seconds the server asks to wait; `content`: what was read of too large a response."""

    def __init__(self, reason: str, message: str, wait: float = 0, content: bytes = b"") -> None:
        super().__init__(message)
        self.reason = reason
        self.wait = wait
        self.content = content


@dataclass(frozen=True)
class Answer:
    """An HTTP response; header names are in lower case."""

    url: str
    status: int
    headers: dict[str, str]
    content: bytes


def request(url: str, settings: FetchSettings, max_bytes: int) -> Answer:
    """Return the response to a GET request, tried at up to 3 addresses; content only with a 2xx status. Raises FetchError."""
    parts = checked(url)
    try:
        addresses = resolve(str(parts.hostname), _port(parts), settings.allow_private)
    except AddressError as error:
        raise FetchError(error.reason, str(error)) from error
    deadline = time.monotonic() + settings.timeout_seconds
    failure: FetchError | None = None
    for address in addresses[:3]:
        try:
            return _get(url, parts, address, settings, max_bytes, deadline)
        except FetchError as error:
            if error.reason != "connection_failed":
                raise
            failure = error
    raise failure or FetchError("unknown_host", f"{url}: the name has no address")


def checked(url: str) -> SplitResult:
    """Return the parts of a valid URL, the host in ASCII. Raises FetchError: unsupported_scheme, malformed_url."""
    try:
        parts = urlsplit(url)
        _ = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise FetchError("malformed_url", f"{url}: {error}") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise FetchError("unsupported_scheme", f"{url}: only http and https are fetched")
    if not host or "@" in parts.netloc or any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise FetchError("malformed_url", f"{url}: no host, a password, or white space in it")
    if not parts.netloc.isascii():
        parts = parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or _DEFAULT_PORTS[parts.scheme]


def _get(url: str, parts: SplitResult, address: str, settings: FetchSettings, max_bytes: int, deadline: float) -> Answer:
    connection = _connection(parts, address, settings.timeout_seconds / 3)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Host": parts.netloc,
        "User-Agent": settings.user_agent,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    with _shut_down_at(connection, deadline) as watch:
        try:
            connection.connect()
            watch.sockets.append(connection.sock)
            if watch.is_late.is_set():  # the deadline passed before the socket was recorded
                raise TimeoutError("timed out")
            connection.request("GET", _quoted(target), headers=headers, preload_content=False)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.headers.items()}
            content = _read(url, response, max_bytes) if 200 <= response.status < 300 else b""
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            slow = watch.is_late.is_set() or "timed out" in str(error)
            raise FetchError("fetch_timeout" if slow else "connection_failed", f"{url}: {error}") from error
    if watch.is_late.is_set():
        raise FetchError("fetch_timeout", f"{url}: not done in {settings.timeout_seconds} s")
    return Answer(url, response.status, found, content)


def _connection(parts: SplitResult, address: str, timeout: float) -> HTTPConnection:
    port = _port(parts)
    if parts.scheme == "http":
        return HTTPConnection(address, port, timeout=timeout)
    return HTTPSConnection(address, port, timeout=timeout, server_hostname=parts.hostname, assert_hostname=parts.hostname)


def _quoted(target: str) -> str:
    return "".join(char if 32 < ord(char) < 127 else "".join(f"%{byte:02X}" for byte in char.encode()) for char in target)


def _read(url: str, response: object, max_bytes: int) -> bytes:
    content = bytearray()
    while block := response.read1(_BLOCK_BYTES, decode_content=True):  # type: ignore[attr-defined]
        content += block
        if len(content) > max_bytes:
            raise FetchError("object_too_large", f"{url}: more than {max_bytes} bytes", content=bytes(content))
    return bytes(content)


@dataclass
class _Watch:
    """State that _shut_down_at shares with its timer: whether the deadline has passed, and the sockets to shut down then."""

    is_late: threading.Event
    sockets: list[socket.socket | None]


@contextmanager
def _shut_down_at(connection: HTTPConnection, deadline: float) -> Iterator[_Watch]:
    """For a `with` block: shut the connection down at `deadline` (time.monotonic), also if the server still sends bytes.

    The block must append the connected socket to `sockets`, because the connection drops it when the response begins.
    """
    watch = _Watch(threading.Event(), [])

    def cut() -> None:
        watch.is_late.set()
        for sock in filter(None, [connection.sock, *watch.sockets]):
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        connection.close()
