"""L5 as configuration: windows and the checks of what they became (docs/refinement.md)."""

from pydantic import Field

from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class L5CheckSettings(Section):
    """What a rewritten window may lose of its window (docs/refinement.md says what each check costs)."""

    shorter_ratio: float = Field(0.8, ge=0, description="below this share of the window's characters it was summarised")
    longer_ratio: float = Field(10.0, ge=1, description="the paper's windows grow 2.5 times; over this times ...")
    longer_chars: int = Field(4_000, ge=0, description="... and so many characters the answer has left its window")
    labels_lost: float = Field(0.0, ge=0, le=1, description="share of the distinct mentions of figures, tables, equations")
    citations_lost: float = Field(0.1, ge=0, le=1, description="share of the distinct in-text citations")
    formulas_lost: float = Field(0.1, ge=0, le=1, description="share of the inline formulas; of display formulas none")
    numbers_lost: float = Field(0.05, ge=0, le=1, description="share of the distinct numbers; some are written another way")
    past_end_chars: int = Field(1_500, ge=0, description="explanation after what the window ends with, and ...")
    past_end_share: float = Field(0.25, ge=0, le=1, description="... this share of the answer; more is another section")


class L5Settings(Section):
    """Completion (§3 L5), papers only."""

    engine: str = Field("vllm", description="vllm, endpoint, or module:Class of an engine of your own")
    window_tokens: int = Field(1_024, ge=16, description="tokens a window, by the model's tokenizer (§3 L5)")
    max_block_tokens: int = Field(4_096, ge=16, description="an indivisible block may grow to this, then it is split")
    min_success_ratio: float = Field(0.95, ge=0, le=1, description="share of windows that must succeed (our choice, after B.3)")
    checks: L5CheckSettings = L5CheckSettings()
    model: ModelSettings = ModelSettings(model="Qwen/Qwen3-235B-A22B-Instruct-2507", max_tokens=6_144, max_model_len=16_384)
