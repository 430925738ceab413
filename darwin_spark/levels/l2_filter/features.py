"""The one Python pass of L2 over the text: everything the rules and the deduplication need to know, in a few hundred bytes.

What is kept here makes every later judgement possible without the text: a document whose better duplicate has gone is
judged from its row.
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
"""docs/l2-signals.md says what each is."""

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
