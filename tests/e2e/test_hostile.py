"""Files that try to hurt climb to L1: each ends as rows with the right reason, and no process grows beyond its limit."""

import threading
from collections import defaultdict
from pathlib import Path

import hostile
import psutil
import pytest
from pyspark.sql import SparkSession

from darwin_spark.config.loading import load
from darwin_spark.observe.audit import audit
from darwin_spark.pipeline.pipeline import Pipeline
from darwin_spark.storage.workspace import Workspace

LIMIT_MB = 1_000
SETTINGS = ["tracking.enabled=false", "l1.max_seconds=20", f"l1.max_memory_mb={LIMIT_MB}", "l0.fetch.max_attempts=1"]


class Peak(threading.Thread):
    """The largest resident memory, in MB, that a parsing process was seen with."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stop, self.megabytes, self.seen = threading.Event(), 0.0, set[int]()

    def run(self) -> None:
        while not self.stop.wait(0.05):
            for process in psutil.process_iter(["cmdline", "memory_info"]):
                if (
                    "darwin_spark.parsers.isolation.parser_worker" in (process.info["cmdline"] or ())
                    and process.info["memory_info"]
                ):
                    self.seen.add(process.pid)
                    self.megabytes = max(self.megabytes, process.info["memory_info"].rss / 2**20)


@pytest.fixture(scope="module")
def hostile_climb(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Peak]:
    folder = tmp_path_factory.mktemp("hostile")
    hostile.write(folder / "files")
    (folder / "addresses").write_text("\n".join(hostile.ADDRESSES))
    place = Workspace.at(spark, str(folder / "workspace"))
    inputs = [str(folder / "files"), f"urls:{folder / 'addresses'}"]
    peak = Peak()
    peak.start()
    Pipeline(place, load(assignments=SETTINGS)).climb(inputs, to="l1")
    peak.stop.set()
    peak.join()
    return place, peak


def ends(place: Workspace, source: str) -> dict[str, set[str]]:
    """What the objects of each file ended as: their reason at the last level that they reached, or `kept`."""
    l0 = place.read("l0").where(f"source = '{source}'").select("doc_id", "source_file", "verdict", "reason")
    l1 = place.read("l1").selectExpr("doc_id", "verdict AS v1", "reason AS r1")
    found = defaultdict(set)
    for row in l0.join(l1, on="doc_id", how="left").collect():
        found[row.source_file].add(row.reason or row.r1 or row.v1 or "not judged")
    return found


def test_every_hostile_file_ends_with_the_right_reason(hostile_climb: tuple[Workspace, Peak]) -> None:
    found = ends(hostile_climb[0], "files")
    assert len(hostile.FILES) >= 40
    assert found.keys() == hostile.FILES.keys()
    exact = {name: reasons for name, (_, reasons) in hostile.FILES.items() if not reasons & hostile.OUT_OF_BOUNDS}
    assert {name: found[name] for name in exact} == exact
    for name, (_, reasons) in hostile.FILES.items():
        assert found[name] <= reasons, name


def test_no_address_of_an_inner_network_is_fetched(hostile_climb: tuple[Workspace, Peak]) -> None:
    found = ends(hostile_climb[0], "addresses")
    assert found == {url: {reason} for url, reason in hostile.ADDRESSES.items()}


def test_no_entity_and_no_link_brings_in_a_file_of_the_machine(
    hostile_climb: tuple[Workspace, Peak],
) -> None:
    texts = [row.text for row in hostile_climb[0].read("l1").where("text IS NOT NULL").select("text").collect()]
    assert len(texts) > 10
    assert not [text for text in texts if "root:" in text]
    assert not Path("/tmp/escaped.txt").exists()


def test_parsing_processes_stay_within_their_memory_and_none_is_left_large(hostile_climb: tuple[Workspace, Peak]) -> None:
    peak = hostile_climb[1]
    assert peak.seen
    assert peak.megabytes < LIMIT_MB


def test_the_audit_is_clean(hostile_climb: tuple[Workspace, Peak]) -> None:
    assert audit(hostile_climb[0]) == []
