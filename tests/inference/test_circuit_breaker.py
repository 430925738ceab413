"""The circuit breaker counts journal files once, and knows when to stop."""

from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.config.inference import CircuitBreakerSettings
from darwin_spark.inference.circuit_breaker import CircuitBreaker
from darwin_spark.inference.journal.queue import Entry

SETTINGS = CircuitBreakerSettings(canary_share=0.01, min_responses=100, max_failure_rate=0.2)


def entry(sequence: int, answers: int, failed: int, writer: int = 7) -> Entry:
    return Entry(f"{writer}-{sequence}", 0, writer, sequence, answers, answers, failed)


def after(circuit_breaker: CircuitBreaker, *entries: Entry) -> str | None:
    circuit_breaker.look(entries)
    return circuit_breaker.reason


def test_the_canary_is_judged_when_it_is_complete() -> None:
    circuit_breaker = CircuitBreaker(SETTINGS, 20_000)
    assert after(circuit_breaker, entry(0, 100, 90)) is None
    reason = after(circuit_breaker, entry(1, 100, 0))
    assert reason is not None
    assert reason.startswith("90 of the first 200 responses were rejected")
    assert "max_failure_rate (0.2)" in reason


def test_too_few_responses_stop_nothing() -> None:
    assert after(CircuitBreaker(SETTINGS, 50), entry(0, 50, 50)) is None


def test_an_engine_that_fails_late_is_noticed_by_its_latest_responses() -> None:
    circuit_breaker = CircuitBreaker(SETTINGS, 1_000_000)
    for number in range(200):
        assert after(circuit_breaker, entry(number, 100, 5)) is None
    assert after(circuit_breaker, entry(200, 100, 15)) is None
    reason = after(circuit_breaker, entry(201, 100, 60))
    assert reason is not None
    assert reason.startswith("60 of the latest 100 responses were rejected")


def test_a_limit_of_one_never_stops_and_without_a_canary_the_latest_responses_are_judged() -> None:
    assert after(CircuitBreaker(CircuitBreakerSettings(max_failure_rate=1.0), 10**6), entry(0, 10**5, 10**5)) is None
    without = SETTINGS.model_copy(update={"canary_share": 0.0})
    assert after(CircuitBreaker(without, 10**6), entry(0, 100, 60)) is not None


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 50)), max_size=20), st.data())
def test_a_file_counts_once_however_often_it_is_seen(files: list[tuple[int, int]], data: st.DataObject) -> None:
    sequences = {1: 0, 2: 0, 3: 0}
    entries = []
    for writer, answers in files:
        entries.append(entry(sequences[writer], answers, 0, writer))
        sequences[writer] += 1
    circuit_breaker = CircuitBreaker(SETTINGS, 10**6)
    compacted = 0
    for seen in range(1, len(entries) + 1):
        circuit_breaker.look(entries[compacted:seen])
        compacted = data.draw(st.integers(compacted, seen))
    assert circuit_breaker.answers == sum(answers for _, answers in files)
