"""The one Python pass of L2 over the text: everything the rules and the deduplication need to know, in a few hundred bytes.

What is kept here makes every later judgement possible without the text: a document whose better duplicate has gone is
judged from its row.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import xxhash
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    DoubleType,
    LongType,
    StringType,
    StructField,
    StructType,
)

from darwin_spark.arrow import Row
from darwin_spark.config import L2Settings
from darwin_spark.l2_filter.characters import DIGIT, LETTER, LOWER, SPACE, blocks, classes, codes_of
from darwin_spark.l2_filter.garbled import garbled_ratio
from darwin_spark.l2_filter.language import detect_language
from darwin_spark.l2_filter.minhash import sign
from darwin_spark.l2_filter.url import url_key

SIGNALS = StructType(
    [
        StructField("words", LongType()),
        StructField("lines", LongType()),
        StructField("mean_word_length", DoubleType()),
        StructField("alpha_ratio", DoubleType()),
        StructField("digit_ratio", DoubleType()),
        StructField("duplicate_line_ratio", DoubleType()),
    ]
)
"""Words between blanks and their mean length in characters; lines that are not empty and the share that stood before;
letters and digits as shares of the characters that are not white space."""

COMPARED_LINES = 1 << 18
"""Repeated lines are looked for among the first so many: some 20 MB at worst, more lines than any book has."""

MEASURED = [
    StructField("text_bytes", LongType()),
    StructField("garbled_ratio", DoubleType()),
    StructField("language", StringType()),
    StructField("language_score", DoubleType()),
]
INDEXED = [
    StructField("bands", ArrayType(LongType())),
    StructField("minhash", BinaryType()),
    StructField("text_hash", StringType()),
    StructField("url_key", StringType()),
]
FEATURES = StructType(
    [
        StructField("doc_id", StringType(), False),
        StructField("bucket", StringType(), False),
        StructField("source", StringType()),
        *MEASURED,
        StructField("signals", SIGNALS),
        *INDEXED,
    ]
)


def extractor(settings: L2Settings) -> Callable[[Row], Iterator[Row]]:
    """The function of a row with doc_id, bucket, source, url and text that answers its FEATURES."""
    index = indexer(settings)

    def extract(row: Row) -> Iterator[Row]:
        text = row["text"] or ""
        language, score = detect_language(text)
        measured = {
            "garbled_ratio": garbled_ratio(text),
            "language": language,
            "language_score": score,
            "signals": signals(text),
        }
        for indexed in index(row):
            yield {**indexed, **measured}

    return extract


def indexer(settings: L2Settings) -> Callable[[Row], Iterator[Row]]:
    """The part of `extractor` that deduplication needs: who the document is, its size, bands, hashes and address."""
    bands, rows, shingle_words = settings.bands, settings.rows, settings.shingle_words

    def index(row: Row) -> Iterator[Row]:
        text = row["text"] or ""
        signature = sign(text, bands, rows, shingle_words)
        yield {
            "doc_id": row["doc_id"],
            "bucket": row["bucket"],
            "source": row["source"],
            "text_bytes": sum(len(block.encode("utf-8", "surrogatepass")) for block in blocks(text)),
            "bands": signature.bands,
            "minhash": signature.minhash,
            "text_hash": signature.text_hash,
            "url_key": url_key(row["url"]),
        }

    return index


def signals(text: str) -> dict[str, Any]:
    """The numbers of SIGNALS; ratios of an empty text are 0.0."""
    visible = letters = digits = words = lines = 0
    hashes: list[int] = []
    in_word = False
    for block in blocks(text):
        kinds = classes()[codes_of(block)]
        seen = kinds != SPACE
        words += int(np.count_nonzero(seen[1:] & ~seen[:-1])) + int(seen[0] and not in_word)
        in_word = bool(seen[-1])
        visible += int(np.count_nonzero(seen))
        letters += int(np.count_nonzero((kinds >= LOWER) & (kinds <= LETTER)))
        digits += int(np.count_nonzero(kinds == DIGIT))
        found = _lines(block)
        lines += len(found)
        hashes.extend(_hash(line) for line in found[: COMPARED_LINES - len(hashes)])
    return {
        "words": words,
        "lines": lines,
        "mean_word_length": visible / words if words else 0.0,
        "alpha_ratio": letters / visible if visible else 0.0,
        "digit_ratio": digits / visible if visible else 0.0,
        "duplicate_line_ratio": 1 - len(set(hashes)) / len(hashes) if hashes else 0.0,
    }


def _lines(block: str) -> list[str]:
    """The lines that are not empty; a line longer than a block counts once a block."""
    return list(filter(None, map(str.strip, block.split("\n"))))


def _hash(line: str) -> int:
    return xxhash.xxh3_64_intdigest(line.encode("utf-8", "surrogatepass"))
