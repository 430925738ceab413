"""A URL's content, fetched politely: robots.txt, a pause for each host, back-off, every redirect checked like the first URL.

All URLs of a host go to one Spark task (runner/acquire.py), and one task fetches one URL at a time, so that this process
knows what was asked of a host, except for hosts that only redirects of other hosts lead to and for what a retried task asked.
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
"""Reasons that are worth another try."""

_REDIRECTS = {301, 302, 303, 307, 308}
_ROBOTS_BYTES = 500 * 1024
"""What a crawler must read of a robots.txt at least (RFC 9309, 2.5)."""

_LONGEST_WAIT = 60.0
"""Seconds; a robots.txt or a server that asks for more does not stop a run."""


@cache
def fetcher(settings: FetchSettings) -> "Fetcher":
    """The fetcher of this process: what it learned of the hosts outlives one URL."""
    return Fetcher(settings)


@dataclass
class Fetcher:
    """What is known of each host: when it may be asked again, and its robots.txt."""

    settings: FetchSettings
    _free_at: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, Protego | FetchError | None] = field(default_factory=dict)

    def fetch(self, url: str) -> Answer:
        """The answer to a URL with a 2xx status, after redirects. Raises FetchError when all attempts failed."""
        for attempt in range(self.settings.attempts):
            try:
                return self._follow(url, self.settings.max_bytes, is_robots=False)
            except FetchError as error:
                if error.reason not in TRANSIENT or attempt + 1 == self.settings.attempts:
                    raise
                pause = self.settings.backoff_seconds * 2**attempt * random.uniform(0.5, 1.5)
                time.sleep(min(max(pause, error.wait), _LONGEST_WAIT))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _follow(self, url: str, max_bytes: int, *, is_robots: bool) -> Answer:
        for _ in range(self.settings.max_redirects + 1):
            url = urldefrag(url).url
            delay = self.settings.delay_seconds if is_robots else self._obey_robots(url)
            self._wait_for_host(url, delay)
            answer = request(url, self.settings, max_bytes)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return _successful(answer)
            url = urljoin(url, answer.headers["location"])
        raise FetchError("too_many_redirects", f"{url}: more than {self.settings.max_redirects}")

    def _wait_for_host(self, url: str, delay: float) -> None:
        host = checked(url).netloc
        time.sleep(max(0.0, self._free_at.get(host, 0.0) - time.monotonic()))
        self._free_at[host] = time.monotonic() + delay

    def _obey_robots(self, url: str) -> float:
        """The seconds between two requests that the host wishes. Raises FetchError robots, robots_unreachable."""
        if not self.settings.respect_robots:
            return self.settings.delay_seconds
        parts = checked(url)
        home = f"{parts.scheme}://{parts.netloc}"
        if home not in self._robots:
            self._robots[home] = self._load_robots(home)
        rules = self._robots[home]
        if isinstance(rules, FetchError):
            self._robots.pop(home)  # asked again at the next URL or attempt
            raise rules
        if rules is None:
            return self.settings.delay_seconds
        if not rules.can_fetch(url, self.settings.user_agent):
            raise FetchError("robots", f"{url}: robots.txt does not want it fetched")
        return min(max(self.settings.delay_seconds, rules.crawl_delay(self.settings.user_agent) or 0.0), _LONGEST_WAIT)

    def _load_robots(self, home: str) -> Protego | FetchError | None:
        """The rules of a host, of a long file those at its beginning; None where it has none (a 4xx answer).

        Unreachable rules forbid all (RFC 9309, 2.3.1.4).
        """
        try:
            answer = self._follow(f"{home}/robots.txt", _ROBOTS_BYTES, is_robots=True)
            return Protego.parse(answer.content.decode("utf-8", "replace"))
        except FetchError as error:
            if error.reason in ("unknown_host", "blocked_address", "http_429"):
                return error
            if error.reason == "object_too_large":
                return Protego.parse(error.content[:_ROBOTS_BYTES].decode("utf-8", "replace"))
            if error.reason.startswith("http_4") and error.reason not in TRANSIENT:
                return None
            return FetchError("robots_unreachable", f"{home}/robots.txt: {error}", error.wait)


def _successful(answer: Answer) -> Answer:
    if 200 <= answer.status < 300:
        return answer
    wait = answer.headers.get("retry-after", "")
    raise FetchError(f"http_{answer.status}", f"{answer.url}: HTTP {answer.status}", float(wait) if wait.isdigit() else 0)
