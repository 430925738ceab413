"""Open the engine of this Python worker by its name in the settings."""

import contextlib
import importlib
from importlib.metadata import entry_points

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import ClosableEngine, Engine, EngineError

ENDPOINT = "endpoint"
"""The engine that runs elsewhere and needs no GPU of the Spark task."""
ENTRY_POINTS = "darwin_spark.engines"
"""Packages add an engine under this group: name = "module:Class", where `Class(model)` returns an Engine."""

_opened: dict[tuple[str, str], Engine] = {}


def open_engine(name: str, model: ModelSettings) -> Engine:
    """The engine of this Python worker: built at the first call, reused by later batches and jobs.

    `name` is `vllm`, `endpoint`, an entry point of ENTRY_POINTS, or `module:Class` where `Class(model)` returns an engine.
    Raises EngineError for a name that cannot be imported.
    """
    key = (name, model.model_dump_json())
    if key not in _opened:
        _opened[key] = _build(name, model)
    return _opened[key]


def close_engine(name: str, model: ModelSettings) -> None:
    """Discard an engine in whatever state it is; the next `open_engine` builds another."""
    engine = _opened.pop((name, model.model_dump_json()), None)
    if isinstance(engine, ClosableEngine):
        with contextlib.suppress(Exception):  # the engine is dead already; the process exit frees what it still holds
            engine.close()


def _build(name: str, model: ModelSettings) -> Engine:
    if name == "vllm":
        from darwin_spark.inference.engines.vllm import VllmEngine

        return VllmEngine(model)
    if name == ENDPOINT:
        from darwin_spark.inference.engines.endpoint.engine import EndpointEngine

        return EndpointEngine(model)
    plugins = {entry.name: entry.value for entry in entry_points(group=ENTRY_POINTS)}
    module, colon, attribute = plugins.get(name, name).partition(":")
    if not colon:
        known = ", ".join(["vllm", ENDPOINT, *sorted(plugins)])
        raise EngineError(f"engine {name!r} is none of {known} and not of the form module:Class")
    try:
        engine: Engine = vars(importlib.import_module(module))[attribute](model)
    except (ImportError, KeyError) as error:
        raise EngineError(
            f"engine {name!r} cannot be imported in the Python worker: {error}; ship its module to the workers"
        ) from error
    return engine
