"""vLLM inside the Python worker: the synchronous `LLMEngine`, stepped by the loop that pulls the requests.

Why not `LLM.chat` a batch: the engine would drain at the end of every Arrow batch. Why not `AsyncLLM`: its process outlives
a killed worker and keeps the GPU. Here a worker that dies takes everything with it, and requests of the next batch join
while the last ones of this batch still run.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import BAD_REQUEST, PROMPT_TOO_LONG, Answer, EngineError, Request, temperature
from darwin_spark.inference.engines.vllm_loader import Loaded, engine_options, load, unload
from darwin_spark.inference.images import decoded, for_template
from darwin_spark.inference.reasoning import HARMONY, raw

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    request: Request
    prompt: str
    started: float


class VllmEngine:
    """Answers by the vLLM engine of this worker, which settings that differ in sampling only share."""

    def __init__(self, model: ModelSettings) -> None:
        self._model = model
        self._options = engine_options(model)
        self._capacity = 2 * int(self._options["max_num_seqs"])

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        """Twice `max_num_seqs` requests are in flight as long as there are any, so that the engine never waits for rows."""
        loaded = load(self._options)
        asked: dict[str, _Asked] = {}
        try:
            yield from self._fill(loaded, requests, asked)
            while asked:
                for output in loaded.engine.step():
                    if output.finished:
                        yield _answer(loaded, asked.pop(output.request_id), output)
                yield from self._fill(loaded, requests, asked)
        finally:
            if asked:  # the task ends early, the engine lives on
                loaded.engine.abort_request(list(asked))

    def close(self) -> None:
        """Give back the GPU's memory; the engine is built anew at the next question."""
        unload()

    def _fill(self, loaded: Loaded, requests: Iterator[Request], asked: dict[str, _Asked]) -> Iterator[Answer]:
        """Hand over requests until the engine has enough; those that it cannot take are answered here."""
        while len(asked) < self._capacity and (request := next(requests, None)) is not None:
            if refusal := self._ask(loaded, request, asked):
                yield refusal

    def _ask(self, loaded: Loaded, request: Request, asked: dict[str, _Asked]) -> Answer | None:
        """Hand over one request, or answer with the reason why it cannot be."""
        started = time.monotonic()
        try:
            prompt = loaded.tokenizer.apply_chat_template(
                for_template(request.messages), tokenize=False, add_generation_prompt=True, **self._model.chat_template_options
            )
            tokens = loaded.tokenizer.encode(prompt, add_special_tokens=False)
        except Exception as error:  # jinja, tokenizers: whatever it is, only this request is to blame
            return _refusal(loaded, request, BAD_REQUEST, None, f"the chat template refuses it: {error}")
        if len(tokens) + self._model.max_tokens > loaded.context:
            room = f"{len(tokens)} tokens, {self._model.max_tokens} for the answer, in a context of {loaded.context}"
            return _refusal(loaded, request, PROMPT_TOO_LONG, len(tokens), room)
        name = next(loaded.names)
        try:
            loaded.engine.add_request(name, _inputs(request, tokens), _sampling(loaded, self._model, request.attempt))
        except _client_errors() as error:
            return _refusal(loaded, request, BAD_REQUEST, len(tokens), str(error))
        asked[name] = _Asked(request, prompt, started)
        return None


def _inputs(request: Request, tokens: list[int]) -> dict[str, Any]:
    """What vLLM takes: the prompt's tokens, and the pictures that it puts into the places held for them."""
    shown = decoded(request.messages)
    return {"prompt_token_ids": tokens, **({"multi_modal_data": {"image": shown}} if shown else {})}


def _sampling(loaded: Loaded, model: ModelSettings, seed: int) -> Any:
    from vllm import SamplingParams
    from vllm.sampling_params import StructuredOutputsParams

    return SamplingParams(
        temperature=temperature(model, seed),
        top_p=model.top_p,
        max_tokens=model.max_tokens,
        seed=seed,
        skip_special_tokens=HARMONY not in loaded.tokenizer.get_vocab(),
        structured_outputs=StructuredOutputsParams(json=model.json_schema) if model.json_schema else None,
    )


def _answer(loaded: Loaded, asked: _Asked, output: Any) -> Answer:
    completion = output.outputs[0]
    if completion.finish_reason not in ("stop", "length", "repetition"):
        raise EngineError(f"vLLM gave up request {asked.request.request_id}: finish_reason {completion.finish_reason!r}")
    return Answer(
        request_id=asked.request.request_id,
        attempt=asked.request.attempt,
        output=raw(asked.prompt, completion.text),
        finish_reason=completion.finish_reason,
        prompt_tokens=len(output.prompt_token_ids),
        completion_tokens=len(completion.token_ids),
        latency_ms=round((time.monotonic() - asked.started) * 1000),
        engine=loaded.label,
    )


def _refusal(loaded: Loaded, request: Request, error: str, tokens: int | None, detail: str) -> Answer:
    log.warning("request %s is not asked (%s): %s", request.request_id, error, detail)
    return Answer(request.request_id, request.attempt, None, None, tokens, None, 0, loaded.label, error)


def _client_errors() -> tuple[type[Exception], ...]:
    """What `add_request` raises where the request is at fault; in older versions these were plain ValueErrors."""
    from vllm import exceptions

    return (ValueError, getattr(exceptions, "VLLMClientError", ValueError))
