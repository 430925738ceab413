"""MLflow: one run a climb, one nested run a level that had work. Tracking that is down never costs data."""

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from darwin_spark.config.settings import Settings
from darwin_spark.inference.prompt_registry import register
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.registry import Level
from darwin_spark.storage.tables import Workspace

log = logging.getLogger(__name__)

LogLevel = Callable[[Level, Mapping[str, int], float], None]
"""Level, rows by verdict and reason, seconds."""


@contextmanager
def tracked_climb(settings: Settings, workspace: Workspace) -> Iterator[LogLevel]:
    """Log a climb: the parent run is opened when the first level has something to log.

    A tracking server that fails is reported once, as a warning, and left alone for the rest of the climb.
    """
    climb = _Climb(settings, workspace)
    climb.is_down = not settings.tracking.enabled
    try:
        yield climb.log_level
    except BaseException:
        climb.end("FAILED")
        raise
    climb.end("FINISHED")


class _Climb:
    """The MLflow runs of one climb."""

    def __init__(self, settings: Settings, workspace: Workspace) -> None:
        self.settings = settings
        self.workspace = workspace
        self.client: Any = None
        self.experiment = ""
        self.parent = ""
        self.is_down = False

    def log_level(self, level: Level, counts: Mapping[str, int], seconds: float) -> None:
        self._try(lambda: self._log_level(level, counts, seconds))

    def end(self, status: str) -> None:
        if self.parent:
            self._try(lambda: self.client.set_terminated(self.parent, status))

    def _try(self, action: Callable[[], Any]) -> None:
        if self.is_down:
            return
        try:
            action()
        except Exception as error:
            self.is_down = True
            log.warning("MLflow does not take the run (%s: %s); the climb goes on untracked", type(error).__name__, error)

    def _log_level(self, level: Level, counts: Mapping[str, int], seconds: float) -> None:
        if self.client is None:
            self._open()
        tags = {"mlflow.parentRunId": self.parent, "level": level.table}
        run = self.client.create_run(self.experiment, run_name=f"{level.table} {level.name}", tags=tags).info.run_id
        settings = registry.settings_of(level, self.settings)
        self.client.log_param(run, "version", registry.module(level).VERSION)
        for key, value in settings.model_dump(mode="json").items():
            self.client.log_param(run, f"{level.table}.{key}", json.dumps(value)[:500])
        for verdict, count in totals(counts).items():
            self.client.log_metric(run, verdict, count)
        self.client.log_metric(run, "seconds", seconds)
        prompt = getattr(registry.module(level), "prompt", None)
        if prompt and (asked := prompt(settings)):
            name = f"darwin-{level.table}"
            if version := register(self.client, name, asked):
                self.client.set_tag(run, "prompt", f"{name}/{version}")
        self.client.set_terminated(run, "FINISHED")

    def _open(self) -> None:
        # A server that does not answer must cost seconds, not the minutes of MLflow's own defaults.
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
        for chatty in ("mlflow", "alembic"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        from mlflow import MlflowClient

        self.client = MlflowClient(tracking_uri(self.settings, self.workspace))
        self.experiment = experiment(self.client, self.settings, self.workspace)
        tags = {"workspace": self.workspace.folder or self.workspace.schema}
        self.parent = self.client.create_run(self.experiment, run_name="climb", tags=tags).info.run_id


def tracking_uri(settings: Settings, workspace: Workspace) -> str | None:
    """Where runs go: the setting, else MLFLOW_TRACKING_URI, else a database in the workspace folder.

    Null leaves it to MLflow itself (on Databricks: the workspace's own tracking server).
    """
    given = settings.tracking.uri or os.environ.get("MLFLOW_TRACKING_URI")
    return given or _own_store(workspace)


def _own_store(workspace: Workspace) -> str | None:
    return f"sqlite:///{workspace.folder}/mlflow.db" if workspace.is_local else None


def experiment(client: Any, settings: Settings, workspace: Workspace) -> str:
    """The id of the experiment, which is made if it is not there; its files lie in the workspace where its database does."""
    name = settings.tracking.experiment
    known = client.get_experiment_by_name(name)
    if known:
        return str(known.experiment_id)
    own = _own_store(workspace)
    is_own = own is not None and tracking_uri(settings, workspace) == own
    files = (Path(workspace.folder) / "mlartifacts").as_uri() if is_own else None
    return str(client.create_experiment(name, artifact_location=files))


def totals(counts: Mapping[str, int]) -> dict[str, int]:
    """Metrics of a level: `rows`, one number a verdict, one a verdict and reason."""
    metrics = {"rows": sum(counts.values())}
    for key, count in counts.items():
        verdict = key.partition(".")[0]
        metrics[verdict] = metrics.get(verdict, 0) + count
        if verdict != key:
            metrics[key] = count
    return metrics
