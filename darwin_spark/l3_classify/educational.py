"""The filter of non-educational content (§3 L3.2): a document is dropped by its EAI document type, v1 or v2."""

from darwin_spark.config import L3Settings
from darwin_spark.l3_classify.annotator import Labels

NON_EDUCATIONAL = "non_educational"


def is_non_educational(labels: Labels, settings: L3Settings) -> bool:
    """Whether either document type is on the list of the settings. An annotator that abstains drops nothing."""
    return labels.doc_type_v1 in settings.drop_doc_type_v1 or labels.doc_type_v2 in settings.drop_doc_type_v2
