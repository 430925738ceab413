"""How many requests one server may get, and when it gets none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.inference.engines.endpoint.pool import LONGEST_BACKOFF, backoff
from darwin_spark.inference.engines.endpoint.server import FAILURES, ON_PROBATION, Breaker, Server


def joined(limit: int = 40, ramp: float = 10.0, now: float = 100.0) -> Server:
    server = Server("http://a:8000", limit, ramp)
    server.admit(now)
    return server


def test_a_server_gets_nothing_before_its_first_probe() -> None:
    server = Server("http://a:8000", 40, 10.0)
    assert server.room(100.0) == 0
    assert server.admit(100.0)
    assert server.room(100.0) == 1


def test_a_server_reaches_its_limit_in_ramp_seconds() -> None:
    server = joined()
    assert [server.allowed(now) for now in (100.0, 105.0, 110.0, 999.0)] == [1, 21, 40, 40]


def test_without_a_ramp_a_server_is_at_its_limit_at_once() -> None:
    assert joined(ramp=0).room(100.0) == 40


@pytest.mark.parametrize("before", [0, 100])
def test_failures_in_a_row_open_the_breaker(before: int) -> None:
    server = joined()
    for _ in range(before):
        server.succeed()
    opened = [server.fail("HTTP 500") for _ in range(FAILURES + 3)]
    assert opened == [False] * (FAILURES - 1) + [True] + [False] * 3  # reported once
    assert server.room(200.0) == 0


def test_a_server_that_fails_every_second_request_is_given_up_too() -> None:
    server = joined()
    assert any(server.succeed() or server.fail("HTTP 500") for _ in range(20))


def test_one_failure_in_four_is_tolerated() -> None:
    server = joined()
    for number in range(400):
        assert not (server.fail("HTTP 500") if number % 4 == 0 else server.succeed())
    assert server.breaker is Breaker.CLOSED


def test_after_an_open_breaker_a_few_requests_decide() -> None:
    server = joined()
    server.trip("HTTP 500")
    server.admit(200.0)
    assert server.room(999.0) == ON_PROBATION
    assert server.fail("HTTP 500")  # the first failure
    assert server.trips == 2
    server.admit(1_000.0)
    assert server.succeed()
    assert (server.breaker, server.trips, server.trouble) == (Breaker.CLOSED, 0, None)
    assert server.room(2_000.0) == 40


def test_an_overloaded_server_gets_half_and_later_more() -> None:
    server = joined()
    assert server.allowed(110.0) == 40
    server.in_flight = 30
    server.ease(120.0, seconds=5.0)
    server.in_flight = 10
    assert server.room(124.0) == 0
    assert server.allowed(120.0) == 15
    assert server.room(126.0) > 5


def test_a_server_that_leaves_gets_nothing_more() -> None:
    server = joined()
    server.leaving = True
    assert server.room(999.0) == 0


steps = st.lists(st.sampled_from(["succeed", "fail", "trip", "admit", "ease", "send", "wait"]), max_size=60)


@given(steps, st.integers(1, 300), st.floats(0, 100))
def test_a_server_never_gets_more_than_its_limit(steps: list[str], limit: int, ramp: float) -> None:
    server, now = Server("http://a:8000", limit, ramp), 0.0
    for step in steps:
        match step:
            case "send":
                server.in_flight += max(0, server.room(now))
            case "wait":
                now += 1.0
            case "admit":
                server.admit(now)
            case "ease":
                server.ease(now, 0.5)
            case "succeed":
                server.in_flight = max(0, server.in_flight - 1)
                server.succeed()
            case "fail":
                server.in_flight = max(0, server.in_flight - 1)
                server.fail("HTTP 500")
            case "trip":
                server.trip("gone")
        assert server.in_flight <= limit
        assert server.room(now) <= limit
        assert server.room(now) <= 0 or server.breaker is not Breaker.OPEN


@given(st.floats(0.01, 5), st.integers(0, 1_000))
def test_backoff_doubles_up_to_a_minute_and_is_random(base: float, times: int) -> None:
    assert 0 <= backoff(base, times) <= min(LONGEST_BACKOFF, base * 2.0 ** min(times, 30))
