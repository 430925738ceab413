"""Documents in several buckets are judged group by group; a climb that ends between two groups loses and repeats nothing."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from darwin_spark.storage.tables import Workspace
from pyspark.sql import SparkSession
from support import CORPUS, go, log

from darwin_spark.levels.l0_acquire.rows import doc_id
from darwin_spark.observe.audit import audit
from darwin_spark.pipeline.run_context import Event
from darwin_spark.storage import tables

SETTINGS = ["workspace.buckets=16"]
ONE_BY_ONE = [*SETTINGS, "pipeline.buckets_per_group=1"]
PAPERS = ("cepheids.xml", "oil-drop.xml")


def test_a_climb_that_ends_between_two_groups_goes_on_with_the_second(spark: SparkSession, tmp_path: Path) -> None:
    corpus, workspace = tmp_path / "papers", tmp_path / "workspace"
    corpus.mkdir()
    for name in PAPERS:
        shutil.copy(CORPUS / "jats" / name, corpus / name)
    assert len({doc_id("papers", name)[0] for name in PAPERS}) == 2
    place, before = Workspace.parse(str(workspace)), len(log("DARWIN_ENGINE_LOG"))

    def end_after_the_first(event: Event) -> None:
        if (event.level, event.step) == ("l5", "published"):
            raise KeyboardInterrupt

    go(spark, corpus, workspace, "l4", assignments=SETTINGS)
    with pytest.raises(KeyboardInterrupt):
        go(spark, None, workspace, "l5", end_after_the_first, ONE_BY_ONE)
    (first,) = tables.read(spark, place, "l5").collect()
    states = Counter((row.level, row.state) for row in tables.read(spark, place, "runs").collect())
    assert (states["l5", "asked"], states["l5", "published"], states["l4", "published"]) == (1, 0, 1)
    asked = log("DARWIN_ENGINE_LOG")[before:]  # of both documents, in one job
    assert len(asked) == len(set(asked)) == tables.read(spark, place, "generations").count()

    judged = go(spark, None, workspace, "l5", assignments=ONE_BY_ONE)
    assert sum(judged.pop("l5").values()) == (2 if first.verdict == "failed" else 1)
    assert not any(judged.values())
    rows = {row.doc_id: row for row in tables.read(spark, place, "l5").collect()}
    assert set(rows) == {doc_id("papers", name) for name in PAPERS}
    assert rows[first.doc_id].attempts == (2 if first.verdict == "failed" else 1)
    to_be_tried = any(row.verdict == "failed" and row.attempts < 3 for row in rows.values())
    last = tables.last_commit(spark, place, "l5")
    assert last
    assert (last.note is None) == to_be_tried
    again = Counter(line.split()[0] for line in log("DARWIN_ENGINE_LOG")[before:])
    assert max(again.values()) <= 2  # a window that was cut short is asked a second time, with another seed
    assert audit(spark, place) == []
    assert not list((workspace / "tables" / "staging").glob("*"))

    (corpus / PAPERS[0]).write_text((corpus / PAPERS[0]).read_text().replace("</abstract>", "<p>A remark.</p></abstract>", 1))
    before_change = {row.doc_id: row for row in tables.read(spark, place, "l1").collect()}
    assert go(spark, corpus, workspace, "l1", assignments=SETTINGS) == {"l0": {"kept": 1}, "l1": {"kept": 1}}
    after = {row.doc_id: row for row in tables.read(spark, place, "l1").collect()}
    assert {name for name in after if after[name] != before_change[name]} == {doc_id("papers", PAPERS[0])}
