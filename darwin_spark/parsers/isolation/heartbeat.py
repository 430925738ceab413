"""A parser's way to say that it is alive: long honest work (OCR, page by page) is not a hang.

Whoever waits for a parser sets `listener`; a parser calls `beat()` after each step that may take seconds.
"""

from collections.abc import Callable

listener: Callable[[], None] | None = None


def beat() -> None:
    """Start the parser's time limit (`l1.max_seconds`) anew."""
    if listener is not None:
        listener()
