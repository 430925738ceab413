"""Crash recovery: rebuild an engine that crashed and find the request that crashes it.

After a crash the requests in flight are suspects: they are sent again before all others, in groups of about the square root of
their number, each group alone in the engine. If the engine crashes again, that group is split in the same way. A request that
crashes the engine alone gets a response with the error `engine_crashed`. So one deadly request among 512 in flight costs at
most four crashes (groups of 512, 22, 4, 1) instead of ten by halving, and not 512 runs of one request each.
"""

import logging
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from darwin_spark.inference.engines.protocol import Answer, Engine, EngineError, Request
from darwin_spark.inference.worker.traceback_cleanup import clear_frames

log = logging.getLogger(__name__)

ENGINE_CRASHED: Final = "engine_crashed"  # error of a request that crashed the engine while it was the only request in flight

Group = list[Request]


@dataclass
class _InFlight:
    """The requests that one instance of the engine has pulled and not yet answered."""

    requests: dict[tuple[str, int], Request] = field(default_factory=dict)
    input_broke: bool = False  # whether the error came from the iterator of requests and not from the engine


def answer_with_restarts(
    opened: Callable[[], Engine],
    closed: Callable[[], None],
    requests: Iterator[Request],
    limit: int,
    suspected: Sequence[Group] = (),
    told: Callable[[Group], None] = lambda _group: None,
) -> Iterator[Answer]:
    """Yield the responses to `requests`, restarting a crashed engine up to `limit` times; the next crash is raised.

    `opened` returns the engine, building it if necessary; `closed` disposes of it. The groups in `suspected` are sent first.
    `told` is called with each group of suspects before it is sent: a caller that stores it knows the suspects after a crash of
    the whole process. Raises EngineError and errors of the iterator `requests` at once, without a restart.
    """
    groups = deque(suspected)
    crashes = 0
    while True:
        group = groups.popleft() if groups else None
        if group is not None:
            told(group)
        source, flight = requests if group is None else iter(group), _InFlight()
        try:
            for answer in opened().answer(_record_pulled(source, flight)):
                flight.requests.pop((answer.request_id, answer.attempt), None)
                yield answer
        except Exception as error:
            crashes += 1
            if isinstance(error, EngineError) or flight.input_broke or crashes > limit:
                raise  # the task fails and its worker process ends, which frees the engine's resources
            in_flight = list(flight.requests.values())
            log.warning("the engine died (%d of %d restarts): %r; %d in flight", crashes, limit, error, len(in_flight))
            clear_frames(error)
            closed()
            if len(in_flight) == 1:
                yield crashed_response(in_flight[0])
            groups.extendleft(reversed(split(in_flight) if len(in_flight) > 1 else []))
            groups.extend([remaining] if group is not None and (remaining := list(source)) else [])
            continue
        if group is None:
            return


def split(suspects: Group) -> list[Group]:
    """Split the suspects into groups of floor(sqrt(n)) requests; of one request each if there are at most four."""
    size = math.isqrt(len(suspects)) if len(suspects) > 4 else 1
    return [suspects[start : start + size] for start in range(0, len(suspects), size)]


def _record_pulled(source: Iterator[Request], flight: _InFlight) -> Iterator[Request]:
    """Yield the requests from `source` and record each in `flight` as the engine pulls it."""
    while True:
        try:
            request = next(source, None)
        except Exception:
            flight.input_broke = True
            raise
        if request is None:
            return
        flight.requests[request.request_id, request.attempt] = request
        yield request


def crashed_response(request: Request) -> Answer:
    """Log the request and return its response with the error `engine_crashed`."""
    log.warning("request %s, attempt %d, killed the engine while it was alone in it", request.request_id, request.attempt)
    return Answer(request.request_id, request.attempt, None, None, None, None, 0, "none", ENGINE_CRASHED)
