"""L4 as configuration: the refiner and its checks (docs/refinement.md)."""

from typing import Literal

from pydantic import Field

from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class L4CheckSettings(Section):
    """What an answer of the refiner may differ in from its chunk (docs/refinement.md says what each check costs)."""

    longer_ratio: float = Field(1.25, ge=1, description="an answer longer than this times the chunk, plus longer_chars, adds")
    longer_chars: int = Field(200, ge=0, description="blanks, hyphens, a mark or two")
    min_chunk_chars_for_stub_check: int = Field(500, ge=0, description="of a chunk at least so long ...")
    stub_ratio: float = Field(0.02, ge=0, le=1, description="... an answer below this share in other words is a remark")
    empty_chars: int = Field(400, ge=0, description="so much prose without a sign of noise is not deleted")
    new_words: int = Field(8, ge=0, description="more words than these that the chunk has not ...")
    new_share: float = Field(0.15, ge=0, le=1, description="... and more than this share of the answer: it was written anew")
    kept_share: float = Field(0.7, ge=0, le=1, description="a sentence with this share of its words in the answer has stayed")
    gone_share: float = Field(0.6, ge=0, le=1, description="a sentence with at most this share of them was deleted")
    numbers_changed: int = Field(0, ge=0, description="numbers lost from sentences that stayed, or made up")
    formulas_lost: float = Field(0.0, ge=0, le=1, description="share of their inline formulas; of display formulas none")
    citations_lost: float = Field(0.1, ge=0, le=1, description="share of their in-text citations")


class L4Settings(Section):
    """Refinement (§3 L4, B.3)."""

    engine: str = Field("rules", description="rules, vllm, endpoint, or module:Class of an engine of your own")
    prepass: Literal["rules"] | None = Field(
        None, description="rules: they go first, and the model is asked about what is left"
    )
    chunk_chars: int = Field(1_024, ge=64, description="characters a chunk (§3 L4)")
    min_success_ratio: float = Field(0.95, ge=0, le=1, description="share of chunks that must succeed (B.3)")
    checks: L4CheckSettings = L4CheckSettings()
    model: ModelSettings = ModelSettings(model="openai/gpt-oss-120b")
