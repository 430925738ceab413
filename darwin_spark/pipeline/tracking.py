"""Log climbs to MLflow: a run for a climb that had work, a nested run for each level that had. A dead server costs no data."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from darwin_spark.config.settings import Settings
from darwin_spark.events import Counts
from darwin_spark.inference.prompt_registry import register
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import AnyLevel, tasks_of
from darwin_spark.storage import quiet
from darwin_spark.storage.tracking_server import experiment, tracking_uri
from darwin_spark.storage.workspace import Workspace

if TYPE_CHECKING:
    from mlflow import MlflowClient

log = logging.getLogger(__name__)

LogLevel = Callable[[AnyLevel, Counts, float], None]  # called with a level, its rows by verdict and reason, and its seconds


@contextmanager
def tracked_climb(settings: Settings, workspace: Workspace) -> Iterator[LogLevel]:
    """Log a climb to MLflow: yield a function that logs one level. Its first call opens the parent run.
    A server that fails is reported once, as a warning, and not called again in this climb. No-op without tracking.enabled."""
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
        self.client: MlflowClient | None = None
        self.experiment = ""
        self.parent = ""
        self.is_down = False

    def log_level(self, level: AnyLevel, counts: Counts, seconds: float) -> None:
        self._try(lambda: self._log_level(level, counts, seconds))

    def end(self, status: str) -> None:
        client = self.client
        if client is not None and self.parent:
            self._try(lambda: client.set_terminated(self.parent, status))

    def _try(self, action: Callable[[], object]) -> None:
        if self.is_down:
            return
        try:
            action()
        except Exception as error:
            self.is_down = True
            log.warning("MLflow does not take the run (%s: %s); the climb goes on untracked", type(error).__name__, error)

    def _log_level(self, level: AnyLevel, counts: Counts, seconds: float) -> None:
        client = self._opened()
        tags = {"mlflow.parentRunId": self.parent, "level": level.name}
        run = client.create_run(self.experiment, run_name=f"{level.name} {level.title}", tags=tags).info.run_id
        settings = registry.settings_of(level, self.settings)
        client.log_param(run, "version", level.version)
        for key, value in settings.model_dump(mode="json").items():
            client.log_param(run, f"{level.name}.{key}", json.dumps(value)[:500])
        for verdict, count in totals(counts).items():
            client.log_metric(run, verdict, count)
        client.log_metric(run, "seconds", seconds)
        names = {f"darwin-{task.name}": task.prompt for task in tasks_of(level, settings)}
        versions = {name: register(client, name, prompt) for name, prompt in names.items()}
        if prompts := ", ".join(f"{name}/{version}" for name, version in versions.items() if version):
            client.set_tag(run, "prompt", prompts)
        client.set_terminated(run, "FINISHED")

    def _opened(self) -> "MlflowClient":
        """Return the MLflow client. The first call makes the client and opens the parent run."""
        if self.client is not None:
            return self.client
        # A server that does not answer must cost seconds, not the minutes of MLflow's own defaults.
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
        from mlflow import MlflowClient

        if not quiet.is_verbose():
            for name in ("mlflow", "alembic"):
                logging.getLogger(name).setLevel(logging.WARNING)
        self.client = client = MlflowClient(tracking_uri(self.settings, self.workspace))
        self.experiment = experiment(client, self.settings, self.workspace)
        tags = {"workspace": self.workspace.location}
        self.parent = client.create_run(self.experiment, run_name="climb", tags=tags).info.run_id
        return client


def totals(counts: Counts) -> dict[str, int]:
    """Return the metrics of a level: `rows`, one number for each verdict, and one for each verdict and reason."""
    metrics = {"rows": sum(counts.values())}
    for key, count in counts.items():
        verdict = key.partition(".")[0]
        metrics[verdict] = metrics.get(verdict, 0) + count
        if verdict != key:
            metrics[key] = count
    return metrics
