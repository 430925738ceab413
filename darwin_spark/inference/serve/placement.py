"""Find the GPUs of this machine and group them by server."""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.engines.vllm_loader import on_cpu

GROUPED: Final = ("tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size")
"""Engine options whose product is the number of GPUs per server."""


def gpus_here() -> list[str]:
    """Return the names of the GPUs that we may use: those in CUDA_VISIBLE_DEVICES if it is set, else all that the driver
    lists; an empty list for a CPU build of vLLM. Raises EngineError if no GPU is found."""
    if on_cpu():
        return []
    if (visible := os.environ.get("CUDA_VISIBLE_DEVICES")) is not None:
        found = [gpu.strip() for gpu in visible.split(",") if gpu.strip()]
    else:
        try:
            nvidia_smi = ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"]
            found = subprocess.run(nvidia_smi, capture_output=True, text=True, check=True, timeout=60).stdout.split()
        except (OSError, subprocess.SubprocessError) as error:
            raise EngineError(f"nvidia-smi does not say which GPUs there are ({error}): name them, --gpus 0,1,2") from error
    if not found:
        raise EngineError("this machine shows no GPU: name them, --gpus 0,1,2, or install the extra llm-cpu")
    return found


def groups(gpus: Sequence[str], options: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return a tuple of GPUs for each server, as many as the engine options need; without GPUs, one server with an empty tuple.
    GPUs that are left over stay idle. Raises EngineError if there are too few for one server."""
    size = 1
    for name in GROUPED:
        size *= int(options.get(name) or 1)
    if not gpus:
        return [()]
    complete = [tuple(gpus[start : start + size]) for start in range(0, len(gpus) - size + 1, size)]
    if not complete:
        raise EngineError(f"one server wants {size} GPUs ({', '.join(GROUPED)} of engine_options), and there are {len(gpus)}")
    return complete


def free_ports(first: int, host: str) -> Iterator[int]:
    """Yield the port numbers, from `first` on, that are free when they are asked for."""
    for port in range(first, 65_536):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((host, port))
            except OSError:
                continue
        yield port
