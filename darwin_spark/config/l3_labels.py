"""L3 as configuration: the names of its labels, cuts on any of them, taxonomies of one's own (docs/classification.md).

What each label means is in l3_classify (codes.py, fdc.py, book_or_paper.py); here are the names alone.
"""

import difflib
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from darwin_spark.config.section import Section

CODES = (
    *("bloom_cognitive_process", "bloom_knowledge_domain", "doc_type_v1", "doc_type_v2", "extraction_artifacts"),
    *("missing_content", "reasoning_depth", "technical_correctness", "education_level"),
)
"""Labels that are a number of a code table."""
SCALES = ("bloom_cognitive_process", "bloom_knowledge_domain", "reasoning_depth", "technical_correctness", "education_level")
"""Those of them whose numbers say more or less, and may be cut below or above."""
DIMENSIONS = ("fdc_level_1", "fdc_level_2", "fdc_level_3", *CODES)
"""The twelve dimensions: the fields of the column `labels`."""
LABELS = (*DIMENSIONS, "discipline", "subdiscipline", "doc_type")
"""All labels that a rule can look at, beside `custom.NAME`."""
CUSTOM = "custom."
NON_EDUCATIONAL, DISCIPLINE = "non_educational", "discipline"
NAMED = (NON_EDUCATIONAL, DISCIPLINE)
"""The rules that have settings of their own: `drop_doc_type_v1` and `_v2`, `keep_disciplines`."""

DisciplineName = Literal[
    "computer science",
    "engineering",
    "mathematics",
    "physics",
    "chemistry",
    "biology",
    "medicine",
    "stem others",
    "human and social",
]
"""The paper's nine (§A.1)."""
Name = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,62}$")]


def _label(name: Any) -> Any:
    if isinstance(name, str) and (name in LABELS or name.startswith(CUSTOM)):
        return name
    near = difflib.get_close_matches(str(name), LABELS, n=1, cutoff=0.5)
    raise ValueError(f"unknown label {name!r}" + (f"; did you mean {near[0]}?" if near else f"; there are {', '.join(LABELS)}"))


class LabelRule(Section):
    """A cut on a label: drop for `reason` when it is below, above, among or none of what is given.

    A document whose annotator abstained stays, unless `missing` says otherwise; "Indeterminate" is neither high nor low.
    """

    reason: Name = Field(..., description="the word in the row: small letters, digits, underscores")
    label: Annotated[str, BeforeValidator(_label)] = Field(..., description="a label, or custom.NAME of the taxonomy")
    below: float | None = Field(None, description="drop when less: reasoning_depth below 3 keeps 3 and more")
    above: float | None = Field(None, description="drop when more")
    among: tuple[int | str, ...] | None = Field(None, description="drop when one of these")
    none_of: tuple[int | str, ...] | None = Field(None, description="drop when none of these")
    min_probability: float | None = Field(
        None, ge=0, le=1, description="of the label, for a drop (a language model's: 0.5); null: l3.drop_min_probability"
    )
    missing: Literal["keep", "drop"] = Field("keep", description="what becomes of documents without the label")

    @model_validator(mode="after")
    def _has_a_cut(self) -> "LabelRule":
        cuts = (self.below, self.above, self.among, self.none_of)
        if self.missing == "keep" and all(cut is None for cut in cuts):
            raise ValueError(f"the rule {self.reason} needs a cut: below, above, among or none_of, or missing: drop")
        is_scale = self.label in SCALES or self.label.startswith(CUSTOM)
        if not is_scale and not (self.below is None and self.above is None):
            raise ValueError(f"the rule {self.reason}: {self.label} is no scale; use among or none_of")
        return self


def _rule(value: Any) -> Any:
    if isinstance(value, str) and value not in NAMED:
        raise ValueError(f"unknown rule {value!r}: write {' or '.join(NAMED)}, or {{reason: ..., label: ..., below: ...}}")
    return value


LabelRuleSetting = Annotated[str | LabelRule, BeforeValidator(_rule)]
"""A name of NAMED, or a cut of one's own."""


class CustomLabel(Section):
    """One label of a taxonomy: one of `values`, or a whole number on a `scale`."""

    description: str = Field(..., min_length=1, description="what the label is about, for the model")
    values: dict[str, str] = Field(default_factory=dict, description="each value and what it means")
    scale: tuple[int, int] | None = Field(None, description="lowest and highest number")

    @model_validator(mode="after")
    def _has_values_or_a_scale(self) -> "CustomLabel":
        if bool(self.values) == bool(self.scale):
            raise ValueError("a label has either values or a scale")
        if self.scale and not self.scale[0] < self.scale[1] <= self.scale[0] + 100:
            raise ValueError(f"the scale {list(self.scale)} must rise, by 100 at the most")
        return self


class Taxonomy(Section):
    """Labels of one's own, as an LLM is asked for them."""

    name: Name = Field(..., description="part of the annotator's name in the rows")
    version: str = Field("1", description="raise it when the meaning of a label changes")
    labels: dict[Name, CustomLabel] = Field(..., min_length=1)
