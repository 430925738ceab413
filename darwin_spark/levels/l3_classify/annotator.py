"""Define the `Annotator` protocol and its types: batches of excerpts and metadata in, typed labels out (§3 L3.1).

The package's rules and small trained model implement the protocol and run in the Spark task. LLMs that are called through the
inference package (eai/, custom_taxonomy/) do not implement it: their answers are parsed into the same `Annotation`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol

from darwin_spark.levels.l3_classify.fdc import Discipline, discipline, parse
from darwin_spark.levels.l3_classify.taxonomy_codes import ABSTAIN

HEAD_CHARS = 20_000
"""Maximum characters at the beginning of a text that an annotator sees: title page, table of contents, introduction."""
TAIL_CHARS = 10_000
"""Maximum characters at the end of a text that an annotator sees, not overlapping the head: reference lists."""


@dataclass(frozen=True)
class Document:
    """What an annotator sees: two excerpts, counts of the whole text, metadata from L1 (`declared`) and L0 (`metadata`)."""

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
        """Return the value of `key` in `declared` (metadata of L1), else in `metadata` (of L0), else an empty string."""
        return self.declared.get(key) or self.metadata.get(key) or ""


@dataclass(frozen=True)
class Labels:
    """One label in each of 12 dimensions: three FDC levels (None: abstained), nine codes of `taxonomy_codes` (-1: abstained).

    EAI-Distill answers ten lines, not twelve: we assume that the first, the FDC code, stands for three dimensions, the levels
    of the code (`6`, `61`, `616.8`).
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
        """Return Labels with the three levels of an FDC code (None if malformed), and the other codes by dimension."""
        code = parse(fdc)
        return cls(code and code[:1], code and code[:2], code, **codes)

    def row(self) -> dict[str, str | int | None]:
        """Return the labels as a dict with the fields of the column `labels`."""
        return asdict(self)


@dataclass(frozen=True)
class Annotation:
    """The labels that an annotator gives one document. `subject` is the discipline, if the annotator knows no full FDC code.

    `probabilities` maps a label name (`doc_type_v1`) to its probability; the local model adds one entry per discipline name.
    The key `discipline` is the probability of the row's discipline if declared or found by rules, not by the model.
    """

    labels: Labels
    probabilities: Mapping[str, float] | None = None
    subject: Discipline | None = None
    secondary: Labels | None = None
    """Secondary labels; dimensions without one abstain."""
    custom: Mapping[str, str] | None = None
    """Label name -> value for a user-defined taxonomy."""
    abstained: str | None = None
    """Reason (a stable word) why a model's answer gave no labels; None otherwise."""

    @property
    def discipline(self) -> Discipline | None:
        """Return `subject`, else the discipline of the primary FDC code, else None."""
        return self.subject or discipline(self.labels.fdc_level_3)


class Annotator(Protocol):
    """Label documents in batches. One instance is made per Spark task, so its constructor may load a model."""

    name: str
    """Name and version of the annotator, such as `rules-2`."""

    def annotate(self, documents: Sequence[Document]) -> list[Annotation]:
        """Return one annotation per document, in order. Must abstain instead of raising."""
        ...
