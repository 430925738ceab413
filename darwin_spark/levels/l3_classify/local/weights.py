"""The model as data: named numpy arrays in one compressed file, read without pickle."""

import zipfile
from dataclasses import dataclass, fields
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from darwin_spark.errors import UserError

SHIPPED = "local-1"
"""The weights in the package; their name is the annotator's, and goes into every row."""
FORMAT = 1
"""Of the file; raised whenever features or arrays change their meaning."""


class WeightsError(UserError):
    """A file that holds no weights of this format."""


@dataclass(frozen=True, eq=False)
class Weights:
    """n features; k classes, the disciplines (d of them) before the FDC divisions; t terms' codes."""

    name: str
    disciplines: npt.NDArray[np.str_]
    """(d,) as in `fdc_disciplines.csv`."""
    divisions: npt.NDArray[np.str_]
    """(k - d,) first two digits of FDC codes."""
    term_codes: npt.NDArray[np.str_]
    """(t,) codes of `terms.csv`."""
    words: npt.NDArray[np.uint32]
    """Buckets of the words that have weights, rising; their rows come first."""
    affixes: npt.NDArray[np.uint32]
    """Buckets of the affixes; their rows come behind."""
    idf: npt.NDArray[np.float32]
    """(n,) inverse document frequency."""
    weights: npt.NDArray[np.int8]
    """(n, k) in units of `unit`."""
    unit: npt.NDArray[np.float32]
    """(k,)"""
    term_weights: npt.NDArray[np.float32]
    """(t + d, k)"""
    bias: npt.NDArray[np.float32]
    """(k,)"""
    scale: npt.NDArray[np.float32]
    """(2,) log-odds a unit of a discipline's own score, and of its best division's."""
    offsets: npt.NDArray[np.float32]
    """(d,) added to the log-odds."""

    def save(self, path: Path) -> None:
        """Write the file; the same weights give the same bytes."""
        arrays: dict[str, Any] = {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}
        np.savez_compressed(path, format=np.array(FORMAT), **arrays)


def load(path: Path) -> Weights:
    """The weights in a file. Raises WeightsError for a file that is none, or of another format."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays: dict[str, Any] = dict(file)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise WeightsError(f"cannot read the weights {path}: {error}") from error
    if int(arrays.pop("format", -1)) != FORMAT or set(arrays) != {field.name for field in fields(Weights)}:
        raise WeightsError(f"{path} holds no weights of format {FORMAT}: train anew, `make train-classifier`")
    return Weights(**arrays | {"name": str(arrays["name"])})


def shipped() -> Weights:
    """The weights that come with the package."""
    with as_file(files(__package__) / f"{SHIPPED}.npz") as path:
        return load(path)
