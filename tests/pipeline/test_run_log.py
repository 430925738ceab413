"""The table of runs: the history of a level follows from its rows."""

from pathlib import Path

from pyspark.sql import SparkSession

from darwin_spark.pipeline import run_log
from darwin_spark.pipeline.run_log import History, Run
from darwin_spark.storage.workspace import Workspace


def test_the_history_of_a_level_counts_published_rows_and_finished_reprocessings(spark: SparkSession, tmp_path: Path) -> None:
    workspace = Workspace.at(spark, str(tmp_path))
    assert run_log.history(workspace) == {}
    first, broken, again = (Run(number, "climb", "l2", "3", "{}", ["all"]) for number in range(1, 4))
    for run in (first, broken, again):
        run_log.record(workspace, run, run_log.STARTED)
    run_log.record(workspace, first, run_log.PUBLISHED, {"kept": 20, "dropped.near_duplicate": 3})
    run_log.record(workspace, broken, run_log.ABANDONED)
    run_log.record(workspace, again, run_log.PUBLISHED, {"kept": 1})
    run_log.record(workspace, Run(4, "climb", "l2", "3", "{}", []), run_log.REPROCESSED)
    run_log.record(workspace, Run(5, "climb", "l3", "3", "{}", ["all"]), run_log.STARTED)
    assert run_log.history(workspace) == {"l2": History(24, 1), "l3": History()}
