"""Find how far a climb can go with what is configured: a level that calls a model needs settings that name one."""

import importlib.util
from collections.abc import Iterator

from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import AnyLevel, tasks_of
from darwin_spark.storage import session


class NoModelError(UserError):
    """A level calls a model that cannot run here; the message names the level and says what to do."""


def highest(settings: Settings) -> AnyLevel:
    """Return the highest level of this package below the first one that would call a model which nobody configured."""
    reached = registry.OWN[0]
    for level in registry.OWN:
        if _lacks_model(level, settings):
            break
        reached = level
    return reached


def next_step(top: AnyLevel, settings: Settings) -> Iterator[str]:
    """Yield one line about the level above `top` if it waits for a model that nobody configured."""
    above = next((level for level in registry.OWN if level.below == top.name), None)
    if above is not None and _lacks_model(above, settings):
        yield (
            f"{above.name.upper()} ({above.title}) calls a model: name one by {above.name}.engine and {above.name}.model.model "
            f"(docs/inference.md), then `darwin run --to {above.name}` goes on"
        )


def check_models(top: AnyLevel, settings: Settings) -> None:
    """Raise NoModelError if a level of the climb to `top` runs vLLM in this process's Spark, and vLLM is not installed.
    On a cluster only the workers may have it: there nothing is checked."""
    if not session.will_be_local() or importlib.util.find_spec("vllm"):
        return
    for level in registry.path_to(top):
        for task in tasks_of(level, registry.settings_of(level, settings)):
            if task.engine == "vllm":
                raise NoModelError(
                    f"{level.name} calls {task.model.model} by vLLM, which is not installed here: install the extra gpu or "
                    f"llm-cpu, or use servers (engine endpoint, docs/endpoints.md), or climb to {level.below} only "
                    f"(--to {level.below})"
                )


def _lacks_model(level: AnyLevel, settings: Settings) -> bool:
    own = registry.settings_of(level, settings)
    return bool(tasks_of(level, own)) and own == level.settings_type()
