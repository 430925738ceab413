"""Where MLflow runs go: the tracking server of a workspace, and the experiment of its runs."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from darwin_spark.config.settings import Settings
from darwin_spark.storage.workspace import Workspace

if TYPE_CHECKING:
    from mlflow import MlflowClient


def tracking_uri(settings: Settings, workspace: Workspace) -> str | None:
    """The setting, else MLFLOW_TRACKING_URI, else a database in the workspace folder.
    None leaves the choice to MLflow (on Databricks: the workspace's own tracking server)."""
    given = settings.tracking.uri or os.environ.get("MLFLOW_TRACKING_URI")
    return given or _own_store(workspace)


def _own_store(workspace: Workspace) -> str | None:
    return f"sqlite:///{workspace.folder}/mlflow.db" if workspace.is_local else None


def experiment(client: "MlflowClient", settings: Settings, workspace: Workspace) -> str:
    """The id of the experiment, created if it does not exist. Its artifacts lie in the workspace if its database does."""
    name = settings.tracking.experiment
    known = client.get_experiment_by_name(name)
    if known:
        return str(known.experiment_id)
    own = _own_store(workspace)
    is_own = own is not None and tracking_uri(settings, workspace) == own
    files = (Path(workspace.folder) / "mlartifacts").as_uri() if is_own else None
    return str(client.create_experiment(name, artifact_location=files))
