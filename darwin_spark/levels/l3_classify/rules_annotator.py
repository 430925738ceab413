"""The annotator `rules`, without a model: FDC code and document type by rules; it abstains in every other dimension."""

from collections.abc import Sequence

from darwin_spark.levels.l3_classify.annotator import Annotation, Document, Labels
from darwin_spark.levels.l3_classify.doctype import document_type
from darwin_spark.levels.l3_classify.fdc_rules import declared_fdc, fdc_code
from darwin_spark.levels.l3_classify.rule_precision import DECLARED, NONE, of_discipline, of_type


class RulesAnnotator:
    """Label by declared metadata and rules; the probability of a label is the precision of its rule (rule_precision.py)."""

    name = "rules-2"

    def annotate(self, documents: Sequence[Document]) -> list[Annotation]:
        """Return one annotation per document, in order."""
        return [self._annotate(document) for document in documents]

    def _annotate(self, document: Document) -> Annotation:
        typed = document_type(document)
        declared = declared_fdc(document)
        code = declared or fdc_code(document)
        source = DECLARED if declared else "rule:terms" if code else NONE
        labels = Labels.of(code, doc_type_v1=typed.type.v1, doc_type_v2=typed.type.v2)
        return Annotation(labels, {**of_type(typed.source), **of_discipline(source)} or None)
