"""Files that only Spark can reach: `dbfs:`, `wasbs:`, `hdfs:` without libhdfs ..., through its `binaryFile` source.

It is the way for these alone: it passes over names that begin with `_` or `.`, keeps the listing in the driver, and a worker
cannot read such a file again later, so that the content of every object is kept inline, copied through Delta.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from urllib.parse import unquote, urlsplit

import pyarrow as pa
from pyarrow import fs
from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from darwin_spark.errors import UserError
from darwin_spark.storage import tables

_RESERVED = "%#!?; "
_PATHS_A_READ = 10_000
_LARGEST = 2_000_000_000
"""Bytes; Spark refuses to read a file of 2 GiB into a row."""


class UnreachableError(UserError):
    """Spark cannot list a folder; the message names it."""


def is_foreign(uri: str) -> bool:
    """Whether an address is one that the Python workers cannot open by themselves."""
    return _is_foreign(urlsplit(uri).scheme, urlsplit(uri).netloc)


@cache
def _is_foreign(scheme: str, netloc: str) -> bool:
    if scheme in ("", "file", "s3", "http", "https"):
        return False
    try:
        fs.FileSystem.from_uri(f"{scheme}://{netloc}/")
    except (pa.ArrowException, OSError, ValueError, NotImplementedError):
        return True
    return False


def list_files(spark: SparkSession, source: str, root: str, sample: float) -> DataFrame:
    """Every file below a root as rows of the listing (FILES). Raises UnreachableError."""
    try:
        found = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(_literal(root))
        _ = found.schema  # Spark Connect looks at the folder only now
    except AnalysisException as error:
        raise UnreachableError(f"cannot list {root}: {error}") from error
    path, base = F.col("path"), _path_of(root)
    at = F.instr(path, base)
    below = F.ltrim(F.substr(path, at + len(base)), F.lit("/"))
    # The root is the file itself if no path goes on below it.
    name = F.when(at > 0, below).otherwise(F.substring_index(path, "/", -1))
    version = F.concat_ws("-", "length", F.unix_micros("modificationTime"), F.lit(f"{sample:g}"))
    return found.select(
        F.lit(source).alias("source"),
        name.alias("source_file"),
        _encoded(path).alias("uri"),
        version.alias("version"),
        F.col("length").alias("bytes"),
        F.lit(None).cast("array<string>").alias("parts"),
        F.lit(False).alias("is_url"),
    )


def with_content(spark: SparkSession, files: DataFrame) -> Iterator[DataFrame]:
    """The listed files with their `content`, so many thousands at a time; that of a file too large for Spark is empty."""
    large = F.col("bytes") > _LARGEST
    yield files.where(large).withColumn("content", F.lit(b""))
    files = files.where(~large)
    uris = (row.uri for row in files.select("uri").toLocalIterator())
    while some := list(islice(uris, _PATHS_A_READ)):
        found = spark.read.format("binaryFile").load([_literal(uri) for uri in some])
        contents = found.select(_encoded(F.col("path")).alias("uri"), "content")
        yield files.join(contents, on="uri", how="inner")


def _literal(uri: str) -> str:
    return tables.literal(unquote(uri))


def _path_of(root: str) -> str:
    return unquote(urlsplit(root).path).rstrip("/") + "/"


def _encoded(path: Column) -> Column:
    for mark in _RESERVED:
        path = F.replace(path, F.lit(mark), F.lit(f"%{ord(mark):02X}"))
    return path
