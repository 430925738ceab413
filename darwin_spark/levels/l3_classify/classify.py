"""A quick look at what L3 would say of a text, without Spark: `darwin classify`, or one call from Python."""

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
    """What the annotator `local` says of each text, in order.

    A dict a text: `discipline`, `subdiscipline`, `fdc` (None where it abstains), `doc_type` (EAI document type v1, by name,
    or None) and `doc_type_probability`, `probabilities` by discipline (empty for a text without words), `annotator`.
    """
    annotator = _annotator()
    return [_answer(annotator, text) for text in texts]


def read_text(path: Path) -> str:
    """The text of a file; bytes that are no UTF-8 become U+FFFD. Raises UserError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def _answer(annotator: LocalAnnotator, text: str) -> dict[str, Any]:
    rest = text[HEAD_CHARS:]
    document = Document(head=text[:HEAD_CHARS], tail=rest[-TAIL_CHARS:], chars=len(text))
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
