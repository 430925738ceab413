"""L4 by a model, on Spark: what is asked with the rules before it, and what is put together."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from darwin_spark.config.l4 import L4Settings
from darwin_spark.config.model import ModelSettings
from darwin_spark.levels.l4_refine import level

MODEL = ModelSettings(model="org/small")
TEXT = (
    "# Title\n\n"
    + "\n\n".join(f"Run {i} agrees with the model within the error of the method. " * 9 for i in range(3))
    + "\n\n## References\n\n"
    + "\n".join(f"[{i}] Smith J, Doe A (2001). On the rates of decay. J. Phys. Chem. 12(3): 45-67." for i in range(40))
)


def test_with_the_rules_first_a_model_is_asked_about_what_they_leave(spark: SparkSession) -> None:
    plain = L4Settings(engine="fakes:Echo", model=MODEL)
    first = plain.model_copy(update={"prepass": "rules"})
    assert level.variant(first) == f"{level.RULES_VARIANT}+{level.variant(plain)}"
    documents = spark.createDataFrame([("d", "all", TEXT)], "doc_id string, bucket string, text string")
    task = level.task(first)
    assert task is not None
    pieces = level.requests({"documents": documents}, first, task)
    rows = pieces.orderBy("position").collect()
    asked = "".join(row.input for row in rows)
    assert "Run 2 agrees" in asked
    assert "Smith" not in asked

    none = F.lit(None).cast("array<struct<attempt:int,output:string,finish_reason:string,error:string>>")
    unanswered = pieces.withColumn("attempts", none)
    (row,) = level.assemble({"documents": documents, "pieces": unanswered}, first, task).collect()
    assert (row.verdict, row.reason, row.chunks, row.chunks_ok) == ("failed", "generation_incomplete", len(rows), 0)
    assert row.chars_in == len(TEXT)
