"""Predict the probability of each discipline of a document, and the FDC division of the most probable discipline."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.fdc import discipline
from darwin_spark.levels.l3_classify.fdc_rules import Evidence
from darwin_spark.levels.l3_classify.hashed_tokens import document_words
from darwin_spark.levels.l3_classify.local.features import BUCKETS, FAMILIES, Floats, buckets, term_features, to_unit
from darwin_spark.levels.l3_classify.local.weights import Weights

Indices = npt.NDArray[np.intp]


class Scored(NamedTuple):
    """Raw scores of the linear classifiers for one document, before calibration."""

    scores: Floats
    """(k,) scores of the disciplines, then of the FDC divisions."""
    words: int
    """Number of distinct words of the text that the model knows."""


class Prediction(NamedTuple):
    """Probabilities by discipline (sum 1), the likeliest discipline, its best division as FDC code (`530`), `Scored.words`."""

    probabilities: dict[str, float]
    discipline: str
    code: str
    words: int


class Predictor:
    """Apply the weights to documents. Holds an array (8 MB) that maps each bucket to its row of the weights."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.disciplines: list[str] = weights.disciplines.tolist()
        self._fdc_codes = [f"{division}0" for division in weights.divisions.tolist()]
        self._division_disciplines = owners(self._fdc_codes, self.disciplines)
        term_codes: list[str] = weights.term_codes.tolist()
        self._term_index = {code: place for place, code in enumerate(term_codes)}
        self._term_disciplines = owners(term_codes, self.disciplines)
        self._row_of_bucket = _row_of_bucket(weights)

    def predict(self, scored: Sequence[Scored]) -> list[Prediction]:
        """Return the predictions for many documents, in order, from their scores."""
        count = len(self.disciplines)
        scores = np.array([document.scores for document in scored], dtype=np.float32).reshape(
            len(scored), len(self.weights.bias)
        )
        own, best = scores[:, :count], best_divisions(scores[:, count:], self._division_disciplines, count)
        of_division = np.take_along_axis(scores[:, count:], best, axis=1)
        logits = logits_of(own, of_division, self.weights.scale, self.weights.offsets)
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
        likeliest = probabilities.argmax(axis=1)
        codes = np.take_along_axis(best, likeliest[:, None], axis=1)[:, 0]
        rows = zip(probabilities.tolist(), likeliest.tolist(), codes.tolist(), scored, strict=True)
        return [
            Prediction(
                dict(zip(self.disciplines, row, strict=True)),
                self.disciplines[first],
                self._fdc_codes[code],
                document.words,
            )
            for row, first, code, document in rows
        ]

    def score(self, document: Document, evidence: Evidence) -> Scored:
        """Return the scores of one document; `evidence` is the result of `text_evidence` for this document."""
        weights = self.weights
        terms = term_features(evidence, self._term_index, self._term_disciplines, len(self.disciplines))
        features, counts = _count_rows(self._row_of_bucket.take(buckets(document_words(document).opening)))
        values = (1 + np.log(counts)) * weights.idf.take(features)
        words = int(features.searchsorted(weights.words.size))
        to_unit(values[:words])
        to_unit(values[words:])
        own = values @ weights.weights.take(features, axis=0).astype(np.float32)
        scores: Floats = weights.bias + terms @ weights.term_weights + own * weights.unit
        return Scored(scores, words)


def owners(codes: list[str], disciplines: list[str]) -> Indices:
    """Return the index of the discipline of each FDC code; -1 if the code has none."""
    found = [discipline(code) for code in codes]
    return np.array([disciplines.index(owner.discipline) if owner else -1 for owner in found], dtype=np.intp)


def best_divisions(scores: Floats, owners: Indices, count: int) -> Indices:
    """Return a (documents, count) array: the index of each discipline's best division; `scores` is (documents, divisions)."""
    masked = np.where(owners == np.arange(count)[:, None], scores[:, None, :], -np.inf)
    best: Indices = masked.argmax(axis=2)
    return best


def logits_of(own: Floats, division: Floats, scale: Floats, offsets: Floats) -> Floats:
    """Return the logits of the disciplines from their scores and those of their best divisions, with calibrated parameters."""
    logits: Floats = scale[0] * own + scale[1] * division + offsets
    return logits


def _row_of_bucket(weights: Weights) -> npt.NDArray[np.int32]:
    """Return an array that maps each bucket to its row number in the weights; -1 for a bucket without weights."""
    rows = np.full(len(FAMILIES) * BUCKETS, -1, dtype=np.int32)
    found = np.concatenate([weights.words, weights.affixes + np.uint32(BUCKETS)])
    rows[found] = np.arange(found.size, dtype=np.int32)
    return rows


def _count_rows(rows: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Return the distinct row numbers, without -1, in ascending order, and the count of each. Sorts `rows` in place."""
    rows.sort()
    rows = rows[rows.searchsorted(0) :]
    is_last = np.ones(rows.size, dtype=np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=is_last[:-1])
    (ends,) = is_last.nonzero()
    counts = ends.astype(np.float32)
    counts[1:] -= counts[:-1].copy()
    counts[:1] += 1
    return rows.take(ends), counts
