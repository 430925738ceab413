"""The life of the servers of one machine: start, wait until ready, announce, watch, replace, and end them all."""

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

LONGEST_PAUSE: Final = 60.0
STABLE_SECONDS: Final = 600.0
"""A server that was ready for so long and then dies begins with short pauses again."""
NEVER_READY: Final = 5
"""After so many starts in a row of which none came to be ready, it is given up."""
MISSES: Final = 6
"""So many probes of a ready server must fail in a row before it is taken for hung and killed."""


@dataclass(frozen=True, slots=True)
class Serving:
    """One server to keep up."""

    name: str
    """Of its file in the discovery folder; unique among the machines that share it."""
    announced: str
    """The URL for others."""
    probed: str
    """The URL from here."""
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two probes, before the second start (doubled each time), until a start has failed, for a clean end."""

    probe: float = 10.0
    pause: float = 1.0
    startup: float = 3_600.0
    goodbye: float = 30.0


async def serve(servers: Sequence[Serving], discovery: Path, pace: Pace) -> None:
    """Keep the servers up until SIGTERM or SIGINT; none of their processes is left then, nor their files.

    Raises EngineError when every one of them was given up.
    """
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    keeping = [asyncio.create_task(_keep(server, discovery, pace), name=server.name) for server in servers]
    stopping = asyncio.create_task(stopped.wait())
    try:
        running: set[asyncio.Task[object]] = {*keeping}
        while running and not stopped.is_set():
            done, _ = await asyncio.wait({*running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            running -= done
            for task in done & {*keeping}:
                log.error("%s", task.exception())
    finally:
        for task in (*keeping, stopping):
            task.cancel()
        outcomes = await asyncio.gather(*keeping, return_exceptions=True)
    if not stopped.is_set():
        raise next(error for error in outcomes if isinstance(error, BaseException))


async def _keep(server: Serving, discovery: Path, pace: Pace) -> None:
    """Start the server, and again whenever it dies. Raises EngineError when it never comes to be ready."""
    short_lives, never_ready = 0, 0
    while True:
        process = await start(server.command, server.environment, server.log)
        begun = ready_at = time.monotonic()
        ready = False
        try:
            ready = await _is_ready(process, server, pace)
            ready_at = time.monotonic()
            if ready:
                announce(discovery, server.name, server.announced)
                log.warning("%s is ready after %.0f s (process %d)", server.announced, ready_at - begun, process.pid)
                await _until_it_dies(process, server, pace)
        finally:
            withdraw(discovery, server.name)
            await end(process, pace.goodbye)
        never_ready = 0 if ready else never_ready + 1
        short_lives = 0 if ready and time.monotonic() - ready_at > STABLE_SECONDS else short_lives + 1
        if never_ready >= NEVER_READY:
            where = f"its log is {server.log}" if server.log else "what it said stands above"
            raise EngineError(f"{server.announced} did not come up in {never_ready} starts: {where}")
        pause = min(LONGEST_PAUSE, pace.pause * 2.0 ** (short_lives - 1))
        log.warning("%s ended (%s), and is started again in %.0f s", server.announced, _how(process), pause)
        await asyncio.sleep(pause)


async def _is_ready(process: asyncio.subprocess.Process, server: Serving, pace: Pace) -> bool:
    """Wait until the server answers; False when it ends before, or takes too long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(pace.startup):
            while process.returncode is None:
                if await _is_well(server, pace):
                    return True
                await asyncio.sleep(min(1.0, pace.probe))
    return False


async def _until_it_dies(process: asyncio.subprocess.Process, server: Serving, pace: Pace) -> None:
    """Return when the process has ended, or does not answer any more."""
    ended = asyncio.create_task(process.wait())
    misses = 0
    try:
        while misses < MISSES:
            done, _ = await asyncio.wait({ended}, timeout=pace.probe)
            if done:
                return
            misses = 0 if await _is_well(server, pace) else misses + 1
        log.warning("%s does not answer and is killed", server.announced)
        kill(process)
    finally:
        ended.cancel()


async def _is_well(server: Serving, pace: Pace) -> bool:
    """Whether /health says so, which asks vLLM's engine too."""
    with suppress(aiohttp.ClientError, OSError, TimeoutError):
        timeout = aiohttp.ClientTimeout(total=max(pace.probe, 1.0))
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(server.probed + "/health") as response:
            return response.status == 200
    return False


def _how(process: asyncio.subprocess.Process) -> str:
    code = process.returncode
    if code is None or code >= 0:
        return f"exit code {code}"
    return signal.Signals(-code).name
