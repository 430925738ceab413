"""Heartbeat of a running parser, so that long work (OCR, page by page) is not taken for a hang.

The process that runs a parser sets `listener`. A parser calls `beat()` after each step that may take seconds.
"""

from collections.abc import Callable

listener: Callable[[], None] | None = None


def beat() -> None:
    """Tell the listener that the parser is alive; this restarts its time limit (`l1.max_seconds`). No-op without listener."""
    if listener is not None:
        listener()
