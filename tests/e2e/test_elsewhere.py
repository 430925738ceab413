"""The same climb by spark-submit on a cluster of processes, and over Spark Connect, leaves the same rows.

To L4 it takes minutes each: make test-slow. Every run of the tests climbs to L1 over Spark Connect.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest
from pyspark.sql import SparkSession
from support import CORPUS, MANIFEST, QUICKSTART, ROOT, darwin, snapshot

from darwin_spark.storage import local_delta
from darwin_spark.storage.session import LOCAL_CONF
from darwin_spark.storage.workspace import Workspace

SUBMIT = Path(pyspark.__file__).parent / "bin" / "spark-submit"
CONF = {
    # A laptop's session, but Delta as it comes: statistics and all.
    **{key: value for key, value in LOCAL_CONF.items() if not key.startswith("spark.databricks.")},
    **local_delta.SPARK_CONF,
    "spark.sql.shuffle.partitions": "2",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m",
}
DELTA = [
    "--jars",
    str(local_delta.delta_jar()),
    *(text for key, value in CONF.items() for text in ("--conf", f"{key}={value}")),
]


def arguments(workspace: Path, to: str) -> list[str]:
    inputs = ["--input", str(CORPUS), "--manifest", str(MANIFEST), "--config", str(QUICKSTART)]
    return [*inputs, "--workspace", str(workspace), "--to", to, "--set", "tracking.enabled=false"]


TABLES = ("l0", "l1", "l2", "signatures", "l3", "l4")


def same_rows(spark: SparkSession, workspace: Path, examples: Path, to: str) -> None:
    """Whether all tables up to a level are equal to those of the climb in this process."""
    names = TABLES[: 2 if to == "l1" else None]
    found, expected = (snapshot(Workspace.at(spark, str(folder)), names) for folder in (workspace, examples))
    assert set(found) == set(names)
    assert found == expected


@pytest.mark.slow
def test_spark_submit_on_a_cluster_of_processes(spark: SparkSession, examples: tuple[Path, list[str]], tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    command = [str(SUBMIT), "--master", "local-cluster[2,1,1500]", "--executor-memory", "1500m", *DELTA]
    command += ["--conf", "spark.sql.codegen.factoryMode=FALLBACK"]  # as on a cluster: projections are compiled
    command += [str(ROOT / "jobs" / "ladder.py"), *arguments(workspace, "l4")]
    env = {**os.environ, "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    same_rows(spark, workspace, examples[0], "l4")


@pytest.fixture
def server_of_its_own(tmp_path: Path) -> Iterator[str]:
    """A Spark Connect server on this machine, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(SUBMIT),
        "--master",
        "local[2]",
        "--class",
        "org.apache.spark.sql.connect.service.SparkConnectServer",
        *DELTA,
    ]
    command += ["--conf", f"spark.connect.grpc.binding.port={port}", "--conf", "spark.connect.grpc.binding.address=127.0.0.1"]
    env = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    with (tmp_path / "server.log").open("w") as log:
        server = subprocess.Popen([*command, "spark-internal"], stdout=log, stderr=log, env=env, cwd=tmp_path)
    try:
        _wait_for(port, server, tmp_path / "server.log")
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(120):
        assert server.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    pytest.fail(f"no Spark Connect server after a minute: {log.read_text()}")


@pytest.mark.slow
def test_a_climb_over_a_spark_connect_server_of_its_own(
    spark: SparkSession, examples: tuple[Path, list[str]], server_of_its_own: str, tmp_path: Path
) -> None:
    workspace = tmp_path / "workspace"
    darwin("run", *arguments(workspace, "l4"), env={"SPARK_REMOTE": server_of_its_own})
    same_rows(spark, workspace, examples[0], "l4")


@pytest.fixture
def server_beside(spark: SparkSession) -> Iterator[str]:
    """A Spark Connect server in the JVM of this session, which is warm. Its clients share no session with the tests."""
    jvm = spark._jvm
    assert jvm is not None
    for key, value in (("port", "0"), ("address", "127.0.0.1")):
        jvm.org.apache.spark.SparkEnv.get().conf().set(f"spark.connect.grpc.binding.{key}", value)
    service = getattr(getattr(jvm.org.apache.spark.sql.connect.service, "SparkConnectService$"), "MODULE$")  # a Scala object
    service.start(spark.sparkContext._jsc.sc())
    yield f"sc://127.0.0.1:{service.localPort()}"
    service.stop(jvm.scala.Option.empty(), jvm.scala.Option.empty())


@pytest.mark.slow
def test_a_climb_over_spark_connect(
    spark: SparkSession, examples: tuple[Path, list[str]], server_beside: str, tmp_path: Path
) -> None:
    workspace = tmp_path / "workspace"
    darwin("run", *arguments(workspace, "l1"), env={"SPARK_REMOTE": server_beside})
    same_rows(spark, workspace, examples[0], "l1")
