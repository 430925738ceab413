"""The annotator `local`: FDC code from declared metadata, else from the linear model; document type from rules.

The FDC code is the declared FDC or Dewey code, else the best code of declared subjects, keywords and journal. Else the model
gives the discipline, or abstains below `min_probability`. The code is then the best code within that discipline by terms, else
the division that the model finds most probable. Document types come from rules because there are too few labels to train on.
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
"""The model abstains below this probability; docs/classifier/local-1.md lists coverage and accuracy for other values."""
MIN_WORDS = 5
"""The model abstains if it knows fewer distinct words of a text: a blank page or another script gives no evidence."""


class LocalAnnotator:
    """Label discipline with a probability, FDC code and document type; abstain in every other dimension."""

    def __init__(self, min_probability: float = MIN_PROBABILITY, weights: Weights | None = None) -> None:
        self._predictor = Predictor(weights or shipped())
        self._min_probability = min_probability
        self.name = self._predictor.weights.name

    def annotate(self, documents: Sequence[Document]) -> list[Annotation]:
        """Return one annotation per document, in order; none depends on the other documents of the batch."""
        inputs = [self._read_document(document) for document in documents]
        predictions = self._predictor.predict([document.scored for document in inputs])
        return [self._annotation(*pair) for pair in zip(inputs, predictions, strict=True)]

    def _read_document(self, document: Document) -> "_Read":
        """Return all that is read from one document's text, in one go, because `document_words` caches only one document."""
        typed, evidence = document_type(document), text_evidence(document)
        return _Read(typed, declared_fdc(document), evidence, self._predictor.score(document, evidence))

    def _annotation(self, inputs: "_Read", prediction: Prediction) -> Annotation:
        code = inputs.declared or self._code(prediction, inputs.evidence)
        labels = Labels.of(code, doc_type_v1=inputs.typed.type.v1, doc_type_v2=inputs.typed.type.v2)
        model = prediction.probabilities if prediction.words >= MIN_WORDS else {}
        declared = of_discipline(DECLARED) if inputs.declared else {}
        return Annotation(labels, {**model, **of_type(inputs.typed.source), **declared} or None)

    def _code(self, prediction: Prediction, evidence: Evidence) -> str | None:
        is_confident = prediction.probabilities[prediction.discipline] >= self._min_probability
        if prediction.words < MIN_WORDS or not is_confident:
            return None
        return code_within(prediction.discipline, evidence) or prediction.code


class _Read(NamedTuple):
    """What was read from one document, before its scores are converted to probabilities."""

    typed: Typed
    declared: str | None
    evidence: Evidence
    scored: Scored
