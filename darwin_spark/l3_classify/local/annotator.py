"""The annotator `local`: what is declared, then rules for the document type, then the model for the discipline.

A declared FDC or Dewey number, else declared subjects, keywords or journal that agree, give the code. Where nothing is
declared the model gives the discipline, with its probability, or abstains below `min_probability`; the code is the one that
the document's own terms speak for, if they do within that discipline, else the model's likeliest division. The document
type is that of the rules: its labels are too few to train on.
"""

from collections.abc import Sequence

from darwin_spark.l3_classify.annotator import Annotation, Document, Labels
from darwin_spark.l3_classify.doctype import document_type
from darwin_spark.l3_classify.local.predict import Prediction, Predictor
from darwin_spark.l3_classify.local.weights import Weights, shipped
from darwin_spark.l3_classify.subjects import Evidence, best_code, code_within, declared_code, declared_evidence, text_evidence

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
        return [self._annotate(document) for document in documents]

    def _annotate(self, document: Document) -> Annotation:
        kind = document_type(document)
        evidence = text_evidence(document)
        prediction = self._predictor.predict(document, evidence)
        code = self._declared(document) or self._code(prediction, evidence)
        labels = Labels.of(code, doc_type_v1=kind.v1, doc_type_v2=kind.v2)
        return Annotation(labels, prediction.probabilities if prediction.words >= MIN_WORDS else None)

    def _declared(self, document: Document) -> str | None:
        return declared_code(document) or best_code(declared_evidence(document))

    def _code(self, prediction: Prediction, evidence: Evidence) -> str | None:
        name, probability = max(prediction.probabilities.items(), key=lambda item: item[1])
        if prediction.words < MIN_WORDS or probability < self._min_probability:
            return None
        return code_within(name, evidence) or prediction.codes[name]
