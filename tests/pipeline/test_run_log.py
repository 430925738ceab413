"""The table of runs: what a level's past is, told from its rows."""

from pathlib import Path

from pyspark.sql import SparkSession

from darwin_spark.pipeline import run_log
from darwin_spark.pipeline.run_log import Past, Run
from darwin_spark.storage.tables import Workspace


def test_the_past_of_a_level_counts_published_rows_and_finished_reprocessings(spark: SparkSession, tmp_path: Path) -> None:
    workspace = Workspace.parse(str(tmp_path))
    assert run_log.past(spark, workspace) == {}
    first, broken, again = (Run(number, "climb", "l2", "3", "{}", ["all"]) for number in range(1, 4))
    for run in (first, broken, again):
        run_log.record(spark, workspace, run, run_log.STARTED)
    run_log.record(spark, workspace, first, run_log.PUBLISHED, {"kept": 20, "dropped.near_duplicate": 3})
    run_log.record(spark, workspace, broken, run_log.ABANDONED)
    run_log.record(spark, workspace, again, run_log.PUBLISHED, {"kept": 1})
    run_log.record(spark, workspace, Run(4, "climb", "l2", "3", "{}", []), run_log.REPROCESSED)
    run_log.record(spark, workspace, Run(5, "climb", "l3", "3", "{}", ["all"]), run_log.STARTED)
    assert run_log.past(spark, workspace) == {"l2": Past(24, 1), "l3": Past()}
