"""Supervise the servers of one machine: start, wait until ready, announce, watch, restart, and end them all."""

import asyncio
import logging
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.serve.announcing import announce, withdraw
from darwin_spark.inference.serve.process import end, kill, start

log = logging.getLogger(__name__)

LONGEST_PAUSE: Final = 60.0  # maximum pause in seconds before a restart
STABLE_SECONDS: Final = 600.0  # after a ready life longer than this, the pauses before restarts become short again
MAX_FAILED_STARTS: Final = 5  # a server is given up after this many consecutive starts without becoming ready
MISSES: Final = 6  # a ready server counts as hung, and is killed, after this many consecutive failed probes


@dataclass(frozen=True, slots=True)
class Serving:
    """One server that the supervisor keeps running."""

    name: str  # name of its file in the discovery folder; unique among the machines that share the folder
    announced: str  # URL for other machines
    probed: str  # URL from this machine
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between probes, before the first restart (doubled each time), and at most for a start and for a clean end."""

    probe: float = 10.0
    pause: float = 1.0
    startup: float = 3_600.0
    goodbye: float = 30.0


async def serve(servers: Sequence[Serving], discovery: Path, pace: Pace) -> None:
    """Keep the servers running until SIGTERM or SIGINT; then end their processes and delete their discovery files.
    Raises EngineError if every server was given up."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    keepers = [asyncio.create_task(_keep_running(server, discovery, pace), name=server.name) for server in servers]
    stopping = asyncio.create_task(stopped.wait())
    try:
        running: set[asyncio.Task[object]] = {*keepers}
        while running and not stopped.is_set():
            done, _ = await asyncio.wait({*running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            running -= done
            for task in done & {*keepers}:
                log.error("%s", task.exception())
    finally:
        for task in (*keepers, stopping):
            task.cancel()
        outcomes = await asyncio.gather(*keepers, return_exceptions=True)
    if not stopped.is_set():
        raise next(error for error in outcomes if isinstance(error, BaseException))


async def _keep_running(server: Serving, discovery: Path, pace: Pace) -> None:
    """Start the server; restart it when it dies or hangs. Raises EngineError after MAX_FAILED_STARTS failed starts in a row."""
    short_lives, never_ready = 0, 0
    while True:
        process = await start(server.command, server.environment, server.log)
        started_at = ready_at = time.monotonic()
        ready = False
        try:
            ready = await _wait_until_ready(process, server, pace)
            ready_at = time.monotonic()
            if ready:
                announce(discovery, server.name, server.announced)
                log.warning("%s is ready after %.0f s (process %d)", server.announced, ready_at - started_at, process.pid)
                await _wait_until_dead(process, server, pace)
        finally:
            withdraw(discovery, server.name)
            await end(process, pace.goodbye)
        never_ready = 0 if ready else never_ready + 1
        short_lives = 0 if ready and time.monotonic() - ready_at > STABLE_SECONDS else short_lives + 1
        if never_ready >= MAX_FAILED_STARTS:
            where = f"its log is {server.log}" if server.log else "what it said stands above"
            raise EngineError(f"{server.announced} did not come up in {never_ready} starts: {where}")
        pause = min(LONGEST_PAUSE, pace.pause * 2.0 ** (short_lives - 1))
        log.warning("%s ended (%s), and is started again in %.0f s", server.announced, _exit_cause(process), pause)
        await asyncio.sleep(pause)


async def _wait_until_ready(process: asyncio.subprocess.Process, server: Serving, pace: Pace) -> bool:
    """Return True once the server answers, False if its process ends first or `pace.startup` seconds pass."""
    with suppress(TimeoutError):
        async with asyncio.timeout(pace.startup):
            while process.returncode is None:
                if await _is_healthy(server, pace):
                    return True
                await asyncio.sleep(min(1.0, pace.probe))
    return False


async def _wait_until_dead(process: asyncio.subprocess.Process, server: Serving, pace: Pace) -> None:
    """Return when the process has ended, or when it has been killed after MISSES failed probes in a row."""
    ended = asyncio.create_task(process.wait())
    misses = 0
    try:
        while misses < MISSES:
            done, _ = await asyncio.wait({ended}, timeout=pace.probe)
            if done:
                return
            misses = 0 if await _is_healthy(server, pace) else misses + 1
        log.warning("%s does not answer and is killed", server.announced)
        kill(process)
    finally:
        ended.cancel()


async def _is_healthy(server: Serving, pace: Pace) -> bool:
    """Return whether /health returns 200; vLLM checks its engine for that too."""
    with suppress(aiohttp.ClientError, OSError, TimeoutError):
        timeout = aiohttp.ClientTimeout(total=max(pace.probe, 1.0))
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(server.probed + "/health") as response:
            return response.status == 200
    return False


def _exit_cause(process: asyncio.subprocess.Process) -> str:
    code = process.returncode
    if code is None or code >= 0:
        return f"exit code {code}"
    return signal.Signals(-code).name
