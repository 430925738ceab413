"""Keep other programs' start-up messages off the terminal: those of the JVM, of Spark's launcher and of MLflow."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_NOISE = re.compile(
    rb"WARNING: Using incubator modules|Setting default log level to|To adjust logging level use sc\.setLogLevel"
    rb"|WARNING: package sun\.security\.action not in java\.base|Picked up _?JAVA_(TOOL_)?OPTIONS"
)
"""Lines that every start of a JVM prints, whatever the logging configuration says."""

_state = {"verbose": False}


def set_verbose(verbose: bool) -> None:
    """Set whether the start-up messages of the JVM, Spark and MLflow are shown (`darwin -v`)."""
    _state["verbose"] = verbose


def is_verbose() -> bool:
    """Return whether the start-up messages of the JVM, Spark and MLflow are shown."""
    return _state["verbose"]


@contextmanager
def quiet_children() -> Iterator[None]:
    """Filter the standard error of processes started in the `with` block: a thread forwards all lines but the known noise.
    No-op after `set_verbose(True)`. The JVM's messages cannot be turned off by its options."""
    if _state["verbose"]:
        yield
        return
    real = os.dup(2)
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    os.dup2(writing, 2)
    os.close(writing)
    threading.Thread(target=_forward, args=(reading, os.dup(real)), name="stderr of the JVM", daemon=True).start()
    try:
        yield
    finally:
        os.dup2(real, 2)
        os.close(real)


def _forward(reading: int, target: int) -> None:
    with os.fdopen(reading, "rb") as lines, os.fdopen(target, "wb", buffering=0) as out:
        for line in lines:
            if not _NOISE.search(line):
                out.write(line)
