"""What L4 and L5 cost on GPUs: requests, tokens with and without the prefix cache, GPU-hours.

The shape of a request (its tokens, attempts) comes from the ledger of an earlier run where there is one, else from the paper
and the real set (benchmarks/l4/cuts.py). The speed is the user's to say: it depends on model, GPU and vLLM version, and a
benchmark of an hour tells more than any table.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.inference.prompts import Prompt, load
from darwin_spark.inference.tokens import CHARS_A_TOKEN

REWRITTEN_TOKENS_S: Final = 6_100.0
"""Output tokens a second and H100, prefill with prefix cache included: a billion in 1.9 GPU-days on a model of 120B."""
PREFILL_RATIO: Final = 10.0
"""Prompt tokens are read so many times faster than output tokens are written (a guess, for what the prefix cache saves)."""
CHUNK_FILL: Final = 0.85
"""Mean chunk of the real set over `l4.chunk_chars`: chunks end at a boundary (benchmarks/l4/cuts.py)."""
WINDOW_FILL: Final = 0.82
"""Mean window of the real set over `l5.window_tokens` (benchmarks/l4/cuts.py)."""
PREPASS_SAVES: Final = 0.16
"""Share of the chunks that the rules leave nothing of (benchmarks/l4/prepass.py)."""
L4_KEEPS: Final = 0.8
"""The corpus shrank by 20 % (§3 L4)."""
L5_GROWS: Final = 2.5
"""20,465 tokens a paper at L5 of 8,172 at L4 (§3.7)."""
ATTEMPTS: Final = 1.05
"""Attempts a request; a guess, until a ledger says better."""
_TEMPLATE_TOKENS: Final = 30
"""Chat template, and at L4 the tags of the answer."""


class Shape(NamedTuple):
    """Means: requests a document; tokens of the shared instructions, of the text, of the answer; attempts a request."""

    requests: float
    instructions: float
    text: float
    answer: float
    attempts: float
    measured: bool = False


@dataclass(frozen=True)
class GenerationCost:
    """One level over so many documents. Speeds are tokens a second and GPU."""

    level: str
    documents: int
    gpus: int
    tokens_s: float
    shape: Shape

    @property
    def requests(self) -> float:
        return self.documents * self.shape.requests * self.shape.attempts

    @property
    def prompt_tokens(self) -> float:
        """Without a prefix cache: the instructions are read with every request."""
        return self.requests * (self.shape.instructions + self.shape.text)

    @property
    def cached_prompt_tokens(self) -> float:
        """With it: once a GPU, then only the text."""
        return self.requests * self.shape.text + self.gpus * self.shape.instructions

    @property
    def output_tokens(self) -> float:
        return self.requests * self.shape.answer

    @property
    def gpu_hours(self) -> float:
        return self.output_tokens / self.tokens_s / 3_600

    @property
    def gpu_hours_without_cache(self) -> float:
        saved = self.prompt_tokens - self.cached_prompt_tokens
        return self.gpu_hours + saved / (self.tokens_s * PREFILL_RATIO) / 3_600

    @property
    def days(self) -> float:
        return self.gpu_hours / self.gpus / 24


def generation_cost(
    level: str, documents: int, settings: Settings, gpus: int, tokens_s: float, text_bytes: int, shape: Shape | None = None
) -> GenerationCost:
    """`documents` are those that the level asks about: at L5 the papers. Raises UserError."""
    if level not in ("l4", "l5"):
        raise UserError(f"{level} needs no GPU: leave out --gpus, or choose l4 or l5")
    return GenerationCost(level, documents, gpus, tokens_s, shape or expected(level, settings, text_bytes))


def expected(level: str, settings: Settings, text_bytes: int) -> Shape:
    """The shape of the requests before anything was asked."""
    tokens = text_bytes / CHARS_A_TOKEN
    if level == "l4":
        text = settings.l4.chunk_chars * CHUNK_FILL / CHARS_A_TOKEN
        left = 1 - PREPASS_SAVES if settings.l4.prepass else 1.0
        kept = L4_KEEPS / left if settings.l4.prepass else L4_KEEPS
        prompt = load("darwin_spark.levels.l4_refine", "prompt.md")
        return Shape(left * tokens / text, _instructions(prompt), text, kept * text + _TEMPLATE_TOKENS, ATTEMPTS)
    text = settings.l5.window_tokens * WINDOW_FILL
    prompt = load("darwin_spark.levels.l5_complete", "prompt.md")
    return Shape(tokens / text, _instructions(prompt), text, L5_GROWS * text, ATTEMPTS)


def _instructions(prompt: Prompt) -> float:
    return (len(prompt.system) + len(prompt.user_template)) / CHARS_A_TOKEN + _TEMPLATE_TOKENS


def measured(level: str, settings: Settings, text_bytes: int, ledger: DataFrame, rows: DataFrame) -> Shape | None:
    """The shape that an earlier run's ledger and level table say; None where it asked nothing at this level.

    Requests a document go with the length of its text, so those of the run are scaled to `text_bytes`.
    """
    asked = ledger.where((F.col("task") == level) & F.col("completion_tokens").isNotNull())
    means = asked.agg(
        F.count("*").alias("attempts"),
        F.countDistinct("request_id").alias("requests"),
        F.avg("prompt_tokens").alias("prompt"),
        F.avg("completion_tokens").alias("answer"),
    ).first()
    pieces, size = ("chunks", "chars_in") if level == "l4" else ("windows", "tokens_in")
    said = rows.where(F.col(pieces) > 0).agg(F.sum(pieces).alias("pieces"), F.sum(size).alias("size")).first()
    if means is None or said is None or not means["requests"] or not said["pieces"]:
        return None
    guess = expected(level, settings, text_bytes)
    documents = text_bytes / (1 if level == "l4" else CHARS_A_TOKEN)
    return Shape(
        requests=said["pieces"] / said["size"] * documents,
        instructions=min(guess.instructions, means["prompt"]),
        text=max(means["prompt"] - guess.instructions, 0.0),
        answer=means["answer"],
        attempts=means["attempts"] / means["requests"],
        measured=True,
    )
