"""Prompts in MLflow's prompt registry: each text of a prompt file once, as a version of `darwin-LEVEL`."""

import logging
from typing import TYPE_CHECKING

from darwin_spark.inference.prompts import SLOT, Prompt

if TYPE_CHECKING:
    from mlflow import MlflowClient

log = logging.getLogger(__name__)

_VARIABLE = "{{text}}"
"""How MLflow's templates name what is put in."""


def register(client: "MlflowClient", name: str, prompt: Prompt) -> int | None:
    """The version under which the registry holds this text of the prompt; null where the server has no registry.

    A text that is the latest version already is not registered again. Nothing here is worth a run: what fails is a warning.
    """
    try:
        version = client.load_prompt(f"prompts:/{name}@latest", allow_missing=True)
        if version is None or version.tags.get("digest") != prompt.digest:
            version = client.register_prompt(
                name,
                _template(prompt),
                commit_message=f"version {prompt.version} of the file",
                tags={"digest": prompt.digest, "file_version": prompt.version},
            )
    except Exception as error:
        log.warning("MLflow's prompt registry does not take %s (%s: %s)", name, type(error).__name__, error)
        return None
    return int(version.version)


def _template(prompt: Prompt) -> list[dict[str, str]]:
    user = {"role": "user", "content": prompt.user_template.replace(SLOT, _VARIABLE)}
    return [{"role": "system", "content": prompt.system}, user] if prompt.system else [user]
