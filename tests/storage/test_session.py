"""The laptop's session: plans are interpreted for few rows, compiled and shuffled finer for many."""

import pytest
from pyspark.sql import SparkSession

from darwin_spark.storage.session import LOCAL_CONF, tune_for_rows

KEYS = ("spark.sql.codegen.wholeStage", "spark.sql.codegen.factoryMode", "spark.sql.shuffle.partitions")


@pytest.fixture
def session(spark: SparkSession) -> SparkSession:
    """A session of its own, as a laptop starts it."""
    own = spark.newSession()
    for key in KEYS:
        own.conf.set(key, LOCAL_CONF[key])
    return own


def plans(session: SparkSession) -> list[str | None]:
    return [session.conf.get(key) for key in KEYS]


def test_small_tables_are_read_by_interpreted_plans(session: SparkSession) -> None:
    tune_for_rows(session, 1_000)
    assert plans(session) == ["false", "NO_CODEGEN", "4"]


def test_large_tables_are_read_by_compiled_plans_from_then_on(session: SparkSession) -> None:
    tune_for_rows(session, 1_000_000)
    tune_for_rows(session, 1_000)
    assert plans(session) == ["true", "FALLBACK", "16"]
    assert "*(1)" in session.range(3).selectExpr("id + 1")._jdf.queryExecution().executedPlan().toString()


def test_more_partitions_that_someone_asked_for_stay(session: SparkSession) -> None:
    session.conf.set("spark.sql.shuffle.partitions", "200")
    tune_for_rows(session, 1_000_000)
    assert plans(session)[2] == "200"


def test_a_session_that_was_set_otherwise_is_left_alone(session: SparkSession) -> None:
    session.conf.set("spark.sql.codegen.factoryMode", "CODEGEN_ONLY")
    tune_for_rows(session, 1_000_000)
    assert plans(session) == ["false", "CODEGEN_ONLY", "4"]
