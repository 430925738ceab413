"""One Spark session for the whole suite, with real Delta."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from darwin_spark.session import laptop, prepare

SHARED = Path(os.environ.get("DARWIN_SHARED", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    own = Path(__file__).parent / "generation"  # fake engines, for the Python workers
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(own), os.environ.get("PYTHONPATH")]))
    session = (
        laptop(SparkSession.builder.appName("darwin-spark-tests")).config("spark.sql.shuffle.partitions", "2").getOrCreate()
    )
    prepare(session)
    yield session
    session.stop()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents; tests that need it are skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip(f"no real documents at {SHARED} (set DARWIN_SHARED)")
    return SHARED
