"""Which documents' questions go first: those whose `generation.priority` is larger."""

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.config.loading import ConfigError
from darwin_spark.pipeline import changes, registry
from darwin_spark.pipeline.run_context import Climb

_TABLES = ("l0", "l2", "l3")
"""What is known of a document and is small; a level's rows that are not there yet are null."""


def with_priority(context: Climb, marks: DataFrame) -> DataFrame:
    """The documents in `marks` with their `priority`, null where the settings name none. Raises ConfigError."""
    expression = context.settings.generation.priority
    if expression is None:
        return marks.withColumn("priority", F.lit(None).cast("double"))
    frame = marks.select("doc_id", "bucket", "attempts")
    for table in _TABLES:
        rows = (
            changes.read_level(context.spark, context.workspace, registry.find(table))
            .drop("content", *changes.BOOKKEEPING)
            .alias(table)
        )
        frame = rows.join(F.broadcast(frame), on=["doc_id", "bucket"], how="right")
    try:
        ranked = frame.select("doc_id", "bucket", "attempts", F.expr(expression).cast("double").alias("priority"))
        _ = ranked.schema  # Spark Connect looks at the expression only now
    except AnalysisException as error:
        known = ", ".join(_TABLES)
        raise ConfigError(f"setting generation.priority: {expression!r} is not SQL over {known}: {error}") from error
    return ranked
