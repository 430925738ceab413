"""What Spark forks its Python workers from (`spark.python.daemon.module`): pyspark's daemon, with this package read once.

A worker that pyspark's own daemon forks reads numpy, Arrow and the levels again, makes tables over Unicode and loads models:
one to three seconds of a core and 150 MB, on each core, and anew after a minute without work. A worker forked from here has
them, and shares their memory: what is frozen no collection of garbage touches, also not the one between two tasks.
"""

import contextlib
import gc
import os
import sys
import traceback

from pyspark import daemon

from darwin_spark.pipeline import registry

_OF_ENGINES = "PYTHON_FAULTHANDLER_DIR"
"""Set for the workers of engines (generation/run.py), which read little of the package."""


def main() -> None:
    """Read what the workers of all levels need, and serve forks until Spark ends."""
    if _OF_ENGINES not in os.environ:
        preload()
    daemon.manager()  # type: ignore[no-untyped-call]


def preload() -> None:
    """Read the levels, and let them measure a text. Whatever fails here fails later, where it is needed, and says so.

    Standard output is Spark's: it reads there where the daemon listens.
    """
    with contextlib.redirect_stdout(sys.stderr):
        try:
            for level in registry.IMPLEMENTED:
                registry.module(level)
            _measure_a_text()
        except Exception:
            traceback.print_exc()
    gc.collect()
    gc.freeze()


def _measure_a_text() -> None:
    from darwin_spark.config.l2 import L2Settings
    from darwin_spark.levels.l2_filter.features import extractor
    from darwin_spark.levels.l3_classify.annotator import Document
    from darwin_spark.levels.l3_classify.local.annotator import LocalAnnotator

    text = "Whoever measures a text first makes the tables for all, and loads the models."
    list(extractor(L2Settings())({"doc_id": "", "bucket": "", "source": "", "url": None, "text": text}))
    LocalAnnotator().annotate([Document(head=text)])


if __name__ == "__main__":
    main()
