"""Fetch URLs politely: robots.txt, a delay per host, retries with back-off; every redirect is checked like the first URL.

All URLs of a host go to one Spark task (pipeline/acquisition.py), one at a time, so that this process delays all requests to
the host, except those that redirects from other hosts lead to, and those of a task that Spark runs again.
"""

import random
import time
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urldefrag, urljoin

from protego import Protego

from darwin_spark.config.l0 import FetchSettings
from darwin_spark.levels.l0_acquire.web_request import Answer, FetchError, checked, request

TRANSIENT = frozenset(
    {"fetch_timeout", "connection_failed", "unknown_host", "robots_unreachable"}
    | {f"http_{status}" for status in (408, 425, 429, 500, 502, 503, 504)}
)
"""Reasons that are worth another attempt."""
_REDIRECTS = {301, 302, 303, 307, 308}
_MAX_ROBOTS_BYTES = 500 * 1024  # part of a robots.txt that is read: the minimum that a crawler must parse (RFC 9309, 2.5)
_MAX_WAIT_SECONDS = 60.0  # maximum of a back-off, Retry-After or Crawl-delay, so that one server cannot stop a run


@cache
def fetcher(settings: FetchSettings) -> "Fetcher":
    """Return this process's Fetcher for these settings, the same at each call, so that URLs share delays and robots.txt."""
    return Fetcher(settings)


@dataclass
class Fetcher:
    """Fetches URLs, and remembers for each host when the next request is allowed, and its robots.txt."""

    settings: FetchSettings
    _next_request_at: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, Protego | FetchError | None] = field(default_factory=dict)

    def fetch(self, url: str) -> Answer:
        """Return the 2xx response to a URL, after redirects. Retries reasons in TRANSIENT. Raises FetchError."""
        for attempt in range(self.settings.max_attempts):
            try:
                return self._follow(url, self.settings.max_bytes, is_robots=False)
            except FetchError as error:
                if error.reason not in TRANSIENT or attempt + 1 == self.settings.max_attempts:
                    raise
                pause = self.settings.backoff_seconds * 2**attempt * random.uniform(0.5, 1.5)
                time.sleep(min(max(pause, error.wait), _MAX_WAIT_SECONDS))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _follow(self, url: str, max_bytes: int, *, is_robots: bool) -> Answer:
        for _ in range(self.settings.max_redirects + 1):
            url = urldefrag(url).url
            delay = self.settings.delay_seconds if is_robots else self._obey_robots(url)
            self._wait_for_host(url, delay)
            answer = request(url, self.settings, max_bytes)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return _require_success(answer)
            url = urljoin(url, answer.headers["location"])
        raise FetchError("too_many_redirects", f"{url}: more than {self.settings.max_redirects}")

    def _wait_for_host(self, url: str, delay: float) -> None:
        host = checked(url).netloc
        time.sleep(max(0.0, self._next_request_at.get(host, 0.0) - time.monotonic()))
        self._next_request_at[host] = time.monotonic() + delay

    def _obey_robots(self, url: str) -> float:
        """Return the seconds between requests to a host. Raises FetchError if robots.txt forbids the URL, or cannot be read."""
        if not self.settings.respect_robots:
            return self.settings.delay_seconds
        parts = checked(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._load_robots(origin)
        rules = self._robots[origin]
        if isinstance(rules, FetchError):
            self._robots.pop(origin)  # load again at the next URL or attempt
            raise rules
        if rules is None:
            return self.settings.delay_seconds
        if not rules.can_fetch(url, self.settings.user_agent):
            raise FetchError("blocked_by_robots", f"{url}: robots.txt does not want it fetched")
        return min(max(self.settings.delay_seconds, rules.crawl_delay(self.settings.user_agent) or 0.0), _MAX_WAIT_SECONDS)

    def _load_robots(self, origin: str) -> Protego | FetchError | None:
        """Return a host's robots.txt rules (first 500 KiB); None without the file (most 4xx); or the error as value."""
        try:
            answer = self._follow(f"{origin}/robots.txt", _MAX_ROBOTS_BYTES, is_robots=True)
            return Protego.parse(answer.content.decode("utf-8", "replace"))
        except FetchError as error:
            if error.reason in ("unknown_host", "blocked_address", "http_429"):
                return error
            if error.reason == "object_too_large":
                return Protego.parse(error.content[:_MAX_ROBOTS_BYTES].decode("utf-8", "replace"))
            if error.reason.startswith("http_4") and error.reason not in TRANSIENT:
                return None
            # an unreachable robots.txt forbids everything (RFC 9309, 2.3.1.4)
            return FetchError("robots_unreachable", f"{origin}/robots.txt: {error}", error.wait)


def _require_success(answer: Answer) -> Answer:
    if 200 <= answer.status < 300:
        return answer
    wait = answer.headers.get("retry-after", "")
    raise FetchError(f"http_{answer.status}", f"{answer.url}: HTTP {answer.status}", float(wait) if wait.isdigit() else 0)
