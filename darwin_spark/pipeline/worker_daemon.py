"""The process that Spark forks its Python workers from (`spark.python.daemon.module`): pyspark's, with levels loaded.

A worker that pyspark's own daemon forks imports numpy, Arrow and the levels itself, builds tables over Unicode and loads
models, and its successor does so again after a minute without work. A worker forked from here has them and shares their
memory: frozen objects are not touched by the garbage collector.
"""

import contextlib
import gc
import os
import sys
import traceback

from pyspark import daemon

from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import PreloadingLevel

_ENGINE_WORKERS = "PYTHON_FAULTHANDLER_DIR"
"""Set for the workers of engines (`inference/worker/worker.py`), which need little of the package."""


def main() -> None:
    """Load what the workers of all levels need (nothing for engine workers), then fork workers for Spark until Spark ends."""
    if _ENGINE_WORKERS not in os.environ:
        preload()
    daemon.manager()  # type: ignore[no-untyped-call]


def preload() -> None:
    """Let every level load its tables and models. A failure is printed and ends the loading; the level fails again where used.
    Standard output is redirected: Spark reads the daemon's port from it."""
    with contextlib.redirect_stdout(sys.stderr):
        try:
            for level in registry.levels():
                if isinstance(level, PreloadingLevel):
                    level.preload()
        except Exception:
            traceback.print_exc()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
