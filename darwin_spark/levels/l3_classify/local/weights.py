"""Save and load the weights of the model: named numpy arrays in one compressed file, read without pickle."""

import zipfile
from dataclasses import dataclass, fields
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from darwin_spark.errors import UserError

SHIPPED = "local-1"
"""Name of the weights in the package. The name of the weights is the name of the annotator and is stored in every row."""
FORMAT = 1
"""Version of the file format; increment it when features or arrays change their meaning."""


class WeightsError(UserError):
    """The file cannot be read or holds no weights of this format."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of a linear model. n: words, affixes; k: classes (d disciplines, then FDC divisions); t: FDC codes of terms."""

    name: str
    disciplines: npt.NDArray[np.str_]
    """(d,) names as in `fdc_disciplines.csv`."""
    divisions: npt.NDArray[np.str_]
    """(k - d,) FDC divisions, the first two digits of a code."""
    term_codes: npt.NDArray[np.str_]
    """(t,) codes of `terms.csv`."""
    words: npt.NDArray[np.uint32]
    """Buckets of the words that have weights, ascending; the first rows of `weights`."""
    affixes: npt.NDArray[np.uint32]
    """Buckets of the affixes, counted from 0; the last rows of `weights`."""
    idf: npt.NDArray[np.float32]
    """(n,) inverse document frequency."""
    weights: npt.NDArray[np.int8]
    """(n, k) quantised weights; multiply by `unit`."""
    unit: npt.NDArray[np.float32]
    """(k,) quantisation step of each class."""
    term_weights: npt.NDArray[np.float32]
    """(t + d, k) weights of the term features: by FDC code, then by discipline."""
    bias: npt.NDArray[np.float32]
    """(k,) intercepts."""
    scale: npt.NDArray[np.float32]
    """(2,) calibration: factors on the discipline's score and on the score of its best division."""
    offsets: npt.NDArray[np.float32]
    """(d,) calibration: offset added to the logit of each discipline."""

    def save(self, path: Path) -> None:
        """Write the weights to the file `path`. Equal weights give equal bytes."""
        arrays: dict[str, Any] = {name: np.asarray(value) for name, value in vars(self).items()}
        np.savez_compressed(path, format=np.array(FORMAT), **arrays)


def load(path: Path) -> Weights:
    """Return the weights in a file. Raises WeightsError if the file cannot be read, or has another format or other arrays."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays: dict[str, Any] = dict(file)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise WeightsError(f"cannot read the weights {path}: {error}") from error
    if int(arrays.pop("format", -1)) != FORMAT or set(arrays) != {field.name for field in fields(Weights)}:
        raise WeightsError(f"{path} holds no weights of format {FORMAT}: train anew, `make train-classifier`")
    return Weights(**arrays | {"name": str(arrays["name"])})


def shipped() -> Weights:
    """Return the weights that are shipped with the package."""
    with as_file(files(__package__) / f"{SHIPPED}.npz") as path:
        return load(path)
