"""Start a server in its own session, and end it together with all its child processes.
vLLM runs its engine in a process beside the HTTP server. If the HTTP server is killed, the engine lives on for minutes and
holds the GPU memory. Therefore the whole process group of a dead server is killed before the next one starts."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


async def start(command: Sequence[str], environment: Mapping[str, str], log: Path | None) -> asyncio.subprocess.Process:
    """Start a server; return its process. Its output is appended to the log file, or goes to our standard error without one."""
    with _output(log) as output:
        return await asyncio.create_subprocess_exec(
            *command,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )


async def end(process: asyncio.subprocess.Process, seconds: float) -> None:
    """End a server, cleanly if it exits within `seconds`, then kill what is left of its process group."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await process.wait()
    kill(process)
    await process.wait()


def kill(process: asyncio.subprocess.Process) -> None:
    """Kill the process group of a server, whether the server is dead or alive."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _output(log: Path | None) -> IO[bytes]:
    return log.open("ab") if log else os.fdopen(os.dup(sys.stderr.fileno()), "wb")


def _die_with_parent() -> None:
    """Let the kernel send SIGTERM to the server when this process ends, even if it was killed (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGTERM)
