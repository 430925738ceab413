"""L3, lightweight model filtering: discipline, document type, book or paper (§3 L3)."""

from darwin_spark.levels.l3_classify.classify import classify_texts

__all__ = ["classify_texts"]
