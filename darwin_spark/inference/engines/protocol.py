"""The protocol of an engine: it takes an iterator of requests and returns an iterator of answers, in any order.
An engine lives in a Python worker. A request that the engine cannot take fails alone: an `Answer` with `error` and no output.
If the engine itself dies, it raises an exception: the worker then builds a new engine, or Spark retries the task elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

from darwin_spark.config.model import ModelSettings
from darwin_spark.errors import UserError

Message = dict[str, Any]
"""One turn of a chat: `role`, and `content`: a text, or OpenAI's list of parts if the turn shows an image (`images.py`)."""

PROMPT_TOO_LONG: Final = "prompt_too_long"
"""Prompt plus `max_tokens` exceed the context window; the response would be cut silently."""
BAD_REQUEST: Final = "bad_request"
"""The chat template or the engine rejects this one request."""


class EngineError(UserError):
    """The engine cannot be opened with these settings, or broke its protocol; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt at a request. Attempt k is sampled with seed k, at `temperature(model, k)`."""

    request_id: str
    attempt: int
    messages: list[Message]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request: an `output`, or an `error` (a stable snake_case word)."""

    request_id: str
    attempt: int
    output: str | None
    finish_reason: str | None
    """`stop`; `length` if the answer was cut at `max_tokens`; or vLLM's `repetition`. None if the request failed."""
    prompt_tokens: int | None
    completion_tokens: int | None
    latency_ms: int
    """From submission to the last token, including the wait in the engine's queue."""
    engine: str
    """The engine that answered, precise enough to find a bad machine."""
    error: str | None = None


class Engine(Protocol):
    """Answers requests. One object is built from `ModelSettings` in each Python worker."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        """Yield one answer for every request, in any order. Pull `requests` no faster than the engine can work on them.
        The caller may stop early (a cancelled task closes the iterator); requests in flight are then dropped."""
        ...


@runtime_checkable
class ClosableEngine(Engine, Protocol):
    """An engine that holds a resource (GPU memory, a process)."""

    def close(self) -> None:
        """Release the resource."""
        ...


def temperature(model: ModelSettings, attempt: int) -> float:
    """Return an attempt's temperature: the model's own for the first, then `retry_temperatures` if set, whose last repeats."""
    if attempt < 2 or not model.retry_temperatures:
        return model.temperature
    return model.retry_temperatures[min(attempt - 2, len(model.retry_temperatures) - 1)]
