"""The requests of the benchmark: L4's prompt with chunks of real articles, other chunks in each turn."""

from itertools import chain, islice
from typing import Any

from benchmarks.l2.corpus import articles
from darwin_spark.config.loading import load
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.chunking import chunks
from darwin_spark.inference.engines.smollm import small_model
from darwin_spark.inference.prompts import load as load_prompt
from darwin_spark.inference.prompts import messages

COUNT = 100
"""Requests a turn."""
CHUNK = 1_024
"""Characters (§3 L4)."""


def model() -> ModelSettings:
    """SmolLM2 as conf/llm_cpu.yaml sets it, with short answers."""
    settings = load(["conf/llm_cpu.yaml"]).l5.model
    return settings.model_copy(update={"model": str(small_model()), "max_tokens": 32, "max_num_seqs": 16})


def chats(turn: int) -> list[list[dict[str, Any]]]:
    """The chats of a turn. Turns share only the instructions, so that no turn finds its chunks in the prefix cache."""
    prompt = load_prompt("darwin_spark.levels.l4_refine", "prompt.md")
    texts = chain.from_iterable(chunks(text, CHUNK) for _, text in articles(8))
    return [messages(prompt, text) for text in islice(texts, turn * COUNT, (turn + 1) * COUNT)]
