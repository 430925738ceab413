"""Train weights on records, and compute held-out probabilities to measure their quality."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l3_classify.fdc import disciplines
from darwin_spark.levels.l3_classify.local.features import BUCKETS
from darwin_spark.levels.l3_classify.local.weights import Weights
from darwin_spark.levels.l3_classify.training.calibrate import Calibration, Floats, Truth, calibrate, cross_calibrated, held_out
from darwin_spark.levels.l3_classify.training.fit import Counts, Fit, count, fit, labels_of
from darwin_spark.levels.l3_classify.training.folds import folds
from darwin_spark.levels.l3_classify.training.records import Record


class Trained(NamedTuple):
    """Weights trained on all records, and the predictions for each record by weights trained without it."""

    weights: Weights
    probabilities: Floats
    """(records, d) held-out probabilities."""
    codes: npt.NDArray[np.str_]
    """(records, d) FDC code of the best division of each discipline, held out."""
    truth: Truth
    """(records,) index of the discipline; -1 if the record does not have exactly one."""


def train(records: Sequence[Record], name: str) -> Trained:
    """Return weights called `name`, and held-out predictions; equal records in equal order give equal weights."""
    counts, labels, fold = count(records, disciplines()), labels_of(records), folds(records)
    truth = np.array([counts.disciplines.index(label) if label else -1 for label in labels.disciplines], dtype=np.intp)
    found = held_out(counts, labels, fold)
    held_out_probabilities = cross_calibrated(found, truth, counts.weights, fold)
    weights = weights_of(name, counts, fit(counts, labels), calibrate(found, truth, counts.weights))
    return Trained(weights, held_out_probabilities, found.codes, truth)


def weights_of(name: str, counts: Counts, machines: Fit, calibration: Calibration) -> Weights:
    """Convert the trained SVMs to Weights, with word and affix coefficients quantised to 8 bits (one step per class)."""
    features = machines.buckets.size
    words = int(np.searchsorted(machines.buckets, BUCKETS))
    unit = np.abs(machines.coefficients[:features]).max(axis=0) / 127
    return Weights(
        name=name,
        disciplines=np.array(counts.disciplines),
        divisions=np.array(machines.divisions),
        term_codes=np.array(counts.term_codes),
        words=machines.buckets[:words].astype(np.uint32),
        affixes=(machines.buckets[words:] - BUCKETS).astype(np.uint32),
        idf=machines.idf,
        weights=np.rint(machines.coefficients[:features] / unit).astype(np.int8),
        unit=unit.astype(np.float32),
        term_weights=machines.coefficients[features:].astype(np.float32),
        bias=machines.bias.astype(np.float32),
        scale=calibration.scale,
        offsets=calibration.offsets,
    )
