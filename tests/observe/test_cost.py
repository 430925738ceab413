from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from darwin_spark.config.settings import Settings
from darwin_spark.cost import PARTITION_BYTES, TEXT_BYTES
from darwin_spark.errors import UserError
from darwin_spark.inference import response_store
from darwin_spark.inference.cost import RequestShape
from darwin_spark.observe.cpu_cost import estimate
from darwin_spark.observe.gpu_cost import GpuCost, costed_level, expected_shape, measured_shape
from darwin_spark.storage import delta
from darwin_spark.storage.frames import frame_of_rows
from darwin_spark.storage.workspace import Workspace


def test_costs_grow_with_documents_and_text() -> None:
    small, large = (estimate("l2", documents, Settings()) for documents in (5_000_000, 50_000_000))
    assert large.core_hours == pytest.approx(10 * small.core_hours, rel=0.01)
    assert large.stored == 10 * small.stored
    longer = estimate("l2", 5_000_000, Settings(), text_bytes=700_000)
    assert longer.core_hours > 5 * small.core_hours
    assert longer.stored == small.stored


def test_text_is_read_once_and_never_shuffled() -> None:
    steps = estimate("l2", 50_000_000, Settings()).steps
    assert [step.reads >= 50_000_000 * 70_000 for step in steps] == [True, False, False, False, False]
    assert max(step.shuffles for step in steps) < 0.1 * steps[0].reads


def test_a_partition_is_what_one_task_sorts() -> None:
    found = estimate("l2", 50_000_000, Settings())
    assert max(step.shuffles for step in found.steps) / found.partitions == pytest.approx(PARTITION_BYTES, rel=0.01)
    assert estimate("l2", 10, Settings()).partitions == 1


def test_few_edges_need_no_rounds() -> None:
    (components,) = (step for step in estimate("l2", 100_000, Settings()).steps if step.name.startswith("components"))
    assert components.shuffles == 0


def test_a_level_that_was_not_measured_is_refused() -> None:
    with pytest.raises(UserError, match="no estimate for 'l9': choose one of l2, l4"):
        estimate("l9", 1, Settings())


def expected(level: str, settings: Settings, text_bytes: int) -> RequestShape:
    return expected_shape(costed_level(level), settings, text_bytes)


def test_the_prefix_cache_saves_the_instructions_of_all_requests_but_the_first_of_each_gpu() -> None:
    cost = GpuCost("l4", 1_000, 8, 5_000, expected("l4", Settings(), TEXT_BYTES))
    assert cost.prompt_tokens - cost.cached_prompt_tokens == pytest.approx((cost.requests - 8) * cost.shape.instructions)
    assert cost.gpu_hours_without_cache > cost.gpu_hours
    assert cost.days == pytest.approx(cost.gpu_hours / 8 / 24)


def test_the_paper_gives_the_tokens_of_a_document() -> None:
    """17,848 tokens a document; L4 writes four fifths of them again, L5 two and a half times those of a paper (§3.7)."""
    l4 = expected("l4", Settings(), TEXT_BYTES)
    assert l4.requests * l4.text == pytest.approx(17_500, rel=0.01)
    assert l4.requests * l4.answer == pytest.approx(0.8 * 17_500 + 30 * l4.requests, rel=0.01)
    l5 = expected("l5", Settings(), 4 * 8_172)
    assert l5.requests * l5.answer == pytest.approx(20_465, rel=0.01)


def test_a_prepass_asks_less_and_writes_the_same() -> None:
    with_rules = Settings.model_validate({"l4": {"prepass": "rules"}})
    before, after = (expected("l4", settings, TEXT_BYTES) for settings in (Settings(), with_rules))
    assert after.requests == pytest.approx(0.84 * before.requests)
    assert after.requests * (after.answer - 30) == pytest.approx(before.requests * (before.answer - 30))


def test_a_measured_shape_is_taken_as_it_is() -> None:
    shape = RequestShape(10, 1_000, 200, 300, 1.5, is_measured=True)
    cost = GpuCost("l5", 100, 1, 1_000, shape)
    assert (cost.requests, cost.output_tokens, cost.gpu_hours) == (1_500, 450_000, 0.125)
    with pytest.raises(UserError, match="l2 needs no GPU"):
        costed_level("l2")


def answered(task: str, request: str, attempt: int, prompt: int | None, answer: int | None) -> dict[str, object]:
    return {
        "request_id": request,
        "task": task,
        "attempt": attempt,
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "latency_ms": 1,
        "engine": "fake",
    }


def test_responses_say_what_a_request_costs_and_the_table_how_many_a_document_needs(
    spark: SparkSession, tmp_path: Path
) -> None:
    workspace = Workspace.at(spark, str(tmp_path))
    l4, l5 = costed_level("l4"), costed_level("l5")
    responses = [
        answered("l4", "a", 1, 1_400, 300),
        answered("l4", "a", 2, 1_400, 100),
        answered("l4", "b", 1, 1_300, 200),
        answered("l9", "c", 1, 9, 9),
        answered("l4", "d", 1, None, None),
    ]
    delta.write(frame_of_rows(spark, responses, response_store.SCHEMA), workspace, response_store.TABLE)
    assert measured_shape(workspace, l4, Settings(), 80_000) is None  # the level has no table
    rows = spark.createDataFrame([(10, 8_000), (30, 24_000), (None, None)], "chunks int, chars_in long")
    delta.write(rows, workspace, "l4")
    delta.write(rows.toDF("windows", "tokens_in"), workspace, "l5")
    shape = measured_shape(workspace, l4, Settings(), 80_000)
    assert shape is not None
    assert shape.is_measured
    assert (shape.requests, shape.attempts, shape.answer) == (100, 1.5, 200)
    assert shape.instructions + shape.text == pytest.approx(4_100 / 3)
    assert measured_shape(workspace, l5, Settings(), 80_000) is None  # no request of its own
