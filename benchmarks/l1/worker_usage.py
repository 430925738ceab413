"""Measure the parser process of this process: CPU time, and the peak of its memory (Linux)."""

from contextlib import suppress
from pathlib import Path

import psutil


def children() -> list[psutil.Process]:
    """The parser processes of this process: one, or none before the first document."""
    return psutil.Process().children()


def cpu_seconds(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(sum(process.cpu_times()[:2]))
    return 0.0


def peak_memory(process: psutil.Process) -> float:
    """The peak of resident memory in MB since `reset_peak`; 0 if the process has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def reset_peak(process: psutil.Process) -> None:
    with suppress(OSError):
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")
