"""Find the weights of a model: in a folder of this machine, or under a name on the hub."""

from pathlib import Path

from darwin_spark.inference.engines.protocol import EngineError


def weights(model: str) -> Path | None:
    """Return the weights' folder; None for a hub name (`owner/model`). Raises EngineError for a path that is no folder."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if model.startswith(("/", "~", ".")):
        raise EngineError(f"no folder of weights at {model!r}: correct the setting `model`, or name a model on the hub")
    return None
