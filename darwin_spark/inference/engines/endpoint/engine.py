"""The engine's face: requests in, answers out, while an event loop in a thread of its own talks to the servers.

A request is put to one server after the other until one answers it. It fails alone after `tries` servers failed it; that
nobody answers anything for `patience_seconds` is the engine's end.
"""

import asyncio
import logging
import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from darwin_spark.config.model import ModelSettings, PoolSettings
from darwin_spark.inference.engines.endpoint.chat import SERVER_ERROR, Busy, Failed, Misfit, Refused, Reply, Unreachable
from darwin_spark.inference.engines.endpoint.discovery import configured
from darwin_spark.inference.engines.endpoint.pool import Pool, backoff
from darwin_spark.inference.engines.endpoint.server import Server
from darwin_spark.inference.engines.protocol import Answer, EngineError, Request

log = logging.getLogger(__name__)

_LOOK: Final = 0.05
"""Seconds after which those who wait for room look again: room grows with time."""
_GOODBYE: Final = 10.0


class EndpointEngine:
    """Answers by servers elsewhere. Raises EngineError for settings that name none, or a key that is not there."""

    def __init__(self, model: ModelSettings) -> None:
        self._model = model
        configured(model.endpoint)
        self._key = key_of(model.endpoint)

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        """As many requests are out as the servers may have now, and an eighth more wait for the next free place."""
        run = _Run(self._model, self._key)
        run.start()
        try:
            left, open_requests = True, 0
            while left or open_requests:
                while left and open_requests < run.wanted:
                    if (request := next(requests, None)) is None:
                        left = False
                    else:
                        run.submit(request)
                        open_requests += 1
                try:
                    result = run.results.get(timeout=_LOOK)
                except queue.Empty:
                    continue
                if isinstance(result, BaseException):
                    raise result
                open_requests -= 1
                yield result
        finally:
            run.stop()


@dataclass(slots=True)
class _Job:
    request: Request
    handed_over: float
    tries: int = 0
    delays: int = 0
    avoid: str | None = None


class _Run:
    """One call of `answer`: the loop, its thread, and what crosses between the threads."""

    def __init__(self, model: ModelSettings, key: str | None) -> None:
        self._model = model
        self._key = key
        self._backoff = model.endpoint.backoff_seconds
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._live, name="endpoint", daemon=True)
        self.results: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()
        self.wanted = 1
        """How many requests should be open now."""

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def submit(self, request: Request) -> None:
        with suppress(RuntimeError):  # the loop has ended, and `results` says why
            self._loop.call_soon_threadsafe(self._accept, request)

    def stop(self) -> None:
        """End the loop; what is in flight is broken off, which a server notices and stops working on it."""
        with suppress(RuntimeError):  # it has ended already
            self._loop.call_soon_threadsafe(self._main.cancel)
        self._thread.join(_GOODBYE)

    def _live(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._work())
        except asyncio.CancelledError:
            pass  # as `stop` asked
        except BaseExceptionGroup as group:
            error: BaseException = group
            while isinstance(error, BaseExceptionGroup):
                error = error.exceptions[0]
            self.results.put(error)
        except BaseException as error:
            self.results.put(error)
        finally:
            self._ready.set()

    async def _work(self) -> None:
        self._loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        self._main = task
        self._pool = Pool(self._model, self._key)
        self._due: asyncio.Queue[_Job] = asyncio.Queue()
        self._freed = asyncio.Event()
        self._open = 0
        self._proof = started = time.monotonic()
        self._ready.set()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pool.run())
                group.create_task(self._look_after())
                while True:
                    job = await self._due.get()
                    server = await self._free(job)
                    server.in_flight += 1
                    group.create_task(self._ask(job, server))
        finally:
            _account([*self._pool.retired, *self._pool.servers.values()], time.monotonic() - started)

    def _accept(self, request: Request) -> None:
        now = time.monotonic()
        if not self._open:
            self._proof = now  # nobody is late who was asked nothing
        self._open += 1
        self._due.put_nowait(_Job(request, now))

    async def _free(self, job: _Job) -> Server:
        """A server with room for the request, as soon as there is one."""
        while (server := self._pool.pick(job.avoid)) is None:
            self._freed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await self._freed.wait()
        return server

    async def _look_after(self) -> None:
        """Say how many requests should be open, and give up when nobody has answered for too long. Raises EngineError."""
        settings = self._model.endpoint
        while True:
            capacity = self._pool.capacity()
            self.wanted = min(settings.max_in_flight, capacity + capacity // 8 + 1)
            silent = time.monotonic() - self._proof
            if self._open and not self._pool.in_flight() and silent > settings.patience_seconds:
                raise EngineError(
                    f"no server has answered for {silent:.0f} s: {self._pool.troubles()}. Start servers (`darwin serve`) or "
                    "mend these, then run the same command again: what was answered is kept"
                )
            await asyncio.sleep(_LOOK)

    async def _ask(self, job: _Job, server: Server) -> None:
        """Put a request to a server; hand out what comes of it, or try again later."""
        try:
            outcome = await self._pool.clients[server].ask(job.request)
        finally:
            server.in_flight -= 1
            self._freed.set()
        job.avoid = server.url
        match outcome:
            case Reply():
                server.completion_tokens += outcome.completion_tokens or 0
                self._well(server)
                self._hand_out(job, server, outcome)
            case Refused():
                self._well(server)
                log.warning("request %s is refused (%s): %s", job.request.request_id, outcome.error, outcome.detail)
                self._hand_out(job, server, outcome)
            case Busy():
                seconds = outcome.seconds if outcome.seconds is not None else backoff(self._backoff, job.delays)
                server.ease(time.monotonic(), seconds)
                self._again(job)
            case Unreachable():
                self._ill(server, server.fail(outcome.detail))
                self._again(job)
            case Misfit():
                self._ill(server, server.trip(outcome.detail))
                self._try_again(job, server, Failed(SERVER_ERROR, outcome.detail))
            case Failed():
                self._ill(server, server.fail(f"{outcome.error}: {outcome.detail}"))
                self._try_again(job, server, outcome)

    def _well(self, server: Server) -> None:
        self._proof = time.monotonic()
        if server.succeed():
            log.warning("%s answers again", server.url)

    def _ill(self, server: Server, opened: bool) -> None:
        if opened:
            log.warning("%s gets no more requests for now: %s", server.url, server.trouble)

    def _try_again(self, job: _Job, server: Server, failure: Failed) -> None:
        """Ask again what a server failed, unless this was the last try."""
        job.tries += 1
        if job.tries < self._model.endpoint.tries:
            self._again(job)
        else:
            log.warning("request %s failed at %d tries: %s", job.request.request_id, job.tries, failure.detail)
            self._hand_out(job, server, failure)

    def _again(self, job: _Job) -> None:
        self._loop.call_later(backoff(self._backoff, job.delays), self._due.put_nowait, job)
        job.delays += 1

    def _hand_out(self, job: _Job, server: Server, outcome: Reply | Refused | Failed) -> None:
        self._open -= 1
        said = outcome if isinstance(outcome, Reply) else None
        self.results.put(
            Answer(
                request_id=job.request.request_id,
                attempt=job.request.attempt,
                output=said.output if said else None,
                finish_reason=said.finish_reason if said else None,
                prompt_tokens=None if isinstance(outcome, Failed) else outcome.prompt_tokens,
                completion_tokens=said.completion_tokens if said else None,
                latency_ms=round((time.monotonic() - job.handed_over) * 1000),
                engine=f"endpoint {server.url}",
                error=None if isinstance(outcome, Reply) else outcome.error,
            )
        )


def key_of(settings: PoolSettings) -> str | None:
    """The API key, which stands in the environment alone. Raises EngineError where it does not."""
    variable = settings.api_key_env
    if variable is None:
        return None
    if not os.environ.get(variable):
        raise EngineError(
            f"the environment variable {variable} (endpoint.api_key_env) is not set in this process: export it before darwin "
            f"starts; for the Python workers of a cluster, set spark.executorEnv.{variable}"
        )
    return os.environ[variable]


def _account(servers: Sequence[Server], seconds: float) -> None:
    """Requests by server, for the operator."""
    each = [
        f"{server.url} answered {server.answered:,}, failed {server.failed:,}, wrote {server.completion_tokens:,} tokens"
        for server in sorted(servers, key=lambda server: -server.answered)
    ]
    log.warning("endpoint, %.0f s: %s", seconds, "; ".join(each) or "no server")
