"""Train one linear support vector machine (SVM) per class on labelled documents; seeded, so deterministic.

Classes have equal total weight, because a corpus to classify may have other shares of them than the records. A record
of two disciplines is not used, because either answer would be right.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.svm import LinearSVC

from darwin_spark.levels.l3_classify.fdc_rules import known_codes, text_evidence
from darwin_spark.levels.l3_classify.hashed_tokens import document_words
from darwin_spark.levels.l3_classify.local.features import BUCKETS, FAMILIES, buckets, term_features
from darwin_spark.levels.l3_classify.local.predict import owners
from darwin_spark.levels.l3_classify.training.records import Record

MIN_DOCUMENTS = 2
"""Minimum documents in which a feature occurs: a feature of a single document does not generalise."""
MIN_DIVISION = 15
"""Minimum records of an FDC division that becomes a class."""
COST = 0.6
"""Parameter C of the SVMs."""
Floats = npt.NDArray[np.float64]


class Counts(NamedTuple):
    """Features of the records, one row each: sparse counts by bucket (words, then affixes), term features, sample weights."""

    features: Any
    terms: npt.NDArray[np.float32]
    weights: Floats
    term_codes: list[str]
    disciplines: list[str]

    def of(self, rows: npt.NDArray[np.intp]) -> "Counts":
        """Return the Counts of the records with these row numbers."""
        return self._replace(features=self.features[rows], terms=self.terms[rows], weights=self.weights[rows])


class Labels(NamedTuple):
    """Discipline and FDC division of each record; None if the record has no single one or is held out."""

    disciplines: list[str | None]
    divisions: list[str | None]

    def without(self, held: npt.NDArray[np.bool_]) -> "Labels":
        """Return Labels with None for the records where `held` is true."""
        return Labels(*([None if is_held else label for label, is_held in zip(column, held, strict=True)] for column in self))


class Fit(NamedTuple):
    """Trained SVMs: kept buckets (n,), idf (n,), coefficients (n + t + d, classes), bias; disciplines before divisions."""

    buckets: npt.NDArray[np.intp]
    idf: npt.NDArray[np.float32]
    coefficients: Floats
    bias: Floats
    divisions: list[str]


def count(records: Sequence[Record], disciplines: list[str]) -> Counts:
    """Return the Counts of the records: their features and sample weights."""
    codes = known_codes()
    term_disciplines = owners(codes, disciplines)
    term_index = {code: place for place, code in enumerate(codes)}
    terms = [
        term_features(text_evidence(record.document), term_index, term_disciplines, len(disciplines)) for record in records
    ]
    rows, columns = [], []
    for row, record in enumerate(records):
        columns.append(buckets(document_words(record.document).opening))
        rows.append(np.full(columns[-1].size, row))
    where = (np.concatenate(rows), np.concatenate(columns))
    features = sp.csr_matrix((np.ones(where[0].size), where), shape=(len(records), len(FAMILIES) * BUCKETS))
    weights = np.array([record.weight for record in records])
    return Counts(features, np.array(terms), weights, codes, disciplines)


def labels_of(records: Sequence[Record]) -> Labels:
    """Return the discipline and FDC division of each record; None for a record of no or several disciplines."""
    single = [next(iter(found)) if len(found := record.disciplines) == 1 else None for record in records]
    return Labels(single, [record.division() for record in records])


def fit(counts: Counts, labels: Labels) -> Fit:
    """Return SVMs, trained on the labelled records: one per discipline, and per division of at least MIN_DIVISION records."""
    train = np.array([label is not None for label in labels.disciplines])
    frequency = np.bincount(counts.features[train].indices, minlength=counts.features.shape[1])
    kept = np.flatnonzero(frequency >= MIN_DOCUMENTS)
    idf = (np.log((1 + train.sum()) / (1 + frequency[kept])) + 1).astype(np.float32)
    matrix = design(counts, kept, idf)
    coefficients, bias = _train_svms(matrix, labels.disciplines, counts.disciplines, counts.weights)
    division_counts = Counter(label for label in labels.divisions if label is not None)
    classes = sorted(label for label, number in division_counts.items() if number >= MIN_DIVISION)
    division_labels = [label if label in classes else None for label in labels.divisions]
    division_coefficients, division_bias = _train_svms(matrix, division_labels, classes, counts.weights)
    return Fit(kept, idf, np.hstack([coefficients, division_coefficients]), np.concatenate([bias, division_bias]), classes)


def design(counts: Counts, kept: npt.NDArray[np.intp], idf: npt.NDArray[np.float32]) -> Any:
    """Return the (records, n + t + d) feature matrix, with the same values that `Predictor` computes for one document."""
    values = counts.features[:, kept].tocsr()
    values.data = 1 + np.log(values.data)
    values = values @ sp.diags(idf.astype(np.float64))
    words = int(np.searchsorted(kept, BUCKETS))
    return sp.hstack([_unit_rows(values[:, :words]), _unit_rows(values[:, words:]), sp.csr_matrix(counts.terms)]).tocsr()


def scores(counts: Counts, machines: Fit) -> Floats:
    """Return a (records, classes) array of the scores of the SVMs."""
    found: Floats = design(counts, machines.buckets, machines.idf) @ machines.coefficients + machines.bias
    return found


def _unit_rows(matrix: Any) -> Any:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sp.diags(1 / np.where(lengths, lengths, 1)) @ matrix


def _train_svms(matrix: Any, labels: Sequence[str | None], classes: list[str], weights: Floats) -> tuple[Floats, Floats]:
    train = [row for row, label in enumerate(labels) if label is not None]
    truth = np.array([classes.index(str(labels[row])) for row in train])
    own = weights[train]
    balanced = own * (own.sum() / len(classes) / np.bincount(truth, weights=own, minlength=len(classes))[truth])
    classifier = LinearSVC(C=COST, random_state=0).fit(matrix[train], truth, sample_weight=balanced)
    coefficients = np.zeros((matrix.shape[1], len(classes)))
    bias = np.full(len(classes), -1.0)
    coefficients[:, classifier.classes_], bias[classifier.classes_] = classifier.coef_.T, classifier.intercept_
    return coefficients, bias
