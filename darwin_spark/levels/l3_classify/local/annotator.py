"""The annotator `local`: what is declared, then rules for the document type, then the model for the discipline.

A declared FDC or Dewey number, else declared subjects, keywords or journal that agree, give the code. Where nothing is
declared the model gives the discipline, with its probability, or abstains below `min_probability`; the code is the one that
the document's own terms speak for, if they do within that discipline, else the model's likeliest division. The document
type is that of the rules: its labels are too few to train on.
"""

from collections.abc import Sequence
from typing import NamedTuple

from darwin_spark.levels.l3_classify.annotator import Annotation, Document, Labels
from darwin_spark.levels.l3_classify.doctype import Typed, document_type
from darwin_spark.levels.l3_classify.fdc_rules import Evidence, code_within, declared_fdc, text_evidence
from darwin_spark.levels.l3_classify.local.predict import Prediction, Predictor, Scored
from darwin_spark.levels.l3_classify.local.weights import Weights, shipped
from darwin_spark.levels.l3_classify.rule_precision import DECLARED, of_discipline, of_type

MIN_PROBABILITY = 0.5
"""Below this the model abstains; docs/classifier.md has coverage and accuracy for each value."""
MIN_WORDS = 5
"""Distinct words known to the model that an answer needs: a blank page, or another script, says nothing."""


class LocalAnnotator:
    """Discipline with a probability, FDC code and document type; every other dimension abstained."""

    def __init__(self, min_probability: float = MIN_PROBABILITY, weights: Weights | None = None) -> None:
        self._predictor = Predictor(weights or shipped())
        self._min_probability = min_probability
        self.name = self._predictor.weights.name

    def annotate(self, documents: Sequence[Document]) -> list[Annotation]:
        """One annotation for each document, in order, whatever the others are."""
        read = [self._read(document) for document in documents]
        predictions = self._predictor.predict([document.scored for document in read])
        return [self._annotation(*pair) for pair in zip(read, predictions, strict=True)]

    def _read(self, document: Document) -> "_Read":
        """All that needs the text, one document after the other: its words are found once."""
        typed, evidence = document_type(document), text_evidence(document)
        return _Read(typed, declared_fdc(document), evidence, self._predictor.score(document, evidence))

    def _annotation(self, read: "_Read", prediction: Prediction) -> Annotation:
        code = read.declared or self._code(prediction, read.evidence)
        labels = Labels.of(code, doc_type_v1=read.typed.type.v1, doc_type_v2=read.typed.type.v2)
        model = prediction.probabilities if prediction.words >= MIN_WORDS else {}
        declared = of_discipline(DECLARED) if read.declared else {}
        return Annotation(labels, {**model, **of_type(read.typed.source), **declared} or None)

    def _code(self, prediction: Prediction, evidence: Evidence) -> str | None:
        sure = prediction.probabilities[prediction.discipline] >= self._min_probability
        if prediction.words < MIN_WORDS or not sure:
            return None
        return code_within(prediction.discipline, evidence) or prediction.code


class _Read(NamedTuple):
    """What is known of a document before its scores become probabilities."""

    typed: Typed
    declared: str | None
    evidence: Evidence
    scored: Scored
