"""What a level has to do follows from the rows below and the rows that stand."""

from pyspark.sql import Row, SparkSession

from darwin_spark.config.loading import load
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.changes import DELETED, MISSING, RETRY, STALE, UNCHANGED, config_hash, find_changes

COLUMNS = "doc_id string, bucket string, verdict string, reason string, attempts int, input_hash string, config_hash string"


def found(
    spark: SparkSession, wanted: dict[str, str], existing: list[tuple[object, ...]], reprocess: str | None = None
) -> dict[str, Row]:
    below = spark.createDataFrame(
        [(doc_id, "all", digest) for doc_id, digest in wanted.items()], "doc_id string, bucket string, input_hash string"
    )
    rows = spark.createDataFrame(existing, COLUMNS)
    return {row.doc_id: row for row in find_changes(below, rows, frozenset({"unreadable"}), 3, reprocess).collect()}


def test_each_document_is_missing_stale_retried_deleted_or_left_alone(spark: SparkSession) -> None:
    wanted = {"new": "h", "same": "h", "changed": "h2", "failed": "h", "worn_out": "h", "permanent": "h"}
    existing = [
        ("same", "all", "kept", None, 1, "h", "c"),
        ("changed", "all", "failed", "unreadable", 3, "h", "c"),
        ("failed", "all", "failed", "unreadable", 2, "h", "c"),
        ("worn_out", "all", "failed", "unreadable", 3, "h", "c"),
        ("permanent", "all", "failed", "corrupt_pdf", 1, "h", "c"),
        ("left", "all", "kept", None, 1, "h", "c"),
    ]
    rows = found(spark, wanted, existing)
    assert {name: row.change for name, row in rows.items()} == {
        "new": MISSING,
        "same": UNCHANGED,
        "changed": STALE,
        "failed": RETRY,
        "worn_out": UNCHANGED,
        "permanent": UNCHANGED,
        "left": DELETED,
    }
    assert {name: row.attempts for name, row in rows.items() if name != "left"} == {
        "new": 1,
        "same": 1,
        "changed": 1,
        "failed": 3,
        "worn_out": 3,
        "permanent": 1,
    }


def test_another_configuration_matters_only_when_reprocessing_is_asked(spark: SparkSession) -> None:
    wanted, existing = (
        {"old": "h", "done": "h"},
        [("old", "all", "kept", None, 1, "h", "c1"), ("done", "all", "kept", None, 1, "h", "c2")],
    )
    assert {row.change for row in found(spark, wanted, existing).values()} == {UNCHANGED}
    rows = found(spark, wanted, existing, reprocess="c2")
    assert (rows["old"].change, rows["done"].change) == (STALE, UNCHANGED)


def test_a_configuration_is_what_judges_and_not_the_servers_that_are_asked() -> None:
    def of(*assignments: str, epoch: int = 0) -> str:
        return config_hash(registry.find("l4"), load([], ["l4.engine=endpoint", *assignments]), epoch)

    assert of("l4.model.endpoint.discovery=/servers") == of("l4.model.endpoint.discovery=/others", "l3.annotator=rules")
    assert len({of(), of("l4.model.temperature=0.1"), of("l4.chunk_chars=900"), of(epoch=1)}) == 4
