"""The level of the example plugin, broken in one way each, and two levels for promises that it cannot break easily."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import uuid4

from darwin_glossary.level import GlossaryLevel, GlossarySettings
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.config.section import Section
from darwin_spark.inference.task import Task
from darwin_spark.verdicts import DROPPED, KEPT, RETRY_COLUMNS, Stage, Tables, level_schema


class LosesDocuments(GlossaryLevel):
    """Leaves out the documents for which the model named no terms."""

    def assemble(self, tables: Tables, settings: GlossarySettings, tasks: Sequence[Task]) -> DataFrame:
        return super().assemble(tables, settings, tasks).where(F.col("terms").isNotNull())


class DoublesDocuments(GlossaryLevel):
    """Returns a row for every term."""

    def assemble(self, tables: Tables, settings: GlossarySettings, tasks: Sequence[Task]) -> DataFrame:
        rows = super().assemble(tables, settings, tasks)
        return rows.withColumn("terms", F.explode_outer("terms")).withColumn("terms", F.array("terms"))


class InventsDocuments(GlossaryLevel):
    """Returns a row for a document that nobody gave it."""

    def assemble(self, tables: Tables, settings: GlossarySettings, tasks: Sequence[Task]) -> DataFrame:
        rows = super().assemble(tables, settings, tasks)
        return rows.unionByName(rows.limit(1).withColumn("doc_id", F.lit("0" * 32)))


class GivesNoReason(GlossaryLevel):
    """Fails documents without a reason."""

    def assemble(self, tables: Tables, settings: GlossarySettings, tasks: Sequence[Task]) -> DataFrame:
        return super().assemble(tables, settings, tasks).withColumn("reason", F.lit(None).cast("string"))


class HasAnotherColumn(GlossaryLevel):
    """Returns a column that its schema does not have."""

    def assemble(self, tables: Tables, settings: GlossarySettings, tasks: Sequence[Task]) -> DataFrame:
        return super().assemble(tables, settings, tasks).withColumn("count", F.size("terms"))


class CountsRows(GlossaryLevel):
    """Numbers the documents in the order in which they come."""

    def assemble(self, tables: Tables, settings: GlossarySettings, tasks: Sequence[Task]) -> DataFrame:
        number = F.concat(F.lit("document "), F.monotonically_increasing_id().cast("string"))
        return super().assemble(tables, settings, tasks).withColumn("terms", F.array(number))


class TakesTooFewArguments(GlossaryLevel):
    """Has an `assemble` without the tasks."""

    def assemble(self, tables: Tables, settings: GlossarySettings) -> DataFrame:  # type: ignore[override]
        return super().assemble(tables, settings, self.tasks(settings))


class NeverAssembles(GlossaryLevel):
    """Sends requests, and has no method that reads the responses."""

    assemble = None  # type: ignore[assignment]


class SendsAgain(GlossaryLevel):
    """Gives a request another id each time it is made."""

    def requests(self, tables: Tables, settings: GlossarySettings, task: Task) -> DataFrame:
        salt = uuid4().hex
        return super().requests(tables, settings, task).withColumn("request_id", F.md5(F.concat(F.lit(salt), "request_id")))


class ChangesItsName(GlossaryLevel):
    """Has variants, and names its variant anew each time it is asked."""

    schema: Final = level_schema(*GlossaryLevel.schema.fields[4:], StructField("variant", StringType()))  # type: ignore[misc]

    def variant(self, _settings: GlossarySettings) -> str:
        return uuid4().hex

    def assemble(self, tables: Tables, settings: GlossarySettings, tasks: Sequence[Task]) -> DataFrame:
        return super().assemble(tables, settings, tasks).withColumn("variant", F.lit(self.variant(settings)))


def _without_attempts(rows: DataFrame) -> DataFrame:
    """New documents with RETRY_COLUMNS, which the pipeline fills."""
    return rows.withColumns({"attempts": F.lit(None).cast("int"), "input_hash": F.lit(None).cast("string")})


class FirstOfEachText:
    """An indexed level that keeps one document of each text, the smallest doc_id; its index is the side table `first_texts`."""

    name: Final = "first"
    title: Final = "First of each text"
    version: Final = "1"
    below: Final = "l1"
    reads: Mapping[str, Sequence[str]] = {"l1": ("text",)}
    schema: Final = level_schema(StructField("same_as", StringType()))
    hashed: Sequence[str] = ()
    retryable: frozenset[str] = frozenset()
    settings_type: Final = Section
    side_tables: Mapping[str, StructType] = {
        "first_texts": StructType([StructField(name, StringType()) for name in ("doc_id", "bucket", "text_hash")])
    }

    def features(self, documents: DataFrame, _settings: Section) -> DataFrame:
        return documents.select("doc_id", "bucket", F.md5("text").alias("text_hash"))

    def process(self, tables: Tables, _settings: Section, stage: Stage) -> Tables:
        """Judge all documents anew; existing rows keep their columns for a retry."""
        old = tables["first_texts"].join(tables[self.name].select("doc_id", *RETRY_COLUMNS), on="doc_id")
        new = _without_attempts(tables["features"])
        rows = self.judged(stage(new.unionByName(old), "all"))
        side = rows.select("doc_id", "bucket", "text_hash")
        return {self.name: rows.select(*self.schema.fieldNames(), *RETRY_COLUMNS), "first_texts": side}

    def judged(self, rows: DataFrame) -> DataFrame:
        first = F.min("doc_id").over(Window.partitionBy("text_hash"))
        same = F.when(first != F.col("doc_id"), first)
        verdict, reason = F.when(same.isNull(), KEPT).otherwise(DROPPED), F.when(same.isNotNull(), "same_text")
        return rows.withColumns({"verdict": verdict, "reason": reason, "same_as": same})


class ForgetsWhatLeft(FirstOfEachText):
    """Judges new documents only: those whose first document left stay dropped."""

    def process(self, tables: Tables, _settings: Section, stage: Stage) -> Tables:
        new = _without_attempts(tables["features"])
        seen = tables["first_texts"].groupBy("text_hash").agg(F.min("doc_id").alias("seen"))
        rows = self.judged(stage(new, "new").join(seen, on="text_hash", how="left"))
        known = F.col("seen").isNotNull()
        late = {"verdict": F.lit(DROPPED), "reason": F.lit("same_text"), "same_as": F.col("seen")}
        rows = rows.withColumns({name: F.when(known, value).otherwise(F.col(name)) for name, value in late.items()})
        side = rows.select("doc_id", "bucket", "text_hash")
        return {self.name: rows.select(*self.schema.fieldNames(), *RETRY_COLUMNS), "first_texts": side}
