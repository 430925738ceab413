"""Engine `endpoint`: an event loop in a thread of its own sends the requests to servers, while the caller pulls the answers.
A request goes to one server after another until one answers; after `max_attempts` failures it gets an answer with an error.
The engine raises if requests wait, none is in flight, and no server has answered for `unavailable_timeout_seconds`."""

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
from darwin_spark.inference.engines.endpoint.chat import SERVER_ERROR, Busy, Failed, Refused, Reply, Unreachable, UnusableServer
from darwin_spark.inference.engines.endpoint.discovery import configured
from darwin_spark.inference.engines.endpoint.pool import Pool, backoff
from darwin_spark.inference.engines.endpoint.server import Server
from darwin_spark.inference.engines.protocol import Answer, EngineError, Request

log = logging.getLogger(__name__)

_POLL_SECONDS: Final = 0.05  # seconds between two checks for free capacity, because capacity grows with time
_JOIN_SECONDS: Final = 10.0  # maximum seconds to wait for the thread to end


class EndpointEngine:
    """Engine that uses servers over HTTP. Raises EngineError if the settings have neither servers nor discovery, or if the API
    key that they name is missing."""

    def __init__(self, model: ModelSettings) -> None:
        self._model = model
        configured(model.endpoint)
        self._key = key_of(model.endpoint)

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        """Yield the answers as they arrive. Pulls a few more requests than the servers can take now, up to `max_in_flight`."""
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
                    result = run.results.get(timeout=_POLL_SECONDS)
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
    """One call of `answer`: the event loop, its thread, and the data passed between the two threads."""

    def __init__(self, model: ModelSettings, key: str | None) -> None:
        self._model = model
        self._key = key
        self._backoff = model.endpoint.backoff_seconds
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run_loop, name="endpoint", daemon=True)
        self.results: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()
        self.wanted = 1  # target number of open requests

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def submit(self, request: Request) -> None:
        with suppress(RuntimeError):  # the loop has ended; `results` holds the cause
            self._loop.call_soon_threadsafe(self._accept, request)

    def stop(self) -> None:
        """Stop the loop. Requests in flight are broken off; a server notices that and stops working on them."""
        with suppress(RuntimeError):  # the loop has already ended
            self._loop.call_soon_threadsafe(self._main_task.cancel)
        self._thread.join(_JOIN_SECONDS)

    def _run_loop(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._dispatch())
        except asyncio.CancelledError:
            pass  # requested by `stop`
        except BaseExceptionGroup as group:
            error: BaseException = group
            while isinstance(error, BaseExceptionGroup):
                error = error.exceptions[0]
            self.results.put(error)
        except BaseException as error:
            self.results.put(error)
        finally:
            self._ready.set()

    async def _dispatch(self) -> None:
        self._loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        self._main_task = task
        self._pool = Pool(self._model, self._key)
        self._waiting: asyncio.Queue[_Job] = asyncio.Queue()
        self._freed = asyncio.Event()
        self._open_count = 0
        self._last_progress = started = time.monotonic()
        self._ready.set()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pool.run())
                group.create_task(self._monitor())
                while True:
                    job = await self._waiting.get()
                    server = await self._free_server(job)
                    server.in_flight += 1
                    group.create_task(self._send(job, server))
        finally:
            _log_summary([*self._pool.retired, *self._pool.servers.values()], time.monotonic() - started)

    def _accept(self, request: Request) -> None:
        now = time.monotonic()
        if not self._open_count:
            self._last_progress = now  # servers cannot be overdue while no request is open
        self._open_count += 1
        self._waiting.put_nowait(_Job(request, now))

    async def _free_server(self, job: _Job) -> Server:
        """Wait for a server with room for the request, and return it."""
        while (server := self._pool.pick(job.avoid)) is None:
            self._freed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._freed.wait()
        return server

    async def _monitor(self) -> None:
        """Update the target number of open requests. Raises EngineError if requests wait and no server answers for too long."""
        settings = self._model.endpoint
        while True:
            capacity = self._pool.capacity()
            self.wanted = min(settings.max_in_flight, capacity + capacity // 8 + 1)
            silent = time.monotonic() - self._last_progress
            if self._open_count and not self._pool.in_flight() and silent > settings.unavailable_timeout_seconds:
                raise EngineError(
                    f"no server has answered for {silent:.0f} s: {self._pool.troubles()}. Start servers (`darwin serve`) or "
                    "mend these, then run the same command again: what was answered is kept"
                )
            await asyncio.sleep(_POLL_SECONDS)

    async def _send(self, job: _Job, server: Server) -> None:
        """Send a request to a server, once; put the outcome into `results`, or schedule another try."""
        try:
            outcome = await self._pool.clients[server].ask(job.request)
        finally:
            server.in_flight -= 1
            self._freed.set()
        job.avoid = server.url
        match outcome:
            case Reply():
                server.completion_tokens += outcome.completion_tokens or 0
                self._record_response(server)
                self._deliver(job, server, outcome)
            case Refused():
                self._record_response(server)
                log.warning("request %s is refused (%s): %s", job.request.request_id, outcome.error, outcome.detail)
                self._deliver(job, server, outcome)
            case Busy():
                seconds = outcome.seconds if outcome.seconds is not None else backoff(self._backoff, job.delays)
                server.ease(time.monotonic(), seconds)
                self._schedule_retry(job)
            case Unreachable():
                self._log_open_breaker(server, server.fail(outcome.detail))
                self._schedule_retry(job)
            case UnusableServer():
                self._log_open_breaker(server, server.trip(outcome.detail))
                self._retry_or_fail(job, server, Failed(SERVER_ERROR, outcome.detail))
            case Failed():
                self._log_open_breaker(server, server.fail(f"{outcome.error}: {outcome.detail}"))
                self._retry_or_fail(job, server, outcome)

    def _record_response(self, server: Server) -> None:
        self._last_progress = time.monotonic()
        if server.succeed():
            log.warning("%s answers again", server.url)

    def _log_open_breaker(self, server: Server, opened: bool) -> None:
        if opened:
            log.warning("%s gets no more requests for now: %s", server.url, server.trouble)

    def _retry_or_fail(self, job: _Job, server: Server, failure: Failed) -> None:
        """Schedule another try of a request that a server failed; after the last try, put the failure into `results`."""
        job.tries += 1
        if job.tries < self._model.endpoint.max_attempts:
            self._schedule_retry(job)
        else:
            log.warning("request %s failed at %d tries: %s", job.request.request_id, job.tries, failure.detail)
            self._deliver(job, server, failure)

    def _schedule_retry(self, job: _Job) -> None:
        self._loop.call_later(backoff(self._backoff, job.delays), self._waiting.put_nowait, job)
        job.delays += 1

    def _deliver(self, job: _Job, server: Server, outcome: Reply | Refused | Failed) -> None:
        self._open_count -= 1
        reply = outcome if isinstance(outcome, Reply) else None
        self.results.put(
            Answer(
                request_id=job.request.request_id,
                attempt=job.request.attempt,
                output=reply.output if reply else None,
                finish_reason=reply.finish_reason if reply else None,
                prompt_tokens=None if isinstance(outcome, Failed) else outcome.prompt_tokens,
                completion_tokens=reply.completion_tokens if reply else None,
                latency_ms=round((time.monotonic() - job.handed_over) * 1000),
                engine=f"endpoint {server.url}",
                error=None if isinstance(outcome, Reply) else outcome.error,
            )
        )


def key_of(settings: PoolSettings) -> str | None:
    """Return the API key from the environment variable `api_key_env`; None if the settings name no variable.
    Raises EngineError if the variable is unset or empty. The key is stored nowhere else."""
    variable = settings.api_key_env
    if variable is None:
        return None
    if not os.environ.get(variable):
        raise EngineError(
            f"the environment variable {variable} (endpoint.api_key_env) is not set in this process: export it before darwin "
            f"starts; for the Python workers of a cluster, set spark.executorEnv.{variable}"
        )
    return os.environ[variable]


def _log_summary(servers: Sequence[Server], seconds: float) -> None:
    """Log how many requests each server answered and failed, and how many tokens it wrote."""
    each = [
        f"{server.url} answered {server.answered:,}, failed {server.failed:,}, wrote {server.completion_tokens:,} tokens"
        for server in sorted(servers, key=lambda server: -server.answered)
    ]
    log.warning("endpoint, %.0f s: %s", seconds, "; ".join(each) or "no server")
