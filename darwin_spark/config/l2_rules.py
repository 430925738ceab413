"""Settings of L2's rules: names, thresholds, order, user-defined rules (docs/l2-signals.md).
This module holds the names of the signals only; levels/l2_filter/quality/signals measures and describes them."""

import difflib
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from darwin_spark.config import renamed
from darwin_spark.config.section import Section

COUNTS = (
    *("words", "lines", "gopher_words", "gopher_stop_words"),
    *("c4_lorem_ipsum_lines", "c4_curly_bracket_lines", "c4_sentences", "c4_max_word_length"),
)
SHARES = (
    *("alpha_ratio", "digit_ratio", "symbol_ratio"),
    *("gopher_mean_word_length", "gopher_hash_ratio", "gopher_ellipsis_ratio", "gopher_bullet_line_ratio"),
    *("gopher_ellipsis_line_ratio", "gopher_alpha_word_ratio"),
    *("gopher_duplicate_line_ratio", "gopher_duplicate_line_char_ratio"),
    *("gopher_duplicate_paragraph_ratio", "gopher_duplicate_paragraph_char_ratio"),
    *(f"gopher_top_{size}_gram_ratio" for size in (2, 3, 4)),
    *(f"gopher_duplicate_{size}_gram_ratio" for size in (5, 6, 7, 8, 9, 10)),
    *("c4_terminal_line_ratio", "c4_few_word_line_ratio", "c4_javascript_line_ratio", "c4_policy_line_ratio"),
    *("c4_kept_line_ratio", "fineweb_punctuated_line_ratio", "fineweb_short_line_ratio", "fineweb_duplicate_char_ratio"),
    "fineweb_line_feed_ratio",
)
SIGNALS = (*COUNTS, *SHARES)
"""The fields of the column `signals`: counts, then ratios."""
MEASURES = ("text_bytes", "garbled_ratio", "language_score", *SIGNALS)
"""All numbers that a rule can compare with a threshold."""


class Limit(NamedTuple):
    """A published rule: drop a document whose signal is below, or above, the threshold."""

    signal: str
    when: Literal["below", "above"]


PAPER = ("too_small", "too_large", "garbled", "wrong_language")
FAMILIES: dict[str, dict[str, Limit]] = {
    "gopher_quality": {
        "gopher_min_words": Limit("gopher_words", "below"),
        "gopher_max_words": Limit("gopher_words", "above"),
        "gopher_min_mean_word_length": Limit("gopher_mean_word_length", "below"),
        "gopher_max_mean_word_length": Limit("gopher_mean_word_length", "above"),
        "gopher_max_hash_ratio": Limit("gopher_hash_ratio", "above"),
        "gopher_max_ellipsis_ratio": Limit("gopher_ellipsis_ratio", "above"),
        "gopher_max_bullet_line_ratio": Limit("gopher_bullet_line_ratio", "above"),
        "gopher_max_ellipsis_line_ratio": Limit("gopher_ellipsis_line_ratio", "above"),
        "gopher_min_alpha_word_ratio": Limit("gopher_alpha_word_ratio", "below"),
        "gopher_min_stop_words": Limit("gopher_stop_words", "below"),
    },
    "gopher_repetition": {
        "gopher_max_duplicate_paragraph_ratio": Limit("gopher_duplicate_paragraph_ratio", "above"),
        "gopher_max_duplicate_paragraph_char_ratio": Limit("gopher_duplicate_paragraph_char_ratio", "above"),
        "gopher_max_duplicate_line_ratio": Limit("gopher_duplicate_line_ratio", "above"),
        "gopher_max_duplicate_line_char_ratio": Limit("gopher_duplicate_line_char_ratio", "above"),
        **{f"gopher_max_top_{size}_gram_ratio": Limit(f"gopher_top_{size}_gram_ratio", "above") for size in (2, 3, 4)},
        **{
            f"gopher_max_duplicate_{size}_gram_ratio": Limit(f"gopher_duplicate_{size}_gram_ratio", "above")
            for size in (5, 6, 7, 8, 9, 10)
        },
    },
    "c4": {
        "c4_max_lorem_ipsum_lines": Limit("c4_lorem_ipsum_lines", "above"),
        "c4_max_curly_bracket_lines": Limit("c4_curly_bracket_lines", "above"),
        "c4_min_sentences": Limit("c4_sentences", "below"),
    },
    "fineweb": {
        "fineweb_min_punctuated_line_ratio": Limit("fineweb_punctuated_line_ratio", "below"),
        "fineweb_max_short_line_ratio": Limit("fineweb_short_line_ratio", "above"),
        "fineweb_max_duplicate_char_ratio": Limit("fineweb_duplicate_char_ratio", "above"),
        "fineweb_max_line_feed_ratio": Limit("fineweb_line_feed_ratio", "above"),
    },
}
"""The published filters. A family's name in `l2.rules` stands for all its rules, in the order of datatrove."""
PUBLISHED = {name: limit for family in FAMILIES.values() for name, limit in family.items()}


class ThresholdSettings(Section):
    """Thresholds of the published rules; a rule drops documents only if `l2.rules` names it or its family."""

    gopher_min_words: float = Field(50, description="Fewest words (Gopher A1.1)")
    gopher_max_words: float = Field(100_000, description="Most words")
    gopher_min_mean_word_length: float = Field(3, description="Smallest mean length of a word in characters")
    gopher_max_mean_word_length: float = Field(10, description="Largest mean length of a word in characters")
    gopher_max_hash_ratio: float = Field(0.1, description="Largest ratio of '#' characters to words")
    gopher_max_ellipsis_ratio: float = Field(0.1, description="Largest ratio of ellipses to words")
    gopher_max_bullet_line_ratio: float = Field(0.9, description="Largest fraction of lines that start with a bullet")
    gopher_max_ellipsis_line_ratio: float = Field(0.3, description="Largest fraction of lines that end with an ellipsis")
    gopher_min_alpha_word_ratio: float = Field(0.8, description="Smallest fraction of words with a letter")
    gopher_min_stop_words: float = Field(
        2, description="Fewest of the stop words the, be, to, of, and, that, have, with that must occur"
    )
    gopher_max_duplicate_paragraph_ratio: float = Field(0.3, description="Largest fraction of repeated paragraphs (Gopher A1)")
    gopher_max_duplicate_paragraph_char_ratio: float = Field(
        0.2, description="Largest fraction of characters in repeated paragraphs"
    )
    gopher_max_duplicate_line_ratio: float = Field(0.3, description="Largest fraction of repeated lines")
    gopher_max_duplicate_line_char_ratio: float = Field(0.2, description="Largest fraction of characters in repeated lines")
    gopher_max_top_2_gram_ratio: float = Field(
        0.2, description="Largest fraction of characters in the most common 2-gram of words"
    )
    gopher_max_top_3_gram_ratio: float = Field(
        0.18, description="Largest fraction of characters in the most common 3-gram of words"
    )
    gopher_max_top_4_gram_ratio: float = Field(
        0.16, description="Largest fraction of characters in the most common 4-gram of words"
    )
    gopher_max_duplicate_5_gram_ratio: float = Field(
        0.15, description="Largest fraction of characters in repeated 5-grams of words"
    )
    gopher_max_duplicate_6_gram_ratio: float = Field(
        0.14, description="Largest fraction of characters in repeated 6-grams of words"
    )
    gopher_max_duplicate_7_gram_ratio: float = Field(
        0.13, description="Largest fraction of characters in repeated 7-grams of words"
    )
    gopher_max_duplicate_8_gram_ratio: float = Field(
        0.12, description="Largest fraction of characters in repeated 8-grams of words"
    )
    gopher_max_duplicate_9_gram_ratio: float = Field(
        0.11, description="Largest fraction of characters in repeated 9-grams of words"
    )
    gopher_max_duplicate_10_gram_ratio: float = Field(
        0.1, description="Largest fraction of characters in repeated 10-grams of words"
    )
    c4_max_lorem_ipsum_lines: float = Field(0, description="Most lines with 'lorem ipsum' (C4 2.2)")
    c4_max_curly_bracket_lines: float = Field(0, description="Most lines with a curly bracket")
    c4_min_sentences: float = Field(5, description="Fewest sentences in the lines that C4 keeps")
    fineweb_min_punctuated_line_ratio: float = Field(
        0.12, description="Smallest fraction of lines that end with punctuation (FineWeb 3.6)"
    )
    fineweb_max_short_line_ratio: float = Field(0.67, description="Largest fraction of lines with at most 30 characters")
    fineweb_max_duplicate_char_ratio: float = Field(0.01, description="Largest fraction of characters in repeated lines")
    fineweb_max_line_feed_ratio: float = Field(0.3, description="Largest ratio of line feeds to words")


def _measure(name: Any) -> Any:
    if name not in MEASURES:
        raise ValueError(f"unknown signal {name!r}{_near(str(name), MEASURES)}")
    return name


class OwnRule(Section):
    """A user-defined rule: drop a document for `reason` if `signal` is below or above a threshold, or either."""

    reason: str = Field(
        ..., pattern="^[a-z][a-z0-9_]*$", description="The reason in the row: small letters, digits, underscores"
    )
    signal: Annotated[str, BeforeValidator(_measure)] = Field(
        ..., description="Signal, text_bytes, garbled_ratio or language_score"
    )
    below: float | None = Field(None, description="Drop if the signal is less")
    above: float | None = Field(None, description="Drop if the signal is greater")

    @model_validator(mode="after")
    def _has_a_threshold(self) -> "OwnRule":
        if self.below is None and self.above is None:
            raise ValueError(f"the rule {self.reason} needs a threshold: below, above or both")
        return self


def _rule(value: Any) -> Any:
    known = (*PAPER, *FAMILIES, *PUBLISHED)
    if isinstance(value, str) and value not in known:
        if (new := renamed.rule(value)) in known:
            raise ValueError(f"the rule {value} is now called {new}")
        raise ValueError(f"unknown rule {value!r}{_near(value, known)}, or write one: {{reason: ..., signal: ..., above: ...}}")
    return value


RuleSetting = Annotated[str | OwnRule, BeforeValidator(_rule)]
"""A name of PAPER, PUBLISHED or FAMILIES, or a user-defined rule."""


def _near(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else "; docs/l2-signals.md has them all"
