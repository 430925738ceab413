"""The time of each text stage grows with the size of the text, not faster, also for long repeats of one mark."""

import json
import time
from collections.abc import Callable
from functools import partial

import pytest

from darwin_spark.inference.checks.answer_checks import loops
from darwin_spark.inference.checks.escapes import loads, restored
from darwin_spark.inference.chunking import chunks
from darwin_spark.inference.reasoning import final_part
from darwin_spark.levels.l0_acquire.tex_links import scan
from darwin_spark.levels.l2_filter.dedup.minhash import sign
from darwin_spark.levels.l2_filter.quality.garbled import garbled_ratio
from darwin_spark.levels.l2_filter.quality.signals.measure import signals
from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.hashed_tokens import document_words
from darwin_spark.levels.l3_classify.structure import structure
from darwin_spark.levels.l4_refine import checks as cleaned
from darwin_spark.levels.l4_refine.rules import RULES
from darwin_spark.levels.l4_refine.rules.noise import reads_like_noise
from darwin_spark.levels.l4_refine.rules.text import Rule
from darwin_spark.levels.l5_complete import checks as rewritten
from darwin_spark.levels.l5_complete.window import windows
from darwin_spark.text.language import detect_language
from darwin_spark.text.markdown import kinds
from darwin_spark.text.normalize_markdown import normalize_markdown

UNITS = ("\\(", "\\[", "$", "|---|", "Page 1\n", "a)\n", "1. a\n", "http://", "**", "A\n", "!\n", "a-\n", "`", "[", "</think>")
SIZES = 1_000, 16_000
MAX_RATIO = 40
"""Maximum ratio of the times, where the sizes are as 1 to 16: 16 if linear, 256 if quadratic."""
MIN_SECONDS = 0.004
"""Shorter times are the clock's, not the text's."""


def _count_tokens(text: str) -> int:
    return len(text) // 4 + 1


def _rule(rule: Rule, text: str) -> list[str]:
    lines = text.split("\n")
    return rule(lines, kinds(lines))


STAGES: dict[str, Callable[[str], object]] = {
    "normalize_markdown": normalize_markdown,
    "detect_language": detect_language,
    "sign": sign,
    "garbled_ratio": garbled_ratio,
    "signals": signals,
    "chunks": chunks,
    "windows": partial(windows, count_tokens=_count_tokens, size=64, max_block=128),
    "reads_like_noise": reads_like_noise,
    "check of L4": lambda text: cleaned.check(text, f"{cleaned.OPEN}{text}{cleaned.CLOSE}", "stop"),
    "check of L5": lambda text: rewritten.check(text, text, "stop"),
    "another answer to L4": lambda text: cleaned.check(text, f"{cleaned.OPEN}{text[::2]}{cleaned.CLOSE}", "stop"),
    "another answer to L5": lambda text: rewritten.check(text, text[::2], "stop"),
    "links of TeX": lambda text: scan(text.encode()),
    "words of L3": lambda text: document_words(Document(head=text, tail=text)),
    "structure": lambda text: structure(Document(head=text, tail=text)),
    "final_part": lambda text: final_part(text, "given"),
    "restored": restored,
    "loads": lambda text: loads(json.dumps(text)),
    "loops": loops,
    **{name: partial(_rule, rule) for name, rule in RULES.items()},
}


@pytest.mark.parametrize("stage", STAGES)
def test_repeats_take_linear_time(stage: str) -> None:
    process = STAGES[stage]
    process("A text that builds the tables of a stage. é")
    slow = {unit: ratio for unit in UNITS if (ratio := _ratio(process, unit)) > MAX_RATIO}
    assert not slow


def _ratio(process: Callable[[str], object], unit: str) -> float:
    """Return the ratio of the times for the two sizes, measured again while it is above the maximum: machines are shared."""
    ratio = 0.0
    for _ in range(3):
        small, large = (_seconds(process, unit * (size // len(unit))) for size in SIZES)
        ratio = large / max(small, MIN_SECONDS)
        if ratio <= MAX_RATIO:
            break
    return ratio


def _seconds(process: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    process(text)
    return time.process_time() - start


def test_paragraphs_that_go_on_and_on_take_linear_time() -> None:
    unit = "the words go on and on with small words which then go on\n\nand "
    assert _ratio(partial(_rule, RULES["broken_paragraphs"]), unit) <= MAX_RATIO
