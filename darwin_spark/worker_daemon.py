"""What Spark forks its Python workers from (`spark.python.daemon.module`): pyspark's daemon, with this package read once.

A worker that pyspark's own daemon forks reads numpy, Arrow and a level again and makes the tables over Unicode: one to three
seconds of a core and 150 MB, each on every core, and anew after a minute without work. A worker forked from here has them,
and shares their memory: what is frozen no collection of garbage touches, also not the one between two tasks.
"""

import gc

from pyspark import daemon

from darwin_spark import levels
from darwin_spark.l2_filter.signals.measure import signals
from darwin_spark.language import detect_language


def main() -> None:
    """Read what the workers of all levels need, and serve forks until Spark ends."""
    for level in levels.IMPLEMENTED:
        levels.module(level)
    signals("Whoever measures a text first makes the tables for all.")
    detect_language("Whoever asks for a language first loads the model for all.")
    gc.collect()
    gc.freeze()
    daemon.manager()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
