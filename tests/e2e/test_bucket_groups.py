"""Documents in several buckets are judged group by group; a climb that ends between two groups loses and repeats nothing."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from support import CORPUS, go, log

from darwin_spark.events import Event
from darwin_spark.levels.l0_acquire.rows import doc_id
from darwin_spark.observe.audit import audit
from darwin_spark.storage import delta
from darwin_spark.storage.workspace import Workspace

SETTINGS = ["workspace.buckets=16"]
ONE_BY_ONE = [*SETTINGS, "pipeline.buckets_per_group=1"]
PAPERS = ("cepheids.xml", "oil-drop.xml")


@pytest.mark.slow
def test_a_climb_that_ends_between_two_groups_goes_on_with_the_second(spark: SparkSession, tmp_path: Path) -> None:
    corpus, place = tmp_path / "papers", Workspace.at(spark, str(tmp_path / "workspace"))
    corpus.mkdir()
    for name in PAPERS:
        shutil.copy(CORPUS / "jats" / name, corpus / name)
    assert len({doc_id("papers", name)[0] for name in PAPERS}) == 2
    before = len(log("DARWIN_ENGINE_LOG"))

    events: list[Event] = []

    def end_after_the_first(event: Event) -> None:
        events.append(event)
        if (event.level, event.step) == ("l5", "published"):
            raise KeyboardInterrupt

    go(place, corpus, "l4", assignments=SETTINGS)
    with pytest.raises(KeyboardInterrupt):
        go(place, None, "l5", end_after_the_first, ONE_BY_ONE)
    assert [event.step for event in events].count("asking") == 1  # once for the level, and not again for each group
    (first,) = place.read("l5").collect()
    states = Counter((row.level, row.state) for row in place.read("runs").collect())
    assert (states["l5", "asked"], states["l5", "published"], states["l4", "published"]) == (1, 0, 1)
    asked = log("DARWIN_ENGINE_LOG")[before:]  # of both documents, in one job
    assert len(asked) == len(set(asked)) == place.read("generations").count()

    judged = go(place, None, "l5", assignments=ONE_BY_ONE)
    assert sum(judged.pop("l5").values()) == (2 if first.verdict == "failed" else 1)
    assert not any(judged.values())
    rows = {row.doc_id: row for row in place.read("l5").collect()}
    assert set(rows) == {doc_id("papers", name) for name in PAPERS}
    assert rows[first.doc_id].attempts == (2 if first.verdict == "failed" else 1)
    to_be_tried = any(row.verdict == "failed" and row.attempts < 3 for row in rows.values())
    last = delta.last_commit(place, "l5")
    assert last
    assert (last.metadata is None) == to_be_tried
    again = Counter(line.split()[0] for line in log("DARWIN_ENGINE_LOG")[before:])
    assert max(again.values()) <= 2  # a window that was cut short is asked a second time, with another seed
    assert audit(place) == []
    assert not list(Path(place.path("staging")).glob("*"))

    (corpus / PAPERS[0]).write_text((corpus / PAPERS[0]).read_text().replace("</abstract>", "<p>A remark.</p></abstract>", 1))
    before_change = {row.doc_id: row for row in place.read("l1").collect()}
    assert go(place, corpus, "l1", assignments=SETTINGS) == {"l0": {"kept": 1}, "l1": {"kept": 1}}
    after = {row.doc_id: row for row in place.read("l1").collect()}
    assert {name for name in after if after[name] != before_change[name]} == {doc_id("papers", PAPERS[0])}
