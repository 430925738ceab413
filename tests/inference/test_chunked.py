"""Documents are rewritten chunk by chunk: accepted responses replace their chunks, the other chunks keep their text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_setup import task_for
from pyspark.sql import SparkSession
from pyspark.sql.types import BooleanType, IntegerType, StringType, StructField, StructType

from darwin_spark.arrow_udf import Row
from darwin_spark.inference import response_store
from darwin_spark.inference.checks.answer_checks import Checked, refused
from darwin_spark.inference.chunked import Rewritten, chunk_requests, rewrite_documents
from darwin_spark.inference.chunking import chunks

TEXTS = st.text(st.sampled_from("ab. \n\tÄ!$|#"), max_size=300)


@given(TEXTS, st.integers(8, 90))
def test_chunks_without_responses_give_the_text_back_byte_for_byte(text: str, size: int) -> None:
    originals = chunks(text, size)
    rewritten = Rewritten(originals, [None] * len(originals))
    assert rewritten.text.encode() == text.encode()
    assert rewritten.accepted == 0


@given(TEXTS, st.integers(8, 90), st.data())
def test_responses_equal_to_their_chunks_change_nothing_wherever_they_are(text: str, size: int, data: st.DataObject) -> None:
    originals = chunks(text, size)
    answered = data.draw(st.lists(st.booleans(), min_size=len(originals), max_size=len(originals)))
    responses = [chunk.strip() if is_answered else None for chunk, is_answered in zip(originals, answered, strict=True)]
    rewritten = Rewritten(originals, responses)
    assert rewritten.text == text
    assert rewritten.accepted == sum(answered)


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0, 1))
def test_a_document_is_complete_from_the_minimum_ratio_on(accepted: int, missing: int, ratio: float) -> None:
    count = accepted + missing
    rewritten = Rewritten(["x"] * count, [*["y"] * accepted, *[None] * missing])
    assert rewritten.is_complete(ratio) == (accepted >= ratio * count)


@pytest.mark.parametrize(
    ("responses", "ratio", "complete"),
    [
        ([], 1.0, True),
        (["y", "y"], 1.0, True),
        (["y", None], 1.0, False),
        (["y", None], 0.5, True),
        (["y", None], 0.51, False),
        ([None, None], 0.0, True),
        (["", None], 0.5, True),  # a chunk of which nothing is left has a response
    ],
)
def test_the_threshold_is_inclusive(responses: list[str | None], ratio: float, complete: bool) -> None:
    assert Rewritten(["x"] * len(responses), responses).is_complete(ratio) is complete


def reject_bad(_text: str, output: str | None, _finish_reason: str | None) -> Checked:
    return refused("bad") if output == "bad" else Checked(output)


def test_documents_are_cut_into_requests_and_rewritten_from_the_stored_responses(spark: SparkSession) -> None:
    task = task_for("fakes:Echo", check=reject_bad)
    documents = spark.createDataFrame(
        [("d1", "all", "one two|three|"), ("d2", "all", "three|four"), ("d3", "all", "")],
        "doc_id string, bucket string, text string",
    )

    def cut(row: Row) -> list[str]:
        return [f"{part} " for part in str(row["text"]).split("|") if part]

    asked = chunk_requests(documents, task, cut)
    found = [(row.doc_id, row.position, row.input) for row in asked.collect()]
    assert sorted(found) == [("d1", 0, "one two "), ("d1", 1, "three "), ("d2", 0, "three "), ("d2", 1, "four ")]
    assert all(row.request_id == task.request_id(row.input) and row.bucket == "all" for row in asked.collect())

    stored = [("three ", 1, "bad"), ("three ", 2, "THREE"), ("four ", 1, "bad"), ("of another document", 1, "x")]
    rows = [
        {
            "request_id": task.request_id(text),
            "task": "l5",
            "attempt": attempt,
            "output": output,
            "latency_ms": 1,
            "engine": "e",
        }
        for text, attempt, output in stored
    ]
    answered = response_store.with_attempts(asked, spark.createDataFrame(rows, response_store.SCHEMA))
    schema = StructType(
        [
            *(StructField(name, StringType()) for name in ("doc_id", "bucket", "text")),
            StructField("accepted", IntegerType()),
            StructField("complete", BooleanType()),
        ]
    )

    def finish(_row: Row, rewritten: Rewritten) -> Row:
        return {"text": rewritten.text, "accepted": rewritten.accepted, "complete": rewritten.is_complete(0.5)}

    narrow = documents.select("doc_id", "bucket")
    assert sorted(rewrite_documents(narrow, answered, task, finish, schema).collect()) == [
        ("d1", "all", "one two THREE ", 1, True),
        ("d2", "all", "THREE four ", 1, True),
        ("d3", "all", "", 0, True),
    ]
