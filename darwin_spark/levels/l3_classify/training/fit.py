"""Weights from labelled documents: linear support vector machines, one a class.

Classes weigh alike: half of the records are human and social, and a corpus to be classified need not be. A record of two
disciplines teaches nothing, for either answer would be right. Seeded: the same records give the same weights.
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
"""A feature of a single document teaches nothing."""
MIN_DIVISION = 15
"""Records that an FDC division needs to be a class."""
COST = 0.6
"""The machines' C."""
Floats = npt.NDArray[np.float64]


class Counts(NamedTuple):
    """What the records hold: occurrences by record and bucket, words and affixes side by side; their terms; their weights."""

    features: Any
    terms: npt.NDArray[np.float32]
    weights: Floats
    term_codes: list[str]
    disciplines: list[str]

    def of(self, rows: npt.NDArray[np.intp]) -> "Counts":
        """Some of the records."""
        return self._replace(features=self.features[rows], terms=self.terms[rows], weights=self.weights[rows])


class Labels(NamedTuple):
    """The one discipline and the FDC division of each record; None where there is none, or the record is held out."""

    disciplines: list[str | None]
    divisions: list[str | None]

    def without(self, held: npt.NDArray[np.bool_]) -> "Labels":
        """The labels but those of the records held out."""
        return Labels(*([None if out else label for label, out in zip(column, held, strict=True)] for column in self))


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
    of_code = {code: place for place, code in enumerate(codes)}
    terms = [term_features(text_evidence(record.document), of_code, places, len(disciplines)) for record in records]
    rows, columns = [], []
    for row, record in enumerate(records):
        columns.append(buckets(document_words(record.document).opening))
        rows.append(np.full(columns[-1].size, row))
    where = (np.concatenate(rows), np.concatenate(columns))
    features = sp.csr_matrix((np.ones(where[0].size), where), shape=(len(records), len(FAMILIES) * BUCKETS))
    weights = np.array([record.weight for record in records])
    return Counts(features, np.array(terms), weights, codes, disciplines)


def labels_of(records: Sequence[Record]) -> Labels:
    """What the records teach."""
    single = [next(iter(found)) if len(found := record.disciplines) == 1 else None for record in records]
    return Labels(single, [record.division() for record in records])


def fit(counts: Counts, labels: Labels) -> Fit:
    """The machines of the records that have a label."""
    train = np.array([label is not None for label in labels.disciplines])
    frequency = np.bincount(counts.features[train].indices, minlength=counts.features.shape[1])
    kept = np.flatnonzero(frequency >= MIN_DOCUMENTS)
    idf = (np.log((1 + train.sum()) / (1 + frequency[kept])) + 1).astype(np.float32)
    matrix = design(counts, kept, idf)
    coefficients, bias = _machines(matrix, labels.disciplines, counts.disciplines, counts.weights)
    common = Counter(label for label in labels.divisions if label is not None)
    classes = sorted(label for label, number in common.items() if number >= MIN_DIVISION)
    frequent = [label if label in classes else None for label in labels.divisions]
    more, offsets = _machines(matrix, frequent, classes, counts.weights)
    return Fit(kept, idf, np.hstack([coefficients, more]), np.concatenate([bias, offsets]), classes)


def design(counts: Counts, kept: npt.NDArray[np.intp], idf: npt.NDArray[np.float32]) -> Any:
    """(records, n + t + d): the values that `Predictor` computes document by document."""
    values = counts.features[:, kept].tocsr()
    values.data = 1 + np.log(values.data)
    values = values @ sp.diags(idf.astype(np.float64))
    words = int(np.searchsorted(kept, BUCKETS))
    return sp.hstack([_unit_rows(values[:, :words]), _unit_rows(values[:, words:]), sp.csr_matrix(counts.terms)]).tocsr()


def scores(counts: Counts, machines: Fit) -> Floats:
    """(records, classes)"""
    found: Floats = design(counts, machines.buckets, machines.idf) @ machines.coefficients + machines.bias
    return found


def _unit_rows(matrix: Any) -> Any:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sp.diags(1 / np.where(lengths, lengths, 1)) @ matrix


def _machines(matrix: Any, labels: Sequence[str | None], classes: list[str], weights: Floats) -> tuple[Floats, Floats]:
    train = [row for row, label in enumerate(labels) if label is not None]
    truth = np.array([classes.index(str(labels[row])) for row in train])
    own = weights[train]
    balanced = own * (own.sum() / len(classes) / np.bincount(truth, weights=own, minlength=len(classes))[truth])
    machine = LinearSVC(C=COST, random_state=0).fit(matrix[train], truth, sample_weight=balanced)
    coefficients = np.zeros((matrix.shape[1], len(classes)))
    bias = np.full(len(classes), -1.0)
    coefficients[:, machine.classes_], bias[machine.classes_] = machine.coef_.T, machine.intercept_
    return coefficients, bias
