"""Estimate what a level that calls a model costs on GPUs: requests, tokens with and without the prefix cache, GPU hours.
The mean shape of a request (tokens, attempts) comes from the response store of an earlier run, else from the level
(`CostedLevel.request_shape`). The speed is an input: it depends on model, GPU and vLLM version, so measure it."""

from dataclasses import dataclass
from typing import Final

from pyspark.sql import functions as F

from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.inference import response_store
from darwin_spark.inference.cost import RequestShape
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import AnyLevel, CostedLevel, tasks_of
from darwin_spark.storage.workspace import Workspace

PREFILL_RATIO: Final = 10.0
"""How much faster prompt tokens are read than output tokens are written (a guess, for what the prefix cache saves)."""


@dataclass(frozen=True)
class GpuCost:
    """The GPU cost of one level over a number of documents, computed from the mean shape of a request and the speed."""

    level: str
    documents: int
    gpus: int
    tokens_per_second: float  # output tokens a second and GPU
    shape: RequestShape

    @property
    def requests(self) -> float:
        """Number of requests about all documents, with repeated attempts."""
        return self.documents * self.shape.requests * self.shape.attempts

    @property
    def prompt_tokens(self) -> float:
        """Number of prompt tokens without a prefix cache: the instructions are read with every request."""
        return self.requests * (self.shape.instructions + self.shape.text)

    @property
    def cached_prompt_tokens(self) -> float:
        """Number of prompt tokens with a prefix cache: the instructions are read once on each GPU."""
        return self.requests * self.shape.text + self.gpus * self.shape.instructions

    @property
    def output_tokens(self) -> float:
        """Number of tokens of all responses."""
        return self.requests * self.shape.answer

    @property
    def gpu_hours(self) -> float:
        """GPU hours with a prefix cache."""
        return self.output_tokens / self.tokens_per_second / 3_600

    @property
    def gpu_hours_without_cache(self) -> float:
        """GPU hours without a prefix cache."""
        saved = self.prompt_tokens - self.cached_prompt_tokens
        return self.gpu_hours + saved / (self.tokens_per_second * PREFILL_RATIO) / 3_600

    @property
    def days(self) -> float:
        """Days that all GPUs together need, with a prefix cache."""
        return self.gpu_hours / self.gpus / 24


def costed_level(name: str) -> AnyLevel:
    """Return the level of this name. Raises UserError if its GPU cost cannot be estimated."""
    level = registry.find(name)
    if not isinstance(level, CostedLevel):
        known = ", ".join(level.name for level in registry.levels() if isinstance(level, CostedLevel))
        raise UserError(f"{level.name} needs no GPU: leave out --gpus, or choose one of {known}")
    return level


def expected_shape(level: AnyLevel, settings: Settings, text_bytes: int) -> RequestShape:
    """Return the level's own estimate of its requests about a document of `text_bytes` bytes."""
    assert isinstance(level, CostedLevel)
    return level.request_shape(registry.settings_of(level, settings), text_bytes)


def measured_shape(workspace: Workspace, level: AnyLevel, settings: Settings, text_bytes: int) -> RequestShape | None:
    """Return the shape of requests, measured in the response store and the level's table; None if there are none of this level.
    The number of requests grows with the length of a text, so the measured number is scaled to `text_bytes`."""
    if not isinstance(level, CostedLevel) or not workspace.exists(level.name):
        return None
    own = registry.settings_of(level, settings)
    tasks = [task.name for task in tasks_of(level, own)] or [level.name]
    responses = response_store.read(workspace)
    means = (
        responses.where(F.col("task").isin(*tasks) & F.col("completion_tokens").isNotNull())
        .agg(
            F.count("*").alias("attempts"),
            F.countDistinct("request_id").alias("requests"),
            F.avg("prompt_tokens").alias("prompt"),
            F.avg("completion_tokens").alias("answer"),
        )
        .first()
    )
    count, size = level.size_columns
    rows = workspace.read(level.name).where(F.col(count) > 0)
    sums = rows.agg(F.sum(count).alias("requests"), F.sum(size).alias("size")).first()
    if means is None or sums is None or not means["requests"] or not sums["requests"]:
        return None
    guess = level.request_shape(own, text_bytes)
    return RequestShape(
        requests=sums["requests"] / sums["size"] * text_bytes / level.bytes_per_size,
        instructions=min(guess.instructions, means["prompt"]),
        text=max(means["prompt"] - guess.instructions, 0.0),
        answer=means["answer"],
        attempts=means["attempts"] / means["requests"],
        is_measured=True,
    )
