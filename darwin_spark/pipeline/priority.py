"""Compute the priority of documents (setting `inference.priority`), by which requests are ordered: a larger one comes first."""

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.config.loading import ConfigError
from darwin_spark.pipeline import changes, registry
from darwin_spark.pipeline.level import AnyLevel
from darwin_spark.pipeline.run_context import RunContext


def with_priority(context: RunContext, level: AnyLevel, documents: DataFrame) -> DataFrame:
    """Return doc_id, bucket, attempts and `priority` of the documents; priority is null if the settings have no expression.
    The SQL expression may use the tables of all levels below that hold no text. Raises ConfigError if it is no such SQL."""
    expression = context.settings.inference.priority
    if expression is None:
        return documents.withColumn("priority", F.lit(None).cast("double"))
    frame = documents.select("doc_id", "bucket", "attempts")
    tables = [name for name in registry.ancestors(level) if "text" not in registry.find(name).schema.fieldNames()]
    for table in tables:
        rows = changes.read_level(context.workspace, registry.find(table)).drop("content", *changes.BOOKKEEPING).alias(table)
        frame = rows.join(F.broadcast(frame), on=["doc_id", "bucket"], how="right")
    try:
        ranked = frame.select("doc_id", "bucket", "attempts", F.expr(expression).cast("double").alias("priority"))
        _ = ranked.schema  # Spark Connect analyses the expression only now
    except AnalysisException as error:
        known = ", ".join(tables)
        raise ConfigError(f"setting inference.priority: {expression!r} is not SQL over {known}: {error}") from error
    return ranked
