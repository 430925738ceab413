"""L3 as configuration: who labels the documents, and what is dropped by their labels (docs/classification.md)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from darwin_spark.config.l3_labels import CUSTOM, NAMED, DisciplineName, LabelRule, LabelRuleSetting, Taxonomy
from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class QuestionSettings(Section):
    """A question to a model about every document: who answers it, what is shown, how often it is asked."""

    engine: str = Field("vllm", description="vllm, endpoint, or module:Class of an engine of your own")
    sample_chars: int = Field(
        30_000, ge=300, description="a longer text is shown as its beginning, a middle at random (by doc_id) and its end"
    )
    max_attempts: int = Field(
        3, ge=1, description="how often a document is asked about, all in one climb; then it is abstained"
    )
    model: ModelSettings


def _labeller(model: str, max_tokens: int, max_model_len: int) -> ModelSettings:
    """A model that is asked for labels: the likeliest answer first, others only where that was refused."""
    return ModelSettings(
        model=model,
        temperature=0.0,
        retry_temperatures=(0.3, 0.7),
        top_p=1.0,
        max_tokens=max_tokens,
        max_model_len=max_model_len,
    )


class EaiSettings(QuestionSettings):
    """EAI-Distill-0.5B (§3 L3.1), as its model card has it."""

    model: ModelSettings = _labeller("EssentialAI/eai-distill-0.5b", max_tokens=100, max_model_len=16_384)


class EndpointSettings(QuestionSettings):
    """An LLM that fills in a taxonomy of one's own (conf/taxonomy.yaml)."""

    engine: str = Field("endpoint", description="endpoint, vllm, or module:Class of an engine of your own")
    taxonomy: Taxonomy | None = Field(None, description="name, version and labels, each with values or a scale")
    model: ModelSettings = _labeller("Qwen/Qwen2.5-7B-Instruct", max_tokens=512, max_model_len=16_384)


class PaperJudgeSettings(QuestionSettings):
    """The LLM that judges whether a document is a paper, where neither its source nor a rule says so (§3 L3.4)."""

    engine: str = Field("none", description="none: such documents stay unknown; vllm, endpoint, or module:Class")
    sample_chars: int = Field(9_000, ge=300, description="as above; the paper says 'a sample of the document'")
    model: ModelSettings = _labeller("Qwen/Qwen2.5-7B-Instruct", max_tokens=512, max_model_len=8_192)


class L3Settings(Section):
    """Classification (§3 L3): who annotates and what is dropped."""

    annotator: Literal["local", "rules", "eai", "endpoint"] = Field(
        "local",
        description="local: our model, behind what is declared; rules: that alone; eai, endpoint: a model, set up below",
    )
    min_probability: float = Field(0.5, ge=0, le=1, description="local: no discipline below it (docs/classifier.md)")
    weights: str | None = Field(
        None, description="local: weights of your own (make train-classifier), where every worker reads"
    )
    rules: tuple[LabelRuleSetting, ...] = Field(
        NAMED, description="in order: non_educational, discipline, or {reason, label, below, above, among or none_of}"
    )
    drop_doc_type_v1: tuple[Annotated[int, Field(ge=1, le=17)], ...] = Field(
        (6, 8, 15), description="non-educational: promotional, adult, e-commerce (§3 L3.2)"
    )
    drop_doc_type_v2: tuple[Annotated[int, Field(ge=1, le=25)], ...] = Field(
        (17, 19), description="non-educational: product page, spam / ads (§3 L3.2)"
    )
    keep_disciplines: tuple[DisciplineName, ...] = Field(
        (), description="drop documents of other disciplines; empty: keep all. A document without one stays"
    )
    drop_min_probability: float = Field(
        0.0, ge=0, le=1, description="a label less sure than this drops nothing; one of a language model is 0.5 sure"
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
