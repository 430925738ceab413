"""Estimate what a level costs on CPUs before it runs; the level itself knows its cost (`CpuCostedLevel`)."""

from darwin_spark.config.settings import Settings
from darwin_spark.cost import TEXT_BYTES, CpuCost
from darwin_spark.errors import UserError
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import CpuCostedLevel


def estimate(name: str, documents: int, settings: Settings, text_bytes: int = TEXT_BYTES) -> CpuCost:
    """Return the cost of a level over documents of `text_bytes` bytes each. Raises UserError if the level tells none."""
    known = {level.name: level for level in registry.levels() if isinstance(level, CpuCostedLevel)}
    if name not in known:
        raise UserError(f"no estimate for {name!r}: choose one of {', '.join(known)}")
    level = known[name]
    return level.cpu_cost(registry.settings_of(level, settings), documents, text_bytes)
