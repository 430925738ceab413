"""Implement `darwin serve`: launch the servers that result from a model's settings and this machine's GPUs."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section
from darwin_spark.inference.engines.endpoint.engine import key_of
from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.engines.vllm_loader import engine_options
from darwin_spark.inference.serve.announcing import folder
from darwin_spark.inference.serve.command import command, environment
from darwin_spark.inference.serve.placement import free_ports, gpus_here, groups
from darwin_spark.inference.serve.supervisor import Pace, Serving, serve

_ANY = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Where:
    """Where the servers of this machine listen, and where they are announced."""

    host: str = "127.0.0.1"  # address to listen on: 0.0.0.0 if other machines of a cluster connect
    port: int = 8_000  # first port to try; each server takes the next free one
    announce: str | None = None  # name for other machines; None: this machine's if it listens on all addresses, else `host`
    discovery: str | None = None  # discovery folder; None: `endpoint.discovery` of the settings
    logs: Path | None = None  # folder for one log file per server; None: standard error
    gpus: Sequence[str] | None = None  # GPUs to use; None: all available ones


def run(model: ModelSettings, where: Where) -> None:
    """Serve the model until SIGTERM or SIGINT. Raises EngineError if the settings are wrong or all servers were given up."""
    place = where.discovery or model.endpoint.discovery
    if not place:
        raise EngineError("which folder the servers are announced in is not said: --discovery FOLDER, or endpoint.discovery")
    discovery = folder(place)
    drain_seconds = float(model.engine_options.get("shutdown_timeout") or 0)
    pace = Pace(probe=model.endpoint.probe_seconds, goodbye=Pace().goodbye + drain_seconds)
    asyncio.run(serve(servings(model, where), discovery, pace))


def model_of(settings: Section, section: str) -> ModelSettings:
    """Return the model of a settings section such as `l5` or `l1.ocr.olmocr`. Raises EngineError if the section has none."""
    models = dict(_models(settings))
    if section not in models:
        raise EngineError(f"{section} holds no model to serve: choose one of {', '.join(models)}")
    return models[section]


def _models(section: Section, name: str = "") -> Iterator[tuple[str, ModelSettings]]:
    for key, value in section:
        if isinstance(value, ModelSettings):
            yield name, value
        elif isinstance(value, Section):
            yield from _models(value, f"{name}.{key}" if name else key)


def servings(model: ModelSettings, where: Where) -> list[Serving]:
    """Return the servers to launch, one for each group of GPUs. Raises EngineError for settings that cannot be served."""
    key_of(model.endpoint)
    gpu_groups = groups(gpus_here() if where.gpus is None else where.gpus, engine_options(model))
    if where.logs:
        where.logs.mkdir(parents=True, exist_ok=True)
    result = []
    for gpus, port in zip(gpu_groups, free_ports(where.port, where.host), strict=False):
        name = f"{_in_file_name(_public_host(where))}-{port}"
        result.append(
            Serving(
                name=name,
                announced=f"http://{_public_host(where)}:{port}",
                probed=f"http://{_probe_host(where.host)}:{port}",
                command=command(model, where.host, port),
                environment=environment(model, gpus, len(gpu_groups)),
                log=where.logs / f"{name}.log" if where.logs else None,
            )
        )
    return result


def _public_host(where: Where) -> str:
    return where.announce or (socket.gethostname() if where.host in _ANY else _bracketed(where.host))


def _probe_host(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host) or _bracketed(host)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _in_file_name(host: str) -> str:
    return host.strip("[]").replace(":", "-")
