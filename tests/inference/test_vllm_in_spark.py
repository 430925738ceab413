"""Real vLLM with a small real model in Spark's Python workers: about a minute, most of it the import of vLLM."""

import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from inference_setup import journal_rows, worker_config

from darwin_spark.config.l3 import L3Settings
from darwin_spark.config.loading import load
from darwin_spark.inference import response_store
from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.engines.vllm_loader import engine_options
from darwin_spark.inference.requests import REQUESTS
from darwin_spark.inference.worker.worker import engine_workers, send
from darwin_spark.levels.l3_classify.level import LEVEL

LAPTOP = Path(__file__).parents[2] / "conf" / "llm_cpu.yaml"
SYSTEM = "You are a careful editor. Answer in one short sentence, and keep every number of the text exactly as it stands."


@pytest.fixture(scope="module")
def model(smollm):
    settings = load([LAPTOP]).l5.model
    return settings.model_copy(update={"model": str(smollm), "max_tokens": 16, "max_num_seqs": 4})


def request(request_id: str, text: str, attempt: int = 1) -> dict[str, object]:
    turns = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]
    return {"request_id": request_id, "task": "l5", "attempt": attempt, "messages": turns}


def send_all(spark, model, requests):
    """The responses in the journal by (id, attempt), sent through Arrow batches of three rows."""
    batch = spark.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "3")
    try:
        with engine_workers(spark), tempfile.TemporaryDirectory() as folder:
            config = worker_config(Path(folder), "vllm", model)
            send(spark.createDataFrame(requests, REQUESTS), config).collect()
            rows = [SimpleNamespace(**row) for row in journal_rows(config.queue)]
    finally:
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", batch)
    assert len(rows) == len(requests)
    return {(row.request_id, row.attempt): row for row in rows}


@pytest.fixture(scope="module")
def responses(spark, model):
    questions = [request(f"r{i}", f"The river is {i} km long and rises in the hills.") for i in range(14)]
    return send_all(spark, model, [*questions, request("long", "and on " * 9_000), request("empty", "")])


def test_every_request_is_answered_once_with_the_columns_of_the_response_store(responses):
    assert set(responses) == {*((f"r{i}", 1) for i in range(14)), ("long", 1), ("empty", 1)}
    for row in (row for key, row in responses.items() if key[0] != "long"):
        assert row.task == "l5"
        assert row.error is None
        assert row.output
        assert "<|im_" not in row.output
        assert row.finish_reason in ("stop", "length")
        assert 20 < row.prompt_tokens < 70
        assert 0 < row.completion_tokens <= 16
        assert row.latency_ms > 0


def test_a_prompt_without_room_for_its_answer_fails_alone(responses):
    long = responses["long", 1]
    assert (long.output, long.error) == (None, "prompt_too_long")
    assert long.prompt_tokens > 9_000


def test_one_engine_serves_all_batches_and_the_next_job(spark, model, responses):
    engines = {row.engine for row in responses.values()}
    assert len(engines) == 1
    # other Python work between the jobs
    spark.range(100).repartition(2).mapInArrow(lambda batches: batches, "id long").collect()
    colder = model.model_copy(update={"temperature": 0.0})
    assert {
        row.engine for row in send_all(spark, colder, [request("next", "Another job, other sampling.")]).values()
    } == engines


def test_the_attempt_is_the_seed(spark, model, responses):
    questions = [(f"r{i}", f"The river is {i} km long and rises in the hills.") for i in (3, 8)]
    again = send_all(spark, model, [request(*question, attempt) for question in questions for attempt in (1, 2)])
    assert all(again[f"r{i}", 1].output == responses[f"r{i}", 1].output for i in (3, 8))
    assert any(again[f"r{i}", 2].output != responses[f"r{i}", 1].output for i in (3, 8))


DOCUMENTS = """doc_id string, bucket string, media_type string, declared_type string, metadata map<string,string>,
title string, declared map<string,string>, text string,
pages array<struct<start:int,end:int,engine:string,confidence:float>>"""
TAXONOMY = {
    "name": "waters",
    "labels": {
        "water": {"description": "The water that the text is about.", "values": {"river": "it flows", "lake": "it stands"}},
        "clarity": {"description": "How clearly it is written.", "scale": [1, 5]},
    },
}


@pytest.fixture(scope="module")
def labelled(spark, model):
    """The rows of L3 by annotator, after requests to the real model: two for labels, one by each schema."""
    rows = [("d1", "all", *[None] * 5, "The river is 7 km long and rises in the hills. " * 20, None)]
    documents = spark.createDataFrame(rows, DOCUMENTS)
    section = {"engine": "vllm", "sample_chars": 900, "model": model.model_copy(update={"max_tokens": 48, "temperature": 0.0})}
    by_eai = {"annotator": "eai", "eai": section, "paper_judge": section}
    found = {}
    for own in (by_eai, {"annotator": "endpoint", "endpoint": {**section, "taxonomy": TAXONOMY}}):
        settings = L3Settings.model_validate(own)
        tables = {"documents": documents, **LEVEL.prepare({"documents": documents}, settings, local)}
        for task in LEVEL.tasks(settings):
            chunks = local(LEVEL.requests(tables, settings, task))
            requests = [
                {"request_id": row.request_id, "task": task.name, "attempt": attempt, "messages": task.messages(row.input)}
                for row in chunks.collect()
                for attempt in ((1, 2) if task.name == "l3_eai" else (1,))
            ]
            stored = [vars(row) for row in send_all(spark, task.model, requests).values()]
            responses = spark.createDataFrame(stored, response_store.SCHEMA)
            tables[task.name] = local(response_store.with_attempts(chunks, responses))
            found[task.name] = tables[task.name].collect()
        found[settings.annotator] = LEVEL.assemble(tables, settings, LEVEL.tasks(settings)).collect()
    return found


def local(frame, _name=""):
    """The frame computed once."""
    return frame.sparkSession.createDataFrame(frame.collect(), frame.schema)


def test_l3_has_a_row_for_every_document_whatever_a_real_model_answers(labelled):
    outputs = [attempt.output for chunk in labelled["l3_eai"] for attempt in chunk.attempts]
    assert len(outputs) == 2
    assert all(outputs)
    for row in labelled["eai"]:
        assert row.verdict == "kept"
        assert row.abstained in ("cut_by_length", "too_few_lines", "too_many_lines", "not_a_pair", "bad_fdc_code")
        assert set(row.labels) == {None, -1}
        assert row.doc_type_source.startswith("judge:")


def test_a_schema_restricts_even_this_model_to_the_taxonomy(labelled):
    for row in labelled["endpoint"]:
        assert row.abstained is None
        assert set(row.custom or {}) <= {"water", "clarity"}
        assert (row.custom or {}).get("water") in (None, "river", "lake")
    assert any(row.custom for row in labelled["endpoint"])


def test_an_engine_that_cannot_be_built_fails_the_job_and_says_why(spark, model):
    wrong = model.model_copy(update={"engine_options": {"no_such_option": 1}})
    with pytest.raises(Exception, match="no_such_option"):
        send_all(spark, wrong, [request("r", "text")])


def test_code_that_comes_with_weights_never_runs(model):
    with pytest.raises(EngineError, match="trust_remote_code"):
        engine_options(model.model_copy(update={"engine_options": {"trust_remote_code": True}}))
