"""From a document to the probability of each discipline, and the likeliest FDC division in each."""

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
    """What the machines say of a document."""

    scores: Floats
    """(k,) disciplines before divisions."""
    words: int
    """Distinct words of the text that the model knows."""


class Prediction(NamedTuple):
    """Probabilities by discipline (they sum to 1), the likeliest, and its likeliest division as an FDC code, `530`."""

    probabilities: dict[str, float]
    discipline: str
    code: str
    words: int


class Predictor:
    """Weights, and the tables that make them fast (8 MB)."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.disciplines: list[str] = weights.disciplines.tolist()
        self._codes = [f"{division}0" for division in weights.divisions.tolist()]
        self._owners = owners(self._codes, self.disciplines)
        term_codes: list[str] = weights.term_codes.tolist()
        self._term_places = {code: place for place, code in enumerate(term_codes)}
        self._term_owners = owners(term_codes, self.disciplines)
        self._rows = _rows(weights)

    def predict(self, scored: Sequence[Scored]) -> list[Prediction]:
        """From scores to probabilities, for many documents at once."""
        count = len(self.disciplines)
        scores = np.array([document.scores for document in scored], dtype=np.float32).reshape(
            len(scored), len(self.weights.bias)
        )
        own, best = scores[:, :count], best_divisions(scores[:, count:], self._owners, count)
        of_division = np.take_along_axis(scores[:, count:], best, axis=1)
        logits = logits_of(own, of_division, self.weights.scale, self.weights.offsets)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = odds / odds.sum(axis=1, keepdims=True)
        likeliest = probabilities.argmax(axis=1)
        codes = np.take_along_axis(best, likeliest[:, None], axis=1)[:, 0]
        rows = zip(probabilities.tolist(), likeliest.tolist(), codes.tolist(), scored, strict=True)
        return [
            Prediction(
                dict(zip(self.disciplines, row, strict=True)), self.disciplines[first], self._codes[code], document.words
            )
            for row, first, code, document in rows
        ]

    def score(self, document: Document, evidence: Evidence) -> Scored:
        """One document, by its text and the terms found in it."""
        weights = self.weights
        terms = term_features(evidence, self._term_places, self._term_owners, len(self.disciplines))
        features, counts = _counted(self._rows.take(buckets(document_words(document).opening)))
        values = (1 + np.log(counts)) * weights.idf.take(features)
        words = int(features.searchsorted(weights.words.size))
        to_unit(values[:words])
        to_unit(values[words:])
        own = values @ weights.weights.take(features, axis=0).astype(np.float32)
        scores: Floats = weights.bias + terms @ weights.term_weights + own * weights.unit
        return Scored(scores, words)


def owners(codes: list[str], disciplines: list[str]) -> Indices:
    """Which discipline each code belongs to, by its place in the list."""
    found = [discipline(code) for code in codes]
    return np.array([disciplines.index(owner.discipline) if owner else -1 for owner in found], dtype=np.intp)


def best_divisions(scores: Floats, owners: Indices, count: int) -> Indices:
    """(documents, divisions) -> (documents, count): the division with the highest score of each discipline."""
    masked = np.where(owners == np.arange(count)[:, None], scores[:, None, :], -np.inf)
    best: Indices = masked.argmax(axis=2)
    return best


def logits_of(own: Floats, division: Floats, scale: Floats, offsets: Floats) -> Floats:
    """The log-odds of disciplines: what calibration fits."""
    logits: Floats = scale[0] * own + scale[1] * division + offsets
    return logits


def _rows(weights: Weights) -> npt.NDArray[np.int32]:
    """The row of each bucket; -1 where a bucket has none."""
    rows = np.full(len(FAMILIES) * BUCKETS, -1, dtype=np.int32)
    found = np.concatenate([weights.words, weights.affixes + np.uint32(BUCKETS)])
    rows[found] = np.arange(found.size, dtype=np.int32)
    return rows


def _counted(rows: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """The different rows, rising, and how often each is there; -1 is none."""
    rows.sort()
    rows = rows[rows.searchsorted(0) :]
    last = np.ones(rows.size, dtype=np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=last[:-1])
    (ends,) = last.nonzero()
    counts = ends.astype(np.float32)
    counts[1:] -= counts[:-1].copy()
    counts[:1] += 1
    return rows.take(ends), counts
