"""Settings of L5: windows and the checks of the responses (docs/refinement.md)."""

from pydantic import Field

from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class L5CheckSettings(Section):
    """Largest differences between a response and its window (docs/refinement.md has the error rates of the checks)."""

    shorter_ratio: float = Field(0.8, ge=0, description="too_short: response below this fraction of the window's characters")
    longer_ratio: float = Field(
        10.0, ge=1, description="too_long: more characters than this times the window (the paper's windows grow 2.5 times) ..."
    )
    longer_chars: int = Field(4_000, ge=0, description="... plus so many characters")
    labels_lost: float = Field(
        0.0, ge=0, le=1, description="Largest fraction of lost mentions of figures, tables and equations, each counted once"
    )
    citations_lost: float = Field(0.1, ge=0, le=1, description="Largest fraction of lost in-text citations, each counted once")
    formulas_lost: float = Field(
        0.1, ge=0, le=1, description="Largest fraction of lost inline formulas; no display formula may be lost"
    )
    numbers_lost: float = Field(
        0.05, ge=0, le=1, description="Largest fraction of lost numbers, each counted once; some are written another way"
    )
    past_end_chars: int = Field(
        1_500, ge=0, description="exceeds_window: more characters than this after the last match with the window's end ..."
    )
    past_end_share: float = Field(0.25, ge=0, le=1, description="... plus this fraction of the characters of the response")


class L5Settings(Section):
    """Completion of papers; other documents pass (§3 L5)."""

    engine: str = Field("vllm", description="vllm, endpoint, or module:Class of your own engine")
    window_tokens: int = Field(1_024, ge=16, description="Largest window in tokens of the model's tokenizer (§3 L5)")
    max_block_tokens: int = Field(4_096, ge=16, description="Largest indivisible block in tokens; a larger one is split")
    min_success_ratio: float = Field(
        0.95, ge=0, le=1, description="Fraction of a paper's windows that need an accepted response (our choice, as B.3 for L4)"
    )
    checks: L5CheckSettings = L5CheckSettings()
    model: ModelSettings = ModelSettings(model="Qwen/Qwen3-235B-A22B-Instruct-2507", max_tokens=6_144, max_model_len=16_384)
