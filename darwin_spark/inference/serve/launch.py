"""What `darwin serve` runs: the servers that a model's settings and this machine's GPUs make."""

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
    """Where the servers of this machine listen, and where that is made known."""

    host: str = "127.0.0.1"
    """The address to listen at: 0.0.0.0 for the machines of a cluster."""
    port: int = 8_000
    """The first server's; each further one takes the next that is free."""
    announce: str | None = None
    """What other machines call this one; None: its name where it listens everywhere, else `host`."""
    discovery: str | None = None
    """The folder; None: `endpoint.discovery` of the settings."""
    logs: Path | None = None
    """A folder for one file a server; None: standard error."""
    gpus: Sequence[str] | None = None
    """None: all there are."""


def run(model: ModelSettings, where: Where) -> None:
    """Serve the model until SIGTERM or SIGINT. Raises EngineError."""
    place = where.discovery or model.endpoint.discovery
    if not place:
        raise EngineError("which folder the servers are announced in is not said: --discovery FOLDER, or endpoint.discovery")
    discovery = folder(place)
    drain = float(model.engine_options.get("shutdown_timeout") or 0)
    pace = Pace(probe=model.endpoint.probe_seconds, goodbye=Pace().goodbye + drain)
    asyncio.run(serve(servings(model, where), discovery, pace))


def model_of(settings: Section, section: str) -> ModelSettings:
    """The model of a section of the settings, such as `l5` or `l1.ocr`. Raises EngineError for a section without one."""
    known = dict(_models(settings))
    if section not in known:
        raise EngineError(f"{section} holds no model to serve: choose one of {', '.join(known)}")
    return known[section]


def _models(section: Section, name: str = "") -> Iterator[tuple[str, ModelSettings]]:
    for key in type(section).model_fields:
        value = getattr(section, key)
        if isinstance(value, ModelSettings):
            yield name, value
        elif isinstance(value, Section):
            yield from _models(value, f"{name}.{key}" if name else key)


def servings(model: ModelSettings, where: Where) -> list[Serving]:
    """One server a group of GPUs. Raises EngineError for settings that cannot be served."""
    key_of(model.endpoint)
    together = groups(gpus_here() if where.gpus is None else where.gpus, engine_options(model))
    if where.logs:
        where.logs.mkdir(parents=True, exist_ok=True)
    made = []
    for gpus, port in zip(together, free_ports(where.port, where.host), strict=False):
        name = f"{_bare(_known_as(where))}-{port}"
        made.append(
            Serving(
                name=name,
                announced=f"http://{_known_as(where)}:{port}",
                probed=f"http://{_from_here(where.host)}:{port}",
                command=command(model, where.host, port),
                environment=environment(model, gpus, len(together)),
                log=where.logs / f"{name}.log" if where.logs else None,
            )
        )
    return made


def _known_as(where: Where) -> str:
    return where.announce or (socket.gethostname() if where.host in _ANY else _bracketed(where.host))


def _from_here(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host) or _bracketed(host)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _bare(host: str) -> str:
    return host.strip("[]").replace(":", "-")
