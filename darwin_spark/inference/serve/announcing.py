"""The discovery folder, as those who serve see it: one file a server, there while the server answers."""

import os
from pathlib import Path

from darwin_spark.inference.engines.protocol import EngineError


def folder(place: str) -> Path:
    """The discovery folder, made if need be. Raises EngineError for a file: several machines cannot write one."""
    path = Path(place).expanduser().absolute()
    if path.is_file():
        raise EngineError(f"{path} is a file: `darwin serve` wants a folder there, in which each server has a file of its own")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"the discovery folder {path} cannot be made: {error.strerror}") from error
    return path


def announce(place: Path, name: str, url: str) -> None:
    """Put a server's URL there, all at once."""
    scratch = place / f".{name}.{os.getpid()}"
    scratch.write_text(url + "\n", encoding="utf-8")
    scratch.replace(place / f"{name}.url")


def withdraw(place: Path, name: str) -> None:
    """Take it away again."""
    (place / f"{name}.url").unlink(missing_ok=True)
