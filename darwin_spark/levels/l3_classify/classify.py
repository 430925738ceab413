"""Classify texts with the annotator `local` without Spark, for `darwin classify` or from Python."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from darwin_spark.errors import UserError
from darwin_spark.levels.l3_classify.annotator import HEAD_CHARS, TAIL_CHARS, Document
from darwin_spark.levels.l3_classify.fdc import discipline, disciplines
from darwin_spark.levels.l3_classify.local.annotator import LocalAnnotator
from darwin_spark.levels.l3_classify.taxonomy_codes import table


def classify_texts(texts: Iterable[str]) -> list[dict[str, Any]]:
    """Return the labels of the annotator `local` as one dict per text, in order.

    Keys: `discipline`, `subdiscipline`, `fdc`, `doc_type` (name of the EAI document type v1) and `doc_type_probability`, None
    if unknown; `probabilities` by discipline (empty if the model knows fewer than 5 distinct words); `annotator` (its name).
    """
    annotator = _annotator()
    return [_classify(annotator, text) for text in texts]


def read_text(path: Path) -> str:
    """Return the content of a text file, U+FFFD for invalid UTF-8. Raises UserError if the file cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def _classify(annotator: LocalAnnotator, text: str) -> dict[str, Any]:
    after_head = text[HEAD_CHARS:]
    document = Document(head=text[:HEAD_CHARS], tail=after_head[-TAIL_CHARS:], chars=len(text))
    (annotation,) = annotator.annotate([document])
    labels, probabilities = annotation.labels, annotation.probabilities or {}
    subject = discipline(labels.fdc_level_3)
    return {
        "discipline": subject.discipline if subject else None,
        "subdiscipline": subject.subdiscipline if subject else None,
        "fdc": labels.fdc_level_3,
        "doc_type": table("doc_type_v1").get(labels.doc_type_v1),
        "doc_type_probability": probabilities.get("doc_type_v1"),
        "probabilities": {name: probabilities[name] for name in disciplines() if name in probabilities},
        "annotator": annotator.name,
    }


@cache
def _annotator() -> LocalAnnotator:
    return LocalAnnotator()
