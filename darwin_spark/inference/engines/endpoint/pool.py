"""The pool of servers: find those that join or leave, probe whether they are healthy, choose one for the next request."""

import asyncio
import logging
import random
import time
from typing import Final

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.endpoint.client import Client, ProbeError
from darwin_spark.inference.engines.endpoint.discovery import Found, configured, discovered
from darwin_spark.inference.engines.endpoint.server import Breaker, Server

log = logging.getLogger(__name__)

MISSES: Final = 3  # consecutive failed probes after which a working server is given up, with all its requests in flight
LONGEST_BACKOFF: Final = 60.0  # maximum back-off in seconds


def backoff(base: float, times: int) -> float:
    """Return a random back-off: 0 to min(60, base * 2**times) seconds, after `times` earlier failures ("full jitter")."""
    return random.uniform(0, min(LONGEST_BACKOFF, base * 2.0 ** min(times, 16)))


class Pool:
    """Pool of servers, in one event loop. `run` maintains it; `pick` selects the server for the next request."""

    def __init__(self, model: ModelSettings, key: str | None) -> None:
        self._model = model
        self._settings = model.endpoint
        self._key = key
        self._configured_urls = configured(model.endpoint)
        self._limit = model.endpoint.in_flight or -(-model.max_num_seqs * 5 // 4)
        self._found = Found(frozenset(), frozenset())
        self._lost_discovery = False
        self.servers: dict[str, Server] = {}
        self.clients: dict[Server, Client] = {}
        self.retired: list[Server] = []  # servers that have left, for the summary at the end

    async def run(self) -> None:
        """Read the list of servers every `probe_seconds`: start a probing task for each new server, mark those that left."""
        async with asyncio.TaskGroup() as group:
            while True:
                wanted = await asyncio.to_thread(self._named_urls)  # in a thread, since a network folder may hang
                for url in sorted(wanted - self.servers.keys()):
                    group.create_task(self._maintain(url), name=f"tend {url}")
                for url, server in self.servers.items():
                    server.leaving = url not in wanted
                await asyncio.sleep(self._settings.probe_seconds)

    def pick(self, avoid: str | None = None) -> Server | None:
        """Return the least loaded server with room, `avoid` (a URL) only if no other has room; None if no server has room."""
        now = time.monotonic()
        free = [server for server in self.servers.values() if server.room(now) > 0]
        others = [server for server in free if server.url != avoid]
        random.shuffle(others)
        return min(others or free, key=lambda server: server.in_flight / server.limit, default=None)

    def capacity(self) -> int:
        """Return the number of requests that all servers together may have in flight now."""
        now = time.monotonic()
        return sum(server.in_flight + max(0, server.room(now)) for server in self.servers.values())

    def in_flight(self) -> int:
        """Return the number of requests that are in flight at all servers together."""
        return sum(server.in_flight for server in self.servers.values())

    def troubles(self) -> str:
        """Return a text that names each server with its trouble, for the error message of an engine that gives up."""
        each = [f"{server.url} ({server.trouble or 'not asked yet'})" for server in self.servers.values()]
        return "; ".join(each) or "none is known" + (f" in {self._settings.discovery}" if self._settings.discovery else "")

    def _named_urls(self) -> frozenset[str]:
        """Return the URLs of the configured and the discovered servers; if discovery fails, of those discovered last."""
        if not self._settings.discovery:
            return self._configured_urls
        found = discovered(self._settings.discovery)
        if (found is None) != self._lost_discovery:
            self._lost_discovery = found is None
            log.warning(
                "%s %s", self._settings.discovery, "cannot be read; servers stay as they are" if found is None else "is back"
            )
        if found is not None:
            for trouble in sorted(found.troubles - self._found.troubles):
                log.warning("no server: %s", trouble)
            self._found = found
        return self._configured_urls | self._found.urls

    async def _maintain(self, url: str) -> None:
        """Add a server to the pool and probe it until it is not named any more and has no request in flight; then remove it."""
        server = self.servers[url] = Server(url, self._limit, self._settings.ramp_seconds)
        client = self.clients[server] = Client(url, self._model, self._key)
        misses = 0
        try:
            while not server.leaving or server.in_flight:
                answered = server.answered
                try:
                    await client.probe()
                    misses = 0
                    if server.admit(time.monotonic()):
                        log.warning("%s %s", url, "joins" if server.trouble is None else "is well again, on probation")
                except ProbeError as error:
                    misses = 1 if server.answered > answered else misses + 1
                    if server.breaker is Breaker.OPEN or misses >= MISSES:
                        if server.trip(str(error)):
                            log.warning("%s gets no requests for now: %s", url, server.trouble)
                        await client.lose()
                trips = server.trips
                await asyncio.sleep(self._pause(server, misses))
                if server.trips > trips:  # it failed requests meanwhile; a probe may not notice
                    await asyncio.sleep(backoff(self._settings.backoff_seconds, server.trips))
        finally:
            del self.servers[url], self.clients[server]
            self.retired.append(server)
            await client.lose()
            if server.leaving:
                log.warning("%s has left", url)

    def _pause(self, server: Server, misses: int) -> float:
        """Return the seconds until the next probe; fewer if the server's breaker is open, because it may be back soon."""
        interval = self._settings.probe_seconds
        if server.breaker is not Breaker.OPEN or server.leaving:
            return interval * random.uniform(0.9, 1.1)
        return min(interval, min(interval, 0.1) + backoff(self._settings.backoff_seconds, misses))
