"""What an annotator is: excerpts and metadata in, typed labels out, a batch at a time (§3 L3.1).

The rules of this package and the small trained model are annotators by this protocol, in the worker's own process. A model
that is asked through the generation package (eai/, endpoint/) gives the same `Annotation`, read from its answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol

from darwin_spark.levels.l3_classify.fdc import Discipline, discipline, parse
from darwin_spark.levels.l3_classify.taxonomy_codes import ABSTAIN

HEAD_CHARS = 20_000
"""Characters of the beginning that an annotator sees: title page, table of contents, abstract, introduction."""
TAIL_CHARS = 10_000
"""Characters of the end that an annotator sees, not overlapping the head: reference lists."""


@dataclass(frozen=True)
class Document:
    """What of a document an annotator sees. A 50 MB book is its two excerpts and a few counts of its whole text."""

    head: str
    tail: str = ""
    chars: int = 0
    pages: int = 0
    chapters: int = 0
    title: str = ""
    media_type: str = ""
    declared_type: str = ""
    declared: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)

    def says(self, key: str) -> str:
        """What the document (L1), else its source (L0) declares under `key`; empty where neither does."""
        return self.declared.get(key) or self.metadata.get(key) or ""


@dataclass(frozen=True)
class Labels:
    """The primary label in each of the 12 dimensions; codes as in `codes`, -1 or None where the annotator abstains.

    The paper counts twelve dimensions and the model answers ten lines. Our reading: the first line, the FDC code, holds three
    of them, its levels (`6`, `61`, `616.8`).
    """

    fdc_level_1: str | None = None
    fdc_level_2: str | None = None
    fdc_level_3: str | None = None
    bloom_cognitive_process: int = ABSTAIN
    bloom_knowledge_domain: int = ABSTAIN
    doc_type_v1: int = ABSTAIN
    doc_type_v2: int = ABSTAIN
    extraction_artifacts: int = ABSTAIN
    missing_content: int = ABSTAIN
    reasoning_depth: int = ABSTAIN
    technical_correctness: int = ABSTAIN
    education_level: int = ABSTAIN

    @classmethod
    def of(cls, fdc: str | None, **codes: int) -> "Labels":
        """Labels with the three levels taken from one FDC code; a malformed code abstains."""
        code = parse(fdc)
        return cls(code and code[:1], code and code[:2], code, **codes)

    def row(self) -> dict[str, str | int | None]:
        """The labels as the `labels` struct of the table."""
        return asdict(self)


@dataclass(frozen=True)
class Annotation:
    """An annotator's answer to one document.

    `probabilities`, where it has any, are by label (`doc_type_v1`), and a model's of the disciplines by their names;
    `discipline` among them is of the one in the row, where that is not the model's. `subject` is the discipline of an
    annotator that knows it without a full FDC code.
    """

    labels: Labels
    probabilities: Mapping[str, float] | None = None
    subject: Discipline | None = None
    secondary: Labels | None = None
    """A second label in each dimension that has one."""
    custom: Mapping[str, str] | None = None
    """Labels of a taxonomy of one's own, by name."""
    abstained: str | None = None
    """Why there are no labels, a stable word; None where there are."""

    @property
    def discipline(self) -> Discipline | None:
        """The annotator's own, else that of the FDC code."""
        return self.subject or discipline(self.labels.fdc_level_3)


class Annotator(Protocol):
    """Labels documents batch-wise; made once a worker, so that a model may load in its constructor."""

    name: str
    """Who annotated, with its version: `rules-2`."""

    def annotate(self, documents: Sequence[Document]) -> list[Annotation]:
        """One annotation for each document, in order. Abstains rather than fails."""
        ...
