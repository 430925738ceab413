"""How good probabilities are: per class, calibrated or not, and what abstaining buys."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from darwin_spark.levels.l3_classify.training.calibrate import Floats, Truth

THRESHOLDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
BINS = 10
Z = 1.96
"""Of a 95 % interval."""


class ByClass(NamedTuple):
    """One discipline."""

    name: str
    precision: float
    recall: float
    f1: float
    documents: int


class Abstention(NamedTuple):
    """What remains above a probability."""

    threshold: float
    coverage: float
    accuracy: float


class Interval(NamedTuple):
    """Successes among trials, and the 95 % Wilson interval of their share."""

    right: int
    of: int
    low: float
    high: float

    def __str__(self) -> str:
        share = self.right / self.of if self.of else math.nan
        return f"{share:.3f} [{self.low:.3f}, {self.high:.3f}], {self.right} of {self.of}"


class Quality(NamedTuple):
    """Of a set of records with one discipline each."""

    documents: int
    accuracy: float
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    """95 %, by resampling the records 500 times."""
    calibration_error: float
    """Expected, in ten bins of confidence."""
    classes: list[ByClass]
    abstention: list[Abstention]
    confusion: npt.NDArray[np.int64]
    """Rows are truth."""


def quality(probabilities: Floats, truth: Truth, names: Sequence[str]) -> Quality:
    """Every figure at once; macro F1 is over the disciplines that occur."""
    said, present = probabilities.argmax(axis=1), np.unique(truth)
    columns = precision_recall_fscore_support(truth, said, labels=present, zero_division=0.0)
    rows = zip(present, *columns, strict=True)
    return Quality(
        documents=truth.size,
        accuracy=float(accuracy_score(truth, said)),
        macro_f1=float(f1_score(truth, said, labels=present, average="macro")),
        macro_f1_interval=_resampled(truth, said, present),
        calibration_error=calibration_error(probabilities.max(axis=1), said == truth),
        classes=[ByClass(names[c], float(p), float(r), float(f), int(n)) for c, p, r, f, n in rows],
        abstention=abstention(probabilities.max(axis=1), said == truth),
        confusion=confusion_matrix(truth, said, labels=range(len(names))),
    )


def calibration_error(confidence: Floats, right: npt.NDArray[np.bool_]) -> float:
    """The mean distance between confidence and accuracy, over ten bins of equal width, by their size."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def abstention(confidence: Floats, right: npt.NDArray[np.bool_]) -> list[Abstention]:
    """Coverage and accuracy above each threshold."""
    answered = [confidence >= threshold for threshold in THRESHOLDS]
    return [
        Abstention(threshold, float(above.mean()), float(right[above].mean()) if above.any() else math.nan)
        for threshold, above in zip(THRESHOLDS, answered, strict=True)
    ]


def wilson(right: int, of: int) -> Interval:
    """The interval of Wilson (1927), which holds for few trials and for shares near 1."""
    if not of:
        return Interval(0, 0, 0.0, 1.0)
    share, z2 = right / of, Z * Z / of
    middle, half = share + z2 / 2, Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of))
    return Interval(right, of, (middle - half) / (1 + z2), (middle + half) / (1 + z2))


def _resampled(truth: Truth, said: Truth, present: Truth) -> tuple[float, float]:
    draws = np.random.default_rng(0).integers(0, truth.size, size=(500, truth.size))
    sampled = [_macro_f1(truth[draw], said[draw], present) for draw in draws]
    low, high = np.percentile(sampled, [2.5, 97.5])
    return float(low), float(high)


def _macro_f1(truth: Truth, said: Truth, present: Truth) -> float:
    size = int(present.max()) + 1
    hits = np.bincount(truth[truth == said], minlength=size)[present]
    pairs = np.bincount(truth, minlength=size)[present] + np.bincount(said, minlength=size)[present]
    return float((2 * hits / np.maximum(pairs, 1)).mean())
