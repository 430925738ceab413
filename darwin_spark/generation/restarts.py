"""An engine that dies is built anew, and what it was working on is asked again; the request that killed it costs itself only.

After a death the requests in flight are suspects. They go first, in groups of about the square root of their number, each
group alone in the engine; if it dies again, that group's requests go one by one; a request whose engine dies while it is
alone is answered with the error `engine_crashed`. So one deadly request among 512 costs three deaths, not nine (halving) and
not 512 runs of one request each.
"""

import logging
import math
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from darwin_spark.generation.engine import Answer, Engine, EngineError, Request

log = logging.getLogger(__name__)

ENGINE_CRASHED: Final = "engine_crashed"
"""The engine died of this request alone."""

Group = list[Request]


class _InputError(Exception):
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
        flying: dict[tuple[str, int], Request] = {}
        source = requests if group is None else iter(group)
        if group is not None:
            told(group)
        try:
            for answer in opened().answer(_handed(source, flying)):
                flying.pop((answer.request_id, answer.attempt), None)
                yield answer
        except EngineError:
            raise
        except _InputError as error:
            assert error.__cause__ is not None
            raise error.__cause__ from None
        except Exception as error:
            deaths += 1
            alone = len(flying) == 1
            log.warning("the engine died (%d of %d restarts): %r; %d in flight", deaths, limit, error, len(flying))
            if deaths > limit:
                closed()
                raise
            traceback.clear_frames(error.__traceback__)  # they hold the engine, and it the GPU's memory
            closed()
            if alone:
                (request,) = flying.values()
                yield crashed(request)
            groups.extendleft(reversed([] if alone else split(list(flying.values()))))
            if group is not None and (rest := list(source)):
                groups.append(rest)
            continue
        if group is None:
            return


def split(suspects: Group) -> list[Group]:
    """Groups of about the square root of their number, four and fewer one by one."""
    size = math.isqrt(len(suspects)) if len(suspects) > 4 else 1
    return [suspects[start : start + size] for start in range(0, len(suspects), size)]


def _handed(source: Iterator[Request], flying: dict[tuple[str, int], Request]) -> Iterator[Request]:
    """The requests, written down as they are handed to the engine."""
    while True:
        try:
            request = next(source, None)
        except Exception as error:
            raise _InputError from error
        if request is None:
            return
        flying[request.request_id, request.attempt] = request
        yield request


def crashed(request: Request) -> Answer:
    log.warning("request %s, attempt %d, killed the engine while it was alone in it", request.request_id, request.attempt)
    return Answer(request.request_id, request.attempt, None, None, None, None, 0, "none", ENGINE_CRASHED)
