"""Score held-out records by cross-validation, and calibrate the scores to probabilities.

Each of five folds is scored by classifiers (with features and idf) trained on the other four. Calibration, cross-validated too
to measure it, fits two scales and one offset per discipline (11 numbers) that minimise the log loss on the held-out scores.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from darwin_spark.levels.l3_classify.local.predict import best_divisions, logits_of, owners
from darwin_spark.levels.l3_classify.training.fit import Counts, Fit, Labels, fit, scores
from darwin_spark.levels.l3_classify.training.folds import FOLDS

Floats = npt.NDArray[np.float64]
Truth = npt.NDArray[np.intp]


class Calibration(NamedTuple):
    """Parameters of `logits_of`, which converts scores to logits."""

    scale: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.float32]


class Scores(NamedTuple):
    """(records, d) arrays: score of each discipline, score of its best division, and the code of that division."""

    own: Floats
    division: Floats
    codes: npt.NDArray[np.str_]


def held_out(counts: Counts, labels: Labels, fold: Truth) -> Scores:
    """Return the Scores of all records, labelled or not, each fold scored by classifiers trained on the other folds."""
    size = len(counts.disciplines)
    found = Scores(np.zeros((fold.size, size)), np.zeros((fold.size, size)), np.full((fold.size, size), "000"))
    for number in range(FOLDS):
        rows = np.flatnonzero(fold == number)
        part = scored(counts.of(rows), fit(counts, labels.without(fold == number)))
        for target, fold_scores in zip(found, part, strict=True):
            target[rows] = fold_scores
    return found


def scored(counts: Counts, machines: Fit) -> Scores:
    """Return the Scores of records by the trained classifiers `machines`."""
    size = len(counts.disciplines)
    codes = np.array([f"{division}0" for division in machines.divisions])
    division_disciplines = owners(codes.tolist(), counts.disciplines)
    all_scores = scores(counts, machines)
    best = best_divisions(all_scores[:, size:], division_disciplines, size)
    return Scores(all_scores[:, :size], np.take_along_axis(all_scores[:, size:], best, axis=1), codes[best])


def calibrate(found: Scores, truth: Truth, weights: Floats) -> Calibration:
    """Return scales and offsets with least weighted log loss (L2 penalty on offsets) on the records whose truth is not -1."""
    known = truth >= 0
    own, division, classes, shares = (
        found.own[known],
        found.division[known],
        truth[known],
        weights[known] / weights[known].sum(),
    )

    def loss(parameters: Floats) -> float:
        logits = logits_of(own, division, parameters[:2], parameters[2:])
        losses = _log_sum_exp(logits) - logits[np.arange(classes.size), classes]
        return float(shares @ losses + 1e-3 * (parameters[2:] ** 2).sum())

    start = np.concatenate([[2.0, 1.0], np.zeros(own.shape[1])])
    best = minimize(loss, start, method="L-BFGS-B").x.astype(np.float32)
    return Calibration(best[:2], best[2:])


def probabilities(found: Scores, calibration: Calibration) -> Floats:
    """Return a (records, d) array of calibrated probabilities."""
    logits = logits_of(found.own, found.division, calibration.scale, calibration.offsets)
    answer: Floats = np.exp(logits - _log_sum_exp(logits)[:, None])
    return answer


def cross_calibrated(found: Scores, truth: Truth, weights: Floats, fold: Truth) -> Floats:
    """Return a (records, d) array of probabilities, each fold calibrated on the other folds."""
    answer = np.zeros_like(found.own)
    for number in range(FOLDS):
        calibration_of_others = calibrate(found, np.where(fold == number, -1, truth), weights)
        rows = np.flatnonzero(fold == number)
        answer[rows] = probabilities(Scores(found.own[rows], found.division[rows], found.codes[rows]), calibration_of_others)
    return answer


def _log_sum_exp(logits: npt.NDArray[Any]) -> Floats:
    maximum = logits.max(axis=1, keepdims=True)
    result: Floats = np.log(np.exp(logits - maximum).sum(axis=1)) + maximum[:, 0]
    return result
