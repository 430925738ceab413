"""vLLM in the Python worker: a synchronous `LLMEngine`; the loop that pulls the requests also steps the engine.
`LLM.chat` would drain the engine at the end of every Arrow batch; the process of `AsyncLLM` outlives a killed worker and keeps
the GPU. Here all ends with the worker, and requests of the next batch are added while the last of the current one still run."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import BAD_REQUEST, PROMPT_TOO_LONG, Answer, EngineError, Request, temperature
from darwin_spark.inference.engines.vllm_loader import Loaded, engine_options, load, unload
from darwin_spark.inference.images import decoded, image_placeholders
from darwin_spark.inference.reasoning import HARMONY, raw

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Submitted:
    request: Request
    prompt: str
    started: float


class VllmEngine:
    """Engine that uses the one vLLM engine of this worker. Models that differ only in sampling share the vLLM engine."""

    def __init__(self, model: ModelSettings) -> None:
        self._model = model
        self._options = engine_options(model)
        self._max_in_flight = 2 * int(self._options["max_num_seqs"])

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        """Yield the answers, keeping up to 2 * `max_num_seqs` requests in flight so that the engine does not wait for rows."""
        loaded = load(self._options)
        submitted: dict[str, _Submitted] = {}
        try:
            yield from self._submit_more(loaded, requests, submitted)
            while submitted:
                for output in loaded.engine.step():
                    if output.finished:
                        yield _answer(loaded, submitted.pop(output.request_id), output)
                yield from self._submit_more(loaded, requests, submitted)
        finally:
            if submitted:  # the task ended early; the engine is kept
                loaded.engine.abort_request(list(submitted))

    def close(self) -> None:
        """Shut the vLLM engine down and release its GPU memory. The next call of `answer` builds a new one."""
        unload()

    def _submit_more(self, loaded: Loaded, requests: Iterator[Request], submitted: dict[str, _Submitted]) -> Iterator[Answer]:
        """Submit requests until the engine has enough. Yield an error response for each request that cannot be submitted."""
        while len(submitted) < self._max_in_flight and (request := next(requests, None)) is not None:
            if error_answer := self._submit(loaded, request, submitted):
                yield error_answer

    def _submit(self, loaded: Loaded, request: Request, submitted: dict[str, _Submitted]) -> Answer | None:
        """Submit one request to vLLM; return an error response if it cannot be submitted."""
        started = time.monotonic()
        try:
            prompt = loaded.tokenizer.apply_chat_template(
                image_placeholders(request.messages),
                tokenize=False,
                add_generation_prompt=True,
                **self._model.chat_template_options,
            )
            tokens = loaded.tokenizer.encode(prompt, add_special_tokens=False)
        except Exception as error:  # any error of Jinja or the tokenizer concerns only this request
            return _error_answer(loaded, request, BAD_REQUEST, None, f"the chat template refuses it: {error}")
        if len(tokens) + self._model.max_tokens > loaded.context:
            sizes = f"{len(tokens)} tokens, {self._model.max_tokens} for the answer, in a context of {loaded.context}"
            return _error_answer(loaded, request, PROMPT_TOO_LONG, len(tokens), sizes)
        name = next(loaded.names)
        try:
            loaded.engine.add_request(name, _inputs(request, tokens), _sampling(loaded, self._model, request.attempt))
        except _client_errors() as error:
            return _error_answer(loaded, request, BAD_REQUEST, len(tokens), str(error))
        submitted[name] = _Submitted(request, prompt, started)
        return None


def _inputs(request: Request, tokens: list[int]) -> dict[str, Any]:
    """Return vLLM's input: the prompt's token ids, and the images that replace the prompt's image placeholders."""
    decoded_images = decoded(request.messages)
    return {"prompt_token_ids": tokens, **({"multi_modal_data": {"image": decoded_images}} if decoded_images else {})}


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


def _answer(loaded: Loaded, submitted: _Submitted, output: Any) -> Answer:
    completion = output.outputs[0]
    if completion.finish_reason not in ("stop", "length", "repetition"):
        raise EngineError(f"vLLM gave up request {submitted.request.request_id}: finish_reason {completion.finish_reason!r}")
    return Answer(
        request_id=submitted.request.request_id,
        attempt=submitted.request.attempt,
        output=raw(submitted.prompt, completion.text),
        finish_reason=completion.finish_reason,
        prompt_tokens=len(output.prompt_token_ids),
        completion_tokens=len(completion.token_ids),
        latency_ms=round((time.monotonic() - submitted.started) * 1000),
        engine=loaded.label,
    )


def _error_answer(loaded: Loaded, request: Request, error: str, tokens: int | None, detail: str) -> Answer:
    log.warning("request %s is not asked (%s): %s", request.request_id, error, detail)
    return Answer(request.request_id, request.attempt, None, None, tokens, None, 0, loaded.label, error)


def _client_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that `add_request` raises for an invalid request; older vLLM versions raise only ValueError."""
    from vllm import exceptions

    return (ValueError, getattr(exceptions, "VLLMClientError", ValueError))
