"""The annotator without a model: FDC code and document type by rules, every other dimension abstained."""

from collections.abc import Sequence

from darwin_spark.l3_classify.annotator import Annotation, Document, Labels
from darwin_spark.l3_classify.doctype import document_type
from darwin_spark.l3_classify.subjects import fdc_code


class RulesAnnotator:
    """Labels by declared metadata and documented rules; gives no probabilities."""

    name = "rules-1"

    def annotate(self, documents: Sequence[Document]) -> list[Annotation]:
        """One annotation for each document, in order."""
        return [self._annotate(document) for document in documents]

    def _annotate(self, document: Document) -> Annotation:
        kind = document_type(document)
        return Annotation(Labels.of(fdc_code(document), doc_type_v1=kind.v1, doc_type_v2=kind.v2))
