"""Open the engine of this Python worker by its name in the settings."""

import contextlib
import importlib
from importlib.metadata import EntryPoint, entry_points

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import ClosableEngine, Engine, EngineError

ENDPOINT = "endpoint"
"""The engine that runs elsewhere and needs no GPU of the Spark task."""
ENTRY_POINTS = "darwin_spark.engines"
"""Packages add an engine under this group: name = "module:Class", where `Class(model)` returns an Engine."""

_opened: dict[tuple[str, str], Engine] = {}


def open_engine(name: str, model: ModelSettings) -> Engine:
    """Return the engine of this Python worker. The first call builds it; later batches and jobs of the same model reuse it.
    `name` is `vllm`, `endpoint`, an entry point of ENTRY_POINTS, or `module:Class` where `Class(model)` returns an engine.
    Raises EngineError for a name that cannot be imported, and if two packages have an engine of one name."""
    key = (name, model.model_dump_json())
    if key not in _opened:
        _opened[key] = _build(name, model)
    return _opened[key]


def close_engine(name: str, model: ModelSettings) -> None:
    """Forget the engine, and close it if it is a ClosableEngine; the next `open_engine` builds another one."""
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
    plugins = _plugins()
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


def _plugins() -> dict[str, str]:
    """Return `module:Class` of the engines that other packages add, by name. Raises EngineError for a name that two add."""
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: (entry.name, entry.value)):
        if entry.name in found:
            one, other = _package(found[entry.name]), _package(entry)
            raise EngineError(f"the packages {one} and {other} both have an engine {entry.name}: uninstall one of them")
        found[entry.name] = entry
    return {name: entry.value for name, entry in found.items()}


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module
