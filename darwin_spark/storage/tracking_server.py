"""Find where MLflow runs are recorded: the tracking server of a workspace, and the experiment."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from darwin_spark.config.settings import Settings
from darwin_spark.storage.workspace import Workspace

if TYPE_CHECKING:
    from mlflow import MlflowClient


def tracking_uri(settings: Settings, workspace: Workspace) -> str | None:
    """Return the setting `tracking.uri`, else MLFLOW_TRACKING_URI, else a database URI in the folder of a local workspace.
    None leaves the choice to MLflow (on Databricks, the tracking server of Databricks)."""
    given = settings.tracking.uri or os.environ.get("MLFLOW_TRACKING_URI")
    return given or _own_store(workspace)


def _own_store(workspace: Workspace) -> str | None:
    return f"sqlite:///{workspace.folder}/mlflow.db" if workspace.is_local else None


def experiment(client: "MlflowClient", settings: Settings, workspace: Workspace) -> str:
    """Return the id of the experiment, created if necessary; its artifacts lie in the workspace if the MLflow database does."""
    name = settings.tracking.experiment
    known = client.get_experiment_by_name(name)
    if known:
        return str(known.experiment_id)
    own = _own_store(workspace)
    is_own = own is not None and tracking_uri(settings, workspace) == own
    files = (Path(workspace.folder) / "mlartifacts").as_uri() if is_own else None
    return str(client.create_experiment(name, artifact_location=files))
