"""How models are kept busy, stopped, and judged, as configuration (docs/generation.md)."""

from typing import Literal

from pydantic import Field

from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class CircuitBreakerSettings(Section):
    """When asking stops before it is done: cleanly, with every answer kept; the next climb goes on."""

    canary_share: float = Field(0.01, ge=0, le=1, description="the first share of the requests is judged apart; 0: not at all")
    min_responses: int = Field(200, ge=1, description="fewer answers than this judge nothing, the canary's included")
    max_failure_rate: float = Field(0.3, ge=0, le=1, description="of first attempts, canary and latest answers; 1: no limit")
    max_requests: int | None = Field(None, ge=0, description="asked in one climb; null: no limit")
    max_gpu_hours: float | None = Field(None, ge=0, description="engines x their GPUs x hours in one climb; null: no limit")


class InferenceSettings(Section):
    """How the engines are placed, kept busy, and stopped; where their answers are kept (docs/generation.md)."""

    num_engines: int = Field(1, ge=1, description="Spark tasks that hold an engine; one a GPU group")
    max_attempts: int = Field(3, ge=1, description="how often one request is asked, each time with another seed")
    priority: str | None = Field(
        None, description="SQL over l0, l2 and l3 of a document, larger first: CASE WHEN l3.discipline = 'physics' THEN 1 END"
    )
    placement: Literal["cluster", "profile"] = Field(
        "cluster", description="who asks Spark for an engine's GPUs: the cluster's settings, or a resource profile of the tasks"
    )
    max_engine_restarts: int = Field(
        3, ge=0, description="how often a task restarts its engine before Spark tries the task anew"
    )
    journal: str | None = Field(
        None, description="folder that workers and driver reach; null: in the workspace (a catalog has none: name a volume)"
    )
    flush_responses: int = Field(256, ge=1, description="a worker makes so many answers durable at once ...")
    flush_seconds: float = Field(30.0, gt=0, description="... or what it has when the oldest has waited so long")
    compaction_seconds: float = Field(60.0, gt=0, description="between two commits of journaled answers to the ledger")
    circuit_breaker: CircuitBreakerSettings = CircuitBreakerSettings()


class JudgeSettings(Section):
    """Who judges what L4 and L5 made, and how much of it (B.2, C.1)."""

    engine: str = Field("vllm", description="as at the levels")
    documents: int = Field(20, ge=1, description="documents judged (B.2)")
    groups: int = Field(3, ge=1, description="places a document: groups of chunks at L4 (B.2), sections at L5")
    consecutive: int = Field(3, ge=1, description="chunks a group (B.2)")
    chunk_chars: int = Field(1_024, ge=64, description="characters a chunk (§3 L4)")
    max_attempts: int = Field(3, ge=1, description="how often a judge is asked until its answer has the form")
    model: ModelSettings = ModelSettings(model="Qwen/Qwen3-235B-A22B-Instruct-2507", max_model_len=32_768)
