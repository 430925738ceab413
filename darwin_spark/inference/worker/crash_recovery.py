"""An engine that dies is built anew, and what it was working on is asked again; the request that killed it costs itself only.

After a death the requests in flight are suspects. They go first, in groups of about the square root of their number, each
group alone in the engine; if it dies again, that group's requests go one by one; a request whose engine dies while it is
alone is answered with the error `engine_crashed`. So one deadly request among 512 costs three deaths, not nine (halving) and
not 512 runs of one request each.
"""

import logging
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from darwin_spark.inference.engines.protocol import Answer, Engine, EngineError, Request
from darwin_spark.inference.worker.traceback_cleanup import let_go

log = logging.getLogger(__name__)

ENGINE_CRASHED: Final = "engine_crashed"
"""The engine died of this request alone."""

Group = list[Request]


@dataclass
class _Flight:
    """What one life of the engine has been handed and has not answered."""

    requests: dict[tuple[str, int], Request] = field(default_factory=dict)
    input_broke: bool = False
    """What went wrong lies before the engine, in the rows that it is fed from."""


def persistent(
    opened: Callable[[], Engine],
    closed: Callable[[], None],
    requests: Iterator[Request],
    limit: int,
    suspected: Sequence[Group] = (),
    told: Callable[[Group], None] = lambda _group: None,
) -> Iterator[Answer]:
    """The answers to the requests by an engine that may die `limit` times; the next death is raised.

    `opened` gives the engine, `closed` throws it away. `suspected` are groups that go first. `told` is given each group of
    suspects before it is asked: whoever writes it down knows what killed a process that could say nothing more.
    """
    groups = deque(suspected)
    deaths = 0
    while True:
        group = groups.popleft() if groups else None
        if group is not None:
            told(group)
        source, flight = requests if group is None else iter(group), _Flight()
        try:
            for answer in opened().answer(_handed(source, flight)):
                flight.requests.pop((answer.request_id, answer.attempt), None)
                yield answer
        except Exception as error:
            deaths += 1
            if isinstance(error, EngineError) or flight.input_broke or deaths > limit:
                raise  # the worker ends of it, and with it what the engine holds
            left = list(flight.requests.values())
            log.warning("the engine died (%d of %d restarts): %r; %d in flight", deaths, limit, error, len(left))
            let_go(error)
            closed()
            if len(left) == 1:
                yield crashed(left[0])
            groups.extendleft(reversed(split(left) if len(left) > 1 else []))
            groups.extend([rest] if group is not None and (rest := list(source)) else [])
            continue
        if group is None:
            return


def split(suspects: Group) -> list[Group]:
    """Groups of about the square root of their number, four and fewer one by one."""
    size = math.isqrt(len(suspects)) if len(suspects) > 4 else 1
    return [suspects[start : start + size] for start in range(0, len(suspects), size)]


def _handed(source: Iterator[Request], flight: _Flight) -> Iterator[Request]:
    """The requests, written down as they are handed to the engine."""
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


def crashed(request: Request) -> Answer:
    log.warning("request %s, attempt %d, killed the engine while it was alone in it", request.request_id, request.attempt)
    return Answer(request.request_id, request.attempt, None, None, None, None, 0, "none", ENGINE_CRASHED)
