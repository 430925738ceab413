"""What every engine is: an iterator of requests in, an iterator of answers out, in any order.

An engine lives in a Python worker. A request that it cannot take costs that request alone: an `Answer` with `error` and no
output. The engine's own death is raised, never written down as an answer: Spark then retries the task in another worker.
"""

import contextlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from darwin_spark.config.model import ModelSettings
from darwin_spark.errors import UserError

Message = dict[str, Any]
"""One turn of a chat: `role`, and `content`: a text, or OpenAI's list of parts where a picture is shown (`pictures.py`)."""

PROMPT_TOO_LONG: Final = "prompt_too_long"
"""Prompt and the room for its answer exceed the context; asked all the same, the answer would be cut without a word."""
BAD_REQUEST: Final = "bad_request"
"""The chat template or the engine refuses this one request."""


class EngineError(UserError):
    """The engine cannot be opened as it is set, or broke its protocol; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question. Attempt k is sampled with seed k, at `temperature(model, k)`."""

    request_id: str
    attempt: int
    messages: list[Message]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request: an `output`, or an `error` (a stable snake_case word)."""

    request_id: str
    attempt: int
    output: str | None
    finish_reason: str | None
    """`stop`, or `length` where the answer was cut at `max_tokens`."""
    prompt_tokens: int | None
    completion_tokens: int | None
    latency_ms: int
    """From handing the request over to its last token, waiting in the engine's queue included."""
    engine: str
    """Which engine answered, precise enough to find a bad machine."""
    error: str | None = None


class Engine(Protocol):
    """Built from `ModelSettings`, once a Python worker."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        """Answer every request once, in any order, pulling `requests` no faster than they can be worked on.

        The caller may stop early (a cancelled task closes the iterator); what is in flight is then dropped. An engine that
        holds something (a GPU's memory, a process) has a method `close` too, which gives it back.
        """
        ...


def temperature(model: ModelSettings, attempt: int) -> float:
    """The model's own at the first attempt, then what `retry_temperatures` says, its last entry for all that follow."""
    if attempt < 2 or not model.retry_temperatures:
        return model.temperature
    return model.retry_temperatures[min(attempt - 2, len(model.retry_temperatures) - 1)]


_opened: dict[tuple[str, str], Engine] = {}


def open_engine(name: str, model: ModelSettings) -> Engine:
    """The engine of this Python worker: built at the first call, found again by later batches and jobs.

    `name` is `vllm`, `endpoint`, or `module:Class` where `Class(model)` gives an engine. Raises EngineError for a name that
    cannot be imported.
    """
    key = (name, model.model_dump_json())
    if key not in _opened:
        _opened[key] = _build(name, model)
    return _opened[key]


def close_engine(name: str, model: ModelSettings) -> None:
    """Throw an engine away, in whatever state it is; the next `open_engine` builds another."""
    engine = _opened.pop((name, model.model_dump_json()), None)
    close = getattr(engine, "close", None)
    if close is not None:
        with contextlib.suppress(Exception):  # it is dead already, and what it still holds goes with this process
            close()


def _build(name: str, model: ModelSettings) -> Engine:
    if name == "vllm":
        from darwin_spark.inference.engines.vllm import VllmEngine

        return VllmEngine(model)
    if name == "endpoint":
        from darwin_spark.inference.engines.endpoint.engine import EndpointEngine

        return EndpointEngine(model)
    module, colon, attribute = name.partition(":")
    if not colon:
        raise EngineError(f"engine {name!r} is none of 'vllm', 'endpoint' and the form module:Class")
    try:
        engine: Engine = getattr(importlib.import_module(module), attribute)(model)
    except (ImportError, AttributeError) as error:
        raise EngineError(
            f"engine {name!r} cannot be imported in the Python worker: {error}; ship its module to them"
        ) from error
    return engine


def weights(model: str) -> Path | None:
    """The folder of the weights, or None where `model` is a name on the hub (`organisation/model`).

    Raises EngineError for something that can only be a path and is no folder here.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if model.startswith(("/", "~", ".")):
        raise EngineError(f"no folder of weights at {model!r}: correct the setting `model`, or name a model on the hub")
    return None
