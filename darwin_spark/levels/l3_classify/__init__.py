"""L3, lightweight model filtering: label discipline and document type, tell books from papers, drop by label (§3 L3)."""

from darwin_spark.levels.l3_classify.classify import classify_texts

__all__ = ["classify_texts"]
