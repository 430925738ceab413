"""Register prompts in MLflow's prompt registry: a new version when the content of the prompt file has changed."""

import logging
from typing import TYPE_CHECKING

from darwin_spark.inference.prompts import SLOT, Prompt

if TYPE_CHECKING:
    from mlflow import MlflowClient

log = logging.getLogger(__name__)

_VARIABLE = "{{text}}"  # the placeholder of the text in MLflow's templates


def register(client: "MlflowClient", name: str, prompt: Prompt) -> int | None:
    """Register the prompt and return its version in the registry; None if MLflow fails, e.g. has no prompt registry.
    No new version is registered if the latest version has the same digest. Errors are only logged, so that no run fails."""
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
