"""The table of runs: what a level's past is, told from its rows."""

from pathlib import Path

from pyspark.sql import SparkSession

from darwin_spark.runner import runs
from darwin_spark.runner.runs import Past, Run
from darwin_spark.tables import Workspace


def test_the_past_of_a_level_counts_published_rows_and_finished_reprocessings(spark: SparkSession, tmp_path: Path) -> None:
    workspace = Workspace.parse(str(tmp_path))
    assert runs.past(spark, workspace) == {}
    first, broken, again = (Run(number, "climb", "l2", "3", "{}", ["all"]) for number in range(1, 4))
    for run in (first, broken, again):
        runs.record(spark, workspace, run, runs.STARTED)
    runs.record(spark, workspace, first, runs.PUBLISHED, {"kept": 20, "dropped.near_duplicate": 3})
    runs.record(spark, workspace, broken, runs.ABANDONED)
    runs.record(spark, workspace, again, runs.PUBLISHED, {"kept": 1})
    runs.record(spark, workspace, Run(4, "climb", "l2", "3", "{}", []), runs.REPROCESSED)
    runs.record(spark, workspace, Run(5, "climb", "l3", "3", "{}", ["all"]), runs.STARTED)
    assert runs.past(spark, workspace) == {"l2": Past(24, 1), "l3": Past()}
