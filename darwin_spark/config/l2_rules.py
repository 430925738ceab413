"""The rules of L2 as configuration: their names, thresholds and order, and rules of one's own (docs/l2-signals.md).

What each signal means, and the code that measures it, is in l2_filter/signals; here are the names alone.
"""

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
"""The columns of `signals`: whole numbers, then numbers with a fraction."""
MEASURES = ("text_bytes", "garbled_ratio", "language_score", *SIGNALS)
"""All numbers that a rule can look at."""


class Limit(NamedTuple):
    """Drop when the signal is below, or above, the threshold."""

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
"""The published filters: a family's name in `l2.rules` means all its rules, in the order in which datatrove asks them."""
PUBLISHED = {name: limit for family in FAMILIES.values() for name, limit in family.items()}


class ThresholdSettings(Section):
    """Where the published rules draw the line; a rule is at work when l2.rules names it or its family."""

    gopher_min_words: float = Field(50, description="words fewer (Gopher A1.1)")
    gopher_max_words: float = Field(100_000, description="words more")
    gopher_min_mean_word_length: float = Field(3, description="characters a word, fewer on the average")
    gopher_max_mean_word_length: float = Field(10, description="characters a word, more on the average")
    gopher_max_hash_ratio: float = Field(0.1, description="# a word, more")
    gopher_max_ellipsis_ratio: float = Field(0.1, description="ellipses a word, more")
    gopher_max_bullet_line_ratio: float = Field(0.9, description="share of lines that start with a bullet, more")
    gopher_max_ellipsis_line_ratio: float = Field(0.3, description="share of lines that end with an ellipsis, more")
    gopher_min_alpha_word_ratio: float = Field(0.8, description="share of words with a letter, less")
    gopher_min_stop_words: float = Field(2, description="of the, be, to, of, and, that, have, with: fewer")
    gopher_max_duplicate_paragraph_ratio: float = Field(0.3, description="share of paragraphs that stood before (Gopher A1)")
    gopher_max_duplicate_paragraph_char_ratio: float = Field(0.2, description="the same, in characters of the text")
    gopher_max_duplicate_line_ratio: float = Field(0.3, description="share of lines that stood before")
    gopher_max_duplicate_line_char_ratio: float = Field(0.2, description="the same, in characters of the text")
    gopher_max_top_2_gram_ratio: float = Field(0.2, description="characters in the most common pair of words")
    gopher_max_top_3_gram_ratio: float = Field(0.18, description="in the most common run of three words")
    gopher_max_top_4_gram_ratio: float = Field(0.16, description="in the most common run of four words")
    gopher_max_duplicate_5_gram_ratio: float = Field(0.15, description="characters in runs of five words that stood before")
    gopher_max_duplicate_6_gram_ratio: float = Field(0.14, description="in runs of six")
    gopher_max_duplicate_7_gram_ratio: float = Field(0.13, description="in runs of seven")
    gopher_max_duplicate_8_gram_ratio: float = Field(0.12, description="in runs of eight")
    gopher_max_duplicate_9_gram_ratio: float = Field(0.11, description="in runs of nine")
    gopher_max_duplicate_10_gram_ratio: float = Field(0.1, description="in runs of ten")
    c4_max_lorem_ipsum_lines: float = Field(0, description="lines with 'lorem ipsum', more (C4 2.2)")
    c4_max_curly_bracket_lines: float = Field(0, description="lines with a curly bracket, more")
    c4_min_sentences: float = Field(5, description="sentences in the lines that C4 keeps, fewer")
    fineweb_min_punctuated_line_ratio: float = Field(0.12, description="lines that end with punctuation, less (FineWeb 3.6)")
    fineweb_max_short_line_ratio: float = Field(0.67, description="share of lines of at most 30 characters, more")
    fineweb_max_duplicate_char_ratio: float = Field(0.01, description="share of characters in lines that stood before, more")
    fineweb_max_line_feed_ratio: float = Field(0.3, description="line feeds a word, more")


def _measure(name: Any) -> Any:
    if name not in MEASURES:
        raise ValueError(f"unknown signal {name!r}{_near(str(name), MEASURES)}")
    return name


class OwnRule(Section):
    """A rule of one's own: drop for `reason` when `signal` is below or above a threshold, or either."""

    reason: str = Field(..., pattern="^[a-z][a-z0-9_]*$", description="the word in the row: small letters, digits, underscores")
    signal: Annotated[str, BeforeValidator(_measure)] = Field(..., description="a column of signals, or text_bytes ...")
    below: float | None = Field(None, description="drop when less")
    above: float | None = Field(None, description="drop when more")

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
"""A name of PAPER, PUBLISHED or FAMILIES, or a rule of one's own."""


def _near(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else "; docs/l2-signals.md has them all"
