"""Scores of records that the machines had not seen, and the probabilities that fit them.

Five folds: each is scored by machines trained on the other four, features and idf included. Calibration finds two scales and
an offset a discipline (11 numbers) of least log loss on those scores; to be measured it is fitted fold by fold too.
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
    """From scores to log-odds, as in `logits_of`."""

    scale: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.float32]


class Scores(NamedTuple):
    """(records, d) of the disciplines themselves, and of the best division of each with its code."""

    own: Floats
    division: Floats
    codes: npt.NDArray[np.str_]


def held_out(counts: Counts, labels: Labels, fold: Truth) -> Scores:
    """Each fold scored by the machines of the others; records without a label are scored too."""
    size = len(counts.disciplines)
    found = Scores(np.zeros((fold.size, size)), np.zeros((fold.size, size)), np.full((fold.size, size), "000"))
    for number in range(FOLDS):
        rows = np.flatnonzero(fold == number)
        part = scored(counts.of(rows), fit(counts, labels.without(fold == number)))
        for whole, piece in zip(found, part, strict=True):
            whole[rows] = piece
    return found


def scored(counts: Counts, machines: Fit) -> Scores:
    """The records scored by given machines."""
    size = len(counts.disciplines)
    codes = np.array([f"{division}0" for division in machines.divisions])
    places = owners(codes.tolist(), counts.disciplines)
    lines = scores(counts, machines)
    best = best_divisions(lines[:, size:], places, size)
    return Scores(lines[:, :size], np.take_along_axis(lines[:, size:], best, axis=1), codes[best])


def calibrate(found: Scores, truth: Truth, weights: Floats) -> Calibration:
    """The scales and offsets of least log loss; records whose truth is -1 are left out."""
    known = truth >= 0
    own, division, right, share = found.own[known], found.division[known], truth[known], weights[known] / weights[known].sum()

    def loss(parameters: Floats) -> float:
        logits = logits_of(own, division, parameters[:2], parameters[2:])
        surprise = _log_sum_exp(logits) - logits[np.arange(right.size), right]
        return float(share @ surprise + 1e-3 * (parameters[2:] ** 2).sum())

    start = np.concatenate([[2.0, 1.0], np.zeros(own.shape[1])])
    best = minimize(loss, start, method="L-BFGS-B").x.astype(np.float32)
    return Calibration(best[:2], best[2:])


def probabilities(found: Scores, calibration: Calibration) -> Floats:
    """(records, d)"""
    logits = logits_of(found.own, found.division, calibration.scale, calibration.offsets)
    answer: Floats = np.exp(logits - _log_sum_exp(logits)[:, None])
    return answer


def cross_calibrated(found: Scores, truth: Truth, weights: Floats, fold: Truth) -> Floats:
    """Probabilities of each fold by the calibration of the others."""
    answer = np.zeros_like(found.own)
    for number in range(FOLDS):
        other = calibrate(found, np.where(fold == number, -1, truth), weights)
        rows = np.flatnonzero(fold == number)
        answer[rows] = probabilities(Scores(found.own[rows], found.division[rows], found.codes[rows]), other)
    return answer


def _log_sum_exp(logits: npt.NDArray[Any]) -> Floats:
    top = logits.max(axis=1, keepdims=True)
    summed: Floats = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
    return summed
