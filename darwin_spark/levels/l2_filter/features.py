"""Compute in one Python pass over the text what rules and deduplication need: a few hundred bytes per document.

These features are stored, so that a document can be judged again without its text, for example when its better duplicate
was removed.
"""

from collections.abc import Callable, Iterator

from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    DoubleType,
    LongType,
    StringType,
    StructField,
    StructType,
)

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l2 import L2Settings
from darwin_spark.config.l2_rules import COUNTS, SHARES
from darwin_spark.levels.l2_filter.dedup.minhash import sign
from darwin_spark.levels.l2_filter.dedup.url_key import url_key
from darwin_spark.levels.l2_filter.quality.garbled import garbled_ratio
from darwin_spark.levels.l2_filter.quality.signals.measure import signals
from darwin_spark.text.characters import blocks
from darwin_spark.text.language import detect_language

SIGNALS = StructType(
    [*(StructField(name, LongType()) for name in COUNTS), *(StructField(name, DoubleType()) for name in SHARES)]
)
"""Schema of the signals; docs/l2-signals.md describes each of them."""

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
    """Return the function that maps a row (doc_id, bucket, source, url, text) to its FEATURES."""
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
    """Return the part of `extractor` that deduplication needs.

    Its rows hold doc_id, bucket, source, text_bytes (UTF-8), bands, minhash, text_hash and url_key.
    """
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
