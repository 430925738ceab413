"""Settings of inference and of the judges (docs/inference.md)."""

from typing import Literal

from pydantic import Field

from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class CircuitBreakerSettings(Section):
    """When to stop sending requests early. Every response is stored; the next climb continues."""

    canary_share: float = Field(0.01, ge=0, le=1, description="Fraction of the requests that is judged first; 0: no canary")
    min_responses: int = Field(200, ge=1, description="Responses needed before a failure rate is judged, in the canary too")
    max_failure_rate: float = Field(
        0.3, ge=0, le=1, description="Largest fraction of rejected first attempts, of the canary and of the latest; 1: no limit"
    )
    max_requests: int | None = Field(None, ge=0, description="Requests sent in one climb; null: no limit")
    max_gpu_hours: float | None = Field(None, ge=0, description="Engines x GPUs of one x hours in one climb; null: no limit")


class InferenceSettings(Section):
    """How engines are placed, fed and stopped, and how responses are stored (docs/inference.md)."""

    num_engines: int = Field(1, ge=1, description="Number of Spark tasks that hold an engine; one for each GPU group")
    max_attempts: int = Field(3, ge=1, description="Attempts at one request over all climbs, each with another seed")
    priority: str | None = Field(
        None,
        description="SQL over a document's rows in l0, l2, l3; larger values are sent first: "
        "CASE WHEN l3.discipline = 'physics' THEN 1 END",
    )
    placement: Literal["cluster", "profile"] = Field(
        "cluster", description="What requests the GPUs of an engine: the cluster's settings, or a resource profile of the tasks"
    )
    max_engine_restarts: int = Field(3, ge=0, description="Restarts of the engine within one attempt of a Spark task")
    journal: str | None = Field(
        None, description="Folder of the journal, for driver and workers; null: in the workspace (in a catalog: name a volume)"
    )
    flush_responses: int = Field(
        256, ge=1, description="Responses in one journal file: a worker writes them when it has so many"
    )
    flush_seconds: float = Field(30.0, gt=0, description="Longest time a response waits in the worker before it is journaled")
    compaction_seconds: float = Field(60.0, gt=0, description="Seconds between two journal compactions while a job runs")
    circuit_breaker: CircuitBreakerSettings = CircuitBreakerSettings()


class JudgeSettings(Section):
    """The model that judges the results of L4 and L5, and the size of its sample (B.2)."""

    engine: str = Field("vllm", description="vllm, endpoint, or module:Class of your own engine")
    documents: int = Field(20, ge=1, description="Documents in the sample (B.2)")
    groups: int = Field(3, ge=1, description="Samples of each document: groups of chunks at L4, sections at L5 (B.2)")
    consecutive: int = Field(3, ge=1, description="Chunks in a group (B.2)")
    chunk_chars: int = Field(1_024, ge=64, description="Characters in a chunk (§3 L4)")
    max_attempts: int = Field(3, ge=1, description="Attempts at one question until the answer has the right form")
    model: ModelSettings = ModelSettings(model="Qwen/Qwen3-235B-A22B-Instruct-2507", max_model_len=32_768)
