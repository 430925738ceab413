"""Schema of the column `signals` of L2. docs/l2-signals.md gives the source of each signal and the published thresholds."""

from typing import Final

from pyspark.sql.types import DoubleType, LongType, StructType

from darwin_spark.columns import column

_INT, _RATIO = LongType(), DoubleType()
_TEXT_SHARE = "as a fraction of the characters of the text (Gopher)."

SIGNALS: Final = StructType(
    [
        column("words", _INT, "Number of words between white space."),
        column("lines", _INT, "Number of lines that are not blank."),
        column("gopher_words", _INT, "Number of words that are not punctuation alone (Gopher)."),
        column("gopher_stop_words", _INT, "How many of 8 English stop words occur: the, be, to, of, and, that, have, with."),
        column("c4_lorem_ipsum_lines", _INT, "Number of well-formed lines with `lorem ipsum` (C4)."),
        column("c4_curly_bracket_lines", _INT, "Number of well-formed lines with a `{` (C4)."),
        column("c4_sentences", _INT, "Number of sentences in the lines that C4 keeps."),
        column("c4_max_word_length", _INT, "Length of the longest word between white space, in characters."),
        column("alpha_ratio", _RATIO, "Letters as a fraction of the characters that are not white space."),
        column("digit_ratio", _RATIO, "Digits as a fraction of the characters that are not white space."),
        column("symbol_ratio", _RATIO, "Other signs as a fraction of the characters that are not white space."),
        column("gopher_mean_word_length", _RATIO, "Mean length of the words in gopher_words, in characters (Gopher)."),
        column("gopher_hash_ratio", _RATIO, "Number of `#` divided by the number of words (Gopher)."),
        column("gopher_ellipsis_ratio", _RATIO, "Number of `...` and `…` divided by the number of words (Gopher)."),
        column("gopher_bullet_line_ratio", _RATIO, "Fraction of the lines that start with `•` or `-`, blank lines counted."),
        column("gopher_ellipsis_line_ratio", _RATIO, "Fraction of the lines that end with `...` or `…`, blank lines counted."),
        column("gopher_alpha_word_ratio", _RATIO, "Fraction of the words that contain a letter (Gopher)."),
        column("gopher_duplicate_line_ratio", _RATIO, "Fraction of the lines that repeat an earlier line (Gopher)."),
        column("gopher_duplicate_line_char_ratio", _RATIO, f"Characters of repeated lines {_TEXT_SHARE}"),
        column("gopher_duplicate_paragraph_ratio", _RATIO, "Fraction of the paragraphs that repeat an earlier one (Gopher)."),
        column("gopher_duplicate_paragraph_char_ratio", _RATIO, f"Characters of repeated paragraphs {_TEXT_SHARE}"),
        *(
            column(
                f"gopher_top_{size}_gram_ratio",
                _RATIO,
                f"Characters of all copies of the most common {size}-gram {_TEXT_SHARE}",
            )
            for size in (2, 3, 4)
        ),
        *(
            column(f"gopher_duplicate_{size}_gram_ratio", _RATIO, f"Characters of repeated {size}-grams {_TEXT_SHARE}")
            for size in (5, 6, 7, 8, 9, 10)
        ),
        column("c4_terminal_line_ratio", _RATIO, "Fraction of the lines that end with one of `. ? ! \" '`, not `...` (C4)."),
        column("c4_few_word_line_ratio", _RATIO, "Fraction of the lines with fewer than 3 words (C4)."),
        column("c4_javascript_line_ratio", _RATIO, "Fraction of the lines that mention JavaScript (C4)."),
        column("c4_policy_line_ratio", _RATIO, "Fraction of the lines that mention cookies or terms of use (C4)."),
        column("c4_kept_line_ratio", _RATIO, "Fraction of the lines that C4 would keep."),
        column("fineweb_punctuated_line_ratio", _RATIO, "Fraction of the lines that end with a sentence mark of any script."),
        column("fineweb_short_line_ratio", _RATIO, "Fraction of the lines with at most 30 characters (FineWeb)."),
        column(
            "fineweb_duplicate_char_ratio",
            _RATIO,
            "Characters of repeated lines as a fraction of all characters but line feeds (FineWeb).",
        ),
        column("fineweb_line_feed_ratio", _RATIO, "Number of line feeds divided by the number of words (FineWeb)."),
    ]
)
"""Counts, then ratios: the names are config.l2_rules.COUNTS and SHARES. A text without words or lines has 0."""
