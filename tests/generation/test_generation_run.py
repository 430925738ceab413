from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.errors import PythonException
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from darwin_spark.config import ModelSettings
from darwin_spark.generation.engine import EngineError, open_engine
from darwin_spark.generation.requests import ANSWERS, REQUESTS
from darwin_spark.generation.run import answer_batches, engine_workers, generate

MODEL = ModelSettings(model="some/model")


def request(number: int, text: str) -> dict[str, object]:
    return {"request_id": f"r{number}", "task": "l5", "attempt": 1, "messages": [{"role": "user", "content": text}]}


def batches(texts: list[str], size: int, pulled: list[int]) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(texts), size):
        rows = [request(start + i, text) for i, text in enumerate(texts[start : start + size])]
        pulled.append(len(rows))
        yield pa.RecordBatch.from_pylist(rows, schema=to_arrow_schema(REQUESTS))


def frame(spark, texts: list[str]) -> DataFrame:
    return spark.createDataFrame([request(i, text) for i, text in enumerate(texts)], REQUESTS)


TEXTS = st.lists(st.sampled_from(["good", "bad", "ünïcode \x00"]), max_size=50)


@settings(deadline=None)
@given(texts=TEXTS, size=st.integers(1, 20), flush=st.integers(1, 9))
def test_each_request_gets_one_answer_whatever_the_batches(texts, size, flush):
    answered = [
        row for batch in answer_batches(batches(texts, size, []), "fakes:Echo", MODEL, flush) for row in batch.to_pylist()
    ]
    assert sorted(row["request_id"] for row in answered) == sorted(f"r{i}" for i in range(len(texts)))
    for row in answered:
        text = texts[int(row["request_id"][1:])]
        expected = (None, None, "bad_request") if text == "bad" else (text, "stop", None)
        assert (row["output"], row["finish_reason"], row["error"]) == expected
        assert (row["task"], row["attempt"]) == ("l5", 1)


def test_answers_leave_while_requests_are_still_to_come():
    pulled: list[int] = []
    stream = answer_batches(batches(["text"] * 40, 4, pulled), "fakes:Echo", MODEL, flush_answers=4)
    assert next(stream).num_rows == 4
    assert sum(pulled) < 10
    assert sum(batch.num_rows for batch in stream) == 36


def test_a_slow_engine_hands_out_what_it_has():
    stream = answer_batches(batches(["text"] * 4, 4, []), "fakes:Echo", MODEL, flush_seconds=0)
    assert [batch.num_rows for batch in stream] == [1, 1, 1, 1]


def test_stopping_early_tells_the_engine():
    stream = answer_batches(batches(["text"] * 40, 4, []), "fakes:Echo", MODEL, flush_answers=4)
    next(stream)
    stream.close()
    assert open_engine("fakes:Echo", MODEL).abandoned


def test_an_empty_partition_opens_no_engine():
    assert list(answer_batches(iter(()), "no_such_module:Engine", MODEL)) == []


def test_an_engine_that_loses_requests_is_found_out():
    with pytest.raises(EngineError, match="left 2 requests without an answer"):
        list(answer_batches(batches(["text"] * 4, 4, []), "fakes:Forgetful", MODEL))


def test_an_engine_that_invents_answers_is_found_out():
    with pytest.raises(EngineError, match="somebody else's"):
        list(answer_batches(batches(["text"], 1, []), "fakes:Inventive", MODEL))


def test_a_request_asked_twice_is_an_error():
    twice = [batch for _ in range(2) for batch in batches(["text"], 1, [])]
    with pytest.raises(EngineError, match="r0, attempt 1, is asked twice"):
        list(answer_batches(iter(twice), "fakes:Echo", MODEL))


def test_in_spark_a_bad_request_costs_only_itself(spark):
    answers = generate(frame(spark, ["one", "bad", "three"]), "fakes:Echo", MODEL, engines=1)
    assert answers.schema == ANSWERS
    assert {row.request_id: (row.output, row.error) for row in answers.collect()} == {
        "r0": ("one", None),
        "r1": (None, "bad_request"),
        "r2": ("three", None),
    }


def test_in_spark_the_death_of_an_engine_fails_the_job(spark):
    with pytest.raises(PythonException, match="the engine is out of memory"):
        generate(frame(spark, ["one", "death", "three"]), "fakes:Echo", MODEL, engines=1).collect()


def test_engines_keep_workers_of_their_own_beside_other_python_work(spark):
    def worker() -> str:
        (answer,) = generate(frame(spark, ["one"]), "fakes:Echo", MODEL, engines=1).collect()
        return str(answer.engine)

    with engine_workers(spark):
        first = worker()
    plain = {worker() for _ in range(3)}
    with engine_workers(spark):
        again = {worker() for _ in range(3)}
    assert again == {first}
    assert first not in plain
