"""The class of all settings, and the sections that belong to no level."""

from typing import Literal

from pydantic import Field

from darwin_spark.config.inference import InferenceSettings, JudgeSettings
from darwin_spark.config.l0 import L0Settings
from darwin_spark.config.l1 import L1Settings
from darwin_spark.config.l2 import L2Settings
from darwin_spark.config.l3 import L3Settings
from darwin_spark.config.l4 import L4Settings
from darwin_spark.config.l5 import L5Settings
from darwin_spark.config.section import Section


class WorkspaceSettings(Section):
    """Layout of the tables."""

    buckets: Literal[1, 16, 256, 4096] = Field(1, description="Partitions of every table; fixed when the workspace is created")


class PipelineSettings(Section):
    """How a climb processes the tables."""

    buckets_per_group: int = Field(8, ge=1, description="Buckets processed and published in one run; a crash costs one group")
    max_attempts: int = Field(3, ge=1, description="Attempts of a level at a document whose failure is retryable")


class TrackingSettings(Section):
    """MLflow tracking of climbs and judgements."""

    enabled: bool = Field(True, description="Whether to log to MLflow")
    uri: str | None = Field(None, description="Tracking server; null: MLFLOW_TRACKING_URI, else a database in the workspace")
    experiment: str = Field("darwin-spark", description="Name of the experiment")


class Settings(Section):
    """All settings of a climb."""

    workspace: WorkspaceSettings = WorkspaceSettings()
    pipeline: PipelineSettings = PipelineSettings()
    l0: L0Settings = L0Settings()
    l1: L1Settings = L1Settings()
    l2: L2Settings = L2Settings()
    l3: L3Settings = L3Settings()
    l4: L4Settings = L4Settings()
    l5: L5Settings = L5Settings()
    inference: InferenceSettings = InferenceSettings()
    judge: JudgeSettings = JudgeSettings()
    tracking: TrackingSettings = TrackingSettings()

    def section(self, name: str) -> Section | None:
        """The section of this name, that of a plugin's level included; None if there is none."""
        found = dict(self).get(name)
        return found if isinstance(found, Section) else None
