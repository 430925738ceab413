"""Write the discovery folder: one file per server, present while the server answers."""

import os
from pathlib import Path

from darwin_spark.inference.engines.protocol import EngineError


def folder(place: str) -> Path:
    """Return the discovery folder, created if needed.
    Raises EngineError if it cannot be created, or is a file: several machines cannot write one file."""
    path = Path(place).expanduser().absolute()
    if path.is_file():
        raise EngineError(f"{path} is a file: `darwin serve` wants a folder there, in which each server has a file of its own")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"the discovery folder {path} cannot be made: {error.strerror}") from error
    return path


def announce(place: Path, name: str, url: str) -> None:
    """Write a server's URL into the folder, atomically."""
    scratch = place / f".{name}.{os.getpid()}"
    scratch.write_text(url + "\n", encoding="utf-8")
    scratch.replace(place / f"{name}.url")


def withdraw(place: Path, name: str) -> None:
    """Delete a server's file from the folder."""
    (place / f"{name}.url").unlink(missing_ok=True)
