"""Engines without a model, importable in Spark's Python workers as `fakes:Name`."""

import os
import time
from collections.abc import Iterator
from itertools import islice

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import BAD_REQUEST, Answer, Request
from darwin_spark.inference.images import encoded


def answer(request: Request, output: str | None, error: str | None = None) -> Answer:
    finish_reason = None if output is None else "stop"
    return Answer(request.request_id, request.attempt, output, finish_reason, 1, 1, 0, f"fake {os.getpid()}", error)


class Echo:
    """Returns the last message, the later of two requests first; rejects `bad`, crashes at `death`."""

    built = 0

    def __init__(self, model: ModelSettings) -> None:
        type(self).built += 1
        self.model = model
        self.abandoned = False

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        try:
            while pair := list(islice(requests, 2)):
                for request in reversed(pair):
                    text = request.messages[-1]["content"]
                    if text == "death":
                        raise MemoryError("the engine is out of memory")
                    yield answer(request, None, BAD_REQUEST) if text == "bad" else answer(request, text)
        except GeneratorExit:
            self.abandoned = True
            raise


class OrderedEcho:
    """Returns the last message, one request after the other; rejects `bad`."""

    def __init__(self, model: ModelSettings) -> None:
        self.model = model

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            text = request.messages[-1]["content"]
            yield answer(request, None, BAD_REQUEST) if text == "bad" else answer(request, text)


class SlowRejecting(OrderedEcho):
    """Takes 20 ms for each request, and rejects it."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            time.sleep(0.02)
            yield answer(request, None, BAD_REQUEST)


class SlowEcho(OrderedEcho):
    """Takes 20 ms for each request, and returns the last message."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            time.sleep(0.02)
            yield answer(request, request.messages[-1]["content"])


class ProcessKilling(OrderedEcho):
    """Ends its process at the message `exit`; in tests without a process of their own that is SystemExit."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            if request.messages[-1]["content"] == "exit":
                raise SystemExit(139)
            yield answer(request, request.messages[-1]["content"])


class LosingRequests(Echo):
    """Loses every second request."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        return islice(super().answer(requests), 0, None, 2)


class InventingRequests(Echo):
    """Answers requests that were never sent."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            yield answer(Request("somebody else's", request.attempt, request.messages), "indeed")


class ImageEcho(Echo):
    """Returns the bytes of the image, as text."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            yield answer(request, encoded(request.messages)[0].decode())
