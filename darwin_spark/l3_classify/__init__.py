"""L3, lightweight model filtering: discipline, document type, book or paper (§3 L3)."""

from darwin_spark.l3_classify.classify import classify_texts

__all__ = ["classify_texts"]
