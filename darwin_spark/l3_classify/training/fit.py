"""Weights from labelled documents: linear support vector machines, one a class, and a calibration on folds they had not seen.

Balanced class weights: half of the records are human and social, and a corpus to be classified need not be. Two-class
records teach nothing, for either answer would be right. Seeded throughout: the same records give the same weights.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.svm import LinearSVC

from darwin_spark.l3_classify.local.features import BUCKET_BITS, FAMILIES, buckets, term_features, text_of
from darwin_spark.l3_classify.local.predict import best_divisions, logits_of, owners
from darwin_spark.l3_classify.local.weights import Weights
from darwin_spark.l3_classify.subjects import known_codes, text_evidence
from darwin_spark.l3_classify.training.folds import FOLDS
from darwin_spark.l3_classify.training.records import Record

MIN_DOCUMENTS = 2
"""A feature of a single document teaches nothing."""
MIN_DIVISION = 15
"""Records that an FDC division needs to be a class."""
COST = 0.3
"""The machines' C."""
_BUCKETS = 1 << BUCKET_BITS
Floats = npt.NDArray[np.float64]


class Counts(NamedTuple):
    """Occurrences by record and bucket, words and affixes side by side; and the records' terms."""

    features: Any
    terms: npt.NDArray[np.float32]
    term_codes: list[str]
    disciplines: list[str]


class Fit(NamedTuple):
    """Two linear maps on the same features: coefficients (n + t + d, classes) and bias, disciplines before divisions."""

    buckets: npt.NDArray[np.intp]
    idf: npt.NDArray[np.float32]
    coefficients: Floats
    bias: Floats
    divisions: list[str]


def count(records: Sequence[Record], disciplines: list[str]) -> Counts:
    """The features of the records, counted."""
    codes = known_codes()
    places = owners(codes, disciplines)
    terms = [term_features(text_evidence(record.document), codes, places, len(disciplines)) for record in records]
    rows, columns = [], []
    for row, record in enumerate(records):
        for family, found in enumerate(buckets(text_of(record.document))):
            columns.append(found + family * _BUCKETS)
            rows.append(np.full(found.size, row))
    where = (np.concatenate(rows), np.concatenate(columns))
    features = sp.csr_matrix((np.ones(where[0].size), where), shape=(len(records), len(FAMILIES) * _BUCKETS))
    return Counts(features, np.array(terms), codes, disciplines)


def fit(counts: Counts, disciplines: Sequence[str | None], divisions: Sequence[str | None]) -> Fit:
    """The machines of the records of one discipline, by index; None takes a record out."""
    train = np.array([label is not None for label in disciplines])
    frequency = np.bincount(counts.features[train].indices, minlength=counts.features.shape[1])
    kept = np.flatnonzero(frequency >= MIN_DOCUMENTS)
    idf = (np.log((1 + train.sum()) / (1 + frequency[kept])) + 1).astype(np.float32)
    matrix = design(counts, kept, idf)
    coefficients, bias = _machines(matrix, disciplines, counts.disciplines)
    common = Counter(label for label in divisions if label is not None)
    classes = sorted(label for label, number in common.items() if number >= MIN_DIVISION)
    more, offsets = _machines(matrix, [label if label in classes else None for label in divisions], classes)
    return Fit(kept, idf, np.hstack([coefficients, more]), np.concatenate([bias, offsets]), classes)


def design(counts: Counts, kept: npt.NDArray[np.intp], idf: npt.NDArray[np.float32]) -> Any:
    """(records, n + t + d): the values that `Predictor` computes document by document."""
    values = counts.features[:, kept].tocsr()
    values.data = 1 + np.log(values.data)
    values = values @ sp.diags(idf.astype(np.float64))
    words = int(np.searchsorted(kept, _BUCKETS))
    return sp.hstack([_unit_rows(values[:, :words]), _unit_rows(values[:, words:]), sp.csr_matrix(counts.terms)]).tocsr()


def scores(counts: Counts, machines: Fit) -> Floats:
    """(records, classes)"""
    found: Floats = design(counts, machines.buckets, machines.idf) @ machines.coefficients + machines.bias
    return found


def _unit_rows(matrix: Any) -> Any:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sp.diags(1 / np.where(lengths, lengths, 1)) @ matrix


def _machines(matrix: Any, labels: Sequence[str | None], classes: list[str]) -> tuple[Floats, Floats]:
    train = [row for row, label in enumerate(labels) if label is not None]
    truth = np.array([classes.index(str(labels[row])) for row in train])
    machine = LinearSVC(C=COST, class_weight="balanced", random_state=0).fit(matrix[train], truth)
    coefficients = np.zeros((matrix.shape[1], len(classes)))
    bias = np.full(len(classes), -1.0)
    coefficients[:, machine.classes_], bias[machine.classes_] = machine.coef_.T, machine.intercept_
    return coefficients, bias


class Calibration(NamedTuple):
    """From scores to log-odds, as in `logits_of`."""

    scale: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.float32]


def calibrate(own: Floats, division: Floats, truth: npt.NDArray[np.intp]) -> Calibration:
    """The scales and offsets of least log loss on scores of records that the machines had not seen."""
    count = own.shape[1]

    def loss(parameters: Floats) -> float:
        logits = logits_of(own, division, parameters[:2], parameters[2:])  # type: ignore[arg-type]
        return float(np.mean(_log_sum_exp(logits) - logits[np.arange(truth.size), truth]) + 1e-3 * (parameters[2:] ** 2).sum())

    start = np.concatenate([[2.0, 1.0], np.zeros(count)])
    found = minimize(loss, start, method="L-BFGS-B").x.astype(np.float32)
    return Calibration(found[:2], found[2:])


def _log_sum_exp(logits: npt.NDArray[Any]) -> Floats:
    top = logits.max(axis=1, keepdims=True)
    summed: Floats = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
    return summed


class Held(NamedTuple):
    """Scores of records by machines that had not seen them."""

    own: Floats
    division: Floats
    codes: list[list[str]]


def held_out(
    counts: Counts, disciplines: Sequence[str | None], divisions: Sequence[str | None], fold: npt.NDArray[np.intp]
) -> Held:
    """Each fold scored by the machines of the others; the records without a label too."""
    size = len(counts.disciplines)
    own, division = np.zeros((len(fold), size)), np.zeros((len(fold), size))
    codes = [[""] * size for _ in fold]
    for number in range(FOLDS):
        held = np.flatnonzero(fold == number)
        if not held.size:
            continue
        seen = [label if place != number else None for label, place in zip(disciplines, fold, strict=True)]
        within = [label if place != number else None for label, place in zip(divisions, fold, strict=True)]
        machines = fit(counts, seen, within)
        found = scores(counts._replace(features=counts.features[held], terms=counts.terms[held]), machines)
        places = owners([f"{label}0" for label in machines.divisions], counts.disciplines)
        for row, line in zip(held, found, strict=True):
            best = best_divisions(line[size:], places, size)
            own[row], division[row] = line[:size], line[size:][best]
            codes[row] = [f"{machines.divisions[place]}0" for place in best]
    return Held(own, division, codes)


def weights_of(name: str, counts: Counts, machines: Fit, calibration: Calibration) -> Weights:
    """The machines in eight bits a weight."""
    features = machines.buckets.size
    words = int(np.searchsorted(machines.buckets, _BUCKETS))
    unit = np.abs(machines.coefficients[:features]).max(axis=0) / 127
    return Weights(
        name=name,
        disciplines=np.array(counts.disciplines),
        divisions=np.array(machines.divisions),
        term_codes=np.array(counts.term_codes),
        words=machines.buckets[:words].astype(np.uint32),
        affixes=(machines.buckets[words:] - _BUCKETS).astype(np.uint32),
        idf=machines.idf,
        weights=np.rint(machines.coefficients[:features] / unit).astype(np.int8),
        unit=unit.astype(np.float32),
        term_weights=machines.coefficients[features:].astype(np.float32),
        bias=machines.bias.astype(np.float32),
        scale=calibration.scale,
        offsets=calibration.offsets,
    )
