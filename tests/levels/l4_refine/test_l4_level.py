"""L4 by a model after the rules, on Spark: the requests, and the assembled rows."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from darwin_spark.config.l4 import L4Settings
from darwin_spark.config.model import ModelSettings
from darwin_spark.levels.l4_refine.level import LEVEL, RULES_VARIANT

MODEL = ModelSettings(model="org/small")
TEXT = (
    "# Title\n\n"
    + "\n\n".join(f"Run {i} agrees with the model within the error of the method. " * 9 for i in range(3))
    + "\n\n## References\n\n"
    + "\n".join(f"[{i}] Smith J, Doe A (2001). On the rates of decay. J. Phys. Chem. 12(3): 45-67." for i in range(40))
)


def test_with_a_prepass_the_model_is_asked_about_the_text_that_the_rules_leave(spark: SparkSession) -> None:
    plain = L4Settings(engine="fakes:Echo", model=MODEL)
    first = plain.model_copy(update={"prepass": "rules"})
    assert LEVEL.variant(first) == f"{RULES_VARIANT}+{LEVEL.variant(plain)}"
    documents = spark.createDataFrame([("d", "all", TEXT)], "doc_id string, bucket string, text string")
    (task,) = LEVEL.tasks(first)
    chunks = LEVEL.requests({"documents": documents}, first, task)
    rows = chunks.orderBy("position").collect()
    asked = "".join(row.input for row in rows)
    assert "Run 2 agrees" in asked
    assert "Smith" not in asked

    none = F.lit(None).cast("array<struct<attempt:int,output:string,finish_reason:string,error:string>>")
    unanswered = chunks.withColumn("attempts", none)
    (row,) = LEVEL.assemble({"documents": documents, task.name: unanswered}, first, [task]).collect()
    assert (row.verdict, row.reason, row.chunks, row.chunks_ok) == ("failed", "generation_incomplete", len(rows), 0)
    assert row.chars_in == len(TEXT)
