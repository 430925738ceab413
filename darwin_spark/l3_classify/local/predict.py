"""From a document to the probability of each discipline, and the likeliest FDC division in each."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.l3_classify.annotator import Document
from darwin_spark.l3_classify.fdc import discipline
from darwin_spark.l3_classify.local.features import BUCKET_BITS, Floats, buckets, term_features, text_of, unit
from darwin_spark.l3_classify.local.weights import Weights
from darwin_spark.l3_classify.subjects import Evidence

Indices = npt.NDArray[np.intp]


class Prediction(NamedTuple):
    """Probabilities by discipline (they sum to 1), and for each the FDC code of its likeliest division, `530`."""

    probabilities: dict[str, float]
    codes: dict[str, str]
    words: int
    """Distinct words of the text that the model knows."""


class Predictor:
    """Weights, and the tables that make them fast (30 MB)."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.disciplines: list[str] = weights.disciplines.tolist()
        self._codes = [f"{division}0" for division in weights.divisions.tolist()]
        self._owners = owners(self._codes, self.disciplines)
        self._term_codes: list[str] = weights.term_codes.tolist()
        self._term_owners = owners(self._term_codes, self.disciplines)
        self._weights = weights.weights * weights.unit
        self._rows = [_rows(weights.words, 0), _rows(weights.affixes, weights.words.size)]

    def predict(self, document: Document, evidence: Evidence) -> Prediction:
        """One document, by its text and the terms found in it."""
        scores, words = self.scores(document, evidence)
        count = len(self.disciplines)
        own, best = scores[:count], best_divisions(scores[count:], self._owners, count)
        logits = logits_of(own, scores[count:][best], self.weights.scale, self.weights.offsets)
        odds = np.exp(logits - logits.max())
        probabilities = (odds / odds.sum()).tolist()
        codes = [self._codes[division] for division in best]
        named = dict(zip(self.disciplines, probabilities, strict=True)), dict(zip(self.disciplines, codes, strict=True))
        return Prediction(*named, words)

    def scores(self, document: Document, evidence: Evidence) -> tuple[Floats, int]:
        """The score of each class, disciplines before divisions; and the number of known words."""
        weights = self.weights
        terms = term_features(evidence, self._term_codes, self._term_owners, len(self.disciplines))
        scores: Floats = weights.bias + terms @ weights.term_weights
        sizes = []
        for rows, found in zip(self._rows, buckets(text_of(document)), strict=True):
            known = rows[found]
            features, counts = np.unique(known[known >= 0], return_counts=True)
            sizes.append(features.size)
            if features.size:
                values = unit((1 + np.log(counts)).astype(np.float32) * weights.idf[features])
                scores += values @ self._weights[features]
        return scores, sizes[0]


def owners(codes: list[str], disciplines: list[str]) -> Indices:
    """Which discipline each code belongs to, by its place in the list."""
    found = [discipline(code) for code in codes]
    return np.array([disciplines.index(owner.discipline) if owner else -1 for owner in found], dtype=np.intp)


def best_divisions(scores: Floats, owners: Indices, count: int) -> Indices:
    """The division with the highest score of each of `count` disciplines."""
    masked = np.where(owners == np.arange(count)[:, None], scores, -np.inf)
    best: Indices = masked.argmax(axis=1)
    return best


def logits_of(own: Floats, division: Floats, scale: Floats, offsets: Floats) -> Floats:
    """The log-odds of disciplines: what calibration fits."""
    logits: Floats = scale[0] * own + scale[1] * division + offsets
    return logits


def _rows(found: npt.NDArray[np.uint32], first: int) -> npt.NDArray[np.int32]:
    """The row of each bucket; -1 where a bucket has none."""
    rows = np.full(1 << BUCKET_BITS, -1, dtype=np.int32)
    rows[found] = np.arange(first, first + found.size, dtype=np.int32)
    return rows
