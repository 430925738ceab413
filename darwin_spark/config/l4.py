"""Settings of L4: refinement and its checks (docs/refinement.md)."""

from typing import Literal

from pydantic import Field

from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class L4CheckSettings(Section):
    """Largest differences between a response and its chunk (docs/refinement.md has the error rates of the checks)."""

    longer_ratio: float = Field(1.25, ge=1, description="too_long: more characters than this times the chunk plus longer_chars")
    longer_chars: int = Field(200, ge=0, description="too_long: characters added to that bound, for white space and markup")
    min_chunk_chars_for_stub_check: int = Field(
        500, ge=0, description="too_short is checked for chunks of at least so many characters"
    )
    stub_ratio: float = Field(
        0.02,
        ge=0,
        le=1,
        description="too_short: response below this fraction of the chunk with new words or none, a remark about the chunk",
    )
    empty_chars: int = Field(400, ge=0, description="Characters of prose without a sign of noise that must not be deleted")
    new_words: int = Field(8, ge=0, description="new_words: more words than this that are not in the chunk ...")
    new_share: float = Field(0.15, ge=0, le=1, description="... and more than this fraction of the response: it was rewritten")
    kept_share: float = Field(0.7, ge=0, le=1, description="A sentence counts as kept if this fraction of its words is there")
    gone_share: float = Field(0.6, ge=0, le=1, description="A sentence counts as deleted if at most this fraction is there")
    numbers_changed: int = Field(0, ge=0, description="Numbers lost from kept sentences or made up: more are rejected")
    formulas_lost: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Largest fraction of inline formulas lost from kept sentences; no display formula may be lost",
    )
    citations_lost: float = Field(0.1, ge=0, le=1, description="Largest fraction of in-text citations lost from kept sentences")


class L4Settings(Section):
    """Refinement of every document (§3 L4)."""

    engine: str = Field("rules", description="rules (no model), vllm, endpoint, or module:Class of your own engine")
    prepass: Literal["rules"] | None = Field(None, description="rules: the rules delete noise first, then the model is asked")
    chunk_chars: int = Field(1_024, ge=64, description="Largest chunk in characters (§3 L4)")
    min_success_ratio: float = Field(
        0.95, ge=0, le=1, description="Fraction of a document's chunks that need an accepted response (B.3)"
    )
    checks: L4CheckSettings = L4CheckSettings()
    model: ModelSettings = ModelSettings(model="openai/gpt-oss-120b")
