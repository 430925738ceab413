"""Settings of L3's labels: names, rules that drop by label, user-defined taxonomies (docs/classification.md).
This module holds the names only; l3_classify (eai_codes.csv, fdc.py, book_or_paper.py) defines what they mean."""

import difflib
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from darwin_spark.config.section import Section

CODES = (
    *("bloom_cognitive_process", "bloom_knowledge_domain", "doc_type_v1", "doc_type_v2", "extraction_artifacts"),
    *("missing_content", "reasoning_depth", "technical_correctness", "education_level"),
)
"""Labels that are a code of a table."""
SCALES = ("bloom_cognitive_process", "bloom_knowledge_domain", "reasoning_depth", "technical_correctness", "education_level")
"""Those whose codes are ordered, so that a rule may drop below or above one."""
DIMENSIONS = ("fdc_level_1", "fdc_level_2", "fdc_level_3", *CODES)
"""The twelve dimensions: the fields of the column `labels`."""
LABELS = (*DIMENSIONS, "discipline", "subdiscipline", "doc_type")
"""All labels that a rule can test, beside `custom.NAME`."""
CUSTOM = "custom."
NON_EDUCATIONAL, DISCIPLINE = "non_educational", "discipline"
NAMED = (NON_EDUCATIONAL, DISCIPLINE)
"""Rules with settings of their own: `drop_doc_type_v1` and `drop_doc_type_v2`, `keep_disciplines`."""

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
"""The paper's nine disciplines (A.1)."""
Name = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,62}$")]


def _label(name: Any) -> Any:
    if isinstance(name, str) and (name in LABELS or name.startswith(CUSTOM)):
        return name
    near = difflib.get_close_matches(str(name), LABELS, n=1, cutoff=0.5)
    raise ValueError(f"unknown label {name!r}" + (f"; did you mean {near[0]}?" if near else f"; there are {', '.join(LABELS)}"))


class LabelRule(Section):
    """A rule on a label: drop a document for `reason` if the label is below, above, among or none of the given values.

    A document without the label is kept unless `missing` is drop. "Indeterminate" is neither high nor low.
    """

    reason: Name = Field(..., description="The reason in the row: small letters, digits, underscores")
    label: Annotated[str, BeforeValidator(_label)] = Field(
        ..., description="A label, or custom.NAME for a label of the taxonomy"
    )
    below: float | None = Field(None, description="Drop if the code is less: reasoning_depth below 3 keeps 3 and more")
    above: float | None = Field(None, description="Drop if the code is greater")
    among: tuple[int | str, ...] | None = Field(None, description="Drop if the label is one of these")
    none_of: tuple[int | str, ...] | None = Field(None, description="Drop if the label is none of these")
    min_probability: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Smallest probability of the label that drops (without one: 0.5); null: l3.drop_min_probability",
    )
    missing: Literal["keep", "drop"] = Field("keep", description="What happens to documents without the label")

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
"""A name of NAMED, or a user-defined rule."""


class CustomLabel(Section):
    """A label of a taxonomy: one of `values`, or a whole number on a `scale`."""

    description: str = Field(..., min_length=1, description="What the label means, for the model")
    values: dict[str, str] = Field(default_factory=dict, description="Each value with its meaning")
    scale: tuple[int, int] | None = Field(None, description="Lowest and highest number")

    @model_validator(mode="after")
    def _has_values_or_a_scale(self) -> "CustomLabel":
        if bool(self.values) == bool(self.scale):
            raise ValueError("a label has either values or a scale")
        if self.scale and not self.scale[0] < self.scale[1] <= self.scale[0] + 100:
            raise ValueError(f"the scale {list(self.scale)} must rise, by 100 at the most")
        return self


class Taxonomy(Section):
    """A user-defined taxonomy, as it is written into the prompt."""

    name: Name = Field(..., description="Name; part of the column annotator")
    version: str = Field("1", description="Version: raise it when the meaning of a label changes")
    labels: dict[Name, CustomLabel] = Field(..., min_length=1, description="The labels by name")
