"""Compute the features of a text that rules and deduplication need: about 1.3 KB per document (cost.py).

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
    StructType,
)

from darwin_spark.arrow_udf import Row
from darwin_spark.columns import BUCKET, DOC_ID, column
from darwin_spark.config.l2 import L2Settings
from darwin_spark.levels.l2_filter.dedup.minhash import sign
from darwin_spark.levels.l2_filter.dedup.url_key import url_key
from darwin_spark.levels.l2_filter.quality.garbled import garbled_ratio
from darwin_spark.levels.l2_filter.quality.signals.measure import signals
from darwin_spark.levels.l2_filter.quality.signals.schema import SIGNALS
from darwin_spark.text.characters import blocks
from darwin_spark.text.language import detect_language

MEASURED = [
    column("text_bytes", LongType(), "Size of the text in bytes of UTF-8."),
    column("garbled_ratio", DoubleType(), "Garbled characters as a fraction of the characters that are not white space."),
    column("language", StringType(), "Most likely language, ISO 639-1 code."),
    column("language_score", DoubleType(), "Score of that language, 0 to 1."),
]
INDEXED = [
    column("bands", ArrayType(LongType()), "64-bit hash of each MinHash band; an equal band makes two documents candidates."),
    column("minhash", BinaryType(), "MinHash signature: bands x rows minima, 64-bit little-endian numbers."),
    column("text_hash", StringType(), "128-bit hash of the sequence of normalised words, in hex."),
    column("url_key", StringType(), "Normalised address of the document; null without an address."),
]
SIGNALS_COLUMN = column("signals", SIGNALS, "Measures of published quality filters (Gopher, C4, FineWeb), of every document.")
SOURCE = column("source", StringType(), "Name of the input that the document comes from.")
FEATURES = StructType(
    [
        DOC_ID,
        BUCKET,
        SOURCE,
        *MEASURED,
        SIGNALS_COLUMN,
        *INDEXED,
    ]
)


def extractor(settings: L2Settings) -> Callable[[Row], Iterator[Row]]:
    """Return a function that yields the row of FEATURES of a document (a row: doc_id, bucket, source, url, text)."""
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
    """Return a function like that of `extractor`, which yields only the columns that deduplication needs.

    These are doc_id, bucket, source, text_bytes (UTF-8), bands, minhash, text_hash and url_key.
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
