"""Data Darwinism (arXiv 2602.07824) as Spark: raw scientific documents climb levels of Delta tables into pre-training text.

The public names below are imported when they are first used, so that `import darwin_spark` is quick. In short:

    from darwin_spark import Pipeline, Workspace, load_settings

    with Workspace.open("my-corpus") as workspace:
        Pipeline(workspace, load_settings()).climb(["papers"], to="l4")
        workspace.read("l4").show()

A level of your own satisfies `Level` and `ProcessingLevel` or `ModelLevel`; `darwin_spark.testing.check_level` tests it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from darwin_spark.config.settings import Settings
    from darwin_spark.errors import UserError
    from darwin_spark.events import Event
    from darwin_spark.inference.engines.protocol import Answer, Engine, Request
    from darwin_spark.inference.task import Task, make_task
    from darwin_spark.observe.audit import Finding, audit
    from darwin_spark.observe.explain import explain
    from darwin_spark.observe.funnel import FunnelRow, funnel
    from darwin_spark.observe.views import open_views
    from darwin_spark.pipeline.level import IndexedLevel, Level, ModelLevel, ProcessingLevel
    from darwin_spark.pipeline.pipeline import Pipeline
    from darwin_spark.pipeline.registry import load_settings
    from darwin_spark.storage.workspace import Workspace

__all__ = [
    "Answer",
    "Engine",
    "Event",
    "Finding",
    "FunnelRow",
    "IndexedLevel",
    "Level",
    "ModelLevel",
    "Pipeline",
    "ProcessingLevel",
    "Request",
    "Settings",
    "Task",
    "UserError",
    "Workspace",
    "audit",
    "explain",
    "funnel",
    "load_settings",
    "make_task",
    "open_views",
]

_MODULES = {
    "config.settings": ("Settings",),
    "errors": ("UserError",),
    "events": ("Event",),
    "inference.engines.protocol": ("Answer", "Engine", "Request"),
    "inference.task": ("Task", "make_task"),
    "observe.audit": ("Finding", "audit"),
    "observe.explain": ("explain",),
    "observe.funnel": ("FunnelRow", "funnel"),
    "observe.views": ("open_views",),
    "pipeline.level": ("IndexedLevel", "Level", "ModelLevel", "ProcessingLevel"),
    "pipeline.pipeline": ("Pipeline",),
    "pipeline.registry": ("load_settings",),
    "storage.workspace": ("Workspace",),
}


def __getattr__(name: str) -> object:
    """Return a public name, imported at its first use. Raises AttributeError for any other name."""
    for module, names in _MODULES.items():
        if name in names:
            value: object = vars(import_module(f"{__name__}.{module}"))[name]
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; public names: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
