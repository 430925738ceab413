"""Measure the quality of probabilities: per class, calibration error, and accuracy against coverage when abstaining."""

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
"""Quantile of the normal distribution for a 95 % interval."""


class ByClass(NamedTuple):
    """Quality on one discipline; `documents` is the number of records of this discipline."""

    name: str
    precision: float
    recall: float
    f1: float
    documents: int


class Abstention(NamedTuple):
    """Share of records answered at a minimum probability, and the accuracy on these."""

    threshold: float
    coverage: float
    accuracy: float


class Interval(NamedTuple):
    """Number of successes (`right`) among trials (`of`), and the 95 % Wilson interval of their share."""

    right: int
    of: int
    low: float
    high: float

    def __str__(self) -> str:
        share = self.right / self.of if self.of else math.nan
        return f"{share:.3f} [{self.low:.3f}, {self.high:.3f}], {self.right} of {self.of}"


class Quality(NamedTuple):
    """Quality on a set of records that have one discipline each."""

    documents: int
    accuracy: float
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    """95 % bootstrap interval, from 500 resamples of the records."""
    calibration_error: float
    """Expected calibration error in ten bins of confidence."""
    classes: list[ByClass]
    abstention: list[Abstention]
    confusion: npt.NDArray[np.int64]
    """Counts; rows are true disciplines, columns are predictions."""


def quality(probabilities: Floats, truth: Truth, names: Sequence[str]) -> Quality:
    """Return the Quality of (records, d) probabilities; macro-F1 is over the disciplines in `truth` (indices into `names`)."""
    predicted, present = probabilities.argmax(axis=1), np.unique(truth)
    columns = precision_recall_fscore_support(truth, predicted, labels=present, zero_division=0.0)
    rows = zip(present, *columns, strict=True)
    return Quality(
        documents=truth.size,
        accuracy=float(accuracy_score(truth, predicted)),
        macro_f1=float(f1_score(truth, predicted, labels=present, average="macro")),
        macro_f1_interval=_resampled(truth, predicted, present),
        calibration_error=calibration_error(probabilities.max(axis=1), predicted == truth),
        classes=[ByClass(names[c], float(p), float(r), float(f), int(n)) for c, p, r, f, n in rows],
        abstention=abstention(probabilities.max(axis=1), predicted == truth),
        confusion=confusion_matrix(truth, predicted, labels=range(len(names))),
    )


def calibration_error(confidence: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Return the mean absolute difference of confidence and accuracy over ten equal-width bins, weighted by bin size."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def abstention(confidence: Floats, right: npt.NDArray[np.bool_]) -> list[Abstention]:
    """Return for each of THRESHOLDS the share of records at or above it, and the accuracy on these (NaN if there are none)."""
    answered = [confidence >= threshold for threshold in THRESHOLDS]
    return [
        Abstention(threshold, float(is_answered.mean()), float(right[is_answered].mean()) if is_answered.any() else math.nan)
        for threshold, is_answered in zip(THRESHOLDS, answered, strict=True)
    ]


def wilson(right: int, of: int) -> Interval:
    """Return the 95 % Wilson interval (1927) of `right` in `of` trials, also for few trials, shares near 1; [0, 1] for none."""
    if not of:
        return Interval(0, 0, 0.0, 1.0)
    share, z2 = right / of, Z * Z / of
    middle, half = share + z2 / 2, Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of))
    return Interval(right, of, (middle - half) / (1 + z2), (middle + half) / (1 + z2))


def _resampled(truth: Truth, predicted: Truth, present: Truth) -> tuple[float, float]:
    draws = np.random.default_rng(0).integers(0, truth.size, size=(500, truth.size))
    sampled = [_macro_f1(truth[draw], predicted[draw], present) for draw in draws]
    low, high = np.percentile(sampled, [2.5, 97.5])
    return float(low), float(high)


def _macro_f1(truth: Truth, predicted: Truth, present: Truth) -> float:
    size = int(present.max()) + 1
    hits = np.bincount(truth[truth == predicted], minlength=size)[present]
    true_plus_predicted = np.bincount(truth, minlength=size)[present] + np.bincount(predicted, minlength=size)[present]
    return float((2 * hits / np.maximum(true_plus_predicted, 1)).mean())
