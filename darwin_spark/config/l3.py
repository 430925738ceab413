"""Settings of L3: what labels the documents, and which labels drop them (docs/classification.md)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from darwin_spark.config.l3_labels import CUSTOM, NAMED, DisciplineName, LabelRule, LabelRuleSetting, Taxonomy
from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class QuestionSettings(Section):
    """A request to a model about each document: engine, excerpt, attempts."""

    engine: str = Field("vllm", description="vllm, endpoint, or module:Class of your own engine")
    sample_chars: int = Field(
        30_000, ge=300, description="Characters shown; of a longer text: beginning, a middle part chosen by doc_id, end"
    )
    max_attempts: int = Field(3, ge=1, description="Attempts at one document, all in one climb; then it stays without labels")
    model: ModelSettings


def _labeller(model: str, max_tokens: int, max_model_len: int) -> ModelSettings:
    """A model that labels: greedy decoding first, higher temperatures only after a rejected answer."""
    return ModelSettings(
        model=model,
        temperature=0.0,
        retry_temperatures=(0.3, 0.7),
        top_p=1.0,
        max_tokens=max_tokens,
        max_model_len=max_model_len,
    )


class EaiSettings(QuestionSettings):
    """EAI-Distill-0.5B, with the settings of its model card (§3 L3.1)."""

    model: ModelSettings = _labeller("EssentialAI/eai-distill-0.5b", max_tokens=100, max_model_len=16_384)


class EndpointSettings(QuestionSettings):
    """An LLM that labels by a user-defined taxonomy (example: conf/taxonomy.yaml)."""

    engine: str = Field("endpoint", description="endpoint, vllm, or module:Class of your own engine")
    taxonomy: Taxonomy | None = Field(
        None, description="Name, version and labels of the taxonomy, each label with values or a scale"
    )
    model: ModelSettings = _labeller("Qwen/Qwen2.5-7B-Instruct", max_tokens=512, max_model_len=16_384)


class PaperJudgeSettings(QuestionSettings):
    """The LLM that decides whether a document is a paper if neither its source nor a rule does (§3 L3.4)."""

    engine: str = Field(
        "none", description="none: such documents stay unknown; vllm, endpoint, or module:Class of your own engine"
    )
    sample_chars: int = Field(
        9_000, ge=300, description="Characters shown, as for eai; the paper says 'a sample of the document'"
    )
    model: ModelSettings = _labeller("Qwen/Qwen2.5-7B-Instruct", max_tokens=512, max_model_len=8_192)


class L3Settings(Section):
    """Classification: what labels the documents, and which labels drop them (§3 L3)."""

    annotator: Literal["local", "rules", "eai", "endpoint"] = Field(
        "local",
        description="rules: declared metadata and rules; local: a small model after these; eai, endpoint: a language model",
    )
    min_probability: float = Field(
        0.5, ge=0, le=1, description="local: smallest probability of a discipline; below, none is given (docs/classifier.md)"
    )
    weights: str | None = Field(
        None, description="local: file of your own weights (make train-classifier) that every worker can read"
    )
    rules: tuple[LabelRuleSetting, ...] = Field(
        NAMED, description="Rules in order: non_educational, discipline, or {reason, label, below, above, among or none_of}"
    )
    drop_doc_type_v1: tuple[Annotated[int, Field(ge=1, le=17)], ...] = Field(
        (6, 8, 15), description="Codes of doc_type_v1 that are non_educational: promotional, adult, e-commerce (§3 L3.2)"
    )
    drop_doc_type_v2: tuple[Annotated[int, Field(ge=1, le=25)], ...] = Field(
        (17, 19), description="Codes of doc_type_v2 that are non_educational: product page, spam / ads (§3 L3.2)"
    )
    keep_disciplines: tuple[DisciplineName, ...] = Field(
        (), description="Disciplines to keep; empty: all. A document without a discipline is kept"
    )
    drop_min_probability: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Smallest probability of a label that drops a document; a label without a probability counts as 0.5",
    )
    eai: EaiSettings = EaiSettings()
    endpoint: EndpointSettings = EndpointSettings()
    paper_judge: PaperJudgeSettings = PaperJudgeSettings()

    @model_validator(mode="after")
    def _custom_labels_have_a_taxonomy(self) -> "L3Settings":
        taxonomy = self.endpoint.taxonomy if self.annotator == "endpoint" else None
        if self.annotator == "endpoint" and taxonomy is None:
            raise ValueError("the annotator endpoint needs l3.endpoint.taxonomy (an example: conf/taxonomy.yaml)")
        known = {CUSTOM + name for name in taxonomy.labels} if taxonomy else set()
        asked = {rule.label for rule in self.rules if isinstance(rule, LabelRule) and rule.label.startswith(CUSTOM)}
        if unknown := sorted(asked - known):
            there = ", ".join(sorted(known)) or "none, since the annotator is not endpoint"
            raise ValueError(f"a rule of l3.rules asks for {unknown[0]}; the labels of the taxonomy are: {there}")
        return self
