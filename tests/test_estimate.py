import pytest

from darwin_spark.config import Settings
from darwin_spark.errors import UserError
from darwin_spark.estimate import PARTITION_BYTES, estimate


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
    with pytest.raises(UserError, match="no estimate for 'l9': choose one of l2"):
        estimate("l9", 1, Settings())
